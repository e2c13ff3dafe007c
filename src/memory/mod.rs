//! An in-memory Redis server as a pure machine: state, time and bytes in; bytes out.
//!
//! [`Server`] knows no socket, no thread and no clock. Whoever drives it says what time it is with each call, and time
//! only passes because of that: a key with a time to live of ten seconds is gone exactly when a call brings a time ten
//! seconds later. Chance (SPOP, RANDOMKEY..) comes from a seed. Equal calls therefore give equal bytes.
//!
//! ```
//! use redwire::memory::Server;
//! use redwire::time::Timestamp;
//!
//! let mut server = Server::new();
//! let session = server.connect(Timestamp::ZERO);
//! server.handle_input(Timestamp::ZERO, session, b"SET greeting hello PX 1500\r\nGET greeting\r\n");
//! assert_eq!(server.poll_transmit(session), Some(&b"+OK\r\n$5\r\nhello\r\n"[..]));
//! server.transmitted(session, 16);
//!
//! server.handle_input(Timestamp::from_millis(1500), session, b"GET greeting\r\n");
//! assert_eq!(server.poll_transmit(session), Some(&b"$-1\r\n"[..]));
//! ```
//!
//! # Differences from a real server
//!
//! - A key is gone *at* its expiry time; Redis keeps it for the rest of that millisecond. With a clock that moves only
//!   when told to, "after ten seconds" has to include the tenth.
//! - DUMP writes a format of its own, with a checksum, which only this server restores.
//! - Nothing is evicted, persisted or replicated.
//! - No command takes any time: SLOWLOG keeps commands only while `slowlog-log-slower-than` is 0, and LATENCY knows of no
//!   events.
//! - There is no Lua: what a script does is said in Rust ([`Server::on_script`]).
//! - SUBSCRIBE and its like are refused between MULTI and EXEC, where they would shift the replies. There are no keyspace
//!   notifications.
//! - Trimming a stream approximately takes whole blocks of a hundred entries; a real server's blocks also end when they
//!   are full of bytes. XINFO counts these blocks where a real server counts the nodes of its tree.
//! - Commands on places need the feature `std`, which has the sines.
//! - HRANDFIELD, SRANDMEMBER and ZRANDMEMBER draw no more than four million with repetitions; a real server goes on until memory or
//!   the client gives up.
//!
//! # How to add a family
//!
//! A family is a folder with one table and its handlers:
//!
//! ```text
//! pub(super) static COMMANDS: &[Command] = &[
//!     Command::new("strlen", 2, READ | FAST, KEY, strlen),     // name, arity as COMMAND says, flags, keys, handler
//!     Command::container("object", &[Command::new("object|freq", 3, READ, ..), ..]),
//! ];
//!
//! fn strlen(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {  // args without the name; arity is already checked
//!     let [key] = args else { return Err(Failure::Arity) };
//!     let text = cx.get::<Text>(key)?;                          // WRONGTYPE comes from here
//!     Ok(Reply::count(text.map_or(0, Text::len)))
//! }
//! ```
//!
//! 1. Add the table and its category to `FAMILIES` in this file.
//! 2. Read with `cx.get::<K>`, change with `cx.get_mut::<K>` or `cx.get_or_create::<K>`, replace with `cx.put`, delete with
//!    `cx.remove`. **After a real change through a `&mut` call `cx.changed(key)`**: it deletes what became empty, fails
//!    watchers, wakes waiting clients. No change (SREM of a missing member): no call.
//! 3. Check arguments and types before changing anything; an error must leave everything as it was. (An aggregate made by
//!    `get_or_create` and left empty disappears by itself.)
//! 4. Return a `Reply` by meaning (`Map`, `Set`, `Double`, `Pairs`); RESP2 and RESP3 follow from it.
//! 5. To wait, look first, and if there is nothing `return cx.wait_for(WaitFor::List, keys, timeout, Reply::NullArray)`.
//!    The same handler runs again when a key changed. Give the command the flag `BLOCKING`.
//! 6. Expired keys and fields are purged before each command: handlers never meet one and never check.
//! 7. Tests are tables in `src/memory/tests/` or in the family's own `tests.rs`, through `tests::Client`.

mod bitmaps;
mod blocking;
mod command;
mod config;
mod connection;
mod context;
mod database;
mod dict;
mod dispatch;
mod failure;
#[cfg(feature = "std")]
mod geo;
mod glob;
mod hashes;
mod keys;
mod lists;
mod long_double;
mod multi_pop;
mod number;
mod pubsub;
mod random;
mod reply;
mod request;
mod scripting;
mod server;
mod session;
mod sets;
mod sorted_sets;
mod streams;
mod strings;
mod transactions;
mod users;
mod values;
mod watch;

