//! The server: what it keeps, what it was asked, what it did. Every reply names the command that it answers.

use redwire::time::Timestamp;

/// What a call sends; the name of the command on the wire, and what it must not do twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only reads.
    Read,
    /// Counts one more; never to be run twice.
    Count,
    /// Marked idempotent.
    Idem,
    /// A large request with a large reply.
    Big,
    /// Refused for good.
    Fail,
    /// Refused twice because the server is loading.
    Load,
    /// Waits in the server.
    Pop,
    /// SUBSCRIBE to two channels, confirmed by two pushes.
    Subscribe,
    /// Writes what its caller made of what it read before, in a transaction that watches it.
    Swap,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Read => "READ",
            Kind::Count => "COUNT",
            Kind::Idem => "IDEM",
            Kind::Big => "BIG",
            Kind::Fail => "FAIL",
            Kind::Load => "LOAD",
            Kind::Pop => "POP",
            Kind::Subscribe => "SUBSCRIBE",
            Kind::Swap => "SWAP",
        }
    }

    /// It may run more than once.
    pub fn may_repeat(self) -> bool {
        matches!(self, Kind::Read | Kind::Idem)
    }

    fn of_name(name: &[u8]) -> Option<Self> {
        let all = [
            Kind::Read,
            Kind::Count,
            Kind::Idem,
            Kind::Big,
            Kind::Fail,
            Kind::Load,
            Kind::Pop,
            Kind::Subscribe,
            Kind::Swap,
        ];
        all.into_iter().find(|kind| kind.name().as_bytes() == name)
    }
}

/// What is known of one command of a caller.
pub struct Record {
    pub kind: Kind,
    /// Whose connection it must find as good as new: 0 is the shared one.
    pub owner: u32,
    /// Commands that run all or not at all.
    pub transaction: Option<usize>,
    pub executed: u32,
    pub refused: u32,
    /// What its caller saw of the key when it last looked.
    pub looked: Option<u64>,
    /// The transport took all of it at least once.
    pub sent: bool,
    /// The value of the last reply the server gave.
    pub reply: Vec<u8>,
    pub bytes: Vec<u8>,
    pub fate: Fate,
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:?} of owner {} ({:?}): ran {}, refused {}, sent {}, {:?}, last reply {}",
            self.kind,
            self.owner,
            self.transaction,
            self.executed,
            self.refused,
            self.sent,
            self.fate,
            self.reply.escape_ascii()
        )
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Not over yet.
    Open,
    Acknowledged,
    NotSent,
    Rejected,
    Maybe,
    Cancelled,
}

/// What the handshake of each connection must have set up before the first command of a user.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    pub password: Option<&'static str>,
    pub database: u32,
    pub name: Option<&'static str>,
}

#[derive(Default)]
pub struct Model {
    pub records: Vec<Record>,
    pub expected: Expected,
    pub counter: u32,
    /// How often the key has changed.
    pub version: u64,
    /// How often somebody else did it.
    pub rivals: u64,
    /// HELLO is not known here.
    pub old: bool,
    /// Nobody may log in.
    pub locked: bool,
    pub violations: Vec<String>,
}

/// The server's side of one connection.
#[derive(Default)]
pub struct Peer {
    input: Vec<u8>,
    pub resp3: bool,
    authenticated: bool,
    database: u32,
    name: Option<Vec<u8>>,
    /// The version of the key that is watched.
    watching: Option<u64>,
    queued: Option<Vec<(Kind, usize)>>,
    owner: Option<u32>,
    /// A command of a user has come.
    pub in_use: bool,
    /// A command that waits: which, and until when.
    pub blocked: Option<(usize, Timestamp)>,
    /// Runs commands and says nothing any more.
    pub muted: bool,
}

/// Replies, and where each of them ends.
#[derive(Default)]
pub struct Answers {
    pub bytes: Vec<u8>,
    pub ends: Vec<usize>,
}

impl Answers {
    fn end(&mut self, muted: bool) {
        let from = self.ends.last().copied().unwrap_or(0);
        if muted {
            self.bytes.truncate(from);
        } else if self.bytes.len() > from {
            self.ends.push(self.bytes.len());
        }
    }
}

impl Peer {
    /// The connection that all calls share.
    pub fn is_shared(&self) -> bool {
        self.owner == Some(0)
    }

    /// Nothing is half read and nothing waits.
    pub fn is_idle(&self) -> bool {
        self.input.is_empty() && self.blocked.is_none()
    }
}

impl Model {
    pub fn wrong(&mut self, what: String) {
        self.violations.push(what);
    }

