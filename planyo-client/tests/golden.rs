//! The exact form of every method, and the repeat table. The snapshots are the wire format: a change of one is
//! a change of what Planyo receives.

#![allow(clippy::unwrap_used)] // Helpers of the tests unwrap like the tests.

use std::fmt::Write;

use chrono::NaiveDate;
use planyo_client::retry::may_repeat;
use planyo_client::sites::{ApiTest, GetSiteInfo};
use planyo_client::users::{
    AddUser, GetUser, ListCustomUserProperties, ListEverybody, ListUsers, ModifyUser, RemoveUser,
};
use planyo_client::{Context, DetailLevel, Endpoint, ErrorKind, Language, Paged, Safety};

fn form(endpoint: &impl Endpoint) -> String {
    let context = Context::new("key").hash_key("DEF");
    let request = context.request(endpoint, 1_572_051_750);
    let mut text = String::new();
    for (name, value) in request.form().iter() {
        writeln!(text, "{name}={value}").unwrap();
    }
    text
}

#[test]
fn every_method_sends_the_documented_form() {
    let since = NaiveDate::from_ymd_opt(2026, 5, 1)
        .unwrap()
        .and_hms_opt(8, 0, 0)
        .unwrap();
    insta::assert_snapshot!("api_test", form(&ApiTest::new()));
    insta::assert_snapshot!("get_site_info", form(&GetSiteInfo::new().site_id(21710)));
    insta::assert_snapshot!("list_users", form(&ListUsers::new()));
    insta::assert_snapshot!(
        "list_users_with_everything",
        form(
            &ListUsers::new()
                .include_unconfirmed()
                .created_by_admin()
                .detail_level(DetailLevel::INFO | DetailLevel::PROPERTIES)
                .page_size(5000)
                .site_id(21710)
                .modified_since(since)
                .property_is("VAT number", "BE0403170701")
                .property_contains("VAT number", "0403")
                .first_name("Jo*")
                .last_name("D'Hondt")
                .email("a+b@example.com")
                .address("Kerkstraat*")
                .city("Gent")
                .zip("90*")
                .country("BE")
                .phone_number("470*")
                .phone_country_code("32")
                .mobile_number("470*")
                .mobile_country_code("32")
        )
    );
    insta::assert_snapshot!("get_user_data", form(&GetUser::by_id(838_829)));
    insta::assert_snapshot!(
        "get_user_data_by_email",
        form(
            &GetUser::by_email("a+b@example.com")
                .site_id(21710)
                .detail_level(DetailLevel::RESERVATIONS)
        )
    );
    insta::assert_snapshot!(
        "add_user",
        form(
            &AddUser::new("ann@example.com", "Ann")
                .last_name("D'Hondt")
                .login("ann", &"pass".into())
                .entered_by(1)
                .country("BE")
                .address("Kerkstraat 12 bus 3")
                .city("Gent")
                .zip("9000")
                .state("Oost-Vlaanderen")
                .phone("32", "92035699")
                .mobile("32", "470000000")
                .language(Language::new("nl"))
                .property("VAT number", "BE0403170701")
                .site_id(21710)
        )
    );
    insta::assert_snapshot!(
        "modify_user",
        form(
            &ModifyUser::by_id(838_829)
                .first_name("Ann")
                .last_name("Peeters")
                .new_email("ann2@example.com")
                .email_verified(true)
                .preapproved(false)
                .banned(false)
                .phone("32", "92035699")
        )
    );
    insta::assert_snapshot!(
        "remove_user",
        form(&RemoveUser::new(838_829).site_id(21710))
    );
    insta::assert_snapshot!(
        "list_custom_user_properties",
        form(&ListCustomUserProperties::new())
    );
}

#[test]
fn everybody_is_two_lists_one_after_the_other() {
    let everybody = ListEverybody::new().page_size(2);
    let first = everybody.first();
    let second = everybody.following(&first);
    let by_admin = everybody.after_last(&second).unwrap();
    assert!(everybody.after_last(&by_admin).is_none());
    insta::assert_snapshot!(
        "everybody",
        [form(&first), form(&second), form(&by_admin)].join("\n")
    );
}

#[test]
fn a_call_s_own_site_goes_before_the_client_s() {
    let context = Context::new("key").site_id(1).language(Language::new("fr"));
    let request = context.request(&GetSiteInfo::new().site_id(2), 0);
    assert_eq!(request.form().get("site_id"), Some("2"));
    assert_eq!(request.form().get("language"), Some("FR"));
}

/// What is repeated after which failure: every method, every kind.
#[test]
fn the_repeat_table() {
    let methods = [
        method(&ApiTest::new()),
        method(&GetSiteInfo::new()),
        method(&ListUsers::new()),
        method(&GetUser::by_id(1)),
        method(&ListCustomUserProperties::new()),
        method(&AddUser::new("", "")),
        method(&ModifyUser::by_id(1)),
        method(&RemoveUser::new(1)),
        ("(an unsafe write)".to_owned(), Safety::Unsafe),
    ];
    let kinds = [
        ErrorKind::NotSent,
        ErrorKind::RateLimited,
        ErrorKind::Interrupted,
        ErrorKind::ServerError,
        ErrorKind::Unreadable,
        ErrorKind::Timeout,
        ErrorKind::Aborted,
        ErrorKind::ClockSkew,
        ErrorKind::Configuration,
        ErrorKind::Auth,
        ErrorKind::InvalidInput,
        ErrorKind::Refused,
        ErrorKind::Unexpected,
        ErrorKind::AnswerLost,
        ErrorKind::TooLarge,
    ];
    let mut table = String::new();
    for (name, safety) in methods {
        let repeated: Vec<_> = kinds
            .iter()
            .filter(|kind| may_repeat(safety, **kind))
            .map(|kind| format!("{kind:?}"))
            .collect();
        writeln!(
            table,
            "{name:28} {:11} {}",
            format!("{safety:?}"),
            repeated.join(" ")
        )
        .unwrap();
    }
    insta::assert_snapshot!("repeat_table", table);
}

fn method(endpoint: &impl Endpoint) -> (String, Safety) {
    (endpoint.method().to_owned(), endpoint.safety())
}
