//! Secrets that are known by their shape, whatever name stands before them.

use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use super::line::Work;
use super::values::{can_be_secret, defaults, find_outside, is_reference, looks_random};

/// What a beginning announces.
#[derive(Clone, Copy)]
enum Shape {
    /// A token of at least so many characters after the beginning.
    Token(usize),
    /// So many hexadecimal digits after the beginning, and no more.
    Hex(usize),
    /// So many hexadecimal digits before it, and one or two digits after it.
    BehindHex(usize),
    /// A number before it, and so many characters of a token after it.
    BehindDigits(usize),
    /// A JSON Web Token.
    Jwt,
    /// A private key in PEM, on one line or its first line.
    Pem,
    /// `scheme://user:password@host`.
    Url,
    /// The rest of the URL's path is the secret.
    Webhook,
    /// The word after it is the secret.
    Scheme,
    /// A user and a password follow, if the line calls such a program.
    User(&'static [&'static str]),
    /// A password follows, if the line calls such a program.
    Password(&'static [&'static str]),
}

const SHAPES: [(&str, Shape); 60] = [
    ("sk-", Shape::Token(4)),
    ("sk_live_", Shape::Token(8)),
    ("sk_test_", Shape::Token(8)),
    ("rk_live_", Shape::Token(8)),
    ("csk-", Shape::Token(12)),
    ("whsec_", Shape::Token(12)),
    ("AKIA", Shape::Token(12)),
    ("ASIA", Shape::Token(12)),
    ("ghp_", Shape::Token(8)),
    ("gho_", Shape::Token(8)),
    ("ghs_", Shape::Token(8)),
    ("ghu_", Shape::Token(8)),
    ("ghr_", Shape::Token(8)),
    ("github_pat_", Shape::Token(8)),
    ("glpat-", Shape::Token(8)),
    ("xoxb-", Shape::Token(6)),
    ("xoxp-", Shape::Token(6)),
    ("xoxa-", Shape::Token(6)),
    ("xoxr-", Shape::Token(6)),
    ("xoxs-", Shape::Token(6)),
    ("xoxe-", Shape::Token(6)),
    ("xapp-", Shape::Token(8)),
    ("hf_", Shape::Token(8)),
    ("gsk_", Shape::Token(8)),
    ("AIza", Shape::Token(16)),
    ("xai-", Shape::Token(30)),
    ("pplx-", Shape::Token(30)),
    ("nvapi-", Shape::Token(30)),
    ("tvly-", Shape::Token(20)),
    ("r8_", Shape::Token(16)),
    ("hvs.", Shape::Token(12)),
    ("ya29.", Shape::Token(12)),
    ("dop_v1_", Shape::Token(12)),
    ("npm_", Shape::Token(20)),
    ("SG.", Shape::Token(20)),
    ("pypi-AgE", Shape::Token(20)),
    ("sq0csp-", Shape::Token(20)),
    ("sq0atp-", Shape::Token(20)),
    ("SK", Shape::Hex(32)),
    ("AC", Shape::Hex(32)),
    ("-us", Shape::BehindHex(32)),
    (":AA", Shape::BehindDigits(33)),
    ("eyJ", Shape::Jwt),
    ("-----BEGIN ", Shape::Pem),
    ("://", Shape::Url),
    ("hooks.slack.com/", Shape::Webhook),
    ("/api/webhooks/", Shape::Webhook),
    (".office.com/webhook", Shape::Webhook),
    ("Bearer ", Shape::Scheme),
    ("bearer ", Shape::Scheme),
    ("Basic ", Shape::Scheme),
    (" -u", Shape::User(WEB)),
    (" --user", Shape::User(WEB)),
    (" -U", Shape::User(WEB)),
    (" --proxy-user", Shape::User(WEB)),
    ("\"-u\"", Shape::User(WEB)),
    ("\"--user\"", Shape::User(WEB)),
    ("'-u'", Shape::User(WEB)),
    (" -a", Shape::Password(&["redis-cli"])),
    (" -p", Shape::Password(&["sshpass", "mysql", "mariadb"])),
];

/// Programs that take `user:password`.
const WEB: &[&str] = &["curl", "wget", "http", "ab ", "oha"];

