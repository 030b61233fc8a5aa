use chrono::NaiveDate;
use planyo_client::resources::{
    AddResource, AddResourceImage, AddResourceSeason, AdminStatus, ConfirmationMethod,
    FormItemType, GetBundleContents, GetFormItems, GetFormItemsCsv, GetPackageContents,
    GetResourceInfo, GetResourcePricing, GetResourceSeasons, GetSimplifiedDailyPricing,
    GetSimplifiedDailyRestrictions, ListResources, ModifyResource, ModifyResourceSeason, MonthDay,
    PackagePriority, PackageType, PriceType, RemoveResource, RemoveResourceImage, ResourceDetail,
    ResourceType, SetFormItemsFromCsv, SetPackageContents, SetResourceAdmin, SetResourcePricing,
    SetUnitNames, SetUnitProperty, Weekdays,
};
use planyo_client::{ErrorKind, Paged, ResourceId, Response};
use rust_decimal::Decimal;

use crate::{Sample, read, sample};

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, day).unwrap()
}

/// Hours or an amount of money: a number with so many hundredths.
fn hundredths(number: i64) -> Decimal {
    Decimal::new(number, 2)
}

pub(crate) fn requests() -> Vec<Sample> {
    let mut requests = found();
    requests.extend(edited());
    requests.extend(priced());
    requests.extend(seasons());
    requests.extend(contents());
    requests.extend(forms());
    requests
}

fn found() -> Vec<Sample> {
    vec![
        sample(&ListResources::new().first()),
        sample(
            &ListResources::new()
                .page_size(5000)
                .detail_level(ResourceDetail::SETTINGS | ResourceDetail::PROPERTIES)
                .published_only()
                .reservable_only()
                .resource_types([ResourceType::Resource, ResourceType::Package])
                .admin_id(1)
                .sort("name")
                .site_id(21710)
                .property("Number of beds", "2")
                .property_is("color", "red")
                .property_contains("color", "re"),
        ),
        sample(&ListResources::new().all_resource_types()),
        sample(&GetResourceInfo::new(22222).param("language", "FR")),
    ]
}

fn edited() -> Vec<Sample> {
    vec![
        sample(
            &AddResource::new(22222, "Van 2", 3)
                .predefined_duration(1, "half a day", 4)
                .predefined_duration(2, "a day", hundredths(850))
                .predefined_duration(2, "a day", 8)
                .min_rental_time(hundredths(50))
                .max_rental_time(168)
                .available_from(8)
                .available_until(18)
                .start_times("9,13")
                .min_hours_to_rental(24)
                .max_days_to_rental(365)
                .default_price(hundredths(9950))
                .resource_admin_id(1)
                .event_dates("2026-06-01 09:00")
                .is_published(false)
                .images("https://example.com/van.jpg")
                .property("Number of beds", "2"),
        ),
        sample(
            &ModifyResource::new(22222)
                .name("Van 2")
                .description("")
                .quantity(3)
                .confirmation_method(ConfirmationMethod::Automatic)
                .min_time_between_rentals(hundredths(50))
                .start_quarters(1)
                .currency("EUR")
                .min_rental_time(24)
                .max_rental_time(168)
                .available_from(8)
                .available_until(18)
                .start_times("9,13")
                .min_hours_to_rental(24)
                .max_days_to_rental(365)
                .default_price(hundredths(9950)),
        ),
        sample(&RemoveResource::new(22222, "Van 2", 21710)),
        sample(&AddResourceImage::new(22222, "https://example.com/van.jpg").title("A van")),
        sample(&RemoveResourceImage::new(5).resource_id(22222)),
        sample(&SetResourceAdmin::new(22222, 1)),
        sample(&SetUnitNames::new(22222, ["Van 1", "Van 2"])),
        sample(
            &SetUnitProperty::new(22222, "mileage", "120000")
                .unit("Van 1")
                .time(day(1)),
        ),
    ]
}

