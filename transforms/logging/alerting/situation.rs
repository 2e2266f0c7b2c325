//! What the findings about alerting rest on.

use super::webhook::{Webhook, of_slack};
use super::{META, Params};
use crate::document::Value;
use crate::plan::build::{cannot_tell, goes_in_both, yaml_lines};
use crate::plan::{Finding, Intent, Lines};
use crate::project::{Answer, Installation};

/// What the findings rest on.
pub struct Situation<'a> {
    /// The installation.
    pub installation: &'a Installation<'a>,
    /// What the user says.
    pub params: &'a Params,
    /// The channels.
    pub alerting: Answer,
    /// After how many seconds a request hangs.
    pub threshold: Answer,
    /// Whether the texts leave the messages of requests out.
    pub redact: Answer,
    /// The webhook of the Slack channel.
    pub slack: Webhook,
    /// What is set along with `alerting`, since nothing sets it yet.
    pub with: Vec<Intent>,
    /// Whether it stands elsewhere, from where it could be moved.
    pub elsewhere: bool,
}

impl<'a> Situation<'a> {
    /// What there is, before anything is found elsewhere.
    pub fn new(installation: &'a Installation<'a>, params: &'a Params) -> Self {
        Self {
            installation,
            params,
            alerting: installation.setting("alerting"),
            threshold: installation.setting("alerting_threshold"),
            redact: installation.setting("redact_messages_in_exceptions"),
            slack: of_slack(installation, params.webhook_in_secret),
            with: Vec::new(),
            elsewhere: false,
        }
    }

    /// Whether nothing sets `alerting`, or a null stands there.
    pub fn is_unset(&self) -> bool {
        self.alerting.value().is_none_or(|value| *value == Value::Null)
    }

    /// An empty list is somebody's choice.
    pub fn is_off(&self) -> bool {
        self.alerting.value().is_some_and(|value| *value == Value::Seq(Vec::new()))
    }

    /// What is said where it cannot be seen.
    pub fn hidden(&self) -> Option<Finding> {
        cannot_tell(&META, self.installation, &self.alerting, self.lines())
    }

    /// The channels that are advised.
    pub fn expected(&self) -> Value {
        Value::Seq(self.params.channels.iter().cloned().map(Value::Str).collect())
    }

    /// The lines that turn alerting on, and where they go.
    pub fn lines(&self) -> Lines {
        let seconds = Value::Int(self.params.threshold.into());
        let entries = [("alerting".into(), self.expected()), ("alerting_threshold".into(), seconds)];
        let mut lines = yaml_lines("general_settings", &entries);
        lines.extend(yaml_lines("litellm_settings", &[(self.redact.setting.name.into(), Value::Bool(true))]));
        Lines::new(lines, goes_in_both(self.installation, "general_settings", "litellm_settings"))
    }
}
