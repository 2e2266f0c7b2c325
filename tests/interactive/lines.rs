//! What is typed as a line.

use crate::screen::{FIRST, FIX, Screen, with_batches_of};

#[test]
fn a_value_is_edited() {
    let mut screen = Screen::start();
    screen.go_to(2);
    screen.press("e");
    screen.sees("seconds [60]");
    screen.press("soon\r");
    screen.sees("type a whole number");
    screen.sees("seconds [60]");
    screen.press("90\r");
    screen.sees("proxy_batch_write_at: 90");
    screen.sees(FIX);
    screen.press("y");
    screen.sees_fix(3, "debug_mode");
    screen.press("e");
    screen.sees("no value to edit");
    screen.sees(FIX);
    screen.press("q");
    screen.sees("write 1 file?");
    screen.press("y");
    assert_eq!(screen.ends_written()[FIRST], with_batches_of(90));
}

#[test]
fn a_line_is_corrected_while_it_is_typed() {
    let mut screen = Screen::start();
    screen.go_to(2);
    screen.press("e");
    screen.sees("seconds [60]");
    // Longer than the line of the terminal, so that the correction goes over its begin.
    screen.press(&"1".repeat(120));
    screen.press(&"\u{7f}".repeat(121));
    // 14|, 1|4, 18|4, 1|84, |84, |84, 7|84, 78|4, 784|, 78|
    screen.press("14\u{1b}[D8\u{1b}[D\u{7f}\u{1b}[D7\u{1b}[C\u{1b}[C\u{7f}\r");
    screen.sees("proxy_batch_write_at: 78");
    screen.sees(FIX);
    screen.press("q");
    screen.ends_untouched();
}

#[test]
fn escape_and_ctrl_d_take_a_question_back() {
    let mut screen = Screen::start();
    screen.go_to(2);
    for key in ["\u{1b}", "\u{4}"] {
        screen.press("e");
        screen.sees("seconds [60]");
        screen.press(key);
        screen.sees("nothing is edited");
        screen.sees(FIX);
        screen.press("i");
        screen.sees("Reason");
        screen.press(key);
        screen.sees("not ignored");
        screen.sees(FIX);
    }
    // In a line with text Ctrl-D takes away what stands at the cursor.
    screen.press("e");
    screen.sees("seconds [60]");
    screen.press("900\u{1b}[D\u{4}\r");
    screen.sees("proxy_batch_write_at: 90");
    screen.sees(FIX);
    screen.press("q");
    screen.ends_untouched();
}
