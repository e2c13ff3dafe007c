//! Real sentinels and the clients of every runtime: finding servers, reading from replicas, idle clients that move.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use redwire::lock::LockClient;
use redwire::prelude::*;
use redwire::pubsub::{Event, PubSubOptions};
use redwire::tokio::{AsyncClient, AsyncSentinel};
use redwire::topology::sentinel::{Sentinels as Asked, Service};
use redwire::{Config, ConnectionEvent, Credentials};

use crate::support::{Reply, Sentinels};
use crate::turns;
use crate::worlds::{AsyncStd, Smol, TokioAlone, TokioCrowd, World};

const NAME: &str = Sentinels::NAME;
const PASSWORDS: (&str, &str) = ("of-the-servers", "of-the-sentinels");

/// What makes clients of services on each runtime.
pub trait Asks: World {
    fn sentinel(sentinels: Asked, config: Config) -> AsyncSentinel<Self::Runtime>;
}

macro_rules! asks {
    ($($world:ty: $module:ident),+) => {$(
        impl Asks for $world {
            fn sentinel(sentinels: Asked, config: Config) -> AsyncSentinel<Self::Runtime> {
                redwire::$module::Sentinel::with_config(sentinels, config).unwrap()
            }
        }
    )+};
}

asks!(TokioAlone: tokio, TokioCrowd: tokio, AsyncStd: async_std, Smol: smol);

fn with_passwords(group: &Sentinels) -> (Asked, Config) {
    let asked = Asked::new(group.addresses()).with_credentials(Credentials::password(PASSWORDS.1));
    (
        asked,
        Config::new().with_credentials(Credentials::password(PASSWORDS.0)),
    )
}

/// The port that a server says it listens on.
fn port() -> Command<u16> {
    let ask = cmd("CONFIG GET").arg("port").read_only();
    ask.decoded_by(|reply| Ok(reply.decode::<BTreeMap<String, u16>>()?.into_values().sum()))
}

fn replica_ports(group: &Sentinels) -> BTreeSet<u16> {
    let master = group.master_port();
    let ports = group.servers.iter().map(crate::support::Server::port);
    ports.filter(|port| *port != master).collect()
}

/// F315 to F320, F325: everything that a user asks of a sentinel, with passwords for servers and sentinels.
fn masters_and_replicas<W: Asks>() {
    let _turn = turns::light();
    let group = Sentinels::with_passwords(Some(PASSWORDS.0), Some(PASSWORDS.1));
    let replicas = replica_ports(&group);
    W::block_on(async {
        let (asked, config) = with_passwords(&group);
        let sentinel = W::sentinel(asked.clone().with_min_other_sentinels(2), config.clone());
        let found = sentinel.discover_master(NAME).await.unwrap();
        assert_eq!(found, ("127.0.0.1".into(), group.master_port()), "{}", W::NAME);
        let found = sentinel.discover_slaves(NAME).await.unwrap();
        let found: BTreeSet<u16> = found.into_iter().map(|(_, port)| port).collect();
        assert_eq!(found, replicas);
        let error = sentinel.discover_master("nobody").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MasterNotFound);
        assert!(
            error.to_string().starts_with("No master found for 'nobody': "),
            "{error}"
        );
        assert_eq!(sentinel.discover_slaves("nobody").await.unwrap(), []);
        let picky = W::sentinel(asked.clone().with_min_other_sentinels(3), config.clone());
        let error = picky.discover_master(NAME).await.unwrap_err();
        assert!(
            error.to_string().contains("it knows 2 other sentinels, 3 are needed"),
            "{error}"
        );
        let stranger = W::sentinel(Asked::new(group.addresses()), config.clone());
        let error = stranger.discover_master(NAME).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Authentication);

        // An ordinary client, pipelines and connections of one's own included.
        let master = sentinel.master_for(NAME).unwrap();
        master.set("k", "v").await.unwrap();
        let (n, ok) = master.pipeline().incr("n").set("k", "w").execute().await.unwrap();
        assert_eq!((n, ok), (1, true));
        let exclusive = master.exclusive().await.unwrap();
        exclusive.execute(cmd("WATCH").key("k")).await.unwrap();
        assert_eq!(exclusive.run(port()).await.unwrap(), group.master_port());
        drop(exclusive);
        let mut batch = master.batch().non_atomic();
        let (_, waited) = (batch.set("k", "x"), batch.wait(2, Duration::from_secs(10)));
        assert_eq!(batch.execute().await.unwrap().take(waited).unwrap(), 2);
        let other = sentinel
            .master_for_with(NAME, |config| config.with_database(3))
            .unwrap();
        assert_eq!(other.get::<Option<String>>("k").await.unwrap(), None);

        // Replicas in turn: each connection is to the next one.
        let readers = sentinel.slave_for(NAME).unwrap();
        let (one, two) = (readers.exclusive().await.unwrap(), readers.exclusive().await.unwrap());
        let seen = [one.run(port()).await.unwrap(), two.run(port()).await.unwrap()];
        assert_eq!(BTreeSet::from(seen), replicas);
        assert_eq!(readers.get::<String>("k").await.unwrap(), "x");
        let error = readers.set("k", "y").await.unwrap_err();
        assert_eq!((error.code(), error.outcome()), (Some("READONLY"), Outcome::Rejected));

        // The same by a URL.
        let url = group.url().replace("://", "://:of-the-servers@") + "?sentinel_password=of-the-sentinels";
        let client = W::connect(Config::parse(&url).unwrap()).await.unwrap();
        assert_eq!(client.get::<String>("k").await.unwrap(), "x");
        let client = W::connect(Config::parse(&(url + "&role=replica")).unwrap())
            .await
            .unwrap();
        assert!(replicas.contains(&client.run(port()).await.unwrap()));
    });
}

