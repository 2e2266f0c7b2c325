//! Runs that die, and what the next one makes of them.

use crate::*;

/// Not a test of its own: the process that [`killed`] starts.
#[test]
fn killed_child() {
    let Ok(number) = std::env::var("COMMIT_TEST_STEP") else { return };
    let at = steps()[number.parse::<usize>().unwrap()];
    let [tree, state] = ["COMMIT_TEST_TREE", "COMMIT_TEST_STATE"].map(|name| std::env::var(name).unwrap());
    let tree = Path::new(&tree);
    let _ = commit_observed(&changes(tree), tree, &Journal::open(&state), &mut |step| {
        if step == at {
            std::process::abort();
        }
        Ok(())
    });
}

/// A scene after a run that died at a step.
pub fn killed(at: Moment) -> Scene {
    let scene = Scene::new();
    let number = steps().iter().position(|step| *step == at).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "killed::killed_child"])
        .env("COMMIT_TEST_STEP", number.to_string())
        .env("COMMIT_TEST_TREE", scene.root())
        .env("COMMIT_TEST_STATE", scene.state.path())
        .output()
        .unwrap();
    assert!(!output.status.success());
    scene
}

#[test]
fn a_killed_run_leaves_each_file_old_or_new_and_is_recovered() {
    for at in steps() {
        let scene = killed(at);
        for (number, text) in scene.texts().iter().enumerate() {
            assert!([OLD[number], NEW[number]].contains(&text.as_str()), "{at:?}: {text:?}");
        }
        assert_eq!(scene.pending(), scene.paths());
        let text = message(scene.commit());
        assert!(text.contains("recovered first") || text.contains("has changed"), "{at:?}: {text}");
        let [recovered] = scene.recover().try_into().unwrap();
        assert_eq!(recovered.files, scene.paths());
        if matches!(at, Moment::Replaced(1) | Moment::Complete) {
            assert_eq!(recovered.outcome, Ending::Finished, "{at:?}");
            assert_eq!(scene.texts(), NEW);
            assert_eq!(scene.names(), [".env", "config.yaml"]);
            scene.journal().undo(scene.root()).unwrap();
            assert_eq!(scene.texts(), OLD);
        } else {
            assert_eq!(recovered.outcome, Ending::RolledBack, "{at:?}");
            scene.assert_untouched();
        }
        assert_eq!(scene.recover(), []);
        assert!(scene.pending().is_empty());
    }
}

#[test]
fn a_killed_run_is_left_alone_where_somebody_changed_a_file_since() {
    let scene = killed(Moment::Replaced(0));
    fs::write(&scene.paths()[1], "KEY=theirs").unwrap();
    let [recovered] = scene.recover().try_into().unwrap();
    let Ending::Left { changed, journal, .. } = &recovered.outcome else { panic!("{recovered}") };
    assert_eq!(changed, &scene.paths()[1..]);
    assert_eq!(fs::read_to_string(journal.join("0.old")).unwrap(), OLD[0]);
    assert_eq!(scene.texts(), [NEW[0], "KEY=theirs"]);
    assert_eq!(scene.names(), [".env", "config.yaml"]);
    assert_eq!(scene.recover(), []);
}

#[test]
fn what_somebody_wrote_in_the_moment_of_the_kill_is_back_in_its_place() {
    for taken in [false, true] {
        let scene = killed(Moment::Replacing(0));
        let config = scene.paths()[0].clone();
        let room = scene.names().into_iter().find(|name| name.ends_with("-0.tmp")).unwrap();
        let (temp, aside) = (scene.root().join(room).join("new"), scene.state.path().join("aside"));
        // The two had changed places already.
        fs::write(&config, "theirs").unwrap();
        fs::rename(&config, &aside).unwrap();
        fs::rename(&temp, &config).unwrap();
        fs::rename(&aside, &temp).unwrap();
        if taken {
            fs::write(&config, "theirs again").unwrap();
        }
        let [recovered] = scene.recover().try_into().unwrap();
        let Ending::Left { changed, kept, .. } = &recovered.outcome else { panic!("{recovered}") };
        assert_eq!(changed, std::slice::from_ref(&config));
        if taken {
            assert_eq!(scene.texts(), ["theirs again", OLD[1]]);
            let told = format!("somebody wrote what is now in {}", temp.display());
            assert!(kept.len() == 1 && recovered.to_string().contains(&told), "{recovered}");
            assert_eq!(fs::read_to_string(&temp).unwrap(), "theirs");
        } else {
            assert_eq!(scene.texts(), ["theirs", OLD[1]]);
            assert_eq!(scene.names(), [".env", "config.yaml"]);
        }
    }
}

