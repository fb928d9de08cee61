//! The project's own reference files: safetensors with `CASE.ids`, `.mask`,
//! `.order`, `.types`, `.target` and `.logits` or `.hidden`, facts in the metadata.

use super::{Case, Reference};
use crate::Input;
use safetensors::SafeTensors;
use safetensors::tensor::Dtype;
use std::collections::HashMap;

pub(super) fn read(bytes: &[u8]) -> Result<Reference, String> {
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| error.to_string())?;
    let facts = metadata.metadata().clone().unwrap_or_default();
    let file = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
    if facts.get("format").map(String::as_str) != Some("1") {
        return Err("its format is not 1".to_owned());
    }
    let mut names: Vec<String> = file
        .names()
        .into_iter()
        .filter_map(|name| name.strip_suffix(".ids").map(str::to_owned))
        .collect();
    names.sort();
    Ok(Reference {
        spread: number(&facts, "spread")?,
        noise: number(&facts, "float64_distance").unwrap_or(0.0),
        parameters: facts.get("parameters").and_then(|text| text.parse().ok()),
        origin: facts.get("origin").cloned().unwrap_or_else(|| {
            format!(
                "transformers {}, {} attention",
                facts.get("transformers").map_or("", String::as_str),
                facts.get("attention").map_or("", String::as_str)
            )
        }),
        cases: names
            .into_iter()
            .map(|name| case(&file, name))
            .collect::<Result<_, _>>()?,
        texts: Vec::new(),
        tokenizer: facts.get("tokenizer_sha256").cloned(),
    })
}

fn number(facts: &HashMap<String, String>, key: &str) -> Result<f64, String> {
    let text = facts
        .get(key)
        .ok_or_else(|| format!("its metadata have no `{key}`"))?;
    text.parse()
        .map_err(|_| format!("its `{key}` is no number"))
}

fn case(file: &SafeTensors<'_>, name: String) -> Result<Case, String> {
    let rows = |key: &str| rows(file, &format!("{name}.{key}"));
    let answer = file
        .tensor(&format!("{name}.logits"))
        .or_else(|_| file.tensor(&format!("{name}.hidden")))
        .map_err(|_| format!("`{name}` has no answer"))?;
    if answer.dtype() != Dtype::F32 || answer.shape().len() != 3 {
        return Err(format!(
            "the answer of `{name}` is not `[b, s, v]` in single precision"
        ));
    }
    let mask = rows("mask")?
        .iter()
        .map(|row| row.iter().map(|n| *n != 0).collect())
        .collect();
    let target = rows("target")?;
    Ok(Case {
        input: Input {
            ids: rows("ids")?,
            mask,
            types: rows("types")?,
            order: rows("order")?,
        },
        target: (!target.is_empty()).then(|| Input {
            ids: target,
            ..Input::default()
        }),
        width: answer.shape()[2],
        answer: words(answer.data()).map(f32::from_le_bytes).collect(),
        name,
    })
}

/// `[b, s]` of unsigned numbers; none if there is no such tensor.
fn rows(file: &SafeTensors<'_>, name: &str) -> Result<Vec<Vec<u32>>, String> {
    let Ok(view) = file.tensor(name) else {
        return Ok(Vec::new());
    };
    let length = match (view.dtype(), view.shape()) {
        (Dtype::U32, [_, length]) if *length > 0 => *length,
        _ => return Err(format!("`{name}` is not `[b, s]` of unsigned numbers")),
    };
    let numbers: Vec<u32> = words(view.data()).map(u32::from_le_bytes).collect();
    Ok(numbers.chunks(length).map(<[u32]>::to_vec).collect())
}

fn words(bytes: &[u8]) -> impl Iterator<Item = [u8; 4]> {
    bytes
        .chunks_exact(4)
        .filter_map(|word| word.try_into().ok())
}
