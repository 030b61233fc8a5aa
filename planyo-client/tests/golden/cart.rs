use chrono::NaiveDate;
use planyo_client::cart::{
    CartDetail, CreateCart, DeleteCart, GetCartItems, ListCartPayments, ListCarts,
    MoveReservationsToCart,
};
use planyo_client::payments::PaymentStatus;
use planyo_client::vouchers::CouponKind;
use planyo_client::{CartId, ErrorKind, Paged, ReservationId, Response};
use rust_decimal::Decimal;

use crate::{Sample, read, sample};

pub(crate) fn requests() -> Vec<Sample> {
    let day = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
    let items = GetCartItems::new(4711).detail_level(CartDetail::INFO | CartDetail::PRICING);
    let reservations = [19_710_795, 19_710_796];
    vec![
        sample(&CreateCart::new().site_id(21710)),
        sample(&DeleteCart::new(4711)),
        sample(&items),
        sample(&items.at_page(&items.first(), 1)),
        sample(&ListCartPayments::new(4711)),
        sample(&ListCarts::new().first()),
        sample(
            &ListCarts::new()
                .start_time(day)
                .end_time(day.and_hms_opt(23, 59, 59).unwrap())
                .site_id(21710)
                .include_open()
                .newest_first(),
        ),
        sample(&MoveReservationsToCart::new(reservations, 4711)),
        sample(&MoveReservationsToCart::to_new_cart(reservations)),
    ]
}

#[test]
fn carts_are_read() {
    let data = r#"{"results":[
        {"id":"4711","reservation_ids":"19710795, 19710796","creation_time":"2026-06-01 10:00:00","checked_out":"1"},
        {"id":4712,"reservation_ids":"","checked_out":false,"checkout_time":null},
        {"id":4713,"reservation_ids":[19710797]},{"id":4714,"reservation_ids":19710798}]}"#;
    let page = read(&ListCarts::new(), data);
    let carts: Vec<_> = page.records().iter().flatten().collect();
    assert_eq!(
        carts[0].reservation_ids,
        [19_710_795, 19_710_796].map(ReservationId::from)
    );
    assert_eq!(
        (carts[0].checked_out, carts[1].checked_out),
        (Some(true), Some(false))
    );
    assert!(carts[1].reservation_ids.is_empty() && carts[1].checkout_time.is_none());
    assert_eq!(carts[2].reservation_ids, [ReservationId::from(19_710_797)]);
    assert_eq!(carts[3].reservation_ids, [ReservationId::from(19_710_798)]);
}

#[test]
fn the_items_of_a_cart_are_read() {
    let data = r#"{"results":[{"reservation_id":"19710795","start_time":"2026-06-01 09:00:00","quantity":"1",
        "first_name":"Ann","user_id":"838829","resource_id":22222,"name":"Van 1","status":"0",
        "properties":{"persons":"2"},"total_price":"100.10","cart_total_price":200.2,"cart_currency":"EUR",
        "flexible_package_assignment_1":"7","photos":[{"id":"9","path":"/a.jpg"}],"site_properties":[]},
        {"reservation_id":null}]}"#;
    let page = read(&GetCartItems::new(1), data);
    let [item, invalid] = page.records() else {
        panic!()
    };
    let item = item.as_ref().unwrap();
    assert_eq!(item.checked_out, Some(false));
    assert_eq!(item.total_price, Some(Decimal::new(10010, 2)));
    assert_eq!(item.cart_total_price, Some(Decimal::new(2002, 1)));
    assert_eq!(item.properties["persons"].as_deref(), Some("2"));
    assert_eq!(item.photos.len(), 1);
    assert_eq!(item.flexible_package_assignments[&1], 7);
    assert_eq!(item.status, None, "the status of a cart is no state");
    assert!(!format!("{item:?}").contains("Ann"));
    assert!(invalid.is_err());
}

#[test]
fn the_payments_of_a_cart_are_read() {
    let data = r#"{"results":[{"payment_id":"7","amount":"50.00","payment_status":"1","reservation_id":19710795}],
        "coupons_used":[{"amount":"2","coupon_id":"3","type":"2","reservation_id":"19710796"}]}"#;
    let paid = read(&ListCartPayments::new(1), data);
    let payment = paid.payments[0].as_ref().unwrap();
    assert_eq!(
        (payment.amount, payment.payment_status),
        (Some(Decimal::new(5000, 2)), Some(PaymentStatus::Paid))
    );
    let coupon = paid.coupons_used[0].as_ref().unwrap();
    assert_eq!(coupon.kind, Some(CouponKind::Hours));
    for data in [
        "[]",
        r#"{"results":[]}"#,
        r#"{"results":[],"coupons_used":null}"#,
    ] {
        let none = read(&ListCartPayments::new(1), data);
        assert!(
            none.payments.is_empty() && none.coupons_used.is_empty(),
            "{data}"
        );
    }
    let answer = Response::new(200, r#"{"data":{"coupons_used":[]},"response_code":0}"#);
    assert!(answer.read(&ListCartPayments::new(1)).is_err());
}

#[test]
fn a_new_cart_is_of_no_use_without_its_id() {
    assert_eq!(
        read(&CreateCart::new(), r#"{"cart_id":"4711"}"#).cart_id,
        CartId::from(4711)
    );
    let answer = Response::new(200, r#"{"data":[],"response_code":0}"#);
    let error = answer.read(&CreateCart::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);

    let fill = MoveReservationsToCart::to_new_cart([1]);
    let filled = read(&fill, r#"{"shopping_cart_id":4711}"#);
    assert_eq!(filled.shopping_cart_id, Some(CartId::from(4711)));
    for data in ["null", "[]", "{}", "\"ok\""] {
        assert_eq!(read(&fill, data).shopping_cart_id, None, "{data}");
        read(&DeleteCart::new(1), data);
    }
}
