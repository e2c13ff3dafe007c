//! Starts the runs as processes of their own and prints tables.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::{env, fs, process};

use crate::Result;
use crate::libs::{LIBRARIES, Library};
use crate::measure::Cost;
use crate::scenario::{Op, SCENARIOS, Scenario};
use crate::server::Server;

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

/// CPU, allocations and peak memory of every chosen run, then the system calls of a lone GET.
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
    let cell = |pick: &dyn Fn(&Cost) -> f64| {
        costs
            .iter()
            .map(|(place, costs)| (*place, median(costs.iter().map(pick).collect())))
            .collect::<Cells>()
    };

    print_table(
        "CPU, user + system, µs per unit",
        &libraries,
        &scenarios,
        &cell(&Cost::cpu_us_per_op),
        |cell, scenario| number(cell / scenario.per as f64),
    );
    print_table(
        "Allocations per unit",
        &libraries,
        &scenarios,
        &cell(&Cost::allocations_per_op),
        |cell, scenario| format!("{:.3}", cell / scenario.per as f64),
    );
    let big: Vec<&Scenario> = scenarios
        .iter()
        .copied()
        .filter(|scenario| scenario.op == Op::Get64M)
        .collect();
    let memory = |pick: &dyn Fn(&Cost) -> u64| -> Cells {
        let rows = scenarios
            .iter()
            .enumerate()
            .filter(|(_, scenario)| scenario.op == Op::Get64M);
        rows.enumerate()
            .flat_map(|(to, (from, _))| (0..libraries.len()).map(move |column| (to, from, column)))
            .filter_map(|(to, from, column)| {
                let costs = costs.get(&(from, column))?;
                Some((
                    (to, column),
                    median(costs.iter().map(|cost| pick(cost) as f64 / 1024.0).collect()),
                ))
            })
            .collect()
    };
    print_table(
        "Peak resident set, MiB",
        &libraries,
        &big,
        &memory(&|cost| cost.rss_peak),
        |cell, _| number(cell),
    );
    let over = memory(&|cost| cost.rss_peak.saturating_sub(cost.rss_before));
    print_table(
        "Peak over the resident set before the first GET, MiB",
        &libraries,
        &big,
        &over,
        |cell, _| number(cell),
    );
    let kept = memory(&|cost| cost.rss_after.saturating_sub(cost.rss_before));
    print_table(
        "Still resident after the last GET, MiB",
        &libraries,
        &big,
        &kept,
        |cell, _| number(cell),
    );

    let lone: Vec<&Scenario> = scenarios
        .iter()
        .copied()
        .filter(|scenario| scenario.op == Op::GetSmall)
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
        eprint!("{}", scenario.name);
        for (column, library) in libraries
            .iter()
            .enumerate()
            .filter(|(_, library)| library.supports(scenario))
        {
            let (n1, n2) = scenario.points;
            let first = callgrind(&server, library, scenario, n1)?;
            let second = callgrind(&server, library, scenario, n2)?;
            let per_op = (second as f64 - first as f64) / (n2 - n1) as f64;
            eprint!(" {}={}", library.name, number(per_op / scenario.per as f64));
            cells.insert((row, column), per_op);
        }
        eprintln!();
    }
    print_table(
        "User-space instructions per unit",
        &libraries,
        &scenarios,
        &cells,
        |cell, scenario| number(cell / scenario.per as f64),
    );
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
        println!("\nSystem calls per lone GET: skipped, strace is not installed.");
        return Ok(());
    }
    println!("\n### System calls per lone GET\n\n| scenario | library | all | which |\n|---|---|---|---|");
    for scenario in scenarios {
        for library in libraries.iter().filter(|library| library.supports(scenario)) {
            let (n1, n2) = scenario.points;
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
    if libraries.is_empty() {
        libraries.extend(LIBRARIES);
    }
    if scenarios.is_empty() {
        scenarios.extend(SCENARIOS);
    }
    Ok((libraries, scenarios))
}

/// Values by (row, column).
type Cells = BTreeMap<(usize, usize), f64>;

fn print_table(
    title: &str,
    libraries: &[&Library],
    scenarios: &[&Scenario],
    cells: &Cells,
    show: impl Fn(f64, &Scenario) -> String,
) {
    if cells.is_empty() {
        return;
    }
    let names: Vec<&str> = libraries.iter().map(|library| library.name).collect();
    println!("\n### {title}\n\n| scenario | unit | {} |", names.join(" | "));
    println!("|---|---|{}", "---|".repeat(libraries.len()));
    for (row, scenario) in scenarios.iter().enumerate() {
        print!("| {} | {} |", scenario.name, scenario.unit);
        for column in 0..libraries.len() {
            match cells.get(&(row, column)) {
                Some(cell) => print!(" {} |", show(*cell, scenario)),
                None => print!(" |"),
            }
        }
        println!();
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// Three digits that mean something.
fn number(value: f64) -> String {
    match value.abs() {
        tiny if tiny < 1.0 => format!("{value:.3}"),
        small if small < 10.0 => format!("{value:.2}"),
        medium if medium < 100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}
