//! What makes a customer due: Planyo's events, as it posts them or as one asks for them.
//!
//! | part | what | needs |
//! |---|---|---|
//! | [`Trigger`] | the events that concern a customer, the nine of an automation first | |
//! | [`TriggerRules`] | which of them count: from a notification or an action to who is [`SyncRequest`] | |
//! | [`WebhookHandler`] | the same for a webhook receiver: checks the token, then reads the body | |
//! | [`EventRule`], [`EventWatch`] | times before and after an event, computed from reservations | |
//! | [`Inbox`] | who is due and not synced yet, in the store | |
//! | [`ensure_callbacks`], [`remove_callbacks`] | registering with Planyo | `sync` |
//! | [`Poller`] | the same triggers without a public URL | `sync` |
//! | [`sync_next`] | syncs the next customer who is due | `sync` |
//!
//! Only who is due goes from an event into a sync. The customer is read afresh from Planyo then, so that a notification which
//! is forged, late, repeated or out of order can do no harm.
//!
//! ```no_run
//! # #[cfg(all(feature = "sync", feature = "redb"))]
//! # async fn run(planyo: planyo_client::Client, billit: billit_client::Client) -> Result<(), Box<dyn std::error::Error>> {
//! use customer_sync::{PlanyoUsers, SyncOptions};
//! use customer_sync::store::{RedbStore, State};
//! use customer_sync::triggers::{WebhookHandler, Inbox, InboxOptions, TriggerRules, sync_next};
//! use planyo_client::incoming::CallbackToken;
//!
//! let state = State::new(RedbStore::open("customers.redb")?);
//! let options = SyncOptions::default().store(state.clone());
//! let inbox = Inbox::open(state, InboxOptions::default())?;
//! let webhook = WebhookHandler::new(CallbackToken::new(std::env::var("PLANYO_CALLBACK_TOKEN")?)?, TriggerRules::default());
//!
//! // For each POST: the token first, then the body; who is due goes into the inbox, and the answer is 200 at once.
//! # let (query, content_type, body) = ("", "", &[][..]);
//! let due = webhook.admits(query).and_then(|admitted| admitted.read(content_type, body));
//! match due {
//!     Ok(due) => { inbox.add(due, chrono::Utc::now())?; }
//!     Err(refused) => println!("{}: {refused}", refused.status()),
//! }
//! // A worker beside it, again and again.
//! let users = PlanyoUsers::new(&planyo);
//! while let Some(synced) = sync_next(&users, &billit, &options, &inbox, chrono::Utc::now).await? {
//!     println!("{synced}");
//! }
//! # Ok(()) }
//! ```
//!
//! `examples/webhook_server` is a whole receiver, and `examples/poll` does without one.

#[cfg(feature = "sync")]
mod callbacks;
mod events;
mod inbox;
#[cfg(feature = "sync")]
mod poll;
mod rules;
mod trigger;
#[cfg(feature = "sync")]
mod work;

#[cfg(feature = "sync")]
pub use callbacks::{CallbackReport, ensure_callbacks, remove_callbacks};
pub use events::{EventRule, EventWatch, Moment, Offset, ParseEventRuleError};
pub use inbox::{EnqueueOutcome, Inbox, InboxCounts, InboxLease, InboxOptions, Pending};
#[cfg(feature = "sync")]
pub use poll::{PollError, PollReport, Poller};
pub use rules::{
    Admitted, CustomerRef, IgnoreReason, ParseCustomerRefError, SyncRequest, TriggerRules,
    WebhookError, WebhookHandler,
};
pub use trigger::{ParseTriggerError, Trigger};
#[cfg(feature = "sync")]
pub use work::{Synced, sync_next};
