//! The bar that says how far a fleet is: on standard error, and only on a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The bar, or none.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// A bar for so many repositories.
    pub(super) fn new(count: usize, quiet: bool) -> Self {
        let bar = ProgressBar::with_draw_target(
            Some(count as u64),
            // It draws nothing where standard error is no terminal.
            if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() },
        );
        let style = ProgressStyle::with_template("{bar:30} {pos} of {len} repositories, {eta} left");
        if let Ok(style) = style {
            bar.set_style(style.progress_chars("=> "));
        }
        Self(bar)
    }

    /// Writes something else while the bar is away.
    pub(super) fn beside<T>(&self, write: impl FnOnce() -> T) -> T {
        self.0.suspend(write)
    }

    pub(super) fn done(&self) {
        self.0.inc(1);
    }

    pub(super) fn end(&self) {
        self.0.finish_and_clear();
    }
}
