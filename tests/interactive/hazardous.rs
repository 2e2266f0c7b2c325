//! What can cost data or security.

use crate::screen::{CONFIG, FIRST, FIX, PREFERENCES, Screen};

#[test]
fn what_preferences_make_hazardous_wants_its_id() {
    let files = [(FIRST, CONFIG.to_owned()), (PREFERENCES, "safety: {debug_mode: hazardous}\n".to_owned())];
    let mut screen = Screen::over(files, &["--select", "debug_mode", "."]);
    screen.sees("hazardous");
    screen.sees(FIX);
    screen.press("A");
    screen.sees("only by y");
    screen.sees(FIX);
    screen.press("y");
    screen.sees("Type debug_mode");
    screen.press("yes\r");
    screen.sees("not confirmed");
    screen.sees(FIX);
    screen.press("y");
    screen.sees("Type debug_mode");
    screen.press("debug_mode\r");
    screen.sees("write 1 file?");
    screen.press("y");
    assert!(screen.ends_written()[FIRST].contains("set_verbose: false"));
}

/// A move that lets requests in, behind a fix of the same file.
const OPENS: &str = "\
model_list: []
litellm_settings:
  set_verbose: true
  allow_requests_on_db_unavailable: true
";

fn review_of_a_hazardous_move(first: &str) -> Screen {
    let mut screen =
        Screen::over([(FIRST, OPENS.to_owned())], &["--select", "debug_mode,db_unavailable", "."]);
    screen.sees("(1/2)");
    screen.sees("[debug_mode]");
    screen.sees(FIX);
    screen.press(first);
    screen.sees("(2/2)");
    screen.sees("[db_unavailable]");
    screen.sees("hazardous");
    screen.sees(FIX);
    screen
}

#[test]
fn no_key_for_many_takes_what_is_hazardous() {
    let mut screen = review_of_a_hazardous_move("a");
    for key in ["a", "A"] {
        screen.press(key);
        screen.sees("only by y");
        screen.sees(FIX);
    }
    screen.press("n");
    screen.sees("1 fix taken");
    screen.sees("write 1 file?");
    screen.press("y");
    assert_eq!(screen.ends_written()[FIRST], OPENS.replace("set_verbose: true", "set_verbose: false"));
}

#[test]
fn what_is_hazardous_is_taken_by_its_id() {
    let mut screen = review_of_a_hazardous_move("n");
    screen.press("y");
    screen.sees("Type db_unavailable");
    screen.press("y\r");
    screen.sees("not confirmed");
    screen.sees(FIX);
    screen.press("y");
    screen.sees("Type db_unavailable");
    screen.press("db_unavailable\r");
    screen.sees("write 1 file?");
    screen.press("y");
    let expected = "model_list: []\nlitellm_settings:\n  set_verbose: true\ngeneral_settings:\n  \
                    allow_requests_on_db_unavailable: true\n";
    assert_eq!(screen.ends_written()[FIRST], expected);
}

#[test]
fn a_hazardous_fix_asks_first_and_wants_its_id_then() {
    let values = "masterkeySecretName: litellm-master\nproxy_config:\n  model_list: []\n";
    let mut screen = Screen::over([("values.yaml", values.to_owned())], &["--select", "salt_key", "."]);
    screen.sees("hazardous");
    screen.sees(FIX);
    screen.press("y");
    screen.sees("secret_name [litellm-salt-key]");
    screen.press("litellm-salt\r");
    screen.sees("entry [LITELLM_SALT_KEY]");
    screen.press("\r");
    screen.sees("refer to litellm-salt/LITELLM_SALT_KEY");
    screen.sees(FIX);
    screen.press("a");
    screen.sees("only by y");
    screen.sees(FIX);
    screen.press("y");
    screen.sees("Type salt_key");
    screen.press("salt_key\r");
    screen.sees("write 1 file?");
    screen.press("y");
    let entry = "extraEnvVars:\n  - name: LITELLM_SALT_KEY\n    valueFrom:\n      secretKeyRef:\n        \
                 name: litellm-salt\n        key: LITELLM_SALT_KEY\n";
    assert_eq!(screen.ends_written()["values.yaml"], format!("{values}{entry}"));
}
