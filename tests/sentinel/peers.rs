//! Sentinels and servers that play scripts, each at its own address, in virtual time.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use redwire::mock::{Clock, Script, ScriptTransport};
use redwire::topology::sentinel::{Sentinels, Service};
use redwire::transport::{
    AsyncConnector, AsyncTransport, BoxFuture, Clock as _, Connector, Transport, TransportError, TransportErrorKind,
};
use redwire::{Config, Endpoint, cmd};

use crate::stage::{BOTH, Client, Exec, plain, script};

/// The scripts of each address, one for each connection. Where there is none left, connecting fails.
#[derive(Clone)]
pub struct Peers {
    clock: Clock,
    rest: Arc<Mutex<BTreeMap<String, VecDeque<Script>>>>,
    played: Arc<Mutex<Vec<Script>>>,
    dials: Arc<Mutex<Vec<String>>>,
}

impl Peers {
    pub fn new(clock: &Clock, scripts: Vec<(&str, Script)>) -> Self {
        let mut rest = BTreeMap::<String, VecDeque<Script>>::new();
        for (address, script) in scripts {
            rest.entry(address.into()).or_default().push_back(script);
        }
        Peers {
            clock: clock.clone(),
            rest: Arc::new(Mutex::new(rest)),
            played: Arc::default(),
            dials: Arc::default(),
        }
    }

    /// Which addresses were dialed since this was last asked, in order.
    pub fn dials(&self) -> Vec<String> {
        std::mem::take(&mut *self.dials.lock().unwrap())
    }

    /// Every script must have been played, to its end.
    pub fn finish(self) {
        let rest: Vec<String> = {
            let rest = self.rest.lock().unwrap();
            let left = rest.iter().filter(|(_, scripts)| !scripts.is_empty());
            left.map(|(address, scripts)| format!("{} of {address}", scripts.len()))
                .collect()
        };
        assert!(rest.is_empty(), "scripts not played: {rest:?}");
        for script in self.played.lock().unwrap().drain(..) {
            script.finish();
        }
    }

    fn dial(&self, endpoint: &Endpoint) -> Result<ScriptTransport, TransportError> {
        let address = endpoint.to_string();
        self.dials.lock().unwrap().push(address.clone());
        let script = self
            .rest
            .lock()
            .unwrap()
            .get_mut(&address)
            .and_then(VecDeque::pop_front);
        match script {
            Some(script) => {
                let transport = script.transport();
                self.played.lock().unwrap().push(script);
                Ok(transport)
            }
            None => Err(TransportError::new(
                TransportErrorKind::Unreachable,
                "connection refused",
            )),
        }
    }
}

impl Connector for Peers {
    fn connect(&self, endpoint: &Endpoint, _: Option<Duration>) -> Result<Box<dyn Transport>, TransportError> {
        Ok(Box::new(self.dial(endpoint)?))
    }
}

impl AsyncConnector for Peers {
    fn connect(&self, endpoint: &Endpoint) -> BoxFuture<'static, Result<Box<dyn AsyncTransport>, TransportError>> {
        let dialed = self.dial(endpoint);
        let dialed = dialed.map(|transport| Box::new(transport) as Box<dyn AsyncTransport>);
        Box::pin(std::future::ready(dialed))
    }
}

/// Two sentinels, `s1:1` and `s2:1`, that nobody watches.
pub fn sentinels() -> Sentinels {
    Sentinels::new([("s1", 1), ("s2", 1)]).with_watch_interval(None)
}

pub fn master_of(sentinels: Sentinels) -> Config {
    plain().with_service(Service::master("mymaster", sentinels))
}

pub fn replica_of(sentinels: Sentinels) -> Config {
    plain().with_service(Service::replica("mymaster", sentinels))
}

fn flat(fields: &[(&str, &str)]) -> String {
    let bulk = |text: &str| format!("${}\r\n{text}\r\n", text.len());
    let fields: String = fields.iter().map(|(name, value)| bulk(name) + &bulk(value)).collect();
    let count = fields.matches('$').count();
    format!("*{count}\r\n{fields}")
}

