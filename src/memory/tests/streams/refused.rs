//! What is refused, in the words of a real server.

use super::super::both;
use super::ADDED;

const SYNTAX: &str = "-ERR syntax error\r\n";
const BAD_ID: &str = "-ERR Invalid stream ID specified as stream command argument\r\n";
const NO_NUMBER: &str = "-ERR value is not an integer or out of range\r\n";
const NO_KEY: &str = "-ERR no such key\r\n";
const WRONG: &str = "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n";
const XADD_ARITY: &str = "-ERR wrong number of arguments for 'xadd' command\r\n";
const NO_GROUP: &str = "-NOGROUP No such key 's' or consumer group 'none'\r\n";
const NO_SUCH_GROUP: &str = "-NOGROUP No such consumer group 'none' for key name 's'\r\n";

#[test]
fn adding_and_trimming() {
    both(&[
        ADDED[0],
        ("XADD s * f", XADD_ARITY),
        ("XADD s MAXLEN ~ 5 LIMIT 1", XADD_ARITY),
        ("XADD s x f v", BAD_ID),
        ("XADD s 1-x f v", BAD_ID),
        (
            "XADD s 0-0 f v",
            "-ERR The ID specified in XADD must be greater than 0-0\r\n",
        ),
        ("XADD s KEEPREF ACKED * f v", SYNTAX),
        ("XADD s MAXLEN x * f v", NO_NUMBER),
        ("XTRIM s MAXLEN -1", "-ERR The MAXLEN argument must be >= 0.\r\n"),
        (
            "XTRIM s MAXLEN ~ 5 LIMIT -1",
            "-ERR The LIMIT argument must be >= 0.\r\n",
        ),
        ("XTRIM s MINID x", BAD_ID),
        ("XTRIM s foo 1", SYNTAX),
        (
            "XTRIM s LIMIT 1 ACKED",
            "-ERR syntax error, LIMIT cannot be used without specifying a trimming strategy\r\n",
        ),
        (
            "XTRIM s LIMIT 0 ACKED",
            "-ERR syntax error, LIMIT cannot be used without the special ~ option\r\n",
        ),
        ("XTRIM s ACKED ACKED", "-ERR syntax error\r\n"),
        (
            "XTRIM s MAXLEN 5 LIMIT 1",
            "-ERR syntax error, LIMIT cannot be used without the special ~ option\r\n",
        ),
        (
            "XTRIM s MAXLEN 5 MINID 1",
            "-ERR syntax error, MAXLEN and MINID options at the same time are not compatible\r\n",
        ),
        ("XSETID s x", BAD_ID),
        ("XSETID s 9-0 foo", SYNTAX),
        (
            "XSETID s 9-0 ENTRIESADDED -1",
            "-ERR entries_added must be positive\r\n",
        ),
        ("XSETID none 9-0", NO_KEY),
        (
            "XSETID s 9-0 MAXDELETEDID 10-0",
            "-ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id\r\n",
        ),
        (
            "XSETID s 0-5",
            "-ERR The ID specified in XSETID is smaller than the target stream top item\r\n",
        ),
        (
            "XSETID s 9-0 ENTRIESADDED 0",
            "-ERR The entries_added specified in XSETID is smaller than the target stream length\r\n",
        ),
        ("XLEN s", ":1\r\n"),
        // Nothing is left of a stream that was not made.
        (
            "XADD none 0-0 f v",
            "-ERR The ID specified in XADD must be greater than 0-0\r\n",
        ),
        ("EXISTS none", ":0\r\n"),
        ("SET string x", "+OK\r\n"),
        ("XADD string * f v", WRONG),
        ("XTRIM string MAXLEN 5", WRONG),
        ("XLEN string", WRONG),
        ("XREAD STREAMS string 0", WRONG),
        ("XINFO STREAM string", WRONG),
        ("XGROUP CREATE string g 0", WRONG),
    ]);
}

