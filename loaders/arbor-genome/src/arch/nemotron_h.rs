//! Nemotron-H (NVIDIA 2025, arXiv 2504.03624) and Nemotron 3: each layer is
//! one branch: Mamba-2, attention without positions, a feed-forward layer or
//! experts.
//!
//! Reference: transformers 5.23.0,
//! `models/nemotron_h/modeling_nemotron_h.py`, without its optional kernels:
//! steps are cut from below, which the kernels do not do.

use super::build::hybrid::{Decoder, Heads, QKVO, experts, head, kinds};
use super::build::state_space::{INITIAL, Mamba2Sizes, alone, steps_from};
use super::build::{At, Bias, bad, head_size, kv_heads};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{
    Activation, Experts, FeedForward, Groups, Mixer, Renormalise, Router, RouterScore, Shared,
};

pub(super) static NEMOTRON_H: Architecture = Architecture {
    model_type: "nemotron_h",
    classes: &[
        ("NemotronHForCausalLM", Task::Causal),
        ("NemotronHModel", Task::Encoder),
    ],
    base: "backbone.",
    renames: &[("embedding.weight", "embeddings.weight")],
    ignored: &[],
    read,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Mamba,
    Attention,
    Dense,
    Experts,
}

const WORDS: &[(&str, Kind)] = &[
    ("mamba", Kind::Mamba),
    ("linear_attention", Kind::Mamba),
    ("attention", Kind::Attention),
    ("full_attention", Kind::Attention),
    ("mlp", Kind::Dense),
    ("moe", Kind::Experts),
];

/// The layers in order: a list of words, or one letter each.
fn layers(config: &Config) -> Result<Vec<Kind>, ConfigError> {
    if let Some(words) = config.words("layers_block_type")? {
        let count = words.len() as u64;
        if count > 1_024 {
            return Err(bad("layers_block_type", count, "at most 1,024 layers"));
        }
        config.skip(&["hybrid_override_pattern", "num_hidden_layers"]);
        return Ok(kinds(config, "layers_block_type", count, WORDS)?.unwrap_or_default());
    }
    let key = "hybrid_override_pattern";
    let pattern = config.word_or(key, "")?;
    let letter = |letter| match letter {
        'M' => Ok(Kind::Mamba),
        '*' => Ok(Kind::Attention),
        '-' => Ok(Kind::Dense),
        'E' => Ok(Kind::Experts),
        _ => Err(config.unsupported(key)),
    };
    let kinds = pattern.chars().map(letter).collect::<Result<Vec<_>, _>>()?;
    let said = config.layers("num_hidden_layers")?;
    if kinds.len() as u64 == said {
        Ok(kinds)
    } else {
        Err(bad(key, kinds.len() as u64, &format!("{said} letters")))
    }
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count_or("hidden_size", 4_096)?;
    let vocabulary = config.count_or("vocab_size", 131_072)?;
    let inner = config.count_or("intermediate_size", 21_504)?;
    let heads = config.count_or("num_attention_heads", 32)?;
    let kv = kv_heads(config.count_or("num_key_value_heads", 8)?, heads)?;
    let said = config.optional("attention_head_dim")?;
    let size = head_size(
        config.optional("head_dim")?.or(said).or(Some(128)),
        width,
        heads,
    )?;
    let context = config.count_or("max_position_embeddings", 4_096)?;
    let epsilon = config.positive_or("layer_norm_epsilon", 1e-5)?;
    let flag = |key| config.flag_or(key, false).map(Bias::from);
    let (bias, mlp_bias) = (flag("attention_bias")?, flag("mlp_bias")?);
    let mamba = Mamba2Sizes {
        width,
        heads: config.count_or("mamba_num_heads", 128)?,
        head_size: config.count_or("mamba_head_dim", 64)?,
        state: config.count_or("ssm_state_size", 128)?,
        groups: config.count_or("n_groups", 8)?,
        kernel: config.count_or("conv_kernel", 4)?,
        input_bias: flag("use_bias")?,
        output_bias: flag("use_bias")?,
        convolution_bias: config.flag_or("use_conv_bias", true)?,
        step_limits: steps_from(config)?,
        activation: config.activation_or("mamba_hidden_act", Activation::Silu)?,
    };
    let kinds = layers(config)?;
    let routed = Routed::read(config, width, kinds.len() as u64)?;
    let activation = config.activation_or("mlp_hidden_act", Activation::Relu2)?;
    config.skip(INITIAL);
    // Heads for tokens further on, and what the class does not look at:
    // its attention has no positions.
    config.skip(&[
        "norm_eps",
        "rms_norm_eps",
        "rope_theta",
        "partial_rotary_factor",
    ]);
    config.skip(&["time_step_limit", "time_step_rank"]);
    config.skip(&["mtp_layers_block_type", "num_nextn_predict_layers"]);
    config.skip(&["mtp_hybrid_override_pattern", "expand", "mamba_proj_bias"]);
    config.skip(&[
        "mamba_ssm_cache_dtype",
        "moe_shared_expert_overlap",
        "sliding_window",
    ]);

    let model = At::new("backbone.");
    let shape = Heads {
        input: width,
        output: width,
        heads,
        kv,
        size,
    };
    let block = |(number, kind): (u64, Kind)| {
        let layer = model.at("layers").at(number);
        let at = layer.at("mixer");
        let names = ["up_proj", "down_proj"];
        let mixer = match kind {
            Kind::Mamba => Mixer::Mamba2(mamba.mixer(&at, mamba.then_norm(&at, epsilon)?)?.into()),
            Kind::Attention => {
                Mixer::Attention(shape.attention(&at, QKVO, (bias, bias), None)?.into())
            }
            Kind::Dense => Mixer::Positionwise(Box::new(FeedForward::Dense {
                expert: at.plain(names, width, inner, mlp_bias)?,
                activation,
            })),
            Kind::Experts => {
                let experts = routed.layer(&at, activation, mlp_bias)?;
                Mixer::Positionwise(FeedForward::Experts(experts.into()).into())
            }
        };
        Ok(alone(mixer, layer.rms_norm("norm", width, epsilon)?))
    };
    let layers = (0..).zip(kinds).map(block);
    let layers = layers.collect::<Result<_, ConfigError>>()?;
    let tokens = model.tensor("embeddings.weight", &[vocabulary, width])?;
    let decoder = Decoder {
        model_type: NEMOTRON_H.model_type,
        width,
        context: Some(context),
        map: head(config, false, &tokens, "lm_head")?,
        tokens,
        layers,
        final_norm: model.rms_norm("norm_f", width, epsilon)?,
    };
    Ok(decoder.genome(task))
}

