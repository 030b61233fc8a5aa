//! Shows a plan before it is applied, lets a person decide, and reports what was done.
//!
//! Without settings it shows all of it on the sandbox in this process. With settings it works on the
//! real services, one step at a time: `plan`, then a spreadsheet, then `check` and `apply`. `--help` names the settings.

mod demo;
mod folder;

use std::io::stdout;
use std::path::PathBuf;
use std::process::ExitCode;

use billit_client::Client as Billit;
use billit_client::parties::ListParties;
use customer_sync::cost::Limits;
use customer_sync::document::Terminal;
use customer_sync::health::{Thresholds, health};
use customer_sync::{
    SyncReport, apply, check_safety_limit, find_duplicates, plan_customers, plan_undo,
};
use examples::{
    BILLIT, Failure, PLANYO, STORE, Settings, SyncArguments, Usage, arguments, finish, print_line,
};
use folder::Folder;
use planyo_client::Client as Planyo;

const READS: &[&[&str]] = &[PLANYO, BILLIT, STORE];

/// Shows a plan before it is applied, lets a person decide, and reports what was done.
///
/// In decisions.csv, which any spreadsheet opens, the column `decision` is empty, and what stays empty is not done. Write apply,
/// which may be filled down the whole column, skip, keep (Billit's values stay), link and the id of a party, or for an
/// ambiguous customer link (to the only one of its `candidates`) or new; in the line of a field keep, or nothing. A line `all`
/// decides on all ambiguous customers of a kind. The files hold personal data.
#[derive(clap::Parser)]
struct Arguments {
    #[command(subcommand)]
    step: Option<Step>,
    /// Without a step: the folder of the demo
    folder: Option<PathBuf>,
    #[command(flatten)]
    sync: SyncArguments,
}

#[derive(clap::Subcommand)]
enum Step {
    /// Writes plan.html, plan.md, plan.jsonl and decisions.csv to the folder
    Plan(InFolder),
    /// Shows what the decisions will do, and writes approved.html; applies nothing
    Check(InFolder),
    /// Applies the decisions, and writes report-....html, .md and .jsonl
    Apply(InFolder),
    /// Writes the same files as `plan` for the undo of the last run that wrote something, for `apply`
    Undo(InFolder),
}

#[derive(clap::Args)]
struct InFolder {
    /// The folder of the review
    folder: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    finish(run().await)
}

/// False if a customer failed.
async fn run() -> Result<bool, Failure> {
    let arguments: Arguments = arguments(READS)?;
    let settings = Settings::read(READS)?;
    let Some(step) = arguments.step else {
        return demo(&settings, arguments.folder, &arguments.sync).await;
    };
    if settings.are_blank() {
        let real = "the steps are for the real services; set PLANYO_API_KEY, BILLIT_API_KEY and BILLIT_PARTY_ID";
        return Err(Usage(real.to_owned()).into());
    }
    let (planyo, billit) = (settings.planyo()?, settings.billit()?);
    let (Step::Plan(wanted) | Step::Check(wanted) | Step::Apply(wanted) | Step::Undo(wanted)) =
        &step;
    let folder = Folder::open(&wanted.folder, settings.store()?, &arguments.sync)?;
    settings.announce();
    match step {
        Step::Check(_) => check(&folder)?,
        Step::Undo(_) => undo(&billit, &folder).await?,
        Step::Plan(_) => plan(&planyo, &billit, &folder).await?,
        Step::Apply(_) => {
            let report = apply_decided(&planyo, &billit, &folder).await?;
            return Ok(report.counts().failed == 0);
        }
    }
    Ok(true)
}

/// All of it on the sandbox.
async fn demo(
    settings: &Settings,
    folder: Option<PathBuf>,
    sync: &SyncArguments,
) -> Result<bool, Failure> {
    if !settings.are_blank() {
        let steps = "say `plan`, `check`, `apply` or `undo` and a folder, or unset the settings to run on look-alikes";
        return Err(Usage(steps.to_owned()).into());
    }
    let own = || std::env::temp_dir().join(format!("review-{}", std::process::id()));
    let folder = Folder::open(&folder.unwrap_or_else(own), None, sync)?;
    settings.announce();
    demo::run(&folder).await
}

/// Reads both sides, prints the plan with its cost and possible duplicates, and writes its files.
async fn plan(planyo: &Planyo, billit: &Billit, folder: &Folder) -> Result<(), Failure> {
    let options = folder.options();
    let plan = plan_customers(planyo, billit, options).await?;
    print_line(format!(
        "{}\n",
        plan.with_values().on(Terminal::of(&stdout()))
    ));

    let parties = billit.pages(ListParties::new()).all().await?.records.len();
    print_line(format!(
        "To apply all of it: {}.",
        plan.cost(parties, &Limits::default())
    ));
    let found = find_duplicates(planyo, billit, options).await?;
    for group in found.customers {
        print_line(format!("Perhaps one customer: {group}."));
    }
    for group in found.parties {
        print_line(format!("Perhaps one party: {group}."));
    }
    for group in found.between {
        print_line(format!("Perhaps a customer and its party: {group}."));
    }
    folder.write_plan(&plan, "What will be done")?;
    print_line(format!(
        "\nNothing was written to Billit. Look at {0}/plan.html and decide in {0}/decisions.csv.",
        folder.name()
    ));
    Ok(())
}

/// Plans the undo of the last run of this folder that wrote something, and writes its files.
async fn undo(billit: &Billit, folder: &Folder) -> Result<(), Failure> {
    let plan = plan_undo(billit, None, None, folder.options()).await?;
    print_line(format!(
        "{}\n",
        plan.with_values().on(Terminal::of(&stdout()))
    ));
    folder.write_plan(&plan, "What will be undone")?;
    print_line(format!(
        "Nothing was written to Billit. Look at {0}/plan.html and decide in {0}/decisions.csv.",
        folder.name()
    ));
    Ok(())
}

/// Shows what the plan of the folder will do with the decisions.
fn check(folder: &Folder) -> Result<(), Failure> {
    let approved = folder.read_decided()?;
    print_line(format!(
        "{}\n",
        approved.with_values().on(Terminal::of(&stdout()))
    ));
    let page = folder.write_approved(&approved)?;
    print_line(format!(
        "Nothing was written to Billit. {} shows what `apply` will do.",
        page.display()
    ));
    Ok(())
}

/// Applies the plan of the folder with the decisions, and writes the files of the report.
async fn apply_decided(
    planyo: &Planyo,
    billit: &Billit,
    folder: &Folder,
) -> Result<SyncReport, Failure> {
    let approved = folder.read_decided()?;
    check_safety_limit(&approved, folder.options()).await?;
    let report = apply(&approved, planyo, billit, folder.options()).await?;
    print_line(format!(
        "{}\n",
        report.with_values().on(Terminal::of(&stdout()))
    ));
    for check in health(&report, &folder.runs().await?, &Thresholds::default()).unusual() {
        print_line(format!("Unusual: {check}."));
    }
    let page = folder.write_report(&report)?;
    print_line(format!("What was done is in {}.", page.display()));
    Ok(report)
}
