//! A run every night, with a store, the safety limit, a page that says what was done, and a way back:
//! `cargo run --example nightly`
//!
//! It runs on look-alikes of both services. In a program of your own leave out the three lines that say so.

use std::env::var;
use std::path::Path;

use billit_client::Client as Billit;
use customer_sync::store::SqliteStore;
use customer_sync::{
    MappingRules, SyncError, SyncOptions, apply, plan_customers, plan_undo, private_files,
    sync_customers,
};
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
    // The store keeps corrections made by hand in Billit, and a journal. Other programs may use it at the same time.
    let store = SqliteStore::open(var("SYNC_STATE")?)?;
    let options = SyncOptions::default().store(store);

    // An error means that nothing was written.
    let report = match sync_customers(&planyo, &billit, &options).await {
        Err(limit @ SyncError::SafetyLimit { .. }) => {
            // Look at the plan. If it is right, run once with `options.allow_mass_changes()`.
            let plan = plan_customers(&planyo, &billit, &options).await?;
            println!("{}", plan.with_values());
            return Err(limit.into());
        }
        done => done?,
    };
    println!("{}", report.counts());
    let mut page = Vec::new();
    report
        .document(&MappingRules::default())
        .title("Tonight")
        .html(&mut page)?;
    private_files::write(Path::new("report.html"), page)?;

    // What a person would do with a run that was wrong: take it back. Corrections made since then stay.
    if let Some(run) = &report.run {
        let plan = plan_undo(&billit, Some(run), None, &options).await?;
        let undone = apply(&plan, &planyo, &billit, &options).await?;
        println!("undone: {}", undone.counts());
    }
    Ok(())
}
