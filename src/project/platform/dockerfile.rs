//! The image that a Dockerfile builds: <https://docs.docker.com/reference/dockerfile/>.

use parse_dockerfile::{Command, Dockerfile, Instruction, Span, Stage, parse};

use super::nodes::is_litellm_image;
use super::start::{By, Start, StartVariable};
use super::written::starts_litellm;

/// Whether a file of this name is a Dockerfile.
pub fn is_dockerfile_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.starts_with("dockerfile") || lower.ends_with("dockerfile") || lower.starts_with("containerfile")
}

/// How the image of a Dockerfile starts LiteLLM; [`None`] where it does not, or that cannot be seen.
pub fn start(text: &str) -> Option<Start> {
    // The positions that the parser tells leave a byte order mark out.
    let text = text.trim_start_matches('\u{feff}');
    let file = parse(text).ok()?;
    let (stages, base) = chain(&file)?;
    let (mut entrypoint, mut command, mut variables) = (None, None, Vec::new());
    for instruction in stages.iter().flat_map(|stage| stage.instructions) {
        match instruction {
            Instruction::Env(env) => {
                variables.extend(given(&env.arguments.value, text, &env.arguments.span));
            }
            // It takes the command of the stages before it away.
            Instruction::Entrypoint(one) => {
                (entrypoint, command) = (Some(words(&one.arguments)), None);
            }
            Instruction::Cmd(one) => command = Some((words(&one.arguments), line(text, one.cmd.span.start))),
            _ => {}
        }
    }
    variables.reverse();
    let from = stages.last().map_or(1, |stage| line(text, stage.from.from.span.start));
    let (command, line) = command.unwrap_or((Vec::new(), from));
    let own_entry = entrypoint.is_some();
    let all: Vec<String> = entrypoint.into_iter().flatten().chain(command).collect();
    let words = match arguments(all, own_entry) {
        Some(words) => words,
        // What it starts is seen elsewhere, or not at all; its variables reach that. Of another image it may be another program.
        None if is_litellm_image(&base) => Vec::new(),
        None => return None,
    };
    Some(Start { by: By::Image, words, line, variables, mounts: Vec::new() })
}

/// The image of LiteLLM that a Dockerfile builds upon, and the line that says so, from 1.
pub fn base(text: &str) -> Option<(String, usize)> {
    // The positions that the parser tells leave a byte order mark out.
    let text = text.trim_start_matches('\u{feff}');
    let file = parse(text).ok()?;
    let (stages, base) = chain(&file)?;
    let line = stages.first().map_or(1, |stage| line(text, stage.from.from.span.start));
    is_litellm_image(&base).then_some((base, line))
}

/// The stages that the last one is made of, the first one first, and the image that they begin with.
fn chain<'a, 'b>(file: &'b Dockerfile<'a>) -> Option<(Vec<Stage<'a, 'b>>, String)> {
    let mut stages = vec![file.stages().last()?];
    loop {
        let base = &stages.last()?.from.image.value;
        match file.stage(base).filter(|_| stages.len() < file.stages().len()) {
            Some(stage) => stages.push(stage),
            None => {
                let base = filled(file, base);
                stages.reverse();
                return Some((stages, base));
            }
        }
    }
}

/// A text with its `$NAME`, `${NAME}` and `${NAME:-default}` filled in by the `ARG NAME=…` before the first stage, as far as that has them.
fn filled(file: &Dockerfile<'_>, text: &str) -> String {
    let given = |name: &str| {
        let all = file.global_args().filter_map(|arg| arg.arguments.value.split_once('='));
        all.filter(|(own, _)| *own == name).map(|(_, text)| text.trim_matches(['"', '\''])).last()
    };
    let (mut rest, mut out) = (text, String::new());
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let inner = rest[at..].strip_prefix("${").and_then(|inner| inner.split_once('}'));
        let end = rest[at + 1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let end = end.map_or(rest.len(), |end| at + 1 + end);
        let (name, after) = inner.unwrap_or((&rest[at + 1..end], &rest[end..]));
        let (name, default) = name.split_once(":-").map_or((name, None), |(name, text)| (name, Some(text)));
        let whole = &rest[at..rest.len() - after.len()];
        out.push_str(given(name).or(default).unwrap_or(whole));
        rest = after;
    }
    out + rest
}

/// The arguments of LiteLLM among the words of a command; one that begins with an option is for the entry point of the image below.
fn arguments(mut words: Vec<String>, own_entry: bool) -> Option<Vec<String>> {
    match words.iter().position(starts_litellm) {
        Some(at) => Some(words.split_off(at + 1)),
        None => (!own_entry && words.first()?.starts_with('-')).then_some(words),
    }
}

fn words(command: &Command<'_>) -> Vec<String> {
    let split = |text: &str| shell_words::split(text).unwrap_or_default();
    match command {
        // `sh -c` has all in one word.
        Command::Exec(words) => words.value.iter().flat_map(|word| split_inner(&word.value)).collect(),
        Command::Shell(text) => split(text.value),
        _ => Vec::new(),
    }
}

