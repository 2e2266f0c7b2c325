//! No output shows a secret, and nothing hidden reaches a terminal.

use litellm_fix::document::Value;
use litellm_fix::plan::{Admits, Advice, Fate, Plan, Question, Remedy, Safety, Unused};
use litellm_fix::project::{Followed, Origin, Provenance, Secrets, settings};
use litellm_fix::report::{
    Format, InstallationSummary, Masker, MemberSummary, Mode, ReportedProblem, Verbosity,
};

use crate::demo::{change, fix, item, next, shown_with, spot};

/// A file with canaries in every form, and the canaries.
const FILE: &str = "\
general_settings:
  master_key: canary-master-01
  # master_key: canary-comment-02
  database_url: \"postgresql://llm:canary-url-03@db/llm\"
  alert_to_webhook_url: https://hooks.slack.com/services/T0/B0/canary-hook-04
litellm_settings: {cache_params: {type: redis, password: canary-flow-05}}
environment_variables:
  SERVICE_TOKEN: 'canary-quoted-06'
  ODD_PASSWORD: \"canary-\\u0065scaped-07\"
private_key: |
  canary-block-08
  canary-block-09
args:
  - --api-key
  - canary-flag-10
env:
  - name: LITELLM_SALT_KEY
    value: canary-entry-11
  - SOME_API_KEY=canary-list-12
any: sk-canary-shape-13
";

const CANARIES: [&str; 14] = [
    "canary-master-01",
    "canary-comment-02",
    "canary-url-03",
    "canary-hook-04",
    "canary-flow-05",
    "canary-quoted-06",
    "canary-\\u0065scaped-07",
    "canary-escaped-07",
    "canary-block-08",
    "canary-block-09",
    "canary-flag-10",
    "canary-entry-11",
    "canary-list-12",
    "sk-canary-shape-13",
];

/// A plan that carries this text in every field.
fn full_of(text: &str) -> (Plan, InstallationSummary, ReportedProblem, String) {
    let text = format!("say {text} aloud");
    let place = || spot(&text, 1, 1, &text);
    let after =
        FILE.replace("general_settings:", "other_settings:").replace("any: ", "some: ") + &text + "\n";
    let changes = || vec![change("dir/other.yaml", FILE, &after), change("plain.yaml", FILE, &after)];
    let advice =
        Advice { text: text.clone(), lines: vec![text.clone(), format!("a: {text}")], goes: text.clone() };
    let mut items = Vec::new();
    for fate in [
        Fate::Applied,
        Fate::LeftOut(Admits::ExactDecision(text.clone())),
        Fate::Refused(text.clone()),
        Fate::Failed(text.clone()),
        Fate::Suppressed(text.clone()),
        Fate::Advice,
    ] {
        let remedy =
            if fate == Fate::Advice { Remedy::Advice(advice.clone()) } else { fix(&text, Safety::Review) };
        let mut item = item("alerting", &text, place(), remedy, fate, changes());
        item.finding.why = text.clone();
        item.finding.setting = text.clone();
        item.fingerprint = text.clone();
        item.related = vec![(place(), text.clone())];
        if let Remedy::Fix(fix) = &mut item.finding.remedy {
            fix.assumptions = vec![text.clone()];
            fix.questions = vec![Question {
                param: "p",
                ask: text.clone(),
                default: Value::Seq(vec![Value::from(text.as_str())]),
                reason: text.clone(),
                required: true,
            }];
        }
        items.push(item);
    }
    let unused_suppressions = vec![Unused { spot: place(), id: text.clone() }];
    let plan = Plan { items, changes: changes(), unused_suppressions, ..Plan::default() };
    let member = MemberSummary { shown: text.clone(), kind: text.clone(), link: text.clone() };
    let installation = InstallationSummary {
        unread: Some(text.clone()),
        name: text.clone(),
        litellm: text.clone(),
        members: vec![member],
        remarks: vec![text.clone()],
        settings: vec![provenance(&text)],
    };
    let problem = ReportedProblem {
        file: text.clone(),
        reason: text.clone(),
        remedy: text.clone(),
        ..ReportedProblem::default()
    };
    (plan, installation, problem, text)
}

/// The provenance of an ordinary setting whose every field carries this text.
fn provenance(text: &str) -> Provenance {
    let (spot, value) = (spot(text, 1, 1, text), Value::from(text));
    Provenance {
        setting: settings::find("callbacks").unwrap(),
        effective: Origin::Value(value.clone(), spot.clone()),
        reference: Some(Followed { name: "PLAIN".into(), given: Some((spot.clone(), Some(text.into()))) }),
        overridden: vec![(spot.clone(), Some(value.clone()))],
        ineffective: vec![(spot, Some(value), text.into())],
        homes: vec![text.into()],
        releases: text.into(),
        remarks: vec![text.into()],
    }
}

fn all_outputs(text: &str, show: bool) -> Vec<String> {
    let (plan, installation, problem, text) = full_of(text);
    let mut outputs = Vec::new();
    for format in Format::ALL {
        let masker = Masker::new(&Secrets::collect([FILE].into_iter()), show);
        for mode in [Mode::Preview, Mode::Write] {
            let shown = shown_with(&masker, &plan, format, |report, style| {
                style.verbosity = Verbosity::Verbose;
                style.width = 10_000;
                report.mode = mode;
                report.installations = Box::leak(vec![installation.clone()].into_boxed_slice());
                report.problems = Box::leak(vec![problem.clone()].into_boxed_slice());
                report.notes = Box::leak(vec![text.clone()].into_boxed_slice());
                report.next = vec![next(&text, &text)];
                style.details = true;
            });
            outputs.push(shown.out);
            outputs.push(shown.err);
        }
    }
    outputs
}

#[test]
fn no_output_shows_a_canary_wherever_it_hides() {
    for canary in CANARIES {
        for output in all_outputs(canary, false) {
            for canary in CANARIES {
                assert!(!output.contains(canary), "{canary} in {output}");
            }
            assert!(!output.contains("canary"), "{output}");
        }
    }
}

#[test]
fn show_secrets_shows_them() {
    let outputs = all_outputs("canary-master-01", true);
    assert!(outputs.iter().filter(|output| output.contains("canary-url-03")).count() >= 4);
}

#[test]
fn hidden_characters_are_visible_to_people() {
    let before = "a: 1\r\nb: \u{202e}evil\r\nc: \u{1b}[2J\u{200b}\r\n";
    let after = "a: 1\r\nb: \u{202e}evil\r\nc: \u{1b}[2J\u{200b}\r\nd: 2\r\n";
    let remedy = fix("a\u{1b}]0;title\u{7}b\u{2066}", Safety::Safe);
    let title = "bad\u{8}\u{8}\u{8}good\rreturn";
    let item = item("alerting", title, spot("x\u{1b}[31m.yaml", 1, 1, ""), remedy, Fate::Applied, vec![]);
    let plan = Plan { items: vec![item], changes: vec![change("f.yaml", before, after)], ..Plan::default() };
    let out = shown_with(&Masker::default(), &plan, Format::Human, |_, _| ()).out;
    assert!(out.chars().all(|c| c == '\n' || !c.is_control()), "{out:?}");
    assert!(!out.contains(['\u{202e}', '\u{200b}', '\u{2066}']), "{out:?}");
    assert!(out.contains(" b: <U+202E>evil\n"), "{out}");
    assert!(out.contains(" c: <U+001B>[2J<U+200B>\n"), "{out}");
}
