//! What can go wrong, whose fault it is, and what became of the command.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;

use crate::resp::{DecodeError, ProtocolError, ServerError};
use crate::topology::ConfigError;
use crate::transport::{TransportError, TransportErrorKind};

/// What became of a command that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// No byte of it left this machine, so it can safely be sent again.
    NotSent,
    /// It was sent, at least in part, and no answer came: the server may have run it or not.
    MaybeExecuted,
    /// The server answered with an error, or did nothing because a watched key had changed.
    Rejected,
    /// The server ran it; only its reply could not be used, or says no.
    Executed,
}

/// What kind of failure it is, sorted by who is to blame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The server answered with an error; [`Error::code`] tells which.
    Server,
    /// The server refused the credentials, or wants some.
    Authentication,
    /// The server sent bytes that are not RESP, pass a limit, or answer nothing.
    Protocol,
    /// The connection could not be made, or broke.
    Transport,
    /// No answer came in time.
    Timeout,
    /// The connection was closed before: by the server, by an earlier failure, or here.
    Closed,
    /// All connections of the pool are in use, and none became free in time.
    Exhausted,
    /// The memory budget for requests has no room, and none came in time.
    Overloaded,
    /// A watched key had changed, so the transaction was not run. Read again and try again.
    WatchFailed,
    /// The connection on which keys were watched is lost, and nobody can tell whether they changed.
    WatchLost,
    /// No key is watched any more, so that a transaction would not be protected; nothing was sent.
    NotWatching,
    /// The reply is not of the type asked for.
    Decode,
    /// A response callback would not take the reply.
    Callback,
    /// An argument makes no sense; nothing was sent.
    InvalidArgument,
    /// The URL or the configuration makes no sense; nothing was sent.
    Config,
    /// A lock could not be had in time, or is not held any more by its own account.
    Lock,
    /// A lock is not the caller's any more: it expired, and perhaps somebody else has it.
    LockNotOwned,
    /// No sentinel knows a master of the service that is well; nothing was sent.
    MasterNotFound,
    /// No sentinel knows a replica of the service that can be used, nor a master; nothing was sent.
    SlaveNotFound,
    /// A handler of the program's own failed; [`source`](core::error::Error::source) is its error.
    Handler,
}

/// The error of every call: small, cheap to clone, precise.
///
/// ```
/// use redwire::{Error, ErrorKind, Outcome};
///
/// fn worth_another_try(error: &Error) -> bool {
///     error.outcome() == Outcome::NotSent || error.is_retryable()
/// }
/// ```
#[derive(Clone)]
pub struct Error(Arc<Inner>);

struct Inner {
    cause: Cause,
    outcome: Outcome,
    /// Where in a pipeline: the number, counted from 1, and the command.
    place: Option<(usize, String)>,
}

