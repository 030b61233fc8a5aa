//! Payments of reservations, and invoices.
//!
//! Facts: the methods are documented; what is known from third parties alone says so. Planyo takes no card numbers here:
//! a payment is a note of one that was made elsewhere. Every time is on the clock of the site.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ptr;

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::batch::{self, BatchAnswer};
use crate::macros::{batch, call, ids_alone, number_codes, pages, setters, switches};
use crate::page::Page;
use crate::page::Paged;
use crate::params::{Params, commas};
use crate::types::{
    CouponId, InvoiceId, PaymentId, ReservationId, ReservationStatus, ResourceId, SiteId, SiteTime,
};
use crate::vouchers::CouponKind;
use crate::wire::{self, Entry, Fields, Identified, Record};

number_codes! {
    /// How a payment was made. Online payments have a number for each gateway, of which the reference names one.
    PaymentMode {
        /// The gateway of that name.
        Paypal = 1,
        /// Cash.
        Cash = 2,
        /// A cheque.
        Cheque = 3,
        /// A bank transfer.
        BankTransfer = 4,
        /// Any other way that has no name.
        Unspecified = 5,
        /// A gift certificate.
        GiftCertificate = 6,
        /// No payment but a discount.
        Discount = 9,
        /// A card that is on file.
        CardOnFile = 10,
        /// The site's own first mode.
        Own1 = 40,
        /// Its second.
        Own2 = 41,
        /// Its third.
        Own3 = 42,
        /// Its fourth.
        Own4 = 43,
        /// Its fifth.
        Own5 = 44,
        /// Its sixth.
        Own6 = 45,
        /// A gateway of the site's own.
        OwnGateway = 99,
    }
}

number_codes! {
    /// What became of a payment.
    PaymentStatus {
        /// Paid.
        Paid = 1,
        /// Not settled yet.
        Pending = 2,
        /// It failed.
        Error = 3,
        /// Paid back.
        Refund = 4,
    }
}

call! {
    /// `add_reservation_payment`: notes a payment of a reservation.
    ///
    /// It may confirm the reservation and send the messages that go with it. A retry would note a second payment, so that
    /// this is [`Safety::Unsafe`](crate::Safety::Unsafe): when the error
    /// [is unknown](crate::Error::is_outcome_unknown), look for the transaction with [`ListReservationPayments`] first.
    /// Planyo's page could be read up to the status; the names of the parameters after it come from third parties.
    ///
    /// For many reservations at once see [`for_all`](Self::for_all).
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
    /// use planyo_client::payments::{AddReservationPayment, PaymentDraft, PaymentMode, PaymentStatus};
    ///
    /// let payment = PaymentDraft {
    ///     mode: PaymentMode::BankTransfer,
    ///     status: PaymentStatus::Paid,
    ///     transaction_id: "T-1".to_owned(),
    ///     amount: 100.into(),
    ///     currency: "EUR".to_owned(),
    /// };
    /// let call = AddReservationPayment::new(19_710_795, payment);
    /// let saved = planyo.send(call.quiet()).await?;
    /// println!("{:?}", saved.status);
    /// # Ok(()) }
    /// ```
    AddReservationPayment: "add_reservation_payment", Unsafe -> Record<SavedPayment>, Record::of_write
}

/// What Planyo needs to know of a payment: see [`AddReservationPayment::new`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentDraft {
    /// How it was made.
    pub mode: PaymentMode,
    /// What became of it.
    pub status: PaymentStatus,
    /// The id of the transaction: yours or the gateway's.
    pub transaction_id: String,
    /// The amount.
    pub amount: Decimal,
    /// The currency by ISO 4217.
    pub currency: String,
}

impl AddReservationPayment {
    /// This payment of this reservation.
    pub fn new(reservation: impl Into<ReservationId>, payment: PaymentDraft) -> Self {
        Self {
            params: Params::default()
                .with("reservation_id", reservation.into())
                .with("payment_mode", payment.mode)
                .with("payment_status", payment.status)
                .with("transaction_id", payment.transaction_id)
                .with("amount", payment.amount)
                .with("currency", payment.currency),
        }
    }

