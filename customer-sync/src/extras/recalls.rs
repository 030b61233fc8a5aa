//! Recalls: which customers to invite again, when, and by which channel, such as a check-up a year after the last one.
//!
//! Pure: from appointments, rules, the recalls so far and a day to the recalls and the messages of that day. Sending
//! the messages and storing the recalls until the next call is up to you (they implement serde). Days are local to the
//! place of the appointments, without a time.
//!
//! ```
//! use chrono::NaiveDate;
//! use customer_sync::{Customer, CustomerKey};
//! use customer_sync::recalls::{Appointment, Channel, Rule, Span, Status, messages, recalls};
//!
//! let day = |text: &str| text.parse::<NaiveDate>().unwrap();
//! let rule = Rule::new("check-up", Span::Months(6))
//!     .after_resource("dentist")
//!     .then(Channel::Email, Span::Days(0))
//!     .then(Channel::Sms, Span::Days(0))
//!     .then(Channel::Letter, Span::Weeks(3));
//! let mut ann = Customer::new(CustomerKey::new("planfy:shop", "77"));
//! ann.last_name = Some("Ann Peeters".to_owned());
//! ann.email = Some("ann@example.com".to_owned());
//! ann.mobile = Some("+32470123456".to_owned());
//! let visit = Appointment::finished("900", ann.key.clone(), "dentist", day("2026-08-31"));
//!
//! let known = recalls(&[visit], &[rule.clone()], &[], day("2027-02-28"));
//! assert_eq!((known[0].due, known[0].status()), (day("2027-02-28"), Status::Due));
//! // E-mail and SMS today; a letter only three weeks after they went out.
//! let today = messages(&known, &[rule], day("2027-02-28"), |_| Some(&ann));
//! assert_eq!((today[0].channel, today[0].to.as_slice()), (Channel::Email, &["ann@example.com".to_owned()][..]));
//! assert_eq!((today[1].channel, today.len()), (Channel::Sms, 2));
//! ```

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Days, Months, NaiveDate};
use planyo_client::reservations::Reservation;
use planyo_client::{ReservationStatus, SiteTime};
use serde::{Deserialize, Serialize};

use crate::core::customer::{Customer, CustomerKey};
use crate::core::rules::MappingRules;
use crate::normalize::address;
use crate::source::planyo;

/// A length of time in calendar units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// Days.
    Days(u32),
    /// Weeks.
    Weeks(u32),
    /// Months: the same day of the month, or the month's last where it has no such day.
    Months(u32),
    /// Years: the same day, or 28 February for the 29th.
    Years(u32),
}

impl Span {
    /// The day this long after another; the last day of the calendar (in 262,000 years) if out of range.
    ///
    /// ```
    /// use customer_sync::recalls::Span;
    ///
    /// let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    /// assert_eq!(Span::Months(1).after(day("2027-01-31")), day("2027-02-28"));
    /// assert_eq!(Span::Years(1).after(day("2028-02-29")), day("2029-02-28"));
    /// assert_eq!(Span::Years(4).after(day("2028-02-29")), day("2032-02-29"));
    /// ```
    #[must_use]
    pub fn after(self, day: NaiveDate) -> NaiveDate {
        let later = match self {
            Self::Days(days) => day.checked_add_days(Days::new(days.into())),
            Self::Weeks(weeks) => day.checked_add_days(Days::new(u64::from(weeks) * 7)),
            Self::Months(months) => day.checked_add_months(Months::new(months)),
            Self::Years(years) => {
                let months = years.checked_mul(12);
                months.and_then(|months| day.checked_add_months(Months::new(months)))
            }
        };
        later.unwrap_or(NaiveDate::MAX)
    }
}

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

/// A rule: after which appointments, how long after, and by which messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    name: String,
    resources: Vec<String>,
    after: Span,
    steps: Vec<Step>,
}

/// One message of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Step {
    channel: Channel,
    wait: Span,
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
        }
    }

    /// Only after appointments for this resource or service. Can be called several times.
    #[must_use]
    pub fn after_resource(mut self, resource: impl Into<String>) -> Self {
        self.resources.push(resource.into());
        self
    }

    /// Adds a message, this long after the previous one was sent without an answer; the first, this long after the
    /// recall is due. Each channel is used once: a second message by the same channel is never sent.
    #[must_use]
    pub fn then(mut self, channel: Channel, wait: Span) -> Self {
        self.steps.push(Step { channel, wait });
        self
    }

    fn concerns(&self, appointment: &Appointment) -> bool {
        self.resources.is_empty() || self.resources.contains(&appointment.resource)
    }
}

