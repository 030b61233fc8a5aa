//! Recalls: the customers to invite again.

use std::collections::BTreeMap;
use std::io;

use chrono::NaiveDate;
use customer_sync::planfy::{self, Export};
use customer_sync::recalls::{Appointment, Channel, Rule, Span, State, messages, recalls};
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
    let messages = messages(&known, &rules(), wanted.day, |key| customers.get(key));
    print_line(format!("\nto send on {}: {}", wanted.day, messages.len()));
    for message in &messages {
        let recall = message.recall;
        print_line(format!(
            "  {:<7} {:<18} {:<16} last {}, due {}: {}, {}",
            message.channel.to_string(),
            recall.customer.to_string(),
            recall.rule,
            recall.visited,
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

/// Appointments from CSV: `id, planfy_id, resource, booked, ends, state`.
fn appointments(csv: impl io::Read, rules: &MappingRules) -> Result<Vec<Appointment>, Failure> {
    let mut reader = csv::Reader::from_reader(csv);
    let names = reader.headers()?.clone();
    let mut appointments = Vec::new();
    for row in reader.records() {
        let row = row?;
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |name: &str| {
            let place = names.iter().position(|own| own.trim() == name);
            let cell = place.and_then(|place| row.get(place)).map(str::trim);
            cell.ok_or_else(|| format!("the appointments have no column `{name}`"))
        };
        let day = |name: &str| -> Result<NaiveDate, String> {
            let day = cell(name)?.parse();
            day.map_err(|_| format!("appointments, line {line}: `{name}` is no day as 2026-11-22"))
        };
        let state = match cell("state")? {
            "finished" => State::Finished,
            "booked" => State::Booked,
            "cancelled" => State::Cancelled,
            _ => {
                return Err(format!(
                    "appointments, line {line}: `state` is finished, booked or cancelled"
                )
                .into());
            }
        };
        let customer = planfy::key(cell("planfy_id")?, rules);
        let booked = Appointment::booked(
            cell("id")?,
            customer,
            cell("resource")?,
            day("booked")?,
            day("ends")?,
        );
        appointments.push(booked.state(state));
    }
    Ok(appointments)
}
