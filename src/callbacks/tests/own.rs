//! F103 to F105: callbacks that were set, and what they are told.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use alloc::{format, vec};

use super::{reply, simple, texts, untyped};
use crate::callbacks::{Call, Callbacks};
use crate::command::{CallOption, Request, cmd};
use crate::error::{Error, ErrorKind, Outcome};
use crate::resp::{ServerError, Value};

/// What the callbacks make of `OK`, printed.
fn made(callbacks: &Callbacks, request: Request) -> String {
    let ok = reply(simple(b"OK"));
    format!("{:?}", callbacks.apply(&request, ok).unwrap())
}

/// Callbacks that answer with the name they were set for.
fn named(names: &[&'static str]) -> Callbacks {
    let mut callbacks = Callbacks::new();
    for name in names {
        callbacks.set(name, |_, _| Ok((*name).into()));
    }
    callbacks
}

#[test]
fn f103_a_callback_takes_the_place_of_the_one_before() {
    let mut callbacks = named(&["SET"]);
    // Typed calls have it as well as untyped ones.
    assert_eq!(made(&callbacks, cmd("SET k v")), "\"SET\"");
    assert_eq!(made(&callbacks, untyped(cmd("SET k v"))), "\"SET\"");
    callbacks.set("set", |value, _| Ok(Value::array([value])));
    assert_eq!(made(&callbacks, cmd("SET k v")), "[+OK]");
    // Other commands keep theirs.
    assert_eq!(made(&callbacks, untyped(cmd("MSET k v"))), "true");
    assert_eq!(made(&callbacks, cmd("MSET k v")), "+OK");

    assert!(callbacks.remove("Set"));
    assert!(!callbacks.remove("SET"));
    assert!(callbacks.is_empty());
    assert_eq!(made(&callbacks, untyped(cmd("SET k v"))), "true");
}

#[test]
fn f103_a_copy_does_not_change_with_the_original() {
    let mut callbacks = named(&["SET"]);
    let before = callbacks.clone();
    callbacks.set("SET", |_, _| Ok(Value::Null));
    callbacks.set("GET", |_, _| Ok(Value::Null));
    assert_eq!(made(&before, cmd("SET k v")), "\"SET\"");
    assert_eq!(made(&before, cmd("GET k")), "+OK");
    assert_eq!(made(&callbacks, cmd("SET k v")), "nil");
}

#[test]
fn f105_names_do_not_depend_on_case_and_hold_subcommands() {
    let callbacks = named(&["get", "CONFIG", " config   Get ", "SET a b"]);
    for request in [cmd("GET k"), cmd("get").arg("k"), cmd("gEt k")] {
        assert_eq!(made(&callbacks, request), "\"get\"");
    }
    for request in [
        cmd("CONFIG GET *"),
        cmd("config").arg("get").arg("*"),
        cmd("CONFIG get"),
    ] {
        assert_eq!(made(&callbacks, request), "\" config   Get \"");
    }
    assert_eq!(made(&callbacks, cmd("CONFIG SET a b")), "\"CONFIG\"");
    assert_eq!(made(&callbacks, cmd("SET A B")), "\"SET a b\"");
    for other in [
        cmd("GETEX k"),
        cmd("SET a"),
        cmd("GE").arg("T"),
        cmd("CONFIGGET"),
        cmd(""),
    ] {
        assert_eq!(made(&callbacks, other), "+OK");
    }
    // No name, no callback.
    let nameless = named(&["", "  "]);
    assert!(nameless.is_empty());
    assert_eq!(made(&nameless, cmd("GET k")), "+OK");
}

#[test]
fn f104_callbacks_are_told_arguments_and_options() {
    let mut callbacks = Callbacks::new();
    callbacks.set("GET", |value, call: &Call<'_>| {
        let words: Vec<Value> = call.arguments().map(Value::from).collect();
        let twice = match call.cast("twice") {
            Some(twice) => twice(2.into())?,
            None => Value::Null,
        };
        let (n, none) = (call.option("N"), call.option("none"));
        Ok(vec![value, words.into(), n.into(), none.into(), call.flag("n").into(), twice].into())
    });
    let request = cmd("get").arg("k").option("n", 1).option("n", 7);
    assert_eq!(
        made(&callbacks, request.clone()),
        r#"[+OK, ["get", "k"], 7, nil, true, nil]"#
    );
    let twice = CallOption::cast(|value| Ok((2 * value.decode::<i64>()?).into()));
    let with_function = request.option("twice", twice);
    assert_eq!(
        made(&callbacks, with_function.clone()),
        r#"[+OK, ["get", "k"], 7, nil, true, 4]"#
    );
    // None of it is sent.
    assert_eq!(with_function.to_string(), "get k");
    assert_eq!(with_function.len(), 2);
}

