//! The pipeline: discover, load, assess, plan, prove, review, commit, report.

mod baseline;
mod commands;
mod commits;
mod decided;
mod failure;
mod host;
mod loaded;
mod manual;
mod many;
mod output;
mod outputs;
mod prove;
mod revision;
mod rules;
mod told;

use std::collections::HashSet;
use std::io::{IsTerminal, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use commits::Done;
use failure::SoFar;
pub use failure::{Failure, quiet_panics};
use host::ReviewHost;
use loaded::{Loaded, given, load};
use output::Output;
use told::{misnamed, next_commands, problems, repeated, style, summaries};

use crate::cli::{Cli, Command, FormatArg, PreferencesCommand, RulesCommand, RunArgs};
use crate::commit::{Change, Journal, Witness, commit_resting_on};
use crate::exit::Exit;
use crate::plan::{Fate, FileChange, Plan, Remedy, Severity, Transform, plan, score};
use crate::preferences::{self, Decided, Standing};
use crate::project::{Files, Project};
use crate::report::{self, Masker, Mode, Report, ReportedProblem};
use crate::review::{Console, End, Host, review};
use crate::transforms::registry;

/// Does what the command line asks for. An output whose reader has gone is no error.
///
/// # Errors
/// Usage, configuration and internal errors (exit code 2), and input or output that fails (4).
pub fn run(cli: Cli, out: &mut dyn Write, err: &mut dyn Write) -> Result<Exit, Failure> {
    let guard = Guard::new(&paths(&cli));
    let (mut out, mut err) = (Output::new(out), Output::new(err));
    let ended = guard.run(&registry(), None, |run| run.command(cli, &mut out, &mut err));
    let unwritten = [out.end(), err.end()].into_iter().flatten().next();
    match (ended, unwritten) {
        (Ok(_), Some(error)) => Err(Failure::unwritten(&error, &guard.so_far, &guard.standing.texts())),
        (ended, _) => ended,
    }
}

/// What is known of a run while it goes on, so that whatever ends it can be told without a secret.
struct Guard {
    standing: Standing,
    so_far: SoFar,
}

impl Guard {
    /// For a run about these paths.
    fn new(paths: &[PathBuf]) -> Self {
        Self { standing: Standing::new(paths), so_far: SoFar::default() }
    }

    fn run<T>(
        &self,
        transforms: &[Transform],
        decided: Option<&Decided>,
        act: impl FnOnce(&Run<'_>) -> anyhow::Result<T>,
    ) -> Result<T, Failure> {
        let run = Run { transforms, decided, standing: &self.standing, so_far: &self.so_far };
        match catch_unwind(AssertUnwindSafe(|| act(&run))) {
            Ok(Ok(made)) => Ok(made),
            Ok(Err(error)) => Err(Failure::of(&error, &self.so_far, &self.standing.texts())),
            Err(_) => Err(Failure::panicked(&self.so_far, &self.standing.texts())),
        }
    }
}

/// The paths that a command is about.
fn paths(cli: &Cli) -> Vec<PathBuf> {
    match &cli.command {
        Some(Command::List { paths, .. }) => given(&RunArgs { paths: paths.clone(), ..cli.run.clone() }),
        Some(Command::Verify { run }) => given(run),
        Some(Command::Explain { path, .. }) => path.iter().cloned().collect(),
        Some(Command::Preferences { path, .. }) => {
            given(&RunArgs { paths: path.iter().cloned().collect(), ..cli.run.clone() })
        }
        Some(Command::Rules { what: RulesCommand::Test { paths, .. } }) => {
            given(&RunArgs { paths: paths.clone(), ..cli.run.clone() })
        }
        _ => given(&cli.run),
    }
}

/// What all commands share.
struct Run<'r> {
    /// The registry.
    transforms: &'r [Transform],
    /// The decisions that it shares with the runs of other repositories, where it is one of many.
    decided: Option<&'r Decided>,
    standing: &'r Standing,
    so_far: &'r SoFar,
}

impl Run<'_> {
    fn command(&self, cli: Cli, out: &mut dyn Write, err: &mut dyn Write) -> anyhow::Result<Exit> {
        ensure!(
            cli.run.commit.is_none() || cli.run.write || cli.run.interactive,
            "--commit commits what is written, so it needs --write or --interactive"
        );
        match cli.command {
            None => match many::units(&cli.run)? {
                Some(units) => {
                    prove::check_many(&cli.run)?;
                    many::run(self, &cli.run, units, out, err)
                }
                None => main_job(self, &cli.run, &[], out, err),
            },
            Some(Command::List { installations: true, paths, .. }) => {
                commands::list_installations(self, &RunArgs { paths, ..cli.run }, out, err)
            }
            Some(Command::List { repositories: true, paths, units, .. }) => {
                many::list(&RunArgs { paths, units, ..cli.run }, out)
            }
            Some(Command::List { .. }) => commands::list(self.transforms, out),
            Some(Command::Explain { id, path, litellm_version, assume_litellm_version, format }) => {
                let args = RunArgs { litellm_version, assume_litellm_version, format, ..cli.run };
                commands::explain(self, &id, path, args, out, err)
            }
            Some(Command::Verify { run: args }) => prove::verify(self, &args, out, err),
            Some(Command::Report { files, format, output }) => {
                outputs::write_merged(&files, format, output.as_deref(), (out, err))
            }
            Some(Command::Preferences { what: Some(PreferencesCommand::Schema), .. }) => {
                rules::schema(self.transforms, out)
            }
            Some(Command::Preferences { what: None, path }) => {
                rules::effective(self, &RunArgs { paths: path.into_iter().collect(), ..cli.run }, out)
            }
            Some(Command::Rules { what: RulesCommand::Test { paths, update } }) => {
                rules::test(self, &RunArgs { paths, ..cli.run }, update, out)
            }
            Some(Command::Undo { drop }) => commands::undo(self, drop.as_deref(), out),
            Some(Command::Completions { shell }) => {
                manual::completions(shell, self.transforms, out);
                Ok(Exit::Done)
            }
            Some(Command::Man { folder }) => manual::man(&folder).map(|()| Exit::Done),
        }
    }

    fn load(&self, args: &RunArgs) -> anyhow::Result<Loaded> {
        self.load_with(args, self.standing, Path::new("."))
    }

    fn load_with(&self, args: &RunArgs, standing: &Standing, from: &Path) -> anyhow::Result<Loaded> {
        let loaded = load(args, self.transforms, standing, from)?;
        let files = &loaded.project.files;
        self.so_far.read.borrow_mut().extend(files.iter().map(|(id, _)| files.shared_text(id)));
        Ok(loaded)
    }
}

