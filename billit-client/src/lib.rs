//! A typed client of [Billit](https://www.billit.eu), the e-invoicing platform.
//!
//! ```no_run
//! # async fn run() -> billit_client::Result<()> {
//! use billit_client::Client;
//! use billit_client::parties::{CreateParty, GetParty, ListParties, PartyDraft, PartyType, property};
//!
//! let billit = Client::new("my-api-key", 574_991)?;
//!
//! let customers = ListParties::new().filter(property::PARTY_TYPE.eq(PartyType::Customer));
//! let customers = billit.pages(customers).all().await?;
//! println!("{} customers", customers.records.len());
//!
//! let id = billit.send(CreateParty::new(PartyDraft::new("Acme BV").vat_number("BE0563846944"))).await?;
//! let acme = billit.send(GetParty::new(id)).await?;
//! println!("party {}, changed {:?}", acme.id, acme.last_modified);
//! # Ok(()) }
//! ```
//!
//! # Where things are
//!
//! | area | what | to begin with |
//! |---|---|---|
//! | [`parties`] | customers and suppliers | [`ListParties`](parties::ListParties), [`CreateParty`](parties::CreateParty), [`PatchParty`](parties::PatchParty) |
//! | [`orders`] | invoices, credit notes, offers | [`CreateOrder`](orders::CreateOrder), [`SendOrders`](orders::SendOrders), [`AddPayment`](orders::AddPayment) |
//! | [`products`], [`documents`], [`files`] | what is sold, kept, attached | [`SaveProduct`](products::SaveProduct), [`GetFile`](files::GetFile) |
//! | [`peppol`], [`einvoices`] | who can receive, what arrived, sending for others | [`GetParticipant`](peppol::GetParticipant), [`ListInbox`](peppol::ListInbox) |
//! | [`webhooks`], [`incoming`] | notifications of changes | [`CreateWebhook`](webhooks::CreateWebhook), [`Verifier`](incoming::Verifier) |
//! | [`account`], [`oauth`] | your companies, logging in | [`GetAccountInformation`](account::GetAccountInformation), [`Client::oauth`] |
//! | [`financial`], [`cashbook`], [`daily_receipts`] | bank, till, shop | [`ListTransactions`](financial::ListTransactions) |
//! | [`accounting`], [`accountant`], [`reports`] | the books, and who keeps them | [`ListFeeds`](accountant::ListFeeds) |
//! | [`to_process`], [`misc`] | bills to read, company search, codes | [`SearchCompanies`](misc::SearchCompanies) |
//! | [`odata`] | filter and order of listings | [`Filter`](odata::Filter), [`Pager`] |
//!
//! [`ENDPOINTS`] lists every call, [`RawRequest`] reaches any other. Money is [`Decimal`].
//!
//! # A call is a value
//!
//! Each API method is a struct: its fields are the parameters, [`Endpoint::Output`] is the answer. Building the
//! request and reading the answer need no I/O; [`Client::send`] does the rest. A method this crate lacks is an
//! [`Endpoint`] you write in a dozen lines.
//!
//! # Authentication
//!
//! With an **API key** and the number of your own company, as above: for a company's own administration. The key is
//! made in Billit under the user's profile; [`account::GetAccountInformation`] lists the companies it has access to.
//!
//! With **OAuth**, which Billit asks for in programs that are sold or given to others: [`Client::oauth`] takes the
//! tokens of a user from your [`TokenStore`](oauth::TokenStore), refreshes them in time, and saves them before it uses
//! them. The module [`oauth`] says how a user logs in.
//!
//! HTTP 401 has two meanings. [`Error::is_auth`]: the key or token was refused, and the user has to do something.
//! [`Error::is_no_access`]: it is good, but the record is not its user's to see.
//!
//! The sandbox has keys, companies and OAuth clients of its own: set
//! [`base_url("https://api.sandbox.billit.be")`](ClientBuilder::base_url). It sends real e-mails.
//!
//! # What it takes care of
//!
//! - **Retries.** A call is retried only as far as its [`Safety`] allows: see [`retry::may_retry`]. The policy is the
//!   client's ([`ClientBuilder::retry`]) or the call's own ([`Client::send_with`]). A create
//!   carries an [`IdempotencyKey`], the same one in all its attempts, and is retried only when the one before
//!   certainly was not processed, unless you ask for more. A write that was accepted but whose answer was lost is
//!   [`ErrorKind::OutcomeUnknown`], and never retried; one whose key was used before is [`ErrorKind::AlreadyDone`]:
//!   look the record up. [`Error::is_outcome_unknown`] covers all attempts, not only the last.
//! - **Limits.** Billit documents none. At most eight requests run at once ([`ClientBuilder::concurrency`]), with a
//!   least time between them where you set one ([`ClientBuilder::min_interval`]); HTTP 429, and 503 with a `Retry-After`, pause every call of the
//!   client, with a back-off that doubles with each refusal in a row. Waiting, refreshing and retrying are all within the call's
//!   [`total_timeout`](ClientBuilder::total_timeout).
//! - **Pages.** `NextPageLink` is followed on the configured origin only, so that the key reaches no other host.
//!   A record that moves between pages is given once, and a listing that repeats a page or a link is an error. A pager can
//!   [prefetch](Pager::prefetch), [resume from a cursor](Client::pages_from), and
//!   [filter locally](Pager::or_filter_locally) what Billit refuses to filter.
//! - **Answers as they are**: absent fields, empty texts, numbers as text, empty bodies, undocumented fields
//!   ([`Record::raw`]). One malformed record of a page is an [`InvalidRecord`]; the page is not lost.
//! - **Secrets.** The key or token travels in a header over https, is sent to no redirect, and shows in no `Debug`, error
//!   or trace; neither do customers. Billit's free text, which may name them, is in [`Error::api_message`] and
//!   [`Error::api_errors`] alone.
//!
//! # Two meanings of PartyID
//!
//! The *header* `PartyID` is your own company: [`CompanyId`]. The `PartyID` of a *path or body* is a customer or
//! supplier: [`PartyId`].
//!
//! # Times
//!
//! Billit sends times without a zone and does not say which one it means; they are read as they stand, into
//! [`chrono::NaiveDateTime`].
//!
//! # How sure the facts are
//!
//! Nothing was tried with an account. The docs of each item say where a fact comes from; what is not confirmed is read
//! tolerantly:
//!
//! - **documented**, or confirmed: Billit's own public pages say so, or its swagger does; read from copies.
//! - **generated types**: it stands in types that a third party generated from Billit's swagger, and Billit's pages do not
//!   mention it. They have names, kinds and paths; not verbs, values or meaning.
//! - **second-hand**: other programs do so, or say so. **A guess** is this crate's own. **Undocumented**, or unknown:
//!   no source says it.
//!
//! # Features
//!
//! The client runs in a tokio runtime with time and I/O enabled.
//!
//! | feature | default | what |
//! |---|---|---|
//! | `client` | yes | [`Client`], [`oauth::OAuth`], the pager, the reqwest transport; without it models, endpoints and parsing |
//! | `rustls` | yes | TLS by rustls with its own cryptography and the system's roots |
//! | `rustls-no-provider` | | rustls with the provider you install: `install_default()` before a client is made |
//! | `native-tls` | | the system's TLS |
//! | `tracing` | | a span for each call |
//! | `test-util` | | `testing`: a transport that plays a script |

