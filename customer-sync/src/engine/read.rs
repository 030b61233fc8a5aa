//! Reading both sides, no more of them than a plan needs.

use std::collections::{BTreeSet, HashMap};

use billit_client::odata::{Filter, Property};
use billit_client::parties::{GetParty, ListParties, Party, TextField, property};
use billit_client::{PartyId, Record};
use futures_util::future::try_join;
use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::remember::Remembering;
use super::source::key_of;
use super::{CustomerSource, SyncError, SyncOptions};
use crate::core::customer::{CustomerKey, MappedCustomer, Problem};
use crate::core::field::{Field, FieldSet, LINK, VAT_NUMBER};
use crate::core::fingerprint::Fingerprint;
use crate::core::matching::PartyIndex;
use crate::core::parties::{KnownParty, Parties};
use crate::core::party;
use crate::core::plan::{Action, Plan, Step};
use crate::core::planner::Planner;
use crate::core::snapshot::StateSnapshot;

pub(super) async fn read_and_plan<S: CustomerSource + ?Sized>(
    source: &S,
    billit: &billit_client::Client,
    remembering: &Remembering,
    options: &SyncOptions,
) -> Result<(Plan, Parties), SyncError> {
    let customers = all_customers(source, options);
    let (customers, mut parties) = try_join(customers, list_parties(billit, None)).await?;
    let memory = &remembering.memory;
    let mut plan = settle(&customers, &mut parties, memory, billit, options).await?;
    let keys: BTreeSet<&CustomerKey> = customers.iter().map(key_of).collect();
    plan.find_missing(&parties, memory, &options.rules, &keys);
    Ok((plan, parties))
}

/// Every customer of the source, or an error: half a listing is none.
pub(crate) async fn all_customers<S: CustomerSource + ?Sized>(
    source: &S,
    options: &SyncOptions,
) -> Result<Vec<MappedCustomer>, SyncError> {
    let pages: Vec<Vec<MappedCustomer>> = source.customers(&options.rules).try_collect().await?;
    let customers = pages.into_iter().flatten().collect();
    without_the_forgotten(customers, options)
}

/// The customers, those who were forgotten on request as such.
pub(crate) fn without_the_forgotten(
    mut customers: Vec<MappedCustomer>,
    options: &SyncOptions,
) -> Result<Vec<MappedCustomer>, SyncError> {
    let Some(state) = &options.state else {
        return Ok(customers);
    };
    if let Some(tombstones) = state.tombstones()? {
        for mapped in &mut customers {
            if let Ok(customer) = mapped
                && tombstones.cover(customer, state)?
            {
                *mapped = Err((customer.key.clone(), Problem::Erased));
            }
        }
    }
    Ok(customers)
}

/// The plan without the steps whose customer has changed in the source since it was made.
pub(crate) async fn moved_in_source<S: CustomerSource + ?Sized>(
    plan: &Plan,
    source: &S,
    options: &SyncOptions,
) -> Result<Plan, SyncError> {
    let mut plan = plan.clone();
    if !plan.steps.iter().any(Step::writes) {
        return Ok(plan);
    }
    let customers = all_customers(source, options).await?;
    let now: HashMap<CustomerKey, Fingerprint> = customers
        .iter()
        .flatten()
        .map(|customer| {
            let said = party::source_values(customer, &options.rules).fingerprint();
            (customer.key.clone(), said)
        })
        .collect();
    for step in plan.steps.iter_mut().filter(|step| step.writes()) {
        let seen = step.preconditions.as_ref().map(|seen| seen.source);
        if now.get(&step.key).copied() != seen {
            let reason = "the record has changed in the source, or the rules have, since the plan";
            step.action = Action::Skip {
                party: step.party(),
                reason: reason.to_owned(),
            };
        }
    }
    Ok(plan)
}

/// Every party that passes the filter. Suppliers too: Billit may merge a customer into one.
pub(crate) async fn list_parties(
    billit: &billit_client::Client,
    filter: Option<Filter<Party>>,
) -> Result<Parties, SyncError> {
    let list = ListParties::new();
    let list = match filter {
        Some(filter) => list.filter(filter),
        None => list,
    };
    let listing = billit.pages(list).all().await?;
    Ok(Parties::listed(listing.records, listing.invalid))
}

/// The party that is remembered of a customer, or is linked to it, or else all parties: a filter knows one way of writing only, and who is
/// not linked yet must be found however Billit writes his number and e-mail address. So each customer costs one
/// listing once.
pub(crate) async fn candidates(
    billit: &billit_client::Client,
    customers: &[MappedCustomer],
    remembered: Option<PartyId>,
) -> Result<Parties, SyncError> {
    let Some(Ok(customer)) = customers.first() else {
        return Ok(Parties::default());
    };
    let link = customer.key.to_string();
    if let Some(id) = remembered
        && let Some(party) = read_remembered(billit, id).await?
        && party.text(LINK) == Some(&link)
    {
        // Also where Billit's lists do not show yet what was created a moment ago.
        let mut parties = Parties::default();
        parties.read_whole(&party);
        return Ok(parties);
    }
    let by_link = property::EXTERNAL_PROVIDER_ID.eq(link.as_str());
    let found = match list_parties(billit, Some(by_link)).await {
        // Which properties Billit filters parties by is not published.
        Err(SyncError::Billit(error)) if refuses_filter(&error) => Parties::default(),
        found => found?,
    };
    let is_linked = PartyIndex::new(&found).linked(&link).next().is_some();
    if is_linked {
        return Ok(found);
    }
    list_parties(billit, None).await
}

