//! The data every library reads, written over a bare socket so that no library is involved.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use crate::Result;

pub const SMALL: &str = "peers:small";
pub const MIDDLE: &str = "peers:1k";
/// What the load scenarios write.
pub const WRITTEN: &str = "peers:written";
pub const BULK_1M: &str = "peers:1m";
pub const BULK_64M: &str = "peers:64m";
pub const LIST_10K: &str = "peers:list:10k";
pub const LIST_100K: &str = "peers:list:100k";
pub const HASH: &str = "peers:hash";
/// Where messages are published.
pub const CHANNEL: &str = "peers:news";

pub const SMALL_LEN: usize = 16;
pub const MIDDLE_LEN: usize = 1024;
/// Commands of the longest pipeline.
const MOST: usize = 100_000;

/// Keys and values of a pipeline of so many commands, SET and GET for each pair; made once so that formatting them is not
/// measured.
pub fn pairs(commands: usize) -> Vec<(String, String)> {
    (0..commands / 2)
        .map(|i| (format!("peers:pipe:{i:04}"), format!("value---{i:08}")))
        .collect()
}

/// Writes whatever is missing on the server.
pub fn fill(address: &str) -> Result<()> {
    let mut server = Raw::connect(address)?;
    if server.length("STRLEN", SMALL)? != SMALL_LEN {
        server.call(&["SET", SMALL, "0123456789abcdef"])?;
    }
    for (key, len) in [(MIDDLE, MIDDLE_LEN), (BULK_1M, 1 << 20), (BULK_64M, 64 << 20)] {
        if server.length("STRLEN", key)? != len {
            server.call(&["SETRANGE", key, &(len - 1).to_string(), "x"])?;
        }
    }
    for (key, len) in [(LIST_10K, 10_000), (LIST_100K, 100_000)] {
        if server.length("LLEN", key)? != len {
            server.call(&["DEL", key])?;
            for start in (0..len).step_by(1000) {
                let elements: Vec<String> = (start..start + 1000).map(|i| format!("element-{i:08}")).collect();
                let mut command = vec!["RPUSH", key];
                command.extend(elements.iter().map(String::as_str));
                server.call(&command)?;
            }
        }
    }
    if server.length("HLEN", HASH)? != 1000 {
        let fields: Vec<String> = (0..1000)
            .flat_map(|i| [format!("field:{i:06}"), format!("value---{i:08}")])
            .collect();
        let mut command = vec!["HSET", HASH];
        command.extend(fields.iter().map(String::as_str));
        server.call(&command)?;
    }
    Ok(())
}

/// Removes what [`fill`] and the pipelines wrote.
pub fn clear(address: &str) -> Result<()> {
    let mut server = Raw::connect(address)?;
    let pairs = pairs(MOST);
    let mut command = vec![
        "DEL", SMALL, MIDDLE, WRITTEN, BULK_1M, BULK_64M, LIST_10K, LIST_100K, HASH,
    ];
    command.extend(pairs.iter().map(|(key, _)| key.as_str()));
    server.call(&command)?;
    Ok(())
}

/// Keeps the server from answering commands that write until it is dropped.
pub struct Pause(Raw);

impl Pause {
    pub fn writes(address: &str) -> Result<Pause> {
        let mut server = Raw::connect(address)?;
        server.call(&["CLIENT", "PAUSE", "60000", "WRITE"])?;
        Ok(Pause(server))
    }
}

impl Drop for Pause {
    fn drop(&mut self) {
        // The pause ends by itself if this fails, and the run with it: its calls are not answered.
        let _ = self.0.call(&["CLIENT", "UNPAUSE"]);
    }
}

/// One command, one reply line: enough for writing data.
pub struct Raw {
    socket: BufReader<TcpStream>,
}

impl Raw {
    pub fn connect(address: &str) -> Result<Raw> {
        Ok(Raw {
            socket: BufReader::new(TcpStream::connect(address)?),
        })
    }

    /// Sends a command and gives the first line of the reply.
    pub fn call(&mut self, command: &[&str]) -> Result<String> {
        let mut bytes = format!("*{}\r\n", command.len());
        for argument in command {
            bytes.push_str(&format!("${}\r\n{argument}\r\n", argument.len()));
        }
        self.socket.get_mut().write_all(bytes.as_bytes())?;
        let mut line = String::new();
        self.socket.read_line(&mut line)?;
        match line.trim_end() {
            "" => Err("the server closed the connection".into()),
            error if error.starts_with('-') => Err(format!("{}: {error}", command.join(" ")).into()),
            reply => Ok(reply.to_owned()),
        }
    }

    fn length(&mut self, command: &str, key: &str) -> Result<usize> {
        Ok(self.call(&[command, key])?.trim_start_matches(':').parse()?)
    }
}
