//! Every case in the pages of the transforms, `transforms/*.md`.
//!
//! Under `## Cases`, each `### name` is one case: fenced blocks with `title=PATH` are the files, one `console` block
//! holds the options (without one: `--select ID`), and what is expected is a `diff` block, the line `No change.`, or
//! lines `Advice: TEXT` and `Refused: TEXT` (or the text on the line below), whose text must appear in the report. Advice may
//! follow a diff too.
//!
//! `UPDATE=1 cargo test --test cases` rewrites the `diff` blocks; review them like code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;

#[path = "cases/variants.rs"]
mod variants;

/// The files of a case, or what a run left of them.
type Files = BTreeMap<String, String>;

#[derive(Debug, Default)]
struct Case {
    page: PathBuf,
    name: String,
    files: Files,
    /// YAML and env files, which may have CRLF line ends.
    with_lines: Vec<String>,
    options: Vec<String>,
    diff: Option<Block>,
    no_change: bool,
    said: Vec<String>,
    /// `Advice:` stands alone; its text is the next line.
    text_follows: bool,
    wrong: Vec<String>,
}

/// A block's text, and the lines of the page that it stands in.
#[derive(Debug)]
struct Block {
    text: String,
    lines: Range<usize>,
}

#[test]
fn every_case_holds() {
    let update = std::env::var_os("UPDATE").is_some_and(|value| value != "0");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("transforms");
    let mut pages: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.retain(|page| page.extension().is_some_and(|ending| ending == "md"));
    pages.sort();
    let cases: Vec<Case> = pages
        .iter()
        .flat_map(|page| {
            let cases = read(page, &fs::read_to_string(page).unwrap());
            if cases.is_empty() {
                println!("{} has no cases", page.display());
            }
            cases
        })
        .collect();

    let next = AtomicUsize::new(0);
    let results = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(case) = cases.get(at) else { break };
                    let result = check(case, update);
                    results.lock().unwrap().insert(at, result);
                }
            });
        }
    });
    let results = results.into_inner().unwrap();
    assert_eq!(results.len(), cases.len(), "a case ended its thread");
    if update {
        for page in &pages {
            rewrite(page, &cases, &results);
        }
    }
    let mut failed = 0;
    let mut text = String::new();
    for (case, result) in cases.iter().zip(results.values()).filter(|(_, result)| !result.wrong.is_empty()) {
        failed += 1;
        let page = case.page.file_name().unwrap().to_string_lossy();
        writeln!(text, "\n=== {page}: {}\n{}", case.name, result.wrong.join("\n")).unwrap();
    }
    let secrets: usize = results.values().map(|result| result.secrets).sum();
    let config_maps: usize = results.values().map(|result| result.config_maps).sum();
    println!("{} cases in {} pages; {secrets} secrets, {config_maps} ConfigMaps", cases.len(), pages.len());
    assert!(failed > 0 || (secrets > 0 && config_maps > 0), "no case with a secret or a lone config.yaml");
    assert!(failed == 0, "{failed} of {} cases fail\n{text}", cases.len());
}

// The pages.

