//! Objects of Kubernetes that give variables and configurations.

use super::*;

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
    ] {
        let files = [
            ("base/kustomization.yaml", "resources: [deployment.yaml, map.yaml, secret.yaml]\n"),
            ("base/deployment.yaml", &*deployment),
            ("base/map.yaml", CONFIG_MAP),
            ("base/secret.yaml", SECRET),
            ("overlays/prod/kustomization.yaml", overlay),
            ("overlays/prod/patch.yaml", patch),
        ];
        hides(&files, &ids, "overlays/prod/kustomization.yaml");
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
