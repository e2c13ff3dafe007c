//! Adding, looking up, counting and drawing members. The replies were compared with Redis 7.0; WITHSCORE and the spelling
//! of fractions are those of later versions.

use crate::memory::tests::{both, resp2, resp3};

#[test]
fn adding() {
    both(&[
        ("ZADD z 1 a", ":1\r\n"),
        ("ZADD z 1 a 2 b 3 c", ":2\r\n"),
        ("ZADD z CH 5 a 6 d", ":2\r\n"),
        ("ZADD z 1 e 1 e 2 e", ":1\r\n"),
        ("ZCARD z", ":5\r\n"),
        ("ZCARD missing", ":0\r\n"),
        ("ZADD z 0x10 h +inf i -inf j infinity i", ":3\r\n"),
        ("ZADD z 1 a 2", "-ERR syntax error\r\n"),
        ("ZADD z NX 1", "-ERR syntax error\r\n"),
        ("ZADD z NX CH", "-ERR syntax error\r\n"),
        ("ZADD z 1", "-ERR wrong number of arguments for 'zadd' command\r\n"),
        ("ZADD z nan a", "-ERR value is not a valid float\r\n"),
        ("ZADD z x a", "-ERR value is not a valid float\r\n"),
        ("ZADD z 1 new x b", "-ERR value is not a valid float\r\n"),
        ("ZADD z 1e400 a", "-ERR value is not a valid float\r\n"),
        ("ZADD z \" 1\" a", "-ERR value is not a valid float\r\n"),
        ("ZADD z \"\" a", "-ERR value is not a valid float\r\n"),
        ("ZCARD z", ":8\r\n"),
        ("ZADD none x a", "-ERR value is not a valid float\r\n"),
        ("EXISTS none", ":0\r\n"),
    ]);
}

#[test]
fn conditions() {
    both(&[
        ("ZADD z XX 1 a", ":0\r\n"),
        ("ZADD z XX CH 1 a", ":0\r\n"),
        ("EXISTS z", ":0\r\n"),
        ("ZADD z NX 1 a", ":1\r\n"),
        ("ZADD z NX CH 9 a", ":0\r\n"),
        ("ZADD z XX CH 2 a 7 new", ":1\r\n"),
        ("ZADD z GT CH 1 a", ":0\r\n"),
        ("ZADD z GT CH 2 a", ":0\r\n"),
        ("ZADD z GT CH 3 a", ":1\r\n"),
        ("ZADD z LT CH 4 a", ":0\r\n"),
        ("ZADD z LT CH 2 a", ":1\r\n"),
        ("ZADD z GT 9 b", ":1\r\n"),
        ("ZADD z LT 9 c", ":1\r\n"),
        ("ZADD z XX GT 9 d", ":0\r\n"),
        (
            "ZADD z NX XX 1 a",
            "-ERR XX and NX options at the same time are not compatible\r\n",
        ),
        (
            "ZADD z NX GT 1 a",
            "-ERR GT, LT, and/or NX options at the same time are not compatible\r\n",
        ),
        (
            "ZADD z NX LT 1 a",
            "-ERR GT, LT, and/or NX options at the same time are not compatible\r\n",
        ),
        (
            "ZADD z GT LT 1 a",
            "-ERR GT, LT, and/or NX options at the same time are not compatible\r\n",
        ),
        ("ZCARD z", ":3\r\n"),
    ]);
}

#[test]
fn adding_to_a_score() {
    resp2(&[
        ("ZADD z INCR 1 a", "$1\r\n1\r\n"),
        ("ZADD z INCR NX 1 a", "$-1\r\n"),
        ("ZADD z INCR XX 1 b", "$-1\r\n"),
        ("ZADD z INCR GT -1 a", "$-1\r\n"),
        ("ZADD z INCR LT -1 a", "$1\r\n0\r\n"),
        ("ZADD z INCR NX 2.5 b", "$3\r\n2.5\r\n"),
        ("ZADD z INCR CH 0 a", "$1\r\n0\r\n"),
        ("ZADD none INCR XX 1 a", "$-1\r\n"),
        ("EXISTS none", ":0\r\n"),
        (
            "ZADD z INCR 1 a 2 b",
            "-ERR INCR option supports a single increment-element pair\r\n",
        ),
        ("ZADD z INCR nan a", "-ERR value is not a valid float\r\n"),
        ("ZINCRBY z 2 a", "$1\r\n2\r\n"),
        ("ZINCRBY z -2.5 b", "$1\r\n0\r\n"),
        ("ZINCRBY z 1.5 new", "$3\r\n1.5\r\n"),
        ("ZINCRBY z inf a", "$3\r\ninf\r\n"),
        ("ZINCRBY z -inf a", "-ERR resulting score is not a number (NaN)\r\n"),
        ("ZADD z INCR -inf a", "-ERR resulting score is not a number (NaN)\r\n"),
        ("ZSCORE z a", "$3\r\ninf\r\n"),
        ("ZINCRBY z x a", "-ERR value is not a valid float\r\n"),
        (
            "ZINCRBY z 1",
            "-ERR wrong number of arguments for 'zincrby' command\r\n",
        ),
        ("ZINCRBY none nan a", "-ERR value is not a valid float\r\n"),
        ("EXISTS none", ":0\r\n"),
    ]);
}

