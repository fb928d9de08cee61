//! The use cases on the curated catalogue: the questions that people bring,
//! and the 64 leaves of the published figure.

mod genomes;

use super::*;
use arbor_catalog::lineage::RelationSet;
use arbor_catalog::{CatalogueFiles, read_catalogue};
use arbor_model::{Carries, Model};
use std::collections::BTreeSet;
use std::sync::LazyLock;

static VIEW: LazyLock<View> = LazyLock::new(|| {
    let catalogue = read_catalogue(&CatalogueFiles::builtin()).expect("no problems");
    View::new(catalogue, 1).expect("a lineage")
});

fn filter(pairs: &[(&str, &str)]) -> Filter {
    Filter::from_pairs(pairs.iter().copied())
        .expect("a filter")
        .0
}

fn ids(pairs: &[(&str, &str)]) -> BTreeSet<String> {
    VIEW.matching(&filter(pairs), Sort::default())
        .iter()
        .map(|m| m.id.to_string())
        .collect()
}

/// The leaves as the figure writes them, with the year and branch it draws.
const LEAVES: &str = include_str!("../../../tests/fixtures/figure-leaves.tsv");

#[test]
fn every_leaf_of_the_figure_is_found_as_it_is_written() {
    let leaves: Vec<Vec<&str>> = LEAVES
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect())
        .collect();
    assert_eq!(leaves.len(), 64);
    let mut found = BTreeSet::new();
    for leaf in leaves {
        let [name, year, branch, marker] = leaf[..] else {
            panic!("{leaf:?}")
        };
        let model = VIEW
            .resolve(name)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let page = VIEW.show(model, Vec::new()).expect("shown");
        let claim = |field: &str| page.claims[field][0].display.clone();
        assert_eq!(claim("figure-year"), year, "{name}");
        assert_eq!(claim("figure-branch"), branch, "{name}");
        assert_eq!(claim("figure-openness"), marker, "{name}");
        assert!(page.summary.released.is_some(), "{name} has no date");
        assert_ne!(page.summary.size, "not recorded", "{name} has no size");
        assert!(
            found.insert(page.summary.id),
            "{name} is another leaf's model"
        );
    }
    assert_eq!(ids(&[("figure", "open,closed")]), found);
}

#[test]
fn leaves_are_found_where_the_figure_draws_them() {
    let drawn = ids(&[("drawn", "ed"), ("figure", "open")]);
    let leaves = LEAVES
        .lines()
        .filter(|line| line.ends_with("\tencoder-decoder\topen"));
    let names = leaves.filter_map(|line| line.split('\t').next());
    let leaves: BTreeSet<_> = names
        .map(|name| VIEW.resolve(name).expect("a leaf").id.to_string())
        .collect();
    assert_eq!(drawn, leaves);
    // One stack with a causal mask, whatever the figure says.
    assert!(drawn.contains("chatglm-6b"));
    assert!(!ids(&[("branch", "ed")]).contains("chatglm-6b"));
}

#[test]
fn refusals_say_what_would_be_understood() {
    let model = VIEW.resolve("gpt-2").expect("found");
    let deep = LineageQuery {
        depth: Some(100_000),
        ..LineageQuery::default()
    };
    let vast = MemoryQuery {
        context: Some(u64::MAX),
        ..MemoryQuery::default()
    };
    for (refused, expected) in [
        (
            VIEW.lineage_of(model, Direction::Ancestors, deep).err(),
            "`depth=100000` is not understood: expected at most 64 steps",
        ),
        (
            VIEW.memory(model, vast).err(),
            "`context=18446744073709551615` is not understood: expected fewer positions and \
             sequences: no more than 2^64 bytes in all",
        ),
    ] {
        let refused = refused.expect(expected);
        assert_eq!(refused.to_string(), expected);
        assert_eq!(refused.code(), ErrorCode::BadParameter);
    }
}

