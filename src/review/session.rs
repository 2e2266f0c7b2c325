//! What the keys mean: a state machine without a terminal.

use console::Key;

use super::filter::Filter;
use crate::document::Value;
use crate::plan::{Decision, Decisions, Severity};

/// Ctrl-D: as where a shell reads, there is no more to come.
const END_OF_INPUT: char = '\u{4}';

/// What the session must know of a fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The fingerprint of the finding.
    pub fingerprint: String,
    /// The id of the transform.
    pub id: &'static str,
    /// The file of the finding.
    pub file: String,
    /// How much the finding hurts.
    pub severity: Severity,
    /// Whether it wants a typed confirmation.
    pub hazardous: bool,
    /// Whether a question must be answered before it is taken.
    pub asks: bool,
}

/// What is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage<'s> {
    /// A fix.
    Fix(&'s Card),
    /// Whether to go on to so many fixes of low severity.
    Lows(usize),
    /// Whether to write.
    Summary,
}

/// What the terminal does after a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing: the prompt still waits.
    Wait,
    /// What is asked about now is shown.
    Show,
    /// The next page of what is asked about is shown.
    More,
    /// The page before is shown.
    Back,
    /// What is asked about now is shown again: it may have gone from the screen.
    Redraw,
    /// The keys are explained in one line, because this one means nothing.
    Hint,
    /// The keys are explained.
    Help,
    /// This is said, and the prompt waits on.
    Say(&'static str),
    /// The fix is explained.
    Explain,
    /// The questions of the fix are asked; the answers come with [`Session::answer`].
    Ask,
    /// The id is to be typed; if it is, [`Session::confirm`] follows.
    Confirm,
    /// A reason is asked for; it comes with [`Session::ignore`].
    Reason,
    /// A part of an id or a file is asked for; it comes with [`Session::set_filter`].
    Filter,
    /// The review is over: whether to write.
    Finish(bool),
}

/// Where the user stands, and what was decided.
#[derive(Clone, Debug, Default)]
struct Stand {
    /// The current card; their number, once the final summary is reached.
    at: usize,
    decisions: Decisions,
    filter: Option<Filter>,
    /// Whether the fixes of low severity are asked about.
    lows: bool,
}

/// A review under way.
#[derive(Clone, Debug)]
pub struct Session {
    cards: Vec<Card>,
    stand: Stand,
    /// The stand before each answer.
    past: Vec<Stand>,
    /// Edited values of the current card.
    answers: Vec<(String, Value)>,
    answered: bool,
    /// The filter that has just come to its end.
    ended: Option<Filter>,
}

impl Session {
    /// Begins with the first card. The cards come with the worst first.
    pub fn new(cards: Vec<Card>) -> Self {
        let lows = cards.iter().all(is_low);
        let stand = Stand { lows, ..Stand::default() };
        Self { cards, stand, past: Vec::new(), answers: Vec::new(), answered: false, ended: None }
    }

    /// With answers that were given before: what has one is not asked about.
    #[must_use]
    pub fn decided(mut self, decisions: &Decisions) -> Self {
        for (fingerprint, decision) in &decisions.0 {
            if self.cards.iter().any(|card| card.fingerprint == *fingerprint) {
                self.stand.decisions.set(fingerprint, decision.clone());
            }
        }
        let first = self.open_from(0).next();
        self.go_to(first);
        self
    }

