//! Reading Planfy's files, also malformed ones.

#![cfg(feature = "planfy")]
#![allow(clippy::unwrap_used, clippy::panic)] // As in tests.

use std::io::Read;

use customer_sync::normalize::csv_cell::restore;
use customer_sync::planfy::{self, BadRow, Column, ReadError, Reader, Row};
use customer_sync::{Customer, MappingRules, Problem};
use proptest::prelude::*;

type Rows = Vec<Result<Row, BadRow>>;

fn rows(file: impl AsRef<[u8]>) -> Rows {
    let reader = Reader::new(file.as_ref()).unwrap();
    reader.map(Result::unwrap).collect()
}

fn only(file: impl AsRef<[u8]>) -> Row {
    let mut rows = rows(file);
    assert_eq!(rows.len(), 1);
    rows.remove(0).unwrap()
}

fn customer(file: &str) -> Result<Customer, (String, Problem)> {
    let rules = planfy::rules("shop");
    let rows = rows(file);
    let [row] = rows.as_slice() else { panic!() };
    planfy::customer(row, &rules).map_err(|(key, problem)| (key.to_string(), problem))
}

/// The result of each row: its line and name, or what is wrong.
fn told(file: impl AsRef<[u8]>) -> Vec<String> {
    let told = rows(file).into_iter().map(|row| match row {
        Ok(row) => format!("{} {}", row.line(), row.get(Column::Name).unwrap()),
        Err(bad) => bad.to_string(),
    });
    told.collect()
}

fn refused(file: impl AsRef<[u8]>) -> String {
    Reader::new(file.as_ref()).unwrap_err().to_string()
}

#[test]
fn columns_stand_in_any_order_and_others_are_kept() {
    let row = only("BTW nr,E-mail,Mobile number,NAME\nBE0403170701,ann@example.com,0470,Ann\n");
    assert_eq!(row.get(Column::Name), Some("Ann"));
    assert_eq!(row.get(Column::Email), Some("ann@example.com"));
    assert_eq!(row.get(Column::MobileNumber), Some("0470"));
    assert_eq!(row.get(Column::Town), None);
    let properties: Vec<_> = row.properties().collect();
    assert_eq!(properties, [("BTW nr", "BE0403170701")]);
}

#[test]
fn the_line_of_names_tells_what_separates() {
    for file in [
        "name;email\nAnn, of Gent;a@b.be",
        "name,email\n\"Ann, of Gent\",a@b.be",
        "name;\"email\";\"a,b,c,d\"\r\nAnn, of Gent;a@b.be;1\r\n",
        "\u{feff}name;email\rAnn, of Gent;a@b.be\r",
        "\n\r\n\"name\";email\n\n\nAnn, of Gent;a@b.be\n\n",
    ] {
        let row = only(file);
        assert_eq!(row.get(Column::Name), Some("Ann, of Gent"), "{file}");
        assert_eq!(row.get(Column::Email), Some("a@b.be"), "{file}");
    }
}

#[test]
fn a_cell_may_hold_line_breaks_and_quotes() {
    let file = "name,address\n\"Ann \"\"A\"\" Maes\",\"Kerkstraat 12\r\nbus 3\"\nTom,Dam 1\n";
    let rows = rows(file);
    let ann = rows[0].as_ref().unwrap();
    assert_eq!(ann.get(Column::Name), Some("Ann \"A\" Maes"));
    assert_eq!(ann.get(Column::Address), Some("Kerkstraat 12\r\nbus 3"));
    assert_eq!(rows[1].as_ref().unwrap().line(), 4);
}

#[test]
fn latin_1_and_utf_8_are_told_apart() {
    assert_eq!(told("name\nZoë\nΝίκος"), ["2 Zoë", "3 Νίκος"]);
    assert_eq!(
        told(b"name\nAnn\nZo\xeb\n\x80 5 \x96 caf\xe9"),
        ["2 Ann", "3 Zoë", "4 € 5 – café"]
    );
    assert_eq!(told(b"pr\xe9nom,name\n1,Zo\xeb"), ["2 Zoë"]);
}

