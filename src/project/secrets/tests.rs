use super::*;

fn masked(line: &str) -> String {
    let mut text = line.to_owned();
    for range in secrets_in_line(line).into_iter().rev() {
        text.replace_range(range, "█");
    }
    text
}

#[test]
fn a_line_shows_its_secrets() {
    for (line, expected) in [
        ("master_key: sk-1234", "master_key: █"),
        ("  master_key: \"hunter2 x\" # why", "  master_key: \"█\" # why"),
        ("  master_key: hunter2 x # why", "  master_key: █ # why"),
        ("master_key: 'it''s'", "master_key: '█'"),
        ("# master_key: hunter2", "# master_key: █"),
        ("#LITELLM_MASTER_KEY=hunter2", "#LITELLM_MASTER_KEY=█"),
        ("export DB_PASSWORD = a b c", "export DB_PASSWORD = █"),
        ("DB_PASSWORD=\"a\"'b'c", "DB_PASSWORD=█"),
        ("  - POSTGRES_PASSWORD=postgres", "  - POSTGRES_PASSWORD=█"),
        ("  - \"POSTGRES_PASSWORD=postgres\"", "  - \"POSTGRES_PASSWORD=█\""),
        ("{api_key: abc, model: gpt-4}", "{api_key: █, model: gpt-4}"),
        ("{\"api_key\":\"abc\",\"b\":1}", "{\"api_key\":\"█\",\"b\":1}"),
        ("- {name: LITELLM_MASTER_KEY, value: abc}", "- {name: LITELLM_MASTER_KEY, value: █}"),
        ("command: --api-key=abc --port 4000", "command: --api-key=█ --port 4000"),
        ("command: [\"--api-key\", \"abc\"]", "command: [\"--api-key\", \"█\"]"),
        (
            "command: redis-server --requirepass abc --port 1",
            "command: redis-server --requirepass █ --port 1",
        ),
        ("Authorization: Bearer abcdef", "Authorization: Bearer █"),
        ("-H 'Authorization: Bearer abc123'", "-H 'Authorization: Bearer █'"),
        ("x: redis://:pw@host:6379/0", "x: redis://:█@host:6379/0"),
        ("DATABASE_URL=postgresql://u:p%40s@h:5432/db?a=b", "DATABASE_URL=postgresql://u:█@h:5432/db?a=b"),
        ("url: postgres://u:p/w@h/db", "url: postgres://u:█@h/db"),
        ("${MASTER_KEY:-sk-1234}", "${MASTER_KEY:-█}"),
        ("POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:-hunter2}", "POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:-█}"),
        ("see https://hooks.slack.com/services/T0/B0/abc", "see https://hooks.slack.com/services/█"),
        ("u: https://discord.com/api/webhooks/1234/abcd", "u: https://discord.com/api/webhooks/█"),
        ("t: ghp_0123456789abcdef0123", "t: █"),
        ("t: hf_0123456789abcdef0123", "t: █"),
        ("AKIAIOSFODNN7EXAMPLE", "█"),
        ("k: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-def", "k: █"),
        ("key: 0123456789abcdef0123456789abcdef", "key: █"),
        ("password: &pw hunter2", "password: &pw █"),
        ("password: !!str hunter2", "password: !!str █"),
        (
            "AccountName=x;AccountKey=abc==;EndpointSuffix=core",
            "AccountName=x;AccountKey=█;EndpointSuffix=core",
        ),
        ("https://x/y?api_key=abc&b=c", "https://x/y?api_key=█&b=c"),
        ("password: \"12345678\"", "password: \"█\""),
        ("master_key: hunter2\r", "master_key: █\r"),
        ("A_KEY: ${A_KEY:-${B_KEY:-hunter2}}", "A_KEY: ${A_KEY:-${B_KEY:-█}}"),
        ("LITELLM_SALT_KEY=litellm-salt", "LITELLM_SALT_KEY=█"),
        ("S3_SECRET_KEY: mysecret", "S3_SECRET_KEY: █"),
        ("passwordKey: hunter2", "passwordKey: █"),
        ("x: \"{\\\"api_key\\\": \\\"abc\\\"}\"", "x: \"{\\\"api_key\\\": \\\"█\\\"}\""),
        ("x: '{\"api_key\": \"abc\"}'", "x: '{\"api_key\": \"█\"}'"),
        ("password: \"a\\\"b\" # why", "password: \"█\" # why"),
        ("password: 'a\\' # why", "password: '█' # why"),
        ("password: \"\\\"b\" # why", "password: \"█\" # why"),
        ("password: &pw    ab", "password: &pw    █"),
        ("password: !hunter2", "password: █"),
        ("password: {a: 1}", "password: {a: 1}"),
        ("password: # why", "password: # why"),
        ("password: [", "password: ["),
        ("DB_PASSWORD={hunter2", "DB_PASSWORD=█"),
        ("DB_PASSWORD=#hunter2", "DB_PASSWORD=█"),
        ("DB_PASSWORD=##hunter2 # why", "DB_PASSWORD=█ # why"),
        ("DB_PASSWORD= # why", "DB_PASSWORD= # why"),
    ] {
        assert_eq!(masked(line), expected);
    }
}

