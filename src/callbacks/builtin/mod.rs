//! What is made of replies to untyped calls: the table of redis-py, by name of the command.
//!
//! A conversion gives nothing for a reply of another shape than it knows, which is then left as it is.

mod aggregates;
mod scalars;
mod scored;
mod sentinel;
mod streams;
mod text;

use self::Conversion::{Call as OfCall, Reply as OfReply};
use super::Call;
use crate::error::Error;
use crate::resp::{ReplyRef, Value};

/// How the reply of a command is converted.
enum Conversion {
    /// Whatever the call was.
    Reply(fn(ReplyRef<'_>) -> Option<Value>),
    /// By the options of the call.
    Call(fn(ReplyRef<'_>, &Call<'_>) -> Result<Option<Value>, Error>),
}

/// The reply converted, if its command has a conversion and it is of the shape for it.
pub(super) fn convert(reply: ReplyRef<'_>, call: &Call<'_>) -> Result<Option<Value>, Error> {
    match Name::of(call).find() {
        None => Ok(None),
        Some(OfReply(convert)) => Ok(convert(reply)),
        Some(OfCall(convert)) => convert(reply, call),
    }
}

/// Longer than any name in the table.
const ROOM: usize = 40;

/// The first two words of a call in capitals, with a space between them; what is too long for a name is cut off.
struct Name {
    text: [u8; ROOM],
    first: usize,
    both: usize,
}

impl Name {
    fn of(call: &Call<'_>) -> Self {
        let mut words = call.arguments();
        let mut name = Name {
            text: [b' '; ROOM],
            first: 0,
            both: 0,
        };
        name.first = name.write(words.next().unwrap_or_default(), 0);
        let second = words.next().unwrap_or_default();
        name.both = match second {
            [] => name.first,
            second => name.write(second, name.first + 1),
        };
        name
    }

    /// Writes `word` at `start` and says where it ends.
    fn write(&mut self, word: &[u8], start: usize) -> usize {
        let room = self.text.get_mut(start..).unwrap_or_default();
        let len = room.len().min(word.len());
        for (to, from) in room.iter_mut().zip(word) {
            *to = from.to_ascii_uppercase();
        }
        start + len
    }

    fn find(&self) -> Option<Conversion> {
        let whole = |end: usize| self.text.get(..end).and_then(conversion);
        whole(self.both).or_else(|| whole(self.first))
    }
}

/// The conversion of the command of this name.
///
/// Commands whose replies are right as they come have none: integers (DEL, LLEN, ZRANK, MEMORY USAGE, ..), text (CLIENT
/// GETNAME, SCRIPT LOAD, RANDOMKEY, GEOHASH, ..), key and value of BLPOP.
fn conversion(name: &[u8]) -> Option<Conversion> {
    let conversion = match name {
        b"EXPIRE" | b"EXPIREAT" | b"HEXISTS" | b"MOVE" | b"MSETNX" | b"PERSIST" | b"RENAMENX" | b"SISMEMBER"
        | b"SMOVE" | b"SETNX" | b"XGROUP DESTROY" => OfReply(scalars::truth),

        b"AUTH" | b"FLUSHALL" | b"FLUSHDB" | b"HMSET" | b"LPUSH" | b"LSET" | b"LTRIM" | b"MSET" | b"PFMERGE"
        | b"PSETEX" | b"RENAME" | b"REPLICAOF" | b"RPUSH" | b"SAVE" | b"SELECT" | b"SET" | b"SETEX" | b"SHUTDOWN"
        | b"SLAVEOF" | b"SWAPDB" | b"UNWATCH" | b"WATCH" => OfReply(scalars::ok),
        b"CLIENT KILL" | b"CLIENT PAUSE" | b"CLIENT SETNAME" | b"CONFIG RESETSTAT" | b"CONFIG SET"
        | b"MEMORY PURGE" | b"SCRIPT FLUSH" | b"SCRIPT KILL" | b"SENTINEL MONITOR" | b"SENTINEL REMOVE"
        | b"SENTINEL SET" | b"SLOWLOG RESET" | b"XGROUP CREATE" | b"XGROUP SETID" => OfReply(scalars::ok),
        b"CLUSTER ADDSLOTS"
        | b"CLUSTER DELSLOTS"
        | b"CLUSTER FAILOVER"
        | b"CLUSTER FORGET"
        | b"CLUSTER MEET"
        | b"CLUSTER REPLICATE"
        | b"CLUSTER RESET"
        | b"CLUSTER SAVECONFIG"
        | b"CLUSTER SET-CONFIG-EPOCH"
        | b"CLUSTER SETSLOT" => OfReply(scalars::ok),

        b"BGREWRITEAOF" | b"BGSAVE" => OfReply(scalars::started),
        b"PING" => OfReply(scalars::pong),
        b"CLIENT UNBLOCK" => OfReply(scalars::unblocked),
        b"LASTSAVE" => OfReply(scalars::since),
        b"TIME" => OfReply(scalars::integers),
        b"SCRIPT EXISTS" => OfReply(scalars::booleans),
        b"SENTINEL GET-MASTER-ADDR-BY-NAME" => OfReply(scalars::address),
        b"GEODIST" | b"HINCRBYFLOAT" | b"INCRBYFLOAT" | b"ZINCRBY" | b"ZSCORE" => OfReply(scalars::double),
        b"ZADD" => OfCall(scalars::added),

        b"SDIFF" | b"SINTER" | b"SMEMBERS" | b"SUNION" => OfReply(aggregates::set),
        b"CONFIG GET" | b"HGETALL" => OfReply(aggregates::map),
        b"SORT" | b"SORT_RO" => OfCall(aggregates::groups),
        b"SCAN" | b"SSCAN" => OfReply(aggregates::page),
        b"HSCAN" => OfCall(aggregates::hash_page),
        b"PUBSUB NUMSUB" | b"PUBSUB SHARDNUMSUB" => OfReply(aggregates::counts),
        b"SLOWLOG GET" => OfReply(aggregates::slow_commands),
        b"GEOPOS" => OfReply(aggregates::positions),
        b"GEORADIUS" | b"GEORADIUS_RO" | b"GEORADIUSBYMEMBER" | b"GEORADIUSBYMEMBER_RO" | b"GEOSEARCH" => {
            OfReply(aggregates::places)
        }

        b"ZPOPMAX" | b"ZPOPMIN" | b"ZRANGE" | b"ZRANGEBYSCORE" | b"ZREVRANGE" | b"ZREVRANGEBYSCORE" => {
            OfCall(scored::members)
        }
        b"ZSCAN" => OfCall(scored::page),
        b"BZPOPMAX" | b"BZPOPMIN" => OfReply(scored::popped),

        b"INFO" => OfReply(text::info),
        b"CLIENT LIST" => OfReply(text::clients),
        b"CLIENT INFO" => OfReply(text::client),
        b"DEBUG OBJECT" => OfReply(text::debug_object),
        b"CLUSTER INFO" => OfReply(text::cluster_info),
        b"CLUSTER NODES" | b"CLUSTER REPLICAS" | b"CLUSTER SLAVES" => OfReply(text::cluster_nodes),

        b"SENTINEL MASTER" => OfReply(sentinel::state),
        b"SENTINEL MASTERS" => OfReply(sentinel::by_name),
        b"SENTINEL REPLICAS" | b"SENTINEL SENTINELS" | b"SENTINEL SLAVES" => OfReply(sentinel::states),

        b"XCLAIM" | b"XRANGE" | b"XREVRANGE" => OfReply(streams::entries),
        b"XREAD" | b"XREADGROUP" => OfReply(streams::by_stream),
        b"XPENDING" => OfCall(streams::pending),
        b"XINFO STREAM" => OfReply(streams::stream),
        b"XINFO CONSUMERS" | b"XINFO GROUPS" => OfReply(aggregates::maps),
        _ => return None,
    };
    Some(conversion)
}
