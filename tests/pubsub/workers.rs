//! Workers: threads and tasks that read for handlers.

use std::ops::ControlFlow;
use std::sync::mpsc;

use redwire::pubsub::{Event, Message, Subscribe, WorkerOptions};
use redwire::{Error, ErrorKind};

use crate::stage::Stage;

fn sending(sender: &mpsc::Sender<String>) -> impl FnMut(Message) -> Result<(), Error> + Send + use<> {
    let sender = sender.clone();
    move |message| {
        let text: String = message.decode()?;
        if text == "bad" {
            return Err(Error::invalid_argument("this is bad"));
        }
        // Whoever listened may have had enough.
        let _ = sender.send(text);
        Ok(())
    }
}

pub fn f285_a_worker_needs_handlers(stage: &mut Stage) {
    let (channel, pattern, shard) = (stage.name("a"), stage.pattern("p*"), stage.name("s"));
    for kind in ["Channel", "Pattern", "Shard channel"] {
        let mut pubsub = stage.pubsub();
        pubsub.subscribe_with(stage.name("good"), |_| ()).unwrap();
        let name = match kind {
            "Channel" => {
                pubsub.subscribe(&channel).unwrap();
                &channel
            }
            "Pattern" => {
                pubsub.psubscribe(&pattern).unwrap();
                &pattern
            }
            _ => {
                pubsub.ssubscribe(&shard).unwrap();
                &shard
            }
        };
        let error = pubsub.work(WorkerOptions::new()).map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert_eq!(error.to_string(), format!("{kind}: '{name}' has no handler registered"));
    }
}

pub fn f285_f286_a_worker_handles_until_it_is_stopped(stage: &mut Stage) {
    let (sender, handled) = mpsc::channel();
    let mut pubsub = stage.pubsub();
    pubsub.subscribe_with(stage.name("a"), sending(&sender)).unwrap();
    pubsub.psubscribe_with(stage.pattern("p*"), sending(&sender)).unwrap();
    let worker = pubsub.work(WorkerOptions::new()).unwrap();
    for n in 0..10 {
        let name = if n % 2 == 0 { "a" } else { "px" };
        assert_eq!(stage.publish(name, n), 1);
    }
    let all: Vec<String> = (0..10).map(|_| stage.receive(&handled)).collect();
    assert_eq!(all, (0..10).map(|n| n.to_string()).collect::<Vec<_>>());
    (worker.stop)();
    drop(worker.stop);
    (worker.join)().unwrap();
    assert_eq!(stage.publish("a", "late"), 0, "everything was unsubscribed from");
    assert_eq!(stage.subscribers(), 0);
}

pub fn f286_an_error_ends_the_worker_unless_it_is_handled(stage: &mut Stage) {
    let (sender, handled) = mpsc::channel();
    let mut pubsub = stage.pubsub();
    pubsub.subscribe_with(stage.name("a"), sending(&sender)).unwrap();
    let worker = pubsub.work(WorkerOptions::new()).unwrap();
    stage.publish("a", "good");
    stage.publish("a", "bad");
    assert_eq!(stage.receive(&handled), "good");
    drop(worker.stop);
    let error = (worker.join)().unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::Handler, "a handler failed: this is bad")
    );

    for breaks in [false, true] {
        let mut pubsub = stage.pubsub();
        pubsub.subscribe_with(stage.name("a"), sending(&sender)).unwrap();
        let (told, errors) = mpsc::channel();
        let options = WorkerOptions::new().exception_handler(move |error| {
            let _ = told.send(error.to_string());
            if breaks {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        let worker = pubsub.work(options).unwrap();
        stage.publish("a", "bad");
        stage.publish("a", "good");
        assert_eq!(stage.receive(&errors), "a handler failed: this is bad");
        if breaks {
            drop(worker.stop);
            assert_eq!((worker.join)().unwrap_err().kind(), ErrorKind::Handler);
        } else {
            assert_eq!(stage.receive(&handled), "good");
            (worker.stop)();
            drop(worker.stop);
            (worker.join)().unwrap();
        }
    }
}

pub fn a_worker_ends_with_the_last_subscription(stage: &mut Stage) {
    let pubsub = stage.pubsub();
    let worker = pubsub.work(WorkerOptions::new()).unwrap();
    drop(worker.stop);
    (worker.join)().unwrap();
}

pub fn a_worker_goes_on_on_the_next_connection(stage: &mut Stage) {
    let (sender, handled) = mpsc::channel();
    let (told, events) = mpsc::channel();
    let mut pubsub = stage.pubsub();
    pubsub.subscribe_with(stage.name("a"), sending(&sender)).unwrap();
    let options = WorkerOptions::new().on_event(move |event| {
        if matches!(event, Event::Gap(_)) {
            let _ = told.send("gap".to_string());
        }
    });
    let worker = pubsub.work(options).unwrap();
    stage.publish("a", "before");
    assert_eq!(stage.receive(&handled), "before");
    stage.kick();
    assert_eq!(stage.receive(&events), "gap");
    while stage.publish("a", "after") == 0 {}
    assert_eq!(stage.receive(&handled), "after");
    (worker.stop)();
    drop(worker.stop);
    (worker.join)().unwrap();
}
