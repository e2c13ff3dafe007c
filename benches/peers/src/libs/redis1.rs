//! redis-rs, the newest 1.x.

use std::collections::HashMap;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use redis1::aio::MultiplexedConnection;
use redis1::{AsyncCommands, AsyncConnectionConfig, Client, Commands, Connection, Pipeline, ValueCodec};
use tokio_util::codec::Decoder;

use super::{Blocking, Parse, Tokio};
use crate::parse::Wire;
use crate::receive::Feed;
use crate::scenario::Input;
use crate::{Result, fixture};

pub struct Sync(Connection);

impl Blocking for Sync {
    fn connect(url: &str) -> Result<Self> {
        Ok(Sync(Client::open(url)?.get_connection()?))
    }

    fn get(&mut self, key: &str) -> Result<Bytes> {
        Ok(self.0.get(key)?)
    }

    fn set(&mut self, key: &str, value: &str) -> Result<()> {
        Ok(self.0.set(key, value)?)
    }

    fn pipeline(&mut self, pairs: &[(String, String)]) -> Result<usize> {
        let values: Vec<Bytes> = pipeline(pairs).query(&mut self.0)?;
        Ok(values.len())
    }

    fn lrange_strings(&mut self, key: &str) -> Result<Vec<String>> {
        Ok(self.0.lrange(key, 0, -1)?)
    }

    fn lrange_bytes(&mut self, key: &str) -> Result<Vec<Bytes>> {
        Ok(self.0.lrange(key, 0, -1)?)
    }

    fn hgetall(&mut self, key: &str) -> Result<HashMap<String, String>> {
        Ok(self.0.hgetall(key)?)
    }

    fn receive(url: &str, feed: &mut Feed) -> Result<()> {
        let mut connection = Client::open(url)?.get_connection()?;
        let mut pubsub = connection.as_pubsub();
        pubsub.subscribe(fixture::CHANNEL)?;
        feed.subscribed()?;
        while feed.got(pubsub.get_message()?.get_payload_bytes())? {}
        Ok(())
    }
}

#[derive(Clone)]
pub struct Async(MultiplexedConnection);

impl Tokio for Async {
    async fn connect(url: &str) -> Result<Self> {
        // Its default is half a second, too short under valgrind.
        let config = AsyncConnectionConfig::new().set_response_timeout(Some(Duration::from_secs(60)));
        Ok(Async(
            Client::open(url)?
                .get_multiplexed_async_connection_with_config(&config)
                .await?,
        ))
    }

    async fn get(&mut self, key: &str) -> Result<Bytes> {
        Ok(self.0.get(key).await?)
    }

    async fn set(&mut self, key: &str, value: &str) -> Result<()> {
        Ok(self.0.set(key, value).await?)
    }

    async fn pipeline(&mut self, pairs: &[(String, String)]) -> Result<usize> {
        let values: Vec<Bytes> = pipeline(pairs).query_async(&mut self.0).await?;
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
        let mut pubsub = Client::open(url)?.get_async_pubsub().await?;
        pubsub.subscribe(fixture::CHANNEL).await?;
        feed.subscribed()?;
        let mut messages = pubsub.on_message();
        while let Some(message) = messages.next().await {
            if !feed.got(message.get_payload_bytes())? {
                break;
            }
        }
        Ok(())
    }
}

fn pipeline(pairs: &[(String, String)]) -> Pipeline {
    let mut pipeline = Pipeline::with_capacity(pairs.len() * 2);
    for (key, value) in pairs {
        pipeline.set(key, value).ignore().get(key);
    }
    pipeline
}

/// The decoder of its multiplexed connection; it builds a `Value` for every reply.
pub struct Codec {
    codec: ValueCodec,
    buffer: BytesMut,
}

impl Parse for Codec {
    fn new(_: Input) -> Self {
        Codec {
            codec: ValueCodec::default(),
            buffer: BytesMut::new(),
        }
    }

    fn parse(&mut self, wire: &Wire) -> Result<usize> {
        let Codec { codec, buffer } = self;
        Ok(wire.feed(buffer, |buffer| codec.decode(buffer).map(|value| value.is_some()))?)
    }
}
