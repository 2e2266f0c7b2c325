//! What the reader of the file refuses, although it is YAML.

use super::stops;
use crate::plan::Finding;
use crate::project::Place;

/// More than one document.
pub fn documents(place: &Place, count: usize) -> Finding {
    stops(place, "documents")
        .title(format!("{count} documents in the file: LiteLLM does not load it"))
        .why("PyYAML expects a single document: nothing may follow a second `---`")
        .advice("keep one document here, and move the others to files of their own")
}

/// A tab before a comment.
pub fn tab(place: &Place) -> Finding {
    stops(place, "tab")
        .title("a tab character here keeps LiteLLM from loading the file")
        .why("YAML 1.2 allows a tab between a value and a comment, PyYAML does not: `found character '\\t' that cannot start any token`")
        .advice("write spaces instead")
}

/// A tag that the safe loader does not know.
pub fn tag(place: &Place, tag: &str) -> Finding {
    stops(place, "tag")
        .title(format!("unknown tag {tag}: LiteLLM does not load the file"))
        .why("PyYAML's safe loader rejects tags that it does not know")
        .advice("remove the tag; a reference to a variable is written as os.environ/NAME")
}

/// A key of a compose file that stands in these lines.
pub fn repeated(place: &Place, key: &str, lines: &[usize]) -> Finding {
    stops(place, "repeated")
        .title(format!("`{key}` is set twice in one mapping: compose refuses the file"))
        .why("docker compose rejects duplicate keys, and starts no service of the file")
        .advice(delete_one(lines))
}

/// Which lines set the same key.
fn delete_one(lines: &[usize]) -> String {
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    match lines.split_last() {
        Some((last, others)) if !others.is_empty() => {
            format!("keep the one that is meant, and delete the rest: lines {} and {last}", others.join(", "))
        }
        _ => "keep the one that is meant, and delete the rest".to_owned(),
    }
}
