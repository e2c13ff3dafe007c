use redwire::Credentials;
use redwire::prelude::*;

use super::{MINUTE, V};
use crate::typed::{Typed, typed};

pub fn typed_commands() -> Vec<Typed> {
    let migrate = |options| Build.migrate("10.0.0.1", 6379, ["a", "b"], 2, MINUTE, options);
    let sort = SortOptions::new()
        .by("w*")
        .limit(0, 9)
        .get("#")
        .get("n*")
        .desc()
        .alpha();
    let restore = RestoreOptions::new().replace().absttl().idletime(MINUTE).freq(9);
    let scan = ScanOptions::new().matching("u*").count(9).of_type(KeyType::Zset);
    let clusterscan = ClusterscanOptions::new().keys(scan.clone()).slot(7);
    vec![
        typed(Build.copy("a", "b")),
        typed(Build.copy_with("a", "b", CopyOptions::new().db(3).replace())),
        typed(Build.del(["a", "b"])),
        typed(Build.dump("a")),
        typed(Build.exists(["a", "b"])),
        typed(Build.expire("a", MINUTE)),
        typed(Build.expire_if("a", MINUTE, ExpireIf::Nx)),
        typed(Build.expireat("a", MINUTE)),
        typed(Build.expireat_if("a", MINUTE, ExpireIf::Xx)),
        typed(Build.expiretime("a")),
        typed(Build.key_type("a")),
        typed(Build.keys::<V>("*")),
        typed(migrate(MigrateOptions::new())),
        typed(migrate(
            MigrateOptions::new().copy().replace().auth(Credentials::password("x")),
        )),
        typed(migrate(MigrateOptions::new().auth(Credentials::user("me", "x")))),
        typed(Build.move_key("a", 1)),
        typed(Build.object_encoding("a")),
        typed(Build.object_freq("a")),
        typed(Build.object_help()),
        typed(Build.object_idletime("a")),
        typed(Build.object_refcount("a")),
        typed(Build.persist("a")),
        typed(Build.pexpire("a", MINUTE)),
        typed(Build.pexpire_if("a", MINUTE, ExpireIf::Gt)),
        typed(Build.pexpireat("a", MINUTE)),
        typed(Build.pexpireat_if("a", MINUTE, ExpireIf::Lt)),
        typed(Build.pexpiretime("a")),
        typed(Build.pttl("a")),
        typed(Build.randomkey::<V>()),
        typed(Build.rename("a", "b")),
        typed(Build.renamenx("a", "b")),
        typed(Build.restore("a", MINUTE, "x")),
        typed(Build.restore_with("a", MINUTE, "x", restore)),
        typed(Build.scan::<V>(0)),
        typed(Build.scan_with::<V>(u64::MAX, scan)),
        typed(Build.clusterscan::<V>("0", ClusterscanOptions::new())).only_valkey(9, 1),
        typed(Build.clusterscan::<V>("0", clusterscan)).only_valkey(9, 1),
        typed(Build.sort::<V>("a")),
        typed(Build.sort_groups::<(V, V)>("a", sort.clone())),
        typed(Build.sort_ro::<V>("a")),
        typed(Build.sort_ro_with::<V>("a", sort.clone())),
        typed(Build.sort_store("a", "z", SortOptions::new())),
        typed(Build.sort_store("a", "z", sort.clone())),
        typed(Build.sort_with::<V>("a", sort)),
        typed(Build.touch(["a", "b"])),
        typed(Build.ttl("a")),
        typed(Build.unlink(["a", "b"])),
    ]
}
