//! The `tokenizer` rung: it loads, it names no row that the embedding lacks,
//! texts survive it, and it gives the ids that are on record.

use super::Tokenizer;
use crate::law::Finding;
use crate::reference::Reference;
use crate::{LoadError, Model};

/// Texts that tokenizers stumble over: spaces, case, accents, scripts, signs.
const PROBES: &[&str] = &[
    "Hello world",
    " two  spaces, and\ta tab\n",
    "naïve café Über résumé",
    "语言模型 🌳",
    "don't can't 1234567 3.14 0x1F",
    "def f(x):\n    return x**2  # square",
];

/// Checks the tokenizer of a model.
pub(crate) fn check(
    tokenizer: &Result<Option<Tokenizer>, LoadError>,
    model: &Model,
    reference: Option<&Reference>,
) -> Finding {
    let tokenizer = match tokenizer {
        Ok(Some(tokenizer)) => tokenizer,
        Ok(None) => return Finding::skip("there is no `tokenizer.json`"),
        Err(error) => return Finding::fault(error.to_string()),
    };
    let rows = model.blueprint().genome.embedding().vocabulary();
    let largest = tokenizer.largest;
    if u64::from(largest) >= rows {
        return Finding::fault(format!(
            "it knows the id {largest}, the embedding has {rows} rows"
        ));
    }
    let recorded = reference.map_or(&[][..], |reference| &reference.texts);
    match faults(tokenizer, recorded) {
        Ok(None) => {}
        Ok(Some(fault)) => return Finding::fault(fault),
        Err(error) => return Finding::fault(error.to_string()),
    }
    let count = tokenizer.inner.get_vocab_size(true);
    let record = if recorded.is_empty() {
        String::new()
    } else {
        format!("; {} texts as on record", recorded.len())
    };
    let detail = format!(
        "tokens in {} bytes, of {rows} rows; texts survive it{record}",
        tokenizer.bytes
    );
    Finding::pass(count as f64, detail)
}

/// The first text that does not come out as it should.
fn faults(
    tokenizer: &Tokenizer,
    recorded: &[(String, Vec<u32>)],
) -> Result<Option<String>, LoadError> {
    for (text, ids) in recorded {
        let got = tokenizer.ids(text, true)?;
        if got != *ids {
            let at = got.iter().zip(ids).take_while(|(a, b)| a == b).count();
            return Ok(Some(format!(
                "{text:?} gives other ids than on record, from the token at {at} on"
            )));
        }
    }
    for probe in PROBES {
        // A tokenizer may fold case or spaces: then its own form must survive.
        let once = round_trip(tokenizer, probe)?;
        if once != *probe {
            let twice = round_trip(tokenizer, &once)?;
            if once != twice {
                return Ok(Some(format!(
                    "{probe:?} comes back as {once:?}, and that as {twice:?}"
                )));
            }
        }
    }
    Ok(None)
}

fn round_trip(tokenizer: &Tokenizer, text: &str) -> Result<String, LoadError> {
    tokenizer.text(&tokenizer.ids(text, false)?, false)
}
