#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::time::Duration;

use super::*;
use crate::resp::ReplyBuilder;

const REDIS_7_0: &str = "# Server\r\nredis_version:7.0.15\r\nredis_git_sha1:00000000\r\nredis_mode:standalone\r\n\
    os:Linux 6.1.0 x86_64\r\nprocess_id:16694\r\nrun_id:d337ec8b32ea6f1e6757c3246e49e1e5765ee952\r\ntcp_port:7391\r\n\
    uptime_in_seconds:86402\r\nuptime_in_days:1\r\nexecutable:/opt/redis:7/redis-server\r\nconfig_file:\r\n\r\n\
    # Clients\r\nconnected_clients:3\r\nmaxclients:10000\r\nblocked_clients:1\r\n\r\n\
    # Memory\r\nused_memory:1513576\r\nused_memory_human:1.44M\r\nused_memory_rss:7090176\r\n\
    used_memory_peak:1513600\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction\r\nmem_fragmentation_ratio:4.81\r\n\r\n\
    # Persistence\r\nloading:0\r\nrdb_bgsave_in_progress:1\r\nrdb_last_save_time:1795558135\r\naof_enabled:0\r\n\r\n\
    # Stats\r\ntotal_connections_received:33\r\ntotal_commands_processed:41\r\ninstantaneous_ops_per_sec:25\r\n\
    expired_keys:7\r\nevicted_keys:0\r\nkeyspace_hits:5\r\nkeyspace_misses:2\r\n\r\n\
    # Replication\r\nrole:master\r\nconnected_slaves:2\r\n\
    slave0:ip=127.0.0.1,port=7001,state=online,offset=14,lag=1\r\n\
    slave1:ip=::1,port=7002,state=wait_bgsave,offset=0,lag=0,type=replica\r\nmaster_failover_state:no-failover\r\n\
    master_repl_offset:14\r\n\r\n\
    # CPU\r\nused_cpu_sys:0.005691\r\n\r\n# Modules\r\n\r\n\
    # Commandstats\r\ncmdstat_config|get:calls=2,usec=83,usec_per_call=41.50,rejected_calls=1,failed_calls=0\r\n\
    cmdstat_ping:calls=1,usec=5,usec_per_call=5.00,rejected_calls=0,failed_calls=0\r\n\r\n\
    # Errorstats\r\nerrorstat_ERR:count=3\r\n\r\n\
    # Latencystats\r\nlatency_percentiles_usec_ping:p50=5.023,p99=5.023,p99.9=5.023\r\n\r\n\
    # Cluster\r\ncluster_enabled:0\r\n\r\n\
    # Keyspace\r\ndb0:keys=3,expires=1,avg_ttl=1500\r\ndb11:keys=1,expires=0,avg_ttl=0\r\n";

/// What newer servers have that 7.0 has not.
const REDIS_8: &str = "# Server\r\nredis_version:8.0.3\r\nredis_mode:cluster\r\n\
    listener0:name=tcp,bind=127.0.0.1,bind=-::1,port=6379\r\n\r\n\
    # Replication\r\nrole:slave\r\nmaster_host:fe80::1\r\nmaster_port:6380\r\nmaster_link_status:down\r\n\r\n\
    # Modules\r\nmodule:name=vectorset,ver=1,api=1,filters=0,usedby=[],using=[],options=[handle-io-errors|handle-repl]\r\n\r\n\
    # Keyspace\r\ndb0:keys=12,expires=0,avg_ttl=0,subexpiry=4\r\n\r\n\
    # Keysizes\r\ndb0_distrib_strings_sizes:2=3,16=9\r\n";

const VALKEY_9: &str = "# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:9.0.0\r\n\
    valkey_release_stage:ga\r\nserver_mode:sentinel\r\ntcp_port:0\r\n";

fn info(text: &str) -> Info {
    let mut reply = ReplyBuilder::new();
    reply.verbatim(*b"txt", text.as_bytes());
    let verbatim: Info = reply.finish().unwrap().decode().unwrap();
    let mut reply = ReplyBuilder::new();
    reply.bulk(text.as_bytes());
    let bulk: Info = reply.finish().unwrap().decode().unwrap();
    assert_eq!(verbatim, bulk);
    assert_eq!(bulk.as_str(), text);
    bulk
}

