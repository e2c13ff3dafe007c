//! The harness for real servers, tested: every kind starts, and nothing outlives its test.
#![cfg(unix)]
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failure is the test's result"
)]

mod support;

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use support::{Raw, Reply, Sentinels, Server};

/// What identifies the process and the files of a server.
#[derive(Debug)]
struct Traces {
    pid: u32,
    port: u16,
    dir: PathBuf,
}

impl Traces {
    fn of(server: &Server) -> Traces {
        let info = server.raw().call(&["INFO", "server"]).text();
        let pid = info.lines().find_map(|line| line.strip_prefix("process_id:")).unwrap();
        Traces {
            pid: pid.parse().unwrap(),
            port: server.port(),
            dir: server.dir().into(),
        }
    }

    fn process_runs(&self) -> bool {
        shell(&format!("kill -0 {} 2>/dev/null", self.pid))
    }

    fn are_gone(&self) -> bool {
        !self.process_runs() && !self.dir.exists() && Raw::tcp(self.port).is_err()
    }

    fn assert_gone_soon(&self) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !self.are_gone() {
            assert!(Instant::now() < deadline, "still there: {self:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn shell(command: &str) -> bool {
    Command::new("sh").args(["-c", command]).status().unwrap().success()
}

fn config(server: &Server, name: &str) -> String {
    match server.raw().call(&["CONFIG", "GET", name]) {
        Reply::Array(pair) => pair[1].text(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_plain_server_answers_on_its_port_and_its_socket() {
    let server = Server::start();
    assert_eq!(server.url(), format!("redis://127.0.0.1:{}/", server.port()));
    assert_eq!(server.unix_url(), format!("unix://{}", server.unix_path().display()));
    assert_eq!(Raw::tcp(server.port()).unwrap().call(&["SET", "k", "v"]), Reply::ok());
    assert_eq!(
        Raw::unix(&server.unix_path()).unwrap().call(&["GET", "k"]),
        Reply::bulk("v")
    );
    assert_eq!(server.raw().call(&["GET", "other"]), Reply::Null);
    assert_eq!(config(&server, "bind"), "127.0.0.1");
}

#[test]
fn servers_side_by_side_are_apart() {
    let servers: Vec<Server> = (0..3).map(|_| Server::start()).collect();
    for (number, server) in servers.iter().enumerate() {
        server.raw().call(&["SET", "number", &number.to_string()]);
    }
    for (number, server) in servers.iter().enumerate() {
        assert_eq!(server.raw().call(&["GET", "number"]), Reply::bulk(&number.to_string()));
    }
}

#[test]
fn a_password_is_asked_for_and_stands_in_the_urls() {
    let server = Server::builder().password("p@ss/word").start();
    assert_eq!(
        server.url(),
        format!("redis://:p%40ss%2Fword@127.0.0.1:{}/", server.port())
    );
    assert_eq!(
        server.unix_url(),
        format!("unix://:p%40ss%2Fword@{}", server.unix_path().display())
    );
    let mut stranger = Raw::tcp(server.port()).unwrap();
    assert_eq!(
        stranger.call(&["PING"]),
        Reply::Error("NOAUTH Authentication required.".into())
    );
    assert_eq!(stranger.call(&["AUTH", "p@ss/word"]), Reply::ok());
    assert_eq!(server.raw().call(&["PING"]), Reply::Simple("PONG".into()));
}

#[test]
fn an_acl_user_is_the_only_one() {
    let server = Server::builder().user("alice", "secret").start();
    assert_eq!(
        server.url(),
        format!("redis://alice:secret@127.0.0.1:{}/", server.port())
    );
    let mut stranger = Raw::tcp(server.port()).unwrap();
    assert!(stranger.call(&["PING"]).text().starts_with("NOAUTH"));
    assert!(stranger.call(&["AUTH", "secret"]).text().starts_with("WRONGPASS"));
    assert_eq!(server.raw().call(&["ACL", "WHOAMI"]), Reply::bulk("alice"));
}

#[test]
fn a_server_may_have_a_unix_socket_alone() {
    let server = Server::builder().unix_socket().start();
    assert_eq!(config(&server, "port"), "0");
    assert_eq!(server.raw().call(&["PING"]), Reply::Simple("PONG".into()));
}

#[test]
fn a_replica_is_in_step_when_it_starts() {
    for primary in [
        Server::builder(),
        Server::builder().password("secret"),
        Server::builder().user("alice", "secret"),
    ] {
        let primary = primary.start();
        let replicas =
            [Server::builder(), Server::builder().unix_socket()].map(|kind| kind.replica_of(&primary).start());
        let mut raw = primary.raw();
        assert_eq!(raw.call(&["SET", "k", "v"]), Reply::ok());
        assert_eq!(raw.call(&["WAIT", "2", "10000"]), Reply::Int(2));
        for replica in &replicas {
            assert_eq!(replica.raw().call(&["GET", "k"]), Reply::bulk("v"));
            assert!(replica.raw().call(&["SET", "k", "w"]).text().starts_with("READONLY"));
        }
    }
}

#[test]
fn a_replica_is_back_in_step_after_its_primary_restarted() {
    let mut primary = Server::start();
    let replica = Server::builder().replica_of(&primary).start();
    primary.restart();
    replica.wait_for_link();
    // WAIT is about what its own connection has written.
    let mut raw = primary.raw();
    assert_eq!(raw.call(&["SET", "k", "v"]), Reply::ok());
    assert_eq!(raw.call(&["WAIT", "1", "10000"]), Reply::Int(1));
    assert_eq!(replica.raw().call(&["GET", "k"]), Reply::bulk("v"));
}

#[test]
fn sentinels_fail_over_when_told_and_when_the_master_is_gone() {
    let mut group = Sentinels::start();
    let traces: Vec<Traces> = group.servers.iter().chain(&group.sentinels).map(Traces::of).collect();
    let first = group.master_port();
    assert_eq!(first, group.servers[0].port());
    let mut raw = group.raw_master();
    assert_eq!(raw.call(&["SET", "k", "v"]), Reply::ok());
    assert_eq!(raw.call(&["WAIT", "2", "10000"]), Reply::Int(2));

    let second = group.fail_over();
    assert_ne!(second, first);
    group.wait_until_watched();
    assert_eq!(group.raw_master().call(&["GET", "k"]), Reply::bulk("v"));

    group.master().kill();
    let third = group.wait_for_switch(second);
    assert_ne!(third, second);
    assert_eq!(group.raw_master().call(&["GET", "k"]), Reply::bulk("v"));

    drop(group);
    for traces in traces {
        traces.assert_gone_soon();
    }
}

#[test]
fn sentinels_and_their_servers_may_have_passwords() {
    let group = Sentinels::with_passwords(Some("of-the-servers"), Some("of-the-sentinels"));
    let mut stranger = Raw::tcp(group.sentinels[0].port()).unwrap();
    assert!(stranger.call(&["SENTINEL", "MASTERS"]).text().starts_with("NOAUTH"));
    let mut stranger = Raw::tcp(group.master_port()).unwrap();
    assert!(stranger.call(&["PING"]).text().starts_with("NOAUTH"));
    group.fail_over();
    group.wait_until_watched();
}

#[test]
fn a_killed_server_comes_back_on_its_port_with_its_files() {
    let mut server = Server::builder()
        .arg("--appendonly", "yes")
        .arg("--appendfsync", "always")
        .start();
    let first = Traces::of(&server);
    let mut connection = server.raw();
    assert_eq!(connection.call(&["SET", "k", "v"]), Reply::ok());

    server.kill();
    assert!(connection.try_call(&["PING"]).is_err());
    assert!(!first.process_runs());
    assert!(Raw::tcp(first.port).is_err());

    server.restart();
    let second = Traces::of(&server);
    assert_eq!((second.port, &second.dir), (first.port, &first.dir));
    assert_ne!(second.pid, first.pid);
    assert_eq!(server.raw().call(&["GET", "k"]), Reply::bulk("v"));

    drop(server);
    assert!(second.are_gone());
}

#[test]
fn a_server_dropped_after_it_ended_leaves_no_files() {
    let mut killed = Server::start();
    let killed_traces = Traces::of(&killed);
    killed.kill();
    drop(killed);
    assert!(killed_traces.are_gone());

    let ended = Server::start();
    let ended_traces = Traces::of(&ended);
    assert!(ended.raw().try_call(&["SHUTDOWN", "NOSAVE"]).is_err());
    drop(ended);
    assert!(ended_traces.are_gone());
}

#[test]
fn a_taken_port_is_passed_over() {
    let neighbour = Server::start();
    neighbour.raw().call(&["SET", "whose", "neighbour"]);
    let server = Server::builder().first_port(neighbour.port()).start();
    assert_ne!(server.port(), neighbour.port());
    assert_eq!(Raw::tcp(server.port()).unwrap().call(&["GET", "whose"]), Reply::Null);

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = listener.local_addr().unwrap().port();
    assert_ne!(Server::builder().first_port(taken).start().port(), taken);
}

#[test]
#[should_panic(expected = " ended with status 1")]
fn a_server_that_cannot_start_says_why() {
    Server::builder().arg("--no-such-setting", "yes").start();
}

#[test]
fn raw_reads_every_type() {
    let server = Server::builder().arg("--enable-debug-command", "local").start();
    let mut raw = server.raw();
    assert_eq!(raw.call(&["DEBUG", "PROTOCOL", "null"]), Reply::Null);
    assert!(matches!(raw.call(&["HELLO", "3"]), Reply::Map(fields) if fields[0].0 == Reply::bulk("server")));
    let mut protocol = |name: &str| raw.call(&["DEBUG", "PROTOCOL", name]);
    let numbers = || vec![Reply::Int(0), Reply::Int(1), Reply::Int(2)];
    assert_eq!(protocol("string"), Reply::bulk("Hello World"));
    assert_eq!(protocol("integer"), Reply::Int(12345));
    assert_eq!(protocol("double"), Reply::Double("3.141".parse().unwrap()));
    assert_eq!(protocol("null"), Reply::Null);
    assert_eq!(protocol("array"), Reply::Array(numbers()));
    assert_eq!(protocol("set"), Reply::Set(numbers()));
    assert!(matches!(protocol("map"), Reply::Map(pairs) if pairs[1] == (Reply::Int(1), Reply::Bool(true))));
    assert_eq!(
        protocol("bignum"),
        Reply::BigNumber("1234567999999999999999999999999999999".into())
    );
    assert_eq!(protocol("true"), Reply::Bool(true));
    assert_eq!(protocol("verbatim"), Reply::bulk("txt:This is a verbatim\nstring"));
    assert_eq!(
        protocol("attrib"),
        Reply::bulk("Some real reply following the attribute")
    );
    raw.call(&["CLIENT", "TRACKING", "ON"]);
    raw.call(&["GET", "k"]);
    server.raw().call(&["SET", "k", "v"]);
    let invalidated = Reply::Push(vec![Reply::bulk("invalidate"), Reply::Array(vec![Reply::bulk("k")])]);
    assert_eq!(raw.read().unwrap(), invalidated);
}

/// Set in a copy of this test program that only holds a server, for somebody to end it.
const HOLD: &str = "REDWIRE_TEST_HOLD_A_SERVER";

/// The other half of the tests below. Run by itself it only starts a server.
#[test]
#[ignore = "run by other tests, as a process of its own"]
fn hold_a_server() {
    static SERVER: OnceLock<Server> = OnceLock::new();
    let traces = Traces::of(SERVER.get_or_init(Server::start));
    if std::env::var_os(HOLD).is_some() {
        println!("\nholds {} {} {}", traces.pid, traces.port, traces.dir.display());
        // Until the parent lets go or this process is killed.
        std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    }
}

fn holder() -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "hold_a_server", "--ignored", "--nocapture"])
        .env(HOLD, "1");
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn hold() -> (Child, Traces) {
    let mut child = holder().process_group(0).spawn().unwrap();
    let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    let line = lines
        .map(Result::unwrap)
        .find(|line| line.starts_with("holds "))
        .unwrap();
    let words: Vec<&str> = line.split(' ').collect();
    let traces = Traces {
        pid: words[1].parse().unwrap(),
        port: words[2].parse().unwrap(),
        dir: PathBuf::from(words[3]),
    };
    assert!(traces.process_runs() && traces.dir.exists());
    (child, traces)
}

#[test]
fn a_server_in_a_static_ends_with_the_process() {
    let (child, traces) = hold();
    assert!(child.wait_with_output().unwrap().status.success());
    traces.assert_gone_soon();
}

#[test]
fn a_server_ends_with_a_killed_process() {
    let (mut child, traces) = hold();
    child.kill().unwrap();
    child.wait().unwrap();
    traces.assert_gone_soon();
}

#[test]
fn a_server_ends_with_a_signalled_process_group() {
    for signal in ["HUP", "INT", "TERM", "KILL"] {
        let (mut child, traces) = hold();
        assert!(shell(&format!("kill -{signal} -{}", child.id())));
        child.wait().unwrap();
        // The files of a watchdog that was itself killed are left, the server is not.
        if signal == "KILL" {
            std::fs::remove_dir_all(&traces.dir).unwrap();
        }
        traces.assert_gone_soon();
    }
}

#[test]
fn a_missing_server_program_is_named_with_the_cure() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("path-{}", std::process::id()));
    std::fs::create_dir_all(&path).unwrap();
    for program in ["sh", "rm"] {
        symlink(Path::new("/bin").join(program), path.join(program)).unwrap();
    }
    let mut missing = holder();
    missing.env("PATH", &path).env_remove("REDWIRE_TEST_SERVER");
    let output = missing.output().unwrap();
    std::fs::remove_dir_all(&path).unwrap();
    assert!(!output.status.success());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        stderr.contains("redis-server is not installed: run ./tests/run"),
        "{stderr}"
    );
}
