//! Options of INCREX.

use core::time::Duration;

use crate::command::Request;
use crate::commands::expiry::Expire;
use crate::commands::options::OneOf;
use crate::resp::ToArg;

/// Options of [`increx`](super::StringCommands::increx) (`N` is `i64`) and
/// [`increx_float`](super::StringCommands::increx_float) (`N` is `f64`). Two different expiries are refused before
/// anything is sent.
#[derive(Clone, Debug)]
#[must_use]
#[non_exhaustive]
pub struct IncrexOptions<N> {
    lbound: Option<N>,
    ubound: Option<N>,
    saturate: bool,
    expire: OneOf<Expire>,
    enx: bool,
}

impl<N> Default for IncrexOptions<N> {
    fn default() -> Self {
        IncrexOptions {
            lbound: None,
            ubound: None,
            saturate: false,
            expire: OneOf::default(),
            enx: false,
        }
    }
}

impl<N: ToArg> IncrexOptions<N> {
    /// No options: no bounds, and the expiry stays as it is.
    pub fn new() -> Self {
        IncrexOptions::default()
    }

    /// The new number must not be below this one.
    pub fn lbound(mut self, bound: N) -> Self {
        self.lbound = Some(bound);
        self
    }

    /// The new number must not be above this one.
    pub fn ubound(mut self, bound: N) -> Self {
        self.ubound = Some(bound);
        self
    }

    /// Stops at the bound instead of doing nothing.
    pub fn saturate(mut self) -> Self {
        self.saturate = true;
        self
    }

    /// Expires after this long, in whole seconds.
    pub fn ex(mut self, ttl: Duration) -> Self {
        self.expire.set(Expire::Ex(ttl));
        self
    }

    /// Expires after this long, in whole milliseconds.
    pub fn px(mut self, ttl: Duration) -> Self {
        self.expire.set(Expire::Px(ttl));
        self
    }

    /// Expires at this time since the Unix epoch, in whole seconds.
    pub fn exat(mut self, at: Duration) -> Self {
        self.expire.set(Expire::ExAt(at));
        self
    }

    /// Expires at this time since the Unix epoch, in whole milliseconds.
    pub fn pxat(mut self, at: Duration) -> Self {
        self.expire.set(Expire::PxAt(at));
        self
    }

    /// Takes the expiry away.
    pub fn persist(mut self) -> Self {
        self.expire.set(Expire::Persist);
        self
    }

    /// Sets the expiry only if the key has none.
    pub fn enx(mut self) -> Self {
        self.enx = true;
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        let request = request
            .opt_with("LBOUND", self.lbound)
            .opt_with("UBOUND", self.ubound)
            .flag("SATURATE", self.saturate);
        let request = self
            .expire
            .write(request, "EX, PX, EXAT, PXAT and PERSIST", Expire::write);
        request.flag("ENX", self.enx)
    }
}