fn beginnings() -> Option<&'static AhoCorasick> {
    static FOUND: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    FOUND.get_or_init(|| AhoCorasick::new(SHAPES.iter().map(|(beginning, _)| beginning)).ok()).as_ref()
}

/// The secrets in a line that their shape gives away. Where the work ends, the rest of the line is one.
pub(super) fn find(line: &str, work: &mut Work, found: &mut Vec<Range<usize>>) {
    let Some(beginnings) = beginnings() else { return };
    for hit in beginnings.find_overlapping_iter(line) {
        let (_, shape) = SHAPES[hit.pattern().as_usize()];
        let (secret, looked_at) = match shape {
            Shape::Token(least) => token(line, hit.start(), hit.end(), least),
            Shape::Hex(count) => (hex(line, hit.start(), hit.end(), count), hit.end() + count),
            Shape::BehindHex(count) => (behind_hex(line, hit.start(), hit.end(), count), hit.end()),
            Shape::BehindDigits(count) => {
                (behind_digits(line, hit.start(), hit.end(), count), hit.end() + count)
            }
            Shape::Jwt => jwt(line, hit.start()),
            Shape::Pem => pem(line, hit.start()),
            Shape::Url => password_in_url(line, hit.end()),
            Shape::Webhook => webhook(line, hit.start(), hit.end()),
            Shape::Scheme => after_scheme(line, hit.end()),
            Shape::User(programs) if calls(line, programs) => user(line, hit.end()),
            Shape::Password(programs) if calls(line, programs) => {
                (argument(line, hit.end()), hit.end() + WINDOW)
            }
            Shape::User(_) | Shape::Password(_) => (None, hit.end() + line.len().min(WINDOW)),
        };
        if work.exhausted(looked_at.saturating_sub(hit.start())) {
            return found.push(hit.start()..line.trim_end().len());
        }
        found.extend(secret);
    }
    three_parts(line, found);
}

fn hex(line: &str, start: usize, after: usize, count: usize) -> Option<Range<usize>> {
    let end =
        after + line.as_bytes()[after..].iter().take(count + 1).take_while(|b| is_token_byte(**b)).count();
    let all = line[after..end].bytes().all(|b| b.is_ascii_hexdigit());
    (begins_a_word(line, start) && end - after == count && all).then_some(start..end)
}

fn behind_hex(line: &str, start: usize, after: usize, count: usize) -> Option<Range<usize>> {
    let from = start.checked_sub(count)?;
    let digits = line.as_bytes()[after..].iter().take(3).take_while(|b| is_token_byte(**b)).count();
    let hex = line.as_bytes()[from..start].iter().all(u8::is_ascii_hexdigit);
    let number = line[after..after + digits].bytes().all(|b| b.is_ascii_digit());
    (hex && begins_a_word(line, from) && (1..=2).contains(&digits) && number).then_some(from..after + digits)
}

fn behind_digits(line: &str, start: usize, after: usize, count: usize) -> Option<Range<usize>> {
    let bytes = line.as_bytes();
    let digits = bytes[..start].iter().rev().take(11).take_while(|b| b.is_ascii_digit()).count();
    let length = bytes[after..].iter().take(count + 1).take_while(|b| is_token_byte(**b)).count();
    let from = start - digits;
    ((8..=10).contains(&digits) && length == count && begins_a_word(line, from))
        .then_some(from..after + length)
}

/// Tokens of bots of Discord: 24 to 26 characters, 6, and at least 27, with dots between them.
fn three_parts(line: &str, found: &mut Vec<Range<usize>>) {
    let bytes = line.as_bytes();
    let mut last = None;
    for at in memchr::memchr_iter(b'.', bytes) {
        let first: Option<usize> = last.replace(at);
        let Some(first) = first.filter(|first| at - first == 7) else { continue };
        let length =
            |bytes: &mut dyn Iterator<Item = &u8>| bytes.take(40).take_while(|b| is_token_byte(**b)).count();
        let (before, after) = (length(&mut bytes[..first].iter().rev()), length(&mut bytes[at + 1..].iter()));
        let middle = bytes[first + 1..at].iter().all(|b| is_token_byte(*b));
        // A dash in front is that of a list or of `${NAME:-…}`.
        let dashes = bytes[first - before..first].iter().take_while(|b| **b == b'-').count();
        let (from, before) = (first - before + dashes, before - dashes);
        if middle && (24..=26).contains(&before) && after >= 27 && matches!(bytes[from], b'M' | b'N' | b'O') {
            found.push(from..at + 1 + after);
        }
    }
}

