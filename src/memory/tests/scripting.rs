//! Scripts and functions in Rust.

use alloc::string::String;

use bytes::Bytes;

use super::{World, both, resp2, resp3};
use crate::commands::*;
use crate::error::Error;
use crate::memory::{ScriptCall, Server};
use crate::resp::Value;
use crate::script::Script;

const NO_SCRIPT: &str = "-NOSCRIPT No matching script. Please use EVAL.\r\n";

/// A world whose server knows these scripts, named by their source.
fn world<T: Into<Value> + 'static>(source: &str, run: fn(&ScriptCall<'_>) -> Result<T, Error>) -> (World, String) {
    let mut server = Server::new();
    let script = Script::new(source);
    server.on_script(&script, run);
    (World::of(server), script.sha1().into())
}

fn ask(source: &str, rows: &[(&str, &str)], run: fn(&ScriptCall<'_>) -> Result<Value, Error>) {
    let (mut world, sha1) = world(source, run);
    let id = world.connect();
    for (line, expected) in rows {
        let line = line
            .replace("{sha1}", &sha1)
            .replace("{source}", &alloc::format!("\"{source}\""));
        let expected = expected.replace("{sha1}", &sha1);
        assert_eq!(world.ask(id, &line), expected, "{line}");
    }
}

fn echo(call: &ScriptCall<'_>) -> Result<Value, Error> {
    let all = call.keys().iter().chain(call.args()).cloned();
    Ok(Value::array(all))
}

#[test]
fn scripts_are_found_by_source_and_by_sha1() {
    let rows = [
        ("EVALSHA {sha1} 0", NO_SCRIPT),
        ("SCRIPT EXISTS {sha1} nonsense", "*2\r\n:0\r\n:0\r\n"),
        ("EVAL {source} 1 k a b", "*3\r\n$1\r\nk\r\n$1\r\na\r\n$1\r\nb\r\n"),
        ("EVALSHA {sha1} 2 k j a", "*3\r\n$1\r\nk\r\n$1\r\nj\r\n$1\r\na\r\n"),
        ("evalsha_ro {sha1} 0", "*0\r\n"),
        ("SCRIPT EXISTS {sha1}", "*1\r\n:1\r\n"),
        ("SCRIPT FLUSH", "+OK\r\n"),
        ("EVALSHA {sha1} 0", NO_SCRIPT),
        ("SCRIPT LOAD {source}", "$40\r\n{sha1}\r\n"),
        ("EVALSHA {sha1} 0 x", "*1\r\n$1\r\nx\r\n"),
        ("SCRIPT FLUSH ASYNC", "+OK\r\n"),
        (
            "SCRIPT FLUSH now",
            "-ERR SCRIPT FLUSH only support SYNC|ASYNC option\r\n",
        ),
        ("EVAL_RO {source} 0 x", "*1\r\n$1\r\nx\r\n"),
        ("SCRIPT EXISTS {sha1}", "*1\r\n:1\r\n"),
        ("SCRIPT KILL", "-NOTBUSY No scripts in execution right now.\r\n"),
    ];
    ask("return everything", &rows, echo);
    // The digits of a digest may be written in capitals.
    let (mut world, sha1) = world("return 1", |_| Ok(1));
    let id = world.connect();
    world.ask(id, "SCRIPT LOAD 'return 1'");
    assert_eq!(
        world.ask(id, &alloc::format!("EVALSHA {} 0", sha1.to_uppercase())),
        ":1\r\n"
    );
    assert_eq!(world.ask(id, &alloc::format!("EVALSHA {sha1}0 0")), NO_SCRIPT);
}

#[test]
fn the_number_of_keys_is_checked() {
    let rows = [
        ("EVAL {source}", "-ERR wrong number of arguments for 'eval' command\r\n"),
        ("EVAL {source} x", "-ERR value is not an integer or out of range\r\n"),
        ("EVAL {source} -1", "-ERR Number of keys can't be negative\r\n"),
        (
            "EVAL {source} 1",
            "-ERR Number of keys can't be greater than number of args\r\n",
        ),
        ("EVAL {source} 0", "*0\r\n"),
    ];
    ask("return everything", &rows, echo);
}

#[test]
fn a_script_nobody_spoke_for_is_refused_with_advice() {
    let refused = "-ERR the in-memory server has no Lua: say what script e0e1f9fabfc9d4800c877a703b823ac0578ff8db does with \
                   Server::on_script\r\n";
    both(&[
        ("EVAL 'return 1' 0", refused),
        ("SCRIPT LOAD 'return 1'", refused),
        ("EVALSHA e0e1f9fabfc9d4800c877a703b823ac0578ff8db 0", NO_SCRIPT),
    ]);
}

#[test]
fn results_become_replies_as_those_of_lua_do() {
    for (value, expected) in [
        (Value::Integer(3), ":3\r\n"),
        (Value::Double(3.99), ":3\r\n"),
        (Value::Double(-3.99), ":-3\r\n"),
        (Value::Boolean(true), ":1\r\n"),
        (Value::Boolean(false), "$-1\r\n"),
        (Value::Null, "$-1\r\n"),
        (Value::from("text"), "$4\r\ntext\r\n"),
        (Value::Simple(Bytes::from("FINE")), "+FINE\r\n"),
        (Value::array([Some(1), None, Some(2)]), "*1\r\n:1\r\n"),
        (
            Value::array([Value::array([1]), Value::from("x")]),
            "*2\r\n*1\r\n:1\r\n$1\r\nx\r\n",
        ),
    ] {
        let mut server = Server::new();
        server.on_function("f", move |_| Ok(value.clone()));
        let mut world = World::of(server);
        let id = world.connect();
        assert_eq!(world.ask(id, "FCALL f 0"), expected);
    }
}

/// All or nothing for others, but what was done before an error stays done.
#[test]
fn commands_inside_work_as_outside() {
    let rows = [
        ("SET text x", "+OK\r\n"),
        (
            "EVAL {source} 2 n text",
            "-ERR value is not an integer or out of range\r\n",
        ),
        ("GET n", "$1\r\n1\r\n"),
        ("SET text 5", "+OK\r\n"),
        ("WATCH text", "+OK\r\n"),
        ("EVALSHA {sha1} 2 n text", ":8\r\n"),
        ("MULTI", "+OK\r\n"),
        ("EXEC", "*-1\r\n"),
        ("MULTI", "+OK\r\n"),
        ("EVALSHA {sha1} 2 n text", "+QUEUED\r\n"),
        ("EXEC", "*1\r\n:10\r\n"),
        ("LPUSH list a", ":1\r\n"),
        (
            "EVALSHA {sha1} 2 n list",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "EVALSHA_RO {sha1} 2 n text",
            "-ERR Write commands are not allowed from read-only scripts.\r\n",
        ),
        ("EVALSHA {sha1} 1 n", "-ERR the script has not that many keys\r\n"),
    ];
    ask("both counters", &rows, |call| {
        let first = call.incr(call.key(0)?)?;
        Ok(Value::from(first + call.incr(call.key(1)?)?))
    });
}

#[test]
fn some_commands_are_not_for_scripts() {
    for (command, expected) in [
        ("MULTI", "-ERR This Redis command is not allowed from script\r\n"),
        ("WATCH k", "-ERR This Redis command is not allowed from script\r\n"),
        ("EVAL x 0", "-ERR This Redis command is not allowed from script\r\n"),
        ("GET", "-ERR wrong number of arguments for 'get' command\r\n"),
        ("BLPOP k 0", "$-1\r\n"),
        ("SELECT 3", ":1\r\n"),
    ] {
        let mut server = Server::new();
        server.on_function("run", |call| {
            let mut words = call.args().iter();
            let name = words.next().map(|name| String::from_utf8_lossy(name).into_owned());
            let request = words.fold(crate::cmd(&name.unwrap_or_default()), crate::command::Request::arg);
            crate::command::Executor::execute(call, request)
        });
        let mut world = World::of(server);
        let id = world.connect();
        let line = alloc::format!("FCALL run 0 {command}");
        assert_eq!(world.ask(id, &line), expected, "{command}");
        // What a script selects is the script's.
        world.ask(id, "SET k 1");
        assert_eq!(world.ask(id, "SELECT 0"), "+OK\r\n");
        assert_eq!(world.ask(id, "EXISTS k"), ":1\r\n");
    }
    resp2(&[("FCALL nobody 0", "-ERR Function not found\r\n")]);
    resp3(&[("FCALL_RO nobody 0", "-ERR Function not found\r\n")]);
}

#[test]
fn arguments_have_types() {
    let mut server = Server::new();
    server.on_function("f", |call| Ok(call.arg::<i64>(0)? + call.arg::<i64>(1)?));
    let mut world = World::of(server);
    let id = world.connect();
    assert_eq!(world.ask(id, "FCALL f 0 40 2"), ":42\r\n");
    assert!(world.ask(id, "FCALL f 0 40 x").starts_with("-ERR expected"));
    assert_eq!(
        world.ask(id, "FCALL f 0 40"),
        "-ERR the script has not that many arguments\r\n"
    );
}

/// The scripts of locks do in Rust what their Lua says; the same rows run on a real server in the table of behaviours.
#[test]
fn the_scripts_of_locks_are_known() {
    use crate::lock::scripts::{ACQUIRE_FENCED, EXTEND, REACQUIRE, RELEASE};
    let mut world = World::new();
    let id = world.connect();
    let mut run = |script: &Script, rest: &str| {
        let mut line = super::encode(&alloc::format!("EVAL source {rest}"));
        // The source has line breaks and quotes, which a line of words has not.
        let source = alloc::format!("${}\r\n", script.source().len());
        let at = line
            .windows(12)
            .position(|window| window == b"$6\r\nsource\r\n")
            .unwrap();
        line.splice(at..at + 12, [source.as_bytes(), script.source(), b"\r\n"].concat());
        world.send(id, &line);
        world.output(id)
    };
    assert_eq!(run(&ACQUIRE_FENCED, "2 l l:fence me 1000"), ":1\r\n");
    assert_eq!(run(&ACQUIRE_FENCED, "2 l l:fence you 1000"), "$-1\r\n");
    assert_eq!(run(&EXTEND, "1 l you 500 0"), ":0\r\n");
    assert_eq!(run(&EXTEND, "1 l me 500 0"), ":1500\r\n");
    assert_eq!(run(&EXTEND, "1 l me 500 1"), ":500\r\n");
    assert_eq!(run(&REACQUIRE, "1 l you 1000"), ":0\r\n");
    assert_eq!(run(&REACQUIRE, "1 l me 1000"), ":1\r\n");
    assert_eq!(run(&RELEASE, "1 l you"), ":0\r\n");
    assert_eq!(run(&RELEASE, "1 l me"), ":1\r\n");
    assert_eq!(run(&RELEASE, "1 l me"), ":0\r\n");
    assert_eq!(run(&ACQUIRE_FENCED, "2 l l:fence you 0"), ":2\r\n");
    // It never expires, and cannot be extended.
    assert_eq!(run(&EXTEND, "1 l you 500 1"), ":0\r\n");
    assert_eq!(
        run(&ACQUIRE_FENCED, "2 free l you 0"),
        "-ERR value is not an integer or out of range\r\n"
    );
    assert_eq!(world.ask(id, "EXISTS free"), ":0\r\n");
}
