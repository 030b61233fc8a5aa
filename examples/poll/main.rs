//! Keeps Billit's customers equal to Planyo's by polling, without webhooks: customers that are new or changed, that
//! checked in or out, and for which a time before or after an event has come.
//!
//! Without settings it shows the nine triggers on the sandbox in this process: one poll, and another two days later.
//! `--help` names the settings.

#[path = "../settings/billit.rs"]
mod billit_settings;
mod demo;
#[path = "../settings/environment.rs"]
mod environment;
#[path = "../settings/planyo.rs"]
mod planyo_settings;
#[path = "../nine/rentals.rs"]
mod rentals;
mod settings;
#[path = "../settings/store.rs"]
mod store;
use std::process::ExitCode;
use std::time::Duration;

use billit_client::Client as Billit;
use chrono::{DateTime, Utc};
use customer_sync::store::State;
use customer_sync::triggers::{Inbox, Poller, sync_next};
use customer_sync::{CancellationToken, PlanyoUsers, SyncOptions, sync_changed};
use planyo_client::Client as Planyo;
use planyo_client::sites::GetSiteInfo;
use settings::{Real, Wanted};

type Failure = Box<dyn std::error::Error>;

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
        Wanted::Demo => demo::run().await,
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

/// Polls the real services until it is stopped.
async fn run(real: Real) -> Result<(), Failure> {
    let token = CancellationToken::new();
    let site = real.planyo.send(GetSiteInfo::new()).await?;
    let mut poller = Poller::new(site.zone()?);
    for rule in real.events {
        poller = poller.event(rule);
    }
    let poll = Poll {
        poller,
        planyo: real.planyo,
        billit: real.billit,
        options: real.options.cancellation(&token),
        inbox: real.inbox,
        state: real.state,
    };
    // Ctrl-C ends a round after the customers in progress.
    let mut stopping = tokio::spawn(async move {
        let stopped = tokio::signal::ctrl_c().await;
        token.cancel();
        stopped
    });
    loop {
        let done = poll.round(Utc::now).await;
        if real.once {
            return done;
        }
        // Nothing is lost in an outage: the next round retries.
        if let Err(error) = done {
            eprintln!("{error}");
        }
        tokio::select! {
            stopped = &mut stopping => return Ok(stopped??),
            () = tokio::time::sleep(real.every) => {}
        }
    }
}

struct Poll {
    planyo: Planyo,
    billit: Billit,
    options: SyncOptions,
    state: State,
    inbox: Inbox,
    poller: Poller,
}

impl Poll {
    /// Customers with an event, then the new and changed ones, even if the events could not be read.
    async fn round(&self, clock: impl Fn() -> DateTime<Utc> + Copy + Send) -> Result<(), Failure> {
        let events = self.events(clock).await;
        let customers = self.customers().await;
        events.and(customers)
    }

    async fn events(&self, clock: impl Fn() -> DateTime<Utc> + Copy + Send) -> Result<(), Failure> {
        let Self {
            planyo,
            billit,
            options,
            state,
            inbox,
            poller,
        } = self;
        let report = poller.poll(planyo, state, inbox, clock()).await?;
        println!("events: {} due", report.enqueued);
        if report.unreadable > 0 {
            println!(
                "events: {} reservations or actions could not be read",
                report.unreadable
            );
        }
        let users = PlanyoUsers::new(planyo);
        while let Some(synced) = sync_next(&users, billit, options, inbox, clock).await? {
            println!("{synced}");
        }
        Ok(())
    }

    async fn customers(&self) -> Result<(), Failure> {
        let report = sync_changed(&self.planyo, &self.billit, &self.options).await?;
        println!("customers: {}", report.counts());
        Ok(())
    }
}

/// The default interval.
const DEFAULT_INTERVAL: Duration = Duration::from_secs(300);
