//! The site's script: the one that is kept is what its source builds to, and
//! its lock names versions, not places.

use super::root;
use std::fs;
use std::io::Write;
use std::process::Command;

/// What a step of `package.json` prints.
fn npm(step: &str) -> Vec<u8> {
    let folder = root().join("templates/script");
    let mut npm = Command::new("npm");
    npm.args(["run", "--silent", step]).current_dir(folder);
    let ran = npm.output().expect("npm starts");
    let said = [&ran.stdout[..], &ran.stderr[..]].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(ran.status.success(), "npm run {step}: {said}");
    ran.stdout
}

#[test]
fn the_kept_script_is_what_its_source_builds_to() {
    let tools = root().join("templates/script/node_modules/.bin/esbuild");
    let has_npm = Command::new("npm").arg("--version").output().is_ok();
    if !(has_npm && tools.exists()) {
        // Not by a macro: those are heard of failed tests alone.
        let mut out = std::io::stderr();
        let note =
            b"skipped: no script was built, since `npm ci` was not run in templates/script\n";
        out.write_all(note).expect("standard error");
        return;
    }
    npm("check");
    let kept = fs::read(root().join("templates/script.js")).expect("the script");
    assert!(
        npm("bundle") == kept,
        "templates/script.js is not what templates/script builds to: run `npm run build` there"
    );
}

#[test]
fn the_lock_names_versions_alone() {
    let lock = root().join("templates/script/package-lock.json");
    let lock = fs::read_to_string(lock).expect("a lock");
    assert!(lock.contains("\"integrity\"") && !lock.contains("\"resolved\""));
    let package = root().join("templates/script/package.json");
    let package: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(package).expect("a package")).expect("JSON");
    let tools = package["devDependencies"].as_object().expect("tools");
    for (tool, version) in tools {
        let version = version.as_str().unwrap_or_default();
        let exact = version.split('.').count() == 3
            && version.chars().all(|c| c.is_ascii_digit() || c == '.');
        assert!(exact, "{tool} {version} is no exact version");
    }
    assert!(package.get("dependencies").is_none(), "nothing is shipped");
}