fn priced() -> Vec<Sample> {
    vec![
        sample(&GetResourcePricing::new(21710).resource_id(22222)),
        sample(
            &SetResourcePricing::new(22222)
                .price("17", hundredths(9950))
                .price_type("17", PriceType::Day)
                .raise("summer", 10)
                .text("closed", "Closed for repairs")
                .price_type("closed", PriceType::Unavailable),
        ),
        sample(&GetSimplifiedDailyPricing::of_resource(
            22222,
            day(1),
            day(30),
        )),
        sample(&GetSimplifiedDailyPricing::of_all(day(1), day(30)).site_id(21710)),
        sample(
            &GetSimplifiedDailyRestrictions::of_resource(22222, day(1), day(30))
                .return_blocked_days(),
        ),
        sample(&GetSimplifiedDailyRestrictions::of_all(day(1), day(30)).site_id(21710)),
    ]
}

fn seasons() -> Vec<Sample> {
    let weekend = Weekdays::SATURDAY | Weekdays::SUNDAY;
    vec![
        sample(&GetResourceSeasons::of_resource(22222)),
        sample(&GetResourceSeasons::of_site()),
        sample(
            &AddResourceSeason::of_resource(22222, MonthDay::new(7, 1), MonthDay::new(8, 31), 168)
                .year(2026)
                .max_rental_time(336)
                .start_weekday_flags(weekend)
                .end_weekday_flags(Weekdays::MONDAY)
                .priority(1)
                .title("Summer"),
        ),
        sample(&AddResourceSeason::of_site(day(1), day(30), 24).site_id(21710)),
        sample(
            &ModifyResourceSeason::new(7)
                .start(day(1))
                .end(day(30))
                .year(2026)
                .min_rental_time(24)
                .max_rental_time(336)
                .start_weekday_flags(weekend)
                .end_weekday_flags(Weekdays::MONDAY)
                .priority(1)
                .title("Summer"),
        ),
    ]
}

fn contents() -> Vec<Sample> {
    vec![
        sample(&GetBundleContents::new(100)),
        sample(&GetPackageContents::new(100)),
        sample(
            &SetPackageContents::flexible(100, PackagePriority::Alphabetical)
                .quantity_used(101, 1)
                .quantity_blocked(101, 2)
                .category(101, 1)
                .category(102, 2)
                .customer_chosen_categories([1, 2]),
        ),
        sample(&SetPackageContents::simple(100).quantity_used(101, 1)),
        sample(&SetPackageContents::none(100)),
    ]
}

fn forms() -> Vec<Sample> {
    vec![
        sample(&GetFormItems::global().site_id(21710)),
        sample(&GetFormItems::of_resource(22222).include_standard_fields()),
        sample(&GetFormItems::all()),
        sample(&GetFormItemsCsv::new(22222).include_standard_fields()),
        sample(&SetFormItemsFromCsv::new().param("csv", "name,label")),
    ]
}

/// The one real item of the reference, as Planyo sent it.
const CAMPER: &str = r#"{"name":"Quimper Camping-cars","id":22222,"resource_admin_id":null,"resource_admin_email":null,
    "resource_admin_name":null,"quantity":"27","site_id":"21710","confirmation_type":"4","category":"9978",
    "unit_price":"0","currency":"EUR","min_rental_time":"24","min_time_between_rentals":0,"max_rental_time":"168",
    "min_hours_to_rental":"0","max_days_to_rental":"365","is_published":"true","is_listed":"true",
    "is_overnight_stay":"0"}"#;

