//! Whole runs as people see them, in 80 columns: one snapshot a command, on
//! old models whose facts rarely change.

use super::{broken_catalogue, human};

/// The runs: a snapshot's name and the command line.
const RUNS: &[(&str, &[&str])] = &[
    ("tree", &["tree", "awd-lstm", "--depth", "1"]),
    (
        "tree_since",
        &["tree", "--family", "albert,elmo", "--since", "2018"],
    ),
    ("tree_invert", &["tree", "gpt", "--invert"]),
    (
        "tree_ascii",
        &[
            "tree",
            "gpt",
            "--invert",
            "--depth",
            "2",
            "--charset",
            "ascii",
        ],
    ),
    ("list", &["list", "--date", "..2017", "--sort", "date"]),
    (
        "list_columns",
        &[
            "list",
            "--family",
            "gpt",
            "--date",
            "..2019",
            "--columns",
            "name,params,licence",
        ],
    ),
    ("list_nothing", &["list", "--q", "no such model"]),
    ("search", &["search", "word2vec"]),
    ("search_nothing", &["search", "wrod2vce"]),
    ("show", &["show", "elmo"]),
    ("lineage", &["lineage", "elmo", "--ancestors"]),
    ("path", &["path", "elmo", "word2vec-cbow"]),
    ("common", &["lineage", "common", "elmo", "awd-lstm"]),
    ("diff", &["diff", "bert-large", "bert-base"]),
    ("params", &["params", "bert-base"]),
    (
        "memory",
        &["memory", "llama-2-7b", "--context", "4096", "--batch", "2"],
    ),
    (
        "memory_unknown",
        &["memory", "bart-large", "--dtype", "f32"],
    ),
    (
        "export_newick",
        &["export", "newick", "--family", "elmo,awd-lstm,ulmfit"],
    ),
    ("exit_codes", &["help", "exit-codes"]),
    ("unknown_model", &["show", "gtp-3"]),
    ("unknown_flag", &["list", "--famly", "bert"]),
    ("unknown_column", &["list", "--columns", "id,nam"]),
    ("unknown_value", &["list", "--branch", "enk"]),
];

#[test]
fn runs_read_as_they_should() {
    for (name, arguments) in RUNS {
        let transcript = human(arguments).transcript();
        let line = format!("$ arbor {}\n", arguments.join(" "));
        // What fits depends on the machine.
        insta::with_settings!({filters => vec![(r"(On cpu, now +)\S.*", "${1}FITS OR NOT")]}, {
            insta::assert_snapshot!(*name, line + &transcript);
        });
    }
}

#[test]
fn a_broken_catalogue_reads_as_it_should() {
    let folder = broken_catalogue();
    let transcript = human(&["catalog", "check", &folder]).transcript();
    insta::assert_snapshot!(transcript.replace(&folder, "FOLDER"));
}

#[test]
fn the_doctor_reads_as_it_should() {
    let transcript = human(&["doctor", "--no-truncate"]).transcript();
    insta::with_settings!({filters => vec![
        (r"program  .*", "program            PROGRAM"),
        (r"database file  .*", "database file      DATABASE"),
        (r"[0-9a-f]{16}…", "DIGEST"),
        (r"arbor  +\d+\.\d+\.\d+", "arbor              VERSION"),
        (r"SQLite [\d.]+", "SQLite VERSION"),
        (r"schema \d+ of \d+", "schema N of N"),
        (r"[\d.]+ MiB \([\d,]+ bytes\)", "SIZE"),
        (r"\d+ (models|families|edges|runs)", "N $1"),
        (r"change \d+", "change N"),
        (r"  cpu  +.*", "  cpu                CPU"),
        (r"(f32|bf16) ([\d.]+ .iB): [^;\n]+", "$1 $2: WHERE"),
    ]}, { insta::assert_snapshot!(transcript); });
}
