//! Any `futures-io` stream as a transport: what async-std and smol have in common.

use std::boxed::Box;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_io::{AsyncRead, AsyncWrite};

use crate::time::Timestamp;
use crate::transport::{AsyncTransport, Clock, Timer, TransportError};

pub(super) struct Stream<S>(pub(super) S);

impl<S: AsyncRead + AsyncWrite + Unpin + Send> AsyncTransport for Stream<S> {
    fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Result<usize, TransportError>> {
        Pin::new(&mut self.0)
            .poll_read(cx, buffer)
            .map_err(TransportError::from)
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize, TransportError>> {
        match Pin::new(&mut self.0).poll_write(cx, bytes) {
            Poll::Ready(Ok(0)) => Poll::Ready(Err(io::Error::from(io::ErrorKind::BrokenPipe).into())),
            other => other.map_err(TransportError::from),
        }
    }

    fn close(&mut self) {
        let mut cx = Context::from_waker(std::task::Waker::noop());
        let _ = Pin::new(&mut self.0).poll_close(&mut cx);
    }
}

/// A future that is done once some time has passed.
pub(super) type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A timer over futures that sleep: one at a time, replaced only when it must fire earlier.
pub(super) struct SleepTimer<C, F> {
    clock: C,
    sleep: F,
    set: Option<(Timestamp, Sleep)>,
}

impl<C, F> SleepTimer<C, F> {
    pub(super) fn new(clock: C, sleep: F) -> Self {
        SleepTimer {
            clock,
            sleep,
            set: None,
        }
    }
}

impl<C, F> Timer for SleepTimer<C, F>
where
    C: Clock,
    F: Fn(std::time::Duration) -> Sleep + Send,
{
    fn poll_at(&mut self, cx: &mut Context<'_>, at: Timestamp) -> Poll<()> {
        loop {
            let now = self.clock.now();
            if now >= at {
                return Poll::Ready(());
            }
            match &mut self.set {
                Some((set, sleep)) if *set <= at => {
                    if sleep.as_mut().poll(cx).is_pending() {
                        return Poll::Pending;
                    }
                    self.set = None;
                }
                _ => self.set = Some((at, (self.sleep)(at - now))),
            }
        }
    }
}
