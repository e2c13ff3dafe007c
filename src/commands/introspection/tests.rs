#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use alloc::format;
use alloc::string::{String, ToString};

use super::*;
use crate::command::Build;
use crate::commands::testing::parse;
use crate::resp::{Reply, ReplyBuilder, Value};

/// Bytes in which `~` and `%` with a count stand for sets and maps, as each protocol sends them.
fn both(text: &str) -> [Reply; 2] {
    let resp3 = text.to_string();
    let mut resp2 = String::new();
    for line in text.split_inclusive("\r\n") {
        match line.split_at(1) {
            ("~", rest) => resp2 += &format!("*{rest}"),
            ("%", count) => resp2 += &format!("*{}\r\n", 2 * count.trim().parse::<usize>().unwrap()),
            (_, _) => resp2 += line,
        }
    }
    [resp2, resp3].map(|text| parse(text.as_bytes()))
}

/// Bulk strings, one after the other.
fn bulks(words: &[&str]) -> String {
    words
        .iter()
        .map(|word| format!("${}\r\n{word}\r\n", word.len()))
        .collect()
}

fn words(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(ToString::to_string).collect()
}

/// What Redis 7.0 says of GET.
fn get() -> String {
    let head = "*10\r\n$3\r\nget\r\n:2\r\n~2\r\n+readonly\r\n+fast\r\n:1\r\n:1\r\n:1\r\n~3\r\n+@read\r\n+@string\r\n+@fast\r\n*0\r\n";
    let begin =
        bulks(&["begin_search"]) + "%2\r\n" + &bulks(&["type", "index", "spec"]) + "%1\r\n$5\r\nindex\r\n:1\r\n";
    let find = bulks(&["find_keys"])
        + "%2\r\n"
        + &bulks(&["type", "range", "spec"])
        + "%3\r\n$7\r\nlastkey\r\n:0\r\n$7\r\nkeystep\r\n:1\r\n$5\r\nlimit\r\n:0\r\n";
    head.to_string() + "*1\r\n%3\r\n$5\r\nflags\r\n~2\r\n+RO\r\n+access\r\n" + &begin + &find + "*0\r\n"
}

/// A container with a subcommand that has a tip, and something new at the end.
fn config() -> String {
    let set = "*10\r\n$10\r\nconfig|set\r\n:-4\r\n~1\r\n+admin\r\n:0\r\n:0\r\n:0\r\n~1\r\n+@admin\r\n*1\r\n$24\r\nrequest_policy:all_nodes\r\n*0\r\n*0\r\n";
    "*11\r\n$6\r\nconfig\r\n:-2\r\n~0\r\n:0\r\n:0\r\n:0\r\n~1\r\n+@slow\r\n*0\r\n*0\r\n*1\r\n".to_string()
        + set
        + "$3\r\nnew\r\n"
}

#[test]
fn commands_of_both_protocols() {
    let text = "*3\r\n".to_string() + &get() + "*-1\r\n" + &config();
    for reply in both(&text) {
        let commands = Build.command_info(["get", "nonsense", "config"]).decode(reply).unwrap();
        let [Some(get), None, Some(config)] = commands.as_slice() else {
            panic!("{commands:?}")
        };
        assert_eq!((get.name.as_str(), get.arity), ("get", 2));
        assert_eq!(get.flags, words(&["fast", "readonly"]));
        assert_eq!((get.first_key, get.last_key, get.step), (1, 1, 1));
        assert_eq!(get.acl_categories, words(&["@read", "@string", "@fast"]));
        let [spec] = get.key_specs.as_slice() else {
            panic!("{get:?}")
        };
        assert_eq!((&spec.notes, &spec.flags), (&None, &words(&["RO", "access"])));
        assert_eq!(spec.begin_search, BeginSearch::Index(1));
        let range = FindKeys::Range {
            lastkey: 0,
            keystep: 1,
            limit: 0,
        };
        assert_eq!(spec.find_keys, range);
        let [set] = config.subcommands.as_slice() else {
            panic!("{config:?}")
        };
        assert_eq!((set.name.as_str(), set.arity), ("config|set", -4));
        assert_eq!(set.tips, ["request_policy:all_nodes"]);
        assert_eq!(config.other.first().and_then(Value::as_bytes), Some(&b"new"[..]));
    }
    // As Redis 5 says it.
    for reply in both("*1\r\n*6\r\n$3\r\nget\r\n:2\r\n*1\r\n+readonly\r\n:1\r\n:1\r\n:1\r\n") {
        let commands = Build.command().decode(reply).unwrap();
        let [get] = commands.as_slice() else {
            panic!("{commands:?}")
        };
        assert_eq!((get.acl_categories.len(), get.key_specs.len()), (0, 0));
    }
}

