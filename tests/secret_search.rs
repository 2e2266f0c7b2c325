//! The search for secrets takes work that grows with the line and not faster.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../crates/lossless-yaml/tests/common/work.rs"]
mod work;

use litellm_fix::project::Secrets;

type Shape = fn(usize) -> String;

#[test]
fn the_search_for_secrets_grows_with_the_line_and_not_faster() {
    let shapes: [(&str, Shape); 20] = [
        ("values in braces", |n| format!("# key {{{}}}", "value: 1, ".repeat(n))),
        ("dashes", |n| "# key ".to_owned() + &"-".repeat(8 * n)),
        ("beginnings of a token", |n| "# ".to_owned() + &"sk-".repeat(3 * n)),
        ("pairs", |n| "# key ".to_owned() + &"a: b ".repeat(2 * n)),
        ("names that may be secret", |n| "# ".to_owned() + &"key: b ".repeat(2 * n)),
        ("references", |n| "# ".to_owned() + &"api_key: os.environ/a ".repeat(n)),
        ("URLs without an end", |n| "# ".to_owned() + &"://a:".repeat(2 * n)),
        ("private keys without an end", |n| "# ".to_owned() + &"-----BEGIN PRIVATE KEY-----".repeat(n)),
        ("users", |n| "# curl".to_owned() + &" -u a:".repeat(2 * n)),
        ("defaults in defaults", |n| "# ".to_owned() + &"${api_key:-".repeat(n)),
        ("flags in flags", |n| "# ".to_owned() + &"--api-key".repeat(n)),
        ("quotes without an end", |n| "# ".to_owned() + &"token: \"".repeat(n)),
        ("JSON in a text", |n| format!("x: \"{}\"", "{\\\"api_key\\\": ".repeat(n))),
        ("webhooks", |n| "# ".to_owned() + &"hooks.slack.com/".repeat(n)),
        ("dots", |n| "# token ".to_owned() + &"abcdef.".repeat(n)),
        ("names beside values", |n| format!("{{{}}}", "name: A_KEY, value: b, ".repeat(n))),
        ("parameters", |n| "# https://h/x?".to_owned() + &"sig=a&".repeat(n)),
        ("schemes", |n| "# ".to_owned() + &"Bearer a ".repeat(n)),
        ("one long secret", |n| "password: ".to_owned() + &"x9".repeat(4 * n)),
        ("anchors", |n| "password: ".to_owned() + &"&a ".repeat(n)),
    ];
    for (name, shape) in shapes {
        work::grows_evenly(name, 500, shape, |line| {
            let secrets = Secrets::collect(std::iter::once(line.as_str()));
            secrets.find(line);
            secrets.find_in_prose(line);
        });
    }
}
