//! ESM-2 and ESM-1b (Rives et al. 2021, PNAS 118; Lin et al. 2023, Science
//! 379): RoBERTa for proteins, with norms before each branch, rotary positions
//! or a table, and a mask token whose vector is left out.
//!
//! Reference: transformers 5.23.0, `models/esm/modeling_esm.py`; 4.57.6 counts
//! padding among a row's tokens.

use super::build::At;
use super::encoder::{
    self, BERT_DEFAULTS, BERT_NAMES, Lower, Names, Norms, POSITION_IDS, Parts, Sizes,
};
use super::{Architecture, Ignored, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Attention, Dropped, Rotary, RotaryPairs, RotaryScaling};

pub(super) static ESM: Architecture = Architecture {
    model_type: "esm",
    classes: &[
        ("EsmForMaskedLM", Task::Masked),
        ("EsmModel", Task::Encoder),
    ],
    base: "esm.",
    renames: encoder::GAMMA_BETA,
    ignored: &[
        POSITION_IDS,
        Ignored {
            ending: "rotary_embeddings.inv_freq",
            reason: "a table of rotary frequencies, computed anew",
        },
        Ignored {
            ending: "contact_head.regression.weight",
            reason: "the head for contacts",
        },
        Ignored {
            ending: "contact_head.regression.bias",
            reason: "the head for contacts",
        },
        Ignored {
            ending: "lm_head.decoder.weight",
            reason: "a second copy of the tied embedding",
        },
    ],
    read,
};

const NAMES: Names = Names {
    mixer_norm: "attention.LayerNorm",
    feed_forward_norm: "LayerNorm",
    ..BERT_NAMES
};

/// In training 15 tokens of a hundred were picked, four of five of them hidden.
const KEPT: f64 = 1.0 - 0.15 * 0.8;

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    if config.flag_or("is_folding_model", false)? {
        return Err(config.unsupported("is_folding_model"));
    }
    // Of the folding model, and of the tokenizer.
    config.skip(&["esmfold_config", "vocab_list", "hidden_act"]);
    let sizes = Sizes {
        activation: Activation::Gelu,
        ..Sizes::read(config, &BERT_DEFAULTS)?
    };
    let key = "position_embedding_type";
    let turned = match config.word_or(key, "absolute")? {
        "absolute" => false,
        "rotary" if sizes.size.is_multiple_of(2) => true,
        _ => return Err(config.unsupported(key)),
    };
    let counting = encoder::after_pad(config, 1)?;
    let model = At::new(ESM.base);
    let lower = Lower {
        width: sizes.width,
        counting: (!turned).then_some(counting),
        types: 0,
        norm: false,
    };
    let at = model.at("embeddings");
    let norm = |at: &At, name| at.layer_norm(name, sizes.width, sizes.epsilon);
    let mut embedding = sizes.embedding(&at, lower)?;
    if config.flag_or("emb_layer_norm_before", false)? {
        embedding.norm = Some(norm(&at, "layer_norm")?);
    }
    let token = config.optional("mask_token_id")?;
    if config.flag_or("token_dropout", false)? {
        let token = token.and_then(|token| u32::try_from(token).ok());
        let token = token.ok_or_else(|| ConfigError::Missing("mask_token_id".to_owned()))?;
        embedding.dropped = Some(Dropped { token, kept: KEPT });
    }
    let head = encoder::head(task, || sizes.lm_head(config, &embedding.tokens))?;
    let stack = model.at("encoder");
    let layers = (0..sizes.layers).map(|number| {
        let layer = stack.at("layer").at(number);
        let attention = Attention {
            rotary: turned.then_some(Rotary {
                base: 10_000.0,
                width: sizes.size,
                pairs: RotaryPairs::Halves,
                scaling: RotaryScaling::None,
            }),
            ..sizes.attention(&layer, &NAMES)?
        };
        sizes.block(&layer, &NAMES, Norms::Before, attention)
    });
    let mut dormant = encoder::pooler(config, &["EsmModel"], &model, sizes.width)?;
    let contacts = model.at("contact_head.regression");
    let maps = sizes.layers.saturating_mul(sizes.heads);
    dormant.push(contacts.tensor("weight", &[1, maps])?);
    dormant.push(contacts.tensor("bias", &[1])?);
    let parts = Parts {
        embedding,
        layers: layers.collect::<Result<_, ConfigError>>()?,
        final_norm: Some(norm(&stack, "emb_layer_norm_after")?),
        head,
        dormant,
    };
    Ok(parts.genome(ESM.model_type, &sizes))
}
