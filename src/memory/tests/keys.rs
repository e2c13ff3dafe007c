//! Requests and replies of the family; the replies are those of a real server.

use super::{both, resp2, resp3};

#[test]
fn existence() {
    both(&[
        ("exists a", ":0\r\n"),
        ("mset a 1 b 2 c 3", "+OK\r\n"),
        ("exists a b nothing a", ":3\r\n"),
        ("touch a b nothing", ":2\r\n"),
        ("del a nothing", ":1\r\n"),
        ("unlink b b c", ":2\r\n"),
        ("exists a b c", ":0\r\n"),
        ("type a", "+none\r\n"),
        ("set a 1", "+OK\r\n"),
        ("type a", "+string\r\n"),
        ("del", "-ERR wrong number of arguments for 'del' command\r\n"),
    ]);
}

#[test]
fn renaming() {
    resp2(&[
        ("rename a b", "-ERR no such key\r\n"),
        ("renamenx a b", "-ERR no such key\r\n"),
        ("set a 1 ex 100", "+OK\r\n"),
        ("rename a a", "+OK\r\n"),
        ("renamenx a a", ":0\r\n"),
        ("rename a b", "+OK\r\n"),
        ("exists a", ":0\r\n"),
        ("get b", "$1\r\n1\r\n"),
        ("ttl b", ":100\r\n"),
        ("set c 2", "+OK\r\n"),
        ("rename b c", "+OK\r\n"),
        ("get c", "$1\r\n1\r\n"),
        ("ttl c", ":100\r\n"),
        ("set d 3", "+OK\r\n"),
        ("renamenx c d", ":0\r\n"),
        ("renamenx c e", ":1\r\n"),
        ("mget c d e", "*3\r\n$-1\r\n$1\r\n3\r\n$1\r\n1\r\n"),
    ]);
    resp3(&[
        ("rename a b", "-ERR no such key\r\n"),
        ("renamenx a b", "-ERR no such key\r\n"),
        ("set a 1 ex 100", "+OK\r\n"),
        ("rename a a", "+OK\r\n"),
        ("renamenx a a", ":0\r\n"),
        ("rename a b", "+OK\r\n"),
        ("exists a", ":0\r\n"),
        ("get b", "$1\r\n1\r\n"),
        ("ttl b", ":100\r\n"),
        ("set c 2", "+OK\r\n"),
        ("rename b c", "+OK\r\n"),
        ("get c", "$1\r\n1\r\n"),
        ("ttl c", ":100\r\n"),
        ("set d 3", "+OK\r\n"),
        ("renamenx c d", ":0\r\n"),
        ("renamenx c e", ":1\r\n"),
        ("mget c d e", "*3\r\n_\r\n$1\r\n3\r\n$1\r\n1\r\n"),
    ]);
}

#[test]
fn moving() {
    both(&[
        ("set a 1 ex 100", "+OK\r\n"),
        ("move a 0", "-ERR source and destination objects are the same\r\n"),
        ("move a 16", "-ERR DB index is out of range\r\n"),
        ("move a x", "-ERR value is not an integer or out of range\r\n"),
        ("move nothing 1", ":0\r\n"),
        ("move a 1", ":1\r\n"),
        ("exists a", ":0\r\n"),
        ("select 1", "+OK\r\n"),
        ("ttl a", ":100\r\n"),
        ("get a", "$1\r\n1\r\n"),
        ("select 0", "+OK\r\n"),
        ("set a 2", "+OK\r\n"),
        ("move a 1", ":0\r\n"),
        ("get a", "$1\r\n2\r\n"),
    ]);
}

#[test]
fn copying() {
    both(&[
        ("copy nothing b", ":0\r\n"),
        ("set a 1 ex 100", "+OK\r\n"),
        ("copy a b", ":1\r\n"),
        ("ttl b", ":100\r\n"),
        ("copy a b", ":0\r\n"),
        ("set a 2", "+OK\r\n"),
        ("copy a b replace", ":1\r\n"),
        ("get b", "$1\r\n2\r\n"),
        ("ttl b", ":-1\r\n"),
        ("copy a a", "-ERR source and destination objects are the same\r\n"),
        ("copy a a db 0", "-ERR source and destination objects are the same\r\n"),
        ("copy a a db 1", ":1\r\n"),
        ("copy a a db 1", ":0\r\n"),
        ("copy a a db 1 replace", ":1\r\n"),
        ("copy a b db 16", "-ERR DB index is out of range\r\n"),
        ("copy a b db x", "-ERR value is not an integer or out of range\r\n"),
        ("copy a b foo", "-ERR syntax error\r\n"),
        ("copy a b db", "-ERR syntax error\r\n"),
        ("select 1", "+OK\r\n"),
        ("get a", "$1\r\n2\r\n"),
    ]);
}

