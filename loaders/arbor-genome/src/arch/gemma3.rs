//! Gemma 3 (Gemma Team 2025, arXiv 2503.19786): Gemma 2 with norms of queries
//! and keys instead of soft caps, five layers with a window for one without,
//! and rotary positions of their own for those with one. EmbeddingGemma
//! (arXiv 2509.20354) sees both sides.
//!
//! Reference: transformers 4.57.6, `models/gemma3/modeling_gemma3.py`. Of the
//! models that see, the text's part is read; a text without images passes
//! nothing else.

use super::build::class::{Defaults, LEFTOVERS, architecture};
use super::build::norms::{NormForm, Places, QkForm};
use super::{Architecture, Ignored, Task, gemma};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{RotaryPairs, RotaryScaling, Span};
use arbor_model::Mask;

pub(super) static GEMMA3_TEXT: Architecture = architecture(
    "gemma3_text",
    &[
        ("Gemma3ForCausalLM", Task::Causal),
        ("Gemma3TextModel", Task::Encoder),
    ],
    read,
);

const EYES: &str = "the part that sees, which a text alone does not pass";

pub(super) static GEMMA3: Architecture = Architecture {
    model_type: "gemma3",
    classes: &[
        ("Gemma3ForConditionalGeneration", Task::Causal),
        ("Gemma3Model", Task::Encoder),
    ],
    base: "model.",
    renames: &[
        ("language_model.model.", "model."),
        ("model.language_model.", "model."),
        ("language_model.lm_head.", "lm_head."),
    ],
    ignored: &[
        LEFTOVERS[0],
        LEFTOVERS[1],
        Ignored {
            ending: "vision_tower.*",
            reason: EYES,
        },
        Ignored {
            ending: "model.vision_tower.*",
            reason: EYES,
        },
        Ignored {
            ending: "multi_modal_projector.*",
            reason: EYES,
        },
        Ignored {
            ending: "model.multi_modal_projector.*",
            reason: EYES,
        },
    ],
    read: read_within,
};

const DEFAULTS: Defaults = Defaults {
    context: 131_072,
    base: 1e6,
    sizes: Some([262_208, 2_304, 9_216, 26, 8]),
    ..gemma::DEFAULTS
};

fn read_within(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    config.skip(&[
        "boi_token_index",
        "eoi_token_index",
        "image_token_index",
        "mm_tokens_per_image",
        "vision_config",
    ]);
    let missing = || ConfigError::Missing("text_config".to_owned());
    let text = config.section("text_config")?.ok_or_else(missing)?;
    text.skip(&["model_type"]);
    let mut genome = read(&text, task)?;
    text.finish()?;
    genome.model_type = GEMMA3.model_type;
    Ok(genome)
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let mut form = gemma::form(GEMMA3_TEXT.model_type, config, &DEFAULTS)?;
    form.places = Places::GEMMA2;
    form.qk_norm = Some(QkForm {
        norm: NormForm::RmsOnePlus,
        ..QkForm::rms(Span::Head)
    });
    form.scale = 1.0 / config.positive_or("query_pre_attn_scalar", 256.0)?.sqrt();
    form.soft_cap = config.nullable_number("attn_logit_softcapping", None)?;
    form.logit_cap = config.nullable_number("final_logit_softcapping", None)?;
    let mut window = config.nullable("sliding_window", Some(4_096))?;
    if config.flag_or("use_bidirectional_attention", false)? {
        form.mask = Mask::Bidirectional;
        window = window.map(|window| window / 2 + 1);
    }
    config.skip(&["_sliding_window_pattern"]);
    let pattern = config.count_or("sliding_window_pattern", 6)?;
    let sliding = form.sliding(config, |layer| !(layer + 1).is_multiple_of(pattern))?;
    form.set_windows(window, &sliding);

    // Layers with a window keep to the old base and are never stretched.
    let local_base = config.positive_or("rope_local_base_freq", 10_000.0)?;
    let newer = config.has("rope_parameters");
    let mut local = config.rope(Some("sliding_attention"), 10_000.0, form.context)?;
    if !newer {
        local.base = local_base;
        local.scaling = RotaryScaling::None;
    }
    let local = local.rotary(form.size, 1.0, RotaryPairs::Halves)?;
    let global = config.rope(Some("full_attention"), DEFAULTS.base, form.context)?;
    let global = global.rotary(form.size, 1.0, RotaryPairs::Halves)?;
    let by_layer = sliding
        .iter()
        .map(|has| if *has { &local } else { &global });
    form.rotary = by_layer.map(|rotary| Some(rotary.clone())).collect();
    form.genome(task)
}
