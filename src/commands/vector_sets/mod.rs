//! Vector sets.

mod options;
mod replies;

use alloc::vec::Vec;

pub use options::{VaddOptions, VectorQuery, VsimOptions};
pub use replies::{RawVector, VectorMatch, VinfoReply};

use super::sorted_sets::LexBound;
use crate::command::{Executor, cmd};
use crate::resp::{FromReply, ToArg};

/// Commands on vector sets: elements with a vector each, to be found by how much their vectors are alike, and with
/// attributes, an object in JSON, to be filtered by.
///
/// Only the direction of a vector counts. Vectors come back as the server keeps them, which is not quite what they were.
/// No Valkey knows these commands.
pub trait VectorSetCommands: Executor {
    /// Adds an element, or gives it another vector. Mind the order: the vector comes first.
    ///
    /// Sends [`VADD`](https://redis.io/docs/latest/commands/vadd/). True if the element is new; an error if the vectors
    /// of the set have another dimension. Since Redis 8.0.
    fn vadd(self, key: impl ToArg, vector: impl AsRef<[f32]>, element: impl ToArg) -> Self::Output<bool> {
        self.vadd_with(key, vector, element, VaddOptions::new())
    }

    /// Adds an element, or gives it another vector, as `options` say. Mind the order: the vector comes first.
    ///
    /// Sends [`VADD`](https://redis.io/docs/latest/commands/vadd/). True if the element is new; an error if the set
    /// keeps its vectors in another way. Since Redis 8.0.
    fn vadd_with(
        self,
        key: impl ToArg,
        vector: impl AsRef<[f32]>,
        element: impl ToArg,
        options: VaddOptions,
    ) -> Self::Output<bool> {
        let request = options.write_reduce(cmd("VADD").key(key));
        let request = options::vector(request, vector.as_ref()).arg(element);
        self.run(options.write(request).returns())
    }

    /// How many elements there are; 0 if there is no such key.
    ///
    /// Sends [`VCARD`](https://redis.io/docs/latest/commands/vcard/). Since Redis 8.0.
    fn vcard(self, key: impl ToArg) -> Self::Output<u64> {
        self.run(cmd("VCARD").read_only().key(key).returns())
    }

    /// How many numbers the vectors have that the set keeps; a missing key is an error.
    ///
    /// Sends [`VDIM`](https://redis.io/docs/latest/commands/vdim/). Since Redis 8.0.
    fn vdim(self, key: impl ToArg) -> Self::Output<u64> {
        self.run(cmd("VDIM").read_only().key(key).returns())
    }

    /// About the vector of an element; `None` if it is missing.
    ///
    /// Sends [`VEMB`](https://redis.io/docs/latest/commands/vemb/). Since Redis 8.0.
    fn vemb(self, key: impl ToArg, element: impl ToArg) -> Self::Output<Option<Vec<f32>>> {
        self.run(cmd("VEMB").read_only().key(key).arg(element).returns())
    }

    /// The vector of an element as the server keeps it; `None` if it is missing.
    ///
    /// Sends [`VEMB`](https://redis.io/docs/latest/commands/vemb/) with `RAW`. Since Redis 8.0.
    fn vemb_raw(self, key: impl ToArg, element: impl ToArg) -> Self::Output<Option<RawVector>> {
        self.run(cmd("VEMB").read_only().key(key).arg(element).arg("RAW").returns())
    }

    /// The attributes of an element, an object in JSON; ask for an `Option`, as there may be none.
    ///
    /// Sends [`VGETATTR`](https://redis.io/docs/latest/commands/vgetattr/). Since Redis 8.0.
    fn vgetattr<V: FromReply>(self, key: impl ToArg, element: impl ToArg) -> Self::Output<V> {
        self.run(cmd("VGETATTR").read_only().key(key).arg(element).returns())
    }

    /// What the server knows of the set; `None` if there is no such key.
    ///
    /// Sends [`VINFO`](https://redis.io/docs/latest/commands/vinfo/). Since Redis 8.0.
    fn vinfo(self, key: impl ToArg) -> Self::Output<Option<VinfoReply>> {
        self.run(cmd("VINFO").read_only().key(key).returns())
    }

