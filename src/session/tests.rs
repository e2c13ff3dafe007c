//! The machine by hand: when it dials, what it keeps, what it gives up.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure is the test's result"
)]

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use super::*;
use crate::command::{Flags, Wait, cmd};
use crate::error::ErrorKind;
use crate::secret::Credentials;
use crate::topology::RetryPolicy;
use crate::topology::sentinel::ServiceRole;
use crate::transport::TransportErrorKind;

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// RESP2 and nothing to log in with: no handshake.
fn plain() -> Settings {
    Settings::new().protocol(Protocol::Resp2)
}

fn session(settings: Settings) -> Session {
    Session::new(settings, Backoff::new(), 1)
}

fn get(session: &mut Session, now: Timestamp, key: &str) -> Ticket {
    session.send(now, &cmd("GET").key(key), None, 0).unwrap()
}

/// What is to be written, written.
fn written(session: &mut Session) -> String {
    let mut all = Vec::new();
    while let Some(bytes) = session.poll_transmit() {
        let n = bytes.len();
        all.extend_from_slice(bytes);
        session.transmitted(n);
    }
    String::from_utf8(all).unwrap()
}

fn feed(session: &mut Session, now: Timestamp, bytes: &[u8]) {
    session.read_room()[..bytes.len()].copy_from_slice(bytes);
    session.received(now, bytes.len());
}

fn told(session: &mut Session, now: Timestamp) -> Vec<String> {
    core::iter::from_fn(|| session.poll_event(now))
        .map(|event| match event {
            Event::Reply { result: Ok(reply), .. } => format!("{reply:?}"),
            Event::Reply { result: Err(error), .. } => format!("{:?} {:?}", error.kind(), error.outcome()),
            Event::Replies { replies, .. } => format!("{replies:?}"),
            Event::Push(push) => format!("push {push:?}"),
            Event::Connected { epoch, .. } => format!("connected {epoch}"),
            Event::Lost { epoch, why, .. } => format!("lost {epoch}: {:?}", why.kind()),
        })
        .collect()
}

fn refused() -> TransportError {
    TransportError::new(TransportErrorKind::Unreachable, "connection refused")
}

#[test]
fn it_dials_only_when_somebody_needs_a_connection() {
    let mut session = session(plain());
    assert!(!session.poll_dial(at(0)));
    assert_eq!(session.poll_timeout(), None);
    session.connect();
    assert!(session.poll_dial(at(0)));
    assert!(!session.poll_dial(at(0)), "once");
    session.handle_connected(at(5));
    assert_eq!(told(&mut session, at(5)), ["connected 0"]);
}

#[test]
fn requests_wait_for_the_connection_and_go_out_with_it() {
    let mut session = session(plain());
    get(&mut session, at(0), "a");
    assert_eq!(written(&mut session), "");
    assert!(session.poll_dial(at(0)));
    session.handle_connected(at(1));
    assert_eq!(written(&mut session), "*2\r\n$3\r\nGET\r\n$1\r\na\r\n");
    feed(&mut session, at(2), b"$1\r\nx\r\n");
    assert_eq!(told(&mut session, at(2)), ["connected 0", "\"x\""]);
}

#[test]
fn a_dial_that_fails_tells_everybody_who_waits_and_the_next_one_comes_later() {
    let mut session = session(plain());
    get(&mut session, at(0), "a");
    assert!(session.poll_dial(at(0)));
    session.handle_dial_failure(at(3), &refused());
    assert_eq!(told(&mut session, at(3)), ["Transport NotSent", "lost 0: Transport"]);
    // A call that comes now waits for the next attempt, which is not made before its time.
    get(&mut session, at(4), "a");
    let next = session.poll_timeout().unwrap();
    assert!(next > at(3) && next <= at(203), "{next:?}");
    assert!(!session.poll_dial(at(4)) || next <= at(4));
    session.handle_timeout(next);
    assert!(session.poll_dial(next));
}

#[test]
fn a_deadline_passes_while_there_is_no_connection() {
    let mut session = session(plain());
    session.send(at(0), &cmd("GET").key("a"), Some(at(50)), 0).unwrap();
    assert!(session.poll_dial(at(0)));
    assert_eq!(session.poll_timeout(), Some(at(50)));
    session.handle_timeout(at(50));
    assert_eq!(told(&mut session, at(50)), ["Timeout NotSent"]);
}

