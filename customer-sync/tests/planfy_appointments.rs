//! Appointments read from CSV.

#![cfg(feature = "planfy")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // As in tests.

use customer_sync::planfy::{self, AppointmentColumns, BadRow, ReadError};
use customer_sync::recalls::{Appointment, State};
use proptest::prelude::*;

const HEAD: &str = "id,planfy_id,resource,booked,ends,state\n";

type Read = Vec<Result<Appointment, BadRow>>;

fn read(file: &str) -> Result<Read, ReadError> {
    let columns = AppointmentColumns::default();
    planfy::appointments(file.as_bytes(), &columns, &planfy::rules("shop"))
}

fn told(row: &str) -> String {
    let mut read = read(&format!("{HEAD}{row}")).unwrap();
    assert_eq!(read.len(), 1);
    read.remove(0).unwrap_err().to_string()
}

#[test]
fn a_file_of_appointments_is_read() {
    let rows = "900,77,dentist,2026-08-01,2026-08-31,finished\n\
                901,77,,31/08/2026,1/12/2026 14:30,Booked\n\
                902,9,dentist,2026-08-01,2026-08-31,canceled\n";
    let all: Result<Vec<_>, _> = read(&format!("{HEAD}{rows}"))
        .unwrap()
        .into_iter()
        .collect();
    let all = all.unwrap();
    let days = |one: &Appointment| format!("{} {}", one.booked, one.ends);
    assert_eq!(all[0].customer.to_string(), "planfy:shop:77");
    assert_eq!(
        (all[0].id.as_str(), all[0].resource.as_str()),
        ("900", "dentist")
    );
    assert_eq!(days(&all[0]), "2026-08-01 2026-08-31");
    assert_eq!(days(&all[1]), "2026-08-31 2026-12-01");
    let states: Vec<State> = all.iter().map(|one| one.state).collect();
    assert_eq!(states, [State::Finished, State::Booked, State::Cancelled]);
}

#[test]
fn a_line_that_is_wrong_is_told_and_stops_no_other() {
    for (row, fault) in [
        (
            ",77,x,2026-08-01,2026-08-31,booked",
            "column 1 (`id`): it is blank",
        ),
        (
            "1,,x,2026-08-01,2026-08-31,booked",
            "column 2 (`planfy_id`): not a valid id",
        ),
        (
            "1,1.2E+7,x,2026-08-01,2026-08-31,booked",
            "column 2 (`planfy_id`): a spreadsheet has rounded",
        ),
        (
            "1,77,x,,2026-08-31,booked",
            "column 4 (`booked`): not a date",
        ),
        (
            "1,77,x,2026-08-01,31/08/26,booked",
            "column 5 (`ends`): the year has two digits",
        ),
        (
            "1,77,x,2026-08-01,2026-08-31,perhaps",
            "column 6 (`state`): neither finished, booked nor cancelled",
        ),
        ("1,77,x,2026-08-01", "column 5 (`ends`): the row ends here"),
    ] {
        let told = told(row);
        assert!(told.starts_with(&format!("line 2, {fault}")), "{told}");
    }
    let read = read(&format!(
        "{HEAD}1,77,\"x,2026-08-01,2026-08-31,booked\n2,77,x,2026-08-01,2026-08-31,booked\n"
    ))
    .unwrap();
    assert_eq!(read[0].as_ref().unwrap_err().id.as_deref(), Some("77"));
    assert_eq!(read[1].as_ref().unwrap().id, "2");
}

#[test]
fn the_columns_have_the_names_that_the_file_has() {
    let file = "sep=\\t\nName\tCustomer ID\tNr.\tService\tMade\tUntil\tStatus\nAnn\t77\t5\tdentist\t2026-08-01\t2026-08-31\tbooked\n";
    let columns = AppointmentColumns {
        id: "nr".to_owned(),
        customer: "customer_id".to_owned(),
        resource: "service".to_owned(),
        booked: "made".to_owned(),
        ends: "until".to_owned(),
        state: "status".to_owned(),
    };
    let rules = planfy::rules("shop");
    let read = planfy::appointments(file.as_bytes(), &columns, &rules).unwrap();
    let one = read[0].as_ref().unwrap();
    assert_eq!((one.id.as_str(), one.customer.id()), ("5", "77"));
    let missing = read_error(file);
    assert!(missing.contains("no column `id`"), "{missing}");
    let twice = read_error("id,ID,planfy_id,resource,booked,ends,state\n");
    assert!(
        twice.contains("column 1 and column 2 are both `id`"),
        "{twice}"
    );
    assert!(read_error("").contains("no column `id`"));
}

fn read_error(file: &str) -> String {
    read(file).unwrap_err().to_string()
}

proptest! {
    /// Each line is an appointment or a fault.
    #[test]
    fn no_line_is_lost(cells in proptest::collection::vec(proptest::collection::vec("[a-z0-9/\", -]{1,12}", 6), 0..6)) {
        let mut file = csv::Writer::from_writer(Vec::new());
        file.write_record(HEAD.trim().split(',')).unwrap();
        for row in &cells {
            file.write_record(row).unwrap();
        }
        let file = String::from_utf8(file.into_inner().unwrap()).unwrap();
        let blank = |row: &&Vec<String>| row.iter().all(|cell| cell.trim().is_empty());
        prop_assert_eq!(read(&file).unwrap().len(), cells.len() - cells.iter().filter(blank).count());
    }
}
