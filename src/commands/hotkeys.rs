//! Which keys the server spends its time and its network on.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::RangeInclusive;
use core::time::Duration;

use bytes::Bytes;

use super::elements::list_of;
use super::options::ok_or_nil;
use crate::command::{Executor, Request, cmd};
use crate::resp::{DecodeError, Fields, FromReply, Kind, Milliseconds, Reply, ReplyRef, Value};

/// Commands that find out which keys are used most. Since Redis 8.6.
pub trait HotkeysCommands: Executor {
    /// Begins to measure, as `options` say; what was measured before is forgotten.
    ///
    /// Sends [`HOTKEYS START`](https://redis.io/docs/latest/commands/hotkeys-start/). True, always: an error if it measures
    /// already. Since Redis 8.6.
    fn hotkeys_start(self, options: HotkeysOptions) -> Self::Output<bool> {
        self.run(options.write(cmd("HOTKEYS START")).returns())
    }

    /// Ends measuring; the result is kept.
    ///
    /// Sends [`HOTKEYS STOP`](https://redis.io/docs/latest/commands/hotkeys-stop/). False if it did not measure. Since
    /// Redis 8.6.
    fn hotkeys_stop(self) -> Self::Output<bool> {
        self.run(cmd("HOTKEYS STOP").decoded_by(ok_or_nil))
    }

    /// What was measured so far; `None` if nothing was, or it was forgotten.
    ///
    /// Sends [`HOTKEYS GET`](https://redis.io/docs/latest/commands/hotkeys-get/). Since Redis 8.6.
    fn hotkeys_get(self) -> Self::Output<Option<Hotkeys>> {
        self.run(cmd("HOTKEYS GET").idempotent().decoded_by(measured))
    }

    /// Forgets what was measured.
    ///
    /// Sends [`HOTKEYS RESET`](https://redis.io/docs/latest/commands/hotkeys-reset/). True, always: an error while it
    /// measures. Since Redis 8.6.
    fn hotkeys_reset(self) -> Self::Output<bool> {
        self.run(cmd("HOTKEYS RESET").returns())
    }

    /// The server's own help on `HOTKEYS`, line by line.
    ///
    /// Sends `HOTKEYS HELP`. Since Redis 8.6.
    fn hotkeys_help(self) -> Self::Output<Vec<String>> {
        self.run(cmd("HOTKEYS HELP").idempotent().returns())
    }
}

impl<E: Executor> HotkeysCommands for E {}

/// Options of [`hotkeys_start`](HotkeysCommands::hotkeys_start): at least one of [`cpu`](HotkeysOptions::cpu) and
/// [`net`](HotkeysOptions::net), otherwise nothing is sent.
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct HotkeysOptions {
    cpu: bool,
    net: bool,
    count: Option<u32>,
    duration: Option<Duration>,
    sample: Option<u32>,
    slots: Vec<u16>,
}

impl HotkeysOptions {
    /// Nothing is measured yet.
    pub fn new() -> Self {
        HotkeysOptions::default()
    }

    /// Measures for how long commands with a key run (`CPU`).
    pub fn cpu(mut self) -> Self {
        self.cpu = true;
        self
    }

    /// Measures how many bytes are sent and received for a key (`NET`).
    pub fn net(mut self) -> Self {
        self.net = true;
        self
    }

    /// How many keys are kept, 1 to 64; 10 unless given (`COUNT`).
    pub fn count(mut self, count: u32) -> Self {
        self.count = Some(count);
        self
    }

    /// For how long it measures, in whole seconds; until it is ended unless given (`DURATION`).
    pub fn duration(mut self, duration: Duration) -> Self {
        self.duration = Some(duration);
        self
    }

    /// Measures only one in so many commands (`SAMPLE`).
    pub fn sample(mut self, ratio: u32) -> Self {
        self.sample = Some(ratio);
        self
    }

    /// Measures only keys of these slots; for nodes of a cluster (`SLOTS`).
    pub fn slots(mut self, slots: impl IntoIterator<Item = u16>) -> Self {
        self.slots.extend(slots);
        self
    }

