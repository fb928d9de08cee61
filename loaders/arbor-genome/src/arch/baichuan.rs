//! Baichuan and Baichuan 2 (Yang et al. 2023, arXiv 2309.10305): Llama's form
//! with queries, keys and values in one map. The 7B models rotate; the 13B
//! ones have ALiBi and no `max_position_embeddings`. Baichuan 2 divides each
//! row of its head by the row's length; `z_loss_weight` or its vocabulary
//! gives it away, for both generations have the same name.
//!
//! Reference: the authors' `modeling_baichuan.py` of each of the four.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::build::names::{Keys, Maps};
use super::{Architecture, Task};
use crate::config::{Config, ConfigError};
use crate::gene::{Head, ScoreBias, Slopes};
use crate::{Genome, Step};

pub(super) static BAICHUAN: Architecture = architecture(
    "baichuan",
    &[
        ("BaichuanForCausalLM", Task::Causal),
        ("BaiChuanForCausalLM", Task::Causal),
        ("BaichuanModel", Task::Encoder),
    ],
    read,
);

/// The second generation's vocabulary.
const VOCABULARY: u64 = 125_696;

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let rotates = config.has("max_position_embeddings");
    let keys = Keys {
        context: if rotates {
            Keys::LLAMA.context
        } else {
            "model_max_length"
        },
        ..Keys::LLAMA
    };
    let defaults = Defaults {
        keys,
        context: 4_096,
        ..Defaults::LLAMA
    };
    let mut form = Form::read(BAICHUAN.model_type, config, &defaults)?;
    form.names.maps = Maps::Stacked("W_pack");
    if !rotates {
        form.rotary.fill(None);
        form.bias = ScoreBias::Alibi(Slopes::Standard);
    }
    let second = config.has("z_loss_weight") || form.vocabulary == VOCABULARY;
    config.skip(&["_from_model_config"]);
    let mut genome = form.genome(task)?;
    if let (true, Head::Vocabulary { map, .. }) = (second, &mut genome.head) {
        map.weight = map.weight.clone().then(Step::UnitRows)?;
    }
    Ok(genome)
}
