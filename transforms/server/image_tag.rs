//! A tag that floats brings another LiteLLM with any restart; three releases must not run at all.

use serde::Deserialize;

use crate::document::Value;
use crate::plan::{Area, Bounds, Finding, Fix, Intent, Lines, Meta, Parameter, Safety, Severity};
use crate::project::{At, Installation, KnownBy, Place, Release, Version};

pub const META: Meta = Meta {
    id: "image_tag",
    title: "the release of LiteLLM is not pinned",
    why: "the next pull, by a new node or by `docker compose pull`, may bring another release, which may read other settings and migrate the database; later nobody can tell which one failed",
    severity: Severity::Low,
    worst: Severity::Critical,
    gap: "pinned release",
    files: "Helm values; of compose files, manifests, Dockerfiles and requirements only advice",
    versions: "all",
    settings: &["image_tag"],
    params: &[Parameter::unknown(
        "tag",
        Bounds::Text(
            is_release,
            "a tag that names a release which is not compromised, such as main-v1.80.15-stable",
        ),
        "what to write instead of a tag that floats; without one nothing is written",
    )],
    weights: &[(Area::Reliability, 2), (Area::Security, 2)],
    aliases: &[],
};

/// The releases that must not run.
const COMPROMISED: [Version; 3] = [Version(1, 82, 7), Version(1, 82, 8), UNREPORTED];
/// The one of them that no public report is known of.
const UNREPORTED: Version = Version(1, 107, 0);

/// Whether a tag names a release that may run.
fn is_release(tag: &str) -> bool {
    let plain = tag.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    plain && tag.parse::<Version>().is_ok_and(|version| !COMPROMISED.contains(&version))
}

#[derive(Debug, Deserialize)]
pub struct Params {
    /// The tag to write, such as `main-v1.80.15-stable`; without one nothing is written.
    pub tag: Option<String>,
}

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let releases = installation.releases();
    let mut findings: Vec<Finding> = releases
        .iter()
        .filter_map(|release| {
            let bad = release.version().filter(|version| COMPROMISED.contains(version));
            bad.map(|version| compromised(installation, version, release.how, release.place.clone()))
        })
        .collect();
    if let Some((version, how)) = installation.told_release().filter(|told| COMPROMISED.contains(&told.0)) {
        findings.push(compromised(installation, version, how, installation.config_place()));
    }
    let floating: Vec<&Release> = releases.iter().filter(|release| release.floats()).collect();
    findings.extend(told(installation, &floating, params));
    findings
}

fn compromised(installation: &Installation<'_>, version: Version, how: KnownBy, place: Place) -> Finding {
    let file = installation.shown(place.file).to_owned();
    Finding::new(&META, META.id, "compromised", place)
        .severity(Severity::Critical)
        .title(format!("LiteLLM {version} is a compromised release ({how})"))
        .why(if version == UNREPORTED {
            "it is on this program's list of compromised releases; no public report is linked here"
        } else {
            "it was published with stolen credentials, and contains code that steals the credentials of the machine it runs on"
        })
        .advice(format!(
                "stop everything that runs it, pin another release in {file}, and rebuild without caches. Replace every credential that its machine, its pods or its build could read: provider keys, the master key, database passwords, cloud and Kubernetes credentials"
            ))
}