    /// Whether there is such an element.
    ///
    /// Sends [`VISMEMBER`](https://redis.io/docs/latest/commands/vismember/). Since Redis 8.0.
    fn vismember(self, key: impl ToArg, element: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("VISMEMBER").read_only().key(key).arg(element).returns())
    }

    /// The neighbors with which an element is linked, layer by layer, the highest first and the lowest, in which
    /// everybody is, last; no layer at all if it is missing.
    ///
    /// Sends [`VLINKS`](https://redis.io/docs/latest/commands/vlinks/). Since Redis 8.0.
    fn vlinks<M: FromReply>(self, key: impl ToArg, element: impl ToArg) -> Self::Output<Vec<Vec<M>>> {
        let request = cmd("VLINKS").read_only().key(key).arg(element);
        self.run(request.decoded_by(replies::layers))
    }

    /// The neighbors of an element as [`vlinks`](VectorSetCommands::vlinks), each with how much it is like the element,
    /// from 0 to 1.
    ///
    /// Sends [`VLINKS`](https://redis.io/docs/latest/commands/vlinks/) with `WITHSCORES`. Since Redis 8.0.
    fn vlinks_withscores<M: FromReply>(self, key: impl ToArg, element: impl ToArg) -> Self::Output<Vec<Vec<(M, f64)>>> {
        let request = cmd("VLINKS").read_only().key(key).arg(element);
        self.run(request.arg("WITHSCORES").decoded_by(replies::layers))
    }

    /// Any element; ask for an `Option`, as there may be none.
    ///
    /// Sends [`VRANDMEMBER`](https://redis.io/docs/latest/commands/vrandmember/). Since Redis 8.0.
    fn vrandmember<M: FromReply>(self, key: impl ToArg) -> Self::Output<M> {
        self.run(cmd("VRANDMEMBER").read_only().key(key).returns())
    }

    /// So many different elements, or all if there are not so many; with a negative count, so many elements of which
    /// some may be the same.
    ///
    /// Sends [`VRANDMEMBER`](https://redis.io/docs/latest/commands/vrandmember/) with a count. Since Redis 8.0.
    fn vrandmember_count<M: FromReply>(self, key: impl ToArg, count: i64) -> Self::Output<Vec<M>> {
        self.run(cmd("VRANDMEMBER").read_only().key(key).arg(count).returns())
    }

    /// The elements from `start` to `end`, in the order of their bytes.
    ///
    /// Sends [`VRANGE`](https://redis.io/docs/latest/commands/vrange/). Since Redis 8.4.
    fn vrange<M: FromReply>(self, key: impl ToArg, start: LexBound, end: LexBound) -> Self::Output<Vec<M>> {
        self.run(cmd("VRANGE").read_only().key(key).arg(start).arg(end).returns())
    }

    /// The elements from `start` to `end`, in the order of their bytes, up to `count` of them: to walk over a set, go on
    /// behind the last one.
    ///
    /// Sends [`VRANGE`](https://redis.io/docs/latest/commands/vrange/) with a count. Since Redis 8.4.
    fn vrange_count<M: FromReply>(
        self,
        key: impl ToArg,
        start: LexBound,
        end: LexBound,
        count: u64,
    ) -> Self::Output<Vec<M>> {
        let request = cmd("VRANGE").read_only().key(key).arg(start).arg(end);
        self.run(request.arg(count).returns())
    }

    /// Removes an element; the key goes with the last one.
    ///
    /// Sends [`VREM`](https://redis.io/docs/latest/commands/vrem/). True if it was there. Since Redis 8.0.
    fn vrem(self, key: impl ToArg, element: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("VREM").key(key).arg(element).returns())
    }

    /// Gives an element attributes, an object in JSON; an empty text takes them away.
    ///
    /// Sends [`VSETATTR`](https://redis.io/docs/latest/commands/vsetattr/). False if there is no such element. Since
    /// Redis 8.0.
    fn vsetattr(self, key: impl ToArg, element: impl ToArg, json: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("VSETATTR").key(key).arg(element).arg(json).returns())
    }

    /// The elements that are most like what is looked for, the most alike first. A missing key has none.
    ///
    /// Sends [`VSIM`](https://redis.io/docs/latest/commands/vsim/). Since Redis 8.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let fruits = VsimOptions::new().count(3).filter(".kind == 'fruit'");
    /// let command = Build.vsim::<String>("words", VectorQuery::element("apple"), fruits);
    /// assert_eq!(command.request().to_string(), "VSIM words ELE apple COUNT 3 FILTER .kind == 'fruit'");
    /// ```
    fn vsim<M: FromReply>(self, key: impl ToArg, query: VectorQuery, options: VsimOptions) -> Self::Output<Vec<M>> {
        let request = query.write(cmd("VSIM").read_only().key(key));
        self.run(options.write(request).returns())
    }

    /// Elements as [`vsim`](VectorSetCommands::vsim), each with how much it is like what is looked for, from 0 (the
    /// opposite) to 1 (the same).
    ///
    /// Sends [`VSIM`](https://redis.io/docs/latest/commands/vsim/) with `WITHSCORES`. Since Redis 8.0.
    fn vsim_withscores<M: FromReply>(
        self,
        key: impl ToArg,
        query: VectorQuery,
        options: VsimOptions,
    ) -> Self::Output<Vec<(M, f64)>> {
        let request = query.write(cmd("VSIM").read_only().key(key)).arg("WITHSCORES");
        self.run(options.write(request).returns())
    }

    /// Elements as [`vsim`](VectorSetCommands::vsim), each with how much it is like what is looked for and with its
    /// attributes.
    ///
    /// Sends [`VSIM`](https://redis.io/docs/latest/commands/vsim/) with `WITHSCORES` and `WITHATTRIBS`. Since Redis
    /// 8.2.
    fn vsim_withattribs<M: FromReply>(
        self,
        key: impl ToArg,
        query: VectorQuery,
        options: VsimOptions,
    ) -> Self::Output<Vec<VectorMatch<M>>> {
        let request = query.write(cmd("VSIM").read_only().key(key));
        let request = request.arg("WITHSCORES").arg("WITHATTRIBS");
        self.run(options.write(request).decoded_by(replies::matches))
    }
}

impl<E: Executor> VectorSetCommands for E {}
