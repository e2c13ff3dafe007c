use redwire::blocking::Client;
use redwire::prelude::*;
use redwire::resp::Value;

use crate::support::Server;
use crate::table::{Case, case, fails, step, works};

const LIBRARY: &str = r#"#!lua name=mylib
redis.register_function{
    function_name = 'first',
    callback = function(keys, args) return keys[1] .. args[1] end,
    flags = {'no-writes'},
    description = 'a key and an argument',
}
"#;

const ANOTHER: &str = "#!lua name=another
redis.register_function('set', function(keys, args) return redis.call('SET', keys[1], args[1]) end)";

pub fn cases_on_real_servers() -> Vec<Case> {
    let mut cases = scripts();
    cases.extend(functions());
    cases
}

fn scripts() -> Vec<Case> {
    let digest = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";
    vec![
        case(
            "scripts",
            vec![
                step(
                    Build.eval::<Vec<String>>("return {KEYS[1], KEYS[2], ARGV[1]}", ["a", "b"], 7),
                    r#"["a", "b", "7"]"#,
                ),
                step(
                    Build.eval::<bool>("return redis.call('SET', KEYS[1], 'x')", "a", ()),
                    "true",
                ),
                step(
                    Build.eval_ro::<String>("return redis.call('GET', KEYS[1])", "a", ()),
                    r#""x""#,
                ),
                fails(
                    Build.eval_ro::<Value>("return redis.call('SET', KEYS[1], 'y')", "a", ()),
                    "ERR Write commands are not allowed from read-only scripts",
                ),
                fails(
                    Build.eval::<Value>("return redis.error_reply('MY mistake')", (), ()),
                    "MY mistake",
                ),
                fails(
                    Build.eval::<Value>("return nonsense(", (), ()),
                    "ERR Error compiling script",
                ),
            ],
        ),
        case(
            "what scripts return",
            vec![
                step(Build.eval::<i64>("return 3.9", (), ()), "3"),
                step(Build.eval::<i64>("return -3.9", (), ()), "-3"),
                step(Build.eval::<f64>("return tostring(3.9)", (), ()), "3.9"),
                step(Build.eval::<bool>("return true", (), ()), "true"),
                step(Build.eval::<Option<i64>>("return false", (), ()), "None"),
                step(Build.eval::<Option<i64>>("return nil", (), ()), "None"),
                step(Build.eval::<Vec<i64>>("return {1, 2, nil, 3}", (), ()), "[1, 2]"),
                step(Build.eval::<Vec<i64>>("return {}", (), ()), "[]"),
                step(Build.eval::<String>("return 'text'", (), ()), r#""text""#),
                step(Build.eval::<bool>("return {ok = 'OK'}", (), ()), "true"),
            ],
        ),
        case(
            "scripts by digest",
            vec![
                step(Build.script_flush_with(FlushMode::Sync), "true"),
                fails(Build.evalsha::<i64>(digest, (), ()), "NOSCRIPT No matching script"),
                step(Build.script_load("return 1"), &format!("{digest:?}")),
                step(Build.script_exists([digest, "unknown"]), "[true, false]"),
                step(Build.evalsha::<i64>(digest, (), ()), "1"),
                step(Build.evalsha_ro::<i64>(digest, (), ()), "1"),
                fails(Build.script_load("return nonsense("), "ERR Error compiling script"),
                fails(Build.script_kill(), "NOTBUSY No scripts in execution right now"),
                works(Build.script_help()),
                step(Build.script_show::<String>(digest), r#""return 1""#).only_valkey(8, 0),
                step(Build.script_flush(), "true").only_valkey(8, 0),
                fails(Build.script_show::<String>(digest), "NOSCRIPT").only_valkey(8, 0),
            ],
        ),
    ]
}

fn functions() -> Vec<Case> {
    let described = |code: &str| {
        format!(
            r#"[FunctionLibrary {{ name: "mylib", engine: "LUA", functions: [FunctionDescription {{ name: "first", description: Some("a key and an argument"), flags: {{"no-writes"}}, other: {{}} }}], code: {code}, other: {{}} }}]"#
        )
    };
    vec![
        case(
            "functions",
            vec![
                step(Build.function_flush(), "true"),
                step(Build.function_load(LIBRARY), r#""mylib""#),
                fails(Build.function_load(LIBRARY), "ERR Library 'mylib' already exists"),
                step(Build.function_load_replace(LIBRARY), r#""mylib""#),
                step(Build.fcall::<String>("first", "a", 7), r#""a7""#),
                step(Build.fcall_ro::<String>("first", "a", "x"), r#""ax""#),
                fails(Build.fcall::<Value>("nothing", (), ()), "ERR Function not found"),
                step(Build.function_list(), &described("None")),
                step(
                    Build.function_list_with(FunctionListOptions::new().libraryname("my*").withcode()),
                    &described(&format!("{:?}", Some(LIBRARY))),
                ),
                step(
                    Build.function_list_with(FunctionListOptions::new().libraryname("other*")),
                    "[]",
                ),
                step(
                    Build.function_stats(),
                    r#"FunctionStats { running_script: None, engines: {"LUA": FunctionEngine { libraries_count: 1, functions_count: 1, other: {} }}, other: {} }"#,
                ),
                step(Build.function_load(ANOTHER), r#""another""#),
                step(Build.fcall::<bool>("set", "k", "v"), "true"),
                fails(
                    Build.fcall_ro::<bool>("set", "k", "v"),
                    "ERR Can not execute a script with write flag using *_ro command",
                ),
                step(Build.function_delete("mylib"), "true"),
                fails(Build.function_delete("mylib"), "ERR Library not found"),
                fails(Build.function_kill(), "NOTBUSY No scripts in execution right now"),
                works(Build.function_help()),
                step(Build.function_flush_with(FlushMode::Sync), "true"),
                step(Build.function_list(), "[]"),
            ],
        ),
        case(
            "functions from nowhere",
            vec![
                works(Build.function_dump()),
                fails(
                    Build.function_restore("x"),
                    "ERR DUMP payload version or checksum are wrong",
                ),
                fails(
                    Build.function_restore_with("x", FunctionRestorePolicy::Flush),
                    "ERR DUMP payload version or checksum are wrong",
                ),
            ],
        ),
    ]
}

/// What one call dumps the next one restores, so it is no case of the table.
#[test]
fn dumped_functions_are_restored() {
    let server = Server::start();
    let client = Client::connect(server.url()).unwrap();
    client.function_load(LIBRARY).unwrap();
    let dump = client.function_dump().unwrap();
    let exists = client.function_restore(&dump).unwrap_err();
    assert_eq!(exists.to_string(), "ERR Library mylib already exists");
    client.function_load(ANOTHER).unwrap();
    let names = |policy| {
        assert!(client.function_restore_with(&dump, policy).unwrap());
        let mut names: Vec<_> = client
            .function_list()
            .unwrap()
            .into_iter()
            .map(|library| library.name)
            .collect();
        names.sort();
        names
    };
    assert_eq!(names(FunctionRestorePolicy::Replace), ["another", "mylib"]);
    assert_eq!(names(FunctionRestorePolicy::Flush), ["mylib"]);
    client.function_flush().unwrap();
    assert_eq!(names(FunctionRestorePolicy::Append), ["mylib"]);
}

#[test]
fn a_function_that_runs_is_seen_and_killed() {
    let server = Server::builder().arg("--busy-reply-threshold", "1").start();
    let url = server.url();
    let client = Client::connect(url.as_str()).unwrap();
    let forever = "#!lua name=l\nredis.register_function('forever', function() while true do end end)";
    client.function_load(forever).unwrap();
    let caller = std::thread::spawn(move || {
        let client = Client::connect(url.as_str()).unwrap();
        client.fcall::<Value>("forever", "a", "b").unwrap_err().to_string()
    });
    let running = loop {
        if let Some(running) = client.function_stats().unwrap().running_script {
            break running;
        }
    };
    assert_eq!(running.name, "forever");
    assert_eq!(running.command, ["FCALL", "forever", "1", "a", "b"]);
    let busy = client.get::<Value>("a").unwrap_err();
    assert_eq!(busy.code(), Some("BUSY"));
    assert!(client.function_kill().unwrap());
    let error = caller.join().unwrap();
    assert!(error.contains("Script killed by user"), "{error}");
}
