//! The poller as a program, from outside.

#![allow(clippy::unwrap_used)] // As in tests.

mod common;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use planyo_client::reservations::{DoReservationAction, ReservationAction};
use sandbox::planyo::{Reservation, Resource, User, status};
use sandbox::{Fault, Sandbox};
use serde_json::Value;

use common::{problems, program};

fn run(arguments: &[&str], settings: &[(&str, &str)]) -> (Option<i32>, String, String) {
    let output = program("poll")
        .args(arguments)
        .envs(settings.iter().copied())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code(),
        text(&output.stdout),
        problems(&output.stderr),
    )
}

#[test]
fn without_settings_nine_triggers_sync_nine_customers() {
    let (code, printed, problems) = run(&[], &[]);
    assert_eq!((code, problems.as_str()), (Some(0), ""), "{printed}");
    for trigger in [
        "checked_in",
        "checked_out",
        "before_or_after_event_1",
        "before_or_after_event_2",
        "before_or_after_event_3",
        "before_or_after_event_4",
        "before_or_after_event_5",
        "before_or_after_event_6",
    ] {
        assert!(
            printed.contains(&format!(": created ({trigger})")),
            "{trigger}\n{printed}"
        );
    }
    assert!(
        printed.contains("8 parties in Billit\ncustomers: 1 created, 8 unchanged"),
        "{printed}"
    );
    assert!(
        printed.contains("once more\nevents: 0 due\ncustomers: "),
        "{printed}"
    );
    let parties = printed.lines().filter(|line| line.starts_with("planyo:"));
    assert_eq!(parties.count(), 9, "{printed}");
}

#[test]
fn wrong_settings_end_with_one_line_and_code_2() {
    let all = [
        ("PLANYO_API_KEY", "secret-key"),
        ("BILLIT_API_KEY", "b"),
        ("BILLIT_PARTY_ID", "1"),
    ];
    let with = |name: &'static str, value: &'static str| [&all[..], &[(name, value)]].concat();
    let cases = [
        (
            with("SYNC_EVENTS", "two days before"),
            "SYNC_EVENTS: a rule has a number, a colon, how long, before or after, and what: such as \"1: 2 days before begin\" or \"2: 1 year after end\"",
        ),
        (
            with("SYNC_MINUTES", "0"),
            "SYNC_MINUTES is not a whole number from 1",
        ),
    ];
    for (settings, expected) in cases {
        let (code, printed, problem) = run(&[], &settings);
        assert_eq!(
            (code, printed.as_str(), problem.trim_end()),
            (Some(2), "", expected)
        );
    }
    let (code, _, problem) = run(&[], &all);
    assert_eq!(code, Some(2));
    assert!(problem.starts_with("SYNC_STATE is not set"), "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn from_round_to_round_it_remembers_what_it_has_seen() {
    let sandbox = Sandbox::start_empty().await.unwrap();
    let planyo = planyo_client::Client::builder(sandbox.planyo.api_key())
        .base_url(sandbox.planyo.base_url())
        .build()
        .unwrap();
    let resource_id = sandbox.planyo.add_resource(Resource::default());
    let user = sandbox.planyo.add(User {
        first_name: "Ann".to_owned(),
        last_name: "Peeters".to_owned(),
        email: "ann@example.com".to_owned(),
        ..User::default()
    });
    let tomorrow =
        sandbox.planyo.today().and_hms_opt(9, 0, 0).unwrap() + chrono::TimeDelta::days(1);
    let reservation = sandbox.planyo.add_reservation(Reservation {
        user_id: user,
        resource_id,
        start: tomorrow,
        end: tomorrow + chrono::TimeDelta::days(2),
        quantity: 1,
        status: status::RESERVED | status::VERIFIED | status::CONFIRMED,
        ..Reservation::default()
    });
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(&sandbox, &folder.path().join("state.sqlite"));
    let round = || {
        let borrowed = settings
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let (code, printed, problems) = run(&["--once"], &borrowed);
        assert_eq!((code, problems.as_str()), (Some(0), ""), "{printed}");
        printed
    };
    let first = round();
    assert!(
        first.contains("events: 0 due\ncustomers: 1 created"),
        "{first}"
    );
    planyo
        .send(DoReservationAction::new(
            reservation,
            ReservationAction::CheckIn,
        ))
        .await
        .unwrap();
    sandbox
        .planyo
        .edit(user, |user| user.city = "Aalst".to_owned());
    let second = round();
    assert!(second.contains("events: 1 due\n"), "{second}");
    assert!(
        second.contains(&format!("customer:{user}: updated (checked_in)")),
        "{second}"
    );
    let third = round();
    assert!(third.contains("events: 0 due\n"), "{third}");
    let parties = sandbox.billit.parties();
    let cities: Vec<_> = parties
        .iter()
        .map(|party| party.get("City").and_then(Value::as_str))
        .collect();
    assert_eq!(cities, [Some("Aalst")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_round_that_fails_is_a_failure_and_stops_no_other_half() {
    let sandbox = Sandbox::start_empty().await.unwrap();
    let user_id = sandbox.planyo.add(User {
        last_name: "Peeters".to_owned(),
        email: "ann@example.com".to_owned(),
        ..User::default()
    });
    let tomorrow =
        sandbox.planyo.today().and_hms_opt(9, 0, 0).unwrap() + chrono::TimeDelta::days(1);
    sandbox.planyo.add_reservation(Reservation {
        user_id,
        resource_id: sandbox.planyo.add_resource(Resource::default()),
        start: tomorrow,
        end: tomorrow + chrono::TimeDelta::days(2),
        quantity: 1,
        status: status::RESERVED | status::VERIFIED | status::CONFIRMED,
        ..Reservation::default()
    });
    let faults = sandbox.planyo.faults();
    faults.always("list_reservations", Fault::InternalError);
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(&sandbox, &folder.path().join("state.sqlite"));
    let settings = settings
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let (code, printed, problems) = run(&["--once"], &settings);
    assert_eq!(code, Some(1), "{problems}");
    assert!(printed.contains("customers: 1 created"), "{printed}");
    assert_eq!(problems.lines().count(), 1, "{problems}");
}

fn settings(sandbox: &Sandbox, state: &Path) -> [(&'static str, String); 7] {
    [
        ("PLANYO_API_KEY", sandbox.planyo.api_key()),
        ("PLANYO_BASE_URL", sandbox.planyo.base_url()),
        ("BILLIT_API_KEY", sandbox.billit.api_key()),
        ("BILLIT_BASE_URL", sandbox.billit.base_url()),
        ("BILLIT_PARTY_ID", sandbox.billit.company_id().to_string()),
        ("SYNC_STATE", state.display().to_string()),
        (
            "SYNC_EVENTS",
            "1: 2 days before begin; 2: 1 hour after end".to_owned(),
        ),
    ]
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_it_between_two_rounds() {
    let sandbox = Sandbox::start_empty().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut poll = program("poll")
        .envs(settings(&sandbox, &folder.path().join("state.sqlite")))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut printed = BufReader::new(poll.stdout.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("customers: ") {
        line.clear();
        assert!(
            printed.read_line(&mut line).unwrap() > 0,
            "it ended by itself"
        );
    }
    let id = poll.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(poll.wait().unwrap().code(), Some(0));
}
