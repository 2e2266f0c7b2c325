//! Which share of the repositories a machine takes.
//!
//! By a sum of the name and not by its place in the list: a repository stays in its share whatever else is in the list, so that machines whose
//! lists or folders differ (a clone that failed, a repository that came today) never leave one out and never take one twice. The price is that
//! shares differ in size, by about the square root of it.

use anyhow::{Context, bail, ensure};

use crate::cli::ShardArg;

/// One share, counted from 0, of so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shard {
    index: u64,
    count: u64,
}

/// Where a job finds its share: the variable of its number, what the first one has, and the variable of how many there are.
const JOBS: [(&str, u64, &str); 3] = [
    ("LITELLM_FIX_SHARD_INDEX", 0, "LITELLM_FIX_SHARDS"),
    ("JOB_COMPLETION_INDEX", 0, "LITELLM_FIX_SHARDS"),
    ("CI_NODE_INDEX", 1, "CI_NODE_TOTAL"),
];

impl Shard {
    /// The share that is asked for.
    ///
    /// # Errors
    /// `auto` where the environment does not say it.
    pub(super) fn of(arg: ShardArg, variable: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        match arg {
            ShardArg::Share(k, n) => Ok(Self { index: u64::from(k.get()) - 1, count: n.get().into() }),
            ShardArg::Auto => Self::of_environment(variable),
        }
    }

    fn of_environment(variable: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        for (index, first, count) in JOBS {
            let Some(at) = variable(index) else { continue };
            let all = variable(count).with_context(|| {
                format!(
                    "--shard auto: {index} is {at}, and {count} is not set: it says how many jobs there are"
                )
            })?;
            let number = |name: &str, text: &str| {
                text.trim().parse::<u64>().with_context(|| format!("--shard auto: {name} is no number"))
            };
            let (at, all) = (number(index, &at)?, number(count, &all)?);
            ensure!(
                at >= first && at < all + first,
                "--shard auto: {index} is {at} and {count} is {all}, and the jobs count from {first} to {}",
                (all + first).saturating_sub(1)
            );
            return Ok(Self { index: at - first, count: all });
        }
        bail!(
            "--shard auto: no variable says which share this is. Kubernetes sets JOB_COMPLETION_INDEX (set LITELLM_FIX_SHARDS to `completions`), GitLab sets CI_NODE_INDEX and CI_NODE_TOTAL; elsewhere set LITELLM_FIX_SHARD_INDEX, counted from 0, and LITELLM_FIX_SHARDS"
        )
    }

    /// Whether a repository of this name is in the share.
    pub(super) fn has(self, name: &str) -> bool {
        sum(name) % self.count == self.index
    }
}

/// FNV-1a, mixed once more so that its low bits depend on all: it must never change, since several machines have to agree.
fn sum(name: &str) -> u64 {
    let step = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let mut sum = name.bytes().fold(0xcbf2_9ce4_8422_2325, step);
    sum = (sum ^ (sum >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    sum ^ (sum >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, variables: &[(&str, &str)]) -> anyhow::Result<Shard> {
        let found =
            |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, text)| (*text).into());
        Shard::of(text.parse().map_err(anyhow::Error::msg)?, found)
    }

    #[test]
    fn every_repository_is_in_one_share_and_stays_there() {
        let names: Vec<String> = (0..1_000).map(|at| format!("team-{}/service-{at}", at % 7)).collect();
        for count in [1_u64, 2, 3, 8, 10] {
            let shares = (0..count).map(|index| Shard { index, count });
            let sizes: Vec<usize> =
                shares.map(|shard| names.iter().filter(|name| shard.has(name)).count()).collect();
            assert_eq!(sizes.iter().sum::<usize>(), 1_000);
            let even = 1_000 / usize::try_from(count).unwrap();
            assert!(sizes.iter().all(|size| size.abs_diff(even) * 4 <= even), "{sizes:?}");
        }
        // What other machines have computed.
        assert_eq!((sum("payments"), sum("")), (SUM_OF_PAYMENTS, SUM_OF_NOTHING));
    }

    const SUM_OF_PAYMENTS: u64 = 0x4120_1cd6_9280_7f81;
    const SUM_OF_NOTHING: u64 = 0xecba_3df2_c338_3c52;

    #[test]
    fn the_environment_says_which() {
        let share = |text: &str, variables: &[(&str, &str)]| {
            of(text, variables).map(|shard| (shard.index, shard.count)).map_err(|error| error.to_string())
        };
        assert_eq!(share("2/5", &[]), Ok((1, 5)));
        assert_eq!(share("auto", &[("JOB_COMPLETION_INDEX", "0"), ("LITELLM_FIX_SHARDS", "4")]), Ok((0, 4)));
        assert_eq!(share("auto", &[("CI_NODE_INDEX", "4"), ("CI_NODE_TOTAL", "4")]), Ok((3, 4)));
        let github = [("LITELLM_FIX_SHARD_INDEX", "3"), ("LITELLM_FIX_SHARDS", "4"), ("CI_NODE_INDEX", "1")];
        assert_eq!(share("auto", &github), Ok((3, 4)));
        for (variables, word) in [
            (&[][..], "no variable"),
            (&[("JOB_COMPLETION_INDEX", "0")], "LITELLM_FIX_SHARDS is not set"),
            (&[("CI_NODE_INDEX", "0"), ("CI_NODE_TOTAL", "4")], "from 1 to 4"),
            (&[("CI_NODE_INDEX", "5"), ("CI_NODE_TOTAL", "4")], "from 1 to 4"),
            (&[("JOB_COMPLETION_INDEX", "x"), ("LITELLM_FIX_SHARDS", "4")], "no number"),
            (&[("JOB_COMPLETION_INDEX", "0"), ("LITELLM_FIX_SHARDS", "0")], "is 0"),
        ] {
            let told = share("auto", variables).unwrap_err();
            assert!(told.contains(word), "{variables:?}: {told}");
        }
        for wrong in ["0/4", "5/4", "1", "a/b", "1/0", "-1/4", ""] {
            assert!(wrong.parse::<ShardArg>().is_err(), "{wrong}");
        }
    }
}
