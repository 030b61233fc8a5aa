//! Recalls in a store: what several programs make of the same ones, and what a killed one leaves.

#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of the tests unwrap like the tests.

use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};
use customer_sync::recalls::{
    Appointment, ChangeError, Channel, Contact, InvalidTransition, Recall, RecallStore, Rule, Span,
    Status, messages,
};
use customer_sync::store::{MemoryStore, State};
use customer_sync::{Customer, CustomerKey};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn morning() -> NaiveDateTime {
    day("2027-03-31").and_hms_opt(9, 0, 0).unwrap()
}

fn key(id: u32) -> CustomerKey {
    CustomerKey::new("planyo", id.to_string())
}

fn visits(ids: std::ops::Range<u32>) -> Vec<Appointment> {
    let visit = |id| Appointment::finished(format!("v{id}"), key(id), "dentist", day("2026-03-31"));
    ids.map(visit).collect()
}

fn rules() -> [Rule; 1] {
    [Rule::new("check-up", Span::Years(1)).then(Channel::Email, Span::Days(0))]
}

async fn due(store: &RecallStore, ids: std::ops::Range<u32>) -> Vec<Recall> {
    store
        .update(&visits(ids), &rules(), day("2027-03-31"))
        .await
        .unwrap()
}

fn id(customer: u32) -> String {
    format!("planyo:{customer}/check-up/v{customer}")
}

#[tokio::test]
async fn recalls_are_kept_and_found_by_customer() {
    let state = State::new(MemoryStore::new());
    let store = RecallStore::new(&state);
    let made = due(&store, 1..13).await;
    assert_eq!(made.len(), 12);
    assert_eq!(store.all().await.unwrap(), made);
    // Not those of customers 10, 11 and 12.
    let theirs = store.of_customer(&key(1)).await.unwrap();
    assert_eq!(theirs.len(), 1);
    assert_eq!(store.get(&id(1)).await.unwrap().as_ref(), theirs.first());
    assert_eq!(store.get("planyo:1/check-up/other").await.unwrap(), None);
    // The appointments of a day are not there on the next: nothing is lost.
    let next = store
        .update(&[], &rules(), day("2027-04-01"))
        .await
        .unwrap();
    assert_eq!(next, made);

    let hand = Recall::by_hand(
        key(1),
        "check-up",
        day("2027-05-01"),
        day("2027-04-01"),
        "eva",
    );
    assert!(store.add(&hand).await.unwrap());
    assert!(
        !store.add(&hand).await.unwrap(),
        "a second click makes no second recall"
    );
    assert_eq!(store.of_customer(&key(1)).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_change_that_is_refused_or_of_none_is_an_error_that_says_so() {
    let store = RecallStore::new(&State::new(MemoryStore::new()));
    due(&store, 1..2).await;
    let start = |recall: &mut Recall| recall.start(Channel::Email, morning());
    let begun = store.change(&id(1), start).await.unwrap();
    assert_eq!(begun.sending.unwrap().channel, Channel::Email);
    let refused = store.change(&id(1), start).await.unwrap_err();
    let unclear = InvalidTransition::Unclear(Channel::Email);
    assert!(
        matches!(refused, ChangeError::Invalid(what) if what == unclear),
        "{refused}"
    );
    let missing = store.change(&id(2), start).await.unwrap_err();
    assert!(matches!(missing, ChangeError::NotFound));
    assert_eq!(
        missing.to_string(),
        "there is no such recall, or its customer was forgotten"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_programs_one_begins_a_message() {
    let state = State::new(MemoryStore::new());
    due(&RecallStore::new(&state), 1..2).await;
    let barrier = Arc::new(tokio::sync::Barrier::new(16));
    let programs = (0..16).map(|_| {
        let (store, barrier) = (RecallStore::new(&state), Arc::clone(&barrier));
        tokio::spawn(async move {
            barrier.wait().await;
            let one = id(1);
            let begun = store.change(&one, |recall| recall.start(Channel::Email, morning()));
            begun.await.is_ok()
        })
    });
    let mut begun = 0;
    for program in programs.collect::<Vec<_>>() {
        begun += usize::from(program.await.unwrap());
    }
    assert_eq!(begun, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_is_never_lost_to_a_program_that_updates_the_day() {
    let state = State::new(MemoryStore::new());
    due(&RecallStore::new(&state), 1..31).await;
    let sends = (1..31).map(|customer| {
        let store = RecallStore::new(&state);
        tokio::spawn(async move {
            let (id, at) = (id(customer), morning());
            store
                .change(&id, |recall| recall.start(Channel::Email, at))
                .await
                .unwrap();
            store
                .change(&id, |recall| recall.sent(Channel::Email, at))
                .await
                .unwrap();
        })
    });
    let updates = (0..20).map(|_| {
        let store = RecallStore::new(&state);
        tokio::spawn(async move {
            // Two more are written on each of these days. Too many others at work is an error, and harmless.
            let _ = store
                .update(&visits(1..33), &rules(), day("2027-03-31"))
                .await;
        })
    });
    for task in sends
        .collect::<Vec<_>>()
        .into_iter()
        .chain(updates.collect::<Vec<_>>())
    {
        task.await.unwrap();
    }
    let all = due(&RecallStore::new(&state), 1..33).await;
    let sent = all
        .iter()
        .filter(|recall| recall.status() == Status::Sent)
        .count();
    assert_eq!((all.len(), sent), (32, 30));
}

#[tokio::test]
async fn a_program_that_is_killed_between_intent_and_outcome_sends_no_second_message() {
    let state = State::new(MemoryStore::new());
    due(&RecallStore::new(&state), 1..2).await;
    let killed = RecallStore::new(&state);
    killed
        .change(&id(1), |recall| recall.start(Channel::Email, morning()))
        .await
        .unwrap();
    drop(killed);

    let next = RecallStore::new(&state);
    let mut customer = Customer::new(key(1));
    customer.email = Some("ann@example.com".to_owned());
    let later = morning() + chrono::TimeDelta::days(30);
    let to_send = |recalls: &[Recall]| {
        messages(recalls, &rules(), later, |_| Some(Contact::from(&customer))).len()
    };
    let recalls = next
        .update(&visits(1..2), &rules(), later.date())
        .await
        .unwrap();
    assert_eq!(to_send(&recalls), 0);
    assert!(recalls[0].unclear_since(later).is_some());

    // A person says that it was not sent: it is, once.
    let one = id(1);
    let told = next.change(&one, |recall| {
        recall.not_sent(Channel::Email, later, "not in the outbox", Some(later))
    });
    assert_eq!(to_send(&[told.await.unwrap()]), 1);
}

#[tokio::test]
async fn who_wants_no_messages_is_remembered_by_channel() {
    let store = RecallStore::new(&State::new(MemoryStore::new()));
    assert!(store.opted_out_of(&key(1)).await.unwrap().is_empty());
    store
        .set_opted_out(&key(1), &[Channel::Email, Channel::Sms])
        .await
        .unwrap();
    store.set_opted_out(&key(11), &Channel::ALL).await.unwrap();
    assert_eq!(
        store.opted_out_of(&key(1)).await.unwrap(),
        [Channel::Email, Channel::Sms]
    );
    store.set_opted_out(&key(11), &[]).await.unwrap();
    let all = store.opted_out().await.unwrap();
    assert_eq!(
        all.into_iter().collect::<Vec<_>>(),
        [(key(1), vec![Channel::Email, Channel::Sms])]
    );
}
