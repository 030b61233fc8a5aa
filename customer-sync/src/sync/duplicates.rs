//! Looking for doubles on both sides.

use billit_client::PartyId;
use futures_util::future::try_join;

use super::read::{all_customers, list_parties};
use super::source::CustomerSource;
use super::{SyncError, SyncOptions};
use crate::customer::CustomerKey;
use crate::duplicates::{Duplicates, duplicates};
use crate::target::billit;

/// Customers of the source who may be one, and parties in Billit that may be one. It reads both lists and writes nothing;
/// of parties it compares what Billit's list shows.
///
/// # Errors
/// When a side cannot be read to its end.
pub async fn find_duplicates<S: CustomerSource + ?Sized>(
    source: &S,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<(Vec<Duplicates<CustomerKey>>, Vec<Duplicates<PartyId>>), SyncError> {
    let both = try_join(all_customers(source, options), list_parties(billit, None));
    let (customers, parties) = both.await?;
    let customers = customers.iter().flatten();
    let customers = customers.map(|customer| {
        let values = billit::desired(customer, &options.rules);
        (customer.key.clone(), values)
    });
    let known = parties.known();
    let known = known.map(|party| (party.id(), parties.values(party)));
    Ok((duplicates(customers), duplicates(known)))
}
