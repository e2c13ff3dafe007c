//! Which connections CLIENT LIST and CLIENT KILL are about.

use alloc::vec::Vec;
use core::time::Duration;

use super::options::{ClientType, YesNo};
use crate::command::Request;
use crate::commands::options::owned;
use crate::resp::ToArg;

/// Filter of [`client_list_with`](super::ClientCommands::client_list_with) and
/// [`client_kill_with`](super::ClientCommands::client_kill_with): a connection must meet every condition.
///
/// Conditions that a server does not know make it refuse the command.
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct ClientFilter {
    conditions: Vec<(&'static str, Operand)>,
}

#[derive(Clone, Debug)]
enum Operand {
    Word(Vec<u8>),
    Ids(Vec<u64>),
    Seconds(Duration),
}

impl Operand {
    fn write(self, request: Request) -> Request {
        match self {
            Operand::Word(word) => request.arg(word),
            Operand::Ids(ids) => request.args(ids, "id"),
            Operand::Seconds(duration) => request.seconds(duration),
        }
    }
}

impl ClientFilter {
    /// No condition.
    pub fn new() -> Self {
        ClientFilter::default()
    }

    /// Given again, a condition replaces itself.
    fn set(mut self, word: &'static str, operand: Operand) -> Self {
        self.conditions.retain(|(other, _)| *other != word);
        self.conditions.push((word, operand));
        self
    }

    fn word(self, word: &'static str, value: impl ToArg) -> Self {
        self.set(word, Operand::Word(owned(value)))
    }

    /// The connection with this number.
    pub fn id(self, id: u64) -> Self {
        self.ids([id])
    }

    /// The connections with these numbers; none at all is refused. Of CLIENT KILL since Valkey 8.1.
    pub fn ids(self, ids: impl IntoIterator<Item = u64>) -> Self {
        self.set("ID", Operand::Ids(ids.into_iter().collect()))
    }

    /// Connections of this type (`TYPE`).
    #[doc(alias = "type")]
    pub fn of_type(self, client_type: ClientType) -> Self {
        self.word("TYPE", client_type.word())
    }

    /// Connections that are logged in as this user.
    pub fn user(self, user: impl ToArg) -> Self {
        self.word("USER", user)
    }

    /// Connections that come from this address and port (`127.0.0.1:51234`).
    pub fn addr(self, address: impl ToArg) -> Self {
        self.word("ADDR", address)
    }

    /// Connections that go to this address and port of the server. Of CLIENT KILL since Redis 6.2.
    pub fn laddr(self, address: impl ToArg) -> Self {
        self.word("LADDR", address)
    }

    /// Whether the connection is left out which the command runs on. CLIENT KILL leaves it out unless told otherwise.
    pub fn skipme(self, answer: YesNo) -> Self {
        self.word("SKIPME", answer.word())
    }

    /// Connections that are at least so old, in whole seconds. Of CLIENT KILL since Redis 7.4.
    pub fn maxage(self, age: Duration) -> Self {
        self.set("MAXAGE", Operand::Seconds(age))
    }

    /// Connections that have sent nothing for at least so long, in whole seconds. Since Valkey 9.0.
    pub fn idle(self, idle: Duration) -> Self {
        self.set("IDLE", Operand::Seconds(idle))
    }

    /// Connections with this name. Since Valkey 9.0.
    pub fn name(self, name: impl ToArg) -> Self {
        self.word("NAME", name)
    }

    /// Connections with all of these flags, which are letters: see [`flags`](super::ClientInfo::flags). Since Valkey 9.0.
    pub fn flags(self, flags: impl ToArg) -> Self {
        self.word("FLAGS", flags)
    }

    /// Connections of this library. Since Valkey 9.0.
    pub fn lib_name(self, name: impl ToArg) -> Self {
        self.word("LIB-NAME", name)
    }

    /// Connections of this version of a library. Since Valkey 9.0.
    pub fn lib_ver(self, version: impl ToArg) -> Self {
        self.word("LIB-VER", version)
    }

    /// Connections that use this database. Since Valkey 9.0.
    pub fn db(self, db: u32) -> Self {
        self.word("DB", db)
    }

    /// Connections that can do this, by the letters of [`capa`](super::ClientInfo::capa). Since Valkey 9.0.
    pub fn capa(self, capabilities: impl ToArg) -> Self {
        self.word("CAPA", capabilities)
    }

    /// Connections that come from this address, whatever the port. Since Valkey 9.0.
    pub fn ip(self, ip: impl ToArg) -> Self {
        self.word("IP", ip)
    }

    /// Connections with other numbers than these; none at all is refused. Since Valkey 9.0.
    pub fn not_ids(self, ids: impl IntoIterator<Item = u64>) -> Self {
        self.set("NOT-ID", Operand::Ids(ids.into_iter().collect()))
    }

    /// Connections of other types than this one. Since Valkey 9.0.
    pub fn not_of_type(self, client_type: ClientType) -> Self {
        self.word("NOT-TYPE", client_type.word())
    }

    /// Connections that are logged in as somebody else. Since Valkey 9.0.
    pub fn not_user(self, user: impl ToArg) -> Self {
        self.word("NOT-USER", user)
    }

    /// Connections that come from elsewhere than this address and port. Since Valkey 9.0.
    pub fn not_addr(self, address: impl ToArg) -> Self {
        self.word("NOT-ADDR", address)
    }

    /// Connections that go to another address or port of the server than this. Since Valkey 9.0.
    pub fn not_laddr(self, address: impl ToArg) -> Self {
        self.word("NOT-LADDR", address)
    }

    /// Connections with another name than this. Since Valkey 9.0.
    pub fn not_name(self, name: impl ToArg) -> Self {
        self.word("NOT-NAME", name)
    }

    /// Connections without these flags. Since Valkey 9.0.
    pub fn not_flags(self, flags: impl ToArg) -> Self {
        self.word("NOT-FLAGS", flags)
    }

    /// Connections of other libraries than this one. Since Valkey 9.0.
    pub fn not_lib_name(self, name: impl ToArg) -> Self {
        self.word("NOT-LIB-NAME", name)
    }

    /// Connections of other versions of a library than this one. Since Valkey 9.0.
    pub fn not_lib_ver(self, version: impl ToArg) -> Self {
        self.word("NOT-LIB-VER", version)
    }

    /// Connections that use another database than this one. Since Valkey 9.0.
    pub fn not_db(self, db: u32) -> Self {
        self.word("NOT-DB", db)
    }

    /// Connections that cannot do this. Since Valkey 9.0.
    pub fn not_capa(self, capabilities: impl ToArg) -> Self {
        self.word("NOT-CAPA", capabilities)
    }

    /// Connections that come from another address than this one. Since Valkey 9.0.
    pub fn not_ip(self, ip: impl ToArg) -> Self {
        self.word("NOT-IP", ip)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }

    pub(super) fn write(self, request: Request) -> Request {
        let conditions = self.conditions.into_iter();
        conditions.fold(request, |request, (word, operand)| operand.write(request.arg(word)))
    }
}
