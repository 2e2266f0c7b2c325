//! A plan made by hand.

use std::sync::Arc;

use litellm_fix::document::{Path as Keys, Value};
use litellm_fix::plan::{
    Admits, Advice, Fate, FileChange, Finding, Fix, Item, Plan, Prominence, Question, Remedy, Safety,
    Severity, State, Unused, score,
};
use litellm_fix::project::{FileId, Followed, Origin, Place, Provenance, Secrets, Spot, settings};
use litellm_fix::report::{
    Format, InstallationSummary, Masker, MemberSummary, Mode, Model, Next, Report, ReportedProblem, Style,
    beside, written,
};
use litellm_fix::transforms::registry;

pub fn spot(file: &str, line: usize, column: usize, name: &str) -> Spot {
    Spot { file: file.into(), inside: file.into(), line, column, name: name.into() }
}

pub fn change(file: &str, before: &str, after: &str) -> FileChange {
    FileChange::new(file, file, Arc::from(before), before, after)
}

pub fn fix(title: &str, safety: Safety) -> Remedy {
    Remedy::Fix(Fix::plain(title, safety, vec![]))
}

pub fn item(
    id: &'static str,
    title: &str,
    spot: Spot,
    remedy: Remedy,
    fate: Fate,
    changes: Vec<FileChange>,
) -> Item {
    let finding = Finding {
        setting: id.into(),
        state: State::UNSET,
        severity: Severity::Medium,
        title: title.into(),
        why: String::new(),
        place: Place::yaml(FileId(0), 0, Keys::root()),
        related: vec![],
        prominence: Prominence::Own,
        views: Vec::new(),
        remedy,
    };
    let fingerprint = format!("{id}-{}", spot.file);
    Item { id, installation: 0, fingerprint, finding, spot, related: vec![], fate, changes }
}

pub const BEFORE: &str = "\
model_list:
  - model_name: gpt-4o
    litellm_params:
      model: openai/gpt-4o
      api_key: sk-proj-0123456789

general_settings:
  # who may come in
  master_key: sk-1234
  database_url: postgresql://llm:hunter2@db/llm
  store_model_in_db: false

litellm_settings:
  drop_params: true
";

/// What the fix of [`demo_items`] makes of it.
fn after() -> String {
    BEFORE.replace("store_model_in_db: false\n", "store_model_in_db: false\n  proxy_batch_write_at: 60\n")
}

pub const ENV: &str = "LITELLM_LOG=DEBUG\nLITELLM_MASTER_KEY=sk-1234\n";

pub fn demo_items() -> Vec<Item> {
    let mut batch = item(
        "proxy_batch_write_at",
        "spend is written to the database every 10 seconds",
        spot("config.yaml", 7, 1, "general_settings.proxy_batch_write_at"),
        fix("set general_settings.proxy_batch_write_at to 60", Safety::Safe),
        Fate::Applied,
        vec![change("config.yaml", BEFORE, &after())],
    );
    batch.finding.why =
        "Every write takes row locks that all replicas wait for; at some hundred requests per second \
                         the database becomes the bottleneck of the proxy."
            .into();
    batch.related =
        vec![(spot("config.yaml", 10, 3, "general_settings.database_url"), "a database is in use".into())];
    let mut log = item(
        "litellm_log",
        "LITELLM_LOG is DEBUG: request bodies are logged",
        spot(".env", 1, 1, "LITELLM_LOG"),
        fix("set LITELLM_LOG to ERROR", Safety::Review),
        Fate::LeftOut(Admits::Tier(Safety::Review, "litellm_log".into())),
        vec![change(".env", ENV, "LITELLM_LOG=ERROR\nLITELLM_MASTER_KEY=sk-1234\n")],
    );
    log.finding.severity = Severity::High;
    if let Remedy::Fix(fix) = &mut log.finding.remedy {
        fix.assumptions = vec!["compose.yaml loads .env into LiteLLM (env_file, compose.yaml:9)".into()];
        fix.questions = vec![Question {
            param: "level",
            ask: "Which level?".into(),
            default: Value::from("ERROR"),
            reason: "access lines come at INFO".into(),
            required: false,
        }];
    }
    vec![batch, log, alerting(), policy()]
}

fn alerting() -> Item {
    let advice = Advice {
        text: "The webhook is a secret: set it where the process starts.".into(),
        lines: vec!["SLACK_WEBHOOK_URL=https://hooks.slack.com/services/…".into()],
        goes: "the env file that compose.yaml names".into(),
    };
    item(
        "alerting",
        "nobody is told when a model hangs",
        spot("config.yaml", 7, 1, "general_settings.alerting"),
        Remedy::Advice(advice),
        Fate::Advice,
        vec![],
    )
}

