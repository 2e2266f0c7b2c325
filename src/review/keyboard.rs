//! Waiting for a key, for Ctrl-C, or to be continued, whichever comes first.
//!
//! Between two keys Ctrl-C is a signal, whether the user presses it or `kill -INT` sends it, and whatever was typed ahead.
//! Its handler writes into a pipe that is waited for together with the keyboard, so none is ever missed. While `console`
//! reads, the Ctrl-C that is pressed is a byte like any other, and it answers that byte with an interrupt.
//!
//! Ctrl-Z is a byte, so that the terminal is given back before the process stops. Whatever continues it, the terminal is taken again.

/// What there is to be taken first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ready {
    /// A key to read.
    Typed,
    /// The process was stopped and goes on: the terminal may show something else.
    #[cfg_attr(not(unix), expect(dead_code, reason = "nothing stops a process there"))]
    Continued,
    /// Nothing, and the time is over.
    Nothing,
}

#[cfg(not(unix))]
pub(super) use elsewhere::Keyboard;
#[cfg(unix)]
pub(super) use unix::Keyboard;

#[cfg(unix)]
mod unix {
    use std::io::{self, Read};
    use std::os::fd::BorrowedFd;
    use std::os::unix::net::UnixStream;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::Errno;
    use rustix::process::{Signal, kill_current_process_group};
    use rustix::stdio::stdin;
    use rustix::termios::{
        InputModes, LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
    };
    use signal_hook::consts::{SIGCONT, SIGINT};
    use signal_hook::low_level::pipe;

    use super::Ready;

    /// `_POSIX_VDISABLE`: the code of a key that does nothing.
    const NO_KEY: u8 = if cfg!(any(target_os = "linux", target_os = "android")) { 0 } else { 0xff };
    const NOW: Timespec = Timespec { tv_sec: 0, tv_nsec: 0 };

    /// The keyboard, and how its terminal was found.
    #[derive(Debug)]
    pub(in super::super) struct Keyboard {
        found: Termios,
        signals: Signals,
    }

    impl Keyboard {
        pub fn new() -> io::Result<Self> {
            // From here on a drop puts back what was found.
            let keyboard = Self { found: tcgetattr(stdin())?, signals: Signals::new()? };
            keyboard.give_keys()?;
            Ok(keyboard)
        }

        /// No echo and no lines. Ctrl-C stays a signal, which leaves alone what was typed: a key that was waited for can be
        /// read. Ctrl-Z and Ctrl-\ as signals would leave the terminal to the shell like that.
        fn give_keys(&self) -> io::Result<()> {
            let mut modes = self.found.clone();
            modes.local_modes -= LocalModes::ICANON | LocalModes::ECHO | LocalModes::IEXTEN;
            modes.local_modes |= LocalModes::NOFLSH | LocalModes::ISIG;
            modes.input_modes -= InputModes::IXON;
            modes.special_codes[SpecialCodeIndex::VSUSP] = NO_KEY;
            modes.special_codes[SpecialCodeIndex::VQUIT] = NO_KEY;
            modes.special_codes[SpecialCodeIndex::VMIN] = 1;
            modes.special_codes[SpecialCodeIndex::VTIME] = 0;
            Ok(tcsetattr(stdin(), OptionalActions::Now, &modes)?)
        }

        /// Waits for a key, or so long. An error of the kind `Interrupted` is Ctrl-C.
        pub fn wait(&self, longest: Option<Duration>) -> io::Result<Ready> {
            let longest = longest.and_then(|longest| Timespec::try_from(longest).ok());
            let ready = self.signals.or_typed(stdin(), longest.as_ref())?;
            if ready == Ready::Continued {
                self.give_keys()?;
            }
            Ok(ready)
        }

        /// Stops the job, with the terminal as it was found, and takes the terminal again once the job goes on. Where nobody
        /// could continue it, it does not stop: the kernel sees to that.
        pub fn suspend(&self) -> io::Result<()> {
            self.restore();
            kill_current_process_group(Signal::TSTP)?;
            self.give_keys()?;
            self.signals.forget_continued()
        }