#[test]
fn f315_f320_f325_masters_and_replicas_tokio() {
    masters_and_replicas::<TokioAlone>();
}

#[test]
fn f315_f320_f325_masters_and_replicas_async_std() {
    masters_and_replicas::<AsyncStd>();
}

#[test]
fn f315_f320_f325_masters_and_replicas_smol() {
    masters_and_replicas::<Smol>();
}

#[test]
fn f315_f320_f325_masters_and_replicas_blocking() {
    let _turn = turns::light();
    let group = Sentinels::with_passwords(Some(PASSWORDS.0), Some(PASSWORDS.1));
    let replicas = replica_ports(&group);
    let (asked, config) = with_passwords(&group);
    let sentinel = redwire::blocking::Sentinel::with_config(asked.clone().with_min_other_sentinels(2), config.clone());
    let sentinel = sentinel.unwrap();
    assert_eq!(
        sentinel.discover_master(NAME).unwrap(),
        ("127.0.0.1".into(), group.master_port())
    );
    let found = sentinel.discover_slaves(NAME).unwrap();
    assert_eq!(
        found.into_iter().map(|(_, port)| port).collect::<BTreeSet<u16>>(),
        replicas
    );
    let error = sentinel.discover_master("nobody").unwrap_err();
    assert!(
        error.to_string().starts_with("No master found for 'nobody': "),
        "{error}"
    );
    assert_eq!(sentinel.discover_slaves("nobody").unwrap(), []);
    let stranger = redwire::blocking::Sentinel::with_config(group.addresses(), config).unwrap();
    assert_eq!(
        stranger.discover_master(NAME).unwrap_err().kind(),
        ErrorKind::Authentication
    );

    let master = sentinel.master_for(NAME).unwrap();
    master.set("k", "v").unwrap();
    let mut batch = master.batch().non_atomic();
    let (_, waited) = (batch.set("k", "x"), batch.wait(2, Duration::from_secs(10)));
    assert_eq!(batch.execute().unwrap().take(waited).unwrap(), 2);
    let other = sentinel
        .master_for_with(NAME, |config| config.with_database(3))
        .unwrap();
    assert_eq!(other.get::<Option<String>>("k").unwrap(), None);

    let readers = sentinel.slave_for(NAME).unwrap();
    let (one, two) = (readers.exclusive().unwrap(), readers.exclusive().unwrap());
    let seen = [one.run(port()).unwrap(), two.run(port()).unwrap()];
    assert_eq!(BTreeSet::from(seen), replicas);
    assert_eq!(readers.get::<String>("k").unwrap(), "x");
    let error = readers.set("k", "y").unwrap_err();
    assert_eq!((error.code(), error.outcome()), (Some("READONLY"), Outcome::Rejected));

    let url = group.url().replace("://", "://:of-the-servers@") + "?sentinel_password=of-the-sentinels";
    let client = redwire::blocking::Client::connect(url).unwrap();
    assert_eq!(client.get::<String>("k").unwrap(), "x");
}

/// What a client's observer was told, a line for each event.
type Log = Arc<Mutex<Vec<String>>>;

fn observed(config: Config) -> (Config, Log) {
    let log = Log::default();
    let lines = log.clone();
    let observe = move |event: &ConnectionEvent| {
        let line = match event {
            ConnectionEvent::Connected { peer, .. } => format!("connected {peer}"),
            ConnectionEvent::MasterChanged { from, to, .. } => format!("from {from} to {to}"),
            _ => return,
        };
        lines.lock().unwrap().push(line);
    };
    (config.with_observer(Arc::new(observe)), log)
}

/// Within how long a client that does nothing has to hear of a new master.
const SOON: Duration = Duration::from_secs(2);

