//! Where behaviours are tried: one client of one runtime before one server.

use std::sync::OnceLock;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use redwire::command::{Request, cmd};
use redwire::connection::Settings;
use redwire::pubsub::{Event, PubSubOptions, ReadOptions};
use redwire::resp::Value;
use redwire::{Config, Protocol, mock};

use crate::clients::{Client, Handle, Maker};
use crate::support;

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Memory,
    Real,
}

/// A client and the server it talks to. A real server is shared by the tests, which therefore use names of their own.
pub struct Stage {
    pub client: Box<dyn Client>,
    pub place: Place,
    memory: Option<mock::Server>,
    /// What the names of this test begin with; the name of its connections too.
    prefix: String,
}

/// The server that the tests share. It ends with the process.
fn shared() -> &'static support::Server {
    static SERVER: OnceLock<support::Server> = OnceLock::new();
    SERVER.get_or_init(support::Server::start)
}

/// Longer than anything takes that comes at all.
pub const LONG: Duration = Duration::from_secs(20);

impl Stage {
    pub fn new(test: &str, maker: fn() -> Maker, place: Place, protocol: Protocol) -> Self {
        static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let prefix = format!("{test}-{number}");
        let (client, memory) = match place {
            Place::Memory => {
                let settings = Settings::new().protocol(protocol).client_name(&prefix);
                let settings = settings.response_timeout(Duration::from_secs(10));
                let server = mock::Server::new().with_settings(settings);
                ((maker().in_memory)(&server), Some(server))
            }
            Place::Real => {
                let config = Config::parse(&shared().url()).unwrap().with_protocol(protocol);
                ((maker().connect)(config.with_client_name(&prefix)).unwrap(), None)
            }
        };
        Stage {
            client,
            place,
            memory,
            prefix,
        }
    }

    /// What somebody else sends. Before the in-memory server, time passes meanwhile.
    pub fn receive<T>(&self, receiver: &Receiver<T>) -> T {
        let deadline = Instant::now() + LONG;
        loop {
            match receiver.recv_timeout(Duration::from_millis(10)) {
                Ok(received) => return received,
                Err(_) if Instant::now() < deadline => {
                    if let Some(server) = &self.memory {
                        server.advance(Duration::from_millis(10));
                    }
                }
                Err(error) => panic!("nothing comes: {error}"),
            }
        }
    }

    /// A name of this test.
    pub fn name(&self, name: &str) -> String {
        format!("{}:{name}", self.prefix)
    }

    /// A pattern that names of this test match.
    pub fn pattern(&self, pattern: &str) -> String {
        // The names of tests have nothing special in them.
        self.name(pattern)
    }

    pub fn pubsub(&self) -> Box<dyn Handle> {
        self.client.pubsub(PubSubOptions::new())
    }

    /// A handle that is not told of confirmations.
    pub fn quiet(&self) -> Box<dyn Handle> {
        self.client
            .pubsub(PubSubOptions::new().with_ignore_subscribe_messages())
    }

    pub fn call(&self, request: Request) -> Value {
        self.client.call(request).unwrap()
    }

    pub fn publish(&self, name: &str, payload: impl redwire::resp::ToArg) -> i64 {
        match self.call(cmd("PUBLISH").arg(self.name(name)).arg(payload)) {
            Value::Integer(count) => count,
            other => panic!("{other:?}"),
        }
    }

    /// How many connections with the name of this test are subscribed to something.
    pub fn subscribers(&self) -> usize {
        self.lines("CLIENT LIST TYPE pubsub").len()
    }

    /// How many connections with the name of this test there are.
    pub fn connections(&self) -> usize {
        self.lines("CLIENT LIST").len()
    }

    fn lines(&self, command: &str) -> Vec<String> {
        let list = self.call(cmd(command));
        let text = String::from_utf8_lossy(list.as_bytes().unwrap()).into_owned();
        let own = format!(" name={} ", self.prefix);
        text.lines()
            .filter(|line| line.contains(&own))
            .map(Into::into)
            .collect()
    }

    /// Cuts the connections of this test that are subscribed to something.
    pub fn kick(&self) {
        for line in self.lines("CLIENT LIST TYPE pubsub") {
            let id = line
                .strip_prefix("id=")
                .and_then(|rest| rest.split(' ').next())
                .unwrap();
            self.call(cmd("CLIENT KILL ID").arg(id));
        }
    }

    /// Takes the name of the test out of a text.
    pub fn strip(&self, text: &[u8]) -> String {
        let own = format!("{}:", self.prefix);
        String::from_utf8_lossy(text).replace(&own, "")
    }

    /// An event in a few words: type, pattern, channel, payload, count.
    pub fn show(&self, event: &Event) -> String {
        match event {
            Event::Gap(_) => return "gap".into(),
            Event::Lost(count) => return format!("lost {count}"),
            _ => {}
        }
        let mut words = vec![event.kind().to_string()];
        words.extend(event.pattern().map(|text| self.strip(text)));
        words.extend(event.channel().map(|text| self.strip(text)));
        words.extend(event.payload().map(|text| self.strip(text)));
        words.extend(event.count().map(|count| count.to_string()));
        words.join(" ")
    }

    /// What one read gives, waited for as long as it takes.
    pub fn read(&self, pubsub: &mut Box<dyn Handle>) -> String {
        match pubsub.get(ReadOptions::new().timeout(LONG)) {
            Ok(Some(event)) => self.show(&event),
            Ok(None) => "nothing".into(),
            Err(error) => format!("error: {error}"),
        }
    }

    /// The next so many events.
    pub fn reads(&self, pubsub: &mut Box<dyn Handle>, count: usize) -> Vec<String> {
        (0..count).map(|_| self.read(pubsub)).collect()
    }

    /// Everything that has come by now: the server answers in order, so that what stands behind a pong is not there yet.
    pub fn drain(&self, pubsub: &mut Box<dyn Handle>) -> Vec<String> {
        use redwire::pubsub::Subscribe;
        pubsub.ping(Some("drained")).unwrap();
        let mut all = Vec::new();
        loop {
            match self.read(pubsub) {
                text if text == "pong drained" => return all,
                text => all.push(text),
            }
        }
    }
}
