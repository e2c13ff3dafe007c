//! Starts the runs as processes of their own and prints tables.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};
use std::{env, fs, process};

use crate::Result;
use crate::libs::{LIBRARIES, Library};
use crate::measure::Cost;
use crate::scenario::{Op, SCENARIOS, Scenario};
use crate::server::Server;
use crate::table::{Cells, median, number, print_table};

pub fn list() -> Result<()> {
    println!("libraries:");
    LIBRARIES.iter().for_each(|library| println!("  {}", library.name));
    println!("scenarios:");
    for scenario in SCENARIOS {
        let libraries: Vec<&str> = LIBRARIES
            .iter()
            .filter(|l| l.supports(scenario))
            .map(|l| l.name)
            .collect();
        println!("  {:28} {}", scenario.name, libraries.join(" "));
    }
    Ok(())
}

/// CPU, allocations, throughput, latency and memory of every chosen run, then the system calls of a lone GET and of a
/// pipeline.
pub fn table(rounds: usize, filters: &[&str]) -> Result<()> {
    let (libraries, scenarios) = chosen(filters)?;
    let server = Server::start_or_connect()?;
    let mut costs: BTreeMap<(usize, usize), Vec<Cost>> = BTreeMap::new();
    for (row, scenario) in scenarios.iter().enumerate() {
        eprintln!("{}", scenario.name);
        // One round of all libraries after the other, so that a busy moment of the machine hits all alike.
        for _ in 0..rounds {
            for (column, library) in libraries
                .iter()
                .enumerate()
                .filter(|(_, library)| library.supports(scenario))
            {
                let output = capture(server.url(), run(&mut peers()?, library, scenario, scenario.table_n))?;
                costs.entry((row, column)).or_default().push(output.trim().parse()?);
            }
        }
    }
    let show = |title: &str, rows: fn(Op) -> bool, pick: &dyn Fn(&Cost, &Scenario) -> f64| {
        let cells = costs.iter().filter_map(|(&(row, column), costs)| {
            let scenario = scenarios.get(row).filter(|scenario| rows(scenario.op))?;
            Some((
                (row, column),
                median(costs.iter().map(|cost| pick(cost, scenario)).collect()),
            ))
        });
        print_table(title, &libraries, &scenarios, &cells.collect());
    };
    let work = |op| !matches!(op, Op::Idle | Op::InFlight);
    let loads = |op| matches!(op, Op::Load(_));
    let big = |op| matches!(op, Op::Get64M | Op::Pipeline(100_000));
    let mib = |kib: u64| kib as f64 / 1024.0;
    show("CPU, user + system, µs per unit", work, &|cost, scenario| {
        cost.cpu_us_per_op() / scenario.per as f64
    });
    show("Allocations per unit", work, &|cost, scenario| {
        cost.allocations_per_op() / scenario.per as f64
    });
    show("Throughput, thousand calls per second", loads, &|cost, _| {
        cost.ops_per_second() / 1e3
    });
    show("Half of the calls are answered within, µs", loads, &|cost, _| {
        cost.p50 as f64 / 1e3
    });
    show("99 % of the calls are answered within, µs", loads, &|cost, _| {
        cost.p99 as f64 / 1e3
    });
    show(
        "Heap, bytes per unit",
        |op| matches!(op, Op::Idle | Op::InFlight),
        &|cost, _| cost.heap_per_op(),
    );
    show("Peak resident set, MiB", big, &|cost, _| mib(cost.rss_peak));
    show(
        "Peak over the resident set before the first operation, MiB",
        big,
        &|cost, _| mib(cost.rss_peak.saturating_sub(cost.rss_before)),
    );
    show("Still resident after the last operation, MiB", big, &|cost, _| {
        mib(cost.rss_after.saturating_sub(cost.rss_before))
    });
    let lone: Vec<&Scenario> = scenarios
        .iter()
        .copied()
        .filter(|scenario| scenario.op == Op::GetSmall || (1..=1000).contains(&scenario.commands()))
        .collect();
    system_calls(&server, &libraries, &lone)?;
    server.clean_up()
}

/// User-space instructions per unit: (total at N2 - total at N1) / (N2 - N1).
pub fn instructions(filters: &[&str]) -> Result<()> {
    let (libraries, scenarios) = chosen(filters)?;
    if !installed("valgrind") {
        return Err("valgrind is not installed".into());
    }
    let server = Server::start_or_connect()?;
    let mut cells = Cells::new();
    for (row, scenario) in scenarios.iter().enumerate() {
        let Some((n1, n2)) = scenario.points else { continue };
        eprint!("{}", scenario.name);
        for (column, library) in libraries
            .iter()
            .enumerate()
            .filter(|(_, library)| library.supports(scenario))
        {
            let first = callgrind(&server, library, scenario, n1)?;
            let second = callgrind(&server, library, scenario, n2)?;
            let per_op = (second as f64 - first as f64) / (n2 - n1) as f64;
            let per_unit = per_op / scenario.per as f64;
            eprint!(" {}={}", library.name, number(per_unit));
            cells.insert((row, column), per_unit);
        }
        eprintln!();
    }
    print_table("User-space instructions per unit", &libraries, &scenarios, &cells);
    server.clean_up()
}

