//! CLIENT TRACKING.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use bytes::Bytes;

use super::info::TrackingRedirect;
use crate::command::Request;
use crate::commands::options::owned;
use crate::resp::{DecodeError, Fields, FromReply, ReplyRef, ToArg, Value};

/// Options of [`client_tracking_with`](super::ClientCommands::client_tracking_with). Options that exclude each other are
/// refused before anything is sent.
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct TrackingOptions {
    redirect: Option<u64>,
    prefixes: Vec<Vec<u8>>,
    bcast: bool,
    optin: bool,
    optout: bool,
    noloop: bool,
}

impl TrackingOptions {
    /// No options: the connection is told itself of all keys that it has read.
    pub fn new() -> Self {
        TrackingOptions::default()
    }

    /// Tells the connection with this number instead, by messages on the channel `__redis__:invalidate`.
    pub fn redirect(mut self, id: u64) -> Self {
        self.redirect = Some(id);
        self
    }

    /// Tells of keys that begin with this, read before or not; one more with each call. Needs
    /// [`bcast`](TrackingOptions::bcast).
    pub fn prefix(mut self, prefix: impl ToArg) -> Self {
        self.prefixes.push(owned(prefix));
        self
    }

    /// Tells of all keys that change, read before or not, or of those with the prefixes.
    pub fn bcast(mut self) -> Self {
        self.bcast = true;
        self
    }

    /// Tells only of keys that were read by a command right after
    /// [`client_caching`](super::ClientCommands::client_caching) with `YES`.
    pub fn optin(mut self) -> Self {
        self.optin = true;
        self
    }

    /// Tells not of keys that were read by a command right after
    /// [`client_caching`](super::ClientCommands::client_caching) with `NO`.
    pub fn optout(mut self) -> Self {
        self.optout = true;
        self
    }

    /// Tells not of what this connection changes itself.
    pub fn noloop(mut self) -> Self {
        self.noloop = true;
        self
    }

    pub(super) fn write(self, mut request: Request) -> Request {
        if self.optin && self.optout {
            request = request.refuse("only one of OPTIN and OPTOUT can be given");
        }
        if self.bcast && (self.optin || self.optout) {
            request = request.refuse("BCAST tells of all keys, which OPTIN and OPTOUT have no say in");
        }
        if !self.bcast && !self.prefixes.is_empty() {
            request = request.refuse("PREFIX needs BCAST");
        }
        request = request.opt_with("REDIRECT", self.redirect);
        for prefix in self.prefixes {
            request = request.arg("PREFIX").arg(prefix);
        }
        request
            .flag("BCAST", self.bcast)
            .flag("OPTIN", self.optin)
            .flag("OPTOUT", self.optout)
            .flag("NOLOOP", self.noloop)
    }
}

/// What of tracking is in force on a connection.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TrackingInfo {
    /// `off`, or `on` and perhaps `bcast`, `optin`, `optout`, `noloop`, `caching-yes`, `caching-no`, `broken_redirect`.
    pub flags: BTreeSet<String>,
    /// Which connection is told.
    pub redirect: TrackingRedirect,
    /// Of which keys, if not of all that are read.
    pub prefixes: Vec<Bytes>,
    /// What else the server says, by its names.
    pub other: BTreeMap<String, Value>,
}

impl TrackingInfo {
    /// Whether the server tracks anything.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.flags.contains("on")
    }
}

impl FromReply for TrackingInfo {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        Ok(TrackingInfo {
            flags: fields.take("flags")?,
            redirect: fields.take("redirect")?,
            prefixes: fields.take("prefixes")?,
            other: fields.rest(),
        })
    }
}
