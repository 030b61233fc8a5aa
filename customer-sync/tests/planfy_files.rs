//! Files written for Planfy, and reading them back.

#![cfg(feature = "planfy")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // As in tests.

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
fn a_correction_is_written_as_planfy_takes_it() {
    let row = only("planfy_id,name,city,dob,gender\n77,Ann Peeters,Gent,29/02/1980,vrouw\n");
    let rules = planfy::rules("shop");
    let known = customer(row.clone(), &rules);
    let corrected = |city: &str| {
        let json = json!({"PartyID": 5, "Name": "Ann Peeters", "City": city});
        Entry::corrected(&row, &known, &party(&json), &rules)
    };
    assert_eq!(corrected("Gent"), None);
    let entry = corrected("Aalst").unwrap();
    assert_eq!(entry.get(Column::Dob), "1980-02-29");
    assert_eq!(entry.get(Column::Gender), "female");
}

#[test]
fn an_export_has_ids_where_they_are_known() {
    let mut file = Writer::export(Vec::new());
    let ann = Entry::new().with(Column::Name, "Ann");
    file.write(&ann.clone().with(Column::PlanfyId, "7"))
        .unwrap();
    file.write(&ann).unwrap();
    for nobody in [Entry::new(), Entry::new().with(Column::Name, " \n")] {
        assert!(matches!(file.write(&nobody), Err(WriteError::Blank)));
    }
    assert_eq!(
        String::from_utf8(file.finish().unwrap()).unwrap(),
        "planfy_id,name,address,town,city,country,postcode,email,mobile_number,dob,gender,occupation\n\
         7,Ann,,,,,,,,,,\n,Ann,,,,,,,,,,\n"
    );
}

#[test]
fn an_entry_tells_its_columns_and_what_has_changed() {
    let ann = Entry::new()
        .property("allergy", "nuts")
        .with(Column::City, "Gent")
        .with(Column::Name, "Ann")
        .property("allergy", "milk");
    let all: Vec<_> = ann.iter().collect();
    let allergies = [("allergy", "nuts"), ("allergy", "milk")];
    assert_eq!(all[..2], [("name", "Ann"), ("city", "Gent")]);
    assert_eq!(all[2..], allergies);
    let after = Entry::new()
        .with(Column::Name, "Ann")
        .with(Column::Town, "")
        .with(Column::Email, "a@b.be")
        .property("allergy", "nuts")
        .property("vat", "BE0403170701");
    assert_eq!(
        ann.diff(&after),
        [
            ("city", "Gent", ""),
            ("email", "", "a@b.be"),
            ("allergy", "milk", ""),
            ("vat", "", "BE0403170701"),
        ]
    );
    assert_eq!(ann.diff(&ann), []);
}

#[test]
fn an_entry_is_kept_as_json() {
    let ann = Entry::new()
        .with(Column::PlanfyId, "7")
        .with(Column::MobileNumber, "")
        .property("allergy", "nuts");
    let json = serde_json::to_value(&ann).unwrap();
    assert_eq!(
        json,
        json!({"columns": {"planfy_id": "7", "mobile_number": ""}, "properties": [["allergy", "nuts"]]})
    );
    assert_eq!(serde_json::from_value::<Entry>(json).unwrap(), ann);
    let wrong = json!({"columns": {"mobile": "1"}});
    assert!(serde_json::from_value::<Entry>(wrong).is_err());
    // `Column::name` is the name there too.
    for column in Column::ALL {
        assert_eq!(serde_json::to_value(column).unwrap(), column.name());
    }
}

/// The cells that are read, and any text.
fn typed(column: Column) -> BoxedStrategy<String> {
    let usual = match column {
        Column::PlanfyId => vec!["", "7", "1.2E+7", "a b"],
        Column::Name => vec!["Ann Peeters", "=Jansen BV", ""],
        Column::Email => vec!["ann@example.com", "x", ""],
        Column::Dob => vec!["31/12/1990", "31/12/90", ""],
        Column::Gender => vec!["v", "male", "?"],
        Column::MobileNumber => vec!["+32470123456", "3,24701E+10", "x"],
        Column::Address => vec!["Kerkstraat 12 bus 3", "-"],
        Column::Country => vec!["BE", "??"],
        _ => vec!["9000", "Gent", ""],
    };
    prop_oneof![3 => prop::sample::select(usual).prop_map(str::to_owned), 1 => cell()].boxed()
}

/// An entry with any columns.
fn entry() -> impl Strategy<Value = Entry> {
    let cells = Column::ALL.map(|column| proptest::option::weighted(0.8, typed(column)));
    let cells = cells.to_vec();
    let properties = proptest::collection::vec(cell(), 2);
    (cells, properties).prop_map(|(cells, properties)| {
        let cells = Column::ALL.into_iter().zip(cells);
        let cells = cells.filter_map(|(column, text)| Some((column, text?)));
        let entry = cells.fold(Entry::new(), |entry, (column, text)| {
            entry.with(column, text)
        });
        entry
            .property("allergy", &properties[0])
            .property("btw", &properties[1])
    })
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
    fn an_export_reads_back_equal(entries in proptest::collection::vec(entry(), 1..4), start in prop::sample::select(vec!["", "\u{feff}", "sep=,\n"])) {
        let mut file = Writer::export(Vec::new()).properties(["allergy", "btw"]);
        let mut expected = Vec::new();
        for entry in &entries {
            match file.write(entry) {
                Err(WriteError::Blank) => prop_assert!(entry.iter().all(|(_, text)| text.trim().is_empty())),
                written => {
                    written.unwrap();
                    expected.push(entry);
                }
            }
        }
        let file = [start.as_bytes(), &file.finish().unwrap()].concat();
        let back = rows(&file).iter().map(Entry::of_row).collect::<Vec<_>>();
        prop_assert_eq!(back.len(), expected.len());
        for (back, entry) in back.iter().zip(expected) {
            prop_assert_eq!(entry.diff(back), []);
            // A column that it does not have is a blank one in the file.
            let whole = Column::ALL.into_iter().fold(entry.clone(), |whole, column| whole.with(column, entry.get(column)));
            prop_assert_eq!(back, &whole);
        }
    }

    #[test]
    fn a_row_and_its_entry_are_one_customer(entry in entry()) {
        let rules = planfy::rules("shop").vat_properties(["btw"])
            .properties("CustomFields/Birthday".parse().unwrap(), ["dob"])
            .properties("CustomFields/Allergy".parse().unwrap(), ["allergy"]);
        // A file with the columns that the entry has, and a name.
        let entry = entry.clone().with(Column::Name, format!("Ann {}", entry.get(Column::Name)));
        let mut file = csv::Writer::from_writer(Vec::new());
        let written = entry.iter().map(|(_, text)| customer_sync::normalize::csv_cell::defuse(text).into_owned());
        file.write_record(entry.iter().map(|(name, _)| name)).unwrap();
        file.write_record(written).unwrap();
        let row = rows(&file.into_inner().unwrap()).remove(0);
        prop_assert_eq!(&Entry::of_row(&row), &entry);
        let again = entry.row(row.line());
        prop_assert_eq!(again.faults(), row.faults());
        let json: Entry = serde_json::from_str(&serde_json::to_string(&entry).unwrap()).unwrap();
        prop_assert_eq!(&json, &entry);
        prop_assert_eq!(planfy::customer(&Ok(again), &rules), planfy::customer(&Ok(row), &rules));
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
