//! The futures that callers await.

use std::boxed::Box;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::call::Call;
use crate::command::Command;
use crate::error::Error;
use crate::flow::{Flow, Step};
use crate::transport::Timer;

/// The future of one command. Nothing is sent before it is polled.
///
/// Cancel safety: dropped before the first byte is written, the command is never sent; dropped later, the server runs it
/// all the same and its reply is discarded. A command that blocks in the server (BLPOP) has a connection of its own,
/// which is closed when the future is dropped: nobody else waits for it. If the server had just taken an element off the
/// list for it, that element is gone with the connection; BLMOVE, which keeps it in a second list, is for those who
/// cannot afford that.
#[must_use = "futures do nothing unless awaited"]
pub struct CommandFuture<'a, T> {
    call: Call<'a>,
    command: Command<T>,
}

impl<'a, T> CommandFuture<'a, T> {
    #[inline]
    pub(super) fn new(call: Call<'a>, command: Command<T>) -> Self {
        CommandFuture { call, command }
    }
}

impl<T> Unpin for CommandFuture<'_, T> {}

impl<T> Future for CommandFuture<'_, T> {
    type Output = Result<T, Error>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let command = &this.command;
        match this.call.poll_one(cx, command.request()) {
            Some(Ok(reply)) => Poll::Ready(this.call.callbacks().decode(command, reply)),
            Some(Err(error)) => Poll::Ready(Err(error)),
            None => Poll::Pending,
        }
    }
}

impl<T> fmt::Debug for CommandFuture<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CommandFuture({:?})", self.command.request())
    }
}

/// The future of a [`Flow`]: a pipeline, a scan, a procedure of your own.
///
/// Cancel safety: as for [`CommandFuture`], for every command of the batch that was on its way.
#[must_use = "futures do nothing unless awaited"]
pub struct FlowFuture<'a, F> {
    call: Call<'a>,
    flow: F,
    timer: Option<Box<dyn Timer>>,
}

impl<'a, F> FlowFuture<'a, F> {
    pub(super) fn new(call: Call<'a>, flow: F) -> Self {
        FlowFuture {
            call,
            flow,
            timer: None,
        }
    }
}

/// Nothing in it is ever pinned: the flow is not a future.
impl<F> Unpin for FlowFuture<'_, F> {}

impl<F: Flow> Future for FlowFuture<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        loop {
            let replies = match this.flow.step(this.call.now()) {
                Step::Done(output) => return Poll::Ready(output),
                Step::Wait(at) => {
                    let timer = this.timer.get_or_insert_with(|| this.call.timer());
                    if timer.poll_at(cx, at).is_pending() {
                        return Poll::Pending;
                    }
                    continue;
                }
                // Asked again before the replies came, the flow gives the same batch, and the call goes on with it.
                Step::Send { batch, .. } => match this.call.poll_all(cx, batch) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(replies) => replies,
                },
            };
            this.call.restart();
            let replies = replies.with_callbacks(this.call.callbacks().current());
            this.flow.replies(this.call.now(), replies);
        }
    }
}

impl<F> fmt::Debug for FlowFuture<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FlowFuture").finish_non_exhaustive()
    }
}
