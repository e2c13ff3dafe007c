//! What a handler sees: the keys of the session's database, the time, chance, and a way to wait.

use alloc::vec::Vec;
use core::time::Duration;

use bytes::Bytes;

use super::Server;
use super::blocking::{Block, WaitFor};
use super::command::{Command, Outcome};
use super::database::{Database, Entry};
use super::failure::Failure;
use super::random::Random;
use super::reply::Reply;
use super::session::Session;
use super::values::Kind;

#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) server: &'a mut Server,
    pub(crate) session: &'a mut Session,
    pub(crate) command: &'static Command,
    /// The whole request, name included.
    pub(crate) argv: &'a [Bytes],
    /// False inside EXEC: nobody waits there.
    pub(super) may_block: bool,
    pub(super) block: Option<Block>,
    /// Aggregates made by this command; those still empty at its end are taken away again.
    created: Vec<Bytes>,
}

impl<'a> Context<'a> {
    pub(super) fn new(
        server: &'a mut Server,
        session: &'a mut Session,
        command: &'static Command,
        argv: &'a [Bytes],
        may_block: bool,
    ) -> Self {
        Context {
            server,
            session,
            command,
            argv,
            may_block,
            block: None,
            created: Vec::new(),
        }
    }

    // ---- reading -------------------------------------------------------------------------------------------------

    /// The session's database.
    pub(crate) fn db(&self) -> &Database {
        self.server.databases.at(self.session.database)
    }

    pub(crate) fn entry(&self, key: &[u8]) -> Option<&Entry> {
        self.db().get(key)
    }

    pub(crate) fn exists(&self, key: &[u8]) -> bool {
        self.entry(key).is_some()
    }

    /// The value of `key` as a `K`; an error if it is something else.
    pub(crate) fn get<K: Kind>(&self, key: &[u8]) -> Result<Option<&K>, Failure> {
        match self.entry(key) {
            None => Ok(None),
            Some(entry) => K::of(&entry.value).map(Some).ok_or(Failure::WRONG_TYPE),
        }
    }

    // ---- writing: end each change with `changed` -----------------------------------------------------------------

    /// The value of `key` as a `K`, to be changed in place. Call [`Context::changed`] after a change.
    pub(crate) fn get_mut<K: Kind>(&mut self, key: &[u8]) -> Result<Option<&mut K>, Failure> {
        match self.server.databases.at_mut(self.session.database).get_mut(key) {
            None => Ok(None),
            Some(entry) => K::of_mut(&mut entry.value).map(Some).ok_or(Failure::WRONG_TYPE),
        }
    }

    /// As [`Context::get_mut`], but a missing key starts as an empty `K`. One that is still empty when the command ends
    /// (because of an error, say) never existed.
    pub(crate) fn get_or_create<K: Kind>(&mut self, key: &Bytes) -> Result<&mut K, Failure> {
        let now = self.now_ms();
        let created = &mut self.created;
        let entry = self
            .server
            .databases
            .at_mut(self.session.database)
            .get_or_insert_with(key, || {
                created.push(key.clone());
                Entry::new(K::default().into_value(), now)
            });
        K::of_mut(&mut entry.value).ok_or(Failure::WRONG_TYPE)
    }

    /// Puts a value in place of whatever was there, without a time to live.
    pub(crate) fn put<K: Kind>(&mut self, key: &Bytes, value: K) {
        let entry = Entry::new(value.into_value(), self.now_ms());
        self.put_entry(self.session.database, key, entry);
    }

    /// As [`Context::put`], but an existing key keeps its time to live.
    pub(crate) fn put_keeping_expiry<K: Kind>(&mut self, key: &Bytes, value: K) {
        let mut entry = Entry::new(value.into_value(), self.now_ms());
        entry.expires_at = self.entry(key).and_then(|held| held.expires_at);
        self.put_entry(self.session.database, key, entry);
    }

    pub(crate) fn put_entry(&mut self, database: usize, key: &Bytes, entry: Entry) {
        self.server.databases.at_mut(database).insert(key.clone(), entry);
        self.server.changed(database, key);
    }

    /// Deletes a key; false if there was none.
    pub(crate) fn remove(&mut self, key: &Bytes) -> bool {
        self.take(key).is_some()
    }

    /// Deletes a key and returns what it was.
    pub(crate) fn take(&mut self, key: &Bytes) -> Option<Entry> {
        let database = self.session.database;
        let entry = self.server.databases.at_mut(database).remove(key)?;
        self.server.changed(database, key);
        Some(entry)
    }

    /// To be called after each real change of a key made through [`Context::get_mut`] or [`Context::get_or_create`]:
    /// deletes it if nothing is left in it, fails watchers' transactions, wakes clients that wait for the key and keeps
    /// the expiry index right.
    pub(crate) fn changed(&mut self, key: &Bytes) {
        self.server.changed(self.session.database, key);
    }

    /// Sets (or takes away) the time to live of a key, in Unix milliseconds; false if there is no such key.
    pub(crate) fn expire(&mut self, key: &Bytes, at: Option<i64>) -> bool {
        let Some(entry) = self.server.databases.at_mut(self.session.database).get_mut(key) else {
            return false;
        };
        entry.expires_at = at;
        self.changed(key);
        true
    }

    // ---- surroundings --------------------------------------------------------------------------------------------

    /// Unix time in milliseconds; stands still while a command runs.
    pub(crate) fn now_ms(&self) -> i64 {
        self.server.unix_ms()
    }

    pub(crate) fn random(&mut self) -> &mut Random {
        &mut self.server.random
    }

    /// Makes the client wait until one of `keys` holds something of the right type; then the command is run again.
    /// After `timeout` milliseconds (`None`: never) `otherwise` is the reply. Inside EXEC nobody waits: `otherwise` at once.
    ///
    /// Return what this returns.
    pub(crate) fn wait_for(
        &mut self,
        kind: WaitFor,
        keys: &[Bytes],
        timeout: Option<u64>,
        otherwise: Reply,
    ) -> Outcome {
        self.wait_with(kind, keys, timeout, otherwise, None)
    }

    /// As [`Context::wait_for`], for requests that mean something else later: `again` is run instead.
    pub(crate) fn wait_with(
        &mut self,
        kind: WaitFor,
        keys: &[Bytes],
        timeout: Option<u64>,
        otherwise: Reply,
        again: Option<Vec<Bytes>>,
    ) -> Outcome {
        if !self.may_block {
            return Ok(otherwise);
        }
        let deadline = timeout.map(|millis| self.server.now + Duration::from_millis(millis));
        self.block = Some(Block {
            kind,
            keys: keys.to_vec(),
            deadline,
            otherwise,
            again,
        });
        Ok(Reply::Nothing)
    }

    /// Takes away aggregates that were made but never filled.
    pub(super) fn forget_empty(&mut self) {
        let database = self.session.database;
        for key in core::mem::take(&mut self.created) {
            let db = self.server.databases.at_mut(database);
            if db.get(&key).is_some_and(|entry| entry.value.is_empty()) {
                db.remove(&key);
            }
        }
    }

    /// Marks a value as used, for OBJECT IDLETIME and FREQ.
    pub(super) fn touch_keys(&mut self) {
        if self.session.no_touch {
            return;
        }
        let now = self.server.unix_ms();
        let counts = self.server.config.tracks_frequency();
        for at in self.command.keys.positions(self.argv) {
            let Some(key) = self.argv.get(at) else { continue };
            if let Some(entry) = self.server.databases.at_mut(self.session.database).get_mut(key) {
                entry.used(now, counts.then_some(&mut self.server.random));
            }
        }
    }
}
