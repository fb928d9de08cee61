//! What is named and left out, what is named apart, and what nobody knows.

use super::{counted, entries, entry};
use arbor_genome::Blueprint;
use arbor_genome::stored::StoredDtype::{Bf16, F8E8M0, F16, F32, I32, I64, Q4K, Q6K, U8};
use arbor_genome::stored::{
    Counted, Entry, Headers, LeftOut, Packing, Remark, StoredDtype, Tower, Why, count,
};
use std::collections::BTreeMap;

fn reasons(counted: &Counted) -> Vec<(&str, &Why)> {
    let left = counted.left_out.iter();
    left.map(|LeftOut { tensor, why, .. }| (tensor.as_str(), why))
        .collect()
}

#[test]
fn buffers_are_left_out_by_name() {
    let cases: &[(&str, StoredDtype, &[u64])] = &[
        ("h.0.attn.bias", F32, &[1, 1, 8, 8]),
        ("h.0.attn.masked_bias", F32, &[]),
        ("gpt_neox.layers.0.attention.bias", U8, &[1, 1, 8, 8]),
        ("model.layers.0.self_attn.rotary_emb.inv_freq", F32, &[16]),
        ("bert.embeddings.position_ids", I64, &[1, 512]),
        ("bert.embeddings.token_type_ids", I64, &[1, 512]),
        ("rope_freqs.weight", F32, &[64]),
        ("layers.0.ffn.gate.tid2eid", I64, &[100, 6]),
        ("bn.running_mean", F32, &[4]),
    ];
    for (name, dtype, shape) in cases {
        let found = counted(&[entry(name, *dtype, shape)], None);
        assert_eq!(found.total, 0, "{name}");
        assert!(!found.uncertain, "{name}");
        assert!(
            matches!(reasons(&found)[..], [(left, Why::Buffer(_))] if left == *name),
            "{name}"
        );
    }
}

#[test]
fn a_parameter_of_a_buffers_name_is_counted() {
    let cases: &[(&str, StoredDtype, &[u64])] = &[
        // A bias of a fused map, as no mask is.
        ("h.0.attn.bias", F32, &[2304]),
        ("visual.position_ids", F32, &[4, 4]),
        ("transformer.h.0.attn.c_attn.bias", F16, &[2304]),
    ];
    for (name, dtype, shape) in cases {
        let found = counted(&[entry(name, *dtype, shape)], None);
        assert_eq!(found.total, shape.iter().product::<u64>(), "{name}");
        assert!(found.left_out.is_empty(), "{name}");
    }
}

const TIED: &str = r#"{"model_type":"qwen2","vocab_size":100,"hidden_size":16,"num_hidden_layers":1,"num_attention_heads":2,"num_key_value_heads":2,"intermediate_size":32,"tie_word_embeddings":true}"#;

#[test]
fn a_second_copy_counts_once_where_something_says_it_is_one() {
    let blueprint = Blueprint::read(TIED).expect("a small model");
    let mut all = entries(&blueprint, Bf16);
    all.push(entry("lm_head.weight", Bf16, &[100, 16]));
    let copy = Why::Copy("model.embed_tokens.weight".to_owned());
    // By the genome; by a word of a configuration that nobody can read.
    for config in [
        TIED,
        r#"{"model_type":"unheard","tie_word_embeddings":true}"#,
    ] {
        let found = counted(&all, Some(config));
        assert_eq!(found.total, blueprint.inventory.total());
        assert_eq!(found.copies(), 1_600);
        assert_eq!(reasons(&found), [("lm_head.weight", &copy)]);
    }
    // A head of its own.
    let untied = TIED.replace("true", "false");
    let own = counted(&all, Some(&untied));
    assert_eq!(own.total, blueprint.inventory.total() + 1_600);
    // Nothing says anything.
    let silent = counted(&all, None);
    assert_eq!(silent.total, blueprint.inventory.total() + 1_600);
    assert!(
        silent
            .remarks
            .iter()
            .any(|r| matches!(r, Remark::MaybeTied { tensor, .. } if tensor == "lm_head.weight"))
    );
    // Another shape is no copy.
    all.pop();
    all.push(entry("lm_head.weight", Bf16, &[90, 16]));
    assert_eq!(
        counted(&all, Some(TIED)).total,
        blueprint.inventory.total() + 1_440
    );
}

