//! Quoted values, with the rules (and oddities) of python-dotenv.

use std::borrow::Cow;

use crate::dotenv::lines::EnvQuote;

/// The offset of the quote that closes the text after an opening one. A backslash takes away the meaning of the
/// character after it, in single quotes too.
pub(crate) fn closing(text: &str, quote: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memchr2(quote, b'\\', &bytes[at..]) {
        at += found;
        if bytes[at] == quote {
            return Some(at);
        }
        at = (at + 2).min(bytes.len());
    }
    None
}

/// What a value as written stands for.
pub(crate) fn decode(raw: &str, quote: EnvQuote) -> Cow<'_, str> {
    let escapes: &[char] = match quote {
        EnvQuote::None | EnvQuote::Backtick => return Cow::Borrowed(raw),
        EnvQuote::Single => &['\\', '\''],
        EnvQuote::Double => &['\\', '\'', '"', 'a', 'b', 'f', 'n', 'r', 't', 'v'],
    };
    if !raw.contains(['\\', '\r']) {
        return Cow::Borrowed(raw);
    }
    let raw = raw.replace("\r\n", "\n").replace('\r', "\n");
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(char) = chars.next() {
        match chars.peek() {
            Some(next) if char == '\\' && escapes.contains(next) => {
                out.push(unescape(*next));
                chars.next();
            }
            _ => out.push(char),
        }
    }
    Cow::Owned(out)
}

fn unescape(letter: char) -> char {
    match letter {
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        other => other,
    }
}
