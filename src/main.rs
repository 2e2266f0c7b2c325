//! The `litellm-fix` command.

use std::io::{BufWriter, ErrorKind, Write, stderr, stdout};
use std::process::ExitCode;

use clap::Parser;
use litellm_fix::cli::Cli;
use litellm_fix::exit::Exit;

fn main() -> ExitCode {
    litellm_fix::run::quiet_panics();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(answer) => return told(&answer),
    };
    let (mut out, mut err) = (BufWriter::new(stdout()), stderr());
    let exit = litellm_fix::run::run(cli, &mut out, &mut err).unwrap_or_else(|failure| {
        let _ = writeln!(err, "error: {failure}");
        failure.exit
    });
    ExitCode::from(exit.code())
}

/// The help, the version, or what is wrong with the command line.
fn told(answer: &clap::Error) -> ExitCode {
    match answer.print().and_then(|()| stdout().flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe && !answer.use_stderr() => {
            let _ = writeln!(stderr(), "error: the output could not be written: {error}");
            ExitCode::from(Exit::Failed.code())
        }
        _ if answer.use_stderr() => ExitCode::from(Exit::Usage.code()),
        _ => ExitCode::from(Exit::Done.code()),
    }
}
