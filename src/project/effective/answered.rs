//! Which home of a setting is effective, and where a fix would write.

use crate::project::platform::{Aspect, Component};
use std::rc::Rc;

use crate::document::{Kind, Value};

use crate::project::effective::in_environment::plain;
use crate::project::installation::answer::reason::Reason;
use crate::project::installation::answer::why::Why;
use crate::project::installation::answer::{Answer, Effective, Ineffective, Overridden, Reference};
use crate::project::installation::chart;
use crate::project::installation::unseen::{Covers, SourceKind as Source, Unseen};
use crate::project::installation::view::Installation;
use crate::project::repository::kind::Flavor;
use crate::project::repository::place::{At, Place};
use crate::project::settings::version::{Running, Version};
use crate::project::settings::{self, Home, SECTIONS, Setting, Versions};

/// What a home holds, where it may be written, and why not if it may not.
pub(in crate::project) type Found = (Effective, Vec<Place>, Option<Reason>);

pub(super) const NOTHING: Found = (Effective::Unset, Vec::new(), None);

impl<'a> Installation<'a> {
    /// What is known about the setting of this name.
    ///
    /// A name that the table lacks is an error of the caller; the answer is then that nothing sets it and it has no home.
    pub fn setting(&self, name: &str) -> Answer {
        (*self.shared_setting(name)).clone()
    }

    /// The same, not copied: there may be very many places in it.
    pub fn shared_setting(&self, name: &str) -> Rc<Answer> {
        let setting = settings::find(name).unwrap_or(&settings::UNKNOWN);
        self.asked.setting(setting.name, || self.answer(setting))
    }

    /// The same for a row that the table need not have: [`settings::of_key`].
    pub fn setting_of(&self, setting: &'static Setting) -> Rc<Answer> {
        self.asked.setting(setting.name, || self.answer(setting))
    }

    fn answer(&self, setting: &'static Setting) -> Answer {
        let mut answer = Answer {
            setting,
            effective: Effective::Unset,
            overridden: Vec::new(),
            reference: None,
            filled_at: None,
            ineffective: Vec::new(),
            homes: Vec::new(),
            blocked: None,
            unseen: None,
            certain: self.parts.env_files.iter().all(|env| env.is_certain()),
        };
        let mut not_read = Vec::new();
        for home in setting.homes {
            if let Some(why) = self.outdone(home) {
                if let Why::Autoscaled(file) = &why {
                    answer.blocked = Some(Reason::Autoscaled(file.clone()));
                }
                not_read.extend(loser(self.home(home).0).map(|loser| ineffective(loser, why)));
                continue;
            }
            if self.is_left_out(setting, home) {
                continue;
            }
            let later = setting.later(home);
            let early = |since| matches!(self.running(), Running::Known(version, ..) if *version < since);
            let (found, places, blocked) = match later.is_some_and(early) {
                true => self.home(home),
                false => self.seen(home, &mut answer),
            };
            if let (Some(since), Running::Known(version, ..)) = (later, self.running())
                && *version < since
            {
                not_read.extend(too_early(found, *version, home, since));
                continue;
            }
            if matches!(found, Effective::Unset) {
                // No value goes where only some of the releases that may run read it; a home that all of them read stands beside it.
                let read = later.is_none_or(|since| self.running().surely_since(since));
                if answer.is_unset() && read {
                    answer.homes.extend(places);
                    answer.blocked = answer.blocked.or(blocked);
                }
            } else if answer.is_unset() {
                answer.homes = match &found {
                    // The text of a variable may stand inside the entry that gives it.
                    // And what a service has from elsewhere is written in the service itself.
                    Effective::Set { .. }
                        if matches!(
                            home,
                            Home::Env(_)
                                | Home::Flag(_)
                                | Home::Option(_)
                                | Home::Process(_)
                                | Home::Autoscaler(_)
                        ) =>
                    {
                        places
                    }
                    Effective::Set { place, .. } if !places.is_empty() => vec![place.clone()],
                    _ => Vec::new(),
                };
                answer.effective = found;
                answer.blocked = blocked;
            } else {
                answer.overridden.extend(loser(found));
            }
            answer.overridden.extend(self.weaker_variables(home));
        }
        if answer.is_unset() && !answer.homes.is_empty() {
            // One home that can be written is enough; the others need no excuse.
            answer.blocked = None;
        }
        answer.reference = answer.place().and_then(|place| self.reference_at(place));
        if let Some(given) = answer.reference.as_ref().and_then(|one| one.given.as_ref()) {
            // What the effective value leads to does not lose against it.
            answer.overridden.retain(|loser| loser.place != given.place);
        }
        if let Some(winner) = answer.place().cloned() {
            // A mapping does not lose against what stands in it.
            answer.overridden.retain(|loser| !loser.place.holds(&winner) && !winner.holds(&loser.place));
        }
        answer.filled_at = self.filled_at(&answer);
        answer.ineffective = self.ineffective(setting);
        if let Some(section) = self.erased_at(&answer) {
            answer.homes.clear();
            answer.blocked = Some(Reason::SecondSection(section));
        }
        answer.ineffective.append(&mut not_read);
        self.mind_the_release(&mut answer);
        answer
    }

