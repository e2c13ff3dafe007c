//! What is said and heard on a connection to a sentinel that is watched.

use super::*;

/// Writes what is to be written and gives it, escaped.
fn written(connection: &mut Connection) -> String {
    let mut all = Vec::new();
    while let Some(bytes) = connection.poll_transmit() {
        let n = bytes.len();
        all.extend_from_slice(bytes);
        connection.transmitted(n);
    }
    let text = String::from_utf8(all).unwrap();
    let words = text.split("\r\n").filter(|line| !line.starts_with(['*', '$']));
    words.collect::<Vec<_>>().join(" ")
}

/// Hands bytes of the sentinel over and gives what the watch has heard.
fn hears(watch: &mut Watch, connection: &mut Connection, now: Timestamp, bytes: &str) -> Vec<String> {
    connection.input().extend_from_slice(bytes.as_bytes());
    connection.handle_input(now);
    let mut heard = Vec::new();
    while let Some(event) = connection.poll_event() {
        let word = watch.handle_event(now, connection, event);
        heard.extend(word.map(|word| format!("{} {}", word.endpoint, word.epoch)));
    }
    heard
}

/// Replies of lists and texts as they are on the wire.
fn wire(replies: &[Reply]) -> String {
    fn write(element: crate::resp::ReplyRef<'_>, out: &mut String) {
        if let Some(text) = element.text() {
            let text = core::str::from_utf8(text).unwrap();
            out.push_str(&format!("${}\r\n{text}\r\n", text.len()));
            return;
        }
        out.push_str(&format!("*{}\r\n", element.items().len()));
        element.items().for_each(|item| write(item, out));
    }
    let mut out = String::new();
    replies.iter().for_each(|reply| write(reply.root(), &mut out));
    out
}

#[test]
fn a_watch_asks_subscribes_and_asks_again_when_there_is_news() {
    let at = |ms| Timestamp::from_millis(ms);
    let service = Service::master("mymaster", sentinels(1).with_watch_interval(SECOND));
    let mut watch = Watch::new(&service).unwrap();
    let mut connection = watch.begin(at(0), at(0));
    assert_eq!(written(&mut connection), "HELLO 3 ");
    hears(&mut watch, &mut connection, at(1), "%1\r\n$5\r\nproto\r\n:3\r\n");
    let asked = "SENTINEL MASTERS SENTINEL GET-MASTER-ADDR-BY-NAME mymaster ";
    assert_eq!(
        written(&mut connection),
        format!("SUBSCRIBE +switch-master +promoted-slave {asked}")
    );
    let subscribed = ">3\r\n$9\r\nsubscribe\r\n$14\r\n+switch-master\r\n:1\r\n\
                      >3\r\n$9\r\nsubscribe\r\n$15\r\n+promoted-slave\r\n:2\r\n";
    let first = wire(&knows(&[MASTER]));
    let heard = hears(&mut watch, &mut connection, at(2), &format!("{subscribed}{first}"));
    assert_eq!(heard, ["10.0.0.1:6379 1"]);
    assert_eq!(written(&mut connection), "");

    // About another service; about this one.
    let message = |channel: &str, text: &str| {
        let bulk = |text: &str| format!("${}\r\n{text}\r\n", text.len());
        format!(">3\r\n{}{}{}", bulk("message"), bulk(channel), bulk(text))
    };
    let others = [
        message("+switch-master", "mymaster2 10.0.0.1 6379 10.0.0.2 6379"),
        message(
            "+promoted-slave",
            "slave mymaster 10.0.0.2 6379 @ mymaster2 10.0.0.1 6379",
        ),
        message("+switch-master", ""),
    ];
    for other in others {
        assert_eq!(hears(&mut watch, &mut connection, at(300), &other), [""; 0]);
        assert_eq!(written(&mut connection), "");
    }
    let own = message(
        "+promoted-slave",
        "slave 10.0.0.2:6379 10.0.0.2 6379 @ mymaster 10.0.0.1 6379",
    );
    assert_eq!(hears(&mut watch, &mut connection, at(400), &own), [""; 0]);
    assert_eq!(written(&mut connection), asked);
    assert_eq!(hears(&mut watch, &mut connection, at(400), &first), ["10.0.0.1:6379 1"]);
    let own = message("+switch-master", "mymaster 10.0.0.1 6379 10.0.0.2 6379");
    assert_eq!(hears(&mut watch, &mut connection, at(500), &own), [""; 0]);
    assert_eq!(written(&mut connection), asked);
    let second = wire(&knows(&[Master {
        ip: "10.0.0.2",
        epoch: 2,
        ..MASTER
    }]));
    assert_eq!(
        hears(&mut watch, &mut connection, at(501), &second),
        ["10.0.0.2:6379 2"]
    );

    // And from time to time.
    assert_eq!(watch.poll_timeout(), Some(at(1500)));
    watch.handle_timeout(at(1499), &mut connection);
    assert_eq!(written(&mut connection), "");
    watch.handle_timeout(at(1500), &mut connection);
    assert_eq!(written(&mut connection), asked);
    // What makes no sense is no news, and what comes too late is not taken for the next answer.
    assert_eq!(hears(&mut watch, &mut connection, at(1501), "*-1\r\n*-1\r\n"), [""; 0]);
    watch.handle_timeout(at(2500), &mut connection);
    written(&mut connection);
    let list = wire(&knows(&[MASTER])[..1]);
    assert_eq!(hears(&mut watch, &mut connection, at(2501), &list), [""; 0]);
    watch.handle_timeout(at(3500), &mut connection);
    connection.handle_timeout(at(4500));
    written(&mut connection);
    let late = wire(&[address("10.0.0.9", "1")]);
    assert_eq!(hears(&mut watch, &mut connection, at(4501), &late), [""; 0]);
    assert_eq!(
        hears(&mut watch, &mut connection, at(4502), &first),
        ["10.0.0.1:6379 1"]
    );
    watch.handle_timeout(at(4600), &mut connection);
    written(&mut connection);
    // A sentinel that has nothing to say for too long is left.
    connection.handle_timeout(at(4600) + 3 * SECOND);
    let gone = core::iter::from_fn(|| connection.poll_event()).any(|event| matches!(event, Event::Down(_)));
    assert!(gone);
}

#[test]
fn a_sentinel_without_resp3_is_asked_from_time_to_time() {
    let service = Service::master("mymaster", sentinels(1));
    let mut watch = Watch::new(&service).unwrap();
    let mut connection = watch.begin(Timestamp::ZERO, Timestamp::ZERO);
    written(&mut connection);
    hears(
        &mut watch,
        &mut connection,
        Timestamp::ZERO,
        "-ERR unknown command `HELLO`\r\n",
    );
    assert_eq!(
        written(&mut connection),
        "SENTINEL MASTERS SENTINEL GET-MASTER-ADDR-BY-NAME mymaster "
    );
    let answer = wire(&knows(&[MASTER]));
    assert_eq!(
        hears(&mut watch, &mut connection, Timestamp::ZERO, &answer),
        ["10.0.0.1:6379 1"]
    );
    assert_eq!(watch.poll_timeout(), Some(Timestamp::from_origin(5 * SECOND)));
    assert!(Watch::new(&Service::master("m", sentinels(1).with_watch_interval(None))).is_none());
}
