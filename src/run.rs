//! The pipeline: discover, load, assess, plan, prove, review, commit, report.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::CommandFactory;

use crate::cli::{Cli, ColorArg, Command, FormatArg, RunArgs};
use crate::commit::{Change, Journal, commit};
use crate::exit::Exit;
use crate::host::ReviewHost;
use crate::plan::{Fate, Plan, Remedy, Rules, Transform, plan};
use crate::policy;
use crate::project::{Project, Running, Scope, Secrets, Version};
use crate::report::{
    self, Format, InstallationSummary, Masker, Member, Mode, Problem, Report, Style, Verbosity,
};
use crate::review::{Console, End, review};
use crate::transforms::registry;

/// Does what the command line asks for.
///
/// # Errors
/// Usage, configuration and internal errors (exit code 2).
pub fn run(cli: Cli, out: &mut dyn Write, err: &mut dyn Write) -> anyhow::Result<Exit> {
    let transforms = registry();
    match cli.command {
        None => main_job(&cli.run, &transforms, out, err),
        Some(Command::List { installations: false, .. }) => list(&transforms, out),
        Some(Command::List { paths, .. }) => {
            list_installations(&RunArgs { paths, ..cli.run }, &transforms, out, err)
        }
        Some(Command::Explain { id, path }) => explain(&id, path, &cli.run, &transforms, out, err),
        Some(Command::Undo) => undo(out),
        Some(Command::Completions { shell }) => {
            clap_complete::generate(shell, &mut Cli::command(), "litellm-fix", &mut &mut *out);
            Ok(Exit::Done)
        }
    }
}

/// Everything that is known before anything is planned.
pub struct Loaded {
    /// The deployment.
    pub project: Project,
    /// The rules of each installation.
    pub rules: Vec<Rules>,
    /// The secrets of all files.
    pub masker: Masker,
}

fn load(args: &RunArgs, transforms: &[Transform]) -> anyhow::Result<Loaded> {
    let mut paths = args.paths.clone();
    if paths.is_empty() {
        paths.push(PathBuf::from("."));
    }
    let version =
        args.litellm_version.as_deref().map(str::parse::<Version>).transpose().map_err(anyhow::Error::msg)?;
    let mut exclude = args.exclude.clone();
    for path in paths.iter().filter(|path| path.exists()) {
        let folder = if path.is_file() { path.parent().unwrap_or(Path::new("")) } else { path };
        if let Some((_, preferences)) = policy::nearest(folder, transforms)? {
            exclude.extend(preferences.exclude);
        }
    }
    let scope = Scope { paths, exclude, max_file_size: args.max_file_size };
    let project = Project::load(&scope, version)?;
    let rules = project
        .installations
        .iter()
        .map(|parts| policy::rules(args, &project.files.get(parts.main().file).path, transforms))
        .collect::<anyhow::Result<Vec<_>>>()?;
    // Options are checked even where there is no installation to use them on.
    policy::rules(args, Path::new("./config.yaml"), transforms)?;
    let secrets = Secrets::collect(project.files.iter().map(|(id, _)| project.files.text(id)));
    let masker = Masker::new(&secrets, args.show_secrets);
    Ok(Loaded { project, rules, masker })
}

