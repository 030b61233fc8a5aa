//! Who gets which message, with which text.

#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of the tests unwrap like the tests.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use customer_sync::recalls::{
    Appointment, Channel, Contact, Message, QuietHours, Recall, Rule, Span, Status, Step, Template,
    conversions, messages, recalls, written_day,
};
use customer_sync::{Customer, CustomerKey};
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

fn ann() -> Customer {
    let mut customer = Customer::new(CustomerKey::new("planyo", "7"));
    customer.first_name = Some("Ann".to_owned());
    customer.last_name = Some("Peeters".to_owned());
    customer.email = Some("ann@example.com".to_owned());
    customer.mobile = Some("+32470123456".to_owned());
    customer.address.street = Some("Kerkstraat 12".to_owned());
    customer.address.zipcode = Some("9000".to_owned());
    customer.address.city = Some("Gent".to_owned());
    customer
}

fn rule() -> Rule {
    Rule::new("check-up", Span::Years(1))
        .then(Channel::Email, Span::Days(0))
        .then(Channel::Sms, Span::Days(2))
        .then(Channel::Letter, Span::Weeks(3))
}

/// Due on 2027-03-31.
fn due() -> Recall {
    let visit = Appointment::finished("1", ann().key, "dentist", day("2026-03-31"));
    recalls(&[visit], &[rule()], &[], day("2027-03-31")).remove(0)
}

fn channels(recall: &Recall, now: &str, opted_out: &[Channel]) -> Vec<Channel> {
    let customer = ann();
    let contact = Contact {
        customer: &customer,
        opted_out,
    };
    let messages = messages(std::slice::from_ref(recall), &[rule()], at(now), |_| {
        Some(contact)
    });
    messages.iter().map(|message| message.channel).collect()
}

#[test]
fn who_has_opted_out_of_a_channel_gets_the_others_at_their_time() {
    let recall = due();
    assert_eq!(
        channels(&recall, "2027-03-31T09:00:00", &[]),
        [Channel::Email]
    );
    let no_mail = [Channel::Email];
    assert_eq!(channels(&recall, "2027-03-31T09:00:00", &no_mail), []);
    assert_eq!(channels(&recall, "2027-04-01T23:59:59", &no_mail), []);
    assert_eq!(
        channels(&recall, "2027-04-02T00:00:00", &no_mail),
        [Channel::Sms]
    );
    assert_eq!(channels(&recall, "2030-01-01T00:00:00", &Channel::ALL), []);
}

#[test]
fn what_failed_comes_again_at_its_time_and_holds_nothing_up() {
    let mut recall = due();
    let morning = at("2027-03-31T09:00:00");
    recall.start(Channel::Email, morning).unwrap();
    assert_eq!(
        channels(&recall, "2030-01-01T00:00:00", &[]),
        [],
        "nothing while it is not known"
    );
    let again = at("2027-03-31T09:15:00");
    recall
        .not_sent(Channel::Email, morning, "the server is down", Some(again))
        .unwrap();
    assert_eq!(channels(&recall, "2027-03-31T09:14:59", &[]), []);
    assert_eq!(
        channels(&recall, "2027-03-31T09:15:00", &[]),
        [Channel::Email]
    );

    // For good: the next one comes as if this had been sent.
    recall.start(Channel::Email, again).unwrap();
    recall
        .not_sent(Channel::Email, again, "no such address", None)
        .unwrap();
    assert_eq!(recall.failed.len(), 1);
    assert_eq!(channels(&recall, "2027-04-01T09:00:00", &[]), []);
    assert_eq!(
        channels(&recall, "2027-04-02T09:00:00", &[]),
        [Channel::Sms]
    );
    recall.retry(Channel::Email);
    assert_eq!(
        channels(&recall, "2027-04-01T09:00:00", &[]),
        [Channel::Email]
    );
}

#[test]
fn a_recall_by_hand_is_due_on_its_day_and_waits_for_bookings() {
    let rule = Rule::new("call back", Span::Weeks(6))
        .by_hand()
        .then(Channel::Email, Span::Days(0));
    let today = day("2026-11-30");
    let visits = [Appointment::finished(
        "1",
        ann().key,
        "boat",
        day("2026-11-29"),
    )];
    // The rule makes none of itself.
    assert_eq!(
        recalls(&visits, std::slice::from_ref(&rule), &[], day("2027-11-30")),
        []
    );
    let made = Recall::by_hand(
        ann().key,
        "call back",
        rule.after().after(today),
        today,
        "eva",
    );
    assert_eq!(
        (made.id.as_str(), made.status()),
        ("planyo:7/call back/by hand 2027-01-11", Status::Scheduled)
    );
    let on = |visits: &[Appointment], today: &str| {
        recalls(
            visits,
            std::slice::from_ref(&rule),
            std::slice::from_ref(&made),
            day(today),
        )
        .remove(0)
    };
    assert_eq!(on(&visits, "2027-01-10").status(), Status::Scheduled);
    assert_eq!(on(&visits, "2027-01-11").status(), Status::Due);
    let booked = [Appointment::booked(
        "2",
        ann().key,
        "boat",
        day("2026-11-01"),
        day("2027-02-01"),
    )];
    let waiting = on(&booked, "2027-01-11");
    assert_eq!(
        (waiting.status(), waiting.waits_for.as_deref()),
        (Status::Due, Some("2"))
    );
}

