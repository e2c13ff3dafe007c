//! Unions, intersections and differences. The replies were compared with Redis 7.0.

use crate::memory::tests::{both, resp2, resp3};

#[test]
fn unions() {
    resp2(&[
        ("ZADD x 1 a 2 b 3 c", ":3\r\n"),
        ("ZADD y 10 b 20 c 30 d", ":3\r\n"),
        ("SADD s a d", ":2\r\n"),
        ("ZUNION 2 x y", "*4\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n"),
        (
            "ZUNION 2 x y WITHSCORES",
            "*8\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$2\r\n12\r\n$1\r\nc\r\n$2\r\n23\r\n$1\r\nd\r\n$2\r\n30\r\n",
        ),
        (
            "ZUNION 2 x y WEIGHTS 2 0.5 WITHSCORES",
            "*8\r\n$1\r\na\r\n$1\r\n2\r\n$1\r\nb\r\n$1\r\n9\r\n$1\r\nd\r\n$2\r\n15\r\n$1\r\nc\r\n$2\r\n16\r\n",
        ),
        (
            "ZUNION 2 x y AGGREGATE MIN WITHSCORES",
            "*8\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n$1\r\nc\r\n$1\r\n3\r\n$1\r\nd\r\n$2\r\n30\r\n",
        ),
        (
            "ZUNION 2 x y WITHSCORES AGGREGATE max",
            "*8\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$2\r\n10\r\n$1\r\nc\r\n$2\r\n20\r\n$1\r\nd\r\n$2\r\n30\r\n",
        ),
        (
            "ZUNION 2 x s WITHSCORES",
            "*8\r\n$1\r\nd\r\n$1\r\n1\r\n$1\r\na\r\n$1\r\n2\r\n$1\r\nb\r\n$1\r\n2\r\n$1\r\nc\r\n$1\r\n3\r\n",
        ),
        (
            "ZUNION 2 x x WITHSCORES",
            "*6\r\n$1\r\na\r\n$1\r\n2\r\n$1\r\nb\r\n$1\r\n4\r\n$1\r\nc\r\n$1\r\n6\r\n",
        ),
        (
            "ZUNION 2 x y WEIGHTS 2 inf",
            "*4\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n",
        ),
        ("ZUNION 1 missing", "*0\r\n"),
    ]);
}

#[test]
fn intersections() {
    resp2(&[
        ("ZADD x 1 a 2 b 3 c", ":3\r\n"),
        ("ZADD y 10 b 20 c 30 d", ":3\r\n"),
        ("SADD s a d", ":2\r\n"),
        ("ZINTER 2 x y", "*2\r\n$1\r\nb\r\n$1\r\nc\r\n"),
        (
            "ZINTER 2 x y WITHSCORES",
            "*4\r\n$1\r\nb\r\n$2\r\n12\r\n$1\r\nc\r\n$2\r\n23\r\n",
        ),
        (
            "ZINTER 2 y x WEIGHTS 0.5 2 AGGREGATE MAX WITHSCORES",
            "*4\r\n$1\r\nb\r\n$1\r\n5\r\n$1\r\nc\r\n$2\r\n10\r\n",
        ),
        ("ZINTER 2 x s WITHSCORES", "*2\r\n$1\r\na\r\n$1\r\n2\r\n"),
        ("ZINTER 2 x missing", "*0\r\n"),
        ("ZINTERCARD 2 x y", ":2\r\n"),
        ("ZINTERCARD 2 x s", ":1\r\n"),
        ("ZINTERCARD 2 x missing", ":0\r\n"),
        ("ZINTERCARD 2 x y LIMIT 1", ":1\r\n"),
        ("ZINTERCARD 2 x y LIMIT 0", ":2\r\n"),
    ]);
}

