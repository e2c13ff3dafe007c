//! The same program on each runtime; this one is `async_std`. In memory by default, a real server when given a URL.
//
// tests/run:
// tests/run: {url}

use redwire::prelude::*;

fn main() -> Result<(), Error> {
    futures_lite::future::block_on(program())
}

async fn program() -> Result<(), Error> {
    let client = match std::env::args().nth(1) {
        Some(url) => redwire::async_std::Client::connect(url).await?,
        None => redwire::mock::Server::new().async_std_client(),
    };
    client.set("example:greeting", "hello").await?;
    let greeting: Option<String> = client.get("example:greeting").await?;
    println!("greeting: {greeting:?}");

    let (ok, length, visits) = client
        .pipeline()
        .set("example:name", "redwire")
        .strlen("example:name")
        .incr("example:visits")
        .execute()
        .await?;
    println!("set: {ok}, length: {length}, visits: {visits}");

    let removed = client
        .del(["example:greeting", "example:name", "example:visits"])
        .await?;
    println!("removed: {removed}");
    Ok(())
}