/// A past or upcoming reservation or appointment. `Debug` shows its keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Appointment {
    /// Its id, unique in its source system.
    pub id: String,
    /// The customer.
    pub customer: CustomerKey,
    /// What was booked.
    pub resource: String,
    /// The day it was booked on.
    pub booked: NaiveDate,
    /// The day it ends on.
    pub ends: NaiveDate,
    /// Its state.
    pub state: State,
}

/// The state of an appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum State {
    /// The customer came.
    Finished,
    /// It is booked.
    Booked,
    /// It was cancelled, or the customer did not come.
    Cancelled,
}

impl Appointment {
    /// One that took place and ended on this day.
    #[must_use]
    pub fn finished(
        id: impl Into<String>,
        customer: CustomerKey,
        resource: impl Into<String>,
        ended: NaiveDate,
    ) -> Self {
        Self {
            id: id.into(),
            customer,
            resource: resource.into(),
            booked: ended,
            ends: ended,
            state: State::Finished,
        }
    }

    /// One that was booked on a day and ends on another.
    #[must_use]
    pub fn booked(
        id: impl Into<String>,
        customer: CustomerKey,
        resource: impl Into<String>,
        booked: NaiveDate,
        ends: NaiveDate,
    ) -> Self {
        Self {
            booked,
            state: State::Booked,
            ..Self::finished(id, customer, resource, ends)
        }
    }

    /// A Planyo reservation as of a day, with the customer's key by these [rules](MappingRules), and the resource's id
    /// as the resource. A past reservation counts as finished, unless it was cancelled, never confirmed, or a no-show.
    /// `None` if it has no customer or no end.
    ///
    /// Days are local to the site. A time that Planyo sent as Unix seconds counts as UTC: at night that may be the
    /// previous or the next day.
    #[must_use]
    pub fn of_reservation(
        reservation: &Reservation,
        rules: &MappingRules,
        day: NaiveDate,
    ) -> Option<Self> {
        let ends = date(reservation.end_time?)?;
        let booked = reservation.creation_time.or(reservation.start_time);
        let status = reservation.status?;
        let state = if !status.is_confirmed() || status.contains(ReservationStatus::NO_SHOW) {
            State::Cancelled
        } else if ends < day || status.contains(ReservationStatus::CHECKED_OUT) {
            State::Finished
        } else {
            State::Booked
        };
        let resource = reservation.resource_id.map(|id| id.to_string());
        Some(Self {
            id: reservation.reservation_id.to_string(),
            customer: planyo::key(&reservation.user_id?.to_string(), rules),
            resource: resource.or_else(|| reservation.resource_name.clone())?,
            booked: booked.and_then(date).unwrap_or(ends),
            ends,
            state,
        })
    }

    /// Sets the state.
    #[must_use]
    pub fn state(mut self, state: State) -> Self {
        self.state = state;
        self
    }
}

fn date(time: SiteTime) -> Option<NaiveDate> {
    match time {
        SiteTime::Local(time) => Some(time.date()),
        SiteTime::Unix(seconds) => Some(DateTime::from_timestamp(seconds, 0)?.date_naive()),
        _ => None,
    }
}

/// The status of a recall. It only moves down this list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Status {
    /// Its day has not come.
    Scheduled,
    /// Its day has come, and nothing was sent.
    Due,
    /// At least one message was sent: see [`Recall::sent`].
    Sent,
    /// The customer answered, without a booking so far.
    Answered,
    /// The customer booked after it was sent.
    Converted,
    /// Cancelled by the user, or because the customer came or booked before a message was sent.
    Cancelled,
}

