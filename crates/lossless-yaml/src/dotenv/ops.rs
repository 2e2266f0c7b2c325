//! Operations on env files.

use super::{Dotenv, edit, proof};
use crate::{Refusal, RefusalKind, TextEdit, apply_edits, compose_edits};

/// One operation on an env file. Where there is nothing to do, nothing is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvOp {
    /// Gives the winning entry this value, in the one form that every reader takes alike, or adds an entry. A comment
    /// on the line goes to a line of its own above.
    Set {
        /// The variable.
        name: String,
        /// Its value.
        value: String,
    },
    /// Adds an entry, unless the name is there.
    Ensure {
        /// The variable.
        name: String,
        /// Its value.
        value: String,
    },
    /// Gives all entries of a name another one.
    Rename {
        /// The variable.
        name: String,
        /// The new name, which must not be there yet.
        to: String,
    },
    /// Removes all entries of a name.
    Remove {
        /// The variable.
        name: String,
        /// Whether the comment on its line goes too, and the comment lines directly above if they are about it and nothing
        /// else. Else they stay, the former on a line of its own.
        comments: bool,
    },
    /// Adds a comment line.
    Comment {
        /// Above the winning entry of this name; `None`: at the top of the file.
        name: Option<String>,
        /// One line, with or without its `#`.
        text: String,
    },
}

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
        let edits = edit::edits(self, op)?;
        if edits.is_empty() {
            return Ok(EnvApplied { env: self.clone(), edits });
        }
        let overlap = || Refusal::new(RefusalKind::Proof("edits"), "the edits overlap");
        let text = apply_edits(self.text(), &edits).ok_or_else(overlap)?;
        let env = Self::read(&text, &self.inner.limits)?;
        proof::prove(self, &env, op, &edits)?;
        Ok(EnvApplied { env, edits })
    }

    /// Does several operations, each on the result of the one before. The edits are those on the first text.
    ///
    /// # Errors
    ///
    /// As [`Dotenv::apply`]; then none of the operations counts.
    pub fn apply_all(&self, ops: &[EnvOp]) -> Result<EnvApplied, Refusal> {
        let mut applied = EnvApplied { env: self.clone(), edits: Vec::new() };
        for op in ops {
            let next = applied.env.apply(op)?;
            applied = EnvApplied { edits: compose_edits(&applied.edits, &next.edits), env: next.env };
        }
        Ok(applied)
    }
}
