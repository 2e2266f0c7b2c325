//! The promise of the commit: all files or none, whatever fails or dies, and a way back.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails like the test")]

mod killed;
mod undo;

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use litellm_fix::commit::{
    Change, Ending, Journal, Moment, Receipt, Recovered, Witness, commit, commit_observed, commit_resting_on,
};
use tempfile::TempDir;

/// A tree with two files, and a journal outside it.
struct Scene {
    tree: TempDir,
    state: TempDir,
}

const OLD: [&str; 2] = ["a: 1\r\nb: ä\r\n", "\u{feff}KEY=old"];
const NEW: [&str; 2] = ["a: 2\r\nb: ä\r\n", "\u{feff}KEY=new"];

impl Scene {
    fn new() -> Self {
        let scene = Self { tree: TempDir::new().unwrap(), state: TempDir::new().unwrap() };
        for (path, text) in scene.paths().iter().zip(OLD) {
            fs::write(path, text).unwrap();
        }
        scene
    }

    fn root(&self) -> &Path {
        self.tree.path()
    }

    fn paths(&self) -> [PathBuf; 2] {
        ["config.yaml", ".env"].map(|name| self.root().join(name))
    }

    fn journal(&self) -> Journal {
        Journal::open(self.state.path())
    }

    fn changes(&self) -> Vec<Change> {
        changes(self.root())
    }

    fn commit(&self) -> anyhow::Result<Receipt> {
        commit(&self.changes(), self.root(), &self.journal())
    }

    fn within(&self) -> Vec<PathBuf> {
        vec![self.root().canonicalize().unwrap()]
    }

    fn recover(&self) -> Vec<Recovered> {
        self.journal().recover(&self.within()).unwrap()
    }

    fn pending(&self) -> Vec<PathBuf> {
        let pending = self.journal().pending(&self.within()).unwrap();
        pending.into_iter().flat_map(|pending| pending.files).collect()
    }

    fn texts(&self) -> Vec<String> {
        self.paths().iter().map(|path| fs::read_to_string(path).unwrap()).collect()
    }

    /// The names in the tree, temporary files included.
    fn names(&self) -> Vec<String> {
        let names = fs::read_dir(self.root()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn runs(&self) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(self.journal().dir()) else { return Vec::new() };
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect()
    }

    fn only_run(&self) -> PathBuf {
        let [run] = self.runs().try_into().unwrap();
        run
    }

    #[track_caller]
    fn assert_untouched(&self) {
        assert_eq!(self.texts(), OLD);
        assert_eq!(self.names(), [".env", "config.yaml"]);
        assert_eq!(self.runs(), Vec::<PathBuf>::new());
    }
}

fn changes(tree: &Path) -> Vec<Change> {
    let files = ["config.yaml", ".env"].into_iter().enumerate();
    files.map(|(n, name)| Change::new(tree.join(name), OLD[n].as_bytes(), NEW[n].as_bytes())).collect()
}

#[track_caller]
fn message<T: std::fmt::Debug>(result: anyhow::Result<T>) -> String {
    format!("{:#}", result.unwrap_err())
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn steps() -> Vec<Moment> {
    let mut steps = vec![Moment::Journaled, Moment::Staged(0), Moment::Staged(1)];
    steps.extend((0..2).flat_map(|n| [Moment::Replacing(n), Moment::Replaced(n)]));
    steps.push(Moment::Complete);
    steps
}

#[test]
fn all_files_are_written_byte_for_byte_with_their_modes() {
    let scene = Scene::new();
    let [config, env] = scene.paths();
    fs::set_permissions(&config, fs::Permissions::from_mode(0o664)).unwrap();
    fs::set_permissions(&env, fs::Permissions::from_mode(0o600)).unwrap();
    let receipt = scene.commit().unwrap();
    assert_eq!(receipt.files, scene.paths());
    assert_eq!(scene.texts(), NEW);
    assert_eq!((mode(&config), mode(&env)), (0o664, 0o600));
    assert_eq!(scene.names(), [".env", "config.yaml"]);
}

#[test]
fn nothing_to_write_writes_nothing() {
    let scene = Scene::new();
    let receipt = commit(&[], scene.root(), &scene.journal()).unwrap();
    assert_eq!(receipt, Receipt { files: vec![], run: None });
    assert!(!scene.journal().dir().exists());
}

#[test]
fn the_owner_is_kept() {
    let scene = Scene::new();
    let [config, _] = scene.paths();
    if std::os::unix::fs::chown(&config, Some(1234), Some(2345)).is_err() {
        eprintln!("not run: only root can give files away");
        return;
    }
    scene.commit().unwrap();
    let meta = fs::metadata(&config).unwrap();
    assert_eq!((meta.uid(), meta.gid()), (1234, 2345));
}

#[test]
fn the_journal_is_private() {
    let scene = Scene::new();
    scene.commit().unwrap();
    let dir = scene.journal().dir().to_owned();
    assert_eq!(mode(&dir), 0o700);
    assert_eq!(fs::read_to_string(dir.join(".gitignore")).unwrap(), "*\n");
    let run = scene.only_run();
    assert_eq!(mode(&run), 0o700);
    let files: Vec<_> = fs::read_dir(&run).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 6, "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{file:?}");
    }
}

