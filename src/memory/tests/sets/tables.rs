//! Requests and their replies. They were compared with Redis 7.0; only the order of members (as added, while there are
//! few) is that of later versions.

use crate::memory::tests::{both, resp2, resp3};

#[test]
fn adding_counting_and_removing() {
    both(&[
        ("SADD s a", ":1\r\n"),
        ("SADD s a b b c", ":2\r\n"),
        ("SADD s a", ":0\r\n"),
        ("SCARD s", ":3\r\n"),
        ("SCARD missing", ":0\r\n"),
        ("SISMEMBER s b", ":1\r\n"),
        ("SISMEMBER s z", ":0\r\n"),
        ("SISMEMBER missing b", ":0\r\n"),
        ("SMISMEMBER s b z b", "*3\r\n:1\r\n:0\r\n:1\r\n"),
        ("SMISMEMBER missing b z", "*2\r\n:0\r\n:0\r\n"),
        ("SREM s a z", ":1\r\n"),
        ("SREM s a", ":0\r\n"),
        ("SREM missing a", ":0\r\n"),
        ("SREM s b c", ":2\r\n"),
        ("EXISTS s", ":0\r\n"),
        ("SADD s", "-ERR wrong number of arguments for 'sadd' command\r\n"),
        ("SREM s", "-ERR wrong number of arguments for 'srem' command\r\n"),
        (
            "SISMEMBER s",
            "-ERR wrong number of arguments for 'sismember' command\r\n",
        ),
        (
            "SMISMEMBER s",
            "-ERR wrong number of arguments for 'smismember' command\r\n",
        ),
    ]);
}

#[test]
fn members() {
    resp2(&[
        ("SMEMBERS s", "*0\r\n"),
        ("SADD s b a c", ":3\r\n"),
        ("SMEMBERS s", "*3\r\n$1\r\nb\r\n$1\r\na\r\n$1\r\nc\r\n"),
        ("SADD ints 10 -5 3", ":3\r\n"),
        ("SMEMBERS ints", "*3\r\n$2\r\n-5\r\n$1\r\n3\r\n$2\r\n10\r\n"),
        ("SADD ints 03", ":1\r\n"),
        ("SMEMBERS ints", "*4\r\n$2\r\n10\r\n$2\r\n-5\r\n$1\r\n3\r\n$2\r\n03\r\n"),
        ("SREM ints 03 10", ":2\r\n"),
        ("OBJECT ENCODING ints", "$8\r\nlistpack\r\n"),
        ("TYPE ints", "+set\r\n"),
    ]);
}

#[test]
fn members_in_resp3() {
    resp3(&[
        ("SMEMBERS s", "~0\r\n"),
        ("SADD s b a", ":2\r\n"),
        ("SMEMBERS s", "~2\r\n$1\r\nb\r\n$1\r\na\r\n"),
        ("SINTER s s", "~2\r\n$1\r\nb\r\n$1\r\na\r\n"),
        ("SUNION s x", "~2\r\n$1\r\nb\r\n$1\r\na\r\n"),
        ("SDIFF s x", "~2\r\n$1\r\nb\r\n$1\r\na\r\n"),
        ("SPOP s 9", "~2\r\n$1\r\nb\r\n$1\r\na\r\n"),
        ("SPOP s 9", "~0\r\n"),
        ("SRANDMEMBER s 2", "*0\r\n"),
        ("SADD s b", ":1\r\n"),
        ("SRANDMEMBER s -2", "*2\r\n$1\r\nb\r\n$1\r\nb\r\n"),
        ("SRANDMEMBER s", "$1\r\nb\r\n"),
        ("SPOP s", "$1\r\nb\r\n"),
        ("SPOP s", "_\r\n"),
        ("SRANDMEMBER s", "_\r\n"),
        ("SSCAN s 0", "*2\r\n$1\r\n0\r\n*0\r\n"),
    ]);
}

#[test]
fn popping() {
    resp2(&[
        ("SPOP missing", "$-1\r\n"),
        ("SPOP missing 3", "*0\r\n"),
        ("SADD one x", ":1\r\n"),
        ("SPOP one 0", "*0\r\n"),
        ("SPOP one -1", "-ERR value is out of range, must be positive\r\n"),
        ("SPOP one x", "-ERR value is out of range, must be positive\r\n"),
        ("SPOP one 1 2", "-ERR syntax error\r\n"),
        ("SPOP one", "$1\r\nx\r\n"),
        ("EXISTS one", ":0\r\n"),
        ("SADD one x", ":1\r\n"),
        ("SPOP one 5", "*1\r\n$1\r\nx\r\n"),
        ("EXISTS one", ":0\r\n"),
    ]);
}

