//! A service that Sentinel keeps: finds the master, counts on it, and says what it sees while the sentinels fail over.
//!
//! ```text
//! cargo run --example sentinel                                             # a failover out of a script, no server needed
//! cargo run --example sentinel -- mymaster 127.0.0.1:26379 127.0.0.1:26380 # a real one: kill the master and watch
//! ```
//!
//! With real sentinels it goes on until it is interrupted. To see something, stop the master, or have a sentinel fail over:
//! `redis-cli -p 26379 sentinel failover mymaster`.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use redwire::blocking::{Client, Pool, Sentinel};
use redwire::mock::{Clock, Script};
use redwire::prelude::*;
use redwire::topology::sentinel::{Sentinels, Service};
use redwire::transport::{Connector, Transport, TransportError, TransportErrorKind};
use redwire::{Config, ConnectionEvent, Endpoint, Protocol};

fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let Some(service) = arguments.next() else {
        return scripted();
    };
    let addresses: Option<Vec<(String, u16)>> = arguments.map(|argument| address(&argument)).collect();
    match addresses {
        Some(addresses) if !addresses.is_empty() => real(&service, addresses),
        _ => {
            eprintln!("usage: sentinel [SERVICE HOST:PORT [HOST:PORT ..]]");
            Err(Error::invalid_argument("sentinels are given as HOST:PORT"))
        }
    }
}

fn address(text: &str) -> Option<(String, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    Some((host.into(), port.parse().ok()?))
}

/// A configuration that prints what becomes of connections.
fn talkative() -> Config {
    Config::new().with_observer(Arc::new(|event: &ConnectionEvent| match event {
        ConnectionEvent::Connected { peer, epoch, .. } => println!("  [connection {epoch} to {peer}]"),
        ConnectionEvent::Lost { peer, epoch, why, .. } => println!("  [connection {epoch} to {peer} lost: {why}]"),
        ConnectionEvent::DialFailed { peer, why, .. } => println!("  [no connection to {peer}: {why}]"),
        ConnectionEvent::MasterChanged { from, to, .. } => println!("  [the master was {from}, and is {to} now]"),
        other => println!("  [{other:?}]"),
    }))
}

/// Counts on a real service, until somebody interrupts it.
fn real(service: &str, addresses: Vec<(String, u16)>) -> Result<(), Error> {
    let sentinel = Sentinel::with_config(addresses, talkative())?;
    println!("{sentinel:?}");
    let (host, port) = sentinel.discover_master(service)?;
    println!("the master of {service} is at {host}, port {port}");
    for (host, port) in sentinel.discover_slaves(service)? {
        println!("a replica is at {host}, port {port}");
    }
    let (master, replicas) = (sentinel.master_for(service)?, sentinel.slave_for(service)?);
    let mut failing: Option<Instant> = None;
    loop {
        match (master.incr("sentinel-example:counter"), failing) {
            (Ok(n), since) => {
                if let Some(since) = since.filter(|_| failing.take().is_some()) {
                    println!("back after {:?}", since.elapsed());
                }
                let read: Result<Option<i64>, Error> = replicas.get("sentinel-example:counter");
                println!("counted {n}, a replica has {read:?}");
                std::thread::sleep(Duration::from_millis(500));
            }
            (Err(error), since) => {
                failing = since.or_else(|| Some(Instant::now()));
                println!("not counted ({:?}): {error}", error.outcome());
            }
        }
    }
}

/// The same in small, with sentinels and servers that know their lines by heart.
fn scripted() -> Result<(), Error> {
    let clock = Clock::new();
    let script = || Script::with_clock(clock.clone());
    let asked = || {
        let address = cmd("SENTINEL GET-MASTER-ADDR-BY-NAME").arg("mymaster");
        script().expect(cmd("SENTINEL MASTERS")).expect(address)
    };
    let master = || script().expect(cmd("ROLE")).reply("*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n");
    let readonly = "-READONLY You can't write against a read only replica.\r\n";
    let stage = Stage::new([
        // Nobody is at the first sentinel.
        ("sentinel-2:26379", asked().reply(named("redis-1", 1))),
        (
            "redis-1:6379",
            master()
                .expect(cmd("INCR").key("counter"))
                .reply(":1\r\n")
                .expect(cmd("INCR").key("counter"))
                .reply(readonly),
        ),
        ("sentinel-2:26379", asked().reply(named("redis-2", 2))),
        (
            "redis-2:6379",
            master().expect(cmd("INCR").key("counter")).reply(":2\r\n").close(),
        ),
    ]);

    println!("A service is found through its sentinels, whichever of them answers:");
    let sentinels = Sentinels::new([("sentinel-1", 26379), ("sentinel-2", 26379)]);
    let config = talkative()
        .with_protocol(Protocol::Resp2)
        .with_library(None)
        .with_service(Service::master("mymaster", sentinels));
    println!("  {config}");
    let client: Client = Pool::with_clock(config, stage, Arc::new(clock.clone()))?.client();
    println!("  INCR counter -> {}", client.incr("counter")?);
    println!("A former master refuses writes; the client looks for the new one and counts there:");
    println!("  INCR counter -> {}", client.incr("counter")?);
    println!("A second later all of them are gone, and nothing was counted:");
    clock.advance(Duration::from_secs(1));
    let error = client.incr("counter").err();
    println!(
        "  INCR counter -> {:?}",
        error.map(|error| (error.kind(), error.outcome()))
    );
    Ok(())
}

/// What a sentinel says of a master.
fn named(host: &str, epoch: u64) -> String {
    let list = |texts: &[&str]| {
        let texts: Vec<String> = texts
            .iter()
            .map(|text| format!("${}\r\n{text}\r\n", text.len()))
            .collect();
        format!("*{}\r\n{}", texts.len(), texts.concat())
    };
    let epoch = epoch.to_string();
    let fields = [
        ["name", "mymaster"],
        ["ip", host],
        ["port", "6379"],
        ["flags", "master"],
        ["num-slaves", "1"],
        ["num-other-sentinels", "1"],
        ["quorum", "1"],
        ["config-epoch", &epoch],
        ["down-after-milliseconds", "5000"],
        ["failover-timeout", "60000"],
        ["parallel-syncs", "1"],
    ];
    format!("*1\r\n{}{}", list(fields.as_flattened()), list(&[host, "6379"]))
}

/// Connections to those who play: the scripts of each address, one after the other.
struct Stage(Mutex<HashMap<String, VecDeque<Script>>>);

impl Stage {
    fn new(scripts: impl IntoIterator<Item = (&'static str, Script)>) -> Self {
        let mut stage = HashMap::<String, VecDeque<Script>>::new();
        for (address, script) in scripts {
            stage.entry(address.into()).or_default().push_back(script);
        }
        Stage(Mutex::new(stage))
    }
}

impl Connector for Stage {
    fn connect(&self, endpoint: &Endpoint, _: Option<Duration>) -> Result<Box<dyn Transport>, TransportError> {
        let nobody = || TransportError::new(TransportErrorKind::Unreachable, "nobody is there");
        let mut stage = self.0.lock().map_err(|_| nobody())?;
        let script = stage.get_mut(&endpoint.to_string()).and_then(VecDeque::pop_front);
        Ok(Box::new(script.ok_or_else(nobody)?.transport()))
    }
}
