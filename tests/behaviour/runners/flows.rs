//! Procedures of several commands or round trips, through the client of every runtime.

use std::collections::BTreeSet;

use redwire::flow::Driver;
use redwire::prelude::*;
use redwire::scan::Scan;

use super::clients::Client;
use super::stage::Stage;

/// SCAN over a thousand keys comes back in many pages; each drive gives one.
pub fn scan<C: Client>(stage: &Stage<C>) {
    let expected: BTreeSet<String> = (0..1_000).map(|n| format!("key:{n}")).collect();
    let mut batch = stage.batch();
    let slots: Vec<_> = expected.iter().map(|key| batch.set(key, "value")).collect();
    let mut results = batch.execute().unwrap();
    for slot in slots {
        assert!(results.take(slot).unwrap());
    }
    stage.set("other", "value").unwrap();

    let mut scan = Scan::<String>::keys().matching("key:*").count(50);
    let (mut found, mut pages) = (BTreeSet::new(), 0);
    while let Some(page) = stage.drive(&mut scan).unwrap() {
        assert!(!page.is_empty());
        found.extend(page);
        pages += 1;
    }
    assert_eq!(found, expected);
    assert!(pages > 5, "{pages} pages of about 50 keys each");
    assert!(scan.seen() >= 1_000, "{} seen", scan.seen());
    // The walk is over and stays over.
    assert_eq!(stage.drive(&mut scan).unwrap(), None);
}

/// The types of the replies follow from the commands.
pub fn typed_pipeline<C: Client>(stage: &Stage<C>) {
    for _ in 0..2 {
        stage.flush();
        let replies = stage
            .pipeline()
            .set("foo", "bar")
            .sadd("faz", "baz")
            .incr("auto")
            .execute();
        let (ok, added, n) = replies.unwrap();
        let typed: (bool, u64, i64) = (ok, added, n);
        assert_eq!(typed, (true, 1, 1));
    }

    // Where the caller chooses the type, it is chosen at the call.
    let pipeline = stage.pipeline().non_atomic();
    let replies = pipeline
        .get::<String>("foo")
        .incr("auto")
        .get::<Option<Vec<u8>>>("none");
    assert_eq!(replies.execute().unwrap(), ("bar".into(), 2, None));

    assert_eq!(stage.pipeline().execute().unwrap(), ());
}

/// The error says which command it was; the others were run all the same.
pub fn pipeline_error<C: Client>(stage: &Stage<C>) {
    for atomic in [true, false] {
        stage.flush();
        stage.set("c", "a").unwrap();
        let pipeline = if atomic {
            stage.pipeline()
        } else {
            stage.pipeline().non_atomic()
        };
        let error = pipeline
            .set("a", 1)
            .set("b", 2)
            .lpush("c", 3)
            .set("d", 4)
            .execute()
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "Command # 3 (LPUSH c 3) of pipeline caused error: \
             WRONGTYPE Operation against a key holding the wrong kind of value"
        );
        assert_eq!(error.pipeline_position(), Some(3));
        assert_eq!((error.kind(), error.code()), (ErrorKind::Server, Some("WRONGTYPE")));
        assert_eq!(error.outcome(), Outcome::Rejected);
        let values = stage.pipeline().get("a").get("b").get("c").get("d").execute();
        let values: (i64, i64, String, i64) = values.unwrap();
        assert_eq!(values, (1, 2, "a".into(), 4));

        // A batch can keep the error with its command.
        let mut batch = if atomic {
            stage.batch()
        } else {
            stage.batch().non_atomic()
        };
        let (before, wrong, after) = (batch.incr("a"), batch.lpush("c", 3), batch.incr("d"));
        let mut results = batch.execute_each().unwrap();
        assert_eq!(results.take(before).unwrap(), 2);
        assert_eq!(results.take(wrong).unwrap_err().code(), Some("WRONGTYPE"));
        assert_eq!(results.take(after).unwrap(), 5);
    }
}

