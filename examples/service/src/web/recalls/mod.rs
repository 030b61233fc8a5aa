//! Recalls: what waits for a person, the letters, and all of them.

pub(super) mod conversion;
pub(super) mod customer;
pub(super) mod letters;
pub(super) mod one;
pub(super) mod preview;

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{NaiveDateTime, Timelike};
use customer_sync::CustomerKey;
use customer_sync::recalls::{Channel, Recall, RecallStore, Status};
use customer_sync::store::StateError;
use maud::{Markup, html};
use serde::Deserialize;

use super::layout::{self, customer_path, table, text, token};
use super::session::Session;
use super::words::Words;
use super::{Broken, Web, sheet};
use crate::app::{App, Failure};
use crate::change_log::{By, Logged, RECALL};
use crate::recalls::{has_failed, is_unclear};

/// So many are shown of each list.
const SHOWN: usize = 200;

/// The recalls that are asked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// A status; all that are open otherwise.
    status: String,
}

impl Asked {
    fn status(&self) -> Option<Status> {
        let mut all = Status::ALL.into_iter();
        all.find(|status| status.to_string() == self.status)
    }

    fn takes(&self, recall: &Recall) -> bool {
        match self.status() {
            Some(status) => recall.status() == status,
            None => recall.is_open(),
        }
    }
}

pub(super) async fn list(
    State(web): State<Arc<Web>>,
    Query(asked): Query<Asked>,
    session: Session,
) -> Result<Response, Broken> {
    page(&web, &session, &asked, None).await
}

/// The list, below what there is to say.
async fn page(
    web: &Web,
    session: &Session,
    asked: &Asked,
    said: Option<&str>,
) -> Result<Response, Broken> {
    let (app, words) = (&web.app, session.words);
    let recalls = RecallStore::new(&app.state).all().await?;
    let (now, unread) = match local_now(app).await {
        Ok(now) => (now, None),
        Err(error) => (app.clock.now().naive_utc(), Some(error.to_string())),
    };
    let letters = letters::section(web, session, &recalls, now).await?;
    let names = app.directory.now();
    let rows: Vec<Vec<Markup>> = recalls
        .iter()
        .filter(|recall| asked.takes(recall))
        .take(SHOWN + 1)
        .map(|recall| {
            let mut row = vec![
                html! { a href=(customer_path(&recall.customer)) { (text(&names.name(&recall.customer))) } },
            ];
            row.extend(cells(words, recall));
            row
        })
        .collect();
    let content = html! {
        @if let Some(said) = said { p.problem role="alert" { (text(said)) } }
        @if let Some(unread) = unread { p.problem role="alert" { (words.cannot_read) ": " (text(&unread)) } }
        @if app.recalls.rules.is_empty() { p { (words.r_none_set) } }
        p {
            a href="/recalls/preview" { (words.r_preview) } " · "
            a href="/recalls/conversion" { (words.r_conversion) }
        }
        (unclear(web, session, &recalls, now))
        (failed(web, session, &recalls))
        (letters)
        section {
            h2 { (words.recalls) }
            form method="get" action="/recalls" {
                label for="status" { (words.r_status) }
                select #status name="status" {
                    option value="" { (words.r_all_open) }
                    @for status in Status::ALL {
                        option value=(status) selected[asked.status() == Some(status)] { (status_word(words, status)) }
                    }
                }
                button type="submit" { (words.r_show) }
            }
            @if rows.is_empty() { p { (words.none) } }
            @else { (table(&columns(words, Some(words.customer)), rows.get(..SHOWN).unwrap_or(&rows))) }
            @if rows.len() > SHOWN { p { "…" } }
            p { a href=(format!("/recalls.csv?status={}", layout::segment(&asked.status))) { (words.as_csv) } }
        }
    };
    Ok(layout::page(session, words.recalls, None, &content))
}

