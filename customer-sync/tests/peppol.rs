//! Lookups in Peppol, on the sandbox.
#![allow(clippy::unwrap_used)] // As in tests.

mod common;
use std::collections::BTreeSet;

use common::World;
use customer_sync::peppol::{Reachability, Readiness, reachability};
use customer_sync::{Customer, CustomerKey, Field};

/// A company with this VAT number.
fn company(vat_number: Option<&str>) -> Customer {
    let mut customer = Customer::new(CustomerKey::new("planyo", "7"));
    customer.company = Some("Voorbeeld".to_owned());
    customer.vat_number = vat_number.map(str::to_owned);
    customer
}

fn reachable(address: &str) -> Reachability {
    let address = Some(address.to_owned());
    Reachability::Reachable { address }
}

/// Only these are in Peppol, with the documents that they receive.
async fn world(participants: &[(&str, &[&str])]) -> World {
    let world = World::empty().await;
    world.sandbox.billit.configure(|settings| {
        let participants = participants.iter().map(|(number, documents)| {
            let documents: BTreeSet<_> = documents.iter().map(|kind| (*kind).to_owned()).collect();
            ((*number).to_owned(), documents)
        });
        settings.peppol_participants = participants.collect();
    });
    world
}

/// The numbers that were looked up, in order.
fn asked(world: &World) -> Vec<String> {
    let requests = world.sandbox.billit.requests();
    let numbers = requests.iter().map(|request| {
        assert_eq!(
            request.operation,
            "GET /v1/peppol/participantInformation/{number}"
        );
        let (_, number) = request.path.rsplit_once('/').unwrap();
        number.replace("%3A", ":")
    });
    numbers.collect()
}

const INVOICE: &str = "BISv3Invoice";
const CREDIT_NOTE: &str = "BISv3CreditNote";

#[tokio::test]
async fn by_company_number_and_nothing_else_is_asked() {
    let world = world(&[("0208:0118000005", &[INVOICE, CREDIT_NOTE])]).await;
    let customer = company(Some("BE0118000005"));
    let found = reachability(&customer, &world.billit).await.unwrap();
    assert_eq!(found, reachable("0208:0118000005"));
    assert_eq!(asked(&world), ["0118000005"]);
}

#[tokio::test]
async fn by_vat_number_where_there_is_no_company_number() {
    let world = world(&[("DE136695976", &[INVOICE])]).await;
    let customer = company(Some("DE 136.695.976"));
    let found = reachability(&customer, &world.billit).await.unwrap();
    assert_eq!(found, reachable("DE136695976"));
    assert_eq!(asked(&world), ["DE136695976"]);
}

#[tokio::test]
async fn by_an_identifier_when_the_vat_number_does_not_help() {
    let gln = "5412345000013";
    let address = format!("0088:{gln}");
    let participants = [("0118000005", &[CREDIT_NOTE][..]), (&address, &[INVOICE])];
    let world = world(&participants).await;
    let mut customer = company(Some("BE0118000005"));
    // Registered, but not for invoices.
    let found = reachability(&customer, &world.billit).await.unwrap();
    assert_eq!(found, Reachability::NotForInvoices);
    assert_eq!(asked(&world), ["0118000005", "BE0118000005"]);

    let field = Field::Identifier("GLN".to_owned());
    customer.mapped_properties.insert(field, gln.to_owned());
    let found = reachability(&customer, &world.billit).await.unwrap();
    assert_eq!(found, reachable(&address));
    // By this number alone, too.
    customer.vat_number = None;
    world.clear();
    let found = reachability(&customer, &world.billit).await.unwrap();
    assert_eq!(found, reachable(&address));
    assert_eq!(asked(&world), [address]);
}

#[tokio::test]
async fn registered_under_none_of_its_numbers() {
    let world = world(&[("0208:0101000160", &[INVOICE])]).await;
    let customer = company(Some("BE0118000005"));
    let found = reachability(&customer, &world.billit).await.unwrap();
    assert_eq!(found, Reachability::NotRegistered);
    assert_eq!(asked(&world), ["0118000005", "BE0118000005"]);
}

#[tokio::test]
async fn without_a_number_nobody_is_asked() {
    let world = world(&[]).await;
    let mut person = company(None);
    person.company = None;
    person.first_name = Some("Ann".to_owned());
    person.last_name = Some("Peeters".to_owned());
    let wrong = company(Some("BE0118000006"));
    let cases = [
        (company(None), Readiness::MissingVat),
        (person.clone(), Readiness::of(&person)),
        (wrong.clone(), Readiness::of(&wrong)),
    ];
    assert!(matches!(cases[2].1, Readiness::InvalidVat(_)));
    for (customer, why) in cases {
        let found = reachability(&customer, &world.billit).await.unwrap();
        assert_eq!(found, Reachability::NoNumber(why));
    }
    assert!(world.sandbox.billit.requests().is_empty());
}

#[tokio::test]
async fn a_failure_is_not_taken_for_an_absence() {
    let world = world(&[("0208:0118000005", &[INVOICE])]).await;
    let faults = world.sandbox.billit.faults();
    faults.always("*", sandbox::Fault::InternalError);
    let customer = company(Some("BE0118000005"));
    let error = reachability(&customer, &world.billit).await.unwrap_err();
    assert!(error.is_retryable());
}
