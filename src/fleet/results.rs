//! The file that takes the result of each repository as soon as there is one. With it an interrupted run goes on where it stood.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context, anyhow, bail, ensure};

use super::line::{Line, Row};
use crate::commit::Journal;

/// So long a file to go on from is kept that nobody went on from.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Results on their way into a file.
#[derive(Default)]
pub(crate) struct Results {
    file: Option<(File, PathBuf)>,
    /// Whether the user has named the file; else it goes with the end of the run, and holds what totals need and no more.
    is_named: bool,
    is_whole: bool,
    date: Option<String>,
    done: HashSet<String>,
    earlier: Vec<Row>,
}

/// How the file was left.
pub(super) struct Left {
    is_interrupted: bool,
    path: Option<PathBuf>,
}

impl Results {
    /// Into this file, in place of the results that it holds.
    ///
    /// # Errors
    /// A file that cannot be written, or that holds something else: it may be of a deployment, which is not known yet.
    pub(crate) fn into(path: &Path) -> anyhow::Result<Self> {
        if fs::metadata(path).is_ok_and(|old| old.is_file()) {
            let shown = path.display();
            let mut text = Vec::new();
            let read = File::open(path).and_then(|old| BufReader::new(old).read_until(b'\n', &mut text));
            read.with_context(|| format!("--output {shown} cannot be written"))?;
            ensure!(
                text.is_empty() || Line::is_begun(&text),
                "--output {shown} is there and holds no results of a fleet run, so it is not replaced: name another file"
            );
        }
        let file =
            File::create(path).with_context(|| format!("--output {} cannot be written", path.display()))?;
        Ok(Self { file: Some((file, path.to_owned())), is_named: true, is_whole: true, ..Self::default() })
    }

    /// Into a file of the user's state, to go on from should the run be interrupted. Where there can be none there is none.
    pub(crate) fn kept_aside() -> Self {
        Self { file: aside(), ..Self::default() }
    }

    /// Behind what this file holds of a run with this mode. A line that was cut off is forgotten.
    ///
    /// # Errors
    /// A file that is no such file, or of a run that did something else.
    pub(crate) fn resumed(path: &Path, mode: &str) -> anyhow::Result<Self> {
        let shown = path.display();
        // As text: that it cannot be read is a wrong use, not a failed run.
        let open = || -> std::io::Result<File> {
            let mut options = OpenOptions::new();
            options.read(true).write(true).open(path)
        };
        let mut file = open().map_err(|error| anyhow!("--resume {shown}: {error}"))?;
        let mut results = Self { is_whole: true, is_named: !is_aside(path), ..Self::default() };
        let mut whole = 0;
        let mut reader = BufReader::new(&file);
        let mut text = Vec::new();
        for number in 1.. {
            text.clear();
            let read = reader.read_until(b'\n', &mut text).with_context(|| format!("--resume {shown}"))?;
            // It may be cut off in the middle of a character.
            if !text.ends_with(b"\n") {
                break;
            }
            whole += read as u64;
            let line = Line::read(&text)
                .with_context(|| format!("--resume {shown}: line {number} is no result of a fleet run"))?;
            results.take(&line, mode).with_context(|| format!("--resume {shown}"))?;
        }
        file.set_len(whole).and_then(|()| file.seek(SeekFrom::Start(whole)))?;
        results.is_whole &= results.is_named;
        results.file = Some((file, path.to_owned()));
        Ok(results)
    }

    fn take(&mut self, line: &Line, mode: &str) -> anyhow::Result<()> {
        let row = line.row();
        // A write that failed has the report of a preview.
        if let Some(other) = line.mode().filter(|other| *other != mode && !row.is_failed()) {
            bail!("it is of a run that was a {other}, and this one is a {mode}");
        }
        ensure!(
            line.is_whole() || !self.is_named,
            "its lines have no findings, so it is none of --format jsonl"
        );
        self.date.get_or_insert_with(|| line.date().to_owned());
        self.done.insert(row.name.clone());
        self.earlier.push(row);
        Ok(())
    }

    /// The date of the run that goes on.
    pub(crate) fn date(&self) -> Option<&str> {
        self.date.as_deref()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.done.contains(name)
    }

    pub(super) fn earlier(&self) -> &[Row] {
        &self.earlier
    }

    /// Writes a result, whole or not at all as far as the system allows.
    pub(super) fn add(&mut self, line: &Line) -> anyhow::Result<()> {
        let Some((file, path)) = &mut self.file else { return Ok(()) };
        let text = if self.is_whole { line.text() } else { line.in_short().text() };
        match file.write_all(text.as_bytes()) {
            Ok(()) => Ok(()),
            Err(error) if self.is_named => {
                Err(error).with_context(|| format!("{} cannot be written", path.display()))
            }
            Err(_) => {
                self.file = None;
                Ok(())
            }
        }
    }

    pub(super) fn end(self, is_interrupted: bool) -> anyhow::Result<Left> {
        let path = self.file.map(|(_, path)| path);
        if let Some(path) = path.as_ref().filter(|_| !is_interrupted && !self.is_named) {
            fs::remove_file(path)?;
        }
        Ok(Left { is_interrupted, path })
    }
}

impl Left {
    /// Says how to go on.
    pub(super) fn tell(&self, (done, all): (usize, usize), err: &mut dyn Write) -> anyhow::Result<()> {
        if !self.is_interrupted {
            return Ok(());
        }
        writeln!(err, "interrupted: {done} of {all} repositories are done, and nothing is half done")?;
        if let Some(path) = &self.path {
            writeln!(err, "the same command with --resume {} goes on with the rest", path.display())?;
        }
        Ok(())
    }
}

fn folder() -> Option<PathBuf> {
    Some(Journal::open_default().ok()?.dir().parent()?.join("fleets"))
}

fn is_aside(path: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(path).ok();
    let parent = real(path).and_then(|path| path.parent().map(Path::to_owned));
    parent.is_some() && parent == folder().as_deref().and_then(real)
}

fn aside() -> Option<(File, PathBuf)> {
    let folder = folder()?;
    let now = SystemTime::now();
    let mut made = fs::DirBuilder::new();
    made.recursive(true);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        made.mode(0o700);
        options.mode(0o600);
    }
    made.create(&folder).ok()?;
    for entry in fs::read_dir(&folder).ok()?.flatten() {
        let written = entry.metadata().and_then(|meta| meta.modified());
        if written.is_ok_and(|written| now.duration_since(written).is_ok_and(|age| age > KEPT)) {
            drop(fs::remove_file(entry.path()));
        }
    }
    let millis = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
    let path = folder.join(format!("{millis}-{}.jsonl", std::process::id()));
    Some((options.open(&path).ok()?, path))
}
