//! Parts of a sorted set, listed, counted, stored and removed. The replies were compared with Redis 7.0.

use crate::memory::tests::{both, resp2, resp3};

#[test]
fn by_position() {
    resp2(&[
        ("ZRANGE z 0 -1", "*0\r\n"),
        ("ZADD z 1 a 2 c 2 b 3 d", ":4\r\n"),
        ("ZRANGE z 0 -1", "*4\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n"),
        (
            "ZRANGE z 0 1 WITHSCORES",
            "*4\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n",
        ),
        ("ZRANGE z -2 -1", "*2\r\n$1\r\nc\r\n$1\r\nd\r\n"),
        (
            "ZRANGE z -100 100",
            "*4\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n",
        ),
        ("ZRANGE z 3 1", "*0\r\n"),
        ("ZRANGE z 4 9", "*0\r\n"),
        (
            "ZRANGE z 0 -1 REV",
            "*4\r\n$1\r\nd\r\n$1\r\nc\r\n$1\r\nb\r\n$1\r\na\r\n",
        ),
        (
            "ZRANGE z 0 1 REV WITHSCORES",
            "*4\r\n$1\r\nd\r\n$1\r\n3\r\n$1\r\nc\r\n$1\r\n2\r\n",
        ),
        ("ZREVRANGE z 0 1", "*2\r\n$1\r\nd\r\n$1\r\nc\r\n"),
        ("ZREVRANGE z -1 -1 WITHSCORES", "*2\r\n$1\r\na\r\n$1\r\n1\r\n"),
        ("ZREVRANGE missing 0 1", "*0\r\n"),
        ("ZRANGE z 0 -9223372036854775808", "*0\r\n"),
        (
            "ZRANGE z 0 9223372036854775807",
            "*4\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n",
        ),
    ]);
}

#[test]
fn refused_options() {
    both(&[
        ("ZADD z 1 a", ":1\r\n"),
        ("ZRANGE z a 1", "-ERR value is not an integer or out of range\r\n"),
        ("ZRANGE z 0 -1 REV REV", "-ERR syntax error\r\n"),
        ("ZRANGE z 0 -1 BYLEX BYSCORE", "-ERR syntax error\r\n"),
        (
            "ZRANGE z 0 -1 LIMIT 0 1",
            "-ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX\r\n",
        ),
        ("ZRANGE z 0 -1 LIMIT 2 -1", "*1\r\n$1\r\na\r\n"),
        ("ZRANGE z 0 -1 LIMIT 0", "-ERR syntax error\r\n"),
        (
            "ZRANGE z 0 -1 LIMIT a 1",
            "-ERR value is not an integer or out of range\r\n",
        ),
        ("ZRANGE z 0 1 FOO", "-ERR syntax error\r\n"),
        ("ZRANGE z 0", "-ERR wrong number of arguments for 'zrange' command\r\n"),
        ("ZRANGE missing 0 -1 FOO", "-ERR syntax error\r\n"),
        (
            "ZRANGE z - + BYLEX WITHSCORES",
            "-ERR syntax error, WITHSCORES not supported in combination with BYLEX\r\n",
        ),
        (
            "ZRANGE z - + BYLEX LIMIT 0 x",
            "-ERR value is not an integer or out of range\r\n",
        ),
        ("ZRANGE z a b BYLEX", "-ERR min or max not valid string range item\r\n"),
        ("ZRANGE z 1 x BYSCORE", "-ERR min or max is not a float\r\n"),
        ("ZRANGE z nan 1 BYSCORE", "-ERR min or max is not a float\r\n"),
        ("ZREVRANGE z 0 1 REV", "-ERR syntax error\r\n"),
        ("ZREVRANGE z 0 1 BYSCORE", "-ERR syntax error\r\n"),
        (
            "ZREVRANGE z 0 1 LIMIT 0 1",
            "-ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX\r\n",
        ),
        ("ZREVRANGE z x 1", "-ERR value is not an integer or out of range\r\n"),
        ("ZRANGEBYSCORE z 1 2 REV", "-ERR syntax error\r\n"),
        ("ZRANGEBYSCORE z 1 2 BYLEX", "-ERR syntax error\r\n"),
        ("ZRANGEBYSCORE z x 2", "-ERR min or max is not a float\r\n"),
        ("ZREVRANGEBYSCORE z 1 x", "-ERR min or max is not a float\r\n"),
        (
            "ZRANGEBYLEX z - [b WITHSCORES",
            "-ERR syntax error, WITHSCORES not supported in combination with BYLEX\r\n",
        ),
        (
            "ZREVRANGEBYLEX z + b",
            "-ERR min or max not valid string range item\r\n",
        ),
        ("ZRANGESTORE d z 0 1 WITHSCORES", "-ERR syntax error\r\n"),
        (
            "ZRANGESTORE d z 0 1 LIMIT 0 1",
            "-ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX\r\n",
        ),
        (
            "ZRANGESTORE d z",
            "-ERR wrong number of arguments for 'zrangestore' command\r\n",
        ),
        (
            "ZREMRANGEBYRANK z x 1",
            "-ERR value is not an integer or out of range\r\n",
        ),
        ("ZREMRANGEBYSCORE z 2 x", "-ERR min or max is not a float\r\n"),
        (
            "ZREMRANGEBYLEX z x y",
            "-ERR min or max not valid string range item\r\n",
        ),
        ("ZCOUNT z a 1", "-ERR min or max is not a float\r\n"),
        ("ZLEXCOUNT z a +", "-ERR min or max not valid string range item\r\n"),
    ]);
}