    fn write(self, mut request: Request) -> Request {
        if !self.cpu && !self.net {
            request = request.refuse("at least one of CPU and NET is needed");
        }
        request = request
            .arg("METRICS")
            .arg(u8::from(self.cpu) + u8::from(self.net))
            .flag("CPU", self.cpu)
            .flag("NET", self.net)
            .opt_with("COUNT", self.count);
        if let Some(duration) = self.duration {
            request = request.arg("DURATION").seconds(duration);
        }
        request = request.opt_with("SAMPLE", self.sample);
        if self.slots.is_empty() {
            request
        } else {
            request.arg("SLOTS").arg(self.slots.len()).arg(self.slots)
        }
    }
}

/// Which keys were used most, and how much there was in all.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Hotkeys {
    /// Whether it still measures.
    pub tracking_active: bool,
    /// One in how many commands was measured.
    pub sample_ratio: u64,
    /// The slots whose keys were measured.
    pub selected_slots: Vec<RangeInclusive<u16>>,
    /// When measuring began: the duration since the Unix epoch, in whole milliseconds.
    pub collection_start: Duration,
    /// For how long it was measured, in whole milliseconds.
    pub collection_duration: Duration,
    /// For how long commands ran, measured or not, in microseconds.
    pub all_commands_all_slots: Duration,
    /// How many bytes were sent and received for them.
    pub net_bytes_all_commands_all_slots: u64,
    /// The time the server spent on its own work, in whole milliseconds. Only with [`HotkeysOptions::cpu`].
    pub total_cpu_time_user: Option<Duration>,
    /// The time the operating system spent on it, in whole milliseconds. Only with [`HotkeysOptions::cpu`].
    pub total_cpu_time_sys: Option<Duration>,
    /// How many bytes were measured. Only with [`HotkeysOptions::net`].
    pub total_net_bytes: Option<u64>,
    /// The keys whose commands ran the longest, and for how long, in microseconds. Only with [`HotkeysOptions::cpu`].
    pub by_cpu_time: Option<Vec<(Bytes, Duration)>>,
    /// The keys for which most bytes were sent and received, and how many. Only with [`HotkeysOptions::net`].
    pub by_net_bytes: Option<Vec<(Bytes, u64)>>,
    /// What else the server says, by its names; of the selected slots and the sample alone, above all.
    pub other: BTreeMap<String, Value>,
}

/// The result stands in a list of its own, as one of several servers' would.
fn measured(reply: Reply) -> Result<Option<Hotkeys>, DecodeError> {
    let root = reply.root();
    let mut items = root.items();
    match (root.kind(), items.next()) {
        (Kind::Array, Some(only)) if only.kind().is_aggregate() && items.len() == 0 => {
            Option::from_reply(only).map_err(|error| error.at(0))
        }
        _ => Option::from_reply(root),
    }
}

/// One slot, or the first and the last of several.
fn slots(reply: ReplyRef<'_>) -> Result<RangeInclusive<u16>, DecodeError> {
    match Vec::<u16>::from_reply(reply)?.as_slice() {
        [only] => Ok(*only..=*only),
        [first, last] => Ok(*first..=*last),
        _ => Err(DecodeError::new("slot, or first and last slot", reply)),
    }
}

