//! Streams; the replies are those of a real server.

mod blocking;
mod entries;
mod groups;
mod refused;

use alloc::string::String;

/// An entry with one field, as it is written.
fn entry(id: &str, field: &str, value: &str) -> String {
    let bulk = |text: &str| alloc::format!("${}\r\n{text}\r\n", text.len());
    alloc::format!("*2\r\n{}*2\r\n{}{}", bulk(id), bulk(field), bulk(value))
}

/// The reply of XREAD under RESP2: entries of one stream.
fn read(key: &str, entries: &[String]) -> String {
    let (len, entries) = (entries.len(), entries.concat());
    alloc::format!("*1\r\n*2\r\n${}\r\n{key}\r\n*{len}\r\n{entries}", key.len())
}

const ADDED: [(&str, &str); 3] = [
    ("XADD s 1-0 f 1", "$3\r\n1-0\r\n"),
    ("XADD s 2-0 f 2", "$3\r\n2-0\r\n"),
    ("XADD s 3-0 f 3", "$3\r\n3-0\r\n"),
];
