//! What is measured, and how often.

use crate::Result;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Api {
    Blocking,
    /// tokio, current-thread runtime, the caller is the root future.
    Tokio,
    /// tokio with two worker threads.
    Workers,
    /// Bytes in, replies out, no socket.
    Parse,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Op {
    GetSmall,
    /// 64 tasks over one connection; an operation is one GET of each.
    GetBy64Tasks,
    /// So many commands in one pipeline, SET and GET in turn.
    Pipeline(usize),
    Get1M,
    Get64M,
    Lrange10kStrings,
    Lrange10kBytes,
    Lrange100kStrings,
    Lrange100kBytes,
    Hgetall,
    /// One message of somebody who publishes.
    Receive,
    /// Each call is timed.
    Load(Load),
    /// Clients that are connected and do nothing.
    Idle,
    /// Calls that the server does not answer yet.
    InFlight,
    Parse(Input),
}

/// Callers at work at the same time, each with one call after the other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// Tasks over one client, or threads.
    pub callers: u64,
    pub set: bool,
    /// Bytes of the value.
    pub size: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Input {
    Bulks,
    Integers,
    Nested,
    Map,
    Bulk1M,
    Array100k16K,
    Array100k4K,
}

pub struct Scenario {
    pub name: &'static str,
    pub api: Api,
    pub op: Op,
    /// One operation counts as this many `unit`s in the tables.
    pub per: u64,
    pub unit: &'static str,
    /// Operations of a `table` run; of a load, the calls of all callers.
    pub table_n: u64,
    /// The two points of an `instructions` run; what both have in common cancels out. None where it makes no sense.
    pub points: Option<(u64, u64)>,
}

impl Scenario {
    /// Commands of its pipeline.
    pub fn commands(&self) -> usize {
        match self.op {
            Op::Pipeline(commands) => commands,
            _ => 0,
        }
    }

    pub fn needs_server(&self) -> bool {
        self.api != Api::Parse
    }

    /// Operations before the measured ones. Fixed per scenario, so that it cancels out between two points.
    pub fn warm_up(&self) -> u64 {
        if self.table_n >= 1000 { 200 } else { 1 }
    }
}

pub fn find(name: &str) -> Result<&'static Scenario> {
    SCENARIOS
        .iter()
        .find(|scenario| scenario.name == name)
        .ok_or_else(|| format!("no scenario {name:?}").into())
}