/// The answer to SENTINEL MASTERS: the master is at this address, in this configuration.
pub fn masters(address: &str, epoch: u64) -> String {
    let (ip, port) = address.split_once(':').unwrap();
    let epoch = epoch.to_string();
    let fields = [
        ("name", "mymaster"),
        ("ip", ip),
        ("port", port),
        ("flags", "master"),
        ("num-slaves", "2"),
        ("num-other-sentinels", "1"),
        ("quorum", "2"),
        ("config-epoch", &epoch),
        ("down-after-milliseconds", "500"),
        ("failover-timeout", "3000"),
        ("parallel-syncs", "1"),
    ];
    format!("*1\r\n{}", flat(&fields))
}

/// The answer to SENTINEL SLAVES.
pub fn slaves(addresses: &[&str]) -> String {
    let entry = |address: &&str| {
        let (ip, port) = address.split_once(':').unwrap();
        flat(&[("name", address), ("ip", ip), ("port", port), ("flags", "slave")])
    };
    format!(
        "*{}\r\n{}",
        addresses.len(),
        addresses.iter().map(entry).collect::<String>()
    )
}

/// A sentinel that is asked for the master.
pub fn asked(clock: &Clock) -> Script {
    asks(script(clock))
}

/// The question for the master, next in this script.
pub fn asks(script: Script) -> Script {
    let address = cmd("SENTINEL GET-MASTER-ADDR-BY-NAME").arg("mymaster");
    script.expect(cmd("SENTINEL MASTERS")).expect(address)
}

/// What a sentinel says that knows no such master.
pub const NOBODY: &str = "*0\r\n*-1\r\n";

/// A sentinel that is asked once and names this master.
pub fn names(clock: &Clock, address: &str, epoch: u64) -> Script {
    asked(clock).reply(master(address, epoch))
}

/// The answers to both questions: the master is at this address, in this configuration.
pub fn master(address: &str, epoch: u64) -> String {
    masters(address, epoch) + &at(address)
}

/// The answer to SENTINEL GET-MASTER-ADDR-BY-NAME.
pub fn at(address: &str) -> String {
    let (ip, port) = address.split_once(':').unwrap();
    format!("*2\r\n${}\r\n{ip}\r\n${}\r\n{port}\r\n", ip.len(), port.len())
}

/// A sentinel that is asked once and lists these replicas.
pub fn lists(clock: &Clock, addresses: &[&str]) -> Script {
    let asked = script(clock).expect(cmd("SENTINEL SLAVES").arg("mymaster"));
    asked.reply(slaves(addresses))
}

pub const MASTER: &str = "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n";
pub const REPLICA: &str = "*5\r\n$5\r\nslave\r\n$2\r\nm1\r\n:1\r\n$9\r\nconnected\r\n:0\r\n";

/// A server that says so when it is asked for its role.
pub fn server(clock: &Clock, role: &str) -> Script {
    script(clock).expect(cmd("ROLE")).reply(role)
}

/// Runs `test` with a blocking client and with an async one, with and without tasks, each before scripts of its own.
pub fn each(
    config: &Config,
    scripts: impl Fn(&Clock) -> Vec<(&'static str, Script)>,
    test: impl Fn(&Client, &Peers, &Clock),
) {
    let clock = Clock::new();
    let peers = Peers::new(&clock, scripts(&clock));
    let pool = redwire::blocking::Pool::with_clock(config.clone(), peers.clone(), Arc::new(clock.clone()));
    test(&Client::Blocking(pool.unwrap().client()), &peers, &clock);
    peers.finish();
    asynchronous(config, scripts, test);
}

pub fn asynchronous(
    config: &Config,
    scripts: impl Fn(&Clock) -> Vec<(&'static str, Script)>,
    test: impl Fn(&Client, &Peers, &Clock),
) {
    for tasks in BOTH {
        let exec = Exec::new();
        let peers = Peers::new(exec.clock(), scripts(exec.clock()));
        let client = tasks.client(&exec, config, peers.clone());
        test(&Client::Async(client, exec.clone()), &peers, exec.clock());
        exec.kill_tasks();
        peers.finish();
    }
}

/// The time since the beginning.
pub fn elapsed(clock: &Clock) -> Duration {
    clock.now().since_origin()
}
