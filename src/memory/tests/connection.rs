//! HELLO to RESET, CLIENT, and the commands about the server.

use alloc::format;
use alloc::vec::Vec;

use super::{World, both, resp2, resp3};

#[test]
fn hello_chooses_the_protocol() {
    let tail =
        "$2\r\nid\r\n:1\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n";
    let body = |proto| {
        format!("$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$5\r\n7.2.0\r\n$5\r\nproto\r\n:{proto}\r\n{tail}")
    };
    let (two, three) = (format!("*14\r\n{}", body(2)), format!("%7\r\n{}", body(3)));
    resp2(&[
        ("HELLO", &two),
        ("HELLO 3", &three),
        ("HELLO", &three),
        ("HELLO 2", &two),
        ("HELLO 4", "-NOPROTO unsupported protocol version\r\n"),
        ("HELLO 1", "-NOPROTO unsupported protocol version\r\n"),
        ("HELLO x", "-ERR Protocol version is not an integer or out of range\r\n"),
        ("HELLO 3 foo", "-ERR Syntax error in HELLO option 'foo'\r\n"),
        ("HELLO 3 AUTH default", "-ERR Syntax error in HELLO option 'AUTH'\r\n"),
        (
            "HELLO 3 SETNAME \"a b\"",
            "-ERR Client names cannot contain spaces, newlines or special characters.\r\n",
        ),
        (
            "HELLO 3 AUTH nobody x",
            "-WRONGPASS invalid username-password pair or user is disabled.\r\n",
        ),
        ("HELLO 2 AUTH default x SETNAME me", &two),
        ("CLIENT GETNAME", "$2\r\nme\r\n"),
    ]);
}

#[test]
fn a_password_is_asked_for() {
    let mut world = World::new();
    let before = world.connect();
    world.server.set_password(Some("secret"));
    world.server.add_user("alice", "wonder");
    let noauth = "-NOAUTH Authentication required.\r\n";
    let wrong = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";
    assert_eq!(world.ask(before, "PING"), "+PONG\r\n");
    let id = world.connect();
    for (line, expected) in [
        ("PING", noauth),
        (
            "nonsense",
            "-ERR unknown command 'nonsense', with args beginning with: \r\n",
        ),
        (
            "EXEC",
            "-EXECABORT Transaction discarded because of: NOAUTH Authentication required.\r\n",
        ),
        ("AUTH wrong", wrong),
        ("AUTH alice secret", wrong),
        ("AUTH bob wonder", wrong),
        ("AUTH a b c", "-ERR syntax error\r\n"),
        ("AUTH", "-ERR wrong number of arguments for 'auth' command\r\n"),
        ("AUTH secret", "+OK\r\n"),
        ("PING", "+PONG\r\n"),
        ("RESET", "+RESET\r\n"),
        ("PING", noauth),
        ("AUTH alice wonder", "+OK\r\n"),
        ("PING", "+PONG\r\n"),
    ] {
        assert_eq!(world.ask(id, line), expected, "{line}");
    }
    let id = world.connect();
    assert_eq!(
        world.ask(id, "HELLO 3"),
        "-NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> \
         <pass> option can be used to authenticate the client and select the RESP protocol version at the same time\r\n"
    );
    assert!(world.ask(id, "HELLO 3 AUTH alice wonder").starts_with("%7\r\n"));
    assert_eq!(
        world.ask(id, "GETTY"),
        "-ERR unknown command 'GETTY', with args beginning with: \r\n"
    );
    assert!(world.ask(id, "CLIENT INFO").contains("user=alice"));
    resp2(&[(
        "AUTH x",
        "-ERR AUTH <password> called without any password configured for the default user. Are you sure your \
         configuration is correct?\r\n",
    )]);
}

