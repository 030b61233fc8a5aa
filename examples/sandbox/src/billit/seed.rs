//! Twenty-five fictitious parties of the same rental company.
//!
//! The Planyo user of each is in the table of [`crate::planyo::seed`]; the purpose of each:
//!
//! | party | purpose |
//! |---|---|
//! | 879101 | the same as user 838801 in every field, not linked |
//! | 879102 | linked: `planyo:838802`, the same in every field |
//! | 879103 | linked to another system (`crm-77`), VAT number of user 838803 |
//! | 879104 .. 879108 | match a user, and differ in: phone; address; nothing; mobile; e-mail |
//! | 879109, 879110 | twins: the e-mail and the name of user 838809, twice |
//! | 879111 | the e-mail of user 838810, another name |
//! | 879112 | matches by VAT number; commercial name, IBAN and phone typed by a bookkeeper |
//! | 879113 .. 879116 | match by e-mail and name: a curled apostrophe; no language; no mobile; two e-mail addresses |
//! | 879117 .. 879119 | suppliers, not in Planyo |
//! | 879120 | supplier with the VAT number of user 838816 |
//! | 879121 .. 879125 | customers that never rented: three companies, a public body known by its CBE number, a person |

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde_json::{Map, Value, json};

/// Where the server's clock starts: after everything in the seed.
pub(super) const START: NaiveDateTime = match (
    NaiveDate::from_ymd_opt(2026, 1, 5),
    NaiveTime::from_hms_opt(8, 0, 0),
) {
    (Some(day), Some(time)) => NaiveDateTime::new(day, time),
    _ => NaiveDateTime::MIN,
};

/// The rental company's own.
pub(super) const COMPANY_VAT: &str = "BE0119012367";

/// The parties, by id, with the times they were made and last changed.
#[must_use]
pub fn parties() -> Vec<Map<String, Value>> {
    let parties = [
        customers_with_a_story(),
        more_customers(),
        suppliers(),
        strangers(),
    ];
    let objects = parties
        .into_iter()
        .flatten()
        .filter_map(|party| match party {
            Value::Object(party) => Some(party),
            _ => None,
        });
    objects
        .enumerate()
        .map(|(place, party)| dated(place, party))
        .collect()
}

/// Who can receive by Peppol: the company itself, 879102 and 879104 every document, 879106 invoices only.
#[must_use]
pub fn peppol() -> BTreeMap<String, BTreeSet<String>> {
    let both = BTreeSet::from(["BISv3Invoice", "BISv3CreditNote"].map(str::to_owned));
    let invoices = BTreeSet::from([String::from("BISv3Invoice")]);
    let participants = [
        ("0208:0119012367", &both),
        ("0208:0101000160", &both),
        ("0208:0102030439", &both),
        ("0208:0103322123", &invoices),
    ];
    participants
        .map(|(number, types)| (number.to_owned(), types.clone()))
        .into()
}

/// Created one a week in 2024, changed a few months later.
fn dated(place: usize, mut party: Map<String, Value>) -> Map<String, Value> {
    let (month, day) = (place / 4 + 1, place % 4 * 7 + 1);
    party.insert(String::from("PartyID"), json!(879_101 + place));
    party.insert(
        String::from("Created"),
        json!(format!(
            "2024-{month:02}-{day:02}T09:15:{:02}.44",
            place * 2
        )),
    );
    party.insert(
        String::from("LastModified"),
        json!(format!(
            "2025-{month:02}-{day:02}T16:40:{:02}.993",
            place * 2
        )),
    );
    party
}

