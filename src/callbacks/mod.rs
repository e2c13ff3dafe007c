//! Response callbacks: what a reply becomes before the caller gets it.
//!
//! Typed calls need none: the method says what its reply is. Whoever names a command by hand
//! ([`Executor::execute`](crate::command::Executor::execute)) gets a [`Value`], and servers are sparing with types: a map is
//! a flat list, a number is text, yes is `OK`. So the replies of such *untyped* calls are reshaped, by a table of built-in
//! callbacks that is the one redis-py has, and they are the same under RESP2 and RESP3:
//!
//! | commands | the reply becomes |
//! |---|---|
//! | EXPIRE, HEXISTS, MOVE, MSETNX, PERSIST, RENAMENX, SISMEMBER, .. | a boolean |
//! | AUTH, MSET, RENAME, SET, FLUSHDB, CONFIG SET, .. | true for `OK` |
//! | INCRBYFLOAT, HINCRBYFLOAT, ZSCORE, ZINCRBY, GEODIST | a double |
//! | SMEMBERS, SDIFF, SINTER, SUNION | a set |
//! | HGETALL, CONFIG GET, CLUSTER INFO, DEBUG OBJECT | a map |
//! | ZRANGE and its kin, ZPOPMIN, ZPOPMAX | with `withscores`: a list of pairs |
//! | SCAN, SSCAN, HSCAN, ZSCAN | the cursor as an integer, and a list, map or list of pairs |
//! | INFO | a map, with numbers as numbers and lists of `name=value` as maps |
//! | CLIENT LIST, SLOWLOG GET, XINFO GROUPS, SENTINEL SENTINELS, .. | a list of maps |
//! | XRANGE, XREAD, XCLAIM, .. | entries as pairs of id and map |
//!
//! A reply of any other shape is left as it is, and so is the reply of every other command. `request.returns::<Value>()`
//! leaves all of them alone.
//!
//! # Callbacks of your own
//!
//! `set_response_callback` of a client takes the place of the built-in callback of a command, or gives it one. It applies
//! to **every** call of the command from then on, to typed ones as well: what it makes of the reply is then decoded to the
//! caller's type. Clones of the client, its exclusive connections, and pipelines and batches that were there before all
//! have it.
//!
//! ```
//! use redwire::prelude::*;
//! use redwire::resp::Value;
//!
//! let client = redwire::mock::Server::new().blocking_client();
//! client.set("colour", "RED")?;
//! client.set_response_callback("GET", |value, _call| match value.as_bytes() {
//!     Some(text) => Ok(Value::from(text.to_ascii_lowercase().as_slice())),
//!     None => Ok(value),
//! });
//! assert_eq!(client.get::<String>("colour")?, "red");
//! # Ok::<(), Error>(())
//! ```
//!
//! Names do not depend on case, and a subcommand is part of the name: `"config get"`. A callback for `"CONFIG"` is there for
//! all subcommands that have none of their own.
//!
//! A callback is told about the [`Call`]: its arguments, and its options. Options are what redis-py's callbacks get as
//! keywords: they are set by [`Request::option`](crate::command::Request::option) and not sent. Where the arguments say the
//! same, they need not be set: `withscores` (WITHSCORES of ZRANGE and its kin, and ZPOPMIN, ZPOPMAX), `as_score` (ZADD with
//! INCR), `justid` (XCLAIM), `withdist`, `withcoord`, `withhash`, `store`, `store_dist` (GEORADIUS and its kin), `infotype`
//! (OBJECT), `parse_detail` (XPENDING with a range).
//!
//! - Error replies never get to a callback, nor does the `QUEUED` of a MULTI sent by hand.
//! - A callback that fails fails its own call. The server ran the command, which is what the error's
//!   [`outcome`](crate::Error::outcome) says, whatever error it is; [`Error::callback`] makes one.
//! - No lock is held and no connection is lent while a callback runs: it may block, panic or use the client.
//! - Procedures that send commands of their own ([`Scan`](crate::scan::Scan)) get replies as they are.
//! - Without callbacks of your own, typed calls cost no more than a look at a flag.

mod builtin;
mod call;
#[cfg(test)]
mod tests;

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

pub use call::Call;

use crate::command::RequestRef;
use crate::error::{Error, Outcome};
use crate::resp::{Data, Kind, Reply, Value};

