//! Promise 6: what a source could set that is named and not read is not visible. It is never "not set", and never `safe`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod common;

use common::Place;
use serde_json::Value;

type Files<'a> = &'a [(&'a str, &'a str)];

const CONFIG: &str = "model_list:\n  - model_name: gpt\n    litellm_params: {model: openai/gpt-4o}\n\
general_settings:\n  database_url: os.environ/DATABASE_URL\n  master_key: os.environ/LITELLM_MASTER_KEY\n";

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: litellm-config\ndata:\n  config.yaml: |\n    model_list: []\n    \
general_settings:\n      database_url: os.environ/DATABASE_URL\n";

const RELEASE: &str = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: litellm}\nspec:\n  chart:\n    spec: {chart: litellm-helm}\n";

const VALUES: &str = "  values:\n    image: {tag: v1.85.1}\n    proxy_config:\n      model_list: []\n";

const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: litellm}\nspec:\n  template:\n    spec:\n      containers:\n        - name: litellm\n          image: ghcr.io/berriai/litellm:v1.85.1\n          args: [--config, /etc/litellm/config.yaml]\n";

const VOLUME: &str = "      volumes:\n        - name: config\n          configMap: {name: litellm-config}\n";

/// The report for programs.
fn report(place: &Place, more: &[&str]) -> Value {
    let ran = place.run(&[&["--format", "json"][..], more].concat());
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err))
}

fn texts<'v>(list: &'v Value, key: &str) -> Vec<&'v str> {
    list.as_array().unwrap().iter().filter_map(|one| one[key].as_str()).collect()
}

fn remarks(report: &Value) -> String {
    let installations = report["installations"].as_array().unwrap();
    installations.iter().map(|one| one["remarks"].to_string()).collect()
}