    /// Payments of many reservations: of each its id, its amount and its transaction.
    ///
    /// Each has its own amount, in the lists `amounts` and `transaction_ids` that Planyo's page names for many reservations:
    /// it does not say whether one `amount` for many would be that of each or of all. Planyo separates by commas and has
    /// no way to write one: a comma in a transaction's id is sent as a semicolon.
    pub fn for_all<R: Into<ReservationId>, A: Into<Decimal>, T: Into<String>>(
        payments: impl IntoIterator<Item = (R, A, T)>,
        mode: PaymentMode,
        status: PaymentStatus,
        currency: impl Into<String>,
    ) -> AddReservationPayments {
        let (mut ids, mut amounts, mut transactions) = (Vec::new(), Vec::new(), Vec::new());
        for (id, amount, transaction) in payments {
            ids.push(id.into());
            amounts.push(amount.into());
            transactions.push(batch::in_list(transaction));
        }
        AddReservationPayments {
            params: batch::all(ids)
                .with("payment_mode", mode)
                .with("payment_status", status)
                .with("transaction_ids", commas(transactions))
                .with("amounts", commas(amounts))
                .with("currency", currency.into()),
        }
    }
}

call! {
    /// `add_reservation_payment` for many reservations: see [`AddReservationPayment::for_all`].
    ///
    /// Planyo takes 50 in one call, and its answer has one place for each reservation: `Client::send_batch` sends any
    /// number, and two payments of one reservation in two calls. The answer is by reservation.
    AddReservationPayments: "add_reservation_payment", Unsafe -> BatchAnswer<SavedPayment>, batch::answer
}

batch!(AddReservationPayments of SavedPayment, "amounts", "transaction_ids");

/// The setters of one payment and of many.
macro_rules! payment {
    ($($request:ident)*) => {
        $(impl $request {
            switches! {
                /// Sends no messages.
                quiet => "is_quiet" = true;
            }

            setters! {
                /// When it was paid, on the clock of the site; default: now (second-hand).
                payment_time(NaiveDateTime) => "payment_time";
                /// A remark.
                extra_info(String) => "extra_info";
                /// The gateway's own code.
                payment_response_code(String) => "payment_response_code";
                /// The gateway's own words.
                transaction_status_text(String) => "transaction_status_text";
            }
        })*
    };
}

payment!(AddReservationPayment AddReservationPayments);

/// What Planyo says of a payment that was added, changed or removed. Which part comes differs by method, and a real answer
/// to an added payment had the state of the reservation alone.
#[derive(Clone, Debug, Default, Deserialize)]
#[non_exhaustive]
pub struct SavedPayment {
    /// The state of the reservation now. Not sent for a removed payment.
    #[serde(default, deserialize_with = "wire::scalar")]
    pub status: Option<ReservationStatus>,
    /// The payment.
    #[serde(default, deserialize_with = "wire::id")]
    pub payment_id: Option<PaymentId>,
}

call! {
    /// `modify_reservation_payment`: another status, and another remark if it is set.
    ModifyReservationPayment: "modify_reservation_payment", Idempotent -> Record<SavedPayment>, Record::of_write
}

impl ModifyReservationPayment {
    /// This status for this payment of this reservation.
    pub fn new(
        payment: impl Into<PaymentId>,
        reservation: impl Into<ReservationId>,
        status: PaymentStatus,
    ) -> Self {
        Self {
            params: Params::default()
                .with("payment_id", payment.into())
                .with("reservation_id", reservation.into())
                .with("payment_status", status),
        }
    }

    setters! {
        /// A remark.
        extra_info(String) => "extra_info";
    }
}

call! {
    /// `remove_reservation_payment`: deletes a payment.
    ///
    /// After a lost answer the retry may say that there is no such payment. Then the first one did it, and the error
    /// [is unknown](crate::Error::is_outcome_unknown).
    RemoveReservationPayment: "remove_reservation_payment", Idempotent -> Record<SavedPayment>, Record::of_write
}

impl RemoveReservationPayment {
    /// This payment of this reservation.
    pub fn new(payment: impl Into<PaymentId>, reservation: impl Into<ReservationId>) -> Self {
        Self {
            params: Params::default()
                .with("payment_id", payment.into())
                .with("reservation_id", reservation.into()),
        }
    }
}

call! {
    /// `get_reservation_payment_amount`: what is paid for a reservation, in all.
    GetReservationPaymentAmount: "get_reservation_payment_amount", Read -> Record<PaymentAmount>, Record::parse
}

impl GetReservationPaymentAmount {
    /// The reservation with this id.
    pub fn new(reservation: impl Into<ReservationId>) -> Self {
        Self {
            params: Params::default().with("reservation_id", reservation.into()),
        }
    }
}

