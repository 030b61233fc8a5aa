//! `/v1/reports`: which there are, is not in the reference; these two are made of what the server has.

use serde_json::{Value, json};

use super::{
    State,
    answers::{Outcome, generic, ok},
    api::Call,
    record::Record,
};

const REPORTS: [(i64, &str, &[&str]); 2] = [
    (
        1,
        "Customers",
        &["PartyID", "Name", "VATNumber", "Email", "PartyType"],
    ),
    (
        2,
        "Orders",
        &[
            "OrderID",
            "OrderType",
            "OrderNumber",
            "OrderDate",
            "TotalExcl",
            "TotalVAT",
            "TotalIncl",
        ],
    ),
];

#[allow(clippy::unnecessary_wraps)] // The shape of a handler.
pub(super) fn list_reports(_: &mut State, _: &Call) -> Outcome {
    let reports = REPORTS
        .iter()
        .map(|(id, name, _)| json!({ "ReportID": id, "ReportName": name }));
    Ok(ok(&reports.collect()))
}

impl State {
    /// One text of comma-separated values, with a line of names first.
    pub(super) fn read_report(&mut self, call: &Call) -> Outcome {
        let id = call.id()?;
        let report = REPORTS.iter().find(|(known, ..)| *known == id);
        let (id, name, fields) = report.ok_or_else(|| generic("The report does not exist."))?;
        let records: Vec<&Record> = if *id == 1 {
            self.parties.values().collect()
        } else {
            self.orders.values().collect()
        };
        let mut csv = fields.join(",");
        for record in records {
            let values = fields.iter().map(|field| cell(record.get(*field)));
            csv.push('\n');
            csv.push_str(&values.collect::<Vec<_>>().join(","));
        }
        Ok(ok(&json!({ "ID": id, "Name": name, "CSVs": [csv] })))
    }
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) if text.contains([',', '"', '\n']) => {
            format!("\"{}\"", text.replace('"', "\"\""))
        }
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