#[test]
fn a_head_beside_a_headless_class_is_a_copy_where_its_kin_tie_it() {
    let text = r#"{"model_type":"bert","architectures":["BertModel"],"vocab_size":100,"hidden_size":16,"num_hidden_layers":1,"num_attention_heads":2,"intermediate_size":32}"#;
    let blueprint = Blueprint::read(text).expect("a small model");
    let mut all = entries(&blueprint, F32);
    all.push(entry("cls.predictions.bias", F32, &[100]));
    all.push(entry("cls.predictions.decoder.bias", F32, &[100]));
    all.push(entry("cls.predictions.decoder.weight", F32, &[100, 16]));
    let found = counted(&all, Some(text));
    assert_eq!(found.total, blueprint.inventory.total() + 100);
    assert_eq!(found.copies(), 1_700);
    let genome = found.genome.expect("a genome");
    assert_eq!(genome.surplus.len(), 1, "{:?}", genome.surplus);
}

#[test]
fn t5_stores_one_table_up_to_four_times() {
    let names = [
        "shared.weight",
        "encoder.embed_tokens.weight",
        "decoder.embed_tokens.weight",
    ];
    let all: Vec<_> = names
        .iter()
        .map(|name| entry(name, F32, &[64, 8]))
        .collect();
    let found = counted(&all, None);
    assert_eq!((found.total, found.copies()), (512, 1_024));
}

#[test]
fn towers_are_named_apart() {
    let all = [
        entry("model.layers.0.mlp.up_proj.weight", Bf16, &[8, 4]),
        entry("vision_tower.blocks.0.fc.weight", Bf16, &[4, 4]),
        entry("multi_modal_projector.linear.weight", Bf16, &[4, 2]),
        entry("score.weight", Bf16, &[1, 4]),
        entry("model.layers.1.eh_proj.weight", Bf16, &[4, 8]),
        entry("model.layers.1.mlp.up_proj.weight", Bf16, &[8, 4]),
    ];
    let config = r#"{"model_type":"unheard","num_hidden_layers":1,"num_nextn_predict_layers":1}"#;
    let found = counted(&all, Some(config));
    let by: Vec<_> = found
        .by_tower
        .iter()
        .map(|(tower, tally)| (*tower, tally.parameters))
        .collect();
    assert_eq!(
        by,
        [
            (Tower::FurtherTokens, 64),
            (Tower::Model, 32),
            (Tower::Projector, 8),
            (Tower::TaskHead, 4),
            (Tower::Vision, 16)
        ]
    );
    assert_eq!(
        found.total, 60,
        "layers for further tokens are no part of the total"
    );
}

#[test]
fn an_adapter_says_that_it_is_one() {
    let all = [
        entry(
            "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight",
            F32,
            &[8, 64],
        ),
        entry(
            "base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight",
            F32,
            &[64, 8],
        ),
    ];
    let found = counted(&all, None);
    assert_eq!(found.total, 1_024);
    assert!(found.remarks.contains(&Remark::AdapterOnly));
}

#[test]
fn what_nobody_knows_is_never_counted_in_silence() {
    let all = [
        entry("a.weight", F16, &[4, 4]),
        entry("a.secret", I32, &[4, 2]),
    ];
    let found = counted(&all, None);
    assert_eq!(found.total, 16);
    assert!(found.uncertain);
    assert_eq!(found.unknown[0].tensor, "a.secret");
    // Scales of powers of two are no weights, whatever they lie beside.
    let scale = counted(&[entry("a.scale", F8E8M0, &[4])], None);
    assert_eq!((scale.total, scale.uncertain), (0, false));
}

