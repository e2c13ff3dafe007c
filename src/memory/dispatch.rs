//! From a request to a reply: the checks in Redis' order, queueing inside MULTI, waiting, waking.

use alloc::format;
use alloc::vec::Vec;

use bytes::Bytes;

use super::Server;
use super::blocking::Waiting;
use super::command::{Action, Command, IMMEDIATE, NO_AUTH, NO_MULTI, NO_TOUCH, WRITE, find};
use super::context::Context;
use super::failure::Failure;
use super::pubsub::show;
use super::reply::Reply;
use super::request::Limits;
use super::server::note;
use super::session::{Session, SessionId, Transaction};

impl Server {
    /// Lets each session that may go on run what it has sent until it waits, is held back, closes or has nothing complete
    /// left; then those whom that woke up.
    pub(super) fn resume(&mut self) {
        while let Some(id) = self.runnable.pop_front() {
            while self.run_one(id) {
                self.serve_ready_keys();
            }
        }
    }

    /// Runs one request of a session; false if there is none to run.
    fn run_one(&mut self, id: SessionId) -> bool {
        if self.blocked.contains(id) {
            return false;
        }
        // The session is out of the table while its command runs: commands that look at all sessions know.
        let Some(mut session) = self.sessions.remove(&id) else {
            return false;
        };
        let limits = Limits {
            authenticated: session.authenticated,
            bulk: self.config.max_bulk(),
        };
        let ran = !session.closing
            && match session
                .postponed
                .take()
                .map_or_else(|| session.requests.next(limits), |held| Ok(Some(held)))
            {
                Ok(Some(argv)) => self.execute(&mut session, argv),
                Ok(None) => false,
                Err(text) => {
                    session.answer(&Reply::Error(format!("ERR Protocol error: {text}").into()));
                    session.closing = true;
                    false
                }
            };
        self.put_back(session);
        ran
    }

    /// Decides what becomes of a request; false if it is held back.
    fn execute(&mut self, session: &mut Session, argv: Vec<Bytes>) -> bool {
        session.active_at = self.now;
        let command = match self.admit(session, &argv) {
            Ok(command) => command,
            Err(refusal) => {
                let reply = refuse(session.transaction.as_mut(), &argv, &refusal);
                session.answer(&reply);
                if is_exec(&argv) {
                    session.transaction = None;
                    self.watches.unwatch(session.id);
                }
                session.finish_request();
                return true;
            }
        };
        if self.holds_back(session, command) {
            session.postponed = Some(argv);
            return false;
        }
        self.stats.commands += 1;
        session.last_command = command.name;
        if let Some(transaction) = &mut session.transaction {
            if !command.has(IMMEDIATE) {
                transaction.queue.push((command, argv));
                session.answer(&Reply::status("QUEUED"));
                session.finish_request();
                return true;
            }
        }
        let (reply, block) = call(self, session, command, &argv, true);
        if let Some(mut block) = block {
            let argv = block.again.take().unwrap_or(argv);
            self.blocked.add(
                session.id,
                Waiting {
                    block,
                    database: session.database,
                    argv,
                },
            );
            return true;
        }
        session.answer(&reply);
        session.finish_request();
        true
    }

