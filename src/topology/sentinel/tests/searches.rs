//! One search, from the question to the connection.

use super::*;

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
            "MasterNotFound NotSent No master found for 'mymaster': 10.0.0.1:6379: it says that it is a `sentinel`",
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

#[test]
fn a_former_master_that_is_listed_as_a_replica_is_not_read_from_before_it_is_one() {
    let mut search = search(Goal::Connection(ServiceRole::Replica), 1);
    said(&mut search);
    search.answered(Ok([slaves(&[("10.0.0.1:1", "slave"), ("10.0.0.2:1", "slave")])].into()));
    said(&mut search);
    search.connected(Ok(role("master")));
    assert_eq!(said(&mut search), "connect 10.0.0.2:1 ROLE");
    search.connected(Ok(role("slave")));
    assert_eq!(said(&mut search), "done 10.0.0.2:1");
    // One that was promoted a moment ago is the master, and good if there is no replica.
    let mut search = self::search(Goal::Connection(ServiceRole::Replica), 1);
    said(&mut search);
    search.answered(Ok([slaves(&[("10.0.0.1:6379", "slave")])].into()));
    said(&mut search);
    search.connected(Ok(role("master")));
    said(&mut search);
    search.answered(Ok(knows(&[MASTER])));
    assert_eq!(said(&mut search), "connect 10.0.0.1:6379 ROLE");
    search.connected(Ok(role("master")));
    assert_eq!(said(&mut search), "done 10.0.0.1:6379");
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
