//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Finds what is wrong in a LiteLLM deployment and rewrites its files without losing a comment.
#[derive(Debug, Parser)]
#[command(name = "litellm-fix", version, args_conflicts_with_subcommands = true, max_term_width = 100)]
pub struct Cli {
    /// What else to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The main job.
    #[command(flatten)]
    pub run: RunArgs,
}

/// The commands beside the main job.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the fixes, or the installations found
    List {
        /// Print the installations of the given paths with what links them
        #[arg(long)]
        installations: bool,
        /// Files and folders
        paths: Vec<PathBuf>,
    },
    /// Explain a fix, and where its settings come from
    Explain {
        /// The id of the fix
        id: String,
        /// A file or folder to explain it on
        path: Option<PathBuf>,
        /// The LiteLLM version in use, if the files do not show it
        #[arg(long, value_name = "VERSION")]
        litellm_version: Option<String>,
        /// How to report on PATH
        #[arg(long, value_enum, default_value_t)]
        format: FormatArg,
    },
    /// Take back the last run that wrote files below the current folder
    Undo,
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// How the report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// For people
    #[default]
    Human,
    /// A unified diff for `git apply`, and nothing else
    Diff,
    /// One JSON object (docs/report.md)
    Json,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorArg {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The options of the main job.
#[derive(Args, Clone, Debug)]
pub struct RunArgs {
    /// Files and folders; only these are written [default: the current folder]
    pub paths: Vec<PathBuf>,
    /// Ask about each fix, then write
    #[arg(short, long, conflicts_with_all = ["write", "dry_run"])]
    pub interactive: bool,
    /// Apply the fixes that the options admit
    #[arg(short, long, conflicts_with = "dry_run")]
    pub write: bool,
    /// Show only, write nothing (the default)
    #[arg(long)]
    pub dry_run: bool,
    /// Run only these ids; naming an id admits its review and on-request fixes
    #[arg(long, value_delimiter = ',', value_name = "ID")]
    pub select: Vec<String>,
    /// Do not run these ids
    #[arg(long, value_delimiter = ',', value_name = "ID")]
    pub ignore: Vec<String>,
    /// Leave out files that match this glob
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Apply fixes of the review tier too
    #[arg(long)]
    pub include_review: bool,
    /// Set a parameter of a fix
    #[arg(long, value_name = "ID.PARAM=VALUE")]
    pub set: Vec<String>,
    /// The LiteLLM version in use, if the files do not show it
    #[arg(long, value_name = "VERSION")]
    pub litellm_version: Option<String>,
    /// Exit with 1 on any finding or refusal
    #[arg(long)]
    pub strict: bool,
    /// Exit with 0 where 1 would be due
    #[arg(long, conflicts_with = "strict")]
    pub exit_zero: bool,
    /// How to report
    #[arg(long, value_enum, default_value_t)]
    pub format: FormatArg,
    /// When to use colours
    #[arg(long, value_enum, default_value_t)]
    pub color: ColorArg,
    /// Print secrets as they are
    #[arg(long)]
    pub show_secrets: bool,
    /// Do not read files larger than this many bytes
    #[arg(long, value_name = "BYTES", default_value_t = 5_000_000)]
    pub max_file_size: usize,
    /// Say what each file was taken for, and why
    #[arg(short, long)]
    pub verbose: bool,
    /// Print only the summary and problems
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
}
