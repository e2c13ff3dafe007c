//! Which arguments of a request are keys.

use alloc::vec::Vec;

/// A run of keys among the arguments: every `step`-th argument from `first` on, `count` of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeySpan {
    /// Position of the first key; the command's name has position 0.
    pub first: u32,
    /// How many keys.
    pub count: u32,
    /// Distance from one key to the next.
    pub step: u32,
}

/// All runs of keys of a request. The first needs no heap.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    head: Option<KeySpan>,
    more: Vec<KeySpan>,
}

impl Keys {
    pub(crate) fn add(&mut self, span: KeySpan) {
        if span.count == 0 {
            return;
        }
        match &mut self.head {
            None => self.head = Some(span),
            Some(head) if head.step == span.step && head.first + head.count * head.step == span.first => {
                head.count += span.count;
            }
            Some(_) => self.more.push(span),
        }
    }

    pub(crate) fn spans(&self) -> impl Iterator<Item = KeySpan> {
        self.head.iter().chain(&self.more).copied()
    }

    pub(crate) fn contains(&self, position: u32) -> bool {
        self.spans().any(|span| {
            position >= span.first
                && (position - span.first) % span.step == 0
                && (position - span.first) / span.step < span.count
        })
    }
}
