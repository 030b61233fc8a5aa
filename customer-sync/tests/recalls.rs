//! Recalls: when they fall due, what is sent, and that they move only forward.

#![allow(clippy::unwrap_used, clippy::panic)] // As in tests.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime};
use customer_sync::recalls::{
    Appointment, Channel, Message, Recall, Rule, Span, State, Status, messages, recalls,
};
use customer_sync::{Customer, CustomerKey, MappingRules};
use planyo_client::reservations::Reservation;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// In the morning of a day.
fn at(text: &str) -> NaiveDateTime {
    format!("{text}T09:00:00").parse().unwrap()
}

fn ann() -> CustomerKey {
    CustomerKey::new("planfy:shop", "77")
}

fn reachable() -> Customer {
    let mut customer = Customer::new(ann());
    customer.last_name = Some("Ann Peeters".to_owned());
    customer.email = Some("ann@example.com".to_owned());
    customer.mobile = Some("+32470123456".to_owned());
    customer.address.street = Some("Kerkstraat".to_owned());
    customer.address.street_number = Some("12".to_owned());
    customer.address.zipcode = Some("9000".to_owned());
    customer.address.city = Some("Gent".to_owned());
    customer
}

fn check_up() -> Rule {
    Rule::new("check-up", Span::Years(1))
        .after_resource("dentist")
        .then(Channel::Email, Span::Days(0))
        .then(Channel::Sms, Span::Days(2))
        .then(Channel::Letter, Span::Weeks(3))
}

fn visit(id: &str, ended: &str) -> Appointment {
    Appointment::finished(id, ann(), "dentist", day(ended))
}

fn booking(id: &str, booked: &str, ends: &str) -> Appointment {
    Appointment::booked(id, ann(), "dentist", day(booked), day(ends))
}

fn on(appointments: &[Appointment], known: &[Recall], on: &str) -> Vec<Recall> {
    recalls(appointments, &[check_up()], known, day(on))
}

fn one(appointments: &[Appointment], known: &[Recall], today: &str) -> Recall {
    let mut recalls = on(appointments, known, today);
    assert_eq!(recalls.len(), 1);
    recalls.remove(0)
}

fn channels(recall: &Recall, today: &str, customer: &Customer) -> Vec<Channel> {
    let recalls = std::slice::from_ref(recall);
    let messages = messages(recalls, &[check_up()], at(today), |_| Some(customer.into()));
    messages.iter().map(|message| message.channel).collect()
}

#[test]
fn months_end_and_leap_days_come() {
    for (span, from, to) in [
        (Span::Days(1), "2028-02-28", "2028-02-29"),
        (Span::Weeks(6), "2026-11-22", "2027-01-03"),
        (Span::Months(1), "2027-01-31", "2027-02-28"),
        (Span::Months(1), "2028-01-31", "2028-02-29"),
        (Span::Months(6), "2026-08-31", "2027-02-28"),
        (Span::Months(12), "2028-02-29", "2029-02-28"),
        (Span::Years(1), "2028-02-29", "2029-02-28"),
        (Span::Years(4), "2028-02-29", "2032-02-29"),
        (Span::Years(100), "2000-02-29", "2100-02-28"),
        (Span::Months(1), "2026-12-31", "2027-01-31"),
        (Span::Months(0), "2026-12-31", "2026-12-31"),
    ] {
        assert_eq!(span.after(day(from)), day(to), "{span:?} after {from}");
    }
    for span in [
        Span::Days(u32::MAX),
        Span::Weeks(u32::MAX),
        Span::Months(u32::MAX),
        Span::Years(u32::MAX),
    ] {
        assert_eq!(span.after(day("2026-01-01")), NaiveDate::MAX);
    }
}

