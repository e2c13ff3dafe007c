mod entries;
mod groups;
mod info;
mod reading;

pub use groups::changed;
use redwire::command::Command;
use redwire::prelude::*;

use crate::table::Case;

type Fields = Vec<(String, String)>;
type Read = Vec<StreamEntries<String, Fields>>;

pub fn cases() -> Vec<Case> {
    let mut cases = entries::cases();
    cases.extend(reading::cases());
    cases.extend(groups::cases());
    cases.extend(info::cases());
    cases
}

/// Adds an entry with this id and one field.
fn add(key: &str, id: (u64, u64), field: &str, value: &str) -> Command<Option<StreamId>> {
    Build.xadd_with(key, (field, value), XaddOptions::new().id(id.into()))
}

fn id(ms: u64) -> StreamId {
    StreamId::new(ms, 0)
}

/// How entries print.
fn entry(id: &str, field: &str, value: &str) -> String {
    format!("StreamEntry {{ id: {id}, fields: [({field:?}, {value:?})], claimed: None }}")
}

/// How a list of them prints.
fn list<T: AsRef<str>>(entries: impl IntoIterator<Item = T>) -> String {
    let entries: Vec<T> = entries.into_iter().collect();
    let texts: Vec<&str> = entries.iter().map(AsRef::as_ref).collect();
    format!("[{}]", texts.join(", "))
}

const NONE: [&str; 0] = [];

/// How a stream with the entries read from it prints.
fn stream<T: AsRef<str>>(key: &str, entries: impl IntoIterator<Item = T>) -> String {
    format!("StreamEntries {{ key: {key:?}, entries: {} }}", list(entries))
}
