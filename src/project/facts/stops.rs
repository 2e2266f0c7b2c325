//! How long systemd waits for a process that it stops.

use crate::project::installation::links::units::Started;
use crate::project::installation::view::Installation;
use crate::project::repository::place::Place;

/// The time after which systemd kills a process that it was told to stop.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitStop {
    /// The unit, as it is shown.
    pub unit: String,
    /// The time as it is written, where it is.
    pub written: Option<String>,
    /// Where that stands; else where the unit starts the process.
    pub place: Place,
    /// The seconds, as far as they are known.
    pub seconds: Option<f64>,
}

impl UnitStop {
    /// What systemd waits where nothing says otherwise: `DefaultTimeoutStopSec=`. Some distributions have less.
    pub const DEFAULT: f64 = 90.0;
}

impl Installation<'_> {
    /// What each unit that starts LiteLLM itself gives it to end; none where another program stands between, or systemd kills nothing.
    pub fn unit_stops(&self) -> Vec<UnitStop> {
        let plain = |unit: &&Started| is_plain(self, unit);
        let of = |unit: &Started| {
            let (written, place) =
                unit.stop_timeout(self.files).map_or((None, None), |(text, place)| (Some(text), Some(place)));
            let seconds = written.as_deref().map_or(Some(UnitStop::DEFAULT), seconds);
            let place = place.or_else(|| Some(unit.command(self.files)?.1))?;
            Some(UnitStop { unit: self.shown(place.file).to_owned(), written, place, seconds })
        };
        self.parts.units.iter().filter(plain).filter_map(of).collect()
    }
}

fn is_plain(installation: &Installation<'_>, unit: &Started) -> bool {
    let files = installation.files;
    !unit.is_container(files) && unit.is_plain(files) && unit.is_killed(files)
}

/// The seconds of a time span: <https://www.freedesktop.org/software/systemd/man/252/systemd.time.html#Parsing%20Time%20Spans>. Zero is none at
/// all here, and neither is `infinity`.
fn seconds(text: &str) -> Option<f64> {
    let (mut rest, mut sum) = (text.trim(), 0.0);
    if rest.is_empty() {
        return None;
    }
    if rest == "infinity" {
        return Some(f64::INFINITY);
    }
    while !rest.is_empty() {
        let unit = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let number: f64 = rest[..unit].parse().ok()?;
        rest = rest[unit..].trim_start();
        let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let each = match &rest[..end] {
            "" | "s" | "sec" | "second" | "seconds" => 1.0,
            "m" | "min" | "minute" | "minutes" => 60.0,
            "h" | "hr" | "hour" | "hours" => 3600.0,
            "ms" | "msec" => 0.001,
            _ => return None,
        };
        sum += number * each;
        rest = rest[end..].trim_start();
    }
    Some(if sum == 0.0 { f64::INFINITY } else { sum })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_spans() {
        for (text, expected) in [
            ("20", 20.0),
            ("90s", 90.0),
            ("10min 20s", 620.0),
            ("10min20", 620.0),
            ("1.5 h", 5400.0),
            ("500ms", 0.5),
            ("infinity", f64::INFINITY),
            ("0", f64::INFINITY),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
        for text in ["", "soon", "5 parsecs", "-1", "%i"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
