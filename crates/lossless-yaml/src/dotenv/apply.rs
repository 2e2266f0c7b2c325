//! Operations on env files.

use crate::dotenv::file::Dotenv;
use crate::dotenv::op::EnvOp;
use crate::dotenv::{edit, proof};
use crate::model::refusal::{Refusal, RefusalKind};
use crate::text::edits::{TextEdit, apply_edits, compose_edits};

/// An env file after proven edits.
#[derive(Clone, Debug)]
pub struct EnvApplied {
    /// The new document.
    pub env: Dotenv,
    /// The edits on the text before, in order.
    pub edits: Vec<TextEdit>,
}

impl Dotenv {
    /// Does one operation and proves the result.
    ///
    /// # Errors
    ///
    /// [`RefusalKind::Place`] where the name is not there, or the new one is;
    /// [`RefusalKind::Form`] where a name, value or comment has no safe form, the
    /// line is one that readers disagree about, or other values refer to the variable;
    /// [`RefusalKind::Template`] where a template stands at or around the
    /// place; [`RefusalKind::Proof`] where a check rejects the result.
    pub fn apply(&self, op: &EnvOp) -> Result<EnvApplied, Refusal> {
        let edits = edit::edits(self, op).map_err(|refusal| refusal.located(self.text()))?;
        if edits.is_empty() {
            return Ok(EnvApplied { env: self.clone(), edits });
        }
        let overlap = || Refusal::new(RefusalKind::Proof("edits"), "the edits overlap");
        let text = apply_edits(self.text(), &edits).ok_or_else(overlap)?;
        let env = Self::read(&text, &self.inner.limits)?.about(&self.inner.subject).for_reader(self.reader);
        proof::prove(self, &env, op, &edits)?;
        Ok(EnvApplied { env, edits })
    }

    /// Does several operations, each on the result of the one before. The edits are those on the first text.
    ///
    /// # Errors
    ///
    /// As [`Dotenv::apply`], with the index of the [`operation`](Refusal::operation) that is refused; then none of them counts.
    pub fn apply_all(&self, ops: &[EnvOp]) -> Result<EnvApplied, Refusal> {
        let mut applied = EnvApplied { env: self.clone(), edits: Vec::new() };
        for (index, op) in ops.iter().enumerate() {
            let next = applied.env.apply(op).map_err(|refusal| refusal.of_operation(index))?;
            applied = EnvApplied { edits: compose_edits(&applied.edits, &next.edits), env: next.env };
        }
        Ok(applied)
    }
}
