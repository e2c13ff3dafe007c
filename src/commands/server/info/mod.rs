//! INFO: text of sections, fields and values, looked at on demand.

mod replies;
mod summary;
#[cfg(test)]
mod tests;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;
use core::str::FromStr;

pub use replies::{CommandStats, DbStats, InstanceRole, ReplicaLink, ServerMode};

use crate::info;
use crate::resp::{DecodeError, FromReply, ReplyRef};

/// What [`info`](super::ServerCommands::info) replies with: the whole text, and access to its fields by name.
///
/// Nothing of it is lost: what has no method of its own is found by [`Info::get`] and, as a number, by
/// [`Info::number`]. A field is named as the server names it (`used_memory`), or with its section in front
/// (`memory/used_memory`). Values such as `keys=1,expires=0` have [items](Info::items).
///
/// The methods for single fields are `None` if the server did not send the field, because the section was not asked for
/// or the version does not know it.
///
/// ```
/// use redwire::prelude::*;
///
/// let client = redwire::mock::Server::new().blocking_client();
/// client.set("a", 1)?;
/// let info = client.info()?;
/// assert_eq!(info.mode(), Some(ServerMode::Standalone));
/// assert_eq!(info.number::<u64>("connected_clients"), Some(1));
/// assert_eq!(info.item("db0", "keys"), Some("1"));
/// assert_eq!(info.keyspace()[&0].keys, 1);
/// # Ok::<(), redwire::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Info {
    text: String,
    sections: Vec<Section>,
    fields: Vec<Field>,
    /// Lines without a name.
    bare: Vec<Range<usize>>,
}

#[derive(Clone, PartialEq, Eq)]
struct Section {
    name: Range<usize>,
    /// Its fields, by their place among all fields.
    fields: Range<usize>,
}

#[derive(Clone, PartialEq, Eq)]
struct Field {
    name: Range<usize>,
    value: Range<usize>,
}

impl Info {
    /// Takes text as INFO sends it apart.
    ///
    /// ```
    /// use redwire::commands::Info;
    ///
    /// let info = Info::parse("# Memory\r\nused_memory:1024\r\nmaxmemory_policy:noeviction\r\n");
    /// assert_eq!(info.used_memory(), Some(1024));
    /// assert_eq!(info.get("memory/maxmemory_policy"), Some("noeviction"));
    /// ```
    #[must_use]
    pub fn parse(text: impl Into<String>) -> Info {
        let mut info = Info {
            text: text.into(),
            sections: Vec::new(),
            fields: Vec::new(),
            bare: Vec::new(),
        };
        let mut start = 0;
        let text = core::mem::take(&mut info.text);
        for line in text.split_inclusive('\n') {
            info.line(start, line.trim_end_matches(['\r', '\n']));
            start += line.len();
        }
        info.text = text;
        info
    }

    fn line(&mut self, start: usize, line: &str) {
        if let Some(heading) = line.strip_prefix('#') {
            let name = heading.trim();
            let name_start = start + 1 + (heading.len() - heading.trim_start().len());
            self.sections.push(Section {
                name: name_start..name_start + name.len(),
                fields: self.fields.len()..self.fields.len(),
            });
        } else if let Some(colon) = info::colon(line.as_bytes()) {
            self.fields.push(Field {
                name: start..start + colon,
                value: start + colon + 1..start + line.len(),
            });
            if let Some(section) = self.sections.last_mut() {
                section.fields.end = self.fields.len();
            }
        } else if !line.is_empty() {
            self.bare.push(start..start + line.len());
        }
    }

    /// The text as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    fn pair(&self, field: &Field) -> (&str, &str) {
        (self.slice(&field.name), self.slice(&field.value))
    }

    fn of_section<'a>(&'a self, section: &Section) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let fields = self.fields.get(section.fields.clone()).unwrap_or_default();
        fields.iter().map(|field| self.pair(field))
    }

    /// The names of the sections, in order: `Server`, `Clients`, ..
    pub fn sections(&self) -> impl Iterator<Item = &str> {
        self.sections.iter().map(|section| self.slice(&section.name))
    }

    /// The fields of a section and their values, in order; its name in any case. None at all if there is no such section.
    pub fn section(&self, name: &str) -> impl Iterator<Item = (&str, &str)> {
        self.sections
            .iter()
            .filter(move |section| self.slice(&section.name).eq_ignore_ascii_case(name))
            .flat_map(|section| self.of_section(section))
    }

    /// All fields and their values, in order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|field| self.pair(field))
    }

    /// Lines that are neither a heading nor a field with a name, as they stand.
    pub fn raw_lines(&self) -> impl Iterator<Item = &str> {
        self.bare.iter().map(|line| self.slice(line))
    }

    /// The value of a field: `used_memory`, or `memory/used_memory`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = |(field, value)| (field == name).then_some(value);
        self.fields().find_map(found).or_else(|| {
            let (section, name) = name.split_once('/')?;
            self.section(section)
                .find(|(field, _)| *field == name)
                .map(|(_, value)| value)
        })
    }

    /// The value of a field as a number, if it is one.
    #[must_use]
    pub fn number<T: FromStr>(&self, name: &str) -> Option<T> {
        self.get(name)?.parse().ok()
    }

    /// What is in a value of several items: `keys=1,expires=0` has `keys` and `expires`. Nothing for other values.
    pub fn items(&self, name: &str) -> impl Iterator<Item = (&str, &str)> {
        items(self.get(name).unwrap_or_default())
    }

    /// One item of a value: `info.item("db0", "keys")`.
    #[must_use]
    pub fn item(&self, name: &str, item: &str) -> Option<&str> {
        self.items(name)
            .find(|(other, _)| *other == item)
            .map(|(_, value)| value)
    }
}

/// What is in a value of several items.
fn items(value: &str) -> impl Iterator<Item = (&str, &str)> {
    value.split(',').filter_map(|item| item.split_once('='))
}

impl FromReply for Info {
    /// Bytes that are no text, as paths and names of modules may hold, are replaced.
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        match reply.text() {
            Some(text) => Ok(Info::parse(String::from_utf8_lossy(text))),
            None => Err(DecodeError::new("text of INFO", reply)),
        }
    }
}

impl fmt::Debug for Info {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.fields()).finish()
    }
}

impl fmt::Display for Info {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
