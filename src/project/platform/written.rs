//! How a LiteLLM process is started, as far as compose services, containers, scripts and units show it. Evidence only:
//! nothing here is ever edited.

use std::path::{Component, Path as FilePath, PathBuf};

use crate::document::{EnvReader, Kind, Node};

use crate::project::platform::dockerfile::{self, is_dockerfile_name};
use crate::project::platform::nodes::{get, scalar};

/// A variable given to a process directly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Its name.
    pub name: String,
    /// Its text; `None` where it comes from a Secret, a ConfigMap or a field.
    pub value: Option<String>,
    /// Its position in the list or mapping.
    pub index: usize,
    /// Where its value stands, if a merge key brings it from elsewhere.
    pub merged: Option<crate::document::Path>,
}

/// The environment entries of a compose service (`environment:` as list or mapping) or of a Kubernetes container or chart list
/// (`- name: … value: …`).
pub fn environment(list: Node<'_>) -> Vec<Given> {
    let list = list.resolve();
    match list.kind() {
        Kind::Mapping => {
            let own = list.entries().filter(|(key, _)| key.source() != "<<").map(|entry| (entry, false));
            let merged = list.merged_entries().into_iter().map(|entry| (entry, true));
            let given = |(index, ((key, value), merged)): (usize, ((Node<'_>, Node<'_>), bool))| Given {
                name: key.text().into_owned(),
                // Charts that take `NAME: {value: …}` or `NAME: {valueFrom: …}` too.
                value: match value.resolve().kind() {
                    Kind::Mapping => scalar(value.resolve(), "value"),
                    _ => Some(value.resolve().text().into_owned()),
                },
                index,
                merged: merged.then(|| value.path()),
            };
            own.chain(merged).enumerate().map(given).collect()
        }
        Kind::Sequence => {
            list.items().enumerate().filter_map(|(index, item)| environment_item(index, item)).collect()
        }
        _ => Vec::new(),
    }
}

fn environment_item(index: usize, item: Node<'_>) -> Option<Given> {
    let item = item.resolve();
    if item.kind() == Kind::Mapping {
        let name = scalar(item, "name")?;
        let value = item.get("value").map(|value| value.resolve().text().into_owned());
        return Some(Given { name, value, index, merged: None });
    }
    let text = item.text();
    let (name, value) =
        text.split_once('=').map_or((&*text, None), |(name, value)| (name, Some(value.to_owned())));
    Some(Given { name: name.trim().to_owned(), value, index, merged: None })
}

/// The files of a compose service's `env_file:`, in order, as written.
pub fn env_files(service: Node<'_>) -> Vec<String> {
    let Some(entry) = get(service, "env_file") else { return Vec::new() };
    let entry = entry.resolve();
    let path = |node: Node<'_>| match node.kind() {
        Kind::Scalar => Some(node.text().into_owned()),
        _ => scalar(node, "path"),
    };
    match entry.kind() {
        Kind::Sequence => entry.items().filter_map(path).collect(),
        _ => path(entry).into_iter().collect(),
    }
}

/// Those of them that compose reads as `docker run --env-file` does: `format: raw`.
pub fn raw_env_files(service: Node<'_>) -> Vec<String> {
    let Some(entry) = get(service, "env_file") else { return Vec::new() };
    let raw = |node: Node<'_>| (scalar(node, "format")? == "raw").then(|| scalar(node, "path")).flatten();
    entry
        .resolve()
        .items()
        .map(Node::resolve)
        .filter(|item| item.kind() == Kind::Mapping)
        .filter_map(raw)
        .collect()
}

/// The mounts of a compose service, as written: the side of the host, and the side of the container.
pub fn mounts(service: Node<'_>) -> Vec<(String, String)> {
    get(service, "volumes").map_or_else(Vec::new, mounted)
}

/// The same of the list of mounts.
pub fn mounted(list: Node<'_>) -> Vec<(String, String)> {
    list.resolve()
        .items()
        .filter_map(|item| match item.kind() {
            Kind::Scalar => mount(&item.text()),
            _ => Some((scalar(item, "source")?, scalar(item, "target").unwrap_or_default())),
        })
        .collect()
}

