//! Recalls: who is to be asked to come again, when, how and with which text; what was sent is in the store.

mod appointments;
mod letters;
mod send;
mod settings;
mod texts;
mod work;

use std::sync::atomic::AtomicUsize;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use customer_sync::recalls::{
    Channel, FailedMessage, InvalidTransition, QuietHours, Recall, Rule, Status, Step,
};

use crate::messages::Senders;

pub use self::appointments::{Refreshed, refresh};
pub use self::letters::{Batch, Format, batches, file_of, make_due};
pub use self::send::{ToSend, contacts_of, send_due, to_send};
pub use self::settings::{RecallSettings, RuleSettings, TextSettings};
pub use self::texts::{LANGUAGES, Texts, Written};
pub use self::work::work;

/// A message that was begun so long ago and has no outcome is shown to a person: a channel takes half a minute at most.
const UNCLEAR_AFTER: TimeDelta = TimeDelta::minutes(10);

/// The rules, the texts and the channels.
#[derive(Debug)]
pub struct Recalls {
    /// Whom to ask again.
    pub rules: Vec<Rule>,
    /// What messages say.
    pub texts: Texts,
    /// How they are sent.
    pub senders: Senders,
    /// Appointments that ended earlier are left alone.
    pub since: Option<NaiveDate>,
    /// Hours without e-mail and SMS.
    pub quiet: Option<QuietHours>,
    /// What is not taken now is tried again after this time.
    pub retry: TimeDelta,
    /// So many messages wait for a person: it is not clear whether they were sent, or they failed.
    pub wait_for_a_person: AtomicUsize,
}

impl Recalls {
    /// Those of the settings, for a company.
    ///
    /// # Errors
    /// The entry that is wrong, and what to do, in one line.
    pub fn new(
        settings: &RecallSettings,
        company: &str,
        password: Option<&str>,
        sms_key: Option<&str>,
    ) -> Result<Self, String> {
        let mut rules: Vec<Rule> = Vec::new();
        for rule in &settings.rules {
            let name = rule.name.trim();
            if name.is_empty() || rules.iter().any(|other| other.name() == name) {
                return Err(format!(
                    "`recalls.rules` has `{name}` as a name, which is blank or there twice: give each rule a name of its own"
                ));
            }
            rules.push(rule_of(rule, settings)?);
        }
        let needs_since = settings.rules.iter().any(|rule| !rule.by_hand);
        if needs_since && settings.since.is_none() {
            return Err("`recalls.since` is missing: write the day before which appointments are left alone, or the first day \
                        sends a message about each appointment there ever was"
                .into());
        }
        let quiet = settings.quiet_hours.as_deref().map(str::parse).transpose();
        let minutes = settings.retry_minutes.unwrap_or(15).max(1);
        Ok(Self {
            rules,
            texts: Texts::new(settings, company)?,
            senders: Senders::new(settings, password, sms_key)?,
            since: settings.since,
            quiet: quiet.map_err(|error| format!("`recalls.quiet_hours`: {error}"))?,
            retry: TimeDelta::minutes(minutes.into()),
            wait_for_a_person: AtomicUsize::new(0),
        })
    }

    /// The rule of this name.
    #[must_use]
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.name() == name)
    }
}

fn rule_of(settings: &RuleSettings, all: &RecallSettings) -> Result<Rule, String> {
    let name = settings.name.trim();
    let entry = format!("`recalls.rules`, `{name}`");
    let after = settings.after.parse();
    let after = after.map_err(|error| format!("{entry}: after: {error}"))?;
    let mut rule = Rule::new(name, after);
    for resource in &settings.resources {
        rule = rule.after_resource(resource.trim());
    }
    if settings.by_hand {
        rule = rule.by_hand();
    }
    if settings.messages.is_empty() {
        return Err(format!(
            "{entry}: messages is empty: write one, such as \"e-mail\""
        ));
    }
    for message in &settings.messages {
        let step: Step = message
            .parse()
            .map_err(|error| format!("{entry}: messages: {error}"))?;
        if rule
            .steps()
            .iter()
            .any(|other| other.channel == step.channel)
        {
            return Err(format!(
                "{entry}: messages has {} twice, and a second one is never sent: remove one",
                step.channel
            ));
        }
        let (is_there, table) = match step.channel {
            Channel::Email => (all.email.is_some(), "recalls.email"),
            Channel::Sms => (all.sms.is_some(), "recalls.sms"),
            _ => (all.letter.is_some(), "recalls.letter"),
        };
        if !is_there {
            return Err(format!(
                "{entry}: messages has {}, and `[{table}]` is missing: write it",
                step.channel
            ));
        }
        rule = rule.then(step.channel, step.wait);
    }
    Ok(rule)
}

/// What a person says of a recall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// The message that is unclear was sent.
    WasSent(Channel),
    /// The message that is unclear was not sent: it is sent again.
    WasNotSent(Channel),
    /// A message that failed may be tried again.
    Retry(Channel),
    /// The customer answered.
    Answered,
    /// It is not wanted any more.
    Cancelled,
}

/// Changes a recall as a person says, at a time of the site.
///
/// # Errors
/// When the recall does not take it in its state.
pub fn say(recall: &mut Recall, said: Said, now: NaiveDateTime) -> Result<(), InvalidTransition> {
    match said {
        Said::WasSent(channel) => {
            // Its own time counts, from which the next message waits.
            let at = recall.sending.as_ref().map_or(now, |begun| begun.at);
            recall.sent(channel, at)
        }
        Said::WasNotSent(channel) => recall.not_sent(
            channel,
            now,
            "a person says that it was not sent",
            Some(now),
        ),
        Said::Retry(channel) => {
            recall.retry(channel);
            Ok(())
        }
        Said::Answered => recall.answered(),
        Said::Cancelled => recall.cancelled(),
    }
}

/// Whether a person has to say what became of a message.
#[must_use]
pub fn is_unclear(recall: &Recall, now: NaiveDateTime) -> bool {
    recall.is_open() && recall.unclear_since(now - UNCLEAR_AFTER).is_some()
}

/// Whether a message failed so that it is not tried again by itself.
#[must_use]
pub fn has_failed(recall: &Recall) -> bool {
    let is_over = |failed: &FailedMessage| failed.again.is_none();
    recall.status() <= Status::Sent && recall.failed.iter().any(is_over)
}
