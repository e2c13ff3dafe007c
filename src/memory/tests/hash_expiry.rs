//! The time to live of hash fields. Unix time starts at 1704067200 seconds.
//!
//! The wordings are those of version 8.2: HEXPIRE and its like came with 7.4, HGETEX, HSETEX and HGETDEL with 8.0.

use alloc::format;

use super::{World, both, resp2, resp3};

#[test]
fn fields_expire() {
    both(&[
        ("hset h a 1 b 2 c 3", ":3\r\n"),
        ("httl h fields 2 a x", "*2\r\n:-1\r\n:-2\r\n"),
        ("hexpire h 10 fields 3 a x b", "*3\r\n:1\r\n:-2\r\n:1\r\n"),
        ("httl h fields 3 a x c", "*3\r\n:10\r\n:-2\r\n:-1\r\n"),
        ("hpttl h fields 3 a x c", "*3\r\n:10000\r\n:-2\r\n:-1\r\n"),
        ("hexpiretime h fields 3 a x c", "*3\r\n:1704067210\r\n:-2\r\n:-1\r\n"),
        (
            "hpexpiretime h fields 3 a x c",
            "*3\r\n:1704067210000\r\n:-2\r\n:-1\r\n",
        ),
        ("hpexpire h 2500 fields 1 b", "*1\r\n:1\r\n"),
        // Seconds are rounded up.
        ("httl h fields 1 b", "*1\r\n:3\r\n"),
        ("hexpiretime h fields 1 b", "*1\r\n:1704067203\r\n"),
        ("@2499", ""),
        ("hmget h a b c", "*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n"),
        ("httl h fields 1 b", "*1\r\n:1\r\n"),
        ("hpttl h fields 1 b", "*1\r\n:1\r\n"),
        ("@1", ""),
        ("hexists h b", ":0\r\n"),
        ("hpttl h fields 2 b a", "*2\r\n:-2\r\n:7500\r\n"),
        ("hkeys h", "*2\r\n$1\r\na\r\n$1\r\nc\r\n"),
        ("hvals h", "*2\r\n$1\r\n1\r\n$1\r\n3\r\n"),
        ("hlen h", ":2\r\n"),
        ("hstrlen h b", ":0\r\n"),
        (
            "hscan h 0",
            "*2\r\n$1\r\n0\r\n*4\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nc\r\n$1\r\n3\r\n",
        ),
        ("hrandfield h 5", "*2\r\n$1\r\na\r\n$1\r\nc\r\n"),
        ("hsetnx h b 9", ":1\r\n"),
        ("httl h fields 1 b", "*1\r\n:-1\r\n"),
        ("hdel h b c", ":2\r\n"),
        ("@7500", ""),
        // The last field takes the hash along.
        ("exists h", ":0\r\n"),
        ("httl h fields 1 a", "*1\r\n:-2\r\n"),
        ("set h x", "+OK\r\n"),
    ]);
}

#[test]
fn times_since_the_epoch() {
    both(&[
        ("hset h a 1 b 2", ":2\r\n"),
        ("hexpireat h 1704067205 fields 1 a", "*1\r\n:1\r\n"),
        ("hpexpireat h 1704067205001 fields 1 b", "*1\r\n:1\r\n"),
        ("hexpiretime h fields 2 a b", "*2\r\n:1704067205\r\n:1704067206\r\n"),
        (
            "hpexpiretime h fields 2 a b",
            "*2\r\n:1704067205000\r\n:1704067205001\r\n",
        ),
        ("hpexpireat h 70368744177663 fields 1 a", "*1\r\n:1\r\n"),
        (
            "hpexpireat h 70368744177664 fields 1 a",
            "-ERR invalid expire time in 'hpexpireat' command\r\n",
        ),
        ("@5001", ""),
        ("hgetdel h fields 1 a", "*1\r\n$1\r\n1\r\n"),
        ("exists h", ":0\r\n"),
    ]);
}

