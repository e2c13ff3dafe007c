//! What a script's native code sees.

use alloc::vec::Vec;
use core::cell::RefCell;
use core::fmt;

use bytes::{Bytes, BytesMut};

use super::super::Server;
use super::super::command::{NO_SCRIPT, WRITE, find};
use super::super::dispatch::call;
use super::super::failure::Failure;
use super::super::reply::{Protocol, Reply as Answer};
use super::super::session::Session;
use crate::callbacks::Callbacks;
use crate::command::{Command, Executor};
use crate::error::Error;
use crate::resp::{FromReply, Parser, Reply, ReplyBuilder, RespParser, ServerError};

/// One run of a script on the in-memory server: its keys and arguments, and every command, as `redis.call` runs it.
///
/// Nothing comes in between: what the commands do is atomic, as in Lua. An error handed on with `?` is the script's, and
/// what was done before it stays done.
///
/// ```
/// use redwire::prelude::*;
/// use redwire::script::Script;
///
/// // if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) return 1 else return 0 end
/// # const SOURCE: &str = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) return 1 else return 0 end";
/// let script = Script::new(SOURCE);
///
/// let server = redwire::mock::Server::new();
/// server.on_script(&script, |call| {
///     let key = call.key(0)?;
///     if call.get::<Option<Bytes>>(key)? == Some(call.arg(0)?) {
///         call.del(key)?;
///         Ok(1)
///     } else {
///         Ok(0)
///     }
/// });
///
/// let client = server.blocking_client();
/// client.set("name", "redwire")?;
/// assert!(!client.invoke::<bool>(script.key("name").arg("other"))?);
/// assert!(client.invoke::<bool>(script.key("name").arg("redwire"))?);
/// # Ok::<(), Error>(())
/// ```
pub struct ScriptCall<'a> {
    inside: RefCell<(&'a mut Server, &'a mut Session)>,
    keys: &'a [Bytes],
    args: &'a [Bytes],
    read_only: bool,
}

impl<'a> ScriptCall<'a> {
    pub(super) fn new(
        server: &'a mut Server,
        session: &'a mut Session,
        keys: &'a [Bytes],
        args: &'a [Bytes],
        read_only: bool,
    ) -> Self {
        ScriptCall {
            inside: RefCell::new((server, session)),
            keys,
            args,
            read_only,
        }
    }

    /// `KEYS`.
    #[must_use]
    pub fn keys(&self) -> &[Bytes] {
        self.keys
    }

    /// `ARGV`.
    #[must_use]
    pub fn args(&self) -> &[Bytes] {
        self.args
    }

    /// The key at `index`, counted from 0.
    ///
    /// # Errors
    /// There are not that many keys.
    pub fn key(&self, index: usize) -> Result<&Bytes, Error> {
        let missing = || failed(&Failure::fixed("ERR the script has not that many keys"));
        self.keys.get(index).ok_or_else(missing)
    }

    /// The argument at `index`, counted from 0, as a `T`.
    ///
    /// # Errors
    /// There are not that many arguments, or it is no `T`.
    pub fn arg<T: FromReply>(&self, index: usize) -> Result<T, Error> {
        let missing = || failed(&Failure::fixed("ERR the script has not that many arguments"));
        let argument = self.args.get(index).ok_or_else(missing)?;
        let mut reply = ReplyBuilder::new();
        reply.bulk(argument);
        Ok(reply.finish().ok_or_else(missing)?.decode()?)
    }

    fn run_now(&self, argv: &[Bytes]) -> Result<Reply, Error> {
        let refused = |line| Err(failed(&Failure::fixed(line)));
        let Ok(mut inside) = self.inside.try_borrow_mut() else {
            return refused("ERR a command of the script is running already");
        };
        let (server, session) = &mut *inside;
        let command = find(argv).map_err(|failure| failed(&failure))?;
        if command.has(NO_SCRIPT) {
            return refused("ERR This Redis command is not allowed from script");
        }
        if self.read_only && command.has(WRITE) {
            return refused("ERR Write commands are not allowed from read-only scripts.");
        }
        let (answer, _) = call(server, session, command, argv, false);
        readable(&answer)
    }
}

/// Every command of the vocabulary.
impl Executor for &ScriptCall<'_> {
    type Output<T> = Result<T, Error>;

    fn run<T>(self, command: Command<T>) -> Result<T, Error> {
        let request = command.request();
        request.check()?;
        let argv: Vec<Bytes> = request.arguments().map(Bytes::copy_from_slice).collect();
        let reply = Callbacks::new().apply(request, self.run_now(&argv)?)?;
        Ok(command.decode(reply)?)
    }
}

impl fmt::Debug for ScriptCall<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptCall")
            .field("keys", &self.keys)
            .field("args", &self.args)
            .finish_non_exhaustive()
    }
}

fn failed(failure: &Failure) -> Error {
    ServerError::new(Bytes::from(failure.line("").into_owned())).into()
}

/// The answer as a client reads it, in RESP2 as scripts do.
fn readable(answer: &Answer) -> Result<Reply, Error> {
    let mut bytes = BytesMut::new();
    answer.write(&mut bytes, Protocol::Resp2);
    let parsed = RespParser::default().parse(&mut bytes).ok().flatten();
    parsed.ok_or_else(|| failed(&Failure::fixed("ERR the command gives no answer")))
}
