//! What the real tools make of a deployment is what the real LiteLLM runs with: the environment and the configuration that they render, before
//! and after the fixes, are given to the proxy, and what is announced is effective there.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::common::Place;
use crate::harness::{NEWEST_RELEASE, skipped};
use crate::tools::{self, printed, tool, values};

/// What a tool renders for the process: the text of its configuration, and its variables.
type Given = (String, Vec<(String, String)>);

#[test]
fn what_compose_hands_over_is_in_force() {
    let compose = "x-base: &base
  image: ghcr.io/berriai/litellm:v1.106.2
  environment:
    LITELLM_LOG: INFO
    OPENAI_API_KEY: sk-test
services:
  litellm:
    <<: *base
    command: [\"--config\", \"/app/config.yaml\"]
    volumes: [\"./config.yaml:/app/config.yaml\"]
";
    let files = [("compose.yaml", compose), ("config.yaml", crate::MODELS)];
    check(&files, |folder| {
        let command = &mut tool("compose-5", folder);
        let text = printed(command.args(["--project-name", "shape", "config", "--format", "json"]), "");
        let project: Value = serde_json::from_str(&text.expect("compose renders")).expect("JSON");
        let service = &project["services"]["litellm"];
        let source = service["volumes"][0]["source"].as_str().expect("a mount");
        let variables = service["environment"].as_object().expect("variables").iter();
        let variables = variables.map(|(name, value)| (name.clone(), text_of(value)));
        (fs::read_to_string(source).expect("the configuration"), variables.collect())
    });
}

#[test]
fn what_kustomize_hands_over_is_in_force() {
    let workload = "apiVersion: apps/v1
kind: Deployment
metadata: {name: litellm}
spec:
  selector: {matchLabels: {app: litellm}}
  template:
    metadata: {labels: {app: litellm}}
    spec:
      containers:
        - name: litellm
          image: ghcr.io/berriai/litellm:v1.106.2
          args: [\"--config\", \"/app/config.yaml\"]
          env:
            - {name: OPENAI_API_KEY, value: sk-test}
          volumeMounts:
            - {name: config, mountPath: /app}
      volumes:
        - {name: config, configMap: {name: config}}
";
    let base = "resources: [workload.yaml]\nconfigMapGenerator:\n  - {name: config, files: [config.yaml]}\n";
    let overlay = "resources: [../base]\npatches:\n  - path: log.yaml\n";
    let patch = "apiVersion: apps/v1
kind: Deployment
metadata: {name: litellm}
spec:
  template:
    spec:
      containers:
        - name: litellm
          env:
            - name: LITELLM_LOG
              value: INFO
";
    let files = [
        ("base/workload.yaml", workload),
        ("base/kustomization.yaml", base),
        ("base/config.yaml", crate::MODELS),
        ("prod/kustomization.yaml", overlay),
        ("prod/log.yaml", patch),
    ];
    check(&files, |folder| {
        let text = printed(tool("kubectl-1.37", folder).args(["kustomize", "prod"]), "");
        of_objects(folder, &text.expect("kustomize renders"))
    });
}

#[test]
fn what_helm_hands_over_is_in_force() {
    let models = crate::MODELS.replace('\n', "\n  ");
    let values = format!(
        "image: {{repository: ghcr.io/berriai/litellm, tag: v1.106.2}}
envVars:
  LITELLM_LOG: INFO
  OPENAI_API_KEY: sk-test
proxy_config:
  {models}litellm_settings: {{drop_params: true}}
"
    );
    check(&[("values.yaml", &values)], |folder| {
        let chart = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real_tools/charts/one-process");
        let command = &mut tool("helm-4", folder);
        let text = printed(command.args(["template", "rel", "--values", "values.yaml"]).arg(chart), "");
        of_objects(folder, &text.expect("helm renders"))
    });
}

/// Renders before and after, and asks LiteLLM for what is effective.
fn check(files: &[(&str, &str)], render: impl Fn(&Path) -> Given) {
    if skipped() || tools::skipped() {
        return;
    }
    let place = Place::new(files.iter().copied());
    let folder = place.folder.path();
    let effective = || {
        let (config, variables) = render(folder);
        let variables: Vec<_> = variables.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let found = NEWEST_RELEASE.probe(&config, &variables);
        assert_eq!(found["error"], Value::Null, "{config}");
        (found["levels"]["LiteLLM"].clone(), found["litellm"]["request_timeout"].as_f64())
    };
    assert_eq!(effective(), (json!("INFO"), Some(6000.0)));
    let select = ["--select", "litellm_log", "--select", "request_timeout"];
    let ran = place.run(&[&["--write", "--include-review"][..], &select[..]].concat());
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(effective(), (json!("ERROR"), Some(600.0)), "{}", ran.out);
}

/// The configuration in the ConfigMap of a rendered text, and the variables of the container.
fn of_objects(folder: &Path, text: &str) -> Given {
    let mut command = tool("kubectl-1.37", folder);
    command.args(["label", "--local", "--output", "json", "--filename", "-", "read=here"]);
    let objects = values(&printed(&mut command, text).expect("kubectl reads it"));
    let of_kind = |kind: &str| objects.iter().find(|object| object["kind"] == kind).expect("an object");
    let container = &of_kind("Deployment")["spec"]["template"]["spec"]["containers"][0];
    let variables = container["env"].as_array().expect("variables").iter();
    let variables = variables.map(|one| (text_of(&one["name"]), text_of(&one["value"])));
    (text_of(&of_kind("ConfigMap")["data"]["config.yaml"]), variables.collect())
}

fn text_of(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
