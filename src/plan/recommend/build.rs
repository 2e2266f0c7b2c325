//! Shared words and shapes of findings, so that a transform says only what is its own.

use crate::plan::finding::{
    Advice, Finding, Fix, Intent, Lines, Prominence, Question, Remedy, Safety, Severity,
};
use crate::plan::state::State;
use crate::plan::transform::Meta;

use crate::document::{Step, Value};
pub use crate::plan::recommend::give::{add_entry, variable_intent};
pub use crate::plan::recommend::ineffective::{
    effective_words, ineffective_places, own_variable, renamed, say_own_variable,
};
pub use crate::plan::recommend::lines::{
    by_place, goes_in, goes_in_both, in_values, instead_of, place_in_words, secret_lines, section_lines,
    variable_lines, yaml_lines,
};
use crate::plan::recommend::policy::lands;
pub use crate::plan::recommend::words::{is_printed, listed, named, plain, shown, shown_briefly, steps};
use crate::project::{Answer, At, Effective, Installation, Place, Sign, Why};

impl Finding {
    /// A finding of a transform about one of its settings.
    pub fn new(meta: &Meta, setting: &str, state: impl Into<State>, place: Place) -> Self {
        Self {
            setting: setting.to_owned(),
            state: state.into(),
            severity: meta.severity,
            title: meta.title.to_owned(),
            why: meta.why.to_owned(),
            place,
            related: Vec::new(),
            remedy: Remedy::Advice(Advice::default()),
            prominence: Prominence::Own,
            views: Vec::new(),
        }
    }

    /// With another title.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// With another reason.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }

    /// With another severity.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// With a fix.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.remedy = Remedy::Fix(fix);
        self
    }

    /// With advice.
    #[must_use]
    pub fn advice(mut self, text: impl Into<String>) -> Self {
        self.remedy = Remedy::Advice(Advice { text: text.into(), ..Advice::default() });
        self
    }

    /// With the lines that the advice is about.
    #[must_use]
    pub fn lines(mut self, lines: Lines) -> Self {
        if let Remedy::Advice(advice) = &mut self.remedy {
            (advice.lines, advice.goes) = (lines.lines, lines.goes);
        }
        self
    }

    /// Whether it comes with a fix.
    pub fn has_fix(&self) -> bool {
        matches!(self.remedy, Remedy::Fix(_))
    }

    /// Its fix, with where the entry stands that this moves or renames: what becomes effective may have to be another value there.
    pub fn landing(&mut self) -> Option<(&mut Fix, Place)> {
        let Remedy::Fix(fix) = &mut self.remedy else { return None };
        let to = fix.intents.first().and_then(lands)?;
        Some((fix, to))
    }

    /// It is left to a person: this is told in place of what a fix would do.
    pub fn only_tell(&mut self, text: impl Into<String>) {
        self.remedy = Remedy::Advice(Advice { text: text.into(), ..Advice::default() });
    }

    /// With another place that matters, and a word of explanation.
    #[must_use]
    pub fn see(mut self, place: Place, word: impl Into<String>) -> Self {
        self.related.push((place, word.into()));
        self
    }

    /// With the sign of what it rests on, and a word for that.
    #[must_use]
    pub fn see_sign(self, sign: &Sign, word: &str) -> Self {
        let word = format!("{word}: {}", sign.what);
        self.see(sign.place.clone(), word)
    }

    /// With the sign of the database without which it would not matter.
    #[must_use]
    pub fn see_database(self, sign: &Sign) -> Self {
        self.see_sign(sign, "sign of a database")
    }

    /// A gap against LiteLLM's production page: it is low without a sign of production, and what is low shares one line with the others.
    #[must_use]
    pub fn production_default(mut self, installation: &Installation<'_>) -> Self {
        if installation.production().is_none() {
            self.severity = Severity::Low;
        }
        if self.severity == Severity::Low {
            self.prominence = Prominence::ProductionDefault;
        }
        self
    }

    /// A production default that matters under load: where a single process runs it shares the line of the others.
    #[must_use]
    pub fn load_default(self, installation: &Installation<'_>) -> Self {
        let mut finding = self.production_default(installation);
        if installation.load().is_none() {
            finding.prominence = Prominence::ProductionDefault;
        }
        finding
    }

    /// What matters little here: it shares one line with the production defaults that are not set.
    #[must_use]
    pub fn minor(mut self) -> Self {
        self.severity = Severity::Low;
        self.prominence = Prominence::ProductionDefault;
        self
    }

    /// What does nothing where it stands, and promises nothing that would matter.
    #[must_use]
    pub fn inert(mut self) -> Self {
        self.prominence = Prominence::Inert;
        self
    }

    /// No finding, only an offer: it exists for who selects its id or asks to have it explained.
    #[must_use]
    pub fn offer(mut self) -> Self {
        self.prominence = Prominence::Offer;
        self
    }

    /// With the places where the setting is only a comment.
    #[must_use]
    pub fn mention_comments(mut self, answer: &Answer) -> Self {
        self.related.extend(
            answer
                .commented_out()
                .map(|place| (place.clone(), "commented out here; the comment stays".into())),
        );
        self
    }
}

