//! What runs an installation, and how many processes of it there may be at once.

use crate::document::{Step, Value};

use crate::project::installation::answer::reason::Reason;
use crate::project::installation::answer::{Answer, Effective};
use crate::project::installation::view::{Installation, Sign};
use crate::project::platform::Runtime;
use crate::project::repository::kind::Flavor;
use crate::project::repository::place::{At, Place};

/// A number that a calculation rests on, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The number; `None` if it cannot be seen.
    pub number: Option<u64>,
    /// Where it stands and under which name; `None` where it is a default.
    pub sign: Option<Sign>,
    /// Why it cannot be seen; `None` where it can.
    pub unseen: Option<Reason>,
}

impl Count {
    pub(in crate::project) fn default(number: u64) -> Self {
        Self { number: Some(number), sign: None, unseen: None }
    }

    pub(in crate::project) fn of(answer: &Answer) -> Option<Self> {
        let (number, place, hidden) = match &answer.effective {
            Effective::Unset | Effective::Set { value: Value::Null, .. } => return None,
            // An empty variable counts as unset.
            Effective::Set { value: Value::Str(text), .. } if text.is_empty() => return None,
            Effective::Set { value, place } => (whole(value), place.clone(), None),
            Effective::Hidden { reason, place } => (None, place.clone(), Some(reason.clone())),
        };
        let unseen = number.is_none().then(|| hidden.unwrap_or(Reason::NoNumber));
        let sign = Sign { what: answer.setting.name.to_owned(), place };
        Some(Self { number, sign: Some(sign).filter(|_| answer.unseen.is_none()), unseen })
    }
}

/// What happens to a process that ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Restart {
    /// It is started again also where it ended without a failure.
    Always,
    /// It is started again only after a failure, or not at all, as this place says (the default if it says nothing).
    NotAlways(Option<Sign>),
    /// Nothing shows it.
    Unknown,
}

impl Installation<'_> {
    /// What runs the proxy: Kubernetes, by hand or through a chart, or compose; `None` where nothing shows it.
    pub fn runtime(&self) -> Option<Runtime> {
        let chart = !matches!(self.parts.flavor, Flavor::Config | Flavor::Process);
        if chart || self.parts.in_pods() {
            Some(Runtime::Kubernetes)
        } else if self.parts.on_compose() {
            Some(Runtime::Compose)
        } else {
            None
        }
    }

    /// The worker processes of one instance; 1 by default.
    pub fn workers(&self) -> Count {
        let answer = self.setting("num_workers");
        // The componentized chart gives the process its own NUM_WORKERS last, also where the values leave the number to it.
        let chart = self.parts.chart().filter(|chart| chart.counts_workers);
        let counts = |place: &Place| match (&place.at, chart.and_then(|chart| chart.arguments.last())) {
            (At::Yaml { path, .. }, arguments) => path.steps().iter().any(|step| {
                *step == Step::from("numWorkers") || arguments.is_some_and(|list| *step == Step::from(*list))
            }),
            _ => false,
        };
        if chart.is_some() && !answer.place().is_some_and(counts) {
            return Count::default(1);
        }
        Count::of(&answer).unwrap_or(Count::default(1))
    }

    /// The most instances that may run at once: the autoscaler's maximum where one is on, else the replicas.
    pub fn instances(&self) -> Count {
        let scaled = matches!(self.setting("autoscaling").value(), Some(Value::Bool(true)));
        if !scaled {
            return Count::of(&self.setting("replicas")).unwrap_or(Count::default(1));
        }
        let of_chart = self.parts.chart().and_then(|chart| chart.most_instances);
        let of_autoscaler = || self.autoscalers().first().and_then(|one| one.kind.most());
        let default = match of_chart.or_else(of_autoscaler) {
            Some(most) => Count::default(most),
            None => Count { number: None, sign: None, unseen: Some(Reason::Autoscaler) },
        };
        Count::of(&self.setting("max_replicas")).unwrap_or(default)
    }

    /// What happens when the process ends.
    pub fn restart(&self) -> Restart {
        match self.runtime() {
            None => self.restart_of_units(),
            runtime => match self.setting("restart").effective {
                Effective::Set { value: Value::Str(text), .. }
                    if matches!(text.as_str(), "always" | "unless-stopped" | "any" | "Always") =>
                {
                    Restart::Always
                }
                Effective::Unset if runtime == Some(Runtime::Kubernetes) => Restart::Always,
                Effective::Unset => Restart::NotAlways(None),
                Effective::Set { place, .. } => {
                    Restart::NotAlways(Some(Sign { what: "restart".into(), place }))
                }
                Effective::Hidden { .. } => Restart::Unknown,
            },
        }
    }

    /// What systemd does when the process ends, where one unit runs it. With status 0, as it ends of itself, that is no failure:
    /// <https://www.freedesktop.org/software/systemd/man/252/systemd.service.html#Restart=>.
    fn restart_of_units(&self) -> Restart {
        let [unit] = self.parts.units.as_slice() else { return Restart::Unknown };
        match unit.restart(self.files) {
            Some((text, _)) if matches!(text.as_str(), "always" | "on-success") => Restart::Always,
            Some((_, place)) => Restart::NotAlways(Some(Sign { what: "Restart".into(), place })),
            None => Restart::NotAlways(None),
        }
    }

    /// Why a rollout ends the old pods before new ones start, if it does.
    pub fn recreates(&self) -> Option<&'static str> {
        let by_values = self.setting("chart_strategy").value().and_then(Value::as_str) == Some("Recreate");
        let of_process = || self.parts.processes.iter().find_map(|one| one.recreates(self.files));
        by_values.then_some("`strategy` is Recreate").or_else(of_process)
    }

    /// A sign that the proxy can be reached from outside: an Ingress, a load balancer, a published port.
    pub fn exposed(&self) -> Option<Sign> {
        let sign = |name: &str, what: &str, exposes: fn(&Value) -> bool| {
            let answer = self.setting(name);
            let place = answer.place().filter(|_| answer.value().is_some_and(exposes))?;
            Some(Sign { what: what.to_owned(), place: place.clone() })
        };
        sign("ingress", "an Ingress", |value| *value == Value::Bool(true))
            .or_else(|| {
                sign("service_type", "a Service that can be reached from outside the cluster", |value| {
                    matches!(value.as_str(), Some("LoadBalancer" | "NodePort"))
                })
            })
            .or_else(|| {
                sign("published_ports", "a published port", |value| match value {
                    Value::Seq(ports) => ports.iter().any(|port| !is_local(port)),
                    _ => false,
                })
            })
    }
}

/// Whether a compose port is published to the host itself only.
fn is_local(port: &Value) -> bool {
    let address = match port {
        Value::Map(entries) => entries.iter().find(|(key, _)| key == "host_ip").map(|(_, value)| value),
        text => Some(text),
    };
    address.and_then(Value::as_str).is_some_and(|text| {
        text.starts_with("127.") || text.starts_with("localhost") || text.starts_with("[::1]")
    })
}

/// A whole number above zero, also written as a text.
fn whole(value: &Value) -> Option<u64> {
    let number = match value {
        Value::Int(number) => u64::try_from(*number).ok(),
        Value::Str(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number| *number > 0)
}
