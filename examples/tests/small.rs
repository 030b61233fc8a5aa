//! The examples to copy: one file each, small, and each does what it says.

#![allow(clippy::unwrap_used, clippy::panic)] // As in tests.

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Stdio;

use common::program;
use sandbox::Sandbox;
use sandbox::planyo::User;

const SMALL: [&str; 8] = [
    "quickstart",
    "one_customer",
    "rules",
    "nightly",
    "webhook",
    "removal",
    "planyo_calls",
    "billit_calls",
];

fn source(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("{name}.rs"));
    fs::read_to_string(path).unwrap()
}

/// What it prints, in a folder of its own.
fn printed(name: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = program(name).current_dir(folder.path()).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {error}");
    let first = "sandbox: look-alikes of the services, in this process\n";
    assert_eq!(error, first, "{name}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn each_is_one_file_of_at_most_60_lines_that_says_what_to_leave_out() {
    for name in SMALL {
        let text = source(name);
        let lines = text.lines().count();
        assert!(lines <= 60, "{name}: {lines} lines");
        assert!(!text.contains("#[path"), "{name}");
        assert!(!text.contains("\nmod "), "{name}");
        let marked = text.lines().filter(|line| line.ends_with("// leave out"));
        let count = marked.count();
        let said = ["the two lines", "the three lines"];
        assert!(text.contains(said[count - 2]), "{name}: {count} lines");
    }
}

/// What is left when these lines are left out needs nothing of ours but the three crates.
#[test]
fn what_is_left_is_a_program_of_ones_own() {
    for name in SMALL {
        let text = source(name);
        let mut left = text.lines().filter(|line| !line.ends_with("// leave out"));
        assert!(!left.any(|line| line.contains("examples::")), "{name}");
    }
}

#[test]
fn the_readme_begins_with_two_of_them() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let blocks = readme.split("\n```rust,ignore\n").skip(1);
    let blocks: Vec<&str> = blocks
        .map(|rest| rest.split("```\n").next().unwrap())
        .collect();
    assert_eq!(blocks, [source("quickstart"), source("nightly")]);
    let first = readme.find("\n```rust").unwrap();
    assert!(
        readme[first..].starts_with("\n```rust,ignore"),
        "not the first"
    );
}

#[test]
fn quickstart_plans_then_syncs() {
    let text = printed("quickstart");
    assert!(text.starts_with("plan: 39 created, 11 linked"), "{text}");
    let last = text.lines().last().unwrap();
    assert!(
        last.starts_with("39 created, 11 linked, 1 unchanged"),
        "{last}"
    );
}

#[test]
fn one_customer_arrives_with_the_change() {
    let text = printed("one_customer");
    let number = r#"has the mobile number Some("+32470123456")"#;
    assert!(text.contains(number), "{text}");
}

#[test]
fn rules_warn_of_what_finds_nothing() {
    let text = printed("rules");
    assert!(text.contains("`vat_number`: filled by 15 of 59"), "{text}");
    let warning = "warning: Name is fed by nothing: none of 59 customers has the property `company_name`; `company` looks right for it";
    assert!(text.contains(warning), "{text}");
}

/// Samples are written to no real account, whatever the environment has.
#[test]
fn keys_of_real_services_are_not_used() {
    let output = program("billit_calls")
        .env("BILLIT_API_KEY", "real")
        .env("BILLIT_PARTY_ID", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(common::problems(&output.stderr).is_empty(), "{output:?}");
}

/// With the settings of two servers it is the program of a user: it is run again, stops at the limit, and takes a run back.
#[tokio::test]
async fn a_night_a_second_one_the_limit_and_the_undo() {
    let sandbox = Sandbox::start_empty().await.unwrap();
    for id in 1..=20 {
        sandbox.planyo.add(User {
            id,
            last_name: format!("Number{id}"),
            email: format!("person{id}@example.com"),
            reservations: 1,
            ..User::default()
        });
    }
    let folder = tempfile::tempdir().unwrap();
    let night = async |argument: &'static str| {
        let mut command = program("nightly");
        command
            .args(Some(argument).filter(|argument| !argument.is_empty()))
            .current_dir(folder.path())
            .env("PLANYO_API_KEY", sandbox.planyo.api_key())
            .env("PLANYO_BASE_URL", sandbox.planyo.base_url())
            .env("BILLIT_API_KEY", sandbox.billit.api_key())
            .env("BILLIT_BASE_URL", sandbox.billit.base_url())
            .env("BILLIT_PARTY_ID", sandbox.billit.company_id().to_string())
            .env("SYNC_STATE", folder.path().join("store.sqlite"));
        let run = tokio::task::spawn_blocking(move || command.output());
        let output = run.await.unwrap().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (text(output.stdout), text(output.stderr))
    };
    assert_eq!(night("").await.0, "20 created\n");
    assert_eq!(night("").await.0, "20 unchanged\n");
    assert!(folder.path().join("report.html").exists());
    for id in 1..=20 {
        let rename = |user: &mut User| user.last_name = format!("Street {id}");
        sandbox.planyo.edit(id, rename);
    }
    let (printed, problem) = night("").await;
    assert_eq!(printed, "");
    assert!(problem.contains("20 would change their name"), "{problem}");
    assert!(folder.path().join("plan.html").exists());
    assert_eq!(night("--allow-mass-changes").await.0, "20 updated\n");
    assert_eq!(night("undo").await.0, "undone: 20 updated\n");
    let names = sandbox.billit.parties();
    let mut names = names.iter().filter_map(|party| party["Name"].as_str());
    assert!(names.all(|name| name.starts_with("Number")));
}

#[test]
fn a_removed_customer_is_not_created_again() {
    let text = printed("removal");
    assert!(
        text.contains("Email: olivier.marchal@example.com -> (blank)"),
        "{text}"
    );
    assert!(text.contains("\n1 updated\n"), "{text}");
    assert!(
        text.contains("planyo:838829: skipped, erased on request"),
        "{text}"
    );
}

#[test]
fn the_clients_alone_read_and_write() {
    let text = printed("planyo_calls");
    assert!(
        text.contains("59 customers, 1 that cannot be read"),
        "{text}"
    );
    assert!(text.contains(r#"838829 lives in Some("Gent")"#), "{text}");
    assert!(text.contains("there is no such customer"), "{text}");
    let text = printed("billit_calls");
    assert!(
        text.contains(r#"e-mail Some("facturen@fietsenmaker.example.be")"#),
        "{text}"
    );
    assert!(text.contains("Some(110.11000) to pay"), "{text}");
}

#[test]
fn a_notification_syncs_its_customer() {
    let mut child = program("webhook").stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let url = lines.next().unwrap().unwrap();
    let address = url.trim_start_matches("http://").split('/').next().unwrap();
    let body = "notification_type=user_updated&user=838829";
    let post = |token: &str| {
        let mut stream = TcpStream::connect(address).unwrap();
        write!(
            stream,
            "POST /planyo?token={token} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    assert!(post("guess").starts_with("HTTP/1.1 404"));
    let answer = post("sandbox-token-of-the-example");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let synced = lines.next().unwrap().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(synced, "customer:838829: created (user_updated)");
}
