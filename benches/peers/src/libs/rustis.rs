//! rustis. Its parser is opened to benchmarks by its feature "bench"; it indexes replies and builds no values.

use std::collections::HashMap;
use std::hint::black_box;

use bytes::Bytes;
use futures_util::StreamExt;
use rustis::client::{BatchPreparedCommand, Client};
use rustis::commands::{HashCommands, ListCommands, PubSubCommands, StringCommands};
use rustis::resp::bench_support::{BenchDecoder, BenchTape, bench_decode_stream_grow, bench_parse_only};

use super::{Parse, Tokio};
use crate::parse::Wire;
use crate::receive::Feed;
use crate::scenario::Input;
use crate::{Result, fixture};

#[derive(Clone)]
pub struct Async(Client);

impl Tokio for Async {
    async fn connect(url: &str) -> Result<Self> {
        Ok(Async(Client::connect(url).await?))
    }

    async fn get(&mut self, key: &str) -> Result<Bytes> {
        Ok(self.0.get(key).await?)
    }

    async fn set(&mut self, key: &str, value: &str) -> Result<()> {
        Ok(self.0.set(key, value).await?)
    }

    async fn pipeline(&mut self, pairs: &[(String, String)]) -> Result<usize> {
        let mut pipeline = self.0.create_pipeline();
        pipeline.reserve(pairs.len() * 2);
        for (key, value) in pairs {
            pipeline.set(key, value).forget();
            pipeline.get::<()>(key).queue();
        }
        let values: Vec<Bytes> = pipeline.execute().await?;
        Ok(values.len())
    }

    async fn lrange_strings(&mut self, key: &str) -> Result<Vec<String>> {
        Ok(self.0.lrange(key, 0, -1).await?)
    }

    async fn lrange_bytes(&mut self, key: &str) -> Result<Vec<Bytes>> {
        Ok(self.0.lrange(key, 0, -1).await?)
    }

    async fn hgetall(&mut self, key: &str) -> Result<HashMap<String, String>> {
        Ok(self.0.hgetall(key).await?)
    }

    async fn receive(url: &str, feed: &mut Feed) -> Result<()> {
        let client = Client::connect(url).await?;
        let mut messages = client.subscribe(fixture::CHANNEL).await?;
        feed.subscribed()?;
        while let Some(message) = messages.next().await {
            if !feed.got(message?.payload())? {
                break;
            }
        }
        Ok(())
    }
}

/// The decoder of its connection: a read buffer in, a reply object over a slice of it out.
pub struct Decoder(BenchDecoder);

impl Parse for Decoder {
    fn new(_: Input) -> Self {
        Decoder(BenchDecoder::new())
    }

    fn parse(&mut self, wire: &Wire) -> Result<usize> {
        if wire.piece < wire.bytes.len() {
            // A fresh decoder, because the one that can be kept takes whole replies only.
            let len = bench_decode_stream_grow(&wire.bytes, wire.piece)?;
            return Ok(usize::from(len == wire.bytes.len()));
        }
        let mut replies = 0;
        for frame in frames(wire) {
            black_box(self.0.feed(frame)?);
            replies += 1;
        }
        Ok(replies)
    }
}

/// Only the index, over a frame that lies whole in memory.
pub struct Tape(BenchTape);

impl Parse for Tape {
    fn new(_: Input) -> Self {
        Tape(BenchTape::new())
    }

    fn parse(&mut self, wire: &Wire) -> Result<usize> {
        let mut replies = 0;
        for frame in frames(wire) {
            bench_parse_only(frame, &mut self.0);
            replies += 1;
        }
        Ok(replies)
    }
}

/// Replies of one length each, which is what the inputs of several replies are.
fn frames(wire: &Wire) -> impl Iterator<Item = &[u8]> {
    wire.bytes.chunks(wire.bytes.len() / wire.replies)
}
