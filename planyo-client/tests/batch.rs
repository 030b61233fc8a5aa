//! One change to many reservations: each gets its own result, whatever happens to the others.

#![allow(clippy::unwrap_used)] // As in tests.

use std::collections::BTreeMap;

use planyo_client::batch::{Batch, BatchError, BatchItem};
use planyo_client::payments::{AddReservationPayment, PaymentMode, PaymentStatus};
use planyo_client::reservations::{DoReservationAction, ReservationAction, ReservationState};
use planyo_client::testing::{Answer, Script};
use planyo_client::vouchers::{ApplyCoupon, ApplyVoucher};
use planyo_client::{Client, Endpoint, ErrorKind, Params};
use proptest::prelude::*;

fn client(script: &Script) -> Client {
    Client::builder("key")
        .transport(script.clone())
        .build()
        .unwrap()
}

/// The answer for these reservations.
fn done(ids: impl IntoIterator<Item = u64>) -> Answer {
    let states: BTreeMap<_, _> = ids
        .into_iter()
        .map(|id| (id.to_string(), BTreeMap::from([("status", "7")])))
        .collect();
    Answer::data(&serde_json::to_string(&states).unwrap())
}

fn confirm(
    ids: impl IntoIterator<Item = u64>,
) -> planyo_client::reservations::DoReservationActions {
    DoReservationAction::for_all(ids, ReservationAction::Confirm)
}

