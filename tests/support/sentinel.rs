//! A master, two replicas and three sentinels that watch them.

use super::{Builder, Raw, Reply, Server, until_or};

/// A service as Sentinel keeps it: a master, two replicas, three sentinels of which two must agree. All of them are gone
/// when this is dropped.
#[derive(Debug)]
pub struct Sentinels {
    /// The first is the master to begin with.
    pub servers: Vec<Server>,
    pub sentinels: Vec<Server>,
    password: Option<String>,
}

/// After so many milliseconds without an answer a sentinel takes a server for dead.
const DOWN_AFTER: u64 = 500;
/// The same where the machine has a lot to do.
const LONG_DOWN_AFTER: u64 = 2000;

impl Sentinels {
    /// The name of the service.
    pub const NAME: &'static str = "mymaster";

    /// Everything as it comes, without passwords.
    pub fn start() -> Sentinels {
        Sentinels::with_passwords(None, None)
    }

    /// With sentinels that take no server for dead just because the machine is busy.
    pub fn patient() -> Sentinels {
        Sentinels::build(None, None, LONG_DOWN_AFTER)
    }

    /// The servers ask for one password, the sentinels for another.
    pub fn with_passwords(servers: Option<&str>, sentinels: Option<&str>) -> Sentinels {
        Sentinels::build(servers, sentinels, DOWN_AFTER)
    }

    fn build(servers: Option<&str>, sentinels: Option<&str>, down_after: u64) -> Sentinels {
        let kind = |password: Option<&str>| match password {
            Some(password) => Server::builder().password(password),
            None => Server::builder(),
        };
        // Any of them may be the replica of another one day.
        let server = |builder: Builder| match servers {
            Some(password) => builder.arg("--masterauth", password),
            None => builder,
        };
        let master = server(kind(servers)).start();
        let mut lines = format!(
            "sentinel monitor {name} 127.0.0.1 {port} 2\n\
             sentinel down-after-milliseconds {name} {down_after}\n\
             sentinel failover-timeout {name} 3000\n\
             sentinel parallel-syncs {name} 2\n",
            name = Sentinels::NAME,
            port = master.port()
        );
        if let Some(password) = servers {
            lines += &format!("sentinel auth-pass {} {password}\n", Sentinels::NAME);
        }
        if let Some(password) = sentinels {
            lines += &format!("sentinel sentinel-pass {password}\n");
        }
        let (replicas, sentinels) = std::thread::scope(|scope| {
            let replicas = [(); 2].map(|()| scope.spawn(|| server(kind(servers)).replica_of(&master).start()));
            let sentinels = [(); 3].map(|()| scope.spawn(|| kind(sentinels).sentinel(&lines).start()));
            (
                replicas.map(|thread| thread.join().expect("a replica")),
                sentinels.map(|thread| thread.join().expect("a sentinel")),
            )
        });
        let group = Sentinels {
            servers: [master].into_iter().chain(replicas).collect(),
            sentinels: sentinels.into(),
            password: servers.map(Into::into),
        };
        group.hurry();
        group.wait_until_watched();
        group
    }

    /// Everything that is done from time to time is done more often, since Redis 7.0.
    fn hurry(&self) {
        for sentinel in &self.sentinels {
            let mut debug = vec!["SENTINEL", "DEBUG"];
            // A replica that says that it is a master is told otherwise after four of these by a sentinel that does not know of
            // its promotion, and the one that does know has it from an INFO once a second.
            debug.extend(["PUBLISH-PERIOD", "600", "INFO-PERIOD", "200"]);
            // A replica whose INFO is older than five of these is not promoted.
            debug.extend(["PING-PERIOD", "300", "ASK-PERIOD", "100"]);
            sentinel.raw().call(&debug);
        }
    }

    /// Waits until every sentinel knows the others and both replicas, and all of them are well.
    pub fn wait_until_watched(&self) {
        self.wait_until("the sentinels know everybody", || {
            self.sentinels.iter().all(|sentinel| {
                let mut raw = sentinel.raw();
                let master = fields(raw.call(&["SENTINEL", "MASTER", Self::NAME]));
                let replicas = list(raw.call(&["SENTINEL", "REPLICAS", Self::NAME]));
                let well = |replica: &Reply| {
                    let replica = fields(replica.clone());
                    replica.get("flags") == "slave" && replica.get("master-link-status") == "ok"
                };
                master.get("flags") == "master"
                    && master.get("num-other-sentinels") == "2"
                    && replicas.len() == 2
                    && replicas.iter().all(well)
            })
        });
    }

