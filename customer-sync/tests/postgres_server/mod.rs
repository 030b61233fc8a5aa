//! A `PostgreSQL` server for the tests: one that they start, if its programs are on this machine, or that of the URL in
//! `CUSTOMER_SYNC_TEST_POSTGRES`, whose user may create databases and roles.

// Each test file uses its part of this, and unwraps as tests do.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::{Mutex, MutexGuard};
use tokio_postgres::{Client, NoTls};

pub const PASSWORD: &str = "S3cret-of-the-tests";

/// A server that the tests started. It ends with them.
pub struct Server {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    settings: String,
    /// Stops the server and removes its folder when this process ends, however that is.
    _watchdog: Child,
}

/// A database of its own for a test. On a server that was there before, it is removed at the end.
pub struct Database {
    pub url: String,
    /// Without the store. A login takes long in a debug build.
    client: Mutex<Client>,
    /// The URL by which to remove it, and its name.
    removal: Option<(String, String)>,
}

const URL: &str = "CUSTOMER_SYNC_TEST_POSTGRES";

/// The folder with the programs of the server.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    if let Ok(versions) = fs::read_dir("/usr/lib/postgresql") {
        let mut versions: Vec<_> = versions
            .flatten()
            .map(|version| version.path().join("bin"))
            .collect();
        versions.sort();
        folders.extend(versions.into_iter().rev());
    }
    let is_there = |folder: &PathBuf| {
        ["initdb", "pg_ctl", "postgres"]
            .iter()
            .all(|program| folder.join(program).is_file())
    };
    folders.into_iter().find(is_there)
}

/// A program of the server, which does not run as root.
fn command(program: &Path, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
    command.current_dir("/");
    command
}

/// The user and the group to run as, if this is root.
fn user(folder: &Path) -> Option<(u32, u32)> {
    if fs::metadata(folder).unwrap().uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let id = |name: &str| {
        let line = users
            .lines()
            .find(|line| line.split(':').next() == Some(name))?;
        let mut parts = line.split(':').skip(2);
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    };
    id("postgres").or_else(|| id("nobody"))
}

