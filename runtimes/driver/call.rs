//! One call from its first try to its last: which connection it takes, when it is sent, and whether it is sent again.

use std::boxed::Box;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::vec::Vec;

use super::super::callbacks::LiveCallbacks;
use super::super::common::{check_shared, check_shared_batch};
use super::calls::{Answer, CallId};
use super::exclusive::Lease;
use super::hub::Hub;
use super::link::{Begun, Link};
use crate::command::{Flags, Request, Requests, Wait};
use crate::connection::{Settings, Ticket};
use crate::error::{Error, Outcome};
use crate::flow::Replies;
use crate::resp::{Kind, Reply};
use crate::session::{Attempts, Verdict, failure_of_all, passing_refusal};
use crate::time::Timestamp;
use crate::topology::Overload;
use crate::transport::{BoxFuture, Timer};

/// What a call sends.
#[derive(Clone, Copy)]
pub(super) enum Load<'a> {
    One(&'a Request),
    /// Together.
    Many(&'a Requests),
}

impl Load<'_> {
    fn size(self) -> usize {
        match self {
            Load::One(request) => request.size(),
            Load::Many(requests) => requests.size(),
        }
    }

    fn waits(self) -> bool {
        match self {
            Load::One(request) => request.waits(),
            Load::Many(requests) => requests.waits().next().is_some(),
        }
    }

    /// Whether it may run twice without harm.
    fn is_repeatable(self) -> bool {
        match self {
            Load::One(request) => request.view().is_repeatable(),
            Load::Many(requests) => requests.is_repeatable(),
        }
    }

    fn deadline(self, settings: &Settings, now: Timestamp) -> Option<Timestamp> {
        match self {
            Load::One(request) => settings.deadline(now, request.wait()),
            Load::Many(requests) => settings.deadline_of_all(now, requests),
        }
    }
}

/// Where a call goes.
#[derive(Clone, Copy)]
pub(super) enum Route<'a> {
    /// Over the connection all share, or, if it blocks in the server, over one of its own.
    Client(&'a Arc<Hub>),
    /// Over this one, and nothing is sent again.
    Exclusive(&'a Link),
    /// The same, as long as keys are watched on it.
    Watched(&'a Link),
}

/// Requests of one caller on their way. Dropping it abandons them.
pub(super) struct Call<'a> {
    route: Route<'a>,
    stage: Stage,
    attempts: Attempts,
    /// What only few calls need. Boxed, for every call in flight would have room for it.
    rare: Option<Box<Rare<'a>>>,
}

#[derive(Default)]
struct Rare<'a> {
    /// A connection of its own, for a call that blocks in the server.
    lease: Option<Lease>,
    timer: Option<Box<dyn Timer>>,
    /// A wait for a connection of its own.
    leasing: Option<BoxFuture<'a, Result<Lease, Error>>>,
    /// The place in the line for room in the memory budget.
    place: Option<u64>,
    /// Keys were watched on the connection when this was sent.
    watched: bool,
}

#[derive(Clone, Copy)]
enum Stage {
    /// To be sent.
    New {
        first: bool,
    },
    /// To be sent at this time.
    Pausing(Timestamp),
    InFlight {
        id: CallId,
        /// None if nothing could be sent.
        ticket: Option<Ticket>,
    },
    Done,
}

impl<'a> Call<'a> {
    pub(super) fn new(route: Route<'a>) -> Self {
        Call {
            route,
            stage: Stage::New { first: true },
            attempts: Attempts::new(None),
            rare: None,
        }
    }

    /// The call must be answered by then, if not earlier.
    pub(super) fn ends_by(&mut self, deadline: Option<Timestamp>) {
        self.attempts = Attempts::new(deadline);
    }

    /// Gets ready for the next requests of the same caller.
    pub(super) fn restart(&mut self) {
        self.stage = Stage::New { first: true };
        self.attempts = Attempts::new(None);
        self.end_lease();
    }

    pub(super) fn now(&self) -> Timestamp {
        match self.route {
            Route::Client(hub) => hub.link().now(),
            Route::Exclusive(link) | Route::Watched(link) => link.now(),
        }
    }

    /// Those of the client, over whichever of its connections the call goes.
    #[inline]
    pub(super) fn callbacks(&self) -> &LiveCallbacks {
        match self.route {
            Route::Client(hub) => hub.callbacks(),
            Route::Exclusive(link) | Route::Watched(link) => &link.runtime.callbacks,
        }
    }

