//! `litellm-fix verify` with the real LiteLLM: what is in force before and after, and that a load reaches nothing.

use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use litellm_fix::project::Version;

use crate::common::{Place, Ran, read_all};
use crate::harness::{Release, on_each_release};

/// A config of one model, and what a test adds to it.
fn config(rest: &str) -> String {
    format!("{}{rest}", crate::MODELS)
}

impl Release {
    fn verify(self, place: &Place, arguments: &[&str]) -> Ran {
        let (version, python) = (self.version.to_string(), self.python().display().to_string());
        place.run(&[arguments, &["--assume-litellm-version", &version, "--python", &python]].concat())
    }
}

#[test]
fn a_proof_shows_what_is_in_force_before_and_after() {
    on_each_release(|litellm| {
        let text = config(
            "general_settings:\n  master_key: sk-0815-abcdefgh\n  database_url: os.environ/DATABASE_URL\n",
        );
        let place = Place::new([("config.yaml", &text)]);
        let only = ["--select", "proxy_batch_write_at,retry_policy"];
        let ran = litellm.verify(&place, &[&["verify"][..], &only].concat());
        assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
        assert!(
            ran.out.contains(&format!("LiteLLM {} loads it before and after", litellm.version)),
            "{}",
            ran.out
        );
        assert!(ran.out.contains("proxy_batch_write_at  10 -> 60"), "{}", ran.out);
        assert!(ran.out.contains("retry_policy          unset -> {"), "{}", ran.out);
        assert!(!ran.out.contains("NOT announced") && !ran.out.contains("0815"), "{}", ran.out);
        let ran = litellm.verify(&place, &[&["--write", "--verify"][..], &only].concat());
        assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
        assert!(place.files()["config.yaml"].contains("proxy_batch_write_at: 60"));
    });
}

#[test]
fn what_litellm_refuses_is_not_written() {
    on_each_release(|litellm| {
        // The policy is no number, whatever else is mended.
        let text = config(
            "router_settings:\n  allowed_fails_policy: {RateLimitErrorAllowedFails: many}\ngeneral_settings:\n  database_url: os.environ/DATABASE_URL\n",
        );
        let place = Place::new([("config.yaml", &text)]);
        let ran = litellm.verify(&place, &["--write", "--verify", "--select", "proxy_batch_write_at"]);
        assert_eq!(ran.code, 4, "{}\n{}", ran.out, ran.err);
        assert_eq!(place.files()["config.yaml"], text);
    });
}

