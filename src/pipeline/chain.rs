//! The typed chain: one slot for each command, all replies as one tuple.

use core::fmt;

use super::run::{Results, Run};
use crate::command::{Command, Decode, Executor};
use crate::error::Error;
use crate::flow::{Driver, Flow, Replies, Step};
use crate::resp::FromReply;
use crate::script::Invocation;
use crate::time::Timestamp;

/// Commands that go out together; each call adds one, and its type to the result.
///
/// Sends `MULTI`, the commands and `EXEC` in one write, so that they run without others in between;
/// [`Pipeline::non_atomic`] sends the commands bare. Nothing is sent before [`Pipeline::execute`], and nothing at all
/// when there are no commands or one of them was refused.
///
/// ```
/// use redwire::prelude::*;
///
/// let client = redwire::mock::Server::new().blocking_client();
/// let (ok, len, n) = client.pipeline().set("foo", "bar").append("foo", "!").incr("auto").execute()?;
/// assert_eq!((ok, len, n), (true, 4, 1));
/// # Ok::<(), redwire::Error>(())
/// ```
///
/// A chain holds up to 24 commands; a [`Batch`](super::Batch) any number.
#[must_use = "nothing is sent before `execute`"]
pub struct Pipeline<C, S = ()> {
    client: C,
    run: Run,
    slots: S,
}

impl<C> Pipeline<C, ()> {
    /// An empty pipeline for this client.
    pub fn new(client: C) -> Self {
        Pipeline {
            client,
            run: Run::new(),
            slots: (),
        }
    }

    /// An empty transaction for a connection on which keys are watched. It is sent even without commands, to learn whether
    /// one of them has changed.
    pub fn multi(client: C) -> Self {
        Pipeline {
            client,
            run: Run::multi(),
            slots: (),
        }
    }
}

impl<C, S> Pipeline<C, S> {
    /// Sends the commands without MULTI and EXEC: cheaper, and others may come in between.
    pub fn non_atomic(mut self) -> Self {
        self.run.set_non_atomic();
        self
    }

    /// How many commands there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.run.len()
    }

    /// True when there are none yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<C: Driver, S: Slots> Pipeline<C, S> {
    /// Sends everything and gives all replies as a tuple.
    ///
    /// # Errors
    /// The first error in the order of the commands, with its number and command in the text. Commands after it were
    /// run all the same, as Redis does; use a [`Batch`](super::Batch) to see each result.
    pub fn execute(self) -> C::Driven<ChainRun<S>> {
        self.client.drive(ChainRun {
            run: self.run,
            slots: self.slots,
        })
    }
}

impl<C: Driver, S: Slots> Pipeline<C, S> {
    /// Sends everything and gives a tuple with the result of each command, errors among them.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// let (set, wrong, n) = client.pipeline().set("name", "text").incr("name").incr("n").execute_each()?;
    /// assert!(set? && n? == 1);
    /// assert_eq!(wrong.unwrap_err().code(), Some("ERR"));
    /// # Ok::<(), redwire::Error>(())
    /// ```
    ///
    /// # Errors
    /// Only what concerns all of them: a refused command, or a transaction that the server discarded.
    pub fn execute_each(self) -> C::Driven<EachRun<S>> {
        self.client.drive(EachRun(ChainRun {
            run: self.run,
            slots: self.slots,
        }))
    }
}

impl<C, S: Push> Pipeline<C, S> {
    /// Adds a script or a function. Scripts are sent by their SHA-1; which of them the server does not know is found out
    /// before the commands are sent, and then it gets them first. If it does not take one of them, nothing else is sent.
    ///
    /// Sends `SCRIPT EXISTS`, and `SCRIPT LOAD` for each script that is missing, before the pipeline.
    ///
    /// ```
    /// use redwire::prelude::*;
    /// use redwire::script::Script;
    ///
    /// let double = Script::new("return ARGV[1] * 2");
    /// # let server = redwire::mock::Server::new();
    /// # server.on_script(&double, |call| Ok(call.arg::<i64>(0)? * 2));
    /// # let client = server.blocking_client();
    /// let (ok, number) = client.pipeline().set("name", "redwire").invoke::<i64>(double.arg(21)).execute()?;
    /// assert_eq!((ok, number), (true, 42));
    /// # Ok::<(), redwire::Error>(())
    /// ```
    pub fn invoke<T: FromReply>(mut self, invocation: Invocation) -> Pipeline<C, S::With<T>> {
        let request = self.run.invocation(&invocation);
        Executor::run(self, request.returns())
    }
}

impl<C, S: Push> Executor for Pipeline<C, S> {
    type Output<T> = Pipeline<C, S::With<T>>;

    fn run<T>(mut self, command: Command<T>) -> Self::Output<T> {
        let (mut request, decode) = command.into_parts();
        self.run.push(&mut request);
        Pipeline {
            client: self.client,
            run: self.run,
            slots: self.slots.push(decode),
        }
    }
}

impl<C, S> fmt::Debug for Pipeline<C, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipeline")
            .field("run", &self.run)
            .finish_non_exhaustive()
    }
}