#[cfg(test)]
mod tests;

use alloc::collections::{BTreeMap, VecDeque};
use alloc::sync::Arc;
use core::fmt;

use bytes::{Buf, Bytes};

use blocking::Blocked;
use command::Family;
use config::Config;
use database::Databases;
use failure::Failure;
use pubsub::Listeners;
use random::Random;
use scripting::Scripts;
use server::Slowlog;
use session::Session;
use users::Users;
use watch::Watches;

pub use scripting::ScriptCall;
pub use session::SessionId;

use crate::error::Error;
use crate::resp::Value;
use crate::script::Script;
use crate::time::Timestamp;

/// The families' tables. The category is the one ACLs use (`@string`), where there is one.
static FAMILIES: &[Family] = &[
    Family::new("connection", connection::COMMANDS),
    Family::new("", server::COMMANDS),
    Family::new("keyspace", keys::COMMANDS),
    Family::new("string", strings::COMMANDS),
    Family::new("bitmap", bitmaps::COMMANDS),
    Family::new("hash", hashes::COMMANDS),
    Family::new("list", lists::COMMANDS),
    Family::new("set", sets::COMMANDS),
    Family::new("sortedset", sorted_sets::COMMANDS),
    // Distances on a sphere take sines, which only the standard library has.
    #[cfg(feature = "std")]
    Family::new("geo", geo::COMMANDS),
    Family::new("stream", streams::COMMANDS),
    Family::new("transaction", transactions::COMMANDS),
    Family::new("scripting", scripting::COMMANDS),
    Family::new("pubsub", pubsub::COMMANDS),
];

/// The version HELLO and INFO report.
const VERSION: &str = "7.2.0";

/// How many databases SELECT can choose from.
const DATABASES: usize = 16;

/// Which Unix time [`Timestamp::ZERO`] stands for unless told otherwise: the start of the year 2024, in milliseconds.
const DEFAULT_UNIX_ORIGIN: u64 = 1_704_067_200_000;

/// An in-memory Redis server. See the [module](self) for what it is.
///
/// Any number of sessions talk to it, each a stream of bytes in both directions. All calls are legal in any order; an
/// unknown [`SessionId`] is ignored. Time never runs backwards: an earlier `now` counts as the latest one seen.
pub struct Server {
    databases: Databases,
    /// All sessions but the one whose command is running.
    sessions: BTreeMap<SessionId, Session>,
    next_session: u64,
    /// Sessions with output or an end the driver has not been told about.
    ready: VecDeque<SessionId>,
    /// Sessions that may go on with what they have sent.
    runnable: VecDeque<SessionId>,
    blocked: Blocked,
    watches: Watches,
    listeners: Listeners,
    pause: Option<Pause>,
    config: Config,
    users: Users,
    scripts: Scripts,
    random: Random,
    stats: Stats,
    slowlog: Slowlog,
    unix_origin: u64,
    now: Timestamp,
}

/// CLIENT PAUSE.
#[derive(Debug, Clone, Copy)]
struct Pause {
    until: Timestamp,
    writes_only: bool,
}

/// Counters of INFO.
#[derive(Debug, Default, Clone, Copy)]
struct Stats {
    connections: u64,
    commands: u64,
    expired: u64,
}

impl Default for Server {
    fn default() -> Self {
        Server::new()
    }
}

impl Server {
    /// An empty server: 16 databases, no password.
    #[must_use]
    pub fn new() -> Self {
        Server::with_seed(0)
    }

    /// As [`Server::new`], with a seed for everything that is left to chance (RANDOMKEY, SPOP, SRANDMEMBER..).
    #[must_use]
    pub fn with_seed(seed: u64) -> Self {
        Server {
            databases: Databases::new(DATABASES),
            sessions: BTreeMap::new(),
            next_session: 1,
            ready: VecDeque::new(),
            runnable: VecDeque::new(),
            blocked: Blocked::default(),
            watches: Watches::default(),
            listeners: Listeners::default(),
            pause: None,
            config: Config::default(),
            users: Users::default(),
            scripts: Scripts::new(),
            random: Random::new(seed),
            stats: Stats::default(),
            slowlog: Slowlog::default(),
            unix_origin: DEFAULT_UNIX_ORIGIN,
            now: Timestamp::ZERO,
        }
    }