#[test]
fn a_rule_finds_a_resource_by_its_id_or_its_name() {
    let mut visit = Appointment::finished("1", ann().key, "12", day("2026-03-31"));
    visit.resource_name = Some("Motor boat".to_owned());
    for (resource, is_found) in [
        ("12", true),
        ("Motor boat", true),
        ("Boat", false),
        ("1", false),
    ] {
        let rule = Rule::new("again", Span::Years(1)).after_resource(resource);
        let found = recalls(
            std::slice::from_ref(&visit),
            &[rule],
            &[],
            day("2026-04-01"),
        );
        assert_eq!(!found.is_empty(), is_found, "{resource}");
        if let Some(recall) = found.first() {
            assert_eq!(recall.resource.as_deref(), Some("Motor boat"));
        }
    }
}

#[test]
fn a_template_is_filled_in_the_language_of_the_customer() {
    let text = "Dag {first_name} {{{name}}}, {visited} was u hier voor {resource}: tot {due}.";
    let template = Template::parse(text, &[]).unwrap();
    let (recall, customer) = (due(), ann());
    let message = Message::of(&recall, Channel::Email, &customer).unwrap();
    for (language, expected) in [
        (
            "nl",
            "Dag Ann {Ann Peeters}, 31 maart 2026 was u hier voor dentist: tot 31 maart 2027.",
        ),
        (
            "FR",
            "Dag Ann {Ann Peeters}, 31 mars 2026 was u hier voor dentist: tot 31 mars 2027.",
        ),
        (
            "EN",
            "Dag Ann {Ann Peeters}, 31 March 2026 was u hier voor dentist: tot 31 March 2027.",
        ),
        (
            "DE",
            "Dag Ann {Ann Peeters}, 2026-03-31 was u hier voor dentist: tot 2027-03-31.",
        ),
    ] {
        assert_eq!(template.fill(&message.values(language)), expected);
    }
    // What a customer is called is text, not a template.
    let mut eve = ann();
    eve.first_name = Some("{name} <b>".to_owned());
    let message = Message::of(&recall, Channel::Email, &eve).unwrap();
    let values = message.values("nl");
    assert_eq!(
        Template::parse("{first_name}", &[]).unwrap().fill(&values),
        "{name} <b>"
    );
    // A company has no first name.
    eve.first_name = None;
    eve.last_name = None;
    eve.company = Some("Bakkerij Peeters".to_owned());
    let message = Message::of(&recall, Channel::Email, &eve).unwrap();
    assert_eq!(message.values("nl")["first_name"], "Bakkerij Peeters");
}

#[test]
fn a_mistake_in_a_template_is_named() {
    let known = "write {name}, {first_name}, {visited}, {due}, {resource} or {company}";
    for (text, expected) in [
        ("{}", format!("`{{}}` is no value of a message: {known}")),
        (
            "Dag {Name}",
            format!("`{{Name}}` is no value of a message: {known}"),
        ),
        (
            "a {",
            "the brace at character 3 has no counterpart: write {{ or }} for a brace".to_owned(),
        ),
        (
            "é }",
            "the brace at character 3 has no counterpart: write {{ or }} for a brace".to_owned(),
        ),
        (
            "{name",
            "the brace at character 1 has no counterpart: write {{ or }} for a brace".to_owned(),
        ),
        (
            "{na{me}",
            "the brace at character 1 has no counterpart: write {{ or }} for a brace".to_owned(),
        ),
    ] {
        let error = Template::parse(text, &["company"]).unwrap_err();
        assert_eq!(error.to_string(), expected, "{text}");
    }
}

#[test]
fn days_are_written_out() {
    for (text, nl, fr, en) in [
        (
            "2026-08-01",
            "1 augustus 2026",
            "1er août 2026",
            "1 August 2026",
        ),
        (
            "2026-12-31",
            "31 december 2026",
            "31 décembre 2026",
            "31 December 2026",
        ),
        (
            "2028-02-29",
            "29 februari 2028",
            "29 février 2028",
            "29 February 2028",
        ),
    ] {
        let written = ["nl", "fr", "EN"].map(|language| written_day(day(text), language));
        assert_eq!(written, [nl, fr, en]);
    }
}