#[test]
fn ping_echo_quit() {
    both(&[
        ("PING", "+PONG\r\n"),
        ("PING hi", "$2\r\nhi\r\n"),
        ("ECHO hi", "$2\r\nhi\r\n"),
        ("SELECT 15", "+OK\r\n"),
        ("SELECT 16", "-ERR DB index is out of range\r\n"),
        ("SELECT -1", "-ERR DB index is out of range\r\n"),
        ("SELECT x", "-ERR value is not an integer or out of range\r\n"),
        ("QUIT", "+OK\r\n"),
        ("PING", ""),
    ]);
    let mut world = World::new();
    let id = world.connect();
    world.send(id, b"QUIT\r\nPING\r\n");
    assert!(!world.server.is_closed(id));
    assert_eq!(world.output(id), "+OK\r\n");
    assert!(world.server.is_closed(id));
}

#[test]
fn client_names() {
    both(&[
        (
            "CLIENT SETNAME \"a b\"",
            "-ERR Client names cannot contain spaces, newlines or special characters.\r\n",
        ),
        ("CLIENT SETNAME abc", "+OK\r\n"),
        ("CLIENT GETNAME", "$3\r\nabc\r\n"),
        ("CLIENT SETINFO LIB-NAME redwire", "+OK\r\n"),
        ("CLIENT SETINFO lib-ver 1.0", "+OK\r\n"),
        ("CLIENT SETINFO foo x", "-ERR Unrecognized option 'foo'\r\n"),
        (
            "CLIENT SETINFO lib-name \"a b\"",
            "-ERR lib-name cannot contain spaces, newlines or special characters.\r\n",
        ),
        ("CLIENT ID", ":1\r\n"),
        ("CLIENT NO-EVICT on", "+OK\r\n"),
        ("CLIENT NO-TOUCH maybe", "-ERR syntax error\r\n"),
        ("CLIENT NO-TOUCH off", "+OK\r\n"),
        ("CLIENT GETREDIR", ":-1\r\n"),
        ("CLIENT TRACKING off", "+OK\r\n"),
        (
            "CLIENT TRACKING on",
            "-ERR Client tracking is not supported by this server\r\n",
        ),
        (
            "CLIENT nonsense",
            "-ERR unknown subcommand 'nonsense'. Try CLIENT HELP.\r\n",
        ),
        ("CLIENT", "-ERR wrong number of arguments for 'client' command\r\n"),
        (
            "CLIENT SETNAME",
            "-ERR wrong number of arguments for 'client|setname' command\r\n",
        ),
    ]);
    resp2(&[
        ("CLIENT GETNAME", "$-1\r\n"),
        (
            "CLIENT TRACKINGINFO",
            "*6\r\n$5\r\nflags\r\n*1\r\n$3\r\noff\r\n$8\r\nredirect\r\n:-1\r\n$8\r\nprefixes\r\n*0\r\n",
        ),
    ]);
    resp3(&[
        ("CLIENT GETNAME", "_\r\n"),
        (
            "CLIENT TRACKINGINFO",
            "%3\r\n$5\r\nflags\r\n~1\r\n$3\r\noff\r\n$8\r\nredirect\r\n:-1\r\n$8\r\nprefixes\r\n*0\r\n",
        ),
    ]);
}

#[test]
fn client_info_and_list() {
    let mut world = World::new();
    let (one, other) = (world.connect(), world.connect_resp3());
    world.ask(one, "CLIENT SETNAME me");
    world.ask(other, "CLIENT SETINFO lib-name redwire");
    world.ask(other, "SELECT 2");
    world.advance(3000);
    let info = world.ask(one, "CLIENT INFO");
    assert!(
        info.starts_with('$') && info.ends_with("lib-name= lib-ver=\n\r\n"),
        "{info}"
    );
    for part in [
        "id=1 ",
        " name=me ",
        " age=3 ",
        " idle=0 ",
        " db=0 ",
        " multi=-1 ",
        " cmd=client|info ",
        " resp=2 ",
    ] {
        assert!(info.contains(part), "{part} in {info}");
    }
    let list = world.ask(other, "CLIENT LIST");
    assert!(list.starts_with('=') && list.contains("\r\ntxt:id=1 "), "{list}");
    let lines: Vec<&str> = list.lines().filter(|line| line.contains("id=")).collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[1].contains("id=2 ") && lines[1].contains(" db=2 ") && lines[1].contains("lib-name=redwire"));
    assert!(lines[0].contains(" idle=0 ") && lines[1].contains(" cmd=client|list "));
    assert_eq!(
        world.ask(one, "CLIENT LIST ID 2 99").matches("addr=").count(),
        2,
        "addr and laddr of one client"
    );
    assert_eq!(world.ask(one, "CLIENT LIST TYPE pubsub"), "$0\r\n\r\n");
    assert_eq!(world.ask(one, "CLIENT LIST ID 1 a"), "-ERR Invalid client ID\r\n");
    assert_eq!(
        world.ask(one, "CLIENT LIST TYPE foo"),
        "-ERR Unknown client type 'foo'\r\n"
    );
    assert_eq!(world.ask(one, "CLIENT LIST ID"), "-ERR syntax error\r\n");
}

