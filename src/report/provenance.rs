//! Where the settings of an installation come from: for `explain ID PATH`.

use serde_json::{Value as Json, json};

use super::mask::Masker;
use super::paint::{Ink, Paint};
use crate::document::Value;
use crate::plan::build::shown;
use crate::plan::typed;
use crate::project::{Followed, Origin, Provenance, Spot};

/// The same without secrets.
pub(crate) fn masked(setting: &Provenance, masker: &Masker) -> Provenance {
    let text = |text: &str| masker.mask(text).into_owned();
    let at = |spot: &Spot| Spot {
        file: text(&spot.file),
        inside: text(&spot.inside),
        name: text(&spot.name),
        ..spot.clone()
    };
    let value = |found: &Value, spot: &Spot| {
        let shown = typed(found);
        let masked = masked_value(setting, &shown, spot, masker);
        if masked == shown { found.clone() } else { Value::Str(masked) }
    };
    let followed = |followed: &Followed| Followed {
        name: text(&followed.name),
        given: followed.given.as_ref().map(|(spot, given)| {
            (at(spot), given.as_ref().map(|given| masker.mask_value(&followed.name, given)))
        }),
    };
    Provenance {
        setting: setting.setting,
        effective: match &setting.effective {
            Origin::Default => Origin::Default,
            Origin::Value(found, spot) => Origin::Value(value(found, spot), at(spot)),
            Origin::Hidden(reason, spot) => Origin::Hidden(text(reason), at(spot)),
        },
        reference: setting.reference.as_ref().map(followed),
        overridden: setting
            .overridden
            .iter()
            .map(|(spot, found)| (at(spot), found.as_ref().map(|found| value(found, spot))))
            .collect(),
        ineffective: setting
            .ineffective
            .iter()
            .map(|(spot, found, why)| (at(spot), found.as_ref().map(|found| value(found, spot)), text(why)))
            .collect(),
        homes: setting.homes.iter().map(|home| text(home)).collect(),
        releases: text(&setting.releases),
        remarks: setting.remarks.iter().map(|remark| text(remark)).collect(),
    }
}

/// A value without secrets: the names of the setting and of the place both may tell that it is one.
fn masked_value(setting: &Provenance, text: &str, spot: &Spot, masker: &Masker) -> String {
    let masked = masker.mask_value(setting.setting.name, text);
    if masked != text {
        return masked;
    }
    masker.mask_value(spot.name.rsplit('.').next().unwrap_or_default(), text)
}

/// One block for one setting.
pub(crate) fn write_setting(out: &mut String, setting: &Provenance, paint: &Paint<'_>) {
    let name = paint.ink(Ink::Strong, setting.setting.name);
    let default = setting.setting.default;
    let (head, spot) = match &setting.effective {
        Origin::Default => (format!("not set; the effective value is the default: {default}"), None),
        Origin::Value(found, spot) => (shown(found), Some(spot)),
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
        paint.labelled(out, "follows", &followed_words(followed));
    }
    for (spot, found) in &setting.overridden {
        let what = found.as_ref().map_or_else(|| "hidden".to_owned(), shown);
        paint.labelled(out, "loses", &format!("{}: {what}", place(spot)));
    }
    for (spot, found, why) in &setting.ineffective {
        let what = found.as_ref().map(|one| format!("{}; ", shown(one)));
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

fn followed_words(followed: &Followed) -> String {
    let name = &followed.name;
    match &followed.given {
        None => format!("nothing in these files gives {name}"),
        Some((spot, None)) => format!("{name} is given by {}, from a place that cannot be seen", place(spot)),
        Some((spot, Some(text))) => {
            format!("{name} is given by {}: {}", place(spot), shown(&Value::Str(text.clone())))
        }
    }
}

/// The same for programs.
pub(crate) fn json(setting: &Provenance) -> Json {
    let found = |spot: &Spot, one: &Option<Value>, why: Option<&String>| {
        json!({
            "file": spot.file, "line": spot.line, "column": spot.column, "name": spot.name,
            "value": one.as_ref().map(typed),
            "why": why,
        })
    };
    let effective = match &setting.effective {
        Origin::Default => Json::Null,
        Origin::Value(one, spot) => found(spot, &Some(one.clone()), None),
        Origin::Hidden(reason, spot) => found(spot, &None, Some(reason)),
    };
    let reference = setting.reference.as_ref().map(|followed| {
        let given =
            followed.given.as_ref().map(|(spot, text)| found(spot, &text.clone().map(Value::Str), None));
        json!({ "name": followed.name, "given": given })
    });
    json!({
        "setting": setting.setting.name,
        "in_force": effective,
        "reference": reference,
        "losers": setting.overridden.iter().map(|(spot, one)| found(spot, one, None)).collect::<Vec<_>>(),
        "ignored": setting.ineffective.iter().map(|(spot, one, why)| found(spot, one, Some(why))).collect::<Vec<_>>(),
        "default": setting.setting.default,
        "homes": setting.homes,
        "releases": setting.releases,
        "remarks": setting.remarks,
    })
}
