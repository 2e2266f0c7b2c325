//! Waiting for a key or for Ctrl-C, whichever comes first.
//!
//! Ctrl-C is a signal as long as the review lasts, whether the user presses it or `kill -INT` sends it, and whatever was
//! typed ahead. Its handler writes into a pipe that is waited for together with the keyboard, so none is ever missed.
//! The keyboard is read only here and without blocking: Ctrl-C empties it, also between the wait and the read.

#[cfg(not(unix))]
pub(super) use elsewhere::Keyboard;
#[cfg(unix)]
pub(super) use unix::Keyboard;

#[cfg(unix)]
mod unix {
    use std::collections::VecDeque;
    use std::io;
    use std::os::fd::BorrowedFd;
    use std::os::unix::net::UnixStream;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use console::Key;
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::{Errno, read};
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
        /// What was read and not yet taken for a key.
        ahead: VecDeque<u8>,
    }

    impl Keyboard {
        pub fn new() -> io::Result<Self> {
            // From here on a drop puts back what was found.
            let keyboard =
                Self { found: tcgetattr(stdin())?, interrupts: Interrupts::new()?, ahead: VecDeque::new() };
            tcsetattr(stdin(), OptionalActions::Now, &keyboard.keys_one_by_one())?;
            Ok(keyboard)
        }

        /// No echo and no lines, but Ctrl-C is a signal. Ctrl-Z and Ctrl-\ would leave the terminal to the shell like that.
        fn keys_one_by_one(&self) -> Termios {
            let mut modes = self.found.clone();
            modes.local_modes -= LocalModes::ICANON | LocalModes::ECHO | LocalModes::IEXTEN;
            modes.local_modes |= LocalModes::ISIG;
            modes.input_modes -= InputModes::IXON;
            modes.special_codes[SpecialCodeIndex::VSUSP] = NO_KEY;
            modes.special_codes[SpecialCodeIndex::VQUIT] = NO_KEY;
            // A read takes what is there, and never waits.
            modes.special_codes[SpecialCodeIndex::VMIN] = 0;
            modes.special_codes[SpecialCodeIndex::VTIME] = 0;
            modes
        }

        /// Waits for a key; an error of the kind `Interrupted` is Ctrl-C.
        pub fn key(&mut self) -> io::Result<Key> {
            self.not_interrupted(Some(&NOW))?;
            loop {
                if let Some(key) = take_key(&mut self.ahead) {
                    return Ok(key);
                }
                self.not_interrupted(None)?;
                self.read()?;
            }
        }

        /// Waits for something to read, or so long; Ctrl-C is an error.
        fn not_interrupted(&self, timeout: Option<&Timespec>) -> io::Result<()> {
            if self.interrupts.before(stdin(), timeout)? {
                return Err(io::ErrorKind::Interrupted.into());
            }
            Ok(())
        }

        fn read(&mut self) -> io::Result<()> {
            let mut bytes = [0; 64];
            match read(stdin(), &mut bytes) {
                Ok(0) => {
                    self.not_interrupted(Some(&NOW))?;
                    Err(io::ErrorKind::UnexpectedEof.into())
                }
                Ok(count) => {
                    self.ahead.extend(&bytes[..count]);
                    Ok(())
                }
                Err(Errno::INTR) => Ok(()),
                Err(error) => Err(error.into()),
            }
        }

        /// Gives the signal back to the system. Whether it came before.
        pub fn release(&self) -> bool {
            self.interrupts.release();
            self.interrupts.before(stdin(), Some(&NOW)).unwrap_or(false)
        }
    }

    impl Drop for Keyboard {
        fn drop(&mut self) {
            // Nothing can be done about a terminal that is gone.
            let _ = tcsetattr(stdin(), OptionalActions::Now, &self.found);
        }
    }

    /// The first key of what was typed; `None` if it is not there as a whole.
    fn take_key(typed: &mut VecDeque<u8>) -> Option<Key> {
        let first = *typed.front()?;
        let (key, length) = match first {
            b'\r' | b'\n' => (Key::Enter, 1),
            0x7f | 0x08 => (Key::Backspace, 1),
            b'\t' => (Key::Tab, 1),
            0x1b => (Key::Escape, escape(typed)),
            _ => {
                let length = match first {
                    0xc0..=0xdf => 2,
                    0xe0..=0xef => 3,
                    0xf0..=0xf7 => 4,
                    _ => 1,
                };
                let bytes: Vec<u8> = typed.iter().take(length).copied().collect();
                if bytes.len() < length {
                    return None;
                }
                match std::str::from_utf8(&bytes).ok().and_then(|text| text.chars().next()) {
                    Some(c) => (Key::Char(c), length),
                    None => (Key::Unknown, 1),
                }
            }
        };
        typed.drain(..length);
        Some(key)
    }

    /// How long an escape sequence is, such as an arrow key sends: no key of the review, so all of it counts as one.
    fn escape(typed: &VecDeque<u8>) -> usize {
        match typed.get(1) {
            None | Some(0x1b) => 1,
            Some(b'[' | b'O') => {
                let end = typed.iter().skip(2).position(|byte| (0x40..=0x7e).contains(byte));
                end.map_or(typed.len(), |end| end + 3)
            }
            Some(_) => 2,
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
            assert!(!interrupts.before(keyboard.as_fd(), None).unwrap());
            signal_hook::low_level::raise(SIGINT).unwrap();
            assert!(interrupts.before(keyboard.as_fd(), None).unwrap(), "a key is taken before Ctrl-C");
            let (silent, _user) = UnixStream::pair().unwrap();
            assert!(interrupts.before(silent.as_fd(), None).unwrap());
        }

        #[test]
        fn bytes_are_keys() {
            let mut typed: VecDeque<u8> =
                "yé€\r\u{7f}\t\u{15}\u{1b}[Aq\u{1b}[3~\u{1b}OPn\u{1b}b\u{1b}".bytes().collect();
            let keys: Vec<Key> = std::iter::from_fn(|| take_key(&mut typed)).collect();
            let char = Key::Char;
            let expected = [
                char('y'),
                char('é'),
                char('€'),
                Key::Enter,
                Key::Backspace,
                Key::Tab,
                char('\u{15}'),
                Key::Escape,
                char('q'),
                Key::Escape,
                Key::Escape,
                char('n'),
                Key::Escape,
                Key::Escape,
            ];
            assert_eq!(keys, expected);
            let mut half = VecDeque::from([0xe2, 0x82]);
            assert_eq!(take_key(&mut half), None);
            half.push_back(0xac);
            assert_eq!(take_key(&mut half), Some(char('€')));
            assert_eq!(take_key(&mut VecDeque::from([0xff])), Some(Key::Unknown));
        }
    }
}

#[cfg(not(unix))]
mod elsewhere {
    use std::io;

    use console::{Key, Term};

    /// Ctrl-C is a key here.
    #[derive(Debug)]
    pub(in super::super) struct Keyboard;

    impl Keyboard {
        pub fn new() -> io::Result<Self> {
            Ok(Self)
        }

        pub fn key(&mut self) -> io::Result<Key> {
            match Term::stdout().read_key_raw()? {
                Key::CtrlC | Key::Char('\u{3}') => Err(io::ErrorKind::Interrupted.into()),
                key => Ok(key),
            }
        }

        pub fn release(&self) -> bool {
            false
        }
    }
}
