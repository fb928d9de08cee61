//! What goes where, how wide, and in which colours.

use super::{arbor, human, shared};
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use unicode_width::UnicodeWidthStr as _;

/// Command lines that print something for people.
const HUMAN: &[&[&str]] = &[
    &["tree"],
    &["tree", "transformer-big"],
    &["tree", "llama-7b", "--depth", "2"],
    &["tree", "deepseek-r1", "--invert"],
    &["list"],
    &[
        "list",
        "--columns",
        "id,name,org,licence,hub,objective,family,params,date",
    ],
    &["search", "bert"],
    &["show", "gpt-3"],
    &["show", "deepseek-r1-distill-qwen-32b"],
    &["lineage", "deepseek-r1-distill-qwen-32b"],
    &["lineage", "path", "vicuna-13b", "mistral-7b-v0.1"],
    &["lineage", "common", "bert-base", "gpt-3"],
    &["lineage", "bases"],
    &["diff", "llama-7b", "deepseek-v3"],
    &["params", "llama-7b"],
    &["memory", "llama-2-70b"],
    &["doctor"],
    &["help", "exit-codes"],
    &["help", "list"],
];

#[test]
fn nothing_is_wider_than_the_terminal() {
    let world = shared();
    for columns in [80, 60, 40] {
        for arguments in HUMAN {
            let mut command = world.command();
            command.env("COLUMNS", columns.to_string());
            command.args(*arguments).args(["--mode", "human"]);
            let output = command.output().expect("the program starts");
            let text = String::from_utf8(output.stdout).expect("UTF-8");
            assert!(!text.is_empty(), "{arguments:?}");
            for line in text.lines() {
                assert!(line.width() <= columns, "{arguments:?} {columns}: {line}");
            }
        }
    }
}

#[test]
fn nothing_is_cut_where_that_is_asked() {
    for arguments in HUMAN {
        let ran = arbor(&[arguments, &["--mode", "human", "--no-truncate"][..]].concat());
        assert_eq!(ran.code, 0, "{arguments:?}");
        let cut = ran
            .stdout
            .lines()
            .any(|line| line.trim_end().ends_with('…'));
        // The doctor shortens a digest itself.
        assert!(
            !cut || *arguments == ["doctor"],
            "{arguments:?}\n{}",
            ran.stdout
        );
    }
}

#[test]
fn behind_a_pipe_lists_are_tab_separated_and_whole() {
    let ran = arbor(&["list", "--columns", "id,params,name,org"]);
    let rows: Vec<Vec<&str>> = ran
        .stdout
        .lines()
        .map(|l| l.split('\t').collect())
        .collect();
    assert!(rows.len() > 500);
    assert!(rows.iter().all(|row| row.len() == 4), "{}", ran.stdout);
    let bert = rows
        .iter()
        .find(|row| row[0] == "bert-base")
        .expect("listed");
    assert_eq!(bert[1..], ["109482240", "BERT-base", "google"]);
    assert!(!ran.stdout.contains('…'));
}

#[test]
fn the_size_of_all_experts_is_marked_for_people() {
    let list = [
        "list",
        "--org",
        "deepseek",
        "--q",
        "deepseek-v3",
        "--columns",
        "id,params",
    ];
    let drawn = human(&list).stdout;
    let row = drawn.lines().find(|row| row.starts_with("deepseek-v3 "));
    assert!(row.is_some_and(|row| row.contains("MoE 671B")), "{drawn}");
    let plain = arbor(&list).stdout;
    assert!(
        plain.contains("deepseek-v3\t671") && !plain.contains("MoE"),
        "{plain}"
    );
    let shown = human(&["show", "deepseek-v3"]).stdout;
    assert!(
        shown.contains("· MoE 671B ·") && shown.contains("all experts"),
        "{shown}"
    );
    assert!(!human(&["show", "bert-base"]).stdout.contains("MoE"));
}

