//! What the real tools make of a folder.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::changes::{Places, embedded, places};
use crate::common::read_all;
use crate::tools::{printed, tool, values};

/// What a tool renders, or why it does not.
pub type Rendered = Result<Places, String>;

const COMPOSE: [&str; 2] = ["compose-2", "compose-5"];
/// A helm with the kubectl that reads what it prints.
const CLUSTER: [(&str, &str); 2] = [("helm-3", "kubectl-1.32"), ("helm-4", "kubectl-1.37")];
/// What kubectl knows without a cluster, and decodes strictly.
const WORKLOADS: [&str; 7] =
    ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod"];

/// What docker compose makes of the folder, in both versions. `with` are arguments before `config`.
pub fn compose(folder: &Path, with: &[String], flags: &[&str]) -> Vec<(&'static str, Rendered)> {
    let render = |name| {
        let mut command = tool(name, folder);
        command.args(["--project-name", "shape", "--profile", "*"]).args(with).arg("config").args(flags);
        let text = printed(command.args(["--no-path-resolution", "--format", "json"]), "")?;
        let mut all = Places::new();
        let mut project: Value = serde_json::from_str(&text).unwrap();
        // Nothing runs what stands below `x-…` but what refers to it.
        project.as_object_mut().unwrap().retain(|key, _| !key.starts_with("x-"));
        places("", &project, &mut all);
        mounted(folder, &project, &mut all);
        Ok(all)
    };
    COMPOSE.map(|name| (name, render(name))).into()
}

/// The files that services read, as far as they are YAML.
fn mounted(folder: &Path, project: &Value, all: &mut Places) {
    let values = |of: &Value, key: &str| match &of[key] {
        Value::Object(entries) => entries.values().cloned().collect(),
        Value::Array(items) => items.clone(),
        _ => Vec::new(),
    };
    let services = values(project, "services");
    let volumes = services.iter().flat_map(|service| values(service, "volumes"));
    for source in volumes
        .map(|volume| volume["source"].clone())
        .chain(values(project, "configs").iter().map(|config| config["file"].clone()))
    {
        let Some(source) = source.as_str() else { continue };
        if let Some(inner) = fs::read_to_string(folder.join(source)).ok().as_deref().and_then(embedded) {
            places(&format!("{source}:"), &inner, all);
        }
    }
}

/// What kubectl makes of manifests, all that are not named otherwise (`with`), or of the kustomizations in folders.
pub fn manifests(folder: &Path, with: &[String]) -> Vec<(&'static str, Rendered)> {
    let all: Vec<String>;
    let with = if with.is_empty() {
        all = read_all(folder).into_keys().filter(|name| name.ends_with(".yaml")).collect();
        &all
    } else {
        with
    };
    let render = |kubectl| {
        let mut objects = Vec::new();
        for path in with {
            if folder.join(path).is_dir() {
                let text = printed(tool(kubectl, folder).args(["kustomize", path]), "")?;
                objects.extend(decoded(kubectl, folder, "-", &text)?);
            } else {
                objects.extend(decoded(kubectl, folder, path, "")?);
            }
        }
        strict(kubectl, folder, &objects)?;
        Ok(by_kind(&objects))
    };
    CLUSTER.map(|(_, kubectl)| (kubectl, render(kubectl))).into()
}

/// What helm makes of a chart and values, as kubectl reads it. `with` are the chart and other arguments in the order that the envelope
/// documents; `FILE:KEY.KEY` are values in an envelope, where a number is the position in a list.
pub fn chart(folder: &Path, with: &[String]) -> Vec<(&'static str, Rendered)> {
    let charts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real_tools/charts");
    let (chart, rest) = with.split_first().unwrap();
    // `.` is the chart that stands in the folder itself.
    let chart = if chart == "." { folder.to_owned() } else { charts.join(chart) };
    let unpacked = tempfile::tempdir().unwrap();
    let argument = |(at, one): (usize, &String)| match one.split_once(':') {
        None => vec![one.clone()],
        Some(place) => {
            let path = unpacked.path().join(format!("{at}.yaml"));
            fs::write(&path, unwrapped(folder, place)).unwrap();
            vec!["--values".to_owned(), path.to_str().unwrap().to_owned()]
        }
    };
    let arguments: Vec<String> = rest.iter().enumerate().flat_map(argument).collect();
    let render = |helm, kubectl| {
        let mut command = tool(helm, folder);
        command.args(["template", "rel"]).arg(&chart).args(&arguments);
        let text = printed(&mut command, "")?;
        let objects = decoded(kubectl, folder, "-", &text)?;
        strict(kubectl, folder, &objects)?;
        Ok(by_kind(&objects))
    };
    CLUSTER.map(|(helm, kubectl)| (helm, render(helm, kubectl))).into()
}

/// The values that an envelope holds, as a mapping or as text.
fn unwrapped(folder: &Path, (file, keys): (&str, &str)) -> String {
    let text = fs::read_to_string(folder.join(file)).unwrap();
    let mut value = embedded(&text).unwrap();
    for key in keys.split('.') {
        value = match key.parse::<usize>() {
            Ok(index) => value[index].take(),
            Err(_) => value[key.replace('/', ".")].take(),
        };
    }
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The objects of a file as kubectl reads them.
fn decoded(kubectl: &str, folder: &Path, file: &str, input: &str) -> Result<Vec<Value>, String> {
    let mut command = tool(kubectl, folder);
    command.args(["label", "--local", "--output", "json", "--filename", file, "read=here"]);
    Ok(values(&printed(&mut command, input)?))
}

/// Fails where kubectl does not take a workload: as soon as a field has another type.
fn strict(kubectl: &str, folder: &Path, objects: &[Value]) -> Result<(), String> {
    let workloads = objects.iter().filter(|object| WORKLOADS.iter().any(|kind| object["kind"] == *kind));
    let text: Vec<String> = workloads.map(Value::to_string).collect();
    if text.is_empty() {
        return Ok(());
    }
    let mut command = tool(kubectl, folder);
    command.args(["set", "env", "--local", "--list", "--filename", "-"]);
    printed(&mut command, &text.join("\n")).map(drop)
}

fn by_kind(objects: &[Value]) -> Places {
    let mut all = Places::new();
    for object in objects {
        let kind = object["kind"].as_str().unwrap_or_default();
        let alone = objects.iter().filter(|other| other["kind"] == kind).count() == 1;
        let name = unhashed(object["metadata"]["name"].as_str().unwrap_or_default());
        let mut object = object.clone();
        if kind == "Secret" {
            for (_, value) in object["data"].as_object_mut().into_iter().flatten() {
                *value = value.as_str().map(unencoded).into();
            }
        }
        places(&if alone { kind.to_owned() } else { format!("{kind}/{name}") }, &object, &mut all);
    }
    all
}

/// The text of base64.
fn unencoded(text: &str) -> String {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0u32, 0);
    for value in text.bytes().filter_map(value) {
        (bits, held) = (bits << 6 | u32::from(value), held + 6);
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// A name without the hash that kustomize puts behind it.
pub fn unhashed(name: &str) -> &str {
    let hash = |text: &str| text.len() == 10 && text.chars().all(|c| "bcdfghkmt2456789".contains(c));
    name.rsplit_once('-').filter(|(_, end)| hash(end)).map_or(name, |(start, _)| start)
}
