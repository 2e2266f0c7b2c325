//! The habits of a text: what new lines must look like to pass for old ones.

use crate::model::habits::{Habits, Quote};
use crate::model::tree::{Kind, Style};
use crate::source::inner::Inner;

/// The most frequent of small numbers; on a tie the smaller.
#[derive(Default)]
struct Votes([usize; 17]);

impl Votes {
    fn add(&mut self, number: usize) {
        if let Some(count) = self.0.get_mut(number) {
            *count += 1;
        }
    }

    fn winner(&self) -> Option<usize> {
        let (number, count) = self.0.iter().enumerate().rev().max_by_key(|(_, count)| **count)?;
        (*count > 0).then_some(number)
    }
}

impl Inner {
    pub fn habits(&self) -> Habits {
        *self.habits.get_or_init(|| self.count_habits())
    }

    fn count_habits(&self) -> Habits {
        let (mut steps, mut offsets) = (Votes::default(), Votes::default());
        let (mut single, mut double) = (0, 0);
        for node in &self.tree.nodes {
            match (node.kind, node.style) {
                (Kind::Scalar, Style::SingleQuoted) => single += 1,
                (Kind::Scalar, Style::DoubleQuoted) => double += 1,
                (kind @ (Kind::Mapping | Kind::Sequence), Style::Block) => {
                    let Some(parent) = self.tree.nodes.get(node.parent as usize) else { continue };
                    if parent.kind != Kind::Mapping {
                        continue;
                    }
                    let (own, outer) = (self.column(node.start as usize), self.column(parent.start as usize));
                    let votes = if kind == Kind::Mapping { &mut steps } else { &mut offsets };
                    votes.add(own.saturating_sub(outer));
                }
                _ => {}
            }
        }
        let offset = offsets.winner();
        let step = steps.winner().or(offset).filter(|step| *step > 0).unwrap_or(2);
        let quote = if single > double { Quote::Single } else { Quote::Double };
        Habits { step, sequence: offset.unwrap_or(step), quote }
    }
}
