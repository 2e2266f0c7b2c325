//! Runs the real LiteLLM: a virtual environment per release, and a Python process per release and environment that loads configs.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock};

use litellm_fix::project::Version;
use serde_json::{Value, json};

use crate::common::{Files, Place};

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/litellm");
const REQUIREMENTS: &str = include_str!("requirements.txt");
/// One process takes 300 to 400 MB. Enough for one of each release without an environment, and one with the most common.
const MOST_PROCESSES: usize = 9;
/// So many questions go to a process together at most.
const AT_ONCE: usize = 16;

/// A release that is installed, with all that it needs pinned: what was installed for `requirements.txt` once.
#[derive(Clone, Copy)]
pub struct Release {
    pub version: Version,
}

/// One from before most changes, the one that most facts come from, and the newest.
pub const RELEASES: [Release; 3] =
    [Release { version: Version(1, 80, 15) }, Release { version: Version(1, 106, 2) }, NEWEST_RELEASE];

/// The newest release that litellm-fix knows.
pub const NEWEST_RELEASE: Release = Release { version: litellm_fix::project::NEWEST };

/// The releases, or the one of them that `LITELLM_FIX_RELEASE` names.
pub fn asked_for() -> impl Iterator<Item = Release> {
    let alone = std::env::var("LITELLM_FIX_RELEASE").ok();
    RELEASES
        .into_iter()
        .filter(move |release| alone.as_ref().is_none_or(|alone| *alone == release.version.to_string()))
}

/// Runs a test on every release that is asked for, one after the other, unless the tests of the real thing are switched off.
pub fn on_each_release(test: impl Fn(Release)) {
    if skipped() {
        return;
    }
    let mut panics = Vec::new();
    for release in asked_for() {
        let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| test(release)));
        panics.extend(ran.err().map(|panic| (release.version, panic)));
    }
    let failed: Vec<_> = panics.iter().map(|(version, _)| version.to_string()).collect();
    if let Some((_, panic)) = panics.pop() {
        let _ = writeln!(std::io::stderr(), "on LiteLLM {}", failed.join(", "));
        std::panic::resume_unwind(panic);
    }
}

/// Whether the tests of the real thing are switched off. Says so, past the capture of the test runner.
pub fn skipped() -> bool {
    let skip = std::env::var_os("LITELLM_FIX_SKIP_LITELLM").is_some_and(|value| value == "1");
    if skip {
        static SAID: OnceLock<()> = OnceLock::new();
        SAID.get_or_init(|| {
            let mut stderr = std::io::stderr();
            let _ =
                writeln!(stderr, "LITELLM_FIX_SKIP_LITELLM=1: nothing is checked against the real LiteLLM");
        });
    }
    skip
}

impl Release {
    /// Whether it is this one or newer.
    pub fn since(self, version: Version) -> bool {
        self.version >= version
    }

    /// The values in force after it has loaded this config in this environment; see `probe.py`.
    pub fn probe(self, config: &str, env: &[(&str, &str)]) -> Value {
        self.probe_files(&[("config.yaml", config)], env)
    }

    /// As [`Self::probe`], with files beside the config, which is the first.
    pub fn probe_files(self, files: &[(&str, &str)], env: &[(&str, &str)]) -> Value {
        let files: serde_json::Map<_, _> =
            files.iter().map(|(n, text)| ((*n).to_owned(), json!(text))).collect();
        self.answer(json!({ "files": files }), env)
    }

    /// The answer of `probe.py` to a question in this environment.
    pub fn answer(self, mut question: Value, env: &[(&str, &str)]) -> Value {
        let env: Env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        question["env"] = json!(env);
        let mut imported = Env::new();
        loop {
            let answer = self.ask(&question, imported.clone());
            // These count at import: a process has them from the start.
            let Some(names) = answer["import"].as_array() else { return answer };
            let given = env.iter().filter(|(name, _)| names.contains(&json!(name)));
            imported.extend(given.map(|(name, value)| (name.clone(), value.clone())));
        }
    }

    /// The answers to questions without an environment, in their order: several at once.
    pub fn answers(self, questions: &[Value]) -> Vec<Value> {
        let mut answers = Vec::new();
        // Other tests wait meanwhile.
        for some in questions.chunks(AT_ONCE) {
            let some: Vec<_> = some
                .iter()
                .cloned()
                .map(|mut one| {
                    one["env"] = json!({});
                    one
                })
                .collect();
            match self.ask(&json!({ "all": some }), Env::new()) {
                Value::Array(found) => answers.extend(found),
                broken => panic!("{broken}"),
            }
        }
        answers
    }

