//! Memory limits of compose services: what one worker alone fills.

use super::{LEAST, META, gib, worded};
use crate::document::Value;
use crate::plan::build::{instead_of, shown};
use crate::plan::{Finding, Lines};
use crate::project::Installation;

/// The services with a memory limit that is too small for their workers.
pub fn small(installation: &Installation<'_>) -> Vec<Finding> {
    let workers = installation.workers().number.unwrap_or(1);
    let of = |process: &crate::project::Process| {
        let service = process.place();
        let below = |keys: &[&str]| keys.iter().fold(service.clone(), |place, key| place.child(key));
        let places = [below(&["deploy", "resources", "limits", "memory"]), below(&["mem_limit"])];
        let (place, value) =
            places.into_iter().find_map(|place| Some((place.clone(), installation.value_at(&place)?)))?;
        let key = if matches!(&place.at, crate::project::At::Yaml { path, .. } if path.last_key() == Some("memory"))
        {
            "memory"
        } else {
            "mem_limit"
        };
        let limit = bytes(&value).filter(|limit| *limit < LEAST * workers as f64)?;
        (limit > 0.0).then_some(())?;
        let title = format!(
            "a memory limit of {} for {}: it is killed when it needs more; {}g are advised",
            shown(&value).replace('"', ""),
            worded(workers),
            gib(workers)
        );
        let text = "measure it under load first: LiteLLM advises about 4 GiB for each worker";
        let goes = instead_of(installation, &place);
        let finding = Finding::new(&META, "resources", "short", place).title(title);
        let finding = finding.why("the kernel kills the process in the middle of its requests");
        Some(finding.advice(text).lines(Lines::new(vec![format!("{key}: {}g", gib(workers))], goes)))
    };
    installation.parts.services().filter_map(of).collect()
}

/// An amount of compose, such as `512M`, `1gb`, `1.5g` or a number of bytes; its units are powers of 1024.
fn bytes(value: &Value) -> Option<f64> {
    let text = match value {
        Value::Int(number) => return Some(*number as f64),
        Value::Str(text) => text.trim().to_ascii_lowercase(),
        _ => return None,
    };
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number: f64 = text[..digits].parse().ok()?;
    let power = match text[digits..].trim().trim_end_matches("ib").trim_end_matches('b') {
        "" => 0,
        "k" => 1,
        "m" => 2,
        "g" => 3,
        _ => return None,
    };
    Some(number * 1024f64.powi(power))
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn amounts_of_compose() {
        let of = |text: &str| bytes(&text.into()).map(|bytes| bytes / 1_048_576.0);
        assert_eq!(of("512M"), Some(512.0));
        assert_eq!(of("1gb"), Some(1024.0));
        assert_eq!(of("1.5g"), Some(1536.0));
        assert_eq!(of("${LIMIT}"), None);
    }
}
