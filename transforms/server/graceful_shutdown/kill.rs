//! The time until the platform kills a process that was told to stop.

use crate::document::Value;
use crate::plan::build::place_in_words;
use crate::project::{
    Aspect, Effective, Flavor, Installation, OfficialChart, Place, Process, UnitStop, seconds,
};

/// How one platform limits the time, and what it is.
pub struct Kill {
    /// What holds when nothing sets it.
    pub default: f64,
    /// The key of the time.
    pub home: Place,
    /// The chart that has the key among its values; otherwise the description of a process holds it.
    pub chart: Option<&'static OfficialChart>,
    /// Whether it is not written there, since another service gets the description too.
    pub shared: bool,
    /// What kills the process.
    pub by: Killer,
    /// The time as it is written, where something sets it.
    pub written: Option<String>,
    /// The effective seconds; `None` where they cannot be seen.
    pub seconds: Option<f64>,
}

/// What kills a process that does not end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Killer {
    /// Kubernetes.
    Kubernetes,
    /// Compose, which wants a unit of the time.
    Compose,
    /// systemd, for this unit.
    Systemd(String),
}

impl Kill {
    /// The name of the key.
    pub fn key(&self) -> &str {
        if matches!(self.by, Killer::Systemd(_)) {
            "TimeoutStopSec"
        } else {
            self.home.last_key().unwrap_or_default()
        }
    }

    /// Where the line goes that sets it, for humans.
    pub fn goes(&self, installation: &Installation<'_>) -> String {
        match &self.by {
            Killer::Systemd(unit) => format!("`[Service]` of {unit}"),
            Killer::Kubernetes | Killer::Compose => place_in_words(installation, &self.home.parent()),
        }
    }

    /// The name of the time: an operation of a JSON patch has it under `value`.
    pub fn name(&self) -> &str {
        match self.key() {
            "value" => "terminationGracePeriodSeconds",
            key => key,
        }
    }

    /// The line that sets it.
    pub fn line(&self, expected: u32) -> String {
        let sign = if matches!(self.by, Killer::Systemd(_)) { "=" } else { ": " };
        format!("{}{sign}{}", self.key(), self.text(expected))
    }

    /// The time as it is written there.
    pub fn text(&self, expected: u32) -> String {
        format!("{expected}{}", if self.by == Killer::Compose { "s" } else { "" })
    }

    /// The time as a value: compose wants a text with a unit.
    pub fn value(&self, expected: u32) -> Value {
        if self.by == Killer::Compose { Value::Str(self.text(expected)) } else { Value::Int(expected.into()) }
    }

    /// What is effective, for humans.
    pub fn words(&self) -> String {
        match &self.written {
            Some(written) => format!("`{}` is {written}", self.name()),
            None if self.chart.is_some_and(|chart| chart.grew) => {
                format!("`{}` is not set ({} s in today's chart)", self.name(), self.default)
            }
            None if matches!(self.by, Killer::Systemd(_)) => {
                format!("`{}` is not set ({} s by systemd's default)", self.name(), self.default)
            }
            None => format!("`{}` is not set ({} s)", self.name(), self.default),
        }
    }
}

/// The times of everything that runs the installation: of a chart's pods, or of each container and service. None where nothing shows it.
pub fn kills(installation: &Installation<'_>, effective: &Effective) -> Vec<Kill> {
    let parts = installation.parts;
    let main = parts.main();
    let values = Place::yaml(main.file, main.doc, main.base.clone());
    let key = "terminationGracePeriodSeconds";
    let of_chart = |chart: &'static OfficialChart| {
        let default = chart.grace;
        let around = chart.key.map_or_else(|| values.clone(), |key| values.child(key));
        let (written, seconds) = match effective {
            Effective::Hidden { .. } => (None, None),
            Effective::Unset | Effective::Set { value: Value::Null, .. } => (None, Some(default)),
            Effective::Set { value, .. } => (Some(written(value)), Some(duration(value).unwrap_or(default))),
        };
        vec![Kill {
            default,
            home: around.child(key),
            chart: Some(chart),
            shared: false,
            by: Killer::Kubernetes,
            written,
            seconds,
        }]
    };
    match parts.flavor {
        // An old chart does not render the key, which is told where it stands.
        Flavor::Chart(_) if installation.old_chart().is_some() => Vec::new(),
        Flavor::Chart(component) => of_chart(component.chart()),
        // Nothing but the templates of another chart shows it.
        Flavor::Config | Flavor::ConfigMap | Flavor::Process | Flavor::OtherChart => {
            let kills = parts.processes.iter().filter_map(|process| of_process(installation, process));
            let hidden = matches!(effective, Effective::Hidden { .. });
            // What is not read may set it where nothing here does.
            let seen = |kill: Kill| Kill {
                seconds: kill.seconds.filter(|_| kill.written.is_some() || !hidden),
                ..kill
            };
            kills.map(seen).chain(installation.unit_stops().into_iter().map(of_unit)).collect()
        }
    }
}

fn of_process(installation: &Installation<'_>, process: &Process) -> Option<Kill> {
    let default = if process.is_compose() { 10.0 } else { 30.0 };
    let standing = installation.described(process, Aspect::Grace);
    let home = installation.description_home(process, Aspect::Grace)?;
    let made = |value: &Value| value.as_str().is_some_and(|text| text.contains('$'));
    let shared = home.is_err();
    let home = home.ok().or_else(|| standing.clone())?;
    let value = standing.and_then(|place| installation.value_at(&place));
    let shared = installation.extended(process).is_some() || shared || value.as_ref().is_some_and(made);
    let value = value.map(|value| installation.filled_value(process, value));
    Some(Kill { shared, ..of_value(value, default, home, process.is_compose()) })
}

/// A unit is only read.
fn of_unit(stop: UnitStop) -> Kill {
    let UnitStop { unit, written, place, seconds } = stop;
    Kill {
        default: UnitStop::DEFAULT,
        home: place,
        chart: None,
        shared: true,
        by: Killer::Systemd(unit),
        written,
        seconds,
    }
}

fn of_value(value: Option<Value>, default: f64, home: Place, compose: bool) -> Kill {
    let by = if compose { Killer::Compose } else { Killer::Kubernetes };
    let value = value.filter(|value| *value != Value::Null);
    let seconds = match &value {
        Some(Value::Str(text)) if text.contains("${") || text.contains("{{") => None,
        Some(value) => Some(duration(value).unwrap_or(default)),
        None => Some(default),
    };
    Kill { default, home, chart: None, shared: false, by, written: value.as_ref().map(written), seconds }
}

fn written(value: &Value) -> String {
    crate::plan::build::shown(value).replace('"', "")
}

/// Seconds of a number, or of a duration such as `1m30s`.
fn duration(value: &Value) -> Option<f64> {
    if let Some(seconds) = seconds(value) {
        return Some(seconds);
    }
    let (mut rest, mut sum) = (value.as_str().filter(|text| !text.is_empty())?, 0.0);
    while !rest.is_empty() {
        let unit = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..unit].parse().ok()?;
        rest = &rest[unit..];
        let end = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        sum += number
            * [("h", 3600.0), ("m", 60.0), ("s", 1.0), ("ms", 0.001), ("us", 0.000_001)]
                .iter()
                .find(|(name, _)| *name == &rest[..end])?
                .1;
        rest = &rest[end..];
    }
    Some(sum)
}
