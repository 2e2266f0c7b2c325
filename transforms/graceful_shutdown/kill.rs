//! The time until the platform kills a process that was told to stop.

use crate::document::Value;
use crate::project::{Flavor, InForce, Installation, Place, Process, seconds};

/// What the newest litellm-helm says where the values do not.
const OF_MONOLITH: f64 = 90.0;

/// How one platform limits the time, and what it is.
pub struct Kill {
    /// The name of the key.
    pub key: &'static str,
    /// What holds when nothing sets it.
    pub default: f64,
    /// The mapping that holds the key.
    pub around: Place,
    /// Whether compose runs the process, which wants a unit.
    pub compose: bool,
    /// The time as it is written, where something sets it.
    pub written: Option<String>,
    /// The seconds in force; `None` where they cannot be seen.
    pub seconds: Option<f64>,
}

impl Kill {
    /// The key of the time.
    pub fn place(&self) -> Place {
        self.around.child(self.key)
    }

    /// The line that sets it.
    pub fn line(&self, wanted: u32) -> String {
        format!("{}: {wanted}{}", self.key, if self.compose { "s" } else { "" })
    }

    /// What is in force, for humans.
    pub fn words(&self) -> String {
        match &self.written {
            Some(written) => format!("`{}` is {written}", self.key),
            None if self.default == OF_MONOLITH => {
                format!("`{}` is not set ({OF_MONOLITH} s in today's chart)", self.key)
            }
            None => format!("`{}` is not set ({} s)", self.key, self.default),
        }
    }
}

/// The times of everything that runs the installation: of a chart's pods, or of each container and service. None where nothing shows it.
pub fn kills(installation: &Installation<'_>, in_force: &InForce) -> Vec<Kill> {
    let parts = installation.parts;
    let main = parts.main();
    let values = Place::yaml(main.file, main.doc, main.base.clone());
    let key = "terminationGracePeriodSeconds";
    let of_chart = |default, around| {
        let (written, seconds) = match in_force {
            InForce::Hidden { .. } => (None, None),
            InForce::Unset | InForce::Set { value: Value::Null, .. } => (None, Some(default)),
            InForce::Set { value, .. } => (Some(written(value)), Some(duration(value).unwrap_or(default))),
        };
        vec![Kill { key, default, around, compose: false, written, seconds }]
    };
    match parts.flavor {
        // An old chart does not render the key, which is told where it stands.
        Flavor::Monolith if installation.old_chart().is_some() => Vec::new(),
        Flavor::Monolith => of_chart(OF_MONOLITH, values),
        Flavor::Gateway => of_chart(30.0, values.child("gateway")),
        Flavor::Backend => of_chart(30.0, values.child("backend")),
        // Nothing of the values of another chart shows it.
        Flavor::OtherChart => Vec::new(),
        Flavor::Config | Flavor::ConfigMap => {
            let pods = parts.containers.iter().filter_map(|container| of_pod(installation, container, key));
            let kills = pods.chain(parts.services.iter().map(|service| of_service(installation, service)));
            let hidden = matches!(in_force, InForce::Hidden { .. });
            // What is not read may set it where nothing here does.
            let seen = |kill: Kill| Kill {
                seconds: kill.seconds.filter(|_| kill.written.is_some() || !hidden),
                ..kill
            };
            kills.map(seen).collect()
        }
    }
}

fn of_pod(installation: &Installation<'_>, (file, doc, path): &Process, key: &'static str) -> Option<Kill> {
    let pod = path.split_last()?.0.split_last()?.0;
    Some(standing(installation, key, 30.0, Place::yaml(*file, *doc, pod), false))
}

fn of_service(installation: &Installation<'_>, (file, doc, path): &Process) -> Kill {
    standing(installation, "stop_grace_period", 10.0, Place::yaml(*file, *doc, path.clone()), true)
}

fn standing(
    installation: &Installation<'_>,
    key: &'static str,
    default: f64,
    around: Place,
    compose: bool,
) -> Kill {
    let value = installation.value_at(&around.child(key)).filter(|value| *value != Value::Null);
    let seconds = match &value {
        Some(Value::Str(text)) if text.contains("${") || text.contains("{{") => None,
        Some(value) => Some(duration(value).unwrap_or(default)),
        None => Some(default),
    };
    Kill { key, default, around, compose, written: value.as_ref().map(written), seconds }
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
