//! The nine triggers by polling on the sandbox: one poll, and another two days later.

use chrono::{Months, NaiveDateTime, TimeDelta, Utc};
use customer_sync::SyncOptions;
use customer_sync::store::{MemoryStore, State};
use customer_sync::triggers::{EventRule, Moment, Offset, Poller};
use examples::rentals::{self, LENGTH, NAMES, show_parties};
use examples::{Failure, LookAlikes, Usage, print_line};
use planyo_client::reservations::{DoReservationAction, ReservationAction};
use planyo_client::sites::GetSiteInfo;
use sandbox::Sandbox;

use crate::{Poll, inbox};

pub(crate) async fn run(
    options: impl Fn(State) -> Result<SyncOptions, Usage>,
) -> Result<(), Failure> {
    let LookAlikes {
        sandbox,
        planyo,
        billit,
    } = LookAlikes::of(Sandbox::start_empty().await?)?;
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
        options: options(state.clone())?,
        inbox: inbox(&state),
        state,
    };

    let first_poll = Utc::now();
    print_line("first poll");
    poll.events(|| first_poll).await?;

    let tomorrow = zone.to_local(first_poll) + TimeDelta::days(1);
    let mut rentals = Vec::new();
    for (index, (start, name)) in begins(tomorrow).into_iter().zip(NAMES).enumerate() {
        let rental = rentals::add(&sandbox, name, start);
        let action = match index {
            6 => Some(ReservationAction::CheckIn),
            7 => Some(ReservationAction::CheckOut),
            _ => None,
        };
        if let Some(action) = action {
            let call = DoReservationAction::new(rental.reservation, action);
            poll.planyo.send(call).await?;
        }
        rentals.push(rental);
    }

    print_line("\ntwo days later");
    let second_poll = first_poll + TimeDelta::days(2);
    poll.events(|| second_poll).await?;
    print_line(format!(
        "{} parties in Billit",
        sandbox.billit.parties().len()
    ));
    poll.customers().await?;
    print_line("\nonce more");
    poll.round(|| second_poll).await?;

    Ok(show_parties(&sandbox, &rentals)?)
}

/// When nine rentals of three days begin. Each of the first six has one event in the next two days; then one that
/// checks in, one that checks out, and one that is only new.
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
