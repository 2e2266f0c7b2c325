//! What shells and `man` are told about the command line.

use std::io::Write;
use std::path::Path;

use anyhow::Context;
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, CommandFactory};

use crate::cli::Cli;
use crate::plan::Transform;

/// Writes the completion script for a shell; it completes ids too.
pub(super) fn completions(shell: clap_complete::Shell, transforms: &[Transform], out: &mut dyn Write) {
    let mut command = with_ids(Cli::command(), transforms);
    clap_complete::generate(shell, &mut command, "litellm-fix", &mut &mut *out);
}

/// Writes a manual page for the program and each of its commands into a folder, which is made where it is missing.
///
/// # Errors
/// A page that cannot be written.
pub(super) fn man(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(Cli::command(), folder))
        .with_context(|| format!("cannot write the manual pages into {}", folder.display()))
}

/// The command line whose arguments for ids say which there are. Only shells are told: where an id is read, former names are
/// taken too, and what is none is answered with the nearest.
fn with_ids(mut command: clap::Command, transforms: &[Transform]) -> clap::Command {
    let ids = || {
        let all = transforms.iter().map(|one| PossibleValue::new(one.meta.id).help(one.meta.title));
        PossibleValuesParser::new(all)
    };
    let parameters = || {
        PossibleValuesParser::new(transforms.iter().flat_map(|one| {
            let of = |name| PossibleValue::new(format!("{}.{name}=", one.meta.id));
            one.meta.params.iter().map(move |parameter| of(parameter.name).help(parameter.meaning))
        }))
    };
    command = command.mut_args(|arg: Arg| match arg.get_id().as_str() {
        "select" | "only" | "ignore" | "id" => arg.value_parser(ids()),
        "set" => arg.value_parser(parameters()),
        _ => arg,
    });
    command.mut_subcommands(|inner| with_ids(inner, transforms))
}
