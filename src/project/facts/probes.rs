//! What the probes of Kubernetes and the health check of compose ask, and the port that the proxy listens on.

use std::ops::Range;

use crate::document::Value;

use crate::project::facts::scale::Count;
use crate::project::installation::answer::Effective;
use crate::project::installation::view::Installation;
use crate::project::repository::place::Place;

/// What one probe asks.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// The probe itself.
    pub place: Place,
    /// The path of the URL without query and final slash.
    pub path: Option<String>,
    /// The port, a number or a name.
    pub port: Option<Value>,
    /// Where the path and the port stand: keys of their own, or both the command that has the URL.
    pub at: (Place, Place),
    /// Whether a fix may write them.
    pub writable: bool,
    /// The command that has the URL, where a command asks.
    pub command: Option<ProbeCommand>,
}

/// The text of a command that asks a URL of the process itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeCommand {
    /// Where the text is: of a list the item that holds the URL.
    pub place: Place,
    /// The text.
    pub text: String,
    /// The path of the URL in it, without query.
    pub path: Range<usize>,
    /// The port of the URL with its colon; empty where it has none.
    pub port: Range<usize>,
}

impl ProbeCommand {
    /// The text with another path, and with another port if one is given.
    pub fn with(&self, port: Option<u64>, path: &str) -> String {
        let (before, after) = (&self.text[..self.port.start], &self.text[self.path.end..]);
        let port = port.map_or_else(|| self.text[self.port.clone()].to_owned(), |port| format!(":{port}"));
        format!("{before}{port}{path}{after}")
    }
}

impl Installation<'_> {
    /// What the probe of this name asks: `liveness_probe`, `readiness_probe`, `startup_probe` or `healthcheck`.
    pub fn probe(&self, name: &str) -> Option<Probe> {
        let answer = self.setting(name);
        let Effective::Set { value, place } = &answer.effective else { return None };
        if get(value, "disable").is_some_and(is_on) {
            return None;
        }
        let chart = self.parts.chart().is_some_and(|chart| chart.flat_probes);
        let http = get(value, "httpGet").map(|http| (http, place.child("httpGet")));
        // litellm-helm takes the path beside the timings, and has the port in its template.
        let http = http.or_else(|| chart.then(|| (value, place.clone())));
        if let Some((http, at)) = http.filter(|(http, _)| get(http, "path").is_some()) {
            return Some(Probe {
                place: place.clone(),
                path: get(http, "path").and_then(Value::as_str).map(plain),
                port: get(http, "port").cloned(),
                at: (at.child("path"), at.child("port")),
                writable: answer.homes.contains(place),
                command: None,
            });
        }
        let (command, at) = match name {
            "healthcheck" => (get(value, "test")?, place.child("test")),
            _ => (get(get(value, "exec")?, "command")?, place.child("exec").child("command")),
        };
        let (port, path) = url(&words(command))?;
        let writable = answer.homes.contains(place);
        let command = texts(command, &at).find_map(|(place, text)| {
            let (port, path) = port_and_path(&text)?;
            Some(ProbeCommand { place, text, path, port })
        });
        let (place, at) = (place.clone(), (at.clone(), at));
        Some(Probe { place, path: Some(path), port, at, writable, command })
    }

    /// The port that the proxy listens on in its container; `None` where a script starts it, which may choose another.
    pub fn serving_port(&self) -> Option<Count> {
        let processes = self.parts.processes.iter();
        let scripted = processes.into_iter().any(|process| {
            process
                .arguments(self.files)
                .iter()
                .any(|word| word.contains(char::is_whitespace) || word.ends_with(".sh"))
        });
        if scripted {
            return None;
        }
        let answer = self.setting("port");
        let count = Count::of(&answer).unwrap_or(Count::default(4000));
        count.number.is_some().then_some(count)
    }
}

impl Installation<'_> {
    /// The number of a port that a probe names, as far as a container declares one of that name.
    pub fn declared_port(&self, name: &str) -> Option<u64> {
        let ports = self.setting("container_ports");
        let Some(Value::Seq(ports)) = ports.value() else { return None };
        let named = ports.iter().find(|port| get(port, "name").and_then(Value::as_str) == Some(name))?;
        match get(named, "containerPort")? {
            Value::Int(number) => u64::try_from(*number).ok(),
            _ => None,
        }
    }
}

fn get<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    value.as_map()?.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value)
}

/// Whether compose takes a value for true, of which it reads texts as well: `toBoolean` of
/// <https://github.com/compose-spec/compose-go/blob/main/loader/interpolate.go>.
fn is_on(value: &Value) -> bool {
    match value {
        Value::Bool(on) => *on,
        Value::Str(text) => ["true", "y", "yes", "on"].contains(&&*text.to_lowercase()),
        _ => false,
    }
}

fn plain(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    path.trim_end_matches('/').to_owned()
}

fn words(command: &Value) -> String {
    match command {
        Value::Seq(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        other => other.as_str().unwrap_or_default().to_owned(),
    }
}

/// The texts of a command, each with its place.
fn texts(command: &Value, at: &Place) -> impl Iterator<Item = (Place, String)> {
    let items: Vec<(Place, String)> = match command {
        Value::Seq(items) => {
            let texts = items.iter().enumerate();
            texts.filter_map(|(index, item)| Some((at.item(index), item.as_str()?.to_owned()))).collect()
        }
        other => other.as_str().map(|text| (at.clone(), text.to_owned())).into_iter().collect(),
    };
    items.into_iter()
}

const LOCAL: [&str; 4] = ["localhost", "127.0.0.1", "0.0.0.0", "[::1]"];

/// Where the port, with its colon, and the path of the first URL to the host itself are in a text.
fn port_and_path(text: &str) -> Option<(Range<usize>, Range<usize>)> {
    text.match_indices("://").find_map(|(at, scheme)| {
        let host = at + scheme.len();
        let rest = &text[host..];
        let local = LOCAL.iter().find(|local| rest.starts_with(**local))?.len();
        let end = rest.find(|c: char| c.is_whitespace() || "\"'`);|,\\?#".contains(c)).unwrap_or(rest.len());
        let start = rest[..end].find('/').unwrap_or(end);
        Some((host + local.min(start)..host + start, host + start..host + end))
    })
}

/// Port and path of the first URL to the host itself in a command.
fn url(command: &str) -> Option<(Option<Value>, String)> {
    command.match_indices("://").find_map(|(at, scheme)| {
        let rest = &command[at + scheme.len()..];
        let host = LOCAL.iter().find(|host| rest.starts_with(**host))?;
        let rest = &rest[host.len()..];
        let end = rest.find(|c: char| c.is_whitespace() || "\"'`);|,\\".contains(c)).unwrap_or(rest.len());
        let (port, path) = rest[..end].split_at(rest[..end].find('/').unwrap_or(end));
        let port = port.strip_prefix(':').and_then(|port| port.parse().ok()).map(Value::Int);
        Some((port, plain(path)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_in_commands() {
        let asked = |command| url(command).map(|(port, path)| (port.map(|port| format!("{port:?}")), path));
        let port = Some("Int(4000)".to_owned());
        assert_eq!(
            asked("curl -f http://localhost:4000/health || exit 1"),
            Some((port.clone(), "/health".into()))
        );
        assert_eq!(
            asked("python -c \"urlopen('http://127.0.0.1:4000/health/liveliness/')\""),
            Some((port, "/health/liveliness".into()))
        );
        assert_eq!(asked("wget http://localhost?x=1"), Some((None, String::new())));
        assert_eq!(asked("curl http://db:5432/x"), None);
    }
}
