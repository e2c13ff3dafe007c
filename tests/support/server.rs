//! Starting, killing and restarting one real server.

use super::{Raw, Reply, Version, ports, until_or};
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// How long a server may take to answer, or a replica to be in step.
const PATIENCE: Duration = Duration::from_secs(30);

/// Names the program to start instead of the installed `redis-server`, such as one that `tests/fetch-servers` fetched.
const PROGRAM: &str = "REDWIRE_TEST_SERVER";

/// What kind of server to start. See [`Server::builder`].
#[derive(Debug, Clone, Default)]
pub struct Builder {
    user: Option<String>,
    password: Option<String>,
    only_unix: bool,
    first_port: Option<u16>,
    primary: Option<(u16, Credentials)>,
    /// Lines of its configuration file, which a sentinel must have.
    sentinel: Option<String>,
    args: Vec<String>,
}

/// User and password, as far as there are any.
type Credentials = (Option<String>, Option<String>);

impl Builder {
    /// Asks for this password (`requirepass`).
    pub fn password(mut self, password: &str) -> Self {
        self.password = Some(password.into());
        self
    }

    /// Knows only this ACL user, who may do everything; the default user is off.
    pub fn user(mut self, name: &str, password: &str) -> Self {
        self.user = Some(name.into());
        self.password(password)
    }

    /// Listens on the Unix socket alone, on no port.
    pub fn unix_socket(mut self) -> Self {
        self.only_unix = true;
        self
    }

    /// Tries this port before others; whether it was had, `port()` of the server says.
    pub fn first_port(mut self, port: u16) -> Self {
        self.first_port = Some(port);
        self
    }

    /// Replicates `primary`; `start` returns when the link is up on both sides. What is written from then on arrives a
    /// little later: send `WAIT` over the connection that wrote it.
    pub fn replica_of(mut self, primary: &Server) -> Self {
        self.primary = Some((
            primary.port(),
            (primary.builder.user.clone(), primary.builder.password.clone()),
        ));
        self
    }

    /// A sentinel with these lines in its configuration file, such as `sentinel monitor mymaster 127.0.0.1 6379 2`. What it
    /// learns it keeps there, also for [`restart`](Server::restart).
    pub fn sentinel(mut self, lines: &str) -> Self {
        self.sentinel = Some(lines.into());
        self
    }

    /// One more setting of `redis.conf`, such as `.arg("--appendonly", "yes")`. Overrides what the harness sets.
    pub fn arg(mut self, name: &str, value: &str) -> Self {
        self.args.extend([name.into(), value.into()]);
        self
    }

    /// Starts the server and waits until it answers. Fails the test if it does not.
    pub fn start(self) -> Server {
        let mut server = Server {
            dir: new_dir(),
            port: 0,
            builder: self,
            watchdog: None,
        };
        let deadline = Instant::now() + PATIENCE;
        loop {
            if !server.builder.only_unix {
                server.port = server.builder.first_port.take().unwrap_or_else(ports::free_port);
            }
            if server.launch() {
                return server;
            }
            assert!(
                Instant::now() < deadline,
                "every port tried was taken by somebody else first"
            );
        }
    }

    fn settings(&self, dir: &Path, port: u16) -> Vec<String> {
        let mut args: Vec<String> = Vec::new();
        let mut set = |words: &[&str]| args.extend(words.iter().map(|word| (*word).to_owned()));
        set(&["--port", &port.to_string(), "--bind", "127.0.0.1"]);
        set(&[
            "--unixsocket",
            &socket_in(dir).display().to_string(),
            "--unixsocketperm",
            "700",
        ]);
        set(&["--dir", &dir.display().to_string()]);
        if self.sentinel.is_none() {
            set(&["--save", "", "--appendonly", "no"]);
            // The default waits five seconds for more replicas to come.
            set(&["--repl-diskless-sync-delay", "0"]);
        }
        match (&self.user, &self.password) {
            (Some(user), Some(password)) => {
                set(&["--user", "default", "off"]);
                set(&["--user", user, "on", &format!(">{password}"), "~*", "&*", "+@all"]);
            }
            (None, Some(password)) => set(&["--requirepass", password]),
            _ => {}
        }
        if let Some((port, (user, password))) = &self.primary {
            set(&["--replicaof", "127.0.0.1", &port.to_string()]);
            if let Some(user) = user {
                set(&["--masteruser", user]);
            }
            if let Some(password) = password {
                set(&["--masterauth", password]);
            }
        }
        args.extend(self.args.iter().cloned());
        args
    }
}

