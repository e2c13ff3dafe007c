//! Taking members from an end, at once or when there are some.

use alloc::vec::Vec;
use core::time::Duration;

use super::options::ZmpopOptions;
use crate::command::{Executor, Request, Wait, cmd};
use crate::resp::{DecodeError, FromReply, Reply, ToArg, ToArgs};

/// Commands that take members with the lowest or highest score out of sorted sets.
///
/// ```
/// use redwire::prelude::*;
///
/// let client = redwire::mock::Server::new().blocking_client();
/// client.zadd("jobs", [("mail", 2), ("backup", 1)])?;
/// let first: Option<(String, f64)> = client.zpopmin("jobs")?;
/// assert_eq!(first, Some(("backup".into(), 1.0)));
/// # Ok::<(), redwire::Error>(())
/// ```
pub trait SortedSetPopCommands: Executor {
    /// Takes out the member with the lowest score; `None` when the key does not exist.
    ///
    /// Sends [`ZPOPMIN`](https://redis.io/docs/latest/commands/zpopmin/). Replies with member and score. Since Redis
    /// 5.0.
    fn zpopmin<M: FromReply>(self, key: impl ToArg) -> Self::Output<Option<(M, f64)>> {
        self.run(cmd("ZPOPMIN").key(key).decoded_by(one_or_none))
    }

    /// Takes out up to `count` members, lowest score first.
    ///
    /// Sends [`ZPOPMIN`](https://redis.io/docs/latest/commands/zpopmin/) with a count. Replies with members and scores,
    /// none when the key does not exist. Since Redis 5.0.
    fn zpopmin_count<M: FromReply>(self, key: impl ToArg, count: u64) -> Self::Output<Vec<(M, f64)>> {
        self.run(cmd("ZPOPMIN").key(key).arg(count).returns())
    }

    /// Takes out the member with the highest score; `None` when the key does not exist.
    ///
    /// Sends [`ZPOPMAX`](https://redis.io/docs/latest/commands/zpopmax/). Replies with member and score. Since Redis
    /// 5.0.
    fn zpopmax<M: FromReply>(self, key: impl ToArg) -> Self::Output<Option<(M, f64)>> {
        self.run(cmd("ZPOPMAX").key(key).decoded_by(one_or_none))
    }

    /// Takes out up to `count` members, highest score first.
    ///
    /// Sends [`ZPOPMAX`](https://redis.io/docs/latest/commands/zpopmax/) with a count. Replies with members and scores,
    /// none when the key does not exist. Since Redis 5.0.
    fn zpopmax_count<M: FromReply>(self, key: impl ToArg, count: u64) -> Self::Output<Vec<(M, f64)>> {
        self.run(cmd("ZPOPMAX").key(key).arg(count).returns())
    }

    /// Takes out the member with the lowest score of the first key that has any; waits for one up to `timeout`, or for ever
    /// if that is zero.
    ///
    /// Sends [`BZPOPMIN`](https://redis.io/docs/latest/commands/bzpopmin/) with the timeout in seconds, to the
    /// millisecond, rounded up. Replies with key, member and score; `None` when the time is over. Inside a transaction
    /// it does not wait. Since Redis 5.0; parts of a second since 6.0.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.zadd("jobs", ("mail", 2))?;
    /// let job: Option<(String, String, f64)> = client.bzpopmin(["urgent", "jobs"], Duration::from_secs(5))?;
    /// assert_eq!(job, Some(("jobs".into(), "mail".into(), 2.0)));
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn bzpopmin<K: FromReply, M: FromReply>(
        self,
        keys: impl ToArgs,
        timeout: Duration,
    ) -> Self::Output<Option<(K, M, f64)>> {
        self.run(waits(cmd("BZPOPMIN").keys(keys), timeout).returns())
    }

    /// Takes out the member with the highest score of the first key that has any; waits for one up to `timeout`, or for
    /// ever if that is zero.
    ///
    /// Sends [`BZPOPMAX`](https://redis.io/docs/latest/commands/bzpopmax/). Otherwise as
    /// [`SortedSetPopCommands::bzpopmin`]. Since Redis 5.0; parts of a second since 6.0.
    fn bzpopmax<K: FromReply, M: FromReply>(
        self,
        keys: impl ToArgs,
        timeout: Duration,
    ) -> Self::Output<Option<(K, M, f64)>> {
        self.run(waits(cmd("BZPOPMAX").keys(keys), timeout).returns())
    }

