//! Laws that hold for any text and any JSON.

#![allow(clippy::unwrap_used)] // As in tests.

use std::any::type_name;

use chrono::NaiveDate;
use planyo_client::availability::AddVacation;
use planyo_client::cart::{Cart, CartItem};
use planyo_client::notifications::{AddNotificationCallback, CallbackUrl, SendEmailToCustomer};
use planyo_client::payments::{GenerateInvoice, Invoice, Payment, RemoveReservationPayment};
use planyo_client::products::{AdditionalProduct, SetReservationProducts};
use planyo_client::reservations::{
    DoReservationAction, ModifyReservation, Reservation, SetReservationPrice,
};
use planyo_client::resources::{Resource, SetResourceAdmin};
use planyo_client::sites::{AddSite, Site, SitePlan};
use planyo_client::testing::{Answer, Script};
use planyo_client::users::{AddUser, GetUser, ListCustomUserProperties, ListUsers, User};
use planyo_client::vouchers::{AddCouponType, ApplyVoucher, Coupon, CouponType, Voucher};
use planyo_client::{
    Client, Endpoint, EventType, Identified, NotificationName, Phone, Record, ReservationStatus,
    Response,
};
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

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

/// The names of all fields that a record of a listing may have.
const FIELDS: &str = "
    address admin_id admin_notes allowed_values amount amount_paid amount_pretty amount_used available
    bundle_coupons bundle_resources category checked_out checkout_time city code color comment comments
    confirmation_type country coupon_payment_id coupon_type creation_date creation_time creation_website
    currency custom_color custom_products custom_resource_properties customer_chosen_categories
    customer_reservable date date_format default_language default_prices default_value description discount
    discount_amount discount_value dropdown_values duration email end end_day end_hour end_month end_time
    end_weekday_flags event event_time event_times event_type extra_field extra_info first_name
    flexible_package_assignment_1 form_item_name from incompatible_resources internal_price is_available
    is_custom_field is_default is_email_verified is_listed is_overnight_stay is_parent_invoice is_per_person
    is_personal is_published is_recurring is_required is_reservation_possible is_reserved_by_customer
    is_resource_available label language last_name last_reservation latest_usage_time log_events login
    max_days_to_rental max_quantity max_quantity_per_rental max_rental_time min_hours_to_rental min_rental_time
    min_time_between_rentals mobile_country_code mobile_number moderator moderator_id name new_amount new_price
    new_product_price night_reservation old_price online_payment_surcharge original_price package_contents
    package_type path payment_date payment_mode payment_mode_id payment_status payment_time payments per_person
    phone phone_country_code phone_number photos possible_values predefined_durations prepayment_amount
    prepayment_amount_valid_until price price-gross price_type prices pricing_rules priority problem_time
    properties quantity quantity_available quantity_blocked quantity_used rating reason recurring
    registration_time regular_product_price regular_products rental_id reply reservation_count
    reservation_end_date reservation_ids reservation_start_date resource_admin_email resource_admin_id
    resource_admin_name resource_id resource_ids resource_name resource_properties result rule_id rule_subtype
    rule_type rule_value rule_value_2 search_condition sequential_number sharing_mode shopping_cart_id site_id
    site_properties start start_day start_hour start_month start_quarters start_time start_weekday_flags state
    status tax tax_rate time time_offset time_unit timestamp timezone timezone_offset title to total total_price
    transaction_id translated_name translated_values type type_pretty unit_assignment unit_names unit_price url
    usage_time user_id user_notes user_properties user_text vacation_id value wants_share warning warning_text
    weekday year zip";

#[test]
fn no_record_with_an_id_is_lost_to_what_its_other_fields_hold() {
    fn reads<T: DeserializeOwned + Identified>(object: &Map<String, Value>) {
        let raw = serde_json::value::to_raw_value(object).unwrap();
        let record = Record::<T>::parse(&raw);
        assert!(
            record.is_ok(),
            "{}: {:?} in {raw}",
            type_name::<T>(),
            record.err()
        );
        assert!(T::ID_FIELD != "id" || record.unwrap().id() == 7);
    }
    for value in [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(u64::MAX),
        json!(1.5),
        json!(1e300),
        json!(""),
        json!(" "),
        json!("7"),
        json!("7,x,,8"),
        json!("20%"),
        json!("2026-13-45 99:99:99"),
        json!("Ann"),
        json!([]),
        json!({}),
        json!([null, [], {}, 7, "7", [["a"]]]),
        json!({"7": {}, "a": [], "b": {"id": {}}, "": null}),
    ] {
        let mut object: Map<String, Value> = FIELDS
            .split_whitespace()
            .map(|name| (name.to_owned(), value.clone()))
            .collect();
        for id in [
            "id",
            "reservation_id",
            "payment_id",
            "coupon_id",
            "voucher_id",
            "season_id",
        ] {
            object.insert(id.to_owned(), json!("7"));
        }
        // An invoice is known by its number.
        let known = object.insert("sequential_number".to_owned(), json!("F/1"));
        assert_eq!(known, Some(value));
        reads::<User>(&object);
        reads::<Reservation>(&object);
        reads::<Resource>(&object);
        reads::<Site>(&object);
        reads::<Payment>(&object);
        reads::<Invoice>(&object);
        reads::<AdditionalProduct>(&object);
        reads::<Cart>(&object);
        reads::<CartItem>(&object);
        reads::<Voucher>(&object);
        reads::<Coupon>(&object);
        reads::<CouponType>(&object);
    }
}

proptest! {
    /// The writes whose answer has nothing that the caller cannot do without: whatever comes, they are done.
    #[test]
    fn no_answer_loses_a_write(data in any_json()) {
        fn is_read<E: Endpoint>(endpoint: &E, data: &Value) -> bool {
            let raw = serde_json::value::to_raw_value(data).unwrap();
            endpoint.parse(&raw).is_ok()
        }
        let url = CallbackUrl::new("https://example.com").unwrap();
        let day = NaiveDate::default();
        prop_assert!(is_read(&AddUser::new("", ""), &data));
        prop_assert!(is_read(&DoReservationAction::new(1, "Confirm"), &data));
        prop_assert!(is_read(&DoReservationAction::for_all([1_u64], "Confirm"), &data));
        prop_assert!(is_read(&ModifyReservation::new(1), &data));
        prop_assert!(is_read(&SetReservationPrice::new(1, 1), &data));
        prop_assert!(is_read(&GenerateInvoice::new(1), &data));
        prop_assert!(is_read(&RemoveReservationPayment::new(1, 1), &data));
        prop_assert!(is_read(&AddVacation::of_site(1, day, day), &data));
        prop_assert!(is_read(&AddNotificationCallback::new("hourly", url), &data));
        prop_assert!(is_read(&SendEmailToCustomer::new(1, "", ""), &data));
        prop_assert!(is_read(&AddCouponType::new(1, 1, 1), &data));
        prop_assert!(is_read(&ApplyVoucher::for_all([1_u64], ""), &data));
        prop_assert!(is_read(&AddSite::new(1, 1, "", SitePlan::Pro), &data));
        prop_assert!(is_read(&SetResourceAdmin::new(1, 1), &data));
        prop_assert!(is_read(&SetReservationProducts::new(1), &data));
    }
}
