//! Every command explains itself, in 80 columns.

use super::arbor;
use unicode_width::UnicodeWidthStr as _;

const COMMANDS: &[&[&str]] = &[
    &[],
    &["tree"],
    &["list"],
    &["search"],
    &["show"],
    &["lineage"],
    &["lineage", "path"],
    &["lineage", "common"],
    &["lineage", "bases"],
    &["path"],
    &["pull"],
    &["verify"],
    &["import"],
    &["import", "parquet"],
    &["import", "hub"],
    &["du"],
    &["rm"],
    &["run"],
    &["score"],
    &["diff"],
    &["params"],
    &["memory"],
    &["export"],
    &["catalog"],
    &["catalog", "check"],
    &["doctor"],
    &["serve"],
    &["completions"],
    &["help"],
];

#[test]
fn every_command_has_help_that_fits() {
    for command in COMMANDS {
        let ran = arbor(&[command, &["--help"][..]].concat());
        assert_eq!(ran.code, 0, "{command:?}");
        assert!(ran.stdout.contains("Usage:"), "{command:?}");
        for line in ran.stdout.lines() {
            assert!(line.width() <= 80, "{command:?}: {line}");
        }
    }
}

#[test]
fn both_ways_to_ask_tell_the_same() {
    for command in COMMANDS {
        let by_flag = arbor(&[command, &["--help"][..]].concat()).stdout;
        let by_command = arbor(&[&["help"][..], command].concat()).stdout;
        assert_eq!(by_flag.trim_end(), by_command.trim_end(), "{command:?}");
    }
}

#[test]
fn shells_get_their_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = arbor(&["completions", shell]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(ran.stdout.contains("lineage"), "{shell}");
    }
}
