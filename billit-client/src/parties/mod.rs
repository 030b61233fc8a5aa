//! Customers and suppliers, which Billit calls parties.
//!
//! Facts: the paths, the model and the fields that PATCH takes are documented; what a create matches and merges,
//! and whether a listing has whole parties, is not. Each item says how sure it is.

mod draft;
mod identifier;
mod party;
mod patch;
pub mod property;
mod text_field;

pub use draft::{AddressDraft, PartyDraft};
pub use identifier::{Identifier, IdentifierType};
pub use party::{
    AddressType, BankAccount, CustomField, Party, PartyAddress, PartyId, PartyIdentifier,
    PartyType, UserCoreInfo,
};
pub use patch::{ClearAs, PartyPatch};
pub use text_field::{TextField, UnknownTextField};

use crate::endpoint::{Endpoint, Method, Request, Safety};
use crate::macros::{call, full_text, listing, odata, unproven_key};
use crate::unproven_key::UnprovenKey;
use crate::wire::{self, Record};

const PATH: [&str; 2] = ["v1", "parties"];

listing! {
    /// `GET /v1/parties`: the parties, page by page.
    ///
    /// Without a filter these are customers and suppliers alike. Billit gives 120 on a page (confirmed). Whether it
    /// sends whole parties or summaries is unknown: [`Record::has`] says what it left out, and [`GetParty`] reads one
    /// whole.
    ///
    /// ```no_run
    /// # async fn run(billit: billit_client::Client) -> billit_client::Result<()> {
    /// use billit_client::parties::{ListParties, PartyType, property};
    ///
    /// let customers = ListParties::new().filter(property::PARTY_TYPE.eq(PartyType::Customer));
    /// let mut pages = billit.pages(customers);
    /// while let Some(page) = pages.next_page().await? {
    ///     for party in page.records().iter().flatten() {
    ///         println!("{}", party.id);
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    ListParties: "list_parties", PATH => Party
}

impl ListParties {
    odata!(Party);
    full_text!();
}

/// `GET /v1/parties/{partyID}`: one party, whole.
///
/// What Billit answers for an id that does not exist, or that belongs to another account, is unknown:
/// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound), [`ErrorKind::NoAccess`](crate::ErrorKind::NoAccess) and
/// [`ErrorKind::Rejected`](crate::ErrorKind::Rejected) are possible.
#[derive(Clone, Copy, Debug)]
pub struct GetParty {
    id: PartyId,
}

impl GetParty {
    /// The party with this id.
    #[must_use]
    pub fn new(id: impl Into<PartyId>) -> Self {
        Self { id: id.into() }
    }
}

impl Endpoint for GetParty {
    call!("get_party", Read -> Record<Party>, wire::record);

    fn request(&self) -> serde_json::Result<Request> {
        Ok(Request::new(Method::Get, path_of(self.id)))
    }
}

/// `POST /v1/parties`: creates a party, **or updates the one that Billit takes for the same**, and returns its id.
///
/// Documented is "created/updated". For the customer of an order Billit matches VAT number, e-mail, address and
/// customer number; whether it does so here is unknown. So look first, give an own
/// [`external_provider_id`](PartyDraft::external_provider_id), and compare the id that comes back with those you
/// know. A party without VAT number needs another identifier, or it may overwrite another one (documented).
///
/// The call carries an idempotency key, a random one unless [`key`](Self::key) sets it. That Billit honours keys
/// is documented for orders, and unknown here. So the call is retried only when the first certainly was not
/// processed, with the same key; [`retry_with_key`](Self::retry_with_key) relies on the key for the rest.
///
/// An answer without a readable id is [`ErrorKind::OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown).
///
/// ```no_run
/// # async fn run(billit: billit_client::Client) -> billit_client::Result<()> {
/// use billit_client::IdempotencyKey;
/// use billit_client::parties::{CreateParty, PartyDraft};
///
/// let draft = PartyDraft::new("Acme BV").vat_number("BE0563846944").external_provider_id("crm-42");
/// let create = CreateParty::new(draft).key(IdempotencyKey::derive(&["create party", "crm-42"]));
/// match billit.send(create).await {
///     Ok(id) => println!("party {id}"),
///     Err(error) if error.is_already_done() || error.is_outcome_unknown() => println!("look it up"),
///     Err(error) => return Err(error),
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct CreateParty {
    draft: PartyDraft,
    key: UnprovenKey,
}

impl CreateParty {
    /// With a random idempotency key, which is the same in every attempt, and in every sending of this value.
    #[must_use]
    pub fn new(draft: PartyDraft) -> Self {
        Self {
            draft,
            key: UnprovenKey::random(),
        }
    }

    unproven_key!();
}

impl Endpoint for CreateParty {
    type Output = PartyId;

    fn operation(&self) -> &'static str {
        "create_party"
    }

    fn safety(&self) -> Safety {
        self.key.safety()
    }

    fn request(&self) -> serde_json::Result<Request> {
        Request::new(Method::Post, PATH)
            .with_idempotency_key(&self.key.key)
            .with_json(&self.draft)
    }

    fn parse(&self, body: &[u8]) -> serde_json::Result<PartyId> {
        wire::new_id(body)
    }
}

/// `PATCH /v1/parties/{partyID}`: changes the fields of the patch, and no other.
///
/// The answer is empty, and a success whatever it holds. Billit takes 23 flat fields ([`PartyPatch`]); what it does
/// with others is unknown, so that none can be sent.
///
/// ```no_run
/// # async fn run(billit: billit_client::Client) -> billit_client::Result<()> {
/// use billit_client::parties::{PartyPatch, PatchParty, TextField};
///
/// let patch = PartyPatch::new().set(TextField::City, "Gent").clear(TextField::Fax);
/// billit.send(PatchParty::new(879_263, patch)).await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct PatchParty {
    id: PartyId,
    patch: PartyPatch,
}

impl PatchParty {
    /// This patch to the party with this id.
    #[must_use]
    pub fn new(id: impl Into<PartyId>, patch: PartyPatch) -> Self {
        Self {
            id: id.into(),
            patch,
        }
    }
}

impl Endpoint for PatchParty {
    call!("patch_party", Idempotent -> (), wire::nothing);

    fn request(&self) -> serde_json::Result<Request> {
        Request::new(Method::Patch, path_of(self.id)).with_json(&self.patch)
    }
}

fn path_of(id: PartyId) -> Vec<String> {
    let [version, parties] = PATH.map(str::to_owned);
    vec![version, parties, id.to_string()]
}
