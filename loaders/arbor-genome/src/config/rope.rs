//! Rotary positions in both styles: `rope_theta` with `rope_scaling`, and the
//! newer `rope_parameters`, which may differ by layer type.
//!
//! Defaults are transformers' (`modeling_rope_utils.py`). A scaling that
//! nobody knows is an error: ignoring it gives another model.

use super::{Config, ConfigError};
use crate::gene::{Rotary, RotaryPairs, RotaryScaling};

/// What a configuration says about rotary positions.
#[derive(Clone, Debug, PartialEq)]
pub struct RopeKeys {
    /// The base of the frequencies.
    pub base: f64,
    /// The part of a head that is rotated, where it is said.
    pub partial: Option<f64>,
    /// How rotations are stretched.
    pub scaling: RotaryScaling,
}

impl RopeKeys {
    /// The gene for heads of this width.
    ///
    /// # Errors
    /// [`ConfigError::Value`] for a width that cannot be rotated in pairs.
    pub fn rotary(
        self,
        head_size: u64,
        partial: f64,
        pairs: RotaryPairs,
    ) -> Result<Rotary, ConfigError> {
        let part = self.partial.unwrap_or(partial);
        let width = (head_size as f64 * part) as u64;
        if !(0.0..=1.0).contains(&part) || width == 0 || !width.is_multiple_of(2) {
            return Err(ConfigError::Value {
                key: "head_dim".to_owned(),
                found: format!("{width} rotated numbers"),
                expected: "an even number of at least 2".to_owned(),
            });
        }
        let frequencies = (width / 2) as usize;
        if let RotaryScaling::LongRope { short, long, .. } = &self.scaling
            && (short.len() != frequencies || long.len() != frequencies)
        {
            return Err(ConfigError::Value {
                key: "rope_scaling.short_factor".to_owned(),
                found: format!("{} and {} factors", short.len(), long.len()),
                expected: format!("{frequencies} each"),
            });
        }
        Ok(Rotary {
            base: self.base,
            width,
            pairs,
            scaling: self.scaling,
        })
    }
}

impl Config {
    /// Reads rotary positions, of one layer type where they differ by type.
    ///
    /// # Errors
    /// [`ConfigError`] names the key.
    pub fn rope(
        &self,
        layer_type: Option<&str>,
        default_base: f64,
        context: u64,
    ) -> Result<RopeKeys, ConfigError> {
        // Two old spellings of the base (GPT-NeoX, Falcon).
        let base = self.positive_or("rotary_emb_base", default_base)?;
        let base = self.positive_or("rope_theta", base)?;
        let original = self.optional("original_max_position_embeddings")?;
        let partial = self.number("partial_rotary_factor")?;
        let partial = self.number("rotary_pct")?.or(partial);
        if let Some(all) = self.section("rope_parameters")? {
            let section = match layer_type {
                Some(kind) => match all.section(kind) {
                    Ok(Some(section)) => section,
                    Ok(None) | Err(_) => all,
                },
                None => all,
            };
            let base = section.positive_or("rope_theta", base)?;
            let partial = section.number("partial_rotary_factor")?.or(partial);
            let scaling = scaling(&section, original, context)?;
            section.finish_rope()?;
            return Ok(RopeKeys {
                base,
                partial,
                scaling,
            });
        }
        let scaling = match self.section("rope_scaling")? {
            None => RotaryScaling::None,
            Some(section) => {
                let scaling = scaling(&section, original, context)?;
                section.finish_rope()?;
                scaling
            }
        };
        Ok(RopeKeys {
            base,
            partial,
            scaling,
        })
    }

    /// Ends the reading of a section in which other layer types may stand.
    fn finish_rope(&self) -> Result<(), ConfigError> {
        self.skip(&["full_attention", "sliding_attention", "chunked_attention"]);
        self.finish()
    }
}

fn scaling(
    section: &Config,
    original: Option<u64>,
    context: u64,
) -> Result<RotaryScaling, ConfigError> {
    let kind = section.word_or("type", "default")?;
    let kind = section.word_or("rope_type", kind)?.to_owned();
    let original = section
        .optional("original_max_position_embeddings")?
        .or(original);
    let factor = section.number("factor")?;
    let needed = |key: &str, value: Option<f64>| {
        value
            .filter(|n| *n > 0.0)
            .ok_or_else(|| ConfigError::Missing(format!("rope_scaling.{key}")))
    };
    match kind.as_str() {
        "default" => Ok(RotaryScaling::None),
        "linear" => Ok(RotaryScaling::Linear {
            factor: needed("factor", factor)?,
        }),
        "dynamic" if section.number("alpha")?.is_some_and(|n| n != 0.0) => {
            // Tencent's: numbers of other scalings stand beside it, unused.
            section.skip(&["beta_fast", "beta_slow", "mscale", "mscale_all_dim"]);
            Ok(RotaryScaling::Ntk {
                alpha: section.positive_or("alpha", 1.0)?,
            })
        }
        "dynamic" => Ok(RotaryScaling::Dynamic {
            factor: needed("factor", factor)?,
            original: context,
        }),
        "llama3" => Ok(RotaryScaling::Llama3 {
            factor: needed("factor", factor)?,
            low: needed("low_freq_factor", section.number("low_freq_factor")?)?,
            high: needed("high_freq_factor", section.number("high_freq_factor")?)?,
            original: original.unwrap_or(context),
        }),
        "yarn" => {
            let factor = needed("factor", factor)?;
            let mscale = section.number("mscale")?.filter(|n| *n != 0.0);
            let all_dim = section.number("mscale_all_dim")?.filter(|n| *n != 0.0);
            let default = match (mscale, all_dim) {
                (Some(mscale), Some(all)) => yarn_scale(factor, mscale) / yarn_scale(factor, all),
                (None, _) | (_, None) => yarn_scale(factor, 1.0),
            };
            Ok(RotaryScaling::Yarn {
                factor,
                original: original.unwrap_or(context),
                beta_fast: section.positive_or("beta_fast", 32.0)?,
                beta_slow: section.positive_or("beta_slow", 1.0)?,
                truncate: section.flag_or("truncate", true)?,
                attention_factor: section.positive_or("attention_factor", default)?,
            })
        }
        "longrope" | "su" => {
            let original = original.unwrap_or(context);
            let factor = factor.unwrap_or(context as f64 / original as f64);
            let default = if factor <= 1.0 {
                1.0
            } else {
                (1.0 + factor.ln() / (original as f64).ln()).sqrt()
            };
            let attention_factor = section.positive_or("attention_factor", default)?;
            let list = |key: &str| {
                let missing = || ConfigError::Missing(format!("rope_scaling.{key}"));
                section.numbers(key)?.map(Into::into).ok_or_else(missing)
            };
            Ok(RotaryScaling::LongRope {
                short: list("short_factor")?,
                long: list("long_factor")?,
                original,
                attention_factors: [
                    section.positive_or("short_mscale", attention_factor)?,
                    section.positive_or("long_mscale", attention_factor)?,
                ],
            })
        }
        _ => Err(section.unsupported(if section.has("rope_type") {
            "rope_type"
        } else {
            "type"
        })),
    }
}

/// YaRN's correction of the softmax temperature.
#[must_use]
pub fn yarn_scale(factor: f64, mscale: f64) -> f64 {
    if factor <= 1.0 {
        1.0
    } else {
        0.1 * mscale * factor.ln() + 1.0
    }
}
