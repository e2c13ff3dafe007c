use redwire::prelude::*;

use super::{refuses, writes};

#[test]
fn hsetex_conditions() {
    let set = |options| Build.hsetex("h", ("f", "v"), options);
    writes(
        set(HsetexOptions::new().xx().fnx().keepttl()),
        "HSETEX h XX FNX KEEPTTL FIELDS 1 f v",
        "h",
    );
    writes(set(HsetexOptions::new().nx()), "HSETEX h NX FIELDS 1 f v", "h");
    refuses(
        set(HsetexOptions::new().nx().xx()),
        "HSETEX: only one of NX and XX can be given",
    );
}