#[derive(Clone)]
enum Cause {
    Server(ServerError),
    Protocol(ProtocolError),
    Transport(TransportError),
    Timeout(&'static str),
    Closed(String),
    Exhausted(u32),
    Overloaded,
    WatchFailed,
    WatchLost {
        why: Box<Cause>,
        /// Nothing was run that must not run twice.
        harmless: bool,
    },
    NotWatching,
    Decode(DecodeError),
    Callback(Cow<'static, str>),
    InvalidArgument(Cow<'static, str>),
    Config(ConfigError),
    Lock(LockFault),
    MasterNotFound(String),
    SlaveNotFound(String),
    Handler(Arc<dyn core::error::Error + Send + Sync>),
}

#[derive(Clone)]
struct LockFault {
    kind: ErrorKind,
    message: &'static str,
    name: String,
}

impl Error {
    fn new(cause: Cause, outcome: Outcome) -> Self {
        Error(Arc::new(Inner {
            cause,
            outcome,
            place: None,
        }))
    }

    /// The server answered with `error`.
    pub(crate) fn server(error: ServerError) -> Self {
        Error::new(Cause::Server(error), Outcome::Rejected)
    }

    pub(crate) fn protocol(error: ProtocolError, outcome: Outcome) -> Self {
        Error::new(Cause::Protocol(error), outcome)
    }

    /// The transport failed; for drivers of a [`Connection`](crate::connection::Connection) of your own.
    #[must_use]
    pub fn transport(error: TransportError, outcome: Outcome) -> Self {
        Error::new(Cause::Transport(error), outcome)
    }

    /// No answer within the time for `what`: "the reply", "connecting".
    pub(crate) fn timeout(what: &'static str, outcome: Outcome) -> Self {
        Error::new(Cause::Timeout(what), outcome)
    }

    /// All of the pool's connections are in use.
    pub(crate) fn exhausted(connections: u32) -> Self {
        Error::new(Cause::Exhausted(connections), Outcome::NotSent)
    }

    /// No room for the request.
    pub(crate) fn overloaded() -> Self {
        Error::new(Cause::Overloaded, Outcome::NotSent)
    }

    /// EXEC did nothing, because a watched key had changed.
    pub(crate) fn watch_failed() -> Self {
        Error::new(Cause::WatchFailed, Outcome::Rejected)
    }

    /// What a lost connection means for keys that were watched on it. `repeatable` says whether the commands on their way may
    /// run twice.
    pub(crate) fn while_watching(&self, repeatable: bool) -> Self {
        match &self.0.cause {
            Cause::Protocol(_) | Cause::Transport(_) | Cause::Timeout(_) | Cause::Closed(_) => {
                let harmless = repeatable || self.0.outcome == Outcome::NotSent;
                let why = Box::new(self.0.cause.clone());
                Error::new(Cause::WatchLost { why, harmless }, self.0.outcome)
            }
            _ => self.clone(),
        }
    }

    /// The keys are not watched any more.
    pub(crate) fn not_watching() -> Self {
        Error::new(Cause::NotWatching, Outcome::NotSent)
    }

    /// A transaction that ended so was certainly not run.
    pub(crate) fn may_start_over(&self) -> bool {
        matches!(
            &self.0.cause,
            Cause::WatchFailed | Cause::WatchLost { harmless: true, .. }
        )
    }

    pub(crate) fn closed(why: impl Into<String>, outcome: Outcome) -> Self {
        Error::new(Cause::Closed(why.into()), outcome)
    }

    /// An argument that makes no sense; nothing was sent.
    #[must_use]
    pub fn invalid_argument(message: impl Into<Cow<'static, str>>) -> Self {
        Error::new(Cause::InvalidArgument(message.into()), Outcome::NotSent)
    }

    /// No sentinel knows the master of this service, and why not.
    pub(crate) fn no_master(service: &str, reasons: &str) -> Self {
        Error::new(
            Cause::MasterNotFound(not_found("master", service, reasons)),
            Outcome::NotSent,
        )
    }

    /// No sentinel knows a server of this service to read from, and why not.
    pub(crate) fn no_slave(service: &str, reasons: &str) -> Self {
        Error::new(
            Cause::SlaveNotFound(not_found("slave", service, reasons)),
            Outcome::NotSent,
        )
    }

    /// A reply that a response callback would not take; the server ran the command.
    #[must_use]
    pub fn callback(message: impl Into<Cow<'static, str>>) -> Self {
        Error::new(Cause::Callback(message.into()), Outcome::Executed)
    }

    /// A handler of the program's own failed.
    pub(crate) fn handler(error: Box<dyn core::error::Error + Send + Sync>) -> Self {
        Error::new(Cause::Handler(error.into()), Outcome::Executed)
    }

    pub(crate) fn decode(error: DecodeError) -> Self {
        Error::new(Cause::Decode(error), Outcome::Executed)
    }

    /// The lock called `name` is not what it should be.
    pub(crate) fn lock(message: &'static str, name: String, outcome: Outcome) -> Self {
        let kind = ErrorKind::Lock;
        Error::new(Cause::Lock(LockFault { kind, message, name }), outcome)
    }

    /// The server says that somebody else has the lock called `name`, or nobody.
    pub(crate) fn lock_not_owned(message: &'static str, name: String) -> Self {
        let kind = ErrorKind::LockNotOwned;
        Error::new(Cause::Lock(LockFault { kind, message, name }), Outcome::Executed)
    }

    /// The same failure, said of a command with another fate.
    pub(crate) fn with_outcome(&self, outcome: Outcome) -> Self {
        Error(Arc::new(Inner {
            cause: self.0.cause.clone(),
            outcome,
            place: self.0.place.clone(),
        }))
    }

    /// The same failure, said of command `number` (from 1) of a pipeline.
    pub(crate) fn in_pipeline(&self, number: usize, command: String) -> Self {
        let place = Some((number, command));
        Error(Arc::new(Inner {
            cause: self.0.cause.clone(),
            outcome: self.0.outcome,
            place,
        }))
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match &self.0.cause {
            Cause::Server(error) => match error.code() {
                "NOAUTH" | "WRONGPASS" => ErrorKind::Authentication,
                "ERR" if error.raw().starts_with(b"ERR invalid password") => ErrorKind::Authentication,
                _ => ErrorKind::Server,
            },
            Cause::Protocol(_) => ErrorKind::Protocol,
            Cause::Transport(error) if error.kind() == TransportErrorKind::TimedOut => ErrorKind::Timeout,
            Cause::Transport(_) => ErrorKind::Transport,
            Cause::Timeout(_) => ErrorKind::Timeout,
            Cause::Closed(_) => ErrorKind::Closed,
            Cause::Exhausted(_) => ErrorKind::Exhausted,
            Cause::Overloaded => ErrorKind::Overloaded,
            Cause::WatchFailed => ErrorKind::WatchFailed,
            Cause::WatchLost { .. } => ErrorKind::WatchLost,
            Cause::NotWatching => ErrorKind::NotWatching,
            Cause::Decode(_) => ErrorKind::Decode,
            Cause::Callback(_) => ErrorKind::Callback,
            Cause::InvalidArgument(_) => ErrorKind::InvalidArgument,
            Cause::Config(_) => ErrorKind::Config,
            Cause::Lock(fault) => fault.kind,
            Cause::MasterNotFound(_) => ErrorKind::MasterNotFound,
            Cause::SlaveNotFound(_) => ErrorKind::SlaveNotFound,
            Cause::Handler(_) => ErrorKind::Handler,
        }
    }

    /// What became of the command.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// The code of the server's error: `WRONGTYPE`, `MOVED`, `ERR`. `None` when the failure is not the server's answer.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.server_error().map(ServerError::code)
    }

    /// The server's error, whole.
    #[must_use]
    pub fn server_error(&self) -> Option<&ServerError> {
        match &self.0.cause {
            Cause::Server(error) => Some(error),
            Cause::Decode(error) => error.server(),
            _ => None,
        }
    }

    /// The server says it did not run the command for a reason that passes: `LOADING`, `BUSY`, `TRYAGAIN`, `CLUSTERDOWN`
    /// or `MASTERDOWN`. The same command may succeed a little later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.code(),
            Some("LOADING" | "BUSY" | "TRYAGAIN" | "CLUSTERDOWN" | "MASTERDOWN")
        )
    }

