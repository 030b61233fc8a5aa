//! One recall: what has happened, and what a person can say of it.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{NaiveDateTime, NaiveTime};
use customer_sync::recalls::{
    ChangeError, Channel, InvalidTransition, Recall, RecallStore, Status,
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    ANSWERED, CANCELLED, RETRY, WAS_NOT_SENT, WAS_SENT, channel_word, local_now, logged, minute,
    path, say_button, status_word, unavailable, unclear_reason,
};
use crate::recalls::{Said, is_unclear, say};
use crate::web::layout::{self, customer_path, segment, table, text};
use crate::web::session::{Posted, Session};
use crate::web::words::Words;
use crate::web::{Broken, Web};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Asked {
    id: String,
}

pub(in crate::web) async fn show(
    State(web): State<Arc<Web>>,
    Query(asked): Query<Asked>,
    session: Session,
) -> Result<Response, Broken> {
    page(&web, &session, &asked.id, None).await
}

async fn page(
    web: &Web,
    session: &Session,
    id: &str,
    problem: Option<&str>,
) -> Result<Response, Broken> {
    let (app, words) = (&web.app, session.words);
    let Some(recall) = RecallStore::new(&app.state).get(id).await? else {
        return Ok(layout::message(
            StatusCode::NOT_FOUND,
            words,
            words.not_found,
        ));
    };
    let now = local_now(app).await;
    let now = now.unwrap_or_else(|_| app.clock.now().naive_utc());
    let (rule, key) = (segment(&recall.rule), segment(recall.customer.as_str()));
    let name = app.directory.now().name(&recall.customer);
    let content = html! {
        @if let Some(problem) = problem { p.problem role="alert" { (text(problem)) } }
        p { (words.customer) ": " a href=(customer_path(&recall.customer)) { (text(&name)) } }
        p { (words.r_rule) ": " (text(&recall.rule)) }
        p.big { (words.r_status) ": " (status_word(words, recall.status())) }
        @if app.recalls.rule(&recall.rule).is_none() { p.problem { (words.r_rule_gone) } }
        @else {
            p { a href=(format!("/recalls/preview?rule={rule}&customer={key}")) { (words.r_preview) } }
        }
        (buttons(session, &recall, now))
        (table(&[words.when, words.what, words.reason], &timeline(words, &recall)))
        @if let Some(booking) = &recall.booking { p { (words.r_booking) ": " (text(booking)) } }
        @if let Some(booking) = &recall.waits_for { p { (words.r_waits) ": " (text(booking)) } }
    };
    Ok(layout::page(session, &name, None, &content))
}

/// What its state allows.
fn buttons(session: &Session, recall: &Recall, now: NaiveDateTime) -> Markup {
    let words = session.words;
    let say = |what, channel, name: &str| say_button(session, recall, what, channel, name, false);
    let begun = recall.sending.as_ref();
    let begun = begun.filter(|_| is_unclear(recall, now));
    let failed = recall.failed.iter();
    let failed = failed.filter(|_| recall.status() <= Status::Sent);
    html! {
        @if let Some(begun) = begun {
            @let channel = Some(begun.channel);
            p { (words.r_unclear) " (" (channel_word(words, begun.channel)) ")" }
            (say(WAS_SENT, channel, words.r_was_sent))
            (say(WAS_NOT_SENT, channel, words.r_was_not_sent))
        }
        @for failed in failed {
            @let name = format!("{} ({})", words.try_again, channel_word(words, failed.channel));
            (say(RETRY, Some(failed.channel), &name))
        }
        @if recall.status() < Status::Answered { (say(ANSWERED, None, words.r_has_answered)) }
        @if recall.is_open() { (say(CANCELLED, None, words.r_cancel)) }
    }
}