    /// Takes out the member at one end of the first key that has any.
    ///
    /// Sends [`ZMPOP`](https://redis.io/docs/latest/commands/zmpop/). Replies with the key and its member and score;
    /// `None` when all keys are empty. Since Redis 7.0.
    fn zmpop<K: FromReply, M: FromReply>(self, keys: impl ToArgs, end: ZpopEnd) -> Self::Output<Option<Popped<K, M>>> {
        self.zmpop_with(keys, end, ZmpopOptions::new())
    }

    /// Takes out members at one end of the first key that has any.
    ///
    /// Sends [`ZMPOP`](https://redis.io/docs/latest/commands/zmpop/). Replies with the key and its members and scores;
    /// `None` when all keys are empty. Since Redis 7.0.
    fn zmpop_with<K: FromReply, M: FromReply>(
        self,
        keys: impl ToArgs,
        end: ZpopEnd,
        options: ZmpopOptions,
    ) -> Self::Output<Option<Popped<K, M>>> {
        let request = cmd("ZMPOP").counted_keys(keys).arg(end.word());
        self.run(options.add_to(request).returns())
    }

    /// Takes out the member at one end of the first key that has any; waits for one up to `timeout`, or for ever if that is
    /// zero.
    ///
    /// Sends [`BZMPOP`](https://redis.io/docs/latest/commands/bzmpop/) with the timeout in seconds, to the millisecond,
    /// rounded up. Replies as [`SortedSetPopCommands::zmpop`]; `None` when the time is over. Inside a transaction it
    /// does not wait. Since Redis 7.0.
    fn bzmpop<K: FromReply, M: FromReply>(
        self,
        timeout: Duration,
        keys: impl ToArgs,
        end: ZpopEnd,
    ) -> Self::Output<Option<Popped<K, M>>> {
        self.bzmpop_with(timeout, keys, end, ZmpopOptions::new())
    }

    /// Takes out members at one end of the first key that has any, waiting as [`SortedSetPopCommands::bzmpop`] does.
    ///
    /// Sends [`BZMPOP`](https://redis.io/docs/latest/commands/bzmpop/). Since Redis 7.0.
    fn bzmpop_with<K: FromReply, M: FromReply>(
        self,
        timeout: Duration,
        keys: impl ToArgs,
        end: ZpopEnd,
        options: ZmpopOptions,
    ) -> Self::Output<Option<Popped<K, M>>> {
        let request = waits(cmd("BZMPOP"), timeout).counted_keys(keys).arg(end.word());
        self.run(options.add_to(request).returns())
    }
}

impl<E: Executor> SortedSetPopCommands for E {}

/// The reply of [`zmpop`](SortedSetPopCommands::zmpop): the key, and what was taken out of it.
pub type Popped<K, M> = (K, Vec<(M, f64)>);

/// Which end of a sorted set [`zmpop`](SortedSetPopCommands::zmpop) and its like take from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ZpopEnd {
    /// The lowest scores (`MIN`).
    Min,
    /// The highest scores (`MAX`).
    Max,
}

impl ZpopEnd {
    fn word(self) -> &'static str {
        match self {
            ZpopEnd::Min => "MIN",
            ZpopEnd::Max => "MAX",
        }
    }
}

/// One pair, or an empty list for none.
fn one_or_none<M: FromReply>(reply: Reply) -> Result<Option<(M, f64)>, DecodeError> {
    Vec::from_owned(reply).map(|pairs| pairs.into_iter().next())
}

/// Adds a timeout in decimal seconds, and tells the client about it.
///
/// Milliseconds are the finest the server knows; rounding up keeps a tiny timeout from becoming 0, which is for ever.
fn waits(request: Request, timeout: Duration) -> Request {
    if timeout.is_zero() {
        return request.arg(0u64).blocks(Wait::Forever);
    }
    let millis = timeout.as_nanos().div_ceil(1_000_000);
    let (seconds, fraction) = (millis / 1000, millis % 1000);
    let request = if fraction == 0 {
        request.arg(seconds)
    } else {
        let text = alloc::format!("{seconds}.{fraction:03}");
        request.arg(text.trim_end_matches('0'))
    };
    request.blocks(Wait::For(timeout))
}
