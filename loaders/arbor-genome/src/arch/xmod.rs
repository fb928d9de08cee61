//! X-MOD (Pfeiffer et al. 2022, arXiv 2205.06266): RoBERTa with a small
//! adapter for each language after every layer. A text is read by the one
//! that `default_language` names.
//!
//! Reference: transformers 4.57.6, `models/xmod/modeling_xmod.py`. A layer's
//! last norm serves the adapter's input and, again, what comes of its sum, so
//! an adapter is a layer of its own here, and each layer begins with the last
//! one's norm.

use super::build::{At, Bias};
use super::encoder::{
    self, BERT_DEFAULTS, BERT_NAMES, Lower, Norms, Parts, ROBERTA_IGNORED, Sizes,
};
use super::{Architecture, Task, causal};
use crate::config::{Config, ConfigError};
use crate::gene::{Block, FeedForward, Mixer, Norm, Placement};
use crate::{Genome, Parameter};

pub(super) static XMOD: Architecture = Architecture {
    model_type: "xmod",
    classes: &[
        ("XmodForMaskedLM", Task::Masked),
        ("XmodModel", Task::Encoder),
    ],
    base: "roberta.",
    renames: encoder::GAMMA_BETA,
    ignored: ROBERTA_IGNORED,
    read,
};

/// The adapters of a layer.
struct Adapters<'c> {
    /// Who reads.
    language: &'c str,
    /// The others.
    idle: Vec<&'c str>,
    inner: u64,
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let sizes = Sizes::read(config, &BERT_DEFAULTS)?;
    encoder::absolute_only(config)?;
    for (key, usual) in [
        ("adapter_layer_norm", false),
        ("adapter_reuse_layer_norm", true),
        ("ln_before_adapter", true),
        ("pre_norm", false),
    ] {
        if config.flag_or(key, usual)? != usual {
            return Err(config.unsupported(key));
        }
    }
    let adapters = Adapters::read(config, sizes.width)?;
    let model = At::new(XMOD.base);
    let lower = Lower {
        width: sizes.width,
        counting: Some(encoder::after_pad(config, 1)?),
        types: config.count_or("type_vocab_size", BERT_DEFAULTS.types)?,
        norm: true,
    };
    let embedding = sizes.embedding(&model.at("embeddings"), lower)?;
    let head = encoder::head(task, || sizes.lm_head(config, &embedding.tokens))?;
    let mut dormant = encoder::pooler(config, &["XmodModel"], &model, sizes.width)?;
    let (mut layers, mut before) = (Vec::new(), Norm::NONE);
    for number in 0..sizes.layers {
        let layer = model.at("encoder.layer").at(number);
        let attention = sizes.attention(&layer, &BERT_NAMES)?;
        let block = sizes.block(&layer, &BERT_NAMES, Norms::After, attention)?;
        let Placement::Post {
            mixer,
            feed_forward,
        } = block.placement
        else {
            return Err(config.unsupported("pre_norm"));
        };
        layers.push(Block {
            placement: Placement::Normed {
                mixer: before,
                feed_forward: mixer,
            },
            ..block
        });
        layers.push(adapters.block(&layer, &sizes, feed_forward.clone())?);
        dormant.extend(adapters.idle(&layer, &sizes)?);
        before = feed_forward;
    }
    let parts = Parts {
        embedding,
        layers,
        final_norm: Some(before),
        head,
        dormant,
    };
    Ok(parts.genome(XMOD.model_type, &sizes))
}

impl<'c> Adapters<'c> {
    fn read(config: &'c Config, width: u64) -> Result<Self, ConfigError> {
        let key = "default_language";
        let languages = config.words("languages")?;
        let mut idle = languages.unwrap_or_else(|| vec!["en_XX"]);
        let language = config.word_or(key, "")?;
        let at = idle.iter().position(|known| *known == language);
        idle.remove(at.ok_or_else(|| config.unsupported(key))?);
        Ok(Self {
            language,
            idle,
            inner: width / config.count_or("adapter_reduction_factor", 2)?,
        })
    }

    fn at(layer: &At, language: &str) -> At {
        layer.at("output.adapter_modules").at(language)
    }

    /// `h = n x`, then `h + A h`.
    fn block(&self, layer: &At, sizes: &Sizes, norm: Norm) -> Result<Block, ConfigError> {
        let maps = ["dense1", "dense2"];
        let at = Self::at(layer, self.language);
        let expert = at.plain(maps, sizes.width, self.inner, Bias::Yes)?;
        let adapter = causal::dense(expert, sizes.activation);
        Ok(Block {
            mixer: Mixer::Positionwise(adapter.into()),
            cross: None,
            feed_forward: FeedForward::None,
            placement: Placement::Normed {
                mixer: norm,
                feed_forward: Norm::NONE,
            },
            residual: Block::PLAIN,
        })
    }

    /// What the other languages hold.
    fn idle(&self, layer: &At, sizes: &Sizes) -> Result<Vec<Parameter>, ConfigError> {
        let mut found = Vec::new();
        for language in &self.idle {
            let at = Self::at(layer, language);
            for (name, outputs, inputs) in [
                ("dense1", self.inner, sizes.width),
                ("dense2", sizes.width, self.inner),
            ] {
                let map = at.linear(name, outputs, inputs, Bias::Yes)?;
                found.push(map.weight);
                found.extend(map.bias);
            }
        }
        Ok(found)
    }
}