fn split_inner(word: &str) -> Vec<String> {
    match word.contains("litellm ") {
        true => shell_words::split(word).unwrap_or_default(),
        false => vec![word.to_owned()],
    }
}

/// `NAME=text NAME=text`, or the old `NAME text`.
fn given(arguments: &str, text: &str, span: &Span) -> Vec<StartVariable> {
    let at = |name: &str| {
        let below =
            text.get(span.clone()).and_then(|text| text.find(&format!("{name}="))).unwrap_or_default();
        line(text, span.start + below)
    };
    let words = shell_words::split(arguments).unwrap_or_default();
    if words.first().is_some_and(|word| word.contains('=')) {
        let pairs = words.iter().filter_map(|word| Some((word, word.split_once('=')?.0)));
        return pairs.map(|(word, name)| StartVariable::of(word, at(name))).collect();
    }
    let old = arguments.trim().split_once(char::is_whitespace);
    old.map(|(name, rest)| StartVariable::of(&format!("{name}={}", rest.trim()), at(name)))
        .into_iter()
        .collect()
}

fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_image_gives() {
        let text = "ARG TAG=v1.80.15
FROM ghcr.io/berriai/litellm:${TAG} AS base
ENV LITELLM_LOG=DEBUG \\
    STORE_MODEL_IN_DB=\"True\"
FROM python:3.13 AS tools
ENV LITELLM_LOG=INFO
FROM base
ENV OLD one two
ENV MADE=$TAG
CMD [\"--config\", \"/app/config.yaml\", \"--detailed_debug\"]
";
        let start = start(text).unwrap();
        let given: Vec<_> =
            start.variables.iter().map(|one| (&*one.name, one.text.as_deref(), one.line)).collect();
        assert_eq!(
            given,
            [
                ("MADE", None, 9),
                ("OLD", Some("one two"), 8),
                ("STORE_MODEL_IN_DB", Some("True"), 4),
                ("LITELLM_LOG", Some("DEBUG"), 3),
            ]
        );
        assert_eq!((start.words.len(), start.line), (3, 10));
        assert_eq!(start.configuration().as_deref(), Some("/app/config.yaml"));
    }

    #[test]
    fn what_starts_litellm() {
        let own = "FROM ghcr.io/berriai/litellm:v1\n";
        let other = "FROM python:3.13\nRUN pip install 'litellm[proxy]==1.80.15'\n";
        for (text, words) in [
            (own.to_owned(), Some(vec![])),
            (format!("{own}CMD [\"--port\", \"80\"]\n"), Some(vec!["--port", "80"])),
            (format!("{own}CMD litellm --port 80\n"), Some(vec!["--port", "80"])),
            (format!("{own}ENTRYPOINT [\"python3\", \"app.py\"]\nCMD [\"--port\", \"80\"]\n"), Some(vec![])),
            ("ARG TAG=v1\nFROM ghcr.io/berriai/litellm:${TAG}\n".into(), Some(vec![])),
            (format!("{own}CMD [\"./start.sh\"]\n"), Some(vec![])),
            (format!("{other}CMD [\"./start.sh\"]\n"), None),
            (format!("{other}CMD [\"sh\", \"-c\", \"litellm --port 80\"]\n"), Some(vec!["--port", "80"])),
            (
                format!("{other}ENTRYPOINT [\"litellm\"]\nCMD [\"--port\", \"80\"]\n"),
                Some(vec!["--port", "80"]),
            ),
            (format!("{other}ENTRYPOINT litellm --port 80\n"), Some(vec!["--port", "80"])),
            (format!("{other}CMD [\"python3\", \"app.py\"]\n"), None),
            ("ARG BASE=\"litellm/litellm:v1\"\nFROM ${BASE}\n".into(), Some(vec![])),
            ("FROM $BASE\n".into(), None),
            ("FROM\n".into(), None),
            (String::new(), None),
        ] {
            let found = start(&text).map(|start| start.words);
            assert_eq!(
                found.as_deref(),
                words
                    .as_ref()
                    .map(|one: &Vec<&str>| one.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
                    .as_deref(),
                "{text}"
            );
        }
    }
    proptest::proptest! {
        #[test]
        fn no_text_stops_it(lines in proptest::collection::vec(
            proptest::sample::select(&[
                "FROM litellm:$A AS a", "FROM a", "FROM", "FROM --platform=x a AS b", "ARG A=1", "ARG", "ENV A=1 \\", "  B='2'", "ENV A",
                "ENV A=\"x", "CMD [\"a\", \"b\"]", "CMD [\"a\"", "CMD litellm --config $X", "ENTRYPOINT []", "RUN <<E", "E", "# syntax=a",
                "# escape=`", "\\", "", "\u{feff}", "COPY <<E /x", "ONBUILD CMD x", "${é", "FROM $", "FROM ${A:-é}",
            ][..]), 0..12)) {
            let text = lines.join("\n");
            let _ = (start(&text), base(&text));
        }
    }
}
