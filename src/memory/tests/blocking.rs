//! Clients that wait for keys.

use super::World;
use crate::time::Timestamp;

fn popped(key: &str, element: &str) -> alloc::string::String {
    alloc::format!("*2\r\n${}\r\n{key}\r\n${}\r\n{element}\r\n", key.len(), element.len())
}

#[test]
fn first_come_first_served() {
    let mut world = World::new();
    let (one, two, pusher) = (world.connect(), world.connect(), world.connect());
    assert_eq!(world.ask(one, "BLPOP a b 0"), "");
    assert_eq!(world.ask(two, "BLPOP b 0"), "");
    assert_eq!(world.ask(pusher, "RPUSH b 1"), ":1\r\n");
    assert_eq!(world.output(one), popped("b", "1"));
    assert_eq!(world.output(two), "");
    assert_eq!(world.ask(pusher, "RPUSH b 2 3"), ":2\r\n");
    assert_eq!(world.output(two), popped("b", "2"));
    assert_eq!(world.ask(one, "BLPOP b 0"), popped("b", "3"));
    assert_eq!(world.ask(one, "EXISTS a b"), ":0\r\n");
}

#[test]
fn all_that_were_served_are_announced() {
    let mut world = World::new();
    let (one, two, pusher) = (world.connect(), world.connect(), world.connect());
    world.ask(one, "BLPOP a 0");
    world.ask(two, "BLPOP a 0");
    world.ask(pusher, "RPUSH a 1 2 3");
    let mut announced = alloc::vec::Vec::new();
    announced.extend(core::iter::from_fn(|| world.server.poll_ready()));
    assert_eq!(announced, [pusher, one, two]);
    assert_eq!(world.output(one), popped("a", "1"));
    assert_eq!(world.output(two), popped("a", "2"));
}

#[test]
fn giving_up_in_time() {
    let mut world = World::new();
    let (one, two) = (world.connect(), world.connect_resp3());
    world.ask(one, "BLPOP a 1.5");
    world.ask(two, "BLPOP a 0.0001");
    assert_eq!(world.server.poll_timeout(), Some(Timestamp::from_millis(1)));
    world.advance(1);
    assert_eq!(world.output(two), "_\r\n");
    assert_eq!(world.server.poll_timeout(), Some(Timestamp::from_millis(1500)));
    world.advance(1498);
    assert_eq!(world.output(one), "");
    world.advance(1);
    assert_eq!(world.output(one), "*-1\r\n");
    assert_eq!(world.server.poll_timeout(), None);
    world.ask(one, "RPUSH a 1");
    assert_eq!(world.ask(one, "BLPOP a 1"), popped("a", "1"));
}

/// The deadline comes with the next call of any kind, before what that call brings.
#[test]
fn a_deadline_needs_no_timer_call() {
    let mut world = World::new();
    let (one, pusher) = (world.connect(), world.connect());
    world.ask(one, "BLPOP a 1");
    world.now = Timestamp::from_millis(1000);
    world.ask(pusher, "RPUSH a 1");
    assert_eq!(world.output(one), "*-1\r\n");
    assert_eq!(world.ask(pusher, "EXISTS a"), ":1\r\n");
}

#[test]
fn what_was_sent_meanwhile_follows() {
    let mut world = World::new();
    let (one, pusher) = (world.connect(), world.connect());
    world.send(one, b"BLPOP a 0\r\nPING\r\nBLPOP a 0\r\nECHO end\r\n");
    assert_eq!(world.output(one), "");
    world.ask(pusher, "RPUSH a 1");
    assert_eq!(world.output(one), popped("a", "1") + "+PONG\r\n");
    world.ask(pusher, "RPUSH a 2");
    assert_eq!(world.output(one), popped("a", "2") + "$3\r\nend\r\n");
}