        /// Gives the terminal and the signal back. Whether it came before.
        pub fn release(&self) -> bool {
            self.restore();
            self.signals.release();
            self.signals.or_typed(stdin(), Some(&NOW)).is_err()
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

    /// The signals since it was made.
    #[derive(Debug)]
    struct Signals {
        /// What is in it stays there: once interrupted, always interrupted.
        interrupts: UnixStream,
        continued: UnixStream,
        released: Arc<AtomicBool>,
    }

    impl Signals {
        fn new() -> io::Result<Self> {
            let released = Arc::new(AtomicBool::new(false));
            let (interrupts, interrupt) = UnixStream::pair()?;
            // A handler cannot be taken away without a trace: afterwards this one does what the default did.
            signal_hook::flag::register_conditional_default(SIGINT, Arc::clone(&released))?;
            pipe::register(SIGINT, interrupt)?;
            let (continued, goes_on) = UnixStream::pair()?;
            continued.set_nonblocking(true)?;
            pipe::register(SIGCONT, goes_on)?;
            Ok(Self { interrupts, continued, released })
        }

        /// Waits until there is a signal, or something to read, or the time is over. An interrupt is an error.
        fn or_typed(&self, keyboard: BorrowedFd<'_>, timeout: Option<&Timespec>) -> io::Result<Ready> {
            loop {
                let mut all = [
                    PollFd::new(&self.interrupts, PollFlags::IN),
                    PollFd::new(&self.continued, PollFlags::IN),
                    PollFd::from_borrowed_fd(keyboard, PollFlags::IN),
                ];
                match poll(&mut all, timeout) {
                    Ok(0) => return Ok(Ready::Nothing),
                    Ok(_) if !all[0].revents().is_empty() => return Err(io::ErrorKind::Interrupted.into()),
                    Ok(_) if !all[1].revents().is_empty() => {
                        self.forget_continued()?;
                        return Ok(Ready::Continued);
                    }
                    Ok(_) => return Ok(Ready::Typed),
                    Err(Errno::INTR) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }

        fn forget_continued(&self) -> io::Result<()> {
            match (&self.continued).read(&mut [0; 64]) {
                Err(error) if error.kind() != io::ErrorKind::WouldBlock => Err(error),
                _ => Ok(()),
            }
        }

        fn release(&self) {
            self.released.store(true, Ordering::SeqCst);
        }
    }

    impl Drop for Signals {
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
        fn a_signal_before_the_wait_ends_it() {
            let (keyboard, mut user) = UnixStream::pair().unwrap();
            let signals = Signals::new().unwrap();
            user.write_all(b"y").unwrap();
            assert_eq!(signals.or_typed(keyboard.as_fd(), None).unwrap(), Ready::Typed);
            signal_hook::low_level::raise(SIGCONT).unwrap();
            assert_eq!(signals.or_typed(keyboard.as_fd(), None).unwrap(), Ready::Continued);
            assert_eq!(signals.or_typed(keyboard.as_fd(), None).unwrap(), Ready::Typed);
            signal_hook::low_level::raise(SIGINT).unwrap();
            let interrupted =
                |fd| signals.or_typed(fd, None).unwrap_err().kind() == io::ErrorKind::Interrupted;
            assert!(interrupted(keyboard.as_fd()), "a key is taken before Ctrl-C");
            let (silent, _user) = UnixStream::pair().unwrap();
            assert!(interrupted(silent.as_fd()));
        }
    }
}

#[cfg(not(unix))]
mod elsewhere {
    use std::io;
    use std::time::Duration;

    use super::Ready;

    /// Ctrl-C is a key here, and reading a key waits for it.
    #[derive(Debug)]
    pub(in super::super) struct Keyboard;

    impl Keyboard {
        pub fn new() -> io::Result<Self> {
            Ok(Self)
        }

        pub fn wait(&self, longest: Option<Duration>) -> io::Result<Ready> {
            Ok(if longest.is_some() { Ready::Nothing } else { Ready::Typed })
        }

        pub fn suspend(&self) -> io::Result<()> {
            Ok(())
        }

        pub fn release(&self) -> bool {
            false
        }
    }
}
