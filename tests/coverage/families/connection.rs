use redwire::prelude::*;

use super::{MINUTE, V};
use crate::typed::{Typed, typed};

pub fn typed_commands() -> Vec<Typed> {
    let mut all = vec![
        typed(Build.echo::<V>("a")),
        typed(Build.ping()),
        typed(Build.ping_with::<V>("a")),
    ];
    all.extend(own());
    all.extend(of_all());
    all
}

/// About the connection itself.
fn own() -> Vec<Typed> {
    let tracking = TrackingOptions::new;
    vec![
        typed(Build.client_caching(YesNo::Yes)),
        typed(Build.client_caching(YesNo::No)),
        typed(Build.client_capa(["redirect", "more"])).only_valkey(8, 0),
        typed(Build.client_getname()),
        typed(Build.client_getredir()),
        typed(Build.client_help()),
        typed(Build.client_id()),
        typed(Build.client_import_source(Toggle::On)).only_valkey(8, 1),
        typed(Build.client_info()),
        typed(Build.client_no_evict(Toggle::On)),
        typed(Build.client_no_touch(Toggle::Off)).since(7, 2),
        typed(Build.client_setinfo(ClientAttribute::LibName, "a")).since(7, 2),
        typed(Build.client_setinfo(ClientAttribute::LibVer, "a")).since(7, 2),
        typed(Build.client_setname("a")),
        typed(Build.client_tracking(Toggle::On)),
        typed(Build.client_tracking(Toggle::Off)),
        typed(Build.client_tracking_with(tracking().redirect(1).optin().noloop())),
        typed(Build.client_tracking_with(tracking().optout())),
        typed(Build.client_tracking_with(tracking().bcast().prefix("a").prefix("b"))),
        typed(Build.client_trackinginfo()),
    ]
}

/// About all connections.
fn of_all() -> Vec<Typed> {
    let filter = ClientFilter::new;
    let from_valkey = || {
        let by_name = filter()
            .name("n")
            .flags("N")
            .lib_name("l")
            .lib_ver("1")
            .db(0)
            .capa("r")
            .ip("::1");
        by_name.idle(MINUTE).maxage(MINUTE)
    };
    vec![
        typed(Build.client_kill("127.0.0.1:1")),
        typed(Build.client_kill_with(filter().id(1))),
        typed(Build.client_kill_with(filter().ids([1, 2]))).only_valkey(8, 1),
        typed(Build.client_kill_with(filter().of_type(ClientType::Pubsub).user("u").skipme(YesNo::No))),
        typed(Build.client_kill_with(filter().addr("127.0.0.1:1").laddr("127.0.0.1:2"))),
        typed(Build.client_kill_with(filter().maxage(MINUTE)))
            .since(7, 4)
            .valkey(8, 0),
        typed(Build.client_kill_with(from_valkey())).only_valkey(9, 0),
        typed(Build.client_list()),
        typed(Build.client_list_with(filter().of_type(ClientType::Normal))),
        typed(Build.client_list_with(filter().ids([1, 2]))),
        typed(Build.client_list_with(filter().user("u").id(1))).only_valkey(8, 1),
        typed(Build.client_list_with(from_valkey())).only_valkey(9, 0),
        typed(Build.client_pause(MINUTE)),
        typed(Build.client_pause_with(MINUTE, PauseMode::Write)),
        typed(Build.client_pause_with(MINUTE, PauseMode::All)),
        typed(Build.client_unblock(1)),
        typed(Build.client_unblock_with(1, UnblockReason::Timeout)),
        typed(Build.client_unblock_with(1, UnblockReason::Error)),
        typed(Build.client_unpause()),
    ]
}
