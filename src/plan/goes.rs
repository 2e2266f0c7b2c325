//! Where the lines of an advice go, for humans.

use crate::project::{Flavor, Installation};

/// Where a config key goes, for humans: the section of the file that finally defines it, in the values of a chart below the keys above.
pub fn goes_in(installation: &Installation<'_>, section: &str) -> String {
    let layer = installation.definer(section);
    let chart = matches!(installation.parts.flavor, Flavor::Monolith | Flavor::Gateway | Flavor::Backend);
    let path = if chart { layer.config.child(section).to_string() } else { section.to_owned() };
    format!("`{path}:` of {}", installation.shown(layer.file))
}

/// The lines that give a variable to the process, and where they go, for humans.
pub fn variable_lines(installation: &Installation<'_>, name: &str, value: &str) -> (Vec<String>, String) {
    let parts = installation.parts;
    let below = |keys: &[&str], item: &[String]| {
        let mut lines: Vec<String> =
            keys.iter().enumerate().map(|(depth, key)| format!("{:1$}{key}:", "", depth * 2)).collect();
        lines.extend(item.iter().map(|line| format!("{:1$}{line}", "", keys.len() * 2)));
        (lines, format!("the values of {}", installation.shown(parts.main().file)))
    };
    let entry = [format!("- name: {name}"), format!("  value: \"{value}\"")];
    match (parts.flavor, parts.services.first(), parts.containers.first()) {
        (Flavor::Monolith, ..) => below(&["envVars"], &[format!("{name}: \"{value}\"")]),
        (Flavor::Gateway, ..) => below(&["gateway", "extraEnv"], &entry),
        (Flavor::Backend, ..) => below(&["backend", "extraEnv"], &entry),
        (_, Some((file, _, path)), _) => {
            let service = path.last_key().unwrap_or_default();
            let goes = format!("`environment:` of service {service} in {}", installation.shown(*file));
            (vec![format!("{name}: {value}")], goes)
        }
        (_, None, Some((file, ..))) => {
            (entry.to_vec(), format!("`env:` of the container in {}", installation.shown(*file)))
        }
        (_, None, None) => (vec![format!("{name}={value}")], "the environment of LiteLLM's process".into()),
    }
}
