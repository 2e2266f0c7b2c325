//! What the compose files that are merged over that of a service put over it.

use crate::document::{Kind, Path};

use crate::project::installation::parts::{Member, Parts};
use crate::project::process::Process;
use crate::project::process::merged::Merged;
use crate::project::process::over::{How, Over, tagged};
use crate::project::repository::file::Files;
use crate::project::repository::place::FileId;

/// Looks up what is merged over the services.
pub(in crate::project) fn put(files: &Files, all: &mut [Parts]) {
    let merged = Merged::new(files);
    for parts in all {
        let mut members: Vec<Member> = Vec::new();
        for process in parts.processes.iter_mut().filter(|process| process.is_compose()) {
            for base in process.extends.iter().filter(|base| base.file != process.file) {
                let name = process.path.last_key().unwrap_or_default();
                let link = format!("extended by service `{name}` of {}", files.get(process.file).shown);
                members.push(Member { file: base.file, kind: "compose service", link });
            }
            let list = merged.with(files, process.file);
            let mut others: Vec<FileId> = list.iter().flat_map(|list| list.over(process.file)).collect();
            others.reverse();
            process.over = others.iter().flat_map(|id| over(files, process, *id)).collect();
            others.retain(|id| process.over.iter().any(|over| over.file == *id));
            others.retain(|id| !members.iter().any(|member| member.file == *id));
            members.extend(others.into_iter().map(|id| {
                let link = format!("merged over {} by compose", files.get(process.file).shown);
                Member { file: id, kind: "compose override", link }
            }));
        }
        parts.members.extend(members);
    }
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