/// The recall of one customer after one appointment. `Debug` shows keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Recall {
    /// `rule/customer/appointment`.
    pub id: String,
    /// The customer.
    pub customer: CustomerKey,
    /// The rule.
    pub rule: String,
    /// The appointment.
    pub appointment: String,
    /// The resource.
    pub resource: String,
    /// The day of the appointment.
    pub visited: NaiveDate,
    /// The day it falls due.
    pub due: NaiveDate,
    /// The messages sent, in order: channel and day.
    pub sent: Vec<(Channel, NaiveDate)>,
    /// The booking that followed.
    pub booking: Option<String>,
    /// An upcoming booking that makes the recall unnecessary unless it is cancelled: no message is sent meanwhile.
    pub waits_for: Option<String>,
    status: Status,
}

/// A status that the recall cannot change to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a recall that is {from:?} does not become {to:?}")]
#[non_exhaustive]
pub struct InvalidTransition {
    /// The current status.
    pub from: Status,
    /// The requested status.
    pub to: Status,
}

impl Recall {
    /// The status.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// Records that a message was sent.
    ///
    /// # Errors
    /// When it is answered, converted or cancelled, or this channel was used already.
    pub fn sent(&mut self, channel: Channel, on: NaiveDate) -> Result<(), InvalidTransition> {
        let again = self.sent.iter().any(|(used, _)| *used == channel);
        if again || self.status > Status::Sent {
            return Err(self.invalid_transition(Status::Sent));
        }
        self.status = Status::Sent;
        self.sent.push((channel, on));
        Ok(())
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

    fn advance(&mut self, to: Status) -> Result<(), InvalidTransition> {
        if to <= self.status || self.status == Status::Converted {
            return Err(self.invalid_transition(to));
        }
        self.status = to;
        Ok(())
    }

    fn invalid_transition(&self, to: Status) -> InvalidTransition {
        InvalidTransition {
            from: self.status,
            to,
        }
    }

    fn is_open(&self) -> bool {
        self.status < Status::Converted
    }

    fn of(rule: &Rule, visit: &Appointment) -> Self {
        Self {
            id: format!("{}/{}/{}", rule.name, visit.customer, visit.id),
            customer: visit.customer.clone(),
            rule: rule.name.clone(),
            appointment: visit.id.clone(),
            resource: visit.resource.clone(),
            visited: visit.ends,
            due: rule.after.after(visit.ends),
            sent: Vec::new(),
            booking: None,
            waits_for: None,
            status: Status::Scheduled,
        }
    }

    /// Updates the status for this day, from the appointments that the rule concerns.
    fn update(&mut self, day: NaiveDate, appointments: &[&Appointment]) {
        self.waits_for = None;
        if !self.is_open() {
            return;
        }
        if self.status == Status::Scheduled && self.due <= day {
            self.status = Status::Due;
        }
        let first_sent = self.sent.first().map(|(_, on)| *on);
        let later = |other: &&&Appointment| {
            let is_later = (other.ends, &other.id) > (self.visited, &self.appointment);
            is_later && other.state != State::Cancelled && other.booked <= day
        };
        for booking in appointments.iter().filter(later) {
            let is_answer = first_sent.is_some_and(|on| booking.booked >= on);
            if is_answer {
                self.status = Status::Converted;
                self.booking = Some(booking.id.clone());
                return;
            }
            if booking.state == State::Finished && booking.ends <= day {
                self.status = Status::Cancelled;
                return;
            }
            self.waits_for.get_or_insert_with(|| booking.id.clone());
        }
    }
}

/// The recalls as of a day: one for each rule and each finished appointment that it concerns, sorted by due day.
/// `known` is the result of the last call, updated since; a recall in it keeps its status or moves forward, and is kept
/// even when its appointment is not passed any more.
///
/// A booking after a message was sent converts a recall. If the customer comes without a message, it is cancelled.
/// While they have a booking it waits, also after the day of the booking as long as its state is unknown. Bookings made
/// after `day` are ignored.
#[must_use]
pub fn recalls(
    appointments: &[Appointment],
    rules: &[Rule],
    known: &[Recall],
    day: NaiveDate,
) -> Vec<Recall> {
    let mut of_customer: BTreeMap<&CustomerKey, Vec<&Appointment>> = BTreeMap::new();
    for appointment in appointments {
        let theirs = of_customer.entry(&appointment.customer).or_default();
        theirs.push(appointment);
    }
    for theirs in of_customer.values_mut() {
        theirs.sort_by_key(|appointment| (appointment.ends, &appointment.id));
    }
    let known = known
        .iter()
        .map(|recall| (recall.id.clone(), recall.clone()));
    let mut recalls: BTreeMap<String, Recall> = known.collect();
    for rule in rules {
        let visits = appointments.iter().filter(|visit| {
            let is_over = visit.state == State::Finished && visit.ends <= day;
            is_over && rule.concerns(visit)
        });
        for visit in visits {
            let recall = Recall::of(rule, visit);
            recalls.entry(recall.id.clone()).or_insert(recall);
        }
    }
    for recall in recalls.values_mut() {
        let rule = rules.iter().find(|rule| rule.name == recall.rule);
        let theirs = of_customer.get(&recall.customer).into_iter().flatten();
        let theirs: Vec<&Appointment> = theirs
            .filter(|other| rule.is_none_or(|rule| rule.concerns(other)))
            .copied()
            .collect();
        recall.update(day, &theirs);
    }
    let mut recalls: Vec<Recall> = recalls.into_values().collect();
    recalls.sort_by(|a, b| (a.due, &a.id).cmp(&(b.due, &b.id)));
    recalls
}

/// A message to send, as data for a template. `Debug` shows no personal data.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Message<'a> {
    /// The recall; record in it when the message [was sent](Recall::sent).
    pub recall: &'a Recall,
    /// The channel.
    pub channel: Channel,
    /// The day from which it is to be sent.
    pub since: NaiveDate,
    /// The customer's name.
    pub name: String,
    /// The e-mail address, the mobile number, or the lines of the address on a letter.
    pub to: Vec<String>,
    /// The customer's language as two capital letters, if known.
    pub language: Option<&'a str>,
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({} by {})", self.recall.id, self.channel)
    }
}