fn main_job(
    args: &RunArgs,
    transforms: &[Transform],
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Exit> {
    if args.interactive && !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) {
        bail!(
            "--interactive needs a terminal on standard input and output. Without one, use\n  litellm-fix --dry-run PATH                 to see the diff\n  litellm-fix --write PATH                   to apply what is safe\n  litellm-fix --write --include-review PATH  to apply what changes behaviour too"
        );
    }
    let mut remarks = Vec::new();
    if args.write || args.interactive {
        remarks.extend(Journal::open_default()?.recover()?.iter().map(ToString::to_string));
    }
    let mut loaded = load(args, transforms)?;
    let installations = summaries(&loaded.project);
    let (plan, mut mode, created) = if args.interactive {
        match interactive(args, &loaded, transforms)? {
            (_, End::Interrupted, _) => return Ok(Exit::Interrupted),
            (_, End::Nothing, _) => {
                writeln!(out, "Nothing was written.")?;
                return Ok(Exit::Done);
            }
            (plan, End::Write, created) => (plan, Mode::Interactive, created),
        }
    } else {
        let files = std::mem::take(&mut loaded.project.files);
        let plan = plan(files, &loaded.project.installations, transforms, &loaded.rules, None)
            .map_err(anyhow::Error::msg)?;
        (plan, if args.write { Mode::Write } else { Mode::Preview }, Vec::new())
    };
    let mut problems = problems(&loaded.project);
    let mut written = Vec::new();
    if mode != Mode::Preview {
        match write(args, &plan, created) {
            Ok(files) => written = files,
            Err(error) => {
                // What was not written is reported as what it is: a preview.
                mode = Mode::Preview;
                problems.push(Problem {
                    file: plan.changes.first().map(|change| change.shown.clone()).unwrap_or_default(),
                    reason: format!("{error:#}"),
                    remedy: "nothing was written; the diff is what would have been".into(),
                    fatal: true,
                    ..Problem::default()
                });
            }
        }
    }
    let notes: Vec<String> = remarks
        .into_iter()
        .chain(loaded.project.notes.iter().map(|(file, what)| format!("{file}: {what}")))
        .collect();
    let next = next_commands(args, &plan, mode);
    let report = Report {
        mode,
        installations: &installations,
        plan: &plan,
        problems: &problems,
        notes: &notes,
        next,
        written: &written,
        version: env!("CARGO_PKG_VERSION"),
    };
    report::render(&report, format(args), &loaded.masker, &style(args), out, err)?;
    let exit = exit(args, &loaded.project, &plan, &problems, mode);
    if exit == Exit::Nothing {
        writeln!(err, "warning: nothing of LiteLLM was found in the folders given")?;
    }
    Ok(exit)
}

fn format(args: &RunArgs) -> Format {
    match args.format {
        FormatArg::Human => Format::Human,
        FormatArg::Diff => Format::Diff,
        FormatArg::Json => Format::Json,
    }
}

fn style(args: &RunArgs) -> Style {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    let colour = match args.color {
        ColorArg::Always => true,
        ColorArg::Never => false,
        ColorArg::Auto => !set("NO_COLOR") && (set("CLICOLOR_FORCE") || std::io::stdout().is_terminal()),
    };
    let verbosity = if args.quiet {
        Verbosity::Quiet
    } else if args.verbose {
        Verbosity::Verbose
    } else {
        Verbosity::Normal
    };
    Style { colour, verbosity, ..Style::default() }
}

