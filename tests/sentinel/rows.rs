//! The rows of the redis-py behaviour reference on Sentinel, on scripts, for the blocking client and the async one.

use std::time::Duration;

use redwire::command::Executor;
use redwire::topology::sentinel::Sentinels;
use redwire::{Config, ConnectionEvent, Credentials, ErrorKind, Outcome, PoolOptions, RetryPolicy, cmd};

use crate::peers::{
    MASTER, NOBODY, REPLICA, asked, asynchronous, each, lists, master_of, names, replica_of, sentinels, server,
};
use crate::stage::{Client, assert_error, bulk, get, incr, ms, script};

const READONLY: &str = "-READONLY You can't write against a read only replica.\r\n";

#[test]
fn f315_sentinels_have_settings_of_their_own() {
    let sentinels = sentinels().with_credentials(Credentials::user("watch", "of the sentinels"));
    let config = master_of(sentinels)
        .with_credentials(Credentials::password("of the servers"))
        .with_database(3);
    let auth = |words: &[&str]| words.iter().fold(cmd("AUTH"), |auth, word| auth.arg(*word));
    each(
        &config,
        |clock| {
            let begun = script(clock)
                .expect(auth(&["watch", "of the sentinels"]))
                .reply("+OK\r\n");
            let sentinel = crate::peers::asks(begun).reply(crate::peers::master("m1:1", 1));
            let master = script(clock)
                .expect(auth(&["of the servers"]))
                .reply("+OK\r\n")
                .expect(cmd("ROLE"))
                .reply(MASTER)
                .expect(auth(&["of the servers"]))
                .reply("+OK\r\n")
                .expect(cmd("SELECT").arg(3))
                .reply("+OK\r\n")
                .expect(get("a"))
                .reply(bulk("a"));
            vec![("s1:1", sentinel), ("m1:1", master)]
        },
        |client, _, _| assert_eq!(client.said(get("a")), "\"a\""),
    );
}

#[test]
fn f316_f317_f322_sentinels_are_asked_at_each_connect_the_one_that_knew_first() {
    each(
        &master_of(sentinels()),
        |clock| {
            let master = || server(clock, MASTER);
            vec![
                // Nobody is at s1.
                ("s2:1", names(clock, "m1:1", 1)),
                ("m1:1", master().expect(get("a")).reply(bulk("a")).close()),
                ("s2:1", names(clock, "m1:1", 1)),
                ("m1:1", master().expect(get("b")).reply(bulk("b"))),
            ]
        },
        |client, peers, clock| {
            assert_eq!(client.said(get("a")), "\"a\"");
            assert_eq!(peers.dials(), ["s1:1", "s2:1", "m1:1"]);
            client.pass(Duration::from_secs(20), clock);
            assert_eq!(client.said(get("b")), "\"b\"");
            assert_eq!(peers.dials(), ["s2:1", "m1:1"]);
        },
    );
}

#[test]
fn f318_no_master_is_a_connection_error_with_a_name() {
    let config = master_of(sentinels()).with_retry(RetryPolicy::none());
    each(
        &config,
        |clock| vec![("s2:1", asked(clock).reply(NOBODY))],
        |client, _, _| {
            let error = client.one(incr("n")).unwrap_err();
            assert_error(&error, ErrorKind::MasterNotFound, Outcome::NotSent);
            assert_eq!(
                error.to_string(),
                "No master found for 'mymaster': cannot connect to s1:1: connection refused; s2:1: it knows no such master"
            );
        },
    );
    // It is worth another try, as everything is that was not sent.
    each(
        &master_of(sentinels()),
        |clock| {
            vec![
                ("s1:1", asked(clock).reply(NOBODY)),
                ("s2:1", asked(clock).reply(NOBODY)),
                ("s1:1", names(clock, "m1:1", 1)),
                ("m1:1", server(clock, MASTER).expect(incr("n")).reply(":1\r\n")),
            ]
        },
        |client, _, _| assert_eq!(client.said(incr("n")), "1"),
    );
}

