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