#[test]
fn fields_by_name_and_by_section() {
    let info = info(REDIS_7_0);
    assert_eq!(info.get("used_memory_human"), Some("1.44M"));
    assert_eq!(info.get("Memory/used_memory_human"), Some("1.44M"));
    assert_eq!(info.get("server/used_memory_human"), None);
    assert_eq!(info.get("nonsense"), None);
    // An empty value is a value; a path may hold a colon.
    assert_eq!(info.get("config_file"), Some(""));
    assert_eq!(info.get("executable"), Some("/opt/redis:7/redis-server"));
    assert_eq!(info.number::<f64>("used_cpu_sys"), Some(0.005691));
    assert_eq!(info.number::<u64>("used_memory_human"), None);
    assert_eq!(info.item("db0", "expires"), Some("1"));
    assert_eq!(info.item("db0", "nonsense"), None);
    let percentiles: Vec<_> = info.items("latency_percentiles_usec_ping").collect();
    assert_eq!(percentiles, [("p50", "5.023"), ("p99", "5.023"), ("p99.9", "5.023")]);
    let sections: Vec<_> = info.sections().collect();
    assert_eq!(sections.first(), Some(&"Server"));
    assert_eq!(sections.len(), 13);
    let clients: Vec<_> = info.section("CLIENTS").collect();
    assert_eq!(
        clients,
        [
            ("connected_clients", "3"),
            ("maxclients", "10000"),
            ("blocked_clients", "1")
        ]
    );
    assert_eq!(info.section("modules").count(), 0);
    assert_eq!(info.fields().count(), REDIS_7_0.matches("\r\n").count() - 13 - 12);
    assert_eq!(info.raw_lines().count(), 0);
}

#[test]
fn what_programs_ask_for_most() {
    let info = info(REDIS_7_0);
    assert_eq!(info.redis_version(), Some("7.0.15"));
    assert_eq!((info.valkey_version(), info.server_name()), (None, "redis"));
    assert_eq!(info.mode(), Some(ServerMode::Standalone));
    assert_eq!(info.run_id().map(str::len), Some(40));
    assert_eq!((info.process_id(), info.tcp_port()), (Some(16694), Some(7391)));
    assert_eq!(info.uptime(), Some(Duration::from_secs(86_402)));
    assert_eq!(
        (info.connected_clients(), info.blocked_clients(), info.maxclients()),
        (Some(3), Some(1), Some(10_000))
    );
    assert_eq!(
        (info.used_memory(), info.used_memory_rss(), info.used_memory_peak()),
        (Some(1_513_576), Some(7_090_176), Some(1_513_600))
    );
    assert_eq!(
        (info.maxmemory(), info.maxmemory_policy()),
        (Some(0), Some("noeviction"))
    );
    assert_eq!(info.mem_fragmentation_ratio(), Some(4.81));
    assert_eq!(
        (info.loading(), info.rdb_bgsave_in_progress(), info.aof_enabled()),
        (Some(false), Some(true), Some(false))
    );
    assert_eq!(info.rdb_last_save_time(), Some(Duration::from_secs(1_795_558_135)));
    assert_eq!(
        (info.total_connections_received(), info.total_commands_processed()),
        (Some(33), Some(41))
    );
    assert_eq!(info.instantaneous_ops_per_sec(), Some(25));
    assert_eq!((info.expired_keys(), info.evicted_keys()), (Some(7), Some(0)));
    assert_eq!((info.keyspace_hits(), info.keyspace_misses()), (Some(5), Some(2)));
    assert_eq!(info.role(), Some(InstanceRole::Master));
    assert_eq!(
        (info.connected_replicas(), info.master_repl_offset()),
        (Some(2), Some(14))
    );
    assert_eq!(
        (info.master_host(), info.master_port(), info.master_link_up()),
        (None, None, None)
    );
    assert_eq!(info.cluster_enabled(), Some(false));
}

#[test]
fn items_of_values() {
    let info = info(REDIS_7_0);
    let keyspace = info.keyspace();
    assert_eq!(keyspace.keys().copied().collect::<Vec<_>>(), [0, 11]);
    let first = keyspace.get(&0).unwrap();
    assert_eq!((first.keys, first.expires), (3, 1));
    assert_eq!(first.avg_ttl, Some(Duration::from_millis(1500)));
    assert_eq!(keyspace.get(&11).unwrap().avg_ttl, None);
    let stats = info.command_stats();
    let get = stats.get("config|get").unwrap();
    assert_eq!(
        (get.calls, get.total, get.usec_per_call),
        (2, Duration::from_micros(83), 41.5)
    );
    assert_eq!((get.rejected_calls, get.failed_calls), (Some(1), Some(0)));
    assert_eq!(stats.len(), 2);
    assert_eq!(info.error_stats().get("ERR"), Some(&3));
    let replicas = info.replicas();
    let [first, second] = replicas.as_slice() else {
        panic!("{replicas:?}")
    };
    assert_eq!((first.ip.as_str(), first.port, first.offset), ("127.0.0.1", 7001, 14));
    assert_eq!(
        (first.state.as_str(), first.lag),
        ("online", Some(Duration::from_secs(1)))
    );
    assert_eq!(
        (second.ip.as_str(), second.other.get("type").unwrap().as_str()),
        ("::1", "replica")
    );
}

