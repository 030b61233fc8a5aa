//! Finds possible duplicates on both sides.

use billit_client::PartyId;
use futures_util::future::try_join;

use crate::core::customer::CustomerKey;
use crate::core::party;
use crate::engine::read::{all_customers, list_parties};
use crate::engine::source::CustomerSource;
use crate::engine::{SyncError, SyncOptions};
use crate::extras::duplicates::{Duplicates, duplicates};

/// Possible duplicates among the customers of the source, and among the parties in Billit. Reads both lists and writes
/// nothing; parties are compared by what Billit's list shows.
///
/// # Errors
/// When a side cannot be read to its end.
pub async fn find_duplicates<S: CustomerSource + ?Sized>(
    source: &S,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<(Vec<Duplicates<CustomerKey>>, Vec<Duplicates<PartyId>>), SyncError> {
    let both = try_join(all_customers(source, options), list_parties(billit, None));
    let (listed, parties) = both.await?;
    let customers = listed.customers.iter().flatten();
    let customers = customers.map(|customer| {
        let values = party::desired(customer, &options.rules);
        (customer.key.clone(), values)
    });
    let known = parties.known();
    let known = known.map(|party| (party.id(), parties.values(party)));
    Ok((duplicates(customers), duplicates(known)))
}
