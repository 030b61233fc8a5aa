//! The source of customers.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;

use super::error::SyncError;
use crate::core::customer::{Customer, CustomerKey, MappedCustomer};
use crate::core::plan::Plan;
use crate::core::properties::PropertyTally;
use crate::core::rules::MappingRules;
use crate::core::snapshot::StateSnapshot;

/// Pages of customers, until the last page or an error.
pub type CustomerPages<'a> = BoxStream<'a, Result<CustomerPage, SyncError>>;

/// Some customers of a list: a `Vec` of them becomes a page by `into`. `Debug` shows no personal data.
///
/// ```
/// use customer_sync::{Customer, CustomerKey, CustomerPage};
///
/// let mut page = CustomerPage::from(vec![Ok(Customer::new(CustomerKey::new("club", "7")))]);
/// page.properties.add(Some("BE"), [("btw_nummer", None)]);
/// page.unproven_end = true;
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CustomerPage {
    /// The customers.
    pub customers: Vec<MappedCustomer>,
    /// The custom properties of their records, so that a plan can warn of a rule that finds nothing. Empty if the
    /// source does not count them: then there is no such warning.
    pub properties: PropertyTally,
    /// Whether the listing came to an end that is not proven, so that there may be more customers: for Planyo see
    /// [`Pager::has_unproven_end`](planyo_client::Pager::has_unproven_end). A run then syncs those that were listed, takes
    /// nobody for missing, and says so in its report.
    pub unproven_end: bool,
}

/// Without custom properties, and with a proven end.
impl From<Vec<MappedCustomer>> for CustomerPage {
    fn from(customers: Vec<MappedCustomer>) -> Self {
        Self {
            customers,
            ..Self::default()
        }
    }
}

/// A system with customers: [`planyo_client::Client`], [`PlanyoUsers`](crate::PlanyoUsers), or your own.
///
/// The keys of its customers begin with the name of [`MappingRules::source`]. The ids after it are those that
/// [`sync_customer`](crate::sync_customer) takes.
///
/// The first two methods are enough. With the next two it is better: without [`similar`](Self::similar) a run of one
/// customer without a store creates no party, and without [`changes`](Self::changes) each run lists all customers.
///
/// ```
/// use customer_sync::{
///     Customer, CustomerKey, CustomerPages, CustomerSource, MappedCustomer, MappingRules, SyncError,
/// };
/// use futures_util::future::{BoxFuture, FutureExt, ready};
/// use futures_util::stream::{self, StreamExt};
///
/// /// Members of a club: id, name and e-mail address.
/// struct Club(Vec<[String; 3]>);
///
/// impl Club {
///     fn mapped(&self) -> Vec<MappedCustomer> {
///         let mapped = |[id, name, email]: &[String; 3]| {
///             let mut customer = Customer::new(CustomerKey::new("club", id));
///             customer.last_name = Some(name.clone());
///             customer.email = Some(email.clone());
///             Ok(customer)
///         };
///         self.0.iter().map(mapped).collect()
///     }
/// }
///
/// impl CustomerSource for Club {
///     fn customers<'a>(&'a self, _rules: &'a MappingRules) -> CustomerPages<'a> {
///         // All on one page.
///         stream::iter([Ok(self.mapped().into())]).boxed()
///     }
///
///     fn customer<'a>(
///         &'a self,
///         id: &'a str,
///         _rules: &'a MappingRules,
///     ) -> BoxFuture<'a, Result<MappedCustomer, SyncError>> {
///         let key = CustomerKey::new("club", id);
///         let mut members = self.mapped().into_iter();
///         let found = members.find(|member| matches!(member, Ok(member) if member.key == key));
///         ready(found.ok_or(SyncError::NotFound(key))).boxed()
///     }
///
///     fn similar<'a>(
///         &'a self,
///         _customer: &'a Customer,
///         _rules: &'a MappingRules,
///     ) -> BoxFuture<'a, Result<Option<Vec<MappedCustomer>>, SyncError>> {
///         // All of a few: those that share nothing do no harm.
///         ready(Ok(Some(self.mapped()))).boxed()
///     }
/// }
///
/// // The rules name the source too.
/// let rules = MappingRules::default().source("club");
/// # let _ = rules;
/// ```
pub trait CustomerSource: Send + Sync {
    /// All customers. A record that cannot be used is returned with its problem, so that it is reported; a customer
    /// that is not returned counts as removed, unless a page says that the [end is not
    /// proven](CustomerPage::unproven_end). An error means that the listing is not complete.
    fn customers<'a>(&'a self, rules: &'a MappingRules) -> CustomerPages<'a>;

