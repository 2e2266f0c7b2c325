//! What can be done to an env file.

/// One operation on an env file. Where there is nothing to do, nothing is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvOp {
    /// Gives the winning entry this value, or adds an entry; nothing happens where it has it. It is written in the form that every
    /// reader takes alike, bare and with a comment of the line on its own line above, unless the file is
    /// [for a reader](crate::Dotenv::for_reader) that takes quotes and comments: then they stay.
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
    /// Removes all entries of a name, also those that a later one overrides: afterwards the file does not give the variable.
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
