//! Locks by hand: requests out, replies in, time as an argument.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failure is the test's result")]

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;

use super::scripts::{ACQUIRE_FENCED, EXTEND, REACQUIRE, RELEASE};
use super::{Held, Lock, Token};
use crate::error::{Error, ErrorKind, Outcome};
use crate::flow::{Flow, Replies, Step};
use crate::resp::{Reply, ReplyBuilder};
use crate::time::Timestamp;
use crate::transport::{TransportError, TransportErrorKind};

const TOKEN: &str = "0000000000000000000000000000002a";

fn token() -> Token {
    Token::from_random(42)
}

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// What the flow wants to send.
fn asks<F: Flow>(flow: &mut F, now: Timestamp) -> String {
    match flow.step(now) {
        Step::Send { batch, .. } => {
            assert_eq!(batch.len(), 1);
            let request = batch.get(0).unwrap();
            let words: Vec<_> = request.arguments().map(String::from_utf8_lossy).collect();
            words.join(" ")
        }
        Step::Wait(until) => alloc::format!("wait until {until:?}"),
        Step::Done(_) => "done".into(),
    }
}

fn done<F: Flow>(flow: &mut F, now: Timestamp) -> F::Output {
    match flow.step(now) {
        Step::Done(output) => output,
        Step::Send { batch, .. } => panic!("sends {batch:?}"),
        Step::Wait(until) => panic!("waits until {until:?}"),
    }
}

fn answer<F: Flow>(flow: &mut F, now: Timestamp, reply: Result<Reply, Error>) {
    flow.replies(now, Replies::new(Vec::from([reply])));
}

fn reply(build: impl FnOnce(&mut ReplyBuilder) -> &mut ReplyBuilder) -> Result<Reply, Error> {
    let mut builder = ReplyBuilder::new();
    build(&mut builder);
    Ok(builder.finish().unwrap())
}

fn ok() -> Result<Reply, Error> {
    reply(|reply| reply.simple(b"OK"))
}

fn null() -> Result<Reply, Error> {
    reply(|reply| reply.null())
}

fn integer(value: i64) -> Result<Reply, Error> {
    reply(|reply| reply.integer(value))
}

fn broken(outcome: Outcome) -> Result<Reply, Error> {
    Err(Error::transport(
        TransportError::new(TransportErrorKind::Closed, "gone"),
        outcome,
    ))
}

fn sha(script: &crate::script::Script, rest: &str) -> String {
    alloc::format!("EVALSHA {} {rest}", script.sha1())
}

/// A lock with this time to live, taken at once at time 0.
fn held(ttl: Option<Duration>) -> Held {
    let lock = Lock::new((), "jobs").ttl(ttl.unwrap_or_default());
    let mut acquire = lock.acquiring(token());
    assert!(asks(&mut acquire, at(0)).starts_with("SET jobs"));
    answer(&mut acquire, at(0), ok());
    done(&mut acquire, at(0)).unwrap().unwrap()
}

/// The error's kind, text and outcome.
fn told(error: &Error) -> (ErrorKind, String, Outcome) {
    assert_eq!(error.lock_name(), Some("jobs"));
    (error.kind(), error.to_string(), error.outcome())
}

#[test]
fn f301_one_set_with_a_token_of_32_digits() {
    let lock = Lock::new((), "jobs");
    for (lock, expected) in [
        (lock.clone(), "SET jobs TOKEN NX"),
        (lock.clone().ttl(Duration::ZERO), "SET jobs TOKEN NX"),
        (lock.clone().ttl(ms(1_500)), "SET jobs TOKEN PX 1500 NX"),
        (
            lock.clone().ttl(Duration::from_nanos(1_500_999_999)),
            "SET jobs TOKEN PX 1500 NX",
        ),
    ] {
        let mut acquire = lock.acquiring(token());
        let expected = expected.replace("TOKEN", TOKEN);
        assert_eq!(asks(&mut acquire, at(7)), expected);
        assert_eq!(asks(&mut acquire, at(8)), expected, "asked again, it is the same");
        answer(&mut acquire, at(9), ok());
        let held = done(&mut acquire, at(9)).unwrap().unwrap();
        assert_eq!((held.token().as_bytes(), held.fence()), (TOKEN.as_bytes(), None));
        assert_eq!(alloc::format!("{:?}", held.token()), "Token(..)");
        assert!(
            matches!(done(&mut acquire, at(9)), Ok(None)),
            "driven on, it gives nothing more"
        );
    }
}

