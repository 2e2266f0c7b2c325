//! Sets one variable of an env file and keeps everything else: `env .env LOG_LEVEL debug`.

#![allow(clippy::print_stderr)]

use std::error::Error;
use std::process::ExitCode;

use lossless_yaml::{Dotenv, EnvOp, Limits};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, name, value] = arguments.as_slice() else {
        eprintln!("usage: env FILE NAME VALUE");
        return ExitCode::from(2);
    };
    match set(file, name, value) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{file}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn set(file: &str, name: &str, value: &str) -> Result<(), Box<dyn Error>> {
    let env = Dotenv::from_bytes(&std::fs::read(file)?, &Limits::default())?;
    let applied = env.apply(&EnvOp::Set { name: name.to_owned(), value: value.to_owned() })?;
    if !applied.edits.is_empty() {
        std::fs::write(file, applied.env.text())?;
    }
    Ok(())
}