/// `HOST:TARGET` and `HOST:TARGET:OPTIONS`.
pub fn mount(text: &str) -> Option<(String, String)> {
    let (host, rest) = text.split_once(':')?;
    Some((host.to_owned(), rest.split(':').next().unwrap_or(rest).to_owned()))
}

/// The container sides of a compose service's or a container's mounts, as written.
pub fn mount_targets(process: Node<'_>) -> Vec<String> {
    let lists = ["volumes", "volumeMounts"].iter().filter_map(|key| get(process, key));
    lists
        .flat_map(|list| list.resolve().items().collect::<Vec<_>>())
        .filter_map(|item| match item.kind() {
            Kind::Scalar => item.text().split(':').nth(1).map(str::to_owned),
            _ => scalar(item, "target").or_else(|| scalar(item, "mountPath")),
        })
        .collect()
}

/// The configuration that a process is started with, as far as it says: the file on the host if a mount brings it, else the path in the container.
pub fn configuration(process: Node<'_>) -> Option<String> {
    let mounts = mounts(process);
    let is_config = |path: &str| path.ends_with("config.yaml") || path.ends_with("config.yml");
    let mounted = || mounts.iter().find(|(_, target)| is_config(target)).map(|(host, _)| host.clone());
    config_of(&arguments(process), &mounts).or_else(mounted)
}

/// The configuration that a command line names: the file on the host if a mount brings it, else the path in the container.
pub fn config_of(words: &[String], mounts: &[(String, String)]) -> Option<String> {
    let given = words.iter().enumerate().find_map(|(at, word)| match word.strip_prefix("--config") {
        Some("") => words.get(at + 1).cloned(),
        Some(rest) => rest.strip_prefix('=').map(str::to_owned),
        None => None,
    })?;
    let host = mounts.iter().find_map(|(host, target)| {
        let below = given.strip_prefix(target.trim_end_matches('/'))?;
        (below.is_empty() || below.starts_with('/')).then(|| format!("{host}{below}"))
    });
    Some(host.unwrap_or(given))
}

/// The words of `command:`, `args:` and `entrypoint:`.
pub fn arguments(process: Node<'_>) -> Vec<String> {
    ["entrypoint", "command", "args"]
        .into_iter()
        .filter_map(|key| get(process, key))
        .flat_map(words)
        .collect()
}

/// The words of a command, written as a list or as one text.
pub fn words(command: Node<'_>) -> Vec<String> {
    let command = command.resolve();
    match command.kind() {
        Kind::Sequence => command.items().map(|item| item.text().into_owned()).collect(),
        Kind::Scalar => command.text().split_whitespace().map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// Joins a path as written in a file of `folder`, without touching the file system; `None` for absolute paths and for those with variables.
pub fn resolve(folder: &FilePath, written: &str) -> Option<PathBuf> {
    let written = written.trim().trim_matches(['"', '\'']);
    if written.is_empty() || written.starts_with('/') || written.starts_with('~') || written.contains('$') {
        return None;
    }
    let mut path = PathBuf::new();
    for component in folder.join(written).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(path.components().next_back(), Some(Component::Normal(_))) => {
                path.pop();
            }
            other => path.push(other),
        }
    }
    Some(path)
}

/// The env files that a script or unit loads into LiteLLM's process, as written: `docker run --env-file X`, `EnvironmentFile=X`.
///
/// `docker compose --env-file` only fills in `${…}` of the compose file, so it does not count.
pub fn env_files_of_script(text: &str) -> Vec<(String, EnvReader)> {
    if !text.contains("litellm") {
        return Vec::new();
    }
    let mut files = Vec::new();
    for command in text.replace("\\\n", " ").replace("\\\r\n", " ").lines() {
        let command = command.trim();
        if command.starts_with('#') {
            continue;
        }
        if let Some(file) = command.strip_prefix("EnvironmentFile=") {
            files.push((file.trim_start_matches('-').to_owned(), EnvReader::Systemd));
        }
        if command.contains("compose") {
            continue;
        }
        let mut words = command.split_whitespace();
        while let Some(word) = words.next() {
            if let Some(file) = word.strip_prefix("--env-file=") {
                files.push((file.to_owned(), EnvReader::Docker));
            } else if word == "--env-file" {
                files.extend(words.next().map(|file| (file.to_owned(), EnvReader::Docker)));
            }
        }
    }
    files
}

