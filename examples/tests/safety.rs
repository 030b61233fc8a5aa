//! Each program that writes stops at the safety limit, and goes on with the switch.

#![allow(clippy::unwrap_used)] // As in tests.

mod common;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use common::{problems, program};
use sandbox::Sandbox;
use sandbox::planyo::User;

/// Fifty customers, whom a first run has linked.
struct Place {
    sandbox: Sandbox,
    folder: tempfile::TempDir,
}

const SWITCH: &str = "--allow-mass-changes";

impl Place {
    async fn start() -> Self {
        let sandbox = Sandbox::start_empty().await.unwrap();
        for id in 1..=50 {
            sandbox.planyo.add(User {
                id,
                first_name: "Person".to_owned(),
                last_name: format!("Number{id}"),
                email: format!("person{id}@example.com"),
                country: "BE".to_owned(),
                reservations: 1,
                ..User::default()
            });
        }
        let folder = tempfile::tempdir().unwrap();
        let place = Self { sandbox, folder };
        let first = place.run("sync_customers", &["--apply"]).await;
        assert!(first.status.success(), "{first:?}");
        assert_eq!(place.sandbox.billit.parties().len(), 50);
        place
    }

    /// An import into the wrong columns.
    fn rename_30(&self) {
        for id in 1..=30 {
            self.sandbox
                .planyo
                .edit(id, |user| user.last_name = format!("Street {id}"));
        }
    }

    fn renamed(&self) -> usize {
        let parties = self.sandbox.billit.parties();
        let names = parties.iter().filter_map(|party| party["Name"].as_str());
        names.filter(|name| name.contains("Street")).count()
    }

    fn command(&self, name: &str) -> Command {
        let (planyo, billit) = (&self.sandbox.planyo, &self.sandbox.billit);
        let mut command = program(name);
        command
            .env("PLANYO_API_KEY", planyo.api_key())
            .env("PLANYO_BASE_URL", planyo.base_url())
            .env("BILLIT_API_KEY", billit.api_key())
            .env("BILLIT_BASE_URL", billit.base_url())
            .env("BILLIT_PARTY_ID", billit.company_id().to_string())
            .env("SYNC_STATE", self.folder.path().join("store.sqlite"));
        command
    }

    async fn run(&self, name: &str, arguments: &[&str]) -> Output {
        let mut command = self.command(name);
        command.args(arguments);
        let run = tokio::task::spawn_blocking(move || command.output());
        run.await.unwrap().unwrap()
    }

    /// Runs twice, without the switch and with it.
    async fn stops_and_goes_on(&self, name: &str, arguments: &[&str]) {
        let stopped = self.run(name, arguments).await;
        assert_eq!(stopped.status.code(), Some(1), "{name}");
        assert_stopped(name, &problems(&stopped.stderr));
        assert_eq!(self.renamed(), 0, "{name}");
        let went_on = self.run(name, &[arguments, &[SWITCH]].concat()).await;
        assert!(went_on.status.success(), "{name}: {went_on:?}");
        assert_eq!(self.renamed(), 30, "{name}");
    }
}

/// The one line names the number and the switch, and no method of Rust.
fn assert_stopped(name: &str, problem: &str) {
    assert!(problem.contains("30"), "{name}: {problem}");
    assert!(problem.contains(SWITCH), "{name}: {problem}");
    assert!(!problem.contains("()"), "{name}: {problem}");
    assert!(!problem.contains("::"), "{name}: {problem}");
}

#[tokio::test]
async fn sync_customers() {
    let place = Place::start().await;
    place.rename_30();
    place
        .stops_and_goes_on("sync_customers", &["--apply"])
        .await;
}

#[tokio::test]
async fn poll() {
    let place = Place::start().await;
    let first = place.run("poll", &["--once"]).await;
    assert!(first.status.success(), "{first:?}");
    place.rename_30();
    place.stops_and_goes_on("poll", &["--once"]).await;
}

#[tokio::test]
async fn planfy_csv() {
    let place = Place::start().await;
    let file = place.folder.path().join("export.csv");
    let write = |renamed: u32| {
        let rows = (1..=50).map(|id| {
            let name = if id <= renamed { "Street" } else { "Person" };
            format!("{id},{name} {id},client{id}@example.com\n")
        });
        let rows: String = rows.collect();
        fs::write(&file, format!("planfy_id,name,email\n{rows}")).unwrap();
    };
    let arguments = ["--apply", file.to_str().unwrap()];
    write(0);
    let first = place.run("planfy_csv", &arguments).await;
    assert!(first.status.success(), "{first:?}");
    write(30);
    place.stops_and_goes_on("planfy_csv", &arguments).await;
}

/// The full pass at the start of the receiver.
#[tokio::test(flavor = "multi_thread")]
async fn webhook_server() {
    let place = Place::start().await;
    place.rename_30();
    let first_pass = |arguments: &[&str]| {
        let mut server = place
            .command("webhook_server")
            .args(arguments)
            .env("SYNC_TOKEN", "0123456789abcdef")
            .env("SYNC_LISTEN", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
        let pass =
            lines.find_map(|line| Some(line.unwrap().strip_prefix("full pass: ")?.to_owned()));
        server.kill().unwrap();
        server.wait().unwrap();
        pass.unwrap()
    };
    assert_stopped("webhook_server", &first_pass(&[]));
    assert_eq!(place.renamed(), 0);
    let pass = first_pass(&[SWITCH]);
    assert!(pass.starts_with("30 updated, 20 unchanged"), "{pass}");
    assert_eq!(place.renamed(), 30);
}

/// A decision on each row is no reason to go past the limit: a column is filled down in a moment.
#[tokio::test]
async fn review() {
    let place = Place::start().await;
    place.rename_30();
    let folder = place.folder.path().join("review");
    let folder_name = folder.to_str().unwrap();
    let planned = place.run("review", &["plan", folder_name]).await;
    assert!(planned.status.success(), "{planned:?}");
    approve_all(&folder.join("decisions.csv"));
    place
        .stops_and_goes_on("review", &["apply", folder_name])
        .await;
}

/// Fills the column of the decisions down, in the rows of customers.
fn approve_all(file: &Path) {
    let text = fs::read_to_string(file).unwrap();
    let mut table = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = table.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|own| own == name).unwrap();
    let (decision, field) = (column("decision"), column("field"));
    let mut decided = csv::WriterBuilder::new()
        .delimiter(b';')
        .from_path(file)
        .unwrap();
    decided.write_record(&header).unwrap();
    for row in table.records() {
        let row = row.unwrap();
        let cells = row.iter().enumerate().map(|(index, cell)| {
            if index == decision && row.get(field) == Some("") {
                "apply"
            } else {
                cell
            }
        });
        decided.write_record(cells).unwrap();
    }
    decided.flush().unwrap();
}
