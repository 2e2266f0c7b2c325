//! Where the settings of an installation come from: for `explain ID PATH`.

use serde_json::{Value as Json, json};

use super::finding::shown_value;
use super::paint::{Ink, Paint};
use crate::document::Value;
use crate::plan::build::shown;
use crate::project::{Followed, Origin, Provenance, Spot};

/// One block for one setting.
pub(crate) fn write_setting(out: &mut String, setting: &Provenance, paint: &Paint<'_>) {
    let name = paint.ink(Ink::Strong, setting.setting.name);
    let default = setting.setting.default;
    let (head, spot) = match &setting.in_force {
        Origin::Default => (format!("not set; the default is in force: {default}"), None),
        Origin::Value(found, spot) => (value(setting, &shown(found), spot, paint), Some(spot)),
        Origin::Hidden(reason, spot) => match &setting.reference {
            Some(followed) => (format!("os.environ/{}", followed.name), Some(spot)),
            None => (format!("cannot be seen: {reason}"), Some(spot)),
        },
    };
    out.push_str(&format!("{name}: {}\n", paint.text(&head)));
    if let Some(spot) = spot {
        let place = paint.text(&format!("{spot}  {}", spot.name));
        out.push_str(&format!("  {} {}\n", paint.ink(Ink::Place, "-->"), place.trim_end()));
    }
    if let Some(followed) = &setting.reference {
        paint.labelled(out, "follows", &followed_words(followed, paint));
    }
    for (spot, found) in &setting.losers {
        let what = found
            .as_ref()
            .map_or_else(|| "hidden".to_owned(), |one| value(setting, &shown(one), spot, paint));
        paint.labelled(out, "loses", &format!("{}: {what}", place(spot)));
    }
    for (spot, found, why) in &setting.ignored {
        let what = found.as_ref().map(|one| format!("{}; ", value(setting, &shown(one), spot, paint)));
        paint.labelled(out, "ignored", &format!("{}: {}{why}", place(spot), what.unwrap_or_default()));
    }
    if spot.is_some() {
        paint.labelled(out, "default", default);
    }
    if !setting.homes.is_empty() {
        paint.labelled(out, "set by", &setting.homes.join(", then "));
    }
    paint.labelled(out, "release", &setting.releases);
    for remark in &setting.remarks {
        paint.labelled(out, "note", remark);
    }
}

fn place(spot: &Spot) -> String {
    if spot.name.is_empty() { spot.to_string() } else { format!("{spot} {}", spot.name) }
}

fn followed_words(followed: &Followed, paint: &Paint<'_>) -> String {
    let name = &followed.name;
    match &followed.given {
        None => format!("nothing in these files gives {name}"),
        Some((spot, None)) => format!("{name} is given by {}, from a place that cannot be seen", place(spot)),
        Some((spot, Some(text))) => {
            let text = paint.masker.mask_value(name, text);
            format!("{name} is given by {}: {}", place(spot), shown(&Value::Str(text)))
        }
    }
}

/// A value without secrets: the names of the setting and of the place both may tell that it is one.
fn value(setting: &Provenance, text: &str, spot: &Spot, paint: &Paint<'_>) -> String {
    let masked = paint.masker.mask_value(setting.setting.name, text);
    if masked != text {
        return masked;
    }
    paint.masker.mask_value(spot.name.rsplit('.').next().unwrap_or_default(), text)
}

/// The same for programs.
pub(crate) fn json(setting: &Provenance, paint: &Paint<'_>) -> Json {
    let found = |spot: &Spot, one: &Option<Value>, why: Option<&String>| {
        json!({
            "file": spot.file, "line": spot.line, "column": spot.column, "name": spot.name,
            "value": one.as_ref().map(|one| value(setting, &shown_value(one), spot, paint)),
            "why": why,
        })
    };
    let in_force = match &setting.in_force {
        Origin::Default => Json::Null,
        Origin::Value(one, spot) => found(spot, &Some(one.clone()), None),
        Origin::Hidden(reason, spot) => found(spot, &None, Some(reason)),
    };
    let reference = setting.reference.as_ref().map(|followed| {
        let given = followed.given.as_ref().map(|(spot, text)| {
            let text = text.as_ref().map(|text| paint.masker.mask_value(&followed.name, text));
            found(spot, &text.map(Value::Str), None)
        });
        json!({ "name": followed.name, "given": given })
    });
    json!({
        "setting": setting.setting.name,
        "in_force": in_force,
        "reference": reference,
        "losers": setting.losers.iter().map(|(spot, one)| found(spot, one, None)).collect::<Vec<_>>(),
        "ignored": setting.ignored.iter().map(|(spot, one, why)| found(spot, one, Some(why))).collect::<Vec<_>>(),
        "default": setting.setting.default,
        "homes": setting.homes,
        "releases": setting.releases,
        "remarks": setting.remarks,
    })
}
