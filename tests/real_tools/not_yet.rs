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
        &[
            "A service that another one extends",
            "An environment that comes by extends",
            "An environment of another file that comes by extends",
        ],
    ),
    (
        "compose",
        "What an override file says is not followed to its place",
        &[
            "An override that sets it",
            "An override that sets something else",
            "An override that erases",
            "A grace of the override",
            "An image of the override",
            "An env file of the override",
        ],
    ),
    ("compose", "An alias of a map is not extended", &["An alias of a map"]),
    ("compose", "A service that is an alias is not read", &["A service that is an alias"]),
    (
        "compose",
        "What an included file uses too is not known",
        &["An env file that an included file uses too"],
    ),
    ("compose", "A command over several lines is not edited", &["A folded command"]),
    (
        "compose",
        "What a service merges is not repeated in it",
        &["A grace in seconds of a service that merges"],
    ),
    (
        "helm",
        "Values without `proxy_config` are no layer",
        &["litellm-helm: values for production over the others"],
    ),
];