#[test]
fn client_reply() {
    both(&[
        ("CLIENT REPLY skip", ""),
        ("PING", ""),
        ("PING", "+PONG\r\n"),
        ("CLIENT REPLY off", ""),
        ("PING", ""),
        ("nonsense", ""),
        ("CLIENT REPLY skip", ""),
        ("CLIENT REPLY on", "+OK\r\n"),
        ("PING", "+PONG\r\n"),
        ("CLIENT REPLY x", "-ERR syntax error\r\n"),
    ]);
}

#[test]
fn client_kill() {
    let mut world = World::new();
    let (one, two, three) = (world.connect(), world.connect(), world.connect());
    for (line, expected) in [
        ("CLIENT KILL 1.2.3.4:5", "-ERR No such client\r\n"),
        ("CLIENT KILL ID 0", "-ERR client-id should be greater than 0\r\n"),
        ("CLIENT KILL ID x", "-ERR client-id should be greater than 0\r\n"),
        ("CLIENT KILL ID 99", ":0\r\n"),
        ("CLIENT KILL TYPE foo", "-ERR Unknown client type 'foo'\r\n"),
        ("CLIENT KILL USER nobody", "-ERR No such user 'nobody'\r\n"),
        ("CLIENT KILL SKIPME foo", "-ERR syntax error\r\n"),
        ("CLIENT KILL ID 2 TYPE", "-ERR syntax error\r\n"),
        ("CLIENT KILL TYPE pubsub", ":0\r\n"),
        ("CLIENT KILL ID 1", ":0\r\n"),
        ("CLIENT KILL ID 2", ":1\r\n"),
    ] {
        assert_eq!(world.ask(one, line), expected, "{line}");
    }
    assert!(world.server.is_closed(two));
    assert_eq!(world.server.poll_ready(), Some(one));
    assert_eq!(world.server.poll_ready(), Some(two), "the driver learns of the end");
    assert_eq!(
        world.ask(one, "CLIENT KILL SKIPME no TYPE normal"),
        ":3\r\n",
        "a session is there until the driver lets go"
    );
    assert!(world.server.is_closed(one) && world.server.is_closed(three));
}

#[test]
fn client_pause_holds_back() {
    let mut world = World::new();
    let (one, other) = (world.connect(), world.connect());
    assert_eq!(
        world.ask(one, "CLIENT PAUSE x"),
        "-ERR timeout is not an integer or out of range\r\n"
    );
    assert_eq!(world.ask(one, "CLIENT PAUSE -1"), "-ERR timeout is negative\r\n");
    assert_eq!(
        world.ask(one, "CLIENT PAUSE 1 x"),
        "-ERR CLIENT PAUSE mode must be WRITE or ALL\r\n"
    );
    assert_eq!(world.ask(one, "CLIENT PAUSE 500 WRITE"), "+OK\r\n");
    assert_eq!(world.ask(other, "PING"), "+PONG\r\n");
    assert_eq!(world.ask(other, "FLUSHALL"), "");
    assert_eq!(world.ask(other, "PING"), "", "held back behind the write");
    assert_eq!(
        world.server.poll_timeout(),
        Some(crate::time::Timestamp::from_millis(500))
    );
    world.advance(499);
    assert_eq!(world.output(other), "");
    world.advance(1);
    assert_eq!(world.output(other), "+OK\r\n+PONG\r\n");
    assert_eq!(world.server.poll_timeout(), None);

    world.ask(one, "CLIENT PAUSE 500 WRITE");
    assert_eq!(world.ask(other, "FLUSHDB"), "");
    assert_eq!(world.ask(one, "CLIENT UNPAUSE"), "+OK\r\n");
    assert_eq!(world.output(other), "+OK\r\n");

    world.ask(one, "CLIENT PAUSE 500");
    assert_eq!(world.ask(other, "PING"), "");
    world.advance(500);
    assert_eq!(world.output(other), "+PONG\r\n");
}

