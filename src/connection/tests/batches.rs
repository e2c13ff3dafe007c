//! Requests that are sent together: one ticket, one event, and the truth about each of them.

use super::*;
use crate::command::{Requests, Wait};
use crate::connection::Ticket;
use crate::error::{ErrorKind, Outcome};

fn batch(keys: &[&str]) -> Requests {
    keys.iter().map(|key| get(key)).collect()
}

fn send(connection: &mut Connection, requests: &Requests) -> Ticket {
    let deadline = connection.settings().deadline_of_all(at(0), requests);
    connection.send_batch(at(0), requests, deadline, 7).unwrap()
}

/// A MULTI, these commands, an EXEC.
fn transaction(commands: impl IntoIterator<Item = Request>) -> Requests {
    [cmd("MULTI")]
        .into_iter()
        .chain(commands)
        .chain([cmd("EXEC")])
        .collect()
}

#[test]
fn all_replies_come_as_one_event_however_they_are_cut() {
    let replies = b"+OK\r\n$-1\r\n*2\r\n:1\r\n$1\r\nx\r\n-ERR no\r\n:5\r\n_\r\n$120\r\n";
    let replies = [&replies[..], &[b'x'; 120], b"\r\n+QUEUED\r\n$0\r\n\r\n"].concat();
    let requests = batch(&["a", "b", "c", "d", "e", "f", "g", "h", "i"]);
    let expected = format!(
        "#1 [+OK, nil, [1, \"x\"], -ERR no, 5, nil, \"{}\", +QUEUED, \"\"]",
        "x".repeat(120)
    );
    for cut in 0..=replies.len() {
        let mut connection = up(plain());
        connection.send(at(0), &get("before")).unwrap();
        send(&mut connection, &requests);
        connection.send(at(0), &get("after")).unwrap();
        assert_eq!(connection.owed(), 11);
        assert!(written(&mut connection).len() > requests.wire().len());
        feed(&mut connection, b":0\r\n");
        feed(&mut connection, &replies[..cut]);
        let mut lines = told(&mut connection);
        assert_eq!(lines.len(), if cut < replies.len() { 1 } else { 2 }, "cut at {cut}");
        feed(&mut connection, &replies[cut..]);
        feed(&mut connection, b":9\r\n");
        lines.extend(told(&mut connection));
        assert_eq!(lines, ["#0 0", &expected, "#2 9"], "cut at {cut}");
        assert!(connection.is_clean());
    }
}

#[test]
fn the_event_quotes_the_tag_and_the_ticket() {
    let mut connection = up(plain());
    let ticket = send(&mut connection, &batch(&["a", "b"]));
    written(&mut connection);
    feed(&mut connection, b":1\r\n:2\r\n");
    assert!(connection.poll_reply().is_none(), "it is no single reply");
    let Some(Event::Replies {
        ticket: of,
        tag,
        replies,
    }) = connection.poll_event()
    else {
        panic!("no event");
    };
    assert_eq!((of, tag, replies.len()), (ticket, 7, 2));
}

#[test]
fn a_batch_with_anything_that_cannot_be_sent_is_not_sent_at_all() {
    let refused = [
        cmd("DEL").keys(Vec::<String>::new()),
        cmd("MONITOR"),
        cmd("SUBSCRIBE").arg("x"),
        cmd("CLIENT").arg("REPLY").arg("OFF"),
    ];
    for request in refused {
        let mut connection = up(plain());
        let requests = Requests::from(alloc::vec![get("a"), request, get("b")]);
        let error = connection.send_batch(at(0), &requests, None, 0).unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::InvalidArgument, Outcome::NotSent)
        );
        assert!(connection.poll_transmit().is_none() && connection.is_idle());
    }
    let error = up(plain()).send_batch(at(0), &Requests::new(), None, 0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
}

