//! The report of many for programs; `docs/fleet.md` describes it.

use serde_json::{Value as Json, json};

use super::model::{Merged, Outcome, Standing};
use super::way::{Way, Ways};
use crate::plan::Severity;
use crate::report::JSON_VERSION;

pub(super) fn json(merged: &Merged) -> String {
    let ids = merged.ids.iter().map(|(id, of)| {
        json!({
            "id": id,
            "title": of.title,
            "repositories": of.repositories,
            "open": open(&of.open),
            "ways": ways(&of.ways),
        })
    });
    let days = merged.days.iter().map(|day| {
        json!({
            "day": day.day,
            "repositories": standings(&day.standings),
            "open": day.open,
            "score": day.score.map(tenth),
        })
    });
    let json = json!({
        "version": JSON_VERSION,
        "tool": { "name": "litellm-fix", "version": env!("CARGO_PKG_VERSION") },
        "summary": {
            "repositories": merged.repositories.len(),
            "by_worst": standings(&merged.standings),
            "open": open(&merged.open),
            "ways": ways(&merged.ways),
            "score": merged.score.map(tenth),
            "scores": merged.scores,
        },
        "ids": ids.collect::<Vec<_>>(),
        "days": days.collect::<Vec<_>>(),
        "repositories": merged.repositories.iter().map(repository).collect::<Vec<_>>(),
    });
    format!("{json:#}\n")
}

fn repository(one: &Outcome) -> Json {
    json!({
        "repository": one.name,
        "date": (!one.date.is_empty()).then_some(&one.date),
        "worst": one.standing.name(),
        "open": open(&one.open),
        "ways": ways(&one.ways),
        "score": one.score,
        "litellm": one.releases,
        "error": (!one.error.is_empty()).then_some(&one.error),
    })
}

fn tenth(score: f64) -> f64 {
    (score * 10.0).round() / 10.0
}

fn standings(counts: &[usize; 7]) -> Json {
    Standing::ALL.iter().zip(counts).map(|(one, count)| (one.name().to_owned(), json!(count))).collect()
}

fn open(counts: &[usize; 4]) -> Json {
    Severity::ALL.iter().zip(counts).map(|(one, count)| (one.name().to_owned(), json!(count))).collect()
}

fn ways(of: &Ways) -> Json {
    let count = |way| of.get(way).copied().unwrap_or(0);
    Way::ALL.iter().map(|way| (way.name().to_owned(), json!(count(way)))).collect()
}