fn callgrind(server: &Server, library: &Library, scenario: &Scenario, n: u64) -> Result<u64> {
    let file = env::temp_dir().join(format!("peers-callgrind-{}.out", process::id()));
    let mut valgrind = Command::new("valgrind");
    valgrind
        .args(["--tool=callgrind", "--quiet"])
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(env::current_exe()?);
    capture(server.url(), run(&mut valgrind, library, scenario, n))?;
    let profile = fs::read_to_string(&file)?;
    fs::remove_file(&file)?;
    let total = profile
        .lines()
        .find_map(|line| line.strip_prefix("totals:"))
        .ok_or("callgrind wrote no totals")?;
    Ok(total.trim().parse()?)
}

fn system_calls(server: &Server, libraries: &[&Library], scenarios: &[&Scenario]) -> Result<()> {
    if scenarios.is_empty() {
        return Ok(());
    }
    if !installed("strace") {
        println!("\nSystem calls: skipped, strace is not installed.");
        return Ok(());
    }
    println!("\n### System calls per GET, or per pipeline\n\n| scenario | library | all | which |\n|---|---|---|---|");
    for scenario in scenarios {
        let Some((n1, n2)) = scenario.points else { continue };
        for library in libraries.iter().filter(|library| library.supports(scenario)) {
            let first = strace(server, library, scenario, n1)?;
            let mut per_op = strace(server, library, scenario, n2)?;
            for (name, calls) in &mut per_op {
                *calls = (*calls - first.get(name).copied().unwrap_or(0.0)) / (n2 - n1) as f64;
            }
            let all: f64 = per_op.values().sum();
            let which: Vec<String> = per_op
                .iter()
                .filter(|(_, calls)| calls.abs() >= 0.01)
                .map(|(name, calls)| format!("{name} {calls:.2}"))
                .collect();
            println!(
                "| {} | {} | {all:.2} | {} |",
                scenario.name,
                library.name,
                which.join(", ")
            );
        }
    }
    Ok(())
}

/// Calls by name, from the summary of `strace -c`.
fn strace(server: &Server, library: &Library, scenario: &Scenario, n: u64) -> Result<BTreeMap<String, f64>> {
    let file = env::temp_dir().join(format!("peers-strace-{}.out", process::id()));
    let mut strace = Command::new("strace");
    strace.args(["-c", "-f", "-o"]).arg(&file).arg(env::current_exe()?);
    capture(server.url(), run(&mut strace, library, scenario, n))?;
    let summary = fs::read_to_string(&file)?;
    fs::remove_file(&file)?;
    let mut calls = BTreeMap::new();
    for line in summary.lines() {
        // "% time  seconds  usecs/call  calls  [errors]  syscall"
        let words: Vec<&str> = line.split_whitespace().collect();
        if let [_, _, _, count, .., name] = words.as_slice()
            && *name != "total"
            && let Ok(count) = count.parse()
        {
            calls.insert((*name).to_owned(), count);
        }
    }
    Ok(calls)
}

fn peers() -> Result<Command> {
    Ok(Command::new(env::current_exe()?))
}

fn run<'a>(command: &'a mut Command, library: &Library, scenario: &Scenario, n: u64) -> &'a mut Command {
    command.args(["run", library.name, scenario.name, &n.to_string()])
}

fn capture(url: &str, command: &mut Command) -> Result<String> {
    let output = command.env("REDIS_URL", url).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn installed(tool: &str) -> bool {
    Command::new(tool)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}

/// Filters with `lib=` or `scenario=` are exact names; others match a part of either. Without a filter on libraries all
/// of them run, and the same for scenarios.
fn chosen(filters: &[&str]) -> Result<(Vec<&'static Library>, Vec<&'static Scenario>)> {
    let matches = |kind: &str, name: &str, filter: &str| match filter.split_once('=') {
        Some((wanted, exact)) => wanted == kind && name == exact,
        None => name.contains(filter),
    };
    let mut libraries: Vec<&Library> = Vec::new();
    let mut scenarios: Vec<&Scenario> = Vec::new();
    for filter in filters {
        let found = libraries.len() + scenarios.len();
        libraries.extend(LIBRARIES.iter().filter(|library| matches("lib", library.name, filter)));
        scenarios.extend(
            SCENARIOS
                .iter()
                .filter(|scenario| matches("scenario", scenario.name, filter)),
        );
        if libraries.len() + scenarios.len() == found {
            return Err(format!("no library and no scenario matches {filter:?}; see `peers list`").into());
        }
    }
    // What two filters name runs once all the same.
    let mut seen = BTreeSet::new();
    libraries.retain(|library| seen.insert(library.name));
    scenarios.retain(|scenario| seen.insert(scenario.name));
    if libraries.is_empty() {
        libraries.extend(LIBRARIES);
    }
    if scenarios.is_empty() {
        scenarios.extend(SCENARIOS);
    }
    Ok((libraries, scenarios))
}
