//! The machine by hand, with numbers for connections.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failure is the test's result")]

use alloc::string::ToString;
use alloc::vec::Vec;

use super::*;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

fn pool(max: u32) -> Pool<u32> {
    Pool::new(
        PoolOptions::new().with_max_connections(max),
        Some(Duration::from_secs(1)),
    )
}

fn open(pool: &mut Pool<u32>, now: Timestamp) {
    assert_eq!(pool.acquire(now), Acquired::Granted(Grant::Open));
    pool.opened();
}

fn reused(acquired: Acquired<u32>) -> u32 {
    match acquired {
        Acquired::Granted(Grant::Reuse { connection, .. }) => connection,
        other => panic!("{other:?}"),
    }
}

fn waits(acquired: Acquired<u32>) -> Waiter {
    match acquired {
        Acquired::Wait(waiter) => waiter,
        other => panic!("{other:?}"),
    }
}

#[test]
fn connections_that_are_not_to_be_used_any_more_are_taken_out() {
    let (mut pool, at) = (pool(3), at(0));
    (0..3).for_each(|_| open(&mut pool, at));
    pool.put(at, 1, at);
    pool.put(at, 2, at);
    assert_eq!(pool.close_if(|connection| *connection == 1), [1]);
    let stats = pool.stats();
    assert_eq!((stats.idle, stats.lent, stats.closed), (1, 1, 1));
    // One that is lent comes back as ever.
    pool.put(at, 3, at);
    assert_eq!(pool.close_if(|_| false), [0; 0]);
    assert_eq!(pool.stats().idle, 2);
}

#[test]
fn the_last_one_given_back_is_lent_first() {
    let mut pool = pool(3);
    for _ in 0..3 {
        open(&mut pool, at(0));
    }
    for connection in [1, 2, 3] {
        assert_eq!(pool.put(at(0), connection, at(0)), None);
    }
    assert_eq!(reused(pool.acquire(at(0))), 3);
    pool.put(at(0), 3, at(0));
    assert_eq!(reused(pool.acquire(at(0))), 3);
    assert_eq!(reused(pool.acquire(at(0))), 2);
}

#[test]
fn who_waits_is_served_in_order_and_nobody_overtakes() {
    let mut pool = pool(1);
    open(&mut pool, at(0));
    let first = waits(pool.acquire(at(0)));
    let second = waits(pool.acquire(at(0)));
    assert_eq!(pool.put(at(0), 7, at(0)), Some(first));
    // Granted, not yet fetched: it is not free for others.
    let third = waits(pool.acquire(at(0)));
    assert_eq!(pool.poll(second), None);
    assert!(matches!(pool.poll(first), Some(Grant::Reuse { connection: 7, .. })));
    assert_eq!(pool.poll(first), None, "once");
    // The place of one that was closed is a right to open another.
    assert_eq!(pool.discard(), Some(second));
    assert_eq!(pool.poll(second), Some(Grant::Open));
    assert_eq!(pool.stats().waiting, 1);
    assert_eq!(pool.cancel(at(0), third), None);
    assert_eq!((pool.stats().waiting, pool.stats().lent), (0, 1));
}

#[test]
fn what_a_waiter_was_granted_and_did_not_fetch_goes_to_the_next() {
    let mut pool = pool(1);
    open(&mut pool, at(0));
    let first = waits(pool.acquire(at(0)));
    let second = waits(pool.acquire(at(0)));
    assert_eq!(pool.put(at(0), 7, at(0)), Some(first));
    assert_eq!(pool.cancel(at(0), first), Some(second));
    assert!(pool.poll(second).is_some());
    assert_eq!(pool.discard(), None);
    assert_eq!((pool.stats().lent, pool.stats().idle), (0, 0));
    open(&mut pool, at(0));
}

#[test]
fn without_patience_a_full_pool_says_so() {
    let mut pool: Pool<u32> = Pool::new(PoolOptions::new().with_max_connections(1), Some(Duration::ZERO));
    open(&mut pool, at(0));
    assert_eq!(pool.acquire(at(0)), Acquired::Exhausted);
    assert_eq!(pool.stats().exhausted, 1);
    assert_eq!(
        pool.exhausted().to_string(),
        "all 1 connections of the pool are in use (the command was not sent)"
    );
}

