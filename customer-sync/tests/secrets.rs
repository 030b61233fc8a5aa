//! No key and no personal data in logs: not in a plan, a report, an error or a trace.

#![allow(clippy::unwrap_used)] // As in tests.

mod common;
use std::io;
use std::sync::{Arc, Mutex};

use billit_client::Record;
use common::{World, person};
use customer_sync::kind::Kind;
use customer_sync::matching::{MatchKeys, PartyIndex};
use customer_sync::normalize::address;
use customer_sync::party::desired;
use customer_sync::{
    Customer, CustomerKey, MappingRules, Parties, SyncOptions, plan_customers, sync_customer,
    sync_customers,
};
use sandbox::Fault;
use serde_json::json;

/// All personal data in these tests, and both keys.
const CANARIES: [&str; 9] = [
    "canary@example.com",
    "Canarella",
    "Canary Lane",
    "BE0403170701",
    "0403170701",
    "499123456",
    "Canaryville",
    "sandbox-planyo-key",
    "sandbox-billit-key",
];

fn clean(text: &str) {
    for canary in CANARIES {
        assert!(!text.contains(canary), "{canary} shows in: {text}");
    }
}

fn world(world: &World, id: u64) {
    let mut user = person(id);
    user.email = "canary@example.com".into();
    user.last_name = "Canarella".into();
    user.address = "Canary Lane 12".into();
    user.city = "Canaryville".into();
    user.mobile_number = "499123456".into();
    user.properties
        .insert("vat_number".into(), Some("BE0403170701".into()));
    world.sandbox.planyo.add(user);
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn plans_reports_and_traces_can_be_logged() {
    let log = Log::default();
    let writer = log.clone();
    // Only of our crates, not of the HTTP libraries.
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let here = World::empty().await;
    world(&here, 1);
    let mut twin = person(2);
    twin.email = "Canary@example.com".into();
    twin.last_name = "Canarella".into();
    here.sandbox.planyo.add(twin);
    let mut broken = person(3);
    broken.malformed = Some(json!({"id": "canary@example.com", "last_name": "Canarella"}));
    here.sandbox.planyo.add(broken);
    here.sandbox
        .billit
        .add(json!({"Name": "Canarella", "PartyType": "Customer", "VATNumber": "BE0403170701"}));
    here.sandbox
        .billit
        .faults()
        .on("PATCH /v1/parties/{id}", 0, Fault::ResetAfter);
    let options = SyncOptions::default();

    let plan = plan_customers(&here.planyo, &here.billit, &options)
        .await
        .unwrap();
    clean(&format!("{plan} {plan:?} {plan:#?} {options:?}"));
    assert!(
        plan.with_values().to_string().contains("Canarella"),
        "a person may see names"
    );
    let report = sync_customers(&here.planyo, &here.billit, &options)
        .await
        .unwrap();
    clean(&format!("{report} {report:?} {report:#?}"));
    let outcome = sync_customer(&here.planyo, &here.billit, 1, &options)
        .await
        .unwrap();
    clean(&format!("{outcome:?} {outcome:#?}"));

    here.sandbox.billit.faults().always("*", Fault::HtmlBody);
    let error = sync_customers(&here.planyo, &here.billit, &options)
        .await
        .unwrap_err();
    clean(&format!("{error} {error:?} {error:#?}"));

    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(log.contains("customer done"), "the trace is there: {log}");
    // Customers are distinguished by key, without personal data.
    assert!(!log.contains("planyo:1"), "{log}");
    assert!(log.contains("sync_customer{customer=") && log.contains("customers_created"));
    clean(&log);
}

#[test]
fn a_customer_shows_its_key_alone() {
    let mut customer = Customer::new(CustomerKey::new("planyo", "7"));
    customer.last_name = Some("Canarella".into());
    customer.address.street = Some("Canary Lane".into());
    let text = format!("{customer:?} {customer:#?} {:?}", customer.address);
    clean(&text);
    assert!(text.contains("planyo:7"));

    let party = r#"{"PartyID":1,"Name":"Canarella","Email":"canary@example.com","VATNumber":"BE0403170701"}"#;
    let party = serde_json::value::RawValue::from_string(party.to_owned()).unwrap();
    let parties = Parties::listed(vec![Record::parse(&party).unwrap()], Vec::new());
    let evidence = MatchKeys::of(&desired(&customer, &MappingRules::default()), Kind::Company);
    let line = address::split("Canary Lane 12", None);
    clean(&format!(
        "{parties:?} {:?} {evidence:?} {line:?}",
        PartyIndex::new(&parties)
    ));
}
