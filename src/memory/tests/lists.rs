//! The list commands. The rows are as a real server of version 7.0 answers them. Waiting is in `blocking`.

use alloc::format;

use super::{World, both, resp2, resp3};

#[test]
fn pushing() {
    both(&[
        ("lpush a", "-ERR wrong number of arguments for 'lpush' command\r\n"),
        ("lpush l b a", ":2\r\n"),
        ("rpush l c d", ":4\r\n"),
        ("lrange l 0 -1", "*4\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n"),
        ("llen l", ":4\r\n"),
        ("llen nothing", ":0\r\n"),
        ("lpushx nothing a", ":0\r\n"),
        ("rpushx nothing a b", ":0\r\n"),
        ("exists nothing", ":0\r\n"),
        ("lpushx l z y", ":6\r\n"),
        ("rpushx l e", ":7\r\n"),
        (
            "lrange l 0 -1",
            "*7\r\n$1\r\ny\r\n$1\r\nz\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n$1\r\ne\r\n",
        ),
        ("rpush l \"\"", ":8\r\n"),
        ("lindex l -1", "$0\r\n\r\n"),
        ("type l", "+list\r\n"),
    ]);
}

#[test]
fn popping() {
    both(&[
        ("rpush l a b c d e", ":5\r\n"),
        ("lpop l", "$1\r\na\r\n"),
        ("rpop l", "$1\r\ne\r\n"),
        ("lpop l 2", "*2\r\n$1\r\nb\r\n$1\r\nc\r\n"),
        ("rpop l 9", "*1\r\n$1\r\nd\r\n"),
        ("exists l", ":0\r\n"),
        ("rpush l a", ":1\r\n"),
        ("lpop l 0", "*0\r\n"),
        ("rpop l 0", "*0\r\n"),
        ("lpop l -1", "-ERR value is out of range, must be positive\r\n"),
        ("lpop l x", "-ERR value is out of range, must be positive\r\n"),
        (
            "lpop l 9223372036854775808",
            "-ERR value is out of range, must be positive\r\n",
        ),
        ("lpop l 1 2", "-ERR wrong number of arguments for 'lpop' command\r\n"),
        ("lpop nothing -1", "-ERR value is out of range, must be positive\r\n"),
        ("lpop", "-ERR wrong number of arguments for 'lpop' command\r\n"),
        ("lpop l 9223372036854775807", "*1\r\n$1\r\na\r\n"),
    ]);
}

#[test]
fn nothing_to_pop() {
    resp2(&[
        ("lpop nothing", "$-1\r\n"),
        ("rpop nothing", "$-1\r\n"),
        ("lpop nothing 0", "*-1\r\n"),
        ("lpop nothing 1", "*-1\r\n"),
        ("lmpop 1 nothing left", "*-1\r\n"),
        ("lmpop 2 nothing nothing right count 5", "*-1\r\n"),
        ("rpoplpush nothing a", "$-1\r\n"),
        ("lmove nothing a left left", "$-1\r\n"),
        ("lindex nothing 0", "$-1\r\n"),
        ("lpos nothing x", "$-1\r\n"),
    ]);
    resp3(&[
        ("lpop nothing", "_\r\n"),
        ("rpop nothing", "_\r\n"),
        ("lpop nothing 0", "_\r\n"),
        ("lpop nothing 1", "_\r\n"),
        ("lmpop 1 nothing left", "_\r\n"),
        ("lmpop 2 nothing nothing right count 5", "_\r\n"),
        ("rpoplpush nothing a", "_\r\n"),
        ("lmove nothing a left left", "_\r\n"),
        ("lindex nothing 0", "_\r\n"),
        ("lpos nothing x", "_\r\n"),
    ]);
}

