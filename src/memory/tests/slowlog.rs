//! SLOWLOG while everything counts as slow.

use alloc::format;

use super::{World, both};

#[test]
fn nothing_is_slow_unless_everything_is() {
    both(&[
        ("SLOWLOG LEN", ":0\r\n"),
        ("SLOWLOG GET", "*0\r\n"),
        ("CONFIG SET slowlog-log-slower-than -1", "+OK\r\n"),
        ("SLOWLOG LEN", ":0\r\n"),
        ("SLOWLOG RESET", "+OK\r\n"),
        ("SLOWLOG GET -2", "-ERR count should be greater than or equal to -1\r\n"),
        ("SLOWLOG GET x", "-ERR count should be greater than or equal to -1\r\n"),
        (
            "SLOWLOG GET 1 2",
            "-ERR unknown subcommand or wrong number of arguments for 'get'. Try SLOWLOG HELP.\r\n",
        ),
        ("LATENCY LATEST", "*0\r\n"),
        ("LATENCY HISTORY command", "*0\r\n"),
        ("LATENCY RESET fork command", ":0\r\n"),
        ("MODULE LIST", "*0\r\n"),
    ]);
}

#[test]
fn what_ran_is_kept_with_who_ran_it_and_when() {
    let mut world = World::new();
    let id = world.connect();
    world.ask(id, "CLIENT SETNAME me");
    world.ask(id, "CONFIG SET slowlog-log-slower-than 0");
    world.advance(5000);
    world.ask(id, "SET a 1");
    let set = "*6\r\n:1\r\n:1704067205\r\n:0\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n$15\r\n127.0.0.1:10001\r\n$2\r\nme\r\n";
    assert_eq!(world.ask(id, "SLOWLOG GET 1"), format!("*1\r\n{set}"));
    // Setting the threshold counts already, and asking for the log as well.
    assert_eq!(world.ask(id, "SLOWLOG LEN"), ":3\r\n");
    world.ask(id, "CONFIG SET slowlog-max-len 2");
    assert_eq!(world.ask(id, "SLOWLOG GET -1").matches("*6\r\n").count(), 2);
    world.ask(id, "SLOWLOG RESET");
    // A transaction is logged command by command.
    for line in ["MULTI", "SET b 1", "SET c 1", "EXEC"] {
        world.ask(id, line);
    }
    let log = world.ask(id, "SLOWLOG GET 2");
    assert!(log.contains("$1\r\nb\r\n") && log.contains("$1\r\nc\r\n"), "{log}");
    world.ask(id, "CONFIG SET slowlog-log-slower-than 1");
    world.ask(id, "SLOWLOG RESET");
    world.ask(id, "SET a 1");
    assert_eq!(world.ask(id, "SLOWLOG LEN"), ":0\r\n");
}

#[test]
fn long_commands_are_cut_short_and_secrets_left_out() {
    let mut world = World::new();
    let id = world.connect();
    world.ask(id, "CONFIG SET slowlog-log-slower-than 0");
    let mut last = |line: &str| {
        world.ask(id, line);
        world.ask(id, "SLOWLOG GET 1")
    };
    let log = last(&format!("SET a {}", "x".repeat(200)));
    assert!(
        log.contains(&format!("{}... (72 more bytes)\r\n", "x".repeat(128))),
        "{log}"
    );
    let log = last(&format!("SET a {}", "x".repeat(128)));
    assert!(!log.contains("more bytes"), "{log}");
    let log = last(&format!("DEL{}", " k".repeat(32)));
    assert!(
        log.contains("*32\r\n") && log.contains("... (2 more arguments)"),
        "{log}"
    );
    let log = last(&format!("DEL{}", " k".repeat(31)));
    assert!(log.contains("*32\r\n") && !log.contains("more arguments"), "{log}");
    for line in [
        "CONFIG SET maxmemory 0 requirepass hunter2",
        "AUTH hunter2",
        "AUTH default hunter2",
        "HELLO 2 AUTH default hunter2",
    ] {
        let log = last(line);
        assert!(log.contains("(redacted)") && !log.contains("hunter2"), "{line}: {log}");
    }
}
