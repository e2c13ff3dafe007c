use redwire::prelude::*;

use crate::streams::changed;
use crate::table::{Case, Step, case, fails, step};

pub fn cases() -> Vec<Case> {
    let mut cases = vec![elements(), searches(), options()];
    cases.extend(newer());
    cases
}

/// The steps on servers that have vector sets.
fn steps(steps: Vec<Step>) -> Vec<Step> {
    steps.into_iter().map(|step| step.since(8, 0)).collect()
}

/// Three directions, and a set of them that keeps them as they are.
fn three() -> Vec<Step> {
    let add =
        |vector: [f32; 2], element: &'static str| Build.vadd_with("v", vector, element, VaddOptions::new().noquant());
    vec![
        step(add([1.0, 0.0], "east"), "true"),
        step(add([0.0, 2.0], "north"), "true"),
        step(add([-1.0, 0.0], "west"), "true"),
    ]
}

fn elements() -> Case {
    let mut all = three();
    all.extend([
        step(
            Build.vadd_with("v", [1.0, 0.0], "east", VaddOptions::new().noquant()),
            "false",
        ),
        // Without a word, numbers of 8 bits are meant.
        fails(
            Build.vadd("v", [1.0, 0.0], "east"),
            "ERR asked quantization mismatch with existing vector set",
        ),
        fails(Build.vadd("v", [1.0], "east"), "ERR"),
        fails(
            Build.vadd("v", [f32::NAN, 0.0], "east"),
            "VADD: a vector has at least one number, and each is finite",
        ),
        step(Build.vcard("v"), "3"),
        step(Build.vdim("v"), "2"),
        step(Build.vcard("none"), "0"),
        fails(Build.vdim("none"), "ERR key does not exist"),
        step(Build.vismember("v", "west"), "true"),
        step(Build.vismember("v", "up"), "false"),
        step(Build.vismember("none", "up"), "false"),
        // The length is kept as well.
        step(Build.vemb("v", "north"), "Some([0.0, 2.0])"),
        step(Build.vemb("v", "up"), "None"),
        step(
            Build.vemb_raw("v", "north"),
            "Some(RawVector { quantization: \"f32\", data: b\"\\0\\0\\0\\0\\0\\0\\x80?\", norm: 2.0, range: None })",
        ),
        step(Build.vemb_raw("none", "north"), "None"),
        step(Build.vsetattr("v", "east", r#"{"warm":1}"#), "true"),
        step(Build.vgetattr::<Option<String>>("v", "east"), r#"Some("{\"warm\":1}")"#),
        step(Build.vsetattr("v", "east", ""), "true"),
        step(Build.vgetattr::<Option<String>>("v", "east"), "None"),
        step(Build.vsetattr("v", "up", "{}"), "false"),
        step(Build.vrandmember::<Option<String>>("none"), "None"),
        step(Build.vrandmember_count::<String>("none", 2), "[]"),
        step(Build.vrem("v", "north"), "true"),
        step(Build.vrem("v", "north"), "false"),
        step(Build.vrem("v", "west"), "true"),
        step(Build.vrandmember::<String>("v"), "\"east\""),
        step(Build.vrandmember_count::<String>("v", -2), r#"["east", "east"]"#),
        step(Build.vlinks::<String>("none", "east"), "[]"),
        step(Build.key_type("v"), "Some(VectorSet)"),
        step(Build.set("string", "x"), "true"),
        fails(Build.vcard("string"), "WRONGTYPE"),
        fails(Build.vadd("string", [1.0], "a"), "WRONGTYPE"),
    ]);
    case("elements of vector sets", steps(all))
}

fn searches() -> Case {
    let east = || VectorQuery::element("east");
    let none = VsimOptions::new;
    let mut all = three();
    all.extend([
        step(
            Build.vsim::<String>("v", east(), none()),
            r#"["east", "north", "west"]"#,
        ),
        step(
            Build.vsim_withscores::<String>("v", VectorQuery::vector([0.0, 1.0]), none().count(1)),
            r#"[("north", 1.0)]"#,
        ),
        step(
            Build.vsim_withscores::<String>("v", east(), none().truth().nothread().ef(10)),
            r#"[("east", 1.0), ("north", 0.5), ("west", 0.0)]"#,
        ),
        step(Build.vsetattr("v", "west", r#"{"warm":1}"#), "true"),
        step(
            Build.vsim::<String>("v", east(), none().filter(".warm == 1").filter_ef(10)),
            r#"["west"]"#,
        ),
        step(Build.vsim::<String>("none", east(), none()), "[]"),
        fails(
            Build.vsim::<String>("v", VectorQuery::element("up"), none()),
            "ERR element not found in set",
        ),
        step(
            Build.vadd_with("w", [1.0, 0.0], "a", VaddOptions::new().bin().m(4)),
            "true",
        ),
        step(
            Build.vadd_with("w", [1.0, 0.0], "b", VaddOptions::new().bin().m(4)),
            "true",
        ),
        // Which layers besides the lowest both are in is left to chance.
        step(
            changed(Build.vlinks::<String>("w", "a"), |reply| {
                let layers: Vec<Vec<String>> = reply.decode()?;
                Ok(layers.into_iter().last())
            }),
            r#"Some(["b"])"#,
        ),
        step(
            changed(Build.vlinks_withscores::<String>("w", "a"), |reply| {
                let layers: Vec<Vec<(String, f64)>> = reply.decode()?;
                Ok(layers.into_iter().last())
            }),
            r#"Some([("b", 1.0)])"#,
        ),
    ]);
    case("searches in vector sets", steps(all))
}

fn options() -> Case {
    let quantized = VaddOptions::new().q8().cas().ef(20).setattr(r#"{"a":1}"#);
    case(
        "vector sets as a whole",
        steps(vec![
            step(Build.vadd_with("v", [3.0, 0.0], "a", quantized.clone()), "true"),
            step(
                Build.vemb_raw("v", "a"),
                "Some(RawVector { quantization: \"int8\", data: b\"\\x7f\\0\", norm: 3.0, range: Some(1.0) })",
            ),
            fails(Build.vadd_with("v", [3.0, 0.0], "b", VaddOptions::new().bin()), "ERR"),
            step(
                Build.vadd_with("r", [1.0, 2.0, 3.0], "a", VaddOptions::new().reduce(2)),
                "true",
            ),
            step(Build.vdim("r"), "2"),
            step(Build.vinfo("none"), "None"),
            step(
                changed(Build.vinfo("v"), |reply| {
                    let info: VinfoReply = reply.decode()?;
                    assert!(info.hnsw_m.is_some() && info.max_level.is_some(), "{info:?}");
                    Ok((
                        (info.quant_type, info.vector_dim, info.size),
                        (info.projection_input_dim, info.attributes_count),
                    ))
                }),
                r#"(("int8", 2, 1), (Some(0), Some(1)))"#,
            ),
        ]),
    )
}

fn newer() -> Vec<Case> {
    let query = || VectorQuery::element("east");
    let mut attributes = steps(three());
    attributes.extend(steps(vec![step(Build.vsetattr("v", "north", "{}"), "true")]));
    attributes.push(
        step(
            Build.vsim_withattribs::<String>("v", query(), VsimOptions::new().epsilon(0.75)),
            "[VectorMatch { element: \"east\", score: 1.0, attributes: None }, \
             VectorMatch { element: \"north\", score: 0.5, attributes: Some(\"{}\") }]",
        )
        .since(8, 2),
    );
    attributes.push(
        step(
            Build.vsim_withattribs::<String>("none", query(), VsimOptions::new()),
            "[]",
        )
        .since(8, 2),
    );
    let mut ranges = steps(three());
    ranges.extend([
        step(
            Build.vrange::<String>("v", LexBound::MIN, LexBound::inclusive("north")),
            r#"["east", "north"]"#,
        )
        .since(8, 4),
        step(
            Build.vrange_count::<String>("v", LexBound::exclusive("east"), LexBound::MAX, 1),
            r#"["north"]"#,
        )
        .since(8, 4),
    ]);
    vec![case("VSIM with attributes", attributes), case("VRANGE", ranges)]
}
