//! Commands on clusters, before one node and before three. They need servers that are set up as nodes, so they are no cases
//! of the table.

use redwire::blocking::Client;
use redwire::prelude::*;
use redwire::{Config, Protocol};

use crate::support::{Builder, Server, Since, until};

const PROTOCOLS: [Protocol; 2] = [Protocol::Resp2, Protocol::Resp3];

fn builder() -> Builder {
    Server::builder().arg("--cluster-enabled", "yes")
}

fn client(server: &Server, protocol: Protocol) -> Client {
    let config = Config::parse(&server.url()).unwrap().with_protocol(protocol);
    Client::connect(config).unwrap()
}

#[test]
fn a_node_by_itself() {
    for protocol in PROTOCOLS {
        let server = builder().start();
        let node = client(&server, protocol);
        assert!(node.cluster_addslots([0, 1, 7]).unwrap());
        assert!(node.cluster_addslotsrange([10..=20, 30..=30]).unwrap());
        let busy = node.cluster_addslots([20]).unwrap_err();
        assert_eq!(busy.to_string(), "ERR Slot 20 is already busy");
        assert!(node.cluster_delslots([1]).unwrap());
        assert!(node.cluster_delslotsrange([12..=14]).unwrap());
        let info = node.cluster_info().unwrap();
        assert_eq!((info.is_ok(), info.slots_assigned, info.known_nodes), (false, 11, 1));

        let id = node.cluster_myid().unwrap();
        let [myself] = &*node.cluster_nodes().unwrap() else {
            panic!()
        };
        assert!(myself.is_myself() && myself.is_master() && myself.connected);
        assert_eq!((&myself.id, myself.port), (&id, server.port()));
        assert_eq!(myself.bus_port, Some(server.port() + 10_000));
        assert_eq!(myself.slots, [0..=0, 7..=7, 10..=11, 15..=20, 30..=30]);

        let [shard] = &*node.cluster_shards().unwrap() else {
            panic!()
        };
        assert_eq!(shard.slots, myself.slots);
        let [member] = &*shard.nodes else { panic!() };
        assert_eq!(
            (&member.id, member.port, member.tls_port),
            (&id, Some(server.port()), None)
        );
        assert_eq!((&member.role, &*member.health), (&ClusterRole::Master, "online"));
        assert!(member.other.is_empty() && shard.other.is_empty(), "{shard:?}");
        let slots = node.cluster_slots().unwrap();
        assert_eq!(slots.len(), 5);
        assert_eq!((&slots[3].slots, slots[3].replicas.len()), (&(15..=20), 0));
        assert_eq!(
            (&slots[3].master.id, slots[3].master.port),
            (&Some(id.clone()), server.port())
        );

        assert_eq!(node.cluster_links().unwrap(), []);
        assert_eq!(node.cluster_replicas(&id).unwrap(), []);
        assert_eq!(node.cluster_slaves(&id).unwrap(), []);
        assert_eq!(node.cluster_count_failure_reports(&id).unwrap(), 0);
        assert_eq!(node.cluster_keyslot("{foo}bar").unwrap(), 12182);
        if Since::redis(7, 2).knows(server.version()) {
            assert_eq!(node.cluster_myshardid().unwrap().len(), 40);
        }

        let unknown = node.cluster_setslot(7, SetSlot::migrating("0".repeat(40))).unwrap_err();
        assert!(
            unknown.to_string().starts_with("ERR I don't know about node"),
            "{unknown}"
        );
        assert!(node.cluster_setslot(7, SetSlot::stable()).unwrap());
        assert!(node.cluster_setslot(40, SetSlot::node(&id)).unwrap());
        assert!(node.cluster_saveconfig().unwrap());
        assert!(node.cluster_set_config_epoch(5).unwrap());
        assert_eq!(node.cluster_bumpepoch().unwrap(), BumpedEpoch::Still(5));
        let master = node.cluster_failover().unwrap_err();
        assert!(
            master
                .to_string()
                .starts_with("ERR You should send CLUSTER FAILOVER to a replica"),
            "{master}"
        );
        assert!(!node.cluster_help().unwrap().is_empty());

        assert!(node.cluster_flushslots().unwrap());
        assert_eq!(node.cluster_slots().unwrap(), []);
        assert!(node.cluster_reset(ClusterReset::Soft).unwrap());
        assert_eq!(node.cluster_myid().unwrap(), id);
        assert!(node.cluster_reset(ClusterReset::Hard).unwrap());
        assert_ne!(node.cluster_myid().unwrap(), id);
    }
}

