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

    /// Throws the oldest message away. That it is missing is told in its place.
    fn drop_oldest(&mut self) {
        let Some(oldest) = self.items.iter().position(is_message) else {
            return;
        };
        self.messages -= 1;
        let before = oldest.checked_sub(1).and_then(|before| self.items.get_mut(before));
        if let Some(Ok(Event::Lost(count))) = before {
            *count += 1;
            self.items.remove(oldest);
        } else if let Some(message) = self.items.get_mut(oldest) {
            *message = Ok(Event::Lost(1));
        }
    }

    /// What comes next.
    pub(super) fn pop(&mut self) -> Option<Result<Event, Error>> {
        let item = self.items.pop_front()?;
        self.messages -= usize::from(is_message(&item));
        Some(item)
    }
}