impl FromReply for Hotkeys {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let millis = |Milliseconds(duration)| duration;
        let micros = |(key, micros)| (key, Duration::from_micros(micros));
        let mut fields = Fields::of(reply)?;
        Ok(Hotkeys {
            tracking_active: fields.take("tracking-active")?,
            sample_ratio: fields.take("sample-ratio")?,
            selected_slots: fields
                .optional_by("selected-slots", |list| list_of(list, slots))?
                .unwrap_or_default(),
            collection_start: fields.take("collection-start-time-unix-ms").map(millis)?,
            collection_duration: fields.take("collection-duration-ms").map(millis)?,
            all_commands_all_slots: fields.take("all-commands-all-slots-us").map(Duration::from_micros)?,
            net_bytes_all_commands_all_slots: fields.take("net-bytes-all-commands-all-slots")?,
            total_cpu_time_user: fields.optional("total-cpu-time-user-ms")?.map(millis),
            total_cpu_time_sys: fields.optional("total-cpu-time-sys-ms")?.map(millis),
            total_net_bytes: fields.optional("total-net-bytes")?,
            by_cpu_time: fields
                .optional::<Vec<(Bytes, u64)>>("by-cpu-time-us")?
                .map(|keys| keys.into_iter().map(micros).collect()),
            by_net_bytes: fields.optional("by-net-bytes")?,
            other: fields.rest(),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]

    use alloc::format;
    use alloc::string::ToString;

    use super::*;
    use crate::command::Build;
    use crate::commands::testing::parse;

    fn get(bytes: &str) -> Result<Option<Hotkeys>, DecodeError> {
        Build.hotkeys_get().decode(parse(bytes.as_bytes()))
    }

    /// What a node of a cluster replied with after `METRICS 2 CPU NET SAMPLE 2 SLOTS 3 1 2 9`, shortened.
    const BODY: &str = "$15\r\ntracking-active\r\n:1\r\n$12\r\nsample-ratio\r\n:2\r\n$14\r\nselected-slots\r\n*2\r\n\
        *2\r\n:1\r\n:2\r\n*1\r\n:9\r\n$30\r\nall-commands-selected-slots-us\r\n:3\r\n$25\r\nall-commands-all-slots-us\r\n:22\r\n\
        $32\r\nnet-bytes-all-commands-all-slots\r\n:32\r\n$29\r\ncollection-start-time-unix-ms\r\n:1795559905262\r\n\
        $22\r\ncollection-duration-ms\r\n:843\r\n$22\r\ntotal-cpu-time-user-ms\r\n:1\r\n$21\r\ntotal-cpu-time-sys-ms\r\n:0\r\n\
        $14\r\nby-cpu-time-us\r\n*4\r\n$3\r\nhot\r\n:21\r\n$1\r\nx\r\n:17\r\n";

    #[test]
    fn results_of_both_protocols() {
        let hotkeys = get(&format!("*1\r\n*22\r\n{BODY}")).unwrap().unwrap();
        for head in ["*1\r\n%11\r\n", "%11\r\n"] {
            assert_eq!(get(&format!("{head}{BODY}")).unwrap().as_ref(), Some(&hotkeys));
        }
        assert!(hotkeys.tracking_active);
        assert_eq!(
            (hotkeys.sample_ratio, hotkeys.selected_slots.as_slice()),
            (2, &[1..=2, 9..=9][..])
        );
        assert_eq!(hotkeys.collection_start, Duration::from_millis(1_795_559_905_262));
        assert_eq!(hotkeys.collection_duration, Duration::from_millis(843));
        assert_eq!(hotkeys.all_commands_all_slots, Duration::from_micros(22));
        assert_eq!(hotkeys.total_cpu_time_user, Some(Duration::from_millis(1)));
        assert_eq!((hotkeys.total_net_bytes, &hotkeys.by_net_bytes), (None, &None));
        let by_cpu_time = [
            ("hot".into(), Duration::from_micros(21)),
            ("x".into(), Duration::from_micros(17)),
        ];
        assert_eq!(hotkeys.by_cpu_time.as_deref(), Some(&by_cpu_time[..]));
        assert_eq!(
            hotkeys.other.get("all-commands-selected-slots-us"),
            Some(&Value::Integer(3))
        );
    }

    #[test]
    fn no_results_and_odd_ones() {
        for nothing in ["$-1\r\n", "*-1\r\n", "_\r\n"] {
            assert_eq!(get(nothing), Ok(None));
        }
        assert!(get("*0\r\n").is_err());
        let odd = BODY.replace("*1\r\n:9\r\n", "*0\r\n");
        assert_eq!(
            get(&format!("*1\r\n%11\r\n{odd}")).unwrap_err().to_string(),
            "expected slot, or first and last slot, found array of 0 at [0][5][1]"
        );
    }
}
