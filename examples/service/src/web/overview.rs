//! The overview: the last comparison, what waits, what failed, what has come.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use customer_sync::OutcomeKind;
use maud::{Markup, html};

use super::layout::{self, button, customer_path, table, text};
use super::session::{Posted, Session};
use super::{Broken, Web, deletions};
use crate::notes::Case;
use crate::plans::PlanFor;
use crate::runs::{self, Pass};

/// So many are shown of each.
const SHOWN: usize = 20;

pub(super) async fn show(
    State(web): State<Arc<Web>>,
    session: Session,
) -> Result<Response, Broken> {
    let (app, words) = (&web.app, session.words);
    let open = app.notes.undecided(Utc::now()).await?;
    let is_failed = |case: &Case| case.kind == OutcomeKind::Failed;
    let (failed, waiting): (Vec<_>, Vec<_>) = open.into_iter().partition(is_failed);
    let failed: Vec<Vec<Markup>> = failed
        .iter()
        .take(SHOWN)
        .map(|case| {
            vec![
                html! { a href=(customer_path(&case.key)) { (text(&case.name)) } },
                text(&case.reason),
            ]
        })
        .collect();
    let alerts = app.alerts.open().await?;
    let pending = app.inbox.pending(SHOWN).await?;
    let pending: Vec<Vec<Markup>> = pending
        .iter()
        .map(|one| {
            let triggers: Vec<String> = one.triggers.iter().map(ToString::to_string).collect();
            let failures = if one.failures > 0 {
                format!("{} x", one.failures)
            } else {
                String::new()
            };
            vec![
                text(&one.customer.to_string()),
                text(&triggers.join(", ")),
                html! { (app.local(one.ready_at)) },
                html! { (failures) },
            ]
        })
        .collect();
    let content = html! {
        @if !waiting.is_empty() {
            p.big { a href="/to-decide" { (words.to_decide) ": " (waiting.len()) } }
        }
        section {
            h2 { (words.alerts_open) }
            @if alerts.is_empty() { p { (words.all_well) } }
            ul { @for alert in &alerts { li { (layout::condition(words, alert.condition)) ": " span lang="en" { (text(&alert.text)) } " (" (words.since) " " (app.local(alert.since)) ")" } } }
        }
        (deletions::to_do(&web, &session).await?)
        (last_pass(&web, &session).await?)
        @if !failed.is_empty() {
            section { h2 { (words.failed_customers) } (table(&[words.customer, words.reason], &failed)) }
        }
        section {
            h2 { (words.waiting_now) }
            @if pending.is_empty() { p { (words.none_waits) } }
            @else { (table(&[words.customer, words.what, words.when, words.failed_customers], &pending)) }
        }
        (received(&web, &session))
    };
    Ok(layout::page(&session, words.overview, None, &content))
}

async fn last_pass(web: &Web, session: &Session) -> Result<Markup, Broken> {
    let words = session.words;
    let pass = web.app.last_pass().await?;
    let limit = pass.as_ref().is_some_and(|pass| pass.limit);
    Ok(html! {
        section {
            h2 { (words.last_full) }
            @if let Some(pass) = &pass {
                @if limit {
                    div.problem role="alert" {
                        h3 { (words.limit_title) }
                        p { (words.limit_text) }
                        p lang="en" { (text(&pass.text)) }
                        (button(session, "/plan", words.show_plan))
                    }
                } @else {
                    p { (web.app.local(pass.started)) ": "
                        @if let Some(counts) = &pass.counts { (layout::counts(words, counts)) } @else { (text(&pass.text)) } }
                }
            } @else {
                p { (words.never_yet) }
            }
            @if !limit { (button(session, "/plan", words.show_plan)) }
            (button(session, "/full-pass", words.compare_now))
        }
    })
}

fn received(web: &Web, session: &Session) -> Markup {
    let words = session.words;
    let seen = web.app.received.seen();
    let events = seen
        .events
        .iter()
        .map(|(event, count)| vec![text(event), html! { (count) }]);
    let events: Vec<Vec<Markup>> = events.collect();
    let passed_over = seen.passed_over.iter();
    let passed_over =
        passed_over.map(|(why, (count, shape))| vec![text(why), html! { (count) }, text(shape)]);
    let passed_over: Vec<Vec<Markup>> = passed_over.collect();
    html! {
        section {
            h2 { (words.notifications) }
            @if events.is_empty() { p { (words.none) } } @else { (table(&[words.what, words.count], &events)) }
            @if let Some(last) = seen.last { p { (words.last_message) ": " (web.app.local(last)) } }
            @if !passed_over.is_empty() {
                h3 { (words.passed_over) }
                (table(&[words.reason, words.count, words.shape], &passed_over))
            }
        }
    }
}

/// Begins a full pass, under the safety limit.
pub(super) async fn full_pass(State(web): State<Arc<Web>>, posted: Posted) -> Response {
    let (app, who) = (Arc::clone(&web.app), posted.session.who.clone());
    tokio::spawn(async move {
        if let Err(error) = runs::full_pass(&app, &who, Pass::Usual).await {
            tracing::error!(%error, "full pass");
        }
    });
    let words = posted.session.words;
    let content = html! { p { (words.started) } p { a href="/" { (words.overview) } } };
    layout::page(&posted.session, words.going_on, None, &content)
}

/// Where a plan of all customers is, or is being made.
pub(super) fn to_plan(web: &Web, session: &Session, what: PlanFor) -> Response {
    let prepared = runs::prepare(&web.app, what, &session.who, None);
    Redirect::to(&format!("/plan/{}", prepared.id)).into_response()
}
