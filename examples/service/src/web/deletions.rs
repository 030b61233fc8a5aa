//! Forgetting a customer: what it will do, what is to be done by hand, and the evidence.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use customer_sync::recalls::Appointment;
use customer_sync::store::StateError;
use customer_sync::{CustomerKey, Plan, Step};
use maud::{Markup, html};

use super::layout::{self, button, customer_path, segment, table, text, token};
use super::overview::to_plan;
use super::session::{Posted, Session};
use super::words::Words;
use super::{Broken, Web, sheet};
use crate::deletions::{self, Deletion, Reminder, ToDo, is_of_planfy, planfy_rule, refusal};
use crate::plans::{PlanFor, Prepared};

/// The system that a customer comes from.
fn system(customer: &CustomerKey) -> &'static str {
    if is_of_planfy(customer) {
        "Planfy"
    } else {
        "Planyo"
    }
}

/// Why it is refused, in the words of the reader where the reason is known.
fn refused(words: &Words, reason: &str) -> Option<&'static str> {
    let known = [
        ("bookings that are not over", words.r_bookings),
        ("invoices that are not paid", words.r_unpaid),
        (
            "does not tell whether it has open invoices",
            words.r_unknown,
        ),
    ];
    let known = known.into_iter().find(|(part, _)| reason.contains(part));
    known.map(|(_, sentence)| sentence)
}

/// Why a field stays, in the words of the reader where the reason is known.
fn stays<'a>(words: &Words, reason: &'a str) -> &'a str {
    let known = [
        ("kept: it stands on invoices", words.n_invoices),
        ("cleared: the customer has left", words.n_party),
        ("the source cannot tell", words.n_bookings),
    ];
    let known = known.into_iter().find(|(part, _)| reason.contains(part));
    known.map_or(reason, |(_, sentence)| sentence)
}

/// What is to be done by hand.
fn to_do_text(words: &Words, what: ToDo, customer: &CustomerKey) -> String {
    match what {
        ToDo::DeleteInSource => format!("{} {}", words.do_delete, system(customer)),
        ToDo::BackupsOver => words.do_backups.to_owned(),
    }
}

/// What was to be done, by its name in the change log.
pub(super) fn to_do_named<'a>(words: &Words, name: &'a str) -> &'a str {
    let known = [
        (ToDo::DeleteInSource, words.do_delete_it),
        (ToDo::BackupsOver, words.do_backups),
    ];
    let known = known.into_iter().find(|(what, _)| what.name() == name);
    known.map_or(name, |(_, text)| text)
}

/// What will be erased, what stays, what is to be done by hand, and the button; or why it is refused.
pub(super) fn preview(
    web: &Web,
    session: &Session,
    prepared: &Prepared,
    plan: &Plan,
    customer: &CustomerKey,
    appointments: Result<Option<Vec<Appointment>>, StateError>,
) -> Markup {
    let words = session.words;
    let name = web.app.directory.now().name(customer);
    let (today, known) = (web.app.today(), appointments.is_ok());
    let appointments = appointments.ok().flatten();
    let rule = planfy_rule(customer, appointments.as_deref().unwrap_or_default(), today);
    let refusal = refusal(plan, customer);
    let sentence = match (&refusal, &rule) {
        _ if !known => Some(words.r_gone),
        (Some(reason), _) => refused(words, reason),
        (None, Err(_)) => Some(words.r_bookings),
        (None, Ok(_)) => None,
    };
    let is_refused = refusal.is_some() || rule.is_err() || !known;
    let anonymised = rule
        .ok()
        .flatten()
        .filter(|_| appointments.is_some())
        .map(|rule| rule.anonymised);
    html! {
        p.big { a href=(customer_path(customer)) { (text(&name)) } " (" (customer) ")" }
        @if is_refused {
            div.problem role="alert" {
                h2 { (words.refused) }
                @if let Some(sentence) = sentence { p { (sentence) } }
                @else if let Some(reason) = &refusal { p lang="en" { (text(reason)) } }
            }
        } @else {
            @for step in plan.steps.iter().filter(|step| step.key == *customer) { (in_billit(words, step)) }
            h2 { (words.erased_here) }
            p { (words.erased_here_list) }
            @if let Some(ids) = &anonymised {
                h2 { (words.anonymised) }
                p { @if ids.is_empty() { (words.none) } @else { (text(&ids.join(", "))) } }
            }
            h2 { (words.by_hand) }
            ul {
                @for reminder in deletions::reminders("", customer, today) {
                    li { (to_do_text(words, reminder.what, customer)) " (" (reminder.due) ")" }
                }
            }
            p.quiet { (words.reminded) }
            form method="post" action=(format!("/plan/{}", prepared.id)) {
                (token(session))
                button.main type="submit" { (words.forget_now) }
            }
        }
    }
}

