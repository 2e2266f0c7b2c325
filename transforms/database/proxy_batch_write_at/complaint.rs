//! What is wrong with the effective value.

use super::variable::DIES;
use super::{META, in_config};
use crate::document::Value;
use crate::plan::build::shown;
use crate::plan::{Severity, State};
use crate::project::settings::TOLERANT_NUMBERS;
use crate::project::{Answer, Effective, Installation, Running};

const BREAKS: &str = "with a database, the scheduler fails at the start on anything but a number";

/// What is wrong with the effective value.
pub struct Complaint {
    pub state: State,
    pub severity: Severity,
    pub title: String,
    pub why: &'static str,
}

impl Complaint {
    /// None where it is a number as large as advised, or cannot be seen.
    pub fn of(installation: &Installation<'_>, answer: &Answer, advised: u32) -> Option<Self> {
        match &answer.effective {
            Effective::Unset => Some(Self::new(State::UNSET, META.title)),
            Effective::Set { value, place } => {
                judge(installation.running(), value, in_config(Some(place)), advised)
            }
            Effective::Hidden { .. } => {
                let reference = answer.reference.as_ref().filter(|_| in_config(answer.place()))?;
                let title = format!(
                    "`proxy_batch_write_at` is the reference os.environ/{}, which yields a text",
                    reference.name
                );
                Some(Self {
                    why: BREAKS,
                    severity: Severity::Critical,
                    ..Self::new("reference".into(), title)
                })
            }
        }
    }

    fn new(state: State, title: impl Into<String>) -> Self {
        Self { state, severity: META.severity, title: title.into(), why: META.why }
    }
}

/// A value in the configuration must be a number; of a variable LiteLLM makes one.
fn judge(running: &Running, value: &Value, in_config: bool, advised: u32) -> Option<Complaint> {
    let number = match value {
        Value::Int(number) => Some(*number),
        Value::Str(text) if !in_config => text.trim().parse().ok(),
        _ => None,
    };
    match (number, value) {
        (Some(seconds), _) if seconds >= i128::from(advised) => None,
        (Some(_), _) | (None, Value::Float(_)) => {
            let seconds = number.map_or_else(|| shown(value), |number| number.to_string());
            Some(Complaint::new(
                State::DIFFERS,
                format!("spend is written every {seconds} s; {advised} is advised"),
            ))
        }
        _ => {
            let name = if in_config { META.id } else { "PROXY_BATCH_WRITE_AT" };
            let title = format!("`{name}` is {}, which is not a whole number", shown(value));
            let (severity, why) = if in_config { (Severity::Critical, BREAKS) } else { of_variable(running) };
            Some(Complaint { severity, why, ..Complaint::new("wrong_type".into(), title) })
        }
    }
}

/// A variable that is no number stops only what is older; since then it counts as unset.
fn of_variable(running: &Running) -> (Severity, &'static str) {
    if running.surely_before(TOLERANT_NUMBERS) {
        return (Severity::Critical, DIES);
    }
    let severity = if running.surely_since(TOLERANT_NUMBERS) { META.severity } else { Severity::High };
    let why = "since 1.108.0 it counts as unset, and spend is written every 10 seconds; older releases exit during import";
    (severity, why)
}