/// A secret, and up to where the line was looked at for it.
type Looked = (Option<Range<usize>>, usize);

/// How far a command is looked for, and how long a password in a URL may be.
const WINDOW: usize = 1_024;

fn calls(line: &str, programs: &[&str]) -> bool {
    let head = &line[..floor(line, WINDOW)];
    programs.iter().any(|program| head.contains(program))
}

/// The start of the character that a byte belongs to.
fn floor(line: &str, at: usize) -> usize {
    (0..=at.min(line.len())).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0)
}

/// The word behind a flag, in quotes or not.
fn argument(line: &str, after: usize) -> Option<Range<usize>> {
    let gap =
        line[after..].bytes().take(8).take_while(|b| matches!(b, b' ' | b'=' | b',' | b'"' | b'\'')).count();
    let from = after + gap;
    let to = floor(line, from + WINDOW);
    let word = line.get(from..to)?;
    let end = from + find_outside(word, &['"', '\'', ' ', '\t', '\r', '\n', ',', ']']);
    can_be_secret(&line[from..end], true).then_some(from..end)
}

/// The password of `user:password`.
fn user(line: &str, after: usize) -> Looked {
    let looked = after + WINDOW;
    let Some(word) = argument(line, after) else { return (None, looked) };
    let Some(colon) = user_end(&line[word.clone()]) else { return (None, looked) };
    let password = word.start + colon + 1..word.end;
    let text = &line[password.clone()];
    let ids = line[word].bytes().all(|b| b.is_ascii_digit() || b == b':');
    ((!ids && can_be_secret(text, true) && !text.starts_with("//")).then_some(password), looked)
}

fn is_token_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')
}

fn run(line: &str, from: usize, accept: impl Fn(u8) -> bool) -> usize {
    line.as_bytes()[from..].iter().position(|b| !accept(*b)).map_or(line.len(), |at| from + at)
}

fn begins_a_word(line: &str, start: usize) -> bool {
    let bytes = line.as_bytes();
    start == 0
        || !is_token_byte(bytes[start - 1])
        || (bytes[start - 1] == b'-' && is_operator(bytes, start - 1))
}

/// Whether the `-` at this place is that of `${NAME:-default}` or `${NAME-default}`.
fn is_operator(bytes: &[u8], at: usize) -> bool {
    let name_end = if at > 0 && bytes[at - 1] == b':' { at - 1 } else { at };
    let is_name = |b: &&u8| b.is_ascii_alphanumeric() || **b == b'_';
    let name = bytes[..name_end].iter().rev().take(64).take_while(is_name).count();
    bytes[..name_end - name].ends_with(b"${")
}

fn token(line: &str, start: usize, after: usize, least: usize) -> Looked {
    if !begins_a_word(line, start) {
        return (None, after);
    }
    let stop = run(line, after, |b| is_token_byte(b) || b == b'.');
    let end = start + line[start..stop].trim_end_matches(['.', '-']).len();
    let Some(body) = line.get(after..end) else { return (None, stop) };
    let random = body.bytes().any(|b| b.is_ascii_digit()) || body.len() >= 16;
    ((body.len() >= least && random).then_some(start..end), stop)
}

fn jwt(line: &str, start: usize) -> Looked {
    if !begins_a_word(line, start) {
        return (None, start);
    }
    let end = run(line, start, |b| is_token_byte(b) || matches!(b, b'.' | b'='));
    let text = &line[start..end];
    let mut parts = text.split('.');
    let long = |part: Option<&str>| part.is_some_and(|part| part.len() >= 8);
    ((long(parts.next()) && long(parts.next())).then_some(start..end), end)
}

fn pem(line: &str, start: usize) -> Looked {
    let label = &line[start..floor(line, start + 80)];
    let Some(head) = label.find("PRIVATE KEY") else { return (None, start + label.len()) };
    let body = start + head + "PRIVATE KEY".len();
    let body = run(line, body, |b| b == b'-');
    let end = line[body..].find("-----END").map_or(line.len(), |at| body + at);
    let body = body..body + line[body..end].trim_end_matches(['"', '\'', ',', '\r', '\n', ' ']).len();
    (line[body.clone()].bytes().any(|b| b.is_ascii_alphanumeric()).then_some(body), end)
}