/// What has happened, in order: the time, what, and why.
fn timeline(words: &Words, recall: &Recall) -> Vec<Vec<Markup>> {
    let mut rows: Vec<(NaiveDateTime, Vec<Markup>)> = Vec::new();
    let mut add = |at: NaiveDateTime, what: Markup, why: Markup| {
        // Of a day the time is not known.
        let is_day = at.time() == NaiveTime::MIN;
        let when = if is_day {
            at.date().to_string()
        } else {
            minute(at)
        };
        rows.push((at, vec![html! { (when) }, what, why]));
    };
    let made = match (&recall.appointment, &recall.by) {
        (Some(appointment), _) => html! {
            (words.r_after_visit) " " (text(appointment))
            @if let Some(resource) = &recall.resource { " (" (text(resource)) ")" }
        },
        (None, by) => html! { (words.r_by_hand) " " (text(by.as_deref().unwrap_or_default())) },
    };
    add(recall.since.and_time(NaiveTime::MIN), made, html! {});
    let falls_due = html! { (words.r_falls_due) };
    add(recall.due.and_time(NaiveTime::MIN), falls_due, html! {});
    let named = |channel, what: &str| html! { (channel_word(words, channel)) ": " (what) };
    for sent in &recall.messages_sent {
        add(sent.at, named(sent.channel, words.r_sent), html! {});
    }
    for failed in &recall.failed {
        let why = html! {
            span lang="en" { (text(&failed.reason)) }
            @if let Some(again) = failed.again { ", " (words.r_again_at) " " (minute(again)) }
        };
        add(failed.at, named(failed.channel, words.r_failed), why);
    }
    if let Some(begun) = &recall.sending {
        let why = html! {
            @match &begun.unclear {
                Some(reason) => (unclear_reason(words, Some(reason))),
                None => (words.r_not_yet),
            }
        };
        add(begun.at, named(begun.channel, words.r_begun), why);
    }
    rows.sort_by_key(|(at, _)| *at);
    rows.into_iter().map(|(_, row)| row).collect()
}

/// What a person says of it.
pub(in crate::web) async fn change(
    State(web): State<Arc<Web>>,
    posted: Posted,
) -> Result<Response, Broken> {
    let (app, session) = (&web.app, &posted.session);
    let (words, id) = (session.words, posted.get("id"));
    let channel = posted.get("channel").parse().ok();
    let Some(said) = said(posted.get("say"), channel) else {
        return page(&web, session, id, Some(words.expired)).await;
    };
    let now = match local_now(app).await {
        Ok(now) => now,
        Err(error) => return Ok(unavailable(words, &error)),
    };
    let store = RecallStore::new(&app.state);
    match store.change(id, |recall| say(recall, said, now)).await {
        Ok(recall) => {
            let what = match channel {
                Some(channel) => format!("{}, {channel}", posted.get("say")),
                None => posted.get("say").to_owned(),
            };
            logged(app, &session.who, &recall.customer, &what).await?;
            let to_list = posted.get("to") == "list";
            let to = if to_list {
                "/recalls".to_owned()
            } else {
                path(&recall)
            };
            Ok(Redirect::to(&to).into_response())
        }
        Err(ChangeError::Invalid(why)) => {
            let problem = format!("{}: {}.", words.r_not_changed, refused(words, why));
            page(&web, session, id, Some(&problem)).await
        }
        Err(ChangeError::Store(error)) => Err(error.into()),
        Err(_) => Ok(layout::message(
            StatusCode::NOT_FOUND,
            words,
            words.not_found,
        )),
    }
}

fn said(what: &str, channel: Option<Channel>) -> Option<Said> {
    Some(match what {
        WAS_SENT => Said::WasSent(channel?),
        WAS_NOT_SENT => Said::WasNotSent(channel?),
        RETRY => Said::Retry(channel?),
        ANSWERED => Said::Answered,
        CANCELLED => Said::Cancelled,
        _ => return None,
    })
}

/// Why a change was not taken.
fn refused(words: &Words, why: InvalidTransition) -> String {
    let of = |what: &str, channel| format!("{what} ({})", channel_word(words, channel));
    match why {
        InvalidTransition::Status { from, .. } => {
            format!("{} “{}”", words.r_is_already, status_word(words, from))
        }
        InvalidTransition::AlreadySent(channel) => of(words.r_sent_already, channel),
        InvalidTransition::Unclear(channel) => of(words.r_say_first, channel),
        InvalidTransition::NotBegun(channel) => of(words.r_not_begun, channel),
        InvalidTransition::Waits => words.r_has_booking.to_owned(),
        other => other.to_string(),
    }
}
