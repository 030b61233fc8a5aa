use chrono::NaiveDateTime;
use planyo_client::reservations::{
    CanMakeReservation, DeleteReservation, DoReservationAction, GetPromotableReservations,
    GetRentalPrice, GetReservation, GetReservationActions, ListReservations, MakeReservation,
    ModifyReservation, RecalculatePrice, RentalPeriod, Reservation, ReservationAction,
    ReservationDetail, ReservationSearch, ReservationSort, SearchReservationsByFormItem,
    SetReservationColor, SetReservationNotes, SetReservationPrice, SharingMode,
};
use planyo_client::{
    Endpoint, ErrorKind, EventType, Paged, Phone, Record, ReservationStatus, Response, Safety,
    SiteTime,
};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{Sample, read, sample};

fn at(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

fn money(text: &str) -> Decimal {
    text.parse().unwrap()
}

const DAY: &str = "2026-06-01T09:00:00";
const NEXT: &str = "2026-06-03T18:00:00";

pub(crate) fn requests() -> Vec<Sample> {
    [finding(), making(), changing()]
        .into_iter()
        .flatten()
        .collect()
}

fn finding() -> Vec<Sample> {
    let (start, end) = (at(DAY), at(NEXT));
    vec![
        sample(
            &ListReservations::new(start, end)
                .resource_id(22222)
                .resource_ids([22222_u64, 33333])
                .site_id(21710)
                .must_include_time_point(end)
                .must_include_time_range(start, end)
                .sort(ReservationSort::StartTime)
                .sort_reverse()
                .detail_level(ReservationDetail::INFO | ReservationDetail::FORM_ITEMS)
                .user_id(838_829)
                .user_email("ann@example.com")
                .required_status(ReservationStatus::CONFIRMED)
                .excluded_status(ReservationStatus::CANCELLED)
                .modified_since(start)
                .form_item("Arrival time", "09:00")
                .first(),
        ),
        sample(&ListReservations::new(start, end).list_by_creation_date()),
        sample(&GetReservation::new(19_710_795).param("detail_level", 1_u32)),
        sample(
            &ReservationSearch::new("ann 2026")
                .detail_level(ReservationDetail::USER)
                .sort(ReservationSort::RentalId),
        ),
        sample(
            &SearchReservationsByFormItem::new("Arrival time", "09:*")
                .detail_level(ReservationDetail::PRICING),
        ),
        sample(&GetPromotableReservations::new(77).page_size(5000)),
        sample(
            &GetReservationActions::new()
                .reservation_id(19_710_795)
                .user_id(838_829)
                .start_time(start)
                .end_time(end)
                .event_type(EventType::CheckedIn)
                .site_id(21710),
        ),
    ]
}

fn making() -> Vec<Sample> {
    let (start, end) = (at(DAY), at(NEXT));
    vec![
        sample(
            &MakeReservation::new(22222, start, end, 2)
                .admin_mode()
                .without_notifications()
                .force_status(ReservationStatus::from_bits(7))
                .wants_share(SharingMode::from(1))
                .form_item("Arrival time", "09:00")
                .voucher("SUMMER")
                .custom_price(money("99.90"))
                .user_id(838_829)
                .email("a+b@example.com")
                .first_name("Ann")
                .last_name("D'Hondt")
                .address("Kerkstraat 12 bus 3")
                .city("Gent")
                .zip("9000")
                .state("Oost-Vlaanderen")
                .country("BE")
                .phone("32", "92035699")
                .mobile("32", "470000000")
                .user_notes("late")
                .admin_notes("paid at the desk")
                .cart_id(5)
                .unit(1, "Van 1")
                .unit(2, "Van 2")
                .add_to_waitlist(),
        ),
        sample(
            &CanMakeReservation::new(22222, start, end, 1)
                .admin_mode()
                .wants_share(SharingMode::from(1))
                .form_item("persons", "2")
                .voucher("SUMMER")
                .user_id(838_829)
                .user_email("ann@example.com")
                .excluded_reservation_id(19_710_795)
                .unit(1, "Van 1")
                .return_availability()
                .return_price(),
        ),
        sample(
            &GetRentalPrice::new(22222, start, end, 1)
                .admin_mode()
                .wants_share(SharingMode::from(1))
                .form_item("persons", "2")
                .voucher("SUMMER")
                .user_id(838_829)
                .user_email("ann@example.com")
                .shopping_cart_position(1)
                .shopping_cart_resource_quantity(2)
                .shopping_cart_resource_hours(money("7.5"))
                .shopping_cart_total_price(money("199.90"))
                .period(
                    RentalPeriod::new(start, end)
                        .quantity(2)
                        .resource_id(33333)
                        .shopping_cart_position(2)
                        .form_item("Arrival time", "10:00"),
                )
                .period(RentalPeriod::new(end, end)),
        ),
    ]
}

/// First what a call does unless it is told otherwise: that is what the retry table shows.
fn changing() -> Vec<Sample> {
    let (start, end) = (at(DAY), at(NEXT));
    let ids = [3_u64, 1, 3, 2];
    vec![
        sample(
            &DoReservationAction::new(19_710_795, ReservationAction::Verify)
                .custom_data("1234")
                .comment("by phone")
                .admin_id(1),
        ),
        sample(&DoReservationAction::for_all(ids, "Checkin").quiet()),
        sample(&ModifyReservation::for_all(ids).unit(1, "Van 2")),
        sample(
            &ModifyReservation::new(19_710_795)
                .resource_id(33333)
                .start_time(start)
                .end_time(end)
                .user_id(838_829)
                .quantity(2)
                .admin_mode()
                .send_notifications()
                .recalculate_price()
                .comments("moved")
                .unit(1, "Van 2")
                .form_item("persons", "3"),
        ),
        sample(&DeleteReservation::new(19_710_795).delete_user_without_reservations()),
        sample(
            &SetReservationNotes::new(19_710_795)
                .user_notes("")
                .admin_notes("paid"),
        ),
        sample(&SetReservationColor::new(19_710_795, "#A8314F")),
        sample(&SetReservationPrice::new(19_710_795, 100)),
        sample(&SetReservationPrice::new(19_710_795, money("99.90")).notify()),
        sample(&RecalculatePrice::new(19_710_795)),
    ]
}

fn fails(endpoint: &impl Endpoint, data: &str) -> ErrorKind {
    let body = format!(r#"{{"data":{data},"response_code":0}}"#);
    match Response::new(200, body).read(endpoint) {
        Ok(_) => unreachable!("{data} was read"),
        Err(error) => error.kind(),
    }
}

/// The example of the reference, with the details that a level adds.
const LISTED: &str = r#"{"results":[{"reservation_id":"19710795","cart_id":"0",
    "start_time":"2026-06-01 09:00:00","end_time":"2026-06-03 18:00:00","creation_time":"2026-05-20 08:00:00",
    "quantity":"1","status":"7","user_id":"838829","first_name":"Ann","last_name":"Peeters","email":"ann@example.com",
    "phone":"","phone_country_code":"","mobile_number":"470000000","mobile_country_code":"32","resource_id":"22222",
    "name":"Van 1","unit_assignment":"Van 1","user_notes":"","admin_notes":"","night_reservation":"0",
    "total_price":"100.10","original_price":110,"amount_paid":"0","currency":"EUR",
    "flexible_package_assignment_1":"44","flexible_package_assignment_12":45,
    "properties":{"persons":"2","First_Name_1":null},"resource_properties":[],"site_properties":{"a":"b"},
    "user_properties":{"vat_number":"BE0403170701"},
    "regular_products":{"8":{"id":"1","name":"Breakfast","unit_price":"10.50","quantity":"2"}}}]}"#;

