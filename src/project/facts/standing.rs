//! What is known of the place where something stands, for who never sees a file.

use crate::document::EnvQuote;

use crate::project::installation::view::Installation;
use crate::project::platform::Aspect;
use crate::project::process::Process;
use crate::project::process::shared::Shared;
use crate::project::repository::file::folder;
use crate::project::repository::kind::What;
use crate::project::repository::place::{At, FileId, Place, Spot};

/// How an entry of an env file is written, where readers differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnvWriting {
    /// Whether it has quotes, or a comment behind it.
    pub quoted: bool,
    /// Whether a reader that takes the line as it is, such as `docker run --env-file`, has another value than compose has.
    pub differs: bool,
}

impl Installation<'_> {
    /// A place for humans.
    pub fn spot(&self, place: &Place) -> Spot {
        self.files.spot(place)
    }

    /// Whether git tracks a file, or may.
    pub fn is_tracked(&self, file: FileId) -> bool {
        self.files.get(file).tracked
    }

    /// Whether a file stands in a git work tree.
    pub fn is_versioned(&self, file: FileId) -> bool {
        self.files.get(file).versioned
    }

    /// The text of a line; empty for another place.
    pub fn line_at(&self, place: &Place) -> &str {
        match place.at {
            At::Line(line) => self.files.text(place.file).lines().nth(line - 1).unwrap_or_default().trim(),
            _ => "",
        }
    }

    /// How the entry of an env file at a place is written; `None` for another place.
    pub fn env_writing(&self, place: &Place) -> Option<EnvWriting> {
        let At::Env(name) = &place.at else { return None };
        let entry = self.files.env(place.file)?.get(name)?;
        let quoted = entry.quote != EnvQuote::None || entry.inline_comment.is_some();
        Some(EnvWriting { quoted, differs: entry.literal != entry.value })
    }

    /// Whether the values stand in the folder of a chart, whose templates may read them.
    pub fn stands_in_chart(&self) -> bool {
        let own = folder(self.files, self.parts.main().file);
        let beside = |id| folder(self.files, id) == own;
        self.files.with_role(What::ChartFile).any(|(id, _)| beside(id))
    }

    /// A process for humans.
    pub fn name_of(&self, process: &Process) -> String {
        process.name(self.files)
    }

    /// Whether the variables of a process are a mapping.
    pub fn maps_variables(&self, process: &Process) -> bool {
        process.maps_variables(self.files)
    }

    /// Where the description of a process says this.
    pub fn described(&self, process: &Process, aspect: Aspect) -> Option<Place> {
        process.find(self.files, aspect).map(|(place, _)| place)
    }

    /// Where the description of a process would say this, or why it is not written there; `None` where its platform has no such thing.
    pub fn description_home(&self, process: &Process, aspect: Aspect) -> Option<Result<Place, Shared>> {
        process.home(self.files, aspect)
    }
}
