//! What a value does that LiteLLM does not take, and how bad that is.

use crate::plan::Severity;
use crate::project::settings::{Effect, Versions};
use crate::project::{Amiss, Running};

/// The title: `what` is there, and what that does. Where that comes first, `led` is what is there.
pub fn title(one: &Amiss, what: &str, led: &str) -> String {
    let when = match one.versions {
        Versions::ALL => String::new(),
        versions => format!(" ({})", versions.words()),
    };
    match leads(one.effect) {
        true => format!("{}: {led}{when}", one.effect.words()),
        false => format!("{what}: {}{when}", one.effect.words()),
    }
}

/// Whether what happens is short and grave enough to be said first, since a line of a terminal cuts off the end of a title.
fn leads(effect: Effect) -> bool {
    match effect {
        Effect::StopsLoad
        | Effect::StopsStart
        | Effect::StopsWithDatabase
        | Effect::FailsRequests
        | Effect::FailsStreams => true,
        Effect::FailsRefused | Effect::Nothing | Effect::As(_) | Effect::Taken => false,
    }
}

pub fn state(effect: Effect) -> &'static str {
    match effect {
        Effect::StopsLoad | Effect::StopsStart | Effect::StopsWithDatabase => "value_stops_start",
        Effect::FailsRequests | Effect::FailsStreams | Effect::FailsRefused => "value_fails_requests",
        Effect::Nothing | Effect::As(_) | Effect::Taken => "value_without_effect",
    }
}

/// What happens in some of the releases that may run only is less sure by a step.
pub fn severity(one: &Amiss, running: &Running) -> Severity {
    let sure = one.versions == Versions::ALL || matches!(running, Running::Known(..));
    match one.effect {
        Effect::StopsLoad | Effect::StopsStart | Effect::StopsWithDatabase | Effect::FailsRequests
            if sure =>
        {
            Severity::Critical
        }
        Effect::FailsRefused if !sure => Severity::Medium,
        Effect::Nothing | Effect::As(_) | Effect::Taken => Severity::Medium,
        _ => Severity::High,
    }
}
