//! `litellm-fix verify` with the real LiteLLM: what is effective before and after, and that a load reaches nothing.

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

/// The gate for files, limits and modules, in Python alone.
#[test]
fn files_of_others_are_refused_and_a_load_has_limits() {
    const SCRIPT: &str = "
import errno, importlib.machinery, os, shutil, signal, sqlite3, sys
sys.path.insert(0, sys.argv[1])
import proxy
own, other = (os.path.join(sys.argv[2], name) for name in ('own', 'other'))
for folder in (own, other):
    os.mkdir(folder)
    with open(os.path.join(folder, 'file'), 'w') as file:
        file.write('word')
os.symlink(os.path.join(other, 'file'), os.path.join(own, 'link'))
proxy.OWN.append(own + os.sep)
proxy.refuse_outside()
at = os.path.join
def refused():
    yield lambda: open(at(other, 'file')).read()
    yield lambda: open(at(own, 'link')).read()
    yield lambda: open(at(own, '..', 'other', 'file')).read()
    yield lambda: open(at(other, 'file').encode(), 'rb')
    yield lambda: os.open(at(other, 'new'), os.O_CREAT | os.O_WRONLY)
    yield lambda: open(at(other, 'new'), 'w')
    yield lambda: open(at(own, 'link'), 'a')
    yield lambda: open(at(os.path.dirname(os.__file__), 'new-of-litellm-fix'), 'w')
    yield lambda: os.mkdir(at(other, 'new'))
    yield lambda: os.remove(at(other, 'file'))
    yield lambda: os.rename(at(own, 'file'), at(other, 'file'))
    yield lambda: os.replace(at(other, 'file'), at(own, 'file'))
    yield lambda: os.chmod(at(other, 'file'), 0o777)
    yield lambda: os.truncate(at(other, 'file'), 0)
    yield lambda: os.link(at(other, 'file'), at(own, 'hard'))
    yield lambda: os.symlink(at(other, 'file'), at(other, 'soft'))
    yield lambda: shutil.rmtree(other)
    yield lambda: sqlite3.connect(at(other, 'base'))
for number, one in enumerate(refused()):
    try:
        one()
    except PermissionError:
        continue
    sys.exit(f'not refused: {number}')
assert sorted(os.listdir(other)) == ['file']
with open(at(own, 'new'), 'w') as file:
    file.write(open(at(own, 'file')).read())
os.remove(at(own, 'new'))
assert open(os.__file__).read() and open(os.devnull).read() == '' and open('/dev/urandom', 'rb').read(1)
sqlite3.connect(':memory:')
try:
    open(at(other, 'missing'))
except FileNotFoundError:
    pass
sys.path.insert(0, own)
with open(at(own, 'of_a_stranger.py'), 'w') as file:
    file.write('')
assert importlib.machinery.PathFinder.find_spec('of_a_stranger') and not proxy.Installed.find_spec('of_a_stranger')
assert proxy.Installed.find_spec('json')
proxy.limit(60)
try:
    bytearray(9 << 30)
    sys.exit('all memory is given')
except MemoryError:
    pass
proxy.limit(1)
while True:
    pass
";
    on_each_release(|litellm| {
        let folder = tempfile::tempdir().expect("a folder");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/verify");
        let mut python = std::process::Command::new(litellm.python());
        let ran = Ran::of(python.args(["-B", "-c", SCRIPT]).arg(source).arg(folder.path()));
        assert_eq!((ran.code, &*ran.err), (-1, ""), "a signal ends it");
    });
}

/// It would be told in the words of the error.
#[test]
fn a_file_outside_the_repository_is_not_read() {
    on_each_release(|litellm| {
        let outside = tempfile::tempdir().expect("a folder");
        let path = outside.path().join("outside.yaml");
        std::fs::write(&path, "word: of-nobody: [\n").expect("a file");
        let place = Place::new([("config.yaml", config(&format!("include: [{path:?}]\n")))]);
        let ran = litellm.verify(&place, &["verify"]);
        assert_eq!(ran.code, 4, "{}\n{}", ran.out, ran.err);
        assert!(ran.out.contains("refused while a config is proven"), "{}", ran.out);
        assert!(!ran.out.contains("of-nobody"), "{}", ran.out);
    });
}

/// LiteLLM looks for modules two folders above the one that it is started in.
#[test]
fn a_module_beside_the_temporary_folder_is_not_taken() {
    on_each_release(|litellm| {
        let above = tempfile::tempdir().expect("a folder");
        let temporary = above.path().join("tmp");
        std::fs::create_dir(&temporary).expect("a folder");
        std::fs::write(above.path().join("redis.py"), "raise SystemExit('of a stranger')\n").expect("a file");
        let text =
            config("litellm_settings:\n  cache: true\n  cache_params: {type: redis, host: h, port: 1}\n");
        let place = Place::new([("config.yaml", text)]);
        let python = litellm.python();
        let mut run = crate::common::command(place.folder.path(), place.state.path());
        run.args(["verify", "--select", "retry_policy", "--python"]).arg(python).env("TMPDIR", &temporary);
        let ran = Ran::of(&mut run);
        assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
        assert!(ran.out.contains("loads it before and after"), "{}", ran.out);
    });
}

/// Compiled, it would be refused.
#[test]
fn code_in_the_config_itself_does_not_run() {
    on_each_release(|litellm| {
        if !litellm.since(Version(1, 106, 2)) {
            return;
        }
        let text = config(
            "guardrails:\n  - guardrail_name: own\n    litellm_params: {guardrail: custom_code, mode: pre_call, custom_code: no = 1}\n",
        );
        let place = Place::new([("config.yaml", text)]);
        let ran = litellm.verify(&place, &["verify"]);
        assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
        assert!(ran.out.contains("did not run (--trust-code runs it): custom_code"), "{}", ran.out);
    });
}

/// As in an image: the folder is made by Python.
#[test]
fn an_engine_gets_all_through_standard_input() {
    on_each_release(|litellm| {
        let tools = tempfile::tempdir().expect("a folder");
        let docker = tools.path().join("docker");
        let script = format!(
            "#!/bin/sh\nwhile [ $# -gt 4 ]; do shift; done\nexec {} \"$@\"\n",
            litellm.python().display()
        );
        std::fs::write(&docker, script).expect("a file");
        std::fs::set_permissions(&docker, std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .expect("rights");
        let text = config("general_settings:\n  database_url: os.environ/DATABASE_URL\n");
        let place = Place::new([("config.yaml", text)]);
        let mut run = crate::common::command(place.folder.path(), place.state.path());
        run.env("PATH", format!("{}:/usr/bin:/bin", tools.path().display()));
        run.env("TMPDIR", tools.path());
        run.args(["verify", "--select", "proxy_batch_write_at", "--image", "litellm:main"]);
        let ran = Ran::of(&mut run);
        assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
        assert!(ran.out.contains("proxy_batch_write_at  10 -> 60"), "{}", ran.out);
        let left = std::fs::read_dir(tools.path()).expect("a folder").count();
        assert_eq!(left, 1, "only the program is left");
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
