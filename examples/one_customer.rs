//! One customer, for instance when your own program has just changed them: `cargo run --example one_customer`
//!
//! It runs on look-alikes of both services. In a program of your own leave out the three lines that say so.

use std::env::var;

use billit_client::Client as Billit;
use billit_client::parties::GetParty;
use customer_sync::{OutcomeKind, SyncOptions, sync_customer};
use planyo_client::Client as Planyo;
use planyo_client::users::{GetUser, ModifyUser};

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

    let user = planyo
        .send(GetUser::by_email("olivier.marchal@example.com"))
        .await?;
    planyo
        .send(ModifyUser::by_id(user.id).mobile("32", "470123456"))
        .await?;

    // Every kind of outcome: nothing is an error but a side that cannot be read.
    let outcome = sync_customer(&planyo, &billit, user.id, &options).await?;
    match outcome.kind {
        OutcomeKind::Created | OutcomeKind::Updated | OutcomeKind::Linked => {}
        OutcomeKind::Unchanged => println!("nothing to do"),
        // A person has to decide, or the record has to be corrected in Planyo.
        kind => println!("{}: {}", kind.name(), outcome.reason),
    }
    for change in &outcome.changes {
        println!("{}: changed", change.field);
    }
    if let Some(id) = outcome.party {
        let party = billit.send(GetParty::new(id)).await?;
        println!("party {id} has the mobile number {:?}", party.mobile);
    }
    Ok(())
}