#[test]
fn dialing_takes_no_longer_than_connecting_may() {
    let mut session = session(plain().connect_timeout(Duration::from_millis(100)));
    get(&mut session, at(0), "a");
    assert!(session.poll_dial(at(10)));
    assert_eq!(session.poll_timeout(), Some(at(110)));
    session.handle_timeout(at(110));
    assert_eq!(told(&mut session, at(110)), ["Timeout NotSent", "lost 0: Timeout"]);
    // The transport that comes after all is nobody's.
    session.handle_connected(at(111));
    assert!(!session.is_up());
}

#[test]
fn a_good_connection_that_was_lost_is_dialed_again_at_once_and_nothing_is_carried_over() {
    let mut session = session(plain());
    session.connect();
    assert!(session.poll_dial(at(0)));
    session.handle_connected(at(0));
    let before = get(&mut session, at(20_000), "a");
    assert_eq!(told(&mut session, at(0)), ["connected 0"]);
    written(&mut session);
    session.handle_eof(at(20_000));
    assert_eq!(
        told(&mut session, at(20_000)),
        ["Closed MaybeExecuted", "lost 0: Closed"]
    );
    let after = get(&mut session, at(20_000), "b");
    assert!(after > before, "tickets go on counting");
    assert!(session.poll_dial(at(20_000)));
    session.handle_connected(at(20_001));
    assert_eq!(written(&mut session), "*2\r\n$3\r\nGET\r\n$1\r\nb\r\n");
    feed(&mut session, at(20_002), b"$1\r\nx\r\n");
    assert_eq!(told(&mut session, at(20_002)), ["connected 1", "\"x\""]);
}

#[test]
fn a_connection_that_is_left_ends_with_its_replies_and_the_next_one_is_dialed_at_once() {
    let why = || Error::closed("left", Outcome::NotSent);
    let mut session = session(plain());
    session.leave(at(0), at(500), why());
    assert_eq!(session.poll_timeout(), None, "there is nothing to leave");
    get(&mut session, at(0), "a");
    assert!(session.poll_dial(at(0)));
    session.handle_connected(at(0));
    written(&mut session);
    session.leave(at(100), at(600), why());
    // Too late for this connection, and in time for the next.
    get(&mut session, at(101), "b");
    assert_eq!(written(&mut session), "");
    feed(&mut session, at(200), b"$1\r\nx\r\n");
    let events = told(&mut session, at(200));
    assert_eq!(events, ["connected 0", "\"x\"", "Closed NotSent", "lost 0: Closed"]);
    // However young it was, that it was left is no failure.
    get(&mut session, at(200), "b");
    assert!(session.poll_dial(at(200)));
    // One that is not up yet is broken off.
    session.handle_connected(at(201));
    let mut greeting = self::session(Settings::new());
    get(&mut greeting, at(0), "a");
    assert!(greeting.poll_dial(at(0)));
    greeting.handle_connected(at(0));
    written(&mut greeting);
    greeting.leave(at(1), at(500), why());
    assert_eq!(told(&mut greeting, at(1)), ["Closed NotSent", "lost 0: Closed"]);
}

#[test]
fn whoever_waits_to_dial_goes_on_when_there_is_somebody_else_to_dial() {
    let mut session = session(plain());
    get(&mut session, at(0), "a");
    for now in [0, 200, 600, 1400] {
        session.handle_timeout(at(now));
        assert!(session.poll_dial(at(now)));
        session.handle_dial_failure(at(now), &refused());
        told(&mut session, at(now));
        get(&mut session, at(now), "a");
    }
    session.hurry(at(1400));
    assert!(session.poll_dial(at(1400)));
}

#[test]
fn f324_readonly_means_different_things_of_different_servers() {
    let readonly = b"-READONLY You can't write against a read only replica.\r\n";
    let answered = |role: Option<ServiceRole>, now: u64| {
        let mut settings = plain();
        settings.role = role;
        let mut session = session(settings);
        session.connect();
        assert!(session.poll_dial(at(0)));
        session.handle_connected(at(0));
        told(&mut session, at(0));
        get(&mut session, at(now), "a");
        written(&mut session);
        feed(&mut session, at(now), readonly);
        told(&mut session, at(now)).len()
    };
    // With the end of the connection or without.
    assert_eq!((answered(None, 1), answered(None, 20_000)), (1, 2));
    let master = Some(ServiceRole::Master);
    assert_eq!((answered(master, 1), answered(master, 20_000)), (2, 2));
    let replica = Some(ServiceRole::Replica);
    assert_eq!((answered(replica, 1), answered(replica, 20_000)), (1, 1));
    // And what is sent again.
    let error = Error::server(crate::resp::ServerError::new("READONLY no".into()));
    let again =
        |policy: RetryPolicy| Attempts::new(None).failed(at(0), &policy, Flags::NONE, &error, 1) != Verdict::GiveUp;
    assert!(!again(RetryPolicy::new()) && again(RetryPolicy::new().leaving_replicas()));
    assert!(!again(RetryPolicy::none().leaving_replicas()));
}

