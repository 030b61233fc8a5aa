//! What is done to an order: it is sent, paid, signed.

use std::fmt;

use chrono::NaiveDateTime;
use rust_decimal::Decimal;
use serde::Serialize;

use super::{OrderId, PATH, TransportType};
use crate::draft::Fields;
use crate::endpoint::{Endpoint, Method, Request};
use crate::macros::{call, setters, unproven_key};
use crate::unproven_key::UnprovenKey;
use crate::wire;

/// `POST /v1/orders/commands/send`: **sends the documents to their customers**.
///
/// Without a [`transport_type`](Self::transport_type) Billit chooses the channel and may fall back to e-mail, for which
/// the customer needs an address. With one, a customer who cannot be reached by it is an error such as
/// `TheCustomerIsNotActiveOnPeppol` since February 2026 (documented). The sandbox really sends e-mails.
///
/// A retry may send them twice: the call is retried only when the first certainly was not processed. The answer has
/// nothing in it; [`Order::messages`](super::Order::messages) has their state.
///
/// ```no_run
/// # async fn run(billit: billit_client::Client) -> billit_client::Result<()> {
/// use billit_client::orders::{SendOrders, TransportType};
///
/// let send = SendOrders::new([2_615_999]).transport_type(TransportType::Peppol).strict_transport_type();
/// billit.send(send).await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct SendOrders {
    body: SendBody,
    strict: bool,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct SendBody {
    order_ids: Vec<OrderId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transport_type: Option<TransportType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    print_type: Option<String>,
}

impl SendOrders {
    /// These orders.
    #[must_use]
    pub fn new(orders: impl IntoIterator<Item = impl Into<OrderId>>) -> Self {
        let body = SendBody {
            order_ids: orders.into_iter().map(Into::into).collect(),
            transport_type: None,
            print_type: None,
        };
        Self {
            body,
            strict: false,
        }
    }

    /// By this channel.
    #[must_use]
    pub fn transport_type(mut self, transport_type: TransportType) -> Self {
        self.body.transport_type = Some(transport_type);
        self
    }

    /// How a letter is printed; the values are undocumented.
    #[must_use]
    pub fn print_type(mut self, print_type: impl Into<String>) -> Self {
        self.body.print_type = Some(print_type.into());
        self
    }

    /// By no other channel than the one asked for: an error in place of a fallback (header `StrictTransportType`).
    #[must_use]
    pub fn strict_transport_type(mut self) -> Self {
        self.strict = true;
        self
    }
}

impl Endpoint for SendOrders {
    call!("send_orders", Unsafe -> (), wire::nothing);

    fn request(&self) -> serde_json::Result<Request> {
        let [version, orders] = PATH;
        let request = Request::new(Method::Post, [version, orders, "commands", "send"]);
        let request = if self.strict {
            request.with_header("StrictTransportType", "true")
        } else {
            request
        };
        request.with_json(&self.body)
    }
}

/// `POST /v1/orders/{orderID}/payments`: notes that an order was paid, in whole or in part.
///
/// A retry may note it twice: the call is retried only when the first certainly was not processed. The answer has
/// nothing in it; [`Order::to_pay`](super::Order::to_pay) has what is left.
#[derive(Clone)]
pub struct AddPayment {
    order: OrderId,
    fields: Fields,
    key: UnprovenKey,
}

impl AddPayment {
    /// So much for the order with this id.
    #[must_use]
    pub fn new(order: impl Into<OrderId>, amount: impl Into<Decimal>) -> Self {
        let mut fields = Fields::default();
        fields.set("Amount", amount.into());
        Self {
            order: order.into(),
            fields,
            key: UnprovenKey::random(),
        }
    }

    unproven_key!();

    setters! {
        /// When: a time, or a date, whose midnight is sent.
        date: NaiveDateTime => "Date";
        /// A note.
        description: String => "Description";
    }
}

impl Endpoint for AddPayment {
    call!("add_payment", |call| call.key.safety() => (), wire::nothing);

    fn request(&self) -> serde_json::Result<Request> {
        let order = self.order.to_string();
        let [version, orders] = PATH;
        Request::new(Method::Post, [version, orders, &order, "payments"])
            .with_idempotency_key(&self.key.key)
            .with_json(&self.fields)
    }
}

impl fmt::Debug for AddPayment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AddPayment")
            .field("order", &self.order.get())
            .field("fields", &self.fields)
            .finish_non_exhaustive()
    }
}

/// `/v1/orders/commands/eSign/{orderID}`: signs an order, or has it signed. The answer is whether it was, if Billit
/// says so.
///
/// The path is confirmed; that there is no body, and that the answer is yes or no, comes from the generated types. That
/// the verb is POST is a guess: [`method`](Self::method) sends another. It counts as unsafe to retry.
#[derive(Clone, Copy, Debug)]
pub struct ESignOrder {
    order: OrderId,
    method: Method,
}

impl ESignOrder {
    /// The order with this id.
    #[must_use]
    pub fn new(order: impl Into<OrderId>) -> Self {
        Self {
            order: order.into(),
            method: Method::Post,
        }
    }

    /// By another verb.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }
}

impl Endpoint for ESignOrder {
    call!("esign_order", Unsafe -> Option<bool>, wire::yes_or_no);

    fn request(&self) -> serde_json::Result<Request> {
        let order = self.order.to_string();
        let [version, orders] = PATH;
        let path = [version, orders, "commands", "eSign", &order];
        Ok(Request::new(self.method, path))
    }
}
