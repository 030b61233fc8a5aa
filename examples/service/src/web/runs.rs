//! What was done: the runs, one run with its changes, and its undo.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{Datelike, Days, NaiveDate, Utc};
use customer_sync::store::{Actor, JournalEntry, RunId, RunRecord, StateError, Table};
use maud::{Markup, html};

use super::layout::{self, button, counts, customer_path, table, text};
use super::overview::to_plan;
use super::session::{Posted, Session};
use super::words::Words;
use super::{Broken, Web, sheet};
use crate::app::App;
pub(super) use crate::change_log::text_of as value;
use crate::plans::PlanFor;

/// So many runs are shown.
const SHOWN: usize = 100;
/// Runs of so many days are looked at.
const DAYS: u64 = 92;
/// So many customers of a run are shown.
const CUSTOMERS: usize = 100;

/// The last runs, the last first: so many, or those of three months.
pub(super) async fn last_runs(app: &App, most: usize) -> Result<Vec<RunRecord>, StateError> {
    let mut runs = Vec::new();
    let mut day = Some(Utc::now().date_naive() + Days::new(1));
    for _ in 0..DAYS {
        let Some(today) = day else { break };
        let mut of_day = Vec::new();
        // Ids begin with the day.
        let prefix = prefix(today);
        let read = app.state.each(Table::Runs, &prefix, |_, run: RunRecord| {
            of_day.push(run);
            Ok(())
        });
        read.await?;
        runs.extend(of_day.into_iter().rev());
        if runs.len() >= most {
            break;
        }
        day = today.checked_sub_days(Days::new(1));
    }
    runs.truncate(most);
    Ok(runs)
}

fn prefix(day: NaiveDate) -> String {
    format!("{:04}{:02}{:02}T", day.year(), day.month(), day.day())
}

fn wrote(run: &RunRecord) -> bool {
    let counts = run.counts;
    run.finished.is_none() || counts.created + counts.updated + counts.linked + counts.failed > 0
}

pub(super) async fn list(
    State(web): State<Arc<Web>>,
    session: Session,
) -> Result<Response, Broken> {
    let words = session.words;
    let runs = last_runs(&web.app, SHOWN).await?;
    let (with, without): (Vec<_>, Vec<_>) = runs.into_iter().partition(wrote);
    let row = |run: &RunRecord| {
        vec![
            html! { a href=(format!("/runs/{}", run.id)) { (web.app.local(run.started)) } },
            html! { (counts(words, &run.counts)) },
        ]
    };
    let columns = [words.when, words.what];
    let content = html! {
        @if with.is_empty() { p { (words.none) } }
        @else { (table(&columns, &with.iter().map(row).collect::<Vec<_>>())) }
        @if !without.is_empty() {
            details {
                summary { (words.without_changes) " (" (without.len()) ")" }
                (table(&columns, &without.iter().map(row).collect::<Vec<_>>()))
            }
        }
        p { a href="/runs.csv" { (words.as_csv) } }
    };
    Ok(layout::page(&session, words.runs, None, &content))
}

pub(super) async fn csv(
    State(web): State<Arc<Web>>,
    _session: Session,
) -> Result<Response, Broken> {
    let runs = last_runs(&web.app, 10_000).await?.into_iter().map(|run| {
        let finished = run.finished.map(|at| at.to_rfc3339()).unwrap_or_default();
        vec![
            run.id.to_string(),
            run.started.to_rfc3339(),
            finished,
            run.counts.to_string(),
        ]
    });
    Ok(sheet::csv(
        "runs.csv",
        &["run", "started", "finished", "counts"],
        runs,
    ))
}

