//! Planfy's cells as people and spreadsheets write them.

#![cfg(feature = "planfy")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // As in tests.

use chrono::{Days, Utc};
use customer_sync::planfy::{self, Column, Entry, Reader, Row};
use customer_sync::{Customer, MappingRules, Note};

const BIRTHDAY: &str = "CustomFields/Birthday";
const GENDER: &str = "CustomFields/Gender";

fn rules() -> MappingRules {
    planfy::rules("shop")
        .properties(BIRTHDAY.parse().unwrap(), ["dob"])
        .properties(GENDER.parse().unwrap(), ["Gender"])
}

/// A customer with one more cell.
fn with(column: Column, text: &str) -> Row {
    let entry = Entry::new()
        .with(Column::PlanfyId, "7")
        .with(Column::Name, "Ann Maes");
    entry.with(column, text).row(2)
}

fn customer(row: Row) -> Customer {
    planfy::customer(&Ok(row), &rules()).unwrap()
}

fn faults(row: &Row) -> Vec<String> {
    row.faults().iter().map(ToString::to_string).collect()
}

fn fed(customer: &Customer, field: &str) -> Option<String> {
    let fed = customer.mapped_properties.get(&field.parse().unwrap());
    fed.cloned()
}

/// The value that a field gets from a cell, or the only fault of the cell. A cell with a fault leaves the customer, feeds
/// nothing and is not blank.
fn told(column: Column, field: &str, text: &str) -> Result<String, String> {
    let row = with(column, text);
    let faults: Vec<String> = row.faults().into_iter().map(|bad| bad.reason).collect();
    let customer = customer(row);
    match (fed(&customer, field), faults.as_slice()) {
        (Some(value), []) => {
            assert!(customer.not_understood.is_empty());
            Ok(value)
        }
        (None, [reason]) => {
            let field = field.parse().unwrap();
            assert!(!customer.blank.contains(&field), "{text}");
            let note = &customer.not_understood[0];
            assert_eq!((&note.field, note.source.as_deref()), (&field, Some(text)));
            assert!(note.reason.contains(reason), "{}", note.reason);
            assert!(
                text.len() < 5 || !note.reason.contains(text),
                "{}",
                note.reason
            );
            Err(reason.clone())
        }
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn a_date_of_birth_is_read_as_excel_writes_it() {
    for (typed, date) in [
        ("1990-12-31", "1990-12-31"),
        ("31/12/1990", "1990-12-31"),
        ("31-12-1990", "1990-12-31"),
        ("31.12.1990", "1990-12-31"),
        ("1/2/1990", "1990-02-01"),
        ("1990/2/1", "1990-02-01"),
        ("1990-12-31 00:00:00", "1990-12-31"),
        ("1990-12-31T00:00:00.000", "1990-12-31"),
        ("31/12/1990 0:00", "1990-12-31"),
        ("29/02/1992", "1992-02-29"),
    ] {
        assert_eq!(
            told(Column::Dob, BIRTHDAY, typed).as_deref(),
            Ok(date),
            "{typed}"
        );
    }
}

#[test]
fn a_date_that_may_be_another_is_refused_with_its_reason() {
    for (typed, reason) in [
        ("31/12/90", "the year has two digits"),
        ("90-12-31", "the year has two digits"),
        ("12/31/1990", "American"),
        ("1990-31-12", "the day stands where the month is expected"),
        ("33238", "a number, and not a date"),
        ("31/02/1990", "there is no such day"),
        ("29/02/1990", "there is no such day"),
        ("0000-00-00", "there is no such day"),
        ("32/13/1990", "there is no such day"),
        ("31/12/2999", "it is in the future"),
        ("1990-12-30 22:00:00", "a time of day"),
        ("1990-12-31 noon", "not a date"),
        ("31/12-1990", "not a date"),
        ("31/12", "not a date"),
        ("December 1990", "not a date"),
        ("+1/+2/1990", "not a date"),
        ("n/a", "not a date"),
    ] {
        let told = told(Column::Dob, BIRTHDAY, typed).unwrap_err();
        assert!(told.contains(reason), "{typed}: {told}");
    }
}

#[test]
fn who_was_born_today_is_born() {
    let today = Utc::now().date_naive();
    let typed = today.format("%d/%m/%Y").to_string();
    assert_eq!(
        told(Column::Dob, BIRTHDAY, &typed).unwrap(),
        today.to_string()
    );
    // Not tomorrow, which it may be east of UTC, nor the next day, if midnight comes between.
    let later = today.checked_add_days(Days::new(3)).unwrap().to_string();
    assert!(told(Column::Dob, BIRTHDAY, &later).is_err());
}

#[test]
fn a_gender_is_read_in_three_languages() {
    for (gender, words) in [
        (
            "male",
            "m M male MALE man Mannelijk h Homme masculin Masculin",
        ),
        (
            "female",
            "f F female Woman v V vrouw VROUWELIJK femme féminin Féminin feminin",
        ),
    ] {
        for word in words.split(' ') {
            assert_eq!(
                told(Column::Gender, GENDER, word).as_deref(),
                Ok(gender),
                "{word}"
            );
        }
    }
    for (word, reason) in [
        ("x", "Planfy has male and female alone"),
        ("Other", "Planfy has male and female alone"),
        ("anders", "Planfy has male and female alone"),
        ("autre", "Planfy has male and female alone"),
        ("d", "this letter may be either gender"),
        ("1", "a number may be either gender"),
        ("m/v", "neither male nor female"),
        ("unknown", "neither male nor female"),
    ] {
        let told = told(Column::Gender, GENDER, word).unwrap_err();
        assert!(told.starts_with(reason), "{word}: {told}");
    }
}

#[test]
fn what_a_spreadsheet_has_rounded_is_passed_on_by_no_road() {
    for typed in [
        "3.24701E+10",
        "3,24701E+10",
        "3.24701e10",
        "+3.2E+10",
        "3E+10",
    ] {
        let file = format!(
            "planfy_id\tname\tmobile_number\tpostcode\n7\tAnn\t{typed}\t9000\n8\tTom\t0470123456\t{typed}\n{}\tEva\t\t\n",
            "1.2E+10"
        );
        let rows: Vec<Row> = Reader::new(file.as_bytes())
            .unwrap()
            .map(|row| row.unwrap().unwrap())
            .collect();
        let mobile = "line 2, column 3 (`mobile_number`): a spreadsheet has rounded the number, and its last digits are lost: format the column as text, and export again";
        assert_eq!(faults(&rows[0]), [mobile]);
        assert!(faults(&rows[1])[0].starts_with("line 3, column 4 (`postcode`): a spreadsheet"));
        assert!(faults(&rows[2])[0].starts_with("line 4, column 1 (`planfy_id`): a spreadsheet"));

        let template = if cfg!(feature = "templates") {
            rules()
                .template("CustomFields/Sms".parse().unwrap(), "{{ mobile }}")
                .unwrap()
        } else {
            rules()
        };
        let ann = planfy::customer(&Ok(rows[0].clone()), &template).unwrap();
        assert_eq!(
            (ann.mobile.as_deref(), ann.address.zipcode.as_deref()),
            (None, Some("9000"))
        );
        assert!(ann.mapped_properties.is_empty());
        let mobile = "Mobile".parse().unwrap();
        assert!(!ann.blank.contains(&mobile));
        let is_of_mobile =
            |note: &&Note| note.field == mobile && note.source.as_deref() == Some(typed);
        assert_eq!(ann.not_understood.iter().filter(is_of_mobile).count(), 1);
        let tom = customer(rows[1].clone());
        assert_eq!((tom.mobile.is_some(), tom.address.zipcode), (true, None));
        // Not a new customer.
        let (key, problem) = planfy::customer(&Ok(rows[2].clone()), &rules()).unwrap_err();
        assert_eq!(key.to_string(), "planfy:shop:line-4");
        assert!(
            problem
                .to_string()
                .contains("a spreadsheet has rounded the number"),
            "{problem}"
        );
    }
    // These are none.
    for (column, text) in [
        (Column::MobileNumber, "+32 470 12 34 56"),
        (Column::Postcode, "E10 5AB"),
        (Column::Postcode, "1015 EK"),
        (Column::PlanfyId, "3E10"),
    ] {
        assert_eq!(faults(&with(column, text)), [] as [&str; 0], "{text}");
    }
}

#[test]
fn a_bad_cell_is_absent_for_templates_and_the_field_is_not_cleared() {
    if !cfg!(feature = "templates") {
        return;
    }
    let field = "CustomFields/Year".parse().unwrap();
    let rules = planfy::rules("shop")
        .template(field, "{{ properties['dob'] }}")
        .unwrap();
    let year = |text| planfy::customer(&Ok(with(Column::Dob, text)), &rules).unwrap();
    let field = "CustomFields/Year".parse().unwrap();
    assert_eq!(year("31/12/1990").mapped_properties[&field], "1990-12-31");
    let bad = year("31/12/90");
    assert!(!bad.blank.contains(&field) && bad.not_understood[0].field == field);
    assert!(year("").blank.contains(&field));
}

fn only(file: &str) -> Row {
    let mut rows = Reader::new(file.as_bytes()).unwrap();
    let row = rows.next().unwrap().unwrap().unwrap();
    assert!(rows.next().is_none());
    row
}

#[test]
fn tabs_and_announced_separators_separate() {
    for (file, line) in [
        ("name\temail\nAnn, of; Gent\ta@b.be\n", 2),
        ("name\t\"email\"\ta,b;c\n\"Ann, of; Gent\"\ta@b.be\t\n", 2),
        ("sep=;\nname;email\nAnn, of; Gent;a@b.be\n", 0),
        ("sep=\t\nname\temail\nAnn, of; Gent\ta@b.be\n", 3),
        (
            "\u{feff}SEP=\\t\r\nname\temail\r\nAnn, of; Gent\ta@b.be\r\n",
            3,
        ),
        (
            "\"sep=,\"\nname,email,\"a;b;c\"\n\"Ann, of; Gent\",a@b.be,\n",
            3,
        ),
        // What is announced counts, whatever occurs more often.
        (
            "sep=;\n\nname;email;a,b,c,d\n\"Ann, of; Gent\";a@b.be;\n",
            4,
        ),
        ("sep=|\nname|email\nAnn, of; Gent|a@b.be\n", 3),
    ] {
        if line == 0 {
            // A third cell: the name has a separator.
            let mut rows = Reader::new(file.as_bytes()).unwrap();
            assert!(rows.next().unwrap().unwrap().is_err());
            continue;
        }
        let row = only(file);
        assert_eq!(row.line(), line, "{file}");
        assert_eq!(row.get(Column::Name), Some("Ann, of; Gent"), "{file}");
        assert_eq!(row.get(Column::Email), Some("a@b.be"), "{file}");
    }
    for file in ["sep=;", "sep=;\n", "sep=\nname\n"] {
        let refused = Reader::new(file.as_bytes()).unwrap_err().to_string();
        assert!(refused.contains("no column `name`"), "{file:?}: {refused}");
    }
}
