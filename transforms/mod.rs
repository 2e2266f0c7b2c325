//! The registry of transforms: one ordered list, and the only place that decides the order.

mod database {
    pub mod database_connection_pool;
    pub mod database_tls;
    pub mod database_writes;
    pub mod db_unavailable;
    pub mod migrations;
    pub mod prepared_statements;
    pub mod proxy_batch_write_at;
    pub mod scheduled_jobs;
}
mod logging {
    pub mod alerting;
    pub mod debug_mode;
    pub mod json_logs;
    pub mod litellm_log;
    pub mod metrics;
    pub mod service_callbacks;
}
mod redis {
    pub mod redis_connection_pool;
    pub mod redis_coordination;
    pub mod redis_url;
    pub mod semantic_cache;
}
mod router {
    pub mod allowed_fails_policy;
    pub mod dead_fallbacks;
    pub mod dropped_models;
    pub mod request_timeout;
    pub mod retry_policy;
    pub mod routing_strategy;
}
mod security {
    pub mod enterprise_license;
    pub mod guardrails;
    pub mod master_key;
    pub mod plain_secrets;
    pub mod salt_key;
    pub mod trusted_proxy_ranges;
}
mod server {
    pub mod graceful_shutdown;
    pub mod health_app;
    pub mod health_checks;
    pub mod image_tag;
    pub mod litellm_mode;
    pub mod probes;
    pub mod read_only_root;
    pub mod resources;
    pub mod worker_recycling;
    pub mod workers;
}
mod structure {
    pub mod config_structure;
    pub mod misplaced_settings;
    pub mod misspelt_settings;
    pub mod unread_settings;
}

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::plan::Transform;

/// Whether some transform answers for this setting, so that the general ones leave it alone.
fn has_owner(setting: &str) -> bool {
    static OWNED: LazyLock<HashSet<&str>> =
        LazyLock::new(|| registry().iter().flat_map(|one| one.meta.settings).copied().collect());
    OWNED.contains(setting)
}

/// The transform `topic::id`: what it knows is `topic/id.rs`, its page `topic/id.md`.
macro_rules! pair {
    ($topic:ident :: $id:ident) => {
        Transform::new(
            &$topic::$id::META,
            include_str!(concat!(stringify!($topic), "/", stringify!($id), ".md")),
            $topic::$id::assess,
        )
        .of(stringify!($topic))
    };
}

/// Every transform, in the order in which fixes are planned.
pub fn registry() -> Vec<Transform> {
    vec![
        pair!(structure::config_structure),
        pair!(router::dead_fallbacks),
        pair!(router::dropped_models),
        pair!(security::guardrails),
        pair!(security::enterprise_license),
        pair!(structure::misplaced_settings),
        pair!(structure::misspelt_settings),
        pair!(structure::unread_settings),
        pair!(router::retry_policy),
        pair!(router::allowed_fails_policy),
        pair!(router::routing_strategy),
        pair!(router::request_timeout),
        pair!(server::graceful_shutdown),
        pair!(server::health_checks),
        pair!(server::health_app),
        pair!(server::probes),
        pair!(database::proxy_batch_write_at),
        pair!(database::database_connection_pool),
        pair!(database::prepared_statements),
        pair!(redis::semantic_cache),
        pair!(redis::redis_connection_pool),
        pair!(server::workers),
        pair!(server::worker_recycling),
        pair!(database::database_writes),
        pair!(redis::redis_coordination),
        pair!(redis::redis_url),
        pair!(logging::litellm_log),
        pair!(logging::json_logs),
        pair!(logging::debug_mode),
        pair!(logging::alerting),
        pair!(logging::metrics),
        pair!(logging::service_callbacks),
        pair!(security::salt_key),
        pair!(security::master_key),
        pair!(security::plain_secrets),
        pair!(database::db_unavailable),
        pair!(server::litellm_mode),
        pair!(database::migrations),
        pair!(server::resources),
        pair!(database::database_tls),
        pair!(database::scheduled_jobs),
        pair!(server::read_only_root),
        pair!(security::trusted_proxy_ranges),
        pair!(server::image_tag),
    ]
}

#[cfg(test)]
#[path = "../tests/contributing/pre_call_checks.rs"]
mod pre_call_checks;

#[cfg(test)]
mod tests {
    use super::pre_call_checks;
    use crate::plan::{Rules, Transform, plan};
    use crate::project::{Project, Scope, Told};

    const CODE: &str = include_str!("../tests/contributing/pre_call_checks.rs");
    const PAGE: &str = include_str!("../tests/contributing/pre_call_checks.md");
    const GUIDE: &str = include_str!("../CONTRIBUTING.md");

    /// What the example makes of the only file of a case.
    fn written(config: &str) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.yaml"), config).unwrap();
        let paths = vec![folder.path().to_owned()];
        let scope = Scope {
            paths,
            exclude: Vec::new(),
            exclude_from: ".".into(),
            max_file_size: 1 << 20,
            walk: crate::project::Walk::default(),
        };
        let project = Project::load(&scope, Told::Nothing).unwrap();
        let rules = Rules {
            select: vec![pre_call_checks::META.id.into()],
            named: vec![pre_call_checks::META.id.into()],
            ..Rules::default()
        };
        let example = [Transform::new(&pre_call_checks::META, PAGE, pre_call_checks::assess)];
        let plan = plan(project.files, &project.installations, &example, &[rules], None).unwrap();
        plan.changes.first().map(|change| change.after().into_owned())
    }

    #[test]
    fn the_example_of_the_guide_is_built_and_its_cases_hold() {
        for part in [CODE, PAGE] {
            assert!(
                GUIDE.contains(part),
                "CONTRIBUTING.md shows the files of tests/contributing as they are"
            );
        }
        let row = "    row(\n        \"enable_pre_call_checks\",\n        &[Config(\"router_settings\", \"enable_pre_call_checks\")],";
        assert!(GUIDE.contains(row) && include_str!("../src/project/settings/rows/router.rs").contains(row));
        let blocks = |fence: &str| -> Vec<&str> {
            PAGE.split(fence).skip(1).filter_map(|rest| rest.split("```").next()).collect()
        };
        let (files, diffs) = (blocks("```yaml title=config.yaml\n"), blocks("```diff\n"));
        let added =
            diffs[0].lines().find_map(|line| line.strip_prefix('+').filter(|rest| !rest.starts_with('+')));
        assert_eq!(written(files[0]), Some(format!("{}{}\n", files[0], added.unwrap())));
        assert_eq!(written(files[1]), None);
    }
}
