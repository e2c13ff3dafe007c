//! The same scenario on redwire and on the other Rust Redis clients.
//!
//! Each (library, scenario) runs in a process of its own, `peers run <lib> <scenario> <n>`; `peers table` and
//! `peers instructions` start those processes and print tables. See README.md.

mod fixture;
mod libs;
mod load;
mod measure;
mod parse;
mod receive;
mod report;
mod run;
mod scenario;
mod server;
mod table;

use std::process::ExitCode;

use server::Server;

/// Counts what every library allocates; the counters are three atomic additions per call, the same for all.
#[global_allocator]
static ALLOCATOR: &stats_alloc::StatsAlloc<std::alloc::System> = &stats_alloc::INSTRUMENTED_SYSTEM;

type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

const USAGE: &str = "\
peers list                               libraries and scenarios
peers run <lib> <scenario> <n>           n operations in this process, prints what they cost
peers table [--rounds N] [filter..]      CPU, allocations, load, memory, system calls; interleaved, medians
peers instructions [filter..]            user-space instructions per operation, through valgrind
A filter is a part of a library's or scenario's name; `lib=` or `scenario=` before it makes it exact.
REDIS_URL=redis://host:port/ uses that server; without it one is started and stopped.";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("peers: {error}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: &[String]) -> Result<()> {
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["list"] => report::list(),
        ["run", library, scenario, n] => {
            let library = libs::find(library)?;
            let scenario = scenario::find(scenario)?;
            let server = if scenario.needs_server() {
                Some(Server::start_or_connect()?)
            } else {
                None
            };
            let url = server.as_ref().map_or("", Server::url);
            let cost = library.runner(scenario)(scenario, url, n.parse()?)?;
            println!("{cost}");
            Ok(())
        }
        ["table", "--rounds", rounds, filters @ ..] => report::table(rounds.parse()?, filters),
        ["table", filters @ ..] => report::table(5, filters),
        ["instructions", filters @ ..] => report::instructions(filters),
        _ => Err(USAGE.into()),
    }
}
