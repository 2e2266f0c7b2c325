//! Entries of `model_list` that LiteLLM leaves out: it knows no provider for them, or a number of theirs is none.

use crate::document::Value;

use crate::project::installation::view::Installation;
use crate::project::installation::view::entries::ModelEntry;
use crate::project::repository::place::Place;
use crate::project::settings::known;

/// The list of providers in the table of known names.
const PROVIDERS: &str = "providers";
/// Beginnings of models that are known with them, although no provider is called so: the lists of models in LiteLLM's `constants.py`
/// and the sizes of images in its map of costs.
const MAKERS: &[&str] = &[
    "a16z-infra",
    "Austism",
    "HuggingFaceH4",
    "NousResearch",
    "NumbersStation",
    "WizardLM",
    "daanelson",
    "defog",
    "joehoover",
    "meta-llama",
    "petals-team",
    "replit",
    "togethercomputer",
    "upstage",
    "high",
    "low",
    "medium",
    "standard",
];
/// The first letters of models that some release knows without a provider, or may know: its map of costs is fetched anew at each start.
/// Read off `get_llm_provider` of 1.110.2, for every model that it knows.
const FAMILIES: &[&str] = &[
    "ai",
    "amazon",
    "anthropic",
    "apac",
    "au",
    "babbage",
    "c",
    "chat",
    "chatdolphin",
    "chatgpt",
    "claude",
    "codex",
    "cohere",
    "command",
    "computer",
    "dall",
    "davinci",
    "daybreak",
    "deep",
    "deepseek",
    "dolphin",
    "embed",
    "eu",
    "ft",
    "gemini",
    "global",
    "google",
    "gpt",
    "imagen",
    "in",
    "j",
    "jamba",
    "jp",
    "luminous",
    "medlm",
    "meta",
    "minimax",
    "mistral",
    "moonshot",
    "moonshotai",
    "multimodalembedding",
    "nova",
    "nvidia",
    "o",
    "omni",
    "openai",
    "palm",
    "qwen",
    "rerank",
    "sora",
    "stability",
    "text",
    "tts",
    "twelvelabs",
    "us",
    "veo",
    "whisper",
    "writer",
    "zai",
];
/// Keys of `litellm_params` that must be numbers: `LiteLLM_Params` in LiteLLM's `types/router.py`.
const WHOLE: [&str; 3] = ["rpm", "tpm", "max_retries"];
const NUMBERS: [&str; 4] =
    ["max_budget", "input_cost_per_token", "output_cost_per_token", "input_cost_per_second"];

/// Why an entry is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The model has no provider in front, and its name says none.
    NoProvider(String),
    /// Nothing is called like the provider in front of the model, or in `custom_llm_provider`.
    UnknownProvider(String),
    /// This key is no number, or no whole one.
    NoNumber(&'static str),
}

impl Installation<'_> {
    /// The entries of `model_list` that LiteLLM leaves out, with the reason and its place.
    pub fn left_out(&self) -> Vec<(ModelEntry, Flaw, Place)> {
        let own = self.in_layers("litellm_settings", "custom_provider_map").pop().is_some();
        let flawed = |entry: &ModelEntry| {
            let (flaw, place) = self.number(entry).or_else(|| self.provider(entry).filter(|_| !own))?;
            Some((entry.clone(), flaw, place))
        };
        self.models().iter().filter_map(flawed).collect()
    }

    fn number(&self, entry: &ModelEntry) -> Option<(Flaw, Place)> {
        let keys = WHOLE.into_iter().map(|key| (key, true)).chain(NUMBERS.map(|key| (key, false)));
        keys.filter_map(|(key, whole)| Some((key, whole, entry.param(key)?))).find_map(
            |(key, whole, (value, place))| {
                let number = match value {
                    Value::Str(text) if hidden(text) => true,
                    Value::Str(text) if whole => text.trim().parse::<i128>().is_ok(),
                    Value::Str(text) => text.trim().parse::<f64>().is_ok(),
                    Value::Seq(_) | Value::Map(_) => false,
                    _ => true,
                };
                (!number).then_some((Flaw::NoNumber(key), place))
            },
        )
    }

    fn provider(&self, entry: &ModelEntry) -> Option<(Flaw, Place)> {
        let (model, place) = entry.param("model")?;
        let model = model.as_str().filter(|model| !hidden(model))?;
        if let Some((named, place)) = entry.param("custom_llm_provider") {
            let named = named.as_str().filter(|named| !hidden(named))?;
            return self.lacks(named).then(|| (Flaw::UnknownProvider(named.to_owned()), place));
        }
        // What answers at a known address says by that who it is.
        let reached = entry.param("api_base").is_some_and(|(base, _)| !is_own(base));
        if reached || model.contains('*') {
            return None;
        }
        match model.split_once('/') {
            Some((provider, _)) if MAKERS.contains(&provider) || provider.contains("-x-") => None,
            Some((provider, _)) => {
                self.lacks(provider).then(|| (Flaw::UnknownProvider(provider.to_owned()), place))
            }
            None => {
                let letters = model.len() - model.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
                let family = model[..letters].to_ascii_lowercase();
                (!FAMILIES.contains(&&*family) && !self.lacks_nothing(&family))
                    .then(|| (Flaw::NoProvider(model.to_owned()), place))
            }
        }
    }

    fn lacks(&self, provider: &str) -> bool {
        known::lacks(PROVIDERS, provider, self.running())
    }

    /// Whether the release is newer than all that is known here.
    fn lacks_nothing(&self, name: &str) -> bool {
        !known::lacks(PROVIDERS, &format!("{name}\0"), self.running())
    }
}

/// Whether a text stands for one that is not seen here.
fn hidden(text: &str) -> bool {
    text.starts_with("os.environ/") || text.contains("{{") || text.contains("${")
}

/// Whether an address is one of the user's own network, of which LiteLLM knows nothing.
fn is_own(base: &Value) -> bool {
    let Some(text) = base.as_str().filter(|text| !hidden(text)) else { return false };
    let host = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = host.split(['/', ':']).next().unwrap_or_default();
    !host.contains('.')
        || host.split('.').all(|part| part.parse::<u8>().is_ok())
        || [".local", ".internal", ".svc", ".lan"].iter().any(|end| host.ends_with(end))
}
