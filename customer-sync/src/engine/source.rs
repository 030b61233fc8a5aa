//! Where customers come from.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, StreamExt};
use planyo_client::reservations::{ListReservations, Reservation};
use planyo_client::users::{GetUser, ListAllUsers, ListUsers, User, UserDetail};
use planyo_client::{
    Entry, InvalidRecord, Page, Record, ReservationStatus, SiteTime, UserId, Windows,
};

use super::error::SyncError;
use crate::core::customer::{CustomerKey, MappedCustomer, Problem, UNIDENTIFIED};
use crate::core::rules::MappingRules;
use crate::source::planyo;

/// Pages of customers, to the last one or to an error.
pub type CustomerPages<'a> = BoxStream<'a, Result<Vec<MappedCustomer>, SyncError>>;

/// A system that has customers: [`planyo_client::Client`], [`PlanyoUsers`], or yours.
///
/// Its customers' keys begin with [`MappingRules::source`]'s name, and [`sync_customer`](crate::sync_customer) takes the
/// ids that follow it.
pub trait CustomerSource: Send + Sync {
    /// All customers. A record that cannot be used is given with its problem, so that it is reported; what is not given
    /// is taken for removed. An error says that the listing is not complete.
    fn customers<'a>(&'a self, rules: &'a MappingRules) -> CustomerPages<'a>;

    /// The customer with this id.
    ///
    /// # Errors
    /// When the system cannot be read, or has no such customer.
    fn customer<'a>(
        &'a self,
        id: &'a str,
        rules: &'a MappingRules,
    ) -> BoxFuture<'a, Result<MappedCustomer, SyncError>>;

    /// The customers that have changed since a mark that an earlier call gave; `None` if the system cannot tell, or not
    /// now. Without a mark there are no customers in the answer, only the mark to go on from.
    ///
    /// # Errors
    /// When the system cannot be read.
    fn changes<'a>(
        &'a self,
        since: Option<&'a str>,
        rules: &'a MappingRules,
    ) -> BoxFuture<'a, Result<Option<Changes>, SyncError>> {
        let _ = (since, rules);
        Box::pin(async { Ok(None) })
    }

    /// Whether the customer with this id has bookings that are not over; `None` if the system cannot tell. Somebody who
    /// has is not forgotten.
    ///
    /// # Errors
    /// When the system cannot be read.
    fn has_upcoming_reservations<'a>(
        &'a self,
        id: &'a str,
    ) -> BoxFuture<'a, Result<Option<bool>, SyncError>> {
        let _ = id;
        Box::pin(async { Ok(None) })
    }

    /// How many requests it has made so far, if it makes any.
    fn requests(&self) -> u64 {
        0
    }
}

/// What has changed in a source. `Debug` shows no personal data.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Changes {
    /// The customers. One that has not changed may be among them.
    pub customers: Vec<MappedCustomer>,
    /// From where the next call goes on.
    pub mark: String,
}

impl Changes {
    /// These customers, and where to go on.
    #[must_use]
    pub fn new(customers: Vec<MappedCustomer>, mark: impl Into<String>) -> Self {
        Self {
            customers,
            mark: mark.into(),
        }
    }
}

type Wanted = Arc<dyn Fn(&Record<User>) -> bool + Send + Sync>;

/// Planyo's users as customers. A [`planyo_client::Client`] is one by itself; this has settings.
///
/// ```
/// use customer_sync::PlanyoUsers;
///
/// let planyo = planyo_client::Client::new("planyo-key")?;
/// let booked = PlanyoUsers::new(&planyo).only(|user| user.reservation_count.unwrap_or(0) > 0);
/// # let _ = booked;
/// # Ok::<(), planyo_client::Error>(())
/// ```
#[derive(Clone)]
pub struct PlanyoUsers {
    planyo: planyo_client::Client,
    list: ListUsers,
    only: Option<Wanted>,
    overlap: Option<TimeDelta>,
}

impl PlanyoUsers {
    /// All users that this client's key may see.
    #[must_use]
    pub fn new(planyo: &planyo_client::Client) -> Self {
        Self {
            planyo: planyo.clone(),
            list: ListUsers::new().detail_level(UserDetail::INFO | UserDetail::PROPERTIES),
            only: None,
            overlap: None,
        }
    }

    #[cfg(feature = "triggers")]
    pub(crate) fn client(&self) -> &planyo_client::Client {
        &self.planyo
    }

    /// As this list asks for them, such as those of one site with a metasite's key, or with their reservation counts.
    /// Users without a confirmed reservation and those that an administrator entered are listed in any case.
    #[must_use]
    pub fn list(mut self, list: ListUsers) -> Self {
        self.list = list;
        self
    }

