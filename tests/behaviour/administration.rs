//! What administrators do: it changes the server itself, or several connections of it, so each test has servers of its
//! own.

use std::time::Duration;

use redwire::blocking::Client;
use redwire::prelude::*;
use redwire::{Config, Protocol};

use crate::support::{Server, Since, until};

const PATIENCE: Duration = Duration::from_secs(30);

fn client(server: &Server) -> Client {
    Client::connect(server.url()).unwrap()
}

/// Waits until nothing is written in the background.
fn until_written(client: &Client) {
    until(|| {
        let info = client.info_with("persistence").unwrap();
        let busy = info.rdb_bgsave_in_progress() == Some(true) || info.get("aof_rewrite_in_progress") == Some("1");
        (!busy).then_some(())
    });
}

#[test]
fn snapshots_in_front_and_in_the_background() {
    let server = Server::start();
    let client = client(&server);
    let started = client.lastsave().unwrap().unwrap();
    assert!(client.save().unwrap());
    assert_eq!(client.bgsave().unwrap(), BackgroundJob::Started);
    until_written(&client);
    assert_eq!(client.bgsave_schedule().unwrap(), BackgroundJob::Started);
    until_written(&client);
    let info = client.info_with("persistence").unwrap();
    assert!(client.lastsave().unwrap().unwrap() >= started);
    assert_eq!(info.rdb_last_save_time(), client.lastsave().unwrap());
    assert_eq!(
        (info.get("rdb_last_bgsave_status"), info.loading()),
        (Some("ok"), Some(false))
    );
    assert_eq!(client.bgrewriteaof().unwrap(), BackgroundJob::Started);
    until_written(&client);
    if Since::only_valkey(8, 1).knows(server.version()) {
        let error = client.bgsave_cancel().unwrap_err();
        assert!(error.to_string().contains("not in progress"), "{error}");
    }
}

#[test]
fn a_shutdown_that_is_not_going_on_cannot_be_given_up() {
    let server = Server::start();
    let error = client(&server).shutdown_abort().unwrap_err();
    assert_eq!(error.to_string(), "ERR No shutdown in progress.");
}

#[test]
fn roles_and_a_failover() {
    let (first, second) = (Server::start(), Server::start());
    let (one, other) = (client(&first), client(&second));
    assert!(other.replicaof("127.0.0.1", first.port()).unwrap());
    // It follows that one already, which the server says in its own words.
    assert!(other.replicaof("127.0.0.1", first.port()).unwrap());
    let is_connected = |role: &Role| {
        matches!(
            role,
            Role::Replica {
                link: ReplicationLink::Connected,
                ..
            }
        )
    };
    let role = until(|| Some(other.role().unwrap()).filter(is_connected));
    let Role::Replica { host, port, offset, .. } = role else {
        panic!("{role:?}")
    };
    assert_eq!((host.as_str(), port), ("127.0.0.1", first.port()));
    assert!(offset.is_some());
    let info = other.info_with("replication").unwrap();
    assert_eq!(
        (info.role(), info.master_port()),
        (Some(InstanceRole::Replica), Some(first.port()))
    );
    assert_eq!(info.master_link_up(), Some(true));

    until(|| match one.role().unwrap() {
        Role::Master { replicas, .. } => replicas.first().map(|replica| assert_eq!(replica.port, second.port())),
        role => panic!("{role:?}"),
    });
    let info = one.info_with("replication").unwrap();
    assert_eq!(
        (info.role(), info.connected_replicas()),
        (Some(InstanceRole::Master), Some(1))
    );
    let replicas = info.replicas();
    assert_eq!(
        (replicas[0].ip.as_str(), replicas[0].port),
        ("127.0.0.1", second.port())
    );
    until(|| Some(one.info_with("replication").unwrap()).filter(|info| info.replicas()[0].state == "online"));

    let to = FailoverOptions::new().to("127.0.0.1", second.port());
    let nowhere = FailoverOptions::new().to("127.0.0.1", 1);
    let error = one.failover_with(nowhere).unwrap_err();
    assert!(error.to_string().starts_with("ERR FAILOVER target HOST"), "{error}");
    assert!(one.failover_with(to.timeout(PATIENCE)).unwrap());
    until(|| matches!(other.role().unwrap(), Role::Master { .. }).then_some(()));
    until(|| matches!(one.role().unwrap(), Role::Replica { .. }).then_some(()));
    assert!(one.replicaof_no_one().unwrap());
    assert!(matches!(one.role().unwrap(), Role::Master { .. }));
}

