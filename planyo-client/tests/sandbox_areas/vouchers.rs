use planyo_client::payments::{GetReservationPaymentAmount, ListReservationPayments};
use planyo_client::reservations::{GetReservation, MakeReservation};
use planyo_client::vouchers::{
    ApplyCoupon, ApplyVoucher, CouponKind, CreateVoucher, ListCoupons, ListVouchers, Voucher,
    VoucherDraft,
};
use planyo_client::{AmountOrPercent, Client, Record, ReservationId};
use rust_decimal::Decimal;
use sandbox::planyo::{self, status};

use crate::{bikes, booked, code, day, start, time};

fn tenth(code: &str) -> VoucherDraft {
    VoucherDraft {
        code: code.to_owned(),
        discount: AmountOrPercent::Percent(10.into()),
        quantity: 2,
        first_day: day("2026-06-01"),
        last_day: day("2026-06-30"),
    }
}

async fn listed(planyo: &Client, list: ListVouchers) -> Vec<Record<Voucher>> {
    let found = planyo.send(list).await.unwrap();
    found.into_iter().map(Result::unwrap).collect()
}

#[tokio::test]
async fn a_voucher_makes_reservations_cheaper_until_it_is_used_up() {
    let (server, planyo) = start().await;
    let bikes = bikes(&server);
    let ids = [838_801, 838_802, 838_803].map(|user| booked(&server, bikes, user));
    assert!(listed(&planyo, ListVouchers::new()).await.is_empty());

    planyo
        .send(CreateVoucher::new(tenth("JUNE-10")))
        .await
        .unwrap();
    let again = planyo.send(CreateVoucher::new(tenth("JUNE-10"))).await;
    assert_eq!(code(&again.unwrap_err()), Some(3));

    let applied = planyo
        .send(ApplyVoucher::new(ids[0], "JUNE-10"))
        .await
        .unwrap();
    assert_eq!(applied.price, Some(Decimal::new(9_000, 2)));
    assert_eq!(applied.currency.as_deref(), Some("EUR"));
    let read = planyo.send(GetReservation::new(ids[0])).await.unwrap();
    assert_eq!(read.total_price, Some(Decimal::new(9_000, 2)));
    assert_eq!(read.discount, Some(Decimal::new(1_000, 2)));

    // Once for each reservation, and for two of them.
    let twice = planyo.send(ApplyVoucher::new(ids[0], "JUNE-10")).await;
    assert_eq!(code(&twice.unwrap_err()), Some(4));
    planyo
        .send(ApplyVoucher::new(ids[1], "JUNE-10"))
        .await
        .unwrap();
    let third = planyo.send(ApplyVoucher::new(ids[2], "JUNE-10")).await;
    assert_eq!(code(&third.unwrap_err()), Some(4));

    let all = listed(&planyo, ListVouchers::new()).await;
    let [voucher] = &all[..] else {
        panic!("{all:?}")
    };
    assert_eq!(voucher.code.as_deref(), Some("JUNE-10"));
    assert_eq!(
        (voucher.quantity, voucher.quantity_used),
        (Some(2), Some(2))
    );
    assert_eq!(
        voucher.discount_value,
        Some(AmountOrPercent::Percent(10.into()))
    );
    assert!(
        listed(&planyo, ListVouchers::new().usable_now())
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn vouchers_have_limits() {
    let (server, planyo) = start().await;
    let bikes = bikes(&server);
    let id = booked(&server, bikes, 838_801);
    let of_van = CreateVoucher::new(tenth("VAN")).resources([22_301_u64]);
    planyo.send(of_van).await.unwrap();
    let early = CreateVoucher::new(tenth("EARLY"))
        .rental_between(time("2026-06-01T00:00:00"), time("2026-06-30T00:00:00"));
    planyo.send(early).await.unwrap();
    let series = CreateVoucher::new(tenth("S-")).unique_codes();
    planyo.send(series).await.unwrap();
    let old = VoucherDraft {
        last_day: day("2026-06-14"),
        ..tenth("OLD")
    };
    planyo.send(CreateVoucher::new(old)).await.unwrap();

    for refused in ["VAN", "EARLY", "OLD"] {
        let outcome = planyo.send(ApplyVoucher::new(id, refused)).await;
        assert_eq!(code(&outcome.unwrap_err()), Some(4), "{refused}");
    }
    let unknown = planyo.send(ApplyVoucher::new(id, "NONE")).await;
    assert_eq!(code(&unknown.unwrap_err()), Some(3));

    let codes = |found: Vec<Record<Voucher>>| -> Vec<_> {
        found
            .into_iter()
            .filter_map(|voucher| voucher.code.clone())
            .collect()
    };
    let for_bikes = codes(listed(&planyo, ListVouchers::new().resource_id(bikes)).await);
    assert_eq!(for_bikes, ["EARLY", "OLD", "S-0001", "S-0002"]);
    let prefixed = ListVouchers::new().voucher_code_prefix("S-").usable_now();
    assert_eq!(codes(listed(&planyo, prefixed).await), ["S-0001", "S-0002"]);
    let in_july = ListVouchers::new().rental_end_time(day("2026-07-02"));
    assert_eq!(
        codes(listed(&planyo, in_july).await),
        ["OLD", "S-0001", "S-0002", "VAN"]
    );
    let nowhere = planyo.send(ListVouchers::new().resource_id(1)).await;
    assert_eq!(code(&nowhere.unwrap_err()), Some(3));
}

#[tokio::test]
async fn a_voucher_may_stand_alone_or_be_for_each_customer_once() {
    let (server, planyo) = start().await;
    let bikes = bikes(&server);
    let ids = [838_801, 838_802, 838_801].map(|user| booked(&server, bikes, user));
    let alone = CreateVoucher::new(tenth("ALONE")).non_combinable();
    planyo.send(alone).await.unwrap();
    let once = CreateVoucher::new(tenth("ONCE")).one_per_customer();
    planyo.send(once).await.unwrap();
    for (id, first, second) in [(ids[0], "ALONE", "ONCE"), (ids[1], "ONCE", "ALONE")] {
        planyo.send(ApplyVoucher::new(id, first)).await.unwrap();
        let refused = planyo.send(ApplyVoucher::new(id, second)).await;
        assert_eq!(code(&refused.unwrap_err()), Some(4));
    }
    let second = booked(&server, bikes, 838_802);
    let refused = planyo.send(ApplyVoucher::new(second, "ONCE")).await;
    assert_eq!(code(&refused.unwrap_err()), Some(4));
    planyo
        .send(ApplyVoucher::new(ids[2], "ONCE"))
        .await
        .unwrap();
}

#[tokio::test]
async fn each_reservation_may_have_a_voucher_of_its_own() {
    let (server, planyo) = start().await;
    let bikes = bikes(&server);
    let ids = [838_801, 838_802].map(|user| ReservationId::from(booked(&server, bikes, user)));
    planyo.send(CreateVoucher::new(tenth("A"))).await.unwrap();
    let fixed = VoucherDraft {
        discount: AmountOrPercent::Amount(25.into()),
        ..tenth("B")
    };
    planyo.send(CreateVoucher::new(fixed)).await.unwrap();

    let both = ApplyVoucher::for_each([(ids[0], "A"), (ids[1], "B")]);
    assert!(
        planyo
            .send_batch(both)
            .await
            .iter()
            .all(|item| item.result.is_ok())
    );
    let prices = ids.map(|id| server.reservation(id.get()).unwrap().total_price);
    assert_eq!(prices, [9_000, 7_500]);

    let booking = MakeReservation::new(
        bikes,
        time("2026-08-01T09:00:00"),
        time("2026-08-01T18:00:00"),
        1,
    );
    let refused = booking.clone().email("new@example.be").first_name("New");
    let refused = planyo.send(refused.voucher("NONE")).await;
    assert_eq!(code(&refused.unwrap_err()), Some(3));
    let mut users = server.users().into_iter();
    assert!(users.all(|user| user.email != "new@example.be"));
    let made = planyo
        .send(booking.user_id(838_801).voucher("A"))
        .await
        .unwrap();
    let made = server.reservation(made.reservation_id.get()).unwrap();
    assert_eq!((made.original_price, made.total_price), (5_000, 4_500));
    let all = listed(&planyo, ListVouchers::new().voucher_code_prefix("A")).await;
    assert_eq!(all[0].quantity_used, Some(2));
}

#[tokio::test]
async fn a_coupon_pays_and_confirms() {
    let (server, planyo) = start().await;
    let bikes = bikes(&server);
    let email = server.user(838_804).unwrap().email;
    let prepaid = server.add_coupon(planyo::Coupon {
        amount: 15_000,
        code: "abcd1234".to_owned(),
        holder_email: email.clone(),
        ..planyo::Coupon::default()
    });
    let (first, second) = (
        booked(&server, bikes, 838_804),
        booked(&server, bikes, 838_802),
    );

    // By the e-mail address of the customer.
    let applied = planyo.send(ApplyCoupon::new(first)).await.unwrap();
    assert_eq!(applied.coupon_id.unwrap().get(), prepaid);
    assert_eq!(applied.coupon_type, Some(CouponKind::Prepaid));
    assert_eq!(applied.status.unwrap().bits(), 7);
    let again = planyo.send(ApplyCoupon::new(first)).await;
    assert_eq!(code(&again.unwrap_err()), Some(4));
    let unknown = planyo.send(ApplyCoupon::new(second)).await;
    assert_eq!(code(&unknown.unwrap_err()), Some(3));
    let applied = planyo
        .send(ApplyCoupon::new(second).coupon_code("abcd1234"))
        .await
        .unwrap();
    assert_eq!(applied.status.unwrap().bits(), 3);

    let paid = |id: u64| planyo.send(GetReservationPaymentAmount::new(id));
    assert_eq!(
        paid(first).await.unwrap().amount,
        Some(Decimal::new(10_000, 2))
    );
    assert_eq!(
        paid(second).await.unwrap().amount,
        Some(Decimal::new(5_000, 2))
    );
    let payments = planyo
        .send(ListReservationPayments::new(second))
        .await
        .unwrap();
    let used = payments.coupons_used[0].as_ref().unwrap();
    assert_eq!(used.amount, Some(Decimal::new(5_000, 2)));
    assert_eq!(used.coupon_id.unwrap().get(), prepaid);

    let held = ListCoupons::new().email(email).include_usage_data();
    let held = planyo.pages(held).all().await.unwrap();
    assert_eq!(held.records[0].amount_used, Some(Decimal::new(15_000, 2)));
    assert!(held.records[0].latest_usage_time.is_some());
    let usable = planyo
        .pages(ListCoupons::new().usable())
        .all()
        .await
        .unwrap();
    assert!(
        usable
            .records
            .iter()
            .all(|coupon| coupon.coupon_id.get() != prepaid)
    );
}

#[tokio::test]
async fn coupons_count_entries_hours_and_percent() {
    let (server, planyo) = start().await;
    let bikes = bikes(&server);
    let coupon = |kind, amount| {
        server.add_coupon(planyo::Coupon {
            kind,
            amount,
            ..planyo::Coupon::default()
        })
    };
    let entries = coupon(planyo::CouponKind::Entries, 100);
    let hours = coupon(planyo::CouponKind::Hours, 1_000);
    let discount = coupon(planyo::CouponKind::Discount, 2_500);

    let one = booked(&server, bikes, 838_801);
    planyo
        .send(ApplyCoupon::new(one).coupon_id(entries))
        .await
        .unwrap();
    assert!(server.reservation(one).unwrap().is(status::CONFIRMED));
    let two = booked(&server, bikes, 838_802);
    for used_up in [entries, hours] {
        let outcome = planyo.send(ApplyCoupon::new(two).coupon_id(used_up)).await;
        assert_eq!(code(&outcome.unwrap_err()), Some(4));
    }
    planyo
        .send(ApplyCoupon::new(two).coupon_id(discount))
        .await
        .unwrap();
    let two = server.reservation(two).unwrap();
    assert_eq!((two.total_price, two.is(status::CONFIRMED)), (7_500, false));
}
