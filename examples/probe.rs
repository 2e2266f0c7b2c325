#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]
use litellm_fix::document::*;
fn main() {
    for p in std::io::stdin().lines() {
        let p = p.unwrap();
        let b = std::fs::read(&p).unwrap();
        match Yaml::from_bytes(&b, &Limits::default()) {
            Ok(_) => println!("ok\t{p}"),
            Err(e) => println!("no\t{p}\t{e}"),
        }
    }
}