/// The answer to [`GetReservationPaymentAmount`].
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct PaymentAmount {
    /// The sum.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub amount: Option<Decimal>,
    /// How many payments.
    #[serde(default, deserialize_with = "wire::number")]
    pub payments: Option<u64>,
    /// ISO 4217.
    #[serde(default, deserialize_with = "wire::text")]
    pub currency: Option<String>,
}

call! {
    /// `list_payments`: the payments of the site in a period. Whether the last day counts is not documented; nor is a limit
    /// to the answer.
    ListPayments: "list_payments", Read -> Vec<Entry<Payment>>, |data| wire::identified(data, "results")
}

impl ListPayments {
    /// From one date to another.
    pub fn new(start: NaiveDate, end: NaiveDate) -> Self {
        Self {
            params: Params::default()
                .with("start_date", start)
                .with("end_date", end),
        }
    }

    setters! {
        /// Only those for this resource.
        resource_id(ResourceId) => "resource_id";
        /// The site, with a metasite's key.
        site_id(SiteId) => "site_id";
        /// Only those made so.
        payment_mode(PaymentMode) => "payment_mode_id_filter";
        /// Only those of which this became.
        status(PaymentStatus) => "status";
    }
}

call! {
    /// `list_reservation_payments`: the payments of one reservation, and the coupons that were used for it.
    ListReservationPayments: "list_reservation_payments", Read -> ReservationPayments, ReservationPayments::parse
}

impl ListReservationPayments {
    /// The reservation with this id.
    pub fn new(reservation: impl Into<ReservationId>) -> Self {
        Self {
            params: Params::default().with("reservation_id", reservation.into()),
        }
    }
}

/// Payments of one reservation, or of all in a cart, and the coupons that were used in place of money.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReservationPayments {
    /// The payments.
    pub payments: Vec<Entry<Payment>>,
    /// The coupons that were used; none where Planyo does not list them.
    pub coupons_used: Vec<Entry<CouponUse>>,
}

impl ReservationPayments {
    pub(crate) fn parse(data: &RawValue) -> serde_json::Result<Self> {
        const COUPONS: &str = "coupons_used";
        Ok(Self {
            payments: wire::identified(data, "results")?,
            coupons_used: if wire::fields_of(data).contains_key(COUPONS) {
                wire::entries(data, COUPONS)?
            } else {
                Vec::new()
            },
        })
    }
}

/// A payment. `Debug` shows ids, mode and status alone.
///
/// `list_payments` calls two fields otherwise (`payment_mode_id`, `payment_date`), and its documentation was cut after them:
/// the raw record may have more.
#[derive(Clone, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct Payment {
    /// The id.
    pub payment_id: PaymentId,
    /// The reservation, where many may be listed.
    #[serde(default, deserialize_with = "wire::id")]
    pub reservation_id: Option<ReservationId>,
    /// The site (`list_payments`).
    #[serde(default, deserialize_with = "wire::id")]
    pub site_id: Option<SiteId>,
    /// The amount.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub amount: Option<Decimal>,
    /// ISO 4217.
    #[serde(default, deserialize_with = "wire::text")]
    pub currency: Option<String>,
    /// What became of it.
    #[serde(default, deserialize_with = "wire::scalar")]
    pub payment_status: Option<PaymentStatus>,
    /// When it was paid.
    #[serde(default, deserialize_with = "wire::time")]
    pub payment_time: Option<SiteTime>,
    /// How it was paid.
    #[serde(default, deserialize_with = "wire::scalar")]
    pub payment_mode: Option<PaymentMode>,
    /// The transaction, as you or the gateway named it.
    #[serde(default, deserialize_with = "wire::text")]
    pub transaction_id: Option<String>,
    /// A remark.
    #[serde(default, deserialize_with = "wire::text")]
    pub extra_info: Option<String>,
}

impl<'de> Deserialize<'de> for Payment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Fields::deserialize(deserializer)?;
        let names = [
            ("payment_mode", "payment_mode_id"),
            ("payment_time", "payment_date"),
        ];
        wire::rename(&mut fields, &names);
        // The derived reader, which knows one name for each.
        Self::deserialize(wire::reader(&fields)).map_err(D::Error::custom)
    }
}

impl Identified for Payment {
    const ID_FIELD: &'static str = "payment_id";

    fn id(&self) -> u64 {
        self.payment_id.get()
    }
}

ids_alone!(Payment: payment_id reservation_id payment_mode payment_status);

