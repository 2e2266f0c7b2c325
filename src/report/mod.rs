//! What is shown: for people, as a unified diff, as JSON. Nothing here computes a fix or reads a file.

mod card;
mod details;
mod diff;
mod human;
mod hunks;
mod json;
mod lines;
mod list;
mod mask;
mod model;
mod paint;
mod patch;
mod provenance;
mod rows;
pub(crate) mod show;
mod summary;
mod text;
mod triage;

use std::io::{self, Write};

use crate::plan::{Card, Plan};
use crate::project::Provenance;

pub use diff::Diff;
pub(crate) use json::VERSION as JSON_VERSION;
pub use mask::Masker;
pub use model::{Entry, Model, Way};
pub use paint::{Style, Verbosity};
pub use patch::Patch;
pub use summary::Counts;
pub use text::visible;

pub(crate) use human::counted;
pub(crate) use paint::Paint;

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
    pub card: Option<&'a Card>,
    /// Files that could not be read or written.
    pub problems: &'a [Problem],
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
    /// The version of this program.
    pub version: &'a str,
}

/// A command to type next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// The command.
    pub command: String,
    /// What it does.
    pub does: String,
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
    /// Its files.
    pub members: Vec<Member>,
    /// What else should be known of it: links that are not sure, layers.
    pub remarks: Vec<String>,
    /// Where the settings that are asked for come from: of `explain` only.
    pub settings: Vec<Provenance>,
}

/// A file of an installation.
#[derive(Clone, Debug, Default)]
pub struct Member {
    /// The path as shown.
    pub shown: String,
    /// What it is: `config`, `env file`, `Helm values`, …
    pub kind: String,
    /// What links it to the installation.
    pub link: String,
}

/// A file that could not be read or written, or a fix that failed its proof.
#[derive(Clone, Debug, Default)]
pub struct Problem {
    /// The path as shown.
    pub file: String,
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

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Human,
    /// A unified diff and nothing else.
    Diff,
    /// One JSON object, described in `docs/report.md`.
    Json,
}

/// Writes the report. What is no part of the format goes to `err`.
pub fn render(
    report: &Report<'_>,
    format: Format,
    masker: &Masker,
    style: &Style,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<()> {
    let with_diffs = format == Format::Json || style.details;
    let model = Model::new(report, masker, with_diffs);
    match format {
        Format::Human => out.write_all(human::human(&model, style).as_bytes()),
        Format::Diff => {
            out.write_all(model.patch.text.as_bytes())?;
            err.write_all(human::beside_diff(&model, style).as_bytes())
        }
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &json::json(&model))?;
            out.write_all(b"\n")
        }
    }
}
