//! Keeps Billit's customers equal to Planyo's without being called: it asks Planyo again and again who is new or changed, who
//! checked in or out, and for whom a time before or after an event has come.
//!
//! Without settings it shows the nine triggers on two look-alike servers in this process: one look, two days of sleep, and
//! another look. `--help` names the settings.

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

/// Polls the real services until it is told to stop.
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
    // Ctrl-C ends a round with the customers under way.
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
        // An outage is over at some time; nothing is lost until then.
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
    /// Who is due by an event, then everybody who is new or has changed, though the events cannot be read.
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
        let looked = poller.look(planyo, state, inbox, clock()).await?;
        println!("events: {} due", looked.due);
        if looked.unreadable > 0 {
            println!(
                "events: {} reservations or actions could not be read",
                looked.unreadable
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

/// How often it looks, if nothing else is said.
const USUALLY: Duration = Duration::from_secs(300);
