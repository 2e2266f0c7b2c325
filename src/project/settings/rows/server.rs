//! The process and what runs it: workers, instances, probes, shutdown, image.

use super::{CHART, CLI, PLATFORM, PROD, RUN, row};
use crate::project::settings::Component::{Backend, Gateway, Monolith};
use crate::project::settings::Home::{
    Autoscaler, Chart, ChartArgument, Config, Env, LateEnv, Option, Process, Values,
};
use crate::project::settings::{Aspect, Home, Scaling, Setting, Shape, Version, Versions};

pub(super) static ROWS: &[Setting] = &[
    Setting {
        misnomers: &["LITELLM_NUM_WORKERS", "LITELLM_WORKERS"],
        later: &[(Env("DEFAULT_NUM_WORKERS_LITELLM_PROXY"), Version(1, 77, 0))],
        ..row(
            "num_workers",
            &[
                Option("--num_workers"),
                ChartArgument(Monolith, &["numWorkers"]),
                Values(Gateway, &["gateway", "numWorkers"]),
                Values(Backend, &["backend", "numWorkers"]),
                Env("NUM_WORKERS"),
                Env("DEFAULT_NUM_WORKERS_LITELLM_PROXY"),
            ],
            Shape::Int,
            "1",
        )
    },
    Setting {
        versions: Versions::since(Version(1, 77, 7)),
        misnomers: &["LITELLM_MAX_REQUESTS_BEFORE_RESTART"],
        ..row(
            "max_requests_before_restart",
            &[Option("--max_requests_before_restart"), Env("MAX_REQUESTS_BEFORE_RESTART")],
            Shape::Int,
            "off",
        )
    },
    Setting {
        versions: Versions::since(Version(1, 90, 0)),
        ..row(
            "max_requests_before_restart_jitter",
            &[Option("--max_requests_before_restart_jitter"), Env("MAX_REQUESTS_BEFORE_RESTART_JITTER")],
            Shape::Int,
            "off",
        )
    },
    Setting {
        evidence: PLATFORM,
        ..row(
            "read_only_root",
            &[
                Process(Aspect::ReadOnlyRoot),
                Values(Monolith, &["securityContext", "readOnlyRootFilesystem"]),
                Values(Gateway, &["gateway", "securityContext", "readOnlyRootFilesystem"]),
                Values(Backend, &["backend", "securityContext", "readOnlyRootFilesystem"]),
            ],
            Shape::Bool,
            "false",
        )
    },
    row(
        "keepalive_timeout",
        &[Option("--keepalive_timeout"), Env("KEEPALIVE_TIMEOUT")],
        Shape::Int,
        "5 s, that of uvicorn",
    ),
    Setting {
        versions: Versions::since(Version(1, 102, 0)),
        evidence: PROD,
        ..row("job_role", &[Env("LITELLM_JOB_ROLE")], Shape::Text, "all")
    },
    Setting {
        versions: Versions::since(Version(1, 104, 0)),
        evidence: CLI,
        ..row("validate_config", &[Home::Flag("--validate_config")], Shape::Bool, "off")
    },
    row("run_gunicorn", &[Home::Flag("--run_gunicorn")], Shape::Bool, "off: uvicorn"),
    Setting {
        versions: Versions::since(Version(1, 87, 0)),
        evidence: RUN,
        ..row("run_granian", &[Home::Flag("--run_granian")], Shape::Bool, "off: uvicorn")
    },
    Setting {
        evidence: RUN,
        ..row("config_option", &[Option("--config"), Env("CONFIG_FILE_PATH")], Shape::Text, "none")
    },
    Setting {
        evidence: CHART,
        ..row(
            "image_tag",
            &[
                Chart(Monolith, &["image", "tag"]),
                Values(Gateway, &["gateway", "image", "tag"]),
                Values(Gateway, &["image", "tag"]),
                Values(Backend, &["backend", "image", "tag"]),
                Values(Backend, &["image", "tag"]),
                Process(Aspect::Image),
            ],
            Shape::Text,
            "the appVersion of the chart; elsewhere `latest`",
        )
    },
    Setting {
        evidence: CHART,
        ..row("chart_args", &[Chart(Monolith, &["args"])], Shape::List, "the chart's own")
    },
    Setting {
        evidence: CHART,
        ..row("chart_command", &[Chart(Monolith, &["command"])], Shape::List, "the image's own")
    },
    Setting {
        evidence: CHART,
        ..row("chart_strategy", &[Values(Monolith, &["strategy", "type"])], Shape::Text, "RollingUpdate")
    },
    Setting {
        evidence: PLATFORM,
        ..row(
            "replicas",
            &[
                Chart(Monolith, &["replicaCount"]),
                Values(Gateway, &["gateway", "replicaCount"]),
                Values(Backend, &["backend", "replicaCount"]),
                Process(Aspect::Replicas),
            ],
            Shape::Int,
            "1",
        )
    },
    Setting {
        evidence: CHART,
        ..row(
            "autoscaling",
            &[
                Chart(Monolith, &["autoscaling", "enabled"]),
                Values(Gateway, &["gateway", "hpa", "enabled"]),
                Values(Backend, &["backend", "hpa", "enabled"]),
                Autoscaler(Scaling::On),
            ],
            Shape::Bool,
            "false",
        )
    },
    Setting {
        evidence: CHART,
        ..row(
            "max_replicas",
            &[
                Chart(Monolith, &["autoscaling", "maxReplicas"]),
                Values(Gateway, &["gateway", "hpa", "maxReplicas"]),
                Values(Backend, &["backend", "hpa", "maxReplicas"]),
                Autoscaler(Scaling::Most),
            ],
            Shape::Int,
            "100 in litellm-helm and of a ScaledObject",
        )
    },
    Setting {
        evidence: CHART,
        ..row(
            "autoscaling_cpu",
            &[
                Chart(Monolith, &["autoscaling", "targetCPUUtilizationPercentage"]),
                Autoscaler(Scaling::Use("cpu")),
            ],
            Shape::Int,
            "80, in the newest litellm-helm 60",
        )
    },
    Setting {
        evidence: CHART,
        ..row(
            "autoscaling_memory",
            &[
                Chart(Monolith, &["autoscaling", "targetMemoryUtilizationPercentage"]),
                Values(Gateway, &["gateway", "hpa", "targetMemoryUtilizationPercentage"]),
                Values(Backend, &["backend", "hpa", "targetMemoryUtilizationPercentage"]),
                Autoscaler(Scaling::Use("memory")),
            ],
            Shape::Int,
            "none in litellm-helm; 80 in the componentized chart",
        )
    },
    Setting {
        evidence: PLATFORM,
        ..row(
            "termination_grace_period",
            &[
                Values(Monolith, &["terminationGracePeriodSeconds"]),
                Chart(Gateway, &["gateway", "terminationGracePeriodSeconds"]),
                Chart(Backend, &["backend", "terminationGracePeriodSeconds"]),
                Process(Aspect::Grace),
            ],
            Shape::Number,
            "90 s in litellm-helm, 30 s in Kubernetes, 10 s in compose",
        )
    },
    Setting {
        // `proxy/shutdown/graceful_shutdown_manager.py` of LiteLLM, compared in the wheels of 1.88.6 and 1.89.0.
        versions: Versions::since(Version(1, 89, 0)),
        ..row(
            "graceful_shutdown_timeout",
            &[Env("GRACEFUL_SHUTDOWN_TIMEOUT"), LateEnv("GRACEFUL_SHUTDOWN_TIMEOUT")],
            Shape::Number,
            "30 s",
        )
    },
    Setting {
        evidence: PLATFORM,
        ..row("restart", &[Process(Aspect::Restart)], Shape::Text, "no in compose, Always in Kubernetes")
    },
    Setting {
        evidence: PLATFORM,
        ..row(
            "liveness_probe",
            &[
                Values(Monolith, &["livenessProbe"]),
                Values(Gateway, &["gateway", "livenessProbe"]),
                Values(Backend, &["backend", "livenessProbe"]),
                Process(Aspect::Liveness),
            ],
            Shape::Map,
            "the chart's own",
        )
    },
    Setting {
        evidence: PLATFORM,
        ..row(
            "readiness_probe",
            &[
                Values(Monolith, &["readinessProbe"]),
                Values(Gateway, &["gateway", "readinessProbe"]),
                Values(Backend, &["backend", "readinessProbe"]),
                Process(Aspect::Readiness),
            ],
            Shape::Map,
            "the chart's own",
        )
    },
    Setting {
        evidence: PLATFORM,
        ..row(
            "startup_probe",
            &[
                Values(Monolith, &["startupProbe"]),
                Values(Gateway, &["gateway", "startupProbe"]),
                Process(Aspect::Startup),
            ],
            Shape::Map,
            "the chart's own",
        )
    },
    Setting {
        evidence: PLATFORM,
        ..row("container_ports", &[Process(Aspect::ContainerPorts)], Shape::List, "none")
    },
    row("port", &[Option("--port"), Env("PORT")], Shape::Int, "4000"),
    Setting {
        evidence: PLATFORM,
        ..row("healthcheck", &[Process(Aspect::Healthcheck)], Shape::Map, "the image's own")
    },
    Setting {
        versions: Versions::until(Version(1, 85, 0)),
        evidence: RUN,
        ..row("separate_health_app", &[Env("SEPARATE_HEALTH_APP")], Shape::Bool, "off")
    },
    Setting {
        versions: Versions::until(Version(1, 85, 0)),
        evidence: RUN,
        ..row("separate_health_port", &[Env("SEPARATE_HEALTH_PORT")], Shape::Int, "4001")
    },
    Setting {
        versions: Versions::until(Version(1, 85, 0)),
        evidence: PROD,
        ..row("supervisord_stopwaitsecs", &[Env("SUPERVISORD_STOPWAITSECS")], Shape::Int, "3600 s")
    },
    Setting {
        evidence: CHART,
        ..row(
            "chart_separate_health_app",
            &[Values(Monolith, &["separateHealthApp"])],
            Shape::Bool,
            "false; gone since 1.85",
        )
    },
    Setting {
        evidence: CHART,
        ..row(
            "chart_separate_health_port",
            &[Values(Monolith, &["separateHealthPort"])],
            Shape::Int,
            "8081; gone since 1.85",
        )
    },
    row(
        "background_health_checks",
        &[Config("general_settings", "background_health_checks")],
        Shape::Bool,
        "false",
    ),
    Setting {
        // Not in the sources of 1.72.6; `known/keys.txt` has it from 1.80.15 on.
        versions: Versions::since(Version(1, 80, 15)),
        ..row(
            "use_shared_health_check",
            &[Config("general_settings", "use_shared_health_check")],
            Shape::Bool,
            "false: each process checks for itself",
        )
    },
    Setting {
        refused: &[("router_settings", Version(1, 82, 0))],
        ..row(
            "health_check_interval",
            &[Config("general_settings", "health_check_interval")],
            Shape::Seconds,
            "300 s",
        )
    },
    Setting {
        refused: &[("router_settings", Version(1, 82, 0))],
        versions: Versions::since(Version(1, 82, 0)),
        ..row(
            "health_check_concurrency",
            &[Config("general_settings", "health_check_concurrency")],
            Shape::Int,
            "no limit",
        )
    },
    Setting {
        evidence: PROD,
        ..row("litellm_mode", &[Env("LITELLM_MODE")], Shape::Text, "DEV: a .env beside the package is loaded")
    },
    Setting {
        evidence: PLATFORM,
        ..row(
            "resources",
            &[
                Chart(Monolith, &["resources"]),
                Values(Gateway, &["gateway", "resources"]),
                Values(Backend, &["backend", "resources"]),
                Process(Aspect::Resources),
            ],
            Shape::Map,
            "none: the node's limits",
        )
    },
];
