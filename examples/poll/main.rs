//! Keeps Billit's customers equal to Planyo's by polling, without webhooks: customers that are new or changed, that
//! checked in or out, and for which a time before or after an event has come.
//!
//! Without settings it shows the nine triggers on the sandbox in this process: one poll, and another two days later.
//! `--help` names the settings.

mod demo;

use std::process::ExitCode;
use std::time::Duration;

use billit_client::Client as Billit;
use chrono::{DateTime, TimeDelta, Utc};
use customer_sync::store::State;
use customer_sync::triggers::{EventRule, Inbox, InboxOptions, Poller, sync_next};
use customer_sync::{CancellationToken, PlanyoUsers, SyncOptions, sync_changed};
use examples::{
    BILLIT, Failure, PLANYO, STORE, Settings, SyncArguments, Usage, arguments, finish, open_store,
    print_line, print_problem,
};
use planyo_client::Client as Planyo;
use planyo_client::sites::GetSiteInfo;

const READS: &[&[&str]] = &[PLANYO, BILLIT, STORE, &["SYNC_EVENTS", "SYNC_MINUTES"]];

/// The default interval.
const DEFAULT_INTERVAL: Duration = Duration::from_secs(300);

/// Polls Planyo for customers that are new, changed, checked in, checked out or have an event, and syncs them to Billit.
#[derive(clap::Parser)]
struct Arguments {
    /// On the real services: one round, for a timer of the system
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
    let rules = arguments.sync.rules()?;
    if settings.are_blank() {
        let options = |state| arguments.sync.options(rules.clone(), Some(state));
        settings.announce();
        return demo::run(options).await;
    }
    let (planyo, billit) = (settings.planyo()?, settings.billit()?);
    let events = events(settings.get("SYNC_EVENTS"))?;
    let interval = interval(settings.get("SYNC_MINUTES"))?;
    let state = open_store(settings.required("SYNC_STATE")?)?;
    let options = arguments.sync.options(rules, Some(state.clone()))?;
    settings.announce();

    let token = CancellationToken::new();
    let site = planyo.send(GetSiteInfo::new()).await?;
    let poll = Poll {
        poller: events
            .into_iter()
            .fold(Poller::new(site.zone()?), Poller::event),
        planyo,
        billit,
        options: options.cancellation(&token),
        inbox: inbox(&state),
        state,
    };
    // Ctrl-C ends a round after the customers in progress.
    let mut stopping = tokio::spawn(async move {
        let stopped = tokio::signal::ctrl_c().await;
        token.cancel();
        stopped
    });
    loop {
        let done = poll.round(Utc::now).await;
        if arguments.once {
            return done;
        }
        // Nothing is lost in an outage: the next round retries.
        if let Err(error) = done {
            print_problem(error.as_ref());
        }
        tokio::select! {
            stopped = &mut stopping => return Ok(stopped??),
            () = tokio::time::sleep(interval) => {}
        }
    }
}

/// A poll finds all at once: no debounce is needed.
fn inbox(state: &State) -> Inbox {
    let options = InboxOptions::default().debounce(TimeDelta::zero());
    Inbox::new(state.clone(), options)
}

fn events(typed: Option<&str>) -> Result<Vec<EventRule>, Usage> {
    let rules = typed.unwrap_or_default().split(';');
    let rules = rules.filter(|rule| !rule.trim().is_empty()).map(str::parse);
    let rules: Result<Vec<EventRule>, _> = rules.collect();
    rules.map_err(|error| Usage(format!("SYNC_EVENTS: {error}")))
}

fn interval(typed: Option<&str>) -> Result<Duration, Usage> {
    match typed.map(str::parse::<u32>) {
        None => Ok(DEFAULT_INTERVAL),
        Some(Ok(minutes @ 1..)) => Ok(Duration::from_secs(60 * u64::from(minutes))),
        Some(_) => Err(Usage(
            "SYNC_MINUTES is not a whole number from 1".to_owned(),
        )),
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
        print_line(format!("events: {} due", report.enqueued));
        if report.unreadable > 0 {
            print_line(format!(
                "events: {} reservations or actions could not be read",
                report.unreadable
            ));
        }
        let users = PlanyoUsers::new(planyo);
        while let Some(synced) = sync_next(&users, billit, options, inbox, clock).await? {
            print_line(synced);
        }
        Ok(())
    }

    async fn customers(&self) -> Result<(), Failure> {
        let report = sync_changed(&self.planyo, &self.billit, &self.options).await?;
        print_line(format!("customers: {}", report.counts()));
        Ok(())
    }
}