fn read(page: &Path, text: &str) -> Vec<Case> {
    let id = page.file_stem().unwrap().to_string_lossy().into_owned();
    let mut cases: Vec<Case> = Vec::new();
    let mut in_cases = false;
    let mut lines = text.lines().enumerate();
    while let Some((_, line)) = lines.next() {
        let fence: String = line.chars().take_while(|c| *c == '`').collect();
        let block = (fence.len() >= 3).then(|| {
            let mut block = Block { text: String::new(), lines: 0..0 };
            for (at, inner) in lines.by_ref() {
                if block.lines.start == 0 {
                    block.lines = at..at;
                }
                if inner.trim_end() == fence {
                    block.lines.end = at;
                    break;
                }
                block.text.push_str(inner);
                block.text.push('\n');
            }
            block
        });
        if let (None, Some(heading)) = (&block, line.strip_prefix("## ")) {
            in_cases = heading.trim() == "Cases";
        } else if !in_cases {
        } else if let (None, Some(name)) = (&block, line.strip_prefix("### ")) {
            let mut case = Case { page: page.to_owned(), name: name.trim().to_owned(), ..Case::default() };
            case.options = vec!["--select".to_owned(), id.clone()];
            if cases.iter().any(|other| other.name == case.name) {
                case.wrong.push("another case has this name".into());
            }
            cases.push(case);
        } else if let Some(case) = cases.last_mut() {
            match block {
                Some(block) => case.block(line[fence.len()..].trim(), block),
                None => case.line(line.trim()),
            }
        }
    }
    for case in &mut cases {
        if case.files.is_empty() {
            case.wrong.push("the case has no file: a block with title=PATH".into());
        }
        if case.text_follows {
            case.wrong.push("`Advice:` or `Refused:` without text".into());
        }
        let expects = usize::from(case.diff.is_some()) + usize::from(case.no_change);
        if expects > 1 || (expects == 0 && case.said.is_empty()) {
            case.wrong.push(
                "expected is either a diff block, or `No change.`, or `Advice:` or `Refused:` with text"
                    .into(),
            );
        }
    }
    cases
}

impl Case {
    fn block(&mut self, info: &str, block: Block) {
        let (language, rest) = info.split_once(' ').unwrap_or((info, ""));
        if let Some(title) = rest.trim().strip_prefix("title=") {
            let title = title.trim_matches('"').to_owned();
            if matches!(language, "yaml" | "dotenv") {
                self.with_lines.push(title.clone());
            }
            if self.files.insert(title.clone(), block.text).is_some() {
                self.wrong.push(format!("two files {title}"));
            }
        } else if language == "text" && self.text_follows {
            self.text_follows = false;
            self.said.extend(block.text.lines().map(normal));
        } else if language == "console" {
            let line = block.text.trim();
            self.options = words(line.trim_start_matches("$ ").trim_start_matches("litellm-fix "));
            if line.contains('\n') {
                self.wrong.push("options are one line".into());
            }
        } else if language == "diff" {
            if self.diff.replace(block).is_some() {
                self.wrong.push("two diff blocks".into());
            }
        } else {
            self.wrong.push(format!("a block `{info}`: files have title=PATH, others are console and diff"));
        }
    }

    fn line(&mut self, line: &str) {
        if line == "No change." {
            self.no_change = true;
        }
        let text = ["Advice:", "Refused:"].iter().find_map(|word| line.strip_prefix(word));
        if let Some(text) = text.map(normal) {
            self.text_follows = text.is_empty();
            self.said.extend((!text.is_empty()).then_some(text));
        } else if self.text_follows && !line.is_empty() {
            self.text_follows = false;
            self.said.push(normal(line));
        }
    }
}

/// Words of a command line; quotes of both kinds hold blanks together.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

fn rewrite(page: &Path, cases: &[Case], results: &BTreeMap<usize, Checked>) {
    let text = fs::read_to_string(page).unwrap();
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    for (at, case) in cases.iter().enumerate().rev().filter(|(_, case)| case.page == page) {
        if let (Some(block), Some(new)) = (&case.diff, &results[&at].new) {
            lines.splice(block.lines.clone(), [new.as_str()]);
        }
    }
    let new = lines.concat();
    if new != text {
        fs::write(page, new).unwrap();
        println!("rewritten: {}", page.display());
    }
}

// The checks.

#[derive(Debug, Default)]
struct Checked {
    wrong: Vec<String>,
    /// The diff that belongs into the page.
    new: Option<String>,
    secrets: usize,
    config_maps: usize,
}

