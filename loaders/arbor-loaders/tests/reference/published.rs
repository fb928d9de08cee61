//! Published values: rows that transformers gave for small models, in the
//! form of `registry/references/`, and what becomes of a verdict when a row
//! says something else.

use crate::fixture;
use arbor_loaders::published::{Compared, Row, Standing, compare, read};
use arbor_loaders::text::Tokenizer;
use arbor_loaders::{Asked, DType, Device, Examination, Model, Seat, examine};
use arbor_model::{Check, Outcome, Verdict};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn fixtures(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures");
    fs::read_to_string(folder.join(name)).expect("a fixture")
}

/// A row as it is stored.
fn line(id: &str) -> String {
    let key = format!("\"id\":\"tests/{id}\"");
    let all = fixtures("published.jsonl");
    let found = all.lines().find(|line| line.contains(&key));
    found.unwrap_or_else(|| panic!("no row {id}")).to_owned()
}

fn rows(lines: &[String]) -> Vec<Row> {
    read(&lines.join("\n")).expect("rows")
}

/// A checkpoint's folder, with a tokenizer of words.
fn folder(name: &str) -> TempDir {
    let fixture = fixture::all().into_iter().find(|f| f.name == name);
    let fixture = fixture.expect("the fixture");
    let folder = tempfile::tempdir().expect("a folder");
    let write = |file: &str, bytes: &[u8]| {
        fs::write(folder.path().join(file), bytes).expect("written");
    };
    write("config.json", fixture.config().as_bytes());
    write("model.safetensors", &fixture.weights().expect("weights"));
    write("tokenizer.json", fixtures("words.json").as_bytes());
    folder
}

fn compared(name: &str, rows: &[Row]) -> Vec<Compared> {
    let folder = folder(name);
    let model = Model::load(folder.path(), DType::F32, &Device::Cpu).expect("a model");
    let tokenizer = Tokenizer::beside(folder.path()).expect("a tokenizer");
    compare(&model, tokenizer.as_ref(), rows)
}

/// How one changed row of a model stands.
fn changed(id: &str, from: &str, to: &str) -> Compared {
    let line = line(id);
    assert!(line.contains(from), "{id} holds no {from}");
    let rows = rows(&[line.replacen(from, to, 1)]);
    let name = id.split('/').next().expect("a name");
    compared(name, &rows).remove(0)
}

fn examined(name: &str, lines: &[String]) -> (Examination, String) {
    let found = check(folder(name).path(), &rows(lines));
    let rung = found.checks.iter().find(|c| c.check == Check::Reference);
    let detail = rung.and_then(|rung| rung.detail.as_ref());
    let detail = detail.map(ToString::to_string).unwrap_or_default();
    (found, detail)
}

fn check(folder: &Path, published: &[Row]) -> Examination {
    let asked = Asked {
        published,
        ..Asked::default()
    };
    examine(folder, asked, &Seat::plain())
}

/// The row with its first number moved.
fn moved(id: &str, by: f64) -> String {
    let line = line(id);
    let start = line.find("\"numbers\":[").expect("numbers") + "\"numbers\":[".len();
    let end = start + line[start..].find([',', ']']).expect("a number");
    let number: f64 = line[start..end].parse().expect("a number");
    format!("{}{}{}", &line[..start], number + by, &line[end..])
}

#[test]
fn every_row_of_the_independent_implementation_agrees() {
    let all = fixtures("published.jsonl");
    for name in ["bart", "bert", "llama2"] {
        let hub = format!("\"hub\":\"tests/{name}\"");
        let lines: Vec<String> = all
            .lines()
            .filter(|l| l.contains(&hub))
            .map(Into::into)
            .collect();
        assert!(lines.len() >= 3);
        for row in compared(name, &rows(&lines)) {
            assert_eq!(row.standing, Standing::Pass, "{row:?}");
            assert!(row.far.is_some_and(|far| far <= 2e-4), "{row:?}");
        }
    }
}