#[test]
fn by_score() {
    resp2(&[
        ("ZADD z 1 a 2 c 2 b 3 d", ":4\r\n"),
        ("ZRANGE z 1 2 BYSCORE", "*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n"),
        (
            "ZRANGE z (1 2 BYSCORE WITHSCORES",
            "*4\r\n$1\r\nb\r\n$1\r\n2\r\n$1\r\nc\r\n$1\r\n2\r\n",
        ),
        ("ZRANGE z 2 1 BYSCORE", "*0\r\n"),
        ("ZRANGE z 2 1 BYSCORE REV", "*3\r\n$1\r\nc\r\n$1\r\nb\r\n$1\r\na\r\n"),
        ("ZRANGE z (2 -inf BYSCORE REV", "*1\r\n$1\r\na\r\n"),
        ("ZRANGE z -inf inf BYSCORE LIMIT 1 2", "*2\r\n$1\r\nb\r\n$1\r\nc\r\n"),
        (
            "ZRANGE z inf -inf BYSCORE REV LIMIT 1 2 WITHSCORES",
            "*4\r\n$1\r\nc\r\n$1\r\n2\r\n$1\r\nb\r\n$1\r\n2\r\n",
        ),
        ("ZRANGE z -inf inf BYSCORE LIMIT 2 -7", "*2\r\n$1\r\nc\r\n$1\r\nd\r\n"),
        ("ZRANGE z -inf inf BYSCORE LIMIT -1 2", "*0\r\n"),
        ("ZRANGE z -inf inf BYSCORE LIMIT 9 1", "*0\r\n"),
        ("ZRANGE z -inf inf BYSCORE LIMIT 0 0", "*0\r\n"),
        ("ZRANGE z inf -inf BYSCORE REV LIMIT 9 1", "*0\r\n"),
        (
            "ZRANGEBYSCORE z 1 2 WITHSCORES LIMIT 1 1",
            "*2\r\n$1\r\nb\r\n$1\r\n2\r\n",
        ),
        ("ZRANGEBYSCORE z (1 (2", "*0\r\n"),
        ("ZREVRANGEBYSCORE z 2 1 LIMIT 0 2", "*2\r\n$1\r\nc\r\n$1\r\nb\r\n"),
        ("ZREVRANGEBYSCORE z 1 2", "*0\r\n"),
        ("ZREVRANGEBYSCORE z 3 (2 WITHSCORES", "*2\r\n$1\r\nd\r\n$1\r\n3\r\n"),
        ("ZRANGEBYSCORE missing 1 2", "*0\r\n"),
    ]);
}

