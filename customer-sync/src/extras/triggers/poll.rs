//! The triggers by polling, without webhooks.

use chrono::{DateTime, TimeDelta, Utc};
use planyo_client::reservations::{GetReservation, ListReservations};
use planyo_client::{
    ActionCursor, ActionFeed, Client, ErrorKind, EventType, SiteId, SiteZone, Windows,
};

use super::{
    CustomerRef, EnqueueOutcome, EventRule, EventWatch, Inbox, SyncRequest, Trigger, TriggerRules,
};
use crate::store::{RowChange, State, StateError, Table};

/// Keys in the store of what is kept between two polls.
const ACTIONS: &str = "planyo actions";
const RESERVATIONS: &str = "planyo reservations";
const REJECTED: &str = "planyo turned away";

/// The maximum difference between two clocks.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(5);

/// Polls Planyo for customers to sync, for a program that cannot receive webhooks: reservation events from the action
/// feed, and the times before and after an event from the reservations themselves. Customers that were added or changed
/// are found by [`sync_changed`](crate::sync_changed).
///
/// The interval is up to you: each event is found at the next poll, and [once](EventWatch). Planyo's API does not give
/// the definitions of the site's events, so pass the [same ones](EventRule).
///
/// ```no_run
/// # async fn run(planyo: planyo_client::Client, state: customer_sync::store::State) -> Result<(), Box<dyn std::error::Error>> {
/// use customer_sync::triggers::{EventRule, Inbox, InboxOptions, Moment, Offset, Poller};
/// use planyo_client::sites::GetSiteInfo;
///
/// let inbox = Inbox::new(state.clone(), InboxOptions::default());
/// let zone = planyo.send(GetSiteInfo::new()).await?.zone()?;
/// let poller = Poller::new(zone)
///     .event(EventRule::before(1, Offset::Days(2), Moment::Begins))
///     .event(EventRule::after(2, Offset::Years(2), Moment::Ends));
/// let report = poller.poll(&planyo, &state, &inbox, chrono::Utc::now()).await?;
/// println!("{} requests", report.enqueued);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a poller does nothing until it polls"]
pub struct Poller {
    zone: SiteZone,
    rules: TriggerRules,
    events: Vec<EventRule>,
    longest_rental: TimeDelta,
    site: Option<SiteId>,
}

/// What a poll found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PollReport {
    /// Requests that this poll put into the inbox; one customer may have several.
    pub enqueued: usize,
    /// Reservations and actions that could not be read, and were skipped.
    pub unreadable: usize,
    /// Whether the end of a list of reservations or actions [is not proven](planyo_client::Pager::has_unproven_end). What was
    /// not listed is found at a later poll, an event within [`EventWatch::RETENTION`].
    pub unproven_end: bool,
    /// The inbox was full. Nothing is lost: the rejected requests are stored, and the next poll enqueues them before it
    /// asks Planyo again.
    pub is_full: bool,
}

/// A poll that failed. The next one finds everything that it would have found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PollError {
    /// Planyo could not be read.
    #[error(transparent)]
    Planyo(#[from] planyo_client::Error),
    /// The store cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
}

impl Poller {
    /// For a site in this time zone ([`SiteInfo::zone`](planyo_client::sites::SiteInfo::zone)), with the default rules.
    pub fn new(zone: SiteZone) -> Self {
        Self {
            zone,
            rules: TriggerRules::default(),
            events: Vec::new(),
            longest_rental: TimeDelta::days(10 * 366),
            site: None,
        }
    }

    /// Which triggers count. Those that cannot be [polled](Trigger::event_types) are never found.
    pub fn rules(mut self, rules: TriggerRules) -> Self {
        self.rules = rules;
        self
    }

    /// Adds a time before or after an event. The filters of the rules apply to it, whether or not its trigger is among
    /// theirs.
    pub fn event(mut self, rule: EventRule) -> Self {
        self.events.push(rule);
        self
    }

    /// The maximum length of a rental. Times counted from the end of a longer one are not found. Default: ten years. Planyo is
    /// asked for the rentals of so long that go on at one time, which costs a call for each 500 of them.
    pub fn longest_rental(mut self, time: TimeDelta) -> Self {
        self.longest_rental = time.max(TimeDelta::zero());
        self
    }

    /// The site, with a metasite's key.
    pub fn site_id(mut self, site: impl Into<SiteId>) -> Self {
        self.site = Some(site.into());
        self
    }

    /// Puts the sync requests since the last poll into the inbox. The first poll only stores where to start: a few
    /// minutes ago.
    ///
    /// Do not call it concurrently.
    ///
    /// # Errors
    /// When Planyo cannot be read or the store cannot be used. Then the next poll starts where this one did.
    pub async fn poll(
        &self,
        planyo: &Client,
        state: &State,
        inbox: &Inbox,
        now: DateTime<Utc>,
    ) -> Result<PollReport, PollError> {
        let rejected: Option<Vec<(CustomerRef, Trigger)>> =
            state.read(Table::Events, REJECTED).await?;
        let rejected = rejected.into_iter().flatten();
        let mut found = Found {
            requests: rejected
                .map(|(customer, trigger)| SyncRequest::new(customer, trigger))
                .collect(),
            ..Found::default()
        };
        // Not both, so that no more are stored than one poll finds.
        if found.requests.is_empty() {
            self.poll_actions(planyo, state, now, &mut found).await?;
            self.poll_reservations(planyo, state, now, &mut found)
                .await?;
        }
        let added = inbox.add_all(&found.requests, now).await?;
        let rejected = found.requests.iter().zip(&added);
        let rejected = rejected.filter(|(_, added)| **added == EnqueueOutcome::Full);
        let rejected: Vec<_> = rejected
            .map(|(request, _)| (request.customer, request.trigger))
            .collect();
        let report = PollReport {
            enqueued: added.len() - rejected.len(),
            unreadable: found.unreadable,
            unproven_end: found.unproven_end,
            is_full: !rejected.is_empty(),
        };
        found.rows.push(if report.is_full {
            Table::Events.put(REJECTED, &rejected)?
        } else {
            Table::Events.remove(REJECTED)?
        });
        // After the inbox has them: a request that is added twice is synced once, or changes nothing.
        state.write(&found.rows).await?;
        Ok(report)
    }