/// Nothing is written without a yes, nothing about these ids is claimed, and what is not visible is told.
fn hides(files: Files<'_>, ids: &[&str], told: &str) {
    let place = Place::new(files.iter().copied());
    let report = report(&place, &[]);
    let found = texts(&report["findings"], "id");
    for id in ids {
        assert!(!found.contains(id), "{id} is claimed of {files:#?}: {:#?}", report["findings"]);
    }
    assert!(remarks(&report).contains(told), "{told}: {}", remarks(&report));
    let before = place.files();
    let ran = place.run(&["--write"]);
    assert_eq!(place.files(), before, "{}", ran.out);
}

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
fn processes_in_a_shape_that_is_not_read() {
    let app = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: litellm}\nspec:\n  chartRef: {kind: OCIRepository, name: our-service}\n  values:\n    workloads:\n      litellm:\n        containers:\n          app:\n            image: {repository: ghcr.io/berriai/litellm, tag: v1.85.1}\n            env: {STORE_MODEL_IN_DB: \"True\"}\n    persistence:\n      config: {type: configMap, name: litellm-config}\n";
    let proxy = "apiVersion: litellm.example.com/v1\nkind: LiteLLMProxy\nmetadata: {name: litellm}\nspec:\n  configMapRef: {name: litellm-config}\n  env:\n    - {name: LITELLM_LOG, value: ERROR}\n";
    let values = "masterkeySecretName: key\nproxyConfigMap: {create: false, name: litellm-config}\nenvVars: {LITELLM_LOG: ERROR, LITELLM_MODE: PRODUCTION}\nimage: {tag: v1.85.1}\n";
    let ids = ["litellm_log", "proxy_batch_write_at", "json_logs", "image_tag", "master_key"];
    let secrets = format!("{values}environmentSecrets: [litellm-env]\n");
    // What a release gives that is read whole is seen, and of what the configuration may set too the configuration decides.
    let seen = ["json_logs", "proxy_batch_write_at"];
    for (name, process, told, open) in [
        ("release.yaml", app, "HelmRelease in apps/release.yaml", &[][..]),
        ("proxy.yaml", proxy, "LiteLLMProxy in apps/proxy.yaml", &[]),
        ("values.yaml", &secrets, "the release in apps/values.yaml", &[]),
        ("values.yaml", values, "the release in apps/values.yaml", &seen),
    ] {
        let process = (format!("apps/{name}"), process);
        let files = [("config/map.yaml", CONFIG_MAP), (process.0.as_str(), process.1)];
        let place = Place::new(files);
        let found = report(&place, &[]);
        let mut of_map: Vec<&str> = found["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["file"] == "config/map.yaml")
            .map(|one| one["id"].as_str().unwrap())
            .filter(|id| ids.contains(id))
            .collect();
        of_map.sort_unstable();
        assert_eq!(of_map, open, "{name}");
        assert!(remarks(&found).contains(told), "{}", remarks(&found));
    }
    hides(&[("map.yaml", CONFIG_MAP), ("release.yaml", app)], &ids, "HelmRelease in release.yaml");
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
fn whole_secrets_and_config_maps_of_a_container() {
    for from in ["secretRef: {name: env}", "configMapRef: {name: env}"] {
        let deployment = format!("{DEPLOYMENT}          envFrom:\n            - {from}\n{VOLUME}");
        let files = [("map.yaml", CONFIG_MAP), ("deployment.yaml", deployment.as_str())];
        hides(
            &files,
            &["litellm_log", "json_logs", "request_timeout", "proxy_batch_write_at"],
            "whose content is not visible",
        );
    }
}

const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata: {name: gateway}\nstringData:\n  OPENAI_API_KEY: sk-q7Rk2mVx9TzLw4Bn8Hc3\n";

#[test]
fn a_secret_that_is_not_in_plain_text() {
    let deployment =
        format!("{DEPLOYMENT}          envFrom:\n            - secretRef: {{name: gateway}}\n{VOLUME}");
    let ids = ["litellm_log", "json_logs", "request_timeout", "master_key"];
    let encoded = SECRET.replace("stringData", "data");
    let sealed = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: gateway}\nspec:\n  encryptedData: {LITELLM_LOG: AgBy3i4OJSWK}\n  template:\n    metadata: {name: gateway}\n";
    let external = "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: gateway}\nspec:\n  target: {name: gateway}\n  dataFrom: [{extract: {key: prod/litellm}}]\n";
    for (name, secret, told) in [
        ("secret.yaml", &*encoded, "Secret gateway (encoded in `data`)"),
        ("secret.yaml", sealed, "Secret gateway,"),
        ("secret.yaml", external, "Secret gateway,"),
        ("secret.example.yaml", SECRET, "Secret gateway,"),
    ] {
        let files = [("map.yaml", CONFIG_MAP), ("deployment.yaml", &*deployment), (name, secret)];
        hides(&files, &ids, told);
    }
    // What is filled in before it is deployed has a name, and no value that could be judged.
    let filled = SECRET.replace("OPENAI_API_KEY: sk-q7Rk2mVx9TzLw4Bn8Hc3", "LITELLM_LOG: ${LEVEL}");
    let place =
        Place::new([("map.yaml", CONFIG_MAP), ("deployment.yaml", &*deployment), ("secret.yaml", &*filled)]);
    let found = report(&place, &[]);
    assert!(judged(&found, &["litellm_log", "debug_mode"]).is_empty(), "{found:#}");
    assert_eq!(judged(&found, &["litellm_mode"]).len(), 1, "all its names are seen");
    // A configuration that is encoded is said to be.
    let config =
        "apiVersion: v1\nkind: Secret\nmetadata: {name: proxy}\ndata:\n  config.yaml: bW9kZWxfbGlzdDogW10K\n";
    let volume = "      volumes:\n        - name: config\n          secret: {secretName: proxy}\n";
    let files = [("secret.yaml", config), ("deployment.yaml", &*format!("{DEPLOYMENT}{volume}"))];
    hides(&files, &["litellm_settings"], "encoded in `data` of the Secret proxy");
}

#[test]
fn patches_of_a_secret() {
    let deployment =
        format!("{DEPLOYMENT}          envFrom:\n            - secretRef: {{name: gateway}}\n{VOLUME}");
    let ids = ["litellm_log", "litellm_mode", "json_logs", "master_key"];
    let patch =
        "apiVersion: v1\nkind: Secret\nmetadata: {name: gateway}\nstringData:\n  LITELLM_LOG: ERROR\n";
    for (overlay, patch) in [
        ("resources: [../../base]\npatches: [{path: patch.yaml}]\n", patch),
        (
            "resources: [../../base]\npatches:\n  - target: {kind: Secret}\n    path: patch.yaml\n",
            "- op: add\n  path: /stringData/LITELLM_LOG\n  value: ERROR\n",
        ),
        (
            "resources: [../../base]\nsecretGenerator:\n  - name: gateway\n    behavior: merge\n    literals: [LITELLM_LOG=ERROR]\n",
            patch,
        ),
    ] {
        let files = [
            ("base/kustomization.yaml", "resources: [deployment.yaml, map.yaml, secret.yaml]\n"),
            ("base/deployment.yaml", &*deployment),
            ("base/map.yaml", CONFIG_MAP),
            ("base/secret.yaml", SECRET),
            ("overlays/prod/kustomization.yaml", overlay),
            ("overlays/prod/patch.yaml", patch),
            ("overlays/dev/kustomization.yaml", "resources: [../../base]\n"),
        ];
        // What a generator merges is read: the results differ by that alone.
        let ids = if overlay.contains("secretGenerator") { &ids[..1] } else { &ids[..] };
        hides(&files, ids, "overlays/prod/kustomization.yaml");
    }
}

#[test]
fn whole_objects_of_app_template() {
    let values = |from: &str| {
        format!(
            "controllers:\n  litellm:\n    containers:\n      app:\n        image: {{repository: ghcr.io/berriai/litellm, tag: v1.85.1}}\n        envFrom: [{from}]\nconfigMaps:\n  config:\n    data:\n      config.yaml: |\n        model_list: []\npersistence:\n  config: {{type: configMap, identifier: config}}\n"
        )
    };
    for (from, told) in [
        ("{secret: keys}", "whose content is not visible"),
        ("{configMap: common}", "ConfigMap common"),
        ("{secretRef: {identifier: own}}", "Secret own"),
    ] {
        hides(&[("values.yaml", &values(from))], &["litellm_log", "litellm_mode", "master_key"], told);
    }
}

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
fn overlays_that_agree() {
    let deployment = format!("{DEPLOYMENT}{VOLUME}");
    let ids = ["litellm_log", "debug_mode", "litellm_mode"];
    let run = |prod: &str, dev: &str| {
        let place = Place::new(overlays(&deployment, prod, dev));
        let found = report(&place, &["--select", &ids.join(",")]);
        (judged(&found, &ids), found, place)
    };
    // All have the same, each of its own: it is judged, and written by hand.
    let (found, report, place) = run(&patch("LITELLM_LOG", "DEBUG"), &patch("LITELLM_LOG", "DEBUG"));
    assert_eq!(found, ["\"debug_mode\": \"on\"", "\"litellm_mode\": \"unset\""], "{report:#}");
    let advice = report["findings"].to_string();
    for told in ["overlays/dev/kustomization.yaml:12", "overlays/prod/kustomization.yaml:12"] {
        assert!(advice.contains(told), "{advice}");
    }
    let before = place.files();
    place.run(&["--write", "--include-review", "--select", "debug_mode"]);
    assert_eq!(place.files(), before);
    // What all leave to the base is judged and written there.
    let (found, _, place) = run(&patch("STAGE", "prod"), &patch("STAGE", "dev"));
    assert_eq!(found, ["\"litellm_log\": \"unset\"", "\"litellm_mode\": \"unset\""]);
    place.run(&["--write", "--include-review", "--select", "litellm_log"]);
    assert!(place.files()["base/deployment.yaml"].contains("LITELLM_LOG"), "{:#?}", place.files());
    // One that replaces the block, or sets it otherwise, makes them differ.
    let replaced = "patches:\n  - target: {kind: Deployment}\n    patch: |-\n      - op: add\n        path: /spec/template/spec/containers/0/env\n        value: [{name: LITELLM_LOG, value: ERROR}]\n";
    for other in [patch("LITELLM_LOG", "ERROR"), replaced.to_owned()] {
        let (found, report, _) = run(&patch("LITELLM_LOG", "DEBUG"), &other);
        assert_eq!(found, ["\"litellm_mode\": \"unset\""], "{report:#}");
        assert!(remarks(&report).contains("in one of several results"), "{}", remarks(&report));
    }
    // What one of them does is not followed.
    let (found, report, _) = run("replacements: [{path: r.yaml}]\n", &patch("LITELLM_LOG", "ERROR"));
    assert!(found.is_empty(), "{report:#}");
    assert!(remarks(&report).contains("which is not read"), "{}", remarks(&report));
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
    assert!(runs("v1.97.0", "v1.85.1").contains("unknown"), "{}", runs("v1.97.0", "v1.85.1"));
}

#[test]
fn an_env_file_that_is_not_here() {
    let compose = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.85.1\n    command: [--config, /app/config.yaml]\n    env_file: [secrets/prod.env]\n    volumes: [./config.yaml:/app/config.yaml]\n";
    let ids = ["litellm_log", "json_logs", "proxy_batch_write_at", "master_key"];
    hides(
        &[("config.yaml", CONFIG), ("compose.yaml", compose)],
        &ids,
        "secrets/prod.env is not among the files read",
    );
}

#[test]
fn what_a_unit_takes_from_elsewhere() {
    let ids = ["litellm_log", "litellm_mode", "request_timeout", "master_key", "json_logs"];
    let service = "[Service]\nEnvironmentFile=-/etc/litellm/env\nExecStart=/opt/venv/bin/litellm --config config.yaml\n";
    hides(&[("litellm.service", service), ("config.yaml", CONFIG)], &ids, "the env file /etc/litellm/env");
    for written in ["%h/.config/litellm.env", "/etc/litellm/*.env", "/etc/litellm/%i.env"] {
        let service = service.replace("-/etc/litellm/env", written);
        hides(&[("litellm.service", &service), ("config.yaml", CONFIG)], &ids, written);
    }
    let container = "[Container]\nImage=ghcr.io/berriai/litellm:v1.85.1\nVolume=./config.yaml:/app/config.yaml\nExec=--config /app/config.yaml\n";
    for (line, told) in [
        ("EnvironmentFile=%E/litellm.env\n", "%E/litellm.env"),
        ("PodmanArgs=--memory 4g --env-file /etc/litellm/env\n", "`PodmanArgs=`"),
        ("EnvironmentHost=yes\n", "`EnvironmentHost=`"),
    ] {
        let container = format!("{container}{line}");
        hides(&[("litellm.container", &container), ("config.yaml", CONFIG)], &ids, told);
    }
}

/// The findings that say of one of these that nothing sets it, or that it cannot be used.
fn judged(report: &Value, ids: &[&str]) -> Vec<String> {
    let all = report["findings"].as_array().unwrap().iter();
    let of = |one: &&Value| ids.contains(&one["id"].as_str().unwrap()) && one["state"] != "hidden";
    all.filter(of).map(|one| format!("{}: {}", one["id"], one["state"])).collect()
}

#[test]
fn what_systemd_makes_of_specifiers_and_escapes() {
    let ids = ["litellm_log", "litellm_mode", "workers", "debug_mode"];
    for value in ["%i", "ER\\x52OR", "a%nb"] {
        let unit = format!(
            "[Service]\nEnvironment=\"LITELLM_LOG={value}\" LITELLM_MODE={value}\nExecStart=/opt/venv/bin/litellm --config config.yaml --num_workers %i\n"
        );
        let place = Place::new([("litellm@.service", &*unit), ("config.yaml", CONFIG)]);
        let found = judged(&report(&place, &[]), &ids);
        assert!(found.is_empty(), "{value}: {found:?}");
        place.run(&["--write", "--include-review", "--select", "litellm_log", "--select", "litellm_mode"]);
        assert_eq!(place.files()["litellm@.service"], unit);
    }
    let unit = "[Service]\nExecStart=/opt/venv/bin/litellm --config config.yaml --num_workers x\n";
    let found = report(&Place::new([("litellm@.service", unit), ("config.yaml", CONFIG)]), &[]);
    assert_eq!(judged(&found, &["workers"]).len(), 1, "what is no specifier is judged");
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
fn variables_of_which_a_unit_has_only_the_names() {
    let secrets = "Secret=litellm-key,type=env,target=LITELLM_MASTER_KEY\nSecret=DATABASE_URL,type=env\nSecret=litellm-file\n";
    let container = format!(
        "[Container]\nImage=ghcr.io/berriai/litellm:v1.85.1\nVolume=./config.yaml:/app/config.yaml\nExec=--config /app/config.yaml\n{secrets}"
    );
    let service = "[Service]\nPassEnvironment=LITELLM_MASTER_KEY DATABASE_URL\nEnvironment=LITELLM_MODE=PRODUCTION\nExecStart=/opt/venv/bin/litellm --config config.yaml\n";
    for (name, unit) in [("litellm.container", &*container), ("litellm.service", service)] {
        let given = report(&Place::new([(name, unit), ("config.yaml", CONFIG)]), &[]);
        let ids = texts(&given["findings"], "id");
        assert!(
            !ids.contains(&"master_key") && !ids.contains(&"config_structure"),
            "{:#?}",
            given["findings"]
        );
        let none: String =
            unit.lines().filter(|line| !line.contains("KEY")).map(|line| format!("{line}\n")).collect();
        let given = report(&Place::new([(name, &*none), ("config.yaml", CONFIG)]), &[]);
        assert!(texts(&given["findings"], "id").contains(&"master_key"), "the rest is visible: {name}");
    }
}

#[test]
fn a_service_that_extends_one_which_is_not_here() {
    let compose = "services:\n  litellm:\n    extends: {file: ../base.yaml, service: litellm}\n    image: ghcr.io/berriai/litellm:v1.85.1\n    volumes: [\"./config.yaml:/app/config.yaml\"]\n    command: [--config, /app/config.yaml]\n";
    let ids = ["litellm_log", "litellm_mode", "master_key", "graceful_shutdown", "workers"];
    hides(&[("compose.yaml", compose), ("config.yaml", CONFIG)], &ids, "defined elsewhere");
}

#[test]
fn files_that_compose_is_told_to_merge() {
    let compose = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.85.1\n    command: [--config, /app/config.yaml]\n    volumes: [./config.yaml:/app/config.yaml]\n    environment: {DATABASE_URL: postgresql://db/x}\n";
    let config = "model_list: []\n";
    let ids = ["litellm_log", "litellm_mode", "request_timeout", "graceful_shutdown"];
    let files = |env| [("compose.yaml", compose), ("config.yaml", config), (".env", env)];
    hides(
        &files("COMPOSE_FILE=compose.yaml:prod.yaml\n"),
        &ids,
        "COMPOSE_FILE tells compose to merge prod.yaml",
    );
    hides(
        &files("COMPOSE_PATH_SEPARATOR=,\nCOMPOSE_FILE=./compose.yaml,b/prod.yaml\n"),
        &ids,
        "merge b/prod.yaml",
    );
    for env in ["COMPOSE_FILE=compose.yaml:${MORE}\n", "COMPOSE_FILE=compose.yaml: config.yaml\n"] {
        hides(&files(env), &ids, "COMPOSE_FILE tells compose to merge");
    }
    for env in ["COMPOSE_FILE=compose.yaml\n", "COMPOSE_FILE=\n", "COMPOSE_FILE=other.yaml:prod.yaml\n"] {
        let found = report(&Place::new(files(env)), &[]);
        assert!(
            found["findings"].as_array().unwrap().iter().any(|one| one["id"] == "litellm_log"),
            "{found}"
        );
    }
}

#[test]
fn what_an_override_extends_comes_over_the_service() {
    let compose = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.85.1\n    environment: {LITELLM_LOG: INFO}\n    volumes: [\"./config.yaml:/app/config.yaml\"]\n    command: [--config, /app/config.yaml]\n";
    let over = "services:\n  litellm:\n    extends: {file: common.yaml, service: base}\n";
    let common = "services:\n  base:\n    environment: {LITELLM_LOG: ERROR}\n";
    let files = [
        ("compose.yaml", compose),
        ("compose.override.yaml", over),
        ("common.yaml", common),
        ("config.yaml", CONFIG),
    ];
    hides(&files, &["litellm_log"], "defined elsewhere");
}

#[test]
fn a_resource_of_the_operator_that_takes_a_whole_secret() {
    let proxy = "apiVersion: litellm.home-operations.com/v1alpha1\nkind: LiteLLMProxy\nmetadata: {name: litellm}\nspec:\n  image: ghcr.io/berriai/litellm:v1.85.1\n  envFrom:\n    - secretRef: {name: keys}\n";
    let ids = ["litellm_log", "litellm_mode", "master_key"];
    hides(&[("proxy.yaml", proxy)], &ids, "keys");
    let prefixed =
        proxy.replace("- secretRef: {name: keys}", "- prefix: LITELLM_\n      configMapRef: {name: knobs}");
    hides(&[("proxy.yaml", &prefixed)], &ids, "ConfigMap knobs");
    let keyed = proxy.replace("  envFrom:\n    - secretRef: {name: keys}\n", "  env:\n    - name: LITELLM_LOG\n      valueFrom:\n        configMapKeyRef: {name: knobs, key: log}\n");
    let found = judged(&report(&Place::new([("proxy.yaml", &keyed)]), &[]), &["litellm_log", "debug_mode"]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn what_runs_litellm_without_a_configuration_that_is_read_is_named() {
    let helmfile = "releases:\n  - name: litellm\n    chart: oci://ghcr.io/berriai/litellm-helm\n    values:\n      - litellm.yaml.gotmpl\n";
    let k3s = "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: litellm}\nspec:\n  chart: oci://ghcr.io/berriai/litellm-helm\n  valuesSecrets:\n    - name: litellm-values\n";
    for (name, text) in [("helmfile.yaml", helmfile), ("litellm.yaml", k3s)] {
        let place = Place::new([(name, text), (".env", "LITELLM_MASTER_KEY=sk-1234\n")]);
        for arguments in [&[][..], &[name]] {
            let ran = place.run(arguments);
            assert_eq!(ran.code, 3, "{name}: {}{}", ran.out, ran.err);
            assert!(ran.out.contains("LiteLLM is started here") && ran.out.contains(name), "{}", ran.out);
            assert!(!ran.out.contains("nothing to fix"), "{}", ran.out);
        }
    }
    let workflow = "on: push\njobs:\n  test:\n    services:\n      litellm:\n        image: ghcr.io/berriai/litellm:main\n";
    let ran = Place::new([("ci.yaml", workflow)]).run(&["."]);
    assert!(!ran.out.contains("LiteLLM is started here"), "{}", ran.out);
}

#[test]
fn a_process_without_a_visible_configuration_is_judged_by_itself() {
    let compose = "services:\n  gateway:\n    image: docker.litellm.ai/berriai/litellm:main-latest\n    env_file: [.env]\n";
    let env = "LITELLM_MASTER_KEY=sk-1234\nLITELLM_LOG=DEBUG\n";
    for (name, text, ids) in [
        ("compose.yaml", compose, &["master_key", "debug_mode", "image_tag"][..]),
        ("deployment.yaml", DEPLOYMENT, &["litellm_log"]),
    ] {
        for arguments in [&[][..], &[name]] {
            let found = report(&Place::new([(name, text), (".env", env)]), arguments);
            let all = found["findings"].as_array().unwrap();
            for id in ids {
                assert!(all.iter().any(|one| one["id"] == *id), "{name}: {id}: {found:#}");
            }
            // What a configuration may set is not claimed.
            let config = ["retry_policy", "allowed_fails_policy", "request_timeout", "alerting", "json_logs"];
            assert!(!all.iter().any(|one| config.iter().any(|id| one["id"] == *id)), "{name}: {found:#}");
            assert!(remarks(&found).contains("configuration"), "{name}: {}", remarks(&found));
        }
    }
    let migrates = "services:\n  litellm-migrate:\n    image: ghcr.io/berriai/litellm:v1.85.1\n    entrypoint: [python, litellm/proxy/prisma_migration.py]\n";
    let ran = Place::new([("compose.yaml", migrates)]).run(&["."]);
    assert_eq!(ran.code, 3, "{}", ran.out);
}

#[test]
fn nothing_is_linked_across_repositories() {
    let pins = "litellm[proxy]==1.80.15\n";
    let compose = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.85.1\n    command: [--config, /app/config.yaml]\n    volumes: [./team/config.yaml:/app/config.yaml]\n";
    let files = [
        ("requirements.txt", pins),
        (".env", "LITELLM_MASTER_KEY=sk-a-key\n"),
        ("compose.yaml", compose),
        ("team/config.yaml", CONFIG),
    ];
    let linked = report(&Place::new(files), &["team"]);
    assert!(linked["installations"][0]["litellm"].to_string().contains("1.85.1"));
    for git in ["folder", "file"] {
        let place = Place::new(files);
        let inner = place.folder.path().join("team/.git");
        match git {
            "folder" => std::fs::create_dir(inner).unwrap(),
            _ => std::fs::write(inner, "gitdir: ../.git/modules/team\n").unwrap(),
        }
        let found = report(&place, &["."]);
        let all = found["installations"].as_array().unwrap();
        let one = all.iter().find(|one| one["name"] == "team/config.yaml").unwrap();
        assert!(one["litellm"].to_string().contains("unknown"), "{git}: {one:#}");
        assert_eq!(
            one["files"].as_array().or(one["members"].as_array()).map(Vec::len),
            Some(1),
            "{git}: {one:#}"
        );
    }
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

#[test]
fn files_that_compose_is_told_to_merge_and_that_are_here() {
    let base = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.85.1\n    command: [--config, /app/config.yaml]\n    volumes: [./config.yaml:/app/config.yaml]\n";
    let run = |env: &str| {
        let files = [
            ("deploy/compose.yaml", base),
            ("deploy/config.yaml", "model_list: []\n"),
            ("deploy/compose.override.yaml", "services: {litellm: {environment: {LITELLM_LOG: ERROR}}}\n"),
            ("deploy/prod/compose.yaml", "services: {litellm: {env_file: [log.env]}}\n"),
            ("deploy/log.env", "LITELLM_MODE=PRODUCTION\n"),
            ("deploy/prod/log.env", "LITELLM_LOG=ERROR\n"),
            (".env", env),
        ];
        let found = report(&Place::new(files), &[]);
        assert_eq!(found["installations"].as_array().unwrap().len(), 1, "{found:#}");
        judged(&found, &["litellm_log", "litellm_mode"])
    };
    assert_eq!(run(""), ["\"litellm_mode\": \"unset\""], "the override is merged by itself");
    let named = "COMPOSE_FILE=deploy/compose.yaml:deploy/prod/compose.yaml\n";
    assert_eq!(
        run(named),
        ["\"litellm_log\": \"unset\""],
        "and what is named instead of it; paths start at the first"
    );
    assert_eq!(run(&named.replace(':', ";")), ["\"litellm_log\": \"unset\""], "as on Windows");
    // A file of the project that names the image again describes the same service.
    let again = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.106.2\n    volumes: [./config.yaml:/app/config.yaml]\n";
    let files =
        [("compose.yaml", base), ("compose.override.yaml", again), ("config.yaml", "model_list: []\n")];
    let found = report(&Place::new(files), &[]);
    let lost = found["findings"].as_array().unwrap().iter().find(|one| one["state"] == "config_lost");
    assert!(lost.is_none(), "{lost:#?}");
}

#[test]
fn a_compose_file_that_is_merged_over_the_service() {
    let compose = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.85.1\n    command: [--config, /app/config.yaml]\n    volumes: [./config.yaml:/app/config.yaml]\n";
    let over =
        "services:\n  litellm:\n    environment: {LITELLM_LOG: ERROR}\n    env_file: [elsewhere.env]\n";
    let ids = ["json_logs", "proxy_batch_write_at"];
    let files = [("config.yaml", CONFIG), ("compose.yaml", compose), ("compose.override.yaml", over)];
    hides(&files, &ids, "the env file elsewhere.env is not among the files read");
    // What it sets is seen, and wins over the base.
    let base = compose.replace("    volumes:", "    environment: {LITELLM_LOG: DEBUG}\n    volumes:");
    let files = [("config.yaml", CONFIG), ("compose.yaml", &*base), ("compose.override.yaml", over)];
    let ran =
        Place::new(files).run(&["--select", "litellm_log", "--select", "debug_mode", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["findings"].as_array().unwrap().len(), 0, "{}", ran.out);
}

#[test]
fn files_that_an_edit_breaks_are_not_written() {
    let sops = "sops:\n  mac: ENC[AES256_GCM,data:x]\n  version: 3.9.0\n";
    let release = format!("{RELEASE}{VALUES}");
    for (name, text) in [
        ("config.yaml", format!("{CONFIG}{sops}")),
        ("release.yaml", format!("{release}{sops}")),
        ("config.yaml", format!("# Code generated by make. DO NOT EDIT.\n{CONFIG}")),
        ("map.yaml", format!("---\n# Source: litellm/templates/configmap.yaml\n{CONFIG_MAP}")),
    ] {
        let place = Place::new([(name, &text)]);
        let ran = place.run(&["--write", "--include-review", "--select", "proxy_batch_write_at"]);
        assert_eq!(place.files()[name], text, "{}{}", ran.out, ran.err);
        assert!(ran.out.contains("is not written"), "{text}: {}", ran.out);
    }
}

#[test]
fn more_processes_than_are_looked_at_alone_are_counted() {
    let services: String = (0..70)
        .map(|number| {
            format!(
                "  proxy{number}:\n    image: ghcr.io/berriai/litellm:v1.106.2\n    command: [\"--config\", \"/app/config.yaml\"]\n    volumes: [\"./config.yaml:/app/config.yaml:ro\"]\n"
            )
        })
        .collect();
    let compose = format!("services:\n{services}");
    let config = "model_list:\n  - model_name: one\n    litellm_params:\n      model: openai/gpt-4o\n";
    let place = Place::new([("config.yaml", config), ("compose.yaml", &compose)]);
    let ran = place.run(&["."]);
    assert!(ran.out.contains("70 processes run it"), "{}", ran.out);
}