/// Experts as DeepSeek-V3 picks them.
struct Routed {
    width: u64,
    layers: u64,
    count: u64,
    best: u64,
    inner: u64,
    shared: u64,
    renormalise: Renormalise,
    scale: f64,
    groups: Option<Groups>,
}

impl Routed {
    fn read(config: &Config, width: u64, layers: u64) -> Result<Self, ConfigError> {
        if config.has("moe_latent_size") {
            return Err(config.unsupported("moe_latent_size"));
        }
        if config.optional("n_shared_experts")?.unwrap_or(1) != 1 {
            return Err(config.unsupported("n_shared_experts"));
        }
        let count = config.count_or("n_routed_experts", 8)?;
        let groups = Groups {
            count: config.count_or("n_group", 1)?,
            best: config.count_or("topk_group", 1)?,
            scored_by: 2,
        };
        if !count.is_multiple_of(groups.count) || groups.best > groups.count {
            return Err(config.unsupported("n_group"));
        }
        Ok(Self {
            width,
            layers,
            count,
            best: config.count_or("num_experts_per_tok", 2)?,
            inner: config.count_or("moe_intermediate_size", 7_688)?,
            shared: config.count_or("moe_shared_expert_intermediate_size", 7_688)?,
            renormalise: if config.flag_or("norm_topk_prob", true)? {
                Renormalise::Yes
            } else {
                Renormalise::No
            },
            scale: config.number_or("routed_scaling_factor", 1.0)?,
            groups: (groups.count > 1).then_some(groups),
        })
    }

    fn layer(&self, at: &At, activation: Activation, bias: Bias) -> Result<Experts, ConfigError> {
        let names = ["up_proj", "down_proj"];
        let gate = at.at("gate");
        Ok(Experts {
            router: Router {
                map: at.linear("gate", self.count, self.width, Bias::No)?,
                score: RouterScore::Sigmoid,
                best: self.best,
                renormalise: self.renormalise,
                scale: self.scale,
                groups: self.groups,
                correction: Some(
                    gate.tensor("e_score_correction_bias", &[self.count])?
                        .buffer(),
                ),
            },
            experts: experts(at, self.layers, (self.count, self.best), |at| {
                at.plain(names, self.width, self.inner, bias)
            })?,
            shared: Some(Shared {
                expert: at
                    .at("shared_experts")
                    .plain(names, self.width, self.shared, bias)?,
                gate: None,
            }),
            activation,
        })
    }
}
