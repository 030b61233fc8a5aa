//! The same without being called.
use chrono::{DateTime, TimeDelta, Utc};
use customer_sync::store::Table;
use customer_sync::triggers::{
    CustomerRef, EventRule, Inbox, InboxOptions, Moment, Offset, PollReport, Poller, Trigger,
    TriggerRules,
};
use customer_sync::{OutcomeKind, sync_changed};
use planyo_client::ReservationStatus;
use sandbox::Fault;
use sandbox::planyo::status;

use crate::place::{Place, patient};

const USER: u64 = 838_901;

fn poller() -> Poller {
    Poller::new("Europe/Brussels".parse().unwrap())
}

async fn look(poller: &Poller, place: &Place, now: DateTime<Utc>) -> PollReport {
    let looked = poller.look(&place.world.planyo, &place.state, &place.inbox, now);
    looked.await.unwrap()
}

#[tokio::test]
async fn each_of_the_nine_syncs_its_customer_by_polling() {
    // When the rental of each begins, from now; it lasts three days. Within two days of now one rule is due for it.
    let begins = [
        TimeDelta::days(30),
        TimeDelta::days(3),
        TimeDelta::hours(36) - TimeDelta::days(3),
        TimeDelta::hours(18),
        TimeDelta::days(5),
        TimeDelta::hours(24) - TimeDelta::weeks(4) - TimeDelta::days(3),
        TimeDelta::hours(24) - TimeDelta::weeks(52) - TimeDelta::days(3),
        TimeDelta::days(40),
        TimeDelta::days(50),
    ];
    let poller = [
        EventRule::before(1, Offset::Days(2), Moment::Begins),
        EventRule::before(2, Offset::Hours(12), Moment::Ends),
        EventRule::after(3, Offset::Hours(6), Moment::Begins),
        EventRule::before(4, Offset::Weeks(1), Moment::Ends),
        EventRule::after(5, Offset::Weeks(4), Moment::Ends),
        EventRule::after(6, Offset::Weeks(52), Moment::Ends),
    ]
    .into_iter()
    .fold(poller(), Poller::event);
    let place = Place::new().await;
    let now = Utc::now();
    assert_eq!(look(&poller, &place, now).await.due, 0);
    let mut users = (USER..).zip(Trigger::CUSTOMER_EVENTS).zip(begins);
    for ((user, trigger), begins) in users.by_ref().take(9) {
        let reservation = place.rental(user, begins);
        if matches!(trigger, Trigger::CheckedIn | Trigger::CheckedOut) {
            place.make_happen(trigger, user, reservation).await;
        }
    }
    let later = now + TimeDelta::days(2);
    assert_eq!(look(&poller, &place, later).await.due, 8);
    let mut by: Vec<_> = place
        .sync_all()
        .await
        .into_iter()
        .map(|synced| (synced.whom, synced.triggers))
        .collect();
    by.sort();
    let expected: Vec<_> = (USER..)
        .zip(Trigger::CUSTOMER_EVENTS)
        .skip(1)
        .map(|(user, trigger)| (CustomerRef::Customer(user.into()), [trigger].into()))
        .collect();
    assert_eq!(by, expected);
    assert_eq!(place.world.linked().len(), 8);
    // Once is enough.
    assert_eq!(look(&poller, &place, later).await.due, 0);
    // The ninth is new or changed: that is found by comparing.
    let options = place.options();
    let report = sync_changed(&place.world.planyo, &place.world.billit, &options);
    let report = report.await.unwrap();
    let created = report
        .outcomes
        .iter()
        .filter(|outcome| outcome.kind == OutcomeKind::Created);
    let created: Vec<&str> = created.map(|outcome| outcome.key.id()).collect();
    assert_eq!(created, [USER.to_string()]);
    place.world.party_of(USER);
}

#[tokio::test]
async fn a_look_that_fails_or_finds_no_place_is_made_up_for() {
    let mut place = Place::new().await;
    let poller = poller().event(EventRule::before(1, Offset::Days(2), Moment::Begins));
    let now = Utc::now();
    look(&poller, &place, now).await;
    for (user, begins) in [(USER, 3), (USER + 1, 3), (USER + 2, 40)] {
        let reservation = place.rental(user, TimeDelta::days(begins));
        if user == USER + 2 {
            place
                .make_happen(Trigger::CheckedIn, user, reservation)
                .await;
        }
    }
    let later = now + TimeDelta::days(2);
    for failing in [
        "get_reservation_actions",
        "get_reservation_data",
        "list_reservations",
    ] {
        let faults = place.world.sandbox.planyo.faults();
        faults.always(failing, Fault::InternalError);
        let looked = poller.look(&place.world.planyo, &place.state, &place.inbox, later);
        assert!(looked.await.is_err());
        faults.clear();
        assert_eq!(place.inbox.counts().waiting, 0, "{failing}");
    }
    let small = Inbox::open(place.state.clone(), InboxOptions::default().capacity(1)).unwrap();
    let looked = poller
        .look(&place.world.planyo, &place.state, &small, later)
        .await
        .unwrap();
    assert_eq!((looked.due, looked.is_full), (1, true));
    place.inbox = patient(&place.state);
    let looked = look(&poller, &place, later).await;
    assert_eq!((looked.due, looked.is_full), (2, false));
    assert_eq!(look(&poller, &place, later).await.due, 0);
    assert_eq!(place.sync_all().await.len(), 3);
}

