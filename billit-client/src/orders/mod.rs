//! Invoices, credit notes, offers and other documents, which Billit calls orders.
//!
//! Facts: paths, the model, the fields that PATCH takes and the properties of a filter are documented; that a create
//! honours its idempotency key too. The verb of [`ESignOrder`] is not. Each item says how sure it is.

mod booking;
mod codes;
mod commands;
mod draft;
mod id;
mod line;
mod order;
mod parts;
mod patch;
pub mod property;

pub use booking::{BookingEntry, BookingEntryDraft, BookingEntryId, PutBookingEntries};
pub use codes::{
    ApprovalStatus, DeliveryStatus, MessageDirection, OrderDirection, OrderStatus, OrderType,
    PaymentMethod, TransportType,
};
pub use commands::{AddPayment, ESignOrder, SendOrders};
pub use draft::{OrderDraft, OrderParty};
pub use id::OrderId;
pub use line::{OrderLine, OrderLineDraft};
pub use order::Order;
pub use parts::{
    AdditionalDocument, CategoryFieldItem, ContractDocumentReference, DocumentDeliveryDetails,
    ExternalProviderReference, OrderMessage, PaymentLink, VatGroup,
};
pub use patch::{OrderField, OrderPatch};

use crate::endpoint::{Endpoint, Method, Request};
use crate::idempotency::IdempotencyKey;
use crate::macros::{call, full_text, listing, odata};
use crate::wire::{self, Record};

const PATH: [&str; 2] = ["v1", "orders"];

listing! {
    /// `GET /v1/orders`: the orders, page by page.
    ///
    /// Without a filter these are documents of all types, sold and bought. Billit gives 120 on a page, and a summary of
    /// each order (documented): [`GetOrder`] reads one whole. It takes conditions on the properties in [`property`]
    /// alone.
    ///
    /// ```no_run
    /// # async fn run(billit: billit_client::Client) -> billit_client::Result<()> {
    /// use billit_client::orders::{ListOrders, OrderDirection, OrderType, property};
    ///
    /// let unpaid = property::ORDER_TYPE.eq(OrderType::Invoice)
    ///     .and(property::ORDER_DIRECTION.eq(OrderDirection::Income))
    ///     .and(property::PAID.eq(false));
    /// for order in billit.pages(ListOrders::new().filter(unpaid)).all().await?.records {
    ///     println!("{:?}: {:?}", order.order_number, order.to_pay);
    /// }
    /// # Ok(()) }
    /// ```
    ListOrders: "list_orders", PATH => Order
}

impl ListOrders {
    odata!(Order);
    full_text!();
}

listing! {
    /// `GET /v1/orders/deleted`: the orders that were deleted, page by page.
    ///
    /// It has no parameters by the documentation. How far back it goes, and whether more than 120 come with a link, is
    /// unknown: if they come neither with one nor by `$skip`, reading all of them is
    /// [`RepeatedLink`](crate::ErrorKind::RepeatedLink), and sending this value by itself reads the first.
    ListDeletedOrders: "list_deleted_orders", ["v1", "orders", "deleted"] => Order
}

/// `GET /v1/orders/{orderID}`: one order, whole.
///
/// One of another company is [`ErrorKind::NoAccess`](crate::ErrorKind::NoAccess) (documented, as a 401).
#[derive(Clone, Debug)]
pub struct GetOrder {
    id: OrderId,
    document_type: Option<String>,
}

impl GetOrder {
    /// The order with this id.
    #[must_use]
    pub fn new(id: impl Into<OrderId>) -> Self {
        Self {
            id: id.into(),
            document_type: None,
        }
    }

    /// The parameter `documentType`, which is documented by its name alone.
    #[must_use]
    pub fn document_type(mut self, document_type: impl Into<String>) -> Self {
        self.document_type = Some(document_type.into());
        self
    }
}

impl Endpoint for GetOrder {
    call!("get_order", Read -> Record<Order>, wire::record);

    fn request(&self) -> serde_json::Result<Request> {
        let request = Request::new(Method::Get, path_of(self.id));
        Ok(match &self.document_type {
            Some(document_type) => request.with_query("documentType", document_type),
            None => request,
        })
    }
}

