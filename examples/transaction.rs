//! A transaction that depends on what was read: INCR as a client would write it, and a purchase that must not oversell.
//!
//! `cargo run --example transaction` runs on an in-memory server; `cargo run --example transaction -- redis://127.0.0.1/` on
//! a real one (it uses keys that begin with `{transaction}` and removes them).
//
// tests/run:
// tests/run: {url}

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use redwire::blocking::Client;
use redwire::prelude::*;

const COUNTER: &str = "{transaction}counter";
const STOCK: &str = "{transaction}stock";
const ORDERS: &str = "{transaction}orders";

/// What INCR does in the server. The closure runs again, with a new read, if somebody changed the counter in between.
fn increment(client: &Client, tries: &AtomicU32) -> Result<i64, Error> {
    client.transaction(COUNTER, |tx| {
        tries.fetch_add(1, Ordering::Relaxed);
        let n = tx.get::<Option<i64>>(COUNTER)?.unwrap_or(0);
        tx.multi().set(COUNTER, n + 1).execute()?;
        Ok(n + 1)
    })
}

/// Takes one from the stock and writes the order down, both or neither. False if there is none left.
fn buy(client: &Client, who: &str) -> Result<bool, Error> {
    client.transaction(STOCK, |tx| {
        let left: i64 = tx.get(STOCK)?;
        if left == 0 {
            return Ok(false); // nothing to execute
        }
        tx.multi().decr(STOCK).rpush(ORDERS, who).execute()?;
        Ok(true)
    })
}

/// The same loop by hand, for when there is more to say about it.
fn increment_by_hand(client: &Client) -> Result<i64, Error> {
    loop {
        let tx = client.watch(COUNTER)?;
        let n = tx.get::<Option<i64>>(COUNTER)?.unwrap_or(0);
        match tx.multi().set(COUNTER, n + 1).execute() {
            Ok(_) => return Ok(n + 1),
            Err(error) if error.kind() == ErrorKind::WatchFailed => println!("  somebody was faster: once more"),
            Err(error) => return Err(error),
        }
    }
}

fn main() -> Result<(), Error> {
    let client = match std::env::args().nth(1) {
        Some(url) => Client::connect(url)?,
        None => {
            println!("No URL given: this is the in-memory server.\n");
            redwire::mock::Server::new().blocking_client()
        }
    };
    client.del([COUNTER, STOCK, ORDERS])?;

    println!("Eight threads count to a hundred each:");
    let tries = AtomicU32::new(0);
    each_of_eight(|| (0..100).try_for_each(|_| increment(&client, &tries).map(drop)))?;
    let counter: i64 = client.get(COUNTER)?;
    println!("  counter {counter}, after {} tries", tries.into_inner());
    assert_eq!(counter, 800);

    println!("Eight buyers, and five of what they want:");
    client.set(STOCK, 5)?;
    let sold = AtomicU32::new(0);
    each_of_eight(|| {
        if buy(&client, "somebody")? {
            sold.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    })?;
    let left: i64 = client.get(STOCK)?;
    println!(
        "  {} sold, {} orders, {left} left",
        sold.into_inner(),
        client.llen(ORDERS)?
    );
    assert_eq!((left, client.llen(ORDERS)?), (0, 5));

    println!("By hand:");
    println!("  counter {}", increment_by_hand(&client)?);

    client.del([COUNTER, STOCK, ORDERS])?;
    Ok(())
}

fn each_of_eight(work: impl Fn() -> Result<(), Error> + Sync) -> Result<(), Error> {
    thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(&work)).collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}
