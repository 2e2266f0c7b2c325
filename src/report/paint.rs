//! Colours, columns and masking for what people read.

use super::mask::Masker;
use super::text;
use crate::plan::{Safety, Severity};

/// How much is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Only the summary and the problems.
    Quiet,
    /// Findings and the diff.
    #[default]
    Normal,
    /// Also what each file was taken for, links, and what is suppressed.
    Verbose,
}

/// How human output looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether escape sequences for colours are written.
    pub colour: bool,
    /// How much is said.
    pub verbosity: Verbosity,
    /// The columns of the terminal; sentences are wrapped to it.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self { colour: false, verbosity: Verbosity::Normal, width: 100 }
    }
}

/// What a piece of text is, which decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// As the terminal writes.
    Plain,
    /// A heading or a title.
    Strong,
    /// A label or something of less weight.
    Faint,
    /// An added line, a safe fix, a success.
    Good,
    /// A removed line, an error.
    Bad,
    /// A warning; a fix that wants a look.
    Warn,
    /// A place or the head of a hunk.
    Place,
    /// A fix on request.
    Special,
}

/// Writes text so that it may be shown: masked, without hidden characters, coloured where that is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint<'m> {
    pub style: Style,
    pub masker: &'m Masker,
}

impl<'m> Paint<'m> {
    pub fn new(style: &Style, masker: &'m Masker) -> Self {
        Self { style: Style { width: style.width.clamp(40, 120), ..*style }, masker }
    }

    /// A sentence, ready to be shown.
    pub fn text(&self, text: &str) -> String {
        text::visible(&self.masker.mask(text)).into_owned()
    }

    /// A line of a file without its line ending, ready to be shown.
    pub fn line(&self, line: &str) -> String {
        let bare = line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
        text::visible(&self.masker.mask_lines(bare)).into_owned()
    }

    /// Colours a text that is ready to be shown.
    pub fn ink(&self, ink: Ink, text: &str) -> String {
        let style = console::Style::new().force_styling(self.style.colour);
        let style = match ink {
            Ink::Plain => return text.to_owned(),
            Ink::Strong => style.bold(),
            Ink::Faint => style.dim(),
            Ink::Good => style.green(),
            Ink::Bad => style.red(),
            Ink::Warn => style.yellow(),
            Ink::Place => style.cyan(),
            Ink::Special => style.magenta(),
        };
        style.apply_to(text).to_string()
    }

    /// The name of a severity in its colour.
    pub fn severity(&self, severity: Severity) -> String {
        let ink = match severity {
            Severity::Critical | Severity::High => Ink::Bad,
            Severity::Medium => Ink::Warn,
            Severity::Low => Ink::Place,
        };
        self.ink(ink, severity.name())
    }

    /// The colour of a safety tier.
    pub fn safety(&self, safety: Safety, text: &str) -> String {
        let ink = match safety {
            Safety::Safe => Ink::Good,
            Safety::Review => Ink::Warn,
            Safety::OnRequest => Ink::Special,
            Safety::Hazardous => Ink::Bad,
        };
        self.ink(ink, text)
    }

    /// `  label    text`, wrapped, the following lines below the text.
    pub fn labelled(&self, out: &mut String, label: &str, text: &str) {
        const COLUMN: usize = 9;
        let text = self.text(text);
        for (at, line) in text::wrap(&text, self.style.width.saturating_sub(COLUMN + 2)).iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            out.push_str("  ");
            out.push_str(&self.ink(Ink::Faint, &format!("{label:<COLUMN$}")));
            out.push_str(line);
            out.push('\n');
        }
    }
}

/// The name of a safety tier in a sentence.
pub(crate) fn spoken(safety: Safety) -> &'static str {
    match safety {
        Safety::OnRequest => "on request",
        other => other.name(),
    }
}