#[test]
fn f321_t50_what_is_named_the_master_is_asked_itself() {
    each(
        &master_of(sentinels()),
        |clock| {
            vec![
                ("s1:1", names(clock, "m1:1", 1)),
                ("m1:1", server(clock, REPLICA)),
                ("s2:1", names(clock, "m2:1", 2)),
                ("m2:1", server(clock, MASTER).expect(incr("n")).reply(":1\r\n")),
            ]
        },
        |client, peers, _| {
            assert_eq!(client.said(incr("n")), "1");
            assert_eq!(peers.dials(), ["s1:1", "m1:1", "s2:1", "m2:1"]);
        },
    );
    // Nobody knows a better one: nothing is written to a replica.
    each(
        &master_of(sentinels()).with_retry(RetryPolicy::none()),
        |clock| {
            vec![
                ("s1:1", names(clock, "m1:1", 1)),
                ("m1:1", server(clock, REPLICA)),
                ("s2:1", names(clock, "m1:1", 1)),
            ]
        },
        |client, _, _| assert_eq!(client.said(incr("n")), "MasterNotFound NotSent"),
    );
}

#[test]
fn t50_sentinels_whose_answers_make_no_sense() {
    use crate::peers::{at, masters};
    let well = masters("m1:1", 1);
    let table = [
        ("*-1\r\n", at("m1:1")),
        ("$-1\r\n", at("m1:1")),
        ("*1\r\n*2\r\n$4\r\nname\r\n$8\r\nmymaster\r\n", at("m1:1")),
        ("+OK\r\n", at("m1:1")),
        ("-ERR no\r\n", at("m1:1")),
        (&*masters("m1:99999", 1), at("m1:1")),
        (&*well, at("m1:99999")),
        (&*well, at("m1:0")),
        (&*well, "*-1\r\n".into()),
        (&*well, "*1\r\n$2\r\nm1\r\n".into()),
        (&*well, "-ERR no\r\n".into()),
    ];
    for (masters, address) in table {
        each(
            &master_of(sentinels()),
            |clock| {
                vec![
                    ("s1:1", asked(clock).reply(format!("{masters}{address}"))),
                    ("s2:1", names(clock, "m1:1", 1)),
                    ("m1:1", server(clock, MASTER).expect(incr("n")).reply(":1\r\n")),
                ]
            },
            |client, _, _| assert_eq!(client.said(incr("n")), "1", "{masters:?} {address:?}"),
        );
    }
    // Nor what is no RESP, nor silence.
    for sentinel in [
        |clock: &_| asked(clock).reply("HTTP/1.1 400\r\n"),
        |clock: &_| asked(clock).hang(),
        |clock: &_| asked(clock).reset(),
    ] {
        each(
            &master_of(sentinels()),
            |clock| {
                vec![
                    ("s1:1", sentinel(clock)),
                    ("s2:1", names(clock, "m1:1", 1)),
                    ("m1:1", server(clock, MASTER).expect(incr("n")).reply(":1\r\n")),
                ]
            },
            |client, _, clock| {
                assert_eq!(client.said(incr("n")), "1");
                assert!(crate::peers::elapsed(clock) <= Duration::from_secs(2));
            },
        );
    }
}

#[test]
fn f323_d16_idle_connections_are_closed_when_the_master_changes_and_those_in_use_when_they_come_back() {
    let pool = PoolOptions::new().with_max_connections(3);
    let config = master_of(sentinels()).with_pool(pool);
    let clock = redwire::mock::Clock::new();
    let old = || server(&clock, MASTER);
    let scripts = vec![
        ("s1:1", names(&clock, "m1:1", 1)),
        ("m1:1", old().expect(get("a")).reply(bulk("a"))),
        ("s1:1", names(&clock, "m1:1", 1)),
        (
            "m1:1",
            old()
                .expect(get("b"))
                .reply(bulk("b"))
                .expect(get("d"))
                .reply(bulk("d")),
        ),
        ("s1:1", names(&clock, "m2:1", 2)),
        (
            "m2:1",
            server(&clock, MASTER)
                .expect(get("c"))
                .reply(bulk("c"))
                .expect(get("e"))
                .reply(bulk("e")),
        ),
    ];
    let peers = crate::peers::Peers::new(&clock, scripts);
    let pool = redwire::blocking::Pool::with_clock(config, peers.clone(), std::sync::Arc::new(clock.clone())).unwrap();
    let client = pool.client();
    let said =
        |connection: &redwire::blocking::Exclusive, key: &str| connection.run(get(key).returns::<String>()).unwrap();
    let (idle, held) = (client.exclusive().unwrap(), client.exclusive().unwrap());
    assert_eq!((said(&idle, "a"), said(&held, "b")), ("a".into(), "b".into()));
    drop(idle);
    // The idle one is taken by somebody, so a third is opened, and that one hears of the new master.
    let busy = client.exclusive().unwrap();
    let other = client.exclusive().unwrap();
    assert_eq!(said(&other, "c"), "c");
    // What is in use goes on, and is not given to anybody else.
    assert_eq!(said(&held, "d"), "d");
    assert_eq!(pool.stats().idle, 0);
    drop((busy, held));
    assert_eq!((pool.stats().idle, pool.stats().lent), (0, 1));
    drop(other);
    assert_eq!((pool.stats().idle, pool.stats().opened), (1, 3));
    // The remembered master is the new one: nothing is closed a second time.
    let again = client.exclusive().unwrap();
    assert_eq!(said(&again, "e"), "e");
    drop((again, client, pool));
    peers.finish();
}

