//! Clients that are told of a new master: what becomes of their connections to the old one, in virtual time.

use std::time::Duration;

use redwire::command::Executor;
use redwire::mock::{Clock, Script};
use redwire::resp::Reply;
use redwire::topology::sentinel::Sentinels;
use redwire::{Config, ErrorKind, Outcome};

use crate::peers::{MASTER, Peers, REPLICA, asks, lists, master, master_of, names, replica_of, server};
use crate::stage::{AsyncClient, Exec, Tasks, assert_error, bulk, describe, get, greeted, incr, ms};

fn watched() -> Sentinels {
    Sentinels::new([("s1", 1), ("s2", 1)]).with_watch_interval(Duration::from_secs(5))
}

fn bulks(texts: &[&str]) -> String {
    texts.iter().map(|text| bulk(text)).collect()
}

/// A sentinel that somebody subscribes to, and that names this master then.
fn watching(clock: &Clock, address: &str, epoch: u64) -> Script {
    let channels = ["+switch-master", "+promoted-slave"];
    let subscribe = redwire::cmd("SUBSCRIBE").arg(channels);
    let confirmed = |channel: &str, n: u8| format!(">3\r\n{}:{n}\r\n", bulks(&["subscribe", channel]));
    let confirmed = confirmed(channels[0], 1) + &confirmed(channels[1], 2);
    asks(greeted(clock).expect(subscribe)).reply(confirmed + &master(address, epoch))
}

/// The sentinel says that there is a new master, is asked for it and names it.
fn switches(sentinel: Script, address: &str, epoch: u64) -> Script {
    let text = format!("mymaster m1 1 {}", address.replace(':', " "));
    let message = format!(">3\r\n{}", bulks(&["message", "+switch-master", &text]));
    asks(sentinel.reply(message)).reply(master(address, epoch))
}

struct Show {
    exec: Exec,
    peers: Peers,
    client: AsyncClient,
}

