//! From a notification or an action to a sync request.

use std::collections::BTreeSet;

use customer_sync::triggers::{
    CustomerRef, IgnoreReason, Trigger, TriggerRules, WebhookError, WebhookHandler,
};
use planyo_client::incoming::{CallbackToken, Notification, NotificationError};
use planyo_client::reservations::{LoggedAction, Reservation};
use planyo_client::{EventType, NotificationName, ReservationStatus};
use serde_json::{Value, json};

const FORM: &str = "application/x-www-form-urlencoded";

fn notification(json: &Value) -> Notification {
    Notification::parse("application/json", json.to_string().as_bytes()).unwrap()
}

#[test]
fn every_trigger_has_a_name_of_its_own_and_is_read_from_it() {
    let all: BTreeSet<Trigger> = Trigger::all().collect();
    assert_eq!(all.len(), 38);
    for trigger in &all {
        assert_eq!(trigger.to_string().parse(), Ok(*trigger));
        assert_eq!(Trigger::of(&trigger.notification()), Some(*trigger));
        let json = serde_json::to_string(trigger).unwrap();
        assert_eq!(serde_json::from_str::<Trigger>(&json).unwrap(), *trigger);
        for event in trigger.event_types() {
            assert_eq!(Trigger::of_action(*event), Some(*trigger));
        }
    }
    for text in [
        "",
        "hourly",
        "before_or_after_event_0",
        "before_or_after_event_01",
        "before_or_after_event_13",
        "before_or_after_event_",
        "custom_button_6",
        "User_Updated",
    ] {
        assert!(text.parse::<Trigger>().is_err(), "{text}");
    }
}

#[test]
fn every_event_of_planyo_is_a_trigger_but_those_that_concern_no_customer() {
    let nobody = NotificationName::ALL
        .iter()
        .filter(|name| Trigger::of(name).is_none());
    let nobody: Vec<&str> = nobody.map(NotificationName::as_str).collect();
    assert_eq!(
        nobody,
        [
            "hourly",
            "vacation_modified",
            "resource_settings_changed",
            "resource_removed"
        ]
    );
    let no_feed = EventType::ALL
        .iter()
        .filter(|event| Trigger::of_action(**event).is_none());
    let no_feed: Vec<u64> = no_feed.map(|event| event.code()).collect();
    // Conflicts, a cleared check-in, and the rest.
    assert_eq!(no_feed, [6, 22, 25, 100]);
}

#[test]
fn each_of_the_nine_is_a_sync_request_by_form_and_by_json() {
    let rules = TriggerRules::default();
    for trigger in Trigger::CUSTOMER_EVENTS {
        let form = format!("notification_type={trigger}&user=7&reservation=8");
        let json = json!({ "notification_type": trigger, "user": 7 }).to_string();
        for (kind, body) in [(FORM, &form), ("application/json", &json)] {
            let read = Notification::parse(kind, body.as_bytes()).unwrap();
            let due = rules.sync_request(&read).unwrap();
            assert_eq!(
                (due.customer, due.trigger),
                (CustomerRef::Customer(7.into()), trigger)
            );
        }
    }
    let other = notification(&json!({ "notification_type": "noshow", "user": 7 }));
    assert_eq!(rules.sync_request(&other), Err(IgnoreReason::Event));
    let every = TriggerRules::only(Trigger::all());
    assert_eq!(every.sync_request(&other).unwrap().trigger, Trigger::NoShow);
}

#[test]
fn the_customer_is_the_user_or_else_the_customer_of_the_reservation() {
    let rules = TriggerRules::default();
    let customer = |more: Value| {
        let mut json = json!({ "notification_type": "checked_in" });
        json.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        rules
            .sync_request(&notification(&json))
            .map(|due| due.customer)
    };
    let (ann, hers) = (
        CustomerRef::Customer(7.into()),
        CustomerRef::CustomerOf(8.into()),
    );
    assert_eq!(
        customer(json!({ "user": "7", "reservation": "8" })),
        Ok(ann)
    );
    assert_eq!(customer(json!({ "user_id": 7 })), Ok(ann));
    assert_eq!(customer(json!({ "reservation": 8 })), Ok(hers));
    // Malformed, or the 0 that PHP sends for "none".
    for nobody in [
        json!("Ann"),
        json!(""),
        json!(0),
        json!("0"),
        json!(-7),
        json!([7]),
        json!(7.5),
    ] {
        assert_eq!(
            customer(json!({ "user": nobody, "reservation": "8" })),
            Ok(hers),
            "{nobody}"
        );
        assert_eq!(
            customer(json!({ "user": nobody })),
            Err(IgnoreReason::NoCustomer),
            "{nobody}"
        );
    }
    for customer in [ann, hers] {
        assert_eq!(customer.to_string().parse(), Ok(customer));
    }
}

