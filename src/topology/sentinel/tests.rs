//! Hand-driven searches: what is asked, what is tried, and what comes of it. The numbers are the rows of the redis-py
//! behaviour reference.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure is the test's result"
)]

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;

use super::{Finder, Goal, KnownMaster, Learned, Search, Sentinels, Service, ServiceRole, Step, Watch};
use crate::connection::{Connection, Event};
use crate::error::{Error, ErrorKind, Outcome};
use crate::resp::{Reply, ReplyBuilder};
use crate::time::Timestamp;
use crate::topology::Endpoint;
use crate::transport::{TransportError, TransportErrorKind};

const SECOND: Duration = Duration::from_secs(1);

fn reply(build: impl FnOnce(&mut ReplyBuilder)) -> Reply {
    let mut builder = ReplyBuilder::new();
    build(&mut builder);
    builder.finish().unwrap()
}

fn error(text: &str) -> Reply {
    reply(|reply| {
        reply.error(text.as_bytes());
    })
}

/// Maps of these fields, as RESP2 sends them.
fn entries(entries: &[Vec<(&str, String)>]) -> Reply {
    reply(|reply| {
        reply.array(entries.len());
        for entry in entries {
            reply.array(2 * entry.len());
            for (name, value) in entry {
                reply.bulk(name.as_bytes()).bulk(value.as_bytes());
            }
        }
    })
}

struct Master {
    name: &'static str,
    ip: &'static str,
    port: &'static str,
    flags: &'static str,
    others: u64,
    epoch: u64,
}

const MASTER: Master = Master {
    name: "mymaster",
    ip: "10.0.0.1",
    port: "6379",
    flags: "master",
    others: 2,
    epoch: 1,
};

fn masters(masters: &[Master]) -> Reply {
    let entry = |master: &Master| {
        [
            ("name", master.name.into()),
            ("ip", master.ip.into()),
            ("port", master.port.into()),
            ("runid", String::new()),
            ("flags", master.flags.into()),
            ("down-after-milliseconds", "500".into()),
            ("config-epoch", master.epoch.to_string()),
            ("num-slaves", "2".into()),
            ("num-other-sentinels", master.others.to_string()),
            ("quorum", "2".into()),
            ("failover-timeout", "6000".into()),
            ("parallel-syncs", "1".into()),
        ]
        .into()
    };
    entries(&masters.iter().map(entry).collect::<Vec<_>>())
}

fn address(ip: &str, port: &str) -> Reply {
    reply(|reply| {
        reply.array(2).bulk(ip.as_bytes()).bulk(port.as_bytes());
    })
}

/// Everything that a sentinel with these masters says when it is asked about `mymaster`.
fn knows(all: &[Master]) -> Vec<Reply> {
    let own = all.iter().find(|master| master.name == "mymaster");
    let address = own.map_or_else(nothing, |master| address(master.ip, master.port));
    [masters(all), address].into()
}

fn nothing() -> Reply {
    reply(|reply| {
        reply.null();
    })
}

fn slaves(slaves: &[(&'static str, &'static str)]) -> Reply {
    let entry = |(address, flags): &(&'static str, &'static str)| {
        let (ip, port) = address.split_once(':').unwrap();
        [
            ("name", String::from(*address)),
            ("ip", ip.into()),
            ("port", port.into()),
            ("flags", String::from(*flags)),
        ]
        .into()
    };
    entries(&slaves.iter().map(entry).collect::<Vec<_>>())
}

fn role(role: &str) -> Reply {
    reply(|reply| {
        reply.array(3).bulk(role.as_bytes()).integer(0).array(0);
    })
}

fn unreachable() -> Error {
    let error = TransportError::new(TransportErrorKind::Unreachable, "connection refused");
    Error::transport(error, Outcome::NotSent)
}

fn sentinels(count: usize) -> Sentinels {
    Sentinels::new((1..=count).map(|n| (format!("s{n}"), 26379)))
}

fn search(goal: Goal, count: usize) -> Search {
    Search::new(goal, "mymaster", &sentinels(count), None)
}

