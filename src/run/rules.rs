//! The commands about preferences: what is in force, the schema, and the cases of rules.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};

use super::Run;
use super::loaded::given;
use crate::cases::{Case, normal, read, rewrite, squeezed};
use crate::cli::{RunArgs, check_case};
use crate::exit::Exit;
use crate::own::{OwnRules, PREFIX};
use crate::plan::Transform;
use crate::preferences::{self, FILE};
use crate::report;

/// The folder of the cases, beside the preferences.
const FOLDER: &str = ".litellm-fix";

/// The transforms of the registry, and the rules whose preferences are in force at a path.
pub(super) fn known(run: &Run<'_>, path: Option<&Path>) -> anyhow::Result<Vec<Transform>> {
    let mut own = OwnRules::default();
    let folder = folder_of(path.unwrap_or(Path::new(".")));
    if folder.exists()
        && let Some(nearest) = run.standing.nearest(&folder, run.transforms)?
    {
        nearest.1.rules.iter().for_each(|rule| own.add(rule));
    }
    Ok(run.transforms.iter().cloned().chain(own.transforms(run.transforms)).collect())
}

fn folder_of(path: &Path) -> PathBuf {
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() }
}

/// Prints the schema of the preferences.
pub(super) fn schema(transforms: &[Transform], out: &mut dyn Write) -> anyhow::Result<Exit> {
    writeln!(out, "{}", serde_json::to_string_pretty(&preferences::schema(transforms))?)?;
    Ok(Exit::Done)
}

/// Prints which preferences are in force for each installation.
pub(super) fn effective(run: &Run<'_>, args: &RunArgs, out: &mut dyn Write) -> anyhow::Result<Exit> {
    let loaded = run.load(args)?;
    let mask = |text: &str| report::visible(&loaded.masker.mask(text)).into_owned();
    for (at, (parts, rules)) in loaded.project.installations.iter().zip(&loaded.rules).enumerate() {
        let main = loaded.project.files.get(parts.main().file);
        writeln!(out, "{}", mask(&main.shown))?;
        let nearest = run.standing.nearest(&folder_of(&main.path), run.transforms)?;
        match nearest {
            Some(nearest) => {
                writeln!(out, "  preferences  {}", mask(&nearest.0.join(FILE).display().to_string()))?
            }
            None => writeln!(out, "  preferences  none ({FILE} in or above its folder)")?,
        }
        let params = rules
            .params
            .iter()
            .flat_map(|(id, all)| all.iter().map(move |(param, value)| format!("{id}.{param} = {value}")));
        let safety = rules.safety.iter().map(|(id, (tier, reason))| match reason {
            Some(reason) => format!("{id}: {} ({reason})", tier.name()),
            None => format!("{id}: {}", tier.name()),
        });
        let lists = [
            ("only", rules.select.clone()),
            ("never", rules.ignore.clone()),
            ("parameter", params.collect()),
            ("tier", safety.collect()),
        ];
        for (what, all) in lists {
            all.iter().try_for_each(|one| writeln!(out, "  {what:<12} {}", mask(one)))?;
        }
        for rule in loaded.own.about(&loaded.project.installation(at)) {
            let acts: Vec<String> = rule.acts.iter().map(crate::own::Act::words).collect();
            writeln!(out, "  {:<12} {}: {}", "rule", mask(rule.id), mask(&acts.join("; ")))?;
        }
    }
    Ok(if loaded.project.installations.is_empty() { Exit::Nothing } else { Exit::Done })
}