    /// The customer with this id.
    ///
    /// # Errors
    /// When the system cannot be read; [`SyncError::NotFound`] if it has no such customer.
    fn customer<'a>(
        &'a self,
        id: &'a str,
        rules: &'a MappingRules,
    ) -> BoxFuture<'a, Result<MappedCustomer, SyncError>>;

    /// The customers that may share an e-mail address, a number, or name and address with this one, as far as the system
    /// can search for them; this one and others that share nothing may be among them. `None` if it cannot search: then
    /// [`sync_customer`](crate::sync_customer) creates and links no party until a full pass has filled a store. Default:
    /// `None`.
    ///
    /// # Errors
    /// When the system cannot be read.
    fn similar<'a>(
        &'a self,
        customer: &'a Customer,
        rules: &'a MappingRules,
    ) -> BoxFuture<'a, Result<Option<Vec<MappedCustomer>>, SyncError>> {
        let _ = (customer, rules);
        Box::pin(async { Ok(None) })
    }

    /// The customers that have changed since the watermark of an earlier call; `None` if the system cannot tell, or not
    /// now. Without a watermark the answer has no customers, only the watermark for the next call.
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

    /// Whether the customer with this id has reservations that are not over; `None` if the system cannot tell. A
    /// customer with such reservations is not erased.
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

    /// Whether the source can do what the rules ask. A run asks first, so that no rule is left aside in silence. Default: an
    /// error for rules with a [filter](MappingRules::filter) or [templates](MappingRules::template), which a source has to apply
    /// itself: [`Problem::LeftOut`](crate::Problem::LeftOut) is whoever the filter leaves out.
    ///
    /// # Errors
    /// [`SyncError::UnsupportedRules`], with the rule.
    fn check_rules(&self, rules: &MappingRules) -> Result<(), SyncError> {
        if rules.computes() {
            let what = "it applies neither a filter nor templates; leave them out, or see `CustomerSource::check_rules`";
            return Err(SyncError::UnsupportedRules(what.to_owned()));
        }
        Ok(())
    }

    /// The number of requests sent so far.
    fn requests(&self) -> u64 {
        0
    }
}

/// The changed customers of a source. `Debug` shows no personal data.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Changes {
    /// The customers. Some may be unchanged.
    pub customers: Vec<MappedCustomer>,
    /// The watermark for the next call.
    pub watermark: String,
}

impl Changes {
    /// The changed customers, and the watermark for the next call.
    #[must_use]
    pub fn new(customers: Vec<MappedCustomer>, watermark: impl Into<String>) -> Self {
        Self {
            customers,
            watermark: watermark.into(),
        }
    }
}

/// The keys that these customers had before they got an id, each with the key of now.
pub(crate) fn keys_before_id(customers: &[MappedCustomer]) -> BTreeMap<CustomerKey, CustomerKey> {
    let customers = customers.iter().flatten();
    let keys =
        customers.filter_map(|customer| Some((customer.key_without_id()?, customer.key.clone())));
    keys.filter(|(before, now)| before != now).collect()
}

/// Takes out of the missing customers of a plan those that are listed, by the key that they got with their id, and have no
/// other party: their party is not linked to that key yet.
pub(super) fn keep_who_got_an_id(
    plan: &mut Plan,
    before_id: &BTreeMap<CustomerKey, CustomerKey>,
    snapshot: &StateSnapshot,
) {
    let steps = plan.steps.iter().filter(|step| step.is_with_party());
    let with_party: BTreeSet<&CustomerKey> = steps.map(|step| &step.key).collect();
    let has_party = |key: &CustomerKey| {
        let known = snapshot.get(key);
        with_party.contains(key) || known.is_some_and(|known| known.party.is_some())
    };
    plan.missing_from_source.retain(|missing| {
        let now = before_id.get(&missing.key);
        now.is_none_or(has_party)
    });
}

/// The key of a record, also of one with a problem.
pub(crate) fn key_of(customer: &MappedCustomer) -> &CustomerKey {
    match customer {
        Ok(customer) => &customer.key,
        Err((key, _)) => key,
    }
}
