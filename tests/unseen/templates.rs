//! Files that are YAML only once a template is filled in: what stands there as it is, is read; what expressions add is not visible.

use super::*;

/// The ids of the findings with the lines that they are about.
fn lines(report: &Value) -> Vec<(String, u64)> {
    let all = report["findings"].as_array().unwrap().iter();
    all.map(|one| (one["id"].as_str().unwrap().to_owned(), one["line"].as_u64().unwrap())).collect()
}

fn found(report: &Value, id: &str, line: u64) -> bool {
    lines(report).contains(&(id.to_owned(), line))
}

/// A Deployment of a chart, with these lines in its container.
fn deployment(container: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{{{ include \"x.fullname\" . }}}}\n  labels:\n    {{{{- include \"x.labels\" . | nindent 4 }}}}\nspec:\n  template:\n    spec:\n      containers:\n        - name: litellm\n          image: ghcr.io/berriai/litellm:v1.80.15-stable\n{container}"
    )
}

#[test]
fn what_stands_in_a_helm_template_is_read_and_what_is_printed_there_is_not_visible() {
    let list = "          env:\n            {{- toYaml .Values.env | nindent 12 }}\n";
    let range = "          env:\n          {{- range $k, $v := .Values.env }}\n            - name: {{ $k }}\n              value: {{ $v | quote }}\n          {{- end }}\n";
    let with = "          {{- with .Values.env }}\n          env:\n            {{- toYaml . | nindent 12 }}\n          {{- end }}\n";
    let beside = "          env:\n            - {name: FOO, value: bar}\n          {{- include \"x.more\" . | nindent 10 }}\n";
    let instead = "          env:\n            {{- if .Values.quiet }}\n            - {name: LITELLM_MODE, value: PRODUCTION}\n            {{- else }}\n            - {name: LITELLM_LOG, value: ERROR}\n            {{- end }}\n";
    let whole = "          env: {{ toJson .Values.env }}\n";
    for env in [list, range, with, beside, instead, whole] {
        let text = deployment(&format!(
            "          args: [\"--config\", \"/app/config.yaml\", \"--detailed_debug\"]\n{env}          livenessProbe: {{httpGet: {{path: /health, port: 4000}}}}\n"
        ));
        let place = Place::new([("templates/d.yaml", text.as_str())]);
        let report = report(&place, &[]);
        let probe = 14 + env.lines().count() as u64;
        assert!(found(&report, "debug_mode", 13), "{env}: {report:#}");
        assert!(found(&report, "probes", probe), "{env}: {:?}", lines(&report));
        for id in ["litellm_log", "litellm_mode", "master_key"] {
            assert!(judged(&report, &[id]).is_empty(), "{id}: {env}: {report:#}");
        }
        let ran = place.run(&["--write", "--include-review"]);
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        assert_eq!(place.files()["templates/d.yaml"], text, "{env}");
    }
}

#[test]
fn each_block_hides_what_it_may_hold_and_nothing_else() {
    let text = deployment(
        "          env:\n            - {name: LITELLM_LOG, value: DEBUG}\n          livenessProbe:\n            {{- toYaml .Values.livenessProbe | nindent 12 }}\n          resources:\n            {{- toYaml .Values.resources | nindent 12 }}\n",
    );
    let place = Place::new([("templates/d.yaml", text.as_str())]);
    let report = report(&place, &[]);
    assert!(found(&report, "debug_mode", 14), "{report:#}");
    assert!(judged(&report, &["resources", "probes"]).is_empty(), "{report:#}");
    // Nothing adds to the variables.
    assert!(!judged(&report, &["litellm_mode"]).is_empty(), "{report:#}");
    assert!(remarks(&report).contains("`livenessProbe`, `resources`"), "{}", remarks(&report));
}

#[test]
fn a_condition_around_what_is_found_is_told() {
    let text = deployment(
        "          env:\n            {{- if .Values.debug }}\n            - name: LITELLM_LOG\n              value: DEBUG\n            {{- end }}\n",
    );
    let around = format!("{{{{- if .Values.enabled }}}}\n{text}{{{{- end }}}}\n");
    for (text, told) in [(&text, "templates/d.yaml:14:1"), (&around, "templates/d.yaml:15:1")] {
        let place = Place::new([("templates/d.yaml", text.as_str())]);
        let out = place.run(&["--details", "--select", "debug_mode"]).out;
        let out = out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(out.contains(&format!("{told}: the template decides here")), "{out}");
        assert_eq!(out.matches("the template decides here").count(), 1, "{out}");
    }
}

#[test]
fn what_stands_twice_in_a_template_may_be_an_alternative() {
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: litellm-config}\ndata:\n  config.yaml: |\n    model_list: []\n";
    let both = format!(
        "{map}    {{{{- if .Values.a }}}}\n    litellm_settings: {{drop_params: true}}\n    {{{{- end }}}}\n    {{{{- if .Values.b }}}}\n    litellm_settings: {{request_timeout: 60}}\n    {{{{- end }}}}\n"
    );
    let plain = both.lines().filter(|line| !line.contains("{{")).collect::<Vec<_>>().join("\n");
    for (text, claims) in [(&both, false), (&plain, true)] {
        let place = Place::new([("templates/c.yaml", text.as_str())]);
        let report = report(&place, &[]);
        assert_eq!(!judged(&report, &["config_structure"]).is_empty(), claims, "{report:#}");
        assert_ne!(place.run(&["."]).code, 4);
    }
}

#[test]
fn templates_of_jinja_are_read() {
    let text = "{# the models of the group #}\nmodel_list:\n{% for m in models %}\n  - model_name: {{ m }}\n    litellm_params: {model: \"openai/{{ m }}\"}\n{% endfor %}\nlitellm_settings:\n  set_verbose: true\n  request_timeout: {{ timeout }}\n  fallbacks: [{chat: [other]}]\n{% if strict %}\nrouter_settings:\n  num_retries: 3\n{% endif %}\n";
    let place = Place::new([("config.yaml.j2", text)]);
    let report = report(&place, &[]);
    assert!(found(&report, "debug_mode", 8), "{report:#}");
    assert!(
        judged(&report, &["request_timeout", "dead_fallbacks", "config_structure"]).is_empty(),
        "{report:#}"
    );
    assert!(remarks(&report).contains("`model_list`"), "{}", remarks(&report));
}

#[test]
fn objects_are_found_by_names_that_a_template_makes() {
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ include \"x.fullname\" . }}-env\ndata:\n  LITELLM_LOG: DEBUG\n";
    let other = map.replace("x.fullname", "y.fullname").replace("LITELLM_LOG", "LITELLM_MODE");
    let container = deployment(
        "          envFrom:\n            - configMapRef:\n                name: {{ include \"x.fullname\" . }}-env\n",
    );
    let files = [("templates/c.yaml", map), ("templates/d.yaml", &container), ("templates/o.yaml", &other)];
    let known = report(&Place::new(files), &[]);
    let of = |report: &Value, id: &str, file: &str| {
        let all = report["findings"].as_array().unwrap().clone();
        all.iter().any(|one| one["id"] == id && one["file"] == file)
    };
    assert!(of(&known, "debug_mode", "templates/c.yaml"), "{known:#}");
    assert!(!of(&known, "litellm_mode", "templates/o.yaml"), "{known:#}");
    assert!(!judged(&known, &["litellm_mode"]).is_empty(), "{known:#}");
    let more = format!(
        "{map}  {{{{- range $k, $v := .Values.more }}}}\n  {{{{ $k }}}}: {{{{ $v }}}}\n  {{{{- end }}}}\n"
    );
    let more =
        report(&Place::new([("templates/c.yaml", more.as_str()), ("templates/d.yaml", &container)]), &[]);
    assert!(of(&more, "debug_mode", "templates/c.yaml"), "{more:#}");
    assert!(judged(&more, &["litellm_mode"]).is_empty(), "{more:#}");
}

/// The lines of a release with what an expression adds at one place, for each platform.
const OPEN: [(&str, &str, &[&str]); 4] = [
    (
        "helmfile.yaml.gotmpl",
        "releases:\n  - name: litellm\n    chart: oci://ghcr.io/berriai/litellm-helm\n@release    values:\n      - image: {tag: v1.85.1}\n        proxy_config: {model_list: []}\n@list",
        &[
            "@list      {{- toYaml .Values.more | nindent 6 }}\n",
            "@list      {{- range .Values.files }}\n      - {{ . }}\n      {{- end }}\n",
            "@list      - {{ .Values.file }}\n",
            "@list      - {{ toYaml .Values.more | nindent 8 }}\n",
            "@list      {{- if .Values.prod }}\n      - a.yaml\n      {{- else }}\n      - b.yaml\n      {{- end }}\n",
            "@release    {{- toYaml .Values.release | nindent 4 }}\n",
            "@release    set: {{ toJson .Values.set }}\n",
            "@release    set:\n      {{- range .Values.set }}\n      - {name: a, value: b}\n      {{- end }}\n",
            "@release    set:\n      - name: {{ .Values.name }}\n        value: b\n",
            "@release    set:\n      - {{ .Values.one }}\n",
        ],
    ),
    (
        "release.yaml.j2",
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: litellm}\nspec:\n  chart:\n    spec:\n      chart: litellm-helm\n@chart@release  values:\n    image: {tag: v1.85.1}\n    proxy_config: {model_list: []}\n",
        &[
            "@release  valuesFrom:\n{% for one in objects %}\n    - {kind: Secret, name: a}\n{% endfor %}\n",
            "@release  valuesFrom: {{ objects }}\n",
            "@release  valuesFrom:\n    - {kind: Secret, name: a, targetPath: '{{ path }}'}\n",
            "@release  valuesFrom:\n    - {kind: Secret, name: a, targetPath: {{ path }}}\n",
            "@release  {{ more | indent(2) }}\n",
            "@release  postRenderers: {{ renderers }}\n",
            "@chart      valuesFiles: {{ files }}\n",
        ],
    ),
    (
        "app.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: litellm}\nspec:\n  goTemplate: true\n@set  template:\n    spec:\n      source:\n        chart: litellm-helm\n        helm:\n@helm          valuesObject:\n            image: {tag: v1.85.1}\n            proxy_config: {model_list: []}\n",
        &[
            "@helm          valueFiles: ['{{ .path }}/values.yaml']\n",
            "@helm          valueFiles: {{ .files }}\n",
            "@helm          parameters:\n          {{- range .parameters }}\n            - {name: a, value: b}\n          {{- end }}\n",
            "@helm          parameters:\n            - {name: '{{ .name }}', value: b}\n",
            "@set  templatePatch: |\n    spec:\n      source:\n        helm: {valuesObject: {{ .values | toJson }}}\n",
            "@set  generators:\n    - list:\n        elements: []\n        template: {spec: {source: {helm: {values: x}}}}\n",
        ],
    ),
    (
        "chart.yaml",
        "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: litellm}\nspec:\n  chart: litellm-helm\n@release  valuesContent: |\n    image: {tag: v1.85.1}\n    proxy_config:\n      model_list: []\n",
        &[
            "@release  set:\n    {{- toYaml .Values.set | nindent 4 }}\n",
            "@release  set:\n    {{ .Values.name }}: b\n",
            "@release  set: {{ .Values.set }}\n",
        ],
    ),
];

