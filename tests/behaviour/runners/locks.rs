//! Locks, through the client of every runtime, row by row of what redis-py does.

use std::time::Duration;

use redwire::commands::Ttl;
use redwire::flow::Driver;
use redwire::lock::{Guard, Lock, LockClient, Token};
use redwire::prelude::*;

use super::clients::Client;
use super::owned::Owned;

const SECOND: Duration = Duration::from_secs(1);

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// What the error is and says, and of which lock.
fn told(error: &Error) -> (ErrorKind, String, Outcome) {
    assert_eq!(error.lock_name(), Some("jobs"));
    (error.kind(), error.to_string(), error.outcome())
}

fn not_owned(verb: &str) -> (ErrorKind, String, Outcome) {
    let message = format!("Cannot {verb} a lock that's no longer owned");
    (ErrorKind::LockNotOwned, message, Outcome::Executed)
}

fn left<C: Client>(stage: &Owned<C>) -> Duration {
    stage.pttl("jobs").unwrap().left().expect("a time to live")
}

/// F300, F301, F311: a token of 32 digits under the name, with a time to live or without one.
pub fn acquire<C: Client>(stage: &Owned<C>) {
    let lock = stage.lock("jobs");
    assert_eq!(lock.name(), b"jobs");
    let guard = lock.acquire().unwrap();
    let token: String = stage.get("jobs").unwrap();
    assert!(
        token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{token}"
    );
    assert_eq!(stage.pttl("jobs").unwrap(), Ttl::NoExpiry);
    assert_eq!((guard.valid_for(), guard.fence()), (Duration::MAX, None));
    // Not re-entrant, not for anybody else either.
    assert!(lock.try_acquire().unwrap().is_none());
    assert!(stage.lock("jobs").try_acquire().unwrap().is_none());
    guard.release().unwrap();

    let guard = stage.lock("jobs").ttl(ms(10_500)).try_acquire().unwrap().unwrap();
    assert!((ms(9_000)..=ms(10_500)).contains(&left(stage)));
    assert!(guard.is_valid() && guard.valid_for() < ms(10_500));
    assert_ne!(stage.get::<String>("jobs").unwrap(), token);
    drop(guard);

    let refused = stage.lock("jobs").ttl(ms(50)).acquire().unwrap_err();
    assert_eq!(
        (refused.kind(), refused.outcome()),
        (ErrorKind::InvalidArgument, Outcome::NotSent)
    );
    assert_eq!(refused.to_string(), "'sleep' must be less than 'ttl'");
    assert!(!lock.locked().unwrap());
}

/// F302: a lock that becomes free is had, by whoever waits for it.
pub fn waits<C: Client>(stage: &Owned<C>) {
    let started = stage.now();
    // Somebody who says nothing any more.
    stage.psetex("jobs", ms(300), "somebody").unwrap();
    let lock = stage.lock("jobs").sleep(ms(20)).blocking_timeout(60 * SECOND);
    let guard = lock.acquire().unwrap();
    assert!(stage.now() - started >= ms(295), "{:?}", stage.now() - started);
    guard.release().unwrap();
}

/// F302, F310, D31: waiting ends in time, with an error or without.
pub fn gives_up<C: Client>(stage: &Owned<C>) {
    stage.set("jobs", "somebody").unwrap();
    let lock = stage.lock("jobs").sleep(ms(30)).blocking_timeout(ms(100));
    let started = stage.now();
    let error = lock.acquire().unwrap_err();
    let elapsed = stage.now() - started;
    assert!(elapsed > ms(70), "another sleep would have fitted in: {elapsed:?}");
    if stage.is_in_memory() {
        assert_eq!(elapsed, ms(90), "three sleeps, not a fourth");
    }
    let message = "Unable to acquire lock within the time specified";
    assert_eq!(told(&error), (ErrorKind::Lock, message.into(), Outcome::Executed));
    // The settings are those of the call, if it has some.
    assert_eq!(
        lock.clone()
            .blocking_timeout(Duration::ZERO)
            .acquire()
            .unwrap_err()
            .kind(),
        ErrorKind::Lock
    );
    assert!(lock.try_acquire().unwrap().is_none());
    assert_eq!(stage.get::<String>("jobs").unwrap(), "somebody");
}