/// A command that the server does not even queue keeps a transaction from running; a bare pipeline runs the rest.
pub fn queue_time_error<C: Client>(stage: &Stage<C>) {
    let nonsense = || cmd("NOSUCHCOMMAND").arg("x").returns::<()>();
    for atomic in [true, false] {
        stage.flush();
        let pipeline = if atomic {
            stage.pipeline()
        } else {
            stage.pipeline().non_atomic()
        };
        let error = pipeline.set("a", 1).run(nonsense()).set("b", 2).execute().unwrap_err();
        let text = error.to_string();
        assert!(
            text.starts_with("Command # 2 (NOSUCHCOMMAND x) of pipeline caused error: ERR unknown command"),
            "{text}"
        );
        assert_eq!(error.outcome(), Outcome::Rejected);
        let set = stage.pipeline().get("a").get("b").execute();
        let set: (Option<i64>, Option<i64>) = set.unwrap();
        assert_eq!(set, if atomic { (None, None) } else { (Some(1), Some(2)) });

        // What concerns the whole transaction is no result of a single command.
        let mut batch = if atomic {
            stage.batch()
        } else {
            stage.batch().non_atomic()
        };
        let (first, wrong) = (batch.set("c", 3), batch.run(nonsense()));
        match batch.execute_each() {
            Err(error) => {
                assert!(atomic);
                assert_eq!(error.pipeline_position(), Some(2));
            }
            Ok(mut results) => {
                assert!(!atomic);
                assert!(results.take(first).unwrap());
                assert_eq!(results.take(wrong).unwrap_err().code(), Some("ERR"));
            }
        }
    }
}

/// Each command of a batch has a slot of its own type, good for this batch only.
pub fn typed_batch<C: Client>(stage: &Stage<C>) {
    let mut batch = stage.batch();
    let ok = batch.set("name", "redwire");
    let name = batch.get::<String>("name");
    let missing = batch.get::<Option<String>>("missing");
    let totals: Vec<_> = (1..=3).map(|n| batch.incrby("total", n)).collect();
    let wrong_type = batch.get::<u64>("name");
    assert_eq!(batch.len(), 7);
    let mut results = batch.execute().unwrap();
    assert_eq!(results.len(), 7);

    // In whatever order they are taken.
    let totals: Result<Vec<i64>, Error> = totals.into_iter().rev().map(|slot| results.take(slot)).collect();
    assert_eq!(totals.unwrap(), [6, 3, 1]);
    assert_eq!(results.take(missing).unwrap(), None);
    assert_eq!(results.take(name).unwrap(), "redwire");
    assert!(results.take(ok).unwrap());
    let error = results.take(wrong_type).unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Executed));

    let mut one = stage.batch();
    let slot = one.incr("total");
    let mut other = stage.batch();
    let _ = other.incr("total");
    let mut others = other.execute().unwrap();
    let error = others.take(slot).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert_eq!(error.to_string(), "the slot belongs to another batch");
}

/// F229, F231, F233: nothing is sent before `execute`, results come in order, and an empty pipeline asks nobody.
pub fn f229_collected<C: Client>(stage: &Stage<C>) {
    for atomic in [true, false] {
        stage.flush();
        let pipeline = if atomic {
            stage.pipeline()
        } else {
            stage.pipeline().non_atomic()
        };
        assert!(pipeline.is_empty());
        assert_eq!(pipeline.len(), 0);
        let pipeline = pipeline.set("a", "a1").get::<String>("a");
        assert!(!pipeline.is_empty() && pipeline.len() == 2);
        assert_eq!(stage.get::<Option<String>>("a").unwrap(), None);
        assert_eq!(pipeline.execute().unwrap(), (true, "a1".into()));

        // Said later it is the same.
        let late = stage.pipeline().incr("n").incr("n");
        let late = if atomic { late } else { late.non_atomic() };
        assert_eq!((late.len(), late.execute().unwrap()), (2, (1, 2)));

        let batch = stage.batch();
        let mut batch = if atomic { batch } else { batch.non_atomic() };
        assert!(batch.is_empty());
        let slots: Vec<_> = (0..1000).map(|n| batch.rpush("list", n)).collect();
        assert_eq!((batch.len(), batch.is_empty()), (1000, false));
        let mut results = batch.execute().unwrap();
        for (n, slot) in slots.into_iter().enumerate() {
            assert_eq!(results.take(slot).unwrap(), n as u64 + 1);
        }
    }
    assert_eq!(stage.pipeline().execute().unwrap(), ());
    assert!(stage.batch().execute().unwrap().is_empty());
}

/// F234, F240: whatever went wrong, the client goes on as if nothing had been.
pub fn f234_usable_again<C: Client>(stage: &Stage<C>) {
    stage.set("text", "x").unwrap();
    for n in 1..=3 {
        stage.pipeline().incr("text").execute().unwrap_err();
        stage
            .pipeline()
            .non_atomic()
            .incr("text")
            .get::<String>("text")
            .execute()
            .unwrap_err();
        stage
            .pipeline()
            .run(cmd("NOSUCH").returns::<()>())
            .execute()
            .unwrap_err();
        stage.pipeline().del(Vec::<String>::new()).execute().unwrap_err();
        stage.pipeline().get::<i64>("text").execute().unwrap_err();
        assert_eq!(stage.pipeline().incr("n").execute().unwrap(), (n,));
        assert_eq!(stage.get::<String>("text").unwrap(), "x");
    }
}