#[test]
fn scores_in_resp3() {
    resp3(&[
        ("ZADD z INCR 1.5 a", ",1.5\r\n"),
        ("ZADD z INCR NX 1 a", "_\r\n"),
        ("ZINCRBY z inf b", ",inf\r\n"),
        ("ZSCORE z a", ",1.5\r\n"),
        ("ZSCORE z x", "_\r\n"),
        ("ZMSCORE z a x b", "*3\r\n,1.5\r\n_\r\n,inf\r\n"),
        ("ZREM z a", ":1\r\n"),
        ("ZRANDMEMBER z -1 WITHSCORES", "*1\r\n*2\r\n$1\r\nb\r\n,inf\r\n"),
        ("ZRANDMEMBER z 5 WITHSCORES", "*1\r\n*2\r\n$1\r\nb\r\n,inf\r\n"),
        ("ZRANDMEMBER z 5", "*1\r\n$1\r\nb\r\n"),
        ("ZRANK z b WITHSCORE", "*2\r\n:0\r\n,inf\r\n"),
        ("ZREVRANK z x WITHSCORE", "_\r\n"),
        ("ZRANK z x", "_\r\n"),
        ("ZSCAN z 0", "*2\r\n$1\r\n0\r\n*2\r\n$1\r\nb\r\n$3\r\ninf\r\n"),
        ("ZRANDMEMBER x", "_\r\n"),
        ("ZRANDMEMBER x 1 WITHSCORES", "*0\r\n"),
    ]);
}

#[test]
fn scores() {
    resp2(&[
        (
            "ZADD z 1 a -0.25 b 0.1 c 123456789.123 d 1e20 e 1e17 f 1e-7 g -inf h -0 i",
            ":9\r\n",
        ),
        (
            "ZMSCORE z a b c d e f g h i x",
            "*10\r\n$1\r\n1\r\n$5\r\n-0.25\r\n$3\r\n0.1\r\n$13\r\n123456789.123\r\n$5\r\n1e+20\r\n$18\r\n100000000000000000\r\n$4\r\n1e-7\r\n$4\r\n-inf\r\n$1\r\n0\r\n$-1\r\n",
        ),
        ("ZSCORE z a", "$1\r\n1\r\n"),
        ("ZSCORE z x", "$-1\r\n"),
        ("ZSCORE missing a", "$-1\r\n"),
        ("ZMSCORE missing a b", "*2\r\n$-1\r\n$-1\r\n"),
    ]);
}

#[test]
fn removing() {
    both(&[
        ("ZREM z a", ":0\r\n"),
        ("ZADD z 1 a 2 b 3 c", ":3\r\n"),
        ("ZREM z a x a", ":1\r\n"),
        ("ZREM z a", ":0\r\n"),
        ("ZREM z b c", ":2\r\n"),
        ("EXISTS z", ":0\r\n"),
    ]);
}

#[test]
fn ranks() {
    resp2(&[
        ("ZRANK z a", "$-1\r\n"),
        ("ZADD z 1 a 2 c 2 b 3 d", ":4\r\n"),
        ("ZRANK z a", ":0\r\n"),
        ("ZRANK z b", ":1\r\n"),
        ("ZRANK z c", ":2\r\n"),
        ("ZRANK z x", "$-1\r\n"),
        ("ZREVRANK z a", ":3\r\n"),
        ("ZREVRANK z b", ":2\r\n"),
        ("ZREVRANK z x", "$-1\r\n"),
        ("ZRANK z c WITHSCORE", "*2\r\n:2\r\n$1\r\n2\r\n"),
        ("ZREVRANK z c withscore", "*2\r\n:1\r\n$1\r\n2\r\n"),
        ("ZRANK z x WITHSCORE", "*-1\r\n"),
        ("ZREVRANK missing x WITHSCORE", "*-1\r\n"),
        ("ZRANK z c WITHSCORES", "-ERR syntax error\r\n"),
        (
            "ZRANK z c WITHSCORE x",
            "-ERR wrong number of arguments for 'zrank' command\r\n",
        ),
    ]);
}

