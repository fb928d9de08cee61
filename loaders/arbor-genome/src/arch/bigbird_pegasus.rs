//! BigBird-Pegasus (Zaheer et al. 2020, arXiv 2007.14062): Pegasus whose
//! encoder attends sparsely to long texts.
//!
//! Reference: transformers 4.57.6,
//! `models/bigbird_pegasus/modeling_bigbird_pegasus.py`. It attends fully to
//! short texts; sparse attention, which picks blocks at random, is not
//! supported, so that longer texts are refused.

use super::build::Bias;
use super::build::bart::{self, BART, COPIES, Family, NAMES, Names, Norms, Positions};
use super::{Architecture, Task};
use crate::config::{Config, ConfigError};
use crate::gene::{AbsolutePosition, Activation};
use crate::{Genome, Stacks};

pub(super) static BIGBIRD_PEGASUS: Architecture = Architecture {
    model_type: "bigbird_pegasus",
    classes: &[
        ("BigBirdPegasusForConditionalGeneration", Task::Seq2Seq),
        ("BigBirdPegasusModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: COPIES,
    read,
};

const FAMILY: Family = Family {
    model_type: "bigbird_pegasus",
    names: Names {
        encoder: ["self.query", "self.key", "self.value", "output"],
        ..NAMES
    },
    norms: Norms::PreMisnamed,
    positions: Positions::Learned { offset: 0 },
    vocabulary: 96_103,
    layers: [16, 16],
    activation: Activation::GeluTanh,
    scaled: true,
    context: 4_096,
    ..BART
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let block = config.count_or("block_size", 64)?;
    let random = config.optional("num_random_blocks")?.unwrap_or(3);
    let sparse = match config.word_or("attention_type", "block_sparse")? {
        "block_sparse" => true,
        "original_full" => false,
        _ => return Err(config.unsupported("attention_type")),
    };
    let family = Family {
        attention_bias: Bias::from(config.flag_or("use_bias", false)?),
        ..FAMILY
    };
    let mut genome = bart::read(config, task, family)?;
    if let (
        true,
        Stacks::Pair {
            encoder_embedding, ..
        },
    ) = (sparse, &mut genome.stacks)
        && let AbsolutePosition::Learned { table, .. } = &mut encoder_embedding.positions
    {
        // Two global blocks, three around, twice the random ones.
        let full = (5 + 2 * random).saturating_mul(block);
        let rows = table.shape().dims().first().copied().unwrap_or(0);
        if full < rows {
            *table = table.clone().rows(0, full)?;
        }
    }
    Ok(genome)
}