#[test]
fn keys_of_slots() {
    for protocol in PROTOCOLS {
        let server = builder().start();
        let node = client(&server, protocol);
        node.cluster_addslotsrange([0..=16383]).unwrap();
        until(|| node.cluster_info().unwrap().is_ok().then_some(()));
        let slot = node.cluster_keyslot("{foo}").unwrap();
        for key in ["{foo}1", "{foo}2"] {
            node.set(key, 1).unwrap();
        }
        assert_eq!(node.cluster_countkeysinslot(slot).unwrap(), 2);
        let mut keys: Vec<String> = node.cluster_getkeysinslot(slot, 10).unwrap();
        keys.sort();
        assert_eq!(keys, ["{foo}1", "{foo}2"]);
        if Since::redis(8, 2).valkey(8, 0).knows(server.version()) {
            let stats = node.cluster_slot_stats(slot - 1..=slot).unwrap();
            let counts: Vec<_> = stats.iter().map(|stats| (stats.slot, stats.key_count)).collect();
            assert_eq!(counts, [(slot - 1, 0), (slot, 2)]);
            assert!(stats[0].other.is_empty(), "{stats:?}");
            let options = SlotStatsOptions::new().limit(1);
            let most = node.cluster_slot_stats_by(SlotMetric::KeyCount, options).unwrap();
            assert_eq!((most.len(), most[0].slot), (1, slot));
            let least = node.cluster_slot_stats_by(SlotMetric::KeyCount, options.asc()).unwrap();
            assert_eq!((least.len(), least[0].key_count), (1, 0));
        }
        if Since::only_valkey(9, 0).knows(server.version()) {
            assert!(node.cluster_flushslot_with(slot, FlushMode::Sync).unwrap());
            assert_eq!(node.cluster_countkeysinslot(slot).unwrap(), 0);
            assert!(node.cluster_flushslot(slot).unwrap());
        }
    }
}

/// Two masters that share the slots, and a replica of the first.
struct Cluster {
    servers: [Server; 3],
    nodes: [Client; 3],
    ids: [String; 3],
}

impl Cluster {
    fn start() -> Cluster {
        let servers = [(); 3].map(|()| builder().start());
        let nodes = [0, 1, 2].map(|number: usize| client(&servers[number], Protocol::Resp3));
        let ids = [0, 1, 2].map(|number: usize| nodes[number].cluster_myid().unwrap());
        nodes[0].cluster_addslotsrange([0..=8000]).unwrap();
        nodes[1].cluster_addslotsrange([8001..=16383]).unwrap();
        assert!(nodes[0].cluster_meet("127.0.0.1", servers[1].port()).unwrap());
        let port = servers[2].port();
        assert!(nodes[0].cluster_meet_bus("127.0.0.1", port, port + 10_000).unwrap());
        let cluster = Cluster { servers, nodes, ids };
        cluster.until_each(|info| info.known_nodes == 3);
        assert!(cluster.nodes[2].cluster_replicate(&cluster.ids[0]).unwrap());
        cluster.until_each(|info| info.is_ok() && info.slots_assigned == 16384);
        cluster
    }

    fn until_each(&self, done: impl Fn(&ClusterInfo) -> bool) {
        for node in &self.nodes {
            until(|| done(&node.cluster_info().unwrap()).then_some(()));
        }
    }

    /// A client of the node for each protocol.
    fn clients(&self, node: usize) -> [Client; 2] {
        PROTOCOLS.map(|protocol| client(&self.servers[node], protocol))
    }
}