#[test]
fn by_member() {
    resp2(&[
        ("ZADD n 0 alice 0 bob 0 carol 0 dave 0 \"\"", ":5\r\n"),
        (
            "ZRANGE n - + BYLEX",
            "*5\r\n$0\r\n\r\n$5\r\nalice\r\n$3\r\nbob\r\n$5\r\ncarol\r\n$4\r\ndave\r\n",
        ),
        ("ZRANGE n - + BYLEX REV", "*0\r\n"),
        ("ZRANGE n + - BYLEX REV LIMIT 1 2", "*2\r\n$5\r\ncarol\r\n$3\r\nbob\r\n"),
        ("ZRANGE n [b (d BYLEX", "*2\r\n$3\r\nbob\r\n$5\r\ncarol\r\n"),
        ("ZRANGE n (d [b BYLEX REV LIMIT 0 1", "*1\r\n$5\r\ncarol\r\n"),
        ("ZRANGE n - + BYLEX LIMIT 3 -1", "*2\r\n$5\r\ncarol\r\n$4\r\ndave\r\n"),
        ("ZRANGE n - + BYLEX LIMIT -1 1", "*0\r\n"),
        ("ZRANGEBYLEX n - [bob", "*3\r\n$0\r\n\r\n$5\r\nalice\r\n$3\r\nbob\r\n"),
        ("ZRANGEBYLEX n - (bob LIMIT 1 -1", "*1\r\n$5\r\nalice\r\n"),
        ("ZREVRANGEBYLEX n [bob - LIMIT 0 1", "*1\r\n$3\r\nbob\r\n"),
        ("ZREVRANGEBYLEX n - [bob", "*0\r\n"),
    ]);
}

