//! The example as a program, from outside.

#![allow(clippy::unwrap_used)] // As in tests.

mod common;

use std::collections::BTreeMap;
use std::process::Output;

use chrono::{Datelike, NaiveDate};
use sandbox::planyo::{Reservation, status};
use sandbox::{Fault, Sandbox};
use serde_json::{Value, json};

use common::{problems, program};

fn run(arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    program("planyo_report")
        .args(arguments)
        .envs(settings.iter().copied())
        .output()
        .unwrap()
}

/// June on this sandbox, on the test's threads.
async fn june_of(sandbox: &Sandbox, more: &'static [&'static str]) -> Output {
    let (key, url) = (sandbox.planyo.api_key(), sandbox.planyo.base_url());
    let run = move || {
        let arguments = [&["--month", "2026-06"], more].concat();
        run(
            &arguments,
            &[("PLANYO_API_KEY", &key), ("PLANYO_BASE_URL", &url)],
        )
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    let lines = text(&output.stdout).lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn of_kind<'a>(lines: &'a [Value], kind: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["kind"] == kind).collect()
}

fn cents(amount: &Value) -> i64 {
    amount.as_str().unwrap().replace('.', "").parse().unwrap()
}

fn is_of_june(reservation: &Reservation) -> bool {
    (reservation.start.year(), reservation.start.month()) == (2026, 6)
}

/// June on the sandbox by resource: the reservations that count, the others, and price and paid in cents.
fn june_by_resource(sandbox: &Sandbox) -> BTreeMap<u64, (u64, u64, i64, i64)> {
    let bookings = sandbox.planyo.bookings();
    let resources = bookings.resources.iter();
    let mut sums: BTreeMap<_, _> = resources.map(|one| (one.id, (0, 0, 0, 0))).collect();
    for reservation in bookings.reservations.iter().filter(|one| is_of_june(one)) {
        let (counted, others, price, paid) = sums.get_mut(&reservation.resource_id).unwrap();
        if reservation.is(status::CANCELLED) {
            *others += 1;
            continue;
        }
        *counted += 1;
        *price += reservation.total_price;
        let payments = bookings.payments.iter();
        let own = payments.filter(|payment| payment.reservation_id == reservation.id);
        *paid += own
            .map(|payment| match payment.status {
                1 => payment.amount,
                4 => -payment.amount,
                _ => 0,
            })
            .sum::<i64>();
    }
    sums
}

#[tokio::test]
async fn json_has_every_reservation_of_the_month_and_the_right_sums() {
    let sandbox = Sandbox::start().await.unwrap();
    // Pages of three, and payments that come in another order.
    sandbox
        .planyo
        .configure(|settings| settings.reservations_page_size = 3);
    for skip in [0, 4, 9] {
        let slow = Fault::Slow { millis: 150 };
        sandbox
            .planyo
            .faults()
            .on("list_reservation_payments", skip, slow);
    }
    sandbox.planyo.clear_requests();
    let output = june_of(&sandbox, &["--json"]).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(sandbox.planyo.counts().writes, 0);

    let lines = lines(&output);
    let site = json!({
        "kind": "site", "sandbox": false, "site": "Kampeerverhuur Voorbeeld", "timezone": "Europe/Brussels", "month": "2026-06",
    });
    assert_eq!(lines[0], site);

    let bookings = sandbox.planyo.bookings();
    let mut expected: Vec<_> = bookings
        .reservations
        .iter()
        .filter(|one| is_of_june(one))
        .collect();
    expected.sort_by_key(|one| (one.resource_id, one.start));
    let printed = of_kind(&lines, "reservation");
    assert_eq!(printed.len(), expected.len());
    for (printed, expected) in printed.into_iter().zip(expected) {
        assert_eq!(printed["reservation_id"], expected.id);
        assert_eq!(printed["resource_id"], expected.resource_id);
        assert_eq!(printed["user_id"], expected.user_id);
        assert_eq!(printed["start"], json!(expected.start));
        assert_eq!(printed["end"], json!(expected.end));
        assert_eq!(printed["counted"], !expected.is(status::CANCELLED));
        assert_eq!(cents(&printed["price"]), expected.total_price);
        let payments: Vec<_> = bookings
            .payments
            .iter()
            .filter(|payment| payment.reservation_id == expected.id)
            .map(|payment| (payment.id, payment.amount))
            .collect();
        let own = printed["payments"].as_array().unwrap().iter();
        let own = own.map(|one| (one["payment_id"].as_u64().unwrap(), cents(&one["amount"])));
        assert_eq!(own.collect::<Vec<_>>(), payments);
    }

    let expected = june_by_resource(&sandbox);
    let resources = of_kind(&lines, "resource");
    assert_eq!(resources.len(), expected.len());
    let mut all = (0, 0, 0, 0);
    for (line, (id, sums)) in resources.into_iter().zip(&expected) {
        assert_eq!(line["resource_id"], *id);
        assert_sums(line, *sums);
        all = (
            all.0 + sums.0,
            all.1 + sums.1,
            all.2 + sums.2,
            all.3 + sums.3,
        );
    }
    assert!(all.0 > 20 && all.1 > 0, "{all:?}");
    assert_sums(lines.last().unwrap(), all);
    assert_eq!(of_kind(&lines, "all").len(), 1);
}

