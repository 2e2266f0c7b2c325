//! The report for programs. `docs/report.md` describes it, `docs/report.schema.json` is its schema.

use serde_json::{Value as Json, json};

use super::diff;
use super::paint::Paint;
use super::summary::TIERS;
use super::{Counts, InstallationSummary, Mode, Problem, Report, provenance};
use crate::document::Value;
use crate::plan::{Advice, Card, Fate, FileChange, Item, Open, Question, Remedy, Score, Severity};
use crate::project::Spot;

/// Rises when a field goes or changes its meaning; new fields do not raise it.
pub(crate) const VERSION: u32 = 1;

/// The report as one object.
pub(crate) fn json(report: &Report<'_>, paint: &Paint<'_>) -> Json {
    let object = json!({
        "version": VERSION,
        "tool": { "name": "litellm-fix", "version": report.version },
        "mode": match report.mode {
            Mode::Preview => "preview",
            Mode::Write => "write",
            Mode::Interactive => "interactive",
        },
        "installations": report.installations.iter().map(|one| installation(one, paint)).collect::<Vec<_>>(),
        "findings": report.plan.items.iter().map(|item| finding(item, report, paint)).collect::<Vec<_>>(),
        "changes": changes(&report.plan.changes, paint),
        "written": report.written,
        "problems": report.problems.iter().map(problem).collect::<Vec<_>>(),
        "unused_suppressions": report.plan.unused_suppressions.iter().map(|unused| {
            with_spot(json!({ "id": unused.id }), &unused.spot)
        }).collect::<Vec<_>>(),
        "score": report.card.map(card),
        "notes": report.notes,
        "baseline": report.plan.known.as_ref().map(|known| json!({ "known": known.len() })),
        "summary": summary(&Counts::of(report.plan), report),
    });
    masked(object, paint)
}

fn card(card: &Card) -> Json {
    let score = |score: &Score| {
        let Score { today, after_safe, after_all } = score;
        json!({ "today": today, "after_safe": after_safe, "after_all": after_all })
    };
    let mut areas: serde_json::Map<_, _> =
        card.areas.iter().map(|(area, of)| (area.name().to_owned(), score(of))).collect();
    areas.insert("overall".into(), score(&card.overall));
    let severities: serde_json::Map<_, _> =
        card.severities.iter().map(|(severity, count)| (severity.name().to_owned(), json!(count))).collect();
    json!({ "areas": areas, "findings": severities, "not_visible": card.unseen })
}

fn installation(installation: &InstallationSummary, paint: &Paint<'_>) -> Json {
    let members = installation.members.iter();
    json!({
        "name": installation.name,
        "litellm": installation.litellm,
        "files": members.map(|m| json!({ "file": m.shown, "kind": m.kind, "link": m.link })).collect::<Vec<_>>(),
        "remarks": installation.remarks,
        "settings": installation.settings.iter().map(|one| provenance::json(one, paint)).collect::<Vec<_>>(),
    })
}

fn finding(item: &Item, report: &Report<'_>, paint: &Paint<'_>) -> Json {
    let finding = &item.finding;
    let (status, detail) = status(&item.fate);
    let related = item.related.iter().map(|(spot, word)| with_spot(json!({ "word": word }), spot));
    let head = json!({
        "id": item.id,
        "fingerprint": item.fingerprint,
        "installation": report.installations.get(item.installation).map(|installation| &installation.name),
        "severity": finding.severity.name(),
        "setting": finding.setting,
        "state": finding.state,
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
                "questions": fix.questions.iter().map(|asked| question(asked, paint)).collect::<Vec<_>>(),
                "changes": changes(&item.changes, paint),
            }),
            Remedy::Advice(_) => Json::Null,
        },
        "advice": match &finding.remedy {
            Remedy::Advice(advice) => self::advice(advice, paint),
            Remedy::Fix(_) => Json::Null,
        },
    });
    joined(with_spot(head, &item.spot), tail)
}

fn status(fate: &Fate) -> (&'static str, Option<&str>) {
    match fate {
        Fate::Applied => ("applied", None),
        Fate::Mended(by) => ("mended", Some(by)),
        Fate::LeftOut(admits) => ("left_out", Some(admits)),
        Fate::Declined => ("declined", None),
        Fate::Advice => ("advice", None),
        Fate::Refused(why) => ("refused", Some(why)),
        Fate::Failed(why) => ("failed", Some(why)),
        Fate::Suppressed(reason) => ("suppressed", Some(reason)),
    }
}

fn question(question: &Question, paint: &Paint<'_>) -> Json {
    let default = match &question.default {
        Value::Str(text) => json!(paint.masker.mask_value(question.param, text)),
        other => value(other),
    };
    json!({
        "param": question.param,
        "ask": question.ask,
        "default": default,
        "reason": question.reason,
        "required": question.required,
    })
}

fn advice(advice: &Advice, paint: &Paint<'_>) -> Json {
    let lines: Vec<_> = advice.lines.iter().map(|line| paint.masker.mask_lines(line)).collect();
    json!({ "text": advice.text, "lines": lines, "where": advice.goes })
}

fn changes(changes: &[FileChange], paint: &Paint<'_>) -> Json {
    changes
        .iter()
        .map(|change| json!({ "file": change.shown, "diff": diff::masked(change, paint) }))
        .collect()
}

fn problem(problem: &Problem) -> Json {
    json!({
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "reason": problem.reason,
        "remedy": problem.remedy,
        "fatal": problem.fatal,
    })
}

fn summary(counts: &Counts, report: &Report<'_>) -> Json {
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
        "open": open(report),
        "problems": report.problems.len(),
        "files_changed": report.plan.changes.len(),
    })
}

/// Open findings by severity: of a preview those of today, else those that are left.
fn open(report: &Report<'_>) -> Json {
    let items = report.plan.items.iter().filter(|item| item.is_open()).map(Item::open);
    let open: Vec<Open> = match report.mode {
        Mode::Preview => items.collect(),
        Mode::Write | Mode::Interactive => report.plan.left.clone(),
    };
    let count = |severity: Severity| open.iter().filter(|one| one.severity == severity).count();
    let all = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
    Json::Object(
        all.map(|severity| (severity.name().to_owned(), json!(count(severity)))).into_iter().collect(),
    )
}

fn value(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(bool) => json!(bool),
        Value::Int(int) => i64::try_from(*int).map_or_else(|_| json!(int.to_string()), |int| json!(int)),
        Value::Float(float) => json!(float),
        Value::Str(text) | Value::Other(text) => json!(text),
        Value::Seq(items) => items.iter().map(self::value).collect(),
        Value::Map(entries) => {
            Json::Object(entries.iter().map(|(key, value)| (key.clone(), self::value(value))).collect())
        }
    }
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

/// Masks every text of the object. What was masked as lines of a file before stays as it is.
fn masked(json: Json, paint: &Paint<'_>) -> Json {
    match json {
        Json::String(text) => Json::String(paint.masker.mask(&text).into_owned()),
        Json::Array(items) => items.into_iter().map(|item| masked(item, paint)).collect(),
        Json::Object(entries) => {
            let entries = entries.into_iter().map(|(key, value)| (key, masked(value, paint)));
            Json::Object(entries.collect())
        }
        other => other,
    }
}
