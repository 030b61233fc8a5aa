//! The recalls of a customer, on its page: a form for one by hand, and by which channels the customer wants no messages.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use customer_sync::CustomerKey;
use customer_sync::recalls::{Channel, Recall, RecallStore, Span};
use maud::{Markup, html};

use super::{cells, channel_word, columns, local_now, logged, unavailable};
use crate::web::layout::{self, customer_path, table, token};
use crate::web::session::{Key, Posted, Session};
use crate::web::words::Words;
use crate::web::{Broken, Web, customers};

/// The largest number of days, weeks, months or years.
const LONGEST: u32 = 520;

/// The recalls and the forms. Nothing where there is nothing to say.
pub(in crate::web) async fn section(
    web: &Web,
    session: &Session,
    key: &CustomerKey,
) -> Result<Markup, Broken> {
    let (app, words) = (&web.app, session.words);
    let store = RecallStore::new(&app.state);
    let recalls = store.of_customer(key).await?;
    let opted_out = store.opted_out_of(key).await?;
    let has_rules = !app.recalls.rules.is_empty();
    if !exists(web, key).await? || (!has_rules && recalls.is_empty() && opted_out.is_empty()) {
        return Ok(html! {});
    }
    let rows = recalls.iter().map(|recall| cells(words, recall));
    let rows: Vec<Vec<Markup>> = rows.collect();
    let path = customer_path(key);
    Ok(html! {
        section {
            h2 { (words.recalls) }
            @if rows.is_empty() { p { (words.none) } } @else { (table(&columns(words, None), &rows)) }
            @if has_rules { (form(web, session, &path)) } @else { p { (words.r_none_set) } }
            form method="post" action=(format!("{path}/opt-outs")) {
                (token(session))
                fieldset {
                    legend { (words.r_opted_out) }
                    @for channel in Channel::ALL {
                        label {
                            input type="checkbox" name="opt-out" value=(channel) checked[opted_out.contains(&channel)];
                            " " (channel_word(words, channel))
                        }
                    }
                    button type="submit" { (words.r_save) }
                }
            }
        }
    })
}

/// Schedules one by hand.
fn form(web: &Web, session: &Session, path: &str) -> Markup {
    let words = session.words;
    html! {
        form method="post" action=(format!("{path}/recalls")) {
            (token(session))
            h3 { (words.r_schedule) }
            label for="rule" { (words.r_rule) }
            select #rule name="rule" {
                @for rule in &web.app.recalls.rules {
                    option value=(rule.name()) { (rule.name()) " (" (span_words(words, rule.after())) ")" }
                }
            }
            label for="number" { (words.r_after) }
            input #number type="number" name="number" min="1" max=(LONGEST);
            label for="unit" { (words.r_unit) }
            select #unit name="unit" {
                option value="days" { (words.r_days) }
                option value="weeks" selected { (words.r_weeks) }
                option value="months" { (words.r_months) }
                option value="years" { (words.r_years) }
            }
            button type="submit" { (words.r_schedule) }
        }
    }
}

fn span_words(words: &Words, span: Span) -> String {
    let (number, one, several) = match span {
        Span::Days(number) => (number, words.r_day, words.r_days),
        Span::Weeks(number) => (number, words.r_week, words.r_weeks),
        Span::Months(number) => (number, words.r_month, words.r_months),
        Span::Years(number) => (number, words.r_year, words.r_years),
    };
    let unit = if number == 1 { one } else { several };
    format!("{number} {unit}")
}

/// Whether it is a customer with an id, and was not forgotten.
async fn exists(web: &Web, key: &CustomerKey) -> Result<bool, Broken> {
    if key.is_unidentified() {
        return Ok(false);
    }
    let known = web.app.directory.now();
    let is_known = |entry: &crate::directory::Entry| !entry.name.is_empty() || entry.kind.is_some();
    Ok(known.get(key).is_some_and(is_known) || web.app.state.customer(key).await?.is_some())
}

pub(in crate::web) async fn schedule(
    State(web): State<Arc<Web>>,
    Key(key): Key,
    posted: Posted,
) -> Result<Response, Broken> {
    let (app, session) = (&web.app, &posted.session);
    let (words, is_there) = (session.words, exists(&web, &key).await?);
    let rule = app.recalls.rule(posted.get("rule"));
    let Some(rule) = rule.filter(|_| is_there) else {
        return Ok(missing(words));
    };
    let number = posted.get("number").trim();
    let span = if number.is_empty() {
        Some(rule.after())
    } else {
        let number: Option<u32> = number.parse().ok();
        let number = number.filter(|number| (1..=LONGEST).contains(number));
        number.and_then(|number| format!("{number} {}", posted.get("unit")).parse().ok())
    };
    let Some(span) = span else {
        return customers::show(&web, session, &key, Some(words.r_number)).await;
    };
    let today = match local_now(app).await {
        Ok(now) => now.date(),
        Err(error) => return Ok(unavailable(words, &error)),
    };
    let due = span.after(today);
    let recall = Recall::by_hand(key.clone(), rule.name(), due, today, &session.who);
    if !RecallStore::new(&app.state).add(&recall).await? {
        return customers::show(&web, session, &key, Some(words.r_is_there)).await;
    }
    logged(app, &session.who, &key, &format!("scheduled for {due}")).await?;
    Ok(Redirect::to(&customer_path(&key)).into_response())
}

pub(in crate::web) async fn opt_out(
    State(web): State<Arc<Web>>,
    Key(key): Key,
    posted: Posted,
) -> Result<Response, Broken> {
    let (app, session) = (&web.app, &posted.session);
    if !exists(&web, &key).await? {
        return Ok(missing(session.words));
    }
    let wanted: Vec<&str> = posted.all("opt-out").collect();
    let channels = Channel::ALL.into_iter();
    let channels: Vec<Channel> = channels
        .filter(|channel| wanted.contains(&channel.to_string().as_str()))
        .collect();
    let store = RecallStore::new(&app.state);
    if store.opted_out_of(&key).await? != channels {
        store.set_opted_out(&key, &channels).await?;
        let names: Vec<String> = channels.iter().map(ToString::to_string).collect();
        let what = format!("wants no messages by: {}", names.join(", "));
        logged(app, &session.who, &key, &what).await?;
    }
    Ok(Redirect::to(&customer_path(&key)).into_response())
}

fn missing(words: &Words) -> Response {
    layout::message(StatusCode::NOT_FOUND, words, words.not_found)
}