/// What a step says, in a line.
fn said(search: &mut Search) -> String {
    match search.step(Timestamp::ZERO) {
        Step::Ask { sentinel, batch, .. } => {
            let questions: Vec<String> = batch.iter().map(ToString::to_string).collect();
            format!("ask {sentinel} {}", questions.join(", "))
        }
        Step::Connect { server, request, .. } => format!("connect {server} {request}"),
        Step::Done(Ok(found)) => format!(
            "done {}",
            found.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
        ),
        Step::Done(Err(error)) => format!("{:?} {:?} {error}", error.kind(), error.outcome()),
    }
}

fn ask_master(n: u8) -> String {
    format!("ask s{n}:26379 SENTINEL MASTERS, SENTINEL GET-MASTER-ADDR-BY-NAME mymaster")
}

#[test]
fn f316_a_master_is_asked_for_and_filtered() {
    let table = [
        (knows(&[MASTER]), "done 10.0.0.1:6379"),
        (
            knows(&[
                Master {
                    name: "other",
                    port: "99999",
                    ..MASTER
                },
                MASTER,
            ]),
            "done 10.0.0.1:6379",
        ),
        (
            knows(&[Master {
                flags: "master,disconnected",
                ..MASTER
            }]),
            "done 10.0.0.1:6379",
        ),
        (knows(&[]), "it knows no such master"),
        (
            knows(&[Master {
                name: "mymaster2",
                ..MASTER
            }]),
            "it knows no such master",
        ),
        (
            knows(&[Master {
                flags: "s_down,master",
                ..MASTER
            }]),
            "the master is `s_down,master`",
        ),
        (
            knows(&[Master {
                flags: "s_down,o_down,master",
                ..MASTER
            }]),
            "the master is `s_down,o_down,master`",
        ),
        (
            knows(&[Master {
                flags: "master,o_down",
                ..MASTER
            }]),
            "the master is `master,o_down`",
        ),
        (
            knows(&[Master {
                flags: "slave",
                ..MASTER
            }]),
            "the master is `slave`",
        ),
        (
            knows(&[Master { others: 0, ..MASTER }]),
            "it knows 0 other sentinels, 1 are needed",
        ),
        // Until a failover is over, MASTERS goes on naming the old master, dead or alive, and says what is wrong with that one.
        (
            [masters(&[MASTER]), address("10.0.0.2", "6379")].into(),
            "done 10.0.0.2:6379",
        ),
        (
            [
                masters(&[Master {
                    flags: "s_down,o_down,master,failover_in_progress",
                    ..MASTER
                }]),
                address("10.0.0.2", "6379"),
            ]
            .into(),
            "done 10.0.0.2:6379",
        ),
    ];
    for (answer, expected) in table {
        let sentinels = sentinels(1).with_min_other_sentinels(1);
        let mut search = Search::new(Goal::Master, "mymaster", &sentinels, None);
        assert_eq!(said(&mut search), ask_master(1));
        // Nothing changes by asking again.
        assert_eq!(said(&mut search), ask_master(1));
        search.answered(Ok(answer));
        let found = said(&mut search);
        if expected.starts_with("done") {
            assert_eq!(found, expected);
        } else {
            let text = "No master found for 'mymaster': s1:26379: ";
            assert_eq!(found, format!("MasterNotFound NotSent {text}{expected}"));
        }
    }
}

#[test]
fn f316_f317_whoever_does_not_know_is_passed_over_and_the_one_who_knew_comes_first() {
    let mut search = search(Goal::Master, 4);
    said(&mut search);
    search.answered(Err(unreachable()));
    assert_eq!(said(&mut search), ask_master(2));
    search.answered(Err(Error::timeout("the reply", Outcome::MaybeExecuted)));
    assert_eq!(said(&mut search), ask_master(3));
    search.answered(Ok(knows(&[MASTER])));
    assert_eq!(said(&mut search), "done 10.0.0.1:6379");
    let order: Vec<String> = search.order().iter().map(ToString::to_string).collect();
    assert_eq!(order, ["s3:26379", "s2:26379", "s1:26379", "s4:26379"]);
}

#[test]
fn f318_no_master_and_why() {
    let mut search = search(Goal::Master, 3);
    said(&mut search);
    search.answered(Err(unreachable()));
    said(&mut search);
    search.answered(Ok([
        error("ERR unknown command 'SENTINEL'"),
        error("ERR unknown command 'SENTINEL'"),
    ]
    .into()));
    said(&mut search);
    search.answered(Ok(knows(&[])));
    assert_eq!(
        said(&mut search),
        "MasterNotFound NotSent No master found for 'mymaster': s1:26379: connection refused; s2:26379: ERR unknown \
         command 'SENTINEL'; s3:26379: it knows no such master"
    );
}