#[test]
fn f324_t32_a_write_that_a_former_master_refuses_goes_to_the_new_one() {
    each(
        &master_of(sentinels()),
        |clock| {
            let old = server(clock, MASTER)
                .expect(incr("n"))
                .reply(":1\r\n")
                .expect(incr("n"))
                .reply(READONLY);
            vec![
                ("s1:1", names(clock, "m1:1", 1)),
                ("m1:1", old),
                ("s1:1", names(clock, "m2:1", 2)),
                (
                    "m2:1",
                    server(clock, MASTER)
                        .expect(incr("n"))
                        .reply(":2\r\n")
                        .expect(incr("n"))
                        .reply(":3\r\n"),
                ),
            ]
        },
        |client, _, clock| {
            assert_eq!(client.said(incr("n")), "1");
            // However young the connection is.
            assert_eq!(client.said(incr("n")), "2");
            assert!(crate::peers::elapsed(clock) <= ms(300));
            assert_eq!(client.said(incr("n")), "3");
        },
    );
    // Told as the server said it, where nothing is sent again.
    each(
        &master_of(sentinels()).with_retry(RetryPolicy::none()),
        |clock| {
            vec![
                ("s1:1", names(clock, "m1:1", 1)),
                ("m1:1", server(clock, MASTER).expect(incr("n")).reply(READONLY)),
                ("s1:1", names(clock, "m2:1", 2)),
                ("m2:1", server(clock, MASTER).expect(incr("n")).reply(":1\r\n")),
            ]
        },
        |client, _, _| {
            let error = client.one(incr("n")).unwrap_err();
            assert_error(&error, ErrorKind::Server, Outcome::Rejected);
            assert_eq!(error.code(), Some("READONLY"));
            assert_eq!(client.said(incr("n")), "1");
        },
    );
}

#[test]
fn f324_on_a_replica_a_write_stays_an_error() {
    each(
        &replica_of(sentinels()),
        |clock| {
            let replica = server(clock, REPLICA)
                .expect(incr("n"))
                .reply(READONLY)
                .expect(incr("n"))
                .reply(READONLY);
            vec![
                ("s1:1", lists(clock, &["r1:1"])),
                ("r1:1", replica.expect(get("a")).reply(bulk("a"))),
            ]
        },
        |client, _, clock| {
            assert_eq!(client.said(incr("n")), "Server Rejected");
            client.pass(Duration::from_secs(20), clock);
            assert_eq!(client.said(incr("n")), "Server Rejected");
            assert_eq!(client.said(get("a")), "\"a\"");
        },
    );
}

#[test]
fn f325_f326_replicas_in_turn_and_the_master_if_there_is_no_other() {
    let three = ["r1:1", "r2:1", "r3:1"];
    each(
        &replica_of(sentinels()),
        |clock| {
            let replica = |key: &str| server(clock, REPLICA).expect(get(key)).reply(bulk(key)).close();
            let lists = || lists(clock, &three);
            let mut scripts: Vec<_> = (0..4).map(|_| ("s1:1", lists())).collect();
            for address in three {
                scripts.push((address, replica("a")));
            }
            scripts.push(("s1:1", names(clock, "m1:1", 1)));
            scripts.push(("m1:1", server(clock, MASTER).expect(get("a")).reply(bulk("a"))));
            scripts
        },
        |client, peers, clock| {
            let mut seen = Vec::new();
            for _ in 0..3 {
                assert_eq!(client.said(get("a")), "\"a\"");
                seen.extend(peers.dials().into_iter().filter(|address| address.starts_with('r')));
                client.pass(Duration::from_secs(20), clock);
            }
            // One after the other, wherever it began.
            let first = three.iter().position(|address| *address == seen[0]).unwrap();
            let turns: Vec<_> = (0..3).map(|turn| three[(first + turn) % 3]).collect();
            assert_eq!(seen, turns);
            // Then all of them refuse, each asked once.
            assert_eq!(client.said(get("a")), "\"a\"");
            let mut dials = peers.dials();
            assert_eq!(dials.remove(0), "s1:1");
            let refused: Vec<_> = dials.drain(..3).collect();
            assert_eq!(
                refused,
                (0..3).map(|turn| three[(first + turn) % 3]).collect::<Vec<_>>()
            );
            assert_eq!(dials, ["s1:1", "m1:1"]);
        },
    );
    each(
        &replica_of(sentinels()).with_retry(RetryPolicy::none()),
        |_| Vec::new(),
        |client, _, _| {
            let error = client.one(get("a")).unwrap_err();
            assert_error(&error, ErrorKind::SlaveNotFound, Outcome::NotSent);
            assert!(
                error.to_string().starts_with("No slave found for 'mymaster': "),
                "{error}"
            );
        },
    );
}

