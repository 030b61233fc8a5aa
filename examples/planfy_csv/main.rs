//! Syncs the customers of a Planfy export to Billit, writes corrections made in Billit into a file for Planfy, and
//! lists the recalls.
//!
//! Without settings it runs on a Billit sandbox in this process. With settings it works on the real
//! service, and only plans unless `--apply` is given. `--help` names the settings.

#[path = "../settings/billit.rs"]
mod billit_settings;
mod demo;
#[path = "../settings/environment.rs"]
mod environment;
mod recalls;
mod settings;
#[path = "../settings/store.rs"]
mod store;
mod update;
use std::collections::BTreeMap;
use std::process::ExitCode;

use billit_client::{Client as Billit, PartyId};
use customer_sync::planfy::{Export, ReadError};
use customer_sync::{CustomerKey, apply, plan_customers};
use settings::{Job, Real, Wanted};

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> ExitCode {
    let wanted = match settings::read(std::env::args().skip(1), |name| std::env::var(name).ok()) {
        Ok(wanted) => wanted,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    let done = match wanted {
        Wanted::Help => {
            println!("{}", settings::HELP);
            Ok(true)
        }
        Wanted::Demo(job) => demo::run(&job).await,
        Wanted::Real(wanted) => real(&wanted).await,
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Plans on the real service, and applies the plan with `--apply`. False if a customer failed.
async fn real(wanted: &Real) -> Result<bool, Failure> {
    let Real {
        billit,
        options,
        apply: writes,
        job,
    } = wanted;
    faults(&job.export)?;
    let plan = plan_customers(&job.export, billit, options).await?;
    let mut is_done = true;
    if *writes {
        let report = apply(&plan, &job.export, billit, options).await?;
        println!("{}", report.with_values());
        is_done = report.counts().failed == 0;
    } else {
        println!(
            "{}\n\nNothing was written to Billit. Add --apply to do this.",
            plan.with_values()
        );
    }
    let steps = plan.steps.iter();
    let parties = steps.filter_map(|step| Some((step.key.clone(), step.party()?)));
    finish(billit, job, &parties.collect()).await?;
    Ok(is_done)
}

/// Prints the cells that Planfy would reject. Malformed rows are in the plan.
fn faults(export: &Export) -> Result<(), ReadError> {
    for row in export.rows()? {
        for fault in row?.map(|row| row.faults()).unwrap_or_default() {
            println!("{fault}");
        }
    }
    Ok(())
}

/// The optional outputs: the update file, and the recalls.
async fn finish(
    billit: &Billit,
    job: &Job,
    parties: &BTreeMap<CustomerKey, PartyId>,
) -> Result<(), Failure> {
    if let Some(file) = &job.out {
        let written =
            update::write(file, &job.export, billit, parties, &job.rules, job.cells).await?;
        println!(
            "\n{}: customers that Billit has otherwise: {written}",
            file.display()
        );
    }
    if let Some(recalls) = &job.recalls {
        recalls::print(recalls, &job.export, &job.rules)?;
    }
    Ok(())
}