/// `POST /v1/orders`: creates an order and returns its id. It is not sent to the customer yet: that is [`SendOrders`].
///
/// **A customer given by fields is updated in Billit** (documented; see [`OrderParty`]).
///
/// The call carries an idempotency key, a random one unless [`key`](Self::key) sets it, and Billit honours it
/// (documented): a retry of a done one is [`ErrorKind::AlreadyDone`](crate::ErrorKind::AlreadyDone), without the id.
/// Find the order by [`property::EXTERNAL_PROVIDER_ID`] then. The key of an order that was deleted stays used
/// (second-hand). So the call is retried with its key after a failure that leaves the outcome open.
///
/// An answer without a readable id is [`ErrorKind::OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown).
///
/// ```no_run
/// # async fn run(billit: billit_client::Client) -> billit_client::Result<()> {
/// use billit_client::IdempotencyKey;
/// use billit_client::orders::{CreateOrder, OrderDraft, OrderLineDraft};
/// use chrono::{Days, NaiveDate};
/// use billit_client::Decimal;
///
/// # let today = NaiveDate::default();
/// let draft = OrderDraft::invoice(879_263, today, today + Days::new(30))
///     .line(OrderLineDraft::incl("Massage", 1, Decimal::new(5500, 2)).vat_percentage(21))
///     .external_provider_id("booking-7");
/// let create = CreateOrder::new(draft).key(IdempotencyKey::derive(&["create order", "booking-7"]));
/// match billit.send(create).await {
///     Ok(id) => println!("order {id}"),
///     Err(error) if error.is_already_done() || error.is_outcome_unknown() => println!("look it up"),
///     Err(error) => return Err(error),
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct CreateOrder {
    draft: OrderDraft,
    key: IdempotencyKey,
}

impl CreateOrder {
    /// With a random idempotency key, which is the same in every attempt, and in every sending of this value.
    #[must_use]
    pub fn new(draft: OrderDraft) -> Self {
        Self {
            draft,
            key: IdempotencyKey::random(),
        }
    }

    /// Sets the idempotency key.
    #[must_use]
    pub fn key(mut self, key: IdempotencyKey) -> Self {
        self.key = key;
        self
    }
}

impl Endpoint for CreateOrder {
    call!("create_order", Keyed -> OrderId, wire::new_id);

    fn request(&self) -> serde_json::Result<Request> {
        Request::new(Method::Post, PATH)
            .with_idempotency_key(&self.key)
            .with_json(&self.draft)
    }
}

/// `PATCH /v1/orders/{orderID}`: changes the fields of the patch, and no other.
///
/// The answer is empty, and a success whatever it holds. Billit takes eight fields ([`OrderPatch`]).
///
/// ```no_run
/// # async fn run(billit: billit_client::Client) -> billit_client::Result<()> {
/// use billit_client::orders::{OrderPatch, PatchOrder};
///
/// # let today = chrono::NaiveDate::default();
/// billit.send(PatchOrder::new(2_615_999, OrderPatch::new().paid(true).paid_date(today))).await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct PatchOrder {
    id: OrderId,
    patch: OrderPatch,
}

impl PatchOrder {
    /// This patch to the order with this id.
    #[must_use]
    pub fn new(id: impl Into<OrderId>, patch: OrderPatch) -> Self {
        Self {
            id: id.into(),
            patch,
        }
    }
}

impl Endpoint for PatchOrder {
    call!("patch_order", Idempotent -> (), wire::nothing);

    fn request(&self) -> serde_json::Result<Request> {
        Request::new(Method::Patch, path_of(self.id)).with_json(&self.patch)
    }
}

/// `DELETE /v1/orders/{orderID}`: deletes an order; the answer says whether it did, `None` if it says neither.
///
/// An order that went out over Peppol can no longer be deleted, and one that was deleted is kept among
/// [`ListDeletedOrders`] (both second-hand). A retry may say that there is none. The idempotency key with which the
/// order was created stays used (second-hand): creating it again takes another key.
#[derive(Clone, Copy, Debug)]
pub struct DeleteOrder {
    id: OrderId,
}

impl DeleteOrder {
    /// The order with this id.
    #[must_use]
    pub fn new(id: impl Into<OrderId>) -> Self {
        Self { id: id.into() }
    }
}

impl Endpoint for DeleteOrder {
    call!("delete_order", Idempotent -> Option<bool>, wire::yes_or_no);

    fn request(&self) -> serde_json::Result<Request> {
        Ok(Request::new(Method::Delete, path_of(self.id)))
    }
}

fn path_of(id: OrderId) -> Vec<String> {
    let [version, orders] = PATH.map(str::to_owned);
    vec![version, orders, id.to_string()]
}