#[test]
fn f104_options_that_the_arguments_imply() {
    let implied = |words: &str, option: &'static str| {
        let mut callbacks = Callbacks::new();
        callbacks.set(words, move |_, call| Ok(call.option(option).into()));
        made(&callbacks, cmd(words))
    };
    for (words, option) in [
        ("ZRANGE z 0 -1 withscores", "withscores"),
        ("ZREVRANGE z 0 -1 WITHSCORES", "withscores"),
        ("ZRANGEBYSCORE z 0 1 LIMIT 0 1 WITHSCORES", "withscores"),
        ("ZREVRANGEBYSCORE z 0 1 WITHSCORES", "WithScores"),
        ("ZPOPMIN z", "withscores"),
        ("ZPOPMAX z 3", "withscores"),
        ("ZADD z NX CH incr 1 m", "as_score"),
        ("XCLAIM s g c 0 1-0 JUSTID", "justid"),
        ("XPENDING s g - + 1", "parse_detail"),
        ("GEORADIUS g 1 2 3 km WITHDIST WITHHASH", "withdist"),
        ("GEORADIUS g 1 2 3 km WITHDIST WITHHASH", "withhash"),
        ("GEORADIUS_RO g 1 2 3 km WITHCOORD", "withcoord"),
        ("GEORADIUSBYMEMBER g m 3 km STORE to", "store"),
        ("GEORADIUSBYMEMBER g m 3 km STOREDIST to", "store_dist"),
    ] {
        assert_eq!(implied(words, option), "true", "{words}: {option}");
    }
    for (words, option) in [
        ("ZRANGE withscores 0 -1", "withscores"),
        ("ZRANGE z 0 -1", "withscores"),
        ("GET withscores a b c withscores", "withscores"),
        ("ZADD z 1 incr", "as_score"),
        ("ZADD incr 1 m", "as_score"),
        ("XCLAIM JUSTID JUSTID JUSTID 0 1-0", "justid"),
        ("XPENDING s g", "parse_detail"),
        ("GEORADIUSBYMEMBER WITHDIST WITHDIST 3 km", "withdist"),
        ("GEORADIUS g 1 2 3 km", "store"),
        ("GET", "infotype"),
    ] {
        assert_eq!(implied(words, option), "nil", "{words}: {option}");
    }
    assert_eq!(implied("OBJECT FREQ k", "infotype"), "\"FREQ\"");
}

#[test]
fn flags_are_set_to_something_that_is_not_no() {
    let flag = |value: Value| {
        let mut callbacks = Callbacks::new();
        callbacks.set("GET", |_, call| Ok(call.flag("x").into()));
        made(&callbacks, cmd("GET").option("x", value))
    };
    for no in [Value::Null, Value::from(false), Value::from(0)] {
        assert_eq!(flag(no), "false");
    }
    for yes in [Value::from(true), Value::from(-1), Value::from(""), Value::from("no")] {
        assert_eq!(flag(yes), "true");
    }
}

#[test]
fn an_error_says_that_the_command_ran() {
    let fails = |error: fn() -> Result<Value, Error>| {
        let mut callbacks = Callbacks::new();
        callbacks.set("GET", move |_, _| error());
        callbacks.apply(&cmd("GET k"), reply(texts(&[]))).unwrap_err()
    };
    let of_callback = fails(|| Err(Error::callback("no such colour")));
    assert_eq!(
        (of_callback.kind(), of_callback.outcome()),
        (ErrorKind::Callback, Outcome::Executed)
    );
    assert_eq!(of_callback.to_string(), "no such colour");
    // Errors made for other occasions too, and an error given as a value.
    let of_argument = fails(|| Err(Error::invalid_argument("no")));
    assert_eq!(of_argument.outcome(), Outcome::Executed);
    let of_server = fails(|| Ok(Value::Error(ServerError::new("MINE x".into()))));
    assert_eq!(
        (of_server.code(), of_server.outcome()),
        (Some("MINE"), Outcome::Executed)
    );
    // What cannot be a reply is an error, not nothing.
    let no_number = fails(|| Ok(Value::BigNumber("twelve".into())));
    assert_eq!(
        (no_number.kind(), no_number.outcome()),
        (ErrorKind::Callback, Outcome::Executed)
    );
}

#[test]
fn what_is_printed() {
    assert_eq!(format!("{:?}", Callbacks::new()), "Callbacks[]");
    assert_eq!(
        format!("{:?}", named(&["get", "config  set"])),
        r#"Callbacks["GET", "CONFIG SET"]"#
    );
    assert_eq!(format!("{:?}", CallOption::from("x")), "\"x\"");
    assert_eq!(format!("{:?}", CallOption::cast(Ok)), "a function");
}
