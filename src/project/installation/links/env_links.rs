//! Which env files reach the process of an installation, and in which order.

use std::path::Path as FilePath;

use crate::document::EnvReader;
use crate::project::installation::links::evidence::Evidence;
use crate::project::installation::links::starts;
use crate::project::installation::links::units::Started;
use crate::project::installation::parts::{EnvLink, Link, Member, Parts, referenced_names};
use crate::project::platform::start::By;
use crate::project::process::Process;
use crate::project::repository::file::{Document, Files, folder};
use crate::project::repository::kind::Flavor;
use crate::project::repository::place::FileId;

/// Finds the env files of an installation, the weakest first.
pub(in crate::project) fn link(files: &Files, evidence: &Evidence, parts: &mut Parts) {
    let mut of_services: Vec<EnvLink> = Vec::new();
    for service in parts.services() {
        of_service(files, service).into_iter().for_each(|one| add_link(&mut of_services, one.file, one.link));
    }
    let is_new = |file: FileId, links: &[EnvLink]| {
        near(files, file, parts) && links.iter().all(|link| link.file != file)
    };
    let mut of_scripts: Vec<EnvLink> = Vec::new();
    let of_script = evidence.script_env_files.iter().filter(|(file, ..)| is_new(*file, &of_services));
    for (file, shown, reader) in of_script {
        add_link(&mut of_scripts, *file, Link::Script { script: shown.clone(), reader: *reader });
    }
    // The weakest first: what LiteLLM loads by itself never replaces what it is given.
    let mut links: Vec<EnvLink> = Vec::new();
    for file in &evidence.venv_env_files {
        if is_new(*file, &of_services) && is_new(*file, &of_scripts) {
            add_link(&mut links, *file, Link::Dotenv);
        }
    }
    links.extend(of_scripts);
    parts.units = evidence.units.iter().filter(|unit| unit.runs(files, parts)).cloned().collect();
    for unit in &parts.units {
        for link in of_unit(files, unit) {
            links.retain(|other| other.file != link.file);
            links.push(link);
        }
    }
    parts.starts = starts::of(files, &evidence.starts, parts);
    links.extend(of_services);
    let fill = fillers(files, parts, &links);
    if links.is_empty() && parts.processes.is_empty() && parts.flavor == Flavor::Config {
        links.extend(assumed_env_file(files, parts));
    }
    let member = |link: &EnvLink| {
        let kind = if files.unit(link.file).is_some() { "systemd unit" } else { "env file" };
        Member { file: link.file, kind, link: link.link.to_string() }
    };
    let started = parts.starts.iter().map(|one| {
        let kind = match one.start.by {
            By::Script => "script",
            By::Image => "Dockerfile",
        };
        Member { file: one.file, kind, link: "starts LiteLLM".into() }
    });
    parts.members.extend(links.iter().map(member).chain(fill).chain(started));
    parts.env_files = links;
}

/// What a service loads, the weakest first.
pub(in crate::project) fn of_service(files: &Files, service: &Process) -> Vec<EnvLink> {
    let mut links = Vec::new();
    // Compose lets later ones win: <https://docs.docker.com/compose/how-tos/environment-variables/set-environment-variables/#additional-information-1>.
    for file in service.env_files(files) {
        let raw = service.env_reader(files, file) == EnvReader::Docker;
        add_link(&mut links, file, Link::Service { file: files.get(service.file).shown.clone(), raw });
    }
    links
}

/// The files of a unit and those that it names, the weakest first.
pub(in crate::project) fn of_unit(files: &Files, unit: &Started) -> Vec<EnvLink> {
    let container = unit.is_container(files);
    let shown = unit.files().first().map(|file| files.get(*file).shown.clone()).unwrap_or_default();
    let named = unit.env_files(files).into_iter().filter_map(|named| named.file);
    let named = named.map(|file| (file, Link::NamedByUnit { unit: shown.clone(), container }));
    let own = unit.files().iter().map(|file| (*file, Link::Unit));
    // Of systemd the env files win, and of Podman the variables one by one.
    let all: Vec<_> = if container { named.chain(own).collect() } else { own.chain(named).collect() };
    let mut links: Vec<EnvLink> = Vec::new();
    for (file, link) in all {
        links.retain(|other| other.file != file);
        links.push(EnvLink { file, link });
    }
    links
}

/// The `.env` files that compose fills `${…}` in from, without giving all of them to the process.
fn fillers(files: &Files, parts: &Parts, links: &[EnvLink]) -> Vec<Member> {
    let mut found: Vec<Member> = Vec::new();
    for service in parts.services() {
        let compose = &service.file;
        let refers =
            service.descriptions(files).iter().any(|(_, node)| node.resolve().source().contains('$'));
        for file in service.fillers.iter().copied().filter(|_| refers) {
            if !links.iter().any(|link| link.file == file) && !found.iter().any(|one| one.file == file) {
                let link = format!("fills in ${{…}} of {}", files.get(*compose).shown);
                found.push(Member { file, kind: "env file", link });
            }
        }
    }
    found
}

/// Adds a file that the process surely gets, unless it is there.
fn add_link(links: &mut Vec<EnvLink>, file: FileId, link: Link) {
    if !links.iter().any(|other| other.file == file) {
        links.push(EnvLink { file, link });
    }
}

/// Whether a file stands in the folder of the configuration or in one above it.
fn near(files: &Files, file: FileId, parts: &Parts) -> bool {
    files.same_repository(file, parts.main().file)
        && folder(files, parts.main().file).starts_with(folder(files, file))
}

/// The env file that defines what the configuration refers to, if exactly one fits.
fn assumed_env_file(files: &Files, parts: &Parts) -> Option<EnvLink> {
    let wanted = referenced_names(files, parts);
    let main = &files.get(parts.main().file).path;
    let mut fitting: Vec<(FileId, usize, String)> = Vec::new();
    for (id, file) in files.iter() {
        let Document::Env(env) = &file.document else { continue };
        let name = file.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if crate::project::repository::discover::is_sample_name(&name) || !near(files, id, parts) {
            continue;
        }
        if let Some(hit) = env.entries().find(|entry| wanted.iter().any(|want| want == entry.name)) {
            fitting.push((id, file.path.components().count(), hit.name.to_owned()));
        }
    }
    let deepest = fitting.iter().map(|(_, depth, _)| *depth).max()?;
    fitting.retain(|(_, depth, _)| *depth == deepest);
    let same_environment: Vec<_> = fitting
        .iter()
        .filter(|(id, ..)| environment_of(&files.get(*id).path) == environment_of(main))
        .collect();
    let (id, _, name) = match (same_environment.as_slice(), fitting.as_slice()) {
        ([only], _) => *only,
        ([], [only]) => only,
        _ => return None,
    };
    Some(EnvLink { file: *id, link: Link::Defines(name.clone()) })
}

/// `prod` of `config.prod.yaml`, `.env.prod`, `prod.env`; empty if the name tells none.
fn environment_of(path: &FilePath) -> String {
    const KNOWN: [&str; 9] =
        ["prod", "production", "dev", "development", "staging", "stage", "test", "local", "qa"];
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    name.split(['.', '-', '_']).find(|part| KNOWN.contains(part)).unwrap_or_default().to_owned()
}
