//! The recall of one customer, and what became of its messages.

use std::fmt;

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use super::{Appointment, Channel, Rule, State};
use crate::core::customer::CustomerKey;

/// The status of a recall. It only moves down this list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Status {
    /// Its day has not come.
    Scheduled,
    /// Its day has come, and nothing was sent.
    Due,
    /// At least one message was sent: see [`Recall::messages_sent`].
    Sent,
    /// The customer answered, without a booking so far.
    Answered,
    /// The customer booked after a message was sent: see [`Recall::booking`].
    Converted,
    /// Cancelled by a person, or because the customer came or booked before a message was sent.
    Cancelled,
}

impl Status {
    /// All of them, in their order.
    pub const ALL: [Self; 6] = [
        Self::Scheduled,
        Self::Due,
        Self::Sent,
        Self::Answered,
        Self::Converted,
        Self::Cancelled,
    ];
}

/// A message that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SentMessage {
    /// How.
    pub channel: Channel,
    /// When, by the clock of the place.
    pub at: NaiveDateTime,
}

/// A message that was begun, and of which nobody has said what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attempt {
    /// How.
    pub channel: Channel,
    /// When it was begun.
    pub at: NaiveDateTime,
    /// Why nobody knows, if that is certain already: see [`Recall::unclear`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unclear: Option<String>,
}

/// A message that was not sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FailedMessage {
    /// How.
    pub channel: Channel,
    /// When.
    pub at: NaiveDateTime,
    /// Why, for a person.
    pub reason: String,
    /// When it may be tried again; `None` if not before somebody has mended the cause: [`Recall::retry`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<NaiveDateTime>,
}

/// The recall of one customer after one appointment, or [by hand](Self::by_hand). `Debug` shows keys.
///
/// Each message is sent once. Whoever sends them writes the intent first with [`start`](Self::start), stores it, sends,
/// and stores the outcome: [`sent`](Self::sent), [`not_sent`](Self::not_sent) or [`unclear`](Self::unclear). A program
/// that is killed in between leaves the intent: nothing more of this recall is sent, until a person says what became of
/// it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Recall {
    /// `customer/rule/appointment`.
    pub id: String,
    /// The customer.
    pub customer: CustomerKey,
    /// The rule.
    pub rule: String,
    /// The appointment; `None` if it was made by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment: Option<String>,
    /// What was booked, as people say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// The last day of the appointment, or the day on which it was made by hand.
    pub since: NaiveDate,
    /// The day it falls due.
    pub due: NaiveDate,
    /// Who made it by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The messages that were sent, in order.
    #[serde(default)]
    pub messages_sent: Vec<SentMessage>,
    /// The message that was begun, and whose outcome is not known yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sending: Option<Attempt>,
    /// The messages that were not sent: the last attempt by each channel.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<FailedMessage>,
    /// The booking that followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking: Option<String>,
    /// An upcoming booking that makes the recall unnecessary unless it is cancelled: no message is sent meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<String>,
    status: Status,
}

/// A change that a recall in its state does not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidTransition {
    /// The status only moves forward.
    #[error("a recall that is {from} does not become {to}")]
    Status {
        /// The current status.
        from: Status,
        /// The requested status.
        to: Status,
    },
    /// A message is sent once.
    #[error("its {0} was sent already")]
    AlreadySent(Channel),
    /// Nobody has said what became of the one before.
    #[error("its {0} was begun, and it is not known whether it was sent: say that first")]
    Unclear(Channel),
    /// There is no intent to which this could be the outcome.
    #[error("its {0} was not begun")]
    NotBegun(Channel),
    /// The customer has a booking.
    #[error("the customer has a booking, for which it waits")]
    Waits,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheduled => "scheduled",
            Self::Due => "due",
            Self::Sent => "sent",
            Self::Answered => "answered",
            Self::Converted => "converted",
            Self::Cancelled => "cancelled",
        })
    }
}

