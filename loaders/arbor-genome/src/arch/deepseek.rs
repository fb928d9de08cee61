//! DeepSeekMoE (Dai et al. 2024, arXiv 2401.06066): Llama's form with many
//! narrow experts, some of which every token passes.
//!
//! Reference: the authors' `modeling_deepseek.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::build::experts::{Mixture, sparse_layers, with_shared};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static DEEPSEEK: Architecture = architecture(
    "deepseek",
    &[
        ("DeepseekForCausalLM", Task::Causal),
        ("DeepseekModel", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let form = Form::read(DEEPSEEK.model_type, config, &Defaults::LLAMA)?.biased(config)?;
    let Some(experts) = config.nullable("n_routed_experts", None)? else {
        // The dense 7B has none of the keys below.
        return form.genome(task);
    };
    let mixture = Mixture::new(
        &form,
        experts,
        config.count("num_experts_per_tok")?,
        config.count_or("moe_intermediate_size", 1_407)?,
    )?;
    let mixture = mixture.renormalised(config.flag_or("norm_topk_prob", false)?);
    if config.word_or("scoring_func", "softmax")? != "softmax" {
        return Err(config.unsupported("scoring_func"));
    }
    if config.count_or("moe_layer_freq", 1)? != 1 {
        return Err(config.unsupported("moe_layer_freq"));
    }
    let shared = config.nullable("n_shared_experts", None)?.unwrap_or(0);
    let sparse = sparse_layers(&form, config, 0)?;
    form.genome_fed(task, |layer, number| {
        if sparse[number as usize] {
            with_shared(&form, layer, &mixture, shared)
        } else {
            form.dense(layer)
        }
    })
}