#[test]
fn spans_steps_and_quiet_hours_are_read_from_settings() {
    for (text, expected) in [
        ("10 days", Some(Span::Days(10))),
        ("1 day", Some(Span::Days(1))),
        ("3 weeks", Some(Span::Weeks(3))),
        (" 6 months ", Some(Span::Months(6))),
        ("1 year", Some(Span::Years(1))),
        ("a year", None),
        ("-1 days", None),
        ("1", None),
        ("1.5 years", None),
        ("", None),
    ] {
        assert_eq!(text.parse::<Span>().ok(), expected, "{text}");
        if let Some(span) = expected {
            assert_eq!(span.to_string(), text.trim());
        }
    }
    let step = |text: &str| text.parse::<Step>().map(|step| (step.channel, step.wait));
    assert_eq!(step("e-mail"), Ok((Channel::Email, Span::Days(0))));
    assert_eq!(step("SMS after 2 days"), Ok((Channel::Sms, Span::Days(2))));
    assert_eq!(
        step("Letter after 3 weeks"),
        Ok((Channel::Letter, Span::Weeks(3)))
    );
    let error = step("fax after 3 weeks").unwrap_err().to_string();
    assert_eq!(
        error,
        "`fax after 3 weeks` is no message: write `e-mail`, `SMS` or `letter`, or `letter after 3 weeks`"
    );
    assert!(step("letter after 3").is_err() && step("letter 3 weeks").is_err());
    for wrong in [
        "",
        "20:00",
        "20:00-20:00",
        "24:00-08:00",
        "8-20",
        "20:00–08:00",
    ] {
        assert!(wrong.parse::<QuietHours>().is_err(), "{wrong}");
    }
    let lunch: QuietHours = "12:00-13:30".parse().unwrap();
    let is_quiet = |time: &str| lunch.contains(time.parse().unwrap());
    assert!(is_quiet("12:00:00") && is_quiet("13:29:59"));
    assert!(!is_quiet("13:30:00") && !is_quiet("11:59:59") && !is_quiet("00:00:00"));
    assert_eq!(lunch.to_string(), "12:00-13:30");
}

#[test]
fn conversion_is_counted_by_the_month_of_the_first_message() {
    let of = |id: &str, messages: &[(Channel, &str)]| {
        let visit = Appointment::finished(id, ann().key, "dentist", day("2026-03-31"));
        let mut recall = recalls(&[visit], &[rule()], &[], day("2027-03-31")).remove(0);
        for (channel, on) in messages {
            recall
                .sent(*channel, at(&format!("{on}T09:00:00")))
                .unwrap();
        }
        recall
    };
    let mut answered = of(
        "2",
        &[
            (Channel::Email, "2027-03-31"),
            (Channel::Letter, "2027-04-20"),
        ],
    );
    answered.answered().unwrap();
    let booked = Appointment::booked(
        "9",
        ann().key,
        "dentist",
        day("2027-04-03"),
        day("2027-05-01"),
    );
    let converted = recalls(
        &[booked],
        &[rule()],
        &[of("3", &[(Channel::Email, "2027-04-02")])],
        day("2027-04-04"),
    );
    let mut cancelled = of("5", &[(Channel::Sms, "2027-04-30")]);
    cancelled.cancelled().unwrap();
    let all = [
        of("1", &[]),
        answered,
        converted[0].clone(),
        of("4", &[(Channel::Email, "2027-03-01")]),
        cancelled,
    ];
    let counts: Vec<_> = conversions(&all)
        .iter()
        .map(|month| {
            (
                month.month.to_string(),
                month.sent,
                month.answered,
                month.converted,
            )
        })
        .collect();
    assert_eq!(
        counts,
        [
            ("2027-03-01".to_owned(), 2, 1, 0),
            ("2027-04-01".to_owned(), 2, 0, 1)
        ]
    );
}

proptest! {
    /// A text with doubled braces is itself, whatever the values are.
    #[test]
    fn any_text_can_be_written_in_a_template(text in any::<String>(), name in any::<String>()) {
        let escaped = text.replace('{', "{{").replace('}', "}}");
        let values = BTreeMap::from([("name", name.clone())]);
        prop_assert_eq!(Template::parse(&escaped, &[]).unwrap().fill(&values), text.clone());
        let with_name = Template::parse(&format!("{escaped}{{name}}{escaped}"), &[]).unwrap();
        prop_assert_eq!(with_name.fill(&values), format!("{text}{name}{text}"));
    }

    #[test]
    fn no_text_makes_a_template_panic(text in "[{}a-z é]{0,12}") {
        let _ = Template::parse(&text, &[]);
    }
}
