//! Each program that writes stops at the safety limit, and goes on with the switch.

#![allow(clippy::unwrap_used)] // As in tests.

mod common;

use std::fs;
use std::process::{Command, Output};

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
