//! The nine triggers by polling, on two look-alike servers: a look, two days of sleep, and another look.

use billit_client::Client as Billit;
use chrono::{Months, NaiveDateTime, TimeDelta, Utc};
use customer_sync::SyncOptions;
use customer_sync::state::{MemoryStore, State};
use customer_sync::triggers::{EventRule, Inbox, InboxOptions, Moment, Offset, Poller};
use planyo_client::Client as Planyo;
use planyo_client::reservations::{DoReservationAction, ReservationAction};
use planyo_client::sites::GetSiteInfo;
use sandbox::Sandbox;
use sandbox::planyo::{Reservation, Resource, User, status};
use serde_json::{Map, Value};

use crate::{Failure, Poll};

pub(crate) async fn run() -> Result<(), Failure> {
    let sandbox = Sandbox::start_empty().await?;
    let planyo = Planyo::builder(sandbox.planyo.api_key())
        .base_url(sandbox.planyo.base_url())
        .build()?;
    let billit = Billit::builder(sandbox.billit.api_key(), sandbox.billit.company_id())
        .base_url(sandbox.billit.base_url())
        .build()?;
    let zone = planyo.send(GetSiteInfo::new()).await?.zone()?;
    let events = [
        EventRule::before(1, Offset::Days(2), Moment::Begins),
        EventRule::before(2, Offset::Hours(12), Moment::Ends),
        EventRule::after(3, Offset::Hours(6), Moment::Begins),
        EventRule::before(4, Offset::Weeks(1), Moment::Ends),
        EventRule::after(5, Offset::Months(6), Moment::Ends),
        EventRule::after(6, Offset::Years(2), Moment::Ends),
    ];
    let state = State::new(MemoryStore::new());
    let quiet = InboxOptions::default().quiet(TimeDelta::zero());
    let poll = Poll {
        poller: events.into_iter().fold(Poller::new(zone), Poller::event),
        planyo,
        billit,
        options: SyncOptions::default().store(state.clone()),
        inbox: Inbox::open(state.clone(), quiet)?,
        state,
    };

    let first_look = Utc::now();
    println!("first look");
    poll.events(|| first_look).await?;

    let tomorrow = zone.to_local(first_look) + TimeDelta::days(1);
    let mut users = Vec::new();
    for (index, (start, name)) in begins(tomorrow).into_iter().zip(NAMES).enumerate() {
        let (user, reservation) = add(&sandbox, name, start);
        let action = match index {
            6 => Some(ReservationAction::CheckIn),
            7 => Some(ReservationAction::CheckOut),
            _ => None,
        };
        if let Some(action) = action {
            let call = DoReservationAction::new(reservation, action);
            poll.planyo.send(call).await?;
        }
        users.push(user);
    }

    println!("\ntwo days later");
    let second_look = first_look + TimeDelta::days(2);
    poll.events(|| second_look).await?;
    println!("{} parties in Billit", sandbox.billit.parties().len());
    poll.customers().await?;
    println!("\nonce more");
    poll.round(|| second_look).await?;

    println!("\nPlanyo's customer  party in Billit");
    for user in users {
        show_party(&sandbox, user)?;
    }
    Ok(())
}

/// When nine rentals of three days begin. Each of the first six has one time that comes in the next two days; then one who
/// checks in, one who checks out, and one who is only new.
fn begins(tomorrow: NaiveDateTime) -> [NaiveDateTime; 9] {
    let ago = |months| {
        let then = tomorrow.checked_sub_months(Months::new(months));
        then.unwrap_or(tomorrow) - LENGTH
    };
    [
        tomorrow + TimeDelta::days(2),
        tomorrow + TimeDelta::hours(12) - LENGTH,
        tomorrow - TimeDelta::hours(6),
        tomorrow + TimeDelta::weeks(1) - LENGTH,
        ago(6),
        ago(24),
        tomorrow + TimeDelta::days(40),
        tomorrow + TimeDelta::days(50),
        tomorrow + TimeDelta::days(60),
    ]
}

/// A customer has one.
fn show_party(sandbox: &Sandbox, user: u64) -> Result<(), Failure> {
    let key = format!("planyo:{user}");
    let parties = sandbox.billit.parties();
    let mut theirs = parties
        .iter()
        .filter(|party| text(party, "ExternalProviderID") == key);
    match (theirs.next(), theirs.next()) {
        (Some(party), None) => {
            println!(
                "{key:<18} {} {}",
                text(party, "PartyID"),
                text(party, "Name")
            );
            Ok(())
        }
        (Some(_), Some(_)) => Err(format!("{key} has two parties").into()),
        (None, _) => Err(format!("{key} has no party").into()),
    }
}

fn text(party: &Map<String, Value>, name: &str) -> String {
    match party.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    }
}

const LENGTH: TimeDelta = TimeDelta::days(3);

const NAMES: [&str; 9] = [
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

/// A customer with a reservation, of which nobody is told.
fn add(sandbox: &Sandbox, name: &str, start: NaiveDateTime) -> (u64, u64) {
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
    (user, reservation)
}
