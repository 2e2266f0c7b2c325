//! A run over many repositories: each goes through the same pipeline as one does, with preferences, errors and a commit of its own.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{bail, ensure};
use serde_json::Value as Json;

use super::loaded::{given, told};
use super::told::style;
use super::{Guard, Run, decided, judged, mend_killed_runs, outputs};
use crate::cli::{FormatArg, OutputArg, RunArgs, UnitsArgs};
use crate::exit::Exit;
use crate::fleet::{self, Judged, Line, Order, Results, Unit};
use crate::own::PREFIX;
use crate::plan::Transform;
use crate::preferences::{self, Decided};
use crate::project::Walk;
use crate::report::{self, Format, Model, visible};

/// The repositories, where the run is one over many: where that is asked for, or where the paths hold several. A report that is one
/// document, a review and a baseline of one report are about all that is given at once.
pub(super) fn units(args: &RunArgs) -> anyhow::Result<Option<Vec<Unit>>> {
    if !is_asked(args) {
        let at_once = args.format != FormatArg::Human
            || args.interactive
            || args.baseline.is_some()
            || !args.output.is_empty();
        let paths = given(args);
        return Ok((!at_once && fleet::hold_several(&paths)).then(|| fleet::units(&paths)));
    }
    ensure!(
        !args.interactive,
        "--interactive asks about all that is given in one review; give it paths and none of --from-file, --shard, --jobs and jsonl"
    );
    let many = |format: FormatArg| matches!(format, FormatArg::Human | FormatArg::Jsonl);
    let others = args.output.iter().filter(|output| output.format != FormatArg::Jsonl).count();
    ensure!(
        many(args.format) && others == 0,
        "of many repositories there are the formats human and jsonl; `litellm-fix report` makes html, markdown and json of what jsonl gives"
    );
    ensure!(
        args.baseline.is_none(),
        "--baseline is a report of one run over all files; of many repositories use --baseline-ref, which is looked up in each"
    );
    let units = listed(&args.paths, &args.units)?;
    Ok(Some(units))
}

fn is_asked(args: &RunArgs) -> bool {
    let jsonl = |output: &OutputArg| output.format == FormatArg::Jsonl;
    args.units.from_file.is_some()
        || args.units.shard.is_some()
        || args.jobs.is_some()
        || args.resume.is_some()
        || args.format == FormatArg::Jsonl
        || args.output.iter().any(jsonl)
}

fn listed(paths: &[PathBuf], asked: &UnitsArgs) -> anyhow::Result<Vec<Unit>> {
    let mut paths = paths.to_vec();
    match &asked.from_file {
        Some(list) => paths.extend(fleet::paths_in(list)?),
        None if paths.is_empty() => paths.push(PathBuf::from(".")),
        None => {}
    }
    let units = fleet::units(&paths);
    match asked.shard {
        Some(shard) => fleet::share(units, shard),
        None => Ok(units),
    }
}

/// Prints what a run over many would judge.
pub(super) fn list(args: &RunArgs, out: &mut dyn Write) -> anyhow::Result<Exit> {
    for unit in listed(&args.paths, &args.units)?.iter().filter(|unit| !unit.is_rest) {
        writeln!(out, "{}", visible(&unit.name))?;
    }
    Ok(Exit::Done)
}

pub(super) fn run(
    run: &Run<'_>,
    args: &RunArgs,
    units: Vec<Unit>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let args = &RunArgs { is_one_of_many: true, ..args.clone() };
    // A wrong option is said once, and not of each repository.
    preferences::rules(args, Path::new("./config.yaml"), run.standing, run.transforms)?;
    told(args)?;
    let decided = decided::open(args, run.transforms)?;
    let named = Named::of(args);
    let paths = units.iter().flat_map(|unit| &unit.paths).filter(|path| path.exists()).cloned().collect();
    mend_killed_runs(&RunArgs { paths, ..args.clone() }, err)?;
    let results = results(args)?;
    let is_whole = results.date().is_none();
    let date = results.date().map_or_else(fleet::now, str::to_owned);
    let jobs = args.jobs.map(usize::from);
    let jobs = jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let stop = fleet::on_signals()?;
    let order = Order {
        units: &units,
        stop: &stop,
        jobs,
        rows: (args.format == FormatArg::Human).then(|| style(args)),
        writes: args.write,
        quiet: args.quiet,
    };
    let alone = jobs.min(units.len()) > 1;
    let shared = Shared { transforms: run.transforms, decided: decided.as_ref(), named: &named };
    let exit = fleet::drive(&order, results, |unit| judge(args, unit, &shared, alone, &date), out, err)?;
    // What some repositories match nobody knows before all are judged.
    if is_whole && exit != Exit::Interrupted {
        named.tell(err)?;
        for remark in decided.iter().flat_map(decided::remarks) {
            let line = remark.line.map(|line| format!(":{line}")).unwrap_or_default();
            writeln!(err, "warning: {}{line}: {}", visible(&remark.file), visible(&remark.reason))?;
        }
    }
    if exit == Exit::Nothing {
        // The other shares may hold it.
        if args.units.shard.is_some() {
            return Ok(Exit::Done);
        }
        writeln!(err, "warning: no LiteLLM configuration or process was found in any of the repositories")?;
    }
    Ok(exit)
}

