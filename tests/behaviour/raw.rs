//! The table on a bare socket: no client, only the vocabulary and the parser.

use std::io::{Read, Write};
use std::net::TcpStream;

use bytes::BytesMut;
use redwire::cmd;
use redwire::command::Request;
use redwire::resp::{Parser, Reply, RespParser};

use crate::skipped::Skipped;
use crate::support::Server;

struct Raw {
    stream: TcpStream,
    parser: RespParser,
    input: BytesMut,
}

impl Raw {
    fn connect(server: &Server, protocol: u8) -> Raw {
        let stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
        stream.set_nodelay(true).unwrap();
        let mut raw = Raw {
            stream,
            parser: RespParser::default(),
            input: BytesMut::new(),
        };
        raw.call(&cmd("HELLO").arg(protocol)).unwrap();
        raw
    }

    fn call(&mut self, request: &Request) -> Result<Reply, redwire::Error> {
        request.check()?;
        let mut out = Vec::new();
        request.encode(&mut out);
        self.stream.write_all(&out).unwrap();
        loop {
            if let Some(reply) = self.parser.parse(&mut self.input).unwrap() {
                return Ok(reply);
            }
            let mut chunk = [0; 4096];
            let got = self.stream.read(&mut chunk).unwrap();
            assert!(got > 0, "the server closed the connection");
            self.input.extend_from_slice(&chunk[..got]);
        }
    }
}

fn table(protocol: u8) {
    let server = Server::start();
    let version = server.version();
    let mut wrong = Vec::new();
    let mut skipped = Skipped::default();
    for case in crate::cases().into_iter().chain(crate::real_only_cases()) {
        // A connection for each case: some change its state, the database above all.
        let mut raw = Raw::connect(&server, protocol);
        raw.call(&cmd("FLUSHALL")).unwrap();
        for step in skipped.until_unknown(&case, version) {
            let outcome = raw.call(&step.request);
            if let Err(difference) = step.judge(outcome) {
                wrong.push(format!("{}: {difference}", case.name));
                break;
            }
        }
    }
    skipped.tell(version);
    assert!(wrong.is_empty(), "{} cases differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn table_resp2() {
    table(2);
}

#[test]
fn table_resp3() {
    table(3);
}