#[test]
fn rows_that_agree_verify_and_a_row_that_differs_does_not() {
    let agreeing = [line("bert/hidden"), line("bert/logits"), line("bert/top")];
    let (found, detail) = examined("bert", &agreeing);
    assert_eq!(found.verdict, Verdict::Verified, "{detail}");
    assert!(detail.contains("3 agree, 0 loose, 0 differ"), "{detail}");
    assert!(detail.contains("https://github.com/"), "{detail}");
    assert_eq!(found.published.len(), 3);

    let (found, detail) = examined("bert", &[line("bert/logits"), moved("bert/hidden", 0.01)]);
    assert_eq!(found.verdict, Verdict::Drifted, "{detail}");
    assert!(detail.contains("`tests/bert/hidden`"), "{detail}");

    let (found, detail) = examined("bert", &[moved("bert/hidden", 7e-4)]);
    assert_eq!(found.published[0].standing, Standing::Loose, "{detail}");
    assert_eq!(
        found.verdict,
        Verdict::Sound,
        "what is loose proves nothing"
    );

    let (found, _) = examined("bert", &[]);
    assert_eq!(found.verdict, Verdict::Sound);
}

#[test]
fn what_is_only_told_decides_nothing() {
    let told = moved("bert/hidden", 0.01).replace("\"tier\":\"A\"", "\"tier\":\"C\"");
    let (found, detail) = examined("bert", std::slice::from_ref(&told));
    assert_eq!(found.verdict, Verdict::Sound, "{detail}");
    assert!(detail.contains("0 of 1 others agree"), "{detail}");
    let (found, _) = examined("bert", &[told, line("bert/logits")]);
    assert_eq!(found.verdict, Verdict::Verified);
}

#[test]
fn a_file_beside_the_checkpoint_is_compared_with_as_well() {
    let fixture = fixture::all().into_iter().find(|f| f.name == "bert");
    let recorded = fixture.expect("the fixture").recorded();
    let folder = folder("bert");
    fs::write(folder.path().join("reference.safetensors"), recorded).expect("written");
    for (by, verdict) in [
        (0.0, Verdict::Verified),
        (7e-4, Verdict::Verified),
        (0.01, Verdict::Drifted),
    ] {
        let rows = rows(&[moved("bert/hidden", by)]);
        let found = check(folder.path(), &rows);
        assert_eq!(found.verdict, verdict, "moved by {by}");
        let rungs = found.checks.iter().filter(|c| c.check == Check::Reference);
        let details: Vec<String> = rungs
            .filter_map(|c| Some(c.detail.as_ref()?.to_string()))
            .collect();
        assert_eq!(details.len(), 1);
        assert!(
            details[0].contains("case `") && details[0].contains("published values"),
            "{details:?}"
        );
    }
}

