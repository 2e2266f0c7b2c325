//! The environment of the process: every place that gives it a variable, the strongest first.

use std::collections::HashMap;
use std::fmt;

use crate::document::{EnvEntry, EnvReader, Kind, Node, Path, Reader, Step, Syntax, Unit, Value};

use crate::project::installation::answer::reason::Reason;
use crate::project::installation::answer::variable::{Anew, Giver, Variable};
use crate::project::installation::links::units::Started;
use crate::project::installation::parts::Layer;
use crate::project::installation::unseen::{Covers, Part, SourceKind, Unseen};
use crate::project::installation::view::Installation;
use crate::project::kubernetes::taken::Untaken;
use crate::project::platform::ObjectKind;
use crate::project::platform::envelope::Typed;
use crate::project::platform::start::By;
use crate::project::platform::{Block, OfficialChart, written};
use crate::project::process::over::{How, Over, tagged, taken_away};
use crate::project::repository::place::{At, FileId, Place};
use crate::project::repository::sealed::is_encrypted;

/// Why the process may get variables that are not visible here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotVisible {
    /// This source is not read: whole Secrets or ConfigMaps, an env file that is not here.
    Source(SourceKind),
    /// Nothing shows its environment at all.
    Unshown,
    /// Its image is built here, and whoever runs that may give it some.
    Image,
    /// The way it is started may set some.
    Start,
}

impl fmt::Display for NotVisible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(what) => f.write_str(&what.words()),
            Self::Unshown => f.write_str("no file here shows the environment of LiteLLM's process"),
            Self::Image => f.write_str("whoever runs the image that is built here may give it variables"),
            Self::Start => f.write_str("the way LiteLLM is started may set variables that are not visible"),
        }
    }
}

impl<'a> Installation<'a> {
    /// Every place that gives the process the variable `name`, the strongest first.
    pub fn variables(&self, name: &str) -> Vec<Variable> {
        self.all_variables().iter().filter(|variable| variable.name == name).cloned().collect()
    }

    /// Whether a variable's entry names a key of a Secret (`valueFrom.secretKeyRef`), so that only its name is visible.
    pub fn is_from_secret(&self, variable: &Variable) -> bool {
        let At::Yaml { doc, path } = &variable.place.at else { return false };
        variable.text.is_none()
            && self
                .files
                .node(variable.place.file, *doc, path)
                .and_then(|entry| entry.get("valueFrom")?.get("secretKeyRef"))
                .is_some()
    }

    /// Where the text of a variable may be written; `None` where it is only read, given by reference, or fills in something else too.
    pub fn variable_home(&self, variable: &Variable) -> Option<Place> {
        match variable.giver {
            Giver::EnvVars | Giver::EnvFile => {
                Some(variable.own.clone().unwrap_or_else(|| variable.place.clone()))
            }
            Giver::ConfigMap | Giver::Secret => self.taken_home(variable),
            Giver::Process if variable.filled.is_some() => {
                variable.filled.clone().filter(|_| self.other_use(variable).is_none())
            }
            Giver::ExtraEnv | Giver::Process => self.entry_home(variable).ok(),
            // What the process is given by its description wins over what its image has.
            Giver::Image => self.variable_homes(&variable.name).0.into_iter().next(),
            Giver::Script | Giver::Parameter => None,
        }
    }

    /// The first place that gives the process whole Secrets that are not read: a list of the chart's values, or a container's `envFrom`.
    pub fn whole_secrets(&self) -> Option<Place> {
        let parts = self.parts;
        let keys = parts.chart().map_or(&[][..], |chart| chart.secrets);
        let of_chart = parts
            .layers
            .iter()
            .rev()
            .filter(|_| !keys.is_empty())
            .map(|layer| (layer.file, layer.doc, layer.base.join(&Path::keys(keys.iter().copied()))));
        let listed = of_chart.filter_map(|(file, doc, path)| {
            let list = self.files.node(file, doc, &path)?.resolve();
            list.items().next().map(|_| Place::yaml(file, doc, path))
        });
        let of_container = parts.containers().filter_map(|one| {
            let secret = |untaken: &Untaken| untaken.kind == Some(ObjectKind::Secret);
            one.untaken(self.files).iter().any(secret).then(|| one.place().child("envFrom"))
        });
        listed.chain(of_container).next()
    }