fn show(config: &Config, scripts: impl Fn(&Clock) -> Vec<(&'static str, Script)>) -> Show {
    let exec = Exec::new();
    let peers = Peers::new(exec.clock(), scripts(exec.clock()));
    let client = Tasks::Own.client(&exec, config, peers.clone());
    Show { exec, peers, client }
}

impl Show {
    fn said(&self, request: redwire::command::Request) -> String {
        describe(&self.exec.run(self.client.run(request.returns::<Reply>())))
    }

    /// Every script must have been played to its end.
    fn finish(self) {
        drop(self.client);
        self.exec.settle();
        self.exec.kill_tasks();
        self.peers.finish();
    }
}

#[test]
fn an_idle_client_leaves_the_old_master_and_its_task_ends_with_it() {
    let show = show(&master_of(watched()), |clock| {
        vec![
            ("s1:1", names(clock, "m1:1", 1)),
            ("s1:1", switches(watching(clock, "m1:1", 1).stall(ms(300)), "m2:1", 2)),
            ("m1:1", server(clock, MASTER).expect(get("a")).reply(bulk("a"))),
            ("s1:1", names(clock, "m2:1", 2)),
            ("m2:1", server(clock, MASTER).expect(get("b")).reply(bulk("b"))),
        ]
    });
    assert_eq!(show.said(get("a")), "\"a\"");
    show.exec.pass(ms(1000));
    assert_eq!(show.peers.dials(), ["s1:1", "m1:1", "s1:1"]);
    assert_eq!(show.said(get("b")), "\"b\"");
    assert_eq!(show.peers.dials(), ["s1:1", "m2:1"]);
    let before = show.exec.tasks();
    drop(show.client);
    show.exec.settle();
    assert!(
        before > 0 && show.exec.tasks() == 0,
        "{before}, then {}",
        show.exec.tasks()
    );
    show.peers.finish();
}

#[test]
fn replies_that_the_old_master_still_owes_arrive() {
    let show = show(&master_of(watched()), |clock| {
        let old = server(clock, MASTER).expect(incr("n")).stall(ms(400)).reply(":1\r\n");
        vec![
            ("s1:1", names(clock, "m1:1", 1)),
            ("s1:1", switches(watching(clock, "m1:1", 1).stall(ms(200)), "m2:1", 2)),
            ("m1:1", old),
            ("s1:1", names(clock, "m2:1", 2)),
            ("m2:1", server(clock, MASTER).expect(incr("n")).reply(":2\r\n")),
        ]
    });
    let (exec, client) = (show.exec.clone(), show.client.clone());
    let first = exec.start(async move { client.run(incr("n").returns::<Reply>()).await });
    show.exec.pass(ms(300));
    // Asked for after the news, it waits for the old connection to end and goes to the new master.
    let (exec, client) = (show.exec.clone(), show.client.clone());
    let second = exec.start(async move { client.run(incr("n").returns::<Reply>()).await });
    assert_eq!(describe(&show.exec.run(first)), "1");
    assert_eq!(describe(&show.exec.run(second)), "2");
    assert!(show.exec.elapsed() <= ms(450), "{:?}", show.exec.elapsed());
    show.finish();
}

#[test]
fn an_old_master_that_does_not_answer_is_given_up_after_half_a_second() {
    let show = show(&master_of(watched()), |clock| {
        vec![
            ("s1:1", names(clock, "m1:1", 1)),
            ("s1:1", switches(watching(clock, "m1:1", 1).stall(ms(200)), "m2:1", 2)),
            ("m1:1", server(clock, MASTER).expect(incr("n")).hang()),
            ("s1:1", names(clock, "m2:1", 2)),
            ("m2:1", server(clock, MASTER).expect(get("a")).reply(bulk("a"))),
        ]
    });
    let (exec, client) = (show.exec.clone(), show.client.clone());
    let first = exec.start(async move { client.run(incr("n").returns::<Reply>()).await });
    show.exec.pass(ms(250));
    assert_eq!(show.said(get("a")), "\"a\"");
    assert!(show.exec.elapsed() <= ms(720), "{:?}", show.exec.elapsed());
    // Nobody knows whether it was counted, so it is not counted again.
    let error = show.exec.run(first).unwrap_err();
    assert_error(&error, ErrorKind::Closed, Outcome::MaybeExecuted);
    assert!(error.to_string().contains("m2:1 is the master now"), "{error}");
    show.finish();
}

#[test]
fn a_call_that_waits_to_dial_again_goes_on_at_once() {
    // The longest delay there can be between two attempts.
    let backoff = redwire::Backoff::new()
        .with_base(ms(500))
        .with_cap(Duration::from_secs(60));
    let config = master_of(watched()).with_backoff(backoff);
    let show = show(&config, |clock| {
        vec![
            ("s1:1", names(clock, "m1:1", 1)),
            ("s1:1", switches(watching(clock, "m1:1", 1).stall(ms(200)), "m2:1", 2)),
            (
                "m1:1",
                server(clock, MASTER)
                    .expect(incr("n"))
                    .reply(":1\r\n")
                    .stall(ms(190))
                    .close(),
            ),
            ("s1:1", names(clock, "m2:1", 2)),
            ("m2:1", server(clock, MASTER).expect(incr("n")).reply(":2\r\n")),
        ]
    });
    assert_eq!(show.said(incr("n")), "1");
    show.exec.pass(ms(190));
    assert_eq!(show.said(incr("n")), "2");
    assert!(show.exec.elapsed() <= ms(220), "{:?}", show.exec.elapsed());
    show.finish();
}

#[test]
fn the_next_sentinel_is_watched_when_one_is_lost() {
    let show = show(&master_of(watched()), |clock| {
        vec![
            ("s1:1", names(clock, "m1:1", 1)),
            ("s1:1", watching(clock, "m1:1", 1).stall(ms(100)).close()),
            // Nobody is at s1 any more.
            ("s2:1", switches(watching(clock, "m1:1", 1).stall(ms(100)), "m2:1", 2)),
            ("m1:1", server(clock, MASTER).expect(get("a")).reply(bulk("a"))),
            ("s2:1", names(clock, "m2:1", 2)),
            ("m2:1", server(clock, MASTER).expect(get("b")).reply(bulk("b"))),
        ]
    });
    assert_eq!(show.said(get("a")), "\"a\"");
    show.exec.pass(Duration::from_secs(3));
    assert_eq!(show.peers.dials(), ["s1:1", "m1:1", "s1:1", "s1:1", "s2:1"]);
    // The one that had the news is asked first.
    assert_eq!(show.said(get("b")), "\"b\"");
    assert_eq!(show.peers.dials(), ["s2:1", "m2:1"]);
    show.finish();
}

#[test]
fn what_changed_while_nobody_listened_is_found_out_by_asking() {
    let show = show(&master_of(watched()), |clock| {
        let sentinel = asks(watching(clock, "m1:1", 1)).reply(master("m2:1", 2));
        vec![
            ("s1:1", names(clock, "m1:1", 1)),
            ("s1:1", sentinel),
            ("m1:1", server(clock, MASTER).expect(get("a")).reply(bulk("a"))),
            ("s1:1", names(clock, "m2:1", 2)),
            ("m2:1", server(clock, MASTER).expect(get("b")).reply(bulk("b"))),
        ]
    });
    assert_eq!(show.said(get("a")), "\"a\"");
    show.exec.pass(ms(4900));
    assert_eq!(show.peers.dials().len(), 3);
    show.exec.pass(ms(200));
    assert_eq!(show.said(get("b")), "\"b\"");
    show.finish();
}

#[test]
fn a_client_of_replicas_leaves_the_one_that_was_promoted() {
    let show = show(&replica_of(watched()), |clock| {
        vec![
            ("s1:1", lists(clock, &["r1:1"])),
            ("s1:1", switches(watching(clock, "m1:1", 1).stall(ms(200)), "r1:1", 2)),
            ("r1:1", server(clock, REPLICA).expect(get("a")).reply(bulk("a"))),
            ("s1:1", lists(clock, &["m1:1"])),
            ("m1:1", server(clock, REPLICA).expect(get("b")).reply(bulk("b"))),
        ]
    });
    assert_eq!(show.said(get("a")), "\"a\"");
    show.exec.pass(ms(300));
    assert_eq!(show.said(get("b")), "\"b\"");
    show.finish();
}

#[test]
fn where_there_are_no_tasks_nobody_is_watched() {
    let exec = Exec::new();
    let scripts = vec![
        ("s1:1", names(exec.clock(), "m1:1", 1)),
        ("m1:1", server(exec.clock(), MASTER).expect(get("a")).reply(bulk("a"))),
    ];
    let peers = Peers::new(exec.clock(), scripts);
    let client = Tasks::None.client(&exec, &master_of(watched()), peers.clone());
    assert_eq!(describe(&exec.run(client.run(get("a").returns::<Reply>()))), "\"a\"");
    exec.pass(Duration::from_secs(10));
    assert_eq!(peers.dials(), ["s1:1", "m1:1"]);
    drop(client);
    peers.finish();
}
