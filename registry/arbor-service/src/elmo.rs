//! Questions to ELMo, which reads words by their characters and both ways.

use crate::{Logits, ServiceError, TextQuery, Typed, wire};
use arbor_loaders::LoadError;
use arbor_loaders::elmo::{self, Elmo, Word};
use std::collections::BTreeMap;
use std::path::Path;

/// Each word's log-probability, both ways.
pub(crate) fn score(query: &TextQuery) -> Result<wire::Score, LoadError> {
    let Typed::Text(text) = &query.typed else {
        return Err(LoadError::Input("ELMo reads words, not ids".to_owned()));
    };
    if query.source.is_some() {
        return Err(LoadError::Input("ELMo reads no source".to_owned()));
    }
    let words = elmo::score(&query.folder, text)?;
    let logprobs: Vec<Option<f64>> = words.iter().map(|word| word.backward).collect();
    Ok(wire::Score {
        schema_version: wire::SCHEMA_VERSION,
        model: query.folder.display().to_string(),
        kind: "both",
        log_likelihood: words.iter().filter_map(|word| word.forward).sum(),
        backward: Some(wire::Backward {
            log_likelihood: logprobs.iter().flatten().sum(),
            logprobs,
        }),
        // Unknown words are scored as one.
        bits_per_byte: None,
        tokens: words
            .into_iter()
            .map(|word| wire::Token {
                text: Some(word.text),
                id: word.id,
                logprob: word.forward,
            })
            .collect(),
    })
}

/// Why it goes on from nothing.
pub(crate) fn no_writer() -> LoadError {
    let reason = "ELMo writes no text: `arbor score` says how likely it finds one, `arbor logits \
                  --text` what it answers";
    LoadError::Input(reason.to_owned())
}

/// The answers to a sentence, its words split at spaces: at its begin, each
/// word and its end, the forward half first. Nothing if the folder holds
/// another model.
///
/// # Errors
/// [`ServiceError::Load`] if it cannot be loaded.
pub fn elmo_logits(folder: &Path, text: &str) -> Result<Option<Logits>, ServiceError> {
    if !Elmo::is_at(folder) {
        return Ok(None);
    }
    let model = Elmo::load(folder)?;
    let answer = model.both(&[Word::sentence(text, model.length())])?;
    let rows = answer.squeeze(0).and_then(|rows| rows.to_vec2::<f32>());
    let rows = rows.map_err(LoadError::from)?;
    let (logits, hidden) = if model.has_softmax() {
        (Some(rows), None)
    } else {
        (None, Some(rows))
    };
    Ok(Some(Logits {
        objective: arbor_model::Objective::ArBidirectional.as_str(),
        logits,
        hidden,
    }))
}

/// How many parameters ELMo has; nothing if the folder holds another model.
///
/// # Errors
/// [`ServiceError::Load`] if it cannot be loaded.
pub fn elmo_params(folder: &Path) -> Result<Option<wire::Params>, ServiceError> {
    if !Elmo::is_at(folder) {
        return Ok(None);
    }
    let total = Elmo::load(folder)?.parameters();
    Ok(Some(wire::Params {
        schema_version: wire::SCHEMA_VERSION,
        model: folder.display().to_string(),
        total: Some(total),
        active: None,
        by_part: wire::ByPart::default(),
        by_dtype: BTreeMap::new(),
        tied: Some(0),
        buffers: Some(0),
        source: "file",
        bytes_read: 0,
        claims: Vec::new(),
        headers: None,
    }))
}
