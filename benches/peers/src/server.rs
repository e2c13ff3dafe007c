//! The server under the clients: one of our own on a free loopback port, or the one in REDIS_URL.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::{Result, fixture};

pub struct Server {
    url: String,
    address: String,
    process: Option<Child>,
}

impl Server {
    pub fn start_or_connect() -> Result<Server> {
        let server = match std::env::var("REDIS_URL") {
            Ok(url) => Server {
                address: address(&url)?,
                url,
                process: None,
            },
            Err(_) => Server::start()?,
        };
        fixture::fill(&server.address)?;
        Ok(server)
    }

    fn start() -> Result<Server> {
        // The port is free now and for the moment until redis-server binds it.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        let process = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
            .args(["--save", "", "--appendonly", "no", "--loglevel", "warning"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("redis-server does not start ({error}); install it or set REDIS_URL"))?;
        let mut server = Server {
            url: format!("redis://{address}/"),
            address,
            process: Some(process),
        };
        for _ in 0..100 {
            if TcpStream::connect(&server.address).is_ok() {
                return Ok(server);
            }
            if let Some(status) = server.process.as_mut().map(Child::try_wait).transpose()?.flatten() {
                return Err(format!("redis-server ended with {status}").into());
            }
            thread::sleep(Duration::from_millis(50));
        }
        Err("redis-server does not answer".into())
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// On a server that is not ours, takes our keys away again.
    pub fn clean_up(&self) -> Result<()> {
        if self.process.is_none() {
            fixture::clear(&self.address)
        } else {
            Ok(())
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            // Nothing can be done about a failure here: the process is already gone.
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// `host:port` of a URL.
pub fn address(url: &str) -> Result<String> {
    let rest = url
        .strip_prefix("redis://")
        .ok_or("REDIS_URL must look like redis://host:port/")?;
    let host = rest.split('/').next().unwrap_or(rest);
    Ok(if host.contains(':') {
        host.to_owned()
    } else {
        format!("{host}:6379")
    })
}