#[rustfmt::skip] // Compact: several fields on a line.
fn customers_with_a_story() -> Vec<Value> {
    vec![
        json!({"Name": "Ann Peeters", "ContactFirstName": "Ann", "ContactLastName": "Peeters", "PartyType": "Customer",
            "Email": "ann.peeters@example.be", "Mobile": "+32470100001", "VATLiable": false, "Language": "NL",
            "Street": "Kerkstraat", "StreetNumber": "12", "Box": "3", "Zipcode": "9000", "City": "Gent", "CountryCode": "BE"}),
        json!({"Name": "Transport Claes BV", "ContactFirstName": "Koen", "ContactLastName": "Claes", "PartyType": "Customer",
            "VATNumber": "BE0101000160", "Email": "koen@claes.example.be", "Phone": "+3215100002", "VATLiable": true, "Language": "NL",
            "Street": "Industrieweg", "StreetNumber": "7", "Zipcode": "2800", "City": "Mechelen", "CountryCode": "BE",
            "ExternalProviderID": "planyo:838802", "Nr": "838802"}),
        json!({"Name": "Lejeune et Fils SRL", "PartyType": "Customer", "VATNumber": "BE0101234544",
            "Email": "marc@lejeune.example.be", "Phone": "+324100003", "VATLiable": true, "Language": "FR",
            "Street": "Rue du Commerce", "StreetNumber": "44", "Zipcode": "4000", "City": "Liège", "CountryCode": "BE",
            "ExternalProviderID": "crm-77", "ExternalProviderTC": "CRM"}),
        json!({"Name": "Maes Events NV", "ContactFirstName": "Sofie", "ContactLastName": "Maes", "PartyType": "Customer",
            "VATNumber": "BE0102030439", "Email": "sofie@maes.example.be", "Phone": "+3251999999", "VATLiable": true, "Language": "NL",
            "Street": "Stationsstraat", "StreetNumber": "101", "Zipcode": "8800", "City": "Roeselare", "CountryCode": "BE"}),
        json!({"Name": "Pieter Jacobs", "ContactFirstName": "Pieter", "ContactLastName": "Jacobs", "PartyType": "Customer",
            "Email": "pieter.jacobs@example.com", "Mobile": "+32471100005", "VATLiable": false, "Language": "NL",
            "Street": "Oude Markt", "StreetNumber": "30", "Box": "2", "Zipcode": "3000", "City": "Leuven", "CountryCode": "BE"}),
        json!({"Name": "Dubois Conseil SRL", "ContactFirstName": "Nathalie", "ContactLastName": "Dubois", "PartyType": "Customer",
            "VATNumber": "BE0103322123", "Email": "nathalie@dubois.example.com", "Phone": "+322100006", "VATLiable": true, "Language": "FR",
            "Street": "Avenue Louise", "StreetNumber": "250", "Zipcode": "1050", "City": "Bruxelles", "CountryCode": "BE"}),
        json!({"Name": "Lotte Wouters", "ContactFirstName": "Lotte", "ContactLastName": "Wouters", "PartyType": "Customer",
            "Email": "Lotte.Wouters@Example.be", "VATLiable": false, "Language": "NL",
            "Street": "Dorpsstraat", "StreetNumber": "1A", "Zipcode": "3500", "City": "Hasselt", "CountryCode": "BE"}),
        json!({"Name": "Goossens Bouw BV", "ContactFirstName": "Bart", "ContactLastName": "Goossens", "PartyType": "Customer",
            "VATNumber": "BE0104567879", "Email": "facturen@goossens.example.be", "Mobile": "+32473100008", "VATLiable": true, "Language": "NL",
            "Street": "Kaai", "StreetNumber": "5", "Zipcode": "2000", "City": "Antwerpen", "CountryCode": "BE",
            "Identifiers": [{"IdentifierType": "CBE", "Identifier": "0104567879"}]}),
        json!({"Name": "Tom De Smet", "PartyType": "Customer", "Email": "tom.desmet@example.be", "VATLiable": false, "Language": "NL",
            "Street": "Molenweg", "StreetNumber": "22", "Zipcode": "9300", "City": "Aalst", "CountryCode": "BE"}),
        json!({"Name": "Tom De Smet", "PartyType": "Customer", "Email": "tom.desmet@example.be", "Mobile": "+32474100009",
            "VATLiable": false, "Language": "NL", "Zipcode": "9300", "City": "Aalst", "CountryCode": "BE"}),
        json!({"Name": "Guido Van den Bossche", "PartyType": "Customer", "Email": "familie.vdb@example.be", "Phone": "+3293000000",
            "VATLiable": false, "Language": "NL",
            "Street": "Veldstraat", "StreetNumber": "60", "Zipcode": "9000", "City": "Gent", "CountryCode": "BE"}),
        json!({"Name": "Lambert Traiteur SA", "CommercialName": "Chez Yves", "ContactFirstName": "Yves", "ContactLastName": "Lambert",
            "PartyType": "Customer", "VATNumber": "BE0105050505", "Email": "yves@lambert.example.com", "Phone": "+3210777777",
            "IBAN": "BE68539007547034", "VATLiable": true, "Language": "FR",
            "Street": "Chaussée de Namur", "StreetNumber": "12", "Zipcode": "1300", "City": "Wavre", "CountryCode": "BE",
            "Addresses": [
                {"AddressType": "InvoiceAddress", "Street": "Chaussée de Namur", "StreetNumber": "12", "Zipcode": "1300", "City": "Wavre", "CountryCode": "BE"},
                {"AddressType": "DeliveryAddress", "Name": "Entrepôt", "Street": "Rue de l'Usine", "StreetNumber": "9", "Zipcode": "1300", "City": "Wavre", "CountryCode": "BE"}]}),
    ]
}

