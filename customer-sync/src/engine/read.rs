//! Reading customers and parties.

use billit_client::odata::Filter;
use billit_client::parties::{GetParty, ListParties, Party, property};
use billit_client::{PartyId, Record};
use futures_util::stream::TryStreamExt;

use super::error::SyncError;
use super::options::{Progress, SyncOptions};
use super::source::{CustomerPage, CustomerSource, key_of};
use crate::core::customer::{MappedCustomer, Problem};
use crate::core::field::LINK;
use crate::core::matching::PartyIndex;
use crate::core::parties::Parties;

/// All customers of the source as one page, or an error: an incomplete listing is never used.
pub(crate) async fn all_customers<S: CustomerSource + ?Sized>(
    source: &S,
    options: &SyncOptions,
) -> Result<CustomerPage, SyncError> {
    source.check_rules(&options.rules)?;
    let mut pages = source.customers(&options.rules);
    let mut all = CustomerPage::default();
    while let Some(page) = pages.try_next().await? {
        all.customers.extend(page.customers);
        all.properties.extend(page.properties);
        all.unproven_end |= page.unproven_end;
        options.report_progress(Progress::CustomersRead(all.customers.len()));
    }
    drop(pages);
    all.customers = without_erased(all.customers, options).await?;
    Ok(all)
}

/// The customers; one that was erased on request becomes [`Problem::Erased`].
pub(crate) async fn without_erased(
    mut customers: Vec<MappedCustomer>,
    options: &SyncOptions,
) -> Result<Vec<MappedCustomer>, SyncError> {
    let Some(state) = &options.state else {
        return Ok(customers);
    };
    if let Some(tombstones) = state.tombstones().await? {
        for mapped in &mut customers {
            let is_erased = match mapped {
                Ok(customer) => tombstones.matches(customer, state).await?,
                Err((key, problem)) => problem.is_erasure_in_source() && tombstones.has(key),
            };
            if is_erased {
                *mapped = Err((key_of(mapped).clone(), Problem::Erased));
            }
        }
    }
    Ok(customers)
}

/// All parties, also suppliers: Billit may merge a customer into one.
pub(crate) async fn all_parties(
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<Parties, SyncError> {
    let mut pages = billit.pages(ListParties::new());
    let (mut records, mut invalid) = (Vec::new(), Vec::new());
    while let Some(page) = pages.next_page().await? {
        for party in page {
            match party {
                Ok(party) => records.push(party),
                Err(party) => invalid.push(party),
            }
        }
        options.report_progress(Progress::PartiesRead(records.len() + invalid.len()));
    }
    Ok(Parties::listed(records, invalid))
}

/// All parties that match the filter, also suppliers: Billit may merge a customer into one.
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

/// The parties that a customer may be: the one in the store, or those with its link, or else all. A filter matches only
/// one spelling, and a customer that is not linked yet must be found however Billit writes its number and e-mail
/// address. So each customer costs one complete listing, once. One that was erased in the source is looked for by its link
/// alone.
pub(crate) async fn candidates(
    billit: &billit_client::Client,
    customers: &[MappedCustomer],
    remembered: Option<PartyId>,
) -> Result<Parties, SyncError> {
    let (key, is_erased) = match customers.first() {
        Some(Ok(customer)) => (&customer.key, false),
        Some(Err((key, problem))) if problem.is_erasure_in_source() => (key, true),
        _ => return Ok(Parties::default()),
    };
    let link = key.to_string();
    if let Some(id) = remembered
        && let Some(party) = read_remembered(billit, id).await?
        && party.text(LINK) == Some(&link)
    {
        // This also finds a party that was created a moment ago and is not in Billit's lists yet.
        let mut parties = Parties::default();
        parties.add_whole(&party);
        return Ok(parties);
    }
    let by_link = property::EXTERNAL_PROVIDER_ID.eq(link.as_str());
    match list_parties(billit, Some(by_link)).await {
        // By which properties Billit can filter parties is unknown.
        Err(SyncError::Billit(error)) if refuses_filter(&error) => {}
        found => {
            let found = found?;
            let is_linked = PartyIndex::new(&found).linked(&link).next().is_some();
            if is_linked || is_erased {
                return Ok(found);
            }
        }
    }
    list_parties(billit, None).await
}

pub(crate) fn refuses_filter(error: &billit_client::Error) -> bool {
    error.is_property_refused() || error.status() == Some(400)
}

/// Reads a party from the store's state. For a deleted party Billit may answer "no access", as for parties of another
/// company: then the caller has to look in the listing.
pub(crate) async fn read_remembered(
    billit: &billit_client::Client,
    id: PartyId,
) -> Result<Option<Record<Party>>, billit_client::Error> {
    match read_party(billit, id).await {
        Err(error) if error.is_no_access() => Ok(None),
        read => read,
    }
}

/// A party read whole, or `None` if it does not exist any more.
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