#[test]
fn old_and_idle_ones_are_not_lent_and_long_idle_ones_are_checked() {
    let options = PoolOptions::new()
        .with_idle_timeout(Duration::from_secs(300))
        .with_max_lifetime(Duration::from_secs(1000))
        .with_health_check_interval(Duration::from_secs(30));
    for (opened, since, now, expected) in [
        (0, 0, 29, Some(false)),
        (0, 0, 30, Some(true)),
        (0, 0, 299, Some(true)),
        (0, 0, 300, None),
        (0, 990, 999, Some(false)),
        (0, 990, 1000, None),
    ] {
        let mut pool = Pool::new(options.clone(), None);
        open(&mut pool, at(opened));
        pool.put(at(since), 1, at(opened));
        let got = match pool.acquire(at(now)) {
            Acquired::Granted(Grant::Reuse { check, .. }) => Some(check),
            Acquired::Granted(Grant::Open) => None,
            other => panic!("{other:?}"),
        };
        assert_eq!(got, expected, "{opened} {since} {now}");
    }
}

#[test]
fn eviction_and_disconnecting() {
    let mut pool = pool(3);
    for _ in 0..3 {
        open(&mut pool, at(0));
    }
    pool.put(at(0), 1, at(0));
    pool.put(at(200), 2, at(0));
    assert_eq!(pool.evict(at(300)), [1]);
    assert_eq!(pool.disconnect(at(301)), [2]);
    // The third one is lent, and not taken back.
    assert_eq!(pool.put(at(302), 3, at(0)), None);
    let stats = pool.stats();
    assert_eq!((stats.idle, stats.lent, stats.opened, stats.closed), (0, 0, 3, 3));
    // One opened later is.
    open(&mut pool, at(303));
    pool.put(at(304), 4, at(303));
    assert_eq!(reused(pool.acquire(at(304))), 4);
}

/// Any order of calls keeps the account: never more than allowed, nothing lost, the line served in order.
#[test]
fn any_order() {
    for seed in 0..2_000u64 {
        let mut random = crate::random::Random::new(seed);
        let mut below = |n: u64| (random.next() >> 16) % n;
        let max = 1 + below(3) as u32;
        let mut pool = pool(max);
        let (mut lent, mut line, mut called) = (Vec::new(), Vec::new(), Vec::new());
        let mut next = 0;
        for step in 0..40 {
            let now = at(step);
            let mut granted = |grant: Grant<u32>| match grant {
                Grant::Reuse { connection, .. } => connection,
                Grant::Open => {
                    next += 1;
                    next
                }
            };
            let turn = match below(5) {
                0 | 1 => {
                    match pool.acquire(now) {
                        Acquired::Granted(grant) => {
                            assert!(line.is_empty(), "nobody overtakes");
                            lent.push(granted(grant));
                        }
                        Acquired::Wait(waiter) => line.push(waiter),
                        Acquired::Exhausted => panic!("seed {seed}"),
                    }
                    None
                }
                2 if !lent.is_empty() => pool.put(now, lent.swap_remove(below(lent.len() as u64) as usize), now),
                3 if !lent.is_empty() => {
                    lent.swap_remove(below(lent.len() as u64) as usize);
                    pool.discard()
                }
                _ if !line.is_empty() => pool.cancel(now, line.remove(below(line.len() as u64) as usize)),
                _ if !called.is_empty() => {
                    let waiter = called.remove(0);
                    lent.push(granted(pool.poll(waiter).unwrap()));
                    None
                }
                _ => None,
            };
            if let Some(waiter) = turn {
                assert_eq!(line.remove(0), waiter, "seed {seed}");
                called.push(waiter);
            }
            let stats = pool.stats();
            assert_eq!(stats.lent, lent.len() + called.len(), "seed {seed}");
            assert!(stats.lent + stats.idle <= max as usize, "seed {seed}");
            assert_eq!(stats.waiting, line.len(), "seed {seed}");
        }
    }
}