#[test]
fn a_chain_of_moves() {
    let mut world = World::new();
    let (one, two, three, pusher) = (world.connect(), world.connect(), world.connect(), world.connect());
    world.ask(one, "BLMOVE a b LEFT RIGHT 0");
    world.ask(two, "BLMOVE b c LEFT RIGHT 0");
    world.ask(three, "BLPOP c 0");
    world.ask(pusher, "RPUSH a x");
    assert_eq!(world.output(one), "$1\r\nx\r\n");
    assert_eq!(world.output(two), "$1\r\nx\r\n");
    assert_eq!(world.output(three), popped("c", "x"));
    assert_eq!(world.ask(pusher, "DBSIZE"), ":0\r\n");
}

#[test]
fn an_error_ends_the_wait() {
    let mut world = World::new();
    let (one, pusher) = (world.connect(), world.connect());
    world.ask(pusher, "SET b x");
    // As long as there is nothing to move, nobody asks where it would go.
    assert_eq!(world.ask(one, "BLMOVE a b LEFT RIGHT 0"), "");
    world.ask(pusher, "RPUSH a 1");
    assert_eq!(
        world.output(one),
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"
    );
    assert_eq!(world.ask(pusher, "LLEN a"), ":1\r\n");
    assert_eq!(
        world.ask(one, "BLMOVE a b LEFT RIGHT 0"),
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"
    );
}

/// Only the right type wakes: the client goes on waiting over a string.
#[test]
fn another_type_does_not_wake() {
    let mut world = World::new();
    let (one, other) = (world.connect(), world.connect());
    world.ask(one, "BLPOP a 0");
    world.ask(other, "SET a x");
    assert_eq!(world.output(one), "");
    world.ask(other, "DEL a");
    world.ask(other, "RPUSH a 1");
    assert_eq!(world.output(one), popped("a", "1"));
}

/// Keys appear by other ways than a push.
#[test]
fn renamed_moved_copied_restored_swapped() {
    for (prepare, command) in [
        ("RPUSH b 1", "RENAME b a"),
        ("RPUSH b 1", "RENAMENX b a"),
        ("RPUSH b 1", "COPY b a"),
        ("RPUSH b 1", "SORT b BY nosort STORE a"),
    ] {
        let mut world = World::new();
        let (one, other) = (world.connect(), world.connect());
        world.ask(one, "BLPOP a 0");
        world.ask(other, prepare);
        assert_eq!(world.output(one), "");
        world.ask(other, command);
        assert_eq!(world.output(one), popped("a", "1"), "{command}");
    }
    for command in ["MOVE a 0", "SWAPDB 1 0", "SWAPDB 0 1", "COPY a a DB 0"] {
        let mut world = World::new();
        let (one, other) = (world.connect(), world.connect());
        world.ask(one, "BLPOP a 0");
        world.ask(other, "SELECT 1");
        world.ask(other, "RPUSH a 1");
        assert_eq!(world.output(one), "", "per database");
        world.ask(other, command);
        assert_eq!(world.output(one), popped("a", "1"), "{command}");
    }
}

#[test]
fn a_transaction_serves_at_its_end() {
    let mut world = World::new();
    let (one, other) = (world.connect(), world.connect());
    world.ask(one, "BLPOP a 0");
    for line in ["MULTI", "RPUSH a 1", "DEL a", "RPUSH a 2", "BLPOP nothing 0"] {
        world.ask(other, line);
    }
    assert_eq!(world.ask(other, "EXEC"), "*4\r\n:1\r\n:1\r\n:1\r\n*-1\r\n");
    assert_eq!(world.output(one), popped("a", "2"));
}

#[test]
fn those_who_leave_lose_their_place() {
    let mut world = World::new();
    let (gone, killed, stays, pusher) = (world.connect(), world.connect(), world.connect(), world.connect());
    for id in [gone, killed, stays] {
        world.ask(id, "BLPOP a 10");
    }
    world.server.disconnect(world.now, gone);
    assert_eq!(world.ask(pusher, "CLIENT KILL ID 2"), ":1\r\n");
    assert_eq!(world.ask(pusher, "RPUSH a 1"), ":1\r\n");
    assert_eq!(world.output(stays), popped("a", "1"));
    assert_eq!(world.output(killed), "");
    assert!(world.server.is_closed(killed));
    assert_eq!(world.server.poll_timeout(), None);
}