/// The headers of a table of recalls.
fn columns(words: &Words, first: Option<&'static str>) -> Vec<&'static str> {
    let others = [
        words.r_rule,
        words.r_due_day,
        words.r_status,
        words.r_messages,
        words.r_waits,
    ];
    first.into_iter().chain(others).collect()
}

/// The row of a recall, without its customer.
fn cells(words: &Words, recall: &Recall) -> Vec<Markup> {
    vec![
        html! { a href=(path(recall)) { (text(&recall.rule)) } },
        html! { (recall.due) },
        html! { (status_word(words, recall.status())) },
        html! {
            @for sent in &recall.messages_sent {
                div { (channel_word(words, sent.channel)) " " (minute(sent.at)) }
            }
        },
        text(recall.waits_for.as_deref().unwrap_or_default()),
    ]
}

/// Messages of which a person has to say what became of them.
fn unclear(web: &Web, session: &Session, recalls: &[Recall], now: NaiveDateTime) -> Markup {
    let words = session.words;
    let names = web.app.directory.now();
    let unclear = recalls.iter().filter(|recall| is_unclear(recall, now));
    let begun = unclear.filter_map(|recall| Some((recall, recall.sending.as_ref()?)));
    let rows: Vec<Vec<Markup>> = begun
        .take(SHOWN + 1)
        .map(|(recall, begun)| {
            let say = |what, text| say_button(session, recall, what, Some(begun.channel), text, true);
            vec![
                html! { a href=(path(recall)) { (text(&names.name(&recall.customer))) } },
                html! { (channel_word(words, begun.channel)) },
                html! { (minute(begun.at)) },
                unclear_reason(words, begun.unclear.as_deref()),
                html! { (say(WAS_SENT, words.r_was_sent)) (say(WAS_NOT_SENT, words.r_was_not_sent)) },
            ]
        })
        .collect();
    let columns = [
        words.customer,
        words.r_messages,
        words.r_begun,
        words.reason,
        words.what,
    ];
    html! {
        @if !rows.is_empty() {
            section {
                h2 { (words.r_unclear) }
                p { (words.r_unclear_text) }
                (table(&columns, rows.get(..SHOWN).unwrap_or(&rows)))
                @if rows.len() > SHOWN { p { "…" } }
            }
        }
    }
}

/// Messages that are not tried again by themselves.
fn failed(web: &Web, session: &Session, recalls: &[Recall]) -> Markup {
    let words = session.words;
    let names = web.app.directory.now();
    let failed = recalls.iter().filter(|recall| has_failed(recall));
    let failed = failed.flat_map(|recall| recall.failed.iter().map(move |one| (recall, one)));
    let rows: Vec<Vec<Markup>> = failed
        .filter(|(_, failed)| failed.again.is_none())
        .take(SHOWN + 1)
        .map(|(recall, failed)| {
            let channel = Some(failed.channel);
            vec![
                html! { a href=(path(recall)) { (text(&names.name(&recall.customer))) } },
                html! { (channel_word(words, failed.channel)) },
                html! { (minute(failed.at)) },
                html! { span lang="en" { (text(&failed.reason)) } },
                say_button(session, recall, RETRY, channel, words.try_again, true),
            ]
        })
        .collect();
    let columns = [
        words.customer,
        words.r_messages,
        words.when,
        words.reason,
        words.what,
    ];
    html! {
        @if !rows.is_empty() {
            section {
                h2 { (words.r_failed) }
                (table(&columns, rows.get(..SHOWN).unwrap_or(&rows)))
                @if rows.len() > SHOWN { p { "…" } }
            }
        }
    }
}

pub(super) async fn csv(
    State(web): State<Arc<Web>>,
    Query(asked): Query<Asked>,
    _session: Session,
) -> Result<Response, Broken> {
    let names = web.app.directory.now();
    let recalls = RecallStore::new(&web.app.state).all().await?;
    let rows = recalls.iter().filter(|recall| asked.takes(recall));
    let rows = rows.map(|recall| {
        let sent = recall.messages_sent.iter();
        let sent: Vec<String> = sent
            .map(|sent| format!("{} {}", sent.channel, minute(sent.at)))
            .collect();
        vec![
            recall.customer.to_string(),
            names.name(&recall.customer),
            recall.rule.clone(),
            recall.due.to_string(),
            recall.status().to_string(),
            sent.join(", "),
            recall.waits_for.clone().unwrap_or_default(),
        ]
    });
    let columns = [
        "customer",
        "name",
        "rule",
        "due",
        "status",
        "messages",
        "waits_for",
    ];
    Ok(sheet::csv("recalls.csv", &columns, rows))
}

/// What the buttons say: see [`crate::recalls::Said`].
const WAS_SENT: &str = "was-sent";
const WAS_NOT_SENT: &str = "was-not-sent";
const RETRY: &str = "retry";
const ANSWERED: &str = "answered";
const CANCELLED: &str = "cancelled";

/// A button that says something of a recall, and leads back to the list, or to its page.
fn say_button(
    session: &Session,
    recall: &Recall,
    what: &str,
    channel: Option<Channel>,
    name: &str,
    to_list: bool,
) -> Markup {
    html! {
        form.inline method="post" action="/recalls/one" {
            (token(session))
            input type="hidden" name="id" value=(recall.id);
            @if let Some(channel) = channel { input type="hidden" name="channel" value=(channel); }
            @if to_list { input type="hidden" name="to" value="list"; }
            button type="submit" name="say" value=(what) { (name) }
        }
    }
}

/// The address of a recall's page. Its id has slashes.
fn path(recall: &Recall) -> String {
    format!("/recalls/one?id={}", layout::segment(&recall.id))
}

/// Why it is not known whether a message was sent.
fn unclear_reason(words: &Words, reason: Option<&str>) -> Markup {
    html! {
        @match reason {
            Some(reason) => span lang="en" { (text(reason)) },
            None => (words.r_interrupted),
        }
    }
}

fn status_word(words: &Words, status: Status) -> &'static str {
    match status {
        Status::Scheduled => words.r_scheduled,
        Status::Due => words.r_due,
        Status::Sent => words.r_sent,
        Status::Answered => words.r_answered,
        Status::Converted => words.r_converted,
        _ => words.r_cancelled,
    }
}

fn channel_word(words: &Words, channel: Channel) -> &'static str {
    match channel {
        Channel::Email => words.r_email,
        Channel::Sms => words.r_sms,
        _ => words.r_letter,
    }
}

/// A time of the site.
fn minute(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%d %H:%M").to_string()
}

/// The time by the clock of the site, to the second, as letters have it: what may be sent again now is due at once.
async fn local_now(app: &App) -> Result<NaiveDateTime, Failure> {
    let now = app.zone().await?.to_local(app.clock.now());
    Ok(now.with_nanosecond(0).unwrap_or(now))
}

/// A page that says that something did not work.
fn unavailable(words: &Words, error: &Failure) -> Response {
    let text = format!("{}: {error}", words.something_failed);
    layout::message(StatusCode::SERVICE_UNAVAILABLE, words, &text)
}

/// Remembers what a person has changed.
async fn logged(app: &App, who: &str, key: &CustomerKey, what: &str) -> Result<(), StateError> {
    let line = Logged {
        at: chrono::Utc::now(),
        by: By::Person(who.to_owned()),
        customer: key.clone(),
        what: RECALL.to_owned(),
        before: String::new(),
        after: what.to_owned(),
        run: None,
        uncertain: false,
    };
    app.notes.log(&[line]).await
}