#[test]
fn conditions_of_expiry() {
    both(&[
        ("hset h a 1 b 2", ":2\r\n"),
        ("hexpire h 100 xx fields 1 a", "*1\r\n:0\r\n"),
        ("hexpire h 100 gt fields 1 a", "*1\r\n:0\r\n"),
        ("hexpire h 100 NX fields 1 a", "*1\r\n:1\r\n"),
        ("hexpire h 200 nx fields 2 a b", "*2\r\n:0\r\n:1\r\n"),
        ("hexpire h 150 gt fields 2 a b", "*2\r\n:1\r\n:0\r\n"),
        ("hexpire h 150 gt fields 1 a", "*1\r\n:0\r\n"),
        ("hexpire h 150 lt fields 2 a b", "*2\r\n:0\r\n:1\r\n"),
        ("hexpire h 50 XX fields 1 a", "*1\r\n:1\r\n"),
        ("httl h fields 2 a b", "*2\r\n:50\r\n:150\r\n"),
        ("hpersist h fields 1 a", "*1\r\n:1\r\n"),
        // None counts as the latest time of all.
        ("hexpire h 70 lt fields 1 a", "*1\r\n:1\r\n"),
        // A condition that is not met protects from a time that is over.
        ("hexpire h 0 gt fields 1 a", "*1\r\n:0\r\n"),
        ("hexpire h 0 lt fields 1 a", "*1\r\n:2\r\n"),
        ("hlen h", ":1\r\n"),
    ]);
}

#[test]
fn times_that_are_over_delete() {
    both(&[
        ("hset h a 1 b 2 c 3 d 4", ":4\r\n"),
        ("hexpire h 0 fields 2 a a", "*2\r\n:2\r\n:-2\r\n"),
        ("hpexpire h 0 fields 1 b", "*1\r\n:2\r\n"),
        ("hexpireat h 1704067200 fields 1 c", "*1\r\n:2\r\n"),
        ("hlen h", ":1\r\n"),
        ("hpexpireat h 1 fields 1 d", "*1\r\n:2\r\n"),
        ("exists h", ":0\r\n"),
        ("hexpire h 0 fields 1 d", "*1\r\n:-2\r\n"),
        ("hpersist h fields 2 d e", "*2\r\n:-2\r\n:-2\r\n"),
    ]);
}

/// Which commands take the time to live of a field away.
#[test]
fn what_becomes_of_the_time_to_live() {
    both(&[
        ("hset h a 1 b 2 c 3 d 4 e 5", ":5\r\n"),
        (
            "hexpire h 100 fields 5 a b c d e",
            "*5\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n",
        ),
        ("hset h a 1", ":0\r\n"),
        ("hincrby h b 1", ":3\r\n"),
        ("hincrbyfloat h c 1", "$1\r\n4\r\n"),
        ("hsetnx h d 9", ":0\r\n"),
        ("hpersist h fields 3 e a x", "*3\r\n:1\r\n:-1\r\n:-2\r\n"),
        (
            "httl h fields 5 a b c d e",
            "*5\r\n:-1\r\n:100\r\n:100\r\n:100\r\n:-1\r\n",
        ),
        ("hmset h b 1", "+OK\r\n"),
        ("hdel h c", ":1\r\n"),
        ("hset h c 1", ":1\r\n"),
        ("httl h fields 2 b c", "*2\r\n:-1\r\n:-1\r\n"),
        // Copies and new names keep it.
        ("copy h i", ":1\r\n"),
        ("rename h j", "+OK\r\n"),
        ("httl i fields 2 a d", "*2\r\n:-1\r\n:100\r\n"),
        ("httl j fields 2 a d", "*2\r\n:-1\r\n:100\r\n"),
        // The key's own time to live is another matter.
        ("ttl i", ":-1\r\n"),
        ("expire i 10", ":1\r\n"),
        ("@10000", ""),
        ("exists i j", ":1\r\n"),
        ("@90000", ""),
        ("hlen j", ":4\r\n"),
    ]);
}