/// A running server, stopped and its files removed when dropped.
#[derive(Debug)]
pub struct Server {
    dir: PathBuf,
    port: u16,
    builder: Builder,
    /// Absent between `kill` and `restart`.
    watchdog: Option<Child>,
}

impl Server {
    /// A server as it comes: no password, on a port and on a Unix socket.
    pub fn start() -> Server {
        Server::builder().start()
    }

    /// Chooses the kind of server.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The port on 127.0.0.1; fails the test for a server without one.
    pub fn port(&self) -> u16 {
        assert!(!self.builder.only_unix, "this server listens on its Unix socket only");
        self.port
    }

    /// `redis://127.0.0.1:PORT/` with the credentials the server asks for.
    pub fn url(&self) -> String {
        format!("redis://{}127.0.0.1:{}/", self.userinfo(), self.port())
    }

    /// `unix:///PATH` with the credentials the server asks for.
    pub fn unix_url(&self) -> String {
        format!("unix://{}{}", self.userinfo(), self.unix_path().display())
    }

    /// The file of the Unix socket; every server has one.
    pub fn unix_path(&self) -> PathBuf {
        socket_in(&self.dir)
    }

    /// Asks the server what it is.
    pub fn version(&self) -> Version {
        Version::in_info(&self.raw().call(&["INFO", "server"]).text())
    }