/// T23: at every point of writing and after every number of replies.
#[test]
fn t23_a_batch_lost_half_way_keeps_what_was_answered_and_says_what_became_of_the_rest() {
    let requests = batch(&["a", "bb", "ccc", "dddd"]);
    let ends: Vec<usize> = requests.ends().collect();
    for before in 0..=requests.wire().len() {
        let begun = ends.iter().filter(|end| **end < before).count() + usize::from(before > 0);
        let begun = begun.min(4);
        let whole = ends.iter().filter(|end| **end <= before).count();
        for answered in 0..=whole {
            let mut connection = up(plain());
            send(&mut connection, &requests);
            write(&mut connection, before);
            for n in 0..answered {
                feed(&mut connection, format!(":{n}\r\n").as_bytes());
                let lines = told(&mut connection);
                assert_eq!(lines.len(), usize::from(n == 3));
            }
            assert_eq!(connection.owed(), 4 - answered);
            connection.handle_eof(at(0));
            if answered == 4 {
                continue;
            }
            let fate = |n| match n {
                n if n < answered => format!("{n}"),
                n if n < begun => "Closed MaybeExecuted".into(),
                _ => "Closed NotSent".into(),
            };
            let fates: Vec<String> = (0..4).map(fate).collect();
            let context = format!("{before} bytes written, {answered} answered");
            assert_eq!(
                told(&mut connection),
                [format!("#0 [{}]", fates.join(", ")), "down Closed".into()],
                "{context}"
            );
        }
    }
}

/// T19: given up, or too late, at every point of writing and after every number of replies.
#[test]
fn t19_what_was_not_begun_of_a_batch_is_taken_back_and_the_rest_is_answered_into_the_void() {
    let requests = batch(&["a", "bb", "ccc"]);
    let ends: Vec<usize> = requests.ends().collect();
    for before in 0..=ends[2] {
        let begun = if before == 0 {
            0
        } else {
            1 + ends[..2].iter().filter(|end| **end < before).count()
        };
        let whole = ends.iter().filter(|end| **end <= before).count();
        for (answered, late) in (0..=whole.min(2)).flat_map(|n| [(n, false), (n, true)]) {
            let context = format!("{before} bytes written, {answered} answered, late: {late}");
            let mut connection = up(plain().response_timeout(core::time::Duration::from_secs(1)));
            let ticket = send(&mut connection, &requests);
            let next = connection.send_tagged(at(0), &get("next"), None, 0).unwrap();
            let mut bytes = write(&mut connection, before);
            (0..answered).for_each(|n| feed(&mut connection, format!(":{n}\r\n").as_bytes()));
            assert_eq!(told(&mut connection), [""; 0], "{context}");
            if late {
                connection.handle_timeout(at(1000));
                let fate = |n| match n {
                    n if n < answered => format!("{n}"),
                    n if n < begun => "Timeout MaybeExecuted".into(),
                    _ => "Timeout NotSent".into(),
                };
                let fates: Vec<String> = (0..3).map(fate).collect();
                assert_eq!(
                    told(&mut connection),
                    [format!("#0 [{}]", fates.join(", "))],
                    "{context}"
                );
            } else {
                let outcome = if begun == 0 {
                    Outcome::NotSent
                } else {
                    Outcome::MaybeExecuted
                };
                assert_eq!(connection.cancel(ticket), outcome, "{context}");
            }
            assert_eq!(connection.owed(), begun - answered + 1, "{context}");
            bytes.extend(written(&mut connection));
            let mut expected = requests.wire()[..begun.checked_sub(1).map_or(0, |last| ends[last])].to_vec();
            expected.extend(wire([&get("next")]));
            assert_eq!(bytes, expected, "{context}");
            (answered..begun).for_each(|n| feed(&mut connection, format!(":{n}\r\n").as_bytes()));
            feed(&mut connection, b":9\r\n");
            assert_eq!(told(&mut connection), [format!("#{} 9", next.0)], "{context}");
            assert!(connection.is_clean(), "{context}");
        }
    }
}

#[test]
fn t24_of_a_transaction_that_was_begun_nothing_is_taken_back() {
    let requests = transaction([get("a"), get("b")]);
    for before in 0..=requests.wire().len() {
        let mut connection = up(plain());
        let ticket = send(&mut connection, &requests);
        let mut bytes = write(&mut connection, before);
        let outcome = connection.cancel(ticket);
        bytes.extend(written(&mut connection));
        if before == 0 {
            assert_eq!((outcome, bytes.len()), (Outcome::NotSent, 0));
            assert!(connection.is_clean() && connection.can_log_in());
        } else {
            assert_eq!(outcome, Outcome::MaybeExecuted);
            assert_eq!(bytes, requests.wire(), "{before} bytes written");
            feed(&mut connection, b"+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n:1\r\n:2\r\n");
            assert_eq!(told(&mut connection), [""; 0]);
            assert!(connection.is_clean());
        }
    }
}

