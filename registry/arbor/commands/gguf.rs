//! What GGUF files say of a model, as rows of a page.

use crate::render::text::grouped;
use arbor_model::human_bytes;
use arbor_service::wire::GgufFacts;

/// Quantisations that are listed.
const LISTED: usize = 24;

/// The rows: what the model is, how it is stored, and in which other forms.
pub(super) fn rows(gguf: &GgufFacts) -> Vec<(String, String)> {
    let row = |label: &str, value: Option<String>| Some((label.to_owned(), value?));
    let number = |n: Option<u64>| n.map(grouped);
    let mut rows: Vec<_> = [
        row("Architecture", gguf.architecture.clone()),
        row("Name", gguf.name.clone()),
        row("Context", number(gguf.context)),
        row("Layers", number(gguf.layers)),
        row("Width", number(gguf.width)),
        row("Heads", span(&gguf.heads)),
        row("Key-value heads", span(&gguf.kv_heads)),
        row("Vocabulary", number(gguf.vocabulary)),
        row("Experts", experts(gguf)),
        row("Counted in", Some(gguf.counted.clone())),
    ]
    .into_iter()
    .flatten()
    .collect();
    for (dtype, stored) in &gguf.storage {
        let (weights, bytes) = (grouped(stored.weights), human_bytes(stored.bytes));
        let value = format!("{weights} in {bytes}, {} bits each", stored.bits_per_weight);
        rows.push((format!("In {dtype}"), value));
    }
    if let Some(bits) = gguf.bits_per_weight {
        let value = format!("{}, {bits} bits a weight", human_bytes(gguf.bytes));
        rows.push(("In all".to_owned(), value));
    }
    if gguf.quantisations.len() > 1 {
        for set in gguf.quantisations.iter().take(LISTED) {
            let mut value = format!("{}: {}", set.name, human_bytes(set.bytes));
            if set.files > 1 {
                value += &format!(" in {} files", set.files);
            }
            if !set.whole {
                value += ", files are missing";
            }
            if let Some(bits) = set.bits_per_weight {
                value += &format!(", {bits} bits a weight");
            }
            rows.push(("Stored as".to_owned(), value));
        }
        if let Some(more) = gguf.quantisations.len().checked_sub(LISTED + 1) {
            rows.push(("Stored as".to_owned(), format!("{} others", more + 1)));
        }
    }
    let beside = gguf.beside.iter().take(LISTED);
    rows.extend(beside.map(|name| ("Beside it".to_owned(), name.clone())));
    rows
}

/// One number, or the least and the largest of several.
fn span(numbers: &[u64]) -> Option<String> {
    let (least, most) = (numbers.iter().min()?, numbers.iter().max()?);
    Some(if least == most {
        grouped(*least)
    } else {
        format!("{} to {} by layer", grouped(*least), grouped(*most))
    })
}

fn experts(gguf: &GgufFacts) -> Option<String> {
    let all = gguf.experts.filter(|n| *n > 0)?;
    Some(match gguf.experts_used {
        Some(used) => format!("{}, {} for each token", grouped(all), grouped(used)),
        None => grouped(all),
    })
}
