//! Files written for Planfy, and reading them back.

#![cfg(feature = "planfy")]
#![allow(clippy::unwrap_used, clippy::panic)] // As in tests.

use billit_client::parties::Party;
use customer_sync::kind::Kind;
use customer_sync::planfy::{self, Column, Entry, Reader, Row, WriteError, Writer};
use customer_sync::source::planyo;
use customer_sync::{Customer, CustomerKey, MappingRules, diff, party};
use planyo_client::Record;
use planyo_client::users::User;
use proptest::prelude::*;
use serde_json::{Value, json};

fn rows(file: &[u8]) -> Vec<Row> {
    let reader = Reader::new(file).unwrap();
    reader.map(|row| row.unwrap().unwrap()).collect()
}

fn only(file: &str) -> Row {
    let mut rows = rows(file.as_bytes());
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

fn party(json: &Value) -> billit_client::Record<Party> {
    billit_client::Record::parse(&serde_json::value::to_raw_value(json).unwrap()).unwrap()
}

fn customer(row: Row, rules: &MappingRules) -> Customer {
    planfy::customer(&Ok(row), rules).unwrap()
}

fn written(entries: &[Entry]) -> Vec<u8> {
    let mut file = Writer::new_customers(Vec::new());
    for entry in entries {
        file.write(entry).unwrap();
    }
    file.finish().unwrap()
}

#[test]
fn a_party_becomes_a_row_with_the_id_of_its_link() {
    let rules = planfy::rules("shop");
    let mut json = json!({"PartyID": 5, "Name": "Ann Peeters", "Street": "Kerkstraat", "StreetNumber": "12", "Box": "3",
        "Zipcode": "9000", "City": "Gent", "CountryCode": "BE", "Email": "ann@example.com", "Mobile": "+32470123456",
        "ExternalProviderID": "planfy:shop:77"});
    let entry = Entry::of_party(&party(&json), &rules);
    assert_eq!(entry.get(Column::PlanfyId), "77");
    assert_eq!(entry.get(Column::Address), "Kerkstraat 12 box 3");
    assert_eq!(entry.get(Column::City), "Gent");
    assert_eq!(entry.get(Column::MobileNumber), "+32470123456");
    for other in [
        "planfy:other:77",
        "planyo:77",
        "planfy:shop",
        "planfy:shop:new-0123456789abcdef",
        "77",
    ] {
        json["ExternalProviderID"] = other.into();
        let entry = Entry::of_party(&party(&json), &rules);
        assert_eq!(entry.get(Column::PlanfyId), "", "{other}");
    }
}

#[test]
fn planyo_users_go_to_planfy() {
    let user = json!({"id": "7", "first_name": "Zoë", "last_name": "D'Hondt", "email": "zoe@example.com", "address": "Rue de la Loi 16 bte 4",
        "zip": "1000", "city": "Bruxelles", "country": "BE", "mobile_number": "475000004", "mobile_country_code": "32"});
    let user = Record::<User>::parse(&serde_json::value::to_raw_value(&user).unwrap()).unwrap();
    let person = planyo::customer(&user, &MappingRules::default()).unwrap();
    let file = written(&[Entry::of_customer(&person)]);
    let row = String::from_utf8(file.clone()).unwrap();
    let row = row.lines().nth(1).unwrap();
    assert_eq!(
        row,
        "Zoë D'Hondt,Rue de la Loi 16 box 4,,Bruxelles,BE,1000,zoe@example.com,'+32475000004,,,"
    );
    let back = customer(rows(&file).remove(0), &planfy::rules("shop"));
    assert_eq!(
        (back.name(), back.address, back.mobile),
        (person.name(), person.address, person.mobile)
    );
}

#[test]
fn new_customers_have_no_id_and_an_update_needs_one() {
    let new = Entry::new().with(Column::Name, "Ann");
    let known = new.clone().with(Column::PlanfyId, "7");
    assert!(matches!(
        Writer::new_customers(Vec::new()).write(&known),
        Err(WriteError::HasId)
    ));
    assert!(matches!(
        Writer::update(Vec::new()).write(&new),
        Err(WriteError::NoId)
    ));
    let mut file = Writer::update(Vec::new());
    file.write(&known).unwrap();
    assert!(
        file.finish()
            .unwrap()
            .starts_with(b"planfy_id,name,address,")
    );
    assert_eq!(
        written(&[]),
        b"name,address,town,city,country,postcode,email,mobile_number,dob,gender,occupation\n"
    );
}

#[test]
fn formulas_are_defused_unless_the_file_goes_straight_to_planfy() {
    let entry = Entry::new()
        .with(Column::Name, "=1+1")
        .with(Column::MobileNumber, "+32470");
    let text = String::from_utf8(written(std::slice::from_ref(&entry))).unwrap();
    assert!(text.ends_with("'=1+1,,,,,,,'+32470,,,\n"), "{text}");
    let mut file = Writer::new_customers(Vec::new()).as_typed();
    file.write(&entry).unwrap();
    let text = String::from_utf8(file.finish().unwrap()).unwrap();
    assert!(text.ends_with("=1+1,,,,,,,+32470,,,\n"), "{text}");
}

const EXPORT: &str = "planfy_id,name,address,town,postcode,country,email,mobile_number,dob,allergy\n\
                      77,ANN PEETERS,\"Kerkstraat 12, bus 3\",Gent,9000,België,Ann@Example.com,0032 470 12 34 56,1980-02-29,nuts\n";

fn in_billit() -> Value {
    json!({"PartyID": 5, "Name": "Ann Peeters", "Street": "Kerkstraat", "StreetNumber": "12", "Box": "3", "Zipcode": "9000",
        "City": "Gent", "CountryCode": "BE", "Email": "Ann@example.com", "Mobile": "+32470123456", "Language": "NL",
        "ExternalProviderID": "planfy:shop:77"})
}

fn corrected(json: &Value) -> Option<Entry> {
    let (rules, row) = (planfy::rules("shop"), only(EXPORT));
    let customer = customer(row.clone(), &rules);
    Entry::corrected(&row, &customer, &party(json), &rules)
}

#[test]
fn what_means_the_same_is_no_correction() {
    assert_eq!(corrected(&in_billit()), None);
}

#[test]
fn a_blank_in_billit_blanks_nothing() {
    assert_eq!(
        corrected(&json!({"PartyID": 5, "Name": "Ann Peeters"})),
        None
    );
}

#[test]
fn a_correction_changes_its_cell_alone() {
    let mut json = in_billit();
    json["City"] = "Drongen".into();
    json["StreetNumber"] = "14".into();
    let entry = corrected(&json).unwrap();
    assert_eq!(entry.get(Column::Address), "Kerkstraat 14 box 3");
    assert_eq!(entry.get(Column::Town), "Drongen");
    assert_eq!(entry.get(Column::City), "");
    for (column, text) in [
        (Column::PlanfyId, "77"),
        (Column::Name, "ANN PEETERS"),
        (Column::Country, "België"),
        (Column::MobileNumber, "0032 470 12 34 56"),
        (Column::Dob, "1980-02-29"),
    ] {
        assert_eq!(entry.get(column), text);
    }
    let mut file = Writer::update(Vec::new()).properties(["allergy"]);
    file.write(&entry).unwrap();
    let row = only(std::str::from_utf8(&file.finish().unwrap()).unwrap());
    assert_eq!(row.properties().next(), Some(("allergy", "nuts")));
}

#[test]
fn cells_that_planfy_does_not_take_are_told() {
    let row = only("planfy_id,name,dob,gender\n7,Ann,29/02/1980,F\n");
    let faults: Vec<_> = row.faults().iter().map(ToString::to_string).collect();
    assert_eq!(
        faults,
        [
            "line 2, column 3 (`dob`): not a date such as 1980-02-29",
            "line 2, column 4 (`gender`): neither male nor female"
        ]
    );
    assert!(
        only("name,dob,gender\nAnn,1980-02-29,female\n")
            .faults()
            .is_empty()
    );
    assert_eq!(only("name,dob\nAnn,1981-02-29\n").faults().len(), 1);
}

/// A cell with any text.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "['=+@;,\"\n\r -]{0,3}[a-zé ]{0,5}"]
}

