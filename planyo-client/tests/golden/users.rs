use chrono::NaiveDate;
use planyo_client::users::{
    AddAgent, AddUser, GetUser, ListAllUsers, ListCustomUserProperties, ListUsers, ModifyUser,
    RemoveUser, RoleStatus, UserDetail,
};
use planyo_client::{AmountOrPercent, Language, Paged};

use crate::{Sample, form, read, sample};

pub(crate) fn requests() -> Vec<Sample> {
    let since = NaiveDate::from_ymd_opt(2026, 5, 1)
        .unwrap()
        .and_hms_opt(8, 0, 0)
        .unwrap();
    vec![
        sample(&ListUsers::new().first()),
        sample(
            &ListUsers::new()
                .include_unconfirmed()
                .created_by_admin()
                .detail_level(UserDetail::INFO | UserDetail::PROPERTIES)
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
                .mobile_country_code("32"),
        ),
        sample(&GetUser::by_id(838_829)),
        sample(
            &GetUser::by_email("a+b@example.com")
                .site_id(21710)
                .detail_level(UserDetail::RESERVATIONS),
        ),
        sample(
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
                .site_id(21710),
        ),
        sample(&RemoveUser::new(838_829).site_id(21710)),
        sample(&ListCustomUserProperties::new().site_id(21710)),
        sample(
            &ModifyUser::by_id(838_829)
                .first_name("Ann")
                .last_name("Peeters")
                .new_email("ann2@example.com")
                .email_verified(true)
                .preapproved(false)
                .banned(false)
                .phone("32", "92035699"),
        ),
        sample(
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
                .site_id(21710),
        ),
        sample(&ModifyUser::by_login("ann").address("").zip("9000")),
        sample(
            &AddAgent::new(838_829, "10%".parse().unwrap(), AmountOrPercent::ZERO)
                .organization("Peeters bv")
                .site_id(21710),
        ),
    ]
}

#[test]
fn all_users_are_two_lists_one_after_the_other() {
    let everybody = ListAllUsers::new().page_size(2);
    let first = everybody.first();
    let second = everybody.at_page(&first, 1);
    let by_admin = everybody.after_last(&second).unwrap();
    assert!(everybody.after_last(&by_admin).is_none());
    insta::assert_snapshot!(
        "everybody",
        [form(&first), form(&second), form(&by_admin)].join("\n")
    );
}

#[test]
fn all_users_may_be_filtered_and_of_one_site() {
    let filtered = ListUsers::new().created_by_admin().city("Gent");
    let everybody = ListAllUsers::from(filtered)
        .site_id(21710)
        .detail_level(UserDetail::INFO);
    let first = everybody.first();
    let by_admin = everybody.after_last(&first).unwrap();
    assert!(everybody.after_last(&by_admin).is_none());
    insta::assert_snapshot!(
        "everybody_filtered",
        [form(&first), form(&by_admin)].join("\n")
    );
}

#[test]
fn an_agent_may_have_to_wait() {
    let add = AddAgent::new(1, AmountOrPercent::ZERO, AmountOrPercent::ZERO);
    let given = read(&add, r#"{"status":"pending","warning":"no agents yet"}"#);
    assert_eq!(given.status, Some(RoleStatus::Pending));
    assert_eq!(given.warning.as_deref(), Some("no agents yet"));
    for data in ["null", "[]", "\"ok\"", r#"{"status":[]}"#] {
        assert!(read(&add, data).status.is_none(), "{data}");
    }
}
