//! Proof by the LiteLLM that the user runs: each proxy is loaded as it is and as it would be, and what is effective is compared.
//!
//! A load is cut off: its variables are those that the files give, no socket connects, no program starts, no code of the repository
//! runs unless it is trusted. Secrets stay in the process: what is told of a value is a fingerprint, and a text without secrets.

pub mod announced;
mod beside;
pub mod case;
mod child;
pub mod compare;
pub mod effects;
mod made;
pub mod protocol;
pub mod runtime;
mod stand_in;
pub mod words;

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::Duration;

use anyhow::bail;

use announced::Announced;
use case::{Launch, cases};
pub use child::Interrupted;
use compare::{Because, Comparison, compare, unsteady};
use protocol::{LoadStage, Network, Request, Response};
use runtime::{Interpreter, Provider};

use crate::plan::Plan;
use crate::project::{Files, Installation, Parts, Running};

/// An alarm takes no more seconds.
const LONGEST_LOAD: u64 = 1_000_000;

/// How to prove.
#[derive(Clone, Debug)]
pub struct ProofOptions {
    /// Where LiteLLM comes from.
    pub source: Provider,
    /// How long one load may take.
    pub timeout: Duration,
    /// Whether code of the repository may run.
    pub trust: bool,
}

/// What became of one proxy of the deployment.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The name of its installation, and of the layer over its values.
    pub name: String,
    /// The release that it was loaded in.
    pub loaded_in: Option<String>,
    /// The release that the files show, if another one was loaded.
    pub shown: Option<String>,
    /// What became of it.
    pub outcome: Comparison,
    /// Settings that a fix announced and that are effective as before.
    pub without_effect: BTreeSet<String>,
    /// What it was given.
    pub given: Launch,
    /// Code of the repository that did not run.
    pub stubbed: Vec<String>,
    /// How it was kept from the network, if that is known.
    pub network: Option<Network>,
}

/// A run over all installations.
#[derive(Debug)]
pub struct Prover<'p> {
    /// How.
    pub how: &'p ProofOptions,
    /// The deployment as it is.
    pub before: &'p Files,
    /// The same with all fixes that are applied.
    pub plan: &'p Plan,
    /// Whether only the proxies that the plan changes are loaded.
    pub only_changed: bool,
    /// Turned on by whoever interrupts.
    pub interrupted: &'p AtomicBool,
}

