//! What kept the server from answering, and for how long.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use super::elements::Elements;
use crate::command::{Executor, cmd};
use crate::resp::{DecodeError, Fields, FromReply, Milliseconds, ReplyRef, Seconds, ToArg, ToArgs, Value};

/// Commands on delays that the server has noticed.
///
/// Events are recorded once `latency-monitor-threshold` of the server's configuration is set; the histograms are kept
/// unless `latency-tracking` is off. Points in time are durations since the Unix epoch (1970-01-01 00:00 UTC).
pub trait LatencyCommands: Executor {
    /// The last delay of each kind of event.
    ///
    /// Sends [`LATENCY LATEST`](https://redis.io/docs/latest/commands/latency-latest/). Replies with times in whole seconds
    /// and delays in whole milliseconds. Since Redis 2.8.13.
    fn latency_latest(self) -> Self::Output<Vec<LatencyEvent>> {
        self.run(cmd("LATENCY LATEST").idempotent().returns())
    }

    /// The delays of one kind of event (`command`, `fork`, ..), the oldest first; at most 160 of them.
    ///
    /// Sends [`LATENCY HISTORY`](https://redis.io/docs/latest/commands/latency-history/). Replies with times in whole
    /// seconds and delays in whole milliseconds. Since Redis 2.8.13.
    fn latency_history(self, event: impl ToArg) -> Self::Output<Vec<LatencySample>> {
        self.run(cmd("LATENCY HISTORY").idempotent().arg(event).returns())
    }

    /// Forgets the delays of these kinds of events; of all kinds if none is named.
    ///
    /// Sends [`LATENCY RESET`](https://redis.io/docs/latest/commands/latency-reset/). Replies with how many kinds there
    /// were something to forget of. Since Redis 2.8.13.
    fn latency_reset(self, events: impl ToArgs) -> Self::Output<u64> {
        self.run(cmd("LATENCY RESET").arg(events).returns())
    }

    /// How long these commands took; all that were called if none is named.
    ///
    /// Sends [`LATENCY HISTOGRAM`](https://redis.io/docs/latest/commands/latency-histogram/). Commands that were not called,
    /// and names of none, are left out. Since Redis 7.0.
    fn latency_histogram(self, commands: impl ToArgs) -> Self::Output<BTreeMap<String, LatencyHistogram>> {
        let request = cmd("LATENCY HISTOGRAM").idempotent().arg(commands);
        self.run(request.returns())
    }

    /// What the server thinks of its delays, for people to read.
    ///
    /// Sends [`LATENCY DOCTOR`](https://redis.io/docs/latest/commands/latency-doctor/). Since Redis 2.8.13.
    fn latency_doctor(self) -> Self::Output<String> {
        self.run(cmd("LATENCY DOCTOR").idempotent().returns())
    }

    /// A drawing of the delays of one kind of event, for people to look at.
    ///
    /// Sends [`LATENCY GRAPH`](https://redis.io/docs/latest/commands/latency-graph/). An error if there were none. Since
    /// Redis 2.8.13.
    fn latency_graph(self, event: impl ToArg) -> Self::Output<String> {
        self.run(cmd("LATENCY GRAPH").idempotent().arg(event).returns())
    }

    /// The server's own help on `LATENCY`, line by line.
    ///
    /// Sends [`LATENCY HELP`](https://redis.io/docs/latest/commands/latency-help/). Since Redis 2.8.13.
    fn latency_help(self) -> Self::Output<Vec<String>> {
        self.run(cmd("LATENCY HELP").idempotent().returns())
    }
}

impl<E: Executor> LatencyCommands for E {}

/// The delays of one kind of event.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LatencyEvent {
    /// What kept the server busy: `command`, `fork`, `expire-cycle`, ..
    pub event: String,
    /// When it last did: the duration since the Unix epoch, in whole seconds.
    pub at: Duration,
    /// For how long it then did, in whole milliseconds.
    pub latest: Duration,
    /// For how long it ever did, in whole milliseconds.
    pub max: Duration,
    /// For how long it did in all, as far as is remembered, in whole milliseconds. Only Valkey
    /// says so.
    pub sum: Option<Duration>,
    /// How often it did, as far as is remembered. Only Valkey says so.
    pub count: Option<u64>,
    /// What else the server says, in its order.
    pub other: Vec<Value>,
}

/// One delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LatencySample {
    /// When: the duration since the Unix epoch, in whole seconds.
    pub at: Duration,
    /// For how long, in whole milliseconds.
    pub latency: Duration,
}

