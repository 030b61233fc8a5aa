//! What comes of recalls, month by month.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use customer_sync::recalls::{Conversion, RecallStore, conversions};
use maud::{Markup, html};

use crate::web::health::{SHOWN, chart};
use crate::web::layout::{self, table};
use crate::web::session::Session;
use crate::web::{Broken, Web, sheet};

pub(in crate::web) async fn show(
    State(web): State<Arc<Web>>,
    session: Session,
) -> Result<Response, Broken> {
    let words = session.words;
    let months = months(&web).await?;
    let bars = |count: fn(&Conversion) -> usize| {
        let bars = months.iter().map(|one| (month(one), count(one)));
        bars.collect::<Vec<(String, usize)>>()
    };
    let charts = [
        (words.r_with_message, bars(|one| one.sent)),
        (words.r_booked, bars(|one| one.converted)),
    ];
    let rows = months.iter().rev().map(|one| {
        let row = [
            month(one),
            one.sent.to_string(),
            one.answered.to_string(),
            one.converted.to_string(),
            format!("{} %", percent(one)),
        ];
        row.map(|cell| html! { (cell) }).to_vec()
    });
    let rows: Vec<Vec<Markup>> = rows.collect();
    let columns = [
        words.when,
        words.r_with_message,
        words.r_answered,
        words.r_booked,
        "%",
    ];
    let content = html! {
        p { (words.r_conversion_text) }
        @if rows.is_empty() { p { (words.none) } }
        @else {
            @for (name, bars) in &charts { section { h2 { (name) } (chart(name, bars)) } }
            (table(&columns, &rows))
        }
        p { a href="/recalls/conversion.csv" { (words.as_csv) } }
    };
    Ok(layout::page(&session, words.r_conversion, None, &content))
}

pub(in crate::web) async fn csv(
    State(web): State<Arc<Web>>,
    _session: Session,
) -> Result<Response, Broken> {
    let months = months(&web).await?;
    let rows = months.iter().map(|one| {
        vec![
            month(one),
            one.sent.to_string(),
            one.answered.to_string(),
            one.converted.to_string(),
            percent(one).to_string(),
        ]
    });
    let columns = ["month", "with_message", "answered", "booked", "percent"];
    Ok(sheet::csv("recalls-over-time.csv", &columns, rows))
}

/// The last months, the oldest first.
async fn months(web: &Web) -> Result<Vec<Conversion>, Broken> {
    let recalls = RecallStore::new(&web.app.state).all().await?;
    let mut months = conversions(&recalls);
    let old = months.len().saturating_sub(SHOWN);
    months.drain(..old);
    Ok(months)
}

fn month(one: &Conversion) -> String {
    one.month.format("%Y-%m").to_string()
}

/// How many of a hundred have booked.
fn percent(one: &Conversion) -> usize {
    one.converted * 100 / one.sent.max(1)
}
