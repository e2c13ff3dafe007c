//! The first words, byte for byte.

use super::*;
use crate::error::{ErrorKind, Outcome};
use crate::secret::Credentials;
use crate::topology::Library;

fn words(line: &str) -> Vec<u8> {
    let words: Vec<&str> = line.split(' ').collect();
    let mut bytes = format!("*{}\r\n", words.len());
    for word in words {
        bytes += &format!("${}\r\n{word}\r\n", word.len());
    }
    bytes.into_bytes()
}

/// Plays a handshake: lines the client must write, each followed by what the server answers to it. Gives the events.
fn play(settings: Settings, script: &[(&[&str], &[u8])]) -> (Connection, Vec<String>) {
    let mut connection = Connection::new(at(0), settings);
    for (requests, replies) in script {
        let expected: Vec<u8> = requests.iter().flat_map(|line| words(line)).collect();
        let wrote = written(&mut connection);
        assert!(wrote == expected, "wrote {}", wrote.escape_ascii());
        feed(&mut connection, replies);
        // Looking for events is what makes it go on.
        let events = told(&mut connection);
        if !events.is_empty() {
            return (connection, events);
        }
    }
    (connection, Vec::new())
}

fn named() -> Settings {
    let mut settings = Settings::new();
    settings.client_name = Some("worker".into());
    settings
}

fn alice() -> Credentials {
    Credentials::user("alice", "hunter2")
}

const HELLO: &[u8] = b"%2\r\n$6\r\nserver\r\n$5\r\nredis\r\n$5\r\nproto\r\n:3\r\n";

#[test]
fn resp3_is_asked_for_in_one_line() {
    let all = named().credentials(alice());
    let password = Settings::new().credentials(Credentials::password("hunter2"));
    let table: [(Settings, &str); 4] = [
        (Settings::new(), "HELLO 3"),
        (named(), "HELLO 3 SETNAME worker"),
        (password, "HELLO 3 AUTH default hunter2"),
        (all, "HELLO 3 AUTH alice hunter2 SETNAME worker"),
    ];
    for (settings, line) in table {
        let (connection, events) = play(settings, &[(&[line], HELLO)]);
        assert_eq!(events, ["up Resp3"], "{line}");
        assert!(connection.is_up());
    }
}

#[test]
fn the_database_and_the_library_follow_once_the_server_knows_who_we_are() {
    let mut settings = named().database(5);
    settings.library = Some(Library::new("redwire", "1.2.3"));
    let lines = [
        "SELECT 5",
        "CLIENT SETINFO LIB-NAME redwire",
        "CLIENT SETINFO LIB-VER 1.2.3",
    ];
    let script: [(&[&str], &[u8]); 2] = [(&["HELLO 3 SETNAME worker"], HELLO), (&lines, b"+OK\r\n+OK\r\n+OK\r\n")];
    assert_eq!(play(settings.clone(), &script).1, ["up Resp3"]);
    // The library is a courtesy: a server that does not want it is fine.
    let script: [(&[&str], &[u8]); 2] = [
        (&["HELLO 3 SETNAME worker"], HELLO),
        (&lines, b"+OK\r\n-ERR Unknown subcommand\r\n-NOPERM no\r\n"),
    ];
    assert_eq!(play(settings, &script).1, ["up Resp3"]);
}

