//! What all pages have: head, navigation, forms.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use super::session::Session;
use super::words::Words;
use crate::alerts::Condition;
use customer_sync::{Field, OutcomeKind};

/// The address of a customer's page.
pub(super) fn customer_path(key: &customer_sync::CustomerKey) -> String {
    format!("/customers/{}", segment(key.as_str()))
}

/// A text as one part of a path.
pub(super) fn segment(text: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    encoded.replace('+', "%20")
}

/// A page for somebody who has logged in. It reloads itself after so many seconds, if it says so.
pub(super) fn page(
    session: &Session,
    title: &str,
    reload: Option<u32>,
    content: &Markup,
) -> Response {
    let words = session.words;
    let links = [
        ("/to-decide", words.to_decide),
        ("/", words.overview),
        ("/runs", words.runs),
        ("/changes", words.changes),
        ("/customers", words.customers),
        ("/import", words.import),
        ("/recalls", words.recalls),
        ("/health", words.health),
    ];
    let page = html! {
        (DOCTYPE)
        html lang=(words.lang) {
            (head(title, reload))
            body {
                header {
                    nav aria-label=(words.overview) {
                        @for (path, name) in links {
                            a href=(path) aria-current=[(name == title).then_some("page")] { (name) }
                        }
                    }
                    form method="post" action="/logout" {
                        (token(session))
                        button.plain type="submit" { (words.log_out) " (" (session.who) ")" }
                    }
                }
                main { h1 { bdi { (title) } } (content) }
            }
        }
    };
    Html(page.into_string()).into_response()
}

/// A page with one sentence.
pub(super) fn message(status: StatusCode, words: &Words, text: &str) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang=(words.lang) {
            (head(text, None))
            body { main { h1 { bdi { (text) } } p { a href="/" { (words.overview) } } } }
        }
    };
    (status, Html(page.into_string())).into_response()
}

/// The head of every page.
pub(super) fn head(title: &str, reload: Option<u32>) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            @if let Some(seconds) = reload { meta http-equiv="refresh" content=(seconds); }
            title { (title) }
            link rel="stylesheet" href="/style.css";
        }
    }
}

/// The hidden field of every form.
pub(super) fn token(session: &Session) -> Markup {
    html! { input type="hidden" name="token" value=(session.token); }
}

/// A form with one button.
pub(super) fn button(session: &Session, path: &str, text: &str) -> Markup {
    html! {
        form.inline method="post" action=(path) { (token(session)) button type="submit" { (text) } }
    }
}

/// A table with a header, that scrolls sideways alone.
pub(super) fn table(columns: &[&str], rows: &[Vec<Markup>]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(columns.join(", ")) {
            table {
                thead { tr { @for column in columns { th scope="col" { (column) } } } }
                tbody { @for row in rows { tr { @for cell in row { td { (cell) } } } } }
            }
        }
    }
}

/// A text of a person: its direction does not change that of the page.
pub(super) fn text(text: &str) -> Markup {
    html! { bdi { (text) } }
}

/// The word for an outcome.
pub(super) fn outcome(words: &Words, kind: OutcomeKind) -> &'static str {
    match kind {
        OutcomeKind::Created => words.created,
        OutcomeKind::Updated => words.updated,
        OutcomeKind::Linked => words.linked,
        OutcomeKind::Unchanged => words.unchanged,
        OutcomeKind::Skipped => words.skipped,
        OutcomeKind::Conflict => words.conflict,
        OutcomeKind::Ambiguous => words.ambiguous,
        OutcomeKind::Quarantined => words.quarantined,
        OutcomeKind::Failed => words.failed,
    }
}

/// `3 new, 5 equal`.
pub(super) fn counts(words: &Words, counts: &customer_sync::Counts) -> String {
    let kinds = OutcomeKind::ALL
        .into_iter()
        .filter(|kind| counts.of(*kind) > 0);
    let texts: Vec<String> = kinds
        .map(|kind| format!("{} {}", counts.of(kind), outcome(words, kind)))
        .collect();
    if texts.is_empty() {
        words.none.to_owned()
    } else {
        texts.join(", ")
    }
}

/// The name of a field for a person; Billit's own where it is rare.
pub(super) fn field(words: &Words, field: &Field) -> String {
    let name = match field.wire_name() {
        "Name" => words.f_name,
        "CommercialName" => words.f_commercial_name,
        "Email" => words.f_email,
        "Phone" => words.f_phone,
        "Mobile" => words.f_mobile,
        "Street" => words.f_street,
        "StreetNumber" => words.f_number,
        "Box" => words.f_box,
        "Zipcode" => words.f_zip,
        "City" => words.f_city,
        "CountryCode" => words.f_country,
        "VATNumber" => words.f_vat,
        "VATLiable" => words.f_vat_liable,
        "VATDeductable" => words.f_deductible,
        "Language" => words.f_language,
        "Nr" => words.f_nr,
        "ExternalProviderID" => words.f_link,
        "ContactFirstName" => words.f_first,
        "ContactLastName" => words.f_last,
        "GLDefaultExpiryOffset" => words.f_terms,
        _ => return field.to_string(),
    };
    name.to_owned()
}

/// A value for a person: yes and no in their language.
pub(super) fn value<'a>(words: &Words, field: &Field, value: &'a str) -> &'a str {
    match (field.wire_name(), value) {
        ("VATLiable" | "VATDeductable", "true") => words.yes,
        ("VATLiable" | "VATDeductable", "false") => words.no,
        _ => value,
    }
}

/// What an alert is about.
pub(super) fn condition(words: &Words, condition: Condition) -> &'static str {
    match condition {
        Condition::CustomersFail => words.a_fail,
        Condition::CustomersWait => words.a_wait,
        Condition::SafetyLimit => words.a_limit,
        Condition::NoFullPass => words.a_no_pass,
        Condition::PlanyoKeyRefused => words.a_planyo,
        Condition::BillitKeyRefused => words.a_billit,
        Condition::PropertiesChanged => words.a_properties,
        Condition::MessagesWait => words.a_messages,
        Condition::RemindersDue => words.a_reminders,
    }
}
