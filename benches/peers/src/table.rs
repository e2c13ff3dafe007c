//! Printing.

use std::collections::BTreeMap;

use crate::libs::Library;
use crate::scenario::Scenario;

/// Values by (row, column).
pub type Cells = BTreeMap<(usize, usize), f64>;

/// A table of the rows that have values.
pub fn print_table(title: &str, libraries: &[&Library], scenarios: &[&Scenario], cells: &Cells) {
    if cells.is_empty() {
        return;
    }
    let names: Vec<&str> = libraries.iter().map(|library| library.name).collect();
    println!("\n### {title}\n\n| scenario | unit | {} |", names.join(" | "));
    println!("|---|---|{}", "---|".repeat(libraries.len()));
    for (row, scenario) in scenarios.iter().enumerate() {
        if cells.range((row, 0)..(row + 1, 0)).next().is_none() {
            continue;
        }
        print!("| {} | {} |", scenario.name, scenario.unit);
        for column in 0..libraries.len() {
            match cells.get(&(row, column)) {
                Some(cell) => print!(" {} |", number(*cell)),
                None => print!(" |"),
            }
        }
        println!();
    }
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// Three digits that mean something.
pub fn number(value: f64) -> String {
    match value.abs() {
        tiny if tiny < 1.0 => format!("{value:.3}"),
        small if small < 10.0 => format!("{value:.2}"),
        medium if medium < 100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}
