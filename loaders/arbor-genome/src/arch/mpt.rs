//! MPT (MosaicML 2023).
//!
//! Reference: transformers 4.57.6, `models/mpt/modeling_mpt.py`. ALiBi in
//! MosaicML's order of slopes, no biases at all, queries, keys and values one
//! after the other and clipped where the configuration says so. The reference
//! reads neither `expansion_ratio` nor the options refused here, nor
//! `alibi_bias_max`, which MosaicML's own code does and StoryWriter needs.

use super::build::{At, Bias, head_size, rows};
use super::causal::{self, Decoder, TIED_HEAD};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Attention, Norm, Placement, ScoreBias, Slopes};

pub(super) static MPT: Architecture = Architecture {
    model_type: "mpt",
    classes: &[
        ("MptForCausalLM", Task::Causal),
        ("MPTForCausalLM", Task::Causal),
        ("MptModel", Task::Encoder),
    ],
    base: "transformer.",
    renames: &[],
    ignored: &[TIED_HEAD],
    read,
};

/// What is said about attention.
struct Said {
    slopes: Slopes,
    clip: Option<f64>,
    scale: Option<f64>,
}

fn said(config: &Config) -> Result<Said, ConfigError> {
    if config.word_or("attn_type", "multihead_attention")? != "multihead_attention" {
        return Err(config.unsupported("attn_type"));
    }
    for (flag, wanted) in [
        ("alibi", true),
        ("attn_uses_sequence_id", false),
        ("prefix_lm", false),
        ("qk_ln", false),
    ] {
        if config.flag_or(flag, wanted)? != wanted {
            return Err(config.unsupported(flag));
        }
    }
    config.skip(&["attn_impl", "model_type"]);
    let clip = config.number("clip_qkv")?.filter(|limit| *limit != 0.0);
    if clip.is_some_and(|limit| limit < 0.0) {
        return Err(config.unsupported("clip_qkv"));
    }
    let said = Said {
        slopes: Slopes::Mpt {
            max: config.positive_or("alibi_bias_max", 8.0)?,
        },
        clip,
        scale: config.number("softmax_scale")?,
    };
    config.finish()?;
    Ok(said)
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count("d_model")?;
    let vocabulary = config.count("vocab_size")?;
    let heads = config.count("n_heads")?;
    let context = config.count_or("max_seq_len", 2_048)?;
    let epsilon = config.positive_or("layer_norm_epsilon", 1e-5)?;
    let size = head_size(None, width, heads)?;
    let said = match config.section("attn_config")? {
        Some(section) => said(&section)?,
        None => Said {
            slopes: Slopes::Mpt { max: 8.0 },
            clip: None,
            scale: None,
        },
    };
    if !config.flag_or("no_bias", true)? {
        return Err(config.unsupported("no_bias"));
    }
    if config.has("logit_scale") {
        return Err(config.unsupported("logit_scale"));
    }
    let norm_type = "low_precision_layernorm";
    if !["layernorm", norm_type].contains(&config.word_or("norm_type", norm_type)?) {
        return Err(config.unsupported("norm_type"));
    }
    config.skip(&[
        "emb_pdrop",
        "embedding_fraction",
        "expansion_ratio",
        "init_config",
        "init_device",
        "learned_pos_emb",
        "tokenizer_name",
        "verbose",
    ]);

    let model = At::new("transformer.");
    let norm = |at: &At, name: &str| -> Result<Norm, ConfigError> {
        Ok(Norm {
            bias: None,
            ..at.layer_norm(name, width, epsilon)?
        })
    };
    let layers = causal::layers(config.layers("n_layers")?, |number| {
        let layer = model.at("blocks").at(number);
        let attention = layer.at("attn");
        let fused = attention.linear("Wqkv", 3 * width, width, Bias::No)?;
        let maps = [
            rows(&fused, 0, width)?,
            rows(&fused, width, width)?,
            rows(&fused, 2 * width, width)?,
            attention.linear("out_proj", width, width, Bias::No)?,
        ];
        let plain = causal::attention([heads, heads, size], maps);
        let ffn = layer.at("ffn");
        let expert = ffn.plain(["up_proj", "down_proj"], width, 4 * width, Bias::No)?;
        Ok(causal::block(
            Attention {
                bias: ScoreBias::Alibi(said.slopes),
                clip: said.clip,
                scale: said.scale.unwrap_or(plain.scale),
                ..plain
            },
            causal::dense(expert, Activation::Gelu),
            Placement::Pre {
                mixer: norm(&layer, "norm_1")?,
                feed_forward: Some(norm(&layer, "norm_2")?),
            },
        ))
    })?;
    let tokens = model.tensor("wte.weight", &[vocabulary, width])?;
    let map = causal::output(config, true, &tokens, "lm_head", Bias::No)?;
    Ok(Decoder {
        model_type: MPT.model_type,
        width,
        context: Some(context),
        embedding: causal::embedding(&tokens),
        layers,
        final_norm: Some(norm(&model, "norm_f")?),
        head: causal::head(task, map),
    }
    .genome())
}