#[test]
fn f328_text_forms() {
    each(
        &master_of(sentinels()),
        |_| Vec::new(),
        |client, _, _| {
            let text = match client {
                Client::Blocking(client) => format!("{client:?}"),
                Client::Async(client, _) => format!("{client:?}"),
            };
            assert!(text.ends_with("Client(mymaster(master))"), "{text}");
        },
    );
    let three =
        || Sentinels::new([("10.0.0.1", 1), ("10.0.0.2", 2)]).with_credentials(Credentials::password("hunter2"));
    let texts = [
        format!("{:?}", redwire::blocking::Sentinel::new(three()).unwrap()),
        format!("{:?}", redwire::tokio::Sentinel::new(three()).unwrap()),
        format!("{:?}", redwire::async_std::Sentinel::new(three()).unwrap()),
        format!("{:?}", redwire::smol::Sentinel::new(three()).unwrap()),
    ];
    assert_eq!(texts, ["Sentinel<sentinels=[10.0.0.1:1,10.0.0.2:2]>"; 4]);
    let error = redwire::blocking::Sentinel::new([("", 0); 0]).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::Config, "the list of sentinels is empty".into())
    );
}

#[test]
fn t34_a_wrong_password_for_a_server_is_told_once() {
    let config = master_of(sentinels()).with_credentials(Credentials::password("wrong"));
    each(
        &config,
        |clock| {
            let refused = script(clock)
                .expect(cmd("AUTH").arg("wrong"))
                .reply("-WRONGPASS no\r\n");
            vec![("s1:1", names(clock, "m1:1", 1)), ("m1:1", refused)]
        },
        |client, peers, _| {
            let error = client.one(get("a")).unwrap_err();
            assert_error(&error, ErrorKind::Authentication, Outcome::NotSent);
            assert_eq!(peers.dials(), ["s1:1", "m1:1"]);
        },
    );
}

#[test]
fn credentials_that_change_are_used_for_the_check_and_for_the_login() {
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let provider = redwire::CredentialsFn(move || {
        let n = asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) % 2;
        Ok(Credentials::password(format!("token{n}")))
    });
    let config = master_of(sentinels()).with_credentials_provider(std::sync::Arc::new(provider));
    each(
        &config,
        |clock| {
            let begun = |token: &str| {
                let auth = || cmd("AUTH").arg(token);
                let checked = script(clock)
                    .expect(auth())
                    .reply("+OK\r\n")
                    .expect(cmd("ROLE"))
                    .reply(MASTER);
                checked.expect(auth()).reply("+OK\r\n")
            };
            vec![
                ("s1:1", names(clock, "m1:1", 1)),
                ("m1:1", begun("token0").expect(get("a")).reply(bulk("a")).close()),
                ("s1:1", names(clock, "m1:1", 1)),
                ("m1:1", begun("token1").expect(get("b")).reply(bulk("b"))),
            ]
        },
        |client, _, clock| {
            assert_eq!(client.said(get("a")), "\"a\"");
            client.pass(Duration::from_secs(20), clock);
            assert_eq!(client.said(get("b")), "\"b\"");
        },
    );
}

