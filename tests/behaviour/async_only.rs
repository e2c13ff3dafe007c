//! What only async clients have, on each of their runtimes: streams, and futures that are dropped half-way.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use futures_lite::StreamExt;
use redwire::prelude::*;
use redwire::scan::ScanIter;
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
                    super::$test(redwire::mock::Server::new().tokio_client()).await;
                    super::$test(redwire::tokio::Client::connect(server.url()).await.unwrap()).await;
                });
            }

            #[test]
            fn async_std() {
                let server = support::Server::start();
                async_std::task::block_on(async {
                    super::$test(redwire::mock::Server::new().async_std_client()).await;
                    super::$test(redwire::async_std::Client::connect(server.url()).await.unwrap()).await;
                });
            }

            #[test]
            fn smol() {
                let server = support::Server::start();
                futures_lite::future::block_on(async {
                    super::$test(redwire::mock::Server::new().smol_client()).await;
                    super::$test(redwire::smol::Client::connect(server.url()).await.unwrap()).await;
                });
            }
        }
    )+};
}

on_async_runtimes!(walks_are_streams, a_walk_outlives_its_futures);

fn sent_elsewhere<T: Send + 'static>(value: T) -> T {
    value
}

async fn fill<R>(client: &AsyncClient<R>) -> BTreeSet<String> {
    let expected: BTreeSet<String> = (0..300).map(|n| format!("key:{n}")).collect();
    let pairs: Vec<(&str, u8)> = expected.iter().map(|key| (key.as_str(), 1)).collect();
    client.mset(pairs).await.unwrap();
    expected
}

async fn walks_are_streams<R: 'static>(client: AsyncClient<R>) {
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
async fn a_walk_outlives_its_futures<R: 'static>(client: AsyncClient<R>) {
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