    /// The name of the lock that the failure is about; bytes that are no text are escaped.
    #[must_use]
    pub fn lock_name(&self) -> Option<&str> {
        match &self.0.cause {
            Cause::Lock(fault) => Some(&fault.name),
            _ => None,
        }
    }

    /// Which command of a pipeline failed, counted from 1.
    #[must_use]
    pub fn pipeline_position(&self) -> Option<usize> {
        self.0.place.as_ref().map(|(number, _)| *number)
    }
}

fn not_found(what: &str, service: &str, reasons: &str) -> String {
    let separator = if reasons.is_empty() { "" } else { ": " };
    alloc::format!("No {what} found for '{service}'{separator}{reasons}")
}

impl From<DecodeError> for Error {
    /// An error of the server where a value was expected is the server's error; anything else is a decode error.
    fn from(error: DecodeError) -> Self {
        match error.server() {
            Some(server) if error.path().is_empty() => Error::server(server.clone()),
            _ => Error::decode(error),
        }
    }
}

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Self {
        Error::new(Cause::Config(error), Outcome::NotSent)
    }
}

impl From<ServerError> for Error {
    fn from(error: ServerError) -> Self {
        Error::server(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((number, command)) = &self.0.place {
            write!(f, "Command # {number} ({command}) of pipeline caused error: ")?;
        }
        write!(f, "{}", self.0.cause)?;
        match (self.kind(), self.0.outcome) {
            (ErrorKind::InvalidArgument | ErrorKind::Config | ErrorKind::Lock, _) => Ok(()),
            (ErrorKind::MasterNotFound | ErrorKind::SlaveNotFound, Outcome::NotSent) => Ok(()),
            (_, Outcome::NotSent) => f.write_str(" (the command was not sent)"),
            (_, Outcome::MaybeExecuted) => f.write_str(" (the command may have been executed)"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Server(error) => write!(f, "{error}"),
            Cause::Protocol(error) => write!(f, "{error}"),
            Cause::Transport(error) => write!(f, "{error}"),
            Cause::Timeout(what) => write!(f, "timed out waiting for {what}"),
            Cause::Closed(why) => write!(f, "connection closed: {why}"),
            Cause::Exhausted(connections) => write!(f, "all {connections} connections of the pool are in use"),
            Cause::Overloaded => f.write_str("too many bytes of requests are waiting for the server"),
            Cause::WatchFailed => f.write_str("a watched key had changed: nothing was done"),
            Cause::WatchLost { why, .. } => write!(f, "lost the connection on which keys were watched: {why}"),
            Cause::NotWatching => f.write_str("no key is watched any more: the transaction is over"),
            Cause::Decode(error) => write!(f, "{error}"),
            Cause::Callback(message) | Cause::InvalidArgument(message) => write!(f, "{message}"),
            Cause::Config(error) => write!(f, "{error}"),
            Cause::Lock(fault) => f.write_str(fault.message),
            Cause::MasterNotFound(text) | Cause::SlaveNotFound(text) => f.write_str(text),
            Cause::Handler(error) => write!(f, "a handler failed: {error}"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({:?}, {:?}: {self})", self.kind(), self.0.outcome)
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.0.cause.source()
    }
}

impl Cause {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Cause::Server(error) => Some(error),
            Cause::Protocol(error) => Some(error),
            Cause::Transport(error) => Some(error),
            Cause::WatchLost { why, .. } => why.source(),
            Cause::Decode(error) => Some(error),
            Cause::Config(error) => Some(error),
            Cause::Handler(error) => Some(&**error),
            _ => None,
        }
    }
}
