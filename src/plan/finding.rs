//! What a transform noticed, and what can be done about it.

use serde::Serialize;

use crate::document::Value;
use crate::plan::state::State;
use crate::project::{Idle, Place};

/// How much a gap hurts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Low,
    /// Costs money or time under load.
    Medium,
    /// Fails in an ordinary incident.
    High,
    /// Broken or unsafe today.
    Critical,
}

/// What a deployment is scored for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    /// How many requests it can serve.
    Throughput,
    /// How long one request takes.
    Latency,
    /// Whether it goes on serving in an ordinary incident.
    Reliability,
    /// Whether somebody sees what happens.
    Observability,
    /// Who may come in, and what leaks.
    Security,
}

/// How much the user has to say before a fix is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Safety {
    /// Sets, in the recommended direction, what nothing sets, where no reasonable installation is worse off.
    Safe,
    /// Changes behaviour: wants a yes, `--include-review`, or its id in `--select`.
    Review,
    /// Legitimate, but no general advice: wants a yes or its id in `--select`.
    OnRequest,
    /// Can cost data or security: wants its id and a typed confirmation, or preferences with a reason.
    Hazardous,
}

impl Area {
    /// Every area, in the order of the card.
    pub const ALL: [Self; 5] =
        [Self::Throughput, Self::Latency, Self::Reliability, Self::Observability, Self::Security];

    /// The name as shown and as written in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Throughput => "throughput",
            Self::Latency => "latency",
            Self::Reliability => "reliability",
            Self::Observability => "observability",
            Self::Security => "security",
        }
    }
}

impl Severity {
    /// Every severity, the worst first.
    pub const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];

    /// The name as shown and as written in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl Safety {
    /// The name as shown and as written in preferences and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Review => "review",
            Self::OnRequest => "on_request",
            Self::Hazardous => "hazardous",
        }
    }
}

/// One thing a transform noticed in one installation.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The setting it is about, by its name in the settings table.
    pub setting: String,
    /// Which of the transform's states this is (`unset`, `misspelt`, `wrong_section`, …): with id, setting and place it
    /// makes the identity of the finding, which must not depend on lines or values.
    pub state: State,
    /// How much it hurts here.
    pub severity: Severity,
    /// One line: what is wrong here, with the values in question.
    pub title: String,
    /// One line: why that matters.
    pub why: String,
    /// Where: the existing key, or the place where the missing one belongs.
    pub place: Place,
    /// Other places that matter, each with a word of explanation.
    pub related: Vec<(Place, String)>,
    /// What can be done.
    pub remedy: Remedy,
    /// How much room it takes.
    pub prominence: Prominence,
    /// The views of the installation that it is made of, by position; empty where it is so in all, or where there is one.
    pub views: Vec<usize>,
}

impl Finding {
    /// How much it hurts here: what shares a line with others matters little, whatever it would be by itself.
    pub fn weight(&self) -> Severity {
        if self.prominence.is_folded() { Severity::Low } else { self.severity }
    }
}

/// How much room a finding takes for people. Programs get every finding that is none of the offers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prominence {
    /// It stands by itself.
    #[default]
    Own,
    /// It shares one line with the others of its kind: a production default that is not set, and that matters little here.
    ProductionDefault,
    /// It shares one line with others of its kind: what stands there does nothing, and promises nothing that would matter.
    Inert,
    /// Another one line holds it: nothing of the configuration is effective, for this reason.
    Idle(Idle),
    /// It is no finding: something that may be had, for who selects its id or asks to have it explained.
    Offer,
}

impl Prominence {
    /// Whether it shares a line with others.
    pub fn is_folded(self) -> bool {
        matches!(self, Self::ProductionDefault | Self::Inert | Self::Idle(_))
    }
}

/// What can be done about a finding.
#[derive(Clone, Debug)]
pub enum Remedy {
    /// A rewrite of the files.
    Fix(Fix),
    /// The exact lines, and where they go.
    Advice(Advice),
}

