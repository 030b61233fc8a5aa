use chrono::{NaiveDate, NaiveDateTime};
use planyo_client::payments::{
    AddReservationPayment, GenerateInvoice, GetInvoiceItems, GetReservationPaymentAmount,
    ListInvoices, ListPayments, ListReservationPayments, ModifyReservationPayment, PaymentDraft,
    PaymentMode, PaymentStatus, RemoveReservationPayment,
};
use planyo_client::{Endpoint, Identified, Paged, Safety};
use rust_decimal::Decimal;

use crate::{Sample, read, sample};
use planyo_client::vouchers::CouponKind;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn money(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn paid(reservation: u64) -> AddReservationPayment {
    let payment = PaymentDraft {
        mode: PaymentMode::BankTransfer,
        status: PaymentStatus::Paid,
        transaction_id: "T-1".to_owned(),
        amount: money("99.90"),
        currency: "EUR".to_owned(),
    };
    AddReservationPayment::new(reservation, payment)
}

pub(crate) fn requests() -> Vec<Sample> {
    let time: NaiveDateTime = "2026-06-01T09:00:00".parse().unwrap();
    let many = [
        (3_u64, money("99.90"), "T-1"),
        (1, money("5"), "a,b"),
        (3, money("0.10"), ""),
    ];
    vec![
        sample(
            &paid(19_710_795)
                .payment_time(time)
                .extra_info("by hand")
                .quiet()
                .payment_response_code("00")
                .transaction_status_text("accepted"),
        ),
        sample(
            &AddReservationPayment::for_all(many, PaymentMode::Own1, PaymentStatus::Pending, "EUR")
                .payment_time(time)
                .extra_info("by hand")
                .quiet()
                .payment_response_code("00")
                .transaction_status_text("accepted"),
        ),
        sample(
            &ModifyReservationPayment::new(55, 19_710_795, PaymentStatus::Refund)
                .extra_info("paid back"),
        ),
        sample(&RemoveReservationPayment::new(55, 19_710_795)),
        sample(&GetReservationPaymentAmount::new(19_710_795)),
        sample(
            &ListPayments::new(day("2026-06-01"), day("2026-06-30"))
                .resource_id(22222)
                .site_id(21710)
                .payment_mode(PaymentMode::from(42))
                .status(PaymentStatus::Error),
        ),
        sample(&ListReservationPayments::new(19_710_795)),
        sample(&GenerateInvoice::new(19_710_795)),
        sample(&GetInvoiceItems::new(19_710_795)),
        sample(&ListInvoices::of_reservation(19_710_795).page(1)),
        {
            let period = ListInvoices::in_period(day("2026-07-01"), day("2026-07-31"));
            sample(&period.at_page(&period.first(), 1))
        },
    ]
}

#[test]
fn a_saved_payment_is_read_and_never_lost() {
    // The first is a real answer.
    let saved = read(&paid(7), r#"{"status":"7"}"#);
    assert!(saved.status.unwrap().is_confirmed());
    assert_eq!(saved.payment_id, None);
    let changed = ModifyReservationPayment::new(5, 7, PaymentStatus::Paid);
    let saved = read(&changed, r#"{"status":7,"payment_id":"5"}"#);
    assert_eq!(saved.payment_id, Some(5.into()));
    let removed = read(&RemoveReservationPayment::new(5, 7), r#"{"payment_id":5}"#);
    assert_eq!(removed.payment_id, Some(5.into()));
    for data in [
        "null",
        "[]",
        "true",
        "\"ok\"",
        "{}",
        "[7]",
        r#"{"status":{}}"#,
    ] {
        assert_eq!(read(&paid(7), data).raw().get(), data);
        assert_eq!(read(&changed, data).status, None);
        assert_eq!(
            read(&RemoveReservationPayment::new(5, 7), data).payment_id,
            None
        );
        assert_eq!(read(&GenerateInvoice::new(7), data).id, None);
    }
    assert_eq!(paid(7).quiet().safety(), Safety::Unsafe);
}

#[test]
fn payments_of_a_reservation_come_with_its_coupons() {
    let call = ListReservationPayments::new(7);
    let listed = read(
        &call,
        r#"{"results":[{"payment_id":"55","amount":"99.90","currency":"EUR","payment_status":"1",
            "payment_time":"2026-06-01 09:00:00","payment_mode":"4","transaction_id":"T-1","extra_info":""},
            {"amount":"1"}],
            "coupons_used":{"1":{"amount":"2.5","coupon_id":"9","type":"2"}}}"#,
    );
    let payment = listed.payments[0].as_ref().unwrap();
    assert_eq!(payment.amount, Some(money("99.90")));
    assert_eq!(payment.payment_mode, Some(PaymentMode::BankTransfer));
    assert_eq!(payment.payment_status, Some(PaymentStatus::Paid));
    assert!(!format!("{payment:?}").contains("T-1"));
    assert!(listed.payments[1].is_err());
    let coupon = listed.coupons_used[0].as_ref().unwrap();
    assert_eq!(coupon.kind, Some(CouponKind::Hours));
    assert_eq!(coupon.amount, Some(money("2.5")));
    for none in [
        "[]",
        r#"{"results":[],"coupons_used":[]}"#,
        r#"{"results":[],"coupons_used":null}"#,
    ] {
        let listed = read(&call, none);
        assert!(
            listed.payments.is_empty() && listed.coupons_used.is_empty(),
            "{none}"
        );
    }
}

#[test]
fn payments_of_the_site_have_names_of_their_own() {
    let listed = read(
        &ListPayments::new(day("2026-06-01"), day("2026-06-30")),
        r#"{"results":[{"payment_id":55,"payment_date":"2026-06-01","site_id":"21710","payment_mode_id":"77"},
            {"payment_id":56,"payment_mode":"2","payment_mode_id":"3"}]}"#,
    );
    let payment = listed[0].as_ref().unwrap();
    assert_eq!(payment.payment_mode, Some(PaymentMode::Other(77)));
    assert!(payment.payment_time.is_some() && payment.site_id.is_some());
    assert_eq!(
        listed[1].as_ref().unwrap().payment_mode,
        Some(PaymentMode::Cash)
    );
    let sum = r#"{"amount":"100.00","payments":"2","currency":"EUR"}"#;
    let sum = read(&GetReservationPaymentAmount::new(7), sum);
    assert_eq!((sum.amount, sum.payments), (Some(money("100.00")), Some(2)));
}