#[test]
fn a_real_resource() {
    let data = format!(r#"{{"resources":{{"22222":{CAMPER}}},"max_page":0,"resource_count":"1"}}"#);
    let page = read(&ListResources::new(), &data);
    let camper = page.records()[0].as_ref().unwrap();
    assert_eq!(camper.id, ResourceId::from(22222));
    assert_eq!(camper.name.as_deref(), Some("Quimper Camping-cars"));
    assert_eq!(camper.quantity, Some(27));
    assert_eq!(camper.site_id.unwrap().get(), 21710);
    assert_eq!(
        camper.confirmation_type,
        Some(ConfirmationMethod::Automatic)
    );
    assert_eq!(camper.unit_price, Some(Decimal::ZERO));
    assert_eq!(camper.min_rental_time, Some(Decimal::from(24)));
    assert_eq!(camper.min_time_between_rentals, Some(Decimal::ZERO));
    assert_eq!(camper.max_days_to_rental, Some(365));
    assert_eq!(camper.is_published, Some(true));
    assert_eq!(camper.is_overnight_stay, Some(false));
    assert_eq!(camper.resource_admin_id, None);
    assert!(camper.properties.is_empty() && camper.photos.is_empty());
    assert_eq!(format!("{camper:?}"), "Resource { id: 22222, .. }");
}

#[test]
fn resources_are_a_map_or_a_list_and_the_key_may_be_the_only_id() {
    let ids = |json: &str| {
        let page = read(&ListResources::new(), json);
        let ids: Vec<_> = page
            .records()
            .iter()
            .map(|entry| entry.as_ref().map(|resource| resource.id.get()).ok())
            .collect();
        ids
    };
    for empty in ["[]", r#"{"resources":[]}"#, r#"{"resources":null}"#] {
        assert_eq!(ids(empty), [], "{empty}");
    }
    assert_eq!(
        ids(r#"{"resources":{"9":{"name":"A"},"8":{},"7":{"id":"7"}}}"#),
        [Some(9), Some(8), Some(7)]
    );
    // The place in a list is no id.
    assert_eq!(
        ids(r#"{"resources":[{"id":9},{"name":"A"},null]}"#),
        [Some(9), None, None]
    );
    assert_eq!(ids(r#"{"resources":{"a":{},"7":[]}}"#), [None, None]);

    let page = read(&ListResources::new(), r#"{"resources":{"9":{"name":"A"}}}"#);
    let resource = page.records()[0].as_ref().unwrap();
    assert_eq!(resource.raw().get(), r#"{"name":"A"}"#);
}

#[test]
fn the_info_of_a_resource_is_of_the_one_asked_for() {
    let info = read(
        &GetResourceInfo::new(22222),
        r#"{"name":"Van","translated_name":"Camionnette","sharing_mode":"1","start_hour":"8","end_hour":18,
            "start_quarters":"1","time_unit":"60","unit_names":"Van 1,Van 2","max_quantity_per_rental":"",
            "predefined_durations":{"half a day":"4","a day":8.5,"odd":null},"properties":{"color":"red","beds":null},
            "photos":[{"id":"5","path":"/a.jpg","title":""},null],"event_dates":["2026-06-01"],"price_type":"7",
            "prepayment_amount":"30%","prepayment_amount_valid_until":"14","unit_price":"99.50","start_times":[]}"#,
    );
    assert_eq!(info.id, ResourceId::from(22222));
    assert_eq!(info.translated_name.as_deref(), Some("Camionnette"));
    assert_eq!((info.start_hour, info.end_hour), (Some(8), Some(18)));
    assert_eq!(info.max_quantity_per_rental, None);
    let durations: Vec<_> = info.predefined_durations.iter().collect();
    let expected = [("a day", 850), ("half a day", 400)];
    let expected = expected.map(|(label, hours)| (label.to_owned(), hundredths(hours)));
    assert!(
        durations
            .into_iter()
            .eq(expected.iter().map(|(l, h)| (l, h)))
    );
    assert_eq!(info.properties["color"].as_deref(), Some("red"));
    assert_eq!(info.properties["beds"], None);
    assert_eq!(info.photos.len(), 1);
    assert_eq!(info.photos[0].id.unwrap().get(), 5);
    assert_eq!(info.photos[0].path.as_deref(), Some("/a.jpg"));
    assert_eq!(info.event_dates, serde_json::json!(["2026-06-01"]));
    assert_eq!(info.price_type, Some(PriceType::Day));
    assert_eq!(info.prepayment_amount.as_deref(), Some("30%"));
    assert_eq!(info.unit_price.unwrap().to_string(), "99.50");

    for unnamed in [r#"{"id":null,"name":"Van"}"#, r#"{"name":"Van","id":""}"#] {
        let info = read(&GetResourceInfo::new(22222), unnamed);
        assert_eq!(info.id, ResourceId::from(22222), "{unnamed}");
        assert_eq!(info.raw().get(), unnamed);
    }

    let empty = read(
        &GetResourceInfo::new(22222),
        r#"{"predefined_durations":[],"properties":[],"photos":{}}"#,
    );
    assert!(empty.predefined_durations.is_empty() && empty.photos.is_empty());
}

#[test]
fn the_id_of_a_new_resource_is_needed() {
    let add = AddResource::new(22222, "Van 2", 1);
    let added = read(&add, r#"{"new_resource_id":"22223"}"#);
    assert_eq!(added.new_resource_id, ResourceId::from(22223));
    let answer = Response::new(200, r#"{"data":[],"response_code":0}"#);
    let error = answer.read(&add).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
}

#[test]
fn prices_and_rules_are_by_resource() {
    let call = GetResourcePricing::new(21710);
    let pricing = read(
        &call,
        r#"{"default_prices":{"22222":{"unit_price":"99.90","currency":"EUR","price_type":"7","resource_name":"Van"}},
            "pricing_rules":{"22222":[
                {"rule_id":"17","rule_type":"3","rule_subtype":"","rule_value":"2026-07-01","rule_value_2":null,
                 "price":"120.50","price_type":7},
                {"rule_id":18,"price":"Closed","price_type":"5"},"?"],"22223":[],"all":[{}]}}"#,
    );
    let van = ResourceId::from(22222);
    let default = &pricing.default_prices[&van];
    assert_eq!(default.unit_price.unwrap().to_string(), "99.90");
    assert_eq!(default.price_type, Some(PriceType::Day));
    assert_eq!(pricing.pricing_rules.len(), 2);
    let rules = &pricing.pricing_rules[&van];
    assert_eq!(rules.len(), 2);
    assert_eq!(rules[0].rule_id.as_deref(), Some("17"));
    assert_eq!(rules[0].rule_subtype, None);
    assert_eq!(rules[0].amount(), Some(hundredths(12050)));
    assert_eq!(rules[1].rule_id.as_deref(), Some("18"));
    assert_eq!(rules[1].price_type, Some(PriceType::Unavailable));
    assert_eq!(rules[1].amount(), None);
    assert!(pricing.has("pricing_rules"));

    let none = read(&call, r#"{"default_prices":[],"pricing_rules":[]}"#);
    assert!(none.default_prices.is_empty() && none.pricing_rules.is_empty());
}

#[test]
fn daily_prices_are_by_resource() {
    let call = GetSimplifiedDailyPricing::of_resource(22222, day(1), day(30));
    let pricing = read(
        &call,
        r#"{"prices":{"22222":[{"from":"2026-06-01","to":"2026-06-30","price":99.5}]},"prices_person":{},"warnings":[]}"#,
    );
    let prices = &pricing.prices[&ResourceId::from(22222)];
    assert_eq!(prices[0].price, Some(hundredths(9950)));
    assert!(prices[0].from.is_some() && prices[0].to.is_some());
    assert!(pricing.has("prices_person"));
    assert!(read(&call, r#"{"prices":[]}"#).prices.is_empty());
}

#[test]
fn seasons_keep_unknown_bits() {
    let call = GetResourceSeasons::of_site();
    let seasons = read(
        &call,
        r##"{"seasons":[{"season_id":"7","priority":"1","start_day":1,"start_month":"7","end_day":"31","end_month":"8",
            "year":"","min_rental_time":"168","max_rental_time":"","start_weekday_flags":"65","end_weekday_flags":130,
            "title":"Summer","color":"#ff0"},{"title":"no id"}]}"##,
    );
    let summer = seasons[0].as_ref().unwrap();
    assert_eq!(summer.season_id.get(), 7);
    assert_eq!((summer.start_month, summer.start_day), (Some(7), Some(1)));
    assert_eq!((summer.year, summer.max_rental_time), (None, None));
    let start = summer.start_weekday_flags.unwrap();
    assert_eq!(start, Weekdays::SUNDAY | Weekdays::SATURDAY);
    assert_eq!(summer.end_weekday_flags.unwrap().bits(), 130);
    assert!(seasons[1].is_err());
    assert!(read(&call, r#"{"seasons":[]}"#).is_empty());
}

#[test]
fn what_bundles_and_packages_have() {
    let bundle = read(
        &GetBundleContents::new(100),
        r#"{"bundle_resources":{"0":{"resource_id":"101","resource_name":"Van","quantity_used":"1","time_offset":"1.5",
            "duration":24,"internal_price":"10.10"}},"bundle_coupons":["5",6,null]}"#,
    );
    let van = &bundle.bundle_resources[0];
    assert_eq!(van.resource_id.unwrap().get(), 101);
    assert_eq!(van.time_offset, Some(hundredths(150)));
    assert_eq!(van.internal_price.unwrap().to_string(), "10.10");
    let coupons: Vec<_> = bundle.bundle_coupons.iter().map(|id| id.get()).collect();
    assert_eq!(coupons, [5, 6]);

    let package = read(
        &GetPackageContents::new(100),
        r#"{"package_type":"flexible","package_contents":[{"resource_id":101,"resource_name":"Van","quantity_used":"1",
            "quantity_blocked":"2","category":"3"}],"priority":"2","customer_chosen_categories":"1,2"}"#,
    );
    assert_eq!(package.package_type, Some(PackageType::Flexible));
    assert_eq!(package.priority, Some(PackagePriority::RandomEachTime));
    assert_eq!(package.package_contents[0].quantity_blocked, Some(2));
    assert_eq!(package.package_contents[0].category, Some(3));

    let none = read(
        &GetPackageContents::new(100),
        r#"{"package_type":"none","package_contents":null}"#,
    );
    assert_eq!(none.package_type, Some(PackageType::None));
    assert!(none.package_contents.is_empty());
}

#[test]
fn items_of_a_form() {
    let items = read(
        &GetFormItems::all(),
        r#"{"items":[{"name":"persons","label":"Persons","type":"1","dropdown_values":"1,2","default_value":"",
            "is_required":"1","description":null,"resource_id":"0","is_custom_field":true},{"type":12}]}"#,
    );
    let persons = items[0].as_ref().unwrap();
    assert_eq!(persons.kind, Some(FormItemType::Dropdown));
    assert_eq!(persons.dropdown_values.as_deref(), Some("1,2"));
    assert_eq!(persons.is_required, Some(true));
    assert_eq!(persons.resource_id, None);
    let special = items[1].as_ref().unwrap();
    assert_eq!(special.kind, Some(FormItemType::Other(12)));
}

