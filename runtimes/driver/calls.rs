//! Who waits for which replies: one entry for each call, found by the tag that its requests carry.

use std::boxed::Box;
use std::task::Waker;
use std::vec::Vec;

use crate::error::Error;
use crate::flow::Replies;
use crate::resp::Reply;

pub(super) type Answer = Result<Reply, Error>;

/// Names a call. A call that is over leaves its place to another, with another round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CallId {
    place: u32,
    round: u8,
}

impl CallId {
    /// The tag of its requests.
    pub(super) fn tag(self) -> u64 {
        u64::from(self.place) << 32 | u64::from(self.round)
    }

    fn of_tag(tag: u64) -> Self {
        CallId {
            place: (tag >> 32) as u32,
            round: tag as u8,
        }
    }
}

#[derive(Default)]
pub(super) struct Calls {
    entries: Vec<Entry>,
    /// Places that are free.
    free: Vec<u32>,
    /// Bytes of answers that nobody has fetched yet.
    unclaimed: usize,
}

struct Entry {
    round: u8,
    /// The answer is there, or all of them.
    done: bool,
    waker: Option<Waker>,
    /// Of a call of one request.
    answer: Option<Answer>,
    /// Of a call of several. Boxed, for few calls have them.
    replies: Option<Box<Replies>>,
}

impl Entry {
    /// The call is over. Another one in its place is in another round.
    #[inline]
    fn vacate(&mut self) {
        self.done = false;
        self.waker = None;
        self.round = self.round.wrapping_add(1);
    }
}

impl Calls {
    /// Bytes of answers that nobody has fetched yet.
    #[inline]
    pub(super) fn unclaimed(&self) -> usize {
        self.unclaimed
    }

    /// How many calls there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len() - self.free.len()
    }

    /// An entry for a call.
    #[inline]
    pub(super) fn insert(&mut self) -> CallId {
        if let Some(place) = self.free.pop() {
            if let Some(entry) = self.entries.get(place as usize) {
                return CallId {
                    place,
                    round: entry.round,
                };
            }
        }
        self.grow()
    }

    #[cold]
    fn grow(&mut self) -> CallId {
        self.entries.push(Entry {
            round: 0,
            done: false,
            waker: None,
            answer: None,
            replies: None,
        });
        CallId {
            place: (self.entries.len() - 1) as u32,
            round: 0,
        }
    }

    #[inline]
    fn get(&mut self, id: CallId) -> Option<&mut Entry> {
        let entry = self.entries.get_mut(id.place as usize)?;
        (entry.round == id.round).then_some(entry)
    }

    /// The answer of a call came. Gives who is to be woken. Always inlined, so that the answer is moved once.
    #[inline(always)]
    pub(super) fn deliver(&mut self, tag: u64, answer: Answer) -> Option<Waker> {
        let id = CallId::of_tag(tag);
        let entry = self.entries.get_mut(id.place as usize)?;
        if entry.round != id.round {
            return None;
        }
        self.unclaimed += size(&answer);
        entry.answer = Some(answer);
        entry.done = true;
        entry.waker.take()
    }

    /// All answers of a call came. Gives who is to be woken.
    pub(super) fn deliver_all(&mut self, tag: u64, replies: Box<Replies>) -> Option<Waker> {
        let size = replies.size();
        let entry = self.get(CallId::of_tag(tag))?;
        entry.replies = Some(replies);
        entry.done = true;
        let waker = entry.waker.take();
        self.unclaimed += size;
        waker
    }

    /// Whether every answer of the call is there.
    #[inline]
    pub(super) fn is_done(&self, id: CallId) -> bool {
        self.entries
            .get(id.place as usize)
            .is_some_and(|entry| entry.done && entry.round == id.round)
    }

    /// The call waits and wants to be woken like this.
    #[inline]
    pub(super) fn wait(&mut self, id: CallId, waker: &Waker) {
        if let Some(entry) = self.get(id) {
            match &mut entry.waker {
                Some(known) if known.will_wake(waker) => {}
                known => *known = Some(waker.clone()),
            }
        }
    }

    /// The only answer of a call, if it is there, which ends the call.
    #[inline]
    pub(super) fn take_one(&mut self, id: CallId) -> Option<Answer> {
        let entry = self.entries.get_mut(id.place as usize)?;
        if entry.round != id.round || !entry.done || entry.replies.is_some() {
            return None;
        }
        entry.vacate();
        self.free.push(id.place);
        let size = entry.answer.as_ref().map_or(0, size);
        self.unclaimed = self.unclaimed.saturating_sub(size);
        entry.answer.take() // comes last, so that it is moved once
    }

    /// All answers of a call that is done, which ends it; none if there was no such call, or only one answer.
    pub(super) fn take_all(&mut self, id: CallId) -> Replies {
        let Some(entry) = self.get(id) else {
            return Replies::default();
        };
        let replies = entry.replies.take();
        self.remove(id);
        let replies = replies.map_or_else(Replies::default, |replies| *replies);
        self.unclaimed = self.unclaimed.saturating_sub(replies.size());
        replies
    }

    /// The call is over, whatever it still waits for.
    pub(super) fn remove(&mut self, id: CallId) {
        if let Some(entry) = self.get(id) {
            (entry.answer, entry.replies) = (None, None);
            entry.vacate();
            self.free.push(id.place);
        }
    }

    /// Everybody who waits.
    pub(super) fn wakers(&self) -> impl Iterator<Item = Waker> {
        self.entries.iter().filter_map(|entry| entry.waker.clone())
    }
}

#[inline]
fn size(answer: &Answer) -> usize {
    answer.as_ref().map_or(0, Reply::size)
}