impl Fix {
    /// A fix for a configuration. Where the proxy also keeps settings in its database no fix is safe, and the fix says what wins.
    pub fn new(
        installation: &Installation<'_>,
        title: impl Into<String>,
        safety: Safety,
        intents: Vec<Intent>,
    ) -> Self {
        let mut fix = Self::plain(title, safety, intents);
        let of_configuration =
            fix.intents.iter().any(|intent| installation.is_in_configuration(intent.place()));
        if of_configuration && installation.stored_in_database().is_some() {
            fix.safety = fix.safety.max(Safety::Review);
            let wins = "store_model_in_db is on: up to LiteLLM 1.102 a value stored in the database overrides this file; since 1.103 the file wins and locks the key in the UI";
            fix.assumptions.push(wins.into());
        }
        if let Some(reason) = installation.may_be_stored_in_database().filter(|_| of_configuration) {
            fix.safety = fix.safety.max(Safety::Review);
            fix.assumptions.push(format!(
                "the database does not store settings too (STORE_MODEL_IN_DB is not visible: {reason})"
            ));
        }
        if let Some(unread) = fix.intents.iter().find_map(|intent| installation.overruling(intent.place())) {
            fix.safety = fix.safety.max(Safety::Review);
            fix.assumptions.push(format!("no source that is not read overrides it: {}", unread.what.words()));
        }
        mind_objects(installation, &mut fix);
        if of_configuration && installation.is_mounted_by_compose() {
            let after = if installation.is_held_by_swarm() { ANEW } else { RESTART };
            fix.assumptions.push(after.into());
        }
        if installation.sleeping_master_key() && fix.intents.iter().any(fills_general_settings) {
            fix.safety = fix.safety.max(Safety::Review);
            fix.assumptions.push("once `general_settings` is not empty, LiteLLM also takes LITELLM_MASTER_KEY from `environment_variables:` as its `master_key`: from then on every request needs it".into());
        }
        let unit = |intent: &Intent| installation.files.unit(intent.place().file).is_some();
        if fix.intents.iter().any(unit) {
            fix.assumptions.push(RELOAD.to_owned());
        }
        if let Some(null) = fix.intents.iter().find_map(|intent| installation.null_above(intent.place())) {
            fix.safety = fix.safety.max(Safety::Review);
            fix.assumptions.push(brings_back(installation, &null));
        }
        fix
    }

    /// A fix that sets one place.
    pub fn set(
        installation: &Installation<'_>,
        title: impl Into<String>,
        safety: Safety,
        place: &Place,
        value: impl Into<Value>,
    ) -> Self {
        Self::new(installation, title, safety, vec![Intent::Set(place.clone(), value.into())])
    }

    /// A fix that removes what has no effect, with the comments that belong to it.
    pub fn remove(installation: &Installation<'_>, name: &str, place: &Place) -> Self {
        let remove = Intent::Remove { place: place.clone(), comments: true };
        Self::new(installation, format!("remove {name}"), Safety::Review, vec![remove])
    }

    /// With a question.
    #[must_use]
    pub fn asking(mut self, question: Question) -> Self {
        self.questions.push(question);
        self
    }

    /// With an assumption.
    #[must_use]
    pub fn assuming(mut self, text: impl Into<String>) -> Self {
        self.assumptions.push(text.into());
        self
    }
}

