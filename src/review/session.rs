//! What the keys mean: a state machine without a terminal.

use console::Key;

use crate::document::Value;
use crate::plan::{Decision, Decisions};

/// What the session must know of a fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The fingerprint of the finding.
    pub fingerprint: String,
    /// The id of the transform.
    pub id: &'static str,
    /// The file of the finding.
    pub file: String,
    /// Whether it wants a typed confirmation.
    pub hazardous: bool,
    /// Whether a question must be answered before it is taken.
    pub asks: bool,
}

/// What the terminal does after a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing: the prompt still waits.
    Wait,
    /// The current fix, or the final summary, is shown.
    Show,
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
    /// The review is over: whether to write.
    Finish(bool),
}

/// A review under way.
#[derive(Clone, Debug)]
pub struct Session {
    cards: Vec<Card>,
    /// The current card; their number, once the final summary is reached.
    at: usize,
    decisions: Decisions,
    /// Where the user stood, and what was decided, before each answer.
    past: Vec<(usize, Decisions)>,
    /// Edited values of the current card.
    answers: Vec<(String, Value)>,
    answered: bool,
}

impl Session {
    /// Begins with the first card.
    pub fn new(cards: Vec<Card>) -> Self {
        Self {
            cards,
            at: 0,
            decisions: Decisions::default(),
            past: Vec::new(),
            answers: Vec::new(),
            answered: false,
        }
    }

    /// The current card; `None` at the final summary.
    pub fn card(&self) -> Option<&Card> {
        self.cards.get(self.at)
    }

    /// The number of the current card, counted from 1, and how many there are.
    pub fn position(&self) -> (usize, usize) {
        (self.at + 1, self.cards.len())
    }

    /// What was decided so far.
    pub fn decisions(&self) -> &Decisions {
        &self.decisions
    }

    /// Whether there is an answer to undo.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether anything would be written.
    pub fn takes_anything(&self) -> bool {
        self.decisions.0.iter().any(|(_, decision)| *decision != Decision::No)
    }

    /// How many fixes are ignored for good.
    pub fn ignored(&self) -> usize {
        self.decisions.0.iter().filter(|(_, decision)| matches!(decision, Decision::Ignore { .. })).count()
    }

    /// The meaning of a key.
    pub fn key(&mut self, key: &Key) -> Action {
        match key {
            Key::Enter | Key::Shift | Key::Alt => Action::Wait,
            Key::Char('u') => self.undo(),
            Key::Char('?') => Action::Help,
            Key::Char(c) if self.card().is_none() => match c {
                'y' => Action::Finish(true),
                'n' | 'q' => Action::Finish(false),
                _ => Action::Hint,
            },
            Key::Char(c) => self.answer_key(*c),
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
            'q' => self.decide_rest(Decision::No, |_| true),
            'a' | 'A' if card.hazardous => Action::Say("a hazardous fix is taken only by y, or left by n"),
            'a' | 'A' if card.asks && !self.answered => Action::Say("this fix wants an answer first: y asks"),
            'a' => self.decide_rest(self.yes(false), |other| other.file == card.file && is_plain(other)),
            'A' => self.decide_rest(self.yes(false), |other| other.id == card.id && is_plain(other)),
            'd' => self.decide_rest(Decision::No, |other| other.file == card.file),
            'D' => self.decide_rest(Decision::No, |other| other.id == card.id),
            'e' => Action::Ask,
            'w' => Action::Explain,
            'i' => Action::Reason,
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

    fn yes(&self, confirmed: bool) -> Decision {
        Decision::Yes { answers: self.answers.clone(), confirmed }
    }

    fn decide_current(&mut self, decision: Decision) -> Action {
        let Some(card) = self.cards.get(self.at) else { return Action::Hint };
        self.past.push((self.at, self.decisions.clone()));
        self.decisions.set(&card.fingerprint, decision);
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
        let at = self.at;
        let action = self.decide_current(decision);
        for card in self.cards.iter().skip(at + 1).filter(|card| fits(card)) {
            if self.decisions.get(&card.fingerprint).is_none() {
                self.decisions.set(&card.fingerprint, plain.clone());
            }
        }
        self.at = at;
        self.advance();
        action
    }

    fn advance(&mut self) {
        self.answers.clear();
        self.answered = false;
        let open = |card: &Card| self.decisions.get(&card.fingerprint).is_none();
        let next = self.cards.iter().skip(self.at + 1).position(open);
        self.at = next.map_or(self.cards.len(), |next| self.at + 1 + next);
    }

    fn undo(&mut self) -> Action {
        let Some((at, decisions)) = self.past.pop() else { return Action::Say("there is no answer to undo") };
        self.at = at;
        self.decisions = decisions;
        self.answers.clear();
        self.answered = false;
        Action::Show
    }
}

fn is_plain(card: &Card) -> bool {
    !card.hazardous && !card.asks
}

#[cfg(test)]
mod tests;
