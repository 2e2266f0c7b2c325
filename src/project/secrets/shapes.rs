//! Secrets that are known by their shape, whatever name stands before them.

use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use super::values::{can_be_secret, find_outside, is_reference, looks_random};

/// What a beginning announces.
#[derive(Clone, Copy)]
enum Shape {
    /// A token of at least so many characters after the beginning.
    Token(usize),
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
}

const SHAPES: [(&str, Shape); 42] = [
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
    ("eyJ", Shape::Jwt),
    ("-----BEGIN ", Shape::Pem),
    ("://", Shape::Url),
    ("hooks.slack.com/", Shape::Webhook),
    ("/api/webhooks/", Shape::Webhook),
    (".office.com/webhook", Shape::Webhook),
    ("Bearer ", Shape::Scheme),
    ("bearer ", Shape::Scheme),
];

fn beginnings() -> Option<&'static AhoCorasick> {
    static FOUND: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    FOUND.get_or_init(|| AhoCorasick::new(SHAPES.iter().map(|(beginning, _)| beginning)).ok()).as_ref()
}

/// The secrets in a line that their shape gives away.
pub(super) fn find(line: &str, found: &mut Vec<Range<usize>>) {
    let Some(beginnings) = beginnings() else { return };
    for hit in beginnings.find_overlapping_iter(line) {
        let (_, shape) = SHAPES[hit.pattern().as_usize()];
        let secret = match shape {
            Shape::Token(least) => token(line, hit.start(), hit.end(), least),
            Shape::Jwt => jwt(line, hit.start()),
            Shape::Pem => pem(line, hit.start()),
            Shape::Url => password_in_url(line, hit.end()),
            Shape::Webhook => webhook(line, hit.start(), hit.end()),
            Shape::Scheme => after_scheme(line, hit.end()),
        };
        found.extend(secret);
    }
}

fn is_token_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')
}

fn run(line: &str, from: usize, accept: impl Fn(u8) -> bool) -> usize {
    line.as_bytes()[from..].iter().position(|b| !accept(*b)).map_or(line.len(), |at| from + at)
}

fn begins_a_word(line: &str, start: usize) -> bool {
    start == 0 || !is_token_byte(line.as_bytes()[start - 1])
}

fn token(line: &str, start: usize, after: usize, least: usize) -> Option<Range<usize>> {
    let end = run(line, after, |b| is_token_byte(b) || b == b'.');
    let end = start + line[start..end].trim_end_matches(['.', '-']).len();
    let body = line.get(after..end)?;
    let random = body.bytes().any(|b| b.is_ascii_digit()) || body.len() >= 16;
    (begins_a_word(line, start) && body.len() >= least && random).then_some(start..end)
}

fn jwt(line: &str, start: usize) -> Option<Range<usize>> {
    let end = run(line, start, |b| is_token_byte(b) || matches!(b, b'.' | b'='));
    let text = &line[start..end];
    let mut parts = text.split('.');
    let long = |part: Option<&str>| part.is_some_and(|part| part.len() >= 8);
    (begins_a_word(line, start) && long(parts.next()) && long(parts.next())).then_some(start..end)
}

fn pem(line: &str, start: usize) -> Option<Range<usize>> {
    let label = &line[start..];
    let head = label.find("PRIVATE KEY")?;
    let body = start + head + "PRIVATE KEY".len();
    let body = run(line, body, |b| b == b'-');
    let end = line[body..].find("-----END").map_or(line.len(), |at| body + at);
    let body = body..body + line[body..end].trim_end_matches(['"', '\'', ',', '\r', '\n', ' ']).len();
    line[body.clone()].bytes().any(|b| b.is_ascii_alphanumeric()).then_some(body)
}

/// The password of `user:password@`, or a long token that stands alone before the `@`.
fn password_in_url(line: &str, start: usize) -> Option<Range<usize>> {
    let end = url_end(line, start);
    let authority = start + find_outside(&line[start..end], &['/', '?', '#']);
    let at = match line[start..authority].rfind('@') {
        Some(at) => start + at,
        None => {
            // A password with an unescaped slash still is one; a port before a path is not.
            let after = line[start..authority].find(':').map(|colon| start + colon + 1)?;
            if line[after..authority].bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            start + line[start..end].rfind('@')?
        }
    };
    let user_end = user_end(&line[start..at]);
    let secret = match user_end {
        Some(colon) => start + colon + 1..at,
        None if looks_random(&line[start..at]) => start..at,
        None => return None,
    };
    let text = &line[secret.clone()];
    let known = is_reference(text) || text.contains("{{") || !can_be_secret(text, true) && !is_number(text);
    (!known).then_some(secret)
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

fn webhook(line: &str, start: usize, after: usize) -> Option<Range<usize>> {
    let slash = line[start..after].ends_with("webhooks/");
    let from = if slash { after } else { after + line[after..url_end(line, after)].find('/')? + 1 };
    let end = url_end(line, from);
    let end = from + line[from..end].trim_end_matches([',', ']', '}', ')', '.', ';']).len();
    let path = &line[from..end];
    let meant = path.len() >= 6 && path.bytes().any(|b| b.is_ascii_alphanumeric());
    (meant && !path.starts_with(['$', '{', '<', '.'])).then_some(from..end)
}

fn after_scheme(line: &str, from: usize) -> Option<Range<usize>> {
    let end = run(line, from, |b| is_token_byte(b) || matches!(b, b'.' | b'=' | b'+' | b'/' | b'~'));
    let word = &line[from..end];
    let random = word.len() >= 6 && (word.bytes().any(|b| b.is_ascii_digit()) || word.len() >= 20);
    (random && can_be_secret(word, true)).then_some(from..end)
}
