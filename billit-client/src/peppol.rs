//! Peppol, the network of electronic invoices: who can receive, what has arrived, who is registered, sending.
//!
//! Facts: the paths are documented, and what is known of a participant; the items of the inbox, and the body of a
//! refusal, come from the [generated types](crate#how-sure-the-facts-are). What stays open is said with each item.

use std::fmt;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::endpoint::{Endpoint, Method, Request};
use crate::macros::{call, codes, id, path_call, unproven_key};
use crate::orders::OrderId;
use crate::unproven_key::UnprovenKey;
use crate::wire::{self, Entry, Identified, Record};

/// `GET /v1/peppol/participantInformation/{VATorCBE}`: whether a company can receive over Peppol, and what.
///
/// It needs no authentication (second-hand; the documentation lists no 401), and is sent without your company. Who is
/// not registered is an answer too, not an error. The sandbox asks the test network, where few are (documented).
///
/// ```no_run
/// # async fn run(billit: billit_client::Client) -> billit_client::Result<()> {
/// use billit_client::peppol::{DocumentType, GetParticipant};
///
/// let participant = billit.send(GetParticipant::new("BE0563846944")).await?;
/// if participant.can_receive(&DocumentType::Invoice) {
///     println!("send it over Peppol");
/// }
/// # Ok(()) }
/// ```
///
/// `Debug` hides the number.
#[derive(Clone)]
pub struct GetParticipant {
    number: String,
    only_check_dns: bool,
}

impl GetParticipant {
    /// By a VAT number (`BE0563846944`), a Belgian company number (`0563846944`), or an address in Peppol
    /// (`0208:0563846944`).
    #[must_use]
    pub fn new(number: impl Into<String>) -> Self {
        Self {
            number: number.into(),
            only_check_dns: false,
        }
    }

    /// Only looks whether the number is registered. That it is faster and then lists no document types is a guess.
    #[must_use]
    pub fn only_check_dns(mut self) -> Self {
        self.only_check_dns = true;
        self
    }
}

impl Endpoint for GetParticipant {
    call!("get_participant", Read -> Record<Participant>, wire::record);

    fn request(&self) -> serde_json::Result<Request> {
        let path = ["v1", "peppol", "participantInformation", &self.number];
        let request = Request::new(Method::Get, path);
        Ok(if self.only_check_dns {
            request.with_query("OnlyCheckDNS", "true")
        } else {
            request
        })
    }

    fn needs_company(&self) -> bool {
        false
    }
}

impl fmt::Debug for GetParticipant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GetParticipant")
            .field("only_check_dns", &self.only_check_dns)
            .finish_non_exhaustive()
    }
}

codes! {
    /// A kind of document that goes over Peppol. Billit has some forty (generated types); these two
    /// are what invoices need (documented).
    DocumentType {
        /// An invoice.
        Invoice = "BISv3Invoice",
        /// A credit note.
        CreditNote = "BISv3CreditNote",
    }
}

/// A participant in Peppol, or none. `Debug` hides which.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Participant {
    /// Whether they are registered.
    #[serde(default, deserialize_with = "wire::flag")]
    pub registered: Option<bool>,
    /// The address in Peppol, such as `9925:BE0563846944`.
    #[serde(default, deserialize_with = "wire::text")]
    pub identifier: Option<String>,
    /// What they can receive.
    #[serde(default, deserialize_with = "document_types")]
    pub document_types: Vec<DocumentType>,
    /// How they are reached, for each kind of document.
    #[serde(default, deserialize_with = "wire::list")]
    pub service_details: Vec<ServiceDetail>,
    /// Their service provider.
    #[serde(default, rename = "ServiceProviderID", deserialize_with = "wire::text")]
    pub service_provider_id: Option<String>,
}

impl Participant {
    /// Whether they are registered **and** receive documents of this type: being registered alone is not enough
    /// (documented).
    #[must_use]
    pub fn can_receive(&self, document: &DocumentType) -> bool {
        self.registered == Some(true) && self.document_types.contains(document)
    }
}

impl fmt::Debug for Participant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Participant")
            .field("registered", &self.registered)
            .field("document_types", &self.document_types)
            .finish_non_exhaustive()
    }
}

fn document_types<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<DocumentType>, D::Error> {
    let texts = wire::texts(deserializer)?;
    Ok(texts.into_iter().map(DocumentType::from).collect())
}

/// How a kind of document reaches a participant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ServiceDetail {
    /// The kind of document in Peppol's own words.
    #[serde(default, deserialize_with = "wire::text")]
    pub document_identifier: Option<String>,
    /// The scheme of these words.
    #[serde(default, deserialize_with = "wire::text")]
    pub document_identifier_scheme: Option<String>,
    /// The processes that it is part of.
    #[serde(default, deserialize_with = "wire::list")]
    pub processes: Vec<Process>,
}

