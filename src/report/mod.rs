//! What is shown: one model, and a module for each format that is made from it. Nothing here computes a fix or reads a file.

mod card;
mod concise;
mod details;
mod diff;
mod escape;
mod github;
mod gitlab;
mod human;
mod hunks;
mod json;
mod lines;
mod list;
mod markdown;
mod mask;
pub(crate) mod message;
mod model;
mod paint;
mod patch;
mod provenance;
mod replacement;
mod rows;
mod sarif;
pub(crate) mod show;
mod summary;
mod text;
mod triage;

use crate::plan::{Plan, ScoreCard, Transform};
use crate::project::Provenance;

pub use diff::Diff;
pub(crate) use json::{VERSION as JSON_VERSION, json as json_of};
pub use mask::Masker;
pub use model::{Entry, Model, RuleSummary, Way};
pub use paint::{Style, Verbosity};
pub use patch::Patch;
pub use replacement::Replacement;
pub use summary::Counts;
pub use text::visible;

pub(crate) use escape::{code, plain};
pub(crate) use human::{counted, left_out_of_diff};
pub(crate) use paint::{Ink, Paint};
pub(crate) use text::one_line;

/// Everything that a run has to say.
#[derive(Debug)]
pub struct Report<'a> {
    /// What was asked for.
    pub mode: Mode,
    /// The installations, in the order that [`crate::plan::Item::installation`] counts.
    pub installations: &'a [InstallationSummary],
    /// What was found, and what changes.
    pub plan: &'a Plan,
    /// How the deployment stands; `None` where there is none.
    pub card: Option<&'a ScoreCard>,
    /// Files that could not be read or written.
    pub problems: &'a [ReportedProblem],
    /// What each file was taken for, and why: shown with `-v`.
    pub notes: &'a [String],
    /// Commands to type next.
    pub next: Vec<Next>,
    /// The options and paths of the run, as they have to be typed to get the same again; with a blank before each.
    pub again: &'a str,
    /// The path of the run, if it is one.
    pub path: Option<&'a str>,
    /// The files written, as shown.
    pub written: &'a [String],
    /// The commits made, in their order.
    pub commits: &'a [Commit],
    /// The version of this program.
    pub version: &'a str,
    /// What was looked for.
    pub transforms: &'a [Transform],
    /// What the process ends with.
    pub exit: u8,
}

/// A command to type next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// The command.
    pub command: String,
    /// What it does.
    pub does: String,
}

/// A commit that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// The root of the repository, as shown.
    pub repository: String,
    /// Its name, shortened.
    pub hash: String,
    /// The first line of its message.
    pub title: String,
    /// The ids of its fixes.
    pub ids: Vec<String>,
    /// Its files, as shown.
    pub files: Vec<String>,
}

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nothing is written.
    Preview,
    /// The plan is written.
    Write,
    /// The user was asked, and what was taken is written.
    Interactive,
}

/// An installation, for the heading of its findings.
#[derive(Clone, Debug, Default)]
pub struct InstallationSummary {
    /// Its name.
    pub name: String,
    /// Its LiteLLM version and where that comes from: `1.80.15 (image tag, compose.yaml:4)`, `unknown (no image tag)`.
    pub litellm: String,
    /// The configuration that its process is given, where that is not among the files read.
    pub unread: Option<String>,
    /// Its files.
    pub members: Vec<MemberSummary>,
    /// What else should be known of it: links that are not sure, layers.
    pub remarks: Vec<String>,
    /// Where the settings that are asked for come from: of `explain` only.
    pub settings: Vec<Provenance>,
}

/// A file of an installation.
#[derive(Clone, Debug, Default)]
pub struct MemberSummary {
    /// The path as shown.
    pub shown: String,
    /// What it is: `config`, `env file`, `Helm values`, …
    pub kind: String,
    /// What links it to the installation.
    pub link: String,
}

/// A file that could not be read or written, or a fix that failed its proof.
#[derive(Clone, Debug, Default)]
pub struct ReportedProblem {
    /// The path as shown.
    pub file: String,
    /// The path from the root of the repository; empty where that is not known.
    pub inside: String,
    /// The line, counted from 1.
    pub line: Option<usize>,
    /// The column, counted from 1.
    pub column: Option<usize>,
    /// What is wrong.
    pub reason: String,
    /// What to do; may be empty.
    pub remedy: String,
    /// Whether the run ends with exit code 4.
    pub fatal: bool,
    /// Whether it names something that runs LiteLLM with a configuration that is not read.
    pub unread_process: bool,
}

impl ReportedProblem {
    /// The path from the root of the repository, where that is known; else as shown.
    pub(crate) fn path(&self) -> &str {
        if self.inside.is_empty() { &self.file } else { &self.inside }
    }
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Human,
    /// A line for each finding, for editors.
    Concise,
    /// A unified diff and nothing else.
    Diff,
    /// One JSON object, described in `docs/report.md`.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Annotations of a GitHub workflow.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// A comment on a pull request.
    Markdown,
    /// The message of a commit that holds all that changes, and nothing else.
    CommitMessage,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 9] = [
        Self::Human,
        Self::Concise,
        Self::Diff,
        Self::Json,
        Self::Sarif,
        Self::Github,
        Self::Gitlab,
        Self::Markdown,
        Self::CommitMessage,
    ];

    /// Whether it tells what each fix changes, so that the model has to hold that.
    pub fn has_diffs(self, style: &Style) -> bool {
        match self {
            Self::Human => style.details,
            // The summary of the job is Markdown.
            Self::Json | Self::Sarif | Self::Github | Self::Markdown | Self::CommitMessage => true,
            Self::Concise | Self::Diff | Self::Gitlab => false,
        }
    }
}

/// The report in a format.
pub fn written(model: &Model, format: Format, style: &Style) -> String {
    match format {
        Format::Human => human::human(model, style),
        Format::Concise => concise::concise(model),
        Format::Diff => model.patch.text.clone(),
        Format::Json => json_text(&json::json(model)),
        Format::Sarif => json_text(&sarif::sarif(model)),
        Format::Github => github::github(model),
        Format::Gitlab => json_text(&gitlab::gitlab(model)),
        Format::Markdown => markdown::markdown(model, markdown::COMMENT),
        Format::CommitMessage => message::of_all(model),
    }
}

fn json_text(json: &serde_json::Value) -> String {
    format!("{json:#}\n")
}

/// What a reader of a format must know besides, since it is no part of it.
pub fn beside(model: &Model, format: Format, style: &Style) -> String {
    match format {
        Format::Diff => human::left_out_of_diff(model, style) + &human::problems(model, style),
        Format::Concise | Format::Gitlab | Format::CommitMessage => human::problems(model, style),
        Format::Human | Format::Json | Format::Sarif | Format::Github | Format::Markdown => String::new(),
    }
}

/// The summary of a job of a GitHub workflow, in Markdown of at most so many bytes.
pub fn job_summary(model: &Model, room: usize) -> String {
    markdown::markdown(model, room.min(markdown::SUMMARY))
}
