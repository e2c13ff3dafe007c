//! What can be asked for: subscriptions, their end, a sign of life.

use super::event::{Kind, Message};
use super::handler::{Handler, HandlerOutcome};
use crate::command::{Request, cmd};
use crate::resp::{ToArg, ToArgs};

/// A change of what is subscribed to, or a PING: what every method of [`Subscribe`] makes.
#[derive(Debug)]
#[must_use = "a change does nothing until it is applied"]
pub struct Change {
    pub(super) what: What,
    pub(super) request: Request,
}

#[derive(Debug)]
pub(super) enum What {
    Subscribe(Kind, Option<Handler>),
    Unsubscribe(Kind),
    UnsubscribeAll(Kind),
    Ping,
}

impl Change {
    /// Subscribes to these names, without a handler.
    pub fn subscribe(kind: Kind, names: impl ToArgs) -> Self {
        Change {
            what: What::Subscribe(kind, None),
            request: cmd(kind.subscribe()).args(names, of(kind)),
        }
    }

    /// Subscribes to one name. Its messages go to `handler` and not to the reader.
    pub fn subscribe_with<R: HandlerOutcome>(
        kind: Kind,
        name: impl ToArg,
        handler: impl FnMut(Message) -> R + Send + 'static,
    ) -> Self {
        Change {
            what: What::Subscribe(kind, Some(Handler::new(handler))),
            request: cmd(kind.subscribe()).arg(name),
        }
    }

    /// Ends the subscriptions to these names.
    pub fn unsubscribe(kind: Kind, names: impl ToArgs) -> Self {
        Change {
            what: What::Unsubscribe(kind),
            request: cmd(kind.unsubscribe()).args(names, of(kind)),
        }
    }

    /// Ends all subscriptions of this kind.
    pub fn unsubscribe_all(kind: Kind) -> Self {
        Change {
            what: What::UnsubscribeAll(kind),
            request: cmd(kind.unsubscribe()),
        }
    }

    /// Asks the server for a sign of life.
    pub fn ping(text: Option<impl ToArg>) -> Self {
        Change {
            what: What::Ping,
            request: cmd("PING").opt(text),
        }
    }

    /// What is sent for it.
    pub fn request(&self) -> &Request {
        &self.request
    }
}

fn of(kind: Kind) -> &'static str {
    match kind {
        Kind::Channel => "channel",
        Kind::Pattern => "pattern",
        Kind::Shard => "shard channel",
    }
}

/// What a handle for publish/subscribe can be asked for, on every runtime: a blocking one answers when it is sent, an async one
/// gives a future of that.
///
/// All of them send a command and do not wait for the answer, which the reader is told as an
/// [`Event::Confirmation`](super::Event::Confirmation), or as an error if the server refuses (no permission) or does not
/// answer in time (the response time-out). Without a connection, one is made first, once the backoff allows it.
///
/// Names are bytes: any that the server takes. A subscription is kept until its end is confirmed, over any number of
/// connections.
///
/// # Errors
/// Each fails if no connection can be made within the response time-out, or if it is given no name at all. Nothing was sent
/// then, and nothing is remembered.
///
/// ```
/// use redwire::prelude::*;
/// use redwire::pubsub::Event;
///
/// let client = redwire::mock::Server::new().blocking_client();
/// let mut pubsub = client.pubsub();
/// pubsub.subscribe(["news", "weather"])?;
/// pubsub.psubscribe("user:*")?;
/// let events: Vec<Event> = pubsub.listen().take(3).collect::<Result<_, _>>()?;
/// assert_eq!(events[2].kind(), "psubscribe");
/// assert_eq!((events[2].channel(), events[2].count()), (Some(&b"user:*"[..]), Some(3)));
///
/// client.publish("user:7", "hello")?;
/// let event = pubsub.get_message(None)?.unwrap();
/// assert_eq!((event.kind(), event.pattern(), event.payload()), ("pmessage", Some(&b"user:*"[..]), Some(&b"hello"[..])));
/// # Ok::<(), Error>(())
/// ```
pub trait Subscribe: Sized {
    /// What asking gives: `Result<(), Error>`, or a future of it.
    type Done;

    /// Asks for this change; see the methods for what there is.
    fn change(self, change: Change) -> Self::Done;

    /// Subscribes to channels. Whichever had a handler loses it.
    ///
    /// SUBSCRIBE, since Redis 2.0.
    fn subscribe(self, channels: impl ToArgs) -> Self::Done {
        self.change(Change::subscribe(Kind::Channel, channels))
    }

