//! Requests and replies of the family; the replies are those of a real server.

use super::{both, resp2, resp3};

#[test]
fn single_bits() {
    both(&[
        ("getbit a 0", ":0\r\n"),
        ("setbit a 7 1", ":0\r\n"),
        ("setbit a 7 0", ":1\r\n"),
        ("setbit a 7 1", ":0\r\n"),
        ("get a", "$1\r\n\\x01\r\n"),
        ("getbit a 7", ":1\r\n"),
        ("getbit a 8", ":0\r\n"),
        ("getbit a 4294967295", ":0\r\n"),
        ("setbit a 20 0", ":0\r\n"),
        ("strlen a", ":3\r\n"),
        (
            "setbit a 4294967296 1",
            "-ERR bit offset is not an integer or out of range\r\n",
        ),
        ("setbit a -1 1", "-ERR bit offset is not an integer or out of range\r\n"),
        ("setbit a x 1", "-ERR bit offset is not an integer or out of range\r\n"),
        ("setbit a 1 2", "-ERR bit is not an integer or out of range\r\n"),
        ("setbit a 1 x", "-ERR bit is not an integer or out of range\r\n"),
        ("getbit a -1", "-ERR bit offset is not an integer or out of range\r\n"),
        ("getbit a x", "-ERR bit offset is not an integer or out of range\r\n"),
    ]);
}

#[test]
fn bitcount() {
    both(&[
        ("set a foobar", "+OK\r\n"),
        ("bitcount a", ":26\r\n"),
        ("bitcount a 0 0", ":4\r\n"),
        ("bitcount a 1 1", ":6\r\n"),
        ("bitcount a 1 1 byte", ":6\r\n"),
        ("bitcount a 5 30 BIT", ":17\r\n"),
        ("bitcount a -2 -1", ":7\r\n"),
        ("bitcount a -1 -2", ":0\r\n"),
        ("bitcount a 3 1", ":0\r\n"),
        ("bitcount a -100 -50", ":4\r\n"),
        ("bitcount a 0 100", ":26\r\n"),
        ("bitcount a 0", "-ERR syntax error\r\n"),
        ("bitcount a 0 1 foo", "-ERR syntax error\r\n"),
        ("bitcount a 0 1 bit x", "-ERR syntax error\r\n"),
        ("bitcount a x 1", "-ERR value is not an integer or out of range\r\n"),
        ("bitcount nothing", ":0\r\n"),
        ("bitcount nothing 0 -1", ":0\r\n"),
        ("set e \"\"", "+OK\r\n"),
        ("bitcount e 0 -1", ":0\r\n"),
    ]);
}

#[test]
fn bitpos() {
    both(&[
        ("set a \"\\xff\\xf0\\x00\"", "+OK\r\n"),
        ("bitpos a 0", ":12\r\n"),
        ("bitpos a 1", ":0\r\n"),
        ("bitpos a 1 1", ":8\r\n"),
        ("bitpos a 1 2", ":-1\r\n"),
        ("bitpos a 0 0 0", ":-1\r\n"),
        ("bitpos a 0 0 11 bit", ":-1\r\n"),
        ("bitpos a 0 0 12 bit", ":12\r\n"),
        ("bitpos a 1 -2 -1 byte", ":8\r\n"),
        ("bitpos a 1 -3 -4", ":0\r\n"),
        ("set a \"\\xff\\xff\"", "+OK\r\n"),
        ("bitpos a 0", ":16\r\n"),
        ("bitpos a 0 0", ":16\r\n"),
        ("bitpos a 0 0 -1", ":-1\r\n"),
        ("bitpos a 0 2", ":-1\r\n"),
        ("bitpos nothing 0", ":0\r\n"),
        ("bitpos nothing 1", ":-1\r\n"),
        ("bitpos nothing 0 5 6", ":0\r\n"),
        ("bitpos a 2", "-ERR The bit argument must be 1 or 0.\r\n"),
        ("bitpos a x", "-ERR value is not an integer or out of range\r\n"),
        ("bitpos a 0 x", "-ERR value is not an integer or out of range\r\n"),
        ("bitpos a 0 0 1 foo", "-ERR syntax error\r\n"),
        ("bitpos a 0 0 1 bit x", "-ERR syntax error\r\n"),
        ("set e \"\"", "+OK\r\n"),
        ("bitpos e 0", ":-1\r\n"),
        ("bitpos e 1", ":-1\r\n"),
    ]);
}

