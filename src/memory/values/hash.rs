//! The hash type.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use bytes::Bytes;

use crate::memory::dict::{COMPACT_KEY, Dict};

#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) value: Bytes,
    /// Unix time in milliseconds from which on the field is gone.
    pub(crate) expires_at: Option<i64>,
}

/// Fields with values, each with an optional time to live. Handlers only ever see live fields: what has expired is
/// purged before a command runs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hash {
    fields: Dict<Field>,
    expiries: BTreeSet<(i64, Bytes)>,
}

impl Hash {
    pub(crate) fn len(&self) -> usize {
        self.fields.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    pub(crate) fn fields(&self) -> &Dict<Field> {
        &self.fields
    }

    pub(crate) fn get(&self, field: &[u8]) -> Option<&Bytes> {
        self.fields.get(field).map(|field| &field.value)
    }

    /// Sets a field and takes away its time to live, as HSET does; true if the field is new.
    pub(crate) fn set(&mut self, field: Bytes, value: Bytes) -> bool {
        self.expire(&field, None);
        self.set_keeping_expiry(field, value)
    }

    /// Sets a field; an existing one keeps its time to live, as under HINCRBY. True if the field is new.
    pub(crate) fn set_keeping_expiry(&mut self, field: Bytes, value: Bytes) -> bool {
        if value.len() > COMPACT_KEY {
            self.fields.make_indexed();
        }
        if let Some(held) = self.fields.get_mut(&field) {
            held.value = value;
            return false;
        }
        self.fields.insert(
            field,
            Field {
                value,
                expires_at: None,
            },
        );
        true
    }

    /// Takes a field out; its value if it was there.
    pub(crate) fn remove(&mut self, field: &[u8]) -> Option<Bytes> {
        self.expire(field, None);
        self.fields.remove(field).map(|(_, field)| field.value)
    }

    /// Sets or takes away the time to live of a field; false if there is no such field.
    pub(crate) fn expire(&mut self, field: &[u8], at: Option<i64>) -> bool {
        let Some((name, held)) = self.fields.get_key_value(field) else {
            return false;
        };
        let name = name.clone();
        if let Some(old) = held.expires_at {
            self.expiries.remove(&(old, name.clone()));
        }
        if let Some(held) = self.fields.get_mut(field) {
            held.expires_at = at;
        }
        if let Some(at) = at {
            self.expiries.insert((at, name));
        }
        true
    }

    /// As [`Hash::expire`] with a time, but one that has come already takes the field out.
    pub(crate) fn expire_or_remove(&mut self, field: &[u8], at: i64, now: i64) {
        if at <= now {
            self.remove(field);
        } else {
            self.expire(field, Some(at));
        }
    }

    /// When the next field expires.
    pub(crate) fn next_expiry(&self) -> Option<i64> {
        self.expiries.first().map(|(at, _)| *at)
    }

    /// Drops the fields that have expired by `now` and returns their names.
    pub(crate) fn purge(&mut self, now: i64) -> Vec<Bytes> {
        let mut gone = Vec::new();
        while let Some((at, _)) = self.expiries.first() {
            if *at > now {
                break;
            }
            if let Some((_, name)) = self.expiries.pop_first() {
                self.fields.remove(&name);
                gone.push(name);
            }
        }
        gone
    }
}
