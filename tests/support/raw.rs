//! A bare RESP connection that shares no code with redwire, for setting the stage and for asserting.

use std::fmt::Debug;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// How long a reply may take before the test fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// A reply as it came, RESP2 or RESP3.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// `+`
    Simple(String),
    /// `-` or `!`
    Error(String),
    /// `:`
    Int(i64),
    /// `$`, or `=` with its three letters of format still in front
    Bulk(Vec<u8>),
    /// `_`, and the null bulk string and null array of RESP2
    Null,
    /// `#`
    Bool(bool),
    /// `,`
    Double(f64),
    /// `(`
    BigNumber(String),
    /// `*`
    Array(Vec<Reply>),
    /// `~`
    Set(Vec<Reply>),
    /// `%`
    Map(Vec<(Reply, Reply)>),
    /// `>`
    Push(Vec<Reply>),
}

impl Reply {
    /// `+OK`
    pub fn ok() -> Reply {
        Reply::Simple("OK".into())
    }

    /// A bulk string of this text.
    pub fn bulk(text: &str) -> Reply {
        Reply::Bulk(text.as_bytes().to_vec())
    }

    /// The text of a simple, bulk or error string; fails the test on anything else.
    pub fn text(&self) -> String {
        match self {
            Reply::Simple(text) | Reply::Error(text) => text.clone(),
            Reply::Bulk(bytes) => String::from_utf8(bytes.clone()).expect("a bulk string of UTF-8"),
            other => panic!("expected a string, got {other:?}"),
        }
    }
}

trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

/// One connection to a server. See [`Server::raw`](super::Server::raw).
pub struct Raw {
    stream: BufReader<Box<dyn Stream>>,
}

impl Raw {
    /// Connects to a port of this machine.
    pub fn tcp(port: u16) -> io::Result<Raw> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Raw::over(stream))
    }

    /// Connects to a Unix socket.
    pub fn unix(path: &Path) -> io::Result<Raw> {
        let stream = UnixStream::connect(path)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Raw::over(stream))
    }

    fn over(stream: impl Stream + 'static) -> Raw {
        Raw {
            stream: BufReader::new(Box::new(stream)),
        }
    }

    /// Sends one command and waits for its reply, errors of the server included; fails the test if there is none.
    pub fn call(&mut self, args: &[&str]) -> Reply {
        self.try_call(args)
            .unwrap_or_else(|error| panic!("no reply to {args:?}: {error}"))
    }

    /// [`call`](Raw::call) for a server that may not answer.
    pub fn try_call<A: AsRef<[u8]> + Debug>(&mut self, args: &[A]) -> io::Result<Reply> {
        let mut request = format!("*{}\r\n", args.len()).into_bytes();
        for arg in args {
            request.extend_from_slice(format!("${}\r\n", arg.as_ref().len()).as_bytes());
            request.extend_from_slice(arg.as_ref());
            request.extend_from_slice(b"\r\n");
        }
        self.send(&request)?;
        self.read()
    }

    /// Sends bytes as they are.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes)
    }

    /// Waits for one reply or push.
    pub fn read(&mut self) -> io::Result<Reply> {
        let line = self.line()?;
        let mut chars = line.chars();
        let kind = chars.next().ok_or_else(|| malformed("an empty line"))?;
        let rest = chars.as_str();
        Ok(match kind {
            '+' => Reply::Simple(rest.into()),
            '-' => Reply::Error(rest.into()),
            ':' => Reply::Int(number(rest)?),
            '_' => Reply::Null,
            '#' => Reply::Bool(rest == "t"),
            ',' => Reply::Double(number(rest)?),
            '(' => Reply::BigNumber(rest.into()),
            '$' | '*' if rest == "-1" => Reply::Null,
            '$' | '=' => Reply::Bulk(self.bulk(rest)?),
            '!' => Reply::Error(String::from_utf8_lossy(&self.bulk(rest)?).into_owned()),
            '*' => Reply::Array(self.items(number(rest)?)?),
            '~' => Reply::Set(self.items(number(rest)?)?),
            '>' => Reply::Push(self.items(number(rest)?)?),
            '%' => {
                let pairs: usize = number(rest)?;
                Reply::Map(
                    (0..pairs)
                        .map(|_| Ok((self.read()?, self.read()?)))
                        .collect::<io::Result<_>>()?,
                )
            }
            // Attributes are about the reply that follows.
            '|' => {
                let pairs: usize = number(rest)?;
                self.items(pairs * 2)?;
                self.read()?
            }
            _ => return Err(malformed(&line)),
        })
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        match line.strip_suffix("\r\n") {
            Some(text) => Ok(text.into()),
            None => Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the server closed the connection",
            )),
        }
    }

    fn bulk(&mut self, length: &str) -> io::Result<Vec<u8>> {
        let length: usize = number(length)?;
        let mut bytes = vec![0; length + 2];
        self.stream.read_exact(&mut bytes)?;
        bytes.truncate(length);
        Ok(bytes)
    }

    fn items(&mut self, count: usize) -> io::Result<Vec<Reply>> {
        (0..count).map(|_| self.read()).collect()
    }
}

fn number<T: std::str::FromStr>(text: &str) -> io::Result<T> {
    text.parse().map_err(|_| malformed(text))
}

fn malformed(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("not RESP: {text:?}"))
}
