//! Recalls: the customers to invite again.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime};
use customer_sync::planfy::{self, AppointmentColumns, BadRow, Export};
use customer_sync::recalls::{Appointment, Channel, Contact, Rule, Span, messages, recalls};
use customer_sync::{Customer, CustomerKey, MappingRules};
use examples::{Failure, print_line};

/// The appointments, and the day.
pub(crate) struct Recalls {
    pub(crate) appointments: Vec<u8>,
    pub(crate) day: NaiveDate,
}

/// Sample rules: write your own.
fn rules() -> [Rule; 2] {
    [
        Rule::new("yearly check-up", Span::Years(1))
            .after_resource("check-up")
            .then(Channel::Email, Span::Days(0))
            .then(Channel::Sms, Span::Days(0))
            .then(Channel::Letter, Span::Weeks(3)),
        Rule::new("after treatment", Span::Months(3))
            .after_resource("treatment")
            .then(Channel::Email, Span::Days(0))
            .then(Channel::Letter, Span::Months(1)),
    ]
}

/// Prints the messages of the day. A program that sends them stores the recalls for the next day.
pub(crate) fn print(
    wanted: &Recalls,
    export: &Export,
    mapping: &MappingRules,
) -> Result<(), Failure> {
    let appointments = appointments(wanted.appointments.as_slice(), mapping)?;
    let known = recalls(&appointments, &rules(), &[], wanted.day);
    let mut customers: BTreeMap<CustomerKey, Customer> = BTreeMap::new();
    for row in export.rows()? {
        if let Ok(customer) = planfy::customer(&row?, mapping) {
            customers.insert(customer.key.clone(), customer);
        }
    }
    let messages = messages(
        &known,
        &rules(),
        wanted.day.and_time(NaiveTime::MIN),
        |key| customers.get(key).map(Contact::from),
    );
    print_line(format!("\nto send on {}: {}", wanted.day, messages.len()));
    for message in &messages {
        let recall = message.recall;
        print_line(format!(
            "  {:<7} {:<18} {:<16} last {}, due {}: {}, {}",
            message.channel.to_string(),
            recall.customer.to_string(),
            recall.rule,
            recall.since,
            recall.due,
            message.name,
            message.to.join(", ")
        ));
    }
    for recall in known.iter().filter(|recall| recall.waits_for.is_some()) {
        print_line(format!(
            "  waits   {:<18} {:<16} booked again",
            recall.customer.to_string(),
            recall.rule
        ));
    }
    Ok(())
}

/// Appointments from CSV: `id, planfy_id, resource, booked, ends, state`. A line that is wrong ends it: whoever is on it may
/// have booked again.
fn appointments(csv: &[u8], rules: &MappingRules) -> Result<Vec<Appointment>, Failure> {
    let read = planfy::appointments(csv, &AppointmentColumns::default(), rules);
    let read = read.map_err(|error| format!("appointments: {error}"))?;
    let all: Result<Vec<Appointment>, BadRow> = read.into_iter().collect();
    Ok(all.map_err(|bad| format!("appointments: {bad}"))?)
}
