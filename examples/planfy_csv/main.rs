//! Syncs the customers of a Planfy export to Billit, writes corrections made in Billit into a file for Planfy, and
//! lists the recalls.
//!
//! Without settings it runs on a Billit sandbox in this process. With settings it works on the real
//! service, and only plans unless `--apply` is given. `--help` names the settings.

mod demo;
mod job;
mod recalls;
mod update;

use std::collections::BTreeMap;
use std::io::stdout;
use std::process::ExitCode;

use billit_client::{Client as Billit, PartyId};
use customer_sync::document::Terminal;
use customer_sync::planfy::{Export, ReadError};
use customer_sync::{CustomerKey, SyncReport, plan_customers, sync_customers};
use examples::{
    BILLIT, Failure, STORE, Settings, Usage, arguments, finish, print_line, progress_bar, shown_on,
};
use job::{Arguments, Job};

const READS: &[&[&str]] = &[BILLIT, STORE];

#[tokio::main]
async fn main() -> ExitCode {
    finish(run().await)
}

/// Plans, and with `--apply` syncs. False if a customer failed.
async fn run() -> Result<bool, Failure> {
    let arguments: Arguments = arguments(READS)?;
    let settings = Settings::read(READS)?;
    let job = arguments.job()?;
    if settings.are_blank() {
        let real = "is for the real service; set BILLIT_API_KEY and BILLIT_PARTY_ID";
        if arguments.apply {
            return Err(Usage(format!("--apply {real}")).into());
        }
        if arguments.sync.link_only {
            return Err(Usage(format!("--link-only {real}, and SYNC_STATE")).into());
        }
        settings.announce();
        return demo::run(&job, &arguments.sync).await;
    }
    let billit = settings.billit()?;
    let store = settings.store()?;
    let options = arguments.sync.options(job.rules.clone(), store)?;
    settings.announce();

    faults(&job.export)?;
    let bar = progress_bar();
    let options = shown_on(options, &bar);
    let (parties, is_done) = if arguments.apply {
        let report = sync_customers(&job.export, &billit, &options).await?;
        bar.finish_and_clear();
        print_line(report.with_values().on(Terminal::of(&stdout())));
        (parties_of(&report), report.counts().failed == 0)
    } else {
        let plan = plan_customers(&job.export, &billit, &options).await?;
        bar.finish_and_clear();
        print_line(plan.with_values().on(Terminal::of(&stdout())));
        print_line("\nNothing was written to Billit. Add --apply to do this.");
        let steps = plan.steps.iter();
        let parties = steps.filter_map(|step| Some((step.key.clone(), step.party()?)));
        (parties.collect(), true)
    };
    finish_job(&billit, &job, &parties).await?;
    Ok(is_done)
}

/// The party of each customer that has one.
fn parties_of(report: &SyncReport) -> BTreeMap<CustomerKey, PartyId> {
    let outcomes = report.outcomes.iter();
    let parties = outcomes.filter_map(|outcome| Some((outcome.key.clone(), outcome.party?)));
    parties.collect()
}

/// Prints the cells that are not understood. Malformed rows are in the plan.
fn faults(export: &Export) -> Result<(), ReadError> {
    for row in export.rows()? {
        for fault in row?.map(|row| row.faults()).unwrap_or_default() {
            print_line(fault);
        }
    }
    Ok(())
}

/// The optional outputs: the update file, and the recalls.
async fn finish_job(
    billit: &Billit,
    job: &Job,
    parties: &BTreeMap<CustomerKey, PartyId>,
) -> Result<(), Failure> {
    if let Some(file) = &job.out {
        let written =
            update::write(file, &job.export, billit, parties, &job.rules, job.cells).await?;
        print_line(format!(
            "\n{}: customers that Billit has otherwise: {written}",
            file.display()
        ));
    }
    if let Some(recalls) = &job.recalls {
        recalls::print(recalls, &job.export, &job.rules)?;
    }
    Ok(())
}
