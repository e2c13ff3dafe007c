//! Any order of calls is legal: a driver that does anything at all, against a server that answers each request with
//! its own number, or with anything at all.

use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use core::ops::Range;
use core::time::Duration;

use super::*;
use crate::command::{Requests, Wait};
use crate::connection::Ticket;
use crate::error::{Error, Outcome};

/// The far side: reads requests, answers in order.
#[derive(Default)]
struct Server {
    received: Vec<u8>,
    /// Numbers of the requests it has read, to be answered.
    owed: VecDeque<u64>,
    /// All it ever read.
    seen: BTreeSet<u64>,
}

impl Server {
    /// Takes in bytes; a request is `*2 $4 ECHO $n number`.
    fn receive(&mut self, bytes: &[u8]) {
        self.received.extend_from_slice(bytes);
        loop {
            let lines: Vec<&[u8]> = self.received.split_inclusive(|&byte| byte == b'\n').take(5).collect();
            let [_, _, _, _, number] = lines[..] else { return };
            if !number.ends_with(b"\n") {
                return;
            }
            let number = core::str::from_utf8(number.trim_ascii()).unwrap().parse();
            let len: usize = lines.iter().map(|line| line.len()).sum();
            self.received.drain(..len);
            // A driver that lies about what it wrote makes no sense to the server.
            let Ok(number) = number else { return };
            self.owed.push_back(number);
            self.seen.insert(number);
        }
    }

    fn answer(&mut self) -> Option<Vec<u8>> {
        let number = self.owed.pop_front()?;
        Some(format!(":{number}\r\n").into_bytes())
    }
}

struct Run {
    connection: Connection,
    random: Seeded,
    server: Server,
    now: Timestamp,
    /// Bytes of the server on their way to us.
    incoming: Vec<u8>,
    /// Which numbers each ticket stands for.
    numbers: BTreeMap<Ticket, Range<u64>>,
    /// The next number.
    next: u64,
    cancelled: BTreeMap<Ticket, Outcome>,
    answered: BTreeMap<Ticket, Vec<Result<i64, Error>>>,
    down: bool,
    seed: u64,
}