pub(crate) fn refuses_filter(error: &billit_client::Error) -> bool {
    error.is_property_refused() || error.status() == Some(400)
}

/// Plans, reads whole what the listing does not tell, and plans again until nothing is unknown.
pub(crate) async fn settle(
    customers: &[MappedCustomer],
    parties: &mut Parties,
    memory: &StateSnapshot,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<Plan, SyncError> {
    let mut tested = false;
    loop {
        let mut planner = Planner::new(parties, &options.rules);
        if options.state.is_some() {
            planner = planner.remembering(memory, options.keep);
        }
        let plan = planner.plan(customers);
        let unread = plan.unread(parties);
        if unread.is_empty() {
            return Ok(plan);
        }
        if tested {
            read_whole(unread, parties, billit, options).await?;
        } else {
            tested = true;
            let fields = plan.steps.iter().map(|step| step.unsearchable_fields);
            let fields = fields.fold(FieldSet::EMPTY, FieldSet::union);
            test_list(fields, parties, billit, options).await?;
        }
    }
}

/// Finds out what the list leaves out: from one party read whole, and, of these fields that no party shows, from Billit's
/// own word. A party without a field tells nothing of it, however many others it has.
async fn test_list(
    fields: FieldSet,
    parties: &mut Parties,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<(), SyncError> {
    const ASKED: [(TextField, Property<Party, String>); 3] = [
        (TextField::VatNumber, property::VAT_NUMBER),
        (TextField::Nr, property::NR),
        (TextField::Email, property::EMAIL),
    ];
    let probe = parties.richest().into_iter().collect();
    read_whole(probe, parties, billit, options).await?;
    let prefix = format!("{}:", options.rules.source_name());
    let linked = property::EXTERNAL_PROVIDER_ID.starts_with(&prefix);
    let asked = ASKED.into_iter();
    // Every text begins so, and what is not there does not.
    let asked = asked.map(|(field, property)| (FieldSet::text(field), property.starts_with("")));
    let asked = asked.filter(|(field, _)| fields.includes(*field));
    for (field, has) in [(FieldSet::text(LINK), linked)].into_iter().chain(asked) {
        if parties.knows(field) {
            continue;
        }
        // Either no party has it, or lists do not show it.
        match list_parties(billit, Some(has)).await {
            Ok(found) if found.known().next().is_none() && found.invalid().is_empty() => {
                parties.hides_none(field);
            }
            Ok(_) => parties.hides(field),
            Err(SyncError::Billit(error)) if refuses_filter(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Makes sure, before parties are created, that everybody can be found among those there are, and that it is known,
/// if list items are whole, what a create might overwrite.
pub(crate) async fn know_enough_to_create(
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
    if !parties.likely_knows(to_know) || !parties.knows(found_by) {
        test_list(found_by, parties, billit, options).await?;
    }
    if !parties.knows(found_by) {
        let unread = parties.unread().map(KnownParty::id).collect();
        read_whole(unread, parties, billit, options).await?;
    }
    Ok(())
}

async fn read_whole(
    ids: BTreeSet<PartyId>,
    parties: &mut Parties,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<(), SyncError> {
    /// After so many failures in a row it is Billit that fails, and not a party.
    const MOST_FAILURES: u32 = 5;
    let mut failures = 0;
    let reads = stream::iter(ids).map(|id| async move { (id, read_party(billit, id).await) });
    let mut reads = reads.buffer_unordered(options.concurrency);
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
            Err(error) if concerns_one_party(&error) && failures < MOST_FAILURES => {
                parties.cannot_read(id);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Whether the answer is about this record, so that others may well be read.
fn concerns_one_party(error: &billit_client::Error) -> bool {
    use billit_client::ErrorKind as K;
    matches!(
        error.kind(),
        K::NoAccess | K::Rejected | K::ServerError | K::Unreadable | K::TooLarge | K::Unexpected
    )
}

/// A party that an earlier run knew. Of one that is gone Billit may say that it is not the key's to see, as it does of
/// others' parties: then the listing tells whether there is one.
pub(crate) async fn read_remembered(
    billit: &billit_client::Client,
    id: PartyId,
) -> Result<Option<Record<Party>>, billit_client::Error> {
    match read_party(billit, id).await {
        Err(error) if error.is_no_access() => Ok(None),
        read => read,
    }
}

/// A party read whole, or nothing if it is not there any more.
pub(crate) async fn read_party(
    billit: &billit_client::Client,
    id: PartyId,
) -> Result<Option<Record<Party>>, billit_client::Error> {
    match billit.send(GetParty::new(id)).await {
        Ok(party) => Ok(Some(party)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
