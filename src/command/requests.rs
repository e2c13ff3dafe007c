//! Requests that go out together.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use super::keys::{Keys, KeysRef, ShortSpan};
use super::request::{Flags, Rare, Request, Wait};
use super::view::RequestRef;
use crate::error::Error;

/// Requests that go out together, in order, in one write where possible: what a [`Flow`](crate::flow::Flow) asks to be
/// sent. One request becomes such a batch by `Requests::from(request)`.
///
/// They are kept as they go out, one behind the other in one buffer, with a few bytes for each besides.
///
/// ```
/// use redwire::cmd;
/// use redwire::command::Requests;
///
/// let mut batch = Requests::from(cmd("SET").key("name").arg("redwire"));
/// batch.push(cmd("GET").key("name"));
/// assert_eq!(batch.len(), 2);
/// assert_eq!(batch.get(1).unwrap().to_string(), "GET name");
/// ```
#[derive(Clone, Default)]
pub struct Requests {
    wire: Vec<u8>,
    marks: Vec<Mark>,
    /// Those that are more than an ordinary read or write, by their place.
    odd: Vec<(usize, Odd)>,
    /// How many of them must not run twice.
    once: usize,
    /// How many have replies of no type.
    untyped: usize,
}

/// The first requests get room for so many.
const FEW: usize = 16;

/// What must be known of every request.
#[derive(Clone, Copy)]
struct Mark {
    /// Where it ends in the wire form of all.
    end: usize,
    flags: Flags,
    keys: ShortSpan,
    untyped: bool,
}

#[derive(Clone)]
struct Odd {
    /// More keys than a mark has room for.
    keys: Option<Keys>,
    rare: Option<Box<Rare>>,
}