#[test]
fn a_connection_that_does_not_live_is_dialed_later_and_later() {
    let mut session = session(plain());
    let mut now = at(0);
    let mut bound = Duration::from_millis(200);
    for round in 0..8 {
        session.connect();
        if let Some(next) = session.poll_timeout() {
            assert!(next.saturating_since(now) <= bound, "round {round}");
            now = next;
            session.handle_timeout(now);
            bound = (bound * 2).min(Duration::from_secs(5));
        }
        assert!(session.poll_dial(now), "round {round}");
        session.handle_connected(now);
        session.handle_eof(now);
        assert_eq!(told(&mut session, now).len(), 2);
    }
}

#[test]
fn t34_who_was_refused_is_told_at_once_until_the_next_attempt_may_be_made() {
    let mut session = session(Settings::new().credentials(Credentials::password("wrong")));
    get(&mut session, at(0), "a");
    assert!(session.poll_dial(at(0)));
    session.handle_connected(at(0));
    written(&mut session);
    feed(&mut session, at(1), b"-WRONGPASS invalid username-password pair\r\n");
    let events = told(&mut session, at(1));
    assert_eq!(events, ["Authentication NotSent", "lost 0: Authentication"]);
    let why = session.send(at(1), &cmd("GET").key("a"), None, 0).unwrap_err();
    assert_eq!(
        (why.kind(), why.outcome()),
        (ErrorKind::Authentication, Outcome::NotSent)
    );
    assert!(!session.poll_dial(at(1)));
    get(&mut session, at(5_000), "a");
    assert!(session.poll_dial(at(5_000)));
}

#[test]
fn state_is_restored_before_the_first_command_of_every_epoch() {
    let mut session = session(plain().credentials(Credentials::password("pw")).database(3));
    for epoch in 0..3u64 {
        let now = at(epoch * 60_000);
        get(&mut session, now, "a");
        assert!(session.poll_dial(now));
        session.handle_connected(now);
        assert_eq!(written(&mut session), "*2\r\n$4\r\nAUTH\r\n$2\r\npw\r\n");
        feed(&mut session, now, b"+OK\r\n");
        assert!(told(&mut session, now).is_empty());
        assert_eq!(written(&mut session), "*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n");
        feed(&mut session, now, b"+OK\r\n");
        assert_eq!(told(&mut session, now), [format!("connected {epoch}")]);
        assert_eq!(written(&mut session), "*2\r\n$3\r\nGET\r\n$1\r\na\r\n");
        session.handle_eof(at(epoch * 60_000 + 30_000));
        assert_eq!(told(&mut session, now).len(), 2);
    }
}

#[test]
fn a_session_of_one_connection_never_dials_again_and_says_why() {
    let mut session = session(plain()).single();
    session.connect();
    assert!(session.poll_dial(at(0)));
    session.handle_connected(at(0));
    session.handle_eof(at(1));
    assert_eq!(told(&mut session, at(1)), ["connected 0", "lost 0: Closed"]);
    for _ in 0..2 {
        let why = session.send(at(100_000), &cmd("GET").key("a"), None, 0).unwrap_err();
        assert_eq!((why.kind(), why.outcome()), (ErrorKind::Closed, Outcome::NotSent));
        session.connect();
        assert!(!session.poll_dial(at(100_000)));
    }
}

#[test]
fn the_budget_lets_one_request_through_whatever_its_size() {
    let mut session = session(plain()).with_budget(Some(100));
    assert!(!session.is_overloaded(1_000_000));
    get(&mut session, at(0), "a");
    assert!(session.is_overloaded(100));
    assert!(!session.is_overloaded(20));
}

