//! Notifications in both forms, whatever the bytes, and the token that goes before them.

#![allow(clippy::unwrap_used)] // As in tests.

use std::collections::BTreeMap;

use planyo_client::incoming::{CallbackToken, Notification, NotificationError, Subject};
use planyo_client::notifications::CallbackUrl;
use planyo_client::{NotificationName, Phone, ReservationStatus, SiteTime};
use proptest::prelude::*;

const FORM: &str = "application/x-www-form-urlencoded";

fn form(body: &str) -> Notification {
    Notification::parse(FORM, body.as_bytes()).unwrap()
}

fn json(body: &str) -> Notification {
    Notification::parse("application/json; charset=UTF-8", body.as_bytes()).unwrap()
}

#[test]
fn a_customer_that_changed_comes_as_a_form() {
    let notification = form(
        "notification_type=user_updated&user=838829&is_new_user=1&calendar=21710\
         &email=ann%40example.com&first_name=Ann&last_name=D%27Hondt+Peeters&country=BE&city=Gent&phone=09+000",
    );
    assert_eq!(notification.name, NotificationName::UserUpdated);
    assert_eq!(notification.user_id, Some(838_829.into()));
    assert_eq!(notification.is_new_user, Some(true));
    assert_eq!(notification.site_id, Some(21710.into()));
    assert_eq!(notification.email.as_deref(), Some("ann@example.com"));
    assert_eq!(notification.last_name.as_deref(), Some("D'Hondt Peeters"));
    assert_eq!(notification.phone, Some(Phone::AsTyped("09 000".into())));
    assert_eq!(notification.subject(), Some(Subject::User(838_829.into())));
    assert!(notification.extra.is_empty());
    let debug = format!("{notification:?}");
    assert!(debug.contains("838829") && !debug.contains("Ann") && !debug.contains("Gent"));
}

#[test]
fn a_check_in_comes_as_json() {
    let notification = json(
        r#"{"notification_type":"checked_in","reservation":"19710795","resource":22222,"resource_name":"Van 1",
        "calendar":"21710","start":"1780297200","end":1780502400,"user":"838829","status":"39","count":"1",
        "price_quoted":100.10,"amount_paid":"100.1000","amount_outstanding":"0","currency":"EUR",
        "creation_date":"1779256800","new_field":[1,{"a":null}],"gone":null,"flag":true,"half":"\ud83d"}"#,
    );
    assert_eq!(notification.name, NotificationName::CheckedIn);
    let subject = Subject::Reservation(19_710_795.into());
    assert_eq!(notification.subject(), Some(subject));
    assert_eq!(notification.start, Some(SiteTime::Unix(1_780_297_200)));
    assert_eq!(notification.end, Some(SiteTime::Unix(1_780_502_400)));
    assert_eq!(notification.status, Some(ReservationStatus::from_bits(39)));
    assert_eq!(notification.quantity, Some(1));
    assert_eq!(notification.price_quoted.unwrap().to_string(), "100.10");
    assert_eq!(notification.amount_paid.unwrap().to_string(), "100.1000");
    let extra: Vec<_> = notification.extra.iter().collect();
    assert_eq!(
        extra,
        [
            (&"flag".to_owned(), &"true".to_owned()),
            (&"half".to_owned(), &r#""\ud83d""#.to_owned()),
            (&"new_field".to_owned(), &r#"[1,{"a":null}]"#.to_owned()),
        ]
    );
}

#[test]
fn both_forms_say_the_same() {
    let body: BTreeMap<&str, &str> = [
        ("notification_type", "reservation_user_canceled"),
        ("reservation", "5"),
        ("user_id", "7"),
        ("prev_status", "7"),
        ("is_event_fired_by_customer", "1"),
        ("payment_confirming_reservation", "0"),
        ("payment_mode", "2"),
        ("payment_time", "1780297200"),
        ("payment_amount", "1.50"),
        ("coupon_code", "X"),
        ("coupon_balance", "-3"),
        ("confirmation_method", "manual"),
        ("user_notes", "a&b=c d+e é\n"),
        ("admin_notes", "{"),
        ("unit_assignment", "Van 1"),
        ("cart_id", "9"),
    ]
    .into();
    let encoded: String = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&body)
        .finish();
    let (a, b) = (form(&encoded), json(&serde_json::to_string(&body).unwrap()));
    assert!(a == b);
    assert!(a.extra.is_empty());
    assert_eq!(a.user_id, Some(7.into()));
    assert_eq!(a.payment_confirming_reservation, Some(false));
}

