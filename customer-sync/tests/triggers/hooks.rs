//! From an event in Planyo, through its webhook, to the party in Billit.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use customer_sync::store::{Actor, JournalEntry};
use customer_sync::triggers::{
    CustomerRef, SyncRequest, Trigger, TriggerRules, WebhookHandler, ensure_callbacks,
    remove_callbacks, sync_next,
};
use customer_sync::{
    CustomerKey, MappingRules, OutcomeKind, PlanyoUsers, WriteMode, sync_customers,
};
use planyo_client::incoming::CallbackToken;
use planyo_client::notifications::{AddNotificationCallback, CallbackUrl};
use planyo_client::users::AddUser;
use planyo_client::{Client, NotificationName};
use sandbox::Fault;

use crate::common::{person, text};
use crate::site::{NOWHERE, Site, TOKEN, in_an_hour, inbox_of, killed_after, url};

const USER: u64 = 838_901;

#[tokio::test]
async fn each_of_the_nine_syncs_its_customer_by_form_and_by_json() {
    for json in [false, true] {
        let site = Site::new().await;
        site.register(json, &Trigger::CUSTOMER_EVENTS).await;
        for (trigger, user) in Trigger::CUSTOMER_EVENTS.into_iter().zip(USER..) {
            let reservation = site.rental(user, TimeDelta::days(2));
            site.trigger_event(trigger, user, reservation).await;
        }
        site.receive().await;
        let posted = site.posted().await;
        let kinds: BTreeSet<&str> = posted.iter().map(|posted| posted.content_type).collect();
        let kind = if json {
            "application/json"
        } else {
            "application/x-www-form-urlencoded"
        };
        assert_eq!((posted.len(), kinds), (9, BTreeSet::from([kind])));
        let synced = site.sync_all().await;
        let by: BTreeSet<Trigger> = synced
            .iter()
            .flat_map(|synced| &synced.triggers)
            .copied()
            .collect();
        assert_eq!(by, Trigger::CUSTOMER_EVENTS.into());
        for synced in &synced {
            let outcome = synced.result.as_ref().unwrap().as_ref().unwrap();
            assert_eq!(
                (outcome.kind, synced.triggers.len()),
                (OutcomeKind::Created, 1)
            );
        }
        for user in (USER..).take(9) {
            let name = format!("Person Number{user}");
            assert_eq!(text(&site.world.party_of(user), "Name"), Some(&*name));
        }
        site.world.sync_changes_nothing().await;
    }
}

#[tokio::test]
async fn every_other_trigger_does_as_well_where_planyo_takes_its_callback() {
    let mut site = Site::new().await;
    site.rules = TriggerRules::only(Trigger::all());
    let url = url();
    let report = ensure_callbacks(&site.world.planyo, &site.state, &url, Trigger::all());
    let report = report.await.unwrap();
    // Times that a newer page of the documentation names, and this server does not know.
    let refused: Vec<&str> = report
        .failed
        .iter()
        .map(|(event, _)| event.as_str())
        .collect();
    let unknown: Vec<String> = [10, 11, 12, 7, 8, 9]
        .map(|number| format!("before_or_after_event_{number}"))
        .into();
    assert_eq!(refused, unknown);
    let shown = report.to_string();
    assert!(
        shown.starts_with("callbacks: 32 added, 0 kept, 0 removed, 6 failed"),
        "{shown}"
    );
    assert!(shown.contains("before_or_after_event_7: "), "{shown}");
    assert!(!shown.contains(TOKEN) && !format!("{report:?}").contains(TOKEN));

    let known: Vec<Trigger> = Trigger::all()
        .filter(|trigger| !unknown.contains(&trigger.to_string()))
        .collect();
    for (trigger, user) in known.iter().zip(USER..) {
        let reservation = site.rental(user, TimeDelta::days(2));
        site.world
            .sandbox
            .planyo
            .fire(&trigger.to_string(), reservation);
    }
    site.receive().await;
    assert_eq!(site.sync_all().await.len(), known.len());
    assert_eq!(site.world.linked().len(), known.len());
}

