//! Lists.

mod blocking;
mod options;

use alloc::vec::Vec;

use crate::command::{Executor, cmd};
use crate::resp::{DecodeError, FromReply, Reply, ToArg, ToArgs};

pub use blocking::BlockingListCommands;
pub use options::{LmpopOptions, LposOptions, Pivot, Side};

/// Commands on lists; those that wait for an element are in [`BlockingListCommands`].
///
/// Positions count from 0 at the head; negative ones from the tail, where -1 is the last element.
pub trait ListCommands: Executor {
    /// The element at a position; ask for an `Option` where there may be none.
    ///
    /// Sends [`LINDEX`](https://redis.io/docs/latest/commands/lindex/). Replies with the element, or no value beyond
    /// the ends. Since Redis 1.0.
    fn lindex<V: FromReply>(self, key: impl ToArg, index: i64) -> Self::Output<V> {
        self.run(cmd("LINDEX").read_only().key(key).arg(index).returns())
    }

    /// Inserts an element next to the first one that equals `pivot`.
    ///
    /// Sends [`LINSERT`](https://redis.io/docs/latest/commands/linsert/). Replies with the length of the list
    /// afterwards: `None` when no element equals the pivot, and 0 when there is no such key; nothing is inserted then.
    /// Since Redis 2.2.
    ///
    /// ```
    /// use redwire::commands::Pivot;
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.rpush("l", ["a", "c"])?;
    /// assert_eq!(client.linsert("l", Pivot::Before, "c", "b")?, Some(3));
    /// assert_eq!(client.linsert("l", Pivot::After, "x", "y")?, None);
    /// assert_eq!(client.linsert("missing", Pivot::After, "x", "y")?, Some(0));
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn linsert(
        self,
        key: impl ToArg,
        place: Pivot,
        pivot: impl ToArg,
        element: impl ToArg,
    ) -> Self::Output<Option<u64>> {
        let request = cmd("LINSERT").key(key).arg(place.word());
        self.run(request.arg(pivot).arg(element).decoded_by(length_or_minus_one))
    }

    /// How many elements the list has.
    ///
    /// Sends [`LLEN`](https://redis.io/docs/latest/commands/llen/). 0 when there is no such key. Since Redis 1.0.
    fn llen(self, key: impl ToArg) -> Self::Output<u64> {
        self.run(cmd("LLEN").read_only().key(key).returns())
    }

    /// Moves an element from one end of `source` to one end of `destination`, which may be the same list.
    ///
    /// Sends [`LMOVE`](https://redis.io/docs/latest/commands/lmove/). Replies with the element, or no value when there
    /// is no `source`: ask for an `Option` where that may be. Since Redis 6.2.
    ///
    /// ```
    /// use redwire::commands::Side;
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.rpush("todo", ["first", "second"])?;
    /// let job: Option<String> = client.lmove("todo", "doing", Side::Left, Side::Right)?;
    /// assert_eq!(job.as_deref(), Some("first"));
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn lmove<V: FromReply>(self, source: impl ToArg, destination: impl ToArg, from: Side, to: Side) -> Self::Output<V> {
        let request = cmd("LMOVE").key(source).key(destination);
        self.run(request.arg(from.word()).arg(to.word()).returns())
    }

    /// Takes one element from the first of these lists that has any.
    ///
    /// Sends [`LMPOP`](https://redis.io/docs/latest/commands/lmpop/). Replies with the key and a list of elements, or
    /// nothing when there are none in all lists. Since Redis 7.0.
    ///
    /// ```
    /// use redwire::commands::{LmpopOptions, Side};
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.rpush("b", ["x", "y", "z"])?;
    /// let two = LmpopOptions::new().count(2);
    /// let popped: Option<(String, Vec<String>)> = client.lmpop_with(["a", "b"], Side::Left, two)?;
    /// assert_eq!(popped, Some(("b".into(), vec!["x".into(), "y".into()])));
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn lmpop<K: FromReply, V: FromReply>(self, keys: impl ToArgs, side: Side) -> Self::Output<Option<(K, V)>> {
        self.lmpop_with(keys, side, LmpopOptions::new())
    }

    /// As [`lmpop`](ListCommands::lmpop), several elements at once.
    ///
    /// Sends [`LMPOP`](https://redis.io/docs/latest/commands/lmpop/) with `COUNT`. Since Redis 7.0.
    fn lmpop_with<K: FromReply, V: FromReply>(
        self,
        keys: impl ToArgs,
        side: Side,
        options: LmpopOptions,
    ) -> Self::Output<Option<(K, V)>> {
        let request = cmd("LMPOP").counted_keys(keys).arg(side.word());
        self.run(options.write(request).returns())
    }

