//! What only async clients have, on each of their runtimes: streams, tasks, and futures that are dropped half-way.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use futures_lite::StreamExt;
use redwire::lock::{Guard, Lock};
use redwire::prelude::*;
use redwire::scan::ScanIter;
use redwire::script::Script;
use redwire::tokio::AsyncClient;

use crate::support;

/// One body for each runtime, on the in-memory server and on a real one.
macro_rules! on_async_runtimes {
    ($($test:ident),+) => {$(
        mod $test {
            use super::*;

            #[test]
            fn tokio() {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                let server = support::Server::start();
                runtime.block_on(async {
                    super::$test(redwire::mock::Server::new().tokio_client(), Tasks::No).await;
                    super::$test(redwire::tokio::Client::connect(server.url()).await.unwrap(), Tasks::Yes).await;
                });
            }

            #[test]
            fn async_std() {
                let server = support::Server::start();
                async_std::task::block_on(async {
                    super::$test(redwire::mock::Server::new().async_std_client(), Tasks::No).await;
                    super::$test(redwire::async_std::Client::connect(server.url()).await.unwrap(), Tasks::Yes).await;
                });
            }

            #[test]
            fn smol() {
                let server = support::Server::start();
                futures_lite::future::block_on(async {
                    super::$test(redwire::mock::Server::new().smol_client(), Tasks::No).await;
                    super::$test(redwire::smol::Client::connect(server.url()).await.unwrap(), Tasks::Yes).await;
                });
            }
        }
    )+};
}

on_async_runtimes!(
    walks_are_streams,
    a_walk_outlives_its_futures,
    scripts_are_awaited,
    locks_are_awaited,
    a_guard_is_released_by_a_task,
    a_lock_that_was_asked_for_in_vain_is_released_by_a_task,
    a_lock_is_renewed_by_a_task
);

/// Whether the client can start tasks: those of the in-memory server cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tasks {
    Yes,
    No,
}

/// Asks until it is so; whatever makes it so runs elsewhere.
async fn becomes(what: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !what().await {
        assert!(Instant::now() < deadline, "it does not become so");
    }
}

fn sent_elsewhere<T: Send + 'static>(value: T) -> T {
    value
}

async fn fill<R>(client: &AsyncClient<R>) -> BTreeSet<String> {
    let expected: BTreeSet<String> = (0..300).map(|n| format!("key:{n}")).collect();
    let pairs: Vec<(&str, u8)> = expected.iter().map(|key| (key.as_str(), 1)).collect();
    client.mset(pairs).await.unwrap();
    expected
}

async fn walks_are_streams<R: 'static>(client: AsyncClient<R>, _: Tasks) {
    let expected = fill(&client).await;
    // The walk does not hold on to this handle.
    let walk = sent_elsewhere(client.clone().scan_iter::<String>().count(20));
    let found: Result<Vec<String>, Error> = walk.try_collect().await;
    assert_eq!(BTreeSet::from_iter(found.unwrap()), expected);

    let mut keys = client.scan_iter::<String>().matching("key:1*").count(20);
    let mut found = BTreeSet::new();
    while let Some(key) = keys.next().await {
        found.insert(key.unwrap());
    }
    assert_eq!(found.len(), 111);
    assert!(keys.next().await.is_none());
    assert!(futures_core::stream::FusedStream::is_terminated(&keys));

    client.set("text", "value").await.unwrap();
    let members: Vec<Result<String, Error>> = client.sscan_iter("text").collect().await;
    assert_eq!(members.len(), 1);
    assert_eq!(members[0].as_ref().unwrap_err().code(), Some("WRONGTYPE"));
}

/// Neither the elements of a page nor the place in the walk are lost with a future.
async fn a_walk_outlives_its_futures<R: 'static>(client: AsyncClient<R>, _: Tasks) {
    let expected = fill(&client).await;
    let mut keys: ScanIter<_, String> = client.scan_iter().count(20);
    let mut found = BTreeSet::new();
    for round in 0.. {
        // Given up after one poll, as element, as page or as stream, in turn.
        let mut cx = Context::from_waker(Waker::noop());
        match round % 3 {
            0 => {
                if let Poll::Ready(Ok(Some(key))) = pin!(keys.try_next()).poll(&mut cx) {
                    found.insert(key);
                }
            }
            1 => {
                if let Poll::Ready(Ok(Some(page))) = pin!(keys.next_page()).poll(&mut cx) {
                    found.extend(page);
                }
            }
            _ => {
                if let Poll::Ready(Some(key)) = pin!(&mut keys).poll_next(&mut cx) {
                    found.insert(key.unwrap());
                }
            }
        }
        match keys.next().await {
            Some(key) => found.insert(key.unwrap()),
            None => break,
        };
    }
    assert_eq!(found, expected);
}

