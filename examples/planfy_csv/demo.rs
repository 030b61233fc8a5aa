//! The sync on a Billit sandbox: a plan, a first run, a correction by the accountant, a second run.

use billit_client::Client as Billit;
use customer_sync::store::MemoryStore;
use customer_sync::{SyncOptions, SyncReport, plan_customers, sync_customers};
use sandbox::Sandbox;
use serde_json::json;

use crate::settings::Job;
use crate::{Failure, faults, finish};

/// False when a customer failed.
pub(crate) async fn run(job: &Job) -> Result<bool, Failure> {
    let sandbox = Sandbox::start_empty().await?;
    let billit = Billit::builder(sandbox.billit.api_key(), sandbox.billit.company_id())
        .base_url(sandbox.billit.base_url())
        .build()?;
    // Customers that Billit has already: one matches by e-mail and name, one only by e-mail address.
    for (name, email) in [
        ("Bekend Katrien", "Known@example.com"),
        ("Somebody Else", "shared@example.com"),
    ] {
        sandbox
            .billit
            .add(json!({"Name": name, "Email": email, "PartyType": "Customer"}));
    }
    let options = SyncOptions::default()
        .rules(job.rules.clone())
        .store(MemoryStore::new());

    faults(&job.export)?;
    let plan = plan_customers(&job.export, &billit, &options).await?;
    println!("{}\n", plan.with_values());
    let first = sync_customers(&job.export, &billit, &options).await?;
    println!("first run: {}", first.counts());

    correct_one(&sandbox, &first)?;
    sandbox.billit.clear_requests();
    let second = sync_customers(&job.export, &billit, &options).await?;
    println!(
        "after a correction in Billit: {}, {} writes",
        second.counts(),
        sandbox.billit.counts().writes
    );

    let outcomes = second.outcomes.iter();
    let parties = outcomes.filter_map(|outcome| Some((outcome.key.clone(), outcome.party?)));
    finish(&billit, job, &parties.collect()).await?;
    Ok(first.counts().failed + second.counts().failed == 0)
}

/// The accountant corrects an address in Billit, and not in Planfy.
fn correct_one(sandbox: &Sandbox, report: &SyncReport) -> Result<(), Failure> {
    let party = report.outcomes.iter().find_map(|outcome| outcome.party);
    let party = party.ok_or("the first run made no party")?;
    sandbox.billit.edit(party.to_string().parse()?, |party| {
        party.insert("Street".to_owned(), json!("Coupure"));
        party.insert("StreetNumber".to_owned(), json!("57"));
        party.remove("Box");
    });
    Ok(())
}
