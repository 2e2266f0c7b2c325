//! The command line.

mod case;
mod fleet;

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::plan::{Apply, Severity};
use crate::project::Walk;

pub use case::check_case;
pub use fleet::{MergedFormatArg, ShardArg, UnitsArgs};

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
        /// Print the repositories of a fleet run, those of one shard with --shard; they need not be there yet
        #[arg(long, conflicts_with = "installations")]
        repositories: bool,
        /// Which repositories
        #[command(flatten)]
        units: UnitsArgs,
        /// Files and folders
        paths: Vec<PathBuf>,
    },
    /// Explain a fix, and where its settings come from
    Explain {
        /// The id of the fix
        id: String,
        /// A file or folder to explain it on
        path: Option<PathBuf>,
        /// The running version of LiteLLM, if the files do not show it
        #[arg(long, value_name = "VERSION")]
        litellm_version: Option<String>,
        /// The running version of LiteLLM, whatever the files show
        #[arg(long, value_name = "VERSION", conflicts_with = "litellm_version")]
        assume_litellm_version: Option<String>,
        /// Output format
        #[arg(long, value_enum, default_value_t)]
        format: FormatArg,
    },
    /// Load the deployment in your own LiteLLM, before and after the fixes, and show what is effective
    #[command(
        after_help = "LiteLLM comes from --python, --image or --install; one of them is needed. Nothing is written. The \
        fixes are those of a preview with the same options."
    )]
    Verify {
        /// The options of the main job
        #[command(flatten)]
        run: Box<RunArgs>,
    },
    /// Show which preferences are in force, or print their schema
    #[command(args_conflicts_with_subcommands = true)]
    Preferences {
        /// What else to do with them
        #[command(subcommand)]
        what: Option<PreferencesCommand>,
        /// A file or folder [default: the current folder]
        path: Option<PathBuf>,
    },
    /// Work with the rules of your own in .litellm-fix.yaml
    Rules {
        /// What to do
        #[command(subcommand)]
        what: RulesCommand,
    },
    /// Undo the last run that wrote files below the current folder
    Undo {
        /// Leave the files of this run as they are, so that the run before it can be undone
        #[arg(long, value_name = "RUN")]
        drop: Option<String>,
    },
    /// Make one report of the results of many repositories
    Report {
        /// What --format jsonl or --format json gave; -: standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Output format
        #[arg(long, value_enum, default_value_t)]
        format: MergedFormatArg,
        /// Write the report into this file instead of standard output
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual pages into a folder
    Man {
        /// The folder: ~/.local/share/man/man1
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

/// What may be done with preferences.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum PreferencesCommand {
    /// Print the JSON schema of .litellm-fix.yaml, for editors and validators
    Schema,
}

/// What may be done with rules of the user's own.
#[derive(Clone, Debug, Subcommand)]
pub enum RulesCommand {
    /// Check your rules against the cases in .litellm-fix/*.md beside .litellm-fix.yaml
    #[command(
        after_help = "A case is a heading `### NAME` below `## Cases`: blocks with title=PATH are the files, one `console` block holds \
        the options, and a `diff` block, `No change.` or `Advice: TEXT` is what is expected. A page that is named after a rule is about \
        that rule (--select), any other one about all rules. Exits with 1 where a case fails."
    )]
    Test {
        /// Pages, or folders [default: the current folder]
        paths: Vec<PathBuf>,
        /// Write the diffs that come out into the pages
        #[arg(long)]
        update: bool,
    },
}

/// How the report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// Text for people
    #[default]
    Human,
    /// A line for each finding, for editors and grep: path, line, column, severity, id, title
    Concise,
    /// A unified diff for `git apply`, and nothing else
    Diff,
    /// One JSON object (docs/report.md)
    Json,
    /// SARIF 2.1.0, for code scanning and reviewdog
    Sarif,
    /// Annotations of a GitHub workflow, and the summary of its job
    Github,
    /// The code quality report of GitLab
    Gitlab,
    /// A comment on a pull request, which a bot can update
    Markdown,
    /// A line of JSON for each repository (docs/fleet.md)
    Jsonl,
    /// The message for who commits the change themselves: git commit -F -
    CommitMessage,
}

