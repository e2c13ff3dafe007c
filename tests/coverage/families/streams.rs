use redwire::prelude::*;

use super::{MINUTE, V};
use crate::typed::{Typed, typed};

const ID: StreamId = StreamId::new(7, 1);

pub fn typed_commands() -> Vec<Typed> {
    let mut all = entries();
    all.extend(groups());
    all.extend(claims());
    all
}

fn entries() -> Vec<Typed> {
    let add = |options| typed(Build.xadd_with("s", [("f", 1), ("g", 2)], options));
    let maxlen = StreamTrim::maxlen(1000);
    let minid = StreamTrim::minid(ID).approximate().limit(10);
    let range = XrangeOptions::new().count(3);
    let read = |options| typed(Build.xread_with::<V, V>([("s", ID.into()), ("t", ReadFrom::End)], options));
    vec![
        typed(Build.xadd("s", ("f", "v"))),
        add(XaddOptions::new().nomkstream().trim(maxlen).id(ID)),
        add(XaddOptions::new().trim(minid).id_at(MINUTE)),
        add(XaddOptions::new()
            .idmp("producer", "id")
            .trim(minid.refs(RefPolicy::KeepRef)))
        .since(8, 6),
        add(XaddOptions::new().idmpauto("producer")).since(8, 6),
        typed(Build.xcfgset("s", XcfgsetOptions::new().idmp_duration(MINUTE).idmp_maxsize(10))).since(8, 6),
        typed(Build.xdel("s", [ID, StreamId::MIN])),
        typed(Build.xdelex("s", RefPolicy::Acked, [ID, StreamId::MIN])).since(8, 2),
        typed(Build.xlen("s")),
        typed(Build.xrange::<V>("s", StreamBound::Min, StreamBound::Max)),
        typed(Build.xrange_with::<V>("s", ID, StreamBound::Exclusive(ID), range)),
        typed(Build.xread::<V, V>([("s", ReadFrom::Last)])).since(7, 4),
        read(XreadOptions::new()),
        read(XreadOptions::new().count(5).block(MINUTE)),
        read(XreadOptions::new().maxcount(7).maxsize(1024)).since(8, 10),
        typed(Build.xrevrange::<V>("s", StreamBound::Max, MINUTE)),
        typed(Build.xrevrange_with::<V>("s", StreamBound::Max, StreamBound::Min, range)),
        typed(Build.xsetid("s", ID)),
        typed(Build.xsetid_with("s", ID, XsetidOptions::new().entries_added(5).max_deleted_id(ID))),
        typed(Build.xtrim("s", maxlen)),
        typed(Build.xtrim("s", minid)),
        typed(Build.xtrim("s", maxlen.refs(RefPolicy::DelRef))).since(8, 2),
    ]
}

fn groups() -> Vec<Typed> {
    let read = |options| {
        let streams = [("s", GroupReadFrom::New), ("t", ID.into())];
        typed(Build.xreadgroup_with::<V, V>("g", "c", streams, options))
    };
    let (start, end) = (StreamBound::Min, StreamBound::Max);
    vec![
        typed(Build.xack("s", "g", [ID, StreamId::MIN])),
        typed(Build.xackdel("s", "g", RefPolicy::DelRef, [ID, StreamId::MIN])).since(8, 2),
        typed(Build.xgroup_create("s", "g", ReadFrom::End)),
        typed(Build.xgroup_create_with("s", "g", ID, XgroupCreateOptions::new().mkstream().entries_read(5))),
        typed(Build.xgroup_createconsumer("s", "g", "c")),
        typed(Build.xgroup_delconsumer("s", "g", "c")),
        typed(Build.xgroup_destroy("s", "g")),
        typed(Build.xgroup_help()),
        typed(Build.xgroup_setid("s", "g", ReadFrom::End)),
        typed(Build.xgroup_setid_with("s", "g", ID, XgroupSetidOptions::new().entries_read(5))),
        typed(Build.xinfo_consumers("s", "g")),
        typed(Build.xinfo_groups("s")),
        typed(Build.xinfo_help()),
        typed(Build.xinfo_stream::<V>("s")),
        typed(Build.xinfo_stream_full::<V>("s", 0)),
        typed(Build.xnack("s", "g", NackMode::Silent, [ID, StreamId::MIN])).since(8, 8),
        typed(Build.xnack_with("s", "g", NackMode::Fail, ID, XnackOptions::new().retrycount(1).force())).since(8, 8),
        typed(Build.xpending("s", "g")),
        typed(Build.xpending_range("s", "g", start, end, 10)),
        typed(Build.xpending_range_with(
            "s",
            "g",
            start,
            end,
            10,
            XpendingOptions::new().idle(MINUTE).consumer("c"),
        )),
        read(XreadgroupOptions::new()),
        read(XreadgroupOptions::new().count(5).block(MINUTE).noack()),
        read(XreadgroupOptions::new().claim(MINUTE)).since(8, 4),
        read(XreadgroupOptions::new().maxcount(7).maxsize(1024)).since(8, 10),
    ]
}

fn claims() -> Vec<Typed> {
    let every = XclaimOptions::new().idle(MINUTE).retrycount(3).force().lastid(ID);
    let count = XautoclaimOptions::new().count(5);
    vec![
        typed(Build.xautoclaim::<V>("s", "g", "c", MINUTE, StreamId::MIN)),
        typed(Build.xautoclaim_with::<V>("s", "g", "c", MINUTE, ID, count)),
        typed(Build.xautoclaim_justid("s", "g", "c", MINUTE, ID)),
        typed(Build.xautoclaim_justid_with("s", "g", "c", MINUTE, ID, count)),
        typed(Build.xclaim::<V>("s", "g", "c", MINUTE, [ID, StreamId::MIN])),
        typed(Build.xclaim_with::<V>("s", "g", "c", MINUTE, ID, every)),
        typed(Build.xclaim_justid("s", "g", "c", MINUTE, ID)),
        typed(Build.xclaim_justid_with("s", "g", "c", MINUTE, ID, XclaimOptions::new().time(MINUTE))),
    ]
}
