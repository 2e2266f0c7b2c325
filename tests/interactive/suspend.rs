//! Ctrl-Z, under a shell with job control.

use crate::screen::{FIRST, FIX, IDS, Screen, untouched, with_batches_of};

/// What is done when the job has stopped, when it has stopped again, and when it has ended.
const SHELL: &str = "set -m; \"$0\" --interactive \"$@\"; stty -a; echo stopped; fg; fg; echo ended $?";

#[test]
fn a_suspended_review_gives_the_terminal_back_and_goes_on() {
    let options = ["--select", &IDS.join(","), "."];
    let mut screen = Screen::run(SHELL, (100, 20), "xterm", untouched(), &options);
    screen.sees_fix(1, "retry_policy");
    screen.press("n");
    screen.sees_fix(2, "proxy_batch_write_at");
    screen.press("\u{1a}");
    let modes = screen.until("stopped");
    for mode in [" icanon ", " echo ", "isig ", " ixon ", "susp = ^Z"] {
        assert!(modes.contains(mode), "{mode} of {modes}");
    }
    // The same question again, answered key by key.
    screen.sees_fix(2, "proxy_batch_write_at");
    screen.press("e");
    screen.sees("seconds [60]");
    screen.press("9\u{1a}");
    screen.sees("seconds [60]: 9");
    screen.press("0\r");
    screen.sees("proxy_batch_write_at: 90");
    screen.sees(FIX);
    screen.press("y");
    screen.sees_fix(3, "debug_mode");
    screen.press("q");
    screen.sees("write 1 file?");
    screen.press("y");
    screen.sees("ended 0");
    assert_eq!(screen.ends_written()[FIRST], with_batches_of(90));
}
