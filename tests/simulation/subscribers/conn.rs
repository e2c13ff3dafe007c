//! One connection: bytes on their way, and a record of all that was said on it.

use std::collections::VecDeque;

use bytes::BytesMut;
use redwire::memory::SessionId;
use redwire::resp::{Parser, SimpleParser};

use super::Said;

/// One connection as the network knows it.
pub(super) struct Conn {
    pub(super) session: SessionId,
    pub(super) up: VecDeque<u8>,
    pub(super) down: VecDeque<u8>,
    /// All that the client wrote, and what the server said that is not parsed yet.
    pub(super) wrote: Vec<u8>,
    pub(super) said: BytesMut,
    pub(super) parser: SimpleParser,
    /// The messages in what it said.
    pub(super) messages: Vec<Said>,
    /// No byte moves any more, and nobody says so.
    pub(super) silent: bool,
    pub(super) broken: bool,
    /// What the client read, and how many replies that was.
    pub(super) read: BytesMut,
    pub(super) reader: SimpleParser,
    pub(super) replies: usize,
    /// What was to be restored when it came up.
    pub(super) restored: Option<[Vec<Vec<u8>>; 3]>,
}

impl Conn {
    pub(super) fn new(session: SessionId) -> Self {
        Conn {
            session,
            up: VecDeque::new(),
            down: VecDeque::new(),
            wrote: Vec::new(),
            said: BytesMut::new(),
            parser: SimpleParser::default(),
            messages: Vec::new(),
            read: BytesMut::new(),
            reader: SimpleParser::default(),
            replies: 0,
            silent: false,
            broken: false,
            restored: None,
        }
    }

    /// The client reads this.
    pub(super) fn reads(&mut self, bytes: &[u8]) {
        self.read.extend_from_slice(bytes);
        while let Ok(Some(reply)) = self.reader.parse(&mut self.read) {
            // That of HELLO says nothing about subscriptions.
            self.replies += usize::from(reply.kind() != redwire::resp::Kind::Map);
        }
    }

    /// The server said this.
    pub(super) fn hears(&mut self, bytes: &[u8]) {
        self.said.extend_from_slice(bytes);
        while let Ok(Some(reply)) = self.parser.parse(&mut self.said) {
            let words = reply.root().items();
            let words: Vec<Vec<u8>> = words.filter_map(|item| item.text().map(<[u8]>::to_vec)).collect();
            if let [kind, name, .., payload] = &words[..] {
                if kind.ends_with(b"message") {
                    let kind = String::from_utf8(kind.clone()).unwrap();
                    self.messages.push((kind, name.clone(), payload.clone()));
                }
            }
        }
    }
}
