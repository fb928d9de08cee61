//! LongT5 (Guo et al. 2021, arXiv 2112.07916): T5 whose encoder sees a window
//! and, in the transient-global form, a sum of each block of the text.
//!
//! Reference: transformers 4.57.6, `models/longt5/modeling_longt5.py`. Blocks
//! are counted exactly; the reference adds up fractions, which goes astray
//! where the block is no power of two.

use super::build::At;
use super::build::t5::{self, COPIES, Family};
use super::{Architecture, Task};
use crate::config::{Config, ConfigError};
use crate::gene::{Attention, Mixer, TransientGlobal};
use crate::{Genome, Stacks};
use arbor_model::Mask;

pub(super) static LONGT5: Architecture = Architecture {
    model_type: "longt5",
    classes: &[
        ("LongT5ForConditionalGeneration", Task::Seq2Seq),
        ("LongT5EncoderModel", Task::Encoder),
    ],
    base: "",
    renames: &[],
    ignored: COPIES,
    read,
};

const FAMILY: Family = Family {
    model_type: "longt5",
    apart: true,
    ..t5::T5
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let (mut genome, form) = t5::read(config, task, FAMILY)?;
    let radius = config.count_or("local_radius", 127)?;
    let block = config.count_or("global_block_size", 16)?;
    let kind = config.word_or("encoder_attention_type", "local")?;
    let name = match kind {
        "local" => "LocalSelfAttention",
        "transient-global" => "TransientGlobalSelfAttention",
        _ => return Err(config.unsupported("encoder_attention_type")),
    };
    let blocks = At::new("encoder.block.");
    let first = blocks.at("0.layer.0").at(name);
    let encoder = match &mut genome.stacks {
        Stacks::Single { stack, .. }
        | Stacks::TwoStream { stack, .. }
        | Stacks::Pair { encoder: stack, .. } => stack,
    };
    for (number, layer) in encoder.layers.iter_mut().enumerate() {
        let at = blocks.at(number).at("layer.0").at(name);
        let attention = Attention {
            bias: form.bias(&first, Mask::Bidirectional)?,
            window: Some(radius + 1),
            ..form.attention(&at)?
        };
        layer.mixer = if kind == "local" {
            Mixer::Attention(Box::new(attention))
        } else {
            Mixer::TransientGlobal(Box::new(TransientGlobal {
                attention,
                block,
                norm: at.rms_norm("global_input_layer_norm", form.width, form.epsilon)?,
                table: form.table(&first, "global_relative_attention_bias")?,
                max_distance: form.max_distance,
            }))
        };
    }
    Ok(genome)
}