    /// Whether a home in a configuration that is not visible is passed over: what the process itself is given is judged as it stands. Where
    /// it is given nothing, that configuration may set it, if there is one: otherwise the database alone holds settings besides, and never
    /// variables that are read at the start.
    fn is_left_out(&self, setting: &Setting, home: &Home) -> bool {
        let of_configuration = |home: &Home| matches!(home, Home::Config(..) | Home::LateEnv(_));
        let mut own = setting.homes.iter().filter(|home| !of_configuration(home));
        self.parts.flavor == Flavor::Process
            && of_configuration(home)
            && (own.any(|other| !matches!(self.home(other).0, Effective::Unset))
                || (matches!(home, Home::LateEnv(_)) && self.loads_no_configuration()))
    }

    /// Why what stands in a home has no effect, whatever it is: the chart puts something over it, or does not render it.
    fn outdone(&self, home: &Home) -> Option<Why> {
        match home {
            Home::Env("NUM_WORKERS" | "DEFAULT_NUM_WORKERS_LITELLM_PROXY") => {
                self.parts.chart().filter(|chart| chart.counts_workers)?.key.map(Why::GivenAgain)
            }
            Home::Values(of, keys) | Home::Chart(of, keys) if self.parts.reads(*of) => {
                const NEWER: [&str; 4] =
                    ["terminationGracePeriodSeconds", "livenessProbe", "readinessProbe", "startupProbe"];
                let old = self.old_chart().filter(|_| keys.first().is_some_and(|key| NEWER.contains(key)))?;
                Some(Why::NotRendered(old))
            }
            Home::Process(Aspect::Replicas) => {
                let file = self.autoscalers().first()?.file;
                Some(Why::Autoscaled(self.shown(file).to_owned()))
            }
            _ => None,
        }
    }

    /// The release of litellm-helm that is deployed, if it is one that leaves keys of newer ones away.
    pub fn old_chart(&self) -> Option<String> {
        let find = || {
            let grew = self.parts.chart().is_some_and(|chart| chart.grew);
            let (release, _) = chart::release(self.files, self.parts)?;
            (grew && chart::is_old(&release)).then_some(release)
        };
        self.asked.of_layers.old_chart.get_or_init(find).clone()
    }

    /// What a home holds, unless a source that is not read may set it.
    fn seen(&self, home: &Home, answer: &mut Answer) -> Found {
        let found = self.home(home);
        let stands = match &found.0 {
            Effective::Unset => None,
            Effective::Set { place, .. } | Effective::Hidden { place, .. } => Some(place),
        };
        let Some(unread) = self.unseen_at(home, stands).filter(|_| answer.is_unset()) else { return found };
        if matches!(unread.what, Source::WholeObjects(_)) && self.written_by_chart(answer.setting) {
            return found;
        }
        if let Some(found) = self.in_release(home, &unread.what, answer.setting) {
            return found;
        }
        if let Some(found) = self.by_parameter(home, unread) {
            answer.overridden.extend(loser(self.home(home).0));
            return found;
        }
        answer.unseen = Some(unread.clone());
        let reason = Reason::NotRead(unread.what.clone());
        let hidden = Effective::Hidden { reason: reason.clone(), place: unread.place.clone() };
        (hidden, Vec::new(), Some(reason))
    }

    /// What a parameter of a release sets, which wins over the values.
    fn by_parameter(&self, home: &Home, unread: &Unseen) -> Option<Found> {
        let (Source::Parameter(name, Some(value)), Covers::Values(at)) = (&unread.what, &unread.covers)
        else {
            return None;
        };
        self.path_of(home).filter(|path| path == at)?;
        let is_variable = matches!(home, Home::Env(_));
        let value = value.value().map(|value| if is_variable { Value::Str(plain(&value)) } else { value })?;
        let place = unread.place.clone();
        let reason = Reason::Parameter(name.clone(), self.shown(place.file).to_owned());
        Some((Effective::Set { value, place }, Vec::new(), Some(reason)))
    }

    /// What the release that runs the configuration has for a setting that both may give. Where it has nothing, the configuration decides;
    /// a setting of the environment alone is judged with the release.
    fn in_release(&self, home: &Home, unread: &Source, setting: &Setting) -> Option<Found> {
        let both = setting.homes.iter().any(|home| matches!(home, Home::Config(..)));
        let asked = both && matches!((unread, home), (Source::Release(_), Home::Env(_)));
        let release = self.release().filter(|_| asked)?;
        match release.home(home) {
            (Effective::Unset, ..) => release.environment_is_whole().then_some(NOTHING),
            (found, ..) => {
                let reason = Reason::ByRelease(self.shown(release.parts.main().file).to_owned());
                Some((found, Vec::new(), Some(reason)))
            }
        }
    }

