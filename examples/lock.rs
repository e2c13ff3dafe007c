//! A lock around a critical section: workers that read a number, think about it, and write it back, one at a time.
//!
//! `cargo run --example lock` runs on an in-memory server; `cargo run --example lock -- redis://127.0.0.1/` on a real one (it
//! uses keys that begin with `{lock}` and removes them).
//
// tests/run:
// tests/run: {url}

use std::thread;
use std::time::Duration;

use redwire::blocking::Client;
use redwire::lock::Lock;
use redwire::prelude::*;

const WORKERS: i64 = 4;
const ROUNDS: i64 = 10;

/// Not atomic by itself: between the two commands everybody else could do the same.
fn add_one(client: &Client) -> Result<(), Error> {
    let total = client.get::<Option<i64>>("{lock}total")?.unwrap_or_default();
    thread::sleep(Duration::from_millis(1));
    client.set("{lock}total", total + 1)?;
    Ok(())
}

fn work(client: &Client, lock: &Lock<Client>) -> Result<(), Error> {
    for _ in 0..ROUNDS {
        let guard = lock.acquire()?;
        add_one(client)?;
        // An error here says that the lock had expired, and somebody else may have been at it as well. Dropped instead, the
        // guard would release the lock too, and say nothing.
        guard.release()?;
    }
    Ok(())
}

fn main() -> Result<(), Error> {
    let client = match std::env::args().nth(1) {
        Some(url) => Client::connect(url)?,
        None => {
            println!("No URL given: this is the in-memory server.\n");
            redwire::mock::Server::new().blocking_client()
        }
    };
    let keys = ["{lock}total", "{lock}jobs", "{lock}jobs:fence"];
    client.del(keys)?;

    let lock = client
        .lock("{lock}jobs")
        .ttl(Duration::from_secs(600)) // at the end of which others go on, whatever became of the holder
        .sleep(Duration::from_millis(2)) // between one try and the next
        .fenced();

    println!("{WORKERS} workers add one, {ROUNDS} times each:");
    thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(|| work(&client, &lock))).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })?;
    let total: i64 = client.get("{lock}total")?;
    println!("  {total} in all");
    assert_eq!(total, WORKERS * ROUNDS, "nothing got lost");

    println!("One holder at a time:");
    let guard = lock.acquire()?;
    println!("  held, for {} s at most", guard.valid_for().as_secs());
    println!("  another one gets it: {}", lock.try_acquire()?.is_some());
    println!("  fencing token {:?}, higher than all before", guard.fence());

    println!("More time, if the work takes longer:");
    guard.extend(Duration::from_secs(300))?;
    println!("  valid for {} s from now", guard.valid_for().as_secs());
    guard.release()?;

    println!("Released is released:");
    if let Err(error) = guard.release() {
        println!("  {error}");
    }
    client.del(keys)?;
    Ok(())
}