impl Run {
    fn new(seed: u64) -> Self {
        let mut random = Seeded(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let mut settings = plain();
        if random.one_in(2) {
            settings = settings.response_timeout(Duration::from_millis(100));
        }
        Run {
            connection: Connection::new(at(0), settings),
            random,
            server: Server::default(),
            now: at(0),
            incoming: Vec::new(),
            numbers: BTreeMap::new(),
            next: 0,
            cancelled: BTreeMap::new(),
            answered: BTreeMap::new(),
            down: false,
            seed,
        }
    }

    fn any_ticket(&mut self) -> Option<Ticket> {
        let n = self.random.below(self.numbers.len().max(1));
        self.numbers.keys().nth(n).copied()
    }

    fn event(&mut self) -> bool {
        let seed = self.seed;
        let (ticket, results) = match self.connection.poll_event() {
            None => return false,
            Some(Event::Reply { ticket, result, .. }) => (ticket, Vec::from([result])),
            Some(Event::Replies { ticket, replies, .. }) => (ticket, replies.into_vec()),
            Some(Event::Down(_)) => {
                assert!(!self.down, "seed {seed}: down twice");
                self.down = true;
                return true;
            }
            Some(_) => return true,
        };
        assert!(!self.down, "seed {seed}: {ticket:?} is answered after the end");
        assert!(
            !self.cancelled.contains_key(&ticket),
            "seed {seed}: {ticket:?} was given up"
        );
        let result = |result: Result<Reply, Error>| result.map(|reply| reply.decode().unwrap_or(i64::MIN));
        let results = results.into_iter().map(result).collect();
        let before = self.answered.insert(ticket, results);
        assert!(before.is_none(), "seed {seed}: {ticket:?} is answered twice");
        true
    }

    /// A request, or several together.
    fn send(&mut self) {
        let waits = [
            Wait::None,
            Wait::None,
            Wait::For(Duration::from_millis(70)),
            Wait::Forever,
        ];
        let wait = waits[self.random.below(4)];
        let count = if self.random.one_in(2) {
            1
        } else {
            1 + self.random.below(5) as u64
        };
        let numbers = self.next..self.next + count;
        let request = |number: u64| cmd("ECHO").arg(number).blocks(wait);
        let sent = if count == 1 && self.random.one_in(2) {
            self.connection.send(self.now, &request(self.next))
        } else {
            let batch: Requests = numbers.clone().map(request).collect();
            let deadline = self.connection.settings().deadline_of_all(self.now, &batch);
            self.connection.send_batch(self.now, &batch, deadline, 0)
        };
        match sent {
            Ok(ticket) => {
                self.next = numbers.end;
                assert!(self.numbers.insert(ticket, numbers).is_none());
            }
            Err(error) => assert_eq!(error.outcome(), Outcome::NotSent),
        }
    }

    /// Any call with any argument, `garbage` bytes among them.
    fn anything(&mut self, garbage: bool) {
        match self.random.below(14) {
            0 | 1 => self.send(),
            2 => {
                let Some(ticket) = self.any_ticket() else { return };
                let outcome = self.connection.cancel(ticket);
                if !self.answered.contains_key(&ticket) {
                    self.cancelled.entry(ticket).or_insert(outcome);
                }
            }
            3 => drop(self.connection.cancel(Ticket(self.random.next()))),
            4 | 5 => {
                let some = self.random.below(40);
                let bytes = write(&mut self.connection, some);
                self.server.receive(&bytes);
            }
            6 => self.incoming.extend(self.server.answer().unwrap_or_default()),
            7 => {
                let n = self.random.below(self.incoming.len() + 1);
                let bytes: Vec<u8> = self.incoming.drain(..n).collect();
                self.connection.input().extend_from_slice(&bytes);
                self.connection.handle_input(self.now);
            }
            8 => {
                let room = self.connection.read_room();
                let n = self.incoming.len().min(room.len());
                room[..n].copy_from_slice(&self.incoming[..n]);
                self.incoming.drain(..n);
                self.connection.received(self.now, n);
            }
            9 | 10 => drop(self.event()),
            11 => {
                self.now = self.now + Duration::from_millis(self.random.below(60) as u64);
                self.connection.handle_timeout(self.now);
            }
            12 => self.connection.handle_input(self.now),
            _ if garbage => self.nonsense(),
            _ => {
                let timeout = self.connection.poll_timeout();
                assert!(timeout.is_none_or(|at| at > self.now) || timeout.is_some_and(|at| at <= self.now));
                let _ = (
                    self.connection.is_up(),
                    self.connection.owed(),
                    self.connection.is_idle(),
                );
            }
        }
    }

    /// What no driver should do and no server should say.
    fn nonsense(&mut self) {
        match self.random.below(40) {
            0 => self.connection.handle_eof(self.now),
            1 => self
                .connection
                .handle_loss(self.now, Error::closed("lost", Outcome::MaybeExecuted)),
            2 => {
                let byte = self.random.next() as u8;
                self.incoming.push(byte);
            }
            3 => self.incoming.extend_from_slice(b":7\r\n"),
            4 => drop(self.connection.read_room()),
            5..10 => self.incoming.extend_from_slice(b">2\r\n+subscribe\r\n+a\r\n"),
            10 => {
                let n = self.random.below(5000);
                self.connection.received(self.now, n);
            }
            11 => {
                let n = self.random.below(30);
                self.connection.transmitted(n);
            }
            _ => {}
        }
    }

    /// The end of all things: every ticket has had exactly one event, or was given up.
    fn finish(mut self) {
        let seed = self.seed;
        self.connection.handle_eof(self.now);
        while self.event() {}
        assert!(self.down, "seed {seed}: nobody said that it is over");
        for (ticket, numbers) in &self.numbers {
            if let Some(answers) = self.answered.get(ticket) {
                assert_eq!(answers.len(), numbers.clone().count(), "seed {seed}: {ticket:?}");
            }
            let events =
                usize::from(self.answered.contains_key(ticket)) + usize::from(self.cancelled.contains_key(ticket));
            assert_eq!(events, 1, "seed {seed}: {ticket:?}");
        }
        assert!(self.connection.is_idle() && self.connection.owed() == 0, "seed {seed}");
        assert_eq!(self.connection.poll_transmit(), None, "seed {seed}");
        assert_eq!(self.connection.poll_timeout(), None, "seed {seed}");
    }
}

#[test]
fn s1_s3_every_request_gets_its_own_reply_or_the_truth_about_its_fate() {
    for seed in 1..=2000 {
        let mut run = Run::new(seed);
        for _ in 0..150 {
            run.anything(false);
        }
        assert!(!run.down, "seed {seed}: a sound server ended the connection");
        while run.event() {}
        for (ticket, numbers) in &run.numbers {
            let answers = run.answered.get(ticket).into_iter().flatten();
            for (number, answer) in numbers.clone().zip(answers) {
                match answer {
                    Ok(answer) => assert_eq!(*answer, number as i64, "seed {seed}"),
                    Err(error) if error.outcome() == Outcome::NotSent => {
                        assert!(!run.server.seen.contains(&number), "seed {seed}: {ticket:?} was sent");
                    }
                    Err(error) => assert_eq!(error.outcome(), Outcome::MaybeExecuted, "seed {seed}"),
                }
            }
            if run.cancelled.get(ticket) == Some(&Outcome::NotSent) {
                assert!(
                    !numbers.clone().any(|number| run.server.seen.contains(&number)),
                    "seed {seed}: {ticket:?} was taken back and sent"
                );
            }
        }
        // What is withdrawn never reaches the server later either, and the rest does.
        let rest = written(&mut run.connection);
        run.server.receive(&rest);
        assert!(run.server.received.is_empty(), "seed {seed}: half a request is left");
        for (ticket, outcome) in &run.cancelled {
            let seen = run.numbers[ticket]
                .clone()
                .any(|number| run.server.seen.contains(&number));
            assert!(!(seen && *outcome == Outcome::NotSent), "seed {seed}: {ticket:?}");
        }
        run.finish();
    }
}

#[test]
fn any_order_of_any_calls_keeps_one_event_for_each_ticket() {
    for seed in 1..=3000 {
        let mut run = Run::new(seed);
        for _ in 0..120 {
            run.anything(true);
        }
        run.finish();
    }
}
