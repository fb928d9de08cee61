//! Marian's translation models (Junczys-Dowmunt et al. 2018, arXiv
//! 1804.00344), as OPUS-MT has them.
//!
//! Reference: transformers 4.57.6, `models/marian/modeling_marian.py`. The
//! bias of the logits is a buffer, yet it was learned by Marian.

use super::build::At;
use super::build::bart::{BART, Bart, COPIES, Family, Norms, Positions};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static MARIAN: Architecture = Architecture {
    model_type: "marian",
    classes: &[
        ("MarianMTModel", Task::Seq2Seq),
        ("MarianModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: COPIES,
    read,
};

const FAMILY: Family = Family {
    model_type: "marian",
    norms: Norms::PostBare,
    positions: Positions::FixedTable,
    vocabulary: 58_101,
    start: 58_100,
    apart: false,
    ..BART
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let bart = Bart::read(config, FAMILY)?;
    let vocabulary = config.count_or("vocab_size", FAMILY.vocabulary)?;
    let targets = config.count_or("decoder_vocab_size", vocabulary)?;
    if config.flag_or("share_encoder_decoder_embeddings", true)? {
        return bart.genome(config, task);
    }
    let table = |side: usize, rows| {
        let at: At = bart.at(side);
        at.tensor("embed_tokens.weight", &[rows, bart.width])
    };
    bart.genome_of(config, task, [&table(0, vocabulary)?, &table(1, targets)?])
}
