//! Units of systemd and containers of Podman.

use super::*;

#[test]
fn what_a_unit_takes_from_elsewhere() {
    let ids = ["litellm_log", "litellm_mode", "request_timeout", "master_key", "json_logs"];
    let service = "[Service]\nEnvironmentFile=-/etc/litellm/env\nExecStart=/opt/venv/bin/litellm --config config.yaml\n";
    hides(&[("litellm.service", service), ("config.yaml", CONFIG)], &ids, "the env file /etc/litellm/env");
    for written in ["%h/.config/litellm.env", "/etc/litellm/*.env", "/etc/litellm/%i.env"] {
        let service = service.replace("-/etc/litellm/env", written);
        hides(&[("litellm.service", &service), ("config.yaml", CONFIG)], &ids, written);
    }
    let container = "[Container]\nImage=ghcr.io/berriai/litellm:v1.85.1\nVolume=./config.yaml:/app/config.yaml\nExec=--config /app/config.yaml\n";
    for (line, told) in [
        ("EnvironmentFile=%E/litellm.env\n", "%E/litellm.env"),
        ("PodmanArgs=--memory 4g --env-file /etc/litellm/env\n", "`PodmanArgs=`"),
        ("EnvironmentHost=yes\n", "`EnvironmentHost=`"),
    ] {
        let container = format!("{container}{line}");
        hides(&[("litellm.container", &container), ("config.yaml", CONFIG)], &ids, told);
    }
}

#[test]
fn what_systemd_makes_of_specifiers_and_escapes() {
    let ids = ["litellm_log", "litellm_mode", "workers", "debug_mode"];
    for value in ["%i", "ER\\x52OR", "a%nb"] {
        let unit = format!(
            "[Service]\nEnvironment=\"LITELLM_LOG={value}\" LITELLM_MODE={value}\nExecStart=/opt/venv/bin/litellm --config config.yaml --num_workers %i\n"
        );
        let place = Place::new([("litellm@.service", &*unit), ("config.yaml", CONFIG)]);
        let found = judged(&report(&place, &[]), &ids);
        assert!(found.is_empty(), "{value}: {found:?}");
        place.run(&["--write", "--include-review", "--select", "litellm_log", "--select", "litellm_mode"]);
        assert_eq!(place.files()["litellm@.service"], unit);
    }
    let unit = "[Service]\nExecStart=/opt/venv/bin/litellm --config config.yaml --num_workers x\n";
    let found = report(&Place::new([("litellm@.service", unit), ("config.yaml", CONFIG)]), &[]);
    assert_eq!(judged(&found, &["workers"]).len(), 1, "what is no specifier is judged");
}

#[test]
fn variables_of_which_a_unit_has_only_the_names() {
    let secrets = "Secret=litellm-key,type=env,target=LITELLM_MASTER_KEY\nSecret=DATABASE_URL,type=env\nSecret=litellm-file\n";
    let container = format!(
        "[Container]\nImage=ghcr.io/berriai/litellm:v1.85.1\nVolume=./config.yaml:/app/config.yaml\nExec=--config /app/config.yaml\n{secrets}"
    );
    let service = "[Service]\nPassEnvironment=LITELLM_MASTER_KEY DATABASE_URL\nEnvironment=LITELLM_MODE=PRODUCTION\nExecStart=/opt/venv/bin/litellm --config config.yaml\n";
    for (name, unit) in [("litellm.container", &*container), ("litellm.service", service)] {
        let given = report(&Place::new([(name, unit), ("config.yaml", CONFIG)]), &[]);
        let ids = texts(&given["findings"], "id");
        assert!(
            !ids.contains(&"master_key") && !ids.contains(&"config_structure"),
            "{:#?}",
            given["findings"]
        );
        let none: String =
            unit.lines().filter(|line| !line.contains("KEY")).map(|line| format!("{line}\n")).collect();
        let given = report(&Place::new([(name, &*none), ("config.yaml", CONFIG)]), &[]);
        assert!(texts(&given["findings"], "id").contains(&"master_key"), "the rest is visible: {name}");
    }
}
