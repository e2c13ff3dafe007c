//! Faults of peers before a real server, on every runtime with its own sockets.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use redwire::command::{Executor, Wait};
use redwire::prelude::*;
use redwire::resp::Reply;
use redwire::tokio::AsyncClient;
use redwire::{Backoff, Config, PoolOptions, Protocol};

use crate::stage::{describe, join_all, ms};
use crate::support::{Server, until};
use crate::worlds::{AsyncStd, Smol, TokioAlone, TokioCrowd, World, all_of};

/// One test for each runtime.
macro_rules! on_every_runtime {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[test]
            fn tokio_alone() { super::$name::<super::TokioAlone>(); }
            #[test]
            fn tokio_crowd() { super::$name::<super::TokioCrowd>(); }
            #[test]
            fn async_std() { super::$name::<super::AsyncStd>(); }
            #[test]
            fn smol() { super::$name::<super::Smol>(); }
        }
    )+};
}

on_every_runtime!(
    peers_r3_increments_by_watch_on_clones,
    peers_r4_killed_between_watch_and_exec,
    peers_r8_r9_blpop_waits_and_is_aborted,
    peers_r10_a_proxy_goes_silent,
    peers_r11_r22_and_messages,
    peers_a_server_reads_only_after_it_has_written,
    peers_a_pipeline_whose_server_reads_only_after_it_has_written,
);

fn config(server: &Server) -> Config {
    let quick = Backoff::new().with_base(ms(5)).with_cap(ms(20));
    Config::parse(&server.url()).unwrap().with_backoff(quick)
}

async fn increment<R>(client: &AsyncClient<R>) {
    let increment = client.transaction("n", |tx| async move {
        let n: Option<i64> = tx.get("n").await?;
        tx.multi().set("n", n.unwrap_or(0) + 1).execute().await
    });
    assert_eq!(increment.await.unwrap(), (true,));
}

fn peers_r3_increments_by_watch_on_clones<W: World>() {
    let server = Server::start();
    W::block_on(async {
        let client = W::connect(config(&server)).await.unwrap();
        let tasks = (0..20).map(|_| {
            let client = client.clone();
            async move {
                for _ in 0..50 {
                    increment(&client).await;
                }
            }
        });
        all_of::<W, _>(tasks).await;
        assert_eq!(client.get::<i64>("n").await.unwrap(), 1000, "{}", W::NAME);
    });
}

#[test]
fn peers_r3_increments_by_watch_of_twenty_threads_on_one_blocking_client() {
    let server = Server::start();
    let client = redwire::blocking::Client::connect(config(&server)).unwrap();
    let increment = || {
        let increment = client.transaction("n", |tx| {
            let n: Option<i64> = tx.get("n")?;
            tx.multi().set("n", n.unwrap_or(0) + 1).execute()
        });
        assert_eq!(increment.unwrap(), (true,));
    };
    std::thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| (0..50).for_each(|_| increment()));
        }
    });
    assert_eq!(client.get::<i64>("n").unwrap(), 1000);
}

/// Every connection but the one that asks is closed by the server.
fn kill_all(server: &Server) {
    server.raw().call(&["CLIENT", "KILL", "TYPE", "normal"]);
}

fn peers_r4_killed_between_watch_and_exec<W: World>() {
    let server = Server::start();
    W::block_on(async {
        let client = W::connect(config(&server)).await.unwrap();
        client.set("n", 1).await.unwrap();
        let tx = client.watch("n").await.unwrap();
        let n: i64 = tx.get("n").await.unwrap();
        kill_all(&server);
        server.raw().call(&["SET", "n", "100"]);
        let error = tx.multi().set("n", n + 1).execute().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WatchLost, "{error}");
        assert_eq!(tx.get::<i64>("n").await.unwrap_err().outcome(), Outcome::NotSent);
        drop(tx);
        assert_eq!(client.get::<i64>("n").await.unwrap(), 100, "{}", W::NAME);
        increment(&client).await;
        assert_eq!(client.get::<i64>("n").await.unwrap(), 101, "{}", W::NAME);
    });
}

fn blocked(server: &Server) -> bool {
    server
        .raw()
        .call(&["INFO", "clients"])
        .text()
        .contains("blocked_clients:1")
}