#[test]
fn wait_takes_its_time_and_can_be_unblocked() {
    let mut world = World::new();
    let (one, other) = (world.connect(), world.connect());
    for (line, expected) in [
        ("WAIT 0 0", ":0\r\n"),
        ("WAIT x 0", "-ERR value is not an integer or out of range\r\n"),
        ("WAIT 0 x", "-ERR timeout is not an integer or out of range\r\n"),
        ("WAIT 0 -1", "-ERR timeout is negative\r\n"),
        ("WAITAOF 0 0 0", "*2\r\n:0\r\n:0\r\n"),
        (
            "WAITAOF 1 0 0",
            "-ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.\r\n",
        ),
    ] {
        assert_eq!(world.ask(one, line), expected, "{line}");
    }
    assert_eq!(world.ask(one, "WAIT 1 100"), "");
    assert_eq!(world.ask(one, "PING"), "");
    assert!(world.ask(other, "INFO clients").contains("blocked_clients:1"));
    world.advance(99);
    assert_eq!(world.output(one), "");
    world.advance(1);
    assert_eq!(world.output(one), ":0\r\n+PONG\r\n");

    assert_eq!(world.ask(one, "WAIT 1 0"), "");
    assert_eq!(world.server.poll_timeout(), None);
    assert_eq!(
        world.ask(other, "CLIENT UNBLOCK 1 foo"),
        "-ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR\r\n"
    );
    assert_eq!(world.ask(other, "CLIENT UNBLOCK 99"), ":0\r\n");
    assert_eq!(world.ask(other, "CLIENT UNBLOCK 1"), ":1\r\n");
    assert_eq!(world.output(one), ":0\r\n");
    assert_eq!(world.ask(one, "WAIT 1 0"), "");
    assert_eq!(world.ask(other, "CLIENT UNBLOCK 1 ERROR"), ":1\r\n");
    assert_eq!(world.output(one), "-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n");
    assert_eq!(world.ask(other, "CLIENT UNBLOCK 1"), ":0\r\n");
}

