//! Secrets that stand in plain in files that are shared.

use crate::document::{Kind, Node, Path};

use crate::project::environment::source::{Source, of_text};
use crate::project::installation::answer::plain::{Holder, PlainSecret};
use crate::project::installation::answer::variable::{Giver, Variable};
use crate::project::installation::view::Installation;
use crate::project::repository::discover::is_sample_name;
use crate::project::repository::file::Document;
use crate::project::repository::place::{At, Place};
use crate::project::secrets::hosts::{host_of, is_elsewhere};
use crate::project::secrets::{Plain, in_plain};

impl Installation<'_> {
    /// The secrets in the configuration and in the variables of all its processes that stand in plain in shared files, in the order of the files.
    pub fn plain_secrets(&self) -> Vec<PlainSecret> {
        self.together().asked.plain.get_or_init(|| self.together().find_plain()).clone()
    }

    fn find_plain(&self) -> Vec<PlainSecret> {
        let mut found = Vec::new();
        for (layer, config) in self.configs() {
            let place = Place::yaml(layer.file, layer.doc, layer.config.clone());
            if self.is_shared(&place) {
                self.plain_below(config, &place, &layer.config, &mut found);
            }
        }
        found.extend(self.all_variables().iter().filter_map(|variable| self.plain_variable(variable)));
        found.sort_by_key(|one| {
            let spot = self.files.spot(&one.place);
            (one.place.file, spot.line, spot.column)
        });
        found.dedup_by(|one, other| one.place == other.place);
        found
    }

    /// Whether others than the owner of the machine get what stands at a place: in a file that git tracks; outside of a repository in YAML
    /// that is no Secret. A sample holds nothing that is used.
    fn is_shared(&self, place: &Place) -> bool {
        let file = self.files.get(place.file);
        let name = file.path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let private = matches!(file.document, Document::Env(_)) || place.is_in_secret();
        let shared = if file.versioned { file.tracked } else { !private };
        shared && !is_sample_name(&name)
    }

    fn plain_below(&self, node: Node<'_>, root: &Place, path: &Path, found: &mut Vec<PlainSecret>) {
        match node.kind() {
            Kind::Mapping => node.entries().for_each(|(key, value)| {
                let name = key.text();
                let path = path.child(&*name);
                if value.kind() == Kind::Scalar {
                    let at = At::Yaml { doc: doc_of(root), path };
                    let place = Place { file: root.file, at };
                    let beside =
                        host_beside(&name, |other| Some(node.get(other)?.resolve().text().into_owned()));
                    let near = plain(&name, &value.text(), &self.source_at(&place), beside);
                    let one =
                        |near| PlainSecret { name: name.into_owned(), place, holder: Holder::Config, near };
                    found.extend(near.map(one));
                } else {
                    self.plain_below(value, root, &path, found);
                }
            }),
            Kind::Sequence => node
                .items()
                .enumerate()
                .for_each(|(index, item)| self.plain_below(item, root, &path.child(index), found)),
            // What an alias stands for is looked at where it is written.
            Kind::Alias | Kind::Scalar => {}
        }
    }

    fn plain_variable(&self, variable: &Variable) -> Option<PlainSecret> {
        let text = variable.text.as_deref()?;
        let place = variable.filled.clone().unwrap_or_else(|| variable.place.clone());
        let name = match &place.at {
            At::Env(name) | At::Variable { name, .. } | At::Argument { flag: name, .. } => name.clone(),
            At::Yaml { .. } | At::Line(_) => variable.name.clone(),
        };
        let beside = host_beside(&variable.name, |other| self.variables(other).into_iter().next()?.text);
        let source = match &place.at {
            At::Line(_) => of_text(text),
            _ => self.source_at(&place),
        };
        let near = plain(&variable.name, text, &source, beside).filter(|_| self.is_shared(&place))?;
        let holder = match (&place.at, variable.giver) {
            (At::Env(_), _) => Holder::EnvFile,
            (_, Giver::Script | Giver::Image) => Holder::Start,
            (_, Giver::Secret) => Holder::Secret,
            _ if self.is_compose(place.file) => Holder::Compose,
            _ => Holder::Kubernetes,
        };
        Some(PlainSecret { name, place, holder, near })
    }
}

/// Whether a secret that stands as it is where this text comes from opens only what is near; `None` where none stands there.
fn plain(name: &str, text: &str, source: &Source, beside: Option<String>) -> Option<bool> {
    let plain = in_plain(name, text)?;
    let Source::Text(_) = source else { return None };
    let is_near = |host: &str| !host.is_empty() && !host.contains(['$', '{']) && !is_elsewhere(host);
    Some(match plain {
        Plain::AtHost(host) => is_near(host),
        Plain::Secret => beside.is_some_and(|host| {
            let reference = host.starts_with("os.environ/");
            !reference && is_near(host_of(&host))
        }),
    })
}

fn doc_of(place: &Place) -> usize {
    match place.at {
        At::Yaml { doc, .. } => doc,
        At::Env(_) | At::Variable { .. } | At::Argument { .. } | At::Line(_) => 0,
    }
}

/// The host that a secret is for, by the name beside its own: `REDIS_HOST` of `REDIS_PASSWORD`, `api_base` of `api_key`.
fn host_beside(name: &str, text: impl Fn(&str) -> Option<String>) -> Option<String> {
    let ends = [("password", "host"), ("PASSWORD", "HOST"), ("api_key", "api_base"), ("API_KEY", "API_BASE")];
    ends.iter().find_map(|(end, other)| text(&format!("{}{other}", name.strip_suffix(end)?)))
}
