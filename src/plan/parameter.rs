//! Parameters of transforms as data: the recommendation, the bounds, and the words of the page. What somebody gave is checked against
//! them; an error never quotes a value, which may be anything that stands in a file or on the command line.

use serde_json::{Map, Value as Json};

/// A parameter of a transform.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name, in snake case.
    pub name: &'static str,
    /// What it is unless somebody says otherwise.
    pub default: Preset,
    /// What it may be.
    pub bounds: Bounds,
    /// What it means, with its unit.
    pub meaning: &'static str,
}

/// The value of a parameter that nobody has set.
#[derive(Clone, Copy, Debug)]
pub enum Preset {
    /// None: only the user knows it.
    Unknown,
    /// A whole number.
    Number(u32),
    /// A text.
    Text(&'static str),
    /// A list of texts.
    Texts(&'static [&'static str]),
}

/// What a parameter may be.
#[derive(Clone, Copy, Debug)]
pub enum Bounds {
    /// A whole number from the first to the second; [`u32::MAX`] stands for no upper bound.
    Numbers(u32, u32),
    /// `true` or `false`.
    YesNo,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A list of texts, at least one, none of them empty.
    Texts,
    /// A text that a rule admits, and the rule in words, as they follow "must be".
    Text(fn(&str) -> bool, &'static str),
}

impl Parameter {
    /// A whole number with a recommendation.
    pub const fn number(name: &'static str, default: u32, bounds: (u32, u32), meaning: &'static str) -> Self {
        let bounds = Bounds::Numbers(bounds.0, bounds.1);
        Self { name, default: Preset::Number(default), bounds, meaning }
    }

    /// What only the user knows.
    pub const fn unknown(name: &'static str, bounds: Bounds, meaning: &'static str) -> Self {
        Self { name, default: Preset::Unknown, bounds, meaning }
    }

    /// Whether a value is what is recommended.
    pub fn recommends(&self, number: u32) -> bool {
        matches!(self.default, Preset::Number(default) if default == number)
    }

    /// The recommendation as JSON; null where there is none.
    pub fn default_json(&self) -> Json {
        match self.default {
            Preset::Unknown => Json::Null,
            Preset::Number(number) => number.into(),
            Preset::Text(text) => text.into(),
            Preset::Texts(texts) => texts.to_vec().into(),
        }
    }

    /// A row of the table on the page: name, default, bounds and meaning.
    pub fn row(&self) -> String {
        let default = match self.default {
            Preset::Unknown => "none".to_owned(),
            Preset::Number(number) => number.to_string(),
            Preset::Text(text) => format!("`{text}`"),
            Preset::Texts(_) => format!("`{}`", self.default_json()),
        };
        format!("| `{}` | {default} | {} | {} |", self.name, self.bounds.words(), self.meaning)
    }

    fn check(&self, value: &Json) -> Result<(), String> {
        if value.is_null() && matches!(self.default, Preset::Unknown) || self.bounds.admit(value) {
            return Ok(());
        }
        Err(format!("{} must be {}", self.name, self.bounds.demand()))
    }
}

impl Bounds {
    fn admit(self, value: &Json) -> bool {
        match self {
            Self::Numbers(least, most) => {
                value.as_u64().is_some_and(|number| (u64::from(least)..=u64::from(most)).contains(&number))
            }
            Self::YesNo => value.is_boolean(),
            Self::OneOf(words) => value.as_str().is_some_and(|word| words.contains(&word)),
            Self::Texts => value.as_array().is_some_and(|items| {
                !items.is_empty()
                    && items.iter().all(|item| item.as_str().is_some_and(|text| !text.is_empty()))
            }),
            Self::Text(fits, _) => value.as_str().is_some_and(fits),
        }
    }

    /// As the table of the page has it.
    pub fn words(self) -> String {
        match self {
            Self::Numbers(least, u32::MAX) => format!("{least} or more"),
            Self::Numbers(least, most) => format!("{least} to {most}"),
            Self::YesNo => "true or false".into(),
            Self::OneOf(words) => words.join(", "),
            Self::Texts => "a list of at least one".into(),
            Self::Text(_, words) => words.into(),
        }
    }

