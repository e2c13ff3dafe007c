//! The client's end of a scripted connection, blocking and async.

use std::fmt;
use std::string::ToString;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::play::{Moved, Play, Stage};
use crate::time::Timestamp;
use crate::transport::{AsyncTransport, Clock as _, Transport, TransportError, TransportErrorKind};

/// The client's end of the connection to a [`Script`](super::Script), for every runtime.
pub struct ScriptTransport {
    stage: Arc<Stage>,
}

impl ScriptTransport {
    pub(super) fn new(stage: Arc<Stage>) -> Self {
        let mut play = stage.play();
        if play.taken {
            play.complain("a script is one connection, and a second one was asked for".to_string());
        }
        play.taken = true;
        drop(play);
        ScriptTransport { stage }
    }

    /// One call of the blocking transport: as long as nothing moves, time does.
    fn call(
        &mut self,
        timeout: Option<Duration>,
        mut attempt: impl FnMut(&mut Play, Timestamp) -> Moved,
    ) -> Result<usize, TransportError> {
        let clock = &self.stage.clock;
        let deadline = timeout.map(|timeout| clock.now() + timeout);
        self.stage.play().begin_call()?;
        loop {
            let now = clock.now();
            let mut play = self.stage.play();
            if let Some(n) = attempt(&mut play, now)? {
                return Ok(n);
            }
            if deadline.is_some_and(|deadline| deadline <= now) {
                return Err(TransportError::new(
                    TransportErrorKind::TimedOut,
                    "the time given passed",
                ));
            }
            let Some(next) = [play.until(), deadline].into_iter().flatten().min() else {
                let place = play.place();
                return Err(play.complain(std::format!("at {place}, the client waits for ever")));
            };
            drop(play);
            clock.advance_to(next);
        }
    }

    fn poll(
        &mut self,
        waker: &Waker,
        attempt: impl FnOnce(&mut Play, Timestamp) -> Moved,
        seat: impl FnOnce(&mut Play) -> &mut Option<Waker>,
    ) -> Poll<Result<usize, TransportError>> {
        let now = self.stage.clock.now();
        let mut play = self.stage.play();
        play.begin_call()?;
        if let Some(n) = attempt(&mut play, now)? {
            let woken = play.woken();
            self.wait_for_time(&play);
            drop(play);
            woken.into_iter().flatten().for_each(Waker::wake);
            return Poll::Ready(Ok(n));
        }
        *seat(&mut play) = Some(waker.clone());
        self.wait_for_time(&play);
        Poll::Pending
    }

    /// Whoever waits for the server waits for the time at which it goes on.
    fn wait_for_time(&self, play: &Play) {
        for (until, waker) in play
            .until()
            .iter()
            .flat_map(|until| play.waiting().map(move |waker| (*until, waker)))
        {
            self.stage.clock.wake_at(until, waker);
        }
    }
}

impl Transport for ScriptTransport {
    fn read(&mut self, buffer: &mut [u8], timeout: Option<Duration>) -> Result<usize, TransportError> {
        self.call(timeout, |play, now| play.read(now, buffer))
    }

    fn read_now(&mut self, buffer: &mut [u8]) -> Result<usize, TransportError> {
        self.call(Some(Duration::ZERO), |play, now| play.read(now, buffer))
    }

    fn write(&mut self, bytes: &[u8], timeout: Option<Duration>) -> Result<usize, TransportError> {
        self.call(timeout, |play, now| play.write(now, bytes))
    }

    fn is_quiet(&mut self) -> bool {
        let now = self.stage.clock.now();
        self.stage.play().is_quiet(now)
    }

    fn close(&mut self) {
        self.stage.play().close();
    }
}

impl AsyncTransport for ScriptTransport {
    fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Result<usize, TransportError>> {
        self.poll(cx.waker(), |play, now| play.read(now, buffer), |play| &mut play.reader)
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize, TransportError>> {
        self.poll(cx.waker(), |play, now| play.write(now, bytes), |play| &mut play.writer)
    }

    fn close(&mut self) {
        self.stage.play().close();
    }
}

impl fmt::Debug for ScriptTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ScriptTransport({})", self.stage.play().place())
    }
}
