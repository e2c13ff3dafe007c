use std::time::Duration;

use redwire::command::{Command, Flags};
use redwire::prelude::*;

use super::refuses;

/// One command of CLIENT is answered by nothing (REPLY), so a connection looks at each of them before it goes out.
const CLIENT: Flags = Flags::BREAKS_ORDER;

#[track_caller]
fn sends<T>(command: Command<T>, text: &str) {
    assert!(!command.request().owns_connection(), "{text} may share a connection");
    super::sends(command, text, "", CLIENT);
}

#[track_caller]
fn asks<T>(command: Command<T>, text: &str) {
    assert!(!command.request().owns_connection(), "{text} may share a connection");
    super::sends(command, text, "", CLIENT | Flags::IDEMPOTENT);
}

#[track_caller]
fn owns<T>(command: Command<T>, text: &str) {
    assert!(command.request().owns_connection(), "{text} changes its connection");
    super::sends(command, text, "", CLIENT | Flags::IDEMPOTENT);
}

#[test]
fn about_the_connection() {
    asks(Build.client_id(), "CLIENT ID");
    asks(Build.client_getname(), "CLIENT GETNAME");
    asks(Build.client_info(), "CLIENT INFO");
    asks(Build.client_getredir(), "CLIENT GETREDIR");
    asks(Build.client_trackinginfo(), "CLIENT TRACKINGINFO");
    asks(Build.client_help(), "CLIENT HELP");
}

#[test]
fn changes_of_the_connection() {
    owns(Build.client_setname("worker"), "CLIENT SETNAME worker");
    owns(
        Build.client_setinfo(ClientAttribute::LibName, "redwire"),
        "CLIENT SETINFO LIB-NAME redwire",
    );
    owns(
        Build.client_setinfo(ClientAttribute::LibVer, "1.0"),
        "CLIENT SETINFO LIB-VER 1.0",
    );
    owns(Build.client_no_evict(Toggle::On), "CLIENT NO-EVICT ON");
    owns(Build.client_no_touch(Toggle::Off), "CLIENT NO-TOUCH OFF");
    owns(Build.client_caching(YesNo::Yes), "CLIENT CACHING YES");
    owns(Build.client_caching(YesNo::No), "CLIENT CACHING NO");
    owns(Build.client_capa("redirect"), "CLIENT CAPA redirect");
    owns(Build.client_capa(["redirect", "more"]), "CLIENT CAPA redirect more");
    owns(Build.client_import_source(Toggle::On), "CLIENT IMPORT-SOURCE ON");
    refuses(Build.client_capa([""; 0]), "CLIENT: at least one capability is needed");
}

#[test]
fn tracking() {
    owns(Build.client_tracking(Toggle::On), "CLIENT TRACKING ON");
    owns(Build.client_tracking(Toggle::Off), "CLIENT TRACKING OFF");
    owns(
        Build.client_tracking_with(TrackingOptions::new().noloop().optin().redirect(7)),
        "CLIENT TRACKING ON REDIRECT 7 OPTIN NOLOOP",
    );
    owns(
        Build.client_tracking_with(TrackingOptions::new().optout()),
        "CLIENT TRACKING ON OPTOUT",
    );
    let prefixes = TrackingOptions::new().prefix("user:").prefix(b"\xff");
    owns(
        Build.client_tracking_with(prefixes.clone().bcast()),
        "CLIENT TRACKING ON PREFIX user: PREFIX \\xff BCAST",
    );
    refuses(Build.client_tracking_with(prefixes), "CLIENT: PREFIX needs BCAST");
    refuses(
        Build.client_tracking_with(TrackingOptions::new().optin().optout()),
        "CLIENT: only one of OPTIN and OPTOUT can be given",
    );
    for options in [TrackingOptions::new().optin(), TrackingOptions::new().optout()] {
        refuses(
            Build.client_tracking_with(options.bcast()),
            "CLIENT: BCAST tells of all keys, which OPTIN and OPTOUT have no say in",
        );
    }
}

