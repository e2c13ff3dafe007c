//! A peer that plays a script.

mod play;
mod transport;
mod wire;

use std::fmt;
use std::string::String;
use std::sync::Arc;
use std::time::Duration;
use std::vec::Vec;

use self::play::{Play, Stage, Step};
use super::Clock;
#[cfg(any(feature = "blocking", feature = "tokio", feature = "async-std", feature = "smol"))]
use crate::connection::Settings;
use crate::transport::TransportErrorKind;

pub use self::transport::ScriptTransport;
pub use self::wire::Wire;

/// A server that knows one conversation by heart: it expects exact bytes, answers what it was told, and goes wrong where
/// it was told to. For tests of what a client sends, and of what becomes of it when the network misbehaves.
///
/// The steps are played in order. Requests are compared byte for byte with everything that is [expected](Script::expect),
/// wherever the client cuts its writes, and a later request may come before an earlier one is answered, as in a
/// pipeline. An answer can be read once every step before it is done.
///
/// The first request that differs from the script breaks the connection, and the client's error shows both. When the
/// last owner of the script is gone (this handle, or the client), or at [`Script::finish`], a script that was not
/// followed, or not followed to the end, **panics** and says where it stopped.
///
/// Time is a [`Clock`] moved by hand. A blocking client that waits moves it by itself, and never really waits.
///
/// ```
/// use redwire::connection::Settings;
/// use redwire::mock::Script;
/// use redwire::prelude::*;
/// use redwire::Protocol;
///
/// // RESP2 without a password needs no handshake.
/// let settings = Settings::new().protocol(Protocol::Resp2);
/// let client = Script::new()
///     .expect(cmd("GET").arg("name"))
///     .reply("$7\r\nred")
///     .reply("wire\r\n")
///     .expect("*2\r\n$3\r\nDEL\r\n$4\r\nname\r\n")
///     .close()
///     .blocking_client(settings);
///
/// assert_eq!(client.get::<String>("name")?, "redwire");
/// let lost = client.execute(cmd("DEL").arg("name")).unwrap_err();
/// assert_eq!(lost.outcome(), Outcome::MaybeExecuted);
/// # Ok::<(), Error>(())
/// ```
///
/// The same script behind an async client, with an answer that comes too late:
///
/// ```
/// use std::time::Duration;
/// use redwire::connection::Settings;
/// use redwire::mock::Script;
/// use redwire::prelude::*;
/// use redwire::Protocol;
///
/// # fn main() -> Result<(), Error> {
/// # #[cfg(feature = "smol")]
/// # futures_lite::future::block_on(async {
/// let script = Script::new().expect(cmd("GET").arg("name")).stall(Duration::from_secs(3)).reply("$1\r\na\r\n");
/// let settings = Settings::new().protocol(Protocol::Resp2).response_timeout(Duration::from_secs(2));
/// let client = script.smol_client(settings);
///
/// let answer = client.get::<String>("name");
/// let time = async { script.clock().advance(Duration::from_secs(2)) };
/// let (answer, ()) = futures_lite::future::zip(answer, time).await;
/// assert_eq!(answer.unwrap_err().kind(), ErrorKind::Timeout);
/// script.finish();
/// # Ok::<(), Error>(())
/// # })?;
/// # Ok(())
/// # }
/// ```
pub struct Script {
    stage: Arc<Stage>,
    /// Replies added from now on are read in pieces of at most this size.
    piece: usize,
}

impl Script {
    /// A script in which nothing happens yet, with a clock of its own.
    #[must_use]
    pub fn new() -> Self {
        Script::with_clock(Clock::new())
    }

    /// The same with this clock, for several scripts that share their time.
    #[must_use]
    pub fn with_clock(clock: Clock) -> Self {
        Script {
            stage: Arc::new(Stage::new(clock)),
            piece: usize::MAX,
        }
    }

