//! Reports (documented).

use serde::Deserialize;

use crate::macros::{id, path_call};
use crate::wire::{self, Entry, Identified, Record};

id! {
    /// The id of a report.
    ReportId
}

path_call! {
    /// `GET /v1/reports`: the reports that there are.
    ListReports;
    "list_reports", Read -> Vec<Entry<ReportName>>, wire::records;
    Get ["v1", "reports"]
}

path_call! {
    /// `GET /v1/reports/{reportID}`: a report with its figures.
    GetReport { id: ReportId }
    /// The report with this id.
    ;
    "get_report", Read -> Record<Report>, wire::record;
    Get ["v1", "reports", id]
}

/// A report by name.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ReportName {
    /// The id.
    #[serde(rename = "ReportID")]
    pub id: ReportId,
    /// The name.
    #[serde(default, deserialize_with = "wire::text")]
    pub report_name: Option<String>,
}

impl Identified for ReportName {
    const ID_FIELD: &'static str = "ReportID";

    fn id(&self) -> i64 {
        self.id.get()
    }
}

/// A report with its figures. `Debug` shows no figures.
#[derive(Clone, Deserialize)]
#[non_exhaustive]
pub struct Report {
    /// The id.
    #[serde(rename = "ID")]
    pub id: ReportId,
    /// The name.
    #[serde(default, rename = "Name", deserialize_with = "wire::text")]
    pub name: Option<String>,
    /// The figures: texts of comma-separated values, by the name of the field. Separator and header are undocumented.
    #[serde(default, rename = "CSVs", deserialize_with = "wire::texts")]
    pub csvs: Vec<String>,
}

impl std::fmt::Debug for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Report")
            .field("id", &self.id)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