#[test]
fn a_finished_appointment_of_the_rule_is_recalled() {
    let others = [
        visit("1", "2026-03-31"),
        visit("2", "2026-03-01").state(State::Cancelled),
        booking("3", "2026-03-01", "2026-03-02").state(State::Cancelled),
        Appointment::finished("4", ann(), "hairdresser", day("2026-03-31")),
        visit("5", "2026-06-01"),
    ];
    let recall = one(&others, &[], "2026-04-01");
    assert_eq!(recall.id, "planfy:shop:77/check-up/1");
    assert_eq!(
        (recall.due, recall.status()),
        (day("2027-03-31"), Status::Scheduled)
    );
    assert_eq!(
        one(&others[..4], &[], "2027-03-30").status(),
        Status::Scheduled
    );
    assert_eq!(one(&others[..4], &[], "2027-03-31").status(), Status::Due);
}

#[test]
fn messages_go_out_in_order_and_wait_for_the_one_before() {
    let visits = [visit("1", "2026-03-31")];
    let everywhere = reachable();
    let mut recall = one(&visits, &[], "2027-03-30");
    assert_eq!(channels(&recall, "2027-03-30", &everywhere), []);
    // After a month without a call: the e-mail is still first.
    assert_eq!(
        channels(&recall, "2027-05-01", &everywhere),
        [Channel::Email]
    );
    recall.sent(Channel::Email, at("2027-05-01")).unwrap();
    assert_eq!(recall.status(), Status::Sent);
    let recall = one(&visits, &[recall], "2027-05-02");
    assert_eq!(channels(&recall, "2027-05-02", &everywhere), []);
    assert_eq!(channels(&recall, "2027-05-03", &everywhere), [Channel::Sms]);
    let mut recall = recall;
    recall.sent(Channel::Sms, at("2027-05-03")).unwrap();
    assert_eq!(channels(&recall, "2027-05-23", &everywhere), []);
    assert_eq!(
        channels(&recall, "2027-05-24", &everywhere),
        [Channel::Letter]
    );
    recall.answered().unwrap();
    assert_eq!(channels(&recall, "2027-05-24", &everywhere), []);
}

#[test]
fn a_channel_without_an_address_is_skipped_and_makes_nothing_earlier() {
    let recall = one(&[visit("1", "2026-03-31")], &[], "2027-03-31");
    let mut customer = reachable();
    customer.email = None;
    assert_eq!(channels(&recall, "2027-03-31", &customer), []);
    assert_eq!(channels(&recall, "2027-04-02", &customer), [Channel::Sms]);
    customer.mobile = None;
    assert_eq!(channels(&recall, "2027-04-22", &customer), []);
    assert_eq!(
        channels(&recall, "2027-04-23", &customer),
        [Channel::Letter]
    );
    customer.address.city = None;
    assert_eq!(channels(&recall, "2030-01-01", &customer), []);
    assert!(messages(&[recall], &[check_up()], at("2030-01-01"), |_| None).is_empty());
}

#[test]
fn a_letter_has_an_address_and_debug_has_none() {
    let recalls = on(&[visit("1", "2026-03-31")], &[], "2027-03-31");
    let rule = Rule::new("check-up", Span::Years(1)).then(Channel::Letter, Span::Days(0));
    let customer = reachable();
    let messages: Vec<Message<'_>> = messages(&recalls, &[rule], at("2027-03-31"), |_| {
        Some((&customer).into())
    });
    assert_eq!(
        messages[0].to,
        ["Ann Peeters", "Kerkstraat 12", "9000 Gent"]
    );
    let debug = format!("{messages:?}");
    assert!(
        debug.contains("letter") && !debug.contains("Peeters"),
        "{debug}"
    );
    let json = serde_json::to_value(&messages).unwrap();
    assert_eq!(json[0]["recall"]["due"], "2027-03-31");
}

#[test]
fn a_booking_after_a_message_converts() {
    let mut appointments = vec![visit("1", "2026-03-31")];
    let mut recall = one(&appointments, &[], "2027-03-31");
    recall.sent(Channel::Email, at("2027-03-31")).unwrap();
    appointments.push(booking("2", "2027-04-01", "2027-06-01"));
    let recall = one(&appointments, &[recall], "2027-04-01");
    assert_eq!(
        (recall.status(), recall.booking.as_deref()),
        (Status::Converted, Some("2"))
    );
    // It stays so, whatever happens to the booking.
    appointments[1].state = State::Cancelled;
    let mut recall = one(&appointments, &[recall], "2027-06-02");
    assert_eq!(recall.status(), Status::Converted);
    assert!(recall.cancelled().is_err() && recall.sent(Channel::Letter, at("2027-06-02")).is_err());
}

