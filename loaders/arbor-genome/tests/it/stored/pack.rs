//! Headers packed as the table of `packers.rs` says: a checkpoint's matrices
//! in, what a library makes of them out.

use super::entry;
use super::packers::Packer;
use arbor_genome::stored::Entry;
use arbor_genome::stored::StoredDtype::U8;
use serde_json::{Map, Value};

/// Tensors that libraries leave as they are.
const PLAIN: [&str; 12] = [
    "embed",
    "wte",
    "wpe",
    "head",
    "router",
    "gate.weight",
    "norm",
    "shared.weight",
    "position",
    "lora",
    "relative",
    "conv",
];

/// The headers of a checkpoint after packing its matrices.
pub(super) fn pack(packer: &Packer, entries: &[Entry]) -> Vec<Entry> {
    let packed = entries.iter().flat_map(|plain| {
        let keep = vec![plain.clone()];
        let Some(stem) = plain.name().strip_suffix(".weight") else {
            return keep;
        };
        let &[outputs, inputs] = plain.shape() else {
            return keep;
        };
        let fits = plain.name().contains(packer.only)
            && outputs % packer.multiple[0] == 0
            && inputs % packer.multiple[1] == 0;
        if !fits || PLAIN.iter().any(|word| plain.name().contains(word)) {
            return keep;
        }
        let made = (packer.make)(outputs, inputs).into_iter();
        made.map(|(end, dtype, shape)| entry(&format!("{stem}{end}"), dtype, &shape))
            .collect()
    });
    packed.collect()
}

/// The same of all experts in one tensor, as gpt-oss has them: the file's
/// dimensions are outputs, blocks of inputs, bytes.
pub(super) fn pack_blocks(entries: &[Entry]) -> Vec<Entry> {
    let packed = entries.iter().flat_map(|plain| match *plain.shape() {
        [experts, inputs, outputs] if inputs % 32 == 0 => {
            let blocks = [experts, outputs, inputs / 32];
            let name = plain.name();
            vec![
                entry(
                    &format!("{name}_blocks"),
                    U8,
                    &[blocks[0], blocks[1], blocks[2], 16],
                ),
                entry(&format!("{name}_scales"), U8, &blocks),
            ]
        }
        _ => vec![plain.clone()],
    });
    packed.collect()
}

/// A configuration with the packer's section.
pub(super) fn configured(packer: &Packer, config: &str) -> String {
    let mut config: Map<String, Value> = serde_json::from_str(config).expect("an object");
    let section = (packer.config)();
    let key = if section.get("quant_method").is_some() {
        "quantization_config"
    } else {
        "quantization"
    };
    if !section.is_null() {
        config.insert(key.to_owned(), section);
    }
    Value::Object(config).to_string()
}