#[rustfmt::skip]
fn more_customers() -> Vec<Value> {
    vec![
        json!({"Name": "Els D’Hondt", "ContactFirstName": "Els", "ContactLastName": "D’Hondt", "PartyType": "Customer",
            "Email": "els.dhondt@example.be", "Mobile": "+32476100012", "VATLiable": false, "Language": "NL",
            "Street": "'s Gravenstraat", "StreetNumber": "3", "Zipcode": "9700", "City": "Oudenaarde", "CountryCode": "BE"}),
        json!({"Name": "Hélène Dupré", "ContactFirstName": "Hélène", "ContactLastName": "Dupré", "PartyType": "Customer",
            "Email": "helene.dupre@example.com", "Mobile": "+32477100013", "VATLiable": false,
            "Street": "Rue de la Loi", "StreetNumber": "16", "Box": "4", "Zipcode": "1000", "City": "Bruxelles", "CountryCode": "BE"}),
        json!({"Name": "Jürgen Müller", "ContactFirstName": "Jürgen", "ContactLastName": "Müller", "PartyType": "Customer",
            "Email": "juergen.mueller@example.com", "VATLiable": false, "Language": "DE",
            "Street": "Hauptstraße", "StreetNumber": "5", "Zipcode": "52062", "City": "Aachen", "CountryCode": "DE"}),
        json!({"Name": "Karel Hermans", "ContactFirstName": "Karel", "ContactLastName": "Hermans", "PartyType": "Customer",
            "Email": "boekhouding@example.com;karel.hermans@example.be", "Mobile": "+32478100015", "VATLiable": false, "Language": "NL",
            "Street": "Lindelaan", "StreetNumber": "14", "Zipcode": "2300", "City": "Turnhout", "CountryCode": "BE"}),
    ]
}

#[rustfmt::skip]
fn suppliers() -> Vec<Value> {
    vec![
        json!({"Name": "Campergas Depot NV", "PartyType": "Supplier", "VATNumber": "BE0110010074", "Email": "verkoop@campergas.example.be",
            "Phone": "+3292035699", "IBAN": "BE43068999999501", "Language": "NL",
            "Street": "Dok-Noord", "StreetNumber": "4", "Zipcode": "9000", "City": "Gent", "CountryCode": "BE"}),
        json!({"Name": "Assurances du Midi SA", "PartyType": "Supplier", "VATNumber": "BE0111223366", "Email": "info@midi.example.com",
            "Language": "FR", "Street": "Place Bara", "StreetNumber": "1", "Zipcode": "1070", "City": "Anderlecht", "CountryCode": "BE"}),
        json!({"Name": "Wohnmobil Teile GmbH", "PartyType": "Supplier", "VATNumber": "DE136695976", "Language": "DE",
            "Street": "Werkstr.", "StreetNumber": "18", "Zipcode": "70173", "City": "Stuttgart", "CountryCode": "DE"}),
        json!({"Name": "Garage Smets BV", "PartyType": "Supplier", "VATNumber": "BE0106172834", "Email": "dirk@garage-smets.example.be",
            "Phone": "+323100016", "Language": "NL",
            "Street": "Autolei", "StreetNumber": "300", "Zipcode": "2160", "City": "Wommelgem", "CountryCode": "BE"}),
    ]
}

#[rustfmt::skip]
fn strangers() -> Vec<Value> {
    vec![
        json!({"Name": "Stad en Streek BV", "PartyType": "Customer", "VATNumber": "BE0112345695", "Email": "ap@stadenstreek.example.be",
            "Nr": "K-0012", "Language": "NL", "Street": "Grote Markt", "StreetNumber": "1", "Zipcode": "8000", "City": "Brugge", "CountryCode": "BE"}),
        json!({"Name": "Ardenne Aventure SRL", "PartyType": "Customer", "VATNumber": "BE0113456742", "Email": "compta@ardenne.example.com",
            "Nr": "K-0013", "Language": "FR", "Street": "Rue du Pont", "StreetNumber": "6", "Box": "A", "Zipcode": "6900", "City": "Marche-en-Famenne", "CountryCode": "BE"}),
        json!({"Name": "Festivalbureau NV", "PartyType": "Customer", "VATNumber": "BE0114567886", "Email": "office@festival.example.com",
            "ExternalProviderID": "crm-12", "Language": "EN", "Street": "Werchterplein", "StreetNumber": "2", "Zipcode": "3118", "City": "Rotselaar", "CountryCode": "BE"}),
        json!({"Name": "Politiezone Voorbeeld", "PartyType": "Customer", "Identifiers": [{"IdentifierType": "CBE", "Identifier": "0115678933"}],
            "VATLiable": false, "Language": "NL", "Street": "Leopoldlaan", "StreetNumber": "50", "Zipcode": "9400", "City": "Ninove", "CountryCode": "BE"}),
        json!({"Name": "Paul Janssens", "PartyType": "Customer", "VATLiable": false, "Phone": "+3211000000", "Language": "NL",
            "Zipcode": "3800", "City": "Sint-Truiden", "CountryCode": "BE"}),
    ]
}
