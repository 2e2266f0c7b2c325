//! What can be repeated in the files of an installation.

/// Names and texts.
pub type Files = Vec<(String, String)>;

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

fn file(name: &str, text: String) -> (String, String) {
    (name.to_owned(), text)
}

/// A configuration that ends with its general settings, and then this.
fn config(end: &str) -> Files {
    vec![file("config.yaml", format!("{BASE}{end}"))]
}

/// An installation with one compose service, and then this, and its env file.
fn compose(end: &str, env: String) -> Files {
    let compose = format!("services:\n  litellm:\n{SERVICE}    env_file: .env\n{end}");
    vec![file("config.yaml", BASE.to_owned()), file("compose.yaml", compose), file(".env", env)]
}

fn folders(n: usize, text: &str) -> Files {
    (0..n).map(|number| file(&format!("d{number}/config.yaml"), text.to_owned())).collect()
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
        vec![file("config.yaml", BASE.to_owned()), file("compose.yaml", services)]
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
        (0..n)
            .map(|depth| file(&format!("{}config.yaml", "d/".repeat(depth % 200)), BASE.to_owned()))
            .collect()
    }),
    installations("configurations that include one file", 50, |n| {
        let mut files = folders(n, &format!("include: [../i.yaml]\n{BASE}"));
        files.push(file("i.yaml", "litellm_settings:\n  drop_params: true\n".to_owned()));
        files
    }),
    shape("includes of one file", 500, |n| {
        let text = format!("include:\n{}{BASE}", "  - i.yaml\n".repeat(n));
        vec![file("config.yaml", text), file("i.yaml", "litellm_settings:\n  k: v\n".to_owned())]
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
];
