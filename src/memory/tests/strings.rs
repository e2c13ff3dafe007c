//! Requests and replies of the family; the replies are those of a real server.

use super::{both, resp2, resp3};

#[test]
fn set_and_get() {
    resp2(&[
        ("get a", "$-1\r\n"),
        ("set a 1", "+OK\r\n"),
        ("get a", "$1\r\n1\r\n"),
        ("SET a \"\"", "+OK\r\n"),
        ("get a", "$0\r\n\r\n"),
        ("set a \"a\\r\\nb\"", "+OK\r\n"),
        ("get a", "$4\r\na\r\nb\r\n"),
        ("set a", "-ERR wrong number of arguments for 'set' command\r\n"),
        ("set a 1 foo", "-ERR syntax error\r\n"),
        ("strlen a", ":4\r\n"),
        ("strlen nothing", ":0\r\n"),
    ]);
    resp3(&[
        ("get a", "_\r\n"),
        ("set a 1", "+OK\r\n"),
        ("get a", "$1\r\n1\r\n"),
        ("SET a \"\"", "+OK\r\n"),
        ("get a", "$0\r\n\r\n"),
        ("set a \"a\\r\\nb\"", "+OK\r\n"),
        ("get a", "$4\r\na\r\nb\r\n"),
        ("set a", "-ERR wrong number of arguments for 'set' command\r\n"),
        ("set a 1 foo", "-ERR syntax error\r\n"),
        ("strlen a", ":4\r\n"),
        ("strlen nothing", ":0\r\n"),
    ]);
}

#[test]
fn set_conditions() {
    resp2(&[
        ("set a 1 xx", "$-1\r\n"),
        ("set a 1 nx", "+OK\r\n"),
        ("set a 2 nx", "$-1\r\n"),
        ("set a 3 xx", "+OK\r\n"),
        ("get a", "$1\r\n3\r\n"),
        ("set a 4 nx xx", "-ERR syntax error\r\n"),
        ("set a 5 nx get", "$1\r\n3\r\n"),
        ("set b 5 nx get", "$-1\r\n"),
        ("get b", "$1\r\n5\r\n"),
        ("set c 5 xx get", "$-1\r\n"),
        ("exists c", ":0\r\n"),
        ("set a 6 get", "$1\r\n3\r\n"),
        ("set a 7 GET XX", "$1\r\n6\r\n"),
        ("get a", "$1\r\n7\r\n"),
    ]);
    resp3(&[
        ("set a 1 xx", "_\r\n"),
        ("set a 1 nx", "+OK\r\n"),
        ("set a 2 nx", "_\r\n"),
        ("set a 3 xx", "+OK\r\n"),
        ("get a", "$1\r\n3\r\n"),
        ("set a 4 nx xx", "-ERR syntax error\r\n"),
        ("set a 5 nx get", "$1\r\n3\r\n"),
        ("set b 5 nx get", "_\r\n"),
        ("get b", "$1\r\n5\r\n"),
        ("set c 5 xx get", "_\r\n"),
        ("exists c", ":0\r\n"),
        ("set a 6 get", "$1\r\n3\r\n"),
        ("set a 7 GET XX", "$1\r\n6\r\n"),
        ("get a", "$1\r\n7\r\n"),
    ]);
}

#[test]
fn set_times_that_are_refused() {
    both(&[
        ("set a 1 ex 0", "-ERR invalid expire time in 'set' command\r\n"),
        ("set a 1 ex -1", "-ERR invalid expire time in 'set' command\r\n"),
        ("set a 1 ex x", "-ERR value is not an integer or out of range\r\n"),
        (
            "set a 1 ex 9223372036854775807",
            "-ERR invalid expire time in 'set' command\r\n",
        ),
        (
            "set a 1 px 9223372036854775807",
            "-ERR invalid expire time in 'set' command\r\n",
        ),
        ("set a 1 px 0", "-ERR invalid expire time in 'set' command\r\n"),
        ("set a 1 exat 0", "-ERR invalid expire time in 'set' command\r\n"),
        ("set a 1 ex 10 px 10", "-ERR syntax error\r\n"),
        ("set a 1 ex 10 ex 10", "+OK\r\n"),
        ("set a 1 ex", "-ERR syntax error\r\n"),
        ("set a 1 keepttl ex 10", "-ERR syntax error\r\n"),
        ("set a 1 ex 10 keepttl", "-ERR syntax error\r\n"),
        ("set a 1 persist", "-ERR syntax error\r\n"),
        ("exists a", ":1\r\n"),
        ("setex a 0 v", "-ERR invalid expire time in 'setex' command\r\n"),
        ("setex a x v", "-ERR value is not an integer or out of range\r\n"),
        ("setex a -5 v", "-ERR invalid expire time in 'setex' command\r\n"),
        ("psetex a 0 v", "-ERR invalid expire time in 'psetex' command\r\n"),
        (
            "psetex a 9223372036854775807 v",
            "-ERR invalid expire time in 'psetex' command\r\n",
        ),
        ("exists a", ":1\r\n"),
    ]);
}

