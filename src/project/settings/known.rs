//! Every key that LiteLLM reads, whether or not the table of settings has more to say about it.
//!
//! `known/keys.txt` is made by `tests/litellm/known_keys.py` from the sources of the releases that it names, and
//! `tests/litellm.rs` makes it again and compares. It knows too much rather than too little: `litellm_settings` accepts any key, so
//! there every variable of LiteLLM's module counts.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use strsim::damerau_levenshtein;

use crate::project::settings::version::{Running, Version};
use crate::project::settings::{self, Setting};

/// The name of the configuration itself among the sections of the table.
pub const TOP: &str = "top";
/// The name of the process environment among the sections of the table.
pub const ENVIRONMENT: &str = "environment";

const TEXT: &str = include_str!("known/keys.txt");

/// The values of litellm-helm, by the path of the mapping that holds them: all of its top level in the releases from 2025 on, and
/// below that the mappings that the transforms speak of. From its `values.yaml` and templates.
pub const VALUES: &[(&str, &[&str])] = &[
    (
        "",
        &[
            "affinity",
            "args",
            "autoscaling",
            "billingMetrics",
            "command",
            "db",
            "deploymentAnnotations",
            "deploymentLabels",
            "deploymentMinReadySeconds",
            "envVars",
            "environmentConfigMaps",
            "environmentSecrets",
            "extraContainers",
            "extraEnvVars",
            "extraInitContainers",
            "extraResources",
            "fullnameOverride",
            "global",
            "hostAliases",
            "image",
            "imagePullSecrets",
            "ingress",
            "initContainers",
            "keda",
            "lifecycle",
            "livenessProbe",
            "logLevel",
            "masterkey",
            "masterkeySecretKey",
            "masterkeySecretName",
            "metricsServer",
            "migrationJob",
            "nameOverride",
            "nodeSelector",
            "numWorkers",
            "pdb",
            "podAnnotations",
            "podLabels",
            "podSecurityContext",
            "postgresql",
            "priorityClassName",
            "proxyConfigMap",
            "proxy_config",
            "readinessProbe",
            "redis",
            "replicaCount",
            "resources",
            "securityContext",
            "separateHealthApp",
            "separateHealthPort",
            "service",
            "serviceAccount",
            "serviceMonitor",
            "startupProbe",
            "strategy",
            "terminationGracePeriodSeconds",
            "tolerations",
            "topologySpreadConstraints",
            "volumeMounts",
            "volumes",
        ],
    ),
    ("proxyConfigMap", &["annotations", "create", "key", "name"]),
    (
        "autoscaling",
        &[
            "annotations",
            "behavior",
            "enabled",
            "maxReplicas",
            "minReplicas",
            "targetCPUUtilizationPercentage",
            "targetMemoryUtilizationPercentage",
        ],
    ),
    (
        "db",
        &[
            "connectionPool",
            "database",
            "deployStandalone",
            "endpoint",
            "secret",
            "url",
            "useExisting",
            "useStackgresOperator",
        ],
    ),
    (
        "serviceMonitor",
        &[
            "annotations",
            "authSecret",
            "enabled",
            "interval",
            "labels",
            "namespaceSelector",
            "relabelings",
            "scrapeTimeout",
        ],
    ),
];

/// What the package `litellm_enterprise` reads, which is installed beside LiteLLM and has versions of its own.
const BESIDE: &[(&str, &str)] =
    &[("general_settings", "block_robots"), ("general_settings", "custom_auth_settings")];

/// What is known of a key of a section.
#[derive(Default)]
struct Known {
    /// The releases that read it, as the table writes them: none where all of them do. `None` where that is not known, because
    /// only the documentation or the table of settings has it.
    read: Option<&'static str>,
    /// The row of the table of settings.
    row: Option<&'static Setting>,
}

/// By section and key.
static TABLE: LazyLock<BTreeMap<(&'static str, &'static str), Known>> = LazyLock::new(|| {
    // What is only documented for a section is `general_settings?` in the text.
    let (documented, read): (Vec<_>, Vec<_>) = lines().partition(|(section, ..)| section.ends_with('?'));
    // The lines are in order, which makes one collection of all cheap.
    let known = |(section, key, releases)| ((section, key), Known { read: Some(releases), row: None });
    let mut table: BTreeMap<(&str, &str), Known> = read.into_iter().map(known).collect();
    for (section, key, _) in documented {
        table.entry((section.trim_end_matches('?'), key)).or_default();
    }
    for key in BESIDE {
        table.entry(*key).or_default();
    }
    for setting in settings::all() {
        for key in keys_of(setting) {
            table.entry(key).or_default().row.get_or_insert(setting);
        }
    }
    table
});

static RELEASES: LazyLock<Vec<Version>> = LazyLock::new(|| {
    let comments = TEXT.lines().take_while(|line| line.starts_with('#'));
    let releases = comments.filter_map(|line| line.split_once("Releases:"));
    releases.flat_map(|(_, releases)| versions(releases)).collect()
});