#[test]
fn t50_answers_that_make_no_sense_lead_to_the_next_sentinel() {
    let bulk = |text: &str| {
        reply(|reply| {
            reply.bulk(text.as_bytes());
        })
    };
    let with = |masters: Reply| Vec::from([masters, address("10.0.0.1", "6379")]);
    let named = |ip: &str, port: &str| Vec::from([masters(&[MASTER]), address(ip, port)]);
    let short = reply(|reply| {
        reply.array(1).array(2).bulk(b"name").bulk(b"mymaster");
    });
    let odd = reply(|reply| {
        reply.array(1).array(3).bulk(b"name").bulk(b"mymaster").bulk(b"ip");
    });
    let table = [
        (with(nothing()), "its answer makes no sense: expected list, found null"),
        (
            with(bulk("OK")),
            "its answer makes no sense: expected list, found bulk string \"OK\"",
        ),
        (
            with(short),
            "its answer makes no sense: expected map with the field ip, found array of 2",
        ),
        (with(odd), "its answer makes no sense: expected map, found array of 3"),
        (
            with(masters(&[Master {
                port: "99999",
                ..MASTER
            }])),
            "its answer makes no sense: expected u16, found bulk string \"99999\" at [5]",
        ),
        (
            named("10.0.0.1", "99999"),
            "its answer makes no sense: expected u16, found bulk string \"99999\" at [1]",
        ),
        (
            named("10.0.0.1", "-1"),
            "its answer makes no sense: expected u16, found bulk string \"-1\" at [1]",
        ),
        (
            named("10.0.0.1", "0"),
            "the address it names makes no sense: the port must not be 0",
        ),
        (
            named("", "6379"),
            "the address it names makes no sense: the host is empty",
        ),
        (
            named("a b", "6379"),
            "the address it names makes no sense: the host contains white space or a control character",
        ),
        ([masters(&[MASTER]), nothing()].into(), "it knows no such master"),
        (
            [masters(&[MASTER]), bulk("10.0.0.1:6379")].into(),
            "its answer makes no sense: expected list of 2, found bulk string \"10.0.0.1:6379\"",
        ),
        (
            [masters(&[MASTER]), error("ERR no")].into(),
            "its answer makes no sense: expected list of 2, found error \"ERR no\"",
        ),
        ([masters(&[MASTER])].into(), "it did not answer everything"),
    ];
    for (answer, expected) in table {
        let mut search = search(Goal::Connection(ServiceRole::Master), 2);
        said(&mut search);
        search.answered(Ok(answer.clone()));
        assert_eq!(said(&mut search), ask_master(2));
        search.answered(Ok(answer));
        assert_eq!(
            said(&mut search),
            format!(
                "MasterNotFound NotSent No master found for 'mymaster': s1:26379: {expected}; s2:26379: {expected}"
            )
        );
    }
}

#[test]
fn t50_a_replica_is_not_taken_for_the_master() {
    let mut search = search(Goal::Connection(ServiceRole::Master), 3);
    said(&mut search);
    search.answered(Ok(knows(&[MASTER])));
    assert_eq!(said(&mut search), "connect 10.0.0.1:6379 ROLE");
    search.connected(Ok(role("slave")));
    // Perhaps the next one has heard of the failover.
    assert_eq!(said(&mut search), ask_master(2));
    search.answered(Ok(knows(&[MASTER])));
    assert_eq!(said(&mut search), ask_master(3));
    search.answered(Ok(knows(&[Master {
        ip: "10.0.0.2",
        epoch: 2,
        ..MASTER
    }])));
    assert_eq!(said(&mut search), "connect 10.0.0.2:6379 ROLE");
    search.connected(Ok(role("master")));
    assert_eq!(said(&mut search), "done 10.0.0.2:6379");

    let mut search = self::search(Goal::Connection(ServiceRole::Master), 2);
    for _ in 0..2 {
        said(&mut search);
        search.answered(Ok(knows(&[MASTER])));
        if said(&mut search).starts_with("connect") {
            search.connected(Ok(role("slave")));
        }
    }
    assert_eq!(
        said(&mut search),
        "MasterNotFound NotSent No master found for 'mymaster': 10.0.0.1:6379: it says that it is a replica; \
         s2:26379: it names 10.0.0.1:6379 too"
    );
}

