//! The recalls and the messages of a day.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

use super::{Appointment, Channel, Recall, Rule, State, Status};
use crate::core::customer::{Customer, CustomerKey};
use crate::normalize::address;

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
            is_over && rule.recalls(visit)
        });
        for visit in visits {
            let recall = Recall::after(rule, visit);
            recalls.entry(recall.id.clone()).or_insert(recall);
        }
    }
    for recall in recalls.values_mut() {
        let rule = rules.iter().find(|rule| rule.name() == recall.rule);
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

/// Whom a message goes to.
#[derive(Clone, Copy)]
pub struct Contact<'a> {
    /// The customer.
    pub customer: &'a Customer,
    /// The channels by which they want no messages.
    pub opted_out: &'a [Channel],
}

impl<'a> From<&'a Customer> for Contact<'a> {
    /// A customer who has refused no channel.
    fn from(customer: &'a Customer) -> Self {
        Self {
            customer,
            opted_out: &[],
        }
    }
}

impl fmt::Debug for Contact<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Contact({})", self.customer.key)
    }
}

/// A message to send, as data for a [template](super::Template). `Debug` shows no personal data.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Message<'a> {
    /// The recall; record in it that the message is [begun](Recall::start), and what became of it.
    pub recall: &'a Recall,
    /// The channel.
    pub channel: Channel,
    /// The day from which it is to be sent.
    pub since: NaiveDate,
    /// The customer's name.
    pub name: String,
    /// Their first name, if known.
    pub first_name: Option<&'a str>,
    /// The e-mail address, the mobile number, or the lines of the address on a letter.
    pub to: Vec<String>,
    /// The customer's language as two capital letters, if known.
    pub language: Option<&'a str>,
}

impl<'a> Message<'a> {
    /// One of a recall, whenever it is to be sent, such as for a preview; `None` if the customer has no address for the
    /// channel.
    #[must_use]
    pub fn of(recall: &'a Recall, channel: Channel, customer: &'a Customer) -> Option<Self> {
        let to = recipient(customer, channel);
        (!to.is_empty()).then(|| Self {
            recall,
            channel,
            since: recall.due,
            name: customer.name().unwrap_or_default(),
            first_name: customer.first_name.as_deref(),
            to,
            language: customer.language.as_deref(),
        })
    }
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({} by {})", self.recall.id, self.channel)
    }
}

/// The messages to send at a time: the next ones of each recall that is due, not waiting and not answered. Of a recall
/// with a message that was [begun](Recall::start) and has no outcome there are none. Customers for which `contact`
/// returns `None` are skipped.
///
/// A channel is skipped, without making the following ones earlier, if the customer has no address for it or has opted
/// out, or if the message [was not sent](Recall::not_sent) and is not to be tried again at this time.
#[must_use]
pub fn messages<'a>(
    recalls: &'a [Recall],
    rules: &[Rule],
    now: NaiveDateTime,
    contact: impl Fn(&CustomerKey) -> Option<Contact<'a>>,
) -> Vec<Message<'a>> {
    let day = now.date();
    let mut messages = Vec::new();
    let open = recalls.iter().filter(|recall| {
        let is_quiet = recall.waits_for.is_none() && recall.sending.is_none();
        recall.status() <= Status::Sent && recall.due <= day && is_quiet
    });
    for recall in open {
        let rule = rules.iter().find(|rule| rule.name() == recall.rule);
        let (Some(rule), Some(contact)) = (rule, contact(&recall.customer)) else {
            continue;
        };
        // When the previous message was sent, or should have been.
        let mut before = recall.due;
        for step in rule.steps() {
            let mut sent = recall.messages_sent.iter();
            if let Some(sent) = sent.find(|sent| sent.channel == step.channel) {
                before = sent.at.date();
                continue;
            }
            let since = step.wait.after(before);
            if since > day {
                break;
            }
            let is_refused = contact.opted_out.contains(&step.channel);
            let has_failed = recall.failure(step.channel);
            let is_later = has_failed.is_some_and(|failed| failed.again.is_none_or(|at| at > now));
            let message = Message::of(recall, step.channel, contact.customer);
            let Some(message) = message.filter(|_| !is_refused && !is_later) else {
                before = since;
                continue;
            };
            // The next one counts from the day on which this is sent.
            before = day;
            messages.push(Message { since, ..message });
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