#[test]
fn choosing() {
    resp2(&[
        ("SRANDMEMBER missing", "$-1\r\n"),
        ("SRANDMEMBER missing 1", "*0\r\n"),
        ("SRANDMEMBER missing -1", "*0\r\n"),
        ("SADD one x", ":1\r\n"),
        ("SRANDMEMBER one", "$1\r\nx\r\n"),
        ("SRANDMEMBER one 1", "*1\r\n$1\r\nx\r\n"),
        ("SRANDMEMBER one 5", "*1\r\n$1\r\nx\r\n"),
        ("SRANDMEMBER one -3", "*3\r\n$1\r\nx\r\n$1\r\nx\r\n$1\r\nx\r\n"),
        ("SRANDMEMBER one 0", "*0\r\n"),
        ("SRANDMEMBER one x", "-ERR value is not an integer or out of range\r\n"),
        ("SRANDMEMBER one 1 2", "-ERR syntax error\r\n"),
        (
            "SRANDMEMBER one -9223372036854775808",
            "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807\r\n",
        ),
        ("SRANDMEMBER one 9223372036854775807", "*1\r\n$1\r\nx\r\n"),
        ("SCARD one", ":1\r\n"),
    ]);
}

#[test]
fn moving() {
    both(&[
        ("SMOVE a b x", ":0\r\n"),
        ("SADD a x y", ":2\r\n"),
        ("SMOVE a a x", ":1\r\n"),
        ("SMOVE a a z", ":0\r\n"),
        ("SMOVE a b z", ":0\r\n"),
        ("EXISTS b", ":0\r\n"),
        ("SMOVE a b x", ":1\r\n"),
        ("SMOVE a b x", ":0\r\n"),
        ("SADD b y", ":1\r\n"),
        ("SMOVE a b y", ":1\r\n"),
        ("EXISTS a", ":0\r\n"),
        ("SCARD b", ":2\r\n"),
        ("SET str x", "+OK\r\n"),
        ("SMOVE missing str x", ":0\r\n"),
        (
            "SMOVE str b x",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "SMOVE b str x",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("SCARD b", ":2\r\n"),
    ]);
}

#[test]
fn combining() {
    resp2(&[
        ("SADD x 1 2 3", ":3\r\n"),
        ("SADD y 2 3 4", ":3\r\n"),
        ("SINTER x y", "*2\r\n$1\r\n2\r\n$1\r\n3\r\n"),
        ("SINTER x missing", "*0\r\n"),
        ("SINTER x", "*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n"),
        ("SUNION x y", "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$1\r\n4\r\n"),
        ("SUNION missing none", "*0\r\n"),
        ("SDIFF x y", "*1\r\n$1\r\n1\r\n"),
        ("SDIFF y x missing", "*1\r\n$1\r\n4\r\n"),
        ("SDIFF missing x", "*0\r\n"),
        ("SDIFF x x", "*0\r\n"),
        ("SINTER", "-ERR wrong number of arguments for 'sinter' command\r\n"),
    ]);
}

#[test]
fn storing() {
    both(&[
        ("SADD x 1 2 3", ":3\r\n"),
        ("SADD y 2 3 4", ":3\r\n"),
        ("SINTERSTORE d x y", ":2\r\n"),
        ("SINTERCARD 2 d y", ":2\r\n"),
        ("SINTERSTORE d x missing", ":0\r\n"),
        ("EXISTS d", ":0\r\n"),
        ("SET d text", "+OK\r\n"),
        ("SUNIONSTORE d x y missing", ":4\r\n"),
        ("TYPE d", "+set\r\n"),
        ("SCARD d", ":4\r\n"),
        ("SDIFFSTORE d y x", ":1\r\n"),
        ("SISMEMBER d 4", ":1\r\n"),
        ("SDIFFSTORE d x x", ":0\r\n"),
        ("EXISTS d", ":0\r\n"),
        ("SET d text", "+OK\r\n"),
        ("SUNIONSTORE d missing", ":0\r\n"),
        ("EXISTS d", ":0\r\n"),
        ("SDIFFSTORE x x y", ":1\r\n"),
        ("SCARD x", ":1\r\n"),
        ("EXPIRE y 100", ":1\r\n"),
        ("SUNIONSTORE y y x", ":4\r\n"),
        ("TTL y", ":-1\r\n"),
        (
            "SUNIONSTORE d",
            "-ERR wrong number of arguments for 'sunionstore' command\r\n",
        ),
    ]);
}

#[test]
fn counting_an_intersection() {
    both(&[
        ("SADD x 1 2 3", ":3\r\n"),
        ("SADD y 2 3 4", ":3\r\n"),
        ("SINTERCARD 2 x y", ":2\r\n"),
        ("SINTERCARD 1 x", ":3\r\n"),
        ("SINTERCARD 2 x missing", ":0\r\n"),
        ("SINTERCARD 2 x y LIMIT 1", ":1\r\n"),
        ("SINTERCARD 2 x y LIMIT 0", ":2\r\n"),
        ("SINTERCARD 2 x y LIMIT 9", ":2\r\n"),
        ("SINTERCARD 2 x y LIMIT 1 LIMIT 2", ":2\r\n"),
        ("SINTERCARD 2 x y LIMIT -1", "-ERR LIMIT can't be negative\r\n"),
        ("SINTERCARD 2 x y LIMIT a", "-ERR LIMIT can't be negative\r\n"),
        ("SINTERCARD 2 x y LIMIT", "-ERR syntax error\r\n"),
        ("SINTERCARD 2 x y FOO 1", "-ERR syntax error\r\n"),
        (
            "SINTERCARD 3 x y",
            "-ERR Number of keys can't be greater than number of args\r\n",
        ),
        ("SINTERCARD 0 x", "-ERR numkeys should be greater than 0\r\n"),
        ("SINTERCARD -1 x", "-ERR numkeys should be greater than 0\r\n"),
        ("SINTERCARD a x", "-ERR numkeys should be greater than 0\r\n"),
        (
            "SINTERCARD 1",
            "-ERR wrong number of arguments for 'sintercard' command\r\n",
        ),
    ]);
}

#[test]
fn another_type() {
    both(&[
        ("SET str x", "+OK\r\n"),
        ("SADD s a", ":1\r\n"),
        (
            "SADD str a",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "SREM str a",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "SCARD str",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "SISMEMBER str a",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "SMISMEMBER str a",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "SMEMBERS str",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "SPOP str",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "SPOP str 0",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "SRANDMEMBER str",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "SRANDMEMBER str 0",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "SINTER s str",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "SINTER missing str",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "SUNION str",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "SDIFF missing str",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "SINTERSTORE d s str",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "SUNIONSTORE d s str",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "SDIFFSTORE d s str",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "SINTERCARD 2 missing str",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "SSCAN str 0",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("EXISTS d", ":0\r\n"),
        ("SCARD s", ":1\r\n"),
    ]);
}

#[test]
fn pages() {
    both(&[
        ("SSCAN missing 0", "*2\r\n$1\r\n0\r\n*0\r\n"),
        ("SSCAN missing 0 FOO", "*2\r\n$1\r\n0\r\n*0\r\n"),
        ("SSCAN missing x", "-ERR invalid cursor\r\n"),
        ("SADD s 30 20 1", ":3\r\n"),
        (
            "SSCAN s 0",
            "*2\r\n$1\r\n0\r\n*3\r\n$1\r\n1\r\n$2\r\n20\r\n$2\r\n30\r\n",
        ),
        (
            "SSCAN s 0 COUNT 1",
            "*2\r\n$1\r\n0\r\n*3\r\n$1\r\n1\r\n$2\r\n20\r\n$2\r\n30\r\n",
        ),
        ("SSCAN s 0 MATCH *0", "*2\r\n$1\r\n0\r\n*2\r\n$2\r\n20\r\n$2\r\n30\r\n"),
        ("SSCAN s 0 MATCH x", "*2\r\n$1\r\n0\r\n*0\r\n"),
        ("SSCAN s 0 COUNT 0", "-ERR syntax error\r\n"),
        ("SSCAN s 0 COUNT a", "-ERR value is not an integer or out of range\r\n"),
        ("SSCAN s 0 COUNT", "-ERR syntax error\r\n"),
        ("SSCAN s 0 FOO bar", "-ERR syntax error\r\n"),
        ("SSCAN s 0 TYPE string", "-ERR syntax error\r\n"),
        ("SSCAN s 0 NOVALUES", "-ERR syntax error\r\n"),
        ("SSCAN s x", "-ERR invalid cursor\r\n"),
    ]);
}

#[test]
fn keys_of_set_commands() {
    both(&[
        (
            "COMMAND GETKEYS SINTERCARD 2 a b LIMIT 2",
            "*2\r\n$1\r\na\r\n$1\r\nb\r\n",
        ),
        ("COMMAND GETKEYS SMOVE a b c", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"),
        (
            "COMMAND GETKEYS SUNIONSTORE a b c",
            "*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n",
        ),
    ]);
}
