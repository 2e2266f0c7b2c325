//! Reads the cases of a page, and writes their diffs back.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Texts by the names of their files, which have `/` between folders.
pub type Files = BTreeMap<String, String>;

/// One case of a page.
#[derive(Debug, Default)]
pub struct Case {
    /// The page.
    pub page: PathBuf,
    /// The heading.
    pub name: String,
    /// The files that it starts from.
    pub files: Files,
    /// YAML and env files, which may have CRLF line ends.
    pub with_lines: Vec<String>,
    /// The options of its run.
    pub options: Vec<String>,
    /// The diff that is expected.
    pub diff: Option<Fence>,
    /// Whether it says that nothing changes.
    pub no_change: bool,
    /// Texts that the report has, with single blanks.
    pub said: Vec<String>,
    /// The tiers of its fixes, the safest first, as the line `Safety:` says.
    pub safety: Option<String>,
    /// The line of the page behind its last one that is not blank.
    pub end: usize,
    /// `Advice:` stands alone; its text is the next line.
    text_follows: bool,
    /// What is wrong in how it is written.
    pub wrong: Vec<String>,
}

/// A block's text, and the lines of the page that it stands in.
#[derive(Debug)]
pub struct Fence {
    /// Its text.
    pub text: String,
    /// Its lines, without the fences.
    pub lines: Range<usize>,
}

/// The cases under `## Cases`, with what is wrong in how they are written. Without a `console` block a case has these `options`.
pub fn read(page: &Path, text: &str, options: &[String]) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut in_cases = false;
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let fence: String = line.chars().take_while(|c| *c == '`').collect();
        let mut end = number + 1;
        let mut is_closed = false;
        let block = (fence.len() >= 3).then(|| {
            let mut block = Fence { text: String::new(), lines: 0..0 };
            for (at, inner) in lines.by_ref() {
                if block.lines.start == 0 {
                    block.lines = at..at;
                }
                end = at + 1;
                block.lines.end = at;
                is_closed = inner.trim_end() == fence;
                if is_closed {
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
            let (page, name) = (page.to_owned(), name.trim().to_owned());
            let mut case = Case { page, name, options: options.to_vec(), ..Case::default() };
            if cases.iter().any(|other| other.name == case.name) {
                case.wrong.push("another case has this name".into());
            }
            cases.push(case);
        } else if let Some(case) = cases.last_mut() {
            if !line.trim().is_empty() {
                case.end = end;
            }
            match block {
                Some(_) if !is_closed => case.wrong.push(format!("a block has no end: {fence}")),
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
    fn block(&mut self, info: &str, block: Fence) {
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
        if let Some(tiers) = line.strip_prefix("Safety:")
            && self.safety.replace(tiers.trim().to_owned()).is_some()
        {
            self.wrong.push("two lines `Safety:`".into());
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

/// Puts new diffs and tiers, by the numbers of their cases, into a page; tells whether it changed.
///
/// # Errors
/// A page that cannot be read or written.
pub fn rewrite(
    page: &Path,
    cases: &[Case],
    diffs: &BTreeMap<usize, String>,
    tiers: &BTreeMap<usize, String>,
) -> std::io::Result<bool> {
    let text = fs::read_to_string(page)?;
    let lined: BTreeMap<usize, String> =
        tiers.iter().map(|(at, tiers)| (*at, format!("\nSafety: {tiers}\n"))).collect();
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    for (at, case) in cases.iter().enumerate().rev().filter(|(_, case)| case.page == page) {
        if let Some(tiers) = lined.get(&at) {
            lines.splice(case.end..case.end, [tiers.as_str()]);
        }
        if let (Some(block), Some(new)) = (&case.diff, diffs.get(&at)) {
            lines.splice(block.lines.clone(), [new.as_str()]);
        }
    }
    let new = lines.concat();
    if new != text {
        fs::write(page, &new)?;
    }
    Ok(new != text)
}

/// A diff as it is compared: an editor may have taken the blank that stands for an empty line of context.
pub fn squeezed(diff: &str) -> String {
    diff.lines().map(|line| if line == " " { "\n".to_owned() } else { format!("{line}\n") }).collect()
}

/// Text as it is compared: blanks and line ends are all one.
pub fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read() {
        let page = "# x\n```yaml title=no.yaml\n### no case\n```\n## Cases\n### one\nwords\n```yaml title=a/config.yaml\n# c\n\
                    ```\n```console\n$ litellm-fix --set 'a.b=c d'\n```\n```diff\n-1\n+2\n```\n### two\n\
                    ```dotenv title=.env\nA=1\n```\nAdvice: some  text\n## References\n### no case\n";
        let cases = read(Path::new("x.md"), page, &["--select".into(), "x".into()]);
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
}
