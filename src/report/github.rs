//! Annotations of a GitHub workflow, as commands on standard output.

use super::ReportedProblem;
use super::model::{Entry, Model};
use super::text::{at_most, visible};
use crate::plan::Severity;

/// GitHub shows so many annotations of each level for a step.
const EACH: usize = 10;

/// A message may have 64 KiB; nobody reads so much.
const LONGEST: usize = 8_000;

/// GitHub cuts longer titles.
const LONGEST_TITLE: usize = 200;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Error,
    Warning,
    Notice,
}

impl Level {
    const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Notice];

    fn of(severity: Severity) -> Self {
        match severity {
            Severity::Critical | Severity::High => Self::Error,
            Severity::Medium => Self::Warning,
            Severity::Low => Self::Notice,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

/// A line for each annotation: what could not be read, then the findings, the worst first. Where there are more than GitHub shows, the last
/// one says how many.
pub(crate) fn github(model: &Model) -> String {
    let problems = model.problems.iter().map(of_problem);
    let all: Vec<(Level, String)> = problems.chain(model.left().map(of_finding)).collect();
    let of = |level| all.iter().filter(move |(own, _)| *own == level).map(|(_, line)| line);
    let too_many = Level::ALL.into_iter().any(|level| of(level).count() > EACH);
    let room = |level| if too_many && level == Level::Notice { EACH - 1 } else { EACH };
    let mut shown: Vec<String> =
        Level::ALL.into_iter().flat_map(|level| of(level).take(room(level)).cloned()).collect();
    let left = all.len() - shown.len();
    if left > 0 {
        let text = format!(
            "{left} more are not annotated, since GitHub shows at most {EACH} of each level; the summary of the job has them"
        );
        shown.push(command(Level::Notice, None, "litellm-fix", &text));
    }
    shown.concat()
}

fn of_problem(problem: &ReportedProblem) -> (Level, String) {
    let level = if problem.fatal { Level::Error } else { Level::Warning };
    let file = problem.path();
    let at = (!file.is_empty()).then(|| (file, problem.line.unwrap_or(1), problem.column.unwrap_or(1)));
    let text = [problem.reason.as_str(), &problem.remedy].join("\n");
    (level, command(level, at, "litellm-fix", text.trim_end()))
}

fn of_finding(entry: &Entry) -> (Level, String) {
    let (item, level) = (&entry.item, Level::of(entry.severity()));
    let at = (item.spot.inside.as_str(), item.spot.line, item.spot.column);
    let title = format!("{}[{}]", entry.severity().name(), item.id);
    (level, command(level, Some(at), &title, &entry.paragraphs()))
}

/// `::error file=config.yaml,line=3,col=5,title=…::message`
fn command(level: Level, at: Option<(&str, usize, usize)>, title: &str, text: &str) -> String {
    let place = at.map(|(file, line, column)| format!("file={},line={line},col={column},", property(file)));
    let title = property(&at_most(title, LONGEST_TITLE));
    let text = data(&at_most(text, LONGEST));
    format!("::{} {}title={title}::{text}\n", level.name(), place.unwrap_or_default())
}

/// As the runner reads the text of a command.
fn data(text: &str) -> String {
    visible(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As the runner reads a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_or_begins_another() {
        let line = command(Level::Error, Some(("a,b:c%.yaml", 3, 1)), "t::x,y", "one\n::error::two\r100%");
        assert_eq!(
            line,
            "::error file=a%2Cb%3Ac%25.yaml,line=3,col=1,title=t%3A%3Ax%2Cy::one%0A::error::two<U+000D>100%25\n"
        );
        assert_eq!(line.lines().count(), 1);
    }

    #[test]
    fn no_message_is_longer_than_github_takes() {
        let line = command(Level::Notice, None, "t", &"%\n".repeat(100_000));
        assert!(line.len() < 64 * 1024, "{}", line.len());
    }
}