#[test]
fn differences() {
    resp2(&[
        ("ZADD x 1 a 2 b 3 c", ":3\r\n"),
        ("ZADD y 10 b 20 c 30 d", ":3\r\n"),
        ("SADD s a d", ":2\r\n"),
        ("ZDIFF 2 x y WITHSCORES", "*2\r\n$1\r\na\r\n$1\r\n1\r\n"),
        ("ZDIFF 2 y x", "*1\r\n$1\r\nd\r\n"),
        ("ZDIFF 2 x s", "*2\r\n$1\r\nb\r\n$1\r\nc\r\n"),
        ("ZDIFF 2 x x", "*0\r\n"),
        ("ZDIFF 1 x", "*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n"),
        ("ZDIFF 2 missing x", "*0\r\n"),
    ]);
}

#[test]
fn in_resp3() {
    resp3(&[
        ("ZADD x 1 a 2 b", ":2\r\n"),
        ("ZUNION 1 x", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"),
        (
            "ZUNION 1 x WITHSCORES",
            "*2\r\n*2\r\n$1\r\na\r\n,1\r\n*2\r\n$1\r\nb\r\n,2\r\n",
        ),
        (
            "ZINTER 2 x x WITHSCORES",
            "*2\r\n*2\r\n$1\r\na\r\n,2\r\n*2\r\n$1\r\nb\r\n,4\r\n",
        ),
        (
            "ZDIFF 1 x WITHSCORES",
            "*2\r\n*2\r\n$1\r\na\r\n,1\r\n*2\r\n$1\r\nb\r\n,2\r\n",
        ),
    ]);
}

#[test]
fn storing() {
    resp2(&[
        ("ZADD x 1 a 2 b 3 c", ":3\r\n"),
        ("ZADD y 10 b 20 c 30 d", ":3\r\n"),
        ("SET d text", "+OK\r\n"),
        ("ZUNIONSTORE d 2 x y", ":4\r\n"),
        (
            "ZRANGE d 0 -1 WITHSCORES",
            "*8\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$2\r\n12\r\n$1\r\nc\r\n$2\r\n23\r\n$1\r\nd\r\n$2\r\n30\r\n",
        ),
        ("ZINTERSTORE d 2 x y WEIGHTS 1 2", ":2\r\n"),
        (
            "ZRANGE d 0 -1 WITHSCORES",
            "*4\r\n$1\r\nb\r\n$2\r\n22\r\n$1\r\nc\r\n$2\r\n43\r\n",
        ),
        ("ZINTERSTORE d 2 d y", ":2\r\n"),
        (
            "ZRANGE d 0 -1 WITHSCORES",
            "*4\r\n$1\r\nb\r\n$2\r\n32\r\n$1\r\nc\r\n$2\r\n63\r\n",
        ),
        ("ZDIFFSTORE d 2 x y", ":1\r\n"),
        ("ZRANGE d 0 -1 WITHSCORES", "*2\r\n$1\r\na\r\n$1\r\n1\r\n"),
        ("ZDIFFSTORE d 2 x x", ":0\r\n"),
        ("EXISTS d", ":0\r\n"),
        ("SET d text", "+OK\r\n"),
        ("ZUNIONSTORE d 1 missing", ":0\r\n"),
        ("EXISTS d", ":0\r\n"),
        ("EXPIRE x 100", ":1\r\n"),
        ("ZUNIONSTORE x 1 x", ":3\r\n"),
        ("TTL x", ":-1\r\n"),
        ("SADD s a", ":1\r\n"),
        ("ZUNIONSTORE s 1 s", ":1\r\n"),
        ("TYPE s", "+zset\r\n"),
    ]);
}

#[test]
fn infinities_and_nothing() {
    resp2(&[
        ("ZADD p inf a 1 y 1 z", ":3\r\n"),
        ("ZADD m -inf a", ":1\r\n"),
        ("ZADD o 1 a 2 b", ":2\r\n"),
        (
            "ZUNION 2 p m WITHSCORES",
            "*6\r\n$1\r\na\r\n$1\r\n0\r\n$1\r\ny\r\n$1\r\n1\r\n$1\r\nz\r\n$1\r\n1\r\n",
        ),
        ("ZINTER 2 p m WITHSCORES", "*2\r\n$1\r\na\r\n$1\r\n0\r\n"),
        (
            "ZUNION 2 o p WEIGHTS 1 0 WITHSCORES",
            "*8\r\n$1\r\ny\r\n$1\r\n0\r\n$1\r\nz\r\n$1\r\n0\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n",
        ),
        ("ZINTER 2 p o WEIGHTS 0 1 WITHSCORES", "*2\r\n$1\r\na\r\n$1\r\n0\r\n"),
        ("ZINTER 2 o p WEIGHTS 1 0 WITHSCORES", "*2\r\n$1\r\na\r\n$1\r\n0\r\n"),
        (
            "ZINTER 2 o p WEIGHTS 1 0 AGGREGATE MIN WITHSCORES",
            "*2\r\n$1\r\na\r\n$1\r\n1\r\n",
        ),
        (
            "ZINTER 2 o p WEIGHTS 1 0 AGGREGATE MAX WITHSCORES",
            "*2\r\n$1\r\na\r\n$1\r\n1\r\n",
        ),
    ]);
}

#[test]
fn refused() {
    both(&[
        ("ZADD x 1 a", ":1\r\n"),
        ("SET str x", "+OK\r\n"),
        (
            "ZUNION 0 x",
            "-ERR at least 1 input key is needed for 'zunion' command\r\n",
        ),
        (
            "ZUNION -1 x",
            "-ERR at least 1 input key is needed for 'zunion' command\r\n",
        ),
        ("ZUNION a x", "-ERR value is not an integer or out of range\r\n"),
        ("ZUNION 3 x x", "-ERR syntax error\r\n"),
        ("ZUNION 1", "-ERR wrong number of arguments for 'zunion' command\r\n"),
        ("ZUNION 1 x FOO", "-ERR syntax error\r\n"),
        ("ZUNION 1 x AGGREGATE foo", "-ERR syntax error\r\n"),
        ("ZUNION 1 x AGGREGATE", "-ERR syntax error\r\n"),
        ("ZUNION 2 x x WEIGHTS 2", "-ERR syntax error\r\n"),
        ("ZUNION 2 x x WEIGHTS 2 x", "-ERR weight value is not a float\r\n"),
        ("ZUNION 1 x WEIGHTS nan", "-ERR weight value is not a float\r\n"),
        (
            "ZUNION 1 str",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZUNION 1 str FOO",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZINTER 0 x",
            "-ERR at least 1 input key is needed for 'zinter' command\r\n",
        ),
        (
            "ZINTER 2 missing str",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZDIFF 0 x",
            "-ERR at least 1 input key is needed for 'zdiff' command\r\n",
        ),
        ("ZDIFF 1 x WEIGHTS 1", "-ERR syntax error\r\n"),
        ("ZDIFF 1 x AGGREGATE SUM", "-ERR syntax error\r\n"),
        (
            "ZDIFF 2 missing str",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZINTERCARD 0 x",
            "-ERR at least 1 input key is needed for 'zintercard' command\r\n",
        ),
        ("ZINTERCARD a x", "-ERR value is not an integer or out of range\r\n"),
        ("ZINTERCARD 3 x", "-ERR syntax error\r\n"),
        ("ZINTERCARD 1 x WITHSCORES", "-ERR syntax error\r\n"),
        ("ZINTERCARD 1 x LIMIT -1", "-ERR LIMIT can't be negative\r\n"),
        ("ZINTERCARD 1 x LIMIT x", "-ERR LIMIT can't be negative\r\n"),
        ("ZINTERCARD 1 x LIMIT", "-ERR syntax error\r\n"),
        (
            "ZINTERCARD 2 x str",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZUNIONSTORE d 0 x",
            "-ERR at least 1 input key is needed for 'zunionstore' command\r\n",
        ),
        ("ZUNIONSTORE d 1 x WITHSCORES", "-ERR syntax error\r\n"),
        (
            "ZUNIONSTORE d 1 str",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZINTERSTORE d 2 x str",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZDIFFSTORE d 1 str",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("EXISTS d", ":0\r\n"),
    ]);
}
