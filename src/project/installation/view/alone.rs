//! One process of several: each is given variables, arguments and an image of its own.

use std::collections::HashMap;
use std::rc::Rc;

use crate::project::installation::parts::{EnvLink, Parts};
use crate::project::installation::view::Installation;
use crate::project::installation::view::asked::Asked;
use crate::project::platform::Block;
use crate::project::process::Process;
use crate::project::repository::file::Files;
use crate::project::repository::place::{At, FileId, Place};

/// An installation as one of its processes sees it.
#[derive(Clone, Debug)]
pub struct Alone {
    /// The installation with this process only.
    parts: Parts,
    asked: Rc<Asked>,
    process: Process,
    own_files: Vec<FileId>,
}

impl Alone {
    /// The installation as this process sees it; it keeps its answers for whoever asks next.
    pub fn view<'a>(&'a self, files: &'a Files) -> Installation<'a> {
        Installation { files, parts: &self.parts, asked: self.asked.clone() }
    }

    /// Whether a place belongs to this process alone: it stands in its mapping, or in an env file that only it loads.
    pub fn holds(&self, place: &Place) -> bool {
        let Process { file, doc, path, .. } = &self.process;
        match &place.at {
            At::Yaml { doc: within, path: at }
            | At::Variable { doc: within, block: Block { path: at, .. }, .. }
            | At::Argument { doc: within, command: at, .. } => {
                place.file == *file && within == doc && at.steps().starts_with(path.steps())
            }
            At::Env(_) | At::Line(_) => self.own_files.contains(&place.file),
        }
    }
}

/// How many processes of one installation are looked at alone: each is a whole installation to judge. That there are more is said.
pub const MOST_ALONE: usize = 64;

impl Installation<'_> {
    /// The installation as each of its servers sees it, not what only migrates or checks; nothing where there is one process at most,
    /// which then sees all of it.
    pub fn each_alone(&self) -> &[Alone] {
        self.asked.alone.get_or_init(|| self.find_alone())
    }

    fn find_alone(&self) -> Vec<Alone> {
        let parts = self.parts;
        let processes: Vec<&Process> = parts.processes.iter().collect();
        if processes.len() < 2 {
            return Vec::new();
        }
        let loaded: Vec<Vec<FileId>> =
            processes.iter().map(|process| process.env_files(self.files)).collect();
        let mut users: HashMap<FileId, Vec<usize>> = HashMap::new();
        for (at, files) in loaded.iter().enumerate() {
            files.iter().for_each(|file| users.entry(*file).or_default().push(at));
        }
        let alone = |at: usize| {
            let is_others =
                |file: FileId| users.get(&file).is_some_and(|users| users.iter().any(|other| *other != at));
            let reads = |link: &&EnvLink| loaded[at].contains(&link.file) || !is_others(link.file);
            let parts = Parts {
                processes: vec![processes[at].clone()],
                env_files: parts.env_files.iter().filter(reads).cloned().collect(),
                ..parts.clone()
            };
            let own_files = loaded[at].iter().copied().filter(|file| !is_others(*file)).collect();
            Alone { parts, asked: Rc::new(self.asked.beside()), process: processes[at].clone(), own_files }
        };
        (0..processes.len()).filter(|at| self.serves(processes[*at])).take(MOST_ALONE).map(alone).collect()
    }

    /// Whether a process starts LiteLLM's server: by its own entry point, or by a command that hands over a configuration.
    fn serves(&self, one: &Process) -> bool {
        let words = one.arguments(self.files);
        let plain = |word: &String| word.starts_with('-') || word == "litellm" || word.ends_with("/litellm");
        words.first().is_none_or(plain) || words.iter().any(|word| word.contains("--config"))
    }
}
