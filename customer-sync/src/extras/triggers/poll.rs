//! The triggers without callbacks: asking again and again.

use chrono::{DateTime, TimeDelta, Utc};
use planyo_client::reservations::{GetReservation, ListReservations};
use planyo_client::{
    ActionCursor, ActionFeed, Client, ErrorKind, EventType, SiteId, SiteZone, Windows,
};

use super::{
    CustomerRef, EnqueueOutcome, EventRule, EventWatch, Inbox, SyncRequest, Trigger, TriggerRules,
};
use crate::store::{Row, State, StateError, Table};

/// The keys of what is remembered between two looks.
const ACTIONS: &str = "planyo actions";
const RESERVATIONS: &str = "planyo reservations";
const TURNED_AWAY: &str = "planyo turned away";

/// So far apart two clocks may be.
const CLOCKS: TimeDelta = TimeDelta::minutes(5);

/// Finds out who is due for a program that Planyo cannot call: what happened to reservations by the feed of actions, and the
/// times before and after an event by the reservations themselves. Customers that were added or changed are found by
/// [`sync_changed`](crate::sync_changed).
///
/// How often it looks is yours to choose: whoever is due is found at the next look, and [given once](EventWatch). Planyo does
/// not tell the definitions of the site's events, so give it the [same ones](EventRule).
///
/// ```no_run
/// # async fn run(planyo: planyo_client::Client, state: customer_sync::store::State) -> Result<(), Box<dyn std::error::Error>> {
/// use customer_sync::triggers::{EventRule, Inbox, InboxOptions, Moment, Offset, Poller};
/// use planyo_client::sites::GetSiteInfo;
///
/// let inbox = Inbox::open(state.clone(), InboxOptions::default())?;
/// let zone = planyo.send(GetSiteInfo::new()).await?.zone()?;
/// let poller = Poller::new(zone)
///     .event(EventRule::before(1, Offset::Days(2), Moment::Begins))
///     .event(EventRule::after(2, Offset::Years(2), Moment::Ends));
/// let looked = poller.look(&planyo, &state, &inbox, chrono::Utc::now()).await?;
/// println!("{} are due", looked.due);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a poller does nothing until it looks"]
pub struct Poller {
    zone: SiteZone,
    rules: TriggerRules,
    events: Vec<EventRule>,
    longest_rental: TimeDelta,
    site: Option<SiteId>,
}

/// What a look found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PollReport {
    /// So many are in the inbox now because of this look; one may be due for several reasons.
    pub due: usize,
    /// Reservations and actions that could not be read. If one was due, nobody knows.
    pub unreadable: usize,
    /// The inbox was full. Nothing is lost: those it could not take are kept, and the next look puts them in before it
    /// asks Planyo again.
    pub is_full: bool,
}

