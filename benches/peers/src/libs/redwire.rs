//! redwire itself.

use std::collections::HashMap;

use bytes::{Bytes, BytesMut};
use redwire::pipeline::{Batch, BatchResults, Slot};
use redwire::prelude::*;
use redwire::pubsub::Event;
use redwire::resp::{FromReply, Parser, ProtocolError, RespParser, Value};

use super::{Blocking, Parse, Tokio};
use crate::parse::Wire;
use crate::receive::Feed;
use crate::scenario::Input;
use crate::{Result, fixture};

pub struct Sync(redwire::blocking::Client);

impl Blocking for Sync {
    fn connect(url: &str) -> Result<Self> {
        Ok(Sync(redwire::blocking::Client::connect(url)?))
    }

    fn get(&mut self, key: &str) -> Result<Bytes> {
        Ok(self.0.get(key)?)
    }

    fn for_thread(&self, _url: &str) -> Result<Self> {
        Ok(Sync(self.0.clone()))
    }

    fn set(&mut self, key: &str, value: &str) -> Result<()> {
        self.0.set(key, value)?;
        Ok(())
    }

    fn pipeline(&mut self, pairs: &[(String, String)]) -> Result<usize> {
        let (batch, slots) = fill(self.0.batch(), pairs);
        values(batch.execute()?, slots)
    }

    fn lrange_strings(&mut self, key: &str) -> Result<Vec<String>> {
        Ok(self.0.run(lrange(key))?)
    }

    fn lrange_bytes(&mut self, key: &str) -> Result<Vec<Bytes>> {
        Ok(self.0.run(lrange(key))?)
    }

    fn hgetall(&mut self, key: &str) -> Result<HashMap<String, String>> {
        Ok(self.0.run(hgetall(key))?)
    }

    fn receive(url: &str, feed: &mut Feed) -> Result<()> {
        let mut pubsub = redwire::blocking::Client::connect(url)?.pubsub();
        pubsub.subscribe(fixture::CHANNEL)?;
        let mut subscribed = false;
        for event in pubsub.listen() {
            match event? {
                Event::Message(message) if !feed.got(message.payload())? => break,
                Event::Confirmation(_) if !subscribed => {
                    subscribed = true;
                    feed.subscribed()?;
                }
                Event::Gap(gap) => return Err(gap.why.into()),
                _ => {}
            }
        }
        Ok(())
    }
}

#[derive(Clone)]
pub struct Async(redwire::tokio::Client);

impl Tokio for Async {
    async fn connect(url: &str) -> Result<Self> {
        Ok(Async(redwire::tokio::Client::connect(url).await?))
    }

    async fn get(&mut self, key: &str) -> Result<Bytes> {
        Ok(self.0.get(key).await?)
    }

    async fn set(&mut self, key: &str, value: &str) -> Result<()> {
        self.0.set(key, value).await?;
        Ok(())
    }

    async fn pipeline(&mut self, pairs: &[(String, String)]) -> Result<usize> {
        let (batch, slots) = fill(self.0.batch(), pairs);
        values(batch.execute().await?, slots)
    }

    async fn lrange_strings(&mut self, key: &str) -> Result<Vec<String>> {
        Ok(self.0.run(lrange(key)).await?)
    }

    async fn lrange_bytes(&mut self, key: &str) -> Result<Vec<Bytes>> {
        Ok(self.0.run(lrange(key)).await?)
    }

    async fn hgetall(&mut self, key: &str) -> Result<HashMap<String, String>> {
        Ok(self.0.run(hgetall(key)).await?)
    }

    async fn receive(url: &str, feed: &mut Feed) -> Result<()> {
        let mut pubsub = redwire::tokio::Client::connect(url).await?.pubsub();
        pubsub.subscribe(fixture::CHANNEL).await?;
        let mut subscribed = false;
        while let Some(event) = pubsub.listen().next().await {
            match event? {
                Event::Message(message) if !feed.got(message.payload())? => break,
                Event::Confirmation(_) if !subscribed => {
                    subscribed = true;
                    feed.subscribed()?;
                }
                Event::Gap(gap) => return Err(gap.why.into()),
                _ => {}
            }
        }
        Ok(())
    }
}

fn lrange<T: FromReply>(key: &str) -> Command<T> {
    cmd("LRANGE").read_only().key(key).arg(0).arg(-1).returns()
}

fn hgetall<T: FromReply>(key: &str) -> Command<T> {
    cmd("HGETALL").read_only().key(key).returns()
}

/// Without MULTI and EXEC, as the others send theirs.
fn fill<C>(batch: Batch<C>, pairs: &[(String, String)]) -> (Batch<C>, Vec<Slot<Bytes>>) {
    let mut batch = batch.non_atomic();
    let mut slots = Vec::with_capacity(pairs.len());
    for (key, value) in pairs {
        let _ = batch.set(key, value);
        slots.push(batch.get(key));
    }
    (batch, slots)
}

fn values(mut results: BatchResults, slots: Vec<Slot<Bytes>>) -> Result<usize> {
    let values: Vec<Bytes> = slots
        .into_iter()
        .map(|slot| results.take(slot))
        .collect::<Result<_, Error>>()?;
    Ok(values.len())
}

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
        Ok(wire.feed(buffer, |buffer| {
            let whole = parser.parse(buffer)?.is_some();
            if !whole {
                reserve(parser, buffer);
            }
            Ok::<_, ProtocolError>(whole)
        })?)
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
            None => {
                reserve(parser, buffer);
                Ok(false)
            }
        })
    }
}

/// Room for the large string that the parser has seen the header of, as a connection makes it.
fn reserve(parser: &RespParser, buffer: &mut BytesMut) {
    buffer.reserve(parser.wanted().saturating_sub(buffer.len()));
}
