//! A script or a function together with keys and arguments.

use core::fmt;

use bytes::Bytes;

use super::{Invoking, Script};
use crate::command::{Request, cmd};
use crate::resp::{Args, FromReply, ToArg, ToArgs};

/// A [`Script`] or a [`Function`](super::Function) with the keys and arguments to run it with; see
/// [`Invoke::invoke`](super::Invoke::invoke).
///
/// All keys that a script uses should be among its keys: a cluster finds the node by them.
#[derive(Clone)]
#[must_use = "an invocation does nothing until a client runs it"]
pub struct Invocation {
    body: Body,
    keys: Args,
    args: Args,
}

#[derive(Clone)]
enum Body {
    Script(Script),
    Function { name: Bytes, read_only: bool },
}

impl Invocation {
    fn new(body: Body) -> Self {
        Invocation {
            body,
            keys: Args::new(),
            args: Args::new(),
        }
    }

    pub(super) fn of_script(script: Script) -> Self {
        Invocation::new(Body::Script(script))
    }

    pub(super) fn of_function(name: Bytes, read_only: bool) -> Self {
        Invocation::new(Body::Function { name, read_only })
    }

    /// Adds one key.
    pub fn key(self, key: impl ToArg) -> Self {
        self.keys(key)
    }

    /// Adds keys.
    pub fn keys(mut self, keys: impl ToArgs) -> Self {
        keys.write_args(&mut self.keys);
        self
    }

    /// Adds one or several arguments.
    pub fn arg(mut self, value: impl ToArgs) -> Self {
        value.write_args(&mut self.args);
        self
    }

    /// The procedure that runs it and whose result is a `T`.
    pub fn returns<T: FromReply>(self) -> Invoking<T> {
        Invoking::new(self)
    }

    /// The script, if it is one.
    pub(crate) fn script(&self) -> Option<&Script> {
        match &self.body {
            Body::Script(script) => Some(script),
            Body::Function { .. } => None,
        }
    }

    /// What is sent first.
    pub(crate) fn request(&self) -> Request {
        match &self.body {
            Body::Script(script) if script.read_only => self.with("EVALSHA_RO", script.sha1()).read_only(),
            Body::Script(script) => self.with("EVALSHA", script.sha1()),
            Body::Function { name, read_only: true } => self.with("FCALL_RO", name).read_only(),
            Body::Function { name, .. } => self.with("FCALL", name),
        }
    }

    /// What is sent when the server does not know the script.
    pub(super) fn with_source(&self) -> Option<Request> {
        match &self.body {
            Body::Script(script) if script.read_only => Some(self.with("EVAL_RO", &script.source).read_only()),
            Body::Script(script) => Some(self.with("EVAL", &script.source)),
            Body::Function { .. } => None,
        }
    }

    fn with(&self, command: &str, body: impl ToArg) -> Request {
        let request = cmd(command).arg(body);
        let request = match self.keys.len() {
            0 => request.arg(0),
            _ => request.counted_keys(&self.keys),
        };
        request.arg(&self.args)
    }
}

/// Shows the command that is sent first.
impl fmt::Debug for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Invocation({})", self.request())
    }
}
