//! T12: attributes describe the element after them and are never taken for it.

use std::collections::BTreeMap;

use redwire::command::{Executor, Request};
use redwire::mock::Script;
use redwire::resp::{Reply, Value};
use redwire::{ErrorKind, Outcome, cmd};

use crate::clients::{Client, assert_error, each, get, plain, run};

const KEY: &str = "|1\r\n+key-popularity\r\n%2\r\n$1\r\na\r\n,0.1923\r\n$1\r\nb\r\n,0.0012\r\n";

fn answered(requests: &[Request], replies: &str) -> Script {
    let script = requests
        .iter()
        .fold(Script::new(), |script, request| script.expect(request));
    script.reply(replies)
}

fn typed<T: redwire::resp::FromReply>(client: &Client, request: Request) -> Result<T, redwire::Error> {
    match client {
        Client::Blocking(client) => client.run(request.returns()),
        Client::Async(client, clock) => run(clock, client.run(request.returns())),
    }
}

#[test]
fn t12_an_attribute_before_a_reply_leaves_the_value_right_and_the_pipeline_unshifted() {
    let requests = [get("a"), get("b"), get("c")];
    let replies =
        format!("{KEY}*2\r\n:2039123\r\n:9543892\r\n|0\r\n+OK\r\n|1\r\n+ttl\r\n:9\r\n|1\r\n+x\r\n_\r\n$3\r\nend\r\n");
    each(
        || answered(&requests, &replies),
        &plain(),
        |client, _| {
            let answers = client.all(&requests);
            let told: Vec<String> = answers.iter().map(crate::clients::describe).collect();
            assert_eq!(told, ["[2039123, 9543892]", "+OK", "\"end\""]);
            // Reachable through the reply itself.
            let first = answers[0].as_ref().unwrap();
            let attributes: Vec<String> = first
                .root()
                .attributes()
                .unwrap()
                .map(|pair| format!("{pair:?}"))
                .collect();
            assert_eq!(attributes, ["(+key-popularity, {\"a\": 0.1923, \"b\": 0.0012})"]);
            assert_eq!(answers[1].as_ref().unwrap().root().attributes().unwrap().len(), 0);
        },
    );
}

#[test]
fn t12_attributes_inside_of_replies_are_no_elements() {
    // Before the first element, between a field and its value, at the end of an inner list, inside of a set.
    let list = "*3\r\n|1\r\n+a\r\n:1\r\n:1\r\n:2\r\n|1\r\n+ttl\r\n:3600\r\n:3\r\n";
    let map = "%2\r\n|1\r\n+k\r\n*1\r\n|1\r\n+deep\r\n:0\r\n:7\r\n+f\r\n|1\r\n+v\r\n:2\r\n:1\r\n+g\r\n*1\r\n|1\r\n+x\r\n:1\r\n:2\r\n";
    let requests = [get("a"), get("b")];
    let replies = format!("{list}{map}");
    each(
        || answered(&requests, &replies),
        &plain(),
        |client, _| {
            let answers = client.all(&requests);
            let told: Vec<String> = answers.iter().map(crate::clients::describe).collect();
            assert_eq!(told, ["[1, 2, 3]", "{+f: 1, +g: [2]}"]);
            let list = answers[0].as_ref().unwrap();
            let of: Vec<bool> = list.root().items().map(|item| item.attributes().is_some()).collect();
            assert_eq!(of, [true, false, true]);
        },
    );
    each(
        || {
            let script = Script::new().expect(get("a")).reply(list).expect(get("b")).reply(map);
            script.expect(get("a")).reply(list).expect(get("b")).reply(map)
        },
        &plain(),
        |client, _| {
            assert_eq!(typed::<Vec<i64>>(client, get("a")).unwrap(), [1, 2, 3]);
            let fields: BTreeMap<String, Value> = typed(client, get("b")).unwrap();
            assert_eq!(fields["f"], Value::Integer(1));
            assert_eq!(fields["g"], Value::Array(vec![Value::Integer(2)].into()));
            // The owned tree leaves attributes out.
            let expected = Value::Array(vec![Value::Integer(1), Value::Integer(2), Value::Integer(3)].into());
            assert_eq!(typed::<Value>(client, get("a")).unwrap(), expected);
            assert_eq!(
                format!("{:?}", typed::<Value>(client, get("b")).unwrap()),
                "{+f: 1, +g: [2]}"
            );
        },
    );
}

#[test]
fn t12_an_attribute_before_an_error_or_a_push_changes_neither() {
    let requests = [get("a"), get("b"), get("c")];
    let replies = "|1\r\n+a\r\n:1\r\n-WRONGTYPE no\r\n|1\r\n+a\r\n:1\r\n>2\r\n+message\r\n+x\r\n:2\r\n:3\r\n";
    each(
        || answered(&requests, replies),
        &plain(),
        |client, _| {
            let answers = client.all(&requests);
            let told: Vec<String> = answers.iter().map(crate::clients::describe).collect();
            assert_eq!(told, ["Server Rejected", "2", "3"]);
            let error = answers[0].as_ref().unwrap_err();
            assert_eq!(
                (error.code(), error.to_string().as_str()),
                (Some("WRONGTYPE"), "WRONGTYPE no")
            );
        },
    );
}

#[test]
fn t12_attributes_may_pile_up_and_the_last_one_counts() {
    let requests = [get("a")];
    let replies = "|1\r\n+a\r\n:1\r\n|1\r\n+b\r\n|1\r\n+c\r\n:2\r\n:3\r\n:4\r\n";
    each(
        || answered(&requests, replies),
        &plain(),
        |client, _| {
            let answers = client.all(&requests);
            let reply: &Reply = answers[0].as_ref().unwrap();
            assert_eq!(format!("{reply:?}"), "4");
            let attributes: Vec<String> = reply
                .root()
                .attributes()
                .unwrap()
                .map(|pair| format!("{pair:?}"))
                .collect();
            assert_eq!(attributes, ["(+b, 3)"]);
        },
    );
}

#[test]
fn t12_an_attribute_with_nothing_behind_it_is_not_complete() {
    let settings = plain().response_timeout(std::time::Duration::from_secs(1));
    each(
        || answered(&[cmd("PING")], "|1\r\n+a\r\n:1\r\n").hang(),
        &settings,
        |client, _| {
            assert_error(
                &client.one(cmd("PING")).unwrap_err(),
                ErrorKind::Timeout,
                Outcome::MaybeExecuted,
            )
        },
    );
}
