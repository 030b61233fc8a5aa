//! A customer who asks what is held of them, and to be forgotten (GDPR): `cargo run --example removal`
//!
//! It runs on look-alikes of both services. In a program of your own leave out the three lines that say so.

use std::env::var;

use billit_client::Client as Billit;
use customer_sync::store::SqliteStore;
use customer_sync::{
    CustomerKey, Removal, SyncOptions, apply, export_customer, plan_removal, sync_customers,
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
    let options = SyncOptions::default().store(SqliteStore::open(var("SYNC_STATE")?)?);
    sync_customers(&planyo, &billit, &options).await?;
    let key: CustomerKey = "planyo:838829".parse()?;

    // Everything that Planyo, Billit and the store have of this customer.
    let held = export_customer(&planyo, &billit, &key, &options).await?;
    println!("{held:#}");

    // Skipped, with the reason, while there are bookings ahead or unpaid invoices.
    let plan = plan_removal(&planyo, &billit, &key, Removal::Anonymise, &options).await?;
    println!("{}", plan.with_values());
    let report = apply(&plan, &planyo, &billit, &options).await?;
    println!("{}", report.counts());

    // The next run does not create the customer again, although Planyo still has them.
    let report = sync_customers(&planyo, &billit, &options).await?;
    if let Some(outcome) = report.outcome(&key) {
        println!("{key}: {}, {}", outcome.kind.name(), outcome.reason);
    }
    Ok(())
}
