//! Random deployments, made of what people write: what loaded before all fixes loads after them, what they announce is all that
//! changes, nothing becomes critical, and a second run is silent.
//!
//! `LITELLM_FIX_RANDOM=COUNT` or `COUNT@SEED` tries so many from this seed on; a failure names the seed of its deployment, and
//! `1@SEED` shows the files of that one.
//! `LITELLM_FIX_RELEASE=1.106.2` leaves out the other releases.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::time::Instant;

use serde_json::Value;

#[path = "random/deployment.rs"]
mod deployment;
#[path = "random/dice.rs"]
mod dice;
#[path = "random/people.rs"]
mod people;
#[path = "random/writer.rs"]
mod writer;

use deployment::Deployment;

use crate::common::in_parallel;
use crate::deployments::{AS_ANNOUNCED, Fixed, UNLOADABLE};
use crate::harness::{Release, on_each_release};

/// How many are tried of each release unless `LITELLM_FIX_RANDOM` says otherwise.
const COUNT: u64 = 12;

/// How many, and from which seed on.
fn wanted() -> (u64, u64) {
    let Ok(wanted) = std::env::var("LITELLM_FIX_RANDOM") else { return (COUNT, 0) };
    let (count, seed) = wanted.split_once('@').unwrap_or((&wanted, "0"));
    let number = |text: &str| text.parse().expect("LITELLM_FIX_RANDOM is COUNT or COUNT@SEED");
    (number(count), number(seed))
}

#[test]
fn random_deployments_load_after_all_fixes_as_before() {
    on_each_release(|litellm| {
        let begun = Instant::now();
        let (count, first) = wanted();
        if count == 0 {
            return;
        }
        let seeds: Vec<u64> = (first..first + count).collect();
        let results = in_parallel(&seeds, |seed| {
            let judged = judged(litellm, *seed);
            // Long runs are worth watching.
            for failure in judged.wrong.iter().filter(|_| count > COUNT) {
                let _ = writeln!(std::io::stderr(), "{} seed {seed}: {failure}", litellm.version);
            }
            judged
        });
        let (mut counts, mut wrong) = (BTreeMap::<&str, usize>::new(), Vec::new());
        for (seed, judged) in seeds.iter().zip(results) {
            for what in judged.what {
                *counts.entry(what).or_default() += 1;
            }
            wrong.extend(judged.wrong.into_iter().map(|failure| format!("seed {seed}: {failure}")));
        }
        let took = begun.elapsed().as_secs();
        let failed: BTreeSet<_> = wrong.iter().filter_map(|line| line.split(':').next()).collect();
        let line = format!(
            "LiteLLM {}: {count} random deployments from seed {first}, {counts:?}, {} with a fault, {took} s\n",
            litellm.version,
            failed.len()
        );
        let _ = std::io::stderr().write_all(line.as_bytes());
        assert!(wrong.is_empty(), "{} failures\n{}", wrong.len(), wrong.join("\n"));
        let count = |what| counts.get(what).copied().unwrap_or_default();
        assert!(count(AS_ANNOUNCED) > count(UNLOADABLE), "too little was tested: {counts:?}");
    });
}

#[derive(Default)]
struct Judged {
    what: Vec<&'static str>,
    wrong: Vec<String>,
}

fn judged(litellm: Release, seed: u64) -> Judged {
    let deployment = Deployment::new(seed, litellm.version);
    if wanted().0 == 1 {
        show(&deployment);
    }
    let (fixed, place) = Fixed::with_place(litellm, &deployment.files);
    let mut judged = Judged { what: Vec::new(), wrong: fixed.failed() };
    let again = fixed.again(litellm, &place);
    judged.wrong.extend(new_criticals(&fixed.report, &again));
    let changes = again["changes"].as_array().into_iter().flatten();
    judged.wrong.extend(changes.map(|one| format!("the second run still changes {}", one["diff"])));
    if fixed.before == fixed.after {
        judged.what.push("unchanged");
        return judged;
    }
    for (what, wrong) in fixed.compare(litellm, &deployment.runs) {
        judged.what.push(what);
        judged.wrong.extend(wrong);
    }
    judged
}

fn show(deployment: &Deployment) {
    let mut stderr = std::io::stderr();
    for (name, text) in &deployment.files {
        let _ = writeln!(stderr, "--- {name}\n{text}");
    }
}

/// What is critical now and was not, or was not there.
fn new_criticals(before: &Value, after: &Value) -> Vec<String> {
    fn criticals(report: &Value) -> impl Iterator<Item = &Value> {
        report["findings"].as_array().into_iter().flatten().filter(|one| one["severity"] == "critical")
    }
    let known: BTreeSet<_> =
        criticals(before).map(|one| (one["id"].as_str(), one["setting"].as_str())).collect();
    criticals(after)
        .filter(|one| !known.contains(&(one["id"].as_str(), one["setting"].as_str())))
        .map(|one| format!("became critical: {} at {}", one["title"], one["name"]))
        .collect()
}
