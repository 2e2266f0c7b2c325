//! A configuration that comes by a variable, which what fills the pool never sees.

use super::{DEFAULT_LIMIT, LIMIT, META};
use crate::plan::{Finding, Lines};
use crate::project::{Answer, Flavor, Installation};

/// A configuration that the process gets by `CONFIG_FILE_PATH`: the command line, which fills the pool, never sees it.
pub fn by_variable(installation: &Installation<'_>, answer: &Answer) -> Option<Finding> {
    if !matches!(installation.parts.flavor, Flavor::Config | Flavor::ConfigMap | Flavor::OtherChart) {
        return None;
    }
    let limit = answer.place()?;
    let option = installation.setting("config_option");
    let variable = installation.variables("CONFIG_FILE_PATH").into_iter().next()?;
    if option.place() != Some(&variable.place) {
        return None;
    }
    let path = variable.text.filter(|text| !text.is_empty()).unwrap_or_else(|| "/app/config.yaml".into());
    let command = vec![format!("command: [\"--config\", \"{path}\"]")];
    let finding = Finding::new(&META, LIMIT, "by_variable", limit.clone())
        .title(format!("`{LIMIT}` has no effect: the configuration is given with CONFIG_FILE_PATH"))
        .why(format!("only the command line writes the pool into the database's address, and it reads only `--config`; {DEFAULT_LIMIT} is effective"))
        .advice("give the configuration with --config as well")
        .lines(Lines::new(command, "the command of LiteLLM's process"));
    Some(finding.see(variable.place, "the configuration comes from here"))
}
