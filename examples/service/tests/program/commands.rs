//! What the program does once, and ends.

use std::io::Write;
use std::process::Stdio;

use customer_sync::CustomerKey;
use customer_sync::store::JournalAction;
use sandbox::Sandbox;
use serde_json::Value;
use service::notes::{Call, Notes};

use crate::common::PASSWORD;
use crate::place::{Place, Printed, hash, program};

#[tokio::test(flavor = "multi_thread")]
async fn check_says_what_is_right() {
    let place = Place::busy(1).await;
    let printed = place.run(&["check"]);
    assert_eq!(printed.code, Some(0), "{}", printed.stderr);
    let lines: Vec<&str> = printed.stdout.lines().collect();
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert_eq!(lines[..2], ["service.toml: read", "store: can be written"]);
    assert!(
        lines[2].starts_with("Planyo: the key is right; the clock of the site is that of "),
        "{}",
        lines[2]
    );
    assert_eq!(lines[3], "Billit: the key is right");
    assert_eq!(place.sandbox.billit.counts().writes, 0);
    assert_eq!(place.sandbox.planyo.counts().writes, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn check_says_which_key_is_wrong() {
    let place = Place::busy(1).await;
    for (key, service) in [
        ("PLANYO_API_KEY", "Planyo: "),
        ("BILLIT_API_KEY", "Billit: "),
    ] {
        let output = place
            .program(&["check"])
            .env(key, "a-wrong-secret")
            .output();
        let printed = Printed::of(&output.unwrap());
        assert_eq!(printed.code, Some(1), "{}", printed.stderr);
        let problem = printed.problem();
        assert!(
            problem.starts_with(service) && problem.lines().count() == 1,
            "{problem}"
        );
        assert!(
            !printed.stderr.contains("a-wrong-secret")
                && !printed.stdout.contains("a-wrong-secret")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn check_says_that_the_store_cannot_be_opened() {
    let place = Place::busy(1).await;
    std::fs::remove_dir(place.store_folder()).unwrap();
    let printed = place.run(&["check"]);
    assert_eq!(printed.code, Some(1), "{}", printed.stderr);
    let problem = printed.problem();
    assert!(
        problem.contains("customers.sqlite cannot be opened"),
        "{problem}"
    );
}

fn hash_password(password: &str) -> Printed {
    let mut child = program()
        .arg("hash-password")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(password.as_bytes())
        .unwrap();
    Printed::of(&child.wait_with_output().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_hashed_and_its_hash_opens_the_pages() {
    let place = Place::quiet(1).await;
    let printed = hash_password(&format!("{PASSWORD}\r\n"));
    assert_eq!((printed.code, printed.stderr.as_str()), (Some(0), ""));
    let made = printed.stdout.trim_end();
    assert!(made.starts_with("$argon2id$") && made != hash(), "{made}");
    place.write_settings(&place.settings_at(place.address).replace(hash(), made));
    let checked = place.run(&["check"]);
    assert_eq!(checked.code, Some(0), "{}", checked.stderr);
    let running = place.start();
    assert!(place.person().await.page("/").await.contains("demo"));
    drop(running);

    let printed = hash_password("eleven chrs\n");
    assert_eq!((printed.code, printed.stdout.as_str()), (Some(2), ""));
    assert_eq!(
        printed.stderr,
        "take a password of at least 12 characters\n"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_prints_its_counts_and_stops_at_the_safety_limit() {
    let place = Place::busy(30).await;
    let printed = place.run(&["pass"]);
    assert_eq!(printed.code, Some(0), "{}", printed.stderr);
    assert!(printed.stdout.contains("30 created"), "{}", printed.stdout);
    assert_eq!(place.links().len(), 30);
    // Also the last calls, though the program ended at once.
    let notes = Notes::new(&place.open_store());
    for user in &place.users {
        let calls = notes
            .calls_of(&CustomerKey::new("planyo", user.to_string()))
            .await;
        let is_create = |call: &Call| call.what == "POST /v1/parties";
        assert!(calls.unwrap().iter().any(is_create), "{user}");
    }
    let again = place.run(&["pass"]);
    assert!(again.stdout.contains("30 unchanged"), "{}", again.stdout);

    for user in &place.users {
        place
            .sandbox
            .planyo
            .edit(*user, |user| user.last_name.push_str(" Anders"));
    }
    place.sandbox.billit.clear_requests();
    let limit = place.run(&["pass"]);
    assert_eq!((limit.code, limit.stdout.as_str()), (Some(1), ""));
    assert!(
        limit.problem().contains("the safety limit stopped the run"),
        "{}",
        limit.stderr
    );
    assert_eq!(place.sandbox.billit.counts().writes, 0);
    let past = place.run(&["pass", "--allow-mass-changes"]);
    assert_eq!(past.code, Some(0), "{}", past.stderr);
    assert!(past.stdout.contains("30 updated"), "{}", past.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_pass_on_old_books_only_links() {
    let mut place = Place::busy(0).await;
    place.sandbox = Sandbox::start().await.unwrap();
    place.write_settings(&place.settings_at(place.address));
    let without_link = |mut party: serde_json::Map<String, Value>| {
        party.remove("ExternalProviderID");
        party.remove("LastModified");
        party
    };
    let before: Vec<_> = place
        .sandbox
        .billit
        .parties()
        .into_iter()
        .map(without_link)
        .collect();
    let printed = place.run(&["pass", "--link-only"]);
    assert_eq!(printed.code, Some(0), "{}", printed.stderr);
    let after: Vec<_> = place
        .sandbox
        .billit
        .parties()
        .into_iter()
        .map(without_link)
        .collect();
    assert_eq!(before, after);
    let state = place.open_store();
    let runs = state.runs().await.unwrap();
    let entries = state.entries(&runs.first().unwrap().id).await.unwrap();
    assert!(entries.len() > 3, "{}", printed.stdout);
    assert!(
        entries
            .iter()
            .all(|entry| entry.action == JournalAction::Linked),
        "{entries:?}"
    );
    let links = place.links();
    for entry in &entries {
        assert!(
            links.contains_key(&entry.customer.to_string()),
            "{}",
            entry.customer
        );
    }
}