/// F237, F239: errors stay with their commands if that is asked for, as they are outside of a pipeline; the other results
/// are converted as usual.
pub fn f237_errors_in_place<C: Client>(stage: &Stage<C>) {
    for atomic in [true, false] {
        stage.flush();
        stage.set("c", "text").unwrap();
        let pipeline = if atomic {
            stage.pipeline()
        } else {
            stage.pipeline().non_atomic()
        };
        let pipeline = pipeline.set("a", 1).incr("c").get::<i64>("c").incr("a");
        let (set, wrong, no_number, incremented) = pipeline.execute_each().unwrap();
        assert_eq!((set.unwrap(), incremented.unwrap()), (true, 2));
        let wrong = wrong.unwrap_err();
        assert_eq!(wrong.to_string(), stage.incr("c").unwrap_err().to_string());
        assert_eq!((wrong.kind(), wrong.pipeline_position()), (ErrorKind::Server, None));
        assert_eq!(no_number.unwrap_err().kind(), ErrorKind::Decode);

        // The class of an error stays what it is when a pipeline raises it.
        let raised = stage.pipeline().incr("c").execute().unwrap_err();
        assert_eq!((raised.kind(), raised.code()), (ErrorKind::Server, Some("ERR")));
        assert_eq!(raised.server_error(), wrong.server_error());
    }
    assert_eq!(stage.pipeline().execute_each().unwrap(), ());
}

/// F238: the arguments as they were queued, amounts and option words included; unicode stays, other bytes are escaped.
pub fn f238_annotation_text<C: Client>(stage: &Stage<C>) {
    stage.set("s", "text").unwrap();
    let start = |error: Error| {
        let text = error.to_string();
        text.split_once(" of pipeline caused error: ").unwrap().0.to_string()
    };
    let incrby = stage.pipeline().set("x", 1).incrby("s", 7).execute().unwrap_err();
    assert_eq!(start(incrby), "Command # 2 (INCRBY s 7)");
    let unicode = stage.pipeline().lpush("s", "ключ ☃").execute().unwrap_err();
    assert_eq!(start(unicode), "Command # 1 (LPUSH s ключ ☃)");
    let bytes = stage.pipeline().lpush("s", &b"\xff\x00"[..]).execute().unwrap_err();
    assert_eq!(start(bytes), "Command # 1 (LPUSH s \\xff\\u{0})");
    let options = cmd("ZADD")
        .key("s")
        .arg("NX")
        .arg("CH")
        .arg(1.5)
        .arg("m")
        .returns::<i64>();
    let options = stage.pipeline().non_atomic().run(options).execute().unwrap_err();
    assert_eq!(start(options), "Command # 1 (ZADD s NX CH 1.5 m)");
}

/// F256, F257: a command that makes no sense is named by its number, and nothing of the pipeline is sent.
pub fn f256_f257_refused<C: Client>(stage: &Stage<C>) {
    for atomic in [true, false] {
        let pipeline = || {
            if atomic {
                stage.pipeline()
            } else {
                stage.pipeline().non_atomic()
            }
        };
        let none: [&str; 0] = [];
        let mget = pipeline().set("a", 1).mget::<Option<String>>(none).set("b", 1);
        let error = mget.execute().unwrap_err();
        assert_eq!(
            error.to_string(),
            "Command # 2 (MGET) of pipeline caused error: MGET: at least one key is needed"
        );
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::InvalidArgument, Outcome::NotSent)
        );
        assert_eq!(error.pipeline_position(), Some(2));
        // Asked to leave errors in place, it is still not sent: there would be no place for the others.
        let mget = pipeline().set("a", 1).mget::<Option<String>>(none).set("b", 1);
        assert_eq!(mget.execute_each().unwrap_err().pipeline_position(), Some(2));
        let select = pipeline().set("a", 1).set("b", 2).run(cmd("SELECT 1").returns::<()>());
        let error = select.execute().unwrap_err();
        assert_eq!(
            (error.kind(), error.pipeline_position()),
            (ErrorKind::InvalidArgument, Some(3))
        );
    }
    let values: (Option<i64>, Option<i64>) = stage.pipeline().get("a").get("b").execute().unwrap();
    assert_eq!(values, (None, None));
}

/// The end of the connection is the answer, and nothing is sent again: the server that was asked is the only one to end.
pub fn shutdown<C: Client>(stage: &Stage<C>) {
    if stage.is_in_memory() {
        return;
    }
    assert!(stage.ping().unwrap());
    stage.shutdown_with(ShutdownOptions::new().nosave()).unwrap();
    let error = stage.ping().unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Transport, Outcome::NotSent),
        "{error}"
    );
}
