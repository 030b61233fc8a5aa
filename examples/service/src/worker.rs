//! What goes on by itself: the inbox, polling, the nightly full pass, Peppol once a week, alerts. Of several processes with one
//! store one works, and another goes on when it ends.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use chrono::{DateTime, Datelike, Days, TimeDelta, Utc};
use customer_sync::OutcomeKind;
use customer_sync::store::{Leases, StateError};
use customer_sync::triggers::{Poller, sync_next};
use planyo_client::SiteZone;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::alerts::Condition;
use crate::app::{App, Failure, LastPass};
use crate::deletions;
use crate::notes::Case;
use crate::peppol;
use crate::recalls;
use crate::runs::{self, Pass};

/// The lease of the process that works.
const LEASE: &str = "service worker";
/// A failed full pass is tried again after this time.
const PASS_RETRY: TimeDelta = TimeDelta::minutes(5);
/// Without a full pass for so long somebody is told.
const NO_PASS: TimeDelta = TimeDelta::hours(30);
/// Conditions are looked at so often.
const LOOK: Duration = Duration::from_secs(30);
/// After a full pass somebody is told at once, otherwise so often at most.
const TELL: Duration = Duration::from_secs(5);
/// Each round reads the inbox, also if notifications come a thousand times a second.
const BREATH: Duration = Duration::from_millis(100);
/// Messages to customers are looked at so often, and after a failure so often.
const RECALLS: Duration = Duration::from_secs(60);
const RECALLS_RETRY: Duration = Duration::from_secs(300);
/// The store is tried again after this time.
const STORE_RETRY: Duration = Duration::from_secs(5);

/// When something was done last, in the row `status/<what>`.
#[derive(Debug, Serialize, Deserialize)]
struct Done {
    at: DateTime<Utc>,
}

/// When what is done in each round, but not too often, is done again.
#[derive(Default)]
struct Next {
    /// Somebody is told.
    tell: Option<Instant>,
    /// Messages are sent.
    recalls: Option<Instant>,
}

/// Whether a time has come.
fn has_come(at: Option<Instant>) -> bool {
    at.is_none_or(|at| at <= Instant::now())
}

/// Works until it is told to stop, and finishes the current customer.
pub async fn work(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut says_who = true;
    let lease_time = app.settings.lease_time();
    while !*stop.borrow() {
        let leases = Leases::new(&app.state, lease_time);
        match leases.take(LEASE).await {
            Ok(Some(lease)) => {
                tracing::info!("this process works on the store");
                let renewed = leases.clone();
                let renewing = tokio::spawn(async move { runs::renew(&renewed).await });
                let mut next = Next::default();
                while lease.is_held() && !*stop.borrow() {
                    let wait = round(&app, &stop, &mut next).await;
                    tokio::select! {
                        () = tokio::time::sleep(wait) => {}
                        () = app.more.notified() => tokio::time::sleep(BREATH).await,
                        // An error means that the process ends.
                        _ = stop.changed() => {}
                    }
                }
                renewing.abort();
                if let Err(error) = lease.release().await {
                    tracing::warn!(%error, "another process can go on when the lease is over");
                }
                says_who = true;
            }
            Ok(None) => {
                if std::mem::take(&mut says_who) {
                    tracing::info!(
                        "another process works on this store; this one receives, shows, and takes over when it ends"
                    );
                }
                tokio::select! {
                    () = tokio::time::sleep(lease_time / 6) => {}
                    _ = stop.changed() => {}
                }
            }
            Err(error) => {
                tracing::error!(%error, "the store cannot be used");
                tokio::select! {
                    () = tokio::time::sleep(STORE_RETRY) => {}
                    _ = stop.changed() => {}
                }
            }
        }
    }
}

/// Does what is due, and says how long nothing is.
async fn round(app: &Arc<App>, stop: &watch::Receiver<bool>, next: &mut Next) -> Duration {
    match due(app, stop, next).await {
        Ok(wait) => wait,
        Err(error) => {
            tracing::error!(%error, "work");
            STORE_RETRY
        }
    }
}

