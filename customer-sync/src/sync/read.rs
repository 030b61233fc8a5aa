//! Reading both sides, no more of them than a plan needs.

use billit_client::odata::Filter;
use billit_client::parties::{GetParty, ListParties, Party, PartyType, TextField, property};
use billit_client::{PartyId, Record};
use futures_util::future::try_join;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use planyo_client::InvalidRecord as InvalidUser;
use planyo_client::users::ListEverybody;

use super::{SyncError, SyncOptions};
use crate::customer::{CustomerKey, Problem};
use crate::plan::{Mapped, Plan};
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
    // An "id" that is none may be anything, an e-mail address too.
    let is_plain = |id: &&str| id.len() <= 20 && id.chars().all(|c| c.is_ascii_alphanumeric());
    let id = user.id().filter(is_plain).unwrap_or("?");
    (
        source::planyo::key(id, rules),
        Problem::Malformed(user.error().to_string()),
    )
}

pub(super) async fn list_parties(
    billit: &billit_client::Client,
    filter: Option<Filter<Party>>,
) -> Result<Parties, SyncError> {
    let customers = property::PARTY_TYPE.eq(PartyType::Customer.as_str());
    let filter = match filter {
        Some(filter) => customers.and(filter),
        None => customers,
    };
    let listing = billit
        .pages(ListParties::new().filter(filter))
        .all()
        .await?;
    Ok(Parties::listed(listing.records, listing.invalid))
}

/// The parties one customer may be: by link, VAT number, customer number and e-mail. All of them if Billit refuses
/// a filter: which properties it filters parties by is not published.
pub(super) async fn candidates(
    billit: &billit_client::Client,
    customers: &[Mapped; 1],
) -> Result<Parties, SyncError> {
    let [Ok(customer)] = customers else {
        return Ok(Parties::default());
    };
    let mut filters = vec![property::EXTERNAL_PROVIDER_ID.eq(customer.key.to_string())];
    filters.extend(
        customer
            .vat_number
            .iter()
            .map(|number| property::VAT_NUMBER.eq(number.as_str())),
    );
    filters.extend(
        customer
            .number
            .iter()
            .map(|number| property::NR.eq(number.as_str())),
    );
    filters.extend(customer.email.iter().map(|email| {
        let lower = email.to_lowercase();
        let typed = property::EMAIL.eq(email.as_str());
        if lower == *email {
            typed
        } else {
            typed.or(property::EMAIL.eq(lower))
        }
    }));
    let mut parties = Parties::default();
    for filter in filters {
        match list_parties(billit, Some(filter)).await {
            Ok(found) => parties.extend(found),
            Err(SyncError::Billit(error)) if refuses_filter(&error) => {
                return list_parties(billit, None).await;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(parties)
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
    // Without these nobody can be found, so a summary that lacks one of them is no listing to plan from.
    const FOUND_BY: [TextField; 3] = [
        TextField::ExternalProviderId,
        TextField::VatNumber,
        TextField::Email,
    ];
    let mut tested = false;
    loop {
        let plan = Plan::new(customers, parties, &options.rules);
        let mut unread: Vec<PartyId> = plan.unread().into_iter().collect();
        if FOUND_BY.iter().any(|field| !parties.knows(*field)) {
            unread.extend(parties.unread());
            unread.dedup();
        }
        if unread.is_empty() {
            return Ok(plan);
        }
        // One whole party tells whether list items are whole; most likely that is all there is to read.
        if !tested {
            tested = true;
            unread.truncate(1);
        }
        let read = stream::iter(unread)
            .map(|id| async move { Ok::<_, SyncError>((id, read_party(billit, id).await?)) })
            .buffer_unordered(options.concurrency)
            .try_collect::<Vec<_>>()
            .await?;
        for (id, party) in read {
            match party {
                Some(party) => parties.read_whole(party),
                None => parties.remove(id),
            }
        }
    }
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