/// A rule of a key specification.
fn rule(name: &str, spec: &str) -> [Reply; 2] {
    both(&("%2\r\n".to_string() + &bulks(&["type", name, "spec"]) + spec))
}

#[test]
fn rules_for_keys() {
    let keyword = "%2\r\n$7\r\nkeyword\r\n$7\r\nSTREAMS\r\n$9\r\nstartfrom\r\n:1\r\n";
    for reply in rule("keyword", keyword) {
        let expected = BeginSearch::Keyword {
            keyword: "STREAMS".into(),
            startfrom: 1,
        };
        assert_eq!(reply.decode(), Ok(expected));
    }
    let keynum = "%3\r\n$9\r\nkeynumidx\r\n:0\r\n$8\r\nfirstkey\r\n:1\r\n$7\r\nkeystep\r\n:1\r\n";
    for reply in rule("keynum", keynum) {
        let expected = FindKeys::Keynum {
            keynumidx: 0,
            firstkey: 1,
            keystep: 1,
        };
        assert_eq!(reply.decode(), Ok(expected));
    }
    for reply in rule("unknown", "%0\r\n") {
        assert_eq!(reply.clone().decode(), Ok(BeginSearch::Unknown));
        assert_eq!(reply.decode(), Ok(FindKeys::Unknown));
    }
    for reply in rule("regex", ":7\r\n") {
        let other = || ("regex".to_string(), Value::Integer(7));
        assert_eq!(reply.clone().decode(), Ok(BeginSearch::Other(other().0, other().1)));
        assert_eq!(reply.decode(), Ok(FindKeys::Other(other().0, other().1)));
    }
    let error = |reply: Reply| reply.decode::<BeginSearch>().unwrap_err().to_string();
    for reply in rule("index", "%1\r\n$5\r\nindex\r\n$3\r\none\r\n") {
        assert_eq!(error(reply), "expected integer, found bulk string \"one\" at [3][1]");
    }
    for reply in rule("index", "*-1\r\n") {
        assert!(error(reply).starts_with("expected map with the field spec"));
    }
}

/// What Redis 7.0 says of SET, in part.
fn docs() -> String {
    let nx = "%3\r\n".to_string() + &bulks(&["name", "nx", "type", "pure-token", "token", "NX"]);
    let condition = "%5\r\n".to_string()
        + &bulks(&["name", "condition", "type", "oneof", "since", "2.6.12", "flags"])
        + "~1\r\n+optional\r\n"
        + &bulks(&["arguments"])
        + "*1\r\n"
        + &nx;
    let key = "%3\r\n".to_string() + &bulks(&["name", "key", "type", "key", "key_spec_index"]) + ":0\r\n";
    "%8\r\n".to_string()
        + &bulks(&[
            "summary",
            "Set the string value of a key",
            "since",
            "1.0.0",
            "group",
            "string",
        ])
        + &bulks(&["complexity", "O(1)", "doc_flags"])
        + "~1\r\n+deprecated\r\n"
        + &bulks(&["history"])
        + "~2\r\n*2\r\n"
        + &bulks(&["6.0.0", "Added the `KEEPTTL` option."])
        + "*2\r\n"
        + &bulks(&["6.2.0", "Added the `GET` option."])
        + &bulks(&["arguments"])
        + "*2\r\n"
        + &key
        + &condition
        + &bulks(&["reply_schema"])
        + ":1\r\n"
}

