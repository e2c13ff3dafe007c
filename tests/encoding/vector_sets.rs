use redwire::prelude::*;

use super::{reads, refuses, writes};

/// 1 and 0.5 as numbers of 32 bits, the lowest byte first.
const BYTES: &str = "\\x00\\x00\\x80?\\x00\\x00\\x00?";
const VECTOR: [f32; 2] = [1.0, 0.5];

#[test]
fn elements() {
    writes(Build.vadd("v", VECTOR, "a"), &format!("VADD v FP32 {BYTES} a"), "v");
    let add = |options| Build.vadd_with("v", vec![1.0, 0.5], "a", options);
    writes(
        add(VaddOptions::new()
            .m(8)
            .setattr(r#"{"y":1}"#)
            .ef(50)
            .bin()
            .cas()
            .reduce(2)),
        &format!(r#"VADD v REDUCE 2 FP32 {BYTES} a CAS BIN EF 50 SETATTR {{\"y\":1}} M 8"#),
        "v",
    );
    writes(
        add(VaddOptions::new().noquant()),
        &format!("VADD v FP32 {BYTES} a NOQUANT"),
        "v",
    );
    writes(add(VaddOptions::new().q8()), &format!("VADD v FP32 {BYTES} a Q8"), "v");
    refuses(
        add(VaddOptions::new().q8().bin()),
        "VADD: only one of NOQUANT, Q8 and BIN can be given",
    );
    for bad in [&[][..], &[f32::NAN], &[1.0, f32::INFINITY]] {
        refuses(
            Build.vadd("v", bad, "a"),
            "VADD: a vector has at least one number, and each is finite",
        );
    }
    writes(Build.vrem("v", "a"), "VREM v a", "v");
    writes(Build.vsetattr("v", "a", "{}"), "VSETATTR v a {}", "v");
    reads(Build.vgetattr::<Option<String>>("v", "a"), "VGETATTR v a", "v");
    reads(Build.vismember("v", "a"), "VISMEMBER v a", "v");
    reads(Build.vemb("v", "a"), "VEMB v a", "v");
    reads(Build.vemb_raw("v", "a"), "VEMB v a RAW", "v");
    reads(Build.vlinks::<String>("v", "a"), "VLINKS v a", "v");
    reads(
        Build.vlinks_withscores::<String>("v", "a"),
        "VLINKS v a WITHSCORES",
        "v",
    );
}

#[test]
fn sets() {
    reads(Build.vcard("v"), "VCARD v", "v");
    reads(Build.vdim("v"), "VDIM v", "v");
    reads(Build.vinfo("v"), "VINFO v", "v");
    reads(Build.vrandmember::<Option<String>>("v"), "VRANDMEMBER v", "v");
    reads(Build.vrandmember_count::<String>("v", -2), "VRANDMEMBER v -2", "v");
    reads(
        Build.vrange::<String>("v", LexBound::MIN, LexBound::inclusive("b")),
        "VRANGE v - [b",
        "v",
    );
    reads(
        Build.vrange_count::<String>("v", LexBound::exclusive("a"), LexBound::MAX, 10),
        "VRANGE v (a + 10",
        "v",
    );
}

#[test]
fn searches() {
    let none = VsimOptions::new;
    reads(
        Build.vsim::<String>("v", VectorQuery::element("a"), none()),
        "VSIM v ELE a",
        "v",
    );
    reads(
        Build.vsim_withscores::<String>("v", VectorQuery::vector(VECTOR), none()),
        &format!("VSIM v FP32 {BYTES} WITHSCORES"),
        "v",
    );
    let every = none()
        .nothread()
        .truth()
        .filter_ef(10)
        .filter(".y > 0")
        .ef(100)
        .epsilon(0.25)
        .count(3);
    reads(
        Build.vsim_withattribs::<String>("v", VectorQuery::element("a"), every),
        "VSIM v ELE a WITHSCORES WITHATTRIBS COUNT 3 EPSILON 0.25 EF 100 FILTER .y > 0 FILTER-EF 10 TRUTH NOTHREAD",
        "v",
    );
    refuses(
        Build.vsim::<String>("v", VectorQuery::element("a"), none().count(0)),
        "VSIM: COUNT must be at least 1",
    );
    refuses(
        Build.vsim::<String>("v", VectorQuery::vector([f32::NAN]), none()),
        "VSIM: a vector has at least one number, and each is finite",
    );
}
