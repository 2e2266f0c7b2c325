//! Ctrl-C at every moment.

use std::time::Duration;

use expectrl::Expect;

use crate::screen::{Ended, Screen, untouched};

#[test]
fn ctrl_c_ends_every_prompt() {
    let mut screen = Screen::start();
    screen.ctrl_c();
    screen.ends_interrupted();
    for (key, prompt) in [("e", "timeout [3]"), ("i", "Reason"), ("w", "-- more")] {
        let mut screen = Screen::start();
        screen.press(key);
        screen.sees(prompt);
        screen.ctrl_c();
        screen.ends_interrupted();
    }
    let mut screen = Screen::start();
    screen.press("y");
    screen.sees_fix(2, "proxy_batch_write_at");
    screen.press("q");
    screen.sees("write 1 file?");
    screen.ctrl_c();
    screen.ends_interrupted();
}

/// The moments at which no key is being waited for are short, so each is tried often.
#[test]
fn an_interrupt_is_never_missed() {
    for _ in 0..12 {
        let mut screen = Screen::start();
        screen.interrupt();
        screen.ends_interrupted();
        for (key, prompt) in [("e", "timeout [3]"), ("i", "Reason")] {
            let mut screen = Screen::start();
            screen.press(key);
            screen.sees(prompt);
            screen.press("7");
            screen.sees("7");
            screen.interrupt();
            // Where the line took the 7 at that moment, it sees the signal when it ends.
            screen.press("\r");
            screen.ends_interrupted();
        }
        let mut screen = Screen::start();
        screen.press("y");
        screen.interrupt();
        screen.ends_interrupted();
        let mut screen = Screen::start();
        screen.press("y\u{3}");
        screen.ends_interrupted();
    }
}

#[test]
fn an_interrupt_ends_a_line_that_waits() {
    for (key, prompt) in [("e", "timeout [3]"), ("i", "Reason")] {
        let mut screen = Screen::start();
        screen.press(key);
        screen.sees(prompt);
        // The first one is enough, unless it came before the line waited.
        let ended = (0..500).any(|round| {
            if round % 100 == 0 {
                screen.interrupt();
            }
            std::thread::sleep(Duration::from_millis(10));
            screen.session.is_matched("interrupted").unwrap()
        });
        assert!(ended, "{key}");
        screen.ends_interrupted();
    }
}

#[test]
fn ctrl_c_overtakes_what_was_typed_ahead() {
    let mut screen = Screen::start();
    screen.press("yye");
    screen.ctrl_c();
    screen.ends_interrupted();
}

#[test]
fn ctrl_c_ends_a_line_that_is_being_typed() {
    for (key, prompt, typed) in [("e", "timeout [3]", "30\u{1b}[D"), ("i", "Reason", "ticket 42")] {
        for _ in 0..12 {
            let mut screen = Screen::start();
            screen.press(key);
            screen.sees(prompt);
            // Enough that the line is busy with it when Ctrl-C comes.
            screen.press(&typed.repeat(20));
            screen.ctrl_c();
            screen.ends_interrupted();
        }
    }
}

/// It is typed where the answers before it are not taken yet; nothing asks after the last one.
#[test]
fn ctrl_c_behind_the_last_answer_counts() {
    let mut screen = Screen::start();
    screen.go_to(2);
    screen.press("e");
    screen.sees("seconds [60]");
    screen.press("90\ryq");
    screen.sees("write 1 file?");
    screen.press("y\u{3}");
    let Ended { rest, code, files } = screen.ends();
    assert!(rest.contains("[y/n] y"), "{rest}");
    assert_eq!((code, files), (130, untouched()), "{rest}");
}
