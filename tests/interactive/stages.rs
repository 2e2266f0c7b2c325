//! What is asked beside the fixes: the low ones, a filter, the last question; and what is told at the end.

use crate::screen::{CONFIG, Ended, FIRST, FIX, Screen, with_batches_of};

fn medium_and_low() -> Screen {
    let files = [(FIRST, CONFIG.to_owned())];
    let mut screen = Screen::over(files, &["--select", "retry_policy,allowed_fails_policy", "."]);
    screen.sees("(1/2) medium[retry_policy]");
    screen.sees(FIX);
    screen
}

#[test]
fn the_low_ones_are_asked_about_only_on_request() {
    let mut screen = medium_and_low();
    screen.press("n");
    screen.sees("Go on to the 1 fix of low severity?");
    screen.press("y");
    screen.sees("(2/2) low[allowed_fails_policy]");
    screen.sees(FIX);
    screen.press("u");
    screen.sees("Go on to the 1 fix of low severity?");
    screen.press("n");
    let Ended { rest, code, .. } = screen.ends();
    assert_eq!(code, 0, "{rest}");
    assert_eq!(rest.matches("Nothing was taken, nothing is written.").count(), 1, "{rest}");
    assert_eq!(rest.to_lowercase().matches("nothing").count(), 2, "{rest}");
}

/// Both write `router_settings`: the second into what the first has made, unless that was taken back.
#[test]
fn a_fix_is_shown_on_top_of_what_was_taken() {
    let mut screen = medium_and_low();
    for (key, is_context) in [("y", true), ("n", false)] {
        screen.press(key);
        screen.sees("Go on to the 1 fix of low severity?");
        screen.press("y");
        screen.sees("(2/2) low[allowed_fails_policy]");
        let card = screen.until(FIX);
        assert_eq!(card.contains("       retry_policy:"), is_context, "{card}");
        screen.press("u");
        screen.sees("Go on to the 1 fix of low severity?");
        screen.press("u");
        screen.sees("(1/2) medium[retry_policy]");
        screen.sees(FIX);
    }
    screen.press("y");
    screen.sees("Go on to the 1 fix of low severity?");
    screen.press("y");
    screen.sees("(2/2) low[allowed_fails_policy]");
    screen.sees(FIX);
    screen.press("y");
    screen.sees("2 fixes taken, 1 file to write");
    screen.sees("write 1 file?");
    screen.press("y");
    let text = &screen.ends_written()[FIRST];
    assert_eq!(text.matches("router_settings:").count(), 1, "{text}");
}

#[test]
fn the_rest_of_a_severity_is_skipped() {
    let mut screen = medium_and_low();
    screen.press("s");
    screen.sees("Go on to the 1 fix of low severity?");
    screen.press("y");
    screen.sees("(2/2) low[allowed_fails_policy]");
    screen.sees(FIX);
    screen.press("s");
    screen.sees("Nothing was taken");
    screen.sees("Left: 2 fixes");
    assert_eq!(screen.ends().code, 0);
}

#[test]
fn a_filter_narrows_what_is_asked() {
    let mut screen = Screen::start();
    screen.press("/");
    screen.sees("Only ids or files with");
    screen.press("nothing like that\r");
    screen.sees("0 fixes without an answer match");
    screen.sees(FIX);
    screen.press("/");
    screen.sees("Only ids or files with");
    screen.press("\u{1b}");
    screen.sees(FIX);
    screen.press("/");
    screen.sees("Only ids or files with");
    screen.press("Batch\r");
    screen.sees("2 fixes without an answer match \"Batch\"");
    screen.sees("(1/2 with \"batch\")");
    screen.sees(FIX);
    screen.press("y");
    screen.sees("(2/2 with \"batch\")");
    screen.sees(FIX);
    screen.press("n");
    screen.sees("No more fixes match \"batch\"");
    screen.sees("(1/6)");
    screen.sees(FIX);
    screen.press("/");
    screen.sees("Only ids or files with");
    screen.press("second\r");
    screen.sees("(1/3 with \"second\")");
    screen.sees(FIX);
    screen.press("/");
    screen.sees("Only ids or files with");
    screen.press("\r");
    screen.sees("all fixes are asked about again");
    screen.sees("(1/6)");
    screen.sees(FIX);
    screen.press("q");
    screen.sees("write 1 file?");
    screen.press("y");
    assert_eq!(screen.ends_written()[FIRST], with_batches_of(60));
}

#[test]
fn what_is_typed_ahead_never_answers_the_last_question() {
    let mut screen = Screen::start();
    // A key that is held, at the last fixes.
    screen.press("yqyyyyyyyynnnnyyyy");
    screen.sees("write 1 file?");
    screen.press("x");
    screen.sees("y writes, n leaves all as it is");
    screen.press("n");
    screen.ends_untouched();
}

#[test]
fn ctrl_d_stops_asking_and_writes_nothing() {
    let mut screen = Screen::start();
    screen.press("y");
    screen.sees_fix(2, "proxy_batch_write_at");
    screen.press("\u{4}");
    screen.sees("write 1 file?");
    screen.press("\u{4}");
    screen.ends_untouched();
}

#[test]
fn escape_at_a_fix_is_harmless() {
    let mut screen = Screen::start();
    screen.press("\u{1b}");
    screen.sees("? all keys");
    screen.sees(FIX);
    screen.press("y");
    screen.sees_fix(2, "proxy_batch_write_at");
    screen.press("q");
    screen.sees("write 1 file?");
    screen.press("\u{1b}");
    screen.sees("n leaves all as it is");
    screen.press("n");
    screen.ends_untouched();
}

/// A master key that stands in the file is advice.
#[test]
fn what_is_to_be_done_by_hand_is_told_at_the_end() {
    let secret = CONFIG.replace("os.environ/LITELLM_MASTER_KEY", "sk-1234");
    let options = ["--select", "retry_policy,proxy_batch_write_at,master_key", "."];
    let mut screen = Screen::over([(FIRST, secret)], &options);
    screen.sees(FIX);
    screen.press("y");
    screen.sees(FIX);
    screen.press("n");
    screen.sees("1 fix taken, 1 file to write");
    screen.sees("retry_policy first.yaml:1");
    screen.sees("write 1 file?");
    screen.press("y");
    screen.sees("Left: 1 fix");
    screen.sees("proxy_batch_write_at first.yaml:");
    screen.sees("To do by hand: 1 finding");
    screen.sees("master_key first.yaml:");
    screen.sees("litellm-fix explain master_key .");
    let Ended { rest, code, .. } = screen.ends();
    assert_eq!(code, 0, "{rest}");
    assert!(rest.contains("written first.yaml"), "{rest}");
}