#[test]
fn a_filter_ignores_other_values_and_passes_missing_ones() {
    let rules = TriggerRules::default()
        .sites([1.into()])
        .resources([2.into()])
        .required_status(ReservationStatus::CONFIRMED)
        .excluded_status(ReservationStatus::CANCELLED);
    let cases = [
        (json!({ "calendar": 1, "resource": 2, "status": 7 }), None),
        (json!({}), None),
        (
            json!({ "calendar": 9, "resource": 2, "status": 7 }),
            Some(IgnoreReason::Site),
        ),
        (
            json!({ "calendar": 1, "resource": 9, "status": 7 }),
            Some(IgnoreReason::Resource),
        ),
        (
            json!({ "calendar": 1, "resource": 2, "status": 3 }),
            Some(IgnoreReason::Status),
        ),
        (
            json!({ "calendar": 1, "resource": 2, "status": 15 }),
            Some(IgnoreReason::Status),
        ),
    ];
    for (says, expected) in cases {
        let mut json = json!({ "notification_type": "checked_in", "user": 7 });
        json.as_object_mut()
            .unwrap()
            .extend(says.as_object().unwrap().clone());
        assert_eq!(
            rules.sync_request(&notification(&json)).err(),
            expected,
            "{says}"
        );
        let listed = json!({
            "reservation_id": 8, "site_id": says.get("calendar"),
            "resource_id": says.get("resource"), "status": says.get("status"),
        });
        let listed: Reservation = serde_json::from_value(listed).unwrap();
        assert_eq!(rules.check_reservation(&listed).err(), expected, "{says}");
    }
}

#[test]
fn an_action_of_the_feed_is_a_sync_request_for_the_customer_of_its_reservation() {
    let rules = TriggerRules::default().resources([2.into()]);
    let due = |event: u64, resource: u64| {
        let json = json!({ "reservation_id": "8", "event_type": event, "resource_id": resource });
        let action: LoggedAction = serde_json::from_value(json).unwrap();
        rules.sync_request_of_action(&action)
    };
    let hers = CustomerRef::CustomerOf(8.into());
    let checked_in = due(8, 2).unwrap();
    assert_eq!(
        (checked_in.customer, checked_in.trigger),
        (hers, Trigger::CheckedIn)
    );
    assert_eq!(due(21, 2).unwrap().trigger, Trigger::CheckedOut);
    assert_eq!(due(8, 3), Err(IgnoreReason::Resource));
    // Confirmed: a trigger, but not one of the nine.
    assert_eq!(due(1, 2), Err(IgnoreReason::Event));
    assert_eq!(due(4711, 2), Err(IgnoreReason::Event));
}

#[test]
fn a_webhook_is_accepted_only_with_the_token_and_a_readable_body() {
    let token = CallbackToken::new("0123456789abcdef").unwrap();
    let handler = WebhookHandler::new(token, TriggerRules::default());
    let good = b"notification_type=user_updated&user=7";
    let query = "token=0123456789abcdef";
    assert_eq!(
        handler
            .admits(query)
            .unwrap()
            .read(FORM, good)
            .unwrap()
            .customer,
        CustomerRef::Customer(7.into())
    );
    for query in [
        "",
        "token=",
        "token=0123456789abcde",
        "token=0123456789abcdeF",
        "x=0123456789abcdef",
    ] {
        // Known without a body.
        let refused = handler.admits(query).unwrap_err();
        assert_eq!(refused, WebhookError::Token, "{query}");
        assert_eq!(WebhookError::Token.status(), 404);
    }
    let large = vec![b'a'; Notification::MOST_BYTES + 1];
    let bodies: [(&str, &[u8], NotificationError); 5] = [
        (
            "application/json",
            b"{\"notification_type\":\"user_upd",
            NotificationError::Json,
        ),
        ("application/json", b"[7]", NotificationError::Json),
        (FORM, b"user=7", NotificationError::NoName),
        (
            "image/png",
            b"notification_type=user_updated",
            NotificationError::ContentType,
        ),
        (
            FORM,
            &large,
            NotificationError::TooLong { bytes: large.len() },
        ),
    ];
    for (kind, body, problem) in bodies {
        let refused = handler.admits(query).unwrap().read(kind, body).unwrap_err();
        assert_eq!(refused.status(), 200);
        assert_eq!(refused, WebhookError::Unreadable(problem));
    }
    let ignored = handler
        .admits(query)
        .unwrap()
        .read(FORM, b"notification_type=hourly")
        .unwrap_err();
    assert_eq!(
        (ignored.status(), ignored),
        (200, WebhookError::Ignored(IgnoreReason::Event))
    );
    assert!(!format!("{handler:?}").contains("0123456789abcdef"));
}