#[test]
fn a_listed_reservation_is_read_in_full() {
    let listing = ListReservations::new(at(DAY), at(NEXT));
    let page = read(&listing, LISTED);
    let reservation = page.records()[0].as_ref().unwrap();
    assert_eq!(reservation.reservation_id.get(), 19_710_795);
    assert_eq!(reservation.start_time, Some(SiteTime::Local(at(DAY))));
    assert!(reservation.status.unwrap().is_confirmed());
    assert_eq!(reservation.cart_id, None);
    assert_eq!(reservation.resource_name.as_deref(), Some("Van 1"));
    assert_eq!(reservation.night_reservation, Some(false));
    assert_eq!(reservation.phone, None);
    assert_eq!(
        reservation.mobile,
        Phone::from_parts(Some("32"), Some("470000000"))
    );
    assert_eq!(reservation.total_price, Some(money("100.10")));
    assert_eq!(reservation.original_price, Some(money("110")));
    assert_eq!(reservation.properties["persons"].as_deref(), Some("2"));
    assert_eq!(reservation.properties["First_Name_1"], None);
    assert!(reservation.resource_properties.is_empty());
    assert_eq!(reservation.user_properties.len(), 1);
    assert_eq!(
        reservation.regular_products[0].unit_price,
        Some(money("10.50"))
    );
    let choices: Vec<_> = reservation.flexible_package_assignments.iter().collect();
    assert_eq!(choices, [(&1, &44), (&12, &45)]);
    assert!(
        reservation.has("name"),
        "the raw record is as Planyo sent it"
    );
    assert!(read(&listing, "[]").is_empty());
    assert!(read(&listing, r#"{"results":[]}"#).is_empty());
}

#[test]
fn one_id_has_three_names_and_an_object_may_have_several() {
    let id = |json: &str| {
        let raw = serde_json::value::RawValue::from_string(json.to_owned()).unwrap();
        Record::<Reservation>::parse(&raw).map(|reservation| reservation.reservation_id.get())
    };
    for json in [
        r#"{"reservation_id":"7"}"#,
        r#"{"rental_id":7}"#,
        r#"{"id":"7"}"#,
        r#"{"id":8,"rental_id":9,"reservation_id":7}"#,
        r#"{"id":"8","rental_id":"7"}"#,
        r#"{"reservation_id":"","rental_id":null,"id":7}"#,
        r#"{"reservation_id":7,"reservation_id":"7"}"#,
    ] {
        assert_eq!(id(json).unwrap(), 7, "{json}");
    }
    for json in [
        "{}",
        r#"{"reservation_id":null}"#,
        r#"{"id":"none"}"#,
        "[7]",
        "7",
    ] {
        assert!(id(json).is_err(), "{json}");
    }
}

#[test]
fn every_method_s_own_names_are_read() {
    let searched = read(
        &ReservationSearch::new("ann"),
        r#"{"results":{"0":{"rental_id":"7","name":"Van 1","phone":"9203","phone_country_code":"32"},"1":[]}}"#,
    );
    let first = searched[0].as_ref().unwrap();
    assert_eq!(first.reservation_id.get(), 7);
    assert_eq!(first.resource_name.as_deref(), Some("Van 1"));
    let phone = first.phone.as_ref().unwrap();
    assert_eq!((phone.country_code(), phone.number()), (Some("32"), "9203"));
    assert!(searched[1].is_err(), "one that is no object harms no other");

    let found = read(
        &SearchReservationsByFormItem::new("persons", "2"),
        r#"{"results":[{"id":7,"resource_name":"Van 1","name":"Ann","creation_date":"2026-05-20","site_id":"1"}]}"#,
    );
    let first = found[0].as_ref().unwrap();
    assert_eq!(first.resource_name.as_deref(), Some("Van 1"));
    assert_eq!(
        first.creation_time,
        Some(SiteTime::Local(at("2026-05-20T00:00:00")))
    );
    let both =
        r#"{"results":[{"id":7,"creation_time":"2026-05-21","creation_date":"2026-05-20"}]}"#;
    let found = read(&SearchReservationsByFormItem::new("", ""), both);
    let time = found[0].as_ref().unwrap().creation_time;
    assert_eq!(time, Some(SiteTime::Local(at("2026-05-21T00:00:00"))));

    let waiting =
        r#"{"results":[{"reservation_id":"7","user_id":"8","resource_id":"9","quantity":"2"}]}"#;
    let waiting = read(&GetPromotableReservations::new(1), waiting);
    assert_eq!(waiting[0].as_ref().unwrap().quantity, Some(2));
}

#[test]
fn one_reservation_has_the_id_that_was_asked_for() {
    let call = GetReservation::new(19_710_795);
    let reservation = read(
        &call,
        r#"{"resource_id":"22222","name":"Van 1","user_id":"838829","site_id":"21710",
            "start_time":"2026-06-01 09:00:00","end_time":"1780502400","status":"7","quantity":"1","wants_share":"2",
            "creation_time":"2026-05-20 08:00:00","user_text":"Confirmed","total_price":"100.00","amount_paid":"0",
            "currency":"EUR","discount":"0","phone_number":"","mobile_number":"32470000000","properties":[],
            "regular_products":[{"id":"1","name":"Breakfast","unit_price":"10","quantity":"2"}],
            "custom_products":[{"id":"4","name":"Cleaning","price":"25.00","tax_rate":"21"},"broken"],
            "log_events":[{"admin_id":"1","event":"1","event_time":"2026-05-20 09:00:00","comment":null},
                {"admin_id":"0","event":"77"}],
            "notifications_sent":[{"a":1}],"ppp_rs":"x"}"#,
    );
    assert_eq!(reservation.reservation_id.get(), 19_710_795);
    assert_eq!(reservation.end_time, Some(SiteTime::Unix(1_780_502_400)));
    assert_eq!(reservation.wants_share, Some(SharingMode::Other(2)));
    assert_eq!(reservation.phone, None);
    assert_eq!(
        reservation.mobile,
        Some(Phone::WithCountryCode("32470000000".into())),
        "the number of this method includes the code"
    );
    assert_eq!(reservation.custom_products.len(), 1);
    assert_eq!(reservation.regular_products[0].quantity, Some(Decimal::TWO));
    let events: Vec<_> = reservation.log_events.iter().map(|log| log.event).collect();
    assert_eq!(
        events,
        [Some(EventType::Confirmed), Some(EventType::Other(77))]
    );
    assert_eq!(reservation.log_events[1].admin_id, None);
    assert!(reservation.extra("notifications_sent").is_some());

    assert_eq!(
        read(&call, r#"{"id":"5","status":1}"#).reservation_id.get(),
        19_710_795
    );
    assert_eq!(
        read(&call, r#"{"reservation_id":"5"}"#)
            .reservation_id
            .get(),
        5
    );
    for nothing in ["{}", "[]", "null", "\"Reservation not found\""] {
        assert_eq!(fails(&call, nothing), ErrorKind::Unreadable, "{nothing}");
    }
}

#[test]
fn debug_shows_no_customer() {
    let period = RentalPeriod::new(at(DAY), at(NEXT)).form_item("Name", "Ann Peeters");
    let shown = format!("{period:?}");
    assert!(
        shown.contains("Name") && !shown.contains("Peeters"),
        "{shown}"
    );
    let listing = ListReservations::new(at(DAY), at(NEXT));
    let shown = format!("{:?}", read(&listing, LISTED).records()[0]);
    assert!(
        shown.contains("19710795") && shown.contains("838829"),
        "{shown}"
    );
    for personal in ["Ann", "Peeters", "470000000", "BE0403170701", "example.com"] {
        assert!(!shown.contains(personal), "{shown}");
    }
    let logged = r#"{"results":[{"moderator":"Ann","comments":"Peeters","event_type":"8","reservation_id":"7"}]}"#;
    let shown = format!("{:?}", read(&GetReservationActions::new(), logged));
    assert!(shown.contains("CheckedIn") && !shown.contains("Ann") && !shown.contains("Peeters"));
}

#[test]
fn what_happened_is_read() {
    let logged = read(
        &GetReservationActions::new(),
        r#"{"results":[{"moderator":"Ann","moderator_id":"1","event_type":"21","time":"2026-06-03 18:00:00",
            "comments":"","reservation_id":"7","resource_id":"9","resource_name":"Van 1"},{"event_type":"new"}]}"#,
    );
    let first = logged[0].as_ref().unwrap();
    assert_eq!(first.event_type, Some(EventType::CheckedOut));
    assert_eq!(first.time, Some(SiteTime::Local(at(NEXT))));
    assert_eq!(first.comments, None);
    assert_eq!(logged[1].as_ref().unwrap().event_type, None);
}