impl Recall {
    /// One that a person makes for a customer, with the messages of a rule. The same customer, rule and day make the same
    /// id.
    ///
    /// ```
    /// use customer_sync::CustomerKey;
    /// use customer_sync::recalls::{Channel, Recall, Rule, Span, Status, recalls};
    ///
    /// let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    /// let rule = Rule::new("call back", Span::Weeks(6)).by_hand().then(Channel::Email, Span::Days(0));
    /// let ann = CustomerKey::new("planyo", "7");
    /// let today = day("2026-11-30");
    /// let recall = Recall::by_hand(ann, rule.name(), rule.after().after(today), today, "eva");
    /// assert_eq!((recall.due, recall.status()), (day("2027-01-11"), Status::Scheduled));
    /// assert_eq!(recalls(&[], &[rule], &[recall], day("2027-01-11"))[0].status(), Status::Due);
    /// ```
    #[must_use]
    pub fn by_hand(
        customer: CustomerKey,
        rule: &str,
        due: NaiveDate,
        today: NaiveDate,
        by: impl Into<String>,
    ) -> Self {
        Self {
            id: format!("{customer}/{rule}/by hand {due}"),
            customer,
            rule: rule.to_owned(),
            appointment: None,
            resource: None,
            since: today,
            due,
            by: Some(by.into()),
            messages_sent: Vec::new(),
            sending: None,
            failed: Vec::new(),
            booking: None,
            waits_for: None,
            status: Status::Scheduled,
        }
    }

    /// The one of a rule after an appointment.
    pub(super) fn after(rule: &Rule, visit: &Appointment) -> Self {
        let customer = &visit.customer;
        let resource = visit.resource_name.as_ref().unwrap_or(&visit.resource);
        Self {
            id: format!("{customer}/{}/{}", rule.name(), visit.id),
            appointment: Some(visit.id.clone()),
            resource: Some(resource.clone()),
            by: None,
            ..Self::by_hand(
                customer.clone(),
                rule.name(),
                rule.after().after(visit.ends),
                visit.ends,
                "",
            )
        }
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// Whether a message by this channel was sent.
    #[must_use]
    pub fn has_sent(&self, channel: Channel) -> bool {
        self.messages_sent
            .iter()
            .any(|sent| sent.channel == channel)
    }

    /// Whether more could come of it: it is neither converted nor cancelled.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.status < Status::Converted
    }

    /// The last attempt by a channel, if that failed.
    #[must_use]
    pub fn failure(&self, channel: Channel) -> Option<&FailedMessage> {
        self.failed.iter().find(|failed| failed.channel == channel)
    }

    /// Records that a message is about to be sent. Store this before it leaves.
    ///
    /// # Errors
    /// When it is not due, answered, converted or cancelled, waits for a booking, this channel was used already, or
    /// another message was begun.
    pub fn start(&mut self, channel: Channel, at: NaiveDateTime) -> Result<(), InvalidTransition> {
        if self.has_sent(channel) {
            return Err(InvalidTransition::AlreadySent(channel));
        }
        if let Some(other) = &self.sending {
            return Err(InvalidTransition::Unclear(other.channel));
        }
        if !matches!(self.status, Status::Due | Status::Sent) {
            return Err(self.refused(Status::Sent));
        }
        if self.waits_for.is_some() {
            return Err(InvalidTransition::Waits);
        }
        self.sending = Some(Attempt {
            channel,
            at,
            unclear: None,
        });
        Ok(())
    }

    /// Records that a message was sent. Of one that was begun this is taken in any status: it has arrived.
    ///
    /// # Errors
    /// When this channel was used already; and of a message that was not [begun](Self::start), when another one was, or
    /// the recall is answered, converted or cancelled.
    pub fn sent(&mut self, channel: Channel, at: NaiveDateTime) -> Result<(), InvalidTransition> {
        if self.has_sent(channel) {
            return Err(InvalidTransition::AlreadySent(channel));
        }
        match &self.sending {
            Some(begun) if begun.channel == channel => self.sending = None,
            Some(other) => return Err(InvalidTransition::Unclear(other.channel)),
            None if self.status > Status::Sent => return Err(self.refused(Status::Sent)),
            None => {}
        }
        self.retry(channel);
        self.messages_sent.push(SentMessage { channel, at });
        self.status = self.status.max(Status::Sent);
        Ok(())
    }

