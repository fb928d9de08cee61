//! RWKV-4 (Peng et al. 2023, arXiv 2305.13048).
//!
//! Reference: transformers 4.57.6, `models/rwkv/modeling_rwkv.py`. In
//! evaluation it halves the residual stream after every so many layers, and
//! what later layers add to it: only norms' epsilons see the difference.

use super::build::hybrid::{Decoder, head};
use super::build::{At, Bias};
use super::{Architecture, Task};
use crate::config::{Config, ConfigError};
use crate::gene::{Block, FeedForward, Mixer, Placement, Rwkv, RwkvFeedForward};
use crate::{Genome, Parameter, Stacks};

pub(super) static RWKV: Architecture = Architecture {
    model_type: "rwkv",
    classes: &[
        ("RwkvForCausalLM", Task::Causal),
        ("RwkvModel", Task::Encoder),
    ],
    base: "rwkv.",
    renames: &[],
    ignored: &[],
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count_or("hidden_size", 4_096)?;
    let vocabulary = config.count_or("vocab_size", 50_277)?;
    let context = config.count_or("context_length", 1_024)?;
    let mixed = config.count_or("attention_hidden_size", width)?;
    let inner = config.count_or("intermediate_size", 4 * width)?;
    let epsilon = config.positive_or("layer_norm_epsilon", 1e-5)?;
    let every = config.optional("rescale_every")?.unwrap_or(6);
    let number = config.layers("num_hidden_layers")?;
    if every > 0 && number / every > 100 {
        // Factors of 2^-100 would drown in single precision.
        return Err(config.unsupported("rescale_every"));
    }

    let model = At::new("rwkv.");
    let block = |number: u64| {
        let layer = model.at("blocks").at(number);
        let (time, channel) = (layer.at("attention"), layer.at("feed_forward"));
        let mix = |at: &At, name: &str| -> Result<Parameter, ConfigError> {
            Ok(at.tensor(&format!("time_mix_{name}"), &[1, 1, width])?)
        };
        let map = |at: &At, name, outputs, inputs| at.linear(name, outputs, inputs, Bias::No);
        let halvings = number.checked_div(every).unwrap_or(0);
        let branch = 0.5_f64.powi(halvings as i32);
        let last = (number + 1).checked_rem(every) == Some(0);
        let stream = if last { 0.5 } else { 1.0 };
        Ok(Block {
            mixer: Mixer::Rwkv(Box::new(Rwkv {
                mix: [
                    mix(&time, "key")?,
                    mix(&time, "value")?,
                    mix(&time, "receptance")?,
                ],
                decay: time.tensor("time_decay", &[mixed])?,
                first: time.tensor("time_first", &[mixed])?,
                maps: [
                    map(&time, "key", mixed, width)?,
                    map(&time, "value", mixed, width)?,
                    map(&time, "receptance", mixed, width)?,
                ],
                output: map(&time, "output", width, mixed)?,
            })),
            cross: None,
            feed_forward: FeedForward::Rwkv(Box::new(RwkvFeedForward {
                mix: [mix(&channel, "key")?, mix(&channel, "receptance")?],
                maps: [
                    map(&channel, "key", inner, width)?,
                    map(&channel, "value", width, inner)?,
                    map(&channel, "receptance", width, width)?,
                ],
            })),
            placement: Placement::Pre {
                mixer: layer.layer_norm("ln1", width, epsilon)?,
                feed_forward: Some(layer.layer_norm("ln2", width, epsilon)?),
            },
            residual: [(1.0, branch), (stream, stream * branch)],
        })
    };
    let layers = (0..number).map(block).collect::<Result<_, ConfigError>>()?;
    let tokens = model.tensor("embeddings.weight", &[vocabulary, width])?;
    let decoder = Decoder {
        model_type: RWKV.model_type,
        width,
        context: Some(context),
        map: head(config, false, &tokens, "head")?,
        tokens,
        layers,
        // The class gives this one no epsilon of the configuration.
        final_norm: model.layer_norm("ln_out", width, 1e-5)?,
    };
    let mut genome = decoder.genome(task);
    if let Stacks::Single { embedding, .. } = &mut genome.stacks {
        embedding.norm = Some(
            model
                .at("blocks")
                .at(0)
                .layer_norm("pre_ln", width, epsilon)?,
        );
    }
    Ok(genome)
}
