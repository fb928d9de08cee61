//! Every genome through every packer and back: the parameters are those of the
//! genome, whatever the weights were packed into.

use super::pack::{configured, pack, pack_blocks};
use super::packers::{PACKERS, named};
use super::{counted, entries, entry};
use crate::released::{lines, read};
use arbor_genome::Blueprint;
use arbor_genome::stored::StoredDtype::{Bf16, F16, I32};
use arbor_genome::stored::{Counted, Packing, Remark, Tower};

/// Models of different build: fused and separate maps, transposed ones, one
/// and two stacks, experts, states.
const BUILDS: [&str; 8] = [
    "bert-base",
    "bloom-560m",
    "gpt2",
    "mamba-130m",
    "mistral-7b-v0.1",
    "phi-3-mini",
    "qwen3-0.6b",
    "t5-small",
];

fn agrees(what: &str, blueprint: &Blueprint, found: &Counted) {
    assert!(!found.uncertain, "{what}: {:?}", found.unknown);
    let expected = blueprint.inventory.total();
    assert_eq!(found.total, expected, "{what}: {:?}", found.packed);
    let odd = |remark: &&Remark| matches!(remark, Remark::Ambiguous(_));
    assert_eq!(found.remarks.iter().find(odd), None, "{what}");
}

#[test]
fn packed_weights_count_as_what_they_stand_for() {
    for model in BUILDS {
        let line = lines().into_iter().find(|line| line.model == model);
        let text = line.expect(model).text();
        let blueprint = read(model);
        let plain = entries(&blueprint, F16);
        for packer in PACKERS.iter().filter(|packer| packer.only.is_empty()) {
            let what = format!("{model} as {}", packer.name);
            let packed = pack(packer, &plain);
            assert!(packed.len() > plain.len(), "{what}: nothing was packed");
            let config = configured(packer, &text);
            let found = counted(&packed, Some(&config));
            agrees(&what, &blueprint, &found);
            let genome = found.genome.as_ref().expect("a genome");
            assert!(genome.wrong.is_empty(), "{what}: {:?}", genome.wrong);
            assert!(genome.missing.is_empty(), "{what}: {:?}", genome.missing);
            assert!(genome.surplus.is_empty(), "{what}: {:?}", genome.surplus);
            assert!(!found.packing_data.is_empty(), "{what}");
            assert!(
                found
                    .packed
                    .keys()
                    .all(|layout| layout.packing == packer.packing),
                "{what}: {:?}",
                found.packed
            );
            let said = found.packed.keys().all(|layout| {
                layout.bits == packer.bits
                    && packer.group.is_none_or(|group| {
                        // A matrix of one group has no scales along its inputs.
                        layout.group.is_none_or(|found| found == group)
                    })
            });
            assert!(said, "{what}: {:?}", found.packed);
            let blind = counted(&packed, None);
            if packer.alone {
                agrees(
                    &format!("{what} without a configuration"),
                    &blueprint,
                    &blind,
                );
            } else {
                assert!(blind.uncertain, "{what}: the headers do not say it");
            }
        }
    }
}

#[test]
fn every_released_genome_comes_back() {
    for (number, line) in lines().into_iter().enumerate() {
        let Ok(blueprint) = Blueprint::read(&line.text()) else {
            continue;
        };
        // The largest have tens of thousands of experts; a few are enough.
        if blueprint.inventory.tensors().len() > 8_000 {
            continue;
        }
        let packer = &PACKERS[number % PACKERS.len()];
        let packed = pack(packer, &entries(&blueprint, Bf16));
        let config = configured(packer, &line.text());
        let found = counted(&packed, Some(&config));
        agrees(
            &format!("{} as {}", line.model, packer.name),
            &blueprint,
            &found,
        );
        assert_eq!(found.active, Some(blueprint.active()), "{}", line.model);
        let parts = found.by_part.as_ref().expect("parts");
        assert!(
            parts.iter().filter(|(_, n)| **n > 0).eq(blueprint
                .inventory
                .by_part()
                .iter()
                .filter(|(_, n)| **n > 0)),
            "{}",
            line.model
        );
    }
}

#[test]
fn experts_of_one_tensor_come_back() {
    for model in ["gpt-oss-20b", "gpt-oss-120b"] {
        let blueprint = read(model);
        let packed = pack_blocks(&entries(&blueprint, Bf16));
        for config in [
            None,
            lines()
                .into_iter()
                .find(|l| l.model == model)
                .map(|l| l.text()),
        ] {
            let found = counted(&packed, config.as_deref());
            agrees(model, &blueprint, &found);
            let tensors: u64 = found.packed.values().map(|tally| tally.tensors).sum();
            let layers = blueprint.genome.layers().count() as u64;
            assert_eq!(tensors, 2 * layers, "{model}");
            assert!(
                found
                    .packed
                    .keys()
                    .all(|l| l.packing == Packing::Mxfp4 && l.group == Some(32))
            );
        }
    }
}

