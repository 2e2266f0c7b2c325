//! The shapes that are not edited as they should be. Whoever mends one takes it out.

/// The page, what is lacking, and the names of the shapes.
pub const NOT_YET: &[(&str, &str, &[&str])] = &[
    (
        "compose",
        "The values of a container that a service merges as a whole are not seen",
        &["An environment that the service merges"],
    ),
    (
        "compose",
        "A service that another one extends is not followed",
        &["An environment that comes by extends", "An environment of another file that comes by extends"],
    ),
    ("compose", "A service that is an alias is not read", &["A service that is an alias"]),
    ("compose", "A command over several lines is not edited", &["A folded command"]),
    (
        "compose",
        "What a service merges is not repeated in it",
        &["A grace in seconds of a service that merges"],
    ),
];
