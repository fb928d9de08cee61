//! Architectures: one file each, which maps configuration keys to genes and
//! genes to tensor names, and one line in the table below.
//!
//! An architecture's file cites the reference implementation it follows; its
//! class defaults are that implementation's. It knows no tensors: the loader
//! builds any genome.

mod albert;
mod apertus;
mod arcee;
mod baichuan;
mod bamba;
mod bart;
mod bert;
mod bert_generation;
mod bigbird_pegasus;
mod biogpt;
mod bitnet;
mod blenderbot;
mod blenderbot_small;
mod bloom;
mod build;
mod camembert;
mod causal;
mod chatglm;
mod cohere;
mod cohere2;
mod ctrl;
mod data2vec_text;
mod dbrx;
mod deberta;
mod deberta_v2;
mod deepseek;
mod deepseek_v2;
mod deepseek_v3;
mod diffllama;
mod distilbert;
mod dots1;
mod electra;
mod encoder;
mod encoder_decoder;
mod ernie;
mod ernie4_5;
mod ernie4_5_moe;
mod esm;
mod eurobert;
mod exaone4;
mod falcon;
mod falcon_h1;
mod falcon_mamba;
mod flaubert;
mod flex_olmo;
mod gemma;
mod gemma2;
mod gemma3;
mod glm;
mod glm4;
mod glm4_moe;
mod glm4_moe_lite;
mod gpt2;
mod gpt_bigcode;
mod gpt_neo;
mod gpt_neox;
mod gpt_neox_japanese;
mod gpt_oss;
mod gptj;
mod granite;
mod granitemoe;
mod granitemoehybrid;
mod helium;
mod hunyuan_v1_dense;
mod hunyuan_v1_moe;
mod hy_v3;
mod internlm2;
mod internlm3;
mod jamba;
mod jetmoe;
mod layoutlm;
mod led;
mod lfm2;
mod lfm2_moe;
mod llama;
mod longt5;
mod m2m_100;
mod mamba;
mod mamba2;
mod marian;
mod mbart;
mod megatron_bert;
mod mimo;
mod minicpm3;
mod minimax;
mod minimax_m2;
mod ministral;
mod mistral;
mod mixtral;
mod modernbert;
mod modernbert_decoder;
mod mpnet;
mod mpt;
mod mt5;
mod mvp;
mod nanochat;
mod nemotron;
mod nemotron_h;
mod nezha;
mod nllb_moe;
mod nomic_bert;
mod olmo;
mod olmo2;
mod olmo3;
mod olmoe;
mod openai_gpt;
mod opt;
mod pegasus;
mod pegasus_x;
mod persimmon;
mod phi;
mod phi3;
mod phimoe;
mod plbart;
mod qwen;
mod qwen2;
mod qwen2_moe;
mod qwen3;
mod qwen3_5_text;
mod qwen3_moe;
mod qwen3_next;
mod recurrent_gemma;
mod rembert;
mod roberta;
mod roberta_prelayernorm;
mod roformer;
mod rwkv;
mod seed_oss;
mod smollm3;
mod squeezebert;
mod stablelm;
mod starcoder2;
mod switch_transformers;
mod t5;
mod t5gemma;
mod umt5;
mod vaultgemma;
mod xglm;
mod xlm;
mod xlm_roberta;
mod xlm_roberta_xl;
mod xlnet;
mod xmod;
mod yi;
mod zamba2;

