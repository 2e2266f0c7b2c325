//! Waiting for a key or for Ctrl-C, whichever comes first.
//!
//! Between two keys Ctrl-C is a signal, whether the user presses it or `kill -INT` sends it, and whatever was typed ahead.
//! Its handler writes into a pipe that is waited for together with the keyboard, so none is ever missed. While `console`
//! reads, the Ctrl-C that is pressed is a byte like any other, and it answers that byte with an interrupt.

#[cfg(not(unix))]
pub(super) use elsewhere::Keyboard;
#[cfg(unix)]
pub(super) use unix::Keyboard;

#[cfg(unix)]
mod unix {
    use std::io;
    use std::os::fd::BorrowedFd;
    use std::os::unix::net::UnixStream;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::Errno;
    use rustix::stdio::stdin;
    use rustix::termios::{
        InputModes, LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
    };
    use signal_hook::consts::SIGINT;
    use signal_hook::low_level::pipe;

    /// `_POSIX_VDISABLE`: the code of a key that does nothing.
    const NO_KEY: u8 = if cfg!(any(target_os = "linux", target_os = "android")) { 0 } else { 0xff };
    const NOW: Timespec = Timespec { tv_sec: 0, tv_nsec: 0 };

    /// The keyboard, and how its terminal was found.
    #[derive(Debug)]
    pub(in super::super) struct Keyboard {
        found: Termios,
        interrupts: Interrupts,
    }

    impl Keyboard {
        pub fn new() -> io::Result<Self> {
            // From here on a drop puts back what was found.
            let keyboard = Self { found: tcgetattr(stdin())?, interrupts: Interrupts::new()? };
            keyboard.give_keys(true)?;
            Ok(keyboard)
        }

        /// No echo and no lines; `signals` says whether Ctrl-C is a signal or a byte. Ctrl-Z and Ctrl-\ would leave the
        /// terminal to the shell like that. The signal leaves alone what was typed: a key that was waited for can be read.
        fn give_keys(&self, signals: bool) -> io::Result<()> {
            let mut modes = self.found.clone();
            modes.local_modes -= LocalModes::ICANON | LocalModes::ECHO | LocalModes::IEXTEN;
            modes.local_modes |= LocalModes::NOFLSH;
            modes.local_modes.set(LocalModes::ISIG, signals);
            modes.input_modes -= InputModes::IXON;
            modes.special_codes[SpecialCodeIndex::VSUSP] = NO_KEY;
            modes.special_codes[SpecialCodeIndex::VQUIT] = NO_KEY;
            modes.special_codes[SpecialCodeIndex::VMIN] = 1;
            modes.special_codes[SpecialCodeIndex::VTIME] = 0;
            Ok(tcsetattr(stdin(), OptionalActions::Now, &modes)?)
        }

        /// Returns once there is a key to read; an error of the kind `Interrupted` is Ctrl-C.
        pub fn wait(&self) -> io::Result<()> {
            self.not_interrupted(None)
        }

        /// Waits for something to read, or so long; Ctrl-C is an error.
        fn not_interrupted(&self, timeout: Option<&Timespec>) -> io::Result<()> {
            match self.interrupts.or_typed(stdin(), timeout)? {
                Ready::Interrupt => Err(io::ErrorKind::Interrupted.into()),
                Ready::Typed | Ready::Nothing => Ok(()),
            }
        }

        /// Whether there is a key to read, and no interrupt.
        pub fn has_key(&self) -> bool {
            matches!(self.interrupts.or_typed(stdin(), Some(&NOW)), Ok(Ready::Typed))
        }

        /// Lets `console` read one key after the other. Ctrl-C is a byte meanwhile, so that it ends the reading also where it
        /// is pressed between two of them; a signal that comes there is seen at the end.
        pub fn type_line<T>(&self, read: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
            self.give_keys(false)?;
            let line = self.not_interrupted(Some(&NOW)).and_then(|()| read());
            self.give_keys(true)?;
            self.not_interrupted(Some(&NOW))?;
            line
        }

        /// Gives the terminal and the signal back. Whether it came before.
        pub fn release(&self) -> bool {
            self.restore();
            self.interrupts.release();
            self.not_interrupted(Some(&NOW)).is_err()
        }

        /// What was typed ahead goes: it was not meant for the shell.
        fn restore(&self) {
            // Nothing can be done about a terminal that is gone.
            let _ = tcsetattr(stdin(), OptionalActions::Flush, &self.found);
        }
    }

    impl Drop for Keyboard {
        fn drop(&mut self) {
            self.restore();
        }
    }

    /// What there is to be taken first.
    #[derive(Debug, PartialEq, Eq)]
    enum Ready {
        Interrupt,
        Typed,
        Nothing,
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

        /// Waits until there is an interrupt, or something to read, or the time is over.
        fn or_typed(&self, keyboard: BorrowedFd<'_>, timeout: Option<&Timespec>) -> io::Result<Ready> {
            loop {
                let keyboard = PollFd::from_borrowed_fd(keyboard, PollFlags::IN);
                let mut both = [PollFd::new(&self.pipe, PollFlags::IN), keyboard];
                match poll(&mut both, timeout) {
                    Ok(0) => return Ok(Ready::Nothing),
                    Ok(_) if both[0].revents().is_empty() => return Ok(Ready::Typed),
                    Ok(_) => return Ok(Ready::Interrupt),
                    Err(Errno::INTR) => {}
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
            assert_eq!(interrupts.or_typed(keyboard.as_fd(), None).unwrap(), Ready::Typed);
            signal_hook::low_level::raise(SIGINT).unwrap();
            let both = interrupts.or_typed(keyboard.as_fd(), None).unwrap();
            assert_eq!(both, Ready::Interrupt, "a key is taken before Ctrl-C");
            let (silent, _user) = UnixStream::pair().unwrap();
            assert_eq!(interrupts.or_typed(silent.as_fd(), None).unwrap(), Ready::Interrupt);
        }
    }
}

#[cfg(not(unix))]
mod elsewhere {
    use std::io;

    /// Ctrl-C is a key here, and reading a key waits for it.
    #[derive(Debug)]
    pub(in super::super) struct Keyboard;

    impl Keyboard {
        pub fn new() -> io::Result<Self> {
            Ok(Self)
        }

        pub fn wait(&self) -> io::Result<()> {
            Ok(())
        }

        pub fn has_key(&self) -> bool {
            false
        }

        pub fn type_line<T>(&self, read: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
            read()
        }

        pub fn release(&self) -> bool {
            false
        }
    }
}