#[test]
fn a_row_of_another_encoding_is_damaged() {
    assert_eq!(
        told(b"name,city\nZo\xc3\xab,Gent\nAnn,Li\xe8ge\nTom,Gent"),
        [
            "2 Zoë",
            "line 3, column 2 (`city`): it is not UTF-8, as the rows before are",
            "4 Tom"
        ]
    );
    assert_eq!(
        told(b"name,city\nZo\xeb,Gent\nAnn,Li\xc3\xa8ge\nTom,Gent"),
        [
            "2 Zoë",
            "line 3, column 2 (`city`): it is UTF-8, and the rows before are Latin-1",
            "4 Tom"
        ]
    );
    assert_eq!(told(b"\xef\xbb\xbfname\nZo\xeb").len(), 1);
    assert!(told(b"\xef\xbb\xbfname\nZo\xeb")[0].contains("line 2, column 1 (`name`)"));
}

#[test]
fn a_bad_row_is_told_with_line_and_column_and_stops_no_other() {
    let file = "planfy_id,name,email\n1,Ann,a@b.be\n2,Tom\n3,Eva,e@b.be,,\n4,Jan,j@b.be,,more\n,,\n5,Piet,\n";
    assert_eq!(
        told(file),
        [
            "2 Ann",
            "line 3, column 3 (`email`): the row ends here; the header has more columns",
            "4 Eva",
            "line 5, column 5: there is a cell without a column name",
            "7 Piet",
        ]
    );
    let ids: Vec<_> = rows(file)
        .into_iter()
        .filter_map(|row| row.err()?.id)
        .collect();
    assert_eq!(ids, ["2", "4"]);
}

#[test]
fn a_quote_that_swallows_rows_gives_them_back() {
    let closed_nowhere = "planfy_id,name,email\n1,\"Ann,a@b.be\n2,Tom,t@b.be\n3,Eva,e@b.be\n";
    assert_eq!(
        told(closed_nowhere),
        [
            "line 2, column 2 (`name`): a quote is opened here, and not closed where the cell ends",
            "3 Tom",
            "4 Eva"
        ]
    );
    let closed_by_the_next =
        "planfy_id,name,email\n1,\"Ann,a@b.be\n2,\"Tom\",t@b.be\n3,Eva,e@b.be\n";
    let told = told(closed_by_the_next);
    assert!(told[0].starts_with("line 2, column 2 (`name`)"), "{told:?}");
    assert_eq!(told[1..], ["3 Tom", "4 Eva"]);
    // Inches, not a quote.
    assert_eq!(
        only("name,size\nPipe,5\"").properties().next(),
        Some(("size", "5\""))
    );
}

#[test]
fn a_row_without_end_takes_no_memory_and_no_other_row() {
    let others = 60_000;
    let rest: Vec<String> = (0..others)
        .map(|id| format!("Tom{id},t{id}@b.be\n"))
        .collect();
    let file = format!("name,email\nAnn,\"a@b.be\n{}", rest.concat());
    let (good, bad): (Vec<_>, Vec<_>) = rows(&file).into_iter().partition(Result::is_ok);
    assert_eq!(good.len(), others);
    assert_eq!(bad.len(), 1);
    assert_eq!(good[others - 1].as_ref().unwrap().line(), others as u64 + 2);
}

#[test]
fn a_line_that_is_too_long_is_one_bad_row() {
    // Its end would be a row of its own.
    let long = "x".repeat(300_000);
    let file = format!("planfy_id,name\n1,{long},{long}\r\n2,Tom\n3,{long},3,Eva");
    let told = told(&file);
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(
        told[0].starts_with("line 2, ") && told[0].ends_with("the row is too long"),
        "{}",
        told[0]
    );
    assert_eq!(told[1], "3 Tom");
    assert!(told[2].starts_with("line 4, "), "{}", told[2]);
}

#[test]
fn what_is_no_export_is_refused() {
    assert!(refused("").contains("no column `name`"));
    assert!(refused("first,last\n1,2").contains("no column `name`"));
    assert!(refused("name,Email,e_mail\n").contains("column 2 and column 3 are both `email`"));
    assert!(refused(b"\xff\xfen\0a\0").contains("UTF-16"));
    assert!(matches!(Reader::new(Broken).unwrap_err(), ReadError::Io(_)));
}

struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::Error::other("the disk is gone"))
    }
}

#[test]
fn an_input_that_fails_ends_the_reading_once() {
    let input = "name\nAnn\n".as_bytes().chain(Broken);
    let mut reader = Reader::new(input).unwrap();
    assert!(reader.next().unwrap().unwrap().is_ok());
    assert!(reader.next().unwrap().is_err());
    assert!(reader.next().is_none());
}