#[test]
fn f242_an_exec_with_another_number_of_results_ends_the_connection() {
    let commands = || [get("a"), get("b")];
    let answer = |exec: &str| {
        let mut connection = up(plain());
        send(&mut connection, &transaction(commands()));
        written(&mut connection);
        feed(&mut connection, b"+OK\r\n+QUEUED\r\n+QUEUED\r\n");
        feed(&mut connection, exec.as_bytes());
        told(&mut connection)
    };
    assert_eq!(answer("*2\r\n:1\r\n:2\r\n"), ["#0 [+OK, +QUEUED, +QUEUED, [1, 2]]"]);
    assert_eq!(answer("*-1\r\n"), ["#0 [+OK, +QUEUED, +QUEUED, nil]"]);
    assert_eq!(
        answer("-EXECABORT no\r\n"),
        ["#0 [+OK, +QUEUED, +QUEUED, -EXECABORT no]"]
    );
    for wrong in ["*1\r\n:1\r\n", "*3\r\n:1\r\n:2\r\n:3\r\n", "*0\r\n"] {
        assert_eq!(
            answer(wrong),
            ["#0 [+OK, +QUEUED, +QUEUED, Protocol MaybeExecuted]", "down Protocol"],
            "{wrong}"
        );
    }
    // A server that runs the rest of the commands when it did not queue one.
    let mut connection = up(plain());
    send(&mut connection, &transaction(commands()));
    written(&mut connection);
    feed(&mut connection, b"+OK\r\n-ERR no\r\n+QUEUED\r\n*1\r\n:2\r\n");
    assert_eq!(told(&mut connection), ["#0 [+OK, -ERR no, +QUEUED, [2]]"]);
    // A transaction begun before is counted by nobody.
    let mut connection = up(plain());
    connection.send(at(0), &cmd("MULTI")).unwrap();
    send(&mut connection, &[get("a"), cmd("EXEC")].into_iter().collect());
    written(&mut connection);
    feed(&mut connection, b"+OK\r\n+QUEUED\r\n*2\r\n:1\r\n:2\r\n");
    assert_eq!(told(&mut connection), ["#0 +OK", "#1 [+QUEUED, [1, 2]]"]);
}

#[test]
fn a_reply_to_what_was_not_begun_to_be_written_ends_the_connection() {
    let requests = batch(&["a", "b", "c"]);
    let first = requests.ends().next().unwrap();
    for (written, replies, answered) in [(first, 2, 1), (first + 1, 3, 2)] {
        let mut connection = up(plain());
        send(&mut connection, &requests);
        write(&mut connection, written);
        feed(&mut connection, &b":1\r\n".repeat(replies));
        let fates: Vec<&str> = (0..3)
            .map(|n| match n {
                n if n < answered => "1",
                _ => "Protocol NotSent",
            })
            .collect();
        assert_eq!(
            told(&mut connection),
            [format!("#0 [{}]", fates.join(", ")), "down Protocol".into()]
        );
    }
}

#[test]
fn secrets_of_one_of_them_are_masked_in_the_answer_to_it() {
    let mut connection = up(plain());
    let auth = cmd("AUTH").arg("sesame");
    send(&mut connection, &[get("a"), auth, get("sesame")].into_iter().collect());
    written(&mut connection);
    feed(&mut connection, b"-ERR sesame\r\n-ERR no sesame\r\n-ERR sesame\r\n");
    assert_eq!(
        told(&mut connection),
        ["#0 [-ERR sesame, -ERR no ***, -ERR sesame]"],
        "only the second one holds a secret"
    );
}

