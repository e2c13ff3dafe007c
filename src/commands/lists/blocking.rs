//! Commands on lists that wait for an element.

use core::time::Duration;

use super::options::{LmpopOptions, Side};
use crate::command::{Executor, Request, Wait, cmd};
use crate::resp::{FromReply, ToArg, ToArgs};

/// Commands on lists that wait until there is an element.
///
/// They wait in the server for up to `timeout`, rounded up to whole milliseconds, and for ever with [`Duration::ZERO`].
/// Inside a transaction nothing waits. Of several clients that wait for one list, the one that has waited longest is served
/// first.
pub trait BlockingListCommands: Executor {
    /// Moves an element as [`lmove`](super::ListCommands::lmove) does, and waits for one if `source` is empty.
    ///
    /// Sends [`BLMOVE`](https://redis.io/docs/latest/commands/blmove/). Replies with the element, or no value when the
    /// time is over: ask for an `Option`. Since Redis 6.2.
    fn blmove<V: FromReply>(
        self,
        source: impl ToArg,
        destination: impl ToArg,
        from: Side,
        to: Side,
        timeout: Duration,
    ) -> Self::Output<V> {
        let request = cmd("BLMOVE").key(source).key(destination);
        let request = request.arg(from.word()).arg(to.word());
        self.run(wait(request, timeout).returns())
    }

    /// Takes one element from the first of these lists that has any, and waits if none has.
    ///
    /// Sends [`BLMPOP`](https://redis.io/docs/latest/commands/blmpop/). Replies with the key and a list of elements, or
    /// nothing when the time is over. Since Redis 7.0.
    fn blmpop<K: FromReply, V: FromReply>(
        self,
        timeout: Duration,
        keys: impl ToArgs,
        side: Side,
    ) -> Self::Output<Option<(K, V)>> {
        self.blmpop_with(timeout, keys, side, LmpopOptions::new())
    }

    /// As [`blmpop`](BlockingListCommands::blmpop), several elements at once.
    ///
    /// Sends [`BLMPOP`](https://redis.io/docs/latest/commands/blmpop/) with `COUNT`. It does not wait for so many: one
    /// is enough. Since Redis 7.0.
    fn blmpop_with<K: FromReply, V: FromReply>(
        self,
        timeout: Duration,
        keys: impl ToArgs,
        side: Side,
        options: LmpopOptions,
    ) -> Self::Output<Option<(K, V)>> {
        let request = wait(cmd("BLMPOP"), timeout).counted_keys(keys).arg(side.word());
        self.run(options.write(request).returns())
    }

    /// Takes the first element of the first of these lists that has any, and waits if none has.
    ///
    /// Sends [`BLPOP`](https://redis.io/docs/latest/commands/blpop/). Replies with the key and the element, or nothing
    /// when the time is over. Since Redis 2.0, fractions of a second since 6.0.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.rpush("jobs", "first")?;
    /// let job: Option<(String, String)> = client.blpop(["urgent", "jobs"], Duration::from_secs(5))?;
    /// assert_eq!(job, Some(("jobs".into(), "first".into())));
    ///
    /// // Time is virtual here, so giving up takes no time.
    /// let job: Option<(String, String)> = client.blpop(["urgent", "jobs"], Duration::from_secs(5))?;
    /// assert_eq!(job, None);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn blpop<K: FromReply, V: FromReply>(self, keys: impl ToArgs, timeout: Duration) -> Self::Output<Option<(K, V)>> {
        self.run(wait(cmd("BLPOP").keys(keys), timeout).returns())
    }

    /// Takes the last element of the first of these lists that has any, and waits if none has.
    ///
    /// Sends [`BRPOP`](https://redis.io/docs/latest/commands/brpop/). Replies with the key and the element, or nothing
    /// when the time is over. Since Redis 2.0, fractions of a second since 6.0.
    fn brpop<K: FromReply, V: FromReply>(self, keys: impl ToArgs, timeout: Duration) -> Self::Output<Option<(K, V)>> {
        self.run(wait(cmd("BRPOP").keys(keys), timeout).returns())
    }

    /// Moves the last element of `source` to the head of `destination`, and waits for one if `source` is empty, as
    /// [`blmove`](BlockingListCommands::blmove), which took its place in Redis 6.2.
    ///
    /// Sends [`BRPOPLPUSH`](https://redis.io/docs/latest/commands/brpoplpush/). Replies with the element, or no value
    /// when the time is over: ask for an `Option`. Since Redis 2.2, fractions of a second since 6.0.
    fn brpoplpush<V: FromReply>(
        self,
        source: impl ToArg,
        destination: impl ToArg,
        timeout: Duration,
    ) -> Self::Output<V> {
        let request = cmd("BRPOPLPUSH").key(source).key(destination);
        self.run(wait(request, timeout).returns())
    }
}

impl<E: Executor> BlockingListCommands for E {}

/// Adds the timeout in decimal seconds, and says that the command waits so long.
///
/// Milliseconds are the finest a server knows. They are rounded up, because a tiny timeout that became 0 would be one
/// without end.
fn wait(request: Request, timeout: Duration) -> Request {
    if timeout.is_zero() {
        return request.arg(0).blocks(Wait::Forever);
    }
    let millis = timeout.as_nanos().div_ceil(1_000_000);
    let (seconds, rest) = (millis / 1000, millis % 1000);
    let request = match rest {
        0 => request.arg(seconds),
        rest => request.arg(alloc::format!("{seconds}.{rest:03}").trim_end_matches('0')),
    };
    request.blocks(Wait::For(timeout))
}