#[test]
fn git_passes_over_what_a_killed_run_leaves() {
    for at in steps() {
        let scene = killed(at);
        let git =
            |words: &[&str]| Command::new("git").current_dir(scene.root()).args(words).output().unwrap();
        assert!(git(&["init", "-q"]).status.success());
        fs::write(scene.root().join(".gitignore"), ".env\n").unwrap();
        assert!(git(&["add", "-A"]).status.success());
        let tracked = String::from_utf8(git(&["ls-files"]).stdout).unwrap();
        assert_eq!(tracked, ".gitignore\nconfig.yaml\n", "{at:?}");
        for name in scene.names().iter().filter(|name| name.ends_with(".tmp")) {
            assert_eq!(mode(&scene.root().join(name)) & 0o777, 0o700, "{at:?}");
        }
    }
}

#[test]
fn a_killed_run_elsewhere_is_none_of_our_business() {
    let scene = killed(Moment::Replaced(0));
    let other = TempDir::new().unwrap();
    let here = [other.path().canonicalize().unwrap()];
    assert_eq!(scene.journal().pending(&here).unwrap(), []);
    assert_eq!(scene.journal().recover(&here).unwrap(), []);
    assert_eq!(scene.texts(), [NEW[0], OLD[1]]);
    let path = other.path().join("config.yaml");
    fs::write(&path, "a").unwrap();
    let change = Change::new(&path, "a".as_bytes(), "b".as_bytes());
    commit(&[change], other.path(), &scene.journal()).unwrap();
    // Of one of its files only: told, and left for a run on all of it.
    let part = [scene.paths()[0].canonicalize().unwrap()];
    let [pending] = scene.journal().pending(&part).unwrap().try_into().unwrap();
    assert!(pending.root.is_some() && pending.to_string().contains("half done"), "{pending}");
    assert_eq!(scene.journal().recover(&part).unwrap(), []);
    assert_eq!(scene.recover().len(), 1);
    assert_eq!(scene.texts(), OLD);
}

#[test]
fn runs_with_different_journals_keep_out_of_each_others_way() {
    let scene = Scene::new();
    let theirs = TempDir::new().unwrap();
    let their_journal = Journal::open(theirs.path());
    let mut inner = None;
    commit_observed(&scene.changes(), scene.root(), &scene.journal(), &mut |step| {
        if step == Moment::Staged(0) {
            inner = Some(message(commit(&scene.changes(), scene.root(), &their_journal)));
        }
        Ok(())
    })
    .unwrap();
    assert!(inner.unwrap().contains("another litellm-fix is writing in"));
    // The same bytes, written by another run after somebody put the old ones back: no business of the first journal.
    for (path, text) in scene.paths().iter().zip(OLD) {
        fs::remove_file(path).unwrap();
        fs::write(path, text).unwrap();
    }
    commit(&scene.changes(), scene.root(), &their_journal).unwrap();
    let text = message(scene.journal().undo(scene.root()));
    assert!(text.contains("nothing was undone"), "{text}");
    assert_eq!(scene.texts(), NEW);
    their_journal.undo(scene.root()).unwrap();
    assert_eq!(scene.texts(), OLD);
}

#[test]
fn a_killed_run_does_not_roll_back_what_another_journal_wrote() {
    let scene = killed(Moment::Replaced(0));
    let theirs = TempDir::new().unwrap();
    let path = &scene.paths()[0];
    fs::write(path, OLD[0]).unwrap();
    let change = Change::new(path, OLD[0].as_bytes(), NEW[0].as_bytes());
    commit(&[change], scene.root(), &Journal::open(theirs.path())).unwrap();
    let [recovered] = scene.recover().try_into().unwrap();
    assert!(matches!(recovered.outcome, Ending::Left { .. }), "{recovered}");
    assert_eq!(scene.texts(), [NEW[0], OLD[1]]);
}
