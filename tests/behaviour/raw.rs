//! The table on a bare socket: no client, only the vocabulary and the parser, against a server started by hand.
//!
//! `REDWIRE_RAW_URL=127.0.0.1:6379 cargo test --all-features --test behaviour raw` (the server is flushed!).

use std::io::{Read, Write};
use std::net::TcpStream;

use bytes::BytesMut;
use redwire::cmd;
use redwire::command::Request;
use redwire::resp::{Parser, Reply, RespParser};

struct Raw {
    stream: TcpStream,
    parser: RespParser,
    input: BytesMut,
}

impl Raw {
    fn call(&mut self, request: &Request) -> Result<Reply, redwire::Error> {
        request.check()?;
        let mut out = Vec::new();
        request.encode(&mut out);
        self.stream.write_all(&out).expect("write");
        loop {
            if let Some(reply) = self.parser.parse(&mut self.input).expect("RESP") {
                return Ok(reply);
            }
            let mut chunk = [0; 4096];
            let got = self.stream.read(&mut chunk).expect("read");
            assert!(got > 0, "server closed the connection");
            self.input.extend_from_slice(&chunk[..got]);
        }
    }
}

#[test]
fn raw_socket() {
    let Ok(address) = std::env::var("REDWIRE_RAW_URL") else {
        return;
    };
    for protocol in [2, 3] {
        let stream = TcpStream::connect(&address).expect("connect");
        let mut raw = Raw {
            stream,
            parser: RespParser::default(),
            input: BytesMut::new(),
        };
        raw.call(&cmd("HELLO").arg(protocol)).expect("HELLO");
        let mut wrong = Vec::new();
        for case in crate::all_cases() {
            raw.call(&cmd("FLUSHALL")).expect("FLUSHALL");
            for step in &case.steps {
                if step.since > (7, 0) {
                    break;
                }
                let outcome = raw.call(&step.request);
                if let Err(difference) = step.judge(outcome) {
                    wrong.push(format!("RESP{protocol}, {}: {difference}", case.name));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