/// Where results go.
fn results(args: &RunArgs) -> anyhow::Result<Results> {
    let named: Vec<&PathBuf> = args.output.iter().map(|output| &output.path).collect();
    ensure!(named.len() < 2, "--output jsonl goes into one file");
    outputs::check_paths(args, &[])?;
    match (&args.resume, named.first()) {
        (Some(file), Some(other)) if *other != file => {
            bail!("--resume {} adds the rest to that file; --output would be another one", file.display())
        }
        (Some(file), _) => Results::resumed(file, if args.write { "write" } else { "preview" }),
        (None, Some(file)) => Results::into(file),
        (None, None) => Ok(Results::kept_aside()),
    }
}

/// What the runs of all repositories share.
struct Shared<'s> {
    transforms: &'s [Transform],
    decided: Option<&'s Decided>,
    named: &'s Named,
}

/// The rules of the user's own that options name, each with whether a repository has it.
struct Named(Vec<(String, AtomicBool)>);

impl Named {
    fn of(args: &RunArgs) -> Self {
        let ids: BTreeSet<&String> = [&args.select, &args.only, &args.ignore].into_iter().flatten().collect();
        let rules = ids.into_iter().filter(|id| id.starts_with(PREFIX));
        Self(rules.map(|id| (id.clone(), AtomicBool::new(false))).collect())
    }

    fn see(&self, transforms: &[Transform]) {
        for (id, seen) in &self.0 {
            seen.fetch_or(transforms.iter().any(|one| one.meta.id == id), Ordering::Relaxed);
        }
    }

    fn tell(&self, err: &mut dyn Write) -> anyhow::Result<()> {
        for (id, _) in self.0.iter().filter(|(_, seen)| !seen.load(Ordering::Relaxed)) {
            writeln!(
                err,
                "warning: none of the repositories has the rule `{id}` in its {}",
                preferences::FILE
            )?;
        }
        Ok(())
    }
}

/// Nothing where the user broke it off: nothing of it is written then, and a later run judges it.
fn judge(args: &RunArgs, unit: &Unit, shared: &Shared<'_>, alone: bool, date: &str) -> Option<Judged> {
    let args = RunArgs {
        paths: unit.paths.clone(),
        units: UnitsArgs::default(),
        output: Vec::new(),
        walk: Walk { alone, around: unit.below.clone() },
        ..args.clone()
    };
    let (mut json, mut text) = (Json::Null, None);
    let whole = args.format == FormatArg::Human && (args.details || args.verbose);
    let ended = Guard::new(&given(&args)).run(shared.transforms, shared.decided, |run| {
        judged(run, &args, &[], &mut |report, masker| {
            shared.named.see(report.transforms);
            let model = Model::new(report, masker, true);
            json = report::json_of(&model);
            text = whole.then(|| report::written(&model, Format::Human, &style(&args)));
            Ok(())
        })
    });
    let (exit, error) = match ended {
        Ok(Exit::Interrupted) => return None,
        Ok(exit) => (exit, None),
        Err(failure) => (failure.exit, Some(failure.to_string())),
    };
    let paths: Vec<String> = unit.paths.iter().map(|path| path.display().to_string()).collect();
    let line = Line::new(&unit.name, &paths, date, exit, error.as_deref(), json);
    Some(Judged { line, text })
}
