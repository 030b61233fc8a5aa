//! A headless Chromium that is driven as a person would, over `WebDriver`.

#![allow(clippy::unwrap_used, clippy::panic)] // As in tests.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::error::{CmdError, ErrorStatus};
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::{Mutex, MutexGuard};
use url::{ParseError, Url};

/// One browser at a time: several are slow and need much memory.
static TURN: Mutex<()> = Mutex::const_new(());

/// Pages are made by a debug build on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(30);

/// A browser of its own, without cookies and history. It ends when it is dropped.
pub(crate) struct Browser {
    pub(crate) client: Client,
    base: String,
    // Dropped in this order: the browser must have ended before its folder is removed.
    _driver: Driver,
    _folder: tempfile::TempDir,
    _turn: MutexGuard<'static, ()>,
}

impl Browser {
    /// One that wants pages in this language, on the service at this address; `None` if this machine has no Chromium.
    pub(crate) async fn start(base: String, language: &str) -> Option<Self> {
        let chromium = program(&["chromium", "chromium-browser", "google-chrome"]);
        let (Some(chromium), Some(driver)) = (chromium, program(&["chromedriver"])) else {
            println!("skipped: chromium or chromedriver is not installed");
            return None;
        };
        let turn = TURN.lock().await;
        let folder = tempfile::tempdir().unwrap();
        let driver = Driver::start(&driver);
        let profile = format!("--user-data-dir={}", folder.path().display());
        let accepted = format!("--accept-lang={language}");
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            &profile,
            &accepted,
        ];
        let options = json!({ "binary": chromium, "args": arguments });
        let Value::Object(capabilities) = json!({
            "browserName": "chrome",
            "goog:chromeOptions": options,
            // A dialog that opens must be noticed.
            "unhandledPromptBehavior": "ignore",
        }) else {
            panic!("an object")
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .unwrap();
        Some(Self {
            client,
            base,
            _driver: driver,
            _folder: folder,
            _turn: turn,
        })
    }

    /// Opens a page of the service.
    pub(crate) async fn open(&self, path: &str) {
        let url = format!("{}{path}", self.base);
        self.client.goto(&url).await.unwrap();
    }

    /// The path of the page that is open, with its query.
    pub(crate) async fn path(&self) -> String {
        let url = self.client.current_url().await.unwrap();
        url.as_str().trim_start_matches(&self.base).to_owned()
    }

    /// Waits until the page has this element.
    pub(crate) async fn see(&self, css: &str) -> Element {
        self.wait(Locator::Css(css)).await
    }

    /// Waits until the page shows this text.
    pub(crate) async fn read(&self, text: &str) -> Element {
        // The innermost element: its children do not have all of it.
        let has = format!("contains(normalize-space(.), \"{text}\")");
        let path = format!("//body//*[{has} and not(*[{has}])]");
        self.wait(Locator::XPath(&path)).await
    }

    async fn wait(&self, what: Locator<'_>) -> Element {
        let wait = self.client.wait().at_most(PATIENCE);
        let wait = wait.every(Duration::from_millis(50));
        match wait.for_element(what).await {
            Ok(found) => found,
            Err(error) => {
                let path = self.path().await;
                let shown = self.run("return document.body.innerText").await;
                panic!("{what:?} on {path}: {error}\n{shown}")
            }
        }
    }

    /// Presses a button with this text.
    pub(crate) async fn press(&self, text: &str) {
        let path = format!("//button[starts-with(normalize-space(.), \"{text}\")]");
        self.click(&path).await;
    }

    /// Follows a link with this text.
    pub(crate) async fn follow(&self, text: &str) {
        let path = format!("//a[contains(normalize-space(.), \"{text}\")]");
        self.click(&path).await;
    }

    /// Clicks on an element, which is found anew if the page was loaded again since it was found.
    async fn click(&self, path: &str) {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.wait(Locator::XPath(path)).await.click().await {
                Ok(()) => return,
                Err(CmdError::Standard(error))
                    if error.error == ErrorStatus::StaleElementReference
                        && Instant::now() < until => {}
                Err(error) => panic!("{path}: {error}"),
            }
        }
    }

    /// Types into a field, and leaves it empty first.
    pub(crate) async fn fill(&self, css: &str, text: &str) {
        let field = self.see(css).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Logs in on the page that is open.
    pub(crate) async fn log_in(&self, password: &str) {
        self.fill("#name", "demo").await;
        self.fill("#password", password).await;
        self.press("").await;
    }

    /// Runs the body of a function in the page.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Makes the window so many CSS pixels wide, also narrower than a window of the desktop can be.
    pub(crate) async fn widen(&self, width: u32) {
        let parameters =
            json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.tell("Emulation.setDeviceMetricsOverride", parameters)
            .await;
        assert_eq!(self.run("return innerWidth").await, width);
    }

    /// Has it ask for pages in another language from now on.
    pub(crate) async fn want(&self, language: &str) {
        self.tell("Network.enable", json!({})).await;
        let headers = json!({ "headers": { "Accept-Language": language } });
        self.tell("Network.setExtraHTTPHeaders", headers).await;
    }

    async fn tell(&self, command: &'static str, parameters: Value) {
        let command = Devtools(command, parameters);
        self.client.issue_cmd(command).await.unwrap();
    }

    /// Whether a script has opened a dialog.
    pub(crate) async fn has_dialog(&self) -> bool {
        match self.client.get_alert_text().await {
            Ok(_) => true,
            Err(CmdError::Standard(error)) if error.error == ErrorStatus::NoSuchAlert => false,
            Err(error) => panic!("{error}"),
        }
    }
}

/// A program of one of these names in the search path.
fn program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let all = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    all.into_iter().find(|path| path.is_file())
}

/// A running chromedriver.
struct Driver {
    child: Child,
    port: u16,
    // It would end if it could not print.
    _prints: BufReader<ChildStdout>,
}

impl Driver {
    fn start(program: &Path) -> Self {
        let mut child = Command::new(program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut prints = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        let port = loop {
            line.clear();
            assert!(
                prints.read_line(&mut line).unwrap() > 0,
                "chromedriver ends"
            );
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                break port.trim_end().trim_end_matches('.').parse().unwrap();
            }
        };
        Self {
            child,
            port,
            _prints: prints,
        }
    }

    /// Has it end its browsers, which would go on without it.
    fn shut_down(&self) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        stream
            .write_all(b"GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        stream.read_to_end(&mut Vec::new())?;
        Ok(())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Err(error) = self.shut_down() {
            eprintln!("chromedriver does not shut down: {error}");
        }
        // Fails if it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A command of the browser's own protocol, which chromedriver passes on.
#[derive(Debug)]
struct Devtools(&'static str, Value);

impl WebDriverCompatibleCommand for Devtools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/goog/cdp/execute"))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let body = json!({ "cmd": self.0, "params": self.1 });
        (Method::POST, Some(body.to_string()))
    }
}