#[test]
fn arguments_of_expiry() {
    const MISPLACED: &str = "-ERR Mandatory argument FIELDS is missing or not at the right position\r\n";
    const MISMATCH: &str = "-ERR The `numfields` parameter must match the number of arguments\r\n";
    const TOO_FEW: &str = "-ERR Parameter `numFields` should be greater than 0\r\n";
    const NOT_POSITIVE: &str = "-ERR Number of fields must be a positive integer\r\n";
    const WRONG_TYPE: &str = "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n";
    both(&[
        ("set s x", "+OK\r\n"),
        ("hset h a 1", ":1\r\n"),
        ("hexpire s x foo 1 a", WRONG_TYPE),
        ("hpexpire s 1 fields 1 a", WRONG_TYPE),
        ("hexpireat s 1 fields 1 a", WRONG_TYPE),
        ("hpexpireat s 1 fields 1 a", WRONG_TYPE),
        ("httl s foo 1 a", WRONG_TYPE),
        ("hpttl s fields 1 a", WRONG_TYPE),
        ("hexpiretime s fields 1 a", WRONG_TYPE),
        ("hpexpiretime s fields 1 a", WRONG_TYPE),
        ("hpersist s foo 1 a", WRONG_TYPE),
        (
            "hexpire h 1 fields 1",
            "-ERR wrong number of arguments for 'hexpire' command\r\n",
        ),
        (
            "httl h fields 1",
            "-ERR wrong number of arguments for 'httl' command\r\n",
        ),
        (
            "hpersist h fields 1",
            "-ERR wrong number of arguments for 'hpersist' command\r\n",
        ),
        (
            "hexpire h x foo 1 a",
            "-ERR value is not an integer or out of range\r\n",
        ),
        ("hexpire h -1 foo 1 a", "-ERR invalid expire time, must be >= 0\r\n"),
        (
            "hexpire h 70368744178 foo 1 a",
            "-ERR invalid expire time in 'hexpire' command\r\n",
        ),
        (
            "hexpire h 9223372036854775807 foo 1 a",
            "-ERR invalid expire time in 'hexpire' command\r\n",
        ),
        (
            "hpexpire h 9223372036854775807 foo 1 a",
            "-ERR invalid expire time in 'hpexpire' command\r\n",
        ),
        ("hexpire h 1 foo 1 a", MISPLACED),
        ("hexpire h 1 nx foo 1 a", MISPLACED),
        ("hexpire h 1 nx xx fields 1 a", MISPLACED),
        ("hexpire h 1 fields 0 a", TOO_FEW),
        ("hexpire h 1 fields -1 a", TOO_FEW),
        ("hexpire h 1 fields x a", TOO_FEW),
        ("hexpire h 1 fields 2 a", MISMATCH),
        ("hexpire h 1 fields 1 a b", MISMATCH),
        ("hexpire h 1 nx fields 1", MISMATCH),
        ("hexpire nothing 1 fields 2 a", MISMATCH),
        ("httl h foo 1 a", MISPLACED),
        ("httl h fields 0 a", NOT_POSITIVE),
        ("httl h fields x a", NOT_POSITIVE),
        ("httl h fields 2 a", MISMATCH),
        ("hpersist h foo 1 a", MISPLACED),
        ("hpersist h fields 0 a", NOT_POSITIVE),
        ("hpersist h fields 1 a b", MISMATCH),
        ("hgetdel s foo 1 a", WRONG_TYPE),
        ("hgetdel h foo 1 a", MISPLACED),
        ("hgetdel h fields 0 a", NOT_POSITIVE),
        ("hgetdel h fields 2 a", MISMATCH),
        ("hgetex s foo 1 a", WRONG_TYPE),
        ("hgetex h foo 1 a", MISPLACED),
        ("hgetex h fields 0 a", NOT_POSITIVE),
        ("hgetex h fields 2 a", MISMATCH),
        ("hgetex h ex 1 persist fields 1 a", MISPLACED),
        (
            "hgetex h ex x fields 1 a",
            "-ERR value is not an integer or out of range\r\n",
        ),
        (
            "hgetex h ex -1 fields 1 a",
            "-ERR invalid expire time, must be >= 0\r\n",
        ),
        (
            "hgetex h pxat 70368744177664 fields 1 a",
            "-ERR invalid expire time in 'hgetex' command\r\n",
        ),
        ("httl h fields 1 a", "*1\r\n:-1\r\n"),
    ]);
}