#[tokio::test]
async fn a_burst_of_created_and_updated_is_one_party() {
    let site = Site::new().await;
    site.world.sandbox.planyo.configure(|settings| {
        settings.duplicate_callbacks = true;
        settings.reorder_callbacks = true;
    });
    site.register(true, &Trigger::CUSTOMER_EVENTS).await;
    let ann = AddUser::new("ann@example.com", "Ann").last_name("Peeters");
    let saved = site.world.planyo.send(ann).await.unwrap();
    let user = saved.user_id.unwrap().get();
    for city in ["Gent", "Brugge", "Aalst"] {
        site.world
            .sandbox
            .planyo
            .edit(user, |user| city.clone_into(&mut user.city));
    }
    assert_eq!(site.posted().await.len(), 8);
    site.receive().await;
    assert_eq!(site.sync_all().await.len(), 1);
    assert_eq!(text(&site.world.party_of(user), "City"), Some("Aalst"));
    assert_eq!(site.world.requests("POST /v1/parties"), 1);
    // The same notifications again: read, found equal, nothing written.
    site.world.clear();
    site.receive().await;
    let again = site.sync_all().await;
    assert_eq!((again.len(), site.world.writes()), (1, 0));
}

/// Planyo's lists have a phone as it was typed beside its country code; one user's record has both in one.
#[tokio::test]
async fn a_phone_typed_with_its_zero_is_not_written_back_and_forth() {
    let site = Site::new().await;
    site.rental(USER, TimeDelta::days(2));
    let planyo = &site.world.sandbox.planyo;
    planyo.edit(USER, |user| {
        user.phone_country_code = "32".to_owned();
        user.phone_number = "059 12 34 56".to_owned();
    });
    let users = PlanyoUsers::new(&site.world.planyo);
    sync_customers(&users, &site.world.billit, &site.options())
        .await
        .unwrap();
    site.register(true, &Trigger::CUSTOMER_EVENTS).await;
    site.world.clear();
    planyo.edit(USER, |user| user.city = "Aalst".to_owned());
    site.receive().await;
    assert_eq!(site.sync_all().await.len(), 1);
    let party = site.world.party_of(USER);
    assert_eq!(text(&party, "City"), Some("Aalst"));
    assert_eq!(text(&party, "Phone"), Some("+3259123456"));
    assert_eq!(site.world.writes(), 1);
    site.world.sync_changes_nothing().await;
    // The journal tells a webhook from a nightly run.
    let key = CustomerKey::new("planyo", USER.to_string());
    let history = site.state.history(&key).await.unwrap();
    let is_by =
        |entry: &JournalEntry, provider| entry.changes.iter().all(|change| change.by == provider);
    let [night, hook] = &history[..] else {
        panic!("{history:?}")
    };
    assert!(is_by(night, Actor::Source) && is_by(hook, Actor::Notification));
}

#[tokio::test]
async fn what_is_forged_or_broken_changes_nothing() {
    let site = Site::new().await;
    site.rental(USER, TimeDelta::days(2));
    let token = CallbackToken::new(TOKEN).unwrap();
    let handler = WebhookHandler::new(token, TriggerRules::default());
    let good = format!("token={TOKEN}");
    let (form, json) = ("application/x-www-form-urlencoded", "application/json");
    let large = format!(
        "notification_type=user_updated&user={USER}&x={}",
        "a".repeat(1 << 20)
    );
    let refused: [(&str, &str, &[u8]); 7] = [
        (
            "token=guess",
            form,
            b"notification_type=user_updated&user=838901",
        ),
        (
            &good,
            json,
            b"{\"notification_type\":\"user_updated\",\"user\":8389",
        ),
        (&good, form, large.as_bytes()),
        (&good, json, b"[\"user_updated\", 838901]"),
        (
            &good,
            json,
            b"{\"notification_type\":\"user_updated\",\"user\":{\"id\":838901}}",
        ),
        (&good, form, b"notification_type=user_updated&user=Ann"),
        (
            &good,
            form,
            b"notification_type=resource_removed&user=838901",
        ),
    ];
    for (query, kind, body) in refused {
        let due = handler
            .admits(query)
            .and_then(|admitted| admitted.read(kind, body));
        assert!(due.is_err());
    }
    // With the right token: about unknown customers and reservations, and with false data about a known customer.
    let lies: [&[u8]; 3] = [
        b"notification_type=user_updated&user=999",
        b"notification_type=checked_in&reservation=999",
        b"notification_type=user_updated&user=838901&first_name=Mallory&city=Nowhere&email=m%40example.com",
    ];
    for body in lies {
        let due = handler.admits(&good).unwrap().read(form, body).unwrap();
        site.inbox.add(due, Utc::now()).await.unwrap();
    }
    site.world.clear();
    let synced = site.sync_all().await;
    let nobody = synced
        .iter()
        .filter(|synced| matches!(synced.result, Ok(None)));
    assert_eq!((synced.len(), nobody.count()), (3, 2));
    let shown: Vec<String> = synced.iter().map(ToString::to_string).collect();
    assert!(
        shown.contains(&"customer:999: not there any more (user_updated)".to_owned()),
        "{shown:?}"
    );
    // The customer has the data of Planyo, and no other customer was written.
    let party = site.world.party_of(USER);
    assert_eq!(
        (text(&party, "Name"), text(&party, "City")),
        (Some("Person Number838901"), Some("Gent"))
    );
    assert_eq!(site.world.sandbox.billit.parties().len(), 1);
}

