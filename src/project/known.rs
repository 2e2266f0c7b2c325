//! Every key that LiteLLM reads, whether or not the table of settings has more to say about it.
//!
//! `known/keys.txt` is made by `tests/litellm/known_keys.py` from the sources of the releases that it names, and
//! `tests/litellm.rs` makes it again and compares. It knows too much rather than too little: `litellm_settings` accepts any key, so
//! there every variable of LiteLLM's module counts.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use strsim::damerau_levenshtein;

use super::settings;
use super::version::{Running, Version};

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

#[derive(Debug, Default)]
struct Table {
    releases: Vec<Version>,
    /// By section and key, the releases that have it.
    keys: HashMap<&'static str, BTreeMap<&'static str, Vec<Version>>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::default();
    for line in TEXT.lines() {
        if let Some(comment) = line.strip_prefix('#') {
            let releases = comment.split_once("Releases:").map_or("", |(_, releases)| releases);
            table.releases.extend(versions(releases.split_whitespace()));
            continue;
        }
        let mut words = line.split(' ');
        let (Some(section), Some(key)) = (words.next(), words.next()) else { continue };
        let own = versions(words);
        let having = if own.is_empty() { table.releases.clone() } else { own };
        table.keys.entry(section).or_default().insert(key, having);
    }
    table
});

fn versions<'a>(words: impl Iterator<Item = &'a str>) -> Vec<Version> {
    words.filter_map(|word| word.parse().ok()).collect()
}

/// The releases that the table was made from, the oldest first.
pub fn releases() -> &'static [Version] {
    &TABLE.releases
}

/// What one of these releases reads: section and key.
pub fn of_release(release: Version) -> Vec<(&'static str, &'static str)> {
    let keys = TABLE.keys.iter().flat_map(|(section, keys)| keys.iter().map(|key| (*section, key)));
    keys.filter(|(_, (_, having))| having.contains(&release))
        .map(|(section, (key, _))| (section, *key))
        .collect()
}

/// The keys of a section in any release, also those that only the table of settings has.
pub fn keys(section: &str) -> Vec<&'static str> {
    let table = sections(section).flat_map(|keys| keys.keys().copied());
    let rows = settings::all().flat_map(|setting| rows_of(setting, section));
    let mut keys: Vec<&str> = table.chain(rows).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// What is read in a section, and what is only documented for it: `general_settings?` in the table.
fn sections(section: &str) -> impl Iterator<Item = &'static BTreeMap<&'static str, Vec<Version>>> {
    let documented = format!("{section}?");
    TABLE.keys.get(section).into_iter().chain(TABLE.keys.get(documented.as_str()))
}

/// The keys that a row has in a section: one of config.yaml, a mapping directly below one, or the environment.
fn rows_of<'s>(
    setting: &'static settings::Setting,
    section: &'s str,
) -> impl Iterator<Item = &'static str> + 's {
    let config = setting.config_homes().filter_map(move |(own, key)| match key.split_once('.') {
        None => (own == section).then_some(key),
        Some((parent, key)) => (parent == section && !key.contains('.')).then_some(key),
    });
    config.chain(setting.env_homes().filter(move |_| section == ENVIRONMENT))
}

/// The key of a section that is known to be meant by a name which nothing reads.
pub fn meant(section: &str, misnomer: &str) -> Option<&'static str> {
    let rows = settings::all().filter(|setting| setting.misnomers.contains(&misnomer));
    rows.flat_map(|setting| rows_of(setting, section)).next()
}

/// Whether some release reads `key` in `section`.
pub fn knows(section: &str, key: &str) -> bool {
    sections(section).any(|keys| keys.contains_key(key))
        || settings::all().any(|setting| rows_of(setting, section).any(|own| own == key))
}

/// Whether some release reads this variable, also where its name is put together from a known beginning.
pub fn is_variable(name: &str) -> bool {
    let begins = |key: &&str| key.ends_with('_') && key.matches('_').count() > 1 && name.starts_with(key);
    knows(ENVIRONMENT, name) || TABLE.keys.get(ENVIRONMENT).is_some_and(|keys| keys.keys().any(begins))
}

/// Whether what runs reads `key` in `section`; `None` where the table was not made from a release that would tell, or only the
/// documentation has it.
pub fn read_by(section: &str, key: &str, running: &Running) -> Option<bool> {
    let row = settings::all().find(|setting| rows_of(setting, section).any(|own| own == key));
    if let Some(row) = row {
        return row.versions.read_by(running);
    }
    let Some(having) = TABLE.keys.get(section).and_then(|keys| keys.get(key)) else {
        return if knows(section, key) { None } else { Some(false) };
    };
    let asked: Vec<Version> = match running {
        Running::Unknown(..) => releases().to_vec(),
        Running::Known(version, ..) => {
            let before = releases().iter().rev().find(|release| *release <= version);
            let after = releases().iter().find(|release| *release >= version);
            before.into_iter().chain(after).copied().collect()
        }
    };
    let read = asked.iter().filter(|release| having.contains(release)).count();
    match read {
        0 => Some(false),
        _ if read == asked.len() => Some(true),
        _ => None,
    }
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
    // The distance is never less than the difference in length, which costs nothing to know.
    written.chars().count().abs_diff(name.chars().count()) <= allowed
        && damerau_levenshtein(written, name) <= allowed
        && digits(written) == digits(name)
        && !means_another(written, name)
}

/// The letters of a name, without what only parts its words.
fn plain(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_lowercase())
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
        assert!(is_variable("LITELLM_PGBOUNCER_ENABLED") && !is_variable("LITELLM_LOG_LEVEL"));
    }

    #[test]
    fn a_key_is_read_for_sure_where_the_releases_around_agree() {
        let running = |version| Running::Known(version, "image tag", None);
        let read = |version| read_by("litellm_settings", "enable_redis_auth_cache", &running(version));
        assert_eq!(read(Version(1, 80, 15)), Some(false));
        assert_eq!(read(Version(1, 90, 0)), None);
        assert_eq!(read(Version(1, 106, 2)), Some(true));
        assert_eq!(read(Version(1, 109, 1)), Some(true));
        let unknown = Running::Unknown(String::new(), None);
        assert_eq!(read_by("litellm_settings", "enable_redis_auth_cache", &unknown), None);
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
}
