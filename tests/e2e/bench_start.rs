//! What a start takes and what an idle window holds, beside a window with one word in it (`make bench-start`). Both by turns, so that
//! whatever else the machine does slows down both. Prints a table; asserts nothing about time.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;

use crate::app::{program, App, Start};
use crate::processes;

/// The program of `benches/empty_window`.
const EMPTY: &str = "VITRINE_TEST_EMPTY";
const ROUNDS: usize = 7;
/// Until what is done after a start has been done.
const REST: Duration = Duration::from_secs(8);

/// One start: milliseconds since exec, then MiB.
#[derive(Default)]
struct Measured {
    asked: Vec<f64>,
    painted: Vec<f64>,
    usable: Vec<f64>,
    memory: Vec<f64>,
    /// Of the last start, by program.
    shares: Vec<(String, f64)>,
}

#[test]
#[ignore = "a measurement: make bench-start"]
fn a_start_beside_an_empty_window() {
    let empty = PathBuf::from(std::env::var_os(EMPTY).expect("run by make bench-start"));
    let (mut ours, mut theirs) = (Measured::default(), Measured::default());
    for _ in 0..ROUNDS {
        measure(&mut theirs, &empty);
        measure(&mut ours, &program());
    }
    println!("\n| median of {ROUNDS} starts by turns | empty window | Vitrine |\n|---|---|---|");
    let row = |what: &str, of: fn(&Measured) -> &[f64], unit: &str| {
        let cell = |measured| median(of(measured)).map_or("-".into(), |value| format!("{value:.0} {unit}"));
        println!("| {what} | {} | {} |", cell(&theirs), cell(&ours));
    };
    row("page asked for", |measured| &measured.asked, "ms");
    row("first text painted", |measured| &measured.painted, "ms");
    row("first view there", |measured| &measured.usable, "ms");
    row("memory of all its processes, idle (PSS)", |measured| &measured.memory, "MiB");
    for (name, measured) in [("empty window", &theirs), ("Vitrine", &ours)] {
        let shares: Vec<String> =
            measured.shares.iter().map(|(program, size)| format!("{program} {size:.0}")).collect();
        println!("{name}, last start, MiB: {}", shares.join(", "));
    }
}

fn measure(into: &mut Measured, program: &Path) {
    let data = tempfile::tempdir().unwrap();
    let app = App::start_program(Start::new(data.path()), program);
    let name = program.file_name().unwrap().to_str().unwrap();
    let pid = processes::of(name, &app.data)[0];
    app.find_css("p, [data-testid='start-bundled']");
    let script = "
        const begun = performance.timeOrigin - arguments[0];
        const at = (name) => performance.getEntriesByName(name)[0];
        return ['first-contentful-paint', 'usable'].map((name) => at(name) && begun + at(name).startTime).concat(begun);";
    std::thread::sleep(REST);
    let times = app.script(script, vec![json!(processes::started(pid))]);
    into.asked.extend(times[2].as_f64());
    into.painted.extend(times[0].as_f64());
    into.usable.extend(times[1].as_f64());
    into.shares = processes_of(&app.data);
    into.memory.push(into.shares.iter().map(|(_, size)| size).sum());
    app.end(name);
}

/// Every process of the app with its proportional set size in MiB; what drives it is left out.
fn processes_of(data: &Path) -> Vec<(String, f64)> {
    let wanted = format!("VITRINE_DATA_DIR={}", data.display());
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let path = entry.path();
        let Ok(environment) = fs::read(path.join("environ")) else { continue };
        if !environment.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes()) {
            continue;
        }
        let name = fs::read_to_string(path.join("comm")).unwrap_or_default().trim().to_owned();
        if !["vitrine", "empty_window", "WebKitWebProces", "WebKitNetworkPr"]
            .iter()
            .any(|ours| name.starts_with(ours))
        {
            continue;
        }
        // proc(5), smaps_rollup: kibibytes.
        let memory = fs::read_to_string(path.join("smaps_rollup")).unwrap_or_default();
        let size = memory.lines().find_map(|line| line.strip_prefix("Pss:")?.trim().strip_suffix("kB"));
        found.push((name, size.and_then(|size| size.trim().parse::<f64>().ok()).unwrap_or(0.0) / 1024.0));
    }
    found
}

fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}
