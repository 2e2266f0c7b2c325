//! Who gets in while the database is down, and with which rights.

use super::META;
use crate::plan::{Finding, Severity};
use crate::project::{Installation, Running, Sign, Version};

/// The last release known to give such requests the user id of the admin.
const ADMIN: Version = Version(1, 83, 0);
/// The first release known to give such requests a restricted identity.
const RESTRICTED: Version = Version(1, 83, 14);

/// How much it hurts here, and the words for it.
pub fn hazard(installation: &Installation<'_>, exposed: Option<&Sign>) -> (Severity, Option<String>) {
    let (known, words) = match installation.running() {
        Running::Known(version, ..) if *version >= RESTRICTED => (false, None),
        Running::Known(version, ..) if *version > ADMIN => {
            (true, Some(format!("in {version} perhaps with the user id of the admin")))
        }
        Running::Known(version, ..) => (true, Some(format!("in {version} with the user id of the admin"))),
        Running::Unknown(..) => (false, Some("up to 1.83.0 with the user id of the admin".to_owned())),
    };
    let severity = match (exposed, known) {
        (Some(_), _) => Severity::Critical,
        (None, true) => Severity::High,
        (None, false) => META.severity,
    };
    (severity, words)
}

/// What becomes of it here.
pub fn why(installation: &Installation<'_>, exposed: Option<&Sign>) -> String {
    let (_, identity) = hazard(installation, exposed);
    let from = match exposed {
        Some(sign) => format!("the proxy can be reached from outside ({})", sign.what),
        None => "it is meant for proxies that nobody outside the network can reach".into(),
    };
    let identity = identity.map(|words| format!(", {words}")).unwrap_or_default();
    format!("{}{identity}; {from}", META.why)
}

/// With the sign that it can be reached.
pub fn related(finding: &mut Finding, exposed: Option<&Sign>) {
    finding.related.extend(exposed.map(|sign| (sign.place.clone(), sign.what.clone())));
}
