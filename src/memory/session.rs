//! One client's connection as the server sees it.

use alloc::string::String;
use alloc::vec::Vec;

use bytes::{Bytes, BytesMut};

use super::command::Command;
use super::reply::{Protocol, Reply};
use super::request::Requests;
use crate::time::Timestamp;

/// Names one session of a [`Server`](super::Server). Never used twice by the same server.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct SessionId(pub(crate) u64);

/// What CLIENT REPLY asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReplyMode {
    On,
    Off,
    /// CLIENT REPLY SKIP itself: says nothing, and the command after it says nothing either.
    SkipNext,
    Skip,
}

/// Commands queued since MULTI.
#[derive(Debug, Default)]
pub(crate) struct Transaction {
    pub(crate) queue: Vec<(&'static Command, Vec<Bytes>)>,
    /// A command was refused while queueing: EXEC aborts.
    pub(crate) refused: bool,
}

#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) requests: Requests,
    pub(crate) output: BytesMut,
    /// What it is told by its own command, to be sent after the reply.
    pub(crate) pushed: BytesMut,
    /// Already in the server's list of sessions with news.
    pub(crate) announced: bool,
    pub(crate) closing: bool,
    pub(crate) protocol: Protocol,
    pub(crate) database: usize,
    pub(crate) authenticated: bool,
    pub(crate) user: String,
    pub(crate) name: Bytes,
    pub(crate) library_name: Bytes,
    pub(crate) library_version: Bytes,
    pub(crate) transaction: Option<Transaction>,
    pub(crate) reply_mode: ReplyMode,
    pub(crate) no_evict: bool,
    pub(crate) no_touch: bool,
    /// A request held back by CLIENT PAUSE.
    pub(crate) postponed: Option<Vec<Bytes>>,
    pub(crate) connected_at: Timestamp,
    pub(crate) active_at: Timestamp,
    pub(crate) last_command: &'static str,
}

impl Session {
    pub(crate) fn new(id: SessionId, now: Timestamp, authenticated: bool) -> Self {
        Session {
            id,
            requests: Requests::default(),
            output: BytesMut::new(),
            pushed: BytesMut::new(),
            announced: false,
            closing: false,
            protocol: Protocol::Resp2,
            database: 0,
            authenticated,
            user: String::from("default"),
            name: Bytes::new(),
            library_name: Bytes::new(),
            library_version: Bytes::new(),
            transaction: None,
            reply_mode: ReplyMode::On,
            no_evict: false,
            no_touch: false,
            postponed: None,
            connected_at: now,
            active_at: now,
            last_command: "NULL",
        }
    }

    /// Writes the reply to a request, unless CLIENT REPLY silenced it.
    pub(crate) fn answer(&mut self, reply: &Reply) {
        if self.reply_mode == ReplyMode::On {
            reply.write(&mut self.output, self.protocol);
        }
    }

    /// A request is over: what it caused follows its reply, and CLIENT REPLY SKIP moves on.
    pub(crate) fn finish_request(&mut self) {
        self.output.unsplit(core::mem::take(&mut self.pushed));
        self.reply_mode = match self.reply_mode {
            ReplyMode::SkipNext => ReplyMode::Skip,
            ReplyMode::Skip => ReplyMode::On,
            other => other,
        };
    }
}
