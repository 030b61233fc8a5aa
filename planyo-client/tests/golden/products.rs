use chrono::{DateTime, NaiveDate};
use planyo_client::products::{
    AddAdditionalProduct, AddCustomProduct, AddProductImage, GetReservationProducts,
    ListAdditionalProducts, ModifyAdditionalProduct, PerPerson, RemoveAdditionalProduct,
    RemoveCustomProduct, RemoveProductImage, SetProductUsageForReservation, SetReservationProducts,
};
use planyo_client::{ResourceId, Response, SiteTime};
use rust_decimal::Decimal;

use crate::{Sample, read, sample};

pub(crate) fn requests() -> Vec<Sample> {
    let day = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
    let moment = DateTime::from_timestamp(1_780_297_200, 0).unwrap();
    let price = Decimal::new(1250, 2);
    vec![
        sample(&ListAdditionalProducts::new().site_id(21710)),
        sample(
            &AddAdditionalProduct::new("Breakfast", price, 4)
                .description("With coffee")
                .per_person(PerPerson::Adult)
                .recurring(true)
                .reserved_by_customer(true)
                .default_choice(false)
                .priority(3)
                .currency("EUR")
                .tax_rate(Decimal::new(21, 0))
                .extra_field("Tea or coffee?")
                .custom("B-1")
                .compatible_resources([22222, 22223])
                .site_id(21710),
        ),
        sample(
            &ModifyAdditionalProduct::new(17)
                .name("Breakfast")
                .price(0)
                .max_quantity(8)
                .description("")
                .per_person("false")
                .recurring(false)
                .reserved_by_customer(false)
                .default_choice(true)
                .priority(0)
                .tax_rate(6)
                .extra_field("")
                .compatible_resources([ResourceId::from(22222)]),
        ),
        sample(&RemoveAdditionalProduct::new(17, 21710)),
        sample(&GetReservationProducts::new(19_710_795)),
        sample(
            &SetProductUsageForReservation::new(19_710_795, 17, 2)
                .extra_info("Tea")
                .usage_time(day),
        ),
        sample(
            &SetReservationProducts::new(19_710_795)
                .product(17, 2)
                .product_on(18, moment, 1)
                .extra_field(17, "Tea")
                .recalculate_price()
                .with_notifications(),
        ),
        sample(&SetReservationProducts::new(19_710_795).without_notifications()),
        sample(
            &AddCustomProduct::new(19_710_795, "Cleaning", price, 21)
                .time_added(day)
                .keep_price(),
        ),
        sample(&RemoveCustomProduct::new(5, 19_710_795).keep_price()),
        sample(&AddProductImage::new(17, "https://example.com/a.jpg").title("Breakfast")),
        sample(&RemoveProductImage::new(9).product_id(17)),
    ]
}

#[test]
fn a_product_is_read() {
    let data = r#"{"products":[
        {"id":"17","name":"Breakfast","currency":"EUR","price":"12.50","is_recurring":"0","max_quantity":4,
         "is_reserved_by_customer":true,"is_per_person":"adult","is_default":"false","priority":"3","tax_rate":"21",
         "extra_field":"","incompatible_resources":["22222",22223]},
        {"id":18,"is_per_person":"1","incompatible_resources":[]},
        {"name":"no id"}]}"#;
    let products = read(&ListAdditionalProducts::new(), data);
    let breakfast = products[0].as_ref().unwrap();
    assert_eq!(breakfast.price, Some(Decimal::new(1250, 2)));
    assert_eq!(breakfast.is_per_person, Some(PerPerson::Adult));
    assert_eq!(
        breakfast.incompatible_resources,
        [22222, 22223].map(ResourceId::from)
    );
    assert_eq!(
        (breakfast.is_default, breakfast.is_recurring),
        (Some(false), Some(false))
    );
    assert!(breakfast.extra_field.is_none());
    let other = products[1].as_ref().unwrap();
    assert_eq!(other.is_per_person, Some(PerPerson::Person));
    assert!(products[2].is_err());
    for data in ["[]", r#"{"products":[]}"#, r#"{"products":null}"#] {
        assert!(
            read(&ListAdditionalProducts::new(), data).is_empty(),
            "{data}"
        );
    }
    assert_eq!(
        read(
            &ListAdditionalProducts::new(),
            r#"{"products":{"17":{"id":17}}}"#
        )
        .len(),
        1
    );
}

#[test]
fn the_products_of_a_reservation_are_read() {
    let get = GetReservationProducts::new(1);
    let products = read(
        &get,
        r#"{"regular_product_price":"25","regular_products":[{"id":"17","name":"Breakfast","unit_price":"12.50",
            "quantity":"2","per_person":false,"usage_time":"2026-06-01"}],
            "custom_products":{"0":{"id":5,"name":"Cleaning for Ann","price":10,"tax_rate":21}}}"#,
    );
    let breakfast = &products.regular_products[0];
    assert_eq!(
        (breakfast.quantity, &breakfast.per_person),
        (Some(Decimal::TWO), &Some(PerPerson::No))
    );
    assert_eq!(breakfast.usage_time, SiteTime::parse("2026-06-01"));
    assert_eq!(products.custom_products[0].price, Some(Decimal::TEN));
    assert!(!format!("{products:?}").contains("Ann"));
    let none = read(
        &get,
        r#"{"regular_product_price":0,"regular_products":[],"custom_products":null}"#,
    );
    assert!(none.regular_products.is_empty() && none.custom_products.is_empty());
}

#[test]
fn a_write_is_not_lost_unless_it_needs_the_new_id() {
    let set = SetReservationProducts::new(1);
    let price = read(&set, r#"{"new_price":"125.00","new_product_price":25}"#);
    assert_eq!(price.new_price, Some(Decimal::new(12500, 2)));
    for data in ["null", "[]", "\"ok\"", "{}"] {
        assert!(read(&set, data).new_price.is_none(), "{data}");
        assert_eq!(
            read(&AddAdditionalProduct::new("", 0, 0), data).to_string(),
            data
        );
        read(&ModifyAdditionalProduct::new(1), data);
    }
    let add = AddCustomProduct::new(1, "", 0, 0);
    for data in [r#"{"custom_product_id":"5"}"#, r#"{"custom_product_id":5}"#] {
        assert_eq!(read(&add, data).custom_product_id.get(), 5, "{data}");
    }
    let answer = Response::new(200, r#"{"data":[],"response_code":0}"#);
    assert_eq!(
        answer.read(&add).unwrap_err().kind(),
        planyo_client::ErrorKind::OutcomeUnknown
    );
}