#[test]
fn a_row_becomes_a_customer() {
    let file = "planfy_id;name;address;town;city;country;postcode;email;mobile_number;dob;gender;occupation;btw nummer\n\
                77;Ann  Peeters;Kerkstraat 12 bus 3;;Gent;België;9000;Ann@Example.COM;'+32 470 12 34 56;1980-02-29;female;arts;\n";
    let customer = customer(file).unwrap();
    assert_eq!(customer.key.to_string(), "planfy:shop:77");
    assert_eq!(customer.name().as_deref(), Some("Ann Peeters"));
    assert_eq!(customer.email.as_deref(), Some("Ann@example.com"));
    assert_eq!(customer.mobile.as_deref(), Some("+32470123456"));
    let address = customer.address;
    assert_eq!(address.street.as_deref(), Some("Kerkstraat"));
    assert_eq!(address.street_number.as_deref(), Some("12"));
    assert_eq!(address.box_number.as_deref(), Some("3"));
    assert_eq!(address.city.as_deref(), Some("Gent"));
    assert_eq!(address.country_code.as_deref(), Some("BE"));
}

#[test]
fn a_company_is_one_and_properties_feed_what_rules_say() {
    let rules: MappingRules = planfy::rules("shop")
        .vat_properties(["btw nummer"])
        .properties("CustomFields/Profession".parse().unwrap(), ["occupation"])
        .properties("City".parse().unwrap(), ["town"]);
    let file = "planfy_id,name,town,city,BTW-nummer,occupation\n8,Fietsen Jansen BV,Drongen,Gent,BE 0403.170.701,fietsen\n";
    let customer = planfy::customer(&rows(file)[0], &rules).unwrap();
    assert_eq!(customer.company.as_deref(), Some("Fietsen Jansen BV"));
    assert_eq!(customer.vat_number.as_deref(), Some("BE0403170701"));
    assert_eq!(customer.address.city.as_deref(), Some("Drongen"));
    assert_eq!(
        customer.mapped_properties.values().collect::<Vec<_>>(),
        ["fietsen"]
    );
}

#[test]
fn a_town_is_the_city_where_there_is_none() {
    let city = |file| customer(file).unwrap().address.city;
    assert_eq!(
        city("planfy_id,name,town,city\n1,Ann,Gent,\n").as_deref(),
        Some("Gent")
    );
    assert_eq!(
        city("planfy_id,name,town\n1,Ann,Gent\n").as_deref(),
        Some("Gent")
    );
    assert_eq!(
        city("planfy_id,name,town,city\n1,Ann,Drongen,Gent\n").as_deref(),
        Some("Gent")
    );
}

#[test]
fn what_is_blank_is_told_from_what_is_not_there() {
    let blank = |file| {
        let blank = customer(file).unwrap().blank;
        blank.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(blank("planfy_id,name\n1,Ann\n"), [] as [&str; 0]);
    assert_eq!(
        blank("planfy_id,name,email,mobile_number\n1,Ann,, \n"),
        ["Email", "Mobile"]
    );
}

#[test]
fn a_row_without_an_id_is_known_by_email_and_name() {
    let key = |file| customer(file).unwrap().key.to_string();
    let new = key("name,email\nAnn Peeters,ann@example.com\n");
    assert!(new.starts_with("planfy:shop:new-"), "{new}");
    assert_eq!(
        new,
        key("planfy_id,email,name\n,ANN@example.com,PEETERS Ann\n")
    );
    assert_ne!(new, key("name,email\nAnn Peeters,ann2@example.com\n"));
    // With an id, it is the customer that had that key before.
    let later = customer("planfy_id,name,email\n77,Ann Peeters,ann@example.com\n").unwrap();
    assert_eq!(later.key_without_id().unwrap().to_string(), new);
}

#[test]
fn a_row_that_is_nobody_is_called_by_its_line() {
    let problem = |file| {
        let (key, problem) = customer(file).unwrap_err();
        format!("{key}: {problem}")
    };
    assert_eq!(
        problem("name,email\nAnn,\n"),
        "planfy:shop:line-2: there is neither an id nor an e-mail address: fill in one of them"
    );
    assert_eq!(
        problem("planfy_id,name\n1.2E+7,Ann\n"),
        "planfy:shop:line-2: the record cannot be read: line 2, column 1 (`planfy_id`): a spreadsheet has rounded the number, and its last digits are lost: format the column as text, and export again"
    );
    assert_eq!(
        problem("planfy_id,name\n7/8,Ann\n"),
        "planfy:shop:line-2: the record cannot be read: line 2, column 1 (`planfy_id`): not a valid id"
    );
    assert!(problem("planfy_id,name\n7,\n").starts_with("planfy:shop:7: there is no name"));
    let wrong = customer("planfy_id,name,vat\n7,Ann,BE0403170702\n").unwrap();
    assert!(wrong.not_understood[0].reason.contains("`vat`"));
    assert!(
        problem("planfy_id,name,vat\n7,Ann\n")
            .starts_with("planfy:shop:7: the record cannot be read")
    );
}

#[test]
fn nothing_of_a_customer_is_in_debug() {
    let file = "planfy_id,name,email\n7,Ann Peeters,ann@example.com\n";
    let text = format!(
        "{:?} {:?}",
        rows(file),
        Reader::new(file.as_bytes()).unwrap()
    );
    assert!(!text.contains("Ann") && !text.contains("example"), "{text}");
}

/// Gives one byte at a time.
struct Slow<'a>(&'a [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(buffer.get_mut(..1).unwrap_or_default())
    }
}