/// The last try is the one after which another sleep would overrun (D31).
#[test]
fn f302_waiting_ends_before_the_next_sleep_would_overrun() {
    let lock = Lock::new((), "jobs").sleep(ms(100));
    for (timeout, tries) in [(0, 1), (99, 1), (100, 2), (250, 3), (300, 4)] {
        let lock = lock.clone().blocking_timeout(ms(timeout));
        let mut acquire = lock.acquiring(token());
        let mut now = at(5);
        for attempt in 1..=tries {
            assert!(asks(&mut acquire, now).starts_with("SET"), "{timeout}: try {attempt}");
            answer(&mut acquire, now, null());
            if attempt < tries {
                assert_eq!(
                    asks(&mut acquire, now),
                    alloc::format!("wait until {:?}", now + ms(100))
                );
                // Driven too early, it waits on.
                assert!(asks(&mut acquire, now + ms(99)).starts_with("wait"));
            }
            now = now + ms(100);
        }
        assert!(done(&mut acquire, now).unwrap().is_none(), "{timeout}");
    }
    // Without a limit it goes on; with one try, none of that counts.
    let mut acquire = lock.acquiring(token());
    for round in 0..1_000 {
        assert!(asks(&mut acquire, at(round * 100)).starts_with("SET"));
        answer(&mut acquire, at(round * 100), null());
    }
    let mut once = lock.blocking_timeout(ms(1_000)).trying(token());
    asks(&mut once, at(0));
    answer(&mut once, at(0), null());
    assert!(done(&mut once, at(0)).unwrap().is_none());
}

#[test]
fn f309_settings_that_make_no_sense_are_refused_and_nothing_is_sent() {
    let lock = Lock::new((), "jobs");
    for (lock, why) in [
        (lock.clone().ttl(ms(50)), "'sleep' must be less than 'ttl'"),
        (
            lock.clone().ttl(Duration::from_micros(999)),
            "'ttl' is less than one millisecond, and it is sent in whole milliseconds",
        ),
        (lock.clone().sleep(Duration::ZERO), "'sleep' must not be zero"),
        (
            lock.clone().max_drift(1000),
            "a drift of the whole time to live leaves no time at all",
        ),
        (
            lock.clone().renewing(),
            "a lock without 'ttl' never ends, and has nothing to renew",
        ),
        (
            Lock::new((), "a}b").fenced(),
            "a counter of fencing tokens for a lock of this name may be in another slot of a cluster: choose one with \
             `fenced_by`",
        ),
    ] {
        let mut acquire = lock.acquiring(token());
        let error = done(&mut acquire, at(0)).unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::InvalidArgument, Outcome::NotSent)
        );
        assert_eq!(error.to_string(), why);
    }
    // Equal is accepted.
    let mut acquire = lock.ttl(ms(100)).acquiring(token());
    assert!(asks(&mut acquire, at(0)).starts_with("SET"));
}

#[test]
fn validity_counts_from_before_the_try_was_sent() {
    let lock = Lock::new((), "jobs").ttl(ms(10_000));
    let mut acquire = lock.acquiring(token());
    asks(&mut acquire, at(0));
    answer(&mut acquire, at(50), null());
    assert!(asks(&mut acquire, at(60)).starts_with("wait"));
    assert!(asks(&mut acquire, at(1_000)).starts_with("SET"));
    assert!(
        asks(&mut acquire, at(2_000)).starts_with("SET"),
        "not sent yet, perhaps"
    );
    answer(&mut acquire, at(4_000), ok());
    let held = done(&mut acquire, at(4_000)).unwrap().unwrap();
    // One per cent and two milliseconds less.
    let end = 1_000 + 10_000 - 100 - 2;
    assert_eq!(held.valid_for(at(4_000)), ms(end - 4_000));
    assert!(held.is_valid(at(end - 1)) && !held.is_valid(at(end)) && !held.is_valid(at(end + 100_000)));
    // A reply that comes too late is of a lock that is not valid.
    let mut acquire = lock.acquiring(token());
    asks(&mut acquire, at(0));
    answer(&mut acquire, at(20_000), ok());
    assert!(!done(&mut acquire, at(20_000)).unwrap().unwrap().is_valid(at(20_000)));
    // Without a time to live there is no end.
    let for_ever = super::tests::held(None);
    assert_eq!(for_ever.valid_for(at(1 << 40)), Duration::MAX);
}

