//! The first program. tests/run:
use redwire::prelude::*;
fn main() -> Result<(), Error> {
    let client = redwire::mock::Server::new().blocking_client();
    println!("{:?}", client.set("a", "b")?);
    println!("{:?}", client.get::<String>("a")?);
    Ok(())
}