fn person() -> impl Strategy<Value = Customer> {
    let line = prop::sample::select(vec![
        ("BE", "Kerkstraat 12 bus 3"),
        ("BE", "Rue de la Loi 16 bte 4"),
        ("FR", "12, rue de la République"),
        ("FR", "15 bis rue Victor Hugo"),
        ("NL", "Prinsengracht 45-3"),
        ("NL", "3e Oosterparkstraat 20"),
        ("DE", "Platz des 4. Juli 10"),
        ("AT", "Wiedner Hauptstraße 8 Top 12"),
        ("GB", "Flat 2, 10 High Street"),
        ("ES", "Calle Mayor 5, 3º izq"),
        ("IT", "Via Roma 12/A"),
        ("NL", "Postbus 12"),
        ("BE", "ask the neighbours"),
    ]);
    let name = prop::sample::select(vec![
        "Ann Peeters",
        "D'Hondt",
        "=HYPERLINK(1)",
        "Fietsen Jansen BV",
        "Zoë \"Z\" Maes, dr",
    ]);
    let contact = (
        proptest::option::of("[a-z]{1,8}@[a-z]{1,8}\\.be"),
        proptest::option::of(Just("+32470123456")),
    );
    (line, name, contact).prop_map(|((country, line), name, (email, mobile))| {
        let export = Entry::new()
            .with(Column::PlanfyId, "7")
            .with(Column::Name, name)
            .with(Column::Address, line)
            .with(Column::Country, country)
            .with(Column::City, "Gent")
            .with(Column::Postcode, "9000")
            .with(Column::Email, email.unwrap_or_default())
            .with(Column::MobileNumber, mobile.unwrap_or_default());
        let mut file = Writer::update(Vec::new());
        file.write(&export).unwrap();
        customer(
            rows(&file.finish().unwrap()).remove(0),
            &planfy::rules("shop"),
        )
    })
}

