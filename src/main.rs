//! The `litellm-fix` command.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use litellm_fix::cli::Cli;
use litellm_fix::exit::Exit;

fn main() -> ExitCode {
    litellm_fix::run::quiet_panics();
    let (mut out, mut err) = (std::io::BufWriter::new(std::io::stdout()), std::io::stderr());
    let exit = match litellm_fix::run::run(Cli::parse(), &mut out, &mut err) {
        Ok(exit) => exit,
        // A reader that stops reading (`| head`) is no error.
        Err(failure) if failure.broken_pipe => return ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(err, "error: {failure}");
            failure.exit
        }
    };
    match out.flush() {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            let _ = writeln!(err, "error: the report could not be written: {error}");
            ExitCode::from(Exit::Failed.code())
        }
        _ => ExitCode::from(exit.code()),
    }
}
