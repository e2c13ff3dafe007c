//! Scripts and functions, through the client of every runtime. The in-memory server is told in Rust what they do.

use redwire::flow::Driver;
use redwire::memory::ScriptCall;
use redwire::prelude::*;
use redwire::resp::Value;
use redwire::script::{Function, Invocation, Script};

use super::clients::Client;
use super::stage::Stage;

/// Adds to a counter and multiplies.
const MULTIPLY: &str = "local value = redis.call('GET', KEYS[1])
value = tonumber(value)
return value * ARGV[1]";

fn multiply<C: Client>(stage: &Stage<C>) -> Script {
    let script = Script::new(MULTIPLY);
    if let Some(server) = stage.memory() {
        server.on_script(&script, |call| Ok(call.get::<i64>(call.key(0)?)? * call.arg::<i64>(0)?));
    }
    script
}

fn invoke<C: Client, T: redwire::resp::FromReply>(stage: &Stage<C>, invocation: Invocation) -> Result<T, Error> {
    stage.drive(invocation.returns())
}

/// F292, F294, F297: nothing is sent when a script is made; it is known by its SHA-1, and sent whole when it is not known.
pub fn found_or_sent<C: Client>(stage: &Stage<C>) {
    let script = multiply(stage);
    stage.set("a", 2).unwrap();
    assert_eq!(stage.script_exists(script.sha1()).unwrap(), [false]);
    let missing = stage.evalsha::<i64>(script.sha1(), "a", 3).unwrap_err();
    assert_eq!(missing.code(), Some("NOSCRIPT"));
    assert!(
        missing.to_string().starts_with("NOSCRIPT No matching script."),
        "{missing}"
    );

    assert_eq!(invoke::<_, i64>(stage, script.key("a").arg(3)).unwrap(), 6);
    assert_eq!(stage.script_exists(script.sha1()).unwrap(), [true]);
    assert_eq!(invoke::<_, i64>(stage, script.key("a").arg(4)).unwrap(), 8);
    // Forgotten in between.
    stage.script_flush().unwrap();
    assert_eq!(invoke::<_, i64>(stage, script.key("a").arg(5)).unwrap(), 10);
    // Loaded by others.
    stage.script_flush().unwrap();
    assert_eq!(stage.script_load(script.source()).unwrap(), script.sha1());
    assert_eq!(stage.evalsha::<i64>(script.sha1(), "a", 6).unwrap(), 12);
}

/// F293.
pub fn keys_and_arguments<C: Client>(stage: &Stage<C>) {
    let script = Script::new("return {#KEYS, KEYS[1], KEYS[2], #ARGV, ARGV[1], ARGV[2]}");
    if let Some(server) = stage.memory() {
        server.on_script(&script, |call| {
            let mut all = vec![Value::from(call.keys().len() as i64)];
            all.extend(call.keys().iter().cloned().map(Value::from));
            if call.keys().len() == 2 {
                all.push(Value::from(call.args().len() as i64));
                all.extend(call.args().iter().cloned().map(Value::from));
            }
            Ok(all)
        });
    }
    let all: (i64, String, String, i64, String, Vec<u8>) =
        invoke(stage, script.arg(1.5).keys(["k", "j"]).arg(b"\0\xff")).unwrap();
    assert_eq!(all, (2, "k".into(), "j".into(), 2, "1.5".into(), b"\0\xff".to_vec()));
    // The table ends at its first nil.
    assert_eq!(
        invoke::<_, Vec<Value>>(stage, script.call()).unwrap(),
        [Value::Integer(0)]
    );
}

/// F294: other errors than that of a missing script pass through.
pub fn errors<C: Client>(stage: &Stage<C>) {
    let script = multiply(stage);
    stage.lpush("list", "x").unwrap();
    let error = invoke::<_, i64>(stage, script.key("list").arg(3)).unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Server, Outcome::Rejected));
    assert_eq!(error.code(), Some("WRONGTYPE"), "{error}");
    assert_eq!(stage.script_exists(script.sha1()).unwrap(), [true]);
    // A result of another type than asked for.
    stage.set("a", 2).unwrap();
    let error = invoke::<_, Vec<String>>(stage, script.key("a").arg(3)).unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Executed));
}

