//! The connections of the server, above all the one that a command runs on.

mod filter;
mod info;
mod options;
#[cfg(test)]
mod tests;
mod tracking;

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

pub use filter::ClientFilter;
pub use info::{ClientInfo, TrackingRedirect};
pub use options::{ClientAttribute, ClientType, PauseMode, Toggle, UnblockReason, YesNo};
pub use tracking::{TrackingInfo, TrackingOptions};

use crate::command::{Executor, cmd};
use crate::resp::{ToArg, ToArgs};

/// Commands on the connections of the server.
///
/// A client may own several connections and share them among its callers: what one of these methods reads of "this
/// connection" is that of the connection which the call happened to use. Those that change something about it
/// (`client_setname`, `client_tracking`, ..) are refused by clients that share connections; take an exclusive connection
/// for them, or have the configuration do it for every connection.
///
/// `CLIENT REPLY` is missing on purpose: replies that do not come would be taken for those of other commands.
pub trait ClientCommands: Executor {
    /// The number that the server gave this connection; it is never used twice while the server runs.
    ///
    /// Sends [`CLIENT ID`](https://redis.io/docs/latest/commands/client-id/). Since Redis 5.0.
    fn client_id(self) -> Self::Output<u64> {
        self.run(cmd("CLIENT ID").idempotent().returns())
    }

    /// What the server knows of this connection.
    ///
    /// Sends [`CLIENT INFO`](https://redis.io/docs/latest/commands/client-info/). Since Redis 6.2.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// let info = client.client_info()?;
    /// assert_eq!(info.id, client.client_id()?);
    /// assert_eq!(info.db, Some(0));
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn client_info(self) -> Self::Output<ClientInfo> {
        self.run(cmd("CLIENT INFO").idempotent().returns())
    }

    /// What the server knows of all connections.
    ///
    /// Sends [`CLIENT LIST`](https://redis.io/docs/latest/commands/client-list/). Since Redis 2.4.
    fn client_list(self) -> Self::Output<Vec<ClientInfo>> {
        self.client_list_with(ClientFilter::new())
    }

    /// What the server knows of the connections that the filter lets through.
    ///
    /// Sends [`CLIENT LIST`](https://redis.io/docs/latest/commands/client-list/). A type since Redis 5.0, numbers since
    /// 6.2; Redis takes one of them, Valkey any filters since 8.1.
    fn client_list_with(self, filter: ClientFilter) -> Self::Output<Vec<ClientInfo>> {
        let request = filter.write(cmd("CLIENT LIST").idempotent());
        self.run(request.decoded_by(info::list))
    }

