use chrono::NaiveDate;
use planyo_client::vouchers::{
    AddCouponType, ApplyCoupon, ApplyVoucher, CouponKind, CreateVoucher, GenerateCoupon,
    GenerateCouponPaymentRequest, ListCouponTypes, ListCoupons, ListVouchers, VoucherDraft,
};
use planyo_client::{
    AmountOrPercent, CouponId, CouponTypeId, Paged, ReservationId, ReservationStatus, ResourceId,
    Response, SiteTime,
};
use rust_decimal::Decimal;

use crate::{Sample, read, sample};

pub(crate) fn requests() -> Vec<Sample> {
    let day = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
    let last = NaiveDate::from_ymd_opt(2026, 6, 30).unwrap();
    let reservations = [19_710_795, 19_710_796];
    let email = "a+b@example.com";
    let create = |discount| {
        CreateVoucher::new(VoucherDraft {
            code: "JUNE-10".to_owned(),
            discount,
            quantity: 100,
            first_day: day,
            last_day: last,
        })
    };
    vec![
        sample(
            &ListVouchers::new()
                .rental_start_time(day)
                .rental_end_time(last)
                .resource_id(22222)
                .site_id(21710)
                .voucher_code_prefix("JUNE")
                .usable_now(),
        ),
        sample(
            &create(AmountOrPercent::Percent(Decimal::TEN))
                .voucher_title("June")
                .rental_between(day, last.and_hms_opt(23, 59, 0).unwrap())
                .site_id(21710)
                .resources([22222, 22223])
                .non_combinable()
                .one_per_customer()
                .include_products()
                .unique_codes(),
        ),
        sample(&create(AmountOrPercent::Amount(Decimal::new(2000, 2)))),
        sample(&ApplyVoucher::new(19_710_795, "JUNE-10")),
        sample(&ApplyVoucher::for_all(reservations, "JUNE-10")),
        sample(&ApplyVoucher::for_each([
            (19_710_795, "JUNE-10"),
            (19_710_796, "JULY-10"),
        ])),
        sample(
            &ListCouponTypes::new()
                .resource_id(22222)
                .include_unpublished(),
        ),
        sample(
            &AddCouponType::new(CouponKind::Entries, 10, Decimal::new(9950, 2))
                .custom_currency("EUR")
                .resources([ResourceId::from(22222)])
                .label("Ten entries")
                .personal()
                .entry_per_person()
                .validity_limit_days(365),
        ),
        sample(
            &GenerateCoupon::new(12, email)
                .holder_name("Ann Peeters")
                .buyer_info("Peeters bv")
                .first_day_of_validity(day)
                .custom_amount(20),
        ),
        sample(&GenerateCoupon::with_access_code(12, email, "c0deword")),
        sample(
            &GenerateCouponPaymentRequest::new(12, email)
                .holder_name("Ann Peeters")
                .buyer_info("Peeters bv")
                .first_day_of_validity(day)
                .feedback_url("https://example.com/book"),
        ),
        sample(&GenerateCouponPaymentRequest::with_access_code(
            12, email, "c0deword",
        )),
        sample(&ListCoupons::new().first()),
        sample(
            &ListCoupons::new()
                .resource_id(22222)
                .site_id(21710)
                .coupon_code("c0deword")
                .email(email)
                .usable_at(day)
                .include_reservations()
                .include_usage_data()
                .kind(CouponKind::Hours),
        ),
        sample(&ListCoupons::new().all_sites().usable()),
        sample(&ApplyCoupon::new(19_710_795)),
        sample(&ApplyCoupon::new(19_710_795).coupon_code("c0deword")),
        sample(&ApplyCoupon::for_all(reservations).coupon_id(3)),
        sample(&ApplyCoupon::for_each_by_id([
            (19_710_795, 3),
            (19_710_796, 4),
        ])),
        sample(&ApplyCoupon::for_each_by_code([
            (19_710_795, "c0deword"),
            (19_710_796, "c0deword2"),
        ])),
    ]
}

#[test]
fn vouchers_come_in_a_map_by_their_code() {
    let data = r#"{"results":{
        "JUNE-10":{"voucher_id":"7","code":"JUNE-10","quantity":"100","quantity_used":3,
            "reservation_start_date":"2026-06-01","discount_value":"10%"},
        "JUNE-20":{"voucher_id":8,"discount_value":"20.00"},"JUNE-30":{"voucher_id":9,"discount_value":12.5},
        "BAD":{"code":"BAD"}}}"#;
    let vouchers = read(&ListVouchers::new(), data);
    let valid: Vec<_> = vouchers.iter().flatten().collect();
    assert_eq!((vouchers.len(), valid.len()), (4, 3));
    assert_eq!(valid[0].code.as_deref(), Some("JUNE-10"));
    assert_eq!(valid[0].quantity_used, Some(3));
    assert_eq!(
        valid[0].reservation_start_date,
        SiteTime::parse("2026-06-01")
    );
    let discounts: Vec<_> = valid
        .iter()
        .map(|voucher| voucher.discount_value.unwrap())
        .collect();
    let amount = |cents| AmountOrPercent::Amount(Decimal::new(cents, 2));
    assert_eq!(
        discounts,
        [
            AmountOrPercent::Percent(Decimal::TEN),
            amount(2000),
            amount(1250)
        ]
    );
    for data in ["[]", r#"{"results":[]}"#] {
        assert!(read(&ListVouchers::new(), data).is_empty(), "{data}");
    }
}

