//! Routed experts: the router's numbers, and the ways in which experts are
//! stored.

use super::decoder::Form;
use super::{At, Bias, bad};
use crate::Parameter;
use crate::config::{Config, ConfigError, limit};
use crate::gene::{
    Activation, Expert, Experts, FeedForward, Groups, Linear, Renormalise, Router, RouterScore,
    Shared,
};

/// How a layer's experts are routed.
#[derive(Clone, Copy, Debug)]
pub(in crate::arch) struct Mixture {
    pub(in crate::arch) width: u64,
    pub(in crate::arch) experts: u64,
    pub(in crate::arch) best: u64,
    pub(in crate::arch) inner: u64,
    /// The router's name, and whether it has a bias.
    pub(in crate::arch) router: (&'static str, Bias),
    pub(in crate::arch) score: RouterScore,
    pub(in crate::arch) renormalise: Renormalise,
    pub(in crate::arch) scale: f64,
    pub(in crate::arch) groups: Option<Groups>,
    /// The name of what is added to scores for picking, a buffer.
    pub(in crate::arch) correction: Option<&'static str>,
    /// Within each expert.
    pub(in crate::arch) bias: Bias,
    pub(in crate::arch) activation: Activation,
}

impl Mixture {
    /// Experts by softmax, in bounds.
    pub(in crate::arch) fn new(
        form: &Form,
        experts: u64,
        best: u64,
        inner: u64,
    ) -> Result<Self, ConfigError> {
        Self::bounded(
            form.layers,
            Self {
                width: form.width,
                experts,
                best,
                inner,
                router: ("gate", Bias::No),
                score: RouterScore::Softmax,
                renormalise: Renormalise::No,
                scale: 1.0,
                groups: None,
                correction: None,
                bias: Bias::No,
                activation: form.activation,
            },
        )
    }

    /// The mixture, if so many layers of it are in bounds.
    pub(in crate::arch) fn bounded(layers: u64, mixture: Self) -> Result<Self, ConfigError> {
        let (experts, best) = (mixture.experts, mixture.best);
        if experts == 0 || experts > limit::EXPERTS || experts * layers > limit::ALL_EXPERTS {
            let expected = format!(
                "1 to {} in a layer and at most {} in all",
                limit::EXPERTS,
                limit::ALL_EXPERTS
            );
            return Err(bad("num_experts", experts, &expected));
        }
        if best == 0 || best > experts {
            return Err(bad("num_experts_per_tok", best, &format!("1 to {experts}")));
        }
        if mixture.inner == 0 {
            return Err(bad("moe_intermediate_size", mixture.inner, "at least 1"));
        }
        Ok(mixture)
    }

    /// Takes whether weights are divided by their sum.
    pub(in crate::arch) fn renormalised(mut self, renormalise: bool) -> Self {
        self.renormalise = if renormalise {
            Renormalise::Yes
        } else {
            Renormalise::No
        };
        self
    }

    /// Takes groups, which must hold enough experts.
    pub(in crate::arch) fn grouped(
        mut self,
        count: u64,
        best: u64,
        scored_by: u64,
    ) -> Result<Self, ConfigError> {
        if count == 0 || !self.experts.is_multiple_of(count) {
            let expected = format!("a divisor of {}", self.experts);
            return Err(bad("n_group", count, &expected));
        }
        if best == 0 || best > count || best * (self.experts / count) < self.best {
            let expected = format!("at most {count}, and groups with {} experts", self.best);
            return Err(bad("topk_group", best, &expected));
        }
        self.groups = (count > 1).then_some(Groups {
            count,
            best,
            scored_by,
        });
        Ok(self)
    }

    /// The router.
    pub(in crate::arch) fn route(&self, at: &At) -> Result<Router, ConfigError> {
        let (router, bias) = self.router;
        let correction = self
            .correction
            .map(|name| at.tensor(name, &[self.experts]).map(Parameter::buffer));
        Ok(Router {
            map: at.linear(router, self.experts, self.width, bias)?,
            score: self.score,
            best: self.best,
            renormalise: self.renormalise,
            scale: self.scale,
            groups: self.groups,
            correction: correction.transpose()?,
        })
    }

    /// The layer, each expert made by its number.
    pub(in crate::arch) fn build(
        &self,
        at: &At,
        expert: impl Fn(u64) -> Result<Expert, ConfigError>,
    ) -> Result<Experts, ConfigError> {
        Ok(Experts {
            router: self.route(at)?,
            experts: (0..self.experts).map(expert).collect::<Result<_, _>>()?,
            shared: None,
            activation: self.activation,
        })
    }

    /// The layer with each expert stored by itself, under `experts.N`.
    pub(in crate::arch) fn separate(
        &self,
        at: &At,
        names: [&str; 3],
    ) -> Result<Experts, ConfigError> {
        self.build(at, |number| {
            let at = at.at("experts").at(number);
            at.gated(names, self.width, self.inner, self.bias)
        })
    }

