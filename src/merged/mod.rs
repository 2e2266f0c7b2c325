//! One report of many results: those of fleets (`--format jsonl`), and those of single runs (`--format json`).

mod charts;
mod html;
mod json;
mod markdown;
mod model;
mod read;
mod way;

use std::path::PathBuf;

use model::Merged;

use crate::cli::MergedFormatArg;

/// Reads results and gives the report of them in a format, and of how many repositories it is.
///
/// # Errors
/// A file that cannot be read, or holds something else.
pub(crate) fn report(files: &[PathBuf], format: MergedFormatArg) -> anyhow::Result<(String, usize)> {
    let mut results = model::Results::default();
    for file in files {
        read::read(file, &mut results)?;
    }
    let merged = Merged::of(results);
    let text = match format {
        MergedFormatArg::Html => html::html(&merged),
        MergedFormatArg::Markdown => markdown::markdown(&merged),
        MergedFormatArg::Json => json::json(&merged),
    };
    Ok((text, merged.repositories.len()))
}
