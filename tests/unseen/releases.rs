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
    let all = [("argo/app.yaml", app), ("ai/base.yaml", base), ("ai/prod.yaml", prod)];
    let place = Place::new(all);
    let found = report(&place, &[]);
    assert_eq!(
        judged(&found, &ids),
        [
            "\"request_timeout\": \"unset\"",
            "\"litellm_log\": \"unset\"",
            "\"proxy_batch_write_at\": \"differs\""
        ]
    );
    assert_eq!(remarks(&found), "[]");
    assert_eq!(found["installations"].as_array().map(Vec::len), Some(1));
    place.run(&["--write", "--include-review", "--select", "proxy_batch_write_at"]);
    assert!(place.files()["ai/prod.yaml"].contains("proxy_batch_write_at: 60"), "{:#?}", place.files());
    assert_eq!(place.files()["ai/base.yaml"], base);
    // One that is not here, and those of another repository.
    hides(&all[..2], &ids, "ai/prod.yaml, which is not read");
    let elsewhere = (".git/config", "[remote \"origin\"]\n\turl = git@git.example:us/apps.git\n");
    let inline = app.replace(
        "        valueFiles",
        "        valuesObject: {proxy_config: {model_list: []}}\n        valueFiles",
    );
    let found = report(&Place::new([("argo/app.yaml", &*inline), ("ai/base.yaml", base), elsewhere]), &[]);
    let of_app = found["installations"].as_array().unwrap().iter().find(|one| one["name"] == "argo/app.yaml");
    let told = of_app.unwrap()["remarks"].to_string();
    assert!(told.contains("ai/base.yaml, which is not read"), "{told}");
    let here = (".git/config", "[remote \"origin\"]\n\turl = git@git.example:infra.git\n");
    let found = report(
        &Place::new([("argo/app.yaml", app), ("ai/base.yaml", base), ("ai/prod.yaml", prod), here]),
        &[],
    );
    assert_eq!(remarks(&found), "[]");
}

#[test]
fn parameters_of_an_application() {
    let app = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: litellm}\nspec:\n  source:\n    chart: litellm-helm\n    helm:\n      parameters:\n        - {name: proxy_config.general_settings.proxy_batch_write_at, value: \"30\"}\n        - {name: envVars.LITELLM_LOG, value: ERROR}\n        - {name: envVars.LITELLM_MODE, value: $MODE}\n        - {name: replicaCount, value: \"4\"}\n      valuesObject:\n        image: {tag: v1.85.1}\n        envVars: {LITELLM_LOG: DEBUG}\n        proxy_config: {model_list: []}\n";
    let place = Place::new([("app.yaml", app)]);
    let found = report(&place, &[]);
    let ids = ["litellm_log", "debug_mode", "litellm_mode", "proxy_batch_write_at"];
    // What stands there is effective; what does not, hides its own key alone.
    assert_eq!(judged(&found, &ids), ["\"proxy_batch_write_at\": \"differs\""], "{:#}", found["findings"]);
    let remarks = remarks(&found);
    assert!(remarks.contains("`envVars.LITELLM_MODE` by a parameter, which is not read"), "{remarks}");
    assert!(!remarks.contains("replicaCount") && !remarks.contains("SALT_KEY"), "{remarks}");
    let ids: Vec<_> = texts(&found["findings"], "id");
    assert!(ids.contains(&"salt_key") && ids.contains(&"request_timeout"), "{ids:?}");
    let advice = found["findings"].to_string();
    let told = "the parameter `proxy_config.general_settings.proxy_batch_write_at` of the release in app.yaml sets it";
    assert!(advice.contains(told), "{advice}");
    let before = place.files();
    place.run(&["--write", "--include-review", "--select", "proxy_batch_write_at,litellm_mode,debug_mode"]);
    assert_eq!(place.files(), before);
    // A list that a parameter changes may give any variable.
    let list = app.replace("envVars.LITELLM_MODE", "extraEnvVars[0].name");
    let found = report(&Place::new([("app.yaml", list)]), &[]);
    assert!(!texts(&found["findings"], "id").contains(&"salt_key"), "{:#}", found["findings"]);
}

