//! A typed client of [Planyo](https://www.planyo.com), the online booking system.
//!
//! ```no_run
//! # async fn run() -> planyo_client::Result<()> {
//! use planyo_client::users::{GetUser, ListAllUsers};
//! use planyo_client::Client;
//!
//! let planyo = Client::new("my-api-key")?;
//!
//! let ann = planyo.send(GetUser::by_email("ann@example.com")).await?;
//! println!("customer {}, {} properties", ann.id, ann.properties.len());
//!
//! let users = planyo.pages(ListAllUsers::new()).all().await?;
//! println!("{} customers", users.records.len());
//! # Ok(()) }
//! ```
//!
//! # A call is a value
//!
//! Each API method is a struct: its fields are the parameters, [`Endpoint::Output`] is the answer. Building the
//! request and reading the answer need no I/O; [`Client::send`] does the rest. A method this crate lacks is an
//! [`Endpoint`] you write in a dozen lines.
//!
//! # Where things are
//!
//! | area | the main things |
//! |---|---|
//! | [`users`] | [`ListAllUsers`](users::ListAllUsers), [`GetUser`](users::GetUser), [`AddUser`](users::AddUser), [`ModifyUser`](users::ModifyUser) |
//! | [`reservations`] | [`ListReservations`](reservations::ListReservations), [`GetReservation`](reservations::GetReservation), [`MakeReservation`](reservations::MakeReservation), [`DoReservationAction`](reservations::DoReservationAction) |
//! | [`availability`] | [`IsResourceAvailable`](availability::IsResourceAvailable), [`AddVacation`](availability::AddVacation), [`GetResourceUsage`](availability::GetResourceUsage) |
//! | [`resources`] | [`ListResources`](resources::ListResources), [`GetResourceInfo`](resources::GetResourceInfo), pricing, seasons, packages, forms |
//! | [`products`] | [`ListAdditionalProducts`](products::ListAdditionalProducts), [`SetReservationProducts`](products::SetReservationProducts) |
//! | [`payments`] | [`AddReservationPayment`](payments::AddReservationPayment), [`ListPayments`](payments::ListPayments), [`ListInvoices`](payments::ListInvoices) |
//! | [`cart`], [`vouchers`] | [`ListCarts`](cart::ListCarts), [`ApplyVoucher`](vouchers::ApplyVoucher), [`GenerateCoupon`](vouchers::GenerateCoupon) |
//! | [`sites`] | [`GetSiteInfo`](sites::GetSiteInfo), which proves a key and has the time zone; [`ListSites`](sites::ListSites) |
//! | [`properties`], [`templates`] | [`SetCustomProperty`](properties::SetCustomProperty), [`ProcessTemplate`](templates::ProcessTemplate) |
//! | [`notifications`], [`incoming`] | [`AddNotificationCallback`](notifications::AddNotificationCallback); [`Notification`](incoming::Notification), what Planyo posts then |
//! | [`batch`] | one change to any number of reservations |
//! | [`ENDPOINTS`] | every method with its struct and how sure it is; [`RawCall`] for any other |
//!
//! # What it takes care of
//!
//! - **Retries.** A call is retried only as far as its [`Safety`] allows: see [`retry::may_retry`]. The policy is the
//!   client's ([`ClientBuilder::retry`]) or the call's own ([`Client::send_with`]). A write
//!   that was accepted but whose answer was lost is [`ErrorKind::OutcomeUnknown`], and never retried. [`Error::is_outcome_unknown`]
//!   covers all attempts, not only the last.
//! - **Planyo's own errors**, which come inside HTTP 200, its rate limit (code 5), which pauses the whole client,
//!   and its clock (a refused timestamp is signed anew, once, with Planyo's time).
//! - **Pace.** Four calls run at once ([`ClientBuilder::concurrency`]), with a least time between them where you set one
//!   ([`ClientBuilder::min_interval`]); pauses after "too many calls" double with each refusal in a row (back-off).
//! - **Long listings**: each record once, a [cursor](Pager::cursor) to resume from in another process,
//!   [prefetch](Pager::prefetch) of the next page, and long periods read by [windows](Windows) that are cut where they are
//!   too much for one call. An end that Planyo's answer does not [prove](Pager::has_unproven_end) is told apart, and one that
//!   never comes stops at [`ClientBuilder::max_pages`].
//! - **Changes**, as Planyo [posts](incoming) them or as you [ask](ActionFeed) for them.
//! - **Answers as they are**: numbers and booleans as text, `[]` for an empty map, undocumented fields
//!   ([`Record::raw`]). One malformed record of a page is an [`InvalidRecord`]; the page is not lost.
//! - **Secrets.** The key travels in the body of a POST over https, is sent to no redirect, and shows in no
//!   `Debug`, error or trace; neither do customers. Planyo's free text, which may name them, is in
//!   [`Error::api_message`] alone.
//!
//! # How sure the facts are
//!
//! Planyo's documentation is public but was read from copies, and never tried with an account. The docs of each
//! item say what is confirmed, second-hand or unknown; what is not confirmed is read tolerantly.
//!
//! # Features
//!
//! The client runs in a tokio runtime with time and I/O enabled. With `client` alone it has no TLS: give it an HTTP
//! client or a transport of your own.
//!
//! | feature | default | what |
//! |---|---|---|
//! | `client` | yes | [`Client`], the pager, the reqwest transport; without it models, endpoints and parsing |
//! | `rustls` | yes | TLS by rustls with its own cryptography and the system's roots |
//! | `rustls-no-provider` | | rustls with the provider you install by its `install_default()`; without one, making a client panics |
//! | `native-tls` | | the system's TLS |
//! | `time-zone` | | `SiteZone`: the site's local times in UTC and back |
//! | `tracing` | | a span for each call |
//! | `test-util` | | `testing`: a transport that plays a script |