#[test]
fn the_place_in_line_is_kept_when_others_are_quicker() {
    let mut world = World::new();
    let (one, two, pusher) = (world.connect(), world.connect(), world.connect());
    world.ask(one, "BLPOP a 0");
    world.ask(two, "BLPOP a 0");
    // The first in line finds nothing left when its turn comes.
    world.send(pusher, b"MULTI\r\nRPUSH a 1\r\nDEL a\r\nEXEC\r\n");
    assert_eq!(world.output(one), "");
    world.ask(pusher, "RPUSH a 2");
    assert_eq!(world.output(one), popped("a", "2"));
    assert_eq!(world.output(two), "");
}

#[test]
fn a_timeout_must_make_sense() {
    let mut world = World::new();
    let id = world.connect();
    for (line, expected) in [
        ("BLPOP a x", "-ERR timeout is not a float or out of range\r\n"),
        ("BLPOP a -1", "-ERR timeout is negative\r\n"),
        ("BLPOP a 1e300", "-ERR timeout is out of range\r\n"),
        ("BLPOP a nan", "-ERR timeout is not a float or out of range\r\n"),
    ] {
        assert_eq!(world.ask(id, line), expected, "{line}");
    }
}

/// Every command that waits: what it gets, and what it is told when the time is over.
#[test]
fn each_of_those_that_wait() {
    for (command, served, left, over) in [
        (
            "BLPOP x a 1",
            "*2\r\n$1\r\na\r\n$1\r\n1\r\n",
            "*2\r\n$1\r\n2\r\n$1\r\n3\r\n",
            "*-1\r\n",
        ),
        (
            "BRPOP a x 1",
            "*2\r\n$1\r\na\r\n$1\r\n3\r\n",
            "*2\r\n$1\r\n1\r\n$1\r\n2\r\n",
            "*-1\r\n",
        ),
        (
            "BLMPOP 1 2 x a LEFT",
            "*2\r\n$1\r\na\r\n*1\r\n$1\r\n1\r\n",
            "*2\r\n$1\r\n2\r\n$1\r\n3\r\n",
            "*-1\r\n",
        ),
        (
            "BLMPOP 1 1 a RIGHT COUNT 2",
            "*2\r\n$1\r\na\r\n*2\r\n$1\r\n3\r\n$1\r\n2\r\n",
            "*1\r\n$1\r\n1\r\n",
            "*-1\r\n",
        ),
        // An array is said to be missing where there would have been none.
        (
            "BLMOVE a b LEFT RIGHT 1",
            "$1\r\n1\r\n",
            "*2\r\n$1\r\n2\r\n$1\r\n3\r\n",
            "*-1\r\n",
        ),
        (
            "BRPOPLPUSH a b 1",
            "$1\r\n3\r\n",
            "*2\r\n$1\r\n1\r\n$1\r\n2\r\n",
            "*-1\r\n",
        ),
        (
            "BLMOVE a a LEFT RIGHT 1",
            "$1\r\n1\r\n",
            "*3\r\n$1\r\n2\r\n$1\r\n3\r\n$1\r\n1\r\n",
            "*-1\r\n",
        ),
    ] {
        let mut world = World::new();
        let (one, three, pusher) = (world.connect(), world.connect_resp3(), world.connect());
        assert_eq!(world.ask(one, command), "", "{command}");
        world.advance(999);
        assert_eq!(world.output(one), "", "{command}");
        world.ask(pusher, "RPUSH a 1 2 3");
        assert_eq!(world.output(one), served, "{command}");
        assert_eq!(world.ask(pusher, "LRANGE a 0 -1"), left, "{command}");
        world.ask(pusher, "FLUSHALL");

        assert_eq!(world.ask(one, command), "", "{command}");
        assert_eq!(world.ask(three, command), "", "{command}");
        world.advance(999);
        assert_eq!(
            (world.output(one), world.output(three)),
            Default::default(),
            "{command}"
        );
        world.advance(1);
        assert_eq!(world.output(one), over, "{command}");
        assert_eq!(world.output(three), "_\r\n", "{command}");
        assert_eq!(world.ask(pusher, "DBSIZE"), ":0\r\n", "{command}");
    }
}