#[test]
fn coupon_types_are_read() {
    let data = r#"{"results":[{"coupon_id":"12","type":"3","type_pretty":"Entries","label":"Ten","amount":"10",
        "price":"99.50","resource_ids":"22222,22223","is_personal":"0","discount_amount":null},{"coupon_id":null}]}"#;
    let types = read(&ListCouponTypes::new(), data);
    let ten = types[0].as_ref().unwrap();
    assert_eq!(
        (ten.coupon_id, ten.kind),
        (CouponTypeId::from(12), Some(CouponKind::Entries))
    );
    assert_eq!(ten.resource_ids, [22222, 22223].map(ResourceId::from));
    assert_eq!(ten.price, Some(Decimal::new(9950, 2)));
    assert!(types[1].is_err());
}

#[test]
fn coupons_come_under_either_name_with_either_id() {
    for data in [
        r#"{"results":[{"coupon_id":"3","id":9,"type":"2","amount_used":"1.5","latest_usage_time":"2026-06-01"}]}"#,
        r#"{"coupons":{"c0deword":{"id":3,"type":2,"amount_used":1.5,"latest_usage_time":"2026-06-01"}}}"#,
    ] {
        let page = read(&ListCoupons::new(), data);
        let coupon = page.records()[0].as_ref().unwrap();
        assert_eq!(coupon.coupon_id, CouponId::from(3));
        assert_eq!(coupon.kind, Some(CouponKind::Hours));
        assert_eq!(coupon.amount_used, Some(Decimal::new(15, 1)));
        assert_eq!(coupon.latest_usage_time, SiteTime::parse("2026-06-01"));
    }
    let page = read(&ListCoupons::new(), r#"{"results":[{"code":"c0deword"}]}"#);
    assert!(page.records()[0].is_err());
    let answer = Response::new(200, r#"{"data":{"other":[]},"response_code":0}"#);
    assert!(answer.read(&ListCoupons::new()).is_err());
}

#[test]
fn what_became_of_each_reservation_is_read() {
    let data = r#"{"19710795":{"price":"90.00","currency":"EUR"},"19710796":[],"all":{"price":1}}"#;
    let applied = read(&ApplyVoucher::for_all([1], ""), data);
    assert_eq!(applied.len(), 2);
    assert_eq!(
        applied[&ReservationId::from(19_710_795)].price,
        Some(Decimal::new(9000, 2))
    );
    assert_eq!(applied[&ReservationId::from(19_710_796)].price, None);
    let coupons = read(
        &ApplyCoupon::for_all([1]),
        r#"{"1":{"coupon_id":"3","coupon_type":1}}"#,
    );
    assert_eq!(
        coupons[&ReservationId::from(1)].coupon_type,
        Some(CouponKind::Prepaid)
    );
    for data in ["null", "[]", "{}", "\"ok\"", "[{}]"] {
        assert!(
            read(&ApplyVoucher::for_all([1], ""), data).is_empty(),
            "{data}"
        );
        assert!(read(&ApplyCoupon::for_all([1]), data).is_empty(), "{data}");
    }
}

#[test]
fn whatever_is_answered_the_write_is_not_lost() {
    let day = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
    let applied = r#"{"coupon_id":"3","coupon_type":"1","user_text":"Dear Ann","status":"7"}"#;
    let applied = read(&ApplyCoupon::new(1), applied);
    assert_eq!(applied.status, Some(ReservationStatus::from_bits(7)));
    assert!(!format!("{applied:?}").contains("Ann"));
    let worth = read(&GenerateCoupon::new(1, ""), r#"{"new_amount":20}"#).new_amount;
    assert_eq!(worth, Some(Decimal::new(20, 0)));
    for data in ["null", "[]", "{}", "\"ok\""] {
        assert!(
            read(&ApplyCoupon::new(1), data).coupon_id.is_none(),
            "{data}"
        );
        assert!(
            read(&ApplyVoucher::new(1, ""), data).price.is_none(),
            "{data}"
        );
        assert!(
            read(&GenerateCoupon::new(1, ""), data).new_amount.is_none(),
            "{data}"
        );
        let create = CreateVoucher::new(VoucherDraft {
            code: String::new(),
            discount: AmountOrPercent::ZERO,
            quantity: 1,
            first_day: day,
            last_day: day,
        });
        assert_eq!(read(&create, data).to_string(), data);
        assert_eq!(read(&AddCouponType::new(1, 1, 1), data).to_string(), data);
    }
}
