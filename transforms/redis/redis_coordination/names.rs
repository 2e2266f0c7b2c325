//! Names of a Redis that nobody reads: those of one mapping are one finding, since one without the others names nothing.

use super::{META, coordinate};
use crate::document::Value;
use crate::plan::build::{goes_in, ineffective_places, yaml_lines};
use crate::plan::{Finding, Fix, Intent, Lines, Remedy, State};
use crate::project::{At, Effective, Installation, Place, Why, is_secret_name};

pub fn ineffective(installation: &Installation<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for name in META.settings {
        let mut answer = installation.setting(name);
        if name.starts_with("cache_") && !names_of_redis(installation) {
            // A cache of another type has names of its own: `redis-semantic` reads `redis_url` and not `url`.
            answer.ineffective.retain(|one| !matches!(one.why, Why::Misspelt(_)));
        }
        let unread = answer.ineffective.iter().any(|one| matches!(one.why, Why::NotRead(..)));
        for finding in ineffective_places(installation, &META, &answer) {
            let finding = if let Some(reason) = stops(installation, name, &finding) {
                finding.advice(reason)
            } else if *name == "cache" && finding.state == State::WRONG_SECTION {
                mapping_of_cache(installation, finding)
            } else if unread && finding.state == State::NOT_READ {
                coordinate(installation, finding, "write it as this release reads it")
            } else {
                finding
            };
            match findings.iter_mut().find(|other| belong_together(other, &finding)) {
                Some(other) => join(installation, other, finding),
                None => findings.push(finding),
            }
        }
    }
    let off = !matches!(installation.setting("cache").value(), Some(Value::Bool(true)));
    for finding in findings.iter_mut().filter(|one| off && one.setting == "cache_params") {
        if matches!(finding.remedy, Remedy::Fix(_)) {
            let text = "the cache is off, so LiteLLM ignores its parameters: to cache answers, move them below this; otherwise remove them";
            let lines = yaml_lines("litellm_settings", &[("cache".into(), Value::Bool(true))]);
            *finding = finding
                .clone()
                .advice(text)
                .lines(Lines::new(lines, goes_in(installation, "litellm_settings")));
        }
    }
    findings
}

/// The parameters of a cache that name a Redis.
const NAMES_ONE: [&str; 4] = ["url", "host", "redis_startup_nodes", "sentinel_nodes"];

/// Why the proxy would not start with it in force, for want of what it needs.
fn stops(installation: &Installation<'_>, name: &str, finding: &Finding) -> Option<String> {
    if !matches!(finding.remedy, Remedy::Fix(_)) {
        return None;
    }
    if name == "cache"
        && names_of_redis(installation)
        && let Some(reason) = no_redis(installation)
    {
        return Some(reason);
    }
    let kwargs = installation.setting("cache_kwargs");
    let is_mapping = kwargs.value().is_none_or(|value| matches!(value, Value::Map(_) | Value::Null));
    (matches!(name, "redis_url" | "redis_host") && !is_mapping).then(|| {
        "make `router_settings.cache_kwargs` a mapping first: with a Redis for the router, anything else stops LiteLLM at its start".into()
    })
}

/// Why a cache that is turned on has no Redis: nothing names one, or only a variable that nothing is seen to give.
fn no_redis(installation: &Installation<'_>) -> Option<String> {
    const TARGETS: [&str; 6] =
        ["cache_url", "cache_host", "cache_cluster", "cache_sentinels", "env_redis_url", "env_redis_host"];
    let effective = TARGETS.iter().map(|target| installation.setting(target)).filter_map(|answer| {
        match (answer.reference, answer.effective) {
            (Some(reference), _) => Some(Value::Str(format!("os.environ/{}", reference.name))),
            (None, Effective::Set { value, .. }) => Some(value),
            // Something gives it, and only what is not visible.
            (None, Effective::Hidden { place, .. }) => {
                Some(installation.value_at(&place).unwrap_or(Value::Bool(true)))
            }
            (None, Effective::Unset) => None,
        }
    });
    // What is ignored elsewhere goes with it.
    let ineffective = installation.setting("cache_params").ineffective.into_iter();
    let ineffective = ineffective.filter_map(|one| match one.value {
        Value::Map(params) => Some(params),
        _ => None,
    });
    let ineffective = ineffective.flatten().filter(|(key, _)| NAMES_ONE.contains(&key.as_str()));
    let mut missing = None;
    for value in effective.chain(ineffective.map(|(_, value)| value)) {
        match value.as_str().map(|text| (text, text.strip_prefix("os.environ/"))) {
            Some((_, Some(variable))) if installation.variables(variable).is_empty() => {
                missing = Some(variable.to_owned());
            }
            Some(("", _)) => {}
            _ if value == Value::Null => {}
            _ => return None,
        }
    }
    Some(match missing {
        Some(variable) => format!(
            "first make sure that the process gets {variable}: with the cache on and no Redis, the proxy does not start"
        ),
        None => "name a Redis in `cache_params` first: with the cache on and none, the proxy does not start"
            .into(),
    })
}

