//! Nine customers of a van rental for the demos, and their parties.

use chrono::{NaiveDateTime, TimeDelta};
use sandbox::Sandbox;
use sandbox::planyo::{Reservation, Resource, User, status};
use serde_json::{Map, Value};

use crate::print_line;

/// Their names.
pub const NAMES: [&str; 9] = [
    "Ann Peeters",
    "Bart Janssens",
    "Chloé Dubois",
    "Dirk Maes",
    "Els Jacobs",
    "Filip Mertens",
    "Greet Willems",
    "Hugo Claes",
    "Ines Goossens",
];

/// The length of each rental.
pub const LENGTH: TimeDelta = TimeDelta::days(3);

/// A customer and the reservation.
#[derive(Clone, Copy)]
pub struct Rental {
    /// The id of the customer in Planyo.
    pub user: u64,
    /// The id of the reservation.
    pub reservation: u64,
}

/// Adds a customer and a confirmed reservation, without a notification.
#[must_use]
pub fn add(sandbox: &Sandbox, name: &str, start: NaiveDateTime) -> Rental {
    let planyo = &sandbox.planyo;
    let (first, last) = name.split_once(' ').unwrap_or((name, ""));
    let user = planyo.add(User {
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        email: format!("{}@example.com", last.to_lowercase()),
        address: "Kerkstraat 1".to_owned(),
        zip: "9000".to_owned(),
        city: "Gent".to_owned(),
        country: "BE".to_owned(),
        email_verified: true,
        ..User::default()
    });
    let resource_id = planyo.add_resource(Resource {
        name: format!("Van of {last}"),
        ..Resource::default()
    });
    let reservation = planyo.add_reservation(Reservation {
        user_id: user,
        resource_id,
        start,
        end: start + LENGTH,
        quantity: 1,
        status: status::RESERVED | status::VERIFIED | status::CONFIRMED,
        ..Reservation::default()
    });
    Rental { user, reservation }
}

/// Prints the party of each customer.
///
/// # Errors
/// A customer has none, or two.
pub fn show_parties(sandbox: &Sandbox, rentals: &[Rental]) -> Result<(), String> {
    print_line("\nPlanyo's customer  party in Billit");
    let parties = sandbox.billit.parties();
    for rental in rentals {
        let key = format!("planyo:{}", rental.user);
        let mut theirs = parties
            .iter()
            .filter(|party| text(party, "ExternalProviderID") == key);
        match (theirs.next(), theirs.next()) {
            (Some(party), None) => {
                print_line(format!(
                    "{key:<18} {} {}",
                    text(party, "PartyID"),
                    text(party, "Name")
                ));
            }
            (Some(_), Some(_)) => return Err(format!("{key} has two parties")),
            (None, _) => return Err(format!("{key} has no party")),
        }
    }
    Ok(())
}

fn text(party: &Map<String, Value>, name: &str) -> String {
    match party.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    }
}
