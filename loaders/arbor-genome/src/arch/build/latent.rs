//! Attention through latent vectors (DeepSeek-V2, arXiv 2405.04434), as
//! DeepSeek and its likes store it.

use super::class::Defaults;
use super::decoder::Form;
use super::norms::NormForm;
use super::{At, Bias, bad};
use crate::config::{Config, ConfigError, yarn_scale};
use crate::gene::{Attention, KeyValue, Query, ScoreBias};

/// Norms of latents keep this epsilon whatever the configuration says.
const EPSILON: f64 = 1e-6;

/// Widths of latent attention.
#[derive(Clone, Debug)]
pub(in crate::arch) struct Latent {
    query: Option<u64>,
    latent: u64,
    plain: u64,
    rotated: u64,
    value: u64,
    bias: Bias,
    scale: f64,
}

impl Latent {
    /// Reads the form and the widths; rotary positions are for the rotated
    /// part alone.
    pub(in crate::arch) fn read(
        model_type: &'static str,
        config: &Config,
        defaults: &Defaults,
        widths: [u64; 5],
    ) -> Result<(Form, Self), ConfigError> {
        let [query, latent, plain, rotated, value] = widths;
        let rotated = config.count_or("qk_rope_head_dim", rotated)?;
        let plain = config.count_or("qk_nope_head_dim", plain)?;
        let form = Form::read(
            model_type,
            config,
            &Defaults {
                head_size: Some(rotated),
                ..*defaults
            },
        )?;
        if form.size != rotated {
            return Err(bad("head_dim", form.size, &format!("{rotated}")));
        }
        if form.kv_heads != form.heads {
            return Err(bad(
                "num_key_value_heads",
                form.kv_heads,
                &format!("{}", form.heads),
            ));
        }
        let whole = config.count_or("qk_head_dim", plain + rotated)?;
        if whole != plain + rotated {
            return Err(bad("qk_head_dim", whole, &format!("{}", plain + rotated)));
        }
        let temperature = temperature(config)?;
        Ok((
            form,
            Self {
                query: config.nullable("q_lora_rank", Some(query))?,
                latent: config.count_or("kv_lora_rank", latent)?,
                plain,
                rotated,
                value: config.count_or("v_head_dim", value)?,
                bias: config.flag_or("attention_bias", false)?.into(),
                scale: temperature / (whole as f64).sqrt(),
            },
        ))
    }

    /// A layer's attention.
    pub(in crate::arch) fn attention(
        &self,
        form: &Form,
        layer: &At,
        number: u64,
    ) -> Result<Attention, ConfigError> {
        let at = layer.at("self_attn");
        let (heads, width) = (form.heads, form.width);
        let size = self.plain + self.rotated;
        let norm = |name, width| NormForm::Rms.build(&at, name, &[width], EPSILON);
        let query = match self.query {
            None => Query::Full(at.linear("q_proj", heads * size, width, Bias::No)?),
            Some(rank) => Query::LowRank {
                down: at.linear("q_a_proj", rank, width, self.bias)?,
                norm: norm("q_a_layernorm", rank)?,
                up: at.linear("q_b_proj", heads * size, rank, Bias::No)?,
            },
        };
        let down = at.linear(
            "kv_a_proj_with_mqa",
            self.latent + self.rotated,
            width,
            self.bias,
        )?;
        // Head by head: the keys' plain part, then the values.
        let each = self.plain + self.value;
        let up = at.linear("kv_b_proj", heads * each, self.latent, Bias::No)?;
        let part = |start, len| {
            let heads_apart = up.weight.clone().reshaped(&[heads, each, self.latent])?;
            let narrowed = heads_apart.then(crate::Step::Narrow { dim: 1, start, len })?;
            let weight = narrowed.reshaped(&[heads * len, self.latent])?;
            Ok::<_, ConfigError>(crate::gene::Linear { weight, bias: None })
        };
        Ok(Attention {
            heads,
            kv_heads: heads,
            head_size: size,
            value_size: self.value,
            query,
            key_value: KeyValue::Latent {
                rotated: super::rows(&down, self.latent, self.rotated)?,
                down: super::rows(&down, 0, self.latent)?,
                norm: norm("kv_a_layernorm", self.latent)?,
                key_up: part(0, self.plain)?,
                value_up: part(self.plain, self.value)?,
            },
            output: at.linear("o_proj", width, heads * self.value, self.bias)?,
            query_norm: None,
            key_norm: None,
            output_norm: None,
            rotary: form.rotary.get(number as usize).cloned().flatten(),
            bias: ScoreBias::None,
            scale: self.scale,
            soft_cap: None,
            window: None,
            sinks: None,
            clip: None,
        })
    }
}

/// YaRN's temperature, which these models have in the scale of scores.
fn temperature(config: &Config) -> Result<f64, ConfigError> {
    let scaling = config.section("rope_scaling")?;
    let section = match scaling {
        Some(section) => Some(section),
        None => config.section("rope_parameters")?,
    };
    let Some(section) = section else {
        return Ok(1.0);
    };
    let all = section.number("mscale_all_dim")?.filter(|n| *n != 0.0);
    let factor = section.number("factor")?;
    Ok(match (all, factor) {
        (Some(all), Some(factor)) => yarn_scale(factor, all).powi(2),
        (None, _) | (_, None) => 1.0,
    })
}
