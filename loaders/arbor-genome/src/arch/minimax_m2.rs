//! MiniMax-M2 (MiniMax 2025): plain attention with half of each head rotated
//! and norms of all queries and keys together; experts by sigmoid with a
//! correction for picking.
//!
//! Reference: transformers 5.23.0, `models/minimax_m2/modeling_minimax_m2.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::build::experts::Mixture;
use super::build::norms::QkForm;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{FeedForward, RouterScore, Span};

pub(super) static MINIMAX_M2: Architecture = architecture(
    "minimax_m2",
    &[
        ("MiniMaxM2ForCausalLM", Task::Causal),
        ("MiniMaxM2Model", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        kv_heads: Some(8),
        head_size: Some(128),
        context: 196_608,
        base: 5e6,
        partial: 0.5,
        ..Defaults::LLAMA
    };
    let mut form = Form::read(MINIMAX_M2.model_type, config, &defaults)?;
    form.qk_norm = Some(QkForm::rms(Span::AllHeads));
    let mixture = Mixture {
        score: RouterScore::Sigmoid,
        correction: Some("e_score_correction_bias"),
        ..Mixture::new(
            &form,
            config.count_or("num_local_experts", 256)?,
            config.count_or("num_experts_per_tok", 8)?,
            form.inner,
        )?
        .renormalised(true)
    };
    form.genome_fed(task, |layer, _| {
        let experts = mixture.separate(&layer.at("block_sparse_moe"), ["w1", "w3", "w2"])?;
        Ok(FeedForward::Experts(Box::new(experts)))
    })
}