async fn due(
    app: &Arc<App>,
    stop: &watch::Receiver<bool>,
    next: &mut Next,
) -> Result<Duration, Failure> {
    // Without the clock of the site nothing is due, and Planyo cannot be reached either.
    let zone = app.zone().await;
    if let Err(error) = &zone {
        tracing::warn!(%error, "Planyo cannot be asked");
    }
    if let Ok(zone) = zone {
        let overdue = app.received.seen().overdue;
        if overdue || pass_due(app, zone, Utc::now()).await? {
            next.tell = None;
            app.received.set_overdue(false);
            let pass = runs::full_pass(app, "", Pass::Usual).await;
            if overdue && !matches!(pass, Ok(Some(_))) {
                app.received.set_overdue(true);
            }
            pass?;
            let now = Utc::now();
            let sync = &app.settings.file.sync;
            let days = |days: u32| now - TimeDelta::days(days.into());
            let hours = app.settings.file.login.session_hours.max(1);
            let sessions = now - TimeDelta::hours(hours.into());
            app.notes
                .forget_old(
                    days(sync.keep_calls_days),
                    days(sync.keep_journal_days),
                    sessions,
                )
                .await?;
        } else if poll_due(app, Utc::now()).await? {
            poll(app, zone).await;
            app.notes
                .write("status/poll", &Done { at: Utc::now() })
                .await?;
        } else if peppol_due(app, zone, Utc::now()).await? {
            // First, so that a failure is tried again at the next time and not every few seconds.
            app.notes
                .write("status/peppol", &Done { at: Utc::now() })
                .await?;
            peppol::look_up_all(app).await?;
        }
    }
    if zone.is_ok() && has_come(next.recalls) {
        let worked = recalls::work(app, app.clock.now()).await;
        let wait = if worked.is_ok() {
            RECALLS
        } else {
            RECALLS_RETRY
        };
        next.recalls = Some(Instant::now() + wait);
        if let Err(error) = worked {
            tracing::warn!(%error, "recalls");
        }
    }
    // However many wait: then a pass may be due, and somebody to be told.
    let began = Instant::now();
    while !*stop.borrow() && began.elapsed() < LOOK && sync_one(app).await? {}
    // It reads all who wait, and notifications may come a thousand times a second.
    if has_come(next.tell) {
        tell(app, Utc::now()).await?;
        next.tell = Some(Instant::now() + TELL);
    }
    let ready = app.inbox.next_at().await?;
    let wait = ready.map_or(LOOK, |at| (at - Utc::now()).to_std().unwrap_or_default());
    Ok(wait.clamp(Duration::from_millis(20), LOOK))
}

/// Whether all customers are to be compared with all parties now: the time of the day has come since the last time, or there
/// was none for a day.
async fn pass_due(app: &App, zone: SiteZone, now: DateTime<Utc>) -> Result<bool, StateError> {
    let Some(last) = app.last_pass().await? else {
        return Ok(true);
    };
    if !last.done && !last.limit {
        return Ok(now - last.started >= PASS_RETRY);
    }
    Ok(next_pass(zone, app.settings.file.schedule.full_pass, last.started) <= now)
}

/// The first moment after this one at which the clock of the site shows this time.
fn next_pass(zone: SiteZone, at: chrono::NaiveTime, after: DateTime<Utc>) -> DateTime<Utc> {
    let day = zone.to_local(after).date();
    let on = |days: u64| {
        let local = day.checked_add_days(Days::new(days))?.and_time(at);
        let moment = zone.to_utc(planyo_client::SiteTime::Local(local));
        // The hour that is left out in spring: a day later.
        moment.earliest().filter(|moment| *moment > after)
    };
    let next = (0..4).find_map(on);
    next.unwrap_or_else(|| after + TimeDelta::days(1))
}

async fn poll_due(app: &App, now: DateTime<Utc>) -> Result<bool, StateError> {
    let Some(every) = app.settings.poll_every() else {
        return Ok(false);
    };
    let last: Option<Done> = app.notes.read("status/poll").await?;
    Ok(last.is_none_or(|last| now - last.at >= every))
}

/// What finds the events of the site.
fn poller(app: &App, zone: SiteZone) -> Poller {
    let events = app.settings.events.iter().copied();
    let poller = events.fold(Poller::new(zone), Poller::event);
    match app.settings.file.planyo.site {
        Some(site) => poller.site_id(site),
        None => poller,
    }
}

/// Asks Planyo for events and for changed customers. What fails is asked for again.
async fn poll(app: &App, zone: SiteZone) {
    let poller = poller(app, zone);
    match poller
        .poll(&app.planyo, &app.state, &app.inbox, Utc::now())
        .await
    {
        Ok(report) => tracing::info!(
            due = report.enqueued,
            unreadable = report.unreadable,
            "poll"
        ),
        Err(error) => tracing::warn!(%error, "poll"),
    }
    if let Err(error) = runs::changed(app).await {
        tracing::warn!(%error, "changed customers");
    }
}

