//! The LiteLLM that a proof runs in: an interpreter, an image, or an environment that is made for it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};

use super::made;
use super::protocol::PROBE;
use crate::project::{Running, Version, installed};

/// Releases that were compromised: never installed, never run.
pub const COMPROMISED: [Version; 3] = [Version(1, 82, 7), Version(1, 82, 8), Version(1, 107, 0)];

/// Where LiteLLM comes from, as the user says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Provider {
    /// A Python interpreter that has LiteLLM.
    Python(PathBuf),
    /// An image, run by the container engine that is there.
    Image(String),
    /// An environment in the user's cache folder, for the version of each installation.
    Install,
}

/// A command that runs the probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreter {
    /// The program.
    pub program: OsString,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Whether a container engine is the program, which keeps its own environment; the container has this name.
    pub container: Option<String>,
}

impl Provider {
    /// The command for an installation that runs this version. Makes an environment where one is asked for and not there.
    ///
    /// # Errors
    /// No version is visible to install, it is a compromised one, there is no engine, or the environment cannot be made.
    pub fn runtime(&self, running: &Running) -> anyhow::Result<Interpreter> {
        match self {
            Self::Python(python) => Ok(interpreter(python)),
            Self::Image(image) => {
                let tag = image.rsplit('/').next().and_then(|name| name.split_once(':'));
                if let Some(version) = tag.and_then(|(_, tag)| tag.parse::<Version>().ok()) {
                    check(version)?;
                }
                ensure!(!image.starts_with('-'), "{image} is no image");
                let engine =
                    engine().context("--image needs docker, podman or nerdctl, and none is on the PATH")?;
                Ok(container(&engine, image, &format!("litellm-fix-{}", made::random())))
            }
            Self::Install => match running {
                Running::Known(version, ..) => {
                    check(*version)?;
                    Ok(interpreter(&made::environment(*version)?))
                }
                Running::Unknown(why, _) => bail!(
                    "--install does not know which version of LiteLLM to install ({why}); name it with --litellm-version"
                ),
            },
        }
    }
}

fn check(version: Version) -> anyhow::Result<()> {
    ensure!(
        !COMPROMISED.contains(&version),
        "LiteLLM {version} was compromised: it is neither installed nor run; update the deployment to another release first"
    );
    Ok(())
}

/// Isolated from the user's packages and variables, and leaving no compiled files behind.
fn interpreter(python: &Path) -> Interpreter {
    let arguments = ["-I", "-B", "-c", PROBE].map(OsString::from).to_vec();
    Interpreter { program: python.into(), arguments, container: None }
}

/// Without network, rights and files of this machine: all that the proxy gets comes through standard input.
pub fn container(engine: &Path, image: &str, name: &str) -> Interpreter {
    let arguments = [
        "run",
        "--rm",
        "--interactive",
        "--name",
        name,
        "--network",
        "none",
        "--cap-drop",
        "ALL",
        "--security-opt",
        "no-new-privileges",
        "--pids-limit",
        "512",
        "--env",
        "HOME=/tmp",
        "--entrypoint",
        "python3",
        image,
        "-I",
        "-B",
        "-c",
        PROBE,
    ];
    Interpreter {
        program: engine.into(),
        arguments: arguments.map(OsString::from).to_vec(),
        container: Some(name.to_owned()),
    }
}

/// The container engine that is on the PATH.
fn engine() -> Option<PathBuf> {
    ["docker", "podman", "nerdctl"].into_iter().find_map(installed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::KnownBy;

    #[test]
    fn a_container_gets_nothing_of_this_machine() {
        let made = container(Path::new("/bin/docker"), "ghcr.io/berriai/litellm:v1.80.15", "one");
        let words: Vec<_> = made.arguments.iter().map(|word| word.to_string_lossy()).collect();
        assert!(words.windows(2).any(|two| two == ["--network", "none"]));
        assert!(!words.iter().any(|word| word == "--volume" || word == "-v" || word == "--privileged"));
    }

    #[test]
    fn compromised_releases_are_refused() {
        for version in COMPROMISED {
            let running = Running::Known(version, KnownBy::ImageTag, None);
            let error = Provider::Install.runtime(&running).unwrap_err().to_string();
            assert!(error.contains("compromised"), "{error}");
            let image = Provider::Image(format!("ghcr.io/berriai/litellm:v{version}-stable"));
            assert!(image.runtime(&running).unwrap_err().to_string().contains("compromised"));
        }
    }

    #[test]
    fn without_a_version_nothing_is_installed() {
        let error = Provider::Install.runtime(&Running::Unknown("the tag floats".into(), None)).unwrap_err();
        assert!(error.to_string().contains("--litellm-version"), "{error}");
    }
}
