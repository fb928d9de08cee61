//! Search, as a table of queries and the ids they find in order.

use crate::world::{holding, named};
use arbor_model::Catalogue;
use arbor_store::{MatchRank, SearchQuery, Store};

fn world() -> Catalogue {
    named(&[
        [
            "bert",
            "BERT",
            "bert-base",
            "google-bert/bert-base-uncased",
            "google",
            "",
        ],
        ["distilbert", "DistilBERT", "", "", "hugging-face", "bert"],
        ["roberta", "RoBERTa", "", "", "meta-ai", "bert"],
        ["camembert", "CamemBÉRT", "", "", "inria", "roberta"],
        [
            "llama-7b",
            "LLaMA 7B",
            "",
            "huggyllama/llama-7b",
            "meta-ai",
            "",
        ],
        ["llama-65b", "LLaMA 65B", "llama-1-65b", "", "meta-ai", ""],
        ["alpaca-7b", "Alpaca 7B", "", "", "stanford", "llama-7b"],
        ["vicuna-7b", "Vicuna 7B", "", "", "lmsys", "llama-7b"],
        ["t5", "T5", "", "", "google", ""],
        ["wu-dao", "悟道 2.0", "", "", "baai", ""],
        ["qwen1.5-7b", "Qwen1.5 7B", "", "", "alibaba", ""],
    ])
}

#[tokio::test]
async fn queries_find_what_they_mean_best_first() {
    let store = holding(&world()).await;
    let cases: &[(&str, &[&str])] = &[
        // Exact, then prefix, then substring; ties by children, then id.
        ("bert", &["bert", "roberta", "camembert", "distilbert"]),
        ("BERT-base", &["bert"]),
        ("llama", &["llama-7b", "llama-65b"]),
        ("LLaMA 7B", &["llama-7b"]),
        ("llama_7b", &["llama-7b"]),
        ("7b", &["llama-7b", "alpaca-7b", "qwen1.5-7b", "vicuna-7b"]),
        ("llama-1-65b", &["llama-65b"]),
        ("huggyllama/llama-7b", &["llama-7b"]),
        ("uncased", &["bert"]),
        // Case and accents do not matter, in the query or in the name.
        ("camembert", &["camembert"]),
        ("CÁMEMBERT", &["camembert"]),
        ("Émbert", &["camembert"]),
        // Words shorter than a trigram.
        ("rt", &["bert", "roberta", "camembert", "distilbert"]),
        (
            "b",
            &[
                "bert",
                "llama-7b",
                "roberta",
                "alpaca-7b",
                "camembert",
                "distilbert",
                "llama-65b",
                "qwen1.5-7b",
                "vicuna-7b",
                "wu-dao",
            ],
        ),
        ("t5", &["t5"]),
        ("悟", &["wu-dao"]),
        ("悟道", &["wu-dao"]),
        ("2.0", &["wu-dao"]),
        // Words in any order, with the makers and the family.
        ("7b llama", &["llama-7b"]),
        ("meta llama", &["llama-7b", "llama-65b"]),
        ("meta-ai 65b", &["llama-65b"]),
        ("google", &["bert", "t5"]),
        ("stanford", &["alpaca-7b"]),
        ("qwen 7b", &["qwen1.5-7b"]),
        // What has a meaning to the index has none here.
        ("\"", &[]),
        ("bert\"", &[]),
        ("\" OR \"bert", &[]),
        ("ber*", &[]),
        ("bert OR t5", &[]),
        ("NOT bert", &[]),
        ("term:bert", &[]),
        ("^bert", &[]),
        ("bert + t5", &[]),
        ("(bert)", &[]),
        ("NEAR(bert roberta)", &[]),
        ("%", &[]),
        ("'; DROP TABLE model; --", &[]),
        ("bert\u{0}uncased", &["bert"]),
        ("nothing of that name", &[]),
    ];
    for (text, expected) in cases {
        let query = SearchQuery::new(text).expect("a query");
        let hits = store.search(&query, 20).await;
        let hits = hits.unwrap_or_else(|e| panic!("`{text}`: {e:?}"));
        let found: Vec<_> = hits.iter().map(|hit| hit.id.as_str()).collect();
        assert_eq!(&found, expected, "`{text}`");
    }
}

#[tokio::test]
async fn a_hit_says_how_it_was_found() {
    let store = holding(&world()).await;
    for (text, rank, matched, children) in [
        ("bert", MatchRank::Exact, "bert", 2),
        ("bert base", MatchRank::Exact, "bert base", 2),
        ("bert b", MatchRank::Prefix, "bert base", 2),
        ("rt-base", MatchRank::Substring, "bert base", 2),
    ] {
        let query = SearchQuery::new(text).expect("a query");
        let hits = store.search(&query, 1).await.expect("hits");
        let hit = hits.first().unwrap_or_else(|| panic!("`{text}` finds one"));
        assert_eq!(hit.id.as_str(), "bert");
        assert_eq!(
            (hit.rank, hit.matched.as_str()),
            (rank, matched),
            "`{text}`"
        );
        assert_eq!(hit.children, children);
        assert_eq!(hit.name.as_str(), "BERT");
        assert_eq!(hit.family.as_str(), "family-0");
    }
    let query = SearchQuery::new("meta 7b").expect("a query");
    let hits = store.search(&query, 5).await.expect("hits");
    assert_eq!(hits[0].rank, MatchRank::Words);
}

#[tokio::test]
async fn no_more_than_the_limit_is_found() {
    let store = holding(&world()).await;
    let query = SearchQuery::new("b").expect("a query");
    for limit in [0, 1, 3] {
        let hits = store.search(&query, limit).await.expect("hits");
        assert_eq!(hits.len(), limit as usize);
    }
}

#[tokio::test]
async fn search_follows_the_catalogue() {
    let store = holding(&world()).await;
    let mut renamed = world();
    let bert = renamed.models.get_mut("bert").expect("a model");
    bert.name = crate::world::text("Ernie");
    store
        .sync_catalogue(&renamed, &crate::world::digest(2))
        .await
        .expect("kept");
    let query = SearchQuery::new("ernie").expect("a query");
    let hits = store.search(&query, 5).await.expect("hits");
    assert_eq!(hits[0].id.as_str(), "bert");
    assert!(store.integrity().await.expect("a report").is_sound());
}

#[tokio::test]
async fn hostile_queries_are_answered() {
    let store = holding(&world()).await;
    let mut dice = crate::world::Dice(7);
    let letters: Vec<char> = "ab\"'*^():-+{}[]%_\\;/ \u{0}\u{301}Éß悟🌳NOTANDOR"
        .chars()
        .collect();
    for _ in 0..2_000 {
        let length = 1 + dice.roll(40);
        let text: String = (0..length)
            .map(|_| letters[dice.roll(letters.len())])
            .collect();
        if let Ok(query) = SearchQuery::new(&text) {
            let hits = store.search(&query, 5).await;
            assert!(hits.is_ok(), "{text:?}: {hits:?}");
        }
    }
}
