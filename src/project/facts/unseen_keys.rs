//! Keys that may come from what is not visible: nothing that could be judged, so they are told once and are no findings.

use crate::project::environment::variables::NotVisible;
use crate::project::installation::answer::Effective;
use crate::project::installation::answer::reason::Reason;
use crate::project::installation::unseen::{SourceKind, Unseen};
use crate::project::installation::view::Installation;

/// The keys of which the files do not show whether the process gets them, and why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnseenKeys {
    /// The settings: `master_key`, `salt_key` or both.
    pub settings: Vec<&'static str>,
    /// Why they are not visible.
    pub reason: NotVisible,
}

impl UnseenKeys {
    /// Whether what it tells is that this source is not read.
    pub fn tells_of(&self, source: &Unseen) -> bool {
        // What a configuration may set besides is a matter of its own.
        let configuration = matches!(source.what, SourceKind::Configuration(_));
        !configuration && matches!(&self.reason, NotVisible::Source(what) if *what == source.what)
    }

    /// What a reader of the report must know, as one sentence.
    pub fn words(&self) -> String {
        let salt = self.settings.contains(&"salt_key");
        let names: Vec<&str> = self.settings.iter().map(|setting| variable(setting)).collect();
        let (verb, them) = if names.len() == 1 { ("is", "it") } else { ("are", "them") };
        let new = if salt {
            "; never add a new salt key to a database in use, which makes what it holds unreadable"
        } else {
            ""
        };
        format!(
            "{} {verb} not visible here ({}): check that the process gets {them}{new}",
            names.join(" and "),
            self.reason
        )
    }
}

fn variable(setting: &str) -> &'static str {
    if setting == "salt_key" { "LITELLM_SALT_KEY" } else { "LITELLM_MASTER_KEY" }
}

impl Installation<'_> {
    /// The keys of which the files do not show whether the process gets them.
    ///
    /// A chart gives a master key of its own, and the gateway's values speak for the backend too.
    pub fn unseen_keys(&self) -> Option<UnseenKeys> {
        if self.parts.replaced.is_some() {
            return None;
        }
        let views = self.views();
        if !views.is_empty() {
            return views.iter().find_map(Self::unseen_keys);
        }
        let chart = self.parts.chart();
        let lacks = |name: &str| {
            let answer = self.setting(name);
            answer.is_unset() || answer.unseen.is_some()
        };
        let master = (chart.is_none() && lacks("master_key")).then_some("master_key");
        let stores = self.database().is_some() && chart.is_none_or(|chart| chart.spoken_for_by.is_none());
        let unread = stores.then(|| self.in_unread_configuration("salt_key")).flatten();
        let salt = (stores && lacks("salt_key") || unread.is_some()).then_some("salt_key");
        let settings: Vec<&str> = master.into_iter().chain(salt).collect();
        let reason = self.unseen_variables().or(unread).filter(|_| !settings.is_empty())?;
        Some(UnseenKeys { settings, reason })
    }

    /// The configuration that the process names and that is not here, where nothing else says of a setting what it is.
    fn in_unread_configuration(&self, name: &str) -> Option<NotVisible> {
        match &self.setting(name).effective {
            Effective::Hidden {
                reason: Reason::NotRead(what @ SourceKind::Configuration(Some(_))), ..
            } => Some(NotVisible::Source(what.clone())),
            _ => None,
        }
    }
}