    /// Whether a key of the values sets it, which the chart writes as an entry of its own: that wins over what whole Secrets give.
    fn written_by_chart(&self, setting: &Setting) -> bool {
        let of_values = |home: &&Home| matches!(home, Home::Values(..) | Home::Chart(..));
        setting.homes.iter().filter(of_values).any(|home| match self.home(home).0 {
            Effective::Set { value: Value::Str(text), .. } => !text.is_empty(),
            Effective::Set { value, .. } => value != Value::Null,
            _ => false,
        })
    }

    /// The section that sets it and is erased by a second one in the same file: a key in that one would stand twice once they are merged.
    fn erased_at(&self, answer: &Answer) -> Option<String> {
        let home = answer.homes.first().filter(|_| answer.is_unset())?;
        let dead = answer.ineffective.iter().find(|one| one.why == Why::DeadSection)?;
        let At::Yaml { path, .. } = &dead.place.at else { return None };
        (dead.place.file == home.file).then(|| path.split_last()?.0.last_key().map(str::to_owned)).flatten()
    }

    /// What a release does not read is not in force there, and is not written.
    fn mind_the_release(&self, answer: &mut Answer) {
        let versions = answer.setting.versions;
        match (versions.read_by(self.running()), self.running()) {
            (Some(true), _) => {}
            // What cannot be seen may as well not be there.
            (Some(false), _) if self.config_unseen().is_some() || answer.unseen.is_some() => {}
            (Some(false), Running::Known(version, ..)) => {
                let found = std::mem::replace(&mut answer.effective, Effective::Unset);
                // What hides a whole section does not set anything.
                let hides =
                    |loser: &Overridden| last_key(&loser.place).is_some_and(|key| SECTIONS.contains(&key));
                let places = loser(found).into_iter().chain(answer.overridden.drain(..));
                let places = places.filter(|loser| !hides(loser));
                answer
                    .ineffective
                    .extend(places.map(|loser| ineffective(loser, Why::NotRead(*version, versions))));
                answer.homes.clear();
                answer.blocked = Some(Reason::OtherReleases(*version, versions));
            }
            _ if answer.is_unset() => {
                answer.homes.clear();
                answer.blocked = Some(Reason::UnknownRelease(versions));
            }
            _ => {}
        }
    }

    fn home(&self, home: &Home) -> Found {
        let own = |of: &Component| self.parts.reads(*of);
        match home {
            Home::Config(section, key) => self.config_home(section, key),
            Home::Env(name) => self.env_home(name),
            Home::LateEnv(name) => self.config_home("environment_variables", name),
            Home::Flag(flag) => self.argument(flag, false),
            Home::Option(flag) => self.argument(flag, true),
            Home::Values(of, keys) if own(of) => self.values_home(keys, false),
            Home::Chart(of, keys) if own(of) => self.values_home(keys, true),
            Home::ChartArgument(of, keys) if own(of) && !self.replaces_arguments() => {
                self.values_home(keys, false)
            }
            Home::Values(..) | Home::Chart(..) | Home::ChartArgument(..) => NOTHING,
            Home::Process(aspect) => self.process_home(*aspect),
            Home::Autoscaler(scaling) => self.autoscaler_home(*scaling),
        }
    }

    /// The variable that a place refers to.
    pub fn reference_at(&self, place: &Place) -> Option<Reference> {
        if let At::Yaml { doc, path } = &place.at {
            // What it holds need not be read.
            self.files.node(place.file, *doc, path).filter(|node| node.resolve().kind() == Kind::Scalar)?;
        }
        let Value::Str(text) = self.value_at(place)? else { return None };
        let name = text.strip_prefix("os.environ/")?.to_owned();
        let given = self.variables(&name).into_iter().next();
        Some(Reference { name, given })
    }
}

/// What stands in a home that this release does not read yet.
fn too_early(found: Effective, version: Version, home: &Home, since: Version) -> Option<Ineffective> {
    let loser = loser(found)?;
    let Home::LateEnv(name) = home else {
        return Some(ineffective(loser, Why::NotRead(version, Versions::since(since))));
    };
    // What hides the section or the whole configuration is no entry of this name.
    let entry = last_key(&loser.place) == Some(name);
    entry.then(|| ineffective(loser, Why::NotApplied(version, since)))
}

fn last_key(place: &Place) -> Option<&str> {
    match &place.at {
        At::Yaml { path, .. } => path.last_key(),
        _ => None,
    }
}

/// What stands where it has no effect.
fn ineffective(loser: Overridden, why: Why) -> Ineffective {
    Ineffective { place: loser.place, why, value: loser.value.unwrap_or(Value::Null) }
}

fn loser(found: Effective) -> Option<Overridden> {
    match found {
        Effective::Unset => None,
        Effective::Set { value, place } => Some(Overridden { place, value: Some(value) }),
        Effective::Hidden { place, .. } => Some(Overridden { place, value: None }),
    }
}
