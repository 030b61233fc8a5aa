//! Customers who leave: unlinked, forgotten, and told what is held of them.

use billit_client::orders::{ListOrders, property};
use billit_client::parties::TextField;
use billit_client::{ErrorKind, PartyId};
use serde_json::{Value, json};

use super::party_step::{party_step, unlinked};
use crate::core::change::{Change, Note};
use crate::core::customer::CustomerKey;
use crate::core::field::{Field, LINK, NAME};
use crate::core::merge::LastValue;
use crate::core::parties::KnownParty;
use crate::core::party;
use crate::core::plan::{Action, Plan, Purpose, Step};
use crate::core::values::Values;
use crate::engine::read::{all_customers, list_parties, read_remembered};
use crate::engine::source::key_of;
use crate::engine::{CustomerSource, SyncError, SyncOptions};
use crate::store::State;

/// What is done about a customer who is gone from the source, or who asks to be forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Removal {
    /// Nothing.
    #[default]
    Keep,
    /// The party loses its link, and stays as it is.
    Unlink,
    /// The party loses its link and what is personal in it, as far as Billit's API can blank it: the ways to reach the
    /// person, and the names of contacts. Of a party with invoices the name, the address and the numbers stay, which
    /// bookkeeping law wants; of one without any, they go too. A tombstone keeps the person away from later syncs, under
    /// this key and whoever comes by this e-mail address, but for those who have a party of their own already: a family may
    /// share an address. What the store has of the person is removed.
    Anonymise,
}

/// In so many complete listings of the source, one after the other, a customer must be missing before it is taken for gone.
const LISTINGS: u32 = 2;

/// What takes the place of the name of a party that has no invoice: Billit wants one.
const NOBODY: &str = "(removed)";

/// What would be done about the customers who were in none of the last two complete listings of the source, as the
/// [store](SyncOptions::store) counted them: a plan for [`apply`](crate::apply). The source is listed once more: who is
/// there again has not left.
///
/// A customer with bookings that are not over stays, and so does, for [`Removal::Anonymise`], one with invoices that are
/// not paid.
///
/// # Errors
/// Without a store, or when a side cannot be read.
pub async fn plan_removals<S: CustomerSource + ?Sized>(
    source: &S,
    billit: &billit_client::Client,
    departure: Removal,
    options: &SyncOptions,
) -> Result<Plan, SyncError> {
    let state = options.state.as_ref().ok_or(SyncError::NoStore)?;
    let there = all_customers(source, options).await?;
    let there: std::collections::BTreeSet<&CustomerKey> = there.iter().map(key_of).collect();
    let gone = state.customers()?.into_iter();
    let gone = gone.filter(|(key, known)| {
        let is_of_this_source = key.source() == options.rules.source_name();
        is_of_this_source && known.missed >= LISTINGS && !there.contains(key)
    });
    let mut leaving = Leaving::new(departure, state);
    for (key, known) in gone {
        if leaving.add(source, billit, &key, known.party).await? {
            // Its party may be gone too, or have another address by now.
            let email = known.applied.get(&Field::Text(TextField::Email));
            leaving.bury(&key, email.and_then(LastValue::value).flatten())?;
        }
    }
    Ok(leaving.plan)
}

/// What would be done about one customer on request, whether the source still has it or not: a plan for
/// [`apply`](crate::apply). To remove it from the source is up to you; with [`Removal::Anonymise`] it does not come back
/// in any case.
///
/// It is refused, with a step that says so, while the customer has bookings that are not over, or, for
/// [`Removal::Anonymise`], invoices that are not paid.
///
/// # Errors
/// Without a store, for a customer of another source, or when a side cannot be read.
pub async fn plan_removal<S: CustomerSource + ?Sized>(
    source: &S,
    billit: &billit_client::Client,
    key: &CustomerKey,
    departure: Removal,
    options: &SyncOptions,
) -> Result<Plan, SyncError> {
    if key.source() != options.rules.source_name() {
        return Err(SyncError::OtherSource(key.clone()));
    }
    let state = options.state.as_ref().ok_or(SyncError::NoStore)?;
    let known = state.customer(key)?.and_then(|known| known.party);
    let party = if known.is_some() {
        known
    } else {
        let parties = list_parties(billit, None).await?;
        let link = key.to_string();
        let mut linked = parties.known().filter(|party| party.link() == Some(&link));
        linked.next().map(KnownParty::id)
    };
    let mut leaving = Leaving::new(departure, state);
    let is_leaving = leaving.add(source, billit, key, party).await?;
    // The source may know an address that Billit does not.
    if is_leaving && let Ok(Ok(customer)) = source.customer(key.id(), &options.rules).await {
        leaving.bury(key, customer.email.as_deref())?;
    }
    Ok(leaving.plan)
}

/// A customer may go, or has to stay for now.
enum Verdict {
    Goes(Step),
    Stays(Step),
}

/// A plan of departures as it grows.
struct Leaving<'a> {
    departure: Removal,
    state: &'a State,
    plan: Plan,
}

