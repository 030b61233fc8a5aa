//! Channels and rules.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Appointment, Span};

/// How a customer is contacted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Channel {
    /// An e-mail.
    Email,
    /// A text message.
    Sms,
    /// A letter.
    Letter,
}

impl Channel {
    /// All channels.
    pub const ALL: [Self; 3] = [Self::Email, Self::Sms, Self::Letter];
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Email => "e-mail",
            Self::Sms => "SMS",
            Self::Letter => "letter",
        })
    }
}

/// Why a text is no channel, or no message of a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no message: write `e-mail`, `SMS` or `letter`, or `letter after 3 weeks`")]
pub struct InvalidStep(String);

/// `e-mail`, `SMS` or `letter`, in any case.
impl FromStr for Channel {
    type Err = InvalidStep;

    fn from_str(text: &str) -> Result<Self, InvalidStep> {
        match text.trim().to_ascii_lowercase().as_str() {
            "e-mail" | "email" => Ok(Self::Email),
            "sms" => Ok(Self::Sms),
            "letter" => Ok(Self::Letter),
            _ => Err(InvalidStep(text.to_owned())),
        }
    }
}

/// A rule: after which appointments, how long after, and by which messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    name: String,
    resources: Vec<String>,
    after: Span,
    steps: Vec<Step>,
    #[serde(default)]
    by_hand: bool,
}

/// One message of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Step {
    /// How it is sent.
    pub channel: Channel,
    /// How long after the one before; the first, how long after the recall is due.
    pub wait: Span,
}

/// As `e-mail`, or `letter after 3 weeks`.
impl FromStr for Step {
    type Err = InvalidStep;

    fn from_str(text: &str) -> Result<Self, InvalidStep> {
        let (channel, wait) = match text.split_once(" after ") {
            Some((channel, wait)) => {
                let wait = wait.parse().map_err(|_| InvalidStep(text.to_owned()))?;
                (channel, wait)
            }
            None => (text, Span::Days(0)),
        };
        Ok(Self {
            channel: channel.parse().map_err(|_| InvalidStep(text.to_owned()))?,
            wait,
        })
    }
}

impl Rule {
    /// A rule for this long after any appointment. Its name is part of each recall's id: a renamed rule is a new one.
    #[must_use]
    pub fn new(name: impl Into<String>, after: Span) -> Self {
        Self {
            name: name.into(),
            resources: Vec::new(),
            after,
            steps: Vec::new(),
            by_hand: false,
        }
    }

    /// Only after appointments for this resource or service, by its id or its name. Can be called several times.
    #[must_use]
    pub fn after_resource(mut self, resource: impl Into<String>) -> Self {
        self.resources.push(resource.into());
        self
    }

    /// Never after an appointment: only for recalls that are made [by hand](super::Recall::by_hand).
    #[must_use]
    pub fn by_hand(mut self) -> Self {
        self.by_hand = true;
        self
    }

    /// Adds a message, this long after the previous one was sent without an answer; the first, this long after the
    /// recall is due. Each channel is used once: a second message by the same channel is never sent.
    #[must_use]
    pub fn then(mut self, channel: Channel, wait: Span) -> Self {
        self.steps.push(Step { channel, wait });
        self
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How long after the appointment.
    #[must_use]
    pub fn after(&self) -> Span {
        self.after
    }

    /// Its messages, in order.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether it is about what was booked.
    pub(super) fn concerns(&self, appointment: &Appointment) -> bool {
        let is = |text: &String| self.resources.contains(text);
        self.resources.is_empty()
            || is(&appointment.resource)
            || appointment.resource_name.as_ref().is_some_and(is)
    }

    /// Whether a finished appointment is recalled by it.
    pub(super) fn recalls(&self, appointment: &Appointment) -> bool {
        !self.by_hand && self.concerns(appointment)
    }
}
