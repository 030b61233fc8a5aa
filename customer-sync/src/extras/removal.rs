//! Removal of customers: unlink or anonymise their parties (GDPR erasure), and export what is stored about them.

use billit_client::orders::{ListOrders, property};
use billit_client::parties::TextField;
use billit_client::{ErrorKind, PartyId};
use serde_json::{Value, json};

use super::party_step::{party_step, unlink_changes};
use crate::core::change::{Change, Note};
use crate::core::customer::CustomerKey;
use crate::core::field::{Field, LINK, NAME};
use crate::core::merge::LastValue;
use crate::core::parties::KnownParty;
use crate::core::party;
use crate::core::plan::{Action, Plan, Purpose, Step};
use crate::core::values::Values;
use crate::engine::read::{all_customers, list_parties, read_remembered};
use crate::engine::source::{key_of, keys_before_id};
use crate::engine::{CustomerSource, SyncError, SyncOptions};
use crate::extras::recalls::RecallStore;
use crate::store::State;

/// What to do with a customer that is missing from the source, or asks for erasure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Removal {
    /// Nothing.
    #[default]
    Keep,
    /// The party loses its link, and stays as it is.
    Unlink,
    /// The party loses its link and its personal data, as far as Billit's API can blank it: e-mail, phones, IBAN and
    /// contact names. If it has invoices, the name, the address and the numbers stay, as bookkeeping law requires;
    /// otherwise they are removed too. A tombstone makes later syncs skip this key, and any customer with this e-mail
    /// address that has no party yet (a family may share an address). The customer's data in the store is removed.
    Anonymise,
}

/// In how many complete listings of the source in a row a customer must be missing before it is removed.
const MISSED_LISTINGS: u32 = 2;

/// The name of an anonymised party without invoices: Billit requires a name.
const REMOVED_NAME: &str = "(removed)";

/// Plans the removal of the customers that were missing from the last two complete listings of the source, as counted
/// in the [store](SyncOptions::store): a plan for [`apply`](crate::apply). The source is listed once more, and
/// customers that are back are left alone.
///
/// A customer with upcoming reservations is skipped, and, for [`Removal::Anonymise`], one with unpaid invoices.
///
/// # Errors
/// Without a store, or when a side cannot be read.
pub async fn plan_removals<S: CustomerSource + ?Sized>(
    source: &S,
    billit: &billit_client::Client,
    removal: Removal,
    options: &SyncOptions,
) -> Result<Plan, SyncError> {
    let state = options.state.as_ref().ok_or(SyncError::NoStore)?;
    let now = all_customers(source, options).await?;
    let listed: std::collections::BTreeSet<&CustomerKey> =
        now.customers.iter().map(key_of).collect();
    let all = state.customers().await?;
    let missed = all.iter().filter(|(key, known)| {
        let is_of_this_source = key.source() == options.rules.source_name();
        is_of_this_source && known.missed >= MISSED_LISTINGS && !listed.contains(key)
    });
    let mut missing: Vec<_> = missed.collect();
    if missing.iter().any(|(key, _)| key.is_without_id()) {
        // Whoever got an id is back, by another key, unless that key has a party of its own.
        let before_id = keys_before_id(&now.customers);
        let party = |key: &CustomerKey| all.get(key).and_then(|known| known.party);
        missing.retain(|(key, _)| {
            let now = before_id.get(key);
            now.is_none_or(|now| party(now).is_some())
        });
    }
    let mut planner = RemovalPlanner::new(removal, state);
    for (key, known) in missing {
        if now.unproven_end {
            let reason =
                "not done: the end of the source's list is not proven, and it may be there";
            planner.keep(key, known.party, reason);
            continue;
        }
        if planner.add(source, billit, key, known.party).await? {
            // Its party may be deleted, or have another address now.
            let email = known.applied.get(&Field::Text(TextField::Email));
            let email = email.and_then(LastValue::value).flatten();
            planner.add_tombstones(key, email).await?;
        }
    }
    Ok(planner.plan)
}

/// Plans the removal of one customer on request, whether the source still has it or not: a plan for
/// [`apply`](crate::apply). Removing it from the source is up to you; with [`Removal::Anonymise`] later syncs skip it
/// in any case.
///
/// It is skipped, with the reason, while the customer has upcoming reservations, or, for [`Removal::Anonymise`], unpaid
/// invoices.
///
/// # Errors
/// Without a store, for a customer of another source, or when a side cannot be read.
pub async fn plan_removal<S: CustomerSource + ?Sized>(
    source: &S,
    billit: &billit_client::Client,
    key: &CustomerKey,
    removal: Removal,
    options: &SyncOptions,
) -> Result<Plan, SyncError> {
    if key.source() != options.rules.source_name() {
        return Err(SyncError::OtherSource(key.clone()));
    }
    let state = options.state.as_ref().ok_or(SyncError::NoStore)?;
    let known = state.customer(key).await?.and_then(|known| known.party);
    let party = if known.is_some() {
        known
    } else {
        let parties = list_parties(billit, None).await?;
        let link = key.to_string();
        let mut linked = parties.known().filter(|party| party.link() == Some(&link));
        linked.next().map(KnownParty::id)
    };
    let mut planner = RemovalPlanner::new(removal, state);
    let is_removed = planner.add(source, billit, key, party).await?;
    // The source may know an address that Billit does not.
    if is_removed && let Ok(Ok(customer)) = source.customer(key.id(), &options.rules).await {
        let email = customer.email.as_deref();
        planner.add_tombstones(key, email).await?;
    }
    Ok(planner.plan)
}

