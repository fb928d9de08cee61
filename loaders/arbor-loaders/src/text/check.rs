//! The `tokenizer` rung: it loads, it names no row that the embedding lacks,
//! it gives the ids that are on record, and texts survive it.

use super::Tokenizer;
use crate::law::Finding;
use crate::reference::Reference;
use crate::{LoadError, Model, marks};
use std::path::Path;

/// Texts that tokenizers stumble over: spaces, case, accents, scripts, signs,
/// and what makes careless patterns search for ever.
const PROBES: &[&str] = &[
    "Hello world",
    " two  spaces, and\ta tab\n",
    "naïve café Über résumé",
    "语言模型 🌳",
    "don't can't 1234567 3.14 0x1F",
    "def f(x):\n    return x**2  # square",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
];

/// Checks the tokenizer of a model, and the ids that the folder's files give a
/// part.
pub(crate) fn check(
    folder: &Path,
    tokenizer: &Result<Option<Tokenizer>, LoadError>,
    model: &Model,
    reference: Option<&Reference>,
) -> Finding {
    let rows = model.blueprint().genome.embedding().vocabulary();
    if let Some(fault) = marks::fault(folder, rows) {
        return Finding::fault(fault);
    }
    let tokenizer = match tokenizer {
        Ok(Some(tokenizer)) => tokenizer,
        Ok(None) => return Finding::skip("there is no `tokenizer.json`"),
        Err(error) => return Finding::fault(error.to_string()),
    };
    match examined(tokenizer, rows, reference) {
        Ok(Ok(detail)) => Finding::pass(tokenizer.inner.get_vocab_size(true) as f64, detail),
        Ok(Err(fault)) => Finding::fault(fault),
        Err(error) => Finding::fault(error.to_string()),
    }
}

/// What was found good, or the first thing that was not.
fn examined(
    tokenizer: &Tokenizer,
    rows: u64,
    reference: Option<&Reference>,
) -> Result<Result<String, String>, LoadError> {
    let largest = tokenizer.largest;
    if u64::from(largest) >= rows {
        let fault = format!("it knows the id {largest}, the embedding has {rows} rows");
        return Ok(Err(fault));
    }
    let recorded = reference.map_or(&[][..], |reference| &reference.texts);
    for (text, ids) in recorded {
        let got = tokenizer.ids(text, true)?;
        if got != *ids {
            let at = got.iter().zip(ids).take_while(|(a, b)| a == b).count();
            return Ok(Err(format!(
                "{text:?} gives other ids than on record, from the token at {at} on"
            )));
        }
    }
    // Texts cannot show every entry of a vocabulary.
    let digest = reference.and_then(|reference| reference.tokenizer.as_deref());
    if digest.is_some_and(|digest| digest != tokenizer.digest) {
        let fault = "it is not the file that the reference was recorded with, by its SHA-256";
        return Ok(Err(fault.to_owned()));
    }
    let mut survivors = 0;
    for probe in PROBES {
        let ids = tokenizer.ids(probe, false)?;
        // A special token in it stands for what the vocabulary lacks.
        if ids.iter().any(|id| tokenizer.is_special(*id)) {
            continue;
        }
        // A tokenizer may fold case or spaces: then its own form must survive.
        let once = tokenizer.text(&ids, false)?;
        if once != *probe {
            let twice = tokenizer.text(&tokenizer.ids(&once, false)?, false)?;
            if once != twice {
                return Ok(Err(format!(
                    "{probe:?} comes back as {once:?}, and that as {twice:?}"
                )));
            }
        }
        survivors += 1;
    }
    let record = if recorded.is_empty() {
        String::new()
    } else {
        format!(", {} others as on record", recorded.len())
    };
    Ok(Ok(format!(
        "tokens for {rows} rows, in {} bytes; {survivors} of {} texts survive it{record}",
        tokenizer.bytes,
        PROBES.len()
    )))
}