/// Which have an answer, in their order.
fn answered(items: &[BatchItem<ReservationState>]) -> Vec<u64> {
    let answered = items.iter().filter(|item| item.result.is_ok());
    answered.map(|item| item.id.get()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_call_that_fails_takes_nothing_from_the_others() {
    let script = Script::new([
        done(1..=50),
        Answer::code(4, "not possible"),
        done((101..=150).filter(|id| *id != 120)),
        Answer::Broken,
    ]);
    let items = client(&script).send_batch(confirm(1..=151)).await;
    let ids: Vec<u64> = items.iter().map(|item| item.id.get()).collect();
    assert_eq!(ids, (1..=151).collect::<Vec<_>>());
    let expected: Vec<u64> = (1..=50).chain(101..=119).chain(121..=150).collect();
    assert_eq!(answered(&items), expected);

    let error = |id: u64| {
        let item = items.iter().find(|item| item.id == id.into()).unwrap();
        item.result.as_ref().unwrap_err()
    };
    for id in 51..=100 {
        let BatchError::Call(refusal) = error(id) else {
            unreachable!("{id}: {:?}", error(id))
        };
        assert_eq!(refusal.kind(), ErrorKind::Refused);
        assert!(!error(id).is_outcome_unknown());
    }
    assert!(matches!(error(120), BatchError::Missing) && error(120).is_outcome_unknown());
    assert!(error(151).is_outcome_unknown(), "{}", error(151));
    // The writes that may send a message went once.
    assert_eq!(script.requests().len(), 4);
    let sent = script.sent("reservation_ids");
    let counts: Vec<_> = sent
        .iter()
        .flatten()
        .map(|ids| ids.split(',').count())
        .collect();
    assert_eq!(counts, [50, 50, 50, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_quiet_batch_is_retried_part_by_part() {
    let script = Script::new([done(1..=50), Answer::Broken, done(51..=60)]);
    let items = client(&script).send_batch(confirm(1..=60).quiet()).await;
    assert_eq!(answered(&items), (1..=60).collect::<Vec<_>>());
    let sent = script.sent("is_quiet");
    assert_eq!(sent, vec![Some("true".to_owned()); 3]);
}

#[tokio::test(start_paused = true)]
async fn after_a_refused_key_the_rest_stays_at_home() {
    let script = Script::new([done(1..=50), Answer::code(1, "wrong key"), done(101..=120)]);
    let items = client(&script).send_batch(confirm(1..=120)).await;
    assert_eq!(answered(&items), (1..=50).collect::<Vec<_>>());
    assert_eq!(script.requests().len(), 2);
    let rest = items.last().unwrap().result.as_ref().unwrap_err();
    assert!(matches!(rest, BatchError::NotSent(error) if error.is_auth()));
    assert!(!rest.is_outcome_unknown());
    assert!(rest.to_string().starts_with("not sent"), "{rest}");
}

#[tokio::test(start_paused = true)]
async fn an_answer_of_any_shape_loses_no_reservation() {
    for data in [
        "null",
        "[]",
        "{}",
        "\"ok\"",
        r#"{"note":1}"#,
        r#"{"status":"7"}"#,
    ] {
        let script = Script::new([Answer::data(data)]);
        let items = client(&script).send_batch(confirm([1, 2])).await;
        let missing = |item: &BatchItem<_>| matches!(item.result, Err(BatchError::Missing));
        assert!(items.len() == 2 && items.iter().all(missing), "{data}");
    }
    // One reservation may be answered as itself.
    for (data, known) in [
        (r#"{"status":"7"}"#, true),
        (r#"{"9":{"status":"7"}}"#, false),
        ("[]", false),
    ] {
        let script = Script::new([Answer::data(data)]);
        let items = client(&script).send_batch(confirm([1])).await;
        assert_eq!(
            answered(&items),
            if known { vec![1] } else { vec![] },
            "{data}"
        );
    }
    assert!(
        client(&Script::new([]))
            .send_batch(confirm([]))
            .await
            .is_empty()
    );
}

#[tokio::test(start_paused = true)]
async fn two_payments_of_one_reservation_are_two_calls() {
    let payments = [(1_u64, 10, "a"), (2, 20, "b"), (1, 30, "c,d"), (3, 40, "e")];
    let (mode, status) = (PaymentMode::Cash, PaymentStatus::Paid);
    let batch = AddReservationPayment::for_all(payments, mode, status, "EUR");
    let script = Script::new([done([1, 2]), done([1, 3])]);
    let items = client(&script).send_batch(batch).await;
    let ids: Vec<_> = items.iter().map(|item| item.id.get()).collect();
    assert_eq!(ids, [1, 2, 1, 3]);
    assert!(items.iter().all(|item| item.result.is_ok()));
    let sent = |field| script.sent(field).into_iter().flatten().collect::<Vec<_>>();
    assert_eq!(sent("reservation_ids"), ["1,2", "1,3"]);
    assert_eq!(sent("amounts"), ["10,20", "30,40"]);
    assert_eq!(sent("transaction_ids"), ["a,b", "c;d,e"]);
    assert_eq!(sent("currency"), ["EUR", "EUR"]);
}

#[tokio::test(start_paused = true)]
async fn vouchers_and_coupons_are_sent_in_parts_too() {
    let pairs = (1..=60_u64).map(|id| (id, format!("C{id}")));
    let script = Script::new([done(1..=50), done(51..=60)]);
    let batch = ApplyVoucher::for_each(pairs);
    let items = client(&script).send_batch(batch).await;
    assert_eq!(items.iter().filter(|item| item.result.is_ok()).count(), 60);
    let codes: Vec<_> = script.sent("voucher_codes").into_iter().flatten().collect();
    assert!(
        codes[0].ends_with(",C50") && codes[1].starts_with("C51,"),
        "{codes:?}"
    );

    // A comma in one code moves no other to a wrong reservation.
    let batch = ApplyCoupon::for_each_by_code([(1_u64, "a,b"), (2, "c")]);
    assert_eq!(list(&batch, "coupon_codes"), ["a;b", "c"]);
    assert_eq!(ApplyCoupon::for_all([1_u64, 2, 1]).ids().len(), 2);

    let script = Script::new([Answer::data(r#"{"price":"90.00","currency":"EUR"}"#)]);
    let alone = client(&script)
        .send_batch(ApplyVoucher::for_all([1_u64], "JUNE-10"))
        .await;
    assert!(alone[0].result.as_ref().unwrap().price.is_some());
}

#[test]
fn a_reservation_named_twice_is_done_once() {
    let ids = confirm([3, 1, 3, 2, 1]).ids();
    assert_eq!(ids, [3, 1, 2].map(Into::into));
}

fn list(call: &impl Endpoint, name: &str) -> Vec<String> {
    let mut params = Params::default();
    call.params(&mut params);
    params
        .get(name)
        .unwrap()
        .split(',')
        .map(str::to_owned)
        .collect()
}

proptest! {
    /// Parts have all payments in their order, none too many, none twice in one, and each payment keeps its amount.
    #[test]
    fn parts_are_the_whole(payments in prop::collection::vec((1..80_u64, 0..1000_u32, "[a-z,]{0,4}"), 1..200)) {
        let (mode, status) = (PaymentMode::Cash, PaymentStatus::Paid);
        let whole = AddReservationPayment::for_all(payments.clone(), mode, status, "EUR");
        let mut parted = Vec::new();
        for part in whole.parts() {
            let ids = part.ids();
            let different: std::collections::HashSet<_> = ids.iter().collect();
            prop_assert!(ids.len() <= 50 && different.len() == ids.len());
            let (amounts, transactions) = (list(&part, "amounts"), list(&part, "transaction_ids"));
            prop_assert!(amounts.len() == ids.len() && transactions.len() == ids.len());
            for ((id, amount), transaction) in ids.iter().zip(amounts).zip(transactions) {
                parted.push((id.get(), amount.parse().unwrap(), transaction));
            }
        }
        let whole: Vec<(u64, u32, String)> = payments
            .into_iter()
            .map(|(id, amount, transaction)| (id, amount, transaction.replace(',', ";")))
            .collect();
        prop_assert_eq!(parted, whole);
    }
}