#[test]
fn config() {
    both(&[
        ("CONFIG SET maxmemory 1gb hz 50", "+OK\r\n"),
        (
            "CONFIG SET maxmemory abc",
            "-ERR CONFIG SET failed (possibly related to argument 'maxmemory') - argument must be a memory value\r\n",
        ),
        (
            "CONFIG SET hz 60 nonsense 1",
            "-ERR Unknown option or number of arguments for CONFIG SET - 'nonsense'\r\n",
        ),
        (
            "CONFIG SET databases 3",
            "-ERR CONFIG SET failed (possibly related to argument 'databases') - can't set immutable config\r\n",
        ),
        (
            "CONFIG SET appendonly maybe",
            "-ERR CONFIG SET failed (possibly related to argument 'appendonly') - argument must be 'yes' or 'no'\r\n",
        ),
        (
            "CONFIG SET maxmemory-policy foo",
            "-ERR CONFIG SET failed (possibly related to argument 'maxmemory-policy') - argument(s) must be one of the following: volatile-lru, volatile-lfu, volatile-random, volatile-ttl, allkeys-lru, allkeys-lfu, allkeys-random, noeviction\r\n",
        ),
        (
            "CONFIG SET hz abc",
            "-ERR CONFIG SET failed (possibly related to argument 'hz') - argument couldn't be parsed into an integer\r\n",
        ),
        (
            "CONFIG SET hz 1 hz 2",
            "-ERR CONFIG SET failed (possibly related to argument 'hz') - duplicate parameter\r\n",
        ),
        ("CONFIG SET hz 1 appendonly", "-ERR syntax error\r\n"),
        ("CONFIG REWRITE", "-ERR The server is running without a config file\r\n"),
        ("CONFIG RESETSTAT", "+OK\r\n"),
        ("CONFIG foo", "-ERR unknown subcommand 'foo'. Try CONFIG HELP.\r\n"),
    ]);
    resp2(&[
        ("CONFIG SET maxmemory 1kb", "+OK\r\n"),
        (
            "CONFIG GET maxmemory HZ nothing",
            "*4\r\n$2\r\nhz\r\n$2\r\n10\r\n$9\r\nmaxmemory\r\n$4\r\n1024\r\n",
        ),
        ("CONFIG GET nothing", "*0\r\n"),
        ("CONFIG SET requirepass secret", "+OK\r\n"),
        ("CONFIG GET requirepass", "*2\r\n$11\r\nrequirepass\r\n$6\r\nsecret\r\n"),
        ("RESET", "+RESET\r\n"),
        ("PING", "-NOAUTH Authentication required.\r\n"),
    ]);
    resp3(&[("CONFIG GET save", "%1\r\n$4\r\nsave\r\n$0\r\n\r\n")]);
}

#[test]
fn the_longest_argument_is_configured() {
    let mut world = World::new();
    let id = world.connect();
    world.ask(id, "CONFIG SET proto-max-bulk-len 1mb");
    world.send(id, b"*1\r\n$1048577\r\n");
    assert_eq!(world.output(id), "-ERR Protocol error: invalid bulk length\r\n");
}

#[test]
fn time_is_virtual() {
    let mut world = World::new();
    let id = world.connect();
    assert_eq!(world.ask(id, "TIME"), "*2\r\n$10\r\n1704067200\r\n$1\r\n0\r\n");
    world.advance(1234);
    assert_eq!(world.ask(id, "TIME"), "*2\r\n$10\r\n1704067201\r\n$6\r\n234000\r\n");
    world.server.set_unix_time(5);
    assert_eq!(world.ask(id, "TIME"), "*2\r\n$1\r\n1\r\n$6\r\n239000\r\n");
}

#[test]
fn info_and_command() {
    let mut world = World::new();
    let id = world.connect_resp3();
    let info = world.ask(id, "INFO");
    assert!(
        info.starts_with('=') && info.contains("txt:# Server\r\nredis_version:7.2.0\r\n"),
        "{info}"
    );
    for section in ["# Clients", "# Stats", "# Replication\r\nrole:master", "# Keyspace"] {
        assert!(info.contains(section), "{section} in {info}");
    }
    assert_eq!(world.ask(id, "INFO nonsense"), "=4\r\ntxt:\r\n");
    assert!(!world.ask(id, "INFO keyspace").contains("# Server"));
    assert_eq!(world.ask(id, "COMMAND INFO nonsense"), "*1\r\n_\r\n");
    assert!(
        world
            .ask(id, "COMMAND INFO client|id")
            .starts_with("*1\r\n*10\r\n$9\r\nclient|id\r\n:2\r\n")
    );
    assert_eq!(
        world.ask(id, "COMMAND GETKEYS ping"),
        "-ERR The command has no key arguments\r\n"
    );
    assert_eq!(
        world.ask(id, "COMMAND GETKEYS nonsense"),
        "-ERR Invalid command specified\r\n"
    );
    assert_eq!(
        world.ask(id, "COMMAND GETKEYS watch a b"),
        "*2\r\n$1\r\na\r\n$1\r\nb\r\n"
    );
    assert_eq!(
        world.ask(id, "COMMAND LIST FILTERBY PATTERN watch*"),
        "*1\r\n$5\r\nwatch\r\n"
    );
    let count = world.ask(id, "COMMAND COUNT");
    let all = world.ask(id, "COMMAND");
    assert_eq!(count[1..], all[1..count.len()]);
}
