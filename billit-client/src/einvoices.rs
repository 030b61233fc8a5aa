//! Registrations: companies of others that you send and receive for, of Billit's product Access Point.
//!
//! Facts: what there is, and the body of a sending, is documented; the paths in full, and the shapes of the other
//! bodies and answers, come from the [generated types](crate#how-sure-the-facts-are). Bodies are therefore JSON that
//! you write by [Billit's documentation](https://docs.accesspoint.billit.eu).

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::endpoint::{Endpoint, Method, Request};
use crate::files::{File, FileId};
use crate::listing::Query;
use crate::macros::{call, create_call, full_text, id, odata, path_call, unproven_key};
use crate::orders::{Order, OrderId, TransportType};
use crate::page::Page;
use crate::page::{Cursor, Paged};
use crate::plumbing::secret::Secret;
use crate::unproven_key::UnprovenKey;
use crate::webhooks::{EntityType, EntityUpdateType, Webhook, WebhookDraft, WebhookId, new_secret};
use crate::wire::{self, Entry, Identified, Record};

id! {
    /// The id of a registration.
    RegistrationId
}

id! {
    /// The id of an integration: a link of a registration to a network.
    IntegrationId
}

path_call! {
    /// `GET /v1/einvoices/registrations`: the registrations.
    ListRegistrations;
    "list_registrations", Read -> Vec<Entry<Registration>>, registrations;
    Get ["v1", "einvoices", "registrations"]
}

path_call! {
    /// `GET /v1/einvoices/registrations/{registrationID}`: one registration. The answer is a list by the generated
    /// types, as that of [`ListRegistrations`]; an object alone is read too.
    GetRegistration { id: RegistrationId }
    /// The registration with this id.
    ;
    "get_registration", Read -> Vec<Entry<Registration>>, registrations;
    Get ["v1", "einvoices", "registrations", id]
}

/// `{"Companies": [..]}`, or one of them alone.
fn registrations(body: &[u8]) -> serde_json::Result<Vec<Entry<Registration>>> {
    #[derive(Deserialize)]
    struct Body<'a> {
        #[serde(borrow, rename = "Companies")]
        companies: Option<Vec<&'a RawValue>>,
    }
    let raw: &RawValue = serde_json::from_slice(body)?;
    let body: Body<'_> = serde_json::from_str(raw.get())?;
    let companies = body.companies.unwrap_or_else(|| vec![raw]);
    Ok(companies.into_iter().map(wire::entry).collect())
}

/// A registration. `Debug` shows ids alone.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Registration {
    /// The id.
    #[serde(rename = "RegistrationID")]
    pub id: RegistrationId,
    /// The company as it was registered: `TaxIdentifier`, `CompanyName`, `Addresses` and others.
    #[serde(default)]
    pub company_details: Value,
    /// Its links to networks. One without a readable id is left out here.
    #[serde(default, deserialize_with = "wire::list")]
    pub integrations: Vec<Integration>,
}

impl Identified for Registration {
    const ID_FIELD: &'static str = "RegistrationID";

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registration")
            .field("id", &self.id)
            .field("integrations", &self.integrations)
            .finish_non_exhaustive()
    }
}

/// A link of a registration to a network. `Debug` hides its words and the document.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Integration {
    /// The id.
    #[serde(rename = "IntegrationID")]
    pub id: IntegrationId,
    /// The network.
    #[serde(default, deserialize_with = "wire::text")]
    pub integration: Option<String>,
    /// How far it is; values undocumented.
    #[serde(default, deserialize_with = "wire::text")]
    pub integration_status: Option<String>,
    /// The same in words.
    #[serde(default, deserialize_with = "wire::text")]
    pub integration_status_description: Option<String>,
    /// A document that has to be signed first; whether a link or a file is undocumented.
    #[serde(default, deserialize_with = "wire::text")]
    pub integration_document_to_sign: Option<String>,
}

impl fmt::Debug for Integration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Integration")
            .field("id", &self.id)
            .field("integration", &self.integration)
            .field("integration_status", &self.integration_status)
            .finish_non_exhaustive()
    }
}

/// JSON that you write, such as `json!({..})`. `Debug` shows nothing of it.
#[derive(Clone, Serialize)]
#[serde(transparent)]
pub struct Body(Value);

