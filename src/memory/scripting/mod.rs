//! EVAL, EVALSHA, FCALL and SCRIPT, without Lua: what a script does is said by a function of Rust that was registered for
//! its source, and found by its SHA-1.

mod call;
mod locks;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use bytes::Bytes;

use super::command::{Command, FAST, Keys, NO_SCRIPT, Outcome, READ};
use super::context::Context;
use super::failure::{Failure, quoted};
use super::number::int;
use super::reply::Reply;
use crate::error::Error;
use crate::resp::Value;
use crate::script::Script;

pub use call::ScriptCall;

const COUNTED: Keys = Keys::Counted { count_at: 2, also: 0 };

pub(super) static COMMANDS: &[Command] = &[
    Command::new("eval", -3, NO_SCRIPT, COUNTED, eval),
    Command::new("eval_ro", -3, NO_SCRIPT | READ, COUNTED, eval_ro),
    Command::new("evalsha", -3, NO_SCRIPT, COUNTED, evalsha),
    Command::new("evalsha_ro", -3, NO_SCRIPT | READ, COUNTED, evalsha_ro),
    Command::new("fcall", -3, NO_SCRIPT, COUNTED, fcall),
    Command::new("fcall_ro", -3, NO_SCRIPT | READ, COUNTED, fcall_ro),
    Command::container(
        "script",
        &[
            Command::new("script|exists", -3, NO_SCRIPT, Keys::None, exists),
            Command::new("script|flush", -2, NO_SCRIPT, Keys::None, flush),
            Command::new("script|kill", 2, NO_SCRIPT | FAST, Keys::None, kill),
            Command::new("script|load", 3, NO_SCRIPT, Keys::None, load),
        ],
    ),
];

