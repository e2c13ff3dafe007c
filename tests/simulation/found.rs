//! What the simulation has found. Each is small enough to be read.

use std::time::Duration;

use redwire::command::cmd;
use redwire::connection::Connection;
use redwire::connection::Settings;
use redwire::time::Timestamp;
use redwire::transport::Clock;
use redwire::{Outcome, Protocol};

use super::asyncs::Schedule;
use super::model::{Fate, Kind};
use super::rng::Rng;
use super::setting;
use super::world::World;

fn up() -> Connection {
    Connection::new(Timestamp::ZERO, Settings::new().protocol(Protocol::Resp2))
}

fn write_all(connection: &mut Connection) {
    let n = connection.poll_transmit().unwrap().len();
    connection.transmitted(n);
}

/// Its MULTI was on its way, the rest was taken back, and the server queued the commands of everybody else.
#[test]
fn a_transaction_that_is_given_up_half_written_goes_out_whole() {
    let mut connection = up();
    let now = Timestamp::ZERO;
    let names = ["MULTI", "A", "EXEC"];
    let tickets = names.map(|name| connection.send(now, &cmd(name)).unwrap());
    connection.send(now, &cmd("B")).unwrap();
    connection.transmitted(1);
    for ticket in tickets {
        assert_eq!(connection.cancel(ticket), Outcome::MaybeExecuted);
    }
    let rest = connection.poll_transmit().unwrap();
    assert_eq!(
        rest,
        b"1\r\n$5\r\nMULTI\r\n*1\r\n$1\r\nA\r\n*1\r\n$4\r\nEXEC\r\n*1\r\n$1\r\nB\r\n"
    );
}

#[test]
fn a_transaction_that_is_given_up_unwritten_is_taken_back_whole() {
    let mut connection = up();
    let now = Timestamp::ZERO;
    let names = ["MULTI", "A", "EXEC", "B"];
    let tickets = names.map(|name| connection.send(now, &cmd(name)).unwrap());
    for ticket in &tickets[..3] {
        assert_eq!(connection.cancel(*ticket), Outcome::NotSent);
    }
    assert_eq!(connection.poll_transmit(), Some(&b"*1\r\n$1\r\nB\r\n"[..]));
    // A transaction begun and taken back joins nothing that comes later.
    let multi = connection.send(now, &cmd("MULTI")).unwrap();
    assert_eq!(connection.cancel(multi), Outcome::NotSent);
    let later = connection.send(now, &cmd("C")).unwrap();
    assert_eq!(connection.cancel(later), Outcome::NotSent);
}

/// Given up on a dead connection, it kept that connection for good.
#[test]
fn a_blocking_command_silences_the_liveness_limit_until_its_deadline_only() {
    let second = Duration::from_secs(1);
    let settings = Settings::new()
        .protocol(Protocol::Resp2)
        .response_timeout(second)
        .liveness(second);
    let mut connection = Connection::new(Timestamp::ZERO, settings);
    let wait = redwire::command::Wait::For(Duration::from_secs(10));
    let ticket = connection
        .send(Timestamp::ZERO, &cmd("BLPOP").key("k").blocks(wait))
        .unwrap();
    write_all(&mut connection);
    connection.cancel(ticket);
    connection.handle_timeout(Timestamp::from_millis(10_999));
    assert!(connection.is_up());
    connection.handle_timeout(Timestamp::from_millis(11_000));
    assert!(!connection.is_up());
}

/// They were taken for the first words of the next one.
#[test]
fn bytes_of_a_lost_transport_are_not_those_of_the_next() {
    let now = Timestamp::ZERO;
    let mut connection = Connection::prepared(Settings::new().protocol(Protocol::Resp2).database(3));
    connection.input().extend_from_slice(b"+OK\r\n");
    connection.start(now, now);
    write_all(&mut connection);
    connection.handle_input(now);
    assert!(connection.poll_event().is_none());
    assert!(!connection.is_up());
}

fn schedule(spawning: bool, budget: usize) -> (World, Schedule) {
    let world = setting::plain_world(usize::MAX);
    let mut setting = setting::plain();
    setting.config = setting.config.with_memory_budget(budget);
    setting.budget = budget as u64;
    (world.clone(), Schedule::with(world, setting, Rng::new(1), spawning))
}

/// Nobody read the replies any more, and there never was room again.
#[test]
fn a_call_that_waits_for_room_drives_what_others_have_given_up() {
    for spawning in [true, false] {
        let (world, mut schedule) = schedule(spawning, 100);
        let big = schedule.submit_single(Kind::Big);
        for _ in 0..8 {
            schedule.round();
            world.lock().step_network(true);
        }
        assert!(world.lock().model.records[big].sent);
        schedule.cancel_call(0);
        let begin = world.now();
        let id = schedule.submit_single(Kind::Count);
        schedule.quiet();
        assert_eq!(world.lock().model.records[id].fate, Fate::Acknowledged);
        assert_eq!(world.now(), begin);
        schedule.finish().unwrap();
    }
}

/// The caller in the seat is not among those who are woken by answers.
#[test]
fn the_only_call_learns_of_a_disconnect() {
    for spawning in [true, false] {
        let (world, mut schedule) = schedule(spawning, 1 << 20);
        let id = schedule.submit_single(Kind::Count);
        schedule.round();
        schedule.client.as_ref().unwrap().disconnect();
        assert_eq!(schedule.tasks.woken(), [0]);
        schedule.quiet();
        assert_eq!(world.lock().model.records[id].fate, Fate::Acknowledged);
        schedule.finish().unwrap();
    }
}

/// Seeds that found something, with the faults of then.
#[test]
fn seeds() {
    for seed in [22_839, 825, 882, 46, 188, 486, 5_966_045] {
        for spawning in [true, false] {
            super::asyncs::run(seed, spawning, false).unwrap();
        }
    }
    for seed in [166, 1198, 7266] {
        super::sessions::run(seed, false).unwrap();
    }
    for seed in [3093, 7813] {
        super::blockings::run(seed, false).unwrap();
    }
}