/// Every way to put an element into a list wakes who waits for it.
#[test]
fn each_of_those_that_wake() {
    for command in [
        "LPUSH a 1",
        "RPUSH a 1",
        "LMOVE b a LEFT LEFT",
        "RPOPLPUSH b a",
        "BLMOVE b a LEFT LEFT 0",
        "BRPOPLPUSH b a 0",
    ] {
        let mut world = World::new();
        let (one, pusher) = (world.connect(), world.connect());
        world.ask(pusher, "RPUSH b 1");
        world.ask(one, "BRPOP a 0");
        world.ask(pusher, command);
        assert_eq!(world.output(one), popped("a", "1"), "{command}");
        // What is not there is not pushed to.
        world.ask(one, "BRPOP a 0");
        assert_eq!(world.ask(pusher, "LPUSHX a 1"), ":0\r\n");
        assert_eq!(world.ask(pusher, "RPUSHX a 1"), ":0\r\n");
        assert_eq!(world.output(one), "");
    }
}

/// The keys are tried in the order of the request, whichever came first; so do servers since version 7.2.
#[test]
fn of_two_keys_the_first_of_the_request() {
    let mut world = World::new();
    let (one, pusher) = (world.connect(), world.connect());
    world.ask(one, "BLPOP a b 0");
    for line in ["MULTI", "RPUSH b 1", "RPUSH a 2", "EXEC"] {
        world.ask(pusher, line);
    }
    assert_eq!(world.output(one), popped("a", "2"));
    assert_eq!(world.ask(pusher, "LLEN b"), ":1\r\n");
}

/// A list turned by one who waits for it goes round among those who wait, and stays.
#[test]
fn turning_a_list() {
    let mut world = World::new();
    let (one, two, pusher) = (world.connect(), world.connect(), world.connect());
    world.ask(one, "BLMOVE a a LEFT RIGHT 0");
    world.ask(two, "BRPOPLPUSH a a 0");
    world.ask(pusher, "RPUSH a 1");
    assert_eq!(world.output(one), "$1\r\n1\r\n");
    assert_eq!(world.output(two), "$1\r\n1\r\n");
    assert_eq!(world.ask(pusher, "LLEN a"), ":1\r\n");
}

#[test]
fn nobody_waits_in_a_transaction() {
    for (command, resp2, resp3) in [
        ("BLPOP a 0", "*1\r\n*-1\r\n", "*1\r\n_\r\n"),
        ("BRPOP a 0", "*1\r\n*-1\r\n", "*1\r\n_\r\n"),
        ("BLMPOP 0 1 a LEFT", "*1\r\n*-1\r\n", "*1\r\n_\r\n"),
        ("BLMOVE a b LEFT LEFT 0", "*1\r\n$-1\r\n", "*1\r\n_\r\n"),
        ("BRPOPLPUSH a b 0", "*1\r\n$-1\r\n", "*1\r\n_\r\n"),
    ] {
        let mut world = World::new();
        for (id, expected) in [(world.connect(), resp2), (world.connect_resp3(), resp3)] {
            world.ask(id, "MULTI");
            world.ask(id, command);
            assert_eq!(world.ask(id, "EXEC"), expected, "{command}");
        }
        assert_eq!(world.server.poll_timeout(), None);
    }
}
