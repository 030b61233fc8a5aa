//! Each state of a recall and each change: what is taken, and why the rest is not.

#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of the tests unwrap like the tests.

use chrono::{NaiveDate, NaiveDateTime};
use customer_sync::CustomerKey;
use customer_sync::recalls::{
    Appointment, Channel, InvalidTransition, Recall, Rule, Span, State, recalls,
};

const TODAY: &str = "2027-03-31";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn now() -> NaiveDateTime {
    day(TODAY).and_hms_opt(9, 0, 0).unwrap()
}

fn ann() -> CustomerKey {
    CustomerKey::new("planfy:shop", "77")
}

fn rules() -> [Rule; 1] {
    [Rule::new("check-up", Span::Years(1))
        .then(Channel::Email, Span::Days(0))
        .then(Channel::Sms, Span::Days(0))]
}

/// After a visit, as of a day, with these bookings.
fn recall(known: &[Recall], today: &str, bookings: &[Appointment]) -> Recall {
    let visit = Appointment::finished("1", ann(), "dentist", day("2026-03-31"));
    let all: Vec<Appointment> = [visit]
        .into_iter()
        .chain(bookings.iter().cloned())
        .collect();
    let mut recalls = recalls(&all, &rules(), known, day(today));
    recalls.retain(|recall| recall.appointment.as_deref() == Some("1"));
    recalls.remove(0)
}

fn booking(booked: &str, ends: &str) -> Appointment {
    Appointment::booked("2", ann(), "dentist", day(booked), day(ends))
}

/// A recall in each state.
fn states() -> Vec<(&'static str, Recall)> {
    let due = recall(&[], TODAY, &[]);
    let with = |from: &Recall, change: &dyn Fn(&mut Recall) -> Result<(), InvalidTransition>| {
        let mut recall = from.clone();
        change(&mut recall).unwrap();
        recall
    };
    let sending = with(&due, &|recall| recall.start(Channel::Email, now()));
    let sent = with(&sending, &|recall| recall.sent(Channel::Email, now()));
    let booked = booking("2027-04-01", "2027-06-01");
    vec![
        ("scheduled", recall(&[], "2027-03-30", &[])),
        (
            "waits",
            recall(&[], TODAY, &[booking("2027-03-01", "2027-06-01")]),
        ),
        ("begun", sending.clone()),
        (
            "unclear",
            with(&sending, &|recall| {
                recall.unclear(Channel::Email, "no answer")
            }),
        ),
        (
            "failed",
            with(&sending, &|recall| {
                recall.not_sent(Channel::Email, now(), "no such address", None)
            }),
        ),
        ("answered", with(&sent, &Recall::answered)),
        ("answered, begun", with(&sending, &Recall::answered)),
        (
            "converted",
            recall(std::slice::from_ref(&sent), "2027-04-01", &[booked]),
        ),
        ("cancelled", with(&due, &Recall::cancelled)),
        ("cancelled, begun", with(&sending, &Recall::cancelled)),
        ("due", due),
        ("sent", sent),
    ]
}

/// What a recall is like, in a line.
fn look(recall: &Recall) -> String {
    let mut look = vec![recall.status().to_string()];
    for sent in &recall.messages_sent {
        look.push(format!("+{}", sent.channel));
    }
    if let Some(begun) = &recall.sending {
        let mark = if begun.unclear.is_some() { "??" } else { "?" };
        look.push(format!("{}{mark}", begun.channel));
    }
    for failed in &recall.failed {
        look.push(format!("-{}", failed.channel));
    }
    look.join(" ")
}

/// The outcome of a change: the recall after it, or why it is refused.
fn outcome(from: &Recall, change: &str) -> String {
    let mut recall = from.clone();
    let result = match change {
        "start" => recall.start(Channel::Email, now()),
        "start SMS" => recall.start(Channel::Sms, now()),
        "sent" => recall.sent(Channel::Email, now()),
        "not sent" => recall.not_sent(Channel::Email, now(), "mailbox full", None),
        "unclear" => recall.unclear(Channel::Email, "no answer"),
        "answered" => recall.answered(),
        "cancelled" => recall.cancelled(),
        other => panic!("{other}"),
    };
    if let Err(refused) = result {
        assert_eq!(recall, *from, "a refused change changes nothing");
        return format!("no: {refused}");
    }
    look(&recall)
}

