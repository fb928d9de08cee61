//! Receipts and tensors' digests: kept as recorded, the newest first, never
//! changed.

use crate::world::{open, raw, text};
use arbor_model::{Receipt, ReceiptFile, RepoId, TensorDigest};
use arbor_store::{Store as _, StoreError};

fn receipt(n: u32) -> Receipt {
    let file = |path: &str, digit: &str, length: usize| ReceiptFile {
        path: path.parse().expect("a path"),
        size: u64::from(n) << 30,
        digest: digit.repeat(length).parse().expect("a digest"),
    };
    Receipt {
        repo: "Org/Name".parse().expect("an id"),
        revision: "main".parse().expect("a revision"),
        commit: "0123456789".repeat(4).parse().expect("a commit"),
        endpoint: text("https://hub.test"),
        time_us: i64::from(n),
        files: vec![
            file("config.json", "a", 40),
            file("sub/ü.safetensors", "b", 64),
        ],
    }
}

fn tensor(name: &str, shape: &[u64]) -> TensorDigest {
    TensorDigest {
        name: name.to_owned(),
        dtype: "BF16".to_owned(),
        shape: shape.to_vec(),
        digest: format!("blake3:{}", "c".repeat(64))
            .parse()
            .expect("a hash"),
    }
}

#[tokio::test]
async fn the_newest_receipt_of_a_commit_is_read_as_it_was_recorded() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder.path().join("arbor.db")).await;
    let of = receipt(0);
    assert_eq!(
        store.receipt(&of.repo, &of.commit).await.expect("read"),
        None
    );
    for n in 0..3 {
        store.record_receipt(&receipt(n)).await.expect("kept");
        let found = store.receipt(&of.repo, &of.commit).await.expect("read");
        assert_eq!(found, Some(receipt(n)));
    }
    let other = "f".repeat(40).parse().expect("a commit");
    assert_eq!(store.receipt(&of.repo, &other).await.expect("read"), None);
    let mut huge = receipt(1);
    huge.files[0].size = u64::MAX;
    let error = store.record_receipt(&huge).await;
    assert!(matches!(error, Err(StoreError::Unstorable(_))), "{error:?}");
    // Not half of it was kept.
    let found = store.receipt(&of.repo, &of.commit).await.expect("read");
    assert_eq!(found, Some(receipt(2)));
}

#[tokio::test]
async fn receipts_of_a_repository_come_the_newest_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder.path().join("arbor.db")).await;
    assert_eq!(store.receipt_repos().await.expect("read"), []);
    let named = |n: u32, repo: &str| Receipt {
        repo: repo.parse().expect("an id"),
        ..receipt(n)
    };
    for (n, repo) in [(0, "b/one"), (1, "a/two"), (2, "b/one"), (3, "gpt2")] {
        store.record_receipt(&named(n, repo)).await.expect("kept");
    }
    let repos = store.receipt_repos().await.expect("read");
    let repos: Vec<_> = repos.iter().map(RepoId::as_str).collect();
    assert_eq!(repos, ["a/two", "b/one", "gpt2"]);
    let found = store.receipts(&named(0, "b/one").repo).await;
    assert_eq!(found.expect("read"), [named(2, "b/one"), named(0, "b/one")]);
    let nobody = "b/absent".parse().expect("an id");
    assert_eq!(store.receipts(&nobody).await.expect("read"), []);
}

#[tokio::test]
async fn tensors_are_kept_by_their_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder.path().join("arbor.db")).await;
    let file = "b".repeat(64).parse().expect("a digest");
    let tensors = vec![
        tensor("w", &[768, 3072]),
        tensor("scalar", &[]),
        tensor("\u{1}odd name", &[0]),
    ];
    for _ in 0..2 {
        store.record_tensors(&file, &tensors).await.expect("kept");
        assert_eq!(store.tensors(&file).await.expect("read"), tensors);
    }
    let other = "d".repeat(64).parse().expect("a digest");
    assert_eq!(store.tensors(&other).await.expect("read"), vec![]);
}

#[tokio::test]
async fn receipts_are_append_only_even_behind_the_stores_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("arbor.db");
    let store = open(&path).await;
    let of = receipt(1);
    store.record_receipt(&of).await.expect("kept");
    let file = "b".repeat(64).parse().expect("a digest");
    store
        .record_tensors(&file, &[tensor("w", &[1])])
        .await
        .expect("kept");
    let mut conn = raw(&path).await;
    for refused in [
        "UPDATE receipt SET endpoint = 'x'",
        "DELETE FROM receipt",
        "INSERT OR REPLACE INTO receipt (id, repo, revision, commit_sha, endpoint, time_us)
            VALUES (1, 'a/b', 'main', 'c', 'd', 1)",
        "UPDATE receipt_file SET size = 1",
        "DELETE FROM receipt_file",
        "INSERT OR REPLACE INTO receipt_file (receipt, path, size, digest)
            VALUES (1, 'config.json', 1, 'x')",
        "UPDATE tensor SET digest = 'x'",
        "DELETE FROM tensor",
        "INSERT OR REPLACE INTO tensor (file, place, name, dtype, shape, digest)
            SELECT file, place, 'x', dtype, shape, digest FROM tensor",
    ] {
        let done = sqlx::query(refused).execute(&mut conn).await;
        assert!(done.is_err(), "{refused}");
    }
    let found = store.receipt(&of.repo, &of.commit).await.expect("read");
    assert_eq!(found, Some(of));
}