#[tokio::test]
async fn the_customer_of_a_reservation_is_found() {
    let site = Site::new().await;
    let reservation = site.rental(USER, TimeDelta::days(2));
    let due = SyncRequest::new(
        CustomerRef::CustomerOf(reservation.into()),
        Trigger::CheckedIn,
    );
    site.inbox.add(due, Utc::now()).await.unwrap();
    site.sync_all().await;
    site.world.party_of(USER);
}

#[tokio::test]
async fn a_failed_customer_is_retried_and_synced_when_the_services_are_back() {
    for failing in [
        "get_user_data",
        "get_reservation_data",
        "GET /v1/parties",
        "POST /v1/parties",
    ] {
        let site = Site::new().await;
        let reservation = site.rental(USER, TimeDelta::days(2));
        let due = SyncRequest::new(
            CustomerRef::CustomerOf(reservation.into()),
            Trigger::CheckedIn,
        );
        site.inbox.add(due, Utc::now()).await.unwrap();
        let (planyo, billit) = (&site.world.sandbox.planyo, &site.world.sandbox.billit);
        planyo.faults().always(failing, Fault::InternalError);
        billit.faults().always(failing, Fault::InternalError);
        let synced = site.sync_next().await.unwrap();
        assert!(synced.is_retried, "{synced}");
        let shown = synced.to_string();
        assert!(shown.contains("will be tried again"), "{shown}");
        let counts = site.inbox.counts().await.unwrap();
        assert_eq!((counts.waiting, counts.failing), (1, 1));
        planyo.faults().clear();
        billit.faults().clear();
        assert!(site.sync_next().await.is_none());
        let later = || in_an_hour() + TimeDelta::hours(1);
        let users = PlanyoUsers::new(&site.world.planyo);
        let options = site.options();
        let synced = sync_next(&users, &site.world.billit, &options, &site.inbox, later);
        let synced = synced.await.unwrap().unwrap();
        assert!(!synced.is_retried, "{synced}");
        assert_eq!(site.inbox.counts().await.unwrap().waiting, 0);
        site.world.party_of(USER);
    }
}

#[tokio::test]
async fn what_comes_during_a_full_run_is_neither_lost_nor_done_twice() {
    let site = Site::new().await;
    for user in (USER..).take(20) {
        site.rental(user, TimeDelta::days(2));
    }
    let users = PlanyoUsers::new(&site.world.planyo);
    let options = site.options();
    let full = sync_customers(&users, &site.world.billit, &options);
    let hooks = async {
        let mut synced = Vec::new();
        for user in (USER..).take(20) {
            let due =
                SyncRequest::new(CustomerRef::Customer(user.into()), Trigger::CustomerUpdated);
            site.inbox.add(due, Utc::now()).await.unwrap();
            synced.extend(site.sync_next().await);
        }
        synced
    };
    let (report, synced) = tokio::join!(full, hooks);
    report.unwrap();
    assert_eq!(synced.len(), 20);
    // A customer locked by the run waits, and is synced later.
    let later = || in_an_hour() + TimeDelta::hours(1);
    while let Some(synced) = sync_next(&users, &site.world.billit, &options, &site.inbox, later)
        .await
        .unwrap()
    {
        assert!(!synced.is_retried, "{synced}");
    }
    assert_eq!(site.world.linked().len(), 20);
    assert_eq!(site.world.sandbox.billit.parties().len(), 20);
}

