//! The sync on the sandbox: a first run, three changes in Planyo, a second run, and a third.

use std::io::stdout;

use customer_sync::document::Terminal;
use customer_sync::{OutcomeKind, SyncOptions, SyncReport, plan_customers, sync_customers};
use examples::{Failure, LookAlikes, print_line, progress_bar, shown_on};
use planyo_client::UserId;
use planyo_client::users::ModifyUser;
use sandbox::Sandbox;
use serde_json::{Value, json};

use crate::Arguments;

/// Runs three times, or plans once. False if a customer failed.
pub(crate) async fn run(arguments: &Arguments, options: SyncOptions) -> Result<bool, Failure> {
    let demo = Demo {
        look_alikes: LookAlikes::of(Sandbox::start().await?)?,
        options,
    };
    if arguments.plan || !arguments.json {
        let LookAlikes { planyo, billit, .. } = &demo.look_alikes;
        let plan = plan_customers(planyo, billit, &demo.options).await?;
        if arguments.json {
            let runs = [crate::counts(plan.counts())];
            print_line(json!({ "sandbox": true, "applied": false, "runs": runs }));
        } else {
            print_line(plan.with_values().on(Terminal::of(&stdout())));
        }
        if arguments.plan {
            return Ok(true);
        }
        print_line("");
    }
    let first = demo.sync().await?;
    demo.change_three(&first.0).await?;
    let second = demo.sync().await?;
    let third = demo.sync().await?;

    let runs = [first, second, third];
    if arguments.json {
        let runs: Vec<&Value> = runs.iter().map(|(_, run)| run).collect();
        print_line(json!({ "sandbox": true, "applied": true, "runs": runs }));
    } else {
        let titles = [
            "first run",
            "three customers changed in Planyo",
            "third run",
        ];
        for (title, (report, run)) in titles.iter().zip(&runs) {
            let report = report.with_values().on(Terminal::of(&stdout()));
            let requests = &run["requests"];
            print_line(format!("{title}: {report}\nrequests: {requests}\n"));
        }
    }
    Ok(runs.iter().all(|(report, _)| report.counts().failed == 0))
}

struct Demo {
    look_alikes: LookAlikes,
    options: SyncOptions,
}

impl Demo {
    /// One run, with its counts and the requests the servers saw.
    async fn sync(&self) -> Result<(SyncReport, Value), Failure> {
        let LookAlikes {
            sandbox,
            planyo,
            billit,
        } = &self.look_alikes;
        sandbox.planyo.clear_requests();
        sandbox.billit.clear_requests();
        let bar = progress_bar();
        let options = shown_on(self.options.clone(), &bar);
        let report = sync_customers(planyo, billit, &options).await?;
        bar.finish_and_clear();
        let (read, written) = (sandbox.planyo.counts(), sandbox.billit.counts());
        let mut run = crate::counts(report.counts());
        let requests = json!({
            "planyo": read.reads + read.writes,
            "billit_read": written.reads,
            "billit_write": written.writes,
        });
        run.insert("requests".to_owned(), requests);
        Ok((report, run.into()))
    }

    /// A new mobile number, a new address and a new name, for three customers that the first run created.
    async fn change_three(&self, report: &SyncReport) -> Result<(), Failure> {
        let planyo = &self.look_alikes.planyo;
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
        let mobile = ModifyUser::by_id(next()?).mobile("32", "499000111");
        planyo.send(mobile).await?;
        let address = ModifyUser::by_id(next()?)
            .address("Nieuwe Steenweg 101 bus 7")
            .zip("9000")
            .city("Gent");
        planyo.send(address).await?;
        let name = ModifyUser::by_id(next()?).last_name("Van den Nieuwenhuyzen");
        planyo.send(name).await?;
        Ok(())
    }
}
