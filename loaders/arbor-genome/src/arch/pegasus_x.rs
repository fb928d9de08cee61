//! Pegasus-X (Phang et al. 2022, arXiv 2208.04347): Pegasus whose encoder
//! attends within blocks, shifted in every other layer, and to learned tokens
//! that pass the layers beside the text.
//!
//! Reference: transformers 4.57.6, `models/pegasus_x/modeling_pegasus_x.py`.

use super::build::Bias;
use super::build::bart::{BART, Bart, COPIES, Family, Norms, Positions};
use super::{Architecture, Task};
use crate::config::{Config, ConfigError};
use crate::gene::{GlobalLocal, Mixer};
use crate::{Genome, Stacks};

pub(super) static PEGASUS_X: Architecture = Architecture {
    model_type: "pegasus_x",
    classes: &[
        ("PegasusXForConditionalGeneration", Task::Seq2Seq),
        ("PegasusXModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: COPIES,
    read,
};

const FAMILY: Family = Family {
    model_type: "pegasus_x",
    norms: Norms::Pre,
    positions: Positions::SinusoidsFrom { offset: 0 },
    attention_bias: Bias::No,
    logits_bias: false,
    vocabulary: 96_103,
    layers: [16, 16],
    scaled: true,
    context: 16_384,
    start: 0,
    apart: false,
    ..BART
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let bart = Bart::read(config, FAMILY)?;
    let mut genome = bart.genome(config, task)?;
    let block = config.count_or("block_size", 512)?;
    let staggered = config.flag_or("stagger_local_blocks", true)?;
    if staggered && !block.is_multiple_of(2) {
        return Err(config.unsupported("block_size"));
    }
    let at = bart.at(0);
    let count = config.count_or("num_global_tokens", 32)?;
    let tokens = at.tensor("embed_global.weight", &[count, bart.width])?;
    let Stacks::Pair { encoder, .. } = &mut genome.stacks else {
        return Ok(genome);
    };
    for (number, layer) in encoder.layers.iter_mut().enumerate() {
        let Mixer::Attention(attention) = &layer.mixer else {
            continue;
        };
        let at = at.at("layers").at(number);
        layer.mixer = Mixer::GlobalLocal(Box::new(GlobalLocal {
            attention: attention.as_ref().clone(),
            tokens: tokens.clone(),
            norm: bart.norm(&at, "global_self_attn_layer_norm")?,
            block,
            shift: if staggered && number % 2 == 1 {
                block / 2
            } else {
                0
            },
        }));
    }
    Ok(genome)
}