pub mod account;
pub mod accountant;
pub mod accounting;
mod answer;
pub mod cashbook;
mod credentials;
pub mod daily_receipts;
pub mod documents;
mod draft;
pub mod einvoices;
mod endpoint;
mod endpoints;
mod error;
pub mod files;
pub mod financial;
mod idempotency;
pub mod incoming;
mod listing;
mod macros;
pub mod misc;
pub mod oauth;
pub mod odata;
pub mod orders;
mod page;
pub mod parties;
pub mod peppol;
mod plumbing;
pub mod products;
mod raw;
pub mod reports;
pub mod retry;
pub mod to_process;
mod unproven_key;
pub mod webhooks;
mod wire;

#[cfg(feature = "client")]
mod builder;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod pager;
#[cfg(feature = "test-util")]
pub mod testing;

#[cfg(feature = "client")]
pub use builder::ClientBuilder;
#[cfg(feature = "client")]
pub use client::Client;
pub use credentials::{ApiKey, CompanyId, Context, Credential};
pub use endpoint::{Endpoint, Method, Request, Safety};
pub use endpoints::{ENDPOINTS, EndpointInfo};
pub use error::{ApiError, DecodeError, Error, ErrorKind, Result, Setting};
pub use idempotency::{IdempotencyHeader, IdempotencyKey};
pub use page::{Cursor, Page, Paged};
#[cfg(feature = "client")]
pub use pager::{Listing, Pager, Records};
pub use parties::PartyId;
#[cfg(feature = "client")]
pub use plumbing::call_options::CallOptions;
pub use plumbing::response::Response;
pub use plumbing::secret::Secret;
#[cfg(feature = "client")]
pub use plumbing::transport;
pub use raw::RawRequest;
/// Money: every digit as Billit sent it.
pub use rust_decimal::Decimal;
pub use wire::{Entry, Identified, InvalidRecord, Record};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct ReadmeExamples;
