//! A webhook receiver that keeps Billit's customers equal to Planyo's: token check, fast answer, inbox, worker,
//! periodic full pass, status page.
//!
//! Without settings it starts the sandbox (look-alike servers of both APIs) in this process, registers itself there,
//! fires each of the nine triggers and syncs nine customers; then it keeps serving, unless `--once` is given. `--help`
//! names the settings.

mod demo;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use chrono::TimeDelta;
use customer_sync::triggers::{InboxOptions, TriggerRules};
use examples::webhook_server::{Server, Setup};
use examples::{
    BILLIT, Failure, PLANYO, STORE, Settings, SyncArguments, Usage, arguments, finish, open_store,
    print_line,
};
use planyo_client::incoming::CallbackToken;
use planyo_client::notifications::CallbackUrl;

const READS: &[&[&str]] = &[PLANYO, BILLIT, STORE, OWN];

const OWN: &[&str] = &[
    "SYNC_TOKEN",
    "SYNC_LISTEN",
    "SYNC_URL",
    "SYNC_QUIET_SECONDS",
    "SYNC_FULL_HOURS",
];

/// Receives Planyo's notifications (webhooks) and syncs the customer of each to Billit.
///
/// POST /planyo?token=...  takes notifications.  GET /?token=...  shows what came, what was synced and what waits.
/// GET /healthz  answers 200 while notifications can be taken.
#[derive(clap::Parser)]
struct Arguments {
    /// On look-alikes: end when the nine customers are synced
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    sync: SyncArguments,
}

#[tokio::main]
async fn main() -> ExitCode {
    finish(run().await.map(|()| true))
}

async fn run() -> Result<(), Failure> {
    let arguments: Arguments = arguments(READS)?;
    let settings = Settings::read(READS)?;
    if settings.are_blank() {
        let rules = arguments.sync.rules()?;
        let options = |state| arguments.sync.options(rules.clone(), Some(state));
        settings.announce();
        return demo::run(arguments.once, options).await;
    }
    if arguments.once {
        let once = "--once is for look-alikes; unset the settings to run on them";
        return Err(Usage(once.to_owned()).into());
    }
    let setup = setup(&settings, &arguments.sync)?;
    let public = settings.get("SYNC_URL").map(|url| {
        CallbackUrl::new(&format!("{}/planyo", url.trim_end_matches('/')))
            .map_err(|error| Usage(format!("SYNC_URL: {error}")))
    });
    let public = public.transpose()?;
    settings.announce();

    let server = Server::start(setup).await?;
    print_line(format!("listening on http://{}", server.address()));
    if let Some(url) = public {
        print_line(server.register(&url).await?);
    }
    stop_signal().await?;
    print_line("stopping");
    server.stop().await
}

/// What the settings ask for.
fn setup(settings: &Settings, arguments: &SyncArguments) -> Result<Setup, Usage> {
    let (planyo, billit) = (settings.planyo()?, settings.billit()?);
    let token = CallbackToken::new(settings.required("SYNC_TOKEN")?)
        .map_err(|error| Usage(format!("SYNC_TOKEN: {error}")))?;
    let number = |name: &str, default: u32| match settings.get(name) {
        None => Ok(default),
        Some(text) => text
            .parse::<u32>()
            .map_err(|_| Usage(format!("{name} is not a whole number"))),
    };
    let debounce = number("SYNC_QUIET_SECONDS", 10)?;
    let hours = number("SYNC_FULL_HOURS", 24)?;
    let listen = settings.get("SYNC_LISTEN").unwrap_or("127.0.0.1:8080");
    let listen: SocketAddr = listen.parse().map_err(|_| {
        Usage("SYNC_LISTEN is not an address and a port, such as 127.0.0.1:8080".to_owned())
    })?;
    let state = open_store(settings.required("SYNC_STATE")?)?;
    let every = Duration::from_secs(3600 * u64::from(hours));
    Ok(Setup {
        planyo,
        billit,
        options: arguments.options(arguments.rules()?, Some(state.clone()))?,
        state,
        rules: TriggerRules::default(),
        inbox: InboxOptions::default().debounce(TimeDelta::seconds(debounce.into())),
        token,
        listen,
        full_pass: (hours > 0).then_some(every),
        full_pass_at_start: true,
    })
}

/// Ctrl-C, or SIGTERM from a service manager.
async fn stop_signal() -> std::io::Result<()> {
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