    async fn poll_actions(
        &self,
        planyo: &Client,
        state: &State,
        now: DateTime<Utc>,
        found: &mut Found,
    ) -> Result<(), PollError> {
        let events = self.rules.triggers().flat_map(Trigger::event_types);
        let events: Vec<EventType> = events.copied().collect();
        if events.is_empty() {
            return Ok(());
        }
        let Some(cursor) = state.read::<ActionCursor>(Table::Events, ACTIONS).await? else {
            // Planyo's clock may be behind this one, and has whole seconds. A needless sync changes nothing.
            let start = now.checked_sub_signed(CLOCK_SKEW).unwrap_or(now);
            let start = ActionCursor::starting_at(self.zone.to_local(start));
            found.rows.push(Table::Events.put(ACTIONS, &start)?);
            return Ok(());
        };
        let mut feed = ActionFeed::new(cursor).only(events).until(
            self.zone
                .to_local(now.checked_add_signed(CLOCK_SKEW).unwrap_or(now)),
        );
        let mut request = feed.request();
        if let Some(site) = self.site {
            request = request.site_id(site);
        }
        let answer = match planyo.send(request).await {
            // The next poll asks from the same time on.
            Err(error) if planyo.is_nothing_found(&error) => {
                found.unproven_end = true;
                return Ok(());
            }
            answer => answer?,
        };
        let (actions, unreadable): (Vec<_>, Vec<_>) = answer.into_iter().partition(Result::is_ok);
        found.unreadable += unreadable.len();
        for action in feed.accept(actions.into_iter().flatten()) {
            let Ok(SyncRequest {
                customer: CustomerRef::CustomerOf(id),
                trigger,
            }) = self.rules.sync_request_of_action(&action)
            else {
                continue;
            };
            // An action has neither the customer nor the state of its reservation.
            let reservation = match planyo.send(GetReservation::new(id)).await {
                Err(error) if error.is_not_found() => continue,
                // The inbox retries it. An error here would hold up all the others.
                Err(error) if error.kind() == ErrorKind::Unreadable => {
                    found
                        .requests
                        .push(SyncRequest::new(CustomerRef::CustomerOf(id), trigger));
                    continue;
                }
                answer => answer?,
            };
            if self.rules.check_reservation(&reservation).is_ok() {
                let customer = reservation.user_id.map(CustomerRef::Customer);
                found
                    .requests
                    .extend(customer.map(|customer| SyncRequest::new(customer, trigger)));
            }
        }
        let cursor = feed.into_cursor();
        found.rows.push(Table::Events.put(ACTIONS, &cursor)?);
        Ok(())
    }

    async fn poll_reservations(
        &self,
        planyo: &Client,
        state: &State,
        now: DateTime<Utc>,
        found: &mut Found,
    ) -> Result<(), PollError> {
        if self.events.is_empty() {
            return Ok(());
        }
        let watch = state.read(Table::Events, RESERVATIONS).await?;
        let mut watch = watch.unwrap_or_else(|| EventWatch::starting_at(now));
        let begin = watch.periods(&self.events, self.zone, now).into_iter();
        let begin = begin.map(|(start, end)| (Windows::new(start, end), None));
        let times = watch.going_on_at(&self.events, self.zone, now).into_iter();
        let go_on = times.filter_map(|time| {
            let start = time.checked_sub_signed(self.longest_rental)?;
            // One window at first: few rentals go on at one time.
            Some((Windows::new(start, time).days(u32::MAX), Some(time)))
        });
        let mut reservations = Vec::new();
        for (windows, goes_on_at) in begin.chain(go_on) {
            let site = self.site;
            let listing = move |window: planyo_client::Window| {
                let mut list = ListReservations::new(window.start, window.end);
                if let Some(site) = site {
                    list = list.site_id(site);
                }
                match goes_on_at {
                    Some(time) => list.must_include_time_point(time),
                    None => list,
                }
            };
            let listed = planyo.pages_by_window(windows, listing).all().await?;
            found.unreadable += listed.invalid.len();
            found.unproven_end |= listed.unproven_end;
            reservations.extend(listed.records);
        }
        let matching = reservations.iter().map(|record| &**record);
        let matching =
            matching.filter(|reservation| self.rules.check_reservation(reservation).is_ok());
        found
            .requests
            .extend(watch.sync_requests(&self.events, matching, self.zone, now));
        found.rows.push(Table::Events.put(RESERVATIONS, &watch)?);
        Ok(())
    }
}

/// What one poll found, and the rows to store.
#[derive(Default)]
struct Found {
    requests: Vec<SyncRequest>,
    unreadable: usize,
    unproven_end: bool,
    rows: Vec<RowChange>,
}
