//! Planyo's users as a source of customers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt};
use planyo_client::reservations::{ListReservations, Reservation};
use planyo_client::users::{GetUser, ListAllUsers, ListUsers, User, UserDetail};
use planyo_client::{
    Entry, ErrorKind, InvalidRecord, Page, Record, ReservationStatus, SiteTime, UserId, Windows,
};

use super::error::SyncError;
use super::reservations::LastReservations;
use super::source::{Changes, CustomerPage, CustomerPages, CustomerSource, key_of};
use crate::core::customer::{Customer, CustomerKey, MappedCustomer, Problem, UNIDENTIFIED};
use crate::core::field::{NAME, NUMBER, VAT_NUMBER};
use crate::core::properties::PropertyTally;
use crate::core::rules::MappingRules;
use crate::normalize::text;
use crate::source::planyo;

/// How many users are read one by one at the same time.
const READS: usize = 4;

type UserFilter = Arc<dyn Fn(&Record<User>) -> bool + Send + Sync>;

/// Planyo's users as customers. A [`planyo_client::Client`] is a source too; this one has settings.
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
    only: Option<UserFilter>,
    overlap: Option<TimeDelta>,
}

impl PlanyoUsers {
    /// All users that the API key of this client may see.
    #[must_use]
    pub fn new(planyo: &planyo_client::Client) -> Self {
        Self {
            planyo: planyo.clone(),
            list: detailed(ListUsers::new()),
            only: None,
            overlap: None,
        }
    }

    #[cfg(feature = "triggers")]
    pub(crate) fn client(&self) -> &planyo_client::Client {
        &self.planyo
    }

    /// Lists users with these parameters, for example those of one site with a metasite's key. Custom properties are
    /// always asked for, since a single record has them too. Users without a confirmed reservation and users that an administrator entered are always
    /// listed.
    #[must_use]
    pub fn list(mut self, list: ListUsers) -> Self {
        self.list = detailed(list);
        self
    }

    /// Syncs only users for which `wanted` is true, for example those with a reservation or with some custom property.
    /// The others are skipped and reported, also in a run of one customer. [`MappingRules::filter`] does so for the usual
    /// conditions, without Rust.
    ///
    /// Data that a user's record does not have, for example whether the user has checked in, is read before:
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

    /// Makes [`sync_changed`](crate::sync_changed) list only users that were modified since the last run, minus this
    /// overlap.
    ///
    /// That `list_users` honours `modified_since` is second-hand: each run checks it, and lists all users if it is not
    /// honoured. In which time zone Planyo reads it is unknown, and so is whether a new user counts as modified:
    /// [`OVERLAP`](Self::OVERLAP) covers every zone, and the full pass
    /// ([once a day](crate::SyncOptions::full_pass_every) by default) finds the users that were not listed.
    #[must_use]
    pub fn by_modified_since(mut self, overlap: TimeDelta) -> Self {
        self.overlap = Some(overlap.abs());
        self
    }

    /// An overlap that is enough for every time zone that Planyo may use: 27 hours.
    pub const OVERLAP: TimeDelta = TimeDelta::hours(27);

    /// A user as a customer, unless the filter skips it.
    fn mapped(&self, user: &Record<User>, rules: &MappingRules) -> MappedCustomer {
        let problem = |problem| {
            let key = planyo::key(&user.id.to_string(), rules);
            (key, problem)
        };
        let read = planyo::read(user, rules);
        // Before the filter, which can only look at what is left.
        let is_erased = matches!(&read, Err(problem) if problem.is_erasure_in_source());
        if !is_erased && self.only.as_ref().is_some_and(|wanted| !wanted(user)) {
            return Err(problem(Problem::Filtered));
        }
        read.map_err(problem)
    }