#[test]
fn the_documents_systems_are_all_found() {
    for (name, size) in [
        ("Word2Vec CBOW", None),
        ("ELMo", None),
        ("GPT", Some("117M")),
        ("BERT", None),
        ("T5", None),
        ("GPT-3", Some("175B")),
        ("LaMDA 137B", Some("137B")),
        ("PaLM 540B", Some("540B")),
        ("Gopher 280B", Some("280B")),
        ("Gogher 280B", Some("280B")),
        ("GLM-130B", Some("130B")),
        ("PanGu-α 200B", None),
        ("ERNIE 3.0 Titan 260B", Some("260B")),
        ("Yuan 1.0", Some("246B")),
        ("OPT-175B", Some("175B")),
        ("WuDao 2.0", Some("1.75T")),
        ("ChatGPT", Some("not disclosed")),
        ("GPT-4", Some("not disclosed")),
        ("LLaMA", None),
        ("Kimi", None),
        ("DeepSeek", None),
        ("Qwen", None),
        ("Doubao", Some("not disclosed")),
        ("Baichuan", None),
        ("Zhipu", None),
        ("Yi", None),
        ("MiniMax", None),
        ("StepFun", None),
        ("BANG", Some("not disclosed")),
        ("deep-encoder shallow-decoder NMT", None),
    ] {
        let model = VIEW
            .resolve(name)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let summary = VIEW.summary(model);
        assert!(summary.released.is_some(), "{name} has no date");
        assert_ne!(summary.size, "not recorded", "{name} has no size");
        if let Some(size) = size {
            assert_eq!(summary.size, size, "{name}");
        }
    }
}

#[test]
fn the_size_of_all_experts_is_marked() {
    for (name, density, size) in [
        ("WuDao 2.0", Some("experts"), "MoE 1.75T"),
        ("llama-65b", Some("dense"), "65.3B"),
        ("deepseek-v3", Some("experts"), "MoE 671B"),
    ] {
        let model = VIEW.resolve(name).unwrap_or_else(|e| panic!("{e}"));
        let summary = VIEW.summary(model);
        assert_eq!(summary.density, density, "{name}");
        assert_eq!(summary.marked_size(), size, "{name}");
    }
}

#[test]
fn weights_descend_from_llama() {
    // Its sizes hang together by `scales-up`; from each, weights descend.
    let below = ids(&[("root", "llama-65b"), ("rel", "weights,scales-up")]);
    for name in [
        "alpaca-7b",
        "vicuna-7b",
        "koala-13b",
        "guanaco-65b",
        "wizardlm-13b",
    ] {
        let model = VIEW.resolve(name).unwrap_or_else(|error| panic!("{error}"));
        assert!(
            below.contains(model.id.as_str()),
            "{name} is not in {below:?}"
        );
    }
    // Llama 2 was trained anew: ideas, not weights.
    assert!(!below.contains("llama-2-70b"));
    let all = ids(&[("root", "llama-65b")]);
    assert!(all.contains("llama-2-70b") && all.len() > below.len());
}

#[test]
fn other_sizes_that_are_left_out_are_known() {
    let all = ids(&[("root", "llama-65b"), ("rel", "weights,scales-up")]);
    for (name, rel, first) in [
        ("llama-65b", "weights", Some("llama-65b")),
        ("llama-7b", "weights", Some("llama-65b")),
        ("llama-65b", "fine-tuned-from", Some("llama-65b")),
        ("llama-65b", "weights,scales-up", None),
        ("llama-65b", "ideas", None),
        // Its other sizes have no heirs, or it came in one size.
        ("elmo", "weights", None),
        ("alpaca-7b", "weights", None),
    ] {
        let model = VIEW.resolve(name).unwrap_or_else(|error| panic!("{error}"));
        let relations = relations("rel", rel).expect("relations");
        let left_out = VIEW.sizes_left_out(model, relations.into_iter().collect());
        let found = left_out.map(|sizes| sizes.first.id.as_str());
        assert_eq!(found, first, "{name} {rel}");
        if let Some(sizes) = left_out.filter(|_| rel == "weights") {
            // The list has the first one too.
            assert_eq!(sizes.descendants + 1, all.len(), "{name}");
        }
    }
}

