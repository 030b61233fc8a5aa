//! The sync on the sandbox: a first run, three changes in Planyo, a second run, and a third.

use std::io::stdout;

use billit_client::Client as Billit;
use customer_sync::document::Terminal;
use customer_sync::{OutcomeKind, SyncOptions, SyncReport, plan_customers, sync_customers};
use planyo_client::users::ModifyUser;
use planyo_client::{Client as Planyo, UserId};
use sandbox::Sandbox;
use serde_json::{Value, json};

use crate::progress;

type Failure = Box<dyn std::error::Error>;

/// Runs three times. False if a customer failed.
pub(crate) async fn run(json: bool) -> Result<bool, Failure> {
    let sandbox = Sandbox::start().await?;
    let planyo = Planyo::builder(sandbox.planyo.api_key())
        .base_url(sandbox.planyo.base_url())
        .build()?;
    let billit = Billit::builder(sandbox.billit.api_key(), sandbox.billit.company_id())
        .base_url(sandbox.billit.base_url())
        .build()?;
    let demo = Demo {
        sandbox,
        planyo,
        billit,
    };

    if !json {
        let plan = plan_customers(&demo.planyo, &demo.billit, &SyncOptions::default()).await?;
        println!("{}\n", plan.with_values().on(Terminal::of(&stdout())));
    }
    let first = demo.sync().await?;
    demo.change_three(&first.0).await?;
    let second = demo.sync().await?;
    let third = demo.sync().await?;

    let runs = [first, second, third];
    if json {
        let runs: Vec<&Value> = runs.iter().map(|(_, run)| run).collect();
        println!("{}", json!({ "runs": runs }));
    } else {
        for (title, (report, run)) in [
            "first run",
            "three customers changed in Planyo",
            "third run",
        ]
        .iter()
        .zip(&runs)
        {
            println!(
                "{title}: {}\nrequests: {}\n",
                report.with_values().on(Terminal::of(&stdout())),
                run["requests"]
            );
        }
    }
    Ok(runs.iter().all(|(report, _)| report.counts().failed == 0))
}

struct Demo {
    sandbox: Sandbox,
    planyo: Planyo,
    billit: Billit,
}

impl Demo {
    /// One run, with its counts and the requests the servers saw.
    async fn sync(&self) -> Result<(SyncReport, Value), Failure> {
        self.sandbox.planyo.clear_requests();
        self.sandbox.billit.clear_requests();
        let bar = progress::bar();
        let options = progress::shown(SyncOptions::default(), &bar);
        let report = sync_customers(&self.planyo, &self.billit, &options).await?;
        bar.finish_and_clear();
        let (planyo, billit) = (self.sandbox.planyo.counts(), self.sandbox.billit.counts());
        let mut run = crate::counts(report.counts());
        let requests = json!({ "planyo": planyo.reads + planyo.writes, "billit_read": billit.reads, "billit_write": billit.writes });
        run.insert("requests".to_owned(), requests);
        Ok((report, run.into()))
    }

    /// A new mobile number, a new address and a new name, for three customers that the first run created.
    async fn change_three(&self, report: &SyncReport) -> Result<(), Failure> {
        let mut created = report
            .outcomes
            .iter()
            .filter(|outcome| outcome.kind == OutcomeKind::Created);
        let mut next = || -> Result<UserId, Failure> {
            let outcome = created
                .next()
                .ok_or("the first run created fewer than three customers")?;
            Ok(outcome.key.id().parse::<u64>()?.into())
        };
        self.planyo
            .send(ModifyUser::by_id(next()?).mobile("32", "499000111"))
            .await?;
        self.planyo
            .send(
                ModifyUser::by_id(next()?)
                    .address("Nieuwe Steenweg 101 bus 7")
                    .zip("9000")
                    .city("Gent"),
            )
            .await?;
        self.planyo
            .send(ModifyUser::by_id(next()?).last_name("Van den Nieuwenhuyzen"))
            .await?;
        Ok(())
    }
}
