//! What was taken from the connection and not told yet.

use alloc::collections::VecDeque;
use core::num::NonZeroUsize;

use super::event::Event;
use crate::error::Error;

/// In the order in which it happened. Normally all but empty, for messages stay in the connection until they are asked for;
/// for a reader that wants the latest messages only, they are here.
#[derive(Debug)]
pub(super) struct Queue {
    items: VecDeque<Result<Event, Error>>,
    most: Option<NonZeroUsize>,
    /// Messages among the items.
    messages: usize,
    /// Messages thrown away that the reader has not been told of.
    lost: u64,
}

fn is_message(item: &Result<Event, Error>) -> bool {
    matches!(item, Ok(Event::Message(_)))
}

impl Queue {
    pub(super) fn new(most: Option<NonZeroUsize>) -> Self {
        Queue {
            items: VecDeque::new(),
            most,
            messages: 0,
            lost: 0,
        }
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether all that has come belongs here before anything is told.
    #[inline]
    pub(super) fn reads_ahead(&self) -> bool {
        self.most.is_some()
    }

    pub(super) fn push(&mut self, item: Result<Event, Error>) {
        if is_message(&item) {
            self.messages += 1;
            if self.most.is_some_and(|most| self.messages > most.get()) {
                self.drop_oldest();
            }
        }
        self.items.push_back(item);
    }

    fn drop_oldest(&mut self) {
        if let Some(oldest) = self.items.iter().position(is_message) {
            self.items.remove(oldest);
            self.messages -= 1;
            self.lost += 1;
        }
    }

    /// What comes next. That messages are missing is told before the first one that is not.
    pub(super) fn pop(&mut self) -> Option<Result<Event, Error>> {
        if is_message(self.items.front()?) {
            if self.lost > 0 {
                return Some(Ok(Event::Lost(core::mem::take(&mut self.lost))));
            }
            self.messages -= 1;
        }
        self.items.pop_front()
    }
}