#[test]
fn reading_and_deleting() {
    both(&[
        ("hset h a 1 b 2", ":2\r\n"),
        ("hgetdel h fields 1 a", "*1\r\n$1\r\n1\r\n"),
        ("hexists h a", ":0\r\n"),
        ("hgetdel h FIELDS 1 b", "*1\r\n$1\r\n2\r\n"),
        ("exists h", ":0\r\n"),
    ]);
    resp2(&[
        ("hset h a 1", ":1\r\n"),
        ("hgetdel h fields 3 x a a", "*3\r\n$-1\r\n$1\r\n1\r\n$-1\r\n"),
        ("hgetdel h fields 1 a", "*1\r\n$-1\r\n"),
        ("hgetex h fields 2 a b", "*2\r\n$-1\r\n$-1\r\n"),
    ]);
    resp3(&[
        ("hset h a 1", ":1\r\n"),
        ("hgetdel h fields 3 x a a", "*3\r\n_\r\n$1\r\n1\r\n_\r\n"),
        ("hgetdel h fields 1 a", "*1\r\n_\r\n"),
        ("hgetex h fields 2 a b", "*2\r\n_\r\n_\r\n"),
    ]);
}

#[test]
fn reading_and_expiring() {
    both(&[
        ("hset h a 1 b 2 c 3", ":3\r\n"),
        ("hgetex h fields 1 a", "*1\r\n$1\r\n1\r\n"),
        ("httl h fields 1 a", "*1\r\n:-1\r\n"),
        ("hgetex h ex 10 fields 2 a b", "*2\r\n$1\r\n1\r\n$1\r\n2\r\n"),
        ("httl h fields 3 a b c", "*3\r\n:10\r\n:10\r\n:-1\r\n"),
        ("hgetex h PX 1500 fields 1 a", "*1\r\n$1\r\n1\r\n"),
        ("hpttl h fields 1 a", "*1\r\n:1500\r\n"),
        ("hgetex h exat 1704067220 fields 1 a", "*1\r\n$1\r\n1\r\n"),
        ("httl h fields 1 a", "*1\r\n:20\r\n"),
        ("hgetex h pxat 1704067205001 fields 1 a", "*1\r\n$1\r\n1\r\n"),
        ("hpttl h fields 1 a", "*1\r\n:5001\r\n"),
        ("hgetex h fields 1 a", "*1\r\n$1\r\n1\r\n"),
        ("hgetex h persist fields 2 b c", "*2\r\n$1\r\n2\r\n$1\r\n3\r\n"),
        ("httl h fields 3 a b c", "*3\r\n:6\r\n:-1\r\n:-1\r\n"),
        ("@5001", ""),
        ("hkeys h", "*2\r\n$1\r\nb\r\n$1\r\nc\r\n"),
        // Deleting, politely.
        ("hgetex h ex 0 fields 1 b", "*1\r\n$1\r\n2\r\n"),
        ("hgetex h exat 1 fields 1 c", "*1\r\n$1\r\n3\r\n"),
        ("exists h", ":0\r\n"),
    ]);
}

