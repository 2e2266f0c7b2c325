//! Files of Terraform: what runs LiteLLM there is named, and not read.

use std::path::Path as FilePath;

use super::project::{Loader, Problem, inside, shown};
use crate::project::platform::nodes::is_litellm_image;
use crate::project::repository::discover::{Found, mentions_litellm};

impl Loader<'_> {
    /// Names the files of Terraform that run an image of LiteLLM's.
    pub(super) fn tell_terraform(&mut self, found: &Found) {
        for path in &found.terraform {
            let text = self.read(path).ok().filter(|bytes| mentions_litellm(bytes));
            let line = text.and_then(|bytes| running(&String::from_utf8_lossy(&bytes)));
            let Some(line) = line else { continue };
            let problem = self.unread_terraform(path, line);
            self.problems.push(problem);
        }
    }

    fn unread_terraform(&mut self, path: &FilePath, line: usize) -> Problem {
        let file = shown(path);
        Problem {
            inside: inside(path, &self.repository(path).root).unwrap_or_else(|| file.clone()),
            file,
            position: Some((line, 1)),
            reason: "not checked: LiteLLM is started here by Terraform, whose files are not read".into(),
            remedy: "run litellm-fix on the configuration and the manifests that it makes".into(),
            fatal: false,
            unread_process: true,
        }
    }
}

/// The line, from 1, that names an image of LiteLLM's.
fn running(text: &str) -> Option<usize> {
    let names = |line: &str| {
        let code = line.trim_start();
        let quoted = || code.split('"').skip(1).step_by(2);
        !code.starts_with(['#', '/']) && code.contains("image") && quoted().any(is_litellm_image)
    };
    text.lines().position(names).map(|at| at + 1)
}