/// The password of `user:password@`, or a long token that stands alone before the `@`.
fn password_in_url(line: &str, start: usize) -> Looked {
    let limit = floor(line, start + WINDOW);
    let end = url_end(&line[..limit], start);
    let authority = start + find_outside(&line[start..end], &['/', '?', '#']);
    let at = match line[start..authority].rfind('@') {
        Some(at) => start + at,
        None => {
            // A password with an unescaped slash, blank or quote still is one; a port before a path is not.
            let Some(colon) = line[start..authority].find(':').map(|colon| start + colon + 1) else {
                return (None, end);
            };
            let port = line[colon..authority].bytes().all(|b| b.is_ascii_digit());
            match line[start..end].rfind('@').map(|at| start + at).or_else(|| broken(line, colon, end, limit))
            {
                Some(at) if !port || at < end && authority == colon => at,
                _ => return (None, limit),
            }
        }
    };
    let user_end = user_end(&line[start..at]);
    let secret = match user_end {
        Some(colon) => start + colon + 1..at,
        None if looks_random(&line[start..at]) => start..at,
        None => return (None, limit),
    };
    let text = &line[secret.clone()];
    if is_reference(text) || text.contains("{{") {
        // At most a default of it is given.
        let default = defaults(text).into_iter().next();
        return (default.map(|inner| secret.start + inner.start..secret.start + inner.end), limit);
    }
    let known = !can_be_secret(text, true) && !is_number(text);
    ((!known).then_some(secret), limit)
}

/// The `@` behind a password that a blank or a quote interrupts: a host follows it, and no other URL begins before it.
fn broken(line: &str, from: usize, stop: usize, limit: usize) -> Option<usize> {
    let rest = &line[from..limit];
    let rest = &rest[..rest.find("://").unwrap_or(rest.len())];
    let rest = &rest[..rest.find(" #").unwrap_or(rest.len())];
    let is_host = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'[' | b'$' | b'{');
    let at = rest
        .match_indices('@')
        .map(|(at, _)| at)
        .find(|at| rest.as_bytes().get(at + 1).is_some_and(is_host))?;
    // A quote that ends the text itself ends the URL: what follows is another word.
    let closes =
        line[stop..].starts_with(['"', '\'', '`']) && line[stop + 1..].starts_with([',', ' ', ']', '}', ')']);
    (!closes && from + at > stop).then_some(from + at)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Where the user name ends: at the first colon outside `${…}`.
fn user_end(userinfo: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, b) in userinfo.bytes().enumerate() {
        match b {
            b'{' | b'(' => depth += 1,
            b'}' | b')' => depth = depth.saturating_sub(1),
            b':' if depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

fn url_end(line: &str, start: usize) -> usize {
    let mut depth = 0usize;
    for (at, c) in line[start..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '"' | '\'' | '`' | '<' | '>' => return start + at,
            c if c.is_whitespace() && depth == 0 => return start + at,
            _ => {}
        }
    }
    line.len()
}

fn webhook(line: &str, start: usize, after: usize) -> Looked {
    let limited = &line[..floor(line, after + WINDOW)];
    let slash = line[start..after].ends_with("webhooks/");
    let from = if slash {
        after
    } else {
        match limited[after..url_end(limited, after)].find('/') {
            Some(slash) => after + slash + 1,
            None => return (None, limited.len()),
        }
    };
    let end = url_end(limited, from);
    let end = from + line[from..end].trim_end_matches([',', ']', '}', ')', '.', ';']).len();
    let path = &line[from..end];
    let meant = path.len() >= 6 && path.bytes().any(|b| b.is_ascii_alphanumeric());
    ((meant && !path.starts_with(['$', '{', '<', '.'])).then_some(from..end), limited.len())
}

fn after_scheme(line: &str, from: usize) -> Looked {
    let end = run(line, from, |b| is_token_byte(b) || matches!(b, b'.' | b'=' | b'+' | b'/' | b'~'));
    let word = &line[from..end];
    let random = word.len() >= 6 && (word.bytes().any(|b| b.is_ascii_digit()) || word.len() >= 20);
    ((random && can_be_secret(word, true)).then_some(from..end), end)
}
