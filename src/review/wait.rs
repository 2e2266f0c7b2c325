//! Waiting for a key or for Ctrl-C, whichever comes first.
//!
//! Ctrl-C is a signal as long as the review lasts, whether the user presses it or `kill -INT` sends it, and whatever was
//! typed ahead. Its handler writes into a pipe that is waited for together with the keyboard, so none is ever missed.

#[cfg(not(unix))]
pub(super) use elsewhere::Wait;
#[cfg(unix)]
pub(super) use unix::Wait;

#[cfg(unix)]
mod unix {
    use std::io;
    use std::os::fd::BorrowedFd;
    use std::os::unix::net::UnixStream;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::stdio::stdin;
    use rustix::termios::{
        InputModes, LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
    };
    use signal_hook::consts::SIGINT;
    use signal_hook::low_level::pipe;

    /// `_POSIX_VDISABLE`: the code of a key that does nothing.
    const NO_KEY: u8 = if cfg!(any(target_os = "linux", target_os = "android")) { 0 } else { 0xff };

    /// The keyboard, and how its terminal was found.
    #[derive(Debug)]
    pub(in super::super) struct Wait {
        found: Termios,
        interrupts: Interrupts,
    }

    impl Wait {
        pub fn new() -> io::Result<Self> {
            // From here on a drop puts back what was found.
            let wait = Self { found: tcgetattr(stdin())?, interrupts: Interrupts::new()? };
            tcsetattr(stdin(), OptionalActions::Now, &wait.keys_one_by_one())?;
            Ok(wait)
        }

        /// No echo and no lines, but Ctrl-C is a signal. Ctrl-Z and Ctrl-\ would leave the terminal to the shell like that.
        fn keys_one_by_one(&self) -> Termios {
            let mut modes = self.found.clone();
            modes.local_modes -= LocalModes::ICANON | LocalModes::ECHO | LocalModes::IEXTEN;
            modes.local_modes |= LocalModes::ISIG;
            modes.input_modes -= InputModes::IXON;
            modes.special_codes[SpecialCodeIndex::VSUSP] = NO_KEY;
            modes.special_codes[SpecialCodeIndex::VQUIT] = NO_KEY;
            modes.special_codes[SpecialCodeIndex::VMIN] = 1;
            modes.special_codes[SpecialCodeIndex::VTIME] = 0;
            modes
        }

        /// Returns once there is a key to read; an error of the kind `Interrupted` is Ctrl-C.
        pub fn for_key(&self) -> io::Result<()> {
            if self.interrupts.before(stdin(), None)? {
                return Err(io::Error::from(io::ErrorKind::Interrupted));
            }
            Ok(())
        }

        /// Gives the signal back to the system. Whether it came before.
        pub fn release(&self) -> bool {
            self.interrupts.release();
            let now = Timespec { tv_sec: 0, tv_nsec: 0 };
            self.interrupts.before(stdin(), Some(&now)).unwrap_or(false)
        }
    }

    impl Drop for Wait {
        fn drop(&mut self) {
            // Nothing can be done about a terminal that is gone.
            let _ = tcsetattr(stdin(), OptionalActions::Now, &self.found);
        }
    }

    /// The interrupts since it was made. What is in the pipe stays there: once interrupted, always interrupted.
    #[derive(Debug)]
    struct Interrupts {
        pipe: UnixStream,
        released: Arc<AtomicBool>,
    }

    impl Interrupts {
        fn new() -> io::Result<Self> {
            let released = Arc::new(AtomicBool::new(false));
            let (pipe, write) = UnixStream::pair()?;
            // A handler cannot be taken away without a trace: afterwards this one does what the default did.
            signal_hook::flag::register_conditional_default(SIGINT, Arc::clone(&released))?;
            pipe::register(SIGINT, write)?;
            Ok(Self { pipe, released })
        }

        /// Waits until there is an interrupt, or something to read, or the time is over. Whether there is an interrupt.
        fn before(&self, keyboard: BorrowedFd<'_>, timeout: Option<&Timespec>) -> io::Result<bool> {
            loop {
                let keyboard = PollFd::from_borrowed_fd(keyboard, PollFlags::IN);
                let mut both = [PollFd::new(&self.pipe, PollFlags::IN), keyboard];
                match poll(&mut both, timeout) {
                    Ok(_) => return Ok(!both[0].revents().is_empty()),
                    Err(rustix::io::Errno::INTR) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }

        fn release(&self) {
            self.released.store(true, Ordering::SeqCst);
        }
    }

    impl Drop for Interrupts {
        fn drop(&mut self) {
            self.release();
        }
    }

    #[cfg(test)]
    mod tests {
        use std::io::Write;
        use std::os::fd::AsFd;

        use super::*;

        #[test]
        fn an_interrupt_before_the_wait_ends_it() {
            let (keyboard, mut user) = UnixStream::pair().unwrap();
            let interrupts = Interrupts::new().unwrap();
            user.write_all(b"y").unwrap();
            assert!(!interrupts.before(keyboard.as_fd(), None).unwrap());
            signal_hook::low_level::raise(SIGINT).unwrap();
            assert!(interrupts.before(keyboard.as_fd(), None).unwrap(), "a key is taken before Ctrl-C");
            let (silent, _user) = UnixStream::pair().unwrap();
            assert!(interrupts.before(silent.as_fd(), None).unwrap());
        }
    }
}

#[cfg(not(unix))]
mod elsewhere {
    use std::io;

    /// Ctrl-C is a key here, and reading a key waits for it.
    #[derive(Debug)]
    pub(in super::super) struct Wait;

    impl Wait {
        pub fn new() -> io::Result<Self> {
            Ok(Self)
        }

        pub fn for_key(&self) -> io::Result<()> {
            Ok(())
        }

        pub fn release(&self) -> bool {
            false
        }
    }
}
