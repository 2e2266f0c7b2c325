//! Kustomizations and their overlays.

use super::*;

#[test]
fn what_kustomizations_change() {
    let base = "resources: [deployment.yaml, map.yaml]\n";
    let deployment = format!("{DEPLOYMENT}{VOLUME}");
    let all = ["litellm_log", "resources", "graceful_shutdown", "retry_policy"];
    let run = |overlay: &str| {
        let overlay = format!("resources: [../../base]\n{overlay}");
        let files = [
            ("base/kustomization.yaml", base),
            ("base/deployment.yaml", deployment.as_str()),
            ("base/map.yaml", CONFIG_MAP),
            ("overlays/prod/kustomization.yaml", overlay.as_str()),
        ];
        report(&Place::new(files), &[])
    };
    for overlay in [
        "patches: [{path: patch.yaml}]\n",
        "patches: [{target: {labelSelector: a=b}, path: patch.yaml}]\n",
        "replacements: [{path: replacement.yaml}]\n",
    ] {
        let found = run(overlay);
        for id in all {
            assert!(!texts(&found["findings"], "id").contains(&id), "{id}: {overlay}");
        }
        assert!(remarks(&found).contains("overlays/prod/kustomization.yaml"), "{}", remarks(&found));
        assert!(found["installations"][0]["litellm"].to_string().contains("unknown"), "{overlay}");
    }
    // What is read is said.
    let image = run("images: [{name: ghcr.io/berriai/litellm, newTag: v1.97.0}]\n");
    assert!(image["installations"][0]["litellm"].to_string().contains("1.97.0"), "{image:#}");
    let level = run(
        "patches:\n  - patch: |-\n      - op: add\n        path: /spec/template/spec/containers/0/env\n        value: [{name: LITELLM_LOG, value: ERROR}]\n    target: {kind: Deployment}\n",
    );
    assert!(!texts(&level["findings"], "id").contains(&"litellm_log"), "{level:#}");
    for found in [image, level] {
        assert_eq!(remarks(&found), "[]");
    }
    // One that changes nothing of it says nothing.
    let files = [
        ("kustomization.yaml", "resources: [deployment.yaml, map.yaml]\nnamespace: ai\n"),
        ("deployment.yaml", deployment.as_str()),
        ("map.yaml", CONFIG_MAP),
    ];
    assert_eq!(remarks(&report(&Place::new(files), &[])), "[]");
}

/// A base with an overlay for production and one for development.
fn overlays(deployment: &str, prod: &str, dev: &str) -> Vec<(&'static str, String)> {
    vec![
        ("base/kustomization.yaml", "resources: [deployment.yaml, map.yaml]\n".into()),
        ("base/deployment.yaml", deployment.into()),
        ("base/map.yaml", CONFIG_MAP.into()),
        ("overlays/prod/kustomization.yaml", format!("resources: [../../base]\n{prod}")),
        ("overlays/dev/kustomization.yaml", format!("resources: [../../base]\n{dev}")),
    ]
}

fn patch(name: &str, value: &str) -> String {
    format!(
        "patches:\n  - patch: |-\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata: {{name: litellm}}\n      spec:\n        template:\n          spec:\n            containers:\n              - name: litellm\n                env: [{{name: {name}, value: {value}}}]\n"
    )
}

#[test]
fn each_overlay_by_itself() {
    let deployment = format!("{DEPLOYMENT}{VOLUME}");
    let ids = ["litellm_log", "debug_mode", "litellm_mode"];
    let run = |prod: &str, dev: &str| {
        let place = Place::new(overlays(&deployment, prod, dev));
        let found = report(&place, &["--select", &ids.join(",")]);
        (judged(&found, &ids), found, place)
    };
    // All have the same, each of its own: it is written in each.
    let (on, unset) = ("\"debug_mode\": \"on\"", "\"litellm_mode\": \"unset\"");
    let (found, report, place) = run(&patch("LITELLM_LOG", "DEBUG"), &patch("LITELLM_LOG", "DEBUG"));
    assert_eq!(found, [on, on, unset], "{report:#}");
    place.run(&["--write", "--include-review", "--select", "debug_mode"]);
    for overlay in ["dev", "prod"] {
        let text = place.files()[&format!("overlays/{overlay}/kustomization.yaml")].clone();
        assert!(text.contains("value: ERROR"), "{text}");
    }
    // What all leave to the base is judged and written there.
    let (found, _, place) = run(&patch("STAGE", "prod"), &patch("STAGE", "dev"));
    assert_eq!(found, ["\"litellm_log\": \"unset\"", "\"litellm_mode\": \"unset\""]);
    place.run(&["--write", "--include-review", "--select", "litellm_log"]);
    assert!(place.files()["base/deployment.yaml"].contains("LITELLM_LOG"), "{:#?}", place.files());
    // One that replaces the block, or sets it otherwise, has no part in what the other says.
    let replaced = "patches:\n  - target: {kind: Deployment}\n    patch: |-\n      - op: add\n        path: /spec/template/spec/containers/0/env\n        value: [{name: LITELLM_LOG, value: ERROR}]\n";
    for other in [patch("LITELLM_LOG", "ERROR"), replaced.to_owned()] {
        let (found, report, _) = run(&patch("LITELLM_LOG", "DEBUG"), &other);
        assert_eq!(found[0], on, "{report:#}");
        assert!(report["findings"].to_string().contains("in overlays/prod: LITELLM_LOG is DEBUG"));
        assert_eq!(remarks(&report), "[]");
    }
    // What one of them does is not followed: that is said, and nothing of the other is safe in what both have.
    let (found, report, _) = run("replacements: [{path: r.yaml}]\n", &patch("LITELLM_LOG", "ERROR"));
    assert_eq!(found, [unset], "{report:#}");
    assert!(remarks(&report).contains("which is not read"), "{}", remarks(&report));
    let finding = report["findings"][0].to_string();
    assert!(finding.contains("in overlays/dev: "), "{finding}");
    assert!(finding.contains("it is right in overlays/prod too"), "{finding}");
}