#[test]
fn times_that_are_over() {
    both(&[
        ("set a 1", "+OK\r\n"),
        ("set a 2 exat 1", "+OK\r\n"),
        ("exists a", ":0\r\n"),
        ("set a 1", "+OK\r\n"),
        ("getex a pxat 1", "$1\r\n1\r\n"),
        ("exists a", ":0\r\n"),
    ]);
}

#[test]
fn keepttl() {
    both(&[
        ("set a 1 ex 100", "+OK\r\n"),
        ("ttl a", ":100\r\n"),
        ("set a 2 keepttl", "+OK\r\n"),
        ("ttl a", ":100\r\n"),
        ("set a 3", "+OK\r\n"),
        ("ttl a", ":-1\r\n"),
        ("setex a 50 4", "+OK\r\n"),
        ("ttl a", ":50\r\n"),
        ("incr a", ":5\r\n"),
        ("ttl a", ":50\r\n"),
        ("append a 1", ":2\r\n"),
        ("ttl a", ":50\r\n"),
        ("setrange a 0 9", ":2\r\n"),
        ("ttl a", ":50\r\n"),
        ("getset a 1", "$2\r\n91\r\n"),
        ("ttl a", ":-1\r\n"),
    ]);
}

#[test]
fn getex() {
    resp2(&[
        ("getex nothing", "$-1\r\n"),
        ("getex nothing ex x", "$-1\r\n"),
        ("set a 1", "+OK\r\n"),
        ("getex a ex 100", "$1\r\n1\r\n"),
        ("ttl a", ":100\r\n"),
        ("getex a", "$1\r\n1\r\n"),
        ("ttl a", ":100\r\n"),
        ("getex a persist", "$1\r\n1\r\n"),
        ("ttl a", ":-1\r\n"),
        ("getex a ex 0", "-ERR invalid expire time in 'getex' command\r\n"),
        ("getex a ex x", "-ERR value is not an integer or out of range\r\n"),
        ("getex a persist ex 10", "-ERR syntax error\r\n"),
        ("getex a foo", "-ERR syntax error\r\n"),
        ("getex a ex", "-ERR syntax error\r\n"),
        ("getex a exat 4000000000", "$1\r\n1\r\n"),
        ("expiretime a", ":4000000000\r\n"),
        ("getex a pxat 4000000000123", "$1\r\n1\r\n"),
        ("pexpiretime a", ":4000000000123\r\n"),
    ]);
    resp3(&[
        ("getex nothing", "_\r\n"),
        ("getex nothing ex x", "_\r\n"),
        ("set a 1", "+OK\r\n"),
        ("getex a ex 100", "$1\r\n1\r\n"),
        ("ttl a", ":100\r\n"),
        ("getex a", "$1\r\n1\r\n"),
        ("ttl a", ":100\r\n"),
        ("getex a persist", "$1\r\n1\r\n"),
        ("ttl a", ":-1\r\n"),
        ("getex a ex 0", "-ERR invalid expire time in 'getex' command\r\n"),
        ("getex a ex x", "-ERR value is not an integer or out of range\r\n"),
        ("getex a persist ex 10", "-ERR syntax error\r\n"),
        ("getex a foo", "-ERR syntax error\r\n"),
        ("getex a ex", "-ERR syntax error\r\n"),
        ("getex a exat 4000000000", "$1\r\n1\r\n"),
        ("expiretime a", ":4000000000\r\n"),
        ("getex a pxat 4000000000123", "$1\r\n1\r\n"),
        ("pexpiretime a", ":4000000000123\r\n"),
    ]);
}