#[test]
fn time_to_live() {
    both(&[
        ("ttl nothing", ":-2\r\n"),
        ("pttl nothing", ":-2\r\n"),
        ("expiretime nothing", ":-2\r\n"),
        ("pexpiretime nothing", ":-2\r\n"),
        ("persist nothing", ":0\r\n"),
        ("expire nothing 10", ":0\r\n"),
        ("set a 1", "+OK\r\n"),
        ("ttl a", ":-1\r\n"),
        ("pttl a", ":-1\r\n"),
        ("expiretime a", ":-1\r\n"),
        ("pexpiretime a", ":-1\r\n"),
        ("persist a", ":0\r\n"),
        ("expire a 100", ":1\r\n"),
        ("ttl a", ":100\r\n"),
        ("persist a", ":1\r\n"),
        ("persist a", ":0\r\n"),
        ("ttl a", ":-1\r\n"),
        ("pexpire a 100000", ":1\r\n"),
        ("ttl a", ":100\r\n"),
        ("expireat a 4000000000", ":1\r\n"),
        ("expiretime a", ":4000000000\r\n"),
        ("pexpiretime a", ":4000000000000\r\n"),
        ("pexpireat a 4000000000500", ":1\r\n"),
        ("expiretime a", ":4000000001\r\n"),
        ("pexpiretime a", ":4000000000500\r\n"),
        ("pexpireat a 4000000000499", ":1\r\n"),
        ("expiretime a", ":4000000000\r\n"),
        ("expire a 0", ":1\r\n"),
        ("exists a", ":0\r\n"),
        ("set a 1", "+OK\r\n"),
        ("expire a -1", ":1\r\n"),
        ("exists a", ":0\r\n"),
        ("set a 1", "+OK\r\n"),
        ("expireat a 1", ":1\r\n"),
        ("exists a", ":0\r\n"),
        ("set a 1", "+OK\r\n"),
        ("pexpireat a 1", ":1\r\n"),
        ("exists a", ":0\r\n"),
    ]);
}

#[test]
fn expiry_conditions() {
    both(&[
        ("set a 1", "+OK\r\n"),
        ("expire a 100 xx", ":0\r\n"),
        ("expire a 100 gt", ":0\r\n"),
        ("expire a 100 nx", ":1\r\n"),
        ("expire a 200 nx", ":0\r\n"),
        ("ttl a", ":100\r\n"),
        ("expire a 50 gt", ":0\r\n"),
        ("expire a 300 gt", ":1\r\n"),
        ("ttl a", ":300\r\n"),
        ("expire a 400 lt", ":0\r\n"),
        ("expire a 200 LT XX", ":1\r\n"),
        ("ttl a", ":200\r\n"),
        ("set b 1", "+OK\r\n"),
        ("expire b 100 lt", ":1\r\n"),
        ("ttl b", ":100\r\n"),
        (
            "expire a 1 nx xx",
            "-ERR NX and XX, GT or LT options at the same time are not compatible\r\n",
        ),
        (
            "expire a 1 nx gt",
            "-ERR NX and XX, GT or LT options at the same time are not compatible\r\n",
        ),
        (
            "expire a 1 gt lt",
            "-ERR GT and LT options at the same time are not compatible\r\n",
        ),
        ("expire a 1 foo", "-ERR Unsupported option foo\r\n"),
        ("expire a x foo", "-ERR Unsupported option foo\r\n"),
        ("expire a x", "-ERR value is not an integer or out of range\r\n"),
        (
            "expire a 9223372036854775807",
            "-ERR invalid expire time in 'expire' command\r\n",
        ),
        (
            "expire a -9223372036854775808",
            "-ERR invalid expire time in 'expire' command\r\n",
        ),
        (
            "pexpire a 9223372036854775807",
            "-ERR invalid expire time in 'pexpire' command\r\n",
        ),
        (
            "expireat a 9223372036854775807",
            "-ERR invalid expire time in 'expireat' command\r\n",
        ),
        ("pexpireat a 9223372036854775807", ":1\r\n"),
        ("pexpiretime a", ":9223372036854775807\r\n"),
    ]);
}