/// `explained` names the settings whose provenance is shown.
fn main_job(
    run: &Run<'_>,
    args: &RunArgs,
    explained: &[&str],
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Exit> {
    if args.interactive && !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) {
        bail!(
            "--interactive needs a terminal on standard input and output. Without one, use\n  litellm-fix --dry-run PATH                 to see the diff\n  litellm-fix --write PATH                   to apply what is safe\n  litellm-fix --write --include-review PATH  to apply what changes behavior too"
        );
    }
    prove::asked(args)?;
    mend_killed_runs(args, err)?;
    let mut tell =
        |report: &Report<'_>, masker: &Masker| outputs::write(args, report, masker, &mut *out, &mut *err);
    let exit = judged(run, args, explained, &mut tell)?;
    // The report for people says it itself.
    if exit == Exit::Nothing && args.format != FormatArg::Human {
        writeln!(
            err,
            "warning: no LiteLLM configuration or process was found in the given paths; -v shows how each file was recognized"
        )?;
    }
    Ok(exit)
}

/// Judges what is given, and writes what is to be written. `tell` gets the report, unless the user broke off before there was one.
fn judged(
    run: &Run<'_>,
    args: &RunArgs,
    explained: &[&str],
    tell: &mut dyn FnMut(&Report<'_>, &Masker) -> anyhow::Result<()>,
) -> anyhow::Result<Exit> {
    let proof = prove::asked(args)?;
    let mut loaded = run.load(args)?;
    let transforms = loaded.transforms.clone();
    let transforms = transforms.as_slice();
    outputs::check(args, &loaded.project)?;
    let known = baseline::known(run, args, &loaded.project)?.map(Arc::new);
    loaded.rules.iter_mut().for_each(|rules| rules.known.clone_from(&known));
    let own = match run.decided {
        Some(_) => None,
        None => decided::open(args, transforms)?,
    };
    let decided = run.decided.or(own.as_ref());
    for (rules, decided) in loaded.rules.iter_mut().zip(decided.iter().cycle()) {
        rules.replay = Some(decided.replay.clone());
    }
    let installations = summaries(&loaded.project, explained);
    // Before the plan, which takes the files.
    let unseen: Vec<Vec<&str>> = (0..installations.len())
        .map(|index| {
            loaded.project.installation(index).unseen_keys().map(|keys| keys.settings).unwrap_or_default()
        })
        .collect();
    let seen: Vec<Vec<Witness>> =
        loaded.project.installations.iter().map(|parts| loaded.seen(parts)).collect();
    let unchanged = proof.as_ref().map(|_| loaded.project.files.clone());
    let (plan, mode) = if args.interactive {
        match interactive(run, args, &loaded)? {
            (_, End::Interrupted) => return Ok(Exit::Interrupted),
            // The review has said so.
            (_, End::Nothing) => return Ok(Exit::Done),
            (plan, End::Write) => (plan, Mode::Interactive),
        }
    } else {
        let files = std::mem::take(&mut loaded.project.files);
        let plan = plan(files, &loaded.project.installations, transforms, &loaded.rules, None)
            .map_err(anyhow::Error::msg)?;
        (plan, if args.write { Mode::Write } else { Mode::Preview })
    };
    let mut problems = problems(&loaded.project);
    problems.extend(misnamed(run.standing));
    problems.extend(own.iter().flat_map(decided::remarks));
    let mut outcome = Outcome { plan, mode, problems, done: Done::default(), proofs: Vec::new() };
    let before = proof.as_ref().zip(unchanged.as_ref());
    if outcome.mode != Mode::Preview && !outcome.carry_out(run, args, &loaded, before, seen)? {
        return Ok(Exit::Interrupted);
    }
    let Outcome { plan, mode, problems, done, proofs } = outcome;
    let notes = loaded.project.notes.iter().map(|(file, what)| format!("{file}: {what}"));
    let notes: Vec<String> = notes.chain(proofs).collect();
    let again = repeated(args);
    let next = next_commands(args, &plan, mode, &again);
    let path = match args.paths.as_slice() {
        [path] => Some(path.display().to_string()),
        _ => None,
    };
    // Some transforms alone do not tell how a deployment stands.
    let whole = args.select.is_empty() && args.only.is_empty();
    let card = score(&plan, transforms, &unseen).filter(|_| whole);
    let exit = exit(args, &loaded.project, &plan, &problems, mode);
    let report = Report {
        mode,
        installations: &installations,
        plan: &plan,
        card: card.as_ref(),
        problems: &problems,
        notes: &notes,
        next,
        again: &again,
        path: path.as_deref(),
        written: &done.written,
        commits: &done.commits,
        version: env!("CARGO_PKG_VERSION"),
        transforms,
        exit: exit.code(),
    };
    tell(&report, &loaded.masker)?;
    Ok(exit)
}

/// What a run makes of its plan.
struct Outcome {
    plan: Plan,
    mode: Mode,
    problems: Vec<ReportedProblem>,
    done: Done,
    /// What the real LiteLLM has shown.
    proofs: Vec<String>,
}

impl Outcome {
    /// Writes the plan, once the real LiteLLM has proven it where that is asked; false where the user breaks off. What is not written stays
    /// a preview, and a problem says why.
    fn carry_out(
        &mut self,
        run: &Run<'_>,
        args: &RunArgs,
        loaded: &Loaded,
        proof: Option<(&crate::verify::ProofOptions, &Files)>,
        seen: Vec<Vec<Witness>>,
    ) -> anyhow::Result<bool> {
        let prove = |(how, before)| prove::before_write(how, loaded, before, &self.plan);
        let proven = proof.map_or(Ok(Vec::new()), prove);
        match proven.and_then(|told| Ok((told, write(args, &self.plan, seen, &loaded.masker.hiding())?))) {
            Err(error) if error.is::<crate::verify::Interrupted>() => return Ok(false),
            Ok((told, done)) => {
                run.so_far.written.replace(done.written.clone());
                self.problems.extend(done.problems.iter().cloned());
                if done.written.is_empty() && !self.plan.changes.is_empty() {
                    self.mode = Mode::Preview;
                } else {
                    done.cut(&mut self.plan);
                }
                (self.done, self.proofs) = (done, told);
            }
            // There is something to do before.
            Err(error) if args.commit.is_some() && !error.is::<prove::NotProven>() => return Err(error),
            Err(error) => {
                // What was not written is reported as what it is: a preview.
                self.mode = Mode::Preview;
                self.problems.push(ReportedProblem {
                    // It names the file, which need not be one of those that change.
                    reason: format!("{error:#}"),
                    remedy: "nothing was written; the diff is what would have been".into(),
                    fatal: true,
                    ..ReportedProblem::default()
                });
            }
        }
        Ok(true)
    }
}

/// Before files are read: what a killed run left half done is put right before a write, and told before a preview.
fn mend_killed_runs(args: &RunArgs, err: &mut dyn Write) -> anyhow::Result<()> {
    let within: Vec<PathBuf> =
        given(args).iter().filter_map(|path| std::fs::canonicalize(path).ok()).collect();
    let mut tell = |what: &dyn std::fmt::Display| {
        writeln!(err, "warning: {}", report::visible(&Masker::default().mask(&what.to_string())))
    };
    let writes = args.write || args.interactive;
    let journal = match Journal::open_default() {
        Err(_) if !writes => return Ok(()),
        journal => journal?,
    };
    if writes {
        for recovered in journal.recover(&within)? {
            tell(&recovered)?;
        }
    }
    for pending in journal.pending(&within)? {
        tell(&pending)?;
    }
    Ok(())
}

fn exit(args: &RunArgs, project: &Project, plan: &Plan, problems: &[ReportedProblem], mode: Mode) -> Exit {
    let failed = plan.items.iter().any(|item| matches!(item.fate, Fate::Failed(_)));
    let folders = args.paths.is_empty() || args.paths.iter().any(|path| path.is_dir());
    let unread = problems.iter().any(|problem| problem.unread_process);
    let nothing = project.installations.is_empty() && (folders || unread);
    let open = plan
        .items
        .iter()
        .any(|item| !matches!(item.fate, Fate::Suppressed(_) | Fate::Applied | Fate::Mended(_)));
    let fails = |severity: Severity| args.fail_on.least().is_some_and(|least| severity >= least);
    let gate = match mode {
        Mode::Preview => plan.items.iter().any(|item| item.is_open() && fails(item.finding.severity)),
        Mode::Write | Mode::Interactive => plan.left.iter().any(|open| fails(open.severity)),
    };
    let findings = (mode == Mode::Preview && !plan.changes.is_empty())
        || gate
        || (args.strict
            && (open || plan.items.iter().any(|item| mode == Mode::Preview && item.fate == Fate::Applied)));
    if failed || problems.iter().any(|problem| problem.fatal) {
        Exit::Failed
    } else if nothing {
        Exit::Nothing
    } else if findings && !args.exit_zero {
        Exit::Findings
    } else {
        Exit::Done
    }
}

/// The folder that all given paths lie in, and the preferences to be written; of a repository its root, so that one
/// commit covers context files too.
fn root(args: &RunArgs, plan: &Plan) -> anyhow::Result<PathBuf> {
    let here = [PathBuf::from(".")];
    let given = if args.paths.is_empty() { here.as_slice() } else { &args.paths };
    let preferences =
        plan.changes.iter().map(|change| &change.path).filter(|path| path.ends_with(preferences::FILE));
    let mut common: Option<PathBuf> = None;
    for path in given.iter().chain(preferences) {
        let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let real = std::fs::canonicalize(folder).with_context(|| path.display().to_string())?;
        common = Some(match common {
            None => real,
            Some(other) => {
                other.ancestors().find(|up| real.starts_with(up)).map(Path::to_owned).unwrap_or_default()
            }
        });
    }
    let common = common.unwrap_or_default();
    Ok(common.ancestors().find(|up| up.join(".git").exists()).map(Path::to_owned).unwrap_or(common))
}

/// Refuses a file that is really outside the paths given, whatever the plan says; the preferences may stand above them.
fn check_inside(args: &RunArgs, path: &Path) -> anyhow::Result<()> {
    let Ok(real) = std::fs::canonicalize(path) else { return Ok(()) };
    let inside =
        given(args).iter().any(|given| std::fs::canonicalize(given).is_ok_and(|g| real.starts_with(g)));
    ensure!(
        inside || path.ends_with(preferences::FILE),
        "{} is really {}, outside the paths given",
        path.display(),
        real.display()
    );
    Ok(())
}

/// `seen` are the files of each installation: one that is written rests on all of them.
fn write(args: &RunArgs, plan: &Plan, mut seen: Vec<Vec<Witness>>, masker: &Masker) -> anyhow::Result<Done> {
    if plan.changes.is_empty() {
        return Ok(Done::default());
    }
    if let Some(how) = args.commit {
        return commits::write(args, plan, how, &seen, masker);
    }
    let change = |change: &FileChange| {
        let before = (!change.is_new()).then(|| change.before().as_bytes().into());
        Change { path: change.path.clone(), before, after: change.after().as_bytes().into() }
    };
    for change in &plan.changes {
        check_inside(args, &change.path)?;
    }
    let changes: Vec<Change> = plan.changes.iter().map(change).collect();
    let written: HashSet<&Path> = plan.changes.iter().map(|change| change.path.as_path()).collect();
    seen.retain(|files| files.iter().any(|file| written.contains(file.path.as_path())));
    let seen: Vec<Witness> =
        seen.into_iter().flatten().filter(|file| !written.contains(file.path.as_path())).collect();
    commit_resting_on(&seen, &changes, &root(args, plan)?, &Journal::open_default()?)?;
    let written = plan.changes.iter().map(|change| change.shown.clone()).collect();
    Ok(Done { written, ..Done::default() })
}

fn interactive(run: &Run<'_>, args: &RunArgs, loaded: &Loaded) -> anyhow::Result<(Plan, End)> {
    let Loaded { project, transforms, rules, .. } = loaded;
    let first = plan(project.files.clone(), &project.installations, transforms, rules, None)
        .map_err(anyhow::Error::msg)?;
    let fixable = |item: &crate::plan::Item| {
        matches!(item.finding.remedy, Remedy::Fix(_))
            && matches!(item.fate, Fate::Applied | Fate::LeftOut(_) | Fate::Mended(_))
    };
    if !first.items.iter().any(fixable) {
        return Ok((first, End::Write));
    }
    if args.commit.is_some() {
        commits::check(first.items.iter().filter(|item| fixable(item)), true)?;
    }
    decided::check(args, transforms)?;
    let mut host = ReviewHost::new(loaded, transforms, run.standing, &first, args);
    let mut console = Console::new(style(args))?;
    let mut outcome = review(&first.items, &mut host, &loaded.masker, &mut console)?;
    if console.close() {
        outcome.end = End::Interrupted;
    }
    if outcome.end != End::Interrupted {
        decided::save(args, loaded, &first, &outcome.decisions)?;
    }
    let plan = if outcome.end == End::Write { host.combined(&outcome.decisions)? } else { first };
    Ok((plan, outcome.end))
}
