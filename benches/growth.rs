//! How the time of a whole preview grows with everything that can be repeated: each at once, twice and four times its size, and the same
//! number of bytes of a plain configuration beside it, in one run. It fails where four times the input takes much more than four times
//! the time. `FULL=1` also takes each to 5 MB and compares with a plain configuration of 5 MB. `ONLY=word` picks.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

#[path = "growth/shapes.rs"]
mod shapes;

use std::path::Path;
use std::time::{Duration, Instant};

use clap::Parser as _;
use litellm_fix::cli::Cli;
use shapes::{Files, Kind, PLAIN, SHAPES, Shape};

/// Four times the input may take this many times as long: what is written to the disk and how warm the memory is vary that much.
const MOST: f64 = 6.5;
/// Below this nothing but the fixed costs of a run is seen.
const LEAST: Duration = Duration::from_millis(60);
/// How many times as long as a plain configuration of as many bytes 5 MB of anything else in one repository may take.
const PROMISED: f64 = 10.0;
const WHOLE: usize = 4_900_000;

fn preview(files: &Files, runs: usize) -> Duration {
    let folder = std::env::temp_dir().join(format!("litellm-fix-growth-{}", std::process::id()));
    std::fs::create_dir_all(folder.join(".git")).unwrap();
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let run = || {
        let cli =
            ["litellm-fix", "--format", "diff", "--include-review", "--exit-zero", folder.to_str().unwrap()];
        let start = Instant::now();
        let _ = litellm_fix::run::run(Cli::parse_from(cli), &mut Vec::new(), &mut Vec::new());
        start.elapsed()
    };
    let best = std::iter::repeat_with(run).take(runs).min().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    best
}

fn bytes(files: &Files) -> usize {
    files.iter().map(|(_, text)| text.len()).sum()
}

/// Whether it grows as it may.
fn grows(shape: &Shape, whole: Duration) -> bool {
    let sizes = [1, 2, 4].map(|times| (shape.files)(shape.size * times));
    let times = sizes.each_ref().map(|files| preview(files, 3));
    let ratio = times[2].as_secs_f64() / times[0].as_secs_f64();
    let plain = preview(&(PLAIN.files)(PLAIN.count_for(bytes(&sizes[2]))), 1);
    let good = match shape.kind {
        Kind::Bytes | Kind::Installations => ratio < MOST || times[2] < LEAST,
        Kind::Mended => times.iter().all(|time| time.as_secs_f64() < PROMISED * whole.as_secs_f64()),
    };
    println!(
        "{:34} {:>7} bytes {:>9.1?} {:>9.1?} {:>9.1?}  x{ratio:<5.1} {:>6.1}x plain{}",
        shape.name,
        bytes(&sizes[0]),
        times[0],
        times[1],
        times[2],
        times[2].as_secs_f64() / plain.as_secs_f64(),
        if good { "" } else { "  grows too fast" }
    );
    good
}

fn ends(shape: &Shape, plain: Duration) -> bool {
    let files = (shape.files)(shape.count_for(WHOLE));
    let time = preview(&files, 1);
    let ratio = time.as_secs_f64() / plain.as_secs_f64();
    let note = if ratio < PROMISED { "" } else { "  takes too long" };
    println!("{:34} {:>8} bytes {time:>9.1?} = {ratio:.1}x plain{note}", shape.name, bytes(&files));
    ratio < PROMISED
}

fn main() {
    let only = std::env::var("ONLY").unwrap_or_default();
    let picked: Vec<&Shape> = SHAPES.iter().filter(|shape| shape.name.contains(&only)).collect();
    let plain = preview(&(PLAIN.files)(PLAIN.count_for(WHOLE)), 1);
    println!("a plain configuration of {WHOLE} bytes: {plain:?}");
    let mut bad: Vec<&str> =
        picked.iter().filter(|shape| !grows(shape, plain)).map(|shape| shape.name).collect();
    if std::env::var_os("FULL").is_some() {
        // A repository of 50,000 installations is no file of 5 MB: each of them is judged on its own.
        let many = |shape: &&&Shape| shape.kind != Kind::Installations;
        bad.extend(picked.iter().filter(many).filter(|shape| !ends(shape, plain)).map(|shape| shape.name));
    }
    assert!(bad.is_empty(), "{bad:?}");
}