#[tokio::test]
async fn a_program_that_is_killed_anywhere_loses_no_customer() {
    let mut was_finished = false;
    for polls in 0..200 {
        let mut site = Site::new().await;
        for user in [USER, USER + 1] {
            site.rental(user, TimeDelta::days(2));
            let due =
                SyncRequest::new(CustomerRef::Customer(user.into()), Trigger::CustomerUpdated);
            site.inbox.add(due, Utc::now()).await.unwrap();
        }
        let both = async { (site.sync_next().await, site.sync_next().await) };
        was_finished = killed_after(polls, both).await.is_some();
        // Started again, when what the killed one had is free.
        tokio::task::yield_now().await;
        site.store.restart();
        site.inbox = inbox_of(&site.state);
        while site.sync_next().await.is_some() {}
        assert_eq!(site.inbox.counts().await.unwrap().waiting, 0);
        assert_eq!(site.world.linked().len(), 2, "killed after {polls} polls");
        assert_eq!(site.world.sandbox.billit.parties().len(), 2);
        if was_finished {
            break;
        }
    }
    assert!(was_finished);
}

fn callbacks_of(site: &Site, event: &str) -> Vec<String> {
    let callbacks = site.world.sandbox.planyo.callbacks();
    let of = callbacks.into_iter().filter(|(name, _)| name == event);
    of.map(|(_, url)| url).collect()
}

async fn ensure(
    site: &Site,
    url: &CallbackUrl,
    triggers: &[Trigger],
) -> (usize, usize, usize, usize) {
    let triggers = triggers.iter().copied();
    let report = ensure_callbacks(&site.world.planyo, &site.state, url, triggers);
    let report = report.await.unwrap();
    (
        report.added.len(),
        report.kept.len(),
        report.removed.len(),
        report.failed.len(),
    )
}

#[tokio::test]
async fn callbacks_are_registered_once_and_only_ours_are_removed() {
    let site = Site::new().await;
    let theirs = CallbackUrl::new("http://127.0.0.1:9/theirs").unwrap();
    let add = AddNotificationCallback::new(NotificationName::CheckedIn, theirs.clone());
    site.world.planyo.send(add).await.unwrap();
    let few = [Trigger::CheckedIn, Trigger::CheckedOut];

    assert_eq!(ensure(&site, &url(), &few).await, (2, 0, 0, 0));
    site.world.clear();
    assert_eq!(ensure(&site, &url(), &few).await, (0, 2, 0, 0));
    assert_eq!(site.world.sandbox.planyo.counts().writes, 0);
    // Another URL, and one event fewer.
    let moved = CallbackUrl::new(&format!("{NOWHERE}/moved")).unwrap();
    assert_eq!(ensure(&site, &moved, &few[..1]).await, (1, 0, 2, 0));
    assert_eq!(
        callbacks_of(&site, "checked_in"),
        [theirs.as_str(), moved.as_str()]
    );
    assert!(callbacks_of(&site, "checked_out").is_empty());

    let report = remove_callbacks(&site.world.planyo, &site.state)
        .await
        .unwrap();
    assert_eq!(report.removed, [NotificationName::CheckedIn]);
    assert_eq!(callbacks_of(&site, "checked_in"), [theirs.as_str()]);
    let report = remove_callbacks(&site.world.planyo, &site.state)
        .await
        .unwrap();
    assert_eq!(
        report.to_string(),
        "callbacks: 0 added, 0 kept, 0 removed, 0 failed"
    );
    // Never "all".
    let requests = site.world.sandbox.planyo.requests();
    assert!(
        requests
            .iter()
            .all(|request| !request.operation.contains("callback") || request.status.is_some())
    );
}

#[tokio::test]
async fn a_callback_whose_registration_was_not_answered_is_not_doubled() {
    for fault in [
        Fault::ResetAfter,
        Fault::HtmlBody,
        Fault::InternalError,
        Fault::ResetBefore,
    ] {
        let site = Site::new().await;
        let faults = site.world.sandbox.planyo.faults();
        faults.on("add_notification_callback", 0, fault);
        let once = [Trigger::CheckedIn];
        let first = ensure(&site, &url(), &once).await;
        assert_eq!(first, (0, 0, 0, 1), "{fault:?}");
        assert_eq!(
            ensure(&site, &url(), &once).await,
            (1, 0, 0, 0),
            "{fault:?}"
        );
        assert_eq!(
            ensure(&site, &url(), &once).await,
            (0, 1, 0, 0),
            "{fault:?}"
        );
        assert_eq!(callbacks_of(&site, "checked_in"), [url().as_str()]);
        // One that Planyo does not know any more, or that cannot be removed now.
        faults.always("remove_notification_callback", Fault::InternalError);
        let report = remove_callbacks(&site.world.planyo, &site.state)
            .await
            .unwrap();
        assert_eq!(report.failed.len(), 1);
        faults.clear();
        let report = remove_callbacks(&site.world.planyo, &site.state)
            .await
            .unwrap();
        assert_eq!(report.removed.len(), 1);
        assert!(site.world.sandbox.planyo.callbacks().is_empty());
    }
}

