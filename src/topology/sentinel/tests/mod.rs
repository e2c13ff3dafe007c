//! Hand-driven searches: what is asked, what is tried, and what comes of it. The numbers are the rows of the redis-py
//! behaviour reference.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure is the test's result"
)]

mod finders;
mod searches;
mod watches;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;

use super::{Finder, Goal, KnownMaster, Learned, Search, Sentinels, Service, ServiceRole, Step, Watch};
use crate::connection::{Connection, Event};
use crate::error::{Error, ErrorKind, Outcome};
use crate::resp::{Reply, ReplyBuilder};
use crate::time::Timestamp;
use crate::topology::Endpoint;
use crate::transport::{TransportError, TransportErrorKind};

const SECOND: Duration = Duration::from_secs(1);

fn reply(build: impl FnOnce(&mut ReplyBuilder)) -> Reply {
    let mut builder = ReplyBuilder::new();
    build(&mut builder);
    builder.finish().unwrap()
}

fn error(text: &str) -> Reply {
    reply(|reply| {
        reply.error(text.as_bytes());
    })
}

/// Maps of these fields, as RESP2 sends them.
fn entries(entries: &[Vec<(&str, String)>]) -> Reply {
    reply(|reply| {
        reply.array(entries.len());
        for entry in entries {
            reply.array(2 * entry.len());
            for (name, value) in entry {
                reply.bulk(name.as_bytes()).bulk(value.as_bytes());
            }
        }
    })
}

struct Master {
    name: &'static str,
    ip: &'static str,
    port: &'static str,
    flags: &'static str,
    others: u64,
    epoch: u64,
}

const MASTER: Master = Master {
    name: "mymaster",
    ip: "10.0.0.1",
    port: "6379",
    flags: "master",
    others: 2,
    epoch: 1,
};

fn masters(masters: &[Master]) -> Reply {
    let entry = |master: &Master| {
        [
            ("name", master.name.into()),
            ("ip", master.ip.into()),
            ("port", master.port.into()),
            ("runid", String::new()),
            ("flags", master.flags.into()),
            ("down-after-milliseconds", "500".into()),
            ("config-epoch", master.epoch.to_string()),
            ("num-slaves", "2".into()),
            ("num-other-sentinels", master.others.to_string()),
            ("quorum", "2".into()),
            ("failover-timeout", "6000".into()),
            ("parallel-syncs", "1".into()),
        ]
        .into()
    };
    entries(&masters.iter().map(entry).collect::<Vec<_>>())
}

fn address(ip: &str, port: &str) -> Reply {
    reply(|reply| {
        reply.array(2).bulk(ip.as_bytes()).bulk(port.as_bytes());
    })
}

/// Everything that a sentinel with these masters says when it is asked about `mymaster`.
fn knows(all: &[Master]) -> Vec<Reply> {
    let own = all.iter().find(|master| master.name == "mymaster");
    let address = own.map_or_else(nothing, |master| address(master.ip, master.port));
    [masters(all), address].into()
}

fn nothing() -> Reply {
    reply(|reply| {
        reply.null();
    })
}

fn slaves(slaves: &[(&'static str, &'static str)]) -> Reply {
    let entry = |(address, flags): &(&'static str, &'static str)| {
        let (ip, port) = address.split_once(':').unwrap();
        [
            ("name", String::from(*address)),
            ("ip", ip.into()),
            ("port", port.into()),
            ("flags", String::from(*flags)),
        ]
        .into()
    };
    entries(&slaves.iter().map(entry).collect::<Vec<_>>())
}

fn role(role: &str) -> Reply {
    reply(|reply| {
        reply.array(3).bulk(role.as_bytes()).integer(0).array(0);
    })
}

fn unreachable() -> Error {
    let error = TransportError::new(TransportErrorKind::Unreachable, "connection refused");
    Error::transport(error, Outcome::NotSent)
}

fn sentinels(count: usize) -> Sentinels {
    Sentinels::new((1..=count).map(|n| (format!("s{n}"), 26379)))
}

fn search(goal: Goal, count: usize) -> Search {
    Search::new(goal, "mymaster", &sentinels(count), None)
}

/// What a step says, in a line.
fn said(search: &mut Search) -> String {
    match search.step(Timestamp::ZERO) {
        Step::Ask { sentinel, batch, .. } => {
            let questions: Vec<String> = batch.iter().map(ToString::to_string).collect();
            format!("ask {sentinel} {}", questions.join(", "))
        }
        Step::Connect { server, request, .. } => format!("connect {server} {request}"),
        Step::Done(Ok(found)) => format!(
            "done {}",
            found.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
        ),
        Step::Done(Err(error)) => format!("{:?} {:?} {error}", error.kind(), error.outcome()),
    }
}