#[test]
fn images_of_overlays() {
    let deployment = format!("{DEPLOYMENT}{VOLUME}");
    let image = |tag: &str| format!("images: [{{name: ghcr.io/berriai/litellm, newTag: {tag}}}]\n");
    let runs = |prod: &str, dev: &str| {
        let place = Place::new(overlays(&deployment, &image(prod), &image(dev)));
        report(&place, &[])["installations"][0]["litellm"].to_string()
    };
    assert!(runs("v1.97.0", "v1.97.0").contains("1.97.0"), "they agree");
    let differ = runs("v1.97.0", "v1.85.1");
    assert!(differ.contains("unknown (1.85.1 in overlays/dev, 1.97.0 in overlays/prod)"), "{differ}");
}

#[test]
fn what_a_generated_config_map_has_besides() {
    let from =
        "          envFrom:\n            - prefix: LITELLM_\n              configMapRef: {name: env}\n";
    let deployment = format!("{DEPLOYMENT}{from}");
    let files = |generator: &str| {
        let generator =
            format!("resources: [deployment.yaml]\nconfigMapGenerator:\n  - name: env\n{generator}");
        [("kustomization.yaml", generator), ("deployment.yaml", deployment.clone())]
    };
    for generator in [
        "    envs: [prod.env]\n    literals: [OTHER=1]\n",
        "    env: prod.env\n",
        "    files: [LOG=level.txt]\n",
        "    behavior: merge\n    literals: [OTHER=1]\n",
    ] {
        let files = files(generator);
        let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        hides(&files, &["litellm_log", "litellm_mode"], "ConfigMap env");
    }
    // With all of it here the prefix makes the names.
    let generator = files("    envs: [prod.env]\n    files: [config.yaml]\n");
    let mut all: Vec<_> = generator.iter().map(|(name, text)| (*name, text.as_str())).collect();
    all.extend([("prod.env", "LOG=INFO\nMODE=PRODUCTION\n"), ("config.yaml", CONFIG)]);
    let found = report(&Place::new(all), &["--select", "litellm_log", "--select", "litellm_mode"]);
    assert_eq!(texts(&found["findings"], "id"), ["litellm_log"]);
    assert_eq!(texts(&found["findings"], "file"), ["prod.env"]);
}

#[test]
fn a_configuration_that_no_result_has() {
    let generator = |more: &str| {
        format!("configMapGenerator:\n  - name: litellm-config\n{more}    files: [config.yaml]\n")
    };
    let base = format!("resources: [deployment.yaml]\n{}", generator(""));
    let prod = format!("resources: [../base]\n{}", generator("    behavior: replace\n"));
    let deployment = format!("{DEPLOYMENT}{VOLUME}");
    let files = [
        ("base/kustomization.yaml", base.as_str()),
        ("base/deployment.yaml", &deployment),
        ("base/config.yaml", CONFIG),
        ("prod/kustomization.yaml", &prod),
        ("prod/config.yaml", CONFIG),
    ];
    let found = report(&Place::new(files), &["--select", "retry_policy", "--select", "graceful_shutdown"]);
    let files = texts(&found["findings"], "file");
    assert_eq!(files, ["base/deployment.yaml", "prod/config.yaml"], "{found:#}");
    let said = found["installations"].to_string();
    assert!(said.contains("deploys another configuration in its place"), "{said}");
}

#[test]
fn an_autoscaler_that_is_patched() {
    let deployment = format!("{DEPLOYMENT}{VOLUME}");
    let scaler = |name: &str| {
        format!(
            "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: {name}}}\nspec:\n  scaleTargetRef: {{kind: Deployment, name: {name}}}\n  maxReplicas: 40\n"
        )
    };
    let scalers = format!("{}---\n{}", scaler("litellm"), scaler("web"));
    let run = |patch: &str| {
        let kustomization = format!("resources: [deployment.yaml, map.yaml, hpa.yaml]\n{patch}");
        let files = [
            ("kustomization.yaml", kustomization.as_str()),
            ("deployment.yaml", deployment.as_str()),
            ("map.yaml", CONFIG_MAP),
            ("hpa.yaml", scalers.as_str()),
        ];
        let found = report(&Place::new(files), &["--select", "database_connection_pool"]);
        found["findings"].to_string().contains("40 instances")
    };
    let strategic = |name: &str| {
        format!(
            "patches:\n  - patch: |-\n      apiVersion: autoscaling/v2\n      kind: HorizontalPodAutoscaler\n      metadata: {{name: {name}}}\n      spec: {{maxReplicas: 2}}\n"
        )
    };
    let operation = |name: &str| {
        format!(
            "patches:\n  - target: {{kind: HorizontalPodAutoscaler, name: {name}}}\n    patch: |-\n      - {{op: replace, path: /spec/maxReplicas, value: 2}}\n"
        )
    };
    assert!(run(""), "as it stands");
    for patch in [strategic("web"), operation("web")] {
        assert!(run(&patch), "{patch}: it is for another one");
    }
    for patch in [strategic("litellm"), operation("litellm"), operation("lite.*")] {
        assert!(!run(&patch), "{patch}: what it makes of the number is not read");
    }
}
