//! A walk over all keys with a progress bar on the terminal; lines instead, if the output goes elsewhere.
//!
//! `cargo run --example scan` runs on an in-memory server with ten thousand keys; `cargo run --example scan --
//! redis://127.0.0.1/` on a real one, whose keys it counts by their first part and leaves as they are.
//
// tests/run:
// tests/run: {url}

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write, stdout};

use redwire::blocking::Client;
use redwire::prelude::*;

/// Characters between the brackets of the bar.
const WIDTH: u64 = 40;

fn in_memory() -> Result<Client, Error> {
    println!("No URL given: this is the in-memory server.\n");
    let client = redwire::mock::Server::new().blocking_client();
    for (kind, count) in [("user", 7_000), ("session", 2_500), ("job", 500)] {
        let keys: Vec<(String, u32)> = (0..count).map(|n| (format!("{kind}:{n}"), n)).collect();
        client.mset(keys)?;
    }
    Ok(client)
}

fn show(seen: u64, total: u64, bar: bool) {
    // What is added meanwhile comes on top of the total, and keys may come twice.
    let seen = seen.min(total);
    if bar {
        let done = seen * WIDTH / total.max(1);
        let (full, empty) = ("#".repeat(done as usize), ".".repeat((WIDTH - done) as usize));
        print!("\r  [{full}{empty}] {seen} of {total} keys");
        // A terminal that is gone is no reason to stop counting.
        let _ = stdout().flush();
    } else {
        println!("  {seen} of {total} keys");
    }
}

fn main() -> Result<(), Error> {
    let client = match std::env::args().nth(1) {
        Some(url) => Client::connect(url)?,
        None => in_memory()?,
    };
    let total = client.dbsize()?;
    let terminal = stdout().is_terminal();

    println!("All keys, page by page:");
    let mut kinds = BTreeMap::<String, u64>::new();
    let mut keys = client.scan_iter::<Vec<u8>>().count(1_000);
    while let Some(page) = keys.next_page()? {
        for key in page {
            let kind = key.split(|byte| *byte == b':').next().unwrap_or_default();
            *kinds.entry(String::from_utf8_lossy(kind).into_owned()).or_default() += 1;
        }
        show(keys.seen(), total, terminal);
    }
    if terminal {
        println!();
    }

    println!("By their first part:");
    for (kind, count) in kinds {
        println!("  {kind:<12} {count:>8}");
    }

    println!("Some of them, one by one:");
    for key in client
        .scan_iter::<String>()
        .matching("user:1*")
        .of_type("string")
        .take(3)
    {
        println!("  {}", key?);
    }
    Ok(())
}