    /// Where the sentinels listen.
    pub fn addresses(&self) -> Vec<(String, u16)> {
        let address = |sentinel: &Server| ("127.0.0.1".into(), sentinel.port());
        self.sentinels.iter().map(address).collect()
    }

    /// `redis+sentinel://127.0.0.1:PORT,127.0.0.1:PORT,127.0.0.1:PORT/mymaster` without credentials.
    pub fn url(&self) -> String {
        let addresses = self.addresses();
        let addresses: Vec<_> = addresses.iter().map(|(host, port)| format!("{host}:{port}")).collect();
        format!("redis+sentinel://{}/{}", addresses.join(","), Self::NAME)
    }

    /// The port of the master as the first sentinel that lives sees it.
    pub fn master_port(&self) -> u16 {
        let address = self.sentinels[0]
            .raw()
            .call(&["SENTINEL", "GET-MASTER-ADDR-BY-NAME", Self::NAME]);
        list(address)[1].text().parse().expect("a port")
    }

    /// The master as the first sentinel sees it.
    pub fn master(&mut self) -> &mut Server {
        let port = self.master_port();
        let mut servers = self.servers.iter_mut();
        servers.find(|server| server.port() == port).expect("one of ours")
    }

    /// Kills the server at this port.
    pub fn kill(&mut self, port: u16) {
        let server = self.servers.iter_mut().find(|server| server.port() == port);
        server.expect("one of ours").kill();
    }

    /// A bare connection to the master.
    pub fn raw_master(&self) -> Raw {
        let mut raw = Raw::tcp(self.master_port()).expect("the master listens");
        if let Some(password) = &self.password {
            assert_eq!(raw.call(&["AUTH", password]), Reply::ok());
        }
        raw
    }

    /// Has the first sentinel fail over without a reason, and waits until all sentinels name the new master.
    pub fn fail_over(&self) -> u16 {
        let old = self.master_port();
        self.order_failover();
        self.wait_for_switch(old)
    }

    /// Has the first sentinel begin to fail over without a reason.
    pub fn order_failover(&self) {
        self.wait_until("a failover begins", || {
            self.sentinels[0].raw().call(&["SENTINEL", "FAILOVER", Self::NAME]) == Reply::ok()
        });
    }

    /// Waits until all sentinels name another master than the one at this port; gives its port.
    pub fn wait_for_switch(&self, old: u16) -> u16 {
        self.wait_until("the sentinels name a new master", || {
            self.sentinels.iter().all(|sentinel| names_another(sentinel, old))
        });
        self.master_port()
    }

    /// Waits until one of the sentinels does.
    pub fn wait_for_first_switch(&self, old: u16) {
        self.wait_until("a sentinel names a new master", || {
            self.sentinels.iter().any(|sentinel| names_another(sentinel, old))
        });
    }

    fn wait_until(&self, what: &str, done: impl Fn() -> bool) {
        let logs = || self.sentinels.iter().map(Server::log).collect::<Vec<_>>().join("\n");
        until_or(
            || format!("{what}; the logs of the sentinels:\n{}", logs()),
            || done().then_some(()),
        );
    }
}

fn names_another(sentinel: &Server, old: u16) -> bool {
    let asked = ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", Sentinels::NAME];
    list(sentinel.raw().call(&asked))[1].text() != old.to_string()
}

/// Names and values of a flat list.
struct Fields(Vec<(String, String)>);

impl Fields {
    fn get(&self, name: &str) -> &str {
        let field = self.0.iter().find(|(known, _)| known == name);
        field.map_or("", |(_, value)| value)
    }
}

fn fields(reply: Reply) -> Fields {
    let items = list(reply);
    let pairs = items.chunks_exact(2).map(|pair| (pair[0].text(), pair[1].text()));
    Fields(pairs.collect())
}

fn list(reply: Reply) -> Vec<Reply> {
    match reply {
        Reply::Array(items) => items,
        other => panic!("expected a list, got {other:?}"),
    }
}