#[test]
#[allow(clippy::too_many_lines)] // A table.
fn each_change_in_each_state() {
    let unclear =
        "no: its e-mail was begun, and it is not known whether it was sent: say that first";
    let again = "no: its e-mail was sent already";
    let begun = "no: its e-mail was not begun";
    let waits = "no: the customer has a booking, for which it waits";
    let changes = [
        "start",
        "start SMS",
        "sent",
        "not sent",
        "unclear",
        "answered",
        "cancelled",
    ];
    let table: [(&str, [&str; 7]); 12] = [
        (
            "scheduled",
            [
                "no: a recall that is scheduled does not become sent",
                "no: a recall that is scheduled does not become sent",
                "sent +e-mail",
                begun,
                begun,
                "answered",
                "cancelled",
            ],
        ),
        (
            "due",
            [
                "due e-mail?",
                "due SMS?",
                "sent +e-mail",
                begun,
                begun,
                "answered",
                "cancelled",
            ],
        ),
        (
            "waits",
            [
                waits,
                waits,
                "sent +e-mail",
                begun,
                begun,
                "answered",
                "cancelled",
            ],
        ),
        (
            "begun",
            [
                unclear,
                unclear,
                "sent +e-mail",
                "due -e-mail",
                "due e-mail??",
                "answered e-mail?",
                "cancelled e-mail?",
            ],
        ),
        (
            "unclear",
            [
                unclear,
                unclear,
                "sent +e-mail",
                "due -e-mail",
                "due e-mail??",
                "answered e-mail??",
                "cancelled e-mail??",
            ],
        ),
        (
            "failed",
            [
                "due e-mail? -e-mail",
                "due SMS? -e-mail",
                "sent +e-mail",
                begun,
                begun,
                "answered -e-mail",
                "cancelled -e-mail",
            ],
        ),
        (
            "sent",
            [
                again,
                "sent +e-mail SMS?",
                again,
                begun,
                begun,
                "answered +e-mail",
                "cancelled +e-mail",
            ],
        ),
        (
            "answered",
            [
                again,
                "no: a recall that is answered does not become sent",
                again,
                begun,
                begun,
                "no: a recall that is answered does not become answered",
                "cancelled +e-mail",
            ],
        ),
        (
            "answered, begun",
            [
                unclear,
                unclear,
                "answered +e-mail",
                "answered -e-mail",
                "answered e-mail??",
                "no: a recall that is answered does not become answered",
                "cancelled e-mail?",
            ],
        ),
        (
            "converted",
            [
                again,
                "no: a recall that is converted does not become sent",
                again,
                begun,
                begun,
                "no: a recall that is converted does not become answered",
                "no: a recall that is converted does not become cancelled",
            ],
        ),
        (
            "cancelled",
            [
                "no: a recall that is cancelled does not become sent",
                "no: a recall that is cancelled does not become sent",
                "no: a recall that is cancelled does not become sent",
                begun,
                begun,
                "no: a recall that is cancelled does not become answered",
                "no: a recall that is cancelled does not become cancelled",
            ],
        ),
        (
            "cancelled, begun",
            [
                unclear,
                unclear,
                "cancelled +e-mail",
                "cancelled -e-mail",
                "cancelled e-mail??",
                "no: a recall that is cancelled does not become answered",
                "no: a recall that is cancelled does not become cancelled",
            ],
        ),
    ];
    let states = states();
    assert_eq!(states.len(), table.len());
    for (name, expected) in table {
        let (_, from) = states.iter().find(|(state, _)| *state == name).unwrap();
        for (change, expected) in changes.iter().zip(expected) {
            assert_eq!(outcome(from, change), expected, "{name}: {change}");
        }
    }
}

