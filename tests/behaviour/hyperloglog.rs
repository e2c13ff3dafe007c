use redwire::prelude::*;

use crate::table::{Case, case, fails, step};

pub fn cases() -> Vec<Case> {
    vec![case(
        "HyperLogLogs",
        vec![
            step(Build.pfadd("h", ["a", "b", "c"]), "true"),
            step(Build.pfadd("h", ["a", "b"]), "false"),
            step(Build.pfcount("h"), "3"),
            step(Build.pfcount("none"), "0"),
            step(Build.pfadd("empty", [""; 0]), "true"),
            step(Build.pfadd("empty", [""; 0]), "false"),
            step(Build.pfcount("empty"), "0"),
            step(Build.pfadd("i", ["c", "d"]), "true"),
            step(Build.pfcount(["h", "i", "none"]), "4"),
            step(Build.pfmerge("z", ["h", "i", "none"]), "true"),
            step(Build.pfcount("z"), "4"),
            step(Build.pfmerge("made", [""; 0]), "true"),
            step(Build.pfcount("made"), "0"),
            step(Build.pfadd("numbers", (0..1000).collect::<Vec<u32>>()), "true"),
            // The hash is the same everywhere, and so is the error.
            step(Build.pfcount("numbers"), "1001"),
            step(Build.set("string", "x"), "true"),
            fails(
                Build.pfadd("string", "a"),
                "WRONGTYPE Key is not a valid HyperLogLog string value.",
            ),
            fails(Build.pfcount([""; 0]), "PFCOUNT: at least one key is needed"),
        ],
    )]
}
