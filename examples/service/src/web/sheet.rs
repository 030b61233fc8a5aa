//! Tables for spreadsheets.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use customer_sync::normalize::csv_cell;

/// A CSV file with a semicolon, which European spreadsheets open by themselves. No cell is read as a formula.
pub(super) fn csv(
    name: &str,
    columns: &[&str],
    rows: impl IntoIterator<Item = Vec<String>>,
) -> Response {
    let mut text = String::from("\u{feff}");
    let mut line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        text.push_str(&cells.join(";"));
        text.push_str("\r\n");
    };
    line(
        &columns
            .iter()
            .map(|column| (*column).to_owned())
            .collect::<Vec<_>>(),
    );
    for row in rows {
        line(&row);
    }
    download(name, "text/csv; charset=utf-8", text.into_bytes())
}

/// A file to keep.
pub(super) fn download(name: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, bytes).into_response()
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", csv_cell::defuse(cell).replace('"', "\"\""))
}
