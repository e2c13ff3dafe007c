//! The guides name what exists, and leave nothing out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a failure is the test's result"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// Everything that is declared in `src` and `runtimes`, as `fn name`, and every word in them.
struct Names {
    functions: BTreeSet<String>,
    types: BTreeSet<String>,
    words: BTreeSet<String>,
}

impl Names {
    fn of_the_crate() -> Self {
        let mut names = Names {
            functions: BTreeSet::new(),
            types: BTreeSet::new(),
            words: BTreeSet::new(),
        };
        for folder in ["src", "runtimes"] {
            names.read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
        }
        names
    }

    fn read(&mut self, path: &Path) {
        if path.is_dir() {
            for entry in fs::read_dir(path).unwrap() {
                self.read(&entry.unwrap().path());
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let code = fs::read_to_string(path).unwrap();
            let lines = code.lines().map(str::trim_start);
            for line in lines.filter(|line| !line.starts_with("//")) {
                let mut before = "";
                for word in line.split(|c: char| !c.is_alphanumeric() && c != '_') {
                    match before {
                        "fn" => drop(self.functions.insert(word.into())),
                        "struct" | "enum" | "trait" | "mod" => drop(self.types.insert(word.into())),
                        _ => {}
                    }
                    self.words.insert(word.into());
                    before = word;
                }
            }
        }
    }

    /// What is wrong with a name in the text of a guide, as far as it is one of this crate's.
    fn fault(&self, name: &str) -> Option<String> {
        const OF_RUST: [&str; 16] = [
            "Duration",
            "Iterator",
            "Option",
            "Some",
            "Stream",
            "String",
            "SystemTime",
            "Vec",
            "bool",
            "f64",
            "false",
            "i64",
            "is_empty",
            "true",
            "u64",
            "Bytes",
        ];
        const OF_REPLIES: [&str; 12] = [
            "__raw__",
            "as_score",
            "command",
            "duration",
            "groups",
            "id",
            "infotype",
            "is_master",
            "migrations",
            "score_cast_func",
            "slots",
            "start_time",
        ];
        // The name alone: no arguments, no type parameters, no receiver.
        let name = name.split(['(', '<', ' ']).next().unwrap_or_default();
        let name = name.trim_start_matches("client.").trim_start_matches("request.");
        let is_command = name.chars().all(|c| c.is_ascii_uppercase());
        if is_command || OF_RUST.contains(&name) || OF_REPLIES.contains(&name) || name == "withscores" || name == "#n" {
            return None;
        }
        let mut parts = name.split("::").flat_map(|part| part.split('.'));
        let first = parts.next().unwrap_or_default();
        let exists = |part: &str| {
            let is_type = part.starts_with(|c: char| c.is_uppercase());
            if is_type {
                self.types.contains(part)
            } else {
                self.functions.contains(part)
            }
        };
        let known = exists(first) || first == "None";
        let rest = parts.all(|part| self.functions.contains(part) || self.words.contains(part));
        (!known || !rest).then(|| format!("`{name}`"))
    }
}

/// The cells of the rows of a guide's tables.
fn rows(guide: &str) -> Vec<Vec<String>> {
    let rows = guide.lines().filter(|line| line.starts_with("| F"));
    rows.map(|row| {
        row.trim_matches('|')
            .split(" | ")
            .map(|cell| cell.trim().to_string())
            .collect()
    })
    .collect()
}

#[test]
fn the_guide_from_redis_py_has_a_line_for_each_behaviour() {
    let guide = text("docs/from-redis-py.md");
    let rows = rows(&guide);
    let numbers: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    let expected: Vec<String> = (103..=328).map(|number| format!("F{number}")).collect();
    assert_eq!(numbers, expected);
    for row in &rows {
        assert!(row.len() == 3 && row.iter().all(|cell| !cell.is_empty()), "{row:?}");
    }
}

#[test]
fn every_name_in_the_guide_from_redis_py_exists() {
    let names = Names::of_the_crate();
    let guide = text("docs/from-redis-py.md");
    let mut wrong = Vec::new();
    let mut looked_at = 0;
    for row in rows(&guide) {
        for name in row[2].split('`').skip(1).step_by(2) {
            looked_at += 1;
            wrong.extend(names.fault(name).map(|fault| format!("{}: {fault}", row[0])));
        }
    }
    assert!(looked_at > 300, "{looked_at} names");
    assert!(wrong.is_empty(), "no such thing:\n{}", wrong.join("\n"));
}

#[test]
fn names_that_do_not_exist_are_found() {
    let names = Names::of_the_crate();
    for name in [
        "get",
        "client.get",
        "SetOptions::ex",
        "Value::Double",
        "Option<String>",
        "MULTI",
        "None",
    ] {
        assert_eq!(names.fault(name), None, "{name}");
    }
    for name in [
        "getx",
        "client.zadds",
        "SetOption",
        "SetOptions::exx_y",
        "Values::Doubled",
    ] {
        assert!(names.fault(name).is_some(), "{name}");
    }
}