/// A process that a document is part of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Process {
    /// The process in Peppol's own words.
    #[serde(default, deserialize_with = "wire::text")]
    pub process_identifier: Option<String>,
    /// The scheme of these words.
    #[serde(default, deserialize_with = "wire::text")]
    pub process_identifier_scheme: Option<String>,
    /// Where it arrives.
    #[serde(default, deserialize_with = "wire::list")]
    pub endpoints: Vec<AccessPoint>,
}

/// Where documents arrive.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct AccessPoint {
    /// The address.
    #[serde(default, rename = "EndpointURL", deserialize_with = "wire::text")]
    pub endpoint_url: Option<String>,
    /// The protocol.
    #[serde(default, deserialize_with = "wire::text")]
    pub transport_profile: Option<String>,
    /// The certificate.
    #[serde(default, deserialize_with = "wire::text")]
    pub certificate: Option<String>,
}

id! {
    /// The id of a document in the inbox.
    InboxItemId
}

/// `GET /v1/peppol/inbox`: the first ten documents that have arrived. Each [`ConfirmInboxItem`] or
/// [`RefuseInboxItem`] makes room for the next.
///
/// `Debug` hides the receiver.
#[derive(Clone, Default)]
pub struct ListInbox {
    receiver: Option<String>,
}

impl ListInbox {
    /// Of all receivers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Of one receiver (`ReceiverCompanyID`): a text in the generated types, of which a
    /// [`receiver_company_id`](InboxItem::receiver_company_id) is an example.
    #[must_use]
    pub fn receiver(mut self, company: impl Into<String>) -> Self {
        self.receiver = Some(company.into());
        self
    }
}

impl Endpoint for ListInbox {
    call!("list_inbox", Read -> Vec<Entry<InboxItem>>, inbox);

    fn request(&self) -> serde_json::Result<Request> {
        let request = Request::new(Method::Get, ["v1", "peppol", "inbox"]);
        Ok(match &self.receiver {
            Some(company) => request.with_query("ReceiverCompanyID", company),
            None => request,
        })
    }
}

impl fmt::Debug for ListInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListInbox").finish_non_exhaustive()
    }
}

fn inbox(body: &[u8]) -> serde_json::Result<Vec<Entry<InboxItem>>> {
    #[derive(Deserialize)]
    struct Body<'a> {
        #[serde(borrow, rename = "InboxItems")]
        items: Vec<&'a RawValue>,
    }
    let body: Body<'_> = serde_json::from_slice(body)?;
    Ok(body.items.into_iter().map(wire::entry).collect())
}

/// A document that has arrived. `Debug` shows its id, type and file alone.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct InboxItem {
    /// The id.
    #[serde(rename = "InboxItemID")]
    pub id: InboxItemId,
    /// What it is.
    #[serde(default, deserialize_with = "wire::code")]
    pub peppol_document_type: Option<DocumentType>,
    /// The sender's address in Peppol.
    #[serde(default, rename = "SenderPeppolID", deserialize_with = "wire::text")]
    pub sender_peppol_id: Option<String>,
    /// The receiver's address in Peppol.
    #[serde(default, rename = "ReceiverPeppolID", deserialize_with = "wire::text")]
    pub receiver_peppol_id: Option<String>,
    /// The sender's company number.
    #[serde(default, rename = "SenderCompanyID", deserialize_with = "wire::text")]
    pub sender_company_id: Option<String>,
    /// The receiver's company number.
    #[serde(default, rename = "ReceiverCompanyID", deserialize_with = "wire::text")]
    pub receiver_company_id: Option<String>,
    /// When it arrived; the zone is unknown.
    #[serde(default, deserialize_with = "wire::time")]
    pub creation_date: Option<NaiveDateTime>,
    /// The document, for [`GetFile`](crate::files::GetFile): that it is read there is a guess.
    #[serde(default, rename = "PeppolFileID", deserialize_with = "wire::code")]
    pub peppol_file_id: Option<crate::files::FileId>,
}

impl Identified for InboxItem {
    const ID_FIELD: &'static str = "InboxItemID";

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl fmt::Debug for InboxItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InboxItem")
            .field("id", &self.id)
            .field("peppol_document_type", &self.peppol_document_type)
            .field("peppol_file_id", &self.peppol_file_id)
            .finish_non_exhaustive()
    }
}

