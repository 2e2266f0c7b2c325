//! Screens of several sizes, and terminals that cannot do much.

use std::path::Path;

use expectrl::process::unix::Signal;

use crate::common;
use crate::screen::{CONFIG, FIRST, FIX, Screen, untouched};

fn demo() -> Vec<(String, String)> {
    let demo = common::read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo"));
    demo.into_iter().map(|(name, text)| (name, String::from_utf8(text).unwrap())).collect()
}

const PROGRAM: &str = "exec \"$0\" --interactive \"$@\"";

/// Every page of every fix of the demo, with its head and its question.
#[test]
fn no_page_is_taller_or_wider_than_the_screen() {
    for (columns, rows) in [(80u16, 24u16), (60, 15)] {
        let mut screen = Screen::run(PROGRAM, (columns, rows), "xterm", demo(), &["."]);
        let (mut questions, mut pages) = (0, 0);
        loop {
            let shown = screen.until("? [y");
            screen.sees("] ");
            let shown = shown.replace('\r', "");
            if shown.contains("Go on to the") {
                screen.press("y");
                continue;
            }
            if !shown.contains(FIX) {
                break;
            }
            let head = shown.rfind("\n(").unwrap_or_else(|| panic!("no head: {shown}"));
            let page: Vec<&str> = shown[head + 1..].lines().collect();
            assert!(page.len() <= usize::from(rows), "{columns}x{rows}: {}\n{shown}", page.len());
            for line in &page {
                assert!(line.chars().count() <= usize::from(columns), "{line}");
            }
            assert!(page[..page.len().min(6)].iter().any(|line| line.contains("--> ")), "{shown}");
            pages += 1;
            let last = !shown.contains("-- page ") || shown.contains("Page Up: the one before");
            questions += usize::from(last);
            screen.press(match (last, questions) {
                (false, _) => " ",
                (true, 1) => "y",
                (true, _) => "n",
            });
        }
        assert!(questions > 5 && pages > questions, "{questions} {pages}");
        screen.press("n");
        assert_eq!(screen.ends().code, 0);
    }
}

#[test]
fn the_head_stays_with_the_question_whatever_is_shown_between() {
    let mut screen = Screen::run(PROGRAM, (60, 15), "xterm", untouched(), &["--select", "retry_policy", "."]);
    screen.sees("(1/2) medium[retry_policy]");
    screen.sees(FIX);
    screen.press("?");
    screen.sees("Ctrl-C leaves without writing");
    screen.sees("(1/2) medium[retry_policy]");
    screen.sees(FIX);
    screen.press("q");
    screen.ends_untouched();
}

#[test]
fn a_screen_that_changes_is_drawn_anew() {
    let mut screen = Screen::start();
    screen.session.get_process_mut().set_window_size(60, 12).unwrap();
    // Ctrl-L.
    screen.press("\u{c}");
    screen.sees("(1/6) medium[retry_policy]");
    screen.sees("-- page 1 of ");
    screen.sees(FIX);
    screen.session.get_process_mut().set_window_size(100, 60).unwrap();
    screen.press("n");
    let next = screen.until(FIX);
    assert!(next.contains("(2/6)") && !next.contains("-- page"), "{next}");
    screen.press("q");
    screen.ends_untouched();
}

#[test]
fn a_dumb_terminal_gets_text_alone() {
    let files = [(FIRST, CONFIG.to_owned())];
    let mut screen =
        Screen::run(PROGRAM, (80, 24), "dumb", files, &["--select", "proxy_batch_write_at", "."]);
    let mut shown = screen.until(FIX);
    screen.press("e");
    shown += &screen.until("seconds [60]: ");
    screen.press("99\u{7f}0\r");
    shown += &screen.until("proxy_batch_write_at: 90");
    shown += &screen.until(FIX);
    screen.press("w");
    shown += &screen.until("-- more");
    screen.press("q");
    shown += &screen.until(FIX);
    assert!(!shown.contains("\u{1b}["), "{shown:?}");
    screen.press("q");
    assert_eq!(screen.ends().code, 0);
}

#[test]
fn a_job_that_goes_on_is_drawn_again() {
    let mut screen = Screen::start();
    screen.session.get_process_mut().kill(Signal::SIGCONT).unwrap();
    screen.sees_fix(1, "retry_policy");
    screen.press("q");
    screen.ends_untouched();
}
