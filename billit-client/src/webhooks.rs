//! Webhooks: where Billit posts its events. [`incoming`](crate::incoming) reads what arrives.
//!
//! Facts: the paths and the model are documented, and so is that `Order` and `Message` are the only kinds: there are no
//! events about parties. One of the documentation's pages allows 4 webhooks for a company, another 20. How Billit
//! sends an event again that could not be delivered, and in which order events come, is undocumented.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::endpoint::{Endpoint, Method, Request};
use crate::macros::{call, codes, id, path_call, unproven_key};
use crate::plumbing::secret::Secret;
use crate::unproven_key::UnprovenKey;
use crate::wire::{self, Entry, Identified};

id! {
    /// The id of a webhook.
    WebhookId
}

codes! {
    /// What an event is about (documented).
    EntityType {
        /// An invoice or another order.
        Order = "Order",
        /// A message of an order: its way over Peppol or by e-mail.
        Message = "Message",
    }
}

codes! {
    /// What happened to it (documented).
    EntityUpdateType {
        /// It was created.
        Insert = "I",
        /// It was changed.
        Update = "U",
        /// It was deleted. A user in production never saw such an event (second-hand).
        Delete = "D",
    }
}

/// A webhook. Documented; every field but the id may be missing. `Debug` hides the URL, which may hold a secret of
/// yours.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Webhook {
    /// The id.
    #[serde(rename = "WebhookID")]
    pub id: WebhookId,
    /// Your company.
    #[serde(default, rename = "CompanyID", deserialize_with = "wire::maybe_id")]
    pub company_id: Option<crate::CompanyId>,
    /// The user who made it.
    #[serde(default, rename = "UserID", deserialize_with = "wire::number")]
    pub user_id: Option<i64>,
    /// What its events are about.
    #[serde(default, deserialize_with = "wire::code")]
    pub entity_type: Option<EntityType>,
    /// What has to happen.
    #[serde(default, deserialize_with = "wire::code")]
    pub entity_update_type: Option<EntityUpdateType>,
    /// Where Billit posts.
    #[serde(default, rename = "WebhookURL", deserialize_with = "wire::text")]
    pub webhook_url: Option<String>,
    /// The key of the signatures: sent when the webhook is created, and never again.
    #[serde(default, deserialize_with = "secret")]
    pub secret: Option<Secret>,
}

impl Identified for Webhook {
    const ID_FIELD: &'static str = "WebhookID";

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("id", &self.id)
            .field("entity_type", &self.entity_type)
            .field("entity_update_type", &self.entity_update_type)
            .finish_non_exhaustive()
    }
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
    Ok(wire::text(deserializer)?.map(Secret::from))
}

/// The answer to a call that makes a new secret.
pub(crate) fn new_secret(body: &[u8]) -> serde_json::Result<Secret> {
    wire::new_text(body).map(Secret::from)
}

path_call! {
    /// `GET /v1/webhooks`: the webhooks of your company, without their secrets.
    ListWebhooks;
    "list_webhooks", Read -> Vec<Entry<Webhook>>, wire::records;
    Get ["v1", "webhooks"]
}

/// What a webhook is made of. `Debug` hides the URL.
#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct WebhookDraft {
    entity_type: EntityType,
    entity_update_type: EntityUpdateType,
    #[serde(rename = "WebhookURL")]
    webhook_url: String,
}

impl fmt::Debug for WebhookDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookDraft")
            .field("entity_type", &self.entity_type)
            .field("entity_update_type", &self.entity_update_type)
            .finish_non_exhaustive()
    }
}

impl WebhookDraft {
    pub(crate) fn new(
        url: impl Into<String>,
        entity_type: impl Into<EntityType>,
        entity_update_type: impl Into<EntityUpdateType>,
    ) -> Self {
        Self {
            entity_type: entity_type.into(),
            entity_update_type: entity_update_type.into(),
            webhook_url: url.into(),
        }
    }
}

/// `POST /v1/webhooks`: creates a webhook for one kind of event, and returns it with its secret.
///
/// Keep the [`secret`](Webhook::secret): Billit does not show it again, [`RefreshWebhookSecret`] makes another. Each
/// webhook has its own (second-hand). The documentation also speaks of a message that Billit posts to the new webhook
/// and that holds the secret.
///
/// ```no_run
/// # async fn run(billit: billit_client::Client) -> billit_client::Result<()> {
/// use billit_client::webhooks::{CreateWebhook, EntityType, EntityUpdateType};
///
/// let url = "https://example.com/billit";
/// let create = CreateWebhook::new(url, EntityType::Message, EntityUpdateType::Insert);
/// let webhook = billit.send(create).await?;
/// if let Some(secret) = &webhook.secret {
///     std::fs::write("billit-webhook.secret", secret.expose()).expect("a place for the secret");
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct CreateWebhook {
    draft: WebhookDraft,
    key: UnprovenKey,
}

impl CreateWebhook {
    /// Posts what happens to the entities of this type to the URL, which must be https (documented).
    #[must_use]
    pub fn new(
        url: impl Into<String>,
        entity_type: impl Into<EntityType>,
        entity_update_type: impl Into<EntityUpdateType>,
    ) -> Self {
        Self {
            draft: WebhookDraft::new(url, entity_type, entity_update_type),
            key: UnprovenKey::random(),
        }
    }

    unproven_key!();
}

impl Endpoint for CreateWebhook {
    call!("create_webhook", |call| call.key.safety() => Webhook, serde_json::from_slice);

    fn request(&self) -> serde_json::Result<Request> {
        Request::new(Method::Post, ["v1", "webhooks"])
            .with_idempotency_key(&self.key.key)
            .with_json(&self.draft)
    }
}

path_call! {
    /// `DELETE /v1/webhooks/{webhookID}`: deletes a webhook. The answer is whether it did, if Billit says so; a retry
    /// may say that there is none.
    DeleteWebhook { id: WebhookId }
    /// The webhook with this id.
    ;
    "delete_webhook", Idempotent -> Option<bool>, wire::yes_or_no;
    Delete ["v1", "webhooks", id]
}

path_call! {
    /// `POST /v1/webhooks/refresh/{webhookID}`: makes a new secret, and returns it. The path is documented, the verb
    /// second-hand.
    ///
    /// Each call makes another one. Whether the old one is valid for a while is unknown: let your
    /// [`Verifier`](crate::incoming::Verifier) know both.
    RefreshWebhookSecret { id: WebhookId }
    /// Of the webhook with this id.
    ;
    "refresh_webhook_secret", Unsafe -> Secret, new_secret;
    Post ["v1", "webhooks", "refresh", id]
}
