//! The page in a browser. Without Chromium the tests are skipped, and print that.

#![allow(clippy::unwrap_used)] // As in tests.

mod plans;

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use customer_sync::MappingRules;
use plans::{HOSTILE, plan_of};
use serde_json::{Value, json};

/// The page in Chromium after its script ran; `None` without Chromium.
fn opened(page: &Path, fragment: &str) -> Option<String> {
    let mut chromium = Command::new("chromium");
    // No sandbox: a test may run as root, and the page is trusted.
    let arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--dump-dom",
    ];
    let profile = page.with_file_name("profile");
    chromium
        .args(arguments)
        .arg(format!("--user-data-dir={}", profile.display()));
    chromium.arg("--window-size=390,844");
    let output = chromium
        .arg(format!("file://{}{fragment}", page.display()))
        .stderr(Stdio::null())
        .output();
    let Ok(output) = output else {
        println!("left out: there is no chromium");
        return None;
    };
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(page.contains("</html>"), "chromium opened nothing");
    Some(page)
}

/// A customer for each hostile name, used as the city too.
fn hostile() -> impl Iterator<Item = Value> {
    HOSTILE.iter().zip(1..).map(|(name, id)| {
        let change = json!({"field": "City", "before": name, "after": "Brugge"});
        let note = json!({"field": "Name", "reason": name});
        json!({
            "key": {"source": "planyo", "id": id.to_string()}, "name": name, "notes": [note],
            "action": {"do": "update", "party": id, "changes": [change]},
        })
    })
}

#[test]
fn hostile_names_are_text_and_the_search_finds_them() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.html");
    let rules = MappingRules::default();
    let plan = plan_of(hostile());
    let document = plan.document(&rules).title(HOSTILE[0]);
    document.html(File::create(&file).unwrap()).unwrap();

    let Some(page) = opened(&file, "") else {
        return;
    };
    let count = |what: &str| page.matches(what).count();
    assert_eq!(
        (count("<article"), count("<script"), count("<style")),
        (HOSTILE.len(), 1, 1)
    );
    for element in ["<img", "<iframe", "onerror=\"", "onfocus=\"", "<a "] {
        assert_eq!(count(element), 0, "{element}");
    }
    assert!(count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3);
    // The script ran: it counts the rows, and its hash is in the policy.
    assert!(page.contains(&format!("{} customers</output>", HOSTILE.len())));

    let page = opened(&file, "#search=zoe+unicode").unwrap();
    assert!(page.contains(&format!("1 of {} customers</output>", HOSTILE.len())));
    assert_eq!(page.matches("hidden=\"\"").count(), HOSTILE.len() - 1);
}

/// Records the size of each write.
struct Counting<W> {
    out: W,
    bytes: usize,
    largest: usize,
}

impl<W: Write> Write for Counting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes += bytes.len();
        self.largest = self.largest.max(bytes.len());
        self.out.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[test]
fn a_hundred_thousand_customers_are_written_piece_by_piece_and_open() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.html");
    let change = json!({"field": "City", "before": "Gent", "after": "Brugge"});
    let plan = plan_of((0..100_000).map(|id| {
        json!({
            "key": {"source": "planyo", "id": id.to_string()}, "name": format!("Person {id}"), "notes": [],
            "action": {"do": "update", "party": id, "changes": [change]},
        })
    }));
    let mut counting = Counting {
        out: File::create(&file).unwrap(),
        bytes: 0,
        largest: 0,
    };
    plan.document(&MappingRules::default())
        .html(&mut counting)
        .unwrap();
    assert!(counting.bytes > 25_000_000, "{}", counting.bytes);
    assert!(
        counting.largest <= 16 << 10,
        "{} at a time",
        counting.largest
    );
    let Some(page) = opened(&file, "#search=99999") else {
        return;
    };
    assert!(page.contains("1 of 100000 customers</output>"));
}
