//! The SENTINEL commands on real sentinels, RESP2 and RESP3.

use std::time::Duration;

use redwire::commands::{SentinelSetOptions, SimulatedFailure};
use redwire::prelude::*;
use redwire::{Config, Protocol};

use crate::support::{Sentinels, Server};

const NAME: &str = Sentinels::NAME;

fn client(sentinel: &Server, protocol: Protocol) -> redwire::blocking::Client {
    let config = Config::tcp("127.0.0.1", sentinel.port()).with_protocol(protocol);
    redwire::blocking::Client::connect(config).unwrap()
}

#[test]
fn what_sentinels_know() {
    let _turn = crate::turns::light();
    let group = Sentinels::start();
    let master_port = group.master_port();
    let replica_ports: Vec<u16> = group.servers[1..].iter().map(Server::port).collect();
    let other_ports: Vec<u16> = group.sentinels[1..].iter().map(Server::port).collect();
    let mut seen = Vec::new();
    for protocol in [Protocol::Resp2, Protocol::Resp3] {
        let client = client(&group.sentinels[0], protocol);
        let masters = client.sentinel_masters().unwrap();
        assert_eq!(masters.len(), 1);
        let master = client.sentinel_master(NAME).unwrap();
        for master in [&master, &masters[0]] {
            assert_eq!(
                (master.name.as_str(), master.ip.as_str(), master.port),
                (NAME, "127.0.0.1", master_port)
            );
            assert!(master.flags.is_master() && !master.flags.is_sdown() && !master.flags.is_odown());
            assert_eq!(
                (master.num_slaves, master.num_other_sentinels, master.quorum),
                (2, 2, 2)
            );
            assert_eq!(master.down_after, Duration::from_millis(500));
            assert_eq!(
                (master.failover_timeout, master.parallel_syncs),
                (Duration::from_secs(3), 2)
            );
            assert_eq!(master.role_reported.as_deref(), Some("master"));
            assert!(master.last_ok_ping_reply.is_some() && master.s_down_time.is_none());
            assert_eq!(master.runid.len(), 40);
            // What has no field of its own is not lost.
            assert!(master.other.contains_key("link-refcount"), "{:?}", master.other);
        }

        let replicas = client.sentinel_replicas(NAME).unwrap();
        let mut ports: Vec<u16> = replicas.iter().map(|replica| replica.port).collect();
        ports.sort_unstable();
        let mut expected = replica_ports.clone();
        expected.sort_unstable();
        assert_eq!(ports, expected);
        for replica in &replicas {
            assert!(replica.flags.is_slave() && replica.flags.to_string() == "slave");
            assert_eq!(replica.name, format!("127.0.0.1:{}", replica.port));
            assert_eq!(replica.master_host.as_deref(), Some("127.0.0.1"));
            assert_eq!(replica.master_port, Some(u64::from(master_port)));
            assert_eq!(replica.master_link_status.as_deref(), Some("ok"));
            assert_eq!(
                (replica.slave_priority, replica.replica_announced),
                (Some(100), Some(true))
            );
            assert!(replica.slave_repl_offset.is_some());
        }
        assert_eq!(client.sentinel_slaves(NAME).unwrap().len(), 2);

        let peers = client.sentinel_sentinels(NAME).unwrap();
        let mut ports: Vec<u16> = peers.iter().map(|peer| peer.port).collect();
        ports.sort_unstable();
        let mut expected = other_ports.clone();
        expected.sort_unstable();
        assert_eq!(ports, expected);
        for peer in &peers {
            assert!(peer.flags.is_sentinel() && !peer.flags.is_master_down());
            assert!(peer.last_hello_message.is_some());
            assert_eq!((peer.runid.len(), peer.voted_leader.as_deref()), (40, None));
        }

        let address = client.sentinel_get_master_addr_by_name(NAME).unwrap();
        assert_eq!(address, Some(("127.0.0.1".into(), master_port)));
        assert_eq!(client.sentinel_get_master_addr_by_name("nobody").unwrap(), None);
        for error in [
            client.sentinel_master("nobody").unwrap_err(),
            client.sentinel_replicas("nobody").unwrap_err(),
        ] {
            assert_eq!(error.to_string(), "ERR No such master with that name");
        }
        assert!(
            client
                .sentinel_ckquorum(NAME)
                .unwrap()
                .starts_with("OK 3 usable Sentinels")
        );
        assert_eq!(client.sentinel_myid().unwrap().len(), 40);
        let verdict = client
            .sentinel_is_master_down_by_addr("127.0.0.1", master_port, 0, "*")
            .unwrap();
        assert_eq!(
            (verdict.is_down, verdict.leader, verdict.leader_epoch),
            (false, None, 0)
        );
        assert_eq!(client.sentinel_pending_scripts().unwrap(), []);
        assert!(
            client
                .sentinel_help()
                .unwrap()
                .iter()
                .any(|line| line.starts_with("CKQUORUM"))
        );
        let infos = client.sentinel_info_cache([NAME, "nobody"]).unwrap();
        assert_eq!(infos.len(), 1);
        assert_eq!(infos[NAME].len(), 3);
        assert!(infos[NAME][0].info.as_deref().unwrap().contains("role:master"));
        let periods = client.sentinel_debug().unwrap();
        let period = periods
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("ping-period"));
        assert_eq!(period.map(|(_, time)| *time), Some(Duration::from_millis(300)));
        let hostnames = client.sentinel_config_get("resolve-*").unwrap();
        assert_eq!(hostnames["resolve-hostnames"], "no");
        seen.push((
            master.flags,
            master.config_epoch,
            replicas.len(),
            peers.len(),
            hostnames,
        ));
    }
    // The same under both protocols.
    assert_eq!(seen[0], seen[1]);
}

