//! Transactions that depend on what was read (WATCH), through the client of every runtime. Names begin with the rows of
//! the reference that they hold to.

use redwire::command::Executor;
use redwire::flow::Driver;
use redwire::pipeline::{Batch, Pipeline};
use redwire::prelude::*;
use redwire::resp::Value;
use redwire::transaction::TransactionOptions;

use super::owned::Owned;
use super::watching::{Handle, Watches};

/// Commands are methods of a handle as they are of a client.
struct Tx<H>(H);

impl<H: Handle> Executor for &Tx<H> {
    type Output<T> = Result<T, Error>;

    fn run<T>(self, command: Command<T>) -> Result<T, Error> {
        self.0.call(command)
    }
}

impl<H: Handle> Driver for &Tx<H> {
    type Driven<F: redwire::flow::Flow> = F::Output;

    fn drive<F: redwire::flow::Flow>(self, flow: F) -> F::Output {
        self.0.drive_to_end(flow)
    }
}

impl<H: Handle> Tx<H> {
    fn multi(&self) -> Pipeline<&Self> {
        Pipeline::multi(self)
    }

    fn multi_batch(&self) -> Batch<&Self> {
        Batch::multi(self)
    }
}

fn watch<'a, C: Watches + 'a>(stage: &'a Owned<C>, keys: &[&str]) -> Tx<C::Handle<'a>> {
    Tx(stage.client.watch_keys(keys).unwrap())
}

/// F243, F244: commands run at once while keys are watched; what is collected runs as one.
pub fn f243_immediate_then_multi<C: Watches>(stage: &Owned<C>) {
    stage.set("a", 1).unwrap();
    let tx = watch(stage, &["a", "b"]);
    assert_eq!(tx.get::<i64>("a").unwrap(), 1);
    assert_eq!(tx.get::<Option<i64>>("b").unwrap(), None);
    let multi = tx.multi().incr("a").set("b", "x");
    assert_eq!(multi.len(), 2);
    assert_eq!(
        stage.bystander.get::<i64>("a").unwrap(),
        1,
        "nothing is sent before execute"
    );
    assert_eq!(multi.execute().unwrap(), (2, true));

    let tx = watch(stage, &["a"]);
    let mut batch = tx.multi_batch();
    let slots: Vec<_> = (1..=3).map(|n| batch.incrby("a", n)).collect();
    let mut results = batch.execute().unwrap();
    let values: Vec<i64> = slots.into_iter().map(|slot| results.take(slot).unwrap()).collect();
    assert_eq!(values, [3, 5, 8]);
}

/// F247: nothing is done if a watched key has changed, the error says so, and nothing is watched any more.
pub fn f247_watch_failure<C: Watches>(stage: &Owned<C>) {
    for changed in ["a", "b"] {
        stage.flush();
        let tx = watch(stage, &["a", "b"]);
        stage.bystander.set(changed, "other").unwrap();
        let error = tx.multi().set("c", 1).execute().unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::WatchFailed, Outcome::Rejected)
        );
        assert_eq!(error.to_string(), "a watched key had changed: nothing was done");
        assert_eq!((error.code(), error.pipeline_position()), (None, None));
        assert_eq!(stage.get::<Option<i64>>("c").unwrap(), None);
        assert!(!tx.0.is_watching());
        // The same handle can start over.
        tx.0.watch("a").unwrap();
        assert_eq!(tx.multi().set("c", 1).execute().unwrap(), (true,));
    }
    // Changed by oneself, before EXEC, counts as well; changed in the transaction does not.
    let tx = watch(stage, &["a"]);
    tx.set("a", 1).unwrap();
    assert_eq!(tx.multi().execute().unwrap_err().kind(), ErrorKind::WatchFailed);
    tx.0.watch("a").unwrap();
    assert_eq!(tx.multi().incr("a").incr("a").execute().unwrap(), (2, 3));
}

/// D04 (F233): a transaction without commands still asks whether a watched key has changed.
pub fn d04_empty_transaction_verifies<C: Watches>(stage: &Owned<C>) {
    let tx = watch(stage, &["a"]);
    assert_eq!(tx.multi().execute().unwrap(), ());
    assert!(!tx.0.is_watching(), "the watch has been used");

    for batch in [false, true] {
        let tx = watch(stage, &["a"]);
        stage.bystander.set("a", "other").unwrap();
        let error = if batch {
            tx.multi_batch().execute().unwrap_err()
        } else {
            tx.multi().execute().unwrap_err()
        };
        assert_eq!(error.kind(), ErrorKind::WatchFailed);
    }
    let tx = watch(stage, &["a"]);
    assert!(tx.multi_batch().execute().unwrap().is_empty());
}

/// F248: UNWATCH is sent only when something is watched, and ends the handle's use until it watches again.
pub fn f248_unwatch<C: Watches>(stage: &Owned<C>) {
    let tx = watch(stage, &["a"]);
    stage.bystander.set("a", 1).unwrap();
    tx.0.unwatch().unwrap();
    tx.0.unwatch().unwrap();
    assert!(!tx.0.is_watching());
    tx.0.watch("b").unwrap();
    assert_eq!(
        tx.multi().incr("a").execute().unwrap(),
        (2,),
        "the change of a is forgotten"
    );
}