impl From<Value> for Body {
    fn from(body: Value) -> Self {
        Self(body)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Body(..)")
    }
}

create_call! {
    /// `POST /v1/einvoices/registrations`: registers a company, and returns the id of the registration.
    ///
    /// Fields of the body: `TaxIdentifier`, `CompanyName`, `CommercialName`, `Addresses`, `TaxDeductable`, `TaxLiable`,
    /// `IBAN`, `BIC`, `Mobile`, `Phone`, `Email`, `ContactFirstName`, `ContactLastName`, `Language`, `Identifiers`,
    /// `AccountSettings`.
    CreateRegistration { company: Body }
    /// Of this company.
    ;
    "create_registration" -> RegistrationId, new_registration;
    ["v1", "einvoices", "registrations"] json company
}

fn new_registration(body: &[u8]) -> serde_json::Result<RegistrationId> {
    #[derive(Deserialize)]
    struct Body {
        #[serde(rename = "RegistrationID")]
        id: RegistrationId,
    }
    serde_json::from_slice(body).map(|body: Body| body.id)
}

path_call! {
    /// `PATCH /v1/einvoices/registrations/{registrationID}`: changes the fields that are sent. `null` is allowed, as
    /// Billit's example has it. The answer is whether it did, if Billit says so.
    PatchRegistration { id: RegistrationId, fields: Body }
    /// These fields of the registration with this id.
    ;
    "patch_registration", Idempotent -> Option<bool>, wire::yes_or_no;
    Patch ["v1", "einvoices", "registrations", id] json fields
}

path_call! {
    /// `DELETE /v1/einvoices/registrations/{registrationID}`: deletes a registration. The answer is whether it did, if
    /// Billit says so; a retry may say that there is none.
    DeleteRegistration { id: RegistrationId }
    /// The registration with this id.
    ;
    "delete_registration", Idempotent -> Option<bool>, wire::yes_or_no;
    Delete ["v1", "einvoices", "registrations", id]
}

create_call! {
    /// `POST /v1/einvoices/registrations/{registrationID}/integrations`: links a registration to a network.
    ///
    /// Fields of the body: `Externalprovider`, `Credentials` (texts by name), `Certificates` (files by name). Which
    /// providers there are is undocumented.
    CreateIntegration { registration: RegistrationId, integration: Body }
    /// This integration for the registration with this id.
    ;
    "create_integration" -> Record<Integration>, wire::record;
    ["v1", "einvoices", "registrations", registration, "integrations"] json integration
}

path_call! {
    /// `DELETE /v1/einvoices/registrations/{registrationID}/integrations/{integrationID}`: ends the link to a network.
    /// The answer is whether it did, if Billit says so; a retry may say that there is none.
    DeleteIntegration { registration: RegistrationId, integration: IntegrationId }
    /// Of the registration with this id, the integration with this id.
    ;
    "delete_integration", Idempotent -> Option<bool>, wire::yes_or_no;
    Delete ["v1", "einvoices", "registrations", registration, "integrations", integration]
}

path_call! {
    /// `POST /v1/einvoices/registrations/{registrationID}/identification`: starts to prove who the company is (KYC).
    /// The answer has the `URL` that its owner opens.
    ///
    /// Fields of the body: `IdentificationProviderTC`, `RedirectURL`. Which providers there are is undocumented.
    StartIdentification { registration: RegistrationId, identification: Body }
    /// Of the registration with this id.
    ;
    "start_identification", Unsafe -> Value, wire::any;
    Post ["v1", "einvoices", "registrations", registration, "identification"] json identification
}

/// `POST /v1/einvoices/registrations/{registrationID}/commands/send`: creates an order and sends it in one.
///
/// The order is an [`OrderDraft`](crate::orders::OrderDraft), or whatever becomes the same JSON. **An invoice that was
/// sent cannot be taken back.** So the call is retried only when the first certainly was not processed.
#[derive(Clone)]
pub struct SendEInvoice<T> {
    registration: RegistrationId,
    body: Sending<T>,
    key: UnprovenKey,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Sending<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    transport_type: Option<TransportType>,
    order: T,
}

