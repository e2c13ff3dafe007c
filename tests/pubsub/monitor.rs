//! MONITOR.

use std::time::Duration;

use redwire::command::cmd;
use redwire::pubsub::MonitorClient;

use crate::stage::Stage;

/// The commands of this test among those that are shown, until so many were found.
fn seen(stage: &Stage, lines: &mut dyn crate::clients::Lines, count: usize) -> Vec<redwire::pubsub::MonitorLine> {
    let own = stage.name("");
    let mut found = Vec::new();
    while found.len() < count {
        let line = lines.next().expect("it does not end").unwrap();
        let is_own = |word: &bytes::Bytes| word.windows(own.len()).any(|part| part == own.as_bytes());
        if line.command.iter().any(is_own) {
            found.push(line);
        }
    }
    found
}

pub fn l07_a_monitor_shows_every_command(stage: &mut Stage) {
    let mut monitor = stage.client.monitor().unwrap();
    let key = stage.name("key \"quoted\"");
    stage.call(cmd("SET").key(&key).arg(&b"\r\n\x00\xff\\"[..]));
    stage.publish("nobody", "");
    stage.call(cmd("DEL").key(&key));
    let lines = seen(stage, &mut *monitor, 3);
    let words = |at: usize| lines[at].command.iter().map(|word| word.to_vec()).collect::<Vec<_>>();
    assert_eq!(
        words(0),
        [b"SET".to_vec(), key.clone().into_bytes(), b"\r\n\x00\xff\\".to_vec()]
    );
    assert_eq!(
        words(1),
        [b"PUBLISH".to_vec(), stage.name("nobody").into_bytes(), Vec::new()]
    );
    assert_eq!(words(2), [b"DEL".to_vec(), key.into_bytes()]);
    for line in &lines {
        assert_eq!(line.database, 0);
        assert!(
            matches!(&line.client, MonitorClient::Tcp { address, .. } if address == "127.0.0.1"),
            "{line:?}"
        );
        assert!(line.time > Duration::from_secs(1_700_000_000));
    }
}

pub fn a_monitor_ends_with_its_connection(stage: &mut Stage) {
    let mut monitor = stage.client.monitor().unwrap();
    let list = stage.call(cmd("CLIENT LIST"));
    let list = String::from_utf8_lossy(list.as_bytes().unwrap()).into_owned();
    let own = format!("name={} ", stage.name("").trim_end_matches(':'));
    let line = list
        .lines()
        .find(|line| line.contains(&own) && line.contains("cmd=monitor"))
        .unwrap();
    let id = line
        .strip_prefix("id=")
        .and_then(|rest| rest.split(' ').next())
        .unwrap();
    stage.call(cmd("CLIENT KILL ID").arg(id));
    let error = loop {
        match monitor.next().expect("why it ends is told first") {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), redwire::ErrorKind::Closed);
    assert!(monitor.next().is_none());
}
