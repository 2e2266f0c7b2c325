//! Writing into the preferences what the user ignores where no comment can stand.

use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};

use super::{FILE, Standing};
use crate::document::{Limits, Op, Path, Step, Value, Yaml};
use crate::plan::{FileChange, Transform};
use crate::project::{NotRead, SUBJECT, inside, read_unlinked, repository, shown};

/// An id to be ignored for one installation.
#[derive(Clone, Copy, Debug)]
pub struct ToIgnore<'a> {
    /// The file of its configuration.
    pub main: &'a FilePath,
    /// The id.
    pub id: &'a str,
    /// Why, on one line.
    pub reason: &'a str,
}

/// The preferences with these entries: under `overrides:`, for the path of the configuration and nothing else, in the
/// file that is in force there. Where there is none, one is made beside the configuration.
///
/// # Errors
/// Preferences that cannot be read, or in which there is no place for an entry.
pub fn remembered(
    all: &[ToIgnore<'_>],
    standing: &Standing,
    transforms: &[Transform],
) -> anyhow::Result<Vec<FileChange>> {
    let mut files: Vec<Preferences> = Vec::new();
    for one in all {
        let main = std::fs::canonicalize(one.main)?;
        let folder = main.parent().unwrap_or(FilePath::new("/"));
        let nearest = standing.nearest(folder, transforms)?;
        let home = nearest.map_or_else(|| folder.to_owned(), |nearest| nearest.0.clone());
        let at = match files.iter().position(|file| file.home == home) {
            Some(at) => at,
            None => {
                files.push(Preferences::open(home, one.main)?);
                files.len() - 1
            }
        };
        let file = &mut files[at];
        file.ignore(&glob(&main, &file.home), one).with_context(|| file.path.display().to_string())?;
    }
    Ok(files.into_iter().map(Preferences::change).collect())
}

/// One preferences file while entries are added.
struct Preferences {
    home: PathBuf,
    path: PathBuf,
    /// `None` if it does not exist.
    before: Option<String>,
    yaml: Yaml,
}

impl Preferences {
    fn open(home: PathBuf, main: &FilePath) -> anyhow::Result<Self> {
        // As the user would type it, if the path of the configuration leads there.
        let typed = main.ancestors().skip(1).find(|up| {
            let up = if up.as_os_str().is_empty() { FilePath::new(".") } else { up };
            std::fs::canonicalize(up).is_ok_and(|real| real == home)
        });
        let path = typed.unwrap_or(&home).join(FILE);
        let bytes = match read_unlinked(&path, Limits::default().max_bytes) {
            Ok(bytes) => bytes,
            Err(NotRead::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self {
                    home,
                    path,
                    before: None,
                    yaml: Yaml::read("", &Limits::default())?.about(SUBJECT),
                });
            }
            Err(why) => bail!("{}: {why}", path.display()),
        };
        let yaml = Yaml::from_bytes(&bytes, &Limits::default())
            .with_context(|| path.display().to_string())?
            .about(SUBJECT);
        Ok(Self { home, before: Some(yaml.text().to_owned()), path, yaml })
    }

    fn ignore(&mut self, glob: &str, one: &ToIgnore<'_>) -> anyhow::Result<()> {
        let overrides = Path::keys(["overrides"]);
        let items: Vec<_> = self.yaml.get(0, &overrides).into_iter().flat_map(|list| list.items()).collect();
        let own = items.iter().position(|item| {
            let paths: Vec<_> = item
                .get("paths")
                .into_iter()
                .flat_map(|paths| paths.items())
                .map(|path| path.text())
                .collect();
            paths == [glob]
        });
        let list = |at: usize| overrides.child(Step::Index(at)).child("ignore");
        let (op, entry) = match own {
            Some(at) => {
                let ids: Vec<_> = items[at]
                    .get("ignore")
                    .into_iter()
                    .flat_map(|ids| ids.items())
                    .map(|id| id.text())
                    .collect();
                if ids.iter().any(|id| id == one.id) {
                    return Ok(());
                }
                let op = if ids.is_empty() {
                    set(overrides.child(Step::Index(at)), "ignore", vec![one.id.into()].into())
                } else {
                    Op::Append { at: list(at), value: one.id.into() }
                };
                (op, list(at).child(Step::Index(ids.len())))
            }
            None => {
                let value = Value::Map(vec![
                    ("paths".to_owned(), vec![Value::from(glob)].into()),
                    ("ignore".to_owned(), vec![Value::from(one.id)].into()),
                ]);
                let op = if items.is_empty() {
                    set(Path::root(), "overrides", vec![value].into())
                } else {
                    Op::Append { at: overrides.clone(), value }
                };
                (op, list(items.len()).child(Step::Index(0)))
            }
        };
        let added = self.yaml.apply(0, &op)?.yaml;
        self.yaml = with_reason(&added, &entry, one).unwrap_or(added);
        Ok(())
    }

    fn change(self) -> FileChange {
        let (shown, after) = (shown(&self.path), self.yaml.text());
        let root = repository(&self.home);
        let patched = root.and_then(|root| inside(&self.path, &root)).unwrap_or_else(|| shown.clone());
        let change = match self.before {
            None => FileChange::created(self.path, shown, after),
            Some(before) => FileChange::new(self.path, shown, Arc::from(&*before), &before, after),
        };
        change.patching(patched)
    }
}

fn set(at: Path, key: &str, value: Value) -> Op {
    Op::Set { at, key: key.to_owned(), value }
}

