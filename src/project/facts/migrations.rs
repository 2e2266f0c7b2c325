//! What migrates the database besides the proxy itself.

use crate::document::{Path, Step, Value};

use crate::project::installation::answer::Effective;
use crate::project::installation::view::{Installation, Sign};
use crate::project::repository::file::{Document, Files};
use crate::project::repository::place::Place;

impl Installation<'_> {
    /// A sign that something besides the serving pods migrates the database: the chart's Job, or a command in any file here.
    pub fn migration_job(&self) -> Option<Sign> {
        self.chart_job().or_else(|| command_in(self.files))
    }

    /// The Job of the charts, which they have by default: litellm-helm unless it is switched off, of the other one nothing else is known.
    fn chart_job(&self) -> Option<Sign> {
        let sign = |what: &str, place: Place| Some(Sign { what: what.to_owned(), place });
        let Some(setting) = self.parts.chart()?.migration else {
            return sign("the chart's own migration", self.config_place());
        };
        match self.setting(setting).effective {
            Effective::Set { value: Value::Bool(false), .. } => None,
            Effective::Set { place, .. } | Effective::Hidden { place, .. } => sign("migrationJob", place),
            Effective::Unset => {
                let main = self.parts.main();
                let place = Place::yaml(main.file, main.doc, main.base.clone());
                sign("the Job that litellm-helm runs by default", place)
            }
        }
    }

    /// Whether a Flux HelmRelease holds the values, so that Helm itself installs them.
    pub fn by_flux(&self) -> bool {
        let own = Path::keys(["spec", "values"]);
        let steps = self.parts.main().base.steps();
        steps.starts_with(own.steps()) && !steps.contains(&Step::Inside)
    }
}

/// The first command that migrates the database, outside of comments.
fn command_in(files: &Files) -> Option<Sign> {
    files.iter().filter(|(_, file)| !matches!(file.document, Document::Env(_))).find_map(|(id, _)| {
        let (command, line) = (*files.told(id).migrates.get_or_init(|| command(files.text(id))))?;
        Some(Sign { what: format!("`{command}`"), place: Place::line(id, line) })
    })
}

/// The command in a text, and its line.
fn command(text: &str) -> Option<(&'static str, usize)> {
    const COMMANDS: [&str; 3] = ["prisma_migration", "prisma migrate deploy", "prisma db push"];
    COMMANDS.into_iter().filter(|command| text.contains(*command)).find_map(|command| {
        let holds = |line: &str| line.split('#').next().is_some_and(|code| code.contains(command));
        Some((command, text.lines().position(holds)? + 1))
    })
}