    /// Only users of whom this is true, such as those with a reservation or with some custom property; the others are
    /// skipped, and said. A run of one customer asks it too.
    ///
    /// What a user's record does not tell, such as who has checked in, is read before:
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use std::collections::HashSet;
    /// use customer_sync::PlanyoUsers;
    /// use planyo_client::{ReservationStatus, reservations::ListReservations};
    ///
    /// let june = ListReservations::new("2026-06-01T00:00:00".parse()?, "2026-07-01T00:00:00".parse()?)
    ///     .required_status(ReservationStatus::CHECKED_IN);
    /// let guests = planyo.pages(june).all().await?.records;
    /// let guests: HashSet<_> = guests.iter().filter_map(|reservation| reservation.user_id).collect();
    /// let users = PlanyoUsers::new(&planyo).only(move |user| guests.contains(&user.id));
    /// # let _ = users;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn only(mut self, wanted: impl Fn(&Record<User>) -> bool + Send + Sync + 'static) -> Self {
        self.only = Some(Arc::new(wanted));
        self
    }

    /// Lets [`sync_changed`](crate::sync_changed) ask for the users modified since the last run, and so much longer ago.
    ///
    /// Whether `list_users` honours `modified_since` is second-hand: it is tried at each run, and where it is not
    /// honoured all users are listed. In which time zone Planyo reads it is unknown, and so is whether a new user counts
    /// as modified: [`OVERLAP`](Self::OVERLAP) covers any zone, and the full pass, once a day if not set otherwise, finds
    /// what it left out.
    #[must_use]
    pub fn by_modified_since(mut self, overlap: TimeDelta) -> Self {
        self.overlap = Some(overlap.abs());
        self
    }

    /// An overlap that is enough whatever zone Planyo takes a time for: 27 hours.
    pub const OVERLAP: TimeDelta = TimeDelta::hours(27);

    /// The customer a user is, if it is wanted.
    fn mapped(&self, user: &Record<User>, rules: &MappingRules) -> MappedCustomer {
        let problem = |problem| {
            let key = planyo::key(&user.id.to_string(), rules);
            (key, problem)
        };
        if self.only.as_ref().is_some_and(|wanted| !wanted(user)) {
            return Err(problem(Problem::LeftOut));
        }
        planyo::read(user, rules).map_err(problem)
    }

    fn page(&self, page: &Page<User>, rules: &MappingRules) -> Vec<MappedCustomer> {
        let mapped = |entry: &Entry<User>| match entry {
            Ok(user) => self.mapped(user, rules),
            Err(invalid) => Err(malformed(invalid, rules)),
        };
        page.records().iter().map(mapped).collect()
    }

    fn into_pages(self, list: ListUsers, rules: &MappingRules) -> CustomerPages<'_> {
        let pager = self.planyo.pages(ListAllUsers::from(list));
        let read = stream::try_unfold((pager, self), move |(mut pager, users)| async move {
            let page = pager.next_page().await?;
            Ok(page.map(|page| (users.page(&page, rules), (pager, users))))
        });
        read.boxed()
    }

    /// Whether a user has a reservation that is not over: one that began within a year, or begins within three.
    async fn booked(&self, id: &str) -> Result<bool, SyncError> {
        let user = user_id(id)?;
        // The site's clock is not known here: a day more covers any.
        let now = self
            .planyo
            .server_time()
            .unwrap_or_else(Utc::now)
            .naive_utc();
        let now = now - TimeDelta::days(1);
        let windows = Windows::new(now - TimeDelta::days(366), now + TimeDelta::days(3 * 366));
        let mut pages = self.planyo.pages_by_window(windows, move |window| {
            ListReservations::new(window.start, window.end)
                .user_id(user)
                .excluded_status(ReservationStatus::CANCELLED)
        });
        while let Some(page) = pages.next_page().await? {
            let is_ahead = |entry: &Entry<Reservation>| {
                let Ok(reservation) = entry else {
                    // What cannot be read may be his.
                    return true;
                };
                // That Planyo honours these filters is second-hand.
                let is_his = reservation.user_id.is_none_or(|of| of == user);
                let status = reservation.status;
                let is_void = status.is_some_and(ReservationStatus::is_cancelled);
                is_his && !is_void && !is_before(reservation.end_time, now)
            };
            if page.records().iter().any(is_ahead) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a list of users modified in a hundred years is empty, as it is where the parameter is honoured.
    async fn honours_modified_since(&self) -> Result<bool, SyncError> {
        let Some(future) = DateTime::from_timestamp(4_900_000_000, 0) else {
            return Ok(false);
        };
        let list = self.list.clone().include_unconfirmed();
        let probe = list.page_size(1).modified_since(future.naive_utc());
        match self.planyo.send(probe).await {
            Ok(page) => Ok(page.is_empty()),
            Err(error) if error.kind() == planyo_client::ErrorKind::InvalidInput => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn modified(
        &self,
        since: Option<&str>,
        overlap: TimeDelta,
        rules: &MappingRules,
    ) -> Result<Option<Changes>, SyncError> {
        if !self.honours_modified_since().await? {
            return Ok(None);
        }
        // Planyo's own time, before anything is read: what changes while the list is read is read again next time.
        let Some(now) = self.planyo.server_time() else {
            return Ok(None);
        };
        let mark = now.to_rfc3339();
        let Some(since) = since.and_then(earlier(overlap)) else {
            return Ok(Some(Changes::new(Vec::new(), mark)));
        };
        let mut customers = BTreeMap::new();
        let list = self.list.clone().modified_since(since);
        let mut pages = self.clone().into_pages(list, rules);
        while let Some(page) = pages.next().await {
            let page = page?.into_iter();
            customers.extend(page.map(|customer| (key_of(&customer).clone(), customer)));
        }
        let customers = customers.into_values().collect();
        Ok(Some(Changes::new(customers, mark)))
    }
}

/// A mark as a time for `modified_since`. One that cannot be read is none.
fn earlier(overlap: TimeDelta) -> impl Fn(&str) -> Option<NaiveDateTime> {
    move |mark| {
        let mark: DateTime<Utc> = mark.parse().ok()?;
        Some(mark.checked_sub_signed(overlap)?.naive_utc())
    }
}

/// Whether a time is past, if it is known.
fn is_before(time: Option<SiteTime>, now: NaiveDateTime) -> bool {
    match time {
        Some(SiteTime::Local(time)) => time < now,
        Some(SiteTime::Unix(time)) => time < now.and_utc().timestamp(),
        _ => false,
    }
}

fn user_id(id: &str) -> Result<UserId, SyncError> {
    let number: u64 = id.parse().map_err(|_| SyncError::NoSuchId)?;
    Ok(number.into())
}

/// Whose record it is.
pub(crate) fn key_of(customer: &MappedCustomer) -> &CustomerKey {
    match customer {
        Ok(customer) => &customer.key,
        Err((key, _)) => key,
    }
}

fn malformed(user: &InvalidRecord, rules: &MappingRules) -> (CustomerKey, Problem) {
    // An "id" that is none may be anything, a name or an e-mail address too.
    let is_number = |id: &&str| id.chars().all(|c| c.is_ascii_digit());
    let id = user.id().filter(is_number).unwrap_or(UNIDENTIFIED);
    (
        planyo::key(id, rules),
        Problem::Malformed(user.error().to_string()),
    )
}

impl CustomerSource for PlanyoUsers {
    fn customers<'a>(&'a self, rules: &'a MappingRules) -> CustomerPages<'a> {
        self.clone().into_pages(self.list.clone(), rules)
    }

    fn customer<'a>(
        &'a self,
        id: &'a str,
        rules: &'a MappingRules,
    ) -> BoxFuture<'a, Result<MappedCustomer, SyncError>> {
        Box::pin(async move {
            let user = self.planyo.send(GetUser::by_id(user_id(id)?)).await?;
            Ok(self.mapped(&user, rules))
        })
    }

    fn changes<'a>(
        &'a self,
        since: Option<&'a str>,
        rules: &'a MappingRules,
    ) -> BoxFuture<'a, Result<Option<Changes>, SyncError>> {
        Box::pin(async move {
            match self.overlap {
                Some(overlap) => self.modified(since, overlap, rules).await,
                None => Ok(None),
            }
        })
    }

    fn has_upcoming_reservations<'a>(
        &'a self,
        id: &'a str,
    ) -> BoxFuture<'a, Result<Option<bool>, SyncError>> {
        Box::pin(async move { self.booked(id).await.map(Some) })
    }

    fn requests(&self) -> u64 {
        self.planyo.requests()
    }
}

impl fmt::Debug for PlanyoUsers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlanyoUsers")
            .field("overlap", &self.overlap)
            .finish_non_exhaustive()
    }
}

/// All users, without settings.
impl CustomerSource for planyo_client::Client {
    fn customers<'a>(&'a self, rules: &'a MappingRules) -> CustomerPages<'a> {
        let users = PlanyoUsers::new(self);
        let list = users.list.clone();
        users.into_pages(list, rules)
    }

    fn customer<'a>(
        &'a self,
        id: &'a str,
        rules: &'a MappingRules,
    ) -> BoxFuture<'a, Result<MappedCustomer, SyncError>> {
        Box::pin(async move { PlanyoUsers::new(self).customer(id, rules).await })
    }

    fn has_upcoming_reservations<'a>(
        &'a self,
        id: &'a str,
    ) -> BoxFuture<'a, Result<Option<bool>, SyncError>> {
        Box::pin(async move { PlanyoUsers::new(self).booked(id).await.map(Some) })
    }

    fn requests(&self) -> u64 {
        planyo_client::Client::requests(self)
    }
}