    /// Where the server keeps its files.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// What the server has printed so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.join("log")).unwrap_or_default()
    }

    /// A bare connection, authenticated, for setting the stage and for asserting.
    pub fn raw(&self) -> Raw {
        self.try_raw()
            .unwrap_or_else(|error| panic!("no connection to the server: {error}\n{}", self.log()))
    }

    /// Kills the server on the spot, as a crash would; its files stay for [`restart`](Server::restart).
    pub fn kill(&mut self) {
        if let Some(mut watchdog) = self.watchdog.take() {
            if let Some(mut pipe) = watchdog.stdin.take() {
                // A watchdog that is gone already cannot be told, and need not be.
                let _ = pipe.write_all(b"keep the files\n");
            }
            watchdog.wait().expect("a child can be waited for");
        }
    }

    /// Starts the server again with the same port, settings and files, killing it first if it still runs.
    pub fn restart(&mut self) {
        self.kill();
        let deadline = Instant::now() + PATIENCE;
        while !self.launch() {
            assert!(
                Instant::now() < deadline,
                "port {} was taken by somebody else",
                self.port
            );
        }
    }

    /// Waits until a replica is in step with its primary, after the link was cut or a server restarted.
    pub fn wait_for_link(&self) {
        let Some((primary_port, credentials)) = &self.builder.primary else {
            return;
        };
        let online = format!("port={},state=online", self.port);
        self.wait_until("the link to the primary is up", || {
            let mut primary = Raw::tcp(*primary_port).ok()?;
            authenticate(&mut primary, credentials).ok()?;
            let up = info(&mut self.try_raw().ok()?)?.contains("master_link_status:up");
            (up && info(&mut primary)?.contains(&online)).then_some(())
        });
    }

    fn userinfo(&self) -> String {
        match (&self.builder.user, &self.builder.password) {
            (user, Some(password)) => {
                format!(
                    "{}:{}@",
                    percent_encode(user.as_deref().unwrap_or("")),
                    percent_encode(password)
                )
            }
            _ => String::new(),
        }
    }

    fn try_raw(&self) -> std::io::Result<Raw> {
        let mut raw = Raw::unix(&self.unix_path())?;
        authenticate(&mut raw, &(self.builder.user.clone(), self.builder.password.clone()))?;
        Ok(raw)
    }

    /// Starts the process and waits until it answers; `false` if its port was taken.
    fn launch(&mut self) -> bool {
        let _ = fs::remove_file(self.dir.join("exit"));
        let _ = fs::remove_file(self.dir.join("log"));
        let mut mode = Vec::new();
        if let Some(lines) = &self.builder.sentinel {
            let file = self.dir.join("sentinel.conf");
            if !file.exists() {
                fs::write(&file, lines).expect("a file in a directory of our own");
            }
            mode = vec![file.display().to_string(), "--sentinel".into()];
        }
        let watchdog = Command::new("sh")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/watchdog.sh"))
            .arg(&self.dir)
            .arg(program())
            .args(mode)
            .args(self.builder.settings(&self.dir, self.port))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell to run the watchdog");
        self.watchdog = Some(watchdog);

        // Asked over the socket in the server's own directory: whoever answers there is this server and no other one
        // that was quicker to take the port, which a server opens before its socket.
        let answered = self.wait_until("the server answers", || match self.exit_status() {
            Some(status) => Some(self.port_was_free(&status)),
            None => (self.try_raw().ok()?.try_call(&["PING"]).ok()? == Reply::Simple("PONG".into())).then_some(true),
        });
        if answered {
            self.wait_for_link();
        } else {
            self.kill();
        }
        answered
    }

    fn exit_status(&self) -> Option<String> {
        // The file exists for an instant before its content does.
        fs::read_to_string(self.dir.join("exit"))
            .ok()
            .filter(|status| status.ends_with('\n'))
    }

    /// Sorts out why the server ended at once: `false` for the one reason that is worth another try.
    fn port_was_free(&self, status: &str) -> bool {
        let log = self.log();
        let status = status.trim();
        assert!(
            status != "127",
            "{} is not installed: run ./tests/run once, it installs what the tests need ({})",
            program(),
            log.trim()
        );
        assert!(
            log.contains("Address already in use"),
            "{} ended with status {status}:\n{log}",
            program()
        );
        false
    }

    fn wait_until<T>(&self, what: &str, done: impl FnMut() -> Option<T>) -> T {
        until_or(|| format!("{what}; its log:\n{}", self.log()), done)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        match self.watchdog.take() {
            // Letting go of the pipe is the order to kill the server and remove its files.
            Some(mut watchdog) => {
                drop(watchdog.stdin.take());
                let _ = watchdog.wait();
            }
            None => {
                let _ = fs::remove_dir_all(&self.dir);
            }
        }
    }
}

fn program() -> String {
    std::env::var(PROGRAM).unwrap_or_else(|_| "redis-server".into())
}

fn new_dir() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        // Short, because the path of a Unix socket may have no more than 107 bytes.
        let dir = std::env::temp_dir().join(format!("redwire-test-{}-{number}", std::process::id()));
        match fs::create_dir(&dir) {
            Ok(()) => return dir,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => panic!("cannot create {}: {error}", dir.display()),
        }
    }
}

fn socket_in(dir: &Path) -> PathBuf {
    dir.join("redis.sock")
}

fn authenticate(raw: &mut Raw, credentials: &Credentials) -> std::io::Result<()> {
    let reply = match credentials {
        (Some(user), Some(password)) => raw.try_call(&["AUTH", user, password])?,
        (None, Some(password)) => raw.try_call(&["AUTH", password])?,
        _ => return Ok(()),
    };
    match reply {
        Reply::Error(text) => Err(std::io::Error::new(ErrorKind::PermissionDenied, text)),
        _ => Ok(()),
    }
}

fn info(raw: &mut Raw) -> Option<String> {
    match raw.try_call(&["INFO", "replication"]).ok()? {
        Reply::Error(_) => None,
        reply => Some(reply.text()),
    }
}

fn percent_encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| {
            if plain(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}