    /// Why the process may get variables that cannot be seen here, if so.
    pub fn unseen_variables(&self) -> Option<NotVisible> {
        let parts = self.parts;
        let described = parts.chart().is_some() || !(parts.processes.is_empty() && parts.units.is_empty());
        let nothing = (!described).then(|| match parts.starts.first().map(|one| one.start.by) {
            None => NotVisible::Unshown,
            Some(By::Image) => NotVisible::Image,
            Some(By::Script) => NotVisible::Start,
        });
        let unread = self.unseen(Part::Environment).or_else(|| self.unseen_blocks());
        let unread = unread.map(|one| NotVisible::Source(one.what.clone()));
        unread.or(nothing).or_else(|| (!self.is_started_openly()).then_some(NotVisible::Start))
    }

    /// A parameter that sets a list or a block of variables as a whole.
    fn unseen_blocks(&self) -> Option<&Unseen> {
        let (chart, main) = (self.parts.chart()?, self.parts.main());
        let blocks = [chart.entries, chart.variables, chart.secrets, chart.config_maps];
        let is_block = |at: &Path| {
            let given = blocks.iter().filter(|keys| !keys.is_empty());
            given
                .map(|keys| main.base.join(&Path::keys(keys.iter().copied())))
                .any(|block| at.contains(&block))
        };
        self.parts.unseen.iter().find(|one| matches!(&one.covers, Covers::Values(at) if is_block(at)))
    }

    /// Every variable given to the process, the strongest places first.
    pub fn all_variables(&self) -> &[Variable] {
        self.asked.variables.get_or_init(|| self.find_variables())
    }

    fn find_variables(&self) -> Vec<Variable> {
        let mut found = Vec::new();
        self.started_with(By::Script, &mut found);
        self.chart_variables(&mut found);
        for process in &self.parts.processes {
            let gone = self.patched_variables(process, &mut found);
            let (mut own, mut away): (Vec<Variable>, Vec<String>) = Default::default();
            for (place, list) in process.standing_blocks(self.files) {
                let Some((doc, path)) = place.in_yaml() else { continue };
                let mut given = Vec::new();
                self.listed(list, place.file, doc, path, Giver::Process, &mut given);
                away.extend(taken_away(list));
                own.extend(given.into_iter().filter(|variable| !away.contains(&variable.name)));
            }
            found.extend(own.into_iter().filter(|variable| !gone.takes(variable)));
            self.by_key(process, &mut found);
            let whole = process.taken.iter().rev().filter(|taken| taken.whole);
            whole.for_each(|taken| self.taken_variables(taken, &mut found));
        }
        let mut reset = false;
        for link in self.parts.env_files.iter().rev() {
            if let Some(unit) = self.files.unit(link.file).filter(|_| !reset) {
                let is_own = |one: &&Started| one.files().contains(&link.file);
                let container =
                    self.parts.units.iter().find(is_own).is_some_and(|one| one.is_container(self.files));
                found.extend(of_unit(unit, link.file, container));
                reset = unit.resets();
            }
            let Some(env) = self.files.env(link.file) else { continue };
            // Docker and systemd have syntaxes of their own; of a reader that is only assumed the text is taken that most make of it.
            let reader = link.link.reader().unwrap_or(EnvReader::Any);
            let systemd = reader == EnvReader::Systemd;
            let given = |entry: &EnvEntry<'_>| !entry.dead && entry.has_equals && !(systemd && entry.export);
            found.extend(env.entries().filter(given).map(|entry| Variable {
                name: entry.name.to_owned(),
                text: Some(entry.value_for(reader).into_owned()).filter(|text| !is_encrypted(text)),
                place: Place::env(link.file, entry.name),
                giver: Giver::EnvFile,
                filled: None,
                own: None,
            }));
        }
        for (name, place) in self.parts.units.iter().flat_map(|unit| unit.named_variables(self.files)) {
            let (text, giver) = (None, Giver::Process);
            found.push(Variable { name, text, place, giver, filled: None, own: None });
        }
        self.take_away_unset(&mut found);
        self.started_with(By::Image, &mut found);
        found
    }

    /// Takes away what units say that systemd takes away from all that it is to give the process.
    fn take_away_unset(&self, found: &mut Vec<Variable>) {
        for unit in &self.parts.units {
            let named = unit.env_files(self.files).into_iter().filter_map(|named| named.file);
            let own: Vec<FileId> = unit.files().iter().copied().chain(named).collect();
            let mut strongest: HashMap<String, Option<String>> = HashMap::new();
            for one in found.iter().filter(|one| own.contains(&one.place.file)) {
                strongest.entry(one.name.clone()).or_insert_with(|| one.text.clone());
            }
            let unset = |name: &str| {
                let text = strongest.get(name);
                text.is_some_and(|text| unit.unsets(self.files, name, text.as_deref()))
            };
            found.retain(|one| !own.contains(&one.place.file) || !unset(&one.name));
        }
    }