#[test]
fn a_journal_inside_the_tree_is_refused() {
    let scene = Scene::new();
    let journal = Journal::open(scene.root().join("state"));
    let text = message(commit(&scene.changes(), scene.root(), &journal));
    assert!(text.contains("lies inside") && text.contains("LITELLM_FIX_STATE_DIR"), "{text}");
    scene.assert_untouched();
}

#[test]
fn a_file_that_changed_meanwhile_stops_the_whole_commit() {
    let scene = Scene::new();
    fs::write(&scene.paths()[1], "KEY=theirs").unwrap();
    let text = message(scene.commit());
    assert!(text.contains(".env has changed since it was read"), "{text}");
    assert_eq!(scene.texts(), [OLD[0], "KEY=theirs"]);
    assert!(scene.runs().is_empty());
    fs::remove_file(&scene.paths()[1]).unwrap();
    assert!(message(scene.commit()).contains(".env"));
    assert_eq!(fs::read_to_string(&scene.paths()[0]).unwrap(), OLD[0]);
}

#[test]
fn what_the_changes_rest_on_must_be_as_it_was_read() {
    let scene = Scene::new();
    let path = scene.root().join("compose.yaml");
    let seen = [Witness { path: path.clone(), text: "services: {}\n".into() }];
    let commit = || commit_resting_on(&seen, &scene.changes(), scene.root(), &scene.journal());
    for text in ["", "services:\n", "services: {}\n\n"] {
        fs::write(&path, text).unwrap();
        assert!(message(commit()).contains("compose.yaml has changed since it was read"), "{text:?}");
        assert_eq!(scene.texts(), OLD);
        assert_eq!(scene.runs(), Vec::<PathBuf>::new());
    }
    fs::write(&path, "services: {}\n").unwrap();
    commit().unwrap();
    assert_eq!(scene.texts(), NEW);
}

#[test]
fn a_file_that_changes_in_the_last_moment_stops_it_too_and_stays() {
    let scene = Scene::new();
    let env = scene.paths()[1].clone();
    let result = commit_observed(&scene.changes(), scene.root(), &scene.journal(), &mut |step| {
        if step == Moment::Replaced(0) {
            fs::write(&env, "KEY=theirs")?;
        }
        Ok(())
    });
    let text = message(result);
    assert!(text.contains("put back") && text.contains("config.yaml"), "{text}");
    assert_eq!(scene.texts(), [OLD[0], "KEY=theirs"]);
    assert!(scene.runs().is_empty());
}

