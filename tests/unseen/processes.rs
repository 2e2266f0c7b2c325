//! Processes whose description or configuration is not read.

use super::*;

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