    /// What is asked about now.
    pub fn stage(&self) -> Stage<'_> {
        match self.cards.get(self.stand.at) {
            None => Stage::Summary,
            Some(card) if is_low(card) && !self.stand.lows && self.stand.filter.is_none() => {
                let left = self.open_from(self.stand.at);
                let (low, worse): (Vec<usize>, Vec<usize>) = left.partition(|at| is_low(&self.cards[*at]));
                if worse.is_empty() { Stage::Lows(low.len()) } else { Stage::Fix(card) }
            }
            Some(card) => Stage::Fix(card),
        }
    }

    fn card(&self) -> Option<&Card> {
        match self.stage() {
            Stage::Fix(card) => Some(card),
            Stage::Lows(_) | Stage::Summary => None,
        }
    }

    /// The number of the current card, counted from 1, and how many there are; with a filter, of those that match.
    pub fn position(&self) -> (usize, usize) {
        let passes = |card: &&Card| self.stand.filter.as_ref().is_none_or(|filter| filter.passes(card));
        let before = self.cards.iter().take(self.stand.at).filter(passes).count();
        (before + 1, self.cards.iter().filter(passes).count())
    }

    /// What is filtered by.
    pub fn filter(&self) -> Option<&str> {
        self.stand.filter.as_ref().map(Filter::text)
    }

    /// The filter of which no more match, once.
    pub fn ended_filter(&mut self) -> Option<String> {
        self.ended.take().map(|filter| filter.text().to_owned())
    }

    /// What was decided so far.
    pub fn decisions(&self) -> &Decisions {
        &self.stand.decisions
    }

    /// Whether there is an answer to undo.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether anything would be written.
    pub fn takes_anything(&self) -> bool {
        let takes = |decision: &Decision| !matches!(decision, Decision::No | Decision::Left);
        self.decisions().0.iter().any(|(_, decision)| takes(decision))
    }

    /// How many fixes are ignored for good.
    pub fn ignored(&self) -> usize {
        let ignored = |decision: &Decision| matches!(decision, Decision::Ignore { .. });
        self.decisions().0.iter().filter(|(_, decision)| ignored(decision)).count()
    }

    /// How many others `a` (in this file) and `A` (of this id) would take.
    pub fn others(&self) -> (usize, usize) {
        let Some(card) = self.card().filter(|card| !card.hazardous && (!card.asks || self.answered)) else {
            return (0, 0);
        };
        let count = |fits: &dyn Fn(&Card) -> bool| {
            self.rest().filter(|at| fits(&self.cards[*at]) && is_plain(&self.cards[*at])).count()
        };
        (count(&|other| other.file == card.file), count(&|other| other.id == card.id))
    }

    /// The meaning of a key.
    pub fn key(&mut self, key: &Key) -> Action {
        match key {
            Key::Shift | Key::Alt => Action::Wait,
            Key::Enter | Key::Char(' ') | Key::PageDown => Action::More,
            Key::PageUp => Action::Back,
            Key::Char('u') => self.undo(),
            Key::Char('?') => Action::Help,
            Key::Char(c) => match self.stage() {
                Stage::Fix(_) => self.answer_key(*c),
                Stage::Lows(_) => self.lows_key(*c),
                Stage::Summary => summary_key(*c),
            },
            _ => Action::Hint,
        }
    }

    fn lows_key(&mut self, c: char) -> Action {
        match c {
            'y' => {
                self.past.push(self.stand.clone());
                self.stand.lows = true;
                Action::Show
            }
            'n' | 'q' | END_OF_INPUT => self.leave(|_| true),
            '/' => Action::Filter,
            _ => Action::Hint,
        }
    }

    fn answer_key(&mut self, c: char) -> Action {
        let Some(card) = self.card().cloned() else { return Action::Hint };
        match c {
            'y' if card.asks && !self.answered => Action::Ask,
            'y' if card.hazardous => Action::Confirm,
            'y' => self.decide_current(self.yes(false)),
            'n' => self.decide_current(Decision::No),
            'q' | END_OF_INPUT => self.leave(|_| true),
            's' => self.leave_severity(card.severity),
            'a' | 'A' if card.hazardous => Action::Say("a hazardous fix is taken only by y, or left by n"),
            'a' | 'A' if card.asks && !self.answered => {
                Action::Say("this fix needs an answer first: press y")
            }
            'a' => self.decide_rest(self.yes(false), |other| other.file == card.file && is_plain(other)),
            'A' => self.decide_rest(self.yes(false), |other| other.id == card.id && is_plain(other)),
            'd' => self.decide_rest(Decision::No, |other| other.file == card.file),
            'D' => self.decide_rest(Decision::No, |other| other.id == card.id),
            'e' => Action::Ask,
            'w' => Action::Explain,
            'i' => Action::Reason,
            '/' => Action::Filter,
            _ => Action::Hint,
        }
    }

    /// Keeps edited values for the current card: `y` takes it with them.
    pub fn answer(&mut self, answers: Vec<(String, Value)>) {
        self.answers = answers;
        self.answered = true;
    }

    /// The edited values of the current card.
    pub fn answers(&self) -> &[(String, Value)] {
        &self.answers
    }

    /// Takes the current, hazardous card: its id was typed.
    pub fn confirm(&mut self) -> Action {
        self.decide_current(self.yes(true))
    }

    /// Ignores the current card for good.
    pub fn ignore(&mut self, reason: &str) -> Action {
        let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
        self.decide_current(Decision::Ignore { reason })
    }

    /// Passes over the current card without an answer: an earlier fix has mended it.
    pub fn skip(&mut self) {
        self.advance();
    }

    /// Asks only about the cards without an answer that this text matches, and says how many they are; where there are none, all
    /// stays as it is. An empty text asks about all again.
    pub fn set_filter(&mut self, text: &str) -> usize {
        let from = self.stand.filter.as_ref().map_or(self.stand.at, |filter| filter.from);
        let filter = Filter::new(text, from);
        let matching = self.open_from(0).filter(|at| filter.passes(&self.cards[*at]));
        let matching: Vec<usize> = matching.collect();
        let at = if filter.is_empty() { self.open_from(from).next() } else { matching.first().copied() };
        if filter.is_empty() || !matching.is_empty() {
            self.past.push(self.stand.clone());
            self.stand.filter = Some(filter).filter(|filter| !filter.is_empty());
            self.go_to(at);
        }
        matching.len()
    }

    fn yes(&self, confirmed: bool) -> Decision {
        Decision::Yes { answers: self.answers.clone(), confirmed }
    }

    fn decide_current(&mut self, decision: Decision) -> Action {
        let Some(card) = self.cards.get(self.stand.at) else { return Action::Hint };
        self.past.push(self.stand.clone());
        self.stand.decisions.set(&card.fingerprint, decision);
        self.advance();
        Action::Show
    }

    /// Decides the current card, and the same of all later cards that fit and have no answer yet. The edited values
    /// belong to the current card alone.
    fn decide_rest(&mut self, decision: Decision, fits: impl Fn(&Card) -> bool) -> Action {
        let plain = match &decision {
            Decision::Yes { .. } => Decision::Yes { answers: Vec::new(), confirmed: false },
            other => other.clone(),
        };
        let others: Vec<usize> = self.rest().filter(|at| fits(&self.cards[*at])).collect();
        self.past.push(self.stand.clone());
        if let Some(card) = self.cards.get(self.stand.at) {
            self.stand.decisions.set(&card.fingerprint, decision);
        }
        for at in others {
            self.stand.decisions.set(&self.cards[at].fingerprint, plain.clone());
        }
        self.advance();
        Action::Show
    }

    /// Leaves the cards without an answer that fit.
    fn leave(&mut self, fits: impl Fn(&Card) -> bool) -> Action {
        self.past.push(self.stand.clone());
        let left: Vec<usize> = self.open_from(0).filter(|at| fits(&self.cards[*at])).collect();
        for at in left {
            self.stand.decisions.set(&self.cards[at].fingerprint, Decision::Left);
        }
        self.advance();
        Action::Show
    }

    /// Leaves what is as bad as the current card, or worse.
    fn leave_severity(&mut self, severity: Severity) -> Action {
        let filter = self.stand.filter.clone();
        let passes = |card: &Card| filter.as_ref().is_none_or(|filter| filter.passes(card));
        self.leave(|card| card.severity >= severity && passes(card))
    }

    /// The cards without an answer from here on.
    fn open_from(&self, from: usize) -> impl Iterator<Item = usize> {
        let open = |card: &Card| self.decisions().get(&card.fingerprint).is_none();
        (from..self.cards.len()).filter(move |at| open(&self.cards[*at]))
    }

    /// The cards behind the current one that are still asked about.
    fn rest(&self) -> impl Iterator<Item = usize> {
        let passes = |card: &Card| self.stand.filter.as_ref().is_none_or(|filter| filter.passes(card));
        self.open_from(self.stand.at + 1).filter(move |at| passes(&self.cards[*at]))
    }

    /// On to the next card; where no more match, the filter ends and the review goes on where it was set.
    fn advance(&mut self) {
        let mut next = self.rest().next();
        if next.is_none()
            && let Some(filter) = self.stand.filter.take()
        {
            next = self.open_from(filter.from).next();
            self.ended = Some(filter);
        }
        self.go_to(next);
    }

    fn go_to(&mut self, card: Option<usize>) {
        self.stand.at = card.unwrap_or(self.cards.len());
        self.answers.clear();
        self.answered = false;
    }

    fn undo(&mut self) -> Action {
        let Some(stand) = self.past.pop() else { return Action::Say("there is no answer to undo") };
        self.stand = stand;
        self.answers.clear();
        self.answered = false;
        Action::Show
    }
}

fn summary_key(c: char) -> Action {
    match c {
        'y' => Action::Finish(true),
        'n' | 'q' | END_OF_INPUT => Action::Finish(false),
        _ => Action::Hint,
    }
}

fn is_plain(card: &Card) -> bool {
    !card.hazardous && !card.asks
}

fn is_low(card: &Card) -> bool {
    card.severity == Severity::Low
}

#[cfg(test)]
mod tests;
