//! LED (Beltagy et al. 2020, arXiv 2004.05150): BART whose encoder sees a
//! window. Tokens that see everything, which a caller may name, are not
//! supported, so that their maps serve no answer.
//!
//! Reference: transformers 4.57.6, `models/led/modeling_led.py`.

use super::build::Bias;
use super::build::bart::{self, BART, COPIES, Family, NAMES, Names, Positions};
use super::{Architecture, Task};
use crate::config::{Config, ConfigError};
use crate::gene::Mixer;
use crate::{Genome, Stacks};

pub(super) static LED: Architecture = Architecture {
    model_type: "led",
    classes: &[
        ("LEDForConditionalGeneration", Task::Seq2Seq),
        ("LEDModel", Task::Encoder),
    ],
    base: "led.",
    renames: &[],
    ignored: COPIES,
    read,
};

const FAMILY: Family = Family {
    model_type: "led",
    base: "led.",
    names: Names {
        encoder: [
            "longformer_self_attn.query",
            "longformer_self_attn.key",
            "longformer_self_attn.value",
            "output",
        ],
        ..NAMES
    },
    positions: Positions::Learned { offset: 0 },
    apart: false,
    ..BART
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let source = config.count_or("max_encoder_position_embeddings", 16_384)?;
    let bart = bart::Bart::read(config, FAMILY)?.source_context(source);
    let mut genome = bart.genome(config, task)?;
    let Stacks::Pair { encoder, .. } = &mut genome.stacks else {
        return Ok(genome);
    };
    let windows = config.count_or_list("attention_window", 512, encoder.layers.len())?;
    let layers = bart.at(0).at("layers");
    for ((number, layer), window) in encoder.layers.iter_mut().enumerate().zip(windows) {
        if !window.is_multiple_of(2) {
            return Err(config.unsupported("attention_window"));
        }
        if let Mixer::Attention(attention) = &mut layer.mixer {
            attention.window = Some(window / 2 + 1);
        }
        let at = layers.at(number).at("self_attn.longformer_self_attn");
        for name in ["query_global", "key_global", "value_global"] {
            let map = at.linear(name, bart.width, bart.width, Bias::Yes)?;
            genome
                .dormant
                .extend([Some(map.weight), map.bias].into_iter().flatten());
        }
    }
    Ok(genome)
}
