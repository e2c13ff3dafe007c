//! What chains and batches have in common: sending everything at once and sorting out what came back.

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;

use crate::callbacks::Callbacks;
use crate::command::{Request, RequestRef, Requests, cmd};
use crate::error::{Error, Outcome};
use crate::flow::{Replies, Step, Target};
use crate::resp::{Kind, Reply, ReplyRef, mask_all, server_error};
use crate::script::{Invocation, Preparation};

/// One result for each command, or why there are none.
pub(super) type Results = Result<Vec<Result<Reply, Error>>, Error>;

/// Commands collected, sent as one batch, and their results.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// The commands; if atomic, with MULTI in front of the first, and EXEC behind the last once closed.
    requests: Requests,
    atomic: bool,
    closed: bool,
    results: Option<Results>,
    /// The scripts that the commands need, to be made known first.
    scripts: Option<Box<Preparation>>,
}

impl Run {
    pub(super) fn new() -> Self {
        Run {
            requests: Requests::new(),
            atomic: true,
            closed: false,
            results: None,
            scripts: None,
        }
    }

    pub(super) fn set_non_atomic(&mut self) {
        if self.atomic {
            self.requests.remove_first();
        }
        self.atomic = false;
    }

    pub(super) fn push(&mut self, request: Request) -> usize {
        if self.atomic && self.requests.is_empty() {
            self.requests.push(cmd("MULTI"));
        }
        self.requests.push(request);
        self.len() - 1
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
        let command = self
            .command(index)
            .map(|command| command.to_string())
            .unwrap_or_default();
        error.in_pipeline(index + 1, command)
    }

    /// Why the commands cannot be sent at all.
    fn refusal(&self) -> Option<Error> {
        (0..self.len()).find_map(|index| {
            let request = self.command(index)?;
            let refused = request.check().err().or_else(|| {
                request.owns_connection().then(|| {
                    Error::invalid_argument("it changes the state of the connection and cannot be part of a pipeline")
                })
            })?;
            Some(self.annotate(index, &refused))
        })
    }

    pub(super) fn step<T>(&mut self, finish: impl FnOnce(&Run, Results) -> T) -> Step<'_, T> {
        if !self.closed {
            if self.atomic && !self.requests.is_empty() {
                self.requests.push(cmd("EXEC"));
            }
            self.closed = true;
            self.results = match self.refusal() {
                Some(error) => Some(Err(error)),
                None if self.requests.is_empty() => Some(Ok(Vec::new())),
                None => None,
            };
            if let Some(scripts) = &mut self.scripts {
                scripts.begin();
            }
        }
        match self.results.take() {
            Some(results) => Step::Done(finish(self, results)),
            None => Step::Send {
                to: Target::Any,
                batch: self.before().unwrap_or(&self.requests),
            },
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
        let replies = replies.into_vec();
        let results = if self.atomic {
            self.transaction(replies)
        } else {
            Ok(replies)
        };
        self.results = Some(results.map(|results| self.reshaped(results, &callbacks)));
    }

    /// The results as each command's callback makes them.
    fn reshaped(&self, mut results: Vec<Result<Reply, Error>>, callbacks: &Callbacks) -> Vec<Result<Reply, Error>> {
        for (index, result) in results.iter_mut().enumerate() {
            if let (Ok(reply), Some(request)) = (&*result, self.command(index)) {
                if let Some(reshaped) = callbacks.reshape(request, reply).transpose() {
                    *result = reshaped;
                }
            }
        }
        results
    }

    /// MULTI, one QUEUED for each command, EXEC: the results are inside the last reply.
    fn transaction(&self, mut replies: Vec<Result<Reply, Error>>) -> Results {
        let exec = replies
            .pop()
            .unwrap_or_else(|| Err(Error::closed("no reply came", Outcome::MaybeExecuted)));
        // The first refusal to queue is the reason for an EXECABORT.
        for (position, reply) in replies.iter().enumerate() {
            let refused = match reply {
                Ok(reply) => server_error(reply.root()).map(Error::server),
                Err(error) => Some(error.clone()),
            };
            if let Some(error) = refused {
                return Err(match position {
                    0 => error,
                    _ => self.annotate(position - 1, &error),
                });
            }
        }
        let exec = exec?;
        if let Some(error) = server_error(exec.root()) {
            return Err(Error::server(error));
        }
        let items = exec.root().items();
        if exec.kind() != Kind::Array || items.len() != self.len() {
            let expected = alloc::format!("{} results of the transaction", self.len());
            return Err(crate::resp::DecodeError::new(expected, exec.root()).into());
        }
        // The connection knows the secrets of EXEC, which has none.
        let hide = |(index, item): (usize, ReplyRef<'_>)| {
            let secrets = self.command(index).map(|command| command.secrets()).unwrap_or_default();
            let reply = item.to_reply();
            Ok(if secrets.is_empty() {
                reply
            } else {
                reply.rewrite_errors(|text| mask_all(text, secrets.iter().map(|secret| &secret[..])))
            })
        };
        Ok(items.enumerate().map(hide).collect())
    }
}