/// A look that found nothing out. The next one finds all that it would have found.
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
    /// For a site with this clock ([`SiteInfo::zone`](planyo_client::sites::SiteInfo::zone)), by the default rules.
    pub fn new(zone: SiteZone) -> Self {
        Self {
            zone,
            rules: TriggerRules::default(),
            events: Vec::new(),
            longest_rental: TimeDelta::days(31),
            site: None,
        }
    }

    /// Which triggers count. Those that cannot be [polled](Trigger::event_types) never come.
    pub fn rules(mut self, rules: TriggerRules) -> Self {
        self.rules = rules;
        self
    }

    /// One more time before or after an event. The filters of the rules hold for it; whether its trigger is among theirs
    /// does not matter.
    pub fn event(mut self, rule: EventRule) -> Self {
        self.events.push(rule);
        self
    }

    /// How long a rental lasts at most; 31 days if not set. Longer ones are not found by the time of their end.
    pub fn longest_rental(mut self, time: TimeDelta) -> Self {
        self.longest_rental = time.max(TimeDelta::zero());
        self
    }

    /// The site, with a metasite's key.
    pub fn site_id(mut self, site: impl Into<SiteId>) -> Self {
        self.site = Some(site.into());
        self
    }

    /// Puts into the inbox who became due since the last look. The first look remembers where to begin: a few minutes ago.
    ///
    /// One look at a time.
    ///
    /// # Errors
    /// When Planyo cannot be read, or the store not be used. Then the next look begins where this one did.
    pub async fn look(
        &self,
        planyo: &Client,
        state: &State,
        inbox: &Inbox,
        now: DateTime<Utc>,
    ) -> Result<PollReport, PollError> {
        let before: Option<Vec<(CustomerRef, Trigger)>> = state.read(Table::Events, TURNED_AWAY)?;
        let before = before.into_iter().flatten();
        let mut found = Found {
            due: before
                .map(|(whom, trigger)| SyncRequest::new(whom, trigger))
                .collect(),
            ..Found::default()
        };
        // No more are kept than one look finds.
        if found.due.is_empty() {
            self.look_at_actions(planyo, state, now, &mut found).await?;
            self.look_at_reservations(planyo, state, now, &mut found)
                .await?;
        }
        let added = inbox.add_all(&found.due, now)?;
        let turned_away = found.due.iter().zip(&added);
        let turned_away = turned_away.filter(|(_, added)| **added == EnqueueOutcome::Full);
        let turned_away: Vec<_> = turned_away
            .map(|(due, _)| (due.whom, due.trigger))
            .collect();
        let looked = PollReport {
            due: added.len() - turned_away.len(),
            unreadable: found.unreadable,
            is_full: !turned_away.is_empty(),
        };
        found.rows.push(if looked.is_full {
            Row::put(Table::Events, TURNED_AWAY, &turned_away)?
        } else {
            Row::remove(Table::Events, TURNED_AWAY)
        });
        // After the inbox has them. Who is given twice is synced once, or finds nothing to do.
        state.write(&found.rows)?;
        Ok(looked)
    }

    async fn look_at_actions(
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
        let Some(cursor) = state.read::<ActionCursor>(Table::Events, ACTIONS)? else {
            // Planyo's clock may be behind this one, and has whole seconds. Who is due for nothing is found equal.
            let start = now.checked_sub_signed(CLOCKS).unwrap_or(now);
            let start = ActionCursor::starting_at(self.zone.to_local(start));
            found.rows.push(Row::put(Table::Events, ACTIONS, &start)?);
            return Ok(());
        };
        let mut feed = ActionFeed::new(cursor).only(events).until(
            self.zone
                .to_local(now.checked_add_signed(CLOCKS).unwrap_or(now)),
        );
        let mut request = feed.request();
        if let Some(site) = self.site {
            request = request.site_id(site);
        }
        let answer = planyo.send(request).await?;
        let (actions, unreadable): (Vec<_>, Vec<_>) = answer.into_iter().partition(Result::is_ok);
        found.unreadable += unreadable.len();
        for action in feed.accept(actions.into_iter().flatten()) {
            let Ok(SyncRequest {
                whom: CustomerRef::CustomerOf(id),
                trigger,
            }) = self.rules.due_of_action(&action)
            else {
                continue;
            };
            // An action names no customer, and not the state of its reservation.
            let reservation = match planyo.send(GetReservation::new(id)).await {
                Err(error) if error.is_not_found() => continue,
                // It waits in the inbox until it can be read; here everybody else would wait for it.
                Err(error) if error.kind() == ErrorKind::Unreadable => {
                    found
                        .due
                        .push(SyncRequest::new(CustomerRef::CustomerOf(id), trigger));
                    continue;
                }
                answer => answer?,
            };
            if self.rules.admits(&reservation).is_ok() {
                let user = reservation.user_id.map(CustomerRef::Customer);
                found
                    .due
                    .extend(user.map(|whom| SyncRequest::new(whom, trigger)));
            }
        }
        let cursor = feed.into_cursor();
        found.rows.push(Row::put(Table::Events, ACTIONS, &cursor)?);
        Ok(())
    }

    async fn look_at_reservations(
        &self,
        planyo: &Client,
        state: &State,
        now: DateTime<Utc>,
        found: &mut Found,
    ) -> Result<(), PollError> {
        if self.events.is_empty() {
            return Ok(());
        }
        let watch = state.read(Table::Events, RESERVATIONS)?;
        let mut watch = watch.unwrap_or_else(|| EventWatch::starting_at(now));
        let mut reservations = Vec::new();
        for (start, end) in watch.periods(&self.events, self.zone, now, self.longest_rental) {
            let site = self.site;
            let listing = move |window: planyo_client::Window| {
                let list = ListReservations::new(window.start, window.end);
                match site {
                    Some(site) => list.site_id(site),
                    None => list,
                }
            };
            let listed = planyo.pages_by_window(Windows::new(start, end), listing);
            let listed = listed.all().await?;
            found.unreadable += listed.invalid.len();
            reservations.extend(listed.records);
        }
        let admitted = reservations.iter().map(|record| &**record);
        let admitted = admitted.filter(|reservation| self.rules.admits(reservation).is_ok());
        found
            .due
            .extend(watch.look(&self.events, admitted, self.zone, now));
        found
            .rows
            .push(Row::put(Table::Events, RESERVATIONS, &watch)?);
        Ok(())
    }
}

/// Who is due by one look, and what to remember of it.
#[derive(Default)]
struct Found {
    due: Vec<SyncRequest>,
    unreadable: usize,
    rows: Vec<Row>,
}
