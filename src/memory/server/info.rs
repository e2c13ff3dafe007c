//! INFO: sections with what is true of this server, and nothing else.

use alloc::format;
use alloc::string::String;

use bytes::Bytes;

use super::super::VERSION;
use super::super::command::Outcome;
use super::super::context::Context;
use super::super::reply::Reply;

type Section = fn(&Context<'_>) -> String;

/// Sections in the order Redis gives them.
static SECTIONS: &[(&str, Section)] = &[
    ("Server", server),
    ("Clients", clients),
    ("Memory", memory),
    ("Stats", stats),
    ("Replication", |_| String::from("role:master\r\nconnected_slaves:0\r\n")),
    ("Cluster", |_| String::from("cluster_enabled:0\r\n")),
    ("Keyspace", keyspace),
];

pub(super) fn info(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let every = |arg: &Bytes| {
        [&b"all"[..], b"default", b"everything"]
            .iter()
            .any(|all| arg.eq_ignore_ascii_case(all))
    };
    let all = args.is_empty() || args.iter().any(every);
    let mut text = String::new();
    for (name, section) in SECTIONS {
        if all || args.iter().any(|arg| arg.eq_ignore_ascii_case(name.as_bytes())) {
            if !text.is_empty() {
                text.push_str("\r\n");
            }
            text.push_str(&format!("# {name}\r\n{}", section(cx)));
        }
    }
    Ok(Reply::Verbatim("txt", Bytes::from(text)))
}

fn server(cx: &Context<'_>) -> String {
    let micros = cx.server.now.since_origin().as_micros() % 1000;
    let uptime = cx.server.now.since_origin().as_secs();
    format!(
        "redis_version:{VERSION}\r\nredis_mode:standalone\r\narch_bits:{}\r\ntcp_port:0\r\n\
         server_time_usec:{}{micros:03}\r\nuptime_in_seconds:{uptime}\r\nuptime_in_days:{}\r\n",
        usize::BITS,
        cx.now_ms(),
        uptime / 86_400,
    )
}

fn clients(cx: &Context<'_>) -> String {
    format!(
        "connected_clients:{}\r\nmaxclients:10000\r\nblocked_clients:{}\r\ntracking_clients:0\r\n",
        cx.server.sessions.len() + 1,
        cx.server.blocked.len(),
    )
}

fn memory(cx: &Context<'_>) -> String {
    format!("maxmemory_policy:{}\r\n", cx.server.config.policy())
}

fn stats(cx: &Context<'_>) -> String {
    let stats = &cx.server.stats;
    format!(
        "total_connections_received:{}\r\ntotal_commands_processed:{}\r\nexpired_keys:{}\r\nevicted_keys:0\r\n",
        stats.connections, stats.commands, stats.expired,
    )
}

fn keyspace(cx: &Context<'_>) -> String {
    let now = cx.now_ms();
    let mut text = String::new();
    for number in 0..cx.server.databases.count() {
        let db = cx.server.databases.at(number);
        if db.entries().is_empty() {
            continue;
        }
        let left = db
            .entries()
            .values()
            .filter_map(|entry| entry.expires_at)
            .map(|at| i128::from(at - now));
        let (expires, total) = left.fold((0, 0), |(count, total), left| (count + 1, total + left));
        let average = if expires == 0 { 0 } else { total / expires };
        text.push_str(&format!(
            "db{number}:keys={},expires={expires},avg_ttl={average}\r\n",
            db.entries().len()
        ));
    }
    text
}