#[test]
fn who_asks_for_one_size_is_told_of_the_others() {
    let said = "came in other sizes, joined by `scales-up`: ";
    let add = "add it to `--rel` to see what descends from those\n";
    let first = format!("note: LLaMA 65B {said}{add}");
    let other = format!("note: LLaMA 7B {said}start from `llama-65b` and {add}");
    for (arguments, note) in [
        (
            &["lineage", "llama-65b", "--descendants", "--rel", "weights"][..],
            first.as_str(),
        ),
        (&["list", "--root", "llama-65b", "--rel", "weights"], &first),
        (&["list", "--root", "llama-7b", "--rel", "weights"], &other),
        (&["lineage", "llama-7b", "--rel", "weights"], &other),
        (
            &["lineage", "llama-7b", "--ancestors", "--rel", "weights"],
            "",
        ),
        (
            &["list", "--root", "llama-65b", "--rel", "weights,scales-up"],
            "",
        ),
        (&["list", "--root", "llama-65b"], ""),
        (&["list", "--root", "alpaca-7b", "--rel", "weights"], ""),
        (
            &["list", "--root", "llama-65b", "--rel", "weights", "-q"],
            "",
        ),
    ] {
        assert_eq!(arbor(arguments).stderr, note, "{arguments:?}");
    }
}

#[test]
fn colours_are_for_those_who_see_them() {
    let world = shared();
    let coloured = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = world.command();
        command.args(arguments).envs(variables.iter().copied());
        let output = command.output().expect("the program starts");
        output.stdout.contains(&0x1b)
    };
    let list = ["list", "--limit", "3", "--mode", "human"];
    let with = |color: &'static str| [&list[..], &["--color", color]].concat();
    assert!(!coloured(&list, &[]));
    assert!(coloured(&list, &[("CLICOLOR_FORCE", "1")]));
    assert!(coloured(&with("always"), &[]));
    assert!(coloured(&with("always"), &[("NO_COLOR", "1")]));
    assert!(!coloured(&with("never"), &[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&list, &[("NO_COLOR", "1")]));
    assert!(!coloured(&list, &[("TERM", "dumb")]));
}

#[test]
fn colours_add_no_width() {
    let plain = human(&["tree", "bert-base", "--depth", "1"]).stdout;
    let painted = human(&["tree", "bert-base", "--depth", "1", "--color", "always"]).stdout;
    assert_ne!(plain, painted);
    assert_eq!(plain, anstream::adapter::strip_str(&painted).to_string());
}

#[test]
fn ascii_means_ascii() {
    for arguments in [
        &["tree", "--charset", "ascii"][..],
        &["tree", "pangu-alpha-200b", "--invert", "--charset", "ascii"],
    ] {
        let ran = human(arguments);
        assert!(ran.stdout.is_ascii(), "{}", ran.stdout);
    }
}

#[test]
fn a_reader_may_leave() {
    let world = shared();
    let mut child = world
        .command()
        .arg("list")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut first = String::new();
    let stdout = child.stdout.take().expect("a pipe");
    BufReader::with_capacity(16, stdout)
        .read_line(&mut first)
        .expect("a line");
    // The pipe is closed here, with most of the list unread.
    let output = child.wait_with_output().expect("it ends");
    let words = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(0), "{words}");
    assert!(!words.contains("error"), "{words}");
}

#[test]
fn quiet_prints_ids_and_no_words() {
    for arguments in [
        &["list", "--family", "bert"][..],
        &["search", "bert"],
        &["tree", "elmo", "--depth", "1"],
        &["lineage", "elmo", "--ancestors"],
        &["path", "elmo", "gpt"],
        &["show", "bert"],
    ] {
        let ran = arbor(&[arguments, &["-q"]].concat());
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
        assert_eq!(ran.stderr, "", "{arguments:?}");
        for line in ran.stdout.lines() {
            assert!(
                line.parse::<arbor_model::ModelId>().is_ok(),
                "{arguments:?}: {line}"
            );
        }
    }
}
