//! A rate limiter in a script: so many requests of one user within a time, and whoever asks too often learns how long to
//! wait. Counting and deciding are one step for all clients together, and a round trip.
//!
//! `cargo run --example rate_limiter` runs on an in-memory server; `cargo run --example rate_limiter -- redis://127.0.0.1/`
//! on a real one (it uses keys that begin with `rate_limiter:` and removes them).
//
// tests/run:
// tests/run: {url}

use std::time::Duration;

use redwire::blocking::Client;
use redwire::mock;
use redwire::prelude::*;
use redwire::resp::Value;
use redwire::script::Script;

/// How many requests are left, or in how many milliseconds there are some again.
const SOURCE: &str = "
local count = redis.call('INCR', KEYS[1])
if count == 1 then
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
if count > tonumber(ARGV[1]) then
    return {0, redis.call('PTTL', KEYS[1])}
end
return {1, ARGV[1] - count}
";

struct RateLimiter {
    client: Client,
    script: Script,
    requests: u32,
    within: Duration,
}

enum Answer {
    Allowed { left: u64 },
    Wait(Duration),
}

impl RateLimiter {
    fn ask(&self, user: &str) -> Result<Answer, Error> {
        let invocation = self.script.key(format!("rate_limiter:{user}"));
        let invocation = invocation.arg(self.requests).arg(self.within.as_millis());
        // Sent is the SHA-1 of the script; its source only to a server that does not know it.
        let (allowed, number): (bool, u64) = self.client.invoke(invocation)?;
        Ok(match allowed {
            true => Answer::Allowed { left: number },
            false => Answer::Wait(Duration::from_millis(number)),
        })
    }
}

/// The in-memory server has no Lua: it is told in Rust what the script does.
fn in_memory(script: &Script) -> mock::Server {
    let server = mock::Server::new();
    server.on_script(script, |call| {
        let (key, requests) = (call.key(0)?, call.arg::<i64>(0)?);
        let count = call.incr(key)?;
        if count == 1 {
            call.pexpire(key, Duration::from_millis(call.arg(1)?))?;
        }
        Ok(if count > requests {
            let left = call.pttl(key)?.left().unwrap_or_default();
            Value::array([0, left.as_millis() as i64])
        } else {
            Value::array([1, requests - count])
        })
    });
    server
}

fn main() -> Result<(), Error> {
    let script = Script::new(SOURCE);
    let url = std::env::args().nth(1);
    let memory = in_memory(&script);
    let client = match &url {
        Some(url) => Client::connect(url)?,
        None => {
            println!("No URL given: this is the in-memory server.\n");
            memory.blocking_client()
        }
    };
    let limiter = RateLimiter {
        client,
        script,
        requests: 3,
        within: Duration::from_millis(500),
    };
    let keys = ["rate_limiter:ann", "rate_limiter:bob"];
    limiter.client.del(keys)?;

    println!("Three requests within half a second:");
    let mut refused = 0;
    for user in ["ann", "ann", "bob", "ann", "ann", "ann"] {
        match limiter.ask(user)? {
            Answer::Allowed { left } => println!("  {user}: allowed, {left} left"),
            Answer::Wait(time) => {
                refused += 1;
                println!("  {user}: too many, wait for {} ms", time.as_millis());
                match url {
                    Some(_) => std::thread::sleep(time),
                    None => memory.advance(time),
                }
            }
        }
    }
    assert!(refused >= 1, "the fourth request is one too many");
    limiter.client.del(keys)?;
    Ok(())
}
