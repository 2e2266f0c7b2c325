//! What can be repeated in the files of an installation.

/// Names and contents.
pub type Files = Vec<(String, Vec<u8>)>;

/// How the work may grow.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    /// With the bytes.
    Bytes,
    /// With what is mended, each of which is proven on the whole file: up to what is tried on one file, and from there with the bytes.
    Mended,
    /// With the installations, each of which is judged by every transform.
    Installations,
}

/// Something that is there `n` times.
pub struct Shape {
    pub name: &'static str,
    /// How many times at the smallest.
    pub size: usize,
    pub files: fn(usize) -> Files,
    pub kind: Kind,
}

impl Shape {
    /// How many make up so many bytes, and no more.
    pub fn count_for(&self, bytes: usize) -> usize {
        let size = |count: usize| (self.files)(count).iter().map(|(_, text)| text.len()).sum::<usize>();
        // The names of later ones are longer.
        let mut count = (0..4).fold(1000, |count, _| (bytes * count / size(count)).max(1));
        while count > 1 && size(count) > bytes {
            count -= count / 100 + 1;
        }
        count
    }
}

const BASE: &str = "model_list: []\ngeneral_settings:\n  database_url: os.environ/DATABASE_URL\n";
const SERVICE: &str =
    "    image: ghcr.io/berriai/litellm:v1.80.15\n    volumes: [\"./config.yaml:/app/config.yaml\"]\n";

/// `text` once for each number, which stands where `#N` is.
fn times(n: usize, text: &str) -> String {
    (0..n).map(|number| text.replace("#N", &number.to_string())).collect()
}

fn file(name: &str, text: impl Into<Vec<u8>>) -> (String, Vec<u8>) {
    (name.to_owned(), text.into())
}

/// The index of a repository in which git tracks this many files: <https://git-scm.com/docs/index-format>, version 2.
fn index(n: usize) -> Vec<u8> {
    let mut bytes = [b"DIRC".as_slice(), &2u32.to_be_bytes(), &(n as u32).to_be_bytes()].concat();
    for number in 0..n {
        let name = format!("src/folder/file-{number:09}.py");
        let mut entry = [0u8; 62];
        entry[24..28].copy_from_slice(&0o100_644u32.to_be_bytes());
        entry[60..].copy_from_slice(&(name.len() as u16).to_be_bytes());
        let length = (62 + name.len()) / 8 * 8 + 8;
        let start = bytes.len();
        bytes.extend_from_slice(&entry);
        bytes.extend_from_slice(name.as_bytes());
        bytes.resize(start + length, 0);
    }
    bytes.resize(bytes.len() + 20, 0);
    bytes
}

/// A plain installation, and this file.
fn beside(name: &str, text: impl Into<Vec<u8>>) -> Files {
    let mut files = compose("", String::new());
    files.push(file(name, text));
    files
}

/// Values of litellm-helm, and then this.
fn values(end: &str) -> Files {
    let head = "image:\n  repository: ghcr.io/berriai/litellm\n  tag: v1.80.15\nproxy_config:\n  model_list: []\n  general_settings:\n    database_url: os.environ/DATABASE_URL\n";
    vec![file("values.yaml", format!("{head}{end}"))]
}

/// A ConfigMap, a Deployment whose container ends with this, and then this.
fn deployment(container: &str, end: &str) -> Files {
    let head = "kind: Deployment\nmetadata: {name: d}\nspec:\n  template:\n    spec:\n      volumes: [{name: v, configMap: {name: c0}}]\n      containers:\n      - image: ghcr.io/berriai/litellm:v1.80.15\n        name: litellm\n";
    vec![file("all.yaml", format!("{}{head}{container}{end}", times(1, CONFIG_MAP)))]
}

/// A configuration that ends with its general settings, and then this.
fn config(end: &str) -> Files {
    vec![file("config.yaml", format!("{BASE}{end}"))]
}

/// An installation with one compose service, and then this, and its env file.
fn compose(end: &str, env: String) -> Files {
    let compose = format!("services:\n  litellm:\n{SERVICE}    env_file: .env\n{end}");
    vec![file("config.yaml", BASE), file("compose.yaml", compose), file(".env", env)]
}