#[test]
fn connections_are_found_unblocked_and_closed() {
    let server = Server::start();
    let client = client(&server);
    let config = Config::parse(&server.url()).unwrap().with_client_name("worker");
    let worker = Client::connect(config).unwrap();
    let id = worker.client_id().unwrap();
    let named = |clients: Vec<ClientInfo>| clients.into_iter().find(|client| client.name == "worker");
    let found = named(client.client_list().unwrap()).unwrap();
    assert_eq!(
        (found.id, found.cmd.as_deref(), found.db),
        (id, Some("client|id"), Some(0))
    );
    assert_eq!(client.client_list_with(ClientFilter::new().id(id)).unwrap().len(), 1);

    for reason in [UnblockReason::Timeout, UnblockReason::Error] {
        let waiting = worker.clone();
        let waiter = std::thread::spawn(move || waiting.blpop::<String, String>("none", Duration::ZERO));
        let is_blocked = |client: &ClientInfo| client.cmd.as_deref() == Some("blpop") && client.flags == "b";
        let blocked = until(|| client.client_list().unwrap().into_iter().find(is_blocked));
        assert!(client.client_unblock_with(blocked.id, reason).unwrap());
        let outcome = waiter.join().unwrap();
        match reason {
            UnblockReason::Error => assert_eq!(outcome.unwrap_err().code(), Some("UNBLOCKED")),
            _ => assert_eq!(outcome.unwrap(), None),
        }
    }

    let found = named(client.client_list().unwrap()).unwrap();
    assert!(client.client_kill(&found.addr).unwrap());
    assert!(named(client.client_list().unwrap()).is_none_or(|other| other.id != found.id));
    let again = worker.client_id().unwrap();
    assert_ne!(again, found.id);
    assert_eq!(client.client_kill_with(ClientFilter::new().id(again)).unwrap(), 1);
    assert!(worker.ping().unwrap());
}

#[test]
fn tracking_belongs_to_one_connection() {
    let server = Server::start();
    for protocol in [Protocol::Resp2, Protocol::Resp3] {
        let config = Config::parse(&server.url()).unwrap().with_protocol(protocol);
        let client = Client::connect(config).unwrap();
        let (told, reader) = (client.exclusive().unwrap(), client.exclusive().unwrap());
        let id = told.client_id().unwrap();
        let options = TrackingOptions::new().redirect(id).bcast().prefix("user:").noloop();
        assert!(reader.client_tracking_with(options).unwrap());
        assert_eq!(reader.client_getredir().unwrap(), TrackingRedirect::To(id));
        let info = reader.client_trackinginfo().unwrap();
        assert!(info.is_on());
        assert_eq!(
            info.flags.iter().map(String::as_str).collect::<Vec<_>>(),
            ["bcast", "noloop", "on"]
        );
        assert_eq!(
            (info.redirect, info.prefixes.as_slice()),
            (TrackingRedirect::To(id), &[Bytes::from("user:")][..])
        );
        assert_eq!(reader.client_info().unwrap().redir, Some(TrackingRedirect::To(id)));
        assert!(reader.client_tracking(Toggle::Off).unwrap());

        assert!(
            reader
                .client_tracking_with(TrackingOptions::new().redirect(id).optin())
                .unwrap()
        );
        assert!(reader.client_caching(YesNo::Yes).unwrap());
        let flags = reader.client_trackinginfo().unwrap().flags;
        assert!(flags.contains("optin") && flags.contains("caching-yes"), "{flags:?}");
        assert!(!told.client_trackinginfo().unwrap().is_on());
    }
}

#[test]
fn delays_are_noticed() {
    let server = Server::builder().arg("--enable-debug-command", "local").start();
    let client = client(&server);
    client.config_set("latency-monitor-threshold", 1).unwrap();
    assert!(client.debug_sleep(Duration::from_millis(20)).unwrap());
    let events = client.latency_latest().unwrap();
    let event = events.iter().find(|event| event.event == "command").unwrap();
    assert!(
        event.latest >= Duration::from_millis(20) && event.max >= event.latest,
        "{event:?}"
    );
    let history = client.latency_history("command").unwrap();
    assert_eq!(
        history.last().map(|sample| (sample.at, sample.latency)),
        Some((event.at, event.latest))
    );
    assert!(client.latency_graph("command").unwrap().contains("command"));
    assert!(client.latency_doctor().unwrap().contains("command"));
    assert!(client.latency_reset("command").unwrap() >= 1);
    assert_eq!(client.latency_history("command").unwrap(), []);

    client.hset("hash", [("a", "b")]).unwrap();
    let object = client.debug_object("hash").unwrap();
    assert_eq!((object.refcount, object.encoding.as_str()), (1, "listpack"));
    assert_eq!(client.debug_object("none").unwrap_err().to_string(), "ERR no such key");
}

#[test]
fn large_commands_are_logged() {
    let server = Server::start();
    let client = client(&server);
    let log = CommandlogType::LargeRequest;
    if !Since::only_valkey(8, 1).knows(server.version()) {
        let error = client.commandlog_len(log).unwrap_err();
        assert!(error.to_string().starts_with("ERR unknown command"), "{error}");
        return;
    }
    client.config_set("commandlog-request-larger-than", 300).unwrap();
    assert!(client.commandlog_reset(log).unwrap());
    client.set("a", "x".repeat(300)).unwrap();
    let entries = client.commandlog_get(LogCount::All, log).unwrap();
    let [entry] = entries.as_slice() else {
        panic!("{entries:?}")
    };
    assert_eq!((entry.arguments.len(), &entry.arguments[0]), (3, &Bytes::from("SET")));
    assert!(entry.value > 300 && entry.client_address.is_some(), "{entry:?}");
    assert_eq!(client.commandlog_len(log).unwrap(), 1);
    assert!(client.commandlog_reset(log).unwrap());
    assert_eq!(client.commandlog_get(LogCount::Last(5), log).unwrap(), []);
    client.commandlog_get(LogCount::All, CommandlogType::Slow).unwrap();
    assert_eq!(client.commandlog_len(CommandlogType::LargeReply).unwrap(), 0);
    assert!(!client.commandlog_help().unwrap().is_empty());
}
