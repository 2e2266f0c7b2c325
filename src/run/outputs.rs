//! Where the report goes: standard output, the files that `--output` names, and the summary of a job.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::told::{format, style};
use crate::cli::{FormatArg, MergedFormatArg, OutputArg, RunArgs};
use crate::exit::Exit;
use crate::merged;
use crate::project::Project;
use crate::report::{self, Format, Masker, Model, Report, Style};

/// The file that the runner of a GitHub workflow shows as the summary of the job.
const SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// GitHub drops a summary that is larger.
const SUMMARY_ROOM: u64 = 1_048_576;

/// Refuses outputs that would replace what is judged, or each other, and those that cannot be written, before anything is done.
///
/// # Errors
/// Such a file.
pub(super) fn check(args: &RunArgs, project: &Project) -> anyhow::Result<()> {
    let judged = project.files.iter().map(|(_, file)| file.path.as_path());
    check_paths(args, &reals(judged))
}

/// The same, where these files are judged, links followed.
pub(super) fn check_paths(args: &RunArgs, judged: &[PathBuf]) -> anyhow::Result<()> {
    let read = [&args.baseline, &args.decisions, &args.units.from_file];
    let read = reals(read.into_iter().filter_map(Option::as_deref));
    let mut taken: Vec<PathBuf> = Vec::new();
    for OutputArg { path, .. } in &args.output {
        let shown = path.display();
        let real = checked(path, &read)?;
        if judged.contains(&real) {
            bail!("--output {shown} is a file of a deployment, which no report replaces: name another file");
        }
        if taken.contains(&real) && real.metadata().map_or(true, |meta| meta.is_file()) {
            bail!("--output {shown} is named for two reports: name a file for each");
        }
        taken.push(real);
    }
    Ok(())
}

fn reals<'p>(paths: impl Iterator<Item = &'p Path>) -> Vec<PathBuf> {
    paths.filter_map(|path| fs::canonicalize(path).ok()).collect()
}

/// Where a report would be written, links followed. Refuses what cannot be written, what a deployment may have, and what is read.
fn checked(path: &Path, read: &[PathBuf]) -> anyhow::Result<PathBuf> {
    let shown = path.display();
    let real = real(path).with_context(|| format!("--output {shown} cannot be written"))?;
    if real.is_dir() {
        let error = io::Error::from(io::ErrorKind::IsADirectory);
        return Err(error).with_context(|| format!("--output {shown} cannot be written"));
    }
    if real.is_file() && is_configuration(&real) {
        bail!("--output {shown} is a file of a deployment, which no report replaces: name another file");
    }
    if real.is_file() && read.contains(&real) {
        bail!("--output {shown} is a file that is read, which no report replaces: name another file");
    }
    Ok(real)
}

/// Makes one report of the results in these files.
///
/// # Errors
/// A file that cannot be read or written.
pub(super) fn write_merged(
    files: &[PathBuf],
    format: MergedFormatArg,
    output: Option<&Path>,
    (out, err): (&mut dyn Write, &mut dyn Write),
) -> anyhow::Result<Exit> {
    if let Some(path) = output {
        checked(path, &reals(files.iter().map(PathBuf::as_path)))?;
    }
    let (text, count) = merged::report(files, format)?;
    match output {
        None => out.write_all(text.as_bytes())?,
        Some(path) => {
            replace(path, &text).with_context(|| format!("--output {} cannot be written", path.display()))?;
        }
    }
    if count == 0 {
        writeln!(err, "warning: there is no result of a repository in what was given")?;
        return Ok(Exit::Nothing);
    }
    Ok(Exit::Done)
}

/// Whether a file is of a kind that no report is, read in this run or not.
fn is_configuration(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    name.starts_with(".env") || [".yaml", ".yml", ".env"].iter().any(|end| name.ends_with(end))
}

/// Where a file is or would be, links followed.
fn real(path: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let name = path.file_name().ok_or(error)?;
            Ok(fs::canonicalize(folder.unwrap_or(Path::new(".")))?.join(name))
        }
        real => real,
    }
}

/// Writes a report wherever it is asked for, all from one model.
///
/// # Errors
/// A file that cannot be written.
pub(super) fn write(
    args: &RunArgs,
    report: &Report<'_>,
    masker: &Masker,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<()> {
    let (main, main_style) = (format(args.format), style(args));
    let in_files = Style { colour: false, links: false, width: Style::default().width, ..main_style };
    let files = args.output.iter().map(|output| (format(output.format), output.path.as_path()));
    let formats = files.clone().map(|(format, _)| format).chain([main]);
    // What goes into a history shows no secret, whatever is asked for.
    let hides = args.format == FormatArg::CommitMessage;
    let hiding = masker.hiding();
    let masker = if hides { &hiding } else { masker };
    let model = Model::new(report, masker, formats.into_iter().any(|format| format.has_diffs(&main_style)));
    out.write_all(report::written(&model, main, &main_style).as_bytes())?;
    err.write_all(report::beside(&model, main, &main_style).as_bytes())?;
    for (format, path) in files {
        let text = if format == Format::CommitMessage {
            report::written(&Model::new(report, &hiding, true), format, &in_files)
        } else {
            report::written(&model, format, &in_files)
        };
        replace(path, &text).with_context(|| format!("--output {} cannot be written", path.display()))?;
        if format == Format::Diff && main != Format::Diff {
            err.write_all(report::left_out_of_diff(&model, &main_style).as_bytes())?;
        }
    }
    if args.format == FormatArg::Github
        && let Some(path) = std::env::var_os(SUMMARY).filter(|path| !path.is_empty())
    {
        summarise(&model, path)?;
    }
    Ok(())
}

/// Puts a text in the place of a file at once; into what is no file, such as a pipe, it is written.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let real = real(path)?;
    let old = fs::metadata(&real).ok();
    if old.as_ref().is_some_and(|meta| !meta.is_file()) {
        return OpenOptions::new().write(true).open(&real)?.write_all(text.as_bytes());
    }
    let mut made = tempfile::Builder::new();
    made.prefix(".litellm-fix-");
    #[cfg(unix)]
    made.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = made.tempfile_in(real.parent().unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    if let Some(old) = old {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.persist(&real)?;
    Ok(())
}

/// Adds the report to the summary of the job, as far as there is room.
fn summarise(model: &Model, path: OsString) -> anyhow::Result<()> {
    let path = PathBuf::from(path);
    let add = || -> io::Result<()> {
        let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
        let room = SUMMARY_ROOM.saturating_sub(file.metadata()?.len() + 1);
        let text = report::job_summary(model, usize::try_from(room).unwrap_or(usize::MAX));
        if text.len() as u64 <= room {
            file.write_all(format!("{text}\n").as_bytes())?;
        }
        Ok(())
    };
    add().with_context(|| format!("{SUMMARY} names {}, which cannot be written", path.display()))
}
