//! No runtime and no client: the user's own loop around the connection machine.
//!
//! With a URL-less address (`127.0.0.1:6379`) the loop reads and writes a plain `std::net::TcpStream`; without one it
//! carries the bytes to the in-memory server by hand.
//
// tests/run:

use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use redwire::connection::{Connection, Event, Settings, Ticket};
use redwire::memory::{Server, SessionId};
use redwire::prelude::{Build, ConnectionCommands, StringCommands};
use redwire::resp::Reply;
use redwire::time::Timestamp;

/// Where the bytes go.
enum Wire {
    Socket(TcpStream),
    Memory(Box<Server>, SessionId),
}

impl Wire {
    /// Writes some bytes and says how many.
    fn write(&mut self, now: Timestamp, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Wire::Socket(stream) => stream.write(bytes),
            Wire::Memory(server, session) => {
                server.handle_input(now, *session, bytes);
                Ok(bytes.len())
            }
        }
    }

    /// Reads some bytes into `room`.
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Wire::Socket(stream) => stream.read(room),
            Wire::Memory(server, session) => {
                let ready = server.poll_transmit(*session).unwrap_or_default();
                let mut n = 0;
                for (to, from) in room.iter_mut().zip(ready) {
                    *to = *from;
                    n += 1;
                }
                server.transmitted(*session, n);
                Ok(n)
            }
        }
    }
}

/// Moves bytes until the reply of `ticket` is there.
fn wait_for(
    connection: &mut Connection,
    wire: &mut Wire,
    clock: impl Fn() -> Timestamp,
    ticket: Ticket,
) -> Result<Reply, Box<dyn Error>> {
    loop {
        while let Some(event) = connection.poll_event() {
            match event {
                Event::Up(protocol) => println!("the connection is up and speaks {protocol:?}"),
                Event::Reply {
                    ticket: answered,
                    result,
                    ..
                } if answered == ticket => return Ok(result?),
                Event::Down(why) => return Err(why.into()),
                other => println!("{other:?}"),
            }
        }
        if let Some(bytes) = connection.poll_transmit() {
            let n = wire.write(clock(), bytes)?;
            connection.transmitted(n);
            continue;
        }
        match wire.read(connection.read_room())? {
            0 => connection.handle_eof(clock()),
            n => connection.received(clock(), n),
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let started = Instant::now();
    let clock = move || Timestamp::from_origin(started.elapsed());
    let mut wire = match std::env::args().nth(1) {
        Some(address) => Wire::Socket(TcpStream::connect(address)?),
        None => {
            let mut server = Box::new(Server::new());
            let session = server.connect(clock());
            Wire::Memory(server, session)
        }
    };
    let mut connection = Connection::new(clock(), Settings::new());

    // The vocabulary works without a client: `Build` hands out the bare commands.
    let (request, decode) = Build.ping().into_parts();
    let ticket = connection.send(clock(), &request)?;
    println!(
        "PING -> {:?}",
        decode(wait_for(&mut connection, &mut wire, clock, ticket)?)?
    );

    let (request, decode) = Build.set("bare", "loop").into_parts();
    let ticket = connection.send(clock(), &request)?;
    println!(
        "SET  -> {:?}",
        decode(wait_for(&mut connection, &mut wire, clock, ticket)?)?
    );

    let (request, decode) = Build.get::<Option<String>>("bare").into_parts();
    let ticket = connection.send(clock(), &request)?;
    println!(
        "GET  -> {:?}",
        decode(wait_for(&mut connection, &mut wire, clock, ticket)?)?
    );
    Ok(())
}
