//! Which customers to sync because of Planyo's events: by webhook, or by polling.
//!
//! | part | what | needs |
//! |---|---|---|
//! | [`Trigger`] | the events that concern a customer, and the nine of them that an automation usually needs | |
//! | [`TriggerRules`] | which of them count: from a notification or an action to a [`SyncRequest`] | |
//! | [`WebhookHandler`] | the same for a webhook receiver: checks the token, then reads the body | |
//! | [`EventRule`], [`EventWatch`] | times before and after an event, computed from reservations | |
//! | [`Inbox`] | a queue of sync requests in the store, with debounce and retry | |
//! | [`ensure_callbacks`], [`remove_callbacks`] | registers webhooks (Planyo calls them callbacks) | `sync` |
//! | [`Poller`] | the same triggers by polling, without a public URL | `sync` |
//! | [`sync_next`] | syncs the next customer in the inbox | `sync` |
//!
//! An event only says which customer to sync. The customer is then read again from Planyo, so a notification that is
//! forged, late, repeated or out of order does no harm.
//!
//! ```no_run
//! # #[cfg(all(feature = "sync", feature = "sqlite"))]
//! # async fn run(planyo: planyo_client::Client, billit: billit_client::Client) -> Result<(), Box<dyn std::error::Error>> {
//! use customer_sync::{PlanyoUsers, SyncOptions};
//! use customer_sync::store::{SqliteStore, State};
//! use customer_sync::triggers::{WebhookHandler, Inbox, InboxOptions, TriggerRules, sync_next};
//! use planyo_client::incoming::CallbackToken;
//!
//! let state = State::new(SqliteStore::open("customers.sqlite")?);
//! let options = SyncOptions::default().store(state.clone());
//! let inbox = Inbox::new(state, InboxOptions::default());
//! let webhook = WebhookHandler::new(CallbackToken::new(std::env::var("PLANYO_CALLBACK_TOKEN")?)?, TriggerRules::default());
//!
//! // For each POST: check the token, then read the body; put the request into the inbox and answer 200 at once.
//! # let (query, content_type, body) = ("", "", &[][..]);
//! let request = webhook.admits(query).and_then(|admitted| admitted.read(content_type, body));
//! match request {
//!     Ok(request) => { inbox.add(request, chrono::Utc::now()).await?; }
//!     Err(error) => println!("{}: {error}", error.status()),
//! }
//! // A worker, in a loop.
//! let users = PlanyoUsers::new(&planyo);
//! while let Some(synced) = sync_next(&users, &billit, &options, &inbox, chrono::Utc::now).await? {
//!     println!("{synced}");
//! }
//! # Ok(()) }
//! ```
//!
//! `examples/webhook.rs` is a small receiver; `examples/service` is a whole program that receives or polls.

#[cfg(feature = "sync")]
mod callbacks;
mod events;
mod inbox;
#[cfg(feature = "sync")]
mod poll;
mod rules;
mod trigger;
mod webhook;
#[cfg(feature = "sync")]
mod work;

#[cfg(feature = "sync")]
pub use callbacks::{CallbackReport, ensure_callbacks, remove_callbacks};
pub use events::{EventRule, EventWatch, Moment, Offset, ParseEventRuleError};
pub use inbox::{EnqueueOutcome, Inbox, InboxCounts, InboxLease, InboxOptions, Pending};
#[cfg(feature = "sync")]
pub use poll::{PollError, PollReport, Poller};
pub use rules::{CustomerRef, IgnoreReason, ParseCustomerRefError, SyncRequest, TriggerRules};
pub use trigger::{ParseTriggerError, Trigger};
pub use webhook::{Admitted, WebhookError, WebhookHandler};
#[cfg(feature = "sync")]
pub use work::{Synced, sync_next};
