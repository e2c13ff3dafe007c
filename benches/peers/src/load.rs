//! Many callers at once, and what clients hold in memory while they wait.

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::fixture::{self, Pause};
use crate::libs::{Blocking, Tokio};
use crate::measure::{Cost, Meter, resident};
use crate::run::expect;
use crate::scenario::Load;
use crate::{Result, server};

impl Load {
    fn key(self) -> &'static str {
        match (self.set, self.size) {
            (true, _) => fixture::WRITTEN,
            (false, fixture::SMALL_LEN) => fixture::SMALL,
            (false, _) => fixture::MIDDLE,
        }
    }

    /// How many of `calls` each caller makes.
    fn each(self, calls: u64) -> u64 {
        (calls / self.callers).max(1)
    }

    fn value(self) -> String {
        "v".repeat(self.size)
    }
}

/// `calls` calls by tasks that share one client, after a tenth as many to warm up.
pub async fn tasks<L: Tokio>(load: Load, url: &str, calls: u64) -> Result<Cost> {
    let client = L::connect(url).await?;
    let before = resident()?;
    by_tasks(load, &client, load.each(calls / 10)).await?;
    let meter = Meter::start(before)?;
    let times = by_tasks(load, &client, load.each(calls)).await?;
    meter.finish_timed(times)
}

async fn by_tasks<L: Tokio>(load: Load, client: &L, each: u64) -> Result<Vec<Duration>> {
    let mut tasks: JoinSet<Result<Vec<Duration>>> = JoinSet::new();
    for _ in 0..load.callers {
        let mut client = client.clone();
        tasks.spawn(async move {
            let value = load.value();
            let mut times = Vec::with_capacity(each as usize);
            for _ in 0..each {
                let started = Instant::now();
                if load.set {
                    client.set(load.key(), &value).await?;
                } else {
                    expect(black_box(client.get(load.key()).await?).len(), load.size)?;
                }
                times.push(started.elapsed());
            }
            Ok(times)
        });
    }
    let mut all = Vec::new();
    while let Some(task) = tasks.join_next().await {
        all.extend(task??);
    }
    Ok(all)
}

/// `calls` calls by threads, after a tenth as many to warm up.
pub fn threads<L: Blocking>(load: Load, url: &str, calls: u64) -> Result<Cost> {
    let first = L::connect(url)?;
    let mut clients = Vec::new();
    for _ in 0..load.callers {
        clients.push(first.for_thread(url)?);
    }
    let before = resident()?;
    // Everybody has warmed up before the meter starts, and nobody measures before it has.
    let warm = Barrier::new(clients.len() + 1);
    let started = Barrier::new(clients.len() + 1);
    thread::scope(|scope| {
        let threads: Vec<_> = clients
            .into_iter()
            .map(|mut client| {
                let (warm, started) = (&warm, &started);
                scope.spawn(move || {
                    let warmed = by_thread(load, &mut client, load.each(calls / 10));
                    warm.wait();
                    started.wait();
                    warmed?;
                    by_thread(load, &mut client, load.each(calls))
                })
            })
            .collect();
        warm.wait();
        let meter = Meter::start(before);
        started.wait();
        let mut all = Vec::new();
        for thread in threads {
            all.extend(thread.join().map_err(|_| "a thread panicked")??);
        }
        meter?.finish_timed(all)
    })
}

fn by_thread<L: Blocking>(load: Load, client: &mut L, each: u64) -> Result<Vec<Duration>> {
    let value = load.value();
    let mut times = Vec::with_capacity(each as usize);
    for _ in 0..each {
        let started = Instant::now();
        if load.set {
            client.set(load.key(), &value)?;
        } else {
            expect(black_box(client.get(load.key())?).len(), load.size)?;
        }
        times.push(started.elapsed());
    }
    Ok(times)
}

/// `n` clients that have made one call each. The first one, which pays for what all share, is not counted.
pub fn idle_blocking<L: Blocking>(url: &str, n: u64) -> Result<Cost> {
    let mut first = L::connect(url)?;
    first.get(fixture::SMALL)?;
    let mut clients = Vec::with_capacity(n as usize);
    let meter = Meter::start(resident()?)?;
    for _ in 0..n {
        let mut client = L::connect(url)?;
        client.get(fixture::SMALL)?;
        clients.push(client);
    }
    let cost = meter.finish(n)?;
    drop(clients);
    Ok(cost)
}

pub async fn idle_tokio<L: Tokio>(url: &str, n: u64) -> Result<Cost> {
    let mut first = L::connect(url).await?;
    first.get(fixture::SMALL).await?;
    let mut clients = Vec::with_capacity(n as usize);
    let meter = Meter::start(resident()?)?;
    for _ in 0..n {
        let mut client = L::connect(url).await?;
        client.get(fixture::SMALL).await?;
        clients.push(client);
    }
    settle().await;
    let cost = meter.finish(n)?;
    drop(clients);
    Ok(cost)
}

/// `n` tasks, each with a SET that a paused server does not answer. The tasks themselves are counted.
pub async fn in_flight<L: Tokio>(url: &str, n: u64) -> Result<Cost> {
    let client = L::connect(url).await?;
    let mut first = client.clone();
    let value = "v".repeat(fixture::SMALL_LEN);
    first.set(fixture::WRITTEN, &value).await?;
    let pause = Pause::writes(&server::address(url)?)?;
    let mut tasks: JoinSet<Result<()>> = JoinSet::new();
    let meter = Meter::start(resident()?)?;
    for _ in 0..n {
        let mut client = client.clone();
        tasks.spawn(async move { client.set(fixture::WRITTEN, "0123456789abcdef").await });
    }
    settle().await;
    let cost = meter.finish(n)?;
    if tasks.try_join_next().is_some() {
        return Err("a call was answered by a server that is paused".into());
    }
    drop(pause);
    while let Some(task) = tasks.join_next().await {
        task??;
    }
    Ok(cost)
}

/// Lets background tasks do what they have to do.
async fn settle() {
    tokio::time::sleep(Duration::from_millis(300)).await;
}