    /// Subscribes to one channel. Its messages go to `handler`, called by whoever reads, who is then told nothing; the
    /// handler's error is the reader's.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// let mut pubsub = client.pubsub();
    /// pubsub.subscribe_with("orders", |message| {
    ///     let amount: u32 = message.decode()?;
    ///     if amount > 100 { Err(Error::invalid_argument("too much")) } else { Ok(()) }
    /// })?;
    /// assert_eq!(pubsub.get_message(None)?.unwrap().kind(), "subscribe");
    /// client.publish("orders", 7)?;
    /// assert!(pubsub.get_message(None)?.is_none());
    /// client.publish("orders", 700)?;
    /// assert_eq!(pubsub.get_message(None).unwrap_err().to_string(), "a handler failed: too much");
    /// # Ok::<(), Error>(())
    /// ```
    fn subscribe_with<R: HandlerOutcome>(
        self,
        channel: impl ToArg,
        handler: impl FnMut(Message) -> R + Send + 'static,
    ) -> Self::Done {
        self.change(Change::subscribe_with(Kind::Channel, channel, handler))
    }

    /// Subscribes to patterns: `*`, `?`, `[a-z]`, `\` to quote. Whichever had a handler loses it.
    ///
    /// PSUBSCRIBE, since Redis 2.0.
    fn psubscribe(self, patterns: impl ToArgs) -> Self::Done {
        self.change(Change::subscribe(Kind::Pattern, patterns))
    }

    /// Subscribes to one pattern, with a handler; see [`Subscribe::subscribe_with`].
    fn psubscribe_with<R: HandlerOutcome>(
        self,
        pattern: impl ToArg,
        handler: impl FnMut(Message) -> R + Send + 'static,
    ) -> Self::Done {
        self.change(Change::subscribe_with(Kind::Pattern, pattern, handler))
    }

    /// Subscribes to shard channels. Whichever had a handler loses it.
    ///
    /// SSUBSCRIBE, since Redis 7.0.
    fn ssubscribe(self, channels: impl ToArgs) -> Self::Done {
        self.change(Change::subscribe(Kind::Shard, channels))
    }

    /// Subscribes to one shard channel, with a handler; see [`Subscribe::subscribe_with`].
    fn ssubscribe_with<R: HandlerOutcome>(
        self,
        channel: impl ToArg,
        handler: impl FnMut(Message) -> R + Send + 'static,
    ) -> Self::Done {
        self.change(Change::subscribe_with(Kind::Shard, channel, handler))
    }

    /// Ends subscriptions to channels. Messages may come until that is confirmed.
    ///
    /// UNSUBSCRIBE, since Redis 2.0.
    fn unsubscribe(self, channels: impl ToArgs) -> Self::Done {
        self.change(Change::unsubscribe(Kind::Channel, channels))
    }

    /// Ends all subscriptions to channels. Where there are none, the server confirms that once, without a name.
    fn unsubscribe_all(self) -> Self::Done {
        self.change(Change::unsubscribe_all(Kind::Channel))
    }

    /// Ends subscriptions to patterns.
    ///
    /// PUNSUBSCRIBE, since Redis 2.0.
    fn punsubscribe(self, patterns: impl ToArgs) -> Self::Done {
        self.change(Change::unsubscribe(Kind::Pattern, patterns))
    }

    /// Ends all subscriptions to patterns.
    fn punsubscribe_all(self) -> Self::Done {
        self.change(Change::unsubscribe_all(Kind::Pattern))
    }

    /// Ends subscriptions to shard channels.
    ///
    /// SUNSUBSCRIBE, since Redis 7.0.
    fn sunsubscribe(self, channels: impl ToArgs) -> Self::Done {
        self.change(Change::unsubscribe(Kind::Shard, channels))
    }

    /// Ends all subscriptions to shard channels.
    fn sunsubscribe_all(self) -> Self::Done {
        self.change(Change::unsubscribe_all(Kind::Shard))
    }

    /// Asks the server for a sign of life, which comes as an [`Event::Pong`](super::Event::Pong) with the text given, none by
    /// default. Works without any subscription too. One that was on its way when the connection was lost is not answered;
    /// the gap is told instead.
    ///
    /// PING, since Redis 1.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let mut pubsub = redwire::mock::Server::new().blocking_client().pubsub();
    /// pubsub.ping(None::<&str>)?;
    /// pubsub.ping(Some("still there?"))?;
    /// assert_eq!(pubsub.get_message(None)?.unwrap().payload(), Some(&b""[..]));
    /// assert_eq!(pubsub.get_message(None)?.unwrap().payload(), Some(&b"still there?"[..]));
    /// # Ok::<(), Error>(())
    /// ```
    fn ping(self, text: Option<impl ToArg>) -> Self::Done {
        self.change(Change::ping(text))
    }
}