/// F303, D15: the token is in the guard, so that it goes where the guard goes, and nobody is without one.
pub fn tokens<C: Client>(stage: &Owned<C>) {
    let lock = stage.lock("jobs");
    let guard: Guard<_> = lock.acquire().unwrap();
    let token: Token = guard.held().token().clone();
    assert_eq!(stage.get::<Vec<u8>>("jobs").unwrap(), token.as_bytes());
    let moved = [guard];
    moved[0].release().unwrap();
    let again = lock.acquire().unwrap();
    assert_ne!(again.held().token(), moved[0].held().token());
    again.release().unwrap();

    // By hand, with a token of one's own and no guard.
    let held = stage
        .drive(Lock::new((), "jobs").trying(Token::new("mine")))
        .unwrap()
        .unwrap();
    assert_eq!(stage.get::<String>("jobs").unwrap(), "mine");
    assert!(held.is_valid(stage.now()) && stage.drive(held.asking()).unwrap());
    stage.drive(held.releasing()).unwrap();
    assert!(!lock.locked().unwrap());
}

/// F304: whoever holds it.
pub fn locked<C: Client>(stage: &Owned<C>) {
    let lock = stage.lock("jobs");
    assert!(!lock.locked().unwrap());
    let guard = lock.acquire().unwrap();
    assert!(lock.locked().unwrap() && stage.lock("jobs").locked().unwrap());
    assert!(guard.owned().unwrap());
    guard.release().unwrap();
    assert!(!lock.locked().unwrap() && !guard.owned().unwrap());
    stage.set("jobs", "somebody").unwrap();
    assert!(lock.locked().unwrap() && !guard.owned().unwrap());
}

/// F305, F306, F312, T46: by the owner, once; what somebody else holds stays as it is.
pub fn release<C: Client>(stage: &Owned<C>) {
    let lock = stage.lock("jobs").ttl(10 * SECOND);
    let guard = lock.acquire().unwrap();
    guard.release().unwrap();
    assert!(!guard.is_valid());
    assert_eq!(stage.exists("jobs").unwrap(), 0);
    let again = guard.release().unwrap_err();
    let message = "Cannot release an unlocked lock";
    assert_eq!(told(&again), (ErrorKind::Lock, message.into(), Outcome::NotSent));

    // Expired.
    let guard = lock.acquire().unwrap();
    stage.del("jobs").unwrap();
    assert_eq!(told(&guard.release().unwrap_err()), not_owned("release"));
    assert_eq!(guard.release().unwrap_err().kind(), ErrorKind::Lock, "given up even so");

    // Expired, and taken by somebody else.
    let guard = lock.acquire().unwrap();
    stage.set("jobs", "somebody").unwrap();
    assert!(!guard.owned().unwrap());
    assert_eq!(told(&guard.release().unwrap_err()), not_owned("release"));
    assert_eq!(stage.get::<String>("jobs").unwrap(), "somebody");
    drop(guard);
    assert_eq!(stage.get::<String>("jobs").unwrap(), "somebody");
}

/// F307, F308, L11: more time, or another time, for the owner of a lock that ends.
pub fn extend<C: Client>(stage: &Owned<C>) {
    let lock = stage.lock("jobs").ttl(10 * SECOND);
    let guard = lock.acquire().unwrap();
    guard.extend(10 * SECOND).unwrap();
    assert!((ms(18_000)..=ms(20_000)).contains(&left(stage)));
    assert!((ms(17_000)..ms(20_000)).contains(&guard.valid_for()));
    guard.replace_ttl(ms(5_000)).unwrap();
    assert!((ms(3_000)..=ms(5_000)).contains(&left(stage)));
    assert!((ms(2_000)..ms(5_000)).contains(&guard.valid_for()));

    // Without an end by somebody else's doing.
    stage.persist("jobs").unwrap();
    assert_eq!(told(&guard.extend(SECOND).unwrap_err()), not_owned("extend"));
    stage.set("jobs", "somebody").unwrap();
    assert_eq!(told(&guard.extend(SECOND).unwrap_err()), not_owned("extend"));
    assert_eq!(told(&guard.replace_ttl(SECOND).unwrap_err()), not_owned("extend"));
    assert!(!guard.is_valid());
    assert_eq!(stage.pttl("jobs").unwrap(), Ttl::NoExpiry);
    stage.del("jobs").unwrap();
    assert_eq!(told(&guard.extend(SECOND).unwrap_err()), not_owned("extend"));
    guard.release().unwrap_err();
    let unlocked = (
        ErrorKind::Lock,
        "Cannot extend an unlocked lock".into(),
        Outcome::NotSent,
    );
    assert_eq!(told(&guard.extend(SECOND).unwrap_err()), unlocked);

    let guard = stage.lock("jobs").acquire().unwrap();
    let no_end = (
        ErrorKind::Lock,
        "Cannot extend a lock with no timeout".into(),
        Outcome::NotSent,
    );
    assert_eq!(told(&guard.extend(SECOND).unwrap_err()), no_end);
}

