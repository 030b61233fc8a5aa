//! A run every night, with a store, the safety limit, pages that say what was done, and a way back:
//! `cargo run --example nightly [-- undo | --allow-mass-changes]`
//!
//! It runs on look-alikes of both services. In a program of your own leave out the three lines that say so.

use std::env::{args, var};
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
    let mut options = SyncOptions::default().store(SqliteStore::open(var("SYNC_STATE")?)?);
    match args().nth(1).as_deref() {
        // Takes back the last run that wrote something, and a second time the one before. It lasts.
        Some("undo") => {
            let plan = plan_undo(&billit, None, None, &options).await?;
            let undone = apply(&plan, &planyo, &billit, &options).await?;
            println!("undone: {}", undone.counts());
            return Ok(());
        }
        // Once, for whoever has looked at the page of the plan.
        Some("--allow-mass-changes") => options = options.allow_mass_changes(),
        _ => {}
    }
    let (rules, mut page) = (MappingRules::default(), Vec::new());
    // An error means that nothing was written.
    let report = sync_customers(&planyo, &billit, &options).await;
    if let Err(limit @ SyncError::SafetyLimit { .. }) = report {
        let plan = plan_customers(&planyo, &billit, &options).await?;
        plan.document(&rules).html(&mut page)?;
        private_files::write(Path::new("plan.html"), page)?;
        return Err(format!("{limit}: see plan.html").into());
    }
    let report = report?;
    println!("{}", report.counts());
    report.document(&rules).html(&mut page)?;
    private_files::write(Path::new("report.html"), page)?;
    Ok(())
}
