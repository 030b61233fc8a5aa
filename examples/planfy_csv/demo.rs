//! The sync on a Billit sandbox: a plan, a first run, a correction by the accountant, a second run.

use customer_sync::store::{MemoryStore, State};
use customer_sync::{SyncReport, plan_customers, sync_customers};
use examples::{Failure, LookAlikes, SyncArguments, print_line};
use sandbox::Sandbox;
use serde_json::json;

use crate::job::Job;
use crate::{faults, finish_job, parties_of};

/// False when a customer failed.
pub(crate) async fn run(job: &Job, arguments: &SyncArguments) -> Result<bool, Failure> {
    let LookAlikes {
        sandbox, billit, ..
    } = LookAlikes::of(Sandbox::start_empty().await?)?;
    // Customers that Billit has already: one matches by e-mail and name, one only by e-mail address.
    for (name, email) in [
        ("Bekend Katrien", "Known@example.com"),
        ("Somebody Else", "shared@example.com"),
    ] {
        sandbox
            .billit
            .add(json!({"Name": name, "Email": email, "PartyType": "Customer"}));
    }
    let store = State::new(MemoryStore::new());
    let options = arguments.options(job.rules.clone(), Some(store))?;

    faults(&job.export)?;
    let plan = plan_customers(&job.export, &billit, &options).await?;
    print_line(format!("{}\n", plan.with_values()));
    let first = sync_customers(&job.export, &billit, &options).await?;
    print_line(format!("first run: {}", first.counts()));

    correct_one(&sandbox, &first)?;
    sandbox.billit.clear_requests();
    let second = sync_customers(&job.export, &billit, &options).await?;
    print_line(format!(
        "after a correction in Billit: {}, {} writes",
        second.counts(),
        sandbox.billit.counts().writes
    ));

    finish_job(&billit, job, &parties_of(&second)).await?;
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
