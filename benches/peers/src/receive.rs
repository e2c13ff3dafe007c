//! Receiving what somebody publishes: how many messages, and what they cost.

use std::hint::black_box;

use crate::fixture::{self, Raw};
use crate::libs::{Blocking, Tokio};
use crate::measure::{Cost, Meter, resident};
use crate::run::expect;
use crate::scenario::Scenario;
use crate::{Result, server};

/// Publishes the messages of a run, and counts those that arrive.
pub struct Feed {
    publisher: Raw,
    warm_up: u64,
    n: u64,
    received: u64,
    before: u64,
    meter: Option<Meter>,
}

impl Feed {
    fn new(scenario: &Scenario, url: &str, n: u64) -> Result<Feed> {
        Ok(Feed {
            publisher: Raw::connect(&server::address(url)?)?,
            warm_up: scenario.warm_up(),
            n,
            received: 0,
            before: resident()?,
            meter: None,
        })
    }

    /// How many messages there will be.
    pub fn total(&self) -> u64 {
        self.warm_up + self.n
    }

    /// The library has subscribed: everything is published. A script does it, so that this process has no part in it.
    pub fn subscribed(&mut self) -> Result<()> {
        let script = "for i = 1, tonumber(ARGV[1]) do redis.call('PUBLISH', ARGV[2], ARGV[3]) end";
        let count = self.total().to_string();
        let payload = "0123456789abcdef";
        self.publisher
            .call(&["EVAL", script, "0", &count, fixture::CHANNEL, payload])?;
        Ok(())
    }

    /// A message is here. False once all are.
    #[inline(never)]
    pub fn got(&mut self, payload: &[u8]) -> Result<bool> {
        expect(black_box(payload).len(), fixture::SMALL_LEN)?;
        self.received += 1;
        if self.received == self.warm_up {
            self.meter = Some(Meter::start(self.before)?);
        }
        Ok(self.received < self.total())
    }

    fn finish(self) -> Result<Cost> {
        self.meter.ok_or("nothing was received")?.finish(self.n)
    }
}

pub fn blocking<L: Blocking>(scenario: &Scenario, url: &str, n: u64) -> Result<Cost> {
    let mut feed = Feed::new(scenario, url, n)?;
    L::receive(url, &mut feed)?;
    feed.finish()
}

pub async fn tokio<L: Tokio>(scenario: &Scenario, url: &str, n: u64) -> Result<Cost> {
    let mut feed = Feed::new(scenario, url, n)?;
    L::receive(url, &mut feed).await?;
    feed.finish()
}
