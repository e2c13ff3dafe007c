//! Clients that wait for entries.

use super::super::World;
use super::{entry, read};
use crate::time::Timestamp;

#[test]
fn everybody_gets_what_is_new() {
    let mut world = World::new();
    let (one, two, writer) = (world.connect(), world.connect(), world.connect());
    world.ask(writer, "XADD s 1-0 f 1");
    assert_eq!(world.ask(one, "XREAD BLOCK 0 STREAMS s $"), "");
    assert_eq!(world.ask(two, "XREAD BLOCK 0 STREAMS t s 0 $"), "");
    assert_eq!(world.ask(writer, "XADD s 2-0 f 2"), "$3\r\n2-0\r\n");
    let new = read("s", &[entry("2-0", "f", "2")]);
    assert_eq!(world.output(one), new);
    assert_eq!(world.output(two), new);
    // Who is not waiting any longer is not answered again.
    world.ask(writer, "XADD s 3-0 f 3");
    assert_eq!((world.output(one).as_str(), world.output(two).as_str()), ("", ""));
}

/// `$` means the end at the time of the request, not at the time when it is looked at again.
#[test]
fn the_end_is_that_of_the_request() {
    let mut world = World::new();
    let (reader, writer) = (world.connect_resp3(), world.connect());
    world.ask(writer, "XADD s 1-0 f 1");
    assert_eq!(world.ask(reader, "XREAD BLOCK 0 STREAMS s $"), "");
    // A change that is no new entry.
    world.ask(writer, "XGROUP CREATE s g 0");
    assert_eq!(world.output(reader), "");
    world.ask(writer, "MULTI");
    world.ask(writer, "XADD s 2-0 f 2");
    world.ask(writer, "XADD s 3-0 f 3");
    world.ask(writer, "EXEC");
    let entries = [entry("2-0", "f", "2"), entry("3-0", "f", "3")].concat();
    assert_eq!(world.output(reader), alloc::format!("%1\r\n$1\r\ns\r\n*2\r\n{entries}"));
}

#[test]
fn giving_up_in_time() {
    let mut world = World::new();
    let (one, two) = (world.connect(), world.connect_resp3());
    world.ask(one, "XGROUP CREATE s g $ MKSTREAM");
    assert_eq!(world.ask(one, "XREAD BLOCK 1500 STREAMS s 0"), "");
    assert_eq!(world.ask(two, "XREADGROUP GROUP g c BLOCK 1000 STREAMS s >"), "");
    assert_eq!(world.server.poll_timeout(), Some(Timestamp::from_millis(1000)));
    world.advance(1000);
    assert_eq!(world.output(two), "_\r\n");
    assert_eq!(world.output(one), "");
    world.advance(500);
    assert_eq!(world.output(one), "*-1\r\n");
    assert_eq!(world.server.poll_timeout(), None);
}

#[test]
fn each_entry_goes_to_one_of_a_group() {
    let mut world = World::new();
    let (one, two, writer) = (world.connect(), world.connect(), world.connect());
    world.ask(writer, "XGROUP CREATE s g $ MKSTREAM");
    assert_eq!(world.ask(one, "XREADGROUP GROUP g a BLOCK 0 STREAMS s >"), "");
    assert_eq!(world.ask(two, "XREADGROUP GROUP g b BLOCK 0 STREAMS s >"), "");
    world.ask(writer, "XADD s 1-0 f 1");
    assert_eq!(world.output(one), read("s", &[entry("1-0", "f", "1")]));
    assert_eq!(world.output(two), "");
    world.ask(writer, "XADD s 2-0 f 2");
    assert_eq!(world.output(two), read("s", &[entry("2-0", "f", "2")]));
    assert_eq!(
        world.ask(writer, "XPENDING s g"),
        "*4\r\n:2\r\n$3\r\n1-0\r\n$3\r\n2-0\r\n*2\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$1\r\nb\r\n$1\r\n1\r\n"
    );
}

/// Who waits for a group is told that it is gone.
#[test]
fn a_group_that_goes_away() {
    let gone = "-NOGROUP No such key 's' or consumer group 'g' in XREADGROUP with GROUP option\r\n";
    for end in ["XGROUP DESTROY s g", "DEL s", "FLUSHALL"] {
        let mut world = World::new();
        let (reader, other) = (world.connect(), world.connect());
        world.ask(other, "XGROUP CREATE s g $ MKSTREAM");
        assert_eq!(world.ask(reader, "XREADGROUP GROUP g c BLOCK 0 STREAMS s >"), "");
        world.ask(other, end);
        assert_eq!(world.output(reader), gone, "{end}");
    }
}

#[test]
fn history_does_not_wait_and_neither_does_a_transaction() {
    let mut world = World::new();
    let client = world.connect();
    world.ask(client, "XGROUP CREATE s g $ MKSTREAM");
    assert_eq!(
        world.ask(client, "XREADGROUP GROUP g c BLOCK 0 STREAMS s 0"),
        "*1\r\n*2\r\n$1\r\ns\r\n*0\r\n"
    );
    world.ask(client, "MULTI");
    world.ask(client, "XREAD BLOCK 0 STREAMS s $");
    assert_eq!(world.ask(client, "EXEC"), "*1\r\n*-1\r\n");
}
