//! A service on look-alikes, and somebody who uses its pages without a browser.

#![allow(dead_code, clippy::unwrap_used, clippy::panic)] // As in tests; not every test uses all of it.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use customer_sync::store::{SqliteStore, State};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use sandbox::Sandbox;
use service::app::App;
use service::demo::settings_for;
use service::server::Server;

pub(crate) const PASSWORD: &str = "a password for tests";

/// A service, its look-alikes, and its store.
pub(crate) struct Place {
    pub(crate) sandbox: Sandbox,
    pub(crate) server: Server,
    pub(crate) folder: tempfile::TempDir,
}

impl Place {
    /// On these look-alikes, with more lines of settings. Nothing is done by itself: a full pass seems to have been just now.
    pub(crate) async fn quiet(sandbox: Sandbox, more: &str) -> Self {
        Self::start(sandbox, more, true).await
    }

    /// The first full pass begins at once.
    pub(crate) async fn busy(sandbox: Sandbox, more: &str) -> Self {
        Self::start(sandbox, more, false).await
    }

    async fn start(sandbox: Sandbox, more: &str, is_quiet: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let state = State::new(SqliteStore::open(folder.path().join("customers.sqlite")).unwrap());
        let schedule = "[schedule]\npoll_minutes = 0\npeppol = \"never\"\n";
        let more = [more, schedule].concat();
        let settings = settings_for(&sandbox, "127.0.0.1:0", PASSWORD, &more).unwrap();
        let (app, calls) = App::open(settings, Some(state)).await.unwrap();
        if is_quiet {
            let last = service::app::LastPass {
                started: chrono::Utc::now(),
                done: true,
                last_done: Some(chrono::Utc::now()),
                ..Default::default()
            };
            app.notes.write("status/pass", &last).await.unwrap();
        }
        let server = Server::start(app, calls).await.unwrap();
        Self {
            sandbox,
            server,
            folder,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address())
    }

    /// Somebody who has logged in.
    pub(crate) async fn person(&self) -> Person {
        Person::at(self.server.address()).logged_in().await
    }

    pub(crate) fn stranger(&self) -> Person {
        Person::at(self.server.address())
    }
}

/// Somebody who uses the pages.
#[derive(Clone)]
pub(crate) struct Person {
    client: Client,
    base: String,
    pub(crate) cookie: String,
    pub(crate) language: String,
}

impl Person {
    /// Somebody who has not logged in.
    pub(crate) fn at(address: SocketAddr) -> Self {
        let client = Client::builder()
            .redirect(Policy::none())
            .timeout(Duration::from_secs(60));
        Self {
            client: client.build().unwrap(),
            base: format!("http://{address}"),
            cookie: String::new(),
            language: "en".to_owned(),
        }
    }

    pub(crate) async fn logged_in(mut self) -> Self {
        let answer = self.log_in(PASSWORD).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        let cookie = answer
            .headers()
            .get("set-cookie")
            .unwrap()
            .to_str()
            .unwrap();
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
            "{cookie}"
        );
        cookie
            .split(';')
            .next()
            .unwrap()
            .clone_into(&mut self.cookie);
        self
    }

    pub(crate) fn asks(&self, path: &str) -> RequestBuilder {
        self.with_cookie(self.client.get(format!("{}{path}", self.base)))
    }

    pub(crate) fn posts(&self, path: &str) -> RequestBuilder {
        self.with_cookie(self.client.post(format!("{}{path}", self.base)))
    }

    fn with_cookie(&self, request: RequestBuilder) -> RequestBuilder {
        request
            .header("cookie", &self.cookie)
            .header("accept-language", &self.language)
    }

    pub(crate) async fn log_in(&self, password: &str) -> Response {
        let form = form(&[("name", "demo"), ("password", password), ("to", "/")]);
        self.posts("/login")
            .header("content-type", FORM)
            .body(form)
            .send()
            .await
            .unwrap()
    }

    /// A page, which must be there.
    pub(crate) async fn page(&self, path: &str) -> String {
        let answer = self.asks(path).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert_eq!(status, StatusCode::OK, "{path}: {text}");
        text
    }

    /// Posts a form of this page, and returns where it leads.
    pub(crate) async fn submit(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> String {
        let page = self.page(page).await;
        let token = between(&page, "name=\"token\" value=\"", "\"").unwrap();
        let mut all = vec![("token", token)];
        all.extend(fields);
        let answer = self
            .posts(path)
            .header("content-type", FORM)
            .body(form(&all))
            .send()
            .await
            .unwrap();
        let status = answer.status();
        let to = answer
            .headers()
            .get("location")
            .map(|to| to.to_str().unwrap().to_owned());
        let text = answer.text().await.unwrap();
        to.unwrap_or_else(|| panic!("{path}: {status} {text}"))
    }

    /// A page, once it has this text: the log of calls is written a little later.
    pub(crate) async fn until(&self, path: &str, text: &str) -> String {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            let page = self.page(path).await;
            if page.contains(text) {
                return page;
            }
            assert!(Instant::now() < end, "{text} is not on {path}: {page}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// A page, once it does not reload itself any more.
    pub(crate) async fn settled(&self, path: &str) -> String {
        for _ in 0..600 {
            let page = self.page(path).await;
            if !page.contains("http-equiv=\"refresh\"") {
                return page;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{path} reloads for ever");
    }
}

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    let mut text = url::form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(fields);
    text.finish()
}

pub(crate) fn between<'a>(text: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(begin)?;
    rest.split_once(end).map(|(found, _)| found)
}