#[test]
fn what_cannot_be_read_is_kept_as_it_came() {
    let notification = form(
        "notification_type=brand_new&reservation=x&start=soon&price_quoted=1,50&status=a&user=0&resource=3&a%5B%5D=1",
    );
    assert_eq!(
        notification.name,
        NotificationName::Other("brand_new".into())
    );
    let kept: Vec<_> = notification.extra.keys().map(String::as_str).collect();
    assert_eq!(
        kept,
        [
            "a[]",
            "price_quoted",
            "reservation",
            "start",
            "status",
            "user"
        ]
    );
    assert_eq!(notification.subject(), Some(Subject::Resource(3.into())));
    assert_eq!(form("notification_type=hourly").subject(), None);
}

#[test]
fn every_name_is_read_and_subjects_go_by_what_is_there() {
    for name in NotificationName::ALL {
        let notification = form(&format!("notification_type={name}&reservation=5&user=7"));
        assert_eq!(&notification.name, name);
        let expected = match name {
            NotificationName::UserUpdated => Subject::User(7.into()),
            _ => Subject::Reservation(5.into()),
        };
        assert_eq!(notification.subject(), Some(expected), "{name}");
    }
    let without_user = form("notification_type=user_updated&reservation=5");
    assert_eq!(without_user.subject(), Some(Subject::Reservation(5.into())));
}

#[test]
fn a_subject_can_wait_in_a_queue() {
    let subject = Subject::Reservation(5.into());
    let json = serde_json::to_string(&subject).unwrap();
    assert_eq!(json, r#"{"Reservation":5}"#);
    assert_eq!(serde_json::from_str::<Subject>(&json).unwrap(), subject);
}

#[test]
fn what_is_no_notification_is_an_error() {
    let error =
        |content_type: &str, body: &[u8]| Notification::parse(content_type, body).unwrap_err();
    assert_eq!(error(FORM, b""), NotificationError::NoName);
    assert_eq!(error(FORM, b"reservation=5"), NotificationError::NoName);
    assert_eq!(
        error(FORM, b"notification_type="),
        NotificationError::NoName
    );
    assert_eq!(error("application/json", b"{}"), NotificationError::NoName);
    assert_eq!(
        error("application/json", b"{\"notification_type\":null}"),
        NotificationError::NoName
    );
    for body in [&b"[]"[..], b"", b"7", b"{\"a\":", b"{\"a\":1}x", b"\xff"] {
        assert_eq!(error("application/json", body), NotificationError::Json);
    }
    assert_eq!(error("image/png", b"--x"), NotificationError::ContentType);
    let long = vec![b'a'; Notification::MOST_BYTES + 1];
    assert_eq!(
        error(FORM, &long),
        NotificationError::TooLong { bytes: long.len() }
    );
    assert_eq!(error(FORM, &long[1..]), NotificationError::NoName);
    // Depth is nothing that is read.
    let deep = format!("{{\"a\":{}", "[".repeat(200_000));
    assert_eq!(error("", deep.as_bytes()), NotificationError::Json);
}

#[test]
fn json_is_known_by_its_first_character_too() {
    for content_type in ["", FORM, "text/html", "application/vnd.planyo+json"] {
        let notification =
            Notification::parse(content_type, b" {\"notification_type\":\"hourly\"}").unwrap();
        assert_eq!(notification.name, NotificationName::Hourly);
    }
    let form = Notification::parse("", b"notification_type=hourly").unwrap();
    assert_eq!(form.name, NotificationName::Hourly);
}

const SECRET: &str = "9f86d081884c7d65";

#[test]
fn the_token_stands_in_the_query() {
    let token = CallbackToken::new(SECRET).unwrap();
    for (url, expected) in [
        ("https://h/p", "https://h/p?token="),
        ("https://h/p?", "https://h/p?token="),
        (
            "https://h/p?ppp_payload=json",
            "https://h/p?ppp_payload=json&token=",
        ),
        ("https://h/p?a=b&", "https://h/p?a=b&token="),
        ("https://h/p?token=old&a=b", "https://h/p?a=b&token="),
    ] {
        let url = CallbackUrl::new(url).unwrap().with_token(&token);
        let url = url.as_str();
        assert_eq!(url, format!("{expected}{SECRET}"));
        let query = url.split_once('?').unwrap().1;
        assert!(token.verify(query) && token.verify(&format!("?{query}")));
    }
    assert!(!format!("{token:?}").contains(SECRET));
}

#[test]
fn another_token_is_none() {
    let token = CallbackToken::new(SECRET).unwrap();
    let longer = format!("token={SECRET}0");
    let twice = format!("token={SECRET}&token={SECRET}");
    let elsewhere = format!("tokens={SECRET}&a=token={SECRET}");
    for query in [
        "",
        "?",
        "token",
        "token=",
        "token=9f86d081884c7d6",
        "token=0f86d081884c7d65",
        "token=9F86D081884C7D65",
        &longer,
        &twice,
        &elsewhere,
    ] {
        assert!(!token.verify(query), "{query}");
    }
    assert!(token.verify(&format!("a=b&token=%39{}", &SECRET[1..])));
}

#[test]
fn a_token_must_be_long_and_plain() {
    for secret in [
        "",
        "short",
        "9f86d081884c7d6",
        "9f86d081884c7d6 5",
        "9f86d081884c7d6&5",
        "9f86d081884c7d6é5",
        &"a".repeat(257),
    ] {
        assert!(CallbackToken::new(secret).is_err(), "{secret}");
    }
    assert!(CallbackToken::new("a".repeat(256)).is_ok());
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(
        content_type in prop_oneof![Just(FORM.to_owned()), Just("application/json".to_owned()), Just(String::new()), ".*"],
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            "[{}\\[\\]\":,a-z0-9%&=+]{0,60}".prop_map(String::into_bytes),
        ],
    ) {
        let _ = Notification::parse(&content_type, &body);
    }

    #[test]
    fn no_query_but_the_right_one_is_let_in(query in ".*|token=[0-9a-f%]{0,20}") {
        let token = CallbackToken::new("0123456789abcdef0").unwrap();
        prop_assert!(!token.verify(&query));
    }

    /// The decoder is the URL standard's.
    #[test]
    fn forms_are_read_as_the_standard_says(
        body in prop_oneof![
            "[a-c%&=+0-9A-Fé]{0,40}".prop_map(String::into_bytes),
            prop::collection::vec(any::<u8>(), 0..60),
        ],
    ) {
        let mut whole = b"notification_type=hourly&".to_vec();
        whole.extend(body);
        prop_assume!(!whole.contains(&b'{'));
        let mut expected: BTreeMap<String, String> =
            url::form_urlencoded::parse(&whole).into_owned().collect();
        let name = expected.remove("notification_type").unwrap();
        prop_assume!(!name.is_empty());
        let notification = Notification::parse(FORM, &whole).unwrap();
        prop_assert_eq!(notification.extra, expected);
    }

    #[test]
    fn any_text_comes_through_either_form(name in "x_[a-z]{0,8}", value in ".+", also in ".*") {
        let fields = BTreeMap::from([("notification_type", "hourly"), (&name, &value), ("email", &also)]);
        let encoded: String =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
        let as_json = serde_json::to_vec(&fields).unwrap();
        for (content_type, body) in [(FORM, encoded.as_bytes()), ("application/json", &as_json)] {
            let notification = Notification::parse(content_type, body).unwrap();
            prop_assert_eq!(notification.extra.get(&name), Some(&value));
            prop_assert_eq!(notification.email.unwrap_or_default(), also.clone());
        }
    }
}

