//! Publish/subscribe, kept up over any number of connections; and MONITOR.
//!
//! A handle (`client.pubsub()` on every runtime) has a connection of its own. What it can be asked for is in [`Subscribe`]:
//! channels, patterns and shard channels, each with a handler or without, and their end. Publishing is the client's.
//!
//! ```
//! use redwire::prelude::*;
//! use redwire::pubsub::Event;
//!
//! let client = redwire::mock::Server::new().blocking_client();
//! let mut pubsub = client.pubsub();
//! pubsub.subscribe("news")?;
//! pubsub.psubscribe("user:*")?;
//! client.publish("user:7", "hello")?;
//!
//! for event in pubsub.listen() {
//!     match event? {
//!         Event::Confirmation(confirmation) => println!("{} subscriptions now", confirmation.count),
//!         Event::Message(message) => {
//!             assert_eq!(message.pattern(), Some(&b"user:*"[..]));
//!             assert_eq!((message.channel(), message.decode::<String>()?), (&b"user:7"[..], "hello".to_string()));
//!             break;
//!         }
//!         Event::Gap(gap) => println!("messages of {:?} are missing: {}", gap.lasted, gap.why),
//!         _ => {}
//!     }
//! }
//! # Ok::<(), Error>(())
//! ```
//!
//! # Three ways to read
//!
//! | | threads | tasks |
//! |---|---|---|
//! | one at a time | `get_message(timeout)` | `get_message(timeout).await` |
//! | all of them | `listen()`, an iterator | `listen()`, a `Stream`, with `next().await` of its own |
//! | by handlers alone | `run_in_thread(options)` | `spawn(options)`, or `worker(options)` for an executor of your own |
//!
//! A message whose subscription has a handler goes to it, called by whoever reads, who is then told nothing; its error is the
//! reader's. Whoever wants to be told no confirmations says so once
//! ([`with_ignore_subscribe_messages`](PubSubOptions::with_ignore_subscribe_messages)) or for a single read ([`ReadOptions`]).
//!
//! # What is promised
//!
//! - **Order.** Events are told in the order in which the server said them. A confirmation belongs to the request that asked for
//!   it, whatever comes in between.
//! - **Subscriptions stay** until their end is confirmed. On each new connection everything is subscribed to again, in one
//!   SUBSCRIBE, one PSUBSCRIBE and one SSUBSCRIBE, before anything else is sent; an end that was not confirmed is asked for
//!   again behind them. What the server refuses is forgotten, alone, and told as an error.
//! - **What is missing is told.** Redis delivers a message at most once, and keeps none for a subscriber that is away. Whenever
//!   a connection was lost, an [`Event::Gap`] stands between the last message of the old one and the first of the new one,
//!   told once the server has begun to confirm the subscriptions. Within a connection nothing is missing.
//! - **Silence is noticed.** A server that says nothing for 15 seconds is sent a PING; if it stays silent, the connection is
//!   given up before 30 have passed ([`with_probe_interval`](PubSubOptions::with_probe_interval)), as long as somebody reads.
//! - **Slow readers lose nothing here.** What is not asked for is not read, so that memory stays bounded (one read, at most 256
//!   KiB, and one message) and the server keeps the rest; when its limit is reached (`client-output-buffer-limit pubsub`) it
//!   breaks off, and that is a gap. Who would rather have the latest messages than all of them is told how many were
//!   thrown away instead: [`with_keep_latest`](PubSubOptions::with_keep_latest), [`Event::Lost`].
//! - **Connections that fail are made again** for ever, with the client's backoff, by whoever reads. That one could not be made
//!   is an error of the reader after as many further tries as the client's
//!   [retry policy](crate::topology::RetryPolicy) has, and at once if the server refuses us; reading can go on after it.
//!   Nobody reads, nobody dials.
//! - **Futures can be dropped** at any point without losing a message; see those of the runtime.
//!
//! Under RESP2 and RESP3 all of it is the same. The connection is the handle's alone and is not counted by the pool of the
//! client; it is dialed, logged in and observed like any other. Credentials are asked for at each connect only: those that
//! change do not disturb a connection that is subscribed.
//!
//! A shard channel that the server takes away, because another node serves it from now on, is told as a confirmation that nobody
//! [asked for](Confirmation::asked), and is not subscribed to any more.
//!
//! # Underneath
//!
//! [`Subscriber`], [`Work`] and [`MonitorMachine`] are the machines behind the handles, without a socket and without a clock,
//! for loops of your own: see [`Listener`].

mod change;
mod event;
mod handler;
mod incoming;
mod listener;
mod monitor;
mod options;
mod pending;
mod queue;
mod silence;
mod subscriber;
mod table;
#[cfg(test)]
mod tests;
mod work;

pub use change::{Change, Subscribe};
pub use event::{Confirmation, Event, Gap, Kind, Message};
pub use handler::{HandlerError, HandlerOutcome};
pub use listener::{Listener, Notice, Told};
pub use monitor::{MonitorClient, MonitorLine, MonitorMachine};
pub use options::{PubSubOptions, ReadOptions};
pub use subscriber::Subscriber;
pub use work::{Work, WorkerOptions};