#[test]
fn what_the_day_and_bookings_make_of_each_state() {
    let none: &[Appointment] = &[];
    let booked = &[booking("2027-04-01", "2027-06-01")][..];
    let came = &[booking("2027-04-01", "2027-04-01").state(State::Finished)][..];
    let cancelled = &[booking("2027-04-01", "2027-06-01").state(State::Cancelled)][..];
    for (name, expected) in [
        // On the day after, with nothing; with a booking of that day; the customer came that day; cancelled again.
        ("scheduled", ["due", "due waits", "cancelled", "due"]),
        ("due", ["due", "due waits", "cancelled", "due"]),
        ("waits", ["due", "due waits", "cancelled", "due"]),
        (
            "begun",
            [
                "due e-mail?",
                "due e-mail? waits",
                "due e-mail? waits",
                "due e-mail?",
            ],
        ),
        (
            "unclear",
            [
                "due e-mail??",
                "due e-mail?? waits",
                "due e-mail?? waits",
                "due e-mail??",
            ],
        ),
        (
            "failed",
            [
                "due -e-mail",
                "due -e-mail waits",
                "cancelled -e-mail",
                "due -e-mail",
            ],
        ),
        (
            "sent",
            [
                "sent +e-mail",
                "converted +e-mail",
                "converted +e-mail",
                "sent +e-mail",
            ],
        ),
        (
            "answered",
            [
                "answered +e-mail",
                "converted +e-mail",
                "converted +e-mail",
                "answered +e-mail",
            ],
        ),
        (
            "answered, begun",
            [
                "answered e-mail?",
                "answered e-mail? waits",
                "answered e-mail? waits",
                "answered e-mail?",
            ],
        ),
        ("converted", ["converted +e-mail"; 4]),
        ("cancelled", ["cancelled"; 4]),
        ("cancelled, begun", ["cancelled e-mail?"; 4]),
    ] {
        let states = states();
        let (_, from) = states.iter().find(|(state, _)| *state == name).unwrap();
        for (bookings, expected) in [none, booked, came, cancelled].into_iter().zip(expected) {
            let next = recall(std::slice::from_ref(from), "2027-04-01", bookings);
            let waits = if next.waits_for.is_some() {
                " waits"
            } else {
                ""
            };
            assert_eq!(
                format!("{}{waits}", look(&next)),
                expected,
                "{name}: {bookings:?}"
            );
        }
    }
}

#[test]
fn a_booking_while_nobody_knows_whether_the_message_left_is_judged_when_it_is_known() {
    let states = states();
    let (_, unclear) = states
        .iter()
        .find(|(state, _)| *state == "unclear")
        .unwrap();
    let came = [booking("2027-04-01", "2027-04-01").state(State::Finished)];
    for (was_sent, expected) in [(true, "converted +e-mail"), (false, "cancelled -e-mail")] {
        let mut recall = recall(std::slice::from_ref(unclear), "2027-04-02", &came);
        let told = if was_sent {
            recall.sent(Channel::Email, now())
        } else {
            recall.not_sent(Channel::Email, now(), "not in the outbox", Some(now()))
        };
        told.unwrap();
        let recall = self::recall(&[recall], "2027-04-02", &came);
        assert_eq!(look(&recall), expected);
    }
}

#[test]
fn an_intent_without_an_outcome_is_unclear_after_a_while_or_at_once_if_so_recorded() {
    let states = states();
    let of = |name: &str| &states.iter().find(|(state, _)| *state == name).unwrap().1;
    let before = now() - chrono::TimeDelta::seconds(1);
    let after = now() + chrono::TimeDelta::seconds(1);
    let channel = |recall: &Recall, time| recall.unclear_since(time).map(|attempt| attempt.channel);
    assert_eq!(channel(of("begun"), before), None);
    assert_eq!(channel(of("begun"), now()), None);
    assert_eq!(channel(of("begun"), after), Some(Channel::Email));
    assert_eq!(channel(of("unclear"), before), Some(Channel::Email));
    assert_eq!(channel(of("sent"), after), None);
}

#[test]
fn each_state_is_kept_as_json() {
    for (name, recall) in states() {
        let json = serde_json::to_string(&recall).unwrap();
        assert_eq!(
            serde_json::from_str::<Recall>(&json).unwrap(),
            recall,
            "{name}"
        );
    }
}