    /// Sets the password of the user `default` (Redis' `requirepass`), or takes it away. Sessions that are connected stay
    /// as they are.
    pub fn set_password(&mut self, password: Option<&str>) {
        self.users.set("default", password);
    }

    /// Adds a user who may log in with this password, or changes the password.
    pub fn add_user(&mut self, name: &str, password: &str) {
        self.users.set(name, Some(password));
    }

    /// Says which Unix time, in milliseconds, [`Timestamp::ZERO`] stands for: TIME, EXPIREAT and EXPIRETIME speak Unix
    /// time. Without it, the start of the year 2024 (UTC). Call it before keys get a time to live; theirs is kept as
    /// Unix time.
    pub fn set_unix_time(&mut self, at_origin_ms: u64) {
        self.unix_origin = at_origin_ms;
    }

    /// Says what a script does, for there is no Lua here: `run` is called in its place, whenever a client sends its source or
    /// its SHA-1. What it gives becomes a reply as if it came from Lua: `true` is 1, `false` is no value, a double is cut to
    /// an integer, a list ends before its first missing value. See [`ScriptCall`].
    ///
    /// A script that nobody spoke for is refused, with an error that says so. Those of this crate's locks are known.
    pub fn on_script<T: Into<Value>>(
        &mut self,
        script: &Script,
        run: impl Fn(&ScriptCall<'_>) -> Result<T, Error> + Send + Sync + 'static,
    ) {
        let native = Arc::new(move |call: &ScriptCall<'_>| run(call).map(T::into));
        self.scripts.register(script, native);
    }

    /// Says what a function does that FCALL and FCALL_RO name, as [`Server::on_script`]. Libraries are not loaded here.
    pub fn on_function<T: Into<Value>>(
        &mut self,
        name: impl AsRef<[u8]>,
        run: impl Fn(&ScriptCall<'_>) -> Result<T, Error> + Send + Sync + 'static,
    ) {
        let native = Arc::new(move |call: &ScriptCall<'_>| run(call).map(T::into));
        self.scripts
            .register_function(Bytes::copy_from_slice(name.as_ref()), native);
    }

    /// Opens a session.
    pub fn connect(&mut self, now: Timestamp) -> SessionId {
        self.advance(now);
        let id = SessionId(self.next_session);
        self.next_session += 1;
        self.stats.connections += 1;
        let open = self.users.default_password().is_none();
        self.sessions.insert(id, Session::new(id, self.now, open));
        id
    }

    /// The client has gone. What it waited for, watched or had not read yet is forgotten.
    pub fn disconnect(&mut self, now: Timestamp, id: SessionId) {
        self.advance(now);
        self.forget(id);
        self.sessions.remove(&id);
        self.resume();
    }

    /// Bytes from the client, cut anywhere. Complete requests are run at once; replies wait in
    /// [`Server::poll_transmit`], possibly of other sessions as well: see [`Server::poll_ready`].
    pub fn handle_input(&mut self, now: Timestamp, id: SessionId, bytes: &[u8]) {
        self.advance(now);
        if let Some(session) = self.sessions.get_mut(&id) {
            if !session.closing {
                session.requests.push(bytes);
                self.runnable.push_back(id);
            }
        }
        self.resume();
    }

    /// What is to be sent to the client, if anything. Report with [`Server::transmitted`] how much of it was.
    #[must_use]
    pub fn poll_transmit(&self, id: SessionId) -> Option<&[u8]> {
        self.sessions
            .get(&id)
            .map(|session| session.output.as_ref())
            .filter(|output| !output.is_empty())
    }

    /// The first `n` bytes of the output have been sent.
    pub fn transmitted(&mut self, id: SessionId, n: usize) {
        if let Some(session) = self.sessions.get_mut(&id) {
            session.output.advance(n.min(session.output.len()));
        }
    }

    /// A session that has got output, or an end, since it was last named here. A command of one client can answer others
    /// that waited.
    pub fn poll_ready(&mut self) -> Option<SessionId> {
        while let Some(id) = self.ready.pop_front() {
            if let Some(session) = self.sessions.get_mut(&id) {
                session.announced = false;
                return Some(id);
            }
        }
        None
    }

    /// Whether the server has ended this session (QUIT, CLIENT KILL, a protocol error) and all output has been sent. True
    /// as well for a session that does not exist.
    #[must_use]
    pub fn is_closed(&self, id: SessionId) -> bool {
        self.sessions
            .get(&id)
            .is_none_or(|session| session.closing && session.output.is_empty())
    }

    /// Whether a session waits for what other sessions cause: it is subscribed to something, or monitors.
    #[must_use]
    pub fn is_listening(&self, id: SessionId) -> bool {
        self.listeners.is_subscribed(id) || self.listeners.is_monitor(id)
    }

    /// When [`Server::handle_timeout`] wants to be called: the earliest moment a waiting client gives up or a pause ends.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        let pause = self.pause.map(|pause| pause.until);
        match (self.blocked.next_deadline(), pause) {
            (Some(deadline), Some(pause)) => Some(deadline.min(pause)),
            (deadline, pause) => deadline.or(pause),
        }
    }

    /// Time has passed. Legal at any time.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        self.advance(now);
        self.resume();
    }

    /// Moves the clock, purges what has expired and ends the waits that are over.
    fn advance(&mut self, now: Timestamp) {
        self.now = self.now.max(now);
        let unix = self.unix_ms();
        for number in 0..self.databases.count() {
            for key in self.databases.at_mut(number).purge(unix) {
                self.stats.expired += 1;
                self.watches.touch(number, &key);
            }
        }
        while let Some(id) = self.blocked.due(self.now) {
            self.end_wait(id, None);
        }
        if self.pause.is_some_and(|pause| pause.until <= self.now) {
            self.end_pause();
        }
    }

    /// Ends CLIENT PAUSE: what was held back goes on.
    fn end_pause(&mut self) {
        self.pause = None;
        self.runnable
            .extend(self.sessions.values().filter(|s| s.postponed.is_some()).map(|s| s.id));
    }

    /// Unix time in milliseconds.
    fn unix_ms(&self) -> i64 {
        let millis = u64::try_from(self.now.since_origin().as_millis()).unwrap_or(u64::MAX);
        i64::try_from(self.unix_origin.saturating_add(millis)).unwrap_or(i64::MAX)
    }

    /// A key of a database has changed: see [`context::Context::changed`].
    fn changed(&mut self, database: usize, key: &Bytes) {
        let db = self.databases.at_mut(database);
        if db.get(key).is_some_and(|entry| entry.value.is_empty()) {
            db.remove(key);
        }
        db.refile(key);
        self.watches.touch(database, key);
        self.blocked.touch(database, key);
    }

    /// Empties a database. Watchers of keys that were there notice.
    fn flush(&mut self, number: usize) {
        let old = core::mem::take(self.databases.at_mut(number));
        self.blocked.touch_database(number);
        for key in self.watches.keys_in(number) {
            if old.get(&key).is_some() {
                self.watches.touch(number, &key);
            }
        }
    }

    /// Exchanges two databases. Watchers of keys that are in either notice, and so do clients that wait for a key.
    fn swap(&mut self, one: usize, other: usize) {
        if one == other {
            return;
        }
        for number in [one, other] {
            for key in self.watches.keys_in(number) {
                if [one, other]
                    .iter()
                    .any(|&number| self.databases.at(number).get(&key).is_some())
                {
                    self.watches.touch(number, &key);
                }
            }
        }
        self.databases.swap(one, other);
        self.blocked.touch_database(one);
        self.blocked.touch_database(other);
    }

    /// Checks the number of a database a client named.
    fn database_number(&self, number: i64) -> Result<usize, Failure> {
        let number = usize::try_from(number).map_err(|_| Failure::DB_OUT_OF_RANGE)?;
        if number < self.databases.count() {
            Ok(number)
        } else {
            Err(Failure::DB_OUT_OF_RANGE)
        }
    }

    /// Puts a session back into the table after its command ran, and tells the driver if there is news.
    fn put_back(&mut self, mut session: Session) {
        if session.closing {
            self.forget(session.id);
        }
        if !session.announced && (session.closing || !session.output.is_empty()) {
            session.announced = true;
            self.ready.push_back(session.id);
        }
        self.sessions.insert(session.id, session);
    }

    /// Ends a session from the server's side; what it has not read yet is still sent.
    fn close(&mut self, id: SessionId) {
        if let Some(mut session) = self.sessions.remove(&id) {
            session.closing = true;
            self.put_back(session);
        }
    }

    /// Forgets what a session waits for, watches and listens to.
    fn forget(&mut self, id: SessionId) {
        self.blocked.remove(id);
        self.watches.unwatch(id);
        self.listeners.forget(id);
    }
}

/// Says how much there is, never what.
impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: usize = (0..self.databases.count())
            .map(|number| self.databases.at(number).entries().len())
            .sum();
        f.debug_struct("Server")
            .field("now", &self.now)
            .field("sessions", &self.sessions.len())
            .field("waiting", &self.blocked.len())
            .field("keys", &keys)
            .finish_non_exhaustive()
    }
}