#[test]
fn an_error_at_any_step_leaves_everything_as_before() {
    for at in steps() {
        let scene = Scene::new();
        let mut seen = Vec::new();
        let result = commit_observed(&scene.changes(), scene.root(), &scene.journal(), &mut |step| {
            seen.push(step);
            if step == at { Err(io::Error::other("the disk is full")) } else { Ok(()) }
        });
        let text = message(result);
        assert!(text.contains("the disk is full"), "{text}");
        assert_eq!(seen.last(), Some(&at));
        let written = matches!(at, Moment::Replaced(_) | Moment::Replacing(1) | Moment::Complete);
        assert_eq!(text.contains("nothing is changed: put back"), written, "{at:?}: {text}");
        assert_eq!(text.contains("nothing was written"), !written, "{at:?}: {text}");
        scene.assert_untouched();
    }
}

#[test]
fn a_rename_that_fails_leaves_everything_as_before() {
    let scene = Scene::new();
    let env = scene.paths()[1].clone();
    let result = commit_observed(&scene.changes(), scene.root(), &scene.journal(), &mut |step| {
        if step == Moment::Replacing(1) {
            fs::remove_file(&env)?;
            fs::create_dir(&env)?;
        }
        Ok(())
    });
    let text = message(result);
    assert!(text.contains("cannot write") && text.contains(".env"), "{text}");
    assert_eq!(fs::read_to_string(&scene.paths()[0]).unwrap(), OLD[0]);
    assert_eq!(scene.names(), [".env", "config.yaml"]);
}

#[test]
fn a_file_that_cannot_be_put_back_is_named_with_its_old_bytes() {
    let scene = Scene::new();
    let config = scene.paths()[0].clone();
    let result = commit_observed(&scene.changes(), scene.root(), &scene.journal(), &mut |step| {
        if step == Moment::Replacing(1) {
            fs::write(&config, "theirs")?;
            return Err(io::Error::other("the disk is full"));
        }
        Ok(())
    });
    let text = message(result);
    let run = scene.only_run();
    assert!(text.contains("could not be put back") && text.contains(run.to_str().unwrap()), "{text}");
    assert_eq!(fs::read_to_string(run.join("0.old")).unwrap(), OLD[0]);
    assert_eq!(scene.texts(), ["theirs", OLD[1]]);
}

#[test]
fn links_are_followed_inside_the_root_only() {
    let scene = Scene::new();
    let outside = TempDir::new().unwrap();
    let [config, env] = scene.paths();
    let link = scene.root().join("link.yaml");
    symlink("config.yaml", &link).unwrap();
    let change = |path: &Path| Change::new(path, OLD[0].as_bytes(), NEW[0].as_bytes());
    commit(&[change(&link)], scene.root(), &scene.journal()).unwrap();
    assert!(link.is_symlink());
    assert_eq!(fs::read_to_string(&config).unwrap(), NEW[0]);

    let far = outside.path().join("far.yaml");
    fs::write(&far, OLD[0]).unwrap();
    let out = scene.root().join("out.yaml");
    symlink(&far, &out).unwrap();
    let second = Change::new(&env, OLD[1].as_bytes(), NEW[1].as_bytes());
    let text = message(commit(&[second, change(&out)], scene.root(), &scene.journal()));
    assert!(text.contains("out.yaml is really") && text.contains("outside"), "{text}");
    assert_eq!(fs::read_to_string(&far).unwrap(), OLD[0]);
    assert_eq!(fs::read_to_string(&env).unwrap(), OLD[1]);
    // Named itself, the link is the root.
    commit(&[change(&out)], &out, &scene.journal()).unwrap();
    assert_eq!(fs::read_to_string(&far).unwrap(), NEW[0]);
}

