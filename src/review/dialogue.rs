//! The loop around the state machine: shows, asks, and hands over keys.

use std::io;

use console::{Key, measure_text_width};

use super::pages::Pages;
use super::session::{Action, Card, Session, Stage};
use super::terminal::{Pressed, Terminal};
use super::{End, Host, ReviewOutcome, closing};
use crate::plan::{Fate, Item, Offer, Question, Remedy, Safety};
use crate::report::{Masker, Paint, counted, show, visible};

/// Narrow and low enough for a screen of 60 columns and 15 rows.
const HELP: &str = "\
y yes, apply this fix     a yes to the rest of this file
n no, leave it            A yes to the rest of this id
q no to all the rest      d no to the rest of this file
e edit the value          D no to the rest of this id
w why: explain this fix   s skip to the next severity
i ignore for good         / only one id or file
u undo the last answer    space next page, Page Up back
Nothing is written before the last question.
Ctrl-C leaves without writing, Ctrl-Z suspends.
";

pub(super) struct Dialogue<'d> {
    pub(super) session: Session,
    pub(super) host: &'d mut dyn Host,
    pub(super) terminal: &'d mut dyn Terminal,
    pub(super) masker: &'d Masker,
    items: &'d [Item],
    /// What is asked about, as it is shown.
    pages: Pages,
    /// How many rows were shown since its head.
    pub(super) below_head: usize,
    /// What is said above the next head.
    notice: Option<String>,
    /// Fixes that could not be made after what was taken, and why.
    refused: Vec<(String, String)>,
}

impl<'d> Dialogue<'d> {
    pub fn new(
        items: &'d [Item],
        host: &'d mut dyn Host,
        masker: &'d Masker,
        terminal: &'d mut dyn Terminal,
    ) -> Self {
        let decided = host.decided();
        let session = Session::new(items.iter().filter_map(card).collect()).decided(&decided);
        let known = session.decisions().0.len();
        let notice = (known > 0).then(|| {
            format!(
                "{} not asked about: the file of decisions answers.",
                counted(known, "fix is", "fixes are")
            )
        });
        Self {
            session,
            host,
            terminal,
            masker,
            items,
            pages: Pages::default(),
            below_head: 0,
            notice,
            refused: Vec::new(),
        }
    }

    pub fn run(mut self) -> anyhow::Result<ReviewOutcome> {
        let end = match self.ask_all() {
            Ok(end) => end,
            Err(error) if is_interrupt(&error) => {
                self.terminal.show("\ninterrupted: nothing is written\n")?;
                End::Interrupted
            }
            Err(error) => return Err(error),
        };
        Ok(ReviewOutcome { decisions: self.session.decisions().clone(), end })
    }

    fn ask_all(&mut self) -> anyhow::Result<End> {
        loop {
            let end = match self.session.stage() {
                Stage::Fix(card) => {
                    let card = card.clone();
                    self.ask_fix(&card)?;
                    None
                }
                Stage::Lows(count) => {
                    self.ask_lows(count)?;
                    None
                }
                Stage::Summary => self.ask_write()?,
            };
            if let Some(end) = end {
                let left = closing::Left::new(self.items, self.session.decisions(), end, &self.refused);
                let style = self.terminal.style();
                let text = left.text(self.host, self.terminal.size().0, &Paint::new(&style, self.masker));
                self.terminal.show(&text)?;
                return Ok(end);
            }
            if let Some(text) = self.session.ended_filter()
                && self.session.stage() != Stage::Summary
            {
                self.notice = Some(format!("No more fixes match {text:?}: on with the others."));
            }
        }
    }

    /// Shows one fix until it has an answer, or the user goes elsewhere.
    fn ask_fix(&mut self, card: &Card) -> anyhow::Result<()> {
        let Some(mut item) = self.offered(card)? else { return Ok(()) };
        self.show_fix(&item, 1)?;
        loop {
            let action = self.prompt(&fix_prompt(&item, self.session.can_undo()))?;
            let action = match action {
                Action::Confirm => self.confirm(card)?,
                Action::Reason => self.ignore(card)?,
                Action::Filter => self.filter()?,
                Action::Ask => {
                    if let Some(edited) = self.edit(card, &item)? {
                        item = edited;
                        self.show_fix(&item, 1)?;
                    }
                    Action::Wait
                }
                Action::Explain => {
                    let text = self.host.explain(card.id);
                    self.page(&text)?;
                    Action::Redraw
                }
                other => other,
            };
            match action {
                Action::Show => return Ok(()),
                Action::Redraw => self.show_fix(&item, self.pages.number())?,
                other => self.say(&other)?,
            }
        }
    }

