//! Keys and whole sections that nothing in LiteLLM reads, and that are no misspelling of anything either.

use crate::document::{Kind, Node};

use super::{Ground, SETTINGS};
use crate::project::installation::view::Installation;
use crate::project::repository::place::Place;
use crate::project::settings::known::{self, TOP};
use crate::project::settings::version::{NEWEST, Running};
use crate::project::settings::{self, SECTIONS};

/// The keys of one section that nothing reads.
#[derive(Clone, Debug)]
pub struct Nobody {
    /// The section; [`TOP`] for sections that are made up.
    pub section: &'static str,
    /// The keys, each with its place.
    pub keys: Vec<(String, Place)>,
    /// Whether some other release reads one of them.
    pub elsewhere: bool,
}

/// Lists whose items are names of callbacks; one with a dot is a module of the user's own.
const CALLBACKS: [&str; 5] =
    ["callbacks", "success_callback", "failure_callback", "audit_log_callbacks", "post_call_rules"];

impl<'a> Installation<'a> {
    /// The keys that no part of the release that runs reads, by section. Where that release is unknown, those that no supported release
    /// reads; nothing where the table of known keys is older than it. Code of the user's own may read any key but those of the router.
    pub fn read_by_nobody(&self) -> Vec<Nobody> {
        let newest = known::releases().last().copied();
        let asked = match self.running() {
            Running::Known(version, ..) => *version,
            Running::Unknown(..) => NEWEST,
        };
        if newest.is_none_or(|newest| newest < asked) {
            return Vec::new();
        }
        let own_code = self.has_own_code();
        let mut found: Vec<Nobody> = Vec::new();
        for ground in self.grounds() {
            let section = ground.name;
            let is_section = section == TOP || SETTINGS.contains(&section);
            if !is_section || (own_code && section != "router_settings") {
                continue;
            }
            let keys = ground.entries(self).into_iter();
            let unread: Vec<_> = keys.filter(|(key, value)| self.is_nobodys(&ground, key, *value)).collect();
            if unread.is_empty() {
                continue;
            }
            let elsewhere = unread.iter().any(|(key, _)| known::knows(section, key));
            let keys = unread.into_iter().map(|(key, _)| (key.clone(), ground.place(&key))).collect();
            found.push(Nobody { section, keys, elsewhere });
        }
        found
    }

    fn is_nobodys(&self, ground: &Ground<'a>, key: &str, value: Node<'a>) -> bool {
        if known::knows(ground.name, key) {
            let row = known::row(ground.name, key).or(settings::at(ground.name, key));
            return row.is_none() && known::read_by(ground.name, key, self.running()) == Some(false);
        }
        let elsewhere = SETTINGS.iter().chain([&TOP]).any(|section| known::knows(section, key));
        // What only holds anchors for others is no setting.
        let holder = ground.name == TOP
            && (key.starts_with("x-")
                || key.starts_with(['_', '.'])
                || value.anchor().is_some()
                || value.source().contains('&'));
        !(elsewhere
            || holder
            || SECTIONS.contains(&key)
            || is_told_of(ground.name, key)
            || !ground.near(key).is_empty())
    }

    /// Whether the proxy loads code that is not LiteLLM's.
    fn has_own_code(&self) -> bool {
        let dotted = |node: Node<'_>| match node.kind() {
            Kind::Sequence => node.items().any(|item| item.text().contains('.')),
            _ => node.text().contains('.'),
        };
        self.configs().any(|(_, config)| {
            let section = |name: &str| config.get(name).filter(|node| node.kind() == Kind::Mapping);
            let callbacks = section("litellm_settings").is_some_and(|settings| {
                let lists = CALLBACKS.iter().filter_map(|name| settings.get(name)).map(Node::resolve);
                lists.into_iter().any(dotted) || settings.get("custom_provider_map").is_some()
            });
            let hooks = section("general_settings").is_some_and(|settings| {
                settings.entries().any(|(key, value)| key.text().starts_with("custom_") && dotted(value))
            });
            let guardrails = config.get("guardrails").filter(|node| node.kind() == Kind::Sequence);
            let guards = guardrails.is_some_and(|list| {
                let params = list.items().filter(|item| item.kind() == Kind::Mapping);
                let params = params.filter_map(|item| item.get("litellm_params").map(Node::resolve));
                let params = params.filter(|params| params.kind() == Kind::Mapping);
                params.filter_map(|params| params.get("guardrail")).any(dotted)
            });
            callbacks || hooks || guards
        })
    }
}

/// Whether the transform of a setting tells of this key already.
fn is_told_of(section: &str, key: &str) -> bool {
    settings::all().any(|setting| {
        setting.name == key || setting.misnomers.contains(&key) || setting.decoys.contains(&(section, key))
    })
}