/// The first mention of a LiteLLM release in a Dockerfile, requirements list or `pyproject.toml`: the text after the image's colon or after `==`,
/// with its line from 1.
pub fn pinned_release(name: &str, text: &str) -> Option<(String, usize)> {
    let base = is_dockerfile_name(name).then(|| dockerfile::base(text)).flatten();
    if let Some((image, line)) = base
        && let Some(tag) = image_tag(&image)
    {
        return Some((tag, line));
    }
    for (index, line) in text.lines().enumerate() {
        let code = line.split('#').next().unwrap_or(line).trim();
        if let Some((_, after)) = code.split_once("litellm") {
            let after = after.trim_start();
            let after =
                after.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(after, |(_, rest)| rest);
            if let Some(version) = after.trim_start_matches(['"', '\'', ' ']).strip_prefix("==") {
                let end = version.find([' ', ';', '"', '\'', ',', '\\']).unwrap_or(version.len());
                return Some((version[..end].trim().to_owned(), index + 1));
            }
        }
    }
    None
}

/// The tag of an image reference; `None` without one.
pub fn image_tag(image: &str) -> Option<String> {
    let name = image.split('@').next().unwrap_or(image);
    let last = name.rsplit('/').next().unwrap_or(name);
    last.split_once(':').map(|(_, tag)| tag.to_owned()).filter(|tag| !tag.is_empty())
}

/// Whether the words of a process start the proxy: without any the image does; they may be options, a script or a server. What only
/// migrates or asks something starts none.
pub(in crate::project) fn starts_proxy(words: &[String]) -> bool {
    let mut all = words.iter().flat_map(|word| word.split_whitespace());
    let server = |word: &str| {
        let script = word.ends_with(".sh") || word.contains("supervisord");
        script
            || word.contains("proxy_server")
            || word.contains("proxy_cli")
            || starts_litellm(&word.to_owned())
    };
    words.first().is_none_or(|first| first.starts_with('-')) || all.any(server)
}

/// Whether a word starts LiteLLM.
pub(in crate::project) fn starts_litellm(word: &String) -> bool {
    word == "litellm" || word.ends_with("/litellm")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_env_files() {
        let text = "docker run \\\n  --env-file ./prod.env ghcr.io/berriai/litellm\ndocker compose --env-file .env up litellm\nEnvironmentFile=-/etc/litellm.env\n";
        let found = env_files_of_script(text);
        let found: Vec<_> = found.iter().map(|(file, reader)| (file.as_str(), *reader)).collect();
        assert_eq!(found, [("./prod.env", EnvReader::Docker), ("/etc/litellm.env", EnvReader::Systemd)]);
    }

    #[test]
    fn pins() {
        assert_eq!(
            pinned_release("requirements.txt", "x\nlitellm[proxy]==1.80.0 # pin\n"),
            Some(("1.80.0".into(), 2))
        );
        assert_eq!(
            pinned_release("pyproject.toml", "dependencies = [\"litellm==1.80.0\"]"),
            Some(("1.80.0".into(), 1))
        );
        assert_eq!(
            pinned_release("Dockerfile", "FROM ghcr.io/berriai/litellm:main-v1.72.6-stable"),
            Some(("main-v1.72.6-stable".into(), 1))
        );
        assert_eq!(pinned_release("requirements.txt", "litellm>=1.0"), None);
    }

    #[test]
    fn paths_stay_lexical() {
        assert_eq!(resolve(FilePath::new("a/b"), "../c.env"), Some(PathBuf::from("a/c.env")));
        assert_eq!(resolve(FilePath::new(""), "./.env"), Some(PathBuf::from(".env")));
        assert_eq!(resolve(FilePath::new("a"), "${DIR}/x"), None);
    }
}