path_call! {
    /// `POST /v1/peppol/inbox/{inboxItemId}/confirm`: takes a document out of the inbox. A retry may say that there is
    /// none.
    ConfirmInboxItem { id: InboxItemId }
    /// The document with this id.
    ;
    "confirm_inbox_item", Idempotent -> (), wire::nothing;
    Post ["v1", "peppol", "inbox", id, "confirm"]
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Refusal {
    refusal_reason: String,
}

/// `POST /v1/peppol/inbox/{inboxItemId}/refuse`: refuses a document, and takes it out of the inbox. `Debug` hides the
/// reason.
///
/// Whether its sender gets a message, and by a retry two, is undocumented: the call is retried only when the first
/// certainly was not processed.
#[derive(Clone)]
pub struct RefuseInboxItem {
    id: InboxItemId,
    refusal: Refusal,
}

impl RefuseInboxItem {
    /// The document with this id, for this reason.
    #[must_use]
    pub fn new(id: impl Into<InboxItemId>, reason: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            refusal: Refusal {
                refusal_reason: reason.into(),
            },
        }
    }
}

impl Endpoint for RefuseInboxItem {
    call!("refuse_inbox_item", Unsafe -> (), wire::nothing);

    fn request(&self) -> serde_json::Result<Request> {
        let path = ["v1", "peppol", "inbox", &self.id.to_string(), "refuse"];
        Request::new(Method::Post, path).with_json(&self.refusal)
    }
}

impl fmt::Debug for RefuseInboxItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefuseInboxItem")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// The body of both calls. `Debug` shows nothing of it.
#[derive(Clone, Serialize)]
struct CompanyNumber {
    #[serde(rename = "CompanyID")]
    company_id: String,
}

impl fmt::Debug for CompanyNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CompanyNumber(..)")
    }
}

/// `POST /v1/peppol/participants`: registers a company in Peppol as a receiver. What a retry does is undocumented.
#[derive(Clone, Debug)]
pub struct RegisterParticipant {
    company: CompanyNumber,
    key: UnprovenKey,
}

impl RegisterParticipant {
    /// The company with this number (`CompanyID`): a text in the generated types, which do not say whether it is a VAT
    /// number, a company number, or the id that Billit gives.
    #[must_use]
    pub fn new(company: impl Into<String>) -> Self {
        Self {
            company: CompanyNumber {
                company_id: company.into(),
            },
            key: UnprovenKey::random(),
        }
    }

    unproven_key!();
}

impl Endpoint for RegisterParticipant {
    call!("register_participant", |call| call.key.safety() => (), wire::nothing);

    fn request(&self) -> serde_json::Result<Request> {
        Request::new(Method::Post, ["v1", "peppol", "participants"])
            .with_idempotency_key(&self.key.key)
            .with_json(&self.company)
    }
}

/// `DELETE /v1/peppol/participants`: takes a company out of Peppol: **it receives no invoices any more**. A retry may
/// say that there is none.
#[derive(Clone, Debug)]
pub struct DeleteParticipant {
    company: CompanyNumber,
}

impl DeleteParticipant {
    /// The company with this number, as in [`RegisterParticipant::new`].
    #[must_use]
    pub fn new(company: impl Into<String>) -> Self {
        Self {
            company: CompanyNumber {
                company_id: company.into(),
            },
        }
    }
}

impl Endpoint for DeleteParticipant {
    call!("delete_participant", Idempotent -> (), wire::nothing);

    fn request(&self) -> serde_json::Result<Request> {
        Request::new(Method::Delete, ["v1", "peppol", "participants"]).with_json(&self.company)
    }
}

/// `POST /v1/peppol/sendOrder`: creates an order and sends it over Peppol in one, and returns its id.
///
/// The order is an [`OrderDraft`](crate::orders::OrderDraft), or whatever becomes the same JSON. **An invoice that was
/// sent cannot be taken back.** So the call is retried only when the first certainly was not processed. What becomes
/// of the order when the sending fails is undocumented: creating it first, and sending it then with
/// [`SendOrders`](crate::orders::SendOrders), leaves no doubt.
#[derive(Clone)]
pub struct SendOrder<T> {
    order: T,
    key: UnprovenKey,
}

impl<T: Serialize + Send + Sync> SendOrder<T> {
    /// Sends this order.
    #[must_use]
    pub fn new(order: T) -> Self {
        Self {
            order,
            key: UnprovenKey::random(),
        }
    }

    unproven_key!();
}

impl<T: Serialize + Send + Sync> Endpoint for SendOrder<T> {
    call!("send_peppol_order", |call| call.key.safety() => OrderId, wire::new_id);

    fn request(&self) -> serde_json::Result<Request> {
        Request::new(Method::Post, ["v1", "peppol", "sendOrder"])
            .with_idempotency_key(&self.key.key)
            .with_json(&self.order)
    }
}

impl<T> fmt::Debug for SendOrder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendOrder").finish_non_exhaustive()
    }
}
