//! Messages the server sends by itself.

use super::*;

const SUBSCRIBED_A: &[u8] = b">3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n";
const SUBSCRIBED_B: &[u8] = b">3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n";
const UNSUBSCRIBED_A: &[u8] = b">3\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n:0\r\n";
const MESSAGE: &[u8] = b">3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n";

fn all(pieces: &[&[u8]]) -> Vec<u8> {
    pieces.concat()
}

#[test]
fn t13_unknown_pushes_do_not_shift_replies() {
    let mut connection = up3(Settings::new());
    for key in ["a", "b", "c"] {
        connection.send(at(0), &get(key)).unwrap();
    }
    written(&mut connection);
    feed(
        &mut connection,
        b">2\r\n+news\r\n:7\r\n:1\r\n>0\r\n>1\r\n_\r\n:2\r\n>1\r\n>1\r\n+x\r\n|1\r\n+ttl\r\n:5\r\n:3\r\n",
    );
    let expected = [
        "push >[+news, 7]",
        "#0 1",
        "push >[]",
        "push >[nil]",
        "#1 2",
        "push >[>[+x]]",
        "#2 3",
    ];
    assert_eq!(told(&mut connection), expected);
    assert_eq!(connection.pushes(), 4);
    assert!(connection.is_up());
}

#[test]
fn t14_unasked_confirmations_answer_nobody() {
    let mut connection = up3(Settings::new());
    for n in 0..40 {
        connection.send(at(0), &get(&format!("k{n}"))).unwrap();
    }
    written(&mut connection);
    let mut replies = Vec::new();
    for n in 0..40 {
        replies.extend_from_slice([SUBSCRIBED_A, UNSUBSCRIBED_A, MESSAGE][n % 3]);
        replies.extend_from_slice(format!(":{n}\r\n").as_bytes());
    }
    feed(&mut connection, &replies);
    let answers: Vec<String> = told(&mut connection)
        .into_iter()
        .filter(|line| line.starts_with('#'))
        .collect();
    assert_eq!(answers, (0..40).map(|n| format!("#{n} {n}")).collect::<Vec<_>>());
    assert_eq!(connection.pushes(), 40);
}

#[test]
fn t15_one_subscribe_is_answered_by_the_confirmations_of_all_its_channels() {
    let mut connection = up3(Settings::new());
    connection.send(at(0), &get("x")).unwrap();
    connection.send(at(0), &cmd("SUBSCRIBE").arg(["a", "b"])).unwrap();
    connection.send(at(0), &get("y")).unwrap();
    written(&mut connection);
    feed(&mut connection, &all(&[b":1\r\n", SUBSCRIBED_A, MESSAGE]));
    let expected = [
        "#0 1",
        "push >[\"subscribe\", \"a\", 1]",
        "push >[\"message\", \"a\", \"hi\"]",
    ];
    assert_eq!(told(&mut connection), expected);
    feed(&mut connection, &all(&[SUBSCRIBED_B, b":2\r\n"]));
    let expected = [
        "push >[\"subscribe\", \"b\", 2]",
        "#1 >[\"subscribe\", \"b\", 2]",
        "#2 2",
    ];
    assert_eq!(told(&mut connection), expected);
    assert!(connection.is_idle());
}

#[test]
fn only_the_kind_and_the_channel_that_were_asked_for_confirm() {
    let mut connection = up3(Settings::new());
    connection.send(at(0), &cmd("subscribe").arg(["a", "a"])).unwrap();
    connection.send(at(0), &get("x")).unwrap();
    written(&mut connection);
    // Another channel, another kind, not enough items, no text at all.
    feed(&mut connection, SUBSCRIBED_B);
    feed(&mut connection, UNSUBSCRIBED_A);
    feed(
        &mut connection,
        b">1\r\n$9\r\nsubscribe\r\n>0\r\n>2\r\n:1\r\n:2\r\n>2\r\n$9\r\nsubscribe\r\n_\r\n",
    );
    feed(&mut connection, SUBSCRIBED_A);
    assert!(told(&mut connection).iter().all(|line| line.starts_with("push")));
    // The same channel twice is confirmed twice.
    feed(&mut connection, SUBSCRIBED_A);
    feed(&mut connection, b":5\r\n");
    let answers: Vec<String> = told(&mut connection)
        .into_iter()
        .filter(|line| line.starts_with('#'))
        .collect();
    assert_eq!(answers, ["#0 >[\"subscribe\", \"a\", 1]", "#1 5"]);
}

#[test]
fn leaving_every_channel_names_none_and_is_answered_by_the_first_confirmation() {
    for nothing_left in [false, true] {
        let mut connection = up3(Settings::new());
        connection.send(at(0), &cmd("UNSUBSCRIBE")).unwrap();
        connection.send(at(0), &get("x")).unwrap();
        written(&mut connection);
        let confirmation: &[u8] = if nothing_left {
            b">3\r\n$11\r\nunsubscribe\r\n_\r\n:0\r\n"
        } else {
            UNSUBSCRIBED_A
        };
        feed(&mut connection, &all(&[MESSAGE, confirmation, b":5\r\n"]));
        let answers: Vec<String> = told(&mut connection)
            .into_iter()
            .filter(|line| line.starts_with('#'))
            .collect();
        assert_eq!(answers.len(), 2, "{answers:?}");
        assert_eq!(answers[1], "#1 5");
    }
}

#[test]
fn t43_a_refused_subscribe_is_answered_by_the_error() {
    let mut connection = up3(Settings::new());
    connection.send(at(0), &cmd("SUBSCRIBE").arg(["a", "b"])).unwrap();
    connection.send(at(0), &get("x")).unwrap();
    written(&mut connection);
    feed(&mut connection, b"-NOPERM no channel\r\n:5\r\n");
    assert_eq!(told(&mut connection), ["#0 -NOPERM no channel", "#1 5"]);
}

#[test]
fn the_confirmations_of_a_subscribe_that_was_given_up_are_still_its_own() {
    let mut connection = up3(Settings::new());
    let given_up = connection.send(at(0), &cmd("SUBSCRIBE").arg(["a", "b"])).unwrap();
    connection.send(at(0), &get("x")).unwrap();
    written(&mut connection);
    connection.cancel(given_up);
    feed(&mut connection, &all(&[SUBSCRIBED_A, SUBSCRIBED_B, b":5\r\n"]));
    let answers: Vec<String> = told(&mut connection)
        .into_iter()
        .filter(|line| line.starts_with('#'))
        .collect();
    assert_eq!(answers, ["#1 5"]);
}

#[test]
fn t14_a_confirmation_before_a_byte_of_the_subscribe_was_written_is_no_answer() {
    let mut connection = up3(Settings::new());
    connection.send(at(0), &cmd("UNSUBSCRIBE").arg("a")).unwrap();
    feed(&mut connection, UNSUBSCRIBED_A);
    assert_eq!(told(&mut connection), ["push >[\"unsubscribe\", \"a\", 0]"]);
    assert_eq!(written(&mut connection), wire(&[cmd("UNSUBSCRIBE").arg("a")]));
    feed(&mut connection, UNSUBSCRIBED_A);
    assert_eq!(told(&mut connection).len(), 2);
    assert!(connection.is_idle());
}

#[test]
fn pushes_in_the_handshake_are_no_answers_either() {
    let mut connection = Connection::new(at(0), Settings::new());
    written(&mut connection);
    feed(&mut connection, b">1\r\n+early\r\n%0\r\n");
    assert_eq!(told(&mut connection), ["push >[+early]", "up Resp3"]);
}
