//! What the report is told besides the plan: its style, the installations, the problems, and what to type next.

use std::io::IsTerminal;
use std::path::PathBuf;

use console::Term;

use crate::cli::{ColorArg, FormatArg, RunArgs};
use crate::plan::{Apply, Fate, Item, Plan, Remedy, Safety};
use crate::preferences::{FILE, Standing};
use crate::project::{MOST_SERVERS, Parts, Project, Running, Unseen, UnseenKeys, shown};
use crate::report::{
    Format, InstallationSummary, MemberSummary, Mode, Next, ReportedProblem, Style, Verbosity,
};

/// The format that is asked for.
pub(super) fn format(of: FormatArg) -> Format {
    match of {
        FormatArg::Human => Format::Human,
        FormatArg::Concise => Format::Concise,
        FormatArg::Diff => Format::Diff,
        // Only many repositories have lines, which `fleet` writes.
        FormatArg::Json | FormatArg::Jsonl => Format::Json,
        FormatArg::Sarif => Format::Sarif,
        FormatArg::Github => Format::Github,
        FormatArg::Gitlab => Format::Gitlab,
        FormatArg::Markdown => Format::Markdown,
        FormatArg::CommitMessage => Format::CommitMessage,
    }
}

/// Colours and detail, as options and environment want them.
pub(super) fn style(args: &RunArgs) -> Style {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    let terminal = std::io::stdout().is_terminal();
    let capable = terminal && !console::is_dumb();
    let colour = match args.color {
        ColorArg::Always => true,
        ColorArg::Never => false,
        ColorArg::Auto => !set("NO_COLOR") && (set("CLICOLOR_FORCE") || capable),
    };
    let verbosity = if args.quiet {
        Verbosity::Quiet
    } else if args.verbose {
        Verbosity::Verbose
    } else {
        Verbosity::Normal
    };
    let width = Term::stdout().size_checked().map(|(_, columns)| usize::from(columns));
    Style {
        colour,
        verbosity,
        width: width.filter(|_| terminal).unwrap_or(Style::default().width),
        details: args.details,
        all: args.all || !args.select.is_empty(),
        links: colour && capable,
    }
}

/// What could not be read.
pub(super) fn problems(project: &Project) -> Vec<ReportedProblem> {
    let problem = |one: &crate::project::Problem| ReportedProblem {
        file: one.file.clone(),
        inside: one.inside.clone(),
        line: one.position.map(|(line, _)| line),
        column: one.position.map(|(_, column)| column),
        reason: one.reason.clone(),
        remedy: one.remedy.clone(),
        fatal: one.fatal,
        unread_process: one.unread_process,
    };
    project.problems.iter().map(problem).collect()
}

/// Files that were meant to be preferences, and are not read.
pub(super) fn misnamed(standing: &Standing) -> Vec<ReportedProblem> {
    let here = std::env::current_dir().and_then(std::fs::canonicalize).unwrap_or_default();
    let problem = |path: PathBuf| ReportedProblem {
        file: shown(path.strip_prefix(&here).unwrap_or(&path)),
        reason: format!("it is not read: preferences stand in a file named {FILE}"),
        remedy: format!("rename it to {FILE}"),
        ..ReportedProblem::default()
    };
    standing.misnamed().into_iter().map(problem).collect()
}

/// The installations with their files, and with the provenance of the settings that are explained.
pub(super) fn summaries(project: &Project, explained: &[&str]) -> Vec<InstallationSummary> {
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
        .enumerate()
        .map(|(index, parts)| InstallationSummary {
            settings: explained
                .iter()
                .flat_map(|name| project.installation(index).provenances(name))
                .collect(),
            name: parts.name.clone(),
            litellm: running(&parts.running),
            unread: project.installation(index).unread_configuration().map(str::to_owned),
            members: parts
                .members
                .iter()
                .map(|member| MemberSummary {
                    shown: project.files.get(member.file).shown.clone(),
                    kind: member.kind.to_owned(),
                    link: member.link.clone(),
                })
                .collect(),
            remarks: remarks(project, index),
        })
        .collect()
}

/// What a reader of the findings of an installation has to know besides: what is assumed, and what cannot be seen.
fn remarks(project: &Project, index: usize) -> Vec<String> {
    let assumed = project.installations[index].env_files.iter().filter(|env| !env.is_certain());
    let assumed = assumed
        .map(|env| format!("{} is assumed to be loaded: it {}", project.files.get(env.file).shown, env.link));
    let keys = project.installation(index).unseen_keys();
    let unread = unread(project, &project.installations[index], keys.as_ref());
    let parts = &project.installations[index];
    let processes = parts.processes.len();
    let many = (processes > MOST_SERVERS).then(|| {
        format!("{processes} processes run it, of which the first {MOST_SERVERS} servers are judged")
    });
    let told_in_vain = parts.told_in_vain.map(|version| {
        format!("the files show the release, so --litellm-version {version} does not count; --assume-litellm-version {version} overrides them")
    });
    assumed
        .chain(told_in_vain)
        .chain(many)
        .chain(keys.as_ref().map(|unseen| unseen.words()))
        .chain(unread)
        .collect()
}

