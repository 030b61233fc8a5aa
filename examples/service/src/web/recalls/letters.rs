//! Letters that are due, and the files of those that were made.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDateTime;
use customer_sync::recalls::{Channel, Contact, Recall, RecallStore, messages};
use customer_sync::{Customer, CustomerKey};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Asked, logged, minute, page, unavailable};
use crate::recalls::{Format, batches, file_of, make_due};
use crate::web::layout::{self, button, table};
use crate::web::session::{Posted, Session};
use crate::web::{Broken, Web, sheet};

/// So many files are shown.
const SHOWN: usize = 50;
/// The name of a file: when its letters were made.
const TIME: &str = "%Y%m%dT%H%M%S";

/// How many letters are due, and the files of those that were made.
pub(super) async fn section(
    web: &Web,
    session: &Session,
    recalls: &[Recall],
    now: NaiveDateTime,
) -> Result<Markup, Broken> {
    let (app, words) = (&web.app, session.words);
    let letters = app.recalls.senders.letters.as_ref();
    let batches = batches(recalls);
    if letters.is_none() && batches.is_empty() {
        return Ok(html! {});
    }
    let has_pdf = letters.is_some_and(|letters| letters.chromium().is_some());
    let due = due(web, recalls, now).await?;
    let rows = batches.iter().take(SHOWN).map(|batch| {
        let path = format!("/recalls/letters/{}", batch.at.format(TIME));
        vec![
            html! { (minute(batch.at)) },
            html! { (batch.letters) },
            html! {
                a href=(format!("{path}.html")) { "HTML" }
                @if has_pdf { " · " a href=(format!("{path}.pdf")) { "PDF" } }
            },
        ]
    });
    let rows: Vec<Vec<Markup>> = rows.collect();
    Ok(html! {
        section {
            h2 { (words.r_letters) }
            p { (words.r_letters_due) ": " (due) ". " span.quiet { (words.r_letters_hint) } }
            @if due > 0 { (button(session, "/recalls/letters", words.r_make)) }
            @if !rows.is_empty() { (table(&[words.when, words.count, words.files], &rows)) }
            @if batches.len() > SHOWN { p { "…" } }
        }
    })
}

/// How many letters are due if all customers have an address: a page does not ask for each of them.
async fn due(web: &Web, recalls: &[Recall], now: NaiveDateTime) -> Result<usize, Broken> {
    let app = &web.app;
    let opted_out = RecallStore::new(&app.state).opted_out().await?;
    let mut anybody = Customer::new(CustomerKey::new("any", "1"));
    anybody.address.street = Some("street".to_owned());
    anybody.address.city = Some("city".to_owned());
    let due = messages(recalls, &app.recalls.rules, now, |key| {
        Some(Contact {
            customer: &anybody,
            opted_out: opted_out.get(key).map_or(&[], Vec::as_slice),
        })
    });
    let letters = due.iter().filter(|due| due.channel == Channel::Letter);
    Ok(letters.count())
}

/// Makes those that are due.
pub(in crate::web) async fn make(
    State(web): State<Arc<Web>>,
    posted: Posted,
) -> Result<Response, Broken> {
    let (app, session) = (&web.app, &posted.session);
    let words = session.words;
    let asked = Asked::default();
    let batch = match make_due(app, app.clock.now()).await {
        Ok(Some(batch)) => batch,
        Ok(None) => return page(&web, session, &asked, Some(words.r_made_none)).await,
        Err(error) => {
            let said = format!("{}: {error}", words.something_failed);
            return page(&web, session, &asked, Some(&said)).await;
        }
    };
    for recall in RecallStore::new(&app.state).all().await? {
        let mut sent = recall.messages_sent.iter();
        if sent.any(|sent| sent.channel == Channel::Letter && sent.at == batch.at) {
            logged(app, &session.who, &recall.customer, "letter made").await?;
        }
    }
    Ok(Redirect::to("/recalls").into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Known {
    /// That some are left out is known.
    known: String,
}

/// A file, to download. If letters are left out, a page says so first.
pub(in crate::web) async fn file(
    State(web): State<Arc<Web>>,
    Path(file): Path<String>,
    Query(known): Query<Known>,
    session: Session,
) -> Response {
    let words = session.words;
    let missing = || layout::message(StatusCode::NOT_FOUND, words, words.not_found);
    let (name, format, kind) = match file.rsplit_once('.') {
        Some((name, "html")) => (name, Format::Html, "text/html; charset=utf-8"),
        Some((name, "pdf")) => (name, Format::Pdf, "application/pdf"),
        _ => return missing(),
    };
    let Ok(at) = NaiveDateTime::parse_from_str(name, TIME) else {
        return missing();
    };
    match file_of(&web.app, at, format).await {
        Ok(Some((_, left_out))) if left_out > 0 && known.known.is_empty() => {
            let content = html! {
                p.problem { (words.r_left_out) ": " (left_out) }
                p { a href=(format!("/recalls/letters/{file}?known=yes")) { (words.r_download) } }
            };
            layout::page(&session, words.r_letters, None, &content)
        }
        Ok(Some((bytes, _))) => sheet::download(&format!("letters-{file}"), kind, bytes),
        Ok(None) => missing(),
        Err(error) => unavailable(words, &error),
    }
}
