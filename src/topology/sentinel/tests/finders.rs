//! What is remembered from one search to the next.

use super::*;

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