#[test]
fn t33_a_server_that_does_not_know_hello_is_spoken_to_in_resp2() {
    let mut settings = named().database(5).credentials(alice());
    settings.library = Some(Library::new("redwire", "1.2.3"));
    let refusals: [&[u8]; 4] = [
        b"-ERR unknown command `HELLO`, with args beginning with: `3`, \r\n",
        b"-ERR unknown command 'HELLO'\r\n",
        b"-NOPROTO unsupported protocol version\r\n",
        b"-NOPROTO sorry this protocol version is not supported\r\n",
    ];
    for refusal in refusals {
        let script: [(&[&str], &[u8]); 3] = [
            (&["HELLO 3 AUTH alice hunter2 SETNAME worker"], refusal),
            (&["AUTH alice hunter2"], b"+OK\r\n"),
            (
                &[
                    "CLIENT SETNAME worker",
                    "SELECT 5",
                    "CLIENT SETINFO LIB-NAME redwire",
                    "CLIENT SETINFO LIB-VER 1.2.3",
                ],
                b"+OK\r\n+OK\r\n-ERR no\r\n-ERR no\r\n",
            ),
        ];
        assert_eq!(play(settings.clone(), &script).1, ["up Resp2"]);
        // With nothing else to say, that was it.
        assert_eq!(play(Settings::new(), &[(&["HELLO 3"], refusal)]).1, ["up Resp2"]);
    }
}

#[test]
fn resp2_logs_in_with_and_without_a_user() {
    let user = plain().credentials(alice());
    let password = plain().credentials(Credentials::password("hunter2"));
    assert_eq!(play(user, &[(&["AUTH alice hunter2"], b"+OK\r\n")]).1, ["up Resp2"]);
    assert_eq!(play(password, &[(&["AUTH hunter2"], b"+OK\r\n")]).1, ["up Resp2"]);
    // An empty password beside a user is one; alone it is none.
    let nopass = plain().credentials(Credentials::user("alice", ""));
    assert_eq!(play(nopass, &[(&["AUTH alice "], b"+OK\r\n")]).1, ["up Resp2"]);
    assert_eq!(
        play(plain().credentials(Credentials::password("")), &[])
            .0
            .poll_transmit(),
        None
    );
}

#[test]
fn t34_a_refused_password_is_told_once_and_nothing_more_is_tried() {
    let refusals: [&[u8]; 3] = [
        b"-WRONGPASS invalid username-password pair or user is disabled.\r\n",
        b"-ERR invalid password\r\n",
        b"-NOAUTH HELLO must be called with the client already authenticated\r\n",
    ];
    for refusal in refusals {
        for settings in [Settings::new(), plain()] {
            let line = if settings.protocol == Protocol::Resp2 {
                "AUTH alice hunter2"
            } else {
                "HELLO 3 AUTH alice hunter2"
            };
            let settings = settings.credentials(alice()).database(5);
            let mut connection = Connection::new(at(0), settings);
            connection.send(at(0), &get("a")).unwrap();
            assert_eq!(written(&mut connection), words(line));
            feed(&mut connection, refusal);
            assert_eq!(
                told(&mut connection),
                ["#0 Authentication NotSent", "down Authentication"]
            );
            assert_eq!(connection.poll_transmit(), None);
            let error = connection.send(at(0), &get("b")).unwrap_err();
            assert_eq!(
                (error.kind(), error.outcome()),
                (ErrorKind::Authentication, Outcome::NotSent)
            );
        }
    }
}

#[test]
fn a_refused_database_or_name_ends_the_connection() {
    let (_, events) = play(
        Settings::new().database(99),
        &[
            (&["HELLO 3"], HELLO),
            (&["SELECT 99"], b"-ERR DB index is out of range\r\n"),
        ],
    );
    assert_eq!(events, ["down Server"]);
    let (_, events) = play(
        named().protocol(Protocol::Resp2),
        &[(
            &["CLIENT SETNAME worker"],
            b"-ERR Client names cannot contain spaces\r\n",
        )],
    );
    assert_eq!(events, ["down Server"]);
}

#[test]
fn a_server_that_refuses_before_a_word_was_said_is_quoted() {
    let refusals: [&[u8]; 2] = [
        b"-ERR max number of clients reached\r\n",
        b"-DENIED Redis is running in protected mode because protected mode is enabled\r\n",
    ];
    for refusal in refusals {
        let mut connection = Connection::new(at(0), Settings::new());
        connection.send(at(0), &get("a")).unwrap();
        feed(&mut connection, refusal);
        assert_eq!(told(&mut connection), ["#0 Server NotSent", "down Server"]);
        let why = connection.down_reason().unwrap().to_string();
        assert!(why.as_bytes().starts_with(&refusal[1..refusal.len() - 2]), "{why}");
    }
}

