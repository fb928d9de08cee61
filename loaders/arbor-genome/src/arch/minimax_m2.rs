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
    let size = config.count_or("head_dim", 128)?;
    let rotated = config.optional("rotary_dim")?;
    let defaults = Defaults {
        kv_heads: Some(8),
        head_size: Some(128),
        context: 196_608,
        base: 5e6,
        partial: rotated.map_or(0.5, |width| width as f64 / size as f64),
        ..Defaults::LLAMA
    };
    let mut form = Form::read(MINIMAX_M2.model_type, config, &defaults)?;
    only(config)?;
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

/// Refuses options that no released model has.
fn only(config: &Config) -> Result<(), ConfigError> {
    for flag in ["use_qk_norm", "use_routing_bias"] {
        if !config.flag_or(flag, true)? {
            return Err(config.unsupported(flag));
        }
    }
    for (key, word) in [
        ("qk_norm_type", "per_layer"),
        ("scoring_func", "sigmoid"),
        ("shared_moe_mode", "sigmoid"),
    ] {
        if config.word_or(key, word)? != word {
            return Err(config.unsupported(key));
        }
    }
    if config.optional("shared_intermediate_size")?.unwrap_or(0) != 0 {
        return Err(config.unsupported("shared_intermediate_size"));
    }
    let kinds = config.numbers("attn_type_list")?.unwrap_or_default();
    if kinds.iter().any(|kind| *kind != 1.0) {
        return Err(config.unsupported("attn_type_list"));
    }
    for beta in ["full_attention", "linear_attention", "mlp"] {
        let key = format!("layernorm_{beta}_beta");
        if config.number_or(&key, 1.0)? != 1.0 {
            return Err(config.unsupported(&key));
        }
    }
    // Drafting layers and what the family before had.
    config.skip(&[
        "mlp_intermediate_size",
        "mtp_transformer_layers",
        "num_mtp_modules",
        "use_mtp",
    ]);
    Ok(())
}