fn policy() -> Item {
    let mut policy = item(
        "allowed_fails_policy",
        "one bad key cools a whole group down",
        spot("config.yaml", 1, 1, "router_settings.allowed_fails_policy"),
        fix("add router_settings.allowed_fails_policy", Safety::OnRequest),
        Fate::Suppressed("we want the cooldown".into()),
        vec![],
    );
    policy.finding.severity = Severity::Low;
    policy
}

pub fn demo_plan() -> Plan {
    let unused = Unused { spot: spot("config.yaml", 13, 3, ""), id: "debug_mode".into() };
    Plan {
        items: demo_items(),
        changes: vec![change("config.yaml", BEFORE, &after())],
        unused_suppressions: vec![unused],
        ..Plan::default()
    }
}

pub fn installations() -> Vec<InstallationSummary> {
    let member = |shown: &str, kind: &str, link: &str| MemberSummary {
        shown: shown.into(),
        kind: kind.into(),
        link: link.into(),
    };
    vec![InstallationSummary {
        unread: None,
        name: "prod".into(),
        litellm: "1.80.15 (image tag, compose.yaml:4)".into(),
        members: vec![
            member("config.yaml", "config", "--config in compose.yaml:7"),
            member(".env", "env file", "env_file in compose.yaml:9"),
        ],
        remarks: vec!["the link of .env rests on nearness only".into()],
        settings: vec![provenance()],
    }]
}

fn provenance() -> Provenance {
    let value = || Some(Value::from("hunter2"));
    Provenance {
        setting: settings::find("database_url").unwrap(),
        effective: Origin::Hidden(
            "it is the reference os.environ/DATABASE_URL".into(),
            spot("config.yaml", 10, 3, "general_settings.database_url"),
        ),
        reference: Some(Followed {
            name: "DATABASE_URL".into(),
            given: Some((spot(".env", 3, 1, "DATABASE_URL"), Some("postgresql://llm:hunter2@db/llm".into()))),
        }),
        overridden: vec![(spot("compose.yaml", 9, 7, "DATABASE_URL"), value())],
        ineffective: vec![(spot("config.yaml", 14, 3, "x.database_url"), None, "it is a comment".into())],
        homes: vec!["`general_settings.database_url`".into(), "the variable DATABASE_URL".into()],
        releases: "LiteLLM 1.80.15 (image tag) reads it; it is read in every release".into(),
        remarks: vec![],
    }
}

pub fn problems() -> Vec<ReportedProblem> {
    vec![ReportedProblem {
        file: "broken.yaml".into(),
        inside: "broken.yaml".into(),
        line: Some(3),
        column: Some(7),
        reason: "a mapping value is not allowed here".into(),
        remedy: "quote the value, or indent it".into(),
        fatal: true,
        unread_process: false,
    }]
}

pub fn next(command: &str, does: &str) -> Next {
    Next { command: command.into(), does: does.into() }
}

pub struct Shown {
    pub out: String,
    pub err: String,
}

/// Renders the plan; the secrets are those of `texts`.
pub fn shown(
    plan: &Plan,
    texts: &[&str],
    format: Format,
    edit: impl Fn(&mut Report<'_>, &mut Style),
) -> Shown {
    shown_with(&Masker::new(&Secrets::collect(texts.iter().copied()), false), plan, format, edit)
}

pub fn shown_with(
    masker: &Masker,
    plan: &Plan,
    format: Format,
    edit: impl Fn(&mut Report<'_>, &mut Style),
) -> Shown {
    let installations = installations();
    let problems = problems();
    let notes = ["config.yaml: LiteLLM config (model_list)".to_owned()];
    let files = ["config.yaml".to_owned()];
    let unseen = vec![Vec::new(); installations.len()];
    let transforms = registry();
    let card = score(plan, &transforms, &unseen);
    let mut report = Report {
        mode: Mode::Preview,
        installations: &installations,
        plan,
        card: card.as_ref(),
        problems: &problems,
        notes: &notes,
        next: vec![
            next("litellm-fix --interactive", "decide on each fix"),
            next("litellm-fix --write", "apply what is safe"),
        ],
        again: "",
        path: None,
        written: &[],
        commits: &[],
        version: "0.1.0",
        transforms: &transforms,
        exit: 1,
    };
    let mut style = Style::default();
    edit(&mut report, &mut style);
    if report.mode == Mode::Write {
        report.written = &files;
        report.problems = &[];
        report.next = vec![next("litellm-fix undo", "take it back")];
    }
    let model = Model::new(&report, masker, format.has_diffs(&style));
    Shown { out: written(&model, format, &style), err: beside(&model, format, &style) }
}
