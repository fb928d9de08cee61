//! BERT (Devlin et al. 2018, arXiv 1810.04805).
//!
//! Reference: transformers 4.57.6, `models/bert/modeling_bert.py`. The pooler
//! and the next-sentence head read the first position only; they are no part
//! of the language model.

use super::build::At;
use super::encoder::{self, BERT_DEFAULTS, BERT_IGNORED, BERT_NAMES, Lower, Norms, Parts, Sizes};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Attention, Counting, DistanceTable, Distances, ScoreBias};

pub(super) static BERT: Architecture = Architecture {
    model_type: "bert",
    classes: &[
        ("BertForMaskedLM", Task::Masked),
        ("BertForPreTraining", Task::Masked),
        ("BertModel", Task::Encoder),
    ],
    base: "bert.",
    renames: encoder::GAMMA_BETA,
    ignored: BERT_IGNORED,
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let sizes = Sizes::read(config, &BERT_DEFAULTS)?;
    let key = "position_embedding_type";
    let keys_too = match config.word_or(key, "absolute")? {
        "absolute" => None,
        "relative_key" => Some(false),
        "relative_key_query" => Some(true),
        _ => return Err(config.unsupported(key)),
    };
    let types = config.count_or("type_vocab_size", BERT_DEFAULTS.types)?;
    let model = At::new("bert.");
    let lower = Lower {
        width: sizes.width,
        counting: keys_too.is_none().then_some(Counting::All),
        types,
        norm: true,
    };
    let embedding = sizes.embedding(&model.at("embeddings"), lower)?;
    let head = encoder::head(task, || {
        sizes.predictions(config, &embedding.tokens, sizes.width)
    })?;
    let classes = ["BertForPreTraining", "BertModel"];
    let mut dormant = encoder::pretraining(config, classes, &model, sizes.width)?;
    if keys_too.is_some() {
        // Stored all the same.
        let name = "embeddings.position_embeddings.weight";
        dormant.push(model.tensor(name, &[sizes.context, sizes.width])?);
    }
    let layers = (0..sizes.layers).map(|number| {
        let layer = model.at("encoder.layer").at(number);
        let attention = Attention {
            bias: match keys_too {
                Some(keys_too) => relative(&sizes, &layer, keys_too)?,
                None => ScoreBias::None,
            },
            ..sizes.attention(&layer, &BERT_NAMES)?
        };
        sizes.block(&layer, &BERT_NAMES, Norms::After, attention)
    });
    let parts = Parts {
        embedding,
        layers: layers.collect::<Result<_, ConfigError>>()?,
        final_norm: None,
        head,
        dormant,
    };
    Ok(parts.genome(BERT.model_type, &sizes))
}

/// A table of distances for each layer.
fn relative(sizes: &Sizes, layer: &At, keys_too: bool) -> Result<ScoreBias, ConfigError> {
    let name = "attention.self.distance_embedding.weight";
    let table = layer.tensor(name, &[2 * sizes.context - 1, sizes.size])?;
    Ok(ScoreBias::Distances(Box::new(Distances {
        table: DistanceTable::Learned(table),
        keys_too,
        values: false,
    })))
}