#[tokio::test]
async fn filters_hold_for_what_is_polled() {
    let place = Place::new().await;
    let confirmed = TriggerRules::default().required_status(ReservationStatus::CONFIRMED);
    let elsewhere = TriggerRules::default().resources([4711.into()]);
    let rule = EventRule::before(1, Offset::Days(2), Moment::Begins);
    let now = Utc::now();
    let pollers = [confirmed, elsewhere].map(|rules| poller().rules(rules).event(rule));
    look(&pollers[0], &place, now).await;
    let reservation = place.rental(USER, TimeDelta::days(3));
    let planyo = &place.world.sandbox.planyo;
    planyo.edit_reservation(reservation, |known| known.status = status::RESERVED);
    place
        .make_happen(Trigger::CheckedIn, USER, reservation)
        .await;
    let cancelled = place.rental(USER + 1, TimeDelta::days(3));
    planyo.edit_reservation(cancelled, |known| known.status |= status::CANCELLED_BY_USER);
    let later = now + TimeDelta::days(2);
    let looked = look(&pollers[1], &place, later).await;
    assert_eq!(looked.due, 0);
    assert_eq!(look(&pollers[0], &place, later).await.due, 0);
    // Confirmed when its time was past: due now. That it checked in was passed over for good.
    planyo.edit_reservation(reservation, |known| known.status |= status::CONFIRMED);
    assert_eq!(look(&pollers[0], &place, later).await.due, 1);
    let synced = place.sync_all().await;
    assert_eq!(synced[0].triggers, [Trigger::BeforeOrAfterEvent(1)].into());
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_counted() {
    let place = Place::new().await;
    let poller = poller().event(EventRule::before(1, Offset::Days(2), Moment::Begins));
    let now = Utc::now();
    look(&poller, &place, now).await;
    let reservation = place.rental(USER, TimeDelta::days(3));
    let planyo = &place.world.sandbox.planyo;
    let malformed = serde_json::json!({ "reservation_id": "no number" });
    planyo.edit_reservation(reservation, |known| known.malformed = Some(malformed));
    let looked = look(&poller, &place, now + TimeDelta::days(2)).await;
    assert_eq!((looked.due, looked.unreadable), (0, 1));
}

#[tokio::test]
async fn what_a_poller_keeps_holds_nobody() {
    let place = Place::new().await;
    let poller = poller().event(EventRule::before(1, Offset::Days(2), Moment::Begins));
    let now = Utc::now();
    look(&poller, &place, now).await;
    let reservation = place.rental(USER, TimeDelta::days(3));
    place
        .make_happen(Trigger::CheckedIn, USER, reservation)
        .await;
    look(&poller, &place, now + TimeDelta::days(2)).await;
    let mut rows = 0;
    for table in [Table::Events, Table::Inbox] {
        let mut row = |key: &str, value: &[u8]| {
            let text = format!("{key} {}", String::from_utf8_lossy(value));
            assert!(
                !text.contains("Person") && !text.contains("example.com"),
                "{text}"
            );
            rows += 1;
            Ok(())
        };
        place.state.store().scan(table, "", &mut row).unwrap();
    }
    assert_eq!(rows, 3);
}

#[tokio::test]
async fn an_inbox_that_is_too_small_for_a_look_gets_everybody_in_the_end() {
    let place = Place::new().await;
    let poller = poller().event(EventRule::before(1, Offset::Days(2), Moment::Begins));
    let now = Utc::now();
    look(&poller, &place, now).await;
    for user in USER..USER + 3 {
        place.rental(user, TimeDelta::days(3));
    }
    let later = now + TimeDelta::days(2);
    let small = InboxOptions::default()
        .debounce(TimeDelta::zero())
        .capacity(1);
    let small = Inbox::open(place.state.clone(), small).unwrap();
    let mut seen = Vec::new();
    for is_full in [true, true, false, false] {
        let looked = poller.look(&place.world.planyo, &place.state, &small, later);
        assert_eq!(looked.await.unwrap().is_full, is_full);
        while let Some(due) = small.take(later) {
            seen.push(due.whom());
            due.done(later).unwrap();
        }
    }
    assert_eq!(
        seen,
        [0, 1, 2].map(|more| CustomerRef::Customer((USER + more).into()))
    );
}

#[tokio::test]
async fn a_reservation_that_cannot_be_read_holds_nobody_else_up() {
    let place = Place::new().await;
    let poller = poller();
    let now = Utc::now();
    look(&poller, &place, now).await;
    for user in [USER, USER + 1] {
        let reservation = place.rental(user, TimeDelta::days(30));
        place
            .make_happen(Trigger::CheckedIn, user, reservation)
            .await;
        if user == USER {
            let malformed = serde_json::json!("no reservation");
            let planyo = &place.world.sandbox.planyo;
            planyo.edit_reservation(reservation, |known| known.malformed = Some(malformed));
        }
    }
    let looked = look(&poller, &place, now + TimeDelta::minutes(1)).await;
    assert_eq!((looked.due, looked.unreadable), (2, 0));
    let looked = look(&poller, &place, now + TimeDelta::minutes(2)).await;
    assert_eq!((looked.due, looked.unreadable), (0, 0));
    // The one waits until it can be read.
    let [first, second] = [place.sync_next().await, place.sync_next().await].map(Option::unwrap);
    let [bad, good] = if first.is_retried {
        [first, second]
    } else {
        [second, first]
    };
    assert!(bad.is_retried && bad.result.is_err(), "{bad}");
    assert_eq!(good.whom, CustomerRef::Customer((USER + 1).into()));
    assert!(!good.is_retried, "{good}");
}