    /// The customers of a page. Lists were seen with custom properties. If no record of a page has any, the users are
    /// read one by one, since a company without its properties would look like a person.
    async fn page(
        &self,
        page: &Page<User>,
        rules: &MappingRules,
        booked: &LastReservations,
    ) -> Result<CustomerPage, SyncError> {
        let mut properties = PropertyTally::default();
        let has_properties = |user: &Record<User>| user.fields().contains("properties");
        let users = page.records().iter().flatten();
        let reads_properties = rules.mapped_properties().next().is_some() || rules.computes();
        let lacks_properties = reads_properties
            && !users.clone().any(has_properties)
            && users.clone().next().is_some();
        if !lacks_properties {
            users.for_each(|user| planyo::count_properties(user, &mut properties));
            let mapped = |entry: &Entry<User>| match entry {
                Ok(user) => booked.checked(self.mapped(user, rules), user.id, rules),
                Err(invalid) => Err(malformed(invalid, rules)),
            };
            let customers: Vec<_> = page.records().iter().map(mapped).collect();
            return Ok(CustomerPage {
                properties,
                ..CustomerPage::from(customers)
            });
        }
        let read = |entry: &Entry<User>| {
            let entry = match entry {
                Ok(user) => Ok(user.id),
                Err(invalid) => Err(malformed(invalid, rules)),
            };
            async move {
                let id = match entry {
                    Ok(id) => id,
                    Err(malformed) => return Ok(Err(malformed)),
                };
                match self.planyo.send(GetUser::by_id(id)).await {
                    Ok(user) => Ok(Ok(user)),
                    Err(error) if error.is_not_found() => {
                        let key = planyo::key(&id.to_string(), rules);
                        Ok(Err((key, Problem::GoneFromSource)))
                    }
                    Err(error) => Err(SyncError::from(error)),
                }
            }
        };
        let reads: Vec<_> = page.records().iter().map(read).collect();
        let mut reads = stream::iter(reads).buffered(READS);
        let mut customers = Vec::with_capacity(page.records().len());
        properties.set_unlisted();
        while let Some(read) = reads.next().await {
            customers.push(read?.and_then(|user| {
                planyo::count_properties(&user, &mut properties);
                booked.checked(self.mapped(&user, rules), user.id, rules)
            }));
        }
        Ok(CustomerPage {
            properties,
            ..CustomerPage::from(customers)
        })
    }

    /// The reservations that the filter of the rules asks for, of the users of these pages: one call for each if they are few.
    async fn last_reservations(
        &self,
        pages: &[Page<User>],
        rules: &MappingRules,
        except: Option<UserId>,
    ) -> Result<LastReservations, SyncError> {
        let users = pages
            .iter()
            .flat_map(|page| page.records().iter().flatten());
        let asked = users.filter(|user| {
            Some(user.id) != except
                && LastReservations::matter_for(&self.mapped(user, rules), rules)
        });
        let asked: BTreeSet<UserId> = asked.map(|user| user.id).collect();
        LastReservations::of_users(&self.planyo, &asked, rules).await
    }

