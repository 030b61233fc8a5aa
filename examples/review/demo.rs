//! The review on the sandbox: a plan, the decisions of a bookkeeper, the approved plan, and its undo.

use std::collections::BTreeMap;
use std::fs;

use billit_client::parties::ListParties;
use billit_client::{Client as Billit, PartyId};
use customer_sync::Values;
use customer_sync::party::whole;
use examples::{Failure, LookAlikes, print_line};
use sandbox::Sandbox;

use crate::folder::Folder;
use crate::{apply_decided, plan, undo};

/// False if a customer failed.
pub(crate) async fn run(folder: &Folder) -> Result<bool, Failure> {
    let LookAlikes {
        sandbox: _sandbox,
        planyo,
        billit,
    } = LookAlikes::of(Sandbox::start().await?)?;

    let before = books(&billit).await?;
    plan(&planyo, &billit, folder).await?;
    print_line("\nA bookkeeper decides in her spreadsheet:");
    decide(folder)?;
    print_line("");
    let done = apply_decided(&planyo, &billit, folder).await?;

    print_line("\nUndo of all of it:");
    undo(&billit, folder).await?;
    fill(folder, |_| "apply".to_owned())?;
    let undone = apply_decided(&planyo, &billit, folder).await?;
    let now = books(&billit).await?;
    let same = before
        .iter()
        .filter(|(id, party)| now.get(id) == Some(*party))
        .count();
    print_line(format!(
        "\nOf the {} parties that were there before, {same} are as they were.",
        before.len()
    ));
    print_line(format!(
        "The {} that were created stay, since Billit deletes none; they are unlinked.",
        now.len() - before.len()
    ));
    print_line("\nThe plan is, until a customer changes:");
    plan(&planyo, &billit, folder).await?;
    Ok(done.counts().failed + undone.counts().failed == 0 && same == before.len())
}

/// The parties in Billit, without their dates: a party that is changed back was changed twice.
async fn books(billit: &Billit) -> Result<BTreeMap<PartyId, Values>, Failure> {
    let parties = billit.pages(ListParties::new()).all().await?;
    let values = parties.records.iter().map(|party| (party.id, whole(party)));
    Ok(values.collect())
}

/// What a person would do in a spreadsheet: skip the first customer to be created, keep Billit's value of the first
/// field to be overwritten, link the first ambiguous customer, and fill the rest of the column with `apply`.
fn decide(folder: &Folder) -> Result<(), Failure> {
    let (mut skipped, mut kept, mut linked) = (false, false, false);
    fill(folder, |row| match row.outcome {
        "created" if !row.is_field && !skipped => {
            skipped = true;
            "skip".to_owned()
        }
        "linked" if row.why == "differs" && !kept => {
            kept = true;
            "keep".to_owned()
        }
        "ambiguous" if !row.candidates.is_empty() && !row.candidates.contains(' ') && !linked => {
            linked = true;
            format!("link {}", row.candidates)
        }
        _ => "apply".to_owned(),
    })
}

/// What a person reads of a line.
struct Line<'a> {
    outcome: &'a str,
    is_field: bool,
    why: &'a str,
    candidates: &'a str,
}

/// Fills the column of decisions, and prints those that are not `apply`.
fn fill(folder: &Folder, mut decide: impl FnMut(&Line<'_>) -> String) -> Result<(), Failure> {
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
    let [customer, outcome, field, why, candidates, decision] = [
        column("customer")?,
        column("outcome")?,
        column("field")?,
        column("why")?,
        column("candidates")?,
        column("decision")?,
    ];

    let mut saved = csv::WriterBuilder::new().delimiter(b';').from_path(&path)?;
    saved.write_record(&header)?;
    for line in table.records() {
        let mut line: Vec<String> = line?.iter().map(str::to_owned).collect();
        let cell = |at: usize| line.get(at).map(String::as_str).unwrap_or_default();
        let said = decide(&Line {
            outcome: cell(outcome),
            is_field: !cell(field).is_empty(),
            why: cell(why),
            candidates: cell(candidates),
        });
        if said != "apply" {
            print_line(format!("  {} {}: {said}", cell(customer), cell(field)));
        }
        if let Some(cell) = line.get_mut(decision) {
            *cell = said;
        }
        saved.write_record(&line)?;
    }
    saved.flush()?;
    Ok(())
}
