//! The loop around the state machine: shows, asks, and hands over keys.

use std::io;

use super::answers;
use super::session::{Action, Card, Session};
use super::terminal::Terminal;
use super::{End, Host, Outcome};
use crate::document::Value;
use crate::plan::{Fate, Item, Question, Remedy, Safety};
use crate::report::{Masker, Paint, show};

const HELP: &str = "\
y  yes, apply this fix               a  yes to the rest of this file
n  no, leave it                      d  no to the rest of this file
q  no to all the rest                A  yes to the rest of this id
e  edit the value, then decide       D  no to the rest of this id
w  why: explain this fix             i  ignore it for good, with a reason
u  undo the last answer              ?  these keys
Nothing is written before the last question. Ctrl-C leaves without writing.
";

pub(super) struct Dialogue<'d> {
    session: Session,
    host: &'d mut dyn Host,
    terminal: &'d mut dyn Terminal,
    masker: &'d Masker,
}

impl<'d> Dialogue<'d> {
    pub fn new(
        items: &[Item],
        host: &'d mut dyn Host,
        masker: &'d Masker,
        terminal: &'d mut dyn Terminal,
    ) -> Self {
        let cards = items.iter().filter_map(card).collect();
        Self { session: Session::new(cards), host, terminal, masker }
    }

    pub fn run(mut self) -> anyhow::Result<Outcome> {
        let end = match self.ask_all() {
            Ok(end) => end,
            Err(error) if is_interrupt(&error) => {
                self.terminal.show("\ninterrupted: nothing is written\n")?;
                End::Interrupted
            }
            Err(error) => return Err(error),
        };
        Ok(Outcome { decisions: self.session.decisions().clone(), end })
    }

    fn ask_all(&mut self) -> anyhow::Result<End> {
        loop {
            let end = match self.session.card().cloned() {
                Some(card) => self.ask_fix(&card)?,
                None => self.ask_write()?,
            };
            if let Some(end) = end {
                return Ok(end);
            }
        }
    }

    /// Shows one fix until it has an answer, or the user goes elsewhere.
    fn ask_fix(&mut self, card: &Card) -> anyhow::Result<Option<End>> {
        let Some(mut item) = self.host.present(self.session.decisions(), &card.fingerprint)? else {
            self.session.skip();
            return Ok(None);
        };
        self.show_fix(&item)?;
        loop {
            let action = self.prompt(&fix_prompt(&item, self.session.can_undo()))?;
            let action = match action {
                Action::Confirm => self.confirm(card)?,
                Action::Reason => self.ignore(card)?,
                Action::Ask => {
                    if let Some(edited) = self.edit(card, &item)? {
                        item = edited;
                        self.show_fix(&item)?;
                    }
                    Action::Wait
                }
                Action::Explain => {
                    let text = self.host.explain(card.id);
                    self.page(&text)?;
                    self.show_fix(&item)?;
                    Action::Wait
                }
                other => other,
            };
            match action {
                Action::Show => return Ok(None),
                other => self.say(&other)?,
            }
        }
    }

    /// Waits for a key that means something, and echoes it.
    fn prompt(&mut self, prompt: &str) -> anyhow::Result<Action> {
        self.terminal.show(prompt)?;
        loop {
            let key = self.terminal.key()?;
            let action = self.session.key(&key);
            if action == Action::Wait {
                continue;
            }
            let echo = match key {
                console::Key::Char(c) if !c.is_control() => {
                    crate::report::visible(&c.to_string()).into_owned()
                }
                _ => String::new(),
            };
            self.terminal.show(&format!("{echo}\n"))?;
            return Ok(action);
        }
    }

    fn say(&mut self, action: &Action) -> anyhow::Result<()> {
        let text = match action {
            Action::Help => HELP,
            Action::Hint if self.session.card().is_none() => {
                "y writes, n leaves all as it is, u undoes the last answer\n"
            }
            Action::Hint => "y yes, n no, q quit, e edit, w why, i ignore, u undo, ? all keys\n",
            Action::Say(text) => return Ok(self.terminal.show(&format!("{text}\n"))?),
            _ => return Ok(()),
        };
        Ok(self.terminal.show(text)?)
    }

    fn show_fix(&mut self, item: &Item) -> anyhow::Result<()> {
        let (number, all) = self.session.position();
        let style = self.terminal.style();
        let text = show::fix(item, &format!("({number}/{all})"), &Paint::new(&style, self.masker));
        Ok(self.terminal.show(&text)?)
    }

    fn confirm(&mut self, card: &Card) -> anyhow::Result<Action> {
        self.terminal.show("This can cost data or security. Anything but the id leaves it undecided.\n")?;
        let typed = self.terminal.ask(&format!("Type {} to apply it", card.id))?;
        if typed.trim() == card.id { Ok(self.session.confirm()) } else { Ok(Action::Say("not confirmed")) }
    }

    fn ignore(&mut self, card: &Card) -> anyhow::Result<Action> {
        let reason = self.terminal.ask("Reason (empty: do not ignore)")?;
        if reason.trim().is_empty() {
            return Ok(Action::Say("not ignored"));
        }
        match self.host.ignored(self.session.decisions(), &card.fingerprint, &reason) {
            Ok(message) => {
                self.show_text(&message)?;
                Ok(self.session.ignore(&reason))
            }
            Err(error) => {
                self.show_text(&format!("not ignored: {error:#}"))?;
                Ok(Action::Wait)
            }
        }
    }

