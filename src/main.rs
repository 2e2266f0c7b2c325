//! The `litellm-fix` command.

fn main() {}
