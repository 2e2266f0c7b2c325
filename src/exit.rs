//! Exit codes: the highest that applies wins, in the order 2, 4, 3, 1, 0.

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing to do, or what was asked is done.
    Done,
    /// A preview found fixes that `--write` with the same options would apply; with `--strict` any finding.
    Findings,
    /// Usage, configuration or internal error.
    Usage,
    /// Nothing of LiteLLM was found in the folders given.
    Nothing,
    /// A file that could not be read, a failed proof, or an I/O error.
    Failed,
    /// Ctrl-C.
    Interrupted,
}

impl Exit {
    /// The code for the shell.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Nothing => 3,
            Self::Failed => 4,
            Self::Interrupted => 130,
        }
    }
}