    /// Leaves a `.env` in a folder above the package, where LiteLLM finds it unless `LITELLM_MODE` forbids to look.
    pub fn leave_dotenv(self, text: &str) {
        python(self);
        fs::write(self.venv().join(".env"), text).expect("the virtual environment can be written to");
    }

    /// The answer of a `probe.py` that was started in this environment.
    fn ask(self, question: &Value, env: Env) -> Value {
        let process = process(self, env);
        let mut process = process.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        process.ask(question)
    }

    /// Its interpreter.
    pub fn python(self) -> PathBuf {
        python(self)
    }

    fn venv(self) -> PathBuf {
        target().join(format!("litellm-{}", self.version))
    }
}

/// What `known_keys.py` reads out of the package of a release, installed or not: each section with a key.
pub fn known_keys(version: Version) -> Vec<(String, String)> {
    let text = table(version, "known_keys.py", include_str!("known_keys.py"));
    let keys = text.lines().filter(|line| !line.starts_with('#'));
    let keys = keys.filter_map(|line| line.split_once(' '));
    keys.map(|(section, key)| (section.to_owned(), key.to_owned())).collect()
}

/// What a script prints about the package of a release. A package never changes: it is kept until the script does.
fn table(version: Version, script: &str, source: &str) -> String {
    let installed = RELEASES.into_iter().find(|release| release.version == version);
    let folder = installed.map_or_else(|| sources(version), purelib);
    let kept = target().join(format!("litellm-{version}-{script}.txt"));
    let made_by = format!("{source}\n");
    if let Some(table) =
        fs::read_to_string(&kept).ok().as_deref().and_then(|text| text.strip_prefix(&made_by))
    {
        return table.to_owned();
    }
    let script = format!("{SOURCE}/{script}");
    let output = Command::new(python(NEWEST_RELEASE)).args(["-W", "ignore", &script]).arg(folder).output();
    let output = output.expect("python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let table = String::from_utf8(output.stdout).expect("a table");
    fs::write(kept, made_by + &table).expect("the target folder can be written to");
    table
}

fn purelib(release: Release) -> PathBuf {
    let folder = "import sysconfig; print(sysconfig.get_path('purelib'))";
    let folder = Command::new(python(release)).args(["-c", folder]).output().expect("python runs");
    PathBuf::from(String::from_utf8(folder.stdout).expect("a path").trim())
}

/// The package of a release alone, which none of the tests runs.
fn sources(version: Version) -> PathBuf {
    let folder = target().join(format!("litellm-{version}-sources"));
    let lock = File::create(target().join(format!("litellm-{version}-sources.lock"))).expect("a lock");
    lock.lock().expect("the lock");
    if !folder.join(format!("litellm-{version}.dist-info")).exists() {
        let wanted = ["--no-deps", "--target", &folder.to_string_lossy(), &format!("litellm=={version}")];
        install(&python(NEWEST_RELEASE), &wanted).expect("the package can be had");
    }
    folder
}

/// The variables that `docker run --env-file` and Kubernetes' `--from-env-file` make of an env file.
pub fn docker_env(text: &str) -> Vec<(String, String)> {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim_start);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('=')).map(|(n, v)| (n.to_owned(), v.to_owned())).collect()
}

/// The variables that python-dotenv makes of an env file, as [`None`] where it knows the name alone.
pub fn python_dotenv(text: &str) -> Vec<(String, Option<String>)> {
    let script = "import dotenv, io, json, sys; text = io.StringIO(json.loads(sys.stdin.read())); \
                  print(json.dumps(list(dotenv.dotenv_values(stream=text, interpolate=False).items())))";
    let mut child = Command::new(python(NEWEST_RELEASE))
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("python starts");
    let stdin = child.stdin.take().expect("a pipe");
    serde_json::to_writer(stdin, text).expect("python reads");
    let output = child.wait_with_output().expect("python ends");
    serde_json::from_slice(&output.stdout).expect("python answers")
}

/// What `litellm-fix` makes of a folder with these files.
pub fn fixed(files: &[(&str, &str)], args: &[&str]) -> Files {
    let place = Place::new(files.iter().copied());
    let ran = place.run(args);
    assert_eq!(ran.code, 0, "litellm-fix {args:?}: {}\n{}", ran.out, ran.err);
    place.files()
}

type Env = BTreeMap<String, String>;

struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// A process goes on living for the next question in its release and with the same variables at import.
struct Kept {
    release: Version,
    env: Env,
    process: Arc<Mutex<Process>>,
}

