//! Charts of somebody's own: what their templates print of the values as it is, is read there; what they make something else of is not visible.

use super::*;

const CHART: (&str, &str) = ("Chart.yaml", "apiVersion: v2\nname: gateway\nversion: 0.1.0\n");

/// The Deployment of a chart with these lines in its container.
fn deployment(container: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{{{ .Release.Name }}}}\nspec:\n  template:\n    spec:\n      containers:\n        - name: {{{{ .Chart.Name }}}}\n          image: \"{{{{ .Values.image.repository }}}}:{{{{ .Values.image.tag }}}}\"\n          args: [--config, /app/config.yaml]\n{container}      volumes:\n        - name: config\n          configMap: {{name: gateway-config}}\n"
    )
}

/// The ConfigMap of a chart with these lines in the text of the configuration.
fn config_map(text: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: gateway-config\ndata:\n  config.yaml: |\n{text}\n"
    )
}

fn values(more: &str) -> String {
    format!(
        "image: {{repository: ghcr.io/berriai/litellm, tag: v1.85.1}}\nconfig:\n  model_list: []\n  litellm_settings: {{set_verbose: true}}\n{more}"
    )
}

fn chart(text: &str, container: &str, more: &str) -> [(&'static str, String); 4] {
    [
        (CHART.0, CHART.1.into()),
        ("templates/deployment.yaml", deployment(container)),
        ("templates/configmap.yaml", config_map(text)),
        ("values.yaml", values(more)),
    ]
}

fn found(files: &[(&'static str, String)], id: &str) -> bool {
    let report = report(&Place::new(files.iter().map(|(name, text)| (*name, text.as_str()))), &[]);
    !judged(&report, &[id]).is_empty()
}

const PRINTED: &str = "    {{- toYaml .Values.config | nindent 4 }}";

#[test]
fn a_configuration_that_templates_make_something_else_of() {
    assert!(found(&chart(PRINTED, "", ""), "debug_mode"));
    for text in [
        "    {{- toYaml (merge .Values.more .Values.config) | nindent 4 }}",
        "    {{- toYaml (omit .Values.config \"litellm_settings\") | nindent 4 }}",
        "    {{- include \"gateway.config\" . | nindent 4 }}",
        "    {{- .Values.config | default .Values.other | toYaml | nindent 4 }}",
        "    {{- if .Values.other }}\n    {{- toYaml .Values.other | nindent 4 }}\n    {{- else }}\n    {{- toYaml .Values.config | nindent 4 }}\n    {{- end }}",
    ] {
        assert!(!found(&chart(text, "", ""), "debug_mode"), "{text}");
    }
    let mut changed = chart(PRINTED, "", "").to_vec();
    changed.push((
        "templates/_helpers.tpl",
        "{{- $_ := set .Values.config \"litellm_settings\" dict }}\n".into(),
    ));
    assert!(!found(&changed, "debug_mode"));
}

#[test]
fn keys_of_litellm_helm_mean_nothing_to_another_chart() {
    let more = "envVars: {LITELLM_LOG: DEBUG}\nmasterkey: sk-1234\ndb: {useExisting: true}\nproxyConfigMap: {create: true}\n";
    let files = chart(PRINTED, "", more);
    let report = report(&Place::new(files.iter().map(|(name, text)| (*name, text.as_str()))), &[]);
    let all = report["findings"].as_array().unwrap();
    assert!(all.iter().all(|one| one["line"].as_u64() < Some(5) || one["file"] != "values.yaml"), "{all:#?}");
    assert!(!judged(&report, &["debug_mode"]).is_empty(), "{all:#?}");
}

const LIST: &str = "          env:\n            {{- toYaml .Values.env | nindent 12 }}\n";
const DEBUG: &str = "env:\n  - {name: LITELLM_LOG, value: DEBUG}\n";
const IDS: [&str; 3] = ["litellm_log", "litellm_mode", "master_key"];

/// The report on the files of a chart, some of them besides.
fn of_chart(files: &[(&'static str, String)], more: &[(&str, &str)]) -> Value {
    let own = files.iter().map(|(name, text)| (*name, text.as_str()));
    report(&Place::new(own.chain(more.iter().copied())), &[])
}

#[test]
fn variables_that_templates_make_something_else_of() {
    let known = of_chart(&chart(PRINTED, LIST, DEBUG), &[]);
    assert!(!judged(&known, &["litellm_mode"]).is_empty() && !judged(&known, &["debug_mode"]).is_empty());
    for env in [
        "          env:\n            {{- include \"gateway.env\" . | nindent 12 }}\n",
        "          env:\n            {{- if .Values.on }}\n            {{- toYaml .Values.env | nindent 12 }}\n            {{- end }}\n",
        "          env:\n            {{- toYaml (concat .Values.env .Values.more) | nindent 12 }}\n",
        "          env:\n            {{- range .Values.env }}\n            - name: GATEWAY_{{ .name }}\n              value: {{ .value | quote }}\n            {{- end }}\n",
        "          env:\n            - {name: LITELLM_LOG, value: ERROR}\n            {{- toYaml .Values.env | nindent 12 }}\n",
        "          env:\n            {{- toYaml .Values.env | nindent 12 }}\n            {{- include \"gateway.env\" . | nindent 12 }}\n",
        "          {{- with .Values.container }}\n          {{- toYaml . | nindent 10 }}\n          {{- end }}\n",
    ] {
        let report = of_chart(&chart(PRINTED, env, DEBUG), &[]);
        assert!(judged(&report, &IDS).is_empty(), "{env}: {:#}", report["findings"]);
    }
    // A mapping is no list of variables.
    let report = of_chart(&chart(PRINTED, LIST, "env: {LITELLM_LOG: DEBUG}\n"), &[]);
    assert!(judged(&report, &IDS).is_empty(), "{:#}", report["findings"]);
}

#[test]
fn values_that_come_over_those_of_a_chart() {
    let files = chart(PRINTED, LIST, DEBUG);
    let release = |source: &str, more: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: gateway}}\nspec:\n  source:\n    repoURL: https://example.com/me/infra\n    path: .\n    helm:\n{source}{more}"
        )
    };
    let values = "      valuesObject:\n        env: [{name: LITELLM_LOG, value: DEBUG}]\n";
    let known = of_chart(&files, &[("app.yaml", &release(values, ""))]);
    assert!(!judged(&known, &["litellm_mode"]).is_empty(), "{known:#}");
    let mut found = known["findings"].as_array().unwrap().iter();
    assert!(found.any(|one| one["id"] == "debug_mode" && one["file"] == "app.yaml"), "{known:#}");
    for more in
        ["      parameters: [{name: 'env[1].name', value: x}]\n", "      valueFiles: [elsewhere.yaml]\n"]
    {
        let report = of_chart(&files, &[("app.yaml", &release(values, more))]);
        assert!(
            judged(&report, &["litellm_mode", "master_key"]).is_empty(),
            "{more}: {:#}",
            report["findings"]
        );
    }
}

#[test]
fn values_of_a_chart_around_another() {
    let around = |values: &str| {
        let own = chart(PRINTED, LIST, DEBUG).map(|(name, text)| (format!("charts/gateway/{name}"), text));
        let more = [
            ("Chart.yaml".to_owned(), "apiVersion: v2\nname: all\nversion: 0.1.0\n".to_owned()),
            ("values.yaml".to_owned(), values.to_owned()),
        ];
        let files: Vec<(String, String)> = own.into_iter().chain(more).collect();
        let place = Place::new(files.iter().map(|(name, text)| (name.as_str(), text.as_str())));
        report(&place, &[])
    };
    let ids = ["litellm_mode", "request_timeout"];
    assert!(!judged(&around("other: {}\n"), &ids).is_empty());
    let report = around("gateway: {replicas: 2}\n");
    assert!(judged(&report, &ids).is_empty(), "{:#}", report["findings"]);
    assert!(remarks(&report).contains("values also come from values.yaml"), "{}", remarks(&report));
}

#[test]
fn values_of_several_environments() {
    let files = chart(PRINTED, LIST, DEBUG);
    let report = of_chart(
        &files,
        &[
            ("values-dev.yaml", "replicas: 1\n"),
            ("values-prod.yaml", "env: [{name: LITELLM_LOG, value: ERROR}]\n"),
        ],
    );
    let all = report["findings"].as_array().unwrap();
    let one = all.iter().find(|one| one["id"] == "debug_mode" && one["file"] == "values.yaml").unwrap();
    assert!(one["title"].as_str().unwrap().contains("values-dev.yaml"), "{one:#}");
}

#[test]
fn values_that_are_printed_in_the_place_of_a_secret() {
    let env = "          env:\n            - name: LITELLM_MASTER_KEY\n              value: {{ .Values.gateway.entry | quote }}\n            - {name: LITELLM_SALT_KEY, value: {{ .Values.gateway.other | quote }}}\n            - name: LITELLM_LOG\n              value: {{ .Values.gateway.level }}\n";
    let more = "gateway:\n  entry: evergreen\n  other: sunflower\n  level: DEBUG\n";
    let files = chart(PRINTED, env, more);
    let place = Place::new(files.iter().map(|(name, text)| (*name, text.as_str())));
    for format in ["human", "json", "diff", "markdown", "sarif"] {
        let ran = place.run(&["--format", format, "--details", "--all", "--include-review"]);
        for secret in ["evergreen", "sunflower"] {
            assert!(!ran.out.contains(secret) && !ran.err.contains(secret), "{format}: {}", ran.out);
        }
    }
    assert!(!judged(&report(&place, &[]), &["debug_mode"]).is_empty());
}
