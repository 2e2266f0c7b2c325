//! Which values of its chart an expression of a Helm template prints, where it does nothing else to them.

mod pipeline;

use std::collections::HashMap;

use super::{Does, Expression};
use crate::document::Path;
use pipeline::{Dot, Piped};

/// What an expression prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// What it is made of.
    pub of: Of,
    /// How it is printed.
    pub form: PrintedAs,
}

/// What an expression prints something of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    /// The value at this path of the values.
    Values(Path),
    /// A file of the chart.
    File(String),
}

/// In which form something is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrintedAs {
    /// As YAML.
    Yaml,
    /// A text as it is.
    Text,
    /// Each entry of a mapping as an item with `name` and `value`.
    Variables,
    /// Each item of a list with its `name` and `value`.
    Items,
    /// Each entry of a mapping as one with a text.
    Entries,
}

/// A part of a template that an expression begins.
struct Frame {
    dot: Dot,
    /// The value that it depends on; `None` in it for what is not understood. A condition on the document as a whole does not count.
    condition: Option<Option<Path>>,
    repeats: Option<Repeats>,
}

/// What is repeated.
struct Repeats {
    of: Option<Piped>,
    names: Vec<String>,
    line: usize,
    body: usize,
}

/// What the expressions in the lines of a template print, by the lines from 1. Of a part that is repeated all lines have it.
pub fn by_line(text: &str, all: &[Expression]) -> HashMap<usize, Printed> {
    let mut walk =
        Passing { text, frames: Vec::new(), found: HashMap::new(), line: 1, begun: false, from: 0 };
    all.iter().for_each(|one| walk.pass(one));
    walk.found.into_iter().filter_map(|(line, printed)| Some((line, printed?))).collect()
}

struct Passing<'t> {
    text: &'t str,
    frames: Vec<Frame>,
    /// `None` where a line prints several things, or something that is not understood.
    found: HashMap<usize, Option<Printed>>,
    line: usize,
    /// Whether something of the document stands already.
    begun: bool,
    from: usize,
}

impl Passing<'_> {
    fn pass(&mut self, one: &Expression) {
        let before = &self.text[self.from.min(one.span.start)..one.span.start];
        self.line += before.matches('\n').count();
        for line in before.lines() {
            self.begun = !line.starts_with("---") && (self.begun || !line.trim().is_empty());
        }
        let inner = self.text[one.span.clone()].trim_start_matches("{{").trim_end_matches("}}");
        let inner = inner.trim_matches('-').trim();
        match one.does {
            Does::Asks => self.ask(inner),
            Does::Repeats => self.repeat(inner, one.span.end),
            Does::Otherwise => {
                let last = self.frames.last_mut().into_iter();
                last.for_each(|last| (last.dot, last.condition) = (Dot::Unknown, Some(None)));
            }
            Does::Ends => self.end(one.span.start),
            Does::Prints(_) => {
                let printed = pipeline::read(inner, &self.dot()).map(Piped::printed);
                self.print(self.line, printed);
            }
            Does::Nothing => {}
        }
        self.line += self.text[one.span.clone()].matches('\n').count();
        self.from = one.span.end;
    }

    fn dot(&self) -> Dot {
        self.frames.last().map_or(Dot::Root, |last| last.dot.clone())
    }

    fn ask(&mut self, inner: &str) {
        let (word, rest) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        let value = pipeline::read(rest, &self.dot()).and_then(Piped::path);
        let dot = match word {
            "if" => self.dot(),
            "with" => value.clone().map_or(Dot::Unknown, Dot::Values),
            _ => Dot::Unknown,
        };
        let condition = (self.begun || !matches!(word, "if" | "with")).then_some(value);
        self.frames.push(Frame { dot, condition, repeats: None });
    }

    fn repeat(&mut self, inner: &str, body: usize) {
        let rest = inner.strip_prefix("range").unwrap_or_default().trim();
        let (names, rest) = rest.split_once(":=").unwrap_or(("", rest));
        let names = names.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        let of = pipeline::read(rest, &self.dot());
        let repeats = Some(Repeats { of, names: names.collect(), line: self.line, body });
        self.frames.push(Frame { dot: Dot::Unknown, condition: Some(None), repeats });
    }

    fn end(&mut self, at: usize) {
        let Some(Repeats { of, names, line, body }) = self.frames.pop().and_then(|last| last.repeats) else {
            return;
        };
        let form = form(&self.text[body..at], &names);
        let printed = of.and_then(Piped::path).zip(form);
        let printed = printed.map(|(path, form)| Printed { of: Of::Values(path), form });
        let printed = printed.filter(|one| self.is_always(one));
        (line..=self.line).for_each(|line| drop(self.found.insert(line, printed.clone())));
    }

    fn print(&mut self, line: usize, printed: Option<Printed>) {
        let printed = printed.filter(|one| self.is_always(one));
        let several = self.found.contains_key(&line);
        self.found.insert(line, printed.filter(|_| !several));
    }

    /// Whether everything around what is printed depends on nothing else.
    fn is_always(&self, printed: &Printed) -> bool {
        let own = |path: &Path| matches!(&printed.of, Of::Values(own) if path.contains(own));
        let mut conditions = self.frames.iter().filter_map(|frame| frame.condition.as_ref());
        conditions.all(|one| one.as_ref().is_some_and(own))
    }
}