#[test]
fn the_ancestors_of_a_distilled_model_carry_their_relations() {
    let model = VIEW
        .resolve("DeepSeek-R1-Distill-Qwen-32B")
        .expect("in the catalogue");
    let up = VIEW
        .lineage_of(model, Direction::Ancestors, LineageQuery::default())
        .expect("up");
    let edge = |parent: &str| {
        let of = up
            .edges
            .iter()
            .find(|e| e.child == up.model && e.parent == parent);
        of.map(|e| e.relation)
    };
    assert_eq!(edge("qwen2.5-32b"), Some("fine-tuned-from"));
    assert_eq!(edge("deepseek-r1"), Some("distilled-from"));
    assert!(
        up.nodes
            .iter()
            .any(|n| n.id == "deepseek-v3-base" || n.id == "deepseek-v3")
    );
    assert!(up.nodes.is_sorted_by_key(|n| n.depth));
}

#[test]
fn figures_say_who_says_so() {
    let palm = VIEW
        .show(VIEW.resolve("palm").expect("found"), Vec::new())
        .expect("shown");
    let claims = &palm.claims["parameters"];
    assert!(claims.len() > 1, "rivals stand side by side");
    assert!(claims[0].shown && claims[0].why.is_some());
    assert_eq!(claims.iter().filter(|c| c.shown).count(), 1);
    assert!(claims.iter().all(|c| !c.cited.source_title.is_empty()));
}

#[test]
fn withheld_sizes_outrank_guesses() {
    for name in ["chatgpt", "palm-2", "claude", "jurassic-2"] {
        let model = VIEW
            .resolve(name)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(VIEW.summary(model).size, "not disclosed", "{name}");
        assert_eq!(VIEW.params(model).total, None, "{name}");
    }
}

#[test]
fn relatives_are_found_and_strangers_refused() {
    let model = |name| VIEW.resolve(name).expect("found");
    let path = VIEW.path(
        model("roberta"),
        model("distilbert-base-uncased"),
        RelationSet::ALL,
    );
    let path = path.expect("related");
    assert_eq!(path.models.len(), path.edges.len() + 1);
    assert_eq!(
        path.models.first().map(String::as_str),
        Some(path.from.as_str())
    );
    let weights = RelationSet::carrying(Carries::Weights);
    let strangers = VIEW.path(model("gpt-4"), model("glove"), weights);
    assert!(matches!(strangers, Err(ServiceError::Unrelated { .. })));
    let common = VIEW
        .common(model("alpaca"), model("vicuna"), RelationSet::ALL)
        .expect("kin");
    assert!(!common.ancestors.is_empty());
}

#[test]
fn unknown_names_get_suggestions() {
    let Err(ServiceError::NotFound { suggestions, .. }) = VIEW.resolve("bert-lagre") else {
        panic!("found");
    };
    assert!(
        suggestions.contains(&"bert-large".to_owned()),
        "{suggestions:?}"
    );
    assert!(VIEW.resolve("").is_err());
    assert!(VIEW.resolve(&"x".repeat(10_000)).is_err());
}

