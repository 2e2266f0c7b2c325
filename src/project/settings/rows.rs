//! The rows of the table, a file for each topic. The transforms of a topic stand in the folder of the same name (`transforms/`).

mod database;
mod logging;
mod redis;
mod router;
mod security;
mod server;

use super::{Home, Setting, Shape, Versions};

/// The test that loads each key alone in each place, of three releases.
const MATRIX: &str = "tests/litellm/settings.rs: sections_that_work";
/// The test that reads out of the package of three releases which keys and variables they read, and in which section.
const KNOWN: &str = "tests/litellm.rs: the_table_of_known_keys_is_that_of_the_package";
/// Tried with the real proxy, as the page of the transform that uses it says.
const RUN: &str = "run on LiteLLM 1.106.2";
/// LiteLLM's documentation of its production settings.
const PROD: &str = "https://docs.litellm.ai/docs/proxy/prod";
/// LiteLLM's own command line, as of 1.106.2.
const CLI: &str = "https://github.com/BerriAI/litellm/blob/main/litellm/proxy/proxy_cli.py";
/// The templates of the charts.
const CHART: &str = "https://github.com/BerriAI/litellm/tree/main/helm";
/// What a compose service or a Kubernetes workload says about itself.
const PLATFORM: &str = "https://docs.docker.com/reference/compose-file/ and https://kubernetes.io/docs/reference/kubernetes-api/";

/// A row of a setting that every release reads, known from [`MATRIX`].
pub(super) const fn row(
    name: &'static str,
    homes: &'static [Home],
    shape: Shape,
    default: &'static str,
) -> Setting {
    Setting {
        name,
        homes,
        shape,
        default,
        versions: Versions::ALL,
        later: &[],
        misnomers: &[],
        decoys: &[],
        refused: &[],
        evidence: MATRIX,
    }
}

/// The rows, by topic.
pub(super) static TOPICS: [&[Setting]; 6] =
    [router::ROWS, logging::ROWS, database::ROWS, redis::ROWS, security::ROWS, server::ROWS];
