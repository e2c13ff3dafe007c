//! Calls that wait for room in the memory budget: first come, first served, but nobody waits for one that does not come.

use std::collections::VecDeque;
use std::task::Waker;
use std::vec::Vec;

#[derive(Default)]
pub(super) struct Line {
    standing: VecDeque<Standing>,
    next: u64,
}

struct Standing {
    place: u64,
    waker: Waker,
    /// How much room it needs.
    len: usize,
    /// Woken because there is room; it need not come, since nobody may ever poll it again.
    called: bool,
}

impl Line {
    /// Whether it is the turn of whoever stands at `place`, or of a newcomer without one: everybody ahead was called.
    #[inline]
    pub(super) fn is_first(&self, place: Option<u64>) -> bool {
        self.standing.is_empty()
            || self
                .standing
                .iter()
                .take_while(|standing| Some(standing.place) != place)
                .all(|standing| standing.called)
    }

    /// Stands in line, or goes on standing there. Gives the place.
    pub(super) fn stand(&mut self, place: Option<u64>, len: usize, waker: &Waker) -> u64 {
        if let Some(standing) = self.standing.iter_mut().find(|standing| Some(standing.place) == place) {
            standing.waker.clone_from(waker);
            standing.called = false;
            return standing.place;
        }
        let place = self.next;
        self.next += 1;
        self.standing.push_back(Standing {
            place,
            waker: waker.clone(),
            len,
            called: false,
        });
        place
    }

    pub(super) fn leave(&mut self, place: u64) {
        self.standing.retain(|standing| standing.place != place);
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.standing.is_empty()
    }

    /// Calls the first who was not called yet, if there is room for it.
    pub(super) fn call_next(&mut self, has_room: impl FnOnce(usize) -> bool, woken: &mut Vec<Waker>) {
        let next = self.standing.iter_mut().find(|standing| !standing.called);
        if let Some(standing) = next.filter(|standing| has_room(standing.len)) {
            standing.called = true;
            woken.push(standing.waker.clone());
        }
    }

    /// Calls everybody who was not called yet.
    pub(super) fn call_all(&mut self, woken: &mut Vec<Waker>) {
        for standing in self.standing.iter_mut().filter(|standing| !standing.called) {
            standing.called = true;
            woken.push(standing.waker.clone());
        }
    }
}