proptest! {
    #[test]
    fn every_text_comes_back_as_it_was(
        cells in proptest::collection::vec(proptest::collection::vec(cell(), 11), 1..4),
        allergies in proptest::collection::vec((cell(), cell()), 4),
    ) {
        let mut file = Writer::update(Vec::new()).properties(["allergy", "=note", "allergy"]);
        let mut entries = Vec::new();
        for (cells, (first, second)) in cells.iter().zip(&allergies) {
            let columns = Column::ALL.into_iter().skip(1).zip(cells);
            let entry = columns.fold(Entry::new().with(Column::PlanfyId, "7"), |entry, (column, cell)| entry.with(column, cell));
            let entry = entry.property("allergy", first).property("=note", "").property("allergy", second);
            file.write(&entry).unwrap();
            entries.push(entry);
        }
        let file = file.finish().unwrap();
        for cell in csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(file.as_slice()).records().flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()) {
            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']));
        }
        let back = rows(&file).iter().map(Entry::of_row).collect::<Vec<_>>();
        prop_assert_eq!(&back, &entries);
        // And once more.
        let mut again = Writer::update(Vec::new()).properties(["allergy", "=note", "allergy"]);
        for entry in &back {
            again.write(entry).unwrap();
        }
        prop_assert_eq!(again.finish().unwrap(), file);
    }

    #[test]
    fn a_customer_who_went_to_planfy_and_back_needs_no_change(person in person()) {
        let rules = planfy::rules("shop");
        let file = written(&[Entry::of_customer(&person)]);
        let mut back = planfy::customer(&Ok(rows(&file).remove(0)), &rules).unwrap_or_else(|(key, _)| {
            // A customer without an e-mail address has no key until Planfy gives an id.
            assert!(person.email.is_none(), "{key}");
            person.clone()
        });
        back.key = CustomerKey::new("planfy:shop", "7");
        let (before, after) = (party::desired(&person, &rules), party::desired(&back, &rules));
        let difference = diff::diff(&after, &before, Kind::Unclear, &rules);
        prop_assert!(difference.changes.is_empty() && difference.notes.is_empty(), "{:?}", difference);
    }
}