#[test]
fn a_release_in_a_template_may_merge_what_an_expression_adds() {
    let ids = ["request_timeout", "litellm_log", "litellm_mode", "master_key", "graceful_shutdown"];
    for (name, text, all) in OPEN {
        let fill = |place: &str, more: &str| {
            let text = text.replace(place, more);
            ["@release", "@list", "@chart", "@set", "@helm"]
                .iter()
                .fold(text, |text, one| text.replace(one, ""))
        };
        let without = fill("@", "@");
        let known = report(&Place::new([(name, &*without)]), &[]);
        assert!(!judged(&known, &ids[..1]).is_empty(), "{without}: {known:#}");
        for more in all {
            let at = more[1..].find(' ').unwrap() + 1;
            let text = fill(&more[..at], &more[at..]);
            hides(&[(name, &text)], &ids, "values also come from");
        }
    }
}

#[test]
fn values_of_a_release_in_a_template() {
    let text = "releases:\n  - name: litellm\n    chart: oci://ghcr.io/berriai/litellm-helm\n    labels:\n      {{- toYaml .Values.labels | nindent 6 }}\n    values:\n      - image: {tag: v1.85.1}\n        envVars:\n          LITELLM_LOG: DEBUG\n          {{- toYaml .Values.env | nindent 10 }}\n        proxy_config:\n          model_list: []\n          litellm_settings:\n            drop_params: {{ env \"DROP\" }}\n            {{ .Values.key }}: 5\n          router_settings:\n            num_retries: 3\n          general_settings: {master_key: {{ env \"KEY\" }}}\n";
    let found = report(&Place::new([("helmfile.yaml.gotmpl", text)]), &[]);
    // What a block may hold besides is not visible; a value that is printed hides itself alone.
    assert!(
        judged(&found, &["request_timeout", "litellm_mode", "master_key", "json_logs"]).is_empty(),
        "{found:#}"
    );
    assert!(!judged(&found, &["alerting"]).is_empty(), "{found:#}");
    assert!(!judged(&found, &["debug_mode"]).is_empty(), "{found:#}");
    let told = remarks(&found);
    assert!(!told.contains("values also come from"), "{told}");
}

