//! fred, and redis-protocol, the codec inside it.

use std::collections::HashMap;

use bytes::{Bytes, BytesMut};
use fred::clients::Client;
use fred::interfaces::{ClientLike, EventInterface, HashesInterface, KeysInterface, ListInterface, PubsubInterface};
use fred::types::Builder;
use fred::types::config::Config;
use redis_protocol::error::RedisProtocolError;
use redis_protocol::{resp2, resp3};

use super::{Parse, Tokio};
use crate::parse::Wire;
use crate::receive::Feed;
use crate::scenario::Input;
use crate::{Result, fixture};

#[derive(Clone)]
pub struct Async(Client);

impl Tokio for Async {
    async fn connect(url: &str) -> Result<Self> {
        let client = Builder::from_config(Config::from_url(url)?).build()?;
        client.init().await?;
        Ok(Async(client))
    }

    async fn get(&mut self, key: &str) -> Result<Bytes> {
        Ok(self.0.get(key).await?)
    }

    async fn set(&mut self, key: &str, value: &str) -> Result<()> {
        Ok(self.0.set(key, value, None, None, false).await?)
    }

    async fn pipeline(&mut self, pairs: &[(String, String)]) -> Result<usize> {
        let pipeline = self.0.pipeline();
        for (key, value) in pairs {
            let _: () = pipeline.set(key, value, None, None, false).await?;
            let _: () = pipeline.get(key).await?;
        }
        // Every reply is in it, the OK of each SET too.
        let values: Vec<Bytes> = pipeline.all().await?;
        Ok(values.len() / 2)
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
        let mut builder = Builder::from_config(Config::from_url(url)?);
        // Its default is 32, above which messages are lost.
        let room = usize::try_from(feed.total())?;
        let client = builder.with_performance_config(|config| config.broadcast_channel_capacity = room);
        let client = client.build_subscriber_client()?;
        client.init().await?;
        let mut messages = client.message_rx();
        client.subscribe(fixture::CHANNEL).await?;
        feed.subscribed()?;
        loop {
            let payload = messages.recv().await?.value.into_bytes().ok_or("no payload")?;
            if !feed.got(&payload)? {
                return Ok(());
            }
        }
    }
}

/// RESP2 as fred speaks it by default; its RESP3 decoder where the input is RESP3.
pub struct Codec {
    resp3: bool,
    buffer: BytesMut,
}

impl Parse for Codec {
    fn new(input: Input) -> Self {
        Codec {
            resp3: input == Input::Map,
            buffer: BytesMut::new(),
        }
    }

    fn parse(&mut self, wire: &Wire) -> Result<usize> {
        let next = if self.resp3 { next_resp3 } else { next_resp2 };
        Ok(wire.feed(&mut self.buffer, next)?)
    }
}

fn next_resp2(buffer: &mut BytesMut) -> Result<bool, RedisProtocolError> {
    Ok(!buffer.is_empty() && resp2::decode::decode_bytes_mut(buffer)?.is_some())
}

fn next_resp3(buffer: &mut BytesMut) -> Result<bool, RedisProtocolError> {
    Ok(!buffer.is_empty() && resp3::decode::streaming::decode_bytes_mut(buffer)?.is_some())
}
