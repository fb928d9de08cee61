//! Which part of a model a tensor is counted under, by the names that GGUF
//! files give tensors. Source of the names: `TENSOR_NAMES` of the Python
//! package `gguf` (github.com/ggml-org/llama.cpp, `gguf-py`), all of which a
//! test puts through these tables.

use crate::gene::Part;

/// Ends that say what of a layer it is, not which layer.
const ENDS: [&str; 2] = [".weight", ".bias"];
/// Beginnings of what reads pictures and sound.
const TOWERS: [&str; 3] = ["a.", "mm.", "v."];

/// Beginnings of names within a layer, or outside of all.
const BEGINNINGS: &[(&str, Part)] = &[
    ("attn", Part::Attention),
    ("channel_mix", Part::FeedForward),
    ("cls", Part::Head),
    ("cross_attn", Part::Attention),
    ("exp_probs_b", Part::Experts),
    ("ffn_gate_inp", Part::Experts),
    ("ffn", Part::FeedForward),
    ("indexer.", Part::Attention),
    ("per_layer_model_proj", Part::Embedding),
    ("per_layer_token_embd", Part::Embedding),
    ("position_embd", Part::Embedding),
    ("shortconv.", Part::Attention),
    ("ssm_", Part::Attention),
    ("time_mix_", Part::Attention),
    ("token_embd", Part::Embedding),
    ("token_types", Part::Embedding),
];

/// The name within its layer, and that layer's number.
fn split(name: &str) -> (&str, Option<u64>) {
    let name = ENDS
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(name);
    let within = ["enc.", "dec."]
        .iter()
        .find_map(|side| name.strip_prefix(side));
    let within = within.unwrap_or(name);
    let layer = within
        .strip_prefix("blk.")
        .and_then(|rest| rest.split_once('.'));
    match layer.map(|(number, leaf)| (leaf, number.parse().ok())) {
        Some((leaf, Some(number))) => (leaf, Some(number)),
        Some((_, None)) | None => (within, None),
    }
}

/// The number of the layer that a tensor belongs to.
pub(crate) fn layer(name: &str) -> Option<u64> {
    split(name).1
}

/// Whether it holds experts of which a token passes some: all in one tensor,
/// or one by one as in old files.
pub(crate) fn is_routed(name: &str) -> bool {
    let (leaf, layer) = split(name);
    let alone = leaf.rsplit_once('.').is_some_and(|(before, number)| {
        before.starts_with("ffn_") && number.parse::<u64>().is_ok()
    });
    layer.is_some() && leaf.starts_with("ffn_") && (leaf.ends_with("exps") || alone)
}

/// The part that a tensor is counted under.
pub(crate) fn part(name: &str) -> Part {
    if TOWERS.iter().any(|tower| name.starts_with(tower)) {
        return Part::Other;
    }
    let (leaf, _) = split(name);
    if leaf.contains("norm") || leaf == "time_mix_ln" {
        return Part::Norm;
    }
    if is_routed(name) || leaf.ends_with("_shexp") {
        return Part::Experts;
    }
    if matches!(leaf, "output" | "nextn.shared_head_head") {
        return Part::Head;
    }
    let mut known = BEGINNINGS.iter();
    known
        .find(|(beginning, _)| leaf.starts_with(beginning))
        .map_or(Part::Other, |(_, part)| *part)
}
