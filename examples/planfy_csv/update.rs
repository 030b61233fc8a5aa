//! Corrections made in Billit, as a file that Planfy imports.

use std::collections::BTreeMap;
use std::path::Path;

use billit_client::parties::GetParty;
use billit_client::{Client as Billit, PartyId};
use customer_sync::planfy::{self, Column, Entry, Export, Row, Writer};
use customer_sync::{CustomerKey, MappingRules, private_files};
use examples::Failure;

use crate::job::Cells;

/// Writes the customers that differ in Billit, with their ids and all columns of the export. Every party is read in
/// full, since list items may be summaries.
pub(crate) async fn write(
    path: &Path,
    export: &Export,
    billit: &Billit,
    parties: &BTreeMap<CustomerKey, PartyId>,
    rules: &MappingRules,
    cells: Cells,
) -> Result<usize, Failure> {
    let first = export.rows()?.find_map(|row| row.ok()?.ok());
    let names = first.iter().flat_map(Row::properties);
    let names: Vec<&str> = names.map(|(name, _)| name).collect();
    let mut text = Vec::new();
    let mut update = Writer::update(&mut text).properties(names);
    if let Cells::AsTyped = cells {
        update = update.as_typed();
    }
    let mut written = 0;
    for row in export.rows()? {
        let row = row?;
        // A quarantined customer has no party, and one without an id cannot be updated.
        let (Ok(customer), Ok(row)) = (planfy::customer(&row, rules), row) else {
            continue;
        };
        let has_id = row
            .get(Column::PlanfyId)
            .is_some_and(|id| !id.trim().is_empty());
        let Some(party) = parties.get(&customer.key).filter(|_| has_id) else {
            continue;
        };
        let party = billit.send(GetParty::new(*party)).await?;
        if let Some(entry) = Entry::corrected(&row, &customer, &party, rules) {
            update.write(&entry)?;
            written += 1;
        }
    }
    update.finish()?;
    private_files::write(path, text)?;
    Ok(written)
}