fn peers_r8_r9_blpop_waits_and_is_aborted<W: World>() {
    let server = Server::start();
    W::block_on(async {
        let client = W::connect(config(&server).with_response_timeout(ms(100)))
            .await
            .unwrap();
        let pop = |client: AsyncClient<W::Runtime>| {
            let pop = cmd("BLPOP").key("q").arg(20).blocks(Wait::For(Duration::from_secs(20)));
            async move { client.run(pop.returns::<Option<(String, String)>>()).await }
        };
        let started = Instant::now();
        let popped = W::spawn(pop(client.clone()));
        let pushed = {
            let client = client.clone();
            async move {
                // Longer than a reply may take.
                W::sleep(ms(300)).await;
                client.rpush("q", "job").await.unwrap()
            }
        };
        let (popped, _) = futures_lite::future::zip(popped, pushed).await;
        assert_eq!(popped.unwrap(), Some(("q".into(), "job".into())), "{}", W::NAME);
        assert!(started.elapsed() >= ms(300));

        // Aborted, with the server blocked in it.
        let is_blocked = async {
            let end = Instant::now() + Duration::from_secs(20);
            while !blocked(&server) {
                assert!(Instant::now() < end);
                W::sleep(ms(1)).await;
            }
            None
        };
        let popping = pop(client.clone());
        let popping = async { Some(popping.await) };
        assert!(futures_lite::future::or(popping, is_blocked).await.is_none());
        for n in 1..=20 {
            assert_eq!(client.incr("n").await.unwrap(), n, "{}", W::NAME);
        }
        until(|| (!blocked(&server)).then_some(()));
        client.rpush("q", "kept").await.unwrap();
        assert_eq!(client.lpop::<String>("q").await.unwrap(), "kept");
    });
}

fn peers_r11_r22_and_messages<W: World>() {
    let server = Server::start();
    server.raw().call(&["RPUSH", "l", "message", "a", "b"]);
    for protocol in [Protocol::Resp2, Protocol::Resp3] {
        W::block_on(async {
            let client = W::connect(config(&server).with_protocol(protocol)).await.unwrap();
            client.set("k", "v").await.unwrap();
            let odd = cmd("FOO").arg(&b"\xff\xfe"[..]).returns::<Reply>();
            let list = cmd("LRANGE").key("l").arg(0).arg(-1).returns::<Vec<String>>();
            let (odd, (list, value)) = futures_lite::future::zip(
                client.run(odd),
                futures_lite::future::zip(client.run(list), client.get::<String>("k")),
            )
            .await;
            assert_eq!(odd.unwrap_err().kind(), ErrorKind::Server);
            assert_eq!(list.unwrap(), ["message", "a", "b"]);
            assert_eq!(value.unwrap(), "v");
            // Closed by the server while nothing is going on, which the runtime gets to know while it has nothing to do.
            for n in 1..=5 {
                kill_all(&server);
                W::sleep(ms(20)).await;
                let counter = format!("n{protocol:?}");
                assert_eq!(client.incr(&counter).await.unwrap(), n, "{}", W::NAME);
            }
        });
    }
}

#[test]
fn peers_r11_r22_and_messages_blocking() {
    let server = Server::start();
    server.raw().call(&["RPUSH", "l", "message", "a", "b"]);
    for protocol in [Protocol::Resp2, Protocol::Resp3] {
        let client = redwire::blocking::Client::connect(config(&server).with_protocol(protocol)).unwrap();
        let odd = client.run(cmd("FOO").arg(&b"\xff\xfe"[..]).returns::<Reply>());
        assert_eq!(odd.unwrap_err().kind(), ErrorKind::Server);
        let list = cmd("LRANGE").key("l").arg(0).arg(-1).returns::<Vec<String>>();
        assert_eq!(client.run(list).unwrap(), ["message", "a", "b"]);
        for n in 1..=5 {
            kill_all(&server);
            // Less than a millisecond after its last use a connection is not looked at.
            std::thread::sleep(ms(2));
            assert_eq!(client.incr(format!("n{protocol:?}")).unwrap(), n);
        }
        assert_eq!(client.pool().stats().lent, 0);
    }
}

/// Passes bytes on to a server until it is told to be silent: then nothing moves any more, and nothing is closed.
struct Proxy {
    port: u16,
    /// Connections with a smaller number are silent.
    silent_before: Arc<AtomicUsize>,
    accepted: Arc<AtomicUsize>,
}

