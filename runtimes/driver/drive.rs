//! Moving bytes: dial, read, write, let time pass, hand out what has come. Whoever has the seat does it.

use std::task::{Context, Poll, Waker};
use std::vec::Vec;

use super::calls::{Answer, CallId};
use super::link::{Link, State};
use crate::session::Event;
use crate::time::Timestamp;

/// How many bytes one turn reads before others get theirs.
const TURN: usize = 1024 * 1024;

impl State {
    /// Moves bytes both ways until nothing moves any more, or until `own` has its answers; true if it has.
    pub(super) fn drive(
        &mut self,
        link: &Link,
        cx: &mut Context<'_>,
        now: Option<Timestamp>,
        own: Option<CallId>,
        woken: &mut Vec<Waker>,
    ) -> bool {
        let mut now = now;
        let mut read = 0;
        // Whether there was anything that `own` may have been told.
        let mut told = false;
        loop {
            if self.transport.is_none() {
                self.dial(link, cx, woken);
            }
            if self.session.has_news() {
                self.collect(link.now(), woken);
                told = true;
            }
            // Reading comes first, so that what has come unasked, the end above all, is seen before anything is written.
            // Where answers pile up, only what nobody is owed is looked for.
            while self.calls.unclaimed() <= link.window || !self.session.awaits_reply() {
                let Some(transport) = &mut self.transport else { break };
                let polled = transport.poll_read(cx, self.session.read_room());
                let n = match polled {
                    Poll::Pending => break,
                    Poll::Ready(polled) => polled,
                };
                if let Ok(n @ 1..) = n {
                    read += n;
                    self.session.filled(n);
                    self.collect_replies(woken);
                    // Nothing else was to come: nobody needs to know when it came, and asking the clock takes its time.
                    if own.is_some_and(|own| self.calls.is_done(own)) && self.session.is_clean() {
                        return true;
                    }
                }
                let at = *now.get_or_insert_with(|| link.now());
                match n {
                    Ok(0) => self.session.handle_eof(at),
                    Ok(_) => self.session.handle_input(at),
                    Err(error) => self.session.handle_loss(at, &error),
                }
                self.collect(at, woken);
                if own.is_some_and(|own| self.calls.is_done(own)) {
                    return true;
                }
                if read > TURN {
                    // Others want to run too.
                    cx.waker().wake_by_ref();
                    break;
                }
            }
            // A blocked write never keeps it from reading: the server may be waiting for exactly that.
            let lost = self.write(link, cx);
            if lost || self.is_due(link, cx, now) {
                let at = link.now();
                self.collect(at, woken);
                if own.is_some_and(|own| self.calls.is_done(own)) {
                    return true;
                }
                now = Some(at);
                continue;
            }
            return told && own.is_some_and(|own| self.calls.is_done(own));
        }
    }

    /// Writes as much as the transport takes. True if it failed.
    #[inline]
    fn write(&mut self, link: &Link, cx: &mut Context<'_>) -> bool {
        let Some(transport) = &mut self.transport else {
            return false;
        };
        while let Some(bytes) = self.session.poll_transmit() {
            match transport.poll_write(cx, bytes) {
                Poll::Ready(Ok(n)) => self.session.transmitted(n),
                Poll::Ready(Err(error)) => {
                    self.session.handle_loss(link.now(), &error);
                    return true;
                }
                Poll::Pending => return false,
            }
        }
        false
    }

    /// Dials when it is time to, and takes in what came of it.
    #[cold]
    fn dial(&mut self, link: &Link, cx: &mut Context<'_>, woken: &mut Vec<Waker>) {
        let now = link.now();
        if self.session.poll_dial(now) {
            self.dialing = Some(link.runtime.dial(&link.settings));
        }
        let Some(dialing) = &mut self.dialing else { return };
        let Poll::Ready(dialed) = dialing.as_mut().poll(cx) else {
            return;
        };
        self.dialing = None;
        match dialed {
            Ok(dialed) => {
                self.transport = Some(dialed.transport);
                self.server = dialed.server;
                woken.extend(dialed.moved);
                if let Some((generation, credentials)) = dialed.login {
                    self.login.generation = generation;
                    self.session.settings_mut().credentials = Some(credentials);
                }
                self.session.handle_connected(now);
            }
            Err(error) => self.session.handle_dial_error(now, error),
        }
    }

    /// Lets time pass, if it has. True if something came of it.
    #[inline]
    fn is_due(&mut self, link: &Link, cx: &mut Context<'_>, now: Option<Timestamp>) -> bool {
        // Also in case somebody else takes the seat.
        self.alarm.set(cx.waker());
        let Some(at) = self.session.poll_timeout() else {
            return false;
        };
        let now = now.unwrap_or_else(|| link.now());
        if self.armed.is_some_and(|armed| armed <= at && now < armed) {
            return false;
        }
        let alarm = Waker::from(self.alarm.clone());
        let timer = self.timer.get_or_insert_with(|| link.runtime.clock.timer());
        if timer.poll_at(&mut Context::from_waker(&alarm), at).is_pending() {
            self.armed = Some(at);
            return false;
        }
        self.armed = None;
        self.session.handle_timeout(link.now().max(at));
        true
    }

    /// Hands out what has come.
    #[inline]
    pub(super) fn collect(&mut self, now: Timestamp, woken: &mut Vec<Waker>) {
        loop {
            self.collect_replies(woken);
            match self.session.poll_event(now) {
                Some(event) => self.take_in(now, event, woken),
                None => return,
            }
        }
    }

    /// Hands out the replies that come next, if nothing else has happened.
    #[inline]
    fn collect_replies(&mut self, woken: &mut Vec<Waker>) {
        while let Some((tag, reply)) = self.session.poll_reply() {
            self.deliver(tag, Ok(reply), woken);
        }
    }

    /// Anything but a plain reply.
    #[cold]
    fn take_in(&mut self, now: Timestamp, event: Event, woken: &mut Vec<Waker>) {
        match event {
            Event::Reply { tag, result, .. } => self.deliver(tag, result, woken),
            Event::Replies { tag, replies, .. } => woken.extend(self.calls.deliver_all(tag, replies)),
            Event::Push(_) => {}
            Event::Connected { protocol, .. } => {
                let (epoch, report) = self.reporter.connected(self.server.as_ref(), protocol);
                self.epoch = Some(epoch);
                woken.extend(report.into_waker());
                self.connected(&Ok(()), woken);
            }
            Event::Lost { why, retry_at, .. } => {
                let retry_in = retry_at.saturating_since(now);
                let (server, epoch) = (self.server.as_ref(), self.epoch.take());
                let server = server.filter(|_| epoch.is_some());
                let report = self.reporter.ended(server, epoch, &why, retry_in);
                woken.extend(report.into_waker());
                woken.extend(self.login.lost());
                if let Some(mut transport) = self.transport.take() {
                    transport.close();
                }
                self.dialing = None;
                self.forget_timer();
                self.hygiene.connection_lost();
                self.connected(&Err(why), woken);
            }
        }
    }

    #[inline]
    fn deliver(&mut self, tag: u64, answer: Answer, woken: &mut Vec<Waker>) {
        if let Some(waker) = self.calls.deliver(tag, answer) {
            woken.push(waker);
        }
    }
}