/// A chain on its way: the [`Flow`] behind [`Pipeline::execute`].
pub struct ChainRun<S> {
    run: Run,
    slots: S,
}

impl<S> fmt::Debug for ChainRun<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChainRun")
            .field("run", &self.run)
            .finish_non_exhaustive()
    }
}

impl<S: Slots> Flow for ChainRun<S> {
    type Output = Result<S::Values, Error>;

    fn step(&mut self, _now: Timestamp) -> Step<'_, Self::Output> {
        let slots = &self.slots;
        self.run.step(|run, results: Results| {
            slots.decode(&mut ChainReplies {
                run,
                results: results?,
                next: 0,
            })
        })
    }

    fn replies(&mut self, _now: Timestamp, replies: Replies) {
        self.run.replies(replies);
    }
}

/// A chain on its way that keeps errors with their commands: the [`Flow`] behind [`Pipeline::execute_each`].
#[derive(Debug)]
pub struct EachRun<S>(ChainRun<S>);

impl<S: Slots> Flow for EachRun<S> {
    type Output = Result<S::Each, Error>;

    fn step(&mut self, _now: Timestamp) -> Step<'_, Self::Output> {
        let ChainRun { run, slots } = &mut self.0;
        run.step(|run, results: Results| {
            Ok(slots.decode_each(&mut ChainReplies {
                run,
                results: results?,
                next: 0,
            }))
        })
    }

    fn replies(&mut self, _now: Timestamp, replies: Replies) {
        self.0.run.replies(replies);
    }
}

/// The decoders of a chain, one for each command.
#[diagnostic::on_unimplemented(message = "a typed pipeline holds up to 24 commands", note = "use a batch for more")]
pub trait Slots {
    /// The replies as a tuple.
    type Values;
    /// The result of each command as a tuple.
    type Each;

    /// Decodes the replies in order.
    ///
    /// # Errors
    /// The first reply that is an error or does not decode.
    fn decode(&self, replies: &mut ChainReplies<'_>) -> Result<Self::Values, Error>;

    /// Decodes each reply by itself.
    fn decode_each(&self, replies: &mut ChainReplies<'_>) -> Self::Each;
}

/// The replies of a chain, in order.
#[derive(Debug)]
pub struct ChainReplies<'a> {
    run: &'a Run,
    results: Replies,
    next: usize,
}

impl ChainReplies<'_> {
    fn next<T>(&mut self, decode: Decode<T>) -> Result<T, Error> {
        let index = self.next;
        self.each(decode).map_err(|error| self.run.annotate(index, &error))
    }

    fn each<T>(&mut self, decode: Decode<T>) -> Result<T, Error> {
        let reply = self.results.take(self.next);
        self.next += 1;
        Ok(decode(reply?)?)
    }
}

/// A chain that has room for one more command.
#[diagnostic::on_unimplemented(message = "a typed pipeline holds up to 24 commands", note = "use a batch for more")]
pub trait Push {
    /// The chain with one more reply, of type `T`.
    type With<T>;

    /// Adds a decoder.
    fn push<T>(self, decode: Decode<T>) -> Self::With<T>;
}

impl Slots for () {
    type Values = ();
    type Each = ();

    fn decode(&self, _: &mut ChainReplies<'_>) -> Result<(), Error> {
        Ok(())
    }

    fn decode_each(&self, _: &mut ChainReplies<'_>) {}
}

impl Push for () {
    type With<T> = (Decode<T>,);

    fn push<T>(self, decode: Decode<T>) -> (Decode<T>,) {
        (decode,)
    }
}

macro_rules! slots {
    ($($type:ident $index:tt),+) => {
        impl<$($type),+> Slots for ($(Decode<$type>,)+) {
            type Values = ($($type,)+);
            type Each = ($(Result<$type, Error>,)+);

            fn decode(&self, replies: &mut ChainReplies<'_>) -> Result<Self::Values, Error> {
                Ok(($(replies.next(self.$index)?,)+))
            }

            fn decode_each(&self, replies: &mut ChainReplies<'_>) -> Self::Each {
                ($(replies.each(self.$index),)+)
            }
        }
    };
}

macro_rules! push {
    ($($type:ident $index:tt),+) => {
        impl<$($type),+> Push for ($(Decode<$type>,)+) {
            type With<T> = ($(Decode<$type>,)+ Decode<T>,);

            fn push<T>(self, decode: Decode<T>) -> Self::With<T> {
                ($(self.$index,)+ decode,)
            }
        }
    };
}

macro_rules! arities {
    ([$($done:tt)*] $type:ident $index:tt) => {
        slots!($($done)* $type $index);
    };
    ([$($done:tt)*] $type:ident $index:tt, $($rest:tt)+) => {
        slots!($($done)* $type $index);
        push!($($done)* $type $index);
        arities!([$($done)* $type $index,] $($rest)+);
    };
}

arities! {
    [] A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14, P 15, Q 16, R 17, U 18, V 19,
    W 20, X 21, Y 22, Z 23
}
