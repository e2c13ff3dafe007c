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