impl Prover<'_> {
    /// Every proxy of an installation, before and after.
    ///
    /// # Errors
    /// There is no LiteLLM to load it in, it does not answer, or the user interrupts.
    pub fn prove(&self, index: usize, parts: &Parts) -> anyhow::Result<Vec<Verified>> {
        let announced = Announced::of(self.plan, index, parts);
        if parts.results.is_empty() {
            return self.prove_result(&parts.name, parts, &announced);
        }
        let of_each = parts.results.iter().map(|result| {
            let name = format!("{} in {}", parts.name, result.name);
            self.prove_result(&name, result, &announced)
        });
        Ok(of_each.collect::<anyhow::Result<Vec<_>>>()?.concat())
    }

    /// Every proxy of an installation, or of one result of its kustomizations.
    fn prove_result(
        &self,
        name: &str,
        parts: &Parts,
        announced: &Announced,
    ) -> anyhow::Result<Vec<Verified>> {
        let runtime = || self.how.source.runtime(&parts.running);
        let (old, new) = (Installation::new(self.before, parts), Installation::new(&self.plan.after, parts));
        let (old, new) = (cases(&old, self.how.trust), cases(&new, self.how.trust));
        let mut all = Vec::new();
        for ((layer, before), (_, mut after)) in old.into_iter().zip(new) {
            given_in_both(&before, &mut after);
            if self.only_changed && before == after {
                continue;
            }
            let name = layer.map_or_else(|| name.to_owned(), |layer| format!("{name} with {layer}"));
            all.push(self.prove_one(name, &before, &after, announced, &parts.running, &runtime)?);
        }
        Ok(all)
    }

    fn prove_one(
        &self,
        name: String,
        before: &Launch,
        after: &Launch,
        announced: &Announced,
        running: &Running,
        runtime: &(dyn Fn() -> anyhow::Result<Interpreter> + Sync),
    ) -> anyhow::Result<Verified> {
        let key = [made::random(), made::random()].concat();
        let load = |case: &Launch| self.load(case, &key, &runtime()?);
        let (mut answer, outcome) = if before == after {
            let answer = load(after)?;
            let outcome = answer
                .error
                .clone()
                .map_or(Comparison::Untouched, |error| Comparison::Unloadable(error.clone(), error));
            (answer, outcome)
        } else {
            let (first, last) = thread::scope(|scope| {
                let first = scope.spawn(|| load(before));
                (load(after), first.join())
            });
            let (last, first) = (first?, last.unwrap_or_else(|_| bail!("a load ended unexpectedly"))?);
            let outcome = self.steady(compare(&first, &last, announced), &first, before, &load)?;
            (last, outcome)
        };
        let known = match running {
            Running::Known(version, ..) => Some(version.to_string()),
            Running::Unknown(..) => None,
        };
        let shown = known.filter(|known| answer.version.as_ref().is_some_and(|loaded| loaded != known));
        let differs: BTreeSet<&str> = match &outcome {
            Comparison::Compared(differences) => differences.iter().map(|one| one.name.as_str()).collect(),
            _ => BTreeSet::new(),
        };
        let compared = matches!(outcome, Comparison::Compared(_));
        let silent = announced.own.iter().filter(|name| compared && !differs.contains(**name));
        let seen = silent.filter(|name| answer.settings.contains_key(**name));
        Ok(Verified {
            name,
            loaded_in: answer.version.take(),
            shown,
            without_effect: seen.map(|name| (*name).to_owned()).collect(),
            outcome,
            given: after.clone(),
            stubbed: answer.stubbed,
            network: answer.network,
        })
    }

    fn load(&self, case: &Launch, key: &str, runtime: &Interpreter) -> anyhow::Result<Response> {
        let settings = protocol::homes();
        let question = Request {
            env: &case.env,
            // The table of models is not fetched, and no `.env` above the package is read.
            fixed: [("LITELLM_LOCAL_MODEL_COST_MAP", "True"), ("LITELLM_MODE", "PRODUCTION")].into(),
            secrets: case.secrets(),
            folder: None,
            files: &case.files,
            config: &case.config,
            arguments: &case.arguments,
            settings: &settings,
            key,
            trust: self.how.trust,
            seconds: self.how.timeout.as_secs().min(LONGEST_LOAD) + 10,
        };
        let mut answer = child::ask(runtime, question, self.how.timeout, self.interrupted)?;
        if runtime.container.is_some() {
            answer.network = Some(Network::Left);
        }
        if answer.stage == Some(LoadStage::Install) {
            let error = answer.error.unwrap_or_default();
            bail!("{}: {error}", runtime.program.to_string_lossy());
        }
        Ok(answer)
    }

    /// The same outcome without what differs between two loads of the very same proxy.
    fn steady(
        &self,
        outcome: Comparison,
        first: &Response,
        before: &Launch,
        load: &dyn Fn(&Launch) -> anyhow::Result<Response>,
    ) -> anyhow::Result<Comparison> {
        let Comparison::Compared(mut differences) = outcome else { return Ok(outcome) };
        if differences.iter().any(|one| one.because == Because::Nothing) {
            let unsteady = unsteady(first, &load(before)?);
            differences.retain(|one| one.because != Because::Nothing || !unsteady.contains(&one.name));
        }
        Ok(Comparison::Compared(differences))
    }
}

/// What stands for a variable that is not visible does so before and after alike.
fn given_in_both(before: &Launch, after: &mut Launch) {
    for name in &before.placeholders {
        if let (false, Some(value)) = (after.env.contains_key(name), before.env.get(name)) {
            after.env.insert(name.clone(), value.clone());
            after.placeholders.insert(name.clone());
        }
    }
}
