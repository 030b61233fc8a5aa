//! The triggers by polling.

use chrono::{DateTime, TimeDelta, Utc};
use customer_sync::store::Table;
use customer_sync::triggers::{
    CustomerRef, EventRule, Inbox, InboxOptions, Moment, Offset, PollReport, Poller, Trigger,
    TriggerRules,
};
use customer_sync::{OutcomeKind, sync_changed};
use planyo_client::ReservationStatus;
use sandbox::Fault;
use sandbox::planyo::{Erasure, status};

use crate::site::{Site, inbox_of};

const USER: u64 = 838_901;

fn poller() -> Poller {
    Poller::new("Europe/Brussels".parse().unwrap())
}

async fn poll(poller: &Poller, site: &Site, now: DateTime<Utc>) -> PollReport {
    let report = poller.poll(&site.world.planyo, &site.state, &site.inbox, now);
    report.await.unwrap()
}

#[tokio::test]
async fn each_of_the_nine_syncs_its_customer_by_polling() {
    // When each rental begins, from now; it lasts three days. One rule comes for it within the next two days.
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
    let site = Site::new().await;
    let now = Utc::now();
    assert_eq!(poll(&poller, &site, now).await.enqueued, 0);
    let mut users = (USER..).zip(Trigger::CUSTOMER_EVENTS).zip(begins);
    for ((user, trigger), begins) in users.by_ref().take(9) {
        let reservation = site.rental(user, begins);
        if matches!(trigger, Trigger::CheckedIn | Trigger::CheckedOut) {
            site.trigger_event(trigger, user, reservation).await;
        }
    }
    let later = now + TimeDelta::days(2);
    assert_eq!(poll(&poller, &site, later).await.enqueued, 8);
    let mut by: Vec<_> = site
        .sync_all()
        .await
        .into_iter()
        .map(|synced| (synced.customer, synced.triggers))
        .collect();
    by.sort();
    let expected: Vec<_> = (USER..)
        .zip(Trigger::CUSTOMER_EVENTS)
        .skip(1)
        .map(|(user, trigger)| (CustomerRef::Customer(user.into()), [trigger].into()))
        .collect();
    assert_eq!(by, expected);
    assert_eq!(site.world.linked().len(), 8);
    // Once only.
    assert_eq!(poll(&poller, &site, later).await.enqueued, 0);
    // The ninth is new or changed: found by `sync_changed`.
    let options = site.options();
    let report = sync_changed(&site.world.planyo, &site.world.billit, &options);
    let report = report.await.unwrap();
    let created = report
        .outcomes
        .iter()
        .filter(|outcome| outcome.kind == OutcomeKind::Created);
    let created: Vec<&str> = created.map(|outcome| outcome.key.id()).collect();
    assert_eq!(created, [USER.to_string()]);
    site.world.party_of(USER);
}

#[tokio::test]
async fn a_poll_that_fails_or_finds_the_inbox_full_is_made_up_for() {
    let mut site = Site::new().await;
    let poller = poller().event(EventRule::before(1, Offset::Days(2), Moment::Begins));
    let now = Utc::now();
    poll(&poller, &site, now).await;
    for (user, begins) in [(USER, 3), (USER + 1, 3), (USER + 2, 40)] {
        let reservation = site.rental(user, TimeDelta::days(begins));
        if user == USER + 2 {
            site.trigger_event(Trigger::CheckedIn, user, reservation)
                .await;
        }
    }
    let later = now + TimeDelta::days(2);
    for failing in [
        "get_reservation_actions",
        "get_reservation_data",
        "list_reservations",
    ] {
        let faults = site.world.sandbox.planyo.faults();
        faults.always(failing, Fault::InternalError);
        let report = poller.poll(&site.world.planyo, &site.state, &site.inbox, later);
        assert!(report.await.is_err());
        faults.clear();
        assert_eq!(site.inbox.counts().await.unwrap().waiting, 0, "{failing}");
    }
    let small = Inbox::new(site.state.clone(), InboxOptions::default().capacity(1));
    let report = poller
        .poll(&site.world.planyo, &site.state, &small, later)
        .await
        .unwrap();
    assert_eq!((report.enqueued, report.is_full), (1, true));
    site.inbox = inbox_of(&site.state);
    let report = poll(&poller, &site, later).await;
    assert_eq!((report.enqueued, report.is_full), (2, false));
    assert_eq!(poll(&poller, &site, later).await.enqueued, 0);
    assert_eq!(site.sync_all().await.len(), 3);
}

