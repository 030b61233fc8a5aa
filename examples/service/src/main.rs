//! Keeps the customers in Billit equal to those in Planyo, with pages for whoever decides.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use billit_client::parties::ListParties;
use clap::Parser;
use customer_sync::{private_files, store};
use planyo_client::sites::GetSiteInfo;
use service::app::{App, Failure};
use service::runs::{self, Pass};
use service::server::Server;
use service::settings::{Settings, Wrong, hash_of};
use service::worker;

/// Keeps the customers in Billit equal to those in Planyo: receives Planyo's notifications or polls, compares all
/// customers each night, and has pages for whoever decides.
///
/// Keys come by the environment, or out of the files that the variables with `_FILE` name: `PLANYO_API_KEY`, `BILLIT_API_KEY`;
/// if they apply `PLANYO_HASH_KEY`, `SYNC_TOKEN` (with server.url), `DATABASE_URL` (a store in `PostgreSQL`), `SMTP_PASSWORD`,
/// `SMS_KEY`, `ALERT_URL`, `METRICS_TOKEN`.
#[derive(Parser)]
#[command(name = "service")]
struct Arguments {
    /// The settings
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        default_value = "service.toml"
    )]
    settings: PathBuf,
    #[command(subcommand)]
    step: Step,
}

#[derive(clap::Subcommand)]
enum Step {
    /// Runs until it is told to stop
    Run,
    /// Reads the settings, tries both keys and the store, and ends
    Check,
    /// Compares all customers once, and ends
    Pass {
        /// Go past the safety limit, after a look at the plan
        #[arg(long)]
        allow_mass_changes: bool,
        /// Only link the customers that match, for a first run on old books
        #[arg(long, conflicts_with = "allow_mass_changes")]
        link_only: bool,
    },
    /// Asks Planyo once for events and changed customers, syncs them, and ends: for a timer of the system
    Poll,
    /// Writes all that the store has to a file, also while the service runs: a backup, or a move to another store
    Export {
        /// The file, which only its owner may read; it must not be there
        file: PathBuf,
    },
    /// Reads a file that `export` wrote into the store; what is there under the same keys is replaced
    Import {
        /// The file
        file: PathBuf,
    },
    /// Reads a password from standard input, and prints its hash for the settings
    HashPassword,
    /// Alerts
    Alerts {
        #[command(subcommand)]
        step: AlertStep,
    },
    /// Runs on look-alikes of both services, in this process
    #[cfg(feature = "demo")]
    Demo {
        /// The address to listen on
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: String,
    },
}

#[derive(clap::Subcommand)]
enum AlertStep {
    /// Sends one, to see whether it arrives
    Test,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .json()
        .with_writer(io::stderr)
        .init();
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&mut io::stderr(), &error.to_string());
            ExitCode::from(if error.is::<Wrong>() { 2 } else { 1 })
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Failure> {
    let settings = || Settings::read(&arguments.settings);
    match arguments.step {
        Step::HashPassword => {
            let mut password = String::new();
            io::stdin().read_to_string(&mut password)?;
            let password = password.trim_end_matches(['\r', '\n']);
            if password.chars().count() < 12 {
                return Err(Wrong("take a password of at least 12 characters".to_owned()).into());
            }
            print(&hash_of(password)?);
        }
        Step::Check => check(settings()?, &arguments.settings).await?,
        Step::Alerts {
            step: AlertStep::Test,
        } => {
            let (app, _) = App::open(settings()?, None).await?;
            let mut failed = false;
            for (channel, sent) in app.alerts.test(chrono::Utc::now()).await {
                failed |= sent.is_err();
                print(&format!(
                    "{channel}: {}",
                    sent.err().unwrap_or_else(|| "sent".to_owned())
                ));
            }
            if failed {
                return Err("not every alert was sent".into());
            }
        }
        Step::Pass {
            allow_mass_changes,
            link_only,
        } => {
            let pass = match (allow_mass_changes, link_only) {
                (true, _) => Pass::AllowMassChanges,
                (_, true) => Pass::LinkOnly,
                _ => Pass::Usual,
            };
            let (app, calls) = App::open(settings()?, None).await?;
            let calls = calls.start(app.notes.clone());
            let last = runs::full_pass(&app, "service pass", pass).await;
            calls.end().await;
            match last? {
                Some(last) if last.done => print(&last.text),
                Some(last) => return Err(last.text.into()),
                None => return Err("another process is comparing all customers".into()),
            }
        }
        Step::Poll => {
            let (app, calls) = App::open(settings()?, None).await?;
            let calls = calls.start(app.notes.clone());
            let polled = worker::poll_once(&app).await;
            calls.end().await;
            print(&polled?);
        }
        Step::Export { file } => {
            let (app, _) = App::open(settings()?, None).await?;
            if file.exists() {
                return Err(Wrong(format!("{} is there already", file.display())).into());
            }
            let mut to = BufWriter::new(private_files::create(&file)?);
            store::export(&app.state, &mut to).await?;
            to.flush()?;
            print(&format!("{}: written", file.display()));
        }
        Step::Import { file } => {
            let (app, _) = App::open(settings()?, None).await?;
            let from = File::open(&file);
            let from = from.map_err(|error| Wrong(format!("{}: {error}", file.display())))?;
            let rows = store::import(&app.state, BufReader::new(from)).await?;
            print(&format!("{rows} rows read"));
        }
        Step::Run => serve(settings()?).await?,
        #[cfg(feature = "demo")]
        Step::Demo { listen } => {
            let demo = service::demo::Demo::start(&listen).await?;
            print(&format!(
                "http://{}  name: demo  password: {}",
                demo.server.address(),
                demo.password
            ));
            stop_signal().await?;
            demo.server.stop().await;
        }
    }
    Ok(())
}

async fn serve(settings: Settings) -> Result<(), Failure> {
    let (app, calls) = App::open(settings, None).await?;
    let server = Server::start(app, calls).await?;
    print(&format!("listening on http://{}", server.address()));
    match server.register().await {
        Ok(Some(report)) => print(&report.to_string()),
        Ok(None) => {}
        // The full pass finds what no notification says.
        Err(error) => tracing::error!(%error, "callbacks"),
    }
    stop_signal().await?;
    tracing::info!("stopping");
    server.stop().await;
    Ok(())
}

/// Tries what can be tried without a write to either service.
async fn check(settings: Settings, file: &Path) -> Result<(), Failure> {
    print(&format!("{}: read", file.display()));
    let (app, _) = App::open(settings, None).await?;
    app.notes.write("status/alive", &chrono::Utc::now()).await?;
    print("store: can be written");
    let site = app.planyo.send(GetSiteInfo::new()).await;
    let site = site.map_err(|error| format!("Planyo: {error}"))?;
    let zone = site.zone().map_err(|error| format!("Planyo: {error}"))?;
    print(&format!(
        "Planyo: the key is right; the clock of the site is that of {}",
        zone.name()
    ));
    let page = app
        .billit
        .pages(ListParties::new().top(1))
        .next_page()
        .await;
    page.map_err(|error| format!("Billit: {error}"))?;
    print("Billit: the key is right");
    Ok(())
}

/// Ctrl-C, or SIGTERM from a service manager.
async fn stop_signal() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            stopped = tokio::signal::ctrl_c() => stopped,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

fn print(line: &str) {
    say(&mut io::stdout(), line);
}

/// There is nobody to tell if it fails.
fn say(to: &mut impl Write, line: &str) {
    writeln!(to, "{line}").unwrap_or_default();
}