/// A template of a ConfigMap whose models end with this.
fn template(models: &str) -> Files {
    let head = "kind: ConfigMap\nmetadata: {name: c}\ndata:\n  config.yaml: |\n    general_settings: {database_url: os.environ/DATABASE_URL}\n    model_list:\n";
    vec![file("templates/config.yaml", format!("{head}{models}"))]
}

fn folders(n: usize, text: &str) -> Files {
    (0..n).map(|number| file(&format!("d{number}/config.yaml"), text)).collect()
}

const fn shape(name: &'static str, size: usize, files: fn(usize) -> Files) -> Shape {
    Shape { name, size, files, kind: Kind::Bytes }
}

const fn installations(name: &'static str, size: usize, files: fn(usize) -> Files) -> Shape {
    Shape { name, size, files, kind: Kind::Installations }
}

const fn mended(name: &'static str, size: usize, files: fn(usize) -> Files) -> Shape {
    Shape { name, size, files, kind: Kind::Mended }
}

/// What the others are compared with.
pub const PLAIN: Shape = shape("model entries", 1000, |n| {
    let entry = "  - model_name: gpt-#N # group #N\n    litellm_params:\n      model: azure/gpt-#N\n      api_key: os.environ/KEY_#N\n";
    vec![file(
        "config.yaml",
        format!("model_list:\n{}{}", times(n, entry), &BASE["model_list: []\n".len()..]),
    )]
});

const CONFIG_MAP: &str = "kind: ConfigMap\nmetadata: {name: c#N}\ndata:\n  config.yaml: |\n    model_list: []\n    general_settings:\n      database_url: os.environ/DATABASE_URL\n---\n";