#[test]
fn setting_and_expiring() {
    const ONE_TIME: &str = "-ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified\r\n";
    const ONE_CONDITION: &str = "-ERR Only one of FXX or FNX arguments can be specified\r\n";
    const ARITY: &str = "-ERR wrong number of arguments for 'hsetex' command\r\n";
    both(&[
        ("hsetex h fxx fields 1 a 1", ":0\r\n"),
        ("exists h", ":0\r\n"),
        ("hsetex h ex 10 fields 2 a 1 b 2", ":1\r\n"),
        ("httl h fields 2 a b", "*2\r\n:10\r\n:10\r\n"),
        ("hsetex h fnx fields 2 c 3 a 9", ":0\r\n"),
        ("hsetex h FXX fields 2 a 9 c 9", ":0\r\n"),
        ("hmget h a b", "*2\r\n$1\r\n1\r\n$1\r\n2\r\n"),
        ("hsetex h fnx px 500 fields 1 c 3", ":1\r\n"),
        ("hsetex h keepttl fxx fields 2 a 4 b 5", ":1\r\n"),
        ("hmget h a b c", "*3\r\n$1\r\n4\r\n$1\r\n5\r\n$1\r\n3\r\n"),
        ("hpttl h fields 3 a b c", "*3\r\n:10000\r\n:10000\r\n:500\r\n"),
        ("hsetex h fields 1 b 6", ":1\r\n"),
        ("hsetex h exat 1704067230 fields 1 a 7", ":1\r\n"),
        ("hsetex h pxat 1704067200501 fields 1 d 8", ":1\r\n"),
        ("hpttl h fields 4 a b c d", "*4\r\n:30000\r\n:-1\r\n:500\r\n:501\r\n"),
        ("@501", ""),
        ("hkeys h", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"),
        ("hsetex h ex 0 fields 3 a 1 b 2 x 3", ":1\r\n"),
        ("exists h", ":0\r\n"),
        ("hsetex h pxat 1 fields 1 a 1", ":1\r\n"),
        ("exists h", ":0\r\n"),
        ("set s x", "+OK\r\n"),
        (
            "hsetex s fields 1 a 1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("hsetex s foo 1 a 1", "-ERR unknown argument: foo\r\n"),
        ("hsetex h ex 1 px 1 fields 1 a 1", ONE_TIME),
        ("hsetex h ex 1 ex 1 fields 1 a 1", ONE_TIME),
        ("hsetex h keepttl pxat 1 fields 1 a 1", ONE_TIME),
        ("hsetex h fnx fxx fields 1 a 1", ONE_CONDITION),
        ("hsetex h fnx fnx fields 1 a 1", ONE_CONDITION),
        ("hsetex h fnx ex 1 keepttl fields", ONE_TIME),
        ("hsetex h fnx keepttl fxx ex", ONE_CONDITION),
        ("hsetex h ex 1 fnx px", ONE_TIME),
        ("hsetex h fnx exat 1 fields", ARITY),
        (
            "hsetex h ex x fields 1 a 1",
            "-ERR value is not an integer or out of range\r\n",
        ),
        (
            "hsetex h ex -1 fields 1 a 1",
            "-ERR invalid expire time, must be >= 0\r\n",
        ),
        (
            "hsetex h ex 70368744178 fields 1 a 1",
            "-ERR invalid expire time in 'hsetex' command\r\n",
        ),
        ("hsetex h fields 0 a 1", "-ERR invalid number of fields\r\n"),
        ("hsetex h fields x a 1", "-ERR invalid number of fields\r\n"),
        ("hsetex h fields 2147483648 a 1", "-ERR invalid number of fields\r\n"),
        ("hsetex h fields 2 a 1", ARITY),
        ("hsetex h fields 1 a 1 b", ARITY),
        ("hsetex h fields 1 a 1 b 2", ARITY),
        ("hsetex h fnx fields 1 a", ARITY),
        ("hsetex h fields 1 a", ARITY),
        ("exists h", ":0\r\n"),
    ]);
}

#[test]
fn an_expiring_field_is_a_change() {
    let mut world = World::new();
    let id = world.connect();
    world.ask(id, "HSETEX h EX 1 FIELDS 1 a 1");
    world.ask(id, "WATCH h");
    world.advance(1000);
    world.ask(id, "MULTI");
    assert_eq!(world.ask(id, "EXEC"), "*-1\r\n");
}

/// A hash whose fields are over when it is restored is not there.
#[test]
fn restored_fields_that_are_over() {
    let mut world = World::new();
    let id = world.connect();
    world.ask(id, "HSETEX h PX 100 FIELDS 2 a 1 b 2");
    world.ask(id, "HSETEX i PX 100 FIELDS 1 a 1");
    world.ask(id, "HSET i b 2");
    let dumped = |world: &mut World, key: &str| {
        world.send(id, &super::encode(&format!("DUMP {key}")));
        let reply = world.server.poll_transmit(id).unwrap().to_vec();
        world.server.transmitted(id, reply.len());
        let start = reply.iter().position(|&byte| byte == b'\n').unwrap() + 1;
        reply[start..reply.len() - 2].to_vec()
    };
    let (all, some) = (dumped(&mut world, "h"), dumped(&mut world, "i"));
    world.advance(100);
    for (key, payload) in [("x", all), ("y", some)] {
        let mut request = format!(
            "*4\r\n$7\r\nRESTORE\r\n$1\r\n{key}\r\n$1\r\n0\r\n${}\r\n",
            payload.len()
        )
        .into_bytes();
        request.extend_from_slice(&payload);
        request.extend_from_slice(b"\r\n");
        // In one go with the question what is there now.
        request.extend_from_slice(&super::encode(&format!("HGETALL {key}")));
        world.send(id, &request);
    }
    assert_eq!(world.output(id), "+OK\r\n*0\r\n+OK\r\n*2\r\n$1\r\nb\r\n$1\r\n2\r\n");
    assert_eq!(world.ask(id, "EXISTS x y"), ":1\r\n");
}