#[test]
fn ranges_and_deletions() {
    both(&[
        ADDED[0],
        ("XRANGE s 5 x", BAD_ID),
        ("XRANGE s (- +", BAD_ID),
        ("XRANGE s ( +", BAD_ID),
        ("XRANGE s $ +", BAD_ID),
        ("XRANGE s 5 6 COUNT", SYNTAX),
        ("XRANGE s 5 6 foo 1", SYNTAX),
        ("XRANGE s 5 6 COUNT x", NO_NUMBER),
        ("XDEL s 1-0 x", BAD_ID),
        (
            "XDELEX s KEEPREF IDS 0 1-0",
            "-ERR Number of IDs must be a positive integer\r\n",
        ),
        (
            "XDELEX s KEEPREF IDS x 1-0",
            "-ERR Number of IDs must be a positive integer\r\n",
        ),
        (
            "XDELEX s KEEPREF IDS 2 1-0",
            "-ERR The `numids` parameter must match the number of arguments\r\n",
        ),
        ("XDELEX s foo IDS 1 1-0", SYNTAX),
        ("XDELEX s KEEPREF DELREF IDS 1 1-0", SYNTAX),
        ("XDELEX s KEEPREF IDS 1 x", BAD_ID),
        ("XLEN s", ":1\r\n"),
    ]);
}

#[test]
fn reading() {
    let meaningless = |sign: char| {
        alloc::format!(
            "-ERR The {sign} ID is meaningless in the context of XREADGROUP: you want to read the history of this \
             consumer by specifying a proper ID, or use the > ID to get new messages. The {sign} ID would just return \
             an empty result set.\r\n"
        )
    };
    both(&[
        ADDED[0],
        ("XGROUP CREATE s g 0", "+OK\r\n"),
        ("XREAD COUNT 1 foo", SYNTAX),
        (
            "XREAD STREAMS s t 0",
            "-ERR Unbalanced 'xread' list of streams: for each stream key an ID, '+', or '$' must be specified.\r\n",
        ),
        (
            "XREADGROUP GROUP g c STREAMS s t >",
            "-ERR Unbalanced 'xreadgroup' list of streams: for each stream key an ID or '>' must be specified.\r\n",
        ),
        ("XREAD BLOCK -1 STREAMS s 0", "-ERR timeout is negative\r\n"),
        (
            "XREAD BLOCK x STREAMS s 0",
            "-ERR timeout is not an integer or out of range\r\n",
        ),
        (
            "XREAD GROUP a b STREAMS s 0",
            "-ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.\r\n",
        ),
        (
            "XREAD NOACK STREAMS s 0",
            "-ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.\r\n",
        ),
        (
            "XREAD STREAMS s >",
            "-ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.\r\n",
        ),
        ("XREAD STREAMS s 0-x", BAD_ID),
        (
            "XREADGROUP COUNT 1 NOACK NOACK STREAMS s >",
            "-ERR Missing GROUP option for XREADGROUP\r\n",
        ),
        ("XREADGROUP GROUP g c STREAMS s $", &meaningless('$')),
        ("XREADGROUP GROUP g c STREAMS s +", &meaningless('+')),
        ("XREADGROUP GROUP g c COUNT x STREAMS s >", NO_NUMBER),
        (
            "XREADGROUP GROUP none c STREAMS s >",
            "-NOGROUP No such key 's' or consumer group 'none' in XREADGROUP with GROUP option\r\n",
        ),
    ]);
}

