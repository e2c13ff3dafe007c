//! The blocking client: std sockets, the caller's thread, no runtime.

use std::boxed::Box;
use std::fmt;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::string::{String, ToString};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::vec::Vec;

use socket2::{SockRef, Socket};

use super::clock::MonotonicClock;
use super::common::{check_shared, configure, unreachable_peer};
use crate::command::{Command, Executor, Request};
use crate::connection::{Connection, Event, Settings, Ticket};
use crate::error::{Error, Outcome};
use crate::flow::{Driver, Flow, Replies, Step};
use crate::pipeline::{Batch, Pipeline};
use crate::resp::Reply;
use crate::time::Timestamp;
use crate::topology::{Config, Endpoint, IntoConfig};
use crate::transport::{BlockingClock, Clock, Transport, TransportError, TransportErrorKind};

/// How long a write may stand still before the driver looks whether the server waits for us to read.
const STALL: Duration = Duration::from_millis(20);

/// A client whose calls block the thread until the reply is there.
///
/// Cloning is cheap and clones share the connection; threads take turns.
///
/// ```no_run
/// use redwire::prelude::*;
///
/// let client = redwire::blocking::Client::connect("redis://127.0.0.1/")?;
/// client.set("name", "redwire")?;
/// let name: Option<String> = client.get("name")?;
/// # Ok::<(), redwire::Error>(())
/// ```
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

struct Shared {
    link: Mutex<Link>,
    clock: Arc<dyn BlockingClock>,
    peer: String,
}

struct Link {
    connection: Connection,
    transport: Box<dyn Transport>,
}

impl Client {
    /// Connects to the server that a URL or a [`Config`] names, and sets the connection up.
    ///
    /// # Errors
    /// The URL makes no sense, the server cannot be reached in time, or it refuses the credentials or the database.
    pub fn connect(config: impl IntoConfig) -> Result<Self, Error> {
        let config = config.into_config()?;
        let clock = MonotonicClock::new();
        let started = clock.now();
        let socket = connect(&config, &clock).map_err(|error| unreachable_peer(&config, &error))?;
        let transport = Box::new(SocketTransport {
            socket,
            read_timeout: None,
            write_timeout: None,
        });
        let connection = Connection::new(started, Settings::from(&config));
        let client = Client::assemble(connection, transport, Arc::new(clock), config.endpoint().to_string());
        let mut link = client.link();
        link.establish(&*client.shared.clock)?;
        drop(link);
        Ok(client)
    }

    /// A client over a transport of your own, already connected. The handshake goes out with the first command.
    pub fn with_transport(
        transport: impl Transport + 'static,
        settings: Settings,
        clock: Arc<dyn BlockingClock>,
    ) -> Self {
        let connection = Connection::new(clock.now(), settings);
        Client::assemble(connection, Box::new(transport), clock, "custom transport".into())
    }

    fn assemble(
        connection: Connection,
        transport: Box<dyn Transport>,
        clock: Arc<dyn BlockingClock>,
        peer: String,
    ) -> Self {
        Client {
            shared: Arc::new(Shared {
                link: Mutex::new(Link { connection, transport }),
                clock,
                peer,
            }),
        }
    }

    /// An empty typed pipeline; see [`Pipeline`].
    pub fn pipeline(&self) -> Pipeline<&Client> {
        Pipeline::new(self)
    }

    /// An empty dynamic batch; see [`Batch`].
    pub fn batch(&self) -> Batch<&Client> {
        Batch::new(self)
    }

    fn link(&self) -> std::sync::MutexGuard<'_, Link> {
        // A panic cannot leave the connection half way: whatever is owed stays in its queue.
        self.shared.link.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn call(&self, request: &Request) -> Result<Reply, Error> {
        check_shared(request)?;
        let clock = &*self.shared.clock;
        let mut link = self.link();
        let ticket = link.connection.send(clock.now(), request)?;
        link.wait_for(clock, ticket)
    }

    fn call_all(&self, batch: &[Request]) -> Replies {
        let clock = &*self.shared.clock;
        let mut link = self.link();
        let now = clock.now();
        let tickets: Vec<_> = batch.iter().map(|request| link.connection.send(now, request)).collect();
        let results = tickets
            .into_iter()
            .map(|ticket| ticket.and_then(|ticket| link.wait_for(clock, ticket)));
        Replies::new(results.collect())
    }
}

impl Executor for &Client {
    type Output<T> = Result<T, Error>;

    fn run<T>(self, command: Command<T>) -> Result<T, Error> {
        let (request, decode) = command.into_parts();
        Ok(decode(self.call(&request)?)?)
    }
}

impl Driver for &Client {
    type Driven<F: Flow> = F::Output;

    fn drive<F: Flow>(self, mut flow: F) -> F::Output {
        loop {
            let now = self.shared.clock.now();
            let replies = match flow.step(now) {
                Step::Send { batch, .. } => self.call_all(batch),
                Step::Wait(until) => {
                    self.shared.clock.sleep_until(until);
                    continue;
                }
                Step::Done(output) => return output,
            };
            flow.replies(self.shared.clock.now(), replies);
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "blocking::Client({})", self.shared.peer)
    }
}

impl Link {
    /// Drives the connection until its handshake is done.
    fn establish(&mut self, clock: &dyn BlockingClock) -> Result<(), Error> {
        loop {
            match self.next_event(clock) {
                Event::Up(_) => return Ok(()),
                Event::Down(why) => return Err(why),
                _ => {}
            }
        }
    }

