//! The receiver as a program, from outside: webhooks, kill and restart, status page.

#![allow(clippy::unwrap_used)] // As in tests.

mod common;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use planyo_client::reservations::{DoReservationAction, ReservationAction};
use planyo_client::users::ModifyUser;
use sandbox::Sandbox;
use sandbox::planyo::{Reservation, Resource, User, status};
use serde_json::Value;

use common::{problems, program};

const TOKEN: &str = "0123456789abcdef";

const USER: u64 = 838_901;

fn run(arguments: &[&str], settings: &[(&str, &str)]) -> (Option<i32>, String, String) {
    let output = program("webhook_server")
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
    let (code, printed, problems) = run(&["--once"], &[]);
    assert_eq!((code, problems.as_str()), (Some(0), ""), "{printed}");
    assert!(printed.contains("callbacks: 9 added"), "{printed}");
    for trigger in [
        "user_updated",
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
    let parties = printed.lines().filter(|line| line.starts_with("planyo:"));
    assert_eq!(parties.count(), 9, "{printed}");
}

#[test]
fn wrong_settings_end_with_one_line_and_code_2() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state.sqlite");
    let all = [
        ("PLANYO_API_KEY", "secret-key"),
        ("BILLIT_API_KEY", "b"),
        ("BILLIT_PARTY_ID", "1"),
        ("SYNC_TOKEN", TOKEN),
        ("SYNC_STATE", state.to_str().unwrap()),
    ];
    let with = |name: &'static str, value: &'static str| {
        let others = all.into_iter().filter(|(known, _)| *known != name);
        others.chain([(name, value)]).collect::<Vec<_>>()
    };
    let cases = [
        (
            vec!["--twice"],
            vec![],
            "unexpected argument '--twice' found; --help says more",
        ),
        (
            vec!["--once"],
            all.to_vec(),
            "--once is for look-alikes; unset the settings to run on them",
        ),
        (
            vec![],
            with("SYNC_TOKEN", "short"),
            "SYNC_TOKEN: a callback token must have 16 to 256 letters, digits, hyphens or underscores, all of them random",
        ),
        (
            vec![],
            with("SYNC_URL", "http://example.com"),
            "SYNC_URL: a callback URL must be https; CallbackUrl::allowing_http takes http too",
        ),
        (
            vec![],
            with("SYNC_LISTEN", "8080"),
            "SYNC_LISTEN is not an address and a port, such as 127.0.0.1:8080",
        ),
        (
            vec![],
            with("SYNC_FULL_HOURS", "often"),
            "SYNC_FULL_HOURS is not a whole number",
        ),
    ];
    for (arguments, settings, expected) in cases {
        let (code, printed, problem) = run(&arguments, &settings);
        assert_eq!(
            (code, printed.as_str(), problem.trim_end()),
            (Some(2), "", expected)
        );
    }
    let (code, _, problem) = run(&[], &all[..4]);
    assert_eq!(code, Some(2));
    assert!(problem.starts_with("SYNC_STATE is not set"), "{problem}");
    assert!(!problem.contains("secret-key"));
}

/// A site with customers whose reservations have begun, and the program that listens to it.
struct Place {
    sandbox: Sandbox,
    reservations: BTreeMap<u64, u64>,
    folder: tempfile::TempDir,
    /// The same after each start.
    address: SocketAddr,
}

impl Place {
    async fn with(customers: u64) -> Self {
        let sandbox = Sandbox::start_empty().await.unwrap();
        let planyo = &sandbox.planyo;
        let resource_id = planyo.add_resource(Resource {
            name: "Van".to_owned(),
            ..Resource::default()
        });
        let today = planyo.today().and_hms_opt(9, 0, 0).unwrap();
        let mut reservations = BTreeMap::new();
        for id in (USER..).take(usize::try_from(customers).unwrap()) {
            planyo.add(User {
                id,
                first_name: "Person".to_owned(),
                last_name: format!("Number{id}"),
                email: format!("person{id}@example.com"),
                city: "Gent".to_owned(),
                country: "BE".to_owned(),
                ..User::default()
            });
            let reservation = planyo.add_reservation(Reservation {
                user_id: id,
                resource_id,
                start: today,
                end: today + chrono::TimeDelta::days(2),
                quantity: 1,
                status: status::RESERVED | status::VERIFIED | status::CONFIRMED,
                ..Reservation::default()
            });
            reservations.insert(id, reservation);
        }
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        Self {
            sandbox,
            reservations,
            folder: tempfile::tempdir().unwrap(),
            address: free.local_addr().unwrap(),
        }
    }