#[tokio::test]
async fn a_program_that_is_killed_while_it_registers_registers_once() {
    let mut was_finished = false;
    for polls in 0..100 {
        let site = Site::new().await;
        let some = [Trigger::CheckedIn, Trigger::CustomerUpdated];
        let url = url();
        let first = ensure_callbacks(&site.world.planyo, &site.state, &url, some);
        was_finished = killed_after(polls, first).await.is_some();
        ensure(&site, &url, &some).await;
        assert_eq!(callbacks_of(&site, "checked_in").len(), 1);
        assert_eq!(callbacks_of(&site, "user_updated").len(), 1);
        let report = remove_callbacks(&site.world.planyo, &site.state)
            .await
            .unwrap();
        assert_eq!(report.removed.len(), 2);
        assert!(site.world.sandbox.planyo.callbacks().is_empty());
        if was_finished {
            break;
        }
    }
    assert!(was_finished);
}

/// A run can be spawned.
#[test]
fn the_futures_are_send() {
    fn spawnable(_: impl Send) {}
    let _ = |planyo: Client, site: Site| {
        let options = site.options();
        let users = PlanyoUsers::new(&planyo);
        spawnable(sync_customers(&planyo, &site.world.billit, &options));
        spawnable(sync_next(
            &users,
            &site.world.billit,
            &options,
            &site.inbox,
            Utc::now,
        ));
        spawnable(ensure_callbacks(
            &planyo,
            &site.state,
            &url(),
            [Trigger::CheckedIn],
        ));
    };
    let _ = person(USER);
}

#[test]
fn a_notification_is_taken_in_each_form_and_its_event_in_any_case() {
    let handler = WebhookHandler::new(
        CallbackToken::new(TOKEN).unwrap(),
        TriggerRules::only(Trigger::all()),
    );
    let query = format!("token={TOKEN}");
    for trigger in Trigger::all() {
        let name = trigger.to_string().to_ascii_uppercase();
        let form = format!("notification_type={name}&user={USER}");
        let json = format!(r#"{{"notification_type":"{name}","user":{USER}}}"#);
        let part = |name: &str, value: &str| {
            format!("--b1\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let parts = part("notification_type", &name) + &part("user", &USER.to_string());
        let multipart = format!("{parts}--b1--\r\n");
        for (kind, body) in [
            ("application/x-www-form-urlencoded", form),
            ("multipart/form-data; boundary=b1", multipart),
            ("application/json", json),
        ] {
            let request = handler.admits(&query).unwrap().read(kind, body.as_bytes());
            let request = request.unwrap();
            assert_eq!(
                (request.customer, request.trigger),
                (CustomerRef::Customer(USER.into()), trigger),
                "{kind}"
            );
        }
    }
}

/// The settings of a run hold for a notification too: the rules, the clock, the store.
#[tokio::test]
async fn the_options_reach_the_sync_of_a_notification() {
    fn fixed() -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000, 0).unwrap()
    }
    let site = Site::new().await;
    site.rental(USER, TimeDelta::days(2));
    let users = PlanyoUsers::new(&site.world.planyo);
    let update_only = MappingRules::default().write_mode(WriteMode::UpdateOnly);
    for (options, kind) in [
        (site.options().rules(update_only), OutcomeKind::Skipped),
        (site.options().clock(fixed), OutcomeKind::Created),
    ] {
        let due = SyncRequest::new(CustomerRef::Customer(USER.into()), Trigger::CustomerUpdated);
        site.inbox.add(due, Utc::now()).await.unwrap();
        let synced = sync_next(
            &users,
            &site.world.billit,
            &options,
            &site.inbox,
            in_an_hour,
        );
        let synced = synced.await.unwrap().unwrap();
        assert_eq!(synced.result.unwrap().unwrap().kind, kind);
    }
    let journal = site
        .state
        .history(&CustomerKey::new("planyo", USER.to_string()))
        .await;
    let journal = journal.unwrap();
    assert_eq!(journal.len(), 1);
    assert_eq!(journal[0].at, fixed());
    assert_eq!(journal[0].changes[0].by, Actor::Notification);
}