#[test]
fn attempts() {
    let lost = |outcome| Error::closed("gone", outcome);
    let refusal = |text: &'static str| {
        Error::server(crate::resp::ServerError::new(bytes::Bytes::from_static(
            text.as_bytes(),
        )))
    };
    let policy = RetryPolicy::new();
    let mut wrong = Vec::new();
    for (error, flags, again) in [
        (lost(Outcome::NotSent), Flags::NONE, true),
        (lost(Outcome::MaybeExecuted), Flags::NONE, false),
        (lost(Outcome::MaybeExecuted), Flags::READ_ONLY, true),
        (lost(Outcome::MaybeExecuted), Flags::IDEMPOTENT, true),
        (lost(Outcome::MaybeExecuted), Flags::IDEMPOTENT | Flags::CLOSES, false),
        (
            refusal("LOADING Redis is loading the dataset in memory"),
            Flags::NONE,
            true,
        ),
        (refusal("BUSY Redis is busy running a script"), Flags::NONE, true),
        (
            refusal("TRYAGAIN Multiple keys request during rehashing of slot"),
            Flags::NONE,
            true,
        ),
        (refusal("ERR unknown command"), Flags::READ_ONLY, false),
        (refusal("WRONGPASS invalid"), Flags::READ_ONLY, false),
        (Error::invalid_argument("no"), Flags::READ_ONLY, false),
        (Error::overloaded(), Flags::READ_ONLY, false),
    ] {
        let verdict = Attempts::new(None).failed(at(0), &policy, flags, &error, 1);
        if (verdict != Verdict::GiveUp) != again {
            wrong.push(format!("{error} {flags:?}: {verdict:?}"));
        }
        let never = Attempts::new(None).failed(at(0), &RetryPolicy::none(), flags, &error, 1);
        assert_eq!(never, Verdict::GiveUp);
        let late = Attempts::new(Some(at(0))).failed(at(0), &policy, flags, &error, 1);
        assert_eq!(late, Verdict::GiveUp, "{error}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn attempts_are_counted() {
    let mut attempts = Attempts::new(None);
    let lost = Error::closed("gone", Outcome::NotSent);
    let policy = RetryPolicy::new().with_retries(2);
    let verdicts: Vec<_> = (0..3)
        .map(|_| attempts.failed(at(0), &policy, Flags::NONE, &lost, 1))
        .collect();
    assert_eq!(verdicts, [Verdict::Resend, Verdict::Resend, Verdict::GiveUp]);
}

#[test]
fn what_a_connection_needs_before_the_next_user() {
    for (commands, remedy) in [
        ("", Remedy::Nothing),
        ("GET", Remedy::Nothing),
        ("WATCH", Remedy::Unwatch),
        ("WATCH,UNWATCH", Remedy::Nothing),
        ("WATCH,MULTI,EXEC", Remedy::Nothing),
        ("WATCH,MULTI,DISCARD", Remedy::Nothing),
        ("WATCH,EXEC", Remedy::Unwatch),
        ("MULTI", Remedy::Close),
        ("MULTI,WATCH", Remedy::Close),
        ("SELECT", Remedy::Close),
        ("AUTH", Remedy::Close),
        ("SUBSCRIBE,UNSUBSCRIBE", Remedy::Close),
        ("CLIENT LIST,CLIENT ID", Remedy::Nothing),
        ("CLIENT SETNAME", Remedy::Close),
        ("CLIENT TRACKING", Remedy::Close),
        ("RESET", Remedy::Close),
    ] {
        let mut hygiene = Hygiene::new();
        for name in commands.split(',').filter(|name| !name.is_empty()) {
            hygiene.sent(&cmd(name));
        }
        assert_eq!(hygiene.remedy(), remedy, "{commands}");
    }
}

#[test]
fn deadlines_of_requests_that_are_sent_together() {
    let settings = plain().response_timeout(Duration::from_secs(1));
    let get = || cmd("GET").key("a");
    let pop = |wait| cmd("BLPOP").key("a").blocks(wait);
    let deadline = |requests: &[Request]| settings.deadline_of_all(at(0), &requests.iter().cloned().collect());
    assert_eq!(deadline(&[get(), get()]), Some(at(1_000)));
    let some = pop(Wait::For(Duration::from_secs(2)));
    assert_eq!(deadline(&[get(), some.clone(), some]), Some(at(5_000)));
    assert_eq!(deadline(&[get(), pop(Wait::Forever)]), None);
    assert_eq!(plain().deadline_of_all(at(0), &get().into()), None);
}

#[test]
fn debug_shows_no_secret() {
    let session = session(Settings::new().credentials(Credentials::password("hunter2")));
    assert!(!format!("{session:?}").contains("hunter2"));
}
