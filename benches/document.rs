//! Reading, proven edits and whole previews, as ratios to reading the bytes and to yaml-rust2's bare event parse in the same run, and
//! the peak of memory as a ratio to the size of the file. And the whole program, from its start to its end, over the three files of a
//! small installation. It fails where a ratio exceeds what is promised.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

use clap::Parser as _;
use litellm_fix::cli::Cli;
use litellm_fix::document::{Limits, Op, Path, Value, Yaml};
use yaml_rust2::Event;
use yaml_rust2::parser::Parser;

/// A `model_list` config of about this many bytes, as people write them.
fn config(bytes: usize) -> String {
    let mut text = "# LiteLLM proxy\nmodel_list:\n".to_owned();
    let mut number = 0;
    while text.len() < bytes {
        number += 1;
        write!(
            text,
            "  - model_name: gpt-4o-{number} # group {number}\n    litellm_params:\n      model: azure/gpt-4o-{number}\n      \
             api_base: \"https://example-{number}.openai.azure.com/\"\n      api_key: os.environ/AZURE_KEY_{number}\n      \
             rpm: {}\n      # tpm: 100000\n      tags: [\"eu\", 'prod']\n    model_info:\n      mode: chat\n\n",
            number % 900
        )
        .unwrap();
    }
    text + "# routing\nrouter_settings:\n  routing_strategy: simple-shuffle\n\nlitellm_settings:\n  drop_params: true\n  \
            callbacks: [\"prometheus\"]\n\ngeneral_settings:\n  master_key: os.environ/LITELLM_MASTER_KEY\n"
}

fn best(mut work: impl FnMut()) -> Duration {
    let run = || {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    std::iter::repeat_with(run).take(7).min().unwrap()
}

fn events(text: &str) {
    let mut parser = Parser::new_from_str(text);
    while !matches!(black_box(parser.next_token().unwrap().0), Event::StreamEnd) {}
}

fn add(path: &[&str], key: &str, value: Value) -> (usize, Op) {
    (0, Op::Set { at: Path::keys(path.iter().copied()), key: key.to_owned(), value })
}

/// Everything that a preview does with one file: every finding, every fix proven alone, the combined plan, the diff.
fn preview(folder: &str) {
    let cli = ["litellm-fix", "--include-review", "--exit-zero", "--max-file-size", "64000000", folder];
    let (mut out, mut err) = (Vec::new(), Vec::new());
    litellm_fix::run::run(Cli::parse_from(cli), &mut out, &mut err).unwrap();
    assert!(!out.is_empty(), "{}", String::from_utf8_lossy(&err));
}

/// Names the folder to preview once in a process of its own, so that its peak of memory can be told.
const ONCE: &str = "LITELLM_FIX_BENCH_ONCE";

/// The most memory in bytes that this process has held; `None` where the system does not tell.
fn peak() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<usize>().unwrap() * 1024)
}

