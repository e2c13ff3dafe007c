//! SORT over all types; the replies are those of a real server.

use bytes::Bytes;

use super::World;
use crate::memory::values::{Hash, List, Set, SortedSet, Text, Value};

fn list(elements: &[&'static str]) -> Value {
    Value::List(elements.iter().copied().map(Bytes::from).collect::<List>())
}

fn set(members: &[&'static str]) -> Value {
    let mut set = Set::default();
    members.iter().for_each(|member| drop(set.insert(Bytes::from(*member))));
    Value::Set(set)
}

fn hash(fields: &[(&'static str, &'static str)]) -> Value {
    let mut hash = Hash::default();
    fields
        .iter()
        .for_each(|(field, value)| drop(hash.set(Bytes::from(*field), Bytes::from(*value))));
    Value::Hash(hash)
}

fn prepare(world: &mut World) {
    world.put("l", list(&["3", "1", "2", "10"]));
    world.put("w", list(&["banana", "Cherry", "apple"]));
    world.put("dup", list(&["2", "1", "2"]));
    world.put("mixed", list(&["1", "x"]));
    world.put("s", set(&["5", "1", "3"]));
    world.put("sw", set(&["b", "a", "c"]));
    let mut sorted = SortedSet::default();
    for (member, score) in [("c", 1.0), ("a", 2.0), ("b", 3.0)] {
        sorted.insert(Bytes::from(member), score);
    }
    world.put("z", Value::SortedSet(sorted));
    for (key, value) in [
        ("weight_1", "30"),
        ("weight_2", "20"),
        ("weight_3", "10"),
        ("weight_a", "x"),
        ("obj_1", "one"),
        ("obj_2", "two"),
        ("obj_3", "three"),
        ("str", "x"),
    ] {
        world.put(key, Value::String(Text::new(Bytes::from(value))));
    }
    world.put("h_1", hash(&[("f", "one"), ("w", "9")]));
    world.put("h_2", hash(&[("f", "two"), ("w", "8")]));
    world.put("h_3", hash(&[("w", "7")]));
}

static ROWS: &[(&str, &str)] = &[
    ("sort l", "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$2\r\n10\r\n"),
    ("sort l desc", "*4\r\n$2\r\n10\r\n$1\r\n3\r\n$1\r\n2\r\n$1\r\n1\r\n"),
    ("sort l asc", "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$2\r\n10\r\n"),
    ("sort l alpha", "*4\r\n$1\r\n1\r\n$2\r\n10\r\n$1\r\n2\r\n$1\r\n3\r\n"),
    (
        "sort l alpha desc",
        "*4\r\n$1\r\n3\r\n$1\r\n2\r\n$2\r\n10\r\n$1\r\n1\r\n",
    ),
    ("sort l limit 1 2", "*2\r\n$1\r\n2\r\n$1\r\n3\r\n"),
    ("sort l limit -5 2", "*2\r\n$1\r\n1\r\n$1\r\n2\r\n"),
    ("sort l limit 2 -1", "*2\r\n$1\r\n3\r\n$2\r\n10\r\n"),
    ("sort l limit 10 1", "*0\r\n"),
    ("sort l limit 1 0", "*0\r\n"),
    ("sort w", "-ERR One or more scores can't be converted into double\r\n"),
    ("sort w alpha", "*3\r\n$6\r\nCherry\r\n$5\r\napple\r\n$6\r\nbanana\r\n"),
    ("sort w alpha desc limit 0 1", "*1\r\n$6\r\nbanana\r\n"),
    ("sort s", "*3\r\n$1\r\n1\r\n$1\r\n3\r\n$1\r\n5\r\n"),
    ("sort sw alpha", "*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n"),
    ("sort s by nosort store out", ":3\r\n"),
    ("sort out by nosort", "*3\r\n$1\r\n1\r\n$1\r\n3\r\n$1\r\n5\r\n"),
    ("sort z alpha", "*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n"),
    ("sort z by nosort", "*3\r\n$1\r\nc\r\n$1\r\na\r\n$1\r\nb\r\n"),
    ("sort z by nosort desc", "*3\r\n$1\r\nb\r\n$1\r\na\r\n$1\r\nc\r\n"),
    ("sort z by nosort desc limit 0 2", "*2\r\n$1\r\nb\r\n$1\r\na\r\n"),
    ("sort z", "-ERR One or more scores can't be converted into double\r\n"),
    (
        "sort l by weight_*",
        "*4\r\n$2\r\n10\r\n$1\r\n3\r\n$1\r\n2\r\n$1\r\n1\r\n",
    ),
    (
        "sort l by weight_* desc",
        "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$2\r\n10\r\n",
    ),
    (
        "sort l by weight_* get #",
        "*4\r\n$2\r\n10\r\n$1\r\n3\r\n$1\r\n2\r\n$1\r\n1\r\n",
    ),
    (
        "sort l by weight_* get obj_* get #",
        "*8\r\n$-1\r\n$2\r\n10\r\n$5\r\nthree\r\n$1\r\n3\r\n$3\r\ntwo\r\n$1\r\n2\r\n$3\r\none\r\n$1\r\n1\r\n",
    ),
    (
        "sort l by h_*->w get h_*->f",
        "*4\r\n$-1\r\n$-1\r\n$3\r\ntwo\r\n$3\r\none\r\n",
    ),
    ("sort l by h_*->w get h_*->", "*4\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n"),
    (
        "sort l by obj_*",
        "-ERR One or more scores can't be converted into double\r\n",
    ),
    (
        "sort l by obj_* alpha",
        "*4\r\n$2\r\n10\r\n$1\r\n1\r\n$1\r\n3\r\n$1\r\n2\r\n",
    ),
    ("sort l get h_*->f", "*4\r\n$3\r\none\r\n$3\r\ntwo\r\n$-1\r\n$-1\r\n"),
    ("sort l get nostar", "*4\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n"),
    ("sort l by nosort get # limit 0 2", "*2\r\n$1\r\n3\r\n$1\r\n1\r\n"),
    (
        "sort mixed",
        "-ERR One or more scores can't be converted into double\r\n",
    ),
    (
        "sort sw by weight_*",
        "-ERR One or more scores can't be converted into double\r\n",
    ),
    ("sort dup by nothing_*", "*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n2\r\n"),
    ("sort nothing", "*0\r\n"),
    ("sort nothing store out", ":0\r\n"),
    ("exists out", ":0\r\n"),
    ("sort l store out", ":4\r\n"),
    (
        "sort out by nosort",
        "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$2\r\n10\r\n",
    ),
    ("sort l get obj_* store out", ":4\r\n"),
    (
        "sort out by nosort",
        "*4\r\n$3\r\none\r\n$3\r\ntwo\r\n$5\r\nthree\r\n$0\r\n\r\n",
    ),
    ("sort l limit 10 1 store out", ":0\r\n"),
    ("exists out", ":0\r\n"),
    (
        "sort str",
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
    ),
    ("sort str foo", "-ERR syntax error\r\n"),
    ("sort l foo", "-ERR syntax error\r\n"),
    ("sort l limit 1", "-ERR syntax error\r\n"),
    ("sort l limit x 1", "-ERR value is not an integer or out of range\r\n"),
    ("sort l by", "-ERR syntax error\r\n"),
    ("sort l get", "-ERR syntax error\r\n"),
    ("sort l store", "-ERR syntax error\r\n"),
    ("sort_ro l desc", "*4\r\n$2\r\n10\r\n$1\r\n3\r\n$1\r\n2\r\n$1\r\n1\r\n"),
    ("sort_ro l store out", "-ERR syntax error\r\n"),
    ("sort l desc store l", ":4\r\n"),
    (
        "sort l by nosort",
        "*4\r\n$2\r\n10\r\n$1\r\n3\r\n$1\r\n2\r\n$1\r\n1\r\n",
    ),
    (
        "command getkeys sort l by x get y store out",
        "*2\r\n$1\r\nl\r\n$3\r\nout\r\n",
    ),
    ("command getkeys sort l", "*1\r\n$1\r\nl\r\n"),
];

#[test]
fn in_resp2() {
    let mut world = World::new();
    prepare(&mut world);
    let id = world.connect();
    for (line, expected) in ROWS {
        assert_eq!(world.ask(id, line), *expected, "{line}");
    }
}

/// The same but for the spelling of null.
#[test]
fn in_resp3() {
    let mut world = World::new();
    prepare(&mut world);
    let id = world.connect_resp3();
    for (line, expected) in ROWS {
        assert_eq!(world.ask(id, line), expected.replace("$-1\r\n", "_\r\n"), "{line}");
    }
}