#[test]
fn filler_is_no_parameter_where_the_genome_knows() {
    // Inputs that are no whole number of words or groups.
    let text = r#"{"model_type":"llama","vocab_size":100,"hidden_size":40,"num_hidden_layers":1,"num_attention_heads":4,"intermediate_size":60}"#;
    let blueprint = Blueprint::read(text).expect("a small model");
    let plain = entries(&blueprint, F16);
    let filled: Vec<_> = plain
        .iter()
        .flat_map(
            |plain| match (plain.name().strip_suffix(".weight"), plain.shape()) {
                (Some(stem), &[outputs, inputs]) if stem.contains("layers") => {
                    let groups = inputs.div_ceil(32);
                    vec![
                        entry(&format!("{stem}.qweight"), I32, &[groups * 3, outputs]),
                        entry(&format!("{stem}.qzeros"), I32, &[groups, outputs / 32 * 3]),
                        entry(&format!("{stem}.scales"), F16, &[groups, outputs]),
                    ]
                }
                _ => vec![plain.clone()],
            },
        )
        .collect();
    let found = counted(&filled, Some(text));
    agrees("3 bits", &blueprint, &found);
    assert!(found.packed.keys().all(|layout| layout.bits == Some(3)));
    // The order of groups has one entry for each input, which says it too.
    let ordered: Vec<_> = filled
        .iter()
        .flat_map(|packed| match packed.name().strip_suffix(".qweight") {
            Some(stem) => {
                let weight = format!("{stem}.weight");
                let spec = &blueprint.inventory.tensors()[weight.as_str()];
                let order = entry(&format!("{stem}.g_idx"), I32, &spec.shape.dims()[1..]);
                vec![packed.clone(), order]
            }
            None => vec![packed.clone()],
        })
        .collect();
    agrees("3 bits in order", &blueprint, &counted(&ordered, None));
    assert!(counted(&filled, None).total > blueprint.inventory.total());
}

#[test]
fn a_packer_is_found_by_name() {
    for packer in PACKERS {
        assert_eq!(named(packer.name).packing, packer.packing);
    }
    let packings = PACKERS.iter().map(|packer| packer.packing);
    let mut packings: Vec<_> = packings.chain([Packing::Gguf]).collect();
    packings.dedup();
    packings.sort();
    packings.dedup();
    assert!(
        packings.iter().eq(Packing::ALL),
        "packings without a packer"
    );
}

/// DeepSeek-V3 as its makers stored it: eight-bit floats with a scale for each
/// block of 128 by 128, and a layer for a second token with its own copies of
/// the table and the head. The hub's API gives 684,531,386,000 elements, the
/// paper (arXiv 2412.19437) 671B parameters and 14B of that layer.
#[test]
fn a_layer_for_further_tokens_is_counted_apart() {
    let line = lines().into_iter().find(|line| line.model == "deepseek-v3");
    let mut config = line.expect("deepseek-v3").config;
    config.insert("num_nextn_predict_layers".to_owned(), 1.into());
    let text = serde_json::to_string(&config).expect("JSON");
    let blueprint = Blueprint::read(&text).expect("deepseek-v3");
    let mut all = entries(&blueprint, Bf16);
    let further: Vec<_> = all
        .iter()
        .filter_map(|plain| {
            let rest = plain.name().strip_prefix("model.layers.60.")?;
            Some(entry(
                &format!("model.layers.61.{rest}"),
                Bf16,
                plain.shape(),
            ))
        })
        .collect();
    all.extend(further);
    let mut packed = pack(named("fp8-block"), &all);
    let at =
        |name: &str, shape: &[u64]| entry(&format!("model.layers.61.{name}.weight"), Bf16, shape);
    packed.extend([
        at("embed_tokens", &[129_280, 7_168]),
        at("enorm", &[7_168]),
        at("hnorm", &[7_168]),
        at("eh_proj", &[7_168, 14_336]),
        at("shared_head.norm", &[7_168]),
        at("shared_head.head", &[129_280, 7_168]),
    ]);
    let found = counted(&packed, Some(&text));
    assert_eq!(found.elements(), 684_531_386_000);
    assert_eq!(found.packing_data["weight_scale_inv"].elements, 41_540_496);
    assert_eq!(found.total, blueprint.inventory.total());
    let apart = found.by_tower[&Tower::FurtherTokens].parameters;
    assert_eq!(apart, 684_489_845_504 - 671_026_419_200);
}

#[test]
fn the_order_of_tensors_changes_nothing() {
    let blueprint = read("qwen3-0.6b");
    let mut packed = pack(named("gptq-4"), &entries(&blueprint, F16));
    let found = counted(&packed, None);
    packed.reverse();
    assert_eq!(counted(&packed, None), found);
}