#[test]
fn what_a_server_says_of_its_role() {
    let table = [
        (role("master"), "done 10.0.0.1:6379"),
        (
            error("NOPERM this user has no permissions to run the 'role' command"),
            "done 10.0.0.1:6379",
        ),
        (error("ERR unknown command 'ROLE'"), "done 10.0.0.1:6379"),
        (
            error("DENIED Redis is running in protected mode"),
            "MasterNotFound NotSent No master found for 'mymaster': 10.0.0.1:6379: DENIED Redis is running in protected mode",
        ),
        (
            role("sentinel"),
            "MasterNotFound NotSent No master found for 'mymaster': 10.0.0.1:6379: it says that it is a replica",
        ),
        (
            error("NOAUTH Authentication required."),
            "Authentication NotSent NOAUTH Authentication required. (the command was not sent)",
        ),
    ];
    for (answer, expected) in table {
        let mut search = search(Goal::Connection(ServiceRole::Master), 1);
        said(&mut search);
        search.answered(Ok(knows(&[MASTER])));
        said(&mut search);
        search.connected(Ok(answer));
        assert_eq!(said(&mut search), expected);
    }
    // Whoever could not be reached is the reason, if nobody knows better.
    let mut search = search(Goal::Connection(ServiceRole::Master), 2);
    said(&mut search);
    search.answered(Ok(knows(&[MASTER])));
    said(&mut search);
    search.connected(Err(unreachable()));
    said(&mut search);
    search.answered(Ok(knows(&[])));
    assert_eq!(
        said(&mut search),
        "Transport NotSent connection refused (the command was not sent)"
    );
}

#[test]
fn t34_sentinels_that_refuse_the_login_are_told_of_as_such() {
    let refused = || Error::server(crate::resp::ServerError::new("WRONGPASS no".into())).with_outcome(Outcome::NotSent);
    let mut search = search(Goal::Connection(ServiceRole::Master), 2);
    said(&mut search);
    search.answered(Err(refused()));
    said(&mut search);
    search.answered(Ok([
        error("NOAUTH Authentication required."),
        error("NOAUTH Authentication required."),
    ]
    .into()));
    assert_eq!(
        said(&mut search),
        "Authentication NotSent WRONGPASS no (the command was not sent)"
    );
    // Not if there was anything else.
    let mut search = self::search(Goal::Connection(ServiceRole::Master), 2);
    said(&mut search);
    search.answered(Err(refused()));
    said(&mut search);
    search.answered(Err(unreachable()));
    assert!(
        said(&mut search)
            .starts_with("MasterNotFound NotSent No master found for 'mymaster': s1:26379: WRONGPASS no; ")
    );
}

#[test]
fn f319_replicas_that_are_well_of_the_first_sentinel_that_has_any() {
    let mut search = search(Goal::Replicas, 5);
    assert_eq!(said(&mut search), "ask s1:26379 SENTINEL SLAVES mymaster");
    search.answered(Err(unreachable()));
    said(&mut search);
    search.answered(Ok([error("ERR No such master with that name")].into()));
    said(&mut search);
    search.answered(Ok([slaves(&[
        ("10.0.0.9:1", "slave,s_down"),
        ("10.0.0.8:1", "o_down,slave"),
    ])]
    .into()));
    said(&mut search);
    search.answered(Ok([slaves(&[
        ("10.0.0.2:6379", "slave"),
        ("10.0.0.3:6379", "s_down,slave,disconnected"),
        ("10.0.0.4:99999", "slave"),
        ("10.0.0.5:6379", "slave"),
    ])]
    .into()));
    assert_eq!(said(&mut search), "done 10.0.0.2:6379,10.0.0.5:6379");
    assert_eq!(search.order()[0].to_string(), "s4:26379");

    let mut search = self::search(Goal::Replicas, 1);
    said(&mut search);
    search.answered(Ok([slaves(&[])].into()));
    assert_eq!(said(&mut search), "done ");
}