fn check(case: &Case, update: bool) -> Checked {
    let mut checked = Checked { wrong: case.wrong.clone(), ..Checked::default() };
    if !checked.wrong.is_empty() {
        return checked;
    }
    let place = Place::new(&case.files);
    let diff = match place.diff(&case.options) {
        Ok(diff) => diff,
        Err(error) => {
            checked.wrong.push(error);
            return checked;
        }
    };
    let wrong = &mut checked.wrong;
    match &case.diff {
        Some(_) if diff.is_empty() => {
            wrong.push(format!("no diff; the report says\n{}", place.human(&case.options)));
        }
        Some(_) if update => checked.new = Some(diff.clone()),
        Some(block) if squeezed(&block.text) == squeezed(&diff) => {}
        Some(block) => wrong.push(format!(
            "--- expected diff\n{}--- diff\n{diff}--- (UPDATE=1 cargo test --test cases rewrites the page)",
            block.text
        )),
        None if diff.is_empty() => {}
        None => wrong.push(format!("--- expected no diff\n--- diff\n{diff}")),
    }
    let human = if case.said.is_empty() { String::new() } else { place.human(&case.options) };
    for said in case.said.iter().filter(|said| !normal(&human).contains(said.as_str())) {
        wrong.push(format!("--- expected in the report\n{said}\n--- report\n{human}"));
    }
    checked.secrets = variants::check_secrets(case, wrong);
    place.same(&case.files, "a preview", wrong);
    if let Some(expected) = check_write(case, &place, &diff, wrong) {
        variants::check_ends(case, &expected, wrong);
    }
    check_crlf(case, &diff, wrong);
    checked.config_maps = usize::from(variants::check_config_map(case, wrong));
    checked
}

/// What is written is what the diff says, and then there is nothing left to do.
fn check_write(case: &Case, place: &Place, diff: &str, wrong: &mut Vec<String>) -> Option<Files> {
    let expected =
        applied(&case.files, diff).map_err(|error| wrong.push(format!("git apply: {error}\n{diff}"))).ok()?;
    let first = place.run(&case.options, &["--write"]);
    if first.code != 0 && !case.options.iter().any(|option| option == "--strict") {
        wrong.push(format!("--write exits with {}: {}{}", first.code, first.out, first.err));
    }
    place.same(&expected, "--write", wrong);
    match place.diff(&case.options) {
        Ok(second) if second.is_empty() => {}
        Ok(second) => wrong.push(format!("--- after --write, expected no diff\n--- diff\n{second}")),
        Err(error) => wrong.push(format!("after --write, {error}")),
    }
    place.run(&case.options, &["--write"]);
    place.same(&expected, "a second --write", wrong);
    Some(expected)
}

/// Line ends make no difference, and stay.
fn check_crlf(case: &Case, diff: &str, wrong: &mut Vec<String>) {
    let mut files = case.files.clone();
    for name in &case.with_lines {
        let text = files[name].replace('\n', "\r\n");
        files.insert(name.clone(), text);
    }
    if files == case.files {
        return;
    }
    let place = Place::new(&files);
    let with_crlf = match place.diff(&case.options) {
        Ok(diff) => diff,
        Err(error) => return wrong.push(format!("with CRLF, {error}")),
    };
    if with_crlf.replace('\r', "") != diff {
        return wrong.push(format!("--- expected diff with CRLF\n{diff}--- diff with CRLF\n{with_crlf}"));
    }
    match applied(&files, &with_crlf) {
        Ok(expected) => {
            place.run(&case.options, &["--write"]);
            place.same(&expected, "--write with CRLF", wrong);
            for name in &case.with_lines {
                let text = &expected[name];
                if text.matches('\n').count() != text.matches("\r\n").count() {
                    wrong.push(format!("{name} has mixed line ends after --write: {text:?}"));
                }
            }
        }
        Err(error) => wrong.push(format!("git apply with CRLF: {error}\n{with_crlf}")),
    }
}

