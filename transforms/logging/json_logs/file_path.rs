//! A configuration given with `CONFIG_FILE_PATH`: the command line, which sets up the logs of the server, does not read it.

use super::META;
use super::variable::VARIABLE;
use crate::plan::Finding;
use crate::plan::build::variable_lines;
use crate::project::{Answer, Flavor, Installation, Variable, Version};

/// A release of which it is known that a worker reads the key by itself; 1.80.15 does not.
const READ_BY_WORKER: Version = Version(1, 85, 0);

/// What hands the configuration over by `CONFIG_FILE_PATH` alone.
pub fn giver(installation: &Installation<'_>) -> Option<Variable> {
    if !matches!(installation.parts.flavor, Flavor::Config | Flavor::ConfigMap) {
        return None;
    }
    let variable = installation.variables("CONFIG_FILE_PATH").into_iter().next()?;
    (installation.setting("config_option").place() == Some(&variable.place)).then_some(variable)
}

/// The finding with the variable that turns JSON logs on for all lines.
pub fn by_variable(installation: &Installation<'_>, finding: Finding) -> Finding {
    let text = "the configuration is given with CONFIG_FILE_PATH, and is then read too late for the server's own lines: this applies to all lines";
    finding.advice(text).lines(variable_lines(installation, VARIABLE, "true"))
}

/// JSON logs that are turned on in a configuration which the command line does not read.
pub fn comes_late(installation: &Installation<'_>, answer: &Answer) -> Option<Finding> {
    let giver = giver(installation)?;
    let running = installation.running();
    let finding = Finding::new(&META, META.id, "comes_late", answer.place()?.clone());
    let finding = if running.maybe_since(READ_BY_WORKER) {
        let before = if running.maybe_before(READ_BY_WORKER) {
            format!("; before LiteLLM {READ_BY_WORKER} it has no effect at all")
        } else {
            String::new()
        };
        finding
            .title(format!("`json_logs` does not affect the server's own lines: the configuration is given with CONFIG_FILE_PATH{before}"))
            .why("the command line sets up the logs of the server, and it reads only `--config`: its lines stay plain text among JSON")
    } else {
        finding
            .title("`json_logs` has no effect: the configuration is given with CONFIG_FILE_PATH")
            .why("in this version only the command line turns JSON logs on, and it reads only `--config`")
    };
    let finding = finding
        .advice("give the configuration with --config, or set this variable")
        .lines(variable_lines(installation, VARIABLE, "true"));
    Some(finding.see(giver.place, "the configuration is given here"))
}