/// A handle whose transaction is over protects nothing, and says so instead of going on.
pub fn handle_that_is_over<C: Watches>(stage: &Owned<C>) {
    stage.set("a", 1).unwrap();
    let tx = watch(stage, &["a"]);
    tx.multi().incr("a").execute().unwrap();
    let errors = [
        tx.get::<i64>("a").unwrap_err(),
        tx.multi().incr("a").execute().unwrap_err(),
        tx.multi().execute().unwrap_err(),
        Pipeline::new(&tx).non_atomic().incr("a").execute().unwrap_err(),
    ];
    for error in errors {
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::NotWatching, Outcome::NotSent)
        );
        let text = error.to_string();
        assert!(
            text.ends_with("no key is watched any more: the transaction is over (the command was not sent)"),
            "{text}"
        );
    }
    assert_eq!(stage.get::<i64>("a").unwrap(), 2);
}

/// F254, D03 (F235, F236): the real error of a command in a transaction, whether it was not queued or failed when run.
pub fn f254_errors_in_a_watched_transaction<C: Watches>(stage: &Owned<C>) {
    let tx = watch(stage, &["a"]);
    let error = tx
        .multi()
        .set("a", "x")
        .run(cmd("NOSUCHCOMMAND").arg(1).returns::<Value>())
        .execute()
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("Command # 2 (NOSUCHCOMMAND 1) of pipeline caused error: ERR unknown command"),
        "{text}"
    );
    assert_eq!((error.code(), error.outcome()), (Some("ERR"), Outcome::Rejected));
    assert_eq!(stage.get::<Option<String>>("a").unwrap(), None, "nothing was run");
    assert!(!tx.0.is_watching(), "the server has forgotten the keys");

    let tx = watch(stage, &["a"]);
    let error = tx.multi().set("a", "x").incr("a").set("b", 1).execute().unwrap_err();
    assert_eq!(
        (error.pipeline_position(), error.outcome()),
        (Some(2), Outcome::Rejected)
    );
    assert_eq!(stage.get::<i64>("b").unwrap(), 1, "the others were run");
    // In place, if that is asked for.
    let tx = watch(stage, &["a"]);
    let (first, second) = tx.multi().incr("a").incr("b").execute_each().unwrap();
    assert_eq!((first.unwrap_err().code(), second.unwrap()), (Some("ERR"), 2));
    // What cannot be sent is not, and the keys stay watched.
    let tx = watch(stage, &["a"]);
    let error = tx.multi().del(Vec::<String>::new()).execute().unwrap_err();
    assert_eq!(
        (error.kind(), error.pipeline_position()),
        (ErrorKind::InvalidArgument, Some(1))
    );
    let error = tx.multi().run(cmd("WATCH a").returns::<()>()).execute().unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::InvalidArgument, Outcome::NotSent)
    );
    assert_eq!(tx.multi().set("a", 1).execute().unwrap(), (true,));
}

/// F232, T26: a handle that is dropped leaves no watch behind for the next user of its connection.
pub fn t26_a_dropped_handle_leaves_no_watch<C: Watches>(stage: &Owned<C>) {
    for n in 1..=5 {
        drop(watch(stage, &["a"]));
        stage.bystander.set("a", "other").unwrap();
        let tx = watch(stage, &["b"]);
        assert_eq!(tx.multi().incr("n").execute().unwrap(), (n,));
    }
}

/// F258: again until nobody else was faster; the closure's value is the result; a limit ends it.
pub fn f258_transaction_is_tried_again<C: Watches>(stage: &Owned<C>) {
    stage.set("n", 1).unwrap();
    let mut rivals = 3;
    let incremented = stage.client.increment("n", TransactionOptions::new(), || {
        if rivals > 0 {
            rivals -= 1;
            stage.bystander.incrby("n", 10).unwrap();
        }
    });
    assert_eq!(incremented.unwrap(), 32);
    assert_eq!(stage.get::<i64>("n").unwrap(), 32);

    let mut tries = 0;
    let options = TransactionOptions::new()
        .max_tries(4)
        .delay(std::time::Duration::from_millis(3));
    let error = stage.client.increment("n", options, || {
        tries += 1;
        stage.bystander.incr("n").unwrap();
    });
    assert_eq!((error.unwrap_err().kind(), tries), (ErrorKind::WatchFailed, 4));
    assert_eq!(stage.get::<i64>("n").unwrap(), 36);

    // Any other error ends it, and so does what keeps the keys from being watched.
    stage.set("text", "x").unwrap();
    let mut tries = 0;
    let error = stage.client.increment("text", TransactionOptions::new(), || tries += 1);
    assert_eq!((error.unwrap_err().kind(), tries), (ErrorKind::Decode, 0));
    let error = stage.client.watch_keys(&[]).err().unwrap();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::InvalidArgument, Outcome::NotSent)
    );
}

/// Twenty callers on clones of one client, fifty increments each, lose none.
pub fn twenty_callers_increment<C: Watches>(stage: &Owned<C>) {
    stage.set("n", 0).unwrap();
    stage.client.increments("n", 20, 50);
    assert_eq!(stage.get::<i64>("n").unwrap(), 1000);
}
