//! Every key, on the real terminal.

use crate::screen::{CONFIG, FIRST, FIX, SECOND, Screen, with_batches_of};

#[test]
fn yes_no_and_write() {
    let mut screen = Screen::start();
    screen.press("\r\n");
    screen.press("x");
    // Enter has said nothing and decided nothing: the hint is the answer to x, and the first fix is still asked about.
    screen.sees("? all keys");
    screen.sees(FIX);
    screen.press("?");
    screen.sees("undo the last answer");
    screen.sees(FIX);
    screen.press("n");
    screen.sees_fix(2, "proxy_batch_write_at");
    screen.press("y");
    screen.sees_fix(3, "debug_mode");
    screen.press("q");
    screen.sees("write 1 file?");
    screen.press("y");
    let files = screen.ends_written();
    assert_eq!(files[FIRST], with_batches_of(60));
    assert_eq!(files[SECOND], CONFIG);
}

#[test]
fn no_at_the_end_writes_nothing() {
    let mut screen = Screen::start();
    screen.press("y");
    screen.sees_fix(2, "proxy_batch_write_at");
    screen.press("q");
    screen.sees("write 1 file?");
    screen.press("\r");
    screen.press("n");
    screen.ends_untouched();
}

#[test]
fn quit_writes_nothing() {
    let mut screen = Screen::start();
    screen.press("q");
    screen.sees("Nothing was taken");
    screen.ends_untouched();
}

#[test]
fn the_keys_for_many() {
    let mut screen = Screen::start();
    screen.press("A");
    screen.sees_fix(2, "proxy_batch_write_at");
    screen.press("D");
    screen.sees_fix(3, "debug_mode");
    screen.press("u");
    screen.sees("a +1 in this file, A +1 of this id");
    screen.sees(FIX);
    screen.press("a");
    screen.sees_fix(5, "proxy_batch_write_at");
    screen.press("d");
    screen.sees("write 2 files?");
    screen.press("y");
    let files = screen.ends_written();
    let has = |file: &str, text: &str| files[file].contains(text);
    for file in [FIRST, SECOND] {
        assert!(has(file, "TimeoutErrorRetries"), "{files:?}");
    }
    assert!(has(FIRST, "proxy_batch_write_at: 60") && has(FIRST, "set_verbose: false"), "{files:?}");
    assert!(!has(SECOND, "proxy_batch_write_at") && has(SECOND, "set_verbose: true"), "{files:?}");
}

#[test]
fn explained_undone_and_ignored() {
    let mut screen = Screen::start();
    screen.press("w");
    screen.sees("-- more");
    screen.press("q");
    screen.sees_fix(1, "retry_policy");
    screen.press("u");
    screen.sees("no answer to undo");
    screen.sees(FIX);
    screen.go_to(3);
    screen.press("y");
    screen.sees_fix(4, "retry_policy");
    screen.press("u");
    screen.sees_fix(3, "debug_mode");
    screen.press("i");
    screen.sees("Reason");
    screen.press("\r");
    screen.sees("not ignored");
    screen.sees(FIX);
    screen.press("i");
    screen.sees("Reason");
    screen.press("ticket 42\r");
    screen.sees("will be written");
    screen.sees_fix(4, "retry_policy");
    screen.press("q");
    screen.sees("write 1 file?");
    screen.press("y");
    let files = screen.ends_written();
    assert!(files[FIRST].contains("# litellm-fix: ignore[debug_mode] ticket 42"), "{files:?}");
    assert!(files[FIRST].contains("set_verbose: true"), "{files:?}");
    assert_eq!(files[SECOND], CONFIG);
}

#[test]
fn the_end_of_an_unknown_key_is_no_answer() {
    let mut screen = Screen::start();
    // Ctrl with an arrow, an arrow of the application mode, F5: A and D would answer for many fixes.
    for key in ["\u{1b}[1;5A", "\u{1b}[1;5D", "\u{1b}OA", "\u{1b}[15~", "\u{1b}[A", "\u{1b}"] {
        screen.press(key);
        screen.sees("? all keys");
        screen.sees(FIX);
    }
    screen.press("q");
    screen.sees("Nothing was taken");
    screen.ends_untouched();
}