#[test]
fn object_encoding() {
    resp2(&[
        ("object encoding nothing", "$-1\r\n"),
        ("set a 1", "+OK\r\n"),
        ("object encoding a", "$3\r\nint\r\n"),
        ("set a 9223372036854775807", "+OK\r\n"),
        ("object encoding a", "$3\r\nint\r\n"),
        ("set a 9223372036854775808", "+OK\r\n"),
        ("object encoding a", "$6\r\nembstr\r\n"),
        ("set a 01", "+OK\r\n"),
        ("object encoding a", "$6\r\nembstr\r\n"),
        ("set a 12345678901234567890123456789012345678901234", "+OK\r\n"),
        ("object encoding a", "$6\r\nembstr\r\n"),
        ("append b 1", ":1\r\n"),
        ("object encoding b", "$3\r\nint\r\n"),
        ("append b 1", ":2\r\n"),
        ("object encoding b", "$3\r\nraw\r\n"),
        ("incrbyfloat c 1", "$1\r\n1\r\n"),
        ("object encoding c", "$6\r\nembstr\r\n"),
        ("incr c", ":2\r\n"),
        ("object encoding c", "$3\r\nint\r\n"),
        ("setbit d 1 1", ":0\r\n"),
        ("object encoding d", "$3\r\nraw\r\n"),
        ("object refcount a", ":1\r\n"),
        ("object refcount c", ":2147483647\r\n"),
        ("set e 10000", "+OK\r\n"),
        ("object refcount e", ":1\r\n"),
        ("object refcount nothing", "$-1\r\n"),
        ("object idletime nothing", "$-1\r\n"),
        ("object freq nothing", "$-1\r\n"),
        (
            "object freq a",
            "-ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.\r\n",
        ),
        ("object foo a", "-ERR unknown subcommand 'foo'. Try OBJECT HELP.\r\n"),
        (
            "object encoding",
            "-ERR wrong number of arguments for 'object|encoding' command\r\n",
        ),
        (
            "object encoding a b",
            "-ERR wrong number of arguments for 'object|encoding' command\r\n",
        ),
    ]);
    resp3(&[
        ("object encoding nothing", "_\r\n"),
        ("set a 1", "+OK\r\n"),
        ("object encoding a", "$3\r\nint\r\n"),
        ("set a 9223372036854775807", "+OK\r\n"),
        ("object encoding a", "$3\r\nint\r\n"),
        ("set a 9223372036854775808", "+OK\r\n"),
        ("object encoding a", "$6\r\nembstr\r\n"),
        ("set a 01", "+OK\r\n"),
        ("object encoding a", "$6\r\nembstr\r\n"),
        ("set a 12345678901234567890123456789012345678901234", "+OK\r\n"),
        ("object encoding a", "$6\r\nembstr\r\n"),
        ("append b 1", ":1\r\n"),
        ("object encoding b", "$3\r\nint\r\n"),
        ("append b 1", ":2\r\n"),
        ("object encoding b", "$3\r\nraw\r\n"),
        ("incrbyfloat c 1", "$1\r\n1\r\n"),
        ("object encoding c", "$6\r\nembstr\r\n"),
        ("incr c", ":2\r\n"),
        ("object encoding c", "$3\r\nint\r\n"),
        ("setbit d 1 1", ":0\r\n"),
        ("object encoding d", "$3\r\nraw\r\n"),
        ("object refcount a", ":1\r\n"),
        ("object refcount c", ":2147483647\r\n"),
        ("set e 10000", "+OK\r\n"),
        ("object refcount e", ":1\r\n"),
        ("object refcount nothing", "_\r\n"),
        ("object idletime nothing", "_\r\n"),
        ("object freq nothing", "_\r\n"),
        (
            "object freq a",
            "-ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.\r\n",
        ),
        ("object foo a", "-ERR unknown subcommand 'foo'. Try OBJECT HELP.\r\n"),
        (
            "object encoding",
            "-ERR wrong number of arguments for 'object|encoding' command\r\n",
        ),
        (
            "object encoding a b",
            "-ERR wrong number of arguments for 'object|encoding' command\r\n",
        ),
    ]);
}

#[test]
fn scanning() {
    both(&[
        ("scan 0", "*2\r\n$1\r\n0\r\n*0\r\n"),
        ("keys *", "*0\r\n"),
        ("mset a 1 b 2", "+OK\r\n"),
        ("scan 0 match a", "*2\r\n$1\r\n0\r\n*1\r\n$1\r\na\r\n"),
        ("scan 0 match a count 100", "*2\r\n$1\r\n0\r\n*1\r\n$1\r\na\r\n"),
        ("scan 0 type STRING match b", "*2\r\n$1\r\n0\r\n*1\r\n$1\r\nb\r\n"),
        ("scan 0 type list", "*2\r\n$1\r\n0\r\n*0\r\n"),
        ("scan 0 count 0", "-ERR syntax error\r\n"),
        ("scan 0 count -1", "-ERR syntax error\r\n"),
        ("scan 0 count x", "-ERR value is not an integer or out of range\r\n"),
        ("scan x", "-ERR invalid cursor\r\n"),
        ("scan 1x", "-ERR invalid cursor\r\n"),
        ("scan 18446744073709551616", "-ERR invalid cursor\r\n"),
        ("scan 0 match", "-ERR syntax error\r\n"),
        ("scan 0 foo", "-ERR syntax error\r\n"),
        ("scan 0 match a foo", "-ERR syntax error\r\n"),
        ("keys a", "*1\r\n$1\r\na\r\n"),
        ("keys nothing*", "*0\r\n"),
        (
            "randomkey x",
            "-ERR wrong number of arguments for 'randomkey' command\r\n",
        ),
    ]);
}

