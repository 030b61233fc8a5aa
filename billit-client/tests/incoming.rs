//! Events that arrive: their signature, their time, their shapes.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use billit_client::Secret;
use billit_client::incoming::{EInvoiceFlowState, EntityDetail, Event, Rejected, Verifier};
use billit_client::orders::OrderId;
use billit_client::webhooks::{EntityType, EntityUpdateType};
use proptest::prelude::*;

const SECRET: &str = "whsec-canary";
const TIME: i64 = 1_657_133_145;

/// The documented example.
const MESSAGE: &str = r#"{"UpdatedEntityID":690998,"UpdatedEntityType":"Message","WebhookUpdateTypeTC":"U",
 "EntityDetail":{"OrderMessage":{"OrderID":2615999,"FileID":"bc99","CreationDate":"2026-05-04T09:55:34.063",
   "TransportType":"Peppol","Success":true,"Trials":0,"Destination":"9925:BE0759529999","MessageDirection":"Outgoing"},
  "AdditionalMessageInformation":{"EInvoiceFlowState":"Sent","AdditionalFlowStateInformation":"canary"}}}"#;

fn signature(secret: &str, time: &str, body: &[u8]) -> String {
    let signed = [time.as_bytes(), b".", body].concat();
    let digest = hmac_sha256::HMAC::mac(signed, secret).into_iter();
    digest.fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

fn header(body: &[u8]) -> String {
    let time = TIME.to_string();
    format!("t={time},s={}", signature(SECRET, &time, body))
}

fn check(header: &str, body: &[u8]) -> Result<(), Rejected> {
    Verifier::new(SECRET).check(Some(header), body, TIME)
}

#[test]
fn a_message_is_verified_and_read() {
    let body = MESSAGE.as_bytes();
    let event = Verifier::new(SECRET).verify(Some(&header(body)), body, TIME);
    let event = event.unwrap();
    assert_eq!(event.entity_id, Some(690_998));
    assert_eq!(event.entity_type, Some(EntityType::Message));
    assert_eq!(event.update_type, Some(EntityUpdateType::Update));
    assert_eq!(event.order_id().unwrap().get(), 2_615_999);
    assert_eq!(event.raw().get(), MESSAGE);
    let EntityDetail::Message(detail) = &event.detail else {
        panic!("{:?}", event.detail)
    };
    assert_eq!(detail.message.file_id.as_ref().unwrap().as_str(), "bc99");
    assert_eq!(
        detail.message.transport_type.as_ref().unwrap().as_str(),
        "Peppol"
    );
    assert_eq!(detail.flow_state, Some(EInvoiceFlowState::Sent));
    assert_eq!(detail.flow_state_information.as_deref(), Some("canary"));
    let shown = format!("{event:?}");
    assert!(
        !shown.contains("canary") && !shown.contains("0759529999"),
        "{shown}"
    );
}

#[test]
fn every_shape_of_event_is_read() {
    let detail = |json: &str| {
        let event = Event::parse(json.as_bytes()).unwrap();
        (event.order_id().map(OrderId::get), event.detail.clone())
    };
    for nothing in [
        "",
        r#","EntityDetail":null"#,
        r#","EntityDetail":{ }"#,
        r#","EntityDetail":"""#,
    ] {
        let order = format!(r#"{{"UpdatedEntityID":"7","UpdatedEntityType":"Order"{nothing}}}"#);
        assert!(
            matches!(detail(&order), (Some(7), EntityDetail::Empty)),
            "{order}"
        );
    }
    let order = r#"{"UpdatedEntityID":7,"UpdatedEntityType":"Order","EntityDetail":{"OrderID":7}}"#;
    assert!(matches!(detail(order), (Some(7), EntityDetail::Other(_))));

    // The older form: the fields of the message one level higher.
    let flat = r#"{"UpdatedEntityType":"Message","EntityDetail":{"OrderID":9,"Success":true,
        "MessageAdditionalInformation":{"EInvoiceFlowState":"Teleported"}}}"#;
    let (Some(9), EntityDetail::Message(message)) = detail(flat) else {
        panic!("{:?}", detail(flat))
    };
    assert_eq!(
        message.flow_state,
        Some(EInvoiceFlowState::from("Teleported"))
    );

    // What nobody documented stays as it came.
    let other = r#"{"UpdatedEntityID":7,"UpdatedEntityType":"Party","WebhookUpdateTypeTC":"X","EntityDetail":[1]}"#;
    let event = Event::parse(other.as_bytes()).unwrap();
    assert_eq!(event.entity_type.as_ref().unwrap().as_str(), "Party");
    assert_eq!(event.update_type.as_ref().unwrap().as_str(), "X");
    let EntityDetail::Other(raw) = &event.detail else {
        panic!("{:?}", event.detail)
    };
    assert_eq!((raw.get(), event.order_id()), ("[1]", None));
    let confirmation = Event::parse(br#"{"Message":"hello","Secret":"canary"}"#).unwrap();
    assert!(!format!("{confirmation:?}").contains("canary"));

    for body in ["", "null", "[]", "7", "{", "\u{feff}{}"] {
        let error = Event::parse(body.as_bytes()).unwrap_err();
        assert!(matches!(error, Rejected::Unreadable(_)), "{body}");
    }
}

#[test]
fn each_thing_that_is_wrong_has_its_own_error() {
    let body = b"{}";
    let good = header(body);
    let verifier = Verifier::new(SECRET);
    let at = |now| verifier.check(Some(&good), body, now);
    assert_eq!(at(TIME - 300), Ok(()));
    assert_eq!(at(TIME + 300), Ok(()));
    assert_eq!(at(TIME + 301), Err(Rejected::TooOld));
    assert_eq!(at(TIME - 301), Err(Rejected::FromTheFuture));
    assert_eq!(at(i64::MAX), Err(Rejected::TooOld));
    assert_eq!(at(i64::MIN), Err(Rejected::FromTheFuture));
    let strict = Verifier::new(SECRET).tolerance(Duration::ZERO);
    assert_eq!(
        strict.check(Some(&good), body, TIME + 1),
        Err(Rejected::TooOld)
    );
    assert_eq!(
        verifier.verify_now(Some(&good), body).unwrap_err(),
        Rejected::TooOld
    );

    for nothing in [None, Some(""), Some("  ")] {
        assert_eq!(
            verifier.check(nothing, body, TIME),
            Err(Rejected::NoSignature)
        );
    }
    let digits = signature(SECRET, &TIME.to_string(), body);
    for malformed in [
        format!("t={TIME}"),
        format!("s={digits}"),
        format!("t={TIME};s={digits}"),
        format!("t=+{TIME},s={digits}"),
        format!("t=,s={digits}"),
        format!("t=99999999999999999999,s={digits}"),
        format!("t={TIME},s={}", digits.to_uppercase()),
        format!("t={TIME},s={digits}0"),
        format!("t={TIME},s=0x{digits}"),
        format!("t={TIME},s={digits},{}", "x".repeat(5000)),
        "é".to_owned(),
    ] {
        assert_eq!(
            check(&malformed, body),
            Err(Rejected::Malformed),
            "{malformed}"
        );
    }
    assert_eq!(check(&good, b"{ }"), Err(Rejected::WrongSignature));
    let small = Verifier::new(SECRET).max_body_bytes(1);
    assert_eq!(
        small.check(Some(&good), body, TIME),
        Err(Rejected::TooLarge)
    );
    let signed_rubbish = header(b"rubbish");
    let rubbish = verifier.verify(Some(&signed_rubbish), b"rubbish", TIME);
    assert!(matches!(rubbish.unwrap_err(), Rejected::Unreadable(_)));
}

#[test]
fn a_header_may_hold_more_than_this_version_knows() {
    let body = b"{}";
    let digits = signature(SECRET, &TIME.to_string(), body);
    let old = "0".repeat(64);
    for header in [
        format!("s={digits},t={TIME}"),
        format!(" t = {TIME} , s = {digits} "),
        format!("t={TIME},s={old},s={digits}"),
        format!("t={TIME},s={digits},s=zz"),
        format!("v=2,t={TIME},,s={digits},flag,s2={old}"),
        format!("t={TIME},t=7,s={digits}"),
    ] {
        assert_eq!(check(&header, body), Ok(()), "{header}");
    }
}

#[test]
fn any_of_several_secrets_fits_and_an_empty_one_never() {
    let body = b"{}";
    let rotating = Verifier::new("new").or_secret(Secret::from(SECRET));
    assert_eq!(rotating.check(Some(&header(body)), body, TIME), Ok(()));
    let forged = format!("t={TIME},s={}", signature("", &TIME.to_string(), body));
    let blank = Verifier::new("").or_secret("");
    assert_eq!(
        blank.check(Some(&forged), body, TIME),
        Err(Rejected::WrongSignature)
    );
    assert!(!format!("{rotating:?}").contains("canary"));
}

proptest! {
    #[test]
    fn a_flipped_bit_anywhere_fails(body in prop::collection::vec(any::<u8>(), 1..200), at in any::<prop::sample::Index>()) {
        let header = header(&body);
        prop_assert_eq!(check(&header, &body), Ok(()));

        let mut changed = body.clone();
        let bit = at.index(body.len() * 8);
        changed[bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(check(&header, &changed), Err(Rejected::WrongSignature));

        let mut changed = header.clone().into_bytes();
        let bit = at.index(changed.len() * 8);
        changed[bit / 8] ^= 1 << (bit % 8);
        // A header that is no text does not get this far.
        if let Ok(changed) = String::from_utf8(changed) {
            prop_assert!(check(&changed, &body).is_err(), "{}", changed);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(header in any::<String>(), body in prop::collection::vec(any::<u8>(), 0..200), now in any::<i64>()) {
        let _ = Verifier::new(SECRET).verify(Some(&header), &body, now);
        let _ = Event::parse(&body);
    }

    #[test]
    fn a_header_of_its_own_parts_never_panics(parts in prop::collection::vec("[ts]?=?[0-9a-f]{0,66},?", 0..6)) {
        let _ = check(&parts.concat(), b"{}");
    }

    #[test]
    fn any_detail_is_kept(kind in "Order|Message|Party", detail in any::<i32>().prop_map(|n| format!(r#"{{"a":{n}}}"#))) {
        let body = format!(r#"{{"UpdatedEntityType":"{kind}","EntityDetail":{detail}}}"#);
        let event = Event::parse(body.as_bytes()).unwrap();
        prop_assert_eq!(event.raw().get(), body.as_str());
        prop_assert!(!matches!(event.detail, EntityDetail::Empty));
    }
}
