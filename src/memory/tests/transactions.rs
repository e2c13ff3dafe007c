//! MULTI and WATCH.

use super::{World, both, resp2, resp3};

#[test]
fn queueing_and_executing() {
    both(&[
        ("EXEC", "-ERR EXEC without MULTI\r\n"),
        ("DISCARD", "-ERR DISCARD without MULTI\r\n"),
        ("MULTI", "+OK\r\n"),
        ("MULTI", "-ERR MULTI calls can not be nested\r\n"),
        ("WATCH a", "-ERR WATCH inside MULTI is not allowed\r\n"),
        ("SET a 1", "+QUEUED\r\n"),
        ("INCR a", "+QUEUED\r\n"),
        ("UNWATCH", "+QUEUED\r\n"),
        ("EXEC", "*3\r\n+OK\r\n:2\r\n+OK\r\n"),
        ("MULTI", "+OK\r\n"),
        ("EXEC", "*0\r\n"),
        ("MULTI", "+OK\r\n"),
        ("SET a 9", "+QUEUED\r\n"),
        ("DISCARD", "+OK\r\n"),
        ("GET a", "$1\r\n2\r\n"),
    ]);
}

#[test]
fn a_failing_command_stops_nothing() {
    both(&[
        ("MULTI", "+OK\r\n"),
        ("SET a x", "+QUEUED\r\n"),
        ("INCR a", "+QUEUED\r\n"),
        ("GET a", "+QUEUED\r\n"),
        (
            "EXEC",
            "*3\r\n+OK\r\n-ERR value is not an integer or out of range\r\n$1\r\nx\r\n",
        ),
    ]);
}

#[test]
fn a_refused_command_aborts() {
    let abort = "-EXECABORT Transaction discarded because of previous errors.\r\n";
    both(&[
        ("MULTI", "+OK\r\n"),
        (
            "nonsense",
            "-ERR unknown command 'nonsense', with args beginning with: \r\n",
        ),
        ("SET a 1", "+QUEUED\r\n"),
        ("EXEC", abort),
        ("EXISTS a", ":0\r\n"),
        ("MULTI", "+OK\r\n"),
        ("GET", "-ERR wrong number of arguments for 'get' command\r\n"),
        ("EXEC", abort),
        ("MULTI", "+OK\r\n"),
        (
            "EXEC x",
            "-EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command\r\n",
        ),
        ("DISCARD", "-ERR DISCARD without MULTI\r\n"),
        ("MULTI", "+OK\r\n"),
        ("DISCARD x", "-ERR wrong number of arguments for 'discard' command\r\n"),
        ("EXEC", abort),
        ("MULTI", "+OK\r\n"),
        ("RESET", "+RESET\r\n"),
    ]);
    resp2(&[("MULTI", "+OK\r\n"), ("QUIT", "+OK\r\n")]);
}

#[test]
fn the_database_moves_inside() {
    both(&[
        ("MULTI", "+OK\r\n"),
        ("SELECT 1", "+QUEUED\r\n"),
        ("SET b 1", "+QUEUED\r\n"),
        ("EXEC", "*2\r\n+OK\r\n+OK\r\n"),
        ("EXISTS b", ":1\r\n"),
        ("SELECT 0", "+OK\r\n"),
        ("EXISTS b", ":0\r\n"),
    ]);
}

#[test]
fn nobody_waits_inside() {
    both(&[
        ("MULTI", "+OK\r\n"),
        ("WAIT 1 0", "+QUEUED\r\n"),
        ("EXEC", "*1\r\n:0\r\n"),
    ]);
}

/// What another client does between WATCH and EXEC, and whether the transaction survives it.
#[test]
fn watched_keys() {
    for (prepare, meanwhile, survives) in [
        ("SET k 1", "SET k 1", false),
        ("SET k 1", "SET other 1", true),
        ("SET k 1", "GET k", true),
        ("SET k 1", "DEL k", false),
        ("DEL k", "DEL k", true),
        ("DEL k", "SET k 1", false),
        ("SET k 1", "EXPIRE k 100", false),
        ("SET k 1", "PERSIST k", true),
        ("SET k 1 EX 9", "PERSIST k", false),
        ("SET k 1", "APPEND k x", false),
        ("SET k 1", "RENAME k j", false),
        ("SET j 1", "RENAME j k", false),
        ("SET k 1", "MOVE k 1", false),
        ("SET k 1", "FLUSHDB", false),
        ("DEL k", "FLUSHDB", true),
        ("SET k 1", "FLUSHALL", false),
        ("SET k 1", "SWAPDB 0 1", false),
        ("DEL k", "SWAPDB 0 1", true),
        ("SET k 1", "SWAPDB 1 2", true),
        ("SET k 1", "SETRANGE k 0 ''", true),
        ("SET k 1", "TOUCH k", true),
        ("SET k 1", "SET k 2 NX", true),
    ] {
        let mut world = World::new();
        let (one, other) = (world.connect(), world.connect());
        world.ask(one, prepare);
        assert_eq!(world.ask(one, "WATCH k"), "+OK\r\n");
        world.ask(other, meanwhile);
        world.ask(one, "MULTI");
        assert_eq!(world.ask(one, "PING"), "+QUEUED\r\n");
        let expected = if survives { "*1\r\n+PONG\r\n" } else { "*-1\r\n" };
        assert_eq!(world.ask(one, "EXEC"), expected, "{prepare}; {meanwhile}");
        world.ask(one, "MULTI");
        assert_eq!(world.ask(one, "EXEC"), "*0\r\n", "EXEC forgets what was watched");
    }
}

#[test]
fn watching_is_per_database() {
    let mut world = World::new();
    let (one, other) = (world.connect(), world.connect());
    world.ask(one, "WATCH k");
    world.ask(other, "SELECT 1");
    world.ask(other, "SET k 1");
    world.ask(one, "MULTI");
    assert_eq!(world.ask(one, "EXEC"), "*0\r\n");
    world.ask(one, "WATCH k");
    world.ask(one, "SELECT 1");
    world.ask(one, "DEL k");
    world.ask(one, "MULTI");
    assert_eq!(world.ask(one, "EXEC"), "*0\r\n", "its own change in another database");
}

#[test]
fn own_changes_and_expiry_count() {
    resp3(&[
        ("SET k 1 PX 100", "+OK\r\n"),
        ("WATCH k", "+OK\r\n"),
        ("@100", ""),
        ("MULTI", "+OK\r\n"),
        ("PING", "+QUEUED\r\n"),
        ("EXEC", "_\r\n"),
        ("WATCH k", "+OK\r\n"),
        ("SET k 2", "+OK\r\n"),
        ("MULTI", "+OK\r\n"),
        ("EXEC", "_\r\n"),
        ("WATCH k", "+OK\r\n"),
        ("SET k 3", "+OK\r\n"),
        ("UNWATCH", "+OK\r\n"),
        ("MULTI", "+OK\r\n"),
        ("EXEC", "*0\r\n"),
        ("WATCH k", "+OK\r\n"),
        ("SET k 4", "+OK\r\n"),
        ("MULTI", "+OK\r\n"),
        ("DISCARD", "+OK\r\n"),
        ("MULTI", "+OK\r\n"),
        ("EXEC", "*0\r\n"),
    ]);
}
