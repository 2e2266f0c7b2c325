//! `litellm-fix` finds what is wrong in a LiteLLM deployment and rewrites its files without losing a comment.
//!
//! # The words of the code
//!
//! Each is used everywhere, and for nothing else; `docs/concepts.md` has those that users read.
//!
//! - **document** ([`document`]): a file that is parsed, or one that is embedded in another, such as a `config.yaml` in a ConfigMap. It keeps
//!   its text, and is never printed from a tree.
//! - **place** ([`project::Place`]): an address in a file: a path of keys and positions, a variable of a block, an argument of a command, an
//!   entry of an env file, a line.
//! - **repository**: the unit of a run. Nothing is linked across two.
//! - **installation** ([`project::Installation`]): one proxy: its configuration, the processes that run it, and what gives them variables.
//! - **platform** ([`project::Platform`]): one way in which a process is described.
//! - **process** ([`project::Process`]): such a description: a compose service, a container.
//! - **block** ([`project::Block`]): the variables of a process as they stand in one place, in one syntax.
//! - **envelope**: what wraps a document without changing its meaning: a HelmRelease, an Argo CD Application, the `data` of a ConfigMap.
//! - **layer**: one of several sources that are merged into what is deployed.
//! - **setting** ([`project::settings`]): what LiteLLM can be told; **home**: a place where it reads that.
//! - **effective** ([`project::Effective`]): what LiteLLM goes by. A weaker home that is read is **overridden** ([`project::Overridden`]), what stands
//!   where it is not read is **ineffective** ([`project::Ineffective`]): **misplaced** in another section, or **misspelled**.
//! - **answer** ([`project::Answer`]): what is known of a setting: the effective value, what that overrides, what is ineffective, and the
//!   **destinations**, the homes where a fix may write.
//! - **not visible**, or **unseen** ([`project::Unseen`]): what a source that is named and not read may set. It is never called unset.
//! - **fact**: what several settings say together: the database, Redis, the number of processes.
//! - **reason**: why something is so, as a value: why a setting is not seen or not written ([`project::Reason`]), why it is ignored where it stands
//!   ([`project::Why`]), why a variable is not written there ([`project::Unwritten`]), what would admit a fix ([`plan::Admits`]). Its words are
//!   made where it is defined, and nothing reads them.
//! - **state** ([`plan::State`]): which of a transform's cases a finding is; a public name.
//! - **finding** ([`plan::Finding`]): what a transform notices. It has a **fix** ([`plan::Fix`]) or **advice** ([`plan::Advice`]).
//! - **intent** ([`plan::Intent`]): one change that a fix wants at a place; the document layer makes an **edit** of it, and proves that.
//! - **safety** ([`plan::Safety`]): how much a user has to say before a fix is applied.
//! - **plan** ([`plan::Plan`]): the fixes in the order of the registry, each on the result of those before it.
//! - **transform** ([`transforms`]): one pure function from an installation to findings, and its page.
//! - **rule** ([`own`]): a transform that a user writes. **Preferences**: standing decisions. **Decision**: the answer to one fix.

pub mod cases;
pub mod cli;
pub mod commit;
mod day;
pub use lossless_yaml as document;
pub mod exit;
mod fleet;
mod merged;
pub mod own;
pub mod plan;
mod preferences;
pub mod project;
pub mod report;
pub mod review;
pub mod run;
#[path = "../transforms/mod.rs"]
pub mod transforms;
pub mod verify;
