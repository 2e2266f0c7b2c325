//! Blocks of variables in YAML: `environment` of compose, `env` of a container, `envVars` of a chart.

pub(crate) mod block;
mod change;
pub(crate) mod syntax;
