//! Headers that nobody sends in good faith: an error or a count, never a panic.

use super::entry;
use arbor_genome::stored::{Entry, Headers, StoredDtype, StoredError, count};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn try_count(entries: &[Entry], config: Option<&str>) -> Result<u64, StoredError> {
    let metadata = BTreeMap::new();
    let headers = Headers {
        entries,
        config,
        metadata: &metadata,
    };
    count(&headers).map(|counted| counted.total)
}

#[test]
fn sizes_beyond_any_model_are_errors() {
    assert!(Entry::new("a", StoredDtype::F32, &[u64::MAX, 2]).is_err());
    assert!(Entry::new("a", StoredDtype::F32, &[0, u64::MAX, u64::MAX]).is_err());
    assert!(Entry::new("a", StoredDtype::F32, &[1; 9]).is_err());
    let huge: Vec<_> = (0..1 << 19)
        .map(|n| entry(&n.to_string(), StoredDtype::F32, &[1 << 46]))
        .collect();
    assert_eq!(try_count(&huge, None), Err(StoredError::TooLarge));
}

#[test]
fn one_name_is_one_tensor() {
    let twice = [
        entry("a.weight", StoredDtype::F32, &[2]),
        entry("a.weight", StoredDtype::F32, &[2]),
    ];
    assert_eq!(
        try_count(&twice, None),
        Err(StoredError::Twice("a.weight".to_owned()))
    );
}

#[test]
fn many_names_take_no_more_than_their_number() {
    // Each might be a copy of each, which no pairwise search would finish.
    let many: Vec<_> = (0..1_u64 << 18)
        .map(|n| {
            let name = if n % 2 == 0 {
                "lm_head"
            } else {
                "embed_tokens"
            };
            entry(&format!("{n}.{name}.weight"), StoredDtype::F16, &[n + 1])
        })
        .collect();
    let elements = (1..=1_u64 << 18).sum();
    assert_eq!(try_count(&many, None), Ok(elements));
}

/// Ends of names that some rule looks for.
const ENDS: [&str; 34] = [
    ".weight",
    ".qweight",
    ".qzeros",
    ".scales",
    ".g_idx",
    ".weight_packed",
    ".weight_scale",
    ".weight_shape",
    ".meta",
    ".scale_packed",
    ".codes",
    ".codebooks",
    ".trellis",
    ".suh",
    ".svh",
    ".W_q",
    ".scale",
    ".zero",
    ".B",
    ".s",
    ".biases",
    ".compressed",
    ".bitmask",
    ".q_weight",
    ".q_scale",
    ".q_perm",
    ".Qidxs",
    ".SU",
    ".SV",
    ".SCB",
    ".weight.absmax",
    "_blocks",
    "_scales",
    ".bias",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_headers_are_counted_or_refused(
        tensors in proptest::collection::vec(
            (0..ENDS.len(), 0..StoredDtype::ALL.len(), proptest::collection::vec(0..1_u64 << 12, 0..5)),
            0..24,
        ),
        bits in 0..20_u64,
        group in 0..300_u64,
    ) {
        let mut entries: Vec<Entry> = Vec::new();
        for (end, dtype, shape) in tensors {
            let name = format!("model.layers.0.mlp{}", ENDS[end]);
            if let Ok(made) = Entry::new(name, StoredDtype::ALL[dtype], &shape)
                && entries.iter().all(|other| other.name() != made.name())
            {
                entries.push(made);
            }
        }
        let config = format!(r#"{{"model_type":"x","quantization_config":{{"bits":{bits},"group_size":{group}}}}}"#);
        for config in [None, Some(config.as_str()), Some("[]"), Some("{")] {
            prop_assert!(try_count(&entries, config).is_ok());
        }
    }
}
