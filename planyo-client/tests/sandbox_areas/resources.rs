use planyo_client::ErrorKind;
use planyo_client::resources::{
    AddResource, ConfirmationMethod, GetResourceInfo, GetResourcePricing, ListResources,
    ModifyResource, PriceType, RemoveResource, ResourceDetail,
};
use rust_decimal::Decimal;

use crate::{SITE, bikes, booked, code, start};

#[tokio::test]
async fn a_resource_is_copied_changed_and_removed() {
    let (server, planyo) = start().await;
    let bikes = bikes(&server);
    let add = AddResource::new(bikes, "Tandem", 2)
        .default_price(75)
        .min_rental_time(4)
        .property("Seats", "2");
    let tandem = planyo.send(add.clone()).await.unwrap().new_resource_id;
    let taken = planyo.send(add).await.unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::InvalidInput);

    let info = planyo.send(GetResourceInfo::new(tandem)).await.unwrap();
    assert_eq!(info.name.as_deref(), Some("Tandem"));
    assert_eq!(info.quantity, Some(2));
    assert_eq!(info.unit_price, Some(Decimal::new(7_500, 2)));
    assert_eq!(info.min_rental_time, Some(Decimal::from(4)));
    assert_eq!(info.properties.get("seats").unwrap().as_deref(), Some("2"));

    let change = ModifyResource::new(tandem)
        .name("Tandem 2")
        .quantity(5)
        .max_days_to_rental(30_u32)
        .confirmation_method(ConfirmationMethod::Automatic);
    planyo.send(change).await.unwrap();
    let list = ListResources::new().detail_level(ResourceDetail::SETTINGS);
    let all = planyo.pages(list).all().await.unwrap();
    let read = all.records.iter().find(|known| known.id == tandem).unwrap();
    assert_eq!(read.name.as_deref(), Some("Tandem 2"));
    assert_eq!(read.quantity, Some(5));
    assert_eq!(read.max_days_to_rental, Some(30));
    assert_eq!(read.confirmation_type, Some(ConfirmationMethod::Automatic));
    // What was not sent stays, here and at the base.
    assert_eq!(read.unit_price, Some(Decimal::new(7_500, 2)));
    assert_eq!(read.min_rental_time, Some(Decimal::from(4)));
    let base = planyo.send(GetResourceInfo::new(bikes)).await.unwrap();
    assert_eq!(base.min_rental_time, Some(Decimal::from(24)));
    let taken = planyo.send(ModifyResource::new(tandem).name("Bike")).await;
    assert_eq!(code(&taken.unwrap_err()), Some(3));

    let id = booked(&server, tandem.get(), 838_801);
    for wrong in [
        RemoveResource::new(tandem, "Tandem", SITE),
        RemoveResource::new(tandem, "Tandem 2", SITE).param("resource_id_md5", "0"),
    ] {
        assert_eq!(code(&planyo.send(wrong).await.unwrap_err()), Some(3));
    }
    assert!(server.reservation(id).is_some());
    planyo
        .send(RemoveResource::new(tandem, "Tandem 2", SITE))
        .await
        .unwrap();
    assert!(server.reservation(id).is_none());
    let gone = planyo.send(GetResourceInfo::new(tandem)).await;
    assert_eq!(code(&gone.unwrap_err()), Some(3));
}

#[tokio::test]
async fn prices_are_by_resource() {
    let (server, planyo) = start().await;
    let bikes = bikes(&server);
    let all = planyo.send(GetResourcePricing::new(SITE)).await.unwrap();
    assert_eq!(all.default_prices.len(), server.bookings().resources.len());
    let one = GetResourcePricing::new(SITE).resource_id(bikes);
    let one = planyo.send(one).await.unwrap();
    let [price] = &one.default_prices.values().collect::<Vec<_>>()[..] else {
        panic!("{one:?}")
    };
    assert_eq!(price.unit_price, Some(Decimal::new(5_000, 2)));
    assert_eq!(price.price_type, Some(PriceType::Day));
    assert_eq!(price.resource_name.as_deref(), Some("Bike"));
    assert!(one.pricing_rules.values().all(Vec::is_empty));
}