#[test]
fn what_is_no_secret_stays() {
    for line in [
        "api_key: os.environ/OPENAI_API_KEY",
        "master_key: ${LITELLM_MASTER_KEY}",
        "master_key: \"${LITELLM_MASTER_KEY}\" # why",
        "master_key: ${LITELLM_MASTER_KEY:?set it}",
        "masterkeySecretKey: master-key",
        "passwordSecretKey: password",
        "secretKey: LITELLM_MASTER_KEY",
        "existingSecret: litellm-secret",
        "secretName: litellm-env",
        "max_tokens: 4096",
        "input_cost_per_token: 2.5e-06",
        "api_key: \"\"",
        "api_key:",
        "api_key: null",
        "api_key: <your key>",
        "api_key: <secret-1>",
        "api_key: {{ .Values.key }}",
        "password: !Ref DbPassword",
        "password: *pw",
        "litellm_key_header_name: X-Litellm-Key",
        "image: ghcr.io/berriai/litellm:main-v1.80.15-stable",
        "url: http://host:4000/v1?user=a@b",
        "url: postgres://${USER}:${PASS}@host/db",
        "url: postgres://u:$(PASS)@host/db",
        "vertex_credentials: /secrets/vertex.json",
        "a task-force of 2",
        "key: master-key",
        "- name: LITELLM_MASTER_KEY",
        "allowed_fails: 3",
        "api_base: https://api.openai.com/v1",
        "secretKeyRef: {name: a, key: b}",
        "command: redis-server --requirepass ${REDIS_PASSWORD:?a password is required} --port 1",
        "url: redis://:${REDIS_PASSWORD:?a password is required}@h",
        "VOICE_API_KEY: ${VOICE_API_KEY:-${OPENAI_API_KEY:-}}",
        "{password: ${PASSWORD}, a: b}",
        "{password: ${PASSWORD:-}}",
        "url: http://$$USER:$$PASSWORD@h/",
        "Authorization: Bearer <master-key>",
        "model: openai/perplexity-ai/pplx-embed-v1-0.6b",
        "usernameKey: username",
        "passwordKey: admin-password",
    ] {
        assert_eq!(masked(line), line);
    }
}

fn found(text: &str, line: &str) -> Vec<String> {
    let secrets = Secrets::collect(std::iter::once(text));
    secrets.find(line).into_iter().map(|hit| line[hit.range].to_owned()).collect()
}

#[test]
fn a_level_of_the_log_in_a_secret_is_hidden_at_its_place_alone() {
    let secret = "kind: Secret\nstringData:\n  LITELLM_LOG: ERROR\n  OTHER: swordfish9\n";
    let secrets = Secrets::collect(std::iter::once(secret));
    assert_eq!(secrets.find("  LITELLM_LOG: ERROR").len(), 1);
    for text in ["set LITELLM_LOG to ERROR", "LITELLM_LOG=ERROR", "    value: ERROR"] {
        assert!(secrets.find_in_prose(text).is_empty(), "{text}");
    }
    assert_eq!(secrets.find_in_prose("OTHER is swordfish9").len(), 1);
}

