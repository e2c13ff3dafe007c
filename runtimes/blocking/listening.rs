//! A connection that listens, and the thread that waits for what it hears.

use std::boxed::Box;
use std::time::Duration;

use super::pool::Pool;
use super::sentinel::LOOK;
use crate::connection::earliest;
use crate::error::{Error, Outcome};
use crate::pubsub::{Listener, Notice, Told};
use crate::time::Timestamp;
use crate::topology::Endpoint;
use crate::transport::{Transport, TransportError, TransportErrorKind};

/// How long a write may stand still before the driver looks whether the server waits for us to read.
const STALL: Duration = Duration::from_millis(20);

/// How many bytes are read ahead at a time, of those that nobody has asked for yet.
const AHEAD: usize = 1024 * 1024;

/// A machine that listens, driven by whoever reads.
pub(super) struct Listening<L> {
    pool: Pool,
    pub(super) machine: L,
    transport: Option<Box<dyn Transport>>,
    /// Which server of a service it goes to.
    server: Option<Endpoint>,
    /// The number of the present connection among those of the client.
    epoch: Option<u64>,
}

impl<L: Listener> Listening<L> {
    pub(super) fn new(pool: Pool, machine: L) -> Self {
        Listening {
            pool,
            machine,
            transport: None,
            server: None,
            epoch: None,
        }
    }

    pub(super) fn pool(&self) -> &Pool {
        &self.pool
    }

    pub(super) fn now(&self) -> Timestamp {
        self.pool.clock().now()
    }

    /// What is told next, waited for no longer than `timeout`.
    #[inline]
    pub(super) fn read(
        &mut self,
        timeout: Option<Duration>,
        mut poll: impl FnMut(&mut L) -> Option<Told<L::Item>>,
    ) -> Told<L::Item> {
        if !self.machine.reads_ahead() {
            // Nobody needs to know the time for what is here already.
            if let Some(told) = poll(&mut self.machine) {
                return told;
            }
        }
        self.wait(timeout, poll)
    }

    fn wait(
        &mut self,
        timeout: Option<Duration>,
        mut poll: impl FnMut(&mut L) -> Option<Told<L::Item>>,
    ) -> Told<L::Item> {
        let mut now = self.now();
        let until = timeout.map(|timeout| now + timeout);
        if self.machine.reads_ahead() {
            self.read_ahead();
        }
        let mut looked = false;
        loop {
            if let Some(told) = poll(&mut self.machine) {
                return told;
            }
            if let Some(why) = self.pool.leaving(self.server.as_ref()) {
                self.machine.session().leave(now, now, why);
            }
            if self.take_notice(now).is_some() || self.dial(now) {
                now = self.now();
                continue;
            }
            if self.machine.is_over() {
                // Nothing will come, whatever the time.
                if let Some(until) = until {
                    self.pool.clock().sleep_until(until);
                }
                return Ok(None);
            }
            if looked && until.is_some_and(|until| until <= now) {
                return Ok(None);
            }
            looked |= self.machine.session().poll_transmit().is_none();
            self.step(until);
            now = self.now();
        }
    }

    /// Makes a connection if there is none.
    ///
    /// # Errors
    /// It cannot be made, or not in time.
    pub(super) fn connect(&mut self) -> Result<(), Error> {
        let mut now = self.now();
        let settings = self.pool.settings();
        let limit = settings.response_timeout.or(settings.connect_timeout);
        let until = limit.map(|limit| now + limit);
        let mut dialed = false;
        loop {
            while let Some(notice) = self.take_notice(now) {
                match notice {
                    // One that was lost before is no reason not to make another.
                    Notice::Lost { why, .. } if dialed => return Err(why.with_outcome(Outcome::NotSent)),
                    _ => {}
                }
            }
            if self.machine.session().is_up() {
                return Ok(());
            }
            if until.is_some_and(|until| until <= now) {
                return Err(Error::timeout("a connection", Outcome::NotSent));
            }
            self.machine.session().connect();
            if self.dial(now) {
                dialed = true;
            } else {
                self.step(until);
            }
            now = self.now();
        }
    }

    /// Writes what there is to be written, or finds out that there is nobody to read it.
    pub(super) fn flush(&mut self) {
        let limit = self.pool.settings().response_timeout;
        let until = limit.map(|limit| self.now() + limit);
        while self.machine.session().poll_transmit().is_some() {
            let now = self.now();
            if until.is_some_and(|until| until <= now) {
                let why = Error::timeout("the server to take a request", Outcome::MaybeExecuted);
                return self.machine.session().give_up(now, why);
            }
            self.step(until);
        }
    }

