//! The way back.

use crate::killed::killed;
use crate::*;

#[test]
fn undo_takes_back_run_after_run() {
    let scene = Scene::new();
    scene.commit().unwrap();
    let [config, env] = scene.paths();
    let more = Change::new(&config, NEW[0].as_bytes(), "a: 3\n".as_bytes());
    commit(&[more], scene.root(), &scene.journal()).unwrap();
    let report = scene.journal().undo(scene.root()).unwrap();
    assert_eq!(report.files, std::slice::from_ref(&config));
    assert_eq!(scene.texts(), NEW);
    assert_eq!(scene.journal().undo(scene.root()).unwrap().files, [config, env]);
    assert_eq!(scene.texts(), OLD);
    let text = message(scene.journal().undo(scene.root()));
    assert!(text.contains("nothing to undo"), "{text}");
}

#[test]
fn undo_is_refused_as_a_whole_where_a_file_changed() {
    let scene = Scene::new();
    scene.commit().unwrap();
    fs::write(&scene.paths()[1], "KEY=theirs").unwrap();
    let text = message(scene.journal().undo(scene.root()));
    assert!(text.contains("nothing was undone") && text.contains(".env"), "{text}");
    assert!(!text.contains("config.yaml"), "{text}");
    assert_eq!(scene.texts(), [NEW[0], "KEY=theirs"]);
    fs::write(&scene.paths()[1], NEW[1]).unwrap();
    scene.journal().undo(scene.root()).unwrap();
    assert_eq!(scene.texts(), OLD);
}

#[test]
fn undo_keeps_to_its_folder() {
    let scene = Scene::new();
    let sub = scene.root().join("sub");
    fs::create_dir(&sub).unwrap();
    fs::write(sub.join("x.yaml"), "x").unwrap();
    let mut changes = scene.changes();
    changes.push(Change::new(sub.join("x.yaml"), "x".as_bytes(), "y".as_bytes()));
    commit(&changes, scene.root(), &scene.journal()).unwrap();
    let text = message(scene.journal().undo(&sub));
    assert!(text.contains("also wrote outside") && text.contains("config.yaml"), "{text}");
    let elsewhere = TempDir::new().unwrap();
    assert!(message(scene.journal().undo(elsewhere.path())).contains("nothing to undo"));
    scene.journal().undo(scene.root()).unwrap();
    assert_eq!(scene.texts(), OLD);
}

#[test]
fn a_new_file_is_created_and_undo_removes_it() {
    let scene = Scene::new();
    let prefs = scene.root().join(".litellm-fix.yaml");
    let mut changes = scene.changes();
    changes.push(Change::created(&prefs, "ignore: []\n".as_bytes()));
    commit(&changes, scene.root(), &scene.journal()).unwrap();
    assert_eq!(fs::read_to_string(&prefs).unwrap(), "ignore: []\n");
    scene.journal().undo(scene.root()).unwrap();
    assert!(!prefs.exists());
    assert_eq!(scene.texts(), OLD);
    fs::write(&prefs, "theirs").unwrap();
    let text = message(commit(&changes, scene.root(), &scene.journal()));
    assert!(text.contains("exists already"), "{text}");
    assert_eq!(scene.texts(), OLD);
}

#[test]
fn names_that_are_no_text_are_written_and_undone() {
    let scene = Scene::new();
    let path = scene.root().join(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"a\xff.env"));
    if fs::write(&path, "A=1").is_err() {
        eprintln!("not run: the file system knows only text");
        return;
    }
    let change = Change::new(&path, "A=1".as_bytes(), "A=2".as_bytes());
    commit(&[change], scene.root(), &scene.journal()).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "A=2");
    assert_eq!(scene.journal().undo(scene.root()).unwrap().files, std::slice::from_ref(&path));
    assert_eq!(fs::read_to_string(&path).unwrap(), "A=1");
}

/// Makes the only run of the journal look this old.
fn age(scene: &Scene, days: u64) {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let then = (now - Duration::from_secs(days * 86_400)).as_millis();
    fs::rename(scene.only_run(), scene.journal().dir().join(format!("{then:015}-1"))).unwrap();
}

#[test]
fn runs_are_forgotten_after_thirty_days_unless_they_were_killed() {
    for (days, left) in [(29, 2), (31, 1)] {
        let scene = Scene::new();
        scene.commit().unwrap();
        age(&scene, days);
        let change = Change::new(&scene.paths()[0], NEW[0].as_bytes(), "x".as_bytes());
        commit(&[change], scene.root(), &scene.journal()).unwrap();
        assert_eq!(scene.runs().len(), left);
    }
    let scene = killed(Moment::Journaled);
    age(&scene, 31);
    assert_eq!(scene.recover().len(), 1);
    scene.assert_untouched();
}
