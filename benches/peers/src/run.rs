//! One scenario on one library, in this process.

use std::hint::black_box;

use tokio::runtime;
use tokio::task::JoinSet;

use crate::libs::{Blocking, Parse, Tokio};
use crate::measure::{Cost, Meter, resident};
use crate::scenario::{Api, Op, Scenario};
use crate::{Result, fixture, load, parse, receive};

/// Runs a scenario's warm-up and then `n` measured operations against the server at the URL.
pub type Runner = fn(&Scenario, &str, u64) -> Result<Cost>;

pub fn blocking<L: Blocking>(scenario: &Scenario, url: &str, n: u64) -> Result<Cost> {
    match scenario.op {
        Op::Load(load) => return load::threads::<L>(load, url, n),
        Op::Receive => return receive::blocking::<L>(scenario, url, n),
        Op::Idle => return load::idle_blocking::<L>(url, n),
        _ => {}
    }
    let mut client = L::connect(url)?;
    let pairs = fixture::pairs(scenario.commands());
    let before = resident()?;
    for _ in 0..scenario.warm_up() {
        blocking_op(&mut client, scenario.op, &pairs)?;
    }
    let meter = Meter::start(before)?;
    for _ in 0..n {
        blocking_op(&mut client, scenario.op, &pairs)?;
    }
    meter.finish(n)
}

#[inline(never)]
fn blocking_op<L: Blocking>(client: &mut L, op: Op, pairs: &[(String, String)]) -> Result<()> {
    match op {
        Op::GetSmall => expect(black_box(client.get(fixture::SMALL)?).len(), fixture::SMALL_LEN),
        Op::Get1M => expect(black_box(client.get(fixture::BULK_1M)?).len(), 1 << 20),
        Op::Get64M => expect(black_box(client.get(fixture::BULK_64M)?).len(), 64 << 20),
        Op::Pipeline(_) => expect(client.pipeline(pairs)?, pairs.len()),
        Op::Lrange10kStrings => expect(black_box(client.lrange_strings(fixture::LIST_10K)?).len(), 10_000),
        Op::Lrange10kBytes => expect(black_box(client.lrange_bytes(fixture::LIST_10K)?).len(), 10_000),
        Op::Lrange100kStrings => expect(black_box(client.lrange_strings(fixture::LIST_100K)?).len(), 100_000),
        Op::Lrange100kBytes => expect(black_box(client.lrange_bytes(fixture::LIST_100K)?).len(), 100_000),
        Op::Hgetall => expect(black_box(client.hgetall(fixture::HASH)?).len(), 1000),
        Op::GetBy64Tasks | Op::Receive | Op::Load(_) | Op::Idle | Op::InFlight | Op::Parse(_) => {
            Err("not an operation of a client".into())
        }
    }
}

pub fn tokio<L: Tokio>(scenario: &Scenario, url: &str, n: u64) -> Result<Cost> {
    let mut runtime = match scenario.api {
        Api::Workers => runtime::Builder::new_multi_thread(),
        _ => runtime::Builder::new_current_thread(),
    };
    let runtime = runtime.worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        match scenario.op {
            Op::Load(load) => return load::tasks::<L>(load, url, n).await,
            Op::Receive => return receive::tokio::<L>(scenario, url, n).await,
            Op::Idle => return load::idle_tokio::<L>(url, n).await,
            Op::InFlight => return load::in_flight::<L>(url, n).await,
            _ => {}
        }
        let mut client = L::connect(url).await?;
        let pairs = fixture::pairs(scenario.commands());
        let before = resident()?;
        if scenario.op == Op::GetBy64Tasks {
            by_64_tasks(&client, scenario.warm_up()).await?;
            let meter = Meter::start(before)?;
            by_64_tasks(&client, n).await?;
            return meter.finish(n);
        }
        for _ in 0..scenario.warm_up() {
            tokio_op(&mut client, scenario.op, &pairs).await?;
        }
        let meter = Meter::start(before)?;
        for _ in 0..n {
            tokio_op(&mut client, scenario.op, &pairs).await?;
        }
        meter.finish(n)
    })
}

async fn by_64_tasks<L: Tokio>(client: &L, n: u64) -> Result<()> {
    let mut tasks: JoinSet<Result<()>> = JoinSet::new();
    for _ in 0..64 {
        let mut client = client.clone();
        tasks.spawn(async move {
            for _ in 0..n {
                expect(black_box(client.get(fixture::SMALL).await?).len(), fixture::SMALL_LEN)?;
            }
            Ok(())
        });
    }
    while let Some(task) = tasks.join_next().await {
        task??;
    }
    Ok(())
}

async fn tokio_op<L: Tokio>(client: &mut L, op: Op, pairs: &[(String, String)]) -> Result<()> {
    match op {
        Op::GetSmall => expect(black_box(client.get(fixture::SMALL).await?).len(), fixture::SMALL_LEN),
        Op::Get1M => expect(black_box(client.get(fixture::BULK_1M).await?).len(), 1 << 20),
        Op::Get64M => expect(black_box(client.get(fixture::BULK_64M).await?).len(), 64 << 20),
        Op::Pipeline(_) => expect(client.pipeline(pairs).await?, pairs.len()),
        Op::Lrange10kStrings => expect(black_box(client.lrange_strings(fixture::LIST_10K).await?).len(), 10_000),
        Op::Lrange10kBytes => expect(black_box(client.lrange_bytes(fixture::LIST_10K).await?).len(), 10_000),
        Op::Lrange100kStrings => expect(
            black_box(client.lrange_strings(fixture::LIST_100K).await?).len(),
            100_000,
        ),
        Op::Lrange100kBytes => expect(black_box(client.lrange_bytes(fixture::LIST_100K).await?).len(), 100_000),
        Op::Hgetall => expect(black_box(client.hgetall(fixture::HASH).await?).len(), 1000),
        Op::GetBy64Tasks | Op::Receive | Op::Load(_) | Op::Idle | Op::InFlight | Op::Parse(_) => {
            Err("not an operation of a client".into())
        }
    }
}

pub fn parse<L: Parse>(scenario: &Scenario, _url: &str, n: u64) -> Result<Cost> {
    let Op::Parse(input) = scenario.op else {
        return Err("not a parse scenario".into());
    };
    let wire = parse::wire(input);
    let mut parser = L::new(input);
    let before = resident()?;
    for _ in 0..scenario.warm_up() {
        expect(parser.parse(&wire)?, wire.replies)?;
    }
    let meter = Meter::start(before)?;
    for _ in 0..n {
        expect(parser.parse(&wire)?, wire.replies)?;
    }
    meter.finish(n)
}

/// A library that gives the wrong answer has no speed.
pub fn expect(found: usize, wanted: usize) -> Result<()> {
    if found == wanted {
        Ok(())
    } else {
        Err(format!("expected {wanted}, found {found}").into())
    }
}
