//! What becomes of an output that cannot be written: the run goes on to its end, and tells then.

use std::io::{self, ErrorKind, Write};

/// An output whose first error is kept: nothing that is written to it fails.
pub(super) struct Output<'w> {
    inner: &'w mut dyn Write,
    state: State,
}

enum State {
    Open,
    /// Its reader has gone, as in `| head`, which is no error: nobody wants the rest.
    Unwanted,
    Broken(io::Error),
}

impl<'w> Output<'w> {
    pub(super) fn new(inner: &'w mut dyn Write) -> Self {
        Self { inner, state: State::Open }
    }

    /// The error, if there was one. Writes what is still held back.
    pub(super) fn end(mut self) -> Option<io::Error> {
        self.attempt(|inner| inner.flush());
        match self.state {
            State::Broken(error) => Some(error),
            State::Open | State::Unwanted => None,
        }
    }

    fn attempt(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        if !matches!(self.state, State::Open) {
            return;
        }
        self.state = match write(self.inner) {
            Ok(()) => State::Open,
            Err(error) if error.kind() == ErrorKind::BrokenPipe => State::Unwanted,
            Err(error) => State::Broken(error),
        };
    }
}

impl Write for Output<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.attempt(|inner| inner.write_all(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.attempt(|inner| inner.flush());
        Ok(())
    }
}
