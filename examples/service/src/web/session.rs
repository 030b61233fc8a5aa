//! Who looks: a signed cookie, or the header of a proxy that is trusted.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use argon2::{Argon2, PasswordHash, PasswordVerifier};
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::{self, Cookie, SameSite, SignedCookieJar};
use chrono::{DateTime, TimeDelta, Utc};
use customer_sync::CustomerKey;

use super::words::{self, Words};
use super::{Web, layout};
use crate::notes::Notes;
use crate::random::{hex, random_text};
use crate::settings::{LoginSettings, Person};

/// The name of the cookie.
const COOKIE: &str = "session";
/// So often a name may be tried in [`FAILURES_TIME`].
const FAILURES: usize = 5;
const FAILURES_TIME: Duration = Duration::from_secs(600);
/// The largest form.
const FORM_BYTES: usize = 256 * 1024;

/// Somebody who has logged in.
pub struct Session {
    /// The name.
    pub who: String,
    /// The texts in the language of the browser.
    pub words: &'static Words,
    /// The token of its forms.
    pub token: String,
    id: String,
}

/// What was posted by a form of ours: the token and the origin are checked.
pub struct Posted {
    /// By whom.
    pub session: Session,
    fields: Vec<(String, String)>,
}

impl Posted {
    /// The value of a field.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        let field = self.fields.iter().find(|(known, _)| known == name);
        field.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// All values of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let fields = self.fields.iter().filter(move |(known, _)| known == name);
        fields.map(|(_, value)| value.as_str())
    }
}

/// The key of the cookies, the same for all processes of a store.
///
/// # Errors
/// When the store cannot be used.
pub async fn key_of(notes: &Notes) -> Result<cookie::Key, customer_sync::store::StateError> {
    const ROW: &str = "service/cookie_key";
    loop {
        if let Some(text) = notes.read::<String>(ROW).await? {
            return Ok(cookie::Key::from(text.as_bytes()));
        }
        let text = [random_text(), random_text(), random_text(), random_text()].concat();
        // Another process may have been first: then its key is read.
        notes.write_new(ROW, &text).await?;
    }
}

/// Names that were tried with a wrong password.
#[derive(Default)]
pub struct Failures(Mutex<HashMap<String, Vec<Instant>>>);

impl Failures {
    /// Whether a name may be tried.
    pub fn may_try(&self, name: &str) -> bool {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.retain(|_, times| {
            times.retain(|time| time.elapsed() < FAILURES_TIME);
            !times.is_empty()
        });
        names.get(name).is_none_or(|times| times.len() < FAILURES)
    }

    /// It was tried in vain.
    pub fn failed(&self, name: &str) {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names
            .entry(name.to_owned())
            .or_default()
            .push(Instant::now());
    }
}

/// The person with this name and password. It takes as long for a name that is unknown.
pub async fn verified(web: &Web, name: &str, password: &str) -> Option<Person> {
    let login = &web.app.settings.file.login;
    // Each takes 19 MB.
    let _turn = web.hashing.acquire().await.ok()?;
    let person = login
        .users
        .iter()
        .find(|person| person.name == name)
        .cloned();
    let any = login.users.first().cloned();
    let (person, any, password) = (person.clone(), person.or(any), password.to_owned());
    let verify = move || {
        let hash = any
            .as_ref()
            .map(|person| person.password.clone())
            .unwrap_or_default();
        let hash = PasswordHash::new(&hash).ok()?;
        let is_right = Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok();
        person.filter(|_| is_right)
    };
    // It takes a tenth of a second, on purpose.
    tokio::task::spawn_blocking(verify).await.ok().flatten()
}

/// The cookie of a new session.
#[must_use]
pub fn cookie(person: &Person, login: &LoginSettings, is_https: bool) -> Cookie<'static> {
    let until = Utc::now() + TimeDelta::hours(login.session_hours.max(1).into());
    let value = [
        person.name.as_str(),
        &until.timestamp().to_string(),
        &random_text(),
        &mark(person),
    ];
    let mut cookie = Cookie::new(COOKIE, value.join("\n"));
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_path("/");
    cookie.set_secure(is_https);
    cookie
}

/// A session ends when the password is changed.
fn mark(person: &Person) -> String {
    let hash = hmac_sha256::Hash::hash(person.password.as_bytes());
    hex(hash.get(..8).unwrap_or_default())
}