impl Requests {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Requests::default()
    }

    /// Adds one behind the others.
    #[inline]
    pub fn push(&mut self, mut request: Request) {
        self.append(&mut request);
    }

    /// The same without moving it: what it owns besides its bytes goes over.
    pub(crate) fn append(&mut self, request: &mut Request) {
        if self.marks.capacity() == 0 {
            self.wire.reserve(FEW * 32);
            self.marks.reserve(FEW);
        }
        request.encode(&mut self.wire);
        let (flags, untyped) = (request.command_flags(), request.is_untyped());
        let short = request.short_keys();
        if short.is_none() || !request.is_ordinary() {
            self.append_odd(request, short.is_none());
        }
        self.marks.push(Mark {
            end: self.wire.len(),
            flags,
            keys: short.unwrap_or_default(),
            untyped,
        });
        self.untyped += usize::from(untyped);
        self.once += usize::from(!request.view().is_repeatable());
    }

    #[cold]
    fn append_odd(&mut self, request: &mut Request, keys_too: bool) {
        let (keys, rare) = request.parts_mut();
        let keys = keys_too.then(|| core::mem::replace(keys, Keys::new()));
        let rare = rare.take();
        self.odd.push((self.marks.len(), Odd { keys, rare }));
    }

    /// Takes the first one out.
    pub(crate) fn remove_first(&mut self) {
        let Some(&Mark { end: len, untyped, .. }) = self.marks.first() else {
            return;
        };
        let repeatable = self.get(0).is_some_and(|first| first.is_repeatable());
        self.untyped -= usize::from(untyped);
        self.wire.drain(..len);
        self.marks.remove(0);
        self.marks.iter_mut().for_each(|mark| mark.end -= len);
        self.odd.retain(|(index, _)| *index > 0);
        self.odd.iter_mut().for_each(|(index, _)| *index -= 1);
        self.once -= usize::from(!repeatable);
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.marks.len()
    }

    /// True when there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// How many bytes they take on the wire.
    #[must_use]
    #[inline]
    pub fn size(&self) -> usize {
        self.wire.len()
    }

    /// Their wire form.
    #[must_use]
    #[inline]
    pub fn wire(&self) -> &[u8] {
        &self.wire
    }

    /// Where the request at `index` stands in the wire form.
    fn range(&self, index: usize) -> Option<Range<usize>> {
        let end = self.marks.get(index)?.end;
        let before = index.checked_sub(1).and_then(|before| self.marks.get(before));
        Some(before.map_or(0, |before| before.end)..end)
    }

    /// Where each ends in the wire form.
    pub(crate) fn ends(&self) -> impl ExactSizeIterator<Item = usize> {
        self.marks.iter().map(|mark| mark.end)
    }

    /// The request at `index`.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<RequestRef<'_>> {
        let mark = self.marks.get(index)?;
        let wire = self.wire.get(self.range(index)?)?;
        let odd = self.odd.binary_search_by_key(&index, |(at, _)| *at);
        let odd = odd.ok().and_then(|at| self.odd.get(at)).map(|(_, odd)| odd);
        // Behind the line that says how many words follow.
        let words = memchr::memchr(b'\n', wire).and_then(|end| wire.get(end + 1..))?;
        Some(RequestRef {
            words,
            flags: mark.flags,
            keys: match odd.and_then(|odd| odd.keys.as_ref()) {
                Some(keys) => KeysRef::All(keys),
                None => KeysRef::Short(mark.keys),
            },
            untyped: mark.untyped,
            rare: odd.and_then(|odd| odd.rare.as_deref()),
        })
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = RequestRef<'_>> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// Those with any of these flags, and their places. Reads and writes that are nothing else are not looked at.
    pub(crate) fn with_any(&self, flags: Flags) -> impl Iterator<Item = (usize, RequestRef<'_>)> {
        let requests = self
            .odd
            .iter()
            .filter_map(|&(index, _)| Some((index, self.get(index)?)));
        requests.filter(move |(_, request)| request.command_flags().intersects(flags))
    }

    /// Whether all of them may run twice without harm.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        self.once == 0
    }

    /// Whether some have replies that are reshaped by what the command is.
    pub(crate) fn has_untyped(&self) -> bool {
        self.untyped > 0
    }

    /// What each of those that the server may take its time over waits for.
    pub(crate) fn waits(&self) -> impl Iterator<Item = Wait> {
        let rare = self.odd.iter().filter_map(|(_, odd)| odd.rare.as_ref());
        rare.map(|rare| rare.wait).filter(|wait| *wait != Wait::None)
    }

    /// The first that a builder step refused, and why.
    pub(crate) fn refusal(&self) -> Option<(usize, Error)> {
        self.odd.iter().find_map(|(index, odd)| {
            let refused = odd.rare.as_ref()?.refused.as_ref()?;
            Some((*index, refused.clone()))
        })
    }

    /// Fails if a builder step of one of them refused an argument.
    ///
    /// # Errors
    /// As for [`Request::check`], of the first that was refused.
    #[inline]
    pub fn check(&self) -> Result<(), Error> {
        if self.odd.is_empty() {
            return Ok(());
        }
        self.refusal().map_or(Ok(()), |(_, error)| Err(error))
    }

    /// Whether they are one transaction, from its MULTI to its EXEC: run as a whole or not at all.
    pub(crate) fn is_transaction(&self) -> bool {
        let mut owning = self.with_any(Flags::OWNS_CONNECTION);
        let mut is = |place: usize, word: &[u8]| {
            let (at, request) = owning.next()?;
            let name = request.arguments().next()?;
            (at == place && name.eq_ignore_ascii_case(word)).then_some(())
        };
        let around = is(0, b"MULTI").and_then(|()| is(self.len() - 1, b"EXEC"));
        around.is_some()
    }

    /// Whether they leave a connection that others use as well as it was: transactions are begun and ended, and nothing
    /// else changes its state.
    pub(crate) fn is_self_contained(&self) -> bool {
        let mut open = false;
        for (_, request) in self.with_any(Flags::OWNS_CONNECTION | Flags::BREAKS_ORDER) {
            let name = request.arguments().next().unwrap_or_default();
            let is = |word: &str| name.eq_ignore_ascii_case(word.as_bytes());
            if is("MULTI") && !open {
                open = true;
            } else if (is("EXEC") || is("DISCARD")) && open {
                open = false;
            } else if request.owns_connection() {
                return false;
            }
        }
        !open
    }
}

impl From<Request> for Requests {
    fn from(request: Request) -> Self {
        Requests::from_iter([request])
    }
}

impl From<Vec<Request>> for Requests {
    fn from(requests: Vec<Request>) -> Self {
        Requests::from_iter(requests)
    }
}

impl FromIterator<Request> for Requests {
    fn from_iter<I: IntoIterator<Item = Request>>(requests: I) -> Self {
        let mut all = Requests::new();
        all.extend(requests);
        all
    }
}

impl Extend<Request> for Requests {
    fn extend<I: IntoIterator<Item = Request>>(&mut self, requests: I) {
        requests.into_iter().for_each(|request| self.push(request));
    }
}

impl fmt::Debug for Requests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failure is the test's result")]
mod tests {
    use super::*;
    use crate::command::cmd;
    use alloc::string::ToString;
    use alloc::vec;
    use core::time::Duration;

