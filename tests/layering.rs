//! The walls between the parts of redwire and a few rules of the house, checked on the sources.
//!
//! Every rule stands in [`rules`] with its reason and with snippets it must and must not find, so that a rule that went
//! blind fails too.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failure is the test's result"
)]

#[path = "support/rust_source.rs"]
mod rust_source;

use rust_source::{Source, let_chains, words};
use std::fs;
use std::path::Path;

/// What a rule finds: the line and what is wrong with it.
type Findings = Vec<(usize, String)>;

struct Rule {
    name: &'static str,
    reason: &'static str,
    covers: fn(&str) -> bool,
    check: Box<dyn Fn(&Source) -> Findings>,
    /// Path and text of snippets that break the rule.
    broken: Vec<(&'static str, String)>,
    /// Path and text of snippets that look alike and keep it.
    kept: Vec<(&'static str, String)>,
}

/// Modules at the root of the crate, in one string, that the files of `folder` must not use.
struct Wall {
    folder: &'static str,
    closed_to: &'static str,
    reason: &'static str,
}

const WALLS: &[Wall] = &[
    Wall {
        folder: "resp",
        closed_to: "callbacks command commands connection lock memory pipeline prelude pubsub runtimes scan script session \
                    topology transaction transport",
        reason: "resp turns bytes into replies and knows no command",
    },
    Wall {
        folder: "command",
        closed_to: "callbacks commands connection lock memory pipeline prelude pubsub runtimes scan script session topology \
                    transaction transport",
        reason: "command is the form of every request and knows no particular one, nor where it is sent",
    },
    Wall {
        folder: "callbacks",
        closed_to: "commands connection lock memory pipeline prelude pubsub runtimes scan script session topology \
                    transaction transport",
        reason: "callbacks reshape the reply to any request and know neither how it came nor where it goes",
    },
    Wall {
        folder: "commands",
        closed_to: "connection memory prelude runtimes session topology transport",
        reason: "the vocabulary is written once over Executor and knows no connection",
    },
    Wall {
        folder: "flow",
        closed_to: "commands connection lock memory pipeline prelude pubsub runtimes scan script session topology \
                    transaction transport",
        reason: "flow is the boundary of all procedures and knows none of them, nor what drives them",
    },
    Wall {
        folder: "connection",
        closed_to: "callbacks commands lock memory pipeline prelude pubsub runtimes scan script session transaction",
        reason: "a connection carries requests and replies of any kind and knows no user's types",
    },
    Wall {
        folder: "session",
        closed_to: "callbacks commands lock memory pipeline pool prelude pubsub runtimes scan script transaction",
        reason: "a session keeps a connection alive and knows neither commands nor procedures",
    },
    Wall {
        folder: "pool",
        closed_to: "callbacks command commands connection lock memory pipeline prelude pubsub resp runtimes scan script \
                    session transaction transport",
        reason: "a pool hands out connections of any kind and knows nothing of what they are",
    },
    Wall {
        folder: "memory",
        closed_to: "connection prelude runtimes session topology transport",
        reason: "the in-memory server is a pure function of state, time and input, on the far side of the wire",
    },
];

/// Folders of `src` behind no wall of their own.
const UNWALLED: &str = "lock pipeline pubsub scan script topology transaction";

fn rules() -> Vec<Rule> {
    let mut rules = vec![
        Rule {
            name: "src mentions no runtime, socket, thread or clock",
            reason: "the core is sans-IO: all of these live below runtimes/",
            covers: |path| path.starts_with("src/"),
            check: Box::new(|source| {
                const BANNED: &str = "Instant SystemTime TcpListener TcpStream UdpSocket UnixListener UnixStream async_io \
                                      async_std futures_io mio smol socket2 thread thread_local tokio";
                let bodies = reexport_bodies(source);
                words(&source.code)
                    .filter(|(offset, word)| {
                        BANNED.split(' ').any(|banned| banned == *word)
                            && !bodies.iter().any(|body| body.contains(offset))
                    })
                    .map(|(offset, word)| (source.line(offset), format!("mentions `{word}`")))
                    .collect()
            }),
            broken: vec![
                ("src/a.rs", "use std::net::TcpStream;".into()),
                ("src/a.rs", "fn f() { std::thread::yield_now() }".into()),
                ("src/a/b.rs", "fn f(now: Instant) {}".into()),
                ("src/a.rs", "fn f<'a>() { g('\"', tokio::spawn(h)) }".into()),
                ("src/a.rs", "pub use runtimes::tokio;".into()),
                ("src/lib.rs", "use tokio::net;".into()),
                ("src/a.rs", "#[cfg(test)] mod tests { use smol::block_on; }".into()),
            ],
            kept: vec![
                (
                    "src/a.rs",
                    "// Instant\n/* a /* nested */ thread */ /// tokio\nfn f() {}".into(),
                ),
                (
                    "src/a.rs",
                    "const A: &str = \"tokio \\\" smol\"; const B: &[u8] = br#\"\"thread\"\"#;".into(),
                ),
                ("src/a.rs", "fn instant_of(threads: u8) {}".into()),
                (
                    "src/lib.rs",
                    "#[cfg(feature = \"tokio\")]\npub use runtimes::{smol, tokio};".into(),
                ),
                ("runtimes/tokio.rs", "use tokio::net::TcpStream;".into()),
            ],
        },
        Rule {
            name: "src uses of std only what the core lacks",
            reason: "the core builds without std; with it come hash maps and error types, nothing that does I/O or locks",
            covers: |path| path.starts_with("src/"),
            check: Box::new(|source| {
                const ALLOWED: &str = "collections error hash io::Error io::ErrorKind";
                let allowed = |path: &str| {
                    ALLOWED
                        .split(' ')
                        .filter_map(|allowed| path.strip_prefix(allowed))
                        .any(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
                };
                words(&source.code)
                    .filter(|(_, word)| *word == "std")
                    .filter_map(|(offset, word)| Some((offset, source.code[offset + word.len()..].strip_prefix("::")?)))
                    .filter(|(_, path)| !allowed(path))
                    .map(|(offset, _)| (source.line(offset), "uses std; is it in core or alloc?".into()))
                    .collect()
            }),
            broken: vec![
                ("src/a.rs", "use std::io::Read;".into()),
                ("src/a.rs", "use std::io::Errors;".into()),
                ("src/a.rs", "use std::{collections::HashMap, sync::Mutex};".into()),
                ("src/a.rs", "fn f() { std::println!() }".into()),
            ],
            kept: vec![
                (
                    "src/a.rs",
                    "use std::collections::HashMap;\nimpl std::error::Error for E {}\nextern crate std;".into(),
                ),
                (
                    "src/a.rs",
                    "use core::time::Duration;\nimpl From<std::io::Error> for E {}".into(),
                ),
                ("runtimes/a.rs", "use std::io;".into()),
            ],
        },
        Rule {
            name: "src names runtimes in its root only",
            reason: "the root re-exports the adapters; the core does not know them",
            covers: |path| path.starts_with("src/") && path != "src/lib.rs",
            check: Box::new(|source| uses_of(source, "runtimes")),
            broken: vec![("src/a.rs", "use crate::runtimes::driver;".into())],
            kept: vec![("src/lib.rs", "mod runtimes;\nuse crate::runtimes::driver;".into())],
        },
        Rule {
            name: "adapters leave RESP to the core",
            reason: "adapters know no protocol: of resp they may name what it exports at its top, not its insides",
            covers: |path| path.starts_with("runtimes/"),
            check: Box::new(|source| {
                let insides = |path: &[String]| matches!(path, [resp, inside, ..] if resp == "resp" && inside.starts_with(|c: char| c.is_lowercase() || c == '*'));
                let paths = source.crate_paths().into_iter().filter(|(_, path)| insides(path));
                paths
                    .map(|(offset, path)| (source.line(offset), format!("uses `crate::{}`", path.join("::"))))
                    .collect()
            }),
            broken: vec![
                ("runtimes/a.rs", "use crate::resp::parser::State;".into()),
                (
                    "runtimes/a.rs",
                    "use crate::{error::Error, resp::{Parser, index::Index}};".into(),
                ),
                ("runtimes/a.rs", "use crate::resp::*;".into()),
            ],
            kept: vec![(
                "runtimes/a.rs",
                "use crate::resp::{FromReply, Parser, RespParser};".into(),
            )],
        },
        Rule {
            name: "adapters spell no RESP",
            reason: "adapters know no protocol: bytes on the wire are written and read by the core",
            covers: |path| path.starts_with("runtimes/"),
            check: Box::new(|source| {
                let source = source.without_tests();
                let lines = source.literals.lines().enumerate();
                lines
                    .filter(|(_, line)| line.contains(r"\r\n"))
                    .map(|(number, _)| (number + 1, r"a literal with \r\n".into()))
                    .collect()
            }),
            broken: vec![
                (
                    "runtimes/a.rs",
                    r#"const PING: &[u8] = b"*1\r\n$4\r\nPING\r\n";"#.into(),
                ),
                (
                    "runtimes/a.rs",
                    "#[cfg(test)]\nmod tests {\n    fn f() {}\n}\nconst CRLF: &str = \"\\r\\n\";".into(),
                ),
            ],
            kept: vec![
                ("runtimes/a.rs", r"// ends with \r\n".into()),
                (
                    "runtimes/a.rs",
                    "#[cfg(test)]\nmod tests {\n    fn f() { g(\"{+OK\\r\\n\") }\n}".into(),
                ),
                ("runtimes/mock/tests.rs", "fn f() { g(\"+OK\\r\\n\") }".into()),
            ],
        },
        Rule {
            name: "the crate forbids unsafe code and does without std",
            reason: "both are promises to users; the builds for bare targets prove the second one",
            covers: |path| path == "src/lib.rs",
            check: Box::new(|source| {
                let promises = ["#![forbid(unsafe_code)]", "#![no_std]"];
                let missing = promises
                    .iter()
                    .filter(|promise| !source.code.lines().any(|line| line == **promise));
                missing.map(|promise| (1, format!("lacks {promise}"))).collect()
            }),
            broken: vec![
                ("src/lib.rs", "#![no_std]\n// #![forbid(unsafe_code)]".into()),
                (
                    "src/lib.rs",
                    "#![forbid(unsafe_code)]\n#![cfg_attr(not(feature = \"std\"), no_std)]".into(),
                ),
            ],
            kept: vec![("src/lib.rs", "//! Docs.\n#![no_std]\n#![forbid(unsafe_code)]\n".into())],
        },
        Rule {
            name: "no file has more than 700 lines",
            reason: "one idea per file",
            covers: |path| path.ends_with(".rs") || path.ends_with(".sh") || path == "tests/run",
            check: Box::new(|source| match source.text.lines().count() {
                0..=700 => Vec::new(),
                lines => vec![(lines, format!("{lines} lines"))],
            }),
            broken: vec![("src/a.rs", "\n".repeat(701)), ("tests/run", "\n".repeat(701))],
            kept: vec![("src/a.rs", "\n".repeat(700)), ("README.md", "\n".repeat(701))],
        },
        Rule {
            name: "no chain of let",
            reason: "rust-version is 1.85, which has none",
            // The comparison with other clients is a crate of its own, with a version of its own.
            covers: |path| is_rust(path) && !path.starts_with("benches/peers/"),
            check: Box::new(|source| {
                let_chains(&source.code)
                    .into_iter()
                    .map(|at| (source.line(at), "a chain of let".into()))
                    .collect()
            }),
            broken: vec![
                ("src/a.rs", "fn f() { if let Some(x) = y && x > 1 {} }".into()),
                (
                    "src/a.rs",
                    "fn f() { if a(|b| { b && c }) && let Some(x) = y {} }".into(),
                ),
                (
                    "src/a.rs",
                    "fn f() { while let S { a: 1..=5, .. } = g()\n    && true\n{} }".into(),
                ),
            ],
            kept: vec![
                ("src/a.rs", "fn f() { if let Some(x) = y { a && b } }".into()),
                (
                    "src/a.rs",
                    "fn f() { if let &&S { x } = &&y {} else if a && b { let c = 1; } }".into(),
                ),
                (
                    "src/a.rs",
                    "fn f() { if let true = (a && b) {} match x { y if a && b => { let z = 1; } } }".into(),
                ),
                ("src/a.rs", "// if let Some(x) = y && z {\nfn f() {}".into()),
            ],
        },
        Rule {
            name: "nothing is left to be written",
            reason: "what is not there yet is not in the repository",
            covers: is_rust,
            check: Box::new(|source| {
                let macros = words(&source.code).filter(|(_, word)| matches!(*word, "todo" | "unimplemented" | "dbg"));
                let calls = macros.filter(|(offset, word)| source.code[offset + word.len()..].starts_with('!'));
                calls
                    .map(|(offset, word)| (source.line(offset), format!("`{word}!`")))
                    .collect()
            }),
            broken: vec![
                ("src/a.rs", "fn f() { todo!() }".into()),
                ("tests/a.rs", "fn f() { unimplemented!(\"later\") }".into()),
                ("examples/a.rs", "fn f() { dbg!(1); }".into()),
            ],
            kept: vec![(
                "src/a.rs",
                "// todo!()\nfn todo() { let unimplemented = !todo; }".into(),
            )],
        },
        Rule {
            name: "no path of somebody's machine, no host of a package mirror",
            reason: "the repository works anywhere",
            // This file has to name what it looks for.
            covers: |path| path != "tests/layering.rs",
            check: Box::new(|source| {
                const BANNED: &str = "/home/ /root/ /work/ /Users/ /tmp/wt ../shared C:\\Users .debian.org .ubuntu.com \
                                      index.crates.io static.crates.io static.rust-lang.org pypi.org npmjs.org artifactory";
                let lines = source.text.lines().enumerate();
                let found = lines.flat_map(|(number, line)| {
                    BANNED
                        .split(' ')
                        .filter(|text| line.contains(*text))
                        .map(move |text| (number + 1, format!("`{text}`")))
                });
                found.collect()
            }),
            broken: vec![
                ("README.md", "see /home/somebody/redwire".into()),
                (".ci/run", "curl https://index.crates.io/config.json".into()),
            ],
            kept: vec![("README.md", "https://docs.rs/redwire and unix:///tmp/redis.sock".into())],
        },
        Rule {
            name: "packages come from the one registry",
            reason: "a lock file that names a mirror or a branch works for its author only",
            covers: |path| path == "Cargo.lock",
            check: Box::new(|source| {
                let lines = source.text.lines().enumerate();
                let sources = lines.filter(|(_, line)| line.starts_with("source = "));
                let foreign = sources
                    .filter(|(_, line)| *line != "source = \"registry+https://github.com/rust-lang/crates.io-index\"");
                foreign.map(|(number, line)| (number + 1, line.into())).collect()
            }),
            broken: vec![(
                "Cargo.lock",
                "source = \"registry+https://mirror.invalid/index\"".into(),
            )],
            kept: vec![(
                "Cargo.lock",
                "source = \"registry+https://github.com/rust-lang/crates.io-index\"".into(),
            )],
        },
    ];
    rules.extend(WALLS.iter().map(wall_rule));
    rules
}

/// The table of walls, one rule each. Tests may look over a wall.
fn wall_rule(wall: &'static Wall) -> Rule {
    let inside = |wall: &Wall, path: &str| {
        path.strip_prefix("src/")
            .and_then(|path| path.strip_prefix(wall.folder))
            .is_some_and(|rest| rest.starts_with(['/', '.']))
    };
    let file = |name: &str| -> &'static str { Box::leak(format!("src/{}/{name}.rs", wall.folder).into_boxed_str()) };
    let closed = wall.closed_to.split(' ').next().unwrap_or_default();
    let mut broken = Vec::new();
    for module in wall.closed_to.split(' ') {
        broken.push((file("mod"), format!("use crate::{module}::X;")));
        broken.push((file("mod"), format!("use super::{module};")));
        broken.push((
            file("a"),
            format!("use crate::{{time::Timestamp, {module}::{{X, y::Z}}}};"),
        ));
        broken.push((file("a"), format!("fn f() {{ super::super::{module}::f() }}")));
    }
    Rule {
        name: wall.folder,
        reason: wall.reason,
        covers: |path| path.starts_with("src/"),
        check: Box::new(move |source| {
            if inside(wall, &source.path) {
                uses_of(&source.without_tests(), wall.closed_to)
            } else {
                Vec::new()
            }
        }),
        broken,
        kept: vec![
            (
                file("a"),
                format!("use crate::{}::x;\nuse super::{};", wall.folder, closed),
            ),
            (
                file("a"),
                format!("#[cfg(test)]\nmod tests {{ use crate::{}::X; }}", closed),
            ),
            ("src/other.rs", format!("use crate::{}::X;", closed)),
        ],
    }
}

/// Where a source uses one of these modules of the crate's root, also through a name the root re-exports.
fn uses_of(source: &Source, modules: &str) -> Findings {
    let root = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    uses_through(source, modules, &Source::new("src/lib.rs", &root).reexports())
}

fn uses_through(source: &Source, modules: &str, reexports: &[(String, String)]) -> Findings {
    let mut findings = Vec::new();
    for (offset, path) in source.crate_paths() {
        let first = path[0].as_str();
        let module = reexports
            .iter()
            .find(|(name, _)| name == first)
            .map_or(first, |(_, module)| module);
        if modules.split(' ').any(|closed| closed == first || closed == module) {
            findings.push((source.line(offset), format!("uses `crate::{}`", path.join("::"))));
        }
    }
    findings
}

/// What follows `runtimes::` in the re-exports of the root, which name runtimes by design.
fn reexport_bodies(source: &Source) -> Vec<std::ops::Range<usize>> {
    if source.path != "src/lib.rs" {
        return Vec::new();
    }
    let starts = source.code.match_indices("runtimes::").map(|(start, _)| start);
    starts
        .map(|start| start..start + source.code[start..].find(';').unwrap_or(0))
        .collect()
}

fn is_rust(path: &str) -> bool {
    path.ends_with(".rs")
}

/// Every text file of the package. Hidden folders belong to tools, except the one that is part of the repository.
fn sources(folder: &Path, prefix: &str, found: &mut Vec<Source>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()).collect();
    entries.sort_by_key(|entry| entry.file_name());
    for entry in entries {
        let name = entry.file_name().into_string().unwrap();
        let path = format!("{prefix}{name}");
        let kind = entry.file_type().unwrap();
        if kind.is_dir() && name != "target" && (!name.starts_with('.') || name == ".ci") {
            sources(&entry.path(), &format!("{path}/"), found);
        } else if kind.is_file() && (!name.starts_with('.') || name == ".gitignore") {
            // What is not UTF-8 is no text.
            if let Ok(text) = fs::read_to_string(entry.path()) {
                found.push(Source::new(&path, &text));
            }
        }
    }
}

#[test]
fn the_repository_keeps_every_rule() {
    let mut files = Vec::new();
    sources(Path::new(env!("CARGO_MANIFEST_DIR")), "", &mut files);
    assert!(
        files.iter().any(|file| file.path == "src/lib.rs"),
        "the sources were not found"
    );
    let mut report = String::new();
    for rule in rules() {
        for file in files.iter().filter(|file| (rule.covers)(&file.path)) {
            for (line, what) in (rule.check)(file) {
                report += &format!("\n{}:{line}: {what}\n    {}: {}\n", file.path, rule.name, rule.reason);
            }
        }
    }
    assert!(report.is_empty(), "{report}");
}

#[test]
fn every_rule_finds_what_breaks_it_and_nothing_else() {
    for rule in rules() {
        let findings = |(path, text): &(&str, String)| {
            if (rule.covers)(path) {
                (rule.check)(&Source::new(path, text))
            } else {
                Vec::new()
            }
        };
        assert!(
            !rule.broken.is_empty() && !rule.kept.is_empty(),
            "{}: has no snippets",
            rule.name
        );
        for snippet in &rule.broken {
            assert!(!findings(snippet).is_empty(), "{}: did not find {snippet:?}", rule.name);
        }
        for snippet in &rule.kept {
            assert_eq!(findings(snippet), [], "{}: found something in {snippet:?}", rule.name);
        }
    }
}

#[test]
fn a_name_the_root_re_exports_is_traced_to_its_module() {
    let root = Source::new(
        "src/lib.rs",
        "pub use connection::{Connection, Event as News};\npub use crate::error::Error;\npub use self::session::a::B;",
    );
    let reexports = root.reexports();
    let uses = |text: &str| uses_through(&Source::new("src/resp/a.rs", text), "connection session", &reexports);
    assert_eq!(
        uses("\nuse crate::Connection;"),
        [(2, "uses `crate::Connection`".into())]
    );
    assert_eq!(uses("use crate::{Error, News};"), [(1, "uses `crate::News`".into())]);
    assert_eq!(uses("fn f(b: crate::B) {}"), [(1, "uses `crate::B`".into())]);
    assert_eq!(uses("use crate::Error; use super::Connection;"), []);
}

#[test]
fn every_folder_of_the_core_has_its_place() {
    // A folder that is new, or renamed and thereby out of its wall's sight, is to be placed by hand.
    let placed =
        |name: &str| WALLS.iter().any(|wall| wall.folder == name) || UNWALLED.split(' ').any(|free| free == name);
    let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
        .unwrap()
        .map(|entry| entry.unwrap());
    let folders = entries
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap());
    let stray: Vec<String> = folders.filter(|name| !placed(name)).collect();
    assert!(
        stray.is_empty(),
        "src has folders that are neither in WALLS nor in UNWALLED: {stray:?}"
    );
}