/// The one finding about every tag that floats.
fn told(installation: &Installation<'_>, floating: &[&Release], params: &Params) -> Option<Finding> {
    let (first, others) = floating.split_first()?;
    let Release { tag, place, .. } = first;
    let mut finding = Finding::new(&META, META.id, "floats", place.clone())
        .title(format!("the tag `{tag}` floats: it names no release"));
    let also = others.iter().map(|release| (release.place.clone(), format!("`{}` floats too", release.tag)));
    finding.related.extend(also);
    let expected = params.tag.as_deref();
    let in_values = is_tag(place);
    if let Some(expected) = expected.filter(|_| in_values && others.is_empty()) {
        let set = Intent::Set(place.clone(), Value::Str(expected.to_owned()));
        let fix = Fix::new(installation, format!("set the tag to {expected}"), Safety::Review, vec![set])
            .assuming(format!("the registry has the tag {expected}, and it is not older than the running version, for which the database was migrated"));
        return Some(finding.fix(fix));
    }
    let shown = expected.unwrap_or("<the release that you tested>");
    let how = if in_values { " (`--set image_tag.tag=TAG` writes it here)" } else { "" };
    let mut lines: Vec<String> = Vec::new();
    let mut files: Vec<&str> = Vec::new();
    for release in floating {
        let line = pinned(installation, release, shown);
        if !lines.contains(&line) {
            lines.push(line);
        }
        let file = installation.shown(release.place.file);
        if !files.contains(&file) {
            files.push(file);
        }
    }
    Some(
        finding
            .advice(format!(
                "pin the release that runs today by its tag or digest{how}, and change it only on purpose"
            ))
            .lines(Lines::new(lines, files.join(", "))),
    )
}

/// Whether the values of a chart or a kustomization keep the tag alone there.
fn is_tag(place: &Place) -> bool {
    matches!(&place.at, At::Yaml { path, .. } if matches!(path.last_key(), Some("tag" | "newTag")))
}

/// The line that stands there, with another tag: the repository is the owner's choice.
fn pinned(installation: &Installation<'_>, release: &Release, tag: &str) -> String {
    let Release { place, tag: floats, .. } = release;
    match &place.at {
        At::Env(name) => {
            let written = installation.value_at(place);
            let written = written.as_ref().and_then(Value::as_str).unwrap_or_default();
            let text = if written == floats { tag.to_owned() } else { with_tag(written, floats, tag) };
            format!("{name}={text}")
        }
        At::Line(_) => with_tag(installation.line_at(place), floats, tag),
        _ if is_tag(place) => format!("{}: {tag}", place.last_key().unwrap_or_default()),
        _ => {
            let image = installation.value_at(place);
            let image = image.as_ref().and_then(Value::as_str).unwrap_or_default();
            format!("image: {}", with_tag(image, floats, tag))
        }
    }
}

/// A reference of an image with another tag; where it has none, `latest` is what Docker takes.
fn with_tag(written: &str, floats: &str, tag: &str) -> String {
    let (head, rest) = match (written.rfind(&format!(":{floats}")), written.rfind(floats)) {
        (Some(at), _) => (&written[..at], &written[at + 1 + floats.len()..]),
        (None, Some(at)) if written.contains("${") => {
            return format!("{}{tag}{}", &written[..at], &written[at + floats.len()..]);
        }
        _ => (written, ""),
    };
    format!("{head}:{tag}{rest}")
}

#[cfg(test)]
mod tests {
    use super::with_tag;

    #[test]
    fn the_repository_stays() {
        let pinned = |written, floats| with_tag(written, floats, "v1");
        assert_eq!(
            pinned("docker.litellm.ai/berriai/litellm-database:main-stable", "main-stable"),
            "docker.litellm.ai/berriai/litellm-database:v1"
        );
        assert_eq!(pinned("ghcr.io/berriai/litellm", "latest"), "ghcr.io/berriai/litellm:v1");
        assert_eq!(
            pinned("FROM ghcr.io/berriai/litellm-non_root:main-latest AS base", "main-latest"),
            "FROM ghcr.io/berriai/litellm-non_root:v1 AS base"
        );
        assert_eq!(
            pinned("ghcr.io/berriai/litellm:${TAG:-main-latest}", "main-latest"),
            "ghcr.io/berriai/litellm:${TAG:-v1}"
        );
        assert_eq!(
            pinned("litellm-main-latest/litellm:main-latest", "main-latest"),
            "litellm-main-latest/litellm:v1"
        );
    }
}