pub mod availability;
pub mod batch;
pub mod cart;
mod credentials;
mod endpoint;
mod endpoints;
mod envelope;
mod error;
mod feed;
pub mod incoming;
mod macros;
pub mod notifications;
mod page;
mod params;
pub mod payments;
mod plumbing;
pub mod products;
pub mod properties;
mod raw;
pub mod reservations;
pub mod resources;
pub mod retry;
pub mod sites;
pub mod templates;
mod types;
pub mod users;
pub mod vouchers;
mod wire;

#[cfg(feature = "client")]
mod builder;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod clock;
#[cfg(feature = "client")]
mod pager;
#[cfg(feature = "test-util")]
pub mod testing;
#[cfg(feature = "client")]
mod windows;

#[cfg(feature = "client")]
pub use builder::ClientBuilder;
#[cfg(feature = "client")]
pub use client::Client;
pub use credentials::{ApiKey, Context, HashKey};
pub use endpoint::{Endpoint, Request, Safety};
pub use endpoints::{Certainty, ENDPOINTS, EndpointInfo};
pub use error::{DecodeError, Error, ErrorKind, Result, Setting};
pub use feed::{Action, ActionCursor, ActionFeed};
pub use page::{Page, PageCursor, Paged};
#[cfg(feature = "client")]
pub use pager::{Listing, Pager, Records};
pub use params::{IntoParam, Params};
#[cfg(feature = "client")]
pub use plumbing::call_options::CallOptions;
pub use plumbing::response::Response;
pub use plumbing::secret::Secret;
#[cfg(feature = "client")]
pub use plumbing::transport;
pub use raw::RawCall;
/// Amounts, in which every digit is kept; from the crate `rust_decimal`.
pub use rust_decimal::Decimal;
pub use types::{
    AmountOrPercent, CartId, CouponId, CouponTypeId, CustomProductId, EventType, InvoiceId,
    Language, NotificationName, PaymentId, Phone, PhotoId, ProductId, ReservationId,
    ReservationStatus, ResourceId, SeasonId, SiteId, SiteTime, UserId, VacationId, VoucherId,
};
#[cfg(feature = "time-zone")]
pub use types::{SiteZone, UnknownZone};
#[cfg(feature = "client")]
pub use windows::{Window, WindowPager, Windows};
pub use wire::{Entry, Identified, InvalidRecord, Record};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct ReadmeExamples;
