//! What other files put over the description of a process: patches of kustomizations, overrides of compose.

use crate::document::{Node, Path, Step, Syntax};

use super::inherited::through;
use crate::project::repository::file::Files;
use crate::project::repository::place::{FileId, Place};

/// What stands over a part of a process's document.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Over {
    /// The path in the document of the process that it is put at.
    pub target: Path,
    /// The file in which it stands.
    pub file: FileId,
    /// The document in the file.
    pub doc: usize,
    /// Where it stands there.
    pub path: Path,
    /// How it is put there.
    pub how: How,
}

/// How something is put over what stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum How {
    /// Mappings are merged, and lists with names by these: a strategic patch, a compose override.
    Merged,
    /// It takes the place of what stands there, and may be written: a field of a kustomization, a value with `!override`.
    Instead,
    /// The same as an operation of a JSON patch, which is not written.
    Operation,
    /// It becomes an item of the list, by an operation.
    Appended,
    /// A template prints it among the variables that stand there. It is in this form.
    Printed(Syntax),
    /// It is taken away, by an operation or with `!reset`.
    Removed,
}

impl Over {
    /// Whether it is an operation that writes a place.
    pub fn writes(&self, place: &Place) -> bool {
        matches!(self.how, How::Operation | How::Appended) && self.place().holds(place)
    }

    /// Whether it is merged over the description of a process as a whole.
    pub fn is_whole(&self, process: &super::Process) -> bool {
        self.how == How::Merged && self.target == process.path
    }

    /// What stands there.
    pub fn node<'f>(&self, files: &'f Files) -> Option<Node<'f>> {
        files.node(self.file, self.doc, &self.path)
    }

    /// Where it stands.
    pub fn place(&self) -> Place {
        Place::yaml(self.file, self.doc, self.path.clone())
    }
}

/// How a value of compose is put over what a weaker file or service has there: with a tag, not merged.
/// <https://docs.docker.com/reference/compose-file/merge/#reset-value>.
pub(in crate::project) fn tagged(value: Node<'_>) -> Option<How> {
    match value.tag()? {
        "!override" => Some(How::Instead),
        "!reset" => Some(How::Removed),
        _ => None,
    }
}

/// The same of the first value with a tag on the way down a path.
pub(in crate::project) fn tagged_on(node: Node<'_>, path: &[Step]) -> Option<How> {
    (1..=path.len()).find_map(|length| tagged(through(node, &path[..length])?))
}

/// The variables that a block of compose takes away, one by one.
pub(in crate::project) fn taken_away(block: Node<'_>) -> Vec<String> {
    let reset = block.resolve().entries().filter(|(_, value)| tagged(*value) == Some(How::Removed));
    reset.map(|(name, _)| name.text().into_owned()).collect()
}
