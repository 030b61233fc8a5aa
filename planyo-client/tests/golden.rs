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
use planyo_client::{Context, DetailLevel, Endpoint, ErrorKind, Language, Paged, Params, Safety};

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
        "remove_user",
        form(&RemoveUser::new(838_829).site_id(21710))
    );
    insta::assert_snapshot!(
        "list_custom_user_properties",
        form(&ListCustomUserProperties::new())
    );
}

#[test]
fn a_user_is_changed_by_id_email_or_login() {
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
        "modify_user_by_email",
        form(
            &ModifyUser::by_email("ann@example.com")
                .new_email("a+b@example.com")
                .address("Kerkstraat 12 bus 3")
                .city("Gent")
                .zip("9000")
                .state("Oost-Vlaanderen")
                .country("BE")
                .mobile("32", "470000000")
                .language(Language::new("nl"))
                .property("VAT number", "BE0403170701")
                .site_id(21710)
        )
    );
    insta::assert_snapshot!(
        "modify_user_by_login",
        form(&ModifyUser::by_login("ann").address("").zip("9000"))
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
fn everybody_may_be_filtered_and_of_one_site() {
    let filtered = ListUsers::new().created_by_admin().city("Gent");
    let everybody = ListEverybody::from(filtered)
        .site_id(21710)
        .detail_level(DetailLevel::INFO);
    let first = everybody.first();
    let by_admin = everybody.after_last(&first).unwrap();
    assert!(everybody.after_last(&by_admin).is_none());
    insta::assert_snapshot!(
        "everybody_filtered",
        [form(&first), form(&by_admin)].join("\n")
    );
}

/// A method that would say who calls.
struct Forged(String);

impl Endpoint for Forged {
    type Output = ();

    fn method(&self) -> &'static str {
        "get_site_info"
    }

    fn safety(&self) -> Safety {
        Safety::Read
    }

    fn params(&self, params: &mut Params) {
        for name in ["method", "api_key", "hash_key", "hash_timestamp"] {
            params.set(name, "mine");
        }
        params.set("site_id", -1_i64);
        params.set("price", 1.5);
        params.set("note", &self.0);
    }

    fn parse(&self, _: &serde_json::value::RawValue) -> serde_json::Result<()> {
        Ok(())
    }
}

#[test]
fn an_endpoint_does_not_say_who_calls() {
    let context = Context::new("key").hash_key("DEF").site_id(1);
    let request = context.request(&Forged("of mine".to_owned()), 1_572_051_750);
    let form = request.form();
    assert!(form.iter().all(|(_, value)| value != "mine"), "{form:?}");
    assert_eq!(form.get("api_key"), Some("key"));
    assert_eq!(form.get("hash_timestamp"), Some("1572051750"));
    let own = ["site_id", "price", "note"].map(|name| form.get(name).unwrap());
    assert_eq!(own, ["-1", "1.5", "of mine"]);
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
    let mut table = String::new();
    for (name, safety) in methods {
        let repeated: Vec<_> = ErrorKind::ALL
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