#[test]
fn f305_released_once_and_from_the_first_moment() {
    let held = held(Some(ms(1_000)));
    let mut release = held.releasing();
    assert!(held.is_valid(at(0)));
    assert_eq!(
        asks(&mut release, at(0)),
        sha(&RELEASE, &alloc::format!("1 jobs {TOKEN}"))
    );
    assert!(!held.is_valid(at(0)), "given up before the server knows");
    answer(&mut release, at(1), broken(Outcome::MaybeExecuted));
    assert_eq!(done(&mut release, at(1)).unwrap_err().kind(), ErrorKind::Transport);

    let unlocked = |verb: &str| {
        (
            ErrorKind::Lock,
            alloc::format!("Cannot {verb} an unlocked lock"),
            Outcome::NotSent,
        )
    };
    assert_eq!(
        told(&done(&mut held.releasing(), at(1)).unwrap_err()),
        unlocked("release")
    );
    assert_eq!(
        told(&done(&mut held.extending(ms(5)), at(1)).unwrap_err()),
        unlocked("extend")
    );
    assert_eq!(
        told(&done(&mut held.replacing_ttl(ms(5)), at(1)).unwrap_err()),
        unlocked("extend")
    );
    assert_eq!(
        told(&done(&mut held.reacquiring(), at(1)).unwrap_err()),
        unlocked("reacquire")
    );
    assert!(!done(&mut held.asking(), at(1)).unwrap());
}

#[test]
fn f306_and_t46_released_by_the_owner_only() {
    let held = held(Some(ms(1_000)));
    let mut release = held.releasing();
    asks(&mut release, at(0));
    answer(&mut release, at(1), integer(0));
    let lost = "Cannot release a lock that's no longer owned";
    assert_eq!(
        told(&done(&mut release, at(1)).unwrap_err()),
        (ErrorKind::LockNotOwned, lost.into(), Outcome::Executed)
    );
}

#[test]
fn f307_extended_by_the_owner_if_there_is_an_end() {
    let for_ever = held(None);
    let no_end = |verb: &str| {
        (
            ErrorKind::Lock,
            alloc::format!("Cannot {verb} a lock with no timeout"),
            Outcome::NotSent,
        )
    };
    assert_eq!(
        told(&done(&mut for_ever.extending(ms(5)), at(0)).unwrap_err()),
        no_end("extend")
    );
    assert_eq!(
        told(&done(&mut for_ever.reacquiring(), at(0)).unwrap_err()),
        no_end("reacquire")
    );

    let held = held(Some(ms(10_000)));
    let error = done(&mut held.extending(Duration::from_micros(999)), at(0)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);

    let args = |ms: u64, replace: u8| sha(&EXTEND, &alloc::format!("1 jobs {TOKEN} {ms} {replace}"));
    let mut extend = held.extending(Duration::from_micros(5_000_999));
    assert_eq!(asks(&mut extend, at(1_000)), args(5_000, 0));
    // The server says how much is left in all.
    answer(&mut extend, at(1_200), integer(14_000));
    done(&mut extend, at(1_200)).unwrap();
    assert_eq!(held.valid_for(at(1_000)), ms(14_000 - 140 - 2));

    let mut replace = held.replacing_ttl(ms(2_000));
    assert_eq!(asks(&mut replace, at(2_000)), args(2_000, 1));
    assert_eq!(
        held.valid_for(at(2_000)),
        ms(2_000 - 20 - 2),
        "it may be so short from now on"
    );
    answer(&mut replace, at(2_100), integer(2_000));
    done(&mut replace, at(2_100)).unwrap();
    assert_eq!(held.valid_for(at(2_000)), ms(2_000 - 20 - 2));

    let mut reacquire = held.reacquiring();
    assert_eq!(
        asks(&mut reacquire, at(3_000)),
        sha(&REACQUIRE, &alloc::format!("1 jobs {TOKEN} 10000"))
    );
    answer(&mut reacquire, at(3_100), integer(1));
    done(&mut reacquire, at(3_100)).unwrap();
    assert_eq!(held.valid_for(at(3_000)), ms(10_000 - 100 - 2));
}

