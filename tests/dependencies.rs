//! How many packages redwire brings into a user's build, and which ones it must not bring.
//!
//! Counted are the packages that `cargo tree -e normal` names for this machine's platform, procedural macros among them,
//! two versions of one package as two, redwire itself not.
#![allow(clippy::unwrap_used, reason = "a failure is the test's result")]

use std::collections::BTreeSet;
use std::process::Command;

/// Features, and the most packages they may bring.
const LIMITS: &[(&str, usize)] = &[("", 12), ("blocking", 14), ("tokio", 20)];

/// Packages in no build of redwire, each with its smaller or safer replacement elsewhere: a URL parser of 33 packages,
/// parser kits, a second RESP codec, a toolbox for one stream adapter, a blocking pool, a second native Lua.
const UNWANTED: &[&str] = &["url", "combine", "nom", "redis-protocol", "tokio-util", "r2d2", "mlua"];

/// The packages below redwire, as `name version`.
fn packages(features: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--locked",
            "--offline",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .args(features)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    distinct(&String::from_utf8(output.stdout).unwrap())
}

/// `name v1.2.3 (proc-macro) (*)` per line; the first line is redwire.
fn distinct(tree: &str) -> BTreeSet<String> {
    let lines = tree.lines().skip(1).filter(|line| !line.is_empty());
    lines
        .map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn builds_stay_small() {
    for (features, limit) in LIMITS {
        let packages = packages(&["--no-default-features", "--features", features]);
        println!("{:<8} {:>2} of {limit} packages", features, packages.len());
        assert!(
            packages.len() <= *limit,
            "features \"{features}\": {} packages: {packages:#?}",
            packages.len()
        );
        assert!(
            packages.iter().any(|package| package.starts_with("bytes ")),
            "not a list of packages: {packages:?}"
        );
    }
}

#[test]
fn nothing_unwanted_is_built() {
    for package in packages(&["--all-features"]) {
        let name = package.split(' ').next().unwrap();
        assert!(
            !UNWANTED.contains(&name),
            "{package} is in the build: see `cargo tree --all-features -i {name}`"
        );
    }
}

#[test]
fn repeated_lines_count_once_and_two_versions_twice() {
    let tree = "redwire v0.1.0 (/a b)\nsyn v2.0.0\nquote v1.0.1\nsyn v2.0.0 (*)\nsyn v3.0.0\nm v1.0.0 (proc-macro)\n\n";
    let expected = ["m v1.0.0", "quote v1.0.1", "syn v2.0.0", "syn v3.0.0"];
    assert_eq!(distinct(tree), expected.map(String::from).into());
}