#[test]
fn choosing() {
    resp2(&[
        ("ZRANDMEMBER missing", "$-1\r\n"),
        ("ZRANDMEMBER missing 2", "*0\r\n"),
        ("ZRANDMEMBER missing 2 WITHSCORES", "*0\r\n"),
        ("ZADD z 1.5 a", ":1\r\n"),
        ("ZRANDMEMBER z", "$1\r\na\r\n"),
        ("ZRANDMEMBER z 1", "*1\r\n$1\r\na\r\n"),
        ("ZRANDMEMBER z 5", "*1\r\n$1\r\na\r\n"),
        ("ZRANDMEMBER z -2", "*2\r\n$1\r\na\r\n$1\r\na\r\n"),
        ("ZRANDMEMBER z 0", "*0\r\n"),
        ("ZRANDMEMBER z 2 WITHSCORES", "*2\r\n$1\r\na\r\n$3\r\n1.5\r\n"),
        (
            "ZRANDMEMBER z -2 WITHSCORES",
            "*4\r\n$1\r\na\r\n$3\r\n1.5\r\n$1\r\na\r\n$3\r\n1.5\r\n",
        ),
        ("ZRANDMEMBER z 2 FOO", "-ERR syntax error\r\n"),
        ("ZRANDMEMBER z 2 WITHSCORES FOO", "-ERR syntax error\r\n"),
        (
            "ZRANDMEMBER z x FOO",
            "-ERR value is not an integer or out of range\r\n",
        ),
        (
            "ZRANDMEMBER z -9223372036854775808",
            "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807\r\n",
        ),
        (
            "ZRANDMEMBER z -9223372036854775807 WITHSCORES",
            "-ERR value is out of range\r\n",
        ),
        (
            "ZRANDMEMBER z 9223372036854775807 WITHSCORES",
            "-ERR value is out of range\r\n",
        ),
    ]);
}

#[test]
fn pages() {
    both(&[
        ("ZSCAN missing 0", "*2\r\n$1\r\n0\r\n*0\r\n"),
        ("ZSCAN missing 0 FOO", "*2\r\n$1\r\n0\r\n*0\r\n"),
        ("ZSCAN missing x", "-ERR invalid cursor\r\n"),
        ("ZADD z 2 b 1 aa 1.5 ab", ":3\r\n"),
        (
            "ZSCAN z 0",
            "*2\r\n$1\r\n0\r\n*6\r\n$2\r\naa\r\n$1\r\n1\r\n$2\r\nab\r\n$3\r\n1.5\r\n$1\r\nb\r\n$1\r\n2\r\n",
        ),
        (
            "ZSCAN z 0 COUNT 1",
            "*2\r\n$1\r\n0\r\n*6\r\n$2\r\naa\r\n$1\r\n1\r\n$2\r\nab\r\n$3\r\n1.5\r\n$1\r\nb\r\n$1\r\n2\r\n",
        ),
        (
            "ZSCAN z 0 MATCH a*",
            "*2\r\n$1\r\n0\r\n*4\r\n$2\r\naa\r\n$1\r\n1\r\n$2\r\nab\r\n$3\r\n1.5\r\n",
        ),
        ("ZSCAN z 0 COUNT 0", "-ERR syntax error\r\n"),
        ("ZSCAN z 0 FOO", "-ERR syntax error\r\n"),
        ("ZSCAN z 0 NOVALUES", "-ERR syntax error\r\n"),
        ("ZSCAN z x", "-ERR invalid cursor\r\n"),
    ]);
}

#[test]
fn another_type() {
    both(&[
        ("SET str x", "+OK\r\n"),
        ("ZADD z 1 a", ":1\r\n"),
        (
            "ZADD str 1 a",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("ZADD str x a", "-ERR value is not a valid float\r\n"),
        (
            "ZADD str XX 1 a",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZINCRBY str 1 a",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZREM str a",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZCARD str",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZSCORE str a",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZMSCORE str a",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZRANK str a",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZREVRANK str a WITHSCORE",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZRANDMEMBER str",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZRANDMEMBER str 0",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZSCAN str 0",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("SADD s a", ":1\r\n"),
        (
            "ZADD s 1 a",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZCARD s",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "SADD z a",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
    ]);
}

#[test]
fn keys_of_sorted_set_commands() {
    both(&[
        ("COMMAND GETKEYS ZUNION 2 a b", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"),
        (
            "COMMAND GETKEYS ZUNIONSTORE d 2 a b",
            "*3\r\n$1\r\nd\r\n$1\r\na\r\n$1\r\nb\r\n",
        ),
        ("COMMAND GETKEYS ZMPOP 2 a b MIN", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"),
        ("COMMAND GETKEYS BZMPOP 0 2 a b MIN", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"),
        ("COMMAND GETKEYS BZPOPMIN a b 0", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"),
        ("COMMAND GETKEYS ZRANGESTORE d a 0 -1", "*2\r\n$1\r\nd\r\n$1\r\na\r\n"),
        ("COMMAND GETKEYS ZINTERCARD 2 a b", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"),
    ]);
}