pub(super) async fn one(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    session: Session,
) -> Result<Response, Broken> {
    let (app, words) = (&web.app, session.words);
    let Some(run) = find(app, &id).await? else {
        return Ok(layout::message(
            StatusCode::NOT_FOUND,
            words,
            words.not_found,
        ));
    };
    let note = app.notes.of_run(&run.id).await?.unwrap_or_default();
    let (entries, others) = first_entries(app, &run.id).await?;
    let by = if note.by.is_empty() {
        words.by_itself
    } else {
        note.by.as_str()
    };
    let has_changes = entries.iter().any(|entry| !entry.changes.is_empty());
    let content = html! {
        p.big { (counts(words, &run.counts)) }
        p {
            (app.local(run.started)) ", " (text(by))
            @if note.seconds > 0.0 { ", " (format!("{:.1}", note.seconds)) " " (words.seconds) }
            @if note.billit > 0 { ", Planyo " (note.planyo) ", Billit " (note.billit) }
        }
        @if let Some(undone) = &run.undoes { p { (words.undo) ": " a href=(format!("/runs/{undone}")) { (undone) } } }
        @for warning in note.unusual.iter().chain(&note.warnings) { p.quiet lang="en" { (text(warning)) } }
        @if has_changes {
            (button(&session, &format!("/runs/{}/undo", run.id), words.undo))
            p.quiet { (words.undo_first) }
        }
        @if !note.failed.is_empty() {
            h2 { (words.failed_customers) }
            (table(&[words.customer, words.reason], &note.failed.iter().map(|(key, why)| vec![customer(app, key), text(why)]).collect::<Vec<_>>()))
        }
        (table(&[words.customer, words.field, words.before, words.after, words.from], &lines(app, words, &entries)))
        @if others > 0 { p { (others) " " (words.run_more) } }
        p { a href=(format!("/runs/{}/changes.csv", run.id)) { (words.as_csv) } }
    };
    Ok(layout::page(&session, words.runs, None, &content))
}

/// What a run did to its first customers, and the number of the others: a first run has all customers.
async fn first_entries(app: &App, run: &RunId) -> Result<(Vec<JournalEntry>, usize), StateError> {
    let prefix = format!("{run}/");
    let (mut first, mut others) = (Vec::new(), 0);
    let read = app.state.each(Table::JournalByRun, &prefix, |key, (): ()| {
        if first.len() < CUSTOMERS {
            first.push(key.strip_prefix(&prefix).unwrap_or(key).to_owned());
        } else {
            others += 1;
        }
        Ok(())
    });
    read.await?;
    let mut entries = Vec::with_capacity(first.len());
    for customer in first {
        let row = format!("{customer}/{run}");
        entries.extend(app.state.read(Table::Journal, &row).await?);
    }
    Ok((entries, others))
}

async fn find(app: &App, id: &str) -> Result<Option<RunRecord>, StateError> {
    match id.parse::<RunId>() {
        Ok(id) => app.state.run(&id).await,
        Err(_) => Ok(None),
    }
}

fn customer(app: &App, key: &customer_sync::CustomerKey) -> Markup {
    html! { a href=(customer_path(key)) { (text(&app.directory.now().name(key))) } }
}

fn lines(app: &App, words: &Words, entries: &[JournalEntry]) -> Vec<Vec<Markup>> {
    let changes = entries
        .iter()
        .flat_map(|entry| entry.changes.iter().map(move |change| (entry, change)));
    let lines = changes.map(|(entry, change)| {
        vec![
            customer(app, &entry.customer),
            html! { (layout::field(words, &change.field)) },
            text(&value(&change.before)),
            text(&value(&change.after)),
            html! { (actor(words, change.by)) },
        ]
    });
    lines.collect()
}

/// Who provided a value.
fn actor(words: &Words, by: Actor) -> &'static str {
    match by {
        Actor::Notification => words.by_notification,
        Actor::BillitUser => words.by_billit,
        Actor::Undo => words.by_undo,
        _ => words.by_source,
    }
}

pub(super) async fn changes(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    session: Session,
) -> Result<Response, Broken> {
    let words = session.words;
    let Some(run) = find(&web.app, &id).await? else {
        return Ok(layout::message(
            StatusCode::NOT_FOUND,
            words,
            words.not_found,
        ));
    };
    let known = web.app.directory.now();
    let entries = web.app.state.entries(&run.id).await?;
    let rows = entries.iter().flat_map(|entry| {
        let name = known.name(&entry.customer);
        entry.changes.iter().map(move |change| {
            vec![
                entry.customer.to_string(),
                name.clone(),
                change.field.to_string(),
                value(&change.before),
                value(&change.after),
                change.by.words().to_owned(),
                entry.at.to_rfc3339(),
            ]
        })
    });
    let columns = ["customer", "name", "field", "before", "after", "by", "at"];
    Ok(sheet::csv("changes.csv", &columns, rows))
}

/// Shows what the undo would change.
pub(super) async fn undo(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Broken> {
    let words = posted.session.words;
    Ok(match find(&web.app, &id).await? {
        Some(run) => to_plan(&web, &posted.session, PlanFor::Undo(run.id)),
        None => layout::message(StatusCode::NOT_FOUND, words, words.not_found),
    })
}
