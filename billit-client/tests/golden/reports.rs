use billit_client::reports::{GetReport, ListReports};

use crate::{Sample, read, sample};

pub(crate) fn requests() -> Vec<Sample> {
    vec![sample(&ListReports::new()), sample(&GetReport::new(4))]
}

#[test]
fn reports_are_named_and_hold_figures() {
    let reports = read(
        &ListReports::new(),
        r#"[{"ReportID":4,"ReportName":"Sales"}]"#,
    );
    assert_eq!(
        reports[0].as_ref().unwrap().report_name.as_deref(),
        Some("Sales")
    );
    let report = read(
        &GetReport::new(4),
        r#"{"ID":4,"Name":"Sales","CSVs":["a;b","canary"]}"#,
    );
    assert_eq!(report.csvs, ["a;b", "canary"]);
    assert!(!format!("{report:?}").contains("canary"));
}
