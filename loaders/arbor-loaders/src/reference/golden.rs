//! `golden.json`, format 1: recorded outputs beside a checkpoint. Only what
//! answers a question is read; its bookkeeping is left alone.

use super::{Case, Reference};
use crate::Input;
use serde_json::Value;

pub(super) fn read(bytes: &[u8]) -> Result<Reference, String> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if value["format"] != 1 {
        return Err("its format is not 1".to_owned());
    }
    let cases = value["cases"].as_object().ok_or("it has no `cases`")?;
    let cases = cases.iter().filter_map(|(name, value)| case(name, value));
    let source = &value["source"];
    Ok(Reference {
        spread: value["logits_std"]
            .as_f64()
            .ok_or("it has no `logits_std`")?,
        noise: value["noise"]["float64"]["rel_to_std"]
            .as_f64()
            .unwrap_or(0.0),
        parameters: value["params"]["unique"].as_u64(),
        origin: format!(
            "transformers {}, {} attention",
            source["transformers"].as_str().unwrap_or_default(),
            value["attn_implementation"].as_str().unwrap_or_default()
        ),
        cases: cases.collect::<Result<_, _>>()?,
        texts: texts(&value["tokenizer"]),
        tokenizer: value["files"]["tokenizer.json"]["sha256"]
            .as_str()
            .map(str::to_ascii_lowercase),
    })
}

/// What the tokenizer makes of texts, where that is recorded.
fn texts(value: &Value) -> Vec<(String, Vec<u32>)> {
    let list = value.as_array().map_or(&[][..], Vec::as_slice);
    let text = |case: &Value| {
        let ids = Some(&case["ids"]).filter(|ids| ids.is_array())?;
        Some((
            case["text"].as_str()?.to_owned(),
            rows(ids).pop().unwrap_or_default(),
        ))
    };
    list.iter().filter_map(text).collect()
}

/// A case that records numbers for every position; others are none, and
/// neither are those about boxes on a page: a text alone is asked for.
fn case(name: &str, value: &Value) -> Option<Result<Case, String>> {
    if !value["bbox"].is_null() {
        return None;
    }
    let logits = Some(&value["logits"]).filter(|answer| answer.is_array());
    let answer = logits.or(Some(&value["last_hidden_state"]).filter(|a| a.is_array()))?;
    let mask = rows(&value["attention_mask"]);
    let target = rows(&value["decoder_input_ids"]);
    let input = Input {
        ids: rows(&value["input_ids"]),
        mask: mask
            .iter()
            .map(|row| row.iter().map(|n| *n != 0).collect())
            .collect(),
        types: rows(&value["token_type_ids"]),
        order: order(value),
    };
    let asked = if target.is_empty() {
        &input.ids
    } else {
        &target
    };
    let positions: usize = asked.iter().map(Vec::len).sum();
    let mut numbers = Vec::new();
    flatten(answer, &mut numbers);
    if positions == 0 || !numbers.len().is_multiple_of(positions) {
        return Some(Err(format!(
            "the answer of `{name}` does not fit its question"
        )));
    }
    Some(Ok(Case {
        name: name.to_owned(),
        input,
        target: (!target.is_empty()).then(|| Input {
            ids: target,
            ..Input::default()
        }),
        width: numbers.len() / positions,
        answer: numbers,
    }))
}

/// When each position is predicted: the file says it of XLNet alone.
fn order(value: &Value) -> Vec<Vec<u32>> {
    let count = rows(&value["input_ids"]).concat().len() as u32;
    match value["perm_mask"].as_str() {
        None => Vec::new(),
        Some(mask) if mask.starts_with("causal") => vec![(0..count).collect()],
        Some(_) => {
            let positions = rows(&value["factorization_order"]).concat();
            let rank = |at| positions.iter().position(|p| *p == at).unwrap_or(0) as u32;
            vec![(0..count).map(rank).collect()]
        }
    }
}

/// A list of ids, or a list of such lists.
fn rows(value: &Value) -> Vec<Vec<u32>> {
    let list = value.as_array().map_or(&[][..], Vec::as_slice);
    let row = |list: &[Value]| -> Vec<u32> {
        let ids = list.iter().filter_map(Value::as_u64);
        ids.map(|id| u32::try_from(id).unwrap_or(u32::MAX))
            .collect()
    };
    if list.first().is_some_and(Value::is_array) {
        list.iter()
            .filter_map(Value::as_array)
            .map(|list| row(list))
            .collect()
    } else if list.is_empty() {
        Vec::new()
    } else {
        vec![row(list)]
    }
}

fn flatten(value: &Value, out: &mut Vec<f32>) {
    match value.as_array() {
        Some(list) => list.iter().for_each(|value| flatten(value, out)),
        None => out.push(value.as_f64().map_or(f32::NAN, |n| n as f32)),
    }
}