#[test]
fn the_document_of_all_invoices_is_no_invoice() {
    let call = ListInvoices::of_reservation(7);
    let numbers = |data: &str| {
        let listed = read(&call, data);
        let paged = read(&call.first(), data);
        assert_eq!(listed.invoices.len(), paged.records().len());
        assert!(!format!("{listed:?}").contains("u0"));
        let invoices = listed.invoices.iter().flatten();
        let numbers: Vec<_> = invoices
            .filter_map(|invoice| invoice.sequential_number.clone())
            .collect();
        (numbers.join(" "), listed.all_url)
    };
    let map = r#"{"results":{"0":{"sequential_number":"F/1","url":"u1"},"all":{"url":"u0"},"1":{"sequential_number":"F/2"}}}"#;
    assert_eq!(numbers(map), ("F/1 F/2".to_owned(), Some("u0".to_owned())));
    let list =
        r#"{"results":[{"sequential_number":"F/1","url":"u1"},{"sequential_number":"F/2"}]}"#;
    assert_eq!(numbers(list), ("F/1 F/2".to_owned(), None));
    for none in [
        "[]",
        r#"{"results":[]}"#,
        r#"{"results":{"all":null}}"#,
        r#"{"results":{"all":["u"]}}"#,
    ] {
        assert_eq!(numbers(none), (String::new(), None), "{none}");
    }
    // One that only looks like it is an invoice.
    let alike = r#"{"results":{"0":{"url":"u0"},"all":{"url":"u0"}}}"#;
    assert_eq!(read(&call, alike).invoices.len(), 1);
}

#[test]
fn an_invoice_is_known_by_what_it_has() {
    let invoice = |json: &str| {
        let listed = read(
            &ListInvoices::of_reservation(7),
            &format!(r#"{{"results":[{json}]}}"#),
        );
        listed.invoices.into_iter().next().unwrap()
    };
    let first = invoice(
        r#"{"reservation_id":"7","resource_id":"9","coupon_payment_id":"","coupon_id":null,"sequential_number":"F/1",
            "is_parent_invoice":"true","creation_date":"2026-06-01","url":"https://planyo.test/f1"}"#,
    );
    let first = first.unwrap();
    let shown = format!("{first:?}");
    assert!(
        shown.contains("F/1") && !shown.contains("planyo.test"),
        "{shown}"
    );
    assert_eq!(first.is_parent_invoice, Some(true));
    assert_eq!((first.coupon_id, first.coupon_payment_id), (None, None));
    let again = r#"{"sequential_number":"F/1","url":"https://planyo.test/f1","reservation_id":7,"is_parent_invoice":1}"#;
    assert_eq!(invoice(again).unwrap().id(), first.id());
    let other = again.replace("F/1", "F/2");
    assert_ne!(invoice(&other).unwrap().id(), first.id());
    assert!(invoice(r#"{"reservation_id":"7"}"#).is_err());
    assert!(invoice(r#"{"sequential_number":"F/1"}"#).is_ok());
}

#[test]
fn an_invoice_s_making_and_lines_are_read() {
    let made = read(&GenerateInvoice::new(7), r#"{"id":"12","url":"u"}"#);
    assert_eq!((made.id, made.url.as_deref()), (Some(12.into()), Some("u")));
    let shown = format!("{made:?}");
    assert!(
        !shown.contains("\"u\""),
        "who has the address may read it: {shown}"
    );
    assert_eq!(read(&GenerateInvoice::new(7), r#"{"id":null}"#).id, None);
    assert_eq!(GenerateInvoice::new(7).safety(), Safety::Unsafe);
    let lines = read(
        &GetInvoiceItems::new(7),
        r#"{"results":[{"name":"Van 1","quantity":"1","price":"82.56","price-gross":"99.90","tax":"21","reservation_id":7}]}"#,
    );
    let line = lines[0].as_ref().unwrap();
    assert_eq!(line.price_gross, Some(money("99.90")));
    assert_eq!(line.tax, Some(money("21")));
}
