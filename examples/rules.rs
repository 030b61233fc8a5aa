//! Rules of the mapping out of a file, checked before anything is written: `cargo run --example rules`
//!
//! It runs on look-alikes of both services. In a program of your own leave out the three lines that say so.

use std::env::var;

use billit_client::Client as Billit;
use customer_sync::{MappingRules, SyncOptions, plan_customers};
use planyo_client::Client as Planyo;
use planyo_client::users::ListAllUsers;

/// As a rule a file beside the program. Entries that it does not have keep their default.
const RULES: &str = r#"
version = 1
customer_number = "source_id"

[properties]
VATNumber = ["btw nummer", "vat_number"]
Name = ["company_name"]
"Identifiers/GLN" = ["gln"]

[policies]
Phone = "fill_if_empty"
"#;

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

    // Which properties there are, how often they are filled, and which field each looks right for.
    let users = planyo.pages(ListAllUsers::new()).all().await?.records;
    let suggestion = MappingRules::suggest(users.iter().map(|user| &**user));
    for finding in &suggestion.findings {
        println!("{finding}");
    }

    // A mistake in the rules is an error with line and column.
    let rules = MappingRules::from_toml(RULES)?;
    let options = SyncOptions::default().rules(rules);
    let plan = plan_customers(&planyo, &billit, &options).await?;
    println!("{}", plan.counts());
    // A rule that finds nothing would make companies without a VAT number, in silence.
    for warning in &plan.warnings {
        println!("warning: {warning}");
    }
    Ok(())
}