/// Whether a customer can be removed now.
enum Decision {
    Remove(Step),
    Keep(Step),
}

/// Builds a plan of removals.
struct RemovalPlanner<'a> {
    removal: Removal,
    state: &'a State,
    plan: Plan,
}

impl<'a> RemovalPlanner<'a> {
    fn new(removal: Removal, state: &'a State) -> Self {
        let purpose = match removal {
            Removal::Anonymise => Purpose::Erase(Vec::new()),
            _ => Purpose::Unlink,
        };
        let plan = Plan {
            version: Plan::VERSION,
            purpose,
            rules: None,
            steps: Vec::new(),
            missing_from_source: Vec::new(),
            warnings: Vec::new(),
            unproven_end: false,
        };
        Self {
            removal,
            state,
            plan,
        }
    }

    async fn add<S: CustomerSource + ?Sized>(
        &mut self,
        source: &S,
        billit: &billit_client::Client,
        key: &CustomerKey,
        party: Option<PartyId>,
    ) -> Result<bool, SyncError> {
        let (step, is_removed) = match self.decide(source, billit, key, party).await? {
            Decision::Remove(step) => {
                let mut changes = step.changes().iter();
                let email = changes.find(|change| change.field == Field::Text(TextField::Email));
                let email = email.and_then(|change| change.before.as_deref());
                self.add_tombstones(key, email).await?;
                (step, true)
            }
            Decision::Keep(step) => (step, false),
        };
        self.plan.steps.push(step);
        Ok(is_removed)
    }

    fn keep(&mut self, key: &CustomerKey, party: Option<PartyId>, reason: &str) {
        let reason = reason.to_owned();
        let action = Action::Skip { party, reason };
        let step = party_step(key.clone(), &Values::default(), action, Vec::new());
        self.plan.steps.push(step);
    }

    async fn add_tombstones(
        &mut self,
        key: &CustomerKey,
        emails: Option<&str>,
    ) -> Result<(), SyncError> {
        if let Purpose::Erase(tombstones) = &mut self.plan.purpose {
            let fingerprints = self.state.tombstones_of(key, emails).await?.into_iter();
            tombstones.extend(fingerprints.map(|fingerprint| (key.clone(), fingerprint)));
            tombstones.sort_unstable();
            tombstones.dedup();
        }
        Ok(())
    }

    async fn decide<S: CustomerSource + ?Sized>(
        &self,
        source: &S,
        billit: &billit_client::Client,
        key: &CustomerKey,
        party: Option<PartyId>,
    ) -> Result<Decision, SyncError> {
        let skipped = |reason: &str| {
            let reason = reason.to_owned();
            let action = Action::Skip { party, reason };
            party_step(key.clone(), &Values::default(), action, Vec::new())
        };
        if self.removal == Removal::Keep {
            let step = skipped("gone from the source; the policy keeps its party");
            return Ok(Decision::Keep(step));
        }
        let is_booked = source.has_upcoming_reservations(key.id()).await?;
        if is_booked == Some(true) {
            let step = skipped("not done: it has bookings that are not over");
            return Ok(Decision::Keep(step));
        }
        let party = match party {
            Some(id) => read_remembered(billit, id).await?,
            None => None,
        };
        let link = key.to_string();
        let Some(party) = party.filter(|party| party::link(party) == Some(&link)) else {
            // Nothing to blank, but the tombstone is needed.
            return Ok(Decision::Remove(skipped(match self.removal {
                Removal::Anonymise => {
                    "no party is linked to it; the store forgets it, and it does not come back"
                }
                _ => "no party is linked to it",
            })));
        };
        let now = party::whole(&party);
        let (mut changes, mut notes) = unlink_changes(&now, None, "the customer has left");
        if self.removal == Removal::Anonymise {
            let refusal = match Invoices::of(party.id, billit).await? {
                Invoices::Unknown => "Billit does not tell whether it has open invoices",
                Invoices::Open => "it has invoices that are not paid",
                Invoices::Paid => {
                    blank(&now, &CONTACT_FIELDS, &mut changes, &mut notes);
                    ""
                }
                Invoices::None => {
                    let all = [&CONTACT_FIELDS[..], &INVOICE_FIELDS[..]].concat();
                    blank(&now, &all, &mut changes, &mut notes);
                    ""
                }
            };
            if !refusal.is_empty() {
                return Ok(Decision::Keep(skipped(&format!("not done: {refusal}"))));
            }
        }
        if is_booked.is_none() {
            let reason = "the source cannot tell whether there are bookings that are not over";
            notes.push(Note::new(Field::Text(LINK), reason));
        }
        let party = party.id;
        let action = Action::Update { party, changes };
        Ok(Decision::Remove(party_step(
            key.clone(),
            &now,
            action,
            notes,
        )))
    }
}

