//! The first program: what a client can do, said and shown.
//!
//! `cargo run --example quickstart` runs on an in-memory server; `cargo run --example quickstart -- redis://127.0.0.1/`
//! on a real one (it uses keys that begin with `quickstart:` and removes them).
//
// tests/run:
// tests/run: {url}

use std::time::Duration;

use redwire::blocking::Client;
use redwire::prelude::*;

fn main() -> Result<(), Error> {
    let client = match std::env::args().nth(1) {
        Some(url) => Client::connect(url)?,
        None => {
            println!("No URL given: this is the in-memory server.\n");
            redwire::mock::Server::new().blocking_client()
        }
    };
    client.del(["quickstart:name", "quickstart:visits"])?;

    println!("A value, and one that is not there:");
    client.set("quickstart:name", "redwire")?;
    let name: Option<String> = client.get("quickstart:name")?;
    println!("  GET quickstart:name      -> {name:?}");
    let nothing: Option<String> = client.get("quickstart:nothing")?;
    println!("  GET quickstart:nothing   -> {nothing:?}");

    println!("A counter:");
    println!("  INCR quickstart:visits   -> {}", client.incr("quickstart:visits")?);
    println!("  INCR quickstart:visits   -> {}", client.incr("quickstart:visits")?);

    println!("A time to live:");
    client.expire("quickstart:name", Duration::from_secs(60))?;
    println!("  TTL quickstart:name      -> {:?}", client.ttl("quickstart:name")?);

    println!("Several commands at once, each reply with its type:");
    let (ok, length, visits) = client
        .pipeline()
        .set("quickstart:name", "wire")
        .append("quickstart:name", "!")
        .incr("quickstart:visits")
        .execute()?;
    println!("  SET, APPEND, INCR        -> ({ok}, {length}, {visits})");

    println!("An error says what it is and what became of the command:");
    if let Err(error) = client.incr("quickstart:name") {
        println!("  INCR quickstart:name     -> {error}");
        println!(
            "                              code {:?}, outcome {:?}",
            error.code(),
            error.outcome()
        );
    }

    println!("Any command, known or not:");
    println!(
        "  ECHO hello               -> {:?}",
        client.execute(cmd("ECHO").arg("hello"))?
    );

    client.del(["quickstart:name", "quickstart:visits"])?;
    Ok(())
}
