//! The invoice: found by its reference or created, read back, and sent if requested.

use std::fmt;
use std::time::SystemTime;

use billit_client::files::GetFile;
use billit_client::orders::{
    CreateOrder, GetOrder, ListOrders, Order, OrderDirection, OrderDraft, OrderId, OrderLine,
    OrderType, SendOrders, TransportType, property,
};
use billit_client::parties::PartyId;
use billit_client::peppol::{DocumentType, GetParticipant};
use billit_client::{Client as Billit, IdempotencyKey, Record};
use chrono::{DateTime, Days, Utc};
use examples::{Failure, print_line};

use crate::customer::{self, Found};
use crate::job::{Job, Line};
use crate::text;

/// Prints what [`apply`] would do, and writes nothing.
pub(crate) async fn plan(billit: &Billit, job: &Job) -> Result<(), Failure> {
    let known = Known::read(billit, job).await?;
    match &known.customer {
        Some(found) => print_line(format!(
            "customer: party {}, found by {}",
            found.party.id, found.by
        )),
        None => print_line("customer: would be created"),
    }
    print_line(format!("Peppol: {}", known.reach));
    match &known.order {
        Some(order) => show(billit, order, "was there already").await?,
        None => print_line(format!("invoice: would be created, {}", job.line)),
    }
    match known.sending {
        Sending::Nothing => {}
        Sending::Before => print_line("sending: it was sent before"),
        Sending::By(way) => print_line(format!("sending: would be sent by {way}")),
    }
    print_line("\nNothing was written. Add --apply to do this.");
    Ok(())
}

/// Finds or creates the customer and the invoice, and sends it if requested.
pub(crate) async fn apply(billit: &Billit, job: &Job) -> Result<(), Failure> {
    let known = Known::read(billit, job).await?;
    let customer = if let Some(found) = &known.customer {
        print_line(format!(
            "customer: party {}, found by {}",
            found.party.id, found.by
        ));
        found.party.id
    } else {
        let party = customer::create(billit, &job.customer).await?;
        print_line(format!("customer: party {}, created", party.id));
        party.id
    };
    print_line(format!("Peppol: {}", known.reach));
    let (order, news) = match known.order {
        Some(order) => (order, "was there already"),
        None => (create(billit, job, customer).await?, "created"),
    };
    show(billit, &order, news).await?;
    match known.sending {
        Sending::Nothing => {}
        Sending::By(way) if !was_sent(&order) => {
            // No fallback to another transport.
            let send = SendOrders::new([order.id]).transport_type(way.clone());
            billit.send(send.strict_transport_type()).await?;
            let order = read(billit, order.id).await?;
            print_line(format!("sending: sent by {way}, {}", status(&order)));
        }
        // Perhaps a moment ago, by another run.
        Sending::Before | Sending::By(_) => print_line("sending: it was sent before"),
    }
    Ok(())
}

/// What exists before the first write.
struct Known {
    customer: Option<Found>,
    order: Option<Record<Order>>,
    reach: Reach,
    sending: Sending,
}

impl Known {
    async fn read(billit: &Billit, job: &Job) -> Result<Self, Failure> {
        let customer = customer::find(billit, &job.customer).await?;
        let party = customer.as_ref().map(|found| &found.party);
        let order = find(billit, job, party.map(|party| party.id)).await?;

        let number = party.and_then(|party| party.vat_number.as_ref());
        let reach = Reach::of(billit, number.or(job.customer.vat_number.as_ref())).await?;
        // For a known customer, the data in Billit; for a new one, the data to be written.
        let email = match party {
            Some(party) => party.email.as_ref(),
            None => job.customer.email.as_ref(),
        };
        let was_sent = order.as_ref().is_some_and(|order| was_sent(order));
        let sending = match &reach {
            _ if !job.send => Sending::Nothing,
            _ if was_sent => Sending::Before,
            Reach::Invoices(_) => Sending::By(TransportType::Peppol),
            _ if email.is_some() => Sending::By(TransportType::Smtp),
            _ => {
                let why = "the customer is not in Peppol and has no e-mail address";
                return Err(format!("the invoice cannot be sent: {why}").into());
            }
        };
        Ok(Self {
            customer,
            order,
            reach,
            sending,
        })
    }
}

/// Whether the customer receives invoices over Peppol.
enum Reach {
    Invoices(String),
    NotForInvoices,
    NotRegistered,
    NoNumber,
}

impl Reach {
    async fn of(billit: &Billit, number: Option<&String>) -> Result<Self, Failure> {
        let Some(number) = number else {
            return Ok(Self::NoNumber);
        };
        let participant = billit.send(GetParticipant::new(number)).await?;
        Ok(if participant.can_receive(&DocumentType::Invoice) {
            Self::Invoices(participant.identifier.clone().unwrap_or_default())
        } else if participant.registered == Some(true) {
            Self::NotForInvoices
        } else {
            Self::NotRegistered
        })
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invoices(address) => write!(f, "the customer receives invoices at {address}"),
            Self::NotForInvoices => f.write_str("the customer is registered, but not for invoices"),
            Self::NotRegistered => f.write_str("the customer is not registered"),
            Self::NoNumber => f.write_str("the customer has no VAT number to look up"),
        }
    }
}

