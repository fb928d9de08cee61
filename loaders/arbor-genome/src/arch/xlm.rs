//! XLM (Lample and Conneau 2019, arXiv 1901.07291): BERT's layers under names
//! of their own, one head for hidden tokens that is a map alone. Languages'
//! embeddings are added where a language is said, which no text does.
//!
//! Reference: transformers 4.57.6, `models/xlm/modeling_xlm.py`; its class
//! reads as an encoder only.

use super::build::{At, Bias, head_size};
use super::encoder::{self, Parts, Sizes};
use super::{Architecture, Ignored, Task, causal};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Block, Embedding, Placement};

pub(super) static XLM: Architecture = Architecture {
    model_type: "xlm",
    classes: &[
        ("XLMWithLMHeadModel", Task::Masked),
        ("XLMModel", Task::Encoder),
    ],
    base: "transformer.",
    renames: &[],
    ignored: IGNORED,
    read: |config, task| read_kin(config, task, &XLM, false),
};

/// What checkpoints may carry besides.
pub(super) const IGNORED: &[Ignored] = &[
    Ignored {
        ending: "position_ids",
        reason: "a table of position numbers",
    },
    Ignored {
        ending: "pred_layer.proj.weight",
        reason: "a second copy of the tied embedding",
    },
];

/// Numbers of special tokens, initial values, and heads that are not read.
const UNREAD: &[&str] = &[
    "bos_index",
    "embed_init_std",
    "end_n_top",
    "eos_index",
    "init_std",
    "lang_id",
    "mask_index",
    "mask_token_id",
    "pad_index",
    "sinusoidal_embeddings",
    "start_n_top",
    "unk_index",
];

/// Reads it, with norms before each branch or after each sum.
pub(super) fn read_kin(
    config: &Config,
    task: Task,
    kin: &'static Architecture,
    pre_norm: bool,
) -> Result<Genome, ConfigError> {
    for (key, usual) in [("asm", false), ("causal", false), ("is_encoder", true)] {
        if config.flag_or(key, usual)? != usual {
            return Err(config.unsupported(key));
        }
    }
    config.skip(UNREAD);
    let width = config.count_or("emb_dim", 2_048)?;
    let heads = config.count_or("n_heads", 16)?;
    let vocabulary = match config.optional("vocab_size")? {
        Some(found) => found,
        None => config.count_or("n_words", 30_145)?,
    };
    let sizes = Sizes {
        width,
        heads,
        size: head_size(None, width, heads)?,
        inner: width.saturating_mul(4),
        vocabulary,
        context: config.count_or("max_position_embeddings", 512)?,
        epsilon: config.positive_or("layer_norm_eps", 1e-12)?,
        activation: if config.flag_or("gelu_activation", true)? {
            Activation::Gelu
        } else {
            Activation::Relu
        },
        layers: config.layers("n_layers")?,
    };
    let languages = config.count_or("n_langs", 1)?;
    let told = config.flag_or("use_lang_emb", true)? && languages > 1;

    let model = At::new(kin.base);
    let tokens = model.tensor("embeddings.weight", &[vocabulary, width])?;
    let table = model.tensor("position_embeddings.weight", &[sizes.context, width])?;
    let block = |number| sizes.xlm(&model, number, pre_norm);
    let head = encoder::head(task, || {
        let map = causal::output(config, true, &tokens, "pred_layer.proj", Bias::Yes)?;
        Ok(causal::head(task, map))
    })?;
    let languages = told.then(|| model.tensor("lang_embeddings.weight", &[languages, width]));
    let parts = Parts {
        embedding: Embedding {
            positions: causal::learned(table),
            norm: Some(model.layer_norm("layer_norm_emb", width, sizes.epsilon)?),
            ..causal::embedding(&tokens)
        },
        layers: (0..sizes.layers)
            .map(block)
            .collect::<Result<_, ConfigError>>()?,
        final_norm: None,
        head,
        dormant: languages.transpose()?.into_iter().collect(),
    };
    Ok(parts.genome(kin.model_type, &sizes))
}

impl Sizes {
    /// A layer, whose parts lie in lists of their own.
    fn xlm(&self, model: &At, number: u64, pre_norm: bool) -> Result<Block, ConfigError> {
        let sizes = [self.heads, self.heads, self.size];
        let at = model.at("attentions").at(number);
        let names = ["q_lin", "k_lin", "v_lin", "out_lin"];
        let maps = causal::maps(&at, names, self.width, sizes, [Bias::Yes; 2])?;
        let norm = |list| {
            let at = model.at(list);
            at.layer_norm(&number.to_string(), self.width, self.epsilon)
        };
        let (mixer, feed_forward) = (norm("layer_norm1")?, norm("layer_norm2")?);
        let placement = if pre_norm {
            Placement::Pre {
                mixer,
                feed_forward: Some(feed_forward),
            }
        } else {
            Placement::Post {
                mixer,
                feed_forward,
            }
        };
        let expert = model.at("ffns").at(number).plain(
            ["lin1", "lin2"],
            self.width,
            self.inner,
            Bias::Yes,
        )?;
        let feed = causal::dense(expert, self.activation);
        Ok(causal::block(
            causal::attention(sizes, maps),
            feed,
            placement,
        ))
    }
}