#[test]
fn f325_replicas_in_turn_then_the_master_then_nothing() {
    let three = || {
        slaves(&[
            ("10.0.0.1:1", "slave"),
            ("10.0.0.2:1", "slave"),
            ("10.0.0.3:1", "slave"),
        ])
    };
    let mut search = search(Goal::Connection(ServiceRole::Replica), 2).starting_at(4);
    said(&mut search);
    search.answered(Err(unreachable()));
    said(&mut search);
    search.answered(Ok([three()].into()));
    for server in ["10.0.0.2:1", "10.0.0.3:1", "10.0.0.1:1"] {
        assert_eq!(said(&mut search), format!("connect {server} ROLE"));
        search.connected(Err(unreachable()));
    }
    // The one that knew the replicas is asked first.
    assert_eq!(said(&mut search), ask_master(2));
    search.answered(Ok(knows(&[Master {
        ip: "10.0.0.9",
        ..MASTER
    }])));
    assert_eq!(said(&mut search), "connect 10.0.0.9:6379 ROLE");
    search.connected(Ok(role("master")));
    assert_eq!(said(&mut search), "done 10.0.0.9:6379");

    let mut search = self::search(Goal::Connection(ServiceRole::Replica), 1);
    said(&mut search);
    search.answered(Ok([slaves(&[])].into()));
    said(&mut search);
    search.answered(Ok(knows(&[])));
    assert_eq!(
        said(&mut search),
        "SlaveNotFound NotSent No slave found for 'mymaster': s1:26379: it knows no replica; s1:26379: it knows no such master"
    );
}

/// Runs a search of `finder` in which `replicas` are listed and those that `refuse` cannot be reached.
fn take_turn(finder: &mut Finder, replicas: &Reply, refuse: &[&str]) -> String {
    let mut search = finder.search(None);
    said(&mut search);
    search.answered(Ok([replicas.clone()].into()));
    loop {
        let step = said(&mut search);
        let server = step.split(' ').nth(1).unwrap();
        if step.starts_with("done") {
            assert_eq!(finder.learn(&search), Learned::Same);
            return server.into();
        }
        let answer = if refuse.contains(&server) {
            Err(unreachable())
        } else {
            Ok(role("slave"))
        };
        search.connected(answer);
    }
}

#[test]
fn f325_f326_the_next_connection_goes_on_where_the_last_stopped() {
    let replicas = slaves(&[
        ("10.0.0.1:1", "slave"),
        ("10.0.0.2:1", "slave"),
        ("10.0.0.3:1", "slave"),
    ]);
    let mut finder = Finder::new(Service::replica("mymaster", sentinels(1)), 1);
    assert_eq!(take_turn(&mut finder, &replicas, &[]), "10.0.0.2:1");
    assert_eq!(take_turn(&mut finder, &replicas, &[]), "10.0.0.3:1");
    // One that refuses is skipped, and had its turn.
    assert_eq!(take_turn(&mut finder, &replicas, &["10.0.0.1:1"]), "10.0.0.2:1");
    assert_eq!(take_turn(&mut finder, &replicas, &[]), "10.0.0.3:1");
    // Searches at the same time do not take the same one.
    let mut first = finder.search(None);
    assert_eq!(take_turn(&mut finder, &replicas, &[]), "10.0.0.2:1");
    said(&mut first);
    first.answered(Ok([replicas].into()));
    assert_eq!(said(&mut first), "connect 10.0.0.1:1 ROLE");
    // The counter goes round without end.
    let mut last = Finder::new(Service::replica("mymaster", sentinels(1)), u64::MAX);
    for _ in 0..3 {
        take_turn(
            &mut last,
            &slaves(&[("10.0.0.1:1", "slave"), ("10.0.0.2:1", "slave")]),
            &["10.0.0.1:1"],
        );
    }
}

/// Runs a search of `finder` in which the sentinels name these masters, all of which are what they should be.
fn find(finder: &mut Finder, named: &[Master]) -> (String, Learned) {
    let mut search = finder.search(None);
    let mut answers = named.iter();
    loop {
        let step = said(&mut search);
        match step.split(' ').next() {
            Some("ask") => search.answered(Ok(knows(answers.next().map(core::slice::from_ref).unwrap_or_default()))),
            Some("connect") => search.connected(Ok(role("master"))),
            _ => return (step, finder.learn(&search)),
        }
    }
}