#[test]
fn a_gguf_counts_by_its_own_dimensions() {
    let all = [
        entry("token_embd.weight", Q6K, &[1_000, 256]),
        entry("blk.0.attn_q.weight", Q4K, &[256, 256]),
        entry("blk.0.attn_norm.weight", F32, &[256]),
    ];
    let found = counted(&all, None);
    assert_eq!(found.total, 256_000 + 65_536 + 256);
    assert!(
        found
            .packed
            .keys()
            .all(|layout| layout.packing == Packing::Gguf)
    );
    let formats: Vec<_> = found.packed.keys().map(|layout| layout.format).collect();
    assert_eq!(formats, [Q4K, Q6K]);
    assert!(found.remarks.contains(&Remark::Names));
}

#[test]
fn a_file_is_not_believed_about_itself() {
    let entries: Vec<Entry> = vec![entry("a.weight", F16, &[4, 4])];
    let claim = |said: &str| {
        let metadata = BTreeMap::from([("total_parameters".to_owned(), said.to_owned())]);
        let headers = Headers {
            entries: &entries,
            config: None,
            metadata: &metadata,
        };
        count(&headers).expect("headers that can be counted")
    };
    let found = claim("17");
    assert_eq!(found.total, 16);
    assert!(
        found
            .remarks
            .iter()
            .any(|r| matches!(r, Remark::Claimed { claimed: 17, .. }))
    );
    assert!(claim("16").remarks.is_empty());
    assert!(claim("many").remarks.is_empty());
}

#[test]
fn differences_from_the_genome_are_named() {
    let blueprint = Blueprint::read(TIED).expect("a small model");
    let mut all = entries(&blueprint, Bf16);
    all.retain(|e| e.name() != "model.norm.weight");
    all.retain(|e| e.name() != "model.layers.0.mlp.up_proj.weight");
    all.push(entry("model.layers.0.mlp.up_proj.weight", Bf16, &[31, 16]));
    all.push(entry("model.layers.1.mlp.up_proj.weight", Bf16, &[32, 16]));
    let genome = counted(&all, Some(TIED)).genome.expect("a genome");
    assert_eq!(genome.missing, ["model.norm.weight"]);
    assert_eq!(
        genome.wrong,
        [("model.layers.0.mlp.up_proj.weight".to_owned(), 496, 512)]
    );
    assert_eq!(
        genome.surplus,
        [("model.layers.1.mlp.up_proj.weight".to_owned(), None)]
    );
}

#[test]
fn a_configuration_that_speaks_of_a_packing_is_held_to_it() {
    let config =
        r#"{"model_type":"unheard","quantization_config":{"quant_method":"gptq","bits":4}}"#;
    let found = counted(&[entry("a.weight", F16, &[4, 4])], Some(config));
    assert!(
        found
            .remarks
            .contains(&Remark::NotPacked("gptq".to_owned()))
    );
}

#[test]
fn the_tower_that_reads_text_is_held_against_its_genome() {
    let config = format!(r#"{{"model_type":"unheard_vl","text_config":{TIED}}}"#);
    let blueprint = Blueprint::read(TIED).expect("a small model");
    let styles: [fn(&str) -> String; 2] = [
        |name| format!("language_model.{name}"),
        |name| name.replace("model.", "model.language_model."),
    ];
    for style in styles {
        let mut all: Vec<_> = entries(&blueprint, Bf16)
            .iter()
            .map(|plain| entry(&style(plain.name()), Bf16, plain.shape()))
            .collect();
        all.push(entry("model.visual.fc.weight", Bf16, &[3, 3]));
        let found = counted(&all, Some(&config));
        let genome = found.genome.as_ref().expect("a genome");
        assert!(genome.missing.is_empty(), "{:?}", genome.missing);
        assert_eq!(genome.agreeing, all.len() as u64 - 1);
        assert_eq!(found.total, blueprint.inventory.total() + 9);
        assert_eq!(found.by_tower[&Tower::Vision].parameters, 9);
        assert!(found.remarks.iter().any(|r| matches!(r, Remark::Genome(_))));
    }
}
