use redwire::command::Flags;
use redwire::prelude::*;

use super::sends;

const IDEMPOTENT: Flags = Flags::IDEMPOTENT;

#[test]
fn commands() {
    // One command of CLIENT is answered by nothing (REPLY), so a connection looks at each of them before it goes out.
    let client = Flags::IDEMPOTENT | Flags::BREAKS_ORDER;
    sends(Build.ping(), "PING", "", IDEMPOTENT);
    sends(Build.ping_with::<String>("a b"), "PING a b", "", IDEMPOTENT);
    sends(Build.echo::<String>("hi"), "ECHO hi", "", IDEMPOTENT);
    sends(Build.client_id(), "CLIENT ID", "", client);
    sends(Build.client_getname(), "CLIENT GETNAME", "", client);
    sends(Build.client_setname("worker"), "CLIENT SETNAME worker", "", client);
    sends(Build.client_info(), "CLIENT INFO", "", client);
    sends(
        Build.client_setinfo(ClientAttribute::LibName, "redwire"),
        "CLIENT SETINFO LIB-NAME redwire",
        "",
        client,
    );
    sends(
        Build.client_setinfo(ClientAttribute::LibVer, "1.0"),
        "CLIENT SETINFO LIB-VER 1.0",
        "",
        client,
    );
    sends(Build.client_no_evict(Toggle::On), "CLIENT NO-EVICT ON", "", client);
    sends(Build.client_no_touch(Toggle::Off), "CLIENT NO-TOUCH OFF", "", client);
}