#[test]
fn what_cannot_be_replaced_in_good_faith_is_refused() {
    let scene = Scene::new();
    let [config, env] = scene.paths();
    fs::hard_link(&config, scene.root().join("other.yaml")).unwrap();
    let text = message(scene.commit());
    assert!(text.contains("config.yaml has 2 hard links"), "{text}");
    fs::remove_file(scene.root().join("other.yaml")).unwrap();

    fs::set_permissions(&env, fs::Permissions::from_mode(0o444)).unwrap();
    let text = message(scene.commit());
    assert!(text.contains(".env is read-only"), "{text}");
    fs::set_permissions(&env, fs::Permissions::from_mode(0o644)).unwrap();

    let mut twice = scene.changes();
    symlink("config.yaml", scene.root().join("link")).unwrap();
    twice.push(Change::new(scene.root().join("link"), OLD[0].as_bytes(), "x".as_bytes()));
    let text = message(commit(&twice, scene.root(), &scene.journal()));
    assert!(text.contains("are the same file"), "{text}");
    fs::remove_file(scene.root().join("link")).unwrap();

    fs::remove_file(&env).unwrap();
    fs::create_dir(&env).unwrap();
    let text = message(scene.commit());
    assert!(text.contains(".env is not a regular file"), "{text}");
    assert_eq!(fs::read_to_string(&config).unwrap(), OLD[0]);
    assert!(scene.runs().is_empty());
}

#[test]
fn a_journal_that_cannot_be_written_stops_the_commit() {
    let scene = Scene::new();
    fs::write(scene.state.path().join("file"), "").unwrap();
    let journal = Journal::open(scene.state.path().join("file"));
    let text = message(commit(&scene.changes(), scene.root(), &journal));
    assert!(text.contains("cannot create the journal"), "{text}");
    scene.assert_untouched();
}

#[test]
fn two_runs_at_once_do_not_write() {
    let scene = Scene::new();
    let mut inner = None;
    commit_observed(&scene.changes(), scene.root(), &scene.journal(), &mut |step| {
        if step == Moment::Journaled {
            inner = Some(message(scene.commit()));
        }
        Ok(())
    })
    .unwrap();
    assert!(inner.unwrap().contains("another litellm-fix is writing"));
    assert_eq!(scene.texts(), NEW);
}

#[cfg(target_os = "linux")]
#[test]
fn access_lists_and_attributes_are_kept() {
    use rustix::fs::{XattrFlags, getxattr, setxattr};
    let scene = Scene::new();
    let [config, env] = scene.paths();
    let entry = |tag: u16, rights: u16, id: u32| {
        [&tag.to_le_bytes()[..], &rights.to_le_bytes(), &id.to_le_bytes()].concat()
    };
    let none = u32::MAX;
    let list = [(1, 6, none), (2, 4, 1235), (4, 0, none), (0x10, 4, none), (0x20, 0, none)];
    let list: Vec<u8> = std::iter::once(2u32.to_le_bytes().to_vec())
        .chain(list.map(|(tag, rights, id)| entry(tag, rights, id)))
        .flatten()
        .collect();
    let set =
        |path: &Path, name: &str, value: &[u8]| setxattr(path, name, value, XattrFlags::empty()).is_ok();
    if !set(&env, "system.posix_acl_access", &list) || !set(&env, "user.note", b"ours") {
        eprintln!("not run: the file system has no access lists");
        return;
    }
    // A new file gets a list from its folder that the one whose place it takes has not.
    let inherited = [(1, 7, none), (2, 7, 4321), (4, 5, none), (0x10, 7, none), (0x20, 5, none)];
    let inherited: Vec<u8> = std::iter::once(2u32.to_le_bytes().to_vec())
        .chain(inherited.map(|(tag, rights, id)| entry(tag, rights, id)))
        .flatten()
        .collect();
    assert!(set(scene.root(), "system.posix_acl_default", &inherited));
    let attribute = |path: &Path, name: &str| {
        let mut value = vec![0; 4096];
        let length = getxattr(path, name, &mut value[..]).ok()?;
        Some(value[..length].to_vec())
    };
    let modes = [mode(&config), mode(&env)];
    scene.commit().unwrap();
    assert_eq!(scene.texts(), NEW);
    assert_eq!(attribute(&env, "system.posix_acl_access"), Some(list));
    assert_eq!(attribute(&env, "user.note"), Some(b"ours".to_vec()));
    assert_eq!(attribute(&config, "system.posix_acl_access"), None);
    assert_eq!([mode(&config), mode(&env)], modes);
}
