//! Runs over many repositories: which there are, a share of them, all of them judged side by side, and what is told as they come.
//!
//! Nothing here judges: the pipeline is handed in, and does for each repository what it does for one.

mod line;
mod order;
mod progress;
mod results;
mod rows;
mod shard;
mod stop;
mod total;
mod units;

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
pub(crate) use line::{Line, now};
pub(crate) use results::Results;
pub(crate) use stop::on_signals;
pub(crate) use units::{Unit, hold_several, paths_in, share, units};

use crate::exit::Exit;
use crate::report::Style;
use progress::Progress;
use rows::Rows;
use total::Total;

/// How a fleet is run, and what is told of it.
pub(crate) struct Order<'o> {
    /// The repositories.
    pub(crate) units: &'o [Unit],
    /// Set by who wants it to end.
    pub(crate) stop: &'o AtomicBool,
    /// So many at a time.
    pub(crate) jobs: usize,
    /// How people want to see it; `None`: they get the lines of JSON.
    pub(crate) rows: Option<Style>,
    /// Whether fixes are written.
    pub(crate) writes: bool,
    /// Whether nothing is to be told beside the totals.
    pub(crate) quiet: bool,
}

/// What judging a repository gave.
pub(crate) struct Judged {
    /// The line of its result.
    pub(crate) line: Line,
    /// Its report for people, where that is wanted.
    pub(crate) text: Option<String>,
}

/// Judges all repositories and tells each as soon as it and those before it are done. What the results hold already is left out, and so is
/// what `judge` broke off, which gives nothing; or what failed when all was to end: Ctrl-C reaches the programs that it called too.
///
/// # Errors
/// An output that cannot be written. What a repository fails with is told with it.
pub(crate) fn drive(
    order: &Order<'_>,
    mut results: Results,
    judge: impl Fn(&Unit) -> Option<Judged> + Sync,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let left: Vec<&Unit> = order.units.iter().filter(|unit| !results.has(&unit.name)).collect();
    let mut total = Total::default();
    results.earlier().iter().for_each(|row| total.add(row));
    let rows = order.rows.map(|style| Rows::new(style, order.units, order.writes));
    if let Some(rows) = rows.as_ref().filter(|_| !order.quiet) {
        out.write_all(rows.head().as_bytes())?;
    }
    let progress = Progress::new(left.len(), order.quiet);
    let count = |units: &mut dyn Iterator<Item = &Unit>| units.filter(|unit| !unit.is_rest).count();
    let all = count(&mut order.units.iter());
    let (mut missing, mut done) = (left.len(), all - count(&mut left.iter().copied()));
    let tell = |at: usize, judged: Option<Judged>| -> anyhow::Result<()> {
        let Some(Judged { line, text }) = judged else { return Ok(()) };
        let row = line.row();
        if row.is_failed() && !line.has_written() && order.stop.load(Ordering::Relaxed) {
            return Ok(());
        }
        missing -= 1;
        done += usize::from(!left[at].is_rest);
        let silent = left[at].is_rest && line.is_nothing();
        if !silent {
            results.add(&line)?;
            total.add(&row);
        }
        progress.beside(|| -> anyhow::Result<()> {
            match &rows {
                _ if silent => {}
                None => out.write_all(line.text().as_bytes())?,
                Some(_) if order.quiet => {}
                Some(rows) => out.write_all(rows.row(&row, text.as_deref()).as_bytes())?,
            }
            Ok(out.flush()?)
        })?;
        progress.done();
        Ok(())
    };
    order::in_order(left.len(), order.jobs, order.stop, |at| judge(left[at]), tell)?;
    progress.end();
    let interrupted = missing > 0;
    if let Some(rows) = &rows {
        out.write_all(rows.totals(&total).as_bytes())?;
    }
    results.end(interrupted).context("the results cannot be written")?.tell((done, all), err)?;
    Ok(if interrupted { Exit::Interrupted } else { total.exit() })
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    use super::*;

    #[test]
    fn what_fails_when_all_is_to_end_is_left_for_later() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("results.jsonl");
        let unit =
            |name: &str| Unit { name: name.to_owned(), paths: Vec::new(), below: Vec::new(), is_rest: false };
        let all = ["a", "b", "c", "d"].map(unit);
        let stop = AtomicBool::new(false);
        let order = Order { units: &all, stop: &stop, jobs: 1, rows: None, writes: true, quiet: true };
        let judge = |unit: &Unit| {
            let exit = if unit.name == "a" { Exit::Done } else { Exit::Usage };
            stop.fetch_or(unit.name == "c", Ordering::Relaxed);
            let line = Line::new(&unit.name, &[], "2026-01-01T00:00:00Z", exit, Some("why"), Json::Null);
            Some(Judged { line, text: None })
        };
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let results = Results::into(&file).unwrap();
        assert_eq!(drive(&order, results, judge, &mut out, &mut err).unwrap(), Exit::Interrupted);
        let told = std::fs::read_to_string(&file).unwrap();
        assert_eq!(told.as_bytes(), out);
        let names: Vec<&str> = ["a", "b", "c", "d"]
            .into_iter()
            .filter(|name| told.contains(&format!(r#""repository":"{name}""#)))
            .collect();
        assert!(names.starts_with(&["a"]) && !names.contains(&"c") && !names.contains(&"d"), "{names:?}");
        assert!(String::from_utf8(err).unwrap().contains(&format!("{} of 4 repositories", names.len())));
    }
}
