//! A customer as its own system has it: all fields that Planfy knows, custom forms, and the notes of whoever logs in here.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use customer_sync::CustomerKey;
use customer_sync::planfy::{Column, Entry};
use customer_sync::store::StateError;
use maud::{Markup, html};
use planyo_client::users::GetUser;
use serde::{Deserialize, Serialize};

use super::layout::{self, customer_path, table, text, token};
use super::session::{Key, Posted, Session};
use super::{Broken, Web};
use crate::app::{App, Failure};

/// The longest note, in characters.
const LONGEST: usize = 2_000;

/// A note of a person on a customer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Note {
    at: DateTime<Utc>,
    by: String,
    text: String,
}

/// What the system of a customer has now; `None` if it has no such customer.
///
/// # Errors
/// When the system or the store cannot be read.
pub(super) async fn entry_of(app: &App, key: &CustomerKey) -> Result<Option<Entry>, Failure> {
    if let Some(book) = app.book()
        && key.source() == book.rules().source_name()
    {
        return Ok(book.entry(key).await?);
    }
    let source = app.own_source(key).await?;
    let customer = match source.customers.customer(key.id(), &source.rules).await {
        Ok(Ok(customer)) => customer,
        Ok(Err((_, problem))) => return Err(problem.to_string().into()),
        Err(error) if error.is_not_found() => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut entry = Entry::of_customer(&customer);
    let mut user = GetUser::by_id(key.id().parse::<planyo_client::UserId>()?);
    if let Some(site) = app.settings.file.planyo.site {
        user = user.site_id(site);
    }
    let user = app.planyo.send(user).await?;
    for (name, value) in &user.properties {
        entry = entry.property(name, value.as_deref().unwrap_or_default());
    }
    Ok(Some(entry))
}

pub(super) async fn show(
    State(web): State<Arc<Web>>,
    Key(key): Key,
    session: Session,
) -> Result<Response, Broken> {
    page(&web, &session, &key).await
}

async fn page(web: &Web, session: &Session, key: &CustomerKey) -> Result<Response, Broken> {
    let (app, words) = (&web.app, session.words);
    let entry = entry_of(app, key).await;
    let notes = notes_of(app, key).await?;
    let notes: Vec<Vec<Markup>> = notes
        .iter()
        .rev()
        .map(|note| {
            vec![
                html! { (app.local(note.at)) },
                text(&note.by),
                html! { p.typed { (text(&note.text)) } },
            ]
        })
        .collect();
    let path = format!("{}/notes", customer_path(key));
    let content = html! {
        p { a href=(customer_path(key)) { (text(&app.directory.now().name(key))) } }
        @match entry {
            Ok(Some(entry)) => { (fields(session, &entry)) }
            Ok(None) => { p { (words.not_found) } }
            Err(error) => { p.problem role="alert" { (words.cannot_read) ": " (text(&error.to_string())) } }
        }
        h2 { (words.notes) }
        @if !notes.is_empty() { (table(&[words.when, words.by_whom, words.note], &notes)) }
        form method="post" action=(path) {
            (token(session))
            label for="note" { (words.note) }
            textarea #note name="note" maxlength=(LONGEST) required {}
            button type="submit" { (words.add) }
        }
    };
    Ok(layout::page(session, words.record, None, &content))
}

fn fields(session: &Session, entry: &Entry) -> Markup {
    let words = session.words;
    let known = Column::ALL.map(|column| {
        vec![
            html! { (column_name(session, column)) },
            text(entry.get(column)),
        ]
    });
    let others = entry
        .iter()
        .filter(|(name, _)| Column::ALL.iter().all(|column| column.name() != *name));
    let others: Vec<Vec<Markup>> = others
        .map(|(name, value)| vec![text(name), text(value)])
        .collect();
    html! {
        (table(&[words.field, words.value], &known))
        @if !others.is_empty() {
            h2 { (words.properties) }
            (table(&[words.field, words.value], &others))
        }
    }
}

/// The name of a column for a person.
pub(super) fn column_name(session: &Session, column: Column) -> &'static str {
    let words = session.words;
    match column {
        Column::PlanfyId => "planfy_id",
        Column::Name => words.f_name,
        Column::Address => words.p_address,
        Column::Town => words.p_town,
        Column::City => words.f_city,
        Column::Country => words.f_country,
        Column::Postcode => words.f_zip,
        Column::Email => words.f_email,
        Column::MobileNumber => words.f_mobile,
        Column::Dob => words.p_dob,
        Column::Gender => words.p_gender,
        Column::Occupation => words.p_occupation,
        _ => "",
    }
}

async fn notes_of(app: &App, key: &CustomerKey) -> Result<Vec<Note>, StateError> {
    Ok(app.notes.read(&row(key)).await?.unwrap_or_default())
}

/// The row with the notes on a customer.
fn row(key: &CustomerKey) -> String {
    format!("note/{key}")
}

/// Adds a note.
pub(super) async fn add_note(
    State(web): State<Arc<Web>>,
    Key(key): Key,
    posted: Posted,
) -> Result<Response, Broken> {
    let typed: String = posted.get("note").trim().chars().take(LONGEST).collect();
    if !typed.is_empty() {
        let mut notes = notes_of(&web.app, &key).await?;
        notes.push(Note {
            at: Utc::now(),
            by: posted.session.who.clone(),
            text: typed,
        });
        web.app.notes.write(&row(&key), &notes).await?;
    }
    Ok(Redirect::to(&format!("{}/record", customer_path(&key))).into_response())
}