impl<T: Serialize + Send + Sync> SendEInvoice<T> {
    /// Sends this order for the registration with this id.
    #[must_use]
    pub fn new(registration: impl Into<RegistrationId>, order: T) -> Self {
        Self {
            registration: registration.into(),
            body: Sending {
                transport_type: None,
                order,
            },
            key: UnprovenKey::random(),
        }
    }

    /// Over this channel.
    #[must_use]
    pub fn transport_type(mut self, transport_type: TransportType) -> Self {
        self.body.transport_type = Some(transport_type);
        self
    }

    unproven_key!();
}

impl<T: Serialize + Send + Sync> Endpoint for SendEInvoice<T> {
    call!("send_e_invoice", |call| call.key.safety() => Record<SentEInvoice>, wire::record);

    fn request(&self) -> serde_json::Result<Request> {
        let id = self.registration.to_string();
        let path = ["v1", "einvoices", "registrations", &id, "commands", "send"];
        Request::new(Method::Post, path)
            .with_idempotency_key(&self.key.key)
            .with_json(&self.body)
    }
}

impl<T> fmt::Debug for SendEInvoice<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendEInvoice")
            .field("registration", &self.registration)
            .finish_non_exhaustive()
    }
}

/// What became of an order that was sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct SentEInvoice {
    /// The order.
    #[serde(rename = "OrderID")]
    pub order_id: OrderId,
    /// A number whose values are undocumented (`TranssportStatus`, as Billit spells it).
    #[serde(
        default,
        rename = "TranssportStatus",
        deserialize_with = "wire::number"
    )]
    pub transport_status: Option<i64>,
    /// What went wrong. That a sending with messages failed is a guess.
    #[serde(default, deserialize_with = "wire::list")]
    pub transport_messages: Vec<TransportMessage>,
}

/// What went wrong with a sending. `Debug` shows the code alone.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct TransportMessage {
    /// The code.
    #[serde(default, deserialize_with = "wire::text")]
    pub error_enum: Option<String>,
    /// What the sentence is about; undocumented.
    #[serde(default, deserialize_with = "wire::list")]
    pub error_params: Vec<Value>,
    /// The sentence.
    #[serde(default, deserialize_with = "wire::text")]
    pub error_message: Option<String>,
    /// What follows the sentence.
    #[serde(default, deserialize_with = "wire::text")]
    pub append: Option<String>,
    /// The sentence where there is none in the language of the user.
    #[serde(default, deserialize_with = "wire::text")]
    pub default_text: Option<String>,
}

impl fmt::Debug for TransportMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportMessage")
            .field("error_enum", &self.error_enum)
            .finish_non_exhaustive()
    }
}

/// `GET /v1/einvoices/registrations/{registrationID}/orders`: the orders of a registration, page by page.
#[derive(Clone, Debug)]
pub struct ListRegistrationOrders {
    registration: RegistrationId,
    query: Query<Order>,
}

impl ListRegistrationOrders {
    /// Of the registration with this id, in the server's own order.
    #[must_use]
    pub fn new(registration: impl Into<RegistrationId>) -> Self {
        Self {
            registration: registration.into(),
            query: Query::default(),
        }
    }

    odata!(Order);
    full_text!();
}

impl Endpoint for ListRegistrationOrders {
    call!("list_registration_orders", Read -> Page<Order>, Page::parse);

    fn request(&self) -> serde_json::Result<Request> {
        let id = self.registration.to_string();
        let path = ["v1", "einvoices", "registrations", &id, "orders"];
        Ok(self.query.request(path))
    }
}

impl Paged for ListRegistrationOrders {
    type Item = Order;
    type Request = Self;

    fn page(&self, cursor: &Cursor) -> Self {
        Self {
            registration: self.registration,
            query: self.query.at(cursor),
        }
    }

    fn limit(&self) -> Option<usize> {
        self.query.top
    }

    fn unfiltered(&self) -> Option<Self> {
        let query = self.query.unfiltered()?;
        Some(Self {
            query,
            ..self.clone()
        })
    }
}

