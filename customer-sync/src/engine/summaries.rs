//! Lists of parties may be summaries: how a run finds out what they leave out, with as few requests as it can.
//!
//! Whether Billit's lists show all fields is unknown. So a run plans by the list, and reads more only while the plan needs
//! a field of which it is not known what the parties have:
//!
//! | stage | what is known | read next, if a needed field is unknown |
//! |---|---|---|
//! | `Listed` | the fields that some list item shows | a probe: the party with the most fields, whole; and for the link, the VAT number, `Nr` and the e-mail, if no item shows them, the list filtered by it |
//! | `Probed` | also which fields lists leave out, and which no party has | whole: the parties of which the plan needs an unknown field; all, if an unlinked customer may be any of them |
//! | `Probed`, again | also all fields of these parties | the parties that the new plan needs; it ends, since a party is read once |

use std::collections::BTreeSet;

use billit_client::PartyId;
use billit_client::odata::Property;
use billit_client::parties::{Party, TextField, property};
use futures_util::stream::{self, StreamExt};

use super::error::SyncError;
use super::options::SyncOptions;
use super::read::{list_parties, read_party, refuses_filter};
use crate::core::customer::MappedCustomer;
use crate::core::field::{Field, FieldSet, LINK, VAT_NUMBER};
use crate::core::parties::{KnownParty, Parties};
use crate::core::plan::{Plan, Step};
use crate::core::planner::Planner;
use crate::core::snapshot::StateSnapshot;

/// Plans, and reads more of the parties until the plan needs no unknown field.
pub(super) async fn plan_with_details(
    customers: &[MappedCustomer],
    parties: &mut Parties,
    memory: &StateSnapshot,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<Plan, SyncError> {
    let mut summaries = Summaries::listed(parties, billit, options);
    loop {
        let mut planner = Planner::new(summaries.parties, &options.rules);
        if let Some(state) = &options.state {
            planner = planner.remembering(memory, state.keeps());
        }
        let plan = planner.plan(customers);
        let unread = plan.unread(summaries.parties);
        if unread.is_empty() {
            return Ok(plan);
        }
        let fields = plan.steps.iter().map(|step| step.unsearchable_fields);
        let fields = fields.fold(FieldSet::EMPTY, FieldSet::union);
        summaries.read_more(fields, unread).await?;
    }
}

/// Makes sure, before parties are created, that each customer can be found among the parties there are, and that it is
/// known, or likely if list items are whole, what a create might overwrite.
pub(super) async fn know_enough_to_create(
    plan: &Plan,
    parties: &mut Parties,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<(), SyncError> {
    const FOUND_BY: FieldSet = FieldSet::text(LINK)
        .union(FieldSet::text(TextField::VatNumber))
        .union(FieldSet::IDENTIFIERS)
        .union(FieldSet::text(TextField::Nr))
        .union(FieldSet::text(TextField::Email))
        .union(FieldSet::text(TextField::Name));
    let created = plan.steps.iter().map(Step::created_fields);
    let created = created.fold(FieldSet::EMPTY, FieldSet::union);
    let mut found_by = created.intersection(FOUND_BY);
    if created.contains(&VAT_NUMBER) {
        found_by = found_by.union(FieldSet::IDENTIFIERS);
    }
    // What Billit cannot change later, a create cannot overwrite.
    let to_know = created.difference(FieldSet::of(&Field::VatDeductable));
    if parties.likely_knows(to_know) && parties.knows(found_by) {
        return Ok(());
    }
    let mut summaries = Summaries::listed(parties, billit, options);
    summaries.read_more(found_by, BTreeSet::new()).await?;
    if !summaries.parties.knows(found_by) {
        let unread = summaries.parties.unread().map(KnownParty::id).collect();
        summaries.read_more(found_by, unread).await?;
    }
    Ok(())
}

struct Summaries<'a> {
    parties: &'a mut Parties,
    billit: &'a billit_client::Client,
    options: &'a SyncOptions,
    stage: Stage,
}

/// See the table of this module.
#[derive(Clone, Copy)]
enum Stage {
    Listed,
    Probed,
}

impl<'a> Summaries<'a> {
    fn listed(
        parties: &'a mut Parties,
        billit: &'a billit_client::Client,
        options: &'a SyncOptions,
    ) -> Self {
        Self {
            parties,
            billit,
            options,
            stage: Stage::Listed,
        }
    }

    /// What comes next in the table: the probe, with the filters for those of these fields that have one, or these parties.
    async fn read_more(
        &mut self,
        fields: FieldSet,
        parties: BTreeSet<PartyId>,
    ) -> Result<(), SyncError> {
        match self.stage {
            Stage::Listed => {
                self.stage = Stage::Probed;
                let richest = self.parties.richest().into_iter().collect();
                self.read_whole(richest).await?;
                self.filter_by(fields).await
            }
            Stage::Probed => self.read_whole(parties).await,
        }
    }

    /// Asks Billit for the parties that have the link, or one of these fields, where no list item shows it: if there is
    /// none, the list leaves nothing out; if there are some, it does.
    async fn filter_by(&mut self, fields: FieldSet) -> Result<(), SyncError> {
        const FILTERED: [(TextField, Property<Party, String>); 3] = [
            (TextField::VatNumber, property::VAT_NUMBER),
            (TextField::Nr, property::NR),
            (TextField::Email, property::EMAIL),
        ];
        let prefix = format!("{}:", self.options.rules.source_name());
        let linked = property::EXTERNAL_PROVIDER_ID.starts_with(&prefix);
        let filters = FILTERED.into_iter();
        // Every text starts with the empty one, and a field that is not there does not.
        let filters = filters.map(|(field, property)| {
            let has_one = property.starts_with("");
            (FieldSet::text(field), has_one)
        });
        let filters = filters.filter(|(field, _)| fields.includes(*field));
        for (field, has) in [(FieldSet::text(LINK), linked)].into_iter().chain(filters) {
            if self.parties.knows(field) {
                continue;
            }
            match list_parties(self.billit, Some(has)).await {
                Ok(found) if found.known().next().is_none() && found.invalid().is_empty() => {
                    self.parties.hides_none(field);
                }
                Ok(_) => self.parties.hides(field),
                Err(SyncError::Billit(error)) if refuses_filter(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn read_whole(&mut self, ids: BTreeSet<PartyId>) -> Result<(), SyncError> {
        /// After so many failures in a row it is Billit that fails, and not a party.
        const MAX_FAILURES: u32 = 5;
        let (parties, billit) = (&mut *self.parties, self.billit);
        let mut failures = 0;
        let reads = stream::iter(ids).map(|id| async move { (id, read_party(billit, id).await) });
        let mut reads = reads.buffer_unordered(self.options.concurrency);
        while let Some((id, party)) = reads.next().await {
            failures += 1;
            match party {
                Ok(Some(party)) if party.id == id => {
                    failures = 0;
                    parties.read_whole(&party);
                }
                Ok(None) => {
                    failures = 0;
                    parties.remove(id);
                }
                // The answer is about another party: of this one nothing is known.
                Ok(Some(_)) => parties.cannot_read(id),
                Err(error) if concerns_one_party(&error) && failures < MAX_FAILURES => {
                    parties.cannot_read(id);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// Whether the answer is about this record, so that others may well be read.
fn concerns_one_party(error: &billit_client::Error) -> bool {
    use billit_client::ErrorKind as K;
    matches!(
        error.kind(),
        K::NoAccess | K::Rejected | K::ServerError | K::Unreadable | K::TooLarge | K::Unexpected
    )
}