const fn io(
    name: &'static str,
    api: Api,
    op: Op,
    (per, unit): (u64, &'static str),
    table_n: u64,
    points: (u64, u64),
) -> Scenario {
    Scenario {
        name,
        api,
        op,
        per,
        unit,
        table_n,
        points: Some(points),
    }
}

const fn parse(
    name: &'static str,
    input: Input,
    (per, unit): (u64, &'static str),
    table_n: u64,
    points: (u64, u64),
) -> Scenario {
    Scenario {
        name,
        api: Api::Parse,
        op: Op::Parse(input),
        per,
        unit,
        table_n,
        points: Some(points),
    }
}

const fn special(name: &'static str, api: Api, op: Op, unit: &'static str, table_n: u64) -> Scenario {
    Scenario {
        name,
        api,
        op,
        per: 1,
        unit,
        table_n,
        points: None,
    }
}

const fn load(name: &'static str, api: Api, callers: u64, set: bool, size: usize) -> Scenario {
    let op = Op::Load(Load { callers, set, size });
    special(name, api, op, "call", 32_000)
}

const CALL: (u64, &str) = (1, "call");

#[rustfmt::skip]
pub static SCENARIOS: &[Scenario] = &[
    io("get_blocking", Api::Blocking, Op::GetSmall, CALL, 5000, (500, 2500)),
    io("get_tokio", Api::Tokio, Op::GetSmall, CALL, 5000, (500, 2500)),
    io("get_by_64_tasks", Api::Tokio, Op::GetBy64Tasks, (64, "call"), 500, (20, 120)),
    io("pipe100_blocking", Api::Blocking, Op::Pipeline(100), (100, "command"), 500, (20, 120)),
    io("pipe100_tokio", Api::Tokio, Op::Pipeline(100), (100, "command"), 500, (20, 120)),
    io("pipe1000_blocking", Api::Blocking, Op::Pipeline(1000), (1000, "command"), 100, (5, 25)),
    io("pipe1000_tokio", Api::Tokio, Op::Pipeline(1000), (1000, "command"), 100, (5, 25)),
    io("pipe100k_blocking", Api::Blocking, Op::Pipeline(100_000), (100_000, "command"), 3, (1, 2)),
    io("pipe100k_tokio", Api::Tokio, Op::Pipeline(100_000), (100_000, "command"), 3, (1, 2)),
    io("get1m_blocking", Api::Blocking, Op::Get1M, CALL, 100, (5, 25)),
    io("get1m_tokio", Api::Tokio, Op::Get1M, CALL, 100, (5, 25)),
    io("get64m_blocking", Api::Blocking, Op::Get64M, CALL, 5, (1, 3)),
    io("get64m_tokio", Api::Tokio, Op::Get64M, CALL, 5, (1, 3)),
    io("lrange10k_strings_blocking", Api::Blocking, Op::Lrange10kStrings, (10_000, "element"), 100, (2, 12)),
    io("lrange10k_strings_tokio", Api::Tokio, Op::Lrange10kStrings, (10_000, "element"), 100, (2, 12)),
    io("lrange10k_bytes_blocking", Api::Blocking, Op::Lrange10kBytes, (10_000, "element"), 100, (2, 12)),
    io("lrange10k_bytes_tokio", Api::Tokio, Op::Lrange10kBytes, (10_000, "element"), 100, (2, 12)),
    io("lrange100k_strings_blocking", Api::Blocking, Op::Lrange100kStrings, (100_000, "element"), 15, (1, 3)),
    io("lrange100k_strings_tokio", Api::Tokio, Op::Lrange100kStrings, (100_000, "element"), 15, (1, 3)),
    io("lrange100k_bytes_blocking", Api::Blocking, Op::Lrange100kBytes, (100_000, "element"), 15, (1, 3)),
    io("lrange100k_bytes_tokio", Api::Tokio, Op::Lrange100kBytes, (100_000, "element"), 15, (1, 3)),
    io("hgetall1000_blocking", Api::Blocking, Op::Hgetall, (1000, "field"), 300, (5, 45)),
    io("hgetall1000_tokio", Api::Tokio, Op::Hgetall, (1000, "field"), 300, (5, 45)),
    io("receive_blocking", Api::Blocking, Op::Receive, (1, "message"), 200_000, (2000, 22_000)),
    io("receive_tokio", Api::Tokio, Op::Receive, (1, "message"), 200_000, (2000, 22_000)),
    load("get16_by_64_tasks", Api::Tokio, 64, false, 16),
    load("get1k_by_64_tasks", Api::Tokio, 64, false, 1024),
    load("set16_by_64_tasks", Api::Tokio, 64, true, 16),
    load("set1k_by_64_tasks", Api::Tokio, 64, true, 1024),
    load("get16_by_1000_tasks", Api::Tokio, 1000, false, 16),
    load("get1k_by_1000_tasks", Api::Tokio, 1000, false, 1024),
    load("set16_by_1000_tasks", Api::Tokio, 1000, true, 16),
    load("set1k_by_1000_tasks", Api::Tokio, 1000, true, 1024),
    load("get16_by_64_tasks_2workers", Api::Workers, 64, false, 16),
    load("get1k_by_64_tasks_2workers", Api::Workers, 64, false, 1024),
    load("set16_by_64_tasks_2workers", Api::Workers, 64, true, 16),
    load("set1k_by_64_tasks_2workers", Api::Workers, 64, true, 1024),
    load("get16_by_1000_tasks_2workers", Api::Workers, 1000, false, 16),
    load("get1k_by_1000_tasks_2workers", Api::Workers, 1000, false, 1024),
    load("set16_by_1000_tasks_2workers", Api::Workers, 1000, true, 16),
    load("set1k_by_1000_tasks_2workers", Api::Workers, 1000, true, 1024),
    load("get16_by_8_threads", Api::Blocking, 8, false, 16),
    load("set16_by_8_threads", Api::Blocking, 8, true, 16),
    special("idle_blocking", Api::Blocking, Op::Idle, "connection", 100),
    special("idle_tokio", Api::Tokio, Op::Idle, "connection", 100),
    special("in_flight_tokio", Api::Tokio, Op::InFlight, "call", 2000),
    parse("parse_bulks", Input::Bulks, (10_000, "bulk string"), 100, (2, 12)),
    parse("parse_integers", Input::Integers, (10_000, "integer"), 100, (2, 12)),
    parse("parse_nested", Input::Nested, (4000, "leaf"), 200, (2, 12)),
    parse("parse_map", Input::Map, (2000, "leaf"), 300, (2, 22)),
    parse("parse_1m_in_4k", Input::Bulk1M, CALL, 300, (5, 25)),
    parse("parse_100k_in_16k", Input::Array100k16K, (100_000, "element"), 5, (1, 2)),
    parse("parse_100k_in_4k", Input::Array100k4K, (100_000, "element"), 3, (1, 2)),
];
