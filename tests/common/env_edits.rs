//! Env files as they are after an edit, for the programs that read them.

use std::collections::BTreeMap;

use litellm_fix::document::{Dotenv, EnvOp, EnvReader, Limits};

/// Lines of the variable `A`, or of another.
const LINES: [&str; 17] = [
    "A=1",
    "A='x'",
    "A=\"x\" # c",
    "A = y  # c",
    "  A=y",
    "export A=1",
    "export A=\"1\"# c",
    "A=",
    "A= # c",
    "A",
    "A # c",
    "A=`x`",
    "A=\"m\nn\" # c",
    "A='m\nn'",
    "A=a#b",
    "A=$A",
    "A_B='x' # c",
];
const VALUES: [&str; 24] = [
    "", "1", "a b", " a", "a ", "a # b", "#a", "a#b", "it's", "'it'", "a\"b", "\"a\"", "a'b\"c", "$x",
    "${x}", "a$", "a\\b", "a\\", "a=b", "`x`", "a;b", "a\tb", "é", "{a}",
];

/// The lines after every edit that is not refused, each of a variable of its own, and the values that were meant.
pub fn edited(reader: EnvReader) -> (String, BTreeMap<String, String>) {
    let (mut text, mut meant) = (String::new(), BTreeMap::new());
    for (line, value) in LINES.iter().flat_map(|line| VALUES.map(|value| (line, value))) {
        let name = format!("V{}", meant.len());
        let before = format!("{}\n", line.replace('A', &name));
        let env = Dotenv::read(&before, &Limits::default()).expect("it is read").for_reader(reader);
        let set = EnvOp::Set { name: name.clone(), value: value.to_owned() };
        if let Ok(applied) = env.apply(&set) {
            text.push_str(applied.env.text());
            meant.insert(name, value.to_owned());
        }
    }
    // Where nobody in particular reads the file, only what needs no quotes is written.
    let least = if reader == EnvReader::Any { 4 } else { 17 };
    assert!(meant.len() >= least * LINES.len(), "as many values as are read alike: {}", meant.len());
    (text, meant)
}