#[test]
fn fields_of_newer_servers_are_kept() {
    let info = self::info(REDIS_8);
    assert_eq!(info.mode(), Some(ServerMode::Cluster));
    assert_eq!(info.role(), Some(InstanceRole::Replica));
    assert_eq!((info.master_host(), info.master_port()), (Some("fe80::1"), Some(6380)));
    assert_eq!(info.master_link_up(), Some(false));
    let binds: Vec<_> = info.items("listener0").filter(|(name, _)| *name == "bind").collect();
    assert_eq!(binds, [("bind", "127.0.0.1"), ("bind", "-::1")]);
    assert_eq!(info.item("module", "options"), Some("[handle-io-errors|handle-repl]"));
    let keyspace = info.keyspace();
    assert_eq!(keyspace.len(), 1);
    let db = keyspace.get(&0).unwrap();
    assert_eq!((db.keys, db.other.get("subexpiry").unwrap().as_str()), (12, "4"));
    assert_eq!(info.item("keysizes/db0_distrib_strings_sizes", "16"), Some("9"));

    let info = self::info(VALKEY_9);
    assert_eq!(
        (info.redis_version(), info.valkey_version()),
        (Some("7.2.4"), Some("9.0.0"))
    );
    assert_eq!(
        (info.server_name(), info.mode()),
        ("valkey", Some(ServerMode::Sentinel))
    );
    assert_eq!(
        Info::parse("redis_mode:proxy").mode(),
        Some(ServerMode::Other("proxy".into()))
    );
    assert_eq!(Info::parse("role:observer").role(), None);
}

#[test]
fn text_of_any_kind() {
    for text in [
        "",
        "\r\n",
        "#",
        "# ",
        ":",
        "=",
        ",",
        "\n\n:\r\n",
        "a",
        "# a:b\nc",
        "#a\rb:c\n",
    ] {
        let info = info(text);
        assert_eq!(info.to_string(), text);
        let _ = (
            info.keyspace(),
            info.command_stats(),
            info.replicas(),
            format!("{info:?}"),
        );
    }
    let info = info("no colon\n:no name\ncmdstat_host::calls=1,usec=2\nslave0:10.0.0.1,7001,online\nslavery:1");
    assert_eq!(info.raw_lines().collect::<Vec<_>>(), ["no colon"]);
    assert_eq!(info.get(""), Some("no name"));
    assert_eq!(info.command_stats().get("host:").unwrap().calls, 1);
    // From before Redis 2.8.
    assert_eq!(
        (info.replicas().len(), info.get("slave0")),
        (0, Some("10.0.0.1,7001,online"))
    );
    // Numbers that are none are no numbers.
    let odd = Info::parse("db0:keys=many\ndb1:keys=1,avg_ttl=soon\nused_memory:-1\nuptime_in_seconds:1.5");
    assert_eq!(odd.keyspace().len(), 1);
    assert_eq!(odd.keyspace().get(&1).unwrap().other.get("avg_ttl").unwrap(), "soon");
    assert_eq!((odd.used_memory(), odd.uptime()), (None, None));
    assert_eq!(format!("{:?}", Info::parse("a:1\nb:")), r#"{"a": "1", "b": ""}"#);

    let mut bytes = ReplyBuilder::new();
    bytes.bulk(b"a:\xff\nb:2");
    let info: Info = bytes.finish().unwrap().decode().unwrap();
    assert_eq!((info.get("a"), info.get("b")), (Some("\u{fffd}"), Some("2")));
    let mut list = ReplyBuilder::new();
    list.array(1).bulk(b"a:1");
    let error = list.finish().unwrap().decode::<Info>().unwrap_err();
    assert_eq!(error.to_string(), "expected text of INFO, found array of 1");
}

#[test]
fn text_cut_and_broken_anywhere() {
    let ask = |text: &str| {
        let info = Info::parse(text);
        let names: Vec<_> = info.fields().map(|(name, _)| name).collect();
        let found = names.iter().filter(|name| info.get(name).is_some()).count();
        assert_eq!(found, names.len());
        let _ = (
            info.keyspace(),
            info.command_stats(),
            info.error_stats(),
            info.replicas(),
        );
        let _ = (info.mode(), info.role(), info.uptime(), info.section("server").count());
    };
    for text in [REDIS_7_0, REDIS_8, VALKEY_9] {
        for at in (0..text.len()).step_by(7) {
            ask(text.get(..at).unwrap());
            for replacement in ["", ":", "=", "#", ",", "\n", "-", "\u{fffd}"] {
                let (before, after) = (text.get(..at).unwrap(), text.get(at + 1..).unwrap());
                ask(&format!("{before}{replacement}{after}"));
            }
        }
    }
}