impl Proxy {
    fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Proxy {
            port: listener.local_addr().unwrap().port(),
            silent_before: Arc::default(),
            accepted: Arc::default(),
        };
        let (silent, accepted) = (proxy.silent_before.clone(), proxy.accepted.clone());
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (Ok(client), Ok(server)) = (client, TcpStream::connect(("127.0.0.1", port))) else {
                    return;
                };
                let number = accepted.fetch_add(1, Ordering::SeqCst);
                for (mut from, mut to) in [
                    (client.try_clone().unwrap(), server.try_clone().unwrap()),
                    (server, client),
                ] {
                    let silent = silent.clone();
                    std::thread::spawn(move || {
                        let mut buffer = [0; 4096];
                        while let Ok(n @ 1..) = from.read(&mut buffer) {
                            if number < silent.load(Ordering::SeqCst) {
                                // Taken, and gone.
                                continue;
                            }
                            if to.write_all(&buffer[..n]).is_err() {
                                break;
                            }
                        }
                        let _ = to.shutdown(Shutdown::Both);
                    });
                }
            }
        });
        proxy
    }

    fn fall_silent(&self) {
        self.silent_before
            .store(self.accepted.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    fn config(&self) -> Config {
        Config::tcp("127.0.0.1", self.port)
            .with_response_timeout(ms(100))
            .with_liveness(ms(300))
            .with_backoff(Backoff::new().with_base(ms(5)).with_cap(ms(20)))
    }
}

fn peers_r10_a_proxy_goes_silent<W: World>() {
    let server = Server::start();
    let proxy = Proxy::to(server.port());
    W::block_on(async {
        let client = W::connect(proxy.config()).await.unwrap();
        client.set("k", "v").await.unwrap();
        proxy.fall_silent();
        let started = Instant::now();
        let mut failed = 0;
        while let Err(error) = client.get::<String>("k").await {
            assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
            failed += 1;
            assert!(
                started.elapsed() < Duration::from_secs(10),
                "{} never recovers",
                W::NAME
            );
        }
        assert!(failed <= 4, "{}: {failed} calls failed", W::NAME);
        for _ in 0..10 {
            assert_eq!(client.get::<String>("k").await.unwrap(), "v");
        }
        assert_eq!(proxy.accepted.load(Ordering::SeqCst), 2);
    });
}

#[test]
fn peers_r10_a_proxy_goes_silent_blocking() {
    let server = Server::start();
    let proxy = Proxy::to(server.port());
    let client = redwire::blocking::Client::connect(proxy.config()).unwrap();
    client.set("k", "v").unwrap();
    proxy.fall_silent();
    let error = client.get::<String>("k").unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Timeout, Outcome::MaybeExecuted)
    );
    for _ in 0..10 {
        assert_eq!(client.get::<String>("k").unwrap(), "v");
    }
    assert_eq!(proxy.accepted.load(Ordering::SeqCst), 2);
}

const BIG: usize = 64 << 20;
const SENT: usize = 15 << 20;

/// Accepts one connection, takes one request and writes 64 MiB before it reads another byte.
fn writes_first() -> (u16, std::thread::JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let mut first = [0; "*2\r\n$3\r\nGET\r\n$3\r\nbig\r\n".len()];
        socket.read_exact(&mut first).unwrap();
        socket.write_all(format!("${BIG}\r\n").as_bytes()).unwrap();
        let piece = vec![b'v'; 1 << 20];
        for _ in 0..BIG / piece.len() {
            socket.write_all(&piece).unwrap();
        }
        socket.write_all(b"\r\n").unwrap();
        let mut set = vec![0; "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$15728640\r\n\r\n".len() + SENT];
        socket.read_exact(&mut set).unwrap();
        socket.write_all(b"+OK\r\n").unwrap();
        set.len()
    });
    (port, server)
}

fn local(port: u16) -> Config {
    Config::tcp("127.0.0.1", port)
        .with_protocol(Protocol::Resp2)
        .with_library(None)
        .with_response_timeout(Duration::from_secs(60))
        .with_pool(PoolOptions::new().with_health_check_interval(None))
}