#[test]
fn secrets_are_known_from_their_surroundings() {
    let block = "private_key: |\n  alpha-line-one\n  beta\n\n  gamma42delta\nother: x\n";
    assert_eq!(found(block, "  alpha-line-one"), ["alpha-line-one"]);
    assert_eq!(found(block, "  beta"), ["beta"]);
    assert_eq!(found(block, "see gamma42delta!"), ["gamma42delta"]);
    assert!(found(block, "other: x").is_empty());
    let entry = "env:\n  - name: LITELLM_MASTER_KEY\n    value: postgres\n  - name: X\n    value: y1\n";
    assert_eq!(found(entry, "    value: postgres"), ["postgres"]);
    assert!(found(entry, "    value: y1").is_empty());
    assert!(found(entry, "image: postgres:16").is_empty());
    assert_eq!(found("A_PASSWORD=\"one\ntwo2two2\"\nB=c", "two2two2"), ["two2two2"]);
    assert_eq!(found("password:\n  hunter2two\n", "x hunter2two"), ["hunter2two"]);
    assert_eq!(found("password: >-\n  correct horse\n  battery\n", "correct horse"), ["correct horse"]);
    assert_eq!(found("args:\n  - --api-key\n  - hunter22\n", "  - hunter22"), ["hunter22"]);
    assert_eq!(found("env:\n  - value: hunter22\n    name: A_SECRET\n", "x hunter22"), ["hunter22"]);
    assert!(found("env:\n  - A_SECRET\n  - plain-01-text\n", "  - plain-01-text").is_empty());
    let pem = "k: |\n  -----BEGIN RSA PRIVATE KEY-----\n  MIIEabc\n  -----END RSA PRIVATE KEY-----\nz: MII\n";
    assert_eq!(found(pem, "MIIEabc"), ["MIIEabc"]);
    let secret = "kind: Secret\nstringData:\n  anything: swordfish9\n  config.yaml: |\n    a: b1\n";
    assert_eq!(found(secret, "swordfish9"), ["swordfish9"]);
    assert!(found(secret, "a: b1").is_empty());
    let api_keys = "api_keys:\n  - first-1-key\n  - \"second-2-key\"\nmodel: m\n";
    assert_eq!(found(api_keys, "second-2-key"), ["second-2-key"]);
}

#[test]
fn other_spellings_mean_the_same() {
    let secrets =
        Secrets::collect(["password: \"p\\u0061ss-w0rd-9\"\nurl: redis://:p%40ss-w0rd@h\n"].into_iter());
    let hits = secrets.find("pass-w0rd-9 p\\u0061ss-w0rd-9");
    assert_eq!(hits.len(), 2);
    assert_eq!(hits[0].meaning, hits[1].meaning);
    assert_eq!(secrets.find("p@ss-w0rd").len(), 1);
}

#[test]
fn nothing_panics_on_odd_lines() {
    for line in [
        "",
        "=",
        ":",
        "--",
        "key=",
        "\"\"",
        "'",
        "://@",
        "://:@",
        "password: \"",
        "password: '",
        "é: ü=ß",
        "${",
        "${-}",
    ] {
        secrets_in_line(line);
        Secrets::collect([line].into_iter()).find(line);
    }
}

