//! Files that are YAML only once a template is filled in: Go templates, Jinja, templates of Terraform.
//!
//! What stands in them as it is, is read, at its place. Lines that print or decide something are comments then, of the same length; what they
//! may add is known by the block that they stand in.

mod expressions;
mod outline;
mod plain;
mod printed;

use std::ops::RangeInclusive;
use std::path::Path as FilePath;

use crate::document::Path;

pub use expressions::Language;
pub use printed::{Of, Printed, PrintedAs};

use expressions::{Does, Expression};
use plain::Lines;

/// What a template leaves open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// The blocks that expressions may add to.
    pub unknown: Vec<Unknown>,
    /// The values of keys that are an expression as a whole, where it is understood.
    pub filled: Vec<Unknown>,
    parts: Vec<Part>,
}

/// A block that an expression may add keys or items to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The document.
    pub doc: usize,
    /// The block.
    pub path: Path,
    /// The line of the expression, from 1.
    pub line: usize,
    /// What it prints there, where that is understood.
    pub prints: Option<Printed>,
}

/// Lines that are printed only under a condition, or several times.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    head: usize,
    end: usize,
}

impl Template {
    /// Of the text of a file; `None` where it is no template. With it the text as it is YAML before it is filled in, as far as it is: once
    /// with each expression in braces, once in parentheses, for those in lists and mappings on one line.
    pub fn read(text: &str, language: Language) -> Option<(Self, [String; 2])> {
        let all = expressions::all(text, language);
        if all.is_empty() {
            return None;
        }
        let lines = Lines::new(text, &all);
        let plain = [lines.plain(true), lines.plain(false)];
        Some((lines.template(&printed::by_line(text, &all)), plain))
    }

    /// The line, from 1, that decides whether these lines are printed, the innermost one; else one that decides about a part of them. What
    /// decides about a document as a whole does not count.
    pub fn condition(&self, lines: RangeInclusive<usize>) -> Option<usize> {
        let (first, last) = (*lines.start(), *lines.end());
        let around = self.parts.iter().filter(|part| part.head < first && last < part.end);
        let inside = || self.parts.iter().map(|part| part.head).filter(|head| lines.contains(head)).min();
        around.map(|part| part.head).max().or_else(inside)
    }

    /// Whether an expression may add to a block, or to one in it.
    pub fn adds_to(&self, doc: usize, block: &Path) -> bool {
        self.unknown.iter().any(|one| one.doc == doc && block.contains(&one.path))
    }

    /// What it prints of the values of its chart, where that is understood: additions to blocks, and whole values.
    pub fn prints(&self) -> impl Iterator<Item = (&Unknown, &Printed)> {
        let all = self.unknown.iter().chain(&self.filled);
        all.filter_map(|one| Some((one, one.prints.as_ref()?)))
    }

    /// Leaves out what it prints of these values, which are not what they are written as.
    pub fn forget(&mut self, changed: &[Path]) {
        let is_changed = |printed: &Printed| {
            let Of::Values(own) = &printed.of else { return false };
            changed.iter().any(|path| path.contains(own) || own.contains(path))
        };
        self.unknown.iter_mut().for_each(|one| one.prints = one.prints.take().filter(|own| !is_changed(own)));
        self.filled.retain(|one| one.prints.as_ref().is_some_and(|own| !is_changed(own)));
    }

    /// Whether it has lines that print or decide something and nothing else.
    pub fn has_lines(&self) -> bool {
        !self.unknown.is_empty() || !self.parts.is_empty()
    }
}

/// The folder of the chart that a file would be a template of.
pub fn chart_folder(file: &FilePath) -> Option<&FilePath> {
    file.ancestors().skip(1).find(|folder| folder.ends_with("templates"))?.parent()
}

/// The paths of the values that an expression names.
pub fn named_values(expression: &str) -> impl Iterator<Item = Path> {
    expression.split(".Values.").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'));
        let keys = rest[..end.unwrap_or(rest.len())].trim_end_matches('.');
        (!keys.is_empty()).then(|| Path::keys(keys.split('.')))
    })
}

/// Whether lines stand between such an expression and the one that ends it.
fn opens(does: Does) -> bool {
    matches!(does, Does::Asks | Does::Repeats)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Limits, Yaml};

    fn read(text: &str) -> (Template, Yaml) {
        let (template, plain) = Template::read(text, Language::of("a.yaml", text)).unwrap();
        let yaml = plain.iter().find_map(|one| Yaml::from_bytes(one.as_bytes(), &Limits::default()).ok());
        let yaml = yaml.unwrap_or_else(|| panic!("{}", plain[0]));
        assert_eq!(yaml.text().len(), text.len());
        (template, yaml)
    }

    fn at(template: &Template) -> Vec<(usize, String)> {
        template.unknown.iter().map(|one| (one.line, one.path.to_string())).collect()
    }

    #[test]
    fn expressions_keep_their_length() {
        let text = "a: {{ .Values.é }}-b # c\n{{- if .x }}\nd: |\n  e: 1\n{{- end }}\n";
        let (template, yaml) = read(text);
        assert_eq!(yaml.get(0, &Path::keys(["d"])).unwrap().text(), "e: 1\n");
        assert_eq!(
            (template.condition(1..=1), template.condition(4..=4), template.condition(1..=4)),
            (None, Some(2), Some(2))
        );
        assert_eq!(Template::read("a: b\n", Language::of("a.yaml", "")), None);
    }

    #[test]
    fn blocks_that_may_have_more() {
        let text = "spec:\n  env:\n  {{- range $k, $v := .Values.env }}\n    - name: {{ $k }}\n      value: {{ $v | quote }}\n  {{- end }}\n  {{- with .x }}\n  more: {a: {{ .y }}-z}\n  {{- else }}\n  more: 2\n  {{- end }}\n{{ toYaml .z | indent 2 }}\n";
        let (template, yaml) = read(text);
        assert_eq!(
            at(&template),
            [(3, "spec.env".into()), (9, "spec".into()), (12, "spec".into())] as [(usize, String); 3]
        );
        assert_eq!(yaml.get(0, &Path::keys(["spec"])).unwrap().len(), 2);
    }

    #[test]
    fn a_key_that_is_printed_may_be_any() {
        let text = "data:\n  {{ .name }}: 1\n  b-{{ .name }}-c: {{ .x }}\n  d: {{ .x }}:{{ .y }}\n  e:\n    - {{ .k }}: {{ .v }}\n      f: {{ .x }}\n";
        let (template, _) = read(text);
        assert_eq!(at(&template), [(2, "data".into()), (3, "data".into()), (6, "data.e[0]".into())]);
    }

    #[test]
    fn control_lines_may_stand_anywhere() {
        let text = "data:\n  config.yaml: |\n{{- if .a }}\n    model_list: []\n        {{- end }}\n    router_settings:\n      {{- toYaml .r | nindent 6 }}\n{{/* one\nmore: }} */}}\nkind: x\n";
        let (template, yaml) = read(text);
        let config = yaml.get(0, &Path::keys(["data", "config.yaml"])).unwrap().text().into_owned();
        assert!(config.contains("model_list: []\n") && config.contains("router_settings:\n"), "{config}");
        assert_eq!(yaml.get(0, &Path::keys(["kind"])).unwrap().text(), "x");
        assert_eq!(template.unknown.len(), 1);
        assert!(template.unknown[0].path.to_string().ends_with("router_settings"), "{template:?}");
    }
}
