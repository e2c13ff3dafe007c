//! What a reply may ask of memory before it is refused.

/// Bounds that a parser enforces from the header of a reply, before anything is stored for it.
///
/// ```
/// use redwire::resp::Limits;
///
/// let limits = Limits::new().bulk(16 * 1024 * 1024).depth(32);
/// assert_eq!(limits.max_depth(), 32);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    line: u32,
    bulk: u32,
    depth: u32,
    elements: u32,
    total: u32,
}

impl Limits {
    /// The defaults: lines of 64 KiB, bulk strings of 512 MiB, 128 levels, 64 Mi elements and 1 GiB for a whole reply.
    #[must_use]
    pub const fn new() -> Self {
        Limits {
            line: 64 << 10,
            bulk: 512 << 20,
            depth: 128,
            elements: 64 << 20,
            total: 1 << 30,
        }
    }

    /// Longest simple string, error line or number, in bytes without the line end.
    #[must_use]
    pub const fn line(mut self, bytes: u32) -> Self {
        self.line = bytes;
        self
    }

    /// Longest bulk string, bulk error or verbatim string, in bytes. Redis itself sends at most 512 MiB by default.
    #[must_use]
    pub const fn bulk(mut self, bytes: u32) -> Self {
        self.bulk = bytes;
        self
    }

    /// Deepest nesting: a scalar has depth 0, `[[1]]` has depth 2.
    #[must_use]
    pub const fn depth(mut self, levels: u32) -> Self {
        self.depth = levels;
        self
    }

    /// Most elements in one reply, all levels taken together; a map of n pairs counts 2n.
    #[must_use]
    pub const fn elements(mut self, count: u32) -> Self {
        self.elements = count;
        self
    }

    /// Most bytes of one whole reply on the wire.
    #[must_use]
    pub const fn total(mut self, bytes: u32) -> Self {
        self.total = bytes;
        self
    }

    /// The bound set by [`Limits::line`].
    #[must_use]
    pub const fn max_line(&self) -> usize {
        self.line as usize
    }

    /// The bound set by [`Limits::bulk`].
    #[must_use]
    pub const fn max_bulk(&self) -> usize {
        self.bulk as usize
    }

    /// The bound set by [`Limits::depth`].
    #[must_use]
    pub const fn max_depth(&self) -> usize {
        self.depth as usize
    }

    /// The bound set by [`Limits::elements`].
    #[must_use]
    pub const fn max_elements(&self) -> usize {
        self.elements as usize
    }

    /// The bound set by [`Limits::total`].
    #[must_use]
    pub const fn max_total(&self) -> usize {
        self.total as usize
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits::new()
    }
}