/// Checks the cases of rules, each in a folder of its own, by the program itself.
pub(super) fn test(run: &Run<'_>, args: &RunArgs, update: bool, out: &mut dyn Write) -> anyhow::Result<Exit> {
    let (mut count, mut failed) = (0, 0);
    for (page, home, rules) in pages(run, &given(args))? {
        let preferences = std::fs::read_to_string(home.join(FILE))?;
        let text = std::fs::read_to_string(&page).with_context(|| page.display().to_string())?;
        let cases = read(&page, &text, &["--select".to_owned(), asked(&page, &rules)]);
        let mut diffs = BTreeMap::new();
        for (at, case) in cases.iter().enumerate() {
            let Checked { wrong, diff } = check(case, &preferences)?;
            let rewritten = update && case.wrong.is_empty() && case.diff.is_some() && !diff.is_empty();
            if rewritten {
                diffs.insert(at, diff);
            }
            let wrong: Vec<_> = wrong.into_iter().filter(|one| !(rewritten && one.of_diff)).collect();
            count += 1;
            failed += usize::from(!wrong.is_empty());
            let word = if wrong.is_empty() { "ok  " } else { "FAIL" };
            writeln!(
                out,
                "{word} {}: {}",
                report::visible(&page.display().to_string()),
                report::visible(&case.name)
            )?;
            for one in wrong {
                one.text.lines().try_for_each(|line| writeln!(out, "     {}", report::visible(line)))?;
            }
        }
        if rewrite(&page, &cases, &diffs, &BTreeMap::new())? {
            writeln!(out, "rewritten: {}", report::visible(&page.display().to_string()))?;
        }
    }
    ensure!(
        count > 0,
        "there are no cases: a heading `## Cases`, and a heading `### NAME` for each below it"
    );
    writeln!(out, "{count} case{}, {failed} failed", if count == 1 { "" } else { "s" })?;
    Ok(if failed > 0 { Exit::Findings } else { Exit::Done })
}

/// The pages, each with the folder of its preferences and the ids of the rules in them.
fn pages(run: &Run<'_>, paths: &[PathBuf]) -> anyhow::Result<Vec<(PathBuf, PathBuf, Vec<&'static str>)>> {
    let mut all = Vec::new();
    for path in paths {
        let mut folder = folder_of(path);
        if folder.file_name() == Some(OsStr::new(FOLDER)) {
            folder = folder.parent().map(folder_of).unwrap_or(folder);
        }
        let nearest = run.standing.nearest(&folder, run.transforms)?;
        let Some(nearest) = nearest else { bail!("{}: there is no {FILE} in or above it", path.display()) };
        let (home, preferences) = &*nearest;
        let rules: Vec<&str> = preferences.rules.iter().map(|rule| rule.id).collect();
        ensure!(!rules.is_empty(), "{}: there are no rules in it", home.join(FILE).display());
        let mut pages = Vec::new();
        if path.is_dir() {
            // As it was typed, where that is where they are.
            let here = std::fs::canonicalize(&folder).is_ok_and(|real| real == *home);
            let cases = match here {
                true if folder == Path::new(".") => PathBuf::from(FOLDER),
                true => folder.join(FOLDER),
                false => home.join(FOLDER),
            };
            let read = std::fs::read_dir(&cases);
            let read = read.with_context(|| format!("{}: where the cases of rules are", cases.display()))?;
            for entry in read {
                let entry = entry?;
                if entry.file_type()?.is_file() {
                    pages.push(entry.path());
                }
            }
            pages.retain(|page| page.extension() == Some(OsStr::new("md")));
            pages.sort();
        } else {
            pages.push(path.clone());
        }
        all.extend(pages.into_iter().map(|page| (page, home.clone(), rules.clone())));
    }
    Ok(all)
}

/// The rule that a page is named after; else all of them.
fn asked(page: &Path, rules: &[&str]) -> String {
    let own = page.file_stem().map(|stem| format!("{PREFIX}{}", stem.to_string_lossy()));
    own.filter(|own| rules.contains(&own.as_str())).unwrap_or_else(|| rules.join(","))
}

struct Checked {
    wrong: Vec<Wrong>,
    diff: String,
}

struct Wrong {
    text: String,
    /// Whether another diff in the page would be right.
    of_diff: bool,
}

