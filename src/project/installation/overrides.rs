//! What `compose.override.yaml` puts over the services of the file beside it.
//!
//! Compose merges it without being told, over a file of a name that it finds by itself:
//! <https://docs.docker.com/compose/how-tos/multiple-compose-files/merge/>.

use crate::document::{Kind, Path};

use crate::project::installation::parts::{Member, Parts};
use crate::project::process::Process;
use crate::project::process::over::{How, Over, tagged};
use crate::project::repository::file::{Files, folder};
use crate::project::repository::kind::is_override_name;
use crate::project::repository::place::FileId;

/// Names of files that compose finds by itself.
const BASES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

/// Looks up what overrides put over the services.
pub(in crate::project) fn put(files: &Files, all: &mut [Parts]) {
    for parts in all {
        let mut members: Vec<Member> = Vec::new();
        for process in parts.processes.iter_mut().filter(|process| process.is_compose()) {
            for base in process.extends.iter().filter(|base| base.file != process.file) {
                let name = process.path.last_key().unwrap_or_default();
                let link = format!("extended by service `{name}` of {}", files.get(process.file).shown);
                members.push(Member { file: base.file, kind: "compose service", link });
            }
            let Some(id) = beside(files, process) else { continue };
            process.over = over(files, process, id);
            if !process.over.is_empty() && !members.iter().any(|member| member.file == id) {
                let link = format!("merged over {} by compose", files.get(process.file).shown);
                members.push(Member { file: id, kind: "compose override", link });
            }
        }
        parts.members.extend(members);
    }
}

/// The override that compose merges over the file of a service.
fn beside(files: &Files, process: &Process) -> Option<FileId> {
    let mut others = files.iter().map(|(id, _)| id).filter(|_| is_base(files, process.file));
    others.find(|id| {
        name(files, *id).is_some_and(is_override_name) && folder(files, *id) == folder(files, process.file)
    })
}

/// Whether compose finds a file without being told.
pub(in crate::project) fn is_base(files: &Files, file: FileId) -> bool {
    name(files, file).is_some_and(|name| BASES.contains(&name))
}

fn name(files: &Files, file: FileId) -> Option<&str> {
    files.get(file).path.file_name()?.to_str()
}

/// What it puts over the service, the strongest first: what takes the place of a key, or takes it away, comes before what is merged.
fn over(files: &Files, process: &Process, file: FileId) -> Vec<Over> {
    let Some(service) = files.node(file, 0, &process.path) else { return Vec::new() };
    let at = |path: Path, how| Over { target: path.clone(), file, doc: 0, path, how };
    let tagged = service
        .entries()
        .filter_map(|(key, value)| Some(at(process.path.child(&*key.text()), tagged(value)?)));
    let mut found: Vec<Over> = tagged.collect();
    if service.kind() == Kind::Mapping {
        found.push(at(process.path.clone(), How::Merged));
    }
    found
}