/// What to do with the existing invoice.
enum Sending {
    Nothing,
    /// It was sent before, and is not sent again.
    Before,
    By(TransportType),
}

/// The invoice with the reference, or `None`. One with other content is an error.
async fn find(
    billit: &Billit,
    job: &Job,
    customer: Option<PartyId>,
) -> Result<Option<Record<Order>>, Failure> {
    let reference = &job.reference;
    let mine = property::EXTERNAL_PROVIDER_ID
        .eq(reference)
        .and(property::ORDER_TYPE.eq(OrderType::Invoice))
        .and(property::ORDER_DIRECTION.eq(OrderDirection::Income));
    let listed = billit.pages(ListOrders::new().filter(mine)).all().await?;
    if let Some(invalid) = listed.invalid.first() {
        let id = invalid.id().unwrap_or("without an id");
        return Err(format!("order {id} cannot be read").into());
    }
    let id = match listed.records.as_slice() {
        [] => return Ok(None),
        [order] => order.id,
        orders => {
            let ids = text::list(orders.iter().map(|order| order.id));
            return Err(format!("orders {ids} have the reference {reference}").into());
        }
    };
    let order = read(billit, id).await?;
    let what = if order.counter_party_id.is_some() && order.counter_party_id != customer {
        "customer"
    } else if !has_line(&order, &job.line) {
        "line"
    } else {
        return Ok(Some(order));
    };
    Err(format!("order {id} has the reference {reference} and another {what}").into())
}

/// Whether this is the one line. Fields that Billit leaves out are not compared.
fn has_line(order: &Order, wanted: &Line) -> bool {
    let is_wanted = |line: &OrderLine| {
        [
            (line.quantity, wanted.quantity),
            (line.unit_price_excl, wanted.price),
            (line.vat_percentage, wanted.vat_percent),
        ]
        .into_iter()
        .all(|(theirs, ours)| theirs.is_none_or(|theirs| theirs == ours))
    };
    matches!(order.order_lines.as_slice(), [line] if is_wanted(line))
}

/// Creates the invoice, or finds one created with the same reference in the meantime.
async fn create(billit: &Billit, job: &Job, customer: PartyId) -> Result<Record<Order>, Failure> {
    let now: DateTime<Utc> = SystemTime::now().into();
    let today = now.date_naive();
    let expiry = today.checked_add_days(Days::new(30)).unwrap_or(today);
    let draft = OrderDraft::invoice(customer, today, expiry)
        .line(job.line.draft())
        .external_provider_id(&job.reference);
    // The same key in each run of today. It blocks a concurrent run; runs of other days find the reference.
    let key = IdempotencyKey::of_record(&job.reference, &draft)?;
    match billit.send(CreateOrder::new(draft).key(key)).await {
        Ok(id) => read(billit, id).await,
        Err(error) if error.is_already_done() || error.is_outcome_unknown() => {
            match find(billit, job, Some(customer)).await? {
                Some(order) => Ok(order),
                None if error.is_already_done() => {
                    let reference = &job.reference;
                    let why = "was created before and deleted since; give another --reference";
                    Err(format!("an invoice with the reference {reference} {why}").into())
                }
                None => Err(error.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

async fn read(billit: &Billit, id: OrderId) -> Result<Record<Order>, Failure> {
    Ok(billit.send(GetOrder::new(id)).await?)
}

fn was_sent(order: &Order) -> bool {
    order.is_sent == Some(true) || !order.messages.is_empty()
}

/// The order as Billit has it.
async fn show(billit: &Billit, order: &Order, news: &str) -> Result<(), Failure> {
    print_line(format!(
        "invoice: order {}, {news}, {}",
        order.id,
        status(order)
    ));
    let lines = match order.order_lines.len() {
        1 => "1 line".to_owned(),
        lines => format!("{lines} lines"),
    };
    let currency = order.currency.as_deref().unwrap_or_default();
    print_line(format!(
        "  {lines}: {} + {} VAT = {} {currency}, {} to pay",
        text::amount(order.total_excl),
        text::amount(order.total_vat),
        text::amount(order.total_incl),
        text::amount(order.to_pay),
    ));
    let Some(id) = order.order_pdf.as_ref().and_then(|pdf| pdf.id.clone()) else {
        print_line("  no PDF");
        return Ok(());
    };
    let pdf = billit.send(GetFile::new(id)).await?;
    let name = pdf.file_name.as_deref().unwrap_or("without a name");
    match &pdf.file_content {
        Some(content) => print_line(format!("  PDF {name}, {} bytes", content.bytes()?.len())),
        None => print_line(format!("  PDF {name}, without content")),
    }
    Ok(())
}

fn status(order: &Order) -> String {
    let status = order.order_status.as_ref();
    status.map_or_else(|| "in an unknown state".to_owned(), ToString::to_string)
}