/// What is erased in Billit, and what stays there.
fn in_billit(words: &Words, step: &Step) -> Markup {
    let erased = step.changes().iter().map(|change| {
        vec![
            html! { (layout::field(words, &change.field)) },
            text(change.before.as_deref().unwrap_or_default()),
            text(change.after.as_deref().unwrap_or_default()),
        ]
    });
    let erased: Vec<Vec<Markup>> = erased.collect();
    let kept = step.notes.iter().map(|note| {
        vec![
            html! { (layout::field(words, &note.field)) },
            text(stays(words, &note.reason)),
        ]
    });
    let kept: Vec<Vec<Markup>> = kept.collect();
    html! {
        h2 { (words.erased_in_billit) }
        @if erased.is_empty() { p { (words.no_party) } }
        @else { (table(&[words.field, words.before, words.after], &erased)) }
        @if !kept.is_empty() {
            h2 { (words.stays_in_billit) }
            (table(&[words.field, words.reason], &kept))
        }
    }
}

/// The end of it.
pub(super) fn done(words: &Words) -> Markup {
    html! {
        p.good role="status" { (words.forgotten_done) }
        p { a href="/deletions" { (words.deletions) } }
    }
}

/// The section of the overview: what is due, and what is coming.
pub(super) async fn to_do(web: &Web, session: &Session) -> Result<Markup, Broken> {
    let words = session.words;
    let mut open = web.app.notes.reminders().await?;
    open.retain(|one| one.ticked.is_none());
    let today = web.app.today();
    let (due, coming): (Vec<_>, Vec<_>) = open.iter().partition(|one| one.due <= today);
    Ok(html! {
        @if !open.is_empty() {
            section {
                h2 { (words.to_do) }
                @if !due.is_empty() { (reminders(session, &due)) }
                @if !coming.is_empty() {
                    details {
                        summary { (words.coming) " (" (coming.len()) ")" }
                        (reminders(session, &coming))
                    }
                }
                p { a href="/deletions" { (words.deletions) } }
            }
        }
    })
}

/// Reminders, with a button for each that was not ticked off.
fn reminders(session: &Session, reminders: &[&Reminder]) -> Markup {
    let words = session.words;
    html! {
        ul {
            @for one in reminders {
                li {
                    (to_do_text(words, one.what, &one.customer)) ": " (one.customer) ", " (one.due) " "
                    @if let Some(ticked) = &one.ticked {
                        (words.tick) ", " (text(&ticked.by)) ", " (ticked.at.date_naive())
                    } @else {
                        (button(session, &format!("/reminders/{}/tick", segment(&one.id)), words.tick))
                    }
                }
            }
        }
    }
}

pub(super) async fn list(
    State(web): State<Arc<Web>>,
    session: Session,
) -> Result<Response, Broken> {
    let words = session.words;
    let all = web.app.notes.deletions().await?;
    let to_do = web.app.notes.reminders().await?;
    let rows = all.iter().map(|one| {
        let own: Vec<&Reminder> = to_do
            .iter()
            .filter(|reminder| reminder.deletion == one.id)
            .collect();
        vec![
            html! { (one.customer) },
            html! {
                @if let Some(done) = one.done { (web.app.local(done)) }
                @else {
                    (web.app.local(one.at)) ": " (words.unfinished)
                    (button(&session, &format!("/deletions/{}/again", segment(&one.id)), words.plan_again))
                }
            },
            text(&one.by),
            reminders(&session, &own),
            html! { a href=(format!("/deletions/{}.json", segment(&one.id))) { (words.evidence) } },
        ]
    });
    let rows: Vec<Vec<Markup>> = rows.collect();
    let columns = [
        words.customer,
        words.when,
        words.by_whom,
        words.to_do,
        words.evidence,
    ];
    let content = html! {
        @if rows.is_empty() { p { (words.none) } } @else { (table(&columns, &rows)) }
    };
    Ok(layout::page(&session, words.deletions, None, &content))
}

async fn find(web: &Web, id: &str) -> Result<Option<Deletion>, Broken> {
    let is_id = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if !id.bytes().all(is_id) {
        return Ok(None);
    }
    Ok(web.app.notes.deletion(id).await?)
}

fn missing(words: &Words) -> Response {
    layout::message(StatusCode::NOT_FOUND, words, words.not_found)
}

/// The evidence as a file.
pub(super) async fn file(
    State(web): State<Arc<Web>>,
    Path(file): Path<String>,
    session: Session,
) -> Result<Response, Broken> {
    let id = file.strip_suffix(".json");
    let deletion = match id {
        Some(id) => find(&web, id).await?,
        None => None,
    };
    let Some(deletion) = deletion else {
        return Ok(missing(session.words));
    };
    let reminders = web.app.notes.reminders().await?;
    let evidence = deletions::evidence(&deletion, &reminders);
    let text = format!("{evidence:#}\n");
    let name = format!("deletion-{}.json", deletion.id);
    Ok(sheet::download(
        &name,
        "application/json",
        text.into_bytes(),
    ))
}

/// Shows again what one that was not completed would erase.
pub(super) async fn again(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Broken> {
    Ok(match find(&web, &id).await? {
        Some(deletion) => to_plan(&web, &posted.session, PlanFor::Forget(deletion.customer)),
        None => missing(posted.session.words),
    })
}

/// Ticks a reminder off.
pub(super) async fn tick(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Broken> {
    let by = &posted.session.who;
    web.app.notes.tick(&id, by, Utc::now()).await?;
    Ok(Redirect::to("/deletions").into_response())
}
