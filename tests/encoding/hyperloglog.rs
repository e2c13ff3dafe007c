use redwire::prelude::*;

use super::{reads, refuses, writes};

#[test]
fn hyperloglogs() {
    writes(Build.pfadd("h", ["a", "b"]), "PFADD h a b", "h");
    writes(Build.pfadd("h", [""; 0]), "PFADD h", "h");
    reads(Build.pfcount("h"), "PFCOUNT h", "h");
    reads(Build.pfcount(["h", "i"]), "PFCOUNT h i", "h i");
    writes(Build.pfmerge("z", ["h", "i"]), "PFMERGE z h i", "z h i");
    writes(Build.pfmerge("z", [""; 0]), "PFMERGE z", "z");
    refuses(Build.pfcount([""; 0]), "PFCOUNT: at least one key is needed");
}