    /// Bytes arrive; replies are appended to `out`.
    pub fn receive(&mut self, now: Timestamp, peer: &mut Peer, bytes: &[u8], out: &mut Answers) {
        peer.input.extend_from_slice(bytes);
        self.run(now, peer, out);
    }

    /// The command that waits is answered: by what it waited for, or by nothing.
    pub fn unblock(&mut self, now: Timestamp, peer: &mut Peer, out: &mut Answers) {
        if let Some((id, _)) = peer.blocked.take() {
            self.execute(id, &mut out.bytes);
            out.end(peer.muted);
            self.run(now, peer, out);
        }
    }

    fn run(&mut self, now: Timestamp, peer: &mut Peer, out: &mut Answers) {
        let input = core::mem::take(&mut peer.input);
        let mut at = 0;
        while peer.blocked.is_none() {
            let Some((len, words)) = frame(&input[at..]) else { break };
            self.answer(now, peer, &words, &mut out.bytes);
            out.end(peer.muted);
            at += len;
        }
        peer.input = input[at..].to_vec();
    }

    fn answer(&mut self, now: Timestamp, peer: &mut Peer, words: &[&[u8]], out: &mut Vec<u8>) {
        if let Some(kind) = Kind::of_name(words[0]) {
            let Some(id) = id_of(words) else {
                return self.wrong(format!("a command without its number: {words:?}"));
            };
            return self.user_command(now, peer, kind, id, out);
        }
        match words[0] {
            b"HELLO" if self.old => out.extend_from_slice(b"-ERR unknown command 'HELLO'\r\n"),
            b"HELLO" => {
                let mut rest = &words[2..];
                while let Some((word, more)) = rest.split_first() {
                    if *word == b"AUTH" {
                        peer.authenticated = self.logs_in(more[1]);
                        rest = &more[2..];
                    } else {
                        peer.name = Some(more[0].to_vec());
                        rest = &more[1..];
                    }
                }
                if self.expected.password.is_some() && !peer.authenticated {
                    return out.extend_from_slice(b"-WRONGPASS no\r\n");
                }
                peer.resp3 = true;
                out.extend_from_slice(b"%2\r\n+server\r\n+redis\r\n+proto\r\n:3\r\n");
            }
            b"AUTH" => {
                peer.authenticated = self.logs_in(words[words.len() - 1]);
                let answer: &[u8] = if peer.authenticated {
                    b"+OK\r\n"
                } else {
                    b"-WRONGPASS no\r\n"
                };
                out.extend_from_slice(answer);
            }
            b"CLIENT" => {
                if words[1] == b"SETNAME" {
                    peer.name = Some(words[2].to_vec());
                    out.extend_from_slice(b"+OK\r\n");
                } else {
                    out.extend_from_slice(b"-ERR unknown subcommand\r\n");
                }
            }
            b"SELECT" => {
                peer.database = std::str::from_utf8(words[1]).unwrap().parse().unwrap();
                out.extend_from_slice(b"+OK\r\n");
            }
            b"WATCH" => {
                // Whose it is, its second key says.
                if let Some(id) = words.get(2).and_then(|word| number(&word[1..])) {
                    self.enter(peer, id);
                }
                peer.watching.get_or_insert(self.version);
                out.extend_from_slice(b"+OK\r\n");
            }
            b"UNWATCH" => {
                if peer.queued.is_none() {
                    peer.watching = None;
                }
                out.extend_from_slice(b"+OK\r\n");
            }
            b"MULTI" => {
                peer.queued.get_or_insert_default();
                out.extend_from_slice(b"+OK\r\n");
            }
            b"EXEC" => {
                let changed = peer.watching.take().is_some_and(|version| version != self.version);
                match peer.queued.take() {
                    Some(_) if changed => out.extend_from_slice(b"*-1\r\n"),
                    None => out.extend_from_slice(b"-ERR EXEC without MULTI\r\n"),
                    Some(queued) => {
                        out.extend_from_slice(format!("*{}\r\n", queued.len()).as_bytes());
                        for (_, id) in queued {
                            self.execute(id, out);
                        }
                    }
                }
            }
            b"LOOK" => {
                let Some(id) = number(words[1]).filter(|id| *id < self.records.len()) else {
                    return self.wrong(format!("a look of nobody: {words:?}"));
                };
                self.enter(peer, id);
                self.records[id].looked = Some(self.version);
                out.extend_from_slice(format!(":{}\r\n", self.version).as_bytes());
            }
            b"PING" => out.extend_from_slice(b"+PONG\r\n"),
            other => self.wrong(format!("a command nobody sent: {}", other.escape_ascii())),
        }
    }

    fn logs_in(&self, password: &[u8]) -> bool {
        !self.locked
            && self
                .expected
                .password
                .is_none_or(|wanted| wanted.as_bytes() == password)
    }