#[test]
fn a_check_and_a_price_are_read() {
    let (start, end) = (at(DAY), at(NEXT));
    let check = read(
        &CanMakeReservation::new(1, start, end, 1),
        r#"{"is_reservation_possible":"false","problem_time":"2026-06-02","reason":"closed","price":"EUR 5"}"#,
    );
    assert_eq!(check.is_reservation_possible, Some(false));
    assert_eq!(check.reason.as_deref(), Some("closed"));
    assert_eq!((check.is_resource_available, check.price), (None, None));
    let price = read(
        &GetRentalPrice::new(1, start, end, 1),
        r#"{"currency":"EUR","total":"199.90","extra_times":[]}"#,
    );
    assert_eq!(price.total, Some(money("199.90")));
    assert!(price.has("extra_times"));
}

#[test]
fn a_new_reservation_needs_its_id_and_nothing_else() {
    let call = MakeReservation::new(1, at(DAY), at(NEXT), 1);
    let made = read(
        &call,
        r#"{"reservation_id":"19710795","status":7,"user_text":"Ann"}"#,
    );
    assert_eq!(made.reservation_id.get(), 19_710_795);
    assert!(!format!("{made:?}").contains("Ann"));
    assert_eq!(
        read(&call, r#"{"reservation_id":7,"properties":[]}"#).status,
        None
    );
    for lost in ["{}", "[]", "null", r#"{"status":7}"#] {
        assert_eq!(fails(&call, lost), ErrorKind::OutcomeUnknown, "{lost}");
    }
}

#[test]
fn the_answer_to_a_change_is_never_lost() {
    for data in [
        "null",
        "[]",
        "true",
        "\"ok\"",
        "{}",
        r#"{"status":null,"price":"?"}"#,
    ] {
        let action = DoReservationAction::new(7, ReservationAction::Confirm);
        assert_eq!(read(&action, data).status, None);
        assert_eq!(read(&ModifyReservation::new(7), data).status, None);
        assert_eq!(read(&RecalculatePrice::new(7), data).price, None);
        assert_eq!(
            read(&SetReservationPrice::new(7, 5), data).raw().get(),
            data
        );
        read(&DeleteReservation::new(7), data);
        read(&SetReservationNotes::new(7), data);
        read(&SetReservationColor::new(7, "yellow"), data);
        assert!(read(&ModifyReservation::for_all([7]), data).is_empty());
    }
    let state = r#"{"status":"7","user_text":"Confirmed","warning_text":"conflict"}"#;
    let action = DoReservationAction::new(7, ReservationAction::Confirm);
    assert!(read(&action, state).status.unwrap().is_confirmed());
    let warning = read(&ModifyReservation::new(7), state);
    assert_eq!(warning.warning_text.as_deref(), Some("conflict"));
    let price = r#"{"old_price":"10.00","new_price":9.9,"price":"8.05","currency":"EUR"}"#;
    let change = read(&SetReservationPrice::new(7, money("9.9")), price);
    assert_eq!(
        (change.old_price, change.new_price),
        (Some(money("10.00")), Some(money("9.9")))
    );
    assert_eq!(
        read(&RecalculatePrice::new(7), price).price,
        Some(money("8.05"))
    );
}

#[test]
fn the_answer_to_many_is_by_reservation() {
    let call = DoReservationAction::for_all([7, 8, 9], ReservationAction::Confirm);
    let data = r#"{"7":{"status":"7"},"8":{"status":3,"user_text":"x"},"note":"?","9":"refused"}"#;
    let answer = read(&call, data);
    let states: Vec<_> = answer
        .iter()
        .map(|(id, state)| (id.get(), state.status))
        .collect();
    let expected = |bits| Some(ReservationStatus::from_bits(bits));
    assert_eq!(states, [(7, expected(7)), (8, expected(3)), (9, None)]);
    assert_eq!(answer[&9.into()].raw().get(), "\"refused\"");
    assert_eq!(answer.raw().get(), data);
}

#[test]
fn only_what_sends_no_message_is_retried_freely() {
    use ReservationAction as Action;
    let action = |action: Action| DoReservationAction::new(7, action);
    assert_eq!(action(Action::Confirm).safety(), Safety::Unsafe);
    for known in Action::ALL {
        assert_eq!(action(known.clone()).quiet().safety(), Safety::Idempotent);
    }
    assert_eq!(action("Clone".into()).quiet().safety(), Safety::Unsafe);
    let many = DoReservationAction::for_all([7], Action::Lock);
    assert_eq!(many.clone().safety(), Safety::Unsafe);
    assert_eq!(many.quiet().safety(), Safety::Idempotent);
    let change = ModifyReservation::new(7).quantity(2);
    assert_eq!(change.safety(), Safety::Idempotent);
    assert_eq!(change.send_notifications().safety(), Safety::Unsafe);
    let price = SetReservationPrice::new(7, 5);
    assert_eq!(price.safety(), Safety::Idempotent);
    assert_eq!(price.notify().safety(), Safety::Unsafe);
}

/// The values that Planyo or a careless proxy might send for anything.
fn any_value() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!(null),
        json!(""),
        json!("7"),
        json!(7),
        json!(-1.5),
        json!(true),
        json!([]),
        json!({}),
        json!("2026-06-01 09:00:00"),
        json!("Ann"),
        json!([{"id": "7", "event": 1}, 7, null, ["a"]]),
        json!({"a": {"id": {}, "quantity": "x"}, "b": 7}),
    ])
}

const FIELDS: [&str; 22] = [
    "rental_id",
    "id",
    "name",
    "resource_name",
    "creation_time",
    "creation_date",
    "start_time",
    "status",
    "quantity",
    "wants_share",
    "night_reservation",
    "cart_id",
    "user_id",
    "email",
    "phone",
    "total_price",
    "properties",
    "user_properties",
    "regular_products",
    "custom_products",
    "log_events",
    "flexible_package_assignment_1",
];

proptest! {
    #[test]
    fn any_object_with_an_id_is_a_reservation(
        fields in prop::collection::btree_map(prop::sample::select(&FIELDS[..]), any_value(), 0..22),
    ) {
        let mut fields: serde_json::Map<String, Value> =
            fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let data = Value::from(fields.clone()).to_string();
        if !fields.is_empty() {
            prop_assert_eq!(read(&GetReservation::new(7), &data).reservation_id.get(), 7);
        }
        fields.insert("reservation_id".to_owned(), json!("9"));
        let data = json!({ "results": { "x": fields } }).to_string();
        let found = read(&ReservationSearch::new(""), &data);
        prop_assert_eq!(found[0].as_ref().unwrap().reservation_id.get(), 9);
    }
}