#[test]
fn what_sentinels_are_told() {
    let server = Server::start();
    let lines = format!("sentinel monitor first 127.0.0.1 {} 1\n", server.port());
    let sentinel = Server::builder().sentinel(&lines).start();
    for protocol in [Protocol::Resp2, Protocol::Resp3] {
        let client = client(&sentinel, protocol);
        assert!(
            client
                .sentinel_monitor("second", "127.0.0.1", server.port(), 3)
                .unwrap()
        );
        let error = client
            .sentinel_monitor("second", "127.0.0.1", server.port(), 3)
            .unwrap_err();
        assert!(error.to_string().starts_with("ERR Duplicate"), "{error}");
        assert_eq!(client.sentinel_masters().unwrap().len(), 2);
        let error = client.sentinel_ckquorum("second").unwrap_err();
        assert_eq!(error.code(), Some("NOQUORUM"));
        let options = SentinelSetOptions::new()
            .quorum(1)
            .down_after(Duration::from_millis(750))
            .failover_timeout(Duration::from_secs(7))
            .parallel_syncs(4)
            .auth_user("somebody")
            .auth_pass("secret")
            .rename_command("CONFIG", "GUESSME")
            .other("master-reboot-down-after-period", 0);
        assert!(client.sentinel_set("second", options).unwrap());
        let second = client.sentinel_master("second").unwrap();
        assert_eq!((second.quorum, second.down_after), (1, Duration::from_millis(750)));
        assert_eq!(
            (second.failover_timeout, second.parallel_syncs),
            (Duration::from_secs(7), 4)
        );
        let wrong = client.sentinel_set("second", SentinelSetOptions::new().other("nonsense", 1));
        assert!(wrong.unwrap_err().to_string().starts_with("ERR"));

        assert!(client.sentinel_ckquorum("first").unwrap().starts_with("OK 1 usable"));
        let error = client.sentinel_failover("first").unwrap_err();
        assert_eq!(error.code(), Some("NOGOODSLAVE"));
        assert_eq!(client.sentinel_reset("f*").unwrap(), 1);
        assert_eq!(client.sentinel_reset("x*").unwrap(), 0);
        assert!(client.sentinel_flushconfig().unwrap());
        assert!(
            client
                .sentinel_debug_set("info-period", Duration::from_millis(1500))
                .unwrap()
        );
        let periods = client.sentinel_debug().unwrap();
        let period = periods
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("info-period"));
        assert_eq!(period.map(|(_, time)| *time), Some(Duration::from_millis(1500)));
        assert!(client.sentinel_config_set(("resolve-hostnames", "yes")).unwrap());
        assert_eq!(
            client.sentinel_config_get("resolve-hostnames").unwrap()["resolve-hostnames"],
            "yes"
        );
        assert!(client.sentinel_config_set(("resolve-hostnames", "no")).unwrap());
        assert!(
            client
                .sentinel_simulate_failure([SimulatedFailure::CrashAfterElection])
                .unwrap()
        );
        assert!(client.sentinel_remove("second").unwrap());
        assert_eq!(client.sentinel_masters().unwrap().len(), 1);
    }
}
