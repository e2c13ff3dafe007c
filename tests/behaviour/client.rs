use std::time::Duration;

use redwire::command::Command;
use redwire::prelude::*;

use crate::table::{Case, case, fails, step, works};

/// The database of the connection, and whether it runs this command, perhaps in a transaction.
fn own_db_and_command() -> Command<(Option<u32>, bool)> {
    Build.client_info().into_parts().0.decoded_by(|reply| {
        let info: ClientInfo = reply.decode()?;
        Ok((info.db, matches!(info.cmd.as_deref(), Some("client|info" | "exec"))))
    })
}

/// How many connections the filter lets through.
fn how_many(filter: ClientFilter) -> Command<usize> {
    let request = Build.client_list_with(filter).into_parts().0;
    request.decoded_by(|reply| Build.client_list().decode(reply).map(|clients| clients.len()))
}

pub fn cases() -> Vec<Case> {
    vec![
        case(
            "client info and list",
            vec![
                works(Build.client_id()),
                works(Build.client_info()),
                step(own_db_and_command(), "(Some(0), true)"),
                works(Build.client_list()),
                works(how_many(ClientFilter::new().of_type(ClientType::Normal))),
                step(how_many(ClientFilter::new().of_type(ClientType::Replica)), "0"),
                step(how_many(ClientFilter::new().of_type(ClientType::Pubsub)), "0"),
                step(how_many(ClientFilter::new().ids([1_000_000, 1_000_001])), "0"),
                works(Build.client_help()),
            ],
        ),
        case(
            "client kill of nobody",
            vec![
                fails(Build.client_kill("1.2.3.4:5"), "ERR No such client"),
                step(Build.client_kill_with(ClientFilter::new().id(1_000_000)), "0"),
                step(
                    Build.client_kill_with(ClientFilter::new().of_type(ClientType::Pubsub).skipme(YesNo::No)),
                    "0",
                ),
                step(
                    Build.client_kill_with(ClientFilter::new().addr("1.2.3.4:5").laddr("1.2.3.4:6").user("default")),
                    "0",
                ),
                fails(
                    Build.client_kill_with(ClientFilter::new().user("nobody")),
                    "ERR No such user 'nobody'",
                ),
                fails(
                    Build.client_kill_with(ClientFilter::new()),
                    "CLIENT: at least one filter is needed",
                ),
                step(
                    Build.client_kill_with(ClientFilter::new().maxage(Duration::from_secs(1_000_000))),
                    "0",
                )
                .since(7, 4),
            ],
        ),
        case(
            "client unblock of nobody",
            vec![
                step(Build.client_unblock(1_000_000), "false"),
                step(Build.client_unblock_with(1_000_000, UnblockReason::Error), "false"),
                step(Build.client_unblock_with(1_000_000, UnblockReason::Timeout), "false"),
            ],
        ),
        case(
            "client pause and unpause",
            vec![
                step(
                    Build.client_pause_with(Duration::from_millis(1), PauseMode::Write),
                    "true",
                ),
                step(Build.client_unpause(), "true"),
                step(Build.client_unpause(), "true"),
                step(Build.set("a", 1), "true"),
            ],
        ),
        case(
            "client without tracking",
            vec![
                step(Build.client_getredir(), "Off"),
                step(
                    Build.client_trackinginfo(),
                    r#"TrackingInfo { flags: {"off"}, redirect: Off, prefixes: [], other: {} }"#,
                ),
                step(Build.client_tracking(Toggle::Off), "true"),
                fails(
                    Build.client_caching(YesNo::Yes),
                    "ERR CLIENT CACHING can be called only",
                ),
            ],
        ),
        case(
            "client names",
            vec![
                step(Build.client_setname(""), "true"),
                step(Build.client_getname(), "None"),
                step(Build.client_setname("worker-1"), "true"),
                step(Build.client_getname(), r#"Some("worker-1")"#),
                fails(
                    Build.client_setname("two words"),
                    "ERR Client names cannot contain spaces",
                ),
                step(Build.client_getname(), r#"Some("worker-1")"#),
                step(Build.client_setname(""), "true"),
                step(Build.client_getname(), "None"),
            ],
        ),
        case(
            "client no-evict",
            vec![
                step(Build.client_no_evict(Toggle::On), "true"),
                step(Build.client_no_evict(Toggle::Off), "true"),
            ],
        ),
        case(
            "client setinfo and no-touch",
            vec![
                step(Build.client_setinfo(ClientAttribute::LibVer, "1.0.0"), "true").since(7, 2),
                step(Build.client_setinfo(ClientAttribute::LibName, "redwire"), "true").since(7, 2),
                fails(
                    Build.client_setinfo(ClientAttribute::LibName, "red wire"),
                    "ERR LIB-NAME cannot contain spaces",
                )
                .since(7, 2),
                step(Build.client_no_touch(Toggle::On), "true").since(7, 2),
                step(Build.client_no_touch(Toggle::Off), "true").since(7, 2),
            ],
        ),
    ]
}

/// The in-memory server sends no invalidations.
pub fn cases_on_real_servers() -> Vec<Case> {
    let filter = ClientFilter::new;
    vec![
        case(
            "client tracking for another connection",
            vec![
                fails(
                    Build.client_tracking_with(TrackingOptions::new().redirect(1_000_000)),
                    "ERR The client ID you want redirect to does not exist",
                ),
                step(
                    Build.client_trackinginfo(),
                    r#"TrackingInfo { flags: {"off"}, redirect: Off, prefixes: [], other: {} }"#,
                ),
            ],
        ),
        case(
            "client pause",
            vec![step(Build.client_pause(Duration::from_millis(1)), "true")],
        ),
        case(
            "client kill and list of Valkey",
            vec![
                step(how_many(filter().not_of_type(ClientType::Normal)), "0").only_valkey(9, 0),
                step(how_many(filter().not_user("default").name("nobody")), "0").only_valkey(9, 0),
                step(how_many(filter().not_ids([1_000_000]).db(7).not_ip("1.2.3.4")), "0").only_valkey(9, 0),
                step(how_many(filter().flags("b").idle(Duration::from_secs(9999))), "0").only_valkey(9, 0),
                step(how_many(filter().lib_name("none").lib_ver("0").not_name("x")), "0").only_valkey(9, 0),
                step(how_many(filter().ip("1.2.3.4").not_addr("a").not_laddr("b")), "0").only_valkey(9, 0),
                step(
                    how_many(filter().capa("r").not_db(0).not_lib_name("a").not_lib_ver("b")),
                    "0",
                )
                .only_valkey(9, 0),
                works(how_many(filter().not_flags("b").not_capa("r"))).only_valkey(9, 0),
                step(Build.client_kill_with(filter().not_db(0)), "0").only_valkey(9, 0),
                step(Build.client_kill_with(filter().ids([1_000_000, 1_000_001])), "0").only_valkey(9, 0),
            ],
        ),
        case(
            "client capa and import-source",
            vec![
                step(Build.client_capa(["redirect", "nonsense"]), "true").only_valkey(8, 1),
                fails(
                    Build.client_import_source(Toggle::On),
                    "ERR Server is not in import mode",
                )
                .only_valkey(8, 1),
            ],
        ),
    ]
}
