//! redwire itself.

use bytes::BytesMut;
use redwire::resp::{Parser, RespParser, Value};

use super::Parse;
use crate::Result;
use crate::parse::Wire;
use crate::scenario::Input;

/// Its parser: a reply is an index over the bytes it came in.
pub struct Index {
    parser: RespParser,
    buffer: BytesMut,
}

impl Parse for Index {
    fn new(_: Input) -> Self {
        Index {
            parser: RespParser::default(),
            buffer: BytesMut::new(),
        }
    }

    fn parse(&mut self, wire: &Wire) -> Result<usize> {
        let Index { parser, buffer } = self;
        Ok(wire.feed(buffer, |buffer| parser.parse(buffer).map(|reply| reply.is_some()))?)
    }
}

/// The same, and the owned tree that the others build.
pub struct Tree(Index);

impl Parse for Tree {
    fn new(input: Input) -> Self {
        Tree(Index::new(input))
    }

    fn parse(&mut self, wire: &Wire) -> Result<usize> {
        let Index { parser, buffer } = &mut self.0;
        wire.feed(buffer, |buffer| match parser.parse(buffer)? {
            Some(reply) => {
                std::hint::black_box(reply.decode::<Value>()?);
                Ok(true)
            }
            None => Ok(false),
        })
    }
}
