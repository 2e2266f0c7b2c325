//! Writes the sources of the documentation site into a folder: `cargo run --example site -- target/site`, then
//! `zensical build --strict --config-file target/site/mkdocs.yml`.

mod book;

use std::path::Path;

fn main() -> anyhow::Result<()> {
    let folder = std::env::args_os().nth(1).unwrap_or_else(|| "target/site".into());
    book::write(Path::new(env!("CARGO_MANIFEST_DIR")), Path::new(&folder))
}