    /// The pages of a list. Reservations are listed once, before the first page.
    fn into_pages(self, list: ListUsers, rules: &MappingRules) -> CustomerPages<'_> {
        let pager = self.planyo.pages(ListAllUsers::from(list));
        let read = stream::try_unfold(Some((pager, self, None)), move |state| async move {
            let Some((mut pager, users, known)) = state else {
                return Ok(None);
            };
            let booked = match known {
                Some(booked) => booked,
                None => LastReservations::of_all(&users.planyo, rules).await?,
            };
            Ok(match pager.next_page().await? {
                Some(page) => {
                    let customers = users.page(&page, rules, &booked).await?;
                    Some((customers, Some((pager, users, Some(booked)))))
                }
                None if pager.has_unproven_end() => {
                    let end = CustomerPage {
                        unproven_end: true,
                        ..CustomerPage::default()
                    };
                    Some((end, None))
                }
                None => None,
            })
        });
        read.boxed()
    }

    /// Whether a user has a reservation that is not over: one that began within a year, or begins within three. `None` if
    /// none was found and the end of a list is not proven.
    async fn is_booked(&self, id: &str) -> Result<Option<bool>, SyncError> {
        let user = user_id(id)?;
        // The time zone of the site is not known here: one more day covers every zone.
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
                    // A reservation that cannot be read may be this user's.
                    return true;
                };
                // That Planyo honours these filters is second-hand, so the answer is checked.
                let is_theirs = reservation.user_id.is_none_or(|of| of == user);
                let status = reservation.status;
                let is_void = status.is_some_and(ReservationStatus::is_cancelled);
                is_theirs && !is_void && !is_before(reservation.end_time, now)
            };
            if page.records().iter().any(is_ahead) {
                return Ok(Some(true));
            }
        }
        Ok((!pages.has_unproven_end()).then_some(false))
    }

    /// The users with the same e-mail address, with the same VAT number, company or customer number in the same property, or
    /// with the same last name, by the filters of `list_users` (documented). A filter finds one spelling.
    async fn alike(
        &self,
        customer: &Customer,
        rules: &MappingRules,
    ) -> Result<Vec<MappedCustomer>, SyncError> {
        let mut lists = Vec::new();
        let list = || self.list.clone().include_unconfirmed();
        let email = customer.email.as_deref();
        lists.extend(email.map(|email| list().email(email)));
        if customer.is_business() || !rules.names_of(&NUMBER).is_empty() {
            // Planyo searches for the value as it was typed.
            let user = GetUser::by_id(user_id(customer.key.id())?);
            let user = self.planyo.send(user).await?;
            let fields = [VAT_NUMBER, NAME, NUMBER];
            for name in fields.iter().flat_map(|field| rules.names_of(field)) {
                let named = |(theirs, _): &(&String, _)| text::folds_to(theirs, &name.key);
                if let Some((property, Some(value))) = user.properties.iter().find(named) {
                    lists.push(list().property_is(property, value.as_str()));
                }
            }
        }
        let name = customer.last_name.as_deref();
        let name = name.filter(|_| customer.company.is_none());
        lists.extend(name.map(|name| list().last_name(name)));
        let mut pages = Vec::new();
        for list in lists {
            for list in [list.clone().created_by_admin(), list] {
                // The first page has more of them than a reason names.
                pages.extend(self.planyo.pages(list).next_page().await?);
            }
        }
        // The customer itself has passed the filter, and nobody asks again.
        let own = user_id(customer.key.id()).ok();
        let booked = self.last_reservations(&pages, rules, own).await?;
        let mut alike = Vec::new();
        for page in &pages {
            alike.extend(self.page(page, rules, &booked).await?.customers);
        }
        Ok(alike)
    }

    /// Whether `modified_since` is honoured: with a time far in the future the list must be empty. If that is answered with
    /// code 4, which may mean "nothing found" or "no such parameter", the list since long ago must not be.
    async fn honours_modified_since(&self) -> Result<bool, SyncError> {
        let Some(future) = DateTime::from_timestamp(4_900_000_000, 0) else {
            return Ok(false);
        };
        let list = self.list.clone().include_unconfirmed();
        let probe = list.page_size(1);
        let since = |time: DateTime<Utc>| probe.clone().modified_since(time.naive_utc());
        match self.planyo.send(since(future)).await {
            Ok(page) => Ok(page.is_empty()),
            Err(error) if self.planyo.is_nothing_found(&error) => {
                match self.planyo.send(since(DateTime::UNIX_EPOCH)).await {
                    Ok(page) => Ok(!page.is_empty()),
                    Err(error) if self.planyo.is_nothing_found(&error) => Ok(false),
                    Err(error) => Err(error.into()),
                }
            }
            Err(error) if error.kind() == ErrorKind::InvalidInput => Ok(false),
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
        // Planyo's own time, before the list is read: changes made while it is read are read again next time.
        let Some(now) = self.planyo.server_time() else {
            return Ok(None);
        };
        let mut watermark = now.to_rfc3339();
        let Some((from, since)) =
            since.and_then(|from| Some((from, before_watermark(overlap)(from)?)))
        else {
            return Ok(Some(Changes::new(Vec::new(), watermark)));
        };
        let mut customers = BTreeMap::new();
        let list = self.list.clone().modified_since(since);
        let mut pages = self.planyo.pages(ListAllUsers::from(list));
        while let Some(page) = pages.next_page().await? {
            let page = [page];
            let booked = self.last_reservations(&page, rules, None).await?;
            let [page] = page;
            let page = self
                .page(&page, rules, &booked)
                .await?
                .customers
                .into_iter();
            customers.extend(page.map(|customer| (key_of(&customer).clone(), customer)));
        }
        if pages.has_unproven_end() {
            // There may be more: the next call asks for the same again.
            from.clone_into(&mut watermark);
        }
        let customers = customers.into_values().collect();
        Ok(Some(Changes::new(customers, watermark)))
    }
}

