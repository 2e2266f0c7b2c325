//! Keys that may come from what is not visible: nothing that could be judged, so they are told once and are no findings.

use super::installation::Installation;
use super::parts::Flavor;

impl Installation<'_> {
    /// The keys of which the files do not show whether the process gets them, as one sentence.
    ///
    /// A chart gives a master key of its own, and the gateway's values speak for the backend too.
    pub fn unseen_keys(&self) -> Option<String> {
        let by_chart = !matches!(self.parts.flavor, Flavor::Config | Flavor::ConfigMap);
        let master = (!by_chart && self.setting("master_key").is_unset()).then_some("LITELLM_MASTER_KEY");
        let stores = self.database().is_some() && self.parts.flavor != Flavor::Backend;
        let salt = (stores && self.setting("salt_key").is_unset()).then_some("LITELLM_SALT_KEY");
        let names: Vec<&str> = master.into_iter().chain(salt).collect();
        let reason = self.unseen_variables().filter(|_| !names.is_empty())?;
        let (verb, them) = if names.len() == 1 { ("is", "it") } else { ("are", "them") };
        let new = if salt.is_some() {
            "; a new salt key makes unreadable what a database holds already"
        } else {
            ""
        };
        let names = names.join(" and ");
        Some(format!(
            "{names} {verb} not visible here ({reason}): make sure that the process gets {them}{new}"
        ))
    }
}