fn check(case: &Case, preferences: &str) -> anyhow::Result<Checked> {
    let other = |text: String| Wrong { text, of_diff: false };
    let mut wrong: Vec<Wrong> = case.wrong.iter().cloned().map(other).collect();
    wrong.extend(check_case(&case.options).err().map(other));
    let outside = case.files.keys().filter(|name| !is_inside(name));
    wrong.extend(
        outside.map(|name| other(format!("{name}: a file of a case stands in the folder of the case"))),
    );
    if !wrong.is_empty() {
        return Ok(Checked { wrong, diff: String::new() });
    }
    let place = Place::new(case, preferences)?;
    let (diff, error) = place.run(&case.options, &["--format", "diff", "--show-secrets", "--exit-zero"])?;
    if let Some(error) = error {
        return Ok(Checked { wrong: vec![other(error)], diff });
    }
    match &case.diff {
        Some(block) if squeezed(&block.text) == squeezed(&diff) => {}
        Some(block) => {
            let text = format!("expected:\n{}comes out:\n{diff}", block.text);
            wrong.push(Wrong { text, of_diff: true });
        }
        None if diff.is_empty() => {}
        None => wrong.push(other(format!("no diff is expected, and this comes out:\n{diff}"))),
    }
    if !case.said.is_empty() || case.no_change {
        let (report, _) =
            place.run(&case.options, &["--show-secrets", "--details", "--all", "--exit-zero"])?;
        for said in case.said.iter().filter(|said| !normal(&report).contains(said.as_str())) {
            wrong.push(other(format!("expected in the report: {said}\nthe report:\n{report}")));
        }
    }
    if let Some(stated) = &case.safety {
        let tiers = place.tiers(&case.options)?;
        if *stated != tiers {
            wrong.push(other(format!("expected: Safety: {stated}\nit is: Safety: {tiers}")));
        }
    }
    if !diff.is_empty() {
        let (_, error) = place.run(&case.options, &["--write", "--format", "diff"])?;
        wrong.extend(error.map(other));
        let (second, _) = place.run(&case.options, &["--format", "diff", "--show-secrets", "--exit-zero"])?;
        if !second.is_empty() {
            wrong.push(other(format!("a second run would change the files again:\n{second}")));
        }
    }
    Ok(Checked { wrong, diff })
}

/// Whether a name is one of a file in a folder: no other folder, and nothing of git.
fn is_inside(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    !name.is_empty() && parts.all(|part| matches!(part, Component::Normal(name) if name != ".git"))
}

/// A repository with the files of a case.
struct Place {
    folder: tempfile::TempDir,
    state: tempfile::TempDir,
}

impl Place {
    fn new(case: &Case, preferences: &str) -> anyhow::Result<Self> {
        let place = Self { folder: tempfile::tempdir()?, state: tempfile::tempdir()? };
        let write = |name: &str, text: &str| -> anyhow::Result<()> {
            let path = place.folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap_or(&path))?;
            Ok(std::fs::write(path, text)?)
        };
        write(FILE, preferences)?;
        case.files.iter().try_for_each(|(name, text)| write(name, text))?;
        // As much of git as makes a repository.
        for folder in [".git/objects", ".git/refs"] {
            std::fs::create_dir_all(place.folder.path().join(folder))?;
        }
        write(".git/HEAD", "ref: refs/heads/main\n")?;
        write(".git/config", "[core]\n\trepositoryformatversion = 0\n\tbare = false\n")?;
        Ok(place)
    }

    /// What a run prints, and what is wrong where it could not be done.
    fn run(&self, options: &[String], more: &[&str]) -> anyhow::Result<(String, Option<String>)> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(options).args(more).current_dir(self.folder.path()).stdin(Stdio::null());
        command.env("LITELLM_FIX_STATE_DIR", self.state.path()).env("NO_COLOR", "1");
        let ran = command.env_remove("CLICOLOR_FORCE").output()?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let failed = !matches!(ran.status.code(), Some(0 | 1));
        Ok((text(&ran.stdout), failed.then(|| text(&ran.stderr))))
    }

    /// The tiers of the fixes that are found, the safest first.
    fn tiers(&self, options: &[String]) -> anyhow::Result<String> {
        let (json, _) = self.run(options, &["--format", "json", "--exit-zero"])?;
        let json: serde_json::Value = serde_json::from_str(&json).unwrap_or_default();
        let findings = json["findings"].as_array().map(Vec::as_slice).unwrap_or_default();
        let has = |tier: &&str| {
            findings.iter().any(|one| one["status"] != "suppressed" && one["fix"]["safety"] == **tier)
        };
        let tiers = ["safe", "review", "on_request", "hazardous"];
        Ok(tiers.iter().filter(|tier| has(tier)).copied().collect::<Vec<_>>().join(", "))
    }
}