    /// The layer with all experts in one `[experts, 2 · inner, width]`, gates
    /// before values, and one `[experts, width, inner]` (Granite, JetMoE).
    pub(in crate::arch) fn joined(&self, at: &At) -> Result<Experts, ConfigError> {
        let (width, inner) = (self.width, self.inner);
        let up = at.tensor("input_linear.weight", &[self.experts, 2 * inner, width])?;
        let down = at.tensor("output_linear.weight", &[self.experts, width, inner])?;
        let plain = |weight| Linear { weight, bias: None };
        self.build(at, |number| {
            Ok(Expert {
                norm: None,
                gate: Some(plain(up.clone().at(number)?.rows(0, inner)?)),
                up: plain(up.clone().at(number)?.rows(inner, inner)?),
                down: plain(down.clone().at(number)?),
            })
        })
    }
}

/// Which layers have experts: those that `mlp_layer_types` names, or else
/// those from a number on.
pub(in crate::arch) fn sparse_layers(
    form: &Form,
    config: &Config,
    otherwise: u64,
) -> Result<Vec<bool>, ConfigError> {
    let first = config.optional("first_k_dense_replace")?;
    let first = first.unwrap_or(otherwise);
    let Some(types) = config.words("mlp_layer_types")? else {
        return Ok((0..form.layers).map(|layer| layer >= first).collect());
    };
    if types.len() as u64 != form.layers {
        let expected = format!("{} entries", form.layers);
        return Err(bad("mlp_layer_types", types.len() as u64, &expected));
    }
    let sparse = types.into_iter().map(|kind| match kind {
        "sparse" => Ok(true),
        "dense" => Ok(false),
        _ => Err(config.unsupported("mlp_layer_types")),
    });
    sparse.collect()
}

/// An expert that every token passes, stored in the form's own way.
pub(in crate::arch) fn shared(
    form: &Form,
    at: &At,
    name: &str,
    inner: u64,
) -> Result<Shared, ConfigError> {
    Ok(Shared {
        expert: form.expert(&at.at(name), inner)?,
        gate: None,
    })
}

/// The usual names of an expert's maps.
pub(in crate::arch) const GATED: [&str; 3] = ["gate_proj", "up_proj", "down_proj"];

/// What DeepSeek-V3 and its likes have in every layer of experts.
#[derive(Clone, Copy, Debug)]
pub(in crate::arch) struct DeepSeek {
    /// Routed experts.
    pub(in crate::arch) experts: u64,
    /// Of them, for a token.
    pub(in crate::arch) best: u64,
    /// Width within an expert.
    pub(in crate::arch) inner: u64,
    /// Groups, and how many are taken.
    pub(in crate::arch) groups: [u64; 2],
    /// Experts that every token passes, as one.
    pub(in crate::arch) shared: u64,
    /// Whether weights are divided by their sum.
    pub(in crate::arch) renormalise: bool,
    /// What they are multiplied with.
    pub(in crate::arch) scale: f64,
}

impl DeepSeek {
    /// Reads the keys; these are the class's defaults. Experts are scored by
    /// sigmoid and picked by score and correction.
    pub(in crate::arch) fn read(
        mut self,
        form: &Form,
        config: &Config,
    ) -> Result<(Mixture, u64), ConfigError> {
        self.shared = config
            .nullable("n_shared_experts", Some(self.shared))?
            .unwrap_or(0);
        let mixture = Mixture::new(
            form,
            config.count_or("n_routed_experts", self.experts)?,
            config.count_or("num_experts_per_tok", self.best)?,
            config.count_or("moe_intermediate_size", self.inner)?,
        )?;
        let groups = [
            config.count_or("n_group", self.groups[0])?,
            config.count_or("topk_group", self.groups[1])?,
        ];
        for (key, only) in [("scoring_func", "sigmoid"), ("topk_method", "noaux_tc")] {
            if config.word_or(key, only)? != only {
                return Err(config.unsupported(key));
            }
        }
        if config.count_or("moe_layer_freq", 1)? != 1 {
            return Err(config.unsupported("moe_layer_freq"));
        }
        let mixture = Mixture {
            score: RouterScore::Sigmoid,
            scale: config.number_or("routed_scaling_factor", self.scale)?,
            correction: Some("gate.e_score_correction_bias"),
            ..mixture.grouped(groups[0], groups[1], 2)?
        };
        let renormalise = config.flag_or("norm_topk_prob", self.renormalise)?;
        Ok((mixture.renormalised(renormalise), self.shared))
    }
}

/// A layer in DeepSeek's form: experts by themselves, shared ones as one.
pub(in crate::arch) fn with_shared(
    form: &Form,
    layer: &At,
    mixture: &Mixture,
    number: u64,
) -> Result<FeedForward, ConfigError> {
    let mlp = layer.at("mlp");
    let mut experts = mixture.separate(&mlp, GATED)?;
    if number > 0 {
        experts.shared = Some(shared(
            form,
            &mlp,
            "shared_experts",
            number * mixture.inner,
        )?);
    }
    Ok(FeedForward::Experts(Box::new(experts)))
}