#[test]
fn f308_what_is_lost_is_not_extended_nor_valid() {
    for (reacquires, message) in [
        (false, "Cannot extend a lock that's no longer owned"),
        (true, "Cannot reacquire a lock that's no longer owned"),
    ] {
        let held = held(Some(ms(10_000)));
        let mut extend = if reacquires {
            held.reacquiring()
        } else {
            held.extending(ms(5))
        };
        asks(&mut extend, at(0));
        answer(&mut extend, at(1), integer(0));
        let error = done(&mut extend, at(1)).unwrap_err();
        assert_eq!(
            told(&error),
            (ErrorKind::LockNotOwned, message.into(), Outcome::Executed)
        );
        assert!(!held.is_valid(at(1)));
    }
}

/// A message that was given up may arrive at any time, and what is said about the time to live must hold then as well.
#[test]
fn a_shorter_time_to_live_in_doubt_is_never_forgotten() {
    for abandoned in [false, true] {
        let held = held(Some(ms(10_000)));
        let mut replace = held.replacing_ttl(ms(1_000));
        asks(&mut replace, at(0));
        if abandoned {
            drop(replace);
        } else {
            answer(&mut replace, at(100), broken(Outcome::MaybeExecuted));
            done(&mut replace, at(100)).unwrap_err();
        }
        assert_eq!(held.valid_for(at(0)), ms(1_000 - 10 - 2));
        // The server says ten seconds, and may hear of the one second right after that.
        let mut reacquire = held.reacquiring();
        asks(&mut reacquire, at(500));
        answer(&mut reacquire, at(600), integer(1));
        done(&mut reacquire, at(600)).unwrap();
        assert_eq!(held.valid_for(at(500)), ms(1_000 - 10 - 2));
    }
    // One that is known not to have come to pass is.
    for outcome in [Outcome::NotSent, Outcome::Rejected] {
        let held = held(Some(ms(10_000)));
        let mut replace = held.replacing_ttl(ms(1_000));
        asks(&mut replace, at(0));
        answer(&mut replace, at(100), broken(outcome));
        done(&mut replace, at(100)).unwrap_err();
        let mut reacquire = held.reacquiring();
        asks(&mut reacquire, at(500));
        answer(&mut reacquire, at(600), integer(1));
        assert_eq!(held.valid_for(at(500)), ms(10_000 - 100 - 2));
    }
}

#[test]
fn the_time_to_live_is_changed_by_one_at_a_time() {
    let held = held(Some(ms(10_000)));
    let (mut one, mut other) = (held.extending(ms(100)), held.reacquiring());
    assert!(asks(&mut one, at(0)).starts_with("EVALSHA"));
    assert_eq!(asks(&mut other, at(0)), alloc::format!("wait until {:?}", at(5)));
    assert_eq!(asks(&mut other, at(5)), alloc::format!("wait until {:?}", at(10)));
    answer(&mut one, at(6), integer(10_100));
    assert!(asks(&mut other, at(10)).starts_with("EVALSHA"));
    drop(other);
    let mut third = held.reacquiring();
    assert!(
        asks(&mut third, at(11)).starts_with("EVALSHA"),
        "one that was dropped is in nobody's way"
    );
    // Given up before the answer comes, it stays given up.
    let mut release = held.releasing();
    asks(&mut release, at(12));
    answer(&mut third, at(13), integer(1));
    done(&mut third, at(13)).unwrap();
    assert!(!held.is_valid(at(13)));
}

#[test]
fn a_try_in_doubt_is_taken_back() {
    let lock = Lock::new((), "jobs").ttl(ms(1_000));
    let mut acquire = lock.acquiring(token());
    assert!(acquire.undo().is_none());
    asks(&mut acquire, at(0));
    assert!(acquire.undo().is_some(), "dropped now, it may have been taken");
    answer(&mut acquire, at(100), broken(Outcome::MaybeExecuted));
    assert_eq!(
        asks(&mut acquire, at(100)),
        sha(&RELEASE, &alloc::format!("1 jobs {TOKEN}"))
    );
    assert!(acquire.undo().is_some());
    answer(&mut acquire, at(200), integer(1));
    assert!(acquire.undo().is_none());
    let error = done(&mut acquire, at(200)).unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Transport, Outcome::MaybeExecuted)
    );

    // What is known not to have happened needs no such thing.
    let refused = || reply(|reply| reply.error(b"READONLY You can't write against a read only replica."));
    for failure in [broken(Outcome::NotSent), refused()] {
        let mut acquire = lock.acquiring(token());
        asks(&mut acquire, at(0));
        answer(&mut acquire, at(100), failure);
        assert!(done(&mut acquire, at(100)).is_err());
    }
}