/// Whether `cache_params` has the names of a plain Redis: those of other types differ.
fn names_of_redis(installation: &Installation<'_>) -> bool {
    match installation.setting("cache_type").effective {
        Effective::Unset => true,
        Effective::Set { value, .. } => value == Value::from("redis") || value == Value::Null,
        Effective::Hidden { .. } => false,
    }
}

/// `cache` as a mapping: moved as it is, every request would fail, since LiteLLM wants `cache: true` and the mapping in `cache_params`.
fn mapping_of_cache(installation: &Installation<'_>, finding: Finding) -> Finding {
    let Some(Value::Map(entries)) = installation.value_at(&finding.place) else { return finding };
    let given = |(key, value): (String, Value)| {
        let secret = is_secret_name(&key) || value.as_str().is_some_and(|text| text.contains("://"));
        (key, if secret { "<the same value>".into() } else { value })
    };
    let params = Value::Map(entries.into_iter().map(given).collect());
    let entries = [("cache".into(), Value::Bool(true)), ("cache_params".into(), params)];
    let lines = yaml_lines("litellm_settings", &entries);
    let instead = "to cache answers, write this instead, and make sure that its Redis can be reached";
    let text = match &finding.remedy {
        Remedy::Advice(advice) => format!("{}; {instead}", advice.text),
        Remedy::Fix(_) => instead.to_owned(),
    };
    finding.advice(text).lines(Lines::new(lines, goes_in(installation, "litellm_settings")))
}

/// `url` for a cache of the type `redis-semantic`, which reads `redis_url`.
pub fn of_semantic(installation: &Installation<'_>) -> Option<Finding> {
    let kind = installation.setting("cache_type");
    let url = installation.setting("cache_url");
    let place = url.place().filter(|_| kind.value() == Some(&Value::from("redis-semantic")))?;
    let right = sibling(place, "redis_url")?;
    let host = installation.setting("cache_host");
    let finding = Finding::new(&META, "cache_url", "of_semantic", place.clone())
        .title("`url` is ignored: a cache of the type redis-semantic reads `redis_url`")
        .why("without it LiteLLM needs REDIS_HOST, REDIS_PORT and REDIS_PASSWORD in its environment, and stops at its start where they are missing")
        .advice("rename it to `redis_url`");
    (installation.value_at(&right).is_none() && host.is_unset()).then_some(finding)
}

fn sibling(place: &Place, key: &str) -> Option<Place> {
    match &place.at {
        At::Yaml { doc, path } => Some(Place::yaml(place.file, *doc, path.split_last()?.0.child(key))),
        At::Env(_) | At::Variable { .. } | At::Argument { .. } | At::Line(_) => None,
    }
}

/// Entries that leave one mapping for another one, or are renamed in one.
fn belong_together(one: &Finding, other: &Finding) -> bool {
    // The one does nothing without the other.
    let cache = |finding: &Finding| {
        matches!(finding.setting.as_str(), "cache" | "cache_params")
            && matches!(finding.remedy, Remedy::Fix(_))
    };
    if cache(one) && cache(other) {
        return true;
    }
    let to = |finding: &Finding| match &finding.remedy {
        Remedy::Fix(fix) => match fix.intents.first() {
            Some(Intent::Move(_, to)) => Some(to.clone()),
            _ => mapping(&finding.place),
        },
        Remedy::Advice(_) => mapping(&finding.place).filter(|_| finding.state == State::WRONG_SECTION),
    };
    let kind = |finding: &Finding| matches!(finding.remedy, Remedy::Fix(_));
    one.state == other.state && kind(one) == kind(other) && to(one).is_some() && to(one) == to(other)
}

/// The mapping that a place stands in, with its file.
fn mapping(place: &Place) -> Option<Place> {
    match &place.at {
        At::Yaml { doc, path } => Some(Place::yaml(place.file, *doc, path.split_last()?.0)),
        _ => None,
    }
}

fn join(installation: &Installation<'_>, finding: &mut Finding, other: Finding) {
    match (&mut finding.remedy, other.remedy) {
        (Remedy::Fix(fix), Remedy::Fix(more)) => {
            let title = format!("{}, {}", fix.title, more.title);
            let intents = fix.intents.drain(..).chain(more.intents).collect();
            *fix = Fix::new(installation, title, fix.safety.max(more.safety), intents)
                .assuming("this activates them: they were not effective before");
            finding.why = "they look set, but none of them is effective".into();
        }
        (Remedy::Advice(advice), _) => {
            advice.text = "remove them there, or move them to where LiteLLM reads them".into();
            finding.why = "they look set, but are ineffective there".into();
        }
        (Remedy::Fix(_), Remedy::Advice(_)) => return,
    }
    finding.related.push((other.place, "also ignored".into()));
    let places = std::iter::once(&finding.place).chain(finding.related.iter().map(|(place, _)| place));
    let names: Vec<String> = places.map(|place| format!("`{}`", last(place))).collect();
    finding.title = format!("{} are ignored: LiteLLM does not read these names there", names.join(", "));
}

fn last(place: &Place) -> &str {
    match &place.at {
        At::Yaml { path, .. } => path.last_key().unwrap_or_default(),
        At::Env(name) | At::Variable { name, .. } | At::Argument { flag: name, .. } => name,
        At::Line(_) => "",
    }
}
