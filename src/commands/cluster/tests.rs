#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may panic")]

use alloc::format;
use alloc::string::ToString;
use core::time::Duration;

use super::*;
use crate::command::Build;
use crate::resp::{Reply, ReplyBuilder, Value};

fn text(text: &str) -> Reply {
    let mut reply = ReplyBuilder::new();
    reply.bulk(text.as_bytes());
    reply.finish().unwrap()
}

fn node(line: &str) -> ClusterNode {
    text(line).decode().unwrap()
}

#[test]
fn a_node_of_every_age() {
    let id = "07c37dfeb235213a872192d90877d0cd55635b91";
    let new = node(&format!(
        "{id} 10.0.0.1:30004@31004,node4,shard-id=ab,tls-port=30005 slave,fail? e7d1 5 1426238317239 4 disconnected"
    ));
    assert_eq!(
        (&*new.id, &*new.ip, new.port, new.bus_port),
        (id, "10.0.0.1", 30004, Some(31004))
    );
    assert_eq!(new.hostname.as_deref(), Some("node4"));
    assert_eq!(new.auxiliary, ["shard-id=ab", "tls-port=30005"]);
    assert!(new.is_replica() && new.is_failing() && !new.is_master() && !new.is_myself());
    assert_eq!(new.master_id.as_deref(), Some("e7d1"));
    assert_eq!(new.ping_sent, Some(Duration::from_millis(5)));
    assert_eq!(new.pong_received, Some(Duration::from_millis(1_426_238_317_239)));
    assert_eq!((new.config_epoch, new.connected), (4, false));
    assert!(new.slots.is_empty());

    let old = node("67ed ::1:30002 myself,master - 0 0 2 connected 5461-10922 7 [77->-292f] [93-<-e7d1]");
    assert_eq!(
        (&*old.ip, old.port, old.bus_port, old.hostname.as_deref()),
        ("::1", 30002, None, None)
    );
    assert!(old.is_myself() && old.is_master() && old.connected && !old.is_failing());
    assert_eq!((old.master_id, old.ping_sent, old.pong_received), (None, None, None));
    assert_eq!(old.slots, [5461..=10922, 7..=7]);
    assert_eq!((old.migrating[0].slot, &*old.migrating[0].node_id), (77, "292f"));
    assert_eq!((old.importing[0].slot, &*old.importing[0].node_id), (93, "e7d1"));

    let lost = node("9999 :0@0, noflags - 0 0 0 disconnected");
    assert_eq!(
        (&*lost.ip, lost.port, lost.flags.len(), lost.hostname),
        ("", 0, 0, None)
    );
}

#[test]
fn a_line_that_is_none_is_found_out() {
    for line in [
        "",
        "67ed",
        "67ed 10.0.0.1",
        "67ed 10.0.0.1:x master - 0 0 2 connected",
        "67ed 10.0.0.1:1@x master - 0 0 2 connected",
        "67ed 10.0.0.1:1 master - 0 0 2",
        "67ed 10.0.0.1:1 master - 0 0 2 connected 1-x",
        "67ed 10.0.0.1:1 master - 0 0 2 connected [1-2]",
        "67ed 10.0.0.1:1 master - 0 0 2 connected 70000",
    ] {
        let error = text(line).decode::<ClusterNode>().unwrap_err();
        assert_eq!(error.expected(), "description of a node", "{line}");
    }
    let both = text("67ed 10.0.0.1:1@2 master - 0 0 2 connected\n67ed");
    let error = Build.cluster_nodes().decode(both).unwrap_err();
    assert_eq!(error.path(), [1]);
}

#[test]
fn info_keeps_what_it_does_not_know() {
    let known = "cluster_state:fail\r\ncluster_slots_assigned:16384\r\ncluster_slots_ok:5\r\ncluster_slots_pfail:6\r\n\
                 cluster_slots_fail:7\r\ncluster_known_nodes:8\r\ncluster_size:9\r\ncluster_current_epoch:10\r\n\
                 cluster_my_epoch:11\r\n";
    let info: ClusterInfo = text(&format!("{known}new:1:2\r\n")).decode().unwrap();
    assert!(!info.is_ok());
    assert_eq!(
        (info.slots_assigned, info.slots_ok, info.slots_pfail, info.slots_fail),
        (16384, 5, 6, 7)
    );
    assert_eq!(
        (info.known_nodes, info.size, info.current_epoch, info.my_epoch),
        (8, 9, 10, 11)
    );
    assert_eq!(info.other.len(), 1);
    assert_eq!(info.other["new"], "1:2");
    let missing = known.replace("cluster_size:9", "cluster_size:many");
    let error = text(&missing).decode::<ClusterInfo>().unwrap_err();
    assert_eq!(error.expected(), "text with cluster_size");
}

/// Fields as a map, or in a list as RESP2 has them.
fn fields(reply: &mut ReplyBuilder, map: bool, count: usize) {
    if map {
        reply.map(count);
    } else {
        reply.array(2 * count);
    }
}