#[test]
fn writes_of_unknown_answers_are_never_an_error() {
    for json in ["null", "[]", "{}", "true", "\"ok\"", "7"] {
        assert_eq!(read(&SetResourceAdmin::new(1, 2), json).status, None);
        assert_eq!(read(&SetUnitProperty::new(1, "a", "b"), json).value, None);
        read(&RemoveResource::new(1, "a", 2), json);
        read(&SetUnitNames::new(1, ["a"]), json);
        read(&SetResourcePricing::new(1).price("1", 1), json);
        read(&SetPackageContents::none(1), json);
        let value: serde_json::Value = json.parse().unwrap();
        assert_eq!(read(&ModifyResource::new(1), json), value);
        assert_eq!(read(&ModifyResourceSeason::new(1), json), value);
        assert_eq!(
            read(&AddResourceSeason::of_site(day(1), day(2), 1), json),
            value
        );
        assert_eq!(read(&AddResourceImage::new(1, ""), json), value);
        assert_eq!(read(&RemoveResourceImage::new(1), json), value);
        assert_eq!(read(&SetFormItemsFromCsv::new(), json), value);
    }
    let admin = read(&SetResourceAdmin::new(1, 2), r#"{"status":"pending"}"#);
    assert_eq!(admin.status, Some(AdminStatus::Pending));
    let property = read(&SetUnitProperty::new(1, "a", "b"), r#"{"value":120000}"#);
    assert_eq!(property.value.as_deref(), Some("120000"));
}
