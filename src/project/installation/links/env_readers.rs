//! Who reads each env file: so that an edit keeps quotes and comments where all of its readers know them.

use crate::document::EnvReader;
use crate::project::installation::links::evidence::Evidence;
use crate::project::installation::parts::Parts;
use crate::project::repository::file::{Document, Files};
use crate::project::repository::place::FileId;

/// Tells the env files who reads them. One that nothing here is known to read may be read by anything.
pub(in crate::project) fn tell(files: &mut Files, evidence: &Evidence, all: &[Parts]) {
    let env_files = files.iter().filter_map(|(id, _)| Some((id, files.env(id)?.clone())));
    for (id, env) in env_files.collect::<Vec<_>>() {
        let reader = common(&readers(evidence, all, id));
        files.put(id, Document::Env(env.for_reader(reader)));
    }
}

fn readers(evidence: &Evidence, all: &[Parts], file: FileId) -> Vec<EnvReader> {
    let of_scripts =
        evidence.script_env_files.iter().filter(|(id, ..)| *id == file).map(|(.., reader)| *reader);
    let links = all.iter().flat_map(|parts| &parts.env_files).filter(|link| link.file == file);
    let of_links = links.map(|link| link.link.reader().unwrap_or(EnvReader::Docker));
    let fills = all.iter().any(|parts| parts.fills_in(file));
    of_scripts.chain(of_links).chain(fills.then_some(EnvReader::Dotenv)).collect()
}

/// The reader whose form all of these take: where one is not known, or keeps quotes, that is the bare one.
fn common(readers: &[EnvReader]) -> EnvReader {
    let quotes = |reader: &EnvReader| matches!(reader, EnvReader::Dotenv | EnvReader::Systemd);
    match readers {
        [] => EnvReader::Docker,
        all if !all.iter().all(quotes) => EnvReader::Docker,
        all if all.contains(&EnvReader::Systemd) => EnvReader::Systemd,
        _ => EnvReader::Dotenv,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_one_that_all_readers_take() {
        use EnvReader::{Any, Docker, Dotenv, Systemd};
        assert_eq!(common(&[]), Docker);
        assert_eq!(common(&[Dotenv, Dotenv]), Dotenv);
        assert_eq!(common(&[Dotenv, Systemd]), Systemd);
        assert_eq!(common(&[Dotenv, Docker]), Docker);
        assert_eq!(common(&[Dotenv, Any]), Docker);
    }
}