fn peers_a_server_reads_only_after_it_has_written<W: World>() {
    let (port, server) = writes_first();
    W::block_on(async {
        let client = W::connect(local(port)).await.unwrap();
        let sent = "x".repeat(SENT);
        let get = client.get::<Bytes>("big");
        let set = client.set("k", sent);
        let (got, set) = futures_lite::future::zip(get, set).await;
        assert_eq!(got.unwrap().len(), BIG, "{}", W::NAME);
        set.unwrap();
    });
    server.join().unwrap();
}

/// The same with both requests in one pipeline.
fn peers_a_pipeline_whose_server_reads_only_after_it_has_written<W: World>() {
    let (port, server) = writes_first();
    W::block_on(async {
        let client = W::connect(local(port)).await.unwrap();
        let pipeline = client
            .pipeline()
            .non_atomic()
            .get::<Bytes>("big")
            .set("k", "x".repeat(SENT));
        let (got, set) = pipeline.execute().await.unwrap();
        assert_eq!((got.len(), set), (BIG, true), "{}", W::NAME);
    });
    server.join().unwrap();
}

#[test]
fn peers_a_server_reads_only_after_it_has_written_blocking() {
    let (port, server) = writes_first();
    // Not `connect`: whose connection this is must not matter.
    let client = redwire::blocking::Client::lazy(local(port)).unwrap();
    let mut batch = client.batch().non_atomic();
    let big = batch.get::<Bytes>("big");
    let set = batch.set("k", "x".repeat(SENT));
    let mut results = batch.execute().unwrap();
    assert_eq!(results.take(big).unwrap().len(), BIG);
    results.take(set).unwrap();
    server.join().unwrap();
}

#[test]
fn trap_the_runtime_of_the_task_is_shut_down_and_another_one_goes_on() {
    let server = Server::start();
    let runtime = || {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap()
    };
    // With calls one at a time, and with several so that there was a task.
    for several in [false, true] {
        let first = runtime();
        let client = first
            .block_on(redwire::tokio::Client::connect(config(&server)))
            .unwrap();
        let use_it = |client: redwire::tokio::Client| async move {
            client.set("k", "v").await?;
            if several {
                let all = join_all((0..10).map(|_| client.get::<String>("k"))).await;
                all.into_iter().collect::<Result<Vec<_>, _>>()?;
            }
            client.get::<String>("k").await
        };
        assert_eq!(first.block_on(use_it(client.clone())).unwrap(), "v");
        let exclusive = first.block_on(client.exclusive()).unwrap();
        first.block_on(exclusive.get::<String>("k")).unwrap();
        drop(exclusive);
        drop(first);
        for _ in 0..2 {
            let next = runtime();
            let answer = next.block_on(next.spawn(use_it(client.clone()))).unwrap();
            assert_eq!(describe_text(answer), "v", "several: {several}");
            let exclusive = next.block_on(client.exclusive()).unwrap();
            let answer = next.block_on(exclusive.run(cmd("PING").returns::<Reply>()));
            assert_eq!(describe(&answer), "+PONG");
            drop(exclusive);
            // Shut down to the end: while it goes on, a write may still pass and then nobody knows what became of it.
            drop(next);
        }
    }
}

fn describe_text(answer: Result<String, Error>) -> String {
    answer.unwrap_or_else(|error| error.to_string())
}

#[test]
fn peers_r22_closed_while_the_runtime_does_not_run() {
    // A program that enters its runtime for one call at a time: nobody tells the runtime in between that the server has
    // closed the connection.
    let server = Server::start();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let client = runtime
        .block_on(redwire::tokio::Client::connect(config(&server)))
        .unwrap();
    for n in 1..=5 {
        kill_all(&server);
        std::thread::sleep(ms(120));
        assert_eq!(runtime.block_on(client.incr("n")).unwrap(), n);
        let (m, _) = runtime
            .block_on(client.pipeline().incr("m").incr("m").execute())
            .unwrap();
        assert_eq!(m, 2 * n - 1);
        kill_all(&server);
        std::thread::sleep(ms(120));
        let (m, _) = runtime
            .block_on(client.pipeline().incr("m").decr("m").execute())
            .unwrap();
        assert_eq!(m, 2 * n + 1);
        runtime.block_on(client.decr("m")).unwrap();
        runtime.block_on(client.incr("m")).unwrap();
    }
}
