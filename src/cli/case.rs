//! What the options of a case may be: those that say what is found and proposed, in the folder of the case. A page comes with a repository
//! that somebody else may have written.

use std::path::{Component, Path};

use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory};

use super::Cli;

/// The arguments that neither read nor write anything elsewhere, nor run another program.
const ALLOWED: [&str; 11] = [
    "paths",
    "select",
    "only",
    "ignore",
    "exclude",
    "apply",
    "include_review",
    "set",
    "litellm_version",
    "assume_litellm_version",
    "max_file_size",
];

/// Checks the options of a case.
///
/// # Errors
/// What is wrong with them, in words.
pub fn check_case(options: &[String]) -> Result<(), String> {
    let command = Cli::command();
    let arguments: Vec<clap::Id> = command.get_arguments().map(|one| one.get_id().clone()).collect();
    let words = std::iter::once("litellm-fix").chain(options.iter().map(String::as_str));
    let given = command.try_get_matches_from(words).map_err(|error| error.to_string())?;
    if let Some(name) = given.subcommand_name() {
        return Err(format!("a case is about a preview, not about `litellm-fix {name}`"));
    }
    let is_given = |id: &&clap::Id| given.value_source(id.as_str()) == Some(ValueSource::CommandLine);
    if let Some(id) = arguments.iter().filter(is_given).find(|id| !ALLOWED.contains(&id.as_str())) {
        let name = id.as_str().replace('_', "-");
        return Err(format!("a case takes no --{name}: its options say only what is found and proposed"));
    }
    match paths(&given).find(|path| !is_inside(path)) {
        Some(path) => Err(format!("{}: a path of a case is in the folder of the case", path.display())),
        None => Ok(()),
    }
}

fn paths(given: &ArgMatches) -> impl Iterator<Item = &Path> {
    let paths = given.get_many::<std::path::PathBuf>("paths").into_iter().flatten();
    paths.map(std::path::PathBuf::as_path)
}

fn is_inside(path: &Path) -> bool {
    path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str) -> Result<(), String> {
        check_case(&line.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn what_is_allowed_is_there() {
        let command = Cli::command();
        let known: Vec<&str> = command.get_arguments().map(|one| one.get_id().as_str()).collect();
        assert!(ALLOWED.iter().all(|name| known.contains(name)));
    }

    #[test]
    fn a_case_is_a_preview_of_its_own_folder() {
        for line in ["", "--select rule/a", "--set a.b=1 --include-review ./deploy/config.yaml"] {
            assert_eq!(check(line), Ok(()), "{line}");
        }
        for (line, why) in [
            ("--write", "takes no --write"),
            ("-w /etc", "takes no --write"),
            ("--interactive", "takes no --interactive"),
            ("--output json=x", "takes no --output"),
            ("--decisions x", "takes no --decisions"),
            ("--baseline-ref HEAD", "takes no --baseline-ref"),
            ("--python x", "takes no --python"),
            ("--from-file x", "takes no --from-file"),
            ("verify --python x", "not about `litellm-fix verify`"),
            ("/etc", "is in the folder of the case"),
            ("../x", "is in the folder of the case"),
            ("--nonsense", "unexpected argument"),
        ] {
            let error = check(line).unwrap_err();
            assert!(error.contains(why), "{line}: {error}");
        }
    }
}