    /// Moves some bytes, or waits for `until` or for whatever time the machine waits for.
    fn step(&mut self, until: Option<Timestamp>) {
        let clock = self.pool.clock();
        let at = earliest(until, self.machine.poll_timeout());
        // Somebody else may hear of a new master meanwhile.
        let look = self.pool.is_watched().then(|| clock.now() + LOOK);
        let at = earliest(at, look);
        let Some(transport) = &mut self.transport else {
            if let Some(at) = at {
                clock.sleep_until(at);
            }
            return self.machine.handle_timeout(clock.now());
        };
        let mut left = at.map(|at| at.saturating_since(clock.now()));
        if let Some(bytes) = self.machine.session().poll_transmit() {
            match transport.write(bytes, Some(STALL)) {
                Ok(n) => return self.machine.session().transmitted(n),
                // The server may be waiting for us to read.
                Err(error) if error.kind() == TransportErrorKind::TimedOut => {
                    left = Some(left.map_or(STALL, |left| left.min(STALL)));
                }
                Err(error) => return self.lost(&error),
            }
        }
        let room = self.machine.session().read_room();
        let read = match left {
            Some(Duration::ZERO) => transport.read_now(room),
            left => transport.read(room, left),
        };
        let now = clock.now();
        match read {
            Ok(0) => self.machine.session().handle_eof(now),
            Ok(n) => self.machine.received(now, n),
            Err(error) if error.kind() == TransportErrorKind::TimedOut => {
                if self.machine.poll_timeout().is_some_and(|at| at <= now) {
                    self.machine.handle_timeout(now);
                }
            }
            Err(error) => self.lost(&error),
        }
    }

    /// Takes in what has come already.
    fn read_ahead(&mut self) {
        let mut read = 0;
        while let Some(transport) = self.transport.as_mut().filter(|_| read < AHEAD) {
            match transport.read_now(self.machine.session().read_room()) {
                Ok(n @ 1..) => {
                    read += n;
                    self.machine.received(self.pool.clock().now(), n);
                }
                Ok(_) => return self.machine.session().handle_eof(self.pool.clock().now()),
                Err(error) if error.kind() == TransportErrorKind::TimedOut => return,
                Err(error) => return self.lost(&error),
            }
        }
    }

    #[cold]
    fn lost(&mut self, error: &TransportError) {
        let now = self.now();
        self.machine.session().handle_loss(now, error);
    }

    /// Dials if it is time to. True if it was.
    fn dial(&mut self, now: Timestamp) -> bool {
        if !self.machine.session().poll_dial(now) {
            return false;
        }
        let dialed = self.pool.dial_apart(now);
        let now = self.now();
        let session = self.machine.session();
        match dialed {
            Ok(dialed) => {
                if let Some((_, credentials)) = dialed.login {
                    session.settings_mut().credentials = Some(credentials);
                }
                (self.transport, self.server) = (Some(dialed.transport), dialed.server);
                session.handle_connected(now);
            }
            Err(why) => session.handle_dial_error(now, why),
        }
        true
    }

    /// What happened to the connection, told to the observer too.
    fn take_notice(&mut self, now: Timestamp) -> Option<Notice> {
        let notice = self.machine.poll_notice(now)?;
        match &notice {
            Notice::Connected(protocol) => {
                let (epoch, report) = self.pool.reporter().connected(self.server.as_ref(), *protocol);
                self.epoch = Some(epoch);
                report.deliver();
            }
            Notice::Lost { why, retry_at } => self.end(why, retry_at.saturating_since(now)),
        }
        Some(notice)
    }

    fn end(&mut self, why: &Error, retry_in: Duration) {
        if let Some(mut transport) = self.transport.take() {
            transport.close();
        }
        let (server, epoch) = (self.server.take(), self.epoch.take());
        let report = self.pool.reporter().ended(server.as_ref(), epoch, why, retry_in);
        report.deliver();
    }

    /// Ends the connection that there is. What the machine makes of it is its own affair.
    pub(super) fn close(&mut self) {
        if self.transport.is_some() {
            let why = Error::closed("disconnected here", Outcome::MaybeExecuted);
            self.end(&why, Duration::ZERO);
        }
    }
}

impl<L> Drop for Listening<L> {
    fn drop(&mut self) {
        if let Some(transport) = &mut self.transport {
            transport.close();
        }
    }
}
