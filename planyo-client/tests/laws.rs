//! Laws that hold for any text and any JSON.

#![allow(clippy::unwrap_used)] // Helpers of the tests unwrap like the tests.

use planyo_client::testing::{Answer, Script};
use planyo_client::users::{AddUser, GetUser, ListCustomUserProperties, ListUsers, User};
use planyo_client::{
    Client, Endpoint, EventType, NotificationName, Phone, Record, ReservationStatus, Response,
};
use proptest::prelude::*;
use serde_json::{Map, Value};

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".*", inner, 0..4).prop_map(Value::from_iter),
        ]
    })
}

/// Field names that the type knows, so that the values meet its readers.
fn any_field() -> impl Strategy<Value = String> {
    const KNOWN: [&str; 16] = [
        "login",
        "email",
        "registration_time",
        "is_email_verified",
        "first_name",
        "last_name",
        "address",
        "city",
        "zip",
        "state",
        "country",
        "language",
        "phone_number",
        "mobile_country_code",
        "reservation_count",
        "properties",
    ];
    prop_oneof![8 => prop::sample::select(&KNOWN[..]).prop_map(str::to_owned), 1 => ".*"]
}

proptest! {
    #[test]
    fn any_object_with_an_id_decodes(
        fields in prop::collection::btree_map(any_field(), any_json(), 0..12),
        id: u64,
        as_text: bool,
    ) {
        let mut object: Map<String, Value> = fields.into_iter().collect();
        object.insert("id".into(), if as_text { id.to_string().into() } else { id.into() });
        let raw = serde_json::value::to_raw_value(&object).unwrap();
        let user = Record::<User>::parse(&raw).unwrap();
        prop_assert_eq!(user.id.get(), id);
        // Nothing is lost: what the type does not show, the raw record has.
        prop_assert_eq!(user.raw().get(), raw.get());
    }

    #[test]
    fn any_text_survives_the_form(first in ".*", value in ".*", name in "[a-z_]{1,12}") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let script = Script::new([Answer::data("{}")]);
        let planyo = Client::builder("key").transport(script.clone()).build().unwrap();
        let call = AddUser::new("ann@example.com", first.clone()).property(&name, value.clone());
        runtime.block_on(planyo.send(call)).unwrap();
        prop_assert_eq!(&script.sent("first_name"), &[Some(first)]);
        prop_assert_eq!(&script.sent(&format!("prop_user_{name}")), &[Some(value)]);
    }

    #[test]
    fn any_name_survives_the_form_too(name in ".+", value in ".*") {
        prop_assume!(!["method", "api_key", "hash_key", "hash_timestamp"].contains(&name.as_str()));
        let context = planyo_client::Context::new("key");
        let request = context.request(&ListUsers::new().param(name.clone(), value.clone()), 0);
        prop_assert_eq!(request.form().get(&name), Some(value.as_str()));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let script = Script::new([Answer::data("[]")]);
        let planyo = Client::builder("key").transport(script.clone()).build().unwrap();
        runtime.block_on(planyo.send(ListUsers::new().param(name.clone(), value.clone()))).unwrap();
        prop_assert_eq!(&script.sent(&name), &[Some(value)]);
        prop_assert_eq!(&script.sent("api_key"), &[Some("key".to_owned())]);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(
        status: u16,
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            (any_json(), any_json(), any_json()).prop_map(|(data, code, message)| {
                serde_json::json!({"data": data, "response_code": code, "response_message": message})
                    .to_string()
                    .into_bytes()
            }),
            (any_json(), 0..8_i64).prop_map(|(data, code)| {
                serde_json::json!({"data": data, "response_code": code}).to_string().into_bytes()
            }),
        ],
        retry_after in prop::option::of("[0-9]{1,30}|.*"),
    ) {
        let mut response = Response::new(status, body);
        if let Some(text) = retry_after {
            response = response.with_retry_after(text);
        }
        if let Err(error) = response.read(&ListUsers::new()) {
            prop_assert!(!error.to_string().is_empty());
        }
        let _ = response.read(&AddUser::new("", ""));
        let _ = response.read(&GetUser::by_id(1));
        let _ = response.read(&ListCustomUserProperties::new());
    }

    #[test]
    fn no_answer_makes_the_reader_panic(data in any_json()) {
        let raw = serde_json::value::to_raw_value(&data).unwrap();
        let _ = GetUser::by_id(1).parse(&raw);
        let _ = ListUsers::new().parse(&raw);
        prop_assert!(AddUser::new("", "").parse(&raw).is_ok());
    }

    #[test]
    fn any_number_is_an_event_and_a_status_and_stays_itself(number: u32, as_text: bool) {
        let json = if as_text { format!("\"{number}\"") } else { number.to_string() };
        let event: EventType = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(event.code(), u64::from(number));
        prop_assert_eq!(serde_json::to_string(&event).unwrap(), number.to_string());
        prop_assert_eq!(EventType::from(event.code()), event);
        prop_assert_eq!(matches!(event, EventType::Other(_)), !EventType::ALL.contains(&event));
        // Bits without a name are kept, and shown.
        let status: ReservationStatus = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(status.bits(), number);
        prop_assert_eq!(serde_json::to_string(&status).unwrap(), number.to_string());
        let unnamed = number & !0x7fff;
        let is_shown = format!("{status:?}").contains(&unnamed.to_string());
        prop_assert!(unnamed == 0 || is_shown, "{:?}", status);
        prop_assert_eq!(status.is_cancelled(), number & (8 | 16 | 64 | 512) != 0);
    }

    #[test]
    fn any_text_is_the_name_of_a_notification_and_stays_itself(text in "[a-z_0-9]{1,30}|.+") {
        let name = NotificationName::from(text.as_str());
        prop_assert_eq!(name.as_str(), text.as_str());
        let json = serde_json::to_string(&name).unwrap();
        prop_assert_eq!(serde_json::from_str::<NotificationName>(&json).unwrap(), name);
    }

    #[test]
    fn a_phone_shows_every_digit_it_was_given(code in prop::option::of("[+0-9 A-Z]{0,5}"), number in "[+0-9 /.-]{0,16}") {
        let phone = Phone::from_parts(code.as_deref(), Some(&number));
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        prop_assert_eq!(phone.is_some(), !number.trim().is_empty());
        if let Some(phone) = phone {
            prop_assert!(digits(&phone.to_string()).ends_with(&digits(&number)));
            prop_assert_eq!(digits(&format!("{phone:?}")), "");
        }
    }
}

#[test]
fn every_known_code_is_read_from_its_own_number() {
    for event in EventType::ALL {
        assert_eq!(&EventType::from(event.code()), event);
    }
    for name in NotificationName::ALL {
        assert_eq!(&NotificationName::from(name.as_str()), name);
    }
}
