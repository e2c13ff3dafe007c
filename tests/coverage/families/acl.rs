use redwire::prelude::*;

use super::V;
use crate::typed::{Typed, typed};

pub fn typed_commands() -> Vec<Typed> {
    let rules = AclRules::new().on().password("x").allow_category("read").keys("a*");
    vec![
        typed(Build.acl_cat()),
        typed(Build.acl_cat_category("read")),
        typed(Build.acl_deluser(["alice", "bob"])),
        typed(Build.acl_dryrun("alice", Build.get::<V>("a").request())),
        typed(Build.acl_genpass()),
        typed(Build.acl_genpass_bits(32)),
        typed(Build.acl_getuser("alice")),
        typed(Build.acl_help()),
        typed(Build.acl_list()),
        typed(Build.acl_load()),
        typed(Build.acl_log()),
        typed(Build.acl_log_count(3)),
        typed(Build.acl_log_reset()),
        typed(Build.acl_save()),
        typed(Build.acl_setuser("alice", rules)),
        typed(Build.acl_users()),
        typed(Build.acl_whoami()),
    ]
}