/// Beginnings of variables whose names are put together.
static BEGINNINGS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let begins = |key: &&str| key.ends_with('_') && key.matches('_').count() > 1;
    keys(ENVIRONMENT).filter(begins).collect()
});

/// The lines of the text: section, key, and the releases that have it where not all of them do.
fn lines() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    TEXT.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let (section, rest) = line.split_once(' ')?;
        let (key, releases) = rest.split_once(' ').unwrap_or((rest, ""));
        Some((section, key, releases))
    })
}

fn versions(words: &str) -> impl Iterator<Item = Version> {
    words.split_whitespace().filter_map(|word| word.parse().ok())
}

/// The keys that a row has, each with its section: one of config.yaml, a mapping directly below one, or the environment.
fn keys_of(setting: &'static Setting) -> impl Iterator<Item = (&'static str, &'static str)> {
    let config = setting.config_homes().filter_map(|(section, key)| match key.split_once('.') {
        None => Some((section, key)),
        Some((parent, key)) => (!key.contains('.')).then_some((parent, key)),
    });
    config.chain(setting.env_homes().map(|name| (ENVIRONMENT, name)))
}

/// The releases that the table was made from, the oldest first.
pub fn releases() -> &'static [Version] {
    &RELEASES
}

/// What one of these releases reads: section and key.
pub fn of_release(release: Version) -> Vec<(&'static str, &'static str)> {
    let having =
        lines().filter(|(_, _, words)| words.is_empty() || versions(words).any(|one| one == release));
    having.map(|(section, key, _)| (section, key)).collect()
}

/// The keys of a section in any release, also those that only the table of settings has, in order.
pub fn keys(section: &str) -> impl Iterator<Item = &'static str> {
    let keys = TABLE.range((section, "")..).map(|(key, _)| *key);
    keys.take_while(move |(own, _)| *own == section).map(|(_, key)| key)
}

/// The key of a section that is known to be meant by a name which nothing reads.
pub fn meant(section: &str, misnomer: &str) -> Option<&'static str> {
    let rows = settings::all().filter(|setting| setting.misnomers.contains(&misnomer));
    rows.flat_map(keys_of).find_map(|(own, key)| (own == section).then_some(key))
}

/// Whether some release reads `key` in `section`.
pub fn knows(section: &str, key: &str) -> bool {
    TABLE.contains_key(&(section, key))
}

/// The row of the table of settings for `key` in `section`, if it has one.
pub fn row(section: &str, key: &str) -> Option<&'static Setting> {
    TABLE.get(&(section, key))?.row
}

/// Whether some release reads this variable, also where its name is put together from a known beginning.
pub fn is_variable(name: &str) -> bool {
    knows(ENVIRONMENT, name) || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
}

/// Whether what runs reads `key` in `section`; `None` where the table was not made from a release that would tell, or only the
/// documentation has it.
pub fn read_by(section: &str, key: &str, running: &Running) -> Option<bool> {
    let Some(known) = TABLE.get(&(section, key)) else { return Some(false) };
    if let Some(row) = known.row {
        return row.versions.read_by(running);
    }
    let words = known.read?;
    let asked: Vec<Version> = match running {
        Running::Unknown(..) => releases().to_vec(),
        Running::Known(version, ..) => around(*version),
    };
    let having = |release: &&Version| words.is_empty() || versions(words).any(|one| one == **release);
    match asked.iter().filter(having).count() {
        0 => Some(false),
        read if read == asked.len() => Some(true),
        _ => None,
    }
}

/// Whether a list of names has no such name in what runs, for sure: a release newer than the table may have more of them.
pub fn lacks(list: &str, name: &str, running: &Running) -> bool {
    let newer = matches!(running, Running::Known(version, ..) if releases().last().is_some_and(|last| version > last));
    !newer && read_by(list, name, running) == Some(false)
}

/// The releases of the table around this one. Those before are all of their line, for a line is patched while newer ones come out: what
/// only its last patch has need not be in the first releases of the next line.
fn around(version: Version) -> Vec<Version> {
    let before = releases().iter().rev().find(|release| **release <= version);
    let older = before.filter(|before| before.line() != version.line());
    let line = releases().iter().filter(|one| older.is_some_and(|older| one.line() == older.line()));
    let after = releases().iter().find(|release| **release >= version);
    line.chain(before).chain(after).copied().collect()
}

/// Words that are a letter or two apart and mean different things.
const DIFFERENT: [(&str, &str); 8] = [
    ("include", "exclude"),
    ("min", "max"),
    ("minimum", "maximum"),
    ("input", "output"),
    ("read", "write"),
    ("pre", "post"),
    ("user", "users"),
    ("num", "max"),
];

/// Whether `written` looks like `name`: another spelling of the same words, or one or two letters off. Other numbers and other
/// words, like `min` for `max`, are other names.
pub fn resembles(written: &str, name: &str) -> bool {
    if plain(written).eq(plain(name)) {
        return true;
    }
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let allowed = match name.len().min(written.len()) {
        0..=4 => 0,
        5..=8 => 1,
        _ => 2,
    };
    // The distance is never less than the difference in length or in letters, which cost next to nothing to know.
    written.chars().count().abs_diff(name.chars().count()) <= allowed
        && letters_apart(written, name) <= allowed
        && damerau_levenshtein(written, name) <= allowed
        && digits(written) == digits(name)
        && !means_another(written, name)
}

