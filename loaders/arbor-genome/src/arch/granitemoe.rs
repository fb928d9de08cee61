//! Granite 3's with experts (IBM 2024; Shen et al. 2024, arXiv 2408.13359).
//!
//! Reference: transformers 4.57.6, `models/granitemoe/modeling_granitemoe.py`.

use super::build::Bias;
use super::build::class::architecture;
use super::build::experts::Mixture;
use super::{Architecture, Task, granite};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{FeedForward, RouterScore};

pub(super) static GRANITEMOE: Architecture = architecture(
    "granitemoe",
    &[
        ("GraniteMoeForCausalLM", Task::Causal),
        ("GraniteMoeModel", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let form = granite::form(GRANITEMOE.model_type, config)?;
    if config.word_or("position_embedding_type", "rope")? != "rope" {
        return Err(config.unsupported("position_embedding_type"));
    }
    let mixture = Mixture {
        router: ("router.layer", Bias::No),
        score: RouterScore::SoftmaxOfBest,
        ..Mixture::new(
            &form,
            config.count_or("num_local_experts", 8)?,
            config.count_or("num_experts_per_tok", 2)?,
            form.inner,
        )?
    };
    form.genome_fed(task, |layer, _| {
        let experts = mixture.joined(&layer.at("block_sparse_moe"))?;
        Ok(FeedForward::Experts(Box::new(experts)))
    })
}