impl<'a> Leaving<'a> {
    fn new(departure: Removal, state: &'a State) -> Self {
        let purpose = match departure {
            Removal::Anonymise => Purpose::Erase(Vec::new()),
            _ => Purpose::Unlink,
        };
        let plan = Plan {
            version: Plan::VERSION,
            purpose,
            rules: None,
            steps: Vec::new(),
            missing_from_source: Vec::new(),
        };
        Self {
            departure,
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
        let (step, is_leaving) = match self.verdict(source, billit, key, party).await? {
            Verdict::Goes(step) => {
                let mut changes = step.changes().iter();
                let email = changes.find(|change| change.field == Field::Text(TextField::Email));
                self.bury(key, email.and_then(|change| change.before.as_deref()))?;
                (step, true)
            }
            Verdict::Stays(step) => (step, false),
        };
        self.plan.steps.push(step);
        Ok(is_leaving)
    }

    fn bury(&mut self, key: &CustomerKey, emails: Option<&str>) -> Result<(), SyncError> {
        if let Purpose::Erase(tombstones) = &mut self.plan.purpose {
            let prints = self.state.tombstones_of(key, emails)?.into_iter();
            tombstones.extend(prints.map(|print| (key.clone(), print)));
            tombstones.sort_unstable();
            tombstones.dedup();
        }
        Ok(())
    }

    async fn verdict<S: CustomerSource + ?Sized>(
        &self,
        source: &S,
        billit: &billit_client::Client,
        key: &CustomerKey,
        party: Option<PartyId>,
    ) -> Result<Verdict, SyncError> {
        let skipped = |reason: &str| {
            let reason = reason.to_owned();
            let action = Action::Skip { party, reason };
            party_step(key.clone(), &Values::default(), action, Vec::new())
        };
        if self.departure == Removal::Keep {
            let step = skipped("gone from the source; the policy keeps its party");
            return Ok(Verdict::Stays(step));
        }
        let is_booked = source.has_upcoming_reservations(key.id()).await?;
        if is_booked == Some(true) {
            let step = skipped("not done: it has bookings that are not over");
            return Ok(Verdict::Stays(step));
        }
        let party = match party {
            Some(id) => read_remembered(billit, id).await?,
            None => None,
        };
        let link = key.to_string();
        let Some(party) = party.filter(|party| party::link(party) == Some(&link)) else {
            // There is nothing to blank, and yet somebody to keep away.
            return Ok(Verdict::Goes(skipped(match self.departure {
                Removal::Anonymise => {
                    "no party is linked to it; the store forgets it, and it does not come back"
                }
                _ => "no party is linked to it",
            })));
        };
        let now = party::whole(&party);
        let (mut changes, mut notes) = unlinked(&now, None, "the customer has left");
        if self.departure == Removal::Anonymise {
            let refusal = match Invoices::of(party.id, billit).await? {
                Invoices::Unknown => "Billit does not tell whether it has open invoices",
                Invoices::Open => "it has invoices that are not paid",
                Invoices::Paid => {
                    blank(&now, &REACH, &mut changes, &mut notes);
                    ""
                }
                Invoices::None => {
                    let all = [&REACH[..], &LEGAL[..]].concat();
                    blank(&now, &all, &mut changes, &mut notes);
                    ""
                }
            };
            if !refusal.is_empty() {
                return Ok(Verdict::Stays(skipped(&format!("not done: {refusal}"))));
            }
        }
        if is_booked.is_none() {
            let reason = "the source cannot tell whether there are bookings that are not over";
            notes.push(Note::new(Field::Text(LINK), reason));
        }
        let party = party.id;
        let action = Action::Update { party, changes };
        Ok(Verdict::Goes(party_step(key.clone(), &now, action, notes)))
    }
}

/// By what a person is reached, and what no invoice needs.
const REACH: [TextField; 7] = [
    TextField::ContactFirstName,
    TextField::ContactLastName,
    TextField::Email,
    TextField::Phone,
    TextField::Mobile,
    TextField::Fax,
    TextField::Iban,
];

/// What stands on an invoice.
const LEGAL: [TextField; 10] = [
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

/// Blanks these fields, and notes those that bookkeeping keeps.
fn blank(now: &Values, fields: &[TextField], changes: &mut Vec<Change>, notes: &mut Vec<Note>) {
    for field in fields.iter().map(|field| Field::Text(*field)) {
        let after = (field == NAME).then(|| NOBODY.to_owned());
        let before = now.text(&field).map(str::to_owned);
        if before.is_some() && before != after {
            changes.push(Change {
                field,
                before,
                after,
            });
        }
    }
    let kept = LEGAL.into_iter().filter(|field| !fields.contains(field));
    let kept = kept.map(Field::Text);
    let kept = kept.filter(|field| now.text(field).is_some());
    let reason = "kept: it stands on invoices, which the law on bookkeeping wants as they are";
    notes.extend(kept.map(|field| Note::new(field, reason)));
}

/// What Billit has of a party's invoices and other orders.
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

/// All that is held of one customer, for the person who asks: what the source has and Billit has now, what the store
/// remembers, and what was done by which run. Personal data.
///
/// # Errors
/// When a side cannot be read. A source that has no such customer any more is no error.
pub async fn export_customer<S: CustomerSource + ?Sized>(
    source: &S,
    billit: &billit_client::Client,
    key: &CustomerKey,
    options: &SyncOptions,
) -> Result<Value, SyncError> {
    let state = options.state.as_ref();
    let remembered = state
        .map(|state| state.customer(key))
        .transpose()?
        .flatten();
    let history = state.map(|state| state.history(key)).transpose()?;
    let erasure = state.map(|state| state.erasure(key)).transpose()?.flatten();
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
        "store": { "remembered": remembered, "history": history, "erasure": erasure },
    }))
}
