//! Customers and suppliers, which Billit calls parties.
//!
//! Facts: the paths, the model and the fields that PATCH takes are documented; what a create matches and merges,
//! and whether a listing has whole parties, is not. Each item says how sure it is.

mod draft;
mod party;
mod patch;
pub mod property;
mod text_field;

pub use draft::PartyDraft;
pub use party::{CustomField, Party, PartyAddress, PartyId, PartyIdentifier, PartyType};
pub use patch::{ClearAs, PartyPatch};
pub use text_field::{TextField, UnknownTextField};

use std::fmt;

use crate::endpoint::{Endpoint, Method, Request, Safety, call};
use crate::idempotency::IdempotencyKey;
use crate::odata::{Filter, Order};
use crate::pager::{Cursor, Page, Paged};
use crate::wire::{self, Record};

const PATH: [&str; 2] = ["v1", "parties"];

/// `GET /v1/parties`: the parties, page by page.
///
/// Without a filter these are customers and suppliers alike. Billit gives 120 on a page (confirmed). Whether it
/// sends whole parties or summaries is unknown: [`Record::has`] tells what it left out, and [`GetParty`] reads one
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
#[derive(Clone)]
pub struct ListParties {
    filter: Option<Filter<Party>>,
    order: Option<Order<Party>>,
    full_text: Option<String>,
    top: Option<usize>,
    cursor: Cursor,
}

impl Default for ListParties {
    fn default() -> Self {
        Self::new()
    }
}

impl ListParties {
    /// The most that Billit gives on a page.
    pub const MAX_PAGE_SIZE: usize = 120;

    /// All parties in the server's own order, which is stable while parties are edited. An order by
    /// [`LAST_MODIFIED`](property::LAST_MODIFIED) is not: an edited party moves, and another can be skipped.
    #[must_use]
    pub fn new() -> Self {
        Self {
            filter: None,
            order: None,
            full_text: None,
            top: None,
            cursor: Cursor::Start,
        }
    }

    /// Only parties that meet this condition (`$filter`). A second filter replaces the first.
    #[must_use]
    pub fn filter(mut self, filter: Filter<Party>) -> Self {
        self.filter = Some(filter);
        self
    }

    /// In this order (`$orderby`).
    #[must_use]
    pub fn order_by(mut self, order: Order<Party>) -> Self {
        self.order = Some(order);
        self
    }

    /// Only parties with this text somewhere (`fullTextSearch`). Where Billit looks is unknown.
    #[must_use]
    pub fn full_text(mut self, text: &str) -> Self {
        self.full_text = Some(text.to_owned());
        self
    }

    /// At most so many records in all. Up to 120, which is Billit's limit, it is sent as `$top`.
    #[must_use]
    pub fn top(mut self, records: usize) -> Self {
        self.top = Some(records);
        self
    }
}

impl fmt::Debug for ListParties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListParties")
            .field("filter", &self.filter)
            .field("order", &self.order)
            .field("full_text", &self.full_text.as_ref().map(|_| "…"))
            .field("top", &self.top)
            .field("cursor", &self.cursor)
            .finish()
    }
}

impl Endpoint for ListParties {
    call!("list_parties", Read -> Page<Party>, Page::parse);

    fn request(&self) -> serde_json::Result<Request> {
        let mut request = Request::new(Method::Get, PATH);
        if let Cursor::Link(link) = &self.cursor {
            return Ok(request.with_link(link));
        }
        if let Some(text) = &self.full_text {
            request = request.with_query("fullTextSearch", text);
        }
        if let Some(filter) = &self.filter {
            request = request.with_query("$filter", filter.to_string());
        }
        if let Some(order) = &self.order {
            request = request.with_query("$orderby", order.to_string());
        }
        if let Some(top) = self.top.filter(|top| *top <= Self::MAX_PAGE_SIZE) {
            request = request.with_query("$top", top.to_string());
        }
        if let Cursor::Skip(records) = self.cursor {
            request = request.with_query("$skip", records.to_string());
        }
        Ok(request)
    }
}

impl Paged for ListParties {
    type Item = Party;
    type Request = Self;

    fn page(&self, cursor: &Cursor) -> Self {
        Self {
            cursor: cursor.clone(),
            ..self.clone()
        }
    }

    fn limit(&self) -> Option<usize> {
        self.top
    }
}

/// `GET /v1/parties/{partyID}`: one party, whole.
///
/// What Billit answers for an id that does not exist, or that is somebody else's, is unknown:
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
/// is documented for orders, and unknown here. So the call is repeated only when the first certainly was not
/// processed, with the same key; [`repeat_with_key`](Self::repeat_with_key) relies on the key for the rest.
///
/// An answer without a readable id is [`ErrorKind::AnswerLost`](crate::ErrorKind::AnswerLost).
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
    key: IdempotencyKey,
    repeat: bool,
}

impl CreateParty {
    /// With a random idempotency key, which is the same in every attempt, and in every sending of this value.
    #[must_use]
    pub fn new(draft: PartyDraft) -> Self {
        Self {
            draft,
            key: IdempotencyKey::random(),
            repeat: false,
        }
    }

    /// Sets the idempotency key.
    #[must_use]
    pub fn key(mut self, key: IdempotencyKey) -> Self {
        self.key = key;
        self
    }

    /// Relies on the key: the call is repeated also after a failure that leaves the outcome open. If Billit does not
    /// honour keys here, that may create the party twice.
    #[must_use]
    pub fn repeat_with_key(mut self) -> Self {
        self.repeat = true;
        self
    }
}

impl Endpoint for CreateParty {
    type Output = PartyId;

    fn operation(&self) -> &'static str {
        "create_party"
    }

    fn safety(&self) -> Safety {
        if self.repeat {
            Safety::Keyed
        } else {
            Safety::Unsafe
        }
    }

    fn request(&self) -> serde_json::Result<Request> {
        Request::new(Method::Post, PATH)
            .with_idempotency_key(&self.key)
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
