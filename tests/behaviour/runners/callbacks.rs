//! Response callbacks through the client of every runtime.

use std::panic::{AssertUnwindSafe, catch_unwind};

use redwire::prelude::*;
use redwire::resp::Value;

use super::clients::Client;
use super::stage::Stage;

fn printed(result: Result<Value, Error>) -> String {
    format!("{:?}", result.unwrap())
}

/// What is called by name has the type that the command gives it, whatever the protocol.
pub fn untyped_calls<C: Client>(stage: &Stage<C>) {
    let execute = |words: &str| printed(stage.execute(cmd(words)));
    assert_eq!(execute("MSET a 1 b 2"), "true");
    assert_eq!(execute("SET a 1 NX"), "nil");
    assert_eq!(execute("EXPIRE a 100"), "true");
    assert_eq!(execute("GET a"), "\"1\"");
    assert_eq!(execute("INCRBYFLOAT b 0.5"), "2.5");
    assert_eq!(execute("HSET h f v"), "1");
    assert_eq!(execute("HGETALL h"), r#"{"f": "v"}"#);
    assert_eq!(execute("HGETALL none"), "{}");
    assert_eq!(execute("SADD s x"), "1");
    assert_eq!(execute("SMEMBERS s"), r#"~["x"]"#);
    assert_eq!(execute("SISMEMBER s x"), "true");
    assert_eq!(execute("ZADD z 1 one 2.5 two"), "2");
    assert_eq!(execute("ZADD z INCR 1 one"), "2.0");
    assert_eq!(execute("ZADD z NX INCR 1 one"), "nil");
    assert_eq!(execute("ZSCORE z two"), "2.5");
    assert_eq!(execute("ZRANGE z 0 -1"), r#"["one", "two"]"#);
    assert_eq!(execute("ZRANGE z 0 -1 WITHSCORES"), r#"[["one", 2.0], ["two", 2.5]]"#);
    assert_eq!(execute("ZSCAN z 0"), r#"[0, [["one", 2.0], ["two", 2.5]]]"#);
    assert_eq!(execute("ZPOPMIN z"), r#"[["one", 2.0]]"#);
    assert_eq!(execute("ZPOPMIN z 2"), r#"[["two", 2.5]]"#);
    assert_eq!(execute("PING"), "true");
    assert_eq!(execute("CONFIG GET maxmemory"), r#"{"maxmemory": "0"}"#);
    let split = cmd("config").arg("get").arg("maxmemory");
    assert_eq!(printed(stage.execute(split)), r#"{"maxmemory": "0"}"#);

    // By option instead of by argument.
    stage.rpush("l", ["a", "1", "b", "2"]).unwrap();
    let groups = cmd("SORT l BY nosort").option("groups", 2);
    assert_eq!(printed(stage.execute(groups)), r#"[["a", "1"], ["b", "2"]]"#);

    // Named with a type, a reply is what the server sent.
    let raw: Value = stage.run(cmd("SET a 1").returns()).unwrap();
    assert_eq!(raw, Value::Simple("OK".into()));
    // An error is an error.
    let error = stage.execute(cmd("SMEMBERS a")).unwrap_err();
    assert_eq!((error.code(), error.outcome()), (Some("WRONGTYPE"), Outcome::Rejected));
}

/// A callback of the user's takes the place of the built-in one, for typed calls too, from the moment it is set.
pub fn own_callbacks<C: Client>(stage: &Stage<C>) {
    stage.set("n", 20).unwrap();
    stage.client.set_response_callback("get", |value, call| {
        let by = call.option("by").map_or(Ok(1), |by| by.decode::<i64>())?;
        Ok(match value {
            Value::Null => Value::Null,
            value => (value.decode::<i64>()? + by).into(),
        })
    });
    assert_eq!(stage.get::<i64>("n").unwrap(), 21);
    assert_eq!(stage.get::<String>("n").unwrap(), "21");
    assert_eq!(stage.get::<Option<i64>>("none").unwrap(), None);
    assert_eq!(stage.execute(cmd("GET n")).unwrap(), Value::Integer(21));
    let with_option = cmd("Get n").option("by", 2);
    assert_eq!(stage.run(with_option.returns::<u8>()).unwrap(), 22);
    // Other commands, and what the server refuses, do not get there.
    assert_eq!(stage.getdel::<i64>("n").unwrap(), 20);
    stage.lpush("list", 1).unwrap();
    assert_eq!(stage.get::<i64>("list").unwrap_err().code(), Some("WRONGTYPE"));

    stage.client.set_response_callback("SMEMBERS", |value, _| Ok(value));
    stage.sadd("s", "x").unwrap();
    let members = stage.execute(cmd("SMEMBERS s")).unwrap();
    assert!(matches!(members, Value::Array(_) | Value::Set(_)), "{members:?}");
    assert_eq!(members.children(), Some(&[Value::from("x")][..]));
}

/// Each command of a pipeline or batch has its own callback and its own options, also when they were made before.
pub fn in_pipelines<C: Client>(stage: &Stage<C>) {
    stage.set("n", 20).unwrap();
    stage.zadd("z", ("m", 1)).unwrap();
    let scores = || cmd("ZRANGE z 0 -1 WITHSCORES");
    for atomic in [true, false] {
        let (pipeline, mut batch) = if atomic {
            (stage.pipeline(), stage.batch())
        } else {
            (stage.pipeline().non_atomic(), stage.batch().non_atomic())
        };
        let pipeline = pipeline
            .run(scores().untyped())
            .get::<i64>("n")
            .run(scores().option("withscores", false).untyped())
            .run(scores().returns::<Vec<(String, f64)>>())
            .run(cmd("SET other 1").untyped());
        let (untyped, typed) = (batch.run(cmd("GET n").untyped()), batch.get::<i64>("n"));
        let wrong = batch.get::<i64>("z");
        let answer = if atomic { 1_000 } else { 2_000 };
        stage.client.set_response_callback("GET", move |_, _| Ok(answer.into()));

        let (pairs, n, flat, members, ok) = pipeline.execute().unwrap();
        assert_eq!(format!("{pairs:?}"), r#"[["m", 1.0]]"#);
        assert_eq!(flat, stage.run(scores().returns::<Value>()).unwrap());
        assert_eq!(members, [("m".to_string(), 1.0)]);
        assert_eq!((n, ok), (answer, Value::Boolean(true)));

        let mut results = batch.execute_each().unwrap();
        assert_eq!(results.take(untyped).unwrap(), Value::Integer(answer));
        assert_eq!(results.take(typed).unwrap(), answer);
        assert_eq!(results.take(wrong).unwrap_err().code(), Some("WRONGTYPE"));
    }
}

/// A callback that fails fails its own call and no other.
pub fn that_fail<C: Client>(stage: &Stage<C>) {
    stage.client.set_response_callback("INCR", |value, _| match value {
        Value::Integer(2) => Err(Error::callback("two is too many")),
        value => Ok(value),
    });
    assert_eq!(stage.incr("a").unwrap(), 1);
    let error = stage.incr("a").unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Callback, Outcome::Executed)
    );
    assert_eq!(error.to_string(), "two is too many");
    assert_eq!(stage.incr("a").unwrap(), 3);

    for atomic in [true, false] {
        let key = if atomic { "b" } else { "c" };
        let (pipeline, mut batch) = if atomic {
            (stage.pipeline(), stage.batch())
        } else {
            (stage.pipeline().non_atomic(), stage.batch().non_atomic())
        };
        let error = pipeline.incr(key).incr(key).incr(key).execute().unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("Command # 2 (INCR {key}) of pipeline caused error: two is too many")
        );
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::Callback, Outcome::Executed)
        );
        assert_eq!(stage.getdel::<i64>(key).unwrap(), 3);

        let slots: Vec<_> = (0..3).map(|_| batch.incr(key)).collect();
        let mut results = batch.execute_each().unwrap();
        let results: Vec<_> = slots.into_iter().map(|slot| results.take(slot)).collect();
        assert_eq!(results[0].as_ref().unwrap(), &1);
        assert_eq!(results[1].as_ref().unwrap_err().kind(), ErrorKind::Callback);
        assert_eq!(results[2].as_ref().unwrap(), &3);
    }
}

/// A callback that panics takes its own caller along, not the connection.
pub fn that_panic<C: Client>(stage: &Stage<C>) {
    stage
        .client
        .set_response_callback("ECHO", |_, _| panic!("a callback of the test panics"));
    stage.set("a", 1).unwrap();
    let id: u64 = stage.run(cmd("CLIENT ID").returns()).unwrap();
    let echo = || stage.execute(cmd("ECHO x"));
    assert!(catch_unwind(AssertUnwindSafe(echo)).is_err());
    let pipeline = || stage.pipeline().run(cmd("ECHO x").untyped()).incr("a").execute();
    assert!(catch_unwind(AssertUnwindSafe(pipeline)).is_err());
    // What was sent was run, and the connection is the same.
    assert_eq!(stage.get::<i64>("a").unwrap(), 2);
    assert_eq!(stage.run(cmd("CLIENT ID").returns::<u64>()).unwrap(), id);
}