    /// Closes the connection that comes from `address` (`127.0.0.1:51234`).
    ///
    /// Sends [`CLIENT KILL`](https://redis.io/docs/latest/commands/client-kill/). True, always: an error
    /// (`ERR No such client`) if there is none. Since Redis 2.4.
    fn client_kill(self, address: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("CLIENT KILL").arg(address).returns())
    }

    /// Closes the connections that the filter lets through, but for this one unless
    /// [`skipme`](ClientFilter::skipme) says otherwise.
    ///
    /// Sends [`CLIENT KILL`](https://redis.io/docs/latest/commands/client-kill/). Replies with how many it were. A filter
    /// that says nothing is refused before anything is sent. Since Redis 2.8.12.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let server = redwire::mock::Server::new();
    /// let (client, other) = (server.blocking_client(), server.blocking_client());
    /// let id = other.client_id()?;
    /// assert_eq!(client.client_kill_with(ClientFilter::new().id(id))?, 1);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn client_kill_with(self, filter: ClientFilter) -> Self::Output<u64> {
        let empty = filter.is_empty();
        let request = filter.write(cmd("CLIENT KILL"));
        let request = if empty {
            request.refuse("at least one filter is needed")
        } else {
            request
        };
        self.run(request.returns())
    }

    /// Lets the commands of all clients wait until `timeout` is over.
    ///
    /// Sends [`CLIENT PAUSE`](https://redis.io/docs/latest/commands/client-pause/); the time in whole milliseconds. True,
    /// always. Since Redis 3.0.
    fn client_pause(self, timeout: Duration) -> Self::Output<bool> {
        self.run(cmd("CLIENT PAUSE").milliseconds(timeout).returns())
    }

    /// Lets those commands of all clients wait that `mode` says, until `timeout` is over.
    ///
    /// Sends [`CLIENT PAUSE`](https://redis.io/docs/latest/commands/client-pause/); the time in whole milliseconds. True,
    /// always. Since Redis 6.2.
    fn client_pause_with(self, timeout: Duration, mode: PauseMode) -> Self::Output<bool> {
        let request = cmd("CLIENT PAUSE").milliseconds(timeout).arg(mode.word());
        self.run(request.returns())
    }

    /// Ends a pause: what waited goes on.
    ///
    /// Sends [`CLIENT UNPAUSE`](https://redis.io/docs/latest/commands/client-unpause/). True, always. Since Redis 6.2.
    fn client_unpause(self) -> Self::Output<bool> {
        self.run(cmd("CLIENT UNPAUSE").idempotent().returns())
    }

    /// Ends the blocking command of another connection as if its time were up.
    ///
    /// Sends [`CLIENT UNBLOCK`](https://redis.io/docs/latest/commands/client-unblock/) with the connection's number. False
    /// if it was not blocked. Since Redis 5.0.
    fn client_unblock(self, id: u64) -> Self::Output<bool> {
        self.run(cmd("CLIENT UNBLOCK").arg(id).returns())
    }

    /// Ends the blocking command of another connection for the given reason.
    ///
    /// Sends [`CLIENT UNBLOCK`](https://redis.io/docs/latest/commands/client-unblock/) with the connection's number. False
    /// if it was not blocked. Since Redis 5.0.
    fn client_unblock_with(self, id: u64, reason: UnblockReason) -> Self::Output<bool> {
        self.run(cmd("CLIENT UNBLOCK").arg(id).arg(reason.word()).returns())
    }

    /// The name of this connection, if it has one.
    ///
    /// Sends [`CLIENT GETNAME`](https://redis.io/docs/latest/commands/client-getname/). Since Redis 2.6.9.
    fn client_getname(self) -> Self::Output<Option<String>> {
        self.run(cmd("CLIENT GETNAME").idempotent().returns())
    }

    /// Names this connection; an empty name takes the name away. To name all connections of a client, use its
    /// configuration.
    ///
    /// Sends [`CLIENT SETNAME`](https://redis.io/docs/latest/commands/client-setname/). True, always: the server refuses
    /// names with spaces or control characters. Since Redis 2.6.9.
    fn client_setname(self, name: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("CLIENT SETNAME").idempotent().arg(name).returns())
    }

    /// Tells the server which library uses this connection. Connections do so by themselves when they open.
    ///
    /// Sends [`CLIENT SETINFO`](https://redis.io/docs/latest/commands/client-setinfo/). True, always: the server refuses
    /// values with spaces or control characters. Since Redis 7.2.
    fn client_setinfo(self, attribute: ClientAttribute, value: impl ToArg) -> Self::Output<bool> {
        let request = cmd("CLIENT SETINFO").idempotent().arg(attribute.word()).arg(value);
        self.run(request.returns())
    }

    /// Keeps this connection out of the choice when the server drops connections for want of memory, or puts it back.
    ///
    /// Sends [`CLIENT NO-EVICT`](https://redis.io/docs/latest/commands/client-no-evict/). True, always. Since Redis 7.0.
    fn client_no_evict(self, toggle: Toggle) -> Self::Output<bool> {
        self.run(cmd("CLIENT NO-EVICT").idempotent().arg(toggle.word()).returns())
    }

    /// Lets the commands of this connection leave the idle times and access counts of keys alone, or change them again.
    ///
    /// Sends [`CLIENT NO-TOUCH`](https://redis.io/docs/latest/commands/client-no-touch/). True, always. Since Redis 7.2.
    fn client_no_touch(self, toggle: Toggle) -> Self::Output<bool> {
        self.run(cmd("CLIENT NO-TOUCH").idempotent().arg(toggle.word()).returns())
    }

    /// Has the server remember which keys this connection reads, and tell it when they change; or no longer.
    ///
    /// Sends [`CLIENT TRACKING`](https://redis.io/docs/latest/commands/client-tracking/). True, always: under RESP2 the
    /// server can tell only another connection, see [`TrackingOptions::redirect`]. Since Redis 6.0.
    fn client_tracking(self, toggle: Toggle) -> Self::Output<bool> {
        self.run(cmd("CLIENT TRACKING").idempotent().arg(toggle.word()).returns())
    }

    /// Has the server tell when keys change, as `options` say.
    ///
    /// Sends [`CLIENT TRACKING`](https://redis.io/docs/latest/commands/client-tracking/) with `ON`. True, always. Since
    /// Redis 6.0.
    fn client_tracking_with(self, options: TrackingOptions) -> Self::Output<bool> {
        let request = cmd("CLIENT TRACKING").idempotent().arg(Toggle::On.word());
        self.run(options.write(request).returns())
    }

    /// What of [`client_tracking`](ClientCommands::client_tracking) is in force on this connection.
    ///
    /// Sends [`CLIENT TRACKINGINFO`](https://redis.io/docs/latest/commands/client-trackinginfo/). Since Redis 6.2.
    fn client_trackinginfo(self) -> Self::Output<TrackingInfo> {
        self.run(cmd("CLIENT TRACKINGINFO").idempotent().returns())
    }

    /// Whether the keys of the next command of this connection are to be remembered, where
    /// [`optin`](TrackingOptions::optin) or [`optout`](TrackingOptions::optout) leaves that open.
    ///
    /// Sends [`CLIENT CACHING`](https://redis.io/docs/latest/commands/client-caching/). True, always: an error if it does
    /// not fit the tracking that is in force. Since Redis 6.0.
    fn client_caching(self, answer: YesNo) -> Self::Output<bool> {
        self.run(cmd("CLIENT CACHING").idempotent().arg(answer.word()).returns())
    }

    /// Which connection is told when the keys that this one reads change.
    ///
    /// Sends [`CLIENT GETREDIR`](https://redis.io/docs/latest/commands/client-getredir/). Since Redis 6.0.
    fn client_getredir(self) -> Self::Output<TrackingRedirect> {
        self.run(cmd("CLIENT GETREDIR").idempotent().returns())
    }

    /// Tells the server what this connection can do: `redirect` says that it follows a `REDIRECT` error to another server.
    ///
    /// Sends [`CLIENT CAPA`](https://valkey.io/commands/client-capa/). True, always: the server passes over what it does not
    /// know. Since Valkey 8.0.
    fn client_capa(self, capabilities: impl ToArgs) -> Self::Output<bool> {
        let request = cmd("CLIENT CAPA").idempotent().args(capabilities, "capability");
        self.run(request.returns())
    }

    /// Says that this connection brings the data while the server is in import mode, or no longer.
    ///
    /// Sends [`CLIENT IMPORT-SOURCE`](https://valkey.io/commands/client-import-source/). True, always: an error if the
    /// server is not in import mode. Since Valkey 8.1.
    fn client_import_source(self, toggle: Toggle) -> Self::Output<bool> {
        self.run(cmd("CLIENT IMPORT-SOURCE").idempotent().arg(toggle.word()).returns())
    }

    /// The server's own help on `CLIENT`, line by line.
    ///
    /// Sends [`CLIENT HELP`](https://redis.io/docs/latest/commands/client-help/). Since Redis 5.0.
    fn client_help(self) -> Self::Output<Vec<String>> {
        self.run(cmd("CLIENT HELP").idempotent().returns())
    }
}

impl<E: Executor> ClientCommands for E {}