use crate::config::{Config, ConfigError};
use crate::gene::Block;
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
    /// How the tensor's name ends, or all of it; with a `*` at the end, how it
    /// begins.
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
    &yi::YI,
    &albert::ALBERT,
    &apertus::APERTUS,
    &arcee::ARCEE,
    &baichuan::BAICHUAN,
    &bamba::BAMBA,
    &bart::BART,
    &bert::BERT,
    &bert_generation::BERT_GENERATION,
    &bigbird_pegasus::BIGBIRD_PEGASUS,
    &biogpt::BIOGPT,
    &bitnet::BITNET,
    &blenderbot::BLENDERBOT,
    &blenderbot_small::BLENDERBOT_SMALL,
    &bloom::BLOOM,
    &camembert::CAMEMBERT,
    &chatglm::CHATGLM,
    &gptj::CODEGEN,
    &cohere::COHERE,
    &cohere2::COHERE2,
    &ctrl::CTRL,
    &data2vec_text::DATA2VEC_TEXT,
    &dbrx::DBRX,
    &deberta::DEBERTA,
    &deberta_v2::DEBERTA_V2,
    &deepseek::DEEPSEEK,
    &deepseek_v2::DEEPSEEK_V2,
    &deepseek_v3::DEEPSEEK_V3,
    &diffllama::DIFFLLAMA,
    &distilbert::DISTILBERT,
    &dots1::DOTS1,
    &electra::ELECTRA,
    &encoder_decoder::ENCODER_DECODER,
    &ernie::ERNIE,
    &ernie4_5::ERNIE4_5,
    &ernie4_5_moe::ERNIE4_5_MOE,
    &esm::ESM,
    &eurobert::EUROBERT,
    &exaone4::EXAONE4,
    &falcon::FALCON,
    &falcon_h1::FALCON_H1,
    &falcon_mamba::FALCON_MAMBA,
    &flaubert::FLAUBERT,
    &flex_olmo::FLEX_OLMO,
    &gemma::GEMMA,
    &gemma2::GEMMA2,
    &gemma3::GEMMA3,
    &gemma3::GEMMA3_TEXT,
    &glm::GLM,
    &glm4::GLM4,
    &glm4_moe::GLM4_MOE,
    &glm4_moe_lite::GLM4_MOE_LITE,
    &gpt2::GPT2,
    &gpt_bigcode::GPT_BIGCODE,
    &gpt_neo::GPT_NEO,
    &gpt_neox::GPT_NEOX,
    &gpt_neox_japanese::GPT_NEOX_JAPANESE,
    &gpt_oss::GPT_OSS,
    &gptj::GPTJ,
    &granite::GRANITE,
    &granitemoe::GRANITEMOE,
    &granitemoehybrid::GRANITEMOEHYBRID,
    &helium::HELIUM,
    &hunyuan_v1_dense::HUNYUAN_V1_DENSE,
    &hunyuan_v1_moe::HUNYUAN_V1_MOE,
    &hy_v3::HY_V3,
    &internlm2::INTERNLM2,
    &internlm3::INTERNLM3,
    &jamba::JAMBA,
    &jetmoe::JETMOE,
    &deepseek_v3::KIMI_K2,
    &layoutlm::LAYOUTLM,
    &led::LED,
    &lfm2::LFM2,
    &lfm2_moe::LFM2_MOE,
    &llama::LLAMA,
    &longt5::LONGT5,
    &m2m_100::M2M_100,
    &mamba::MAMBA,
    &mamba2::MAMBA2,
    &marian::MARIAN,
    &mbart::MBART,
    &megatron_bert::MEGATRON_BERT,
    &mimo::MIMO,
    &minicpm3::MINICPM3,
    &minimax::MINIMAX,
    &minimax_m2::MINIMAX_M2,
    &ministral::MINISTRAL,
    &mistral::MISTRAL,
    &mixtral::MIXTRAL,
    &modernbert::MODERNBERT,
    &modernbert_decoder::MODERNBERT_DECODER,
    &mpnet::MPNET,
    &mpt::MPT,
    &mt5::MT5,
    &mvp::MVP,
    &nanochat::NANOCHAT,
    &nemotron::NEMOTRON,
    &nemotron_h::NEMOTRON_H,
    &nezha::NEZHA,
    &nllb_moe::NLLB_MOE,
    &nomic_bert::NOMIC_BERT,
    &olmo::OLMO,
    &olmo2::OLMO2,
    &olmo3::OLMO3,
    &olmoe::OLMOE,
    &openai_gpt::OPENAI_GPT,
    &opt::OPT,
    &pegasus::PEGASUS,
    &pegasus_x::PEGASUS_X,
    &persimmon::PERSIMMON,
    &phi::PHI,
    &phi3::PHI3,
    &phimoe::PHIMOE,
    &plbart::PLBART,
    &qwen::QWEN,
    &qwen2::QWEN2,
    &qwen2_moe::QWEN2_MOE,
    &qwen3::QWEN3,
    &qwen3_5_text::QWEN3_5_TEXT,
    &qwen3_moe::QWEN3_MOE,
    &qwen3_next::QWEN3_NEXT,
    &recurrent_gemma::RECURRENT_GEMMA,
    &rembert::REMBERT,
    &roberta::ROBERTA,
    &roberta_prelayernorm::ROBERTA_PRELAYERNORM,
    &roformer::ROFORMER,
    &rwkv::RWKV,
    &seed_oss::SEED_OSS,
    &smollm3::SMOLLM3,
    &squeezebert::SQUEEZEBERT,
    &stablelm::STABLELM,
    &starcoder2::STARCODER2,
    &switch_transformers::SWITCH_TRANSFORMERS,
    &t5::T5,
    &t5gemma::T5GEMMA,
    &umt5::UMT5,
    &vaultgemma::VAULTGEMMA,
    &xglm::XGLM,
    &xlm::XLM,
    &xlm_roberta::XLM_ROBERTA,
    &xlm_roberta_xl::XLM_ROBERTA_XL,
    &xlnet::XLNET,
    &xmod::XMOD,
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
    /// How the file's weights were packed, where they were (`quant_method`):
    /// tensors then lie there in other types and shapes than the inventory's.
    pub packed: Option<String>,
}