#[allow(clippy::indexing_slicing)] // A missing sum is `null`, and fails the test.
fn assert_sums(line: &Value, (counted, others, price, paid): (u64, u64, i64, i64)) {
    assert_eq!(line["counted"], counted, "{line}");
    assert_eq!(line["not_counted"], others, "{line}");
    assert_eq!(line["problems"], 0, "{line}");
    if counted == 0 {
        assert_eq!(line["totals"], json!({}));
        return;
    }
    let totals = &line["totals"]["EUR"];
    assert_eq!(cents(&totals["price"]), price, "{line}");
    assert_eq!(cents(&totals["paid"]), paid, "{line}");
    assert_eq!(cents(&totals["outstanding"]), price - paid, "{line}");
}

#[test]
fn without_settings_it_shows_the_month_on_the_sandbox() {
    let output = run(&["--month", "2026-06"], &[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    insta::assert_snapshot!(text(&output.stdout));

    // This month has reservations too, whichever it is.
    let output = run(&["--json"], &[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(of_kind(&lines(&output), "reservation").len() > 20);

    let help = run(&["--help"], &[]);
    assert!(help.status.success() && text(&help.stdout).contains("PLANYO_API_KEY"));
}

#[tokio::test]
async fn what_cannot_be_read_is_named_and_hides_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    let whole = june_of(&sandbox, &["--json"]).await;
    let whole = of_kind(&lines(&whole), "reservation").len();

    let known = sandbox.planyo.bookings().reservations;
    let known = known.into_iter().find(is_of_june).unwrap();
    let id = known.id + 1_000;
    let add = |id, malformed| {
        let known = known.clone();
        sandbox.planyo.add_reservation(Reservation {
            id,
            malformed,
            ..known
        })
    };
    add(
        id,
        Some(json!({"reservation_id": "none", "last_name": "Peeters"})),
    );
    // It has no price, and what is paid must be asked for.
    add(
        id + 1,
        Some(json!({"reservation_id": id + 1, "status": "7"})),
    );
    // It is deleted before its payments are read.
    add(id + 2, Some(json!({"reservation_id": 1})));
    // It begins when the next month does.
    let july = NaiveDate::from_ymd_opt(2026, 7, 1).unwrap();
    sandbox.planyo.add_reservation(Reservation {
        id: id + 3,
        start: july.into(),
        ..known.clone()
    });

    let output = june_of(&sandbox, &["--json"]).await;
    assert_eq!(output.status.code(), Some(1));
    let problems = problems(&output.stderr);
    let problems: Vec<_> = problems.lines().collect();
    let no_price = format!("reservation {} has no price", id + 1);
    let expected = [
        "reservation none cannot be read: an id must be a whole number, or one as text",
        &no_price,
        "reservation 1: Planyo list_reservation_payments: invalid input, or no such object (code 3)",
    ];
    assert_eq!(problems.len(), expected.len(), "{problems:?}");
    for (problem, expected) in problems.iter().zip(expected) {
        assert!(problem.starts_with(expected), "{problem}");
    }
    let lines = lines(&output);
    // The one without a price is there, without amounts.
    let printed = of_kind(&lines, "reservation");
    assert_eq!(printed.len(), whole + 1);
    let poor = printed.iter().find(|line| line["reservation_id"] == id + 1);
    assert!(poor.unwrap().get("price").is_none());
    assert_eq!(lines.last().unwrap()["problems"], 3);

    let output = june_of(&sandbox, &[]).await;
    assert!(text(&output.stdout).contains(", 3 not read or without a price"));
}

#[tokio::test]
async fn a_failure_is_one_line_and_code_1() {
    let sandbox = Sandbox::start().await.unwrap();
    let url = sandbox.planyo.base_url();
    let run = move || {
        run(
            &[],
            &[("PLANYO_API_KEY", "wrong"), ("PLANYO_BASE_URL", &url)],
        )
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        problems(&output.stderr),
        "Planyo get_site_info: the key was refused; check the key, its hash key, and the methods and addresses it is \
         allowed (code 1)\n"
    );
    assert!(output.stdout.is_empty());
}

#[test]
fn wrong_settings_end_with_one_line_and_code_2() {
    let key = ("PLANYO_API_KEY", "secret-key");
    let none: &[&str] = &[];
    let cases = [
        (
            &["--jsn"][..],
            vec![],
            "unexpected argument '--jsn' found; tip: a similar argument exists: '--json'; --help says more",
        ),
        (
            &["--month"][..],
            vec![],
            "a value is required for '--month <YYYY-MM>' but none was supplied; --help says more",
        ),
        (
            &["--month", "June"][..],
            vec![],
            "invalid value 'June' for '--month <YYYY-MM>': a month such as 2026-06 is needed; --help says more",
        ),
        (
            none,
            vec![("PLANYO_HASH_KEY", "h"), ("PLANYO_API_KEY", " ")],
            "PLANYO_API_KEY is not set; set it, or unset PLANYO_HASH_KEY to run on look-alikes",
        ),
        (
            none,
            vec![key, ("PLANYO_SITE_ID", "x")],
            "PLANYO_SITE_ID is not a number",
        ),
        (
            none,
            vec![key, ("PLANYO_BASE_URL", "nowhere")],
            "PLANYO_BASE_URL: Planyo: the base URL is not a URL; an example is https://www.planyo.com/rest/",
        ),
    ];
    for (arguments, settings, line) in cases {
        let output = run(arguments, &settings);
        assert_eq!(output.status.code(), Some(2), "{line}");
        assert_eq!(text(&output.stderr).trim_end(), line);
        assert!(output.stdout.is_empty());
    }
}