/// What is named and not read, each once, but for what was said already.
fn unread(project: &Project, parts: &Parts, said: Option<&UnseenKeys>) -> Vec<String> {
    let mut remarks: Vec<String> = Vec::new();
    let untold = |one: &&Unseen| !one.what.is_known() && !said.is_some_and(|said| said.tells_of(one));
    let (by_template, others): (Vec<&Unseen>, Vec<&Unseen>) =
        parts.unseen.iter().filter(untold).partition(|one| one.what.block().is_some());
    for one in others {
        let spot = project.files.spot(&one.place);
        let remark = format!(
            "not visible: {} ({}:{}); what it may set is not checked",
            one.what.words(),
            spot.file,
            spot.line
        );
        if !remarks.contains(&remark) {
            remarks.push(remark);
        }
    }
    remarks.extend(added_by_templates(project, &by_template));
    remarks
}

/// What expressions of templates add, in one sentence.
fn added_by_templates(project: &Project, all: &[&Unseen]) -> Option<String> {
    let (mut blocks, mut places): (Vec<String>, Vec<String>) = Default::default();
    for one in all {
        let spot = project.files.spot(&one.place);
        let (block, place) = (format!("`{}`", one.what.block()?), format!("{}:{}", spot.file, spot.line));
        blocks.extend((!blocks.contains(&block)).then_some(block));
        places.extend((!places.contains(&place)).then_some(place));
    }
    let (blocks, places) = (blocks.join(", "), places.join(", "));
    let words = format!("not visible: what template expressions add to {blocks} ({places})");
    (!all.is_empty()).then(|| format!("{words}; what that may set is not checked"))
}

/// What to type next. `again` is what [`repeated`] gives.
pub(super) fn next_commands(args: &RunArgs, plan: &Plan, mode: Mode, again: &str) -> Vec<Next> {
    let next = |command: String, does: &str| Next { command, does: does.to_owned() };
    if mode != Mode::Preview {
        let undo = (!plan.changes.is_empty()).then(|| next("litellm-fix undo".into(), "take this run back"));
        return undo.into_iter().collect();
    }
    let counts = |tier: Safety| {
        let waits = |item: &&Item| matches!(&item.fate, Fate::LeftOut(_)) && tier_of(item) == Some(tier);
        plan.items.iter().filter(waits).count()
    };
    let mut all = Vec::new();
    if !plan.changes.is_empty()
        || [Safety::Review, Safety::OnRequest, Safety::Hazardous].iter().any(|tier| counts(*tier) > 0)
    {
        all.push(next(format!("litellm-fix --interactive{again}"), "decide fix by fix, the worst first"));
    }
    if !plan.changes.is_empty() {
        let review = match args.apply() {
            Apply::Safe => "",
            Apply::Review => " --include-review",
            Apply::All => " --apply all",
        };
        all.push(next(format!("litellm-fix --write{review}{again}"), "apply the diff above"));
    }
    if counts(Safety::Review) > 0 && args.apply() == Apply::Safe {
        let command = format!("litellm-fix --include-review{again}");
        all.push(next(command, "the diff with what changes behavior too; --write applies it"));
    }
    if counts(Safety::OnRequest) > 0 && args.apply() != Apply::All {
        let command = format!("litellm-fix --apply all{again}");
        all.push(next(command, "the diff with the fixes on request too"));
    }
    if !args.details && !plan.items.is_empty() {
        all.push(next(format!("litellm-fix --details --all{again}"), "every finding in full"));
    }
    all
}

fn tier_of(item: &Item) -> Option<Safety> {
    match &item.finding.remedy {
        Remedy::Fix(fix) => Some(fix.safety),
        Remedy::Advice(_) => None,
    }
}

/// What shows again what a review has left open, each with a word of explanation.
pub(super) fn again(args: &RunArgs, id: &str) -> [(String, &'static str); 2] {
    let path = args.paths.first().map(|path| format!(" {}", quoted(&path.display().to_string())));
    [
        (format!("litellm-fix --details --all{}", repeated(args)), "shows all of them"),
        (format!("litellm-fix explain {id}{}", path.unwrap_or_default()), "explains one of them"),
    ]
}

/// The options that shape a plan, and the paths, as they have to be typed to get the same plan again.
pub(super) fn repeated(args: &RunArgs) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut option = |name: &str, values: &[String]| {
        words.extend(values.iter().flat_map(|value| [name.to_owned(), quoted(value)]));
    };
    option("--select", &args.select);
    option("--only", &args.only);
    option("--ignore", &args.ignore);
    option("--exclude", &args.exclude);
    option("--set", &args.set);
    option("--litellm-version", args.litellm_version.as_slice());
    option("--assume-litellm-version", args.assume_litellm_version.as_slice());
    let baseline = args.baseline.as_ref().map(|file| file.display().to_string());
    option("--baseline", baseline.as_slice());
    let decisions = args.decisions.as_ref().map(|file| file.display().to_string());
    option("--decisions", decisions.as_slice());
    option("--baseline-ref", args.baseline_ref.as_slice());
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
