//! Logging in and out.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::{Cookie, SignedCookieJar};
use chrono::Utc;
use maud::{DOCTYPE, html};
use serde::Deserialize;

use super::session::{self, Posted, words_of};
use super::words::Words;
use super::{Broken, Web, ended, layout};

/// Where to go afterwards.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct To {
    to: String,
}

/// What was typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    name: String,
    password: String,
    to: String,
}

pub(super) async fn show(
    headers: HeaderMap,
    Query(to): Query<To>,
    State(web): State<Arc<Web>>,
) -> Response {
    form(&web, words_of(&headers), StatusCode::OK, "", &to.to)
}

fn form(web: &Web, words: &Words, status: StatusCode, problem: &str, to: &str) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang=(words.lang) {
            (layout::head(words.log_in, None))
            body {
                main.narrow {
                    h1 { (web.app.settings.name()) }
                    @if !problem.is_empty() { p.problem role="alert" { (problem) } }
                    form method="post" action="/login" {
                        input type="hidden" name="to" value=(to);
                        label for="name" { (words.user_name) }
                        input #name name="name" autocomplete="username" required;
                        label for="password" { (words.password) }
                        input #password name="password" type="password" autocomplete="current-password" required;
                        button type="submit" { (words.log_in) }
                    }
                }
            }
        }
    };
    (status, Html(page.into_string())).into_response()
}

pub(super) async fn log_in(
    State(web): State<Arc<Web>>,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Response {
    let words = words_of(&headers);
    if !session::is_own_origin(&headers, &web) {
        return layout::message(StatusCode::FORBIDDEN, words, words.expired);
    }
    if !web.failures.may_try(&typed.name) {
        return form(
            &web,
            words,
            StatusCode::TOO_MANY_REQUESTS,
            words.too_many,
            &typed.to,
        );
    }
    let login = &web.app.settings.file.login;
    let Some(person) = session::verified(&web, &typed.name, &typed.password).await else {
        web.failures.failed(&typed.name);
        tracing::warn!("somebody tried to log in with a wrong name or password");
        return form(
            &web,
            words,
            StatusCode::UNAUTHORIZED,
            words.wrong_password,
            &typed.to,
        );
    };
    let url = web
        .app
        .settings
        .file
        .server
        .url
        .as_deref()
        .unwrap_or_default();
    let jar = SignedCookieJar::new(web.key.clone());
    let jar = jar.add(session::cookie(&person, login, url.starts_with("https:")));
    // Only to a page of ours.
    let is_own =
        typed.to.starts_with('/') && !typed.to.starts_with("//") && !typed.to.contains('\\');
    let to = if is_own { typed.to.as_str() } else { "/" };
    (jar, Redirect::to(to)).into_response()
}

pub(super) async fn log_out(
    State(web): State<Arc<Web>>,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, Broken> {
    web.app
        .notes
        .write(&ended(posted.session.id()), &Utc::now())
        .await?;
    // Of the browser's own cookies: of an empty jar nothing would be removed there.
    let jar = SignedCookieJar::from_headers(&headers, web.key.clone());
    let jar = jar.remove(Cookie::build("session").path("/"));
    Ok((jar, Redirect::to("/login")).into_response())
}