    fn demand(self) -> String {
        match self {
            Self::Numbers(_, u32::MAX) => format!("a whole number, {}", self.words()),
            Self::Numbers(least, most) => format!("a whole number from {least} to {most}"),
            Self::OneOf(words) => format!("one of {}", words.join(", ")),
            Self::Texts => "a list of at least one text".into(),
            Self::YesNo | Self::Text(..) => self.words(),
        }
    }
}

/// The parameters with their recommendations, an object.
pub(super) fn defaults(all: &[Parameter]) -> Json {
    all.iter().map(|one| (one.name.to_owned(), one.default_json())).collect::<Map<_, _>>().into()
}

/// What somebody gave over the recommendations.
///
/// # Errors
/// It is no object, or a parameter is unknown or out of bounds.
pub(super) fn completed(all: &[Parameter], given: &Json) -> Result<Json, String> {
    let Json::Object(given) = given else {
        return Err("parameters must be a mapping of names to values".into());
    };
    let mut values = defaults(all);
    for (name, value) in given {
        let known = all.iter().find(|one| one.name == name).ok_or_else(|| {
            let names: Vec<&str> = all.iter().map(|one| one.name).collect();
            format!("an unknown name, where one of these is expected: {}", names.join(", "))
        })?;
        known.check(value)?;
        values[known.name] = value.clone();
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ALL: [Parameter; 6] = [
        Parameter::number("seconds", 60, (10, 3600), ""),
        Parameter::unknown("count", Bounds::Numbers(1, u32::MAX), ""),
        Parameter::unknown("sure", Bounds::YesNo, ""),
        Parameter {
            name: "level",
            default: Preset::Text("LOW"),
            bounds: Bounds::OneOf(&["LOW", "HIGH"]),
            meaning: "",
        },
        Parameter { name: "names", default: Preset::Texts(&["a"]), bounds: Bounds::Texts, meaning: "" },
        Parameter::unknown("name", Bounds::Text(|text| text.len() < 9, "short"), ""),
    ];

    #[test]
    fn what_is_left_out_is_what_is_recommended() {
        let whole =
            json!({"seconds": 60, "count": null, "sure": null, "level": "LOW", "names": ["a"], "name": null});
        assert_eq!(completed(&ALL, &json!({})), Ok(whole.clone()));
        let given = json!({"seconds": 10, "count": 4, "sure": false, "level": "HIGH", "names": ["b", "c"], "name": "x"});
        assert_eq!(completed(&ALL, &given), Ok(given));
        assert_eq!(completed(&ALL, &json!({"count": null})), Ok(whole));
    }

    #[test]
    fn no_value_is_quoted() {
        for (wrong, words) in [
            (json!("canary"), "parameters must be a mapping of names to values"),
            (
                json!({"canary": 1}),
                "an unknown name, where one of these is expected: seconds, count, sure, level, names, name",
            ),
            (json!({"seconds": "canary"}), "seconds must be a whole number from 10 to 3600"),
            (json!({"seconds": 9}), "seconds must be a whole number from 10 to 3600"),
            (json!({"seconds": 3601}), "seconds must be a whole number from 10 to 3600"),
            (json!({"seconds": null}), "seconds must be a whole number from 10 to 3600"),
            (json!({"seconds": 60.5}), "seconds must be a whole number from 10 to 3600"),
            (json!({"count": -5}), "count must be a whole number, 1 or more"),
            (json!({"sure": "canary"}), "sure must be true or false"),
            (json!({"level": "canary"}), "level must be one of LOW, HIGH"),
            (json!({"names": "canary"}), "names must be a list of at least one text"),
            (json!({"names": []}), "names must be a list of at least one text"),
            (json!({"names": ["canary", ""]}), "names must be a list of at least one text"),
            (json!({"name": "canary canary"}), "name must be short"),
        ] {
            assert_eq!(completed(&ALL, &wrong), Err(words.to_owned()), "{wrong}");
        }
    }
}
