//! Compares models with recorded outputs: `cargo run -p arbor-loaders
//! --example oracle -- FOLDER...`, each with a `golden.json`.

use arbor_loaders::{DType, Device, Input, LoadError, Model, Tensor};
use serde_json::Value;
use std::path::Path;

fn main() {
    for folder in std::env::args().skip(1) {
        let name = folder.rsplit('/').next().unwrap_or_default().to_owned();
        match compare(Path::new(&folder)) {
            Ok(line) => println!("{name}\t{line}"),
            Err(error) => println!("{name}\terror: {error}"),
        }
    }
}

fn ids(value: &Value) -> Vec<Vec<u32>> {
    let row = |v: &Value| -> Vec<u32> {
        v.as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_u64)
            .map(|n| n as u32)
            .collect()
    };
    match value.as_array().and_then(|list| list.first()) {
        Some(Value::Array(_)) => value.as_array().into_iter().flatten().map(row).collect(),
        Some(_) => vec![row(value)],
        None => Vec::new(),
    }
}

/// When each position is predicted: the file says it of XLNet alone.
fn order(case: &Value) -> Vec<Vec<u32>> {
    let count = ids(&case["input_ids"]).concat().len() as u32;
    match case["perm_mask"].as_str() {
        None => Vec::new(),
        Some(mask) if mask.starts_with("causal") => vec![(0..count).collect()],
        Some(_) => {
            let positions = ids(&case["factorization_order"]).concat();
            let rank = |at| positions.iter().position(|p| *p == at).unwrap_or(0) as u32;
            vec![(0..count).map(rank).collect()]
        }
    }
}

fn flat(value: &Value, out: &mut Vec<f64>) {
    if let Value::Array(list) = value {
        list.iter().for_each(|v| flat(v, out));
    } else {
        out.push(value.as_f64().unwrap_or(f64::NAN));
    }
}

/// How far a text run in pieces is from the same text run at once.
fn steps(model: &Model, input: &Input, whole: &[f32]) -> Result<f64, LoadError> {
    let mut memory = model.memory(None)?;
    let ids = input.ids.first().cloned().unwrap_or_default();
    let (start, rest) = ids.split_at(ids.len() / 3);
    let mut got = Vec::new();
    for piece in std::iter::once(start).chain(rest.chunks(1)) {
        let answer = model.forward(&Input::row(piece), &mut memory)?;
        got.extend(answer.flatten_all()?.to_vec1::<f32>()?);
    }
    let far = got.iter().zip(whole).map(|(a, b)| f64::from((a - b).abs()));
    Ok(far.fold(0.0, f64::max))
}

fn compare(folder: &Path) -> Result<String, LoadError> {
    let text = std::fs::read_to_string(folder.join("golden.json")).unwrap_or_default();
    let golden: Value = serde_json::from_str(&text).unwrap_or_default();
    let model = Model::load(folder, DType::F32, &Device::Cpu)?;
    let spread = golden["logits_std"].as_f64().unwrap_or(1.0);
    // A golden that rounding alone moves further is held to four times that.
    let noise = golden["noise"]["float64"]["rel_to_std"].as_f64();
    let limit = (4.0 * noise.unwrap_or(0.0)).max(2e-5);
    let params = golden["params"]["unique"].as_u64().unwrap_or(0);
    let total = model.blueprint().inventory.total();
    // The reference counts tables that are fixed among a class's parameters.
    let fixed = golden["params"]["fixed_not_trained"].as_u64().unwrap_or(0);
    let mut line = if params == total || params == total + fixed {
        "params ok".to_owned()
    } else {
        format!("params {total} != {params}")
    };
    for (name, case) in golden["cases"].as_object().into_iter().flatten() {
        let wanted = ["logits", "last_hidden_state", "logits_at_masked"];
        let Some(wanted) = wanted.into_iter().find(|key| !case[key].is_null()) else {
            continue;
        };
        let mask: Vec<Vec<bool>> = ids(&case["attention_mask"])
            .iter()
            .map(|row| row.iter().map(|n| *n != 0).collect())
            .collect();
        let input = Input {
            ids: ids(&case["input_ids"]),
            mask,
            types: ids(&case["token_type_ids"]),
            order: order(case),
        };
        let target = ids(&case["decoder_input_ids"]);
        let (mut memory, input) = if target.is_empty() {
            (model.memory(None)?, input)
        } else {
            (
                model.memory(Some(&input))?,
                Input {
                    ids: target,
                    ..Input::default()
                },
            )
        };
        let got = model.forward(&input, &mut memory)?;
        let got = if wanted == "logits_at_masked" {
            let rows = ids(&case["masked_positions"]).concat();
            got.squeeze(0)?
                .index_select(&Tensor::new(rows, got.device())?, 0)?
        } else {
            got
        };
        let got: Vec<f32> = got.flatten_all()?.to_vec1()?;
        let mut want = Vec::new();
        flat(&case[wanted], &mut want);
        let mut real: Vec<bool> = input.mask.iter().flatten().copied().collect();
        if wanted == "logits_at_masked" {
            real.clear();
        }
        if want.len() != got.len() {
            line += &format!("\t{name}: {} numbers, not {}", got.len(), want.len());
            continue;
        }
        if name == "main" && golden["kind"] == "causal" {
            line += &format!("\tsteps {:.1e}", steps(&model, &input, &got)? / spread);
        }
        let each = got.len() / real.len().max(1);
        let far = got
            .iter()
            .zip(&want)
            .enumerate()
            .filter(|(at, _)| real.is_empty() || real[at / each])
            .map(|(_, (g, w))| (f64::from(*g) - w).abs() / spread)
            .fold(
                0.0_f64,
                |a, b| if b.is_nan() { f64::INFINITY } else { a.max(b) },
            );
        line += &format!("\t{name} {far:.1e}{}", if far <= limit { "" } else { " !" });
    }
    if limit > 2e-5 {
        line += &format!("\tlimit {limit:.1e}");
    }
    Ok(line)
}
