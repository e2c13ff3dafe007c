//! An allocator that counts what each thread asks of the heap, so that tests of one binary do not disturb each other.
//!
//! Name it as the global allocator of the test binary:
//! `#[global_allocator] static HEAP: counting::Counting = counting::Counting;`
#![allow(
    dead_code,
    unreachable_pub,
    reason = "every test file compiles this module for itself and uses a part of it"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator, counted.
pub struct Counting;

struct Counts {
    calls: Cell<usize>,
    bytes: Cell<usize>,
    live: Cell<isize>,
    peak: Cell<isize>,
}

thread_local! {
    static COUNTS: Counts = const {
        Counts { calls: Cell::new(0), bytes: Cell::new(0), live: Cell::new(0), peak: Cell::new(0) }
    };
}

impl Counts {
    /// `size` bytes more; `instead` of them replace bytes that live until they are copied.
    fn asked(&self, size: usize, instead: usize) {
        self.calls.set(self.calls.get() + 1);
        self.bytes.set(self.bytes.get() + size);
        let both = self.live.get() + size as isize;
        self.peak.set(self.peak.get().max(both));
        self.live.set(both - instead as isize);
    }
}

// SAFETY: every call goes to the system's allocator unchanged; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = COUNTS.try_with(|counts| counts.asked(layout.size(), 0));
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let _ = COUNTS.try_with(|counts| counts.asked(layout.size(), 0));
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let _ = COUNTS.try_with(|counts| counts.asked(size, layout.size()));
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let _ = COUNTS.try_with(|counts| counts.live.set(counts.live.get() - layout.size() as isize));
        unsafe { System.dealloc(block, layout) }
    }
}

/// What a piece of code asked of the heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// How many times, growing what is there included.
    pub allocations: usize,
    /// How many bytes in all.
    pub bytes: usize,
    /// The most it held at one time, above what was held before; old and new bytes both while something grows.
    pub peak: usize,
}

/// Runs `code` and says what this thread asked of the heap meanwhile.
pub fn measure<T>(code: impl FnOnce() -> T) -> (T, Usage) {
    let (calls, bytes, live) = COUNTS.with(|counts| {
        counts.peak.set(counts.live.get());
        (counts.calls.get(), counts.bytes.get(), counts.live.get())
    });
    let result = code();
    let usage = COUNTS.with(|counts| Usage {
        allocations: counts.calls.get() - calls,
        bytes: counts.bytes.get() - bytes,
        peak: usize::try_from(counts.peak.get() - live).unwrap_or(0),
    });
    (result, usage)
}