#[test]
fn values_that_an_expression_gives_as_a_whole() {
    let ids =
        ["request_timeout", "litellm_log", "litellm_mode", "master_key", "graceful_shutdown", "resources"];
    let flux = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: litellm}\nspec:\n  chart: {spec: {chart: litellm-helm}}\n  values:";
    for values in [" {{ values }}\n", "\n    {{ values | indent(4) }}\n"] {
        let text = format!("{flux}{values}");
        let found = report(&Place::new([("release.yaml.j2", &*text)]), &[]);
        assert!(judged(&found, &ids).is_empty(), "{text}: {found:#}");
    }
    let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: litellm}\nspec:\n  template:\n    spec:\n      source:\n        chart: litellm-helm\n        helm:\n          values: |\n            @\n";
    for values in [
        "{{ .values }}",
        "{{- .values | nindent 12 }}",
        "proxy_config: {{ .config }}",
        "image: {tag: v1.85.1}\n            {{ .values }}",
    ] {
        let text = set.replace('@', values);
        let found = report(&Place::new([("app.yaml", &*text)]), &[]);
        let hidden = if values.starts_with("proxy_config") { 1 } else { 2 };
        assert!(judged(&found, &ids[..hidden]).is_empty(), "{text}: {found:#}");
    }
}

#[test]
fn templates_of_terraform_are_found_and_its_files_are_named() {
    let config = "model_list: []\nlitellm_settings:\n  set_verbose: true\n  request_timeout: ${timeout}\n";
    let runs = "resource \"docker_container\" \"llm\" {\n  image = \"ghcr.io/berriai/litellm:v1.85.1\"\n}\n";
    let place = Place::new([("config.yaml.tftpl", config), ("main.tf", runs)]);
    let report = report(&place, &[]);
    assert!(found(&report, "debug_mode", 3), "{report:#}");
    assert!(judged(&report, &["request_timeout"]).is_empty(), "{report:#}");
    let ran = place.run(&["."]);
    let said = format!("{}{}", ran.out, ran.err);
    assert!(said.contains("main.tf:2") && said.contains("by Terraform"), "{said}");
    for other in ["# image = \"ghcr.io/berriai/litellm:v1\"\n", "name = \"litellm\"\n"] {
        let ran = Place::new([("config.yaml.tftpl", config), ("main.tf", other)]).run(&["."]);
        assert!(!ran.err.contains("Terraform") && !ran.out.contains("Terraform"), "{}{}", ran.out, ran.err);
    }
}
