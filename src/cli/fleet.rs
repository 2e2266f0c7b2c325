//! The options of runs over many repositories.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};

/// Which repositories a run is about.
#[derive(Args, Clone, Debug, Default)]
pub struct UnitsArgs {
    /// Read the paths of repositories from this file (-: standard input), one a line; blank lines and # comments are passed by
    #[arg(long, value_name = "LIST")]
    pub from_file: Option<PathBuf>,
    /// Only this share of the repositories: 2/5 is the second of five; auto: as the environment says
    #[arg(long, value_name = "K/N")]
    pub shard: Option<ShardArg>,
}

/// A share of the repositories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShardArg {
    /// As the environment of a job says.
    Auto,
    /// This one, counted from 1, of so many.
    Share(NonZeroU32, NonZeroU32),
}

impl FromStr for ShardArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "auto" {
            return Ok(Self::Auto);
        }
        let parts = text.split_once('/').and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)));
        match parts {
            Some((k, n)) if k <= n => Ok(Self::Share(k, n)),
            _ => Err("expected is a share such as 1/4, 2/4, 3/4 or 4/4, or auto".into()),
        }
    }
}

/// How the report of many is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum MergedFormatArg {
    /// One page that needs nothing else
    Html,
    /// For comments and summaries
    #[default]
    Markdown,
    /// One JSON object (docs/fleet.md)
    Json,
}