    /// What a script or an image gives by itself.
    fn started_with(&self, by: By, found: &mut Vec<Variable>) {
        let giver = match by {
            By::Script => Giver::Script,
            By::Image => Giver::Image,
        };
        for started in self.parts.starts.iter().filter(|one| one.start.by == by) {
            found.extend(started.start.variables.iter().map(|given| Variable {
                name: given.name.clone(),
                text: given.text.clone().filter(|text| !is_encrypted(text)),
                place: started.line(given.line),
                giver,
                filled: None,
                own: None,
            }));
        }
    }

    fn chart_variables(&self, found: &mut Vec<Variable>) {
        let Some(chart) = self.parts.chart() else { return };
        let lists = self.replaced_lists(chart.entries);
        for (layer, path, list) in lists.into_iter().filter(|(.., list)| list.kind() == Kind::Sequence) {
            self.listed(list, layer.file, layer.doc, &path, Giver::ExtraEnv, found);
        }
        self.parameters(chart, found);
        for layer in self.parts.layers.iter().rev().filter(|_| !chart.variables.is_empty()) {
            let path = layer.base.join(&Path::keys(chart.variables.iter().copied()));
            if let Some(map) = self.files.node(layer.file, layer.doc, &path) {
                self.listed(map, layer.file, layer.doc, &path, Giver::EnvVars, found);
            }
        }
    }