    /// Drives the connection until the reply of `ticket` is there. Replies of calls that gave up are dropped on the way.
    fn wait_for(&mut self, clock: &dyn BlockingClock, ticket: Ticket) -> Result<Reply, Error> {
        loop {
            match self.next_event(clock) {
                Event::Reply {
                    ticket: answered,
                    result,
                    ..
                } if answered == ticket => return result,
                Event::Down(why) => return Err(why),
                _ => {}
            }
        }
    }

    fn next_event(&mut self, clock: &dyn BlockingClock) -> Event {
        loop {
            if let Some(event) = self.connection.poll_event() {
                return event;
            }
            let moved = if self.connection.poll_transmit().is_some() {
                self.write(clock)
            } else {
                self.read(clock, None)
            };
            if let Err(error) = moved {
                self.lost(clock, &error);
            }
        }
    }

    /// Writes a little, or reads a little when writing stands still: the server may be waiting for exactly that.
    fn write(&mut self, clock: &dyn BlockingClock) -> Result<(), TransportError> {
        let Some(bytes) = self.connection.poll_transmit() else {
            return Ok(());
        };
        match self.transport.write(bytes, Some(STALL)) {
            Ok(n) => {
                self.connection.transmitted(n);
                Ok(())
            }
            Err(error) if error.kind() == TransportErrorKind::TimedOut => self.read(clock, Some(STALL)),
            Err(error) => Err(error),
        }
    }

    fn read(&mut self, clock: &dyn BlockingClock, at_most: Option<Duration>) -> Result<(), TransportError> {
        let deadline = self.connection.poll_timeout();
        let until = deadline.map(|deadline| deadline.saturating_since(clock.now()));
        let timeout = match (until, at_most) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        if timeout == Some(Duration::ZERO) {
            self.connection.handle_timeout(clock.now());
            return Ok(());
        }
        match self.transport.read(self.connection.read_room(), timeout) {
            Ok(0) => self.connection.handle_eof(clock.now()),
            // The time of arrival matters to nothing but deadlines, which are looked at before the next read.
            Ok(n) => self.connection.received(deadline.unwrap_or_default(), n),
            Err(error) if error.kind() == TransportErrorKind::TimedOut => self.connection.handle_timeout(clock.now()),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    #[cold]
    fn lost(&mut self, clock: &dyn BlockingClock, error: &TransportError) {
        self.transport.close();
        self.connection
            .handle_loss(clock.now(), Error::transport(error.clone(), Outcome::MaybeExecuted));
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.transport.close();
    }
}

impl BlockingClock for MonotonicClock {
    fn sleep_until(&self, at: Timestamp) {
        std::thread::sleep(at.saturating_since(self.now()));
    }
}

/// A TCP or Unix socket with timeouts that cost a system call only when they change.
struct SocketTransport {
    socket: Socket,
    read_timeout: Option<Duration>,
    write_timeout: Option<Duration>,
}

impl Transport for SocketTransport {
    fn read(&mut self, buffer: &mut [u8], timeout: Option<Duration>) -> Result<usize, TransportError> {
        if differs(self.read_timeout, timeout) {
            self.socket.set_read_timeout(timeout)?;
            self.read_timeout = timeout;
        }
        retry_interrupted(|| self.socket.read(buffer))
    }

    fn write(&mut self, bytes: &[u8], timeout: Option<Duration>) -> Result<usize, TransportError> {
        if differs(self.write_timeout, timeout) {
            self.socket.set_write_timeout(timeout)?;
            self.write_timeout = timeout;
        }
        match retry_interrupted(|| self.socket.write(bytes))? {
            0 => Err(TransportError::new(
                TransportErrorKind::Closed,
                "the socket takes no more bytes",
            )),
            n => Ok(n),
        }
    }

    fn close(&mut self) {
        let _ = self.socket.shutdown(Shutdown::Both);
    }
}

fn retry_interrupted(mut attempt: impl FnMut() -> std::io::Result<usize>) -> Result<usize, TransportError> {
    loop {
        match attempt() {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            other => return Ok(other?),
        }
    }
}

/// Whether the timeout set on a socket is too far from the one wanted. One that is a little long is good enough.
fn differs(set: Option<Duration>, wanted: Option<Duration>) -> bool {
    match (set, wanted) {
        (None, None) => false,
        (Some(set), Some(wanted)) => set < wanted || set - wanted > wanted / 16 + Duration::from_millis(1),
        _ => true,
    }
}

/// Tries every address of the endpoint within the time for connecting.
fn connect(config: &Config, clock: &MonotonicClock) -> Result<Socket, TransportError> {
    match config.endpoint() {
        Endpoint::Tcp { host, port } => {
            let mut last = TransportError::new(TransportErrorKind::Unreachable, "the name has no address");
            for address in (host.as_str(), *port).to_socket_addrs()? {
                let left = config
                    .connect_timeout()
                    .map(|timeout| timeout.saturating_sub(clock.now().since_origin()));
                let attempt = match left {
                    Some(Duration::ZERO) => Err(std::io::Error::from(std::io::ErrorKind::TimedOut)),
                    Some(left) => TcpStream::connect_timeout(&address, left),
                    None => TcpStream::connect(address),
                };
                match attempt {
                    Ok(stream) => {
                        configure(SockRef::from(&stream), config)?;
                        return Ok(stream.into());
                    }
                    Err(error) => last = error.into(),
                }
            }
            Err(last)
        }
        #[cfg(unix)]
        Endpoint::Unix { path } => Ok(std::os::unix::net::UnixStream::connect(path)?.into()),
        #[cfg(not(unix))]
        Endpoint::Unix { .. } => Err(TransportError::new(
            TransportErrorKind::Unreachable,
            "this system has no Unix sockets",
        )),
    }
}