/// A coupon that was used in place of money.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct CouponUse {
    /// The coupon.
    #[serde(default, deserialize_with = "wire::id")]
    pub coupon_id: Option<CouponId>,
    /// How much of it was used, in units of its kind.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub amount: Option<Decimal>,
    /// What it is worth.
    #[serde(default, rename = "type", deserialize_with = "wire::scalar")]
    pub kind: Option<CouponKind>,
    /// The reservation, where those of many are listed.
    #[serde(default, deserialize_with = "wire::id")]
    pub reservation_id: Option<ReservationId>,
}

call! {
    /// `generate_invoice`: makes the invoice of a reservation, if there is none or its items changed. Only on sites with
    /// parent and corrective invoices.
    ///
    /// A retry would make no second one, but it would answer "nothing was made" and so hide the first one's id; and one
    /// that overtakes the first could use up a number. So it is [`Safety::Unsafe`](crate::Safety::Unsafe): when the error
    /// [is unknown](crate::Error::is_outcome_unknown), look with [`ListInvoices::of_reservation`].
    GenerateInvoice: "generate_invoice", Unsafe -> Record<GeneratedInvoice>, Record::of_write
}

impl GenerateInvoice {
    /// The reservation with this id.
    pub fn new(reservation: impl Into<ReservationId>) -> Self {
        Self {
            params: Params::default().with("reservation_id", reservation.into()),
        }
    }
}

/// The answer to [`GenerateInvoice`]. `Debug` shows the id alone: anyone with the address can read the document.
#[derive(Clone, Default, Deserialize)]
#[non_exhaustive]
pub struct GeneratedInvoice {
    /// The new invoice; none when none had to be made.
    #[serde(default, deserialize_with = "wire::id")]
    pub id: Option<InvoiceId>,
    /// Where the document is.
    #[serde(default, deserialize_with = "wire::text")]
    pub url: Option<String>,
}

ids_alone!(GeneratedInvoice: id);

call! {
    /// `get_invoice_items`: the lines of a reservation's invoice. One that is in a shopping cart has the lines of the whole
    /// cart.
    GetInvoiceItems: "get_invoice_items", Read -> Vec<Entry<InvoiceItem>>, |data| wire::entries(data, "results")
}

impl GetInvoiceItems {
    /// The reservation with this id.
    pub fn new(reservation: impl Into<ReservationId>) -> Self {
        Self {
            params: Params::default().with("reservation_id", reservation.into()),
        }
    }
}

/// A line of an invoice. It names no currency: that is the reservation's.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct InvoiceItem {
    /// What is charged.
    #[serde(default, deserialize_with = "wire::text")]
    pub name: Option<String>,
    /// How many.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub quantity: Option<Decimal>,
    /// The price before tax, as the name of the next one suggests. Whether of one or of all is not documented.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub price: Option<Decimal>,
    /// The price with tax, which Planyo spells `price-gross`.
    #[serde(default, rename = "price-gross", deserialize_with = "wire::decimal")]
    pub price_gross: Option<Decimal>,
    /// The tax. Whether it is a rate or an amount is not documented.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub tax: Option<Decimal>,
    /// The reservation of the line (third-party sample).
    #[serde(default, deserialize_with = "wire::id")]
    pub reservation_id: Option<ReservationId>,
}

call! {
    /// `list_invoices`: the invoices of a reservation or of a period, 50 on a page. Only on sites with parent and corrective
    /// invoices.
    ///
    /// Sent by itself it gives one page, with the document of all invoices. `Client::pages` gives every page.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use planyo_client::payments::ListInvoices;
    ///
    /// let july = ListInvoices::in_period("2026-07-01".parse()?, "2026-07-31".parse()?);
    /// for invoice in planyo.pages(july).all().await?.records {
    ///     println!("{:?} {:?}", invoice.sequential_number, invoice.url);
    /// }
    /// let invoices = planyo.send(ListInvoices::of_reservation(19_710_795)).await?;
    /// println!("all in one: {:?}", invoices.all_url);
    /// # Ok(()) }
    /// ```
    ListInvoices: "list_invoices", Read -> Invoices, Invoices::parse
}

impl ListInvoices {
    /// Those of this reservation.
    pub fn of_reservation(reservation: impl Into<ReservationId>) -> Self {
        Self {
            params: Params::default().with("reservation_id", reservation.into()),
        }
    }