async fn until_told<F: Future<Output = ()>>(log: &Log, line: &str, sleep: impl Fn(Duration) -> F) {
    let end = Instant::now() + SOON;
    while !log.lock().unwrap().iter().any(|told| told == line) {
        assert!(Instant::now() < end, "not told {line:?} but {:?}", log.lock().unwrap());
        sleep(Duration::from_millis(5)).await;
    }
}

/// How many clients listen to a sentinel.
fn listeners(group: &Sentinels) -> usize {
    let of_one = |sentinel: &crate::support::Server| {
        let list = sentinel.raw().call(&["CLIENT", "LIST"]).text();
        list.lines().filter(|line| line.contains(" sub=2 ")).count()
    };
    group.sentinels.iter().map(of_one).sum()
}

fn until_nobody_listens(group: &Sentinels) {
    let end = Instant::now() + SOON;
    while listeners(group) > 0 {
        assert!(Instant::now() < end, "somebody still listens");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// An idle client hears of a new master and is with it when it is used again; its task ends with it.
fn idle_clients_move<W: Asks>() {
    let _turn = turns::light();
    let group = Sentinels::start();
    let (config, log) = observed(Config::parse(&group.url()).unwrap().with_client_name("idle"));
    let old = group.master_port();
    W::block_on(async {
        let client: AsyncClient<W::Runtime> = W::connect(config).await.unwrap();
        client.set("k", 1).await.unwrap();
        // One more connection, that nobody uses any more.
        drop(client.exclusive().await.unwrap());
        let end = Instant::now() + SOON;
        while listeners(&group) == 0 {
            assert!(Instant::now() < end, "{}: nobody listens", W::NAME);
            W::sleep(Duration::from_millis(5)).await;
        }
        let new = group.fail_over();
        let moved = format!("from 127.0.0.1:{old} to 127.0.0.1:{new}");
        until_told(&log, &moved, W::sleep).await;
        assert_eq!(client.pool_stats().idle, 0, "{}", W::NAME);
        client.set("k", 2).await.unwrap();
        assert_eq!(client.run(port()).await.unwrap(), new);
        let told = log.lock().unwrap().clone();
        let expected = [
            format!("connected 127.0.0.1:{old}"),
            format!("connected 127.0.0.1:{old}"),
            moved,
        ];
        assert_eq!(told[..3], expected);
        assert_eq!(told[3..], [format!("connected 127.0.0.1:{new}")]);
        let named = |port: u16| {
            let mut raw = crate::support::Raw::tcp(port).unwrap();
            raw.call(&["CLIENT", "LIST"]).text().contains("name=idle")
        };
        assert_eq!((named(old), named(new)), (false, true));
        drop(client);
        // The task is dropped by its runtime, which has to run for that.
        let end = Instant::now() + SOON;
        while listeners(&group) > 0 {
            assert!(Instant::now() < end, "{}: somebody still listens", W::NAME);
            W::sleep(Duration::from_millis(5)).await;
        }
    });
}

#[test]
fn idle_clients_move_tokio() {
    idle_clients_move::<TokioAlone>();
}

#[test]
fn idle_clients_move_tokio_with_threads() {
    idle_clients_move::<TokioCrowd>();
}

#[test]
fn idle_clients_move_async_std() {
    idle_clients_move::<AsyncStd>();
}

#[test]
fn idle_clients_move_smol() {
    idle_clients_move::<Smol>();
}

#[test]
fn idle_clients_move_blocking() {
    let _turn = turns::light();
    let group = Sentinels::start();
    let (config, log) = observed(Config::parse(&group.url()).unwrap().with_client_name("idle"));
    let old = group.master_port();
    let client = redwire::blocking::Client::connect(config).unwrap();
    client.set("k", 1).unwrap();
    let end = Instant::now() + SOON;
    while listeners(&group) == 0 {
        assert!(Instant::now() < end, "nobody listens");
        std::thread::sleep(Duration::from_millis(5));
    }
    let new = group.fail_over();
    let moved = format!("from 127.0.0.1:{old} to 127.0.0.1:{new}");
    let sleep = |time| {
        std::thread::sleep(time);
        std::future::ready(())
    };
    futures_lite::future::block_on(until_told(&log, &moved, sleep));
    assert_eq!(client.pool().stats().idle, 0);
    client.set("k", 2).unwrap();
    assert_eq!(client.run(port()).unwrap(), new);
    drop(client);
    until_nobody_listens(&group);
}

#[test]
fn without_a_watch_a_client_moves_when_it_is_used() {
    let _turn = turns::light();
    let group = Sentinels::start();
    let old = group.master_port();
    let asked = Asked::new(group.addresses()).with_watch_interval(None);
    let config = Config::new().with_service(Service::master(NAME, asked));
    let client = redwire::blocking::Client::connect(config).unwrap();
    client.set("k", 1).unwrap();
    let new = group.fail_over();
    // Until the old master is told, it takes writes like any other.
    let mut raw = crate::support::Raw::tcp(old).unwrap();
    let end = Instant::now() + Duration::from_secs(20);
    while !matches!(raw.try_call(&["SET", "other", "1"]), Ok(Reply::Error(_)) | Err(_)) {
        assert!(Instant::now() < end, "the old master is still one");
        std::thread::sleep(Duration::from_millis(5));
    }
    client.set("k", 2).unwrap();
    assert_eq!(client.run(port()).unwrap(), new);
    assert_eq!(listeners(&group), 0);
}

/// What a subscriber is told next; what is none of its business is passed over.
async fn told<R>(pubsub: &mut redwire::tokio::PubSub<R>) -> Event {
    let end = Instant::now() + SOON;
    loop {
        assert!(Instant::now() < end, "nothing is told");
        if let Some(event) = pubsub.get_message(SOON).await.unwrap() {
            return event;
        }
    }
}

/// A subscriber follows the master, and is told what it may have missed; a lock is one on whoever is the master.
fn subscribers_and_locks<W: Asks>() {
    let _turn = turns::light();
    let group = Sentinels::start();
    let config = Config::parse(&group.url()).unwrap();
    W::block_on(async {
        let client: AsyncClient<W::Runtime> = W::connect(config).await.unwrap();
        let mut pubsub = client.pubsub_with(PubSubOptions::new().with_ignore_subscribe_messages());
        pubsub.subscribe("news").await.unwrap();
        group.raw_master().call(&["PUBLISH", "news", "first"]);
        let event = told(&mut pubsub).await;
        assert_eq!(
            (event.kind(), event.payload()),
            ("message", Some(&b"first"[..])),
            "{}",
            W::NAME
        );
        let lock = client.lock("lock").ttl(Duration::from_secs(30));
        let held = lock.acquire().await.unwrap();
        let mut batch = client.batch().non_atomic();
        // What was written before this, over whatever connection, is replicated before it.
        let (_, waited) = (batch.set("k", "v"), batch.wait(2, Duration::from_secs(10)));
        assert_eq!(batch.execute().await.unwrap().take(waited).unwrap(), 2);

        group.fail_over();
        let gap = told(&mut pubsub).await;
        assert_eq!(gap.kind(), "gap", "{}: {gap:?}", W::NAME);
        while group.raw_master().call(&["PUBLISH", "news", "second"]) == Reply::Int(0) {
            let _ = pubsub.get_message(Duration::from_millis(10)).await.unwrap();
        }
        let event = told(&mut pubsub).await;
        assert_eq!((event.kind(), event.payload()), ("message", Some(&b"second"[..])));
        assert!(lock.locked().await.unwrap());
        assert!(held.release().await.is_ok());
        assert!(!lock.locked().await.unwrap());
    });
}

#[test]
fn subscribers_and_locks_tokio() {
    subscribers_and_locks::<TokioAlone>();
}

#[test]
fn subscribers_and_locks_async_std() {
    subscribers_and_locks::<AsyncStd>();
}

#[test]
fn subscribers_and_locks_smol() {
    subscribers_and_locks::<Smol>();
}

#[test]
fn subscribers_and_locks_blocking() {
    let _turn = turns::light();
    let group = Sentinels::start();
    let client = redwire::blocking::Client::connect(group.url()).unwrap();
    let mut pubsub = client.pubsub_with(PubSubOptions::new().with_ignore_subscribe_messages());
    pubsub.subscribe("news").unwrap();
    let told = |pubsub: &mut redwire::blocking::PubSub| {
        let end = Instant::now() + SOON;
        loop {
            assert!(Instant::now() < end, "nothing is told");
            if let Some(event) = pubsub.get_message(SOON).unwrap() {
                return event;
            }
        }
    };
    group.raw_master().call(&["PUBLISH", "news", "first"]);
    let event = told(&mut pubsub);
    assert_eq!((event.kind(), event.payload()), ("message", Some(&b"first"[..])));
    let lock = client.lock("lock").ttl(Duration::from_secs(30));
    let held = lock.acquire().unwrap();
    let mut batch = client.batch().non_atomic();
    let (_, waited) = (batch.set("k", "v"), batch.wait(2, Duration::from_secs(10)));
    assert_eq!(batch.execute().unwrap().take(waited).unwrap(), 2);

    group.fail_over();
    let gap = told(&mut pubsub);
    assert_eq!(gap.kind(), "gap");
    while group.raw_master().call(&["PUBLISH", "news", "second"]) == Reply::Int(0) {
        let _ = pubsub.get_message(Duration::from_millis(10)).unwrap();
    }
    let event = told(&mut pubsub);
    assert_eq!((event.kind(), event.payload()), ("message", Some(&b"second"[..])));
    assert!(lock.locked().unwrap());
    held.release().unwrap();
    assert!(!lock.locked().unwrap());
}