    /// The list at a path of the values in each result: Helm replaces lists, so the strongest layer with one counts.
    fn replaced_lists(&self, keys: &[&str]) -> Vec<(&'a Layer, Path, Node<'a>)> {
        let mut found: Vec<(&Layer, Path, Node<'a>)> = Vec::new();
        for stack in self.parts.stacks() {
            let list = stack.into_iter().find_map(|layer| {
                let path = layer.base.join(&Path::keys(keys.iter().copied()));
                let list = self.files.node(layer.file, layer.doc, &path)?;
                Some((layer, path, list))
            });
            found.extend(list.filter(|(layer, ..)| !found.iter().any(|(known, ..)| known == layer)));
        }
        found
    }

    /// What parameters of a release set among the variables of the chart.
    fn parameters(&self, chart: &OfficialChart, found: &mut Vec<Variable>) {
        let block = self.parts.main().base.join(&Path::keys(chart.variables.iter().copied()));
        for one in self.parts.unseen.iter().rev().filter(|_| !chart.variables.is_empty()) {
            let (SourceKind::Parameter(_, value), Covers::Values(at)) = (&one.what, &one.covers) else {
                continue;
            };
            let Some([Step::Key(name)]) = at.steps().strip_prefix(block.steps()) else { continue };
            let text = value.as_ref().and_then(Typed::value).and_then(|value| match value {
                Value::Str(text) => Some(text),
                Value::Bool(bool) => Some(bool.to_string()),
                Value::Int(int) => Some(int.to_string()),
                _ => None,
            });
            let (name, place, giver) = (name.clone(), one.place.clone(), Giver::Parameter);
            found.push(Variable { name, text, place, giver, filled: None, own: None });
        }
    }

    pub(in crate::project) fn listed(
        &self,
        list: Node<'a>,
        file: FileId,
        doc: usize,
        path: &Path,
        giver: Giver,
        found: &mut Vec<Variable>,
    ) {
        let by_key = list.resolve().kind() == Kind::Mapping;
        let (mut own, mut known): (Vec<Vec<Variable>>, HashMap<String, usize>) = Default::default();
        for given in written::environment(list) {
            let step = if by_key { Step::Key(given.name.clone()) } else { Step::Index(given.index) };
            let here = Place::yaml(file, doc, path.child(step));
            let own_place = given.merged.is_some().then(|| here.clone());
            let place = given.merged.map_or(here, |path| Place::yaml(file, doc, path));
            // Compose passes a name without a value on from its caller.
            let passed_on = giver == Giver::Process
                && by_key
                && list.get(&given.name).is_some_and(|value| value.is_null(Reader::Go));
            let text = given.value.filter(|_| !passed_on);
            let (text, filled) = match self.is_compose(file) {
                true => self.filled_in(file, &given.name, text),
                false => (text, None),
            };
            // Kubernetes fills `$(NAME)` in from the variables before it.
            let before = |name: &str| own.get(*known.get(name)?)?.last()?.text.clone();
            let named = text.as_deref().and_then(|text| text.strip_prefix("$(")?.strip_suffix(')'));
            let text = match named {
                Some(name) if !self.is_compose(file) => before(name),
                _ => text,
            };
            let made = |text: &String| ["${", "{{", "$("].iter().any(|sign| text.contains(sign));
            let text = text.filter(|text| !made(text) && !is_encrypted(text));
            // Of equal names in one list the last one wins.
            let at = *known.entry(given.name.clone()).or_insert(own.len());
            own.extend((at == own.len()).then(Vec::new));
            own[at].push(Variable { name: given.name, text, place, giver, filled, own: own_place });
        }
        found.extend(own.into_iter().flat_map(|same| same.into_iter().rev()));
    }

    /// Where the text of an entry of a process's own block is written; the error says why it is not.
    fn entry_home(&self, variable: &Variable) -> Result<Place, Reason> {
        let file = || self.shown(variable.place.file).to_owned();
        if variable.text.is_none() {
            return Err(Reason::TakenFromElsewhere(file()));
        }
        let entry = variable.own.as_ref().unwrap_or(&variable.place);
        if self.parts.processes.iter().flat_map(|process| &process.over).any(|over| over.writes(entry)) {
            return Err(Reason::JsonPatch(file()));
        }
        let own = self.parts.processes.iter().find(|process| process.place().holds(entry));
        if let Some(reason) = own.and_then(|process| self.extended(process)) {
            return Err(reason);
        }
        if own.is_none()
            && let Some(reason) = self.parts.services().find_map(|service| service.shares(self.files, entry))
        {
            return self.entry_anew(&variable.name).unwrap_or(Err(reason.into()));
        }
        let At::Yaml { doc, path } = &entry.at else { return Ok(entry.clone()) };
        let block = path.split_last().map(|(block, _)| block).unwrap_or_default();
        let syntax = match (path.steps().last(), self.value_at(entry)) {
            (Some(Step::Index(_)), Some(Value::Map(_))) => Syntax::Objects,
            (Some(Step::Index(_)), _) => Syntax::Pairs,
            // Charts that take `NAME: {value: …}` too.
            (_, Some(Value::Map(_))) => return Ok(entry.child("value")),
            // Of `${OTHER:-default}` the default is what changes; what an alias stands for is overridden.
            (_, Some(Value::Str(text))) if text.contains('$') => Syntax::Map,
            _ if self.files.node(entry.file, *doc, &block).is_some_and(|node| node.kind() == Kind::Alias) => {
                Syntax::Map
            }
            _ => return Ok(entry.clone()),
        };
        Ok(Place::variable(entry.file, *doc, Block { path: block, syntax }, variable.name.clone()))
    }

    /// Why what a compose service or a container gives is not written.
    pub(in crate::project) fn why_unwritten(&self, variable: &Variable) -> Reason {
        let file = self.shown(variable.place.file).to_owned();
        match (self.other_use(variable), variable.filled.as_ref().map(|filled| &filled.at)) {
            (Some(user), Some(At::Env(name))) => {
                Reason::FillsIn(file, name.clone(), Box::new(self.files.spot(&user)))
            }
            _ => self.entry_home(variable).err().unwrap_or(Reason::Given(file)),
        }
    }

    /// Where a variable that nothing gives yet would be written, or why nowhere.
    pub fn variable_homes(&self, name: &str) -> (Vec<Place>, Option<Reason>) {
        let main = self.parts.main();
        match self.parts.chart() {
            Some(chart) if chart.variables.is_empty() => (Vec::new(), Some(Reason::Entries)),
            Some(chart) => {
                let block = main.base.join(&Path::keys(chart.variables.iter().copied()));
                (vec![Place::yaml(main.file, main.doc, block.child(name))], None)
            }
            None => {
                let env_file = |file: FileId| Place::env(file, name);
                if let Some(file) = unsetting(self, name) {
                    return (Vec::new(), Some(Reason::UnsetByUnit(file)));
                }
                if let Some(file) = self.env_file_anew() {
                    return (vec![env_file(file)], None);
                }
                let certain = self.parts.env_files.iter().rev().find(|link| link.is_certain());
                match (self.entry_anew(name), certain.or(self.parts.env_files.last())) {
                    (Some(Ok(place)), _) => (vec![place], None),
                    (_, Some(link)) => (vec![env_file(link.file)], None),
                    (Some(Err(reason)), None) => (Vec::new(), Some(reason)),
                    (None, None) => (Vec::new(), Some(Reason::NoEnvFile)),
                }
            }
        }
    }

    /// The env file that takes what nothing gives yet: one that no other service loads.
    fn env_file_anew(&self) -> Option<FileId> {
        *self.asked.env_file_anew.get_or_init(|| {
            let strongest = self.parts.env_files.iter().rev().find(|link| link.is_certain())?.file;
            let alone = self.other_service_with(strongest).is_none() && !self.includes_others();
            alone.then_some(strongest)
        })
    }

    /// Where the description of the process takes a variable that nothing gives yet; the error says why it is not written there. `None`
    /// where no process is described here.
    fn entry_anew(&self, name: &str) -> Option<Result<Place, Reason>> {
        let anew = match self.asked.anew.get_or_init(|| self.find_anew()).as_ref()? {
            Ok(anew) => anew,
            Err(reason) => return Some(Err(reason.clone())),
        };
        if anew.away.iter().any(|away| away == name) {
            return Some(Err(Reason::Reset(self.shown(anew.file).to_owned())));
        }
        let path = anew.path.clone();
        Some(anew.syntax.clone().map(|(syntax, alias)| match syntax {
            Syntax::Map if !alias => Place::yaml(anew.file, anew.doc, path.child(name)),
            _ => Place::variable(anew.file, anew.doc, Block { path, syntax }, name),
        }))
    }

    /// The block of [`Self::entry_anew`].
    fn find_anew(&self) -> Option<Result<Anew, Reason>> {
        let (first, others) = self.parts.processes.split_first()?;
        let file = self.shown(first.file);
        if !others.is_empty() {
            return Some(Err(Reason::Processes(others.len() + 1)));
        }
        if let Some(reason) = self.extended(first) {
            return Some(Err(reason));
        }
        let block = match first.takes(self.files) {
            Ok(block) => block,
            Err(shared) => return Some(Err(shared.into())),
        };
        let over = first.over.iter().find(|over| over.how != How::Merged && over.target == block.path);
        let (of, doc, block) = match over {
            None => (first.file, first.doc, block),
            // What stands in the block itself no longer reaches the process.
            Some(over) if over.how == How::Instead => {
                (over.file, over.doc, Block { path: over.path.clone(), ..block })
            }
            Some(Over { how: How::Printed(syntax), file, doc, path, .. }) => {
                (*file, *doc, Block { path: path.clone(), syntax: *syntax })
            }
            Some(over) => {
                return Some(Err(Reason::Replaced(self.shown(over.file).to_owned(), file.to_owned())));
            }
        };
        let (yaml, file) = (self.files.yaml(of)?, self.shown(of));
        let stands = self.files.node(of, doc, &block.path);
        if stands.is_some_and(|node| tagged(node) == Some(How::Removed)) {
            return Some(Err(Reason::Reset(file.to_owned())));
        }
        let syntax = match yaml.variables(doc, &block.path, block.syntax) {
            Err(_) => Err(Reason::NoVariables(block.path.clone(), file.to_owned())),
            Ok(standing) => {
                let alias = standing.node().is_some_and(|node| node.kind() == Kind::Alias);
                match standing.syntax() {
                    syntax if alias && syntax != Syntax::Map => Err(Reason::ListAlias(file.to_owned())),
                    syntax => Ok((syntax, alias)),
                }
            }
        };
        let away = stands.map(taken_away).unwrap_or_default();
        Some(Ok(Anew { file: of, doc, path: block.path, syntax, away }))
    }
}

/// The unit that takes a variable away whatever gives it, as it is shown.
fn unsetting(installation: &Installation<'_>, name: &str) -> Option<String> {
    let files = installation.files;
    let unit = installation.parts.units.iter().find(|unit| unit.unsets(files, name, None))?;
    unit.files().first().map(|file| installation.shown(*file).to_owned())
}

/// The variables of a unit, the last of a name. In the command of Podman, of which those of a container are a part, systemd fills `$` in.
fn of_unit(unit: &Unit, file: FileId, container: bool) -> impl Iterator<Item = Variable> {
    unit.variables().iter().filter(|one| !one.dead).map(move |one| Variable {
        name: one.name.clone(),
        text: one.value.clone().filter(|text| !(container && text.contains('$'))),
        place: Place::env(file, one.name.clone()),
        giver: Giver::EnvFile,
        filled: None,
        own: None,
    })
}