/// How long a command took.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LatencyHistogram {
    /// How often it ran.
    pub calls: u64,
    /// How often it took at most so long, in microseconds, the shortest time first. Each entry counts what those before
    /// it count as well, and times at which nothing is added are left out.
    pub histogram: Vec<(Duration, u64)>,
    /// What else the server says, by its names.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for LatencyEvent {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut elements = Elements::of(reply, "name, time and delays of an event")?;
        Ok(LatencyEvent {
            event: elements.take()?,
            at: elements.take().map(|Seconds(at)| at)?,
            latest: elements.take().map(|Milliseconds(latest)| latest)?,
            max: elements.take().map(|Milliseconds(max)| max)?,
            sum: elements.optional()?.map(|Milliseconds(sum)| sum),
            count: elements.optional()?,
            other: elements.rest(),
        })
    }
}

impl FromReply for LatencySample {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut elements = Elements::of(reply, "time and delay")?;
        Ok(LatencySample {
            at: elements.take().map(|Seconds(at)| at)?,
            latency: elements.take().map(|Milliseconds(latency)| latency)?,
        })
    }
}

impl FromReply for LatencyHistogram {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        Ok(LatencyHistogram {
            calls: fields.take("calls")?,
            histogram: fields
                .take::<Vec<(u64, u64)>>("histogram_usec")?
                .into_iter()
                .map(|(micros, count)| (Duration::from_micros(micros), count))
                .collect(),
            other: fields.rest(),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

    use alloc::string::ToString;

    use super::*;
    use crate::command::Build;
    use crate::commands::testing::parse;

    #[test]
    fn events_of_redis_and_valkey() {
        let events: Vec<LatencyEvent> = parse(
            b"*2\r\n*4\r\n$7\r\ncommand\r\n:1405067976\r\n:251\r\n:1001\r\n\
              *7\r\n$4\r\nfork\r\n:1405067977\r\n:3\r\n:4\r\n:7\r\n:2\r\n$3\r\nnew\r\n",
        )
        .decode()
        .unwrap();
        let [redis, valkey] = events.as_slice() else {
            panic!("{events:?}")
        };
        assert_eq!(
            (redis.event.as_str(), redis.at),
            ("command", Duration::from_secs(1_405_067_976))
        );
        assert_eq!(
            (redis.latest, redis.max),
            (Duration::from_millis(251), Duration::from_millis(1001))
        );
        assert_eq!((redis.sum, redis.count, redis.other.len()), (None, None, 0));
        assert_eq!((valkey.sum, valkey.count), (Some(Duration::from_millis(7)), Some(2)));
        assert_eq!(valkey.other.first().and_then(Value::as_bytes), Some(&b"new"[..]));
        let error = parse(b"*1\r\n*2\r\n$4\r\nfork\r\n:1\r\n").decode::<Vec<LatencyEvent>>();
        assert_eq!(
            error.unwrap_err().to_string(),
            "expected name, time and delays of an event, found array of 2 at [0]"
        );
    }

    #[test]
    fn history() {
        let decode = |bytes| Build.latency_history("command").decode(parse(bytes));
        assert_eq!(decode(b"*0\r\n"), Ok(Vec::new()));
        let samples = decode(b"*1\r\n*2\r\n:1405067822\r\n:251\r\n").unwrap();
        let sample = samples.first().unwrap();
        assert_eq!(
            (sample.at, sample.latency),
            (Duration::from_secs(1_405_067_822), Duration::from_millis(251))
        );
        assert_eq!(
            decode(b"*1\r\n*2\r\n:1405067822\r\n:-1\r\n").unwrap_err().to_string(),
            "expected u64, found integer -1 at [0][1]"
        );
    }

    #[test]
    fn histograms_of_both_protocols() {
        let resp2 = b"*2\r\n$10\r\nconfig|get\r\n*4\r\n$5\r\ncalls\r\n:3\r\n$14\r\nhistogram_usec\r\n*4\r\n:8\r\n:1\r\n:16\r\n:3\r\n";
        let resp3 = b"%1\r\n$10\r\nconfig|get\r\n%2\r\n$5\r\ncalls\r\n:3\r\n$14\r\nhistogram_usec\r\n%2\r\n:8\r\n:1\r\n:16\r\n:3\r\n";
        for bytes in [&resp2[..], &resp3[..]] {
            let histograms = Build.latency_histogram("config|get").decode(parse(bytes)).unwrap();
            let get = histograms.get("config|get").unwrap();
            let expected = [(Duration::from_micros(8), 1), (Duration::from_micros(16), 3)];
            assert_eq!((get.calls, get.histogram.as_slice()), (3, &expected[..]));
        }
    }
}