    pub(super) fn timer(&self) -> Box<dyn Timer> {
        match self.route {
            Route::Client(hub) => hub.link().runtime.clock.timer(),
            Route::Exclusive(link) | Route::Watched(link) => link.runtime.clock.timer(),
        }
    }

    /// The answer to a single request, once it is there. Always inlined, so that it is not moved from hand to hand.
    #[inline(always)]
    pub(super) fn poll_one(&mut self, cx: &mut Context<'_>, request: &Request) -> Option<Answer> {
        match (&self.stage, self.route) {
            (Stage::InFlight { .. }, _) => {}
            (Stage::New { first: true }, Route::Client(hub)) if request.is_ordinary() => {
                match self.begin(cx, hub.link(), request) {
                    Ok(true) => {}
                    Ok(false) => return None,
                    Err(refused) => return self.poll_one_again(cx, request, refused.map(Err)),
                }
            }
            _ => return self.poll_one_again(cx, request, None),
        }
        let Stage::InFlight { id, .. } = self.stage else {
            return self.poll_one_again(cx, request, None);
        };
        let answer = self.link().poll_one(cx, id);
        match &answer {
            Some(Ok(reply)) if reply.kind() != Kind::Error => {
                self.stage = Stage::Done;
                self.end_lease();
                answer
            }
            Some(_) => {
                self.stage = Stage::Done;
                self.poll_one_again(cx, request, answer)
            }
            None => None,
        }
    }

    /// The straight road: a first try over the connection all share. True if it is answered already. If it was not sent, the
    /// other road sends it, or there is an error.
    #[inline(never)]
    fn begin(&mut self, cx: &mut Context<'_>, link: &Link, request: &Request) -> Result<bool, Option<Error>> {
        let now = link.now();
        let deadline = link.settings.deadline(now, Wait::None);
        self.attempts = Attempts::new(deadline);
        match link.begin(cx, now, request, deadline) {
            Begun::NotNow => Err(None),
            Begun::Refused(error) => Err(Some(error)),
            Begun::Sent { id, ticket, done } => {
                self.stage = Stage::InFlight {
                    id,
                    ticket: Some(ticket),
                };
                Ok(done)
            }
        }
    }

    /// The roads with bends: an answer that may be a reason to try again, another try, a connection of its own.
    #[cold]
    fn poll_one_again(&mut self, cx: &mut Context<'_>, request: &Request, answer: Option<Answer>) -> Option<Answer> {
        let mut answer = answer;
        loop {
            if let Some(answer) = answer.take() {
                if !self.retries_one(request, &answer) {
                    let answer = answer.map_err(|error| self.told(error, Load::One(request)));
                    return Some(self.finish(answer));
                }
            }
            if !matches!(self.stage, Stage::InFlight { .. }) {
                match self.poll_send(cx, Load::One(request)) {
                    Poll::Pending => return None,
                    Poll::Ready(Err(error)) => {
                        answer = Some(Err(error));
                        continue;
                    }
                    Poll::Ready(Ok(())) => {}
                }
            }
            let Stage::InFlight { id, .. } = self.stage else {
                continue;
            };
            answer = Some(self.link().poll_one(cx, id)?);
            self.stage = Stage::Done;
        }
    }

