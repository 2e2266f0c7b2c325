//! What the autoscalers of the processes say of a setting.

use super::answered::{Found, NOTHING};
use crate::document::Value;
use crate::project::installation::answer::Effective;
use crate::project::installation::answer::reason::Reason;
use crate::project::installation::view::Installation;
use crate::project::process::autoscaler::{Autoscaler, Says, Scaling};

impl Installation<'_> {
    /// The autoscalers of the first process that has any: of several it is not visible which one is deployed.
    pub fn autoscalers(&self) -> &[Autoscaler] {
        let all = self.parts.processes.iter().map(|process| process.autoscalers.as_slice());
        all.into_iter().find(|all| !all.is_empty()).unwrap_or_default()
    }

    /// What they say, where all say the same.
    pub(in crate::project) fn autoscaler_home(&self, asked: Scaling) -> Found {
        let all = self.autoscalers();
        let said: Vec<Option<Says>> = all.iter().map(|one| one.says(self.files, asked)).collect();
        let Some((first, others)) = said.split_first() else { return NOTHING };
        let value = |one: &Option<Says>| one.as_ref().map(|says| says.value.clone());
        if others.iter().any(|other| value(other) != value(first)) {
            let reason = Reason::Autoscalers(all.len());
            return (
                Effective::Hidden { reason: reason.clone(), place: all[0].place() },
                Vec::new(),
                Some(reason),
            );
        }
        let Some(Says { place, value, whole }) = first.clone() else { return NOTHING };
        if matches!(&value, Value::Str(text) if text.contains("${") || text.contains("{{")) {
            let reason = Reason::Variable(Some(self.shown(place.file).to_owned()));
            return (Effective::Hidden { reason, place }, Vec::new(), None);
        }
        let home = match asked {
            Scaling::On => None,
            Scaling::Most | Scaling::Use("cpu") => Some(place.clone()),
            Scaling::Use(_) => whole,
        };
        let several = (!others.is_empty()).then_some(Reason::Autoscalers(all.len()));
        let homes = home.into_iter().filter(|_| several.is_none()).collect();
        (Effective::Set { value, place }, homes, several)
    }
}
