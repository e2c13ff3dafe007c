use redwire::command::Flags;
use redwire::prelude::*;

use super::sends;

const IDEMPOTENT: Flags = Flags::IDEMPOTENT;

#[test]
fn commands() {
    sends(Build.ping(), "PING", "", IDEMPOTENT);
    sends(Build.ping_with::<String>("a b"), "PING a b", "", IDEMPOTENT);
    sends(Build.echo::<String>("hi"), "ECHO hi", "", IDEMPOTENT);
}
