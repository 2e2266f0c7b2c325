//! Runs the real LiteLLM: a virtual environment, and a Python process per environment that loads configs.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use serde_json::{Value, json};

use crate::common::{Files, Place};

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/litellm");
const REQUIREMENTS: &str = include_str!("requirements.txt");
const CONSTRAINTS: &str = include_str!("constraints.txt");
/// One process takes about 310 MB.
const MOST_PROCESSES: usize = 4;

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

/// The values in force after LiteLLM has loaded this config in this environment; see `probe.py`.
pub fn probe(config: &str, env: &[(&str, &str)]) -> Value {
    probe_files(&[("config.yaml", config)], env)
}

/// As [`probe`], with files beside the config, which is the first.
pub fn probe_files(files: &[(&str, &str)], env: &[(&str, &str)]) -> Value {
    let mut env: Vec<_> = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    env.sort();
    let files: serde_json::Map<_, _> = files.iter().map(|(n, text)| ((*n).to_owned(), json!(text))).collect();
    let process = process(env);
    let mut process = process.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    process.ask(&json!({ "files": files }))
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
    let mut child = Command::new(python())
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

struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

type Pool = HashMap<Vec<(String, String)>, Arc<Mutex<Process>>>;

fn process(env: Vec<(String, String)>) -> Arc<Mutex<Process>> {
    static POOL: LazyLock<Mutex<Pool>> = LazyLock::new(Mutex::default);
    python();
    let mut pool = POOL.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if let Some(process) = pool.get(&env) {
        return process.clone();
    }
    if pool.len() >= MOST_PROCESSES {
        let idle = pool.iter().find(|(_, process)| Arc::strong_count(process) == 1);
        if let Some(env) = idle.map(|(env, _)| env.clone()) {
            pool.remove(&env);
        }
    }
    let process = Arc::new(Mutex::new(Process::start(&env)));
    pool.insert(env, process.clone());
    process
}

impl Process {
    fn start(env: &[(String, String)]) -> Self {
        let venv = venv();
        let mut child = Command::new(python())
            .arg(format!("{SOURCE}/probe.py"))
            .current_dir(&venv)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &venv)
            .env("LITELLM_LOCAL_MODEL_COST_MAP", "True")
            // Else LiteLLM looks for a .env in the folders above the package, which are ours.
            .env("LITELLM_MODE", "PRODUCTION")
            .envs(env.iter().map(|(name, value)| (name, value)))
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

fn venv() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
    let version = REQUIREMENTS.lines().find_map(|line| line.strip_prefix("litellm[proxy]=="));
    target.join(format!("litellm-{}", version.expect("a pinned version")))
}

/// The interpreter of the virtual environment, which is made first if it is not there.
fn python() -> &'static Path {
    static PYTHON: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    match PYTHON.get_or_init(|| make_venv(&venv())) {
        Ok(python) => python,
        Err(error) => panic!(
            "the virtual environment for the real LiteLLM cannot be made (LITELLM_FIX_SKIP_LITELLM=1 goes without): {error}"
        ),
    }
}

/// Makes the virtual environment unless a complete one is there. Other test processes wait meanwhile.
fn make_venv(venv: &Path) -> Result<PathBuf, String> {
    let python = venv.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let marker = venv.join("complete");
    let wanted = format!("{REQUIREMENTS}{CONSTRAINTS}");
    let io = |error: std::io::Error| format!("{}: {error}", venv.display());
    let lock = File::create(venv.with_extension("lock")).map_err(io)?;
    lock.lock().map_err(io)?;
    if fs::read_to_string(&marker).is_ok_and(|made_of| made_of == wanted) && python.exists() {
        return Ok(python);
    }
    if venv.exists() {
        fs::remove_dir_all(venv).map_err(io)?;
    }
    let files = [format!("{SOURCE}/requirements.txt"), format!("{SOURCE}/constraints.txt")];
    let wants = ["-r", &files[0], "-c", &files[1]];
    if run(Command::new("uv").arg("--version")).is_ok() {
        run(Command::new("uv").args(["venv", "--quiet", "--python", "python3"]).arg(venv))?;
        run(Command::new("uv").args(["pip", "install", "--quiet", "--python"]).arg(&python).args(wants))?;
    } else {
        run(Command::new("python3").args(["-m", "venv"]).arg(venv))?;
        let quiet = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"];
        run(Command::new(&python).args(quiet).args(wants))?;
    }
    fs::write(marker, wanted).map_err(io)?;
    Ok(python)
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
}