#[test]
fn lists_and_filters() {
    asks(Build.client_list(), "CLIENT LIST");
    let list = |filter, text: &str| asks(Build.client_list_with(filter), &format!("CLIENT LIST {text}"));
    let filter = ClientFilter::new;
    list(filter().ids([7, 8]), "ID 7 8");
    for (kind, word) in [
        (ClientType::Normal, "normal"),
        (ClientType::Master, "master"),
        (ClientType::Replica, "replica"),
        (ClientType::Pubsub, "pubsub"),
    ] {
        list(filter().of_type(kind), &format!("TYPE {word}"));
    }
    let minute = Duration::from_secs(60);
    list(
        filter().user("me").addr("1.2.3.4:5").laddr("1.2.3.4:6"),
        "USER me ADDR 1.2.3.4:5 LADDR 1.2.3.4:6",
    );
    list(
        filter().maxage(minute).idle(2 * minute).skipme(YesNo::No),
        "MAXAGE 60 IDLE 120 SKIPME NO",
    );
    list(
        filter().name("n").flags("xb").db(3).capa("r").ip("::1"),
        "NAME n FLAGS xb DB 3 CAPA r IP ::1",
    );
    list(
        filter().lib_name("redwire").lib_ver("1.0"),
        "LIB-NAME redwire LIB-VER 1.0",
    );
    list(
        filter()
            .not_ids([1])
            .not_of_type(ClientType::Replica)
            .not_user("u")
            .not_addr("a")
            .not_laddr("l"),
        "NOT-ID 1 NOT-TYPE replica NOT-USER u NOT-ADDR a NOT-LADDR l",
    );
    list(
        filter()
            .not_name("n")
            .not_flags("b")
            .not_db(0)
            .not_capa("r")
            .not_ip("::1"),
        "NOT-NAME n NOT-FLAGS b NOT-DB 0 NOT-CAPA r NOT-IP ::1",
    );
    list(
        filter().not_lib_name("x").not_lib_ver("2"),
        "NOT-LIB-NAME x NOT-LIB-VER 2",
    );
    // Given again, a condition replaces itself.
    list(filter().id(7).user("a").id(8), "USER a ID 8");
    refuses(
        Build.client_list_with(filter().ids([])),
        "CLIENT: at least one id is needed",
    );
    refuses(
        Build.client_list_with(filter().maxage(Duration::from_millis(999))),
        "CLIENT: less than one second, and it is sent in whole seconds",
    );
}

#[test]
fn kill() {
    sends(Build.client_kill("127.0.0.1:5000"), "CLIENT KILL 127.0.0.1:5000");
    sends(Build.client_kill_with(ClientFilter::new().id(7)), "CLIENT KILL ID 7");
    sends(
        Build.client_kill_with(ClientFilter::new().skipme(YesNo::Yes)),
        "CLIENT KILL SKIPME YES",
    );
    refuses(
        Build.client_kill_with(ClientFilter::new()),
        "CLIENT: at least one filter is needed",
    );
}

#[test]
fn pauses_and_blocked_clients() {
    let second = Duration::from_secs(1);
    sends(Build.client_pause(second), "CLIENT PAUSE 1000");
    sends(Build.client_pause_with(second, PauseMode::All), "CLIENT PAUSE 1000 ALL");
    sends(
        Build.client_pause_with(second, PauseMode::Write),
        "CLIENT PAUSE 1000 WRITE",
    );
    asks(Build.client_unpause(), "CLIENT UNPAUSE");
    sends(Build.client_unblock(7), "CLIENT UNBLOCK 7");
    sends(
        Build.client_unblock_with(7, UnblockReason::Timeout),
        "CLIENT UNBLOCK 7 TIMEOUT",
    );
    sends(
        Build.client_unblock_with(7, UnblockReason::Error),
        "CLIENT UNBLOCK 7 ERROR",
    );
    refuses(
        Build.client_pause(Duration::from_micros(10)),
        "CLIENT: less than one millisecond, and it is sent in whole milliseconds",
    );
}