#[test]
fn restoring_what_is_wrong() {
    resp2(&[
        ("set a 1", "+OK\r\n"),
        ("dump nothing", "$-1\r\n"),
        ("restore a 0 x", "-BUSYKEY Target key name already exists.\r\n"),
        ("restore b -1 x", "-ERR Invalid TTL value, must be >= 0\r\n"),
        ("restore b x x", "-ERR value is not an integer or out of range\r\n"),
        ("restore b 0 x", "-ERR DUMP payload version or checksum are wrong\r\n"),
        (
            "restore b 0 0123456789",
            "-ERR DUMP payload version or checksum are wrong\r\n",
        ),
        (
            "restore b 0 x replace idletime -1",
            "-ERR Invalid IDLETIME value, must be >= 0\r\n",
        ),
        (
            "restore b 0 x idletime x",
            "-ERR value is not an integer or out of range\r\n",
        ),
        (
            "restore b 0 x freq 256",
            "-ERR Invalid FREQ value, must be >= 0 and <= 255\r\n",
        ),
        ("restore b 0 x freq 1 idletime 1", "-ERR syntax error\r\n"),
        ("restore b 0 x foo", "-ERR syntax error\r\n"),
    ]);
    resp3(&[
        ("set a 1", "+OK\r\n"),
        ("dump nothing", "_\r\n"),
        ("restore a 0 x", "-BUSYKEY Target key name already exists.\r\n"),
        ("restore b -1 x", "-ERR Invalid TTL value, must be >= 0\r\n"),
        ("restore b x x", "-ERR value is not an integer or out of range\r\n"),
        ("restore b 0 x", "-ERR DUMP payload version or checksum are wrong\r\n"),
        (
            "restore b 0 0123456789",
            "-ERR DUMP payload version or checksum are wrong\r\n",
        ),
        (
            "restore b 0 x replace idletime -1",
            "-ERR Invalid IDLETIME value, must be >= 0\r\n",
        ),
        (
            "restore b 0 x idletime x",
            "-ERR value is not an integer or out of range\r\n",
        ),
        (
            "restore b 0 x freq 256",
            "-ERR Invalid FREQ value, must be >= 0 and <= 255\r\n",
        ),
        ("restore b 0 x freq 1 idletime 1", "-ERR syntax error\r\n"),
        ("restore b 0 x foo", "-ERR syntax error\r\n"),
    ]);
}

#[test]
fn databases() {
    both(&[
        ("mset a 1 b 2", "+OK\r\n"),
        ("dbsize", ":2\r\n"),
        ("select 1", "+OK\r\n"),
        ("dbsize", ":0\r\n"),
        ("set c 3", "+OK\r\n"),
        ("swapdb 0 1", "+OK\r\n"),
        ("dbsize", ":2\r\n"),
        ("swapdb 0 x", "-ERR invalid second DB index\r\n"),
        ("swapdb x 0", "-ERR invalid first DB index\r\n"),
        ("swapdb 0 16", "-ERR DB index is out of range\r\n"),
        ("flushdb", "+OK\r\n"),
        ("dbsize", ":0\r\n"),
        ("select 0", "+OK\r\n"),
        ("dbsize", ":1\r\n"),
        ("flushall sync", "+OK\r\n"),
        ("flushall foo", "-ERR syntax error\r\n"),
        ("flushdb async", "+OK\r\n"),
        ("dbsize", ":0\r\n"),
    ]);
}

#[test]
fn migrate() {
    both(&[
        ("migrate h 1 nothing 0 100", "+NOKEY\r\n"),
        ("migrate h 1 nothing 0 100 foo", "-ERR syntax error\r\n"),
        (
            "migrate h 1 nothing 0 x",
            "-ERR value is not an integer or out of range\r\n",
        ),
        ("migrate h 1 \"\" 0 100 keys nothing nothing", "+NOKEY\r\n"),
        (
            "migrate h 1",
            "-ERR wrong number of arguments for 'migrate' command\r\n",
        ),
    ]);
}