/// The reason as a comment above the entry or, in flow style, above what the entry stands in.
fn with_reason(yaml: &Yaml, entry: &Path, one: &ToIgnore<'_>) -> Option<Yaml> {
    let text = format!("{}: {}", one.id, one.reason);
    let steps = entry.steps();
    (1..=steps.len()).rev().find_map(|count| {
        let op = Op::Comment { at: Path(steps[..count].to_vec()), text: text.clone() };
        yaml.apply(0, &op).ok().map(|applied| applied.yaml)
    })
}

/// The pattern that only this file matches, as in `.gitignore`.
fn glob(main: &FilePath, home: &FilePath) -> String {
    let below = shown(main.strip_prefix(home).unwrap_or(main));
    let mut glob = String::from("/");
    for c in below.chars() {
        if "\\*?[]{}! #".contains(c) {
            glob.push('\\');
        }
        glob.push(c);
    }
    glob
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const ID: &str = "debug_mode";

    fn written(before: Option<&str>, main: &str, ids: &[(&str, &str)]) -> String {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(".git")).unwrap();
        let path = folder.path().join(main);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "").unwrap();
        if let Some(before) = before {
            fs::write(folder.path().join(FILE), before).unwrap();
        }
        let all: Vec<_> = ids.iter().map(|(id, reason)| ToIgnore { main: &path, id, reason }).collect();
        let transforms = crate::transforms::registry();
        let standing = || Standing::new(std::slice::from_ref(&path));
        let changes = remembered(&all, &standing(), &transforms).unwrap();
        assert_eq!(changes.len(), 1);
        assert_eq!(changes[0].is_new(), before.is_none());
        assert_eq!(changes[0].before(), before.unwrap_or(""));
        let home = changes[0].path.parent().unwrap().to_owned();
        fs::write(&changes[0].path, &*changes[0].after()).unwrap();
        let again = remembered(&all, &standing(), &transforms).unwrap();
        assert_eq!(again[0].after(), changes[0].after(), "not idempotent");
        let nearest = standing().nearest(&home, &transforms).unwrap().unwrap();
        let real = fs::canonicalize(&path).unwrap();
        let ours = nearest.1.overrides_of(&fs::canonicalize(home).unwrap(), &real).unwrap();
        let ignored = |id: &str| ours.iter().any(|one| one.decisions.ignore.iter().any(|one| one == id));
        assert!(ids.iter().all(|(id, _)| ignored(id)), "{:?}", nearest.1.overrides);
        changes[0].after().into_owned()
    }

    #[test]
    fn a_new_file_names_the_configuration() {
        let text = written(None, "proxy/config.yaml", &[(ID, "ticket 42"), ("alerting", "no Slack")]);
        assert_eq!(
            text,
            "overrides:\n  - paths:\n      - /config.yaml\n    ignore:\n      # debug_mode: ticket 42\n      - debug_mode\n\n      # alerting: no Slack\n      - alerting\n"
        );
    }

    #[test]
    fn what_is_there_stays() {
        let before = "# ours\nignore: [alerting] # no Slack\noverrides:\n- paths: ['staging/**']\n  ignore: [litellm_log]\n";
        assert_eq!(
            written(Some(before), "proxy/config.yaml", &[(ID, "ticket 42")]),
            format!(
                "{before}- paths:\n  - /proxy/config.yaml\n  ignore:\n  # debug_mode: ticket 42\n  - debug_mode\n"
            )
        );
        for before in
            ["ignore: [alerting] # no Slack\n", "\u{feff}# none yet\r\n", "", "overrides:\nexclude: [legacy]"]
        {
            let after = written(Some(before), "config.yaml", &[(ID, "ticket 42")]);
            assert!(after.contains("# debug_mode: ticket 42"), "{after}");
            assert!(before.lines().all(|line| after.contains(line)), "{after}");
        }
    }

    #[test]
    fn an_entry_for_the_file_is_used() {
        let before = "overrides:\n  - paths: [/config.yaml]\n    ignore: [litellm_log] # loud\n";
        assert_eq!(
            written(Some(before), "config.yaml", &[(ID, "ticket 42")]),
            "overrides:\n  - paths: [/config.yaml]\n    # debug_mode: ticket 42\n    ignore: [litellm_log, debug_mode] # loud\n"
        );
        let before = "overrides:\n  - paths: [/config.yaml]\n    safety: {alerting: safe}\n";
        let after = written(Some(before), "config.yaml", &[(ID, "ticket 42")]);
        assert!(after.starts_with(before) && after.matches("paths").count() == 1, "{after}");
        let before = "overrides: [{paths: [/config.yaml], ignore: [litellm_log]}]\n";
        let after = written(Some(before), "config.yaml", &[(ID, "ticket 42")]);
        assert!(after.starts_with("# debug_mode: ticket 42\n"), "{after}");
    }

    #[test]
    fn a_pattern_means_one_file() {
        for name in ["config.yaml", "a b/[x] {y}*!#.yaml", "#x.yaml", "!x.yaml"] {
            written(None, name, &[(ID, "so")]);
        }
        let folder = tempfile::tempdir().unwrap();
        let home = fs::canonicalize(folder.path()).unwrap();
        fs::create_dir(home.join("sub")).unwrap();
        let (main, other) = (home.join("config.yaml"), home.join("sub/config.yaml"));
        fs::write(&other, "").unwrap();
        let text = format!("overrides: [{{paths: ['{}'], ignore: [{ID}]}}]\n", glob(&main, &home));
        fs::write(home.join(FILE), text).unwrap();
        let nearest = Standing::new(std::slice::from_ref(&home))
            .nearest(&home, &crate::transforms::registry())
            .unwrap()
            .unwrap();
        assert_eq!(nearest.1.overrides_of(&home, &other).unwrap().len(), 0);
    }
}
