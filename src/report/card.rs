//! The scores for people.

use super::model::Model;
use super::paint::{Ink, Paint};
use super::{Mode, counted};
use crate::plan::{Fate, Remedy, Safety, Score, ScoreCard};

/// A column of the card: its head, its scores, and how many fixes it stands for.
struct Column {
    head: &'static str,
    score: fn(&Score) -> f64,
    fixes: Option<usize>,
}

/// A line for each area and one for all of them; a column for now and one for what each option makes of it.
pub(crate) fn write_card(out: &mut String, card: &ScoreCard, model: &Model, paint: &Paint<'_>) {
    let columns = match model.mode {
        Mode::Preview => previewed(model),
        Mode::Write | Mode::Interactive => vec![
            Column { head: "before", score: |score| score.today, fixes: None },
            Column {
                head: "now",
                score: |score| score.after_plan,
                fixes: Some(model.counts.applied.iter().sum()),
            },
        ],
    };
    let line = |name: &str, cell: &dyn Fn(&Column) -> String| {
        let cells: Vec<String> =
            columns.iter().map(|column| format!("{:>1$}", cell(column), column.head.len() + 3)).collect();
        format!("  {name:<16}{}", cells.concat())
    };
    let row = |name: &str, score: &Score| line(name, &|column| format!("{:.1}", (column.score)(score)));
    let head = line("score (0 to 10)", &|column| column.head.to_owned());
    out.push_str(&format!("{}\n", paint.ink(Ink::Faint, &head)));
    for (area, score) in &card.areas {
        out.push_str(&format!("{}\n", row(area.name(), score)));
    }
    out.push_str(&format!("{}\n", paint.ink(Ink::Strong, &row("overall", &card.overall))));
    let fixes =
        line("fixes applied", &|column| column.fixes.map_or_else(String::new, |count| count.to_string()));
    if columns.len() > 1 {
        out.push_str(&format!("{}\n", paint.ink(Ink::Faint, &fixes)));
    }
    if card.capped {
        let text = "overall is at most 3.0 while a finding is critical";
        paint.paragraph(out, "  ", text, Ink::Plain);
    }
    if !card.unseen.is_empty() {
        let text =
            format!("could not be checked, and counts as not fixed in the score: {}", card.unseen.join(", "));
        paint.paragraph(out, "  ", &text, Ink::Plain);
    }
    if model.installations.iter().any(|one| one.unread.is_some()) {
        paint.paragraph(
            out,
            "  ",
            "the score counts only what was read, not the configuration that was not",
            Ink::Plain,
        );
    }
    let by_hand = model.counts.advice;
    if by_hand > 0 && model.mode == Mode::Preview {
        let text = format!("{} left to you, by hand", counted(by_hand, "finding is", "findings are"));
        paint.paragraph(out, "  ", &text, Ink::Plain);
    }
}

/// Now, and a column for each option that applies more than the one before it.
fn previewed(model: &Model) -> Vec<Column> {
    let column = |head, score, tier| Column { head, score, fixes: Some(up_to(model, tier)) };
    let options = [
        column("--write", |score: &Score| score.after_safe, Safety::Safe),
        column("--include-review", |score: &Score| score.after_review, Safety::Review),
        column("--apply all", |score: &Score| score.after_all, Safety::OnRequest),
    ];
    let mut columns = vec![Column { head: "now", score: |score| score.today, fixes: None }];
    for option in options {
        let before = columns.last().and_then(|column| column.fixes).unwrap_or(0);
        if option.fixes > Some(before) {
            columns.push(option);
        }
    }
    columns
}

/// How many fixes an option applies that goes up to this tier.
fn up_to(model: &Model, tier: Safety) -> usize {
    let fixed =
        |remedy: &Remedy| matches!(remedy, Remedy::Fix(fix) if fix.safety <= tier && !fix.waits_for_answer());
    model
        .findings
        .iter()
        .filter(|entry| matches!(entry.item.fate, Fate::Applied | Fate::LeftOut(_)))
        .filter(|entry| fixed(&entry.item.finding.remedy))
        .count()
}
