//! Colours, columns and masking for what people read.

use std::borrow::Cow;

use super::mask::Masker;
use super::model::Way;
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
    /// Whether every finding is written whole.
    pub details: bool,
    /// Whether the findings of low severity get lines of their own.
    pub all: bool,
    /// Whether ids are links, where a page of theirs is published.
    pub links: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            colour: false,
            verbosity: Verbosity::Normal,
            width: 100,
            details: false,
            all: false,
            links: false,
        }
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
    /// `None` for what is masked already.
    masker: Option<&'m Masker>,
}

impl<'m> Paint<'m> {
    pub fn new(style: &Style, masker: &'m Masker) -> Self {
        Self { masker: Some(masker), ..Paint::of_masked(style) }
    }

    /// For texts that are masked already.
    pub fn of_masked(style: &Style) -> Self {
        Self { style: Style { width: style.width.clamp(40, 120), ..*style }, masker: None }
    }

    /// A sentence, or a masked line of a file without its line ending, ready to be shown.
    pub fn text(&self, text: &str) -> String {
        let masked = self.masker.map_or(Cow::Borrowed(text), |masker| masker.mask(text));
        text::visible(&masked).into_owned()
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

    /// An id, ready to be shown: a link to its page where that can be.
    pub fn id(&self, id: &str) -> String {
        linked(page(id).filter(|_| self.style.links), &self.ink(Ink::Strong, id))
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

    /// The colour of what can be done.
    pub fn way(&self, way: Way, text: &str) -> String {
        match way {
            Way::Applied(tier) | Way::Offered(tier) | Way::Asks(tier) => self.safety(tier, text),
            Way::Failed => self.ink(Ink::Bad, text),
            _ => self.ink(Ink::Faint, text),
        }
    }

    /// A text after a lead, wrapped, the following lines below its begin.
    pub fn paragraph(&self, out: &mut String, lead: &str, text: &str, ink: Ink) {
        let column = console::measure_text_width(lead);
        let text = self.text(text);
        for (at, line) in text::wrap(&text, self.style.width.saturating_sub(column)).iter().enumerate() {
            let lead = if at == 0 { lead.to_owned() } else { " ".repeat(column) };
            out.push_str(&format!("{lead}{}\n", self.ink(ink, line)));
        }
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

/// The address of the page of an id, if the documentation is published: it is the `homepage` of the package, empty as long as it is not.
pub(crate) fn page(id: &str) -> Option<String> {
    page_at(env!("CARGO_PKG_HOMEPAGE"), id)
}

fn page_at(homepage: &str, id: &str) -> Option<String> {
    (!homepage.is_empty()).then(|| format!("{}/fixes/{id}/", homepage.trim_end_matches('/')))
}

/// A text as a link (OSC 8) to an address.
fn linked(address: Option<String>, text: &str) -> String {
    address.map_or_else(|| text.to_owned(), |at| format!("\u{1b}]8;;{at}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\"))
}

/// The name of a safety tier in a sentence.
pub(crate) fn spoken(safety: Safety) -> &'static str {
    match safety {
        Safety::OnRequest => "on request",
        other => other.name(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_links_once_their_pages_are_published() {
        assert_eq!(linked(page_at("", "redis_url"), "redis_url"), "redis_url");
        let address = page_at("https://example.org/docs/", "redis_url");
        let link = linked(address, "redis_url");
        assert_eq!(
            link,
            "\u{1b}]8;;https://example.org/docs/fixes/redis_url/\u{1b}\\redis_url\u{1b}]8;;\u{1b}\\"
        );
        assert_eq!(console::measure_text_width(&link), "redis_url".len());
    }
}