    /// The answers to requests that are sent together.
    pub(super) fn poll_all(&mut self, cx: &mut Context<'_>, requests: &Requests) -> Poll<Replies> {
        loop {
            if !matches!(self.stage, Stage::InFlight { .. }) {
                match self.poll_send(cx, Load::Many(requests)) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Err(error)) => {
                        if !self.may_retry(Flags::NONE, &error) {
                            let error = self.told(error, Load::Many(requests));
                            return Poll::Ready(self.finish(Replies::failed(requests.len(), error)));
                        }
                        continue;
                    }
                    Poll::Ready(Ok(())) => {}
                }
            }
            let Stage::InFlight { id, .. } = self.stage else {
                continue;
            };
            let Some(replies) = self.link().poll_all(cx, id) else {
                return Poll::Pending;
            };
            self.stage = Stage::Done;
            let again = failure_of_all(requests, &replies).is_some_and(|(flags, error)| self.may_retry(flags, &error));
            if !again {
                let replies = replies.map_failures(|error| self.told(error, Load::Many(requests)));
                return Poll::Ready(self.finish(replies));
            }
        }
    }

    /// The last failure as the caller is told it.
    #[cold]
    fn told(&self, error: Error, load: Load<'_>) -> Error {
        let error = self.attempts.told(error);
        let watched = self.rare.as_ref().is_some_and(|rare| rare.watched);
        if watched && self.link().down_reason().is_some() {
            error.while_watching(load.is_repeatable())
        } else {
            error
        }
    }

    #[inline]
    fn finish<T>(&mut self, result: T) -> T {
        self.stage = Stage::Done;
        self.end_lease();
        result
    }

    /// Gives up the connection of its own. Clean, it goes back; in doubt, it is closed.
    #[inline]
    fn end_lease(&mut self) {
        if let Some(rare) = &mut self.rare {
            rare.lease = None;
        }
    }

    #[inline]
    fn lease(&self) -> Option<&Lease> {
        self.rare.as_ref().and_then(|rare| rare.lease.as_ref())
    }

    /// Sends the requests, once it is time to, and there is a connection and room for them.
    #[inline]
    fn poll_send(&mut self, cx: &mut Context<'_>, load: Load<'_>) -> Poll<Result<(), Error>> {
        match self.stage {
            Stage::New { first: true } => {
                self.check(load)?;
                self.stage = Stage::New { first: false };
            }
            Stage::New { first: false } => {}
            Stage::Pausing(until) => {
                if self.poll_timer(cx, until).is_pending() {
                    return Poll::Pending;
                }
                self.stage = Stage::New { first: false };
            }
            Stage::InFlight { .. } => return Poll::Ready(Ok(())),
            Stage::Done => {
                return Poll::Ready(Err(Error::closed("the call is over already", Outcome::NotSent)));
            }
        }
        let shared = match self.route {
            Route::Client(hub) => {
                if load.waits() {
                    if self.lease().is_none() {
                        if self.attempts.deadline().is_none() {
                            let link = hub.link();
                            self.attempts.extend(load.deadline(&link.settings, link.now()));
                        }
                        match self.poll_lease(cx, hub) {
                            Poll::Pending => return Poll::Pending,
                            Poll::Ready(lease) => self.rare.get_or_insert_default().lease = Some(lease?),
                        }
                    }
                    None
                } else {
                    Some(hub)
                }
            }
            Route::Exclusive(_) | Route::Watched(_) => None,
        };
        if self.link().runtime.provider.is_some() {
            match self.poll_login(cx, load) {
                Poll::Ready(Ok(())) => {}
                waits_or_fails => return waits_or_fails,
            }
        }
        let link = self.link();
        let now = link.now();
        let deadline = match self.attempts.deadline() {
            Some(deadline) => Some(deadline),
            None => load.deadline(&link.settings, now),
        };
        let mut state = link.lock();
        if let Some(hub) = shared {
            let len = load.size();
            let place = self.rare.as_ref().and_then(|rare| rare.place);
            if !state.has_room(len, place) {
                drop(state);
                self.attempts.extend(deadline);
                return self.poll_room(cx, hub, len);
            }
        }
        let watched = shared.is_none() && state.hygiene.is_watching();
        if matches!(self.route, Route::Watched(_)) && !watched && state.session.down_reason().is_none() {
            return Poll::Ready(Err(Error::not_watching()));
        }
        let (id, ticket) = state.send(now, load, deadline);
        drop(state);
        if watched {
            self.rare.get_or_insert_default().watched = true;
        }
        self.attempts.extend(deadline);
        self.stage = Stage::InFlight { id, ticket };
        self.leave_line();
        Poll::Ready(Ok(()))
    }

    /// Checks the requests, before anything is done for them.
    #[inline]
    fn check(&self, load: Load<'_>) -> Result<(), Error> {
        match (load, &self.route) {
            (Load::One(request), Route::Client(_)) => {
                check_shared(request)?;
                request.check()
            }
            (Load::Many(requests), Route::Client(_)) => check_shared_batch(requests),
            _ => Ok(()),
        }
    }

    #[inline]
    fn link(&self) -> &Link {
        match (self.lease(), &self.route) {
            (Some(lease), _) => lease.link(),
            (None, Route::Client(hub)) => hub.link(),
            (None, Route::Exclusive(link) | Route::Watched(link)) => link,
        }
    }

    #[cold]
    fn poll_lease(&mut self, cx: &mut Context<'_>, hub: &'a Arc<Hub>) -> Poll<Result<Lease, Error>> {
        let deadline = self.attempts.deadline();
        let rare = self.rare.get_or_insert_default();
        let leasing = rare.leasing.get_or_insert_with(|| Box::pin(hub.lease(deadline)));
        let polled = leasing.as_mut().poll(cx);
        if polled.is_ready() {
            rare.leasing = None;
        }
        polled
    }

    /// Sees to it that the connection is logged in with the credentials of the moment.
    #[cold]
    fn poll_login(&mut self, cx: &mut Context<'_>, load: Load<'_>) -> Poll<Result<(), Error>> {
        let link = self.link();
        let polled = link.poll_login(cx);
        if polled.is_ready() {
            return polled;
        }
        if self.attempts.deadline().is_none() {
            let deadline = load.deadline(&link.settings, link.now());
            self.attempts.extend(deadline);
        }
        match self.attempts.deadline() {
            Some(deadline) if self.poll_timer(cx, deadline).is_ready() => {
                Poll::Ready(Err(Error::timeout("the credentials", Outcome::NotSent)))
            }
            _ => Poll::Pending,
        }
    }

    /// Waits for room in the memory budget, or fails.
    #[cold]
    fn poll_room(&mut self, cx: &mut Context<'_>, hub: &'a Arc<Hub>, len: usize) -> Poll<Result<(), Error>> {
        if hub.overload() == Overload::Fail {
            // Those whose requests are in flight may all have given up, and then there never would be room again.
            hub.link().make_room(cx);
            return Poll::Ready(Err(hub.link().lock().session.overloaded()));
        }
        let mut place = self.rare.get_or_insert_default().place;
        if hub.link().poll_room(cx, len, &mut place) {
            // There is room by now, and then nobody would say so again.
            cx.waker().wake_by_ref();
        }
        self.rare.get_or_insert_default().place = place;
        match self.attempts.deadline() {
            Some(deadline) if self.poll_timer(cx, deadline).is_ready() => {
                self.leave_line();
                Poll::Ready(Err(hub.link().lock().session.overloaded()))
            }
            _ => Poll::Pending,
        }
    }

    fn poll_timer(&mut self, cx: &mut Context<'_>, until: Timestamp) -> Poll<()> {
        if self.rare.as_ref().is_none_or(|rare| rare.timer.is_none()) {
            let timer = self.timer();
            self.rare.get_or_insert_default().timer = Some(timer);
        }
        match self.rare.as_mut().and_then(|rare| rare.timer.as_mut()) {
            Some(timer) => timer.poll_at(cx, until),
            None => Poll::Ready(()),
        }
    }

    #[inline]
    fn leave_line(&mut self) {
        if let Some(place) = self.rare.as_mut().and_then(|rare| rare.place.take()) {
            self.leave_place(place);
        }
    }

    #[cold]
    fn leave_place(&mut self, place: u64) {
        let mut woken = Vec::new();
        self.link().lock().leave_line(place, &mut woken);
        for waker in woken {
            waker.wake();
        }
    }

    #[inline]
    fn retries_one(&mut self, request: &Request, answer: &Answer) -> bool {
        match answer {
            Ok(reply) => match self.passing_refusal(reply) {
                None => false,
                Some(error) => self.may_retry(request.command_flags(), &error),
            },
            Err(error) => self.may_retry(request.command_flags(), error),
        }
    }

    fn passing_refusal(&self, reply: &Reply) -> Option<Error> {
        let Route::Client(hub) = self.route else { return None };
        passing_refusal(reply, hub.retry())
    }

    /// Decides whether there is another try, and when.
    #[cold]
    fn may_retry(&mut self, flags: Flags, error: &Error) -> bool {
        let Route::Client(hub) = self.route else { return false };
        let (now, chance) = (hub.link().now(), hub.random());
        // In doubt, the next try gets another connection.
        self.end_lease();
        match self.attempts.failed(now, hub.retry(), flags, error, chance) {
            Verdict::Resend => self.stage = Stage::New { first: false },
            Verdict::ResendAt(at) => self.stage = Stage::Pausing(at),
            Verdict::GiveUp => return false,
        }
        true
    }
}

impl Drop for Call<'_> {
    #[inline]
    fn drop(&mut self) {
        if let Stage::InFlight { id, ticket } = self.stage {
            self.link().abandon(id, ticket);
        }
        self.leave_line();
    }
}