    /// Requests of every kind.
    fn requests() -> Vec<Request> {
        vec![
            cmd("GET").read_only().key("a"),
            cmd("SET").key("b").arg("x".repeat(300)),
            cmd("BLPOP")
                .keys(["c", "d"])
                .arg(3)
                .blocks(Wait::For(Duration::from_secs(3))),
            cmd("EVAL").arg("script").arg(1).key("e").arg("f").key("g"),
            cmd("DEL").keys((0..70_000).map(|n| n.to_string()).collect::<Vec<_>>()),
            cmd("ECHO").arg("sesame").flags(Flags::SECRET),
            cmd("MGET").keys([""; 0]),
            cmd("PING").idempotent(),
            cmd("INFO").option("a", 1).untyped().into_parts().0,
        ]
    }

    #[test]
    fn every_request_is_the_same_in_a_batch_as_by_itself() {
        let mut batch = Requests::from(requests());
        let mut alone = requests();
        loop {
            assert_eq!((batch.len(), batch.is_empty()), (alone.len(), alone.is_empty()));
            let mut wire = Vec::new();
            for (request, one) in batch.iter().zip(&alone) {
                assert!(request.arguments().eq(one.arguments()), "{one}");
                assert!(request.key_names().eq(one.key_names()), "{one}");
                assert!(request.key_spans().eq(one.key_spans()), "{one}");
                assert_eq!(request.command_flags(), one.command_flags(), "{one}");
                assert_eq!(request.wait(), one.wait(), "{one}");
                assert_eq!(request.is_untyped(), one.is_untyped(), "{one}");
                assert_eq!(request.option_value("a").is_some(), one.option_value("a").is_some());
                assert_eq!(request.check().is_ok(), one.check().is_ok(), "{one}");
                assert_eq!(request.to_string(), one.to_string());
                one.encode(&mut wire);
            }
            assert_eq!(batch.wire(), wire);
            assert_eq!(
                batch.is_repeatable(),
                alone.iter().all(|one| one.view().is_repeatable())
            );
            assert_eq!(batch.has_untyped(), alone.iter().any(Request::is_untyped));
            let refused = alone.iter().position(|one| one.check().is_err());
            assert_eq!(batch.refusal().map(|(index, _)| index), refused);
            let secret = |one: &Request| one.command_flags().contains(Flags::SECRET);
            let secrets = alone.iter().enumerate().filter(|(_, one)| secret(one));
            assert!(
                batch
                    .with_any(Flags::SECRET)
                    .map(|(at, _)| at)
                    .eq(secrets.map(|(at, _)| at))
            );
            if alone.is_empty() {
                return;
            }
            batch.remove_first();
            drop(alone.remove(0));
        }
    }

    #[test]
    fn one_transaction_is_told_from_everything_else() {
        let of = |words: &[&str]| {
            words
                .iter()
                .map(|word| cmd(word))
                .collect::<Requests>()
                .is_transaction()
        };
        assert!(of(&["MULTI", "EXEC"]) && of(&["multi", "SET a b", "GET a", "exec"]));
        for words in [
            &[][..],
            &["MULTI"],
            &["EXEC"],
            &["GET a", "MULTI", "EXEC"],
            &["MULTI", "EXEC", "GET a"],
            &["MULTI", "EXEC", "MULTI", "EXEC"],
            &["MULTI", "DISCARD", "EXEC"],
            &["WATCH a", "MULTI", "EXEC"],
        ] {
            assert!(!of(words), "{words:?}");
        }
    }

    #[test]
    fn a_batch_for_a_shared_connection_ends_what_it_begins_and_changes_nothing_else() {
        let of = |words: &[&str]| {
            words
                .iter()
                .map(|word| cmd(word))
                .collect::<Requests>()
                .is_self_contained()
        };
        assert!(of(&["GET a", "SET a b"]));
        assert!(of(&[
            "GET a",
            "MULTI",
            "SET a b",
            "EXEC",
            "multi",
            "discard",
            "CLIENT LIST"
        ]));
        for words in [
            &["MULTI", "SET a b"][..],
            &["EXEC"],
            &["MULTI", "MULTI", "EXEC"],
            &["WATCH a", "MULTI", "EXEC"],
            &["MULTI", "SELECT 1", "EXEC"],
            &["CLIENT SETNAME me"],
            &["SUBSCRIBE a"],
        ] {
            assert!(!of(words), "{words:?}");
        }
    }
}
