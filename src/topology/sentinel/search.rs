//! One way from a service's name to a server of it.

use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;

use super::answers::{self, KnownMaster};
use super::service::{Sentinels, ServiceRole};
use crate::command::{Request, cmd};
use crate::connection::Settings;
use crate::error::{Error, ErrorKind, Outcome};
use crate::resp::{Reply, server_error};
use crate::secret::Credentials;
use crate::time::Timestamp;
use crate::topology::config::Protocol;
use crate::topology::endpoint::Endpoint;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Goal {
    /// Where the master is.
    Master,
    /// Where the replicas are.
    Replicas,
    /// A connection to a server of this role.
    Connection(ServiceRole),
}

/// What a [`Search`] wants next.
#[derive(Debug)]
#[non_exhaustive]
pub enum Step {
    /// Ask this sentinel, over a connection of its own, and tell [`Search::answered`] what came of it.
    Ask {
        /// Whom.
        sentinel: Endpoint,
        /// What, in one write.
        batch: Vec<Request>,
        /// How long connecting and answering may take in sum.
        within: Duration,
    },
    /// Connect to this server, log in, ask this, and tell [`Search::connected`] what came of it. If that is all the search
    /// wanted, the connection is the one to be used.
    Connect {
        /// Where to.
        server: Endpoint,
        /// What to ask, before anything else.
        request: Request,
        /// How long all of it may take; `None` for ever.
        within: Option<Duration>,
    },
    /// Nothing more: the servers that were looked for, one if a connection was.
    Done(Result<Vec<Endpoint>, Error>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asking {
    Masters,
    Replicas,
}

/// Looks for servers of one service: asks the sentinels one after the other, tries what they name, and goes on to the next
/// when it is no good. No socket, no clock.
///
/// Nobody's word is taken on trust: a server that is named as the master is asked itself (`ROLE`), and so a sentinel that has
/// not heard of the latest failover does no harm as long as another one has.
///
/// ```
/// use redwire::resp::ReplyBuilder;
/// use redwire::time::Timestamp;
/// use redwire::topology::sentinel::{Goal, Search, Sentinels, Step};
///
/// let sentinels = Sentinels::new([("sentinel-1", 26379), ("sentinel-2", 26379)]);
/// let mut search = Search::new(Goal::Replicas, "mymaster", &sentinels, None);
/// let Step::Ask { sentinel, batch, .. } = search.step(Timestamp::ZERO) else { panic!() };
/// assert_eq!((sentinel.to_string(), batch[0].to_string()), ("sentinel-1:26379".into(), "SENTINEL SLAVES mymaster".into()));
///
/// let mut answer = ReplyBuilder::new();
/// answer.array(1).array(8);
/// for text in ["name", "10.0.0.2:6379", "ip", "10.0.0.2", "port", "6379", "flags", "slave"] {
///     answer.bulk(text.as_bytes());
/// }
/// search.answered(Ok(vec![answer.finish().unwrap()]));
/// let Step::Done(found) = search.step(Timestamp::ZERO) else { panic!() };
/// assert_eq!(found?[0].to_string(), "10.0.0.2:6379");
/// # Ok::<(), redwire::Error>(())
/// ```
#[derive(Debug)]
pub struct Search {
    goal: Goal,
    name: String,
    sentinels: Vec<Endpoint>,
    timeout: Duration,
    min_other_sentinels: u64,
    deadline: Option<Timestamp>,
    asking: Asking,
    /// Which sentinel is asked next.
    next: usize,
    /// Which one knew.
    knew: Option<usize>,
    /// The epoch of what was known before.
    pub(super) known_epoch: u64,
    /// An earlier word counts only if nobody has a later one.
    least_epoch: u64,
    outdated: Option<(usize, KnownMaster)>,
    pub(super) master: Option<KnownMaster>,
    /// To be connected to, in this order.
    servers: VecDeque<Endpoint>,
    /// Those that were no good.
    refused: Vec<Endpoint>,
    /// Whose turn it is among the replicas, and how many had theirs.
    turn: u64,
    pub(super) turns: u64,
    /// Why nobody was any good so far.
    reasons: Vec<String>,
    /// Why the last server could not be connected to.
    failure: Option<Error>,
    /// The first refusal to log in at a sentinel, and whether anything else came of asking.
    login: Option<Error>,
    not_only_logins: bool,
    done: Option<Result<Vec<Endpoint>, Error>>,
}

impl Search {
    /// Looks for servers of the service `name`, until `deadline` if there is one.
    #[must_use]
    pub fn new(goal: Goal, name: &str, sentinels: &Sentinels, deadline: Option<Timestamp>) -> Self {
        Search {
            goal,
            name: name.into(),
            sentinels: sentinels.endpoints.clone(),
            timeout: sentinels.timeout,
            min_other_sentinels: sentinels.min_other_sentinels,
            deadline,
            asking: match goal {
                Goal::Master | Goal::Connection(ServiceRole::Master) => Asking::Masters,
                Goal::Replicas | Goal::Connection(ServiceRole::Replica) => Asking::Replicas,
            },
            next: 0,
            knew: None,
            known_epoch: 0,
            least_epoch: 0,
            outdated: None,
            master: None,
            servers: VecDeque::new(),
            refused: Vec::new(),
            turn: 0,
            turns: 0,
            reasons: Vec::new(),
            failure: None,
            login: None,
            not_only_logins: false,
            done: None,
        }
    }

    /// The replica to be tried first is the one of this number, counted round and round.
    #[must_use]
    pub fn starting_at(mut self, turn: u64) -> Self {
        self.turn = turn;
        self
    }

    /// What is known already is of this epoch.
    pub(super) fn knowing(mut self, epoch: u64) -> Self {
        self.known_epoch = epoch;
        self.least_epoch = epoch;
        self
    }

    /// How a question is asked: over RESP2, which costs no round trip before it unless there is a login.
    #[must_use]
    pub fn settings(credentials: Option<&Credentials>, within: Option<Duration>) -> Settings {
        let mut settings = Settings::new().protocol(Protocol::Resp2);
        settings.credentials = credentials.cloned();
        settings.connect_timeout = within;
        settings
    }

    /// The sentinels in the order in which they are best asked the next time: the one that knew, first.
    #[must_use]
    pub fn order(&self) -> Vec<Endpoint> {
        let mut order = self.sentinels.clone();
        if let Some(knew) = self.knew.filter(|knew| *knew < order.len()) {
            order.swap(0, knew);
        }
        order
    }

    /// What to do next. Asking again before the result was told gives the same answer.
    pub fn step(&mut self, now: Timestamp) -> Step {
        loop {
            if let Some(done) = &self.done {
                return Step::Done(done.clone());
            }
            let left = self.deadline.map(|deadline| deadline.saturating_since(now));
            if left == Some(Duration::ZERO) {
                self.done = Some(Err(self.failed(true)));
                continue;
            }
            let unasked = self.sentinels.len().saturating_sub(self.next);
            if let Some(server) = self.servers.front() {
                // Time is left for the next one, and for whoever may know better.
                let others = self.servers.len() + usize::from(unasked > 0);
                return Step::Connect {
                    server: server.clone(),
                    request: cmd("ROLE").idempotent(),
                    within: left.map(|left| share(left, others)),
                };
            }
            if let Some(sentinel) = self.sentinels.get(self.next) {
                let share = left.map_or(self.timeout, |left| share(left, unasked + 1));
                return Step::Ask {
                    sentinel: sentinel.clone(),
                    batch: match self.asking {
                        Asking::Masters => answers::about_master(&self.name).into(),
                        Asking::Replicas => answers::about_replicas(&self.name).into(),
                    },
                    within: self.timeout.min(share),
                };
            }
            self.nobody_left();
        }
    }

    /// What the sentinel of the last [`Step::Ask`] answered.
    pub fn answered(&mut self, answer: Result<Vec<Reply>, Error>) {
        let asked = self.next;
        let Some(sentinel) = self.sentinels.get(asked) else {
            return;
        };
        let sentinel = sentinel.to_string();
        self.next += 1;
        let answer = answer.and_then(|replies| replies.into_iter().map(refuse_login).collect());
        match &answer {
            Err(error) if error.kind() == ErrorKind::Authentication => {
                self.login.get_or_insert_with(|| error.clone());
            }
            _ => self.not_only_logins = true,
        }
        let answer = answer.map_err(|error| reason(&error));
        let wrong = match self.asking {
            Asking::Masters => answer
                .and_then(|replies: Vec<Reply>| answers::master(&replies, &self.name, self.min_other_sentinels))
                .and_then(|master| self.named(asked, master)),
            Asking::Replicas => answer
                .and_then(|replies| answers::replicas(&replies))
                .map(|replicas| self.listed(asked, replicas)),
        };
        if let Err(why) = wrong {
            let named = why.starts_with("cannot connect");
            self.reasons
                .push(if named { why } else { format!("{sentinel}: {why}") });
        }
    }

    /// A sentinel names the master.
    fn named(&mut self, asked: usize, master: KnownMaster) -> Result<(), String> {
        if master.epoch < self.least_epoch {
            let why = format!("it has not heard of the latest failover: it names {}", master.endpoint);
            let latest = self
                .outdated
                .as_ref()
                .is_none_or(|(_, known)| known.epoch < master.epoch);
            if latest {
                self.outdated = Some((asked, master));
            }
            return Err(why);
        }
        if self.goal == Goal::Master {
            self.knew = Some(asked);
            self.done = Some(Ok([master.endpoint.clone()].into()));
        } else if self.refused.contains(&master.endpoint) {
            return Err(format!("it names {} too", master.endpoint));
        } else {
            self.knew = Some(asked);
            self.servers.push_back(master.endpoint.clone());
        }
        self.master = Some(master);
        Ok(())
    }

    /// A sentinel lists the replicas.
    fn listed(&mut self, asked: usize, mut replicas: Vec<Endpoint>) {
        self.knew = Some(asked);
        if self.goal == Goal::Replicas {
            self.done = Some(Ok(replicas));
            return;
        }
        let len = replicas.len().max(1);
        replicas.rotate_left(usize::try_from(self.turn % len as u64).unwrap_or(0));
        self.servers = replicas.into();
        // Nobody else is asked for replicas: if these are no good, there is the master.
        self.next = self.sentinels.len();
    }

    /// What came of connecting to the server of the last [`Step::Connect`], and of asking it.
    pub fn connected(&mut self, answer: Result<Reply, Error>) {
        let Some(server) = self.servers.pop_front() else { return };
        if self.asking == Asking::Replicas {
            self.turns += 1;
        }
        let answer = match answer.and_then(refuse_login) {
            Ok(reply) => answers::role(&reply).and_then(|role| self.judge(role)),
            // Another server of the service would say the same.
            Err(error) if error.kind() == ErrorKind::Authentication => {
                self.done = Some(Err(error.with_outcome(Outcome::NotSent)));
                return;
            }
            Err(error) => {
                let why = reason(&error);
                self.failure = Some(error.with_outcome(Outcome::NotSent));
                Err(why)
            }
        };
        let Err(why) = answer else {
            self.done = Some(Ok([server].into()));
            return;
        };
        let named = why.contains(&server.to_string());
        self.reasons.push(if named { why } else { format!("{server}: {why}") });
        if self.asking == Asking::Masters {
            self.refused.push(server);
        }
    }

    /// Whether a server of this role is of any use. One that is listed as a replica and says that it is a master may be a
    /// former one that has not been told yet, and has missed what was written since.
    fn judge(&self, role: Option<ServiceRole>) -> Result<(), String> {
        match (self.asking, self.goal, role) {
            (Asking::Masters, Goal::Connection(ServiceRole::Master), Some(ServiceRole::Replica)) => {
                Err("it says that it is a replica".into())
            }
            (Asking::Replicas, _, Some(ServiceRole::Master)) => Err("it says that it is a master".into()),
            _ => Ok(()),
        }
    }

    fn nobody_left(&mut self) {
        match (self.asking, self.goal) {
            (Asking::Replicas, Goal::Connection(_)) => {
                self.sentinels = self.order();
                self.knew = None;
                self.next = 0;
                self.asking = Asking::Masters;
            }
            (Asking::Replicas, _) => self.done = Some(Ok(Vec::new())),
            (Asking::Masters, _) => match self.outdated.take() {
                // Nobody has a later word, so this is the latest: somebody set the sentinels up anew.
                Some((asked, master)) if !self.refused.contains(&master.endpoint) => {
                    self.least_epoch = master.epoch;
                    if let Err(why) = self.named(asked, master) {
                        self.reasons.push(why);
                    }
                }
                _ => self.done = Some(Err(self.failed(false))),
            },
        }
    }

    fn failed(&self, late: bool) -> Error {
        if let Some(login) = self.login.as_ref().filter(|_| !self.not_only_logins) {
            return login.with_outcome(Outcome::NotSent);
        }
        let mut reasons = self.reasons.join("; ");
        if late {
            let separator = if reasons.is_empty() { "" } else { "; " };
            reasons = format!("{reasons}{separator}the time is up");
        }
        match (self.goal, &self.failure) {
            (Goal::Connection(ServiceRole::Master), Some(failure)) => failure.clone(),
            (Goal::Connection(ServiceRole::Replica) | Goal::Replicas, _) => Error::no_slave(&self.name, &reasons),
            _ => Error::no_master(&self.name, &reasons),
        }
    }
}

/// A server that wants a login first says so instead of an answer.
fn refuse_login(reply: Reply) -> Result<Reply, Error> {
    match server_error(reply.root()).map(Error::server) {
        Some(error) if error.kind() == ErrorKind::Authentication => Err(error),
        _ => Ok(reply),
    }
}

/// The failure in a few words: what became of the question is of no interest.
fn reason(error: &Error) -> String {
    error.with_outcome(Outcome::Rejected).to_string()
}

fn share(left: Duration, among: usize) -> Duration {
    left / u32::try_from(among.max(1)).unwrap_or(u32::MAX)
}
