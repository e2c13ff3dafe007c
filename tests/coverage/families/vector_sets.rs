use redwire::prelude::*;

use super::V;
use crate::typed::{Typed, typed};

pub fn typed_commands() -> Vec<Typed> {
    let vector = [1.0, 0.5];
    let add = |options| typed(Build.vadd_with("v", vector, "a", options));
    let options = VaddOptions::new;
    let every = VsimOptions::new()
        .count(3)
        .ef(100)
        .filter(".y > 0")
        .filter_ef(10)
        .truth()
        .nothread();
    let range = || (LexBound::MIN, LexBound::exclusive("b"));
    let since_80 = [
        typed(Build.vadd("v", vector, "a")),
        add(options().reduce(2).cas().noquant().ef(50).setattr("{}").m(8)),
        add(options().q8()),
        add(options().bin()),
        typed(Build.vcard("v")),
        typed(Build.vdim("v")),
        typed(Build.vemb("v", "a")),
        typed(Build.vemb_raw("v", "a")),
        typed(Build.vgetattr::<V>("v", "a")),
        typed(Build.vinfo("v")),
        typed(Build.vismember("v", "a")),
        typed(Build.vlinks::<V>("v", "a")),
        typed(Build.vlinks_withscores::<V>("v", "a")),
        typed(Build.vrandmember::<V>("v")),
        typed(Build.vrandmember_count::<V>("v", -2)),
        typed(Build.vrem("v", "a")),
        typed(Build.vsetattr("v", "a", "{}")),
        typed(Build.vsim::<V>("v", VectorQuery::element("a"), every.clone())),
        typed(Build.vsim_withscores::<V>("v", VectorQuery::vector(vector), VsimOptions::new())),
    ];
    let mut all: Vec<Typed> = since_80.into_iter().map(|typed| typed.since(8, 0)).collect();
    all.push(typed(Build.vsim_withattribs::<V>("v", VectorQuery::element("a"), every.epsilon(0.5))).since(8, 2));
    all.push(typed(Build.vrange::<V>("v", range().0, range().1)).since(8, 4));
    all.push(typed(Build.vrange_count::<V>("v", range().0, range().1, 10)).since(8, 4));
    all
}