#[test]
fn what_cannot_be_asked_is_not_comparable() {
    for (id, from, to, says) in [
        (
            "bert/hidden",
            "BertModel",
            "RobertaModel",
            "published for RobertaModel",
        ),
        (
            "bert/hidden",
            "\"whole\":[1,11,32]",
            "\"whole\":[1,11,768]",
            "of an array",
        ),
        (
            "bert/hidden",
            ":, 1:4, 1:4",
            ":, 1:4, 31:34",
            "no such part",
        ),
        (
            "bert/hidden",
            ":, 1:4, 1:4",
            "0, 1:4, 1:4",
            "its numbers are",
        ),
        (
            "bert/hidden",
            "\"ids\":[[",
            "\"ids\":[[30521,",
            "the id 30521, the vocabulary has 96",
        ),
        (
            "bert/hidden",
            "\"of\":\"hidden\"",
            "\"of\":\"encoder\"",
            "no encoder",
        ),
        (
            "bert/logits",
            "BertForMaskedLM",
            "BertModel",
            "another task",
        ),
        ("bert/top", "[MASK]", "w3", "hides no token"),
        (
            "llama2/ids",
            "\"tell\":{\"ids\":[[",
            "\"tell\":{\"ids\":[[4000000000,",
            "the id 4000000000",
        ),
        (
            "llama2/text-tokens",
            "[null,",
            "[null,-1.0,",
            "shorter than its numbers",
        ),
        (
            "bart/logits",
            "\"target\":[[",
            "\"target\":[[9999,",
            "the id 9999",
        ),
    ] {
        let mut line = line(id);
        assert!(line.contains(from), "{id} holds no {from}");
        line = line.replacen(from, to, 1);
        // A longer row of ids has a longer mask.
        if to.contains("30521") {
            line = line.replace("[[0,1,1,1", "[[0,1,1,1,1");
        }
        let name = id.split('/').next().expect("a name");
        let row = compared(name, &rows(&[line.clone()])).remove(0);
        assert_eq!(row.standing, Standing::NotComparable, "{row:?}");
        assert!(
            row.detail.as_ref().is_some_and(|d| d.contains(says)),
            "{says}: {row:?}"
        );
    }
    let folder = folder("bert");
    let model = Model::load(folder.path(), DType::BF16, &Device::Cpu).expect("a model");
    let row = compare(&model, None, &rows(&[line("bert/hidden")])).remove(0);
    assert_eq!(row.standing, Standing::NotComparable, "{row:?}");
    let model = Model::load(folder.path(), DType::F32, &Device::Cpu).expect("a model");
    let row = compare(&model, None, &rows(&[line("bert/top")])).remove(0);
    assert_eq!(row.standing, Standing::NotComparable, "{row:?}");
    let (found, detail) = examined(
        "bert",
        &[line("bert/hidden").replace("BertModel", "RobertaModel")],
    );
    let rung = found.checks.iter().find(|c| c.check == Check::Reference);
    assert_eq!(
        rung.map(|rung| rung.outcome),
        Some(Outcome::Skip),
        "{detail}"
    );
    assert_eq!(found.verdict, Verdict::Sound, "{detail}");
}

#[test]
fn other_tokens_and_other_scores_differ() {
    let ids = line("llama2/ids");
    let start = ids.find("\"tell\":{\"ids\":[[").expect("ids") + "\"tell\":{\"ids\":[[".len();
    let end = start + ids[start..].find(',').expect("a number");
    let first: u32 = ids[start..end].parse().expect("an id");
    let other = format!("{}{}{}", &ids[..start], (first + 1) % 96, &ids[end..]);
    let row = compared("llama2", &rows(&[other])).remove(0);
    assert_eq!(row.standing, Standing::Fail, "{row:?}");
    for (id, from, to) in [
        ("llama2/tokens", "\"tokens\":[null,-", "\"tokens\":[null,-1"),
        ("llama2/loss", "\"loss\":", "\"loss\":1"),
        ("bert/top", "\"tokens\":[[\"", "\"tokens\":[[\"x"),
        ("bert/top", "\"chances\":[0.", "\"chances\":[0.9"),
        ("bert/embedding", "\"unit\":true", "\"unit\":false"),
        ("bert/embedding", "\"mean\"", "\"first\""),
        (
            "bart/hidden",
            "\"target\":\"shifted\"",
            "\"target\":[[9,9,9,9,9,9,9,9,9,9,9,9]]",
        ),
    ] {
        let row = changed(id, from, to);
        assert_eq!(row.standing, Standing::Fail, "{id}: {row:?}");
    }
    let texts = line("llama2/texts");
    let (before, after) = texts.split_at(texts.find("\"tell\"").expect("an answer"));
    // After the prompt's eight words.
    let words: Vec<&str> = after.split(' ').collect();
    let ours = words[10];
    let row = compared(
        "llama2",
        &rows(&[format!(
            "{before}{}",
            after.replacen(&format!(" {ours} "), " w2 ", 1)
        )]),
    )
    .remove(0);
    assert_eq!(row.standing, Standing::Fail, "{row:?}");
}