#[test]
fn groups() {
    both(&[
        ADDED[0],
        ("XGROUP CREATE s g 0", "+OK\r\n"),
        (
            "XGROUP CREATE s g 0",
            "-BUSYGROUP Consumer Group name already exists\r\n",
        ),
        ("XGROUP CREATE s h x", BAD_ID),
        (
            "XGROUP CREATE s h 0 foo",
            "-ERR unknown subcommand or wrong number of arguments for 'CREATE'. Try XGROUP HELP.\r\n",
        ),
        (
            "XGROUP CREATE s h 0 ENTRIESREAD -2",
            "-ERR value for ENTRIESREAD must be positive or -1\r\n",
        ),
        (
            "XGROUP CREATE none g 0",
            "-ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the \
             MKSTREAM option to create an empty stream automatically.\r\n",
        ),
        ("XGROUP CREATE none g x MKSTREAM", BAD_ID),
        ("EXISTS none", ":0\r\n"),
        (
            "XGROUP SETID s g 0 MKSTREAM",
            "-ERR unknown subcommand or wrong number of arguments for 'SETID'. Try XGROUP HELP.\r\n",
        ),
        ("XGROUP SETID s none 0", NO_SUCH_GROUP),
        ("XGROUP CREATECONSUMER s none c", NO_SUCH_GROUP),
        ("XGROUP DELCONSUMER s none c", NO_SUCH_GROUP),
        ("XGROUP foo", "-ERR unknown subcommand 'foo'. Try XGROUP HELP.\r\n"),
        ("XINFO CONSUMERS s none", NO_SUCH_GROUP),
        (
            "XINFO STREAM s foo",
            "-ERR unknown subcommand or wrong number of arguments for 'STREAM'. Try XINFO HELP.\r\n",
        ),
        ("XINFO STREAM s FULL COUNT x", NO_NUMBER),
        ("XINFO STREAM none foo", NO_KEY),
        ("XACK s g x", BAD_ID),
        ("XACK none g x", ":0\r\n"),
        ("XACKDEL none g KEEPREF IDS 2 x y", "*2\r\n:-1\r\n:-1\r\n"),
    ]);
}

#[test]
fn pending_and_claims() {
    both(&[
        ADDED[0],
        ("XGROUP CREATE s g 0", "+OK\r\n"),
        ("XPENDING s none", NO_GROUP),
        ("XPENDING s g - +", SYNTAX),
        ("XPENDING s g - + x", NO_NUMBER),
        ("XPENDING s g x + 1", BAD_ID),
        ("XPENDING s g IDLE x - + 1", NO_NUMBER),
        ("XPENDING s g IDLE 1 - +", SYNTAX),
        ("XPENDING s g - + 1 a b", "*0\r\n"),
        ("XPENDING s g IDLE 1 - + 1 a b", SYNTAX),
        ("XCLAIM s none c 0 1-0", NO_GROUP),
        (
            "XCLAIM s g c x 1-0",
            "-ERR Invalid min-idle-time argument for XCLAIM\r\n",
        ),
        ("XCLAIM s g c 0 1-0 foo", "-ERR Unrecognized XCLAIM option 'foo'\r\n"),
        ("XCLAIM s g c 0 foo", "-ERR Unrecognized XCLAIM option 'foo'\r\n"),
        (
            "XCLAIM s g c 0 1-0 IDLE x",
            "-ERR Invalid IDLE option argument for XCLAIM\r\n",
        ),
        (
            "XCLAIM s g c 0 1-0 TIME x",
            "-ERR Invalid TIME option argument for XCLAIM\r\n",
        ),
        (
            "XCLAIM s g c 0 1-0 RETRYCOUNT x",
            "-ERR Invalid RETRYCOUNT option argument for XCLAIM\r\n",
        ),
        ("XCLAIM s g c 0 1-0 LASTID x", BAD_ID),
        ("XAUTOCLAIM s none c 0 0", NO_GROUP),
        (
            "XAUTOCLAIM s g c x 0",
            "-ERR Invalid min-idle-time argument for XAUTOCLAIM\r\n",
        ),
        ("XAUTOCLAIM s g c 0 x", BAD_ID),
        ("XAUTOCLAIM s g c 0 0 COUNT 0", "-ERR COUNT must be > 0\r\n"),
        ("XAUTOCLAIM s g c 0 0 foo", SYNTAX),
    ]);
}