#[test]
fn three_nodes() {
    let cluster = Cluster::start();
    let ([first, second, third], ids) = (&cluster.nodes, &cluster.ids);
    until(|| first.cluster_replicas(&ids[0]).ok()?.pop());
    until(|| (!first.cluster_slots().unwrap()[0].replicas.is_empty()).then_some(()));
    first.cluster_setslot(7, SetSlot::migrating(&ids[1])).unwrap();
    for first in cluster.clients(0) {
        let [replica] = &*first.cluster_replicas(&ids[0]).unwrap() else {
            panic!()
        };
        assert_eq!((&replica.id, &replica.master_id), (&ids[2], &Some(ids[0].clone())));
        assert!(replica.is_replica() && !replica.is_master() && !replica.is_myself());
        let nodes = first.cluster_nodes().unwrap();
        let myself = nodes.iter().find(|node| node.is_myself()).unwrap();
        let [moving] = &*myself.migrating else { panic!() };
        assert_eq!((moving.slot, &moving.node_id), (7, &ids[1]));

        let slots = first.cluster_slots().unwrap();
        assert_eq!((&slots[0].slots, &slots[1].slots), (&(0..=8000), &(8001..=16383)));
        assert_eq!(slots[0].master.id, Some(ids[0].clone()));
        assert_eq!(slots[1].master.id, Some(ids[1].clone()));
        assert_eq!(slots[0].replicas[0].port, cluster.servers[2].port());
        assert_eq!(slots[0].master.host.as_deref(), Some("127.0.0.1"));

        let shards = first.cluster_shards().unwrap();
        let shard = shards.iter().find(|shard| shard.nodes.len() == 2).unwrap();
        let mut roles: Vec<_> = shard.nodes.iter().map(|node| (&node.id, &node.role)).collect();
        roles.sort_by_key(|(_, role)| **role != ClusterRole::Master);
        assert_eq!(
            roles,
            [(&ids[0], &ClusterRole::Master), (&ids[2], &ClusterRole::Replica)]
        );

        let links = first.cluster_links().unwrap();
        for (direction, id) in [(LinkDirection::To, &ids[1]), (LinkDirection::From, &ids[2])] {
            let found = links.iter().any(|link| link.direction == direction && link.node == *id);
            assert!(found, "{links:?}");
        }
        assert!(links.iter().all(|link| link.other.is_empty()), "{links:?}");
    }

    assert!(third.cluster_failover_with(ClusterFailover::Takeover).unwrap());
    until(|| second.cluster_replicas(&ids[2]).ok()?.pop());
    assert!(second.cluster_forget(&ids[0]).unwrap());
    assert_eq!(second.cluster_nodes().unwrap().len(), 2);
    if Since::only_valkey(9, 0).knows(cluster.servers[0].version()) {
        until(|| first.cluster_replicas(&ids[2]).ok()?.pop());
        assert!(first.cluster_replicate_no_one().unwrap());
    }
}

#[test]
fn slots_that_move() {
    if !Since::redis(8, 4).valkey(9, 0).knows(Server::start().version()) {
        return;
    }
    let cluster = Cluster::start();
    let ([first, second, _], ids) = (&cluster.nodes, &cluster.ids);
    let ranges = || [10..=20, 30..=30];
    if Since::only_redis(8, 4).knows(cluster.servers[0].version()) {
        assert_eq!(second.cluster_migration_status_all().unwrap(), []);
        let id = second.cluster_migration_import(ranges()).unwrap();
        until(|| second.cluster_migration_status(&id).unwrap()[0].end_time);
        for second in cluster.clients(1) {
            let [task] = &*second.cluster_migration_status(&id).unwrap() else {
                panic!()
            };
            assert_eq!(
                (&*task.operation, &*task.state, &task.last_error),
                ("import", "completed", &None)
            );
            assert_eq!(
                (&task.source, &task.dest, &*task.slots),
                (&ids[0], &ids[1], &ranges()[..])
            );
            assert!(
                task.other.is_empty() && task.start_time >= Some(task.create_time),
                "{task:?}"
            );
        }
        assert_eq!(first.cluster_migration_status_all().unwrap().len(), 1);
        assert_eq!(second.cluster_migration_cancel(&id).unwrap(), 0);
        assert_eq!(second.cluster_migration_cancel_all().unwrap(), 0);
        assert_eq!(second.cluster_migration_status("unknown").unwrap(), []);
    }
    if Since::only_valkey(9, 0).knows(cluster.servers[0].version()) {
        assert_eq!(first.cluster_getslotmigrations().unwrap(), []);
        let none = first.cluster_cancelslotmigrations().unwrap_err();
        assert_eq!(none.to_string(), "ERR No migrations ongoing");
        let moves = MigrateSlots::new().to(&ids[1], ranges());
        assert!(first.cluster_migrateslots(moves).unwrap());
        until(|| (first.cluster_getslotmigrations().unwrap()[0].state == "success").then_some(()));
        for first in cluster.clients(0) {
            let [task] = &*first.cluster_getslotmigrations().unwrap() else {
                panic!()
            };
            assert_eq!((&*task.operation, &task.message), ("EXPORT", &None));
            assert_eq!((&task.source_node, &task.target_node), (&ids[0], &ids[1]));
            assert_eq!(task.slot_ranges, ranges());
            assert!(
                task.other.is_empty() && task.last_ack_time >= task.create_time,
                "{task:?}"
            );
        }
    }
}

#[test]
fn what_is_about_one_connection() {
    let server = builder().start();
    let node = client(&server, Protocol::Resp3);
    for refused in [node.asking(), node.readonly(), node.readwrite()] {
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidArgument);
    }
    let mut raw = server.raw();
    for command in [Build.asking(), Build.readonly(), Build.readwrite()] {
        let words: Vec<&[u8]> = command.request().arguments().collect();
        assert_eq!(raw.try_call(&words).unwrap().text(), "OK");
    }
}
