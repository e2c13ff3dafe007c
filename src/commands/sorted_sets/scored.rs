//! Members with their scores, as arguments.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
#[cfg(feature = "std")]
use std::collections::HashMap;

use crate::resp::{Args, ToArg};

/// Members with scores, as ZADD takes them: one `(member, score)`, or a list, slice, array or map of them.
///
/// A score is an `f64` or anything that becomes one without loss: `f32` and integers of up to 32 bits. Redis keeps
/// scores as doubles, so a larger integer has to be converted in sight.
///
/// ```
/// use std::collections::HashMap;
///
/// use redwire::prelude::*;
///
/// let client = redwire::mock::Server::new().blocking_client();
/// assert_eq!(client.zadd("z", ("a", 1))?, 1);
/// assert_eq!(client.zadd("z", [("a", 1.5), ("b", 2.0)])?, 1);
/// let scores: HashMap<String, f64> = HashMap::from([("c".into(), 3.0)]);
/// assert_eq!(client.zadd("z", &scores)?, 1);
/// assert_eq!(client.zmscore("z", ["a", "b", "c"])?, [Some(1.5), Some(2.0), Some(3.0)]);
/// # Ok::<(), redwire::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of members with scores",
    label = "not a `(member, score)`, nor a list or map of them",
    note = "a score is an `f64`, `f32` or an integer of up to 32 bits; convert a larger one with `as f64`"
)]
pub trait ScoredMembers {
    /// Writes each score and then its member, as ZADD wants them. False if a score is not a number.
    fn write_scored(&self, args: &mut Args) -> bool;
}

impl<M: ToArg, S: Into<f64> + Copy> ScoredMembers for (M, S) {
    fn write_scored(&self, args: &mut Args) -> bool {
        write_one(&self.0, self.1.into(), args)
    }
}

fn write_one(member: &impl ToArg, score: f64, args: &mut Args) -> bool {
    args.push_double(score);
    member.write_args(args);
    !score.is_nan()
}

impl<T: ScoredMembers> ScoredMembers for [T] {
    fn write_scored(&self, args: &mut Args) -> bool {
        let mut good = true;
        for item in self {
            good &= item.write_scored(args);
        }
        good
    }
}

impl<T: ScoredMembers, const N: usize> ScoredMembers for [T; N] {
    fn write_scored(&self, args: &mut Args) -> bool {
        self.as_slice().write_scored(args)
    }
}

impl<T: ScoredMembers> ScoredMembers for Vec<T> {
    fn write_scored(&self, args: &mut Args) -> bool {
        self.as_slice().write_scored(args)
    }
}

impl<T: ScoredMembers + ?Sized> ScoredMembers for &T {
    fn write_scored(&self, args: &mut Args) -> bool {
        (**self).write_scored(args)
    }
}

impl<M: ToArg, S: Into<f64> + Copy> ScoredMembers for BTreeMap<M, S> {
    fn write_scored(&self, args: &mut Args) -> bool {
        self.iter().fold(true, |good, (member, score)| {
            write_one(member, (*score).into(), args) && good
        })
    }
}

#[cfg(feature = "std")]
impl<M: ToArg, S: Into<f64> + Copy, H> ScoredMembers for HashMap<M, S, H> {
    fn write_scored(&self, args: &mut Args) -> bool {
        self.iter().fold(true, |good, (member, score)| {
            write_one(member, (*score).into(), args) && good
        })
    }
}