#[test]
fn pairs_in_resp3() {
    resp3(&[
        ("ZADD z 1 a 2.5 b", ":2\r\n"),
        ("ZRANGE z 0 -1", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"),
        (
            "ZRANGE z 0 -1 WITHSCORES",
            "*2\r\n*2\r\n$1\r\na\r\n,1\r\n*2\r\n$1\r\nb\r\n,2.5\r\n",
        ),
        ("ZREVRANGE z 0 0 WITHSCORES", "*1\r\n*2\r\n$1\r\nb\r\n,2.5\r\n"),
        ("ZRANGEBYSCORE z 2 inf WITHSCORES", "*1\r\n*2\r\n$1\r\nb\r\n,2.5\r\n"),
        ("ZRANGE missing 0 -1 WITHSCORES", "*0\r\n"),
    ]);
}

#[test]
fn counting() {
    both(&[
        ("ZCOUNT z 1 2", ":0\r\n"),
        ("ZLEXCOUNT z - +", ":0\r\n"),
        ("ZADD z 1 a 2 c 2 b 3 d", ":4\r\n"),
        ("ZCOUNT z 1 2", ":3\r\n"),
        ("ZCOUNT z (1 2", ":2\r\n"),
        ("ZCOUNT z (1 (2", ":0\r\n"),
        ("ZCOUNT z -inf +inf", ":4\r\n"),
        ("ZCOUNT z 2 1", ":0\r\n"),
        ("ZCOUNT z (2 2", ":0\r\n"),
        ("ZCOUNT z (inf inf", ":0\r\n"),
        ("ZCOUNT z \"\" 9", ":4\r\n"),
        ("ZCOUNT z \" 1\" 9", ":4\r\n"),
        ("ZCOUNT z \"1 \" 9", "-ERR min or max is not a float\r\n"),
        ("ZCOUNT z ( 9", ":4\r\n"),
        ("ZCOUNT z 1e-400 1e400", ":4\r\n"),
        ("ZCOUNT z 0x2 9", ":3\r\n"),
        ("ZCOUNT z ((1 9", "-ERR min or max is not a float\r\n"),
        ("ZCOUNT z 1 nan", "-ERR min or max is not a float\r\n"),
        ("ZADD n 0 alice 0 bob 0 carol 0 dave 0 \"\"", ":5\r\n"),
        ("ZLEXCOUNT n - +", ":5\r\n"),
        ("ZLEXCOUNT n + -", ":0\r\n"),
        ("ZLEXCOUNT n - -", ":0\r\n"),
        ("ZLEXCOUNT n [bob +", ":3\r\n"),
        ("ZLEXCOUNT n (bob [dave", ":2\r\n"),
        ("ZLEXCOUNT n [ [", ":1\r\n"),
        ("ZLEXCOUNT n ( (zz", ":4\r\n"),
        ("ZLEXCOUNT n [carol (carol", ":0\r\n"),
        ("ZLEXCOUNT n [dave [bob", ":0\r\n"),
        ("ZLEXCOUNT n \"\" +", "-ERR min or max not valid string range item\r\n"),
        ("ZLEXCOUNT n -a +", "-ERR min or max not valid string range item\r\n"),
        ("ZLEXCOUNT n +a +", "-ERR min or max not valid string range item\r\n"),
    ]);
}

#[test]
fn storing() {
    resp2(&[
        ("ZADD z 1 a 2 c 2 b 3 d", ":4\r\n"),
        ("SET d text", "+OK\r\n"),
        ("ZRANGESTORE d z 0 1", ":2\r\n"),
        (
            "ZRANGE d 0 -1 WITHSCORES",
            "*4\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n",
        ),
        ("ZRANGESTORE d z 0 1 REV", ":2\r\n"),
        (
            "ZRANGE d 0 -1 WITHSCORES",
            "*4\r\n$1\r\nc\r\n$1\r\n2\r\n$1\r\nd\r\n$1\r\n3\r\n",
        ),
        ("ZRANGESTORE d z 3 2 BYSCORE REV LIMIT 1 2", ":2\r\n"),
        (
            "ZRANGE d 0 -1 WITHSCORES",
            "*4\r\n$1\r\nb\r\n$1\r\n2\r\n$1\r\nc\r\n$1\r\n2\r\n",
        ),
        ("ZRANGESTORE d z 9 10", ":0\r\n"),
        ("EXISTS d", ":0\r\n"),
        ("SET d text", "+OK\r\n"),
        ("ZRANGESTORE d missing 0 1", ":0\r\n"),
        ("EXISTS d", ":0\r\n"),
        ("ZRANGESTORE d z - + BYLEX", ":4\r\n"),
        ("ZRANGESTORE d z 0 0 LIMIT 0 -1", ":1\r\n"),
        ("EXPIRE z 100", ":1\r\n"),
        ("ZRANGESTORE z z 1 -1", ":3\r\n"),
        ("ZRANGE z 0 -1", "*3\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n"),
        ("TTL z", ":-1\r\n"),
    ]);
}

#[test]
fn removing() {
    both(&[
        ("ZREMRANGEBYRANK missing 0 -1", ":0\r\n"),
        ("ZREMRANGEBYSCORE missing 0 1", ":0\r\n"),
        ("ZREMRANGEBYLEX missing - +", ":0\r\n"),
        ("ZADD z 1 a 2 c 2 b 3 d", ":4\r\n"),
        ("ZREMRANGEBYRANK z 9 10", ":0\r\n"),
        ("ZREMRANGEBYRANK z -1 -1", ":1\r\n"),
        ("ZREMRANGEBYRANK z 1 0", ":0\r\n"),
        ("ZREMRANGEBYSCORE z (1 (2", ":0\r\n"),
        ("ZREMRANGEBYSCORE z 2 2", ":2\r\n"),
        ("ZRANGE z 0 -1", "*1\r\n$1\r\na\r\n"),
        ("ZREMRANGEBYSCORE z -inf inf", ":1\r\n"),
        ("EXISTS z", ":0\r\n"),
        ("ZADD n 0 alice 0 bob 0 carol 0 dave", ":4\r\n"),
        ("ZREMRANGEBYLEX n [bob (dave", ":2\r\n"),
        ("ZRANGE n 0 -1", "*2\r\n$5\r\nalice\r\n$4\r\ndave\r\n"),
        ("ZREMRANGEBYLEX n - +", ":2\r\n"),
        ("EXISTS n", ":0\r\n"),
    ]);
}

#[test]
fn another_type() {
    both(&[
        ("SET str x", "+OK\r\n"),
        (
            "ZRANGE str 0 -1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("ZRANGE str 0 x", "-ERR value is not an integer or out of range\r\n"),
        (
            "ZREVRANGE str 0 1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZRANGEBYSCORE str 1 2",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZREVRANGEBYSCORE str 1 2",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZRANGEBYLEX str - +",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZREVRANGEBYLEX str - +",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZCOUNT str 1 2",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("ZCOUNT str a 2", "-ERR min or max is not a float\r\n"),
        (
            "ZLEXCOUNT str - +",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZREMRANGEBYRANK str 0 1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZREMRANGEBYSCORE str 0 1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZREMRANGEBYLEX str - +",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("ZADD d 1 a", ":1\r\n"),
        (
            "ZRANGESTORE d str 0 1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("ZCARD d", ":1\r\n"),
    ]);
}
