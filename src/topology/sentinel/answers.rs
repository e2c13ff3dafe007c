//! What the answers of sentinels and servers come to. They are not trusted: whatever makes no sense is said, and the next one
//! is asked.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::service::ServiceRole;
use crate::command::{Build, Request};
use crate::commands::{SentinelCommands, SentinelMaster, SentinelReplica};
use crate::resp::{DecodeError, FromReply, Items, Kind, Reply, ReplyRef, escape, server_error};
use crate::topology::endpoint::Endpoint;

/// The word of a sentinel on who the master is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownMaster {
    /// Where it is.
    pub endpoint: Endpoint,
    /// Which configuration this is (`config-epoch`): of two words that differ, the one of the higher epoch holds.
    pub epoch: u64,
}

/// What a sentinel is asked about a master. SENTINEL MASTERS says how it is and which configuration that is, but goes on naming
/// the old one until a failover is over, with all replicas in step; SENTINEL GET-MASTER-ADDR-BY-NAME names the new one as soon
/// as it has been promoted.
pub(super) fn about_master(name: &str) -> [Request; 2] {
    let masters = Build.sentinel_masters().into_parts().0;
    [masters, Build.sentinel_get_master_addr_by_name(name).into_parts().0]
}

/// The master of this name in the answers to [`about_master`], or why there is none.
pub(super) fn master(replies: &[Reply], name: &str, min_other_sentinels: u64) -> Result<KnownMaster, String> {
    let [masters, address] = replies else {
        return Err("it did not answer everything".into());
    };
    let entry = items(masters)?.find(|entry| is_named(*entry, name));
    let entry = entry.ok_or("it knows no such master")?;
    let master = SentinelMaster::from_reply(entry).map_err(nonsense)?;
    let address = Option::<(String, u16)>::from_reply(address.root()).map_err(nonsense)?;
    let (host, port) = address.ok_or("it knows no such master")?;
    let endpoint = endpoint(&host, port)?;
    // What is said of the old master does not hold for the one that was promoted.
    let promoted = (host, port) != (master.ip, master.port);
    let down = !promoted && (master.flags.is_sdown() || master.flags.is_odown());
    if down || !master.flags.is_master() {
        return Err(format!("the master is `{}`", master.flags));
    }
    if master.num_other_sentinels < min_other_sentinels {
        return Err(format!(
            "it knows {} other sentinels, {min_other_sentinels} are needed",
            master.num_other_sentinels
        ));
    }
    Ok(KnownMaster {
        endpoint,
        epoch: master.config_epoch,
    })
}

/// What a sentinel is asked about replicas.
pub(super) fn about_replicas(name: &str) -> [Request; 1] {
    [Build.sentinel_slaves(name).into_parts().0]
}

/// The replicas that are well in the answer to [`about_replicas`], or why there is none.
pub(super) fn replicas(replies: &[Reply]) -> Result<Vec<Endpoint>, String> {
    let [reply] = replies else {
        return Err("it did not answer everything".into());
    };
    let mut found = Vec::new();
    let mut why = None;
    for entry in items(reply)? {
        let replica = SentinelReplica::from_reply(entry).map_err(nonsense);
        let usable = replica.and_then(|replica| {
            if replica.flags.is_sdown() || replica.flags.is_odown() {
                return Err(format!("{}:{} is `{}`", replica.ip, replica.port, replica.flags));
            }
            endpoint(&replica.ip, replica.port)
        });
        match usable {
            Ok(endpoint) => found.push(endpoint),
            Err(wrong) => why = Some(wrong),
        }
    }
    if found.is_empty() {
        return Err(why.unwrap_or_else(|| "it knows no replica".into()));
    }
    Ok(found)
}

/// What a server says that it is when it is asked for its ROLE. `None` if it may not be asked, or has no such command: then it
/// is believed to be what the sentinels say.
pub(super) fn role(reply: &Reply) -> Result<Option<ServiceRole>, String> {
    if let Some(error) = server_error(reply.root()) {
        let unasked = error.code() == "NOPERM" || memchr::memmem::find(error.raw(), b"unknown command").is_some();
        return if unasked { Ok(None) } else { Err(error.to_string()) };
    }
    match reply.root().items().next().and_then(|role| role.text()) {
        Some(b"master") => Ok(Some(ServiceRole::Master)),
        Some(b"slave") => Ok(Some(ServiceRole::Replica)),
        Some(other) => Err(format!("it says that it is a `{}`", escape(other))),
        None => Err(nonsense(DecodeError::new("role", reply.root()))),
    }
}

fn items(reply: &Reply) -> Result<Items<'_>, String> {
    let root = reply.root();
    if let Some(error) = server_error(root) {
        return Err(error.to_string());
    }
    match root.kind() {
        Kind::Array | Kind::Set => Ok(root.items()),
        _ => Err(nonsense(DecodeError::new("list", root))),
    }
}

/// Whether an entry has this name; what else is wrong with entries of other names is no concern.
fn is_named(entry: ReplyRef<'_>, name: &str) -> bool {
    let mut fields = entry.items();
    while let (Some(field), Some(value)) = (fields.next(), fields.next()) {
        if field.text() == Some(b"name") {
            return value.text() == Some(name.as_bytes());
        }
    }
    false
}

fn endpoint(host: &str, port: u16) -> Result<Endpoint, String> {
    let endpoint = Endpoint::Tcp {
        host: host.into(),
        port,
    };
    match endpoint.validate() {
        Ok(()) => Ok(endpoint),
        Err(wrong) => Err(format!("the address it names makes no sense: {wrong}")),
    }
}

fn nonsense(error: DecodeError) -> String {
    format!("its answer makes no sense: {error}")
}
