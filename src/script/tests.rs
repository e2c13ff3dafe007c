//! Invocations by hand: requests out, replies in.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failure is the test's result")]

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{Function, Invocation, Invoking, Script};
use crate::command::Flags;
use crate::error::{Error, ErrorKind};
use crate::flow::{Flow, Replies, Step};
use crate::resp::ReplyBuilder;
use crate::time::Timestamp;

const NOW: Timestamp = Timestamp::ZERO;

fn asks<T: crate::resp::FromReply>(invoking: &mut Invoking<T>) -> (String, Flags) {
    let Step::Send { batch, .. } = invoking.step(NOW) else {
        panic!()
    };
    assert_eq!(batch.len(), 1);
    let request = batch.get(0).unwrap();
    let words: Vec<_> = request.arguments().map(String::from_utf8_lossy).collect();
    (words.join(" "), request.command_flags())
}

fn answer<T: crate::resp::FromReply>(
    invoking: &mut Invoking<T>,
    build: impl FnOnce(&mut ReplyBuilder) -> &mut ReplyBuilder,
) {
    let mut reply = ReplyBuilder::new();
    build(&mut reply);
    invoking.replies(NOW, Replies::new(Vec::from([Ok(reply.finish().unwrap())])));
}

fn result<T: crate::resp::FromReply>(invoking: &mut Invoking<T>) -> Result<T, Error> {
    let Step::Done(result) = invoking.step(NOW) else {
        panic!()
    };
    result
}

fn keys_of(invocation: Invocation) -> Vec<String> {
    let request = invocation.request();
    request
        .key_names()
        .map(|key| String::from_utf8_lossy(key).into_owned())
        .collect()
}

#[test]
fn f292_the_sha1_is_computed_here_from_the_very_bytes() {
    for (source, sha1) in [
        (&b""[..], "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        (b"return 1", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db"),
        ("return 'é'".as_bytes(), "6832e39b721242dbb406e4bf358bfebb712064d7"),
        (b"return '\xff'", "11546ad4f039230cf13f8ee4696a1d6086089aa6"),
    ] {
        let script = Script::new(source);
        assert_eq!((script.source(), script.sha1()), (source, sha1));
    }
    assert_eq!(
        format!("{:?}", Script::new("return 1").read_only()),
        "Script(e0e1f9fabfc9d4800c877a703b823ac0578ff8db, read-only)"
    );
}

#[test]
fn f293_keys_and_arguments_are_optional_and_of_any_number() {
    let script = Script::new("return 1");
    for (invocation, rest) in [
        (script.call(), "0"),
        (script.key("k"), "1 k"),
        (script.arg(5), "0 5"),
        (script.keys(["k", "j"]).arg("a"), "2 k j a"),
        // In whatever order they are given.
        (script.arg("a").key("k").arg(["b", "c"]).key("j"), "2 k j a b c"),
        (script.keys(()).arg(1.5), "0 1.5"),
    ] {
        let expected = format!("EVALSHA {} {rest}", script.sha1());
        assert_eq!(asks(&mut invocation.clone().returns::<()>()).0, expected);
        assert_eq!(format!("{invocation:?}"), format!("Invocation({expected})"));
    }
    assert_eq!(keys_of(script.arg("a").keys(["k", "j"])), ["k", "j"]);
}

#[test]
fn f294_the_whole_script_goes_out_once_when_the_server_does_not_know_it() {
    let script = Script::new("return ARGV[1]");
    let mut invoking = script.key("k").arg(7).returns::<i64>();
    assert!(asks(&mut invoking).0.starts_with("EVALSHA "));
    answer(&mut invoking, |reply| {
        reply.error(b"NOSCRIPT No matching script. Please use EVAL.")
    });
    let (request, flags) = asks(&mut invoking);
    assert_eq!((request.as_str(), flags), ("EVAL return ARGV[1] 1 k 7", Flags::NONE));
    answer(&mut invoking, |reply| reply.bulk(b"7"));
    assert_eq!(result(&mut invoking).unwrap(), 7);

    // A server that goes on like that is not asked for ever.
    let mut invoking = script.call().returns::<()>();
    for _ in 0..2 {
        asks(&mut invoking);
        answer(&mut invoking, |reply| {
            reply.error(b"NOSCRIPT No matching script. Please use EVAL.")
        });
    }
    assert_eq!(result(&mut invoking).unwrap_err().code(), Some("NOSCRIPT"));

    // What the script itself fails with is the caller's at once.
    let mut invoking = script.call().returns::<()>();
    asks(&mut invoking);
    answer(&mut invoking, |reply| reply.error(b"ERR user_script:1: oops"));
    assert_eq!(
        result(&mut invoking).unwrap_err().to_string(),
        "ERR user_script:1: oops"
    );
    let mut invoking = script.call().returns::<i64>();
    asks(&mut invoking);
    answer(&mut invoking, |reply| reply.bulk(b"seven"));
    assert_eq!(result(&mut invoking).unwrap_err().kind(), ErrorKind::Decode);
}

#[test]
fn what_only_reads_says_so() {
    let script = Script::new("return 1").read_only();
    let mut invoking = script.key("k").returns::<i64>();
    let (request, flags) = asks(&mut invoking);
    assert_eq!(request, format!("EVALSHA_RO {} 1 k", script.sha1()));
    assert!(flags.contains(Flags::READ_ONLY));
    answer(&mut invoking, |reply| {
        reply.error(b"NOSCRIPT No matching script. Please use EVAL.")
    });
    let (request, flags) = asks(&mut invoking);
    assert_eq!(request, "EVAL_RO return 1 1 k");
    assert!(flags.contains(Flags::READ_ONLY));
}

#[test]
fn functions_are_called_by_name_and_never_loaded() {
    let add = Function::new("add");
    assert_eq!(
        asks(&mut add.key("k").arg(5).returns::<()>()),
        ("FCALL add 1 k 5".into(), Flags::NONE)
    );
    assert_eq!(keys_of(add.keys(["k", "j"])), ["k", "j"]);
    let get = Function::new("get").read_only();
    let mut invoking = get.arg("a").returns::<()>();
    let (request, flags) = asks(&mut invoking);
    assert!(request == "FCALL_RO get 0 a" && flags.contains(Flags::READ_ONLY));
    answer(&mut invoking, |reply| reply.error(b"NOSCRIPT not from FCALL"));
    assert_eq!(result(&mut invoking).unwrap_err().code(), Some("NOSCRIPT"));
}
