//! Heads for hidden tokens: BERT's, and RoBERTa's that differs in names.

use super::Sizes;
use crate::Parameter;
use crate::arch::Task;
use crate::arch::build::{At, Bias};
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Head, HeadTransform, Linear, Norm};

impl Sizes {
    /// BERT's head; `inner` is the width of the table that it is tied to.
    pub(in crate::arch) fn predictions(
        &self,
        config: &Config,
        tokens: &Parameter,
        inner: u64,
    ) -> Result<Head, ConfigError> {
        let at = At::new("cls.predictions.");
        let transform = at.at("transform");
        Ok(masked(
            transform.linear("dense", inner, self.width, Bias::Yes)?,
            self.activation,
            transform.layer_norm("LayerNorm", inner, self.epsilon)?,
            self.vocabulary_map(config, &at, tokens, inner)?,
        ))
    }

    /// RoBERTa's head, whose activation no key changes.
    pub(in crate::arch) fn lm_head(
        &self,
        config: &Config,
        tokens: &Parameter,
    ) -> Result<Head, ConfigError> {
        let at = At::new("lm_head.");
        Ok(masked(
            at.linear("dense", self.width, self.width, Bias::Yes)?,
            Activation::Gelu,
            at.layer_norm("layer_norm", self.width, self.epsilon)?,
            self.vocabulary_map(config, &at, tokens, self.width)?,
        ))
    }

    fn vocabulary_map(
        &self,
        config: &Config,
        at: &At,
        tokens: &Parameter,
        inner: u64,
    ) -> Result<Linear, ConfigError> {
        let weight = if config.flag_or("tie_word_embeddings", true)? {
            tokens.clone()
        } else {
            at.tensor("decoder.weight", &[self.vocabulary, inner])?
        };
        Ok(Linear {
            weight,
            bias: Some(at.tensor("bias", &[self.vocabulary])?),
        })
    }
}

/// A head for hidden tokens.
pub(in crate::arch) fn masked(
    dense: Linear,
    activation: Activation,
    norm: Norm,
    map: Linear,
) -> Head {
    Head::Vocabulary {
        transform: Some(HeadTransform {
            dense,
            activation: Some(activation),
            norm: Some(norm),
        }),
        map,
        scale: 1.0,
        soft_cap: None,
    }
}

/// The head, if the class has one.
pub(in crate::arch) fn head(
    task: Task,
    head: impl FnOnce() -> Result<Head, ConfigError>,
) -> Result<Head, ConfigError> {
    match task {
        Task::Encoder => Ok(Head::None),
        Task::Causal | Task::Discriminator | Task::Masked | Task::Seq2Seq => head(),
    }
}

/// A pooler, which belongs to some classes and to no answer.
pub(in crate::arch) fn pooler(
    config: &Config,
    classes: &[&str],
    model: &At,
    width: u64,
) -> Result<Vec<Parameter>, ConfigError> {
    if !config.names_class(classes) {
        return Ok(Vec::new());
    }
    Ok(vec![
        model.tensor("pooler.dense.weight", &[width, width])?,
        model.tensor("pooler.dense.bias", &[width])?,
    ])
}

/// The pooler of two classes and the next-sentence head of the first.
pub(in crate::arch) fn pretraining(
    config: &Config,
    classes: [&str; 2],
    model: &At,
    width: u64,
) -> Result<Vec<Parameter>, ConfigError> {
    let mut unread = pooler(config, &classes, model, width)?;
    if config.names_class(&classes[..1]) {
        let next = At::new("cls.seq_relationship.");
        unread.push(next.tensor("weight", &[2, width])?);
        unread.push(next.tensor("bias", &[2])?);
    }
    Ok(unread)
}
