//! What is parsed of a file that may be a template.

use std::path::Path as FilePath;
use std::sync::Arc;

use super::project::Loader;
use super::recognise::recognise;
use crate::document::{Limits, Refusal, RefusalKind, Yaml};
use crate::project::repository::template::{Language, Template};

/// The YAML of a file.
pub(super) struct Parsed {
    /// It.
    pub yaml: Yaml,
    /// The text that was read, where the document has another: in a template, words stand for the expressions.
    pub read: Option<Arc<str>>,
    /// What it leaves open, if it is a template.
    pub template: Option<Arc<Template>>,
}

impl Loader<'_> {
    /// The YAML of a file; of a template, what of it can be read before it is filled in.
    ///
    /// # Errors
    /// Why neither it nor that is YAML.
    pub(super) fn parse(&self, path: &FilePath, bytes: &[u8]) -> Result<Parsed, Refusal> {
        let limits = &self.limits;
        let own = Yaml::from_bytes(bytes, limits);
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let syntax = |refusal: &Refusal| refusal.kind == RefusalKind::Syntax;
        let text = std::str::from_utf8(bytes).ok().filter(|_| own.as_ref().err().is_none_or(syntax));
        let read = text.and_then(|text| {
            let language = Language::of(&name, text);
            Template::read(text, language).map(|(template, plain)| (text, language, template, plain))
        });
        let Some((text, language, template, plain)) = read else {
            return own.map(|yaml| Parsed { yaml, read: None, template: None });
        };
        let before = || parsed(&plain, limits);
        let template = Some(Arc::new(template));
        // What is YAML as it is may be edited; where a part of it is only seen once the expressions are away, that counts more.
        match own {
            Ok(yaml) if !language.terraform && !is_more(&yaml, before, &name, template.as_deref()) => {
                Ok(Parsed { yaml, read: None, template })
            }
            own => match before() {
                Some(yaml) => Ok(Parsed { yaml, read: Some(text.into()), template }),
                None => own.map(|yaml| Parsed { yaml, read: None, template }),
            },
        }
    }
}

fn parsed(plain: &[String; 2], limits: &Limits) -> Option<Yaml> {
    plain.iter().find_map(|text| Yaml::from_bytes(text.as_bytes(), limits).ok())
}

/// Whether more of a template is recognised where its expressions are away.
fn is_more(yaml: &Yaml, before: impl Fn() -> Option<Yaml>, name: &str, template: Option<&Template>) -> bool {
    let lines = template.is_some_and(Template::has_lines);
    let count = |mut yaml: Yaml| recognise(&mut yaml, name).len();
    lines && before().is_some_and(|plain| count(plain) > count(yaml.clone()))
}