path_call! {
    /// `GET /v1/einvoices/registrations/{registrationID}/orders/{orderID}`: one order of a registration.
    GetRegistrationOrder { registration: RegistrationId, order: OrderId }
    /// Of the registration with this id, the order with this id.
    ;
    "get_registration_order", Read -> Record<Order>, wire::record;
    Get ["v1", "einvoices", "registrations", registration, "orders", order]
}

path_call! {
    /// `PATCH /v1/einvoices/registrations/{registrationID}/orders/{orderID}`: changes the fields of an order that are
    /// sent. Which may change is undocumented here.
    PatchRegistrationOrder { registration: RegistrationId, order: OrderId, fields: Body }
    /// Of the registration with this id, these fields of the order with this id.
    ;
    "patch_registration_order", Idempotent -> (), wire::nothing;
    Patch ["v1", "einvoices", "registrations", registration, "orders", order] json fields
}

path_call! {
    /// `GET /v1/einvoices/registrations/{registrationID}/files/{fileID}`: a file of a registration with its content.
    GetRegistrationFile { registration: RegistrationId, file: FileId }
    /// Of the registration with this id, the file with this id.
    ;
    "get_registration_file", Read -> Record<File>, wire::record;
    Get ["v1", "einvoices", "registrations", registration, "files", file]
}

path_call! {
    /// `GET /v1/einvoices/registrations/{registrationID}/webhooks`: the webhooks of a registration.
    ListRegistrationWebhooks { registration: RegistrationId }
    /// Of the registration with this id.
    ;
    "list_registration_webhooks", Read -> Vec<Entry<Webhook>>, wire::records;
    Get ["v1", "einvoices", "registrations", registration, "webhooks"]
}

/// `POST /v1/einvoices/registrations/{registrationID}/webhooks`: creates a webhook of a registration, and returns it
/// with its secret. As [`CreateWebhook`](crate::webhooks::CreateWebhook) else.
#[derive(Clone, Debug)]
pub struct CreateRegistrationWebhook {
    registration: RegistrationId,
    draft: WebhookDraft,
    key: UnprovenKey,
}

impl CreateRegistrationWebhook {
    /// Posts what happens to the entities of this type to the URL.
    #[must_use]
    pub fn new(
        registration: impl Into<RegistrationId>,
        url: impl Into<String>,
        entity_type: impl Into<EntityType>,
        entity_update_type: impl Into<EntityUpdateType>,
    ) -> Self {
        Self {
            registration: registration.into(),
            draft: WebhookDraft::new(url, entity_type, entity_update_type),
            key: UnprovenKey::random(),
        }
    }

    unproven_key!();
}

impl Endpoint for CreateRegistrationWebhook {
    call!("create_registration_webhook", |call| call.key.safety() => Webhook, serde_json::from_slice);

    fn request(&self) -> serde_json::Result<Request> {
        let id = self.registration.to_string();
        let path = ["v1", "einvoices", "registrations", &id, "webhooks"];
        Request::new(Method::Post, path)
            .with_idempotency_key(&self.key.key)
            .with_json(&self.draft)
    }
}

path_call! {
    /// `DELETE /v1/einvoices/registrations/{registrationID}/webhooks/{webhookID}`: deletes a webhook of a registration.
    /// The answer is whether it did, if Billit says so; a retry may say that there is none.
    DeleteRegistrationWebhook { registration: RegistrationId, webhook: WebhookId }
    /// Of the registration with this id, the webhook with this id.
    ;
    "delete_registration_webhook", Idempotent -> Option<bool>, wire::yes_or_no;
    Delete ["v1", "einvoices", "registrations", registration, "webhooks", webhook]
}

path_call! {
    /// `POST /v1/einvoices/registrations/{registrationID}/webhooks/refresh/{webhookID}`: makes a new secret of a
    /// webhook, and returns it. That the verb is that of
    /// [`RefreshWebhookSecret`](crate::webhooks::RefreshWebhookSecret) is a guess.
    RefreshRegistrationWebhookSecret { registration: RegistrationId, webhook: WebhookId }
    /// Of the registration with this id, the webhook with this id.
    ;
    "refresh_registration_webhook_secret", Unsafe -> Secret, new_secret;
    Post ["v1", "einvoices", "registrations", registration, "webhooks", "refresh", webhook]
}
