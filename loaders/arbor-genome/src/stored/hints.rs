//! What a `config.json` says about how weights were stored, read whether or
//! not its architecture is known. A hint is used where headers leave a
//! question open, never against them. It knows no tensors.

use crate::arch::ALL;
use crate::config::LIMIT_BYTES;
use crate::{Blueprint, Task};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Where libraries keep the settings of a packing.
const SECTIONS: [&str; 3] = ["compression_config", "quantization", "quantization_config"];

/// What is taken from a configuration besides its genome.
#[derive(Debug, Default)]
pub(super) struct Hints {
    /// `quant_method`, or what stands for it.
    pub(super) method: Option<String>,
    /// Bits of packed weights: one number, or several where layers differ.
    pub(super) bits: Vec<u64>,
    /// Weights that share a scale.
    pub(super) group: Option<u64>,
    /// Whether the head is the embedding's table.
    pub(super) tied: Option<bool>,
    /// The first layer that predicts further tokens.
    pub(super) further: Option<u64>,
    /// The genome of a class with a head, where the checkpoint's class has
    /// none: it says whether a head that is there is a copy.
    pub(super) headed: Option<Blueprint>,
    /// The genome.
    pub(super) blueprint: Option<Blueprint>,
    /// Whether it is that of the tower that reads text, among others.
    pub(super) tower: bool,
    /// Why there is none, or with what reservation there is one.
    pub(super) remark: Option<String>,
}

impl Hints {
    pub(super) fn read(text: Option<&str>) -> Self {
        let Some(text) = text else {
            return Self::default();
        };
        let config = if text.len() <= LIMIT_BYTES {
            serde_json::from_str(text).ok()
        } else {
            None
        };
        let mut hints = match &config {
            Some(Value::Object(config)) => Self::of(config),
            Some(_) | None => Self::default(),
        };
        match blueprint(text) {
            Ok((blueprint, remark)) => hints.know(text, blueprint, remark),
            Err(remark) => {
                // A model of several towers: the one that reads text.
                let tower = config.as_ref().and_then(|config| config.get("text_config"));
                let tower = tower.map(Value::to_string).unwrap_or_default();
                match blueprint(&tower) {
                    Ok((blueprint, _)) => {
                        let remark = format!("compared with that of `text_config`: {remark}");
                        hints.know(&tower, blueprint, Some(remark));
                        hints.tower = true;
                    }
                    Err(_) => hints.remark = Some(remark),
                }
            }
        }
        hints
    }

    fn know(&mut self, text: &str, blueprint: Blueprint, remark: Option<String>) {
        if blueprint.task == Task::Encoder {
            self.headed = with_head(text, &blueprint);
        }
        self.blueprint = Some(blueprint);
        self.remark = remark;
    }

    /// The name that a genome knows a weight by. Where it is the genome of
    /// one tower, names begin with the tower's.
    pub(super) fn canonical(&self, blueprint: &Blueprint, name: &str) -> String {
        let known = blueprint.canonical(name);
        if !self.tower || blueprint.inventory.tensors().contains_key(known.as_str()) {
            return known;
        }
        let within = match name.strip_prefix("model.language_model.") {
            Some(rest) => format!("model.{rest}"),
            None => name
                .strip_prefix("language_model.")
                .unwrap_or(name)
                .to_owned(),
        };
        blueprint.canonical(&within)
    }

    fn of(config: &Map<String, Value>) -> Self {
        // Models of several towers keep the text model's settings apart.
        let text = config.get("text_config").and_then(Value::as_object);
        let places = [Some(config), text];
        let find = |key: &str| {
            let mut values = places.iter().flatten().filter_map(|place| place.get(key));
            values.find(|value| !value.is_null())
        };
        let section = SECTIONS.iter().find_map(|key| find(key));
        let numbers = |keys: &[&str], most| {
            let mut found = BTreeSet::new();
            if let Some(section) = section {
                search(section, keys, 0, &mut found);
            }
            found.retain(|n| (1..=most).contains(n));
            found.into_iter().collect::<Vec<_>>()
        };
        let layers = find("num_hidden_layers").and_then(Value::as_u64);
        let further = find("num_nextn_predict_layers").and_then(Value::as_u64);
        Self {
            method: section
                .and_then(|value| value.get("quant_method"))
                .and_then(Value::as_str)
                .map(str::to_owned),
            bits: numbers(&["bits", "nbits", "num_bits", "w_bit", "wbits"], 16),
            group: alone(&numbers(&["group_size", "q_group_size"], 1 << 20)),
            tied: find("tie_word_embeddings").and_then(Value::as_bool),
            further: further.filter(|n| *n > 0).and(layers),
            headed: None,
            blueprint: None,
            tower: false,
            remark: None,
        }
    }
}

/// The number, if there is one only.
pub(super) fn alone(numbers: &[u64]) -> Option<u64> {
    match numbers {
        [number] => Some(*number),
        [] | [_, _, ..] => None,
    }
}

/// What passes through a layer is not stored: its bits are no weight's.
const NOT_WEIGHTS: [&str; 4] = [
    "input_activations",
    "kv_cache_scheme",
    "output_activations",
    "sparsity_config",
];

/// The numbers under these keys, at most five objects deep.
fn search(value: &Value, keys: &[&str], depth: usize, found: &mut BTreeSet<u64>) {
    let Some(object) = value.as_object().filter(|_| depth < 5) else {
        return;
    };
    for (key, value) in object {
        if keys.contains(&key.as_str()) {
            found.extend(value.as_u64());
        } else if !NOT_WEIGHTS.contains(&key.as_str()) {
            search(value, keys, depth + 1, found);
        }
    }
}

/// The genome, with the reservation under which it holds.
fn blueprint(text: &str) -> Result<(Blueprint, Option<String>), String> {
    let error = match Blueprint::read(text) {
        Ok(blueprint) => return Ok((blueprint, None)),
        Err(error) => error.to_string(),
    };
    let Ok(Value::Object(mut config)) = serde_json::from_str(text) else {
        return Err(error);
    };
    // How weights were packed is this module's question, not the genome's.
    for key in SECTIONS {
        config.remove(key);
    }
    let again = Value::Object(config.clone()).to_string();
    if let Ok(blueprint) = Blueprint::read(&again) {
        return Ok((blueprint, None));
    }
    // A class with another head: its body is that of the base model.
    let word = config.get("model_type").and_then(Value::as_str);
    let known = ALL.iter().find(|known| Some(known.model_type) == word);
    let classes = known.into_iter().flat_map(|known| known.classes);
    for (class, _) in classes.filter(|(_, task)| *task == Task::Encoder) {
        if let Some(blueprint) = as_class(&config, class) {
            let remark = format!("compared with the genome of {class}: {error}");
            return Ok((blueprint, Some(remark)));
        }
    }
    Err(error)
}

/// The genome of a class of the same architecture that has a head.
fn with_head(text: &str, blueprint: &Blueprint) -> Option<Blueprint> {
    let Ok(Value::Object(config)) = serde_json::from_str(text) else {
        return None;
    };
    let mut classes = blueprint.architecture.classes.iter();
    classes.find_map(|(class, task)| match task {
        Task::Encoder => None,
        Task::Causal | Task::Discriminator | Task::Masked | Task::Seq2Seq => {
            as_class(&config, class)
        }
    })
}

fn as_class(config: &Map<String, Value>, class: &str) -> Option<Blueprint> {
    let mut config = config.clone();
    for key in SECTIONS {
        config.remove(key);
    }
    config.insert("architectures".to_owned(), Value::from(vec![class]));
    Blueprint::read(&Value::Object(config).to_string()).ok()
}
