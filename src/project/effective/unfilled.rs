//! Values that LiteLLM takes as they are although they look like variables, and references that lead to nothing.

use crate::document::{Path, Step};

use crate::project::environment::source::{self, Source};
use crate::project::installation::parts::Layer;
use crate::project::installation::view::Installation;
use crate::project::repository::kind::Flavor;

/// A text with `${NAME}` in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfilled {
    /// The text as it stands there.
    pub text: String,
    /// The variable, where the text is nothing but `${NAME}`.
    pub plain: Option<String>,
}

/// The sections whose values LiteLLM takes as they are. Servers of MCP, and the code of guardrails, have variables of their own.
const SECTIONS: [&str; 4] = ["model_list", "general_settings", "litellm_settings", "router_settings"];
/// What fills in files before anything is started.
const FILLERS: [&str; 5] = ["envsubst", "gomplate", "consul-template", "sed -", "postBuild"];
/// Parts of the names of files that are made into others.
const TEMPLATES: [&str; 5] = ["tmpl", "template", "tpl", "j2", "example"];
/// Variables of the image, and those of which a transform of their own tells.
const TOLD_ELSEWHERE: [&str; 9] =
    ["PATH", "HOME", "HOSTNAME", "USER", "LITELLM_", "PROXY_MASTER_KEY", "DATABASE_", "DIRECT_URL", "REDIS_"];
/// Keys, or beginnings of keys, of which a transform of its own tells.
const OWNED: [&str; 6] = ["database_url", "alert", "redis", "cache", "mcp", "guardrails"];

impl Installation<'_> {
    /// The text, if it looks filled in and is not: the file is mounted as it is into LiteLLM's own image, which is started without a shell.
    pub(in crate::project) fn unfilled(&self, layer: &Layer, path: &Path, text: &str) -> Option<Unfilled> {
        let (_, rest) = text.split_once("${")?;
        let one_word = !text.contains(char::is_whitespace) && !text.contains("{{");
        let named =
            rest.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') && rest.contains('}');
        if !(one_word && named && in_sections(layer, path, &["mcp", "guardrails"]))
            || self.may_be_filled_in(layer)
        {
            return None;
        }
        let plain = match source::of_text(text) {
            Source::Caller { name, default: None } if text == format!("${{{name}}}") => Some(name),
            _ => None,
        };
        Some(Unfilled { text: text.to_owned(), plain })
    }

    /// Whether something may fill in the file before LiteLLM reads it, as far as the files show.
    fn may_be_filled_in(&self, layer: &Layer) -> bool {
        let parts = self.parts;
        let own = self.files.get(layer.file);
        let name = own.path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let as_it_is = parts.flavor == Flavor::Config
            && !parts.in_pods()
            && parts.services().all(|service| self.mounted_at(service).is_some())
            && self.is_started_openly();
        !as_it_is
            || TEMPLATES.iter().any(|part| name.contains(part))
            || self.files.iter().any(|(id, _)| {
                let names = || FILLERS.iter().any(|one| self.files.text(id).contains(one));
                self.files.same_repository(id, layer.file)
                    && *self.files.told(id).is_filled_in.get_or_init(names)
            })
    }

    /// Whether the lack of a variable is to be told of here; the environment of the process is known to lack it.
    pub(in crate::project) fn is_lacking_here(&self, layer: &Layer, path: &Path, name: &str) -> bool {
        let word = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let manager = ["key_management_system", "key_management_settings"]
            .iter()
            .any(|key| !self.in_layers("general_settings", key).is_empty());
        word && !manager
            && in_sections(layer, path, &OWNED)
            && !TOLD_ELSEWHERE.iter().any(|told| match told.strip_suffix('_') {
                Some(_) => name.starts_with(told),
                None => name == *told,
            })
    }
}

/// Whether the path leads into a section of settings, and past none of these keys.
fn in_sections(layer: &Layer, path: &Path, but: &[&str]) -> bool {
    let mut keys = path.steps().iter().skip(layer.config.steps().len()).filter_map(|step| match step {
        Step::Key(key) => Some(key.as_str()),
        Step::Index(_) | Step::Inside => None,
    });
    keys.next().is_some_and(|section| SECTIONS.contains(&section))
        && !keys.any(|key| but.iter().any(|one| key.starts_with(one)))
}
