//! Go templates whose expressions stand outside what is of interest: the rest is read as YAML.

use crate::document::{Limits, Yaml};

/// The text with each expression taken for a plain word of the same length, or for a comment where it stands alone on its line, if that
/// is YAML. Every place is that of the original.
pub fn plain_parts(text: &str, limits: &Limits) -> Option<Yaml> {
    if !text.contains("{{") {
        return None;
    }
    let mut plain = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let masked = masked(line)?;
        let rest = masked.trim_start_matches(' ');
        let alone = !rest.trim_end().is_empty() && rest.trim_end().chars().all(|c| c == MASK);
        if alone {
            plain.push_str(&masked[..masked.len() - rest.len()]);
            plain.push('#');
            plain.push_str(&rest[1..]);
        } else {
            plain.push_str(&masked);
        }
    }
    Yaml::from_bytes(plain.as_bytes(), limits).ok()
}

const MASK: char = 'x';

/// A line with its expressions replaced; `None` where one goes on behind its end.
fn masked(line: &str) -> Option<String> {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("{{") {
        let end = after.find("}}")?;
        out.push_str(before);
        out.extend(std::iter::repeat_n(MASK, end + 4));
        rest = &after[end + 2..];
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Path;

    #[test]
    fn expressions_keep_their_length() {
        let text = "a: {{ .Values.é }}-b # c\n{{- if .x }}\nd: |\n  e: 1\n{{- end }}\n";
        let yaml = plain_parts(text, &Limits::default()).unwrap();
        assert_eq!(yaml.text().len(), text.len());
        assert_eq!(yaml.get(0, &Path::keys(["d"])).unwrap().text(), "e: 1\n");
        assert!(plain_parts("a: {{ b\n }}\n", &Limits::default()).is_none());
        assert!(plain_parts("a: b\n", &Limits::default()).is_none());
    }
}