#[test]
fn d16_the_master_is_remembered_anew_at_each_change() {
    let first = || Master { epoch: 1, ..MASTER };
    let second = || Master {
        ip: "10.0.0.2",
        epoch: 2,
        ..MASTER
    };
    let mut finder = Finder::new(Service::master("mymaster", sentinels(2)), 0);
    assert_eq!(
        find(&mut finder, &[first()]),
        ("done 10.0.0.1:6379".into(), Learned::Same)
    );
    assert_eq!(find(&mut finder, &[first()]).1, Learned::Same);
    assert_eq!(
        find(&mut finder, &[second()]),
        ("done 10.0.0.2:6379".into(), Learned::Moved)
    );
    assert_eq!(find(&mut finder, &[second()]).1, Learned::Same);
    let server = |port| Endpoint::tcp("10.0.0.1", port);
    assert!(finder.is_left(&server(6379)));
    assert!(!finder.is_left(&Endpoint::tcp("10.0.0.2", 6379)));
    assert_eq!(finder.order()[0].to_string(), "s1:26379");
}

#[test]
fn the_word_of_a_lower_epoch_counts_only_if_nobody_has_a_later_one() {
    let first = || Master { epoch: 1, ..MASTER };
    let second = || Master {
        ip: "10.0.0.2",
        epoch: 2,
        ..MASTER
    };
    let mut finder = Finder::new(Service::master("mymaster", sentinels(2)), 0);
    find(&mut finder, &[second()]);
    // The second sentinel knows better, and comes first from now on.
    assert_eq!(
        find(&mut finder, &[first(), second()]),
        ("done 10.0.0.2:6379".into(), Learned::Same)
    );
    assert_eq!(finder.order()[0].to_string(), "s2:26379");
    // Somebody began anew with all of them.
    let anew = || Master {
        ip: "10.0.0.3",
        epoch: 0,
        ..MASTER
    };
    assert_eq!(
        find(&mut finder, &[first(), anew()]),
        ("done 10.0.0.1:6379".into(), Learned::Moved)
    );
    assert_eq!(
        find(&mut finder, &[anew(), anew()]),
        ("done 10.0.0.3:6379".into(), Learned::Moved)
    );
}

#[test]
fn what_is_heard_while_a_search_is_under_way_counts() {
    let word = |ip: &str, epoch| KnownMaster {
        endpoint: Endpoint::tcp(ip, 6379),
        epoch,
    };
    let sentinel = |n: u8| Endpoint::tcp(format!("s{n}"), 26379);
    let mut finder = Finder::new(Service::master("mymaster", sentinels(3)), 0);
    let mut search = finder.search(None);
    said(&mut search);
    search.answered(Ok(knows(&[MASTER])));
    said(&mut search);
    search.connected(Ok(role("master")));
    said(&mut search);
    assert_eq!(finder.hear(&sentinel(3), &word("10.0.0.2", 2)), Learned::Same);
    assert_eq!(finder.learn(&search), Learned::Outdated);
    assert_eq!(finder.master(), Some(&word("10.0.0.2", 2)));
    assert_eq!(finder.order()[0], sentinel(3));
    assert_eq!(finder.hear(&sentinel(1), &word("10.0.0.1", 1)), Learned::Outdated);
    assert_eq!(finder.hear(&sentinel(1), &word("10.0.0.3", 3)), Learned::Moved);
    // A replica's client does not leave replicas, nor a master that it has for want of them.
    let mut finder = Finder::new(Service::replica("mymaster", sentinels(1)), 0);
    finder.hear(&sentinel(1), &word("10.0.0.1", 1));
    assert!(!finder.is_left(&Endpoint::tcp("10.0.0.2", 1)));
}

