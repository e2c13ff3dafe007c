//! What chains and batches have in common: sending everything at once and sorting out what came back.

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;

use crate::callbacks::Callbacks;
use crate::command::{Request, RequestRef, Requests, cmd};
use crate::error::{Error, Outcome};
use crate::flow::{Replies, Step, Target};
use crate::resp::{DecodeError, Kind, Reply, ReplyList, mask_all, server_error};
use crate::script::{Invocation, Preparation};

/// One result for each command, or why there are none.
pub(super) type Results = Result<Replies, Error>;

/// Commands collected, sent as one batch, and their results.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// The commands; if atomic, with MULTI in front of the first, and EXEC behind the last once closed.
    requests: Requests,
    atomic: bool,
    /// It is sent even without commands, to learn whether a watched key has changed.
    verifies: bool,
    closed: bool,
    /// The first command that cannot be sent, and why.
    refused: Option<(usize, Error)>,
    results: Option<Results>,
    /// The scripts that the commands need, to be made known first.
    scripts: Option<Box<Preparation>>,
}

impl Run {
    pub(super) fn new() -> Self {
        Run {
            atomic: true,
            ..Run::default()
        }
    }

    /// A transaction on a connection on which keys are watched.
    pub(super) fn multi() -> Self {
        Run {
            verifies: true,
            ..Run::new()
        }
    }

    pub(super) fn set_non_atomic(&mut self) {
        if self.atomic {
            self.requests.remove_first();
        }
        self.atomic = false;
    }

    /// Adds a command and gives its place.
    pub(super) fn push(&mut self, request: &mut Request) -> usize {
        if self.atomic && self.requests.is_empty() {
            self.requests.push(cmd("MULTI"));
        }
        let index = self.requests.len() - usize::from(self.atomic);
        if !request.is_ordinary() {
            self.check(index, request);
        }
        self.requests.append(request);
        index
    }

    #[cold]
    fn check(&mut self, index: usize, request: &Request) {
        let owns =
            || Error::invalid_argument("it changes the state of the connection and cannot be part of a pipeline");
        let owned = request.owns_connection().then(owns);
        if let Some(error) = request.check().err().or(owned) {
            self.refused.get_or_insert((index, error));
        }
    }

    /// The command for an invocation. If it is one of a script, the script is made known before the commands are sent.
    pub(super) fn invocation(&mut self, invocation: &Invocation) -> Request {
        if let Some(script) = invocation.script() {
            self.scripts.get_or_insert_default().add(script);
        }
        invocation.request()
    }

    /// How many commands there are, MULTI and EXEC not counted.
    pub(super) fn len(&self) -> usize {
        let around = usize::from(self.atomic) + usize::from(self.atomic && self.closed);
        self.requests.len().saturating_sub(around)
    }

    /// The command that the caller put at `index`.
    fn command(&self, index: usize) -> Option<RequestRef<'_>> {
        self.requests.get(index + usize::from(self.atomic))
    }

    /// The error of the command at `index`, with its number and text as redis-py writes them.
    pub(super) fn annotate(&self, index: usize, error: &Error) -> Error {
        let command = self.command(index).map(|command| command.to_string());
        error.in_pipeline(index + 1, command.unwrap_or_default())
    }

    pub(super) fn step<T>(&mut self, finish: impl FnOnce(&Run, Results) -> T) -> Step<'_, T> {
        if !self.closed {
            self.close();
        }
        match self.results.take() {
            Some(results) => Step::Done(finish(self, results)),
            None => Step::Send {
                to: Target::Any,
                batch: self.before().unwrap_or(&self.requests),
            },
        }
    }

    fn close(&mut self) {
        if self.verifies && self.atomic && self.requests.is_empty() {
            self.requests.push(cmd("MULTI"));
        }
        if self.atomic && !self.requests.is_empty() {
            self.requests.push(cmd("EXEC"));
        }
        self.closed = true;
        self.results = match &self.refused {
            Some((index, error)) => Some(Err(self.annotate(*index, error))),
            None if self.requests.is_empty() => Some(Ok(Replies::default())),
            None => None,
        };
        if let Some(scripts) = &mut self.scripts {
            scripts.begin();
        }
    }

    /// What is to be sent before the commands.
    fn before(&self) -> Option<&Requests> {
        self.scripts.as_ref().and_then(|scripts| scripts.batch())
    }

    pub(super) fn replies(&mut self, replies: Replies) {
        if let Some(scripts) = self.scripts.as_mut().filter(|scripts| scripts.batch().is_some()) {
            self.results = scripts.take_in(replies).err().map(Err);
            return;
        }
        let callbacks = replies.callbacks().clone();
        let results = if self.atomic {
            self.transaction(replies)
        } else {
            Ok(replies)
        };
        let reshapes = !callbacks.is_empty() || self.requests.has_untyped();
        self.results = Some(match results {
            Ok(results) if reshapes => Ok(self.reshaped(results, &callbacks)),
            results => results,
        });
    }

    /// The results as each command's callback makes them.
    fn reshaped(&self, results: Replies, callbacks: &Callbacks) -> Replies {
        let reshape = |(index, result): (usize, Result<Reply, Error>)| match self.command(index) {
            Some(request) => callbacks.apply(request, result?),
            None => result,
        };
        Replies::new(results.into_iter().enumerate().map(reshape).collect())
    }

    /// MULTI, one QUEUED for each command, EXEC: the results are inside the last reply.
    fn transaction(&self, mut replies: Replies) -> Results {
        let end = self.len() + 1;
        // A command that was not queued is the reason why EXEC is refused, and what there is to be told.
        let refused: Vec<(usize, Reply)> = replies.errors().take_while(|(place, _)| *place < end).collect();
        // Whatever kept other replies from coming, what became of the transaction is what became of EXEC.
        let exec = replies.take(end);
        let ran = matches!(&exec, Ok(exec) if exec.kind() == Kind::Array);
        match refused.first() {
            Some((0, error)) => Err(to_error(error)),
            Some((place, error)) if !ran => Err(self.annotate(place - 1, &to_error(error))),
            // There are servers that run the others all the same.
            _ => self.items(exec?, refused),
        }
    }

    /// The results in the reply to EXEC, and at their places the errors of commands that were not queued.
    fn items(&self, exec: Reply, refused: Vec<(usize, Reply)>) -> Results {
        match exec.kind() {
            Kind::Error => return Err(to_error(&exec)),
            Kind::Null => return Err(Error::watch_failed()),
            Kind::Array if exec.root().items().len() + refused.len() == self.len() => {}
            // Connections see to it that this never comes up.
            _ => {
                let expected = alloc::format!("{} results of the transaction", self.len());
                return Err(DecodeError::new(expected, exec.root()).into());
            }
        }
        let mut items = ReplyList::of_children(exec);
        if !refused.is_empty() {
            let (mut refused, mut ran) = (refused.into_iter().peekable(), items.into_iter());
            let mut next = |place| match refused.next_if(|(at, _)| *at == place) {
                Some((_, error)) => Some(error),
                None => ran.next(),
            };
            items = (1..=self.len()).filter_map(&mut next).collect();
        }
        // The connection knows the secrets of EXEC, which has none.
        Ok(Replies::of(items).rewrite_errors(|index, text| {
            let secrets = self.command(index).map(|command| command.secrets())?;
            mask_all(text, secrets.iter().map(|secret| &secret[..]))
        }))
    }
}

/// The error that the server answered with.
pub(super) fn to_error(reply: &Reply) -> Error {
    let missing = || Error::closed("no reply came", Outcome::MaybeExecuted);
    server_error(reply.root()).map_or_else(missing, Error::server)
}
