//! What it costs to read a page of parties with each record isolated and its JSON kept, beside reading the same
//! parties into a plain list. Results: `BENCHMARKS.md`.
#![allow(clippy::unwrap_used, missing_docs)]

use std::hint::black_box;

use billit_client::parties::{ListParties, Party};
use billit_client::{Endpoint, Page};
use divan::Bencher;
use divan::counter::BytesCount;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

fn main() {
    divan::main();
}

/// A full page: every field of a party, as Billit's documentation writes them.
fn body() -> String {
    let parties: Vec<_> = (1..=ListParties::MAX_PAGE_SIZE)
        .map(|id| {
            json!({
                "PartyID": 879_000 + id, "Nr": id.to_string(), "Name": "Fietsen Jansen BV",
                "CommercialName": "Fietsen Jansen", "DisplayName": "Fietsen Jansen BV",
                "Contact": "Ann D'Hondt-Peeters", "ContactFirstName": "Ann", "ContactLastName": "D'Hondt-Peeters",
                "Email": format!("ann{id}@example.com"), "Phone": "+3237765432", "Mobile": "+32470000000",
                "Fax": "", "Website": "https://fietsen-jansen.example", "Street": "Kerkstraat", "StreetNumber": "12",
                "Box": "3", "Zipcode": "9100", "City": "Sint-Niklaas", "CountryCode": "BE",
                "Addresses": [{
                    "AddressType": "InvoiceAddress", "Name": "Fietsen Jansen BV", "Street": "Kerkstraat",
                    "StreetNumber": "12", "Box": "3", "Zipcode": "9100", "City": "Sint-Niklaas", "CountryCode": "BE",
                }],
                "VATNumber": "BE0403170701", "VATLiable": true, "VATDeductable": true,
                "IBAN": "BE68539007547034", "BIC": "KREDBEBB", "Language": "NL", "PartyType": "Customer",
                "Identifiers": [{
                    "IdentifierType": "CBE", "Identifier": "0403170701", "SchemeID": "0208", "Preferred": true,
                }],
                "PeppolIdentifier": "0208:0403170701", "ExternalProviderID": format!("planyo:{id}"),
                "ExternalProviderTC": "", "GLAccountCode": "400000", "GLDefaultExpiryOffset": 30,
                "DefaultExpiryOffset": 30, "VentilationCode": "1", "DefaultCurrencyTC": "EUR",
                "DefaultTransportTypeTC": "Peppol", "CustomFields": [], "InternalInfo": "",
                "LastModified": "2024-03-10T15:00:49.72", "Created": "2024-03-01T09:21:48.993",
            })
        })
        .collect();
    json!({ "Items": parties, "NextPageLink": "https://api.billit.be/v1/parties?$skip=120" })
        .to_string()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PlainPage {
    items: Vec<Party>,
    next_page_link: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CutPage<'a> {
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
    next_page_link: Option<String>,
}

/// The baseline: one malformed party loses the page, and what the type lacks is lost.
#[divan::bench]
fn answer_into_a_plain_list(bencher: Bencher<'_, '_>) {
    let body = body();
    bencher.counter(BytesCount::of_str(&body)).bench_local(|| {
        let plain: PlainPage = serde_json::from_slice(black_box(body.as_bytes())).unwrap();
        (plain.items, plain.next_page_link)
    });
}

/// What records do, by hand: each party is cut out, its JSON kept, and read alone.
#[divan::bench]
fn answer_into_records_by_hand(bencher: Bencher<'_, '_>) {
    let body = body();
    bencher.counter(BytesCount::of_str(&body)).bench_local(|| {
        let cut: CutPage<'_> = serde_json::from_slice(black_box(body.as_bytes())).unwrap();
        let parties = cut.items.into_iter();
        let parties = parties
            .map(|raw| serde_json::from_str(raw.get()).map(|party: Party| (party, raw.to_owned())));
        (parties.collect::<Vec<_>>(), cut.next_page_link)
    });
}

#[divan::bench]
fn answer_into_records(bencher: Bencher<'_, '_>) {
    let body = body();
    let listing = ListParties::new();
    bencher
        .counter(BytesCount::of_str(&body))
        .bench_local(|| -> Page<Party> { listing.parse(black_box(body.as_bytes())).unwrap() });
}
