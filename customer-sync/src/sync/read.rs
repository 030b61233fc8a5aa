//! Reading both sides, no more of them than a plan needs.

use std::collections::BTreeSet;

use billit_client::odata::Filter;
use billit_client::parties::{GetParty, ListParties, Party, property};
use billit_client::{PartyId, Record};
use futures_util::future::try_join;
use futures_util::stream::{self, StreamExt};
use planyo_client::InvalidRecord as InvalidUser;
use planyo_client::users::ListEverybody;

use super::{SyncError, SyncOptions};
use crate::customer::{CustomerKey, Problem};
use crate::matching::{Evidence, Match, PartyIndex};
use crate::plan::{Mapped, Plan, Step};
use crate::rules::MappingRules;
use crate::source;
use crate::target::billit::Parties;

pub(super) async fn read_and_plan(
    planyo: &planyo_client::Client,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<(Plan, Parties), SyncError> {
    let users = async { Ok::<_, SyncError>(planyo.pages(ListEverybody::new()).all().await?) };
    let (users, mut parties) = try_join(users, list_parties(billit, None)).await?;
    let unreadable = users
        .invalid
        .iter()
        .map(|user| Err(malformed(user, &options.rules)));
    let readable = users.records.iter().map(|user| {
        let key = || source::planyo::key(&user.id.to_string(), &options.rules);
        source::planyo::customer(user, &options.rules).map_err(|problem| (key(), problem))
    });
    let customers: Vec<Mapped> = readable.chain(unreadable).collect();
    let plan = settle(&customers, &mut parties, billit, options).await?;
    Ok((plan, parties))
}

fn malformed(user: &InvalidUser, rules: &MappingRules) -> (CustomerKey, Problem) {
    // An "id" that is none may be anything, a name or an e-mail address too.
    let is_number = |id: &&str| id.chars().all(|c| c.is_ascii_digit());
    let id = user.id().filter(is_number).unwrap_or("?");
    (
        source::planyo::key(id, rules),
        Problem::Malformed(user.error().to_string()),
    )
}

/// Every party that passes the filter. Suppliers too: Billit may merge a customer into one.
pub(super) async fn list_parties(
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

/// The parties one customer may be: by link, VAT number, customer number and e-mail.
///
/// All of them if that finds nobody, since a filter knows one way of writing only and a create must not double
/// anyone; and if Billit refuses a filter, since it does not publish which properties it filters parties by.
pub(super) async fn candidates(
    billit: &billit_client::Client,
    customers: &[Mapped; 1],
) -> Result<Parties, SyncError> {
    let [Ok(customer)] = customers else {
        return Ok(Parties::default());
    };
    let text = Option::as_deref;
    let filters = [
        Some(property::EXTERNAL_PROVIDER_ID.eq(customer.key.to_string())),
        text(&customer.vat_number).map(|number| property::VAT_NUMBER.eq(number)),
        text(&customer.number).map(|number| property::NR.eq(number)),
        text(&customer.email).map(|email| property::EMAIL.eq(email)),
    ];
    let mut parties = Parties::default();
    for filter in filters.into_iter().flatten() {
        match list_parties(billit, Some(filter)).await {
            Ok(found) => parties.extend(found),
            Err(SyncError::Billit(error)) if refuses_filter(&error) => {
                return list_parties(billit, None).await;
            }
            Err(error) => return Err(error),
        }
    }
    match PartyIndex::new(&parties).find(&Evidence::of(customer)) {
        Match::New => list_parties(billit, None).await,
        _ => Ok(parties),
    }
}

pub(super) fn refuses_filter(error: &billit_client::Error) -> bool {
    error.is_property_refused() || error.status() == Some(400)
}

/// Plans, reads whole what the listing does not tell, and plans again until nothing is unknown.
pub(super) async fn settle(
    customers: &[Mapped],
    parties: &mut Parties,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<Plan, SyncError> {
    let mut tested = false;
    loop {
        let plan = Plan::new(customers, parties, &options.rules);
        let mut unread = plan.unread(parties);
        if unread.is_empty() {
            return Ok(plan);
        }
        // One whole party tells whether list items are whole; most likely that is all there is to read.
        if !tested {
            tested = true;
            unread = richest(parties).into_iter().collect();
        }
        read_whole(unread, parties, billit, options).await?;
    }
}

/// Makes sure, before parties are created, that everybody can be found among those there are, and that it is known,
/// if list items are whole, what a create might overwrite.
pub(super) async fn know_enough_to_create(
    plan: &Plan,
    parties: &mut Parties,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<(), SyncError> {
    const FOUND_BY: [&str; 6] = [
        "ExternalProviderID",
        "VATNumber",
        "Identifiers",
        "Nr",
        "Email",
        "Name",
    ];
    let created: BTreeSet<&str> = plan.steps.iter().flat_map(Step::created_fields).collect();
    let found_by: Vec<&str> = FOUND_BY
        .into_iter()
        .filter(|field| {
            created.contains(field) || (*field == "Identifiers" && created.contains("VATNumber"))
        })
        .collect();
    if created
        .iter()
        .chain(&found_by)
        .any(|field| !parties.knows(field))
    {
        let probe = richest(parties).into_iter().collect();
        read_whole(probe, parties, billit, options).await?;
    }
    if found_by.iter().any(|field| !parties.knows(field)) {
        let unread = parties.unread().map(|party| party.id).collect();
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
    let reads = stream::iter(ids).map(|id| async move { (id, read_party(billit, id).await) });
    let mut reads = reads.buffer_unordered(options.concurrency);
    while let Some((id, party)) = reads.next().await {
        match party {
            Ok(Some(party)) => parties.read_whole(party),
            Ok(None) => parties.remove(id),
            Err(error) if concerns_one_party(&error) => parties.cannot_read(id),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// The list item with the most fields, which tells most about the others.
fn richest(parties: &Parties) -> Option<PartyId> {
    let readable = parties
        .unread()
        .filter(|party| !parties.is_unreadable(party.id));
    readable
        .max_by_key(|party| (party.fields().len(), party.id))
        .map(|party| party.id)
}

/// Whether the answer is about this record, so that others may well be read.
fn concerns_one_party(error: &billit_client::Error) -> bool {
    use billit_client::ErrorKind as K;
    matches!(
        error.kind(),
        K::NoAccess | K::Rejected | K::ServerError | K::Unreadable | K::TooLarge | K::Unexpected
    )
}

/// A party read whole, or nothing if it is not there any more.
pub(super) async fn read_party(
    billit: &billit_client::Client,
    id: PartyId,
) -> Result<Option<Record<Party>>, billit_client::Error> {
    match billit.send(GetParty::new(id)).await {
        Ok(party) => Ok(Some(party)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
