//! What only the blocking client has: threads, and destructors that do their work at once.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use redwire::blocking::Client;
use redwire::prelude::*;
use redwire::script::Script;

use crate::support;

/// Before the in-memory server, and before a real one.
fn clients() -> [(Client, Option<redwire::mock::Server>, Option<support::Server>); 2] {
    let memory = redwire::mock::Server::new();
    let real = support::Server::start();
    let client = Client::connect(real.url()).unwrap();
    [
        (memory.blocking_client(), Some(memory), None),
        (client, None, Some(real)),
    ]
}

fn becomes(mut what: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !what() {
        assert!(Instant::now() < deadline, "it does not become so");
        thread::yield_now();
    }
}

/// The walk owns what it needs, and can go to another thread.
#[test]
fn a_walk_is_an_iterator_that_outlives_the_client() {
    for (client, ..) in clients() {
        client.mset([("a", 1), ("b", 2)]).unwrap();
        let walk = client.clone().scan_iter::<String>();
        drop(client);
        let mut keys: Vec<String> = thread::spawn(move || walk.map(Result::unwrap).collect())
            .join()
            .unwrap();
        keys.sort();
        keys.dedup();
        assert_eq!(keys, ["a", "b"]);
    }
}

#[test]
fn a_script_runs_on_clients_and_on_connections_of_ones_own() {
    let script = Script::new("return ARGV[1] + 1");
    for (client, memory, _) in clients() {
        if let Some(server) = memory {
            server.on_script(&script, |call| Ok(call.arg::<i64>(0)? + 1));
        }
        assert_eq!(client.invoke::<i64>(script.arg(1)).unwrap(), 2);
        assert_eq!(client.exclusive().unwrap().invoke::<i64>(script.arg(41)).unwrap(), 42);
    }
}

/// F303, D15: a guard goes to any thread, and threads share one.
#[test]
fn f303_a_guard_is_released_by_any_thread() {
    for (client, ..) in clients() {
        let lock = client.lock("jobs").ttl(Duration::from_secs(10));
        let guard = lock.acquire().unwrap();
        thread::scope(|scope| {
            let shared = &guard;
            scope.spawn(move || assert!(shared.is_valid() && shared.owned().unwrap()));
        });
        thread::spawn(move || guard.release().unwrap()).join().unwrap();
        assert!(!lock.locked().unwrap());
    }
}

#[test]
fn a_guard_is_released_before_drop_returns() {
    for (client, ..) in clients() {
        let lock = client.lock("jobs");
        drop(lock.acquire().unwrap());
        assert!(!lock.locked().unwrap());
        let panicked = thread::spawn({
            let lock = lock.clone();
            move || {
                let _guard = lock.acquire().unwrap();
                std::panic::resume_unwind(Box::new("on purpose"));
            }
        });
        assert!(panicked.join().is_err());
        assert!(!lock.locked().unwrap());
    }
}

/// One at a time, on a real server and with real threads; and the fences rise in the order of the holders.
#[test]
fn threads_exclude_each_other() {
    for (client, memory, _) in clients() {
        let (inside, last, rounds) = (
            AtomicBool::new(false),
            AtomicI64::new(0),
            if memory.is_some() { 5 } else { 25 },
        );
        let lock = client
            .lock("jobs")
            .ttl(Duration::from_secs(600))
            .sleep(Duration::from_millis(1))
            .fenced();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..rounds {
                        let guard = lock.acquire().unwrap();
                        assert!(!inside.swap(true, Ordering::SeqCst), "two at a time");
                        let fence = guard.fence().unwrap();
                        assert!(last.swap(fence, Ordering::SeqCst) < fence);
                        inside.store(false, Ordering::SeqCst);
                        guard.release().unwrap();
                    }
                });
            }
        });
        assert_eq!(last.into_inner(), 4 * rounds);
    }
}

/// Time moves only by hand, and the thread in the background does not move it.
#[test]
fn a_lock_is_renewed_by_a_thread_in_virtual_time() {
    let server = redwire::mock::Server::new();
    let client = server.blocking_client();
    let lock = client.lock("jobs").ttl(Duration::from_secs(9)).renewing();
    let guard = lock.acquire().unwrap();
    for _ in 0..10 {
        server.advance(Duration::from_secs(3));
        // Renewed by the thread, in the time that it takes.
        becomes(|| guard.valid_for() > Duration::from_secs(8));
        assert!(client.pttl("jobs").unwrap().left() > Some(Duration::from_secs(8)));
    }
    // Lost: the next renewal notices.
    client.set("jobs", "somebody").unwrap();
    assert!(guard.is_valid());
    server.advance(Duration::from_secs(3));
    becomes(|| !guard.is_valid());
    assert_eq!(guard.release().unwrap_err().kind(), ErrorKind::LockNotOwned);
}

/// The thread has a handle of the client, whose connections are closed when the last handle is gone.
#[test]
fn a_renewal_ends_with_the_guard() {
    for (client, memory, real) in clients() {
        let other = match &memory {
            Some(server) => server.blocking_client(),
            None => Client::connect(real.as_ref().unwrap().url()).unwrap(),
        };
        let connections = || {
            let list: String = other.run(cmd("CLIENT LIST").returns()).unwrap();
            list.lines().count()
        };
        let lock = client.lock("jobs").ttl(Duration::from_secs(600)).renewing();
        let (released, dropped) = (
            lock.acquire().unwrap(),
            client.lock("others").ttl(Duration::from_secs(600)),
        );
        let dropped = dropped.renewing().acquire().unwrap();
        released.release().unwrap();
        drop((released, dropped));
        assert!(!lock.locked().unwrap());
        assert!(connections() > 1);
        drop((client, lock));
        becomes(|| connections() == 1);
    }
}

#[test]
fn a_lock_is_renewed_by_a_thread_in_real_time() {
    let server = support::Server::start();
    let client = Client::connect(server.url()).unwrap();
    let lock = client.lock("jobs").ttl(Duration::from_secs(3)).renewing();
    let guard = lock.acquire().unwrap();
    let low = Some(Duration::from_millis(2_500));
    for _ in 0..2 {
        becomes(|| client.pttl("jobs").unwrap().left() < low);
        becomes(|| client.pttl("jobs").unwrap().left() > low);
    }
    assert!(guard.is_valid());
    guard.release().unwrap();
}