#[test]
fn t17_a_reply_before_its_question_was_asked_ends_the_handshake() {
    // Before the first byte.
    let mut connection = Connection::new(at(0), Settings::new());
    feed(&mut connection, HELLO);
    assert_eq!(told(&mut connection), ["down Protocol"]);
    // Right behind the answer to HELLO, for the SELECT that was not written yet.
    let script: [(&[&str], &[u8]); 1] = [(&["HELLO 3"], &[HELLO, b"+OK\r\n"].concat())];
    assert_eq!(play(Settings::new().database(5), &script).1, ["down Protocol"]);
    // Behind the last one, for the first command of the user.
    let mut connection = Connection::new(at(0), Settings::new());
    connection.send(at(0), &get("a")).unwrap();
    written(&mut connection);
    feed(&mut connection, &[HELLO, b"$6\r\nothers\r\n"].concat());
    assert_eq!(
        told(&mut connection),
        ["up Resp3", "#0 Protocol NotSent", "down Protocol"]
    );
}

#[test]
fn hello_must_be_answered_by_what_hello_answers() {
    for odd in [&b"+OK\r\n"[..], b":1\r\n", b"$-1\r\n", b"_\r\n"] {
        assert_eq!(
            play(Settings::new(), &[(&["HELLO 3"], odd)]).1,
            ["down Protocol"],
            "{}",
            odd.escape_ascii()
        );
    }
}

#[test]
fn a_server_that_answers_hello_in_resp2_is_believed() {
    // Some proxies accept HELLO 3 and go on in RESP2, as its answer says.
    let array = b"*4\r\n$6\r\nserver\r\n$5\r\nproxy\r\n$5\r\nproto\r\n:2\r\n";
    assert_eq!(play(Settings::new(), &[(&["HELLO 3"], array)]).1, ["up Resp2"]);
}

#[test]
fn a_handshake_cut_anywhere_is_the_same() {
    let settings = named().database(5);
    for cut in 0..=HELLO.len() {
        let mut connection = Connection::new(at(0), settings.clone());
        let hello = words("HELLO 3 SETNAME worker");
        assert_eq!(
            write(&mut connection, cut.min(hello.len())),
            hello[..cut.min(hello.len())]
        );
        written(&mut connection);
        feed(&mut connection, &HELLO[..cut]);
        assert_eq!(told(&mut connection), [""; 0]);
        feed(&mut connection, &HELLO[cut..]);
        assert_eq!(told(&mut connection), [""; 0]);
        assert_eq!(written(&mut connection), words("SELECT 5"));
        feed(&mut connection, b"+OK\r\n");
        assert_eq!(told(&mut connection), ["up Resp3"]);
    }
}

#[test]
fn an_error_of_the_handshake_does_not_repeat_the_password() {
    let echo = b"-ERR unknown user alice with hunter2, hunter2!\r\n";
    let (connection, events) = play(plain().credentials(alice()), &[(&["AUTH alice hunter2"], echo)]);
    assert_eq!(events, ["down Server"]);
    let why = connection.down_reason().unwrap();
    assert!(why.to_string().contains("alice with ***, ***!"), "{why}");
    assert!(!format!("{why:?}").contains("hunter2"));
}

#[test]
fn t39_names_that_no_server_takes_are_refused_before_a_byte_is_written() {
    for wrong in ["", "two words", "line\r\nbreak", "nul\0", "grün"] {
        let named = Settings::new().client_name(wrong);
        let library = Settings::new().library(Library::new(wrong, "1"));
        let version = Settings::new().library(Library::new("redwire", wrong));
        for settings in [named, library, version] {
            assert!(settings.validate().is_err(), "{wrong:?}");
            let mut connection = Connection::new(at(0), settings);
            assert!(connection.poll_transmit().is_none(), "{wrong:?}");
            assert_eq!(told(&mut connection), ["down Config"], "{wrong:?}");
        }
    }
}