async fn scripts_are_awaited<R: 'static>(client: AsyncClient<R>, tasks: Tasks) {
    let script = Script::new("return ARGV[1] + 1");
    if tasks == Tasks::No {
        let unknown = client.invoke::<i64>(script.arg(1)).await.unwrap_err();
        assert!(
            unknown.to_string().starts_with("ERR the in-memory server has no Lua"),
            "{unknown}"
        );
        return;
    }
    let sum: i64 = sent_elsewhere_in(client.invoke(script.arg(1))).await.unwrap();
    assert_eq!(sum, 2);
    let connection = client.exclusive().await.unwrap();
    assert_eq!(connection.invoke::<i64>(script.arg(41)).await.unwrap(), 42);
}

fn sent_elsewhere_in<T: Send>(value: T) -> T {
    value
}

fn shared_elsewhere<T: Send + Sync + 'static>(value: T) -> T {
    value
}

async fn locks_are_awaited<R: 'static>(client: AsyncClient<R>, _: Tasks) {
    let lock: Lock<AsyncClient<R>> = client.lock("jobs").ttl(Duration::from_secs(10)).fenced();
    let guard: Guard<AsyncClient<R>> = sent_elsewhere_in(lock.acquire()).await.unwrap();
    let guard = shared_elsewhere(guard);
    assert!(guard.is_valid() && guard.owned().await.unwrap() && lock.locked().await.unwrap());
    assert!(lock.try_acquire().await.unwrap().is_none());
    sent_elsewhere_in(guard.extend(Duration::from_secs(1))).await.unwrap();
    guard.replace_ttl(Duration::from_secs(2)).await.unwrap();
    guard.reacquire().await.unwrap();
    sent_elsewhere_in(guard.release()).await.unwrap();
    assert!(!lock.locked().await.unwrap());
    let error = guard.release().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::Lock, "Cannot release an unlocked lock".into())
    );
}

async fn a_guard_is_released_by_a_task<R: 'static>(client: AsyncClient<R>, tasks: Tasks) {
    let lock = client.lock("jobs").ttl(Duration::from_secs(600));
    drop(lock.acquire().await.unwrap());
    if tasks == Tasks::No {
        assert!(lock.locked().await.unwrap(), "nobody is there to release it");
        return;
    }
    becomes(async || !lock.locked().await.unwrap()).await;
    // A release that is given up goes on.
    let guard = lock.acquire().await.unwrap();
    let mut cx = Context::from_waker(Waker::noop());
    let polled = pin!(guard.release()).poll(&mut cx);
    assert!(polled.is_pending());
    assert!(!guard.is_valid());
    becomes(async || !lock.locked().await.unwrap()).await;
}

async fn a_lock_that_was_asked_for_in_vain_is_released_by_a_task<R: 'static>(client: AsyncClient<R>, tasks: Tasks) {
    if tasks == Tasks::No {
        return;
    }
    let lock = client.lock("jobs");
    for _ in 0..20 {
        let mut cx = Context::from_waker(Waker::noop());
        assert!(pin!(lock.acquire()).poll(&mut cx).is_pending());
        becomes(async || !lock.locked().await.unwrap()).await;
    }
    // Nothing of that comes later on.
    let guard = lock.acquire().await.unwrap();
    guard.release().await.unwrap();
}

async fn a_lock_is_renewed_by_a_task<R: 'static>(client: AsyncClient<R>, tasks: Tasks) {
    let lock = client.lock("jobs").ttl(Duration::from_secs(3)).renewing();
    if tasks == Tasks::No {
        let error = lock.acquire().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Lock);
        assert!(!lock.locked().await.unwrap());
        return;
    }
    let guard = lock.acquire().await.unwrap();
    for _ in 0..2 {
        let low = Duration::from_millis(2_500);
        becomes(async || client.pttl("jobs").await.unwrap().left() < Some(low)).await;
        becomes(async || client.pttl("jobs").await.unwrap().left() > Some(low)).await;
    }
    assert!(guard.is_valid());
    guard.release().await.unwrap();
    // Somebody else's is not renewed.
    let another = client
        .lock("jobs")
        .ttl(Duration::from_millis(200))
        .acquire()
        .await
        .unwrap();
    becomes(async || !lock.locked().await.unwrap()).await;
    assert!(!another.is_valid());

    // A lost lock is not valid any more as soon as a renewal says so, which is long before its time.
    let guard = client
        .lock("jobs")
        .ttl(Duration::from_secs(3))
        .renewing()
        .acquire()
        .await
        .unwrap();
    client.del("jobs").await.unwrap();
    let started = Instant::now();
    becomes(async || {
        client.ping().await.unwrap();
        !guard.is_valid()
    })
    .await;
    assert!(
        started.elapsed() < Duration::from_millis(2_500),
        "{:?}",
        started.elapsed()
    );
}
