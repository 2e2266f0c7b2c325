//! Values of a service that compose takes or not, and what is said of them.

use serde_json::Value;

use crate::common::Place;
use crate::{render, tools};

const LINES: [&str; 43] = [
    "stop_grace_period: 620",
    "stop_grace_period: '620'",
    "stop_grace_period: 620s",
    "stop_grace_period: 1h30m",
    "stop_grace_period: 1d",
    "stop_grace_period: '0'",
    "stop_grace_period: 10m 20s",
    "stop_grace_period: 5min",
    "stop_grace_period: true",
    "stop_grace_period: 1.5",
    "healthcheck: {test: [NONE], interval: 30}",
    "healthcheck: {test: [NONE], timeout: 5s, start_period: 30}",
    "healthcheck: {test: [NONE], retries: 3, start_interval: 1s}",
    "healthcheck: {test: [NONE], retries: three}",
    "deploy: {replicas: 2}",
    "deploy: {replicas: '2'}",
    "deploy: {replicas: two}",
    "deploy: {replicas: 2.5}",
    "deploy: {replicas: -1}",
    "scale: two",
    "restart: true",
    "restart: sometimes",
    "restart: 'no'",
    "restart: no",
    "restart: Off",
    "restart: False",
    "deploy: {restart_policy: {condition: y}}",
    "command: [on, yes]",
    "deploy: {restart_policy: {condition: true}}",
    "deploy: {resources: {limits: {memory: 4G, cpus: 1.5}}}",
    "deploy: {resources: {limits: {memory: 4096, cpus: '1'}}}",
    "deploy: {resources: {limits: {memory: 4Gi}}}",
    "deploy: {resources: {limits: {memory: 4GiB}}}",
    "deploy: {resources: {reservations: {memory: 4E}}}",
    "deploy: {resources: {limits: {cpus: 500m}}}",
    "ports: ['4000:4000', 4001]",
    "ports: 4000",
    "volumes: ./a:/b",
    "command: [--port, 4000]",
    "command: [--port, '4000']",
    "command: --port 4000",
    "entrypoint: [litellm, --port, 4000]",
    "entrypoint: [litellm]",
];

#[test]
fn compose_refuses_what_it_is_said_to_refuse() {
    if tools::skipped() {
        return;
    }
    for line in LINES {
        let compose =
            format!("services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.85.1\n    {line}\n");
        let place = Place::new([("compose.yaml", compose)]);
        let ran = place.run(&["--format", "json"]);
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        let said = report["findings"].as_array().unwrap().iter().any(|one| one["state"] == "not_taken");
        for (program, rendered) in render::compose(place.folder.path(), &[], &[]) {
            assert_eq!(rendered.is_err(), said, "{program}: {line}");
        }
    }
}
