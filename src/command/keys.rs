//! Which arguments of a request are keys.

use alloc::boxed::Box;
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
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    /// No keys at all if its count is 0.
    head: KeySpan,
    /// Boxed because few have more than one run, and every request would have room for it.
    more: Option<Box<More>>,
}

#[derive(Clone, Debug)]
struct More(Vec<KeySpan>);

impl Keys {
    pub(crate) const fn new() -> Self {
        let head = KeySpan {
            first: 0,
            count: 0,
            step: 1,
        };
        Keys { head, more: None }
    }

    #[inline]
    pub(crate) fn add(&mut self, span: KeySpan) {
        if self.head.count == 0 {
            self.head = span;
        } else if span.count > 0 {
            self.add_another(span);
        }
    }

    fn add_another(&mut self, span: KeySpan) {
        let head = &mut self.head;
        if head.step == span.step && head.first + head.count * head.step == span.first {
            head.count += span.count;
        } else {
            self.more.get_or_insert_with(|| Box::new(More(Vec::new()))).0.push(span);
        }
    }
}

impl KeySpan {
    /// Whether the argument at `position` is one of the keys.
    pub(crate) fn contains(self, position: u32) -> bool {
        position >= self.first
            && (position - self.first) % self.step == 0
            && (position - self.first) / self.step < self.count
    }
}

/// The only run of keys of a request, if it has few of them, in four bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ShortSpan {
    first: u8,
    step: u8,
    count: u16,
}

impl Keys {
    /// The same in short, if that is possible.
    #[inline]
    pub(crate) fn short(&self) -> Option<ShortSpan> {
        let KeySpan { first, count, step } = self.head;
        if self.more.is_some() || first > 0xFF || step > 0xFF || count > 0xFFFF {
            return None;
        }
        Some(ShortSpan {
            first: first as u8,
            step: step as u8,
            count: count as u16,
        })
    }
}

/// The keys of a request, borrowed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum KeysRef<'a> {
    All(&'a Keys),
    Short(ShortSpan),
}

impl<'a> KeysRef<'a> {
    pub(crate) fn spans(self) -> impl Iterator<Item = KeySpan> + use<'a> {
        let (head, more) = match self {
            KeysRef::All(keys) => (keys.head, keys.more.as_deref()),
            KeysRef::Short(span) => {
                let head = KeySpan {
                    first: span.first.into(),
                    count: span.count.into(),
                    step: span.step.into(),
                };
                (head, None)
            }
        };
        let head = Some(head).filter(|head| head.count > 0);
        head.into_iter()
            .chain(more.into_iter().flat_map(|more| more.0.iter().copied()))
    }
}