impl Server {
    /// A new server with these settings (`-c name=value`), or `None` if its programs are not there.
    pub fn start(settings: &str) -> Option<Self> {
        let programs = programs()?;
        let folder = tempfile::Builder::new().prefix("pg-").tempdir().unwrap();
        let user = user(folder.path());
        // From here on the watchdog removes it.
        let folder = folder.keep();
        if let Some((uid, gid)) = user {
            chown(&folder, Some(uid), Some(gid)).unwrap();
        }
        let mut watchdog = command(Path::new("/bin/sh"), user);
        let script = "read _; \"$1/pg_ctl\" stop -D \"$2/data\" -m immediate; rm -rf \"$2\"";
        watchdog
            .args(["-c", script, "sh"])
            .args([&programs, &folder]);
        let watchdog = watchdog
            .stdin(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        let mut server = Self {
            programs,
            folder,
            port: 0,
            settings: settings.to_owned(),
            _watchdog: watchdog,
        };
        fs::write(server.file("password"), PASSWORD).unwrap();
        let passwords = format!("--pwfile={}", server.file("password").display());
        let is_made = server.run(
            "initdb",
            &[
                "--no-sync",
                "--username=postgres",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                &passwords,
            ],
        );
        assert!(is_made, "initdb fails");
        // Another process may take the port before the server does.
        for _ in 0..10 {
            let free = TcpListener::bind("127.0.0.1:0").unwrap();
            server.port = free.local_addr().unwrap().port();
            drop(free);
            if server.control(&["start"]) {
                return Some(server);
            }
        }
        panic!(
            "the server does not start: {}",
            fs::read_to_string(server.file("log")).unwrap()
        );
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Makes a file that only the server's user may read.
    pub fn give(&self, name: &str) {
        if let Some((uid, gid)) = user(Path::new("/proc/self")) {
            chown(self.file(name), Some(uid), Some(gid)).unwrap();
        }
    }

    fn run(&self, program: &str, arguments: &[&str]) -> bool {
        let mut command = command(&self.programs.join(program), user(Path::new("/proc/self")));
        command.arg("-D").arg(self.file("data")).args(arguments);
        command.status().unwrap().success()
    }

    /// Lets `pg_ctl` do this, and waits until it is done.
    pub fn control(&self, what: &[&str]) -> bool {
        // The data are thrown away, so they need not be on the disk. A restart finds them all the same.
        let options = format!(
            "-p {} -k {} -c listen_addresses=127.0.0.1 -c fsync=off {}",
            self.port,
            self.folder.display(),
            self.settings
        );
        let log = self.file("log");
        let log = log.to_str().unwrap();
        let mut arguments = what.to_vec();
        arguments.extend(["-w", "-t", "120", "-l", log, "-o", &options]);
        self.run("pg_ctl", &arguments)
    }

    pub fn restart(&self) {
        assert!(self.control(&["restart", "-m", "immediate"]));
    }

    pub fn stop(&self) {
        let is_stopped = self.run("pg_ctl", &["stop", "-w", "-m", "immediate"]);
        assert!(is_stopped);
    }

    pub fn url(&self) -> String {
        format!(
            "postgres://postgres:{PASSWORD}@127.0.0.1:{}/postgres",
            self.port
        )
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub async fn database(&self) -> Database {
        Database::create(&self.url(), "").await
    }
}

impl Database {
    /// A new database on the server that the tests of this process share, or `None` if there is none.
    pub async fn new() -> Option<Self> {
        Self::with("").await
    }

    /// As [`new`](Self::new), with options of `create database`.
    pub async fn with(options: &str) -> Option<Self> {
        static SERVER: OnceLock<Option<Server>> = OnceLock::new();
        if let Ok(url) = std::env::var(URL) {
            return Some(Self::create(&url, options).await);
        }
        let server = SERVER.get_or_init(|| Server::start(""));
        let Some(server) = server else {
            skipped();
            return None;
        };
        Some(Self::create(&server.url(), options).await)
    }

    async fn create(url: &str, options: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("customer_sync_test_{}_{number}", std::process::id());
        let client = connect(url).await;
        let remove = format!("drop database if exists {name}");
        client.batch_execute(&remove).await.unwrap();
        let create = format!("create database {name} template template0 {options}");
        client.batch_execute(&create).await.unwrap();
        let (server, _) = url.rsplit_once('/').unwrap();
        let own = format!("{server}/{name}");
        Self {
            client: Mutex::new(connect(&own).await),
            url: own,
            removal: std::env::var_os(URL).map(|_| (url.to_owned(), name)),
        }
    }

    /// The URL for another user.
    pub fn url_of(&self, user: &str, password: &str) -> String {
        let (_, place) = self.url.rsplit_once('@').unwrap();
        format!("postgres://{user}:{password}@{place}")
    }

    /// The URL with another host and port.
    pub fn url_at(&self, address: &str) -> String {
        let (user, place) = self.url.rsplit_once('@').unwrap();
        let (_, name) = place.split_once('/').unwrap();
        format!("{user}@{address}/{name}")
    }

    /// The address of the server.
    pub fn address(&self) -> &str {
        let (_, place) = self.url.rsplit_once('@').unwrap();
        place.split_once('/').unwrap().0
    }

    async fn client(&self) -> MutexGuard<'_, Client> {
        let mut client = self.client.lock().await;
        if client.is_closed() {
            *client = connect(&self.url).await;
        }
        client
    }

    /// Runs statements without the store.
    pub async fn sql(&self, statements: &str) {
        let client = self.client().await;
        client.batch_execute(statements).await.unwrap();
    }

    /// A number that a query returns.
    pub async fn number(&self, query: &str) -> i64 {
        let client = self.client().await;
        client.query_one(query, &[]).await.unwrap().get(0)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some((url, name)) = self.removal.take() else {
            return;
        };
        let remove = async move {
            let remove = format!("drop database {name} with (force)");
            connect(&url).await.batch_execute(&remove).await.unwrap();
        };
        let thread = std::thread::spawn(move || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            runtime.enable_all().build().unwrap().block_on(remove);
        });
        drop(thread.join());
    }
}

pub async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

pub fn skipped() {
    println!(
        "skipped: no PostgreSQL server on this machine, and CUSTOMER_SYNC_TEST_POSTGRES is not set"
    );
}
