//! Hides secrets in everything that is shown.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::project::{Hit, Secrets};

/// Replaces secrets by `<secret-1>`, `<secret-2>`, …: numbered in the order in which they first appear in the output,
/// equal ones alike.
#[derive(Debug, Default)]
pub struct Masker {
    secrets: Secrets,
    numbers: RefCell<HashMap<Arc<str>, usize>>,
    show: bool,
}

impl Masker {
    /// A masker that knows the secrets of the files; with `show` it hides nothing.
    pub fn new(secrets: &Secrets, show: bool) -> Self {
        Self { secrets: secrets.clone(), numbers: RefCell::default(), show }
    }

    /// One that knows the same secrets and hides them in any case.
    #[must_use]
    pub fn hiding(&self) -> Self {
        Self::new(&self.secrets, false)
    }

    /// Whether secrets are shown.
    pub fn shows_all(&self) -> bool {
        self.show
    }

    /// A sentence (a title, a reason, a path, an error) without its secrets.
    pub fn mask<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.by_line(text, Secrets::find_in_prose)
    }

    /// Lines of a file, or lines to be written to one, without their secrets. Stricter than [`Masker::mask`]: whatever
    /// stands behind the name of a secret counts.
    pub fn mask_lines<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.by_line(text, Secrets::find)
    }

    /// A value without secrets, where its name stands elsewhere: of `LITELLM_SALT_KEY` all of it is one.
    pub fn mask_value(&self, name: &str, value: &str) -> String {
        let line = format!("{name}: {value}");
        let masked = self.mask_lines(&line);
        masked.strip_prefix(name).and_then(|rest| rest.strip_prefix(": ")).unwrap_or("<secret>").to_owned()
    }

    /// Whether this line of a file holds a secret that must not be shown.
    pub fn reveals(&self, line: &str) -> bool {
        !self.show && !self.secrets.find(line).is_empty()
    }

    fn by_line<'t>(&self, text: &'t str, find: impl Fn(&Secrets, &str) -> Vec<Hit>) -> Cow<'t, str> {
        if self.show {
            return Cow::Borrowed(text);
        }
        let mut masked = String::new();
        let mut copied = 0;
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            // The break is no part of what is hidden, or two lines would be shown as one.
            let body = line.strip_suffix('\n').unwrap_or(line);
            for hit in find(&self.secrets, body.strip_suffix('\r').unwrap_or(body)) {
                masked.push_str(&text[copied..start + hit.range.start]);
                masked.push_str(&format!("<secret-{}>", self.number(hit.meaning)));
                copied = start + hit.range.end;
            }
            start += line.len();
        }
        if copied == 0 {
            return Cow::Borrowed(text);
        }
        masked.push_str(&text[copied..]);
        Cow::Owned(masked)
    }

    fn number(&self, meaning: Arc<str>) -> usize {
        let mut numbers = self.numbers.borrow_mut();
        let next = numbers.len() + 1;
        *numbers.entry(meaning).or_insert(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_secrets_share_a_number() {
        let secrets = Secrets::collect(["a_key: sk-one-1111\nB_KEY=sk-two-2222\n"].into_iter());
        let masker = Masker::new(&secrets, false);
        assert_eq!(masker.mask_lines("x: sk-two-2222"), "x: <secret-1>");
        assert_eq!(masker.mask("sk-one-1111 and sk-two-2222"), "<secret-2> and <secret-1>");
        assert_eq!(masker.mask_lines("a_key: 'sk-one-1111'\nb: c\n"), "a_key: '<secret-2>'\nb: c\n");
    }

    #[test]
    fn sentences_keep_their_words() {
        let secrets = Secrets::collect(["POSTGRES_PASSWORD=postgres\n"].into_iter());
        let masker = Masker::new(&secrets, false);
        let text = "the salt_key: it encrypts what the postgres database holds";
        assert_eq!(masker.mask(text), text);
        assert_eq!(masker.mask("POSTGRES_PASSWORD=postgres is weak"), "POSTGRES_PASSWORD=<secret-1> is weak");
        assert_eq!(masker.mask("at redis://:pw@h"), "at redis://:<secret-2>@h");
    }

    #[test]
    fn values_are_masked_by_their_names() {
        let masker = Masker::default();
        assert_eq!(masker.mask_value("salt_key", "plain words"), "<secret-1>");
        assert_eq!(masker.mask_value("seconds", "60"), "60");
        assert_eq!(masker.mask_lines("LITELLM_SALT_KEY: plain words"), "LITELLM_SALT_KEY: <secret-1>");
    }

    #[test]
    fn lines_stay_lines() {
        let masker = Masker::default();
        for end in ["\n", "\r\n"] {
            let text = format!("curl -u user:p=${{Y -H x -u user:pass -H 'Auth{end}on: b'{end}");
            assert!(masker.mask_lines(&text).ends_with(&format!("{end}on: b'{end}")), "{end:?}");
        }
    }

    #[test]
    fn a_masker_may_show_all() {
        let masker = Masker::new(&Secrets::default(), true);
        assert_eq!(masker.mask_lines("api_key: abc"), "api_key: abc");
        assert!(!masker.reveals("api_key: abc"));
        assert!(Masker::default().reveals("api_key: abc"));
    }
}