    /// Those made from one date to another, which may be 31 days apart at most (documented). For longer, ask month by
    /// month.
    pub fn in_period(start: NaiveDate, end: NaiveDate) -> Self {
        Self {
            params: Params::default()
                .with("start_date", start)
                .with("end_date", end),
        }
    }

    setters! {
        /// The page; the first is 0.
        page(u32) => "page";
    }
}

impl Paged for ListInvoices {
    type Item = Invoice;
    type Request = InvoicePage;

    fn first(&self) -> InvoicePage {
        let params = self.params.clone();
        Paged::first(&InvoicePage { params })
    }

    fn at_page(&self, request: &InvoicePage, number: u32) -> InvoicePage {
        Paged::at_page(request, request, number)
    }

    fn page_size(&self, request: &InvoicePage) -> Option<u32> {
        Paged::page_size(request, request)
    }
}

call! {
    /// One page of [`ListInvoices`], with nothing but the invoices.
    InvoicePage: "list_invoices", Read -> Page<Invoice>, |data| Invoices::parse(data).map(|page| Page::new(page.invoices))
}

pages!(InvoicePage of Invoice, Some(50));

/// A page of invoices. `Debug` does not show the address.
#[derive(Clone)]
#[non_exhaustive]
pub struct Invoices {
    /// The invoices.
    pub invoices: Vec<Entry<Invoice>>,
    /// Where one document with all invoices is; sent when there are several. Planyo has it among the invoices, under the
    /// name `all`.
    pub all_url: Option<String>,
}

ids_alone!(Invoices: invoices);

impl Invoices {
    fn parse(data: &RawValue) -> serde_json::Result<Self> {
        let mut records = wire::list::<&RawValue>(data, "results")?;
        // Of a list there are no fields.
        let results = wire::fields_of(data).get("results").copied();
        let all = results.and_then(|results| wire::fields_of(results).get("all").copied());
        // Its place, not its content, distinguishes it from an invoice.
        records.retain(|record| !all.is_some_and(|all| ptr::eq(*record, all)));
        let url = all.and_then(|all| wire::fields_of(all).get("url").copied());
        let url = url.and_then(|url| serde_json::from_str::<Option<String>>(url.get()).ok());
        Ok(Self {
            invoices: records.into_iter().map(wire::entry).collect(),
            all_url: url.flatten().filter(|url| !url.is_empty()),
        })
    }
}

/// An invoice. Planyo lists no id of it; its number or its document must be there. `Debug` shows number and ids alone.
#[derive(Clone, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct Invoice {
    /// The number, as the site writes it.
    #[serde(default, deserialize_with = "wire::text")]
    pub sequential_number: Option<String>,
    /// Where the document is.
    #[serde(default, deserialize_with = "wire::text")]
    pub url: Option<String>,
    /// The reservation that is charged.
    #[serde(default, deserialize_with = "wire::id")]
    pub reservation_id: Option<ReservationId>,
    /// What is rented.
    #[serde(default, deserialize_with = "wire::id")]
    pub resource_id: Option<ResourceId>,
    /// The payment of a coupon, if that is what is charged. Whether the number is one of [`PaymentId`]'s is not documented.
    #[serde(default, deserialize_with = "wire::number")]
    pub coupon_payment_id: Option<u64>,
    /// The coupon, if that is what is charged.
    #[serde(default, deserialize_with = "wire::id")]
    pub coupon_id: Option<CouponId>,
    /// Whether it is the first one, and not one that corrects it.
    #[serde(default, deserialize_with = "wire::flag")]
    pub is_parent_invoice: Option<bool>,
    /// When it was made.
    #[serde(default, deserialize_with = "wire::time")]
    pub creation_date: Option<SiteTime>,
}

ids_alone!(Invoice: sequential_number reservation_id coupon_id);

impl<'de> Deserialize<'de> for Invoice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let invoice = Self::deserialize(deserializer)?;
        if invoice.sequential_number.is_none() && invoice.url.is_none() {
            return Err(D::Error::custom(
                "an invoice must have a number or a document",
            ));
        }
        Ok(invoice)
    }
}

impl Identified for Invoice {
    const ID_FIELD: &'static str = "sequential_number";

    /// A number made of the fields that tell invoices apart: the same for the same invoice within one run of a program,
    /// and nothing to keep.
    fn id(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&self.sequential_number, &self.url).hash(&mut hasher);
        (
            self.reservation_id,
            self.coupon_payment_id,
            self.is_parent_invoice,
        )
            .hash(&mut hasher);
        hasher.finish()
    }
}
