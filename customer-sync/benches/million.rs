//! Time and memory of planning ten thousand, a hundred thousand and a million customers:
//!
//! ```sh
//! cargo bench -p customer-sync --bench million            # all sizes
//! cargo bench -p customer-sync --bench million -- 5000    # these
//! ```
//!
//! Each measurement is a process of its own, so that its peak memory (`VmHWM` of Linux) is its own; its time is CPU
//! time, so that other load on the machine matters less. Customers are made one at a time while they are planned, as
//! from a source in pages; making them is included in every figure, also the baseline's.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::cast_precision_loss)] // A development tool.

use std::collections::HashMap;
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use billit_client::Record;
use billit_client::parties::{Party, TextField};
use customer_sync::{Counts, Customer, CustomerKey, MappingRules, Parties, Planner};

const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];
const KINDS: [&str; 5] = ["parties", "names", "no-op", "moved", "new"];

fn customer(id: usize) -> Customer {
    let mut customer = Customer::new(CustomerKey::new("planyo", id.to_string()));
    customer.first_name = Some("Ann".to_owned());
    customer.last_name = Some(format!("Peeters{id}"));
    customer.email = Some(format!("ann{id}@example.com"));
    customer.mobile = Some(format!("+32470{id:07}"));
    customer.address.street = Some("Kerkstraat".to_owned());
    customer.address.street_number = Some(id.to_string());
    customer.address.zipcode = Some("9000".to_owned());
    customer.address.city = Some("Gent".to_owned());
    customer.address.country_code = Some("BE".to_owned());
    customer
}

fn party(id: usize, city: &str) -> Record<Party> {
    let json = format!(
        r#"{{"PartyID":{id},"ExternalProviderID":"planyo:{id}","Name":"Ann Peeters{id}","DisplayName":"Ann Peeters{id}",
        "PartyType":"Customer","Email":"ann{id}@example.com","Mobile":"+32470{id:07}","Street":"Kerkstraat",
        "StreetNumber":"{id}","Zipcode":"9000","City":"{city}","CountryCode":"BE","Language":"NL","VATLiable":false,
        "VATDeductable":false,"LastModified":"2026-01-01T00:00:00","Created":"2025-01-01T00:00:00"}}"#
    );
    Record::parse(&serde_json::value::RawValue::from_string(json).unwrap()).unwrap()
}

fn listed(kind: &str, count: usize) -> Parties {
    let mut parties = Parties::default();
    if kind != "new" {
        for id in 1..=count {
            let city = if kind == "moved" && id % 10 == 0 {
                "Aalst"
            } else {
                "Gent"
            };
            parties.add_listed(&party(id, city));
        }
    }
    parties.complete()
}

fn measure(kind: &str, count: usize) -> (Duration, Counts) {
    let parties = listed(kind, count);
    let customers = (1..=count).map(customer);
    let rules = MappingRules::default();
    let start = of_core();
    match kind {
        // The parties alone.
        "parties" => {}
        // The baseline: customers and parties joined by key, and their names compared.
        "names" => {
            let carriers = parties
                .known()
                .filter_map(|party| Some((party.link()?, party)));
            let by_link: HashMap<&str, _> = carriers.collect();
            let same = customers.filter(|customer| {
                let party = by_link.get(customer.key.as_str());
                let name = party.and_then(|party| party.text(TextField::Name));
                name == customer.name().as_deref()
            });
            assert_eq!(same.count(), count);
        }
        _ => {
            let mut planner = Planner::new(&parties, &rules);
            for customer in customers {
                planner.add(&Ok(customer));
            }
            let plan = planner.finish();
            return (of_core().saturating_sub(start), plan.counts());
        }
    }
    (of_core().saturating_sub(start), Counts::default())
}

/// The CPU time of this thread.
fn of_core() -> Duration {
    let times = fs::read_to_string("/proc/self/schedstat").unwrap();
    Duration::from_nanos(times.split_whitespace().next().unwrap().parse().unwrap())
}

fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn main() {
    if let Ok(kind) = env::var("MEASURE") {
        let count = env::var("COUNT").unwrap().parse().unwrap();
        let (time, counts) = measure(&kind, count);
        let per_second = count as f64 / time.as_secs_f64().max(f64::EPSILON);
        let peak = peak().map_or_else(|| "-".to_owned(), |peak| format!("{} MiB", peak / 1024));
        println!(
            "{kind:<8} {count:>9} {:>10.3} s {per_second:>12.0}/s {peak:>10}  {counts}",
            time.as_secs_f64()
        );
        return;
    }
    let asked: Vec<usize> = env::args().filter_map(|word| word.parse().ok()).collect();
    let sizes = if asked.is_empty() {
        SIZES.to_vec()
    } else {
        asked
    };
    for count in sizes {
        for kind in KINDS {
            let mut process = Command::new(env::current_exe().unwrap());
            let process = process.env("MEASURE", kind).env("COUNT", count.to_string());
            assert!(process.status().unwrap().success());
        }
    }
}