#[test]
fn bitop() {
    both(&[
        ("set a \"abc\"", "+OK\r\n"),
        ("set b \"a\\xff\"", "+OK\r\n"),
        ("bitop and d a b", ":3\r\n"),
        ("get d", "$3\r\nab\\x00\r\n"),
        ("bitop or d a b nothing", ":3\r\n"),
        ("get d", "$3\r\na\\xffc\r\n"),
        ("bitop xor d a b", ":3\r\n"),
        ("get d", "$3\r\n\\x00\\x9dc\r\n"),
        ("bitop not d b", ":2\r\n"),
        ("get d", "$2\r\n\\x9e\\x00\r\n"),
        ("bitop and d a nothing", ":3\r\n"),
        ("get d", "$3\r\n\\x00\\x00\\x00\r\n"),
        (
            "bitop not d a b",
            "-ERR BITOP NOT must be called with a single source key.\r\n",
        ),
        ("bitop foo d a", "-ERR syntax error\r\n"),
        ("bitop and d nothing", ":0\r\n"),
        ("exists d", ":0\r\n"),
        ("rpush l 1", ":1\r\n"),
        (
            "bitop and d a l",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("bitop or l a", ":3\r\n"),
        ("type l", "+string\r\n"),
    ]);
}

#[test]
fn bitfield() {
    resp2(&[
        ("bitfield a incrby i5 100 1 get u4 0", "*2\r\n:1\r\n:0\r\n"),
        ("strlen a", ":14\r\n"),
        (
            "bitfield a set u8 0 255 get u8 0 get i8 0",
            "*3\r\n:0\r\n:255\r\n:-1\r\n",
        ),
        (
            "bitfield a set i8 #1 -1 get u8 #1 get i16 0",
            "*3\r\n:0\r\n:255\r\n:-1\r\n",
        ),
        (
            "bitfield a incrby u2 100 1 overflow sat incrby u2 102 1",
            "*2\r\n:1\r\n:1\r\n",
        ),
        (
            "bitfield a incrby u2 100 1 overflow sat incrby u2 102 1",
            "*2\r\n:2\r\n:2\r\n",
        ),
        (
            "bitfield a incrby u2 100 1 overflow sat incrby u2 102 1",
            "*2\r\n:3\r\n:3\r\n",
        ),
        (
            "bitfield a incrby u2 100 1 overflow sat incrby u2 102 1",
            "*2\r\n:0\r\n:3\r\n",
        ),
        ("bitfield a overflow fail incrby u2 102 1", "*1\r\n$-1\r\n"),
        (
            "bitfield a overflow sat incrby i8 200 -300 overflow wrap incrby i8 200 -1",
            "*2\r\n:-128\r\n:127\r\n",
        ),
        (
            "bitfield a overflow fail set u4 0 16 set u4 0 15",
            "*2\r\n$-1\r\n:15\r\n",
        ),
        (
            "bitfield a set i64 0 -1 incrby i64 0 1 incrby i64 0 -1 overflow sat incrby i64 0 9223372036854775807",
            "*4\r\n:-281474976710656\r\n:0\r\n:-1\r\n:9223372036854775806\r\n",
        ),
        (
            "bitfield a set u63 0 -1 get u63 0",
            "*2\r\n:4611686018427387903\r\n:9223372036854775807\r\n",
        ),
        ("bitfield a", "*0\r\n"),
        (
            "bitfield a get u64 0",
            "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.\r\n",
        ),
        (
            "bitfield a get i65 0",
            "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.\r\n",
        ),
        (
            "bitfield a get u0 0",
            "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.\r\n",
        ),
        (
            "bitfield a get x8 0",
            "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.\r\n",
        ),
        (
            "bitfield a get u8 -1",
            "-ERR bit offset is not an integer or out of range\r\n",
        ),
        (
            "bitfield a get u8 #x",
            "-ERR bit offset is not an integer or out of range\r\n",
        ),
        (
            "bitfield a get u8 4294967296",
            "-ERR bit offset is not an integer or out of range\r\n",
        ),
        (
            "bitfield a set u8 0 x",
            "-ERR value is not an integer or out of range\r\n",
        ),
        ("bitfield a incrby u8 0", "-ERR syntax error\r\n"),
        ("bitfield a overflow foo", "-ERR Invalid OVERFLOW type specified\r\n"),
        ("bitfield a foo", "-ERR syntax error\r\n"),
        ("bitfield nothing get u8 0", "*1\r\n:0\r\n"),
        ("exists nothing", ":0\r\n"),
        ("bitfield_ro a get u8 0", "*1\r\n:255\r\n"),
        (
            "bitfield_ro a set u8 0 1",
            "-ERR BITFIELD_RO only supports the GET subcommand\r\n",
        ),
        ("bitfield_ro nothing get u8 100", "*1\r\n:0\r\n"),
    ]);
    resp3(&[
        ("bitfield a incrby i5 100 1 get u4 0", "*2\r\n:1\r\n:0\r\n"),
        ("strlen a", ":14\r\n"),
        (
            "bitfield a set u8 0 255 get u8 0 get i8 0",
            "*3\r\n:0\r\n:255\r\n:-1\r\n",
        ),
        (
            "bitfield a set i8 #1 -1 get u8 #1 get i16 0",
            "*3\r\n:0\r\n:255\r\n:-1\r\n",
        ),
        (
            "bitfield a incrby u2 100 1 overflow sat incrby u2 102 1",
            "*2\r\n:1\r\n:1\r\n",
        ),
        (
            "bitfield a incrby u2 100 1 overflow sat incrby u2 102 1",
            "*2\r\n:2\r\n:2\r\n",
        ),
        (
            "bitfield a incrby u2 100 1 overflow sat incrby u2 102 1",
            "*2\r\n:3\r\n:3\r\n",
        ),
        (
            "bitfield a incrby u2 100 1 overflow sat incrby u2 102 1",
            "*2\r\n:0\r\n:3\r\n",
        ),
        ("bitfield a overflow fail incrby u2 102 1", "*1\r\n_\r\n"),
        (
            "bitfield a overflow sat incrby i8 200 -300 overflow wrap incrby i8 200 -1",
            "*2\r\n:-128\r\n:127\r\n",
        ),
        ("bitfield a overflow fail set u4 0 16 set u4 0 15", "*2\r\n_\r\n:15\r\n"),
        (
            "bitfield a set i64 0 -1 incrby i64 0 1 incrby i64 0 -1 overflow sat incrby i64 0 9223372036854775807",
            "*4\r\n:-281474976710656\r\n:0\r\n:-1\r\n:9223372036854775806\r\n",
        ),
        (
            "bitfield a set u63 0 -1 get u63 0",
            "*2\r\n:4611686018427387903\r\n:9223372036854775807\r\n",
        ),
        ("bitfield a", "*0\r\n"),
        (
            "bitfield a get u64 0",
            "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.\r\n",
        ),
        (
            "bitfield a get i65 0",
            "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.\r\n",
        ),
        (
            "bitfield a get u0 0",
            "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.\r\n",
        ),
        (
            "bitfield a get x8 0",
            "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.\r\n",
        ),
        (
            "bitfield a get u8 -1",
            "-ERR bit offset is not an integer or out of range\r\n",
        ),
        (
            "bitfield a get u8 #x",
            "-ERR bit offset is not an integer or out of range\r\n",
        ),
        (
            "bitfield a get u8 4294967296",
            "-ERR bit offset is not an integer or out of range\r\n",
        ),
        (
            "bitfield a set u8 0 x",
            "-ERR value is not an integer or out of range\r\n",
        ),
        ("bitfield a incrby u8 0", "-ERR syntax error\r\n"),
        ("bitfield a overflow foo", "-ERR Invalid OVERFLOW type specified\r\n"),
        ("bitfield a foo", "-ERR syntax error\r\n"),
        ("bitfield nothing get u8 0", "*1\r\n:0\r\n"),
        ("exists nothing", ":0\r\n"),
        ("bitfield_ro a get u8 0", "*1\r\n:255\r\n"),
        (
            "bitfield_ro a set u8 0 1",
            "-ERR BITFIELD_RO only supports the GET subcommand\r\n",
        ),
        ("bitfield_ro nothing get u8 100", "*1\r\n:0\r\n"),
    ]);
}

#[test]
fn wrong_types() {
    both(&[
        ("rpush l 1", ":1\r\n"),
        (
            "setbit l 0 1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "getbit l 0",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "bitcount l",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "bitpos l 1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "bitfield l get u8 0",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "bitfield l set u8 0 1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "bitfield_ro l get u8 0",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
    ]);
}