/// The letters of a name, without what only parts its words.
fn plain(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_lowercase())
}

/// How many letters one of two names has that the other lacks, as far as a few counters tell: never more than there are.
fn letters_apart(one: &str, other: &str) -> usize {
    let mut counts = [0_i32; 32];
    for letter in one.chars() {
        counts[letter as usize % 32] += 1;
    }
    for letter in other.chars() {
        counts[letter as usize % 32] -= 1;
    }
    let sum = |sign: i32| counts.iter().map(|count| (count * sign).max(0).unsigned_abs() as usize).sum();
    usize::max(sum(1), sum(-1))
}

/// The names that `written` looks like: those of the same words alone, if there are any.
pub fn near<'n>(written: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let near: Vec<&str> = names.into_iter().filter(|name| resembles(written, name)).collect();
    let same: Vec<&str> = near.iter().filter(|name| plain(name).eq(plain(written))).copied().collect();
    if same.is_empty() { near } else { same }
}

fn means_another(written: &str, name: &str) -> bool {
    std::iter::zip(written.split('_'), name.split('_')).any(|(one, other)| {
        DIFFERENT.iter().any(|(a, b)| (one == *a && other == *b) || (one == *b && other == *a))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::settings::version::KnownBy;

    #[test]
    fn the_table_knows_keys_and_their_releases() {
        assert_eq!(releases().first(), Some(&Version(1, 72, 6)));
        for (section, key) in [
            ("general_settings", "disable_reset_budget"),
            ("litellm_settings", "drop_params"),
            ("litellm_settings", "request_timeout"),
            ("router_settings", "optional_pre_call_checks"),
            ("retry_policy", "TimeoutErrorRetries"),
            ("allowed_fails_policy", "RateLimitErrorAllowedFails"),
            ("cache_params", "namespace"),
            ("cache_params", "username"),
            ("alerting_args", "daily_report_frequency"),
            (TOP, "mcp_servers"),
            (ENVIRONMENT, "LITELLM_LICENSE"),
        ] {
            assert!(knows(section, key), "{section}.{key}");
        }
        assert!(!knows("router_settings", "health_check_interval"));
        assert_eq!(meant(ENVIRONMENT, "LITELLM_NUM_WORKERS"), Some("NUM_WORKERS"));
        assert!(!knows("general_settings", "drop_params"));
        assert!(keys("cache_params").any(|key| key == "namespace"));
        assert!(keys("cache_params").all(|key| knows("cache_params", key)));
        assert!(is_variable("LITELLM_PGBOUNCER_ENABLED") && !is_variable("LITELLM_LOG_LEVEL"));
    }

    #[test]
    fn a_key_is_read_for_sure_where_the_releases_around_agree() {
        let running = |version| Running::Known(version, KnownBy::ImageTag, None);
        let read = |version| read_by("litellm_settings", "budget_exceeded_status_code", &running(version));
        assert_eq!(read(Version(1, 80, 15)), Some(false));
        assert_eq!(read(Version(1, 90, 0)), None);
        assert_eq!(read(Version(1, 106, 2)), Some(true));
        assert_eq!(read(Version(1, 109, 1)), Some(true));
        // Read in the older ones, documented since.
        let read = |version| read_by("general_settings", "max_parallel_requests", &running(version));
        assert_eq!(read(Version(1, 80, 15)), Some(true));
        assert_eq!(read(Version(1, 106, 2)), Some(false));
        let unknown = Running::Unknown(String::new(), None);
        assert_eq!(read_by("litellm_settings", "budget_exceeded_status_code", &unknown), None);
        assert_eq!(read_by("litellm_settings", "drop_params", &unknown), Some(true));
    }

    #[test]
    fn names_that_look_alike() {
        for (written, name) in [
            ("drop_param", "drop_params"),
            ("dropParams", "drop_params"),
            ("sucess_callback", "success_callback"),
            ("maximum_spend_log_retention_period", "maximum_spend_logs_retention_period"),
        ] {
            assert!(resembles(written, name), "{written}");
        }
        for (written, name) in [
            ("prometheus_include_labels", "prometheus_exclude_labels"),
            ("min_budget", "max_budget"),
            ("OPENAI_API_KEY2", "OPENAI_API_KEY"),
            ("tls", "ttl"),
        ] {
            assert!(!resembles(written, name), "{written}");
        }
    }

    #[test]
    fn the_difference_in_letters_is_never_more_than_the_distance() {
        let names: Vec<&str> =
            keys("router_settings").chain(["größe", "grosse", "", "AAAAAA", "ａａ"]).collect();
        for one in &names {
            for other in &names {
                assert!(letters_apart(one, other) <= damerau_levenshtein(one, other), "{one} {other}");
            }
        }
        assert_eq!(letters_apart("drop_params", "drop_parms"), 1);
        assert_eq!(letters_apart("timeout", "retries"), 4);
    }
}
