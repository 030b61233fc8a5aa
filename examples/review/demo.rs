//! The review on two look-alike servers: a plan, a bookkeeper, what she approved, and the way back.

use std::fs;

use billit_client::Client as Billit;
use planyo_client::Client as Planyo;
use sandbox::Sandbox;

use crate::folder::Folder;
use crate::{Failure, apply_decided, plan};

/// False when a customer failed.
pub(crate) async fn run(folder: &Folder) -> Result<bool, Failure> {
    let sandbox = Sandbox::start().await?;
    let planyo = Planyo::builder(sandbox.planyo.api_key())
        .base_url(sandbox.planyo.base_url())
        .build()?;
    let billit = Billit::builder(sandbox.billit.api_key(), sandbox.billit.company_id())
        .base_url(sandbox.billit.base_url())
        .build()?;

    plan(&planyo, &billit, folder).await?;
    println!("\nA bookkeeper decides in her spreadsheet:");
    decide(folder)?;
    println!();
    let report = apply_decided(&planyo, &billit, folder).await?;
    Ok(report.counts().failed == 0)
}

/// What somebody would do in a spreadsheet: skip the first customer that would be created, keep Billit's value of the
/// first field that would be overwritten, and say who the first unclear customer is.
fn decide(folder: &Folder) -> Result<(), Failure> {
    let path = folder.path("decisions.csv");
    let text = fs::read_to_string(&path)?;
    let mut table = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(text.as_bytes());
    let header = table.headers()?.clone();
    let column = |name: &str| {
        header
            .iter()
            .position(|column| column == name)
            .ok_or_else(|| format!("{name} is missing"))
    };
    let [customer, outcome, field, before, why, decision] = [
        column("customer")?,
        column("outcome")?,
        column("field")?,
        column("before")?,
        column("why")?,
        column("decision")?,
    ];

    let mut saved = csv::WriterBuilder::new().delimiter(b';').from_path(&path)?;
    saved.write_record(&header)?;
    let (mut skipped, mut kept, mut linked) = (false, false, false);
    for line in table.records() {
        let mut line: Vec<String> = line?.iter().map(str::to_owned).collect();
        let cell = |at: usize| line.get(at).map(String::as_str).unwrap_or_default();
        let is_field = !cell(field).is_empty();
        // The id in "matches party 512 by ...".
        let candidate = cell(why)
            .split("party ")
            .nth(1)
            .and_then(|rest| rest.split(' ').next());
        let said = match cell(outcome) {
            "created" if !is_field && !skipped => {
                skipped = true;
                "skip".to_owned()
            }
            "linked" if is_field && !cell(before).is_empty() && !kept => {
                kept = true;
                "keep".to_owned()
            }
            "ambiguous" if candidate.is_some() && !linked => {
                linked = true;
                format!("link {}", candidate.unwrap_or_default())
            }
            _ => cell(decision).to_owned(),
        };
        if said != cell(decision) {
            println!("  {} {}: {said}", cell(customer), cell(field));
        }
        if let Some(cell) = line.get_mut(decision) {
            *cell = said;
        }
        saved.write_record(&line)?;
    }
    saved.flush()?;
    Ok(())
}