    /// Asks for the values of a fix. `None` if it has none, or if no values were found that the plan accepts.
    fn edit(&mut self, card: &Card, item: &Item) -> anyhow::Result<Option<Item>> {
        let questions = questions(item);
        if questions.is_empty() {
            self.terminal.show("this fix has no value to edit\n")?;
            return Ok(None);
        }
        loop {
            let mut answers = Vec::new();
            let mut typed_any = false;
            for question in questions {
                let (value, typed) = self.ask_value(question)?;
                typed_any |= typed;
                if typed || question.required {
                    answers.push((question.param.to_owned(), value));
                }
            }
            match self.host.with_answers(self.session.decisions(), &card.fingerprint, &answers) {
                Ok(item) => {
                    self.session.answer(answers);
                    return Ok(Some(item));
                }
                Err(error) => self.show_text(&format!("that cannot be: {error:#}"))?,
            }
            if !typed_any {
                return Ok(None);
            }
        }
    }

    /// One value, and whether it was typed; an empty line is the value that stands: the default, or the last answer.
    fn ask_value(&mut self, question: &Question) -> anyhow::Result<(Value, bool)> {
        let known = self.session.answers().iter().find(|(param, _)| param == question.param);
        let edited = known.is_some();
        let standing = known.map_or_else(|| question.default.clone(), |(_, value)| value.clone());
        let reason =
            if question.reason.is_empty() { String::new() } else { format!(" ({})", question.reason) };
        self.show_text(&format!("{}{reason}", question.ask))?;
        let style = self.terminal.style();
        let standing_shown = self.masker.mask_value(question.param, &show::value(&standing));
        let prompt = format!("{} [{standing_shown}]", question.param);
        let prompt = Paint::new(&style, self.masker).text(&prompt);
        loop {
            let typed = self.terminal.ask(&prompt)?;
            if typed.trim().is_empty() {
                return Ok((standing, edited));
            }
            match answers::parse(&question.default, &typed) {
                Ok(value) => return Ok((value, true)),
                Err(reason) => self.terminal.show(&format!("{reason}\n"))?,
            }
        }
    }

    /// The final summary and the last question.
    fn ask_write(&mut self) -> anyhow::Result<Option<End>> {
        if !self.session.takes_anything() {
            self.terminal.show("\nNothing was taken; nothing is written.\n")?;
            return Ok(Some(End::Nothing));
        }
        let plan = self.host.combined(self.session.decisions())?;
        let style = self.terminal.style();
        let rows = self.terminal.rows();
        let text = show::summary(&plan, self.session.ignored(), rows, &Paint::new(&style, self.masker));
        self.terminal.show(&text)?;
        if plan.changes.is_empty() {
            return Ok(Some(End::Nothing));
        }
        let count = plan.changes.len();
        let files = if count == 1 { "1 file".to_owned() } else { format!("{count} files") };
        loop {
            match self.prompt(&format!("write {files}? [y/n] "))? {
                Action::Finish(true) => return Ok(Some(End::Write)),
                Action::Finish(false) => return Ok(Some(End::Nothing)),
                Action::Show => return Ok(None),
                other => self.say(&other)?,
            }
        }
    }

    /// A sentence of the host, or of a fix: wrapped, masked, without control characters.
    fn show_text(&mut self, text: &str) -> anyhow::Result<()> {
        let style = self.terminal.style();
        let text = show::sentence(text, &Paint::new(&style, self.masker));
        Ok(self.terminal.show(&text)?)
    }

    /// Shows a text screen by screen.
    fn page(&mut self, text: &str) -> anyhow::Result<()> {
        let style = self.terminal.style();
        let lines = show::lines(text, &Paint::new(&style, self.masker));
        let rows = self.terminal.rows().saturating_sub(1).max(5);
        for (at, screen) in lines.chunks(rows).enumerate() {
            if at > 0 {
                self.terminal.show("-- more: any key, q stops --")?;
                let key = self.terminal.key()?;
                self.terminal.clear_line()?;
                if key == console::Key::Char('q') {
                    return Ok(());
                }
            }
            self.terminal.show(&(screen.join("\n") + "\n"))?;
        }
        Ok(())
    }
}

fn fix_prompt(item: &Item, can_undo: bool) -> String {
    let edit = if questions(item).is_empty() { "" } else { ",e" };
    let undo = if can_undo { ",u" } else { "" };
    format!("Apply this fix? [y,n,q,a,d,A,D{edit},w,i{undo},?] ")
}

fn questions(item: &Item) -> &[Question] {
    match &item.finding.remedy {
        Remedy::Fix(fix) => &fix.questions,
        Remedy::Advice(_) => &[],
    }
}

/// What can be decided: fixes that are proven, also where another fix might make them needless.
fn card(item: &Item) -> Option<Card> {
    let open = matches!(item.fate, Fate::Applied | Fate::LeftOut(_) | Fate::Mended(_));
    let Remedy::Fix(fix) = &item.finding.remedy else { return None };
    open.then(|| Card {
        fingerprint: item.fingerprint.clone(),
        id: item.id,
        file: item.spot.file.clone(),
        hazardous: fix.safety == Safety::Hazardous,
        asks: fix.questions.iter().any(|question| question.required),
    })
}

fn is_interrupt(error: &anyhow::Error) -> bool {
    let of_io = error.downcast_ref::<io::Error>();
    of_io.is_some_and(|error| error.kind() == io::ErrorKind::Interrupted)
}
