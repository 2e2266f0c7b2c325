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
    ("compose", "A command over several lines is not edited", &["A folded command"]),
    (
        "compose",
        "What a service merges is not repeated in it",
        &["A grace in seconds of a service that merges"],
    ),
    ("compose", "What extends the edited service gets the edit too", &["A service that another one extends"]),
    ("compose", "A service that is an alias is not read", &["A service that is an alias"]),
    (
        "compose",
        "A file that several services share is edited for all of them",
        &["An env file that an included file uses too"],
    ),
    ("kubernetes", "A ConfigMap behind envFrom is read and not edited", &["A ConfigMap behind envFrom"]),
    (
        "kubernetes",
        "A container without `env` beside a ConfigMap that others use gets none",
        &["Only envFrom of a ConfigMap of several"],
    ),
    (
        "kubernetes",
        "Generators and patches of a kustomization are not edited",
        &[
            "Literals of a configMapGenerator",
            "Literals without a hash",
            "Env files of a configMapGenerator",
            "A generator that an overlay merges",
            "A strategic patch inside the kustomization",
        ],
    ),
    (
        "kubernetes",
        "The base is edited, though a patch of the overlay wins",
        &[
            "A strategic patch that sets it",
            "A JSON patch that sets it",
            "A grace that a patch sets",
            "A patch that gives enough grace",
        ],
    ),
    ("kubernetes", "A `kind: List` is not taken apart", &["A list of resources"]),
    (
        "helm",
        "Values without `proxy_config` are no layer",
        &["litellm-helm: values for production over the others"],
    ),
];
