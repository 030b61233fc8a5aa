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
    let poll = Poll {
        poller: events.into_iter().fold(Poller::new(zone), Poller::event),
        planyo,
        billit,
        options: SyncOptions::default().store(state.clone()),
        inbox: Inbox::open(
            state.clone(),
            InboxOptions::default().quiet(TimeDelta::zero()),
        )?,
        state,
    };

    let first_look = Utc::now();
    println!("first look");
    poll.events(|| first_look).await?;

    // Each of the first six rentals has one time that comes in the next two days.
    let tomorrow = zone.to_local(first_look) + TimeDelta::days(1);
    let months = |months| {
        tomorrow
            .checked_sub_months(Months::new(months))
            .unwrap_or(tomorrow)
    };
    let three_days = TimeDelta::days(3);
    let rentals = [
        tomorrow + TimeDelta::days(2),
        tomorrow + TimeDelta::hours(12) - three_days,
        tomorrow - TimeDelta::hours(6),
        tomorrow + TimeDelta::weeks(1) - three_days,
        months(6) - three_days,
        months(24) - three_days,
        // Checked in, checked out, and one who is only new.
        tomorrow + TimeDelta::days(40),
        tomorrow + TimeDelta::days(50),
        tomorrow + TimeDelta::days(60),
    ];
    let mut users = Vec::new();
    let mut reservations = Vec::new();
    for (start, name) in rentals.into_iter().zip(NAMES) {
        let (user, reservation) = add(&sandbox, name, start, start + three_days);
        users.push(user);
        reservations.push(reservation);
    }
    let actions = [
        (6, ReservationAction::CheckIn),
        (7, ReservationAction::CheckOut),
    ];
    for (index, action) in actions {
        let reservation: Option<&u64> = reservations.get(index);
        let reservation = *reservation.ok_or("there are nine reservations")?;
        poll.planyo
            .send(DoReservationAction::new(reservation, action))
            .await?;
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
        let key = format!("planyo:{user}");
        let parties = sandbox.billit.parties();
        let of = |party: &serde_json::Map<String, serde_json::Value>, name: &str| {
            party
                .get(name)
                .map(|value| {
                    value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned)
                })
                .unwrap_or_default()
        };
        let mut theirs = parties
            .iter()
            .filter(|party| of(party, "ExternalProviderID") == key);
        match (theirs.next(), theirs.next()) {
            (Some(party), None) => {
                println!("{key:<18} {} {}", of(party, "PartyID"), of(party, "Name"))
            }
            (Some(_), Some(_)) => return Err(format!("{key} has two parties").into()),
            (None, _) => return Err(format!("{key} has no party").into()),
        }
    }
    Ok(())
}

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
fn add(sandbox: &Sandbox, name: &str, start: NaiveDateTime, end: NaiveDateTime) -> (u64, u64) {
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
        end,
        quantity: 1,
        status: status::RESERVED | status::VERIFIED | status::CONFIRMED,
        ..Reservation::default()
    });
    (user, reservation)
}
