//! Releases and their values.

use super::*;

#[test]
fn values_of_a_release_that_come_from_elsewhere() {
    let from = "  valuesFrom:\n    - kind: Secret\n      name: litellm-values\n";
    let all = ["proxy_batch_write_at", "request_timeout", "litellm_log", "litellm_mode", "retry_policy"];
    let release = format!("{RELEASE}{from}{VALUES}");
    hides(&[("release.yaml", &release)], &all, "Secret litellm-values");
    let target =
        "  valuesFrom:\n    - kind: ConfigMap\n      name: knobs\n      targetPath: envVars.LITELLM_LOG\n";
    let release = format!("{RELEASE}{target}{VALUES}");
    let place = Place::new([("release.yaml", &release)]);
    let found = report(&place, &[]);
    assert!(!texts(&found["findings"], "id").contains(&"litellm_log"));
    assert!(texts(&found["findings"], "id").contains(&"request_timeout"), "only the target is not visible");
}

#[test]
fn values_files_of_an_application() {
    let app = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: litellm}\nspec:\n  sources:\n    - chart: litellm-helm\n      repoURL: ghcr.io/berriai\n      targetRevision: 1.1.3\n      helm:\n        valueFiles: [$values/ai/base.yaml, $values/ai/prod.yaml]\n    - repoURL: https://git.example/infra\n      ref: values\n";
    let base = "image: {tag: v1.85.1}\nmasterkeySecretName: key\nproxy_config:\n  model_list: []\n";
    let prod = "proxy_config:\n  general_settings: {proxy_batch_write_at: 30}\n";
    let ids = ["proxy_batch_write_at", "request_timeout", "litellm_log"];
    hides(
        &[("argo/app.yaml", app), ("ai/base.yaml", base), ("ai/prod.yaml", prod)],
        &ids[1..],
        "argo/app.yaml merges",
    );
    hides(&[("argo/app.yaml", app), ("ai/base.yaml", base)], &ids, "argo/app.yaml merges");
}

#[test]
fn parameters_of_an_application() {
    let app = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: litellm}\nspec:\n  source:\n    chart: litellm-helm\n    helm:\n      parameters:\n        - {name: proxy_config.general_settings.proxy_batch_write_at, value: \"30\"}\n        - {name: envVars.LITELLM_LOG, value: ERROR}\n      valuesObject:\n        image: {tag: v1.85.1}\n        envVars: {LITELLM_LOG: DEBUG}\n        proxy_config: {model_list: []}\n";
    hides(
        &[("app.yaml", app)],
        &["proxy_batch_write_at", "litellm_log", "debug_mode"],
        "envVars.LITELLM_LOG",
    );
}

#[test]
fn values_of_another_chart() {
    let ids = [
        "litellm_log",
        "litellm_mode",
        "graceful_shutdown",
        "master_key",
        "resources",
        "proxy_batch_write_at",
    ];
    let config = "proxy_config:\n  model_list: []\n  general_settings: {master_key: os.environ/LITELLM_MASTER_KEY, database_url: os.environ/DATABASE_URL}\n";
    for (more, told) in [
        ("envFromSecretRefs: [envs]\n", "`envFromSecretRefs`"),
        ("env: {LITELLM_LOG: ERROR}\nsecretFrom: {}\n", "`env`"),
        ("masterkey: {existingSecret: key}\n", "`masterkey` is a mapping"),
    ] {
        hides(&[("values.yaml", &format!("{more}{config}"))], &ids, told);
    }
    let chart = "apiVersion: v2\nname: llm-gateway\nversion: 1.0.0\n";
    hides(&[("values.yaml", config), ("Chart.yaml", chart)], &ids, "`llm-gateway`");
    hides(
        &[("charts/litellm/values.yaml", config), ("charts/litellm/templates/x.yaml", "a: b\n")],
        &ids,
        "a chart other than litellm-helm",
    );
    // Keys of its own tell that it is litellm-helm; a key of Secrets that it does not have may still give variables.
    let own = format!("masterkeySecretName: key\nenvFromSecrets: [envs]\nimage: {{tag: v1.85.1}}\n{config}");
    hides(&[("values.yaml", &own)], &["litellm_log", "litellm_mode", "master_key"], "`envFromSecrets`");
}

#[test]
fn values_that_a_release_takes_through_a_generated_config_map() {
    let values = "image: {tag: v1.85.1}\nmasterkeySecretName: key\nproxy_config: {model_list: []}\n";
    let kustomization = "resources: [release.yaml]\nconfigMapGenerator:\n  - name: litellm-values\n    files: [values.yaml=helm/values.yaml]\n";
    let from = "  valuesFrom:\n    - kind: ConfigMap\n      name: litellm-values\n";
    let files = |release: String| {
        Place::new([
            ("release.yaml", release),
            ("helm/values.yaml", values.to_owned()),
            ("kustomization.yaml", kustomization.to_owned()),
        ])
    };
    let alone = report(&files(format!("{RELEASE}{from}")), &[]);
    assert_eq!(remarks(&alone), "[]");
    assert_eq!(alone["problems"].as_array().map(Vec::len), Some(0), "{:#}", alone["problems"]);
    let inline = "  values:\n    proxy_config:\n      general_settings: {proxy_batch_write_at: 60}\n";
    let place = files(format!("{RELEASE}{from}{inline}"));
    let with = report(&place, &[]);
    let of_file = with["findings"].as_array().unwrap().iter().filter(|one| one["file"] == "helm/values.yaml");
    let ids: Vec<_> = of_file.filter_map(|one| one["id"].as_str()).collect();
    assert!(!ids.contains(&"proxy_batch_write_at") && !ids.contains(&"litellm_log"), "{ids:?}");
    assert!(remarks(&with).contains("release.yaml merges these values with others"), "{}", remarks(&with));
}

#[test]
fn patches_of_a_release() {
    let renderers = "  postRenderers:\n    - kustomize:\n        patches:\n          - target: {kind: Deployment}\n            patch: |\n              - op: add\n                path: /spec/template/spec/containers/0/env/-\n                value: {name: LITELLM_LOG, value: ERROR}\n";
    hides(
        &[("release.yaml", &format!("{RELEASE}{renderers}{VALUES}"))],
        &["litellm_log", "litellm_mode", "proxy_batch_write_at"],
        "`postRenderers`",
    );
}