impl Session {
    /// Whoever this request comes from.
    pub async fn of(parts: &Parts, web: &Web) -> Option<Self> {
        let login = &web.app.settings.file.login;
        let words = words_of(&parts.headers);
        if let Some(who) = trusted(parts, login) {
            let id = format!("proxy {who}");
            return Some(Self {
                token: web.token_of(&id),
                who,
                words,
                id,
            });
        }
        let jar = SignedCookieJar::from_headers(&parts.headers, web.key.clone());
        let value = jar.get(COOKIE)?.value().to_owned();
        let mut values = value.split('\n');
        let (who, until, id, of) = (
            values.next()?,
            values.next()?,
            values.next()?,
            values.next()?,
        );
        let until = DateTime::from_timestamp(until.parse().ok()?, 0)?;
        let person = login.users.iter().find(|person| person.name == who)?;
        let is_over = until <= Utc::now() || of != mark(person) || web.is_ended(id).await;
        (!is_over).then(|| Self {
            who: who.to_owned(),
            words,
            token: web.token_of(id),
            id: id.to_owned(),
        })
    }

    /// The id, to end it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// Who a proxy says has logged in there.
fn trusted(parts: &Parts, login: &LoginSettings) -> Option<String> {
    let name = login.trusted_header.as_deref()?;
    let from = parts.extensions.get::<ConnectInfo<SocketAddr>>()?;
    if !login.trusted_from.contains(&from.0.ip()) {
        return None;
    }
    let who = parts.headers.get(name)?.to_str().ok()?.trim();
    (!who.is_empty()).then(|| who.to_owned())
}

/// The texts that the browser asks for.
#[must_use]
pub fn words_of(headers: &HeaderMap) -> &'static Words {
    let asked = headers.get(header::ACCEPT_LANGUAGE);
    words::of(
        asked
            .and_then(|asked| asked.to_str().ok())
            .unwrap_or_default(),
    )
}

impl FromRequestParts<Arc<Web>> for Session {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Response> {
        Self::of(parts, web).await.ok_or_else(|| {
            let here = parts.uri.path_and_query().map_or("/", |path| path.as_str());
            let here: String = url::form_urlencoded::byte_serialize(here.as_bytes()).collect();
            Redirect::to(&format!("/login?to={here}")).into_response()
        })
    }
}

/// The customer in the path of a page.
pub struct Key(pub CustomerKey);

impl FromRequestParts<Arc<Web>> for Key {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Response> {
        let text = Path::<String>::from_request_parts(parts, web).await;
        let key = text.ok().and_then(|Path(text)| text.parse().ok());
        key.map(Self).ok_or_else(|| {
            let words = words_of(&parts.headers);
            layout::message(StatusCode::NOT_FOUND, words, words.not_found)
        })
    }
}

impl FromRequest<Arc<Web>> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let words = words_of(&parts.headers);
        let refused = || layout::message(StatusCode::FORBIDDEN, words, words.expired);
        if !is_own_origin(&parts.headers, web) {
            return Err(refused());
        }
        let session = Session::from_request_parts(&mut parts, web).await?;
        let body = axum::body::to_bytes(body, FORM_BYTES).await;
        let body = body.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
        let fields = url::form_urlencoded::parse(&body).into_owned().collect();
        let posted = Self { session, fields };
        if web.is_token(&posted.session, posted.get("token")) {
            Ok(posted)
        } else {
            Err(refused())
        }
    }
}

/// Whether a form was posted by a page of ours, as far as the browser says. Behind a proxy the host is often that of this
/// machine: then the settings say where people reach it.
#[must_use]
pub fn is_own_origin(headers: &HeaderMap, web: &Web) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if text("sec-fetch-site").is_some_and(|site| site != "same-origin") {
        return false;
    }
    let Some(origin) = text("origin") else {
        return true;
    };
    let public = web.app.settings.file.server.url.as_deref();
    let public = public.and_then(|url| url::Url::parse(url).ok());
    let is_public = public.is_some_and(|url| url.origin().ascii_serialization() == origin);
    let host = origin.split_once("://").map(|(_, host)| host);
    is_public || host.is_some() && host == text("host")
}