#[test]
fn a_sentinel_that_has_not_heard_of_the_failover_moves_nobody_back() {
    each(
        &master_of(sentinels()),
        |clock| {
            vec![
                ("s1:1", names(clock, "m2:1", 2)),
                ("m2:1", server(clock, MASTER).expect(get("a")).reply(bulk("a")).close()),
                ("s1:1", names(clock, "m1:1", 1)),
                ("s2:1", names(clock, "m2:1", 2)),
                ("m2:1", server(clock, MASTER).expect(get("b")).reply(bulk("b"))),
            ]
        },
        |client, peers, clock| {
            assert_eq!(client.said(get("a")), "\"a\"");
            client.pass(Duration::from_secs(20), clock);
            assert_eq!(client.said(get("b")), "\"b\"");
            assert_eq!(peers.dials(), ["s1:1", "m2:1", "s1:1", "s2:1", "m2:1"]);
        },
    );
}

#[test]
fn a_promoted_replica_is_used_before_the_failover_is_over() {
    each(
        &master_of(sentinels()),
        |clock| {
            // Dead, as the sentinel that fails over still says of the old master.
            let masters = crate::peers::masters("m1:1", 2).replace("$6\r\nmaster", "$13\r\nmaster,s_down");
            vec![
                ("s1:1", asked(clock).reply(masters + &crate::peers::at("m2:1"))),
                ("m2:1", server(clock, MASTER).expect(incr("n")).reply(":1\r\n")),
            ]
        },
        |client, peers, _| {
            assert_eq!(client.said(incr("n")), "1");
            assert_eq!(peers.dials(), ["s1:1", "m2:1"]);
        },
    );
}

#[test]
fn nobody_waits_longer_than_connecting_may_take() {
    let config = master_of(sentinels().with_timeout(Duration::from_secs(60)))
        .with_connect_timeout(Duration::from_secs(3))
        .with_retry(RetryPolicy::none());
    each(
        &config,
        |clock| {
            let silent = || asked(clock).hang();
            vec![("s1:1", silent()), ("s2:1", silent())]
        },
        |client, _, clock| {
            let error = client.one(incr("n")).unwrap_err();
            assert_error(&error, ErrorKind::MasterNotFound, Outcome::NotSent);
            let took = crate::peers::elapsed(clock);
            assert!(ms(1500) < took && took <= Duration::from_secs(3), "{took:?}");
        },
    );
}

#[test]
fn observers_are_told_which_server_it_is_and_of_every_new_master() {
    for blocking in [true, false] {
        let log = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let lines = log.clone();
        let observe = move |event: &ConnectionEvent| {
            lines.lock().unwrap().push(match event {
                ConnectionEvent::Connected { peer, epoch, .. } => format!("connected {peer} {epoch}"),
                ConnectionEvent::Lost { peer, epoch, .. } => format!("lost {peer} {epoch}"),
                ConnectionEvent::DialFailed { peer, .. } => format!("failed {peer}"),
                ConnectionEvent::MasterChanged { service, from, to, .. } => format!("{service} from {from} to {to}"),
                other => format!("{other:?}"),
            });
        };
        let config: Config = master_of(sentinels()).with_observer(std::sync::Arc::new(observe));
        let scripts = |clock: &_| {
            vec![
                ("s1:1", names(clock, "m1:1", 1)),
                ("m1:1", server(clock, MASTER).expect(get("a")).reply(bulk("a")).close()),
                ("s2:1", asked(clock).reply(NOBODY)),
                ("s2:1", names(clock, "m2:1", 2)),
                ("m2:1", server(clock, MASTER).expect(get("b")).reply(bulk("b"))),
            ]
        };
        let test = |client: &Client, _: &_, clock: &_| {
            assert_eq!(client.said(get("a")), "\"a\"");
            client.pass(Duration::from_secs(20), clock);
            assert_eq!(client.said(get("b")), "\"b\"");
            let told = std::mem::take(&mut *log.lock().unwrap());
            let expected = [
                "connected m1:1 0",
                "lost m1:1 0",
                "failed mymaster(master)",
                "mymaster(master) from m1:1 to m2:1",
                "connected m2:1 1",
            ];
            assert_eq!(told, expected);
        };
        if blocking {
            let clock = redwire::mock::Clock::new();
            let peers = crate::peers::Peers::new(&clock, scripts(&clock));
            let clocks = std::sync::Arc::new(clock.clone());
            let pool = redwire::blocking::Pool::with_clock(config, peers.clone(), clocks).unwrap();
            test(&Client::Blocking(pool.client()), &peers, &clock);
            peers.finish();
        } else {
            asynchronous(&config, scripts, test);
        }
    }
}
