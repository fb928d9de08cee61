//! DBRX (Databricks 2024): experts in one tensor each for gates, values and
//! the way back; queries, keys and values in one map, clipped.
//!
//! Reference: transformers 4.57.6, `models/dbrx/modeling_dbrx.py`.

use super::build::experts::Mixture;
use super::build::norms::{NormForm, Places};
use super::build::{At, Bias, head_size, kv_heads, rows};
use super::{Architecture, Task};
use crate::config::{Config, ConfigError};
use crate::gene::{
    AbsolutePosition, Activation, Attention, Block, Embedding, Expert, Experts, FeedForward, Head,
    KeyValue, Linear, Mixer, Query, Renormalise, Rotary, RotaryPairs, RouterScore, ScoreBias,
    Stack,
};
use crate::{Genome, Stacks};
use arbor_model::{Mask, Objective};

pub(super) static DBRX: Architecture = Architecture {
    model_type: "dbrx",
    classes: &[
        ("DbrxForCausalLM", Task::Causal),
        ("DbrxModel", Task::Encoder),
    ],
    base: "transformer.",
    renames: &[],
    ignored: &[],
    read,
};

/// The reference's norms take PyTorch's default.
const EPSILON: f64 = 1e-5;

/// What all layers' attention has in common.
struct Heads {
    width: u64,
    heads: u64,
    kv_heads: u64,
    size: u64,
    clip: Option<f64>,
    rotary: Rotary,
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let empty = || Config::parse("{}");
    let attention = config.section("attn_config")?.map_or_else(empty, Ok)?;
    let width = config.count_or("d_model", 2_048)?;
    let heads = config.count_or("n_heads", 16)?;
    let context = config.count_or("max_seq_len", 2_048)?;
    let size = head_size(None, width, heads)?;
    let base = attention.positive_or("rope_theta", 10_000.0)?;
    let heads = Heads {
        width,
        heads,
        kv_heads: kv_heads(attention.count_or("kv_n_heads", 1)?, heads)?,
        size,
        clip: attention.nullable_number("clip_qkv", None)?,
        rotary: config
            .rope(None, base, context)?
            .rotary(size, 1.0, RotaryPairs::Halves)?,
    };
    // A copy of `attn_config.kv_n_heads`.
    config.skip(&["num_key_value_heads"]);
    attention.skip(&["model_type"]);
    attention.finish()?;
    let layers = config.layers_or("n_layers", 24)?;
    let mixture = mixture(config, width, layers)?;
    if config.flag_or("tie_word_embeddings", false)? {
        return Err(config.unsupported("tie_word_embeddings"));
    }

    let model = At::new("transformer.");
    let norm = |at: &At, name: &str| NormForm::LayerWeight.build(at, name, &[width], EPSILON);
    let layers = (0..layers).map(|number| {
        let block = model.at("blocks").at(number);
        let around = block.at("norm_attn_norm");
        let experts = experts(&mixture, &block.at("ffn"))?;
        Ok(Block {
            mixer: Mixer::Attention(Box::new(heads.attention(&around.at("attn"))?)),
            cross: None,
            feed_forward: FeedForward::Experts(Box::new(experts)),
            placement: Places::Pre(["norm_1", "norm_2"]).build(|name| norm(&around, name))?,
            residual: Block::PLAIN,
        })
    });
    let layers = layers.collect::<Result<_, ConfigError>>()?;
    let vocabulary = config.count_or("vocab_size", 32_000)?;
    let head = match task {
        Task::Encoder => Head::None,
        Task::Causal | Task::Discriminator | Task::Masked | Task::Seq2Seq => Head::Vocabulary {
            transform: None,
            map: At::new("").linear("lm_head", vocabulary, width, Bias::No)?,
            scale: 1.0,
            soft_cap: None,
        },
    };
    Ok(Genome {
        model_type: DBRX.model_type,
        width,
        context: Some(context),
        objective: Objective::ArForward,
        stacks: Stacks::Single {
            embedding: Embedding {
                tokens: model.tensor("wte.weight", &[vocabulary, width])?,
                scale: 1.0,
                positions: AbsolutePosition::None,
                token_types: None,
                norm: None,
                projection: None,
                dropped: None,
            },
            stack: Stack {
                mask: Mask::Causal,
                layers,
                final_norm: Some(norm(&model, "norm_f")?),
            },
        },
        head,
        dormant: Vec::new(),
        decoder_start: None,
    })
}

fn mixture(config: &Config, width: u64, layers: u64) -> Result<Mixture, ConfigError> {
    let section = config.section("ffn_config")?;
    let section = section.map_or_else(|| Config::parse("{}"), Ok)?;
    let activation = match section.section("ffn_act_fn")? {
        Some(function) => {
            let activation = function.activation_or("name", Activation::Silu)?;
            function.finish()?;
            activation
        }
        None => Activation::Silu,
    };
    // The order of the norm that weights are divided by.
    let key = "moe_normalize_expert_weights";
    let renormalise = match section.nullable_number(key, Some(1.0))? {
        Some(1.0) => Renormalise::Yes,
        Some(_) => return Err(section.unsupported(key)),
        None => Renormalise::No,
    };
    let mixture = Mixture {
        width,
        experts: section.count_or("moe_num_experts", 4)?,
        best: section.count_or("moe_top_k", 1)?,
        inner: section.count_or("ffn_hidden_size", 3_584)?,
        router: ("router.layer", Bias::No),
        score: RouterScore::Softmax,
        renormalise,
        scale: 1.0,
        groups: None,
        correction: None,
        bias: Bias::No,
        activation,
    };
    section.skip(&["model_type", "moe_jitter_eps", "moe_loss_weight"]);
    section.finish()?;
    Mixture::bounded(layers, mixture)
}

fn experts(mixture: &Mixture, at: &At) -> Result<Experts, ConfigError> {
    let (width, inner) = (mixture.width, mixture.inner);
    let mlp = at.at("experts.mlp");
    let map = |name| {
        let weight = mlp.tensor(name, &[mixture.experts * inner, width])?;
        Ok::<_, ConfigError>(Linear { weight, bias: None })
    };
    let (gate, up, down) = (map("w1")?, map("v1")?, map("w2")?);
    mixture.build(at, |number| {
        let part = |map| rows(map, number * inner, inner);
        let down = part(&down)?;
        Ok(Expert {
            norm: None,
            gate: Some(part(&gate)?),
            up: part(&up)?,
            down: Linear {
                weight: down.weight.transposed()?,
                bias: None,
            },
        })
    })
}

impl Heads {
    fn attention(&self, at: &At) -> Result<Attention, ConfigError> {
        let (width, keys) = (self.width, self.kv_heads * self.size);
        let fused = at.linear("Wqkv", width + 2 * keys, width, Bias::No)?;
        Ok(Attention {
            heads: self.heads,
            kv_heads: self.kv_heads,
            head_size: self.size,
            value_size: self.size,
            query: Query::Full(rows(&fused, 0, width)?),
            key_value: KeyValue::Full {
                key: rows(&fused, width, keys)?,
                value: rows(&fused, width + keys, keys)?,
            },
            output: at.linear("out_proj", width, width, Bias::No)?,
            query_norm: None,
            key_norm: None,
            output_norm: None,
            rotary: Some(self.rotary.clone()),
            bias: ScoreBias::None,
            scale: 1.0 / (self.size as f64).sqrt(),
            soft_cap: None,
            window: None,
            sinks: None,
            clip: self.clip,
        })
    }
}