    /// Records that a message that was begun was not sent, why, and when it may be tried again. With `None` the messages
    /// after it come at their time, and this one does not, unless somebody says [`retry`](Self::retry).
    ///
    /// # Errors
    /// When it was not begun.
    pub fn not_sent(
        &mut self,
        channel: Channel,
        at: NaiveDateTime,
        reason: impl Into<String>,
        again: Option<NaiveDateTime>,
    ) -> Result<(), InvalidTransition> {
        self.begun(channel)?;
        self.sending = None;
        self.retry(channel);
        self.failed.push(FailedMessage {
            channel,
            at,
            reason: reason.into(),
            again,
        });
        Ok(())
    }

    /// Records that nobody knows whether a message that was begun was sent: a person has to find out, and to record it as
    /// [`sent`](Self::sent) or [`not_sent`](Self::not_sent).
    ///
    /// # Errors
    /// When it was not begun.
    pub fn unclear(
        &mut self,
        channel: Channel,
        reason: impl Into<String>,
    ) -> Result<(), InvalidTransition> {
        self.begun(channel)?.unclear = Some(reason.into());
        Ok(())
    }

    /// Forgets that a message failed, so that it is sent at its time as if it had not been tried.
    pub fn retry(&mut self, channel: Channel) {
        self.failed.retain(|failed| failed.channel != channel);
    }

    /// Records that the customer answered: no more messages are sent.
    ///
    /// # Errors
    /// When it is answered, converted or cancelled already.
    pub fn answered(&mut self) -> Result<(), InvalidTransition> {
        self.advance(Status::Answered)
    }

    /// Cancels it.
    ///
    /// # Errors
    /// When it is converted or cancelled already.
    pub fn cancelled(&mut self) -> Result<(), InvalidTransition> {
        self.advance(Status::Cancelled)
    }

    /// The message of which a person has to say what became of it: [so recorded](Self::unclear), or begun before this
    /// time without an outcome, because the program was killed. Take a time before which no program still sends.
    #[must_use]
    pub fn unclear_since(&self, begun_before: NaiveDateTime) -> Option<&Attempt> {
        let attempt = self.sending.as_ref();
        attempt.filter(|attempt| attempt.unclear.is_some() || attempt.at < begun_before)
    }

    fn begun(&mut self, channel: Channel) -> Result<&mut Attempt, InvalidTransition> {
        let begun = self.sending.as_mut();
        begun
            .filter(|begun| begun.channel == channel)
            .ok_or(InvalidTransition::NotBegun(channel))
    }

    fn advance(&mut self, to: Status) -> Result<(), InvalidTransition> {
        if to <= self.status || !self.is_open() {
            return Err(self.refused(to));
        }
        self.status = to;
        Ok(())
    }

    fn refused(&self, to: Status) -> InvalidTransition {
        InvalidTransition::Status {
            from: self.status,
            to,
        }
    }

    /// Updates the status for this day, from the appointments that the rule concerns, in the order of their ends.
    pub(super) fn update(&mut self, day: NaiveDate, appointments: &[&Appointment]) {
        self.waits_for = None;
        if !self.is_open() {
            return;
        }
        if self.status == Status::Scheduled && self.due <= day {
            self.status = Status::Due;
        }
        let first_sent = self.messages_sent.first().map(|sent| sent.at.date());
        let later = |other: &&&Appointment| {
            let is_later = match &self.appointment {
                Some(own) => (other.ends, &other.id) > (self.since, own),
                None => other.ends >= self.since,
            };
            is_later && other.state != State::Cancelled && other.booked <= day
        };
        let mut waits_for = None;
        for booking in appointments.iter().filter(later) {
            if first_sent.is_some_and(|on| booking.booked >= on) {
                self.status = Status::Converted;
                self.booking = Some(booking.id.clone());
                return;
            }
            // Whether this answers a message is known when it is known whether that was sent.
            if booking.state == State::Finished && booking.ends <= day && self.sending.is_none() {
                self.status = Status::Cancelled;
                return;
            }
            waits_for.get_or_insert_with(|| booking.id.clone());
        }
        self.waits_for = waits_for;
    }
}