/// Redis, a callback that posts, the database: each would connect.
#[test]
fn a_load_reaches_no_socket() {
    on_each_release(|litellm| {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a socket");
        let port = listener.local_addr().expect("an address").port();
        let text = config(&format!(
            "litellm_settings:
  cache: true
  cache_params: {{type: redis, host: 127.0.0.1, port: {port}}}
  success_callback: [langfuse]
general_settings:
  alerting: [slack]
  database_url: postgresql://user:password@127.0.0.1:{port}/db
  pass_through_endpoints: [{{path: /p, target: \"http://127.0.0.1:{port}\"}}]
router_settings: {{redis_host: 127.0.0.1, redis_port: {port}, redis_password: sk-0815-abcdefgh}}
environment_variables: {{LANGFUSE_HOST: \"http://127.0.0.1:{port}\"}}
"
        ));
        let place = Place::new([("config.yaml", &text)]);
        let ran = litellm.verify(&place, &["verify"]);
        assert!(ran.out.contains(&format!("LiteLLM {}", litellm.version)), "{}\n{}", ran.out, ran.err);
        std::thread::sleep(Duration::from_millis(100));
        assert!(listener.accept().is_err(), "something connected");
        assert!(!ran.out.contains("0815"), "{}", ran.out);
    });
}

/// The gate in Python alone, where the operating system does not take the network away.
#[test]
fn connections_and_programs_are_refused_by_python_too() {
    on_each_release(|litellm| {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a socket");
        let port = listener.local_addr().expect("an address").port();
        let script = format!(
            "import asyncio, os, socket, subprocess, sys
sys.path.insert(0, sys.argv[1])
import proxy
proxy.refuse_outside()
def tries():
    yield lambda: socket.create_connection(('127.0.0.1', {port}))
    yield lambda: socket.socket().connect(('127.0.0.1', {port}))
    yield lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {port}))
    yield lambda: socket.getaddrinfo('localhost', {port})
    yield lambda: socket.socket().bind(('127.0.0.1', 0))
    yield lambda: asyncio.run(asyncio.open_connection('127.0.0.1', {port}))
    yield lambda: subprocess.run(['true'])
    yield lambda: os.system('true')
    yield lambda: os.execv('/bin/true', ['true'])
    yield lambda: os.posix_spawn('/bin/true', ['true'], {{}})
for one in tries():
    try:
        one()
    except OSError:
        continue
    sys.exit('not refused')
assert socket.socket().connect_ex(('127.0.0.1', {port})) != 0
"
        );
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/verify");
        let mut python = std::process::Command::new(litellm.python());
        let ran = Ran::of(python.args(["-B", "-c", &script]).arg(source));
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(listener.accept().is_err(), "something connected");
    });
}

#[test]
fn code_of_the_repository_runs_only_where_it_is_trusted() {
    on_each_release(|litellm| {
        let marks = tempfile::tempdir().expect("a folder");
        let mark = |name: &str| marks.path().join(name);
        let module = |name: &str| {
            let path = mark(name);
            format!(
                "open({path:?}, 'w').write('ran')
from litellm.integrations.custom_logger import CustomLogger
from litellm.integrations.custom_guardrail import CustomGuardrail
class Guard(CustomGuardrail): pass
handler = CustomLogger()
async def check(request, api_key): return None
"
            )
        };
        let text = config(
            "litellm_settings:\n  callbacks: own_callbacks.handler\nguardrails:\n  - guardrail_name: own\n    litellm_params: {guardrail: own_guard.Guard, mode: pre_call}\ngeneral_settings:\n  custom_auth: own_auth.check\n",
        );
        let (callbacks, guard, auth) = (module("callbacks"), module("guard"), module("auth"));
        let place = Place::new([
            ("config.yaml", text.as_str()),
            ("own_callbacks.py", &callbacks),
            ("own_guard.py", &guard),
            ("own_auth.py", &auth),
        ]);
        let ran = litellm.verify(&place, &["verify"]);
        assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
        assert!(
            ran.out.contains("own_callbacks.handler") && ran.out.contains("own_auth.check"),
            "{}",
            ran.out
        );
        assert!(["callbacks", "guard", "auth"].iter().all(|name| !mark(name).exists()), "it ran");
        let ran = litellm.verify(&place, &["verify", "--trust-code"]);
        assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
        assert!(["callbacks", "guard", "auth"].iter().all(|name| mark(name).exists()), "{}", ran.out);
    });
}

#[test]
fn an_include_and_a_module_of_nobody_are_loaded() {
    on_each_release(|litellm| {
        let place = Place::new([
            (
                "proxy/config.yaml",
                "include: [../shared/models.yaml]\nlitellm_settings:\n  callbacks: not_here.handler\ngeneral_settings:\n  database_url: os.environ/DATABASE_URL\n",
            ),
            ("shared/models.yaml", crate::MODELS),
        ]);
        let ran = litellm.verify(&place, &["verify", "--select", "proxy_batch_write_at"]);
        assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
        assert!(ran.out.contains("proxy_batch_write_at  10 -> 60"), "{}", ran.out);
        assert!(ran.out.contains("did not run (--trust-code runs it): not_here.handler"), "{}", ran.out);
    });
}

#[test]
fn the_proof_is_what_the_demo_prints() {
    const README: &str = include_str!("../../README.md");
    on_each_release(|litellm| {
        if litellm.version != Version(1, 80, 15) {
            return;
        }
        let demo = read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo"));
        let place = Place::new(demo.into_iter().map(|(name, text)| (format!("demo/{name}"), text)));
        let python = litellm.python().display().to_string();
        let arguments = ["verify", "--select", "proxy_batch_write_at,retry_policy", "demo", "--python"];
        let ran = place.run(&[&arguments[..], &[&python]].concat());
        let shown = format!("$ litellm-fix {} .venv/bin/python\n{}```", arguments.join(" "), ran.out);
        assert!(README.contains(&shown), "{shown}");
    });
}