/// With custom properties.
fn detailed(list: ListUsers) -> ListUsers {
    list.detail_level(UserDetail::INFO | UserDetail::PROPERTIES)
}

/// The time for `modified_since`: the watermark minus the overlap; `None` if the watermark cannot be read.
fn before_watermark(overlap: TimeDelta) -> impl Fn(&str) -> Option<NaiveDateTime> {
    move |watermark| {
        let watermark: DateTime<Utc> = watermark.parse().ok()?;
        Some(watermark.checked_sub_signed(overlap)?.naive_utc())
    }
}

/// Whether a time is known and past.
fn is_before(time: Option<SiteTime>, now: NaiveDateTime) -> bool {
    match time {
        Some(SiteTime::Local(time)) => time < now,
        Some(SiteTime::Unix(time)) => time < now.and_utc().timestamp(),
        _ => false,
    }
}

fn user_id(id: &str) -> Result<UserId, SyncError> {
    let number: u64 = id.parse().map_err(|_| SyncError::InvalidId)?;
    // PHP sends 0 for none.
    if number == 0 {
        return Err(SyncError::InvalidId);
    }
    Ok(number.into())
}

fn malformed(user: &InvalidRecord, rules: &MappingRules) -> (CustomerKey, Problem) {
    // An "id" that is not a number may be anything, also a name or an e-mail address. 0 is no id.
    let is_number =
        |id: &&str| id.chars().all(|c| c.is_ascii_digit()) && id.chars().any(|c| c != '0');
    let id = user.id().filter(is_number).unwrap_or(UNIDENTIFIED);
    let problem = Problem::Malformed {
        why: user.error().to_string(),
        name: planyo::readable_name(user.raw()),
    };
    (planyo::key(id, rules), problem)
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
            let mapped = self.mapped(&user, rules);
            if !LastReservations::matter_for(&mapped, rules) {
                return Ok(mapped);
            }
            let booked =
                LastReservations::of_users(&self.planyo, &BTreeSet::from([user.id]), rules).await?;
            Ok(booked.checked(mapped, user.id, rules))
        })
    }

    fn similar<'a>(
        &'a self,
        customer: &'a Customer,
        rules: &'a MappingRules,
    ) -> BoxFuture<'a, Result<Option<Vec<MappedCustomer>>, SyncError>> {
        Box::pin(async move { self.alike(customer, rules).await.map(Some) })
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
        Box::pin(self.is_booked(id))
    }

    /// Planyo has all that rules ask for.
    fn check_rules(&self, _rules: &MappingRules) -> Result<(), SyncError> {
        Ok(())
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

    fn similar<'a>(
        &'a self,
        customer: &'a Customer,
        rules: &'a MappingRules,
    ) -> BoxFuture<'a, Result<Option<Vec<MappedCustomer>>, SyncError>> {
        Box::pin(async move {
            PlanyoUsers::new(self)
                .alike(customer, rules)
                .await
                .map(Some)
        })
    }

    fn has_upcoming_reservations<'a>(
        &'a self,
        id: &'a str,
    ) -> BoxFuture<'a, Result<Option<bool>, SyncError>> {
        Box::pin(async move { PlanyoUsers::new(self).is_booked(id).await })
    }

    /// Planyo has all that rules ask for.
    fn check_rules(&self, _rules: &MappingRules) -> Result<(), SyncError> {
        Ok(())
    }

    fn requests(&self) -> u64 {
        planyo_client::Client::requests(self)
    }
}
