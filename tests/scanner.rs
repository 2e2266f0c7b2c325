//! What a public scanner finds, we mask. `tests/secrets/refresh.py` makes the samples, and says how.
#![allow(clippy::unwrap_used, clippy::panic)]

use litellm_fix::project::Secrets;
use litellm_fix::report::Masker;
use serde_json::Value;

#[test]
fn what_detect_secrets_finds_is_masked() {
    let samples: Value = serde_json::from_str(include_str!("secrets/found.json")).unwrap();
    let samples = samples.as_array().unwrap();
    assert!(samples.len() > 700, "{}", samples.len());
    let mut shown = Vec::new();
    for sample in samples {
        let text = sample["text"].as_str().unwrap();
        let masker = Masker::new(&Secrets::collect(std::iter::once(text)), false);
        let masked = masker.mask_lines(text);
        for secret in sample["found"].as_array().unwrap() {
            if masked.contains(secret.as_str().unwrap()) {
                shown.push(format!("{text}\n  {masked}"));
            }
        }
    }
    assert!(shown.is_empty(), "{} of {}:\n{}", shown.len(), samples.len(), shown.join("\n"));
}
