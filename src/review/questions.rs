//! What is typed as a line: values, reasons, confirmations, filters.

use super::answers;
use super::dialogue::{Dialogue, questions};
use super::session::{Action, Card};
use crate::document::Value;
use crate::plan::{Item, Offer, Question, typed};
use crate::report::{Paint, counted};

/// A value that was asked for.
struct Answer {
    value: Value,
    /// Whether it was typed: now, or before.
    typed: bool,
}

impl Dialogue<'_> {
    pub(super) fn confirm(&mut self, card: &Card) -> anyhow::Result<Action> {
        self.tell("This can cost data or security. Anything but the id leaves it undecided.\n")?;
        let typed = self.ask(&format!("Type {} to apply it", card.id))?;
        let confirmed = typed.is_some_and(|typed| typed.trim() == card.id);
        if confirmed { Ok(self.session.confirm()) } else { Ok(Action::Say("not confirmed")) }
    }

    pub(super) fn ignore(&mut self, card: &Card) -> anyhow::Result<Action> {
        let reason = self.ask("Reason (empty: do not ignore)")?.unwrap_or_default();
        if reason.trim().is_empty() {
            return Ok(Action::Say("not ignored"));
        }
        match self.host.ignored(self.session.decisions(), &card.fingerprint, &reason) {
            Ok(message) => {
                self.tell_sentence(&message)?;
                Ok(self.session.ignore(&reason))
            }
            Err(error) => {
                self.tell_sentence(&format!("not ignored: {error:#}"))?;
                Ok(Action::Wait)
            }
        }
    }

    /// Asks what the fixes are to be filtered by.
    pub(super) fn filter(&mut self) -> anyhow::Result<Action> {
        let filtered = self.session.filter().is_some();
        let Some(text) = self.ask("Only ids or files with (empty: all)")? else { return Ok(Action::Wait) };
        if text.trim().is_empty() && !filtered {
            return Ok(Action::Say("all fixes are asked about"));
        }
        let count = self.session.set_filter(&text);
        let fixes = counted(count, "fix without an answer matches", "fixes without an answer match");
        self.tell_sentence(&if text.trim().is_empty() {
            "all fixes are asked about again".to_owned()
        } else {
            format!("{fixes} {:?}", text.trim())
        })?;
        Ok(if text.trim().is_empty() || count > 0 { Action::Show } else { Action::Wait })
    }

    /// Asks for the values of a fix. `None` if it has none, or if no values were found that the plan accepts.
    pub(super) fn edit(&mut self, card: &Card, item: &Item) -> anyhow::Result<Option<Item>> {
        let questions = questions(item);
        if questions.is_empty() {
            self.tell("this fix has no value to edit\n")?;
            return Ok(None);
        }
        loop {
            let mut answers = Vec::new();
            let mut typed_any = false;
            for question in questions {
                let Some(Answer { value, typed }) = self.ask_value(question)? else {
                    self.tell("nothing is edited\n")?;
                    return Ok(None);
                };
                typed_any |= typed;
                if typed || question.required {
                    answers.push((question.param.to_owned(), value));
                }
            }
            let problem = match self.host.offer(self.session.decisions(), &card.fingerprint, &answers) {
                Ok(Offer::Fix(item)) => {
                    self.session.answer(answers);
                    return Ok(Some(*item));
                }
                Ok(Offer::Mended) => "with this value there is nothing to fix".to_owned(),
                Ok(Offer::Refused(reason)) => reason,
                Err(error) => format!("{error:#}"),
            };
            self.tell_sentence(&format!("not possible: {problem}"))?;
            if !typed_any {
                return Ok(None);
            }
        }
    }

    /// One value; an empty line is the value that stands: the default, or the last answer. `None` where the user takes the
    /// question back.
    fn ask_value(&mut self, question: &Question) -> anyhow::Result<Option<Answer>> {
        let known = self.session.answers().iter().find(|(param, _)| param == question.param);
        let edited = known.is_some();
        let standing = known.map_or_else(|| question.default.clone(), |(_, value)| value.clone());
        let reason =
            if question.reason.is_empty() { String::new() } else { format!(" ({})", question.reason) };
        self.tell_sentence(&format!("{}{reason}", question.ask))?;
        let style = self.terminal.style();
        let standing_shown = self.masker.mask_value(question.param, &typed(&standing));
        let prompt = format!("{} [{standing_shown}]", question.param);
        let prompt = Paint::new(&style, self.masker).text(&prompt);
        loop {
            let Some(typed) = self.ask(&prompt)? else { return Ok(None) };
            if typed.trim().is_empty() {
                return Ok(Some(Answer { value: standing, typed: edited }));
            }
            match answers::parse(&question.default, &typed) {
                Ok(value) => return Ok(Some(Answer { value, typed: true })),
                Err(reason) => self.tell(&format!("{reason}\n"))?,
            }
        }
    }

    /// A line below what is asked about.
    fn ask(&mut self, prompt: &str) -> anyhow::Result<Option<String>> {
        // Where the prompt is long, the line begins below it.
        self.below_head += 2;
        Ok(self.terminal.ask(prompt)?)
    }
}