/// The messages to send on a day: the next ones of each recall that is due, not waiting and not answered. A channel for
/// which the customer has no address is skipped, without making the following ones earlier. Customers for which
/// `customer` returns `None` are skipped.
#[must_use]
pub fn messages<'a>(
    recalls: &'a [Recall],
    rules: &[Rule],
    day: NaiveDate,
    customer: impl Fn(&CustomerKey) -> Option<&'a Customer>,
) -> Vec<Message<'a>> {
    let mut messages = Vec::new();
    let open = recalls.iter().filter(|recall| {
        recall.status <= Status::Sent && recall.due <= day && recall.waits_for.is_none()
    });
    for recall in open {
        let rule = rules.iter().find(|rule| rule.name == recall.rule);
        let (Some(rule), Some(customer)) = (rule, customer(&recall.customer)) else {
            continue;
        };
        // When the previous message was sent, or should have been.
        let mut before = recall.due;
        for step in &rule.steps {
            let mut sent = recall.sent.iter();
            if let Some((_, on)) = sent.find(|(channel, _)| *channel == step.channel) {
                before = *on;
                continue;
            }
            let since = step.wait.after(before);
            if since > day {
                break;
            }
            let to = recipient(customer, step.channel);
            if to.is_empty() {
                before = since;
                continue;
            }
            // The next one counts from the day on which this is sent.
            before = day;
            messages.push(Message {
                recall,
                channel: step.channel,
                since,
                name: customer.name().unwrap_or_default(),
                to,
                language: customer.language.as_deref(),
            });
        }
    }
    messages
}

/// The recipient of a message; empty if the customer has no address for the channel.
fn recipient(customer: &Customer, channel: Channel) -> Vec<String> {
    let address = &customer.address;
    match channel {
        Channel::Email => customer.email.iter().cloned().collect(),
        Channel::Sms => customer.mobile.iter().cloned().collect(),
        Channel::Letter => {
            let (Some(street), Some(city)) = (&address.street, &address.city) else {
                return Vec::new();
            };
            let (number, bus) = (&address.street_number, &address.box_number);
            let street = address::joined(street, number.as_deref(), bus.as_deref());
            let place: Vec<&str> = [address.zipcode.as_deref(), Some(city.as_str())]
                .into_iter()
                .flatten()
                .collect();
            let lines = customer.name().into_iter().chain([street, place.join(" ")]);
            lines.chain(address.country_code.clone()).collect()
        }
    }
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