/// A rewrite: applied whole or not at all.
#[derive(Clone, Debug)]
pub struct Fix {
    /// One line in the imperative: `set proxy_batch_write_at to 60`.
    pub title: String,
    /// How much the user has to say.
    pub safety: Safety,
    /// What changes, in order.
    pub intents: Vec<Intent>,
    /// Values that the user may choose. Each is a parameter of the transform.
    pub questions: Vec<Question>,
    /// What the fix takes for granted; shown with it.
    pub assumptions: Vec<String>,
    /// Where it may not be made here: what somebody would write by hand.
    pub by_hand: Option<Advice>,
}

impl Fix {
    /// Whether a question must be answered before it may be applied.
    pub fn waits_for_answer(&self) -> bool {
        self.questions.iter().any(|question| question.required)
    }
}

/// Lines for a person to write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// The lines, without a line break.
    pub lines: Vec<String>,
    /// Where they go, for humans.
    pub goes: String,
}

impl Lines {
    /// These lines, which go there.
    pub fn new(lines: Vec<String>, goes: impl Into<String>) -> Self {
        Self { lines, goes: goes.into() }
    }
}

/// Something to do by hand.
#[derive(Clone, Debug, Default)]
pub struct Advice {
    /// What to do and why it is not done here.
    pub text: String,
    /// The exact lines to write, if there are any, without indentation of the place.
    pub lines: Vec<String>,
    /// Where they go, for humans: a file and section, a Secret, a pod's environment.
    pub goes: String,
}

impl Fix {
    /// A fix that rests on nothing and asks nothing.
    pub fn plain(title: impl Into<String>, safety: Safety, intents: Vec<Intent>) -> Self {
        let (questions, assumptions) = Default::default();
        Self { title: title.into(), safety, intents, questions, assumptions, by_hand: None }
    }
}

/// A value that the user may choose; the answer is a parameter of the transform and goes back through plan and proof.
#[derive(Clone, Debug)]
pub struct Question {
    /// The name of the parameter, as in `--set id.param=value`.
    pub param: &'static str,
    /// The question.
    pub ask: String,
    /// The value that the fix uses if nobody answers.
    pub default: Value,
    /// Why this default.
    pub reason: String,
    /// Whether the fix may not be applied before the question is answered.
    pub required: bool,
}

impl Question {
    /// A question about this parameter, with the value that holds if nobody answers, and why that one.
    pub fn new(
        param: &'static str,
        ask: impl Into<String>,
        default: impl Into<Value>,
        reason: impl Into<String>,
    ) -> Self {
        Self { param, ask: ask.into(), default: default.into(), reason: reason.into(), required: false }
    }

    /// Without an answer the fix is not applied.
    #[must_use]
    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }
}

/// One change of one place.
#[derive(Clone, Debug, PartialEq)]
pub enum Intent {
    /// The place has this value afterwards; parents are made.
    Set(Place, Value),
    /// What the value has and the place lacks is added; what is there stays. Parents are made.
    Ensure(Place, Value),
    /// The key at the place is called this.
    Rename(Place, String),
    /// The entry at the first place, with its comments, stands at the end of the mapping at the second.
    Move(Place, Place),
    /// The entry goes. With `comments`, the comments directly above it that are about it and nothing else go too.
    Remove {
        /// The entry.
        place: Place,
        /// Whether the comments that are about nothing else go with it.
        comments: bool,
    },
    /// The sequence at the place has this as its last item.
    Append(Place, Value),
    /// An own-line comment (without `# `) stands directly above the entry.
    Comment(Place, String),
}

impl Intent {
    /// The entry at the place goes, with the comments that are about it and nothing else.
    pub fn remove(place: Place) -> Self {
        Self::Remove { place, comments: true }
    }

    /// The place that changes (for a move, the one it leaves).
    pub fn place(&self) -> &Place {
        match self {
            Self::Set(place, _)
            | Self::Ensure(place, _)
            | Self::Rename(place, _)
            | Self::Move(place, _)
            | Self::Remove { place, .. }
            | Self::Append(place, _)
            | Self::Comment(place, _) => place,
        }
    }
}