#[test]
fn older_forms() {
    resp2(&[
        ("setnx a 1", ":1\r\n"),
        ("setnx a 2", ":0\r\n"),
        ("getset a 3", "$1\r\n1\r\n"),
        ("getset b 4", "$-1\r\n"),
        ("getdel a", "$1\r\n3\r\n"),
        ("getdel a", "$-1\r\n"),
        ("psetex c 1000 x", "+OK\r\n"),
        ("get c", "$1\r\nx\r\n"),
    ]);
    resp3(&[
        ("setnx a 1", ":1\r\n"),
        ("setnx a 2", ":0\r\n"),
        ("getset a 3", "$1\r\n1\r\n"),
        ("getset b 4", "_\r\n"),
        ("getdel a", "$1\r\n3\r\n"),
        ("getdel a", "_\r\n"),
        ("psetex c 1000 x", "+OK\r\n"),
        ("get c", "$1\r\nx\r\n"),
    ]);
}

#[test]
fn many() {
    resp2(&[
        ("mset a 1 b", "-ERR wrong number of arguments for 'mset' command\r\n"),
        ("mset a 1 b 2 a 3", "+OK\r\n"),
        ("mget a b nothing", "*3\r\n$1\r\n3\r\n$1\r\n2\r\n$-1\r\n"),
        ("msetnx c 1 a 1", ":0\r\n"),
        ("exists c", ":0\r\n"),
        (
            "msetnx c 1 d",
            "-ERR wrong number of arguments for 'msetnx' command\r\n",
        ),
        ("msetnx c 1 d 2", ":1\r\n"),
        ("mget c d", "*2\r\n$1\r\n1\r\n$1\r\n2\r\n"),
    ]);
    resp3(&[
        ("mset a 1 b", "-ERR wrong number of arguments for 'mset' command\r\n"),
        ("mset a 1 b 2 a 3", "+OK\r\n"),
        ("mget a b nothing", "*3\r\n$1\r\n3\r\n$1\r\n2\r\n_\r\n"),
        ("msetnx c 1 a 1", ":0\r\n"),
        ("exists c", ":0\r\n"),
        (
            "msetnx c 1 d",
            "-ERR wrong number of arguments for 'msetnx' command\r\n",
        ),
        ("msetnx c 1 d 2", ":1\r\n"),
        ("mget c d", "*2\r\n$1\r\n1\r\n$1\r\n2\r\n"),
    ]);
}

#[test]
fn append_and_ranges() {
    both(&[
        ("append a hello", ":5\r\n"),
        ("append a \" world\"", ":11\r\n"),
        ("get a", "$11\r\nhello world\r\n"),
        ("getrange a 0 4", "$5\r\nhello\r\n"),
        ("getrange a -5 -1", "$5\r\nworld\r\n"),
        ("getrange a 0 -1", "$11\r\nhello world\r\n"),
        ("getrange a 6 100", "$5\r\nworld\r\n"),
        ("getrange a 5 3", "$0\r\n\r\n"),
        ("getrange a -1 -3", "$0\r\n\r\n"),
        ("getrange a -100 -50", "$1\r\nh\r\n"),
        ("getrange a 100 200", "$0\r\n\r\n"),
        ("substr a 0 1", "$2\r\nhe\r\n"),
        ("getrange a x 1", "-ERR value is not an integer or out of range\r\n"),
        ("getrange nothing 0 -1", "$0\r\n\r\n"),
        ("setrange a 6 redis", ":11\r\n"),
        ("get a", "$11\r\nhello redis\r\n"),
        ("setrange b 3 x", ":4\r\n"),
        ("get b", "$4\r\n\\x00\\x00\\x00x\r\n"),
        ("setrange c 5 \"\"", ":0\r\n"),
        ("exists c", ":0\r\n"),
        ("setrange a 0 \"\"", ":11\r\n"),
        ("setrange a -1 x", "-ERR offset is out of range\r\n"),
        ("setrange a x x", "-ERR value is not an integer or out of range\r\n"),
        (
            "setrange a 536870912 x",
            "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n",
        ),
        (
            "setrange a 536870911 xy",
            "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n",
        ),
    ]);
}

