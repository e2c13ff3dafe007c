//! The same program on each runtime; this one is `blocking`. In memory by default, a real server when given a URL.
//
// tests/run:
// tests/run: {url}

use redwire::prelude::*;

fn main() -> Result<(), Error> {
    let client = match std::env::args().nth(1) {
        Some(url) => redwire::blocking::Client::connect(url)?,
        None => redwire::mock::Server::new().blocking_client(),
    };
    client.set("example:greeting", "hello")?;
    let greeting: Option<String> = client.get("example:greeting")?;
    println!("greeting: {greeting:?}");

    let (ok, length, visits) = client
        .pipeline()
        .set("example:name", "redwire")
        .strlen("example:name")
        .incr("example:visits")
        .execute()?;
    println!("set: {ok}, length: {length}, visits: {visits}");

    let removed = client.del(["example:greeting", "example:name", "example:visits"])?;
    println!("removed: {removed}");
    Ok(())
}