#[test]
fn the_outline_holds_every_model_once() {
    let outline = VIEW.outline(&OutlineQuery::default()).expect("an outline");
    let mut seen = BTreeSet::new();
    let mut open: Vec<_> = outline.roots.iter().collect();
    while let Some(node) = open.pop() {
        assert!(
            seen.insert(node.model.id.clone()),
            "{} stands twice",
            node.model.id
        );
        open.extend(&node.children);
    }
    assert_eq!(seen.len(), VIEW.catalogue().models.len());
    let shallow = OutlineQuery {
        depth: Some(0),
        ..OutlineQuery::default()
    };
    let shallow = VIEW.outline(&shallow).expect("an outline");
    let hidden: u64 = shallow.roots.iter().map(|n| n.hidden).sum();
    assert_eq!(hidden as usize + shallow.shown, seen.len());
    // By number: whole levels, and of the first as many as that.
    for most in [1, shallow.shown, 100, 300, seen.len() - 1, seen.len()] {
        let query = OutlineQuery {
            most: Some(most),
            ..OutlineQuery::default()
        };
        let few = VIEW.outline(&query).expect("an outline");
        assert!(few.shown <= most && few.matched == seen.len());
        assert!(
            few.shown >= most.min(shallow.shown),
            "{} of {most}",
            few.shown
        );
        assert_eq!(most == seen.len(), few.shown == seen.len());
    }
    assert!(
        VIEW.outline(&OutlineQuery {
            depth: Some(65),
            ..OutlineQuery::default()
        })
        .is_err()
    );
}

#[test]
fn memory_follows_from_claims_or_says_what_is_missing() {
    let query = MemoryQuery {
        context: Some(4_096),
        ..MemoryQuery::default()
    };
    let llama = VIEW
        .memory(VIEW.resolve("llama-2-7b").expect("found"), query)
        .expect("known");
    assert_eq!(llama.weights, 2 * 6_738_415_616);
    // 2 × 32 layers × 32 heads × 128 wide × 2 bytes.
    assert_eq!(llama.cache_per_token, Some(524_288));
    assert_eq!(llama.total, Some(llama.weights + 4_096 * 524_288));
    let v3 = VIEW
        .memory(VIEW.resolve("deepseek-v3").expect("found"), query)
        .expect("known");
    assert_eq!(
        v3.cache, None,
        "latent attention is not sized as if it were full"
    );
    assert!(v3.missing.is_some());
    let bert = VIEW
        .memory(VIEW.resolve("bert-large").expect("found"), query)
        .expect("known");
    assert_eq!(bert.cache, Some(0));
    let gpt4 = VIEW.memory(VIEW.resolve("gpt-4").expect("found"), query);
    assert!(matches!(gpt4, Err(ServiceError::Unknown { .. })));
}

#[test]
fn a_diff_puts_differences_first() {
    let model = |name| VIEW.resolve(name).expect("found");
    let diff = VIEW
        .diff(model("llama-7b"), model("llama-2-7b"))
        .expect("compared");
    assert!(diff.rows.is_sorted_by_key(|row| row.change));
    assert!(!diff.path.is_empty());
    let same = VIEW.diff(model("gpt-3"), model("gpt-3")).expect("compared");
    assert!(same.rows.iter().all(|row| row.change == wire::Change::Same));
}

#[test]
fn exports_hold_the_models_and_their_edges() {
    let some = filter(&[("family", "bert,roberta,distilbert")]);
    for format in ExportFormat::ALL {
        let text = VIEW.export(*format, &some).expect("exported");
        assert!(
            text.contains("oberta") || text.contains("oBERTa"),
            "{format}: {text:.200}"
        );
        assert!(text.ends_with('\n'), "{format}");
        let nothing = VIEW
            .export(*format, &filter(&[("q", "no such words")]))
            .expect("empty");
        assert!(!nothing.is_empty(), "{format}");
    }
    let newick = VIEW
        .export(ExportFormat::Newick, &Filter::default())
        .expect("exported");
    let count = |c| newick.matches(c).count();
    assert_eq!(count('('), count(')'));
    assert_eq!(count('\'') / 2, VIEW.catalogue().models.len());
}