/// A callback: the reply, the call that it answers, and what becomes of it.
type Callback = dyn Fn(Value, &Call<'_>) -> Result<Value, Error> + Send + Sync;

/// The callbacks of a client at one moment: the built-in ones and those that were set. Cheap to clone; a clone does not
/// change with the original.
///
/// Clients have `set_response_callback`; this is for drivers of your own.
///
/// ```
/// use redwire::callbacks::Callbacks;
/// use redwire::cmd;
/// use redwire::resp::{ReplyBuilder, Value};
///
/// let mut callbacks = Callbacks::new();
/// callbacks.set("HGET", |value, _| Ok(Value::array([value])));
/// let mut reply = ReplyBuilder::new();
/// reply.bulk(b"value");
/// let reply = callbacks.apply(&cmd("HGET").arg("key").arg("field"), reply.finish().unwrap())?;
/// assert_eq!(reply.decode::<Vec<String>>()?, ["value"]);
/// # Ok::<(), redwire::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Callbacks(Option<Arc<Table>>);

#[derive(Clone)]
struct Table(Vec<Entry>);

#[derive(Clone)]
struct Entry {
    /// One or more words in capitals, with a space between them.
    name: Box<str>,
    callback: Arc<Callback>,
}

impl Callbacks {
    /// The built-in ones alone.
    #[must_use]
    pub fn new() -> Self {
        Callbacks::default()
    }

    /// True when none was set.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Sets the callback of the command `name`, in the place of the one it had. A name without a word is that of no
    /// command.
    pub fn set<F>(&mut self, name: &str, callback: F)
    where
        F: Fn(Value, &Call<'_>) -> Result<Value, Error> + Send + Sync + 'static,
    {
        let name = canonical(name);
        if name.is_empty() {
            return;
        }
        self.remove(&name);
        let entry = Entry {
            name: name.into(),
            callback: Arc::new(callback),
        };
        let table = self.0.get_or_insert_with(|| Arc::new(Table(Vec::new())));
        Arc::make_mut(table).0.push(entry);
    }

    /// Takes away the callback that was set for the command `name`, so that it has the built-in one again, if there is one.
    /// True if there was any to take away.
    pub fn remove(&mut self, name: &str) -> bool {
        let Some(table) = &mut self.0 else { return false };
        let name = canonical(name);
        let Some(position) = table.0.iter().position(|entry| *entry.name == *name) else {
            return false;
        };
        Arc::make_mut(table).0.remove(position);
        if table.0.is_empty() {
            self.0 = None;
        }
        true
    }

    /// The reply as the caller of `request` gets it, before it is decoded.
    ///
    /// # Errors
    /// What the callback failed with.
    pub fn apply<'a>(&self, request: impl Into<RequestRef<'a>>, reply: Reply) -> Result<Reply, Error> {
        Ok(self.reshape(request.into(), &reply)?.unwrap_or(reply))
    }

    /// What becomes of the reply; nothing if it stays as it is.
    #[inline]
    pub(crate) fn reshape(&self, request: RequestRef<'_>, reply: &Reply) -> Result<Option<Reply>, Error> {
        if self.is_empty() && !request.is_untyped() {
            Ok(None)
        } else {
            self.reshape_by_name(request, reply)
        }
    }

    #[cold]
    fn reshape_by_name(&self, request: RequestRef<'_>, reply: &Reply) -> Result<Option<Reply>, Error> {
        let was_queued = matches!(reply.root().data(), Data::Simple(b"QUEUED"));
        if reply.kind() == Kind::Error || was_queued {
            return Ok(None);
        }
        let call = Call::of(request);
        let value = match self.find(&call) {
            Some(callback) => Some(callback(Value::from(reply.root()), &call)),
            None if request.is_untyped() => builtin::convert(reply.root(), &call).transpose(),
            None => None,
        };
        let reply = value.map(|value| value.and_then(|value| to_reply(&value)).map_err(|error| ran(&error)));
        reply.transpose()
    }

    /// The callback whose name has the most words of those that are the call's.
    fn find(&self, call: &Call<'_>) -> Option<&Callback> {
        let entries = self.0.iter().flat_map(|table| &table.0);
        let named = entries.filter(|entry| call.is_named(&entry.name));
        let entry = named.max_by_key(|entry| entry.name.split(' ').count())?;
        Some(&*entry.callback)
    }
}

fn canonical(name: &str) -> String {
    let words: Vec<&str> = name.split_ascii_whitespace().collect();
    words.join(" ").to_ascii_uppercase()
}

/// The server ran the command, whatever went wrong since.
fn ran(error: &Error) -> Error {
    error.with_outcome(Outcome::Executed)
}

fn to_reply(value: &Value) -> Result<Reply, Error> {
    if let Value::Error(error) = value {
        return Err(error.clone().into());
    }
    let reply = value.to_reply();
    if reply.kind() == Kind::Null && !matches!(value, Value::Null) {
        let message = "a response callback gave a value that is no reply: a big number without digits, or too large";
        return Err(Error::callback(message.to_owned()));
    }
    Ok(reply)
}

impl fmt::Debug for Callbacks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.iter().flat_map(|table| &table.0).map(|entry| &entry.name);
        f.write_str("Callbacks")?;
        f.debug_list().entries(names).finish()
    }
}