#[test]
fn a_fenced_lock_is_one_script_with_its_counter_in_the_same_slot() {
    let lock = Lock::new((), "jobs").fenced().ttl(ms(1_000));
    let mut acquire = lock.acquiring(token());
    let rest = alloc::format!("2 jobs {{jobs}}:fence {TOKEN} 1000");
    assert_eq!(asks(&mut acquire, at(0)), sha(&ACQUIRE_FENCED, &rest));
    // The first time on this server.
    answer(
        &mut acquire,
        at(100),
        reply(|reply| reply.error(b"NOSCRIPT No matching script.")),
    );
    assert!(asks(&mut acquire, at(150)).starts_with("EVAL if redis.call('exists'"));
    answer(&mut acquire, at(200), integer(7));
    let held = done(&mut acquire, at(200)).unwrap().unwrap();
    assert_eq!(held.fence(), Some(7));
    assert_eq!(
        held.valid_for(at(0)),
        ms(1_000 - 10 - 2),
        "counted from before the first of the two"
    );

    let mut acquire = Lock::new((), "jobs").fenced_by("counter").acquiring(token());
    assert_eq!(
        asks(&mut acquire, at(0)),
        sha(&ACQUIRE_FENCED, &alloc::format!("2 jobs counter {TOKEN} 0"))
    );
    answer(&mut acquire, at(0), null());
    assert!(asks(&mut acquire, at(0)).starts_with("wait"));
}

#[test]
fn owned_is_what_the_key_says() {
    let held = held(Some(ms(1_000)));
    for (holder, expected) in [(Some(TOKEN), true), (Some("somebody else"), false), (None, false)] {
        let mut owned = held.asking();
        assert_eq!(asks(&mut owned, at(0)), "GET jobs");
        let key = reply(|reply| match holder {
            Some(token) => reply.bulk(token.as_bytes()),
            None => reply.null(),
        });
        answer(&mut owned, at(0), key);
        assert_eq!(done(&mut owned, at(0)).unwrap(), expected);
    }
}

#[test]
fn a_renewal_comes_after_a_third_of_the_time() {
    let held = held(Some(ms(9_000)));
    let mut renew = held.renewing();
    assert_eq!(asks(&mut renew, at(0)), alloc::format!("wait until {:?}", at(3_000)));
    assert!(asks(&mut renew, at(3_000)).starts_with("EVALSHA"));
    answer(&mut renew, at(3_050), integer(1));
    assert_eq!(held.valid_for(at(3_000)), ms(9_000 - 90 - 2));
    assert_eq!(
        asks(&mut renew, at(3_050)),
        alloc::format!("wait until {:?}", at(6_050))
    );
    // What fails is tried again, sooner.
    assert!(asks(&mut renew, at(6_050)).starts_with("EVALSHA"));
    answer(&mut renew, at(6_100), broken(Outcome::MaybeExecuted));
    assert_eq!(
        asks(&mut renew, at(6_100)),
        alloc::format!("wait until {:?}", at(6_850))
    );
    assert!(asks(&mut renew, at(6_850)).starts_with("EVALSHA"));
    answer(&mut renew, at(6_900), integer(1));
    assert_eq!(held.valid_for(at(6_850)), ms(9_000 - 90 - 2));
    // It ends with the lock.
    asks(&mut held.releasing(), at(7_000));
    done(&mut renew, at(7_000)).unwrap();
}

#[test]
fn a_renewal_ends_when_the_lock_is_lost() {
    let held = held(Some(ms(9_000)));
    let mut renew = held.renewing();
    asks(&mut renew, at(0));
    asks(&mut renew, at(3_000));
    answer(&mut renew, at(3_001), integer(0));
    assert_eq!(done(&mut renew, at(3_001)).unwrap_err().kind(), ErrorKind::LockNotOwned);
    assert!(!held.is_valid(at(3_001)));

    // Nothing came through until it was too late.
    let held = super::tests::held(Some(ms(9_000)));
    let mut renew = held.renewing();
    asks(&mut renew, at(0));
    let mut now = 3_000;
    let ended = loop {
        match renew.step(at(now)) {
            Step::Wait(until) => now = until.since_origin().as_millis() as u64,
            Step::Done(result) => break result,
            Step::Send { .. } => {
                now += 1_000;
                answer(&mut renew, at(now), broken(Outcome::NotSent));
            }
        }
    };
    assert_eq!(ended.unwrap_err().kind(), ErrorKind::Transport);
    assert!(!held.is_valid(at(now)) && now < 11_000, "{now}");
}
