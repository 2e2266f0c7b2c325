//! The corpora of `fuzz/`, and what a few changes by chance make of them, on a stable compiler. `FUZZ=300` goes on for so many seconds.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;
use std::time::{Duration, Instant};

#[path = "../fuzz/targets.rs"]
mod targets;

type Target = fn(&[u8]);

const TARGETS: [(&str, Target); 3] =
    [("read", targets::read), ("edit", targets::edit), ("mask", targets::mask)];

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// A generator that gives the same numbers for the same seed: xorshift64*.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % sides.max(1)
    }

    /// An input with a few changes: what one byte more, less or another one does, and parts of other inputs.
    fn changed(&mut self, corpus: &[Vec<u8>]) -> Vec<u8> {
        const BYTES: &[u8] = b" \n\t#:-,[]{}&*!|>'\"%@`?ab01=$\\/.~<+\r\x00\xc3\xa4";
        let mut bytes = corpus[self.roll(corpus.len())].clone();
        for _ in 0..=self.roll(4) {
            let at = self.roll(bytes.len() + 1);
            let byte = BYTES[self.roll(BYTES.len())];
            match self.roll(6) {
                0 if at < bytes.len() => drop(bytes.remove(at)),
                1 if at < bytes.len() => bytes[at] = byte,
                2 => {
                    let other = &corpus[self.roll(corpus.len())];
                    let from = self.roll(other.len());
                    let to = from + self.roll((other.len() - from).min(40) + 1);
                    bytes.splice(at..at, other[from..to].iter().copied());
                }
                3 => {
                    let to = at + self.roll((bytes.len() - at).min(40) + 1);
                    bytes.drain(at..to);
                }
                4 => {
                    let to = at + self.roll((bytes.len() - at).min(40) + 1);
                    let again = bytes[at..to].to_vec();
                    bytes.splice(at..at, again);
                }
                _ => bytes.insert(at, byte),
            }
        }
        bytes
    }
}

fn check(name: &str, target: Target, input: &[u8]) {
    if std::panic::catch_unwind(|| target(input)).is_err() {
        panic!("{name} fails for {:?}", String::from_utf8_lossy(input));
    }
}

#[test]
fn the_corpora_hold() {
    for (name, target) in TARGETS {
        let corpus = corpus(name);
        assert!(corpus.len() >= 8, "{name}");
        corpus.iter().for_each(|input| check(name, target, input));
    }
}

#[test]
fn changes_by_chance_hold() {
    let seconds: u64 = std::env::var("FUZZ").ok().and_then(|text| text.parse().ok()).unwrap_or_default();
    let until = Instant::now() + Duration::from_secs(seconds);
    let seed = if seconds == 0 { 1 } else { u64::from(std::process::id()) << 20 | 1 };
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let corpora = TARGETS.map(|(name, _)| corpus(name));
    let mut tries = 0;
    while tries < 1500 || Instant::now() < until {
        for ((name, target), corpus) in TARGETS.iter().zip(&corpora) {
            check(name, *target, &dice.changed(corpus));
        }
        tries += 1;
    }
    println!("{} inputs, seed {seed}", tries * TARGETS.len());
}