    /// The clock that the script and its client live by.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.stage.clock
    }

    fn step(self, step: Step) -> Self {
        self.stage.play().steps.push(step);
        self
    }

    /// The client must write exactly these bytes next: a request, a command, or bytes written out.
    #[must_use]
    pub fn expect(self, bytes: impl Into<Wire>) -> Self {
        let end = self.stage.play().expect(bytes.into().as_ref());
        self.step(Step::Expect { end })
    }

    /// The client can read these bytes then, all of one `reply` in one read where it has room.
    #[must_use]
    pub fn reply(self, bytes: impl AsRef<[u8]>) -> Self {
        let pieces = bytes.as_ref().chunks(self.piece).map(Vec::from).collect();
        self.step(Step::Reply(pieces))
    }

    /// The same, but no read goes across the offsets `cuts` of these bytes.
    #[must_use]
    pub fn reply_cut(mut self, bytes: impl AsRef<[u8]>, cuts: &[usize]) -> Self {
        let (mut rest, mut from) = (bytes.as_ref(), 0);
        for &cut in cuts {
            let at = cut.saturating_sub(from).min(rest.len());
            if at > 0 {
                let (piece, later) = rest.split_at(at);
                self = self.reply(piece);
                (rest, from) = (later, from + at);
            }
        }
        self.reply(rest)
    }

    /// No read of the replies added after this gives more than `bytes` bytes.
    #[must_use]
    pub fn split_reads(mut self, bytes: usize) -> Self {
        self.piece = bytes.max(1);
        self
    }

    /// No write takes more than `bytes` bytes, from the beginning on.
    #[must_use]
    pub fn write_at_most(self, bytes: usize) -> Self {
        self.stage.play().write_at_most = bytes.max(1);
        self
    }

    /// Nothing more comes from the server for this long, counted from when everything before has happened. It goes on
    /// taking requests.
    #[must_use]
    pub fn stall(self, time: Duration) -> Self {
        self.step(Step::Stall(time))
    }

    /// Nothing comes from the server any more, ever. It goes on taking requests.
    #[must_use]
    pub fn hang(self) -> Self {
        self.step(Step::Hang)
    }

    /// The server takes not one byte more than was expected before this until the client has read all it was sent.
    #[must_use]
    pub fn block_writes(self) -> Self {
        let after = self.stage.play().expected.len();
        self.step(Step::BlockWrites { after })
    }

    /// The server closes the connection: reads end, writes fail. What it sent before can be read.
    #[must_use]
    pub fn close(self) -> Self {
        let after = self.stage.play().expected.len();
        self.step(Step::Close { after })
    }

    /// The server resets the connection: reads and writes fail. What it sent before can be read.
    #[must_use]
    pub fn reset(self) -> Self {
        let after = self.stage.play().expected.len();
        self.step(Step::Reset { after })
    }

    /// The `n`-th call of the transport fails, reads and writes counted together from 1, those that must wait included.
    /// After any failure but [`TransportErrorKind::TimedOut`] the connection is broken, and the rest of the script need
    /// not happen.
    #[must_use]
    pub fn fail_call(self, n: u64, kind: TransportErrorKind) -> Self {
        self.stage.play().failure = Some((n, kind));
        self
    }

    /// How many times the transport was asked to read or to write.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.stage.play().calls
    }

    /// True once the client has written everything that is expected.
    #[must_use]
    pub fn is_followed(&self) -> bool {
        self.stage.play().verdict().is_none()
    }

    /// The client's end of the connection. There is one; asking again is an error in the test, and panics at the end.
    #[must_use]
    pub fn transport(&self) -> ScriptTransport {
        ScriptTransport::new(self.stage.clone())
    }

    /// A blocking client that talks to the script. The handshake, if the settings need one, goes out with its first
    /// command.
    #[cfg(feature = "blocking")]
    #[must_use]
    pub fn blocking_client(&self, settings: Settings) -> crate::blocking::Client {
        crate::blocking::Client::with_transport(self.transport(), settings, Arc::new(self.clock().clone()))
    }

    /// A client for Tokio that talks to the script.
    #[cfg(feature = "tokio")]
    #[must_use]
    pub fn tokio_client(&self, settings: Settings) -> crate::tokio::Client {
        crate::tokio::Client::with_transport(self.transport(), settings, Arc::new(self.clock().clone()))
    }

    /// A client for async-std that talks to the script.
    #[cfg(feature = "async-std")]
    #[must_use]
    pub fn async_std_client(&self, settings: Settings) -> crate::async_std::Client {
        crate::async_std::Client::with_transport(self.transport(), settings, Arc::new(self.clock().clone()))
    }

    /// A client for smol that talks to the script.
    #[cfg(feature = "smol")]
    #[must_use]
    pub fn smol_client(&self, settings: Settings) -> crate::smol::Client {
        crate::smol::Client::with_transport(self.transport(), settings, Arc::new(self.clock().clone()))
    }

    /// Ends the script here.
    ///
    /// # Panics
    /// A request differed from the script, or something expected was not written.
    pub fn finish(self) {
        self.stage.check();
    }
}

impl Default for Script {
    fn default() -> Self {
        Script::new()
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let play: &Play = &self.stage.play();
        let verdict = play.verdict().unwrap_or_else(|| String::from("followed"));
        write!(f, "mock::Script({}: {verdict})", play.place())
    }
}
