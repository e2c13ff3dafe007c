//! The scripts of locks in Rust, so that locks work on this server as they come.

use alloc::sync::Arc;
use core::time::Duration;

use bytes::Bytes;

use super::{Native, ScriptCall};
use crate::commands::{KeyCommands, SetOptions, StringCommands};
use crate::error::Error;
use crate::lock::scripts::{ACQUIRE_FENCED, EXTEND, REACQUIRE, RELEASE};
use crate::resp::Value;
use crate::script::Script;

pub(super) fn natives() -> [(&'static Script, Native); 4] {
    [
        (&ACQUIRE_FENCED, Arc::new(acquire_fenced)),
        (&EXTEND, Arc::new(extend)),
        (&REACQUIRE, Arc::new(reacquire)),
        (&RELEASE, Arc::new(release)),
    ]
}

/// Whether the key holds the token that the script was given.
fn is_owner(call: &ScriptCall<'_>) -> Result<bool, Error> {
    Ok(call.get::<Option<Bytes>>(call.key(0)?)?.as_ref() == call.args().first())
}

fn acquire_fenced(call: &ScriptCall<'_>) -> Result<Value, Error> {
    let (key, counter) = (call.key(0)?, call.key(1)?);
    if call.exists(key)? > 0 {
        return Ok(Value::Null);
    }
    let fence = call.incr(counter)?;
    let options = match call.arg::<u64>(1)? {
        0 => SetOptions::new(),
        ttl => SetOptions::new().px(Duration::from_millis(ttl)),
    };
    call.set_with(key, call.arg::<Bytes>(0)?, options)?;
    Ok(fence.into())
}

fn extend(call: &ScriptCall<'_>) -> Result<Value, Error> {
    let key = call.key(0)?;
    if !is_owner(call)? {
        return Ok(Value::Integer(0));
    }
    let Some(left) = call.pttl(key)?.left() else {
        return Ok(Value::Integer(0));
    };
    let mut ttl = Duration::from_millis(call.arg(1)?);
    if call.arg::<i64>(2)? == 0 {
        ttl += left;
    }
    call.pexpire(key, ttl)?;
    Ok(Value::Integer(i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX)))
}

fn reacquire(call: &ScriptCall<'_>) -> Result<Value, Error> {
    if !is_owner(call)? {
        return Ok(Value::Integer(0));
    }
    call.pexpire(call.key(0)?, Duration::from_millis(call.arg(1)?))?;
    Ok(Value::Integer(1))
}

fn release(call: &ScriptCall<'_>) -> Result<Value, Error> {
    if !is_owner(call)? {
        return Ok(Value::Integer(0));
    }
    call.del(call.key(0)?)?;
    Ok(Value::Integer(1))
}