#[test]
fn documentation_of_both_protocols() {
    let container = bulks(&["config"])
        + "%2\r\n"
        + &bulks(&["summary", "A container", "subcommands"])
        + "%1\r\n"
        + &bulks(&["config|get"])
        + "%1\r\n"
        + &bulks(&["summary", "Returns parameters"]);
    let text = "%2\r\n".to_string() + &bulks(&["set"]) + &docs() + &container;
    for reply in both(&text) {
        let all = Build.command_docs(["set", "config"]).decode(reply).unwrap();
        let set = all.get("set").unwrap();
        assert_eq!(set.summary, "Set the string value of a key");
        assert_eq!(
            (set.since.as_deref(), set.group.as_deref()),
            (Some("1.0.0"), Some("string"))
        );
        assert_eq!((set.complexity.as_deref(), &set.module), (Some("O(1)"), &None));
        assert_eq!(set.doc_flags, words(&["deprecated"]));
        let history: Vec<_> = set.history.iter().map(|(version, _)| version.as_str()).collect();
        assert_eq!(history, ["6.0.0", "6.2.0"]);
        assert_eq!(set.other.get("reply_schema"), Some(&Value::Integer(1)));
        let [key, condition] = set.arguments.as_slice() else {
            panic!("{set:?}")
        };
        assert_eq!((&key.argument_type, key.key_spec_index), (&ArgumentType::Key, Some(0)));
        assert!(condition.is_optional() && !condition.is_multiple());
        assert_eq!(condition.argument_type, ArgumentType::Oneof);
        let [nx] = condition.arguments.as_slice() else {
            panic!("{condition:?}")
        };
        assert_eq!(
            (&nx.argument_type, nx.token.as_deref()),
            (&ArgumentType::PureToken, Some("NX"))
        );
        let config = all.get("config").unwrap();
        assert_eq!(
            config.subcommands.get("config|get").unwrap().summary,
            "Returns parameters"
        );
    }
}

#[test]
fn documentation_that_makes_no_sense() {
    for reply in both(
        &("%1\r\n".to_string()
            + &bulks(&["get"])
            + "%1\r\n"
            + &bulks(&["arguments"])
            + "*1\r\n%1\r\n"
            + &bulks(&["name", "x"])),
    ) {
        assert_eq!(
            Build
                .command_docs("get")
                .decode(reply)
                .unwrap_err()
                .to_string()
                .replace("array", "map"),
            "expected map with the field type, found map of 2 at [1][1][0]"
        );
    }
    let mut odd = ReplyBuilder::new();
    odd.array(2).bulk(b"get").array(1).bulk(b"summary");
    assert_eq!(
        Build
            .command_docs("get")
            .decode(odd.finish().unwrap())
            .unwrap_err()
            .to_string(),
        "expected map, found array of 1 at [1]"
    );
    let mut short = ReplyBuilder::new();
    short.array(1).array(2).bulk(b"get").integer(2);
    assert_eq!(
        Build.command().decode(short.finish().unwrap()).unwrap_err().to_string(),
        "expected description of a command, found array of 2 at [0]"
    );
}

#[test]
fn nesting_has_an_end() {
    // An argument of arguments of arguments ..
    let mut reply = ReplyBuilder::new();
    reply.map(1).bulk(b"get").map(1).bulk(b"arguments").array(1);
    for _ in 0..40 {
        reply
            .map(3)
            .bulk(b"name")
            .bulk(b"x")
            .bulk(b"type")
            .bulk(b"block")
            .bulk(b"arguments")
            .array(1);
    }
    reply.map(2).bulk(b"name").bulk(b"x").bulk(b"type").bulk(b"key");
    let error = Build.command_docs("get").decode(reply.finish().unwrap()).unwrap_err();
    assert_eq!(error.expected(), "documentation that nests less");
    let mut reply = ReplyBuilder::new();
    for _ in 0..40 {
        reply
            .array(1)
            .array(10)
            .bulk(b"x")
            .integer(1)
            .array(0)
            .integer(0)
            .integer(0)
            .integer(0);
        reply.array(0).array(0).array(0);
    }
    reply.array(0);
    let error = Build.command().decode(reply.finish().unwrap()).unwrap_err();
    assert_eq!(error.expected(), "no more subcommands of subcommands");
}

#[test]
fn keys_and_what_is_done_with_them() {
    for reply in both(
        &("*2\r\n*2\r\n".to_string()
            + &bulks(&["a"])
            + "~2\r\n+RW\r\n+access\r\n*2\r\n"
            + &bulks(&["b"])
            + "~1\r\n+OW\r\n"),
    ) {
        let keys = Build
            .command_getkeysandflags(["RENAME", "a", "b"])
            .decode(reply)
            .unwrap();
        assert_eq!(
            keys,
            [("a".into(), words(&["RW", "access"])), ("b".into(), words(&["OW"]))]
        );
    }
}