/// L01: the time of the beginning, for the owner.
pub fn reacquire<C: Client>(stage: &Owned<C>) {
    let lock = stage.lock("jobs").ttl(10 * SECOND);
    let guard = lock.acquire().unwrap();
    stage.pexpire("jobs", 5 * SECOND).unwrap();
    guard.reacquire().unwrap();
    assert!((ms(8_000)..=ms(10_000)).contains(&left(stage)));
    stage.set("jobs", "somebody").unwrap();
    assert_eq!(told(&guard.reacquire().unwrap_err()), not_owned("reacquire"));
    assert_eq!(stage.pttl("jobs").unwrap(), Ttl::NoExpiry);
    guard.release().unwrap_err();
    let unlocked = (
        ErrorKind::Lock,
        "Cannot reacquire an unlocked lock".into(),
        Outcome::NotSent,
    );
    assert_eq!(told(&guard.reacquire().unwrap_err()), unlocked);
    stage.del("jobs").unwrap();
    let guard = stage.lock("jobs").acquire().unwrap();
    let no_end = (
        ErrorKind::Lock,
        "Cannot reacquire a lock with no timeout".into(),
        Outcome::NotSent,
    );
    assert_eq!(told(&guard.reacquire().unwrap_err()), no_end);
}

/// F310: what goes out of scope is released.
pub fn scope<C: Client>(stage: &Owned<C>) {
    let lock = stage.lock("jobs");
    {
        let _guard = lock.acquire().unwrap();
        assert!(lock.locked().unwrap());
    }
    assert!(!lock.locked().unwrap());
    let by_hand = lock.acquire().unwrap();
    by_hand.release().unwrap();
    stage.set("jobs", "somebody").unwrap();
    drop(by_hand);
    assert!(lock.locked().unwrap(), "released once is enough");
}

/// Each holder has a higher number than every one before, in whatever way those ended.
pub fn fences<C: Client>(stage: &Owned<C>) {
    let lock = stage.lock("jobs").ttl(10 * SECOND).fenced();
    let mut last = 0;
    for round in 0..6 {
        let guard = lock.acquire().unwrap();
        let fence = guard.fence().unwrap();
        assert!(fence > last, "{fence} after {last}");
        last = fence;
        assert!(lock.try_acquire().unwrap().is_none());
        match round % 3 {
            0 => guard.release().unwrap(),
            1 => drop(guard),
            _ => drop(stage.del("jobs").unwrap()),
        }
    }
    assert_eq!(stage.get::<i64>("{jobs}:fence").unwrap(), last);
    assert_eq!(stage.pttl("{jobs}:fence").unwrap(), Ttl::NoExpiry);

    // A counter of one's own, without a time to live for the lock.
    let guard = stage.lock("jobs").fenced_by("counter").acquire().unwrap();
    assert_eq!(guard.fence(), Some(1));
    assert_eq!(stage.pttl("jobs").unwrap(), Ttl::NoExpiry);
    guard.release().unwrap();
    // One that does not count: then nothing is taken.
    stage.set("counter", "x").unwrap();
    let error = stage.lock("jobs").fenced_by("counter").acquire().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Server);
    assert!(!lock.locked().unwrap());
}

/// T47: whoever pauses for longer than the time to live knows by its own clock that the lock is gone, before the next one
/// has it; and has the lower number.
pub fn expires<C: Client>(stage: &Owned<C>) {
    let lock = stage.lock("jobs").ttl(ms(200)).sleep(ms(10)).fenced();
    let slow = lock.acquire().unwrap();
    assert!(slow.is_valid());
    let next = lock.acquire().unwrap();
    assert!(!slow.is_valid() && slow.valid_for().is_zero());
    assert!(next.fence() > slow.fence());
    assert_eq!(told(&slow.release().unwrap_err()), not_owned("release"));
    assert!(!slow.owned().unwrap());
}

/// F314, F294: the scripts are the same for all locks, and sent again to a server that has forgotten them.
pub fn scripts_flushed<C: Client>(stage: &Owned<C>) {
    let lock = stage.lock("jobs").ttl(10 * SECOND).fenced();
    for _ in 0..2 {
        stage.script_flush().unwrap();
        let guard = lock.acquire().unwrap();
        stage.script_flush().unwrap();
        guard.extend(SECOND).unwrap();
        stage.script_flush().unwrap();
        guard.reacquire().unwrap();
        stage.script_flush().unwrap();
        guard.release().unwrap();
    }
    assert!(!lock.locked().unwrap());
}

/// A lock that should be renewed by a client that can start nothing is not left behind.
pub fn renewal_needs_tasks<C: Client>(stage: &Owned<C>) {
    let lock = stage.lock("jobs").ttl(10 * SECOND).renewing();
    let error = lock.acquire().unwrap_err();
    let message = "the client can start no task for the renewal of the lock";
    assert_eq!(told(&error), (ErrorKind::Lock, message.into(), Outcome::Executed));
    assert!(!lock.locked().unwrap());
}
