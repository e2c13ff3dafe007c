//! Publishing, and who is subscribed.

use alloc::string::String;
use alloc::vec::Vec;

use crate::command::{Executor, cmd};
use crate::resp::{FromReply, ToArg, ToArgs};

/// Commands that publish messages and tell who would receive them. Subscribing is not among them: it takes a connection of
/// its own.
///
/// What is told about channels is about the one server that was asked; in a cluster each node knows its own subscribers
/// only.
pub trait PubSubCommands: Executor {
    /// Sends `message` to everybody who is subscribed to `channel` or to a pattern that matches it.
    ///
    /// Sends [`PUBLISH`](https://redis.io/docs/latest/commands/publish/). Replies with how many received it: one for each
    /// subscription to the channel, and one for each matching pattern. In a cluster only those count that are connected
    /// to the node that ran the command. Since Redis 2.0.
    fn publish(self, channel: impl ToArg, message: impl ToArg) -> Self::Output<u64> {
        self.run(cmd("PUBLISH").arg(channel).arg(message).returns())
    }

    /// Sends `message` to everybody who is subscribed to the shard channel `channel`. The name of the channel decides on
    /// the node of a cluster as the name of a key does.
    ///
    /// Sends [`SPUBLISH`](https://redis.io/docs/latest/commands/spublish/). Replies with how many received it. Since Redis
    /// 7.0.
    fn spublish(self, channel: impl ToArg, message: impl ToArg) -> Self::Output<u64> {
        self.run(cmd("SPUBLISH").key(channel).arg(message).returns())
    }

    /// The channels that match the glob `pattern` (`*` for all) and have subscribers; subscriptions to patterns do not
    /// count.
    ///
    /// Sends [`PUBSUB CHANNELS`](https://redis.io/docs/latest/commands/pubsub-channels/). Since Redis 2.8.
    fn pubsub_channels<C: FromReply>(self, pattern: impl ToArg) -> Self::Output<Vec<C>> {
        self.run(cmd("PUBSUB CHANNELS").idempotent().arg(pattern).returns())
    }

    /// The shard channels that match the glob `pattern` (`*` for all) and have subscribers.
    ///
    /// Sends [`PUBSUB SHARDCHANNELS`](https://redis.io/docs/latest/commands/pubsub-shardchannels/). Since Redis 7.0.
    fn pubsub_shardchannels<C: FromReply>(self, pattern: impl ToArg) -> Self::Output<Vec<C>> {
        self.run(cmd("PUBSUB SHARDCHANNELS").idempotent().arg(pattern).returns())
    }

    /// How many subscribers each of `channels` has; subscriptions to patterns do not count.
    ///
    /// Sends [`PUBSUB NUMSUB`](https://redis.io/docs/latest/commands/pubsub-numsub/). Replies with channels and numbers in
    /// the order asked for, with nothing if asked for nothing. Since Redis 2.8.
    fn pubsub_numsub<C: FromReply>(self, channels: impl ToArgs) -> Self::Output<Vec<(C, u64)>> {
        self.run(cmd("PUBSUB NUMSUB").idempotent().arg(channels).returns())
    }

    /// How many subscribers each of the shard channels `channels` has.
    ///
    /// Sends [`PUBSUB SHARDNUMSUB`](https://redis.io/docs/latest/commands/pubsub-shardnumsub/). Replies with channels and
    /// numbers in the order asked for, with nothing if asked for nothing. Since Redis 7.0.
    fn pubsub_shardnumsub<C: FromReply>(self, channels: impl ToArgs) -> Self::Output<Vec<(C, u64)>> {
        self.run(cmd("PUBSUB SHARDNUMSUB").idempotent().arg(channels).returns())
    }

    /// How many different patterns clients are subscribed to.
    ///
    /// Sends [`PUBSUB NUMPAT`](https://redis.io/docs/latest/commands/pubsub-numpat/). Since Redis 2.8.
    fn pubsub_numpat(self) -> Self::Output<u64> {
        self.run(cmd("PUBSUB NUMPAT").idempotent().returns())
    }

    /// The server's own help on `PUBSUB`, line by line.
    ///
    /// Sends [`PUBSUB HELP`](https://redis.io/docs/latest/commands/pubsub-help/). Since Redis 6.2.
    fn pubsub_help(self) -> Self::Output<Vec<String>> {
        self.run(cmd("PUBSUB HELP").idempotent().returns())
    }
}

impl<E: Executor> PubSubCommands for E {}
