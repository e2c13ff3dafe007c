//! Words of the commands on connections.

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Toggle {
    /// `ON`.
    On,
    /// `OFF`.
    Off,
}

impl Toggle {
    pub(super) fn word(self) -> &'static str {
        match self {
            Toggle::On => "ON",
            Toggle::Off => "OFF",
        }
    }
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum YesNo {
    /// `YES`.
    Yes,
    /// `NO`.
    No,
}

impl YesNo {
    pub(super) fn word(self) -> &'static str {
        match self {
            YesNo::Yes => "YES",
            YesNo::No => "NO",
        }
    }
}

/// What a client library tells the server about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClientAttribute {
    /// The name of the library.
    LibName,
    /// The version of the library.
    LibVer,
}

impl ClientAttribute {
    pub(super) fn word(self) -> &'static str {
        match self {
            ClientAttribute::LibName => "LIB-NAME",
            ClientAttribute::LibVer => "LIB-VER",
        }
    }
}

/// What a connection is to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClientType {
    /// An ordinary client; one that runs MONITOR as well.
    Normal,
    /// The master that the server follows.
    Master,
    /// A replica of the server.
    Replica,
    /// A client with subscriptions.
    Pubsub,
}

impl ClientType {
    pub(super) fn word(self) -> &'static str {
        match self {
            ClientType::Normal => "normal",
            ClientType::Master => "master",
            ClientType::Replica => "replica",
            ClientType::Pubsub => "pubsub",
        }
    }
}

/// Which commands wait during [`client_pause_with`](super::ClientCommands::client_pause_with).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PauseMode {
    /// All commands.
    All,
    /// Commands that may write.
    Write,
}

impl PauseMode {
    pub(super) fn word(self) -> &'static str {
        match self {
            PauseMode::All => "ALL",
            PauseMode::Write => "WRITE",
        }
    }
}

/// What a blocking command is told when it is ended by
/// [`client_unblock_with`](super::ClientCommands::client_unblock_with).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UnblockReason {
    /// Its time is up.
    Timeout,
    /// An error (`UNBLOCKED client unblocked via CLIENT UNBLOCK`).
    Error,
}

impl UnblockReason {
    pub(super) fn word(self) -> &'static str {
        match self {
            UnblockReason::Timeout => "TIMEOUT",
            UnblockReason::Error => "ERROR",
        }
    }
}