/// F298.
pub fn results<C: Client>(stage: &Stage<C>) {
    let value = |source: &str, native: Value| {
        let script = Script::new(source);
        if let Some(server) = stage.memory() {
            server.on_script(&script, move |_: &ScriptCall<'_>| Ok(native.clone()));
        }
        invoke::<_, Value>(stage, script.call()).unwrap()
    };
    assert_eq!(value("return 3.99", Value::Double(3.99)), Value::Integer(3));
    assert_eq!(value("return -3.99", Value::Double(-3.99)), Value::Integer(-3));
    assert_eq!(value("return false", Value::Boolean(false)), Value::Null);
    assert_eq!(value("return nil", Value::Null), Value::Null);
    assert_eq!(value("return true", Value::Boolean(true)), Value::Integer(1));
    assert_eq!(value("return '3.99'", Value::from("3.99")), Value::from("3.99"));
    let list = Value::array([Some(1), Some(2), None, Some(4)]);
    assert_eq!(value("return {1, 2, nil, 4}", list), Value::array([1, 2]));
    let nested = Value::array([Value::from(1), Value::array([Value::from("x"), Value::Boolean(true)])]);
    let expected = Value::array([Value::from(1), Value::array([Value::from("x"), Value::from(1)])]);
    assert_eq!(value("return {1, {'x', true}}", nested), expected);
}

/// F299: the source is hashed and sent as it is, text or not.
pub fn any_bytes<C: Client>(stage: &Stage<C>) {
    let script = Script::new(b"return '\xff\xfe'");
    if let Some(server) = stage.memory() {
        server.on_script(&script, |_| Ok(Bytes::from_static(b"\xff\xfe")));
    }
    assert_eq!(stage.script_load(script.source()).unwrap(), script.sha1());
    assert_eq!(invoke::<_, Vec<u8>>(stage, script.call()).unwrap(), b"\xff\xfe");
}

/// EVALSHA_RO and EVAL_RO hold a script to its word.
pub fn read_only<C: Client>(stage: &Stage<C>) {
    let script = multiply(stage).read_only();
    stage.set("a", 2).unwrap();
    assert_eq!(invoke::<_, i64>(stage, script.key("a").arg(3)).unwrap(), 6);
    assert_eq!(invoke::<_, i64>(stage, script.key("a").arg(4)).unwrap(), 8);
    let writes = Script::new("return redis.call('SET', KEYS[1], 'x')").read_only();
    if let Some(server) = stage.memory() {
        server.on_script(&writes, |call| call.set(call.key(0)?, "x"));
    }
    let error = invoke::<_, ()>(stage, writes.key("a")).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("Write commands are not allowed from read-only scripts"),
        "{error}"
    );
    assert_eq!(stage.get::<i64>("a").unwrap(), 2);
}

/// FCALL and FCALL_RO.
pub fn functions<C: Client>(stage: &Stage<C>) {
    const LIBRARY: &str = "#!lua name=counters
redis.register_function('add', function(keys, args) return redis.call('INCRBY', keys[1], args[1]) end)
redis.register_function{
    function_name = 'total',
    callback = function(keys) return redis.call('GET', keys[1]) end,
    flags = {'no-writes'},
}";
    if let Some(server) = stage.memory() {
        server.on_function("add", |call| call.incrby(call.key(0)?, call.arg::<i64>(0)?));
        server.on_function("total", |call| call.get::<Option<String>>(call.key(0)?));
    } else {
        assert_eq!(stage.function_load_replace(LIBRARY).unwrap(), "counters");
    }
    let (add, total) = (Function::new("add"), Function::new("total").read_only());
    assert_eq!(invoke::<_, i64>(stage, add.key("n").arg(5)).unwrap(), 5);
    assert_eq!(invoke::<_, i64>(stage, add.key("n").arg(-2)).unwrap(), 3);
    assert_eq!(invoke::<_, i64>(stage, total.key("n")).unwrap(), 3);
    assert_eq!(invoke::<_, Option<i64>>(stage, total.key("none")).unwrap(), None);
    let error = invoke::<_, ()>(stage, Function::new("nobody").call()).unwrap_err();
    assert_eq!(error.to_string(), "ERR Function not found");
}

/// F295, F296: in a pipeline the scripts that the server does not know are found out and sent first.
pub fn in_pipelines<C: Client>(stage: &Stage<C>) {
    let (multiply, negate) = (multiply(stage), Script::new("return -ARGV[1]"));
    if let Some(server) = stage.memory() {
        server.on_script(&negate, |call| Ok(-call.arg::<i64>(0)?));
    }
    for known in [0, 1, 2] {
        stage.flush();
        stage.script_flush().unwrap();
        for script in [&multiply, &negate].into_iter().take(known) {
            stage.script_load(script.source()).unwrap();
        }
        let pipeline = stage.pipeline().set("a", 2).invoke::<i64>(multiply.key("a").arg(3));
        let pipeline = pipeline
            .invoke::<String>(negate.arg(7))
            .invoke::<i64>(multiply.key("a").arg(4));
        assert_eq!(pipeline.len(), 4);
        let replies = if known == 1 {
            pipeline.non_atomic().execute()
        } else {
            pipeline.execute()
        };
        assert_eq!(replies.unwrap(), (true, 6, "-7".into(), 8));
        assert_eq!(
            stage.script_exists([multiply.sha1(), negate.sha1()]).unwrap(),
            [true, true]
        );
    }

    stage.script_flush().unwrap();
    let mut batch = stage.batch();
    let slots: Vec<_> = (1..=3).map(|n| batch.invoke::<i64>(multiply.key("a").arg(n))).collect();
    let mut results = batch.execute().unwrap();
    let products: Vec<i64> = slots.into_iter().map(|slot| results.take(slot).unwrap()).collect();
    assert_eq!(products, [2, 4, 6]);

    // The error of a script is that of its command.
    stage.lpush("list", "x").unwrap();
    let pipeline = stage.pipeline().incr("n").invoke::<i64>(multiply.key("list").arg(3));
    let error = pipeline.execute().unwrap_err();
    assert_eq!((error.pipeline_position(), error.code()), (Some(2), Some("WRONGTYPE")));
    assert_eq!(stage.get::<i64>("n").unwrap(), 1);

    // A script that the server does not take keeps the others from being sent.
    let nonsense = Script::new("return nonsense(");
    let pipeline = stage.pipeline().incr("n").invoke::<i64>(nonsense.call());
    let error = pipeline.execute().unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Server, Outcome::NotSent),
        "{error}"
    );
    assert_eq!(stage.get::<i64>("n").unwrap(), 1);
    // And one that is refused keeps even the question from being sent.
    let pipeline = stage.pipeline().invoke::<()>(nonsense.call()).del(());
    assert_eq!(pipeline.execute().unwrap_err().kind(), ErrorKind::InvalidArgument);
}
