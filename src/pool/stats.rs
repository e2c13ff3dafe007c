//! Figures of a pool.

/// How a pool is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolStats {
    /// Connections that nobody uses now.
    pub idle: usize,
    /// Connections in use, those being opened included.
    pub lent: usize,
    /// Callers in line.
    pub waiting: usize,
    /// Connections opened since the beginning.
    pub opened: u64,
    /// Connections closed, and openings that failed, since the beginning.
    pub closed: u64,
    /// How many times a free connection was used again.
    pub reused: u64,
    /// How many callers had to stand in line.
    pub waited: u64,
    /// How many callers were turned away at once because all connections were lent.
    pub exhausted: u64,
}