#[tokio::test]
async fn filters_hold_for_what_is_polled() {
    let site = Site::new().await;
    let confirmed = TriggerRules::default().required_status(ReservationStatus::CONFIRMED);
    let elsewhere = TriggerRules::default().resources([4711.into()]);
    let rule = EventRule::before(1, Offset::Days(2), Moment::Begins);
    let now = Utc::now();
    let pollers = [confirmed, elsewhere].map(|rules| poller().rules(rules).event(rule));
    poll(&pollers[0], &site, now).await;
    let reservation = site.rental(USER, TimeDelta::days(3));
    let planyo = &site.world.sandbox.planyo;
    planyo.edit_reservation(reservation, |known| known.status = status::RESERVED);
    site.trigger_event(Trigger::CheckedIn, USER, reservation)
        .await;
    let cancelled = site.rental(USER + 1, TimeDelta::days(3));
    planyo.edit_reservation(cancelled, |known| known.status |= status::CANCELLED_BY_USER);
    let later = now + TimeDelta::days(2);
    let report = poll(&pollers[1], &site, later).await;
    assert_eq!(report.enqueued, 0);
    assert_eq!(poll(&pollers[0], &site, later).await.enqueued, 0);
    // Confirmed after its time: found now. Its check-in was filtered out and stays so.
    planyo.edit_reservation(reservation, |known| known.status |= status::CONFIRMED);
    assert_eq!(poll(&pollers[0], &site, later).await.enqueued, 1);
    let synced = site.sync_all().await;
    assert_eq!(synced[0].triggers, [Trigger::BeforeOrAfterEvent(1)].into());
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_counted() {
    let site = Site::new().await;
    let poller = poller().event(EventRule::before(1, Offset::Days(2), Moment::Begins));
    let now = Utc::now();
    poll(&poller, &site, now).await;
    let reservation = site.rental(USER, TimeDelta::days(3));
    let planyo = &site.world.sandbox.planyo;
    let malformed = serde_json::json!({ "reservation_id": "no number" });
    planyo.edit_reservation(reservation, |known| known.malformed = Some(malformed));
    let report = poll(&poller, &site, now + TimeDelta::days(2)).await;
    assert_eq!((report.enqueued, report.unreadable), (0, 1));
}

#[tokio::test]
async fn what_a_poller_stores_is_no_personal_data() {
    let site = Site::new().await;
    let poller = poller().event(EventRule::before(1, Offset::Days(2), Moment::Begins));
    let now = Utc::now();
    poll(&poller, &site, now).await;
    let reservation = site.rental(USER, TimeDelta::days(3));
    site.trigger_event(Trigger::CheckedIn, USER, reservation)
        .await;
    poll(&poller, &site, now + TimeDelta::days(2)).await;
    let mut rows = 0;
    for table in [Table::Events, Table::Inbox] {
        let each = |key: &str, value: serde_json::Value| {
            let text = format!("{key} {value}");
            assert!(
                !text.contains("Person") && !text.contains("example.com"),
                "{text}"
            );
            rows += 1;
            Ok(())
        };
        site.state.each(table, "", each).await.unwrap();
    }
    assert_eq!(rows, 3);
}

#[tokio::test]
async fn an_inbox_that_is_too_small_for_a_poll_gets_every_request_in_the_end() {
    let site = Site::new().await;
    let poller = poller().event(EventRule::before(1, Offset::Days(2), Moment::Begins));
    let now = Utc::now();
    poll(&poller, &site, now).await;
    for user in USER..USER + 3 {
        site.rental(user, TimeDelta::days(3));
    }
    let later = now + TimeDelta::days(2);
    let small = InboxOptions::default()
        .debounce(TimeDelta::zero())
        .capacity(1);
    let small = Inbox::new(site.state.clone(), small);
    let mut seen = Vec::new();
    for is_full in [true, true, false, false] {
        let report = poller.poll(&site.world.planyo, &site.state, &small, later);
        assert_eq!(report.await.unwrap().is_full, is_full);
        while let Some(lease) = small.lease(later).await.unwrap() {
            seen.push(lease.customer());
            lease.done(later).await.unwrap();
        }
    }
    assert_eq!(
        seen,
        [0, 1, 2].map(|more| CustomerRef::Customer((USER + more).into()))
    );
}

#[tokio::test]
async fn an_unreadable_reservation_does_not_delay_others() {
    let site = Site::new().await;
    let poller = poller();
    let now = Utc::now();
    poll(&poller, &site, now).await;
    for user in [USER, USER + 1] {
        let reservation = site.rental(user, TimeDelta::days(30));
        site.trigger_event(Trigger::CheckedIn, user, reservation)
            .await;
        if user == USER {
            let malformed = serde_json::json!("no reservation");
            let planyo = &site.world.sandbox.planyo;
            planyo.edit_reservation(reservation, |known| known.malformed = Some(malformed));
        }
    }
    let report = poll(&poller, &site, now + TimeDelta::minutes(1)).await;
    assert_eq!((report.enqueued, report.unreadable), (2, 0));
    let report = poll(&poller, &site, now + TimeDelta::minutes(2)).await;
    assert_eq!((report.enqueued, report.unreadable), (0, 0));
    // It is retried until it can be read.
    let [first, second] = [site.sync_next().await, site.sync_next().await].map(Option::unwrap);
    let [bad, good] = if first.is_retried {
        [first, second]
    } else {
        [second, first]
    };
    assert!(bad.is_retried && bad.result.is_err(), "{bad}");
    assert_eq!(good.customer, CustomerRef::Customer((USER + 1).into()));
    assert!(!good.is_retried, "{good}");
}

/// A rental of a year and a half, that ends a few days from now.
#[tokio::test]
async fn the_end_of_a_long_rental_is_found() {
    let site = Site::new().await;
    let poller = poller().event(EventRule::before(1, Offset::Days(2), Moment::Ends));
    let now = Utc::now();
    poll(&poller, &site, now).await;
    let planyo = &site.world.sandbox.planyo;
    for (user, days) in [(USER, 3), (USER + 1, 550), (USER + 2, 550)] {
        let reservation = site.rental(user, TimeDelta::zero());
        planyo.edit_reservation(reservation, |known| {
            let ends = if user == USER + 2 { 30 } else { 3 };
            known.end += TimeDelta::days(ends - 3);
            known.start = known.end - TimeDelta::days(days);
        });
    }
    site.world.clear();
    let later = now + TimeDelta::days(2);
    assert_eq!(poll(&poller, &site, later).await.enqueued, 2);
    let waiting: Vec<_> = site
        .inbox
        .pending(9)
        .await
        .unwrap()
        .iter()
        .map(|it| it.customer)
        .collect();
    assert_eq!(
        waiting,
        [USER, USER + 1].map(|user| CustomerRef::Customer(user.into()))
    );
    // The period in one window and the rentals that go on in another, each ended by an empty page.
    let calls = planyo.requests();
    let calls = calls
        .iter()
        .filter(|it| it.operation == "list_reservations");
    assert_eq!(calls.count(), 4);
    assert_eq!(poll(&poller, &site, later).await.enqueued, 0);
}

/// Without their data a reservation still has the id of its customer.
#[tokio::test]
async fn the_customer_of_a_reservation_who_erased_themselves_is_reported() {
    for kind in [Erasure::Blank, Erasure::Gone] {
        let site = Site::new().await;
        let poller = poller().event(EventRule::before(1, Offset::Days(2), Moment::Begins));
        let now = Utc::now();
        poll(&poller, &site, now).await;
        site.rental(USER, TimeDelta::days(3));
        let (planyo, billit) = (&site.world.planyo, &site.world.billit);
        customer_sync::sync_customers(planyo, billit, &site.options())
            .await
            .unwrap();
        let party = site.world.party_of(USER);
        site.world.sandbox.planyo.erase(USER, kind);
        poll(&poller, &site, now + TimeDelta::days(2)).await;
        let synced = site.sync_all().await;
        assert_eq!(synced.len(), 1);
        let text = synced[0].to_string();
        assert!(
            text.contains("erased") && text.contains("plan of its removal"),
            "{text}"
        );
        assert!(!synced[0].is_retried);
        assert_eq!(site.world.party_of(USER), party);
    }
}
