//! Look-alikes, a file of settings, and the program on them.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use customer_sync::store::{SqliteStore, State};
use customer_sync::triggers::{Inbox, InboxOptions};
use sandbox::Sandbox;
use sandbox::planyo::User;
use serde_json::Value;
use service::app::LastPass;
use service::notes::Notes;
use service::settings::hash_of;

use crate::common::{PASSWORD, Person};

pub(crate) const TOKEN: &str = "token-of-a-test-0123456789";
pub(crate) const USER: u64 = 838_901;

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
pub(crate) const JSON: &str = "application/json";

/// What is waited for must come in this time.
const PATIENCE: Duration = Duration::from_secs(60);

/// Hashing takes a second in a build for tests.
static HASH: LazyLock<String> = LazyLock::new(|| hash_of(PASSWORD).unwrap());

/// The hash of the password of `demo`.
pub(crate) fn hash() -> &'static str {
    &HASH
}

/// A site with customers, Billit's look-alike without parties, and a folder with the settings and the store.
pub(crate) struct Place {
    pub(crate) sandbox: Sandbox,
    pub(crate) users: Vec<u64>,
    pub(crate) folder: tempfile::TempDir,
    /// The same after each start.
    pub(crate) address: SocketAddr,
}

impl Place {
    /// The first full pass seems to have been just now: only notifications are synced.
    pub(crate) async fn quiet(customers: u64) -> Self {
        let place = Self::busy(customers).await;
        let now = chrono::Utc::now();
        let last = LastPass {
            started: now,
            done: true,
            last_done: Some(now),
            ..LastPass::default()
        };
        let state = place.open_store();
        Notes::new(&state)
            .write("status/pass", &last)
            .await
            .unwrap();
        place
    }

    /// The first full pass begins at the start.
    pub(crate) async fn busy(customers: u64) -> Self {
        let sandbox = Sandbox::start_empty().await.unwrap();
        let users = (USER..USER + customers).collect();
        for id in USER..USER + customers {
            sandbox.planyo.add(User {
                id,
                first_name: "Person".to_owned(),
                last_name: format!("Number{id}"),
                email: format!("person{id}@example.com"),
                city: "Gent".to_owned(),
                email_verified: true,
                reservations: 1,
                ..User::default()
            });
        }
        let place = Self {
            sandbox,
            users,
            folder: tempfile::tempdir().unwrap(),
            address: free_address(),
        };
        fs::create_dir(place.store_folder()).unwrap();
        place.write_settings(&place.settings_at(place.address));
        place
    }

    pub(crate) fn settings_file(&self) -> PathBuf {
        self.folder.path().join("service.toml")
    }

