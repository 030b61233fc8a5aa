//! List items of parties may be summaries: finds out which fields they omit, with as few requests as possible.
//!
//! Whether Billit's lists show all fields is unknown. So a run makes a plan from the list, and reads more only while
//! the plan needs a field whose value is not known:
//!
//! | stage | what is known | read next, if a needed field is unknown |
//! |---|---|---|
//! | `Listed` | the fields that some list item shows | a probe: the party with the most fields, whole; and for the link, the VAT number, `Nr` and the e-mail, if no item shows them, the list filtered by it |
//! | `Probed` | also which fields lists omit, and which no party has | whole: the parties of which the plan needs an unknown field; all, if an unlinked customer may be any of them |
//! | `Probed`, again | also all fields of these parties | the parties that the new plan needs; it ends, since a party is read once |

use std::collections::BTreeSet;

use billit_client::PartyId;
use billit_client::odata::Property;
use billit_client::parties::{Party, TextField, property};
use futures_util::stream::{self, StreamExt};

use super::error::SyncError;
use super::options::{Progress, SyncOptions};
use super::read::{list_parties, read_party, read_remembered, refuses_filter};
use crate::core::customer::{CustomerKey, MappedCustomer};
use crate::core::field::{Field, FieldSet, LINK, VAT_NUMBER};
use crate::core::kind::Kind;
use crate::core::matching::PLACE;
use crate::core::parties::{KnownParty, Parties};
use crate::core::party;
use crate::core::plan::{Action, Plan, Step};
use crate::core::planner::Planner;
use crate::core::snapshot::StateSnapshot;

/// Makes a plan, and reads more of the parties until the plan needs no unknown field.
pub(super) async fn plan_with_details(
    customers: &[MappedCustomer],
    parties: &mut Parties,
    snapshot: &StateSnapshot,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<Plan, SyncError> {
    add_remembered(customers, parties, snapshot, billit, options).await?;
    let mut summaries = Summaries::listed(parties, billit, options);
    loop {
        let mut planner = Planner::new(summaries.parties, &options.rules);
        if let Some(state) = &options.state {
            planner = planner.with_state(snapshot, state.stored_values());
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

/// Adds the parties that the store knows and that are not listed: a list may be late. One that was deleted, or that has
/// another link, is not added. A party that a customer got before it had an id is added too.
async fn add_remembered(
    customers: &[MappedCustomer],
    parties: &mut Parties,
    snapshot: &StateSnapshot,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<(), SyncError> {
    let knows_keys_without_id = snapshot.keys().any(CustomerKey::is_without_id);
    let known = customers.iter().flatten().flat_map(|customer| {
        let before_id = knows_keys_without_id.then(|| customer.key_without_id());
        [Some(customer.key.clone()), before_id.flatten()]
    });
    let known = known.flatten().filter_map(|key| {
        let party = snapshot.get(&key)?.party?;
        let is_listed = parties.get(party).is_some();
        (!is_listed).then(|| (party, key.to_string()))
    });
    let known: BTreeSet<_> = known.collect();
    let reads = stream::iter(known).map(|(id, link)| async move {
        let party = read_remembered(billit, id).await?;
        Ok::<_, SyncError>(party.filter(|party| party::link(party) == Some(&link)))
    });
    let mut reads = reads.buffer_unordered(options.concurrency);
    while let Some(party) = reads.next().await {
        if let Some(party) = party? {
            parties.add_whole(&party);
        }
    }
    Ok(())
}

/// Reads what has to be known before parties are created: whether a party of the customer exists, and the values that a
/// create could overwrite by a merge, as far as list items may omit them.
pub(super) async fn read_before_create(
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
    let is_company = |step: &Step| {
        let is_new = matches!(step.action, Action::Create { .. });
        is_new && step.customer_kind != Kind::Person
    };
    if plan.steps.iter().any(is_company) {
        found_by = found_by.union(created.intersection(PLACE));
    }
    // A field that Billit cannot change later cannot be overwritten by a merge.
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
    /// Parties that were read whole.
    read: usize,
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
            read: 0,
        }
    }

    /// The next step of the table: the probe, with the filters for those of these fields that have one, or these
    /// parties.
    async fn read_more(
        &mut self,
        fields: FieldSet,
        parties: BTreeSet<PartyId>,
    ) -> Result<(), SyncError> {
        match self.stage {
            Stage::Listed => {
                self.stage = Stage::Probed;
                let probe = self.parties.with_most_fields().into_iter().collect();
                self.read_whole(probe).await?;
                self.filter_by(fields).await
            }
            Stage::Probed => self.read_whole(parties).await,
        }
    }

    /// For the link and each of these fields that no list item shows: lists the parties that have it. If there are
    /// none, the list omits nothing; if there are some, list items omit the field.
    async fn filter_by(&mut self, fields: FieldSet) -> Result<(), SyncError> {
        const FILTERED: [(TextField, Property<Party, String>); 3] = [
            (TextField::VatNumber, property::VAT_NUMBER),
            (TextField::Nr, property::NR),
            (TextField::Email, property::EMAIL),
        ];
        let prefix = format!("{}:", self.options.rules.source_name());
        let linked = property::EXTERNAL_PROVIDER_ID.starts_with(&prefix);
        let filters = FILTERED.into_iter();
        // Every text starts with the empty text; a field without a value does not.
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
                    self.parties.list_has_all(field);
                }
                Ok(_) => self.parties.list_omits(field),
                Err(SyncError::Billit(error)) if refuses_filter(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn read_whole(&mut self, ids: BTreeSet<PartyId>) -> Result<(), SyncError> {
        /// After so many failures in a row Billit is failing, and not a single party.
        const MAX_FAILURES: u32 = 5;
        let (parties, billit) = (&mut *self.parties, self.billit);
        let mut failures = 0;
        let reads = stream::iter(ids).map(|id| async move { (id, read_party(billit, id).await) });
        let mut reads = reads.buffer_unordered(self.options.concurrency);
        while let Some((id, party)) = reads.next().await {
            failures += 1;
            self.read += 1;
            self.options
                .report_progress(Progress::WholePartiesRead(self.read));
            match party {
                Ok(Some(party)) if party.id == id => {
                    failures = 0;
                    parties.add_whole(&party);
                }
                Ok(None) => {
                    failures = 0;
                    parties.remove(id);
                }
                // The answer is another party: nothing is known of this one.
                Ok(Some(_)) => parties.add_unreadable(id),
                Err(error) if concerns_one_party(&error) && failures < MAX_FAILURES => {
                    parties.add_unreadable(id);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// Whether the error concerns this party only, so that others may be readable.
fn concerns_one_party(error: &billit_client::Error) -> bool {
    use billit_client::ErrorKind as K;
    matches!(
        error.kind(),
        K::NoAccess | K::Rejected | K::ServerError | K::Unreadable | K::TooLarge | K::Unexpected
    )
}
