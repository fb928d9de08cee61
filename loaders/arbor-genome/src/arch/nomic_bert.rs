//! Nomic BERT (Nussbaum et al. 2024, arXiv 2402.01613): BERT with rotary
//! positions, gated feed-forward layers and no biases in its layers.
//!
//! Reference: transformers 5.23.0, `models/nomic_bert/modeling_nomic_bert.py`,
//! and for the keys that begin with `n_` the authors' own
//! `configuration_hf_nomic_bert.py`.

use super::build::{At, Bias, head_size, rows};
use super::encoder::{self, BERT_IGNORED, Parts, Sizes};
use super::{Architecture, Task, causal};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{
    AbsolutePosition, Activation, Attention, Block, Embedding, Head, Linear, Placement, Rotary,
    RotaryPairs,
};

pub(super) static NOMIC_BERT: Architecture = Architecture {
    model_type: "nomic_bert",
    classes: &[
        ("NomicBertForMaskedLM", Task::Masked),
        ("NomicBertForPreTraining", Task::Masked),
        ("NomicBertModel", Task::Encoder),
    ],
    base: "nomic_bert.",
    renames: &[],
    ignored: BERT_IGNORED,
    read,
};

/// The authors' own keys, GPT-2's, and what they say besides.
fn own(config: &Config) -> Result<(Sizes, Rotary), ConfigError> {
    for flag in [
        "causal",
        "parallel_block",
        "prenorm",
        "qkv_proj_bias",
        "mlp_fc1_bias",
        "mlp_fc2_bias",
        "rotary_emb_interleaved",
        "scale_attn_by_inverse_layer_idx",
        "use_rms_norm",
    ] {
        if config.flag_or(flag, false)? {
            return Err(config.unsupported(flag));
        }
    }
    for key in ["rotary_emb_scale_base", "rotary_scaling_factor"] {
        if config.has(key) {
            return Err(config.unsupported(key));
        }
    }
    if config.word_or("activation_function", "swiglu")? != "swiglu" {
        return Err(config.unsupported("activation_function"));
    }
    config.skip(&[
        "dense_seq_output",
        "fused_bias_fc",
        "fused_dropout_add_ln",
        "max_trained_positions",
        "parallel_block_tied_norm",
        "reorder_and_upcast_attn",
        "scale_attn_weights",
        "use_flash_attn",
        "use_xentropy",
    ]);
    let multiple = config.count_or("pad_vocab_size_multiple", 1)?;
    let (width, heads) = (config.count("n_embd")?, config.count("n_head")?);
    let sizes = Sizes {
        width,
        heads,
        size: head_size(None, width, heads)?,
        inner: config.count_or("n_inner", 4 * width)?,
        vocabulary: config.count("vocab_size")?.div_ceil(multiple) * multiple,
        context: config.count("n_positions")?,
        epsilon: config.positive_or("layer_norm_epsilon", 1e-5)?,
        activation: Activation::Silu,
        layers: config.layers("n_layer")?,
    };
    let part = config.positive_or("rotary_emb_fraction", 1.0)?;
    let keys = config.rope(None, 10_000.0, sizes.context)?;
    let rotary = keys.rotary(sizes.size, part, RotaryPairs::Halves)?;
    Ok((sizes, rotary))
}

/// The reference's keys.
fn sizes(config: &Config) -> Result<(Sizes, Rotary), ConfigError> {
    let defaults = encoder::Defaults {
        activation: Activation::Silu,
        context: 2_048,
        vocabulary: 30_528,
        ..encoder::BERT_DEFAULTS
    };
    let mut sizes = Sizes::read(config, &defaults)?;
    let size = config.nullable("head_dim", None)?;
    sizes.size = head_size(size, sizes.width, sizes.heads)?;
    let keys = config.rope(None, 1_000.0, sizes.context)?;
    let rotary = keys.rotary(sizes.size, 1.0, RotaryPairs::Halves)?;
    Ok((sizes, rotary))
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let (sizes, rotary) = if config.has("n_embd") {
        own(config)?
    } else {
        sizes(config)?
    };
    let model = At::new("nomic_bert.");
    let layers = (0..sizes.layers).map(|number| {
        let layer = model.at("encoder.layers").at(number);
        block(&sizes, &layer, &rotary)
    });
    let tables = model.at("embeddings");
    let types = config.count_or("type_vocab_size", 2)?;
    let tokens = tables.tensor("word_embeddings.weight", &[sizes.vocabulary, sizes.width])?;
    let head = encoder::head(task, || head(config, &sizes, &tokens))?;
    let parts = Parts {
        embedding: Embedding {
            positions: AbsolutePosition::None,
            token_types: Some(
                tables.tensor("token_type_embeddings.weight", &[types, sizes.width])?,
            ),
            norm: Some(model.layer_norm("emb_ln", sizes.width, sizes.epsilon)?),
            ..causal::embedding(&tokens)
        },
        layers: layers.collect::<Result<_, ConfigError>>()?,
        final_norm: None,
        head,
        dormant: Vec::new(),
    };
    Ok(parts.genome(NOMIC_BERT.model_type, &sizes))
}

fn block(sizes: &Sizes, layer: &At, rotary: &Rotary) -> Result<Block, ConfigError> {
    let (width, all) = (sizes.width, sizes.heads * sizes.size);
    let fused = layer.linear("attn.Wqkv", 3 * all, width, Bias::No)?;
    let maps = [
        rows(&fused, 0, all)?,
        rows(&fused, all, all)?,
        rows(&fused, 2 * all, all)?,
        layer.linear("attn.out_proj", width, all, Bias::No)?,
    ];
    let names = ["fc12", "fc11", "fc2"];
    let expert = layer.at("mlp").gated(names, width, sizes.inner, Bias::No)?;
    let plain = causal::attention([sizes.heads, sizes.heads, sizes.size], maps);
    Ok(causal::block(
        Attention {
            rotary: Some(rotary.clone()),
            ..plain
        },
        causal::dense(expert, sizes.activation),
        Placement::Post {
            mixer: layer.layer_norm("norm1", width, sizes.epsilon)?,
            feed_forward: layer.layer_norm("norm2", width, sizes.epsilon)?,
        },
    ))
}

fn head(config: &Config, sizes: &Sizes, tokens: &crate::Parameter) -> Result<Head, ConfigError> {
    let at = At::new("cls.predictions.");
    let transform = at.at("transform");
    // The authors' own layers have none.
    let bias = Bias::from(!config.has("n_embd"));
    let weight = if config.flag_or("tie_word_embeddings", true)? {
        tokens.clone()
    } else {
        at.tensor("decoder.weight", &[sizes.vocabulary, sizes.width])?
    };
    let map = Linear {
        weight,
        bias: match bias {
            Bias::Yes => Some(at.tensor("bias", &[sizes.vocabulary])?),
            Bias::No => None,
        },
    };
    Ok(encoder::masked(
        transform.linear("dense", sizes.width, sizes.width, bias)?,
        sizes.activation,
        transform.layer_norm("layer_norm", sizes.width, sizes.epsilon)?,
        map,
    ))
}
