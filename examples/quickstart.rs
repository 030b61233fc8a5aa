//! Makes the customers in Billit equal to those in Planyo: `cargo run --example quickstart`
//!
//! It runs on look-alikes of both services. In a program of your own leave out the three lines that say so.

use std::env::var;

use billit_client::Client as Billit;
use customer_sync::{OutcomeKind, SyncOptions, plan_customers, sync_customers};
use planyo_client::Client as Planyo;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let var = examples::look_alikes(var).await?; // leave out
    let planyo = Planyo::builder(var("PLANYO_API_KEY")?)
        .base_url(var("PLANYO_BASE_URL")?) // leave out
        .build()?;
    let company: i64 = var("BILLIT_PARTY_ID")?.parse()?;
    let billit = Billit::builder(var("BILLIT_API_KEY")?, company)
        .base_url(var("BILLIT_BASE_URL")?) // leave out
        .build()?;
    let options = SyncOptions::default();

    // What would be done; nothing is written. This text has names in it: show it, do not log it.
    let plan = plan_customers(&planyo, &billit, &options).await?;
    println!("{}\n", plan.with_values());

    // Do it. One customer that fails stops no other, and running it again makes no duplicates.
    let report = sync_customers(&planyo, &billit, &options).await?;
    println!("{}", report.counts());
    for outcome in &report.outcomes {
        if outcome.kind == OutcomeKind::Failed {
            eprintln!("{}: {}", outcome.key, outcome.reason);
        }
    }
    Ok(())
}