#[test]
fn counters() {
    both(&[
        ("incr a", ":1\r\n"),
        ("incrby a 41", ":42\r\n"),
        ("decr a", ":41\r\n"),
        ("decrby a 100", ":-59\r\n"),
        ("get a", "$3\r\n-59\r\n"),
        ("incrby a x", "-ERR value is not an integer or out of range\r\n"),
        (
            "incrby a 9223372036854775808",
            "-ERR value is not an integer or out of range\r\n",
        ),
        ("decrby a -9223372036854775808", "-ERR decrement would overflow\r\n"),
        ("set a 9223372036854775807", "+OK\r\n"),
        ("incr a", "-ERR increment or decrement would overflow\r\n"),
        ("incrby a -1", ":9223372036854775806\r\n"),
        ("set a -9223372036854775808", "+OK\r\n"),
        ("decr a", "-ERR increment or decrement would overflow\r\n"),
        ("decrby a 1", "-ERR increment or decrement would overflow\r\n"),
        ("set a \" 1\"", "+OK\r\n"),
        ("incr a", "-ERR value is not an integer or out of range\r\n"),
        ("set a 1.0", "+OK\r\n"),
        ("incr a", "-ERR value is not an integer or out of range\r\n"),
        ("set a \"\"", "+OK\r\n"),
        ("incr a", "-ERR value is not an integer or out of range\r\n"),
    ]);
}

#[test]
fn float_counters() {
    both(&[
        ("set a 0.1", "+OK\r\n"),
        ("incrbyfloat a 0.2", "$3\r\n0.3\r\n"),
        ("incrbyfloat a -0.3", "$1\r\n0\r\n"),
        ("incrbyfloat a 5.0e3", "$4\r\n5000\r\n"),
        ("incrbyfloat a 1e17", "$18\r\n100000000000005000\r\n"),
        ("incrbyfloat a 0.5", "$20\r\n100000000000005000.5\r\n"),
        ("incrbyfloat a -1e17", "$6\r\n5000.5\r\n"),
        ("set a 10.50", "+OK\r\n"),
        ("incrbyfloat a 0.1", "$4\r\n10.6\r\n"),
        ("incrbyfloat a -5", "$3\r\n5.6\r\n"),
        ("set a 3.0e3", "+OK\r\n"),
        ("incrbyfloat a 200", "$4\r\n3200\r\n"),
        ("incrbyfloat b -0", "$1\r\n0\r\n"),
        ("incrbyfloat b 1e-17", "$19\r\n0.00000000000000001\r\n"),
        ("incrbyfloat b 5e-18", "$19\r\n0.00000000000000002\r\n"),
        ("incrbyfloat b -1e-17", "$19\r\n0.00000000000000001\r\n"),
        ("set c 1000.1", "+OK\r\n"),
        ("incrbyfloat c 0.1", "$22\r\n1000.19999999999999996\r\n"),
        ("set c 123456789012.345", "+OK\r\n"),
        ("incrbyfloat c 0.001", "$30\r\n123456789012.34600000083446503\r\n"),
        ("set c 9223372036854775807", "+OK\r\n"),
        ("incrbyfloat c 1", "$19\r\n9223372036854775808\r\n"),
        ("incrbyfloat c x", "-ERR value is not a valid float\r\n"),
        ("incrbyfloat c nan", "-ERR value is not a valid float\r\n"),
        ("incrbyfloat c inf", "-ERR increment would produce NaN or Infinity\r\n"),
        ("incrbyfloat c 1e5000", "-ERR value is not a valid float\r\n"),
        ("incrbyfloat c \"1 \"", "-ERR value is not a valid float\r\n"),
        ("incrbyfloat c \"\"", "-ERR value is not a valid float\r\n"),
        ("set c 1e4932", "+OK\r\n"),
        (
            "incrbyfloat c 1e4932",
            "-ERR increment would produce NaN or Infinity\r\n",
        ),
        ("set c abc", "+OK\r\n"),
        ("incrbyfloat c 1", "-ERR value is not a valid float\r\n"),
    ]);
}