/// A report that goes into a file: `sarif=report.sarif`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputArg {
    /// How it is written.
    pub format: FormatArg,
    /// The file.
    pub path: PathBuf,
}

impl FromStr for OutputArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((format, path)) = text.split_once('=').filter(|(_, path)| !path.is_empty()) else {
            return Err("expected are a format and a file: sarif=report.sarif".into());
        };
        let formats = FormatArg::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let names: Vec<String> = formats.map(|format| format.get_name().to_owned()).collect();
        let format = FormatArg::from_str(format, false)
            .map_err(|_| format!("there is no format {format}; there are {}", names.join(", ")))?;
        Ok(Self { format, path: path.into() })
    }
}

/// Which tiers are applied without a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ApplyArg {
    /// Safe fixes (the default)
    Safe,
    /// Safe fixes, and those that change behavior
    Review,
    /// Also fixes offered on request; never hazardous ones, nor those that need an answer first
    All,
}

/// How what is written becomes commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CommitArg {
    /// A commit for each fix
    Each,
    /// One commit for all fixes
    One,
}

/// Which findings let a run fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FailOnArg {
    /// Critical findings
    Critical,
    /// High and critical findings
    High,
    /// Medium, high and critical findings
    Medium,
    /// Any finding
    Low,
    /// No finding
    #[default]
    Never,
}

impl FailOnArg {
    /// The least severity that lets a run fail, if any does.
    pub fn least(self) -> Option<Severity> {
        match self {
            Self::Critical => Some(Severity::Critical),
            Self::High => Some(Severity::High),
            Self::Medium => Some(Severity::Medium),
            Self::Low => Some(Severity::Low),
            Self::Never => None,
        }
    }
}

/// When to use colors.
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

/// The LiteLLM that a proof runs in.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Proof by your own LiteLLM")]
pub struct ProofArgs {
    /// With --write: load the result in LiteLLM first, and write nothing that it refuses
    #[arg(long)]
    pub verify: bool,
    /// Load it with this Python, which has LiteLLM
    #[arg(long, value_name = "EXECUTABLE", conflicts_with_all = ["image", "install"])]
    pub python: Option<PathBuf>,
    /// Load it in this image, with docker, podman or nerdctl
    #[arg(long, value_name = "IMAGE", conflicts_with = "install")]
    pub image: Option<String>,
    /// Load it in the version that the files show, installed from PyPI into the cache folder
    #[arg(long)]
    pub install: bool,
    /// How long one load may take
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    pub timeout: u64,
    /// Run the callbacks, guardrails and other code that the configuration names
    #[arg(long)]
    pub trust_code: bool,
}

