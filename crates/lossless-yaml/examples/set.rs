//! Sets one key of a YAML file and keeps everything else: `set config.yaml servers[0].port 9090`. The value is read as YAML.

#![allow(clippy::print_stderr)]

use std::error::Error;
use std::process::ExitCode;

use lossless_yaml::{Limits, Op, Path, Reader, Step, Value, Yaml};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, path, value] = arguments.as_slice() else {
        eprintln!("usage: set FILE PATH VALUE");
        return ExitCode::from(2);
    };
    match set(file, path, value) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{file}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn set(file: &str, path: &str, value: &str) -> Result<(), Box<dyn Error>> {
    let limits = Limits::default();
    let value = match Yaml::read(value, &limits)?.root(0) {
        Some(root) => root.value(Reader::PyYaml),
        None => Value::Null,
    };
    let path: Path = path.parse()?;
    let op = match path.split_last() {
        Some((at, Step::Key(key))) => Op::Set { at, key: key.clone(), value },
        _ => Op::Replace { at: path, value },
    };
    let yaml = Yaml::from_bytes(&std::fs::read(file)?, &limits)?;
    let applied = yaml.apply(0, &op)?;
    if !applied.edits.is_empty() {
        std::fs::write(file, applied.yaml.text())?;
    }
    Ok(())
}