#[test]
fn lcs() {
    resp2(&[
        ("mset a ohmytext b mynewtext", "+OK\r\n"),
        ("lcs a b", "$6\r\nmytext\r\n"),
        ("lcs a b len", ":6\r\n"),
        (
            "lcs a b idx",
            "*4\r\n$7\r\nmatches\r\n*2\r\n*2\r\n*2\r\n:4\r\n:7\r\n*2\r\n:5\r\n:8\r\n*2\r\n*2\r\n:2\r\n:3\r\n*2\r\n:0\r\n:1\r\n$3\r\nlen\r\n:6\r\n",
        ),
        (
            "lcs a b idx minmatchlen 4",
            "*4\r\n$7\r\nmatches\r\n*1\r\n*2\r\n*2\r\n:4\r\n:7\r\n*2\r\n:5\r\n:8\r\n$3\r\nlen\r\n:6\r\n",
        ),
        (
            "lcs a b idx minmatchlen 4 withmatchlen",
            "*4\r\n$7\r\nmatches\r\n*1\r\n*3\r\n*2\r\n:4\r\n:7\r\n*2\r\n:5\r\n:8\r\n:4\r\n$3\r\nlen\r\n:6\r\n",
        ),
        ("lcs a b withmatchlen", "$6\r\nmytext\r\n"),
        (
            "lcs a b idx len",
            "-ERR If you want both the length and indexes, please just use IDX.\r\n",
        ),
        ("lcs a b minmatchlen", "-ERR syntax error\r\n"),
        (
            "lcs a b minmatchlen x",
            "-ERR value is not an integer or out of range\r\n",
        ),
        ("lcs a b foo", "-ERR syntax error\r\n"),
        ("lcs a nothing", "$0\r\n\r\n"),
        ("lcs a nothing idx", "*4\r\n$7\r\nmatches\r\n*0\r\n$3\r\nlen\r\n:0\r\n"),
        ("lcs nothing nothing len", ":0\r\n"),
    ]);
    resp3(&[
        ("mset a ohmytext b mynewtext", "+OK\r\n"),
        ("lcs a b", "$6\r\nmytext\r\n"),
        ("lcs a b len", ":6\r\n"),
        (
            "lcs a b idx",
            "%2\r\n$7\r\nmatches\r\n*2\r\n*2\r\n*2\r\n:4\r\n:7\r\n*2\r\n:5\r\n:8\r\n*2\r\n*2\r\n:2\r\n:3\r\n*2\r\n:0\r\n:1\r\n$3\r\nlen\r\n:6\r\n",
        ),
        (
            "lcs a b idx minmatchlen 4",
            "%2\r\n$7\r\nmatches\r\n*1\r\n*2\r\n*2\r\n:4\r\n:7\r\n*2\r\n:5\r\n:8\r\n$3\r\nlen\r\n:6\r\n",
        ),
        (
            "lcs a b idx minmatchlen 4 withmatchlen",
            "%2\r\n$7\r\nmatches\r\n*1\r\n*3\r\n*2\r\n:4\r\n:7\r\n*2\r\n:5\r\n:8\r\n:4\r\n$3\r\nlen\r\n:6\r\n",
        ),
        ("lcs a b withmatchlen", "$6\r\nmytext\r\n"),
        (
            "lcs a b idx len",
            "-ERR If you want both the length and indexes, please just use IDX.\r\n",
        ),
        ("lcs a b minmatchlen", "-ERR syntax error\r\n"),
        (
            "lcs a b minmatchlen x",
            "-ERR value is not an integer or out of range\r\n",
        ),
        ("lcs a b foo", "-ERR syntax error\r\n"),
        ("lcs a nothing", "$0\r\n\r\n"),
        ("lcs a nothing idx", "%2\r\n$7\r\nmatches\r\n*0\r\n$3\r\nlen\r\n:0\r\n"),
        ("lcs nothing nothing len", ":0\r\n"),
    ]);
}

#[test]
fn wrong_types() {
    resp2(&[
        ("rpush l 1", ":1\r\n"),
        (
            "get l",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "set l x get",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "getset l x",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "getdel l",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "getex l",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "append l x",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "strlen l",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "setrange l 0 x",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "setrange l 0 \"\"",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "getrange l 0 1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "incr l",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "decrby l 1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "incrbyfloat l 1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("lcs l l", "-ERR The specified keys must contain string values\r\n"),
        ("mget l", "*1\r\n$-1\r\n"),
        ("setnx l x", ":0\r\n"),
        ("msetnx l x", ":0\r\n"),
        ("type l", "+list\r\n"),
        ("set l x", "+OK\r\n"),
        ("get l", "$1\r\nx\r\n"),
    ]);
    resp3(&[
        ("rpush l 1", ":1\r\n"),
        (
            "get l",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "set l x get",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "getset l x",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "getdel l",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "getex l",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "append l x",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "strlen l",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "setrange l 0 x",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "setrange l 0 \"\"",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "getrange l 0 1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "incr l",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "decrby l 1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "incrbyfloat l 1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("lcs l l", "-ERR The specified keys must contain string values\r\n"),
        ("mget l", "*1\r\n_\r\n"),
        ("setnx l x", ":0\r\n"),
        ("msetnx l x", ":0\r\n"),
        ("type l", "+list\r\n"),
        ("set l x", "+OK\r\n"),
        ("get l", "$1\r\nx\r\n"),
    ]);
}