/// The time of a preview of this text, and the peak of memory of a process that does nothing else.
fn whole(text: &str) -> (Duration, Option<usize>) {
    let folder = std::env::temp_dir().join(format!("litellm-fix-bench-{}-tree", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.yaml"), text).unwrap();
    let path = folder.to_str().unwrap();
    let time = best(|| preview(path));
    let once = Command::new(std::env::current_exe().unwrap()).env(ONCE, path).output().unwrap();
    assert!(once.status.success(), "{}", String::from_utf8_lossy(&once.stderr));
    let memory = String::from_utf8(once.stdout).unwrap().trim().parse().ok();
    std::fs::remove_dir_all(&folder).unwrap();
    (time, memory)
}

/// The files of a small installation.
const SMALL: [(&str, &str); 3] = [
    ("config.yaml", include_str!("../fixtures/demo/config.yaml")),
    (".env", include_str!("../fixtures/demo/.env")),
    ("compose.yaml", include_str!("../fixtures/demo/compose.yaml")),
];

/// How long a person waits for the preview of a small installation.
fn wait() -> Duration {
    let folder = std::env::temp_dir().join(format!("litellm-fix-bench-{}-small", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for (name, text) in SMALL {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let mut program = Command::new(env!("CARGO_BIN_EXE_litellm-fix"));
    program.arg("--exit-zero").arg(&folder);
    let time = best(|| {
        let ran = program.output().unwrap();
        assert!(ran.status.success() && !ran.stdout.is_empty(), "{}", String::from_utf8_lossy(&ran.stderr));
    });
    std::fs::remove_dir_all(&folder).unwrap();
    time
}

/// Small files are left out: there the fixed costs of a run (threads, buffers, the program itself) are all that is seen.
fn promised(what: &str, bytes: usize, ratio: f64, limit: f64) {
    assert!(bytes < 4_000_000 || ratio < limit, "{what} of {bytes} bytes is {ratio:.1}x, promised {limit}x");
}

fn main() {
    if let Ok(folder) = std::env::var(ONCE) {
        preview(&folder);
        println!("{}", peak().map(|bytes| bytes.to_string()).unwrap_or_default());
        return;
    }
    let text = config(200_000);
    let (wait, bare) = (wait(), best(|| events(&text)));
    let ratio = wait.as_secs_f64() / bare.as_secs_f64();
    println!("the program over three small files: {wait:?} = {ratio:.2}x events of {} bytes", text.len());
    assert!(ratio < 3.0, "a small installation takes {ratio:.1}x, promised 3x");
    let limits = Limits { max_bytes: 64_000_000, max_nodes: 8_000_000, ..Limits::default() };
    let policy = Value::Map(vec![("TimeoutErrorRetries".to_owned(), Value::Int(3))]);
    let ops = [
        add(&["router_settings"], "retry_policy", policy),
        add(&["router_settings"], "cooldown_time", Value::Int(60)),
        add(&["litellm_settings"], "service_callback", Value::Seq(vec![Value::from("prometheus_system")])),
        add(&["litellm_settings"], "set_verbose", Value::Bool(false)),
        add(&["general_settings"], "proxy_batch_write_at", Value::Int(60)),
        add(&["general_settings"], "alerting", Value::Seq(vec![Value::from("slack")])),
    ];
    for bytes in [5_000, 1_000_000, 4_000_000] {
        let text = config(bytes);
        let file = std::env::temp_dir().join(format!("litellm-fix-bench-{}", std::process::id()));
        std::fs::write(&file, &text).unwrap();
        let bare = best(|| events(&text));
        let io = best(|| drop(black_box(std::fs::read(&file).unwrap())));
        let read = best(|| drop(black_box(Yaml::read(&text, &limits).unwrap())));
        let yaml = Yaml::read(&text, &limits).unwrap();
        let one = best(|| drop(black_box(yaml.apply_all(&ops[..1]).unwrap())));
        let six = best(|| drop(black_box(yaml.apply_all(&ops).unwrap())));
        std::fs::remove_file(&file).unwrap();
        let (whole, memory) = whole(&text);
        println!("{} bytes: yaml-rust2 events {bare:?}, reading the bytes {io:?}", text.len());
        for (name, time) in [
            ("read", read),
            ("one edit, proven", one),
            ("read and six edits", read + six),
            ("load, plan, prove and diff", whole),
        ] {
            let ratio = |base: Duration| time.as_secs_f64() / base.as_secs_f64();
            println!("  {name}: {time:?} = {:.2}x events, {:.0}x bytes", ratio(bare), ratio(io));
            promised(name, text.len(), ratio(bare), 8.0);
        }
        if let Some(memory) = memory {
            let ratio = memory as f64 / text.len() as f64;
            println!("  peak memory: {memory} bytes = {ratio:.1}x the file");
            promised("peak memory for a file", text.len(), ratio, 12.0);
        }
    }
}
