//! Shows a plan before it is applied, lets a person decide, and reports what was done.
//!
//! Without settings it shows all of it on the sandbox in this process. With settings it works on the
//! real services, one step at a time: `plan`, then a spreadsheet, then `check` and `apply`. `--help` names the settings.

#[path = "../settings/billit.rs"]
mod billit_settings;
mod demo;
#[path = "../settings/environment.rs"]
mod environment;
mod folder;
#[path = "../settings/planyo.rs"]
mod planyo_settings;
mod settings;
#[path = "../settings/store.rs"]
mod store;
use std::io::stdout;
use std::process::ExitCode;

use billit_client::Client as Billit;
use billit_client::parties::ListParties;
use customer_sync::cost::Limits;
use customer_sync::document::Terminal;
use customer_sync::health::{Thresholds, health};
use customer_sync::{SyncReport, apply, find_duplicates, plan_customers, plan_undo};
use folder::Folder;
use planyo_client::Client as Planyo;
use settings::{Step, Wanted};

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
    match run(wanted).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// False if a customer failed.
async fn run(wanted: Wanted) -> Result<bool, Failure> {
    match wanted {
        Wanted::Help => {
            println!("{}", settings::HELP);
            Ok(true)
        }
        Wanted::Demo(folder) => demo::run(&Folder::open(&folder, None)?).await,
        Wanted::Real(real) => {
            let folder = Folder::open(&real.folder, real.store.as_deref())?;
            match real.step {
                Step::Check => check(&folder).map(|()| true),
                Step::Undo => undo(&real.billit, &folder).await.map(|()| true),
                Step::Plan => plan(&real.planyo, &real.billit, &folder)
                    .await
                    .map(|()| true),
                Step::Apply => {
                    let report = apply_decided(&real.planyo, &real.billit, &folder).await?;
                    Ok(report.counts().failed == 0)
                }
            }
        }
    }
}

/// Reads both sides, prints the plan with its cost and possible duplicates, and writes its files.
async fn plan(planyo: &Planyo, billit: &Billit, folder: &Folder) -> Result<(), Failure> {
    let options = folder.options();
    let plan = plan_customers(planyo, billit, &options).await?;
    println!("{}\n", plan.with_values().on(Terminal::of(&stdout())));

    let parties = billit.pages(ListParties::new()).all().await?.records.len();
    println!(
        "To apply all of it: {}.",
        plan.cost(parties, &Limits::default())
    );
    let found = find_duplicates(planyo, billit, &options).await?;
    for group in found.customers {
        println!("Perhaps one customer: {group}.");
    }
    for group in found.parties {
        println!("Perhaps one party: {group}.");
    }
    for group in found.between {
        println!("Perhaps a customer and its party: {group}.");
    }
    folder.write_plan(&plan, "What will be done")?;
    println!(
        "\nNothing was written to Billit. Look at {0}/plan.html and decide in {0}/decisions.csv.",
        folder.name()
    );
    Ok(())
}

/// Plans the undo of the last run of this folder that wrote something, and writes its files.
async fn undo(billit: &Billit, folder: &Folder) -> Result<(), Failure> {
    let plan = plan_undo(billit, None, None, &folder.options()).await?;
    println!("{}\n", plan.with_values().on(Terminal::of(&stdout())));
    folder.write_plan(&plan, "What will be undone")?;
    println!(
        "Nothing was written to Billit. Look at {0}/plan.html and decide in {0}/decisions.csv.",
        folder.name()
    );
    Ok(())
}

/// Shows what the plan of the folder will do with the decisions.
fn check(folder: &Folder) -> Result<(), Failure> {
    let approved = folder.read_decided()?;
    println!("{}\n", approved.with_values().on(Terminal::of(&stdout())));
    let page = folder.write_approved(&approved)?;
    println!(
        "Nothing was written to Billit. {} shows what `apply` will do.",
        page.display()
    );
    Ok(())
}

/// Applies the plan of the folder with the decisions, and writes the files of the report.
async fn apply_decided(
    planyo: &Planyo,
    billit: &Billit,
    folder: &Folder,
) -> Result<SyncReport, Failure> {
    let approved = folder.read_decided()?;
    let report = apply(&approved, planyo, billit, &folder.options()).await?;
    println!("{}\n", report.with_values().on(Terminal::of(&stdout())));
    for check in health(&report, &folder.runs().await?, &Thresholds::default()).unusual() {
        println!("Unusual: {check}.");
    }
    let page = folder.write_report(&report)?;
    println!("What was done is in {}.", page.display());
    Ok(report)
}