#[test]
fn the_picture_shows_the_landmarks() {
    let picture = VIEW.picture(&PictureQuery::default()).expect("drawn");
    assert_eq!(picture.matched, VIEW.catalogue().models.len());
    assert!(picture.shown <= picture::DEFAULT_MODELS);
    let shown = ids(&[("figure", "open,closed")])
        .into_iter()
        .filter(|id| picture.svg.contains(&format!("href=\"/models/{id}\"")))
        .count();
    assert!(
        shown >= 60,
        "only {shown} of the figure's 64 leaves are drawn"
    );
    let empty = PictureQuery {
        filter: filter(&[("q", "no such words")]),
        ..PictureQuery::default()
    };
    assert_eq!(VIEW.picture(&empty).expect("drawn").shown, 0);
    assert!(
        VIEW.picture(&PictureQuery {
            most: 0,
            ..PictureQuery::default()
        })
        .is_err()
    );
}

#[test]
fn error_codes_are_sorted() {
    assert!(ErrorCode::WORDS.is_sorted() && ExportFormat::WORDS.is_sorted());
}

#[test]
fn a_configurations_memory_is_sized_by_what_its_layers_keep() {
    let mistral = r#"{"architectures": ["MistralForCausalLM"], "model_type": "mistral",
        "hidden_size": 4096, "intermediate_size": 14336, "num_attention_heads": 32,
        "num_hidden_layers": 32, "num_key_value_heads": 8, "sliding_window": 4096,
        "max_position_embeddings": 32768, "vocab_size": 32000}"#;
    let found = folder_memory("here", mistral, MemoryQuery::default()).expect("known");
    assert_eq!(found.weights, 2 * 7_241_732_096);
    assert_eq!((found.context, found.cache), (32_768, Some(1 << 29)));
    let policies: Vec<_> = found.policies.iter().map(|p| (p.policy, p.cache)).collect();
    assert_eq!(policies, [("full", 1 << 32), ("windowed", 1 << 29)]);
    assert_eq!(
        found.policies[1].formula,
        "(65536 × 4096 positions) × 1 sequences, numbers in bf16"
    );
    let huge = MemoryQuery {
        context: Some(u64::MAX),
        ..MemoryQuery::default()
    };
    assert!(folder_memory("here", mistral, huge).is_err());
    assert!(folder_memory("here", "{}", MemoryQuery::default()).is_err());
}

#[test]
fn several_models_meet_where_each_two_of_them_do() {
    let model = |id: &str| VIEW.resolve(id).expect("a model");
    let all = [
        "alpaca",
        "vicuna-13b",
        "mistral-7b",
        "palm-540b",
        "bert-base",
        "t5-11b",
    ];
    for a in all {
        for b in all.iter().filter(|b| **b != a) {
            let two = VIEW.compare(&[model(a), model(b)]).expect("compared");
            let found: BTreeSet<_> = two.ancestors.iter().map(|node| node.id.clone()).collect();
            let common = VIEW.common(model(a), model(b), RelationSet::ALL);
            let common = common.map(|common| common.ancestors).unwrap_or_default();
            let common: BTreeSet<_> = common.into_iter().map(|node| node.id).collect();
            assert_eq!(found, common, "{a} {b}");
        }
    }
    // What all share is shared by each two, and no shared model is below it.
    let models = all.map(model);
    let whole = VIEW.compare(&models).expect("compared");
    assert!(whole.rows.is_sorted_by_key(|row| row.change));
    let of = |m: &Model| -> BTreeSet<String> {
        let query = LineageQuery::default();
        let above = VIEW
            .lineage_of(m, Direction::Ancestors, query)
            .expect("ancestors");
        let above = above.nodes.into_iter().map(|node| node.id);
        above.chain([m.id.to_string()]).collect()
    };
    let shared = models
        .iter()
        .map(|m| of(m))
        .reduce(|a, b| &a & &b)
        .expect("six");
    for node in &whole.ancestors {
        assert!(shared.contains(&node.id));
        assert!(
            !shared
                .iter()
                .any(|id| *id != node.id && of(model(id)).contains(&node.id))
        );
    }
    assert_eq!(whole.ancestors.is_empty(), shared.is_empty());
}