fn exit(args: &RunArgs, project: &Project, plan: &Plan, problems: &[Problem], mode: Mode) -> Exit {
    let failed = plan.items.iter().any(|item| matches!(item.fate, Fate::Failed(_)));
    let folders = args.paths.is_empty() || args.paths.iter().any(|path| path.is_dir());
    let nothing = project.installations.is_empty() && problems.is_empty() && folders;
    let open = plan
        .items
        .iter()
        .any(|item| !matches!(item.fate, Fate::Suppressed(_) | Fate::Applied | Fate::Mended(_)));
    let findings = (mode == Mode::Preview && !plan.changes.is_empty())
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

fn problems(project: &Project) -> Vec<Problem> {
    let problem = |one: &crate::project::Problem| Problem {
        file: one.file.clone(),
        line: one.position.map(|(line, _)| line),
        column: one.position.map(|(_, column)| column),
        reason: one.reason.clone(),
        remedy: one.remedy.clone(),
        fatal: one.fatal,
    };
    project.problems.iter().map(problem).collect()
}

fn summaries(project: &Project) -> Vec<InstallationSummary> {
    let running = |running: &Running| match running {
        Running::Known(version, how, place) => {
            let at = place
                .as_ref()
                .map(|place| project.files.spot(place))
                .map(|spot| format!(", {}:{}", spot.file, spot.line));
            format!("{version} ({how}{})", at.unwrap_or_default())
        }
        Running::Unknown(why, _) => format!("unknown ({why})"),
    };
    project
        .installations
        .iter()
        .map(|parts| InstallationSummary {
            name: parts.name.clone(),
            litellm: running(&parts.running),
            members: parts
                .members
                .iter()
                .map(|member| Member {
                    shown: project.files.get(member.file).shown.clone(),
                    kind: member.kind.to_owned(),
                    link: member.link.clone(),
                })
                .collect(),
            remarks: parts
                .env_files
                .iter()
                .filter(|env| !env.certain)
                .map(|env| {
                    format!("{} is assumed to be loaded: it {}", project.files.get(env.file).shown, env.link)
                })
                .collect(),
        })
        .collect()
}

fn next_commands(args: &RunArgs, plan: &Plan, mode: Mode) -> Vec<String> {
    let mut next = Vec::new();
    if mode != Mode::Preview {
        if !plan.changes.is_empty() {
            next.push("litellm-fix undo  take this run back".to_owned());
        }
        return next;
    }
    let again = repeated(args);
    let left = |wanted: &str| {
        plan.items.iter().any(|item| matches!(&item.fate, Fate::LeftOut(what) if what.contains(wanted)))
    };
    if !plan.changes.is_empty() || left("") {
        next.push(format!("litellm-fix --interactive{again}  decide fix by fix"));
    }
    if !plan.changes.is_empty() {
        let review = if args.include_review { " --include-review" } else { "" };
        next.push(format!("litellm-fix --write{review}{again}  apply the diff above"));
    }
    if left("--include-review") && !args.include_review {
        next.push(format!("litellm-fix --write --include-review{again}  apply what changes behaviour too"));
    }
    next
}

/// The options that shape a plan, and the paths, as they have to be typed to get the same plan again.
fn repeated(args: &RunArgs) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut option = |name: &str, values: &[String]| {
        words.extend(values.iter().flat_map(|value| [name.to_owned(), quoted(value)]));
    };
    option("--select", &args.select);
    option("--ignore", &args.ignore);
    option("--exclude", &args.exclude);
    option("--set", &args.set);
    option("--litellm-version", args.litellm_version.as_slice());
    words.extend(args.paths.iter().map(|path| quoted(&path.display().to_string())));
    words.iter().map(|word| format!(" {word}")).collect()
}

/// A word as a POSIX shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./=,:@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// The folder that all given paths lie in; of a repository its root, so that one commit covers context files too.
fn root(args: &RunArgs) -> anyhow::Result<PathBuf> {
    let mut common: Option<PathBuf> = None;
    let here = [PathBuf::from(".")];
    let paths: &[PathBuf] = if args.paths.is_empty() { &here } else { &args.paths };
    for path in paths {
        let real = std::fs::canonicalize(path).with_context(|| path.display().to_string())?;
        let folder =
            if real.is_file() { real.parent().map(Path::to_owned).unwrap_or_default() } else { real };
        common = Some(match common {
            None => folder,
            Some(other) => {
                other.ancestors().find(|up| folder.starts_with(up)).map(Path::to_owned).unwrap_or_default()
            }
        });
    }
    let common = common.unwrap_or_default();
    Ok(common.ancestors().find(|up| up.join(".git").exists()).map(Path::to_owned).unwrap_or(common))
}

fn write(args: &RunArgs, plan: &Plan, created: Vec<Change>) -> anyhow::Result<Vec<String>> {
    let mut changes: Vec<Change> = plan
        .changes
        .iter()
        .map(|change| Change::new(&change.path, change.before().as_bytes(), change.after().as_bytes()))
        .collect();
    let mut shown: Vec<String> = plan.changes.iter().map(|change| change.shown.clone()).collect();
    shown.extend(created.iter().map(|change| change.path.display().to_string()));
    changes.extend(created);
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    commit(&changes, &root(args)?, &Journal::open_default()?)?;
    Ok(shown)
}