#[test]
fn a_subscription_among_them_is_answered_by_its_pushes() {
    let mut connection = up3(Settings::new());
    let subscribe = cmd("SUBSCRIBE").arg("x").arg("y");
    send(&mut connection, &[get("a"), subscribe, get("b")].into_iter().collect());
    written(&mut connection);
    let confirmation = |channel: &str| format!(">3\r\n$9\r\nsubscribe\r\n$1\r\n{channel}\r\n:1\r\n");
    feed(&mut connection, b":1\r\n>3\r\n$7\r\nmessage\r\n$1\r\nz\r\n$1\r\nm\r\n");
    feed(&mut connection, confirmation("x").as_bytes());
    let mut lines = told(&mut connection);
    assert_eq!(connection.owed(), 2);
    feed(&mut connection, confirmation("y").as_bytes());
    feed(&mut connection, b":2\r\n");
    lines.extend(told(&mut connection));
    assert_eq!(lines.len(), 4);
    assert!(
        lines.contains(&"#0 [1, >[\"subscribe\", \"y\", 1], 2]".to_string()),
        "{lines:?}"
    );
}

#[test]
fn integrity_mode_holds_a_batch_until_its_echo_and_trusts_no_half_of_one() {
    let mut connection = up(plain().integrity(1));
    send(&mut connection, &batch(&["a", "b"]));
    let bytes = written(&mut connection);
    let nonce = String::from_utf8(bytes[bytes.len() - 18..bytes.len() - 2].to_vec()).unwrap();
    feed(&mut connection, b":1\r\n:2\r\n");
    assert_eq!(told(&mut connection), [""; 0]);
    feed(&mut connection, format!("$16\r\n{nonce}\r\n").as_bytes());
    assert_eq!(told(&mut connection), ["#0 [1, 2]"]);

    send(&mut connection, &batch(&["a", "b"]));
    send(&mut connection, &batch(&["c", "d"]));
    written(&mut connection);
    feed(&mut connection, b":1\r\n:2\r\n:3\r\n");
    connection.handle_eof(at(0));
    let lost = "Closed MaybeExecuted, Closed MaybeExecuted";
    assert_eq!(
        told(&mut connection),
        [format!("#2 [{lost}]"), format!("#3 [{lost}]"), "down Closed".into()]
    );

    let mut connection = up(plain()
        .integrity(1)
        .response_timeout(core::time::Duration::from_secs(1)));
    send(&mut connection, &batch(&["a", "b"]));
    written(&mut connection);
    feed(&mut connection, b":1\r\n");
    connection.handle_timeout(at(1000));
    let late = "Timeout MaybeExecuted, Timeout MaybeExecuted";
    assert_eq!(told(&mut connection), [format!("#0 [{late}]")]);
}

#[test]
fn a_batch_that_was_begun_is_written_to_its_end_when_the_connection_is_to_end() {
    let mut connection = up(plain());
    let requests = batch(&["a", "b"]);
    send(&mut connection, &requests);
    send(&mut connection, &batch(&["c"]));
    let mut bytes = write(&mut connection, 3);
    connection.retire(Error::closed("enough", Outcome::NotSent));
    bytes.extend(written(&mut connection));
    assert_eq!(bytes, requests.wire());
    feed(&mut connection, b":1\r\n:2\r\n");
    assert_eq!(
        told(&mut connection),
        ["#0 [1, 2]", "#1 [Closed NotSent]", "down Closed"]
    );
}

#[test]
fn what_is_answered_of_a_batch_is_no_backlog_and_makes_nobody_wait() {
    let mut connection = up(plain().liveness(core::time::Duration::from_secs(5)));
    let requests = batch(&["a", "b", "c"]);
    let ends: Vec<usize> = requests.ends().collect();
    send(&mut connection, &requests);
    write(&mut connection, ends[0]);
    assert!(connection.awaits_reply() && connection.poll_timeout().is_some());
    feed(&mut connection, b":1\r\n");
    assert_eq!(told(&mut connection), [""; 0]);
    assert!(!connection.awaits_reply(), "the rest is not written yet");
    assert_eq!(connection.poll_timeout(), None);
    assert_eq!(connection.backlog(), (ends[2] - ends[0]) as u64);
    written(&mut connection);
    assert!(connection.awaits_reply());
}

#[test]
fn a_batch_may_take_its_time_if_one_of_them_may() {
    let mut connection = up(plain().response_timeout(core::time::Duration::from_secs(1)));
    let pop = cmd("BLPOP").key("q").arg(0).blocks(Wait::Forever);
    send(&mut connection, &[get("a"), pop].into_iter().collect());
    written(&mut connection);
    assert_eq!(connection.poll_timeout(), None);
}