#[test]
fn slots_with_every_kind_of_endpoint() {
    for map in [true, false] {
        let mut reply = ReplyBuilder::new();
        reply.array(2);
        reply.array(4).integer(0).integer(100);
        reply.array(4).bulk(b"10.0.0.1").integer(6379).bulk(b"ab");
        fields(&mut reply, map, 1);
        reply.bulk(b"hostname").bulk(b"node1");
        reply.array(4).null().integer(6380).bulk(b"cd");
        fields(&mut reply, map, 0);
        reply.array(3).integer(101).integer(101);
        reply.array(2).bulk(b"?").integer(6381);
        let slots = Build.cluster_slots().decode(reply.finish().unwrap()).unwrap();
        assert_eq!((&slots[0].slots, &slots[1].slots), (&(0..=100), &(101..=101)));
        let master = &slots[0].master;
        assert_eq!(
            (master.host.as_deref(), master.port, master.id.as_deref()),
            (Some("10.0.0.1"), 6379, Some("ab"))
        );
        assert_eq!(master.other["hostname"].as_bytes(), Some(&b"node1"[..]));
        let replica = &slots[0].replicas[0];
        assert_eq!(
            (replica.host.as_deref(), replica.port, replica.other.len()),
            (None, 6380, 0)
        );
        let nameless = &slots[1].master;
        assert_eq!((nameless.host.as_deref(), nameless.id.as_deref()), (Some("?"), None));
        assert!(slots[1].replicas.is_empty());
    }
}

#[test]
fn a_shard_with_a_node_that_has_only_tls() {
    for map in [true, false] {
        let mut reply = ReplyBuilder::new();
        fields(&mut reply, map, 3);
        reply
            .bulk(b"slots")
            .array(4)
            .integer(0)
            .integer(5)
            .integer(7)
            .integer(7);
        reply.bulk(b"nodes").array(1);
        fields(&mut reply, map, 9);
        for (name, value) in [("id", "ab"), ("ip", "::1"), ("endpoint", ""), ("hostname", "node1")] {
            reply.bulk(name.as_bytes()).bulk(value.as_bytes());
        }
        reply.bulk(b"tls-port").integer(7000).bulk(b"role").bulk(b"master");
        reply
            .bulk(b"replication-offset")
            .integer(72156)
            .bulk(b"health")
            .bulk(b"online");
        reply.bulk(b"new").integer(1).bulk(b"newer").integer(2);
        let shard: ClusterShard = reply.finish().unwrap().decode().unwrap();
        assert_eq!(shard.slots, [0..=5, 7..=7]);
        let node = &shard.nodes[0];
        assert_eq!(
            (node.port, node.tls_port, node.endpoint.as_deref()),
            (None, Some(7000), None)
        );
        assert_eq!(
            (node.hostname.as_deref(), &node.role),
            (Some("node1"), &ClusterRole::Master)
        );
        assert_eq!((node.replication_offset, &*node.health), (72156, "online"));
        assert_eq!(
            (node.other.len(), shard.other["newer"].clone(), shard.id),
            (1, Value::Integer(2), None)
        );
    }
}

#[test]
fn migrations_that_have_not_begun() {
    let mut reply = ReplyBuilder::new();
    reply.array(1).map(12);
    for (name, value) in [("id", "ab"), ("slots", "10-20 30-30"), ("source", "s"), ("dest", "d")] {
        reply.bulk(name.as_bytes()).bulk(value.as_bytes());
    }
    for (name, value) in [("operation", "import"), ("state", "none"), ("last_error", "")] {
        reply.bulk(name.as_bytes()).bulk(value.as_bytes());
    }
    for (name, value) in [
        ("retries", 1),
        ("create_time", 1500),
        ("start_time", 0),
        ("end_time", -1),
    ] {
        reply.bulk(name.as_bytes()).integer(value);
    }
    reply.bulk(b"write_pause_ms").integer(18);
    let tasks = Build
        .cluster_migration_status("ab")
        .decode(reply.finish().unwrap())
        .unwrap();
    let task = &tasks[0];
    assert_eq!(task.slots, [10..=20, 30..=30]);
    assert_eq!(
        (task.last_error.as_deref(), task.start_time, task.end_time),
        (None, None, None)
    );
    assert_eq!(
        (task.create_time, task.write_pause),
        (Duration::from_millis(1500), Duration::from_millis(18))
    );
    assert!(text("1-").decode::<ClusterMigration>().is_err());
}

#[test]
fn epochs() {
    let decode = |text: &str| {
        let mut reply = ReplyBuilder::new();
        reply.simple(text.as_bytes());
        Build.cluster_bumpepoch().decode(reply.finish().unwrap())
    };
    assert_eq!(decode("BUMPED 12").unwrap(), BumpedEpoch::Bumped(12));
    assert_eq!(decode("STILL 3").unwrap(), BumpedEpoch::Still(3));
    for wrong in ["BUMPED", "STILL x", "", "OK"] {
        let error = decode(wrong).unwrap_err();
        assert!(
            error.to_string().starts_with("expected BUMPED or STILL and an epoch"),
            "{error}"
        );
    }
}
