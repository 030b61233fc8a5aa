//! A webhook receiver that keeps Billit's customers equal to Planyo's: token check, fast answer, inbox, worker,
//! periodic full pass, status page.
//!
//! Without settings it starts the sandbox (look-alike servers of both APIs) in this process, registers itself there,
//! fires each of the nine triggers and syncs nine customers; then it keeps serving, unless `--once` is given. `--help`
//! names the settings.

#[path = "../settings/billit.rs"]
mod billit_settings;
mod demo;
#[path = "../settings/environment.rs"]
mod environment;
mod intake;
mod page;
#[path = "../settings/planyo.rs"]
mod planyo_settings;
mod receiver;
#[path = "../nine/rentals.rs"]
mod rentals;
mod server;
mod settings;
mod stats;
#[path = "../settings/store.rs"]
mod store;
mod worker;

use std::process::ExitCode;

use settings::Wanted;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    let wanted = match settings::read(std::env::args().skip(1), |name| std::env::var(name).ok()) {
        Ok(wanted) => wanted,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    let done = match wanted {
        Wanted::Help => {
            println!("{}", settings::HELP);
            Ok(())
        }
        Wanted::Demo { once } => demo::run(once).await,
        Wanted::Real(real) => run(*real).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves the real services until it is stopped.
async fn run(real: settings::Real) -> Result<(), Failure> {
    let public = real.public.clone();
    let server = server::Server::start(real.server).await?;
    println!("listening on http://{}", server.address());
    if let Some(url) = public {
        println!("{}", server.register(&url).await?);
    }
    stop_signal().await?;
    println!("stopping");
    server.stop().await
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
