//! Architectures: one file each, which maps configuration keys to genes and
//! genes to tensor names, and one line in the table below.
//!
//! An architecture's file cites the reference implementation it follows; its
//! class defaults are that implementation's. It knows no tensors: the loader
//! builds any genome.

mod bamba;
mod bert;
mod build;
mod falcon_h1;
mod falcon_mamba;
mod gpt2;
mod granitemoehybrid;
mod jamba;
mod lfm2;
mod lfm2_moe;
mod llama;
mod mamba;
mod mamba2;
mod minimax;
mod nemotron_h;
mod qwen3_5_text;
mod qwen3_next;
mod recurrent_gemma;
mod rwkv;
mod t5;
mod zamba2;

use crate::config::{Config, ConfigError};
use crate::{Genome, Inventory};

arbor_model::words! {
    /// What a checkpoint's head answers.
    Task: "task" {
        /// The next token.
        Causal = "causal",
        /// Which tokens were replaced.
        Discriminator = "discriminator",
        /// Nothing: its states are the answer.
        Encoder = "encoder",
        /// Hidden tokens.
        Masked = "masked",
        /// A target for a source.
        Seq2Seq = "seq2seq",
    }
}

/// Why a checkpoint may hold a tensor that the genome does not use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ignored {
    /// How the tensor's name ends, or all of it.
    pub ending: &'static str,
    /// Why nothing is lost.
    pub reason: &'static str,
}

/// An architecture.
#[derive(Debug)]
pub struct Architecture {
    /// Its `model_type`.
    pub model_type: &'static str,
    /// Classes of the reference implementation and what their heads answer;
    /// the first one is taken where `architectures` is silent.
    pub classes: &'static [(&'static str, Task)],
    /// What tensor names begin with when a head stands around the base model;
    /// checkpoints of the base model alone leave it out.
    pub base: &'static str,
    /// Parts of tensor names that older checkpoints spell otherwise.
    pub renames: &'static [(&'static str, &'static str)],
    /// Tensors that change nothing.
    pub ignored: &'static [Ignored],
    /// Reads a configuration.
    pub read: fn(&Config, Task) -> Result<Genome, ConfigError>,
}

/// Every architecture, by `model_type`.
pub static ALL: &[&Architecture] = &[
    &bamba::BAMBA,
    &bert::BERT,
    &falcon_h1::FALCON_H1,
    &falcon_mamba::FALCON_MAMBA,
    &gpt2::GPT2,
    &granitemoehybrid::GRANITEMOEHYBRID,
    &jamba::JAMBA,
    &lfm2::LFM2,
    &lfm2_moe::LFM2_MOE,
    &llama::LLAMA,
    &mamba::MAMBA,
    &mamba2::MAMBA2,
    &minimax::MINIMAX,
    &nemotron_h::NEMOTRON_H,
    &qwen3_5_text::QWEN3_5_TEXT,
    &qwen3_next::QWEN3_NEXT,
    &recurrent_gemma::RECURRENT_GEMMA,
    &rwkv::RWKV,
    &t5::T5,
    &zamba2::ZAMBA2,
];

/// A configuration understood: the genome, and the tensors it needs.
#[derive(Clone, Debug)]
pub struct Blueprint {
    /// The architecture that read it.
    pub architecture: &'static Architecture,
    /// What its head answers.
    pub task: Task,
    /// The genome.
    pub genome: Genome,
    /// Its tensors.
    pub inventory: Inventory,
}

impl Blueprint {
    /// Reads the text of a `config.json`.
    ///
    /// # Errors
    /// [`ConfigError`] names the key.
    pub fn read(text: &str) -> Result<Self, ConfigError> {
        let config = Config::parse(text)?;
        let model_type = config.word_or("model_type", "")?.to_owned();
        if model_type.is_empty() {
            return Err(ConfigError::Missing("model_type".to_owned()));
        }
        let found = ALL
            .iter()
            .find(|architecture| architecture.model_type == model_type);
        let architecture = *found.ok_or(ConfigError::UnknownType(model_type))?;
        let task = architecture.task(&config)?;
        let genome = (architecture.read)(&config, task)?;
        config.finish()?;
        let inventory = Inventory::of(&genome)?;
        Ok(Self {
            architecture,
            task,
            genome,
            inventory,
        })
    }

    /// The name that the inventory knows a stored tensor by: old spellings
    /// replaced, the base prefix added where the file leaves it out.
    #[must_use]
    pub fn canonical(&self, stored: &str) -> String {
        let mut name = stored.to_owned();
        for (old, new) in self.architecture.renames {
            name = name.replace(old, new);
        }
        if !self.inventory.tensors().contains_key(&name) {
            let with_base = format!("{}{name}", self.architecture.base);
            if self.inventory.tensors().contains_key(&with_base) {
                return with_base;
            }
        }
        name
    }

    /// Why a tensor that the inventory does not know changes nothing, if it
    /// does not.
    #[must_use]
    pub fn ignored(&self, name: &str) -> Option<&'static str> {
        let ignored = self.architecture.ignored.iter();
        ignored
            .filter(|i| name.ends_with(i.ending))
            .map(|i| i.reason)
            .next()
    }
}

impl Architecture {
    fn task(&self, config: &Config) -> Result<Task, ConfigError> {
        let Some(class) = config
            .words("architectures")?
            .and_then(|list| list.first().copied())
        else {
            return Ok(self.classes[0].1);
        };
        let found = self.classes.iter().find(|(name, _)| *name == class);
        found
            .map(|(_, task)| *task)
            .ok_or_else(|| ConfigError::Disagrees {
                model_type: self.model_type.to_owned(),
                class: class.chars().take(80).collect(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn the_table_is_sorted_and_whole() {
        assert!(ALL.is_sorted_by(|a, b| a.model_type < b.model_type));
        for architecture in ALL {
            assert!(
                !architecture.classes.is_empty(),
                "{}",
                architecture.model_type
            );
        }
    }
}