/// What a script or a function does.
pub(super) type Native = Arc<dyn Fn(&ScriptCall<'_>) -> Result<Value, Error> + Send + Sync>;

pub(super) struct Scripts {
    /// What the script of each SHA-1 does.
    natives: BTreeMap<String, Native>,
    /// What clients have made known and did not flush.
    loaded: BTreeSet<String>,
    functions: BTreeMap<Bytes, Native>,
}

impl Scripts {
    /// Knows what the scripts of this crate do.
    pub(super) fn new() -> Self {
        let mut scripts = Scripts {
            natives: BTreeMap::new(),
            loaded: BTreeSet::new(),
            functions: BTreeMap::new(),
        };
        for (script, native) in locks::natives() {
            scripts.register(script, native);
        }
        scripts
    }

    pub(super) fn register(&mut self, script: &Script, native: Native) {
        self.natives.insert(script.sha1().into(), native);
    }

    pub(super) fn register_function(&mut self, name: Bytes, native: Native) {
        self.functions.insert(name, native);
    }

    /// Makes a script known. A server without Lua cannot do that for any script.
    fn load(&mut self, source: &[u8]) -> Result<String, Failure> {
        let sha1 = String::from(Script::new(source).sha1());
        if !self.natives.contains_key(&sha1) {
            return Err(Failure::text(format!(
                "ERR the in-memory server has no Lua: say what script {sha1} does with Server::on_script"
            )));
        }
        self.loaded.insert(sha1.clone());
        Ok(sha1)
    }

    /// What the script of this SHA-1 does, if it was made known.
    fn loaded(&self, sha1: &[u8]) -> Result<Native, Failure> {
        let sha1 = quoted(sha1, usize::MAX).to_ascii_lowercase();
        let native = self.natives.get(&sha1).filter(|_| self.loaded.contains(&sha1));
        native
            .cloned()
            .ok_or(Failure::fixed("NOSCRIPT No matching script. Please use EVAL."))
    }
}

fn eval(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [source, rest @ ..] = args else {
        return Err(Failure::Arity);
    };
    let sha1 = cx.server.scripts.load(source)?;
    let native = cx.server.scripts.loaded(sha1.as_bytes())?;
    run(cx, &native, rest, false)
}

fn eval_ro(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [source, rest @ ..] = args else {
        return Err(Failure::Arity);
    };
    let sha1 = cx.server.scripts.load(source)?;
    let native = cx.server.scripts.loaded(sha1.as_bytes())?;
    run(cx, &native, rest, true)
}

fn evalsha(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [sha1, rest @ ..] = args else {
        return Err(Failure::Arity);
    };
    let native = cx.server.scripts.loaded(sha1)?;
    run(cx, &native, rest, false)
}

fn evalsha_ro(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [sha1, rest @ ..] = args else {
        return Err(Failure::Arity);
    };
    let native = cx.server.scripts.loaded(sha1)?;
    run(cx, &native, rest, true)
}

fn fcall(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [name, rest @ ..] = args else {
        return Err(Failure::Arity);
    };
    let native = function(cx, name)?;
    run(cx, &native, rest, false)
}

fn fcall_ro(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [name, rest @ ..] = args else {
        return Err(Failure::Arity);
    };
    let native = function(cx, name)?;
    run(cx, &native, rest, true)
}

fn function(cx: &Context<'_>, name: &[u8]) -> Result<Native, Failure> {
    let native = cx.server.scripts.functions.get(name);
    native.cloned().ok_or(Failure::fixed("ERR Function not found"))
}

/// Runs a script with the keys and arguments of a request: their number, the keys, the arguments.
fn run(cx: &mut Context<'_>, native: &Native, rest: &[Bytes], read_only: bool) -> Outcome {
    let [count, rest @ ..] = rest else {
        return Err(Failure::Arity);
    };
    let count = int(count)?;
    let count = usize::try_from(count).map_err(|_| Failure::fixed("ERR Number of keys can't be negative"))?;
    let Some((keys, args)) = rest.split_at_checked(count) else {
        return Err(Failure::fixed(
            "ERR Number of keys can't be greater than number of args",
        ));
    };
    let database = cx.session.database;
    let result = native(&ScriptCall::new(cx.server, cx.session, keys, args, read_only));
    // A script may SELECT, for itself.
    cx.session.database = database;
    match result {
        Ok(value) => Ok(as_lua_would(value)),
        Err(error) => Err(match error.server_error() {
            Some(error) => Failure::text(String::from_utf8_lossy(error.raw()).into_owned()),
            None => Failure::text(format!("ERR {error}")),
        }),
    }
}

/// The reply that a result of this kind becomes on its way through Lua.
fn as_lua_would(value: Value) -> Reply {
    let list = |items: crate::resp::Values| {
        let items = items.into_iter().take_while(|item| *item != Value::Null);
        Reply::Array(items.map(as_lua_would).collect())
    };
    match value {
        Value::Null | Value::Boolean(false) => Reply::Null,
        Value::Boolean(true) => Reply::Int(1),
        Value::Integer(integer) => Reply::Int(integer),
        Value::Double(double) => Reply::Int(double as i64),
        Value::BigNumber(digits) => Reply::string(digits),
        Value::Simple(text) => Reply::Status(String::from_utf8_lossy(&text).into_owned().into()),
        Value::Bulk(text) | Value::Verbatim(text) => Reply::Bulk(text),
        Value::Error(error) => Reply::Error(String::from_utf8_lossy(error.raw()).into_owned().into()),
        Value::Array(items) | Value::Map(items) | Value::Set(items) | Value::Push(items) => list(items),
    }
}

fn load(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [source] = args else { return Err(Failure::Arity) };
    cx.server.scripts.load(source).map(Reply::string)
}

fn exists(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let known = |sha1: &Bytes| Reply::flag(cx.server.scripts.loaded(sha1).is_ok());
    Ok(Reply::Array(args.iter().map(known).collect::<Vec<_>>()))
}

/// ASYNC and SYNC mean the same here.
fn flush(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    match args {
        [] => {}
        [how] if how.eq_ignore_ascii_case(b"async") || how.eq_ignore_ascii_case(b"sync") => {}
        _ => {
            return Err(Failure::fixed("ERR SCRIPT FLUSH only support SYNC|ASYNC option"));
        }
    }
    cx.server.scripts.loaded.clear();
    Ok(Reply::OK)
}

/// Nothing ever runs while another command comes in.
fn kill(_: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    Err(Failure::fixed("NOTBUSY No scripts in execution right now."))
}
