//! What the templates of a chart fill the description of a process in with: values, each at its place.

use crate::document::{Kind, Node, Path, Reader, Step, Syntax};
use crate::project::installation::releases::Values;
use crate::project::platform::{Aspect, Block, written};
use crate::project::process::Process;
use crate::project::process::over::{How, Over};
use crate::project::process::taken::{Entries, Taken};
use crate::project::repository::file::Files;
use crate::project::repository::template::{Of, Printed, PrintedAs, Unknown, named_values};

/// The values of one result, and how to look into them.
pub struct Stack<'f, 's> {
    pub files: &'f Files,
    /// The strongest first.
    pub layers: &'s [Values],
}

impl<'f> Stack<'f, '_> {
    /// Puts the values that a template prints over the description of a process, and into the objects that it takes variables from.
    pub fn fill(&self, process: &mut Process) {
        let Some(template) = self.files.get(process.file).template.clone() else { return };
        for (one, printed) in template.prints().filter(|(one, _)| one.doc == process.doc) {
            let Some(keys) = keys(printed).filter(|_| !is_read(process, one)) else { continue };
            let others =
                template.unknown.iter().filter(|other| (other.doc, &other.path) == (one.doc, &one.path));
            let alone = others.into_iter().all(|other| other.prints == one.prints);
            let more = self.over(process, one, printed.form, keys);
            process.over.extend(more.into_iter().filter(|over| alone || over.how != How::Instead));
        }
        let image = self.image(process);
        process.over.extend(image);
        process.taken.iter_mut().for_each(|taken| self.fill_object(taken));
    }

    /// What is put at one place of a description.
    fn over(&self, process: &Process, one: &Unknown, form: PrintedAs, keys: &Path) -> Vec<Over> {
        if process.platform.blocks(&process.path).iter().any(|block| block.path == one.path) {
            return self.variables(process, one, form, keys);
        }
        if let Some(value) = self.value(process, one, form, keys) {
            return vec![value];
        }
        let (command, _) = process.platform.command();
        let places =
            Aspect::ALL.into_iter().flat_map(|aspect| process.platform.places(&process.path, aspect));
        let known =
            places.chain(command.iter().map(|key| process.path.child(*key))).any(|path| path == one.path);
        let node = self.files.node(process.file, process.doc, &one.path);
        let alone = node.is_some_and(|node| {
            node.is_null(Reader::Go) || node.source().trim_matches('"').starts_with("{{")
        });
        let found = if known && alone { self.whole(keys) } else { None };
        let fits = found.as_ref().is_some_and(|values| match (form, self.node(values, keys)) {
            (PrintedAs::Yaml, _) | (PrintedAs::Text, None) => true,
            (PrintedAs::Text, Some(node)) => node.resolve().kind() == Kind::Scalar,
            _ => false,
        });
        let over = found.filter(|_| fits).map(|values| over(one, values, keys, How::Instead));
        over.into_iter().collect()
    }

    /// What is printed as the value of a variable.
    fn value(&self, process: &Process, one: &Unknown, form: PrintedAs, keys: &Path) -> Option<Over> {
        let (item, _) = one.path.split_last().filter(|(_, last)| **last == Step::Key("value".into()))?;
        let (list, _) = item.split_last()?;
        let is_block = process.platform.blocks(&process.path).iter().any(|block| block.path == list);
        let values = self.whole(keys).filter(|_| is_block && form == PrintedAs::Text)?;
        let node = self.node(&values, keys)?.resolve();
        let is_text = node.kind() == Kind::Scalar && !node.is_null(Reader::Go);
        is_text.then(|| over(one, values, keys, How::Instead))
    }

    /// The variables that are printed beside those of a list.
    fn variables(&self, process: &Process, one: &Unknown, form: PrintedAs, keys: &Path) -> Vec<Over> {
        let (kind, syntax) = match form {
            PrintedAs::Yaml | PrintedAs::Items => (Kind::Sequence, Syntax::Objects),
            PrintedAs::Variables => (Kind::Mapping, Syntax::Map),
            PrintedAs::Entries | PrintedAs::Text => return Vec::new(),
        };
        let layers = match kind {
            Kind::Mapping => self.merged(keys),
            _ => self.whole(keys).map(|values| vec![values]),
        };
        let layers = layers.unwrap_or_default();
        let fits = |values: &Values| {
            self.node(values, keys)
                .is_none_or(|node| node.resolve().kind() == kind || node.is_null(Reader::Go))
        };
        if !layers.iter().all(fits) || self.is_given_twice(process, one, &layers, keys) {
            return Vec::new();
        }
        layers.into_iter().map(|values| over(one, values, keys, How::Printed(syntax))).collect()
    }

    /// Whether an entry that stands in the list itself has the name of one that is printed there.
    fn is_given_twice(&self, process: &Process, one: &Unknown, layers: &[Values], keys: &Path) -> bool {
        let names = |node: Node<'f>| written::environment(node).into_iter().map(|given| given.name);
        let own = self.files.node(process.file, process.doc, &one.path);
        let own: Vec<String> = own.into_iter().flat_map(names).collect();
        let before = process.over.iter().filter(|over| over.target == one.path);
        let before = before.filter_map(|over| over.node(self.files)).flat_map(names);
        let own: Vec<String> = own.into_iter().chain(before).collect();
        let mut printed = layers.iter().filter_map(|values| self.node(values, keys)).flat_map(names);
        printed.any(|name| own.contains(&name))
    }

    /// The tag of the image, where the values have it apart from the name.
    fn image(&self, process: &Process) -> Option<Over> {
        let target = process.path.child("image");
        let node = self.files.node(process.file, process.doc, &target)?;
        let text = self.files.text_read(process.file);
        let (_, tag) = text.get(node.span())?.split_once("}}:{{")?;
        let keys = named_values(tag).next()?;
        let rest = tag.split_once("}}")?.0.trim_matches(['-', ' ']);
        let end = rest.split_once(' ').map_or("", |(_, rest)| rest.trim());
        if !matches!(end, "" | "| default .Chart.AppVersion" | "| toString" | "| quote") {
            return None;
        }
        let values = self.whole(&keys)?;
        let is_told = self.node(&values, &keys).is_some_and(|node| !node.resolve().text().is_empty());
        let one = Unknown { doc: process.doc, path: target, line: 0, prints: None };
        (is_told && keys.last_key() == Some("tag")).then(|| over(&one, values, &keys, How::Instead))
    }

    /// Puts the values that a template prints into a ConfigMap or Secret behind its own entries.
    fn fill_object(&self, taken: &mut Taken) {
        let mut more = Vec::new();
        for entries in &taken.entries {
            let Entries::Block { file, doc, block } = entries else { continue };
            let Some(template) = self.files.get(*file).template.as_ref() else { continue };
            let here =
                template.unknown.iter().filter(|one| one.doc == *doc && block.path.contains(&one.path));
            let of: Option<Vec<Vec<Values>>> =
                here.clone().map(|one| self.entries(one, &block.path)).collect();
            let Some(layers) = of.filter(|all| !all.is_empty()) else { continue };
            let keys = here.filter_map(|one| keys(one.prints.as_ref()?));
            for (layers, keys) in layers.into_iter().zip(keys) {
                more.extend(layers.into_iter().map(|values| Entries::Block {
                    file: values.file,
                    doc: values.doc,
                    block: Block { path: values.path.join(keys), syntax: Syntax::Map },
                }));
            }
            taken.partial = taken.encoded;
        }
        more.dedup();
        taken.entries.extend(more);
    }

    /// The values that are printed as entries of a mapping.
    fn entries(&self, one: &Unknown, block: &Path) -> Option<Vec<Values>> {
        let printed = one.prints.as_ref().filter(|_| one.path == *block)?;
        let fits = |values: &Values| {
            let node = self.node(values, keys(printed)?)?.resolve();
            Some(node.kind() == Kind::Mapping || node.is_null(Reader::Go))
        };
        let layers = match printed.form {
            PrintedAs::Yaml | PrintedAs::Entries => self.merged(keys(printed)?)?,
            _ => return None,
        };
        layers.iter().all(|values| fits(values).unwrap_or(true)).then_some(layers)
    }

    fn node(&self, values: &Values, keys: &Path) -> Option<Node<'f>> {
        self.files.node(values.file, values.doc, &values.path.join(keys))
    }

    /// The layer that has the value at a path; the weakest where none has it. `None` where several have a part of it.
    fn whole(&self, keys: &Path) -> Option<Values> {
        let layers = self.merged(keys)?;
        let parts = layers.iter().filter_map(|values| self.node(values, keys));
        let mappings = parts.filter(|node| node.resolve().kind() == Kind::Mapping).count();
        layers.into_iter().next().filter(|_| mappings < 2)
    }

    /// The layers that have a value at a path, the strongest first; the weakest where none has it. `None` where one takes it away.
    fn merged(&self, keys: &Path) -> Option<Vec<Values>> {
        let having = self.layers.iter().filter(|values| self.node(values, keys).is_some());
        let having: Vec<Values> = having.cloned().collect();
        let is_null = |values: &Values| self.node(values, keys).is_some_and(|node| node.is_null(Reader::Go));
        if having.len() > 1 && having.iter().any(is_null) {
            return None;
        }
        if having.is_empty() { Some(vec![self.layers.last()?.clone()]) } else { Some(having) }
    }
}

fn keys(printed: &Printed) -> Option<&Path> {
    match &printed.of {
        Of::Values(keys) => Some(keys),
        Of::File(_) => None,
    }
}

fn over(one: &Unknown, values: Values, keys: &Path, how: How) -> Over {
    Over { target: one.path.clone(), file: values.file, doc: values.doc, path: values.path.join(keys), how }
}

/// Whether what an expression adds to the description of a process is read where it stands.
pub fn is_read(process: &Process, one: &Unknown) -> bool {
    let Some(keys) = one.prints.as_ref().and_then(keys) else { return false };
    process.over.iter().any(|over| {
        over.target == one.path
            && over.path.steps().ends_with(keys.steps())
            && matches!(over.how, How::Printed(_) | How::Instead)
    })
}