    /// The command a request means, if this session may run it now.
    fn admit(&self, session: &Session, argv: &[Bytes]) -> Result<&'static Command, Failure> {
        let command = find(argv)?;
        if !session.authenticated && !command.has(NO_AUTH) {
            return Err(Failure::NO_AUTH);
        }
        self.refuses_while_subscribed(session, command)?;
        if session.transaction.is_some() && command.has(NO_MULTI) {
            return Err(Failure::fixed("ERR Command not allowed inside a transaction"));
        }
        Ok(command)
    }

    /// Whether CLIENT PAUSE makes this command wait.
    fn holds_back(&self, session: &Session, command: &Command) -> bool {
        let Some(pause) = self.pause.filter(|pause| pause.until > self.now) else {
            return false;
        };
        let queued_writes = |session: &Session| {
            let queue = session
                .transaction
                .as_ref()
                .map(|transaction| transaction.queue.as_slice());
            queue.unwrap_or_default().iter().any(|(command, _)| command.has(WRITE))
        };
        !pause.writes_only || command.has(WRITE) || (command.name == "exec" && queued_writes(session))
    }

    /// Gives clients that wait for keys their chance at those that changed, which may change further keys.
    pub(super) fn serve_ready_keys(&mut self) {
        loop {
            let ready = self.blocked.take_ready();
            if ready.is_empty() {
                return;
            }
            for at in ready {
                for id in self.blocked.line(&at) {
                    self.retry(id, &at);
                }
            }
        }
    }

    /// Runs a waiting client's request again, if the key is of its type.
    fn retry(&mut self, id: SessionId, (database, key): &(usize, Bytes)) {
        let Some(waiting) = self.blocked.get(id) else { return };
        let entry = self.databases.at(*database).get(key);
        if !waiting.block.kind.accepts(entry.map(|entry| &entry.value)) {
            return;
        }
        let argv = waiting.argv.clone();
        let Ok(command) = find(&argv) else { return };
        let Some(mut session) = self.sessions.remove(&id) else {
            return;
        };
        let (reply, block) = call(self, &mut session, command, &argv, true);
        if block.is_none() {
            self.blocked.remove(id);
            session.answer(&reply);
            session.finish_request();
            self.runnable.push_back(id);
        }
        self.put_back(session);
    }

    /// Ends a client's wait with the reply it gave for that case, or with an error.
    pub(super) fn end_wait(&mut self, id: SessionId, error: Option<Failure>) -> bool {
        let Some(waiting) = self.blocked.remove(id) else {
            return false;
        };
        if let Some(mut session) = self.sessions.remove(&id) {
            let reply = error.map_or(waiting.block.otherwise, |error| Reply::failure(&error, ""));
            session.answer(&reply);
            session.finish_request();
            self.put_back(session);
        }
        self.runnable.push_back(id);
        true
    }
}

fn is_exec(argv: &[Bytes]) -> bool {
    argv.first().is_some_and(|name| name.eq_ignore_ascii_case(b"exec"))
}

/// The error for a request that is not run, not even queued. It costs an open transaction its EXEC; a refused EXEC ends the
/// transaction at once.
fn refuse(transaction: Option<&mut Transaction>, argv: &[Bytes], refusal: &Failure) -> Reply {
    let line = refusal.line("");
    if is_exec(argv) {
        let reason = line.strip_prefix("ERR ").unwrap_or(&line);
        return Reply::Error(format!("EXECABORT Transaction discarded because of: {reason}").into());
    }
    if let Some(transaction) = transaction {
        transaction.refused = true;
    }
    Reply::Error(line)
}

/// Runs a command. The second value says that the client wants to wait instead of an answer.
pub(super) fn call(
    server: &mut Server,
    session: &mut Session,
    command: &'static Command,
    argv: &[Bytes],
    may_block: bool,
) -> (Reply, Option<super::blocking::Block>) {
    let args = argv.get(command.name_words()..).unwrap_or_default();
    let (Action::Run(run) | Action::Subcommands { alone: Some(run), .. }) = command.action else {
        return (Reply::failure(&Failure::Arity, command.name), None);
    };
    let mut context = Context::new(server, session, command, argv, may_block);
    if !command.has(NO_TOUCH) {
        context.touch_keys();
    }
    let outcome = run(&mut context, args);
    context.forget_empty();
    // Not again when a client that waited gets its chance.
    if !context.server.blocked.contains(context.session.id) {
        show(&mut context, command, argv);
        note(&mut context, command, argv);
    }
    let block = context.block.take();
    match outcome {
        Ok(reply) => (reply, block),
        Err(failure) => (Reply::failure(&failure, command.name), None),
    }
}