#[test]
fn everybody_has_a_share_of_the_time_and_it_ends() {
    let at = |seconds: u64| Timestamp::from_origin(SECOND * seconds as u32);
    let within = |search: &mut Search, now| match search.step(now) {
        Step::Ask { within, .. } => Some(within),
        Step::Connect { within, .. } => within,
        Step::Done(done) => panic!("{done:?}"),
    };
    let goal = Goal::Connection(ServiceRole::Master);
    let mut search = Search::new(goal, "mymaster", &sentinels(3), Some(at(4)));
    // For three sentinels and a server.
    assert_eq!(within(&mut search, at(0)), Some(SECOND));
    search.answered(Err(unreachable()));
    assert_eq!(within(&mut search, at(1)), Some(SECOND));
    search.answered(Ok(knows(&[MASTER])));
    assert_eq!(within(&mut search, at(1)), Some(SECOND * 3 / 2));
    search.connected(Err(unreachable()));
    let Step::Done(Err(late)) = search.step(at(4)) else {
        panic!()
    };
    assert_eq!((late.kind(), late.outcome()), (ErrorKind::Transport, Outcome::NotSent));
    // Never more than its own limit, and no less than that when time does not matter.
    let mut search = Search::new(goal, "mymaster", &sentinels(1).with_timeout(SECOND / 2), Some(at(60)));
    assert_eq!(within(&mut search, at(0)), Some(SECOND / 2));
    let mut search = Search::new(goal, "mymaster", &sentinels(1), None);
    assert_eq!(within(&mut search, at(0)), Some(2 * SECOND));
    search.answered(Ok(knows(&[MASTER])));
    assert_eq!(within(&mut search, at(0)), None);
    let mut search = Search::new(goal, "mymaster", &sentinels(1), Some(at(4)));
    let Step::Done(Err(late)) = search.step(at(4)) else {
        panic!()
    };
    assert_eq!(late.to_string(), "No master found for 'mymaster': the time is up");
}

/// Writes what is to be written and gives it, escaped.
fn written(connection: &mut Connection) -> String {
    let mut all = Vec::new();
    while let Some(bytes) = connection.poll_transmit() {
        let n = bytes.len();
        all.extend_from_slice(bytes);
        connection.transmitted(n);
    }
    let text = String::from_utf8(all).unwrap();
    let words = text.split("\r\n").filter(|line| !line.starts_with(['*', '$']));
    words.collect::<Vec<_>>().join(" ")
}

/// Hands bytes of the sentinel over and gives what the watch has heard.
fn hears(watch: &mut Watch, connection: &mut Connection, now: Timestamp, bytes: &str) -> Vec<String> {
    connection.input().extend_from_slice(bytes.as_bytes());
    connection.handle_input(now);
    let mut heard = Vec::new();
    while let Some(event) = connection.poll_event() {
        let word = watch.handle_event(now, connection, event);
        heard.extend(word.map(|word| format!("{} {}", word.endpoint, word.epoch)));
    }
    heard
}

/// Replies of lists and texts as they are on the wire.
fn wire(replies: &[Reply]) -> String {
    fn write(element: crate::resp::ReplyRef<'_>, out: &mut String) {
        if let Some(text) = element.text() {
            let text = core::str::from_utf8(text).unwrap();
            out.push_str(&format!("${}\r\n{text}\r\n", text.len()));
            return;
        }
        out.push_str(&format!("*{}\r\n", element.items().len()));
        element.items().for_each(|item| write(item, out));
    }
    let mut out = String::new();
    replies.iter().for_each(|reply| write(reply.root(), &mut out));
    out
}