    /// Takes the first element; ask for an `Option` where there may be none.
    ///
    /// Sends [`LPOP`](https://redis.io/docs/latest/commands/lpop/). Replies with the element, or no value when there is
    /// no such key. Since Redis 1.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.rpush("l", ["a", "b", "c"])?;
    /// let first: Option<String> = client.lpop("l")?;
    /// assert_eq!(first.as_deref(), Some("a"));
    /// let rest: Vec<String> = client.lpop_count("l", 10)?;
    /// assert_eq!(rest, ["b", "c"]);
    /// assert_eq!(client.lpop_count::<Option<Vec<String>>>("l", 10)?, None);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn lpop<V: FromReply>(self, key: impl ToArg) -> Self::Output<V> {
        self.run(cmd("LPOP").key(key).returns())
    }

    /// Takes up to `count` elements from the head.
    ///
    /// Sends [`LPOP`](https://redis.io/docs/latest/commands/lpop/) with a count. Replies with a list, the first element
    /// first, or no value when there is no such key: ask for an `Option` of a list where that may be. Since Redis 6.2.
    fn lpop_count<V: FromReply>(self, key: impl ToArg, count: u64) -> Self::Output<V> {
        self.run(cmd("LPOP").key(key).arg(count).returns())
    }

    /// The position of the first element that equals `element`.
    ///
    /// Sends [`LPOS`](https://redis.io/docs/latest/commands/lpos/). No value when there is none. Since Redis 6.0.6.
    ///
    /// ```
    /// use redwire::commands::LposOptions;
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.rpush("l", ["a", "b", "a", "b"])?;
    /// assert_eq!(client.lpos("l", "b")?, Some(1));
    /// assert_eq!(client.lpos_with("l", "b", LposOptions::new().rank(-1))?, Some(3));
    /// assert_eq!(client.lpos_count("l", "a", 0, LposOptions::new())?, [0, 2]);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn lpos(self, key: impl ToArg, element: impl ToArg) -> Self::Output<Option<u64>> {
        self.lpos_with(key, element, LposOptions::new())
    }

    /// As [`lpos`](ListCommands::lpos), for a later match, from the tail, or among so many elements only.
    ///
    /// Sends [`LPOS`](https://redis.io/docs/latest/commands/lpos/) with `RANK`, `MAXLEN`. Since Redis 6.0.6.
    fn lpos_with(self, key: impl ToArg, element: impl ToArg, options: LposOptions) -> Self::Output<Option<u64>> {
        let request = cmd("LPOS").read_only().key(key).arg(element);
        self.run(options.write(request).returns())
    }

    /// The positions of up to `count` elements that equal `element`; 0 for all of them.
    ///
    /// Sends [`LPOS`](https://redis.io/docs/latest/commands/lpos/) with `COUNT` and what the options say. Replies with
    /// a list, empty when there is none. Since Redis 6.0.6.
    fn lpos_count(
        self,
        key: impl ToArg,
        element: impl ToArg,
        count: u64,
        options: LposOptions,
    ) -> Self::Output<Vec<u64>> {
        let request = cmd("LPOS").read_only().key(key).arg(element);
        self.run(options.write(request.arg("COUNT").arg(count)).returns())
    }

    /// Puts elements at the head, one after the other: the last one ends up first.
    ///
    /// Sends [`LPUSH`](https://redis.io/docs/latest/commands/lpush/). Replies with the length of the list afterwards.
    /// Since Redis 1.0, several elements since 2.4.
    fn lpush(self, key: impl ToArg, elements: impl ToArgs) -> Self::Output<u64> {
        self.run(cmd("LPUSH").key(key).args(elements, "element").returns())
    }

    /// As [`lpush`](ListCommands::lpush), only if the list exists.
    ///
    /// Sends [`LPUSHX`](https://redis.io/docs/latest/commands/lpushx/). Replies with the length of the list, 0 when
    /// there is none. Since Redis 2.2, several elements since 4.0.
    fn lpushx(self, key: impl ToArg, elements: impl ToArgs) -> Self::Output<u64> {
        self.run(cmd("LPUSHX").key(key).args(elements, "element").returns())
    }

    /// The elements from one position to another, both included.
    ///
    /// Sends [`LRANGE`](https://redis.io/docs/latest/commands/lrange/). Replies with a list, empty when nothing lies
    /// between or there is no such key. Since Redis 1.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.rpush("l", [1, 2, 3])?;
    /// let all: Vec<i32> = client.lrange("l", 0, -1)?;
    /// assert_eq!(all, [1, 2, 3]);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn lrange<V: FromReply>(self, key: impl ToArg, start: i64, stop: i64) -> Self::Output<V> {
        self.run(cmd("LRANGE").read_only().key(key).arg(start).arg(stop).returns())
    }

    /// Removes elements that equal `element`: the first `count`, the last `-count` when `count` is negative, all when it
    /// is 0.
    ///
    /// Sends [`LREM`](https://redis.io/docs/latest/commands/lrem/). Replies with how many were removed. Since Redis
    /// 1.0.
    fn lrem(self, key: impl ToArg, count: i64, element: impl ToArg) -> Self::Output<u64> {
        self.run(cmd("LREM").key(key).arg(count).arg(element).returns())
    }

    /// Replaces the element at a position.
    ///
    /// Sends [`LSET`](https://redis.io/docs/latest/commands/lset/). True, always; `index out of range` and
    /// `no such key` are errors of the server. Since Redis 1.0.
    fn lset(self, key: impl ToArg, index: i64, element: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("LSET").key(key).arg(index).arg(element).returns())
    }

    /// Keeps the elements from one position to another, both included, and drops the rest.
    ///
    /// Sends [`LTRIM`](https://redis.io/docs/latest/commands/ltrim/). True, always. Since Redis 1.0.
    fn ltrim(self, key: impl ToArg, start: i64, stop: i64) -> Self::Output<bool> {
        self.run(cmd("LTRIM").key(key).arg(start).arg(stop).returns())
    }

    /// Takes the last element; ask for an `Option` where there may be none.
    ///
    /// Sends [`RPOP`](https://redis.io/docs/latest/commands/rpop/). Replies with the element, or no value when there is
    /// no such key. Since Redis 1.0.
    fn rpop<V: FromReply>(self, key: impl ToArg) -> Self::Output<V> {
        self.run(cmd("RPOP").key(key).returns())
    }

    /// Takes up to `count` elements from the tail.
    ///
    /// Sends [`RPOP`](https://redis.io/docs/latest/commands/rpop/) with a count. Replies with a list, the last element
    /// first, or no value when there is no such key: ask for an `Option` of a list where that may be. Since Redis 6.2.
    fn rpop_count<V: FromReply>(self, key: impl ToArg, count: u64) -> Self::Output<V> {
        self.run(cmd("RPOP").key(key).arg(count).returns())
    }

    /// Moves the last element of `source` to the head of `destination`, as [`lmove`](ListCommands::lmove), which took its
    /// place in Redis 6.2.
    ///
    /// Sends [`RPOPLPUSH`](https://redis.io/docs/latest/commands/rpoplpush/). Replies with the element, or no value
    /// when there is no `source`. Since Redis 1.2.
    fn rpoplpush<V: FromReply>(self, source: impl ToArg, destination: impl ToArg) -> Self::Output<V> {
        self.run(cmd("RPOPLPUSH").key(source).key(destination).returns())
    }

    /// Puts elements at the tail, one after the other.
    ///
    /// Sends [`RPUSH`](https://redis.io/docs/latest/commands/rpush/). Replies with the length of the list afterwards.
    /// Since Redis 1.0, several elements since 2.4.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// assert_eq!(client.rpush("l", "a")?, 1);
    /// assert_eq!(client.rpush("l", ["b", "c"])?, 3);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn rpush(self, key: impl ToArg, elements: impl ToArgs) -> Self::Output<u64> {
        self.run(cmd("RPUSH").key(key).args(elements, "element").returns())
    }

    /// As [`rpush`](ListCommands::rpush), only if the list exists.
    ///
    /// Sends [`RPUSHX`](https://redis.io/docs/latest/commands/rpushx/). Replies with the length of the list, 0 when
    /// there is none. Since Redis 2.2, several elements since 4.0.
    fn rpushx(self, key: impl ToArg, elements: impl ToArgs) -> Self::Output<u64> {
        self.run(cmd("RPUSHX").key(key).args(elements, "element").returns())
    }
}

impl<E: Executor> ListCommands for E {}

/// A length; -1 says that there is no pivot.
fn length_or_minus_one(reply: Reply) -> Result<Option<u64>, DecodeError> {
    match i64::from_reply(reply.root())? {
        -1 => Ok(None),
        _ => u64::from_reply(reply.root()).map(Some),
    }
}
