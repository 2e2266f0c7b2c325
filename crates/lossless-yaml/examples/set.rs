//! Sets one key of a YAML file and keeps everything else: `set config.yaml server.port 9090`. The value is read as YAML.

#![allow(clippy::print_stderr)]

use std::error::Error;
use std::process::ExitCode;

use lossless_yaml::{Limits, Op, Path, Reader, Value, Yaml};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, keys, value] = arguments.as_slice() else {
        eprintln!("usage: set FILE KEY.KEY VALUE");
        return ExitCode::from(2);
    };
    match set(file, keys, value) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{file}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn set(file: &str, keys: &str, value: &str) -> Result<(), Box<dyn Error>> {
    let limits = Limits::default();
    let value = match Yaml::read(value, &limits)?.root(0) {
        Some(root) => root.value(Reader::PyYaml),
        None => Value::Null,
    };
    let (around, key) = keys.rsplit_once('.').unwrap_or(("", keys));
    let at = Path::keys(around.split('.').filter(|key| !key.is_empty()));
    let yaml = Yaml::from_bytes(&std::fs::read(file)?, &limits)?;
    let applied = yaml.apply(0, &Op::Set { at, key: key.to_owned(), value })?;
    if !applied.edits.is_empty() {
        std::fs::write(file, applied.yaml.text())?;
    }
    Ok(())
}
