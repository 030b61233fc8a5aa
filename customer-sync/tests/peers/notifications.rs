//! Notifications, and their registration.

use customer_sync::store::MemoryStore;
use customer_sync::{OutcomeKind, SyncOptions, sync_customer};
use planyo_client::NotificationName;
use planyo_client::incoming::{Notification, Subject};
use planyo_client::notifications::{
    AddNotificationCallback, CallbackUrl, RemoveNotificationCallback,
};
use sandbox::Fault;

use crate::common::{World, person};

const FORM: &str = "application/x-www-form-urlencoded";

/// The customer a body is about.
fn customer(content_type: &str, body: &str) -> planyo_client::UserId {
    let notification = Notification::parse(content_type, body.as_bytes()).unwrap();
    match notification.subject() {
        Some(Subject::User(user)) => user,
        other => unreachable!("{other:?}"),
    }
}

#[tokio::test]
async fn a_notification_that_comes_again_writes_nothing() {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    let options = SyncOptions::default().store(MemoryStore::new());
    // The same event as a form and as JSON, each twice; its data about the customer is not used.
    let form = "notification_type=user_updated&user=1&is_new_user=1&city=Elsewhere";
    let json =
        r#"{"notification_type":"user_updated","user":"1","is_new_user":"1","city":"Elsewhere"}"#;
    let told = [
        (FORM, form),
        (FORM, form),
        ("application/json", json),
        ("application/json", json),
    ];
    let (created, unchanged) = (OutcomeKind::Created, OutcomeKind::Unchanged);
    let mut kinds = Vec::new();
    for (kind, body) in told {
        let user = customer(kind, body);
        let outcome = sync_customer(&world.planyo, &world.billit, user, &options).await;
        kinds.push(outcome.unwrap().kind);
    }
    assert_eq!(kinds, [created, unchanged, unchanged, unchanged]);
    assert_eq!(world.writes(), 1);
    assert_eq!(world.party_of(1)["City"], "Gent");
}

#[tokio::test]
async fn a_callback_that_was_not_registered_is_an_error_and_is_not_registered_twice() {
    let world = World::empty().await;
    let planyo = &world.sandbox.planyo;
    let url = || CallbackUrl::new("https://example.com/planyo").unwrap();
    let add = || AddNotificationCallback::new(NotificationName::UserUpdated, url());
    let sent = || {
        let requests = planyo.requests();
        planyo.clear_requests();
        let adds = requests
            .iter()
            .filter(|request| request.operation == "add_notification_callback");
        adds.count()
    };

    // Refused.
    let unknown = AddNotificationCallback::new("user_renamed", url());
    world.planyo.send(unknown).await.unwrap_err();
    assert_eq!((planyo.callbacks().len(), sent()), (0, 1));

    // The outcome is unknown: that is reported, and it is not retried, which could register it twice.
    for fault in [Fault::ResetAfter, Fault::TruncatedJson] {
        planyo.faults().on("add_notification_callback", 0, fault);
        let error = world.planyo.send(add()).await.unwrap_err();
        assert!(error.is_outcome_unknown(), "{fault:?}: {error}");
        assert_eq!(sent(), 1, "{fault:?}");
    }

    // Removing it first leaves one registration in any case.
    for _ in 0..2 {
        let remove = RemoveNotificationCallback::new(NotificationName::UserUpdated, url());
        world.planyo.send(remove).await.unwrap();
        world.planyo.send(add()).await.unwrap();
        assert_eq!(planyo.callbacks().len(), 1);
    }
}