#[test]
fn helmfile_merges_a_file_with_what_stands_in_it() {
    let values = "envVars: {LITELLM_LOG: ERROR}\nproxy_config:\n  model_list: []\n";
    let file = |more: &str| {
        format!(
            "releases:\n  - name: litellm\n    chart: oci://ghcr.io/berriai/litellm-helm\n    values:\n      - v.yaml\n{more}"
        )
    };
    let ids = ["litellm_log", "debug_mode", "request_timeout"];
    let inline = file("      - envVars: {LITELLM_LOG: DEBUG}\n");
    let place = Place::new([("helmfile.yaml", &*inline), ("v.yaml", values)]);
    let found = report(&place, &[]);
    assert_eq!(judged(&found, &ids), ["\"debug_mode\": \"on\"", "\"request_timeout\": \"unset\""]);
    assert_eq!(found["findings"][0]["file"], "helmfile.yaml");
    assert_eq!(found["installations"].as_array().map(Vec::len), Some(1));
    for more in
        ["      - secrets.yaml.gotmpl\n", "    secrets: [secrets.yaml]\n", "    inherit: [{template: x}]\n"]
    {
        let text = file(more);
        hides(&[("helmfile.yaml", &text), ("v.yaml", values)], &ids[2..], "values also come from");
    }
    let tag = file("    set: [{name: image.tag, value: v1.85.1}]\n");
    let found = report(&Place::new([("helmfile.yaml", &*tag), ("v.yaml", values)]), &[]);
    assert!(
        found["installations"][0]["litellm"].to_string().contains("1.85.1"),
        "{:#}",
        found["installations"]
    );
}

#[test]
fn values_of_a_chart_in_a_kustomization() {
    let values = "envVars: {LITELLM_LOG: ERROR}\nproxy_config:\n  model_list: []\n";
    let ids = ["debug_mode", "litellm_log", "request_timeout"];
    let run = |more: &str| {
        let text = format!(
            "helmCharts:\n  - name: litellm-helm\n    repo: oci://ghcr.io/berriai\n    releaseName: l\n    valuesFile: v.yaml\n    valuesInline: {{envVars: {{LITELLM_LOG: DEBUG}}}}\n{more}"
        );
        report(&Place::new([("kustomization.yaml", &*text), ("v.yaml", values)]), &[])
    };
    assert_eq!(judged(&run(""), &ids), ["\"debug_mode\": \"on\"", "\"request_timeout\": \"unset\""]);
    let merge = run("    valuesMerge: merge\n");
    assert_eq!(judged(&merge, &ids), ["\"request_timeout\": \"unset\""], "the file wins");
    let lost = run("    additionalValuesFiles: [more.yaml]\n");
    assert!(remarks(&lost).contains("more.yaml, which is not read"), "{}", remarks(&lost));
    assert!(!judged(&lost, &ids).iter().any(|one| one.contains("request_timeout")));
    // What it patches is not visible.
    let patched = run("patches: [{target: {kind: Deployment}, path: p.yaml}]\n");
    assert!(remarks(&patched).contains("kustomization.yaml changes it"), "{}", remarks(&patched));
    assert_eq!(judged(&patched, &ids), Vec::<String>::new());
}

#[test]
fn objects_that_a_release_takes_values_from() {
    let from = "  valuesFrom:\n    - {kind: ConfigMap, name: first}\n    - {kind: Secret, name: second}\n    - {kind: ConfigMap, name: third}\n";
    let object = |name: &str, values: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata:\n  values.yaml: |\n    {values}\n"
        )
    };
    let release = format!("{RELEASE}{from}{VALUES}");
    let first = object("first", "envVars: {LITELLM_LOG: DEBUG}");
    let third = object("third", "envVars: {LITELLM_MODE: DEV}");
    let found = report(&Place::new([("r.yaml", &release), ("a.yaml", &first), ("b.yaml", &third)]), &[]);
    let judged_here = judged(&found, &["debug_mode", "litellm_mode", "request_timeout"]);
    assert_eq!(judged_here, ["\"debug_mode\": \"on\"", "\"litellm_mode\": \"dev\""], "what stands is judged");
    assert!(remarks(&found).contains("values also come from Secret second, which is not read"));
    // The namespace of the release is another one.
    let other = third.replace("name: third", "name: third, namespace: b");
    let release = release.replace("metadata: {name: litellm}", "metadata: {name: litellm, namespace: a}");
    let found = report(&Place::new([("r.yaml", &release), ("a.yaml", &first), ("b.yaml", &other)]), &[]);
    assert!(remarks(&found).contains("ConfigMap third, which is not read"), "{}", remarks(&found));
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
    let inline = "  values:\n    envVars: {LITELLM_LOG: ERROR}\n    proxy_config:\n      general_settings: {proxy_batch_write_at: 60}\n";
    let place = files(format!("{RELEASE}{from}{inline}"));
    let with = report(&place, &[]);
    let ids = ["proxy_batch_write_at", "litellm_log", "request_timeout"];
    assert_eq!(judged(&with, &ids), ["\"request_timeout\": \"unset\""]);
    assert_eq!(remarks(&with), "[]");
    let secret = "    - {kind: Secret, name: more}\n";
    let place = files(format!("{RELEASE}{from}{secret}"));
    assert!(judged(&report(&place, &[]), &ids).is_empty());
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