/// The form in which the body of a repetition prints each entry or item.
fn form(body: &str, names: &[String]) -> Option<PrintedAs> {
    let plain: String = body.replace("{{-", "{{").replace("-}}", "}}").split_whitespace().collect();
    let (name, value) = match names {
        [key, value] => (key.as_str(), value.as_str()),
        [] => (".name", ".value"),
        _ => return None,
    };
    let forms = [format!("{{{{{name}}}}}"), format!("{{{{{name}|quote}}}}"), format!("\"{{{{{name}}}}}\"")];
    let piped = ["|quote", "|toString|quote"].map(|more| format!("{{{{{value}{more}}}}}"));
    let of = [format!("\"{{{{{value}}}}}\""), format!("{{{{quote{value}}}}}")];
    let values: Vec<&String> = piped.iter().chain(&of).collect();
    let is = |before: &str, between: &str| {
        forms.iter().any(|name| values.iter().any(|value| plain == format!("{before}{name}{between}{value}")))
    };
    if is("-name:", "value:") {
        return Some(if names.is_empty() { PrintedAs::Items } else { PrintedAs::Variables });
    }
    (name.starts_with('$') && is("", ":")).then_some(PrintedAs::Entries)
}

#[cfg(test)]
mod tests {
    use super::super::Language;
    use super::*;

    fn printed(text: &str) -> Vec<(usize, String, PrintedAs)> {
        let all = super::super::expressions::all(text, Language::of("a.yaml", text));
        let mut found: Vec<_> = by_line(text, &all)
            .into_iter()
            .map(|(line, one)| match one.of {
                Of::Values(path) => (line, path.to_string(), one.form),
                Of::File(name) => (line, name, one.form),
            })
            .collect();
        found.sort_by_key(|one| one.0);
        found
    }

    #[test]
    fn what_prints_a_value_and_nothing_else() {
        for (text, path, form) in [
            ("{{ toYaml .Values.a.b | indent 4 }}", "a.b", PrintedAs::Yaml),
            ("{{- .Values.a | toYaml | nindent 4 -}}", "a", PrintedAs::Yaml),
            ("{{ $.Values.a | default dict | toJson }}", "a", PrintedAs::Yaml),
            ("{{ tpl (toYaml .Values.a) . | nindent 4 }}", "a", PrintedAs::Yaml),
            ("{{ tpl .Values.a $ | indent 4 }}", "a", PrintedAs::Text),
            ("{{ toYaml (index .Values \"my-llm\" \"x.y\") }}", "my-llm[\"x.y\"]", PrintedAs::Yaml),
            ("{{ required \"a | b\" .Values.a | quote }}", "a", PrintedAs::Text),
            ("{{ .Files.Get \"files/c.yaml\" | indent 4 }}", "files/c.yaml", PrintedAs::Text),
            ("{{- with .Values.a }}{{- toYaml .b | nindent 2 }}{{ end }}", "a.b", PrintedAs::Yaml),
        ] {
            assert_eq!(printed(text), [(1, path.to_owned(), form)], "{text}");
        }
    }

    #[test]
    fn what_does_more_is_not_understood() {
        for text in [
            "{{ toYaml (merge .Values.a .Values.b) }}",
            "{{ .Values.a | default 5 }}",
            "{{ .Values.a | default (dict \"b\" 1) | toYaml }}",
            "{{ .Values.a | trunc 3 }}",
            "{{ toYaml .Values }}",
            "{{ include \"x\" . }}",
            "{{ toYaml $x }}",
            "{{ values }}",
            "{{ .Values.a }}{{ .Values.b }}",
            "x: {{ if .Values.b }}{{ .Values.a }}{{ end }}",
            "x: {{ if .Values.a }}b{{ else }}{{ .Values.a }}{{ end }}",
            "{{ define \"x\" }}{{ toYaml .Values.a }}{{ end }}",
            "{{ range .Values.b }}{{ toYaml $.Values.a }}{{ end }}",
            "{{ with .Values.b }}{{ toYaml .Values.a }}{{ end }}",
        ] {
            assert_eq!(printed(text), [], "{text}");
        }
    }

    #[test]
    fn conditions_on_the_document_or_on_what_is_printed() {
        let text = "{{ if .Values.on }}\na:\n{{ if .Values.b }}\n  {{- toYaml .Values.b.c | nindent 2 }}\n{{ end }}\n{{ end }}\n";
        assert_eq!(printed(text), [(4, "b.c".to_owned(), PrintedAs::Yaml)]);
    }

    #[test]
    fn repetitions() {
        let of = |text: &str| printed(text).into_iter().map(|one| one.2).collect::<Vec<_>>();
        let list =
            "{{- range $k, $v := .Values.a }}\n- name: {{ $k }}\n  value: {{ $v | quote }}\n{{- end }}\n";
        assert_eq!(of(list), [PrintedAs::Variables; 4]);
        let items =
            "{{- range .Values.a }}\n- name: {{ .name }}\n  value: {{ .value | quote }}\n{{- end }}\n";
        assert_eq!(of(items), [PrintedAs::Items; 4]);
        let entries =
            "{{- range $key, $value := .Values.a }}\n{{ $key }}: {{ $value | quote }}\n{{- end }}\n";
        assert_eq!(of(entries), [PrintedAs::Entries; 3]);
        for other in ["value: {{ $v | upper | quote }}", "value: {{ $v }}", "valueFrom: {{ $v | quote }}"] {
            assert_eq!(of(&list.replace("value: {{ $v | quote }}", other)), [], "{other}");
        }
    }
}
