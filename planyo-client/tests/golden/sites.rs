use planyo_client::properties::SearchCondition;
use planyo_client::sites::{
    AddApiKey, AddSite, AddSiteImage, AddSiteModerator, AddUrlToAdminFavorites, ApiTest,
    DateFormat, GetSiteInfo, ListReviews, ListSites, ModifySite, RemoveSiteImage,
    RemoveSiteModerator, RemoveUrlFromAdminFavorites, SetPaymentGateway, SiteDetail, SitePlan,
    TimeFormat,
};
use planyo_client::users::RoleStatus;
use planyo_client::{Language, Paged, Response, SiteId, SiteTime};
use rust_decimal::Decimal;

use crate::{Sample, read, sample};

pub(crate) fn requests() -> Vec<Sample> {
    let url = "https://example.com/a.jpg";
    vec![
        sample(&ApiTest::new()),
        sample(&GetSiteInfo::new().site_id(21710)),
        sample(&ListSites::new().first()),
        sample(
            &ListSites::new()
                .page_size(1000)
                .detail_level(SiteDetail::NAME | SiteDetail::PROPERTIES)
                .admin_id(31_337)
                .property_is("Kind of site", "vans")
                .property_contains("Kind of site", "van")
                .near(Decimal::new(51_054, 3), Decimal::new(3717, 3), "10km"),
        ),
        sample(
            &ModifySite::new()
                .site_id(21710)
                .name("Vans")
                .description("Vans of Gent")
                .use_shopping_cart(true)
                .property("Kind of site", "vans")
                .timezone("Europe/Brussels")
                .date_format(DateFormat::DayMonthYearDots)
                .time_format(TimeFormat::Hours24)
                .default_language(Language::new("nl"))
                .online_payment_surcharge(Decimal::new(15, 1))
                .allowed_domains(["example.com", "example.be"])
                .notification_send_window(2),
        ),
        sample(
            &AddSite::new(21710, 31_337, "Vans of Brugge", SitePlan::Pro)
                .copy_all_resources()
                .payment_account_id("a1")
                .generate_api_key()
                .moderator_id(5),
        ),
        sample(
            &AddSite::new(21710, 31_337, "Vans", SitePlan::Commission).copy_published_resources(),
        ),
        sample(&AddApiKey::new().param("site_id", "21710")),
        sample(&AddSiteModerator::new(5)),
        sample(&AddSiteModerator::main(5).site_id(21710)),
        sample(&RemoveSiteModerator::new(5).site_id(21710)),
        sample(&AddSiteImage::new(21710, url).title("Gent")),
        sample(&RemoveSiteImage::new(9).site_id(21710)),
        sample(&ListReviews::new().resource_id(22222).limit(50)),
        sample(&SetPaymentGateway::new()),
        sample(&AddUrlToAdminFavorites::new()),
        sample(&RemoveUrlFromAdminFavorites::new().param("url", url)),
    ]
}

#[test]
fn a_site_is_read() {
    let data = r#"{"name":"Vans","category":"9978","online_payment_surcharge":"1.5","email":"ann@example.com",
        "admin_id":"31337","timezone":"Europe/Brussels","default_language":"EN","properties":{"kind":"vans"},
        "custom_resource_properties":{"Fuel":{"name":"Fuel","allowed_values":"Petrol,Diesel","search_condition":"eq"}},
        "photos":[{"id":"9","path":"/a.jpg","title":""},[]],"id":21710,"date_format":"d.m.Y","timezone_offset":"+2",
        "active_extensions":["cart"]}"#;
    let site = read(&GetSiteInfo::new(), data);
    assert_eq!(site.online_payment_surcharge, Some(Decimal::new(15, 1)));
    assert_eq!(site.date_format, Some(DateFormat::DayMonthYearDots));
    let fuel = &site.custom_resource_properties["Fuel"];
    assert_eq!(fuel.allowed_values, ["Petrol", "Diesel"]);
    assert_eq!(fuel.search_condition, Some(SearchCondition::Equal));
    assert_eq!(site.photos.len(), 1);
    assert_eq!(site.photos[0].path.as_deref(), Some("/a.jpg"));
    assert_eq!(site.email.as_deref(), Some("ann@example.com"));
    assert!(!format!("{site:?}").contains("ann@"));

    let bare = r#"{"properties":[],"custom_resource_properties":[],"photos":null,"name":""}"#;
    let bare = read(&GetSiteInfo::new(), bare);
    assert!(bare.photos.is_empty() && bare.custom_resource_properties.is_empty());
    assert!(bare.name.is_none());
}

#[test]
fn sites_come_under_either_name_in_a_list_or_a_map() {
    for data in [
        r#"{"sites":[{"id":"21710","name":"Vans"},{"name":"no id"}]}"#,
        r#"{"results":{"21710":{"site_id":21710,"name":"Vans"},"2":{"id":null}}}"#,
    ] {
        let page = read(&ListSites::new(), data);
        let [vans, invalid] = page.records() else {
            panic!("{data}")
        };
        let vans = vans.as_ref().unwrap();
        assert_eq!(vans.id, SiteId::from(21710));
        assert_eq!(vans.info.name.as_deref(), Some("Vans"));
        assert!(invalid.is_err());
    }
    assert!(read(&ListSites::new(), "[]").is_empty());
    let answer = Response::new(200, r#"{"data":{"other":[]},"response_code":0}"#);
    assert!(answer.read(&ListSites::new()).is_err());
}

#[test]
fn reviews_are_read() {
    let data = r#"{"results":[{"rating":"5","date":"2026-06-01 10:00:00","text":"Thanks, Ann","reply":null,
        "user_id":"838829","first_name":"Ann","resource_id":22222}]}"#;
    let reviews = read(&ListReviews::new(), data);
    let review = reviews[0].as_ref().unwrap();
    assert_eq!((review.rating, review.reply.as_deref()), (Some(5), None));
    assert_eq!(review.date, SiteTime::parse("2026-06-01 10:00:00"));
    assert!(!format!("{review:?}").contains("Ann"));
}

#[test]
fn an_accepted_write_is_never_lost_and_shows_no_key() {
    let site = AddSite::new(1, 1, "", SitePlan::Pro);
    let made = read(&site, r#"{"site_id":"21711","api_key":"5ECRET"}"#);
    assert_eq!(made.site_id, Some(SiteId::from(21711)));
    let key = read(&AddApiKey::new(), r#"{"api_key":"5ECRET"}"#);
    assert!(!format!("{made:?}{key:?}").contains("5ECRET"));
    assert_eq!(key.extra("api_key"), Some("5ECRET".into()));
    for data in ["null", "[]", "{}", "\"5ECRET\""] {
        assert_eq!(read(&site, data).site_id, None, "{data}");
        assert_eq!(read(&AddApiKey::new(), data).raw().get(), data);
        assert_eq!(read(&AddSiteModerator::new(1), data).status, None, "{data}");
        read(&ModifySite::new(), data);
    }
    let given = read(&AddSiteModerator::new(1), r#"{"status":"ok"}"#);
    assert_eq!(given.status, Some(RoleStatus::Given));
}
