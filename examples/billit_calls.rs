//! The client of Billit alone: a search, a customer, a change, an invoice: `cargo run --example billit_calls`
//!
//! It runs on a look-alike. In a program of your own leave out the two lines that say so.

use std::env::var;

use billit_client::orders::{CreateOrder, GetOrder, OrderDraft, OrderLineDraft};
use billit_client::parties::{
    CreateParty, GetParty, ListParties, PartyDraft, PartyPatch, PartyType, PatchParty, TextField,
    property,
};
use billit_client::peppol::{DocumentType, GetParticipant};
use billit_client::{Client as Billit, IdempotencyKey};
use chrono::{Days, Utc};
use rust_decimal::Decimal;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let var = examples::look_alikes(var).await?; // leave out
    let company: i64 = var("BILLIT_PARTY_ID")?.parse()?;
    let billit = Billit::builder(var("BILLIT_API_KEY")?, company)
        .base_url(var("BILLIT_BASE_URL")?) // leave out
        .build()?;

    // Look before you create. Billit follows its pages to the end; a record that cannot be read is in `invalid`.
    let number = "BE0118000005";
    let customers = property::PARTY_TYPE.eq(PartyType::Customer);
    let known = ListParties::new().filter(customers.and(property::VAT_NUMBER.eq(number)));
    let known = billit.pages(known).all().await?.records;
    let id = if let Some(party) = known.first() {
        party.id
    } else {
        let draft = PartyDraft::new("Fietsenmaker Voorbeeld BV").vat_number(number);
        // The same key each time: whoever sends it again makes no second customer where Billit honours it.
        let key = IdempotencyKey::of_record("my-crm:17", &draft)?;
        billit.send(CreateParty::new(draft).key(key)).await?
    };
    let patch = PartyPatch::new().set(TextField::Email, "facturen@fietsenmaker.example.be");
    billit.send(PatchParty::new(id, patch)).await?;
    let party = billit.send(GetParty::new(id)).await?;
    println!("party {id}, e-mail {:?}", party.email);

    let participant = billit.send(GetParticipant::new(number)).await?;
    println!(
        "receives invoices over Peppol: {}",
        participant.can_receive(&DocumentType::Invoice)
    );

    let today = Utc::now().date_naive();
    let line = OrderLineDraft::excl("Fietsverhuur", Decimal::ONE, Decimal::new(91_00, 2));
    let invoice = OrderDraft::invoice(id, today, today + Days::new(30))
        .line(line.vat_percentage(Decimal::from(21)));
    let invoice_key = IdempotencyKey::of_record("my-crm:invoice-1", &invoice)?;
    let order = billit
        .send(CreateOrder::new(invoice).key(invoice_key))
        .await?;
    let order = billit.send(GetOrder::new(order)).await?;
    println!("order {}: {:?} to pay", order.id, order.to_pay);
    Ok(())
}