    /// The fix on top of what was taken; `None` where there is nothing left to ask.
    fn offered(&mut self, card: &Card) -> anyhow::Result<Option<Item>> {
        match self.host.offer(self.session.decisions(), &card.fingerprint, &[])? {
            Offer::Fix(item) => return Ok(Some(*item)),
            Offer::Mended => {}
            Offer::Refused(reason) => {
                self.notice =
                    Some(format!("No longer possible after the fixes taken before: {}: {reason}", card.id));
                self.refused.retain(|(known, _)| *known != card.fingerprint);
                self.refused.push((card.fingerprint.clone(), reason));
            }
        }
        self.session.skip();
        Ok(None)
    }

    /// Once what matters more is decided.
    fn ask_lows(&mut self, count: usize) -> anyhow::Result<()> {
        let fixes = counted(count, "fix", "fixes");
        let prompt = format!("Go on to the {fixes} of low severity? [y,n,/,u,?] ");
        let head = "All fixes of critical, high and medium severity are decided.";
        self.terminal.forget_typed()?;
        self.draw(vec![head.to_owned()], Vec::new(), &prompt, 1)?;
        loop {
            match self.prompt(&prompt)? {
                Action::Show => return Ok(()),
                Action::Redraw => self.draw(vec![head.to_owned()], Vec::new(), &prompt, 1)?,
                Action::Filter => match self.filter()? {
                    Action::Show => return Ok(()),
                    other => self.say(&other)?,
                },
                other => self.say(&other)?,
            }
        }
    }

    /// The final summary and the last question, which only a fresh key answers.
    fn ask_write(&mut self) -> anyhow::Result<Option<End>> {
        if !self.session.takes_anything() {
            self.terminal.show("\nNothing was taken, nothing is written.\n")?;
            return Ok(Some(End::Nothing));
        }
        let plan = self.host.combined(self.session.decisions())?;
        let prompt = format!("write {}? [y/n] ", counted(plan.changes.len(), "file", "files"));
        self.terminal.forget_typed()?;
        let show = |this: &mut Self, page: usize| {
            let (columns, rows) = this.terminal.size();
            let (style, ignored) = (this.terminal.style(), this.session.ignored());
            let mut body =
                show::summary(&plan, ignored, (columns, rows.saturating_sub(2)), self.masker, &style);
            let head = body.drain(..body.len().min(1)).collect();
            this.draw(head, body, &prompt, page)
        };
        show(self, 1)?;
        if plan.changes.is_empty() {
            self.terminal.show("Nothing is written.\n")?;
            return Ok(Some(End::Nothing));
        }
        loop {
            match self.prompt(&prompt)? {
                Action::Finish(true) => return Ok(Some(End::Write)),
                Action::Finish(false) => {
                    self.terminal.show("Nothing is written.\n")?;
                    return Ok(Some(End::Nothing));
                }
                Action::Show => return Ok(None),
                Action::Redraw => show(self, self.pages.number())?,
                other => self.say(&other)?,
            }
        }
    }

    /// Waits for a key that means something, and echoes it. Turning pages is shown by a new drawing.
    fn prompt(&mut self, prompt: &str) -> anyhow::Result<Action> {
        let foot = self.foot();
        let rows = self.rows_of(&foot) + self.rows_of(prompt);
        if self.below_head + rows > self.terminal.size().1 {
            self.terminal.show(&(self.pages.head.join("\n") + "\n"))?;
            self.below_head = self.pages.head.len();
        }
        self.terminal.show(&format!("{foot}{prompt}"))?;
        self.below_head += rows;
        loop {
            let key = match self.terminal.key()? {
                Pressed::Key(key) => key,
                Pressed::Redraw => {
                    self.terminal.show("\n")?;
                    return Ok(Action::Redraw);
                }
            };
            let action = match self.session.key(&key) {
                Action::Wait => continue,
                Action::More if self.pages.next() => Action::Redraw,
                Action::Back if self.pages.back() => Action::Redraw,
                Action::More | Action::Back => continue,
                other => other,
            };
            let echo = match key {
                Key::Char(c) if !c.is_control() => visible(&c.to_string()).into_owned(),
                _ => String::new(),
            };
            self.terminal.show(&format!("{echo}\n"))?;
            return Ok(action);
        }
    }

    /// Which page is shown, and how many others `a` and `A` would take.
    fn foot(&self) -> String {
        let mut foot = String::new();
        if self.pages.count() > 1 {
            let (page, all) = (self.pages.number(), self.pages.count());
            let next = if page < all { "space: the next one" } else { "Page Up: the one before" };
            foot.push_str(&format!("-- page {page} of {all}; {next} --\n"));
        }
        foot + &self.others()
    }

    fn others(&self) -> String {
        let (file, id) = self.session.others();
        let others = [("a", file, "in this file"), ("A", id, "of this id")];
        let others = others.iter().filter(|(_, count, _)| *count > 0);
        let others: Vec<String> = others.map(|(key, count, what)| format!("{key} +{count} {what}")).collect();
        if others.is_empty() { String::new() } else { others.join(", ") + "\n" }
    }

