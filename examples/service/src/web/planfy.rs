//! Planfy's files: an import with its faults and its plan, appointments, and an export of any customers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::extract::{Multipart, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use customer_sync::CustomerKey;
use customer_sync::planfy::{Column, Entry, Writer};
use maud::{Markup, html};

use super::customers::Asked;
use super::layout::{self, customer_path, table, text, token};
use super::plan::parts;
use super::record::column_name;
use super::session::{self, Session};
use super::{Broken, Web, sheet};
use crate::app::{App, Failure};
use crate::planfy::{Fault, Import};
use crate::plans::PlanFor;
use crate::recalls::contacts_of;
use crate::runs;

/// So many faults and changed fields are shown.
const SHOWN: usize = 500;

pub(super) async fn show(State(web): State<Arc<Web>>, session: Session) -> Response {
    page(&web, &session, StatusCode::OK, &html! {})
}

/// The forms, below what came of the last one.
fn page(web: &Web, session: &Session, status: StatusCode, result: &Markup) -> Response {
    let words = session.words;
    let upload = |path: &str, id: &str, label: &str| {
        html! {
            form method="post" action=(path) enctype="multipart/form-data" {
                (token(session))
                label for=(id) { (label) }
                input id=(id) type="file" name="file" accept=".csv,.txt,.tsv" required;
                button type="submit" { (words.show_first) }
            }
        }
    };
    let content = html! {
        (result)
        @if web.app.book().is_none() {
            p { (words.no_planfy) }
            pre { "[planfy]\naccount = \"shop\"" }
        } @else {
            section { h2 { (words.import_customers) } p.quiet { (words.import_text) } (upload("/import", "customers", words.csv_file)) }
            section { h2 { (words.import_appointments) } p.quiet { (words.appointments_text) } (upload("/import/appointments", "appointments", words.csv_file)) }
        }
    };
    (status, layout::page(session, words.import, None, &content)).into_response()
}

/// The file of a form that was posted from here.
async fn posted_file(
    web: &Web,
    session: &Session,
    headers: &HeaderMap,
    upload: Multipart,
) -> Result<Vec<u8>, Response> {
    let words = session.words;
    let refused =
        |error: Failure| layout::message(StatusCode::BAD_REQUEST, words, &error.to_string());
    let (token, file) = parts(upload).await.map_err(refused)?;
    if session::is_own_origin(headers, web) && web.is_token(session, &token) {
        Ok(file)
    } else {
        Err(layout::message(StatusCode::FORBIDDEN, words, words.expired))
    }
}

fn problem(session: &Session, why: &str) -> Markup {
    html! { p.problem role="alert" { (session.words.something_failed) ": " span lang="en" { (text(why)) } } }
}

/// Shows what a file of customers would change.
pub(super) async fn import(
    State(web): State<Arc<Web>>,
    headers: HeaderMap,
    session: Session,
    upload: Multipart,
) -> Result<Response, Broken> {
    let file = match posted_file(&web, &session, &headers, upload).await {
        Ok(file) => file,
        Err(refused) => return Ok(refused),
    };
    let Some(book) = web.app.book() else {
        return Ok(page(&web, &session, StatusCode::NOT_FOUND, &html! {}));
    };
    let known = book.entries().await?;
    Ok(match Import::of(&file, &known, book.rules()) {
        Ok(import) => {
            let what = PlanFor::Import(Arc::new(import));
            let prepared = runs::prepare(&web.app, what, &session.who, None);
            Redirect::to(&format!("/plan/{}", prepared.id)).into_response()
        }
        Err(error) => {
            let why = problem(&session, &error.to_string());
            page(&web, &session, StatusCode::UNPROCESSABLE_ENTITY, &why)
        }
    })
}

/// Takes a file of appointments, if all of it is understood.
pub(super) async fn appointments(
    State(web): State<Arc<Web>>,
    headers: HeaderMap,
    session: Session,
    upload: Multipart,
) -> Result<Response, Broken> {
    let words = session.words;
    let file = match posted_file(&web, &session, &headers, upload).await {
        Ok(file) => file,
        Err(refused) => return Ok(refused),
    };
    let Some(book) = web.app.book() else {
        return Ok(page(&web, &session, StatusCode::NOT_FOUND, &html! {}));
    };
    let (status, result) = match book.import_appointments(&file).await {
        Ok(Ok(count)) => {
            let done = html! { p.good role="status" { (words.appointments_taken) ": " (count) } };
            (StatusCode::OK, done)
        }
        Ok(Err(faults)) => {
            let listed = html! { p.problem role="alert" { (words.nothing_taken) } (faults_table(&session, &faults)) };
            (StatusCode::UNPROCESSABLE_ENTITY, listed)
        }
        Err(error) => {
            let why = problem(&session, &error.to_string());
            (StatusCode::UNPROCESSABLE_ENTITY, why)
        }
    };
    Ok(page(&web, &session, status, &result))
}

