//! What a GGUF file's tensors stand for, by part.

use super::fixtures::{file, json_of};
use super::read;
use arbor_genome::gene::Part;
use arbor_genome::stored::{Counted, Entry, Headers, Remark, StoredDtype, Tower, Why, count};
use std::collections::BTreeMap;

fn counted(files: &[&str]) -> Counted {
    let (mut entries, mut words) = (Vec::new(), BTreeMap::new());
    for name in files {
        let header = read(&file(name)).expect(name);
        entries.extend(header.entries().cloned());
        words.extend(header.words());
    }
    count(&Headers {
        entries: &entries,
        config: None,
        metadata: &words,
    })
    .expect("a count")
}

/// Two layers of 32 wide with half the heads for keys and values, a gated
/// feed-forward layer as wide, 12 words, a tied head.
#[test]
fn a_split_model_counts_as_the_whole_one() {
    let parts: Vec<String> = (1..=3)
        .map(|n| format!("split-0000{n}-of-00003.gguf"))
        .collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let (whole, split) = (counted(&["tiny.gguf"]), counted(&parts));
    assert_eq!(whole, split);
    let attention = 2 * (2 * 32 * 32 + 2 * 16 * 32);
    let by_part = whole.by_part.as_ref().expect("parts");
    assert_eq!(by_part[&Part::Embedding], 12 * 32);
    assert_eq!(by_part[&Part::Attention], attention);
    assert_eq!(by_part[&Part::FeedForward], 2 * 3 * 32 * 32);
    assert_eq!(by_part[&Part::Norm], 5 * 32);
    assert_eq!(whole.total, 12 * 32 + attention + 2 * 3 * 32 * 32 + 5 * 32);
    assert_eq!(whole.active, Some(whole.total));
    assert_eq!(whole.left_out.len(), 1);
    assert_eq!(whole.left_out[0].tensor, "rope_freqs.weight");
    assert!(matches!(whole.left_out[0].why, Why::Buffer(_)));
    let shared = Remark::SharedHead("token_embd.weight".to_owned());
    assert_eq!(whole.remarks, [shared]);
}

#[test]
fn experts_are_active_by_the_number_used_and_further_layers_stand_apart() {
    let found = counted(&["experts.gguf"]);
    let by_part = found.by_part.as_ref().expect("parts");
    // The router, its correction, four experts and a shared one.
    let experts = 4 * 32 + 4 + 4 * 32 * 32 + 256;
    assert_eq!(by_part[&Part::Experts], experts);
    assert_eq!(by_part[&Part::Head], 8 * 32);
    assert_eq!(by_part[&Part::Embedding], 8 * 32);
    assert_eq!(by_part[&Part::Attention], 32 * 32);
    assert_eq!(by_part[&Part::Norm], 32 + 16);
    let total = experts + 2 * 8 * 32 + 32 * 32 + 32 + 16;
    assert_eq!(found.total, total);
    assert_eq!(found.active, Some(total - 2 * 32 * 32));
    let further = found.by_tower[&Tower::FurtherTokens];
    assert_eq!(further.parameters, experts + 32 * 32 + 16 + 64 * 32);
    assert_eq!(found.remarks, []);
}

fn part_of(name: &str, architecture: &str) -> Counted {
    let entry = Entry::new(name, StoredDtype::F16, &[3, 5]).expect("an entry");
    let words = [("general.architecture".to_owned(), architecture.to_owned())];
    count(&Headers {
        entries: &[entry],
        config: None,
        metadata: &words.into(),
    })
    .expect("a count")
}

/// Every name that the package gives tensors has the part that its words say.
#[test]
fn names_of_tensors_have_parts() {
    let known = json_of("known.json");
    let names = known["tensors"].as_array().expect("names");
    assert!(names.len() > 300);
    let mut parts: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for name in names {
        let name = name.as_str().expect("a name").replace("{bid}", "0") + ".weight";
        let found = part_of(&name, "any");
        let part = match &found.by_part {
            Some(by_part) if !by_part.is_empty() => by_part.keys().next().expect("a part").as_str(),
            Some(_) | None if found.left_out.is_empty() => "further",
            Some(_) | None => "buffer",
        };
        parts.entry(part).or_default().push(name);
    }
    let count = |part: &str| parts.get(part).map_or(0, Vec::len);
    let list = |part: &str| parts[part].join(" ");
    assert_eq!(
        list("buffer").matches(".weight").count(),
        4,
        "{}",
        list("buffer")
    );
    assert!(count("attention") > 60, "{}", count("attention"));
    assert!(count("norm") > 30, "{}", count("norm"));
    for (name, part) in [
        ("blk.7.attn_output.weight", "attention"),
        ("blk.7.ffn_down_exps.weight", "experts"),
        ("blk.7.ffn_down.3.weight", "experts"),
        ("blk.7.ffn_down_shexp.weight", "experts"),
        ("blk.7.ffn_down.bias", "feed_forward"),
        ("blk.7.ffn_norm.weight", "norm"),
        ("enc.blk.1.ffn_up.weight", "feed_forward"),
        ("dec.blk.1.cross_attn_q.weight", "attention"),
        ("output.bias", "head"),
        ("output_norm.weight", "norm"),
        ("token_types.weight", "embedding"),
        ("blk.7.time_mix_key.weight", "attention"),
        ("blk.7.channel_mix_key.weight", "feed_forward"),
        ("blk.x.attn_q.weight", "other"),
        ("v.blk.0.attn_q.weight", "other"),
    ] {
        let by_part = part_of(name, "any").by_part.expect("parts");
        let found: Vec<_> = by_part.keys().map(|part| part.as_str()).collect();
        assert_eq!(found, [part], "{name}");
    }
}

#[test]
fn scales_beside_tensors_are_no_parameters() {
    let found = part_of("blk.0.attn_q.scale", "bitnet");
    assert_eq!(found.total, 0);
    assert_eq!(found.packing_data["scale"].elements, 15);
    assert_eq!(
        part_of("v.blk.0.attn_q.weight", "clip")
            .by_tower
            .keys()
            .next(),
        Some(&Tower::Vision)
    );
}