    fn state(&self) -> &Path {
        self.folder.path()
    }

    /// Starts the program, and waits until it listens and is registered.
    fn start(&self) -> Running {
        self.start_with(&[])
    }

    fn start_with(&self, more: &[(&str, &str)]) -> Running {
        let url = format!("http://{}", self.address);
        let mut child = program("webhook_server")
            .env("PLANYO_API_KEY", self.sandbox.planyo.api_key())
            .env("PLANYO_BASE_URL", self.sandbox.planyo.base_url())
            .env("BILLIT_API_KEY", self.sandbox.billit.api_key())
            .env(
                "BILLIT_PARTY_ID",
                self.sandbox.billit.company_id().to_string(),
            )
            .env("BILLIT_BASE_URL", self.sandbox.billit.base_url())
            .env("SYNC_STATE", self.state().join("state.sqlite"))
            .env("SYNC_TOKEN", TOKEN)
            .env("SYNC_LISTEN", self.address.to_string())
            .env("SYNC_URL", url)
            .env("SYNC_QUIET_SECONDS", "0")
            .env("SYNC_FULL_HOURS", "0")
            .envs(more.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut printed = BufReader::new(child.stdout.take().unwrap());
        let mut registered = String::new();
        while !registered.starts_with("callbacks: ") {
            registered.clear();
            let read = printed.read_line(&mut registered).unwrap();
            assert!(read > 0, "it ended before it listened");
        }
        // Its output must be read.
        std::thread::spawn(move || std::io::copy(&mut printed, &mut std::io::sink()));
        Running {
            child,
            registered: registered.trim_end().to_owned(),
        }
    }

    fn post(&self, query: &str, kind: &str, body: &str) -> u16 {
        let path = format!("/planyo{query}");
        exchange(self.address, "POST", &path, kind, body).map_or(0, |(status, _)| status)
    }

    fn get(&self, path: &str) -> (u16, String) {
        exchange(self.address, "GET", path, "", "").unwrap()
    }

    /// Waits until this many customers have a party, one each.
    async fn until_synced(&self, customers: usize) {
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            let mut links: BTreeMap<String, usize> = BTreeMap::new();
            for party in self.sandbox.billit.parties() {
                let link = party.get("ExternalProviderID").and_then(Value::as_str);
                *links
                    .entry(link.unwrap_or_default().to_owned())
                    .or_default() += 1;
            }
            assert!(links.values().all(|parties| *parties == 1), "{links:?}");
            if links.len() == customers {
                return;
            }
            assert!(
                Instant::now() < end,
                "{} of {customers} in a minute",
                links.len()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until the status page contains this.
    async fn until_page(&self, wanted: &str) -> String {
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            let (status, page) = self.get(&format!("/?token={TOKEN}"));
            assert_eq!(status, 200);
            if page.contains(wanted) {
                return page;
            }
            assert!(Instant::now() < end, "{wanted} is not on\n{page}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// The program; killed when dropped.
struct Running {
    child: Child,
    registered: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        self.child.kill().unwrap_or_default();
        self.child.wait().map(|_| ()).unwrap_or_default();
    }
}

/// One request over a connection of its own.
fn exchange(
    address: SocketAddr,
    method: &str,
    path: &str,
    kind: &str,
    body: &str,
) -> std::io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address)?;
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {kind}\r\n\
         Content-Length: {length}\r\n\r\n"
    )?;
    // The server may answer and close before it has read everything.
    let sent = stream.write_all(body.as_bytes());
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    match status {
        Some(status) => {
            let text = answer.split_once("\r\n\r\n").map_or("", |(_, text)| text);
            Ok((status, text.to_owned()))
        }
        None => sent
            .and(read)
            .and(Err(std::io::ErrorKind::InvalidData.into())),
    }
}

/// The status that is answered to a POST of which only the first bytes of the body were sent.
fn status_before_body(address: SocketAddr, query: &str, length: usize) -> u16 {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "POST /planyo{query} HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: {length}\r\n\r\nnot"
    )
    .unwrap();
    let mut first = [0; 12];
    stream.read_exact(&mut first).unwrap();
    let first = String::from_utf8_lossy(&first).into_owned();
    first.split(' ').nth(1).unwrap().parse().unwrap()
}

const FORM: &str = "application/x-www-form-urlencoded";

/// The query of the webhook.
fn good() -> String {
    format!("?token={TOKEN}")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_the_nine_is_posted_and_synced() {
    let place = Place::with(9).await;
    let running = place.start();
    assert_eq!(
        running.registered,
        "callbacks: 9 added, 0 kept, 0 removed, 0 failed"
    );
    let planyo = planyo_client::Client::builder(place.sandbox.planyo.api_key())
        .base_url(place.sandbox.planyo.base_url())
        .build()
        .unwrap();
    let mut rentals = place.reservations.iter();
    let (user, _) = rentals.next().unwrap();
    planyo
        .send(ModifyUser::by_id(*user).city("Aalst"))
        .await
        .unwrap();
    for action in [ReservationAction::CheckIn, ReservationAction::CheckOut] {
        let (_, reservation) = rentals.next().unwrap();
        planyo
            .send(DoReservationAction::new(*reservation, action))
            .await
            .unwrap();
    }
    for (number, (_, reservation)) in (1..).zip(rentals) {
        place
            .sandbox
            .planyo
            .fire(&format!("before_or_after_event_{number}"), *reservation);
    }
    place.sandbox.planyo.settled().await;
    let posted = place.sandbox.planyo.deliveries();
    assert_eq!(posted.len(), 9);
    assert!(
        posted.iter().all(|posted| posted.status == Some(200)),
        "{posted:?}"
    );
    place.until_synced(9).await;
    // After a restart it is registered already.
    drop(running);
    assert_eq!(
        place.start().registered,
        "callbacks: 0 added, 9 kept, 0 removed, 0 failed"
    );
    assert_eq!(place.sandbox.planyo.callbacks().len(), 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_forged_broken_or_repeated_writes_nothing() {
    let place = Place::with(2).await;
    let running = place.start();
    let body = format!("notification_type=user_updated&user={USER}");
    let large = format!("{body}&x={}", "a".repeat(1 << 20));
    let json = "application/json";
    let cases = [
        ("", FORM, &*body, 404),
        ("?token=guess", FORM, &body, 404),
        ("?token=guess&token=0123456789abcdef", FORM, &body, 404),
        (&good(), FORM, &large, 413),
        (
            &good(),
            json,
            "{\"notification_type\":\"user_updated\",\"us",
            200,
        ),
        (&good(), json, "[]", 200),
        (&good(), "image/png", &body, 200),
        (&good(), FORM, "", 200),
        (
            &good(),
            FORM,
            "notification_type=user_updated&user=Ann",
            200,
        ),
        (&good(), FORM, "notification_type=hourly", 200),
        (
            &good(),
            FORM,
            "notification_type=user_updated&user=999",
            200,
        ),
    ];
    for (query, kind, body, expected) in cases {
        assert_eq!(place.post(query, kind, body), expected, "{query} {kind}");
    }
    assert_eq!(
        exchange(place.address, "GET", "/planyo", "", "").unwrap().0,
        405
    );
    // Unauthorised: refused before the body is received, one never finished and one too large.
    for length in [100, 1 << 30] {
        let status = status_before_body(place.address, "?token=guess", length);
        assert_eq!(status, 404, "{length}");
    }
    // Cut off in the middle of the body.
    let mut cut = TcpStream::connect(place.address).unwrap();
    write!(cut, "POST /planyo?token={TOKEN} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nnotification_type=u").unwrap();
    drop(cut);
    place.until_page("customer:999: not there any more").await;
    assert_eq!(place.sandbox.billit.counts().writes, 0);

    for _ in 0..5 {
        assert_eq!(place.post(&good(), FORM, &body), 200);
    }
    place.until_synced(1).await;
    place.until_page("Waiting: 0, being synced: 0").await;
    place.sandbox.billit.clear_requests();
    for _ in 0..5 {
        assert_eq!(place.post(&good(), FORM, &body), 200);
    }
    place.until_page("unchanged").await;
    place.until_page("Waiting: 0, being synced: 0").await;
    assert_eq!(place.sandbox.billit.counts().writes, 0);
    drop(running);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_killed_loses_no_answered_notification() {
    let place = Place::with(40).await;
    let users: Vec<u64> = place.reservations.keys().copied().collect();
    let mut answered = 0;
    // Killed after each ten.
    for group in users.chunks(10) {
        let mut running = place.start();
        for user in group {
            let body = format!("{{\"notification_type\":\"checked_in\",\"user\":\"{user}\"}}");
            assert_eq!(place.post(&good(), "application/json", &body), 200);
            answered += 1;
        }
        running.child.kill().unwrap();
    }
    let running = place.start();
    place.until_synced(answered).await;
    place.until_page("Waiting: 0, being synced: 0").await;
    drop(running);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_stopped_finishes_and_loses_no_notification() {
    let place = Place::with(20).await;
    let mut running = place.start();
    for user in place.reservations.keys() {
        let body = format!("notification_type=checked_out&user={user}");
        assert_eq!(place.post(&good(), FORM, &body), 200);
    }
    let id = running.child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(running.child.wait().unwrap().code(), Some(0));
    let running = place.start();
    place.until_synced(20).await;
    drop(running);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_pass_at_the_start_finds_missed_notifications() {
    let place = Place::with(5).await;
    let running = place.start_with(&[("SYNC_FULL_HOURS", "24")]);
    place.until_synced(5).await;
    let page = place.until_page("5 created").await;
    assert!(page.contains("Last full pass"), "{page}");
    drop(running);
}

#[tokio::test(flavor = "multi_thread")]
async fn health_is_public_and_the_page_needs_the_token() {
    let place = Place::with(3).await;
    // Without a name: quarantined, and on the page.
    let bad = USER + 2;
    let mut user = place.sandbox.planyo.user(bad).unwrap();
    (user.first_name, user.last_name) = (String::new(), String::new());
    place.sandbox.planyo.add(user);
    let running = place.start_with(&[("SYNC_QUIET_SECONDS", "3600")]);
    assert_eq!(place.get("/healthz"), (200, "ok\n".to_owned()));
    assert_eq!(place.get("/").0, 404);
    assert_eq!(place.get("/?token=guess").0, 404);
    let body = format!("notification_type=checked_in&user={USER}");
    assert_eq!(place.post(&good(), FORM, &body), 200);
    assert_eq!(place.post("?token=guess", FORM, &body), 404);
    let page = place
        .until_page("Waiting: 1, being synced: 0, failing: 0")
        .await;
    for row in [
        "<td>checked_in</td><td>1</td>".to_owned(),
        "<td>the token is missing or wrong</td><td>".to_owned(),
        format!("<td>customer:{USER}</td><td>checked_in</td>"),
    ] {
        assert!(page.contains(&row), "{row} is not on\n{page}");
    }
    drop(running);

    let running = place.start();
    let body = format!("notification_type=checked_in&user={bad}");
    assert_eq!(place.post(&good(), FORM, &body), 200);
    let page = place.until_page("Need a decision: 1").await;
    assert!(
        page.contains(&format!("<td>planyo:{bad}</td><td>quarantined</td>")),
        "{page}"
    );
    place.until_synced(1).await;
    let page = place.until_page("1 created").await;
    assert!(
        !page.contains("Person") && !page.contains("example.com") && !page.contains(TOKEN),
        "{page}"
    );
    in_chromium(&place);
    drop(running);
}

/// The page in a browser.
fn in_chromium(place: &Place) {
    let url = format!("http://{}/?token={TOKEN}", place.address);
    let profile = place.folder.path().join("chromium");
    let shown = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(&url)
        .stderr(Stdio::null())
        .output();
    let Ok(shown) = shown else {
        eprintln!("skipped: the page in a browser (Debian's package chromium is not installed)");
        return;
    };
    let page = String::from_utf8_lossy(&shown.stdout);
    assert!(page.contains("<h1>Planyo to Billit</h1>"), "{page}");
    assert!(page.contains("Need a decision: 1"), "{page}");
    assert!(page.contains("1 created"), "{page}");
}