pub const SHAPES: &[Shape] = &[
    PLAIN,
    shape("models with keys in plain text", 1000, |n| {
        let entry = "- model_name: m#N\n  litellm_params: {model: openai/m#N, api_key: sk-abcdefgh#N}\n";
        vec![file("config.yaml", format!("model_list:\n{}", times(n, entry)))]
    }),
    shape("characters of a comment", 100_000, |n| config(&format!("# {}\n", "word ".repeat(n / 5)))),
    shape("characters of a value", 100_000, |n| config(&format!("  k: \"{}\"\n", "word ".repeat(n / 5)))),
    shape("comment lines", 10_000, |n| config(&times(n, "# comment #N\n"))),
    shape("commented-out secrets", 2000, |n| config(&times(n, "# api_key: sk-abcdef#Nx\n"))),
    shape("blank lines", 50_000, |n| config(&"\n".repeat(n))),
    mended("unknown keys of a section", 2000, |n| config(&times(n, "  k#N: v\n"))),
    mended("unknown keys in brackets", 1000, |n| {
        vec![file("config.yaml", format!("general_settings: {{{}database_url: x}}\n", times(n, "k#N: v, ")))]
    }),
    mended("unknown keys of the top level", 2000, |n| config(&times(n, "k#N: v\n"))),
    mended("misspelt keys", 400, |n| config(&times(n, "  master_key#Nx: v\n"))),
    shape("keys twice", 1000, |n| config(&"  proxy_batch_write_at: 10\n".repeat(n))),
    shape("sections twice", 500, |n| config(&"litellm_settings:\n  set_verbose: true\n".repeat(n))),
    mended("secrets", 1000, |n| config(&times(n, "  password_#N: hunter#N\n"))),
    mended("references", 1000, |n| config(&times(n, "  k#N: os.environ/V#N\n"))),
    shape("items in brackets", 1000, |n| config(&format!("  alerting: [{}slack]\n", times(n, "s#N, ")))),
    shape("callbacks", 1000, |n| {
        config(&format!("litellm_settings:\n  callbacks:\n{}", times(n, "    - c#N\n")))
    }),
    shape("lines of a text", 5000, |n| config(&format!("  k: |\n{}", "    word: x\n".repeat(n)))),
    mended("anchors", 1000, |n| config(&times(n, "  k#N: &a#N v\n"))),
    mended("aliases", 1000, |n| config(&format!("  k: &a v\n{}", times(n, "  k#N: *a\n")))),
    shape("merges of merges", 500, |n| {
        let link = |at: usize| format!("c{at}: &c{at}\n  <<: *c{}\n", at - 1);
        config(&format!("c0: &c0 {{x: 1}}\n{}", (1..n).map(link).collect::<String>()))
    }),
    shape("documents", 500, |n| config(&times(n, "---\na: #N\n"))),
    shape("documents of other kinds", 300, |n| {
        let other = "kind: Secret\nmetadata: {name: s#N}\nstringData: {a: bbbbbb#N}\n---\n";
        vec![file("all.yaml", format!("{}{CONFIG_MAP}", times(n, other)))]
    }),
    mended("ConfigMaps of one file", 20, |n| vec![file("all.yaml", times(n, CONFIG_MAP))]),
    mended("configurations of one ConfigMap", 20, |n| {
        let entry =
            "  c#N.yaml: |\n    model_list: []\n    general_settings:\n      database_url: os.environ/D\n";
        vec![file("all.yaml", format!("kind: ConfigMap\ndata:\n{}", times(n, entry)))]
    }),
    installations("services that run it", 100, |n| {
        let services = format!("services:\n{}", times(n, &format!("  s#N:\n{SERVICE}")));
        vec![file("config.yaml", BASE), file("compose.yaml", services)]
    }),
    shape("services of others", 1000, |n| compose(&times(n, "  s#N:\n    image: nginx:1\n"), String::new())),
    shape("variables of a service", 1000, |n| {
        compose(&format!("    environment:\n{}", times(n, "      V#N: x\n")), String::new())
    }),
    shape("variables in a list", 1000, |n| {
        compose(&format!("    environment:\n{}", times(n, "      - V#N=${W#N}\n")), String::new())
    }),
    shape("lines of an env file", 1000, |n| compose("", times(n, "V#N=x\n"))),
    shape("secrets of an env file", 1000, |n| compose("", times(n, "V#N_TOKEN=abcdef#N\n"))),
    shape("one variable again and again", 1000, |n| compose("", "LITELLM_LOG=DEBUG\n".repeat(n))),
    shape("variables of variables", 500, |n| {
        let link = |at: usize| format!("V{}=${{V{at}}}${{V{at}}}\n", at + 1);
        compose("", format!("V0=x\n{}", (0..n).map(link).collect::<String>()))
    }),
    shape("comments of an env file", 2000, |n| compose("", times(n, "# V#N=x\n"))),
    installations("folders", 50, |n| folders(n, BASE)),
    installations("folders in folders", 15, |n| {
        (0..n).map(|depth| file(&format!("{}config.yaml", "d/".repeat(depth % 200)), BASE)).collect()
    }),
    installations("configurations that include one file", 50, |n| {
        let mut files = folders(n, &format!("include: [../i.yaml]\n{BASE}"));
        files.push(file("i.yaml", "litellm_settings:\n  drop_params: true\n"));
        files
    }),
    shape("includes of one file", 500, |n| {
        let text = format!("include:\n{}{BASE}", "  - i.yaml\n".repeat(n));
        vec![file("config.yaml", text), file("i.yaml", "litellm_settings:\n  k: v\n")]
    }),
    shape("overrides of the preferences", 1000, |n| {
        let overrides =
            format!("overrides:\n{}", times(n.min(20_000), "- paths: [\"x#N/**\"]\n  ignore: [alerting]\n"));
        let mut files = config("");
        files.push(file(".litellm-fix.yaml", overrides));
        files
    }),
    shape("lines of .gitignore", 1000, |n| {
        let mut files = config("");
        files.push(file(".gitignore", times(n, "x#N/**/y\n")));
        files
    }),
    shape("words of a command", 1000, |n| {
        compose(
            &format!("    command: [\"--config\", \"/app/config.yaml\"{}]\n", times(n, ", \"--x#N\"")),
            String::new(),
        )
    }),
    shape("suppressions", 1000, |n| config(&times(n, "  # litellm-fix: ignore[alerting] reason #N\n"))),
    mended("suppressions of what is misspelt", 500, |n| {
        config(&times(n, "  # litellm-fix: ignore[misspelt_settings] reason #N\n  master_key#Nx: v\n"))
    }),
    shape("tabs in quotes", 1000, |n| config(&times(n, "  k#N: \"a\tb\" # \tc\n"))),
    shape("nested mappings", 5, |n| {
        let levels = |depth: usize| format!("  {}k:\n", " ".repeat(depth));
        config(&format!("{}  a: 1\n", (0..150).map(levels).collect::<String>()).repeat(n))
    }),
    mended("commented-out keys of ConfigMaps", 20, |n| {
        let map = CONFIG_MAP.replace("---", "    # set_verbose: true\n---");
        vec![file("all.yaml", times(n, &map))]
    }),
    mended("ConfigMaps with large texts beside", 20, |n| {
        let map = CONFIG_MAP
            .replace("---\n", &format!("  large.txt: |\n{}---\n", "    word word word\n".repeat(250)));
        vec![file("all.yaml", times(n, &map))]
    }),
    mended("ConfigMaps with large configurations", 10, |n| {
        let entry =
            "    - model_name: m\n      litellm_params: {model: openai/gpt-4o, api_key: os.environ/K}\n";
        let map = CONFIG_MAP.replace("model_list: []\n", &format!("model_list:\n{}", entry.repeat(60)));
        vec![file("all.yaml", times(n, &map))]
    }),
    mended("Deployments with ConfigMaps of their own", 20, |n| {
        let workload = "kind: Deployment\nmetadata: {name: d#N}\nspec:\n  template:\n    spec:\n      volumes: [{name: v, configMap: {name: c#N}}]\n      containers:\n      - {name: litellm, image: \"ghcr.io/berriai/litellm:v1.80.15\"}\n---\n";
        vec![file("all.yaml", times(n, &format!("{CONFIG_MAP}{workload}")))]
    }),
    shape("Deployments of others", 300, |n| {
        let other = "---\nkind: Deployment\nmetadata: {name: o#N}\nspec:\n  template:\n    spec:\n      containers: [{name: a, image: \"nginx:1\"}]\n";
        deployment("", &times(n, other))
    }),
    shape("variables of a container", 1000, |n| {
        deployment(&format!("        env:\n{}", times(n, "        - {name: V#N, value: x}\n")), "")
    }),
    shape("whole Secrets of a container", 1000, |n| {
        deployment(&format!("        envFrom:\n{}", times(n, "        - secretRef: {name: s#N}\n")), "")
    }),
    shape("variables of values", 1000, |n| values(&format!("envVars:\n{}", times(n, "  V#N: x\n")))),
    shape("entries of variables of values", 1000, |n| {
        values(&format!("extraEnvVars:\n{}", times(n, "  - {name: V#N, value: x}\n")))
    }),
    shape("Secrets of values", 1000, |n| values(&format!("environmentSecrets:\n{}", times(n, "  - s#N\n")))),
    shape("other keys of values", 1000, |n| values(&times(n, "k#N: {a: b}\n"))),
    installations("releases with values", 20, |n| {
        let release = "kind: HelmRelease\nmetadata: {name: r#N}\nspec:\n  values:\n    proxy_config:\n      model_list: []\n---\n";
        vec![file("all.yaml", times(n, release))]
    }),
    installations("layers of values", 10, |n| {
        let mut files = values("");
        let layer = "proxy_config:\n  litellm_settings:\n    drop_params: true\n";
        files.extend((0..n).map(|number| file(&format!("values-{number}.yaml"), layer)));
        files
    }),
    shape("resources of a kustomization", 1000, |n| {
        beside("kustomization.yaml", format!("resources:\n{}", times(n, "- r#N.yaml\n")))
    }),
    shape("patches of a kustomization", 500, |n| {
        let patch =
            "- target: {kind: Deployment}\n  patch: \"- {op: add, path: /spec/replicas, value: #N}\"\n";
        beside("kustomization.yaml", format!("resources: [config.yaml]\npatches:\n{}", times(n, patch)))
    }),
    shape("services with anchors and aliases", 500, |n| {
        let service = "  s#N: &s#N\n    <<: *base\n    image: nginx:1\n    environment: *env\n";
        let heads = "x-env: &env {A: b}\nx-base: &base {restart: always}\n";
        let services = format!("{heads}services:\n  litellm:\n{SERVICE}{}", times(n, service));
        vec![file("config.yaml", BASE), file("compose.yaml", services)]
    }),
    shape("volumes of a service", 500, |n| {
        let text =
            format!("services:\n  litellm:\n{SERVICE}    volumes:\n{}", times(n, "      - ./v#N:/v#N\n"));
        let text = text.replacen("    volumes: [\"./config.yaml:/app/config.yaml\"]\n", "", 1);
        vec![file("config.yaml", BASE), file("compose.yaml", text)]
    }),
    shape("lines of a Dockerfile", 1000, |n| {
        beside(
            "Dockerfile",
            format!("FROM ghcr.io/berriai/litellm:v1.80.15\n{}", times(n, "RUN echo #N && true\n")),
        )
    }),
    shape("lines of a script", 1000, |n| {
        let line = "export V#N=x; source ./e#N.env\n";
        beside("start.sh", format!("#!/bin/sh\n{}litellm --config config.yaml\n", times(n, line)))
    }),
    shape("lines of a systemd unit", 1000, |n| {
        let lines = times(n, "Environment=V#N=x\nEnvironmentFile=/etc/e#N\n");
        beside(
            "litellm.service",
            format!("[Service]\nExecStart=/usr/bin/litellm --config config.yaml\n{lines}"),
        )
    }),
    shape("lines of requirements", 1000, |n| {
        beside("requirements.txt", format!("litellm==1.80.15\n{}", times(n, "package-#N==1.#N\n")))
    }),
    shape("env files of a service", 500, |n| {
        let text =
            format!("services:\n  litellm:\n{SERVICE}    env_file:\n{}", times(n, "      - e#N.env\n"));
        vec![file("config.yaml", BASE), file("compose.yaml", text)]
    }),
    shape("fallbacks", 1000, |n| {
        config(&format!("router_settings:\n  fallbacks:\n{}", times(n, "    - {m#N: [n#N]}\n")))
    }),
    shape("entries of maps in sections", 1000, |n| {
        config(&format!("router_settings:\n  model_group_alias:\n{}", times(n, "    a#N: m#N\n")))
    }),
    shape("guardrails", 500, |n| {
        let entry = "  - guardrail_name: g#N\n    litellm_params: {guardrail: aporia, mode: pre_call, api_key: os.environ/K#N}\n";
        config(&format!("guardrails:\n{}", times(n, entry)))
    }),
    shape("variables of the configuration", 1000, |n| {
        config(&format!("environment_variables:\n{}", times(n, "  V#N: x\n")))
    }),
    shape("files that git tracks", 5000, |n| {
        let mut files = compose("", "A_TOKEN=abcdef\n".to_owned());
        files.push(file(".git/index", index(n)));
        files
    }),
    shape("lines of git's exclude file", 1000, |n| beside(".git/info/exclude", times(n, "x#N/**/y\n"))),
    shape("globs that the preferences exclude", 1000, |n| {
        beside(".litellm-fix.yaml", format!("exclude:\n{}", times(n.min(20_000), "- \"x#N/**\"\n")))
    }),
    shape("includes of many files", 10, |n| {
        let count = n.min(60);
        let text = format!("include:\n{}{BASE}", times(count, "  - i#N.yaml\n"));
        let included = times(n, "  k#N: v\n");
        let mut files = vec![file("config.yaml", text)];
        files.extend(
            (0..count).map(|at| file(&format!("i{at}.yaml"), format!("litellm_settings:\n{included}"))),
        );
        files
    }),
    shape("conditions of a template", 500, |n| {
        let part = "    {{- if .Values.m#N }}\n    - {model_name: m#N, litellm_params: {model: openai/m#N}}\n    {{- end }}\n";
        template(&times(n, part))
    }),
    shape("lines that a template prints", 1000, |n| {
        template(&times(n, "    {{- toYaml .Values.m#N | nindent 4 }}\n"))
    }),
    shape("expressions in a line", 2000, |n| template(&format!("    - a: \"{}\"\n", times(n, "{{ .x#N }}")))),
    shape("expressions that do not end", 2000, |n| template(&times(n, "    # {{ x#N\n"))),
    shape("autoscalers of others", 300, |n| {
        let one = "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h#N}\nspec: {scaleTargetRef: {kind: Deployment, name: o#N}, maxReplicas: 3}\n";
        deployment("", &times(n, one))
    }),
    installations("charts of somebody's own", 30, |n| {
        let values =
            "image: {repository: ghcr.io/berriai/litellm, tag: v1.80.15}\nconfig: {model_list: []}\n";
        let map = "kind: ConfigMap\nmetadata: {name: c}\ndata:\n  config.yaml: |\n    {{- toYaml .Values.config | nindent 4 }}\n";
        let workload = "kind: Deployment\nmetadata: {name: d}\nspec:\n  template:\n    spec:\n      containers:\n        - image: \"{{ .Values.image.repository }}:{{ .Values.image.tag }}\"\n          args: [--config, /c/config.yaml]\n          volumeMounts: [{name: v, mountPath: /c}]\n      volumes: [{name: v, configMap: {name: c}}]\n";
        let all = |number: usize| {
            [
                ("Chart.yaml", "name: own\nversion: 1.0.0\n"),
                ("values.yaml", values),
                ("templates/c.yaml", map),
                ("templates/d.yaml", workload),
            ]
            .map(|(name, text)| file(&format!("d{number}/{name}"), text))
        };
        (0..n).flat_map(all).collect()
    }),
    installations("folders with layers of values", 60, |n| {
        let base =
            "image: {repository: ghcr.io/berriai/litellm, tag: v1.80.15}\nproxy_config: {model_list: []}\n";
        let both = |number: usize| {
            [("values.yaml", base), ("values-prod.yaml", "replicaCount: 2\n")]
                .map(|(name, text)| file(&format!("d{number}/{name}"), text))
        };
        (0..n).flat_map(both).collect()
    }),
    shape("values in braces", 2000, |n| config(&(format!("# key {{{}}}", "value: 1, ".repeat(n))))),
    shape("dashes", 16000, |n| config(&("# key ".to_owned() + &"-".repeat(n)))),
    shape("beginnings of a token", 6000, |n| config(&("# ".to_owned() + &"sk-".repeat(n)))),
    shape("pairs", 4000, |n| config(&("# key ".to_owned() + &"a: b ".repeat(n)))),
    shape("names that may be secret", 4000, |n| config(&("# ".to_owned() + &"key: b ".repeat(n)))),
    shape("references in a comment", 2000, |n| {
        config(&("# ".to_owned() + &"api_key: os.environ/a ".repeat(n)))
    }),
    shape("URLs without an end", 4000, |n| config(&("# ".to_owned() + &"://a:".repeat(n)))),
    shape("private keys without an end", 2000, |n| {
        config(&("# ".to_owned() + &"-----BEGIN PRIVATE KEY-----".repeat(n)))
    }),
    shape("users", 4000, |n| config(&("# curl".to_owned() + &" -u a:".repeat(n)))),
    shape("defaults in defaults", 2000, |n| config(&("# ".to_owned() + &"${api_key:-".repeat(n)))),
    shape("flags in flags", 2000, |n| config(&("# ".to_owned() + &"--api-key".repeat(n)))),
    shape("quotes without an end", 2000, |n| config(&("# ".to_owned() + &"token: \"".repeat(n)))),
    shape("JSON in a text", 2000, |n| config(&(format!("  x: '{}'", "{\\\"api_key\\\": ".repeat(n))))),
    shape("webhooks", 2000, |n| config(&("# ".to_owned() + &"hooks.slack.com/".repeat(n)))),
    shape("dots", 2000, |n| config(&("# token ".to_owned() + &"abcdef.".repeat(n)))),
    shape("names beside values", 2000, |n| {
        config(&(format!("  x: [{{{}}}]", "name: A_KEY, value: b, ".repeat(n))))
    }),
    shape("parameters", 2000, |n| config(&("# https://h/x?".to_owned() + &"sig=a&".repeat(n)))),
    shape("schemes", 2000, |n| config(&("# ".to_owned() + &"Bearer a ".repeat(n)))),
    shape("one long secret", 8000, |n| config(&("  password: ".to_owned() + &"x9".repeat(n)))),
    shape("anchors of one value", 2000, |n| config(&("# password: ".to_owned() + &"&a ".repeat(n)))),
    shape("deep comments", 5000, |n| config(&format!("  a:\n    - 1\n{}", "      # comment\n".repeat(n)))),
    shape("comments in a list", 5000, |n| config(&format!("  a:\n{}", "  - a # c\n  # d\n".repeat(n)))),
    shape("words in brackets", 5000, |n| config(&format!("  a: [{}]\n", "a, ".repeat(n)))),
    shape("plain lines", 5000, |n| config(&format!("  a: b\n{}", "    word\n".repeat(n)))),
    shape("lines in brackets at the margin", 5000, |n| config(&format!("  a: [\n{}  ]\n", "b,\n".repeat(n)))),
];