#[test]
fn a_customer_with_a_booking_gets_no_message_unless_it_is_cancelled() {
    let mut appointments = vec![
        visit("1", "2026-03-31"),
        booking("2", "2027-03-01", "2027-05-01"),
    ];
    let recall = one(&appointments, &[], "2027-03-31");
    assert_eq!(
        (recall.status(), recall.waits_for.as_deref()),
        (Status::Due, Some("2"))
    );
    assert_eq!(channels(&recall, "2027-04-01", &reachable()), []);
    appointments[1].state = State::Cancelled;
    let recall = one(&appointments, &[recall], "2027-04-02");
    assert_eq!(
        channels(&recall, "2027-04-02", &reachable()),
        [Channel::Email]
    );
}

#[test]
fn who_came_of_himself_needs_no_recall_but_the_next() {
    let appointments = [
        visit("1", "2026-03-31"),
        visit("2", "2026-09-30"),
        visit("3", "2026-09-30"),
    ];
    let recalls = on(&appointments, &[], "2026-10-01");
    let told: Vec<_> = recalls
        .iter()
        .map(|recall| (recall.appointment.as_deref().unwrap(), recall.status()))
        .collect();
    assert_eq!(
        told,
        [
            ("1", Status::Cancelled),
            ("2", Status::Cancelled),
            ("3", Status::Scheduled)
        ]
    );
}

#[test]
fn a_recall_moves_only_forward() {
    let recall = one(&[visit("1", "2026-03-31")], &[], "2027-03-31");
    let mut again = recall.clone();
    again.sent(Channel::Email, at("2027-03-31")).unwrap();
    let refused = again.sent(Channel::Email, at("2027-04-01")).unwrap_err();
    assert_eq!(refused.to_string(), "its e-mail was sent already");
    again.answered().unwrap();
    assert!(again.answered().is_err() && again.sent(Channel::Sms, at("2027-04-01")).is_err());
    again.cancelled().unwrap();
    assert!(again.cancelled().is_err() && again.answered().is_err());
    // Known recalls are kept, also without their appointment, and on an earlier day.
    let known = on(&[], &[again.clone(), recall.clone()], "2026-01-01");
    assert_eq!(known.len(), 1);
    assert_eq!(on(&[], &[recall], "2026-01-01")[0].status(), Status::Due);
    assert_eq!(
        known[0].status(),
        Status::Due,
        "the last of two with one id counts"
    );
}

#[test]
fn recalls_are_kept_as_json() {
    let mut recall = one(&[visit("1", "2026-03-31")], &[], "2027-03-31");
    recall.sent(Channel::Sms, at("2027-03-31")).unwrap();
    let json = serde_json::to_string(&recall).unwrap();
    assert_eq!(serde_json::from_str::<Recall>(&json).unwrap(), recall);
    let rule = serde_json::to_string(&check_up()).unwrap();
    assert_eq!(serde_json::from_str::<Rule>(&rule).unwrap(), check_up());
}