/// A body as curl and most libraries write it.
fn multipart(fields: &[(&str, &str)]) -> String {
    let part = |(name, value): &(&str, &str)| {
        format!("--X-9f\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let parts: String = fields.iter().map(part).collect();
    format!("{parts}--X-9f--\r\n")
}

#[test]
fn a_form_of_several_parts_says_the_same() {
    let fields = [
        ("notification_type", "user_updated"),
        ("user", "838829"),
        ("user_notes", "a&b=c\r\n--x\r\n{\"é\":1}"),
        ("email", ""),
    ];
    let encoded: String = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let read = |body: &str| {
        Notification::parse("multipart/form-data; boundary=X-9f", body.as_bytes()).unwrap()
    };
    let body = multipart(&fields);
    assert!(read(&body) == form(&encoded));
    // Other headers, lines without a carriage return, names without quotes.
    let loose = "--b\nContent-Type: text/plain\ncontent-disposition: form-data; name=notification_type\n\nuser_updated\n\
                 --b\nContent-Disposition: form-data; name=\"user\"\n\n838829\n--b--\n";
    assert_eq!(read(loose).user_id, Some(838_829.into()));
    for (body, error) in [
        ("", NotificationError::Multipart),
        (
            "notification_type=user_updated",
            NotificationError::Multipart,
        ),
        ("--", NotificationError::Multipart),
        ("--b", NotificationError::NoName),
        (
            "--b\r\n\r\nuser_updated\r\n--b--",
            NotificationError::NoName,
        ),
    ] {
        let read = Notification::parse("Multipart/Form-Data", body.as_bytes());
        assert_eq!(read.unwrap_err(), error, "{body}");
    }
}

#[test]
fn the_name_of_an_event_is_read_in_any_case() {
    for name in ["USER_UPDATED", "User_Updated", " user_updated "] {
        let notification = form(&format!(
            "notification_type={}&user=7",
            name.replace(' ', "+")
        ));
        assert_eq!(notification.name, NotificationName::UserUpdated, "{name}");
        assert_eq!(notification.subject(), Some(Subject::User(7.into())));
    }
    let unknown = form("notification_type=Brand_New");
    assert_eq!(unknown.name, NotificationName::Other("Brand_New".into()));
}
