//! The end of a schedule: the weather turns fair, and what must hold then is looked at.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::BytesMut;
use redwire::memory::Server;
use redwire::pubsub::Listener;
use redwire::resp::{Parser, SimpleParser};

use super::{KINDS, World};

impl World {
    /// One move of each kind. False if nothing moved.
    fn round(&mut self) -> bool {
        let mut moved = self.dial();
        moved |= self.write(usize::MAX);
        moved |= self.carry_up(usize::MAX);
        self.let_server_speak();
        moved |= self.read(usize::MAX);
        while self.tell() {
            moved = true;
        }
        moved | self.notice()
    }

    fn settle(&mut self) {
        for _ in 0..1000 {
            if !self.round() {
                return;
            }
        }
        self.wrong("S2: it never comes to rest".into());
    }

    fn ask_server(&mut self, line: &str) -> Vec<Vec<u8>> {
        self.let_server_speak();
        let publisher = self.publisher;
        let drop_output = |server: &mut Server| {
            let bytes = server.poll_transmit(publisher).unwrap_or_default().to_vec();
            server.transmitted(publisher, bytes.len());
            bytes
        };
        drop_output(&mut self.server);
        self.server
            .handle_input(self.now, self.publisher, format!("{line}\r\n").as_bytes());
        let mut input = BytesMut::from(&drop_output(&mut self.server)[..]);
        let reply = SimpleParser::default().parse(&mut input).unwrap().unwrap();
        match reply.root().decode::<i64>() {
            Ok(number) => vec![number.to_string().into_bytes()],
            Err(_) => reply
                .root()
                .items()
                .filter_map(|item| item.text().map(<[u8]>::to_vec))
                .collect(),
        }
    }

    /// Everything that breaks stays whole from now on: what is wanted must be there, and every message told.
    pub(super) fn finish(mut self) -> Result<(), String> {
        self.refuse = 0;
        let until = self.now + Duration::from_secs(120);
        loop {
            self.settle();
            let wanted = self.wanted.iter().any(|names| !names.is_empty());
            let healthy = self.conns.last().is_some_and(|conn| !conn.silent && !conn.broken);
            if !wanted && self.machine.is_over() || (self.up && self.connected && healthy) {
                break;
            }
            if self.now > until {
                self.wrong(format!("S6: no connection after all that time: {:?}", self.machine));
                break;
            }
            if !wanted && !self.up {
                // Only what is to end is left, and nobody needs a connection for that.
                self.machine.session().connect();
            }
            self.let_time_pass(Duration::from_secs(1));
        }
        // Nobody but the present connection is left.
        let current = self.conns.last().map(|conn| conn.session);
        for conn in &self.conns {
            if Some(conn.session) != current || !self.connected {
                self.server.disconnect(self.now, conn.session);
            }
        }
        self.settle();
        let names = KINDS.map(|kind| {
            self.machine
                .names(kind)
                .map(|name| name.to_vec())
                .collect::<BTreeSet<_>>()
        });
        if names != self.wanted {
            let text = format!("S7: subscribed to {names:?}, wanted {:?}", self.wanted);
            self.wrong(text);
        }
        let channels: BTreeSet<_> = self.ask_server("PUBSUB CHANNELS").into_iter().collect();
        let shards: BTreeSet<_> = self.ask_server("PUBSUB SHARDCHANNELS").into_iter().collect();
        let patterns = self.ask_server("PUBSUB NUMPAT");
        let counted = self.wanted[1].len().to_string().into_bytes();
        if channels != self.wanted[0] || shards != self.wanted[2] || patterns != [counted] {
            let text = format!(
                "S7: the server knows {channels:?} {patterns:?} {shards:?}, wanted {:?}",
                self.wanted
            );
            self.wrong(text);
        }
        for _ in 0..8 {
            self.publish();
        }
        self.settle();
        self.check_all_told();
        self.check_requests();
        self.wrong.map_or(Ok(()), Err)
    }

    /// Of the connection that is whole, nothing is missing.
    fn check_all_told(&mut self) {
        if !self.connected {
            return;
        }
        let current = self.conns.len() - 1;
        let expected = self.expected(current);
        let told = if self.told.0 == current { self.told.1 } else { 0 };
        if told != expected.len() && !self.wanted.iter().all(BTreeSet::is_empty) {
            let text = format!(
                "S7: {told} of {} messages of the last connection were told",
                expected.len()
            );
            self.wrong(text);
        }
        if self.gaps.iter().any(|conn| self.conns[*conn].replies > 0) {
            self.wrong("S7: a gap was not told".into());
        }
    }

    /// On every connection everything is subscribed to again, in one request of each kind, before anything else.
    fn check_requests(&mut self) {
        for at in 0..self.conns.len() {
            let conn = &self.conns[at];
            let Some(names) = &conn.restored else { continue };
            let mut parser = SimpleParser::default();
            let mut input = BytesMut::from(&conn.wrote[..]);
            let mut requests = Vec::new();
            while let Ok(Some(request)) = parser.parse(&mut input) {
                let words = request
                    .root()
                    .items()
                    .filter_map(|item| item.text().map(<[u8]>::to_vec));
                requests.push(words.collect::<Vec<_>>());
            }
            let mut requests = requests.into_iter().filter(|words| words[0] != b"HELLO");
            for (kind, names) in ["SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE"].into_iter().zip(names) {
                if names.is_empty() {
                    continue;
                }
                // It may not have got that far.
                let Some(request) = requests.next() else { break };
                let expected: Vec<Vec<u8>> = [vec![kind.as_bytes().to_vec()], names.clone()].concat();
                if request != expected {
                    let text = format!("S7: connection {at} began with {request:?}, not {expected:?}");
                    self.wrong(text);
                    return;
                }
            }
        }
    }
}
