//! XLNet (Yang et al. 2019, arXiv 1906.08237): each token from those before
//! it in any order, by a second stream that does not see the token itself.
//!
//! Reference: transformers 4.57.6, `models/xlnet/modeling_xlnet.py`. Memories
//! of an earlier segment, which its options `mem_len` and `reuse_len` cut, are
//! the caller's.

use super::build::{At, Bias, head_size};
use super::{Architecture, Ignored, Task};
use crate::config::{Config, ConfigError};
use crate::gene::{
    AbsolutePosition, Activation, Attention, Block, Embedding, FeedForward, Head, KeyValue, Linear,
    Mixer, Placement, Query, ScoreBias, Stack, XlRelative,
};
use crate::{Genome, Stacks};
use arbor_model::{Mask, Objective};

pub(super) static XLNET: Architecture = Architecture {
    model_type: "xlnet",
    classes: &[
        ("XLNetLMHeadModel", Task::Causal),
        ("XLNetModel", Task::Encoder),
    ],
    base: "transformer.",
    renames: &[],
    ignored: &[Ignored {
        ending: "lm_loss.weight",
        reason: "a second copy of the tied embedding",
    }],
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count_or("d_model", 1_024)?;
    let heads = config.count_or("n_head", 16)?;
    let size = head_size(None, width, heads)?;
    if config.count_or("d_head", size)? != size {
        return Err(config.unsupported("d_head"));
    }
    let inner = config.count_or("d_inner", 4_096)?;
    let vocabulary = config.count_or("vocab_size", 32_000)?;
    let epsilon = config.positive_or("layer_norm_eps", 1e-12)?;
    let activation = config.activation_or("ff_activation", Activation::Gelu)?;
    let mask = match config.word_or("attn_type", "bi")? {
        "bi" => Mask::Bidirectional,
        "uni" => Mask::Causal,
        _ => return Err(config.unsupported("attn_type")),
    };
    if config.flag_or("bi_data", false)? {
        return Err(config.unsupported("bi_data"));
    }
    // Hides what lies before a position, too; both sides see everything.
    if config.flag_or("same_length", false)? && mask == Mask::Causal {
        return Err(config.unsupported("same_length"));
    }
    let clamp = super::deberta::positive(config, "clamp_len")?;
    config.skip(&[
        "end_n_top",
        "mem_len",
        "reuse_len",
        "start_n_top",
        "untie_r",
        "use_mems_eval",
        "use_mems_train",
    ]);
    let model = At::new("transformer.");
    let layers = (0..config.layers("n_layer")?).map(|number| {
        let layer = model.at("layer").at(number);
        Ok(Block {
            mixer: Mixer::Attention(Box::new(attention(
                &layer.at("rel_attn"),
                (width, heads, size),
                clamp,
            )?)),
            cross: None,
            feed_forward: FeedForward::Dense {
                expert: layer.plain(["ff.layer_1", "ff.layer_2"], width, inner, Bias::Yes)?,
                activation,
            },
            placement: Placement::Post {
                mixer: layer.layer_norm("rel_attn.layer_norm", width, epsilon)?,
                feed_forward: layer.layer_norm("ff.layer_norm", width, epsilon)?,
            },
            residual: Block::PLAIN,
        })
    });
    let stack = Stack {
        mask,
        layers: layers.collect::<Result<_, ConfigError>>()?,
        final_norm: None,
    };
    let tokens = model.tensor("word_embedding.weight", &[vocabulary, width])?;
    let tied = config.flag_or("tie_word_embeddings", true)?;
    let head = match task {
        Task::Encoder => Head::None,
        Task::Causal | Task::Discriminator | Task::Masked | Task::Seq2Seq => {
            let map = At::new("").linear("lm_loss", vocabulary, width, Bias::Yes)?;
            Head::Vocabulary {
                transform: None,
                map: Linear {
                    weight: if tied { tokens.clone() } else { map.weight },
                    bias: map.bias,
                },
                scale: 1.0,
                soft_cap: None,
            }
        }
    };
    Ok(Genome {
        model_type: XLNET.model_type,
        width,
        context: None,
        objective: Objective::ArPermuted,
        stacks: Stacks::TwoStream {
            embedding: Embedding {
                tokens,
                scale: 1.0,
                positions: AbsolutePosition::None,
                token_types: None,
                norm: None,
                projection: None,
                dropped: None,
            },
            query: model
                .tensor("mask_emb", &[1, 1, width])?
                .reshaped(&[width])?,
            stack,
        },
        head,
        dormant: Vec::new(),
        decoder_start: None,
    })
}

/// Maps are stored `[width, heads, size]`, that of the output too.
fn attention(
    at: &At,
    (width, heads, size): (u64, u64, u64),
    clamp: Option<u64>,
) -> Result<Attention, ConfigError> {
    let stored = |name| {
        at.tensor(name, &[width, heads, size])?
            .reshaped(&[width, width])
    };
    let map = |name| {
        Ok::<_, ConfigError>(Linear {
            weight: stored(name)?.transposed()?,
            bias: None,
        })
    };
    let bias = |name| at.tensor(name, &[heads, size]);
    Ok(Attention {
        heads,
        kv_heads: heads,
        head_size: size,
        value_size: size,
        query: Query::Full(map("q")?),
        key_value: KeyValue::Full {
            key: map("k")?,
            value: map("v")?,
        },
        output: Linear {
            weight: stored("o")?,
            bias: None,
        },
        query_norm: None,
        key_norm: None,
        output_norm: None,
        rotary: None,
        bias: ScoreBias::Xl(Box::new(XlRelative {
            key: map("r")?,
            content_bias: bias("r_w_bias")?,
            position_bias: bias("r_r_bias")?,
            segment_bias: bias("r_s_bias")?,
            segments: at.tensor("seg_embed", &[2, heads, size])?,
            clamp,
        })),
        scale: 1.0 / (size as f64).sqrt(),
        soft_cap: None,
        window: None,
        sinks: None,
        clip: None,
    })
}