fn interactive(
    args: &RunArgs,
    loaded: &Loaded,
    transforms: &[Transform],
) -> anyhow::Result<(Plan, End, Vec<Change>)> {
    let Loaded { project, rules, .. } = loaded;
    let first = plan(project.files.clone(), &project.installations, transforms, rules, None)
        .map_err(anyhow::Error::msg)?;
    let fixable = |item: &&crate::plan::Item| {
        matches!(item.finding.remedy, Remedy::Fix(_))
            && matches!(item.fate, Fate::Applied | Fate::LeftOut(_) | Fate::Mended(_))
    };
    let items: Vec<_> = first.items.iter().filter(fixable).cloned().collect();
    if items.is_empty() {
        return Ok((first, End::Write, Vec::new()));
    }
    let mut host = ReviewHost { loaded, transforms, items: items.clone() };
    let mut console = Console::new(style(args))?;
    let mut outcome = review(&items, &mut host, &loaded.masker, &mut console)?;
    if console.close() {
        outcome.end = End::Interrupted;
    }
    let plan = host.planned(&outcome.decisions)?;
    let created = host.preferences(&outcome.decisions)?;
    Ok((plan, outcome.end, created))
}

fn list(transforms: &[Transform], out: &mut dyn Write) -> anyhow::Result<Exit> {
    for transform in transforms {
        writeln!(
            out,
            "{:<24} {:<8} {}",
            transform.meta.id,
            transform.meta.severity.name(),
            transform.meta.title
        )?;
    }
    Ok(Exit::Done)
}

fn list_installations(
    args: &RunArgs,
    transforms: &[Transform],
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let loaded = load(args, transforms)?;
    let mask = |text: &str| report::visible(&loaded.masker.mask(text)).into_owned();
    for summary in summaries(&loaded.project) {
        writeln!(out, "{}\n  LiteLLM {}", mask(&summary.name), mask(&summary.litellm))?;
        for member in &summary.members {
            writeln!(out, "  {:<24} {} ({})", mask(&member.kind), mask(&member.shown), mask(&member.link))?;
        }
        for remark in &summary.remarks {
            writeln!(out, "  note: {}", mask(remark))?;
        }
    }
    let problems = problems(&loaded.project);
    for problem in &problems {
        writeln!(err, "{}: {}; {}", mask(&problem.file), mask(&problem.reason), mask(&problem.remedy))?;
    }
    Ok(exit(args, &loaded.project, &Plan::default(), &problems, Mode::Preview))
}

/// The page of a transform without its test cases.
pub fn page(transform: &Transform) -> String {
    let docs = transform.docs;
    let Some(start) = docs.find("\n## Cases") else { return docs.to_owned() };
    let rest = &docs[start + 1..];
    let end = rest.find("\n## ").map_or(rest.len(), |at| at + 1);
    format!("{}{}", &docs[..=start], &rest[end..])
}

fn explain(
    id: &str,
    path: Option<PathBuf>,
    args: &RunArgs,
    transforms: &[Transform],
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let id = policy::known_id(id, transforms)?;
    if let Some(transform) = transforms.iter().find(|one| one.meta.id == id) {
        writeln!(out, "{}", page(transform).trim_end())?;
    }
    let Some(path) = path else { return Ok(Exit::Done) };
    writeln!(out)?;
    let args = RunArgs { paths: vec![path], select: vec![id.to_owned()], exit_zero: true, ..args.clone() };
    main_job(&args, transforms, out, err)
}

fn undo(out: &mut dyn Write) -> anyhow::Result<Exit> {
    let journal = Journal::open_default()?;
    for recovered in journal.recover()? {
        writeln!(out, "{}", report::visible(&recovered.to_string()))?;
    }
    let report = journal.undo(&std::env::current_dir()?)?;
    for file in &report.files {
        writeln!(out, "restored {}", report::visible(&file.display().to_string()))?;
    }
    Ok(Exit::Done)
}