/// What a change of a ConfigMap or Secret that the process takes variables from means for what runs, and for others who take it.
fn mind_objects(installation: &Installation<'_>, fix: &mut Fix) {
    let mut told: Vec<String> = Vec::new();
    for taken in fix.intents.iter().filter_map(|intent| installation.giving_object(intent.place())) {
        let (taken, _) = taken;
        let object = taken.kind.called(&taken.name);
        if !taken.hashed {
            told.push(format!("the pods are restarted: a change of the {object} alone does not do it (`kubectl rollout restart`)"));
        }
        if let Some(other) = &taken.other {
            fix.safety = fix.safety.max(Safety::Review);
            let spot = installation.files.spot(other);
            told.push(format!("what else takes the {object} may have it too: {}:{}", spot.file, spot.line));
        }
    }
    told.dedup();
    fix.assumptions.extend(told);
}

/// What compose does not do by itself: its hash of a service does not cover the content of what it mounts (run with compose 2.40 and 5.6).
const RESTART: &str = "you restart the container afterwards (`docker compose restart`): compose does not do so for a mounted file";

/// What Swarm does not do: a config never changes once it is made.
const ANEW: &str =
    "you make the config of Swarm from this file again, under a new name: what Swarm holds never changes";

/// What systemd does not do by itself.
const RELOAD: &str = "you run `systemctl daemon-reload` and restart the unit afterwards";

/// Whether an intent leaves something in `general_settings`.
fn fills_general_settings(intent: &Intent) -> bool {
    let place = match intent {
        Intent::Move(_, to) => to,
        Intent::Set(place, _) | Intent::Ensure(place, _) | Intent::Append(place, _) => place,
        Intent::Rename(..) | Intent::Remove { .. } | Intent::Comment(..) => return false,
    };
    let At::Yaml { path, .. } = &place.at else { return false };
    path.steps().iter().any(|step| matches!(step, Step::Key(key) if key == "general_settings"))
}

/// What a value below a null of the chart's values brings along.
fn brings_back(installation: &Installation<'_>, null: &Place) -> String {
    let name = installation.files.spot(null).name;
    let section = |key: &str| matches!(&null.at, At::Yaml { path, .. } if path.last_key() == Some(key));
    let key =
        installation.parts.is_litellm_helm() && (section("general_settings") || section("proxy_config"));
    let such = if key {
        ", such as `master_key: os.environ/PROXY_MASTER_KEY`: from then on requests need that key"
    } else {
        ""
    };
    format!(
        "`{name}` is null, which removes the chart's own values there; setting a value in it brings them back{such}"
    )
}

/// The advice for a setting whose value cannot be seen or which has no single home. It is only offered: what is not visible is no gap.
pub fn cannot_tell(
    meta: &Meta,
    installation: &Installation<'_>,
    answer: &Answer,
    lines: Lines,
) -> Option<Finding> {
    let erased = answer.is_unset() && answer.ineffective.iter().any(|one| one.why == Why::DeadSection);
    let of_gateway = installation.parts.chart().is_some_and(|chart| chart.spoken_for_by.is_some())
        && installation.not_rendered().is_some();
    if erased && answer.homes.is_empty() || of_gateway || answer.unseen.is_some() {
        // `config_structure` tells of the whole section; the configuration of a backend is that of the gateway, where it is judged; and of
        // what is not read the report tells once for the installation.
        return None;
    }
    let reason = match &answer.effective {
        Effective::Hidden { reason, .. } => match answer.reference.as_ref().map(|one| &one.given) {
            Some(Some(given)) => {
                let spot = installation.files.spot(&given.place);
                format!("{reason}, which is set at {}:{}", spot.file, spot.line)
            }
            Some(None) => format!("{reason}, which nothing visible sets"),
            None => reason.to_string(),
        },
        _ => answer.blocked.as_ref()?.to_string(),
    };
    let place = answer.place().cloned().unwrap_or_else(|| installation.config_place());
    let name = answer.setting.name;
    Some(
        Finding::new(meta, name, "hidden", place)
            .title(format!("`{name}` cannot be checked here: {reason}"))
            .severity(Severity::Low)
            .advice(format!("check by hand that it is set as below: {reason}"))
            .lines(lines)
            .mention_comments(answer)
            .offer(),
    )
}
