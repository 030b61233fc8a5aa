use chrono::DateTime;
use planyo_client::SiteTime;
use planyo_client::products::{
    AddCustomProduct, GetReservationProducts, ListAdditionalProducts, SetReservationProducts,
};
use planyo_client::reservations::GetReservation;
use rust_decimal::Decimal;
use sandbox::planyo::AdditionalProduct;

use crate::{bikes, booked, code, start, time};

#[tokio::test]
async fn a_reservation_has_the_products_that_were_set_last() {
    let (server, planyo) = start().await;
    let bikes = bikes(&server);
    let id = booked(&server, bikes, 838_801);
    let helmet = server.add_additional_product(AdditionalProduct {
        name: "Helmet".to_owned(),
        price: 500,
        max_quantity: 4,
        ..AdditionalProduct::default()
    });
    let all = planyo.send(ListAdditionalProducts::new()).await.unwrap();
    let all: Vec<_> = all.into_iter().map(Result::unwrap).collect();
    let listed = all.iter().find(|known| known.id.get() == helmet).unwrap();
    assert_eq!(listed.name.as_deref(), Some("Helmet"));
    assert_eq!(listed.price, Some(Decimal::new(500, 2)));
    assert_eq!(listed.max_quantity, Some(4));
    let daily = all
        .iter()
        .find(|known| known.is_recurring == Some(true))
        .unwrap();

    let set = SetReservationProducts::new(id)
        .product(helmet, 2)
        .recalculate_price();
    let set = planyo.send(set).await.unwrap();
    assert_eq!(set.new_price, Some(Decimal::new(11_000, 2)));
    assert_eq!(set.new_product_price, Some(Decimal::new(1_000, 2)));

    // All are replaced, and the price stays unless it is asked for.
    let morning = DateTime::from_timestamp(1_782_892_800, 0).unwrap();
    let set = SetReservationProducts::new(id).product_on(daily.id, morning, 2);
    let set = planyo.send(set).await.unwrap();
    assert_eq!(set.new_price, Some(Decimal::new(11_000, 2)));
    let read = planyo.send(GetReservationProducts::new(id)).await.unwrap();
    let [only] = &read.regular_products[..] else {
        panic!("{read:?}")
    };
    assert_eq!(only.id, Some(daily.id));
    assert_eq!(only.quantity, Some(Decimal::from(2)));
    assert_eq!(only.recurring, Some(true));
    assert_eq!(
        only.usage_time,
        Some(SiteTime::Local(time("2026-07-01T10:00:00")))
    );
    assert_eq!(read.regular_product_price, Some(Decimal::new(2_500, 2)));

    let unknown = planyo
        .send(SetReservationProducts::new(id).product(99, 1))
        .await;
    assert_eq!(code(&unknown.unwrap_err()), Some(3));
    let too_many = planyo
        .send(SetReservationProducts::new(id).product(helmet, 5))
        .await;
    assert_eq!(code(&too_many.unwrap_err()), Some(4));
}

#[tokio::test]
async fn a_custom_product_is_a_line_of_one_reservation() {
    let (server, planyo) = start().await;
    let bikes = bikes(&server);
    let id = booked(&server, bikes, 838_801);
    let add = AddCustomProduct::new(id, "Lost key", Decimal::new(4_000, 2), 21);
    let added = planyo.send(add).await.unwrap();
    let free = AddCustomProduct::new(id, "Cleaning", 30, 21).keep_price();
    planyo.send(free).await.unwrap();

    let read = planyo.send(GetReservationProducts::new(id)).await.unwrap();
    assert_eq!(read.custom_products.len(), 2);
    let line = &read.custom_products[0];
    assert_eq!(line.id, Some(added.custom_product_id));
    assert_eq!(line.name.as_deref(), Some("Lost key"));
    assert_eq!(line.price, Some(Decimal::new(4_000, 2)));
    assert_eq!(line.tax_rate, Some(Decimal::from(21)));
    let read = planyo.send(GetReservation::new(id)).await.unwrap();
    assert_eq!(read.total_price, Some(Decimal::new(14_000, 2)));
}