/// The options of the main job.
#[derive(Args, Clone, Debug)]
pub struct RunArgs {
    /// Files and folders; only these are written [default: the current folder]
    pub paths: Vec<PathBuf>,
    /// Ask about each fix, then write
    #[arg(short, long, conflicts_with_all = ["write", "dry_run"])]
    pub interactive: bool,
    /// Apply the fixes that the options allow (without options: the safe ones)
    #[arg(short, long, conflicts_with = "dry_run")]
    pub write: bool,
    /// Commit what is written with git: a commit for each fix, or one for all. Needs --write or --interactive
    #[arg(
        long,
        value_enum,
        value_name = "HOW",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "each",
        conflicts_with = "dry_run"
    )]
    pub commit: Option<CommitArg>,
    /// Decide as this file says, which --save-decisions wrote: yes, no or ignored, also against the tiers
    #[arg(long, value_name = "FILE")]
    pub decisions: Option<PathBuf>,
    /// Write what is decided in the review into this file; what is in it stays
    #[arg(long, value_name = "FILE", requires = "interactive")]
    pub save_decisions: Option<PathBuf>,
    /// Only show what would change, write nothing (the default)
    #[arg(long)]
    pub dry_run: bool,
    /// Run only these ids; naming an id also applies its review and on-request fixes
    #[arg(long, value_delimiter = ',', value_name = "ID")]
    pub select: Vec<String>,
    /// Show and apply only these ids, without allowing more fixes
    #[arg(long, value_delimiter = ',', value_name = "ID", conflicts_with = "select")]
    pub only: Vec<String>,
    /// Do not run these ids
    #[arg(long, value_delimiter = ',', value_name = "ID")]
    pub ignore: Vec<String>,
    /// Skip files that match this glob
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Which tiers to apply without a question
    #[arg(long, value_enum, value_name = "TIERS")]
    pub apply: Option<ApplyArg>,
    /// The same as --apply review
    #[arg(long, conflicts_with = "apply")]
    pub include_review: bool,
    /// Set a parameter of a fix
    #[arg(long, value_name = "ID.PARAM=VALUE")]
    pub set: Vec<String>,
    /// The running version of LiteLLM, if the files do not show it
    #[arg(long, value_name = "VERSION")]
    pub litellm_version: Option<String>,
    /// The running version of LiteLLM, whatever the files show
    #[arg(long, value_name = "VERSION", conflicts_with = "litellm_version")]
    pub assume_litellm_version: Option<String>,
    /// Exit with 1 while a finding of this severity or a worse one is open, fixable or not
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t)]
    pub fail_on: FailOnArg,
    /// An earlier report (--format json): only findings that are not in it are shown, applied and counted
    #[arg(long, value_name = "FILE", conflicts_with = "baseline_ref")]
    pub baseline: Option<PathBuf>,
    /// An earlier git revision: only findings that it does not have are shown, applied and counted
    #[arg(long, value_name = "REF")]
    pub baseline_ref: Option<String>,
    /// Exit with 1 on any finding or refusal
    #[arg(long)]
    pub strict: bool,
    /// Exit with 0 where the exit code would be 1
    #[arg(long, conflicts_with_all = ["strict", "fail_on"])]
    pub exit_zero: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: FormatArg,
    /// Write the report into a file too, in any of these formats; may be given several times
    #[arg(long, value_name = "FORMAT=FILE")]
    pub output: Vec<OutputArg>,
    /// Which repositories, of many
    #[command(flatten)]
    pub units: UnitsArgs,
    /// So many repositories of a fleet at a time [default: one for each processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Go on with a fleet run that was interrupted: leave out what this file of its results has, and add the rest to it
    #[arg(long, value_name = "FILE", conflicts_with = "interactive")]
    pub resume: Option<PathBuf>,
    /// How folders are walked: nobody types that.
    #[arg(skip)]
    pub walk: Walk,
    /// Whether this is one of many repositories: nobody types that either.
    #[arg(skip)]
    pub is_one_of_many: bool,
    /// When to use colors
    #[arg(long, value_enum, default_value_t)]
    pub color: ColorArg,
    /// Print secrets as they are
    #[arg(long)]
    pub show_secrets: bool,
    /// Do not read files larger than this many bytes
    #[arg(long, value_name = "BYTES", default_value_t = 5_000_000)]
    pub max_file_size: usize,
    /// Show every finding in full
    #[arg(long, conflicts_with = "quiet")]
    pub details: bool,
    /// Show the findings of low severity too
    #[arg(long, conflicts_with = "quiet")]
    pub all: bool,
    /// Show how each file was recognized, and why
    #[arg(short, long)]
    pub verbose: bool,
    /// Print only the counts and problems
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// The LiteLLM that a proof runs in
    #[command(flatten)]
    pub proof: ProofArgs,
}

impl RunArgs {
    /// Which tiers are applied without a question.
    pub fn apply(&self) -> Apply {
        match self.apply {
            Some(ApplyArg::All) => Apply::All,
            Some(ApplyArg::Review) => Apply::Review,
            Some(ApplyArg::Safe) => Apply::Safe,
            None if self.include_review => Apply::Review,
            None => Apply::Safe,
        }
    }
}