/// Every way in which people write a secret; `@` stands for it.
const FORMS: [&str; 34] = [
    "master_key: @",
    "master_key: \"@\"",
    "master_key: '@'",
    "\"master_key\": \"@\"",
    "'master_key' : @",
    "? master_key\n: @",
    "- master_key: @",
    "#master_key: @",
    "  # - LITELLM_MASTER_KEY=@",
    "LITELLM_MASTER_KEY=@",
    "LITELLM_MASTER_KEY = '@'",
    "export LITELLM_MASTER_KEY=\"@\" # note",
    "- LITELLM_MASTER_KEY=@",
    "- 'LITELLM_MASTER_KEY=@'",
    "environment: [\"LITELLM_MASTER_KEY=@\", \"A=b\"]",
    "environment: {LITELLM_MASTER_KEY: @, A: b}",
    "environment: {\"LITELLM_MASTER_KEY\": \"@\"}",
    "master_key: |\n  @",
    "master_key: >-\n    @\n",
    "master_key:\n  @",
    "master_key:\n  \"@\"",
    "master_key: !!str @",
    "master_key: &anchor '@'",
    "env:\n- name: LITELLM_MASTER_KEY\n  value: @",
    "env:\n- value: \"@\"\n  name: LITELLM_MASTER_KEY",
    "env:\n- {name: LITELLM_MASTER_KEY, value: \"@\"}",
    "args: [\"--master-key\", \"@\"]",
    "args:\n- --master-key\n- @",
    "command: litellm --master-key @ --port 4000",
    "command: litellm --master-key=@ --port 4000",
    "headers: {Authorization: Bearer @}",
    "extra_headers:\n  Authorization: \"Bearer @\"",
    "url: postgresql://user:@@host:5432/db",
    "kind: Secret\nstringData:\n  anything: @",
];

#[test]
fn every_form_gives_its_secret_away() {
    for secret in
        ["sk-1234", "hunter2two", "Tr0ub4dor&3", "x9/y+z8==abcd", "plainwords", "ümläut-42", "a-b_c.d~e1"]
    {
        for form in FORMS {
            let text = form.replacen('@', secret, 1);
            let secrets = Secrets::collect([text.as_str()].into_iter());
            let shown: Vec<String> = text
                .lines()
                .map(|line| {
                    let mut shown = line.to_owned();
                    for hit in secrets.find(line).into_iter().rev() {
                        shown.replace_range(hit.range, "█");
                    }
                    shown
                })
                .collect();
            assert!(!shown.join("\n").contains(secret), "{text}\n{shown:?}");
            assert_eq!(secrets.find_in_prose(&format!("say {secret} aloud")).len(), 1, "{text}");
        }
    }
}

#[test]
fn what_a_secret_is_made_from_is_one_whatever_it_is_called() {
    let compose =
        "REDIS_PASSWORD: ${QUX}\n- LITELLM_MASTER_KEY=${PROXY:?}\nLOG: ${LEVEL}\napi_key: os.environ/BACKEND";
    let env = "QUX=quxhidden99\nexport PROXY=\"pxhidden88\"\nLEVEL=verylongname77\nBACKEND=bkhidden66 # why\nQUXX=another1";
    let secrets = Secrets::collect([compose, env].into_iter());
    let shown = |text: &str| {
        let mut text = text.to_owned();
        for hit in secrets.find(&text.clone()).into_iter().rev() {
            text.replace_range(hit.range, "█");
        }
        text
    };
    let lines: Vec<String> = env.lines().map(shown).collect();
    let expected =
        ["QUX=█", "export PROXY=\"█\"", "LEVEL=verylongname77", "BACKEND=█ # why", "QUXX=another1"];
    assert_eq!(lines, expected);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(256))]

    #[test]
    fn no_text_breaks_the_search(
        text in "([ -#'\",:=@{}$()/?&!*|>\\[\\]\\\\%é漢\u{202e}\r\n]|key|api_key|password|value|name|sk-12345|://|Bearer |-----BEGIN PRIVATE KEY|eyJ|hooks.slack.com/|\\$\\{|: |- |kind: Secret\n|data:\n|a){0,24}"
    ) {
        let secrets = Secrets::collect([text.as_str()].into_iter());
        for line in text.split('\n') {
            for hit in secrets.find(line).into_iter().chain(secrets.find_in_prose(line)) {
                proptest::prop_assert!(line.get(hit.range).is_some());
            }
        }
    }
}
