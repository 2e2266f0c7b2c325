//! What can be done about findings.

use std::collections::BTreeMap;

use serde_json::Value as Json;

/// What is to be done about a finding, or has been done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    /// `--write` applies its fix.
    Ready,
    /// Its fix waits for somebody who says yes to what changes behaviour.
    Review,
    /// Its fix is offered on request.
    OnRequest,
    /// Its fix can cost data or security.
    Hazardous,
    /// It is mended by hand.
    ByHand,
    /// It has a fix that may not be made there.
    Refused,
    /// Its fix failed its proof, or somebody said no.
    Other,
    /// It was mended in this run.
    Applied,
}

impl Way {
    /// All, in the order of columns.
    pub(super) const ALL: [Self; 8] = [
        Self::Ready,
        Self::Review,
        Self::OnRequest,
        Self::Hazardous,
        Self::ByHand,
        Self::Refused,
        Self::Other,
        Self::Applied,
    ];

    /// Those that wait for a yes.
    pub(super) const PENDING: [Self; 3] = [Self::Review, Self::OnRequest, Self::Hazardous];

    /// In JSON.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Review => "review",
            Self::OnRequest => "on_request",
            Self::Hazardous => "hazardous",
            Self::ByHand => "by_hand",
            Self::Refused => "refused",
            Self::Other => "other",
            Self::Applied => "applied",
        }
    }

    /// For people.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::OnRequest => "on request",
            Self::ByHand => "by hand",
            other => other.name(),
        }
    }

    /// Nothing of one that is open no more, and that this run did not mend.
    pub(super) fn of(status: &str, finding: &Json, previews: bool) -> Option<Self> {
        Some(match status {
            "applied" if previews => Self::Ready,
            "applied" => Self::Applied,
            "left_out" => match finding["fix"]["safety"].as_str() {
                Some("on_request") => Self::OnRequest,
                Some("hazardous") => Self::Hazardous,
                _ => Self::Review,
            },
            "advice" => Self::ByHand,
            "refused" => Self::Refused,
            "mended" | "suppressed" => return None,
            _ => Self::Other,
        })
    }
}

/// So many of each way.
pub(super) type Ways = BTreeMap<Way, usize>;