#[test]
fn a_watch_asks_subscribes_and_asks_again_when_there_is_news() {
    let at = |ms| Timestamp::from_millis(ms);
    let service = Service::master("mymaster", sentinels(1).with_watch_interval(SECOND));
    let mut watch = Watch::new(&service).unwrap();
    let mut connection = watch.begin(at(0), at(0));
    assert_eq!(written(&mut connection), "HELLO 3 ");
    hears(&mut watch, &mut connection, at(1), "%1\r\n$5\r\nproto\r\n:3\r\n");
    let asked = "SENTINEL MASTERS SENTINEL GET-MASTER-ADDR-BY-NAME mymaster ";
    assert_eq!(
        written(&mut connection),
        format!("SUBSCRIBE +switch-master +promoted-slave {asked}")
    );
    let subscribed = ">3\r\n$9\r\nsubscribe\r\n$14\r\n+switch-master\r\n:1\r\n\
                      >3\r\n$9\r\nsubscribe\r\n$15\r\n+promoted-slave\r\n:2\r\n";
    let first = wire(&knows(&[MASTER]));
    let heard = hears(&mut watch, &mut connection, at(2), &format!("{subscribed}{first}"));
    assert_eq!(heard, ["10.0.0.1:6379 1"]);
    assert_eq!(written(&mut connection), "");

    // About another service; about this one.
    let message = |channel: &str, text: &str| {
        let bulk = |text: &str| format!("${}\r\n{text}\r\n", text.len());
        format!(">3\r\n{}{}{}", bulk("message"), bulk(channel), bulk(text))
    };
    let others = [
        message("+switch-master", "mymaster2 10.0.0.1 6379 10.0.0.2 6379"),
        message(
            "+promoted-slave",
            "slave mymaster 10.0.0.2 6379 @ mymaster2 10.0.0.1 6379",
        ),
        message("+switch-master", ""),
    ];
    for other in others {
        assert_eq!(hears(&mut watch, &mut connection, at(300), &other), [""; 0]);
        assert_eq!(written(&mut connection), "");
    }
    let own = message(
        "+promoted-slave",
        "slave 10.0.0.2:6379 10.0.0.2 6379 @ mymaster 10.0.0.1 6379",
    );
    assert_eq!(hears(&mut watch, &mut connection, at(400), &own), [""; 0]);
    assert_eq!(written(&mut connection), asked);
    assert_eq!(hears(&mut watch, &mut connection, at(400), &first), ["10.0.0.1:6379 1"]);
    let own = message("+switch-master", "mymaster 10.0.0.1 6379 10.0.0.2 6379");
    assert_eq!(hears(&mut watch, &mut connection, at(500), &own), [""; 0]);
    assert_eq!(written(&mut connection), asked);
    let second = wire(&knows(&[Master {
        ip: "10.0.0.2",
        epoch: 2,
        ..MASTER
    }]));
    assert_eq!(
        hears(&mut watch, &mut connection, at(501), &second),
        ["10.0.0.2:6379 2"]
    );

    // And from time to time.
    assert_eq!(watch.poll_timeout(), Some(at(1500)));
    watch.handle_timeout(at(1499), &mut connection);
    assert_eq!(written(&mut connection), "");
    watch.handle_timeout(at(1500), &mut connection);
    assert_eq!(written(&mut connection), asked);
    // What makes no sense is no news, and what comes too late is not taken for the next answer.
    assert_eq!(hears(&mut watch, &mut connection, at(1501), "*-1\r\n*-1\r\n"), [""; 0]);
    watch.handle_timeout(at(2500), &mut connection);
    written(&mut connection);
    let list = wire(&knows(&[MASTER])[..1]);
    assert_eq!(hears(&mut watch, &mut connection, at(2501), &list), [""; 0]);
    watch.handle_timeout(at(3500), &mut connection);
    connection.handle_timeout(at(4500));
    written(&mut connection);
    let late = wire(&[address("10.0.0.9", "1")]);
    assert_eq!(hears(&mut watch, &mut connection, at(4501), &late), [""; 0]);
    assert_eq!(
        hears(&mut watch, &mut connection, at(4502), &first),
        ["10.0.0.1:6379 1"]
    );
    watch.handle_timeout(at(4600), &mut connection);
    written(&mut connection);
    // A sentinel that has nothing to say for too long is left.
    connection.handle_timeout(at(4600) + 3 * SECOND);
    let gone = core::iter::from_fn(|| connection.poll_event()).any(|event| matches!(event, Event::Down(_)));
    assert!(gone);
}

#[test]
fn a_sentinel_without_resp3_is_asked_from_time_to_time() {
    let service = Service::master("mymaster", sentinels(1));
    let mut watch = Watch::new(&service).unwrap();
    let mut connection = watch.begin(Timestamp::ZERO, Timestamp::ZERO);
    written(&mut connection);
    hears(
        &mut watch,
        &mut connection,
        Timestamp::ZERO,
        "-ERR unknown command `HELLO`\r\n",
    );
    assert_eq!(
        written(&mut connection),
        "SENTINEL MASTERS SENTINEL GET-MASTER-ADDR-BY-NAME mymaster "
    );
    let answer = wire(&knows(&[MASTER]));
    assert_eq!(
        hears(&mut watch, &mut connection, Timestamp::ZERO, &answer),
        ["10.0.0.1:6379 1"]
    );
    assert_eq!(watch.poll_timeout(), Some(Timestamp::from_origin(5 * SECOND)));
    assert!(Watch::new(&Service::master("m", sentinels(1).with_watch_interval(None))).is_none());
}