/// Contact data, which no invoice needs.
const CONTACT_FIELDS: [TextField; 7] = [
    TextField::ContactFirstName,
    TextField::ContactLastName,
    TextField::Email,
    TextField::Phone,
    TextField::Mobile,
    TextField::Fax,
    TextField::Iban,
];

/// The data on an invoice.
const INVOICE_FIELDS: [TextField; 10] = [
    TextField::Name,
    TextField::CommercialName,
    TextField::Street,
    TextField::StreetNumber,
    TextField::Box,
    TextField::Zipcode,
    TextField::City,
    TextField::CountryCode,
    TextField::VatNumber,
    TextField::Nr,
];

/// Blanks these fields, and notes those that are kept for bookkeeping.
fn blank(now: &Values, fields: &[TextField], changes: &mut Vec<Change>, notes: &mut Vec<Note>) {
    for field in fields.iter().map(|field| Field::Text(*field)) {
        let after = (field == NAME).then(|| REMOVED_NAME.to_owned());
        let before = now.text(&field).map(str::to_owned);
        if before.is_some() && before != after {
            changes.push(Change {
                field,
                before,
                after,
            });
        }
    }
    let kept = INVOICE_FIELDS
        .into_iter()
        .filter(|field| !fields.contains(field));
    let kept = kept.map(Field::Text);
    let kept = kept.filter(|field| now.text(field).is_some());
    let reason = "kept: it stands on invoices, which the law on bookkeeping wants as they are";
    notes.extend(kept.map(|field| Note::new(field, reason)));
}

/// Whether a party has invoices or other orders, and whether they are paid.
enum Invoices {
    None,
    Paid,
    Open,
    Unknown,
}

impl Invoices {
    async fn of(party: PartyId, billit: &billit_client::Client) -> Result<Self, SyncError> {
        let of_party = || property::COUNTER_PARTY_ID.eq(party);
        let open = of_party().and(property::PAID.eq(false));
        for (filter, found) in [(open, Self::Open), (of_party(), Self::Paid)] {
            let list = ListOrders::new().filter(filter).top(1);
            let mut pages = billit.pages(list);
            match pages.next_page().await {
                Ok(Some(page)) if !page.is_empty() => return Ok(found),
                Ok(_) => {}
                Err(error)
                    if error.is_property_refused() || error.kind() == ErrorKind::Rejected =>
                {
                    return Ok(Self::Unknown);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Self::None)
    }
}

/// Everything stored about one customer, for a data access request: the current records in the source and in Billit,
/// the state in the store, and the history of runs. Personal data.
///
/// # Errors
/// When a side cannot be read. It is no error if the source does not have the customer any more.
pub async fn export_customer<S: CustomerSource + ?Sized>(
    source: &S,
    billit: &billit_client::Client,
    key: &CustomerKey,
    options: &SyncOptions,
) -> Result<Value, SyncError> {
    let (mut remembered, mut history, mut erasure) = (None, None, None);
    let (mut recalls, mut opted_out) = (Vec::new(), Vec::new());
    if let Some(state) = &options.state {
        remembered = state.customer(key).await?;
        history = Some(state.history(key).await?);
        erasure = state.erasure(key).await?;
        let stored = RecallStore::new(state);
        recalls = stored.of_customer(key).await?;
        opted_out = stored.opted_out_of(key).await?;
    }
    let customer = match source.customer(key.id(), &options.rules).await {
        Ok(Ok(customer)) => json!(customer),
        Ok(Err((_, problem))) => json!({ "problem": problem.to_string() }),
        Err(error) if error.is_not_found() => Value::Null,
        Err(error) => return Err(error),
    };
    let known = remembered.as_ref().and_then(|known| known.party);
    let link = key.to_string();
    let mut party = Value::Null;
    if let Some(id) = known
        && let Some(record) = read_remembered(billit, id).await?
        && party::link(&record) == Some(&link)
    {
        party = json!(record.raw());
    }
    if party.is_null() {
        let by_link = billit_client::parties::property::EXTERNAL_PROVIDER_ID.eq(link.as_str());
        let linked = list_parties(billit, Some(by_link)).await;
        let linked = match linked {
            Err(SyncError::Billit(error)) if crate::engine::read::refuses_filter(&error) => {
                list_parties(billit, None).await?
            }
            linked => linked?,
        };
        let id = linked.known().find(|party| party.link() == Some(&link));
        if let Some(id) = id.map(KnownParty::id)
            && let Some(record) = read_remembered(billit, id).await?
        {
            party = json!(record.raw());
        }
    }
    Ok(json!({
        "customer": key,
        "source": customer,
        "billit": party,
        "store": {
            "remembered": remembered,
            "history": history,
            "erasure": erasure,
            "recalls": recalls,
            "opted_out": opted_out,
        },
    }))
}
