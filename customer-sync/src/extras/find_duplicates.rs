//! Finds possible duplicates on both sides, and between them.

use std::fmt;

use billit_client::PartyId;
use futures_util::future::try_join;
use serde::{Deserialize, Serialize};

use crate::core::customer::CustomerKey;
use crate::core::matching::{Match, MatchKeys, PartyIndex};
use crate::core::{kind, party};
use crate::engine::read::{all_customers, all_parties};
use crate::engine::source::CustomerSource;
use crate::engine::{SyncError, SyncOptions};
use crate::extras::duplicates::{Duplicates, duplicates};

/// A record of one of the two sides.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EitherSide {
    /// A customer of the source.
    Customer(CustomerKey),
    /// A party in Billit.
    Party(PartyId),
}

/// `planyo:7`, or `party 512`.
impl fmt::Display for EitherSide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Customer(key) => key.fmt(f),
            Self::Party(id) => write!(f, "party {id}"),
        }
    }
}

/// What [`find_duplicates`] found. `Debug` shows no personal data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FoundDuplicates {
    /// Customers of the source that may be one.
    pub customers: Vec<Duplicates<CustomerKey>>,
    /// Parties in Billit that may be one.
    pub parties: Vec<Duplicates<PartyId>>,
    /// Customers that have no party and that no run would link, and parties that may be theirs, such as a company with
    /// another e-mail address on each side.
    pub between: Vec<Duplicates<EitherSide>>,
}

/// Possible duplicates among the customers of the source, among the parties in Billit, and between both. Reads both lists
/// and writes nothing; parties are compared by what Billit's list shows.
///
/// # Errors
/// When a side cannot be read to its end.
pub async fn find_duplicates<S: CustomerSource + ?Sized>(
    source: &S,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<FoundDuplicates, SyncError> {
    let both = try_join(all_customers(source, options), all_parties(billit, options));
    let (listed, parties) = both.await?;
    let index = PartyIndex::new(&parties);
    let (mut of_customers, mut of_both) = (Vec::new(), Vec::new());
    for customer in listed.customers.iter().flatten() {
        let values = party::desired(customer, &options.rules);
        let keys = MatchKeys::of(&values, kind::of(customer).0);
        if matches!(index.find(&keys), Match::New | Match::Ambiguous(..)) {
            let key = EitherSide::Customer(customer.key.clone());
            of_both.push((key, values.clone()));
        }
        of_customers.push((customer.key.clone(), values));
    }
    let known: Vec<_> = parties
        .known()
        .map(|party| (party.id(), parties.values(party)))
        .collect();
    let as_either = |(id, values): &(PartyId, _)| (EitherSide::Party(*id), Clone::clone(values));
    of_both.extend(known.iter().map(as_either));
    let mut between = duplicates(of_both);
    between.retain(|group| {
        let is_party = |id: &EitherSide| matches!(id, EitherSide::Party(_));
        group.ids.iter().any(is_party) && !group.ids.iter().all(is_party)
    });
    Ok(FoundDuplicates {
        customers: duplicates(of_customers),
        parties: duplicates(known),
        between,
    })
}