#[test]
fn a_planyo_reservation_is_an_appointment() {
    let on = |status: u32, today: &str| {
        let json = format!(
            r#"{{"reservation_id": "900", "resource_id": "12", "user_id": "7", "status": "{status}",
                 "creation_time": "2026-03-01 10:00:00", "start_time": "2026-03-30 10:00:00", "end_time": "2026-03-31 11:00:00"}}"#
        );
        let reservation: Reservation = serde_json::from_str(&json).unwrap();
        Appointment::of_reservation(&reservation, &MappingRules::default(), day(today)).unwrap()
    };
    let confirmed = on(7, "2026-04-01");
    assert_eq!(
        (confirmed.customer.to_string(), confirmed.resource.as_str()),
        ("planyo:7".to_owned(), "12")
    );
    assert_eq!(
        (confirmed.booked, confirmed.ends),
        (day("2026-03-01"), day("2026-03-31"))
    );
    assert_eq!(confirmed.state, State::Finished);
    for (status, today, state) in [
        (7, "2026-03-31", State::Booked),
        (7 | 1024, "2026-03-31", State::Finished),
        (7 | 8, "2026-04-01", State::Cancelled),
        (7 | 4096, "2026-04-01", State::Cancelled),
        (3, "2026-04-01", State::Cancelled),
    ] {
        assert_eq!(on(status, today).state, state, "{status} on {today}");
    }
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0u64..1500).prop_map(|days| day("2026-01-01") + Days::new(days))
}

fn any_appointment() -> impl Strategy<Value = Appointment> {
    let state = prop::sample::select(vec![State::Finished, State::Booked, State::Cancelled]);
    ("[a-d]", "[12]", any_day(), any_day(), state).prop_map(
        |(id, customer, booked, ends, state)| {
            let customer = CustomerKey::new("planfy:shop", customer);
            let id = format!("{id}{customer}{booked}{ends}");
            Appointment::booked(id, customer, "dentist", booked.min(ends), ends).state(state)
        },
    )
}

proptest! {
    #[test]
    fn a_span_keeps_the_day_or_takes_the_months_last(from in any_day(), months in 0u32..600) {
        let to = Span::Months(months).after(from);
        let count = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
        prop_assert_eq!(count(to) - count(from), i64::from(months));
        let is_last = (to + Days::new(1)).month() != to.month();
        prop_assert!(to.day() == from.day() || to.day() < from.day() && is_last);
    }

    #[test]
    fn the_order_of_appointments_does_not_matter(mut appointments in proptest::collection::vec(any_appointment(), 0..8), today in any_day()) {
        appointments.sort_by(|a, b| a.id.cmp(&b.id));
        appointments.dedup_by(|a, b| a.id == b.id);
        let rules = [check_up()];
        let forward = recalls(&appointments, &rules, &[], today);
        appointments.reverse();
        prop_assert_eq!(forward, recalls(&appointments, &rules, &[], today));
    }

    #[test]
    fn no_day_and_no_news_takes_a_recall_back(
        news in proptest::collection::vec((proptest::collection::vec(any_appointment(), 0..4), any_day(), 0usize..4), 1..6),
    ) {
        let (rules, customer) = ([check_up()], reachable());
        let mut known: Vec<Recall> = Vec::new();
        for (appointments, today, act) in news {
            let next = recalls(&appointments, &rules, &known, today);
            for recall in &known {
                let later = next.iter().find(|next| next.id == recall.id).unwrap();
                prop_assert!(later.status() >= recall.status());
                prop_assert_eq!(&later.messages_sent, &recall.messages_sent);
                let is_final = recall.status() >= Status::Converted;
                prop_assert!(!is_final || later.status() == recall.status());
            }
            known = next;
            let due: Vec<(String, Channel)> = messages(&known, &rules, today.and_time(NaiveTime::MIN), |_| Some((&customer).into())).iter()
                .map(|message| (message.recall.id.clone(), message.channel)).collect();
            for recall in &mut known {
                let id = recall.id.clone();
                for (_, channel) in due.iter().filter(|(due, _)| *due == id) {
                    recall.sent(*channel, today.and_time(NaiveTime::MIN)).unwrap();
                }
                let before = recall.status();
                let _ = match act { 0 => recall.answered(), 1 => recall.cancelled(), _ => Ok(()) };
                prop_assert!(recall.status() >= before);
            }
            // What was sent is not sent again.
            let again = messages(&known, &rules, today.and_time(NaiveTime::MIN), |_| Some((&customer).into()));
            prop_assert!(again.iter().all(|message| !due.contains(&(message.recall.id.clone(), message.channel))));
        }
    }
}
