//! Env files: `NAME=value` lines as python-dotenv, compose and `docker run --env-file` read them.
//!
//! The readers disagree about quotes, blanks and trailing comments, so an entry tells both what python-dotenv and
//! compose make of it ([`EnvEntry::value`]) and what `docker run --env-file` takes ([`EnvEntry::literal`]), and an
//! edit writes only the form on which all agree, unless it is told who reads the file ([`EnvReader`]). Lines that
//! python-dotenv would skip with a warning stay as they are.

pub(crate) mod apply;
mod edit;
pub(crate) mod file;
pub(crate) mod lines;
pub(crate) mod op;
mod proof;
mod quoted;
mod reader;
mod safe;
mod scan;
#[cfg(test)]
mod tests;