/// One round of polling, and of the customers that it found.
///
/// # Errors
/// When the store cannot be used, or Planyo cannot be asked.
pub async fn poll_once(app: &App) -> Result<String, Failure> {
    let zone = app.zone().await?;
    let poller = poller(app, zone);
    let found = poller
        .poll(&app.planyo, &app.state, &app.inbox, Utc::now())
        .await?;
    let mut synced = 0;
    while sync_one(app).await? {
        synced += 1;
    }
    let changed = runs::changed(app).await?;
    Ok(format!(
        "events: {} due, {synced} synced; customers: {changed}",
        found.enqueued
    ))
}

/// Syncs the next customer of the inbox, if one is ready.
async fn sync_one(app: &App) -> Result<bool, StateError> {
    let options = app.options();
    let next = sync_next(&app.users, &app.billit, &options, &app.inbox, Utc::now).await?;
    let Some(synced) = next else {
        return Ok(false);
    };
    match &synced.result {
        Ok(Some(outcome)) => runs::keep_one(app, outcome).await?,
        Ok(None) => {}
        Err(_) => app.metrics.outcome(OutcomeKind::Failed),
    }
    app.saw_run(&synced.result);
    tracing::info!(%synced, "notification");
    Ok(true)
}

async fn peppol_due(app: &App, zone: SiteZone, now: DateTime<Utc>) -> Result<bool, StateError> {
    let Some(day) = app.settings.file.schedule.peppol.0 else {
        return Ok(false);
    };
    let last: Option<Done> = app.notes.read("status/peppol").await?;
    let is_day = zone.to_local(now).weekday() == day;
    Ok(is_day && last.is_none_or(|last| now - last.at >= TimeDelta::days(2)))
}

/// Says what has begun and what has ended.
///
/// # Errors
/// When the store cannot be used.
pub async fn tell(app: &App, now: DateTime<Utc>) -> Result<(), StateError> {
    let open = app.notes.undecided(now).await?;
    let pass = app.last_pass().await?;
    let mut held = conditions(&open, pass.as_ref(), app, now);
    let reminders = app.notes.reminders().await?;
    let due = deletions::due(&reminders, app.today()).count();
    if due > 0 {
        let text = format!("{due} things to do by hand for forgotten customers");
        held.insert(Condition::RemindersDue, text);
    }
    let waiting = app.inbox.pending(usize::MAX).await?;
    let failing = waiting.iter().filter(|one| one.failures > 0).count();
    let oldest = waiting.iter().map(|one| one.ready_at).min();
    let lag = oldest
        .and_then(|at| (now - at).to_std().ok())
        .unwrap_or_default();
    app.metrics.set_inbox(waiting.len(), failing, lag);
    app.metrics.set_undecided(open.len());
    app.metrics.set_alerts_open(held.len());
    for problem in app.alerts.update(now, &held).await? {
        tracing::warn!(%problem, "an alert is not sent");
    }
    Ok(())
}

/// What somebody should be told of now.
fn conditions(
    open: &[Case],
    pass: Option<&LastPass>,
    app: &App,
    now: DateTime<Utc>,
) -> BTreeMap<Condition, String> {
    let mut held = BTreeMap::new();
    let failing = open
        .iter()
        .filter(|case| case.kind == OutcomeKind::Failed)
        .count();
    let waiting = open.len() - failing;
    if failing > 0 {
        held.insert(
            Condition::CustomersFail,
            format!("{failing} customers could not be written to Billit"),
        );
    }
    if waiting > 0 {
        held.insert(
            Condition::CustomersWait,
            format!("{waiting} customers wait for a decision"),
        );
    }
    if let Some(pass) = pass {
        if pass.limit {
            held.insert(Condition::SafetyLimit, pass.text.clone());
        }
        if !pass.properties.is_empty() {
            held.insert(Condition::PropertiesChanged, pass.properties.join("; "));
        }
        if pass.last_done.is_none_or(|done| now - done > NO_PASS) && now - pass.started > PASS_RETRY
        {
            held.insert(
                Condition::NoFullPass,
                format!("no full pass came to its end: {}", pass.text),
            );
        }
    }
    let messages = app.recalls.wait_for_a_person.load(Ordering::Relaxed);
    if messages > 0 {
        held.insert(
            Condition::MessagesWait,
            format!("{messages} messages to customers were not sent, or it is not clear whether they were"),
        );
    }
    let refused = app.refused();
    if refused.planyo {
        held.insert(
            Condition::PlanyoKeyRefused,
            "Planyo refuses the key".to_owned(),
        );
    }
    if refused.billit {
        held.insert(
            Condition::BillitKeyRefused,
            "Billit refuses the key".to_owned(),
        );
    }
    held
}
