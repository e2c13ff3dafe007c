//! The bytes of a few commands, out and in, in RESP2 and in RESP3. The answers come from the in-memory server.
//
// tests/run:

use redwire::command::Request;
use redwire::memory::{Server, SessionId};
use redwire::prelude::*;
use redwire::time::Timestamp;

fn show(server: &mut Server, session: SessionId, request: &Request) {
    let mut out = Vec::new();
    request.encode(&mut out);
    println!("  {request}");
    println!("    out: {}", out.escape_ascii());
    server.handle_input(Timestamp::ZERO, session, &out);
    let reply = server.poll_transmit(session).unwrap_or_default().to_vec();
    server.transmitted(session, reply.len());
    println!("    in:  {}", reply.escape_ascii());
}

fn main() {
    for protocol in [2, 3] {
        println!("RESP{protocol}:");
        let mut server = Server::new();
        let session = server.connect(Timestamp::ZERO);
        show(&mut server, session, &cmd("HELLO").arg(protocol));
        show(&mut server, session, Build.set("key", "a value").request());
        show(&mut server, session, Build.get::<Option<Bytes>>("key").request());
        show(&mut server, session, Build.get::<Option<Bytes>>("missing").request());
        show(&mut server, session, Build.incr("key").request());
    }
}
