//! How variables reach LiteLLM's process: given to it, or loaded by itself from a `.env`.
//!
//! LiteLLM loads a `.env` with python-dotenv while it is imported, unless `LITELLM_MODE` is set to anything but `DEV` by then. The search
//! starts where the package is installed and walks up: it finds one above a virtual environment, and `/app/.env` in the official image.

use crate::document::Node;

use crate::project::installation::parts::referenced_names;
use crate::project::installation::view::{Installation, Sign};
use crate::project::platform::written;
use crate::project::process::Process;
use crate::project::repository::place::Place;

impl Installation<'_> {
    /// What shows that the process is given its variables, so that it needs no `.env` of its own to load; `None` where that is not sure.
    pub fn given_variables(&self) -> Option<Sign> {
        if self.own_dotenv().is_some() {
            return None;
        }
        let parts = self.parts;
        if parts.chart().is_some() || parts.in_pods() {
            let place = parts.containers().next().map_or_else(|| self.config_place(), Process::place);
            return Some(Sign { what: "Kubernetes".into(), place });
        }
        if parts.on_compose() {
            let mut signs = parts.services().map(|service| self.given_by_service(service));
            let first = signs.next()?;
            return if signs.all(|sign| sign.is_some()) { first } else { None };
        }
        let link = parts.env_files.iter().find(|link| link.is_certain())?;
        Some(Sign { what: link.link.to_string(), place: Place::line(link.file, 1) })
    }

    /// A `.env` that LiteLLM loads by itself, as far as can be seen: above a virtual environment, or mounted into the container.
    pub fn own_dotenv(&self) -> Option<Sign> {
        let parts = self.parts;
        let found = parts.env_files.iter().find(|link| link.by_dotenv());
        let found = found.map(|link| Sign { what: link.link.to_string(), place: Place::line(link.file, 1) });
        let main = parts.main();
        let chart = Place::yaml(main.file, main.doc, main.base.clone());
        let descriptions = parts.processes.iter().flat_map(|process| process.descriptions(self.files));
        let chart = self.files.node(main.file, main.doc, &main.base).map(|node| (chart, node));
        let mut all = descriptions.chain(chart);
        found.or_else(|| all.find_map(|(place, node)| mounted_dotenv(place, node)))
    }

    /// A service is given its variables by an env file, or one by one if these are all that the configuration refers to.
    fn given_by_service(&self, service: &Process) -> Option<Sign> {
        let sign = |key: &str| Sign { what: key.to_owned(), place: service.place().child(key) };
        if !service.all_of(self.files, "env_file").is_empty() {
            return Some(sign("env_file"));
        }
        let blocks = service.all_of(self.files, "environment").into_iter();
        let given: Vec<_> = blocks.flat_map(|(_, block)| written::environment(block)).collect();
        let wanted = referenced_names(self.files, self.parts);
        let all = wanted.iter().all(|name| given.iter().any(|one| one.name == *name));
        (all && !given.is_empty()).then(|| sign("environment"))
    }
}

/// A `.env` that a process mounts where LiteLLM looks for one.
fn mounted_dotenv(process: Place, node: Node<'_>) -> Option<Sign> {
    let is_found = |target: &String| {
        let target = target.trim_end_matches('/');
        target == "/app" || target.ends_with("/.env")
    };
    let target = written::mount_targets(node).into_iter().find(is_found)?;
    Some(Sign { what: format!("a mount at {target}"), place: process })
}
