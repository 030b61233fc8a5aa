//! What the messages of a rule say to a customer.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use customer_sync::recalls::{Channel, Message, Recall, RecallStore, Rule};
use customer_sync::{Customer, CustomerKey};
use maud::{Markup, html};
use serde::Deserialize;

use super::{channel_word, local_now};
use crate::messages::segments;
use crate::recalls::LANGUAGES;
use crate::web::layout::{self, customer_path, text};
use crate::web::session::Session;
use crate::web::words::Words;
use crate::web::{Broken, Web};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Asked {
    rule: String,
    language: String,
    customer: String,
}

impl Asked {
    /// The language of the texts; that of the customer otherwise.
    fn language(&self) -> Option<&'static str> {
        LANGUAGES.into_iter().find(|known| *known == self.language)
    }
}

pub(in crate::web) async fn show(
    State(web): State<Arc<Web>>,
    Query(asked): Query<Asked>,
    session: Session,
) -> Result<Response, Broken> {
    let (app, words) = (&web.app, session.words);
    let rules = &app.recalls.rules;
    let Some(rule) = app.recalls.rule(&asked.rule).or(rules.first()) else {
        let content = html! { p { (words.r_none_set) } };
        return Ok(layout::page(&session, words.r_preview, None, &content));
    };
    let known = app.directory.now();
    let mut named = known.customers.iter();
    let first = named.find(|entry| !entry.key.is_unidentified() && !entry.name.is_empty());
    let wanted = match asked.customer.trim() {
        "" => first.map_or("", |entry| entry.key.as_str()),
        wanted => wanted,
    };
    let shown = match customer(&web, words, wanted).await? {
        Err(problem) => html! { p.problem role="alert" { (text(&problem)) } },
        Ok(customer) => messages(&web, &session, &asked, rule, &customer).await?,
    };
    let content = html! {
        form method="get" action="/recalls/preview" {
            label for="rule" { (words.r_rule) }
            select #rule name="rule" {
                @for one in rules {
                    option value=(one.name()) selected[one.name() == rule.name()] { (one.name()) }
                }
            }
            label for="language" { (words.f_language) }
            select #language name="language" {
                option value="" { (words.r_own_language) }
                @for language in LANGUAGES {
                    option value=(language) selected[asked.language() == Some(language)] { (language) }
                }
            }
            label for="customer" { (words.customer) }
            input #customer name="customer" value=(wanted);
            button type="submit" { (words.r_show) }
        }
        (shown)
    };
    Ok(layout::page(&session, words.r_preview, None, &content))
}

/// The customer with this key as its system has it now, or why there is none.
async fn customer(web: &Web, words: &Words, key: &str) -> Result<Result<Customer, String>, Broken> {
    let none = || Ok(Err(words.r_no_customer.to_owned()));
    let Ok(key) = key.parse::<CustomerKey>() else {
        return none();
    };
    let Some(source) = web.app.source_of(&key).await? else {
        return none();
    };
    Ok(
        match source.customers.customer(key.id(), &source.rules).await {
            Ok(Ok(customer)) => Ok(customer),
            Ok(Err((_, problem))) => Err(format!("{}: {problem}", words.r_bad_customer)),
            Err(error) if error.is_not_found() => return none(),
            Err(error) => Err(format!("{}: {error}", words.cannot_read)),
        },
    )
}

/// Each message of a rule.
async fn messages(
    web: &Web,
    session: &Session,
    asked: &Asked,
    rule: &Rule,
    customer: &Customer,
) -> Result<Markup, Broken> {
    let (app, words) = (&web.app, session.words);
    let store = RecallStore::new(&app.state);
    let opted_out = store.opted_out_of(&customer.key).await?;
    let theirs = store.of_customer(&customer.key).await?;
    let own = theirs.into_iter().filter(|own| own.rule == rule.name());
    let own = own.max_by_key(|own| (own.is_open(), own.due));
    let is_example = own.is_none();
    let recall = match own {
        Some(recall) => recall,
        None => example(web, rule, &customer.key).await,
    };
    let shown = rule.steps().iter().map(|step| {
        let channel = step.channel;
        html! {
            section {
                h2 { (channel_word(words, channel)) }
                @if opted_out.contains(&channel) { p.problem { (words.r_opted_out) " " (channel_word(words, channel)) } }
                @match Message::of(&recall, channel, customer) {
                    Some(message) => (one(web, words, asked, &message)),
                    None => p.problem { (words.r_no_address) },
                }
            }
        }
    });
    let shown: Vec<Markup> = shown.collect();
    Ok(html! {
        p { (words.customer) ": " a href=(customer_path(&customer.key)) { (text(&customer.name().unwrap_or_default())) } }
        @if is_example { p.quiet { (words.r_example) } }
        @for message in shown { (message) }
    })
}

/// A recall as if the customer had come today.
async fn example(web: &Web, rule: &Rule, key: &CustomerKey) -> Recall {
    let app = &web.app;
    let now = local_now(app).await;
    let today = now.map_or_else(|_| app.clock.now().date_naive(), |now| now.date());
    let due = rule.after().after(today);
    let mut recall = Recall::by_hand(key.clone(), rule.name(), due, today, "");
    let mut rules = app.settings.file.recalls.rules.iter();
    let set = rules.find(|set| set.name.trim() == rule.name());
    if let Some(set) = set.filter(|set| !set.by_hand) {
        let resource = set
            .resources
            .first()
            .map_or("…", |resource| resource.trim());
        recall.appointment = Some(String::new());
        recall.resource = Some(resource.to_owned());
    }
    recall
}

fn one(web: &Web, words: &Words, asked: &Asked, message: &Message<'_>) -> Markup {
    let texts = &web.app.recalls.texts;
    let written = match asked.language() {
        Some(language) => texts.in_language(message, language),
        None => texts.of(message),
    };
    html! {
        p { (words.r_to) ": " @for (nth, line) in message.to.iter().enumerate() { @if nth > 0 { br; } (text(line)) } }
        @if message.channel == Channel::Email { p lang=(written.language) { (words.r_subject) ": " (text(&written.subject)) } }
        pre lang=(written.language) { (text(&written.text)) }
        @if message.channel == Channel::Sms {
            @let segments = segments(&written.text);
            p.quiet { (words.r_segments) ": " (segments.count) @if segments.is_unicode { " (" (words.r_unicode) ")" } }
        }
    }
}