#[test]
fn popping_from_several() {
    both(&[
        ("rpush b 1 2 3 4", ":4\r\n"),
        ("lmpop 2 a b left", "*2\r\n$1\r\nb\r\n*1\r\n$1\r\n1\r\n"),
        (
            "lmpop 2 b a right count 2",
            "*2\r\n$1\r\nb\r\n*2\r\n$1\r\n4\r\n$1\r\n3\r\n",
        ),
        (
            "lmpop 1 b LEFT COUNT 9223372036854775807",
            "*2\r\n$1\r\nb\r\n*1\r\n$1\r\n2\r\n",
        ),
        ("exists b", ":0\r\n"),
        ("lmpop 0 a left", "-ERR numkeys should be greater than 0\r\n"),
        ("lmpop -1 a left", "-ERR numkeys should be greater than 0\r\n"),
        ("lmpop x a left", "-ERR numkeys should be greater than 0\r\n"),
        ("lmpop 1 a", "-ERR wrong number of arguments for 'lmpop' command\r\n"),
        ("lmpop 2 a left", "-ERR syntax error\r\n"),
        ("lmpop 1 a b left", "-ERR syntax error\r\n"),
        ("lmpop 1 a up", "-ERR syntax error\r\n"),
        ("lmpop 1 a left count 0", "-ERR count should be greater than 0\r\n"),
        ("lmpop 1 a left count x", "-ERR count should be greater than 0\r\n"),
        ("lmpop 1 a left count", "-ERR syntax error\r\n"),
        ("lmpop 1 a left count 1 count 1", "-ERR syntax error\r\n"),
        ("lmpop 1 a left count 1 foo", "-ERR syntax error\r\n"),
        ("lmpop 1 a left foo", "-ERR syntax error\r\n"),
        ("lmpop 9223372036854775807 a left", "-ERR syntax error\r\n"),
        ("set s x", "+OK\r\n"),
        (
            "lmpop 2 nothing s left",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("rpush l a", ":1\r\n"),
        ("lmpop 2 l s left", "*2\r\n$1\r\nl\r\n*1\r\n$1\r\na\r\n"),
        ("blmpop x 0 a left", "-ERR numkeys should be greater than 0\r\n"),
        ("blmpop x 1 a left", "-ERR timeout is not a float or out of range\r\n"),
        ("blmpop -1 1 a left", "-ERR timeout is negative\r\n"),
        ("blmpop 0 1 a up", "-ERR syntax error\r\n"),
        ("blmpop 0 2 a left", "-ERR syntax error\r\n"),
        ("blmpop 0 x a left", "-ERR numkeys should be greater than 0\r\n"),
        ("blmpop 0 1 a left count 0", "-ERR count should be greater than 0\r\n"),
        (
            "blmpop 1 1 s left",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
    ]);
}

#[test]
fn positions() {
    both(&[
        ("rpush l a b c d", ":4\r\n"),
        ("lindex l 0", "$1\r\na\r\n"),
        ("lindex l 3", "$1\r\nd\r\n"),
        ("lindex l -1", "$1\r\nd\r\n"),
        ("lindex l -4", "$1\r\na\r\n"),
        ("lindex l x", "-ERR value is not an integer or out of range\r\n"),
        ("lset l 0 A", "+OK\r\n"),
        ("lset l -1 D", "+OK\r\n"),
        ("lset l 4 x", "-ERR index out of range\r\n"),
        ("lset l -5 x", "-ERR index out of range\r\n"),
        ("lset l 9223372036854775807 x", "-ERR index out of range\r\n"),
        ("lset l -9223372036854775808 x", "-ERR index out of range\r\n"),
        ("lset l x x", "-ERR value is not an integer or out of range\r\n"),
        ("lset nothing 0 x", "-ERR no such key\r\n"),
        ("lset nothing x x", "-ERR no such key\r\n"),
        ("lrange l 0 -1", "*4\r\n$1\r\nA\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nD\r\n"),
        ("lrange l 1 2", "*2\r\n$1\r\nb\r\n$1\r\nc\r\n"),
        ("lrange l -3 -2", "*2\r\n$1\r\nb\r\n$1\r\nc\r\n"),
        ("lrange l 2 1", "*0\r\n"),
        (
            "lrange l -100 100",
            "*4\r\n$1\r\nA\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nD\r\n",
        ),
        ("lrange l 4 9", "*0\r\n"),
        ("lrange l 9223372036854775807 -9223372036854775808", "*0\r\n"),
        (
            "lrange l -9223372036854775808 9223372036854775807",
            "*4\r\n$1\r\nA\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nD\r\n",
        ),
        ("lrange l x 1", "-ERR value is not an integer or out of range\r\n"),
        ("lrange l 0 x", "-ERR value is not an integer or out of range\r\n"),
        ("lrange nothing x 1", "-ERR value is not an integer or out of range\r\n"),
        ("lrange nothing 0 1", "*0\r\n"),
    ]);
}

#[test]
fn nothing_at_a_position() {
    resp2(&[
        ("rpush l a", ":1\r\n"),
        ("lindex l 1", "$-1\r\n"),
        ("lindex l -2", "$-1\r\n"),
        ("lindex l 9223372036854775807", "$-1\r\n"),
        ("lindex l -9223372036854775808", "$-1\r\n"),
        ("lindex nothing x", "$-1\r\n"),
        ("lindex nothing 0", "$-1\r\n"),
    ]);
    resp3(&[
        ("rpush l a", ":1\r\n"),
        ("lindex l 1", "_\r\n"),
        ("lindex l -2", "_\r\n"),
        ("lindex l 9223372036854775807", "_\r\n"),
        ("lindex l -9223372036854775808", "_\r\n"),
        ("lindex nothing x", "_\r\n"),
        ("lindex nothing 0", "_\r\n"),
    ]);
}

#[test]
fn inserting() {
    both(&[
        ("rpush l a c", ":2\r\n"),
        ("linsert l before c b", ":3\r\n"),
        ("linsert l AFTER c d", ":4\r\n"),
        ("linsert l before a 0", ":5\r\n"),
        ("linsert l before x y", ":-1\r\n"),
        ("linsert l foo x y", "-ERR syntax error\r\n"),
        ("linsert nothing before x y", ":0\r\n"),
        ("linsert nothing foo x y", "-ERR syntax error\r\n"),
        (
            "linsert l before a",
            "-ERR wrong number of arguments for 'linsert' command\r\n",
        ),
        (
            "lrange l 0 -1",
            "*5\r\n$1\r\n0\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n",
        ),
        ("exists nothing", ":0\r\n"),
    ]);
}

#[test]
fn removing() {
    both(&[
        ("rpush l a b a c a a", ":6\r\n"),
        ("lrem l 1 a", ":1\r\n"),
        (
            "lrange l 0 -1",
            "*5\r\n$1\r\nb\r\n$1\r\na\r\n$1\r\nc\r\n$1\r\na\r\n$1\r\na\r\n",
        ),
        ("lrem l -2 a", ":2\r\n"),
        ("lrange l 0 -1", "*3\r\n$1\r\nb\r\n$1\r\na\r\n$1\r\nc\r\n"),
        ("lrem l 0 x", ":0\r\n"),
        ("lrem nothing 0 x", ":0\r\n"),
        ("lrem l x a", "-ERR value is not an integer or out of range\r\n"),
        ("lrem nothing x a", "-ERR value is not an integer or out of range\r\n"),
        ("lrem l 9223372036854775807 a", ":1\r\n"),
        ("lrem l -9223372036854775807 b", ":1\r\n"),
        ("lrem l 0 c", ":1\r\n"),
        ("exists l", ":0\r\n"),
    ]);
}

#[test]
fn trimming() {
    both(&[
        ("rpush l a b c d e", ":5\r\n"),
        ("ltrim l 1 -2", "+OK\r\n"),
        ("lrange l 0 -1", "*3\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n"),
        ("ltrim l -2 100", "+OK\r\n"),
        ("lrange l 0 -1", "*2\r\n$1\r\nc\r\n$1\r\nd\r\n"),
        ("ltrim l -100 100", "+OK\r\n"),
        ("lrange l 0 -1", "*2\r\n$1\r\nc\r\n$1\r\nd\r\n"),
        ("ltrim l x 1", "-ERR value is not an integer or out of range\r\n"),
        ("ltrim l 0 x", "-ERR value is not an integer or out of range\r\n"),
        ("ltrim nothing x 1", "-ERR value is not an integer or out of range\r\n"),
        ("ltrim nothing 0 1", "+OK\r\n"),
        ("ltrim l 5 9", "+OK\r\n"),
        ("exists l", ":0\r\n"),
    ]);
}

#[test]
fn finding() {
    both(&[
        ("rpush l a b c 1 2 3 c c", ":8\r\n"),
        ("lpos l c", ":2\r\n"),
        ("lpos l c rank 2", ":6\r\n"),
        ("lpos l c RANK -1", ":7\r\n"),
        ("lpos l c count 2", "*2\r\n:2\r\n:6\r\n"),
        ("lpos l c COUNT 0 rank -1", "*3\r\n:7\r\n:6\r\n:2\r\n"),
        ("lpos l c count 0 maxlen 7", "*2\r\n:2\r\n:6\r\n"),
        ("lpos l c count 0 rank -2 maxlen 3", "*1\r\n:6\r\n"),
        ("lpos l c count 0 rank 4", "*0\r\n"),
        ("lpos l x count 0", "*0\r\n"),
        ("lpos nothing x count 1", "*0\r\n"),
        ("lpos l c maxlen 3", ":2\r\n"),
        ("lpos l c maxlen 0", ":2\r\n"),
        ("lpos l c rank 1 rank 2", ":6\r\n"),
        (
            "lpos l c rank 0",
            "-ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list\r\n",
        ),
        ("lpos l c rank x", "-ERR value is not an integer or out of range\r\n"),
        ("lpos l c count -1", "-ERR COUNT can't be negative\r\n"),
        ("lpos l c count x", "-ERR COUNT can't be negative\r\n"),
        ("lpos l c maxlen -1", "-ERR MAXLEN can't be negative\r\n"),
        ("lpos l c maxlen x", "-ERR MAXLEN can't be negative\r\n"),
        ("lpos l c foo 1", "-ERR syntax error\r\n"),
        ("lpos l c rank", "-ERR syntax error\r\n"),
        ("lpos l", "-ERR wrong number of arguments for 'lpos' command\r\n"),
        (
            "lpos nothing x rank 0",
            "-ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list\r\n",
        ),
    ]);
}

#[test]
fn not_found() {
    resp2(&[
        ("rpush l a b", ":2\r\n"),
        ("lpos l x", "$-1\r\n"),
        ("lpos l b maxlen 1", "$-1\r\n"),
        ("lpos l a rank 2", "$-1\r\n"),
        ("lpos l a rank 9223372036854775807", "$-1\r\n"),
        ("lpos l a rank -9223372036854775807", "$-1\r\n"),
    ]);
    resp3(&[
        ("rpush l a b", ":2\r\n"),
        ("lpos l x", "_\r\n"),
        ("lpos l b maxlen 1", "_\r\n"),
        ("lpos l a rank 2", "_\r\n"),
        ("lpos l a rank 9223372036854775807", "_\r\n"),
        ("lpos l a rank -9223372036854775807", "_\r\n"),
    ]);
}

#[test]
fn moving() {
    both(&[
        ("rpush l a b c", ":3\r\n"),
        ("lmove l m left left", "$1\r\na\r\n"),
        ("lmove l m RIGHT LEFT", "$1\r\nc\r\n"),
        ("lmove l m left right", "$1\r\nb\r\n"),
        ("exists l", ":0\r\n"),
        ("lrange m 0 -1", "*3\r\n$1\r\nc\r\n$1\r\na\r\n$1\r\nb\r\n"),
        ("lmove m m right left", "$1\r\nb\r\n"),
        ("lrange m 0 -1", "*3\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\na\r\n"),
        ("lmove m m left left", "$1\r\nb\r\n"),
        ("lmove m m right right", "$1\r\na\r\n"),
        ("lrange m 0 -1", "*3\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\na\r\n"),
        ("rpoplpush m m", "$1\r\na\r\n"),
        ("rpoplpush m n", "$1\r\nc\r\n"),
        ("lrange m 0 -1", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"),
        ("lrange n 0 -1", "*1\r\n$1\r\nc\r\n"),
        ("lmove m n up left", "-ERR syntax error\r\n"),
        ("lmove m n left up", "-ERR syntax error\r\n"),
        ("lmove nothing n up left", "-ERR syntax error\r\n"),
        (
            "lmove m n left",
            "-ERR wrong number of arguments for 'lmove' command\r\n",
        ),
        ("set s x", "+OK\r\n"),
        (
            "lmove m s left left",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "lmove s m left left",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "rpoplpush m s",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "rpoplpush s m",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("llen m", ":2\r\n"),
    ]);
}

#[test]
fn a_list_of_one_keeps_its_time_to_live_when_turned() {
    both(&[
        ("rpush l a", ":1\r\n"),
        ("expire l 100", ":1\r\n"),
        ("rpoplpush l l", "$1\r\na\r\n"),
        ("ttl l", ":100\r\n"),
        ("lmove l l left left", "$1\r\na\r\n"),
        ("ttl l", ":100\r\n"),
        ("brpoplpush l l 1", "$1\r\na\r\n"),
        ("blmove l l left right 1", "$1\r\na\r\n"),
        ("ttl l", ":100\r\n"),
        ("lpop l", "$1\r\na\r\n"),
        ("exists l", ":0\r\n"),
    ]);
}

#[test]
fn a_string_is_no_list() {
    both(&[
        ("set s x", "+OK\r\n"),
        (
            "lpush s a",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "rpush s a",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "lpushx s a",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "rpushx s a",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "lpop s",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "rpop s",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "lpop s 0",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("lpop s -1", "-ERR value is out of range, must be positive\r\n"),
        (
            "llen s",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "lrange s 0 -1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("lrange s x 1", "-ERR value is not an integer or out of range\r\n"),
        (
            "lindex s 0",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "lindex s x",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "lset s 0 x",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "lset s x x",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "linsert s before a b",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("linsert s foo a b", "-ERR syntax error\r\n"),
        (
            "lrem s 0 a",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("lrem s x a", "-ERR value is not an integer or out of range\r\n"),
        (
            "ltrim s 0 1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "lpos s x",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "lpos s x rank 0",
            "-ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list\r\n",
        ),
        (
            "blpop nothing s 1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("blpop s x", "-ERR timeout is not a float or out of range\r\n"),
        (
            "brpop s 1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "blmove s a left left 1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "brpoplpush s a 1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("get s", "$1\r\nx\r\n"),
    ]);
}

#[test]
fn what_is_there_needs_no_wait() {
    both(&[
        ("rpush l a b c d e f g", ":7\r\n"),
        ("blpop nothing l 1", "*2\r\n$1\r\nl\r\n$1\r\na\r\n"),
        ("brpop l nothing 0", "*2\r\n$1\r\nl\r\n$1\r\ng\r\n"),
        ("blmove l m left right 0", "$1\r\nb\r\n"),
        ("brpoplpush l m 0.5", "$1\r\nf\r\n"),
        ("blmpop 0 2 nothing l left", "*2\r\n$1\r\nl\r\n*1\r\n$1\r\nc\r\n"),
        (
            "blmpop 0 1 l right count 5",
            "*2\r\n$1\r\nl\r\n*2\r\n$1\r\ne\r\n$1\r\nd\r\n",
        ),
        ("lrange m 0 -1", "*2\r\n$1\r\nf\r\n$1\r\nb\r\n"),
        ("blpop m 0", "*2\r\n$1\r\nm\r\n$1\r\nf\r\n"),
        ("set s x", "+OK\r\n"),
        ("blpop m s 1", "*2\r\n$1\r\nm\r\n$1\r\nb\r\n"),
    ]);
}

#[test]
fn timeouts_that_make_no_sense() {
    both(&[
        ("blpop a x", "-ERR timeout is not a float or out of range\r\n"),
        ("blpop a -1", "-ERR timeout is negative\r\n"),
        (
            "blmove a b left right x",
            "-ERR timeout is not a float or out of range\r\n",
        ),
        ("blmove a b up right x", "-ERR syntax error\r\n"),
        ("blmove a b left right -1", "-ERR timeout is negative\r\n"),
        (
            "blmove a b left right",
            "-ERR wrong number of arguments for 'blmove' command\r\n",
        ),
        ("brpoplpush a b x", "-ERR timeout is not a float or out of range\r\n"),
        ("brpoplpush a b -1", "-ERR timeout is negative\r\n"),
        ("blpop a", "-ERR wrong number of arguments for 'blpop' command\r\n"),
        ("blpop 0", "-ERR wrong number of arguments for 'blpop' command\r\n"),
    ]);
}

/// Counts whose sign says a direction have an opposite; version 7.0 still let the one without it pass.
#[test]
fn counts_can_be_negated() {
    const REFUSED: &str =
        "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807\r\n";
    both(&[
        ("rpush l a", ":1\r\n"),
        ("lrem l -9223372036854775808 a", REFUSED),
        ("lpos l a rank -9223372036854775808", REFUSED),
        ("llen l", ":1\r\n"),
    ]);
}

/// Long lists are as right as short ones.
#[test]
fn a_long_list() {
    let mut world = World::new();
    let id = world.connect();
    for n in 0..1000 {
        world.ask(id, &format!("RPUSH l {n}"));
    }
    for n in (0..1000).step_by(2) {
        assert_eq!(world.ask(id, &format!("LREM l 1 {n}")), ":1\r\n");
    }
    assert_eq!(world.ask(id, "LLEN l"), ":500\r\n");
    assert_eq!(world.ask(id, "LPOS l 999"), ":499\r\n");
    assert_eq!(world.ask(id, "LINDEX l 250"), "$3\r\n501\r\n");
    assert_eq!(world.ask(id, "LTRIM l 250 -250"), "+OK\r\n");
    assert_eq!(world.ask(id, "LRANGE l 0 -1"), "*1\r\n$3\r\n501\r\n");
}

/// What makes a transaction fail over a list, and what does not.
#[test]
fn watched_lists() {
    for (command, changes) in [
        ("RPUSH l x", true),
        ("LPUSHX l x", true),
        ("LPUSHX nothing x", false),
        ("LRANGE l 0 -1", false),
        ("LPOP l", true),
        ("LPOP l 0", false),
        ("LSET l 0 a", true),
        ("LSET l 9 a", false),
        ("LINSERT l BEFORE x y", false),
        ("LINSERT l BEFORE a y", true),
        ("LREM l 0 x", false),
        ("LREM l 0 a", true),
        ("LTRIM l 0 -1", true),
        ("LTRIM l 5 9", true),
        ("LMOVE l m LEFT LEFT", true),
        ("LMOVE m l LEFT LEFT", true),
        ("LMOVE nothing l LEFT LEFT", false),
        ("LMOVE l s LEFT LEFT", false),
        ("RPOPLPUSH l l", true),
        ("LMPOP 2 nothing l LEFT", true),
        ("LMPOP 2 m l LEFT", false),
        ("BLPOP l 0", true),
        ("BRPOP m l 0", false),
        ("BLMOVE l m LEFT LEFT 0", true),
    ] {
        let mut world = World::new();
        let (one, other) = (world.connect(), world.connect());
        world.send(other, b"RPUSH l a b\r\nRPUSH m a b\r\nSET s x\r\n");
        world.ask(one, "WATCH l");
        world.ask(other, command);
        world.ask(one, "MULTI");
        let expected = if changes { "*-1\r\n" } else { "*0\r\n" };
        assert_eq!(world.ask(one, "EXEC"), expected, "{command}");
    }
}