    fn user_command(&mut self, now: Timestamp, peer: &mut Peer, kind: Kind, id: usize, out: &mut Vec<u8>) {
        if self.records.len() <= id {
            return self.wrong(format!("command {id} was never sent"));
        }
        self.enter(peer, id);
        if let Some(queued) = &mut peer.queued {
            queued.push((kind, id));
            return out.extend_from_slice(b"+QUEUED\r\n");
        }
        if kind == Kind::Pop {
            peer.blocked = Some((id, now + std::time::Duration::from_millis(40)));
            return;
        }
        self.execute(id, out);
    }

    /// The owner of this command uses the connection.
    fn enter(&mut self, peer: &mut Peer, id: usize) {
        let owner = self.records[id].owner;
        if !peer.in_use || peer.owner != Some(owner) {
            self.check_state(peer, id, owner);
        }
        peer.in_use = true;
        peer.owner = Some(owner);
    }

    /// A new owner, or a new connection: everything is as the configuration wants it, and nothing else.
    fn check_state(&mut self, peer: &Peer, id: usize, owner: u32) {
        let expected = &self.expected;
        let mut wrong = Vec::new();
        if expected.password.is_some() && !peer.authenticated {
            wrong.push("nobody logged in");
        }
        if peer.database != expected.database {
            wrong.push("another database");
        }
        if peer.name.as_deref() != expected.name.map(str::as_bytes) {
            wrong.push("another client name");
        }
        if peer.watching.is_some() {
            wrong.push("still watching");
        }
        if peer.queued.is_some() && self.records[id].transaction.is_none() {
            wrong.push("inside MULTI");
        }
        if !wrong.is_empty() {
            self.wrong(format!(
                "S7: command {id} of owner {owner} found {wrong:?}, left by {:?}",
                peer.owner
            ));
        }
    }

    fn execute(&mut self, id: usize, out: &mut Vec<u8>) {
        let record = &mut self.records[id];
        match record.kind {
            Kind::Fail => {
                record.refused += 1;
                return out.extend_from_slice(format!("-ERR {id} refused\r\n").as_bytes());
            }
            Kind::Load if record.refused < 2 && record.transaction.is_none() => {
                record.refused += 1;
                return out.extend_from_slice(format!("-LOADING {id}\r\n").as_bytes());
            }
            _ => {}
        }
        record.executed += 1;
        if record.kind == Kind::Swap {
            if record.looked != Some(self.version) {
                let what = format!("D01: the key was overwritten at version {}: {record:?}", self.version);
                self.violations.push(what);
            }
            self.version += 1;
        }
        let record = &mut self.records[id];
        let mut value = format!("{id}#{}", record.executed).into_bytes();
        if record.kind == Kind::Count {
            self.counter += 1;
            value.extend_from_slice(format!("={}", self.counter).as_bytes());
        }
        if record.kind == Kind::Big {
            value.resize(value.len() + 300, b'.');
        }
        if record.kind == Kind::Subscribe {
            for channel in ["a", "b"] {
                let name = format!("{id}{channel}");
                out.extend_from_slice(
                    format!(">3\r\n$9\r\nsubscribe\r\n${}\r\n{name}\r\n:1\r\n", name.len()).as_bytes(),
                );
                value = name.into_bytes();
            }
            record.reply = value;
            return;
        }
        out.extend_from_slice(format!("${}\r\n", value.len()).as_bytes());
        out.extend_from_slice(&value);
        out.extend_from_slice(b"\r\n");
        record.reply = value;
    }
}

fn number(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The number of the command in a frame.
pub fn id_of(words: &[&[u8]]) -> Option<usize> {
    Kind::of_name(words.first()?)?;
    let digits = words.get(1)?;
    let end = digits
        .iter()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(digits.len());
    std::str::from_utf8(&digits[..end]).ok()?.parse().ok()
}

/// The first whole request in `bytes`: its length and words.
pub fn frame(bytes: &[u8]) -> Option<(usize, Vec<&[u8]>)> {
    let (mut at, count) = header(bytes, 0)?;
    let mut words = Vec::with_capacity(count);
    for _ in 0..count {
        let (start, len) = header(bytes, at)?;
        words.push(bytes.get(start..start + len)?);
        at = start + len + 2;
    }
    (bytes.len() >= at).then_some((at, words))
}

fn header(bytes: &[u8], from: usize) -> Option<(usize, usize)> {
    let line = bytes.get(from + 1..)?;
    let end = line.iter().position(|byte| *byte == b'\r')?;
    let mut number = 0;
    for digit in &line[..end] {
        number = number * 10 + usize::from(digit - b'0');
    }
    (line.len() > end + 1).then_some((from + 1 + end + 2, number))
}
