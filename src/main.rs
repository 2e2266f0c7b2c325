//! The `litellm-fix` command.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use litellm_fix::cli::Cli;
use litellm_fix::exit::Exit;

fn main() -> ExitCode {
    let (mut out, mut err) = (std::io::BufWriter::new(std::io::stdout()), std::io::stderr());
    let exit = match litellm_fix::run::run(Cli::parse(), &mut out, &mut err) {
        Ok(exit) => exit,
        // A reader that stops reading (`| head`) is no error.
        Err(error) if is_broken_pipe(&error) => return ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(err, "error: {}", litellm_fix::report::visible(&format!("{error:#}")));
            Exit::Usage
        }
    };
    match out.flush() {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => ExitCode::from(Exit::Failed.code()),
        _ => ExitCode::from(exit.code()),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.chain().find_map(|cause| cause.downcast_ref::<std::io::Error>());
    io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
}
