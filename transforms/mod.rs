//! The registry of transforms: one ordered list, and the only place that decides the order.

mod alerting;
mod allowed_fails_policy;
mod config_structure;
mod database_connection_pool;
mod database_tls;
mod database_writes;
mod db_unavailable;
mod dead_fallbacks;
mod debug_mode;
mod dropped_models;
mod enterprise_license;
mod graceful_shutdown;
mod guardrails;
mod health_app;
mod health_checks;
mod image_tag;
mod json_logs;
mod litellm_log;
mod litellm_mode;
mod master_key;
mod metrics;
mod migrations;
mod misplaced_settings;
mod misspelt_settings;
mod plain_secrets;
mod prepared_statements;
mod probes;
mod proxy_batch_write_at;
mod read_only_root;
mod redis_connection_pool;
mod redis_coordination;
mod redis_url;
mod request_timeout;
mod resources;
mod retry_policy;
mod routing_strategy;
mod salt_key;
mod scheduled_jobs;
mod semantic_cache;
mod service_callbacks;
mod trusted_proxy_ranges;
mod unread_settings;
mod worker_recycling;
mod workers;

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::plan::Transform;

/// Whether some transform answers for this setting, so that the general ones leave it alone.
fn has_owner(setting: &str) -> bool {
    static OWNED: LazyLock<HashSet<&str>> =
        LazyLock::new(|| registry().iter().flat_map(|one| one.meta.settings).copied().collect());
    OWNED.contains(setting)
}

/// Every transform, in the order in which fixes are planned.
pub fn registry() -> Vec<Transform> {
    vec![
        Transform::new(
            &config_structure::META,
            include_str!("config_structure.md"),
            config_structure::assess,
        ),
        Transform::new(&dead_fallbacks::META, include_str!("dead_fallbacks.md"), dead_fallbacks::assess),
        Transform::new(&dropped_models::META, include_str!("dropped_models.md"), dropped_models::assess),
        Transform::new(&guardrails::META, include_str!("guardrails.md"), guardrails::assess),
        Transform::new(
            &enterprise_license::META,
            include_str!("enterprise_license.md"),
            enterprise_license::assess,
        ),
        Transform::new(
            &misplaced_settings::META,
            include_str!("misplaced_settings.md"),
            misplaced_settings::assess,
        ),
        Transform::new(
            &misspelt_settings::META,
            include_str!("misspelt_settings.md"),
            misspelt_settings::assess,
        ),
        Transform::new(&unread_settings::META, include_str!("unread_settings.md"), unread_settings::assess),
        Transform::new(&retry_policy::META, include_str!("retry_policy.md"), retry_policy::assess),
        Transform::new(
            &allowed_fails_policy::META,
            include_str!("allowed_fails_policy.md"),
            allowed_fails_policy::assess,
        ),
        Transform::new(
            &routing_strategy::META,
            include_str!("routing_strategy.md"),
            routing_strategy::assess,
        ),
        Transform::new(&request_timeout::META, include_str!("request_timeout.md"), request_timeout::assess),
        Transform::new(
            &graceful_shutdown::META,
            include_str!("graceful_shutdown.md"),
            graceful_shutdown::assess,
        ),
        Transform::new(&health_checks::META, include_str!("health_checks.md"), health_checks::assess),
        Transform::new(&health_app::META, include_str!("health_app.md"), health_app::assess),
        Transform::new(&probes::META, include_str!("probes.md"), probes::assess),
        Transform::new(
            &proxy_batch_write_at::META,
            include_str!("proxy_batch_write_at.md"),
            proxy_batch_write_at::assess,
        ),
        Transform::new(
            &database_connection_pool::META,
            include_str!("database_connection_pool.md"),
            database_connection_pool::assess,
        ),
        Transform::new(
            &prepared_statements::META,
            include_str!("prepared_statements.md"),
            prepared_statements::assess,
        ),
        Transform::new(&semantic_cache::META, include_str!("semantic_cache.md"), semantic_cache::assess),
        Transform::new(
            &redis_connection_pool::META,
            include_str!("redis_connection_pool.md"),
            redis_connection_pool::assess,
        ),
        Transform::new(&workers::META, include_str!("workers.md"), workers::assess),
        Transform::new(
            &worker_recycling::META,
            include_str!("worker_recycling.md"),
            worker_recycling::assess,
        ),
        Transform::new(&database_writes::META, include_str!("database_writes.md"), database_writes::assess),
        Transform::new(
            &redis_coordination::META,
            include_str!("redis_coordination.md"),
            redis_coordination::assess,
        ),
        Transform::new(&redis_url::META, include_str!("redis_url.md"), redis_url::assess),
        Transform::new(&litellm_log::META, include_str!("litellm_log.md"), litellm_log::assess),
        Transform::new(&json_logs::META, include_str!("json_logs.md"), json_logs::assess),
        Transform::new(&debug_mode::META, include_str!("debug_mode.md"), debug_mode::assess),
        Transform::new(&alerting::META, include_str!("alerting.md"), alerting::assess),
        Transform::new(&metrics::META, include_str!("metrics.md"), metrics::assess),
        Transform::new(
            &service_callbacks::META,
            include_str!("service_callbacks.md"),
            service_callbacks::assess,
        ),
        Transform::new(&salt_key::META, include_str!("salt_key.md"), salt_key::assess),
        Transform::new(&master_key::META, include_str!("master_key.md"), master_key::assess),
        Transform::new(&plain_secrets::META, include_str!("plain_secrets.md"), plain_secrets::assess),
        Transform::new(&db_unavailable::META, include_str!("db_unavailable.md"), db_unavailable::assess),
        Transform::new(&litellm_mode::META, include_str!("litellm_mode.md"), litellm_mode::assess),
        Transform::new(&migrations::META, include_str!("migrations.md"), migrations::assess),
        Transform::new(&resources::META, include_str!("resources.md"), resources::assess),
        Transform::new(&database_tls::META, include_str!("database_tls.md"), database_tls::assess),
        Transform::new(&scheduled_jobs::META, include_str!("scheduled_jobs.md"), scheduled_jobs::assess),
        Transform::new(&read_only_root::META, include_str!("read_only_root.md"), read_only_root::assess),
        Transform::new(
            &trusted_proxy_ranges::META,
            include_str!("trusted_proxy_ranges.md"),
            trusted_proxy_ranges::assess,
        ),
        Transform::new(&image_tag::META, include_str!("image_tag.md"), image_tag::assess),
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
        assert!(GUIDE.contains(row) && include_str!("../src/project/settings/router.rs").contains(row));
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
