//! What the expressions of a template add before it is deployed.

use crate::document::{Node, Path, Step};

use super::{Covers, Part, SourceKind, Unseen};
use crate::project::installation::own_chart::filled::is_read;
use crate::project::installation::parts::{Layer, Parts};
use crate::project::platform::Aspect;
use crate::project::platform::nodes::is_expression;
use crate::project::process::Process;
use crate::project::repository::file::Files;
use crate::project::repository::place::{FileId, Place};
use crate::project::repository::template::Unknown;

/// What expressions may give the processes, and put into the configuration.
pub fn expressions(files: &Files, parts: &Parts) -> Vec<Unseen> {
    let mut found: Vec<Unseen> =
        parts.processes.iter().flat_map(|process| of_process(files, process)).collect();
    let main = parts.main();
    for layer in parts.layers.iter().chain(&parts.includes) {
        let of_process = |process: &&Process| (process.file, process.doc) == (layer.file, layer.doc);
        let own = parts.processes.iter().filter(of_process);
        let is_read = |one: &Unknown| own.clone().any(|process| is_read(process, one));
        let ours = |one: &&Unknown| one.doc == layer.doc && layer.base.contains(&one.path) && !is_read(one);
        let adds = unknown(files, layer.file).iter().filter(ours).cloned();
        for one in &adds.chain(whole(files, layer)).collect::<Vec<_>>() {
            let covers = match layer == main {
                true => Covers::Values(one.path.clone()),
                false => Covers::All,
            };
            found.push(unseen(layer.file, one, covers));
        }
    }
    found
}

/// The parts of a layer that an expression gives as a whole: the configuration, sections of it, and keys of the values.
fn whole(files: &Files, layer: &Layer) -> Vec<Unknown> {
    let node = |path: &Path| files.node(layer.file, layer.doc, path).map(Node::resolve);
    let keys = |path: &Path| {
        let entries = node(path).into_iter().flat_map(Node::entries);
        entries.map(|(key, _)| path.child(&*key.text())).collect::<Vec<_>>()
    };
    let mut paths = [keys(&layer.base), keys(&layer.config), vec![layer.config.clone()]].concat();
    paths.sort();
    paths.dedup();
    let of = |path: Path| {
        let node = node(&path).filter(|node| is_expression(*node))?;
        Some(Unknown { doc: layer.doc, path, line: node.position().0, prints: None })
    };
    paths.into_iter().filter_map(of).collect()
}

fn unknown(files: &Files, file: FileId) -> &[Unknown] {
    files.get(file).template.as_ref().map_or(&[], |template| &template.unknown)
}

fn of_process(files: &Files, process: &Process) -> Vec<Unseen> {
    let mut found = as_a_whole(files, process);
    let open = |one: &&Unknown| one.doc == process.doc && !is_read(process, one);
    for one in unknown(files, process.file).iter().filter(open) {
        let may_set = |path: &Path| may_set(files, process, &one.path, path);
        let mut blocks = process.platform.blocks(&process.path).into_iter().map(|block| block.path);
        let variables = blocks.any(|path| may_set(&path)) || may_set(&process.path.child("envFrom"));
        let (keys, _) = process.platform.command();
        let command = keys.iter().any(|key| may_set(&process.path.child(*key)));
        let parts: Vec<Part> = [(variables, Part::Environment), (command, Part::Command)]
            .into_iter()
            .filter_map(|(may, part)| may.then_some(part))
            .collect();
        let places = |aspect: &Aspect| process.platform.places(&process.path, *aspect);
        let set = |aspect: &Aspect| places(aspect).iter().any(may_set);
        let aspects: Vec<Aspect> = Aspect::ALL.into_iter().filter(set).collect();
        found.extend((!parts.is_empty()).then(|| unseen(process.file, one, Covers::Parts(parts))));
        found.extend((!aspects.is_empty()).then(|| unseen(process.file, one, Covers::Aspects(aspects))));
    }
    found
}

/// The variables or the command of a process, where an expression stands for all of them.
fn as_a_whole(files: &Files, process: &Process) -> Vec<Unseen> {
    let (keys, _) = process.platform.command();
    let blocks = process.platform.blocks(&process.path).into_iter().map(|block| block.path);
    let variables = blocks.chain([process.path.child("envFrom")]).map(|path| (path, Part::Environment));
    let command = keys.iter().map(|key| (process.path.child(*key), Part::Command));
    let expression = |(path, part): (Path, Part)| {
        let node = files.node(process.file, process.doc, &path)?;
        let one = Unknown { doc: process.doc, path, line: node.position().0, prints: None };
        (is_expression(node) && !is_read(process, &one))
            .then(|| unseen(process.file, &one, Covers::Parts(vec![part])))
    };
    variables.chain(command).filter_map(expression).collect()
}

/// Whether what is added to a block may be, or stand around, what is looked for: it stands in there, or its next key is not yet there. An
/// entry of a list adds nothing to the list.
fn may_set(files: &Files, process: &Process, block: &Path, wanted: &Path) -> bool {
    if wanted.contains(block) {
        return !block.steps()[wanted.steps().len()..].iter().any(|step| matches!(step, Step::Index(_)));
    }
    let next = wanted.steps().get(block.steps().len()).filter(|_| block.contains(wanted));
    next.is_some_and(|next| {
        let stands = files.node(process.file, process.doc, &block.child(next.clone())).is_some();
        !stands && !matches!(next, Step::Index(_))
    })
}

fn unseen(file: FileId, one: &Unknown, covers: Covers) -> Unseen {
    let what = SourceKind::Expression(block(&one.path));
    Unseen { covers, wins: false, weaker: Vec::new(), what, place: Place::line(file, one.line) }
}

/// A block for humans: its key, and which item below it.
fn block(path: &Path) -> String {
    let steps = path.steps();
    let from = steps.iter().rposition(|step| matches!(step, Step::Key(_))).unwrap_or(0);
    match steps.is_empty() {
        true => "the document".to_owned(),
        false => {
            Path(steps[from..].iter().filter(|step| **step != Step::Inside).cloned().collect()).to_string()
        }
    }
}
