//! The same program on each runtime; this one is `tokio`. In memory by default, a real server when given a URL.
//
// tests/run:
// tests/run: {url}

use redwire::prelude::*;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let client = match std::env::args().nth(1) {
        Some(url) => redwire::tokio::Client::connect(url).await?,
        None => redwire::mock::Server::new().tokio_client(),
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
