//! MiniMax-01 (arXiv 2501.08313): lightning attention, full attention in
//! between, and experts everywhere.
//!
//! Reference: transformers 4.57.6, `models/minimax/modeling_minimax.py`. The
//! residual is the normed state, and each sum has two factors.

use super::build::hybrid::{Decoder, Heads, QKVO, area, experts, head, kinds};
use super::build::{At, Bias, head_size, kv_heads};
use super::{Architecture, Ignored, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{
    Activation, Attention, Block, Experts, FeedForward, LinearAttention, Mixer, Placement,
    Renormalise, RotaryPairs, Router, RouterScore,
};

const TABLE: &str = "a table of decays, computed anew";

pub(super) static MINIMAX: Architecture = Architecture {
    model_type: "minimax",
    classes: &[
        ("MiniMaxForCausalLM", Task::Causal),
        ("MiniMaxModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: &[
        Ignored {
            ending: ".self_attn.slope_rate",
            reason: TABLE,
        },
        Ignored {
            ending: ".self_attn.query_decay",
            reason: TABLE,
        },
        Ignored {
            ending: ".self_attn.key_decay",
            reason: TABLE,
        },
        Ignored {
            ending: ".self_attn.diagonal_decay",
            reason: TABLE,
        },
    ],
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count_or("hidden_size", 4_096)?;
    let vocabulary = config.count_or("vocab_size", 32_000)?;
    let heads = config.count_or("num_attention_heads", 32)?;
    let size = head_size(config.optional("head_dim")?, width, heads)?;
    let kv = kv_heads(config.count_or("num_key_value_heads", 8)?, heads)?;
    let inner = config.count_or("intermediate_size", 14_336)?;
    let context = config.count_or("max_position_embeddings", 131_072)?;
    let epsilon = config.positive_or("rms_norm_eps", 1e-5)?;
    let activation = config.activation_or("hidden_act", Activation::Silu)?;
    let count = config.count_or("num_local_experts", 8)?;
    let best = config.count_or("num_experts_per_tok", 2)?;
    let window = config.optional("sliding_window")?;
    let number = config.layers("num_hidden_layers")?;
    let factors = |kind: &str| -> Result<(f64, f64), ConfigError> {
        Ok((
            config.number_or(&format!("{kind}_alpha_factor"), 1.0)?,
            config.number_or(&format!("{kind}_beta_factor"), 1.0)?,
        ))
    };
    let (linear, full, mlp) = (
        factors("linear_attn")?,
        factors("full_attn")?,
        factors("mlp")?,
    );
    // How lightning attention is cut into pieces changes no output.
    config.skip(&["block_size"]);
    let rotary = config
        .rope(None, 1e6, context)?
        .rotary(size, 1.0, RotaryPairs::Halves)?;
    let words = [("linear_attention", true), ("full_attention", false)];
    let kinds = kinds(config, "layer_types", number, &words)?
        .unwrap_or_else(|| (0..number).map(|layer| layer % 2 == 1).collect());

    let model = At::new("model.");
    let shape = Heads {
        input: width,
        output: width,
        heads,
        kv,
        size,
    };
    let all = area(&[heads, size])?;
    let block = |(layer, lightning): (u64, bool)| {
        let depth = (layer, number);
        let layer = model.at("layers").at(layer);
        let at = layer.at("self_attn");
        let mixer = if lightning {
            Mixer::Linear(Box::new(LinearAttention {
                heads,
                head_size: size,
                qkv: at.linear("qkv_proj", 3 * all, width, Bias::No)?,
                norm: at.rms_norm("norm", all, 1e-6)?,
                gate: at.linear("output_gate", all, width, Bias::No)?,
                output: at.linear("out_proj", width, all, Bias::No)?,
                activation,
                depth,
            }))
        } else {
            let biases = (Bias::No, Bias::No);
            let attention = shape.attention(&at, QKVO, biases, Some(&rotary))?;
            Mixer::Attention(Box::new(Attention {
                window,
                ..attention
            }))
        };
        let moe = layer.at("block_sparse_moe");
        let names = ["w1", "w3", "w2"];
        Ok(Block {
            mixer,
            cross: None,
            feed_forward: FeedForward::Experts(Box::new(Experts {
                router: Router {
                    map: moe.linear("gate", count, width, Bias::No)?,
                    score: RouterScore::Softmax,
                    best,
                    renormalise: Renormalise::Yes,
                    scale: 1.0,
                    groups: None,
                    correction: None,
                },
                experts: experts(&moe, number, (count, best), |expert| {
                    expert.gated(names, width, inner, Bias::No)
                })?,
                shared: None,
                activation,
            })),
            placement: Placement::Normed {
                mixer: layer.rms_norm("input_layernorm", width, epsilon)?,
                feed_forward: layer.rms_norm("post_attention_layernorm", width, epsilon)?,
            },
            residual: [if lightning { linear } else { full }, mlp],
        })
    };
    let layers = (0..number)
        .zip(kinds)
        .map(block)
        .collect::<Result<_, ConfigError>>()?;
    let tokens = model.tensor("embed_tokens.weight", &[vocabulary, width])?;
    let decoder = Decoder {
        model_type: MINIMAX.model_type,
        width,
        context: Some(context),
        map: head(config, false, &tokens, "lm_head")?,
        tokens,
        layers,
        final_norm: model.rms_norm("norm", width, epsilon)?,
    };
    Ok(decoder.genome(task))
}