proptest! {
    #[test]
    fn it_does_not_matter_how_the_bytes_arrive(file in proptest::collection::vec(prop::sample::select(b"a1,;\t\"\n\r\xe9\xc3\xa9 =".to_vec()), 0..80), start in prop::sample::select(vec!["name,b\n", "sep=;\r\nname;b\n", "name\tb\r"])) {
        let file = [start.as_bytes(), &file].concat();
        let at_once: Vec<_> = rows(&file).iter().map(|row| format!("{:?}", row.as_ref().map(|row| (row.line(), row.get(Column::Name).map(str::to_owned))))).collect();
        let slowly: Vec<_> = Reader::new(Slow(&file)).unwrap().map(|row| format!("{:?}", row.unwrap().as_ref().map(|row| (row.line(), row.get(Column::Name).map(str::to_owned))))).collect();
        prop_assert_eq!(at_once, slowly);
    }

    #[test]
    fn no_bytes_make_it_panic(file in any::<Vec<u8>>()) {
        if let Ok(reader) = Reader::new(file.as_slice()) {
            let rules = planfy::rules("shop");
            for row in reader {
                let _ = planfy::customer(&row.unwrap(), &rules);
            }
        }
    }

    #[test]
    fn rows_are_as_the_csv_crate_reads_them(cells in proptest::collection::vec(("[a-z\"';,\n\r é]{0,8}", "[a-z\"',;\n]{0,8}"), 1..8)) {
        let mut file = csv::Writer::from_writer(Vec::new());
        file.write_record(["name", "email"]).unwrap();
        for (name, email) in &cells {
            file.write_record([name, email]).unwrap();
        }
        let file = file.into_inner().unwrap();
        let ours: Vec<_> = rows(&file).into_iter().map(|row| {
            let row = row.unwrap();
            (row.get(Column::Name).unwrap().to_owned(), row.get(Column::Email).unwrap().to_owned())
        }).collect();
        let cells = cells.iter().map(|(name, email)| (restore(name).to_owned(), restore(email).to_owned()));
        let filled = cells.filter(|(name, email)| !name.trim().is_empty() || !email.trim().is_empty());
        prop_assert_eq!(ours, filled.collect::<Vec<_>>());
    }
}

#[test]
fn a_file_of_stray_quotes_is_read_as_fast_as_another() {
    // Every line opens a quote and closes the one before: each looks like the first line of an endless row.
    let lines = 40_000;
    let file = format!("name,email\n{}Ann,a@b.be\n", "a\",\"\n".repeat(lines));
    let rows = Reader::new(file.as_bytes()).unwrap().map(Result::unwrap);
    let (mut bad, mut last) = (0, None);
    for row in rows {
        match row {
            Err(row) => {
                bad += 1;
                assert_eq!(row.line, bad + 1);
            }
            Ok(row) => last = row.get(Column::Name).map(str::to_owned),
        }
    }
    assert_eq!((bad, last.as_deref()), (40_000, Some("Ann")));
}