impl Blueprint {
    /// Reads the text of a `config.json`.
    ///
    /// # Errors
    /// [`ConfigError`] names the key.
    pub fn read(text: &str) -> Result<Self, ConfigError> {
        let config = Config::parse(text)?;
        let architecture = Architecture::of(&config)?;
        let task = architecture.task(&config)?;
        Self::of(architecture, task, &config)
    }

    /// Reads it as of a checkpoint without the head that its class has.
    ///
    /// # Errors
    /// [`ConfigError`] names the key; [`ConfigError::UnknownType`] also where
    /// no class of the architecture goes without a head.
    pub fn headless(text: &str) -> Result<Self, ConfigError> {
        let config = Config::parse(text)?;
        let architecture = Architecture::of(&config)?;
        if !architecture
            .classes
            .iter()
            .any(|(_, task)| *task == Task::Encoder)
        {
            return Err(ConfigError::UnknownType(architecture.model_type.to_owned()));
        }
        Self::of(architecture, Task::Encoder, &config)
    }

    fn of(
        architecture: &'static Architecture,
        task: Task,
        config: &Config,
    ) -> Result<Self, ConfigError> {
        if task == Task::Encoder {
            // There is no head that could be tied.
            config.skip(&["tie_word_embeddings"]);
        }
        let packed = config.packed()?;
        let genome = (architecture.read)(config, task)?;
        config.finish()?;
        let inventory = Inventory::of(&genome)?;
        Ok(Self {
            architecture,
            task,
            genome,
            inventory,
            packed,
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
        if !self.inventory.tensors().contains_key(name.as_str()) {
            let with_base = format!("{}{name}", self.architecture.base);
            if self.inventory.tensors().contains_key(with_base.as_str()) {
                return with_base;
            }
        }
        name
    }

    /// Parameters that one token passes: of routed experts only those that a
    /// router takes.
    #[must_use]
    pub fn active(&self) -> u64 {
        let idle: u64 = self.genome.layers().map(Block::idle).sum();
        self.inventory.total().saturating_sub(idle)
    }

    /// Why a tensor that the inventory does not know changes nothing, if it
    /// does not.
    #[must_use]
    pub fn ignored(&self, name: &str) -> Option<&'static str> {
        let ignored = self.architecture.ignored.iter();
        ignored
            .filter(|i| match i.ending.strip_suffix('*') {
                Some(beginning) => name.starts_with(beginning),
                None => name.ends_with(i.ending),
            })
            .map(|i| i.reason)
            .next()
    }
}

impl Architecture {
    /// The one that `model_type` names.
    fn of(config: &Config) -> Result<&'static Self, ConfigError> {
        let model_type = config.word_or("model_type", "")?.to_owned();
        if model_type.is_empty() {
            return Err(ConfigError::Missing("model_type".to_owned()));
        }
        let found = ALL
            .iter()
            .find(|architecture| architecture.model_type == model_type);
        found.copied().ok_or(ConfigError::UnknownType(model_type))
    }

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
