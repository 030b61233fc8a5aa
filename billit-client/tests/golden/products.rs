use billit_client::odata::Order as Sorting;
use billit_client::products::*;
use billit_client::{Endpoint, Safety};
use rust_decimal::Decimal;

use crate::orders::each_field_is_read;
use crate::{Sample, key, read, sample};

fn draft() -> ProductDraft {
    ProductDraft::new("Massage")
        .reference("M-60")
        .amount_excl(Decimal::new(4550, 2))
        .amount_incl(Decimal::new(550_550, 4))
        .vat(21)
        .unit("hour")
        .group_id(4)
        .group_name("Spa")
        .stock_quantity(Decimal::new(15, 1))
        .minimum_billed_quantity(1)
        .buy_excl(20)
        .internal_information("Room 2")
        .ean("5410000000001")
        .gtin("05410000000001")
        .gln("5430003732007")
        .external_provider_tc("CRM")
}

pub(crate) fn requests() -> Vec<Sample> {
    let listing = ListProducts::new()
        .filter(property::REFERENCE.eq("M-60"))
        .order_by(Sorting::asc(property::PRODUCT_ID))
        .top(10);
    let create = || SaveProduct::create(ProductDraft::new("Towel")).key(key());
    vec![
        sample(&listing),
        sample(&GetProduct::new(12)),
        sample(&SaveProduct::create(draft()).key(key())),
        sample(&create().in_items().retry_with_key()),
        sample(&SaveProduct::update(12, ProductDraft::new("Towel"))),
    ]
}

#[test]
fn the_safety_of_a_save_is_that_of_what_it_does() {
    let create = || SaveProduct::create(draft());
    assert_eq!(create().safety(), Safety::Unsafe);
    assert_eq!(create().retry_with_key().safety(), Safety::Keyed);
    assert_eq!(
        SaveProduct::update(12, draft()).safety(),
        Safety::Idempotent
    );
}

#[test]
fn a_saved_product_has_an_id() {
    for body in ["12", "\"12\"", "[12]", "[\"12\"]"] {
        let id = read(&SaveProduct::create(draft()).in_items(), body);
        assert_eq!(id, ProductId::from(12), "{body}");
    }
    for body in ["", "[]", "[1, 2]", "{}", "true"] {
        assert!(SaveProduct::create(draft()).parse(body.as_bytes()).is_err());
        // The id of an update is known.
        assert_eq!(read(&SaveProduct::update(12, draft()), body).get(), 12);
    }
}

#[test]
fn a_page_of_products() {
    let body = r#"{"Items": [{"ProductID": 12, "AmountExcl": 45.50000}], "NextPageLink": null}"#;
    let page = read(&ListProducts::new(), body);
    let product = page.records()[0].as_ref().unwrap();
    assert_eq!(product.amount_excl.unwrap().to_string(), "45.50000");
    assert_eq!(format!("{product:?}"), "Product { id: 12, .. }");
}

#[test]
fn every_field_of_a_product_is_read() {
    each_field_is_read::<Product>(
        r#""ProductID": 7"#,
        &[
            ("Reference", r#""a""#, |x| x.reference.is_some()),
            ("Description", r#""a""#, |x| x.description.is_some()),
            ("AmountExcl", "10.00000", |x| x.amount_excl.is_some()),
            ("AmountIncl", "10.00000", |x| x.amount_incl.is_some()),
            ("VAT", "10.00000", |x| x.vat.is_some()),
            ("Unit", r#""a""#, |x| x.unit.is_some()),
            ("GroupID", "7", |x| x.group_id.is_some()),
            ("GroupName", r#""a""#, |x| x.group_name.is_some()),
            ("StockQuantity", "10.00000", |x| x.stock_quantity.is_some()),
            ("MinimumBilledQuantity", "10.00000", |x| {
                x.minimum_billed_quantity.is_some()
            }),
            ("BuyExcl", "10.00000", |x| x.buy_excl.is_some()),
            ("InternalInformation", r#""a""#, |x| {
                x.internal_information.is_some()
            }),
            ("EAN", r#""a""#, |x| x.ean.is_some()),
            ("GTIN", r#""a""#, |x| x.gtin.is_some()),
            ("GLN", r#""a""#, |x| x.gln.is_some()),
            ("ExternalProviderTC", r#""a""#, |x| {
                x.external_provider_tc.is_some()
            }),
            ("ChildProducts", r#"[{"ProductID": 8}]"#, |x| {
                !x.child_products.is_empty()
            }),
            ("LastModified", r#""2024-03-10T15:00:49.72""#, |x| {
                x.last_modified.is_some()
            }),
            ("Created", r#""2024-03-10T15:00:49.72""#, |x| {
                x.created.is_some()
            }),
        ],
    );
}