    pub(crate) fn store_folder(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    pub(crate) fn store_file(&self) -> PathBuf {
        self.store_folder().join("customers.sqlite")
    }

    pub(crate) fn write_settings(&self, text: &str) {
        fs::write(self.settings_file(), text).unwrap();
    }

    /// Settings that are right, with short times.
    pub(crate) fn settings_at(&self, address: SocketAddr) -> String {
        format!(
            "store = \"{}\"\n\n[planyo]\nbase_url = \"{}\"\n\n[billit]\ncompany = {}\nbase_url = \"{}\"\n\n\
             [server]\nlisten = \"{address}\"\nurl = \"http://{address}\"\n\n\
             [sync]\nquiet_seconds = 0\nretry_seconds = 1\nlease_seconds = 5\n\n\
             [schedule]\npoll_minutes = 0\npeppol = \"never\"\n\n\
             [[login.users]]\nname = \"demo\"\npassword = \"{}\"\n",
            self.store_file().display(),
            self.sandbox.planyo.base_url(),
            self.sandbox.billit.company_id(),
            self.sandbox.billit.base_url(),
            hash(),
        )
    }

    /// The program with both keys and the token, in the folder.
    pub(crate) fn program(&self, arguments: &[&str]) -> Command {
        let mut command = program();
        command.args(arguments);
        self.prepare(&mut command);
        command
    }

    fn prepare(&self, command: &mut Command) {
        command
            .current_dir(self.folder.path())
            .env("PLANYO_API_KEY", self.sandbox.planyo.api_key())
            .env("BILLIT_API_KEY", self.sandbox.billit.api_key())
            .env("SYNC_TOKEN", TOKEN);
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Printed {
        Printed::of(&self.program(arguments).output().unwrap())
    }

    /// Starts the program, and waits until it listens and is registered.
    pub(crate) fn start(&self) -> Running {
        Running::wait_for(self.program(&["run"]))
    }

    /// The program, which can write no file of more bytes than this.
    #[cfg(unix)]
    pub(crate) fn start_on_small_disk(&self, bytes: u64) -> Running {
        let mut command = Command::new("sh");
        // A write past the limit is an error, and no signal, as on a disk that is full.
        let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" run", bytes / 512);
        command
            .args(["-c", &script])
            .arg(env!("CARGO_BIN_EXE_service"));
        without_ours(&mut command);
        self.prepare(&mut command);
        Running::wait_for(command)
    }

    pub(crate) fn open_store(&self) -> State {
        State::new(SqliteStore::open(self.store_file()).unwrap())
    }

    pub(crate) fn post(&self, query: &str, kind: &str, body: &str) -> u16 {
        let path = format!("/planyo{query}");
        exchange(self.address, "POST", &path, kind, body).map_or(0, |(status, _)| status)
    }

    /// Posts that this customer has checked in.
    pub(crate) fn notify(&self, user: u64) -> u16 {
        self.post(&good(), FORM, &checked_in(user))
    }

    /// Somebody who has logged in.
    pub(crate) async fn person(&self) -> Person {
        Person::at(self.address).logged_in().await
    }

    /// How many parties Billit's look-alike has for each customer.
    pub(crate) fn links(&self) -> BTreeMap<String, usize> {
        let mut links = BTreeMap::new();
        for party in self.sandbox.billit.parties() {
            let link = party.get("ExternalProviderID").and_then(Value::as_str);
            *links
                .entry(link.unwrap_or_default().to_owned())
                .or_default() += 1;
        }
        links
    }

    /// Waits until these customers have a party, and asserts that nobody has two.
    pub(crate) async fn until_synced(&self, users: &[u64]) {
        until("customers are synced", PATIENCE, async || {
            let links = self.links();
            assert!(links.values().all(|parties| *parties == 1), "{links:?}");
            users
                .iter()
                .all(|user| links.contains_key(&format!("planyo:{user}")))
        })
        .await;
    }

    /// Waits until no customer waits.
    pub(crate) async fn until_nobody_waits(&self) {
        let inbox = Inbox::new(self.open_store(), InboxOptions::default());
        until("the inbox is empty", PATIENCE, async || {
            inbox.pending(1).await.unwrap().is_empty()
        })
        .await;
    }
}

/// Waits until this is so.
pub(crate) async fn until(what: &str, longest: Duration, is_so: impl AsyncFn() -> bool) {
    let end = Instant::now() + longest;
    while !is_so().await {
        assert!(Instant::now() < end, "not in {longest:?}: {what}");
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}

/// An address that nobody listens on.
pub(crate) fn free_address() -> SocketAddr {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    free.local_addr().unwrap()
}

/// The query of the receiver.
pub(crate) fn good() -> String {
    format!("?token={TOKEN}")
}

pub(crate) fn checked_in(user: u64) -> String {
    format!("notification_type=checked_in&user={user}")
}

/// The program, without the settings of this machine.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_service"));
    without_ours(&mut command);
    command
}

fn without_ours(command: &mut Command) {
    for name in [
        "PLANYO_API_KEY",
        "PLANYO_HASH_KEY",
        "BILLIT_API_KEY",
        "SYNC_TOKEN",
        "DATABASE_URL",
        "METRICS_TOKEN",
        "SMTP_PASSWORD",
        "SMS_KEY",
        "ALERT_URL",
    ] {
        command.env_remove(name).env_remove(format!("{name}_FILE"));
    }
}

/// What the program has printed when it has ended.
pub(crate) struct Printed {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Printed {
    pub(crate) fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            code: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    /// Standard error without the log.
    pub(crate) fn problem(&self) -> String {
        let lines = self.stderr.lines().filter(|line| !line.starts_with('{'));
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// The program; killed when dropped.
pub(crate) struct Running {
    child: Child,
    /// The line about the callbacks.
    pub(crate) registered: String,
    log: Arc<Mutex<String>>,
}

impl Running {
    pub(crate) fn wait_for(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let written = Arc::clone(&log);
        std::thread::spawn(move || {
            let mut line = String::new();
            while lines.read_line(&mut line).is_ok_and(|read| read > 0) {
                written.lock().unwrap().push_str(&line);
                line.clear();
            }
        });
        let mut printed = BufReader::new(child.stdout.take().unwrap());
        let mut registered = String::new();
        while !registered.starts_with("callbacks: ") {
            registered.clear();
            let read = printed.read_line(&mut registered).unwrap();
            assert!(read > 0, "ended: {}", log.lock().unwrap());
        }
        // Its output must be read.
        std::thread::spawn(move || std::io::copy(&mut printed, &mut std::io::sink()));
        Self {
            child,
            registered: registered.trim_end().to_owned(),
            log,
        }
    }

    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Waits until the log contains this.
    pub(crate) async fn until_log(&self, wanted: &str) {
        let what = format!("{wanted} is in the log");
        until(&what, PATIENCE, async || {
            self.log.lock().unwrap().contains(wanted)
        })
        .await;
    }

    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop as a service manager does, and returns its exit code.
    #[cfg(unix)]
    pub(crate) fn terminate(mut self) -> (Option<i32>, Duration) {
        let clock = Instant::now();
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.unwrap().success());
        let status = self.child.wait().unwrap();
        (status.code(), clock.elapsed())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        self.child.kill().unwrap_or_default();
        self.child.wait().map(|_| ()).unwrap_or_default();
    }
}

/// One request over a connection of its own.
pub(crate) fn exchange(
    address: SocketAddr,
    method: &str,
    path: &str,
    kind: &str,
    body: &str,
) -> std::io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address)?;
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {kind}\r\n\
         Content-Length: {length}\r\n\r\n"
    )?;
    // The server may answer and close before it has read everything.
    let sent = stream.write_all(body.as_bytes());
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1);
    match status.and_then(|status| status.parse().ok()) {
        Some(status) => {
            let text = answer.split_once("\r\n\r\n").map_or("", |(_, text)| text);
            Ok((status, text.to_owned()))
        }
        None => sent
            .and(read)
            .and(Err(std::io::ErrorKind::InvalidData.into())),
    }
}

/// The status that is answered to a POST of which only the first bytes of the body were sent.
pub(crate) fn status_before_body(address: SocketAddr, query: &str, length: usize) -> u16 {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "POST /planyo{query} HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: {length}\r\n\r\nnot"
    )
    .unwrap();
    let mut first = [0; 12];
    stream.read_exact(&mut first).unwrap();
    let first = String::from_utf8_lossy(&first).into_owned();
    first.split(' ').nth(1).unwrap().parse().unwrap()
}
