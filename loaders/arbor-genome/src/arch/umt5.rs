//! umT5 (Chung et al. 2023, arXiv 2304.09151): mT5 whose layers have each a
//! table of relative buckets of their own.
//!
//! Reference: transformers 4.57.6, `models/umt5/modeling_umt5.py`. Version 5
//! scales the states before an untied head too, which the checkpoints were
//! not trained with.

use super::build::At;
use super::build::t5::{self, COPIES, Family};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::Mixer;

pub(super) static UMT5: Architecture = Architecture {
    model_type: "umt5",
    classes: &[
        ("UMT5ForConditionalGeneration", Task::Seq2Seq),
        ("UMT5EncoderModel", Task::Encoder),
    ],
    base: "",
    renames: &[],
    ignored: COPIES,
    read,
};

const FAMILY: Family = Family {
    model_type: "umt5",
    vocabulary: 250_112,
    inner: 1_024,
    layers: 8,
    heads: 6,
    feed_forward: "gated-gelu",
    ..t5::T5
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let (mut genome, form) = t5::read(config, task, FAMILY)?;
    for (name, stack) in genome.stacks.named() {
        let mask = stack.mask;
        let blocks = At::new("").at(name).at("block");
        for (number, layer) in stack.layers.iter_mut().enumerate() {
            let at = blocks.at(number).at("layer.0.SelfAttention");
            if let Mixer::Attention(attention) = &mut layer.mixer {
                attention.bias = form.bias(&at, mask)?;
            }
        }
    }
    Ok(genome)
}