fn faults_table(session: &Session, faults: &[Fault]) -> Markup {
    let words = session.words;
    let rows = faults.iter().take(SHOWN).map(|fault| {
        vec![
            html! { (fault.line) },
            html! { @if let Some((number, name)) = &fault.column { (number) " " (text(name)) } },
            html! { span lang="en" { (text(&fault.reason)) } },
            html! { @if fault.is_taken { (words.taken_without) } @else { (words.not_taken) } },
        ]
    });
    let rows: Vec<Vec<Markup>> = rows.collect();
    html! {
        (table(&[words.line, words.column, words.reason, words.consequence], &rows))
        @if faults.len() > SHOWN { p { (faults.len() - SHOWN) " " (words.more) } }
    }
}

/// What an import changes, above the plan of what follows in Billit.
pub(super) fn summary(session: &Session, import: &Import) -> Markup {
    let words = session.words;
    let added = import.added();
    let changed = import.changes.len() - added;
    let none = Entry::new();
    let mut rows: Vec<Vec<Markup>> = Vec::new();
    let of_known = import
        .changes
        .iter()
        .filter(|change| change.before.is_some());
    for change in of_known {
        let before = change.before.as_ref().unwrap_or(&none);
        let name = change.after.get(Column::Name);
        for (field, old, new) in before.diff(&change.after) {
            let known = Column::ALL
                .into_iter()
                .find(|column| column.name() == field);
            rows.push(vec![
                html! { a href=(customer_path(&change.key)) { (text(name)) } },
                html! { @match known { Some(column) => (column_name(session, column)), None => (text(field)) } },
                text(old),
                text(new),
            ]);
        }
    }
    let new: Vec<Vec<Markup>> = import
        .changes
        .iter()
        .filter(|change| change.before.is_none())
        .take(SHOWN)
        .map(|change| {
            vec![
                text(change.after.get(Column::Name)),
                text(change.after.get(Column::Email)),
                text(change.after.get(Column::City)),
                text(change.key.id()),
            ]
        })
        .collect();
    let more = rows.len().saturating_sub(SHOWN);
    rows.truncate(SHOWN);
    html! {
        p.big { (added) " " (words.created) ", " (changed) " " (words.updated) ", " (import.unchanged) " " (words.unchanged) ", " (import.faults.len()) " " (words.faults) }
        @if !import.faults.is_empty() { h2 { (words.faults) } (faults_table(session, &import.faults)) }
        @if !new.is_empty() { h2 { (words.new_customers) } (table(&[words.f_name, words.f_email, words.f_city, "planfy_id"], &new)) @if added > new.len() { p { (added - new.len()) " " (words.more) } } }
        @if !rows.is_empty() { h2 { (words.changed_customers) } (table(&[words.customer, words.field, words.before, words.after], &rows)) @if more > 0 { p { (more) " " (words.more) } } }
        h2 { (words.in_billit) }
    }
}

/// The customers that are listed, as Planfy's CSV.
pub(super) async fn export(
    State(web): State<Arc<Web>>,
    Query(asked): Query<Asked>,
    session: Session,
) -> Response {
    let keys: Vec<CustomerKey> = {
        let known = web.app.directory.now();
        let found = asked.found(&known);
        found.map(|entry| entry.key.clone()).collect()
    };
    match file_of(&web.app, &keys).await {
        Ok(file) => sheet::download("customers.csv", "text/csv; charset=utf-8", file),
        Err(error) => layout::message(StatusCode::BAD_GATEWAY, session.words, &error.to_string()),
    }
}

async fn file_of(app: &App, keys: &[CustomerKey]) -> Result<Vec<u8>, Failure> {
    let kept: BTreeMap<CustomerKey, Entry> = match app.book() {
        Some(book) => book.entries().await?,
        None => BTreeMap::new(),
    };
    let others: Vec<&CustomerKey> = keys.iter().filter(|key| !kept.contains_key(*key)).collect();
    let others = contacts_of(app, others).await?;
    let entries = keys.iter().filter_map(|key| {
        let of_other = || others.get(key).map(Entry::of_customer);
        kept.get(key).cloned().or_else(of_other)
    });
    let entries: Vec<Entry> = entries.collect();
    let known: BTreeSet<&str> = Column::ALL.iter().map(|column| column.name()).collect();
    let mut properties: BTreeSet<String> = BTreeSet::new();
    for entry in &entries {
        let names = entry.iter().map(|(name, _)| name);
        properties.extend(
            names
                .filter(|name| !known.contains(name))
                .map(str::to_owned),
        );
    }
    // A spreadsheet takes it for UTF-8 by this mark.
    let mut writer = Writer::export("\u{feff}".as_bytes().to_vec()).properties(properties);
    for entry in &entries {
        writer.write(entry)?;
    }
    Ok(writer.finish()?)
}
