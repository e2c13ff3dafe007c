//! Parameters of CONFIG GET and CONFIG SET. Most are only remembered; those with an effect say so below.

use alloc::collections::BTreeMap;
use alloc::string::String;

use super::number::parse_i64;

/// What a parameter may be set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accepts {
    YesNo,
    /// An integer in this range.
    Number(i64, i64),
    /// Bytes, with an optional unit (`1gb`).
    Memory,
    OneOf(&'static [&'static str]),
    Text,
    /// Fixed when the server starts.
    Nothing,
}

#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    default: &'static str,
    pub(crate) accepts: Accepts,
}

const fn parameter(name: &'static str, default: &'static str, accepts: Accepts) -> Parameter {
    Parameter { name, default, accepts }
}

const POLICIES: &[&str] = &[
    "volatile-lru",
    "volatile-lfu",
    "volatile-random",
    "volatile-ttl",
    "allkeys-lru",
    "allkeys-lfu",
    "allkeys-random",
    "noeviction",
];
const COUNT: Accepts = Accepts::Number(0, i64::MAX);

static PARAMETERS: &[Parameter] = &[
    parameter("activedefrag", "no", Accepts::YesNo),
    parameter("activerehashing", "yes", Accepts::YesNo),
    parameter("appendfsync", "everysec", Accepts::OneOf(&["everysec", "always", "no"])),
    parameter("appendonly", "no", Accepts::YesNo),
    parameter("bind", "* -::*", Accepts::Nothing),
    parameter("databases", "16", Accepts::Nothing),
    parameter("dbfilename", "dump.rdb", Accepts::Text),
    parameter("dir", "/", Accepts::Text),
    parameter("hash-max-listpack-entries", "128", COUNT),
    parameter("hash-max-listpack-value", "64", COUNT),
    parameter("hz", "10", Accepts::Number(0, i32::MAX as i64)),
    parameter("lfu-decay-time", "1", Accepts::Number(0, i32::MAX as i64)),
    parameter("lfu-log-factor", "10", Accepts::Number(0, i32::MAX as i64)),
    parameter(
        "list-max-listpack-size",
        "-2",
        Accepts::Number(i32::MIN as i64, i32::MAX as i64),
    ),
    parameter(
        "loglevel",
        "notice",
        Accepts::OneOf(&["debug", "verbose", "notice", "warning", "nothing"]),
    ),
    parameter("maxclients", "10000", Accepts::Number(1, u32::MAX as i64)),
    parameter("maxmemory", "0", Accepts::Memory),
    // Counting accesses (OBJECT FREQ) depends on it.
    parameter("maxmemory-policy", "noeviction", Accepts::OneOf(POLICIES)),
    parameter("maxmemory-samples", "5", Accepts::Number(1, i32::MAX as i64)),
    parameter("notify-keyspace-events", "", Accepts::Text),
    parameter("port", "6379", Accepts::Nothing),
    // The request parser obeys it.
    parameter("proto-max-bulk-len", "536870912", Accepts::Memory),
    parameter("save", "", Accepts::Text),
    parameter("set-max-intset-entries", "512", COUNT),
    parameter("set-max-listpack-entries", "128", COUNT),
    // The log of slow commands obeys both.
    parameter("slowlog-log-slower-than", "10000", Accepts::Number(-1, i64::MAX)),
    parameter("slowlog-max-len", "128", COUNT),
    parameter("tcp-keepalive", "300", Accepts::Number(0, i32::MAX as i64)),
    parameter("timeout", "0", Accepts::Number(0, i32::MAX as i64)),
    parameter("zset-max-listpack-entries", "128", COUNT),
    parameter("zset-max-listpack-value", "64", COUNT),
];

#[derive(Debug, Default)]
pub(crate) struct Config {
    /// What differs from the default.
    set: BTreeMap<&'static str, String>,
}

impl Config {
    pub(crate) fn parameters() -> &'static [Parameter] {
        PARAMETERS
    }

    pub(crate) fn find(name: &[u8]) -> Option<&'static Parameter> {
        PARAMETERS
            .iter()
            .find(|parameter| parameter.name.as_bytes().eq_ignore_ascii_case(name))
    }

    pub(crate) fn value(&self, parameter: &Parameter) -> &str {
        self.set.get(parameter.name).map_or(parameter.default, String::as_str)
    }

    /// Stores a value already checked with [`Parameter::check`].
    pub(crate) fn store(&mut self, parameter: &'static Parameter, value: String) {
        self.set.insert(parameter.name, value);
    }

    fn named(&self, name: &str) -> &str {
        Config::find(name.as_bytes()).map_or("", |parameter| self.value(parameter))
    }

    pub(crate) fn max_bulk(&self) -> i64 {
        parse_i64(self.named("proto-max-bulk-len").as_bytes()).unwrap_or(i64::MAX)
    }

    pub(crate) fn policy(&self) -> &str {
        self.named("maxmemory-policy")
    }

    /// Whether the log of slow commands takes commands that take no time.
    pub(crate) fn everything_is_slow(&self) -> bool {
        parse_i64(self.named("slowlog-log-slower-than").as_bytes()) == Some(0)
    }

    pub(crate) fn slowlog_max_len(&self) -> usize {
        let len = parse_i64(self.named("slowlog-max-len").as_bytes());
        len.and_then(|len| usize::try_from(len).ok()).unwrap_or_default()
    }

    /// Whether keys have an access counter.
    pub(crate) fn tracks_frequency(&self) -> bool {
        self.policy().ends_with("lfu")
    }
}

impl Parameter {
    /// The value as it is stored, or the reason why it is refused.
    pub(crate) fn check(&self, value: &[u8]) -> Result<String, &'static str> {
        let text = core::str::from_utf8(value).map_err(|_| "argument contains invalid characters")?;
        match self.accepts {
            Accepts::Text => Ok(String::from(text)),
            Accepts::Nothing => Err("can't set immutable config"),
            Accepts::YesNo if ["yes", "no"].iter().any(|word| word.eq_ignore_ascii_case(text)) => {
                Ok(text.to_ascii_lowercase())
            }
            Accepts::YesNo => Err("argument must be 'yes' or 'no'"),
            Accepts::OneOf(words) => words
                .iter()
                .find(|word| word.eq_ignore_ascii_case(text))
                .map(|word| String::from(*word))
                .ok_or("argument(s) must be one of the following"),
            Accepts::Number(low, high) => match parse_i64(value) {
                Some(number) if (low..=high).contains(&number) => Ok(String::from(text)),
                Some(_) => Err("argument must be between the allowed bounds"),
                None => Err("argument couldn't be parsed into an integer"),
            },
            Accepts::Memory => {
                let bytes = memory(text).ok_or("argument must be a memory value")?;
                Ok(String::from(itoa::Buffer::new().format(bytes)))
            }
        }
    }
}

/// `100`, `1k` (1000), `1kb` (1024) and so on.
fn memory(text: &str) -> Option<i64> {
    let at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(at);
    let factor = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" => 1000,
        "kb" => 1024,
        "m" => 1_000_000,
        "mb" => 1024 * 1024,
        "g" => 1_000_000_000,
        "gb" => 1024 * 1024 * 1024,
        _ => return None,
    };
    digits.parse::<i64>().ok()?.checked_mul(factor)
}
