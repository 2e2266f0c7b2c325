//! The report for programs. `docs/report.md` describes it, `docs/report.schema.json` is its schema.

use std::borrow::Cow;

use serde_json::{Value as Json, json};

use super::diff::Diff;
use super::model::{Entry, Model};
use super::summary::TIERS;
use super::{Commit, InstallationSummary, Mode, ReportedProblem, provenance};
use crate::plan::{Advice, Fate, Question, Remedy, Score, ScoreCard, to_json};
use crate::project::Spot;

/// Rises when a field goes or changes its meaning; new fields do not raise it.
pub(crate) const VERSION: u32 = 1;

/// The report as one object.
pub(crate) fn json(model: &Model) -> Json {
    json!({
        "version": VERSION,
        "tool": { "name": "litellm-fix", "version": model.version },
        "mode": match model.mode {
            Mode::Preview => "preview",
            Mode::Write => "write",
            Mode::Interactive => "interactive",
        },
        "installations": model.installations.iter().map(installation).collect::<Vec<_>>(),
        "findings": model.findings.iter().map(|entry| finding(entry, model)).collect::<Vec<_>>(),
        "changes": changes(&model.changes),
        "written": model.written,
        "commits": model.commits.iter().map(commit).collect::<Vec<_>>(),
        "problems": model.problems.iter().map(problem).collect::<Vec<_>>(),
        "unused_suppressions": model.unused.iter().map(|unused| {
            with_spot(json!({ "id": unused.id }), &unused.spot)
        }).collect::<Vec<_>>(),
        "score": model.card.as_ref().map(card),
        "notes": model.notes,
        "baseline": model.baseline.then(|| json!({ "known": model.counts.known })),
        "summary": summary(model),
    })
}

fn commit(commit: &Commit) -> Json {
    let Commit { repository, hash, title, ids, files } = commit;
    json!({ "repository": repository, "hash": hash, "title": title, "ids": ids, "files": files })
}

fn card(card: &ScoreCard) -> Json {
    let score = |score: &Score| {
        let Score { today, after_plan, after_safe, after_review, after_all } = score;
        json!({
            "today": today, "after_plan": after_plan,
            "after_safe": after_safe, "after_review": after_review, "after_all": after_all,
        })
    };
    let mut areas: serde_json::Map<_, _> =
        card.areas.iter().map(|(area, of)| (area.name().to_owned(), score(of))).collect();
    areas.insert("overall".into(), score(&card.overall));
    let severities: serde_json::Map<_, _> =
        card.severities.iter().map(|(severity, count)| (severity.name().to_owned(), json!(count))).collect();
    json!({ "areas": areas, "findings": severities, "not_visible": card.unseen })
}

fn installation(installation: &InstallationSummary) -> Json {
    let members = installation.members.iter();
    json!({
        "name": installation.name,
        "litellm": installation.litellm,
        "files": members.map(|m| json!({ "file": m.shown, "kind": m.kind, "link": m.link })).collect::<Vec<_>>(),
        "remarks": installation.remarks,
        "settings": installation.settings.iter().map(provenance::json).collect::<Vec<_>>(),
    })
}

fn finding(entry: &Entry, model: &Model) -> Json {
    let item = &entry.item;
    let finding = &item.finding;
    let (status, detail) = status(&item.fate);
    let related = item.related.iter().map(|(spot, word)| with_spot(json!({ "word": word }), spot));
    let head = json!({
        "id": item.id,
        "fingerprint": item.fingerprint,
        "installation": model.installations.get(item.installation).map(|installation| &installation.name),
        "severity": finding.severity.name(),
        "setting": finding.setting,
        "state": finding.state.name(),
        "folded": finding.prominence.is_folded(),
        "title": finding.title,
        "why": finding.why,
    });
    let tail = json!({
        "related": related.collect::<Vec<_>>(),
        "status": status,
        "detail": detail,
        "fix": match &finding.remedy {
            Remedy::Fix(fix) => json!({
                "title": fix.title,
                "safety": fix.safety.name(),
                "assumptions": fix.assumptions,
                "questions": fix.questions.iter().map(question).collect::<Vec<_>>(),
                "changes": changes(&entry.diffs),
            }),
            Remedy::Advice(_) => Json::Null,
        },
        "advice": match &finding.remedy {
            Remedy::Advice(advice) => self::advice(advice),
            Remedy::Fix(fix) => fix.by_hand.as_ref().map_or(Json::Null, self::advice),
        },
    });
    joined(with_spot(head, &item.spot), tail)
}

fn status(fate: &Fate) -> (&'static str, Option<Cow<'_, str>>) {
    match fate {
        Fate::Applied => ("applied", None),
        Fate::Mended(by) => ("mended", Some((*by).into())),
        Fate::LeftOut(admits) => ("left_out", Some(admits.to_string().into())),
        Fate::Declined => ("declined", None),
        Fate::Advice => ("advice", None),
        Fate::Refused(why) => ("refused", Some(why.into())),
        Fate::Failed(why) => ("failed", Some(why.into())),
        Fate::Suppressed(reason) => ("suppressed", Some(reason.into())),
    }
}

fn question(question: &Question) -> Json {
    json!({
        "param": question.param,
        "ask": question.ask,
        "default": to_json(&question.default),
        "reason": question.reason,
        "required": question.required,
    })
}

fn advice(advice: &Advice) -> Json {
    json!({ "text": advice.text, "lines": advice.lines, "where": advice.goes })
}

fn changes(diffs: &[Diff]) -> Json {
    diffs.iter().map(|diff| json!({ "file": diff.file, "diff": diff.text })).collect()
}

fn problem(problem: &ReportedProblem) -> Json {
    json!({
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "reason": problem.reason,
        "remedy": problem.remedy,
        "fatal": problem.fatal,
    })
}

fn summary(model: &Model) -> Json {
    let counts = &model.counts;
    let tiers = |numbers: [usize; 4]| -> Json {
        let named = TIERS.iter().zip(numbers).map(|(tier, count)| (tier.name().to_owned(), json!(count)));
        Json::Object(named.collect())
    };
    json!({
        "applied": tiers(counts.applied),
        "left_out": tiers(counts.left_out),
        "advice": counts.advice,
        "mended": counts.mended,
        "declined": counts.declined,
        "suppressed": counts.suppressed,
        "known": counts.known,
        "failed": counts.failed,
        "open": open(model),
        "problems": model.problems.len(),
        "files_changed": model.changes.len(),
    })
}

/// Open findings by severity: of a preview those of today, else those that are left.
fn open(model: &Model) -> Json {
    Json::Object(
        model.open.iter().map(|(severity, count)| (severity.name().to_owned(), json!(count))).collect(),
    )
}

fn with_spot(object: Json, spot: &Spot) -> Json {
    joined(object, json!({ "file": spot.file, "line": spot.line, "column": spot.column, "name": spot.name }))
}

fn joined(first: Json, second: Json) -> Json {
    match (first, second) {
        (Json::Object(mut first), Json::Object(second)) => {
            first.extend(second);
            Json::Object(first)
        }
        (first, _) => first,
    }
}
