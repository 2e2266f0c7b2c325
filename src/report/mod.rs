//! What is shown: for people, as a unified diff, as JSON. Nothing here computes a fix or reads a file.

mod card;
mod diff;
mod finding;
mod human;
mod hunks;
mod json;
mod lines;
mod mask;
mod paint;
mod patch;
mod provenance;
mod rows;
pub(crate) mod show;
mod summary;
mod text;

use std::io::{self, Write};

use crate::plan::{Card, Plan};
use crate::project::Provenance;

pub(crate) use json::VERSION as JSON_VERSION;
pub use mask::Masker;
pub use paint::{Style, Verbosity};
pub use text::visible;

pub(crate) use human::counted;
pub(crate) use paint::Paint;
pub(crate) use summary::Counts;

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
    /// Commands to type next, each with a word of explanation after two blanks or more.
    pub next: Vec<String>,
    /// The files written, as shown.
    pub written: &'a [String],
    /// The version of this program.
    pub version: &'a str,
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

/// What became of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// Fixes that the diff leaves out because a secret would show, by position in the plan.
    pub left_out: Vec<usize>,
}

/// Writes the report. What is no part of the format goes to `err`.
pub fn render(
    report: &Report<'_>,
    format: Format,
    masker: &Masker,
    style: &Style,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<Rendered> {
    match format {
        Format::Human => {
            let paint = Paint::new(style, masker);
            out.write_all(human::human(report, &paint).as_bytes())?;
            Ok(Rendered::default())
        }
        Format::Diff => {
            let patch = patch::patch(report.plan, masker);
            out.write_all(patch.text.as_bytes())?;
            err.write_all(human::beside_diff(report, &patch, &Paint::new(style, masker)).as_bytes())?;
            Ok(Rendered { left_out: patch.left_out })
        }
        Format::Json => {
            let object = json::json(report, &Paint::new(style, masker));
            serde_json::to_writer_pretty(&mut *out, &object)?;
            out.write_all(b"\n")?;
            Ok(Rendered::default())
        }
    }
}