/// The files after `git apply`.
fn applied(files: &Files, diff: &str) -> Result<Files, String> {
    let place = Place::new(files);
    if !diff.is_empty() {
        fs::write(place.state.path().join("patch"), diff).unwrap();
        let patch = place.state.path().join("patch");
        let output = git(place.folder.path(), &["apply", "--whitespace=nowarn", patch.to_str().unwrap()]);
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
    }
    Ok(place.files())
}

/// A repository with the files of a case.
struct Place {
    folder: TempDir,
    state: TempDir,
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Place {
    fn new(files: &Files) -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap(), state: tempfile::tempdir().unwrap() };
        for (name, text) in files {
            let path = place.folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        assert!(git(place.folder.path(), &["init", "--quiet"]).status.success());
        place
    }

    fn run(&self, options: &[String], more: &[&str]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_litellm-fix"))
            .args(options)
            .args(more)
            .current_dir(self.folder.path())
            .env("LITELLM_FIX_STATE_DIR", self.state.path())
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    fn diff(&self, options: &[String]) -> Result<String, String> {
        let ran = self.run(options, &["--format", "diff", "--show-secrets"]);
        let lenient = options.iter().any(|option| option == "--strict" || option == "--exit-zero");
        let due = i32::from(!ran.out.is_empty());
        if ran.code == due || (lenient && ran.code < 2) {
            Ok(ran.out)
        } else {
            Err(format!("the preview exits with {}, not {due}:\n{}{}", ran.code, ran.err, ran.out))
        }
    }

    fn human(&self, options: &[String]) -> String {
        let ran = self.run(options, &["--show-secrets"]);
        ran.out + &ran.err
    }

    fn files(&self) -> Files {
        let mut files = Files::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if path.is_file() {
                    let name = path.strip_prefix(self.folder.path()).unwrap().to_string_lossy();
                    files.insert(name.into_owned(), fs::read_to_string(&path).unwrap());
                } else if !path.ends_with(".git") {
                    folders.push(path);
                }
            }
        }
        files
    }

    fn same(&self, expected: &Files, after: &str, wrong: &mut Vec<String>) {
        let found = self.files();
        for name in expected.keys().chain(found.keys().filter(|name| !expected.contains_key(*name))) {
            let (expected, found) = (expected.get(name), found.get(name));
            if expected != found {
                wrong.push(format!("--- {name} after {after}\n{expected:?}\n--- is\n{found:?}"));
            }
        }
    }
}

fn git(folder: &Path, arguments: &[&str]) -> std::process::Output {
    Command::new("git")
        .args(["-c", "core.autocrlf=false"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", if cfg!(windows) { "NUL" } else { "/dev/null" })
        .output()
        .unwrap()
}

/// An editor may have taken the blank that stands for an empty line of context.
fn squeezed(diff: &str) -> String {
    diff.lines().map(|line| if line == " " { "\n".to_owned() } else { format!("{line}\n") }).collect()
}

fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_page_is_read() {
    let page = "# x\n```yaml title=no.yaml\n### no case\n```\n## Cases\n### one\nwords\n```yaml title=a/config.yaml\n# c\n\
                ```\n```console\n$ litellm-fix --set 'a.b=c d'\n```\n```diff\n-1\n+2\n```\n### two\n\
                ```dotenv title=.env\nA=1\n```\nAdvice: some  text\n## References\n### no case\n";
    let cases = read(Path::new("x.md"), page);
    assert_eq!(cases.len(), 2);
    let (one, two) = (&cases[0], &cases[1]);
    assert_eq!((one.name.as_str(), one.files["a/config.yaml"].as_str()), ("one", "# c\n"));
    assert_eq!(one.options, ["--set", "a.b=c d"]);
    let diff = one.diff.as_ref().unwrap();
    assert_eq!((diff.text.as_str(), diff.lines.clone()), ("-1\n+2\n", 14..16));
    assert_eq!(
        (two.options.as_slice(), two.said.as_slice()),
        (&["--select".into(), "x".into()][..], &["some text".into()][..])
    );
    assert!(one.wrong.is_empty() && two.wrong.is_empty());
}