    fn rows_of(&self, text: &str) -> usize {
        let columns = self.terminal.size().0.max(1);
        text.lines().map(|line| measure_text_width(line).div_ceil(columns).max(1)).sum()
    }

    fn say(&mut self, action: &Action) -> anyhow::Result<()> {
        match action {
            Action::Help => self.tell(HELP),
            Action::Hint => match self.session.stage() {
                Stage::Fix(_) => self.tell("y yes, n no, q quit, w why, s skip, u undo, ? all keys\n"),
                Stage::Lows(_) => {
                    self.tell("y goes on to them, n leaves them all, u undoes the last answer\n")
                }
                Stage::Summary => self.tell("y writes, n leaves all as it is, u undoes the last answer\n"),
            },
            Action::Say(text) => self.tell(&format!("{text}\n")),
            _ => Ok(()),
        }
    }

    /// Shows lines below what is asked about.
    pub(super) fn tell(&mut self, text: &str) -> anyhow::Result<()> {
        self.below_head += self.rows_of(text);
        Ok(self.terminal.show(text)?)
    }

    fn show_fix(&mut self, item: &Item, page: usize) -> anyhow::Result<()> {
        let (number, all) = self.session.position();
        let position = match self.session.filter() {
            Some(text) => format!("({number}/{all} with {text:?})"),
            None => format!("({number}/{all})"),
        };
        let style = self.terminal.style();
        let paint = Paint::new(&style, self.masker);
        let card = show::card(item, &paint.text(&position), self.terminal.size().0, self.masker, &style);
        self.draw(card.head, card.body, &fix_prompt(item, self.session.can_undo()), page)
    }

    /// Draws what is asked about so that head and question fit the screen as it is now.
    fn draw(
        &mut self,
        mut head: Vec<String>,
        body: Vec<String>,
        prompt: &str,
        page: usize,
    ) -> anyhow::Result<()> {
        if let Some(notice) = self.notice.take() {
            let style = self.terminal.style();
            let notice = show::sentence(&notice, &Paint::new(&style, self.masker));
            head.splice(..0, notice.lines().map(str::to_owned));
        }
        let rows = self.terminal.size().1;
        let foot = self.rows_of(&self.others()) + self.rows_of(prompt);
        self.pages = Pages::new(head, body, rows, foot).at(page);
        let shown: String = self.pages.rows().map(|row| format!("{row}\n")).collect();
        self.below_head = shown.lines().count();
        Ok(self.terminal.show(&format!("\n{shown}"))?)
    }

    /// A sentence of the host, or of a fix: wrapped, masked, without control characters.
    pub(super) fn tell_sentence(&mut self, text: &str) -> anyhow::Result<()> {
        let style = self.terminal.style();
        let text = show::sentence(text, &Paint::new(&style, self.masker));
        self.tell(&text)
    }

    /// Shows a text screen by screen.
    fn page(&mut self, text: &str) -> anyhow::Result<()> {
        let mut at = 0;
        loop {
            let (columns, rows) = self.terminal.size();
            let style = self.terminal.style();
            let lines = show::lines(text, columns, &Paint::new(&style, self.masker));
            let screen: Vec<_> = lines.iter().skip(at).take(rows.saturating_sub(1).max(5)).collect();
            screen.iter().try_for_each(|line| self.terminal.show(&format!("{line}\n")))?;
            let next = at + screen.len();
            let last = next >= lines.len();
            self.terminal.show(if last {
                "-- end: any key goes back to the fix --"
            } else {
                "-- more: any key; q goes back to the fix --"
            })?;
            let key = self.terminal.key()?;
            self.terminal.rewrite("", 0)?;
            match key {
                Pressed::Redraw => {}
                Pressed::Key(Key::Char('q' | '\u{4}') | Key::Escape) => return Ok(()),
                Pressed::Key(_) if last => return Ok(()),
                Pressed::Key(_) => at = next,
            }
        }
    }
}

fn fix_prompt(item: &Item, can_undo: bool) -> String {
    let edit = if questions(item).is_empty() { "" } else { ",e" };
    let undo = if can_undo { ",u" } else { "" };
    format!("Apply this fix? [y,n,q,a,d,A,D{edit},w,i,s,/{undo},?] ")
}

pub(super) fn questions(item: &Item) -> &[Question] {
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
        severity: item.finding.severity,
        hazardous: fix.safety == Safety::Hazardous,
        asks: fix.waits_for_answer(),
    })
}

fn is_interrupt(error: &anyhow::Error) -> bool {
    let of_io = error.downcast_ref::<io::Error>();
    of_io.is_some_and(|error| error.kind() == io::ErrorKind::Interrupted)
}
