//! A read-only root file system, on which LiteLLM writes unless variables point it elsewhere.

use crate::document::Value;
use crate::plan::{Area, Finding, Lines, Meta, NoParams, Severity};
use crate::project::Installation;

pub const META: Meta = Meta {
    id: "read_only_root",
    title: "LiteLLM cannot write its files: the root file system is read-only",
    why: "migrations, the Admin UI and Prisma write below the package unless these variables point to a writable folder",
    severity: Severity::Low,
    worst: Severity::Low,
    gap: "read-only root file system",
    files: "advice only",
    versions: "all",
    settings: &["read_only_root"],
    params: &[],
    weights: &[(Area::Reliability, 1)],
    aliases: &[],
};

/// The variables of LiteLLM's production page, each with a folder that may be mounted for it.
const FOLDERS: [(&str, &str); 5] = [
    ("LITELLM_MIGRATION_DIR", "/tmp/migrations"),
    ("LITELLM_UI_PATH", "/tmp/ui"),
    ("LITELLM_ASSETS_PATH", "/tmp/assets"),
    ("PRISMA_BINARY_CACHE_DIR", "/tmp/prisma"),
    ("XDG_CACHE_HOME", "/tmp/cache"),
];

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let answer = installation.setting(META.id);
    let (Some(Value::Bool(true)), Some(place)) = (answer.value(), answer.place()) else { return Vec::new() };
    if !installation.environment_is_whole() {
        return Vec::new();
    }
    let missing: Vec<_> =
        FOLDERS.iter().filter(|(name, _)| installation.variables(name).is_empty()).collect();
    if missing.is_empty() {
        return Vec::new();
    }
    let names: Vec<&str> = missing.iter().map(|(name, _)| *name).collect();
    let lines = missing.iter().map(|(name, folder)| format!("{name}={folder}")).collect();
    let finding = Finding::new(&META, META.id, "folders", place.clone())
        .title(format!("the root file system is read-only, and nothing sets {}", names.join(", ")))
        .advice(
            "point them to folders in a writable volume (an emptyDir, a tmpfs), and keep those already set",
        )
        .lines(Lines::new(lines, "the environment of LiteLLM's process"));
    vec![finding]
}