fn process(release: Release, env: Env) -> Arc<Mutex<Process>> {
    /// The one used last stands last.
    static POOL: Mutex<Vec<Kept>> = Mutex::new(Vec::new());
    python(release);
    let mut pool = POOL.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let known = pool.iter().position(|kept| kept.release == release.version && kept.env == env);
    let kept = match known {
        Some(known) => pool.remove(known),
        None => {
            // Each question comes first to the one without an environment of its own.
            let may_go = |kept: &Kept| !kept.env.is_empty() && Arc::strong_count(&kept.process) == 1;
            let idle = pool.iter().position(may_go);
            if let Some(idle) = idle.filter(|_| pool.len() >= MOST_PROCESSES) {
                pool.remove(idle);
            }
            let process = Arc::new(Mutex::new(Process::start(release, &env)));
            Kept { release: release.version, env, process }
        }
    };
    let process = kept.process.clone();
    pool.push(kept);
    process
}

impl Process {
    fn start(release: Release, env: &Env) -> Self {
        let venv = release.venv();
        let mut child = Command::new(python(release))
            .arg(format!("{SOURCE}/probe.py"))
            .current_dir(&venv)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &venv)
            .env("PYTHONPYCACHEPREFIX", venv.join("compiled"))
            .env("LITELLM_LOCAL_MODEL_COST_MAP", "True")
            // Else LiteLLM looks for a .env in the folders above the package, which are ours.
            .env("LITELLM_MODE", "PRODUCTION")
            .envs(env)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("python starts");
        let input = child.stdin.take().expect("a pipe");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, input, output }
    }

    fn ask(&mut self, question: &Value) -> Value {
        writeln!(self.input, "{question}").expect("the probe reads; else run tests/litellm/probe.py by hand");
        let mut answer = String::new();
        self.output.read_line(&mut answer).expect("the probe answers");
        serde_json::from_str(&answer).expect("the probe answers in JSON")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The interpreter of a release's virtual environment. The first call makes all of them that are not there.
fn python(release: Release) -> PathBuf {
    static MADE: OnceLock<Result<(), String>> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        std::thread::scope(|scope| {
            let makers = RELEASES.map(|release| scope.spawn(move || make_venv(release)));
            makers.into_iter().try_for_each(|maker| maker.join().expect("the maker ends"))
        })
    });
    if let Err(error) = made {
        panic!(
            "the virtual environments for the real LiteLLM cannot be made (LITELLM_FIX_SKIP_LITELLM=1 goes without): {error}"
        );
    }
    interpreter(&release.venv())
}

fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder")
}

fn interpreter(venv: &Path) -> PathBuf {
    venv.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
}

/// Makes the virtual environment of a release unless a complete one is there. Other test processes wait meanwhile.
fn make_venv(release: Release) -> Result<(), String> {
    let venv = &release.venv();
    let python = interpreter(venv);
    let marker = venv.join("complete");
    let io = |error: std::io::Error| format!("{}: {error}", venv.display());
    let constraints = format!("{SOURCE}/constraints/{}.txt", release.version);
    let wanted = format!("{REQUIREMENTS}{}", fs::read_to_string(&constraints).map_err(io)?);
    // Not `with_extension`, which would take the last number of the version for one.
    let lock = File::create(format!("{}.lock", venv.display())).map_err(io)?;
    lock.lock().map_err(io)?;
    if fs::read_to_string(&marker).is_ok_and(|made_of| made_of == wanted) && python.exists() {
        return Ok(());
    }
    if venv.exists() {
        fs::remove_dir_all(venv).map_err(io)?;
    }
    if has_uv() {
        run(Command::new("uv").args(["venv", "--quiet", "--python", "python3"]).arg(venv))?;
    } else {
        run(Command::new("python3").args(["-m", "venv"]).arg(venv))?;
    }
    // The file names everything that is needed. What a release asks for is not asked again: not all of it is in the registry.
    install(&python, &["--no-deps", "-r", &constraints])?;
    fs::write(marker, wanted).map_err(io)
}

fn has_uv() -> bool {
    run(Command::new("uv").arg("--version")).is_ok()
}

/// Installs packages for an interpreter.
fn install(python: &Path, wanted: &[&str]) -> Result<(), String> {
    if has_uv() {
        return run(Command::new("uv")
            .args(["pip", "install", "--quiet", "--python"])
            .arg(python)
            .args(wanted));
    }
    // Most modules are never imported: compiling all of them takes as long as the rest.
    let quiet =
        ["-m", "pip", "install", "--quiet", "--no-compile", "--no-input", "--disable-pip-version-check"];
    run(Command::new(python).args(quiet).args(wanted))
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
}
